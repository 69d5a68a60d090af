//! A file on the writer's desk: its tree, and the habits of its author.

use std::borrow::Cow;

use tree_sitter::{Node, Tree};

use crate::lang::javascript::{Parsed, parsed};
use crate::lang::tree::{self, Grammar};
use crate::span::Span;
use crate::write::Sheet;

/// A file with its tree.
pub struct Page<'s> {
    pub sheet: Sheet<'s>,
    /// The text as it was parsed: all but scripts blanked out.
    pub masked: Cow<'s, str>,
    pub tree: Tree,
    /// Whether a type checker reads the file.
    pub typed: bool,
}

impl<'s> Page<'s> {
    /// The page of a file; `None` where the parser gives up.
    pub fn of(sheet: &Sheet<'s>) -> Option<Self> {
        let Parsed { masked, tree, grammar } = parsed(sheet.lang, sheet.text)?;
        let typed = grammar != Grammar::JavaScript || sheet.text.contains("@ts-check");
        Some(Self { sheet: *sheet, masked, tree, typed })
    }

    /// The smallest node with exactly these bytes.
    pub fn node(&self, span: Span) -> Option<Node<'_>> {
        let node = self.tree.root_node().named_descendant_for_byte_range(span.start, span.end)?;
        (Span::from(node) == span).then_some(node)
    }

    /// Whether an offset is in a string or in the text of a template.
    pub fn is_in_text(&self, at: usize) -> bool {
        let node = self.tree.root_node().named_descendant_for_byte_range(at, at + 1);
        node.is_some_and(|node| matches!(node.kind(), "string" | "string_fragment" | "template_string"))
    }

    /// A node's text.
    pub fn text(&self, node: Node<'_>) -> &'s str {
        &self.sheet.text[node.byte_range()]
    }

    /// The quote of most strings in the file.
    pub fn quote(&self) -> char {
        let (mut single, mut double) = (0, 0);
        tree::preorder(self.tree.root_node(), |node| {
            let in_markup = node.parent().is_some_and(|up| up.kind() == "jsx_attribute");
            if node.kind() == "string" && !in_markup {
                match self.masked.as_bytes()[node.start_byte()] {
                    b'"' => double += 1,
                    _ => single += 1,
                }
            }
            true
        });
        if double > single { '"' } else { '\'' }
    }

    /// Whether the file has a space within the braces of an object on one line, `{ a: 1 }`.
    pub fn has_space_in_braces(&self) -> bool {
        let (mut tight, mut wide) = (0, 0);
        tree::preorder(self.tree.root_node(), |node| {
            if matches!(node.kind(), "object" | "object_pattern" | "named_imports") {
                match self.masked.as_bytes().get(node.start_byte() + 1) {
                    Some(b' ') => wide += 1,
                    Some(b'}' | b'\n' | b'\r') | None => {}
                    Some(_) => tight += 1,
                }
            }
            true
        });
        wide >= tight
    }

    /// Whether the file is in a syntax that knows `??`, or is translated from one.
    pub fn knows_coalescing(&self) -> bool {
        let mut knows = self.typed;
        tree::preorder(self.tree.root_node(), |node| {
            knows |= match node.kind() {
                "optional_chain" => true,
                "binary_expression" => operator(node) == "??",
                _ => false,
            };
            !knows
        });
        knows
    }

    /// Whether the first statement tells that the file is for the browser.
    pub fn is_for_browser(&self) -> bool {
        let first = tree::children(self.tree.root_node()).into_iter().next();
        first.is_some_and(|first| {
            self.text(first).trim_end_matches(';').trim_matches(['"', '\'']) == "use client"
        })
    }
}

/// The operator of a binary or unary expression.
pub fn operator<'t>(node: Node<'t>) -> &'t str {
    node.child_by_field_name("operator").map_or("", |operator| operator.kind())
}

/// Whether `node` is the field of `parent`.
pub fn is_field(parent: Node<'_>, field: &str, node: Node<'_>) -> bool {
    parent.child_by_field_name(field) == Some(node)
}

/// The rows above a node, innermost first.
pub fn ancestors(node: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    std::iter::successors(node.parent(), |node| node.parent())
}

/// The text between the quotes of a string without substitutions.
pub fn literal(node: Node<'_>, text: &str) -> Option<String> {
    let whole = match node.kind() {
        "string" => true,
        "template_string" => !tree::children(node).iter().any(|part| part.kind() == "template_substitution"),
        _ => false,
    };
    let inner = text.get(node.start_byte() + 1..node.end_byte() - 1)?;
    whole.then(|| crate::lang::javascript::unescape(inner))
}

/// Whether a text can stand as a name in an object or behind a dot.
pub fn is_name(text: &str) -> bool {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
    text.chars().all(word) && text.starts_with(|c: char| word(c) && !c.is_ascii_digit())
}
