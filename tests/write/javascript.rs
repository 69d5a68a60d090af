//! The writer in `src/write/javascript.rs`.
