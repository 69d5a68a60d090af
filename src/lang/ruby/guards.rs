//! The conditions under which code runs.

use std::rc::Rc;

use super::access::Front;
use super::lower::View;
use super::syntax::{Field, Id, Kind};
use crate::fact::Guard;
use crate::span::Span;

/// Conditions are looked at for their own sake, not for a read in them.
pub(super) const ANY: View = View { marker: Span { start: 0, end: 0 }, focus: None, pick: None };

/// How many conditions around one node are told.
const GUARDS: usize = 64;

/// How many clauses of one `case`, or early exits of one body, are told.
const SIBLINGS: usize = 32;

/// The statements that leave a body under a condition, and whether that holds behind them.
pub(super) type Exits = Rc<[(Id, bool)]>;

impl Front<'_, '_> {
    /// The conditions around a node in the same method, innermost first.
    pub(super) fn guards(&self, start: Id, view: View) -> Vec<Guard> {
        self.conditions(self.climb(start, view), view, false)
    }

    /// The same for the place where an expression stands, whatever is made of it there. The span of a
    /// clause's condition is that of its patterns.
    pub(super) fn guards_around(&self, top: Id) -> Vec<Guard> {
        self.conditions(top, ANY, true)
    }

    fn conditions(&self, top: Id, view: View, patterns: bool) -> Vec<Guard> {
        let syntax = self.syntax;
        let clause_guard = |case: Id, clause: Id, holds: bool| {
            if patterns {
                self.clause_condition(case, clause, holds)
            } else {
                self.clause_guard(case, clause, holds, view)
            }
        };
        let mut guards = Vec::new();
        let guard = |condition: Option<Id>, holds: bool| {
            condition.map(|condition| Guard {
                expr: self.lower(condition, view),
                span: syntax.span(condition),
                holds,
            })
        };
        let mut at = top;
        while let Some(up) = syntax.parent(at) {
            let kind = syntax.kind(up);
            let role = syntax.role(at);
            let condition = || syntax.field(up, Field::Condition);
            match (kind, role) {
                (Kind::Method | Kind::SingletonMethod | Kind::Class | Kind::Module, _) => break,
                (Kind::If | Kind::Elsif | Kind::Conditional, Field::Consequence)
                | (Kind::Unless, Field::Alternative)
                | (Kind::IfModifier | Kind::While, Field::Body) => guards.extend(guard(condition(), true)),
                (Kind::If | Kind::Elsif | Kind::Conditional, Field::Alternative)
                | (Kind::Unless, Field::Consequence)
                | (Kind::UnlessModifier | Kind::Until, Field::Body) => {
                    guards.extend(guard(condition(), false));
                }
                (Kind::Binary, Field::Right) => match syntax.operator(up) {
                    "&&" | "and" => guards.extend(guard(syntax.field(up, Field::Left), true)),
                    "||" | "or" => guards.extend(guard(syntax.field(up, Field::Left), false)),
                    _ => {}
                },
                (Kind::When | Kind::InClause, Field::Body) => {
                    if let Some(case) = syntax.parent(up) {
                        guards.push(clause_guard(case, up, true));
                    }
                }
                (Kind::Case | Kind::CaseMatch, _) if syntax.kind(at) == Kind::Else => {
                    let clauses = self.clauses(up);
                    guards.extend(clauses.into_iter().take(SIBLINGS).map(|one| clause_guard(up, one, false)));
                }
                _ if kind.is_statements() => {
                    let exits = self.exits(up);
                    let before = exits.partition_point(|(id, _)| *id < at);
                    let near = &exits[before.saturating_sub(SIBLINGS)..before];
                    guards.extend(
                        near.iter()
                            .filter_map(|&(id, holds)| guard(syntax.field(id, Field::Condition), holds)),
                    );
                }
                _ => {}
            }
            if guards.len() >= GUARDS {
                break;
            }
            at = up;
        }
        guards
    }

    /// The statements of a body that leave it under a condition, and whether that then holds behind them.
    fn exits(&self, body: Id) -> Exits {
        let known = self.exits.borrow().get(&body).map(Rc::clone);
        known.unwrap_or_else(|| {
            let statements = self.syntax.statements(body).into_iter();
            let found: Exits = statements.filter_map(|id| Some((id, self.leaves_unless(id)?))).collect();
            self.exits.borrow_mut().insert(body, Rc::clone(&found));
            found
        })
    }

    /// The condition of a clause, where its patterns stand.
    pub(super) fn clause_condition(&self, case: Id, clause: Id, holds: bool) -> Guard {
        let patterns = self.syntax.fields(clause, Field::Pattern).map(|pattern| self.syntax.span(pattern));
        let span = patterns.reduce(|a, b| Span { start: a.start, end: b.end });
        let span = span.unwrap_or_else(|| self.syntax.span(clause));
        Guard { expr: self.clause_expr(case, clause, ANY), span, holds }
    }

    fn clause_guard(&self, case: Id, clause: Id, holds: bool, view: View) -> Guard {
        let at = self.syntax.field(case, Field::Value).unwrap_or(clause);
        Guard { expr: self.clause_expr(case, clause, view), span: self.syntax.span(at), holds }
    }

    /// Whether the condition of `return if x`, `next unless x` holds in what follows it.
    fn leaves_unless(&self, statement: Id) -> Option<bool> {
        let syntax = self.syntax;
        let kind = syntax.kind(statement);
        if !matches!(kind, Kind::If | Kind::Unless | Kind::IfModifier | Kind::UnlessModifier)
            || syntax.field(statement, Field::Alternative).is_some()
        {
            return None;
        }
        let body =
            syntax.field(statement, Field::Consequence).or_else(|| syntax.field(statement, Field::Body))?;
        let last = syntax.statements(body).last().copied()?;
        matches!(syntax.kind(last), Kind::Return | Kind::Next | Kind::Break)
            .then_some(matches!(kind, Kind::Unless | Kind::UnlessModifier))
    }
}
