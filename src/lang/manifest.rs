//! Package manifests of all ecosystems: which packages a project asks for, and which of them are
//! signs of Heroku.

use crate::fact::{Dependency, Sign};

/// The gems that a Gemfile asks for.
pub fn gemfile(_text: &str) -> Vec<Dependency> {
    Vec::new()
}

/// The dependencies that are signs of Heroku.
pub fn signs(_dependencies: &[Dependency]) -> Vec<Sign> {
    Vec::new()
}
