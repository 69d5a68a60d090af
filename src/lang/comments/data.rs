//! YAML, TOML, and JSON with comments.

use super::lines::Brackets;
use super::{Comment, Found, Layout, Shape, line_end, of_any_kind, to_line_end};
use crate::lang::data::{Data, Style, Value};
use crate::lang::plain::comment;
use crate::lang::{toml as toml_reader, yaml as yaml_reader};
use crate::span::Span;

/// A YAML file, templates in it included.
pub(super) fn yaml(text: &str) -> (Found, Shape) {
    let (masked, tags) = yaml_reader::masked(text);
    let data = yaml_reader::tree(text);
    let mut found = Found::default();
    for tag in tags {
        let whole = tag.of(text);
        if let Some(said) = whole.strip_prefix("<%#").and_then(|rest| rest.strip_suffix("%>")) {
            let start = tag.start + 3;
            found.comments.push(Comment { span: tag, body: Span::new(start, start + said.len()) });
        }
        if whole.contains('\n') {
            found.solids.push(tag);
        }
    }
    let mut flows = Vec::new();
    for id in data.ids() {
        let span = data.span(id);
        let is_over_lines = span.of(text).contains('\n');
        match data.value(id) {
            Value::Scalar(_) if is_over_lines => found.solids.push(span),
            Value::Map | Value::List if is_over_lines && span.of(&masked).starts_with(['{', '[']) => {
                flows.push(span);
            }
            _ => {}
        }
    }
    found.comments.extend(hashes(text, &masked, &texts(&data)));
    (found, Shape::Yaml(flows))
}

/// The keys and scalars, in order of place. The header of a block may end with a comment.
fn texts(data: &Data) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    for id in data.ids() {
        spans.extend(data.key(id).map(|key| key.whole));
        if let Some(scalar) = data.scalar(id) {
            spans.push(match scalar.style {
                Style::Literal | Style::Folded => scalar.inner,
                _ => data.span(id),
            });
        }
    }
    spans.sort_unstable();
    spans
}

/// Comments that begin with `#` behind a blank and outside of the texts, and go to the end of their line.
fn hashes(text: &str, masked: &str, texts: &[Span]) -> Vec<Comment> {
    let mut found: Vec<Comment> = Vec::new();
    let mut next = 0;
    let mut reach = 0;
    for at in memchr::memchr_iter(b'#', masked.as_bytes()) {
        while let Some(span) = texts.get(next).filter(|span| span.start <= at) {
            reach = reach.max(span.end);
            next += 1;
        }
        let is_first = found.last().is_none_or(|last| last.span.end <= at);
        let is_free = at == 0 || masked.as_bytes()[at - 1].is_ascii_whitespace();
        if at >= reach && is_first && is_free {
            found.push(to_line_end(text, at, "#"));
        }
    }
    found
}

/// Where an entry or item of YAML ends: with its text, or before the first list or map below it.
pub(super) fn end_of_entry(layout: &Layout<'_>, flows: &[Span], at: usize) -> usize {
    let text = layout.text();
    let column = at - layout.line_start(at);
    let is_item = text[at..].starts_with("- ");
    let mut start = at;
    loop {
        let end = line_end(text, start);
        let first = layout.line_start(start);
        let in_line = |span: &&Span| first <= span.start && span.start <= end;
        let reach = flows.iter().chain(&layout.solids).filter(in_line).map(|span| span.end).max();
        let reach = reach.unwrap_or(end).max(end);
        if !is_item || (reach == end && opens_block(layout, Span::new(first, end))) {
            return reach;
        }
        match layout.next_code(reach) {
            Some(next) if next - layout.line_start(next) > column => start = next,
            _ => return reach,
        }
    }
}

/// Whether the value of a line's key stands on the lines below it.
fn opens_block(layout: &Layout<'_>, line: Span) -> bool {
    let comment = layout.comments.iter().find(|comment| line.contains(comment.span));
    let code =
        Span::new(line.start, comment.map_or(line.end, |comment| comment.span.start)).of(layout.text());
    let code = code.trim_end();
    // An anchor or a tag is no value yet.
    let code = match code.rsplit_once(' ') {
        Some((before, last)) if last.starts_with(['&', '!']) => before.trim_end(),
        _ => code,
    };
    code.ends_with(':') || code.trim_start() == "-"
}

/// A TOML file.
pub(super) fn toml(text: &str) -> (Found, Shape) {
    let mut found = Found::default();
    let texts = toml_reader::tree(text).map_or(Vec::new(), |data| texts(&data));
    // One that is broken has no comments that anyone could be sure of.
    if toml_reader::tree(text).is_some() {
        found.comments = hashes_of_toml(text, &texts);
    }
    let over_lines = |span: &&Span| span.of(text).contains('\n');
    found.solids.extend(texts.iter().filter(over_lines));
    let shape = Shape::Brackets(Brackets::of_toml(
        texts.into_iter().chain(found.comments.iter().map(|one| one.span)),
    ));
    (found, shape)
}

/// In TOML a comment needs no blank before it.
fn hashes_of_toml(text: &str, texts: &[Span]) -> Vec<Comment> {
    let mut found: Vec<Comment> = Vec::new();
    for at in memchr::memchr_iter(b'#', text.as_bytes()) {
        let in_text = texts.iter().any(|span| span.start <= at && at < span.end);
        if !in_text && found.last().is_none_or(|last| last.span.end <= at) {
            found.push(to_line_end(text, at, "#"));
        }
    }
    found
}

/// A JSON file.
pub(super) fn json(text: &str) -> (Found, Shape) {
    let mut found = Found::default();
    let pieces = comment::pieces(text, comment::Style::SlashQuotes);
    for (kind, span) in &pieces {
        if *kind == comment::Kind::Comment {
            found.comments.push(of_any_kind(text, *span));
        }
    }
    (found, Shape::Brackets(Brackets::of_json(pieces.into_iter().map(|(_, span)| span))))
}
