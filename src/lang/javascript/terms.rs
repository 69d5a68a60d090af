//! What expressions are: values, calls and settings, for [`crate::term`].
//!
//! Names stand for their values as far as the file tells. [`calls`] says which function a call calls,
//! [`settings`] which assignments are facts, [`guards`] under which conditions.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::HashMap;

use super::File;
use super::access::At;
use super::ast::{Field, Id, Kind, unescape};
use super::lower::tells;
use super::names::{DeclId, Given, How, Root, Step, member_key, required_module};
use super::table;
use crate::expr::{Expr, Question};
use crate::fact::{Guard, ReadKind};
use crate::span::Span;
use crate::term::{Alternative, Argument, Entry, Invocation, Term, Value};

mod calls;
mod guards;
mod settings;

use calls::Path;

/// How deep values inside each other are followed.
const DEPTH: usize = 40;
/// How many values one term has at most.
const NODES: usize = 2_000;
/// How many names are followed one after the other.
const NAMES: usize = 12;
/// How many values a name can have.
const ALTERNATIVES: usize = 6;
/// How many keys are added to an object that is known.
const KEYS: usize = 32;
/// How many entries of a table are the values that a computed key can give.
const TABLE: usize = 8;

/// The terms of one file in the making.
struct Terms<'f, 't, 'r> {
    file: &'f File<'t, 'r>,
    /// Rows that are variables, by access; `None` where a row is several variables in turn.
    env_rows: HashMap<Id, Option<usize>>,
    /// Names that are variables, by access.
    env_decls: HashMap<DeclId, usize>,
    /// What is around each row.
    around: Vec<Around>,
    /// Names of the definitions around a definition, and its own.
    scopes: RefCell<HashMap<Id, String>>,
    /// What names mean.
    resolved: RefCell<HashMap<Id, Option<DeclId>>>,
    /// Conditions that the row above puts on a row.
    guards: RefCell<HashMap<Id, Option<Guard>>>,
    /// Blocks that are left early: the statement and its condition.
    exits: HashMap<Id, Vec<(Id, Id)>>,
    /// Calls of the functions of the file.
    calls: OnceCell<HashMap<Id, Vec<Id>>>,
    /// Functions that can be called from places that are not known.
    escaping: RefCell<HashMap<Id, bool>>,
    paths: RefCell<HashMap<DeclId, Option<Path>>>,
    /// Keys that names are given after they are made, with their values, in order of place.
    added: OnceCell<HashMap<DeclId, Vec<(String, Id)>>>,
    /// Values that the term in the making can still have.
    nodes: Cell<usize>,
    /// Values that names can still stand for, in the whole file.
    fuel: Cell<usize>,
    /// Names and properties that are being followed.
    active: RefCell<Vec<Active>>,
}

/// The rows around a row that matter, so that nothing climbs through a deep tree for every call.
#[derive(Clone, Copy)]
struct Around {
    /// The row itself or the nearest one above on which the row above it may put a condition.
    condition: Option<Id>,
    /// The nearest function or class above.
    definition: Option<Id>,
}

#[derive(Clone, Copy, PartialEq)]
enum Active {
    Decl(DeclId),
    Row(Id),
}

impl File<'_, '_> {
    /// Finds the calls and settings that the vocabulary knows.
    pub fn emit_structure(&mut self) {
        let terms = Terms::new(self);
        let (invocations, settings) = (terms.invocations(), terms.settings());
        self.facts.invocations = invocations;
        self.facts.settings = settings;
    }
}

impl<'f, 't, 'r> Terms<'f, 't, 'r> {
    fn new(file: &'f File<'t, 'r>) -> Self {
        let exits = guards::exits(&file.ast);
        let mut terms = Terms {
            file,
            around: guards::around(&file.ast, &exits),
            scopes: RefCell::default(),
            resolved: RefCell::default(),
            env_rows: HashMap::new(),
            env_decls: HashMap::new(),
            guards: RefCell::default(),
            exits,
            calls: OnceCell::new(),
            escaping: RefCell::default(),
            paths: RefCell::default(),
            added: OnceCell::new(),
            nodes: Cell::new(0),
            fuel: Cell::new(50_000 + 4 * file.ast.len()),
            active: RefCell::default(),
        };
        for (at, access) in file.accesses.iter().enumerate() {
            // A settings object is asked by names of its own.
            let of_settings =
                matches!(access.api.rsplit('.').next(), Some("get" | "getOrThrow" | "getOrFail"))
                    && !table::READERS.iter().any(|reader| reader.callee == access.api);
            if of_settings || !matches!(access.kind, ReadKind::Value | ReadKind::Schema) {
                continue;
            }
            match access.at {
                At::Row(row) => {
                    terms.env_rows.entry(row).and_modify(|known| *known = None).or_insert(Some(at));
                }
                At::Decl(decl) => {
                    terms.env_decls.insert(decl, at);
                }
                At::Declared(..) => {
                    for &row in file.carried.get(&at).into_iter().flatten() {
                        terms.env_rows.insert(row, Some(at));
                    }
                    for &decl in file.carried_decls.get(&at).into_iter().flatten() {
                        terms.env_decls.insert(decl, at);
                    }
                }
                At::Within(_) => {}
            }
        }
        terms
    }

    /// The term at a row, with a limit of its own.
    fn whole(&self, id: Id) -> Term {
        self.nodes.set(NODES);
        self.term(id, 0)
    }

    /// What is inside of parentheses, casts and `await`; of `(0, f)` the last.
    fn core(&self, mut id: Id) -> Id {
        let ast = &self.file.ast;
        loop {
            id = ast.bare(id);
            let inner = match ast.kind(id) {
                Kind::Await => ast.first(id),
                Kind::Sequence => ast.children(id).last(),
                _ => None,
            };
            match inner {
                Some(inner) => id = inner,
                None => return id,
            }
        }
    }

    /// The declaration that a name means.
    fn resolve(&self, id: Id) -> Option<DeclId> {
        if let Some(&known) = self.resolved.borrow().get(&id) {
            return known;
        }
        let found = self.file.names.resolve(&self.file.ast, id);
        self.resolved.borrow_mut().insert(id, found);
        found
    }

    /// Names of the definitions around a row, outermost first.
    fn scope(&self, id: Id) -> String {
        let Some(definition) = self.around[id].definition else { return String::new() };
        if let Some(known) = self.scopes.borrow().get(&definition) {
            return known.clone();
        }
        let scope = self.file.scope(id);
        self.scopes.borrow_mut().insert(definition, scope.clone());
        scope
    }

    /// The innermost function around a row.
    fn function_around(&self, id: Id) -> Option<Id> {
        let mut around = self.around[id].definition;
        while let Some(at) = around.filter(|&at| !self.file.ast.is_function(at)) {
            around = self.around[at].definition;
        }
        around
    }

    /// The term at a row.
    fn term(&self, id: Id, depth: usize) -> Term {
        let ast = &self.file.ast;
        let id = self.core(id);
        let span = ast.span(id);
        let known = |value| Term { span, value };
        if depth > DEPTH || !self.spend() {
            return known(Value::Other);
        }
        if let Some(access) = self.env_rows.get(&id) {
            return access.map_or(known(Value::Other), |access| self.variable(access, span, depth));
        }
        match ast.kind(id) {
            Kind::Str => known(ast.string(id).map_or(Value::Other, |(text, _)| Value::Text(text))),
            Kind::Template => self.template(id, depth),
            Kind::Number => known(Value::Number(ast.text(id).to_string())),
            Kind::Regex => known(Value::Text(ast.text(id).to_string())),
            Kind::True => known(Value::Bool(true)),
            Kind::False => known(Value::Bool(false)),
            Kind::Null | Kind::Undefined => known(Value::Nil),
            Kind::This => known(Value::Name("this".to_string())),
            Kind::MetaProperty => known(Value::Name(ast.text(id).to_string())),
            Kind::Identifier | Kind::Shorthand => self.name(id, depth),
            Kind::Member | Kind::Subscript => self.member(id, depth),
            Kind::Object => known(Value::Map(self.entries(id, depth))),
            Kind::Array => known(Value::List(self.items(id, depth))),
            Kind::Arrow | Kind::FunctionExpression | Kind::FunctionDeclaration | Kind::Method => {
                known(Value::Function)
            }
            Kind::Unary => known(self.unary(id)),
            Kind::Binary => self.binary(id, depth),
            Kind::Ternary => self.ternary(id, depth),
            Kind::Call | Kind::New => self.call(id, depth),
            Kind::Assignment => match ast.field(id, Field::Right) {
                Some(right) => self.term(right, depth + 1),
                None => known(Value::Other),
            },
            _ => known(Value::Other),
        }
    }

    fn spend(&self) -> bool {
        if !self.active.borrow().is_empty() {
            let fuel = self.fuel.get();
            self.fuel.set(fuel.saturating_sub(1));
            if fuel == 0 {
                return false;
            }
        }
        let left = self.nodes.get();
        self.nodes.set(left.saturating_sub(1));
        left > 0
    }

    /// Follows a name or a property, unless that goes in a circle.
    fn follow(&self, what: Active, value: impl FnOnce() -> Option<Term>) -> Option<Term> {
        {
            let mut active = self.active.borrow_mut();
            if self.fuel.get() == 0 || active.len() >= NAMES || active.contains(&what) {
                return None;
            }
            active.push(what);
        }
        let found = value();
        self.active.borrow_mut().pop();
        found.filter(|found| found.value != Value::Other)
    }

    fn variable(&self, access: usize, span: Span, depth: usize) -> Term {
        let access = &self.file.accesses[access];
        let default = access.default.map(|default| Box::new(self.term(default, depth + 1)));
        Term { span, value: Value::Env { name: access.name.clone(), default, required: access.required } }
    }

    fn template(&self, id: Id, depth: usize) -> Term {
        let ast = &self.file.ast;
        let span = ast.span(id);
        if let Some((text, _)) = ast.string(id) {
            return Term { span, value: Value::Text(text) };
        }
        let mut pieces = Vec::new();
        // The grammars have no rows for all of the text between: the gaps are the text.
        let mut at = span.start + 1;
        let text_between = |from: usize, to: usize, pieces: &mut Vec<Term>| {
            if let Some(text) = ast.text.get(from..to).filter(|text| !text.is_empty()) {
                pieces.push(Term { span: Span::new(from, to), value: Value::Text(unescape(text)) });
            }
        };
        for child in ast.children(id).filter(|&child| ast.kind(child) == Kind::Substitution) {
            let place = ast.span(child);
            text_between(at, place.start, &mut pieces);
            pieces.push(match ast.first(child) {
                Some(inner) => self.term(inner, depth + 1),
                None => Term { span: place, value: Value::Other },
            });
            at = place.end;
        }
        text_between(at, span.end.saturating_sub(1), &mut pieces);
        joined(span, pieces)
    }

    fn unary(&self, id: Id) -> Value {
        let ast = &self.file.ast;
        let argument = ast.field(id, Field::Argument).map(|argument| self.core(argument));
        let Some(argument) = argument else { return Value::Other };
        match (ast.operator(id), ast.kind(argument)) {
            ("void", _) => Value::Nil,
            ("-", Kind::Number) => Value::Number(format!("-{}", ast.text(argument))),
            ("+", Kind::Number) => Value::Number(ast.text(argument).to_string()),
            ("!", Kind::True) => Value::Bool(false),
            ("!", Kind::False) => Value::Bool(true),
            // Minifiers write `!0` for `true`.
            ("!", Kind::Number) => Value::Bool(ast.text(argument) == "0"),
            ("!", _) => self.truth(id),
            _ => Value::Other,
        }
    }

    /// A condition as a value: `true` where it holds, else `false`. Only where the environment decides,
    /// as nothing is known of others.
    fn truth(&self, id: Id) -> Value {
        let span = self.file.ast.span(id);
        let expr = self.file.lower(id);
        if !tells(&expr) {
            return Value::Other;
        }
        let option = |holds: bool| Alternative {
            guard: Some(Guard { expr: expr.clone(), span, holds }),
            value: Term { span, value: Value::Bool(holds) },
        };
        Value::Choice(vec![option(true), option(false)])
    }

    /// The condition that an operand is true (`||`, `&&`), or that it is something (`??`).
    fn condition(&self, id: Id, operator: &str, holds: bool) -> Option<Guard> {
        let id = self.file.ast.bare(id);
        let expr = self.file.lower(id);
        let span = self.file.ast.span(id);
        Some(match operator {
            "??" => {
                let expr = Expr::Ask { question: Question::Nil, subject: Box::new(expr), safe: false };
                Guard { expr, span, holds: !holds }
            }
            _ => Guard { expr, span, holds },
        })
    }

    fn binary(&self, id: Id, depth: usize) -> Term {
        let ast = &self.file.ast;
        let span = ast.span(id);
        let other = Term { span, value: Value::Other };
        let operator = ast.operator(id);
        let (Some(left), Some(right)) = (ast.field(id, Field::Left), ast.field(id, Field::Right)) else {
            return other;
        };
        match operator {
            "+" => self.sum(id, depth),
            "&&" => {
                let value = self.term(right, depth + 1);
                let no = Term { span: ast.span(left), value: Value::Bool(false) };
                let options = vec![
                    Alternative { guard: self.condition(left, operator, true), value },
                    Alternative { guard: self.condition(left, operator, false), value: no },
                ];
                Term { span, value: Value::Choice(options) }
            }
            "||" | "??" => {
                let (first, second) = (self.term(left, depth + 1), self.term(right, depth + 1));
                if let Value::Env { name, default, required } = first.value {
                    let default = Some(Box::new(match default {
                        Some(before) => or_else(*before, second),
                        None => second,
                    }));
                    return Term { span, value: Value::Env { name, default, required } };
                }
                let options = vec![
                    Alternative { guard: self.condition(left, operator, true), value: first },
                    Alternative { guard: self.condition(left, operator, false), value: second },
                ];
                Term { span, value: Value::Choice(options) }
            }
            "==" | "===" | "!=" | "!==" | "in" => Term { span, value: self.truth(id) },
            _ => other,
        }
    }

    /// `a + b + c`, where that is a text.
    fn sum(&self, id: Id, depth: usize) -> Term {
        let ast = &self.file.ast;
        let span = ast.span(id);
        let mut rows = Vec::new();
        let mut at = id;
        while ast.kind(at) == Kind::Binary && ast.operator(at) == "+" && rows.len() < NODES {
            let (Some(left), Some(right)) = (ast.field(at, Field::Left), ast.field(at, Field::Right)) else {
                break;
            };
            rows.push(right);
            at = self.core(left);
        }
        rows.push(at);
        let pieces: Vec<Term> = rows.into_iter().rev().map(|row| self.term(row, depth + 1)).collect();
        let is_text = |piece: &Term| match &piece.value {
            Value::Text(_) | Value::Joined(_) | Value::Env { .. } => true,
            Value::Name(name) => matches!(name.as_str(), "__dirname" | "__filename"),
            _ => false,
        };
        match pieces.iter().any(is_text) {
            true => joined(span, pieces),
            false => Term { span, value: Value::Other },
        }
    }

    fn ternary(&self, id: Id, depth: usize) -> Term {
        let ast = &self.file.ast;
        let span = ast.span(id);
        let field = |name: Field| ast.field(id, name);
        let (Some(condition), Some(then), Some(otherwise)) =
            (field(Field::Condition), field(Field::Consequence), field(Field::Alternative))
        else {
            return Term { span, value: Value::Other };
        };
        let options = [(then, true), (otherwise, false)].map(|(branch, holds)| Alternative {
            guard: self.condition(condition, "?", holds),
            value: self.term(branch, depth + 1),
        });
        Term { span, value: Value::Choice(options.into()) }
    }

    fn items(&self, array: Id, depth: usize) -> Vec<Term> {
        let ast = &self.file.ast;
        let mut items = Vec::new();
        for item in ast.children(array) {
            if self.nodes.get() == 0 {
                break;
            }
            if ast.kind(item) != Kind::Spread {
                items.push(self.term(item, depth + 1));
                continue;
            }
            match ast.first(item).map(|inner| self.term(inner, depth + 1).value) {
                Some(Value::List(inner)) => items.extend(inner),
                _ => items.push(Term { span: ast.span(item), value: Value::Other }),
            }
        }
        items
    }

    fn entries(&self, object: Id, depth: usize) -> Vec<Entry> {
        let ast = &self.file.ast;
        let mut entries = Vec::new();
        for row in ast.children(object) {
            if self.nodes.get() == 0 {
                break;
            }
            let (key, value) = match ast.kind(row) {
                Kind::Pair => (ast.field(row, Field::Key), ast.field(row, Field::Value)),
                Kind::Method => (ast.field(row, Field::Name), Some(row)),
                Kind::Shorthand => (Some(row), Some(row)),
                Kind::Spread => {
                    let Some(inner) = ast.first(row) else { continue };
                    let dots = Span::new(ast.span(row).start, ast.span(inner).start);
                    let value = self.term(inner, depth + 1);
                    entries.push(Entry { key: "...".to_string(), key_span: dots, value });
                    continue;
                }
                _ => continue,
            };
            let (Some(key), Some(value)) = (key, value) else { continue };
            let key_span = ast.span(key);
            let key = self.key(key, depth);
            let value = self.term(value, depth + 1);
            entries.push(Entry { key, key_span, value });
        }
        entries
    }

    /// A key's text; empty where it is computed and not known.
    fn key(&self, key: Id, depth: usize) -> String {
        let ast = &self.file.ast;
        if let Some((text, _)) = ast.key(key) {
            return text;
        }
        let inner = if ast.kind(key) == Kind::Computed { ast.first(key) } else { None };
        inner.and_then(|inner| self.term(inner, depth + 1).scalar().map(str::to_string)).unwrap_or_default()
    }

    fn name(&self, id: Id, depth: usize) -> Term {
        let (_file, ast) = (self.file, &self.file.ast);
        let (span, text) = (ast.span(id), ast.text(id));
        if text == "undefined" {
            return Term { span, value: Value::Nil };
        }
        match self.resolve(id) {
            None => Term { span, value: Value::Name(text.to_string()) },
            Some(decl) => self.decl(decl, span, depth),
        }
    }

    /// What a name that stands at `span` stands for.
    fn decl(&self, decl: DeclId, span: Span, depth: usize) -> Term {
        if let Some(&access) = self.env_decls.get(&decl) {
            return self.variable(access, self.file.accesses[access].span, depth);
        }
        let declared = &self.file.names.decls[decl];
        let name = declared.name.to_string();
        match &declared.how {
            How::Function(function) => Term { span: self.file.ast.span(*function), value: Value::Function },
            How::Variable => {
                if let Some(found) = self.follow(Active::Decl(decl), || self.variable_value(decl, depth)) {
                    return found;
                }
                let path = self.decl_path(decl, depth).map(|path| path.dotted());
                Term { span, value: Value::Name(path.unwrap_or(name)) }
            }
            How::Parameter { .. } => self
                .follow(Active::Decl(decl), || self.parameter_value(decl, depth))
                .unwrap_or(Term { span, value: Value::Parameter(name) }),
            How::Import { .. } => {
                let path = self.decl_path(decl, depth).map(|path| path.dotted());
                Term { span, value: Value::Name(path.unwrap_or(name)) }
            }
            How::Class(_) | How::Enum(_) | How::Loop { .. } | How::Other => {
                Term { span, value: Value::Name(name) }
            }
        }
    }

    fn variable_value(&self, decl: DeclId, depth: usize) -> Option<Term> {
        let declared = &self.file.names.decls[decl];
        if declared.unsure {
            return None;
        }
        match declared.given.as_slice() {
            [] => None,
            [one] => {
                let mut value = self.given(one, declared.default, depth)?;
                if let Value::Map(entries) = &mut value.value
                    && self.is_object(one)
                {
                    self.add_keys(decl, entries, depth);
                }
                Some(value)
            }
            several if several.len() <= ALTERNATIVES => {
                let options: Vec<Alternative> = several
                    .iter()
                    .map(|given| {
                        let value = self.given(given, declared.default, depth)?;
                        Some(Alternative { guard: self.guards_of(given.node).into_iter().next(), value })
                    })
                    .collect::<Option<_>>()?;
                let span = self.file.ast.span(declared.node);
                Some(Term { span, value: Value::Choice(options) })
            }
            _ => None,
        }
    }

    /// Whether a name is given an object that is written there.
    fn is_object(&self, given: &Given) -> bool {
        given.steps.is_empty() && self.file.ast.kind(self.core(given.node)) == Kind::Object
    }

    /// The keys that a name is given after it is made: `const options = {}; options.ssl = true`.
    fn added(&self, decl: DeclId) -> &[(String, Id)] {
        let added = self.added.get_or_init(|| {
            let mut added: HashMap<DeclId, Vec<(String, Id)>> = HashMap::new();
            for ((root, way), values) in &self.file.names.properties {
                if let Root::Decl(decl) = root
                    && !way.contains('.')
                {
                    let values = values.iter().map(|&value| (way.clone(), value));
                    added.entry(*decl).or_default().extend(values);
                }
            }
            added.values_mut().for_each(|keys| keys.sort_by_key(|&(_, value)| value));
            added
        });
        added.get(&decl).map_or(&[], Vec::as_slice)
    }

    fn add_keys(&self, decl: DeclId, entries: &mut Vec<Entry>, depth: usize) {
        let ast = &self.file.ast;
        let added = self.added(decl);
        if added.is_empty() || added.len() > KEYS {
            return;
        }
        let made = self.file.names.decls[decl].node;
        let around: Vec<Span> = self.guards_of(made).iter().map(|guard| guard.span).collect();
        for (key, value) in added {
            let assignment = ast.ancestors(*value).find(|&up| !matches!(ast.kind(up), Kind::Parenthesized));
            let left = assignment.and_then(|at| ast.field(at, Field::Left));
            let Some((_, key_span)) = left.and_then(|left| member_key(ast, ast.bare(left))) else { continue };
            let guard = self.guards_of(*value).into_iter().find(|guard| !around.contains(&guard.span));
            let elsewhere = self.function_around(*value) != self.function_around(made);
            let mut value = self.term(*value, depth + 1);
            if guard.is_some() || elsewhere {
                let before = entries.iter().rev().find(|entry| entry.key == *key);
                let nothing = || Term { span: value.span, value: Value::Nil };
                let before = before.map_or_else(nothing, |entry| entry.value.clone());
                let not = guard.clone().map(|guard| Guard { holds: !guard.holds, ..guard });
                let span = value.span;
                let options = vec![Alternative { guard, value }, Alternative { guard: not, value: before }];
                value = Term { span, value: Value::Choice(options) };
            }
            entries.retain(|entry| entry.key != *key);
            entries.push(Entry { key: key.clone(), key_span, value });
        }
    }

    /// What a name is given, with the way into it and what stands in for a missing part.
    fn given(&self, given: &Given, default: Option<Id>, depth: usize) -> Option<Term> {
        let value = self.term(given.node, depth + 1);
        if given.steps.is_empty() {
            return Some(value);
        }
        let found = given.steps.iter().try_fold(value, |value, step| match step {
            Step::Key(key) => self.part(value, key),
            Step::Index(index) => match value.value {
                Value::List(items) => items.into_iter().nth(*index),
                _ => None,
            },
            Step::Rest => None,
        });
        let Some(default) = default else { return found };
        let default = self.term(default, depth + 1);
        Some(match found {
            None => default,
            Some(found) if matches!(found.value, Value::Name(_) | Value::Call(_) | Value::Other) => {
                let span = default.span;
                let options = [found, default].map(|value| Alternative { guard: None, value });
                Term { span, value: Value::Choice(options.into()) }
            }
            Some(found) => found,
        })
    }

    /// The part of a value under a key. What a call gives, and what is in it, is asked like a method.
    fn part(&self, term: Term, key: &str) -> Option<Term> {
        let span = term.span;
        let value = match term.value {
            Value::Map(entries) => {
                let open = entries.iter().any(|entry| matches!(entry.key.as_str(), "..." | ""));
                return match entries.into_iter().rev().find(|entry| entry.key == key) {
                    Some(entry) => Some(entry.value),
                    None if open => Some(Term { span, value: Value::Other }),
                    None => None,
                };
            }
            Value::Name(name) | Value::Parameter(name) => Value::Name(format!("{name}.{key}")),
            Value::Call(_) | Value::Env { .. } => Value::Call(Box::new(Invocation {
                callee: format!(".{key}"),
                receiver: Some(term),
                arguments: Vec::new(),
                span,
                name_span: span,
                scope: String::new(),
                guards: Vec::new(),
                bound: None,
                body: None,
            })),
            Value::Choice(options) => {
                let options = options.into_iter().filter_map(|option| {
                    let value = self.part(option.value, key)?;
                    Some(Alternative { guard: option.guard, value })
                });
                let options: Vec<Alternative> = options.collect();
                if options.is_empty() {
                    return None;
                }
                Value::Choice(options)
            }
            _ => return None,
        };
        Some(Term { span, value })
    }

    /// The argument that a parameter stands for, or its default.
    fn parameter_value(&self, decl: DeclId, depth: usize) -> Option<Term> {
        let ast = &self.file.ast;
        let declared = &self.file.names.decls[decl];
        let How::Parameter { function, index, steps } = &declared.how else { return None };
        // It is given something else later.
        let is_default = |given: &Given| {
            ast.parent(given.node)
                .is_some_and(|up| matches!(ast.kind(up), Kind::Parameter | Kind::AssignmentPattern))
        };
        if declared.unsure || !declared.given.iter().all(is_default) {
            return None;
        }
        match self.argument(*function, *index) {
            Passed::Known(argument) => {
                let given = Given { node: argument, steps: steps.clone() };
                self.given(&given, declared.default, depth)
            }
            Passed::Never => match declared.given.first() {
                Some(default) => self.given(default, declared.default, depth),
                None => declared.default.map(|default| self.term(default, depth + 1)),
            },
            Passed::Unknown => None,
        }
    }

    fn member(&self, id: Id, depth: usize) -> Term {
        let (file, ast) = (self.file, &self.file.ast);
        let span = ast.span(id);
        let other = Term { span, value: Value::Other };
        let Some(object) = ast.field(id, Field::Object) else { return other };
        let Some((key, key_span)) = member_key(ast, id) else {
            return self.row_of_table(id, object, depth).unwrap_or(other);
        };
        let owned = match self.is_added(ast.bare(object), &key) {
            true => None,
            false => file
                .property_value(id)
                .filter(|_| self.owns(id))
                .or_else(|| file.names.own_key(ast, ast.bare(object), &key)),
        };
        if let Some(value) = owned
            && let Some(found) = self.follow(Active::Row(value), || Some(self.term(value, depth + 1)))
        {
            return found;
        }
        if let Some(path) = self.path(id, depth) {
            return Term { span, value: Value::Name(path.dotted()) };
        }
        let object = self.term(object, depth + 1);
        match self.part(object, &key) {
            Some(Term { value: Value::Call(mut call), .. }) if call.arguments.is_empty() => {
                if call.callee.strip_prefix('.') == Some(&key) && call.name_span == call.span {
                    (call.span, call.name_span) = (span, key_span);
                }
                Term { span: call.span, value: Value::Call(call) }
            }
            Some(Term { value: value @ Value::Name(_), .. }) => Term { span, value },
            Some(found) if found.value != Value::Other => found,
            _ => other,
        }
    }

    /// Whether a key is one of those that an object is given after it is made.
    fn is_added(&self, object: Id, key: &str) -> bool {
        let names = &self.file.names;
        self.resolve(object).is_some_and(|decl| {
            self.added(decl).iter().any(|(added, _)| added == key)
                && names.single(decl).is_some_and(|given| self.is_object(given))
        })
    }

    /// Whether the object of a property is made in this file, so that what the file gives the property
    /// is all that it has.
    fn owns(&self, id: Id) -> bool {
        match self.file.names.property_way(&self.file.ast, id) {
            Some((Root::Class(_), _)) => true,
            Some((Root::Decl(decl), _)) => {
                matches!(self.file.names.decls[decl].how, How::Variable | How::Enum(_) | How::Function(_))
                    && self.decl_path(decl, 0).is_none_or(|path| !path.module)
            }
            None => false,
        }
    }

    /// `list[0]`, and `table[key]` with a key that is not written there. Where it is not known at all,
    /// each row of the table may be it.
    fn row_of_table(&self, id: Id, object: Id, depth: usize) -> Option<Term> {
        let ast = &self.file.ast;
        let index = ast.field(id, Field::Index)?;
        let key = self.term(index, depth + 1);
        let object = self.term(object, depth + 1);
        let entries = match (object.value, key.scalar()) {
            (Value::List(items), Some(key)) => return items.into_iter().nth(key.parse().ok()?),
            (value @ Value::Map(_), Some(key)) => {
                return self.part(Term { span: object.span, value }, key);
            }
            (Value::Map(entries), None) => entries,
            _ => return None,
        };
        let known = |entry: &Entry| !matches!(entry.key.as_str(), "" | "...");
        if entries.is_empty() || entries.len() > TABLE || !entries.iter().all(known) {
            return None;
        }
        let index = ast.bare(index);
        let (subject, span) = (self.file.lower(index), ast.span(index));
        let options = entries.into_iter().map(|entry| {
            let key = Box::new(Expr::Text(entry.key));
            let expr = Expr::Equal(Box::new(subject.clone()), key);
            Alternative { guard: Some(Guard { expr, span, holds: true }), value: entry.value }
        });
        Some(Term { span: ast.span(id), value: Value::Choice(options.collect()) })
    }

    fn call(&self, id: Id, depth: usize) -> Term {
        let ast = &self.file.ast;
        let span = ast.span(id);
        if let Some(module) = required_module(ast, id) {
            return Term { span, value: Value::Name(Path::of_module(&module).dotted()) };
        }
        let callee = ast.callee(id).map(|callee| self.core(callee));
        // These give back what they are given.
        if let Some(callee) = callee
            && matches!(ast.text(callee), "Object.freeze" | "Object.seal")
            && let Some(&first) = ast.arguments(id).first()
        {
            return self.term(first, depth + 1);
        }
        if let Some(value) = callee.and_then(|callee| self.given_back(id, callee))
            && let Some(found) = self.follow(Active::Row(value), || Some(self.term(value, depth + 1)))
        {
            return found;
        }
        let value = match self.invocation(id, depth) {
            Some(call) => Value::Call(Box::new(call)),
            None => Value::Other,
        };
        Term { span, value }
    }

    /// The arguments of a call; a tagged template is its only one.
    fn arguments(&self, call: Id, depth: usize) -> Vec<Argument> {
        let ast = &self.file.ast;
        let list = ast.field(call, Field::Arguments);
        if let Some(template) = list.filter(|&at| ast.kind(at) == Kind::Template) {
            return vec![Argument { keyword: None, value: self.template(template, depth) }];
        }
        let argument = |row: Id| match ast.kind(row) {
            Kind::Spread => Argument {
                keyword: Some("*".to_string()),
                value: self.term(ast.first(row).unwrap_or(row), depth + 1),
            },
            _ => Argument { keyword: None, value: self.term(row, depth + 1) },
        };
        ast.arguments(call).into_iter().map(argument).collect()
    }
}

/// What a function is given for a parameter.
enum Passed {
    /// This, by the only call there is.
    Known(Id),
    /// Nothing, by any call.
    Never,
    /// One of several.
    Unknown,
}

/// Pieces as one text; the text itself where all of it is known.
fn joined(span: Span, pieces: Vec<Term>) -> Term {
    let mut flat = Vec::with_capacity(pieces.len());
    for piece in pieces {
        match piece.value {
            Value::Joined(inner) => flat.extend(inner),
            _ => flat.push(piece),
        }
    }
    let whole: Option<String> = flat.iter().map(Term::scalar).collect();
    Term { span, value: whole.map_or_else(|| Value::Joined(flat), Value::Text) }
}

/// `a || b` where `a` is the default of a variable.
fn or_else(before: Term, second: Term) -> Term {
    match before.value {
        Value::Env { name, default, required } => {
            let default = Some(Box::new(match default {
                Some(inner) => or_else(*inner, second),
                None => second,
            }));
            Term { span: before.span, value: Value::Env { name, default, required } }
        }
        // An empty text or `null` gives way.
        Value::Nil => second,
        Value::Text(text) if text.is_empty() => second,
        value => Term { span: before.span, value },
    }
}
