//! The texts that a team's own rules ask for, in formats whose every word outside of comments is a value:
//! settings, scripts, templates.
//!
//! Programs are not read here: their front ends give whole string literals.

use crate::fact::{Facts, Literal, Request};
use crate::lang::Lang;
use crate::lang::comments::comments;
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
    for found in sought.find_iter(&values) {
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
fn without_comments(text: &str, request: &Request<'_>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for comment in comments(text, request.lang, request.path) {
        out.push_str(&text[at..comment.span.start]);
        let blank = |byte: u8| if matches!(byte, b'\n' | b'\r') { char::from(byte) } else { ' ' };
        out.extend(comment.span.of(text).bytes().map(blank));
        at = comment.span.end;
    }
    out.push_str(&text[at..]);
    out
}
