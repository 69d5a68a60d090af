//! dynolint finds where a code base silently depends on Heroku.
//!
//! The data goes one way: files → [`lang`] front ends → [`fact`]s → [`rules`] → [`finding`]s → [`output`],
//! and from findings with a [`remedy`] by way of [`write`]rs to a [`fix`].

pub mod baseline;
pub mod check;
pub mod cli;
pub mod config;
pub mod connection;
pub mod coupling;
pub mod detect;
pub mod disk;
pub mod effect;
pub mod engine;
pub mod escape;
pub mod explain;
pub mod expr;
pub mod fact;
pub mod files;
pub mod filter;
pub mod finding;
pub mod fingerprint;
pub mod fix;
pub mod ignores;
pub mod init;
pub mod lang;
pub mod listing;
pub mod man;
pub mod notation;
pub mod output;
pub mod patch;
pub mod paths;
pub mod pin;
pub mod platform;
pub mod polarity;
pub mod prefilter;
pub mod project;
pub mod remedy;
pub mod role;
pub mod rule;
pub mod schedule;
pub mod secrets;
pub mod settings;
pub mod since;
pub mod source;
pub mod span;
pub mod sql;
pub mod suppression;
pub mod term;
pub mod vocabulary;
pub mod walk;
pub mod write;

// The rules stand at the top of the repository, beside `src`, where people look for them.
#[path = "../rules/mod.rs"]
pub mod rules;

/// Where the pages of the rules are on the web.
pub const RULES_URL: &str = "https://github.com/dynolint/dynolint/blob/main/rules";
