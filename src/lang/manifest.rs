//! Package manifests of all ecosystems: which packages a project asks for, and which of them are
//! signs of Heroku.

use std::sync::LazyLock;

use regex::Regex;

use crate::fact::{Dependency, Sign, SignKind};
use crate::span::Span;

/// Packages that make sense only on Heroku, or whose subject is Heroku. A name that ends in `*` stands
/// for all that begin so.
const HEROKU: [(&str, &[&str]); 7] = [
    (
        "rubygems",
        &[
            "rails_12factor",
            "rails_serve_static_assets",
            "rails_stdout_logging",
            "rails_log_stdout",
            "rails3_serve_static_assets",
            "barnes",
            "platform-api",
            "dyno_metadata",
            "rack_heroku_meta",
            "sidekiq-heroku-autoscale",
            "workless",
            "autoscaler",
            "delayed_job_heroku_autoscale",
            "resque-heroku-autoscaler",
            "hirefire",
            "hirefire-resource",
            "rails_autoscale_agent",
            "octopus_heroku",
            "parity",
            "kumade",
            "pgbackups-archive",
            "sinatra-heroku",
            "heroku",
            "heroku-*",
            "heroku_*",
        ],
    ),
    (
        "pypi",
        &[
            "django-heroku",
            "django-on-heroku",
            "dj-config",
            "heroku",
            "heroku3",
            "heroku-*",
            "happyhour",
            "hirefire",
            "django-toolbelt",
        ],
    ),
    (
        "npm",
        &[
            "heroku",
            "heroku-*",
            "@heroku/*",
            "@heroku-cli/*",
            "node-heroku-client",
            "node-heroku",
            "force-ssl-heroku",
            "awake-heroku",
            "pingmydyno",
            "woke-dyno",
            "hirefire-resource",
            "parse-heroku-postgres-url",
        ],
    ),
    ("packagist", &["heroku/*"]),
    ("go", &["github.com/heroku/*"]),
    ("maven", &["com.heroku*", "com.heroku.sdk*"]),
    ("hex", &["ex_heroku_client"]),
];

/// The signs of Heroku among packages.
pub fn signs(dependencies: &[Dependency]) -> Vec<Sign> {
    dependencies
        .iter()
        .filter(|package| {
            HEROKU.iter().filter(|(ecosystem, _)| *ecosystem == package.ecosystem).any(|(_, names)| {
                names.iter().any(|name| match name.strip_suffix('*') {
                    Some(prefix) => package.name.starts_with(prefix),
                    None => package.name == *name,
                })
            })
        })
        .map(|package| Sign { kind: SignKind::Package, what: package.name.clone(), span: package.span })
        .collect()
}

/// The name of a Python package in its normal form: lower case, one hyphen for any run of `-_.`.
pub fn pypi_name(name: &str) -> String {
    let mut normal = String::with_capacity(name.len());
    for c in name.trim().chars() {
        match c {
            '-' | '_' | '.' if normal.ends_with('-') => {}
            '-' | '_' | '.' => normal.push('-'),
            c => normal.extend(c.to_lowercase()),
        }
    }
    normal
}

/// Name and requirement of one line as `pip` has it: `Name[extra]>=1,<2 ; marker`, `name @ url`.
pub fn requirement(text: &str) -> Option<(String, String)> {
    let text = text.trim();
    if let Some((_, egg)) = text.split_once("#egg=") {
        let end = egg.find(|c: char| !c.is_alphanumeric() && !"-_.".contains(c)).unwrap_or(egg.len());
        return (end > 0).then(|| (pypi_name(&egg[..end]), String::new()));
    }
    let name_end =
        text.find(|c: char| !c.is_ascii_alphanumeric() && !"-_.".contains(c)).unwrap_or(text.len());
    let name = text[..name_end].trim_end_matches(['-', '_', '.']);
    if name.is_empty() || !text.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return None;
    }
    let mut rest = text[name_end..].trim_start();
    if rest.starts_with('[') {
        rest = rest.split_once(']').map_or("", |(_, rest)| rest.trim_start());
    }
    if !rest.is_empty() && !rest.starts_with(['=', '<', '>', '!', '~', ';', '@', '(', '#']) {
        return None;
    }
    let requirement = rest.split([';', '#']).next().unwrap_or_default().trim();
    let requirement = requirement.trim_start_matches('(').trim_end_matches(')');
    let requirement = if requirement.starts_with('@') { "" } else { requirement };
    Some((pypi_name(name), requirement.split_whitespace().collect::<Vec<_>>().join("")))
}

/// Lines of a text with their spans, line breaks left out.
fn lines(text: &str) -> impl Iterator<Item = (&str, Span)> {
    let mut at = 0;
    text.split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        let line = line.trim_end_matches(['\n', '\r']);
        (line, Span::new(start, start + line.len()))
    })
}

/// The part of a line without blanks around it.
fn trimmed(line: &str, span: Span) -> (&str, Span) {
    let lead = line.len() - line.trim_start().len();
    let line = line.trim();
    (line, Span::new(span.start + lead, span.start + lead + line.len()))
}

/// `requirements.txt`.
pub fn requirements(text: &str) -> Vec<Dependency> {
    let mut found = Vec::new();
    for (line, span) in lines(text) {
        // A comment begins the line or follows a blank; `#egg=` does neither.
        let line = if line.trim_start().starts_with('#') { "" } else { line };
        let line = line.split(" #").next().unwrap_or_default();
        let line = line.split(" --").next().unwrap_or_default().trim_end_matches('\\');
        let (line, span) = trimmed(line, Span::new(span.start, span.start + line.len()));
        let asked = line
            .strip_prefix("-e ")
            .or_else(|| line.strip_prefix("--editable "))
            .or_else(|| line.strip_prefix("--editable="))
            .unwrap_or(line);
        let Some((name, requirement)) = requirement(asked).filter(|_| !asked.starts_with('-')) else {
            continue;
        };
        found.push(Dependency { ecosystem: "pypi", name, requirement, span });
    }
    found
}

/// `setup.cfg`: `install_requires` and `[options.extras_require]`.
pub fn setup_cfg(text: &str) -> Vec<Dependency> {
    let mut found = Vec::new();
    let mut extras = false;
    let mut inside = false;
    for (line, span) in lines(text) {
        let own = line.trim_start().len() == line.len();
        let (line, span) = trimmed(line, span);
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        if line.starts_with('[') {
            extras = line == "[options.extras_require]";
            inside = false;
            continue;
        }
        let mut asked = (line, span);
        if own {
            let (key, value) = line.split_once(['=', ':']).unwrap_or((line, ""));
            inside = extras || matches!(key.trim(), "install_requires" | "tests_require" | "setup_requires");
            let start = span.end - value.len();
            asked = trimmed(value, Span::new(start, span.end));
        }
        if inside && let Some((name, requirement)) = requirement(asked.0) {
            found.push(Dependency { ecosystem: "pypi", name, requirement, span: asked.1 });
        }
    }
    found
}

/// `setup.py`: the literals of `install_requires`, `extras_require` and `tests_require`.
pub fn setup_py(text: &str) -> Vec<Dependency> {
    static KEY: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\b(?:install|extras|tests)_requires?\s*=\s*([\[({])").expect("a constant pattern")
    });
    static TEXT: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r#"#[^\n]*|'([^'\n]*)'|"([^"\n]*)""#).expect("a constant pattern"));
    let mut found = Vec::new();
    for key in KEY.captures_iter(text) {
        let Some(open) = key.get(1) else { continue };
        // The list ends at the first bracket that closes outside of a text.
        let close = match open.as_str() {
            "[" => ']',
            "(" => ')',
            _ => '}',
        };
        let mut quote = None;
        let end = text[open.end()..].find(|c: char| match quote {
            Some(open) => {
                if c == open || c == '\n' {
                    quote = None;
                }
                false
            }
            None => {
                quote = Some(c).filter(|c| matches!(c, '"' | '\''));
                c == close
            }
        });
        let end = end.map_or(text.len(), |end| open.end() + end);
        for literal in TEXT.captures_iter(&text[open.end()..end]) {
            let Some(part) = literal.get(1).or_else(|| literal.get(2)) else { continue };
            // A key of `extras_require` names a group.
            if text[open.end() + literal.get_match().end()..].trim_start().starts_with(':') {
                continue;
            }
            let span = Span::from(part.range()).shift(open.end());
            if let Some((name, requirement)) = requirement(part.as_str()) {
                found.push(Dependency { ecosystem: "pypi", name, requirement, span });
            }
        }
    }
    found
}

/// Gems in a `Gemfile` or a gemspec: one a line.
static GEM: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"(?m)^[ \t]*(?:gem|\w+\.add(?:_runtime|_development)?_dependency)[ \t(]+(?:"([\w.-]+)"|'([\w.-]+)')(?<requirement>(?:[ \t]*,[ \t]*\[?[ \t]*(?:"[^"\n]*"|'[^'\n]*')\]?)*)[^#\n]*"#,
    )
    .expect("a constant pattern")
});

/// `{:name, "~> 1.0"}`.
static HEX: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?m)^[^#\n]*?\{\s*:(\w+)()\s*,\s*(?<requirement>"[^"\n]*"|\w+:)[^}\n]*\}?"#)
        .expect("a constant pattern")
});

/// `require path v1.2.3`, alone or in a block.
static GO: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?m)^[ \t]*(?:require[ \t]+)?([\w.-]+\.[a-z]+/[\w./~-]+)()[ \t]+(?<requirement>v[\w.+-]+)")
        .expect("a constant pattern")
});

/// `implementation "group:name:1.0"`.
static GRADLE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"(?m)^[ \t]*(?:implementation|api|compile|compileOnly|runtimeOnly|testImplementation|classpath)[ \t(]+(?:"([\w.-]+:[\w.-]+)|'([\w.-]+:[\w.-]+))(?<requirement>:[^"'\n]*)?["'][^\n]*"#,
    )
    .expect("a constant pattern")
});

/// `id "com.heroku.sdk.heroku-gradle" version "1.0"`.
static GRADLE_PLUGIN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"(?m)^[ \t]*id[ \t(]+(?:"([\w.-]+)"|'([\w.-]+)')\)?(?:[ \t]+version[ \t(]+(?<requirement>"[^"\n]*"|'[^'\n]*'))?"#,
    )
    .expect("a constant pattern")
});

/// `"group" % "name" % "1.0"`.
static SBT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"(?m)"(?<group>[\w.-]+)"[ \t]*%{1,3}[ \t]*"([\w.-]+)"()[ \t]*%[ \t]*(?<requirement>"[^"\n]*"|\w+)"#,
    )
    .expect("a constant pattern")
});

/// `<dependency>` and `<plugin>` of Maven.
static POM: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"<groupId>\s*(?<group>[\w.-]+)\s*</groupId>\s*<artifactId>\s*(?<name>[\w.-]+)\s*</artifactId>(?:\s*<version>\s*(?<requirement>[^<\s]+)\s*</version>)?",
    )
    .expect("a constant pattern")
});

/// All matches of a pattern whose first or second group is the name; `comment` begins one.
fn found(text: &str, pattern: &Regex, ecosystem: &'static str, comment: char) -> Vec<Dependency> {
    let mut packages = Vec::new();
    for found in pattern.captures_iter(text) {
        let whole = found.get_match();
        let line = text[..whole.start()].rfind('\n').map_or(0, |at| at + 1);
        if text[line..].trim_start().starts_with(comment) {
            continue;
        }
        let names = [found.name("group"), found.get(1), found.get(2)];
        let mut parts: Vec<&str> =
            names.iter().flatten().map(|part| part.as_str()).filter(|part| !part.is_empty()).collect();
        parts.dedup();
        let requirement = found.name("requirement").map_or("", |part| part.as_str());
        let requirement = if requirement.ends_with(':') { "" } else { requirement };
        let requirement: Vec<&str> = requirement
            .split(',')
            .map(|part| part.trim_matches([' ', '\t', '"', '\'', '[', ']', ':']))
            .filter(|part| !part.is_empty())
            .collect();
        let lead = whole.as_str().len() - whole.as_str().trim_start().len();
        packages.push(Dependency {
            ecosystem,
            name: parts.join(":"),
            requirement: requirement.join(", "),
            span: Span::new(whole.start() + lead, whole.start() + whole.as_str().trim_end().len().max(lead)),
        });
    }
    packages
}

/// `Gemfile` and `*.gemspec`, line by line.
pub fn gemfile(text: &str) -> Vec<Dependency> {
    found(text, &GEM, "rubygems", '#')
}

/// `mix.exs`.
pub fn mix(text: &str) -> Vec<Dependency> {
    found(text, &HEX, "hex", '#')
}

/// `go.mod`.
pub fn go_mod(text: &str) -> Vec<Dependency> {
    found(text, &GO, "go", '/')
}

/// Gradle and sbt build files.
pub fn jvm(text: &str) -> Vec<Dependency> {
    let mut packages = found(text, &GRADLE, "maven", '/');
    packages.extend(found(text, &SBT, "maven", '/'));
    packages.extend(found(text, &GRADLE_PLUGIN, "maven", '/'));
    packages.sort_by_key(|package| package.span);
    packages
}

/// `pom.xml`.
pub fn pom(text: &str) -> Vec<Dependency> {
    let packages = POM.captures_iter(text).map(|found| {
        let part = |name| found.name(name).map_or("", |part| part.as_str());
        Dependency {
            ecosystem: "maven",
            name: format!("{}:{}", part("group"), part("name")),
            requirement: part("requirement").to_string(),
            span: Span::from(found.get_match().range()),
        }
    });
    packages.collect()
}
