//! Formats that are lines of text: dotenv files, SQL, and files known by their name.

use super::Writer;

/// The writer.
pub struct Plain;

impl Writer for Plain {}
