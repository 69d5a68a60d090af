//! Names as the values that they are given.

use std::collections::HashMap;

use super::names::{DefinitionId, DefinitionKind};
use super::syntax::{Field, Id, Kind};
use super::terms::{DEPTH, Terms};
use crate::term::{Alternative, Term, Value};

/// In how many branches a name may be given a value.
const BRANCHES: usize = 6;

impl Terms<'_, '_, '_> {
    /// A constant, a variable, or a method of this file: its value, else its name.
    pub(super) fn name(&self, id: Id, depth: usize) -> Term {
        let syntax = self.syntax;
        let span = syntax.span(id);
        if let Some(found) = self.front.names.resolve(id) {
            if let Some(term) = self.follow(found, depth) {
                return term;
            }
            let kind = self.front.names.definitions[found].kind;
            if matches!(kind, DefinitionKind::Parameter { .. } | DefinitionKind::BlockParameter { .. }) {
                return Term { span, value: Value::Parameter(syntax.source(id).to_string()) };
            }
        } else if let Some(term) = self.branches(id, depth) {
            return term;
        }
        Term { span, value: Value::Name(self.dotted(id)) }
    }

    /// The value that a name stands for.
    pub(super) fn follow(&self, found: DefinitionId, depth: usize) -> Option<Term> {
        let syntax = self.syntax;
        if self.followed.get() == 0 || depth + 2 > DEPTH || self.following.borrow().contains(&found) {
            return None;
        }
        let definition = self.front.names.definitions[found];
        let value = match definition.kind {
            DefinitionKind::Variable | DefinitionKind::Attribute => definition.value?,
            DefinitionKind::Method => {
                let method = definition.value?;
                let [one] = syntax.statements(method)[..] else { return None };
                if syntax.field(method, Field::Parameters).is_some() {
                    return None;
                }
                one
            }
            DefinitionKind::Parameter { of, index, keyword, rest: false } => {
                self.handed(of, index, keyword.then(|| syntax.source(definition.name)), definition.value)?
            }
            _ => return None,
        };
        let before = self.nodes.get();
        self.following.borrow_mut().push(found);
        let term = self.at(value, depth + 2);
        self.following.borrow_mut().pop();
        let used = before.saturating_sub(self.nodes.get());
        self.followed.set(self.followed.get().saturating_sub(used));
        let says_more = match &term.value {
            Value::Other => matches!(syntax.kind(value), Kind::Regex | Kind::Range),
            // `Point = Struct.new(:x)` is a class with a name of its own.
            Value::Call(call) => {
                syntax.kind(definition.name) != Kind::Constant
                    || !matches!(
                        call.callee.as_str(),
                        "Struct.new" | "Class.new" | "Module.new" | "Data.define"
                    )
            }
            _ => true,
        };
        says_more.then_some(term)
    }

    /// The values of a name that each branch of one condition assigns once.
    fn branches(&self, id: Id, depth: usize) -> Option<Term> {
        let syntax = self.syntax;
        let found = self.front.names.several(id);
        let first = *found.first()?;
        if !(2..=BRANCHES).contains(&found.len())
            || self.followed.get() == 0
            || depth + 2 > DEPTH
            || self.following.borrow().contains(&first)
        {
            return None;
        }
        let mut holders: Vec<Id> = Vec::new();
        let mut values: Vec<(Id, Id)> = Vec::new();
        for &one in found {
            let definition = self.front.names.definitions[one];
            if definition.kind != DefinitionKind::Variable {
                return None;
            }
            let assignment = syntax.parent(definition.name)?;
            let holder = syntax.parent(assignment)?;
            if syntax.kind(assignment) != Kind::Assignment
                || !matches!(syntax.kind(holder), Kind::Then | Kind::Else)
                || holders.contains(&holder)
            {
                return None;
            }
            holders.push(holder);
            values.push((assignment, definition.value?));
        }
        let conditional = syntax.ancestors(holders[0]).find(|&up| {
            let span = syntax.span(up);
            holders.iter().all(|&holder| span.contains(syntax.span(holder)))
        })?;
        let is_condition =
            matches!(syntax.kind(conditional), Kind::If | Kind::Elsif | Kind::Unless | Kind::Case);
        // Each branch belongs to the condition itself or to one of its clauses.
        let belongs = |&holder: &Id| {
            let mut up = syntax.ancestors(holder).take_while(|&up| up != conditional);
            up.all(|up| matches!(syntax.kind(up), Kind::Elsif | Kind::When))
        };
        if !is_condition || !holders.iter().all(belongs) {
            return None;
        }
        let before = self.nodes.get();
        self.following.borrow_mut().push(first);
        let options = values.into_iter().map(|(assignment, value)| Alternative {
            guard: self.front.guards_around(assignment).into_iter().next().filter(|_| self.spend(4)),
            value: self.at(value, depth + 2),
        });
        let value = Value::Choice(options.collect());
        self.following.borrow_mut().pop();
        let used = before.saturating_sub(self.nodes.get());
        self.followed.set(self.followed.get().saturating_sub(used));
        Some(Term { span: syntax.span(id), value })
    }

    /// What the only call of a method in this file hands to one of its parameters.
    fn handed(&self, of: Id, index: usize, keyword: Option<&str>, default: Option<Id>) -> Option<Id> {
        let syntax = self.syntax;
        if !matches!(syntax.kind(of), Kind::Method | Kind::SingletonMethod) {
            return None;
        }
        let callers = self.callers.get_or_init(|| {
            let mut callers: HashMap<&str, Vec<Id>> = HashMap::new();
            for id in syntax.ids().filter(|&id| syntax.kind(id) == Kind::Call) {
                callers.entry(syntax.method(id)).or_default().push(id);
            }
            callers
        });
        let name = syntax.source(syntax.field(of, Field::Name)?);
        let call = if name == "initialize" {
            let class = syntax.class_name(syntax.enclosing_class(of));
            let own = class.rsplit("::").next().unwrap_or_default();
            let makes = |&&call: &&Id| {
                let receiver = syntax.receiver(call).map_or("", |receiver| syntax.source(receiver));
                receiver.rsplit("::").next() == Some(own)
            };
            let mut calls = callers.get("new")?.iter().filter(makes);
            calls.next().filter(|_| calls.next().is_none()).copied()?
        } else {
            let [call] = callers.get(name)?[..] else { return None };
            call
        };
        let arguments = syntax.arguments(call);
        let given = match keyword {
            Some(keyword) => {
                if arguments.iter().any(|&argument| syntax.kind(argument) == Kind::HashSplat) {
                    return None;
                }
                let pairs = arguments.iter().copied().filter(|&pair| syntax.kind(pair) == Kind::Pair);
                let named = |&pair: &Id| {
                    let key = syntax.field(pair, Field::Key).and_then(|key| syntax.literal(key));
                    key.is_some_and(|(key, _)| key == keyword)
                };
                { pairs }.find(named).and_then(|pair| syntax.field(pair, Field::Value))
            }
            None => {
                if arguments.iter().any(|&argument| syntax.kind(argument) == Kind::SplatArgument) {
                    return None;
                }
                arguments.get(index).copied().filter(|&argument| syntax.kind(argument) != Kind::Pair)
            }
        };
        given.or(default)
    }
}
