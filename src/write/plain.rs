//! Formats that are lines of text: dotenv files, SQL, and files known by their name.
//!
//! A value of a dotenv file is expanded by some libraries and not by others, and none of them promises more
//! than `${X}`: a read there is left alone.

use super::{Edits, Sheet, Writer};
use crate::lang::Lang;
use crate::lang::sql::token::{Kind, Tokens};
use crate::span::Span;

/// The writer.
pub struct Plain;

impl Writer for Plain {
    fn comment(&self, sheet: &Sheet<'_>, at: usize, text: &str) -> Option<Edits> {
        let start = sheet.line_start(at);
        let (sign, inside) = match sheet.lang {
            Lang::Dotenv => ("#", is_in_value(sheet.text, start)),
            Lang::Sql => ("--", is_in_text(sheet.text, start)),
            _ => return None,
        };
        if inside || text.contains(['\n', '\r']) {
            return None;
        }
        let line = format!("{}{sign} {text}{}", sheet.indentation(start), sheet.line_break());
        Some(vec![(Span::new(start, start), line)])
    }
}

/// Whether a line of a dotenv file goes on with a value in quotes.
fn is_in_value(text: &str, at: usize) -> bool {
    let mut open = None;
    for line in text[..at].lines() {
        let value = match open {
            None if line.trim_start().starts_with('#') => continue,
            None => line.split_once('=').map_or("", |(_, value)| value.trim_start()),
            Some(_) => line,
        };
        let mut rest = value;
        if open.is_none() {
            open = value.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'));
            rest = value.get(1..).unwrap_or_default();
        }
        if let Some(quote) = open
            && rest.replace("\\\"", "").contains(quote)
        {
            open = None;
        }
    }
    open.is_some()
}

/// Whether a line of SQL is inside a text, a comment or the rows of `COPY`.
fn is_in_text(text: &str, at: usize) -> bool {
    Tokens::new(text).any(|token| {
        let solid = matches!(
            token.kind,
            Kind::Text | Kind::Dollar | Kind::Quoted | Kind::Data | Kind::Comment | Kind::Meta
        );
        solid && token.span.start < at && at < token.span.end
    })
}
