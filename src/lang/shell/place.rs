//! Where a value stands: the largest expression around it, what it decides, and what is around that.

use tree_sitter::Node;

use crate::effect::Effect;
use crate::expr::{Expr, Question};
use crate::fact::{Branch, Branches, EnvRead, Form, Guard, Place};
use crate::lang::tree;
use crate::span::Span;

use super::Script;
use super::command::Command;
use super::lower::{any, ask};
use super::word::{self, Expansion, Pattern};

/// The largest understood expression around an access.
#[derive(Clone, Debug)]
pub(super) struct Site<'t> {
    pub(super) expr: Expr,
    pub(super) span: Span,
    pub(super) place: Place,
    /// The node of the expression: guards are what stands around it.
    pub(super) top: Node<'t>,
    /// The variable or function that carries the value on.
    pub(super) carrier: Option<&'t str>,
}

/// Expressions of arithmetic and of tests.
fn is_expression(kind: &str) -> bool {
    matches!(
        kind,
        "binary_expression"
            | "unary_expression"
            | "ternary_expression"
            | "postfix_expression"
            | "parenthesized_expression"
    )
}

/// Whether `child` is a part of the condition of an `if`, `elif`, `while` or `until`.
pub(super) fn is_condition(parent: Node<'_>, child: Node<'_>) -> bool {
    let mut cursor = parent.walk();
    let opens = match parent.kind() {
        "if_statement" | "elif_clause" => "then",
        "while_statement" => "do_group",
        _ => return false,
    };
    parent.children(&mut cursor).take_while(|part| part.kind() != opens).any(|part| part.id() == child.id())
}

/// The condition and the statements of one branch of an `if`; `else` has no condition.
pub(super) type IfPart<'t> = (Vec<Node<'t>>, Vec<Node<'t>>);

/// Turns the read at `span` into something not understood.
pub(in crate::lang) fn hide_read(expr: &mut Expr, at: Span) {
    match expr {
        Expr::Read { span, .. } | Expr::Presence { span, .. } if *span == at => *expr = Expr::Opaque(at),
        Expr::Read { default: Some(default), .. } => hide_read(default, at),
        Expr::Not(inner) | Expr::Ask { subject: inner, .. } | Expr::Part { subject: inner, .. } => {
            hide_read(inner, at);
        }
        Expr::Any(parts) | Expr::All(parts) | Expr::Coalesce(parts) | Expr::Template(parts) => {
            parts.iter_mut().for_each(|part| hide_read(part, at));
        }
        Expr::Equal(left, right) => {
            hide_read(left, at);
            hide_read(right, at);
        }
        Expr::Choose { condition, then, otherwise } => {
            hide_read(condition, at);
            hide_read(then, at);
            hide_read(otherwise, at);
        }
        _ => {}
    }
}

impl<'t> Script<'t> {
    /// Whether a bare name is a look at a variable: in arithmetic, names need no `$`.
    pub(super) fn is_arithmetic_look(&self, node: Node<'t>) -> bool {
        let Some(parent) = self.parent(node) else { return false };
        let in_arithmetic = match parent.kind() {
            "arithmetic_expansion" | "compound_statement" => true,
            kind if is_expression(kind) => {
                self.chain(parent).find(|above| !is_expression(above.kind())).is_some_and(|above| {
                    matches!(
                        above.kind(),
                        "arithmetic_expansion" | "compound_statement" | "c_style_for_statement"
                    )
                })
            }
            _ => false,
        };
        in_arithmetic && node.kind() == "variable_name"
    }

    /// Where the access at `node`, whose read has the bytes `span`, stands.
    pub(super) fn sites(&self, node: Node<'t>, span: Span) -> Vec<Site<'t>> {
        match node.kind() {
            "command" | "pipeline" => self.climb_statement(node, node, span),
            _ => self.climb_word(node, span),
        }
    }

    fn climb_word(&self, node: Node<'t>, span: Span) -> Vec<Site<'t>> {
        self.refuel();
        let mut top = node;
        let mut expr = self.lower_word(top, 0);
        if !expr.holds(span) {
            // The operand of `-v` is a plain word.
            expr = Expr::Presence { name: word::plain(node, self.text), span };
        }
        let parent = loop {
            let Some(parent) = self.parent(top) else {
                return vec![self.site(expr, top, Place::Other)];
            };
            let next = match parent.kind() {
                "string" | "concatenation" | "translated_string" | "expansion" | "arithmetic_expansion" => {
                    parent
                }
                kind if is_expression(kind) => {
                    let Some(above) = self.chain(parent).find(|above| !is_expression(above.kind())) else {
                        break parent;
                    };
                    match above.kind() {
                        "arithmetic_expansion" => above,
                        "test_command" | "compound_statement" => {
                            return self.climb_statement(above, node, span);
                        }
                        _ => break parent,
                    }
                }
                _ => break parent,
            };
            self.refuel();
            let larger = self.lower_word(next, 0);
            if !larger.holds(span) {
                break parent;
            }
            top = next;
            expr = larger;
        };
        match parent.kind() {
            "test_command" => self.climb_statement(parent, node, span),
            "compound_statement" if self.text[parent.byte_range()].starts_with("((") => {
                self.climb_statement(parent, node, span)
            }
            "command" => self.climb_argument(parent, node, top, expr, span),
            "herestring_redirect" => {
                let command = self.chain(parent).skip(1).find_map(|above| match above.kind() {
                    "command" => Some(above),
                    "redirected_statement" => above.child_by_field_name("body"),
                    _ => None,
                });
                match command.filter(|command| command.kind() == "command") {
                    Some(command) => self.climb_argument(command, node, top, expr, span),
                    None => vec![self.site(expr, top, Place::Other)],
                }
            }
            "variable_assignment" => self.climb_assignment(parent, top, expr),
            "array" => match self.parent(parent).filter(|up| up.kind() == "variable_assignment") {
                Some(assignment) => {
                    let mut sites = self.climb_assignment(assignment, top, expr);
                    sites.iter_mut().for_each(|site| site.carrier = None);
                    sites
                }
                None => vec![self.site(expr, top, Place::Other)],
            },
            "case_statement" => self.climb_case(parent, top, &expr),
            "for_statement" => {
                let target = parent
                    .child_by_field_name("variable")
                    .map_or(String::new(), |name| tree::text(name, self.text).to_owned());
                vec![self.site(expr, top, Place::Bound { target })]
            }
            "heredoc_body" => {
                let command = self
                    .chain(parent)
                    .find(|above| above.kind() == "redirected_statement")
                    .and_then(|above| above.child_by_field_name("body"))
                    .filter(|body| body.kind() == "command");
                let place = command.map_or(Place::Other, |command| Place::Argument {
                    callee: Command::of(self, command).callee(),
                    keyword: None,
                });
                vec![self.site(expr, top, place)]
            }
            _ => vec![self.site(expr, top, Place::Other)],
        }
    }

    fn site(&self, expr: Expr, top: Node<'t>, place: Place) -> Site<'t> {
        // `: "${X:=d}"` gives X a value by the way.
        let carrier = self
            .sole_expansion(top)
            .filter(|expansion| matches!(expansion.operator, "=" | ":="))
            .map(|expansion| expansion.name);
        Site { expr, span: Span::from(top), place, top, carrier }
    }

    fn climb_assignment(&self, assignment: Node<'t>, top: Node<'t>, expr: Expr) -> Vec<Site<'t>> {
        let name = assignment.child_by_field_name("name").map_or("", |name| tree::text(name, self.text));
        let mut site = self.site(expr, top, Place::Bound { target: name.to_owned() });
        let prefix = self.parent(assignment).is_some_and(|parent| parent.kind() == "command");
        site.carrier = (!prefix).then_some(name);
        vec![site]
    }

    /// An argument of a command: of a test, of something whose output is taken, or just handed over.
    fn climb_argument(
        &self,
        command: Node<'t>,
        node: Node<'t>,
        top: Node<'t>,
        expr: Expr,
        span: Span,
    ) -> Vec<Site<'t>> {
        if self.is_test(command) {
            return self.climb_statement(command, node, span);
        }
        self.refuel();
        if self.asks(command) && self.lower_status(command, 0).holds(span) {
            return self.climb_statement(command, node, span);
        }
        for above in self.chain(command).skip(1).take(16) {
            self.refuel();
            match above.kind() {
                "pipeline" if self.asks(above) && self.lower_status(above, 0).holds(span) => {
                    return self.climb_statement(above, node, span);
                }
                "command_substitution" => {
                    if self.lower_word(above, 0).holds(span) {
                        return self.climb_word(above, span);
                    }
                    break;
                }
                "function_definition" => {
                    if let Some((whole, true)) = self.lower_function(above, 0)
                        && whole.holds(span)
                    {
                        return vec![self.returned(above, whole, top)];
                    }
                    break;
                }
                _ => {}
            }
        }
        let words = Command::of(self, command);
        let Some(at) = words.words.iter().position(|word| Span::from(word.node).contains(Span::from(top)))
        else {
            let place = Place::Argument { callee: words.callee(), keyword: None };
            return vec![self.site(expr, top, place)];
        };
        if at == 0 {
            return vec![self.site(expr, top, Place::Other)];
        }
        let before = words.words[at - 1].text.as_deref().filter(|text| {
            at > 1 && text.len() > 1 && text.starts_with('-') && !text.contains('=') && *text != "--"
        });
        // These take no option with a word.
        let bare = matches!(
            words.base(),
            "echo"
                | "printf"
                | "rm"
                | "mkdir"
                | "cp"
                | "mv"
                | "touch"
                | "cat"
                | "cd"
                | "chmod"
                | "chown"
                | "ls"
        );
        let mut keyword = before.filter(|_| !bare).map(str::to_owned);
        let mut site = self.site(expr, top, Place::Other);
        // `--port=$PORT`, `env X=$Y command`
        if let Expr::Template(parts) = &mut site.expr
            && let Some(Expr::Text(first)) = parts.first()
            && let Some((name, rest)) = first.split_once('=')
            && !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
        {
            let written = Span::from(top).of(self.text);
            let skip = written.find('=').map_or(0, |at| at + 1);
            let name = name.to_owned();
            let rest = rest.to_owned();
            match rest.is_empty() {
                true => drop(parts.remove(0)),
                false => parts[0] = Expr::Text(rest),
            }
            if parts.len() == 1 {
                site.expr = parts.remove(0);
            }
            site.span = Span::new(site.span.start + skip, site.span.end);
            if words.is_prefix(at) {
                site.place = Place::Bound { target: name };
                return vec![site];
            }
            keyword = Some(name);
        }
        site.place = Place::Argument { callee: words.callee(), keyword };
        vec![site]
    }

    fn returned(&self, function: Node<'t>, expr: Expr, top: Node<'t>) -> Site<'t> {
        let name = self.function_name(function);
        let place = Place::Returned { function: name.to_owned() };
        Site { expr, span: Span::from(top), place, top, carrier: Some(name) }
    }

    /// A statement whose status is asked for, with the access at `node` in it.
    fn climb_statement(&self, statement: Node<'t>, node: Node<'t>, span: Span) -> Vec<Site<'t>> {
        self.refuel();
        if let Some(around) =
            self.chain(statement).skip(1).take(16).find(|above| above.kind() == "command_substitution")
            && self.lower_word(around, 0).holds(span)
        {
            return self.climb_word(around, span);
        }
        self.refuel();
        if let Some(function) = self.function(statement)
            && let Some((whole, prints)) = self.lower_function(function, 0)
            && !prints
            && whole.holds(span)
        {
            return vec![self.returned(function, whole, statement)];
        }
        let mut top = statement;
        while let Some(parent) = self.parent(top) {
            let next = match parent.kind() {
                "negated_command" | "pipeline" => parent,
                "redirected_statement" if parent.child_by_field_name("body") == Some(top) => parent,
                "subshell" | "compound_statement"
                    if tree::children(parent).len() == 1
                        && self.parent(parent).is_none_or(|up| up.kind() != "function_definition") =>
                {
                    parent
                }
                "list" => {
                    let list = self
                        .chain(parent)
                        .take_while(|above| above.kind() == "list")
                        .last()
                        .unwrap_or(parent);
                    let decides = self.parent(list).is_some_and(|above| {
                        is_condition(above, list) || matches!(above.kind(), "negated_command")
                    });
                    if !decides && !self.asks(list) {
                        return vec![self.short_circuit(list, top, node, span)];
                    }
                    list
                }
                _ => break,
            };
            self.refuel();
            if !self.lower_status(next, 0).holds(span) {
                break;
            }
            top = next;
        }
        self.refuel();
        let mut expr = self.lower_status(top, 0);
        if !expr.holds(span) {
            expr = self.unclear(node, span);
        }
        let Some(parent) = self.parent(top) else { return vec![self.site(expr, top, Place::Other)] };
        if !is_condition(parent, top) {
            return vec![self.site(expr, top, Place::Other)];
        }
        if parent.kind() == "while_statement" {
            let until = parent.child(0).is_some_and(|word| tree::text(word, self.text) == "until");
            let body = parent.child_by_field_name("body").map(tree::children).unwrap_or_default();
            let body = self.branch(&body);
            let (then, otherwise) = if until { (None, body) } else { (body, None) };
            let branches = Branches { form: Form::Loop, then, otherwise };
            return vec![self.site(expr, top, Place::Condition(branches))];
        }
        let statement =
            if parent.kind() == "elif_clause" { self.parent(parent).unwrap_or(parent) } else { parent };
        let parts = self.if_parts(statement);
        let Some(at) = parts.iter().position(|(condition, _)| condition.contains(&top)) else {
            return vec![self.site(expr, top, Place::Other)];
        };
        let mut form = Form::If;
        let then = self.branch(&parts[at].1);
        let rest: Vec<Node<'t>> = parts[at + 1..]
            .iter()
            .flat_map(|(condition, body)| condition.iter().chain(body))
            .copied()
            .collect();
        let mut otherwise = self.branch(&rest);
        if at == 0 && parts.len() == 1 && self.leaves(&parts[at].1) {
            form = Form::EarlyExit;
            otherwise = self.rest(statement);
        }
        vec![self.site(expr, top, Place::Condition(Branches { form, then, otherwise }))]
    }

    /// A question to the access at `node` that was not understood.
    fn unclear(&self, node: Node<'t>, span: Span) -> Expr {
        self.refuel();
        let value = self.lower_word(node, 0);
        if node.kind() == "command" || !value.holds(span) {
            return Expr::Opaque(span);
        }
        ask(Question::Other { name: "test".to_owned(), raises_on_nil: false }, value, true)
    }

    /// `[ … ] && a || b` as a statement.
    fn short_circuit(&self, list: Node<'t>, inside: Node<'t>, node: Node<'t>, span: Span) -> Site<'t> {
        let parts = self.flatten_list(list);
        let holds = |node: Node<'t>| Span::from(node).contains(Span::from(inside));
        let at = parts.iter().position(|(_, part)| holds(*part)).unwrap_or(0);
        let mut first = at;
        while first > 0 && self.asks(parts[first - 1].1) {
            first -= 1;
        }
        let mut last = at;
        while last + 1 < parts.len() && self.asks(parts[last + 1].1) {
            last += 1;
        }
        self.refuel();
        let mut expr = self.lower_chain(&parts[first..=last], 0);
        if !expr.holds(span) {
            expr = self.unclear(node, span);
        }
        let top = parts[first].1;
        let whole = Span::new(top.start_byte(), parts[last].1.end_byte());
        let after = &parts[last + 1..];
        let turn = after
            .iter()
            .skip(1)
            .position(|(operator, _)| Some(*operator) != after.first().map(|(operator, _)| *operator))
            .map_or(after.len(), |at| at + 1);
        let nodes = |parts: &[(&'t str, Node<'t>)]| parts.iter().map(|(_, node)| *node).collect::<Vec<_>>();
        let (near, far) = (nodes(&after[..turn]), nodes(&after[turn..]));
        let place = match after.first() {
            None => Place::Other,
            Some((operator, _)) => {
                let positive = *operator == "&&";
                let leaves = far.is_empty() && self.leaves(&near);
                let near = self.branch(&near);
                let far = if leaves {
                    self.rest(list)
                } else if positive {
                    self.branch(&far)
                } else {
                    None
                };
                let (then, otherwise) = if positive { (near, far) } else { (far, near) };
                let form = if leaves { Form::EarlyExit } else { Form::ShortCircuit };
                Place::Condition(Branches { form, then, otherwise })
            }
        };
        Site { expr, span: whole, place, top, carrier: None }
    }

    /// One site for each arm of a `case` on the value.
    fn climb_case(&self, statement: Node<'t>, top: Node<'t>, value: &Expr) -> Vec<Site<'t>> {
        let items: Vec<(Expr, bool, Vec<Node<'t>>)> = tree::children(statement)
            .into_iter()
            .filter(|child| child.kind() == "case_item")
            .map(|item| {
                let (expr, default) = self.lower_arm(item, value);
                (expr, default, self.arm_body(item))
            })
            .collect();
        let fallback = items.iter().find(|(_, default, _)| *default).map(|(_, _, body)| body.as_slice());
        let sites: Vec<Site<'t>> = items
            .iter()
            .filter(|(_, default, _)| !default)
            .map(|(expr, _, body)| {
                let branches = Branches {
                    form: Form::Case,
                    then: self.branch(body),
                    otherwise: fallback.and_then(|body| self.branch(body)),
                };
                self.site(expr.clone(), top, Place::Condition(branches))
            })
            .collect();
        if sites.is_empty() { vec![self.site(value.clone(), top, Place::Other)] } else { sites }
    }

    /// What an arm of a `case` asks, and whether it takes everything.
    fn lower_arm(&self, item: Node<'t>, value: &Expr) -> (Expr, bool) {
        let mut cursor = item.walk();
        let mut parts = Vec::new();
        let mut patterns: Vec<Vec<Node<'t>>> = Vec::new();
        for pattern in item.children_by_field_name("value", &mut cursor) {
            match patterns.last_mut() {
                Some(last) if last.last().is_some_and(|end| end.end_byte() == pattern.start_byte()) => {
                    last.push(pattern);
                }
                _ => patterns.push(vec![pattern]),
            }
        }
        for pattern in patterns {
            match Pattern::of(&pattern, self.text) {
                Some(Pattern::Anything) => return (Expr::Bool(true), true),
                Some(pattern) => parts.push(self.matches_pattern(value.clone(), pattern)),
                None => {
                    let name = "case".to_owned();
                    parts.push(ask(Question::Other { name, raises_on_nil: false }, value.clone(), true));
                }
            }
        }
        (any(parts), false)
    }

    fn arm_body(&self, item: Node<'t>) -> Vec<Node<'t>> {
        let mut cursor = item.walk();
        let patterns: Vec<usize> =
            item.children_by_field_name("value", &mut cursor).map(|pattern| pattern.id()).collect();
        tree::children(item).into_iter().filter(|child| !patterns.contains(&child.id())).collect()
    }

    /// The branches of an `if`.
    pub(super) fn if_parts(&self, statement: Node<'t>) -> Vec<IfPart<'t>> {
        let mut parts: Vec<IfPart<'t>> = vec![(Vec::new(), Vec::new())];
        let mut in_condition = true;
        let mut cursor = statement.walk();
        for child in statement.children(&mut cursor) {
            match child.kind() {
                "if" | "fi" | "comment" => {}
                "then" => in_condition = false,
                "elif_clause" | "else_clause" => {
                    let mut part: IfPart<'t> = (Vec::new(), Vec::new());
                    let mut asks = child.kind() == "elif_clause";
                    let mut inner = child.walk();
                    for node in child.children(&mut inner) {
                        match node.kind() {
                            "then" => asks = false,
                            "comment" => {}
                            _ if !node.is_named() => {}
                            _ if asks => part.0.push(node),
                            _ => part.1.push(node),
                        }
                    }
                    parts.push(part);
                }
                _ if !child.is_named() => {}
                _ if in_condition => parts[0].0.push(child),
                _ => parts[0].1.push(child),
            }
        }
        parts
    }

    /// Whether statements do nothing but leave.
    fn leaves(&self, statements: &[Node<'t>]) -> bool {
        match statements {
            [one] if one.kind() == "command" => Command::of(self, *one).leaves_quietly(),
            [one] if one.kind() == "compound_statement" => {
                matches!(tree::children(*one).as_slice(), [inner] if inner.kind() == "command"
                    && Command::of(self, *inner).leaves_quietly())
            }
            _ => false,
        }
    }

    /// What follows a statement in its block.
    fn rest(&self, statement: Node<'t>) -> Option<Branch> {
        let mut statements = Vec::new();
        let mut next = statement.next_named_sibling();
        while let Some(node) = next {
            if matches!(node.kind(), "else_clause" | "elif_clause") {
                break;
            }
            if node.kind() != "comment" {
                statements.push(node);
            }
            next = node.next_named_sibling();
        }
        self.branch(&statements)
    }

    fn branch(&self, statements: &[Node<'t>]) -> Option<Branch> {
        let (first, last) = (statements.first()?, statements.last()?);
        let span = Span::new(first.start_byte(), last.end_byte().max(first.end_byte()));
        let mut effects: Vec<(Effect, Span)> = Vec::new();
        let mut push = |effect: Option<Effect>, span: Span| {
            if let Some(effect) = effect
                && !effects.iter().any(|(known, _)| *known == effect)
            {
                effects.push((effect, span));
            }
        };
        for statement in statements {
            tree::preorder(*statement, |node| {
                match node.kind() {
                    "function_definition" | "command_substitution" => return false,
                    "command" => push(Command::of(self, node).effect(), Span::from(node)),
                    "variable_assignment" => {
                        let name = node.child_by_field_name("name").map_or("", |n| tree::text(n, self.text));
                        let value =
                            node.child_by_field_name("value").and_then(|value| word::plain(value, self.text));
                        let value = value.and_then(|value| match value.to_ascii_lowercase().as_str() {
                            "1" | "true" | "yes" | "on" => Some(true),
                            "0" | "false" | "no" | "off" | "" => Some(false),
                            _ => None,
                        });
                        push(Effect::of_target(name, value), Span::from(node));
                    }
                    _ => {}
                }
                true
            });
        }
        Some(Branch { span, effects })
    }

    /// The conditions around a node, innermost first.
    pub(super) fn guards(&self, node: Node<'t>) -> Vec<Guard> {
        let mut guards = Vec::new();
        let mut below = node;
        for above in self.chain(node).skip(1) {
            match above.kind() {
                "function_definition" => break,
                "list" => {
                    if let (Some(left), Some(operator)) = (above.child(0), above.child(1))
                        && left.id() != below.id()
                        && self.asks(left)
                    {
                        let holds = tree::text(operator, self.text) == "&&";
                        guards.push(self.guard(left, holds));
                    }
                }
                "while_statement" if below.kind() == "do_group" => {
                    let mut cursor = above.walk();
                    let until = above.child(0).is_some_and(|word| tree::text(word, self.text) == "until");
                    let asked =
                        above.children_by_field_name("condition", &mut cursor).filter(Node::is_named).last();
                    if let Some(asked) = asked {
                        guards.push(self.guard(asked, !until));
                    }
                }
                "case_item" => {
                    let value =
                        self.parent(above).and_then(|statement| statement.child_by_field_name("value"));
                    if let Some(value) = value {
                        self.refuel();
                        let subject = self.lower_word(value, 0);
                        let (expr, default) = self.lower_arm(above, &subject);
                        if !default {
                            guards.push(Guard { expr, span: Span::from(value), holds: true });
                        }
                    }
                }
                "if_statement" => {
                    let parts = self.if_parts(above);
                    let inside = |nodes: &[Node<'t>]| {
                        nodes.iter().any(|part| Span::from(*part).contains(Span::from(node)))
                    };
                    let Some(at) =
                        parts.iter().position(|(condition, body)| inside(condition) || inside(body))
                    else {
                        below = above;
                        continue;
                    };
                    if let Some(condition) = parts[at].0.last()
                        && inside(&parts[at].1)
                    {
                        guards.push(self.guard(*condition, true));
                    }
                    for (condition, _) in parts[..at].iter().rev() {
                        if let Some(condition) = condition.last() {
                            guards.push(self.guard(*condition, false));
                        }
                    }
                }
                _ => {}
            }
            below = above;
        }
        guards
    }

    fn guard(&self, condition: Node<'t>, holds: bool) -> Guard {
        self.refuel();
        Guard { expr: self.lower_status(condition, 0), span: Span::from(condition), holds }
    }

    /// `[ -n "$X" ] || X=d`, `if [ -z "$X" ]; then X=d; fi`: what stands in for an unset variable.
    pub(super) fn default_by_assignment(&self, read: &EnvRead, name: &str) -> Option<Span> {
        let site = read.uses.first()?;
        let Place::Condition(branches) = &site.place else { return None };
        let mut expr = &site.expr;
        let mut when_unset = false;
        while let Expr::Not(inner) = expr {
            expr = inner;
            when_unset = !when_unset;
        }
        let Expr::Ask { question, subject, .. } = expr else { return None };
        if !matches!(&**subject, Expr::Read { span, .. } if *span == read.span) {
            return None;
        }
        match question {
            Question::Blank | Question::Nil => when_unset = !when_unset,
            Question::Present => {}
            _ => return None,
        }
        let branch = if when_unset { branches.then.as_ref() } else { branches.otherwise.as_ref() }?;
        self.variables.value_within(name, branch.span).map(Span::from)
    }

    /// `printenv X || echo d`
    pub(super) fn default_by_or(&self, command: Node<'t>) -> Option<Span> {
        let list = self.parent(command).filter(|parent| parent.kind() == "list")?;
        let (left, operator, right) = (list.child(0)?, list.child(1)?, list.child(2)?);
        if left.id() != command.id() || tree::text(operator, self.text) != "||" {
            return None;
        }
        if right.kind() == "command" && Command::of(self, right).base() == "echo" {
            let words = Command::of(self, right);
            let (first, last) = (words.arguments().first()?, words.arguments().last()?);
            return Some(Span::new(first.node.start_byte(), last.node.end_byte()));
        }
        Some(Span::from(right))
    }

    /// The first look inside a node.
    pub(super) fn first_look(&self, node: Node<'t>) -> Option<Node<'t>> {
        let mut found = None;
        tree::preorder(node, |inside| {
            if found.is_none()
                && (matches!(inside.kind(), "simple_expansion" | "expansion")
                    || self.is_arithmetic_look(inside))
                && Expansion::of(inside, self.text).is_some()
            {
                found = Some(inside);
            }
            found.is_none()
        });
        found
    }
}
