//! The syntax around a place: what binds tighter, which quotes can stand there.

use tree_sitter::{Node, Tree};

use crate::lang::tree::{self, Grammar, children};
use crate::span::Span;
use crate::write::{Edits, Sheet};

/// A file with its syntax.
pub(super) struct Code<'s> {
    pub(super) sheet: Sheet<'s>,
    tree: Tree,
}

/// How tight an expression holds together, loosest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Bond {
    /// `lambda`, `a if b else c`.
    Loose,
    Or,
    And,
    Not,
    Comparison,
    /// Operators on numbers, texts and bits: no order among them is relied on.
    Binary,
    Await,
    /// A number, after which no dot can stand.
    Number,
    /// Names, calls, literals, and what has brackets of its own.
    Atom,
}

impl<'s> Code<'s> {
    /// The file with its syntax.
    pub(super) fn read(sheet: Sheet<'s>) -> Option<Self> {
        Some(Self { sheet, tree: tree::parse(Grammar::Python, sheet.text)? })
    }

    /// The module.
    pub(super) fn root(&self) -> Node<'_> {
        self.tree.root_node()
    }

    /// The text of a node.
    pub(super) fn text(&self, node: Node<'_>) -> &'s str {
        tree::text(node, self.sheet.text)
    }

    /// The expression with exactly these bytes.
    pub(super) fn expression(&self, span: Span) -> Option<Node<'_>> {
        let mut node = self.root().named_descendant_for_byte_range(span.start, span.end)?;
        while let Some(parent) = node.parent().filter(|parent| Span::from(*parent) == span) {
            if bond(parent).is_none() {
                break;
            }
            node = parent;
        }
        (Span::from(node) == span && bond(node).is_some()).then_some(node)
    }

    /// The string literal that holds these bytes.
    pub(super) fn string_at(&self, span: Span) -> Option<Node<'_>> {
        let node = self.root().named_descendant_for_byte_range(span.start, span.end)?;
        std::iter::successors(Some(node), Node::parent).take(3).find(|node| node.kind() == "string")
    }

    /// Whether an expression that holds together by `new` needs parentheses in the place of `node`; `None`
    /// where none can stand.
    pub(super) fn needs_parentheses(&self, node: Node<'_>, new: Bond) -> Option<bool> {
        let wanted = self.wanted(node)?;
        let parent = node.parent()?;
        // `a and b or c` is right, and misread.
        let mixed = new == Bond::And && parent.kind() == "boolean_operator" && wanted == Bond::Or;
        Some(new < wanted || mixed)
    }

    /// How tight the place of a node asks an expression to hold together.
    fn wanted(&self, node: Node<'_>) -> Option<Bond> {
        let parent = node.parent()?;
        let is = |field: &str| parent.child_by_field_name(field) == Some(node);
        let position = || children(parent).iter().position(|child| *child == node);
        Some(match parent.kind() {
            "expression_statement"
            | "argument_list"
            | "parenthesized_expression"
            | "list"
            | "tuple"
            | "set"
            | "expression_list"
            | "return_statement"
            | "yield"
            | "raise_statement"
            | "assert_statement"
            | "list_comprehension"
            | "set_comprehension"
            | "generator_expression"
            | "print_statement" => Bond::Loose,
            "assignment" | "augmented_assignment" if is("right") => Bond::Loose,
            "pair" if is("value") || is("key") => Bond::Loose,
            "keyword_argument" | "named_expression" | "default_parameter" | "typed_default_parameter"
                if is("value") =>
            {
                Bond::Loose
            }
            "if_statement" | "elif_clause" | "while_statement" if is("condition") => Bond::Loose,
            "for_statement" if is("right") => Bond::Loose,
            "match_statement" if is("subject") => Bond::Loose,
            "lambda" if is("body") => Bond::Loose,
            "with_item" if is("value") => Bond::Or,
            "subscript" if is("value") => Bond::Number,
            "subscript" => Bond::Loose,
            "slice" | "if_clause" | "interpolation" => Bond::Or,
            "for_in_clause" if is("right") => Bond::Or,
            "conditional_expression" => match position()? {
                2 => Bond::Loose,
                _ => Bond::Or,
            },
            "boolean_operator" => match self.text(parent.child_by_field_name("operator")?) {
                "or" => Bond::Or,
                _ => Bond::And,
            },
            "not_operator" => Bond::Not,
            "comparison_operator" => Bond::Binary,
            "binary_operator" | "unary_operator" => Bond::Await,
            "list_splat" | "dictionary_splat" => Bond::Binary,
            "await" => Bond::Number,
            "call" if is("function") => Bond::Number,
            "attribute" if is("object") => Bond::Atom,
            _ => return None,
        })
    }

    /// `or`, with the line break that the chain has in which `node` stands.
    pub(super) fn or_around(&self, node: Node<'_>) -> String {
        let broken = node.parent().filter(|parent| parent.kind() == "boolean_operator").and_then(|parent| {
            let operator = parent.child_by_field_name("operator").filter(|word| self.text(*word) == "or")?;
            let line = self.sheet.line_start(operator.start_byte());
            let indent = &self.sheet.text[line..operator.start_byte()];
            let before = self.sheet.text[..line].trim_end_matches(['\n', '\r']);
            let starts_line = line > 0 && indent.trim().is_empty();
            (starts_line && !before.ends_with('\\')).then_some(indent)
        });
        match broken {
            Some(indent) => format!("{}{indent}or ", self.sheet.line_break()),
            None => " or ".to_string(),
        }
    }

    /// The quotes of the f-strings in whose holes a node stands; `None` where it cannot change there:
    /// `f"{x=}"` shows the code itself.
    fn quotes_around(&self, node: Node<'_>) -> Option<String> {
        let mut taken = String::new();
        let mut at = Some(node);
        while let Some(inner) = at {
            if inner.kind() == "format_specifier" {
                return None;
            }
            if inner.kind() == "interpolation" {
                let mut cursor = inner.walk();
                if inner.children(&mut cursor).any(|part| part.kind() == "=") {
                    return None;
                }
                let string = inner.parent()?;
                taken.extend(self.text(string).chars().find(|c| matches!(c, '"' | '\'')));
            }
            at = inner.parent();
        }
        Some(taken)
    }

    /// Whether a node stands in the hole of an f-string.
    pub(super) fn is_in_hole(&self, node: Node<'_>) -> bool {
        std::iter::successors(Some(node), Node::parent).any(|at| at.kind() == "interpolation")
    }

    /// Whether a node stands in brackets, where lines may break.
    pub(super) fn is_in_brackets(&self, node: Node<'_>) -> bool {
        let brackets = [
            "argument_list",
            "parenthesized_expression",
            "list",
            "set",
            "dictionary",
            "list_comprehension",
            "set_comprehension",
            "dictionary_comprehension",
            "generator_expression",
            "parameters",
        ];
        let is_tuple = |at: Node<'_>| at.kind() == "tuple" && self.text(at).starts_with('(');
        std::iter::successors(node.parent(), Node::parent)
            .take_while(|at| !at.kind().ends_with("_statement") && at.kind() != "block")
            .any(|at| brackets.contains(&at.kind()) || is_tuple(at))
    }

    /// Whether new code can stand in the place of a node as far as f-strings around it go: before Python 3.12
    /// their holes take neither their own quotes nor backslashes nor comments.
    pub(super) fn can_hold(&self, node: Node<'_>, new: &str) -> bool {
        self.quotes_around(node).is_some_and(|quotes| {
            let forbidden = |c: char| quotes.contains(c) || matches!(c, '\\' | '#' | '\n' | '\r');
            !self.is_in_hole(node) || !(new.contains(forbidden) || new.starts_with('{'))
        })
    }

    /// The quote for a new text in the place of a node: that of most strings in the file, or the one that an
    /// f-string around it leaves.
    pub(super) fn quote(&self, node: Node<'_>) -> char {
        let taken = self.quotes_around(node).unwrap_or_default();
        match (taken.contains('"'), taken.contains('\'')) {
            (true, false) => '\'',
            (false, true) => '"',
            _ => self.usual_quote(),
        }
    }

    /// The quote of most strings, of those that could have either.
    fn usual_quote(&self) -> char {
        let (mut single, mut double) = (0_u32, 0_u32);
        tree::preorder(self.root(), |node| {
            if node.kind() == "string" {
                let text = self.text(node).trim_start_matches(|c: char| c.is_ascii_alphabetic());
                let both = text.contains('"') && text.contains('\'');
                if !both && !text.starts_with("\"\"\"") && !text.starts_with("'''") {
                    match text.starts_with('\'') {
                        true => single += 1,
                        false => double += 1,
                    }
                }
            }
            true
        });
        if single > double { '\'' } else { '"' }
    }

    /// Puts text before and after a node, with parentheses around the whole where its place asks for them.
    pub(super) fn around(&self, node: Node<'_>, before: &str, after: &str, bond: Bond) -> Option<Edits> {
        let open = self.needs_parentheses(node, bond)?;
        let before = format!("{}{before}", if open { "(" } else { "" });
        let after = format!("{after}{}", if open { ")" } else { "" });
        if !self.can_hold(node, &before) || !self.can_hold(node, &after) {
            return None;
        }
        let span = Span::from(node);
        let edits = [(Span::new(span.start, span.start), before), (Span::new(span.end, span.end), after)];
        Some(edits.into_iter().filter(|(_, text)| !text.is_empty()).collect())
    }

    /// Puts an expression in the place of a node.
    pub(super) fn replace(&self, node: Node<'_>, new: &str, bond: Bond) -> Option<Edits> {
        let new = if self.needs_parentheses(node, bond)? { format!("({new})") } else { new.to_string() };
        self.can_hold(node, &new).then(|| vec![(Span::from(node), new)])
    }

    /// A comment before the line at an offset.
    pub(super) fn comment(&self, at: usize, text: &str) -> Option<Edits> {
        let start = self.sheet.line_start(at);
        let before = self.sheet.text[..start].trim_end_matches(['\n', '\r']);
        let node = self.root().descendant_for_byte_range(start, start)?;
        let in_text = std::iter::successors(Some(node), Node::parent)
            .any(|node| node.kind() == "string" && node.start_byte() < start);
        if in_text || before.ends_with('\\') || text.contains(['\n', '\r']) {
            return None;
        }
        let indent = self.sheet.indentation(at);
        let line = format!("{indent}# {text}{}", self.sheet.line_break());
        Some(vec![(Span::new(start, start), line)])
    }
}

/// How tight an expression holds together; `None` for what is none.
pub(super) fn bond(node: Node<'_>) -> Option<Bond> {
    Some(match node.kind() {
        "lambda" | "conditional_expression" => Bond::Loose,
        "boolean_operator" => {
            let operator = node.child_by_field_name("operator")?;
            if operator.kind() == "or" { Bond::Or } else { Bond::And }
        }
        "not_operator" => Bond::Not,
        "comparison_operator" => Bond::Comparison,
        "binary_operator" | "unary_operator" => Bond::Binary,
        "await" => Bond::Await,
        "integer" | "float" => Bond::Number,
        "identifier"
        | "attribute"
        | "subscript"
        | "call"
        | "string"
        | "concatenated_string"
        | "true"
        | "false"
        | "none"
        | "list"
        | "tuple"
        | "dictionary"
        | "set"
        | "list_comprehension"
        | "set_comprehension"
        | "dictionary_comprehension"
        | "parenthesized_expression"
        | "ellipsis" => Bond::Atom,
        _ => return None,
    })
}

/// Whether the code of an expression needs no brackets to hold its lines together.
pub(super) fn stands_alone(code: &str) -> bool {
    !code.contains('\n')
        || tree::parse(Grammar::Python, &format!("x = {code}\n")).is_some_and(|tree| {
            let root = tree.root_node();
            !root.has_error() && children(root).len() == 1
        })
}

/// How tight the code of an expression holds together; `None` where it is no expression.
pub(super) fn bond_of(code: &str) -> Option<Bond> {
    let text = format!("({code}\n)");
    let tree = tree::parse(Grammar::Python, &text)?;
    if tree.root_node().has_error() || children(tree.root_node()).len() != 1 {
        return None;
    }
    let whole = Span::new(1, 1 + code.len());
    let mut node = tree.root_node().named_descendant_for_byte_range(whole.start, whole.end)?;
    // The code's own parentheses have the same bytes as nothing else; what is not alone in mine is no
    // expression.
    while node.parent().is_some_and(|parent| Span::from(parent) == whole) {
        node = node.parent()?;
    }
    let alone = node.parent().is_some_and(|parent| parent.kind() == "parenthesized_expression");
    (Span::from(node) == whole && alone).then(|| bond(node))?
}
