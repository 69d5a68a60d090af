//! The writer in `src/write/python.rs`.
