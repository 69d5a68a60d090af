//! Options: entries of objects, and of the objects that calls are given.

use tree_sitter::Node;

use super::page::{Page, is_field, literal};
use super::shape::Slot;
use crate::lang::tree;
use crate::remedy::Content;
use crate::span::Span;
use crate::term::{Invocation, Value};
use crate::write::Edits;

/// What an object says of a key.
enum Entry<'t> {
    /// It has the key.
    Found(Node<'t>),
    /// It has not, for certain.
    Missing,
    /// It may have it from elsewhere, before all that it says itself.
    Inherited,
    /// It says it more than once, or something unknown comes after.
    Unsure,
}

/// Functions that take options behind their other arguments: the function, how many arguments come before,
/// and what the last of these is.
const TAKE_OPTIONS: [(&str, usize, Kind); 16] = [
    ("Sequelize", 1, Kind::Address),
    ("ioredis", 1, Kind::Address),
    ("ioredis.Redis", 1, Kind::Address),
    ("ioredis", 0, Kind::Any),
    ("pg.Pool", 0, Kind::Any),
    ("pg.Client", 0, Kind::Any),
    ("redis.createClient", 0, Kind::Any),
    ("mongoose.connect", 1, Kind::Address),
    ("postgres", 1, Kind::Address),
    ("bullmq.Queue", 1, Kind::Any),
    ("bull", 2, Kind::Address),
    ("cron.schedule", 2, Kind::Any),
    ("node-cron.schedule", 2, Kind::Any),
    ("@nestjs/schedule.Cron", 1, Kind::Any),
    ("croner.Cron", 2, Kind::Any),
    ("toLocaleString", 1, Kind::Any),
];

/// What kind of argument has to come before the options.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// An address: a text or the value of a variable, no number and no object.
    Address,
    Any,
}

impl<'s> Page<'s> {
    /// The edits that give a call or an object an option.
    pub fn set(&self, at: Span, keys: &[String], value: &Content) -> Option<Edits> {
        let node = self.node(at)?;
        match node.kind() {
            "object" => self.set_in(node, keys, value),
            "call_expression" | "new_expression" => match self.options(node, keys)? {
                Options::Object(object) => self.set_in(object, keys, value),
                Options::None => self.add_options(node, keys, value),
            },
            _ => None,
        }
    }

    /// The edits that take an option away.
    pub fn unset(&self, at: Span, keys: &[String]) -> Option<Edits> {
        let node = self.node(at)?;
        let mut object = match node.kind() {
            "object" => node,
            "call_expression" | "new_expression" => match self.options(node, keys)? {
                Options::Object(object) => object,
                Options::None => return None,
            },
            _ => return None,
        };
        let (last, before) = keys.split_last()?;
        for key in before {
            let Entry::Found(entry) = self.entry(object, key) else { return None };
            object = value_of(entry).filter(|value| value.kind() == "object")?;
        }
        let others = tree::children(object).iter().any(|entry| entry.kind() == "spread_element");
        match self.entry(object, last) {
            Entry::Found(entry) if !others => self.remove(object, entry),
            _ => None,
        }
    }

    /// The object among the arguments of a call that holds its options.
    fn options<'t>(&self, call: Node<'t>, keys: &[String]) -> Option<Options<'t>> {
        let arguments = tree::children(call.child_by_field_name("arguments")?);
        let objects: Vec<Node<'t>> =
            arguments.iter().copied().filter(|argument| argument.kind() == "object").collect();
        let first = keys.first()?;
        let mut with_key =
            objects.iter().filter(|object| matches!(self.entry(**object, first), Entry::Found(_)));
        match (with_key.next(), with_key.next(), &objects[..]) {
            (Some(object), None, _) | (None, None, [object]) => Some(Options::Object(*object)),
            (None, None, []) => Some(Options::None),
            _ => None,
        }
    }

    /// What an object says of a key.
    fn entry<'t>(&self, object: Node<'t>, key: &str) -> Entry<'t> {
        let mut state = Entry::Missing;
        for entry in tree::children(object) {
            match self.key_of(entry) {
                Some(found) if found == key => {
                    state = match state {
                        Entry::Missing | Entry::Inherited => Entry::Found(entry),
                        Entry::Found(_) | Entry::Unsure => Entry::Unsure,
                    };
                }
                Some(_) => {}
                None => {
                    state = match state {
                        Entry::Missing | Entry::Inherited => Entry::Inherited,
                        Entry::Found(_) | Entry::Unsure => Entry::Unsure,
                    };
                }
            }
        }
        state
    }

    /// The key of an entry; `None` where it is computed, or of what is spread.
    fn key_of(&self, entry: Node<'_>) -> Option<String> {
        let key = match entry.kind() {
            "pair" => entry.child_by_field_name("key")?,
            "method_definition" => entry.child_by_field_name("name")?,
            "shorthand_property_identifier" => entry,
            _ => return None,
        };
        match key.kind() {
            "computed_property_name" => literal(tree::children(key).into_iter().next()?, self.sheet.text),
            "string" => literal(key, self.sheet.text),
            _ => Some(self.text(key).to_string()),
        }
    }

    fn set_in(&self, object: Node<'_>, keys: &[String], value: &Content) -> Option<Edits> {
        let (key, rest) = keys.split_first()?;
        match self.entry(object, key) {
            Entry::Found(entry) => {
                let present = value_of(entry);
                match (entry.kind(), present, rest) {
                    ("shorthand_property_identifier", _, []) => self.become_value(Span::from(entry), value),
                    ("pair", Some(present), []) => {
                        let edits = self.become_value(Span::from(present), value)?;
                        let same = edits.iter().all(|(span, text)| span.of(self.sheet.text) == text);
                        (!same).then_some(edits)
                    }
                    ("pair", Some(present), rest) if present.kind() == "object" => {
                        self.set_in(present, rest, value)
                    }
                    _ => None,
                }
            }
            // A map of its own would take the place of the one that is inherited.
            Entry::Inherited if !rest.is_empty() => None,
            Entry::Missing | Entry::Inherited => self.insert(object, key, &self.nested(rest, value)?),
            Entry::Unsure => None,
        }
    }

    /// A value inside the maps that lead to it.
    fn nested(&self, keys: &[String], value: &Content) -> Option<String> {
        let value = self.write(value)?.within(Slot::Open);
        Some(keys.iter().rev().fold(value, |inner, key| {
            let key = self.key(key, false);
            self.braces(&format!("{key}: {inner}"))
        }))
    }

    /// Adds an entry behind the last one, laid out as these are.
    fn insert(&self, object: Node<'_>, key: &str, value: &str) -> Option<Edits> {
        let text = self.sheet.text;
        let entries = tree::children(object);
        let pairs: Vec<Node<'_>> = entries
            .iter()
            .filter(|entry| entry.kind() == "pair")
            .filter_map(|entry| entry.child_by_field_name("key"))
            .collect();
        let quoted = !pairs.is_empty() && pairs.iter().all(|key| key.kind() == "string");
        let entry = format!("{}: {value}", self.key(key, quoted));
        let Some(last) = entries.last() else {
            let inner = Span::new(object.start_byte() + 1, object.end_byte() - 1);
            let blank = inner.of(text).trim().is_empty();
            return blank.then(|| vec![(Span::from(object), self.braces(&entry))]);
        };
        let comma = comma_after(*last);
        let on_lines = text[object.start_byte()..entries[0].start_byte()].contains('\n');
        if !on_lines {
            let (at, new) = match comma {
                Some(comma) => (comma.end_byte(), format!(" {entry},")),
                None => (last.end_byte(), format!(", {entry}")),
            };
            return Some(vec![(Span::new(at, at), new)]);
        }
        let own_line = entries.iter().rev().find(|entry| {
            let start = self.sheet.line_start(entry.start_byte());
            text[start..entry.start_byte()].trim().is_empty()
        });
        let indent = self.sheet.indentation(own_line?.start_byte());
        let new_line = format!("{}{indent}{entry}", self.sheet.line_break());
        let end = comma.map_or(last.end_byte(), |comma| comma.end_byte());
        let line_end = self.end_with_comments(end)?;
        Some(match comma {
            Some(_) => vec![(Span::new(line_end, line_end), format!("{new_line},"))],
            None if line_end == end => vec![(Span::new(end, end), format!(",{new_line}"))],
            None => {
                vec![(Span::new(end, end), ",".to_string()), (Span::new(line_end, line_end), new_line)]
            }
        })
    }

    /// The place behind the comments that follow on the same line. `None` where a comment goes on to the
    /// next one, or other code follows it.
    fn end_with_comments(&self, mut end: usize) -> Option<usize> {
        loop {
            let rest = &self.masked[end..];
            let blank = rest.len() - rest.trim_start_matches([' ', '\t']).len();
            let next = end + blank;
            if !self.masked[next..].starts_with("//") && !self.masked[next..].starts_with("/*") {
                return Some(end);
            }
            let comment = self.tree.root_node().named_descendant_for_byte_range(next, next + 2)?;
            if comment.kind() != "comment" || self.text(comment).contains('\n') {
                return None;
            }
            end = comment.end_byte();
        }
    }

    /// Removes an entry with its comma, and its line where nothing else stands on it.
    fn remove(&self, object: Node<'_>, entry: Node<'_>) -> Option<Edits> {
        let text = self.sheet.text;
        let entries = tree::children(object);
        let at = entries.iter().position(|other| *other == entry)?;
        let comma = comma_after(entry);
        let end = comma.map_or(entry.end_byte(), |comma| comma.end_byte());
        let line_start = self.sheet.line_start(entry.start_byte());
        let end_of_line = self.end_with_comments(end)?;
        let rest = text[end_of_line..].split('\n').next().unwrap_or_default();
        let alone = text[line_start..entry.start_byte()].trim().is_empty() && rest.trim().is_empty();
        if alone && text[end_of_line..].contains('\n') {
            let after = end_of_line + rest.len() + 1;
            let mut edits = vec![(Span::new(line_start, after), String::new())];
            // Without a comma behind it, the entry before is the last one now.
            if comma.is_none()
                && let Some(before) = at.checked_sub(1)
                && let Some(comma) = comma_after(entries[before])
            {
                edits.push((Span::from(comma), String::new()));
            }
            return Some(edits);
        }
        let span = match (at.checked_sub(1), entries.get(at + 1)) {
            (_, Some(next)) => Span::new(entry.start_byte(), next.start_byte()),
            (Some(before), None) => Span::new(entries[before].end_byte(), entry.end_byte()),
            (None, None) => Span::new(object.start_byte() + 1, object.end_byte() - 1),
        };
        let has_comment = span.of(text).contains("/*") || span.of(text).contains("//");
        let inside_strings = self.text(entry).contains("//") || self.text(entry).contains("/*");
        (!has_comment || inside_strings).then(|| vec![(span, String::new())])
    }

    /// Gives a call an object of options where its function is known to take one next.
    fn add_options(&self, call: Node<'_>, keys: &[String], value: &Content) -> Option<Edits> {
        let invocation = self.sheet.facts.invocations.iter().find(|found| found.span == Span::from(call))?;
        let list = call.child_by_field_name("arguments")?;
        let arguments = tree::children(list);
        takes_options(invocation, arguments.len()).then_some(())?;
        let options = self.nested(keys, value)?;
        let Some(last) = arguments.last() else {
            let inner = Span::new(list.start_byte() + 1, list.end_byte() - 1);
            let blank = inner.of(self.sheet.text).trim().is_empty();
            return blank.then(|| vec![(inner, options)]);
        };
        let start = arguments[0].start_byte();
        let on_lines = self.sheet.text[list.start_byte()..start].contains('\n');
        let end = last.end_byte();
        let space = if on_lines {
            format!("{}{}", self.sheet.line_break(), self.sheet.indentation(start))
        } else {
            " ".to_string()
        };
        Some(vec![(Span::new(end, end), format!(",{space}{options}"))])
    }
}

/// Where the options of a call are.
enum Options<'t> {
    Object(Node<'t>),
    None,
}

/// Whether a function with so many arguments takes an object of options as the next.
fn takes_options(invocation: &Invocation, given: usize) -> bool {
    let address = |kind: Kind| {
        let last = given.checked_sub(1).and_then(|last| invocation.argument(last));
        kind == Kind::Any
            || last.is_some_and(|last| match &last.value {
                Value::Text(text) => text.contains("://"),
                Value::Env { .. } | Value::Joined(_) => true,
                _ => false,
            })
    };
    let spread = invocation.arguments.iter().any(|argument| argument.keyword.is_some());
    !spread
        && TAKE_OPTIONS
            .iter()
            .any(|(function, before, kind)| *before == given && invocation.is(function) && address(*kind))
}

/// The value of an entry `key: value`.
fn value_of(entry: Node<'_>) -> Option<Node<'_>> {
    let value = entry.child_by_field_name("value")?;
    is_field(entry, "value", value).then_some(value)
}

/// The comma behind an entry.
fn comma_after(entry: Node<'_>) -> Option<Node<'_>> {
    let mut next = entry.next_sibling();
    while let Some(comment) = next.filter(|next| next.kind() == "comment") {
        next = comment.next_sibling();
    }
    next.filter(|next| next.kind() == ",")
}
