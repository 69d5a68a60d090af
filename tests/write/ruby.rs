//! The writer in `src/write/ruby.rs`.
