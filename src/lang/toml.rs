//! Front end: TOML of the kinds that say something of the environment or of packages. Any other TOML is
//! not looked at.

use std::borrow::Cow;

use toml_span::value::ValueInner;

use super::data::collect::{Collector, Names};
use super::data::{Data, Id, Key, Scalar, Style, Value, kind_path, term};
use super::manifest;
use crate::fact::{Facts, Request, WriteKind};
use crate::span::Span;

/// Longer files are lock files or data.
const LONGEST: usize = 1_000_000;

/// Kinds of TOML that say something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    PyProject,
    Pipfile,
    Fly,
    Netlify,
    Project,
    Mise,
    Railway,
    Nixpacks,
    Wrangler,
    /// Any other: only its keys and values are of interest.
    Other,
}

fn kind(path: &str, text: &str) -> Option<Kind> {
    let lower = kind_path(path);
    let file = lower.rsplit('/').next().unwrap_or_default();
    Some(match file {
        "pyproject.toml" => Kind::PyProject,
        "pipfile" => Kind::Pipfile,
        "netlify.toml" => Kind::Netlify,
        "project.toml" => Kind::Project,
        "wrangler.toml" => Kind::Wrangler,
        "nixpacks.toml" => Kind::Nixpacks,
        "mise.toml" | ".mise.toml" | "mise.local.toml" | ".mise.local.toml" => Kind::Mise,
        _ if lower.ends_with("mise/config.toml") => Kind::Mise,
        _ if !file.ends_with(".toml") => return None,
        _ if file.starts_with("fly.") || file.starts_with("fly-") || file.ends_with(".fly.toml") => Kind::Fly,
        _ if file.starts_with("railway.") || file.starts_with("railway-") => Kind::Railway,
        _ if text.len() <= term::LONGEST => Kind::Other,
        _ => return None,
    })
}

/// The facts of one file.
pub fn facts(text: &str, request: &Request<'_>) -> Facts {
    let Some(kind) = kind(request.path, text).filter(|_| text.len() <= LONGEST) else {
        return Facts::default();
    };
    // A byte order mark is no TOML.
    let skip = text.len() - text.trim_start_matches('\u{feff}').len();
    let Ok(value) = toml_span::parse(&text[skip..]) else {
        if kind == Kind::Other {
            return Facts::default();
        }
        let mut facts = Facts::default();
        facts.broken.push(Span::new(0, text.len()));
        return facts;
    };
    let mut data = Data::default();
    let root = data.add_root(Span::new(0, text.len()));
    build(&mut data, root, &value, text, skip);
    let mut toml = Toml { c: Collector::new(text, &data), root };
    toml.collect(kind);
    let signs = manifest::signs(&toml.c.facts.dependencies);
    toml.c.facts.signs.extend(signs);
    let mut facts = toml.c.finish();
    facts.settings = term::settings(&data, text, false);
    facts
}

/// The table of dynolint's settings in a `pyproject.toml`.
pub const SETTINGS_TABLE: &str = "tool.dynolint";

/// Whether a line begins a table of dynolint's settings in a `pyproject.toml`.
pub fn is_settings_header(line: &str) -> bool {
    let line = line.trim_start();
    let name = line.trim_start_matches('[').strip_prefix(SETTINGS_TABLE);
    line.starts_with('[') && name.is_some_and(|rest| rest.starts_with([']', '.']))
}

/// The lines of a `pyproject.toml` that are dynolint's settings (`ours`), or all others; the rest is blank. The
/// length stays the same.
pub fn lines_of_settings(text: &str, ours: bool) -> String {
    let mut within = false;
    let mut kept = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        if line.trim_start().starts_with('[') {
            within = is_settings_header(line);
        }
        match within == ours {
            true => kept.push_str(line),
            false => kept.extend(line.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' })),
        }
    }
    kept
}

/// A text of TOML without dynolint's own settings: they name what is looked for, and use nothing of it.
pub(super) fn without_settings<'t>(text: &'t str, path: &str) -> Cow<'t, str> {
    let file = path.rsplit('/').next().unwrap_or_default();
    if file.ends_with("dynolint.toml") {
        return Cow::Borrowed("");
    }
    if file == "pyproject.toml" && text.lines().any(is_settings_header) {
        return Cow::Owned(lines_of_settings(text, false));
    }
    Cow::Borrowed(text)
}

/// The data of a text, whatever kind of TOML it is; `None` where it is none.
pub fn tree(text: &str) -> Option<Data> {
    // A byte order mark is no TOML.
    let skip = text.len() - text.trim_start_matches('\u{feff}').len();
    let value = toml_span::parse(&text[skip..]).ok()?;
    let mut data = Data::default();
    let root = data.add_root(Span::new(0, text.len()));
    build(&mut data, root, &value, text, skip);
    Some(data)
}

/// The parser bounds the depth, so recursion is safe here.
fn build(data: &mut Data, id: Id, value: &toml_span::Value<'_>, text: &str, skip: usize) {
    let span = clamp(value.span, text, skip);
    let scalar = |inner, style, textual| Value::Scalar(Scalar { inner, style, textual });
    let (made, span) = match value.as_ref() {
        ValueInner::String(_) => {
            let (span, inner, style) = string(text, span);
            (scalar(inner, style, true), span)
        }
        ValueInner::Integer(_) | ValueInner::Float(_) | ValueInner::Boolean(_) => {
            (scalar(span, Style::Raw, false), span)
        }
        ValueInner::Array(items) => {
            for item in items {
                let id = data.add(id, None, Span::default());
                build(data, id, item, text, skip);
            }
            (Value::List, span)
        }
        ValueInner::Table(table) => {
            let mut entries: Vec<_> = table.iter().collect();
            entries.sort_by_key(|(key, _)| key.span.start);
            for (key, value) in entries {
                let whole = clamp(key.span, text, skip);
                let raw = whole.of(text);
                let quoted = raw.len() >= 2 && raw.starts_with(['"', '\'']) && raw.ends_with(['"', '\'']);
                let span = if quoted { Span::new(whole.start + 1, whole.end - 1) } else { whole };
                let id = data.add(id, Some(Key { text: key.name.to_string(), span, whole }), span);
                build(data, id, value, text, skip);
            }
            (Value::Map, span)
        }
    };
    data.set(id, made, span);
}

fn clamp(span: toml_span::Span, text: &str, skip: usize) -> Span {
    let border = |mut at: usize| {
        at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let start = border(span.start + skip);
    Span::new(start, border(span.end + skip).max(start))
}

/// The bytes of a string with and without quotes; the parser's span is one of the two.
fn string(text: &str, span: Span) -> (Span, Span, Style) {
    for (quote, style) in
        [("\"\"\"", Style::Double), ("'''", Style::Raw), ("\"", Style::Double), ("'", Style::Raw)]
    {
        let raw = span.of(text);
        if raw.len() >= 2 * quote.len() && raw.starts_with(quote) && raw.ends_with(quote) {
            return (span, Span::new(span.start + quote.len(), span.end - quote.len()), style);
        }
    }
    for (quote, style) in
        [("\"\"\"", Style::Double), ("'''", Style::Raw), ("\"", Style::Double), ("'", Style::Raw)]
    {
        if text[..span.start].ends_with(quote) && text[span.end..].starts_with(quote) {
            return (Span::new(span.start - quote.len(), span.end + quote.len()), span, style);
        }
    }
    // The line break behind the opening quotes is no part of the text.
    let before = &text[..span.start];
    let before = before.strip_suffix('\n').map_or(before, |rest| rest.strip_suffix('\r').unwrap_or(rest));
    for quote in ["\"\"\"", "'''"] {
        if before.ends_with(quote) && text[span.end..].starts_with(quote) {
            let whole = Span::new(before.len() - quote.len(), span.end + quote.len());
            return (whole, span, Style::Raw);
        }
    }
    (span, span, Style::Raw)
}

struct Toml<'s> {
    c: Collector<'s>,
    root: Id,
}

impl Toml<'_> {
    fn collect(&mut self, kind: Kind) {
        match kind {
            Kind::Other => {}
            Kind::PyProject => self.pyproject(),
            Kind::Pipfile => {
                for section in ["packages", "dev-packages"] {
                    self.table(&[section]);
                }
                self.commands(&["scripts"]);
            }
            Kind::Fly => {
                self.variables(&["env"], "fly.toml env");
                if let Some(processes) = self.c.data.get(self.root, "processes") {
                    for &entry in self.c.data.children(processes) {
                        let command = self.c.text(entry).unwrap_or_default().into_owned();
                        self.c.process(entry, self.c.data.key_text(entry), command);
                    }
                }
                self.commands(&["processes"]);
                self.commands(&["deploy", "release_command"]);
                self.variables(&["build", "args"], "fly.toml build args");
            }
            Kind::Netlify => {
                self.variables(&["build", "environment"], "netlify.toml environment");
                self.commands(&["build", "command"]);
                if let Some(contexts) = self.c.data.get(self.root, "context") {
                    for &context in self.c.data.children(contexts) {
                        let name = self.c.data.key_text(context);
                        self.variables(&["context", name, "environment"], "netlify.toml environment");
                        self.commands(&["context", name, "command"]);
                    }
                }
            }
            Kind::Project => {
                for place in [&["build", "env"][..], &["io", "buildpacks", "build", "env"]] {
                    self.variables(place, "project.toml build env");
                }
            }
            Kind::Mise => {
                self.variables(&["env"], "mise.toml env");
                for id in self.c.data.ids() {
                    let task = self.c.data.ancestors(id).any(|id| self.c.data.is_key(id, "tasks"));
                    if task && self.c.data.is_key(id, "run") {
                        self.c.commands(id, &Names::default(), |_| None);
                    }
                }
            }
            Kind::Railway => {
                self.variables(&["variables"], "railway.toml variables");
                for place in
                    [["deploy", "startCommand"], ["deploy", "preDeployCommand"], ["build", "buildCommand"]]
                {
                    self.commands(&place);
                }
            }
            Kind::Nixpacks => {
                self.variables(&["variables"], "nixpacks.toml variables");
                self.commands(&["start", "cmd"]);
                for id in self.c.data.ids() {
                    let phase = self.c.data.ancestors(id).any(|id| self.c.data.is_key(id, "phases"));
                    if phase && self.c.data.is_key(id, "cmds") {
                        self.c.commands(id, &Names::default(), |_| None);
                    }
                }
            }
            Kind::Wrangler => {
                for id in self.c.data.ids() {
                    if self.c.data.is_key(id, "vars") {
                        self.c.variables(id, "wrangler.toml vars", WriteKind::Set);
                    }
                }
            }
        }
    }

    fn variables(&mut self, place: &[&str], surface: &str) {
        if let Some(map) = self.c.data.at(self.root, place) {
            self.c.variables(map, surface, WriteKind::Declare);
        }
    }

    /// Command lines at or directly below a place.
    fn commands(&mut self, place: &[&str]) {
        let data = self.c.data;
        let Some(id) = data.at(self.root, place) else { return };
        let none = Names::default();
        self.c.commands(id, &none, |_| None);
        if matches!(data.value(id), Value::Map) {
            for &entry in data.children(id) {
                self.c.commands(entry, &none, |_| None);
            }
        }
    }

    fn pyproject(&mut self) {
        let data = self.c.data;
        if let Some(list) = data.at(self.root, &["project", "dependencies"]) {
            self.requirements(list);
        }
        for place in [&["project", "optional-dependencies"][..], &["dependency-groups"]] {
            let groups = data.at(self.root, place);
            for &group in groups.map(|groups| data.children(groups)).unwrap_or_default() {
                self.requirements(group);
            }
        }
        for place in [&["tool", "uv", "dev-dependencies"][..], &["tool", "pdm", "dev-dependencies"]] {
            if let Some(list) = data.at(self.root, place) {
                self.requirements(list);
                for &group in data.children(list) {
                    self.requirements(group);
                }
            }
        }
        self.table(&["tool", "poetry", "dependencies"]);
        self.table(&["tool", "poetry", "dev-dependencies"]);
        if let Some(groups) = data.at(self.root, &["tool", "poetry", "group"]) {
            for &group in data.children(groups) {
                self.table(&["tool", "poetry", "group", data.key_text(group), "dependencies"]);
            }
        }
        for tool in ["poe", "taskipy"] {
            self.commands(&["tool", tool, "tasks"]);
        }
        // pytest-env.
        for place in [&["tool", "pytest", "ini_options", "env"][..], &["tool", "pytest_env"]] {
            self.variables(place, "pytest env");
        }
    }

    /// A list of requirements as `pip` has them.
    fn requirements(&mut self, list: Id) {
        if !matches!(self.c.data.value(list), Value::List) {
            return;
        }
        for &item in self.c.data.children(list) {
            let Some(text) = self.c.text(item) else { continue };
            if let Some((name, requirement)) = manifest::requirement(&text) {
                self.c.dependency("pypi", name, requirement, self.c.data.span(item));
            }
        }
    }

    /// A table of packages as Poetry and Pipenv have them: a requirement, or a table with `version`.
    fn table(&mut self, place: &[&str]) {
        let data = self.c.data;
        let Some(table) = data.at(self.root, place) else { return };
        for &entry in data.children(table) {
            let name = data.key_text(entry);
            if name == "python" {
                continue;
            }
            let requirement = match data.value(entry) {
                Value::Map => self.c.text_of(entry, "version"),
                _ => self.c.text(entry),
            };
            let requirement = requirement.filter(|text| text != "*").unwrap_or_default().into_owned();
            // A table of its own (`[packages.x]`) has a span of many lines.
            let entry_span = data.entry(entry);
            let span = if entry_span.of(self.c.source).contains('\n') {
                data.key(entry).map_or(entry_span, |key| key.whole)
            } else {
                entry_span
            };
            self.c.dependency("pypi", manifest::pypi_name(name), requirement, span);
        }
    }
}
