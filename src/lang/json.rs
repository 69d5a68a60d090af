//! Front end: JSON of the kinds that say something of the environment, comments and trailing commas
//! allowed. Any other JSON is data and not looked at.

use std::sync::LazyLock;

use jsonc_parser::ast;
use memchr::memmem;
use regex::Regex;

use super::data::collect::{Collector, Names};
use super::data::interpolate::Syntax;
use super::data::{Data, Id, Key, Scalar, Style, Value, kind_path, term};
use super::manifest;
use crate::expr::{Expr, Question};
use crate::fact::{
    Branch, Branches, EnvRead, EnvWrite, Facts, Form, Name, Place, ReadKind, Request, SignKind, Use,
    WriteKind, looks_like_variable,
};
use crate::span::Span;

/// Longer files are data.
const LONGEST: usize = 2_000_000;

/// Kinds of JSON that say something of the environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    App,
    Package,
    Composer,
    NodeConfig,
    DevContainer,
    Vercel,
    Turbo,
    Pm2,
    Deno,
    Static,
    Scalingo,
    Kubernetes,
    Containers,
    /// Any other: only its keys and values are of interest.
    Other,
}

fn kind(path: &str, text: &str) -> Option<Kind> {
    let lower = kind_path(path);
    let (folder, file) = lower.rsplit_once('/').unwrap_or(("", &lower));
    let has = |part: &str| memmem::find(text.as_bytes(), part.as_bytes()).is_some();
    Some(match file {
        "app.json" | "app-ci.json" => Kind::App,
        "package.json" => Kind::Package,
        "composer.json" => Kind::Composer,
        "custom-environment-variables.json" | "custom-environment-variables.json5" => Kind::NodeConfig,
        "devcontainer.json" | ".devcontainer.json" => Kind::DevContainer,
        _ if folder.ends_with(".devcontainer") => Kind::DevContainer,
        "vercel.json" | "now.json" => Kind::Vercel,
        "turbo.json" | "turbo.jsonc" => Kind::Turbo,
        "ecosystem.json" | "ecosystem.config.json" | "pm2.json" | "process.json" | "processes.json" => {
            Kind::Pm2
        }
        "deno.json" | "deno.jsonc" => Kind::Deno,
        "static.json" => Kind::Static,
        "scalingo.json" => Kind::Scalingo,
        _ if has("\"apiVersion\"") && has("\"kind\"") && has("\"env\"") => Kind::Kubernetes,
        _ if has("\"containerDefinitions\"") => Kind::Containers,
        _ if text.len() <= term::LONGEST => Kind::Other,
        _ => return None,
    })
}

/// The facts of one file.
pub fn facts(text: &str, request: &Request<'_>) -> Facts {
    let Some(kind) = kind(request.path, text).filter(|_| text.len() <= LONGEST) else {
        return Facts::default();
    };
    // A byte order mark is no JSON.
    let skip = text.len() - text.trim_start_matches('\u{feff}').len();
    // The parser gives up on documents nested too deep for it.
    let parsed = jsonc_parser::parse_to_ast(&text[skip..], &Default::default(), &Default::default());
    let value = match parsed {
        Ok(parsed) => parsed.value,
        Err(_) if kind == Kind::Other => return Facts::default(),
        Err(_) => {
            let mut facts = Facts::default();
            facts.broken.push(Span::new(0, text.len()));
            return facts;
        }
    };
    let mut data = Data::default();
    if let Some(value) = value {
        let root = data.add_root(Span::new(0, text.len()));
        build(&mut data, root, &value, skip);
    }
    let Some(root) = data.root() else { return Facts::default() };
    let mut json = Json { c: Collector::new(text, &data), root };
    match kind {
        Kind::App => json.app(),
        Kind::Package => json.package(),
        Kind::Composer => json.composer(),
        Kind::NodeConfig => json.c.node_config(),
        Kind::DevContainer => {
            json.maps(&[&["containerEnv"], &["remoteEnv"]], "devcontainer env");
            for id in data.ids().filter(|&id| data.scalar(id).is_some()) {
                json.c.interpolated_everywhere(id);
            }
        }
        Kind::Vercel => json.maps(&[&["env"], &["build", "env"]], "vercel.json env"),
        Kind::Turbo => json.turbo(),
        Kind::Pm2 => {
            for id in data.ids() {
                let key = data.key_text(id);
                if key == "env" || key.starts_with("env_") {
                    json.c.variables(id, "pm2 env", WriteKind::Set);
                }
            }
        }
        Kind::Deno => {
            if let Some(tasks) = data.get(root, "tasks") {
                json.scripts(tasks);
            }
        }
        Kind::Static => json.static_site(),
        Kind::Scalingo => {
            if let Some(env) = data.get(root, "env") {
                json.declare(env, "scalingo.json env");
            }
        }
        Kind::Kubernetes => json.c.kubernetes(),
        Kind::Containers => json.c.container_definitions(),
        Kind::Other => {}
    }
    let mut facts = json.c.finish();
    facts.settings = term::settings(&data, text, false);
    facts
}

/// The data of a text, whatever kind of JSON it is; `None` where it is none.
pub fn tree(text: &str) -> Option<Data> {
    // A byte order mark is no JSON.
    let skip = text.len() - text.trim_start_matches('\u{feff}').len();
    let parsed = jsonc_parser::parse_to_ast(&text[skip..], &Default::default(), &Default::default()).ok()?;
    let mut data = Data::default();
    let root = data.add_root(Span::new(0, text.len()));
    build(&mut data, root, &parsed.value?, skip);
    Some(data)
}

fn range(range: jsonc_parser::common::Range, skip: usize) -> Span {
    Span::new(range.start, range.end).shift(skip)
}

/// The parser bounds the depth, so recursion is safe here.
fn build(data: &mut Data, id: Id, value: &ast::Value<'_>, skip: usize) {
    let scalar = |span: Span, inner, style, textual| (Value::Scalar(Scalar { inner, style, textual }), span);
    let (value, span) = match value {
        ast::Value::StringLit(text) => {
            let span = range(text.range, skip);
            scalar(span, unquoted(span), Style::Double, true)
        }
        ast::Value::NumberLit(number) => {
            let span = range(number.range, skip);
            scalar(span, span, Style::Plain, false)
        }
        ast::Value::BooleanLit(truth) => {
            let span = range(truth.range, skip);
            scalar(span, span, Style::Plain, false)
        }
        ast::Value::NullKeyword(null) => (Value::Empty, range(null.range, skip)),
        ast::Value::Object(object) => {
            for property in &object.properties {
                let (whole, span) = match &property.name {
                    ast::ObjectPropName::String(name) => {
                        let whole = range(name.range, skip);
                        (whole, unquoted(whole))
                    }
                    ast::ObjectPropName::Word(name) => {
                        let whole = range(name.range, skip);
                        (whole, whole)
                    }
                };
                let key = Key { text: property.name.as_str().to_string(), span, whole };
                let entry = data.add(id, Some(key), range(property.range, skip));
                build(data, entry, &property.value, skip);
            }
            (Value::Map, range(object.range, skip))
        }
        ast::Value::Array(array) => {
            for element in &array.elements {
                let item = data.add(id, None, Span::default());
                build(data, item, element, skip);
            }
            (Value::List, range(array.range, skip))
        }
    };
    data.set(id, value, span);
}

fn unquoted(span: Span) -> Span {
    if span.len() >= 2 { Span::new(span.start + 1, span.end - 1) } else { span }
}

/// Commands of `package.json` scripts that take variables as words.
static WORD_COMMANDS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"(?x)
        (?:^|&&|\|\||[;|&(]|\bnpx\s|\byarn\s|\brun-s\s|\s--\s)\s*
        (?:[\w./-]*/)?(?<command>cross-env(?:-shell)?|env-cmd|if-env)
        (?<words>(?:\s+[A-Za-z_]\w*(?:=(?:'[^']*'|\x1e?"[^"]*"|[^\s&|;"']*))?)+)"#,
    )
    .expect("a constant pattern")
});

static WORD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"([A-Za-z_]\w*)(=(?:'([^']*)'|\x1e?"([^"\x1e]*)\x1e?"|([^\s&|;"']*)))?"#)
        .expect("a constant pattern")
});

struct Json<'s> {
    c: Collector<'s>,
    root: Id,
}

impl Json<'_> {
    /// Maps of variables at these places below the root.
    fn maps(&mut self, places: &[&[&str]], surface: &str) {
        for place in places {
            if let Some(map) = self.c.data.at(self.root, place) {
                self.c.variables(map, surface, WriteKind::Declare);
            }
        }
    }

    /// `env` of `app.json`: a text, or a map with `value`.
    fn declare(&mut self, env: Id, surface: &str) {
        let data = self.c.data;
        for &entry in data.children(env) {
            let value = match data.value(entry) {
                Value::Map => data.get(entry, "value"),
                _ => Some(entry),
            };
            let value = value.and_then(|value| self.c.plain(value));
            self.c.set_entry(entry, WriteKind::Declare, surface, value);
        }
    }

    fn app(&mut self) {
        let data = self.c.data;
        // Expo and React Native have an `app.json` of their own.
        if data.get(self.root, "expo").is_some() {
            return;
        }
        let deploys = |id: Id| {
            data.is_key(id, "scripts")
                && data.children(id).iter().any(|&script| {
                    matches!(data.key_text(script), "postdeploy" | "pr-predestroy" | "test-setup")
                })
        };
        let strong = |id: Id| {
            deploys(id)
                || matches!(
                    (data.key_text(id), data.value(id)),
                    ("addons" | "buildpacks", Value::List)
                        | ("formation" | "environments", Value::Map | Value::List)
                        | ("stack" | "success_url", Value::Scalar(_))
                )
        };
        let described = |id: Id| {
            data.is_key(id, "env")
                && data.children(id).iter().any(|&entry| matches!(data.value(entry), Value::Map))
                && ["name", "repository", "description"].iter().any(|key| data.get(self.root, key).is_some())
        };
        let top = data.children(self.root).to_vec();
        let Some(&key) = top.iter().find(|&&id| strong(id)).or_else(|| top.iter().find(|&&id| described(id)))
        else {
            return;
        };
        let span = data.key(key).map_or(data.span(key), |key| key.span);
        self.c.sign(SignKind::AppJson, data.key_text(key), span);
        let mut places = vec![self.root];
        if let Some(environments) = data.get(self.root, "environments") {
            places.extend(data.children(environments));
        }
        for place in places {
            if let Some(env) = data.get(place, "env") {
                self.declare(env, "app.json env");
            }
            if let Some(formation) = data.get(place, "formation") {
                for &entry in data.children(formation) {
                    let name = match data.key(entry) {
                        Some(key) => key.text.clone(),
                        None => self.c.text_of(entry, "process").unwrap_or_default().into_owned(),
                    };
                    if !name.is_empty() {
                        self.c.process(entry, &name, String::new());
                    }
                }
            }
            if let Some(scripts) = data.get(place, "scripts") {
                self.scripts(scripts);
            }
        }
    }

    /// Every text at or below a map of scripts is a command line.
    fn scripts(&mut self, scripts: Id) {
        let data = self.c.data;
        let none = Names::default();
        let mut todo = vec![scripts];
        while let Some(id) = todo.pop() {
            match data.value(id) {
                Value::Scalar(scalar) if scalar.textual => {
                    self.c.command(id, &none, |_| None);
                    self.word_commands(id);
                }
                Value::Map | Value::List => todo.extend(data.children(id).iter().rev()),
                _ => {}
            }
        }
    }

    /// `cross-env X=1 command`, `if-env X=1 && command`.
    fn word_commands(&mut self, id: Id) {
        let Some(scalar) = self.c.data.scalar(id) else { return };
        let text = scalar.shell(self.c.source).into_owned();
        let start = scalar.inner.start;
        let scope = self.c.data.path(id);
        for found in WORD_COMMANDS.captures_iter(&text) {
            let (Some(command), Some(words)) = (found.name("command"), found.name("words")) else { continue };
            let asks = command.as_str() == "if-env";
            let mut tests = Vec::new();
            let mut reads = Vec::new();
            let mut end = words.start();
            for word in WORD.captures_iter(words.as_str()) {
                let (whole, Some(name)) = (word.get_match(), word.get(1)) else { continue };
                let span = Span::from(whole.range()).shift(words.start());
                let value = word.get(3).or_else(|| word.get(4)).or_else(|| word.get(5)).map(|m| m.as_str());
                if !asks && word.get(2).is_none() {
                    // The command itself.
                    break;
                }
                end = span.end;
                let name_span = Span::from(name.range()).shift(words.start() + start);
                let span = span.shift(start);
                if !asks {
                    let value = value.filter(|value| !value.contains('$')).map(str::to_string);
                    self.c.facts.writes.push(EnvWrite {
                        name: Name::Known(name.as_str().to_string()),
                        name_span,
                        span,
                        value,
                        kind: WriteKind::Set,
                        surface: "cross-env".to_string(),
                        scope: scope.clone(),
                    });
                    continue;
                }
                let read = Expr::Read {
                    name: Some(name.as_str().to_string()),
                    span,
                    default: None,
                    required: false,
                };
                tests.push(match value {
                    Some(value) => Expr::Equal(Box::new(read), Box::new(Expr::Text(value.to_string()))),
                    None => Expr::Ask { question: Question::Present, subject: Box::new(read), safe: true },
                });
                reads.push((name.as_str().to_string(), name_span, span));
            }
            if tests.is_empty() {
                continue;
            }
            let expr = if tests.len() == 1 { tests.remove(0) } else { Expr::All(tests) };
            let expr_span = Span::new(command.start(), end).shift(start);
            let branches = branches(&text, end, start);
            for (name, name_span, span) in reads {
                self.c.facts.reads.push(EnvRead {
                    name: Name::Known(name),
                    name_span: Some(name_span),
                    span,
                    api: "if-env".to_string(),
                    kind: ReadKind::Value,
                    default: None,
                    required: false,
                    scope: scope.clone(),
                    uses: vec![Use {
                        name: None,
                        path: None,
                        span,
                        expr: expr.clone(),
                        expr_span,
                        place: Place::Condition(branches.clone()),
                        scope: scope.clone(),
                    }],
                    guards: Vec::new(),
                    via: None,
                });
            }
        }
    }

    fn package(&mut self) {
        let data = self.c.data;
        if let Some(scripts) = data.get(self.root, "scripts") {
            for &script in data.children(scripts) {
                let name = data.key_text(script);
                if matches!(name, "heroku-prebuild" | "heroku-postbuild" | "heroku-cleanup")
                    && let Some(key) = data.key(script)
                {
                    self.c.sign(SignKind::BuildHook, name, key.span);
                }
            }
            self.scripts(scripts);
        }
        for name in ["cacheDirectories", "cache_directories", "heroku-run-build-script"] {
            if let Some(key) = data.get(self.root, name).and_then(|id| data.key(id)) {
                self.c.sign(SignKind::BuildHook, name, key.span);
            }
        }
        self.packages(
            "npm",
            &["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"],
        );
    }

    fn composer(&mut self) {
        let data = self.c.data;
        self.packages("packagist", &["require", "require-dev"]);
        // What PHP itself must have is no package.
        self.c.facts.dependencies.retain(|package| package.name.contains('/'));
        if let Some(key) = data.at(self.root, &["scripts", "compile"]).and_then(|id| data.key(id)) {
            self.c.sign(SignKind::BuildHook, "compile", key.span);
        }
    }

    fn packages(&mut self, ecosystem: &'static str, sections: &[&str]) {
        let data = self.c.data;
        for section in sections {
            let Some(section) = data.get(self.root, section) else { continue };
            for &entry in data.children(section) {
                let Some(requirement) = self.c.text(entry) else { continue };
                let requirement = if requirement == "*" { String::new() } else { requirement.into_owned() };
                let name = data.key_text(entry).to_string();
                self.c.dependency(ecosystem, name, requirement, data.entry(entry));
            }
        }
        let signs = manifest::signs(&self.c.facts.dependencies);
        self.c.facts.signs.extend(signs);
    }

    fn turbo(&mut self) {
        let data = self.c.data;
        for id in data.ids() {
            if !matches!(data.key_text(id), "globalEnv" | "env" | "passThroughEnv" | "globalPassThroughEnv") {
                continue;
            }
            self.c.names(id, "turbo.json env", WriteKind::Pass);
            for item in data.lines(id) {
                let Some(text) = self.c.text(item) else { continue };
                let Some(prefix) = text.strip_suffix('*').filter(|prefix| looks_like_variable(prefix)) else {
                    continue;
                };
                let write = EnvWrite {
                    name: Name::Partly { prefix: prefix.to_string(), suffix: String::new() },
                    name_span: self.c.inner(item),
                    span: data.span(item),
                    value: None,
                    kind: WriteKind::Pass,
                    surface: "turbo.json env".to_string(),
                    scope: data.path(id),
                };
                self.c.facts.writes.push(write);
            }
        }
    }

    /// `static.json` of the static buildpack; other tools have files of that name.
    fn static_site(&mut self) {
        let data = self.c.data;
        let known =
            ["clean_urls", "routes", "https_only", "proxies", "canonical_host", "error_page", "headers"];
        let Some(key) = data.get(self.root, "root").and_then(|id| data.key(id)) else { return };
        if !known.iter().any(|key| data.get(self.root, key).is_some()) {
            return;
        }
        self.c.sign(SignKind::BuildHook, "static.json", key.span);
        for id in data.ids().filter(|&id| data.scalar(id).is_some()) {
            self.c.interpolated(id, Syntax::Braces);
        }
    }
}

/// What stands behind `&&` and `||` after a test that ends at `end` of the script.
fn branches(text: &str, end: usize, start: usize) -> Branches {
    // No branch that people write is longer.
    let mut reach = text.len().min(end + 2000);
    while !text.is_char_boundary(reach) {
        reach -= 1;
    }
    let rest = &text[end..reach];
    let stop = rest.find(';').unwrap_or(rest.len());
    let branch = |from: usize, to: usize| {
        let text = &rest[from..to];
        let lead = text.len() - text.trim_start().len();
        let span = Span::new(from + lead, (from + text.trim_end().len()).max(from + lead));
        (!span.is_empty()).then(|| Branch { span: span.shift(end + start), effects: Vec::new() })
    };
    let or = rest[..stop].find("||").unwrap_or(stop);
    let and = rest[..or].find("&&");
    Branches {
        form: Form::ShortCircuit,
        then: and.and_then(|and| branch(and + 2, or)),
        otherwise: (or < stop).then(|| branch(or + 2, stop)).flatten(),
    }
}
