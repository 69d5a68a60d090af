//! The URL of a database, taken apart by hand.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use super::Service;
use super::rewrite::written_pattern;
use crate::fact::Name;
use crate::lang::Lang;
use crate::project::File;
use crate::span::Span;
use crate::term::{Invocation, Term, Value};

/// A function that takes a URL apart.
#[derive(Clone, Copy, Debug)]
pub struct Parser {
    /// The dotted name that a callee ends with, or after `=` the whole of it.
    name: &'static str,
    /// User and password are given decoded.
    decodes: bool,
    /// The host of an IPv6 address keeps its brackets in this property.
    brackets: &'static str,
}

const fn parser(name: &'static str, decodes: bool, brackets: &'static str) -> Parser {
    Parser { name, decodes, brackets }
}

/// The functions, by language. Sources: the documentation of the standard libraries; Node's legacy
/// `url.parse` decodes `auth`, the WHATWG `URL` keeps the percent signs and the brackets; Ruby's `host`
/// keeps the brackets, `hostname` does not.
const JAVASCRIPT: &[Parser] = &[
    parser("=url.parse", true, ""),
    parser("=URL", false, "hostname"),
    parser("=url.URL", false, "hostname"),
];
const PYTHON: &[Parser] = &[
    parser("=urllib.parse.urlparse", false, ""),
    parser("=urllib.parse.urlsplit", false, ""),
    parser("=urlparse.urlparse", false, ""),
    parser("=urlparse.urlsplit", false, ""),
    parser("=urlparse", false, ""),
    parser("=urlsplit", false, ""),
    parser("=parse.urlparse", false, ""),
    parser("=parse.urlsplit", false, ""),
];
const RUBY: &[Parser] = &[
    parser("=URI.parse", false, "host"),
    parser("=URI", false, "host"),
    parser("=Kernel.URI", false, "host"),
    parser("=Addressable.URI.parse", false, "host"),
];

/// A URL that is taken apart by hand.
#[derive(Clone, Debug)]
pub struct Taken {
    /// The call that does it.
    pub span: Span,
    /// What the URL leads to.
    pub service: Service,
    /// The variable that holds it, where that is known.
    pub variable: Option<String>,
    /// The parts that are used: `user`, `password`, `host`, `port`, `path`, in that order.
    pub parts: Vec<&'static str>,
    /// What is lost on the way, each in a few words, the worst first.
    pub losses: Vec<&'static str>,
    /// Where the parts are used first.
    pub first_use: Option<Span>,
    /// Where 1 is added to the port.
    pub next_port: Option<Span>,
}

/// The parts of a URL, by the names of the properties that give them.
const PARTS: &[(&str, &str)] = &[
    ("user", "user"),
    ("username", "user"),
    ("auth", "user"),
    ("userinfo", "user"),
    ("password", "password"),
    ("host", "host"),
    ("hostname", "host"),
    ("netloc", "host"),
    ("port", "port"),
    ("path", "path"),
    ("pathname", "path"),
];

fn parser_of(call: &Invocation, lang: Lang) -> Option<&'static Parser> {
    let table = match lang {
        Lang::JavaScript | Lang::TypeScript | Lang::Tsx | Lang::Vue | Lang::Svelte => JAVASCRIPT,
        Lang::Python => PYTHON,
        Lang::Ruby | Lang::Yaml | Lang::Erb | Lang::Haml | Lang::Slim => RUBY,
        _ => return None,
    };
    table.iter().find(|parser| match parser.name.strip_prefix('=') {
        Some(whole) => call.callee == whole,
        None => call.is(parser.name),
    })
}

/// The variable and the service of a URL: by the variables inside it, or by its name.
fn address(term: &Term) -> Option<(Service, Option<String>)> {
    let mut found = None;
    let mut by_default = None;
    term.walk(&mut |term| {
        if let Value::Text(text) = &term.value {
            let scheme = text.split_once("://").and_then(|(scheme, _)| Service::of_scheme(scheme));
            by_default = by_default.or(scheme);
        }
        let name = match &term.value {
            Value::Env { name: Name::Known(name), .. } => Some((name.as_str(), true)),
            Value::Name(name) => name.rsplit('.').next().map(|name| (name, false)),
            Value::Parameter(name) => Some((name.as_str(), false)),
            _ => None,
        };
        let Some((name, is_variable)) = name else { return };
        let Some(service) = url_of(name) else { return };
        if found.is_none() {
            found = Some((service, is_variable.then(|| name.to_string())));
        }
    });
    // `ENV["ELEPHANTSQL_URL"] || "postgres://…"`: the stand-in says what the variable holds.
    let variable = || term.variables().first().map(|name| Some((*name).to_string()));
    found.or_else(|| by_default.zip(variable()))
}

/// The service whose URL a name holds.
fn url_of(name: &str) -> Option<Service> {
    let upper = name.to_ascii_uppercase();
    let is_url = ["URL", "URI", "DSN"].iter().any(|end| upper.ends_with(end)) || upper.contains("_URL");
    let service = Service::of_variable(name).or_else(|| {
        let flat = upper.replace('_', "");
        matches!(flat.as_str(), "DBURL" | "DBURI" | "DATABASEURL" | "DATABASEURI" | "POSTGRESURL")
            .then_some(Service::Database)
    })?;
    let known = matches!(service, Service::Postgres | Service::MySql | Service::Database | Service::Redis);
    (is_url && known).then_some(service)
}

/// Where a file takes the URL of a database apart with a parser and copies the parts.
pub fn taken_apart(file: &File) -> Vec<Taken> {
    let text = &file.source.text;
    let calls = file.facts.invocations.iter();
    calls
        .filter_map(|call| {
            let parser = parser_of(call, file.lang)?;
            let (service, variable) = address(call.argument(0)?)?;
            let used = used_parts(call, text)?;
            let parts: Vec<&str> = ["user", "password", "host", "port", "path"]
                .into_iter()
                .filter(|part| used.parts.contains(part))
                .collect();
            // One or two of them are for a log line, a check or a default.
            let secret = parts.contains(&"password") || parts.contains(&"user");
            if parts.len() < 3 || !secret || !parts.contains(&"host") {
                return None;
            }
            let knows_scheme = call.guards.iter().any(|guard| guard.span.of(text).contains("rediss"));
            let losses = losses(parser, service, &used, text, knows_scheme);
            (!losses.is_empty()).then_some(Taken {
                span: call.span,
                service,
                variable,
                parts,
                losses,
                first_use: used.first,
                next_port: used.next_port.filter(|_| service == Service::Redis),
            })
        })
        .collect()
}

struct Used {
    parts: BTreeSet<&'static str>,
    properties: BTreeSet<String>,
    first: Option<Span>,
    next_port: Option<Span>,
}

/// The properties of the result that the file uses, by the name that is given the result.
fn used_parts(call: &Invocation, text: &str) -> Option<Used> {
    static DESTRUCTURED: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?s)(?:const|let|var)\s*\{([^{}]*)\}\s*=\s*(?:await\s+)?$").expect("a constant pattern")
    });
    let mut used = Used { parts: BTreeSet::new(), properties: BTreeSet::new(), first: None, next_port: None };
    let mut add = |property: &str, span: Span| {
        used.properties.insert(property.to_string());
        if let Some((_, part)) = PARTS.iter().find(|(name, _)| *name == property) {
            used.parts.insert(part);
            if *part == "user" && property == "auth" {
                used.parts.insert("password");
            }
            if used.first.is_none() {
                used.first = Some(span);
            }
        }
    };
    let start = char_floor(text, call.span.start.saturating_sub(300));
    if let Some(found) = DESTRUCTURED.captures(&text[start..call.span.start]) {
        let names = found.get(1)?;
        for name in names.as_str().split(',') {
            let property = name.split(':').next().unwrap_or_default().trim();
            add(property, Span::from(names.range()).shift(start));
        }
        return Some(used);
    }
    let Some(bound) = call.bound.as_deref() else {
        // `url.parse(x).hostname`, once for each part.
        let again = call.span.of(text);
        for (at, _) in text.match_indices(again) {
            let rest = &text[at + again.len()..];
            let word = rest.strip_prefix('.').map(|rest| rest.split(|c: char| !c.is_alphanumeric()).next());
            if let Some(Some(property)) = word {
                add(property, Span::new(at, at + again.len()));
            }
        }
        used.first = None;
        return Some(used);
    };
    let bound = bound.trim_start_matches("this.").trim_start_matches("self.");
    let access = Regex::new(&format!(
        r#"(?m)(?:^|[^\w.]|this\.|self\.|@){}(?:\.|&\.|\?\.|\[['"])(\w+)"#,
        regex::escape(bound.trim_start_matches('@'))
    ))
    .ok()?;
    // The next assignment of the same name is about something else.
    let rest = &text[call.span.end..];
    for found in access.captures_iter(rest) {
        let Some(property) = found.get(1) else { continue };
        add(property.as_str(), Span::from(property.range()).shift(call.span.end));
    }
    let next = format!(r"{}[.\[][^\n,;=]*\bport\b[^\n,;=+]*\+\s*1\b", regex::escape(bound));
    let next = Regex::new(&next).ok().and_then(|pattern| pattern.find(rest));
    used.next_port = next.map(|found| Span::from(found.range()).shift(call.span.end));
    Some(used)
}

fn char_floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// What is lost when only these properties are copied.
fn losses(
    parser: &Parser,
    service: Service,
    used: &Used,
    text: &str,
    knows_scheme: bool,
) -> Vec<&'static str> {
    let uses = |names: &[&str]| names.iter().any(|name| used.properties.contains(*name));
    let mut losses = Vec::new();
    match service {
        Service::Redis => {
            if knows_scheme || uses(&["scheme", "protocol"]) {
                return losses;
            }
            losses.push("the scheme is lost, and with it the TLS of `rediss://`");
            if !uses(&["user", "username", "userinfo", "auth"]) {
                losses.push("the user name is lost");
            }
        }
        _ => {
            if !uses(&["query", "search", "searchParams", "query_values", "fragment"]) {
                losses.push("its query is lost, and with it `sslmode`");
            }
        }
    }
    let unquotes =
        ["unquote", "decodeURIComponent", "CGI.unescape", "decode_www_form", "URI.decode", "unescape("]
            .iter()
            .any(|word| text.contains(word));
    if !parser.decodes && uses(&["password"]) && !unquotes {
        losses.push("a password with `%` in it is not decoded");
    }
    if !parser.brackets.is_empty() && uses(&[parser.brackets]) && !losses.is_empty() {
        losses.push("an IPv6 host keeps its brackets");
    }
    losses
}

/// A pattern that takes a database's URL apart, and what it does not fit.
#[derive(Clone, Debug)]
pub struct Matched {
    /// The pattern.
    pub span: Span,
    /// A URL in a form that platforms hand out, and that the pattern does not fit; none where it fits all.
    pub misses: Option<&'static str>,
}

/// Where a file takes the URL of a database apart with a regular expression of its own.
pub fn matched(file: &File) -> Vec<Matched> {
    /// Each with what is special about it.
    const URLS: &[(&str, &str)] = &[
        ("postgresql://app:pw@db.example.com:5432/app", "`postgresql://`"),
        ("postgres://app:pw@db.example.com/app", "a URL without a port"),
        ("postgres://app:pw@db-1.internal.example.com:6543/app?sslmode=require", "a URL with a query"),
    ];
    let text = &file.source.text;
    let calls = file.facts.invocations.iter();
    let found = calls.filter(|call| {
        matches!(
            call.name(),
            "match" | "exec" | "scan" | "fullmatch" | "search" | "findall" | "split" | "test"
        )
    });
    let mut matched: Vec<Matched> = Vec::new();
    for call in found {
        let terms = call.receiver.iter().chain(call.arguments.iter().map(|argument| &argument.value));
        for term in terms {
            let source = match written_pattern(term.span.of(text), file.lang) {
                Some((source, _)) => source,
                None if file.lang == Lang::Python && call.callee.starts_with("re.") => {
                    let Some(pattern) = term.text() else { continue };
                    pattern.to_string()
                }
                None => continue,
            };
            if !source.contains("postgres")
                || !source.contains('@')
                || matched.iter().any(|m| m.span == term.span)
            {
                continue;
            }
            let source =
                source.replace(r"\/", "/").replace(r"\A", "^").replace(r"\z", "$").replace(r"\Z", "$");
            let source = source.replace("(?<", "(?P<").replace("(?P<=", "(?<=").replace("(?P<!", "(?<!");
            let Ok(pattern) = Regex::new(&source) else { continue };
            // A test of the form, or a mask for the log, keeps fewer pieces than a connection takes.
            if pattern.captures_len() < 4 {
                continue;
            }
            let misses = URLS.iter().find(|(url, _)| !pattern.is_match(url)).map(|(_, what)| *what);
            matched.push(Matched { span: term.span, misses });
        }
    }
    matched
}
