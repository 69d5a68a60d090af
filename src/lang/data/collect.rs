//! Facts that several formats write in the same shapes: maps and lists of variables, command lines,
//! signs.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::sync::LazyLock;

use regex::Regex;

use super::interpolate::{self, Piece, Syntax};
use super::{Data, Id, Value};
use crate::expr::Expr;
use crate::fact::{
    Dependency, EnvRead, EnvWrite, Facts, Literal, Name, Place, Process, ReadKind, Sign, SignKind, Use,
    WriteKind, looks_like_variable,
};
use crate::lang::shell;
use crate::span::Span;

/// Takes facts out of one document.
pub struct Collector<'s> {
    /// The file's text.
    pub source: &'s str,
    /// What it says.
    pub data: &'s Data,
    /// What was found.
    pub facts: Facts,
    /// A dollar sign anywhere in a value makes it computed.
    pub dollars: bool,
    /// The text as shells see it: command lines without the escapes of the format around them.
    view: Option<String>,
    /// The names that a map or list of variables sets.
    names: HashMap<Id, Rc<HashSet<String>>>,
}

/// Names that are set where a command line runs, so that reading them says nothing of the platform.
#[derive(Clone, Debug, Default)]
pub struct Names {
    shared: Vec<Rc<HashSet<String>>>,
    own: HashSet<String>,
}

impl Names {
    /// Whether `name` is set.
    pub fn contains(&self, name: &str) -> bool {
        self.own.contains(name) || self.shared.iter().any(|names| names.contains(name))
    }

    /// Adds the names that a script assigns in statements of their own.
    pub fn assigned_by(&mut self, script: &str) {
        static ASSIGNMENT: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r#"(?m)(?:^|[;&|("']|\b(?:export|declare|local|then|do|echo))\s*["']?([A-Za-z_]\w*)="#)
                .expect("a constant pattern")
        });
        self.own.extend(
            ASSIGNMENT.captures_iter(script).filter_map(|found| Some(found.get(1)?.as_str().to_string())),
        );
    }
}

/// Whether a text is the name of a variable as settings write it; lower case is allowed.
pub fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 120
        && !text.starts_with(|c: char| c.is_ascii_digit())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

impl<'s> Collector<'s> {
    /// Nothing found yet.
    pub fn new(source: &'s str, data: &'s Data) -> Self {
        Self { source, data, facts: Facts::default(), dollars: false, view: None, names: HashMap::new() }
    }

    /// The decoded text of a scalar.
    pub fn text(&self, id: Id) -> Option<std::borrow::Cow<'s, str>> {
        self.data.text(id, self.source)
    }

    /// The text of the entry `key`.
    pub fn text_of(&self, map: Id, key: &str) -> Option<std::borrow::Cow<'s, str>> {
        self.text(self.data.follow(self.data.get(map, key)?))
    }

    /// The bytes inside the quotes of a scalar.
    pub fn inner(&self, id: Id) -> Span {
        self.data.scalar(id).map_or(self.data.span(id), |scalar| scalar.inner)
    }

    /// A value that can be shown: the text of a scalar without anything computed in it.
    pub fn plain(&self, id: Id) -> Option<String> {
        let scalar = self.data.scalar(id)?;
        let raw = scalar.raw(self.source);
        let computed = ["${", "<%", "{{", "<<", "$("].iter().any(|open| raw.contains(open));
        let computed = computed || (self.dollars && raw.contains('$'));
        (!computed).then(|| scalar.decode(self.source).into_owned())
    }

    fn write(&mut self, write: EnvWrite) {
        self.facts.writes.push(write);
    }

    /// One entry of a map of variables.
    pub fn set_entry(&mut self, id: Id, kind: WriteKind, surface: &str, value: Option<String>) {
        let Some(key) = self.data.key(id) else { return };
        if !is_name(&key.text) {
            return;
        }
        let write = EnvWrite {
            name: Name::Known(key.text.clone()),
            name_span: key.span,
            span: self.data.entry(id),
            value,
            kind,
            surface: surface.to_string(),
            scope: self.data.path(id),
        };
        self.write(write);
    }

    /// Variables written as a map (`X: 1`), as a list of texts (`- X=1`, `- X`), or as a list of maps
    /// (`- name: X` with `value: 1`; `key` does for `name`). `pass` says what a name without a value is.
    pub fn variables(&mut self, id: Id, surface: &str, pass: WriteKind) {
        let id = self.data.follow(id);
        match self.data.value(id) {
            Value::Map => {
                for entry in self.data.entries(id) {
                    match self.data.value(self.data.follow(entry)) {
                        Value::Empty => self.set_entry(entry, pass, surface, None),
                        Value::Scalar(_) => {
                            let value = self.plain(self.data.follow(entry));
                            self.set_entry(entry, WriteKind::Set, surface, value);
                        }
                        // A variable with details: `X: {value: 1, description: …}`, `secure`, `from`.
                        Value::Map => {
                            let value = self
                                .data
                                .get(entry, "value")
                                .or_else(|| self.data.get(entry, "default"))
                                .and_then(|value| self.plain(value));
                            self.set_entry(entry, WriteKind::Set, surface, value);
                        }
                        Value::List | Value::Alias(_) => {}
                    }
                }
            }
            Value::List => {
                for &item in self.data.children(id) {
                    let item = self.data.follow(item);
                    match self.data.value(item) {
                        Value::Scalar(_) => self.assignment(item, surface, pass),
                        Value::Map => self.named_value(item, surface, pass),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }

    /// `X=1` or `X` in a list.
    fn assignment(&mut self, item: Id, surface: &str, pass: WriteKind) {
        let inner = self.inner(item);
        let raw = inner.of(self.source);
        let (name, value) = match raw.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (raw, None),
        };
        if !is_name(name) {
            return;
        }
        let kind = if value.is_some() { WriteKind::Set } else { pass };
        let plain = value.is_some().then(|| self.plain(item)).flatten();
        let scope = join(&self.data.path(item), name);
        self.write(EnvWrite {
            name: Name::Known(name.to_string()),
            name_span: Span::new(inner.start, inner.start + name.len()),
            span: self.data.span(item),
            value: plain.and_then(|text| text.split_once('=').map(|(_, value)| value.to_string())),
            kind,
            surface: surface.to_string(),
            scope,
        });
    }

    /// `{name: X, value: 1}` in a list.
    fn named_value(&mut self, item: Id, surface: &str, pass: WriteKind) {
        let data = self.data;
        let named =
            data.get(item, "name").or_else(|| data.get(item, "key")).or_else(|| data.get(item, "Name"));
        let Some(named) = named else {
            // A list of maps with one variable each.
            for &entry in data.children(item) {
                if data.scalar(entry).is_some() && looks_like_variable(data.key_text(entry)) {
                    let value = self.plain(entry);
                    self.set_entry(entry, WriteKind::Set, surface, value);
                }
            }
            return;
        };
        let Some(name) = self.text(named).filter(|name| is_name(name)) else { return };
        let value = data.get(item, "value").or_else(|| data.get(item, "Value"));
        let declared = self.text_of(item, "sync").is_some_and(|text| text == "false") && value.is_none();
        let bare = data.children(item).len() == 1;
        let value = value.and_then(|value| self.plain(value));
        let scope = join(&data.path(item), &name);
        self.write(EnvWrite {
            name_span: self.inner(named),
            name: Name::Known(name.into_owned()),
            span: data.span(item),
            value,
            kind: match (declared, bare) {
                (true, _) => WriteKind::Declare,
                (_, true) => pass,
                _ => WriteKind::Set,
            },
            surface: surface.to_string(),
            scope,
        });
    }

    /// A list of names handed on.
    pub fn names(&mut self, id: Id, surface: &str, kind: WriteKind) {
        for item in self.data.lines(id) {
            let Some(name) = self.text(item).filter(|name| is_name(name)) else { continue };
            let write = EnvWrite {
                scope: join(&self.data.path(item), &name),
                name: Name::Known(name.into_owned()),
                name_span: self.inner(item),
                span: self.data.span(item),
                value: None,
                kind,
                surface: surface.to_string(),
            };
            self.write(write);
        }
    }

    /// The names that the entries `keys` of the node's holders set, in any of the shapes of
    /// [`Self::variables`].
    pub fn names_around(&mut self, id: Id, keys: &[&str]) -> Names {
        let mut found = Names::default();
        let data = self.data;
        for holder in data.ancestors(id) {
            for map in keys.iter().filter_map(|key| data.get(holder, key)) {
                if let Some(known) = self.names.get(&map) {
                    found.shared.push(Rc::clone(known));
                    continue;
                }
                let mut names = HashSet::new();
                self.add_names(map, &mut names);
                let names = Rc::new(names);
                self.names.insert(map, Rc::clone(&names));
                found.shared.push(names);
            }
        }
        found
    }

    fn add_names(&self, id: Id, names: &mut HashSet<String>) {
        for entry in self.data.entries(id) {
            if let Some(key) = self.data.key(entry) {
                names.insert(key.text.clone());
            } else if let Some(text) = self.text(entry) {
                names.extend(text.split_once('=').map(|(name, _)| name.to_string()));
            } else if let Some(name) = self.text_of(entry, "name").or_else(|| self.text_of(entry, "key")) {
                names.insert(name.into_owned());
            }
        }
    }

    /// Variables in the text of a scalar, as the format's `syntax` has it. For an item `X=…` of a list
    /// the text is what follows the sign.
    pub fn interpolated(&mut self, id: Id, syntax: Syntax) {
        let (span, target) = self.value_part(id);
        let pieces = interpolate::pieces(self.source, span, syntax);
        self.push_reads(span, &pieces, &target);
    }

    /// Variables in notations that are clear everywhere.
    pub fn interpolated_everywhere(&mut self, id: Id) {
        let (span, target) = self.value_part(id);
        let pieces = interpolate::everywhere(self.source, span);
        self.push_reads(span, &pieces, &target);
    }

    /// The bytes and the key path of the value in a scalar.
    fn value_part(&self, id: Id) -> (Span, String) {
        let inner = self.inner(id);
        let path = self.data.path(id);
        if self.data.key(id).is_none()
            && let Some((name, _)) = inner.of(self.source).split_once('=')
            && is_name(name)
        {
            return (Span::new(inner.start + name.len() + 1, inner.end), join(&path, name));
        }
        (inner, path)
    }

    /// The reads in some pieces.
    pub fn push_reads(&mut self, whole: Span, pieces: &[Piece], target: &str) {
        self.facts.reads.extend(interpolate::reads(self.source, whole, pieces, target));
    }

    /// The command line of a scalar goes to the shell's front end; `mask` may replace what the format
    /// replaces before the shell sees it, byte for byte. Reads of the names in `set` say nothing about
    /// the platform.
    pub fn command(&mut self, id: Id, set: &Names, mask: impl FnOnce(&str) -> Option<String>) {
        let Some(scalar) = self.data.scalar(id) else { return };
        let (source, span) = (self.source, scalar.inner);
        let scope = self.data.path(id);
        let decoded = scalar.shell(source);
        let masked = mask(&decoded);
        let text = masked.as_deref().unwrap_or(&decoded);
        let before = self.facts.reads.len();
        let known = (self.facts.bindings.len(), self.facts.wrappers.len());
        if text == span.of(source) {
            shell::embedded(source, span, &mut self.facts, &scope);
        } else if text.len() == span.len() {
            let view = self.view.get_or_insert_with(|| source.to_string());
            view.replace_range(span.start..span.end, text);
            shell::embedded_masked(view, span, &mut self.facts, &scope);
        }
        // No other file can use the names of a command line.
        self.facts.bindings.truncate(known.0);
        self.facts.wrappers.truncate(known.1);
        self.forget_reads(before, set);
    }

    /// Every line of a `script:`. The lines run in one shell, so what one of them assigns is no read of
    /// the environment in those after it.
    pub fn commands(&mut self, id: Id, set: &Names, mask: impl Fn(&str) -> Option<String>) {
        let mut set = set.clone();
        for line in self.data.lines(id) {
            self.command(line, &set, &mask);
            if let Some(scalar) = self.data.scalar(line) {
                set.assigned_by(scalar.raw(self.source));
            }
        }
    }

    /// Drops reads of the names in `set` that came after the first `before` ones.
    pub fn forget_reads(&mut self, before: usize, set: &Names) {
        let mut late = self.facts.reads.split_off(before.min(self.facts.reads.len()));
        late.retain(|read| read.name.known().is_none_or(|name| !set.contains(name)));
        self.facts.reads.append(&mut late);
    }

    /// A process type with its command line.
    pub fn process(&mut self, id: Id, name: &str, command: String) {
        self.facts.processes.push(Process { name: name.to_string(), command, span: self.data.entry(id) });
    }

    /// A sign at `span`.
    pub fn sign(&mut self, kind: SignKind, what: impl Into<String>, span: Span) {
        self.facts.signs.push(Sign { kind, what: what.into(), span });
    }

    /// A package at a node.
    pub fn dependency(&mut self, ecosystem: &'static str, name: String, requirement: String, span: Span) {
        self.facts.dependencies.push(Dependency { ecosystem, name, requirement, span });
    }

    /// node-config's `custom-environment-variables`: every leaf names a variable.
    pub fn node_config(&mut self) {
        for id in self.data.ids() {
            if self.data.parent(id).is_none() || self.data.is_key(id, "__format") {
                continue;
            }
            let Some(name) = self.text(id).filter(|name| is_name(name)) else { continue };
            let path = match self.data.parent(id) {
                Some(parent) if self.data.is_key(id, "__name") => self.data.path(parent),
                _ => self.data.path(id),
            };
            let span = self.data.span(id);
            self.facts.reads.push(EnvRead {
                name: Name::Known(name.to_string()),
                name_span: Some(self.inner(id)),
                span,
                api: "custom-environment-variables".to_string(),
                kind: ReadKind::Schema,
                default: None,
                required: false,
                scope: path.clone(),
                uses: vec![Use {
                    name: None,
                    path: None,
                    span,
                    expr: Expr::Read { name: Some(name.into_owned()), span, default: None, required: false },
                    expr_span: span,
                    place: Place::Bound { target: path.clone() },
                    scope: path,
                }],
                guards: Vec::new(),
                via: None,
            });
        }
    }

    /// `env: [{name: X, value: …}]` of Kubernetes and OpenShift, and the data of config maps.
    pub fn kubernetes(&mut self) {
        for id in self.data.ids() {
            let listed = |id: Id| {
                matches!(self.data.value(id), Value::List)
                    && self.data.children(id).iter().any(|&item| self.data.get(item, "name").is_some())
            };
            match self.data.key_text(id) {
                "env" | "extraEnv" | "extraEnvVars" if listed(id) => {
                    self.variables(id, "kubernetes env", WriteKind::Set);
                }
                // Helm values write plain maps, too.
                "env" | "extraEnv" if matches!(self.data.value(id), Value::Map) => {
                    self.variables(id, "kubernetes env", WriteKind::Set);
                }
                "data" | "stringData" => {
                    let kind = self.data.parent(id).and_then(|doc| self.text_of(doc, "kind"));
                    let surface = match kind.as_deref() {
                        Some("ConfigMap") => "kubernetes configmap",
                        Some("Secret") => "kubernetes secret",
                        _ => continue,
                    };
                    for &entry in self.data.children(id) {
                        // Other entries are files.
                        if looks_like_variable(self.data.key_text(entry)) {
                            let value = if surface.ends_with("map") { self.plain(entry) } else { None };
                            self.set_entry(entry, WriteKind::Set, surface, value);
                        }
                    }
                }
                "literals"
                    if self.data.ancestors(id).any(|id| {
                        matches!(self.data.key_text(id), "configMapGenerator" | "secretGenerator")
                    }) =>
                {
                    self.variables(id, "kubernetes configmap", WriteKind::Set);
                }
                _ => {}
            }
        }
    }

    /// Container definitions of AWS (`environment: [{name, value}]`).
    pub fn container_definitions(&mut self) {
        for id in self.data.ids() {
            if matches!(self.data.key_text(id), "environment" | "secrets")
                && matches!(self.data.value(id), Value::List)
            {
                self.variables(id, "container definition", WriteKind::Set);
            }
        }
    }

    /// Literals with a meaning on Heroku.
    pub fn literals(&mut self) {
        if memchr::memmem::find(self.source.as_bytes(), b"/etc/heroku/").is_none() {
            return;
        }
        for id in self.data.ids() {
            let Some(scalar) = self.data.scalar(id) else { continue };
            let raw = scalar.raw(self.source);
            if crate::vocabulary::is_text(raw) {
                let literal =
                    Literal { text: raw.to_string(), span: scalar.inner, scope: self.data.path(id) };
                self.facts.literals.push(literal);
            }
        }
    }

    /// The facts, without those that were reached twice through aliases.
    pub fn finish(mut self) -> Facts {
        self.literals();
        let mut seen = HashSet::new();
        self.facts.writes.retain(|write| seen.insert((write.span, write.name.clone())));
        let mut seen = HashSet::new();
        self.facts.reads.retain(|read| seen.insert((read.span, read.name.clone())));
        let mut seen = HashSet::new();
        self.facts.signs.retain(|sign| seen.insert((sign.span, sign.what.clone())));
        self.facts
    }
}

/// `path.name`.
pub fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_string() } else { format!("{path}.{name}") }
}

/// Hides everything between `open` and `close`, these included, from the shell's front end, at the same
/// length; `None` where there is nothing to hide.
pub fn hide(text: &str, open: &str, close: &str) -> Option<String> {
    let mut at = text.find(open)?;
    let mut bytes = text.as_bytes().to_vec();
    loop {
        let end = text[at..].find(close).map_or(text.len(), |end| at + end + close.len());
        for byte in &mut bytes[at..end] {
            if !matches!(byte, b'\n' | b'\r') {
                *byte = shell::HIDDEN;
            }
        }
        match text[end..].find(open) {
            Some(next) => at = end + next,
            None => break,
        }
    }
    String::from_utf8(bytes).ok()
}
