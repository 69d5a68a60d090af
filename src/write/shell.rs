//! Shell, wherever it stands: scripts, Procfiles, Dockerfiles, Makefiles.

use super::Writer;

/// The writer.
pub struct Shell;

impl Writer for Shell {}
