//! Calls and settings, and what the values in them are: the structural facts.

mod names;
mod value;

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::HashMap;

use super::access::File;
use super::lower::Lower;
use super::names::{Event, Key};
use super::syntax::{Field, Id, Kind};
use crate::fact::{Facts, Guard};
use crate::span::Span;
use crate::term::{Argument, Invocation, Setting, Term, Value};

use names::Standing;

/// Terms inside each other, names followed included: safe for the stack, and deeper than any real value.
const DEPTH: u32 = 48;

/// Parts of one term: the rest of a larger one is [`Value::Other`].
const PARTS: u32 = 2000;

/// Fills in the calls and settings of a file.
pub(super) fn collect<'t>(file: &File<'t>, lower: Lower<'_, 't>, facts: &mut Facts) {
    let nodes = u32::try_from(file.tree.text.len()).unwrap_or(u32::MAX) / 6;
    let terms = Terms {
        file,
        lower,
        calls: OnceCell::new(),
        keyed: OnceCell::new(),
        standings: RefCell::default(),
        guards: RefCell::default(),
        active: RefCell::default(),
        depth: Cell::new(0),
        left: Cell::new(0),
        budget: Cell::new(nodes.saturating_mul(16).saturating_add(100_000)),
    };
    for id in file.tree.all() {
        match file.tree.kind(id) {
            Kind::Call => {
                facts.invocations.extend(terms.fact(id));
                terms.updated(id, &mut facts.settings);
            }
            Kind::Decorator => facts.invocations.extend(terms.plain_decorator(id)),
            Kind::Assignment => terms.assigned(id, &mut facts.settings),
            _ => {}
        }
    }
}

/// Lowers the values of one file.
struct Terms<'f, 't> {
    file: &'f File<'t>,
    lower: Lower<'f, 't>,
    /// Calls by the last segment of their function.
    calls: OnceCell<HashMap<&'t str, Vec<Id>>>,
    /// Keys that are given to the map under a name after it is made: key and value.
    keyed: OnceCell<HashMap<Key<'t>, Vec<(Id, Id)>>>,
    /// What parameters stand for, by function and position.
    standings: RefCell<HashMap<(Id, usize), Standing>>,
    /// Conditions around calls and assignments, as far as asked.
    guards: RefCell<HashMap<Id, Vec<Guard>>>,
    /// Values of names that are being worked out.
    active: RefCell<Vec<Id>>,
    depth: Cell<u32>,
    /// Parts left for the term at hand.
    left: Cell<u32>,
    /// Parts left for the file, so that values named again and again cannot make the work grow beyond
    /// its length.
    budget: Cell<u32>,
}

impl<'t> Terms<'_, 't> {
    fn make(&self, id: Id, value: Value) -> Term {
        Term { span: self.file.tree.span(id), value }
    }

    /// Runs `lower` with the parts that one fact may have.
    fn within_limits<R>(&self, lower: impl FnOnce() -> R) -> R {
        let limit = PARTS.min(self.budget.get());
        self.left.set(limit);
        let result = lower();
        self.budget.set(self.budget.get().saturating_sub(limit - self.left.get().min(limit)));
        result
    }

    fn guards(&self, id: Id) -> Vec<Guard> {
        if let Some(known) = self.guards.borrow().get(&id) {
            return known.clone();
        }
        let guards = self.lower.conditions(id, |_| false, true);
        self.guards.borrow_mut().insert(id, guards.clone());
        guards
    }

    /// Whether a call may be of a function that the vocabulary knows.
    fn may_be_known(&self, function: Id) -> bool {
        let tree = self.file.tree;
        match tree.kind(function) {
            Kind::Attribute => tree
                .get(function, Field::Attribute)
                .is_some_and(|name| self.file.vocabulary.is_call(tree.text(name))),
            Kind::Identifier => match self.file.names.events_of(function) {
                [] => self.file.vocabulary.is_call(tree.text(function)),
                events => events.iter().any(|event| match event {
                    Event::Import { path } => {
                        self.file.vocabulary.is_call(path.rsplit('.').next().unwrap_or_default())
                    }
                    Event::Assign { .. } => true,
                    _ => self.file.vocabulary.is_call(tree.text(function)),
                }),
            },
            _ => false,
        }
    }

    /// Whether a name that the vocabulary knows as a builtin function is the file's own.
    fn hides_builtin(&self, function: Id) -> bool {
        let tree = self.file.tree;
        tree.kind(function) == Kind::Identifier && tree.text(function) == "open" && {
            let events = self.file.names.events_of(function);
            !events.is_empty()
                && !events.iter().any(|event| matches!(event, Event::Import { .. } | Event::Assign { .. }))
        }
    }

    fn fact(&self, id: Id) -> Option<Invocation> {
        let tree = self.file.tree;
        let function = tree.bare(tree.get(id, Field::Function)?);
        if !self.may_be_known(function) || self.hides_builtin(function) {
            return None;
        }
        let mut call = self.within_limits(|| self.invocation(id, true))?;
        if !self.file.vocabulary.is_call(call.name()) {
            return None;
        }
        let decorated = tree
            .parent(id)
            .filter(|&parent| tree.kind(parent) == Kind::Decorator)
            .and_then(|decorator| self.decorated(decorator));
        call.body = decorated.or(call.body);
        call.bound = self.bound(id);
        Some(call)
    }

    /// `@app.on_after_configure.connect` calls the function with what it stands on.
    fn plain_decorator(&self, decorator: Id) -> Option<Invocation> {
        let tree = self.file.tree;
        let function = tree.first(decorator)?;
        if !matches!(tree.kind(function), Kind::Identifier | Kind::Attribute) || !self.may_be_known(function)
        {
            return None;
        }
        let (callee, receiver, name_span) = self.within_limits(|| self.callee(function));
        let call = Invocation {
            callee,
            receiver,
            arguments: Vec::new(),
            span: tree.span(function),
            name_span,
            scope: self.file.names.scope_name(decorator),
            guards: self.guards(decorator),
            bound: None,
            body: self.decorated(decorator),
        };
        self.file.vocabulary.is_call(call.name()).then_some(call)
    }

    fn decorated(&self, decorator: Id) -> Option<Span> {
        let tree = self.file.tree;
        let definition = tree.get(tree.parent(decorator)?, Field::Definition)?;
        Some(tree.span(definition))
    }

    /// The call at `id`; `around` asks for its scope and conditions as well.
    fn invocation(&self, id: Id, around: bool) -> Option<Invocation> {
        let tree = self.file.tree;
        let function = tree.bare(tree.get(id, Field::Function)?);
        let (callee, receiver, name_span) = self.callee(function);
        let mut arguments = Vec::new();
        if let Some(list) = tree.get(id, Field::Arguments) {
            if tree.kind(list) == Kind::Generator {
                arguments.push(Argument { keyword: None, value: self.make(list, Value::Other) });
            } else {
                for child in tree.children(list) {
                    let (keyword, value) = match tree.kind(child) {
                        Kind::Keyword => {
                            let name = tree.get(child, Field::Name).map(|name| tree.text(name).to_string());
                            (name, tree.get(child, Field::Value))
                        }
                        Kind::ListSplat => (Some("*".to_string()), tree.first(child)),
                        Kind::DictSplat => (Some("**".to_string()), tree.first(child)),
                        _ => (None, Some(child)),
                    };
                    let value =
                        value.map_or_else(|| self.make(child, Value::Other), |value| self.term(value));
                    arguments.push(Argument { keyword, value });
                }
            }
        }
        let body = arguments.iter().find(|argument| argument.value.value == Value::Function);
        let body = body.map(|argument| argument.value.span);
        let (scope, guards) = if around {
            (self.file.names.scope_name(id), self.guards(id))
        } else {
            (String::new(), Vec::new())
        };
        let span = tree.span(id);
        Some(Invocation { callee, receiver, arguments, span, name_span, scope, guards, bound: None, body })
    }

    /// Name of a function, what it is called on, and the bytes of its last segment.
    fn callee(&self, function: Id) -> (String, Option<Term>, Span) {
        let tree = self.file.tree;
        let span = tree.span(function);
        match tree.kind(function) {
            Kind::Identifier => {
                let called = self.term(function);
                match called.value {
                    Value::Name(path) => (path, None, span),
                    // A value that can be called: `ROOT = environ.Path(__file__)`, `ROOT("media")`.
                    Value::Call(_) => (tree.text(function).to_string(), Some(called), span),
                    _ => (tree.text(function).to_string(), None, span),
                }
            }
            Kind::Attribute => {
                let (Some(object), Some(name)) =
                    (tree.get(function, Field::Object), tree.get(function, Field::Attribute))
                else {
                    return ("()".to_string(), None, span);
                };
                let object = tree.bare(object);
                let method = tree.text(name);
                let receiver = self.term(object);
                let named = match &receiver.value {
                    Value::Name(path) => Some(path.clone()),
                    Value::Parameter(_) => Some(self.file.target(object)),
                    Value::Function if tree.kind(object) != Kind::Lambda => Some(self.file.target(object)),
                    _ => None,
                };
                match named {
                    Some(path) => {
                        let receiver = Some(receiver).filter(|_| !self.is_module_or_class(object));
                        (format!("{path}.{method}"), receiver, tree.span(name))
                    }
                    None => (format!(".{method}"), Some(receiver), tree.span(name)),
                }
            }
            _ => ("()".to_string(), Some(self.term(function)), span),
        }
    }

    /// Whether a dotted name begins with an import, or is a class of the file.
    fn is_module_or_class(&self, mut id: Id) -> bool {
        let tree = self.file.tree;
        let whole = id;
        while tree.kind(id) == Kind::Attribute {
            match tree.get(id, Field::Object) {
                Some(object) => id = object,
                None => return false,
            }
        }
        tree.kind(id) == Kind::Identifier
            && self.file.names.events_of(id).iter().any(|event| match event {
                Event::Import { .. } => true,
                Event::Class(_) => whole == id,
                _ => false,
            })
    }

    /// The name that is given the result of a call.
    fn bound(&self, call: Id) -> Option<String> {
        let tree = self.file.tree;
        let mut at = call;
        for _ in 0..16 {
            let parent = tree.parent(at)?;
            match tree.kind(parent) {
                Kind::Parenthesized | Kind::Await | Kind::Boolean => {}
                Kind::Conditional if tree.children(parent).nth(1) != Some(at) => {}
                Kind::Assignment if tree.field(at) == Field::Right => {
                    let target = self.file.target(tree.get(parent, Field::Left)?);
                    return (!target.is_empty()).then_some(target);
                }
                Kind::Named => return tree.get(parent, Field::Name).map(|name| tree.text(name).to_string()),
                Kind::AsPattern => {
                    let target = tree.children(parent).nth(1)?;
                    let target = self.file.target(tree.first(target).unwrap_or(target));
                    return (!target.is_empty()).then_some(target);
                }
                _ => return None,
            }
            at = parent;
        }
        None
    }

    /// The settings that an assignment makes.
    fn assigned(&self, id: Id, settings: &mut Vec<Setting>) {
        let tree = self.file.tree;
        let (Some(left), Some(mut right)) = (tree.get(id, Field::Left), tree.get(id, Field::Right)) else {
            return;
        };
        while tree.kind(right) == Kind::Assignment {
            match tree.get(right, Field::Right) {
                Some(inner) => right = inner,
                None => return,
            }
        }
        match tree.kind(left) {
            Kind::PatternList | Kind::TuplePattern => {
                let right = tree.bare(right);
                if matches!(tree.kind(right), Kind::ExpressionList | Kind::Tuple)
                    && tree.children(left).count() == tree.children(right).count()
                {
                    for (target, value) in tree.children(left).zip(tree.children(right)) {
                        self.assign(id, target, value, settings);
                    }
                }
            }
            _ => self.assign(id, left, right, settings),
        }
    }

    fn assign(&self, whole: Id, target: Id, value: Id, settings: &mut Vec<Setting>) {
        let tree = self.file.tree;
        let name = match tree.kind(target) {
            Kind::Identifier => {
                let scope = self.file.names.scope(target);
                if !matches!(tree.kind(scope), Kind::Module | Kind::Class) {
                    return;
                }
                tree.text(target).to_string()
            }
            Kind::Attribute => self.file.target(target),
            // What is put under a computed key is no value of the name.
            Kind::Subscript => match tree.get(target, Field::Subscript).and_then(|key| tree.literal(key)) {
                Some(_) => self.file.target(target),
                None => return,
            },
            _ => return,
        };
        self.setting(whole, tree.span(target), name, value, settings);
    }

    /// The settings that `app.config.update(KEY=value)` makes.
    fn updated(&self, id: Id, settings: &mut Vec<Setting>) {
        let tree = self.file.tree;
        let Some(function) = tree.get(id, Field::Function) else { return };
        if tree.kind(function) != Kind::Attribute {
            return;
        }
        let (Some(object), Some(method)) =
            (tree.get(function, Field::Object), tree.get(function, Field::Attribute))
        else {
            return;
        };
        if !matches!(tree.text(method), "update" | "from_mapping") {
            return;
        }
        let base = self.file.target(object);
        if base.is_empty() {
            return;
        }
        let Some(list) = tree.get(id, Field::Arguments) else { return };
        for argument in tree.children(list) {
            match tree.kind(argument) {
                Kind::Keyword => {
                    if let (Some(key), Some(value)) =
                        (tree.get(argument, Field::Name), tree.get(argument, Field::Value))
                    {
                        let name = format!("{base}.{}", tree.text(key));
                        self.setting(argument, tree.span(key), name, value, settings);
                    }
                }
                Kind::Dictionary => {
                    for pair in tree.children(argument).filter(|&pair| tree.kind(pair) == Kind::Pair) {
                        if let (Some(key), Some(value)) =
                            (tree.get(pair, Field::Key), tree.get(pair, Field::Value))
                            && let Some((text, _)) = tree.literal(key)
                        {
                            let name = format!("{base}.{text}");
                            self.setting(pair, tree.span(key), name, value, settings);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    fn setting(&self, whole: Id, name_span: Span, name: String, value: Id, settings: &mut Vec<Setting>) {
        let tree = self.file.tree;
        if name.is_empty() {
            return;
        }
        let plain = matches!(
            tree.kind(value),
            Kind::String | Kind::Integer | Kind::Float | Kind::True | Kind::False | Kind::None
        );
        if plain && !self.file.vocabulary.is_setting(&name, &self.make(value, Value::Other)) {
            return;
        }
        let value = self.within_limits(|| self.term(value));
        if self.file.vocabulary.is_setting(&name, &value) {
            settings.push(Setting {
                name,
                name_span,
                value,
                span: tree.span(whole),
                scope: self.file.names.scope_name(whole),
                guards: self.guards(whole),
            });
        }
    }
}
