//! Keyword arguments of calls, and entries of dictionaries.

use tree_sitter::Node;

use super::code::Code;
use super::imports::line_end;
use super::values::{Value, is_keyword, key, value};
use crate::lang::tree::children;
use crate::remedy::Content;
use crate::span::Span;
use crate::write::Edits;

/// What has options: a call, or a dictionary.
struct Options<'c> {
    /// The brackets with what is in them.
    list: Node<'c>,
    /// Options are keywords; else they are keys in quotes.
    keywords: bool,
}

/// An option that is there.
struct Entry<'c> {
    whole: Node<'c>,
    value: Node<'c>,
    /// Something is spread into the map behind it, which may change it.
    covered: bool,
}

/// The edits that give what is at `at` the option `keys` with this value.
pub(super) fn set(code: &Code<'_>, at: Span, keys: &[String], content: &Content) -> Option<Edits> {
    let mut node = code.expression(at)?;
    let (mut first, mut rest) = keys.split_first()?;
    if code.is_in_hole(node) {
        return None;
    }
    loop {
        let options = Options::of(node)?;
        let Some(entry) = options.find(code, first) else { return options.add(code, first, rest, content) };
        if entry.covered {
            return None;
        }
        let Some((next, after)) = rest.split_first() else {
            let value = value(code, entry.value, Some(entry.value), content)?;
            if value.text == code.text(entry.value) {
                return Some(Vec::new());
            }
            let mut edits = code.replace(entry.value, &value.text, value.bond)?;
            edits.extend(value.import);
            return Some(edits);
        };
        node = bare(entry.value);
        (first, rest) = (next, after);
    }
}

/// The edits that take the option `keys` from what is at `at`.
pub(super) fn unset(code: &Code<'_>, at: Span, keys: &[String]) -> Option<Edits> {
    let mut node = code.expression(at)?;
    let (mut first, mut rest) = keys.split_first()?;
    loop {
        let options = Options::of(node)?;
        let entries: Vec<Entry<'_>> = options.all(code, first);
        let [entry] = entries.as_slice() else {
            let certain = entries.is_empty() && !options.is_spread();
            return certain.then(Vec::new);
        };
        let Some((next, after)) = rest.split_first() else { return options.remove(code, entry.whole) };
        node = bare(entry.value);
        (first, rest) = (next, after);
    }
}

fn bare(mut node: Node<'_>) -> Node<'_> {
    while node.kind() == "parenthesized_expression" {
        match children(node).first() {
            Some(inner) => node = *inner,
            None => break,
        }
    }
    node
}

impl<'c> Options<'c> {
    fn of(node: Node<'c>) -> Option<Self> {
        match node.kind() {
            "dictionary" => Some(Self { list: node, keywords: false }),
            "call" => {
                let list = node.child_by_field_name("arguments")?;
                (list.kind() == "argument_list").then_some(Self { list, keywords: true })
            }
            _ => None,
        }
    }

    fn is_spread(&self) -> bool {
        let spread = |item: &Node<'_>| matches!(item.kind(), "dictionary_splat" | "list_splat");
        children(self.list).iter().any(spread)
    }

    /// The options with a name.
    fn all(&self, code: &Code<'_>, name: &str) -> Vec<Entry<'c>> {
        let mut entries: Vec<Entry<'c>> = Vec::new();
        for item in children(self.list) {
            let named = match item.kind() {
                "keyword_argument" => {
                    item.child_by_field_name("name").is_some_and(|key| code.text(key) == name)
                }
                "pair" => item.child_by_field_name("key").is_some_and(|key| is_text(code, key, name)),
                "dictionary_splat" => {
                    // Of keywords none may come twice.
                    if !self.keywords {
                        entries.iter_mut().for_each(|entry| entry.covered = true);
                    }
                    false
                }
                _ => false,
            };
            if named && let Some(value) = item.child_by_field_name("value") {
                entries.push(Entry { whole: item, value, covered: false });
            }
        }
        entries
    }

    /// The option with a name; of several the last one counts.
    fn find(&self, code: &Code<'_>, name: &str) -> Option<Entry<'c>> {
        self.all(code, name).pop()
    }

    /// Adds the option `first`, with a map for each of `rest` around its value.
    fn add(&self, code: &Code<'_>, first: &str, rest: &[String], content: &Content) -> Option<Edits> {
        // What is spread into a call may hold the keyword already, which then came twice.
        if self.keywords && (self.is_spread() || !is_keyword(first)) {
            return None;
        }
        let nested =
            rest.iter().rev().fold(content.clone(), |inner, key| Content::Map(vec![(key.clone(), inner)]));
        let Value { text, import, .. } = value(code, self.list, None, &nested)?;
        let item = if self.keywords {
            format!("{first}={text}")
        } else {
            let beside = children(self.list).iter().rev().find_map(|item| item.child_by_field_name("key"));
            format!("{}: {text}", key(code, self.list, beside, first)?)
        };
        let mut edits = self.append(code, &item)?;
        edits.extend(import);
        Some(edits)
    }

    /// Adds an item behind the last one, on a line of its own where the others are.
    fn append(&self, code: &Code<'_>, item: &str) -> Option<Edits> {
        let text = code.sheet.text;
        let items = children(self.list);
        let inner = Span::new(self.list.start_byte() + 1, self.list.end_byte() - 1);
        let insert = |at: usize, text: String| (Span::new(at, at), text);
        let Some(last) = items.last() else {
            return inner.of(text).trim().is_empty().then(|| vec![(inner, item.to_string())]);
        };
        let end = last.end_byte();
        let comma = self.comma_after(*last);
        let anchor = comma.unwrap_or(end);
        let first_on_line =
            text[code.sheet.line_start(last.start_byte())..last.start_byte()].trim().is_empty();
        let break_before =
            format!("{}{}", code.sheet.line_break(), code.sheet.indentation(last.start_byte()));
        let closes_own_line = text[anchor..inner.end].contains('\n');
        if first_on_line && (closes_own_line || items.len() > 1) {
            // Behind a comment on the last item's line, which is about that item.
            let place = if closes_own_line { line_end(text, anchor) } else { anchor };
            return Some(match comma {
                Some(_) => vec![insert(place, format!("{break_before}{item},"))],
                None if place == end => vec![insert(end, format!(",{break_before}{item}"))],
                None => vec![insert(end, ",".to_string()), insert(place, format!("{break_before}{item}"))],
            });
        }
        Some(match comma {
            Some(comma) => vec![insert(comma, format!(" {item},"))],
            None => vec![insert(end, format!(", {item}"))],
        })
    }

    /// The end of the comma behind an item.
    fn comma_after(&self, item: Node<'_>) -> Option<usize> {
        let mut cursor = self.list.walk();
        let mut parts = self.list.children(&mut cursor).filter(|part| part.start_byte() >= item.end_byte());
        parts
            .find(|part| part.kind() != "comment")
            .filter(|part| part.kind() == ",")
            .map(|part| part.end_byte())
    }

    /// Takes an item away, with its comma, and its line where it stands alone.
    fn remove(&self, code: &Code<'_>, item: Node<'_>) -> Option<Edits> {
        let text = code.sheet.text;
        let items = children(self.list);
        let position = items.iter().position(|other| *other == item)?;
        let before = position.checked_sub(1).map(|at| items[at]);
        let next = items.get(position + 1);
        let delete = |start: usize, end: usize| (Span::new(start, end), String::new());
        let comma = self.comma_after(item);
        let end = comma.unwrap_or(item.end_byte());
        let inner = Span::new(self.list.start_byte() + 1, self.list.end_byte() - 1);
        let is_bare = |start: usize, end: usize| text[start..end].trim().is_empty();
        if items.len() == 1 && is_bare(inner.start, item.start_byte()) && is_bare(end, inner.end) {
            return Some(vec![delete(inner.start, inner.end)]);
        }
        let line = code.sheet.line_start(item.start_byte());
        let line_end = line_end(text, end);
        let rest = text[end..line_end].trim_start();
        if is_bare(line, item.start_byte())
            && (rest.is_empty() || rest.starts_with('#'))
            && line > inner.start
        {
            let after = text[line_end..].find('\n').map_or(text.len(), |at| line_end + at + 1);
            let mut edits = vec![delete(line, after)];
            // The file ends its lists without a comma.
            if let Some(before) = before.filter(|_| next.is_none() && comma.is_none()) {
                let before_comma = self.comma_after(before)?;
                edits.push(delete(before_comma - 1, before_comma));
            }
            return Some(edits);
        }
        let (start, end) = match (before, next) {
            (Some(before), _) => (before.end_byte(), item.end_byte()),
            (None, Some(next)) => (item.start_byte(), next.start_byte()),
            (None, None) => (item.start_byte(), end),
        };
        // A comment between the items would go with it.
        let silent =
            !text[start..item.start_byte()].contains('#') && !text[item.end_byte()..end].contains('#');
        silent.then(|| vec![delete(start, end)])
    }
}

/// Whether a key is this text.
fn is_text(code: &Code<'_>, key: Node<'_>, text: &str) -> bool {
    let raw = code.text(key);
    key.kind() == "string"
        && [format!("\"{text}\""), format!("'{text}'")]
            .iter()
            .any(|quoted| quoted == raw.trim_start_matches('u'))
}
