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
use crate::fix::{self, Key, Overlay, key};
use crate::lang::Lang;
use crate::lang::comments::Layout;
use crate::paths::Paths;
use crate::secrets;
use crate::settings::Ignore;

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
            if matches!(c, '\\' | '*' | '?' | '[' | ']' | '{' | '}' | '!' | '#')
                || c == ' ' && self.path.ends_with(' ')
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

/// Gives the report with texts in place of files, and with further entries at the end of those of the settings.
pub type Look<'l, E> = dyn FnMut(&Overlay, &BTreeSet<Entry>) -> Result<Report, E> + 'l;

/// What a pass writes.
#[derive(Default)]
struct Plan {
    files: Overlay,
    /// The edits that make the files, in order of place.
    edits: BTreeMap<String, Vec<Edit>>,
    directives: usize,
    entries: BTreeSet<Entry>,
    /// What it is for.
    spots: Vec<Spot>,
}

/// One place of a finding, and what is to silence it.
struct Spot {
    key: Key,
    /// Where it is.
    start: usize,
    /// Another finding speaks for it: it may need nothing of its own.
    is_joined: bool,
    by: By,
}

/// What silences a place.
enum By {
    Directive(Anchor),
    Entry(Entry),
}

/// What earlier passes came to.
#[derive(Default)]
struct Tried {
    /// How many places for a directive were in vain.
    levels: BTreeMap<Key, usize>,
    /// Places that go with the finding that speaks for them.
    needless: BTreeSet<Key>,
}

/// Writes suppressions with a reason, which may be empty, for all findings of a report.
///
/// # Errors
///
/// Those of `look`.
pub fn run<E>(report: Report, reason: &str, look: &mut Look<'_, E>) -> Result<Written, E> {
    let reason = tidy(reason);
    let given = report.idle_ignores.len() + report.used_ignores;
    let mut written = Written { report, ..Written::default() };
    let mut tried = Tried::default();
    for _ in 0..MOST_LOOKS {
        let mut plan = plan(&written.report, &reason, &mut tried);
        if plan.spots.is_empty() {
            break;
        }
        let mut files = written.files.clone();
        files.append(&mut plan.files);
        let entries: BTreeSet<Entry> = written.entries.union(&plan.entries).cloned().collect();
        let after = look(&files, &entries)?;
        let idle = idle(&after, &entries, given);
        if !judge(&written.report, &after, &plan, &idle, &mut tried) {
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
    // A later one may have taken over for an earlier one.
    let idle = idle(&written.report, &written.entries, given);
    if !idle.is_empty() {
        written.entries.retain(|entry| !idle.contains(entry));
        written.report = look(&written.files, &written.entries)?;
    }
    Ok(written)
}

/// The entries that silence nothing; before them the settings have so many of their own.
fn idle(report: &Report, entries: &BTreeSet<Entry>, given: usize) -> BTreeSet<Entry> {
    let own = report.idle_ignores.iter().filter_map(|at| at.checked_sub(given));
    own.filter_map(|at| entries.iter().nth(at).cloned()).collect()
}

/// A reason in one line that ends no comment.
fn tidy(reason: &str) -> String {
    let words = reason.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let mut text = words.collect::<Vec<_>>().join(" ");
    let apart =
        [("*/", "* /"), ("-->", "-- >"), ("--!>", "-- !>"), ("%>", "% >"), (" # ", " – "), (" // ", " – ")];
    for (sign, apart) in apart {
        text = text.replace(sign, apart);
    }
    text
}

/// The directives for everything that is found and has a place left to try.
fn plan(report: &Report, reason: &str, tried: &mut Tried) -> Plan {
    let mut plan = Plan::default();
    let mut by_path: BTreeMap<&str, Vec<(&Finding, bool)>> = BTreeMap::new();
    // What is wrong with suppressions is put right, not suppressed.
    for finding in report.findings.iter().filter(|finding| finding.rule.family != FAMILY) {
        for (number, part) in finding.parts().enumerate() {
            if number == 0 || !tried.needless.contains(&key(part)) {
                by_path.entry(&part.path).or_default().push((part, number > 0));
            }
        }
    }
    for (path, parts) in by_path {
        let Some(source) = report.sources.get(path) else { continue };
        let text = source.text.as_str();
        let lang = detect::language(path, text.as_bytes()).unwrap_or(Lang::Plain);
        // What is only a piece of the file cannot be written back.
        let page =
            Page { layout: Layout::of(text, lang, path), path, is_whole: source.places.is_empty(), reason };
        page.write(&parts, tried, &mut plan);
    }
    plan
}

/// A file in which directives are written.
struct Page<'a> {
    layout: Layout<'a>,
    path: &'a str,
    is_whole: bool,
    reason: &'a str,
}

impl Page<'_> {
    /// Adds the directives for some findings to a plan; `true` with those that another one speaks for.
    fn write(&self, parts: &[(&Finding, bool)], tried: &mut Tried, plan: &mut Plan) {
        let text = self.layout.text();
        let (known, _) = parse(text, &self.layout.comments);
        loop {
            let mut chosen: BTreeMap<Anchor, BTreeSet<&'static str>> = BTreeMap::new();
            let mut spots = Vec::new();
            for &(part, is_joined) in parts {
                let level = tried.levels.get(&key(part)).copied().unwrap_or_default();
                let Some(by) = self.place(part, parts, &known, level) else { continue };
                if let By::Directive(anchor) = &by {
                    chosen.entry(anchor.clone()).or_default().insert(part.rule.id);
                }
                spots.push(Spot { key: key(part), start: part.span.start, is_joined, by });
            }
            let mut edits: Vec<Edit> = chosen
                .iter()
                .map(|(anchor, rules)| {
                    anchor.edit(self.path, &rules.iter().copied().collect::<Vec<_>>(), self.reason)
                })
                .collect();
            edits.sort_by_key(|edit| edit.span);
            let new = fix::applied(text, &edits.iter().collect::<Vec<_>>());
            let wrong = self.misplaced(&chosen, &new);
            if wrong.is_empty() {
                plan.directives += chosen.values().map(BTreeSet::len).sum::<usize>();
                plan.entries.extend(spots.iter().filter_map(|spot| match &spot.by {
                    By::Entry(entry) => Some(entry.clone()),
                    By::Directive(_) => None,
                }));
                plan.spots.append(&mut spots);
                if !edits.is_empty() {
                    plan.files.insert(self.path.to_string(), Some(new));
                    plan.edits.insert(self.path.to_string(), edits);
                }
                return;
            }
            for spot in spots {
                if matches!(&spot.by, By::Directive(anchor) if wrong.contains(&anchor)) {
                    *tried.levels.entry(spot.key).or_default() += 1;
                }
            }
        }
    }

    /// What is to silence a finding after so many places were in vain.
    fn place(
        &self,
        part: &Finding,
        parts: &[(&Finding, bool)],
        known: &[super::Directive],
        level: usize,
    ) -> Option<By> {
        let text = self.layout.text();
        let line = self.layout.line_start(part.span.start);
        // All of a line share one directive.
        let of_line = parts.iter().filter(|(other, _)| self.layout.line_start(other.span.start) == line);
        let rules: BTreeSet<&str> = of_line.map(|(other, _)| other.rule.id).collect();
        let rules: Vec<&str> = rules.into_iter().collect();
        let anchors = match self.is_whole {
            true => place::anchors(&self.layout, self.path, known, part.span, &rules, self.reason),
            false => Vec::new(),
        };
        match level.checked_sub(anchors.len()) {
            None => Some(By::Directive(anchors[level].clone())),
            Some(0) => Some(By::Entry(Entry::of(part, text))),
            // Once without its code.
            Some(1) => Some(By::Entry(Entry { code: None, ..Entry::of(part, text) })),
            Some(_) => None,
        }
    }

    /// The places in which what was written is no directive, or anything else than comments has changed.
    fn misplaced<'c>(
        &self,
        chosen: &'c BTreeMap<Anchor, BTreeSet<&'static str>>,
        new: &str,
    ) -> Vec<&'c Anchor> {
        let layout = &self.layout;
        let comments = |text: &str| Layout::of(text, layout.lang(), self.path).comments;
        let after = comments(new);
        let (directives, _) = parse(new, &after);
        let is_named = |rules: &BTreeSet<&'static str>| {
            directives.iter().filter(|directive| directive.verb == Verb::Ignore).any(|directive| {
                rules.iter().all(|rule| directive.names.iter().any(|name| name.of(new) == *rule))
            })
        };
        let unnamed = chosen.iter().filter(|(_, rules)| !is_named(rules));
        let mut wrong: Vec<&Anchor> = unnamed.map(|(anchor, _)| anchor).collect();
        let added: Vec<&Anchor> = chosen.keys().filter(|anchor| anchor.adds_comment()).collect();
        if wrong.is_empty() && after.len() != layout.comments.len() + added.len() {
            // One of them is text, or took something else into a comment: they are told apart one by one.
            for anchor in added {
                let edit = anchor.edit(self.path, &["x"], "");
                let alone = fix::applied(layout.text(), &[&edit]);
                if comments(&alone).len() != layout.comments.len() + 1 {
                    wrong.push(anchor);
                }
            }
            if wrong.is_empty() {
                wrong.extend(chosen.keys());
            }
        }
        wrong
    }
}

/// Whether a pass has done what it should. What was in vain is noted for the next one.
fn judge(before: &Report, after: &Report, plan: &Plan, idle: &BTreeSet<Entry>, tried: &mut Tried) -> bool {
    let broken = |report: &Report| -> BTreeSet<String> {
        report.summary.broken.iter().map(|(path, _)| path.clone()).collect()
    };
    let (was, is) = (broken(before), broken(after));
    let breaks = |path: &String| plan.edits.contains_key(path) && is.contains(path) && !was.contains(path);
    let breaking: Vec<&Spot> = plan.spots.iter().filter(|spot| breaks(&spot.key.1)).collect();
    if !breaking.is_empty() {
        breaking.iter().for_each(|spot| *tried.levels.entry(spot.key.clone()).or_default() += 1);
        return false;
    }
    let left: BTreeSet<(&str, &str, usize)> = after
        .findings
        .iter()
        .flat_map(Finding::parts)
        .map(|part| (part.rule.id, part.path.as_str(), part.span.start))
        .collect();
    let needless = needless(after, plan);
    let mut is_good = true;
    for (number, spot) in plan.spots.iter().enumerate() {
        let (rule, path, _) = &spot.key;
        let edits = plan.edits.get(path).map_or(&[][..], Vec::as_slice);
        let is_left = left.contains(&(*rule, path.as_str(), moved(edits, spot.start)));
        let is_needless = match &spot.by {
            By::Directive(_) => needless.contains(&number),
            By::Entry(entry) => idle.contains(entry),
        };
        if spot.is_joined && (is_needless || is_left) {
            is_good &= !tried.needless.insert(spot.key.clone());
        } else if is_left || is_needless {
            *tried.levels.entry(spot.key.clone()).or_default() += 1;
            is_good = false;
        }
    }
    is_good
}

/// Where an offset is when the edits are made.
fn moved(edits: &[Edit], at: usize) -> usize {
    at + edits.iter().filter(|edit| edit.span.start <= at).map(|edit| edit.text.len()).sum::<usize>()
}

/// The numbers of the places whose directives are found to silence nothing.
fn needless(after: &Report, plan: &Plan) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    for finding in after.findings.iter().filter(|finding| finding.rule.family == FAMILY) {
        let Some(edits) = plan.edits.get(&finding.path) else { continue };
        let Some(source) = after.sources.get(&finding.path) else { continue };
        let name = finding.span.of(&source.text);
        let mut grown = 0;
        for edit in edits {
            let start = edit.span.start + grown;
            grown += edit.text.len();
            if !(start <= finding.span.start && finding.span.start < start + edit.text.len()) {
                continue;
            }
            let is_it = |spot: &Spot| {
                let by = matches!(&spot.by, By::Directive(anchor) if anchor.makes(edit));
                by && spot.key.0 == name && spot.key.1 == finding.path
            };
            found.extend(plan.spots.iter().enumerate().filter(|(_, spot)| is_it(spot)).map(|(at, _)| at));
        }
    }
    found
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
