//! Ruby, and Ruby in templates.

use super::Writer;

/// The writer.
pub struct Ruby;

impl Writer for Ruby {}
