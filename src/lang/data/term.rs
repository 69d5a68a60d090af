//! The whole of a YAML, JSON or TOML file as one setting: its maps, lists and scalars as terms.

use super::{Data, Id, Style, Value as Node};
use crate::lang::ruby;
use crate::span::Span;
use crate::term::{Alternative, Entry, Setting, Term, Value};

/// Longest file without a known name whose keys and values are looked at, in bytes.
pub const LONGEST: usize = 128 * 1024;

/// Most terms of a file: aliases can make a small text a large document.
const MOST: usize = 20_000;

/// Deepest nesting that is followed.
const DEEP: usize = 48;

/// The file's documents as settings without a name. `erb` says that `<%= … %>` in scalars is Ruby.
pub fn settings(data: &Data, source: &str, erb: bool) -> Vec<Setting> {
    let mut builder = Builder { data, source, erb, left: MOST };
    let setting = |&root: &Id| {
        let value = builder.term(root, 0);
        let span = data.span(root);
        let name_span = Span::new(span.start, span.start);
        let (name, scope) = (String::new(), String::new());
        Setting { name, name_span, value, span, scope, guards: Vec::new() }
    };
    data.roots().iter().map(setting).filter(|setting| setting.value.value != Value::Nil).collect()
}

struct Builder<'d> {
    data: &'d Data,
    source: &'d str,
    erb: bool,
    left: usize,
}

impl Builder<'_> {
    fn term(&mut self, id: Id, depth: usize) -> Term {
        let id = self.data.follow(id);
        let span = self.data.span(id);
        if depth > DEEP || self.left == 0 {
            return Term { span, value: Value::Other };
        }
        self.left -= 1;
        let value = match self.data.value(id) {
            Node::Empty => Value::Nil,
            Node::Scalar(scalar) => return self.scalar(id, scalar),
            Node::Map => Value::Map(self.entries(id, depth)),
            Node::List => {
                let items = self.data.children(id).to_vec();
                Value::List(items.into_iter().map(|item| self.term(item, depth + 1)).collect())
            }
            Node::Alias(_) => Value::Other,
        };
        Term { span, value }
    }

    /// Entries with what `<<` merges in first, so that an own entry counts more.
    fn entries(&mut self, id: Id, depth: usize) -> Vec<Entry> {
        let mut ids = self.data.entries(id);
        ids.sort_by_key(|&entry| self.data.parent(entry) == Some(id));
        let mut entries = Vec::with_capacity(ids.len());
        for entry in ids {
            let Some(key) = self.data.key(entry) else { continue };
            let (key, key_span) = (key.text.clone(), key.whole);
            entries.push(Entry { key, key_span, value: self.term(entry, depth + 1) });
        }
        entries
    }

    fn scalar(&self, id: Id, scalar: &super::Scalar) -> Term {
        let raw = scalar.raw(self.source);
        if self.erb && raw.contains("<%") {
            return self.rendered(scalar.inner);
        }
        let text = scalar.decode(self.source).into_owned();
        let bare = matches!(scalar.style, Style::Plain | Style::Raw) && !scalar.textual;
        let value = match text.as_str() {
            _ if !bare => Value::Text(text),
            "true" | "True" | "TRUE" => Value::Bool(true),
            "false" | "False" | "FALSE" => Value::Bool(false),
            "" | "~" | "null" | "Null" | "NULL" => Value::Nil,
            _ => Value::Number(text),
        };
        Term { span: self.data.span(id), value }
    }

    /// A scalar with `<%= … %>` in it.
    fn rendered(&self, inner: Span) -> Term {
        let text = inner.of(self.source);
        let mut pieces = Vec::new();
        let mut at = 0;
        while let Some(open) = text[at..].find("<%").map(|open| at + open) {
            let Some(close) = text[open..].find("%>").map(|close| open + close) else { break };
            if open > at {
                pieces.push(self.known(Span::new(inner.start + at, inner.start + open)));
            }
            let tag = Span::new(inner.start + open, inner.start + close + 2);
            pieces.extend(self.tag(tag));
            at = close + 2;
        }
        if at < text.len() {
            pieces.push(self.known(Span::new(inner.start + at, inner.end)));
        }
        match pieces.len() {
            1 => pieces.remove(0),
            _ => Term { span: inner, value: Value::Joined(pieces) },
        }
    }

    fn known(&self, span: Span) -> Term {
        Term { span, value: Value::Text(span.of(self.source).to_string()) }
    }

    /// What `<%= … %>` gives; nothing for `<% … %>` and comments.
    fn tag(&self, tag: Span) -> Option<Term> {
        let code = tag.of(self.source).strip_prefix("<%=")?.strip_suffix("%>")?;
        let code = code.strip_suffix('-').unwrap_or(code);
        let lead = code.len() - code.trim_start().len();
        let mut term = ruby::term(code.trim(), tag.start + "<%=".len() + lead);
        // An unset value renders as nothing: `<%= ENV["X"] %>` is empty, not nil.
        if let Value::Choice(options) = &mut term.value {
            options.retain(|Alternative { value, .. }| value.value != Value::Nil);
        }
        Some(term)
    }
}
