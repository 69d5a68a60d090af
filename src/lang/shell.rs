//! Front end: shell.

use crate::fact::{Facts, Request};

/// The facts of one file.
pub fn facts(_text: &str, _request: &Request<'_>) -> Facts {
    Facts::default()
}
