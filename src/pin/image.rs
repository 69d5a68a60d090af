//! Container images, and the Dockerfile whose last stage runs one.

use std::collections::{BTreeMap, BTreeSet};

use super::version_files::version;
use super::{Found, Hint, Runtime, Source, Wanted};
use crate::lang::dockerfile::outline;
use crate::span::Span;

/// Names of images, by the last part of their path, and what they run.
const IMAGES: &[(&str, Runtime)] = &[
    ("amazoncorretto", Runtime::Java),
    ("aspnet", Runtime::DotNet),
    ("eclipse-temurin", Runtime::Java),
    ("elixir", Runtime::Elixir),
    ("erlang", Runtime::Erlang),
    ("go", Runtime::Go),
    ("golang", Runtime::Go),
    ("node", Runtime::Node),
    ("openjdk", Runtime::Java),
    ("php", Runtime::Php),
    ("python", Runtime::Python),
    ("ruby", Runtime::Ruby),
    ("sdk", Runtime::DotNet),
];

/// Images whose tags count their own releases, not those of the language.
const OTHER_TAGS: &[&str] = &["devcontainers/", "vscode/devcontainers", "gcr.io/distroless", "jenkins"];

/// A version in an image's reference: what it runs, and the part of the text that says which.
pub(super) fn image(reference: &str) -> Option<(Runtime, &str)> {
    let reference = reference.split('@').next()?;
    if OTHER_TAGS.iter().any(|other| reference.contains(other)) {
        return None;
    }
    let name_start = reference.rfind('/').map_or(0, |at| at + 1);
    let (name, tag) = reference[name_start..].split_once(':')?;
    if let Some((_, runtime)) = IMAGES.iter().find(|(known, _)| *known == name) {
        if matches!(name, "sdk" | "aspnet") && !reference.contains("dotnet/") {
            return None;
        }
        let end = tag.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(tag.len());
        let number = tag[..end].trim_end_matches('.');
        return (!number.is_empty()).then_some((*runtime, number));
    }
    // `uvicorn-gunicorn:python3.7-slim`, `uv:python3.12-bookworm`
    let at = tag.find("python3.")? + "python".len();
    let end = tag[at..].find(|c: char| !c.is_ascii_digit() && c != '.').map_or(tag.len(), |end| at + end);
    Some((Runtime::Python, tag[at..end].trim_end_matches('.')))
}

/// Names of stages that are built for production, where a later stage is for something else.
const PRODUCTION: &[&str] = &["final", "prod", "production", "release", "runner", "runtime", "server"];

struct Stage {
    name: String,
    /// The base, with build arguments put in.
    base: String,
    /// Its bytes.
    span: Span,
    /// The bytes of the value of the build argument that says the version.
    argument: Option<Span>,
    /// Stages that files are taken from.
    from: BTreeSet<String>,
}

/// `FROM` of the stage that runs, and of those that it is made from.
pub(super) fn dockerfile(text: &str, found: &mut Found) {
    let mut arguments: BTreeMap<String, Span> = BTreeMap::new();
    let mut stages: Vec<Stage> = Vec::new();
    let mut copies = false;
    for (keyword, span) in outline(text) {
        let written = span.of(text);
        match keyword.as_str() {
            // Only arguments in front of the first stage count in `FROM`.
            "ARG" if stages.is_empty() => {
                if let Some((name, value)) = written.split_once('=') {
                    let start = span.start + name.len() + 1;
                    let value = value.split_whitespace().next().unwrap_or_default();
                    let inner = value.trim_matches(['"', '\'']);
                    let start = start + value.find(inner).unwrap_or(0);
                    arguments.insert(name.trim().to_string(), Span::new(start, start + inner.len()));
                }
            }
            "FROM" => stages.extend(stage(text, span, &arguments)),
            "COPY" | "ADD" => {
                let from = written.split_whitespace().find_map(|word| word.strip_prefix("--from="));
                match (from, stages.last_mut()) {
                    (Some(from), Some(stage)) => {
                        stage.from.insert(from.to_ascii_lowercase());
                    }
                    (None, _) => copies |= copies_project(written),
                    _ => {}
                }
            }
            _ => {}
        }
    }
    if copies {
        found.hints.push(Hint::CopiesProject);
    }
    let last = stages.iter().rposition(|stage| PRODUCTION.contains(&stage.name.as_str()));
    let Some(last) = last.or(stages.len().checked_sub(1)) else { return };
    let mut reached = BTreeSet::from([last]);
    let mut todo = vec![last];
    while let Some(at) = todo.pop() {
        let names = stages[at].from.iter().chain(std::iter::once(&stages[at].base));
        for name in names {
            let other = stages[..at].iter().rposition(|stage| stage.name == name.to_ascii_lowercase());
            // Stages can be named by their number.
            let other = other.or_else(|| name.parse().ok().filter(|number| *number < at));
            todo.extend(other.filter(|other| reached.insert(*other)));
        }
    }
    // The last stage with the language is the one that runs it; one before it may only build assets.
    let mut seen = BTreeSet::new();
    for &at in reached.iter().rev() {
        let stage = &stages[at];
        let Some((runtime, number)) = image(&stage.base) else { continue };
        if !seen.insert(runtime) {
            continue;
        }
        let wanted = match version(runtime, number) {
            Wanted::Versions(allowed) => Wanted::Versions(allowed),
            _ => continue,
        };
        found.pin(runtime, Source::Docker, number, stage.argument.unwrap_or(stage.span), wanted);
    }
}

/// The stage that `FROM` begins.
fn stage(text: &str, span: Span, arguments: &BTreeMap<String, Span>) -> Option<Stage> {
    let written = span.of(text);
    let mut words = written.split_whitespace().filter(|word| !word.starts_with("--"));
    let reference = words.next()?;
    let start = span.start + written.find(reference)?;
    let named = words.next().is_some_and(|word| word.eq_ignore_ascii_case("as"));
    let name = words.next().filter(|_| named).unwrap_or_default().to_ascii_lowercase();
    let (base, argument) = filled_in(reference, text, arguments);
    let span = Span::new(start, start + reference.len());
    Some(Stage { name, base, span, argument, from: BTreeSet::new() })
}

/// `ruby:$VERSION-slim`, `${IMAGE}`, `node:${VERSION:-20}` with the values of the build arguments, and where
/// the last of these that holds a version stands.
fn filled_in(reference: &str, text: &str, arguments: &BTreeMap<String, Span>) -> (String, Option<Span>) {
    let mut filled = String::new();
    let mut place = None;
    let mut rest = reference;
    while let Some(at) = rest.find('$') {
        filled.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let (name, default) = match rest.strip_prefix('{').and_then(|inner| inner.split_once('}')) {
            Some((inner, tail)) => {
                rest = tail;
                inner.split_once(":-").or(inner.split_once('-')).map_or((inner, None), |(n, d)| (n, Some(d)))
            }
            None => {
                let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
                let name = &rest[..end];
                rest = &rest[end..];
                (name, None)
            }
        };
        match (arguments.get(name), default) {
            (Some(span), _) => {
                filled.push_str(span.of(text));
                place = Some(*span).filter(|span| span.of(text).contains(|c: char| c.is_ascii_digit()));
            }
            (None, Some(default)) => filled.push_str(default),
            (None, None) => {}
        }
    }
    filled.push_str(rest);
    (filled, place)
}

/// Whether a copy takes the project in, or the manifest by which its packages are installed.
fn copies_project(written: &str) -> bool {
    const MANIFESTS: &[&str] = &[
        "Gemfile",
        "package.json",
        "package*.json",
        "requirements",
        "pyproject.toml",
        "Pipfile",
        "setup.py",
        "uv.lock",
        "go.mod",
        "pom.xml",
        "build.gradle",
        "composer.json",
        "mix.exs",
    ];
    let words: Vec<&str> = written
        .split([' ', '\t', '\n', '[', ']', ',', '"', '\\'])
        .filter(|word| !word.is_empty() && !word.starts_with("--"))
        .collect();
    let Some((_, sources)) = words.split_last() else { return false };
    sources.iter().any(|source| {
        let plain = source.trim_start_matches("./");
        matches!(*source, "." | "./" | "/" | "*")
            || MANIFESTS.iter().any(|manifest| plain.starts_with(manifest))
    })
}
