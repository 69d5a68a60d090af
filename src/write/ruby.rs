//! Ruby, and Ruby in templates.
//!
//! `page` holds the file's Ruby as a tree, `place` knows where an expression needs parentheses, `reads`
//! puts other variables before or behind a read, `value` writes values in the style of the file, `options`
//! adds and takes away keys of calls and hashes.

mod options;
mod page;
mod place;
mod reads;
mod value;

use super::{Edits, Sheet, Writer};
use crate::lang::Lang;
use crate::remedy::Content;
use crate::span::Span;
use page::Page;

/// The writer.
///
/// A sheet of [`Lang::Ruby`] may hold the Ruby of a larger text with everything else blank, as long as that
/// text (ERB in YAML): edits are then right for both.
pub struct Ruby;

impl Writer for Ruby {
    fn read_first(&self, sheet: &Sheet<'_>, read: Span, names: &[String]) -> Option<Edits> {
        let page = Page::of(sheet)?;
        page.outward(reads::read_first(&page, read, names)?)
    }

    fn fall_back(&self, sheet: &Sheet<'_>, read: Span, names: &[String]) -> Option<Edits> {
        let page = Page::of(sheet)?;
        page.outward(reads::fall_back(&page, read, names)?)
    }

    fn set(&self, sheet: &Sheet<'_>, at: Span, keys: &[String], value: &Content) -> Option<Edits> {
        let page = Page::of(sheet)?;
        page.outward(options::set(&page, at, keys, value)?)
    }

    fn unset(&self, sheet: &Sheet<'_>, at: Span, keys: &[String]) -> Option<Edits> {
        let page = Page::of(sheet)?;
        page.outward(options::unset(&page, at, keys)?)
    }

    fn become_value(&self, sheet: &Sheet<'_>, at: Span, value: &Content) -> Option<Edits> {
        let page = Page::of(sheet)?;
        let node = page.node(page.inward(at)?)?;
        page.outward(value::become_value(&page, node, value)?)
    }

    fn comment(&self, sheet: &Sheet<'_>, at: usize, text: &str) -> Option<Edits> {
        let (open, close) = match sheet.lang {
            Lang::Haml => ("-# ", ""),
            Lang::Slim => ("/ ", ""),
            Lang::Erb => ("<%# ", " %>"),
            _ => ("# ", ""),
        };
        let start = sheet.line_start(at);
        let page = Page::of(sheet)?;
        let own_line = match sheet.lang {
            Lang::Erb => !text.contains("%>") && is_outside_tags(sheet.text, start),
            Lang::Haml | Lang::Slim => is_statement_line(sheet, start),
            _ => page.is_between_tokens(start),
        };
        own_line.then_some(())?;
        let indentation = sheet.indentation(at);
        let lines =
            text.lines().map(|line| format!("{indentation}{open}{line}{close}{}", sheet.line_break()));
        Some(vec![(Span::new(start, start), lines.collect())])
    }
}

/// Whether no tag of an ERB template is open at the offset.
fn is_outside_tags(text: &str, at: usize) -> bool {
    match (text[..at].rfind("<%"), text[..at].rfind("%>")) {
        (Some(open), Some(close)) => open < close,
        (Some(_), None) => false,
        (None, _) => true,
    }
}

/// Whether the line of a HAML or Slim template that begins at the offset is Ruby that does not go on from the
/// line before.
fn is_statement_line(sheet: &Sheet<'_>, start: usize) -> bool {
    let before = sheet.text[..start].trim_end_matches(['\r', '\n']);
    let line = sheet.text[start..].trim_start_matches([' ', '\t']);
    line.starts_with(['=', '-', '%']) && !before.ends_with([',', '\\', '|'])
}
