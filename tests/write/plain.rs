//! The writer in `src/write/plain.rs`.
