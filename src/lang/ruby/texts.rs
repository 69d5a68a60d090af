//! Texts of Ruby as they are when the program runs: escapes, heredocs, interpolation, formats.

use super::syntax::{Field, Id, Kind};
use super::terms::Terms;
use crate::span::Span;
use crate::term::{Argument, Term, Value};

/// A piece of a text as it is written.
enum Piece {
    /// Written out; `escape` where it stands for a control character and begins no line.
    Text { text: String, span: Span, escape: bool },
    /// Computed.
    Term(Term),
}

impl Terms<'_, '_, '_> {
    /// The text of a string, a symbol with quotes, or several strings one after another.
    pub(super) fn text(&self, id: Id, depth: usize) -> Value {
        let mut pieces = Vec::new();
        if self.syntax.kind(id) == Kind::ChainedString {
            for part in self.syntax.children(id) {
                self.pieces(part, self.is_raw(part), depth + 1, &mut pieces);
            }
        } else {
            self.pieces(id, self.is_raw(id), depth, &mut pieces);
        }
        self.whole_text(pieces)
    }

    /// The text of a heredoc, without the indentation that `<<~` takes away, and where it stands.
    pub(super) fn heredoc(&self, beginning: Id, depth: usize) -> Option<Term> {
        let syntax = self.syntax;
        let body = syntax.heredoc_body(beginning)?;
        let source = syntax.source(beginning);
        let raw = source.contains('\'');
        let mut pieces = Vec::new();
        self.pieces(body, raw, depth, &mut pieces);
        // The first line begins behind the line with the heredoc's name.
        let mut start = syntax.span(body).start;
        if let Some(Piece::Text { text, span, .. }) = pieces.first_mut() {
            let skipped = text.strip_prefix("\r\n").or_else(|| text.strip_prefix('\n')).map(str::len);
            if let Some(rest) = skipped {
                let skipped = text.len() - rest;
                text.drain(..skipped);
                span.start = (span.start + skipped).min(span.end);
                start = span.start;
            }
        }
        // What stands before the closing name belongs to it.
        if let Some(Piece::Text { text, span, escape: false }) = pieces.last_mut() {
            let kept = text.trim_end_matches([' ', '\t']).len();
            if text[..kept].ends_with('\n') {
                span.end = span.end.saturating_sub(text.len() - kept).max(span.start);
                text.truncate(kept);
            }
        }
        let end = pieces.last().map_or(start, |piece| match piece {
            Piece::Text { span, .. } => span.end,
            Piece::Term(_) => syntax.span(body).end,
        });
        if source.starts_with("<<~") {
            dedent(&mut pieces);
        }
        let value = self.whole_text(pieces);
        Some(Term { span: Span { start, end: end.max(start) }, value })
    }

    /// Whether a backslash stands for itself, except before a quote or another one.
    fn is_raw(&self, id: Id) -> bool {
        let syntax = self.syntax;
        let opening = match syntax.kind(id) {
            Kind::BareString | Kind::BareSymbol => syntax.parent(id).map_or("", |list| syntax.source(list)),
            _ => syntax.source(id),
        };
        ["'", ":'", "%q", "%s", "%w", "%i"].iter().any(|quote| opening.starts_with(quote))
    }

    fn pieces(&self, id: Id, raw: bool, depth: usize, found: &mut Vec<Piece>) {
        let syntax = self.syntax;
        for child in syntax.children(id) {
            let source = syntax.source(child);
            let span = syntax.span(child);
            match syntax.kind(child) {
                Kind::Interpolation => {
                    let inner = syntax.children(child).last();
                    found.extend(inner.map(|inner| Piece::Term(self.at(inner, depth + 1))));
                }
                Kind::StringContent | Kind::HeredocContent => {
                    if !self.spend(source.len() / 256) {
                        found.push(Piece::Term(Term { span, value: Value::Other }));
                        return;
                    }
                    let heredoc = syntax.kind(child) == Kind::HeredocContent;
                    let text = if raw && !heredoc && source.contains('\\') {
                        source.replace(r"\\", "\\").replace(r"\'", "'")
                    } else {
                        source.to_string()
                    };
                    found.push(Piece::Text { text, span, escape: false });
                }
                Kind::EscapeSequence => {
                    found.push(Piece::Text { text: unescaped(source), span, escape: true });
                }
                Kind::String => self.pieces(child, self.is_raw(child), depth + 1, found),
                _ => {}
            }
        }
    }

    fn whole_text(&self, pieces: Vec<Piece>) -> Value {
        let terms = pieces.into_iter().map(|piece| match piece {
            Piece::Text { text, span, .. } => Term { span, value: Value::Text(text) },
            Piece::Term(term) => term,
        });
        joined(terms)
    }

    /// `format(text, …)` and `text % …`: the text around its directives and what they stand for.
    pub(super) fn formatted(&self, format: &Term, arguments: &[Argument]) -> Option<Value> {
        let text = format.text()?;
        let mut pieces: Vec<Term> = Vec::new();
        let mut plain = String::new();
        let mut positional = arguments.iter().filter(|argument| argument.keyword.is_none());
        let named = |name: &str| {
            let keyword = |argument: &&Argument| argument.keyword.as_deref() == Some(name);
            let by_keyword = arguments.iter().find(keyword).map(|argument| &argument.value);
            by_keyword.or_else(|| arguments.iter().find_map(|argument| argument.value.get(name)))
        };
        let mut rest = text;
        while let Some(at) = rest.find('%') {
            plain.push_str(&rest[..at]);
            let directive = &rest[at + 1..];
            let (argument, behind) = if let Some(behind) = directive.strip_prefix('%') {
                plain.push('%');
                rest = behind;
                continue;
            } else if let Some((name, behind)) =
                directive.strip_prefix('{').and_then(|named| named.split_once('}'))
            {
                (named(name), behind)
            } else if let Some((name, behind)) =
                directive.strip_prefix('<').and_then(|named| named.split_once('>'))
            {
                let letter = behind.find(|c: char| c.is_ascii_alphabetic()).map_or(0, |at| at + 1);
                (named(name), &behind[letter..])
            } else {
                let flags = |c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | ' ' | '#' | '.' | '*');
                let behind = directive.trim_start_matches(flags);
                if !behind.starts_with(|c: char| c.is_ascii_alphabetic()) {
                    plain.push('%');
                    rest = directive;
                    continue;
                }
                (positional.next().map(|argument| &argument.value), &behind[1..])
            };
            if !plain.is_empty() {
                let text = Value::Text(std::mem::take(&mut plain));
                pieces.push(Term { span: format.span, value: text });
            }
            let unknown = || Term { span: format.span, value: Value::Other };
            pieces.push(argument.cloned().unwrap_or_else(unknown));
            rest = behind;
        }
        plain.push_str(rest);
        if !plain.is_empty() || pieces.is_empty() {
            pieces.push(Term { span: format.span, value: Value::Text(plain) });
        }
        Some(joined(pieces))
    }

    /// The text of a key without computed pieces, escapes resolved.
    pub(super) fn key_text(&self, key: Id) -> Option<String> {
        match self.syntax.kind(key) {
            Kind::SimpleSymbol | Kind::HashKeySymbol | Kind::BareSymbol => {
                self.syntax.literal(key).map(|(text, _)| text.to_string())
            }
            Kind::String | Kind::DelimitedSymbol | Kind::BareString => match self.text(key, 0) {
                Value::Text(text) => Some(text),
                _ => None,
            },
            Kind::Integer | Kind::True | Kind::False => Some(self.syntax.source(key).to_string()),
            _ => None,
        }
    }

    /// What is done to a text that is known, where the result is one too.
    pub(super) fn changed_text(text: &str, method: &str) -> Option<String> {
        Some(match method {
            "squish" => text.split_whitespace().collect::<Vec<_>>().join(" "),
            "strip" => text.trim().to_string(),
            "chomp" => text.strip_suffix('\n').unwrap_or(text).to_string(),
            "strip_heredoc" => {
                let mut pieces =
                    vec![Piece::Text { text: text.to_string(), span: Span::default(), escape: false }];
                dedent(&mut pieces);
                match pieces.pop() {
                    Some(Piece::Text { text, .. }) => text,
                    _ => return None,
                }
            }
            "upcase" => text.to_uppercase(),
            "downcase" => text.to_lowercase(),
            _ => return None,
        })
    }

    /// Whether the node is a call of `raise`, `abort` or a relative.
    pub(super) fn raises(&self, id: Id) -> bool {
        let syntax = self.syntax;
        let name = match syntax.kind(id) {
            Kind::Call => syntax.path(id),
            Kind::Identifier => syntax.source(id).to_string(),
            Kind::Parenthesized => {
                return syntax.field(id, Field::Body).or_else(|| syntax.children(id).last()).is_some_and(
                    |last| matches!(syntax.kind(last), Kind::Call | Kind::Identifier) && self.raises(last),
                );
            }
            _ => return false,
        };
        matches!(name.as_str(), "raise" | "fail" | "abort" | "exit" | "Kernel.raise" | "Kernel.abort")
    }
}

/// Pieces of one text: texts one after another become one, and what is known in full is a text.
pub(super) fn joined(terms: impl IntoIterator<Item = Term>) -> Value {
    fn add(pieces: &mut Vec<Term>, term: Term) {
        let text = match term.value {
            Value::Joined(inner) => {
                inner.into_iter().for_each(|piece| add(pieces, piece));
                return;
            }
            Value::Text(text) | Value::Number(text) => text,
            value => {
                pieces.push(Term { span: term.span, value });
                return;
            }
        };
        if let Some(Term { span, value: Value::Text(before) }) = pieces.last_mut() {
            before.push_str(&text);
            // Pieces of a name that was followed stand elsewhere.
            if term.span.start >= span.end {
                span.end = term.span.end;
            }
        } else {
            pieces.push(Term { span: term.span, value: Value::Text(text) });
        }
    }
    let mut pieces = Vec::new();
    terms.into_iter().for_each(|term| add(&mut pieces, term));
    match pieces.len() {
        0 => Value::Text(String::new()),
        1 if pieces[0].text().is_some() => pieces.remove(0).value,
        _ => Value::Joined(pieces),
    }
}

/// Takes away what every line that is not blank begins with, as `<<~` does.
fn dedent(pieces: &mut [Piece]) {
    /// Byte offsets of the lines that begin in a piece.
    fn starts(text: &str, first: bool) -> Vec<usize> {
        let lines = text.match_indices('\n').map(|(at, _)| at + 1);
        first.then_some(0).into_iter().chain(lines).collect()
    }
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let count = pieces.len();
    let mut least = usize::MAX;
    for (at, piece) in pieces.iter().enumerate() {
        let Piece::Text { text, escape: false, .. } = piece else { continue };
        for start in starts(text, at == 0) {
            let line = &text[start..];
            let width = indent(line);
            let blank = line[width..].starts_with(['\n', '\r']);
            let last = line.len() == width && at + 1 == count;
            if !blank && !last {
                least = least.min(width);
            }
        }
    }
    if least == 0 || least == usize::MAX {
        return;
    }
    for (at, piece) in pieces.iter_mut().enumerate() {
        let Piece::Text { text, escape: false, .. } = piece else { continue };
        for start in starts(text, at == 0).into_iter().rev() {
            let width = indent(&text[start..]).min(least);
            text.drain(start..start + width);
        }
    }
}

/// What an escape in a text with double quotes stands for.
fn unescaped(escape: &str) -> String {
    let after = escape.strip_prefix('\\').unwrap_or(escape);
    let code = |digits: &str, radix: u32| {
        u32::from_str_radix(digits, radix).ok().and_then(char::from_u32).map(String::from)
    };
    let known = match after.as_bytes().first() {
        Some(b'n') => Some("\n".to_string()),
        Some(b't') => Some("\t".to_string()),
        Some(b'r') => Some("\r".to_string()),
        Some(b's') => Some(" ".to_string()),
        Some(b'a') => Some("\u{7}".to_string()),
        Some(b'b') => Some("\u{8}".to_string()),
        Some(b'e') => Some("\u{1b}".to_string()),
        Some(b'f') => Some("\u{c}".to_string()),
        Some(b'v') => Some("\u{b}".to_string()),
        Some(b'0'..=b'7') => code(after, 8),
        Some(b'x') => code(&after[1..], 16),
        Some(b'u') => match after[1..].strip_prefix('{').and_then(|codes| codes.strip_suffix('}')) {
            Some(codes) => codes.split_whitespace().map(|digits| code(digits, 16)).collect(),
            None => code(&after[1..], 16),
        },
        Some(b'\n' | b'\r') => Some(String::new()),
        _ => None,
    };
    known.unwrap_or_else(|| after.to_string())
}
