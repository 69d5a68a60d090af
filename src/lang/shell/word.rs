//! Words: their text where it is known, their patterns, and what `${…}` says.

use tree_sitter::Node;

use crate::lang::tree;
use crate::span::Span;

use super::{HIDDEN, VOID};

/// A word's bytes without the quotes around all of it.
pub(super) fn inner(node: Node<'_>, text: &str) -> Span {
    let span = Span::from(node);
    let written = span.of(text);
    let quoted = |open: &str, close: char| {
        written.len() > open.len() && written.starts_with(open) && written.ends_with(close)
    };
    match node.kind() {
        "string" if quoted("\"", '"') => Span::new(span.start + 1, span.end - 1),
        "raw_string" if quoted("'", '\'') => Span::new(span.start + 1, span.end - 1),
        "ansi_c_string" if quoted("$'", '\'') => Span::new(span.start + 2, span.end - 1),
        _ => span,
    }
}

/// A word's text, where nothing in it is computed.
pub(super) fn plain(node: Node<'_>, text: &str) -> Option<String> {
    let mut whole = String::new();
    for (piece, _) in pieces(node, text)? {
        whole.push(piece);
    }
    Some(whole)
}

/// The characters of a word that holds nothing computed, and whether each is quoted.
pub(super) fn pieces(node: Node<'_>, text: &str) -> Option<Vec<(char, bool)>> {
    let mut found = Vec::new();
    gather(node, text, &mut found, 0)?;
    Some(found)
}

fn gather(node: Node<'_>, text: &str, found: &mut Vec<(char, bool)>, depth: usize) -> Option<()> {
    let written = tree::text(node, text);
    if depth > 8 || written.as_bytes().contains(&HIDDEN) {
        return None;
    }
    let kept = |c: &char| *c != char::from(VOID);
    match node.kind() {
        "raw_string" => found.extend(inner(node, text).of(text).chars().map(|c| (c, true))),
        "ansi_c_string" if !written.contains('\\') => {
            found.extend(inner(node, text).of(text).chars().map(|c| (c, true)));
        }
        "word" | "number" | "extglob_pattern" | "regex" | "variable_name" | "string_content"
        | "test_operator" => {
            let in_string = node.kind() == "string_content";
            let mut chars = written.chars().filter(kept).peekable();
            while let Some(c) = chars.next() {
                match (c, chars.peek().copied()) {
                    ('\\', Some('\n')) => {
                        chars.next();
                    }
                    // Between double quotes a backslash only escapes these.
                    ('\\', Some(next)) if !in_string || matches!(next, '"' | '\\' | '$' | '`') => {
                        chars.next();
                        found.push((next, true));
                    }
                    _ => found.push((c, in_string)),
                }
            }
        }
        "string" | "concatenation" | "translated_string" => {
            // A space between the parts of a string belongs to no node.
            let mut at = inner(node, text).start;
            let quoted = node.kind() == "string";
            let mut cursor = node.walk();
            let parts: Vec<Node<'_>> = node.named_children(&mut cursor).collect();
            for part in parts {
                if quoted && part.start_byte() > at {
                    found.extend(text.get(at..part.start_byte())?.chars().map(|c| (c, true)));
                }
                gather(part, text, found, depth + 1)?;
                at = part.end_byte();
            }
            let end = inner(node, text).end;
            if quoted && end > at {
                found.extend(text.get(at..end)?.chars().map(|c| (c, true)));
            }
        }
        _ => return None,
    }
    Some(())
}

/// A shell pattern, as far as it can be said in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Pattern {
    /// `*`: matches everything.
    Anything,
    /// No special characters.
    Text(String),
    /// `web*`, `web.*`.
    Starts(String),
    /// `*.1`.
    Ends(String),
    /// `*run*`.
    Contains(String),
    /// Any other, as a regular expression.
    Regex(String),
}

impl Pattern {
    /// The pattern that words without space between them are on the right of `==` in `[[ ]]` or in a
    /// `case`: the grammar gives `*"x"*` as three.
    pub(super) fn of(nodes: &[Node<'_>], text: &str) -> Option<Self> {
        let mut pieces = Vec::new();
        for node in nodes {
            pieces.extend(self::pieces(*node, text)?);
        }
        let special = |c: char| matches!(c, '*' | '?' | '[' | ']' | '(' | ')' | '|' | '@' | '+' | '!');
        let stars = |piece: &(char, bool)| *piece == ('*', false);
        let text_of = |pieces: &[(char, bool)]| -> Option<String> {
            (!pieces.iter().any(|(c, quoted)| !quoted && special(*c) && *c != '@' && *c != '+' && *c != '!'))
                .then(|| pieces.iter().map(|(c, _)| *c).collect())
        };
        if let Some(text) = text_of(&pieces) {
            return Some(Pattern::Text(text));
        }
        if pieces.iter().all(stars) {
            return Some(Pattern::Anything);
        }
        let (first, last) = (pieces.first()?, pieces.last()?);
        let (from, to) = (usize::from(stars(first)), pieces.len() - usize::from(stars(last)));
        if let Some(text) = pieces.get(from..to).and_then(text_of) {
            return Some(match (from, to == pieces.len()) {
                (0, _) => Pattern::Starts(text),
                (_, true) => Pattern::Ends(text),
                _ => Pattern::Contains(text),
            });
        }
        let mut regex = String::from("^");
        for (c, quoted) in &pieces {
            match (c, quoted) {
                ('*', false) => regex.push_str(".*"),
                ('?', false) => regex.push('.'),
                ('[' | ']' | '-' | '(' | ')' | '|', false) => regex.push(*c),
                ('!', false) if regex.ends_with('[') => regex.push('^'),
                // `@(web|worker)` is a plain group; the other repetitions are rare in this place.
                ('@', false) => {}
                (c, _) => regex.push_str(&regex::escape(c.encode_utf8(&mut [0; 4]))),
            }
        }
        regex.push('$');
        Some(Pattern::Regex(regex))
    }
}

/// What `$X` or `${X…}` says.
#[derive(Clone, Debug)]
pub(super) struct Expansion<'t> {
    /// The name written.
    pub(super) name: &'t str,
    /// Its bytes.
    pub(super) name_span: Span,
    /// `${!X}`.
    pub(super) indirect: bool,
    /// `${!X*}`.
    pub(super) names_prefix: bool,
    /// `${#X}`.
    pub(super) length: bool,
    /// What follows the name: `:-`, `%%`, `/`, or nothing.
    pub(super) operator: &'t str,
    /// The first word after the operator.
    pub(super) argument: Option<Node<'t>>,
    /// Everything after the operator.
    pub(super) argument_span: Span,
}

impl<'t> Expansion<'t> {
    /// Reads a `simple_expansion`, an `expansion`, or a bare name in arithmetic. `None` for positional
    /// and special parameters and for arrays.
    pub(super) fn of(node: Node<'t>, text: &'t str) -> Option<Self> {
        let end = node.end_byte();
        let mut found = Expansion {
            name: "",
            name_span: Span::new(end, end),
            indirect: false,
            names_prefix: false,
            length: false,
            operator: "",
            argument: None,
            argument_span: Span::new(end, end),
        };
        if node.kind() == "variable_name" {
            found.name = tree::text(node, text);
            found.name_span = Span::from(node);
        }
        let mut cursor = node.walk();
        for child in node.children(&mut cursor) {
            match child.kind() {
                "variable_name" if found.name.is_empty() => {
                    found.name = tree::text(child, text);
                    found.name_span = Span::from(child);
                }
                "subscript" if found.name.is_empty() => return None,
                "$" | "${" | "}" => {}
                operator if !child.is_named() && found.name.is_empty() => match operator {
                    "!" => found.indirect = true,
                    "#" => found.length = true,
                    _ => {}
                },
                "*" | "@" if found.indirect && found.operator.is_empty() => found.names_prefix = true,
                _ if !child.is_named() && found.operator.is_empty() => {
                    found.operator = tree::text(child, text);
                    let close = if text[..end].ends_with('}') { end - 1 } else { end };
                    found.argument_span = Span::new(child.end_byte().min(close), close);
                }
                _ if child.is_named() && !found.operator.is_empty() && found.argument.is_none() => {
                    found.argument = Some(child);
                }
                _ => {}
            }
        }
        let first = found.name.bytes().next()?;
        // A positional parameter is no variable, but `${!1}` looks one up.
        (found.indirect || first.is_ascii_alphabetic() || first == b'_').then_some(found)
    }

    /// The text of what follows the operator, where it is plain.
    pub(super) fn argument_text(&self, text: &str) -> Option<String> {
        match self.argument {
            None => Some(String::new()),
            Some(argument) => plain(argument, text),
        }
    }
}

/// The spans of the names in `$X` and `${X}` of a text.
pub(super) fn dollar_names(text: &str) -> Vec<Span> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    for at in memchr::memchr_iter(b'$', bytes) {
        let start = at + 1 + usize::from(bytes.get(at + 1) == Some(&b'{'));
        let len = bytes[start.min(bytes.len())..]
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_')
            .count();
        if len > 0 && !bytes[start].is_ascii_digit() {
            found.push(Span::new(start, start + len));
        }
    }
    found
}
