//! What the names of one file stand for, and which variable a key expression names.

use std::cell::OnceCell;
use std::collections::HashMap;

use super::syntax::{Field, Id, Kind, Syntax};
use crate::fact::Name;
use crate::span::Span;

/// How deep names are followed through each other.
const DEPTH: usize = 12;

/// One place that gives a name a meaning.
#[derive(Clone, Copy, Debug)]
pub(super) struct Definition {
    /// The name where it is defined.
    pub(super) name: Id,
    pub(super) kind: DefinitionKind,
    /// What it holds, where that is one expression; for a method, the method.
    pub(super) value: Option<Id>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DefinitionKind {
    /// A variable or constant.
    Variable,
    /// The n-th of several variables that one value is taken apart into.
    Element(usize),
    /// `config.x.y = …`.
    Attribute,
    /// A method without parameters that must be given.
    Method,
    /// A reader that a settings library makes; the value is the declaration.
    Setting,
    /// A parameter of the method (or lambda, or `define_method` block) `of`.
    Parameter { of: Id, index: usize, keyword: bool, rest: bool },
    /// A parameter of a block given to the call `of`.
    BlockParameter { of: Id, index: usize },
    /// The variable of `for … in`.
    Loop { list: Id },
    /// Anything that cannot be followed.
    Unknown,
}

/// Index of a [`Definition`].
pub(super) type DefinitionId = usize;

/// All names of a file.
pub(super) struct Names<'s, 't> {
    pub(super) syntax: &'s Syntax<'t>,
    pub(super) definitions: Vec<Definition>,
    table: HashMap<(Id, &'t str), Vec<DefinitionId>>,
    paths: HashMap<String, Vec<DefinitionId>>,
    /// Constants and methods of the file by their own name, whatever class they are in.
    anywhere: HashMap<&'t str, Vec<DefinitionId>>,
    occurrences: OnceCell<HashMap<&'t str, Vec<Id>>>,
}

/// A text of the file, where it stands with and without quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Text {
    pub(super) text: String,
    pub(super) name: Span,
    pub(super) literal: Span,
}

/// A parameter that is (part of) a variable's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hole {
    pub(super) parameter: DefinitionId,
    pub(super) upcase: bool,
    pub(super) list: bool,
}

/// What is known of the name of a variable.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Key {
    /// The names it can have, where they are known.
    pub(super) texts: Vec<Text>,
    /// The known beginning and end, where they are not.
    pub(super) prefix: String,
    pub(super) suffix: String,
    pub(super) hole: Option<Hole>,
}

impl Key {
    /// The name of a key that is not a known text.
    pub(super) fn partly(&self) -> Name {
        if self.prefix.is_empty() && self.suffix.is_empty() {
            Name::Computed
        } else {
            Name::Partly { prefix: self.prefix.clone(), suffix: self.suffix.clone() }
        }
    }

    fn upcased(mut self) -> Self {
        for text in &mut self.texts {
            text.text = text.text.to_uppercase();
        }
        self.prefix = self.prefix.to_uppercase();
        self.suffix = self.suffix.to_uppercase();
        if let Some(hole) = &mut self.hole {
            hole.upcase = true;
        }
        self
    }
}

impl<'s, 't> Names<'s, 't> {
    pub(super) fn new(syntax: &'s Syntax<'t>) -> Self {
        let mut names = Self {
            syntax,
            definitions: Vec::new(),
            table: HashMap::new(),
            paths: HashMap::new(),
            anywhere: HashMap::new(),
            occurrences: OnceCell::new(),
        };
        for id in syntax.ids() {
            names.collect(id);
        }
        names
    }

    fn collect(&mut self, id: Id) {
        use DefinitionKind::{Attribute, Element, Method, Unknown, Variable};
        let syntax = self.syntax;
        match syntax.kind(id) {
            Kind::Assignment => {
                let (Some(left), Some(right)) =
                    (syntax.field(id, Field::Left), syntax.field(id, Field::Right))
                else {
                    return;
                };
                match syntax.kind(left) {
                    Kind::LeftAssignmentList => {
                        let values: Option<Vec<Id>> =
                            matches!(syntax.kind(right), Kind::RightAssignmentList | Kind::Array)
                                .then(|| syntax.children(right).collect());
                        for (at, name) in syntax.children(left).enumerate() {
                            match &values {
                                Some(values) => match values.get(at) {
                                    Some(&value) => self.define(name, Variable, Some(value)),
                                    None => self.define(name, Unknown, None),
                                },
                                None => self.define(name, Element(at), Some(right)),
                            }
                        }
                    }
                    Kind::Call => self.define(left, Attribute, Some(right)),
                    _ => self.define(left, Variable, Some(right)),
                }
            }
            Kind::OperatorAssignment => {
                if let Some(left) = syntax.field(id, Field::Left) {
                    let memo = syntax.operator(id) == "||=";
                    let value = syntax.field(id, Field::Right).filter(|_| memo);
                    let kind = match syntax.kind(left) {
                        _ if !memo => Unknown,
                        Kind::Call => Attribute,
                        _ => Variable,
                    };
                    self.define(left, kind, value);
                }
            }
            Kind::Method | Kind::SingletonMethod => {
                if let Some(name) = syntax.field(id, Field::Name) {
                    let open = syntax.field(id, Field::Parameters).is_none_or(|parameters| {
                        syntax.children(parameters).all(|one| match syntax.kind(one) {
                            Kind::Identifier => false,
                            Kind::KeywordParameter => syntax.field(one, Field::Value).is_some(),
                            _ => true,
                        })
                    });
                    let class = syntax.enclosing_class(id);
                    let kind = if open { Method } else { Unknown };
                    self.define_at(class, name, syntax.source(name), kind, open.then_some(id));
                }
                if let Some(parameters) = syntax.field(id, Field::Parameters) {
                    self.parameters(id, id, parameters);
                }
            }
            Kind::Lambda => {
                if let Some(parameters) = syntax.field(id, Field::Parameters) {
                    self.parameters(id, id, parameters);
                }
            }
            Kind::Block | Kind::DoBlock => {
                let (Some(parameters), Some(call)) = (syntax.field(id, Field::Parameters), syntax.parent(id))
                else {
                    return;
                };
                if syntax.kind(call) == Kind::Call
                    && matches!(
                        syntax.method(call),
                        "define_method" | "define_singleton_method" | "lambda" | "proc"
                    )
                {
                    self.parameters(id, call, parameters);
                    return;
                }
                for (index, name) in syntax.children(parameters).enumerate() {
                    let kind = DefinitionKind::BlockParameter { of: call, index };
                    match syntax.kind(name) {
                        Kind::Identifier => self.define_at(id, name, syntax.source(name), kind, None),
                        Kind::DestructuredParameter => {
                            for (inner, name) in syntax.children(name).enumerate() {
                                let kind = DefinitionKind::BlockParameter { of: call, index: inner };
                                self.define_at(id, name, syntax.source(name), kind, None);
                            }
                        }
                        _ => {
                            if let Some(name) = syntax.field(name, Field::Name) {
                                self.define_at(id, name, syntax.source(name), Unknown, None);
                            }
                        }
                    }
                }
            }
            Kind::For => {
                let list = syntax.field(id, Field::Value).and_then(|list| syntax.children(list).next());
                if let (Some(name), Some(list)) = (syntax.field(id, Field::Pattern), list) {
                    self.define(name, DefinitionKind::Loop { list }, None);
                }
            }
            Kind::ExceptionVariable => {
                if let Some(name) = syntax.children(id).next() {
                    self.define(name, Unknown, None);
                }
            }
            _ => {}
        }
    }

    fn parameters(&mut self, scope: Id, of: Id, parameters: Id) {
        let syntax = self.syntax;
        for (index, parameter) in syntax.children(parameters).enumerate() {
            let (name, keyword, rest) = match syntax.kind(parameter) {
                Kind::Identifier => (Some(parameter), false, false),
                Kind::OptionalParameter => (syntax.field(parameter, Field::Name), false, false),
                Kind::KeywordParameter => (syntax.field(parameter, Field::Name), true, false),
                Kind::SplatParameter => (syntax.field(parameter, Field::Name), false, true),
                _ => continue,
            };
            if let Some(name) = name {
                let kind = DefinitionKind::Parameter { of, index, keyword, rest };
                let value = syntax.field(parameter, Field::Value);
                self.define_at(scope, name, syntax.source(name), kind, value);
            }
        }
    }

    /// Records the definition of a name that stands on the left side of something.
    fn define(&mut self, name: Id, kind: DefinitionKind, value: Option<Id>) {
        let syntax = self.syntax;
        match syntax.kind(name) {
            Kind::Identifier => {
                let text = syntax.source(name);
                let scope = self
                    .scopes(name)
                    .find(|&scope| self.table.contains_key(&(scope, text)))
                    .or_else(|| self.scopes(name).next())
                    .unwrap_or_else(|| syntax.root());
                self.define_at(scope, name, text, kind, value);
            }
            Kind::Constant | Kind::InstanceVariable | Kind::ClassVariable => {
                self.define_at(syntax.enclosing_class(name), name, syntax.source(name), kind, value);
            }
            Kind::GlobalVariable => {
                self.define_at(syntax.root(), name, syntax.source(name), kind, value);
            }
            Kind::Call | Kind::ScopeResolution => {
                let id = self.definitions.len();
                self.definitions.push(Definition { name, kind, value });
                self.paths.entry(self.path_key(name)).or_default().push(id);
            }
            Kind::RestAssignment | Kind::DestructuredLeft | Kind::LeftAssignmentList => {
                let inner: Vec<Id> = syntax.children(name).collect();
                for name in inner {
                    self.define(name, DefinitionKind::Unknown, None);
                }
            }
            _ => {}
        }
    }

    fn path_key(&self, id: Id) -> String {
        self.syntax.path(id).trim_start_matches("self.").to_string()
    }

    fn define_at(&mut self, scope: Id, name: Id, text: &'t str, kind: DefinitionKind, value: Option<Id>) {
        let id = self.definitions.len();
        self.definitions.push(Definition { name, kind, value });
        self.table.entry((scope, text)).or_default().push(id);
        let shared = matches!(kind, DefinitionKind::Method | DefinitionKind::Setting)
            || self.syntax.kind(name) == Kind::Constant;
        if shared {
            self.anywhere.entry(text).or_default().push(id);
        }
    }

    /// Adds a reader that a settings library makes in `class`.
    pub(super) fn define_setting(&mut self, class: Id, name: Id, text: &'t str, declaration: Id) {
        self.define_at(class, name, text, DefinitionKind::Setting, Some(declaration));
    }

    /// The scopes of local variables that a node sees, innermost first.
    fn scopes(&self, id: Id) -> impl Iterator<Item = Id> {
        let syntax = self.syntax;
        let mut done = false;
        syntax
            .ancestors(id)
            .filter(move |&up| {
                let kind = syntax.kind(up);
                kind.is_hard_scope() || kind.is_block()
            })
            .take_while(move |&up| {
                let last = done;
                done = syntax.kind(up).is_hard_scope();
                !last
            })
    }

    fn single(&self, found: &[DefinitionId]) -> Option<DefinitionId> {
        match found {
            [one] if self.definitions[*one].kind != DefinitionKind::Unknown => Some(*one),
            _ => None,
        }
    }

    /// Whether an identifier is a local variable, a parameter or a block's parameter.
    pub(super) fn is_local(&self, id: Id) -> bool {
        let text = self.syntax.source(id);
        self.scopes(id).any(|scope| {
            self.table.get(&(scope, text)).is_some_and(|found| {
                found.iter().any(|&one| {
                    !matches!(self.definitions[one].kind, DefinitionKind::Method | DefinitionKind::Setting)
                        && !self.is_method_name(self.definitions[one].name)
                })
            })
        })
    }

    fn is_method_name(&self, name: Id) -> bool {
        self.syntax.role(name) == Field::Name
            && self
                .syntax
                .parent(name)
                .is_some_and(|up| matches!(self.syntax.kind(up), Kind::Method | Kind::SingletonMethod))
    }

    /// The one definition that a use of a name refers to.
    pub(super) fn resolve(&self, id: Id) -> Option<DefinitionId> {
        let syntax = self.syntax;
        let text = syntax.source(id);
        match syntax.kind(id) {
            Kind::Identifier => {
                if self.is_local(id) {
                    let scope = self.scopes(id).find(|&s| self.table.contains_key(&(s, text)))?;
                    let found = self.single(&self.table[&(scope, text)])?;
                    return (self.definitions[found].name != id).then_some(found);
                }
                self.in_classes(id, text)
            }
            Kind::Constant => self.in_classes(id, text),
            Kind::InstanceVariable | Kind::ClassVariable => {
                self.single(self.table.get(&(syntax.enclosing_class(id), text))?)
            }
            Kind::GlobalVariable => self.single(self.table.get(&(syntax.root(), text))?),
            Kind::ScopeResolution => {
                let name = syntax.source(syntax.field(id, Field::Name)?);
                let owner = syntax.field(id, Field::Scope).map_or("", |scope| syntax.source(scope));
                self.owned(name, owner)
            }
            Kind::Call if syntax.arguments(id).is_empty() && syntax.block(id).is_none() => {
                let method = syntax.field(id, Field::Method)?;
                let name = syntax.source(method);
                let Some(receiver) = syntax.receiver(id) else {
                    return self.in_classes(id, name);
                };
                let on_self = match syntax.kind(receiver) {
                    Kind::SelfObject => true,
                    Kind::Call | Kind::Identifier => syntax.source(receiver) == "self.class",
                    _ => false,
                };
                if on_self && let Some(found) = self.in_classes(id, name) {
                    return Some(found);
                }
                if matches!(syntax.kind(receiver), Kind::Constant | Kind::ScopeResolution)
                    && let Some(found) = self.owned(name, syntax.source(receiver))
                {
                    return Some(found);
                }
                self.single(self.paths.get(&self.path_key(id))?)
            }
            _ => None,
        }
    }

    /// All definitions of a variable or constant that a use of its name can refer to.
    pub(super) fn several(&self, id: Id) -> &[DefinitionId] {
        let syntax = self.syntax;
        let text = syntax.source(id);
        let found = match syntax.kind(id) {
            Kind::Identifier => self.scopes(id).find_map(|scope| self.table.get(&(scope, text))),
            Kind::Constant | Kind::InstanceVariable | Kind::ClassVariable => {
                self.table.get(&(syntax.enclosing_class(id), text))
            }
            Kind::GlobalVariable => self.table.get(&(syntax.root(), text)),
            _ => None,
        };
        found.map_or(&[], Vec::as_slice)
    }

    /// The definition that a defining name makes, where the name has no other.
    pub(super) fn only_definition(&self, name: Id) -> Option<DefinitionId> {
        let syntax = self.syntax;
        let text = syntax.source(name);
        let found = match syntax.kind(name) {
            _ if self.is_method_name(name) => {
                self.table.get(&(syntax.enclosing_class(syntax.parent(name)?), text))
            }
            Kind::Identifier => self.scopes(name).find_map(|scope| self.table.get(&(scope, text))),
            Kind::Call | Kind::ScopeResolution => self.paths.get(&self.path_key(name)),
            Kind::GlobalVariable => self.table.get(&(syntax.root(), text)),
            _ => self.table.get(&(syntax.enclosing_class(name), text)),
        }?;
        self.single(found)
    }

    fn in_classes(&self, id: Id, text: &str) -> Option<DefinitionId> {
        let syntax = self.syntax;
        syntax
            .ancestors(id)
            .filter(|&up| matches!(syntax.kind(up), Kind::Class | Kind::Module | Kind::Program))
            .find_map(|class| self.table.get(&(class, text)))
            .and_then(|found| self.single(found))
            .filter(|&found| {
                let definition = &self.definitions[found];
                syntax.kind(id) != Kind::Identifier && syntax.kind(id) != Kind::Call
                    || matches!(definition.kind, DefinitionKind::Method | DefinitionKind::Setting)
            })
    }

    /// A constant or method of the class `owner`, whose name may be written in part.
    fn owned(&self, name: &str, owner: &str) -> Option<DefinitionId> {
        let found = self.anywhere.get(name)?;
        let last = owner.rsplit("::").next().unwrap_or_default();
        let mut of_owner = found.iter().copied().filter(|&id| {
            let class = self.syntax.enclosing_class(self.definitions[id].name);
            let full = self.syntax.class_name(class);
            full.rsplit("::").next().unwrap_or_default() == last
        });
        match (of_owner.next(), of_owner.next()) {
            (Some(one), None) if self.definitions[one].kind != DefinitionKind::Unknown => Some(one),
            _ => None,
        }
    }

    /// The uses of a definition's name in the file, in order, each as the whole reference.
    pub(super) fn uses(&self, definition: DefinitionId) -> Vec<Id> {
        let syntax = self.syntax;
        let own = self.definitions[definition].name;
        let text = match syntax.kind(own) {
            Kind::Call => syntax.method(own),
            Kind::ScopeResolution => syntax.field(own, Field::Name).map_or("", |name| syntax.source(name)),
            Kind::SimpleSymbol | Kind::String => syntax.literal(own).map_or("", |(text, _)| text),
            _ => syntax.source(own),
        };
        let index = self.occurrences.get_or_init(|| {
            let mut index: HashMap<&str, Vec<Id>> = HashMap::new();
            for id in syntax.ids() {
                if matches!(
                    syntax.kind(id),
                    Kind::Identifier
                        | Kind::Constant
                        | Kind::InstanceVariable
                        | Kind::ClassVariable
                        | Kind::GlobalVariable
                ) {
                    index.entry(syntax.source(id)).or_default().push(id);
                }
            }
            index
        });
        index
            .get(text)
            .into_iter()
            .flatten()
            .copied()
            .filter(|&id| id != own && !self.is_defining(id))
            .map(|id| self.whole(id))
            .filter(|&id| id != own && !self.is_defining(id) && self.resolve(id) == Some(definition))
            .collect()
    }

    /// The call or qualified constant of which an identifier or constant is the last segment.
    pub(super) fn whole(&self, id: Id) -> Id {
        match (self.syntax.parent(id), self.syntax.role(id)) {
            (Some(up), Field::Method) => up,
            (Some(up), Field::Name) if self.syntax.kind(up) == Kind::ScopeResolution => up,
            _ => id,
        }
    }

    /// Whether a name stands where it gets its meaning, not where it is used.
    pub(super) fn is_defining(&self, id: Id) -> bool {
        let syntax = self.syntax;
        let Some(up) = syntax.parent(id) else { return false };
        matches!(
            (syntax.kind(up), syntax.role(id)),
            (Kind::Assignment | Kind::OperatorAssignment, Field::Left)
                | (
                    Kind::Method
                        | Kind::SingletonMethod
                        | Kind::Class
                        | Kind::Module
                        | Kind::OptionalParameter
                        | Kind::KeywordParameter
                        | Kind::SplatParameter,
                    Field::Name
                )
                | (
                    Kind::LeftAssignmentList
                        | Kind::MethodParameters
                        | Kind::BlockParameters
                        | Kind::LambdaParameters
                        | Kind::RestAssignment,
                    _
                )
        )
    }

    /// Which variable an expression names.
    pub(super) fn key(&self, id: Id) -> Key {
        self.key_at(id, 0)
    }

    fn key_at(&self, id: Id, depth: usize) -> Key {
        let syntax = self.syntax;
        if depth > DEPTH {
            return Key::default();
        }
        if let Some((text, name)) = syntax.literal(id) {
            let text = Text { text: text.to_string(), name, literal: syntax.span(id) };
            return Key { texts: vec![text], ..Key::default() };
        }
        match syntax.kind(id) {
            Kind::String | Kind::DelimitedSymbol => {
                let parts: Vec<Key> = syntax
                    .children(id)
                    .map(|part| match syntax.kind(part) {
                        Kind::Interpolation => syntax
                            .children(part)
                            .last()
                            .map_or_else(Key::default, |inner| self.key_at(inner, depth + 1)),
                        _ => Key {
                            texts: vec![Text {
                                text: syntax.source(part).to_string(),
                                name: syntax.span(part),
                                literal: syntax.span(part),
                            }],
                            ..Key::default()
                        },
                    })
                    .collect();
                self.joined(parts, id)
            }
            Kind::ChainedString => {
                let parts = syntax.children(id).map(|part| self.key_at(part, depth + 1)).collect();
                self.joined(parts, id)
            }
            Kind::Binary if syntax.operator(id) == "+" => {
                let sides = [Field::Left, Field::Right];
                let parts = sides
                    .into_iter()
                    .filter_map(|side| syntax.field(id, side))
                    .map(|part| self.key_at(part, depth + 1))
                    .collect();
                self.joined(parts, id)
            }
            Kind::Binary if syntax.operator(id) == "%" => syntax
                .field(id, Field::Left)
                .and_then(|format| syntax.literal(format))
                .map_or_else(Key::default, |(format, _)| formatted(format)),
            Kind::Binary if matches!(syntax.operator(id), "||" | "or") => {
                let sides = [Field::Left, Field::Right].into_iter().filter_map(|side| syntax.field(id, side));
                self.either(sides.collect(), depth)
            }
            Kind::Parenthesized => match syntax.statements(id).as_slice() {
                [one] => self.key_at(*one, depth + 1),
                _ => Key::default(),
            },
            Kind::Conditional => {
                let sides = [Field::Consequence, Field::Alternative];
                self.either(sides.into_iter().filter_map(|side| syntax.field(id, side)).collect(), depth)
            }
            Kind::Call => self.key_of_call(id, depth),
            Kind::ElementReference => self.key_of_element(id, depth).unwrap_or_default(),
            Kind::SplatArgument => {
                let list = syntax.children(id).next().and_then(|list| self.list_at(list, depth + 1));
                list.unwrap_or_default()
            }
            Kind::Identifier
            | Kind::Constant
            | Kind::ScopeResolution
            | Kind::InstanceVariable
            | Kind::ClassVariable
            | Kind::GlobalVariable => self.key_of_name(id, depth),
            _ => Key::default(),
        }
    }

    /// `KEYS[:app]` of a constant map or list: the text there, or any of them.
    fn key_of_element(&self, id: Id, depth: usize) -> Option<Key> {
        let syntax = self.syntax;
        let object = syntax.field(id, Field::Object)?;
        if !matches!(syntax.kind(object), Kind::Constant | Kind::ScopeResolution) {
            return None;
        }
        let Some(hash) = self.hash(object, depth + 1) else { return self.list_at(object, depth + 1) };
        let wanted = syntax.arguments(id).first().and_then(|&key| syntax.literal(key));
        let exact = wanted.and_then(|(wanted, _)| {
            let mut pairs = syntax.children(hash).filter(|&pair| syntax.kind(pair) == Kind::Pair);
            let pair = pairs.find(|&pair| {
                let key = syntax.field(pair, Field::Key).and_then(|key| syntax.literal(key));
                key.is_some_and(|(key, _)| key == wanted)
            })?;
            Some(self.key_at(syntax.field(pair, Field::Value)?, depth + 1))
        });
        exact.or_else(|| self.pairs(hash, Field::Value, depth + 1))
    }

    fn key_of_call(&self, id: Id, depth: usize) -> Key {
        let syntax = self.syntax;
        let method = syntax.method(id);
        if let Some(receiver) = syntax.receiver(id) {
            let inner = || self.key_at(receiver, depth + 1);
            return match method {
                "to_s" | "to_str" | "to_sym" | "freeze" | "dup" | "strip" | "itself" | "-@" | "+@" => inner(),
                "upcase" => inner().upcased(),
                "first" | "last" | "sample" if syntax.kind(receiver) != Kind::Identifier => Key::default(),
                _ => self.resolved_value(id).map_or_else(Key::default, |v| self.key_at(v, depth + 1)),
            };
        }
        let arguments = syntax.arguments(id);
        match (method, arguments.as_slice()) {
            ("format" | "sprintf", [format, ..]) => {
                syntax.literal(*format).map_or_else(Key::default, |(format, _)| formatted(format))
            }
            ("String", [one]) => self.key_at(*one, depth + 1),
            _ => Key::default(),
        }
    }

    fn resolved_value(&self, id: Id) -> Option<Id> {
        let definition = self.definitions[self.resolve(id)?];
        match definition.kind {
            DefinitionKind::Variable | DefinitionKind::Attribute => definition.value,
            DefinitionKind::Method => match self.syntax.statements(definition.value?).as_slice() {
                [one] => Some(*one),
                _ => None,
            },
            _ => None,
        }
    }

    fn key_of_name(&self, id: Id, depth: usize) -> Key {
        let Some(found) = self.resolve(id) else {
            // `_1` and `it` are the parameter of the innermost block without parameters.
            if matches!(self.syntax.source(id), "_1" | "it") {
                let block = self.syntax.ancestors(id).find(|&up| self.syntax.kind(up).is_block());
                if let Some(call) = block.and_then(|block| self.syntax.parent(block)) {
                    return self.key_of_item(call, 0, depth);
                }
            }
            return Key::default();
        };
        match self.definitions[found].kind {
            DefinitionKind::Parameter { rest, .. } => {
                Key { hole: Some(Hole { parameter: found, upcase: false, list: rest }), ..Key::default() }
            }
            DefinitionKind::BlockParameter { of, index } => self.key_of_item(of, index, depth),
            DefinitionKind::Loop { list } => {
                let mut key = self.list_at(list, depth + 1).unwrap_or_default();
                if let Some(hole) = &mut key.hole {
                    hole.list = true;
                }
                key
            }
            _ => self.resolved_value(id).map_or_else(Key::default, |value| self.key_at(value, depth + 1)),
        }
    }

    /// What a block's parameter can be: an element of the list that the call walks through.
    fn key_of_item(&self, call: Id, index: usize, depth: usize) -> Key {
        let syntax = self.syntax;
        if syntax.kind(call) != Kind::Call {
            return Key::default();
        }
        let Some(receiver) = syntax.receiver(call) else { return Key::default() };
        if let Some(hash) = self.hash(receiver, depth + 1) {
            let side = if index == 0 { Field::Key } else { Field::Value };
            return self.pairs(hash, side, depth + 1).unwrap_or_default();
        }
        if index > 0 {
            return Key::default();
        }
        let mut key = self.list_at(receiver, depth + 1).unwrap_or_default();
        if let Some(hole) = &mut key.hole {
            hole.list = true;
        }
        key
    }

    /// The texts of a list, or the parameter that is one.
    pub(super) fn list(&self, id: Id) -> Option<Key> {
        self.list_at(id, 0)
    }

    fn list_at(&self, id: Id, depth: usize) -> Option<Key> {
        let syntax = self.syntax;
        if depth > DEPTH {
            return None;
        }
        match syntax.kind(id) {
            Kind::Array | Kind::StringArray | Kind::SymbolArray => {
                let mut texts = Vec::new();
                for child in syntax.children(id) {
                    let key = match syntax.kind(child) {
                        Kind::Array => {
                            // `[["A", "b"], …].each { |k, v| }`: the first of each.
                            self.key_at(syntax.children(child).next()?, depth + 1)
                        }
                        _ => self.key_at(child, depth + 1),
                    };
                    texts.extend(key.texts);
                }
                (!texts.is_empty()).then(|| Key { texts, ..Key::default() })
            }
            Kind::Hash => self.pairs(id, Field::Key, depth + 1),
            Kind::Binary if syntax.operator(id) == "+" => {
                let sides = [Field::Left, Field::Right].into_iter().filter_map(|s| syntax.field(id, s));
                let texts: Vec<Text> = sides
                    .filter_map(|side| self.list_at(side, depth + 1))
                    .flat_map(|key| key.texts)
                    .collect();
                (!texts.is_empty()).then(|| Key { texts, ..Key::default() })
            }
            Kind::Parenthesized => match syntax.statements(id).as_slice() {
                [one] => self.list_at(*one, depth + 1),
                _ => None,
            },
            Kind::Call => {
                if let Some(receiver) = syntax.receiver(id) {
                    let inner = || self.list_at(receiver, depth + 1);
                    match syntax.method(id) {
                        "freeze" | "dup" | "sort" | "uniq" | "to_a" | "each" | "compact" | "reverse"
                        | "lazy" | "flatten" | "keys" | "each_with_index" | "with_index" => return inner(),
                        "values" => {
                            let hash = self.hash(receiver, depth + 1)?;
                            return self.pairs(hash, Field::Value, depth + 1);
                        }
                        "map" | "collect" => {
                            let mapped = syntax.source(id);
                            return if mapped.ends_with("(&:upcase)") {
                                inner().map(Key::upcased)
                            } else if mapped.ends_with("(&:to_s)") {
                                inner()
                            } else {
                                None
                            };
                        }
                        _ => {}
                    }
                } else if syntax.method(id) == "Array" {
                    let [one] = syntax.arguments(id)[..] else { return None };
                    return self.list_at(one, depth + 1);
                }
                self.list_at(self.resolved_value(id)?, depth + 1)
            }
            Kind::Identifier
            | Kind::Constant
            | Kind::ScopeResolution
            | Kind::InstanceVariable
            | Kind::ClassVariable
            | Kind::GlobalVariable => {
                let found = self.resolve(id)?;
                if let DefinitionKind::Parameter { .. } = self.definitions[found].kind {
                    let hole = Hole { parameter: found, upcase: false, list: true };
                    return Some(Key { hole: Some(hole), ..Key::default() });
                }
                self.list_at(self.resolved_value(id)?, depth + 1)
            }
            _ => None,
        }
    }

    /// The hash that an expression is.
    fn hash(&self, id: Id, depth: usize) -> Option<Id> {
        let syntax = self.syntax;
        if depth > DEPTH {
            return None;
        }
        match syntax.kind(id) {
            Kind::Hash => Some(id),
            Kind::Call if matches!(syntax.method(id), "freeze" | "dup" | "each_pair" | "to_a") => {
                self.hash(syntax.receiver(id)?, depth + 1)
            }
            Kind::Identifier | Kind::Constant | Kind::ScopeResolution | Kind::InstanceVariable => {
                self.hash(self.resolved_value(id)?, depth + 1)
            }
            _ => None,
        }
    }

    fn pairs(&self, hash: Id, side: Field, depth: usize) -> Option<Key> {
        let syntax = self.syntax;
        let texts: Vec<Text> = syntax
            .children(hash)
            .filter(|&pair| syntax.kind(pair) == Kind::Pair)
            .filter_map(|pair| syntax.field(pair, side))
            .flat_map(|one| self.key_at(one, depth + 1).texts)
            .collect();
        (!texts.is_empty()).then(|| Key { texts, ..Key::default() })
    }

    fn either(&self, sides: Vec<Id>, depth: usize) -> Key {
        let keys: Vec<Key> = sides.into_iter().map(|side| self.key_at(side, depth + 1)).collect();
        if keys.iter().all(|key| !key.texts.is_empty()) {
            Key { texts: keys.into_iter().flat_map(|key| key.texts).collect(), ..Key::default() }
        } else {
            Key::default()
        }
    }

    /// Pieces one after another; known as far as the first and the last are.
    fn joined(&self, parts: Vec<Key>, at: Id) -> Key {
        let known = |key: &Key| match key.texts.as_slice() {
            [one] => Some(one.text.clone()),
            _ => None,
        };
        if let Some(texts) = parts.iter().map(known).collect::<Option<Vec<String>>>() {
            let text =
                Text { text: texts.concat(), name: self.syntax.inner(at), literal: self.syntax.span(at) };
            return Key { texts: vec![text], ..Key::default() };
        }
        let mut whole = Key::default();
        let mut seen_hole = false;
        for part in &parts {
            match known(part) {
                Some(text) if seen_hole => whole.suffix.push_str(&text),
                Some(text) => whole.prefix.push_str(&text),
                None if seen_hole => {
                    // A second hole: nothing before it is the end, and no parameter is the rest.
                    whole.suffix = part.suffix.clone();
                    whole.hole = None;
                }
                None => {
                    seen_hole = true;
                    whole.prefix.push_str(&part.prefix);
                    whole.suffix.push_str(&part.suffix);
                    whole.hole = part.hole;
                }
            }
        }
        whole
    }
}

/// `"HEROKU_%s_URL"`: what stands before the first and after the last directive.
fn formatted(format: &str) -> Key {
    let Some(first) = format.find('%') else { return Key::default() };
    let prefix = format[..first].to_string();
    let last = format.rfind('%').map_or("", |at| &format[at + 1..]);
    let suffix = match last.strip_prefix('{') {
        Some(named) => named.split_once('}').map_or("", |(_, rest)| rest),
        None => last.split_once(|c: char| c.is_ascii_lowercase()).map_or("", |(_, rest)| rest),
    };
    Key { prefix, suffix: suffix.to_string(), ..Key::default() }
}
