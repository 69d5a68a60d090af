//! Suppressions written by the program.
