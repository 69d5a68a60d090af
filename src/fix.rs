//! Fixes as a transaction over the project: chosen, applied in memory, looked at again, and only then given
//! back to be written.
//!
//! Nothing here touches a disk. A pass takes the fixes that do not get in each other's way, applies them to
//! texts, and has the project checked with these texts in place of its files. What no longer parses, what
//! is still found and what is newly found is taken out again; the rest is kept, and the next pass takes what
//! had to wait.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

use crate::check::check_texts;
use crate::detect;
use crate::finding::{Applicability, Edit, Finding, Fix, Provided, Report};
use crate::lang::Lang;
use crate::project::is_within;
use crate::role;
use crate::settings::Settings;
use crate::span::LineColumn;

/// Texts by path from the project's root: what fixes have made of files; `None` where a file goes.
pub type Overlay = BTreeMap<String, Option<String>>;

/// Most passes. Fixes of one file that touch each other are rare, and a chain of them is short.
const MOST_PASSES: usize = 10;

/// Most fixes that are tried one by one when some of them are wrong; each costs a look at the project.
const MOST_SUSPECTS: usize = 8;

/// What the fixes came to.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The project as it is with the fixes; as it was where there are none.
    pub report: Report,
    /// The new texts of the files that change.
    pub files: Overlay,
    /// The texts that these files had, where they existed.
    pub before: BTreeMap<String, String>,
    /// What was put right, in order of path and place.
    pub fixed: Vec<Fixed>,
    /// Fixes that were taken out again, in order of path and place.
    pub refused: Vec<Refused>,
    /// Findings whose fix would change files outside of the paths asked for.
    pub outside: usize,
}

/// A finding that was put right.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fixed {
    /// Path of the finding, from the project's root.
    pub path: String,
    /// 1-based line and column of the finding, in the text that the fix was made for.
    pub place: LineColumn,
    /// The rule's name.
    pub rule: &'static str,
    /// What was done.
    pub title: String,
    /// What has to be set on the target.
    pub variables: Vec<Provided>,
    /// Paths of the files that it changed, from the project's root.
    pub files: BTreeSet<String>,
}

/// A fix that was taken out again.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Refused {
    /// Path of the finding, from the project's root.
    pub path: String,
    /// 1-based line and column of the finding.
    pub place: LineColumn,
    /// The rule's name.
    pub rule: &'static str,
    /// Why, as words that follow "its fix": "would leave a file that does not parse".
    pub reason: &'static str,
}

/// A fix on trial, with its finding.
#[derive(Clone, Copy)]
struct Candidate<'r> {
    finding: &'r Finding,
    fix: &'r Fix,
}

impl<'r> Candidate<'r> {
    fn touches(&self, path: &str) -> bool {
        self.files().any(|file| file == path)
    }

    fn files(&self) -> impl Iterator<Item = &'r str> + use<'r> {
        self.fix
            .edits
            .iter()
            .map(|edit| edit.path.as_str())
            .chain(self.fix.removes.iter().map(String::as_str))
    }
}

/// A finding that has to keep its place.
pub(crate) type Key = (&'static str, String, String);

pub(crate) fn key(finding: &Finding) -> Key {
    (finding.rule.id, finding.path.clone(), finding.fingerprint.clone())
}

/// Puts right what can be put right with fixes up to `most`.
///
/// `report` is the project as it is; `look` gives the report with texts in place of files.
///
/// # Errors
///
/// Those of `look`.
pub fn run<E>(
    report: Report,
    most: Applicability,
    look: &mut dyn FnMut(&Overlay) -> Result<Report, E>,
) -> Result<Outcome, E> {
    let mut outcome = Outcome { report, ..Outcome::default() };
    let mut refused: BTreeSet<Key> = BTreeSet::new();
    for _ in 0..MOST_PASSES {
        let report = &outcome.report;
        let (mut chosen, outside) = choose(report, most, &refused);
        outcome.outside = outside;
        let mut next = None;
        while !chosen.is_empty() {
            let (files, after) = attempt(report, &outcome.files, &chosen, look)?;
            let mut bad = judge(report, &after, &chosen);
            if bad.is_empty() {
                next = Some((files, after));
                break;
            }
            if (2..=MOST_SUSPECTS).contains(&bad.len()) {
                bad = convict(report, &outcome.files, &chosen, bad, look)?;
            }
            for (at, reason) in &bad {
                let finding = chosen[*at].finding;
                refused.insert(key(finding));
                outcome.refused.push(Refused {
                    path: finding.path.clone(),
                    place: place(report, finding),
                    rule: finding.rule.id,
                    reason,
                });
            }
            let left = chosen.into_iter().enumerate().filter(|(at, _)| !bad.contains_key(at));
            chosen = left.map(|(_, candidate)| candidate).collect();
        }
        let Some((files, after)) = next else { break };
        for candidate in &chosen {
            outcome.fixed.push(Fixed {
                path: candidate.finding.path.clone(),
                place: place(report, candidate.finding),
                rule: candidate.finding.rule.id,
                title: candidate.fix.title.clone(),
                variables: candidate.fix.variables.clone(),
                files: candidate.files().map(str::to_string).collect(),
            });
            for path in candidate.files() {
                if let Some(source) = report.sources.get(path) {
                    outcome.before.entry(path.to_string()).or_insert_with(|| source.text.clone());
                }
            }
        }
        outcome.files = files;
        outcome.report = after;
    }
    // A file that came back to what it was is no change.
    let before = &outcome.before;
    outcome.files.retain(|path, text| text.as_ref() != before.get(path));
    outcome.fixed.sort();
    outcome.refused.sort();
    outcome.refused.dedup();
    Ok(outcome)
}

/// The project with all candidates applied to what was fixed before.
fn attempt<E>(
    report: &Report,
    fixed: &Overlay,
    chosen: &[Candidate<'_>],
    look: &mut dyn FnMut(&Overlay) -> Result<Report, E>,
) -> Result<(Overlay, Report), E> {
    let mut files = fixed.clone();
    files.extend(apply(report, chosen));
    let after = look(&files)?;
    Ok((files, after))
}

/// Those of the suspects that are to blame, tried one after the other beside all that nobody suspects: who
/// is merely in the same file as a wrong fix stays.
fn convict<E>(
    report: &Report,
    fixed: &Overlay,
    chosen: &[Candidate<'_>],
    suspects: BTreeMap<usize, &'static str>,
    look: &mut dyn FnMut(&Overlay) -> Result<Report, E>,
) -> Result<BTreeMap<usize, &'static str>, E> {
    let others = chosen.iter().enumerate().filter(|(at, _)| !suspects.contains_key(at));
    let mut kept: Vec<Candidate<'_>> = others.map(|(_, candidate)| *candidate).collect();
    let mut bad = BTreeMap::new();
    for (at, reason) in &suspects {
        kept.push(chosen[*at]);
        let (_, after) = attempt(report, fixed, &kept, look)?;
        if !judge(report, &after, &kept).is_empty() {
            kept.pop();
            bad.insert(*at, *reason);
        }
    }
    // Each is right alone, and wrong only with another one: then none is certain.
    Ok(if bad.is_empty() { suspects } else { bad })
}

/// [`run`] for a project of texts in memory, by path: the texts afterwards, and the outcome. What no language is
/// known for is a [`Lang::Plain`] file.
pub fn in_texts(
    texts: &BTreeMap<String, String>,
    settings: &Settings,
    most: Applicability,
) -> (BTreeMap<String, String>, Outcome) {
    let with = |overlay: &Overlay| {
        let mut texts = texts.clone();
        for (path, text) in overlay {
            match text {
                Some(text) => drop(texts.insert(path.clone(), text.clone())),
                None => drop(texts.remove(path)),
            }
        }
        texts
    };
    let mut look = |overlay: &Overlay| -> Result<Report, Infallible> {
        let files = with(overlay).into_iter().map(|(path, text)| {
            let lang = detect::language(&path, text.as_bytes()).unwrap_or(Lang::Plain);
            let role = role::role(&path, lang, &text);
            (path, lang, role, text)
        });
        Ok(check_texts(files.collect(), &Settings { overlay: overlay.clone(), ..settings.clone() }))
    };
    let Ok(outcome) = look(&Overlay::new()).and_then(|report| run(report, most, &mut look));
    (with(&outcome.files), outcome)
}

fn place(report: &Report, finding: &Finding) -> LineColumn {
    report
        .sources
        .get(&finding.path)
        .map_or(LineColumn { line: 1, column: 1 }, |source| source.place(finding.span.start))
}

/// The first fix of each finding that may be applied, without those that get in the way of an earlier one;
/// and how many would change files that were not asked for.
fn choose<'r>(
    report: &'r Report,
    most: Applicability,
    refused: &BTreeSet<Key>,
) -> (Vec<Candidate<'r>>, usize) {
    let mut outside = 0;
    let mut chosen: Vec<Candidate<'r>> = Vec::new();
    let mut taken: BTreeMap<&str, Vec<&Edit>> = BTreeMap::new();
    let mut gone: BTreeSet<&str> = BTreeSet::new();
    for finding in &report.findings {
        let Some(fix) = finding.fixes.iter().find(|fix| fix.applicability <= most) else { continue };
        if refused.contains(&key(finding)) {
            continue;
        }
        let candidate = Candidate { finding, fix };
        let asked =
            |path: &str| report.scope.is_empty() || report.scope.iter().any(|scope| is_within(path, scope));
        if !candidate.files().all(asked) {
            outside += 1;
            continue;
        }
        let fits = fix.edits.iter().all(|edit| {
            let others = taken.get(edit.path.as_str()).map_or(&[][..], Vec::as_slice);
            !gone.contains(edit.path.as_str()) && others.iter().all(|other| goes_with(edit, other))
        });
        let goes = fix.removes.iter().all(|path| !taken.contains_key(path.as_str()));
        if !fits || !goes {
            continue;
        }
        for edit in &fix.edits {
            let edits = taken.entry(&edit.path).or_default();
            if !edits.contains(&edit) {
                edits.push(edit);
            }
        }
        gone.extend(fix.removes.iter().map(String::as_str));
        chosen.push(candidate);
    }
    (chosen, outside)
}

/// Whether two edits of one file can both be made: they are the same, or apart. A new file has one author.
fn goes_with(edit: &Edit, other: &Edit) -> bool {
    let (first, second) = if edit.span <= other.span { (edit, other) } else { (other, edit) };
    edit == other || first.is_apart(second)
}

/// The texts of the changed files with the fixes of all candidates.
fn apply(report: &Report, chosen: &[Candidate<'_>]) -> Overlay {
    let mut edits: BTreeMap<&str, Vec<&Edit>> = BTreeMap::new();
    let mut files = Overlay::new();
    for candidate in chosen {
        for edit in &candidate.fix.edits {
            edits.entry(&edit.path).or_default().push(edit);
        }
        files.extend(candidate.fix.removes.iter().map(|path| (path.clone(), None)));
    }
    for (path, edits) in edits {
        let text = report.sources.get(path).map_or("", |source| source.text.as_str());
        files.insert(path.to_string(), Some(applied(text, &edits)));
    }
    files
}

/// The text with the edits, given in any order; they do not overlap, and equal ones are made once.
pub fn applied(text: &str, edits: &[&Edit]) -> String {
    let mut edits = edits.to_vec();
    edits.sort_by_key(|edit| edit.span);
    edits.dedup();
    let mut new = String::with_capacity(text.len());
    let mut done = 0;
    for edit in edits {
        new.push_str(&text[done..edit.span.start]);
        new.push_str(&edit.text);
        done = edit.span.end;
    }
    new.push_str(&text[done..]);
    new
}

/// The candidates that must go, by position, with the reason.
fn judge(before: &Report, after: &Report, chosen: &[Candidate<'_>]) -> BTreeMap<usize, &'static str> {
    let paths = |report: &'_ Report| -> BTreeSet<String> {
        report.summary.broken.iter().map(|(path, _)| path.clone()).collect()
    };
    let (broken, known) = (paths(after), paths(before));
    let breaks = |candidate: &Candidate<'_>| {
        candidate.files().any(|path| broken.contains(path) && !known.contains(path))
    };
    let mut bad = blame(chosen, breaks, "would leave a file that does not parse");
    if !bad.is_empty() {
        return bad;
    }
    // Fingerprints change with the code around a finding; the number of findings tells what is new.
    let mut counts: BTreeMap<(&str, &str), isize> = BTreeMap::new();
    for finding in &before.findings {
        *counts.entry((finding.rule.id, &finding.path)).or_default() -= 1;
    }
    for finding in &after.findings {
        *counts.entry((finding.rule.id, &finding.path)).or_default() += 1;
    }
    for candidate in chosen {
        *counts.entry((candidate.finding.rule.id, &candidate.finding.path)).or_default() += 1;
    }
    let left: BTreeSet<Key> = after.findings.iter().map(key).collect();
    for ((rule, path), _) in counts.into_iter().filter(|(_, count)| *count > 0) {
        let same =
            |candidate: &Candidate<'_>| candidate.finding.rule.id == rule && candidate.finding.path == path;
        // The fix of one of them did nothing: that one if it can be told, else all.
        let still = |candidate: &Candidate<'_>| same(candidate) && left.contains(&key(candidate.finding));
        let mut found = blame(chosen, still, "would not put it right");
        if found.is_empty() {
            found = blame(chosen, same, "would not put it right");
        }
        if found.is_empty() {
            found = blame(chosen, |candidate| candidate.touches(path), "would bring another finding");
        }
        if found.is_empty() {
            found = blame(chosen, |_| true, "would bring another finding");
        }
        bad.extend(found);
    }
    bad
}

/// Those of the candidates that a question is answered with yes for, by position.
fn blame(
    chosen: &[Candidate<'_>],
    guilty: impl Fn(&Candidate<'_>) -> bool,
    reason: &'static str,
) -> BTreeMap<usize, &'static str> {
    let positions = chosen.iter().enumerate().filter(|(_, candidate)| guilty(candidate));
    positions.map(|(at, _)| (at, reason)).collect()
}
