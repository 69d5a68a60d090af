//! javascript.
