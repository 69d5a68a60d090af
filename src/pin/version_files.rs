//! Files that hold nothing but versions.

use super::{Allowed, Dialect, Found, Hint, Runtime, Source, Wanted, lines, text_of, trimmed};
use crate::lang::data::Value;
use crate::lang::toml;
use crate::span::Span;

/// A version of a language as version files and images have it.
pub(super) fn version(runtime: Runtime, text: &str) -> Wanted {
    let text = text.trim();
    let known = |allowed: Option<Allowed>| allowed.map_or(Wanted::Unknown, Wanted::Versions);
    match runtime {
        Runtime::Node | Runtime::Npm | Runtime::Yarn | Runtime::Pnpm => node(text),
        Runtime::Java => java(text),
        Runtime::Ruby => {
            let text = text.strip_prefix("ruby-").unwrap_or(text);
            known(plain(text.split('@').next().unwrap_or_default()))
        }
        Runtime::Go => known(plain(text.strip_prefix("go").unwrap_or(text))),
        _ => known(plain(text)),
    }
}

/// A version that begins with a digit.
fn plain(text: &str) -> Option<Allowed> {
    let digits = text.strip_prefix('v').unwrap_or(text);
    digits.starts_with(|c: char| c.is_ascii_digit()).then(|| Allowed::parse(text, Dialect::Prefix)).flatten()
}

/// Lines of Node.js by the code name of their long-term support
/// (<https://github.com/nodejs/Release#release-schedule>).
const LTS: &[(&str, u64)] = &[
    ("argon", 4),
    ("boron", 6),
    ("carbon", 8),
    ("dubnium", 10),
    ("erbium", 12),
    ("fermium", 14),
    ("gallium", 16),
    ("hydrogen", 18),
    ("iron", 20),
    ("jod", 22),
    ("krypton", 24),
];

/// `v20.11.1`, `20`, `lts/iron`, `lts/*`, `node`: the aliases are those of nvm and its relatives.
fn node(text: &str) -> Wanted {
    let lower = text.to_ascii_lowercase();
    if let Some(name) = lower.strip_prefix("lts/").or_else(|| lower.strip_prefix("lts-")) {
        let line = LTS.iter().find(|(code, _)| *code == name);
        return match line.and_then(|(_, major)| Allowed::npm(&format!("{major}.x"))) {
            Some(allowed) => Wanted::Versions(allowed),
            None if name == "*" => Wanted::Newest,
            None => Wanted::Unknown,
        };
    }
    if matches!(lower.as_str(), "node" | "stable" | "latest" | "current" | "lts" | "*") {
        return Wanted::Newest;
    }
    if !lower.trim_start_matches('v').starts_with(|c: char| c.is_ascii_digit()) {
        return Wanted::Unknown;
    }
    Allowed::npm(lower.trim_start_matches('v')).map_or(Wanted::Unknown, Wanted::Versions)
}

/// `21`, `1.8`, `17.0.2+8`, `zulu-21.0.1`, `temurin-21`.
fn java(text: &str) -> Wanted {
    let digits = text.find(|c: char| c.is_ascii_digit()).map_or("", |at| &text[at..]);
    // Up to Java 8 the major version was the second number.
    let digits = digits.strip_prefix("1.").unwrap_or(digits);
    plain(digits).map_or(Wanted::Unknown, Wanted::Versions)
}

/// `.ruby-version`: `3.4.8`, `ruby-3.4.8`, `3.4.8@gemset`, another implementation.
pub(super) fn ruby_version(text: &str, found: &mut Found) {
    let line = lines(text).map(|(line, at)| trimmed(line, at));
    let Some((line, span)) = line.into_iter().find(|(line, _)| !line.is_empty() && !line.starts_with('#'))
    else {
        return;
    };
    let wanted = if line.starts_with(['~', '>', '<', '=']) {
        Wanted::Invalid("is a requirement, and version managers want a version")
    } else {
        version(Runtime::Ruby, line)
    };
    found.pin(Runtime::Ruby, Source::RubyVersion, line, span, wanted);
}

/// `N.N` or `N.N.N`, which is all that Heroku's Python buildpack takes.
fn is_buildpack_python(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    let number = |part: &&str| {
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_digit())
            && (*part == "0" || !part.starts_with('0'))
    };
    matches!(parts.len(), 2 | 3) && parts.iter().all(number)
}

/// `.python-version`. Blank lines and those with `#` do not count.
pub(super) fn python_version(text: &str, found: &mut Found) {
    let mut versions = lines(text)
        .map(|(line, at)| trimmed(line, at))
        .filter(|(line, _)| !line.is_empty() && !line.starts_with('#'));
    let Some((line, span)) = versions.next() else {
        let wanted = Wanted::Invalid("holds no version");
        return found.pin(
            Runtime::Python,
            Source::PythonVersion,
            "",
            Span::new(0, text.len().min(1)),
            wanted,
        );
    };
    let wanted = if let Some((_, last)) = versions.last() {
        let span = Span::new(span.start, last.end);
        let wanted = Wanted::Invalid("holds several versions, and the buildpack takes one");
        return found.pin(Runtime::Python, Source::PythonVersion, line, span, wanted);
    } else if is_buildpack_python(line) {
        version(Runtime::Python, line)
    } else if line.starts_with("python-") {
        Wanted::Invalid("has a `python-` before the version")
    } else if line.contains(['*', 'x']) {
        Wanted::Invalid("has a wildcard")
    } else {
        Wanted::Invalid("is neither `N.N` nor `N.N.N`")
    };
    found.pin(Runtime::Python, Source::PythonVersion, line, span, wanted);
}

/// `runtime.txt`: `python-3.12.4` or `python-3.12`.
pub(super) fn runtime_txt(text: &str, found: &mut Found) {
    let mut written = lines(text)
        .map(|(line, at)| trimmed(line, at))
        .filter(|(line, _)| !line.is_empty() && !line.starts_with('#'));
    let Some((line, span)) = written.next() else { return };
    if line.starts_with("r-") || line == "r" {
        return found.hints.push(Hint::Binder);
    }
    let lower = line.to_ascii_lowercase();
    if !lower.starts_with("python") {
        return found.hints.push(Hint::OtherRuntime(span));
    }
    let known = line.strip_prefix("python-").filter(|version| is_buildpack_python(version));
    match known.filter(|_| written.next().is_none()) {
        Some(known) => {
            let place = Span::new(span.end - known.len(), span.end);
            found.pin(Runtime::Python, Source::RuntimeTxt, known, place, version(Runtime::Python, known));
        }
        None => {
            let wanted = Wanted::Invalid("is neither `python-N.N` nor `python-N.N.N`");
            found.pin(Runtime::Python, Source::RuntimeTxt, line, span, wanted);
        }
    }
}

/// `.nvmrc`, `.node-version`.
pub(super) fn node_version(text: &str, source: Source, found: &mut Found) {
    for (line, at) in lines(text) {
        let code = line.split('#').next().unwrap_or_default();
        let (code, span) = trimmed(code, at);
        if !code.is_empty() {
            return found.pin(Runtime::Node, source, code, span, node(code));
        }
    }
}

/// A tool by its name in asdf or mise.
fn tool(name: &str) -> Option<Runtime> {
    Some(match name {
        "ruby" => Runtime::Ruby,
        "python" => Runtime::Python,
        "node" | "nodejs" => Runtime::Node,
        "npm" => Runtime::Npm,
        "yarn" => Runtime::Yarn,
        "pnpm" => Runtime::Pnpm,
        "java" => Runtime::Java,
        "go" | "golang" => Runtime::Go,
        "php" => Runtime::Php,
        "dotnet" | "dotnet-core" => Runtime::DotNet,
        "elixir" => Runtime::Elixir,
        "erlang" => Runtime::Erlang,
        _ => return None,
    })
}

/// A version as asdf and mise have it: `latest`, `latest:20`, `ref:…`, `system`.
fn tool_version(runtime: Runtime, text: &str) -> Wanted {
    match text.split_once(':') {
        Some(("latest" | "prefix", prefix)) => version(runtime, prefix),
        Some(_) => Wanted::Unknown,
        None if matches!(text, "latest" | "lts") => Wanted::Newest,
        None => version(runtime, text),
    }
}

/// `.tool-versions`: a tool a line, and versions by preference, of which the first counts.
pub(super) fn tool_versions(text: &str, found: &mut Found) {
    for (line, at) in lines(text) {
        let code = line.split('#').next().unwrap_or_default();
        let (code, span) = trimmed(code, at);
        let Some(end) = code.find([' ', '\t']) else { continue };
        let Some(runtime) = tool(&code[..end]) else { continue };
        let (rest, place) = trimmed(&code[end..], span.start + end);
        let first = rest.split_whitespace().next().unwrap_or_default();
        let place = Span::new(place.start, place.start + first.len());
        found.pin(runtime, Source::ToolVersions, first, place, tool_version(runtime, first));
    }
}

/// `mise.toml`: `[tools]`, each with a version, a list of them, or a table.
pub(super) fn mise(text: &str, found: &mut Found) {
    let Some(data) = toml::tree(text) else { return };
    let Some(tools) = data.root().and_then(|root| data.get(root, "tools")) else { return };
    for &entry in data.children(tools) {
        let Some(runtime) = tool(data.key_text(entry)) else { continue };
        let id = match data.value(entry) {
            Value::List => data.children(entry).first().copied(),
            Value::Map => data.get(entry, "version"),
            _ => Some(entry),
        };
        let Some((version, span)) = id.and_then(|id| text_of(&data, id, text)) else { continue };
        found.pin(runtime, Source::Mise, &version, span, tool_version(runtime, &version));
    }
}

/// `system.properties` of the JVM buildpacks: `java.runtime.version=21`.
pub(super) fn system_properties(text: &str, found: &mut Found) {
    for (line, at) in lines(text) {
        let Some(equals) = line.find(['=', ':']).filter(|_| !line.trim_start().starts_with(['#', '!']))
        else {
            continue;
        };
        if line[..equals].trim() != "java.runtime.version" {
            continue;
        }
        let (value, span) = trimmed(&line[equals + 1..], at + equals + 1);
        // People write comments behind it.
        let value = value.split_whitespace().next().unwrap_or_default();
        let span = Span::new(span.start, span.start + value.len());
        let wanted = match version(Runtime::Java, value) {
            Wanted::Unknown => Wanted::Invalid("holds no version of Java"),
            wanted => wanted,
        };
        found.pin(Runtime::Java, Source::SystemProperties, value, span, wanted);
    }
}

/// The shell variables of the Elixir buildpacks: `elixir_version=1.16.0`.
pub(super) fn buildpack_config(text: &str, source: Source, found: &mut Found) {
    for (line, at) in lines(text) {
        let Some((name, value)) = line.split_once('=').filter(|_| !line.trim_start().starts_with('#')) else {
            continue;
        };
        let runtime = match name.trim() {
            "elixir_version" => Runtime::Elixir,
            "erlang_version" => Runtime::Erlang,
            "node_version" => Runtime::Node,
            _ => continue,
        };
        let value = value.split('#').next().unwrap_or_default();
        let (value, span) = trimmed(value, at + name.len() + 1);
        let inner = value.trim_matches(['"', '\'']);
        let start = span.start + value.find(inner).unwrap_or(0);
        // A branch of the language: `(branch master)`.
        let wanted = if inner.starts_with('(') { Wanted::Unknown } else { version(runtime, inner) };
        found.pin(runtime, source, inner, Span::new(start, start + inner.len()), wanted);
    }
}
