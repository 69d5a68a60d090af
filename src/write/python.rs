//! Python.

use super::Writer;

/// The writer.
pub struct Python;

impl Writer for Python {}
