//! Programs: comments and statements by their syntax trees.

use std::collections::VecDeque;

use tree_sitter::{Node, Tree};

use super::{Comment, Found, Layout, Shape, between, of_any_kind};
use crate::lang::tree::{self, Grammar};
use crate::lang::{Lang, javascript, shell};
use crate::span::Span;

/// A program, or those of a template.
pub(super) struct Program {
    tree: Option<Tree>,
    lang: Lang,
}

/// A program in a file of its own.
pub(super) fn read(text: &str, lang: Lang) -> (Found, Shape) {
    let tree = match lang {
        Lang::Ruby => tree::parse(Grammar::Ruby, text),
        Lang::Python => tree::parse(Grammar::Python, text),
        Lang::Shell => shell::parse(text),
        _ => javascript::parsed(lang, text).map(|parsed| parsed.tree),
    };
    let program = Program { tree, lang };
    (program.found(text), Shape::Program(program))
}

impl Program {
    /// A program whose tree is known; `None` for one that was not understood.
    pub(super) fn of(tree: Option<Tree>, lang: Lang) -> Self {
        Self { tree, lang }
    }

    /// The comments and the texts over several lines.
    pub(super) fn found(&self, text: &str) -> Found {
        let mut found = Found::default();
        let Some(tree) = &self.tree else { return found };
        // The body of a here-document comes after the line that announces it.
        let mut announced: VecDeque<usize> = VecDeque::new();
        let mut strings: Vec<Span> = Vec::new();
        tree::preorder(tree.root_node(), |node| {
            match node.kind() {
                "comment" | "html_comment" => {
                    found.comments.push(comment(node, text));
                    return false;
                }
                "heredoc_beginning" | "heredoc_start" => announced.push_back(node.start_byte()),
                "heredoc_body" => {
                    let start = announced.pop_front().unwrap_or(node.start_byte());
                    found.solids.push(Span::new(start.min(node.start_byte()), node.end_byte()));
                }
                "string" | "raw_string" | "ansi_c_string" | "template_string" | "regex" | "subshell"
                | "string_array" | "symbol_array" | "delimited_symbol"
                    // In a shell script a subshell holds commands, not text.
                    if !(self.lang == Lang::Shell && node.kind() == "subshell") =>
                {
                    let span = Span::from(node);
                    strings.push(span);
                    if is_over_lines(node) {
                        found.solids.push(span);
                    }
                }
                _ => {}
            }
            true
        });
        if matches!(self.lang, Lang::Ruby | Lang::Python | Lang::Shell) {
            found.solids.extend(continued(text, &found.comments));
        }
        found
    }

    fn root(&self) -> Option<Node<'_>> {
        self.tree.as_ref().map(Tree::root_node)
    }

    /// Where the statement that begins at the offset ends, or its body begins.
    pub(super) fn end_of(&self, at: usize) -> usize {
        let Some(node) = self.outermost(at) else { return at };
        self.first_body(node).unwrap_or(node.end_byte())
    }

    /// The outermost node that begins at the offset and is no list of statements.
    fn outermost(&self, at: usize) -> Option<Node<'_>> {
        let mut node = self.root()?.descendant_for_byte_range(at, at + 1)?;
        if node.start_byte() != at {
            return None;
        }
        while let Some(up) = node.parent().filter(|up| up.start_byte() == at && !is_container(up.kind())) {
            node = up;
        }
        Some(node)
    }

    /// Where the first body in a node begins that is not on one line with what it belongs to.
    fn first_body(&self, node: Node<'_>) -> Option<usize> {
        let mut cursor = node.walk();
        loop {
            let at = cursor.node();
            if at.id() != node.id()
                && let Some(owner) = at.parent()
                && owner.start_position().row != at.end_position().row
                && let Some(start) = self.body_start(owner, at, cursor.field_name())
            {
                return Some(start);
            }
            if cursor.goto_first_child() {
                continue;
            }
            loop {
                if cursor.node().id() == node.id() {
                    return None;
                }
                if cursor.goto_next_sibling() {
                    break;
                }
                if !cursor.goto_parent() {
                    return None;
                }
            }
        }
    }

    /// Where a body begins, if the node is one.
    fn body_start(&self, owner: Node<'_>, node: Node<'_>, field: Option<&str>) -> Option<usize> {
        let is_body = match self.lang {
            Lang::Python => node.kind() == "block",
            Lang::Shell => match node.kind() {
                "then" => return Some(node.end_byte()),
                kind => matches!(
                    kind,
                    "do_group"
                        | "compound_statement"
                        | "subshell"
                        | "case_item"
                        | "else_clause"
                        | "elif_clause"
                ),
            },
            Lang::Ruby | Lang::Erb => {
                matches!(
                    node.kind(),
                    "body_statement"
                        | "then"
                        | "do"
                        | "else"
                        | "elsif"
                        | "when"
                        | "in_clause"
                        | "rescue"
                        | "ensure"
                        | "do_block"
                        | "block"
                        | "block_body"
                        | "begin"
                ) && node.is_named()
            }
            _ => match node.kind() {
                "jsx_opening_element" => return Some(node.end_byte()),
                "statement_block" | "class_body" | "switch_body" | "interface_body" | "enum_body" => true,
                _ => {
                    matches!(field, Some("body" | "consequence" | "alternative"))
                        && owner.kind().ends_with("_statement")
                }
            },
        };
        is_body.then(|| node.start_byte())
    }

    /// Where the nodes begin that hold the offset, innermost first.
    pub(super) fn starts_around(&self, at: usize) -> Vec<usize> {
        let Some(root) = self.root() else { return Vec::new() };
        let node = root.descendant_for_byte_range(at, at);
        let mut starts: Vec<usize> =
            std::iter::successors(node, Node::parent).map(|node| node.start_byte()).collect();
        starts.dedup();
        starts
    }

    /// Whether the offset is among the children of an element.
    pub(super) fn is_in_jsx(&self, at: usize) -> bool {
        let Some(node) = self.root().and_then(|root| root.descendant_for_byte_range(at, at)) else {
            return false;
        };
        for up in std::iter::successors(Some(node), Node::parent) {
            let within = up.start_byte() < at && at < up.end_byte();
            match up.kind() {
                "jsx_text" if up.start_byte() <= at && at <= up.end_byte() => return true,
                "jsx_element" if within => {
                    let (open, close) = (up.child(0), up.child(up.child_count().saturating_sub(1)));
                    let inside = |tag: Option<Node<'_>>| {
                        tag.is_some_and(|tag| tag.start_byte() < at && at < tag.end_byte())
                    };
                    return !inside(open) && !inside(close);
                }
                "jsx_expression" | "jsx_opening_element" | "jsx_self_closing_element" if within => {
                    return false;
                }
                _ => {}
            }
        }
        false
    }
}

/// A comment, with the braces that hold nothing else in JSX.
fn comment(node: Node<'_>, text: &str) -> Comment {
    let bare = match of_any_kind(text, node.into()) {
        // More signs say no more.
        Comment { span, body } if span.of(text).starts_with('#') => {
            let said = body.of(text).trim_start_matches('#');
            Comment { span, body: Span::new(body.end - said.len(), body.end) }
        }
        bare => bare,
    };
    match node.parent() {
        Some(up) if up.kind() == "jsx_expression" && up.named_child_count() == 1 => {
            Comment { span: up.into(), ..bare }
        }
        _ => bare,
    }
}

fn is_over_lines(node: Node<'_>) -> bool {
    node.start_position().row != node.end_position().row
}

/// Lists of statements, which begin where their first statement does.
fn is_container(kind: &str) -> bool {
    matches!(
        kind,
        "program"
            | "module"
            | "source_file"
            | "body_statement"
            | "block_body"
            | "block"
            | "then"
            | "do"
            | "ERROR"
    )
}

/// From each line that ends with a backslash to the start of the next one.
fn continued(text: &str, comments: &[Comment]) -> Vec<Span> {
    let mut found = Vec::new();
    for at in memchr::memchr_iter(b'\n', text.as_bytes()) {
        let line = text[..at].trim_end_matches('\r');
        let in_comment = || comments.iter().any(|one| one.span.start < at && at <= one.span.end);
        if line.ends_with('\\') && !in_comment() {
            found.push(Span::new(line.len() - 1, (at + 2).min(text.len())));
        }
    }
    found.retain(|span| text.is_char_boundary(span.end));
    found
}

/// The Ruby of a template that keeps its places.
pub(super) fn ruby(masked: &str) -> Program {
    Program::of(tree::parse(Grammar::Ruby, masked), Lang::Ruby)
}

/// Comments as `<!-- … -->` outside of what `is_code` says is something else.
pub(super) fn of_html(text: &str, is_code: impl Fn(usize) -> bool) -> Vec<Comment> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(open) = text[at..].find("<!--").map(|open| at + open) {
        at = open + 4;
        if is_code(open) {
            continue;
        }
        let end = text[at..].find("-->").map_or(text.len(), |end| at + end + 3);
        found.push(between(text, Span::new(open, end), "<!--", "-->"));
        at = end;
    }
    found
}

impl Layout<'_> {
    /// Whether the text is a program with a tree.
    pub fn is_program(&self) -> bool {
        matches!(self.shape, Shape::Program(_))
    }
}
