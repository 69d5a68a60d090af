//! dynolint finds where a code base silently depends on Heroku.
//!
//! The data goes one way: files → [`lang`] front ends → [`fact`]s → rules → findings → outputs.

pub mod effect;
pub mod expr;
pub mod fact;
pub mod lang;
pub mod notation;
pub mod span;
