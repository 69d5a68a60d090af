//! python.
