//! The variables that a file sets, unsets or hands on.

use super::access::{File, Object};
use super::syntax::{Arguments, Field, Id, Kind};
use super::texts::Texts;
use crate::fact::{EnvWrite, Name, WriteKind, looks_like_variable};
use crate::span::Span;

impl File<'_> {
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
            // A child's environment: `{**os.environ, "X": "1"}`.
            Kind::Dictionary if self.object(id).is_some() => {
                self.write_entries(id, "child environment", writes);
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
