//! A reader of YAML that goes on after what it does not understand.
//!
//! Settings are often not YAML until a template is rendered, and one bad line should not hide the
//! rest. (The tree-sitter grammar also ends the process on deeply nested input: its scanner keeps the
//! open levels in a buffer of fixed size.) One pass over the lines, with the open levels on a stack of
//! its own: time and memory grow with the length of the text, whatever it holds.

use crate::lang::data::{Data, Id, Key, Scalar, Style, Value};
use crate::span::Span;

/// So many places that were not understood are named.
const MOST_BROKEN: usize = 8;

/// The data of a text and the places that are no YAML. `source` is the text as written, which keys are
/// named by; `text` the same at the same length with template tags blanked.
pub fn data(text: &str, source: &str) -> (Data, Vec<Span>) {
    let mut parser = Parser {
        text,
        bytes: text.as_bytes(),
        source,
        data: Data::default(),
        levels: Vec::new(),
        pending: None,
        broken: Vec::new(),
    };
    parser.documents();
    parser.data.close_spans();
    (parser.data, parser.broken)
}

/// A quoted text that goes on left of what it belongs to is at most so long.
const FARTHEST: usize = 8000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Map,
    List,
}

/// An open map or list of the block style.
#[derive(Clone, Copy, Debug)]
struct Level {
    column: isize,
    kind: Kind,
    slot: Id,
}

struct Parser<'t> {
    text: &'t str,
    bytes: &'t [u8],
    source: &'t str,
    data: Data,
    levels: Vec<Level>,
    /// An entry, item or document without a value so far, and the column its value must be right of.
    pending: Option<(Id, isize)>,
    broken: Vec<Span>,
}

impl Parser<'_> {
    fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(b'\n')
    }

    /// The end of the line around `at`, before its line break.
    fn line_end(&self, at: usize) -> usize {
        memchr::memchr(b'\n', &self.bytes[at..]).map_or(self.bytes.len(), |end| at + end)
    }

    fn blank(&self, at: usize) -> bool {
        matches!(self.byte(at), b' ' | b'\t' | b'\r')
    }

    /// The first byte from `at` in its line that is no blank.
    fn skip_blanks(&self, mut at: usize) -> usize {
        while at < self.bytes.len() && self.blank(at) {
            at += 1;
        }
        at
    }

    /// Whether nothing but a comment follows in the line.
    fn at_end(&self, at: usize) -> bool {
        at >= self.bytes.len() || self.byte(at) == b'\n' || self.comment(at)
    }

    fn comment(&self, at: usize) -> bool {
        let begins = |at: usize| at == 0 || matches!(self.bytes[at - 1], b' ' | b'\t' | b'\n' | b'\r');
        self.byte(at) == b'#' && (begins(at) || &self.bytes[..at] == "\u{feff}".as_bytes())
    }

    /// Whether an indicator at `at` stands alone (`- `, `: `, `? `).
    fn alone(&self, at: usize) -> bool {
        matches!(self.byte(at + 1), b' ' | b'\t' | b'\r' | b'\n')
    }

    fn complain(&mut self, from: usize, to: usize) {
        if self.broken.len() < MOST_BROKEN {
            let to = from + self.text[from..to].trim_end().len();
            self.broken.push(Span::new(from, to.max(from)));
        }
    }

    fn open_document(&mut self, at: usize) {
        self.levels.clear();
        let root = self.data.add_root(Span::new(at, at));
        self.pending = Some((root, -1));
    }

    fn documents(&mut self) {
        let mut at = if self.text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let mut open = false;
        while at < self.bytes.len() {
            let start = self.skip_blanks(at);
            let end = self.line_end(start);
            if self.at_end(start) {
                at = end + 1;
                continue;
            }
            let line = &self.text[at..end];
            let marker = |mark: &str| {
                line.strip_prefix(mark)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r']))
            };
            if marker("---") {
                self.open_document(at);
                open = true;
                let content = self.skip_blanks(at + 3);
                at = if self.at_end(content) {
                    end + 1
                } else {
                    // What stands behind the marker is no deeper than the document.
                    self.content(content, 0)
                };
                continue;
            }
            if marker("...") || (!open && line.starts_with('%')) {
                open = false;
                at = end + 1;
                continue;
            }
            if !open {
                self.open_document(start);
                open = true;
            }
            if self.text[at..start].contains('\t') {
                self.complain(at, end);
            }
            at = self.content(start, (start - at) as isize);
        }
    }

    /// What stands at `at` in column `column`, to the end of its line or of its value; gives the start
    /// of the line after it.
    fn content(&mut self, mut at: usize, mut column: isize) -> usize {
        let line = at;
        while self.levels.last().is_some_and(|level| level.column > column) {
            self.levels.pop();
        }
        // A list may stand in the column of the key it belongs to.
        let lists_here = self.byte(at) == b'-' && self.alone(at);
        if let Some((_, left)) = self.pending
            && (column < left || (column == left && !(lists_here && self.in_map(column))))
            && !(column == left && self.byte(at) == b':' && self.alone(at))
        {
            self.pending = None;
        }
        loop {
            let end = self.line_end(at);
            match self.byte(at) {
                b'-' if self.alone(at) => {
                    let Some(list) = self.level(column, Kind::List, at, end) else { return end + 1 };
                    let item = self.data.add(list, None, Span::new(at, at + 1));
                    self.pending = Some((item, column));
                    let next = self.skip_blanks(at + 1);
                    if self.at_end(next) {
                        return end + 1;
                    }
                    column += (next - at) as isize;
                    at = next;
                }
                b'?' if self.alone(at) => {
                    let Some(map) = self.level(column, Kind::Map, at, end) else { return end + 1 };
                    let from = self.skip_blanks(at + 1);
                    let key = self.plain_end(from, end);
                    let key = self.key(Span::new(from.min(key), key));
                    let after = key.whole.end;
                    let entry = self.data.add(map, Some(key), Span::new(after, after));
                    self.pending = Some((entry, column));
                    return end + 1;
                }
                // The value of a key that was marked with `?`.
                b':' if self.alone(at) && self.pending.is_some() => {
                    let next = self.skip_blanks(at + 1);
                    if self.at_end(next) {
                        return end + 1;
                    }
                    column += (next - at) as isize;
                    at = next;
                }
                b'&' | b'!' => {
                    let stop = self.word_end(at, end);
                    if self.byte(at) == b'&'
                        && let Some((slot, _)) = self.pending
                    {
                        self.data.anchor(&self.source[at + 1..stop], slot);
                    }
                    let next = self.skip_blanks(stop);
                    if self.at_end(next) {
                        return end + 1;
                    }
                    column += (next - at) as isize;
                    at = next;
                }
                _ => {
                    if let Some((key, after)) = self.implicit_key(at, end) {
                        let Some(map) = self.level(column, Kind::Map, at, end) else { return end + 1 };
                        let entry = self.data.add(map, Some(key), Span::new(after, after));
                        self.pending = Some((entry, column));
                        return self.entry_value(entry, after, column);
                    }
                    let Some((slot, left)) = self.pending.take() else {
                        self.complain(line, end);
                        return end + 1;
                    };
                    return self.value(slot, at, left);
                }
            }
        }
    }

    /// What follows `key:` in its line.
    fn entry_value(&mut self, entry: Id, after: usize, column: isize) -> usize {
        let mut at = self.skip_blanks(after);
        let end = self.line_end(after);
        while matches!(self.byte(at), b'&' | b'!') && at < end {
            let stop = self.word_end(at, end);
            if self.byte(at) == b'&' {
                self.data.anchor(&self.source[at + 1..stop], entry);
            }
            at = self.skip_blanks(stop);
        }
        if self.at_end(at) {
            return end + 1;
        }
        self.pending = None;
        self.value(entry, at, column)
    }

    fn word_end(&self, at: usize, end: usize) -> usize {
        let word = self.bytes[at..end].iter().take_while(|b| !b.is_ascii_whitespace()).count();
        at + word.max(1)
    }

    fn in_map(&self, column: isize) -> bool {
        self.levels.last().is_some_and(|level| level.column == column && level.kind == Kind::Map)
    }

    /// The map or list of a column, opened if need be.
    fn level(&mut self, column: isize, kind: Kind, at: usize, end: usize) -> Option<Id> {
        if let Some(top) = self.levels.last().copied()
            && top.column == column
        {
            if top.kind == kind {
                return Some(top.slot);
            }
            if kind == Kind::Map {
                // The list of a key in the same column has ended.
                self.levels.pop();
                if let Some(below) = self.levels.last()
                    && below.column == column
                    && below.kind == Kind::Map
                {
                    return Some(below.slot);
                }
                self.complain(at, end);
                return None;
            }
        }
        if let Some((slot, left)) = self.pending.take() {
            debug_assert!(left <= column);
            let value = if kind == Kind::Map { Value::Map } else { Value::List };
            self.data.set(slot, value, Span::new(at, at));
            self.levels.push(Level { column, kind, slot });
            return Some(slot);
        }
        // Deeper than what it seems to belong to, or back in a column that was not there before.
        self.complain(at, end);
        self.levels.last().filter(|level| level.kind == kind).map(|level| level.slot)
    }

    /// A key at `at` and where its colon ends.
    fn implicit_key(&self, at: usize, end: usize) -> Option<(Key, usize)> {
        let colon = match self.byte(at) {
            quote @ (b'"' | b'\'') => {
                let close = self.quote_end(at, quote, end)?;
                let colon = self.skip_blanks(close);
                (self.byte(colon) == b':' && self.alone(colon)).then_some(colon)?
            }
            b'[' | b'{' | b'|' | b'>' | b'#' | b'%' | b'@' | b'`' => return None,
            _ => {
                let mut from = at;
                loop {
                    let found = memchr::memchr2(b':', b'#', &self.bytes[from..end])? + from;
                    if self.comment(found) {
                        return None;
                    }
                    if self.bytes[found] == b':' && self.alone(found) {
                        break found;
                    }
                    from = found + 1;
                }
            }
        };
        let text = self.text[at..colon].trim_end();
        Some((self.key(Span::new(at, at + text.len())), colon + 1))
    }

    fn key(&self, whole: Span) -> Key {
        let raw = whole.of(self.text);
        let quoted = raw.len() >= 2 && raw.starts_with(['"', '\'']) && raw.ends_with(['"', '\'']);
        let span = if quoted { Span::new(whole.start + 1, whole.end - 1) } else { whole };
        // Nobody writes such a key, and it would make every path below it as long.
        let text = span.of(self.source);
        Key { text: if text.len() > 200 { "?" } else { text }.to_string(), span, whole }
    }

    /// One past the quote that closes the one at `at`, before `end`.
    fn quote_end(&self, at: usize, quote: u8, end: usize) -> Option<usize> {
        self.quote_from(at + 1, quote, end).ok()
    }

    /// One past the closing quote at or behind `from`; else where to look on when there is more text.
    fn quote_from(&self, mut from: usize, quote: u8, end: usize) -> Result<usize, usize> {
        loop {
            let rest = self.bytes.get(from..end).unwrap_or_default();
            let Some(found) = memchr::memchr2(quote, b'\\', rest) else { return Err(from.max(end)) };
            let found = from + found;
            match self.bytes[found] {
                b'\\' if quote == b'"' => from = found + 2,
                b'\'' if quote == b'\'' && self.byte(found + 1) == b'\'' => from = found + 2,
                byte if byte == quote => return Ok(found + 1),
                _ => from = found + 1,
            }
        }
    }

    /// One past the quote that closes the one at `at`, over lines right of `left`, and the end of its line.
    fn quote_over_lines(&self, at: usize, quote: u8, left: isize) -> Option<(usize, usize)> {
        let over = |left: isize, reach: usize| {
            let mut limit = self.line_end(at);
            let mut from = at + 1;
            loop {
                match self.quote_from(from, quote, limit) {
                    Ok(close) => return Some((close, limit)),
                    Err(on) => from = on,
                }
                limit = self.line_end(self.continues(limit, left).filter(|next| *next < reach)?);
            }
        };
        // Common readers let a text go on in any column. A quote that was forgotten is not to swallow the
        // lines after it, so what closes such a text must end its line.
        over(left, usize::MAX)
            .or_else(|| over(-1, at + FARTHEST).filter(|(close, _)| self.at_end(self.skip_blanks(*close))))
    }

    /// The end of a plain text in its line.
    fn plain_end(&self, at: usize, end: usize) -> usize {
        let mut from = at;
        let mut stop = end;
        while let Some(found) = memchr::memchr(b'#', &self.bytes[from..end]) {
            if self.comment(from + found) {
                stop = from + found;
                break;
            }
            from += found + 1;
        }
        at + self.text[at..stop].trim_end().len()
    }

    /// The start of the next line that continues a value right of `left`; blank lines are passed over.
    fn continues(&self, end: usize, left: isize) -> Option<usize> {
        let mut line = end + 1;
        while line < self.bytes.len() {
            let start = self.skip_blanks(line);
            if self.byte(start) == b'\n' {
                line = start + 1;
                continue;
            }
            return ((start - line) as isize > left && start < self.bytes.len()).then_some(start);
        }
        None
    }

    /// A value at `at` that belongs right of column `left`; gives the start of the line after it.
    fn value(&mut self, slot: Id, at: usize, left: isize) -> usize {
        let end = self.line_end(at);
        match self.byte(at) {
            b'|' | b'>' if self.block_header(at, end) => self.block(slot, at, end, left),
            quote @ (b'"' | b'\'') => self.quoted(slot, at, quote, left),
            b'[' | b'{' => self.flow(slot, at, left),
            b'*' => {
                let stop = self.word_end(at, end);
                let name = self.source[at + 1..stop].to_string();
                self.data.set(slot, Value::Alias(name), Span::new(at, stop));
                end + 1
            }
            _ => self.plain(slot, at, end, left),
        }
    }

    fn block_header(&self, at: usize, end: usize) -> bool {
        let header = &self.bytes[at + 1..end];
        let marks = header.iter().take_while(|b| matches!(b, b'+' | b'-' | b'0'..=b'9')).count();
        marks <= 2 && self.at_end(self.skip_blanks(at + 1 + marks))
    }

    fn block(&mut self, slot: Id, at: usize, end: usize, left: isize) -> usize {
        let style = if self.byte(at) == b'>' { Style::Folded } else { Style::Literal };
        let first = (end + 1).min(self.bytes.len());
        let mut line = first;
        let mut last = first;
        let mut indent = None;
        while line < self.bytes.len() {
            let stop = self.line_end(line);
            let start = line + self.bytes[line..stop].iter().take_while(|b| **b == b' ').count();
            if !self.text[start..stop].trim().is_empty() {
                let column = (start - line) as isize;
                if column <= left || indent.is_some_and(|indent| column < indent) {
                    break;
                }
                indent.get_or_insert(column);
                last = stop;
            }
            line = stop + 1;
        }
        // The text ends with its last line that says something; the break before it is no part.
        let inner = Span::new(first, first + self.text[first..last].trim_end().len());
        let span = Span::new(at, if inner.is_empty() { end } else { inner.end });
        self.data.set(slot, Value::Scalar(Scalar { inner, style, textual: true }), span);
        line
    }

    fn quoted(&mut self, slot: Id, at: usize, quote: u8, left: isize) -> usize {
        let found = self.quote_over_lines(at, quote, left);
        let (close, end) = (found.map(|(close, _)| close), found.map_or(self.line_end(at), |(_, end)| end));
        let style = if quote == b'"' { Style::Double } else { Style::Single };
        let (span, inner) = match close {
            Some(close) => (Span::new(at, close), Span::new(at + 1, close - 1)),
            None => {
                self.complain(at, end);
                let stop = at + self.text[at..end].trim_end().len();
                (Span::new(at, stop), Span::new(at + 1, stop.max(at + 1)))
            }
        };
        self.data.set(slot, Value::Scalar(Scalar { inner, style, textual: true }), span);
        if close.is_some_and(|close| !self.at_end(self.skip_blanks(close))) {
            self.complain(at, end);
        }
        end + 1
    }

    fn plain(&mut self, slot: Id, at: usize, end: usize, left: isize) -> usize {
        let mut stop = self.plain_end(at, end);
        let mut line_end = end;
        // A comment ends the text.
        let mut open = stop == at + self.text[at..end].trim_end().len();
        while open && let Some(next) = self.continues(line_end, left) {
            let next_end = self.line_end(next);
            if self.comment(next) || self.implicit_key(next, next_end).is_some() {
                break;
            }
            stop = self.plain_end(next, next_end);
            open = stop == next + self.text[next..next_end].trim_end().len();
            line_end = next_end;
        }
        let span = Span::new(at, stop);
        self.data.set(slot, plain_value(self.text, span), span);
        line_end + 1
    }

    /// A map or list in brackets. A line left of what it belongs to ends it, unless it begins with the
    /// bracket that closes it.
    fn flow(&mut self, slot: Id, start: usize, left: isize) -> usize {
        let mut open: Vec<(Id, Kind)> = Vec::new();
        // The entry of a map whose value comes next.
        let mut target = Some(slot);
        let mut at = start;
        loop {
            // To the next token.
            while at < self.bytes.len() {
                if self.blank(at) {
                    at += 1;
                } else if self.comment(at) {
                    at = self.line_end(at);
                } else if self.byte(at) == b'\n' {
                    let line = at + 1;
                    let next = self.skip_blanks(line);
                    let outside = (next - line) as isize <= left
                        && !matches!(self.byte(next), b'\n' | b']' | b'}' | b',' | b'#');
                    if next < self.bytes.len() && outside {
                        self.complain(start, at);
                        return line;
                    }
                    at = next;
                } else {
                    break;
                }
            }
            if at >= self.bytes.len() {
                self.complain(start, self.line_end(start));
                return at;
            }
            let kind = open.last().map(|(_, kind)| *kind);
            match self.byte(at) {
                byte @ (b'[' | b'{') => {
                    let holder = match (target.take(), open.last()) {
                        (Some(slot), _) => slot,
                        (None, Some(&(list, Kind::List))) => self.data.add(list, None, Span::new(at, at)),
                        (None, Some(&(map, Kind::Map))) => {
                            let key = self.key(Span::new(at, at));
                            self.data.add(map, Some(key), Span::new(at, at))
                        }
                        (None, None) => slot,
                    };
                    let kind = if byte == b'[' { Kind::List } else { Kind::Map };
                    let value = if byte == b'[' { Value::List } else { Value::Map };
                    self.data.set(holder, value, Span::new(at, at + 1));
                    open.push((holder, kind));
                    at += 1;
                }
                b']' | b'}' => {
                    at += 1;
                    target = None;
                    if let Some((holder, _)) = open.pop() {
                        self.data.extend(holder, at);
                    }
                    if open.is_empty() {
                        let end = self.line_end(at);
                        if !self.at_end(self.skip_blanks(at)) {
                            self.complain(start, end);
                        }
                        return end + 1;
                    }
                }
                b',' => {
                    at += 1;
                    target = None;
                }
                b'&' | b'!' | b'*' => {
                    let stop = at + self.bytes[at..].iter().take_while(|b| !ends_flow_word(**b)).count();
                    let stop = stop.max(at + 1);
                    let name = self.source.get(at + 1..stop).unwrap_or_default().to_string();
                    match self.byte(at) {
                        b'*' => {
                            let slot = match (target.take(), open.last()) {
                                (Some(slot), _) => Some(slot),
                                (None, Some(&(list, Kind::List))) => {
                                    Some(self.data.add(list, None, Span::new(at, stop)))
                                }
                                _ => None,
                            };
                            if let Some(slot) = slot {
                                self.data.set(slot, Value::Alias(name), Span::new(at, stop));
                            }
                        }
                        b'&' => {
                            if let Some(slot) = target {
                                self.data.anchor(&name, slot);
                            }
                        }
                        _ => {}
                    }
                    at = stop;
                }
                b':' => at += 1,
                _ => {
                    let (span, scalar, ended) = self.flow_scalar(at, left);
                    if !ended {
                        self.complain(at, self.line_end(at));
                    }
                    at = span.end.max(at + 1);
                    let colon = self.skip_blanks(at);
                    let quoted = matches!(self.byte(span.start), b'"' | b'\'');
                    let is_key =
                        target.is_none() && self.byte(colon) == b':' && (quoted || self.flow_colon(colon));
                    match (target.take(), kind) {
                        (Some(slot), _) => self.data.set(slot, scalar, span),
                        (None, Some(Kind::List)) if !is_key => {
                            let (list, _) = open[open.len() - 1];
                            let item = self.data.add(list, None, span);
                            self.data.set(item, scalar, span);
                        }
                        (None, Some(kind)) => {
                            let (holder, _) = open[open.len() - 1];
                            let map = if kind == Kind::List {
                                let item = self.data.add(holder, None, span);
                                self.data.set(item, Value::Map, span);
                                item
                            } else {
                                holder
                            };
                            let key = self.key(span);
                            let entry = self.data.add(map, Some(key), Span::new(span.end, span.end));
                            if is_key {
                                target = Some(entry);
                                at = colon + 1;
                            }
                        }
                        (None, None) => {}
                    }
                }
            }
        }
    }

    /// Whether a colon in brackets ends a key.
    fn flow_colon(&self, at: usize) -> bool {
        self.alone(at) || matches!(self.byte(at + 1), b',' | b']' | b'}' | b'[' | b'{' | b'"' | b'\'')
    }

    /// A scalar in brackets; the last part says whether its quote is closed.
    fn flow_scalar(&self, at: usize, left: isize) -> (Span, Value, bool) {
        if let quote @ (b'"' | b'\'') = self.byte(at) {
            let close = self.quote_over_lines(at, quote, left).map(|(close, _)| close);
            let style = if quote == b'"' { Style::Double } else { Style::Single };
            let end = close.unwrap_or_else(|| self.line_end(at));
            let inner = Span::new(at + 1, if close.is_some() { end - 1 } else { end.max(at + 1) });
            let scalar = Value::Scalar(Scalar { inner, style, textual: true });
            return (Span::new(at, end.max(at + 1)), scalar, close.is_some());
        }
        let mut end = at;
        while end < self.bytes.len() {
            match self.bytes[end] {
                b'\n' | b',' | b'[' | b']' | b'{' | b'}' => break,
                b':' if self.flow_colon(end) => break,
                b'#' if self.comment(end) => break,
                _ => end += 1,
            }
        }
        let span = Span::new(at, at + self.text[at..end].trim_end().len());
        (span, plain_value(self.text, span), true)
    }
}

fn ends_flow_word(byte: u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, b',' | b'[' | b']' | b'{' | b'}')
}

/// What a text without quotes is.
fn plain_value(text: &str, span: Span) -> Value {
    let raw = span.of(text);
    let textual = match raw {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Empty,
        "true" | "True" | "TRUE" | "false" | "False" | "FALSE" => false,
        _ => raw.parse::<f64>().is_err(),
    };
    Value::Scalar(Scalar { inner: span, style: Style::Plain, textual })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The data in one line, to be compared.
    fn shown(text: &str) -> String {
        fn show(data: &Data, id: Id, text: &str, out: &mut String) {
            if let Some(key) = data.key(id) {
                out.push_str(&key.text);
                out.push('=');
            }
            match data.value(id) {
                Value::Empty => out.push('_'),
                Value::Alias(name) => out.push_str(&format!("*{name}")),
                Value::Scalar(scalar) => out.push_str(&format!("{:?}", scalar.decode(text))),
                holder => {
                    let (open, close) = if *holder == Value::Map { ('{', '}') } else { ('[', ']') };
                    out.push(open);
                    for (at, &child) in data.children(id).iter().enumerate() {
                        if at > 0 {
                            out.push(' ');
                        }
                        show(data, child, text, out);
                    }
                    out.push(close);
                }
            }
        }
        let (data, broken) = data(text, text);
        let mut out = String::new();
        for &root in data.roots() {
            show(&data, root, text, &mut out);
            out.push(';');
        }
        for span in broken {
            out.push_str(&format!(" !{}", span.of(text)));
        }
        out
    }

    #[test]
    fn yaml_is_read() {
        for (text, expected) in [
            ("", ""),
            ("a: 1\nb:\n  c: x y # z\n  d: 'it''s'\n", r#"{a="1" b={c="x y" d="it's"}};"#),
            ("a:\n- 1\n- b: 2\n  c: 3\n- - x\n  - y\nd: 4", r#"{a=["1" {b="2" c="3"} ["x" "y"]] d="4"};"#),
            ("a:\n  - 1\n  -\n    b: 2\nc: ~\n", r#"{a=["1" {b="2"}] c=_};"#),
            ("a: |\n  x\n   y\n\n  z\nb: >-\n  p\n  q\n", r#"{a="x\n y\n\nz" b="p q"};"#),
            ("- |\n  x\n- run: |\n    y\n  z: 1\n", r#"["x" {run="y" z="1"}];"#),
            ("a: {b: 1, c: [x, 'y', {d: e}], f}\ng: []\n", r#"{a={b="1" c=["x" "y" {d="e"}] f=_} g=[]};"#),
            ("a: [\n  x,\n  y: 1\n]\nb: 2", r#"{a=["x" {y="1"}] b="2"};"#),
            ("{\"a\":{\"b\":[1,null]},\"c\":\"d\"}\n", r#"{a={b=["1" _]} c="d"};"#),
            ("a: &x\n  b: 1\nc:\n  <<: *x\n  d: !!str 2\ne: *x\n", r#"{a={b="1"} c={<<=*x d="2"} e=*x};"#),
            ("a: one\n  two\n\n  three\nb: \"x\n  y\"\n", r#"{a="one two  three" b="x y"};"#),
            ("--- # c\na: 1\n...\n---\nb: 2\n--- text\n", r#"{a="1"};{b="2"};"text";"#),
            ("\"a b\": 1\n'c': 2\nhttp://x: y\n? k\n: v\n", r#"{a b="1" c="2" http://x="y" k="v"};"#),
            ("a:\n  b: \"x\n\n  y\"\n  c: 'z'\n", r#"{a={b="x  y" c="z"}};"#),
            ("# c\r\na: 1\r\nb: |\r\n  x\r\n  y\r\nc: d\r\n", r#"{a="1" b="x\ny" c="d"};"#),
            ("\u{feff}é: ü\n", r#"{é="ü"};"#),
            ("a: b#c\nd: 'x' # y\nurl: http://a:80/b\n", r#"{a="b#c" d="x" url="http://a:80/b"};"#),
            ("-\n  a: 1\n-   b: 2\n    c: 3\n", r#"[{a="1"} {b="2" c="3"}];"#),
            ("a:\n    b:\n        - c\n    d: e\n", r#"{a={b=["c"] d="e"}};"#),
            ("a: |+\n\n\nb: 1\n", r#"{a="" b="1"};"#),
            (
                "steps:\n  - run: >\n      a\n      b\n    env: {X: y}\n",
                r#"{steps=[{run="a b" env={X="y"}}]};"#,
            ),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn broken_yaml_is_read_as_far_as_it_goes() {
        for (text, expected) in [
            ("a: 1\n   b: 2\nc: 3\n", r#"{a="1" b="2" c="3"}; !b: 2"#),
            ("a: [x\nb: 2\n", r#"{a=["x"] b="2"}; ![x"#),
            ("a: \"x\nb: 2\n", r#"{a="x" b="2"}; !"x"#),
            ("a: 1\nstray\nb: 2\n", r#"{a="1" b="2"}; !stray"#),
            ("a:\n\tb: 1\n", r#"{a={b="1"}}; !	b: 1"#),
            ("a: 1\n- b\nc: 2\n", r#"{a="1" c="2"}; !- b"#),
            ("a: {b: ", r#"{a={b=_}}; !{b:"#),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }
}
