//! YAML, JSON and TOML.
//!
//! Edits are made on the tree of [`crate::lang::data`], which knows the place of every key and value. What
//! was written is read again: it has to be the document that was there, apart from what the change says.

mod braces;
mod inside;
mod page;
mod table;
mod value;
mod variable;
mod yaml;

use self::page::Page;
use super::{Edits, Sheet, Writer, shell};
use crate::lang::Lang;
use crate::remedy::Content;
use crate::span::Span;

/// The writer.
pub struct Data;

impl Writer for Data {
    fn read_first(&self, sheet: &Sheet<'_>, read: Span, names: &[String]) -> Option<Edits> {
        inside::ruby(sheet, read, |ruby, sheet| ruby.read_first(sheet, read, names))
            .or_else(|| inside::shell(sheet, read, |line| shell::read_first(line, read, names)))
            .unwrap_or_else(|| variable::before(sheet, read, names))
    }

    fn fall_back(&self, sheet: &Sheet<'_>, read: Span, names: &[String]) -> Option<Edits> {
        inside::ruby(sheet, read, |ruby, sheet| ruby.fall_back(sheet, read, names))
            .or_else(|| inside::shell(sheet, read, |line| shell::fall_back(line, read, names)))
            .unwrap_or_else(|| variable::after(sheet, read, names))
    }

    fn set(&self, sheet: &Sheet<'_>, at: Span, keys: &[String], value: &Content) -> Option<Edits> {
        inside::ruby(sheet, at, |ruby, sheet| ruby.set(sheet, at, keys, value))
            .unwrap_or_else(|| Page::of(sheet)?.set(at, keys, value))
    }

    fn unset(&self, sheet: &Sheet<'_>, at: Span, keys: &[String]) -> Option<Edits> {
        inside::ruby(sheet, at, |ruby, sheet| ruby.unset(sheet, at, keys))
            .unwrap_or_else(|| Page::of(sheet)?.unset(at, keys))
    }

    fn become_value(&self, sheet: &Sheet<'_>, at: Span, value: &Content) -> Option<Edits> {
        inside::ruby(sheet, at, |ruby, sheet| ruby.become_value(sheet, at, value))
            .unwrap_or_else(|| Page::of(sheet)?.become_value(at, value))
    }

    fn assign(&self, sheet: &Sheet<'_>, command: Span, name: &str, value: &str) -> Option<Edits> {
        // What starts the processes of these files is no shell.
        if sheet.lang == Lang::Toml {
            return None;
        }
        match inside::of_process(sheet, command) {
            Some(line) => inside::shell(sheet, line, |line| shell::assign(line, name, value))?,
            None => inside::shell(sheet, command, |line| {
                let sheet = Sheet { lang: Lang::Shell, text: line.text, ..*sheet };
                shell::Shell.assign(&sheet, command, name, value)
            })?,
        }
    }

    fn comment(&self, sheet: &Sheet<'_>, at: usize, text: &str) -> Option<Edits> {
        Page::of(sheet)?.comment(at, text)
    }
}
