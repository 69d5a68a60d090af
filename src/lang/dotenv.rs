//! Front end: `.env` files.

use std::collections::HashSet;

use crate::expr::Expr;
use crate::fact::{EnvRead, EnvWrite, Facts, Name, Place, ReadKind, Request, Use, WriteKind};
use crate::span::Span;

use super::shell;

/// The facts of one file.
pub fn facts(text: &str, request: &Request<'_>) -> Facts {
    let file = request.path.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    // direnv runs its file as a script.
    if file == ".envrc" {
        let mut facts = Facts::default();
        shell::embedded(text, Span::new(0, text.len()), &mut facts, "");
        facts.writes.iter_mut().for_each(|write| "dotenv".clone_into(&mut write.surface));
        return facts;
    }
    let declares =
        ["example", "sample", "template", "dist", "default"].iter().any(|word| file.contains(word));
    let kind = if declares { WriteKind::Declare } else { WriteKind::Set };
    let mut facts = Facts::default();
    let entries = entries(text);
    let own: HashSet<&str> = entries.iter().map(|entry| entry.name.of(text)).collect();
    for entry in &entries {
        let name = entry.name.of(text);
        let parts = if entry.raw { Vec::new() } else { references(text, entry.value) };
        let plain = parts.is_empty();
        facts.writes.push(EnvWrite {
            name: Name::Known(name.to_owned()),
            name_span: entry.name,
            span: entry.span,
            value: plain.then(|| entry.value.of(text).to_owned()),
            kind,
            surface: "dotenv".to_owned(),
            scope: String::new(),
        });
        let expr = template(text, entry.value, &parts, &own);
        for part in parts.iter().filter(|part| !own.contains(part.name.of(text))) {
            facts.reads.push(EnvRead {
                name: Name::Known(part.name.of(text).to_owned()),
                name_span: Some(part.name),
                span: part.span,
                api: "$".to_owned(),
                kind: ReadKind::Value,
                default: part.default,
                required: false,
                scope: String::new(),
                uses: vec![Use {
                    name: None,
                    path: None,
                    span: part.span,
                    expr: expr.clone(),
                    expr_span: entry.value,
                    place: Place::Bound { target: name.to_owned() },
                    scope: String::new(),
                }],
                guards: Vec::new(),
                via: None,
            });
        }
    }
    facts
}

/// `X=v`
struct Entry {
    name: Span,
    /// Without quotes.
    value: Span,
    span: Span,
    /// Between single quotes: nothing is expanded.
    raw: bool,
}

/// The entries, each from its name to the end of its value.
pub(super) fn outline(text: &str) -> Vec<Span> {
    entries(text).into_iter().map(|entry| entry.span).collect()
}

fn entries(text: &str) -> Vec<Entry> {
    let mut found = Vec::new();
    let mut at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    while at < text.len() {
        let end = memchr::memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |len| at + len);
        let line = &text[at..end];
        let next = end + 1;
        at = match entry(text, at, line) {
            Some(entry) => {
                // A quoted value may go over several lines.
                let after = entry.span.end;
                found.push(entry);
                if after > end {
                    memchr::memchr(b'\n', &text.as_bytes()[after..]).map_or(text.len(), |len| after + len + 1)
                } else {
                    next
                }
            }
            None => next,
        };
    }
    found
}

fn entry(text: &str, at: usize, line: &str) -> Option<Entry> {
    let mut start = at + (line.len() - line.trim_start().len());
    let begin = start;
    let mut rest = line.trim();
    if let Some(after) = rest.strip_prefix("export ").or_else(|| rest.strip_prefix("export\t")) {
        let trimmed = after.trim_start();
        start += rest.len() - trimmed.len();
        rest = trimmed;
    }
    let len = rest
        .bytes()
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-'))
        .count();
    let first = *rest.as_bytes().first()?;
    if len == 0 || !(first.is_ascii_alphabetic() || first == b'_') {
        return None;
    }
    let name = Span::new(start, start + len);
    let after = &rest[len..];
    let spaces = after.len() - after.trim_start().len();
    let sign = after.trim_start();
    // `X: v` is the other form that some libraries take.
    if !(sign.starts_with('=') || (spaces == 0 && sign.starts_with(": "))) {
        return None;
    }
    let given = &sign[1..];
    let from = name.end + spaces + 1 + (given.len() - given.trim_start().len());
    let given = given.trim();
    if let Some(quote) = given.chars().next().filter(|quote| matches!(quote, '"' | '\'' | '`'))
        && let Some(close) = closing(&text[from + 1..], quote)
    {
        let value = Span::new(from + 1, from + 1 + close);
        return Some(Entry { name, value, span: Span::new(begin, value.end + 1), raw: quote == '\'' });
    }
    let given = match given.find(" #").or_else(|| given.find("\t#")) {
        _ if given.starts_with('#') => "",
        Some(comment) => given[..comment].trim_end(),
        None => given,
    };
    let from = from.min(at + line.len());
    let value = Span::new(from, from + given.len());
    Some(Entry { name, value, span: Span::new(begin, value.end), raw: false })
}

fn closing(text: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quote != '\'' => escaped = true,
            c if c == quote => return Some(at),
            _ => {}
        }
    }
    None
}

/// `$Y`, `${Y}`, `${Y:-d}`
struct Reference {
    span: Span,
    name: Span,
    default: Option<Span>,
}

fn references(text: &str, value: Span) -> Vec<Reference> {
    let bytes = &text.as_bytes()[..value.end];
    let mut found = Vec::new();
    let mut at = value.start;
    while let Some(dollar) = memchr::memchr(b'$', &bytes[at..]).map(|len| at + len) {
        let braced = bytes.get(dollar + 1) == Some(&b'{');
        let start = dollar + 1 + usize::from(braced);
        let len = bytes[start.min(bytes.len())..]
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_')
            .count();
        at = (start + len).min(bytes.len());
        let escaped = dollar > value.start && bytes[dollar - 1] == b'\\';
        if escaped || len == 0 || bytes[start].is_ascii_digit() {
            continue;
        }
        let name = Span::new(start, start + len);
        let mut default = None;
        if braced {
            let Some(close) = memchr::memchr(b'}', &bytes[at..]).map(|len| at + len) else { continue };
            let operator = &text[at..close];
            if let Some(rest) = operator.strip_prefix(":-").or_else(|| operator.strip_prefix('-')) {
                default = Some(Span::new(close - rest.len(), close));
            }
            at = close + 1;
        }
        found.push(Reference { span: Span::new(dollar, at), name, default });
    }
    found
}

fn template(text: &str, value: Span, parts: &[Reference], own: &HashSet<&str>) -> Expr {
    let mut exprs = Vec::new();
    let mut at = value.start;
    for part in parts {
        if part.span.start > at {
            exprs.push(Expr::Text(text[at..part.span.start].to_owned()));
        }
        let name = part.name.of(text);
        exprs.push(if own.contains(name) {
            Expr::Opaque(part.span)
        } else {
            Expr::Read {
                name: Some(name.to_owned()),
                span: part.span,
                default: part.default.map(|span| Box::new(Expr::Text(span.of(text).to_owned()))),
                required: false,
            }
        });
        at = part.span.end;
    }
    if value.end > at {
        exprs.push(Expr::Text(text[at..value.end].to_owned()));
    }
    if exprs.len() == 1 { exprs.remove(0) } else { Expr::Template(exprs) }
}
