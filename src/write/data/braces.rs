//! Maps in brackets: JSON, the flow style of YAML, the inline tables of TOML.

use super::super::Edits;
use super::page::Page;
use crate::lang::Lang;
use crate::lang::data::Id;
use crate::remedy::Content;
use crate::span::Span;

impl Page<'_> {
    /// Adds an entry to a map in brackets.
    pub fn add_braced(&self, map: Id, key: &str, value: &Content) -> Option<Edits> {
        let span = self.data.span(map);
        let (open, close) = (span.start + 1, span.end - 1);
        let entries = self.data.children(map);
        let Some(first) = entries.first().and_then(|&first| self.data.key(first)) else {
            if !self.text[open..close].trim().is_empty() {
                return None;
            }
            let line = self.indentation(span.start).to_string();
            let map = Content::Map(vec![(key.to_string(), value.clone())]);
            return Some(vec![(span, self.inline(&map, self.manner(None), &line)?)]);
        };
        let first = first.whole.start;
        let spread = self.text[open..first].contains('\n');
        let indentation = self.indentation(first).to_string();
        let line = if spread { indentation.as_str() } else { self.indentation(span.start) };
        let written = self.key_text(key, Some(map))?;
        let value = self.inline(value, self.manner(Some(map)), line)?;
        let entry = format!("{written}{}{value}", self.colon(map));
        let gap = if spread { format!("{}{indentation}", self.sheet.line_break()) } else { " ".to_string() };
        let Some(before) = self.before(map, key) else {
            return Some(vec![(Span::new(first, first), format!("{entry},{gap}"))]);
        };
        let end = self.data.entry(before).end;
        let point = |at: usize| Span::new(at, at);
        let is_last = entries.last() == Some(&before);
        Some(match self.comma(end, close) {
            // A comma behind the last entry stays what the style is.
            Some(comma) => {
                let comma_too = !is_last || spread || self.lang() != Lang::Toml;
                let entry = format!("{gap}{entry}{}", if comma_too { "," } else { "" });
                let at = if spread { self.end_of_line(comma + 1, close)? } else { comma + 1 };
                vec![(point(at), entry)]
            }
            None => {
                let at = if spread { self.end_of_line(end, close)? } else { end };
                if at == end {
                    vec![(point(end), format!(",{gap}{entry}"))]
                } else {
                    vec![(point(end), ",".to_string()), (point(at), format!("{gap}{entry}"))]
                }
            }
        })
    }

    /// Takes an entry out of a map in brackets.
    pub fn remove_braced(&self, map: Id, entry: Id) -> Option<Edits> {
        let span = self.data.span(map);
        let (open, close) = (span.start + 1, span.end - 1);
        let entries = self.data.children(map);
        let at = entries.iter().position(|&id| id == entry)?;
        let own = self.data.entry(entry);
        let comma = self.comma(own.end, close);
        let end = comma.map_or(own.end, |comma| comma + 1);
        let (from, to) = (self.sheet.line_start(own.start), self.line_end(end));
        let alone = self.text[from..own.start].trim().is_empty() && self.is_blank(end, to) && from > open;
        if entries.len() == 1 {
            let is_all = self.is_blank(open, own.start) && self.is_blank(end, close);
            return is_all.then(|| vec![(Span::new(open, close), String::new())]);
        }
        // The entry before the last one loses its comma, unless the last one has one too.
        let before =
            (at + 1 == entries.len() && comma.is_none()).then(|| self.data.entry(entries[at - 1]).end);
        let before = match before {
            Some(before) => Some(self.comma(before, close)?),
            None => None,
        };
        let none = String::new();
        if alone {
            let line = Span::new(from, self.next_line(to));
            let mut edits = vec![(line, none.clone())];
            edits.extend(before.map(|comma| (Span::new(comma, comma + 1), none)));
            return Some(edits);
        }
        let gone = match (before, entries.get(at + 1).and_then(|&next| self.data.key(next))) {
            (Some(comma), _) => Span::new(comma, own.end),
            (None, Some(next)) => Span::new(own.start, next.whole.start),
            (None, None) => {
                Span::new(self.comma(self.data.entry(entries[at.checked_sub(1)?]).end, close)?, own.end)
            }
        };
        // What a comment says would go with it.
        let text = gone.of(self.text);
        let rest = text.len() - own.of(self.text).len();
        let outside = text.replacen(own.of(self.text), "", 1);
        (outside.len() == rest && outside.trim_matches([',', ' ', '\n', '\r', '\t']).is_empty())
            .then(|| vec![(gone, none)])
    }

    /// Whether only white space stands between two places.
    fn is_blank(&self, from: usize, to: usize) -> bool {
        self.text.get(from..to).is_some_and(|text| text.trim().is_empty())
    }

    /// What stands between a key and its value.
    fn colon(&self, map: Id) -> String {
        let usual = if self.lang() == Lang::Toml { " = " } else { ": " };
        let mut all = self.data.children(map).iter().map(|&entry| {
            let key = self.data.key(entry)?;
            let between = self.text.get(key.whole.end..self.data.span(entry).start)?;
            (between.trim() == usual.trim() && !between.contains('\n')).then_some(between)
        });
        let first = all.next().flatten().unwrap_or(usual);
        // YAML needs the blank, except behind a quote.
        if all.all(|other| other == Some(first)) && (self.lang() != Lang::Yaml || first.ends_with(' ')) {
            first.to_string()
        } else {
            usual.to_string()
        }
    }

    /// The comma behind an entry that ends at `from`, comments passed over.
    fn comma(&self, from: usize, close: usize) -> Option<usize> {
        let at = self.skip(from, close);
        self.text[at..close].starts_with(',').then_some(at)
    }

    /// The next byte that is neither white space nor comment.
    fn skip(&self, from: usize, close: usize) -> usize {
        let mut at = from;
        while at < close {
            let rest = &self.text[at..close];
            let blank = rest.len() - rest.trim_start().len();
            let sign = if self.lang() == Lang::Json { "//" } else { "#" };
            if blank > 0 {
                at += blank;
            } else if rest.starts_with(sign) {
                at += rest.find('\n').unwrap_or(rest.len());
            } else if self.lang() == Lang::Json && rest.starts_with("/*") {
                at += rest.find("*/").map_or(rest.len(), |end| end + 2);
            } else {
                break;
            }
        }
        at
    }

    /// The end of the line, a comment in it passed over; no offset where something else follows.
    fn end_of_line(&self, from: usize, close: usize) -> Option<usize> {
        let end = self.line_end(from);
        if end >= close {
            let at = self.text[..close].trim_end().len().max(from);
            return self.is_blank(from, close).then_some(at.min(close));
        }
        // A comment of several lines goes on behind it.
        let next = self.skip(from, close);
        if next <= end {
            return Some(from);
        }
        let line = &self.text[from..end];
        let opens = line.rfind("/*").is_some_and(|open| !line[open..].contains("*/"));
        let is_comment = self.lang() == Lang::Json && opens && !line.contains("//");
        (!is_comment).then(|| from + line.trim_end().len())
    }

    /// Whether the file has comments, or is of a kind that may.
    pub fn has_comments(&self) -> bool {
        let path = self.sheet.path;
        let may = path.ends_with(".jsonc") || path.ends_with(".json5") || path.contains("devcontainer");
        may || serde_json::from_str::<serde_json::Value>(self.text.trim_start_matches('\u{feff}')).is_err()
    }
}
