//! Declarations: schemas of settings libraries, build plugins, types and mapping files that name
//! variables without reading them on the spot.

use super::File;
use super::ast::{Field, Id, Kind};
use super::names::{How, Step, member_key};
use super::table;
use crate::fact::{Name, WriteKind, looks_like_variable};
use crate::span::Span;

impl File<'_, '_> {
    /// `cleanEnv(process.env, { X: str() })`, `schema.parse(process.env)`: whether it was one.
    pub(super) fn validator_call(&mut self, id: Id, last: &str) -> bool {
        if !table::is_schema_call(last) && !table::is_parse(last) {
            return false;
        }
        let arguments = self.ast.arguments(id);
        if table::is_schema_call(last) {
            for &argument in &arguments {
                let Some(object) = self.names.literal(&self.ast, argument) else { continue };
                if self.ast.kind(object) != Kind::Object {
                    continue;
                }
                self.declare_entries(object, Some(id), last);
                for (key, value, _) in self.ast.entries(object) {
                    let section = self.ast.key(key).map(|(key, _)| key);
                    if matches!(section.as_deref(), Some("server" | "client" | "shared"))
                        && let Some(inner) = self.names.literal(&self.ast, value)
                        && self.ast.kind(inner) == Kind::Object
                    {
                        self.declare_entries(inner, Some(id), last);
                    }
                }
            }
            return true;
        }
        let environment = arguments.iter().copied().find(|&at| {
            self.names.may_be_environment(&self.ast, at) && self.names.environment(&self.ast, at).is_some()
        });
        let Some(environment) = environment else { return false };
        let Some(callee) = self.ast.callee(id) else { return false };
        let receiver = self.ast.field(callee, Field::Object);
        let schemas: Vec<Id> =
            receiver.into_iter().chain(arguments.into_iter().filter(|&at| at != environment)).collect();
        let mut found = false;
        for schema in schemas {
            found |= self.declare_schema(schema, Some(id), 0);
        }
        found
    }

    /// Declares the keys of `z.object({…}).extend({…})`, through names.
    fn declare_schema(&mut self, schema: Id, gives: Option<Id>, depth: usize) -> bool {
        if depth > 12 {
            return false;
        }
        let Some(at) = self.names.literal(&self.ast, schema) else { return false };
        match self.ast.kind(at) {
            Kind::Object => self.declare_entries(at, gives, "schema"),
            Kind::Call => {
                let Some(callee) = self.ast.callee(at) else { return false };
                let (method, object) = match self.ast.kind(callee) {
                    Kind::Member => (
                        self.ast.field(callee, Field::Property).map_or("", |at| self.ast.text(at)),
                        self.ast.field(callee, Field::Object),
                    ),
                    Kind::Identifier => (self.ast.text(callee), None),
                    _ => return false,
                };
                if !table::is_shape(method) {
                    return false;
                }
                let mut found = false;
                // The library itself (`z`, `Joi`) stands at the end of the chain.
                let chained = object.and_then(|object| self.names.literal(&self.ast, object));
                if let Some(object) = chained.filter(|&at| self.ast.kind(at) == Kind::Call) {
                    found |= self.declare_schema(object, gives, depth + 1);
                }
                for argument in self.ast.arguments(at) {
                    found |= self.declare_schema(argument, gives, depth + 1);
                }
                found
            }
            _ => false,
        }
    }

    /// Declares each entry of an object whose key can be a variable.
    fn declare_entries(&mut self, object: Id, gives: Option<Id>, api: &str) -> bool {
        let mut found = false;
        for (key, value, entry) in self.ast.entries(object) {
            let Some((name, name_span)) = self.ast.key(key) else { continue };
            if !looks_like_variable(&name) {
                continue;
            }
            found = true;
            let (default, required) = self.schema_default(value);
            let access = self.declare(name, name_span, entry, gives, api);
            access.default = default;
            access.required = required;
        }
        found
    }

    /// The default that a schema gives to a key, and whether the key must be set.
    fn schema_default(&self, value: Id) -> (Option<Id>, bool) {
        let ast = &self.ast;
        let default = ast.subtree(value).find_map(|at| match ast.kind(at) {
            Kind::Pair => {
                let key = ast.field(at, Field::Key).and_then(|at| ast.key(at))?.0;
                (key == "default").then(|| ast.field(at, Field::Value))?
            }
            Kind::Call => {
                let callee = ast.callee(at).filter(|&callee| ast.kind(callee) == Kind::Member)?;
                let (method, _) = member_key(ast, callee)?;
                (method == "default").then(|| ast.arguments(at).first().copied())?
            }
            _ => None,
        });
        let text = ast.text(value);
        let optional = text.contains("optional") || text.contains("nullish") || text.contains("devDefault");
        let lax = ["Joi", "joi", "yup", "Yup"].iter().any(|library| text.starts_with(library));
        let required = default.is_none() && !optional && (!lax || text.contains(".required("));
        (default, required)
    }

    /// Plugins and settings modules that name variables.
    pub(super) fn declared_by_call(&mut self, id: Id, path: &str, last: &str, arguments: &[Id]) {
        let first = arguments.first().copied();
        let object = |file: &Self, at: Option<Id>| {
            at.and_then(|at| file.names.literal(&file.ast, at))
                .filter(|&at| file.ast.kind(at) == Kind::Object)
        };
        match last {
            "EnvironmentPlugin" => {
                if let Some(names) = first.and_then(|at| self.texts(at)) {
                    for (name, span) in names {
                        let entry = self.row_of_text(first.unwrap_or(id), span.start).unwrap_or(id);
                        self.declare(name, span, entry, None, last);
                    }
                } else if let Some(object) = object(self, first) {
                    for (key, value, entry) in self.ast.entries(object) {
                        let Some((name, span)) = self.ast.key(key) else { continue };
                        self.declare(name, span, entry, None, last).default = Some(value);
                    }
                }
                // `new EnvironmentPlugin("A", "B")` is the older form.
                for &argument in arguments {
                    if let Some((name, span)) = self.ast.string(argument) {
                        self.declare(name, span, argument, None, last);
                    }
                }
            }
            "env" | "required" if path == "nconf.env" || path == "nconf.required" => {
                for (name, span) in first.and_then(|at| self.texts(at)).unwrap_or_default() {
                    if looks_like_variable(&name) {
                        let entry = self.row_of_text(first.unwrap_or(id), span.start).unwrap_or(id);
                        self.declare(name, span, entry, None, path).required = last == "required";
                    }
                }
            }
            "rules" | "create"
                if path.ends_with("Env.rules") || path.to_ascii_lowercase().contains("env.create") =>
            {
                for &argument in arguments {
                    if let Some(object) = object(self, Some(argument)) {
                        self.declare_entries(object, Some(id), path);
                    }
                }
            }
            "forRoot" => {
                let Some(object) = object(self, first) else { return };
                for (key, value, _) in self.ast.entries(object) {
                    if self.ast.key(key).is_some_and(|(key, _)| key == "validationSchema") {
                        self.declare_schema(value, None, 0);
                    }
                }
            }
            _ => {}
        }
    }

    /// `define: { "process.env.X": … }` of bundlers gives a variable to the bundle.
    fn define_entry(&mut self, pair: Id) -> bool {
        let ast = &self.ast;
        let (Some(key), Some(value)) = (ast.field(pair, Field::Key), ast.field(pair, Field::Value)) else {
            return false;
        };
        let Some((key, span)) = ast.string(key) else { return false };
        let value = ast.bare(value);
        if key == "process.env" {
            if ast.kind(value) == Kind::Object {
                self.write_entries(value, "define");
            }
            return true;
        }
        let name = key.strip_prefix("process.env.").or_else(|| key.strip_prefix("import.meta.env."));
        let Some(name) = name.filter(|name| looks_like_variable(name)) else { return false };
        let same = ast.text(value).contains(key.as_str());
        let kind = if same { WriteKind::Pass } else { WriteKind::Set };
        let name_span = Span::new(span.end - name.len(), span.end);
        let text = ast.string(value).map(|(text, _)| text);
        let whole = ast.span(pair);
        self.write(Name::Known(name.to_string()), name_span, whole, text, kind, "define", pair);
        true
    }

    /// The string row below `within` whose text begins at `start`.
    fn row_of_text(&self, within: Id, start: usize) -> Option<Id> {
        self.ast.subtree(within).find(|&at| {
            matches!(self.ast.kind(at), Kind::Str | Kind::Template) && self.ast.span(at).start + 1 == start
        })
    }

    /// `interface ProcessEnv { X: string }`.
    pub(super) fn process_env_interface(&mut self, id: Id) {
        let named = self.ast.field(id, Field::Name).map_or("", |at| self.ast.text(at));
        if !matches!(named, "ProcessEnv" | "ImportMetaEnv") {
            return;
        }
        let properties: Vec<Id> =
            self.ast.subtree(id).filter(|&at| self.ast.kind(at) == Kind::PropertySignature).collect();
        for property in properties {
            let key = self.ast.field(property, Field::Name).and_then(|at| self.ast.key(at));
            if let Some((name, span)) = key.filter(|(name, _)| !name.is_empty()) {
                self.declare(name, span, property, None, named);
            }
        }
    }

    /// `{ format: "port", env: "PORT", default: 3000 }` of convict.
    pub(super) fn pair_access(&mut self, id: Id) {
        if self.define_entry(id) {
            return;
        }
        let ast = &self.ast;
        if ast.field(id, Field::Key).is_none_or(|key| ast.text(key).trim_matches(['"', '\'']) != "env") {
            return;
        }
        let Some((name, span)) = ast.field(id, Field::Value).and_then(|at| ast.string(ast.bare(at))) else {
            return;
        };
        let Some(object) = ast.parent(id) else { return };
        let entries = ast.entries(object);
        let sibling = |wanted: &str| {
            entries.iter().find(|(key, _, _)| ast.key(*key).is_some_and(|(key, _)| key == wanted))
        };
        if !looks_like_variable(&name) || (sibling("default").is_none() && sibling("format").is_none()) {
            return;
        }
        let default = sibling("default").map(|&(_, value, _)| value);
        self.declare(name, span, id, None, "convict").default = default;
    }

    /// `class EnvironmentVariables { @IsString() X: string }` of class-validator.
    pub(super) fn validated_class(&mut self, id: Id) {
        let ast = &self.ast;
        let named = ast.field(id, Field::Name).map_or("", |at| ast.text(at));
        if !named.starts_with("Env") && !named.ends_with("Env") {
            return;
        }
        let fields: Vec<(String, Span, Id)> = ast
            .subtree(id)
            .filter(|&at| ast.kind(at) == Kind::ClassField && ast.field(at, Field::Value).is_none())
            .filter(|&at| ast.field(at, Field::Decorator).is_some())
            .filter_map(|at| {
                let key = ast.field(at, Field::Name).or_else(|| ast.field(at, Field::Property))?;
                let (name, span) = ast.key(key)?;
                looks_like_variable(&name).then_some((name, span, at))
            })
            .collect();
        for (name, span, field) in fields {
            let required = !self.ast.text(field).contains("@IsOptional");
            self.declare(name, span, field, None, "class-validator").required = required;
        }
    }

    /// `const envSchema = z.object({…})`: by its name it is for the environment, wherever it is used.
    pub(super) fn named_schema(&mut self, id: Id) {
        let ast = &self.ast;
        let (Some(name), Some(value)) = (ast.field(id, Field::Name), ast.field(id, Field::Value)) else {
            return;
        };
        if ast.kind(ast.bare(value)) != Kind::Call || !is_environment_word(ast.text(name)) {
            return;
        }
        let callee = ast.callee(ast.bare(value)).map_or("", |at| ast.text(at));
        let last = callee.rsplit('.').next().unwrap_or_default();
        if table::is_shape(last) && !self.parsed_later(name) {
            self.declare_schema(value, None, 0);
        }
    }

    /// Whether a schema is used to parse the environment in this file: then the parse declares it.
    fn parsed_later(&self, name: Id) -> bool {
        self.names.occurrences(&self.ast, self.ast.text(name)).iter().any(|&at| {
            self.ast.ancestors(at).take(4).any(|up| {
                self.ast.kind(up) == Kind::Call
                    && self.ast.arguments(up).into_iter().any(|argument| {
                        self.names.may_be_environment(&self.ast, argument)
                            && self.names.environment(&self.ast, argument).is_some()
                    })
            })
        })
    }

    /// node-config's mapping file: every text is the name of a variable.
    pub(super) fn mapping_file(&mut self) {
        let stem = self.request.path.rsplit('/').next().unwrap_or_default();
        if !stem.starts_with("custom-environment-variables.") {
            return;
        }
        for id in 0..self.ast.len() {
            if self.ast.kind(id) != Kind::Pair {
                continue;
            }
            let value = self.ast.field(id, Field::Value);
            if let Some((name, span)) = value.and_then(|at| self.ast.string(self.ast.bare(at)))
                && looks_like_variable(&name)
            {
                self.declare(name, span, id, None, "node-config");
            }
        }
    }

    /// The rows where the values of a parsed environment are used: `env.X` where
    /// `const env = cleanEnv(…)`, and the names that a pattern takes out of it.
    pub(super) fn carriers(&self, parse: Id, variable: &str) -> (Vec<Id>, Vec<usize>) {
        let ast = &self.ast;
        let (mut rows, mut decls) = (Vec::new(), Vec::new());
        for (decl, known) in self.names.decls.iter().enumerate() {
            if known.how != How::Variable {
                continue;
            }
            for given in &known.given {
                if !self.gives(given.node, parse) {
                    continue;
                }
                match given.steps.as_slice() {
                    [.., Step::Key(key)] if key == variable => decls.push(decl),
                    [] | [Step::Key(_)] => {
                        for &at in self.names.occurrences(ast, known.name) {
                            if self.names.resolve(ast, at) != Some(decl) || at == known.node {
                                continue;
                            }
                            rows.extend(self.member_named(at, variable));
                        }
                    }
                    _ => {}
                }
            }
        }
        (rows, decls)
    }

    /// Whether a value is the call, or what a few accessors of validation results make of it.
    fn gives(&self, value: Id, call: Id) -> bool {
        let mut at = self.ast.bare(value);
        for _ in 0..4 {
            if at == call {
                return true;
            }
            at = match self.ast.kind(at) {
                Kind::Member => match self.ast.field(at, Field::Object) {
                    Some(object) => self.ast.bare(object),
                    None => return false,
                },
                Kind::Await => match self.ast.first(at) {
                    Some(inner) => self.ast.bare(inner),
                    None => return false,
                },
                _ => return false,
            };
        }
        false
    }

    /// `x.NAME`, or `x.data.NAME`.
    fn member_named(&self, object: Id, variable: &str) -> Option<Id> {
        let ast = &self.ast;
        let mut at = ast.outer(object);
        for _ in 0..2 {
            let up = ast.parent(at).filter(|&up| {
                matches!(ast.kind(up), Kind::Member | Kind::Subscript) && ast.role(at) == Field::Object
            })?;
            let (key, _) = member_key(ast, up)?;
            if key == variable {
                return Some(up);
            }
            if !matches!(key.as_str(), "data" | "value" | "env") {
                return None;
            }
            at = ast.outer(up);
        }
        None
    }
}

/// Whether a name says that it is about the environment: `envSchema`, `ENV_VARS`, `environment`.
fn is_environment_word(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    lower.starts_with("env")
        || lower.ends_with("env")
        || lower.contains("envschema")
        || lower.contains("_env_")
        || name.contains("Env")
}
