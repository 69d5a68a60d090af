//! The writer in `src/write/shell.rs`.
