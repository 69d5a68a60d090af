//! What all tree-sitter front ends share: parsers, walking, broken places.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::ControlFlow;

use tree_sitter::{Node, ParseOptions, ParseState, Parser, Tree};

use crate::fact::Facts;
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
        }
    }
}

thread_local! {
    static PARSERS: RefCell<HashMap<Grammar, Parser>> = RefCell::new(HashMap::new());
}

/// Bytes for which a parser may report progress (every hundred steps) once. Real files have more than
/// thirty; a text with less was made to be slow, and its cost would not be linear.
const BYTES_PER_PROGRESS: usize = 5;

/// Parses `text`. `None` where that takes far more steps than any text of its length should.
pub fn parse(grammar: Grammar, text: &str) -> Option<Tree> {
    PARSERS.with_borrow_mut(|parsers| {
        let parser = parsers.entry(grammar).or_insert_with(|| {
            let mut parser = Parser::new();
            let loaded = parser.set_language(&grammar.language());
            debug_assert!(loaded.is_ok(), "grammar {grammar:?} does not load");
            parser
        });
        parser.reset();
        // The scanner of tree-sitter-bash 0.25 asks `isdigit` of whole code points, which reads outside of
        // C's table for those above 255. Letters in their place keep every byte where it is.
        let ascii: Option<Vec<u8>> = (grammar == Grammar::Bash && !text.is_ascii())
            .then(|| text.bytes().map(|byte| if byte.is_ascii() { byte } else { b'x' }).collect());
        let bytes = ascii.as_deref().unwrap_or(text.as_bytes());
        let mut left = 1_000 + bytes.len() / BYTES_PER_PROGRESS;
        let mut count = |_: &ParseState| {
            left = left.saturating_sub(1);
            if left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let options = ParseOptions::new().progress_callback(&mut count);
        let tree =
            parser.parse_with_options(&mut |at, _| bytes.get(at..).unwrap_or_default(), None, Some(options));
        // In odd places (`\\` before a carriage return) a word can end between the letters that stand for
        // one character.
        tree.filter(|tree| ascii.is_none() || is_on_borders(tree, text))
    })
}

/// Whether every node begins and ends on a border of characters.
fn is_on_borders(tree: &Tree, text: &str) -> bool {
    let mut cursor = tree.walk();
    loop {
        let range = cursor.node().byte_range();
        if !text.is_char_boundary(range.start) || !text.is_char_boundary(range.end) {
            return false;
        }
        if cursor.goto_first_child() || cursor.goto_next_sibling() {
            continue;
        }
        loop {
            if !cursor.goto_parent() {
                return true;
            }
            if cursor.goto_next_sibling() {
                break;
            }
        }
    }
}

/// The facts of a text that [`parse`] gave up on: that it is broken.
pub fn unread(text: &str) -> Facts {
    Facts { broken: vec![Span::new(0, text.len())], ..Facts::default() }
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
