//! What is known of the texts that name variables.

use super::access::{File, Object};
use super::api;
use super::literal::{Part, percent};
use super::names::Event;
use super::syntax::{Field, Id, Kind, Tree};
use crate::fact::Name;
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

impl File<'_> {
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
        if let Some(Object::Names { .. } | Object::Environment { .. }) = self.object(iterable) {
            let mut tests = self.scan_tests(iterable);
            return match tests.len() {
                1 => Texts::Matching(tests.remove(0).0),
                _ => Texts::Computed,
            };
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
}

fn tree_literal(tree: &Tree<'_>, id: Id) -> Option<(String, Span, Id)> {
    tree.literal(id).map(|(text, span)| (text, span, id))
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
    let piece = |part| match part {
        Part::Text(text) => Some(text),
        Part::Next | Part::At(_) | Part::Named(_) => None,
    };
    percent(format).into_iter().map(piece).collect()
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
