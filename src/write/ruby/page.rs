//! A file's Ruby as a tree.

use std::borrow::Cow;

use tree_sitter::{Node, Tree};

use crate::lang::template::{Program, mask_erb};
use crate::lang::{Lang, tree};
use crate::span::Span;
use crate::write::{Edits, Sheet};

/// The Ruby of one sheet.
pub(super) struct Page<'a> {
    pub(super) sheet: &'a Sheet<'a>,
    /// The Ruby. Byte for byte where the sheet has it, except in HAML and Slim.
    pub(super) ruby: Cow<'a, str>,
    tree: Tree,
    /// The program that a HAML or Slim template was made into.
    program: Option<Program>,
}

impl<'a> Page<'a> {
    /// `None` where the Ruby does not parse whole.
    pub(super) fn of(sheet: &'a Sheet<'a>) -> Option<Self> {
        let (ruby, program) = match sheet.lang {
            Lang::Erb => (Cow::Owned(mask_erb(sheet.text)), None),
            Lang::Haml | Lang::Slim => {
                let mut program = Program::of(sheet.text, sheet.lang);
                (Cow::Owned(std::mem::take(&mut program.ruby)), Some(program))
            }
            _ => (Cow::Borrowed(sheet.text), None),
        };
        let tree = tree::parse(tree::Grammar::Ruby, &ruby)?;
        (!tree.root_node().has_error()).then_some(Self { sheet, ruby, tree, program })
    }

    pub(super) fn root(&self) -> Node<'_> {
        self.tree.root_node()
    }

    pub(super) fn text(&self, node: Node<'_>) -> &str {
        &self.ruby[node.byte_range()]
    }

    /// Where a place of the sheet is in the Ruby.
    pub(super) fn inward(&self, span: Span) -> Option<Span> {
        match &self.program {
            Some(program) => program.place_of(span),
            None => Some(span),
        }
    }

    /// Edits of the Ruby as edits of the sheet.
    pub(super) fn outward(&self, edits: Edits) -> Option<Edits> {
        let Some(program) = &self.program else { return Some(edits) };
        // Lines mean something in these templates.
        let one = |(span, text): (Span, String)| {
            (!text.contains('\n')).then_some(())?;
            Some((program.origin_of(span)?, text))
        };
        edits.into_iter().map(one).collect()
    }

    /// The innermost node that has exactly these bytes.
    pub(super) fn node(&self, span: Span) -> Option<Node<'_>> {
        let found = self.root().named_descendant_for_byte_range(span.start, span.end)?;
        (Span::from(found.byte_range()) == span).then_some(found)
    }

    /// Whether an expression stands where a blank ends it: the value of an attribute of a template.
    pub(super) fn is_bare(&self, node: Node<'_>) -> bool {
        let Some(program) = &self.program else { return false };
        let piece = program.piece_around(node.byte_range().into());
        let Some((piece, origin)) = piece.and_then(|piece| Some((piece, program.origin_of(piece)?))) else {
            return true;
        };
        // Statements come without brackets into the program.
        let is_statement = !self.ruby[..piece.start].ends_with('(');
        let in_braces = self.sheet.text[..origin.start].ends_with("#{");
        let is_enclosed = ancestors(node).take_while(|up| piece.contains(up.byte_range().into())).any(|up| {
            matches!(up.kind(), "hash" | "array" | "parenthesized_statements" | "interpolation")
                || up.kind() == "argument_list" && !is_command(up)
                || up.kind() == "element_reference" && up.start_byte() < node.start_byte()
        });
        !is_statement && !in_braces && !is_enclosed
    }

    /// Whether a line of its own can come in at the offset: it is in no text.
    pub(super) fn is_between_tokens(&self, at: usize) -> bool {
        let before = self.ruby[..at].trim_end_matches(['\r', '\n']);
        let inside = |node: Node<'_>| node.start_byte() < at && at < node.end_byte();
        let mut free = !before.ends_with('\\') && !self.ruby[..at].lines().any(|line| line == "__END__");
        tree::preorder(self.root(), |node| {
            let text = matches!(
                node.kind(),
                "string"
                    | "heredoc_body"
                    | "regex"
                    | "subshell"
                    | "string_array"
                    | "symbol_array"
                    | "comment"
            );
            // The body of a heredoc begins behind the line of its beginning.
            let heredoc = node.kind() == "heredoc_body" && node.start_byte() <= at && at < node.end_byte();
            free &= !(text && inside(node) || heredoc);
            free
        });
        free
    }

    /// The quotes around texts: those of most of them, or double ones.
    pub(super) fn quote(&self) -> char {
        let mut single = 0;
        let mut double = 0;
        tree::preorder(self.root(), |node| {
            if node.kind() == "string" {
                let text = self.text(node);
                if text.starts_with('\'') {
                    single += 1;
                } else if text.starts_with('"') && !needs_double(text) {
                    double += 1;
                }
            }
            true
        });
        if single > double { '\'' } else { '"' }
    }
}

/// Whether a text in double quotes could not stand in single ones.
fn needs_double(text: &str) -> bool {
    text.contains(['\\', '\'']) || text.contains("#{")
}

/// The child of a node in a field.
pub(super) fn field<'t>(node: Node<'t>, name: &str) -> Option<Node<'t>> {
    node.child_by_field_name(name)
}

/// The nodes around a node, innermost first.
pub(super) fn ancestors<'t>(node: Node<'t>) -> impl Iterator<Item = Node<'t>> {
    std::iter::successors(node.parent(), |node| node.parent())
}

/// What a node is to its parent.
pub(super) fn role<'t>(node: Node<'t>) -> Option<(Node<'t>, Option<&'t str>)> {
    let parent = node.parent()?;
    let mut cursor = parent.walk();
    let mut more = cursor.goto_first_child();
    while more {
        if cursor.node().id() == node.id() {
            return Some((parent, cursor.field_name()));
        }
        more = cursor.goto_next_sibling();
    }
    Some((parent, None))
}

/// The children of a node with its tokens, comments left out.
pub(super) fn tokens<'t>(node: Node<'t>) -> Vec<Node<'t>> {
    let mut cursor = node.walk();
    node.children(&mut cursor).filter(|child| child.kind() != "comment").collect()
}

/// The arguments of a call or an element reference, without `&block`; those of the list behind a name are
/// in parentheses or not.
pub(super) fn arguments<'t>(call: Node<'t>) -> Vec<Node<'t>> {
    let list = match call.kind() {
        "element_reference" => {
            let object = field(call, "object").map(|object| object.id());
            return tree::children(call).into_iter().filter(|child| Some(child.id()) != object).collect();
        }
        _ => field(call, "arguments"),
    };
    let keep = |child: &Node<'_>| !matches!(child.kind(), "block_argument" | "heredoc_body");
    list.map(|list| tree::children(list).into_iter().filter(keep).collect()).unwrap_or_default()
}

/// Whether a call has arguments without parentheses around them.
pub(super) fn is_command(call: Node<'_>) -> bool {
    let list = match call.kind() {
        "argument_list" => Some(call),
        _ => field(call, "arguments"),
    };
    list.is_some_and(|list| list.child(0).is_none_or(|first| first.kind() != "("))
}
