//! Templates: ERB, HAML, Slim, and components of Vue and Svelte.

use super::code::{self, Program};
use super::{Comment, Found, Layout, Shape, between, line_end};
use crate::lang::tree::{self, Grammar};
use crate::lang::{Lang, javascript, template};
use crate::span::Span;

/// Longest tag that a place is looked for in, in bytes.
const LONGEST_TAG: usize = 4000;

/// A template with its program.
pub(super) struct Markup {
    program: Program,
    /// Where the program is, in order.
    places: Vec<Span>,
}

/// An ERB template.
pub(super) fn erb(text: &str) -> (Found, Shape) {
    let program = code::ruby(&template::mask_erb(text));
    let mut found = program.found(text);
    let tags = tags(text);
    for comment in &mut found.comments {
        // The mask ends a comment with the tag, whose sign for trimmed blanks is no part of it.
        let said = comment.body.of(text).trim_end_matches('-').len();
        comment.body.end = comment.body.start + said;
        let tag = tags.iter().find(|tag| tag.contains(comment.span));
        if let Some(tag) =
            tag.filter(|tag| inside(text, **tag).of(text).trim() == comment.span.of(text).trim())
        {
            comment.span = *tag;
        }
    }
    for tag in &tags {
        let code = inside(text, *tag);
        if code.of(text).starts_with('#') {
            found.comments.push(Comment { span: *tag, body: Span::new(code.start + 1, code.end) });
        }
    }
    let in_tag = |at: usize| tags.iter().any(|tag| tag.start <= at && at < tag.end);
    found.comments.extend(code::of_html(text, in_tag));
    (found, Shape::Markup(Markup { program, places: tags }))
}

/// The tags of an ERB template.
fn tags(text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(open) = text[at..].find("<%").map(|open| at + open) {
        at = open + 2;
        if text[at..].starts_with('%') {
            continue;
        }
        let Some(close) = text[at..].find("%>").map(|close| at + close + 2) else { break };
        found.push(Span::new(open, close));
        at = close;
    }
    found
}

/// What a tag holds, without its signs.
fn inside(text: &str, tag: Span) -> Span {
    let whole = tag.of(text);
    let open = whole.len() - whole.trim_start_matches("<%").trim_start_matches(['=', '-', '|']).len();
    let code = &whole[open..whole.len() - 2];
    let code = code.strip_suffix('-').unwrap_or(code);
    Span::new(tag.start + open, tag.start + open + code.len())
}

/// A component with scripts.
pub(super) fn component(text: &str, lang: Lang) -> (Found, Shape) {
    let parsed = javascript::parsed(lang, text);
    let places = parsed.as_ref().map_or(Vec::new(), |parsed| scripts(text, &parsed.masked));
    let program = Program::of(parsed.map(|parsed| parsed.tree), lang);
    let mut found = program.found(text);
    let in_script = |at: usize| places.iter().any(|place| place.start <= at && at < place.end);
    found.comments.extend(code::of_html(text, in_script));
    (found, Shape::Markup(Markup { program, places }))
}

/// Where the scripts of a component are: between their tags.
fn scripts(text: &str, masked: &str) -> Vec<Span> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(open) = text[at..].find("<script").map(|open| at + open) {
        let Some(start) = text[open..].find('>').map(|end| open + end + 1) else { break };
        let end = text[start..].find("</script").map_or(text.len(), |end| start + end);
        if masked.get(start..end) == text.get(start..end) {
            found.push(Span::new(start, end));
        }
        at = end;
    }
    found
}

impl Markup {
    /// Whether the offset is in the program.
    pub(super) fn is_in_program(&self, at: usize) -> bool {
        self.places.iter().any(|place| place.start < at && at < place.end)
    }

    /// Where what begins at the offset ends: a statement of the program, a tag, or nothing.
    pub(super) fn end_of(&self, layout: &Layout<'_>, at: usize) -> usize {
        let text = layout.text();
        if let Some(place) = self.places.iter().find(|place| place.start < at && at < place.end) {
            return self.program.end_of(at).min(place.end);
        }
        if let Some(place) = self.places.iter().find(|place| place.start == at) {
            return place.end;
        }
        let rest = &text[at..];
        if !(rest.starts_with('<') && rest[1..].starts_with(|c: char| c.is_ascii_alphabetic())) {
            return at;
        }
        self.end_of_tag(text, at)
    }

    fn end_of_tag(&self, text: &str, at: usize) -> usize {
        let bytes = text.as_bytes();
        let mut quote = None;
        let mut depth = 0_usize;
        let mut here = at + 1;
        while here < bytes.len() {
            if let Some(place) = self.places.iter().find(|place| place.start == here) {
                here = place.end;
                continue;
            }
            match (bytes[here], quote) {
                (byte, Some(open)) if byte == open => quote = None,
                (_, Some(_)) => {}
                (byte @ (b'"' | b'\''), None) => quote = Some(byte),
                (b'{', None) => depth += 1,
                (b'}', None) => depth = depth.saturating_sub(1),
                (b'>', None) if depth == 0 => return here + 1,
                _ => {}
            }
            here += 1;
        }
        // A tag that is never closed is none.
        at
    }

    /// Where the tags begin that the offset may lie within, nearest first.
    pub(super) fn starts_around(&self, text: &str, at: usize) -> Vec<usize> {
        let mut starts: Vec<usize> = Vec::new();
        if let Some(place) = self.places.iter().find(|place| place.start <= at && at < place.end) {
            let inner = self.program.starts_around(at);
            starts.extend(inner.into_iter().filter(|start| place.start < *start));
            starts.push(place.start);
        }
        let opens = text[..at].rmatch_indices('<').map(|(open, _)| open);
        let opens = opens.take_while(|open| at - open < LONGEST_TAG);
        let is_tag = |open: &usize| text[open + 1..].starts_with(|c: char| c.is_ascii_alphabetic());
        starts.extend(opens.filter(is_tag).filter(|open| self.end_of_tag(text, *open) > at).take(1));
        starts
    }
}

/// A HAML or Slim template.
pub(super) fn indented(text: &str, lang: Lang) -> (Found, Shape) {
    let mut found = Found::default();
    let signs: &[&str] = if lang == Lang::Haml { &["-#", "/"] } else { &["/!", "/"] };
    let mut at = 0;
    while at < text.len() {
        let line = Span::new(at, line_end(text, at));
        let content = line.of(text).trim_start();
        let start = line.end - content.len();
        if let Some(sign) = signs.iter().find(|sign| content.starts_with(**sign)) {
            let end = end_of_nested(text, line);
            found.comments.push(between(text, Span::new(start, end), sign, ""));
            at = next_line(text, end);
            continue;
        }
        if holds_text(content, lang) {
            // Text, or a program in another language.
            let end = end_of_nested(text, line);
            found.solids.extend((end > line.end).then(|| Span::new(start, end)));
            at = next_line(text, end);
            continue;
        }
        at = next_line(text, line.end);
        if content.trim_end().ends_with([',', '\\', '|']) && at < text.len() {
            found.solids.push(Span::new(line.end - 1, line_end(text, at).min(at + 1).max(at)));
        }
    }
    found.solids.retain(|solid| text.is_char_boundary(solid.start) && text.is_char_boundary(solid.end));
    let program = template::Program::of(text, lang);
    let of_ruby = Program::of(tree::parse(Grammar::Ruby, &program.ruby), Lang::Ruby).found(&program.ruby);
    for comment in of_ruby.comments {
        if let (Some(span), Some(body)) = (program.origin_of(comment.span), program.origin_of(comment.body)) {
            found.comments.push(Comment { span, body });
        }
    }
    (found, Shape::Lines(&[",", "\\", " |"]))
}

fn next_line(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |found| at + found + 1)
}

/// The end of the last line that is deeper than a line and follows it without one in between that is not.
fn end_of_nested(text: &str, line: Span) -> usize {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let depth = indent(line.of(text));
    let mut last = line.end;
    let mut at = next_line(text, line.end);
    while at < text.len() {
        let end = line_end(text, at);
        let next = &text[at..end];
        if !next.trim().is_empty() {
            if indent(next) <= depth {
                break;
            }
            last = end;
        }
        at = next_line(text, end);
    }
    last
}

/// Whether what is nested in a line of HAML or Slim is text.
fn holds_text(content: &str, lang: Lang) -> bool {
    let content = content.trim_end();
    match lang {
        Lang::Haml => content.starts_with(':'),
        _ => {
            let word = content.strip_suffix(':');
            content.starts_with(['|', '\''])
                || word.is_some_and(|word| {
                    !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
                })
        }
    }
}
