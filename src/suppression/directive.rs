//! The directives in comments: `dynolint: ignore[a, b] reason`.

use super::{State, Suppression, WORD};
use crate::cli;
use crate::lang::comments::Comment;
use crate::remedy::{Remedy, What};
use crate::span::Span;

/// What a directive does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verb {
    /// Silences what is found in its place.
    Ignore,
    /// Silences what is found in the file.
    IgnoreFile,
    /// Begins a block in which findings are silenced.
    Disable,
    /// Ends such a block.
    Enable,
}

impl Verb {
    /// Every verb.
    pub const ALL: [Verb; 4] = [Verb::Ignore, Verb::IgnoreFile, Verb::Disable, Verb::Enable];

    /// As it is written.
    pub fn id(self) -> &'static str {
        match self {
            Verb::Ignore => "ignore",
            Verb::IgnoreFile => "ignore-file",
            Verb::Disable => "disable",
            Verb::Enable => "enable",
        }
    }
}

/// One directive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive {
    /// What it does.
    pub verb: Verb,
    /// The comment that it stands in.
    pub comment: Comment,
    /// From its first word to the end of the reason.
    pub span: Span,
    /// What stands between the brackets.
    pub list: Span,
    /// The names in it, at least one.
    pub names: Vec<Span>,
    /// The reason; may be empty.
    pub reason: Span,
}

/// What looks like a directive and is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    span: Span,
    kind: Kind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Verb { word: String, near: Option<Verb> },
    NoRule(Verb),
    Unclosed,
}

impl Mistake {
    /// What there is to say of it.
    pub(super) fn suppression(&self, path: &str) -> Suppression {
        let mut remedy = None;
        let state = match &self.kind {
            Kind::Verb { word, near } => {
                remedy = near.map(|near| {
                    let what = What::Text { at: self.span, text: near.id().to_string() };
                    Remedy::needs_decision(format!("write `{}`", near.id())).change(path, what)
                });
                State::UnknownVerb { word: word.clone(), near: near.map(Verb::id) }
            }
            Kind::NoRule(verb) => State::NoRule(*verb),
            Kind::Unclosed => State::Unclosed,
        };
        Suppression { span: self.span, state, remedy }
    }
}

/// The directives in the comments of a text, and what was meant to be one.
pub fn parse(text: &str, comments: &[Comment]) -> (Vec<Directive>, Vec<Mistake>) {
    let mut directives = Vec::new();
    let mut mistakes = Vec::new();
    for comment in comments {
        let body = comment.body.of(text);
        let words: Vec<usize> = memchr::memmem::find_iter(body.as_bytes(), WORD.as_bytes())
            .filter(|at| begins_word(&body[..*at]))
            .collect();
        for (number, at) in words.iter().enumerate() {
            let start = comment.body.start + at;
            let next = words.get(number + 1).map_or(comment.body.end, |next| comment.body.start + next);
            let line = text[start..next].find('\n').map_or(next, |end| start + end);
            match one(text, *comment, Span::new(start, line)) {
                Some(Ok(directive)) => directives.push(directive),
                Some(Err(mistake)) => mistakes.push(mistake),
                None => {}
            }
        }
    }
    (directives, mistakes)
}

fn begins_word(before: &str) -> bool {
    !before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | ':' | '@' | '`'))
}

/// The directive at the beginning of a span, which ends with its line at the latest.
fn one(text: &str, comment: Comment, span: Span) -> Option<Result<Directive, Mistake>> {
    let rest = &span.of(text)[WORD.len()..];
    let word_start = span.end - rest.trim_start().len();
    let after = &text[word_start..span.end];
    let length =
        after.bytes().take_while(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'-' | b'_')).count();
    let word = &after[..length];
    let word_span = Span::new(word_start, word_start + length);
    let behind = after[length..].trim_start_matches([' ', '\t']);
    let open = span.end - behind.len();
    let verb = Verb::ALL.into_iter().find(|verb| verb.id() == word);
    if !behind.starts_with('[') {
        // Prose may begin with any other word.
        let verb = verb?;
        return Some(Err(Mistake { span: word_span, kind: Kind::NoRule(verb) }));
    }
    let Some(verb) = verb else {
        let near = cli::nearest(&word.replace('_', "-"), Verb::ALL.iter().map(|verb| verb.id()));
        let near = near.and_then(|near| Verb::ALL.into_iter().find(|verb| verb.id() == near));
        let kind = Kind::Verb { word: word.to_string(), near };
        return (!word.is_empty()).then_some(Err(Mistake { span: word_span, kind }));
    };
    let Some(close) = behind.find(']').map(|close| open + close) else {
        return Some(Err(Mistake { span: Span::new(word_start, span.end), kind: Kind::Unclosed }));
    };
    let list = Span::new(open + 1, close);
    let names = names(text, list);
    if names.is_empty() {
        return Some(Err(Mistake { span: Span::new(word_start, close + 1), kind: Kind::NoRule(verb) }));
    }
    let reason = reason(text, Span::new(close + 1, span.end));
    let end = if reason.is_empty() { close + 1 } else { reason.end };
    Some(Ok(Directive { verb, comment, span: Span::new(span.start, end), list, names, reason }))
}

fn names(text: &str, list: Span) -> Vec<Span> {
    let mut names = Vec::new();
    let mut at = list.start;
    for part in list.of(text).split(',') {
        let start = at + (part.len() - part.trim_start().len());
        let name = part.trim();
        if !name.is_empty() {
            names.push(Span::new(start, start + name.len()));
        }
        at += part.len() + 1;
    }
    names
}

/// The reason, up to where another tool is spoken to.
fn reason(text: &str, span: Span) -> Span {
    let rest = span.of(text);
    let signs = [" # ", " // ", "\t# ", " #!", " -- noqa"];
    let end = signs.iter().filter_map(|sign| rest.find(sign)).min().unwrap_or(rest.len());
    let said = rest[..end].trim_end();
    // What only leads over to the reason, or to another directive, is none.
    let said = said.trim_end_matches(['#', '/', '*']).trim_end();
    let lead = said.len() - said.trim_start_matches([' ', '\t', ':', '-', '–', '—', ',']).len();
    Span::new(span.start + lead, span.start + said.len().max(lead))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Lang;
    use crate::lang::comments::comments;

    #[test]
    fn directives() {
        for (text, wanted) in [
            ("# dynolint: ignore[a] why", "ignore [a] (why)"),
            ("#dynolint:ignore[a,b]", "ignore [a b] ()"),
            ("# dynolint: ignore [ a , b ]: why so", "ignore [a b] (why so)"),
            ("# dynolint: ignore-file[a] -- see #12", "ignore-file [a] (see #12)"),
            ("# dynolint: disable[a] – b", "disable [a] (b)"),
            ("# dynolint: enable[a]", "enable [a] ()"),
            ("# rubocop:disable X # dynolint: ignore[a] why", "ignore [a] (why)"),
            ("# dynolint: ignore[a] why # rubocop:disable X", "ignore [a] (why)"),
            ("# noqa  dynolint: ignore[a]", "ignore [a] ()"),
            ("# dynolint: ignore[a] b # dynolint: ignore[c] d", "ignore [a] (b); ignore [c] (d)"),
            ("# dynolint: see the docs", ""),
            ("# dynolint: ignored because", ""),
            ("# see xdynolint: ignore[a]", ""),
            ("# as `dynolint: ignore[a]` does", ""),
            ("# dynolint: ignore", "? ignore"),
            ("# dynolint: ignore why", "? ignore"),
            ("# dynolint: ignore[]", "? ignore[]"),
            ("# dynolint: ignore[ , ] why", "? ignore[ , ]"),
            ("# dynolint: ignroe[a]", "? ignroe"),
            ("# dynolint: noqa[a]", "? noqa"),
            ("# dynolint: ignore[a why", "? ignore[a why"),
            ("# dynolint: [a]", ""),
        ] {
            let (directives, mistakes) = parse(text, &comments(text, Lang::Ruby, "a.rb"));
            let mut said: Vec<String> = Vec::new();
            for one in &directives {
                let names: Vec<&str> = one.names.iter().map(|name| name.of(text)).collect();
                said.push(format!("{} [{}] ({})", one.verb.id(), names.join(" "), one.reason.of(text)));
            }
            said.extend(mistakes.iter().map(|mistake| format!("? {}", mistake.span.of(text))));
            assert_eq!(said.join("; "), wanted, "{text}");
        }
    }
}
