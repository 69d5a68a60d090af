//! `dynolint config`.

use dynolint::cli::{Environment, Problem, ShowConfig};

use super::Stop;

/// Runs the verb.
pub fn run(_arguments: &ShowConfig, _environment: &Environment) -> Result<u8, Stop> {
    Err(Problem::new("`dynolint config` is being built").into())
}
