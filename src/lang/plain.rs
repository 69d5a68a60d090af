//! Front end: files known by their name that are read line by line, and source files of languages
//! without a grammar here, in which calls with a literal name are found by pattern.

mod access;
pub(crate) mod comment;
mod jenkins;
mod prisma;

use std::collections::HashSet;
use std::sync::LazyLock;

use regex::Regex;

use super::data::collect::{is_name, join};
use super::data::interpolate::{self, Hole, Piece, Syntax, Then};
use super::data::kind_path;
use super::manifest;
use crate::fact::{EnvWrite, Facts, Literal, Name, Request, Sign, SignKind, WriteKind, looks_like_variable};
use crate::span::Span;

/// The facts of one file.
pub fn facts(text: &str, request: &Request<'_>) -> Facts {
    let lower = kind_path(request.path);
    let file = lower.rsplit('/').next().unwrap_or_default();
    let extension = file.rsplit_once('.').map_or("", |(_, extension)| extension);
    let mut facts = Facts::default();
    match file {
        // Names of files are no use of them.
        ".dockerignore" | ".gitignore" => return facts,
        ".buildpacks" => buildpacks(text, &mut facts),
        "aptfile"
        | ".slugignore"
        | "nltk.txt"
        | "elixir_buildpack.config"
        | "phoenix_static_buildpack.config" => {
            let name = request.path.rsplit('/').next().unwrap_or_default();
            build_hook(text, name, &mut facts);
        }
        "runtime.txt" => {
            let line = first_line(text);
            if line
                .of(text)
                .strip_prefix("python-")
                .is_some_and(|v| v.starts_with(|c: char| c.is_ascii_digit()))
            {
                facts.signs.push(sign(SignKind::BuildHook, line.of(text), line));
            }
        }
        ".npmrc" | ".yarnrc" | "pip.conf" | ".pypirc" => assignments(text, Syntax::Braces, &mut facts),
        "go.mod" => facts.dependencies = manifest::go_mod(text),
        "pom.xml" => facts.dependencies = manifest::pom(text),
        "mix.exs" => facts.dependencies = manifest::mix(text),
        "jenkinsfile" => jenkins::collect(text, &mut facts),
        "setup.cfg" => facts.dependencies = manifest::setup_cfg(text),
        "tox.ini" => tox(text, &mut facts),
        _ if is_requirements(&lower) => {
            facts.dependencies = manifest::requirements(text);
            lines(text, |line, _| {
                if !line.of(text).trim_start().starts_with('#') {
                    let pieces = interpolate::pieces(text, line, Syntax::Braces);
                    facts.reads.extend(interpolate::reads(text, line, &pieces, ""));
                }
            });
        }
        _ if file.ends_with(".gradle") || file.ends_with(".gradle.kts") || file.ends_with(".sbt") => {
            facts.dependencies = manifest::jvm(text);
        }
        _ => {}
    }
    match extension {
        "properties" => assignments(text, Syntax::Spring, &mut facts),
        "conf" | "hocon" => {
            assignments(text, Syntax::Hocon, &mut facts);
            supervisor(text, &mut facts);
        }
        "ini" if file.contains("uwsgi") => uwsgi(text, &mut facts),
        "ini" => supervisor(text, &mut facts),
        "prisma" => prisma::collect(text, &mut facts),
        "xml" => xml(text, &mut facts),
        "tf" | "tfvars" | "hcl" => terraform(text, &mut facts),
        _ => access::collect(text, extension, &mut facts),
    }
    facts.signs.extend(manifest::signs(&facts.dependencies));
    literals(text, &mut facts);
    facts
}

/// How the files with an extension write comments, where they are programs of a language known here.
pub(super) fn style_of(extension: &str) -> Option<comment::Style> {
    access::comments(extension)
}

fn sign(kind: SignKind, what: &str, span: Span) -> Sign {
    Sign { kind, what: what.to_string(), span }
}

/// The first line that says something.
fn first_line(text: &str) -> Span {
    let start = text.len() - text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}').len();
    let end = text[start..].find(['\n', '\r']).map_or(text.len(), |at| start + at);
    Span::new(start, start + text[start..end].trim_end().len())
}

fn build_hook(text: &str, name: &str, facts: &mut Facts) {
    facts.signs.push(sign(SignKind::BuildHook, name, first_line(text)));
}

/// Every line with its span, line break left out, and its number from 0.
fn lines(text: &str, mut each: impl FnMut(Span, usize)) {
    let mut at = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let end = at + line.trim_end_matches(['\n', '\r']).len();
        each(Span::new(at, end), number);
        at += line.len();
    }
}

/// One buildpack's URL a line.
fn buildpacks(text: &str, facts: &mut Facts) {
    lines(text, |line, _| {
        let url = line.of(text).trim();
        if !url.is_empty() && !url.starts_with('#') {
            let start = line.start + line.of(text).find(url).unwrap_or(0);
            facts.signs.push(sign(SignKind::BuildHook, url, Span::new(start, start + url.len())));
        }
    });
}

/// `requirements.txt`, `requirements-dev.in`, `requirements/base.txt`.
pub(super) fn is_requirements(lower: &str) -> bool {
    let (folder, file) = lower.rsplit_once('/').unwrap_or(("", lower));
    let listed = file.ends_with(".txt") || file.ends_with(".in") || file.ends_with(".pip");
    listed
        && (file.contains("requirements")
            || file.starts_with("constraints")
            || folder == "requirements"
            || folder.ends_with("/requirements"))
}

/// `key=value` and `key: value` lines with variables in the values.
fn assignments(text: &str, syntax: Syntax, facts: &mut Facts) {
    if !text.contains("${") {
        return;
    }
    lines(text, |line, _| {
        let content = line.of(text);
        // In `.npmrc` the key of a registry begins with two slashes.
        let registry = syntax == Syntax::Braces;
        let start = content.trim_start();
        if start.starts_with(['#', '!', ';']) || (!registry && start.starts_with("//")) {
            return;
        }
        let sign = if registry { content.find('=') } else { content.find(['=', ':']) };
        let sign = sign.filter(|&at| !content[..at].contains("${"));
        let (key, value) = match sign {
            Some(at) => (content[..at].trim(), line.start + at + 1),
            None => ("", line.start),
        };
        let part = &text[value..line.end];
        let lead = part.len() - part.trim_start().len();
        let whole = Span::new(value + lead, (value + part.trim_end().len()).max(value + lead));
        let whole = unquoted(text, whole);
        let pieces = interpolate::pieces(text, whole, syntax);
        facts.reads.extend(interpolate::reads(text, whole, &pieces, key.trim_matches(['"', '\'', '{', ' '])));
    });
}

fn unquoted(text: &str, span: Span) -> Span {
    let raw = span.of(text);
    if raw.len() >= 2 && raw.starts_with('"') && raw.ends_with('"') {
        Span::new(span.start + 1, span.end - 1)
    } else {
        span
    }
}

/// Reads for the first group of a pattern, line by line; what stands before `=` is what they are for.
fn matches(text: &str, pattern: &Regex, api: &'static str, comment: &[char], facts: &mut Facts) {
    lines(text, |line, _| {
        let content = line.of(text);
        if content.trim_start().starts_with(comment) {
            return;
        }
        let (key, value) = content.split_once('=').unwrap_or(("", content));
        let value = Span::new(line.end - value.len(), line.end);
        let lead = value.len() - value.of(text).trim_start().len();
        let whole = Span::new(value.start + lead, value.start + value.of(text).trim_end().len().max(lead));
        let mut pieces = Vec::new();
        let mut plain = whole.start;
        for found in pattern.captures_iter(whole.of(text)) {
            let Some(name) = found.get(1) else { continue };
            let span = Span::from(found.get_match().range()).shift(whole.start);
            if plain < span.start {
                pieces.push(Piece::Text(Span::new(plain, span.start)));
            }
            plain = span.end;
            pieces.push(Piece::Hole(Hole {
                name: name.as_str().to_string(),
                name_span: Span::from(name.range()).shift(whole.start),
                span,
                then: Then::Plain,
                api,
            }));
        }
        if plain < whole.end {
            pieces.push(Piece::Text(Span::new(plain, whole.end)));
        }
        facts.reads.extend(interpolate::reads(text, whole, &pieces, key.trim()));
    });
}

/// `%(ENV_X)s` of supervisord.
fn supervisor(text: &str, facts: &mut Facts) {
    static PATTERN: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"%\(ENV_([A-Za-z_]\w*)\)s").expect("a constant pattern"));
    if text.contains("%(ENV_") {
        matches(text, &PATTERN, "%(ENV_)s", &[';', '#'], facts);
    }
}

/// `$(X)` of uWSGI.
fn uwsgi(text: &str, facts: &mut Facts) {
    static PATTERN: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\$\(([A-Za-z_]\w*)\)").expect("a constant pattern"));
    matches(text, &PATTERN, "$()", &[';', '#'], facts);
}

/// `${env.X}` of Maven and its relatives.
fn xml(text: &str, facts: &mut Facts) {
    static PATTERN: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\$\{env[.:]([A-Za-z_]\w*)\}").expect("a constant pattern"));
    if text.contains("${env") {
        let code = comment::blank(text, comment::Style::Xml);
        for found in PATTERN.captures_iter(&code) {
            let Some(name) = found.get(1) else { continue };
            let span = Span::from(found.get_match().range());
            let hole = Hole {
                name: name.as_str().to_string(),
                name_span: Span::from(name.range()),
                span,
                then: Then::Plain,
                api: "${env.}",
            };
            facts.reads.extend(interpolate::reads(text, span, &[Piece::Hole(hole)], ""));
        }
    }
}

/// `passenv` and `setenv` of tox.
fn tox(text: &str, facts: &mut Facts) {
    let mut key = String::new();
    lines(text, |line, _| {
        let content = line.of(text);
        if content.trim_start().starts_with(['#', ';', '[']) {
            return;
        }
        let mut value = line;
        if !content.starts_with([' ', '\t']) {
            let Some((name, rest)) = content.split_once('=') else { return };
            key = name.trim().to_string();
            value = Span::new(line.end - rest.len(), line.end);
        }
        let mut write = |name: &str, at: usize, end: usize, value: Option<&str>, kind| {
            if is_name(name) {
                facts.writes.push(EnvWrite {
                    name: Name::Known(name.to_string()),
                    name_span: Span::new(at, at + name.len()),
                    span: Span::new(at, end),
                    value: value.map(str::to_string),
                    kind,
                    surface: "tox.ini".to_string(),
                    scope: key.clone(),
                });
            }
        };
        let lead = value.of(text).len() - value.of(text).trim_start().len();
        match key.as_str() {
            "passenv" | "pass_env" => {
                let mut at = value.start;
                for word in value.of(text).split([' ', '\t', ',']) {
                    write(word, at, at + word.len(), None, WriteKind::Pass);
                    at += word.len() + 1;
                }
            }
            "setenv" | "set_env" => {
                if let Some((name, set)) = value.of(text).split_once('=') {
                    let plain = Some(set.trim()).filter(|set| !set.contains('{'));
                    write(name.trim(), value.start + lead, value.end, plain, WriteKind::Set);
                }
            }
            _ => {}
        }
    });
}

/// Heroku's provider and resources, and the variables given to its applications.
fn terraform(text: &str, facts: &mut Facts) {
    static BLOCK: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r#"(?m)^[ \t]*(?:(?:resource|data)[ \t]+"(heroku_\w+)"|provider[ \t]+"(heroku)"|source[ \t]*=[ \t]*"((?:registry\.terraform\.io/)?heroku/heroku)")"#,
        )
        .expect("a constant pattern")
    });
    static VARS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?m)^[ \t]*(?:sensitive_)?(?:config_vars|vars|sensitive_vars)[ \t]*=?[ \t]*\{")
            .expect("a constant pattern")
    });
    static ENTRY: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#"(?m)^[ \t]*"?([A-Za-z_]\w*)"?[ \t]*[=:][ \t]*([^\n]*?),?[ \t]*\r?$"#)
            .expect("a constant pattern")
    });
    if !text.contains("heroku") {
        return;
    }
    let code = comment::blank(text, comment::Style::Hcl);
    let mut seen = HashSet::new();
    for found in BLOCK.captures_iter(&code) {
        let Some(name) = found.get(1).or_else(|| found.get(2)).or_else(|| found.get(3)) else { continue };
        if seen.insert(name.as_str().to_string()) {
            facts.signs.push(sign(SignKind::Tooling, name.as_str(), Span::from(name.range())));
        }
    }
    if seen.is_empty() {
        return;
    }
    for vars in VARS.find_iter(&code) {
        let end = code[vars.end()..].find('}').map_or(code.len(), |at| vars.end() + at);
        for entry in ENTRY.captures_iter(&code[vars.end()..end]) {
            let (Some(name), Some(value)) = (entry.get(1), entry.get(2)) else { continue };
            if !looks_like_variable(name.as_str()) {
                continue;
            }
            let value = value.as_str().strip_prefix('"').and_then(|value| value.strip_suffix('"'));
            let start = vars.end() + name.start();
            facts.writes.push(EnvWrite {
                name: Name::Known(name.as_str().to_string()),
                name_span: Span::new(start, start + name.len()),
                span: Span::new(start, vars.end() + entry.get_match().end()),
                value: value.filter(|value| !value.contains("${")).map(str::to_string),
                kind: WriteKind::Set,
                surface: "heroku config_vars".to_string(),
                scope: join("config_vars", name.as_str()),
            });
        }
    }
}

/// Paths of the dyno's metadata in quotes.
fn literals(text: &str, facts: &mut Facts) {
    for (at, _) in text.match_indices("/etc/heroku/") {
        let Some(quote) = text[..at].chars().next_back().filter(|c| matches!(c, '"' | '\'' | '`')) else {
            continue;
        };
        let rest = &text[at..];
        let end = rest.find([quote, '\n']).unwrap_or(rest.len());
        let literal = &rest[..end];
        if crate::vocabulary::is_text(literal) {
            facts.literals.push(Literal {
                text: literal.to_string(),
                span: Span::new(at, at + end),
                scope: String::new(),
            });
        }
    }
}
