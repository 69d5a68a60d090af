//! Ruby expressions as [`Term`]s: what a value is, names followed to where they get it.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::HashMap;

use super::access::{Access, Front};
use super::guards::ANY;
use super::names::DefinitionId;
use super::syntax::{Field, Id, Kind, Syntax};
use super::texts::joined;
use crate::fact::{Guard, ReadKind};
use crate::span::Span;
use crate::term::{Alternative, Argument, Entry, Invocation, Term, Value};

/// Expressions nested deeper than this are not looked into.
pub(super) const DEPTH: usize = 60;

/// How many nodes one term may have, names followed.
const NODES: usize = 2000;

/// How many nodes the names of one file may add to its terms.
const FOLLOWED: usize = 200_000;

/// How many values a sum may have.
const SUM: usize = 400;

/// How many clauses of a `case` are told apart.
const CLAUSES: usize = 24;

/// Lowers the expressions of one file.
pub(super) struct Terms<'f, 's, 't> {
    pub(super) front: &'f Front<'s, 't>,
    pub(super) syntax: &'s Syntax<'t>,
    /// Nodes that the term at hand may still have.
    pub(super) nodes: Cell<usize>,
    /// Nodes that names may still add.
    pub(super) followed: Cell<usize>,
    /// The names that are being followed.
    pub(super) following: RefCell<Vec<DefinitionId>>,
    /// Calls by the name of their method.
    pub(super) callers: OnceCell<HashMap<&'t str, Vec<Id>>>,
}

impl<'f, 's, 't> Terms<'f, 's, 't> {
    pub(super) fn new(front: &'f Front<'s, 't>) -> Self {
        Self {
            front,
            syntax: front.syntax,
            nodes: Cell::new(NODES),
            followed: Cell::new(FOLLOWED),
            following: RefCell::new(Vec::new()),
            callers: OnceCell::new(),
        }
    }

    /// The value of an expression.
    pub(super) fn term(&self, id: Id) -> Term {
        self.nodes.set(NODES);
        self.at(id, 0)
    }

    /// A call with its receiver and arguments, where it is more than a part of a term.
    pub(super) fn call(&self, id: Id) -> Invocation {
        self.nodes.set(NODES);
        if self.syntax.kind(id) == Kind::Subshell {
            return self.subshell(id, 0);
        }
        let receiver = self.syntax.receiver(id).map(|receiver| self.at(receiver, 1));
        self.invocation(id, receiver, 0)
    }

    /// Takes nodes from what the term may have; false where that is used up.
    pub(super) fn spend(&self, nodes: usize) -> bool {
        let left = self.nodes.get();
        self.nodes.set(left.saturating_sub(nodes));
        left > nodes
    }

    fn field(&self, id: Id, field: Field, depth: usize) -> Term {
        match self.syntax.field(id, field) {
            Some(child) => self.at(child, depth + 1),
            None => Term { span: self.syntax.span(id), value: Value::Other },
        }
    }

    pub(super) fn at(&self, id: Id, depth: usize) -> Term {
        let syntax = self.syntax;
        let span = syntax.span(id);
        if depth > DEPTH || !self.spend(1) {
            return Term { span, value: Value::Other };
        }
        if let Some(value) = self.front.access(id).and_then(|access| self.variable(access, depth)) {
            return Term { span, value };
        }
        let kind = syntax.kind(id);
        let value = match kind {
            Kind::String
            | Kind::ChainedString
            | Kind::BareString
            | Kind::BareSymbol
            | Kind::DelimitedSymbol => self.text(id, depth),
            Kind::SimpleSymbol | Kind::HashKeySymbol => {
                syntax.literal(id).map_or(Value::Other, |(text, _)| Value::Text(text.to_string()))
            }
            Kind::HeredocBeginning => {
                return self.heredoc(id, depth).unwrap_or(Term { span, value: Value::Other });
            }
            Kind::Integer | Kind::Float => Value::Number(syntax.source(id).to_string()),
            Kind::True => Value::Bool(true),
            Kind::False => Value::Bool(false),
            Kind::Nil => Value::Nil,
            Kind::Array | Kind::RightAssignmentList | Kind::StringArray | Kind::SymbolArray => {
                self.list(id, depth)
            }
            Kind::Hash => {
                let mut entries = Vec::new();
                self.entries(syntax.children(id), depth, &mut entries);
                Value::Map(entries)
            }
            Kind::Lambda => Value::Function,
            Kind::SelfObject => Value::Name("self".to_string()),
            Kind::Subshell => Value::Call(Box::new(self.subshell(id, depth))),
            Kind::Parenthesized | Kind::Begin | Kind::Then | Kind::Else => {
                return match syntax.statements(id).last() {
                    Some(&last) => self.at(last, depth + 1),
                    None => Term { span, value: Value::Nil },
                };
            }
            Kind::RescueModifier => return self.field(id, Field::Body, depth),
            Kind::Unary => return self.unary(id, depth),
            Kind::Binary => return self.binary(id, depth),
            Kind::Conditional | Kind::If | Kind::Elsif | Kind::Unless => {
                let then = syntax.field(id, Field::Consequence);
                let otherwise = syntax.field(id, Field::Alternative);
                self.either(id, [then, otherwise], kind == Kind::Unless, depth)
            }
            Kind::IfModifier | Kind::UnlessModifier => {
                self.either(id, [syntax.field(id, Field::Body), None], kind == Kind::UnlessModifier, depth)
            }
            Kind::Case | Kind::CaseMatch => self.case(id, depth),
            Kind::Assignment | Kind::OperatorAssignment => {
                let plain = kind == Kind::Assignment || syntax.operator(id) == "||=";
                match syntax.field(id, Field::Left).map(|left| syntax.kind(left)) {
                    Some(Kind::LeftAssignmentList) | None => Value::Other,
                    _ if plain => return self.field(id, Field::Right, depth),
                    _ => Value::Other,
                }
            }
            Kind::Return => match syntax.arguments(id)[..] {
                [one] => return self.at(one, depth + 1),
                _ => Value::Other,
            },
            Kind::Call => return self.call_term(id, depth),
            Kind::ElementReference => return self.element(id, depth),
            Kind::Identifier
            | Kind::Constant
            | Kind::ScopeResolution
            | Kind::InstanceVariable
            | Kind::ClassVariable
            | Kind::GlobalVariable => return self.name(id, depth),
            _ => Value::Other,
        };
        Term { span, value }
    }

    /// A look at one variable of the environment.
    fn variable(&self, access: &Access, depth: usize) -> Option<Value> {
        let [named] = access.names.as_slice() else { return None };
        if access.kind != ReadKind::Value || access.asks || access.negated || access.several {
            return None;
        }
        let default = access.default.map(|default| match self.syntax.kind(default) {
            Kind::Block | Kind::DoBlock => match self.syntax.statements(default)[..] {
                [one] => self.at(one, depth + 1),
                _ => Term { span: self.syntax.span(default), value: Value::Other },
            },
            _ => self.at(default, depth + 1),
        });
        let required = (access.required || named.required) && default.is_none();
        Some(Value::Env { name: named.name.clone(), default: default.map(Box::new), required })
    }

    fn list(&self, id: Id, depth: usize) -> Value {
        let syntax = self.syntax;
        let mut items = Vec::new();
        let mut pairs: Vec<Id> = Vec::new();
        for child in syntax.children(id) {
            // `[a: 1]` is a list of one map.
            if matches!(syntax.kind(child), Kind::Pair | Kind::HashSplat) {
                pairs.push(child);
                continue;
            }
            items.push(self.at(child, depth + 1));
            if self.nodes.get() == 0 {
                break;
            }
        }
        if let (Some(first), Some(last)) = (pairs.first(), pairs.last()) {
            let span = Span { start: syntax.span(*first).start, end: syntax.span(*last).end };
            let mut entries = Vec::new();
            self.entries(pairs.iter().copied(), depth, &mut entries);
            items.push(Term { span, value: Value::Map(entries) });
        }
        Value::List(items)
    }

    fn entries(&self, pairs: impl Iterator<Item = Id>, depth: usize, found: &mut Vec<Entry>) {
        let syntax = self.syntax;
        for pair in pairs {
            if self.nodes.get() == 0 {
                break;
            }
            match syntax.kind(pair) {
                Kind::Pair => {
                    let Some(key) = syntax.field(pair, Field::Key) else { continue };
                    let text = self.key_text(key).or_else(|| match syntax.kind(key) {
                        Kind::Constant | Kind::ScopeResolution => {
                            self.at(key, depth + 1).scalar().map(str::to_string)
                        }
                        _ => None,
                    });
                    let value = self.pair_value(pair, depth);
                    let key = syntax.span(key);
                    found.push(Entry { key: text.unwrap_or_default(), key_span: key, value });
                }
                Kind::HashSplat => {
                    let Some(inner) = syntax.children(pair).next() else { continue };
                    let value = self.at(inner, depth + 1);
                    found.push(Entry { key: "...".to_string(), key_span: syntax.span(pair), value });
                }
                _ => {}
            }
        }
    }

    /// The value of `key: value`; of `key:` the variable of that name.
    fn pair_value(&self, pair: Id, depth: usize) -> Term {
        let syntax = self.syntax;
        match (syntax.field(pair, Field::Value), syntax.field(pair, Field::Key)) {
            (Some(value), _) => self.at(value, depth + 1),
            (None, Some(key)) => {
                Term { span: syntax.span(key), value: Value::Name(syntax.source(key).to_string()) }
            }
            (None, None) => Term { span: syntax.span(pair), value: Value::Other },
        }
    }

    fn unary(&self, id: Id, depth: usize) -> Term {
        let span = self.syntax.span(id);
        let inner = self.field(id, Field::Operand, depth);
        let value = match (self.syntax.operator(id), inner.value) {
            ("-", Value::Number(digits)) => Value::Number(format!("-{digits}")),
            ("+", Value::Number(digits)) => Value::Number(digits),
            ("-" | "+", value @ (Value::Text(_) | Value::Joined(_))) => {
                return Term { span: inner.span, value };
            }
            ("!" | "not", Value::Bool(value)) => Value::Bool(!value),
            _ => Value::Other,
        };
        Term { span, value }
    }

    fn binary(&self, id: Id, depth: usize) -> Term {
        let syntax = self.syntax;
        let span = syntax.span(id);
        let operator = syntax.operator(id);
        let (Some(left), Some(right)) = (syntax.field(id, Field::Left), syntax.field(id, Field::Right))
        else {
            return Term { span, value: Value::Other };
        };
        match operator {
            "||" | "or" => {
                let first = self.at(left, depth + 1);
                if self.raises(right) {
                    return demanded(first);
                }
                let first = match without_presence(first) {
                    Ok(variable) => return with_default(variable, self.at(right, depth + 1), span),
                    Err(first) => first,
                };
                if matches!(first.value, Value::Text(_) | Value::Number(_) | Value::Map(_) | Value::List(_)) {
                    return first;
                }
                let second = self.at(right, depth + 1);
                if matches!(first.value, Value::Nil | Value::Bool(false)) {
                    return second;
                }
                let options = vec![
                    Alternative { guard: None, value: first },
                    Alternative { guard: self.guard(left, false), value: second },
                ];
                Term { span, value: Value::Choice(options) }
            }
            "&&" | "and" => {
                let options = vec![
                    Alternative { guard: self.guard(left, true), value: self.at(right, depth + 1) },
                    Alternative { guard: self.guard(left, false), value: self.at(left, depth + 1) },
                ];
                Term { span, value: Value::Choice(options) }
            }
            "+" => {
                // A sum of many texts is as deep as it is long.
                let mut sums = vec![id];
                let mut first = left;
                while syntax.kind(first) == Kind::Binary && syntax.operator(first) == "+" {
                    let Some(left) = syntax.field(first, Field::Left) else { break };
                    sums.push(first);
                    first = left;
                }
                if sums.len() > SUM {
                    return Term { span, value: Value::Other };
                }
                let mut sum = self.at(first, depth + 1);
                for id in sums.into_iter().rev() {
                    let next = self.field(id, Field::Right, depth);
                    sum = self.sum(id, sum, next);
                }
                sum
            }
            "<<" => {
                let (left, right) = (self.at(left, depth + 1), self.at(right, depth + 1));
                if is_text(&left) {
                    return Term { span, value: joined([left, right]) };
                }
                self.operation(id, left, right)
            }
            "%" => {
                let left = self.at(left, depth + 1);
                let arguments = match self.at(right, depth + 1) {
                    Term { value: Value::List(items), .. } => items,
                    one => vec![one],
                };
                let arguments: Vec<Argument> =
                    arguments.into_iter().map(|value| Argument { keyword: None, value }).collect();
                if let Some(value) = self.formatted(&left, &arguments) {
                    return Term { span, value };
                }
                let right = Term { span: syntax.span(right), value: Value::List(values(arguments)) };
                self.operation(id, left, right)
            }
            _ => {
                let (left, right) = (self.at(left, depth + 1), self.at(right, depth + 1));
                self.operation(id, left, right)
            }
        }
    }

    /// `a + b`: texts and lists become one, the rest is a call.
    fn sum(&self, id: Id, left: Term, right: Term) -> Term {
        let span = self.syntax.span(id);
        if (is_text(&left) || is_text(&right)) && !is_path(&left) {
            return Term { span, value: joined([left, right]) };
        }
        match (left.value, right.value) {
            (Value::List(mut items), Value::List(more)) => {
                items.extend(more);
                Term { span, value: Value::List(items) }
            }
            (first, second) => {
                let left = Term { span: left.span, value: first };
                self.operation(id, left, Term { span: right.span, value: second })
            }
        }
    }

    /// An operator as the call that it is.
    fn operation(&self, id: Id, left: Term, right: Term) -> Term {
        let syntax = self.syntax;
        let span = syntax.span(id);
        let operator = syntax.field(id, Field::Operator).map_or(span, |operator| syntax.span(operator));
        let call = Invocation {
            callee: format!(".{}", syntax.operator(id)),
            receiver: Some(left),
            arguments: vec![Argument { keyword: None, value: right }],
            ..empty(span, operator)
        };
        Term { span, value: Value::Call(Box::new(call)) }
    }

    /// The condition that decides between alternatives.
    fn guard(&self, condition: Id, holds: bool) -> Option<Guard> {
        // Conditions are nodes of the term as well.
        self.spend(4).then(|| Guard {
            expr: self.front.lower(condition, ANY),
            span: self.syntax.span(condition),
            holds,
        })
    }

    fn either(&self, id: Id, sides: [Option<Id>; 2], negative: bool, depth: usize) -> Value {
        let condition = self.syntax.field(id, Field::Condition);
        let options = sides.into_iter().enumerate().filter(|(_, side)| !side.is_some_and(|s| self.raises(s)));
        let options = options.map(|(at, side)| Alternative {
            guard: condition.and_then(|condition| self.guard(condition, (at == 0) != negative)),
            value: match side {
                Some(side) => self.at(side, depth + 1),
                None => Term { span: self.syntax.span(id), value: Value::Nil },
            },
        });
        Value::Choice(options.collect())
    }

    fn case(&self, id: Id, depth: usize) -> Value {
        let syntax = self.syntax;
        let clauses = self.front.clauses(id);
        let body = |body: Option<Id>| match body {
            Some(body) => self.at(body, depth + 1),
            None => Term { span: syntax.span(id), value: Value::Nil },
        };
        let otherwise = body(syntax.children(id).find(|&child| syntax.kind(child) == Kind::Else));
        let option = |clause: Id, holds: bool, value: Term| Alternative {
            guard: self.spend(4).then(|| self.front.clause_condition(id, clause, holds)),
            value,
        };
        if clauses.len() > CLAUSES {
            let mut options: Vec<Alternative> = Vec::new();
            for clause in clauses {
                options.push(option(clause, true, body(syntax.field(clause, Field::Body))));
            }
            options.push(Alternative { guard: None, value: otherwise });
            return Value::Choice(options);
        }
        // Each clause is asked only where those before it did not match.
        let mut rest = otherwise;
        for clause in clauses.into_iter().rev() {
            let then = body(syntax.field(clause, Field::Body));
            let options = vec![option(clause, true, then), option(clause, false, rest)];
            rest = Term { span: syntax.span(id), value: Value::Choice(options) };
        }
        rest.value
    }

    /// `LIST[0]`, `OPTIONS[:key]`: what is there, where that is known.
    fn element(&self, id: Id, depth: usize) -> Term {
        let syntax = self.syntax;
        let span = syntax.span(id);
        let object = self.field(id, Field::Object, depth);
        let keys = syntax.arguments(id);
        if let [key] = keys[..]
            && let Some(found) = self.lookup(&object, key)
        {
            return found.clone();
        }
        let (callee, receiver) = callee(object, "[]");
        let arguments = self.arguments(&keys, depth);
        let call = Invocation { callee, receiver, arguments, ..empty(span, span) };
        Term { span, value: Value::Call(Box::new(call)) }
    }

    fn lookup<'v>(&self, object: &'v Term, key: Id) -> Option<&'v Term> {
        match &object.value {
            Value::Map(entries) => {
                let found = object.get(&self.key_text(key)?)?;
                // What is spread into a map may hold the key as well.
                entries.iter().all(|entry| entry.key != "...").then_some(found)
            }
            Value::List(items) if self.syntax.kind(key) == Kind::Integer => {
                items.get(self.syntax.source(key).parse::<usize>().ok()?)
            }
            _ => None,
        }
    }

    /// A name as written, with dots.
    pub(super) fn dotted(&self, id: Id) -> String {
        let syntax = self.syntax;
        let mut parts: Vec<String> = Vec::new();
        let mut at = Some(id);
        while let Some(id) = at.take() {
            match syntax.kind(id) {
                Kind::Call => {
                    parts.push(syntax.method(id).to_string());
                    at = syntax.receiver(id);
                }
                Kind::ElementReference => {
                    if let [key] = syntax.arguments(id)[..] {
                        parts.extend(self.key_text(key).filter(|key| !key.is_empty()));
                    }
                    at = syntax.field(id, Field::Object);
                }
                Kind::Parenthesized => at = syntax.children(id).next(),
                Kind::ScopeResolution => {
                    let name = syntax.field(id, Field::Name).map_or("", |name| syntax.source(name));
                    parts.push(name.to_string());
                    at = syntax.field(id, Field::Scope);
                }
                Kind::Identifier
                | Kind::Constant
                | Kind::SelfObject
                | Kind::InstanceVariable
                | Kind::ClassVariable
                | Kind::GlobalVariable => parts.push(syntax.source(id).to_string()),
                _ => {}
            }
            if parts.len() > 40 {
                break;
            }
        }
        parts.reverse();
        parts.join(".")
    }

    fn call_term(&self, id: Id, depth: usize) -> Term {
        let syntax = self.syntax;
        let span = syntax.span(id);
        let method = syntax.method(id);
        let has_block = syntax.block(id).is_some();
        let arguments = syntax.arguments(id);
        let bare = arguments.is_empty() && !has_block;
        if has_block && matches!(syntax.path(id).as_str(), "lambda" | "proc" | "Proc.new") {
            return Term { span, value: Value::Function };
        }
        if bare
            && let Some(found) = self.front.names.resolve(id)
            && let Some(term) = self.follow(found, depth)
        {
            return term;
        }
        let Some(receiver) = syntax.receiver(id) else {
            if let ("format" | "sprintf", [format, values @ ..]) = (method, arguments.as_slice()) {
                let format = self.at(*format, depth + 1);
                let values = self.arguments(values, depth);
                if let Some(value) = self.formatted(&format, &values) {
                    return Term { span, value };
                }
            }
            if let ("String" | "Array", [one]) = (method, arguments.as_slice()) {
                let one = self.at(*one, depth + 1);
                if method == "String" || matches!(one.value, Value::List(_)) {
                    return one;
                }
            }
            let call = self.invocation(id, None, depth);
            return Term { span, value: Value::Call(Box::new(call)) };
        };
        let receiver = self.at(receiver, depth + 1);
        if bare && is_same(method, &receiver) {
            return receiver;
        }
        if bare && let Some(text) = receiver.text().and_then(|text| Self::changed_text(text, method)) {
            return Term { span: receiver.span, value: Value::Text(text) };
        }
        if bare
            && matches!(receiver.value, Value::Joined(_))
            && matches!(method, "squish" | "strip" | "chomp" | "strip_heredoc")
        {
            return receiver;
        }
        if !has_block
            && let (Value::Map(_), "merge" | "merge!" | "deep_merge" | "deep_merge!" | "reverse_merge") =
                (&receiver.value, method)
        {
            return self.merged(receiver, &arguments, method == "reverse_merge", span, depth);
        }
        if let ("fetch" | "dig", [key]) = (method, arguments.as_slice())
            && let Some(found) = self.lookup(&receiver, *key)
        {
            return found.clone();
        }
        // `Rails.root` is a name, `Time.now` and `Redis.new` are calls.
        if bare
            && syntax.field(id, Field::Arguments).is_none()
            && let Value::Name(name) | Value::Parameter(name) = &receiver.value
        {
            let of_class = name.rsplit('.').next().is_some_and(|last| last.starts_with(char::is_uppercase));
            let is_call = method == "new"
                || of_class && !name.starts_with("Rails") && self.front.vocabulary.is_call(method);
            if !is_call {
                return Term { span, value: Value::Name(format!("{name}.{method}")) };
            }
        }
        let call = self.invocation(id, Some(receiver), depth);
        Term { span, value: Value::Call(Box::new(call)) }
    }

    /// `{ … }.merge(…)`: one map; the last of several entries with a key counts.
    fn merged(&self, receiver: Term, arguments: &[Id], reverse: bool, span: Span, depth: usize) -> Term {
        let Value::Map(own) = receiver.value else { return receiver };
        let mut more = Vec::new();
        for &argument in arguments {
            if matches!(self.syntax.kind(argument), Kind::Pair | Kind::HashSplat) {
                self.entries(std::iter::once(argument), depth, &mut more);
                continue;
            }
            match self.at(argument, depth + 1) {
                Term { value: Value::Map(entries), .. } => more.extend(entries),
                value => more.push(Entry { key: "...".to_string(), key_span: value.span, value }),
            }
        }
        let (mut first, second) = if reverse { (more, own) } else { (own, more) };
        first.extend(second);
        Term { span, value: Value::Map(first) }
    }

    /// A call with arguments; `receiver` is the value of what it is called on.
    fn invocation(&self, id: Id, receiver: Option<Term>, depth: usize) -> Invocation {
        let syntax = self.syntax;
        let method = syntax.method(id);
        let whole = syntax.span(id);
        let block = syntax.block(id);
        let span = match block {
            Some(block) => {
                let before = syntax.all_children(id).take_while(|&child| child != block).last();
                before.map_or(whole, |last| Span { start: whole.start, end: syntax.span(last).end })
            }
            None => whole,
        };
        let name_span = syntax.field(id, Field::Method).map_or(span, |name| syntax.span(name));
        let (callee, receiver) = match receiver {
            Some(receiver) => callee(receiver, method),
            None => (method.to_string(), None),
        };
        Invocation {
            callee,
            receiver,
            arguments: self.arguments(&syntax.arguments(id), depth),
            body: block.map(|block| syntax.span(block)),
            ..empty(span, name_span)
        }
    }

    fn arguments(&self, nodes: &[Id], depth: usize) -> Vec<Argument> {
        let syntax = self.syntax;
        let mut arguments = Vec::new();
        for &node in nodes {
            if self.nodes.get() == 0 {
                break;
            }
            let inner = |mark: &str| {
                let value = syntax.children(node).next().map(|inner| self.at(inner, depth + 1));
                let value = value.unwrap_or(Term { span: syntax.span(node), value: Value::Other });
                Argument { keyword: Some(mark.to_string()), value }
            };
            arguments.push(match syntax.kind(node) {
                Kind::Pair => {
                    let key = syntax.field(node, Field::Key).and_then(|key| self.key_text(key));
                    Argument { keyword: Some(key.unwrap_or_default()), value: self.pair_value(node, depth) }
                }
                Kind::HashSplat => inner("**"),
                Kind::SplatArgument => inner("*"),
                _ => Argument { keyword: None, value: self.at(node, depth + 1) },
            });
        }
        arguments
    }

    /// `` `ls -la` ``: a call of the backtick with the text.
    fn subshell(&self, id: Id, depth: usize) -> Invocation {
        let span = self.syntax.span(id);
        let text = Term { span: self.syntax.inner(id), value: self.text(id, depth) };
        let quote = self.syntax.source(id);
        let quote = if quote.starts_with("%x") { 2 } else { 1.min(quote.len()) };
        Invocation {
            callee: "`".to_string(),
            arguments: vec![Argument { keyword: None, value: text }],
            ..empty(span, Span { start: span.start, end: span.start + quote })
        }
    }
}

fn empty(span: Span, name_span: Span) -> Invocation {
    Invocation {
        callee: String::new(),
        receiver: None,
        arguments: Vec::new(),
        span,
        name_span,
        scope: String::new(),
        guards: Vec::new(),
        bound: None,
        body: None,
    }
}

/// The dotted name of a method of something with a name, else the method's own name and the value.
fn callee(receiver: Term, method: &str) -> (String, Option<Term>) {
    match &receiver.value {
        Value::Name(name) | Value::Parameter(name) => (format!("{name}.{method}"), None),
        _ => (format!(".{method}"), Some(receiver)),
    }
}

fn values(arguments: Vec<Argument>) -> Vec<Term> {
    arguments.into_iter().map(|argument| argument.value).collect()
}

/// Methods that give what they are called on, or the same in another dress.
fn is_same(method: &str, receiver: &Term) -> bool {
    match method {
        "freeze" | "dup" | "clone" | "itself" | "deep_dup" => true,
        "to_s" | "to_str" | "to_sym" | "to_path" | "html_safe" => {
            !matches!(receiver.value, Value::Parameter(_) | Value::Map(_) | Value::List(_) | Value::Function)
        }
        "presence" => matches!(&receiver.value, Value::Text(text) if !text.trim().is_empty()),
        "compact"
        | "uniq"
        | "to_a"
        | "to_h"
        | "with_indifferent_access"
        | "symbolize_keys"
        | "deep_symbolize_keys"
        | "stringify_keys"
        | "deep_stringify_keys" => {
            matches!(receiver.value, Value::Map(_) | Value::List(_))
        }
        _ => false,
    }
}

fn is_text(term: &Term) -> bool {
    matches!(term.value, Value::Text(_) | Value::Joined(_))
}

/// Whether a value is a `Pathname`, whose `+` is not that of texts.
fn is_path(term: &Term) -> bool {
    match &term.value {
        Value::Name(name) => matches!(name.rsplit('.').next(), Some("root" | "pwd" | "parent" | "dirname")),
        Value::Call(call) => {
            matches!(call.callee.as_str(), "Pathname" | "Pathname.new" | "./")
                || call.callee != "File.join"
                    && call.is(".join")
                    && !call.receiver.as_ref().is_some_and(|list| matches!(list.value, Value::List(_)))
                || call.is(".expand_path") && call.receiver.is_some()
                || matches!(call.callee.as_str(), ".+") && call.receiver.as_ref().is_some_and(is_path)
        }
        _ => false,
    }
}

/// The look at a variable that `||` gives a default; `.presence` asks for one as well.
fn without_presence(term: Term) -> Result<Term, Term> {
    match term.value {
        Value::Env { .. } => Ok(term),
        Value::Call(call)
            if call.callee == ".presence"
                && call.receiver.as_ref().is_some_and(|on| matches!(on.value, Value::Env { .. })) =>
        {
            let span = term.span;
            match call.receiver {
                Some(Term { value, .. }) => Ok(Term { span, value }),
                None => Err(Term { span, value: Value::Other }),
            }
        }
        _ => Err(term),
    }
}

/// `ENV["A"] || ENV["B"] || "c"`: what stands in for the last of the variables.
fn with_default(mut variable: Term, value: Term, span: Span) -> Term {
    fn push(term: &mut Term, value: Term) {
        if let Value::Env { default, required, .. } = &mut term.value {
            match default {
                Some(inner) => push(inner, value),
                // Reading it raises before there is anything to stand in for it.
                None if *required => {}
                None => *default = Some(Box::new(value)),
            }
        }
    }
    push(&mut variable, value);
    Term { span, ..variable }
}

/// `ENV["A"] || raise("…")`.
fn demanded(term: Term) -> Term {
    match without_presence(term) {
        Ok(Term { span, value: Value::Env { name, default: None, .. } }) => {
            Term { span, value: Value::Env { name, default: None, required: true } }
        }
        Ok(term) | Err(term) => term,
    }
}
