//! Where Ruby looks at, sets or hands on environment variables.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};

use super::guards::Exits;
use super::names::{DefinitionId, DefinitionKind, Key, Names, Text};
use super::shell;
use super::syntax::{Field, Id, Kind, Syntax};
use crate::expr::Expr;
use crate::fact::{EnvWrite, Name, ReadKind, Wrapper, WriteKind, looks_like_variable};
use crate::span::Span;
use crate::vocabulary::Vocabulary;

/// One look at the environment; several names where several variables are looked at at once.
#[derive(Clone, Debug)]
pub(super) struct Access {
    pub(super) node: Id,
    pub(super) api: String,
    pub(super) kind: ReadKind,
    pub(super) names: Vec<Named>,
    /// The second argument or the block.
    pub(super) default: Option<Id>,
    pub(super) required: bool,
    /// It gives true or false, whatever its kind.
    pub(super) asks: bool,
    /// … and false where the variable is there.
    pub(super) negated: bool,
    /// It gives a list of values.
    pub(super) several: bool,
    /// The parameter of a method that is the name.
    pub(super) hole: Option<Key>,
    /// The reader that a settings library makes of it, by class and name.
    pub(super) setting: Option<Id>,
}

/// One of the names of an [`Access`].
#[derive(Clone, Debug)]
pub(super) struct Named {
    pub(super) name: Name,
    pub(super) name_span: Option<Span>,
    /// The access, or where several names share it, the name's literal.
    pub(super) span: Span,
    /// `${X:-text}`: a default written in a shell command.
    pub(super) default: Option<(String, Span)>,
    pub(super) required: bool,
}

impl Named {
    pub(super) fn new(name: Name, name_span: Option<Span>, span: Span) -> Self {
        Self { name, name_span, span, default: None, required: false }
    }
}

impl Access {
    pub(super) fn new(node: Id, api: &str, kind: ReadKind, names: Vec<Named>) -> Self {
        Self {
            node,
            api: api.to_string(),
            kind,
            names,
            default: None,
            required: false,
            asks: false,
            negated: false,
            several: false,
            hole: None,
            setting: None,
        }
    }

    pub(super) fn shell_default(&self, at: usize) -> Option<Expr> {
        self.names[at].default.as_ref().map(|(text, _)| Expr::Text(text.clone()))
    }
}

/// How a method of `ENV` is called.
struct Method {
    name: &'static str,
    kind: ReadKind,
    /// Every argument is a name, not only the first.
    all: bool,
    /// What stands in for an unset variable: the second argument or the block.
    default: bool,
    required: bool,
}

const fn method(name: &'static str, kind: ReadKind) -> Method {
    Method { name, kind, all: false, default: false, required: false }
}

/// Methods of `ENV` that take names.
const METHODS: &[Method] = &[
    method("[]", ReadKind::Value),
    method("assoc", ReadKind::Value),
    method("dig", ReadKind::Value),
    Method { default: true, required: true, ..method("fetch", ReadKind::Value) },
    method("key?", ReadKind::Presence),
    method("has_key?", ReadKind::Presence),
    method("include?", ReadKind::Presence),
    method("member?", ReadKind::Presence),
    Method { all: true, ..method("values_at", ReadKind::Value) },
    Method { all: true, ..method("slice", ReadKind::Value) },
    Method { all: true, required: true, ..method("fetch_values", ReadKind::Value) },
];

/// Methods after which it still is the environment.
const SAME: &[&str] = &[
    "to_h",
    "to_hash",
    "dup",
    "clone",
    "freeze",
    "sort",
    "sort_by",
    "to_a",
    "lazy",
    "entries",
    "each_entry",
    "with_indifferent_access",
    "itself",
    "compact",
    "compact_blank",
    "keys",
    "reverse",
];

/// Methods that look through all variables.
const SCANS: &[&str] = &[
    "select",
    "filter",
    "filter_map",
    "each",
    "each_pair",
    "each_key",
    "map",
    "flat_map",
    "collect",
    "find",
    "detect",
    "find_all",
    "any?",
    "all?",
    "none?",
    "count",
    "reject",
    "each_with_object",
    "grep",
    "grep_v",
    "partition",
    "group_by",
    "reduce",
    "inject",
    "to_h",
    "find_index",
    "sum",
    "each_with_index",
    "values",
    "keep_if",
    "delete_if",
    "sort_by",
    "min_by",
    "max_by",
    "transform_keys",
    "transform_values",
    "filter!",
    "select!",
    "reject!",
    "to_hash",
    "each_value",
    "first",
    "index_by",
];

/// Functions that hand a text to a shell.
const SHELLS: &[&str] = &[
    "system",
    "Kernel.system",
    "exec",
    "Kernel.exec",
    "spawn",
    "Kernel.spawn",
    "Process.spawn",
    "IO.popen",
    "sh",
    "Open3.capture2",
    "Open3.capture2e",
    "Open3.capture3",
    "Open3.popen2",
    "Open3.popen2e",
    "Open3.popen3",
    "Open3.pipeline",
    "PTY.spawn",
    "system!",
];

/// One file and all that was found in it.
pub(super) struct Front<'s, 't> {
    pub(super) syntax: &'s Syntax<'t>,
    pub(super) names: Names<'s, 't>,
    /// The text of a template, where `syntax` is of what was masked of it.
    pub(super) template: Option<&'s str>,
    pub(super) vocabulary: &'s Vocabulary,
    pub(super) accesses: Vec<Access>,
    access_at: HashMap<Id, usize>,
    pub(super) writes: Vec<EnvWrite>,
    pub(super) wrappers: Vec<Wrapper>,
    /// Calls whose arguments are accounted for.
    pub(super) known_calls: HashSet<Id>,
    /// How many expressions may still be lowered for the use at hand.
    pub(super) budget: Cell<u32>,
    /// Early exits by the body that they leave.
    pub(super) exits: RefCell<HashMap<Id, Exits>>,
}

impl<'s, 't> Front<'s, 't> {
    pub(super) fn new(
        syntax: &'s Syntax<'t>,
        template: Option<&'s str>,
        path: &str,
        vocabulary: &'s Vocabulary,
    ) -> Self {
        let mut front = Self {
            syntax,
            names: Names::new(syntax),
            template,
            vocabulary,
            accesses: Vec::new(),
            access_at: HashMap::new(),
            writes: Vec::new(),
            wrappers: Vec::new(),
            known_calls: HashSet::new(),
            budget: Cell::new(0),
            exits: RefCell::new(HashMap::new()),
        };
        let aliases = front.aliases();
        let alias_names: HashSet<&str> = aliases
            .iter()
            .map(|&id| {
                let name = front.names.definitions[id].name;
                match syntax.kind(name) {
                    Kind::ScopeResolution => {
                        syntax.field(name, Field::Name).map_or("", |name| syntax.source(name))
                    }
                    Kind::Call => syntax.method(name),
                    _ => syntax.source(name),
                }
            })
            .collect();
        for id in syntax.ids() {
            match syntax.kind(id) {
                Kind::Constant
                | Kind::Identifier
                | Kind::InstanceVariable
                | Kind::ClassVariable
                | Kind::GlobalVariable => {
                    if front.is_environment(id) {
                        front.environment(front.names.whole(id));
                    } else if alias_names.contains(syntax.source(id)) && !front.names.is_defining(id) {
                        let whole = front.names.whole(id);
                        if front.names.resolve(whole).is_some_and(|found| aliases.contains(&found)) {
                            front.environment(whole);
                        }
                    }
                }
                Kind::Call => front.call(id, path),
                Kind::Subshell => front.subshell(id),
                Kind::Binary => front.list_operation(id),
                Kind::Class => front.settings_class(id),
                _ => {}
            }
        }
        front
    }

    pub(super) fn access(&self, node: Id) -> Option<&Access> {
        self.access_at.get(&node).map(|&at| &self.accesses[at])
    }

    pub(super) fn is_known(&self, call: Id) -> bool {
        self.known_calls.contains(&call) || self.access_at.contains_key(&call)
    }

    pub(super) fn add(&mut self, access: Access) {
        if access.names.is_empty() || self.access_at.contains_key(&access.node) {
            return;
        }
        self.access_at.insert(access.node, self.accesses.len());
        self.accesses.push(access);
    }

    /// `ENV` or `::ENV`, by the constant's own node.
    fn is_environment(&self, id: Id) -> bool {
        self.syntax.kind(id) == Kind::Constant
            && self.syntax.source(id) == "ENV"
            && match (self.syntax.parent(id), self.syntax.role(id)) {
                (Some(up), Field::Name) if self.syntax.kind(up) == Kind::ScopeResolution => {
                    self.syntax.field(up, Field::Scope).is_none_or(|s| self.syntax.source(s) == "Object")
                }
                (_, Field::Method) => false,
                (_, Field::Left) => false,
                _ => true,
            }
    }

    /// The definitions that are the environment under another name.
    fn aliases(&self) -> HashSet<DefinitionId> {
        let mut aliases = HashSet::new();
        if memchr::memmem::find(self.syntax.text.as_bytes(), b"ENV").is_none() {
            return aliases;
        }
        // An alias of an alias is one: twice is enough for real code.
        for _ in 0..2 {
            for (id, definition) in self.names.definitions.iter().enumerate() {
                let value = match definition.kind {
                    DefinitionKind::Variable
                    | DefinitionKind::Attribute
                    | DefinitionKind::Parameter { .. } => definition.value,
                    DefinitionKind::Method => definition
                        .value
                        .map(|method| self.syntax.statements(method))
                        .and_then(|body| if let [one] = body[..] { Some(one) } else { None }),
                    _ => None,
                };
                if value.is_some_and(|value| self.is_alias(value, &aliases, 0)) {
                    aliases.insert(id);
                }
            }
        }
        aliases
    }

    fn is_alias(&self, id: Id, aliases: &HashSet<DefinitionId>, depth: usize) -> bool {
        let syntax = self.syntax;
        if depth > 8 {
            return false;
        }
        match syntax.kind(id) {
            Kind::Constant => {
                self.is_environment(id)
                    || self.names.resolve(id).is_some_and(|found| aliases.contains(&found))
            }
            Kind::ScopeResolution => {
                syntax.field(id, Field::Name).is_some_and(|name| self.is_environment(name))
            }
            Kind::Call => {
                matches!(
                    syntax.method(id),
                    "to_h" | "to_hash" | "dup" | "clone" | "with_indifferent_access" | "freeze"
                ) && syntax.block(id).is_none()
                    && syntax.receiver(id).is_some_and(|inner| self.is_alias(inner, aliases, depth + 1))
            }
            Kind::OperatorAssignment | Kind::Assignment => {
                syntax.field(id, Field::Right).is_some_and(|right| self.is_alias(right, aliases, depth + 1))
            }
            Kind::Binary if matches!(syntax.operator(id), "||" | "or") => [Field::Left, Field::Right]
                .into_iter()
                .filter_map(|side| syntax.field(id, side))
                .any(|side| self.is_alias(side, aliases, depth + 1)),
            Kind::Identifier | Kind::InstanceVariable => {
                self.names.resolve(id).is_some_and(|found| aliases.contains(&found))
            }
            _ => false,
        }
    }

    /// What is done with the environment, which the node `id` is.
    fn environment(&mut self, id: Id) {
        let syntax = self.syntax;
        let mut at = id;
        let mut keys = false;
        for _ in 0..12 {
            let Some(up) = syntax.parent(at) else { return };
            match (syntax.kind(up), syntax.role(at)) {
                (Kind::Parenthesized, _) => at = up,
                (Kind::ElementReference, Field::Object) if !keys => return self.element(up),
                (Kind::Call, Field::Receiver) => {
                    let name = syntax.method(up);
                    if SAME.contains(&name) && syntax.block(up).is_none() && syntax.arguments(up).is_empty() {
                        keys |= name == "keys";
                        at = up;
                        continue;
                    }
                    return self.environment_call(up, name, keys);
                }
                (Kind::ArgumentList, _) => {
                    if let Some(call) = syntax.parent(up) {
                        self.environment_argument(call);
                    }
                    return;
                }
                (Kind::For, _) | (Kind::In, _) => {
                    let node = at;
                    return self.add(Access::new(
                        node,
                        "ENV.each",
                        ReadKind::Scan,
                        vec![Named::new(Name::Computed, None, syntax.span(node))],
                    ));
                }
                _ => return,
            }
        }
    }

    /// `ENV["X"]`, read or written.
    fn element(&mut self, node: Id) {
        let syntax = self.syntax;
        let arguments = syntax.arguments(node);
        let [key] = arguments[..] else { return };
        if let Some(up) = syntax.parent(node) {
            let kind = match (syntax.kind(up), syntax.role(node)) {
                (Kind::Assignment, Field::Left) | (Kind::LeftAssignmentList, _) => Some(WriteKind::Set),
                (Kind::OperatorAssignment, Field::Left) => {
                    Some(if syntax.operator(up) == "||=" { WriteKind::Default } else { WriteKind::Set })
                }
                _ => None,
            };
            if let Some(kind) = kind {
                let value =
                    syntax.field(up, Field::Right).filter(|_| syntax.kind(up) != Kind::LeftAssignmentList);
                return self.write(key, up, value, kind, "ENV");
            }
        }
        self.named(node, "ENV", ReadKind::Value, &[key]);
    }

    fn write(&mut self, key: Id, whole: Id, value: Option<Id>, kind: WriteKind, surface: &str) {
        let syntax = self.syntax;
        let value = value.and_then(|value| match syntax.kind(value) {
            Kind::Integer | Kind::True | Kind::False => Some(syntax.source(value).to_string()),
            _ => syntax.literal(value).map(|(text, _)| text.to_string()),
        });
        let found = self.names.key(key);
        let scope = syntax.scope(whole);
        let span = syntax.span(whole);
        let mut push = |name: Name, name_span: Span| {
            self.writes.push(EnvWrite {
                name,
                name_span,
                span,
                value: value.clone(),
                kind,
                surface: surface.to_string(),
                scope: scope.clone(),
            });
        };
        if found.texts.is_empty() {
            push(found.partly(), syntax.inner(key));
        }
        for text in &found.texts {
            push(Name::Known(text.text.clone()), text.name);
        }
    }

    /// Adds an access whose names are these arguments.
    pub(super) fn named(&mut self, node: Id, api: &str, kind: ReadKind, keys: &[Id]) -> Option<&mut Access> {
        let syntax = self.syntax;
        let whole = syntax.span(node);
        let found: Vec<Key> = keys
            .iter()
            .map(|&key| match syntax.kind(key) {
                Kind::SplatArgument => {
                    syntax.children(key).next().and_then(|list| self.names.list(list)).unwrap_or_default()
                }
                Kind::Array => self.names.list(key).unwrap_or_default(),
                _ => self.names.key(key),
            })
            .collect();
        let count: usize = found.iter().map(|key| key.texts.len().max(1)).sum();
        let mut names: Vec<Named> = Vec::with_capacity(count);
        let mut hole = None;
        for key in found {
            if key.texts.is_empty() {
                names.push(Named::new(key.partly(), None, whole));
                if key.hole.is_some() {
                    hole = Some(key);
                }
                continue;
            }
            for text in key.texts {
                if text.text.is_empty() {
                    names.push(Named::new(Name::Computed, None, text.literal));
                    continue;
                }
                let span = if count == 1 { whole } else { text.literal };
                names.push(Named::new(Name::Known(text.text), Some(text.name), span));
            }
        }
        let at = self.accesses.len();
        self.add(Access { hole, ..Access::new(node, api, kind, names) });
        self.accesses.get_mut(at)
    }

    /// `ENV.method(…)`; `keys` where it is `ENV.keys.method(…)`.
    fn environment_call(&mut self, call: Id, name: &str, keys: bool) {
        let syntax = self.syntax;
        self.known_calls.insert(call);
        let mut arguments = syntax.arguments(call);
        let mut name = name;
        if matches!(name, "send" | "public_send" | "try" | "__send__") && !arguments.is_empty() {
            let first = arguments.remove(0);
            let Some((text, _)) = syntax.literal(first) else { return };
            name = text;
        }
        if let Some(method) = METHODS.iter().find(|method| method.name == name)
            && !arguments.is_empty()
            && (!keys || method.kind == ReadKind::Presence)
        {
            let names = if method.all { arguments.as_slice() } else { &arguments[..1] };
            let default =
                if method.default { arguments.get(1).copied().or_else(|| syntax.block(call)) } else { None };
            let block = syntax.block(call).filter(|_| method.required);
            let api = format!("ENV.{name}").replace("ENV.[]", "ENV");
            if let Some(access) = self.named(call, &api, method.kind, names) {
                access.default = default.or(block);
                access.required = method.required && access.default.is_none();
                access.several = method.all;
            }
            return;
        }
        match name {
            "store" | "[]=" => {
                if let [key, value] = arguments[..] {
                    self.write(key, call, Some(value), WriteKind::Set, "ENV");
                }
            }
            "delete" => {
                if let Some(&key) = arguments.first() {
                    self.write(key, call, None, WriteKind::Unset, "ENV");
                    if !syntax.is_statement(call) {
                        self.named(call, "ENV.delete", ReadKind::Value, &[key]);
                    }
                }
            }
            "update" | "merge!" | "replace" => {
                for argument in arguments {
                    self.write_pairs(argument, WriteKind::Set, "ENV");
                }
            }
            "with_defaults!" | "reverse_merge!" => {
                for argument in arguments {
                    self.write_pairs(argument, WriteKind::Default, "ENV");
                }
            }
            "merge" => {
                // `system(ENV.to_h.merge("X" => "1"), …)`, `stub_const("ENV", ENV.to_h.merge(…))`.
                for argument in arguments {
                    self.write_pairs(argument, WriteKind::Set, "ENV");
                }
            }
            _ if SCANS.contains(&name) => self.scan(call, name, &arguments),
            _ => {
                self.known_calls.remove(&call);
            }
        }
    }

    fn write_pairs(&mut self, list: Id, kind: WriteKind, surface: &str) {
        let syntax = self.syntax;
        let pairs: Vec<Id> = match syntax.kind(list) {
            Kind::Pair => vec![list],
            Kind::Hash => syntax.children(list).filter(|&pair| syntax.kind(pair) == Kind::Pair).collect(),
            _ => return,
        };
        for pair in pairs {
            if let Some(key) = syntax.field(pair, Field::Key) {
                let value = syntax.field(pair, Field::Value);
                let removed = value.is_some_and(|value| syntax.kind(value) == Kind::Nil);
                let kind = if removed { WriteKind::Unset } else { kind };
                self.write(key, pair, value, kind, surface);
            }
        }
    }

    /// The environment is an argument.
    fn environment_argument(&mut self, call: Id) {
        let syntax = self.syntax;
        if syntax.kind(call) != Kind::Call {
            return;
        }
        match syntax.method(call) {
            "in?" => {
                if let Some(key) = syntax.receiver(call) {
                    self.named(call, "ENV.include?", ReadKind::Presence, &[key]);
                }
            }
            // `allow(ENV).to receive(:[]).with("X").and_return("y")`: a value given in a test.
            "allow" | "expect" | "stub" => {
                let mut whole = call;
                while let Some(up) = syntax
                    .parent(whole)
                    .filter(|&up| syntax.kind(up) == Kind::Call && syntax.role(whole) == Field::Receiver)
                {
                    whole = up;
                }
                let calls: Vec<Id> = syntax
                    .subtree(whole)
                    .filter(|&inner| syntax.kind(inner) == Kind::Call && syntax.method(inner) == "with")
                    .collect();
                for with in calls {
                    self.known_calls.insert(with);
                    if let Some(&key) = syntax.arguments(with).first()
                        && syntax.literal(key).is_some()
                    {
                        let value = syntax
                            .ancestors(with)
                            .take_while(|&up| up != whole)
                            .find(|&up| {
                                syntax.kind(up) == Kind::Call
                                    && matches!(syntax.method(up), "and_return" | "returns")
                            })
                            .and_then(|returned| syntax.arguments(returned).first().copied());
                        self.write(key, whole, value, WriteKind::Set, "allow(ENV)");
                    }
                }
            }
            _ => {}
        }
    }

    /// `ENV.select { |k, _| k.start_with?("HEROKU_") }`, `ENV.keys.grep(/^HEROKU_/)`.
    fn scan(&mut self, call: Id, method: &str, arguments: &[Id]) {
        let syntax = self.syntax;
        let span = syntax.span(call);
        let mut names = Vec::new();
        if let Some(block) = syntax.block(call) {
            let parameter = syntax.field(block, Field::Parameters).and_then(|list| {
                let first = syntax.children(list).next()?;
                match syntax.kind(first) {
                    Kind::DestructuredParameter => syntax.children(first).next(),
                    _ => Some(first),
                }
            });
            let key = parameter.map(|parameter| syntax.source(parameter));
            for id in syntax.subtree(block) {
                self.scan_test(id, key, span, &mut names);
            }
        } else if method == "grep"
            && let Some(&pattern) = arguments.first()
        {
            names.extend(
                self.pattern(pattern)
                    .map(|found| Named::new(Name::Pattern(found), Some(syntax.span(pattern)), span)),
            );
        }
        if names.is_empty() {
            names.push(Named::new(Name::Computed, None, span));
        }
        if names.len() > 1 {
            for named in &mut names {
                if let Some(at) = named.name_span {
                    named.span = at;
                }
            }
        }
        let mut access = Access::new(call, &format!("ENV.{method}"), ReadKind::Scan, names);
        access.asks = matches!(method, "any?" | "none?" | "all?");
        access.negated = method == "none?";
        self.add(access);
    }

    /// A test of the block's parameter `key` that says which variables are meant.
    fn scan_test(&self, id: Id, key: Option<&str>, span: Span, names: &mut Vec<Named>) {
        let syntax = self.syntax;
        let is_key = |node: Option<Id>| {
            node.is_some_and(|node| {
                let mut source = syntax.source(node);
                for end in [".to_s", ".to_sym", ".upcase", ".downcase"] {
                    source = source.strip_suffix(end).unwrap_or(source);
                }
                match key {
                    Some(key) => source == key,
                    None => matches!(source, "_1" | "it"),
                }
            })
        };
        let (subject, method, arguments): (Option<Id>, &str, Vec<Id>) = match syntax.kind(id) {
            Kind::Call => (syntax.receiver(id), syntax.method(id), syntax.arguments(id)),
            Kind::ElementReference => (syntax.field(id, Field::Object), "[]", syntax.arguments(id)),
            Kind::Binary => (
                syntax.field(id, Field::Left),
                syntax.operator(id),
                syntax.field(id, Field::Right).into_iter().collect(),
            ),
            _ => return,
        };
        let named = |name: Name, at: Span| Named::new(name, Some(at), span);
        let escaped = |text: &Text| named(Name::Pattern(regex::escape(&text.text)), text.name);
        if is_key(subject) {
            for &argument in &arguments {
                if let Some(pattern) = self.pattern(argument) {
                    if matches!(method, "=~" | "match?" | "match" | "[]" | "start_with?" | "slice" | "===") {
                        names.push(named(Name::Pattern(pattern), syntax.span(argument)));
                    }
                    continue;
                }
                let texts = match syntax.kind(argument) {
                    Kind::SplatArgument | Kind::Array | Kind::StringArray => {
                        let list = match syntax.kind(argument) {
                            Kind::SplatArgument => syntax.children(argument).next(),
                            _ => Some(argument),
                        };
                        list.and_then(|list| self.names.list(list)).unwrap_or_default().texts
                    }
                    _ => self.names.key(argument).texts,
                };
                for text in &texts {
                    match method {
                        "start_with?" | "starts_with?" => names.push(named(
                            Name::Partly { prefix: text.text.clone(), suffix: String::new() },
                            text.name,
                        )),
                        "end_with?" | "ends_with?" => {
                            let suffix = text.text.clone();
                            match names.last_mut() {
                                // `k.start_with?("A") && k.end_with?("B")`
                                Some(Named { name: Name::Partly { suffix: end, .. }, .. })
                                    if end.is_empty() && self.in_conjunction(id) =>
                                {
                                    *end = suffix;
                                }
                                _ => names
                                    .push(named(Name::Partly { prefix: String::new(), suffix }, text.name)),
                            }
                        }
                        "==" | "eql?" | "in?" => names.push(named(Name::Known(text.text.clone()), text.name)),
                        "include?" | "match?" => names.push(escaped(text)),
                        _ => {}
                    }
                }
            }
        } else if let [argument] = arguments[..]
            && is_key(Some(argument))
            && let Some(subject) = subject
        {
            if let Some(pattern) = self.pattern(subject) {
                names.push(named(Name::Pattern(pattern), syntax.span(subject)));
            } else if matches!(method, "include?" | "member?" | "any?" | "==") {
                let texts = match self.names.list(subject) {
                    Some(list) => list.texts,
                    None if method == "==" => self.names.key(subject).texts,
                    None => Vec::new(),
                };
                names.extend(texts.into_iter().map(|text| named(Name::Known(text.text), text.name)));
            }
        }
    }

    fn in_conjunction(&self, id: Id) -> bool {
        self.syntax.parent(id).is_some_and(|up| {
            self.syntax.kind(up) == Kind::Binary && matches!(self.syntax.operator(up), "&&" | "and")
        })
    }

    /// `%w[A B] - ENV.keys`, `%w[A B] & ENV.keys`.
    fn list_operation(&mut self, id: Id) {
        let syntax = self.syntax;
        if !matches!(syntax.operator(id), "-" | "&") {
            return;
        }
        let (Some(left), Some(right)) = (syntax.field(id, Field::Left), syntax.field(id, Field::Right))
        else {
            return;
        };
        if !matches!(syntax.source(right), "ENV.keys" | "::ENV.keys") {
            return;
        }
        let whole = syntax.span(id);
        let names = match self.names.list(left) {
            Some(list) if !list.texts.is_empty() => {
                let several = list.texts.len() > 1;
                list.texts
                    .into_iter()
                    .map(|text| {
                        let span = if several { text.literal } else { whole };
                        Named::new(Name::Known(text.text), Some(text.name), span)
                    })
                    .collect()
            }
            _ => vec![Named::new(Name::Computed, None, whole)],
        };
        self.add(Access::new(id, "ENV.keys", ReadKind::Presence, names));
    }

    /// Calls that matter by their own name: settings libraries, shells, stubs.
    fn call(&mut self, id: Id, path: &str) {
        let syntax = self.syntax;
        let method = syntax.method(id);
        let Some(receiver) = syntax.receiver(id) else {
            match method {
                "setting" => self.setting(id),
                "variable" if path.ends_with("Envfile") => self.envfile_variable(id),
                "stub_const" => {
                    if let [name, value, ..] = syntax.arguments(id)[..]
                        && syntax.literal(name).is_some_and(|(name, _)| name == "ENV")
                    {
                        self.known_calls.insert(id);
                        self.write_pairs(value, WriteKind::Set, "stub_const");
                    }
                }
                _ if SHELLS.contains(&method) => self.shell_call(id),
                _ => {}
            }
            return;
        };
        match syntax.kind(receiver) {
            Kind::Constant => match (syntax.source(receiver), method) {
                ("ENVied", "require") => {}
                ("ENVied", _)
                    if syntax
                        .field(id, Field::Method)
                        .is_some_and(|name| syntax.kind(name) == Kind::Constant) =>
                {
                    if let Some(name) = syntax.field(id, Field::Method) {
                        let named = Named::new(
                            Name::Known(syntax.source(name).to_string()),
                            Some(syntax.span(name)),
                            syntax.span(id),
                        );
                        self.add(Access {
                            required: true,
                            ..Access::new(id, "ENVied", ReadKind::Value, vec![named])
                        });
                    }
                }
                ("Dotenv" | "Figaro", "require_keys") => {
                    let arguments = syntax.arguments(id);
                    let api = format!("{}.require_keys", syntax.source(receiver));
                    if let Some(access) = self.named(id, &api, ReadKind::Schema, &arguments) {
                        access.required = true;
                    }
                }
                ("ClimateControl" | "Dotenv", "modify") => {
                    let surface = format!("{}.modify", syntax.source(receiver));
                    self.known_calls.insert(id);
                    for argument in syntax.arguments(id) {
                        self.write_pairs(argument, WriteKind::Set, &surface);
                    }
                }
                ("Process" | "Kernel" | "IO" | "Open3" | "PTY", _)
                    if SHELLS.contains(&syntax.path(id).as_str()) =>
                {
                    self.shell_call(id);
                }
                _ => {}
            },
            Kind::Call if syntax.source(receiver) == "Figaro.env" && method != "env" => {
                self.figaro(id, method);
            }
            _ => {}
        }
    }

    /// `` `echo $X` ``, `%x(echo $X)`.
    fn subshell(&mut self, id: Id) {
        let text = self.syntax.inner(id);
        self.shell_text(id, text);
    }

    /// `system("echo $X")`, `system({"X" => "1"}, "make")`.
    fn shell_call(&mut self, id: Id) {
        let syntax = self.syntax;
        let mut commands = Vec::new();
        for argument in syntax.arguments(id) {
            match syntax.kind(argument) {
                Kind::Hash => self.write_pairs(argument, WriteKind::Set, syntax.method(id)),
                Kind::Pair => {
                    let key = syntax.field(argument, Field::Key);
                    if key.is_some_and(|key| syntax.kind(key) == Kind::String) {
                        self.write_pairs(argument, WriteKind::Set, syntax.method(id));
                    }
                }
                _ => commands.push(argument),
            }
        }
        self.known_calls.insert(id);
        // With several words no shell is asked.
        let [command] = commands[..] else { return };
        match syntax.kind(command) {
            Kind::String => self.shell_text(command, syntax.inner(command)),
            Kind::HeredocBeginning => {
                if let Some(body) = syntax.heredoc_body(command) {
                    self.shell_text(command, syntax.span(body));
                }
            }
            _ => {}
        }
    }

    fn shell_text(&mut self, id: Id, at: Span) {
        let Some(text) = self.syntax.text.get(std::ops::Range::from(at)) else { return };
        let names: Vec<Named> = shell::variables(text)
            .into_iter()
            .filter(|found| looks_like_variable(found.name))
            .map(|found| Named {
                name: Name::Known(found.name.to_string()),
                name_span: Some(found.name_span.shift(at.start)),
                span: found.span.shift(at.start),
                default: found.default.map(|(text, span)| (text.to_string(), span.shift(at.start))),
                required: found.required,
            })
            .collect();
        self.add(Access { several: true, ..Access::new(id, "$", ReadKind::Value, names) });
    }
}
