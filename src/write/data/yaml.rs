//! Maps and lists of the block style.

use super::super::Edits;
use super::page::Page;
use crate::lang::data::{Id, Style, Value};
use crate::remedy::Content;
use crate::span::Span;

impl Page<'_> {
    /// Adds an entry to a map of the block style.
    pub fn add_block(&self, map: Id, key: &str, value: &Content) -> Option<Edits> {
        let entries = self.data.children(map);
        let first = self.data.key(*entries.first()?)?.whole.start;
        let indentation = self.column(first)?;
        let lines = self.entry_lines(map, key, value, &indentation)?;
        let end = self.sheet.line_break();
        let (at, text) = match self.before(map, key) {
            Some(entry) => {
                let from = self.end_of(entry)?;
                let new: String = lines.iter().map(|line| format!("{end}{line}")).collect();
                (self.line_end(from), new)
            }
            None => {
                let lines: Vec<&str> = lines.iter().map(|line| line.trim_start()).collect();
                let [line] = lines[..] else { return None };
                (first, format!("{line}{end}{indentation}"))
            }
        };
        // A statement of a template around some of the entries may leave them out.
        let is_statement = |tag: &&Span| {
            tag.start >= self.sheet.line_start(first) && self.masked[tag.start..].starts_with(' ')
        };
        if self.tags.iter().filter(is_statement).any(|tag| tag.start <= at) {
            return None;
        }
        Some(vec![(Span::new(at, at), text)])
    }

    /// Gives an entry without a value a map of the block style, of one entry.
    pub fn fill_block(&self, entry: Id, map: &Content) -> Option<Edits> {
        let key = self.data.key(entry)?.whole;
        let after = self.data.span(entry).end;
        let rest = self.text[after..self.line_end(after)].trim_start();
        let Content::Map(entries) = map else { return None };
        if !(rest.is_empty() || rest.starts_with('#')) || !self.tags.is_empty() {
            return None;
        }
        let indentation = format!("{}{}", self.column(key.start)?, self.step());
        let end = self.sheet.line_break();
        let mut text = String::new();
        for (key, value) in entries {
            for line in self.entry_lines(entry, key, value, &indentation)? {
                text += end;
                text += &line;
            }
        }
        let at = self.line_end(after);
        Some(vec![(Span::new(at, at), text)])
    }

    /// Takes an entry out of a map of the block style.
    pub fn remove_block(&self, map: Id, entry: Id) -> Option<Edits> {
        let entries = self.data.children(map);
        let key = self.data.key(entry)?.whole.start;
        if entries.len() < 2 {
            return None;
        }
        let end = self.next_line(self.end_of(entry)?);
        let start = self.sheet.line_start(key);
        let begins_line = start + self.indentation(key).len() == key;
        let next = entries.iter().find(|&&other| other > entry).and_then(|&next| self.data.key(next));
        let span = match next {
            _ if begins_line => Span::new(start, end),
            // `- key: value` gives its place to the next entry.
            Some(next) if self.sheet.line_start(next.whole.start) == end => Span::new(key, next.whole.start),
            _ => return None,
        };
        if self.tags.iter().any(|tag| span.start <= tag.start && tag.start < span.end) {
            return None;
        }
        // The last line of a file may have no break, and the one before it then loses its own.
        if begins_line && end == self.text.len() && !self.text.ends_with('\n') && start > 0 {
            let start = self.line_end(start - 1).min(start - 1);
            return Some(vec![(Span::new(start, end), String::new())]);
        }
        Some(vec![(span, String::new())])
    }

    /// The white space that puts a line into the column of the offset.
    fn column(&self, at: usize) -> Option<String> {
        let line = self.text[self.sheet.line_start(at)..at].trim_start_matches('\u{feff}');
        line.chars().all(|c| matches!(c, ' ' | '-')).then(|| " ".repeat(line.len()))
    }

    /// Where the last line of an entry is: no offset where blank lines behind it belong to it.
    fn end_of(&self, entry: Id) -> Option<usize> {
        let mut last = entry;
        while let Some(child) = self.data.children(last).last() {
            last = *child;
        }
        if let Some(scalar) = self.data.scalar(last)
            && matches!(scalar.style, Style::Literal | Style::Folded)
        {
            let start = self.data.span(last).start;
            let header = self.text[start..self.line_end(start)].split('#').next().unwrap_or_default();
            if header.contains('+') {
                return None;
            }
        }
        Some(self.data.entry(entry).end.max(self.data.entry(last).end))
    }

    /// The entry behind which a new one goes: the last one, or in a sorted map the one that it follows.
    pub fn before(&self, map: Id, key: &str) -> Option<Id> {
        let entries = self.data.children(map);
        let keys: Vec<&str> =
            entries.iter().map(|&id| self.data.key_text(id)).filter(|key| *key != "<<").collect();
        let is_sorted = keys.len() > 2 && keys.windows(2).all(|pair| pair[0] < pair[1]);
        if !is_sorted {
            return entries.last().copied();
        }
        let smaller = |id: &&Id| self.data.is_key(**id, "<<") || self.data.key_text(**id) < key;
        entries.iter().rev().find(smaller).copied()
    }

    /// The lines of an entry of `map`, whose keys stand behind `indentation`.
    fn entry_lines(&self, map: Id, key: &str, value: &Content, indentation: &str) -> Option<Vec<String>> {
        let written = self.key_text(key, Some(map))?;
        let step = self.step();
        Some(match value {
            Content::Map(entries) if !entries.is_empty() => {
                let mut lines = vec![format!("{indentation}{written}:")];
                let deeper = format!("{indentation}{step}");
                for (key, value) in entries {
                    lines.extend(self.entry_lines(map, key, value, &deeper)?);
                }
                lines
            }
            Content::List(items) if !items.is_empty() => {
                let mut lines = vec![format!("{indentation}{written}:")];
                let outer = if self.indents_lists() { step.as_str() } else { "" };
                for item in items {
                    let manner = self.manner(None);
                    let item = self.inline(item, manner, indentation)?;
                    lines.push(format!("{indentation}{outer}- {item}"));
                }
                lines
            }
            _ => {
                let value = self.inline(value, self.manner(Some(map)), indentation)?;
                vec![format!("{indentation}{written}: {value}")]
            }
        })
    }

    /// Whether lists stand deeper than the key that they belong to, as most of the file has it.
    fn indents_lists(&self) -> bool {
        let mut balance = 0;
        for id in self.data.ids().filter(|&id| *self.data.value(id) == Value::List && !self.is_braced(id)) {
            let Some(key) = self.data.key(id) else { continue };
            let (outer, own) =
                (self.column(key.whole.start), self.column(self.data.span(id).start).map(|own| own.len()));
            let (Some(outer), Some(own)) = (outer.map(|outer| outer.len()), own) else { continue };
            balance += if own > outer { 1 } else { -1 };
        }
        balance >= 0
    }
}
