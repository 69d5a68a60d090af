//! `dynolint init`.

use dynolint::cli::{Environment, Init, Problem};

use super::Stop;

/// Runs the verb.
pub fn run(_arguments: &Init, _environment: &Environment) -> Result<u8, Stop> {
    Err(Problem::new("`dynolint init` is being built").into())
}
