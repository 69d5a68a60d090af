//! What an expression is.

use super::super::access::Access;
use super::super::api;
use super::super::literal::{self, Part};
use super::super::names::Event;
use super::super::syntax::{Field, Id, Kind};
use super::{DEPTH, Terms};
use crate::expr::Expr;
use crate::fact::{Guard, ReadKind};
use crate::span::Span;
use crate::term::{Alternative, Argument, Entry, Invocation, Term, Value};

/// Methods of `env` objects that make more of a variable than a value: a whole configuration.
const CONFIGURATIONS: &[&str] = &[
    "db",
    "db_url",
    "db_url_config",
    "dj_db_url",
    "cache",
    "cache_url",
    "dj_cache_url",
    "email",
    "email_url",
    "email_config",
    "dj_email_url",
    "search",
    "search_url",
    "channels",
    "channels_url",
];

impl<'t> Terms<'_, 't> {
    /// Lowers an expression; what is not understood is [`Value::Other`].
    pub(super) fn term(&self, id: Id) -> Term {
        let tree = self.file.tree;
        let mut id = id;
        while let Some(inner) = match tree.kind(id) {
            Kind::Parenthesized | Kind::Await => tree.first(id),
            Kind::Named => tree.get(id, Field::Value),
            _ => None,
        } {
            id = inner;
        }
        if self.depth.get() >= DEPTH || self.left.get() == 0 {
            return self.make(id, Value::Other);
        }
        self.left.set(self.left.get() - 1);
        self.depth.set(self.depth.get() + 1);
        let term = self.lower_kind(id);
        self.depth.set(self.depth.get() - 1);
        term
    }

    fn lower_kind(&self, id: Id) -> Term {
        let tree = self.file.tree;
        if let Some(access) = self.file.accesses.get(&id)
            && let Some(value) = self.env(access)
        {
            return self.make(id, value);
        }
        let value = match tree.kind(id) {
            Kind::String => self.string(id),
            Kind::Concatenated => {
                let parts = tree.children(id).map(|part| self.make(part, self.string(part))).collect();
                joined(parts)
            }
            Kind::Integer | Kind::Float => Value::Number(tree.text(id).to_string()),
            Kind::True => Value::Bool(true),
            Kind::False => Value::Bool(false),
            Kind::None => Value::Nil,
            Kind::Unary => {
                let operand = tree.get(id, Field::Argument).map(|operand| tree.kind(operand));
                match operand {
                    Some(Kind::Integer | Kind::Float) => Value::Number(tree.text(id).to_string()),
                    _ => Value::Other,
                }
            }
            Kind::List | Kind::Tuple | Kind::Set | Kind::ExpressionList => self.list(id),
            Kind::Dictionary => self.map(id),
            Kind::Lambda => Value::Function,
            Kind::Conditional => {
                let parts: Vec<Id> = tree.children(id).collect();
                match parts.as_slice() {
                    &[then, condition, otherwise] => Value::Choice(vec![
                        Alternative { guard: Some(self.guard(condition, true)), value: self.term(then) },
                        Alternative {
                            guard: Some(self.guard(condition, false)),
                            value: self.term(otherwise),
                        },
                    ]),
                    _ => Value::Other,
                }
            }
            Kind::Boolean => return self.boolean(id),
            Kind::Binary => self.binary(id),
            Kind::Call => return self.call(id),
            Kind::Subscript => return self.subscript(id),
            Kind::Identifier => return self.name(id),
            Kind::Attribute => return self.attribute(id),
            _ => Value::Other,
        };
        self.make(id, value)
    }

    fn guard(&self, condition: Id, holds: bool) -> Guard {
        Guard { expr: self.condition(condition), span: self.file.tree.span(condition), holds }
    }

    fn condition(&self, id: Id) -> Expr {
        self.lower.condition(id)
    }

    /// The variable that an access gives.
    fn env(&self, access: &Access) -> Option<Value> {
        if access.kind != ReadKind::Value {
            return None;
        }
        let method = access.api.rsplit('.').next().unwrap_or_default();
        let reader = api::READERS.iter().any(|reader| reader.path == access.api);
        if CONFIGURATIONS.contains(&method) || (reader && !access.api.starts_with("os.")) {
            return None;
        }
        Some(Value::Env {
            name: self.lower.access_name(access).0,
            default: access.default.map(|default| Box::new(self.term(default))),
            required: access.required && access.default.is_none(),
        })
    }

    fn string(&self, id: Id) -> Value {
        let tree = self.file.tree;
        let Some((prefix, inner, _)) = tree.string(id) else { return Value::Other };
        let raw = prefix.contains(['r', 'R']);
        let resolve = |part: &str| if raw { part.to_string() } else { literal::unescape(part) };
        if !prefix.contains(['f', 'F', 't', 'T']) {
            return Value::Text(resolve(inner));
        }
        let mut pieces = Vec::new();
        for part in tree.children(id) {
            match tree.kind(part) {
                Kind::StringContent => {
                    let text = resolve(tree.text(part)).replace("{{", "{").replace("}}", "}");
                    pieces.push(self.make(part, Value::Text(text)));
                }
                Kind::Interpolation => {
                    let value = tree.first(part).map(|inner| self.term(inner));
                    pieces.push(value.unwrap_or_else(|| self.make(part, Value::Other)));
                }
                _ => {}
            }
        }
        joined(pieces)
    }

    fn list(&self, id: Id) -> Value {
        let tree = self.file.tree;
        let mut items = Vec::new();
        for item in tree.children(id) {
            match (tree.kind(item), tree.first(item)) {
                (Kind::ListSplat, Some(inner)) => match self.term(inner) {
                    Term { value: Value::List(more), .. } => items.extend(more),
                    other => items.push(Term { span: other.span, value: Value::Other }),
                },
                _ => items.push(self.term(item)),
            }
            if self.left.get() == 0 {
                break;
            }
        }
        Value::List(items)
    }

    fn map(&self, id: Id) -> Value {
        let tree = self.file.tree;
        let mut entries = Vec::new();
        for part in tree.children(id) {
            match tree.kind(part) {
                Kind::Pair => {
                    let (Some(key), Some(value)) = (tree.get(part, Field::Key), tree.get(part, Field::Value))
                    else {
                        continue;
                    };
                    entries.push(Entry {
                        key: self.key(key),
                        key_span: tree.span(key),
                        value: self.term(value),
                    });
                }
                Kind::DictSplat => entries.extend(tree.first(part).map(|inner| self.spread(part, inner))),
                _ => {}
            }
            if self.left.get() == 0 {
                break;
            }
        }
        Value::Map(entries)
    }

    /// The text of a key; empty where it is computed.
    pub(super) fn key(&self, id: Id) -> String {
        self.term(id).scalar().unwrap_or_default().to_string()
    }

    fn spread(&self, whole: Id, inner: Id) -> Entry {
        Entry { key: "...".to_string(), key_span: self.file.tree.span(whole), value: self.term(inner) }
    }

    /// `a or b` and `a and b`.
    fn boolean(&self, id: Id) -> Term {
        let tree = self.file.tree;
        let is_or =
            |id: Id| tree.get(id, Field::Operator).is_some_and(|operator| tree.text(operator) == "or");
        if !is_or(id) {
            let (Some(left), Some(right)) = (tree.get(id, Field::Left), tree.get(id, Field::Right)) else {
                return self.make(id, Value::Other);
            };
            return self.make(
                id,
                Value::Choice(vec![
                    Alternative { guard: Some(self.guard(left, true)), value: self.term(right) },
                    Alternative {
                        guard: Some(self.guard(left, false)),
                        value: self.make(left, Value::Other),
                    },
                ]),
            );
        }
        let mut sides = Vec::new();
        let mut at = id;
        while tree.kind(at) == Kind::Boolean && is_or(at) {
            sides.extend(tree.get(at, Field::Right));
            match tree.get(at, Field::Left) {
                Some(left) => at = tree.bare(left),
                None => break,
            }
        }
        sides.push(at);
        sides.reverse();
        let mut terms = sides.into_iter().map(|side| self.term(side));
        let Some(mut whole) = terms.next() else { return self.make(id, Value::Other) };
        whole.span = tree.span(id);
        for side in terms {
            whole = otherwise(whole, side);
        }
        whole
    }

    fn binary(&self, id: Id) -> Value {
        let tree = self.file.tree;
        let parts = (tree.get(id, Field::Left), tree.get(id, Field::Operator), tree.get(id, Field::Right));
        let (Some(left), Some(operator), Some(right)) = parts else { return Value::Other };
        match tree.text(operator) {
            "+" => self.sum(id),
            "%" => {
                let left = self.term(left);
                let Some(format) = left.text() else { return Value::Other };
                let right = tree.bare(right);
                let (values, named) = match tree.kind(right) {
                    Kind::Tuple => (tree.children(right).map(|value| self.term(value)).collect(), Vec::new()),
                    _ => match self.term(right) {
                        Term { value: Value::Map(entries), .. } => (Vec::new(), entries),
                        Term { value: Value::List(items), .. } => (items, Vec::new()),
                        other => (vec![other], Vec::new()),
                    },
                };
                let named = named.into_iter().map(|entry| (entry.key, entry.value)).collect();
                self.fill(id, left.span, literal::percent(format), values, named)
            }
            "/" => {
                let (left, right) = (self.term(left), self.term(right));
                if matches!((&left.value, &right.value), (Value::Number(_), Value::Number(_))) {
                    return Value::Other;
                }
                self.operation(id, operator, "/", left, vec![right])
            }
            // `environ.Path(__file__) - 2` is the folder two levels up.
            "-" => match self.term(left) {
                left if is_transparent(&left) => {
                    let right = self.term(right);
                    self.operation(id, operator, "-", left, vec![right])
                }
                _ => Value::Other,
            },
            "|" => match (self.term(left).value, self.term(right).value) {
                (Value::Map(mut entries), Value::Map(more)) => {
                    entries.extend(more);
                    Value::Map(entries)
                }
                _ => Value::Other,
            },
            _ => Value::Other,
        }
    }

    /// `a + b + c`: texts, or lists.
    fn sum(&self, id: Id) -> Value {
        let tree = self.file.tree;
        let mut operands = Vec::new();
        let mut at = id;
        while tree.kind(at) == Kind::Binary
            && tree.get(at, Field::Operator).is_some_and(|operator| tree.text(operator) == "+")
        {
            operands.extend(tree.get(at, Field::Right));
            match tree.get(at, Field::Left) {
                Some(left) => at = tree.bare(left),
                None => break,
            }
        }
        operands.push(at);
        let terms: Vec<Term> = operands.into_iter().rev().map(|operand| self.term(operand)).collect();
        if terms.iter().any(|term| matches!(term.value, Value::Text(_) | Value::Joined(_))) {
            return joined(terms);
        }
        if terms.iter().any(|term| matches!(term.value, Value::List(_))) {
            let items = terms.into_iter().flat_map(|term| match term {
                Term { value: Value::List(items), .. } => items,
                other => vec![Term { span: other.span, value: Value::Other }],
            });
            return Value::List(items.collect());
        }
        Value::Other
    }

    /// An operator as a call of what stands on its left.
    fn operation(&self, id: Id, name: Id, callee: &str, left: Term, right: Vec<Term>) -> Value {
        let tree = self.file.tree;
        Value::Call(Box::new(Invocation {
            callee: callee.to_string(),
            receiver: Some(left),
            arguments: right.into_iter().map(|value| Argument { keyword: None, value }).collect(),
            span: tree.span(id),
            name_span: tree.span(name),
            scope: String::new(),
            guards: Vec::new(),
            bound: None,
            body: None,
        }))
    }

    fn fill(
        &self,
        id: Id,
        format: Span,
        parts: Vec<Part>,
        values: Vec<Term>,
        named: Vec<(String, Term)>,
    ) -> Value {
        let mut next = values.iter();
        let pieces = parts.into_iter().map(|part| {
            let value = match part {
                Part::Text(text) => return Term { span: format, value: Value::Text(text) },
                Part::Next => next.next().cloned(),
                Part::At(position) => values.get(position).cloned(),
                Part::Named(name) => {
                    named.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone())
                }
            };
            value.unwrap_or_else(|| self.make(id, Value::Other))
        });
        joined(pieces.collect())
    }

    fn call(&self, id: Id) -> Term {
        let tree = self.file.tree;
        let known = tree.get(id, Field::Function).is_some_and(|function| {
            let name = match tree.kind(function) {
                Kind::Attribute => tree.get(function, Field::Attribute),
                Kind::Identifier => Some(function),
                _ => None,
            };
            name.is_some_and(|name| self.file.vocabulary.is_call(tree.text(name)))
        });
        let Some(call) = self.invocation(id, known) else { return self.make(id, Value::Other) };
        let value = match (call.callee.as_str(), call.arguments.as_slice()) {
            // The same text, whatever it was made of.
            ("str" | "os.fspath", [Argument { keyword: None, value }]) => return value.clone(),
            ("dict", _) => self.dict(id, &call),
            (".join", [Argument { keyword: None, value }]) => {
                let separator = call.receiver.as_ref().filter(|receiver| receiver.text().is_some());
                match (separator, &value.value) {
                    (Some(separator), Value::List(items)) => {
                        let mut pieces = Vec::new();
                        for (at, item) in items.iter().enumerate() {
                            if at > 0 && separator.text() != Some("") {
                                pieces.push(separator.clone());
                            }
                            pieces.push(item.clone());
                        }
                        Some(joined(pieces))
                    }
                    _ => None,
                }
            }
            (".format", arguments) => {
                call.receiver.as_ref().and_then(|format| Some((format, format.text()?))).map(
                    |(format, text)| {
                        let mut values = Vec::new();
                        let mut named = Vec::new();
                        for argument in arguments {
                            match &argument.keyword {
                                Some(name) => named.push((name.clone(), argument.value.clone())),
                                None => values.push(argument.value.clone()),
                            }
                        }
                        self.fill(id, format.span, literal::braces(text), values, named)
                    },
                )
            }
            _ => None,
        };
        self.make(id, value.unwrap_or_else(|| Value::Call(Box::new(call))))
    }

    /// `dict(a=1, **more)`.
    fn dict(&self, id: Id, call: &Invocation) -> Option<Value> {
        let tree = self.file.tree;
        let list = tree.get(id, Field::Arguments)?;
        let mut entries = Vec::new();
        for (part, argument) in tree.children(list).zip(&call.arguments) {
            match (argument.keyword.as_deref(), &argument.value.value) {
                (None, Value::Map(more)) => entries.extend(more.iter().cloned()),
                (None | Some("*" | "**"), _) => entries.push(Entry {
                    key: "...".to_string(),
                    key_span: tree.span(part),
                    value: argument.value.clone(),
                }),
                (Some(key), _) => entries.push(Entry {
                    key: key.to_string(),
                    key_span: tree.get(part, Field::Name).map_or(tree.span(part), |name| tree.span(name)),
                    value: argument.value.clone(),
                }),
            }
        }
        Some(Value::Map(entries))
    }

    /// What an attribute of a value is.
    fn attribute(&self, id: Id) -> Term {
        let tree = self.file.tree;
        let (Some(object), Some(name)) = (tree.get(id, Field::Object), tree.get(id, Field::Attribute)) else {
            return self.make(id, Value::Other);
        };
        let object = tree.bare(object);
        if let Some(key) = self.file.names.member(id)
            && let Some(term) = self.value_of_member(key)
        {
            return term;
        }
        let left = self.left.get();
        let of = self.term(object);
        let value = match &of.value {
            Value::Name(path) => Value::Name(format!("{path}.{}", tree.text(name))),
            _ if is_transparent(&of) || !self.is_named(object) => {
                let callee = format!(".{}", tree.text(name));
                return self.make(id, self.operation(id, name, &callee, of, Vec::new()));
            }
            // An attribute of an object that has a name is found again by that name.
            _ => {
                self.left.set(left);
                Value::Name(self.file.target(id))
            }
        };
        self.make(id, value)
    }

    /// Whether an expression is a name with attributes and keys.
    fn is_named(&self, mut id: Id) -> bool {
        let tree = self.file.tree;
        loop {
            match tree.kind(id) {
                Kind::Identifier => return true,
                Kind::Attribute => match tree.get(id, Field::Object) {
                    Some(object) => id = object,
                    None => return false,
                },
                Kind::Subscript => match (tree.get(id, Field::Value), tree.get(id, Field::Subscript)) {
                    (Some(value), Some(key)) if tree.literal(key).is_some() => id = value,
                    _ => return false,
                },
                _ => return false,
            }
        }
    }

    /// `value[key]`.
    fn subscript(&self, id: Id) -> Term {
        let tree = self.file.tree;
        let (Some(of), Some(key)) = (tree.get(id, Field::Value), tree.get(id, Field::Subscript)) else {
            return self.make(id, Value::Other);
        };
        let of = tree.bare(of);
        let left = self.left.get();
        let holder = self.term(of);
        let index = self.term(key);
        let found = match (&holder.value, &index.value) {
            (Value::Map(_), Value::Text(key)) => holder.get(key),
            (Value::List(items), Value::Number(at)) => at.parse().ok().and_then(|at: usize| items.get(at)),
            _ => None,
        };
        if let Some(found) = found {
            return found.clone();
        }
        let value = match (&holder.value, &index.value) {
            (Value::Name(path), Value::Text(key)) => Value::Name(format!("{path}.{key}")),
            (value, Value::Text(_))
                if self.is_named(id) && !is_transparent(&holder) && !matches!(value, Value::Env { .. }) =>
            {
                self.left.set(left);
                Value::Name(self.file.target(id))
            }
            _ => self.operation(id, key, "[]", holder, vec![index]),
        };
        self.make(id, value)
    }

    /// What a name stands for.
    fn name(&self, id: Id) -> Term {
        let text = self.file.tree.text(id);
        let names = self.file.names;
        let Some(key) = names.lookup(id) else { return self.make(id, Value::Name(text.to_string())) };
        if let [Event::Class(_)] = names.events(key) {
            return self.make(id, Value::Name(text.to_string()));
        }
        self.value_of_name(key, id).unwrap_or_else(|| self.make(id, Value::Name(text.to_string())))
    }
}

/// One text of several pieces, known in full where all of them are.
fn joined(pieces: Vec<Term>) -> Value {
    let mut flat: Vec<Term> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        match piece.value {
            Value::Joined(inner) => flat.extend(inner),
            Value::Text(text) if text.is_empty() => {}
            value => flat.push(Term { span: piece.span, value }),
        }
    }
    let known: Option<String> = flat.iter().map(Term::scalar).collect();
    match known {
        Some(text) => Value::Text(text),
        None => Value::Joined(flat),
    }
}

/// `first or second`.
fn otherwise(mut first: Term, second: Term) -> Term {
    let span = first.span;
    match first.value {
        Value::Env { name, default, .. } => {
            let default = match default {
                None => second,
                Some(default) if default.text() == Some("") || default.value == Value::Nil => second,
                Some(default) => otherwise(*default, second),
            };
            Term { span, value: Value::Env { name, default: Some(Box::new(default)), required: false } }
        }
        Value::Text(ref text) if text.is_empty() => second,
        Value::Nil => second,
        // What is always true leaves nothing to the other side.
        Value::Text(_) | Value::Bool(true) | Value::Function => first,
        Value::Choice(ref mut options) if options.first().is_some_and(|option| option.guard.is_none()) => {
            options.push(Alternative { guard: None, value: second });
            first
        }
        _ => Term {
            span,
            value: Value::Choice(vec![
                Alternative { guard: None, value: first },
                Alternative { guard: None, value: second },
            ]),
        },
    }
}

/// Functions and modules whose results are told by their parts: an attribute under a name
/// (`url.hostname`, `ROOT.parent`) is an attribute of the value, not of the name.
const TRANSPARENT: &[&str] = &[
    "dj_database_url.",
    "environ.Path",
    "pathlib.",
    "schedule.",
    "sqlalchemy.engine.make_url",
    "sqlalchemy.engine.url.make_url",
    "tempfile.",
    "urllib.parse.",
    "yarl.URL",
];

/// Whether the parts of a value say more than the name it has: paths, parsed addresses, temporary files.
fn is_transparent(term: &Term) -> bool {
    let mut at = term;
    while let Some(call) = at.call() {
        match &call.receiver {
            Some(receiver)
                if matches!(call.callee.as_str(), "/" | "-" | "[]") || call.callee.starts_with('.') =>
            {
                at = receiver;
            }
            _ => return TRANSPARENT.iter().any(|known| call.callee.starts_with(known)),
        }
    }
    false
}
