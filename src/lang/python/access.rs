//! Finding the places that look at or change the environment.

use std::collections::HashMap;

use super::api::{self, Library};
use super::names::{Event, Names};
use super::syntax::{Arguments, Field, Id, Kind, Tree};
use crate::fact::{EnvWrite, Name, ReadKind, WriteKind, looks_like_variable};
use crate::span::Span;

/// What is known of a text that names a variable.
#[derive(Clone, Debug)]
pub(super) enum Texts {
    /// Known in full; where it stands.
    Known(String, Option<Span>),
    /// One of several: the elements of a list that a loop goes through. All accesses with the same
    /// `choice` take the same element at the same time.
    Several { choice: Id, texts: Vec<(String, Span, Id)> },
    /// A parameter of a function, with what is written around it.
    Parameter(Parameter),
    /// Begins and ends so.
    Partly(String, String),
    /// Fulfils a test in a scan of the environment.
    Matching(Name),
    /// Not known.
    Computed,
}

/// A parameter that is, or is part of, the name of a variable.
#[derive(Clone, Debug)]
pub(super) struct Parameter {
    pub(super) function: Id,
    pub(super) index: usize,
    pub(super) keyword: String,
    pub(super) prefix: String,
    pub(super) suffix: String,
    pub(super) upcase: bool,
    pub(super) list: bool,
}

/// An access to the environment.
#[derive(Clone, Debug)]
pub(super) struct Access {
    pub(super) api: String,
    pub(super) kind: ReadKind,
    pub(super) name: Texts,
    pub(super) default: Option<Id>,
    pub(super) required: bool,
    /// `not in`.
    pub(super) negated: bool,
}

/// Something that holds the environment, or gives variables away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Object {
    /// `os.environ`; `copy` where it is not the process's own.
    Environment { copy: bool },
    /// The names, or pairs of name and value.
    Names { pairs: bool },
    /// An object of a settings library, with the prefix that it puts before names.
    Library(Library, String),
}

/// One file under examination.
pub(super) struct File<'t> {
    pub(super) tree: &'t Tree<'t>,
    pub(super) names: &'t Names<'t>,
    /// Reads by the node of their access.
    pub(super) accesses: HashMap<Id, Access>,
    /// Defaults of variables in schemes: `environ.Env(X=(str, "d"))`; `None` for no default.
    pub(super) scheme: HashMap<&'t str, Option<Id>>,
    /// `env.str("X")` stands somewhere: an imported `env` is an object, not a function.
    pub(super) env_methods: bool,
}

impl<'t> File<'t> {
    /// What an expression is, where it is the environment or gives variables.
    pub(super) fn object(&self, id: Id) -> Option<Object> {
        let tree = self.tree;
        self.names.deeper(|| match tree.kind(id) {
            Kind::Identifier => self.object_of_name(id),
            Kind::Attribute => {
                let path = self.names.path(id)?;
                if api::ENVIRONMENT.contains(&path.as_str()) && self.is_root_unbound(id) {
                    return Some(Object::Environment { copy: false });
                }
                if let Some(library) = Library::of_object(&path) {
                    return Some(Object::Library(library, String::new()));
                }
                if tree.get(id, Field::Attribute).is_some_and(|name| tree.text(name) == "ENVIRON") {
                    let object = tree.get(id, Field::Object)?;
                    if let Some(Object::Library(..)) = self.object(object) {
                        return Some(Object::Environment { copy: false });
                    }
                }
                let key = self.names.member(id)?;
                self.object_of_events(self.names.events(key))
            }
            Kind::Call => self.object_of_call(id),
            Kind::Boolean => tree.children(id).find_map(|side| self.object(side)),
            Kind::Conditional => {
                let mut parts = tree.children(id);
                let (then, otherwise) = (parts.next()?, parts.nth(1)?);
                self.object(then).or_else(|| self.object(otherwise))
            }
            Kind::Parenthesized | Kind::Await => self.object(tree.first(id)?),
            Kind::Named => self.object(tree.get(id, Field::Value)?),
            Kind::Dictionary => tree
                .children(id)
                .filter(|&part| tree.kind(part) == Kind::DictSplat)
                .filter_map(|part| tree.first(part))
                .any(|part| matches!(self.object(part), Some(Object::Environment { .. })))
                .then_some(Object::Environment { copy: true }),
            _ => None,
        })
    }

    fn is_root_unbound(&self, attribute: Id) -> bool {
        let mut head = attribute;
        while self.tree.kind(head) == Kind::Attribute {
            match self.tree.get(head, Field::Object) {
                Some(object) => head = object,
                None => return false,
            }
        }
        // `os` as a parameter, or a variable of that name, is not the module.
        let events = self.names.events_of(head);
        events.is_empty()
            || events.iter().any(|event| matches!(event, Event::Import { .. } | Event::Assign { .. }))
    }

    fn object_of_name(&self, id: Id) -> Option<Object> {
        let events = self.names.events_of(id);
        let name = self.tree.text(id);
        if !events.is_empty() {
            return self.object_of_events(events);
        }
        let stars = &self.names.stars;
        match name {
            "environ" if stars.iter().any(|module| module == "os") => {
                Some(Object::Environment { copy: false })
            }
            "env" if !stars.is_empty() => Some(Object::Library(Library::Imported, String::new())),
            "config" if stars.iter().any(|module| module == "decouple") => {
                Some(Object::Library(Library::Decouple, String::new()))
            }
            _ => None,
        }
    }

    fn object_of_events(&self, events: &[Event]) -> Option<Object> {
        events.iter().find_map(|event| match event {
            Event::Import { path, .. } => {
                if api::ENVIRONMENT.contains(&path.as_str()) {
                    return Some(Object::Environment { copy: false });
                }
                if let Some(library) = Library::of_object(path) {
                    return Some(Object::Library(library, String::new()));
                }
                let (module, name) = path.rsplit_once('.')?;
                (name == "env" && (self.env_methods || is_settings_module(module)))
                    .then(|| Object::Library(Library::Imported, String::new()))
            }
            Event::Assign { value, .. } => self.object(*value),
            Event::With { value } => self.object(*value),
            Event::Parameter { default: Some(default), .. } => self.object(*default),
            _ => None,
        })
    }

    fn object_of_call(&self, id: Id) -> Option<Object> {
        let tree = self.tree;
        let function = tree.get(id, Field::Function)?;
        let arguments = tree.arguments(id);
        if tree.kind(function) == Kind::Attribute {
            let object = tree.get(function, Field::Object)?;
            let method = tree.text(tree.get(function, Field::Attribute)?);
            match (self.object(object), method) {
                (Some(Object::Environment { .. }), "copy") => {
                    return Some(Object::Environment { copy: true });
                }
                (Some(Object::Environment { .. }), "keys" | "iterkeys" | "__iter__") => {
                    return Some(Object::Names { pairs: false });
                }
                (Some(Object::Environment { .. }), "items" | "iteritems") => {
                    return Some(Object::Names { pairs: true });
                }
                (Some(Object::Library(library, prefix)), "prefixed") => {
                    let added = arguments.positional.first().and_then(|&prefix| tree.literal(prefix))?;
                    return Some(Object::Library(library, prefix + &added.0));
                }
                _ => {}
            }
        }
        let path = self.names.path(function)?;
        let first = arguments.positional.first().copied();
        match path.as_str() {
            "dict"
            | "copy.copy"
            | "copy.deepcopy"
            | "collections.ChainMap"
            | "types.MappingProxyType"
            | "MappingProxyType"
            | "ChainMap"
            | "copy"
            | "deepcopy"
            | "collections.OrderedDict" => {
                let from_splat = || {
                    let splat = arguments.splats.iter().filter_map(|&splat| tree.first(splat));
                    splat.into_iter().find(|&inner| self.object(inner).is_some())
                };
                match self.object(first.or_else(from_splat)?)? {
                    Object::Environment { .. } | Object::Names { pairs: true } => {
                        Some(Object::Environment { copy: true })
                    }
                    other => Some(other),
                }
            }
            "list" | "sorted" | "set" | "tuple" | "iter" | "frozenset" | "six.iterkeys" => {
                match self.object(first?)? {
                    Object::Environment { .. } => Some(Object::Names { pairs: false }),
                    other @ Object::Names { .. } => Some(other),
                    Object::Library(..) => None,
                }
            }
            "six.iteritems" | "iteritems" => match self.object(first?)? {
                Object::Environment { .. } => Some(Object::Names { pairs: true }),
                _ => None,
            },
            path => {
                let library = Library::of_constructor(path)?;
                Some(Object::Library(library, String::new()))
            }
        }
    }

    /// What is known of the variable's name that an expression gives.
    pub(super) fn texts(&self, id: Id) -> Texts {
        self.names
            .deeper(|| {
                let tree = self.tree;
                let id = tree.bare(id);
                if let Some((text, span)) = tree.literal(id) {
                    return Some(Texts::Known(text, Some(span)));
                }
                Some(match tree.kind(id) {
                    Kind::Identifier => self.texts_of_name(id),
                    Kind::Attribute => match tree.get(id, Field::Attribute).map(|name| tree.text(name)) {
                        // The value of an enumeration's member.
                        Some("value") if self.names.member(id).is_none() => {
                            tree.get(id, Field::Object).map_or(Texts::Computed, |object| self.texts(object))
                        }
                        _ => match self.names.member(id).map(|key| self.names.events(key)) {
                            Some([Event::Assign { value, .. }]) => self.texts(*value),
                            _ => Texts::Computed,
                        },
                    },
                    Kind::Conditional => {
                        let parts: Vec<Id> = tree.children(id).collect();
                        let texts = [parts.first(), parts.get(2)]
                            .into_iter()
                            .flatten()
                            .map(|&part| tree.literal(part).map(|(text, span)| (text, span, part)))
                            .collect::<Option<Vec<_>>>();
                        match texts {
                            Some(texts) if texts.len() == 2 => Texts::Several { choice: id, texts },
                            _ => Texts::Computed,
                        }
                    }
                    Kind::Named => {
                        tree.get(id, Field::Value).map_or(Texts::Computed, |value| self.texts(value))
                    }
                    Kind::Subscript => self.texts_of_entry(id).unwrap_or(Texts::Computed),
                    Kind::String | Kind::Concatenated | Kind::Binary | Kind::Call => {
                        let mut pieces = Vec::new();
                        self.pieces(id, &mut pieces);
                        join(pieces, tree.span(id))
                    }
                    _ => Texts::Computed,
                })
            })
            .unwrap_or(Texts::Computed)
    }

    /// `NAMES["app"]` of a map written in this file.
    fn texts_of_entry(&self, id: Id) -> Option<Texts> {
        let tree = self.tree;
        let map = tree.get(id, Field::Value)?;
        let map = match tree.kind(map) {
            Kind::Identifier => self.names.only_value(map)?,
            _ => map,
        };
        if tree.kind(map) != Kind::Dictionary {
            return None;
        }
        let wanted = tree.get(id, Field::Subscript).and_then(|key| tree.literal(key)).map(|(key, _)| key);
        let mut texts = Vec::new();
        for pair in tree.children(map) {
            let (key, value) = (tree.get(pair, Field::Key)?, tree.get(pair, Field::Value)?);
            let (text, span) = tree.literal(value)?;
            match (&wanted, tree.literal(key)) {
                (Some(wanted), Some((key, _))) if *wanted == key => {
                    return Some(Texts::Known(text, Some(span)));
                }
                (Some(_), _) => {}
                (None, _) => texts.push((text, span, value)),
            }
        }
        (!texts.is_empty()).then_some(Texts::Several { choice: id, texts })
    }

    fn texts_of_name(&self, id: Id) -> Texts {
        match self.names.events_of(id) {
            [Event::Assign { value, .. }] => self.texts(*value),
            [Event::Parameter { at, index, function, .. }] => Texts::Parameter(Parameter {
                function: *function,
                index: *index,
                keyword: self.tree.text(*at).to_string(),
                prefix: String::new(),
                suffix: String::new(),
                upcase: false,
                list: false,
            }),
            // A parameter that is brought into form first: `name = name.upper()`.
            [parameter @ Event::Parameter { .. }, Event::Assign { value, .. }]
                if self.names.enclosing_function(id).is_some() && !self.tree.within(id, *value) =>
            {
                match self.texts(*value) {
                    Texts::Computed => self.texts_of_parameter(parameter),
                    other => other,
                }
            }
            [parameter @ Event::Parameter { .. }, Event::Assign { .. }] => self.texts_of_parameter(parameter),
            [Event::Loop { iterable, index }] => self.texts_of_loop(*iterable, *index),
            // The same loop variable in several loops: each its own.
            events
                if events.iter().all(|event| matches!(event, Event::Loop { .. })) && !events.is_empty() =>
            {
                let around = events.iter().rev().find_map(|event| match event {
                    Event::Loop { iterable, index } => self
                        .tree
                        .parent(*iterable)
                        .is_some_and(|of| self.tree.within(id, of))
                        .then_some((*iterable, *index)),
                    _ => None,
                });
                around.map_or(Texts::Computed, |(iterable, index)| self.texts_of_loop(iterable, index))
            }
            _ => Texts::Computed,
        }
    }

    fn texts_of_parameter(&self, event: &Event) -> Texts {
        let Event::Parameter { at, index, function, .. } = event else { return Texts::Computed };
        Texts::Parameter(Parameter {
            function: *function,
            index: *index,
            keyword: self.tree.text(*at).to_string(),
            prefix: String::new(),
            suffix: String::new(),
            upcase: false,
            list: false,
        })
    }

    fn texts_of_loop(&self, iterable: Id, index: Option<usize>) -> Texts {
        if let Some(elements) = self.elements(iterable, index) {
            let texts =
                elements.iter().map(|&element| tree_literal(self.tree, element)).collect::<Option<Vec<_>>>();
            if let Some(texts) = texts.filter(|texts| !texts.is_empty()) {
                return Texts::Several { choice: iterable, texts };
            }
        }
        match self.object(iterable) {
            Some(Object::Names { .. } | Object::Environment { .. }) => {
                let mut tests = self.scan_tests(iterable);
                return match tests.len() {
                    1 => Texts::Matching(tests.remove(0).0),
                    _ => Texts::Computed,
                };
            }
            _ => {}
        }
        if index.is_none()
            && let Texts::Parameter(parameter) = self.texts(iterable)
            && parameter.prefix.is_empty()
            && parameter.suffix.is_empty()
        {
            return Texts::Parameter(Parameter { list: true, ..parameter });
        }
        Texts::Computed
    }

    /// The elements that a loop takes, where they are written in this file.
    pub(super) fn elements(&self, iterable: Id, index: Option<usize>) -> Option<Vec<Id>> {
        let tree = self.tree;
        self.names.deeper(|| {
            let iterable = tree.bare(iterable);
            match tree.kind(iterable) {
                Kind::List | Kind::Tuple | Kind::Set | Kind::ExpressionList => {
                    let mut elements = Vec::new();
                    for element in tree.children(iterable) {
                        match (index, tree.kind(element)) {
                            (None, Kind::ListSplat) => {
                                elements.extend(self.elements(tree.first(element)?, None)?)
                            }
                            (None, _) => elements.push(element),
                            (Some(index), Kind::Tuple | Kind::List) => {
                                elements.push(tree.children(element).nth(index)?);
                            }
                            (Some(_), _) => return None,
                        }
                    }
                    Some(elements)
                }
                Kind::Dictionary if index.is_none() => {
                    tree.children(iterable).map(|pair| tree.get(pair, Field::Key)).collect()
                }
                Kind::Identifier => self.elements(self.names.only_value(iterable)?, index),
                Kind::Attribute => match self.names.events(self.names.member(iterable)?) {
                    [Event::Assign { value, .. }] => self.elements(*value, index),
                    _ => None,
                },
                Kind::Binary => {
                    let mut elements = self.elements(tree.get(iterable, Field::Left)?, index)?;
                    elements.extend(self.elements(tree.get(iterable, Field::Right)?, index)?);
                    Some(elements)
                }
                Kind::Call => {
                    let function = tree.get(iterable, Field::Function)?;
                    let arguments = tree.arguments(iterable);
                    let first = arguments.positional.first().copied();
                    match (tree.text(function), first, index) {
                        (
                            "list" | "tuple" | "set" | "sorted" | "reversed" | "frozenset" | "iter",
                            Some(first),
                            _,
                        ) => {
                            return self.elements(first, index);
                        }
                        ("enumerate", Some(first), Some(1)) => return self.elements(first, None),
                        _ => {}
                    }
                    let map = tree.get(function, Field::Object)?;
                    let map = match tree.kind(map) {
                        Kind::Identifier => self.names.only_value(map)?,
                        _ => map,
                    };
                    let side = match (tree.text(tree.get(function, Field::Attribute)?), index) {
                        ("items" | "iteritems", Some(0)) | ("keys", None) => Field::Key,
                        ("items" | "iteritems", Some(1)) | ("values", None) => Field::Value,
                        _ => return None,
                    };
                    (tree.kind(map) == Kind::Dictionary)
                        .then(|| tree.children(map).map(|pair| tree.get(pair, side)).collect())?
                }
                _ => None,
            }
        })
    }

    /// The pieces of a text: known ones, parameters, and holes.
    fn pieces(&self, id: Id, pieces: &mut Vec<Piece>) {
        let tree = self.tree;
        let hole = self.names.deeper(|| {
            let id = tree.bare(id);
            match tree.kind(id) {
                Kind::String => {
                    let (prefix, inner, _) = tree.string(id)?;
                    if !prefix.contains(['f', 'F', 't', 'T']) {
                        pieces.push(Piece::Text(inner.to_string()));
                        return Some(());
                    }
                    for part in tree.children(id) {
                        match tree.kind(part) {
                            Kind::StringContent => pieces.push(Piece::Text(tree.text(part).to_string())),
                            Kind::Interpolation => self.pieces(tree.first(part)?, pieces),
                            _ => {}
                        }
                    }
                    Some(())
                }
                Kind::Concatenated => {
                    tree.children(id).for_each(|part| self.pieces(part, pieces));
                    Some(())
                }
                Kind::Binary => {
                    let operator = tree.text(tree.get(id, Field::Operator)?);
                    let (left, right) = (tree.get(id, Field::Left)?, tree.get(id, Field::Right)?);
                    match operator {
                        "+" => {
                            self.pieces(left, pieces);
                            self.pieces(right, pieces);
                            Some(())
                        }
                        "%" => {
                            let (format, _) = tree.literal(left)?;
                            let values: Vec<Id> = match tree.kind(right) {
                                Kind::Tuple => tree.children(right).collect(),
                                _ => vec![right],
                            };
                            self.fill(&percent_pieces(&format), &values, pieces)
                        }
                        _ => None,
                    }
                }
                Kind::Call => {
                    let function = tree.get(id, Field::Function)?;
                    let arguments = tree.arguments(id);
                    if tree.text(function) == "str" {
                        self.pieces(*arguments.positional.first()?, pieces);
                        return Some(());
                    }
                    let object = tree.get(function, Field::Object)?;
                    match tree.text(tree.get(function, Field::Attribute)?) {
                        "upper" => {
                            let from = pieces.len();
                            self.pieces(object, pieces);
                            for piece in &mut pieces[from..] {
                                match piece {
                                    Piece::Text(text) => *text = text.to_ascii_uppercase(),
                                    Piece::Parameter(parameter) => parameter.upcase = true,
                                    Piece::Hole => {}
                                }
                            }
                            Some(())
                        }
                        "strip" | "encode" | "decode" => {
                            self.pieces(object, pieces);
                            Some(())
                        }
                        "format" => {
                            let (format, _) = tree.literal(object)?;
                            self.fill(&brace_pieces(&format), &arguments.positional, pieces)
                        }
                        _ => None,
                    }
                }
                _ => match self.texts(id) {
                    Texts::Known(text, _) => {
                        pieces.push(Piece::Text(text));
                        Some(())
                    }
                    Texts::Parameter(parameter) => {
                        if !parameter.prefix.is_empty() {
                            pieces.push(Piece::Text(parameter.prefix.clone()));
                        }
                        let suffix = parameter.suffix.clone();
                        pieces.push(Piece::Parameter(Box::new(Parameter {
                            prefix: String::new(),
                            suffix: String::new(),
                            ..parameter
                        })));
                        if !suffix.is_empty() {
                            pieces.push(Piece::Text(suffix));
                        }
                        Some(())
                    }
                    Texts::Partly(prefix, suffix) => {
                        pieces.extend([Piece::Text(prefix), Piece::Hole, Piece::Text(suffix)]);
                        Some(())
                    }
                    _ => None,
                },
            }
        });
        if hole.is_none() {
            pieces.push(Piece::Hole);
        }
    }

    /// Puts values into the holes of a format.
    fn fill(&self, format: &[Option<String>], values: &[Id], pieces: &mut Vec<Piece>) -> Option<()> {
        let mut values = values.iter();
        for part in format {
            match (part, part.is_none().then(|| values.next()).flatten()) {
                (Some(text), _) => pieces.push(Piece::Text(text.clone())),
                (None, Some(&value)) => self.pieces(value, pieces),
                (None, None) => pieces.push(Piece::Hole),
            }
        }
        Some(())
    }

    /// The tests that a scan puts to the names of the variables, with the test's node.
    pub(super) fn scan_tests(&self, iterable: Id) -> Vec<(Name, Option<Span>, Id)> {
        let tree = self.tree;
        let Some(scan) = tree.parent(iterable) else { return Vec::new() };
        let mut tests = Vec::new();
        let (variable, body) = match tree.kind(scan) {
            Kind::For => (tree.get(scan, Field::Left), scan),
            Kind::ForIn => (tree.get(scan, Field::Left), tree.parent(scan).unwrap_or(scan)),
            // `filter(lambda k: k.startswith("X"), os.environ)`
            Kind::Arguments => {
                let lambda = tree.children(scan).find(|&part| tree.kind(part) == Kind::Lambda);
                let list = lambda.and_then(|lambda| tree.get(lambda, Field::Parameters));
                (list.and_then(|list| tree.first(list)), scan)
            }
            _ => return tests,
        };
        let Some(variable) = variable else { return tests };
        let variable = match tree.kind(variable) {
            Kind::PatternList | Kind::TuplePattern => tree.first(variable).unwrap_or(variable),
            _ => variable,
        };
        if tree.kind(variable) != Kind::Identifier {
            return tests;
        }
        let name = tree.text(variable);
        for id in tree.subtree(body) {
            if tree.kind(id) == Kind::Identifier
                && tree.text(id) == name
                && id != variable
                && tests.len() < 12
            {
                self.scan_test(id, &mut tests);
            }
        }
        // `k.startswith("A") and k.endswith("B")` is one test.
        let mut at = 0;
        while at + 1 < tests.len() {
            let joined = match (&tests[at].0, &tests[at + 1].0) {
                (Name::Partly { prefix, suffix }, Name::Partly { prefix: none, suffix: end })
                    if !prefix.is_empty() && suffix.is_empty() && none.is_empty() =>
                {
                    Some((prefix.clone(), end.clone()))
                }
                _ => None,
            };
            let both = tree.parent(tests[at].2).filter(|&parent| {
                tree.kind(parent) == Kind::Boolean
                    && tree.get(parent, Field::Operator).is_some_and(|operator| tree.text(operator) == "and")
                    && tree.within(tests[at + 1].2, parent)
            });
            if let (Some((prefix, suffix)), Some(both)) = (joined, both) {
                tests[at] = (Name::Partly { prefix, suffix }, tests[at].1, both);
                tests.remove(at + 1);
            }
            at += 1;
        }
        tests
    }

    fn scan_test(&self, id: Id, tests: &mut Vec<(Name, Option<Span>, Id)>) {
        let tree = self.tree;
        let Some(parent) = tree.parent(id) else { return };
        match tree.kind(parent) {
            Kind::Attribute => {
                let Some(call) = tree.parent(parent).filter(|&call| tree.kind(call) == Kind::Call) else {
                    return;
                };
                let Some(method) = tree.get(parent, Field::Attribute) else { return };
                let arguments = tree.arguments(call);
                let Some(&first) = arguments.positional.first() else { return };
                let literals: Vec<(String, Span)> = match tree.kind(first) {
                    Kind::Tuple => tree.children(first).filter_map(|part| tree.literal(part)).collect(),
                    _ => match self.texts(first) {
                        Texts::Known(text, Some(span)) => vec![(text, span)],
                        _ => Vec::new(),
                    },
                };
                for (text, span) in literals {
                    let name = match tree.text(method) {
                        "startswith" => Name::Partly { prefix: text, suffix: String::new() },
                        "endswith" => Name::Partly { prefix: String::new(), suffix: text },
                        _ => return,
                    };
                    tests.push((name, Some(span), call));
                }
            }
            Kind::Comparison => {
                let parts: Vec<Id> = tree.children(parent).collect();
                let operator = tree.get(parent, Field::Operators).map(|operator| tree.text(operator));
                let (&[left, right], Some(operator)) = (parts.as_slice(), operator) else { return };
                let other = if left == id { right } else { left };
                match operator {
                    "==" => {
                        if let Texts::Known(text, span) = self.texts(other) {
                            tests.push((Name::Known(text), span, parent));
                        }
                    }
                    "in" if left == id => {
                        for element in self.elements(right, None).unwrap_or_default() {
                            if let Some((text, span)) = tree.literal(element) {
                                tests.push((Name::Known(text), Some(span), parent));
                            }
                        }
                    }
                    "in" => {
                        if let Some((text, span)) = tree.literal(left) {
                            tests.push((Name::Pattern(regex::escape(&text)), Some(span), parent));
                        }
                    }
                    _ => {}
                }
            }
            Kind::Arguments => {
                let Some(call) = tree.parent(parent) else { return };
                let Some(function) = tree.get(call, Field::Function) else { return };
                if let Some((pattern, span)) = self.pattern_of(call, function) {
                    tests.push((Name::Pattern(pattern), span, call));
                }
            }
            _ => {}
        }
    }

    /// The pattern of `re.match(pattern, x)` or `PATTERN.match(x)`, and where it stands.
    pub(super) fn pattern_of(&self, call: Id, function: Id) -> Option<(String, Option<Span>)> {
        let tree = self.tree;
        let arguments = tree.arguments(call);
        let path = self.names.path(function)?;
        if let Some(anchors) = api::matcher(&path)
            && let Texts::Known(pattern, span) = self.texts(*arguments.positional.first()?)
        {
            return Some((anchors.apply(&pattern), span));
        }
        let method = tree.get(function, Field::Attribute)?;
        let anchors = api::matcher(&format!("re.{}", tree.text(method)))?;
        let compiled = tree.get(function, Field::Object)?;
        let compiled = match tree.kind(compiled) {
            Kind::Identifier => self.names.only_value(compiled)?,
            Kind::Attribute => match self.names.events(self.names.member(compiled)?) {
                [Event::Assign { value, .. }] => *value,
                _ => return None,
            },
            _ => compiled,
        };
        let compile = tree.get(compiled, Field::Function)?;
        if !matches!(self.names.path(compile)?.as_str(), "re.compile" | "regex.compile") {
            return None;
        }
        match self.texts(*tree.arguments(compiled).positional.first()?) {
            Texts::Known(pattern, span) => Some((anchors.apply(&pattern), span)),
            _ => None,
        }
    }

    /// The access that a node is, if it is one.
    pub(super) fn access(&self, id: Id) -> Option<Access> {
        match self.tree.kind(id) {
            Kind::Call => self.access_of_call(id),
            Kind::Subscript => {
                if matches!(self.tree.parent(id).map(|parent| self.tree.kind(parent)), Some(Kind::Delete))
                    || self.is_written(id)
                {
                    return None;
                }
                let object = self.object(self.tree.get(id, Field::Value)?)?;
                let name = self.tree.get(id, Field::Subscript)?;
                match object {
                    Object::Environment { .. } => Some(Access {
                        api: "os.environ".to_string(),
                        kind: ReadKind::Value,
                        name: self.texts(name),
                        default: None,
                        required: true,
                        negated: false,
                    }),
                    _ => None,
                }
            }
            Kind::Comparison => {
                let parts: Vec<Id> = self.tree.children(id).collect();
                let &[left, right] = parts.as_slice() else { return None };
                let operator = self.tree.text(self.tree.get(id, Field::Operators)?);
                let negated = match operator.as_bytes() {
                    b"in" => false,
                    [b'n', ..] => true,
                    _ => return None,
                };
                match self.object(right)? {
                    Object::Environment { .. } | Object::Names { pairs: false } => Some(Access {
                        api: "os.environ".to_string(),
                        kind: ReadKind::Presence,
                        name: self.texts(left),
                        default: None,
                        required: false,
                        negated,
                    }),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// Whether a subscript stands on the left of an assignment.
    fn is_written(&self, id: Id) -> bool {
        let tree = self.tree;
        let Some(parent) = tree.parent(id) else { return false };
        match tree.kind(parent) {
            Kind::Assignment => tree.field(id) == Field::Left,
            Kind::PatternList | Kind::TuplePattern => true,
            _ => false,
        }
    }

    fn access_of_call(&self, id: Id) -> Option<Access> {
        let tree = self.tree;
        let function = tree.get(id, Field::Function)?;
        let arguments = tree.arguments(id);
        if tree.kind(function) == Kind::Attribute {
            let object = tree.get(function, Field::Object)?;
            let method = tree.text(tree.get(function, Field::Attribute)?);
            match self.object(object) {
                Some(Object::Environment { .. }) => {
                    return self.access_of_environment(id, method, &arguments);
                }
                Some(Object::Library(library, prefix)) => {
                    return self.access_of_library(id, library, &prefix, method, &arguments);
                }
                _ => {}
            }
        } else if let Some(Object::Library(library, prefix)) = self.object(function) {
            return self.access_of_library(id, library, &prefix, "", &arguments);
        }
        let path = self.names.path(function)?;
        if let Some(method) = path.strip_prefix("os.environ.") {
            return self.access_of_environment(id, method, &arguments);
        }
        let reader = api::READERS.iter().find(|reader| {
            reader.path == path
                || (path == "getenv"
                    && reader.path == "os.getenv"
                    && self.names.stars.iter().any(|module| module == "os"))
        })?;
        let name = match (arguments.get(0, reader.keyword), reader.implied) {
            (Some(name), _) => self.texts(name),
            (None, Some(implied)) => Texts::Known(implied.to_string(), None),
            (None, None) if arguments.splats.is_empty() => return None,
            (None, None) => Texts::Computed,
        };
        Some(Access {
            api: path,
            kind: ReadKind::Value,
            name,
            default: arguments.get(reader.default, "default"),
            required: false,
            negated: false,
        })
    }

    fn access_of_environment(&self, id: Id, method: &str, arguments: &Arguments<'_>) -> Option<Access> {
        let (kind, required) = match method {
            "get" | "setdefault" => (ReadKind::Value, false),
            "pop" => {
                // Dropping a variable without a look at it is only a write.
                let parent = self.tree.parent(id)?;
                if self.tree.kind(parent) == Kind::ExpressionStatement {
                    return None;
                }
                (ReadKind::Value, arguments.positional.len() < 2 && arguments.keyword("default").is_none())
            }
            "__getitem__" => (ReadKind::Value, true),
            "__contains__" | "has_key" => (ReadKind::Presence, false),
            _ => return None,
        };
        let name = match arguments.get(0, "key") {
            Some(name) => self.texts(name),
            None if !arguments.splats.is_empty() => Texts::Computed,
            None => return None,
        };
        Some(Access {
            api: format!("os.environ.{method}"),
            kind,
            name,
            default: arguments.get(1, "default"),
            required,
            negated: false,
        })
    }

    fn access_of_library(
        &self,
        id: Id,
        library: Library,
        prefix: &str,
        method: &str,
        arguments: &Arguments<'_>,
    ) -> Option<Access> {
        let sure = library.reads(method)?;
        let argument = arguments.positional.first().copied().or_else(|| {
            ["name", "var", "key", "option"].iter().find_map(|keyword| arguments.keyword(keyword))
        });
        let name = match (argument, api::implied(method)) {
            (Some(argument), _) => self.texts(argument),
            (None, Some(implied)) if library != Library::Environs => Texts::Known(implied.to_string(), None),
            (None, _) => return None,
        };
        if !sure && !matches!(&name, Texts::Known(text, _) if looks_like_variable(text)) {
            return None;
        }
        // `env` from elsewhere may be anything: only names that are written like variables count.
        if library == Library::Imported
            && method.is_empty()
            && !matches!(&name, Texts::Known(text, _) if looks_like_variable(text))
        {
            return None;
        }
        let prefix = format!("{}{prefix}", self.prefix_around(id));
        let name = match name {
            Texts::Known(text, span) => Texts::Known(format!("{prefix}{text}"), span),
            Texts::Parameter(parameter) => {
                Texts::Parameter(Parameter { prefix: format!("{prefix}{}", parameter.prefix), ..parameter })
            }
            Texts::Partly(text, suffix) => Texts::Partly(format!("{prefix}{text}"), suffix),
            Texts::Computed if !prefix.is_empty() => Texts::Partly(prefix, String::new()),
            Texts::Several { choice, texts } => Texts::Several {
                choice,
                texts: texts
                    .into_iter()
                    .map(|(text, span, at)| (format!("{prefix}{text}"), span, at))
                    .collect(),
            },
            other => other,
        };
        let mut default = arguments
            .keyword("default")
            .or_else(|| arguments.positional.get(library.default_at(method)).copied());
        let mut required = default.is_none();
        if default.is_none()
            && let Texts::Known(text, _) = &name
            && let Some(schemed) = self.scheme.get(text.as_str())
        {
            default = *schemed;
            required = schemed.is_none();
        }
        let dot = if method.is_empty() { "" } else { "." };
        Some(Access {
            api: format!("{}{dot}{method}", library.api()),
            kind: ReadKind::Value,
            name,
            default,
            required,
            negated: false,
        })
    }

    /// The prefix that `with env.prefixed("X_"):` puts before the names read inside.
    fn prefix_around(&self, id: Id) -> String {
        let tree = self.tree;
        let mut prefix = String::new();
        for with in tree.ancestors(id).filter(|&at| tree.kind(at) == Kind::With) {
            let Some(clause) = tree.first(with) else { continue };
            if tree.within(id, clause) {
                continue;
            }
            for item in tree.subtree(clause).filter(|&item| tree.kind(item) == Kind::Call) {
                let Some(function) = tree.get(item, Field::Function) else { continue };
                let prefixed =
                    tree.get(function, Field::Attribute).is_some_and(|name| tree.text(name) == "prefixed");
                if prefixed && let Some(&argument) = tree.arguments(item).positional.first() {
                    // `as inner` carries the prefix itself.
                    let named = tree.parent(item).is_some_and(|parent| tree.kind(parent) == Kind::AsPattern);
                    if !named && let Some((text, _)) = tree.literal(argument) {
                        prefix.insert_str(0, &text);
                    }
                }
            }
        }
        if prefix.is_empty()
            && let Some((_, value)) = self.names.attributes.iter().find(|(target, _)| *target == "env.prefix")
            && let Some((text, _)) = tree.literal(*value)
        {
            return text;
        }
        prefix
    }

    /// The variables that a node sets, unsets or hands on.
    pub(super) fn writes(&self, id: Id, writes: &mut Vec<EnvWrite>) {
        let tree = self.tree;
        match tree.kind(id) {
            Kind::Assignment | Kind::Augmented => {
                let (Some(left), Some(right)) = (tree.get(id, Field::Left), tree.get(id, Field::Right))
                else {
                    return;
                };
                match tree.kind(left) {
                    Kind::Subscript => {
                        let Some(surface) =
                            tree.get(left, Field::Value).and_then(|object| self.surface(object))
                        else {
                            return;
                        };
                        let Some(name) = tree.get(left, Field::Subscript) else { return };
                        let value = (tree.kind(id) == Kind::Assignment).then_some(right);
                        self.write(name, id, value, WriteKind::Set, surface, writes);
                    }
                    _ => {
                        // `os.environ |= {...}`, `os.environ = {...}`
                        if let Some(surface) = self.surface(left) {
                            self.write_entries(right, surface, writes);
                        } else if self.names.path(left).is_some_and(|path| path == "os.environ") {
                            self.write_entries(right, "os.environ", writes);
                        }
                    }
                }
            }
            Kind::Delete => {
                for target in tree.children(id) {
                    if tree.kind(target) == Kind::Subscript
                        && let Some(surface) =
                            tree.get(target, Field::Value).and_then(|object| self.surface(object))
                        && let Some(name) = tree.get(target, Field::Subscript)
                    {
                        self.write(name, id, None, WriteKind::Unset, surface, writes);
                    }
                }
            }
            Kind::Dictionary => {
                // A child's environment: `{**os.environ, "X": "1"}`.
                if self.object(id).is_some() {
                    self.write_entries(id, "child environment", writes);
                }
            }
            Kind::Call => self.writes_of_call(id, writes),
            _ => {}
        }
    }

    fn surface(&self, object: Id) -> Option<&'static str> {
        match self.object(object)? {
            Object::Environment { copy: false } => Some("os.environ"),
            Object::Environment { copy: true } => Some("child environment"),
            _ => None,
        }
    }

    fn writes_of_call(&self, id: Id, writes: &mut Vec<EnvWrite>) {
        let tree = self.tree;
        let Some(function) = tree.get(id, Field::Function) else { return };
        let arguments = tree.arguments(id);
        let method = match tree.kind(function) {
            Kind::Attribute => {
                tree.get(function, Field::Attribute).map(|name| tree.text(name)).unwrap_or_default()
            }
            _ => "",
        };
        let object = tree.get(function, Field::Object);
        if let Some(surface) = object.and_then(|object| self.surface(object)) {
            let name = arguments.get(0, "key");
            let value = arguments.get(1, "default");
            match (method, name) {
                ("setdefault", Some(name)) => {
                    self.write(name, id, value, WriteKind::Default, surface, writes)
                }
                ("pop" | "__delitem__", Some(name)) => {
                    self.write(name, id, None, WriteKind::Unset, surface, writes);
                }
                ("__setitem__", Some(name)) => self.write(name, id, value, WriteKind::Set, surface, writes),
                ("update", name) => {
                    if let Some(entries) = name {
                        self.write_entries(entries, surface, writes);
                    }
                    self.write_keywords(&arguments, surface, writes);
                }
                _ => {}
            }
            return;
        }
        // Setting variables for a test.
        match (method, arguments.positional.as_slice()) {
            ("setenv", [name, value, ..]) => {
                return self.write(*name, id, Some(*value), WriteKind::Set, "monkeypatch", writes);
            }
            ("setenv", [name]) if arguments.keyword("value").is_some() => {
                let value = arguments.keyword("value");
                return self.write(*name, id, value, WriteKind::Set, "monkeypatch", writes);
            }
            ("delenv", [name, ..]) => {
                return self.write(*name, id, None, WriteKind::Unset, "monkeypatch", writes);
            }
            ("setitem", [object, name, value]) if self.surface(*object).is_some() => {
                return self.write(*name, id, Some(*value), WriteKind::Set, "monkeypatch", writes);
            }
            ("delitem", [object, name, ..]) if self.surface(*object).is_some() => {
                return self.write(*name, id, None, WriteKind::Unset, "monkeypatch", writes);
            }
            _ => {}
        }
        let Some(path) = self.names.path(function) else { return };
        let first = arguments.positional.first().copied();
        match path.as_str() {
            "os.putenv" => {
                if let Some(name) = first {
                    let value = arguments.positional.get(1).copied();
                    self.write(name, id, value, WriteKind::Set, "os.putenv", writes);
                }
                return;
            }
            "os.unsetenv" => {
                if let Some(name) = first {
                    self.write(name, id, None, WriteKind::Unset, "os.unsetenv", writes);
                }
                return;
            }
            "dotenv.set_key" => {
                if let [_, name, value, ..] = arguments.positional.as_slice() {
                    self.write(*name, id, Some(*value), WriteKind::Set, "dotenv", writes);
                }
                return;
            }
            _ => {}
        }
        let is_environment = |target: Id| {
            self.surface(target).is_some()
                || tree
                    .literal(target)
                    .is_some_and(|(text, _)| text == "os.environ" || text.ends_with(".os.environ"))
        };
        let last = path.rsplit('.').next().unwrap_or_default();
        if (path.ends_with("patch.dict") || last == "patch" || last == "patch_dict")
            && let Some(target) = arguments.get(0, "in_dict")
            && is_environment(target)
        {
            for entries in arguments
                .positional
                .get(1)
                .copied()
                .into_iter()
                .chain(arguments.keyword("values"))
                .chain(arguments.keyword("new"))
            {
                self.write_entries(entries, "mock", writes);
            }
            self.write_keywords(&arguments, "mock", writes);
            return;
        }
        if matches!(path.as_str(), "dict" | "collections.ChainMap" | "ChainMap") && self.object(id).is_some()
        {
            self.write_keywords(&arguments, "child environment", writes);
            return;
        }
        if let Some(entries) = arguments.keyword("env")
            && tree.kind(entries) == Kind::Dictionary
            && self.object(entries).is_none()
        {
            self.write_entries(entries, "child environment", writes);
        }
    }

    fn write_entries(&self, entries: Id, surface: &str, writes: &mut Vec<EnvWrite>) {
        let tree = self.tree;
        let entries = match tree.kind(entries) {
            Kind::Identifier => self.names.only_value(entries).unwrap_or(entries),
            _ => entries,
        };
        match tree.kind(entries) {
            Kind::Dictionary => {
                for pair in tree.children(entries).filter(|&pair| tree.kind(pair) == Kind::Pair) {
                    if let (Some(key), Some(value)) =
                        (tree.get(pair, Field::Key), tree.get(pair, Field::Value))
                        && !writes.iter().any(|write| write.span == tree.span(pair))
                    {
                        self.write(key, pair, Some(value), WriteKind::Set, surface, writes);
                    }
                }
            }
            Kind::Call => {
                let arguments = tree.arguments(entries);
                self.write_keywords(&arguments, surface, writes);
            }
            _ => {}
        }
    }

    fn write_keywords(&self, arguments: &Arguments<'_>, surface: &str, writes: &mut Vec<EnvWrite>) {
        for &(name, value, whole) in &arguments.keywords {
            if !looks_like_variable(name) {
                continue;
            }
            let start = self.tree.span(whole).start;
            writes.push(EnvWrite {
                name: Name::Known(name.to_string()),
                name_span: Span::new(start, start + name.len()),
                span: self.tree.span(whole),
                value: self.tree.literal(value).map(|(text, _)| text),
                kind: WriteKind::Set,
                surface: surface.to_string(),
                scope: self.names.scope_name(whole),
            });
        }
    }

    fn write(
        &self,
        name: Id,
        whole: Id,
        value: Option<Id>,
        kind: WriteKind,
        surface: &str,
        writes: &mut Vec<EnvWrite>,
    ) {
        let tree = self.tree;
        let mut push = |known: Name, name_span: Span, span: Span| {
            writes.push(EnvWrite {
                name: known,
                name_span,
                span,
                value: value.and_then(|value| tree.literal(value)).map(|(text, _)| text),
                kind,
                surface: surface.to_string(),
                scope: self.names.scope_name(whole),
            });
        };
        let own = tree.span(name);
        match self.texts(name) {
            Texts::Known(text, span) => push(Name::Known(text), span.unwrap_or(own), tree.span(whole)),
            Texts::Several { texts, .. } => {
                for (text, span, at) in texts {
                    push(Name::Known(text), span, tree.span(at));
                }
            }
            Texts::Partly(prefix, suffix) => push(Name::Partly { prefix, suffix }, own, tree.span(whole)),
            Texts::Parameter(parameter) if !parameter.prefix.is_empty() || !parameter.suffix.is_empty() => {
                let name = Name::Partly { prefix: parameter.prefix, suffix: parameter.suffix };
                push(name, own, tree.span(whole));
            }
            Texts::Matching(name) => push(name, own, tree.span(whole)),
            Texts::Parameter(_) | Texts::Computed => push(Name::Computed, own, tree.span(whole)),
        }
    }
}

fn tree_literal(tree: &Tree<'_>, id: Id) -> Option<(String, Span, Id)> {
    tree.literal(id).map(|(text, span)| (text, span, id))
}

/// Whether a module is one from which settings files take their `env`.
fn is_settings_module(module: &str) -> bool {
    module.contains("settings")
        || matches!(
            module.trim_start_matches('.'),
            "base" | "common" | "defaults" | "default" | "core" | "env" | "environment" | "components"
        )
}

/// A part of a text.
enum Piece {
    Text(String),
    Parameter(Box<Parameter>),
    Hole,
}

fn join(pieces: Vec<Piece>, span: Span) -> Texts {
    let mut prefix = String::new();
    let mut suffix = String::new();
    let mut parameter: Option<Box<Parameter>> = None;
    let mut holes = 0;
    for piece in pieces {
        match piece {
            Piece::Text(text) if holes == 0 => prefix += &text,
            Piece::Text(text) => suffix += &text,
            Piece::Parameter(one) => {
                holes += 1;
                suffix.clear();
                parameter = Some(one);
            }
            Piece::Hole => {
                holes += 1;
                suffix.clear();
                parameter = None;
            }
        }
    }
    match (holes, parameter) {
        (0, _) => Texts::Known(prefix, Some(span)),
        (1, Some(parameter)) => Texts::Parameter(Parameter { prefix, suffix, ..*parameter }),
        _ if prefix.is_empty() && suffix.is_empty() => Texts::Computed,
        _ => Texts::Partly(prefix, suffix),
    }
}

/// A `%` format cut into texts and holes (`None`).
pub(super) fn percent_pieces(format: &str) -> Vec<Option<String>> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut rest = format;
    while let Some(at) = rest.find('%') {
        text += &rest[..at];
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('%') {
            text.push('%');
            rest = after;
            continue;
        }
        if rest.starts_with('(') {
            rest = rest.split_once(')').map_or("", |(_, after)| after);
        }
        let end = rest.find(|c: char| c.is_ascii_alphabetic()).map_or(rest.len(), |end| end + 1);
        rest = &rest[end..];
        pieces.push(Some(std::mem::take(&mut text)));
        pieces.push(None);
    }
    text += rest;
    pieces.push(Some(text));
    pieces.retain(|piece| piece.as_deref() != Some(""));
    pieces
}

/// A `{}` format cut into texts and holes (`None`).
pub(super) fn brace_pieces(format: &str) -> Vec<Option<String>> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut chars = format.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '{' | '}' if chars.peek() == Some(&c) => {
                chars.next();
                text.push(c);
            }
            '{' => {
                chars.by_ref().find(|&c| c == '}');
                pieces.push(Some(std::mem::take(&mut text)));
                pieces.push(None);
            }
            c => text.push(c),
        }
    }
    pieces.push(Some(text));
    pieces.retain(|piece| piece.as_deref() != Some(""));
    pieces
}
