//! What a name stands for at a place: the assignments that reach it, parameters, members.

use std::collections::HashMap;

use super::super::names::{Event, Key};
use super::super::syntax::{Field, Id, Kind};
use super::Terms;
use crate::fact::Guard;
use crate::term::{Alternative, Entry, Term, Value};

/// Values that a name may have: one with more is not known.
const VALUES: usize = 8;

/// Calls of one name that are looked through for what a parameter is given.
const CALLS: usize = 32;

/// What a parameter stands for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Standing {
    /// The argument of the only call.
    Argument(Id),
    /// The default, which no call replaces.
    Default(Id),
    /// Not known.
    Unknown,
}

impl<'t> Terms<'_, 't> {
    /// The value under the node `value`, unless it is being worked out already.
    fn value_at(&self, value: Id) -> Option<Term> {
        if self.active.borrow().contains(&value) {
            return None;
        }
        self.active.borrow_mut().push(value);
        let term = self.term(value);
        self.active.borrow_mut().pop();
        Some(term)
    }

    /// What the name at the identifier `id` stands for; `None` where it is not known.
    pub(super) fn value_of_name(&self, key: Key<'t>, id: Id) -> Option<Term> {
        let tree = self.file.tree;
        let events = self.file.names.events(key);
        if let Some(path) = self.file.names.import(id)
            && !events.iter().any(|event| matches!(event, Event::Parameter { .. } | Event::Loop { .. }))
        {
            // Of a relative import the dots say nothing about the name.
            return Some(self.make(id, Value::Name(path.trim_start_matches('.').to_string())));
        }
        let entered = events.iter().rev().filter_map(|event| match event {
            Event::With { value } => Some(*value),
            _ => None,
        });
        let entered = entered.skip_while(|&value| value > id).take(VALUES).find(|&value| {
            let with = tree.ancestors(value).find(|&at| tree.kind(at) == Kind::With);
            with.is_some_and(|with| tree.within(id, with)) && !tree.within(id, value)
        });
        if let Some(value) = entered {
            return self.value_at(value);
        }
        match events {
            [Event::Assign { value, .. }] => self.extended(key, self.value_at(*value)?),
            [Event::With { value }] => self.value_at(*value),
            [Event::Function(function)] => Some(self.make(*function, Value::Function)),
            events if events.iter().all(|event| matches!(event, Event::Loop { .. })) => {
                let (iterable, index) = events.iter().rev().find_map(|event| match event {
                    Event::Loop { iterable, index } => {
                        let each = tree.parent(*iterable)?;
                        let own = tree.kind(each) == Kind::ForIn || tree.within(id, each);
                        own.then_some((*iterable, *index))
                    }
                    _ => None,
                })?;
                let elements = self.file.elements(iterable, index)?;
                if elements.is_empty() || elements.len() > VALUES {
                    return None;
                }
                self.choice(id, elements)
            }
            [Event::Parameter { at, index, default, function }] => {
                Some(self.parameter(id, *at, *index, *default, *function))
            }
            events => self.reaching(key, events, id),
        }
    }

    /// One of several values, none of which a condition chooses.
    fn choice(&self, id: Id, values: Vec<Id>) -> Option<Term> {
        let values = values.into_iter().map(|value| self.value_at(value)).collect::<Option<Vec<_>>>()?;
        Some(one_of(
            self.file.tree.span(id),
            values.into_iter().map(|value| Alternative { guard: None, value }).collect(),
        ))
    }

    /// What an attribute of an object or class of the file stands for.
    pub(super) fn value_of_member(&self, key: Key<'t>) -> Option<Term> {
        let events = self.file.names.events(key);
        if let [Event::Function(function)] = events {
            return (!self.lower.is_property(*function)).then(|| self.make(*function, Value::Function));
        }
        let values = events.iter().map(|event| match event {
            Event::Assign { value, .. } => Some(*value),
            _ => None,
        });
        let values = values.collect::<Option<Vec<Id>>>().filter(|values| values.len() <= VALUES)?;
        match values.as_slice() {
            [] => None,
            [only] => self.extended(key, self.value_at(*only)?),
            [first, ..] => self.choice(*first, values),
        }
    }

    /// A map with the keys that are given to it under its name.
    fn extended(&self, key: Key<'t>, mut term: Term) -> Option<Term> {
        let Value::Map(entries) = &mut term.value else { return Some(term) };
        let tree = self.file.tree;
        let keyed = self.keyed.get_or_init(|| {
            let mut keyed: HashMap<Key<'t>, Vec<(Id, Id)>> = HashMap::new();
            for id in tree.all().filter(|&id| tree.kind(id) == Kind::Assignment) {
                if let (Some(left), Some(right)) = (tree.get(id, Field::Left), tree.get(id, Field::Right))
                    && tree.kind(left) == Kind::Subscript
                    && let (Some(of), Some(at)) =
                        (tree.get(left, Field::Value), tree.get(left, Field::Subscript))
                    && tree.literal(at).is_some()
                    && let Some(key) = match tree.kind(of) {
                        Kind::Identifier => self.file.names.lookup(of),
                        Kind::Attribute => self.file.names.member(of),
                        _ => None,
                    }
                {
                    keyed.entry(key).or_default().push((at, right));
                }
            }
            keyed
        });
        for &(at, right) in keyed.get(&key).into_iter().flatten().take(64) {
            let Some(value) = self.value_at(right) else { continue };
            let text = self.key(at);
            let guards = self.lower.guards(right);
            let value = match nested(guards, value) {
                Alternative { guard: None, value } => value,
                conditional => {
                    let before = entries.iter().rev().find(|entry| entry.key == text);
                    let before = before.map(|entry| Alternative { guard: None, value: entry.value.clone() });
                    let options = before.into_iter().chain([conditional]).collect();
                    Term { span: tree.span(right), value: Value::Choice(options) }
                }
            };
            entries.push(Entry { key: text, key_span: tree.span(at), value });
        }
        Some(term)
    }

    /// The values that can reach the place `id` of a name that is assigned more than once.
    fn reaching(&self, key: Key<'t>, events: &[Event], id: Id) -> Option<Term> {
        if events.len() > 4 * VALUES {
            return None;
        }
        let tree = self.file.tree;
        let mut parameter = None;
        let mut assigned: Vec<(Id, Id)> = Vec::new();
        for event in events {
            match event {
                Event::Assign { at, value } => assigned.push((*at, *value)),
                Event::Parameter { at, index, default, function } if parameter.is_none() => {
                    parameter = Some((*at, *index, *default, *function));
                }
                _ => return None,
            }
        }
        assigned.sort_unstable();
        // In another scope the name has what it has in the end.
        let mut scope = self.file.names.scope(id);
        while scope != key.0
            && matches!(
                tree.kind(scope),
                Kind::ListComprehension | Kind::SetComprehension | Kind::DictComprehension | Kind::Generator
            )
        {
            scope = self.file.names.scope(scope);
        }
        let here = (scope == key.0).then_some(id);
        let around = |block: Id| match here {
            Some(id) => tree.within(id, block),
            None => {
                tree.within(key.0, block)
                    || (tree.kind(block) == Kind::Block && tree.parent(block) == Some(key.0))
            }
        };
        let mut kept: Vec<(Id, Id)> = Vec::new();
        let mut dominated = false;
        for &(at, value) in &assigned {
            if let Some(id) = here {
                if at >= id || tree.within(id, value) {
                    // What a loop assigns after the place comes to it in the next round.
                    let again = tree.ancestors(at).any(|outer| {
                        matches!(tree.kind(outer), Kind::For | Kind::While) && tree.within(id, outer)
                    });
                    if again && !tree.within(id, value) {
                        return None;
                    }
                    continue;
                }
                if self.on_other_branch(at, id) {
                    continue;
                }
            }
            let home = self.home(at)?;
            if around(home) {
                kept.clear();
                dominated = true;
            } else if self.file.leaves(home) && here.is_some() {
                continue;
            }
            kept.push((at, value));
        }
        if kept.len() > VALUES {
            return None;
        }
        let mut base = None;
        if dominated {
            let (_, value) = kept.remove(0);
            base = Some(self.value_at(value)?);
        } else if let Some((at, index, default, function)) = parameter {
            base = Some(self.parameter(id, at, index, default, function));
        }
        let complete = self.covered(&kept, &around);
        let mut options = Vec::new();
        for &(at, value) in &kept {
            let value = self.value_at(value)?;
            let guards = self.lower.conditions(at, around, false);
            options.push((guards.clone(), nested(guards, value)));
        }
        if let Some(base) = base.filter(|_| !complete) {
            let guard = match options.as_slice() {
                [(guards, _)] => match guards.as_slice() {
                    [only] => Some(Guard { holds: !only.holds, ..only.clone() }),
                    _ => None,
                },
                _ => None,
            };
            let guard = guard.filter(|_| !options.is_empty());
            options.insert(0, (Vec::new(), Alternative { guard, value: base }));
        }
        if options.is_empty() {
            return None;
        }
        let span = tree.span(id);
        Some(one_of(span, options.into_iter().map(|(_, option)| option).collect()))
    }

    /// The block in which a statement stands; what is inside `with` happens in the block around it.
    fn home(&self, id: Id) -> Option<Id> {
        let tree = self.file.tree;
        tree.ancestors(id).find(|&at| match tree.kind(at) {
            Kind::Module => true,
            Kind::Block => tree.parent(at).is_none_or(|parent| tree.kind(parent) != Kind::With),
            _ => false,
        })
    }

    /// Whether two places are in different branches of one condition.
    fn on_other_branch(&self, assigned: Id, id: Id) -> bool {
        let tree = self.file.tree;
        let mut child = assigned;
        for at in tree.ancestors(assigned) {
            if tree.kind(at) == Kind::If && tree.within(id, at) {
                let condition = tree.get(at, Field::Condition);
                return !tree.within(id, child) && condition.is_none_or(|part| !tree.within(assigned, part));
            }
            if matches!(tree.kind(at), Kind::Function | Kind::Module) {
                return false;
            }
            child = at;
        }
        false
    }

    /// Whether one of the assignments happens on every way through a condition or an attempt.
    fn covered(&self, assigned: &[(Id, Id)], around: &impl Fn(Id) -> bool) -> bool {
        let tree = self.file.tree;
        let homes: Vec<Id> = assigned.iter().filter_map(|&(at, _)| self.home(at)).collect();
        let Some(&first) = homes.first() else { return false };
        let statement = tree.ancestors(first).take_while(|&at| !around(at)).last();
        let Some(statement) = statement else { return false };
        let done = |block: Id| homes.contains(&block) || self.file.leaves(block);
        let block_of = |clause: Id| {
            let body = tree.get(clause, Field::Consequence).or_else(|| tree.get(clause, Field::Body));
            body.or_else(|| tree.children(clause).find(|&part| tree.kind(part) == Kind::Block))
        };
        match tree.kind(statement) {
            Kind::If => {
                let clauses: Vec<Id> =
                    tree.parts(statement).filter(|&part| tree.field(part) == Field::Alternative).collect();
                clauses.iter().any(|&clause| tree.kind(clause) == Kind::Else)
                    && std::iter::once(statement)
                        .chain(clauses)
                        .all(|clause| block_of(clause).is_some_and(done))
            }
            Kind::Try => {
                let handlers = tree.children(statement).filter(|&part| tree.kind(part) == Kind::Except);
                let otherwise = tree.children(statement).filter(|&part| tree.kind(part) == Kind::Else);
                let tried = tree.get(statement, Field::Body).into_iter();
                let tried = tried.chain(otherwise.filter_map(block_of)).any(done);
                tried && handlers.map(block_of).all(|block| block.is_some_and(done))
            }
            _ => false,
        }
    }

    /// What a parameter stands for.
    fn parameter(&self, id: Id, at: Id, index: usize, default: Option<Id>, function: Id) -> Term {
        let tree = self.file.tree;
        let name = tree.text(at);
        let known = self.standings.borrow().get(&(function, index)).copied();
        let standing = known.unwrap_or_else(|| {
            let standing = self.standing(name, index, default, function);
            self.standings.borrow_mut().insert((function, index), standing);
            standing
        });
        let value = match standing {
            Standing::Argument(value) | Standing::Default(value) => self.value_at(value),
            Standing::Unknown => None,
        };
        value.unwrap_or_else(|| self.make(id, Value::Parameter(name.to_string())))
    }

    fn standing(&self, name: &str, index: usize, default: Option<Id>, function: Id) -> Standing {
        let tree = self.file.tree;
        let Some(calls) = self.calls_of(function) else { return Standing::Unknown };
        let mut passed = Vec::new();
        for &call in &calls {
            let arguments = tree.arguments(call);
            // A function that calls itself goes on with something else.
            if !arguments.splats.is_empty() || tree.within(call, function) {
                return Standing::Unknown;
            }
            passed.extend(arguments.get(index, name));
        }
        match (passed.as_slice(), default) {
            (&[only], _) if calls.len() == 1 => Standing::Argument(only),
            // `None` says that a value is to come.
            ([], Some(default)) if tree.kind(default) != Kind::None => Standing::Default(default),
            _ => Standing::Unknown,
        }
    }

    /// The calls of a function in this file; `None` where they cannot be told from others.
    fn calls_of(&self, function: Id) -> Option<Vec<Id>> {
        let tree = self.file.tree;
        let names = self.file.names;
        if tree.kind(function) != Kind::Function {
            return None;
        }
        let mut name = tree.text(tree.get(function, Field::Name)?);
        let class = names.class_of(function);
        let constructor = class.filter(|_| name == "__init__");
        if let Some(class) = constructor {
            name = tree.text(tree.get(class, Field::Name)?);
        }
        let by_name = self.calls.get_or_init(|| {
            let mut calls: HashMap<&'t str, Vec<Id>> = HashMap::new();
            for id in tree.all().filter(|&id| tree.kind(id) == Kind::Call) {
                let Some(called) = tree.get(id, Field::Function) else { continue };
                let last = match tree.kind(called) {
                    Kind::Identifier => called,
                    Kind::Attribute => match tree.get(called, Field::Attribute) {
                        Some(last) => last,
                        None => continue,
                    },
                    _ => continue,
                };
                calls.entry(tree.text(last)).or_default().push(id);
            }
            calls
        });
        let named = by_name.get(name).map_or(&[][..], Vec::as_slice);
        if named.len() > CALLS {
            return None;
        }
        let mut calls = Vec::new();
        for &call in named {
            let called = tree.get(call, Field::Function)?;
            match (tree.kind(called), class, constructor) {
                (Kind::Identifier, _, Some(class)) => {
                    let own = |event: &Event| matches!(event, Event::Class(one) if *one == class);
                    if names.events_of(called).iter().any(own) {
                        calls.push(call);
                    }
                }
                (Kind::Identifier, None, _) => {
                    let own = |event: &Event| matches!(event, Event::Function(one) if *one == function);
                    if names.events_of(called).iter().any(own) {
                        calls.push(call);
                    }
                }
                (Kind::Attribute, Some(class), None) => match names.member(called) {
                    Some(key) if key.0 == class => calls.push(call),
                    Some(_) => {}
                    // It may be a call of this method.
                    None => return None,
                },
                _ => {}
            }
        }
        Some(calls)
    }
}

/// The only value, or one of several.
fn one_of(span: crate::span::Span, mut options: Vec<Alternative>) -> Term {
    match options.as_slice() {
        [Alternative { guard: None, .. }] => options.remove(0).value,
        _ => Term { span, value: Value::Choice(options) },
    }
}

/// A value under several conditions, innermost first.
fn nested(guards: Vec<Guard>, value: Term) -> Alternative {
    let mut option = Alternative { guard: None, value };
    for guard in guards {
        if option.guard.is_some() {
            let span = option.value.span;
            option = Alternative { guard: None, value: Term { span, value: Value::Choice(vec![option]) } };
        }
        option.guard = Some(guard);
    }
    option
}
