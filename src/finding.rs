//! Findings, and the report that holds all of them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::lang::Lang;
use crate::rule::{Confidence, Impact, Meta, Severity, Step};
use crate::span::{LineColumn, LineIndex, Span};

/// One coupling at one place.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule that found it.
    pub rule: &'static Meta,
    /// Path from the project's root, with forward slashes.
    pub path: String,
    /// The smallest expression that shows it, in bytes of that file's text.
    pub span: Span,
    /// The fact, in one line, without a full stop: "only Heroku sets `DYNO`".
    pub message: String,
    /// What holds at the place itself, very short: "always true after the move". May be empty.
    pub label: String,
    /// What to do, one sentence.
    pub help: String,
    /// More to know, one sentence each: what holds on the chosen target, what was taken into account.
    pub notes: Vec<String>,
    /// How bad it is here.
    pub severity: Severity,
    /// How sure it is.
    pub confidence: Confidence,
    /// What happens after the move.
    pub impact: Impact,
    /// Where the work belongs in a migration.
    pub step: Step,
    /// Other places that belong to it, in order of importance.
    pub related: Vec<Related>,
    /// The findings of the same cause that it took in, each as it was: what becomes of it when its own place is
    /// put right, or left out. Without their fixes, which are in its own.
    pub joined: Vec<Finding>,
    /// Names of the enclosing definitions; part of the fingerprint.
    pub scope: String,
    /// The environment variable it is about, if it is about one.
    pub variable: Option<String>,
    /// Ways to write it, best first.
    pub fixes: Vec<Fix>,
    /// Identity of the finding over time, as [`crate::fingerprint`] makes it. Filled in by the engine.
    pub fingerprint: String,
}

impl Finding {
    /// Where it stands in a report: these are sorted by path, place and rule.
    pub fn order(&self) -> (&str, Span, &'static str) {
        (&self.path, self.span, self.rule.id)
    }

    /// How far the fix that is applied first goes: the most trusted of all, if there is any.
    pub fn applicability(&self) -> Option<Applicability> {
        self.fixes.iter().map(|fix| fix.applicability).min()
    }

    /// Itself and the findings that it took in.
    pub fn parts(&self) -> impl Iterator<Item = &Finding> {
        std::iter::once(self).chain(&self.joined)
    }
}

/// A place that belongs to a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// Path from the project's root, with forward slashes.
    pub path: String,
    /// The place, in bytes of that file's text.
    pub span: Span,
    /// What is there, very short: "raises", "read here".
    pub message: String,
}

/// A way to write it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as a title: "read `PROCESS_TYPE` first".
    pub title: String,
    /// Whether it may be applied without a decision.
    pub applicability: Applicability,
    /// Replacements, not overlapping, in order of path and place. A path that the project does not hold is a
    /// new file.
    pub edits: Vec<Edit>,
    /// Paths of files that go.
    pub removes: Vec<String>,
    /// Variables that have to be set on the target afterwards.
    pub variables: Vec<Provided>,
}

/// A variable that a fix reads, and that somebody has to set on the target.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Provided {
    /// Its name.
    pub name: String,
    /// What it has to hold, as words that follow the name: "the commit that is deployed".
    pub what: String,
}

/// How far a fix can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Applicability {
    /// Behaviour on Heroku stays the same, and it is right elsewhere.
    Safe,
    /// Mechanical, but needs a decision or a setting.
    Unsafe,
}

impl Applicability {
    /// `safe` or `unsafe`.
    pub fn id(self) -> &'static str {
        match self {
            Applicability::Safe => "safe",
            Applicability::Unsafe => "unsafe",
        }
    }
}

/// A replacement in one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// Path from the project's root, with forward slashes.
    pub path: String,
    /// The bytes to replace.
    pub span: Span,
    /// The new text.
    pub text: String,
}

impl Edit {
    /// Whether the edits, of one file and in order of place, touch neither each other's bytes nor the border
    /// between them: the result does not depend on which is done first.
    pub fn is_apart(&self, next: &Edit) -> bool {
        self.span.end < next.span.start
            || (self.span.end == next.span.start && !self.span.is_empty() && !next.span.is_empty())
    }
}

/// A file's text with its lines, for showing places in it.
#[derive(Debug)]
pub struct SourceText {
    /// The decoded text.
    pub text: String,
    /// Its lines.
    pub lines: LineIndex,
    /// As [`crate::source::Source::places`].
    pub places: Vec<(usize, usize)>,
}

impl SourceText {
    /// The text with its line index.
    pub fn new(text: String) -> Self {
        let lines = LineIndex::new(&text);
        Self { text, lines, places: Vec::new() }
    }

    /// The offset in the file of an offset in the text, which may be less than the whole file.
    pub fn offset_in_file(&self, offset: usize) -> usize {
        let next = self.places.partition_point(|(at, _)| *at <= offset);
        let before = next.checked_sub(1).map(|before| self.places[before]);
        before.map_or(offset, |(at, in_file)| in_file + (offset - at))
    }

    /// The 1-based line and column (in characters) of a byte offset.
    pub fn place(&self, offset: usize) -> LineColumn {
        self.lines.place(&self.text, offset)
    }
}

/// The result of a run.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The project's root, canonical; empty for texts in memory.
    pub root: PathBuf,
    /// The project's folder below the root of its git checkout, with forward slashes; empty where they are the
    /// same, and where there is no checkout.
    pub within: String,
    /// Paths asked for, from the root; empty means everything.
    pub scope: Vec<String>,
    /// What is reported, sorted by path, place and rule.
    pub findings: Vec<Finding>,
    /// Names of the rules that ran.
    pub ran: BTreeSet<&'static str>,
    /// Fingerprints of what was found and left out because of what was asked for: paths, thresholds, roles.
    pub left_out: BTreeSet<String>,
    /// The texts of all files that findings, their related places or their fixes stand in, by path.
    pub sources: BTreeMap<String, Arc<SourceText>>,
    /// Which of [`crate::settings::Settings::ignores`] silence nothing, by their numbers from 0.
    pub idle_ignores: Vec<usize>,
    /// How many of them silence something.
    pub used_ignores: usize,
    /// Everything else worth knowing.
    pub summary: Summary,
}

/// What a run looked at, and what it left out.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// Files read.
    pub files: usize,
    /// Files parsed, because they could matter.
    pub parsed: usize,
    /// Files read, by language.
    pub languages: BTreeMap<Lang, usize>,
    /// Bytes read.
    pub bytes: u64,
    /// Files not read, by reason.
    pub skipped: BTreeMap<String, usize>,
    /// Files or folders that could not be read: path and error.
    pub unreadable: Vec<(String, String)>,
    /// Paths asked for in which no file was read, as paths from the root.
    pub nothing_read: Vec<String>,
    /// Those of them that something leaves out: path, and what does.
    pub excluded: Vec<(String, &'static str)>,
    /// Files that did not parse whole: path and the 1-based line of the first place.
    pub broken: Vec<(String, usize)>,
    /// Findings left out because of the role of their file, by role.
    pub hidden_by_role: BTreeMap<String, usize>,
    /// Reads left out because they are no coupling any more: a variable of the project's own comes first.
    pub harmless: usize,
    /// Findings that comments or settings suppress.
    pub suppressed: usize,
    /// Findings left out because of a threshold or a rule choice.
    pub hidden_by_threshold: usize,
    /// Findings left out because the settings turn their rule off for their file.
    pub hidden_by_settings: usize,
    /// Findings that are worth something only on Heroku, in packages that nothing ties to it.
    pub without_heroku: usize,
    /// Findings outside the paths asked for.
    pub hidden_by_path: usize,
    /// How the findings compare with the baseline, where there is one.
    pub baseline: Option<Compared>,
    /// Findings left out because nothing changed where they stand, where only changes were asked for.
    pub unchanged: Option<usize>,
    /// How much speaks for Heroku.
    pub evidence: Evidence,
    /// Time taken.
    pub elapsed: Duration,
}

/// How the findings of a project compare with its baseline.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// Findings that are not in the baseline.
    pub new: usize,
    /// Findings left out because they are in it.
    pub known: usize,
    /// Entries of the baseline that nothing is found for any more.
    pub fixed: usize,
}

/// Signs that the project runs on Heroku.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// Sum of the weights of the distinct kinds of signs; three or more mean "a Heroku application".
    pub score: u32,
    /// What was seen: kind, what, path and 1-based line, strongest first, one of each kind.
    pub signs: Vec<(crate::fact::SignKind, String, String, usize)>,
}

impl Evidence {
    /// Whether the project counts as a Heroku application.
    pub fn is_heroku(&self) -> bool {
        self.score >= crate::fact::SignKind::ENOUGH
    }
}

impl Report {
    /// The same report with all paths from the root of the checkout, as forges want them.
    pub fn from_checkout(mut self) -> Self {
        if self.within.is_empty() {
            return self;
        }
        let within = std::mem::take(&mut self.within);
        let whole = |path: &mut String| path.insert_str(0, &format!("{within}/"));
        for finding in &mut self.findings {
            whole(&mut finding.path);
            finding.related.iter_mut().for_each(|related| whole(&mut related.path));
            for fix in &mut finding.fixes {
                fix.edits.iter_mut().for_each(|edit| whole(&mut edit.path));
                fix.removes.iter_mut().for_each(whole);
            }
        }
        self.scope.iter_mut().for_each(whole);
        let summary = &mut self.summary;
        summary.unreadable.iter_mut().for_each(|(path, _)| whole(path));
        summary.nothing_read.iter_mut().for_each(whole);
        summary.excluded.iter_mut().for_each(|(path, _)| whole(path));
        summary.broken.iter_mut().for_each(|(path, _)| whole(path));
        summary.evidence.signs.iter_mut().for_each(|(_, _, path, _)| whole(path));
        let sources = std::mem::take(&mut self.sources);
        self.sources =
            sources.into_iter().map(|(path, source)| (format!("{within}/{path}"), source)).collect();
        self.within = within;
        self
    }

    /// How many findings have exactly this severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }
}
