//! The texts that a team's own rules ask for, in formats whose every word outside of comments is a value:
//! settings, scripts, templates.
//!
//! Programs are not read here: their front ends give whole string literals.

use std::borrow::Cow;

use crate::fact::{Facts, Literal, Request};
use crate::lang::Lang;
use crate::lang::plain;
use crate::lang::plain::comment::{Style, blank};
use crate::span::Span;

/// Adds a literal for every word with a text that own rules ask for.
pub(super) fn collect(facts: &mut Facts, text: &str, request: &Request<'_>) {
    let Some(sought) = request.vocabulary.own_texts() else { return };
    if is_program(request.lang) || !sought.is_match(text) {
        return;
    }
    let values = without_comments(text, request);
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    let bytes = values.as_bytes();
    let is_whole = |literal: &&Literal| {
        text.get(literal.span.start..literal.span.end).is_some_and(|written| written == literal.text)
    };
    let known: Vec<Span> = facts.literals.iter().filter(is_whole).map(|literal| literal.span).collect();
    let mut end = 0;
    for found in sought.find_iter(&*values) {
        if found.start() < end {
            continue;
        }
        let start = bytes[..found.start()].iter().rposition(|byte| !is_part(byte)).map_or(0, |at| at + 1);
        end = bytes[found.end()..]
            .iter()
            .position(|byte| !is_part(byte))
            .map_or(bytes.len(), |at| found.end() + at);
        let span = Span::new(start, end);
        if !known.iter().any(|literal| literal.contains(span)) {
            facts.literals.push(Literal { text: span.of(text).to_string(), span, scope: String::new() });
        }
    }
}

fn is_program(lang: Lang) -> bool {
    matches!(lang, Lang::Ruby | Lang::Python | Lang::JavaScript | Lang::TypeScript | Lang::Tsx)
}

/// The text with its comments blanked, at the same length.
fn without_comments<'t>(text: &'t str, request: &Request<'_>) -> Cow<'t, str> {
    let style = match request.lang {
        Lang::Shell | Lang::Dockerfile | Lang::Procfile | Lang::Makefile | Lang::Yaml | Lang::Dotenv => {
            Style::Word
        }
        Lang::Toml => Style::Hash,
        Lang::Json => Style::SlashQuotes,
        Lang::Sql => Style::Sql,
        Lang::Plain => plain::comments(request.path),
        Lang::Erb => return Cow::Owned(without(&blank(text, Style::Xml), "<%#", "%>")),
        // The scripts in it are read as such.
        Lang::Vue | Lang::Svelte => {
            return Cow::Owned(without(&blank(text, Style::Xml), "<script", "</script"));
        }
        Lang::Haml | Lang::Slim => return Cow::Owned(without_outline_comments(text)),
        Lang::Ruby | Lang::Python | Lang::JavaScript | Lang::TypeScript | Lang::Tsx => {
            return Cow::Borrowed(text);
        }
    };
    Cow::Owned(blank(text, style))
}

/// The text with everything from `open` to `close` blanked, at the same length.
fn without(text: &str, open: &str, close: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(open) {
        let end = rest[start..].find(close).map_or(rest.len(), |end| start + end + close.len());
        out.push_str(&rest[..start]);
        push_blank(&mut out, &rest[start..end]);
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

/// A HAML or Slim template without its comments: a line that begins with `-#` or `/`, and what is indented
/// below it.
fn without_outline_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut comment: Option<usize> = None;
    for line in text.split_inclusive('\n') {
        let content = line.trim_start_matches([' ', '\t']);
        let indent = line.len() - content.len();
        let is_empty = content.trim_end().is_empty();
        if comment.is_some_and(|outer| !is_empty && indent <= outer) {
            comment = None;
        }
        if comment.is_none() && (content.starts_with("-#") || content.starts_with('/')) {
            comment = Some(indent);
        }
        match comment {
            Some(_) => push_blank(&mut out, line),
            None => out.push_str(line),
        }
    }
    out
}

fn push_blank(out: &mut String, text: &str) {
    out.extend(text.bytes().map(|byte| if matches!(byte, b'\n' | b'\r') { char::from(byte) } else { ' ' }));
}
