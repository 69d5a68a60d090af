//! `[ … ]`, `[[ … ]]` and `test …`.
//!
//! The grammar gives `=` the lowest precedence and reads `test` as any command, so the operands are
//! taken as a flat list and put together here.

use tree_sitter::Node;

use crate::expr::{Expr, Part, Question};
use crate::lang::tree;
use crate::span::Span;

use super::lower::{all, any, ask, is_presence, not, opaque, present};
use super::word::{self, Pattern};
use super::{Held, Script, is_environment_name};

/// A token of a test.
#[derive(Clone, Copy, Debug)]
enum Token<'t> {
    Operator(&'t str),
    Operand(Node<'t>),
}

const UNARY: &str = "nzvefdrwxsLhpSbcgkutNOGRo";

fn is_unary(operator: &str) -> bool {
    let mut chars = operator.chars();
    chars.next() == Some('-')
        && chars.next().is_some_and(|letter| UNARY.contains(letter))
        && chars.next().is_none()
}

fn is_binary(operator: &str) -> bool {
    matches!(
        operator,
        "=" | "==" | "!=" | "=~" | "<" | ">" | "-eq" | "-ne" | "-gt" | "-ge" | "-lt" | "-le" | "-nt" | "-ot"
    )
}

struct Parser<'s, 't> {
    script: &'s Script<'t>,
    tokens: Vec<Token<'t>>,
    at: usize,
    /// `[[ ]]`: the right side of `==` is a pattern.
    patterns: bool,
    depth: usize,
    whole: Span,
}

impl<'t> Script<'t> {
    /// The question that a test asks. `None` where the node is no test.
    pub(super) fn lower_test(&self, node: Node<'t>, depth: usize) -> Option<Expr> {
        let (tokens, patterns) = self.test_tokens(node)?;
        let mut parser = Parser { script: self, tokens, at: 0, patterns, depth, whole: Span::from(node) };
        let expr = parser.any();
        Some(if parser.at < parser.tokens.len() { opaque(node) } else { expr })
    }

    pub(super) fn is_test(&self, node: Node<'t>) -> bool {
        match node.kind() {
            "test_command" => true,
            "command" => node
                .child_by_field_name("name")
                .is_some_and(|name| matches!(tree::text(name, self.text), "test" | "[")),
            _ => false,
        }
    }

    /// The name asked for by `test -v X`, with its node.
    pub(super) fn presences(&self, node: Node<'t>) -> Vec<(Node<'t>, String)> {
        let Some((tokens, _)) = self.test_tokens(node) else { return Vec::new() };
        tokens
            .windows(2)
            .filter_map(|pair| match pair {
                [Token::Operator("-v"), Token::Operand(operand)] => {
                    Some((*operand, word::plain(*operand, self.text)?))
                }
                _ => None,
            })
            .collect()
    }

    fn test_tokens(&self, node: Node<'t>) -> Option<(Vec<Token<'t>>, bool)> {
        if !self.is_test(node) {
            return None;
        }
        let mut tokens = Vec::new();
        let mut patterns = false;
        if node.kind() == "command" {
            let mut cursor = node.walk();
            let mut after_name = false;
            for child in node.children(&mut cursor) {
                if child.kind() == "command_name" {
                    after_name = true;
                } else if after_name && !child.kind().ends_with("redirect") {
                    let text = tree::text(child, self.text);
                    let operator = matches!(text, "!" | "-a" | "-o" | "\\(" | "\\)" | "]");
                    tokens.push(if operator || is_unary(text) || is_binary(text) {
                        Token::Operator(text.trim_start_matches('\\'))
                    } else {
                        Token::Operand(child)
                    });
                }
            }
            tokens.retain(|token| !matches!(token, Token::Operator("]")));
            return Some((tokens, false));
        }
        let mut pending = vec![node];
        while let Some(next) = pending.pop() {
            match next.kind() {
                "test_command" | "binary_expression" | "unary_expression" | "parenthesized_expression" => {
                    let mut cursor = next.walk();
                    let mut children: Vec<_> = next.children(&mut cursor).collect();
                    children.reverse();
                    pending.extend(children);
                }
                "[" | "]" | "]]" if !next.is_named() => {}
                "[[" => patterns = true,
                "comment" => {}
                _ => {
                    let text = tree::text(next, self.text);
                    let operator = next.kind() == "test_operator"
                        || !next.is_named()
                        || matches!(text, "!" | "-a" | "-o" | "\\(" | "\\)")
                        || is_binary(text);
                    tokens.push(if operator {
                        Token::Operator(text.trim_start_matches('\\'))
                    } else {
                        Token::Operand(next)
                    });
                }
            }
        }
        Some((tokens, patterns))
    }
}

impl<'t> Parser<'_, 't> {
    fn operator(&self) -> Option<&'t str> {
        match self.tokens.get(self.at) {
            Some(Token::Operator(operator)) => Some(operator),
            _ => None,
        }
    }

    fn take(&mut self, wanted: &[&str]) -> bool {
        let found = self.operator().is_some_and(|operator| wanted.contains(&operator));
        self.at += usize::from(found);
        found
    }

    fn any(&mut self) -> Expr {
        let mut parts = vec![self.all()];
        while self.take(&["||", "-o"]) {
            parts.push(self.all());
        }
        any(parts)
    }

    fn all(&mut self) -> Expr {
        let mut parts = vec![self.not()];
        while self.take(&["&&", "-a"]) {
            parts.push(self.not());
        }
        all(parts)
    }

    fn not(&mut self) -> Expr {
        let mut turns = 0;
        while self.take(&["!"]) {
            turns += 1;
        }
        let expr = self.primary();
        if turns % 2 == 1 { not(expr) } else { expr }
    }

    fn primary(&mut self) -> Expr {
        self.depth += 1;
        if self.depth > 60 {
            self.at = self.tokens.len();
            return Expr::Opaque(self.whole);
        }
        if self.take(&["("]) {
            let expr = self.any();
            self.take(&[")"]);
            return expr;
        }
        match self.tokens.get(self.at).copied() {
            Some(Token::Operator(operator)) if is_unary(operator) => {
                self.at += 1;
                match self.tokens.get(self.at).copied() {
                    Some(Token::Operand(operand)) => {
                        self.at += 1;
                        self.unary(operator, operand)
                    }
                    // `[ -n ]` only asks whether "-n" is empty.
                    _ => Expr::Opaque(self.whole),
                }
            }
            Some(Token::Operand(left)) => {
                self.at += 1;
                let operator = self.operator().filter(|operator| is_binary(operator));
                match (operator, self.tokens.get(self.at + 1).copied()) {
                    (Some(operator), Some(Token::Operand(right))) => {
                        self.at += 2;
                        let mut right = vec![right];
                        while let (Some(Token::Operand(next)), Some(last)) =
                            (self.tokens.get(self.at), right.last())
                            && next.start_byte() == last.end_byte()
                        {
                            right.push(*next);
                            self.at += 1;
                        }
                        self.binary(left, operator, &right)
                    }
                    _ => present(self.script.lower_word(left, self.depth)),
                }
            }
            _ => {
                self.at += 1;
                Expr::Opaque(self.whole)
            }
        }
    }

    fn unary(&self, operator: &str, operand: Node<'t>) -> Expr {
        let value = || self.script.lower_word(operand, self.depth);
        match operator {
            "-n" => present(value()),
            "-z" => match value() {
                // `[ -z "${X+x}" ]`
                value if is_presence(&value) => not(present(value)),
                value => ask(Question::Blank, value, false),
            },
            "-v" => match word::plain(operand, self.script.text) {
                Some(name)
                    if is_environment_name(&name)
                        && self.script.held(operand, &name) == Held::Environment =>
                {
                    Expr::Presence { name: Some(name), span: Span::from(operand) }
                }
                _ => Expr::Opaque(Span::from(operand)),
            },
            _ => ask(Question::Other { name: operator.to_owned(), raises_on_nil: false }, value(), true),
        }
    }

    fn binary(&self, left: Node<'t>, operator: &str, words: &[Node<'t>]) -> Expr {
        let script = self.script;
        let Some(&right) = words.first() else { return Expr::Opaque(self.whole) };
        let value = |node| script.lower_word(node, self.depth);
        match operator {
            "=~" => {
                let subject = value(left);
                match word::plain(right, script.text) {
                    // A quoted right side is taken as plain text.
                    Some(text) if matches!(right.kind(), "string" | "raw_string") => {
                        ask(Question::Contains(text), subject, true)
                    }
                    Some(_) => matches(tree::text(right, script.text), subject),
                    None => other(operator, subject),
                }
            }
            "=" | "==" | "!=" => {
                let pattern = if self.patterns { Pattern::of(words, script.text) } else { None };
                let expr = match pattern {
                    Some(pattern) if !matches!(pattern, Pattern::Text(_)) => {
                        script.matches_pattern(value(left), pattern)
                    }
                    Some(Pattern::Text(text)) => equal(value(left), Expr::Text(text)),
                    // `*"$X"*`: which text is looked for is not known.
                    None if words.len() > 1 => other(operator, value(left)),
                    _ => equal(value(left), value(right)),
                };
                if operator == "!=" { not(expr) } else { expr }
            }
            "-eq" | "-ne" => {
                let expr = match (value(left), value(right)) {
                    (Expr::Part { part: Part::Other(name), subject, .. }, Expr::Text(zero))
                        if name == "length" && zero == "0" =>
                    {
                        ask(Question::Blank, *subject, false)
                    }
                    (left, right) => equal(left, right),
                };
                if operator == "-ne" { not(expr) } else { expr }
            }
            _ => match (value(left), value(right)) {
                (Expr::Part { part: Part::Other(name), subject, .. }, Expr::Text(zero))
                    if name == "length" && zero == "0" && operator == "-gt" =>
                {
                    present(*subject)
                }
                (Expr::Text(_), subject) | (subject, _) => other(operator, subject),
            },
        }
    }
}

fn other(name: &str, subject: Expr) -> Expr {
    ask(Question::Other { name: name.to_owned(), raises_on_nil: false }, subject, true)
}

/// A match with a regular expression, in plainer words where it has them.
pub(super) fn matches(pattern: &str, subject: Expr) -> Expr {
    let (start, rest) = pattern.strip_prefix('^').map_or((false, pattern), |rest| (true, rest));
    let (end, rest) = rest.strip_suffix('$').map_or((false, rest), |rest| (true, rest));
    let mut plain = String::new();
    let mut chars = rest.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some(next) if !next.is_alphanumeric() => plain.push(next),
                _ => return ask(Question::Matches(pattern.to_owned()), subject, true),
            },
            '.' | '*' | '+' | '?' | '[' | ']' | '(' | ')' | '{' | '}' | '|' | '^' | '$' => {
                return ask(Question::Matches(pattern.to_owned()), subject, true);
            }
            c => plain.push(c),
        }
    }
    match (start, end) {
        (true, true) => equal(subject, Expr::Text(plain)),
        (true, false) => ask(Question::StartsWith(plain), subject, true),
        (false, true) => ask(Question::EndsWith(plain), subject, true),
        (false, false) => ask(Question::Contains(plain), subject, true),
    }
}

/// Equality of two texts, where an unset variable is the empty text.
pub(super) fn equal(left: Expr, right: Expr) -> Expr {
    match (left, right) {
        (Expr::Text(text), subject) | (subject, Expr::Text(text)) if text.is_empty() => {
            ask(Question::Blank, subject, false)
        }
        // `[ "x$X" = "x" ]`
        (Expr::Template(mut parts), Expr::Text(text)) | (Expr::Text(text), Expr::Template(mut parts))
            if parts.len() == 2
                && matches!(&parts[0], Expr::Text(before) if text.starts_with(before.as_str())) =>
        {
            let subject = parts.pop().unwrap_or(Expr::Nil);
            let before = match parts.pop() {
                Some(Expr::Text(before)) => before,
                _ => String::new(),
            };
            equal(subject, Expr::Text(text[before.len()..].to_owned()))
        }
        (left, right) => Expr::Equal(Box::new(left), Box::new(right)),
    }
}
