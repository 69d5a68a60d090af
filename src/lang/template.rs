//! Front end: template.

use crate::fact::{Facts, Request};

/// The facts of one file.
pub fn facts(_text: &str, _request: &Request<'_>) -> Facts {
    Facts::default()
}

/// Stub.
pub fn mask_erb(text: &str) -> String {
    text.to_string()
}
