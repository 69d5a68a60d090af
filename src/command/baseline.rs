//! `dynolint baseline`.

use dynolint::cli::{Baseline, Environment, Problem};

use super::Stop;

/// Runs the verb.
pub fn run(_arguments: &Baseline, _environment: &Environment) -> Result<u8, Stop> {
    Err(Problem::new("`dynolint baseline` is being built").into())
}
