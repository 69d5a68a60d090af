//! What the writers of each language make of a change, in tables.

#[path = "write/harness.rs"]
mod harness;

#[path = "write/data.rs"]
mod data;
#[path = "write/javascript.rs"]
mod javascript;
#[path = "write/plain.rs"]
mod plain;
#[path = "write/python.rs"]
mod python;
#[path = "write/ruby.rs"]
mod ruby;
#[path = "write/shell.rs"]
mod shell;
