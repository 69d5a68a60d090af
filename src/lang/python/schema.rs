//! Reads that a settings library is told of, and other reads without an access expression of their own.

use std::collections::HashSet;

use super::access::{File, Object};
use super::api::Library;
use super::names::Event;
use super::syntax::{Field, Id, Kind};
use super::texts::Texts;
use crate::expr::Expr;
use crate::fact::{Name, Place, ReadKind, looks_like_variable};
use crate::span::Span;

/// A read that is declared, not written as an access.
pub(super) struct Declared {
    pub(super) name: Name,
    pub(super) name_span: Option<Span>,
    pub(super) at: Id,
    pub(super) span: Span,
    pub(super) api: String,
    pub(super) kind: ReadKind,
    pub(super) default: Option<Id>,
    pub(super) required: bool,
    pub(super) place: Place,
    /// The field that holds the value: class and name.
    pub(super) field: Option<(Id, Id)>,
}

/// Whether a text has `env.str(` or the like.
pub(super) fn uses_env_methods(text: &str) -> bool {
    memchr::memmem::find_iter(text.as_bytes(), "env.").any(|at| {
        let rest = &text[at + 4..];
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        rest[end..].starts_with('(') && Library::Imported.reads(&rest[..end]) == Some(true) && end > 0
    })
}

impl<'t> File<'t> {
    /// Fills [`File::scheme`] from `environ.Env(X=(str, "d"))`.
    pub(super) fn collect_scheme(&mut self) {
        let tree = self.tree;
        for call in tree.all().filter(|&id| tree.kind(id) == Kind::Call) {
            if !self.is_scheme(call) {
                continue;
            }
            for (name, value, _) in tree.arguments(call).keywords {
                self.scheme.insert(name, self.scheme_default(value));
            }
        }
    }

    fn is_scheme(&self, call: Id) -> bool {
        self.names.path(call).is_some_and(|path| {
            matches!(Library::of_constructor(&path), Some(Library::Django | Library::Envparse))
        })
    }

    fn scheme_default(&self, value: Id) -> Option<Id> {
        let value = self.tree.bare(value);
        (self.tree.kind(value) == Kind::Tuple).then(|| self.tree.children(value).nth(1))?
    }

    /// What a node declares.
    pub(super) fn declared(&self, id: Id, declared: &mut Vec<Declared>) {
        match self.tree.kind(id) {
            Kind::Call => self.declared_by_call(id, declared),
            Kind::Class => self.declared_by_class(id, declared),
            Kind::Binary => self.declared_by_format(id, declared),
            _ => {}
        }
    }

    fn argument_place(&self, call: Id, keyword: &str) -> Place {
        let keyword = (!keyword.is_empty()).then(|| keyword.to_string());
        Place::Argument { callee: self.names.path(call).unwrap_or_default(), keyword }
    }

    fn declared_by_call(&self, call: Id, declared: &mut Vec<Declared>) {
        let tree = self.tree;
        let arguments = tree.arguments(call);
        if self.is_scheme(call) {
            for &(name, value, whole) in &arguments.keywords {
                let start = tree.span(whole).start;
                let default = self.scheme_default(value);
                declared.push(Declared {
                    name: Name::Known(name.to_string()),
                    name_span: Some(Span::new(start, start + name.len())),
                    at: whole,
                    span: tree.span(whole),
                    api: "environ.Env".to_string(),
                    kind: ReadKind::Schema,
                    default,
                    required: default.is_none(),
                    place: self.argument_place(call, name),
                    field: None,
                });
            }
            return;
        }
        // click, typer, configargparse.
        for &(keyword, value, whole) in &arguments.keywords {
            let prefix = matches!(keyword, "envvar_prefix" | "auto_envvar_prefix");
            if !prefix && !matches!(keyword, "envvar" | "env_var") {
                continue;
            }
            let elements = match tree.kind(value) {
                Kind::List | Kind::Tuple => tree.children(value).collect(),
                _ => vec![value],
            };
            for element in elements {
                let Texts::Known(text, name_span) = self.texts(element) else { continue };
                let name = if prefix {
                    Name::Partly { prefix: format!("{text}_"), suffix: String::new() }
                } else {
                    Name::Known(text)
                };
                declared.push(Declared {
                    name,
                    name_span,
                    at: whole,
                    span: tree.span(whole),
                    api: self.names.path(call).unwrap_or_default(),
                    kind: ReadKind::Schema,
                    default: if prefix { None } else { arguments.keyword("default") },
                    required: false,
                    place: self.argument_place(call, keyword),
                    field: None,
                });
            }
        }
        let Some(function) = tree.get(call, Field::Function) else { return };
        let method = tree.get(function, Field::Attribute).map(|name| tree.text(name)).unwrap_or_default();
        let mut push = |name: Name, name_span: Option<Span>, kind: ReadKind, required: bool| {
            declared.push(Declared {
                name,
                name_span,
                at: call,
                span: tree.span(call),
                api: self.names.path(function).unwrap_or_default(),
                kind,
                default: None,
                required,
                place: Place::Other,
                field: None,
            });
        };
        match method {
            "from_envvar" => {
                if let Some(name) = arguments.get(0, "variable_name")
                    && let Texts::Known(text, span) = self.texts(name)
                {
                    let silent =
                        arguments.get(1, "silent").is_some_and(|value| tree.kind(value) == Kind::True);
                    push(Name::Known(text), span, ReadKind::Value, !silent);
                }
                return;
            }
            "from_prefixed_env" => {
                let (prefix, span) = match arguments.get(0, "prefix").map(|prefix| self.texts(prefix)) {
                    None => ("FLASK".to_string(), None),
                    Some(Texts::Known(text, span)) => (text, span),
                    Some(_) => return,
                };
                let name = Name::Partly { prefix: format!("{prefix}_"), suffix: String::new() };
                return push(name, span, ReadKind::Scan, false);
            }
            "format" if !arguments.splats.is_empty() => {
                let environment = arguments
                    .splats
                    .iter()
                    .filter_map(|&splat| tree.first(splat))
                    .any(|inner| matches!(self.object(inner), Some(Object::Environment { .. })));
                let Some(format) = tree.get(function, Field::Object) else { return };
                if environment && let Some((text, span)) = tree.literal(format) {
                    for (name, at) in fields(&text, '{', '}') {
                        let name_span = (span.len() == text.len())
                            .then(|| Span::new(span.start + at, span.start + at + name.len()));
                        push(Name::Known(name), name_span, ReadKind::Value, true);
                    }
                }
                return;
            }
            _ => {}
        }
        if self.names.path(function).is_some_and(|path| path == "os.path.expandvars")
            && let Some(&argument) = arguments.positional.first()
            && let Some((text, span)) = tree.literal(argument)
        {
            for (name, at) in dollars(&text) {
                let name_span = (span.len() == text.len())
                    .then(|| Span::new(span.start + at, span.start + at + name.len()));
                push(Name::Known(name), name_span, ReadKind::Value, false);
            }
        }
    }

    /// `"%(HOME)s" % os.environ`.
    fn declared_by_format(&self, id: Id, declared: &mut Vec<Declared>) {
        let tree = self.tree;
        let (Some(left), Some(right)) = (tree.get(id, Field::Left), tree.get(id, Field::Right)) else {
            return;
        };
        if tree.get(id, Field::Operator).is_none_or(|operator| tree.text(operator) != "%") {
            return;
        }
        let Some((text, span)) = tree.literal(left) else { return };
        if !text.contains("%(") || !matches!(self.object(right), Some(Object::Environment { .. })) {
            return;
        }
        for (name, at) in fields(&text, '(', ')') {
            declared.push(Declared {
                name_span: (span.len() == text.len())
                    .then(|| Span::new(span.start + at, span.start + at + name.len())),
                name: Name::Known(name),
                at: id,
                span: tree.span(id),
                api: "os.environ".to_string(),
                kind: ReadKind::Value,
                default: None,
                required: true,
                place: Place::Other,
                field: None,
            });
        }
    }

    fn is_settings_class(&self, class: Id, seen: &mut HashSet<Id>) -> bool {
        let tree = self.tree;
        if !seen.insert(class) || seen.len() > 16 {
            return false;
        }
        let Some(bases) = tree.get(class, Field::Superclasses) else { return false };
        tree.children(bases).any(|base| {
            let path = self.names.path(base).unwrap_or_default();
            if path.rsplit('.').next() == Some("BaseSettings") {
                return true;
            }
            tree.kind(base) == Kind::Identifier
                && self.names.events_of(base).iter().any(|event| match event {
                    Event::Class(class) => self.is_settings_class(*class, seen),
                    _ => false,
                })
        })
    }

    /// The fields of a pydantic settings class.
    fn declared_by_class(&self, class: Id, declared: &mut Vec<Declared>) {
        let tree = self.tree;
        if !self.is_settings_class(class, &mut HashSet::new()) {
            return;
        }
        let Some(body) = tree.get(class, Field::Body) else { return };
        let options = self.class_options(class, body);
        for statement in tree.children(body).filter(|&part| tree.kind(part) == Kind::ExpressionStatement) {
            let Some(field) = tree.first(statement).filter(|&part| tree.kind(part) == Kind::Assignment)
            else {
                continue;
            };
            let Some(left) = tree.get(field, Field::Left).filter(|&left| tree.kind(left) == Kind::Identifier)
            else {
                continue;
            };
            let name = tree.text(left);
            let annotation =
                tree.get(field, Field::Type).map(|annotation| tree.text(annotation)).unwrap_or_default();
            if name == "model_config" || name.starts_with('_') || annotation.starts_with("ClassVar") {
                continue;
            }
            let value = tree.get(field, Field::Right);
            if value.is_none() && annotation.is_empty() {
                continue;
            }
            let mut default = value;
            let mut variables: Vec<(String, Option<Span>)> = Vec::new();
            if let Some(call) = value.filter(|&value| tree.kind(value) == Kind::Call)
                && self.names.path(call).is_some_and(|path| path.rsplit('.').next() == Some("Field"))
            {
                let arguments = tree.arguments(call);
                default = arguments.get(0, "default").or_else(|| arguments.keyword("default_factory"));
                for keyword in ["validation_alias", "env", "alias"] {
                    if let Some(alias) = arguments.keyword(keyword) {
                        self.aliases(alias, &mut variables);
                        if !variables.is_empty() {
                            break;
                        }
                    }
                }
            }
            default = default.filter(|&default| tree.text(default) != "...");
            if let Some((_, listed)) = options.fields.iter().find(|(field, _)| field == name) {
                self.aliases(*listed, &mut variables);
            }
            if variables.is_empty() {
                let full = format!("{}{name}", options.prefix);
                let full = if options.case_sensitive { full } else { full.to_uppercase() };
                variables.push((full, Some(tree.span(left))));
            }
            let optional = annotation.contains("Optional") || annotation.contains("None");
            // One of several is enough, and the default stands in for the last.
            let several = variables.len();
            for (at, (variable, name_span)) in variables.into_iter().enumerate() {
                let default = default.filter(|_| at + 1 == several);
                let variable = if options.case_sensitive { variable } else { variable.to_uppercase() };
                declared.push(Declared {
                    name: Name::Known(variable),
                    name_span,
                    at: field,
                    span: tree.span(field),
                    api: "pydantic.BaseSettings".to_string(),
                    kind: ReadKind::Schema,
                    default,
                    required: default.is_none() && !optional && several == 1,
                    place: Place::Bound { target: name.to_string() },
                    field: Some((class, left)),
                });
            }
        }
    }

    /// The names in an alias: a text, a list of them, `AliasChoices("A", "B")`.
    fn aliases(&self, alias: Id, variables: &mut Vec<(String, Option<Span>)>) {
        let tree = self.tree;
        let parts: Vec<Id> = match tree.kind(alias) {
            Kind::List | Kind::Tuple | Kind::Set => tree.children(alias).collect(),
            Kind::Call => tree.arguments(alias).positional,
            Kind::Dictionary => tree
                .children(alias)
                .filter(|&pair| {
                    tree.get(pair, Field::Key)
                        .and_then(|key| tree.literal(key))
                        .is_some_and(|(key, _)| key == "env")
                })
                .filter_map(|pair| tree.get(pair, Field::Value))
                .collect(),
            _ => vec![alias],
        };
        for part in parts {
            match (tree.kind(alias), tree.kind(part)) {
                (Kind::Dictionary, Kind::List | Kind::Tuple | Kind::Set) => self.aliases(part, variables),
                _ => {
                    if let Texts::Known(text, span) = self.texts(part) {
                        variables.push((text, span));
                    }
                }
            }
        }
    }

    fn class_options(&self, class: Id, body: Id) -> Options {
        let tree = self.tree;
        let mut options = Options::default();
        let mut set = |name: &str, value: Id| match name {
            "env_prefix" => options.prefix = tree.literal(value).map(|(text, _)| text).unwrap_or_default(),
            "case_sensitive" => options.case_sensitive = tree.kind(value) == Kind::True,
            "fields" if tree.kind(value) == Kind::Dictionary => {
                for pair in tree.children(value) {
                    if let (Some(key), Some(value)) =
                        (tree.get(pair, Field::Key), tree.get(pair, Field::Value))
                        && let Some((key, _)) = tree.literal(key)
                    {
                        options.fields.push((key, value));
                    }
                }
            }
            _ => {}
        };
        // `class Settings(BaseSettings, env_prefix="X_")`
        if let Some(bases) = tree.get(class, Field::Superclasses) {
            for keyword in tree.children(bases).filter(|&part| tree.kind(part) == Kind::Keyword) {
                if let (Some(name), Some(value)) =
                    (tree.get(keyword, Field::Name), tree.get(keyword, Field::Value))
                {
                    set(tree.text(name), value);
                }
            }
        }
        for statement in tree.children(body) {
            match tree.kind(statement) {
                Kind::ExpressionStatement => {
                    let Some(assignment) = tree.first(statement) else { continue };
                    let (Some(left), Some(right)) =
                        (tree.get(assignment, Field::Left), tree.get(assignment, Field::Right))
                    else {
                        continue;
                    };
                    if tree.text(left) != "model_config" {
                        continue;
                    }
                    match tree.kind(right) {
                        Kind::Call => {
                            for (name, value, _) in tree.arguments(right).keywords {
                                set(name, value);
                            }
                        }
                        _ => {
                            for pair in tree.children(right) {
                                if let (Some(key), Some(value)) =
                                    (tree.get(pair, Field::Key), tree.get(pair, Field::Value))
                                    && let Some((key, _)) = tree.literal(key)
                                {
                                    set(&key, value);
                                }
                            }
                        }
                    }
                }
                Kind::Class
                    if tree.get(statement, Field::Name).is_some_and(|name| tree.text(name) == "Config") =>
                {
                    let Some(body) = tree.get(statement, Field::Body) else { continue };
                    for assignment in tree.children(body).filter_map(|part| tree.first(part)) {
                        if let (Some(left), Some(right)) =
                            (tree.get(assignment, Field::Left), tree.get(assignment, Field::Right))
                        {
                            set(tree.text(left), right);
                        }
                    }
                }
                _ => {}
            }
        }
        options
    }
}

#[derive(Default)]
struct Options {
    prefix: String,
    case_sensitive: bool,
    fields: Vec<(String, Id)>,
}

impl Declared {
    /// The expression of the value.
    pub(super) fn expr(&self, default: Option<Expr>) -> Expr {
        let name = match &self.name {
            Name::Known(name) => Some(name.clone()),
            _ => None,
        };
        match self.kind {
            ReadKind::Scan | ReadKind::Presence => Expr::Presence { name, span: self.span },
            _ => {
                Expr::Read { name, span: self.span, default: default.map(Box::new), required: self.required }
            }
        }
    }
}

/// The names of variables between two marks in a format, with their places.
fn fields(text: &str, open: char, close: char) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices(open) {
        let rest = &text[at + 1..];
        let name = rest.split([close, ':', '!', '[']).next().unwrap_or_default();
        if looks_like_variable(name) {
            found.push((name.to_string(), at + 1));
        }
    }
    found
}

/// The names after `$` in a text, with their places.
fn dollars(text: &str) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices('$') {
        let braced = text[at + 1..].starts_with('{');
        let start = at + 1 + usize::from(braced);
        let rest = &text[start..];
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        if end > 0 && (!braced || rest[end..].starts_with('}')) {
            found.push((rest[..end].to_string(), start));
        }
    }
    found
}
