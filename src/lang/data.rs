//! What YAML, JSON and TOML have in common: maps, lists and scalars that know their place.
//!
//! The nodes lie in one arena, so that a document nested deeper than the stack is no danger, and
//! every node can name its key path.

pub mod collect;
pub mod interpolate;
pub mod term;

use std::borrow::Cow;
use std::collections::HashMap;

use crate::lang::shell::VOID;
use crate::span::Span;

/// The path by which a file's kind is told: in lower case, without the ending of a sample
/// (`database.yml.example`) or of a template (`sidekiq.yml.erb`).
pub fn kind_path(path: &str) -> String {
    const ENDINGS: [&str; 9] =
        [".erb", ".example", ".sample", ".template", ".tmpl", ".dist", ".default", ".defaults", ".j2"];
    let mut lower = path.to_ascii_lowercase();
    while let Some(ending) = ENDINGS.iter().find(|ending| lower.ends_with(*ending)) {
        lower.truncate(lower.len() - ending.len());
    }
    lower
}

/// A node of a [`Data`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(usize);

/// A key of a map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Its text.
    pub text: String,
    /// Its bytes, without quotes.
    pub span: Span,
    /// Its bytes with quotes.
    pub whole: Span,
}

/// What a node is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Nothing: `key:`, `null`.
    Empty,
    /// A text, a number, a truth value.
    Scalar(Scalar),
    /// Keys with values.
    Map,
    /// Items.
    List,
    /// Another node by its anchor.
    Alias(String),
}

/// A scalar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scalar {
    /// Its bytes, without quotes or the header of a block.
    pub inner: Span,
    /// How it is written.
    pub style: Style,
    /// It is a text, not a number or a truth value.
    pub textual: bool,
}

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Without quotes; line breaks fold.
    Plain,
    /// As it stands, no escapes, no folding: TOML literal strings.
    Raw,
    /// `'…'` with `''` for a quote.
    Single,
    /// `"…"` with backslash escapes.
    Double,
    /// `|`.
    Literal,
    /// `>`.
    Folded,
}

#[derive(Clone, Debug)]
struct Node {
    parent: Option<Id>,
    key: Option<Key>,
    value: Value,
    span: Span,
    children: Vec<Id>,
    /// First entry of each key, for maps of more than [`MANY`] entries.
    index: HashMap<String, Id>,
}

/// Maps with more entries are searched by an index.
const MANY: usize = 16;

/// A document, or several in one file.
#[derive(Clone, Debug, Default)]
pub struct Data {
    nodes: Vec<Node>,
    roots: Vec<Id>,
    anchors: HashMap<String, Id>,
    /// Every node that was ever given a name, also one that was given to another node after.
    anchored: Vec<(String, Id)>,
}

/// Key paths and parents are followed no further than this.
const DEEP: usize = 64;

impl Data {
    /// A new document; its value is empty until set.
    pub fn add_root(&mut self, span: Span) -> Id {
        let id = self.push(None, None, span);
        self.roots.push(id);
        id
    }

    /// A new entry (with a key) or item (without) of `parent`.
    pub fn add(&mut self, parent: Id, key: Option<Key>, span: Span) -> Id {
        let id = self.push(Some(parent), key, span);
        self.nodes[parent.0].children.push(id);
        if self.nodes[parent.0].children.len() > MANY {
            let mut index = std::mem::take(&mut self.nodes[parent.0].index);
            let entries = self.nodes[parent.0].children.len();
            let fresh = if entries == MANY + 1 { 0 } else { entries - 1 };
            for &child in &self.nodes[parent.0].children[fresh..] {
                if let Some(key) = self.key(child) {
                    index.entry(key.text.clone()).or_insert(child);
                }
            }
            self.nodes[parent.0].index = index;
        }
        id
    }

    fn push(&mut self, parent: Option<Id>, key: Option<Key>, span: Span) -> Id {
        let (children, index) = (Vec::new(), HashMap::new());
        self.nodes.push(Node { parent, key, value: Value::Empty, span, children, index });
        Id(self.nodes.len() - 1)
    }

    /// Says what a node is and where.
    pub fn set(&mut self, id: Id, value: Value, span: Span) {
        let node = &mut self.nodes[id.0];
        node.value = value;
        node.span = span;
    }

    /// Lets a node reach to `end`.
    pub fn extend(&mut self, id: Id, end: usize) {
        let span = &mut self.nodes[id.0].span;
        span.end = span.end.max(end);
    }

    /// Lets every map and list reach to the end of what it holds.
    pub fn close_spans(&mut self) {
        for at in (0..self.nodes.len()).rev() {
            let end = self.entry(Id(at)).end;
            if let Some(parent) = self.nodes[at].parent {
                self.extend(parent, end);
            }
        }
    }

    /// Gives a node a name for aliases.
    pub fn anchor(&mut self, name: &str, id: Id) {
        self.anchors.insert(name.to_string(), id);
        self.anchored.push((name.to_string(), id));
    }

    /// Whether other places of the document show the node, or what holds it, by an alias.
    pub fn is_shared(&self, id: Id) -> bool {
        let named = |id: Id| self.anchored.iter().filter(move |(_, anchored)| *anchored == id);
        let mut around = std::iter::once(id).chain(self.ancestors(id));
        around.any(|id| {
            named(id).any(|(name, _)| {
                self.nodes.iter().any(|node| matches!(&node.value, Value::Alias(alias) if alias == name))
            })
        })
    }

    /// The documents.
    pub fn roots(&self) -> &[Id] {
        &self.roots
    }

    /// The first document.
    pub fn root(&self) -> Option<Id> {
        self.roots.first().copied()
    }

    /// All nodes, parents before children.
    pub fn ids(&self) -> impl Iterator<Item = Id> + use<> {
        (0..self.nodes.len()).map(Id)
    }

    /// What a node is.
    pub fn value(&self, id: Id) -> &Value {
        &self.nodes[id.0].value
    }

    /// The bytes of the value.
    pub fn span(&self, id: Id) -> Span {
        self.nodes[id.0].span
    }

    /// The key, for an entry of a map.
    pub fn key(&self, id: Id) -> Option<&Key> {
        self.nodes[id.0].key.as_ref()
    }

    /// Whether the node is the entry `name`.
    pub fn is_key(&self, id: Id, name: &str) -> bool {
        self.key(id).is_some_and(|key| key.text == name)
    }

    /// The text of the key; empty for items and documents.
    pub fn key_text(&self, id: Id) -> &str {
        self.key(id).map_or("", |key| &key.text)
    }

    /// Key and value.
    pub fn entry(&self, id: Id) -> Span {
        let node = &self.nodes[id.0];
        match &node.key {
            // The table of a TOML header can end before its key.
            Some(key) => Span::new(key.whole.start, node.span.end.max(key.whole.end)),
            None => node.span,
        }
    }

    /// The map or list that holds the node.
    pub fn parent(&self, id: Id) -> Option<Id> {
        self.nodes[id.0].parent
    }

    /// The node's holders, innermost first.
    pub fn ancestors(&self, id: Id) -> impl Iterator<Item = Id> + '_ {
        std::iter::successors(self.parent(id), |id| self.parent(*id)).take(DEEP)
    }

    /// Entries or items as written.
    pub fn children(&self, id: Id) -> &[Id] {
        &self.nodes[id.0].children
    }

    /// The node that an alias stands for; else the node itself.
    pub fn follow(&self, id: Id) -> Id {
        let mut at = id;
        for _ in 0..8 {
            match self.value(at) {
                Value::Alias(name) => match self.anchors.get(name) {
                    Some(target) => at = *target,
                    None => return at,
                },
                _ => return at,
            }
        }
        at
    }

    /// Entries of a map, with those that it merges in (`<<: *defaults`).
    pub fn entries(&self, id: Id) -> Vec<Id> {
        let mut found = Vec::new();
        let mut todo = vec![(self.follow(id), 0)];
        while let Some((map, depth)) = todo.pop() {
            for &child in self.children(map) {
                if !self.is_key(child, "<<") {
                    found.push(child);
                } else if depth < 4 && todo.len() < DEEP {
                    let merged = self.follow(child);
                    match self.value(merged) {
                        Value::List => {
                            todo.extend(self.children(merged).iter().map(|&id| (self.follow(id), depth + 1)));
                        }
                        _ => todo.push((merged, depth + 1)),
                    }
                }
            }
        }
        found
    }

    /// The entry `key` of a map.
    pub fn get(&self, map: Id, key: &str) -> Option<Id> {
        let node = &self.nodes[map.0];
        if node.children.len() > MANY {
            return node.index.get(key).copied();
        }
        node.children.iter().copied().find(|&child| self.is_key(child, key))
    }

    /// The entry reached by several keys.
    pub fn at(&self, map: Id, keys: &[&str]) -> Option<Id> {
        keys.iter().try_fold(map, |map, key| self.get(map, key))
    }

    /// The scalar of a node.
    pub fn scalar(&self, id: Id) -> Option<&Scalar> {
        match self.value(id) {
            Value::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// The text of a scalar, decoded.
    pub fn text<'s>(&self, id: Id, source: &'s str) -> Option<Cow<'s, str>> {
        self.scalar(id).map(|scalar| scalar.decode(source))
    }

    /// Scalars at or below a node, through lists only: the lines of a `script:`.
    pub fn lines(&self, id: Id) -> Vec<Id> {
        let mut lines = Vec::new();
        let mut todo = vec![(self.follow(id), 0)];
        while let Some((id, depth)) = todo.pop() {
            match self.value(id) {
                Value::Scalar(_) => lines.push(id),
                Value::List if depth < 8 => {
                    todo.extend(self.children(id).iter().rev().map(|&id| (self.follow(id), depth + 1)));
                }
                _ => {}
            }
        }
        lines
    }

    /// Keys from the top to the node, joined with dots; items of lists add nothing.
    pub fn path(&self, id: Id) -> String {
        let mut keys: Vec<&str> = std::iter::once(id)
            .chain(self.ancestors(id))
            .filter_map(|id| self.key(id))
            .map(|key| key.text.as_str())
            .collect();
        keys.reverse();
        keys.join(".")
    }
}

impl Scalar {
    /// The scalar as written, without quotes.
    pub fn raw<'s>(&self, source: &'s str) -> &'s str {
        self.inner.of(source)
    }

    /// The text that the scalar stands for.
    pub fn decode<'s>(&self, source: &'s str) -> Cow<'s, str> {
        let raw = self.raw(source);
        match self.style {
            Style::Raw => Cow::Borrowed(raw),
            Style::Plain => fold(raw),
            Style::Single if raw.contains("''") => Cow::Owned(fold(raw).replace("''", "'")),
            Style::Single => fold(raw),
            Style::Double if raw.contains('\\') => Cow::Owned(unescape(raw)),
            Style::Double => fold(raw),
            Style::Literal | Style::Folded => {
                let lines: Vec<&str> = raw.lines().collect();
                let indent = lines
                    .iter()
                    .filter(|line| !line.trim().is_empty())
                    .map(|line| line.len() - line.trim_start_matches(' ').len())
                    .min()
                    .unwrap_or(0);
                let between = if self.style == Style::Literal { "\n" } else { " " };
                let lines: Vec<&str> =
                    lines.iter().map(|line| line.get(indent..).unwrap_or_default()).collect();
                Cow::Owned(lines.join(between).trim_end().to_string())
            }
        }
    }

    /// What a shell gets of the scalar, byte for byte where it stands: escapes and folded line breaks
    /// give way to blanks.
    pub fn shell<'s>(&self, source: &'s str) -> Cow<'s, str> {
        let raw = self.raw(source);
        let folded = !matches!(self.style, Style::Raw | Style::Literal) && raw.contains('\n');
        let escaped = match self.style {
            Style::Single => raw.contains('\''),
            Style::Double => raw.contains('\\'),
            _ => false,
        };
        if !folded && !escaped {
            return Cow::Borrowed(raw);
        }
        Cow::Owned(match self.style {
            Style::Raw | Style::Literal => raw.to_string(),
            Style::Plain => raw.replace('\n', " "),
            Style::Folded => blank_folds(raw),
            Style::Single => blank_escapes(&raw.replace('\n', " "), '\''),
            Style::Double => blank_escapes(&raw.replace('\n', " "), '\\'),
        })
    }
}

fn fold(raw: &str) -> Cow<'_, str> {
    if raw.contains('\n') {
        Cow::Owned(raw.lines().map(str::trim).collect::<Vec<_>>().join(" "))
    } else {
        Cow::Borrowed(raw)
    }
}

fn unescape(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut chars = raw.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            text.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => text.push('\n'),
            Some('t') => text.push('\t'),
            Some('r') => text.push('\r'),
            Some('\n') => {}
            Some(size @ ('x' | 'u' | 'U')) => {
                let size = match size {
                    'x' => 2,
                    'u' => 4,
                    _ => 8,
                };
                let digits: String = chars.by_ref().take(size).collect();
                text.extend(u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32));
            }
            Some(other) => text.push(other),
            None => {}
        }
    }
    text
}

/// In a folded block a line break between two lines of the same indentation is a blank.
fn blank_folds(raw: &str) -> String {
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let lines: Vec<&str> = raw.split('\n').collect();
    let base = lines.iter().filter(|line| !line.trim().is_empty()).map(|line| indent(line)).min();
    let mut text = String::with_capacity(raw.len());
    for (at, line) in lines.iter().enumerate() {
        text.push_str(line);
        if let Some(next) = lines.get(at + 1) {
            let level = |line: &str| !line.trim().is_empty() && Some(indent(line)) == base;
            text.push(if level(line) && level(next) { ' ' } else { '\n' });
        }
    }
    text
}

/// Puts what an escape stands for in its place, filled up with what the shell's front end takes for
/// nothing.
fn blank_escapes(raw: &str, escape: char) -> String {
    let void = char::from(VOID);
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    let mut after_digits = false;
    while let Some(at) = rest.find(escape) {
        text.push_str(&rest[..at]);
        let tail = &rest[at + 1..];
        let digits = match tail.chars().next() {
            Some('u') if escape == '\\' => tail.get(1..5),
            Some('x') if escape == '\\' => tail.get(1..3),
            _ => None,
        };
        let taken = match (tail.chars().next(), digits) {
            (None, _) => {
                text.push(' ');
                0
            }
            (_, Some(digits)) => {
                let c = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32);
                let c = c.filter(char::is_ascii).unwrap_or(' ');
                let blanks = " ".repeat(1 + digits.len());
                // `\u0026\u0026` is one `&&`.
                if after_digits && at == 0 {
                    text.push(c);
                    text.push_str(&blanks);
                } else {
                    text.push_str(&blanks);
                    text.push(c);
                }
                1 + digits.len()
            }
            (Some('n'), _) if escape == '\\' => {
                text.push_str(" \n");
                1
            }
            (Some('t' | 'r' | '\n' | '\r'), _) if escape == '\\' => {
                text.push_str("  ");
                1
            }
            (Some(c), _) if escape == '\\' || c == '\'' => {
                text.push(void);
                text.push(c);
                c.len_utf8()
            }
            _ => {
                text.push(escape);
                0
            }
        };
        after_digits = digits.is_some();
        rest = &tail[taken..];
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanked_escapes_keep_their_length() {
        for (raw, escape, shown) in [
            (r#"echo \"$X\" && y"#, '\\', "echo \u{1e}\"$X\u{1e}\" && y"),
            (r"a\nb", '\\', "a \nb"),
            (r"a \u0026\u0026 b", '\\', "a      &&      b"),
            (r"it''s 'x", '\'', "it\u{1e}'s 'x"),
            (r"\", '\\', " "),
            ("\\é", '\\', "\u{1e}é"),
            (r"\u00", '\\', "\u{1e}u00"),
        ] {
            let text = blank_escapes(raw, escape);
            assert_eq!(text.len(), raw.len(), "{raw}");
            assert_eq!(text, shown, "{raw}");
        }
    }

    #[test]
    fn folded_blocks_keep_paragraphs() {
        assert_eq!(blank_folds("  a\n  b\n\n  c\n    d"), "  a   b\n\n  c\n    d");
    }
}
