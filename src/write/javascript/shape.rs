//! What may stand where: how tightly an expression holds together, and what a place takes.

use tree_sitter::Node;

use super::page::{ancestors, is_field, operator};
use crate::lang::tree::{self, Grammar};

/// How tightly an expression holds together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bond {
    /// It is one thing: a name, a call, a literal, something in brackets.
    One,
    /// An object literal, which a statement would take for a block.
    Braced,
    /// `!a`, `a + b`, `a && b`: tighter than `||` and `??`.
    Tight,
    /// `a || b`.
    Or,
    /// `a ?? b`.
    Coalesce,
    /// `a ? b : c`, `a => b`, `a = b`, `yield a`.
    Loose,
}

/// What a place takes without parentheses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// Any expression but a sequence.
    Open,
    /// The body of an arrow function, the start of a statement: any but an object.
    Statement,
    /// One side of `||`.
    Or,
    /// One side of `??`.
    Coalesce,
    /// One thing.
    Tight,
}

impl Slot {
    /// Whether an expression has to stand in parentheses here.
    pub fn wants_parentheses(self, bond: Bond) -> bool {
        match (self, bond) {
            (_, Bond::One) | (Slot::Open, _) => false,
            (Slot::Statement, bond) => bond == Bond::Braced,
            (_, Bond::Braced) => false,
            (Slot::Or, bond) => !matches!(bond, Bond::Tight | Bond::Or),
            (Slot::Coalesce, bond) => !matches!(bond, Bond::Tight | Bond::Coalesce),
            (Slot::Tight, _) => true,
        }
    }
}

/// What may stand in place of an expression; `None` where it is written to, or is no expression.
pub fn slot(node: Node<'_>) -> Option<Slot> {
    let parent = node.parent()?;
    let field = |name| is_field(parent, name, node);
    let open_as = |name| if field(name) { Some(Slot::Open) } else { None };
    match parent.kind() {
        "arguments"
        | "array"
        | "return_statement"
        | "throw_statement"
        | "parenthesized_expression"
        | "ternary_expression"
        | "template_substitution"
        | "jsx_expression"
        | "spread_element"
        | "sequence_expression"
        | "yield_expression"
        | "switch_case"
        | "computed_property_name"
        | "for_statement" => Some(Slot::Open),
        "expression_statement" => Some(Slot::Statement),
        "export_statement" => field("value").then_some(Slot::Statement),
        "arrow_function" => field("body").then_some(Slot::Statement),
        "subscript_expression" if field("index") => Some(Slot::Open),
        "pair"
        | "variable_declarator"
        | "field_definition"
        | "public_field_definition"
        | "enum_assignment"
        | "required_parameter"
        | "optional_parameter" => open_as("value"),
        "assignment_expression"
        | "augmented_assignment_expression"
        | "assignment_pattern"
        | "object_assignment_pattern"
        | "for_in_statement" => open_as("right"),
        "update_expression" | "array_pattern" | "object_pattern" | "pair_pattern" | "rest_pattern"
        | "decorator" => None,
        "unary_expression" if operator(parent) == "delete" => None,
        "binary_expression" => Some(match operator(parent) {
            "||" => Slot::Or,
            "??" => Slot::Coalesce,
            _ => Slot::Tight,
        }),
        "unary_expression"
        | "await_expression"
        | "member_expression"
        | "subscript_expression"
        | "call_expression"
        | "new_expression"
        | "as_expression"
        | "satisfies_expression"
        | "non_null_expression"
        | "type_assertion"
        | "instantiation_expression"
        | "class_heritage"
        | "extends_clause" => Some(Slot::Tight),
        _ => None,
    }
}

/// How tightly a node holds together; `None` for what is no single expression.
pub fn bond(node: Node<'_>) -> Option<Bond> {
    Some(match node.kind() {
        "identifier"
        | "string"
        | "template_string"
        | "number"
        | "true"
        | "false"
        | "null"
        | "undefined"
        | "this"
        | "super"
        | "regex"
        | "array"
        | "parenthesized_expression"
        | "member_expression"
        | "subscript_expression"
        | "call_expression"
        | "non_null_expression"
        | "meta_property"
        | "jsx_element"
        | "jsx_self_closing_element" => Bond::One,
        "new_expression" if node.child_by_field_name("arguments").is_some() => Bond::One,
        "object" => Bond::Braced,
        "unary_expression"
        | "await_expression"
        | "as_expression"
        | "satisfies_expression"
        | "update_expression"
        | "type_assertion"
        | "new_expression" => Bond::Tight,
        "binary_expression" => match operator(node) {
            "||" => Bond::Or,
            "??" => Bond::Coalesce,
            _ => Bond::Tight,
        },
        "ternary_expression"
        | "arrow_function"
        | "function_expression"
        | "generator_function"
        | "class"
        | "assignment_expression"
        | "augmented_assignment_expression"
        | "yield_expression" => Bond::Loose,
        _ => return None,
    })
}

/// How tightly an expression that is given as text holds together; `None` where it is not one expression.
pub fn bond_of_text(expression: &str, typed: bool) -> Option<Bond> {
    let grammar = if typed { Grammar::TypeScript } else { Grammar::JavaScript };
    let wrapped = format!("({expression})");
    let tree = tree::parse(grammar, &wrapped)?;
    if tree.root_node().has_error() {
        return None;
    }
    let [statement] = tree::children(tree.root_node())[..] else { return None };
    let [parentheses] = tree::children(statement)[..] else { return None };
    let [inner] = tree::children(parentheses)[..] else { return None };
    let whole = parentheses.kind() == "parenthesized_expression" && parentheses.end_byte() == wrapped.len();
    if whole { bond(inner) } else { None }
}

/// Whether the first byte of the node may become a bracket: a statement that begins with one goes on with
/// the line before, where that has no semicolon.
pub fn may_begin_with_bracket(node: Node<'_>, text: &str) -> bool {
    let first = |up: &Node<'_>| up.start_byte() == node.start_byte();
    let Some(statement) = ancestors(node).take_while(first).find(|up| up.kind() == "expression_statement")
    else {
        return true;
    };
    let mut before = statement.prev_named_sibling();
    while let Some(comment) = before.filter(|before| before.kind() == "comment") {
        before = comment.prev_named_sibling();
    }
    before.is_none_or(|before| text[before.byte_range()].ends_with(';') || ends_with_block(before))
}

/// Whether the last line of a statement is the end of a block, which needs no semicolon.
fn ends_with_block(statement: Node<'_>) -> bool {
    match statement.kind() {
        "statement_block"
        | "function_declaration"
        | "generator_function_declaration"
        | "class_declaration"
        | "switch_statement"
        | "try_statement"
        | "interface_declaration"
        | "enum_declaration"
        | "hash_bang_line" => true,
        "if_statement" | "else_clause" | "for_statement" | "for_in_statement" | "while_statement" => {
            let last = tree::children(statement).into_iter().next_back();
            last.is_some_and(ends_with_block)
        }
        _ => false,
    }
}
