//! dynolint finds where a code base silently depends on Heroku.
//!
//! The data goes one way: files → [`lang`] front ends → [`fact`]s → rules → findings → outputs.

pub mod effect;
pub mod expr;
pub mod fact;
pub mod finding;
pub mod lang;
pub mod notation;
pub mod rule;
pub mod span;

/// Where the pages of the rules are on the web.
pub const RULES_URL: &str = "https://github.com/dynolint/dynolint/blob/main/rules";
