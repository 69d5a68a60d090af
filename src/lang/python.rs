//! Front end: python.

use crate::fact::{Facts, Request};

/// Literals without which a text cannot read the environment.
pub const ACCESS: &[&str] = &[];

/// Whether the text may read the environment under a computed name.
pub fn may_wrap(_text: &str) -> bool {
    true
}

/// The facts of one file.
pub fn facts(_text: &str, _request: &Request<'_>) -> Facts {
    Facts::default()
}
