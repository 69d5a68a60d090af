//! Finds every place that reads or writes the environment.

use super::File;
use super::ast::{Field, Id, Kind};
use super::names::{DeclId, How, Step, member_key};
use super::table;
use crate::expr::Expr;
use crate::fact::{EnvWrite, Name, ReadKind, WriteKind, looks_like_variable};
use crate::span::Span;

/// A read that was found, before it is known what becomes of it.
#[derive(Clone, Debug)]
pub struct Access {
    /// Which variable.
    pub name: Name,
    /// The name's bytes.
    pub name_span: Option<Span>,
    /// The access.
    pub span: Span,
    /// The row whose value is the variable's.
    pub at: At,
    /// The interface.
    pub api: String,
    /// What kind of look it is.
    pub kind: ReadKind,
    /// The default within the access.
    pub default: Option<Id>,
    /// Reading it unset raises.
    pub required: bool,
    /// The parameters of functions around it that make its name.
    pub parameter: Option<ParameterKey>,
}

/// Where the value of an access is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// It is this row.
    Row(Id),
    /// It is in this row, an object of several variables.
    Within(Id),
    /// It is given to this name by a pattern.
    Decl(DeclId),
    /// It is declared by this row; the second is what the declaration gives, if anything.
    Declared(Id, Option<Id>),
}

impl At {
    /// A row for scope and guards.
    pub fn row(self, file: &File<'_, '_>) -> Id {
        match self {
            At::Row(id) | At::Within(id) | At::Declared(id, _) => id,
            At::Decl(decl) => file.names.decls[decl].node,
        }
    }
}

/// How a function's parameter makes a variable's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParameterKey {
    /// The function.
    pub function: Id,
    /// Position of the parameter.
    pub index: usize,
    /// Text before it.
    pub prefix: String,
    /// Text after it.
    pub suffix: String,
    /// It is upper-cased.
    pub upcase: bool,
    /// It is a list of names.
    pub list: bool,
}

/// What is known of a key.
#[derive(Clone, Debug)]
pub enum Key {
    /// One name.
    One(Name, Option<Span>),
    /// Several names in turn.
    Several(Vec<(String, Span)>),
    /// Made from a parameter.
    Parameter(ParameterKey),
    /// Every name of the environment in turn.
    Scan,
}

const METHODS: [&str; 6] = ["hasOwnProperty", "toObject", "propertyIsEnumerable", "toString", "get", "has"];

impl File<'_, '_> {
    /// Finds all reads and writes of the file.
    pub fn find_accesses(&mut self) {
        for id in 0..self.ast.len() {
            match self.ast.kind(id) {
                Kind::Member | Kind::Subscript => self.member_access(id),
                Kind::Binary if self.ast.operator(id) == "in" => self.in_access(id),
                Kind::Call | Kind::New => self.call_access(id),
                Kind::ForIn => self.loop_access(id),
                Kind::Assignment => self.environment_assignment(id),
                Kind::Object => self.spread_writes(id),
                Kind::Interface => self.process_env_interface(id),
                Kind::Import => self.imported_variables(id),
                Kind::Pair => self.pair_access(id),
                Kind::Class => self.validated_class(id),
                Kind::Declarator => self.named_schema(id),
                _ => {}
            }
        }
        for decl in 0..self.names.decls.len() {
            self.pattern_access(decl);
        }
        self.mapping_file();
    }

    fn push(&mut self, access: Access) {
        if !self.taken.insert((access.span, access.name.clone())) {
            return;
        }
        self.accesses.push(access);
    }

    fn simple(&self, at: Id, api: &str, kind: ReadKind) -> Access {
        Access {
            name: Name::Computed,
            name_span: None,
            span: self.ast.span(at),
            at: At::Row(at),
            api: api.to_string(),
            kind,
            default: None,
            required: false,
            parameter: None,
        }
    }

    /// Adds the reads that a key stands for.
    fn push_key(&mut self, key: Key, access: Access) {
        match key {
            Key::One(name, name_span) => self.push(Access { name, name_span, ..access }),
            Key::Several(names) => {
                for (name, span) in names {
                    // One read a name, placed at the name: the access is the same for all.
                    let quoted = Span::new(span.start - 1, span.end + 1);
                    self.push(Access {
                        name: Name::Known(name),
                        name_span: Some(span),
                        span: quoted,
                        ..access.clone()
                    });
                }
            }
            Key::Parameter(parameter) => {
                let name = match (parameter.prefix.as_str(), parameter.suffix.as_str()) {
                    ("", "") => Name::Computed,
                    (prefix, suffix) => {
                        Name::Partly { prefix: prefix.to_string(), suffix: suffix.to_string() }
                    }
                };
                self.push(Access { name, parameter: Some(parameter), ..access });
            }
            // The look through the whole environment is its own fact.
            Key::Scan => {}
        }
    }

    fn member_access(&mut self, id: Id) {
        let Some(object) = self.ast.field(id, Field::Object) else { return };
        if !self.names.may_be_environment(&self.ast, object) {
            return;
        }
        let Some(api) = self.names.environment(&self.ast, object) else { return };
        let Some((key, key_row)) = self.key_of_member(id) else { return };
        let outer = self.ast.outer(id);
        let parent = self.ast.parent(outer);
        let called = parent
            .is_some_and(|up| self.ast.kind(up) == Kind::Call && self.ast.role(outer) == Field::Function);
        if let Key::One(Name::Known(name), _) = &key {
            if called && METHODS.contains(&name.as_str()) {
                return;
            }
            let sure = matches!(self.ast.kind(self.ast.bare(object)), Kind::Member | Kind::Subscript)
                && table::environment(&api).is_some();
            if !sure && !looks_like_variable(name) && (called || table::environment(&api).is_none()) {
                return;
            }
        }
        if matches!(key, Key::Scan) && self.ast.kind(id) == Kind::Subscript {
            self.copied_by_loop(outer, &api);
            return;
        }
        if self.write_access(outer, &key, &api, key_row) {
            return;
        }
        let access = self.simple(id, &api, ReadKind::Value);
        self.push_key(key, access);
    }

    fn key_of_member(&self, id: Id) -> Option<(Key, Id)> {
        match self.ast.kind(id) {
            Kind::Member => {
                let at = self.ast.field(id, Field::Property)?;
                let name = self.ast.text(at);
                // A half-written `process.env.` has no name.
                if name.is_empty() || name.starts_with('#') {
                    return None;
                }
                Some((Key::One(Name::Known(name.to_string()), Some(self.ast.span(at))), at))
            }
            _ => {
                let at = self.ast.field(id, Field::Index)?;
                Some((self.key(at, 0), at))
            }
        }
    }

    /// What is known of an expression that is a variable's name.
    pub fn key(&self, id: Id, depth: usize) -> Key {
        let computed = Key::One(Name::Computed, None);
        if depth > 8 {
            return computed;
        }
        let ast = &self.ast;
        let id = ast.bare(id);
        if let Some((text, span)) = ast.string(id) {
            return if text.is_empty() { computed } else { Key::One(Name::Known(text), Some(span)) };
        }
        match ast.kind(id) {
            Kind::Identifier | Kind::Shorthand => {
                let Some(decl) = self.names.resolve(ast, id) else { return computed };
                self.key_of_name(decl, depth)
            }
            Kind::Member | Kind::Subscript => match self.names.literal(ast, id) {
                Some(literal) if matches!(ast.kind(literal), Kind::Str | Kind::Template) => {
                    self.key(literal, depth + 1)
                }
                _ => computed,
            },
            Kind::Template | Kind::Binary => self.joined_key(id, depth),
            Kind::Call => {
                let Some(callee) = ast.callee(id) else { return computed };
                let subject = match (ast.kind(callee), member_key(ast, callee)) {
                    (Kind::Member, Some((method, _))) => match method.as_str() {
                        "toUpperCase" | "trim" | "toString" => {
                            ast.field(callee, Field::Object).map(|object| (object, method == "toUpperCase"))
                        }
                        _ => None,
                    },
                    (Kind::Identifier, _) if ast.text(callee) == "String" => {
                        ast.arguments(id).first().map(|&first| (first, false))
                    }
                    _ => None,
                };
                let Some((subject, upcase)) = subject else { return computed };
                match self.key(subject, depth + 1) {
                    Key::Parameter(parameter) => {
                        Key::Parameter(ParameterKey { upcase: parameter.upcase || upcase, ..parameter })
                    }
                    Key::One(Name::Known(name), span) if !upcase => Key::One(Name::Known(name), span),
                    _ => computed,
                }
            }
            _ => computed,
        }
    }

    fn key_of_name(&self, decl: DeclId, depth: usize) -> Key {
        let computed = Key::One(Name::Computed, None);
        let ast = &self.ast;
        match &self.names.decls[decl].how {
            How::Variable => match self.names.single(decl) {
                Some(given) if given.steps.is_empty() => self.key(given.node, depth + 1),
                _ => computed,
            },
            How::Parameter { function, index, steps } => {
                if let Some(key) = self.key_of_callback(*function, *index, steps, depth) {
                    return key;
                }
                if !steps.is_empty() && *steps != [Step::Rest] {
                    return computed;
                }
                Key::Parameter(ParameterKey {
                    function: *function,
                    index: *index,
                    prefix: String::new(),
                    suffix: String::new(),
                    upcase: false,
                    list: *steps == [Step::Rest],
                })
            }
            How::Loop { over, keys } => {
                if *keys && self.names.may_be_environment(ast, *over) {
                    return Key::Scan;
                }
                self.key_of_list(*over, depth)
            }
            _ => computed,
        }
    }

    /// The names that a list holds.
    fn key_of_list(&self, list: Id, depth: usize) -> Key {
        if self.is_scan(list) {
            return Key::Scan;
        }
        if let Some(names) = self.texts(list) {
            return Key::Several(names);
        }
        match self.ast.kind(self.ast.bare(list)) {
            Kind::Identifier => match self.key(list, depth + 1) {
                Key::Parameter(parameter) => Key::Parameter(ParameterKey { list: true, ..parameter }),
                Key::Scan => Key::Scan,
                _ => Key::One(Name::Computed, None),
            },
            _ => Key::One(Name::Computed, None),
        }
    }

    /// What the parameter of a callback goes through: `["A", "B"].forEach(name => …)`.
    fn key_of_callback(&self, function: Id, index: usize, steps: &[Step], depth: usize) -> Option<Key> {
        let ast = &self.ast;
        let list = ast.parent(function).filter(|&up| ast.kind(up) == Kind::Arguments)?;
        let call = ast.parent(list)?;
        let callee = ast.callee(call)?;
        let (method, _) = member_key(ast, callee)?;
        let position = usize::from(matches!(method.as_str(), "reduce" | "reduceRight"));
        if !matches!(
            method.as_str(),
            "forEach"
                | "map"
                | "filter"
                | "every"
                | "some"
                | "find"
                | "findIndex"
                | "flatMap"
                | "reduce"
                | "reduceRight"
                | "each"
                | "forIn"
                | "pickBy"
                | "mapValues"
                | "any"
                | "all"
        ) {
            return None;
        }
        let object = ast.field(callee, Field::Object)?;
        let arguments = ast.arguments(call);
        // `_.each(list, callback)` has the list as its first argument.
        let (subject, of_library) = match arguments.as_slice() {
            [first, second, ..] if *second == function => (*first, true),
            _ => (object, false),
        };
        if of_library && self.names.may_be_environment(ast, subject) {
            return Some(Key::Scan);
        }
        if index != position || !(steps.is_empty() || self.is_scan(subject)) {
            return self.is_scan(subject).then_some(Key::Scan);
        }
        let key = self.key_of_list(subject, depth + 1);
        match &key {
            Key::One(Name::Computed, _) => Some(key),
            _ => Some(key),
        }
    }

    /// Whether an expression lists the names of the environment: `Object.keys(process.env)` and what
    /// is filtered out of it.
    fn is_scan(&self, id: Id) -> bool {
        let ast = &self.ast;
        let mut at = ast.bare(id);
        for _ in 0..8 {
            match ast.kind(at) {
                Kind::Call => {
                    let Some(callee) = ast.callee(at) else { return false };
                    let first = ast.arguments(at).first().copied();
                    let text = ast.text(callee);
                    if matches!(
                        text,
                        "Object.keys"
                            | "Object.entries"
                            | "Object.getOwnPropertyNames"
                            | "Reflect.ownKeys"
                            | "_.keys"
                    ) {
                        return first.is_some_and(|env| {
                            self.names.may_be_environment(ast, env)
                                && self.names.environment(ast, env).is_some()
                        });
                    }
                    match member_key(ast, callee) {
                        Some((method, _)) if matches!(method.as_str(), "filter" | "sort" | "map") => {
                            let Some(object) = ast.field(callee, Field::Object) else { return false };
                            at = ast.bare(object);
                        }
                        _ => return false,
                    }
                }
                Kind::Identifier => {
                    let Some(decl) = self.names.resolve(ast, at) else { return false };
                    match self.names.single(decl) {
                        Some(given) if given.steps.is_empty() => at = ast.bare(given.node),
                        _ => return false,
                    }
                }
                _ => return false,
            }
        }
        false
    }

    /// The texts of a list.
    pub fn texts(&self, id: Id) -> Option<Vec<(String, Span)>> {
        let ast = &self.ast;
        let mut at = self.names.literal(ast, id)?;
        if ast.kind(at) == Kind::New && ast.callee(at).is_some_and(|callee| ast.text(callee) == "Set") {
            at = self.names.literal(ast, *ast.arguments(at).first()?)?;
        }
        let texts: Vec<(String, Span)> = match ast.kind(at) {
            Kind::Array => ast
                .children(at)
                .filter_map(|item| match ast.kind(item) {
                    Kind::Str | Kind::Template => ast.string(item),
                    Kind::Spread => None,
                    _ => self.names.literal(ast, item).and_then(|item| ast.string(item)),
                })
                .collect(),
            Kind::Call => {
                let callee = ast.callee(at)?;
                let object = self.names.literal(ast, *ast.arguments(at).first()?)?;
                if ast.kind(object) != Kind::Object {
                    return None;
                }
                let entries = ast.entries(object);
                match ast.text(callee) {
                    "Object.values" => {
                        entries.into_iter().filter_map(|(_, value, _)| ast.string(ast.bare(value))).collect()
                    }
                    // Only keys in quotes have room for a span with quotes around it.
                    "Object.keys" => entries
                        .into_iter()
                        .filter(|&(key, _, _)| ast.kind(key) == Kind::Str)
                        .filter_map(|(key, _, _)| ast.string(key))
                        .collect(),
                    _ => return None,
                }
            }
            _ => return None,
        };
        (!texts.is_empty()).then_some(texts)
    }

    /// A name of literals, prefixes and one unknown part.
    fn joined_key(&self, id: Id, depth: usize) -> Key {
        let ast = &self.ast;
        let mut parts: Vec<Result<String, Id>> = Vec::new();
        if !self.parts(id, &mut parts, 0) {
            return Key::One(Name::Computed, None);
        }
        let (mut prefix, mut suffix) = (String::new(), String::new());
        let mut middle: Option<Key> = None;
        let mut several = false;
        for part in parts {
            let text = match part {
                Ok(text) => text,
                Err(inner) => match self.key(inner, depth + 1) {
                    Key::One(Name::Known(text), _) => text,
                    key => {
                        several |= middle.is_some();
                        middle = Some(key);
                        suffix.clear();
                        continue;
                    }
                },
            };
            if middle.is_some() { suffix += &text } else { prefix += &text }
        }
        match middle {
            None if prefix.is_empty() => Key::One(Name::Computed, None),
            None => Key::One(Name::Known(prefix), Some(ast.span(id))),
            Some(Key::Parameter(parameter)) if !several && !parameter.list => Key::Parameter(ParameterKey {
                prefix: prefix + &parameter.prefix,
                suffix: parameter.suffix + &suffix,
                ..parameter
            }),
            Some(_) if prefix.is_empty() && suffix.is_empty() => Key::One(Name::Computed, None),
            Some(_) => Key::One(Name::Partly { prefix, suffix }, None),
        }
    }

    /// Takes a template or a concatenation apart.
    fn parts(&self, id: Id, parts: &mut Vec<Result<String, Id>>, depth: usize) -> bool {
        let ast = &self.ast;
        let id = ast.bare(id);
        if depth > 8 {
            return false;
        }
        if let Some((text, _)) = ast.string(id) {
            parts.push(Ok(text));
            return true;
        }
        match ast.kind(id) {
            Kind::Template => {
                for part in ast.children(id) {
                    match ast.kind(part) {
                        Kind::Substitution => match ast.first(part) {
                            Some(inner) => parts.push(Err(inner)),
                            None => return false,
                        },
                        _ => parts.push(Ok(ast.text(part).to_string())),
                    }
                }
                true
            }
            Kind::Binary if ast.operator(id) == "+" => {
                match (ast.field(id, Field::Left), ast.field(id, Field::Right)) {
                    (Some(left), Some(right)) => {
                        self.parts(left, parts, depth + 1) && self.parts(right, parts, depth + 1)
                    }
                    _ => false,
                }
            }
            Kind::Binary => false,
            _ => {
                parts.push(Err(id));
                true
            }
        }
    }

    /// `copy[key] = process.env[key]` in a loop over the environment: `copy` is the environment.
    fn copied_by_loop(&mut self, read: Id, api: &str) {
        let ast = &self.ast;
        let assignment = ast.ancestors(read).take(6).find(|&up| ast.kind(up) == Kind::Assignment);
        let Some(left) = assignment.and_then(|at| ast.field(at, Field::Left)) else { return };
        if ast.kind(left) != Kind::Subscript || ast.subtree(left).contains(&read) {
            return;
        }
        let copy = ast.field(left, Field::Object).and_then(|object| self.names.resolve(ast, object));
        if let Some(copy) = copy {
            self.names.mark_copy(copy, api.to_string());
        }
    }

    /// Whether the access at `outer` is written to, and the write.
    fn write_access(&mut self, outer: Id, key: &Key, api: &str, key_row: Id) -> bool {
        let ast = &self.ast;
        let Some(parent) = ast.parent(outer) else { return false };
        let left = ast.role(outer) == Field::Left;
        let (kind, value) = match ast.kind(parent) {
            Kind::Assignment if left => {
                let value = ast.field(parent, Field::Right);
                let again = value.filter(|&at| {
                    ast.kind(at) == Kind::Binary
                        && matches!(ast.operator(at), "||" | "??")
                        && ast.field(at, Field::Left).is_some_and(|at| ast.text(at) == ast.text(outer))
                });
                match again {
                    Some(again) => (WriteKind::Default, ast.field(again, Field::Right)),
                    None => (WriteKind::Set, value),
                }
            }
            Kind::Augmented if left => match ast.operator(parent) {
                "||=" | "??=" => (WriteKind::Default, ast.field(parent, Field::Right)),
                _ => (WriteKind::Set, None),
            },
            Kind::Update => (WriteKind::Set, None),
            Kind::Unary if ast.operator(parent) == "delete" => (WriteKind::Unset, None),
            Kind::ObjectAssignmentPattern | Kind::AssignmentPattern if left => (WriteKind::Set, None),
            Kind::ForIn if left => (WriteKind::Set, None),
            _ => return false,
        };
        let value = value.and_then(|at| ast.string(ast.bare(at))).map(|(text, _)| text);
        let span = ast.span(parent);
        let names: Vec<(Name, Span)> = match key {
            Key::One(name, name_span) => {
                vec![(name.clone(), name_span.unwrap_or_else(|| ast.span(key_row)))]
            }
            Key::Several(names) => {
                names.iter().map(|(name, span)| (Name::Known(name.clone()), *span)).collect()
            }
            Key::Parameter(_) | Key::Scan => vec![(Name::Computed, ast.span(key_row))],
        };
        for (name, name_span) in names {
            self.write(name, name_span, span, value.clone(), kind, api, outer);
        }
        true
    }

    #[allow(clippy::too_many_arguments)]
    pub(super) fn write(
        &mut self,
        name: Name,
        name_span: Span,
        span: Span,
        value: Option<String>,
        kind: WriteKind,
        surface: &str,
        at: Id,
    ) {
        let scope = self.scope(at);
        self.facts.writes.push(EnvWrite {
            name,
            name_span,
            span,
            value,
            kind,
            surface: surface.to_string(),
            scope,
        });
    }

    /// Writes every entry of an object whose key can be a variable.
    pub(super) fn write_entries(&mut self, object: Id, surface: &str) {
        for (key, value, entry) in self.ast.entries(object) {
            let Some((name, name_span)) = self.ast.key(key) else { continue };
            if !looks_like_variable(&name) {
                continue;
            }
            let name_span = Span::new(name_span.end - name.len(), name_span.end);
            let same = value != entry
                && self.ast.text(value).contains("process.env")
                && self.ast.text(value).contains(name.as_str());
            let kind = if same { WriteKind::Pass } else { WriteKind::Set };
            let text = self.ast.string(self.ast.bare(value)).map(|(text, _)| text);
            let span = self.ast.span(entry);
            self.write(Name::Known(name), name_span, span, text, kind, surface, entry);
        }
    }

    fn in_access(&mut self, id: Id) {
        let (Some(left), Some(right)) = (self.ast.field(id, Field::Left), self.ast.field(id, Field::Right))
        else {
            return;
        };
        if !self.names.may_be_environment(&self.ast, right) {
            return;
        }
        let Some(api) = self.names.environment(&self.ast, right) else { return };
        let key = self.key(left, 0);
        let access = self.simple(id, &api, ReadKind::Presence);
        self.push_key(key, access);
    }

    fn loop_access(&mut self, id: Id) {
        let Some(over) = self.ast.field(id, Field::Right) else { return };
        if self.ast.operator(id) != "in" || !self.names.may_be_environment(&self.ast, over) {
            return;
        }
        let Some(api) = self.names.environment(&self.ast, over) else { return };
        let body = self.ast.field(id, Field::Body);
        let (name, name_span) = body.map_or((Name::Computed, None), |body| self.wanted(body));
        let access = self.simple(over, &api, ReadKind::Scan);
        self.push(Access { name, name_span, ..access });
    }

    /// The names that the code below a row picks out of all: `key.startsWith("HEROKU_")`.
    fn wanted(&self, below: Id) -> (Name, Option<Span>) {
        let ast = &self.ast;
        for at in ast.subtree(below) {
            if ast.kind(at) != Kind::Call {
                continue;
            }
            let Some(callee) = ast.callee(at) else { continue };
            let Some((method, _)) = member_key(ast, callee) else { continue };
            let Some(&first) = ast.arguments(at).first() else { continue };
            let text = self.names.literal(ast, first).and_then(|at| ast.string(at));
            match (method.as_str(), text) {
                ("startsWith", Some((prefix, span))) | ("indexOf", Some((prefix, span))) => {
                    return (Name::Partly { prefix, suffix: String::new() }, Some(span));
                }
                ("endsWith", Some((suffix, span))) => {
                    return (Name::Partly { prefix: String::new(), suffix }, Some(span));
                }
                ("includes", Some((part, span))) => {
                    return (Name::Pattern(regex::escape(&part)), Some(span));
                }
                ("startsWith" | "includes" | "endsWith", None) => {}
                ("match" | "search", None) => {
                    if let Some((pattern, span)) = self.regex(first) {
                        return (Name::Pattern(pattern), Some(span));
                    }
                }
                ("test" | "exec", _) => {
                    let object = ast.field(callee, Field::Object);
                    if let Some((pattern, span)) = object.and_then(|object| self.regex(object)) {
                        return (Name::Pattern(pattern), Some(span));
                    }
                }
                _ => {}
            }
        }
        (Name::Computed, None)
    }

    /// The pattern of a regular expression, through names, with flags that matter in front.
    pub fn regex(&self, id: Id) -> Option<(String, Span)> {
        let ast = &self.ast;
        let at = self.names.literal(ast, id)?;
        if ast.kind(at) == Kind::New && ast.callee(at).is_some_and(|callee| ast.text(callee) == "RegExp") {
            return self.names.literal(ast, *ast.arguments(at).first()?).and_then(|at| ast.string(at));
        }
        if ast.kind(at) != Kind::Regex {
            return None;
        }
        let pattern = ast.children(at).find(|&part| ast.kind(part) == Kind::RegexPattern)?;
        let span = ast.span(pattern);
        let flags = ast.text.get(span.end + 1..ast.span(at).end).unwrap_or_default();
        let text = ast.text(pattern).to_string();
        Some((if flags.contains('i') { format!("(?i){text}") } else { text }, span))
    }

    fn call_access(&mut self, id: Id) {
        let Some(callee) = self.ast.callee(id) else { return };
        let callee = self.ast.bare(callee);
        let last = match self.ast.kind(callee) {
            Kind::Identifier => self.ast.text(callee),
            Kind::Member => self.ast.field(callee, Field::Property).map_or("", |at| self.ast.text(at)),
            _ => return,
        };
        if self.validator_call(id, last) {
            return;
        }
        if !table::is_suspect_call(last)
            && !self.names.suspects.contains(last)
            && !matches!(self.ast.kind(callee), Kind::Identifier)
        {
            return;
        }
        let Some(path) = self.names.path(&self.ast, callee) else { return };
        let path = table::bare_library(&path).to_string();
        let arguments = self.ast.arguments(id);
        if self.scan_call(id, &path, &arguments)
            || self.method_access(id, callee, last, &arguments)
            || self.reader_access(id, &path, &arguments)
            || self.picked(id, &path, last, &arguments)
            || self.written_by_call(id, &path, last, &arguments)
            || self.config_access(id, callee, last, &path, &arguments)
            || self.strapi_access(id, callee, &arguments)
        {
            return;
        }
        let before = self.accesses.len();
        self.declared_by_call(id, &path, last, &arguments);
        if self.accesses.len() > before {
            self.declaring.insert(id);
        }
    }

    fn environment_of(&self, id: Id) -> Option<String> {
        if self.names.may_be_environment(&self.ast, id) {
            self.names.environment(&self.ast, id)
        } else {
            None
        }
    }

    fn scan_call(&mut self, id: Id, path: &str, arguments: &[Id]) -> bool {
        if !matches!(
            path,
            "Object.keys"
                | "Object.entries"
                | "Object.values"
                | "Object.getOwnPropertyNames"
                | "Reflect.ownKeys"
                | "_.each"
                | "_.forEach"
                | "_.forIn"
                | "_.pickBy"
                | "_.keys"
                | "_.map"
                | "lodash.forIn"
                | "lodash.forEach"
                | "lodash.pickBy"
                | "underscore.each"
        ) {
            return false;
        }
        let Some(api) = arguments.first().and_then(|&first| self.environment_of(first)) else { return false };
        // What is chained to the call, or the callback beside it, says which names are wanted.
        let mut top = id;
        while let Some(up) = self.ast.parent(top) {
            let chained = match self.ast.kind(up) {
                Kind::Member => self.ast.role(top) == Field::Object,
                Kind::Call => self.ast.role(top) == Field::Function,
                Kind::Parenthesized => true,
                Kind::ForIn => self.ast.role(top) == Field::Right,
                _ => false,
            };
            if !chained {
                break;
            }
            top = up;
        }
        let (name, name_span) = self.wanted(top);
        let access = self.simple(id, &api, ReadKind::Scan);
        self.push(Access { name, name_span, ..access });
        true
    }

    /// `process.env.hasOwnProperty("X")`.
    fn method_access(&mut self, id: Id, callee: Id, last: &str, arguments: &[Id]) -> bool {
        if !matches!(last, "hasOwnProperty" | "propertyIsEnumerable") {
            return false;
        }
        let object = self.ast.field(callee, Field::Object);
        let (Some(api), Some(&first)) = (object.and_then(|at| self.environment_of(at)), arguments.first())
        else {
            return false;
        };
        let key = self.key(first, 0);
        let access = self.simple(id, &api, ReadKind::Presence);
        self.push_key(key, access);
        true
    }

    fn reader_access(&mut self, id: Id, path: &str, arguments: &[Id]) -> bool {
        let Some(reader) = table::READERS.iter().find(|reader| {
            reader.callee == path
                || path
                    .strip_suffix(reader.callee)
                    .is_some_and(|head| head.ends_with('.') && head.starts_with("getenv"))
        }) else {
            return false;
        };
        let mut api = path.to_string();
        if let Some(at) = reader.environment {
            match arguments.get(at).and_then(|&env| self.environment_of(env)) {
                Some(environment) => api = environment,
                None => return false,
            }
        }
        let Some(&name) = arguments.get(reader.name) else { return false };
        let key = self.key(name, 0);
        // `nconf.get("database:url")` is a setting, `Env.get` may be somebody's own.
        if matches!(path, "nconf.get" | "Env.get")
            && !matches!(&key, Key::One(Name::Known(name), _) if looks_like_variable(name))
        {
            return false;
        }
        let default = reader.default.and_then(|at| arguments.get(at).copied());
        let mut access = self.simple(id, &api, reader.kind);
        access.default = default;
        access.required = reader.required && default.is_none();
        if path == "env-var.get" {
            self.follow_env_var(id, &mut access);
        }
        self.push_key(key, access);
        true
    }

    /// `env.get("X").required().asString()`: the last call of the chain is the value.
    fn follow_env_var(&self, id: Id, access: &mut Access) {
        let ast = &self.ast;
        let mut at = id;
        while let Some(member) = ast.parent(at).filter(|&up| ast.kind(up) == Kind::Member)
            && let Some(call) = ast.parent(member).filter(|&up| ast.kind(up) == Kind::Call)
        {
            match member_key(ast, member).map(|(key, _)| key).as_deref() {
                Some("required") => access.required = true,
                Some("default") => access.default = ast.arguments(call).first().copied(),
                Some(name) if name.starts_with("as") => {}
                _ => break,
            }
            at = call;
        }
        access.at = At::Row(at);
    }

    fn picked(&mut self, id: Id, path: &str, last: &str, arguments: &[Id]) -> bool {
        if last != "pick" && path != "_.pick" {
            return false;
        }
        let Some((at, api)) =
            arguments.iter().enumerate().find_map(|(at, &env)| Some((at, self.environment_of(env)?)))
        else {
            return false;
        };
        let mut names = Vec::new();
        for (other, &argument) in arguments.iter().enumerate() {
            if other == at {
                continue;
            }
            match self.texts(argument) {
                Some(texts) => names.extend(texts),
                None => {
                    names.extend(self.names.literal(&self.ast, argument).and_then(|at| self.ast.string(at)))
                }
            }
        }
        let mut access = self.simple(id, &api, ReadKind::Value);
        access.at = At::Within(id);
        if names.is_empty() {
            self.push(access);
        } else {
            self.push_key(Key::Several(names), access);
        }
        true
    }

    fn written_by_call(&mut self, id: Id, path: &str, last: &str, arguments: &[Id]) -> bool {
        match last {
            "stubEnv" => {
                let Some((name, name_span)) = arguments.first().and_then(|&at| self.ast.string(at)) else {
                    return false;
                };
                let value = arguments.get(1).and_then(|&at| self.ast.string(at)).map(|(text, _)| text);
                let span = self.ast.span(id);
                self.write(Name::Known(name), name_span, span, value, WriteKind::Set, path, id);
                true
            }
            "assign" | "extend" | "defaults" | "merge" => {
                let Some(api) = arguments.first().and_then(|&first| self.environment_of(first)) else {
                    return false;
                };
                for &source in &arguments[1..] {
                    if self.ast.kind(source) == Kind::Object {
                        self.write_entries(source, &api);
                    }
                }
                true
            }
            "set" if path == "Deno.env.set" => {
                let Some((name, name_span)) = arguments.first().and_then(|&at| self.ast.string(at)) else {
                    return false;
                };
                let value = arguments.get(1).and_then(|&at| self.ast.string(at)).map(|(text, _)| text);
                let span = self.ast.span(id);
                self.write(Name::Known(name), name_span, span, value, WriteKind::Set, path, id);
                true
            }
            "delete" if path == "Deno.env.delete" => {
                let Some((name, name_span)) = arguments.first().and_then(|&at| self.ast.string(at)) else {
                    return false;
                };
                let span = self.ast.span(id);
                self.write(Name::Known(name), name_span, span, None, WriteKind::Unset, path, id);
                true
            }
            _ => false,
        }
    }

    /// `process.env = { ...process.env, X: "y" }`: its entries are written by [`File::spread_writes`];
    /// without the spread they are all that is left.
    fn environment_assignment(&mut self, id: Id) {
        let (Some(left), Some(right)) = (self.ast.field(id, Field::Left), self.ast.field(id, Field::Right))
        else {
            return;
        };
        let right = self.ast.bare(right);
        if self.ast.kind(left) == Kind::Member
            && self.ast.kind(right) == Kind::Object
            && self.ast.text(left) == "process.env"
            && !self.ast.children(right).any(|at| self.ast.kind(at) == Kind::Spread)
        {
            self.write_entries(right, "process.env");
        }
    }

    /// `{ ...process.env, X: "y" }` is the environment of another process.
    fn spread_writes(&mut self, id: Id) {
        let api = self
            .ast
            .children(id)
            .filter(|&at| self.ast.kind(at) == Kind::Spread)
            .filter_map(|at| self.ast.first(at))
            .find_map(|at| self.environment_of(at));
        if let Some(api) = api {
            self.write_entries(id, &api);
            return;
        }
        let key = self.ast.parent(id).filter(|&up| self.ast.kind(up) == Kind::Pair);
        let Some(pair) = key else { return };
        let Some((key, _)) = self.ast.field(pair, Field::Key).and_then(|at| self.ast.key(at)) else { return };
        let stem = self.request.path.rsplit('/').next().unwrap_or_default();
        if key == "env" && stem.starts_with("next.config") {
            self.write_entries(id, "next.config env");
        } else if key.starts_with("env") && (stem.starts_with("ecosystem") || stem.starts_with("pm2")) {
            self.write_entries(id, "pm2 env");
        }
    }

    /// `configService.get("X")`: a receiver that is named or typed as a configuration.
    fn config_access(&mut self, id: Id, callee: Id, last: &str, path: &str, arguments: &[Id]) -> bool {
        if !matches!(last, "get" | "getOrThrow" | "getOrFail") || self.ast.kind(callee) != Kind::Member {
            return false;
        }
        let Some(object) = self.ast.field(callee, Field::Object) else { return false };
        let receiver = path.rsplit_once('.').map_or("", |(head, _)| head);
        // The package `config` (node-config) has its own names.
        if matches!(receiver, "config" | "convict()")
            && self
                .names
                .resolve(&self.ast, object)
                .is_some_and(|decl| !matches!(self.names.decls[decl].how, How::Parameter { .. }))
        {
            return false;
        }
        let name = self.ast.text(object).rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
        if !name.contains("config") && !self.typed_as_config(object) {
            return false;
        }
        let Some((text, span)) = arguments.first().and_then(|&at| self.ast.string(at)) else { return false };
        if !looks_like_variable(&text) {
            return false;
        }
        let mut access = self.simple(id, &format!("{}.{last}", self.ast.text(object)), ReadKind::Value);
        access.default =
            arguments.get(1).copied().filter(|&at| self.ast.kind(self.ast.bare(at)) != Kind::Object);
        access.required = last != "get";
        self.push_key(Key::One(Name::Known(text), Some(span)), access);
        true
    }

    fn typed_as_config(&self, object: Id) -> bool {
        let ast = &self.ast;
        let decl = match ast.kind(object) {
            Kind::Identifier => self.names.resolve(ast, object),
            Kind::Member => {
                let Some((key, _)) = member_key(ast, object) else { return false };
                self.names
                    .decls
                    .iter()
                    .position(|decl| decl.name == key && matches!(decl.how, How::Parameter { .. }))
            }
            _ => None,
        };
        decl.and_then(|decl| ast.parent(self.names.decls[decl].node))
            .and_then(|up| ast.field(up, Field::Type))
            .is_some_and(|annotation| ast.text(annotation).contains("Config"))
    }

    /// `env("X", d)` and `env.int("X", d)` in a configuration of the shape `({ env }) => …`.
    fn strapi_access(&mut self, id: Id, callee: Id, arguments: &[Id]) -> bool {
        let ast = &self.ast;
        let (root, method) = match ast.kind(callee) {
            Kind::Identifier => (callee, ""),
            Kind::Member => match (ast.field(callee, Field::Object), ast.field(callee, Field::Property)) {
                (Some(object), Some(property)) => (object, ast.text(property)),
                _ => return false,
            },
            _ => return false,
        };
        let Some(decl) = self.names.resolve(ast, root) else { return false };
        match &self.names.decls[decl].how {
            How::Parameter { index: 0, steps, .. } if *steps == [Step::Key("env".to_string())] => {}
            _ => return false,
        }
        let Some(&first) = arguments.first() else { return false };
        let Key::One(Name::Known(name), span) = self.key(first, 0) else { return false };
        if !looks_like_variable(&name) {
            return false;
        }
        let default = arguments.get(if method == "oneOf" { 2 } else { 1 }).copied();
        let api = if method.is_empty() { "env".to_string() } else { format!("env.{method}") };
        let mut access = self.simple(id, &api, ReadKind::Value);
        access.default = default;
        self.push_key(Key::One(Name::Known(name), span), access);
        true
    }

    /// Names that a pattern takes out of the environment.
    fn pattern_access(&mut self, decl: DeclId) {
        let Some(given) = self.names.decls[decl].given.iter().find(|given| !given.steps.is_empty()).cloned()
        else {
            return;
        };
        let Some((Step::Key(key), before)) = given.steps.split_last() else { return };
        let api = match before {
            [] => self.environment_of(given.node),
            before => {
                let Some(mut path) = self.names.path(&self.ast, given.node) else { return };
                for step in before {
                    let Step::Key(key) = step else { return };
                    path = format!("{path}.{key}");
                }
                let path = table::GLOBALS
                    .iter()
                    .find_map(|global| path.strip_prefix(global)?.strip_prefix('.'))
                    .unwrap_or(&path);
                table::environment(path).map(str::to_string)
            }
        };
        let Some(api) = api else { return };
        let node = self.names.decls[decl].node;
        let (key_row, entry) = self.pattern_entry(node);
        let name_span = self.ast.key(key_row).map(|(_, span)| span);
        self.push(Access {
            name: Name::Known(key.clone()),
            name_span,
            span: self.ast.span(entry),
            at: At::Decl(decl),
            api,
            kind: ReadKind::Value,
            default: self.names.decls[decl].default,
            required: false,
            parameter: None,
        });
    }

    /// The key and the whole entry of a name within a pattern.
    fn pattern_entry(&self, node: Id) -> (Id, Id) {
        let ast = &self.ast;
        let mut entry = node;
        for up in ast.ancestors(node).take(3) {
            match ast.kind(up) {
                Kind::ObjectAssignmentPattern | Kind::AssignmentPattern => entry = up,
                Kind::PairPattern | Kind::Pair => {
                    return (ast.field(up, Field::Key).unwrap_or(node), up);
                }
                _ => break,
            }
        }
        (node, entry)
    }

    /// `import { X } from "$env/static/private"`.
    fn imported_variables(&mut self, id: Id) {
        let Some((module, _)) = self.ast.field(id, Field::Source).and_then(|at| self.ast.string(at)) else {
            return;
        };
        if !table::VARIABLE_MODULES.contains(&module.as_str()) {
            return;
        }
        let specifiers: Vec<Id> =
            self.ast.subtree(id).filter(|&at| self.ast.kind(at) == Kind::ImportSpecifier).collect();
        for specifier in specifiers {
            let Some(name) = self.ast.field(specifier, Field::Name) else { continue };
            let local = self.ast.field(specifier, Field::Alias).unwrap_or(name);
            let Some(&decl) = self.names.by_node.get(&local) else { continue };
            let Some((text, span)) = self.ast.key(name) else { continue };
            self.push(Access {
                name: Name::Known(text),
                name_span: Some(span),
                span: self.ast.span(specifier),
                at: At::Decl(decl),
                api: module.clone(),
                kind: ReadKind::Value,
                default: None,
                required: false,
                parameter: None,
            });
        }
    }

    /// Adds the declaration of a variable by a schema, a plugin or a type.
    pub fn declare(
        &mut self,
        name: String,
        name_span: Span,
        entry: Id,
        gives: Option<Id>,
        api: &str,
    ) -> &mut Access {
        let access = Access {
            name: Name::Known(name),
            name_span: Some(name_span),
            span: self.ast.span(entry),
            at: At::Declared(entry, gives),
            api: api.to_string(),
            kind: ReadKind::Schema,
            default: None,
            required: false,
            parameter: None,
        };
        let last = self.accesses.len();
        self.taken.insert((access.span, access.name.clone()));
        self.accesses.push(access);
        &mut self.accesses[last]
    }
}

/// The expression that an access is.
pub fn leaf(access: &Access, default: Option<Expr>) -> Expr {
    let name = access.name.known().map(str::to_string);
    match access.kind {
        ReadKind::Presence => Expr::Presence { name, span: access.span },
        _ => {
            Expr::Read { name, span: access.span, default: default.map(Box::new), required: access.required }
        }
    }
}
