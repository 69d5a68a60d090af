//! Finding the places that look at or change the environment.

use std::cell::RefCell;
use std::collections::HashMap;

use super::api::{self, Library};
use super::names::{Event, Key, Names};
use super::syntax::{Arguments, Field, Id, Kind, Tree};
use super::texts::{Parameter, Texts};
use crate::fact::{ReadKind, looks_like_variable};
use crate::vocabulary::Vocabulary;

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
    /// What names are, as far as asked.
    pub(super) objects: RefCell<HashMap<Key<'t>, Option<Object>>>,
    pub(super) vocabulary: &'t Vocabulary,
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
                self.object_of_key(self.names.member(id)?)
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
        let name = self.tree.text(id);
        if let Some(key) = self.names.lookup(id) {
            return self.object_of_key(key);
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

    fn object_of_key(&self, key: Key<'t>) -> Option<Object> {
        if let Some(known) = self.objects.borrow().get(&key) {
            return known.clone();
        }
        // A name that is defined by itself is nothing until the other definitions have been seen.
        self.objects.borrow_mut().insert(key, None);
        let object = self.object_of_events(self.names.events(key));
        if object.is_some() {
            self.objects.borrow_mut().insert(key, object.clone());
        }
        object
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
            // `decouple.config("X")`
            if let Some(Object::Library(library, prefix)) = self.object(function) {
                return self.access_of_library(id, library, &prefix, "", &arguments);
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
}

/// Whether a module is one from which settings files take their `env`.
pub(super) fn is_settings_module(module: &str) -> bool {
    module.contains("settings")
        || matches!(
            module.trim_start_matches('.'),
            "base" | "common" | "defaults" | "default" | "core" | "env" | "environment" | "components"
        )
}
