//! `Jenkinsfile`: shell steps, variables set for them, and reads through `env`.

use std::sync::LazyLock;

use regex::Regex;

use super::comment::{self, Style};
use crate::fact::{EnvWrite, Facts, Name, WriteKind, looks_like_variable};
use crate::lang::data::interpolate::{self, Hole, Piece, Then};
use crate::lang::shell::{self, HIDDEN, VOID};
use crate::span::Span;

/// The facts of a pipeline.
pub fn collect(text: &str, facts: &mut Facts) {
    static STEP: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#"(?s)\bsh\s*\(?\s*(?:[^'"\n]*?\bscript\s*:\s*)?(?:'''(.*?)'''|"""(.*?)"""|'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)")"#)
            .expect("a constant pattern")
    });
    static READ: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\benv\.([A-Z_][A-Z0-9_]+)\b").expect("a constant pattern"));
    static BLOCK: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\benvironment\s*\{([^{}]*)\}").expect("a constant pattern"));
    static ENTRY: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#"(?m)^[ \t]*([A-Za-z_]\w*)[ \t]*=[ \t]*(?:'([^'\n]*)'|"([^"$\n]*)"|[^\n]*)"#)
            .expect("a constant pattern")
    });
    let code = comment::blank(text, Style::SlashQuotes);
    let mut view: Option<String> = None;
    for step in STEP.captures_iter(&code) {
        let Some((at, part)) = (1..=4).find_map(|at| Some((at, step.get(at)?))) else { continue };
        let span = Span::from(part.range());
        let masked = mask(part.as_str(), at % 2 == 0);
        if masked == span.of(text) {
            shell::embedded(text, span, facts, "");
        } else if masked.len() == span.len() {
            let view = view.get_or_insert_with(|| text.to_string());
            view.replace_range(span.start..span.end, &masked);
            shell::embedded_masked(view, span, facts, "");
        }
    }
    facts.bindings.clear();
    facts.wrappers.clear();
    for read in READ.captures_iter(&code) {
        let Some(name) = read.get(1) else { continue };
        let span = Span::from(read.get_match().range());
        let hole = Hole {
            name: name.as_str().to_string(),
            name_span: Span::from(name.range()),
            span,
            then: Then::Plain,
            api: "env",
        };
        // `env.X = "…"` sets it.
        let rest = code[span.end..].trim_start();
        if !rest.starts_with('=') || rest.starts_with("==") {
            facts.reads.extend(interpolate::reads(text, span, &[Piece::Hole(hole)], ""));
        }
    }
    for block in BLOCK.captures_iter(&code).filter_map(|block| block.get(1)) {
        for entry in ENTRY.captures_iter(block.as_str()) {
            let Some(name) = entry.get(1).filter(|name| looks_like_variable(name.as_str())) else { continue };
            let whole = entry.get_match();
            let value = entry.get(2).or_else(|| entry.get(3)).map(|value| value.as_str().to_string());
            let name_span = Span::from(name.range()).shift(block.start());
            facts.writes.push(EnvWrite {
                name: Name::Known(name.as_str().to_string()),
                name_span,
                span: Span::new(name_span.start, block.start() + whole.end()),
                value,
                kind: WriteKind::Set,
                surface: "jenkins environment".to_string(),
                scope: "environment".to_string(),
            });
        }
    }
}

/// What the shell sees of a literal: escapes undone, and what Groovy puts in (`interpolated`) hidden.
fn mask(text: &str, interpolated: bool) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if matches!(bytes.get(at + 1), Some(b'"' | b'\'' | b'$' | b'\\')) => {
                bytes[at] = VOID;
                at += 1;
            }
            b'$' if interpolated => {
                let braced = bytes.get(at + 1) == Some(&b'{');
                while let Some(byte) = bytes.get_mut(at) {
                    let last = braced && *byte == b'}';
                    let word = byte.is_ascii_alphanumeric() || matches!(*byte, b'$' | b'_' | b'.');
                    if !braced && !word {
                        break;
                    }
                    if *byte != b'\n' {
                        *byte = HIDDEN;
                    }
                    at += 1;
                    if last {
                        break;
                    }
                }
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_string())
}
