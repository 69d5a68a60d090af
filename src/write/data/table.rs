//! Tables of TOML that are no inline ones.

use super::super::Edits;
use super::page::Page;
use crate::lang::data::{Id, Value};
use crate::remedy::Content;
use crate::span::Span;

impl Page<'_> {
    /// Adds an entry to a table.
    pub fn add_to_table(&self, map: Id, key: &str, value: &Content) -> Option<Edits> {
        // A map under a table is a table of its own where the file writes them so.
        if let Content::Map(entries) = value {
            return self.add_table(map, key, entries);
        }
        let own = self.lines_of(map);
        let written = self.key_text(key, Some(map))?;
        let value = self.inline(value, self.manner(Some(map)), "")?;
        let end = self.sheet.line_break();
        let smaller = |id: &Id| self.data.key_text(*id) < key;
        let is_sorted = own.len() > 2
            && own.windows(2).all(|pair| self.data.key_text(pair[0]) < self.data.key_text(pair[1]));
        let before = if is_sorted { own.iter().copied().rev().find(smaller) } else { own.last().copied() };
        let (at, text) = match (before, own.first()) {
            (Some(before), _) => {
                let start = self.first_key(before);
                let prefix = self.prefix(start, before)?;
                let at = self.line_end(self.leaf_end(before));
                (at, format!("{end}{prefix}{written} = {value}"))
            }
            (None, Some(first)) => {
                let start = self.first_key(*first);
                let prefix = self.prefix(start, *first)?;
                let at = self.sheet.line_start(start);
                (at, format!("{prefix}{written} = {value}{end}"))
            }
            (None, None) => {
                let at = self.line_end(self.header(map)?);
                (at, format!("{end}{written} = {value}"))
            }
        };
        Some(vec![(Span::new(at, at), text)])
    }

    /// Takes the line of an entry out.
    pub fn remove_line(&self, entry: Id) -> Option<Edits> {
        let key = self.data.key(entry)?.whole.start;
        if self.is_in_header(key) || !self.data.children(entry).is_empty() && !self.is_whole(entry) {
            return None;
        }
        let (start, end) = (self.sheet.line_start(key), self.next_line(self.leaf_end(entry)));
        if end == self.text.len() && !self.text.ends_with('\n') && start > 0 {
            return Some(vec![(Span::new(self.line_end(start - 1).min(start - 1), end), String::new())]);
        }
        Some(vec![(Span::new(start, end), String::new())])
    }

    /// Adds a table of its own at the end of the file.
    fn add_table(&self, map: Id, key: &str, entries: &[(String, Content)]) -> Option<Edits> {
        let mut path: Vec<String> = vec![self.key_text(key, None)?];
        let mut at = map;
        while let Some(parent) = self.data.parent(at) {
            path.push(self.key_text(self.data.key_text(at), None)?);
            // A table under an item of a list belongs to the last one.
            if *self.data.value(parent) == Value::List || self.is_braced(parent) {
                return None;
            }
            at = parent;
        }
        // What is written with dots, or in one line, cannot be opened again by a header.
        let is_open = map == at || self.header(map).is_some() || self.lines_of(map).is_empty();
        if !is_open {
            return None;
        }
        path.reverse();
        let end = self.sheet.line_break();
        let mut text = String::new();
        if !self.text.is_empty() {
            text += if self.text.ends_with('\n') { end } else { "" };
            if !self.text.ends_with('\n') {
                text += end;
                text += end;
            }
        }
        text += &format!("[{}]", path.join("."));
        for (key, value) in entries {
            let value = self.inline(value, self.manner(None), "")?;
            text += &format!("{end}{} = {value}", self.key_text(key, None)?);
        }
        if self.text.ends_with('\n') || self.text.is_empty() {
            text += end;
        }
        let at = self.text.len();
        Some(vec![(Span::new(at, at), text)])
    }

    /// The entries of a table that stand in lines of their own, not under headers of theirs.
    fn lines_of(&self, map: Id) -> Vec<Id> {
        let entries = self.data.children(map).iter().copied();
        entries
            .filter(|&entry| !self.is_in_header(self.first_key(entry)) && !self.under_header(entry))
            .collect()
    }

    /// Whether the table of an entry is opened by a header.
    fn under_header(&self, entry: Id) -> bool {
        self.data.key(entry).is_some_and(|key| self.is_in_header(key.whole.start))
    }

    /// Whether an offset is in the header of a table.
    fn is_in_header(&self, at: usize) -> bool {
        let line = &self.text[self.sheet.line_start(at)..at];
        line.trim_start_matches([' ', '\t', '\u{feff}']).starts_with('[')
    }

    /// The place of the key of an entry.
    fn first_key(&self, entry: Id) -> usize {
        self.data.key(entry).map_or(0, |key| key.whole.start)
    }

    /// The header of a table.
    fn header(&self, map: Id) -> Option<usize> {
        let key = self.data.key(map)?.whole;
        let line = &self.text[self.sheet.line_start(key.start)..self.line_end(key.start)];
        let inside = line.trim_start_matches([' ', '\t', '\u{feff}']).strip_prefix('[')?;
        // The header of a table inside of this one names it too.
        let name = inside.split(']').next()?.trim();
        let own = key.of(self.text);
        (!inside.starts_with('[') && name.ends_with(own) && self.sheet.line_start(key.start) <= key.start)
            .then_some(key.end)
            .filter(|end| self.text[*end..].trim_start().starts_with(']'))
    }

    /// Whether an entry is one line: no dotted keys share its name.
    fn is_whole(&self, entry: Id) -> bool {
        self.is_braced(entry)
    }

    /// What stands in the line of an entry before its own name: white space, and names with dots.
    fn prefix(&self, key: usize, entry: Id) -> Option<String> {
        let line = &self.text[self.sheet.line_start(key)..key];
        let line = line.trim_start_matches('\u{feff}');
        if line.contains(['{', '=', '"', '\'', '#']) || self.data.key(entry).is_none() {
            return None;
        }
        Some(line.to_string())
    }

    /// Where the last value of an entry ends.
    fn leaf_end(&self, entry: Id) -> usize {
        if self.is_braced(entry) || self.data.children(entry).is_empty() {
            return self.data.entry(entry).end;
        }
        let children = self.data.children(entry).iter();
        let lines = children.filter(|&&child| !self.is_in_header(self.first_key(child)));
        lines.map(|&child| self.leaf_end(child)).max().unwrap_or(self.data.entry(entry).end)
    }
}
