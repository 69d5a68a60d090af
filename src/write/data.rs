//! YAML, JSON and TOML.

use super::Writer;

/// The writer.
pub struct Data;

impl Writer for Data {}
