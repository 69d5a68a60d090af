//! Suppressions written by the program, for everything that is reported.
//!
//! Nothing here touches a disk. Each pass writes a directive for every finding into texts, and has the project
//! looked at with these texts in place of its files. Where that does not silence a finding, or leaves a file
//! that does not parse, the next place for the directive is tried: at the end of the line, on a line before it,
//! before the statement, and in the end an entry of the settings.

mod place;

use std::collections::{BTreeMap, BTreeSet};

use crate::detect;
use crate::finding::{Edit, Finding, Report};
use crate::fix::{self, Overlay};
use crate::lang::Lang;
use crate::lang::comments::Layout;
use crate::paths::Paths;
use crate::secrets;
use crate::settings::Ignore;
use crate::span::Span;

use super::{FAMILY, Verb, parse};
use place::Anchor;

/// Most looks at the project. Every one of them tries another place for at least one directive.
const MOST_LOOKS: usize = 60;

/// Longest code that an entry of the settings names, in bytes.
const LONGEST_CODE: usize = 120;

/// What was written.
#[derive(Debug, Default)]
pub struct Written {
    /// The project as it is with the suppressions.
    pub report: Report,
    /// The new texts of the files that change.
    pub files: Overlay,
    /// The texts that these files had.
    pub before: BTreeMap<String, String>,
    /// How many rules are suppressed by comments, each counted once for every place.
    pub directives: usize,
    /// What the settings have to say.
    pub entries: BTreeSet<Entry>,
}

/// An entry `[[ignore]]` of the settings.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// The file, from the project's root.
    pub path: String,
    /// The rule's name.
    pub rule: &'static str,
    /// The code of the finding, where that is short.
    pub code: Option<String>,
}

impl Entry {
    fn of(part: &Finding, text: &str) -> Self {
        let code = part.span.of(text);
        let is_fit = !code.trim().is_empty()
            && code.len() <= LONGEST_CODE
            && !code.contains(|c: char| c.is_control())
            && matches!(secrets::mask(code), std::borrow::Cow::Borrowed(_));
        Self { path: part.path.clone(), rule: part.rule.id, code: is_fit.then(|| code.to_string()) }
    }

    /// The glob that names its file and no other.
    pub fn glob(&self) -> String {
        let mut glob = String::from("/");
        for c in self.path.chars() {
            if matches!(c, '\\' | '*' | '?' | '[' | ']' | '{' | '}' | '!' | '#') || c == ' ' && self.path.ends_with(' ')
            {
                glob.push('\\');
            }
            glob.push(c);
        }
        glob
    }

    /// As the settings of a run have it.
    pub fn ignore(&self, reason: &str) -> Ignore {
        Ignore {
            paths: Paths::new(&[self.glob()]).unwrap_or_default(),
            rule: self.rule,
            code: self.code.clone(),
            reason: reason.to_string(),
            at: None,
        }
    }
}

/// A finding that has to keep its place.
type Key = (&'static str, String, String);

fn key(part: &Finding) -> Key {
    (part.rule.id, part.path.clone(), part.fingerprint.clone())
}

/// What a pass writes.
#[derive(Default)]
struct Plan {
    files: Overlay,
    /// The edits that make the files.
    edits: BTreeMap<String, Vec<Edit>>,
    directives: usize,
    entries: BTreeSet<Entry>,
    /// The findings that it is for, with the place of each.
    tried: BTreeMap<Key, Span>,
}

/// Writes suppressions with a reason, which may be empty, for all findings of a report. `look` gives the report
/// with texts in place of files and with further entries in the settings.
///
/// # Errors
///
/// Those of `look`.
pub fn run<E>(
    report: Report,
    reason: &str,
    look: &mut dyn FnMut(&Overlay, &BTreeSet<Entry>) -> Result<Report, E>,
) -> Result<Written, E> {
    let reason = tidy(reason);
    let mut written = Written { report, ..Written::default() };
    let mut levels: BTreeMap<Key, usize> = BTreeMap::new();
    for _ in 0..MOST_LOOKS {
        let mut plan = plan(&written.report, &reason, &mut levels);
        if plan.tried.is_empty() {
            break;
        }
        let mut files = written.files.clone();
        files.append(&mut plan.files);
        let entries: BTreeSet<Entry> = written.entries.union(&plan.entries).cloned().collect();
        let after = look(&files, &entries)?;
        let bad = judge(&written.report, &after, &plan);
        if !bad.is_empty() {
            for key in bad {
                *levels.entry(key).or_default() += 1;
            }
            continue;
        }
        for path in plan.edits.keys() {
            if let Some(source) = written.report.sources.get(path) {
                written.before.entry(path.clone()).or_insert_with(|| source.text.clone());
            }
        }
        written.files = files;
        written.entries = entries;
        written.directives += plan.directives;
        written.report = after;
    }
    Ok(written)
}

/// A reason in one line that ends no comment.
fn tidy(reason: &str) -> String {
    let mut text = reason.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let first = text.next().unwrap_or_default().to_string();
    let mut text = text.fold(first, |text, word| format!("{text} {word}"));
    for (sign, apart) in [("*/", "* /"), ("-->", "-- >"), ("--!>", "-- !>"), ("%>", "% >"), (" # ", " – "), (" // ", " – ")] {
        text = text.replace(sign, apart);
    }
    text
}

/// The directives for everything that is found and has a place left to try.
fn plan(report: &Report, reason: &str, levels: &mut BTreeMap<Key, usize>) -> Plan {
    let mut plan = Plan::default();
    let mut by_path: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    // What is wrong with suppressions is put right, not suppressed.
    for finding in report.findings.iter().filter(|finding| finding.rule.family != FAMILY) {
        for part in finding.parts() {
            by_path.entry(&part.path).or_default().push(part);
        }
    }
    for (path, parts) in by_path {
        let Some(source) = report.sources.get(path) else { continue };
        let text = source.text.as_str();
        // What is only a piece of the file cannot be written back.
        let is_whole = source.places.is_empty();
        let lang = detect::language(path, text.as_bytes()).unwrap_or(Lang::Plain);
        let layout = Layout::of(text, lang, path);
        in_file(&layout, path, &parts, is_whole, reason, levels, &mut plan);
    }
    plan
}

/// The directives of one file.
fn in_file(
    layout: &Layout<'_>,
    path: &str,
    parts: &[&Finding],
    is_whole: bool,
    reason: &str,
    levels: &mut BTreeMap<Key, usize>,
    plan: &mut Plan,
) {
    let text = layout.text();
    let (known, _) = parse(text, &layout.comments);
    loop {
        let mut chosen: BTreeMap<Anchor, BTreeSet<&'static str>> = BTreeMap::new();
        let mut of_anchor: BTreeMap<Anchor, Vec<Key>> = BTreeMap::new();
        let mut tried: BTreeMap<Key, Span> = BTreeMap::new();
        let mut entries = BTreeSet::new();
        for part in parts {
            let anchors = match is_whole {
                true => place::anchors(layout, path, &known, part.span, reason),
                false => Vec::new(),
            };
            let level = levels.get(&key(part)).copied().unwrap_or_default();
            match anchors.get(level) {
                Some(anchor) => {
                    chosen.entry(anchor.clone()).or_default().insert(part.rule.id);
                    of_anchor.entry(anchor.clone()).or_default().push(key(part));
                }
                None if level <= anchors.len() => drop(entries.insert(Entry::of(part, text))),
                // Once without its code.
                None if level == anchors.len() + 1 => {
                    entries.insert(Entry { code: None, ..Entry::of(part, text) });
                }
                None => continue,
            }
            tried.insert(key(part), part.span);
        }
        let mut edits = Vec::new();
        let mut directives = 0;
        for (anchor, rules) in &chosen {
            let rules: Vec<&str> = rules.iter().copied().collect();
            directives += rules.len();
            edits.push(anchor.edit(path, &rules, reason));
        }
        let refs: Vec<&Edit> = edits.iter().collect();
        let new = fix::applied(text, &refs);
        let wrong: Vec<&Anchor> = misplaced(layout, path, &chosen, &new);
        if wrong.is_empty() {
            if !edits.is_empty() {
                plan.files.insert(path.to_string(), Some(new));
                plan.edits.insert(path.to_string(), edits);
            }
            plan.directives += directives;
            plan.entries.append(&mut entries);
            plan.tried.append(&mut tried);
            return;
        }
        for key in wrong.into_iter().filter_map(|anchor| of_anchor.get(anchor)).flatten() {
            *levels.entry(key.clone()).or_default() += 1;
        }
    }
}

/// The places in which what was written is no directive, or anything else than comments has changed.
fn misplaced<'a>(
    layout: &Layout<'_>,
    path: &str,
    chosen: &'a BTreeMap<Anchor, BTreeSet<&'static str>>,
    new: &str,
) -> Vec<&'a Anchor> {
    let after = Layout::of(new, layout.lang(), path);
    let (directives, _) = parse(new, &after.comments);
    let named = |rules: &BTreeSet<&'static str>| {
        directives.iter().filter(|directive| directive.verb == Verb::Ignore).any(|directive| {
            rules.iter().all(|rule| directive.names.iter().any(|name| name.of(new) == *rule))
        })
    };
    let added = chosen.keys().filter(|anchor| anchor.adds_comment()).count();
    let mut wrong: Vec<&Anchor> = chosen.iter().filter(|(_, rules)| !named(rules)).map(|(anchor, _)| anchor).collect();
    if wrong.is_empty() && after.comments.len() != layout.comments.len() + added {
        // One of them is text, or took something else into a comment: they are told apart one by one.
        for anchor in chosen.keys().filter(|anchor| anchor.adds_comment()) {
            let edit = anchor.edit(path, &["x"], "");
            let alone = fix::applied(layout.text(), &[&edit]);
            if Layout::of(&alone, layout.lang(), path).comments.len() != layout.comments.len() + 1 {
                wrong.push(anchor);
            }
        }
        if wrong.is_empty() {
            wrong.extend(chosen.keys());
        }
    }
    wrong
}

/// The findings for which a pass has not done what it should.
fn judge(before: &Report, after: &Report, plan: &Plan) -> BTreeSet<Key> {
    let broken = |report: &Report| -> BTreeSet<String> {
        report.summary.broken.iter().map(|(path, _)| path.clone()).collect()
    };
    let (was, is) = (broken(before), broken(after));
    let breaks = |path: &String| plan.edits.contains_key(path) && is.contains(path) && !was.contains(path);
    let mut bad: BTreeSet<Key> = plan.tried.keys().filter(|(_, path, _)| breaks(path)).cloned().collect();
    if !bad.is_empty() {
        return bad;
    }
    let left: BTreeSet<(&str, &str, usize)> = after
        .findings
        .iter()
        .flat_map(Finding::parts)
        .map(|part| (part.rule.id, part.path.as_str(), part.span.start))
        .collect();
    for (key, span) in &plan.tried {
        let edits = plan.edits.get(&key.1).map_or(&[][..], Vec::as_slice);
        let moved: usize = edits.iter().filter(|edit| edit.span.start <= span.start).map(|edit| edit.text.len()).sum();
        if left.contains(&(key.0, key.1.as_str(), span.start + moved)) {
            bad.insert(key.clone());
        }
    }
    // A directive that silences nothing, or is not understood, was written in vain.
    let about = |report: &Report| -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for finding in report.findings.iter().filter(|finding| finding.rule.family == FAMILY) {
            *counts.entry(finding.path.clone()).or_default() += 1;
        }
        counts
    };
    let (was, is) = (about(before), about(after));
    for (path, count) in is {
        if count > was.get(&path).copied().unwrap_or_default() && plan.edits.contains_key(&path) {
            bad.extend(plan.tried.keys().filter(|(_, tried, _)| *tried == path).cloned());
        }
    }
    bad
}

/// The text of a settings file with further entries at its end. `in_tool` says that it is a `pyproject.toml`.
pub fn settings(text: &str, entries: &BTreeSet<Entry>, reason: &str, in_tool: bool) -> String {
    let line_break = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let header = if in_tool { "[[tool.dynolint.ignore]]" } else { "[[ignore]]" };
    let reason = tidy(reason);
    let mut new = text.to_string();
    if !new.is_empty() && !new.ends_with('\n') {
        new.push_str(line_break);
    }
    for entry in entries {
        let mut lines = vec![header.to_string(), format!("path = {}", quoted(&entry.glob()))];
        lines.push(format!("rule = {}", quoted(entry.rule)));
        lines.extend(entry.code.as_ref().map(|code| format!("code = {}", quoted(code))));
        if !reason.is_empty() {
            lines.push(format!("reason = {}", quoted(&reason)));
        }
        if !new.is_empty() {
            new.push_str(line_break);
        }
        for line in lines {
            new.push_str(&line);
            new.push_str(line_break);
        }
    }
    new
}

/// A string of TOML.
fn quoted(text: &str) -> String {
    if !text.contains(['\'', '\n', '\r']) && text.contains(['"', '\\']) && !text.contains(char::is_control) {
        return format!("'{text}'");
    }
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if c.is_control() => quoted.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_appended() {
        let entry = |path: &str, code: Option<&str>| Entry {
            path: path.to_string(),
            rule: "dyno-ordinal",
            code: code.map(str::to_string),
        };
        let entries: BTreeSet<Entry> =
            [entry("app.json", Some("\"a\\b\"")), entry("a b/[c].json", Some("it's \"d\""))].into();
        assert_eq!(
            settings("targets = []", &entries, "a  \"b\"\n*/ c", false),
            "targets = []\n\n[[ignore]]\npath = '/a b/\\[c\\].json'\nrule = \"dyno-ordinal\"\n\
             code = \"it's \\\"d\\\"\"\nreason = 'a \"b\" * / c'\n\n[[ignore]]\npath = \"/app.json\"\n\
             rule = \"dyno-ordinal\"\ncode = '\"a\\b\"'\nreason = 'a \"b\" * / c'\n"
        );
        let one = [entry("app.json", None)].into();
        let tool = "[[tool.dynolint.ignore]]\npath = \"/app.json\"\nrule = \"dyno-ordinal\"\n";
        assert_eq!(settings("", &one, "", true), tool);
    }

    #[test]
    fn globs_name_their_file() {
        for path in ["app.json", "a/b c.json", "a/[b]*.json", "!a.json", "#a.json", "a ", "é/ü.json"] {
            let entry = Entry { path: path.to_string(), rule: "dyno-ordinal", code: None };
            let ignore = entry.ignore("");
            assert!(ignore.paths.matches(path), "{path} by {}", entry.glob());
            assert!(!ignore.paths.matches(&format!("x/{path}")), "x/{path} by {}", entry.glob());
        }
    }
}
