//! JavaScript, TypeScript, and the scripts of components.

use super::Writer;

/// The writer.
pub struct JavaScript;

impl Writer for JavaScript {}
