//! How tightly an expression holds together, and how tightly it has to where it stands.

use tree_sitter::Node;

use super::page::{Page, is_command, role};
use crate::lang::tree::{self, Grammar};

/// Binds like `and`, or is no expression of one piece.
pub(super) const LOOSE: u8 = 0;
/// Binds like an assignment, or is a call with arguments but no parentheses.
pub(super) const ASSIGNMENT: u8 = 1;
/// Binds like `a ? b : c`.
const TERNARY: u8 = 3;
/// Binds like `||`.
pub(super) const OR: u8 = 5;
/// A name, a literal, a call with parentheses.
pub(super) const PRIMARY: u8 = 17;

/// How tightly a binary operator binds.
fn operator(sign: &str) -> u8 {
    match sign {
        "and" | "or" => LOOSE,
        ".." | "..." => 4,
        "||" => OR,
        "&&" => 6,
        "<=>" | "==" | "===" | "!=" | "=~" | "!~" => 7,
        ">" | ">=" | "<" | "<=" => 8,
        "|" | "^" => 9,
        "&" => 10,
        "<<" | ">>" => 11,
        "+" | "-" => 12,
        "*" | "/" | "%" => 13,
        "**" => 15,
        _ => PRIMARY,
    }
}

/// The operator of a binary or unary expression, as written.
pub(super) fn sign<'t>(node: Node<'_>, text: &'t str) -> &'t str {
    node.child_by_field_name("operator").map_or("", |sign| tree::text(sign, text))
}

/// How tightly the expression at a node holds together.
pub(super) fn level(node: Node<'_>, text: &str) -> u8 {
    match node.kind() {
        "binary" => operator(sign(node, text)),
        "range" => 4,
        "unary" => match sign(node, text) {
            "!" | "~" | "+" => 16,
            "-" => 14,
            _ => LOOSE,
        },
        "conditional" => TERNARY,
        "assignment" | "operator_assignment" | "yield" => ASSIGNMENT,
        "call" if node.child_by_field_name("block").is_some_and(|block| block.kind() == "do_block") => {
            ASSIGNMENT
        }
        "call" if is_command(node) => ASSIGNMENT,
        "call"
        | "element_reference"
        | "identifier"
        | "constant"
        | "scope_resolution"
        | "instance_variable"
        | "class_variable"
        | "global_variable"
        | "self"
        | "string"
        | "simple_symbol"
        | "delimited_symbol"
        | "array"
        | "string_array"
        | "symbol_array"
        | "integer"
        | "float"
        | "true"
        | "false"
        | "nil"
        | "regex"
        | "subshell"
        | "parenthesized_statements"
        | "lambda"
        | "hash" => PRIMARY,
        _ => LOOSE,
    }
}

/// How tightly a whole text holds together, where it is one expression.
pub(super) fn level_of(text: &str) -> Option<u8> {
    let tree = tree::parse(Grammar::Ruby, text)?;
    let root = tree.root_node();
    match tree::children(root)[..] {
        // A brace at the beginning of a statement need not be read as that of a hash.
        _ if text.starts_with('{') => {
            let value = format!("x = {text}");
            let tree = tree::parse(Grammar::Ruby, &value)?;
            let right = tree.root_node().named_child(0)?.child_by_field_name("right")?;
            (!tree.root_node().has_error() && right.kind() == "hash").then_some(PRIMARY)
        }
        [one] if !root.has_error() => Some(level(one, text)),
        _ => None,
    }
}

/// How tightly an expression has to hold together to stand at the node without parentheses; `None` where
/// none can be put there.
pub(super) fn room(page: &Page<'_>, node: Node<'_>) -> Option<u8> {
    let (parent, field) = role(node)?;
    if page.is_bare(node) {
        return Some(PRIMARY + 1);
    }
    Some(match (parent.kind(), field.unwrap_or_default()) {
        ("assignment" | "operator_assignment", "right") => ASSIGNMENT,
        (_, "left" | "name" | "method" | "key") if parent.kind() != "binary" && parent.kind() != "pair" => {
            return None;
        }
        (
            "program"
            | "body_statement"
            | "block_body"
            | "then"
            | "else"
            | "do"
            | "begin"
            | "ensure"
            | "parenthesized_statements"
            | "interpolation"
            | "begin_block"
            | "block"
            | "do_block",
            _,
        ) => LOOSE,
        ("right_assignment_list" | "argument_list" | "array", _) => TERNARY,
        ("pair", "value") => TERNARY,
        ("element_reference", "object") => PRIMARY,
        ("element_reference", _) => TERNARY,
        ("conditional", _) => 4,
        ("if" | "unless" | "while" | "until" | "elsif", "condition") => ASSIGNMENT,
        ("if_modifier" | "unless_modifier" | "while_modifier" | "until_modifier", _) => ASSIGNMENT,
        ("rescue_modifier", _) => TERNARY,
        ("case", "value") => TERNARY,
        ("pattern", _) if parent.parent().is_some_and(|up| up.kind() == "when") => TERNARY,
        ("optional_parameter" | "keyword_parameter", "value")
            if parent.parent().is_some_and(|up| up.kind() == "method_parameters") =>
        {
            TERNARY
        }
        ("method" | "singleton_method", "body") => TERNARY,
        ("binary", side) => match sign(parent, &page.ruby) {
            "and" | "or" => ASSIGNMENT,
            both @ ("||" | "&&") => operator(both),
            "**" => PRIMARY,
            other if side == "left" && !matches!(operator(other), 7) => operator(other),
            other => operator(other) + 1,
        },
        ("unary", _) => match sign(parent, &page.ruby) {
            "!" | "~" | "+" => 16,
            "defined?" => return None,
            _ => PRIMARY,
        },
        _ => PRIMARY,
    })
}

/// Whether something between parentheses at the node could be taken for the arguments of a call without
/// parentheses that it stands first in: `puts (a || b).to_s`.
pub(super) fn begins_command(node: Node<'_>) -> bool {
    let start = node.start_byte();
    std::iter::successors(Some(node), |node| node.parent()).take_while(|up| up.start_byte() == start).any(
        |up| {
            up.kind() == "argument_list"
                && is_command(up)
                && up.parent().is_some_and(|call| matches!(call.kind(), "call" | "super" | "yield"))
        },
    )
}
