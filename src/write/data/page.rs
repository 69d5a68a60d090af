//! A document with the places of its keys and values, and the changes of its maps.

use std::collections::BTreeMap;

use super::super::{Edits, Sheet};
use crate::finding::Edit;
use crate::fix;
use crate::lang::data::{Data, Id, Value};
use crate::lang::{Lang, json, toml, yaml};
use crate::remedy::Content;
use crate::span::Span;

/// A file with its tree.
pub struct Page<'a> {
    pub sheet: &'a Sheet<'a>,
    pub text: &'a str,
    pub data: Data,
    /// Template tags, in order of place.
    pub tags: Vec<Span>,
    /// The text with its tags blanked.
    pub masked: String,
}

/// Keys and positions from the document to a node.
type Path = Vec<String>;

impl<'a> Page<'a> {
    /// The page of a file; `None` where it is no document.
    pub fn of(sheet: &'a Sheet<'a>) -> Option<Self> {
        let text = sheet.text;
        let (masked, tags) = match sheet.lang {
            Lang::Yaml => yaml::masked(text),
            _ => (text.to_string(), Vec::new()),
        };
        Some(Self { sheet, text, data: tree(sheet.lang, text)?, tags, masked })
    }

    /// The language.
    pub fn lang(&self) -> Lang {
        self.sheet.lang
    }

    /// [`crate::remedy::What::Set`].
    pub fn set(&self, at: Span, keys: &[String], value: &Content) -> Option<Edits> {
        let mut map = self.only(|id| {
            self.data.span(id) == at && matches!(self.data.value(id), Value::Map | Value::Empty)
        })?;
        let mut path = self.path(map)?;
        path.extend(keys.iter().cloned());
        let mut left = keys;
        let edits = loop {
            if self.data.is_shared(map) {
                return None;
            }
            let (key, rest) = left.split_first()?;
            match self.own(map, key)? {
                None if !rest.is_empty() && self.is_merged_in(map, key) => return None,
                None => break self.add(map, left, value)?,
                Some(entry) if rest.is_empty() => break self.replace(entry, value)?,
                Some(entry) => match self.data.value(entry) {
                    Value::Map => (map, left) = (entry, rest),
                    Value::Empty => {
                        if self.data.is_shared(entry) {
                            return None;
                        }
                        break self.fill(entry, rest, value)?;
                    }
                    _ => return None,
                },
            }
        };
        self.checked(edits, &path, Some(value))
    }

    /// [`crate::remedy::What::Unset`].
    pub fn unset(&self, at: Span, keys: &[String]) -> Option<Edits> {
        let mut entry =
            self.only(|id| self.data.span(id) == at && matches!(self.data.value(id), Value::Map))?;
        let mut path = self.path(entry)?;
        path.extend(keys.iter().cloned());
        for key in keys {
            let map = entry;
            // What is merged in would come back.
            if self.data.is_shared(map) || self.is_merged_in(map, key) {
                return None;
            }
            match self.own(map, key)? {
                Some(found) => entry = found,
                None => return Some(Vec::new()),
            }
        }
        let map = self.data.parent(entry)?;
        let edits = if self.is_braced(map) {
            self.remove_braced(map, entry)?
        } else if self.lang() == Lang::Toml {
            self.remove_line(entry)?
        } else {
            self.remove_block(map, entry)?
        };
        self.checked(edits, &path, None)
    }

    /// [`crate::remedy::What::Become`].
    pub fn become_value(&self, at: Span, value: &Content) -> Option<Edits> {
        let id = self.only(|id| {
            self.data.span(id) == at || self.data.scalar(id).is_some_and(|scalar| scalar.inner == at)
        })?;
        let path = self.path(id)?;
        self.checked(self.replace(id, value)?, &path, Some(value))
    }

    /// [`crate::remedy::What::Comment`].
    pub fn comment(&self, at: usize, text: &str) -> Option<Edits> {
        let start = self.sheet.line_start(at);
        let is_inside = |span: Span| span.start < start && start <= span.end;
        let scalar = |id: Id| self.data.scalar(id).is_some_and(|_| is_inside(self.data.span(id)));
        if self.data.ids().any(scalar) || self.tags.iter().any(|tag| is_inside(*tag)) || text.contains('\n') {
            return None;
        }
        let sign = match self.lang() {
            Lang::Json if self.has_comments() => "//",
            Lang::Json => return None,
            _ => "#",
        };
        let mark = "\u{feff}";
        let start = if self.text[start..].starts_with(mark) { start + mark.len() } else { start };
        let indentation = self.indentation(start);
        let line = format!("{indentation}{sign} {text}{}", self.sheet.line_break());
        self.checked(vec![(Span::new(start, start), line)], &["\0".to_string()], None)
    }

    /// Adds the keys, which `map` does not have, with a value.
    fn add(&self, map: Id, keys: &[String], value: &Content) -> Option<Edits> {
        let (key, rest) = keys.split_first()?;
        if *self.data.value(map) == Value::Empty {
            return self.fill(map, keys, value);
        }
        let value = &nested(rest, value);
        match self.lang() {
            _ if self.is_braced(map) => self.add_braced(map, key, value),
            Lang::Toml => self.add_to_table(map, key, value),
            Lang::Yaml => self.add_block(map, key, value),
            _ => None,
        }
    }

    /// Gives an entry without a value a map.
    fn fill(&self, entry: Id, keys: &[String], value: &Content) -> Option<Edits> {
        let map = nested(keys, value);
        if self.lang() == Lang::Yaml && self.data.span(entry).is_empty() && !self.is_in_braces(entry) {
            self.fill_block(entry, &map)
        } else {
            self.replace(entry, &map)
        }
    }

    /// The only node that fits.
    fn only(&self, fits: impl Fn(Id) -> bool) -> Option<Id> {
        let mut found = self.data.ids().filter(|&id| fits(id));
        found.next().filter(|_| found.next().is_none())
    }

    /// The entry of a map under a key, not through a merge; no answer where several have the key.
    fn own(&self, map: Id, key: &str) -> Option<Option<Id>> {
        let mut found = self.data.children(map).iter().copied().filter(|&id| self.data.is_key(id, key));
        let first = found.next();
        found.next().is_none().then_some(first)
    }

    fn is_merged_in(&self, map: Id, key: &str) -> bool {
        let mut all = self.data.entries(map).into_iter();
        all.any(|entry| self.data.is_key(entry, key) && self.data.parent(entry) != Some(map))
    }

    /// Whether the map or list is written in brackets.
    pub fn is_braced(&self, id: Id) -> bool {
        let span = self.data.span(id);
        match self.data.value(id) {
            Value::Map => {
                let text = span.of(self.text);
                text.starts_with('{') && text.ends_with('}')
            }
            // The header of an array of tables has two of them.
            Value::List => {
                let text = span.of(self.text);
                text.starts_with('[') && text.ends_with(']') && !text.starts_with("[[")
            }
            _ => false,
        }
    }

    /// Whether something around the node is written in brackets.
    pub fn is_in_braces(&self, id: Id) -> bool {
        self.data.ancestors(id).any(|id| self.is_braced(id))
    }

    /// The end of the line that holds the offset, before its line break.
    pub fn line_end(&self, at: usize) -> usize {
        let end = self.text[at..].find('\n').map_or(self.text.len(), |end| at + end);
        if end > at && self.text[..end].ends_with('\r') { end - 1 } else { end }
    }

    /// The start of the line after the one that holds the offset.
    pub fn next_line(&self, at: usize) -> usize {
        self.text[at..].find('\n').map_or(self.text.len(), |end| at + end + 1)
    }

    /// The white space at the beginning of the line that holds the offset, a byte order mark left out.
    pub fn indentation(&self, at: usize) -> &'a str {
        let start = self.sheet.line_start(at);
        let line = self.text[start..].trim_start_matches('\u{feff}');
        &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
    }

    /// Keys and positions of a node.
    fn path(&self, id: Id) -> Option<Path> {
        paths(&self.data).into_iter().find(|(known, _)| *known == id).map(|(_, path)| path)
    }

    /// The edits, if the text they make says what it said, apart from what is at `path`: that is `value`
    /// then, or no more.
    pub fn checked(&self, edits: Edits, path: &[String], value: Option<&Content>) -> Option<Edits> {
        let splits = |tag: &Span| {
            let inside = |at: usize| tag.start < at && at < tag.end;
            edits.iter().any(|(span, _)| inside(span.start) || inside(span.end))
        };
        if self.tags.iter().any(splits) {
            return None;
        }
        let new = applied(self.text, &edits);
        let after = tree(self.lang(), &new)?;
        let (before, mut after) = (contents(&self.data, self.text), contents(&after, &new));
        let is_there = |known: &Path| known.starts_with(path);
        let count = after.keys().filter(|known| is_there(known)).count();
        if (count > 0) != value.is_some() {
            return None;
        }
        if let Some(Content::Text(text) | Content::Number(text)) = value
            && after.get(path).and_then(Option::as_ref) != Some(text)
        {
            return None;
        }
        // A map that was empty, or is now, shows as such.
        let is_about = |known: &Path| is_there(known) || path.starts_with(known);
        let mut before = before;
        before.retain(|known, _| !is_about(known));
        after.retain(|known, _| !is_about(known));
        (before == after).then_some(edits)
    }
}

/// The text with the edits.
pub fn applied(text: &str, edits: &Edits) -> String {
    let edits: Vec<Edit> = edits
        .iter()
        .map(|(span, text)| Edit { path: String::new(), span: *span, text: text.clone() })
        .collect();
    fix::applied(text, &edits.iter().collect::<Vec<_>>())
}

/// The tree of a document.
pub fn tree(lang: Lang, text: &str) -> Option<Data> {
    match lang {
        Lang::Yaml => Some(yaml::tree(text)),
        Lang::Json => json::tree(text),
        Lang::Toml => toml::tree(text),
        _ => None,
    }
}

/// Every node with keys and positions on the way to it; of equal keys each has a number.
fn paths(data: &Data) -> Vec<(Id, Path)> {
    let mut found: Vec<(Id, Path)> = Vec::new();
    let mut todo: Vec<(Id, Path)> = Vec::new();
    for (at, &root) in data.roots().iter().enumerate().rev() {
        todo.push((root, vec![at.to_string()]));
    }
    while let Some((id, path)) = todo.pop() {
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        for (at, &child) in data.children(id).iter().enumerate() {
            let step = match data.key(child) {
                Some(key) => {
                    let again = seen.entry(key.text.clone()).or_default();
                    *again += 1;
                    if *again > 1 { format!("{}\0{again}", key.text) } else { key.text.clone() }
                }
                None => at.to_string(),
            };
            let mut path = path.clone();
            path.push(step);
            todo.push((child, path));
        }
        found.push((id, path));
    }
    found
}

/// What stands at each path: the text of a scalar, nothing for null, a mark for what holds nothing.
pub fn contents(data: &Data, text: &str) -> BTreeMap<Path, Option<String>> {
    let mut found = BTreeMap::new();
    for (id, path) in paths(data) {
        let content = match data.value(id) {
            Value::Empty => None,
            Value::Scalar(scalar) => Some(scalar.decode(text).into_owned()),
            Value::Alias(name) => Some(format!("\0*{name}")),
            Value::Map | Value::List if !data.children(id).is_empty() => continue,
            Value::Map => Some("\0{}".to_string()),
            Value::List => Some("\0[]".to_string()),
        };
        found.insert(path, content);
    }
    found
}

/// The value under keys inside each other.
fn nested(keys: &[String], value: &Content) -> Content {
    keys.iter().rev().fold(value.clone(), |value, key| Content::Map(vec![(key.clone(), value)]))
}
