//! What a run is asked to do.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::finding::{Applicability, Fix};
use crate::paths::Paths;
use crate::platform::Names;
use crate::rule::{Confidence, Meta, Severity, Target};
use crate::rules::{self, Rule};
use crate::vocabulary::Vocabulary;

/// What a run is asked to do; the default is a plain `dynolint`.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Files and folders to report on, as given; empty means the whole project.
    pub paths: Vec<PathBuf>,
    /// Folder that relative paths start from.
    pub cwd: PathBuf,
    /// Text that stands in for a file of the project: its path and the text.
    pub stdin: Option<(PathBuf, Vec<u8>)>,
    /// Rules to run; empty means all that run by default.
    pub only: Vec<&'static str>,
    /// Rules not to run.
    pub skip: Vec<&'static str>,
    /// Least severity reported.
    pub min_severity: Severity,
    /// Least confidence reported.
    pub min_confidence: Confidence,
    /// Also run what is only for the thorough.
    pub pedantic: bool,
    /// Also report reads that are no coupling any more: a variable of the project's own comes first.
    pub harmless: bool,
    /// Take every package for a Heroku application, whatever speaks for it.
    pub assume_heroku: bool,
    /// Also report tests, documents, vendored and generated files.
    pub all_roles: bool,
    /// Where the move goes, as far as that is known: findings say what holds on each.
    pub targets: Vec<Target>,
    /// What is set for single rules, by name.
    pub rules: BTreeMap<&'static str, RuleSettings>,
    /// What is set for rules in some paths; later ones win.
    pub overrides: Vec<Override>,
    /// Rules of the team's own, run after the built-in ones.
    pub own: Vec<&'static dyn Rule>,
    /// Functions that read the environment, besides those that the project defines: `AppConfig.get`.
    pub wrappers: Vec<String>,
    /// Whether what is meant to be suppressed is left out.
    pub suppress: bool,
    /// Findings that the settings suppress.
    pub ignores: Vec<Ignore>,
    /// Whether a suppression has to say why.
    pub require_reason: bool,
    /// Least severity for which a run fails.
    pub fail_on: FailOn,
    /// The baseline, from the project's root, where the settings name one.
    pub baseline: Option<PathBuf>,
    /// Globs below the root that are not read.
    pub exclude: Vec<String>,
    /// Read also what `.gitignore` leaves out.
    pub no_ignore: bool,
    /// Whether files that [`Settings::paths`] name outright are read even where they are left out.
    pub include_excluded: bool,
    /// Threads; 0 means one for each core.
    pub threads: usize,
    /// Texts that stand in for files of the project, by path from the root with forward slashes; `None` for
    /// a file that is to be taken as gone. They are parsed whatever is in them.
    pub overlay: BTreeMap<String, Option<String>>,
    /// The names by which fixes call what a team has to provide.
    pub names: Names,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            paths: Vec::new(),
            cwd: PathBuf::from("."),
            stdin: None,
            only: Vec::new(),
            skip: Vec::new(),
            min_severity: Severity::Note,
            min_confidence: Confidence::Low,
            pedantic: false,
            harmless: false,
            assume_heroku: false,
            all_roles: false,
            targets: Vec::new(),
            rules: BTreeMap::new(),
            overrides: Vec::new(),
            own: Vec::new(),
            wrappers: Vec::new(),
            suppress: true,
            ignores: Vec::new(),
            require_reason: false,
            fail_on: FailOn::default(),
            baseline: None,
            exclude: Vec::new(),
            no_ignore: false,
            include_excluded: false,
            threads: 0,
            overlay: BTreeMap::new(),
            names: Names::default(),
        }
    }
}

impl Settings {
    /// What every rule knows about itself: the built-in ones and the team's own.
    pub fn known_rules(&self) -> Vec<&'static Meta> {
        rules::ALL.iter().chain(&self.own).map(|rule| rule.meta()).collect()
    }

    /// Which calls and texts are worth a fact: what the built-in rules know, and the team's own.
    pub fn vocabulary(&self) -> Vocabulary {
        Vocabulary::with(self.own.iter().map(|rule| rule.words()))
    }

    /// What is set for a rule in a file, from the project's root.
    pub fn of_rule(&self, id: &str, path: &str) -> OfRule {
        let mut found = OfRule::default();
        if let Some(rule) = self.rules.get(id) {
            found.take(rule);
            found.enabled = rule.enabled;
            found.here = rule.exclude.matches(path).then_some(false);
        }
        for part in self.overrides.iter().filter(|part| part.paths.matches(path)) {
            if let Some(rule) = part.rules.get(id) {
                found.take(rule);
                found.here = rule.enabled.or(found.here);
            }
        }
        found
    }
}

/// What is set for one rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleSettings {
    /// Whether it runs; by default what its status says.
    pub enabled: Option<bool>,
    /// How bad its findings are, whatever the rule says.
    pub severity: Option<Severity>,
    /// How far its fixes are trusted, whatever the rule says.
    pub fix: Option<FixLevel>,
    /// Where it does not report.
    pub exclude: Paths,
}

/// What is set for rules in some paths.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Override {
    /// The paths.
    pub paths: Paths,
    /// What is set, by the rule's name.
    pub rules: BTreeMap<&'static str, RuleSettings>,
}

/// What is set for a rule in one file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OfRule {
    /// Whether it runs in the project.
    pub enabled: Option<bool>,
    /// Whether it runs in this file, where something is set for its path.
    pub here: Option<bool>,
    /// As [`RuleSettings::severity`].
    pub severity: Option<Severity>,
    /// As [`RuleSettings::fix`].
    pub fix: Option<FixLevel>,
}

impl OfRule {
    fn take(&mut self, rule: &RuleSettings) {
        self.severity = rule.severity.or(self.severity);
        self.fix = rule.fix.or(self.fix);
    }
}

/// How far the fixes of a rule are trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FixLevel {
    /// There are none.
    Off,
    /// All of them need a decision.
    Unsafe,
    /// All of them are applied without one.
    Safe,
}

impl FixLevel {
    /// Every level with its name.
    pub const ALL: [(&'static str, FixLevel); 3] =
        [("off", FixLevel::Off), ("unsafe", FixLevel::Unsafe), ("safe", FixLevel::Safe)];

    /// A fix as far as it is trusted.
    pub fn trust(self, fix: Fix) -> Option<Fix> {
        match self {
            FixLevel::Off => None,
            FixLevel::Unsafe => Some(Fix { applicability: Applicability::Unsafe, ..fix }),
            FixLevel::Safe => Some(Fix { applicability: Applicability::Safe, ..fix }),
        }
    }
}

/// Findings that the settings suppress: for files that can hold no comment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ignore {
    /// The files.
    pub paths: Paths,
    /// The rule's name.
    pub rule: &'static str,
    /// Only findings on this code; blanks do not count.
    pub code: Option<String>,
    /// Why; may be empty.
    pub reason: String,
    /// The file that says so, from the project's root, and the 1-based line; nothing where it is elsewhere.
    pub at: Option<(String, usize)>,
}

/// Least severity for exit code 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum FailOn {
    Error,
    #[default]
    Warning,
    Note,
    Never,
}

impl FailOn {
    /// Every value, in the order of the documentation.
    pub const ALL: [FailOn; 4] = [FailOn::Error, FailOn::Warning, FailOn::Note, FailOn::Never];

    /// `error`, `warning`, `note`, `never`.
    pub fn id(self) -> &'static str {
        match self {
            FailOn::Error => "error",
            FailOn::Warning => "warning",
            FailOn::Note => "note",
            FailOn::Never => "never",
        }
    }

    /// The least severity that fails, if any does.
    pub fn least(self) -> Option<Severity> {
        match self {
            FailOn::Error => Some(Severity::Error),
            FailOn::Warning => Some(Severity::Warning),
            FailOn::Note => Some(Severity::Note),
            FailOn::Never => None,
        }
    }
}
