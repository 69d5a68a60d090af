//! What all tree-sitter front ends share: parsers, walking, broken places.

use std::cell::RefCell;
use std::collections::HashMap;

use tree_sitter::{Node, Parser, Tree};

use crate::span::Span;

/// The grammars in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Grammar {
    /// tree-sitter-ruby.
    Ruby,
    /// tree-sitter-python.
    Python,
    /// tree-sitter-javascript, which reads JSX.
    JavaScript,
    /// tree-sitter-typescript.
    TypeScript,
    /// tree-sitter-typescript with JSX.
    Tsx,
    /// tree-sitter-bash.
    Bash,
    /// tree-sitter-yaml.
    Yaml,
}

impl Grammar {
    fn language(self) -> tree_sitter::Language {
        match self {
            Grammar::Ruby => tree_sitter_ruby::LANGUAGE.into(),
            Grammar::Python => tree_sitter_python::LANGUAGE.into(),
            Grammar::JavaScript => tree_sitter_javascript::LANGUAGE.into(),
            Grammar::TypeScript => tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
            Grammar::Tsx => tree_sitter_typescript::LANGUAGE_TSX.into(),
            Grammar::Bash => tree_sitter_bash::LANGUAGE.into(),
            Grammar::Yaml => tree_sitter_yaml::LANGUAGE.into(),
        }
    }
}

thread_local! {
    static PARSERS: RefCell<HashMap<Grammar, Parser>> = RefCell::new(HashMap::new());
}

/// Parses `text`. `None` only where the grammar cannot be loaded, which the tests rule out.
pub fn parse(grammar: Grammar, text: &str) -> Option<Tree> {
    PARSERS.with_borrow_mut(|parsers| {
        let parser = parsers.entry(grammar).or_insert_with(|| {
            let mut parser = Parser::new();
            let loaded = parser.set_language(&grammar.language());
            debug_assert!(loaded.is_ok(), "grammar {grammar:?} does not load");
            parser
        });
        parser.reset();
        parser.parse(text, None)
    })
}

/// The node's text.
pub fn text<'t>(node: Node<'_>, source: &'t str) -> &'t str {
    &source[node.byte_range()]
}

/// The named children of a node, comments left out.
pub fn children<'t>(node: Node<'t>) -> Vec<Node<'t>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).filter(|child| child.kind() != "comment").collect()
}

/// Calls `visit` for `root` and every named node below it, in order of place, without recursion
/// (source trees can be deeper than the stack). `visit` says whether to go on below the node.
pub fn preorder<'t>(root: Node<'t>, mut visit: impl FnMut(Node<'t>) -> bool) {
    let mut cursor = root.walk();
    loop {
        let node = cursor.node();
        let descend = !node.is_named() || visit(node);
        if descend && cursor.goto_first_child() {
            continue;
        }
        loop {
            if cursor.node().id() == root.id() {
                return;
            }
            if cursor.goto_next_sibling() {
                break;
            }
            if !cursor.goto_parent() {
                return;
            }
        }
    }
}

/// The places that the grammar did not understand, at most eight.
pub fn broken(tree: &Tree) -> Vec<Span> {
    let mut spans = Vec::new();
    if tree.root_node().has_error() {
        preorder(tree.root_node(), |node| {
            if spans.len() < 8 && (node.is_error() || node.is_missing()) {
                spans.push(Span::from(node));
                return false;
            }
            node.has_error() && spans.len() < 8
        });
        // A missing token has no node of its own that is named.
        if spans.is_empty() {
            spans.push(Span::new(tree.root_node().start_byte(), tree.root_node().end_byte()));
        }
    }
    spans
}
