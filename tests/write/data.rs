//! The writer in `src/write/data.rs`.
