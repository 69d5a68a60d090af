//! Schedulers.

pub mod time;
