//! The schema of Prisma: extensions, schemas, and SQL in the defaults of columns.

use crate::fact::{Facts, Literal};
use crate::span::Span;
use crate::sql::{Action, CONNECT_SCHEMA, EXTENSION_SCHEMA, Statement};

/// A word, a text without its quotes, or one other character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Word,
    Text,
    Symbol,
}

/// Adds what the schema says.
pub fn collect(text: &str, facts: &mut Facts) {
    let tokens = tokens(text);
    let of = |at: usize| tokens.get(at).map_or("", |(_, span)| span.of(text));
    let mut at = 0;
    // The model or enumeration that the tokens stand in.
    let mut block = "";
    while at < tokens.len() {
        let (kind, span) = tokens[at];
        match (kind, of(at)) {
            (Kind::Word, "model" | "enum" | "view") if of(at + 2) == "{" => block = of(at + 1),
            (Kind::Word, "extensions") if of(at + 1) == "=" && of(at + 2) == "[" => {
                at = extensions(text, &tokens, at + 3, facts);
                continue;
            }
            (Kind::Word, "schemas") if of(at + 1) == "=" => {
                let list = tokens[at..].iter().take_while(|(_, span)| span.of(text) != "]");
                for (_, place) in
                    list.filter(|(kind, span)| *kind == Kind::Text && span.of(text) == EXTENSION_SCHEMA)
                {
                    facts.statements.push(statement(Action::Use, EXTENSION_SCHEMA, *place));
                }
            }
            (Kind::Word, "schema") if of(at + 1) == "(" => match of(at + 2) {
                EXTENSION_SCHEMA => {
                    facts.statements.push(statement(Action::Use, EXTENSION_SCHEMA, tokens[at + 2].1));
                }
                CONNECT_SCHEMA => {
                    let table = format!("{CONNECT_SCHEMA}.{}", block.to_ascii_lowercase());
                    facts.statements.push(statement(Action::Table, &table, tokens[at + 2].1));
                }
                _ => {}
            },
            (Kind::Text, literal) if crate::vocabulary::is_text(literal) => {
                facts.literals.push(Literal { text: literal.to_string(), span, scope: block.to_string() });
            }
            _ => {}
        }
        at += 1;
    }
}

fn statement(action: Action, name: &str, span: Span) -> Statement {
    Statement { action, name: name.to_string(), name_span: span, span }
}

/// The list of extensions from `at` on; the position behind it.
fn extensions(text: &str, tokens: &[(Kind, Span)], mut at: usize, facts: &mut Facts) -> usize {
    let of = |at: usize| tokens.get(at).map_or("", |(_, span)| span.of(text));
    while at < tokens.len() && of(at) != "]" {
        let (kind, name_span) = tokens[at];
        let (mut name, mut schema) = (of(at).to_string(), None);
        let start = name_span.start;
        let mut end = name_span.end;
        at += 1;
        if kind != Kind::Word {
            continue;
        }
        // `uuidOssp(map: "uuid-ossp", schema: "extensions", version: "1.1")`
        if of(at) == "(" {
            while at < tokens.len() && of(at) != ")" && of(at) != "]" {
                match of(at) {
                    "map" if of(at + 1) == ":" => name = of(at + 2).to_string(),
                    "schema" if of(at + 1) == ":" => {
                        schema = tokens.get(at + 2).map(|(_, span)| (span.of(text).to_string(), *span));
                    }
                    _ => {}
                }
                end = tokens[at].1.end;
                at += 1;
            }
        }
        facts.statements.push(Statement {
            action: Action::CreateExtension { schema },
            name,
            name_span,
            span: Span::new(start, end),
        });
    }
    at
}

/// The tokens, comments left out.
fn tokens(text: &str) -> Vec<(Kind, Span)> {
    let bytes = text.as_bytes();
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80;
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let start = at;
        match byte {
            b'/' if bytes.get(at + 1) == Some(&b'/') => {
                at = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |end| start + end);
            }
            b'"' => {
                at += 1;
                while at < bytes.len() && !matches!(bytes[at], b'"' | b'\n') {
                    at += 1 + usize::from(bytes[at] == b'\\' && bytes.get(at + 1) == Some(&b'"'));
                }
                found.push((Kind::Text, Span::new(start + 1, at)));
                at += 1;
            }
            _ if is_word(byte) => {
                at += bytes[at..].iter().take_while(|byte| is_word(**byte)).count();
                found.push((Kind::Word, Span::new(start, at)));
            }
            _ => {
                at += 1;
                if !byte.is_ascii_whitespace() {
                    found.push((Kind::Symbol, Span::new(start, at)));
                }
            }
        }
    }
    found
}
