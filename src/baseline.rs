//! The baseline: what a team knows already and works off at its own pace.
//!
//! It is a file of the project with one line for each place where something is found. Places are known by what
//! they mean, as [`crate::fingerprint`] makes it, and not by where they stand; so the file says the same after
//! lines were added, code was indented anew, a definition was moved or a file renamed. There are no counts and
//! no dates in it: what two branches add or drop goes together.

use std::collections::{BTreeMap, BTreeSet};

use jsonc_parser::ParseOptions;
use jsonc_parser::ast::{Object, Value};
use serde_json::json;

use crate::escape;
use crate::finding::{Finding, Report};
use crate::fingerprint::Kin;
use crate::output;
use crate::project::is_within;
use crate::rule::Meta;
use crate::secrets;
use crate::span::{LineIndex, Span};

/// The file's name at the project's root.
pub const FILE: &str = ".dynolint-baseline.json";

/// How every baseline begins.
const HEAD: &str = "{\"version\": 1, \"findings\": [";

/// Longer code is shown with its beginning and its end, in characters.
const LONGEST: usize = 120;

/// Equals that are tried for an entry that stands elsewhere, beyond those that the baseline has itself.
const MORE_EQUALS: usize = 4;

/// One place that is known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Path from the project's root, with forward slashes.
    pub path: String,
    /// The rule's name.
    pub rule: String,
    /// Names of the enclosing definitions.
    pub scope: String,
    /// The code, shortened and without secrets: for people.
    pub code: String,
    /// The fingerprint.
    pub id: String,
}

impl Entry {
    /// The entry of a part of a finding.
    fn of(part: &Finding, report: &Report) -> Self {
        let code = report.sources.get(&part.path).map_or(String::new(), |source| {
            // Whether something is a secret is told from what stands around it.
            let text = secrets::mask(&source.text);
            shortened(output::fitting(source, part.span).of(&text))
        });
        Self {
            path: part.path.clone(),
            rule: part.rule.id.to_string(),
            scope: secrets::mask(&part.scope).into_owned(),
            code,
            id: part.fingerprint.clone(),
        }
    }

    fn line(&self) -> String {
        let fields = [
            ("path", &self.path),
            ("rule", &self.rule),
            ("scope", &self.scope),
            ("code", &self.code),
            ("id", &self.id),
        ];
        let fields = fields.map(|(name, value)| format!("\"{name}\": {}", output::json_text(&json!(value))));
        format!("{{{}}}", fields.join(", "))
    }

    /// What it has in common with a place that has this code, if that stood where the entry says.
    fn kin(&self, code: &str) -> Kin {
        Kin::new(&self.rule, &self.path, &self.scope, code)
    }
}

/// One line of code, with single blanks.
fn shortened(code: &str) -> String {
    let code = code.split_whitespace().collect::<Vec<_>>().join(" ");
    let length = code.chars().count();
    if length <= LONGEST {
        return code;
    }
    let head: String = code.chars().take(LONGEST * 2 / 3).collect();
    let tail: String = code.chars().skip(length - (LONGEST / 3 - 3)).collect();
    format!("{} … {}", head.trim_end(), tail.trim_start())
}

/// What is known, sorted and each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    entries: Vec<Entry>,
}

/// Why a text is no baseline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaselineError {
    /// 1-based line and column.
    pub place: (usize, usize),
    /// What is wrong, lower case, without a full stop.
    pub message: String,
    /// What to do about it.
    pub advice: &'static str,
}

/// What to do about a file that cannot be put right by hand.
const ANEW: &str = "put it right, or write it anew with `dynolint baseline write`";

impl Baseline {
    /// From entries in any order.
    pub fn new(mut entries: Vec<Entry>) -> Self {
        entries.sort();
        let mut ids: BTreeSet<(String, String)> = BTreeSet::new();
        entries.retain(|entry| ids.insert((entry.rule.clone(), entry.id.clone())));
        Self { entries }
    }

    /// All places of the findings of a report.
    pub fn of(report: &Report) -> Self {
        let parts = report.findings.iter().flat_map(Finding::parts);
        Self::new(parts.map(|part| Entry::of(part, report)).collect())
    }

    /// The entries, sorted.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Reads the text of the file. Entries may come in any order and more than once, and commas between them
    /// may be missing: git's `union` merge makes such files.
    ///
    /// # Errors
    ///
    /// Where it is no baseline, or one of a later version.
    pub fn parse(text: &str) -> Result<Self, BaselineError> {
        let wrong = |at: usize, message: String, advice: &'static str| {
            let place = LineIndex::new(text).place(text, at.min(text.len()));
            BaselineError { place: (place.line, place.column), message, advice }
        };
        if let Some(at) = conflict(text) {
            let advice = "`dynolint baseline prune` takes the entries of both sides and drops what is gone";
            return Err(wrong(at, "a merge left a conflict here".to_string(), advice));
        }
        // A byte order mark is no JSON.
        let skip = text.len() - text.trim_start_matches('\u{feff}').len();
        let options = ParseOptions {
            allow_comments: false,
            allow_loose_object_property_names: false,
            allow_trailing_commas: true,
            allow_missing_commas: true,
            allow_single_quoted_strings: false,
            allow_hexadecimal_numbers: false,
            allow_unary_plus_numbers: false,
            allow_bare_decimal_point_numbers: false,
            allow_non_finite_numbers: false,
            allow_extended_string_escapes: false,
        };
        let parsed = jsonc_parser::parse_to_ast(&text[skip..], &Default::default(), &options);
        let parsed = parsed.map_err(|error| {
            let reason = error.kind().to_string();
            let reason = reason[..1].to_lowercase() + &reason[1..];
            wrong(skip + error.range().start, format!("not JSON: {reason}"), ANEW)
        })?;
        let root = match parsed.value {
            Some(Value::Object(root)) => root,
            _ => return Err(wrong(skip, "not a baseline: there is no object".to_string(), ANEW)),
        };
        let of_object = |object: &Object<'_>| skip + object.range.start;
        match root.get("version").map(|version| &version.value) {
            Some(Value::NumberLit(number)) if number.value == "1" => {}
            Some(Value::NumberLit(number)) => {
                let message = format!("version {} is of a later dynolint; this one reads 1", number.value);
                let advice = "update dynolint, or write it anew with `dynolint baseline write`";
                return Err(wrong(skip + number.range.start, message, advice));
            }
            _ => {
                let message = "not a baseline: `version` is missing, or no number".to_string();
                return Err(wrong(of_object(&root), message, ANEW));
            }
        }
        let Some(Value::Array(findings)) = root.get("findings").map(|findings| &findings.value) else {
            let message = "not a baseline: `findings` is missing, or no list".to_string();
            return Err(wrong(of_object(&root), message, ANEW));
        };
        let mut entries = Vec::new();
        for value in &findings.elements {
            let Value::Object(object) = value else {
                let at = skip + jsonc_parser::common::Ranged::range(value).start;
                return Err(wrong(at, "an entry is an object".to_string(), ANEW));
            };
            let text_of = |name: &str, needed: bool| match object.get(name).map(|field| &field.value) {
                Some(Value::StringLit(text)) => Ok(text.value.clone().into_owned()),
                None if !needed => Ok(String::new()),
                None => Err(wrong(of_object(object), format!("an entry without `{name}`"), ANEW)),
                Some(other) => {
                    let at = skip + jsonc_parser::common::Ranged::range(other).start;
                    Err(wrong(at, format!("`{name}` of an entry is not a text"), ANEW))
                }
            };
            entries.push(Entry {
                path: text_of("path", true)?,
                rule: text_of("rule", true)?,
                scope: text_of("scope", false)?,
                code: text_of("code", false)?,
                id: text_of("id", true)?,
            });
        }
        Ok(Self::new(entries))
    }

    /// Reads a text in which a merge left conflicts, with the entries of both sides.
    ///
    /// # Errors
    ///
    /// As [`Baseline::parse`], for what is left without the marks.
    pub fn parse_merged(text: &str) -> Result<Self, BaselineError> {
        let mut kept = String::with_capacity(text.len());
        let mut before = false;
        for line in text.split_inclusive('\n') {
            match mark(line) {
                // What both sides began with is in neither.
                Some('|') => before = true,
                Some(_) => before = false,
                None if before => {}
                None => {
                    kept.push_str(line);
                    continue;
                }
            }
            // Lines keep their numbers.
            kept.push('\n');
        }
        Self::parse(&kept)
    }

    /// The text of the file: one entry a line, sorted, so that branches merge.
    pub fn text(&self) -> String {
        let lines: Vec<String> = self.entries.iter().map(Entry::line).collect();
        let end = if lines.is_empty() { "" } else { "\n" };
        format!("{HEAD}\n{}{end}]}}\n", lines.join(",\n"))
    }

    /// The names of rules in it that nobody knows, as a list, if there are any.
    pub fn unknown_rules(&self, rules: &[&'static Meta]) -> Option<String> {
        let known = |name: &str| rules.iter().any(|rule| rule.is_called(name));
        let unknown: BTreeSet<&str> =
            self.entries.iter().map(|entry| entry.rule.as_str()).filter(|name| !known(name)).collect();
        let named: Vec<String> =
            unknown.iter().take(3).map(|name| format!("`{}`", escape::terminal(name))).collect();
        let more = if unknown.len() > named.len() { ", …" } else { "" };
        (!named.is_empty()).then(|| named.join(", ") + more)
    }

    /// Finds the entries among the findings of a report that nothing was left out of yet.
    pub fn compare(&self, report: &Report, around: &Around<'_>) -> Matched {
        Matching::new(self, report, around).run()
    }

    /// The baseline after `report`: what was judged is renewed, the rest stays. With `grow`, findings that are
    /// not in it yet come in.
    pub fn renewed(&self, report: &Report, matched: &Matched, grow: bool) -> Self {
        let mut entries = Vec::new();
        for (entry, state) in self.entries.iter().zip(&matched.states) {
            if !matches!(state, State::Gone | State::Found(_)) {
                entries.push(entry.clone());
            }
        }
        let parts = report.findings.iter().flat_map(Finding::parts);
        let taken = parts.filter(|part| grow || matched.known.contains(&part.fingerprint));
        entries.extend(taken.map(|part| Entry::of(part, report)));
        Self::new(entries)
    }
}

/// Whether a text is a baseline: nobody's code.
pub fn is_baseline(text: &str) -> bool {
    text.trim_start_matches('\u{feff}').starts_with(HEAD)
}

/// The kind of mark that a merge left in a line.
fn mark(line: &str) -> Option<char> {
    let first = line.chars().next().filter(|first| matches!(first, '<' | '|' | '=' | '>'))?;
    let rest = line.trim_start_matches(first);
    (line.len() - rest.len() == 7 && (rest.trim().is_empty() || rest.starts_with(' '))).then_some(first)
}

/// Where the first mark of a merge stands.
fn conflict(text: &str) -> Option<usize> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if mark(line).is_some() {
            return Some(at);
        }
        at += line.len();
    }
    None
}

/// What else has to be known to compare a report with a baseline.
pub struct Around<'a> {
    /// Whether there is a file with this path from the root.
    pub exists: &'a dyn Fn(&str) -> bool,
    /// Every rule that there is.
    pub rules: &'a [&'static Meta],
}

/// What became of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It is found here.
    Found(Place),
    /// It is found no more.
    Gone,
    /// Whether it is still found was not asked: another path, another rule, a file that cannot be read whole,
    /// something that a threshold leaves out.
    Unasked,
    /// No rule has this name.
    UnknownRule,
}

/// Where something is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Path from the project's root, with forward slashes.
    pub path: String,
    /// The bytes of that file's text.
    pub span: Span,
    /// The fingerprint that it has now.
    pub fingerprint: String,
}

/// A report compared with a baseline.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matched {
    /// What became of each entry, in their order.
    pub states: Vec<State>,
    /// Fingerprints of the parts of findings that are known.
    pub known: BTreeSet<String>,
}

impl Matched {
    /// How many entries are found no more.
    pub fn gone(&self) -> usize {
        self.states.iter().filter(|state| **state == State::Gone).count()
    }
}

/// Entries and parts of findings, while pairs are made of them.
struct Matching<'m> {
    baseline: &'m Baseline,
    report: &'m Report,
    around: &'m Around<'m>,
    /// The rule of each entry by its present name.
    rules: Vec<Option<&'static str>>,
    parts: Vec<&'m Finding>,
    /// What each entry was found as, by position in `parts`.
    found: Vec<Option<usize>>,
    /// Whether each part has an entry.
    taken: Vec<bool>,
}

impl<'m> Matching<'m> {
    fn new(baseline: &'m Baseline, report: &'m Report, around: &'m Around<'m>) -> Self {
        let rule = |name: &str| around.rules.iter().find(|rule| rule.is_called(name)).map(|rule| rule.id);
        let mut parts: Vec<&Finding> = report.findings.iter().flat_map(Finding::parts).collect();
        parts.sort_by(|a, b| a.order().cmp(&b.order()));
        Self {
            baseline,
            report,
            around,
            rules: baseline.entries.iter().map(|entry| rule(&entry.rule)).collect(),
            found: vec![None; baseline.entries.len()],
            taken: vec![false; parts.len()],
            parts,
        }
    }

    fn run(mut self) -> Matched {
        self.by_fingerprint();
        let baseline = self.baseline;
        let gone: Vec<bool> =
            baseline.entries.iter().map(|entry| !(self.around.exists)(&entry.path)).collect();
        let known: BTreeSet<&str> = baseline.entries.iter().map(|entry| entry.path.as_str()).collect();
        // A definition got another name, or the code moved to another one.
        self.by_code(&gone, &|entry, part, _| entry.path == part.path);
        // The file got another name.
        self.by_code(&gone, &|entry, part, gone| gone && entry.scope == part.scope);
        // So did what is defined in it, as where names of files and classes go together.
        self.by_code(&gone, &|_, part, gone| gone && !known.contains(part.path.as_str()));
        self.done(&gone)
    }

    fn by_fingerprint(&mut self) {
        let parts: BTreeMap<&str, usize> =
            self.parts.iter().enumerate().map(|(at, part)| (part.fingerprint.as_str(), at)).collect();
        for (entry, found) in self.baseline.entries.iter().zip(&mut self.found) {
            let part = parts.get(entry.id.as_str()).copied().filter(|part| !self.taken[*part]);
            if let Some(part) = part {
                *found = Some(part);
                self.taken[part] = true;
            }
        }
    }

    /// Makes pairs of what is left and has the same rule and code, where `accept` says so; it is also told
    /// whether the entry's file is gone.
    fn by_code(&mut self, gone: &[bool], accept: &dyn Fn(&Entry, &Finding, bool) -> bool) {
        let entries = &self.baseline.entries;
        let open: Vec<usize> = (0..entries.len())
            .filter(|at| self.found[*at].is_none() && self.rules[*at].is_some())
            // What is found, and only not asked for, is no other finding.
            .filter(|at| !self.report.left_out.contains(&entries[*at].id))
            .collect();
        if open.is_empty() {
            return;
        }
        let mut equals: BTreeMap<(&str, &str, &str), usize> = BTreeMap::new();
        for entry in entries {
            *equals.entry((&entry.rule, &entry.path, &entry.scope)).or_default() += 1;
        }
        for (at, part) in self.parts.iter().enumerate() {
            if self.taken[at] {
                continue;
            }
            let Some(source) = self.report.sources.get(&part.path) else { continue };
            let code = output::fitting(source, part.span).of(&source.text);
            let looks = beginning(&secrets::mask(code));
            let fits = |entry: &&usize| {
                let (at, entry) = (**entry, &entries[**entry]);
                self.found[at].is_none()
                    && self.rules[at] == Some(part.rule.id)
                    && accept(entry, part, gone[at])
                    && (entry.code.is_empty() || beginning(&entry.code) == looks)
                    && is_same(entry, code, equals[&(&*entry.rule, &*entry.path, &*entry.scope)])
            };
            let last = |scope: &str| scope.rsplit(['.', '#', ':']).next().map(str::to_string);
            let near = |entry: &&usize| last(&entries[**entry].scope) != last(&part.scope);
            if let Some(entry) = open.iter().filter(fits).min_by_key(near) {
                self.found[*entry] = Some(at);
                self.taken[at] = true;
            }
        }
    }

    fn done(self, gone: &[bool]) -> Matched {
        let state = |at: usize, entry: &Entry| match (self.found[at], self.rules[at]) {
            (Some(part), _) => {
                let part = self.parts[part];
                State::Found(Place {
                    path: part.path.clone(),
                    span: part.span,
                    fingerprint: part.fingerprint.clone(),
                })
            }
            (None, None) => State::UnknownRule,
            (None, Some(rule)) if self.was_asked(entry, rule, gone[at]) => State::Gone,
            (None, Some(_)) => State::Unasked,
        };
        let entries = self.baseline.entries.iter().enumerate();
        let states = entries.map(|(at, entry)| state(at, entry)).collect();
        let known = self.parts.iter().zip(&self.taken).filter(|(_, taken)| **taken);
        Matched { states, known: known.map(|(part, _)| part.fingerprint.clone()).collect() }
    }

    fn was_asked(&self, entry: &Entry, rule: &str, gone: bool) -> bool {
        let report = self.report;
        let within = |folder: &str| is_within(&entry.path, folder);
        let in_scope = report.scope.iter().any(|path| within(path));
        report.ran.contains(rule)
            // Where a file went to may lie outside.
            && (report.scope.is_empty() || in_scope && !gone)
            && !report.left_out.contains(&entry.id)
            && !report.summary.unreadable.iter().any(|(path, _)| within(path))
            && !report.summary.broken.iter().any(|(path, _)| *path == entry.path)
    }
}

/// The beginning of a code, for a first look.
fn beginning(code: &str) -> String {
    code.split_whitespace().flat_map(str::chars).take(24).collect()
}

/// Whether an entry has been made of this code; `equals` is how many entries there are for its place.
fn is_same(entry: &Entry, code: &str, equals: usize) -> bool {
    let kin = entry.kin(code);
    (0..equals + MORE_EQUALS).any(|number| kin.fingerprint(number) == entry.id)
}

#[cfg(test)]
#[path = "baseline/tests.rs"]
mod tests;
