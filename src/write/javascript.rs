//! JavaScript, TypeScript, and the scripts of components.

use super::{Edits, Sheet, Writer};
use crate::fact::{EnvRead, WriteKind};
use crate::project::{File, Project};
use crate::remedy::{Content, What};
use crate::span::Span;

mod comment;
mod object;
mod page;
mod read;
mod shape;
mod value;

use page::Page;
use read::Order;

/// The writer.
pub struct JavaScript;

impl Writer for JavaScript {
    fn read_first(&self, sheet: &Sheet<'_>, read: Span, names: &[String]) -> Option<Edits> {
        Page::of(sheet)?.read_others(sheet.read(read)?, names, Order::Before)
    }

    fn fall_back(&self, sheet: &Sheet<'_>, read: Span, names: &[String]) -> Option<Edits> {
        Page::of(sheet)?.read_others(sheet.read(read)?, names, Order::After)
    }

    fn set(&self, sheet: &Sheet<'_>, at: Span, keys: &[String], value: &Content) -> Option<Edits> {
        Page::of(sheet)?.set(at, keys, value)
    }

    fn unset(&self, sheet: &Sheet<'_>, at: Span, keys: &[String]) -> Option<Edits> {
        Page::of(sheet)?.unset(at, keys)
    }

    fn become_value(&self, sheet: &Sheet<'_>, at: Span, value: &Content) -> Option<Edits> {
        Page::of(sheet)?.become_value(at, value)
    }

    fn flags(&self, sheet: &Sheet<'_>, command: Span, flags: &[String]) -> Option<Edits> {
        let page = Page::of(sheet)?;
        page.is_in_text(command.start).then(|| super::shell::flags(sheet, command, flags))?
    }

    fn comment(&self, sheet: &Sheet<'_>, at: usize, text: &str) -> Option<Edits> {
        Page::of(sheet)?.comment(at, text)
    }
}

/// Whether a bundler writes the value of a variable over its reads in this file: another file of the
/// project gives it to the bundle under its name. There is no `process` in a browser that could be asked
/// for a second variable.
pub fn is_bundled(project: &Project, file: &File, change: &What) -> bool {
    let (What::ReadFirst { read, .. } | What::FallBack { read, .. }) = change else { return false };
    let of_span = |found: &&EnvRead| found.span == *read;
    let Some(name) = file.facts.reads.iter().find(of_span).and_then(|read| read.name.known()) else {
        return false;
    };
    project.files.iter().filter(|other| other.path != file.path).any(|other| {
        let given = other.facts.writes.iter().any(|write| {
            write.name.is(name)
                && write.surface == "define"
                && matches!(write.kind, WriteKind::Pass | WriteKind::Set)
        });
        given || other.facts.reads.iter().any(|read| read.name.is(name) && read.api == "EnvironmentPlugin")
    })
}
