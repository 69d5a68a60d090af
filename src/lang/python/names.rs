//! What the names of a file stand for: scopes, imports, assignments.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};

use super::syntax::{Field, Id, Kind, Tree};

/// Where resolving gives up: deeper than any real chain of names, and safe for the stack.
const DEPTH: u32 = 24;

/// Steps allowed to resolve one expression.
const FUEL: u32 = 600;

/// How a name comes to have a value.
#[derive(Clone, Debug)]
pub(super) enum Event {
    /// `x = value`, also `x := value`.
    Assign { at: Id, value: Id },
    /// `x, y = value`.
    Unpack { at: Id, value: Id, index: usize, count: usize },
    /// `x += value`, `del x`, `except … as x`, a pattern: the value is not known.
    Other,
    /// A parameter: its position without receivers, its default, its function.
    Parameter { at: Id, index: usize, default: Option<Id>, function: Id },
    /// `import`: the full name.
    Import { path: String },
    /// `for x in iterable`; `index` where the element is unpacked.
    Loop { iterable: Id, index: Option<usize> },
    /// `with value as x`.
    With { value: Id },
    /// `def x`.
    Function(Id),
    /// `class x`.
    Class(Id),
}

/// A name in the scope that binds it. The attributes of a class live in the class's scope.
pub(super) type Key<'t> = (Id, &'t str);

/// All names of a file.
pub(super) struct Names<'t> {
    tree: &'t Tree<'t>,
    /// The scope of each node, in order of place.
    scopes: Vec<Id>,
    /// The function or class around each node; the root where there is none.
    definitions: Vec<Id>,
    events: HashMap<Key<'t>, Vec<Event>>,
    /// Assignments to attributes of other things than `self`: `env.prefix = "X"`.
    pub(super) attributes: Vec<(&'t str, Id)>,
    /// Modules of which everything is imported.
    pub(super) stars: Vec<String>,
    depth: Cell<u32>,
    fuel: Cell<u32>,
}

impl<'t> Names<'t> {
    /// Collects the names of `tree`.
    pub(super) fn new(tree: &'t Tree<'t>) -> Self {
        let (scopes, definitions) = around(tree);
        let mut names = Self {
            tree,
            scopes,
            definitions,
            events: HashMap::new(),
            attributes: Vec::new(),
            stars: Vec::new(),
            depth: Cell::new(0),
            fuel: Cell::new(0),
        };
        let mut globals = HashSet::new();
        for id in tree.all() {
            names.collect(id, &mut globals);
        }
        names
    }

    fn collect(&mut self, id: Id, globals: &mut HashSet<Key<'t>>) {
        let tree = self.tree;
        match tree.kind(id) {
            Kind::Assignment => {
                if let (Some(left), Some(right)) = (tree.get(id, Field::Left), tree.get(id, Field::Right)) {
                    let mut value = right;
                    while tree.kind(value) == Kind::Assignment {
                        match tree.get(value, Field::Right) {
                            Some(inner) => value = inner,
                            None => break,
                        }
                    }
                    self.bind_target(left, value, globals);
                }
            }
            Kind::Named => {
                if let (Some(name), Some(value)) = (tree.get(id, Field::Name), tree.get(id, Field::Value)) {
                    // `:=` binds in the function around a comprehension.
                    let scope = self.function_scope(id);
                    self.add(scope, tree.text(name), Event::Assign { at: name, value }, globals);
                }
            }
            Kind::Augmented => {
                if let Some(left) = tree.get(id, Field::Left) {
                    self.spoil(left, globals);
                }
            }
            Kind::Delete => {
                for child in tree.children(id) {
                    self.spoil(child, globals);
                }
            }
            Kind::For | Kind::ForIn => {
                if let (Some(left), Some(right)) = (tree.get(id, Field::Left), tree.get(id, Field::Right)) {
                    match tree.kind(left) {
                        Kind::Identifier => {
                            let event = Event::Loop { iterable: right, index: None };
                            self.add(self.scope(left), tree.text(left), event, globals);
                        }
                        _ => {
                            for (index, part) in tree.children(left).enumerate() {
                                if tree.kind(part) == Kind::Identifier {
                                    let event = Event::Loop { iterable: right, index: Some(index) };
                                    self.add(self.scope(left), tree.text(part), event, globals);
                                } else {
                                    self.spoil(part, globals);
                                }
                            }
                        }
                    }
                }
            }
            Kind::AsPattern => {
                let mut parts = tree.children(id);
                let (Some(value), Some(target)) = (parts.next(), parts.next()) else { return };
                let target = tree.first(target).unwrap_or(target);
                let with = tree.parent(id).is_some_and(|parent| tree.kind(parent) == Kind::WithItem);
                if with && tree.kind(target) == Kind::Identifier {
                    self.add(self.scope(id), tree.text(target), Event::With { value }, globals);
                } else {
                    self.spoil(target, globals);
                }
            }
            Kind::Function => {
                if let Some(name) = tree.get(id, Field::Name) {
                    self.add(self.scope(id), tree.text(name), Event::Function(id), globals);
                }
                self.parameters(id, globals);
            }
            Kind::Lambda => self.parameters(id, globals),
            Kind::Class => {
                if let Some(name) = tree.get(id, Field::Name) {
                    self.add(self.scope(id), tree.text(name), Event::Class(id), globals);
                }
            }
            Kind::Global => {
                let scope = self.scope(id);
                for name in tree.children(id) {
                    globals.insert((scope, tree.text(name)));
                }
            }
            Kind::Import => {
                for child in tree.children(id) {
                    let (path, name) = match tree.kind(child) {
                        Kind::Aliased => {
                            let Some(path) = tree.get(child, Field::Name) else { continue };
                            let Some(alias) = tree.get(child, Field::Alias) else { continue };
                            (tree.text(path).to_string(), alias)
                        }
                        // `import os.path` binds `os`.
                        _ => match tree.first(child) {
                            Some(head) => (tree.text(head).to_string(), head),
                            None => continue,
                        },
                    };
                    self.add(self.scope(id), tree.text(name), Event::Import { path }, globals);
                }
            }
            Kind::ImportFrom => {
                let Some(module) = tree.get(id, Field::ModuleName) else { return };
                let module_name = tree.text(module);
                for child in tree.children(id).filter(|&child| child != module) {
                    let (path, name) = match tree.kind(child) {
                        Kind::Wildcard => {
                            self.stars.push(module_name.to_string());
                            continue;
                        }
                        Kind::Aliased => {
                            let Some(path) = tree.get(child, Field::Name) else { continue };
                            let Some(alias) = tree.get(child, Field::Alias) else { continue };
                            (tree.text(path), alias)
                        }
                        Kind::DottedName => (tree.text(child), child),
                        _ => continue,
                    };
                    let dot = if module_name.ends_with('.') { "" } else { "." };
                    let event = Event::Import { path: format!("{module_name}{dot}{path}") };
                    self.add(self.scope(id), tree.text(name), event, globals);
                }
            }
            Kind::CasePattern => {
                // A lower-case name in a pattern is bound by it.
                for name in tree.children(id).filter(|&name| tree.kind(name) == Kind::DottedName) {
                    if !tree.text(name).contains('.') && tree.text(name) != "_" {
                        self.add(self.scope(id), tree.text(name), Event::Other, globals);
                    }
                }
            }
            _ => {}
        }
    }

    fn parameters(&mut self, function: Id, globals: &HashSet<Key<'t>>) {
        let tree = self.tree;
        let Some(list) = tree.get(function, Field::Parameters) else { return };
        let method = tree.kind(function) == Kind::Function && self.is_method(function);
        let mut index = 0;
        for (at, parameter) in tree.children(list).enumerate() {
            let (name, default) = match tree.kind(parameter) {
                Kind::Identifier => (Some(parameter), None),
                Kind::TypedParameter => (tree.first(parameter), None),
                // `*names` is a list of names to the function.
                Kind::ListSplatPattern => (tree.first(parameter), None),
                Kind::DefaultParameter | Kind::TypedDefaultParameter => {
                    (tree.get(parameter, Field::Name), tree.get(parameter, Field::Value))
                }
                _ => (None, None),
            };
            let Some(name) = name.filter(|&name| tree.kind(name) == Kind::Identifier) else {
                self.spoil(parameter, globals);
                continue;
            };
            if at == 0 && method {
                self.add(function, tree.text(name), Event::Other, globals);
                continue;
            }
            let event = Event::Parameter { at: name, index, default, function };
            self.add(function, tree.text(name), event, globals);
            index += 1;
        }
    }

    /// Whether a function stands in a class and takes its object first.
    fn is_method(&self, function: Id) -> bool {
        self.class_of(function).is_some()
            && !self.decorators(function).any(|decorator| self.tree.text(decorator) == "staticmethod")
    }

    /// The expressions after `@` before a definition.
    pub(super) fn decorators(&self, definition: Id) -> impl Iterator<Item = Id> + '_ {
        let tree = self.tree;
        tree.parent(definition)
            .filter(|&parent| tree.kind(parent) == Kind::Decorated)
            .into_iter()
            .flat_map(move |parent| tree.children(parent))
            .filter(move |&child| tree.kind(child) == Kind::Decorator)
            .filter_map(move |decorator| tree.first(decorator))
    }

    /// The class whose body holds the definition directly.
    pub(super) fn class_of(&self, definition: Id) -> Option<Id> {
        let scope = self.scope(definition);
        (self.tree.kind(scope) == Kind::Class).then_some(scope)
    }

    /// The class around a node, through its methods.
    pub(super) fn enclosing_class(&self, id: Id) -> Option<Id> {
        self.tree.ancestors(id).find(|&at| self.tree.kind(at) == Kind::Class)
    }

    /// The function or lambda around a node.
    pub(super) fn enclosing_function(&self, id: Id) -> Option<Id> {
        let mut child = id;
        for at in self.tree.ancestors(id) {
            match self.tree.kind(at) {
                Kind::Function if self.tree.field(child) == Field::Body => return Some(at),
                Kind::Lambda if self.tree.field(child) == Field::Body => return Some(at),
                Kind::Class if self.tree.field(child) == Field::Body => return None,
                _ => child = at,
            }
        }
        None
    }

    fn bind_target(&mut self, left: Id, value: Id, globals: &HashSet<Key<'t>>) {
        let tree = self.tree;
        match tree.kind(left) {
            Kind::Identifier => {
                let event = Event::Assign { at: left, value };
                self.add(self.scope(left), tree.text(left), event, globals);
            }
            Kind::Attribute => {
                let (Some(object), Some(name)) =
                    (tree.get(left, Field::Object), tree.get(left, Field::Attribute))
                else {
                    return;
                };
                match (tree.text(object), self.enclosing_class(left)) {
                    ("self" | "cls", Some(class)) => {
                        self.add(class, tree.text(name), Event::Assign { at: left, value }, globals);
                    }
                    _ => self.attributes.push((tree.text(left), value)),
                }
            }
            Kind::PatternList | Kind::TuplePattern | Kind::ListPattern => {
                let parts: Vec<Id> = tree.children(left).collect();
                let values: Vec<Id> = match tree.kind(value) {
                    Kind::ExpressionList | Kind::Tuple | Kind::List => tree.children(value).collect(),
                    _ => Vec::new(),
                };
                for (index, &part) in parts.iter().enumerate() {
                    match (tree.kind(part), values.get(index)) {
                        (Kind::Identifier | Kind::Attribute, Some(&value)) if values.len() == parts.len() => {
                            self.bind_target(part, value, globals);
                        }
                        (Kind::Identifier, _) => {
                            let event = Event::Unpack { at: part, value, index, count: parts.len() };
                            self.add(self.scope(left), tree.text(part), event, globals);
                        }
                        _ => self.spoil(part, globals),
                    }
                }
            }
            _ => {}
        }
    }

    /// The names in a target have a value that is not known.
    fn spoil(&mut self, target: Id, globals: &HashSet<Key<'t>>) {
        let tree = self.tree;
        match tree.kind(target) {
            Kind::Identifier => self.add(self.scope(target), tree.text(target), Event::Other, globals),
            Kind::Attribute => {
                if let (Some(object), Some(name), Some(class)) = (
                    tree.get(target, Field::Object),
                    tree.get(target, Field::Attribute),
                    self.enclosing_class(target),
                ) && matches!(tree.text(object), "self" | "cls")
                {
                    self.add(class, tree.text(name), Event::Other, globals);
                }
            }
            Kind::Subscript | Kind::Call => {}
            _ => {
                let parts: Vec<Id> = tree
                    .subtree(target)
                    .skip(1)
                    .filter(|&part| tree.kind(part) == Kind::Identifier)
                    .take(32)
                    .collect();
                for part in parts {
                    self.add(self.scope(target), tree.text(part), Event::Other, globals);
                }
            }
        }
    }

    fn add(&mut self, scope: Id, name: &'t str, event: Event, globals: &HashSet<Key<'t>>) {
        let root = self.tree.root().unwrap_or(scope);
        let scope = if globals.contains(&(scope, name)) { root } else { scope };
        self.events.entry((scope, name)).or_default().push(event);
    }

    /// The scope in which a node stands: module, function, class, lambda or comprehension.
    pub(super) fn scope(&self, id: Id) -> Id {
        self.scopes.get(id.index()).copied().unwrap_or(id)
    }

    fn function_scope(&self, id: Id) -> Id {
        let mut scope = self.scope(id);
        while matches!(
            self.tree.kind(scope),
            Kind::ListComprehension | Kind::SetComprehension | Kind::DictComprehension | Kind::Generator
        ) {
            scope = self.scope(scope);
        }
        scope
    }

    /// Everything that happens to a name in its scope.
    pub(super) fn events<'s>(&'s self, key: Key<'s>) -> &'s [Event] {
        self.events.get(&key).map_or(&[], Vec::as_slice)
    }

    /// Every name with the scope that binds it, in no order.
    pub(super) fn keys(&self) -> impl Iterator<Item = Key<'t>> + '_ {
        self.events.keys().copied()
    }

    /// The scope that binds the name at this identifier.
    pub(super) fn lookup(&self, identifier: Id) -> Option<Key<'t>> {
        self.lookup_name(self.scope(identifier), self.tree.text(identifier))
    }

    /// The scope that binds `name` for code in `scope`.
    pub(super) fn lookup_name(&self, mut scope: Id, name: &'t str) -> Option<Key<'t>> {
        let mut inner = true;
        loop {
            if (inner || self.tree.kind(scope) != Kind::Class)
                && let Some((&key, _)) = self.events.get_key_value(&(scope, name))
            {
                return Some(key);
            }
            // What a class binds is not seen in its methods.
            inner = !matches!(self.tree.kind(scope), Kind::Function | Kind::Lambda | Kind::Class) && inner;
            if self.tree.root() == Some(scope) {
                return None;
            }
            scope = self.scope(scope);
        }
    }

    /// What happens to the name at this identifier; nothing where it is not bound in this file.
    pub(super) fn events_of(&self, identifier: Id) -> &[Event] {
        self.lookup(identifier).map_or(&[], |key| self.events(key))
    }

    /// The import that binds the name at this identifier.
    pub(super) fn import(&self, identifier: Id) -> Option<&str> {
        self.events_of(identifier).iter().find_map(|event| match event {
            Event::Import { path, .. } => Some(path.as_str()),
            _ => None,
        })
    }

    /// The one value that is assigned to the name at this identifier.
    pub(super) fn only_value(&self, identifier: Id) -> Option<Id> {
        match self.events_of(identifier) {
            [Event::Assign { value, .. }] => Some(*value),
            _ => None,
        }
    }

    /// The class and name that an attribute of `self`, a class or an object of it means.
    pub(super) fn member(&self, attribute: Id) -> Option<Key<'t>> {
        let tree = self.tree;
        let object = tree.get(attribute, Field::Object)?;
        let name = tree.text(tree.get(attribute, Field::Attribute)?);
        let mut class = self.class_behind(object)?;
        for _ in 0..8 {
            if self.events.contains_key(&(class, name)) {
                return Some((class, name));
            }
            let bases = tree.get(class, Field::Superclasses)?;
            let base = tree.children(bases).find(|&base| tree.kind(base) == Kind::Identifier)?;
            class = self.class_named(base)?;
        }
        None
    }

    fn class_named(&self, identifier: Id) -> Option<Id> {
        self.events_of(identifier).iter().find_map(|event| match event {
            Event::Class(class) => Some(*class),
            _ => None,
        })
    }

    /// The class of this file that an expression is, or is an object of.
    pub(super) fn class_behind(&self, object: Id) -> Option<Id> {
        let tree = self.tree;
        match tree.kind(object) {
            Kind::Identifier if matches!(tree.text(object), "self" | "cls") => self.enclosing_class(object),
            Kind::Identifier => self.class_named(object).or_else(|| {
                let value = self.only_value(object)?;
                let function =
                    (tree.kind(value) == Kind::Call).then(|| tree.get(value, Field::Function))??;
                (tree.kind(function) == Kind::Identifier).then(|| self.class_named(function))?
            }),
            Kind::Call => {
                let function = tree.get(object, Field::Function)?;
                (tree.kind(function) == Kind::Identifier).then(|| self.class_named(function))?
            }
            _ => None,
        }
    }

    /// Runs `f` unless the chain of names is too deep, or has branched too often (names can be defined by
    /// each other, which would double the work at every step).
    pub(super) fn deeper<R>(&self, f: impl FnOnce() -> Option<R>) -> Option<R> {
        if self.depth.get() == 0 {
            self.fuel.set(FUEL);
        }
        if self.depth.get() >= DEPTH || self.fuel.get() == 0 {
            return None;
        }
        self.fuel.set(self.fuel.get() - 1);
        self.depth.set(self.depth.get() + 1);
        let result = f();
        self.depth.set(self.depth.get() - 1);
        result
    }

    /// The full name of what an expression means, import aliases resolved: `os.environ.get`.
    /// Things without a name (literals, operators) have none.
    pub(super) fn path(&self, id: Id) -> Option<String> {
        let tree = self.tree;
        self.deeper(|| match tree.kind(id) {
            Kind::Identifier => {
                if let Some(path) = self.import(id) {
                    return Some(path.to_string());
                }
                if let Some(value) = self.only_value(id)
                    && matches!(tree.kind(value), Kind::Attribute | Kind::Identifier)
                    && let Some(path) = self.path(value)
                    && self.rooted(value)
                {
                    return Some(path);
                }
                Some(tree.text(id).to_string())
            }
            Kind::Attribute => {
                let object = tree.get(id, Field::Object)?;
                let name = tree.text(tree.get(id, Field::Attribute)?);
                match self.path(object) {
                    Some(path) => Some(format!("{path}.{name}")),
                    None => Some(name.to_string()),
                }
            }
            Kind::Call => self.path(tree.get(id, Field::Function)?),
            Kind::Await | Kind::Parenthesized => self.path(tree.first(id)?),
            Kind::Subscript => {
                let path = self.path(tree.get(id, Field::Value)?)?;
                match tree.get(id, Field::Subscript).and_then(|key| tree.literal(key)) {
                    Some((key, _)) => Some(format!("{path}.{key}")),
                    None => Some(path),
                }
            }
            _ => None,
        })
    }

    /// Whether the chain of names begins with an import.
    fn rooted(&self, mut id: Id) -> bool {
        while self.tree.kind(id) == Kind::Attribute {
            match self.tree.get(id, Field::Object) {
                Some(object) => id = object,
                None => return false,
            }
        }
        self.tree.kind(id) == Kind::Identifier
            && (self.import(id).is_some()
                || self.only_value(id).is_some_and(|value| {
                    matches!(self.tree.kind(value), Kind::Attribute | Kind::Identifier)
                        && value != id
                        && self.deeper(|| self.rooted(value).then_some(())).is_some()
                }))
    }

    /// Names of the definitions around a node, outermost first: `Exporter.run`.
    pub(super) fn scope_name(&self, id: Id) -> String {
        let around = |at: Id| {
            let definition = *self.definitions.get(at.index())?;
            matches!(self.tree.kind(definition), Kind::Function | Kind::Class).then_some(definition)
        };
        let mut names: Vec<&str> = std::iter::successors(around(id), |&at| around(at))
            .filter_map(|at| self.tree.get(at, Field::Name))
            .map(|name| self.tree.text(name))
            .collect();
        names.reverse();
        names.join(".")
    }
}

/// The scope of each node, and the function or class around it.
///
/// Both follow from what holds for the node's parent, which stands before it.
fn around(tree: &Tree<'_>) -> (Vec<Id>, Vec<Id>) {
    let mut scopes: Vec<Id> = Vec::new();
    let mut definitions: Vec<Id> = Vec::new();
    for id in tree.all() {
        let Some(parent) = tree.parent(id) else {
            scopes.push(id);
            definitions.push(id);
            continue;
        };
        let kind = tree.kind(parent);
        let inside = match kind {
            Kind::Module => true,
            Kind::Function | Kind::Lambda => matches!(tree.field(id), Field::Body | Field::Parameters),
            Kind::Class => tree.field(id) == Field::Body,
            Kind::ListComprehension | Kind::SetComprehension | Kind::DictComprehension | Kind::Generator => {
                true
            }
            _ => false,
        };
        scopes.push(if inside { parent } else { scopes[parent.index()] });
        let definition = matches!(kind, Kind::Function | Kind::Class);
        definitions.push(if definition { parent } else { definitions[parent.index()] });
    }
    (scopes, definitions)
}
