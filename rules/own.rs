//! The rules of a team's own, made of the couplings in its settings.
//!
//! They live as long as the program: the settings are read once, and everything of the rules, their `Meta` and
//! their words, is given away for good in [`rules`], and nowhere else.

use std::collections::{BTreeMap, BTreeSet};

use crate::coupling::{Coupling, dotted, split_registry};
use crate::escape;
use crate::fact::{Dependency, EnvRead, EnvWrite, Literal, Name, WriteKind};
use crate::finding::Applicability;
use crate::lang::Lang;
use crate::lang::manifest::pypi_name;
use crate::platform;
use crate::remedy::{Remedy, What};
use crate::rule::{Confidence, Impact, Meta, Origin, Severity, Status, Step};
use crate::rules::started;
use crate::rules::{Context, Draft, Rule, bridge, identity};
use crate::span::Span;
use crate::term::{Command, Invocation};
use crate::vocabulary::Words;

/// The family of all of them.
pub const FAMILY: &str = "own";

/// Words of a command line that are looked at: more only make a pattern slow that does not fit.
const MOST_WORDS: usize = 24;

/// Languages in which a call is a fact.
const CALLERS: &[Lang] = &[
    Lang::Ruby,
    Lang::Erb,
    Lang::Haml,
    Lang::Slim,
    Lang::Python,
    Lang::JavaScript,
    Lang::TypeScript,
    Lang::Tsx,
    Lang::Vue,
    Lang::Svelte,
];

/// Languages and formats in which a command line can stand.
const STARTERS: &[Lang] = &[
    Lang::Ruby,
    Lang::Python,
    Lang::JavaScript,
    Lang::TypeScript,
    Lang::Tsx,
    Lang::Vue,
    Lang::Svelte,
    Lang::Shell,
    Lang::Dockerfile,
    Lang::Procfile,
    Lang::Makefile,
    Lang::Yaml,
    Lang::Json,
    Lang::Toml,
    Lang::Plain,
];

/// Formats in which packages are asked for.
const MANIFESTS: &[Lang] = &[Lang::Ruby, Lang::Python, Lang::Json, Lang::Toml, Lang::Plain];

/// The rules of these couplings, in their order. A coupling that does not pass [`Coupling::check`] is left out:
/// who reads the settings says so.
pub fn rules(couplings: &[Coupling]) -> Vec<&'static dyn Rule> {
    let right = couplings.iter().filter(|coupling| coupling.check().is_ok());
    right.map(|coupling| &*Box::leak(Box::new(Own::of(coupling))) as &dyn Rule).collect()
}

/// Text that is there for good.
fn kept(text: impl Into<String>) -> &'static str {
    Box::leak(text.into().into_boxed_str())
}

/// A list that is there for good.
fn list<T>(items: impl IntoIterator<Item = T>) -> &'static [T] {
    Box::leak(items.into_iter().collect::<Vec<T>>().into_boxed_slice())
}

/// A rule of the settings.
struct Own {
    meta: &'static Meta,
    coupling: Coupling,
    commands: Vec<Vec<String>>,
    /// With dots, in the order of [`Coupling::calls`].
    calls: Vec<String>,
    watches: &'static [&'static str],
    words: Words,
    names: &'static [&'static str],
}

/// What a piece of a project is taken for.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Match {
    /// What was found, as words for a message: `ACME_HOST`.
    name: String,
    /// What the `*` of the pattern stands for, where it has one.
    rest: Option<String>,
}

impl Own {
    fn of(coupling: &Coupling) -> Self {
        let commands: Vec<Vec<String>> = coupling
            .commands
            .iter()
            .map(|command| command.split_whitespace().map(str::to_string).collect())
            .collect();
        let calls: Vec<String> = coupling.calls.iter().map(|call| dotted(call)).collect();
        let longest = |words: &mut dyn Iterator<Item = &str>| {
            // Ties go to the first, so that the choice is the same everywhere.
            words.reduce(|best, word| if word.len() > best.len() { word } else { best }).map(kept)
        };
        let base = |word: &'static str| word.rsplit('/').next().unwrap_or_default();
        let watches = list(
            coupling
                .variables
                .iter()
                .map(|variable| kept(variable.as_str()))
                .chain(
                    commands
                        .iter()
                        .filter_map(|words| longest(&mut words.iter().map(String::as_str)))
                        .map(base),
                )
                .chain(calls.iter().filter_map(|call| longest(&mut call.split(['.', '/']))))
                .chain(coupling.packages.iter().map(|package| kept(split_registry(package).1)))
                .filter(|word| !word.is_empty()),
        );
        let words = Words {
            calls: list(calls.iter().map(|call| kept(call.rsplit('.').next().unwrap_or_default()))),
            settings: &[],
            texts: list(coupling.hosts.iter().map(|host| kept(host.trim_start_matches("*.")))),
        };
        let of_variables = coupling.replacement.as_deref().filter(|_| !coupling.variables.is_empty());
        Self {
            meta: meta(coupling),
            commands,
            watches,
            words,
            names: list(of_variables.filter(|name| !name.contains('*')).map(kept)),
            calls,
            coupling: coupling.clone(),
        }
    }

    /// A draft for what was found at a place.
    fn draft(&self, cx: &Context<'_>, span: Span, found: &Match, scope: &str) -> Draft {
        let message = self.coupling.message.replace("{name}", &found.name);
        let help = match (&self.coupling.help, self.replacement(found)) {
            (Some(help), _) => help.replace("{name}", &found.name),
            (None, Some(new)) => self.advice(&found.name, &new),
            (None, None) => String::new(),
        };
        Draft::new(self.meta, &cx.file.path, span, message, help).scope(scope)
    }

    /// What is to be done with a replacement.
    fn advice(&self, name: &str, new: &str) -> String {
        match self.coupling.lists().first() {
            Some(("variables", _)) => format!("read `{new}` instead"),
            Some(("commands", _)) => format!("run `{new}` instead"),
            Some(("packages", _)) => format!("replace `{name}` by `{new}`"),
            Some(("calls", _)) => format!("call `{new}` instead"),
            _ => format!("use `{new}` instead"),
        }
    }

    /// What stands in the place of this afterwards.
    fn replacement(&self, found: &Match) -> Option<String> {
        let replacement = self.coupling.replacement.as_ref()?;
        match (&found.rest, replacement.contains('*')) {
            (_, false) => Some(replacement.clone()),
            (Some(rest), true) => Some(replacement.replace('*', rest)),
            (None, true) => None,
        }
    }

    /// The variable with this name, if it is one of the rule's.
    fn variable(&self, name: &str) -> Option<Match> {
        let rest = |pattern: &String| match pattern.strip_suffix('*') {
            Some(stem) => name.strip_prefix(stem).map(|rest| Some(rest.to_string())),
            None => (name == pattern).then_some(None),
        };
        let rest = self.coupling.variables.iter().find_map(rest)?;
        Some(Match { name: name.to_string(), rest })
    }

    /// In each file one finding for a variable: where it is read, else where it is set.
    fn variables(&self, cx: &Context<'_>, drafts: &mut Vec<Draft>) {
        let facts = &cx.file.facts;
        let mut read = BTreeSet::new();
        for fact in &facts.reads {
            if let Some(found) = fact.name.known().and_then(|name| self.variable(name)) {
                drafts.push(self.read(cx, fact, &found));
                read.insert(found.name);
            }
        }
        let is_set_too = |name: &str| facts.writes.iter().any(|write| is_set(write) && write.name.is(name));
        for write in facts.writes.iter().filter(|write| is_set(write)) {
            let Some(found) = write.name.known().and_then(|name| self.variable(name)) else { continue };
            if read.contains(&found.name) {
                continue;
            }
            let mut draft = self
                .draft(cx, write.name_span, &found, &write.scope)
                .variable(&found.name)
                .cause(format!("variable {}", found.name), "is set here too");
            // Whoever sets the new name beside the old one is ready.
            draft.harmless = self.replacement(&found).is_some_and(|new| is_set_too(&new));
            drafts.push(draft);
        }
    }

    fn read(&self, cx: &Context<'_>, read: &EnvRead, found: &Match) -> Draft {
        let is_coupled =
            |name: &str| self.variable(name).is_some() || platform::heroku_variable(name).is_some();
        let mut draft = self
            .draft(cx, read.span, found, &read.scope)
            .variable(&found.name)
            .cause(format!("variable {}", found.name), "is read here too");
        if let Some(via) = read.via.as_ref().filter(|via| !via.path.is_empty()) {
            let message = format!("`{}` reads the environment here", via.function);
            draft = draft.related(&via.path, via.span, message);
        }
        if read.via.as_ref().is_some_and(|via| via.is_guess) {
            draft = draft.confidence(Confidence::Medium);
        }
        let set = cx.file.facts.writes.iter().filter(|write| is_set(write) && write.name.is(&found.name));
        for write in set.take(4) {
            let message = format!("`{}` is set here ({})", found.name, write.surface);
            draft = draft.related(&cx.file.path, write.name_span, message);
        }
        if identity::is_tried_after(read, &found.name, cx, &is_coupled) {
            draft.harmless = true;
            let note = "a variable of your own is tried first";
            return draft.severity(Severity::Note).note(note);
        }
        let new = self.replacement(found).filter(|new| *new != found.name);
        draft.remedy(new.map(|new| {
            // A name that a `*` makes was not looked for in the project, so nothing is known of its meaning.
            let applicability = match self.names.contains(&new.as_str()) {
                true if found.rest.is_none() => bridge::of_settings(cx.project, &new, &found.name),
                _ => Applicability::Unsafe,
            };
            Remedy::new(applicability, format!("read `{new}` first"))
                .change(&cx.file.path, What::ReadFirst { read: read.span, names: vec![new.clone()] })
                .provide(new, format!("what `{}` holds", found.name))
        }))
    }

    fn hosts(&self, cx: &Context<'_>, drafts: &mut Vec<Draft>) {
        let text = &cx.file.source.text;
        let mut seen = BTreeSet::new();
        for literal in &cx.file.facts.literals {
            for pattern in &self.coupling.hosts {
                for (span, found) in hosts_in(literal, pattern, text) {
                    if !seen.insert(span) {
                        continue;
                    }
                    let new = self.replacement(&found).filter(|_| found.rest.as_deref() != Some(""));
                    let remedy = new.map(|new| {
                        Remedy::needs_decision(format!("replace `{}` by `{new}`", found.name))
                            .change(&cx.file.path, What::Text { at: span, text: new })
                    });
                    let cause = format!("host {}", found.name.to_ascii_lowercase());
                    let draft = self.draft(cx, span, &found, &literal.scope);
                    drafts.push(draft.cause(cause, "the same host").remedy(remedy));
                }
            }
        }
    }

    fn commands(&self, cx: &Context<'_>, drafts: &mut Vec<Draft>) {
        if self.commands.is_empty() {
            return;
        }
        for command in &cx.file.facts.commands {
            drafts.extend(self.command(cx, command, &command.scope));
        }
        for call in cx.file.facts.invocations.iter().filter(|call| started::is_starter(call)) {
            for command in started::commands(call, &cx.file.source.text) {
                drafts.extend(self.command(cx, &command, &call.scope));
            }
        }
    }

    fn command(&self, cx: &Context<'_>, command: &Command, scope: &str) -> Option<Draft> {
        let words = words_of(command, &cx.file.source.text);
        let (pattern, places) =
            self.commands.iter().find_map(|pattern| Some((pattern, fit(&words, pattern)?)))?;
        let (first, last) = (words[*places.first()?].span, words[*places.last()?].span);
        let found = Match { name: pattern.join(" "), rest: None };
        // A name that stands for the program is written elsewhere.
        let is_here =
            command.span.contains(first) && command.span.contains(last) && first.start <= last.start;
        let span = if is_here { Span::new(first.start, last.end) } else { command.span };
        let in_order = places.windows(2).all(|pair| pair[0] + 1 == pair[1]);
        let remedy = self.replacement(&found).filter(|_| is_here && in_order).and_then(|new| {
            let places: Vec<Span> = places.iter().map(|at| words[*at].span).collect();
            rewritten(&cx.file.source.text, &places, &new).map(|changes| {
                let remedy = Remedy::needs_decision(format!("run `{new}`"));
                changes
                    .into_iter()
                    .fold(remedy, |remedy, (at, text)| remedy.change(&cx.file.path, What::Text { at, text }))
            })
        });
        Some(self.draft(cx, span, &found, scope).remedy(remedy))
    }

    fn packages(&self, cx: &Context<'_>, drafts: &mut Vec<Draft>) {
        for package in &cx.file.facts.dependencies {
            let found = self.coupling.packages.iter().find_map(|pattern| package_of(package, pattern));
            drafts.extend(found.map(|found| self.draft(cx, package.span, &found, "")));
        }
    }

    fn invocations(&self, cx: &Context<'_>, drafts: &mut Vec<Draft>) {
        for call in &cx.file.facts.invocations {
            let Some(at) = self.calls.iter().position(|name| is_call_of(call, name)) else { continue };
            let written = self.coupling.calls[at].trim_start_matches("new ").trim_end_matches("()");
            let text = &cx.file.source.text;
            let whole = spelled(text, call.name_span, written);
            let found = Match { name: written.to_string(), rest: None };
            let remedy = self.replacement(&found).and_then(|new| {
                let (at, text) = renamed(text, cx.file.lang, call.name_span, whole, written, &new)?;
                let title = format!("call `{new}`");
                Some(Remedy::needs_decision(title).change(&cx.file.path, What::Text { at, text }))
            });
            let span = whole.unwrap_or(call.name_span);
            drafts.push(self.draft(cx, span, &found, &call.scope).remedy(remedy));
        }
    }
}

impl Rule for Own {
    fn meta(&self) -> &'static Meta {
        self.meta
    }

    fn watches(&self) -> &'static [&'static str] {
        self.watches
    }

    fn words(&self) -> Words {
        self.words
    }

    fn names(&self) -> &'static [&'static str] {
        self.names
    }

    fn env_scan(&self, read: &EnvRead, cx: &Context<'_>) -> Option<Draft> {
        let stems = self.coupling.variables.iter().filter_map(|variable| variable.strip_suffix('*'));
        let name = stems.into_iter().find_map(|stem| match &read.name {
            Name::Partly { prefix, suffix } => prefix.starts_with(stem).then(|| format!("{prefix}*{suffix}")),
            Name::Pattern(pattern) => {
                pattern.trim_start_matches('^').starts_with(stem).then(|| format!("{stem}*"))
            }
            Name::Known(_) | Name::Computed => None,
        })?;
        let found = Match { name: name.clone(), rest: None };
        let draft = self.draft(cx, read.span, &found, &read.scope);
        Some(draft.confidence(Confidence::Medium).cause(format!("scan {name}"), "is read here too"))
    }

    fn file(&self, cx: &Context<'_>) -> Vec<Draft> {
        let mut drafts = Vec::new();
        self.variables(cx, &mut drafts);
        self.hosts(cx, &mut drafts);
        self.commands(cx, &mut drafts);
        self.packages(cx, &mut drafts);
        self.invocations(cx, &mut drafts);
        drafts
    }
}

/// Whether a variable is given, or said to be needed.
fn is_set(write: &EnvWrite) -> bool {
    write.kind != WriteKind::Unset
}

/// Where a text names a host, and what the host is.
///
/// A host is whole at its labels: `acme.internal` is neither in `old-acme.internal` nor in `acme.internal.example`,
/// and a host below it is another one. A name without a dot is a host in an address (`//db/`, `@db`, `db:5432`), or
/// where a setting of a telling name is given it (`host: db`).
fn hosts_in(literal: &Literal, pattern: &str, source: &str) -> Vec<(Span, Match)> {
    let (host, below) = pattern.strip_prefix("*.").map_or((pattern, false), |host| (host, true));
    // Where the text was written with escapes or another encoding, its places are not those of the file.
    if literal.span.len() != literal.text.len() || literal.span.of(source) != literal.text {
        return Vec::new();
    }
    let bytes = literal.text.as_bytes();
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = find_without_case(&bytes[from..], host.as_bytes()) {
        let (mut start, end) = (from + at, from + at + host.len());
        from = start + 1;
        let rest = &bytes[end..];
        let goes_on = match rest {
            [b'.', next, ..] => is_part(*next),
            [next, ..] => is_part(*next),
            [] => false,
        };
        let before = match bytes[..start] {
            // The letter of an escape is none of the host's.
            [.., b'\\', b'n' | b'r' | b't'] => None,
            [.., before] => Some(before),
            [] => None,
        };
        if goes_on || before.is_some_and(is_part) {
            continue;
        }
        let mut over = None;
        if below {
            if before != Some(b'.') {
                continue;
            }
            let labels = bytes[..start - 1].iter().rposition(|&byte| !is_part(byte) && byte != b'.');
            let first = labels.map_or(0, |at| at + 1);
            let ahead = (literal.span.start + first).checked_sub(1).map(|at| source.as_bytes()[at]);
            let label = match (ahead, &literal.text[first..start - 1]) {
                // `$APP.acme.internal`: a variable is no label.
                (Some(b'$'), labels) => labels.split_once('.').map_or("", |(_, labels)| labels),
                (_, labels) => labels.trim_start_matches('.'),
            };
            start -= label.len() + 1;
            over = Some(label.to_string());
        } else if before == Some(b'.') {
            continue;
        }
        let span = Span::new(literal.span.start + start, literal.span.start + end);
        if !host.contains('.') && !below && !is_address(source, span) {
            continue;
        }
        let name = match over.as_deref() {
            // What stands before it is computed.
            Some("") => pattern.to_string(),
            _ => span.of(source).to_string(),
        };
        found.push((span, Match { name, rest: over }));
    }
    found
}

/// Words in the names of settings that hold a host.
const HOLDERS: [&str; 6] = ["addr", "domain", "host", "node", "server", "url"];

/// Digits of a port. An image has a version of fewer behind its name: `redis:7`, `postgres:16`.
const PORT_DIGITS: std::ops::RangeInclusive<usize> = 3..=5;

/// Whether a name without a dot is that of a host, by what stands around it: an address, a port, or the name of
/// what it is given to.
fn is_address(source: &str, span: Span) -> bool {
    let (before, after) = (&source[..span.start], &source[span.end..]);
    // `redis://`: what comes before an address is no part of it.
    if after.starts_with("://") {
        return false;
    }
    let digits = after
        .strip_prefix(':')
        .map_or("", |rest| &rest[..rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len())]);
    let port = PORT_DIGITS.contains(&digits.len())
        && !after[digits.len() + 1..].starts_with(|c: char| c.is_alphanumeric() || c == '.');
    let line = before.rsplit('\n').next().unwrap_or_default();
    let holder = line.trim_end_matches(|c: char| c.is_whitespace() || "\"'`:=>(,[{".contains(c));
    let start = holder
        .rfind(|c: char| !c.is_alphanumeric() && c != '_' && c != '-')
        .map_or(0, |at| at + holder[at..].chars().next().map_or(1, char::len_utf8));
    let holder = holder[start..].to_ascii_lowercase();
    let ends = !after.starts_with(|c: char| c.is_alphanumeric() || matches!(c, ' ' | '('));
    let between = &line[start + holder.len()..];
    let is_given = !between.trim().is_empty() && HOLDERS.iter().any(|word| holder.contains(word));
    before.ends_with("//") || before.ends_with('@') || port || is_given && ends
}

fn find_without_case(text: &[u8], sought: &[u8]) -> Option<usize> {
    text.windows(sought.len().max(1)).position(|window| window.eq_ignore_ascii_case(sought))
}

/// A word of a command line.
struct Word {
    /// Its text; empty where it is not known.
    text: String,
    span: Span,
    /// The command may begin here: nothing but what runs it stands before.
    may_begin: bool,
}

/// All words of a command line, with those of what only runs it: `bundle exec acme deploy`.
fn words_of(command: &Command, source: &str) -> Vec<Word> {
    let first = command.words.first().map_or(command.span.end, |word| word.span.start);
    let mut words: Vec<Word> = Vec::new();
    if command.span.start < first && first <= command.span.end {
        let before = source.get(command.span.start..first).unwrap_or_default();
        let mut at = command.span.start;
        for piece in before.split_inclusive(char::is_whitespace) {
            let bare =
                piece.trim_matches(|c: char| c.is_whitespace() || matches!(c, '[' | ']' | '"' | '\'' | ','));
            if !bare.is_empty() {
                let start = at + piece.find(bare).unwrap_or_default();
                // The value of an option, or of a variable, is no program.
                let of_option =
                    words.last().is_some_and(|word| word.text.starts_with('-') && word.text != "--");
                let may_begin = !bare.starts_with('-') && !bare.contains('=') && !of_option;
                let span = Span::new(start, start + bare.len());
                words.push(Word { text: bare.to_string(), span, may_begin });
            }
            at += piece.len();
        }
    }
    words.extend(command.words.iter().enumerate().map(|(at, word)| Word {
        text: word.text().unwrap_or_default().to_string(),
        span: word.span,
        may_begin: at == 0,
    }));
    words.truncate(MOST_WORDS);
    words
}

/// The places of a pattern's words in a command line: the program, and words behind it, between which options
/// may stand.
fn fit(words: &[Word], pattern: &[String]) -> Option<Vec<usize>> {
    let (program, rest) = pattern.split_first()?;
    let is_program = |word: &Word| match program.contains('/') {
        true => word.text.trim_start_matches("./") == program.trim_start_matches("./"),
        false => word.text.rsplit('/').next() == Some(program.as_str()),
    };
    let begins = words.iter().enumerate().filter(|(_, word)| word.may_begin && is_program(word));
    begins.into_iter().find_map(|(at, _)| {
        let mut places = vec![at];
        fit_rest(words, at + 1, rest, &mut places).then_some(places)
    })
}

fn fit_rest(words: &[Word], at: usize, pattern: &[String], places: &mut Vec<usize>) -> bool {
    let Some((wanted, rest)) = pattern.split_first() else { return true };
    let Some(word) = words.get(at) else { return false };
    if word.text == *wanted {
        places.push(at);
        if fit_rest(words, at + 1, rest, places) {
            return true;
        }
        places.pop();
    }
    let is_option = word.text.starts_with('-') && word.text.len() > 1;
    // An option may have its value behind it.
    is_option
        && (fit_rest(words, at + 1, pattern, places)
            || !word.text.contains('=') && fit_rest(words, at + 2, pattern, places))
}

/// The words at these places as `new`: as one piece where they stand in one text, else word for word.
fn rewritten(source: &str, places: &[Span], new: &str) -> Option<Vec<(Span, String)>> {
    let is_simple = |c: char| c.is_ascii_alphanumeric() || "_./:=@+- ".contains(c);
    new.chars().all(is_simple).then_some(())?;
    let (first, last) = (places.first()?, places.last()?);
    let whole = Span::new(first.start, last.end);
    let written = source.get(whole.start..whole.end)?;
    if written.chars().all(is_simple) {
        return Some(vec![(whole, new.to_string())]);
    }
    // Words of a list, or in quotes.
    let words: Vec<&str> = new.split_whitespace().collect();
    (words.len() == places.len()).then_some(())?;
    let bare = |span: &Span| {
        let text = source.get(span.start..span.end)?;
        let inner = text.trim_matches(['"', '\'', '`']);
        let start = span.start + text.find(inner)?;
        (!inner.is_empty() && inner.chars().all(is_simple)).then(|| Span::new(start, start + inner.len()))
    };
    places.iter().zip(words).map(|(span, word)| Some((bare(span)?, word.to_string()))).collect()
}

/// The package, if the pattern names it.
fn package_of(package: &Dependency, pattern: &str) -> Option<Match> {
    let (registry, name) = split_registry(pattern);
    registry.is_none_or(|registry| registry == package.ecosystem).then_some(())?;
    let normal = |name: &str| match package.ecosystem {
        "pypi" => pypi_name(name),
        _ => name.to_string(),
    };
    let found = normal(&package.name);
    let rest = match name.strip_suffix('*') {
        // What stands before the star may end in the middle of a word.
        Some(stem) => Some(package.name.to_lowercase().strip_prefix(&stem.to_lowercase())?.to_string()),
        None => {
            let name = normal(name);
            // A module of Go has its major version behind it: `github.com/acme/sdk/v2`.
            let version = || found.strip_prefix(&name).is_some_and(|rest| rest.starts_with("/v"));
            (found == name || package.ecosystem == "go" && version()).then_some(())?;
            None
        }
    };
    Some(Match { name: package.name.clone(), rest })
}

/// Whether a call is of the function with this dotted name, or of one that ends with it at a border.
fn is_call_of(call: &Invocation, name: &str) -> bool {
    match call.callee.strip_suffix(name) {
        Some(before) => before.is_empty() || before.ends_with(['.', '/']),
        None => false,
    }
}

/// The bytes of the function's name as the settings write it, where it stands so at the call, with nothing before
/// it that belongs to it.
fn spelled(source: &str, name: Span, written: &str) -> Option<Span> {
    let start = name.end.checked_sub(written.len())?;
    (source.get(start..name.end)? == written).then_some(())?;
    let before = source[..start].chars().next_back();
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | ':' | '$' | '@' | '#' | '&');
    (!before.is_some_and(is_part)).then(|| Span::new(start, name.end))
}

/// The bytes of a call's function and what they become; nothing where the new name may mean nothing there.
fn renamed(
    source: &str,
    lang: Lang,
    name: Span,
    whole: Option<Span>,
    written: &str,
    new: &str,
) -> Option<(Span, String)> {
    let new = new.trim_start_matches("new ").trim_end_matches("()");
    let is_method = source[..name.start].ends_with(['.', ':']);
    let (old_path, new_path) = (dotted(written), dotted(new));
    match (old_path.rsplit_once('.'), new_path.rsplit_once('.')) {
        // A method by another name, whatever it is called on.
        (None, None) if is_method => (name.of(source) == written).then(|| (name, new.to_string())),
        // In these languages the new name would have to be imported, unless it is reached by the same one.
        (old, to) => {
            let root = |path: Option<(&str, &str)>| {
                path.map(|(owner, _)| owner.split('.').next().unwrap_or_default().to_string())
            };
            let is_ruby = matches!(lang, Lang::Ruby | Lang::Erb | Lang::Haml | Lang::Slim);
            let is_reached = is_ruby || root(old).is_some() && root(old) == root(to);
            is_reached.then_some((whole?, new.to_string()))
        }
    }
}

/// What a rule of the settings knows about itself.
fn meta(coupling: &Coupling) -> &'static Meta {
    let mut langs = BTreeSet::new();
    for (key, _) in coupling.lists() {
        langs.extend(match key {
            "variables" => identity::ANY,
            "hosts" => &Lang::ALL[..],
            "commands" => STARTERS,
            "packages" => MANIFESTS,
            _ => CALLERS,
        });
    }
    let fixes: &[Applicability] = match (&coupling.replacement, coupling.lists().first()) {
        (None, _) | (_, None | Some(("packages", _))) => &[],
        (Some(new), Some(("variables", _))) if !new.contains('*') => {
            &[Applicability::Safe, Applicability::Unsafe]
        }
        _ => &[Applicability::Unsafe],
    };
    Box::leak(Box::new(Meta {
        id: kept(coupling.name.as_str()),
        aliases: &[],
        family: FAMILY,
        severity: coupling.severity,
        impact: match coupling.severity {
            Severity::Note => Impact::Cleanup,
            Severity::Warning | Severity::Error => Impact::Degrades,
        },
        confidence: Confidence::High,
        step: Step::Code,
        langs: list(langs),
        needs_heroku: false,
        status: Status::Stable,
        since: "",
        // What a team says of its own code is nearer than what holds for all.
        specificity: u8::MAX,
        page: kept(page(coupling)),
        origin: Origin::Settings {
            url: coupling.url.as_deref().map(kept),
            fixes: list(fixes.iter().copied()),
        },
    }))
}

/// The rule's page, as Markdown.
fn page(coupling: &Coupling) -> String {
    let text = |text: &str| escape::markdown(text);
    let code = |text: &str| escape::markdown_code(text);
    let mut about = BTreeMap::new();
    about.insert("variables", "variables that are read, or set for the program");
    about.insert("hosts", "hosts in texts and settings, with any port and path");
    about.insert("commands", "commands, whatever runs them");
    about.insert("packages", "packages in manifests");
    about.insert("calls", "calls");
    let lists = coupling.lists();
    let mut page =
        format!("# {}\n\n{}.\n", coupling.name, text(&capital(&self::about(coupling, &coupling.message))));
    page.push_str("\n## What it looks for\n\n");
    for (key, list) in &lists {
        let names: Vec<String> = list.iter().map(|name| code(name)).collect();
        page.push_str(&format!("- {}: {}\n", about[key], names.join(", ")));
    }
    page.push_str("\nComments are left out.\n\n## What to do instead\n\n");
    match &coupling.help {
        Some(help) => page
            .push_str(&format!("{}.\n", text(capital(&self::about(coupling, help)).trim_end_matches('.')))),
        None if coupling.replacement.is_none() => {
            page.push_str("The settings do not say.\n");
        }
        None => {}
    }
    if let Some(new) = &coupling.replacement {
        if coupling.help.is_some() {
            page.push('\n');
        }
        page.push_str(&format!("The replacement is {}.\n", code(new)));
    }
    page.push_str("\n## Fix safety\n\n");
    page.push_str(fix_safety(coupling));
    page.push_str("\n## Where it comes from\n\nIt is a rule of this project's own, in its settings: ");
    page.push_str(&format!("the coupling {}, of severity {}.\n", code(&coupling.name), coupling.severity));
    if let Some(url) = &coupling.url {
        page.push_str(&format!("\nMore about it: <{url}>\n"));
    }
    page
}

fn fix_safety(coupling: &Coupling) -> &'static str {
    let first = coupling.lists().first().map_or("", |(key, _)| *key);
    match (&coupling.replacement, first) {
        (None, _) => "There is no fix, since the settings name no replacement.\n",
        (Some(new), "variables") if new.contains('*') => {
            "*Unsafe*: the new variable is read first, and the old one stays behind it. Whether the new name is free \
             in the project is not known.\n"
        }
        (Some(_), "variables") => {
            "*Safe*: the new variable is read first, and the old one stays behind it. As long as the new one is \
             unset, nothing changes. It is *unsafe* where the project names the new variable in another way already. \
             Where the variable is set, there is no fix.\n"
        }
        (Some(_), "hosts") => "*Unsafe*: the host is replaced; the new one has to answer in the same way.\n",
        (Some(_), "commands") => {
            "*Unsafe*: the words are replaced; the new command has to understand the arguments behind them. There is \
             no fix where options stand between the words.\n"
        }
        (Some(_), "calls") => {
            "*Unsafe*: the function is called by its new name; it has to take the same arguments. There is no fix \
             where the name is written in another way, or would have to be imported.\n"
        }
        (Some(_), _) => {
            "There is no fix: a package has to be installed, and the code that uses it to follow.\n"
        }
    }
}

/// A text of the settings for the page, where nothing was found yet: with what is looked for in the place of
/// `{name}`.
fn about(coupling: &Coupling, text: &str) -> String {
    const MOST: usize = 3;
    let all: Vec<&str> =
        coupling.lists().iter().flat_map(|(_, list)| list.iter().map(String::as_str)).collect();
    let mut names = all[..all.len().min(MOST)].join(", ");
    if all.len() > MOST {
        names.push_str(", …");
    }
    text.trim_end_matches('.').replace("{name}", &names)
}

/// A text that begins with a capital letter, unless it begins with code.
fn capital(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}
