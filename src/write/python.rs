//! Python.

mod code;
mod imports;
mod options;
mod reads;
mod values;

use super::{Edits, Sheet, Writer};
use crate::remedy::Content;
use crate::span::Span;

use code::Code;

/// The writer.
pub struct Python;

impl Writer for Python {
    fn read_first(&self, sheet: &Sheet<'_>, read: Span, names: &[String]) -> Option<Edits> {
        reads::read_first(&Code::read(*sheet)?, read, names)
    }

    fn fall_back(&self, sheet: &Sheet<'_>, read: Span, names: &[String]) -> Option<Edits> {
        reads::fall_back(&Code::read(*sheet)?, read, names)
    }

    fn set(&self, sheet: &Sheet<'_>, at: Span, keys: &[String], value: &Content) -> Option<Edits> {
        options::set(&Code::read(*sheet)?, at, keys, value)
    }

    fn unset(&self, sheet: &Sheet<'_>, at: Span, keys: &[String]) -> Option<Edits> {
        options::unset(&Code::read(*sheet)?, at, keys)
    }

    fn become_value(&self, sheet: &Sheet<'_>, at: Span, value: &Content) -> Option<Edits> {
        values::become_value(&Code::read(*sheet)?, at, value)
    }

    fn comment(&self, sheet: &Sheet<'_>, at: usize, text: &str) -> Option<Edits> {
        Code::read(*sheet)?.comment(at, text)
    }
}
