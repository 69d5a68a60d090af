//! Calls and settings: what of a file's structure the vocabulary knows.

use super::access::Front;
use super::syntax::{Field, Id, Kind, Syntax};
use super::terms::Terms;
use crate::expr::Expr;
use crate::fact::{Facts, Guard};
use crate::span::Span;
use crate::term::{Invocation, Setting, Term, Value};
use crate::vocabulary::Vocabulary;

/// Nodes deeper than this are no facts: what is asked of the nodes around each must stay cheap.
const DEPTH: u16 = 500;

impl Front<'_, '_> {
    /// Fills [`Facts::invocations`] and [`Facts::settings`].
    pub(super) fn structure(&self, facts: &mut Facts) {
        let syntax = self.syntax;
        let terms = Terms::new(self);
        let mut depths: Vec<u16> = Vec::new();
        for id in syntax.ids() {
            let above = syntax.parent(id).and_then(|up| depths.get(up.index())).copied();
            let depth = above.map_or(0, |above| above.saturating_add(1));
            depths.push(depth);
            if depth > DEPTH {
                continue;
            }
            match syntax.kind(id) {
                Kind::Call
                    if syntax.role(id) != Field::Left && self.vocabulary.is_call(syntax.method(id)) =>
                {
                    facts.invocations.push(self.invocation_fact(&terms, id));
                }
                Kind::Subshell => facts.invocations.push(self.invocation_fact(&terms, id)),
                Kind::Assignment => self.settings_of(&terms, id, &mut facts.settings),
                Kind::OperatorAssignment if syntax.operator(id) == "||=" => {
                    self.settings_of(&terms, id, &mut facts.settings);
                }
                _ => {}
            }
        }
    }

    fn invocation_fact(&self, terms: &Terms<'_, '_, '_>, id: Id) -> Invocation {
        Invocation {
            scope: self.syntax.scope(id),
            guards: self.guards_around(id),
            bound: self.bound(terms, id),
            ..terms.call(id)
        }
    }

    /// The name that is given what a call gives.
    fn bound(&self, terms: &Terms<'_, '_, '_>, call: Id) -> Option<String> {
        let syntax = self.syntax;
        let mut at = call;
        loop {
            let up = syntax.parent(at)?;
            let role = syntax.role(at);
            match syntax.kind(up) {
                Kind::Assignment | Kind::OperatorAssignment if role == Field::Right => {
                    let left = syntax.field(up, Field::Left)?;
                    return (syntax.kind(left) != Kind::LeftAssignmentList).then(|| terms.dotted(left));
                }
                Kind::RightAssignmentList => {
                    let position = syntax.children(up).position(|child| child == at)?;
                    let left = syntax.field(syntax.parent(up)?, Field::Left)?;
                    return syntax.children(left).nth(position).map(|name| terms.dotted(name));
                }
                Kind::Parenthesized | Kind::Begin | Kind::Then | Kind::Else
                    if syntax.statements(up).last() == Some(&at) => {}
                Kind::Binary if matches!(syntax.operator(up), "||" | "&&" | "or" | "and") => {}
                Kind::Conditional | Kind::If | Kind::Elsif | Kind::Unless | Kind::RescueModifier
                    if role != Field::Condition => {}
                Kind::Case if role != Field::Value => {}
                Kind::When if role == Field::Body => {}
                Kind::Call
                    if role == Field::Receiver
                        && matches!(syntax.method(up), "freeze" | "tap" | "dup" | "itself") => {}
                _ => return None,
            }
            at = up;
        }
    }

    fn settings_of(&self, terms: &Terms<'_, '_, '_>, assignment: Id, found: &mut Vec<Setting>) {
        let syntax = self.syntax;
        let (Some(left), Some(right)) =
            (syntax.field(assignment, Field::Left), syntax.field(assignment, Field::Right))
        else {
            return;
        };
        if syntax.kind(left) == Kind::LeftAssignmentList {
            if matches!(syntax.kind(right), Kind::RightAssignmentList | Kind::Array) {
                let values: Vec<Id> = syntax.children(right).collect();
                for (name, value) in syntax.children(left).zip(values) {
                    found.extend(self.setting_fact(terms, name, value, syntax.span(assignment)));
                }
            }
            return;
        }
        found.extend(self.setting_fact(terms, left, right, syntax.span(assignment)));
    }

    fn setting_fact(&self, terms: &Terms<'_, '_, '_>, left: Id, right: Id, span: Span) -> Option<Setting> {
        let syntax = self.syntax;
        match syntax.kind(left) {
            Kind::Call | Kind::ElementReference => {}
            Kind::Constant
            | Kind::ScopeResolution
            | Kind::Identifier
            | Kind::InstanceVariable
            | Kind::ClassVariable
            | Kind::GlobalVariable
                if syntax.enclosing_method(left).is_none() => {}
            _ => return None,
        }
        let name = terms.dotted(left);
        let value = terms.term(right);
        self.vocabulary.is_setting(&name, &value).then(|| Setting {
            name,
            name_span: syntax.span(left),
            value,
            span,
            scope: syntax.scope(left),
            guards: self.guards_around(right),
        })
    }
}

/// The value of one Ruby expression that stands at byte `offset` of a larger text, as in the ERB tags of a
/// settings file. Its spans are those of the larger text.
pub fn term(code: &str, offset: usize) -> Term {
    let whole = Span { start: offset, end: offset + code.len() };
    let unknown = Term { span: whole, value: Value::Other };
    let Some(syntax) = Syntax::parse(code) else { return unknown };
    let Some(&last) = syntax.statements(syntax.root()).last() else { return unknown };
    let front = Front::new(&syntax, None, "", Vocabulary::built_in());
    let mut term = Terms::new(&front).term(last);
    shift(&mut term, offset);
    term
}

/// Moves every span of a term.
fn shift(term: &mut Term, by: usize) {
    let guarded = |guard: &mut Guard| {
        guard.span = guard.span.shift(by);
        shift_expr(&mut guard.expr, by);
    };
    term.span = term.span.shift(by);
    match &mut term.value {
        Value::List(items) | Value::Joined(items) => items.iter_mut().for_each(|item| shift(item, by)),
        Value::Map(entries) => {
            for entry in entries {
                entry.key_span = entry.key_span.shift(by);
                shift(&mut entry.value, by);
            }
        }
        Value::Env { default: Some(default), .. } => shift(default, by),
        Value::Call(call) => {
            call.span = call.span.shift(by);
            call.name_span = call.name_span.shift(by);
            call.body = call.body.map(|body| body.shift(by));
            call.guards.iter_mut().for_each(guarded);
            call.receiver.iter_mut().for_each(|receiver| shift(receiver, by));
            call.arguments.iter_mut().for_each(|argument| shift(&mut argument.value, by));
        }
        Value::Choice(options) => {
            for option in options {
                option.guard.iter_mut().for_each(guarded);
                shift(&mut option.value, by);
            }
        }
        _ => {}
    }
}

fn shift_expr(expr: &mut Expr, by: usize) {
    match expr {
        Expr::Read { span, default, .. } => {
            *span = span.shift(by);
            default.iter_mut().for_each(|default| shift_expr(default, by));
        }
        Expr::Presence { span, .. } | Expr::Opaque(span) => *span = span.shift(by),
        Expr::Not(inner) | Expr::Ask { subject: inner, .. } | Expr::Part { subject: inner, .. } => {
            shift_expr(inner, by);
        }
        Expr::Any(parts) | Expr::All(parts) | Expr::Coalesce(parts) | Expr::Template(parts) => {
            parts.iter_mut().for_each(|part| shift_expr(part, by));
        }
        Expr::Equal(left, right) => {
            shift_expr(left, by);
            shift_expr(right, by);
        }
        Expr::Choose { condition, then, otherwise } => {
            for part in [condition, then, otherwise] {
                shift_expr(part, by);
            }
        }
        Expr::Text(_) | Expr::Number(_) | Expr::Bool(_) | Expr::Nil => {}
    }
}
