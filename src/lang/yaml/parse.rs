//! From tree-sitter's YAML to [`Data`], without recursion, keeping what it can of broken input.

use tree_sitter::{Node, Tree};

use crate::lang::data::{Data, Id, Key, Scalar, Style, Value};
use crate::span::Span;

/// The data of a parsed text. `source` is the text as written; the tree may come
/// from one of the same length in which template tags are blanked.
pub fn data(tree: &Tree, source: &str) -> Data {
    let mut builder = Builder { data: Data::default(), source };
    let root = tree.root_node();
    let mut cursor = root.walk();
    let mut todo: Vec<(Node<'_>, Id)> = Vec::new();
    if root.is_error() {
        let id = builder.data.add_root(Span::from(root));
        todo.push((root, id));
    } else {
        for document in root.named_children(&mut cursor) {
            if document.kind() != "comment" {
                let id = builder.data.add_root(Span::from(document));
                todo.push((document, id));
            }
        }
        todo.reverse();
    }
    let mut below = Vec::new();
    while let Some((node, slot)) = todo.pop() {
        below.clear();
        builder.fill(node, slot, &mut below);
        // The first child is to be looked at first: what an error left over must not hide it.
        todo.extend(below.drain(..).rev());
    }
    builder.data
}

struct Builder<'s> {
    data: Data,
    source: &'s str,
}

impl Builder<'_> {
    /// Makes of `node` what `slot` holds; parts that hold more go to `below`.
    fn fill<'t>(&mut self, node: Node<'t>, slot: Id, below: &mut Vec<(Node<'t>, Id)>) {
        let span = Span::from(node);
        match node.kind() {
            "block_mapping" | "flow_mapping" => {
                self.set(slot, Value::Map, span);
                self.holder(node, slot, below);
            }
            "block_sequence" | "flow_sequence" => {
                self.set(slot, Value::List, span);
                self.holder(node, slot, below);
            }
            "plain_scalar" => {
                let textual = node.named_child(0).is_none_or(|kind| kind.kind() == "string_scalar");
                let null = node.named_child(0).is_some_and(|kind| kind.kind() == "null_scalar");
                if null {
                    self.set(slot, Value::Empty, span);
                } else {
                    self.scalar(slot, span, span, Style::Plain, textual);
                }
            }
            "double_quote_scalar" => self.scalar(slot, span, self.unquoted(span), Style::Double, true),
            "single_quote_scalar" => self.scalar(slot, span, self.unquoted(span), Style::Single, true),
            "block_scalar" => {
                let text = span.of(self.source);
                let header = text.find('\n').map_or(text.len(), |at| at + 1);
                let style = if text.starts_with('>') { Style::Folded } else { Style::Literal };
                self.scalar(slot, span, Span::new(span.start + header, span.end), style, true);
            }
            "alias" => {
                let name = span.of(self.source).trim_start_matches('*').to_string();
                self.set(slot, Value::Alias(name), span);
            }
            "anchor" => {
                let name = span.of(self.source).trim_start_matches('&').to_string();
                self.data.anchor(&name, slot);
            }
            "tag" | "comment" => {}
            "ERROR" => self.holder(node, slot, below),
            // document, block_node, flow_node
            _ => {
                let mut cursor = node.walk();
                below.extend(node.named_children(&mut cursor).map(|child| (child, slot)));
            }
        }
    }

    /// Entries and items directly below `node`.
    fn holder<'t>(&mut self, node: Node<'t>, slot: Id, below: &mut Vec<(Node<'t>, Id)>) {
        let flow = node.kind() == "flow_sequence";
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            let span = Span::from(child);
            match child.kind() {
                "block_mapping_pair" | "flow_pair" => {
                    let map = if flow {
                        let item = self.data.add(slot, None, span);
                        self.data.set(item, Value::Map, span);
                        item
                    } else {
                        if *self.data.value(slot) == Value::Empty {
                            self.data.set(slot, Value::Map, Span::from(node));
                        }
                        slot
                    };
                    self.pair(child, map, below);
                }
                "block_sequence_item" => {
                    if *self.data.value(slot) == Value::Empty {
                        self.data.set(slot, Value::List, Span::from(node));
                    }
                    let item = self.data.add(slot, None, span);
                    let mut cursor = child.walk();
                    below.extend(child.named_children(&mut cursor).map(|part| (part, item)));
                }
                "flow_node" if flow => {
                    let item = self.data.add(slot, None, span);
                    below.push((child, item));
                }
                // `{a, b}`: keys without values.
                "flow_node" if node.kind() == "flow_mapping" => {
                    let key = self.key(child);
                    let end = Span::new(span.end, span.end);
                    self.data.add(slot, Some(key), end);
                }
                "ERROR" | "block_mapping" | "block_sequence" | "flow_mapping" | "flow_sequence"
                | "block_node" => below.push((child, slot)),
                "flow_node" if *self.data.value(slot) == Value::Empty => below.push((child, slot)),
                _ => {}
            }
        }
    }

    fn pair<'t>(&mut self, pair: Node<'t>, map: Id, below: &mut Vec<(Node<'t>, Id)>) {
        let span = Span::from(pair);
        let key = match pair.child_by_field_name("key") {
            Some(key) => self.key(key),
            None => {
                let start = Span::new(span.start, span.start);
                Key { text: String::new(), span: start, whole: start }
            }
        };
        let value = pair.child_by_field_name("value");
        let end = key.span.end.max(value.map_or(key.span.end, |value| value.start_byte()));
        let entry = self.data.add(map, Some(key), Span::new(end, end));
        below.extend(value.map(|value| (value, entry)));
    }

    fn key(&self, node: Node<'_>) -> Key {
        let mut span = Span::from(node);
        let mut inner = node;
        while inner.kind() == "flow_node" {
            let mut cursor = inner.walk();
            let Some(child) =
                inner.named_children(&mut cursor).find(|child| !matches!(child.kind(), "anchor" | "tag"))
            else {
                break;
            };
            inner = child;
            span = Span::from(inner);
        }
        let whole = span;
        if matches!(inner.kind(), "double_quote_scalar" | "single_quote_scalar") {
            span = self.unquoted(span);
        }
        // A key that is a whole map or block would make every path below it as long.
        let text = span.of(self.source);
        let text = if text.len() > 200 || text.contains('\n') { "?" } else { text };
        Key { text: text.to_string(), span, whole }
    }

    fn unquoted(&self, span: Span) -> Span {
        let text = span.of(self.source);
        if text.len() >= 2 && text.starts_with(['"', '\'']) && text.ends_with(['"', '\'']) {
            Span::new(span.start + 1, span.end - 1)
        } else {
            span
        }
    }

    /// Sets the value unless broken input has left something there.
    fn set(&mut self, slot: Id, value: Value, span: Span) {
        if *self.data.value(slot) == Value::Empty {
            self.data.set(slot, value, span);
        }
    }

    fn scalar(&mut self, slot: Id, span: Span, inner: Span, style: Style, textual: bool) {
        let (span, inner) = if matches!(style, Style::Literal | Style::Folded) {
            // Blank lines after a block belong to what follows.
            let kept = inner.start + inner.of(self.source).trim_end().len();
            (Span::new(span.start, kept), Span::new(inner.start, kept))
        } else {
            (span, inner)
        };
        self.set(slot, Value::Scalar(Scalar { inner, style, textual }), span);
    }
}
