//! The settings file of a project: what it can say ([`keys`]), where it is ([`find`]), what it says ([`read`]),
//! and how that is shown ([`listing`], [`page`]).

use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};
use std::path::PathBuf;

use clap::ValueEnum;

use crate::coupling::Coupling;
use crate::paths::Paths;
use crate::platform::Names;
use crate::rule::{Meta, Severity};
use crate::rules::own;
use crate::settings::{FixLevel, Ignore, Override, RuleSettings, Settings};

pub mod find;
pub mod keys;
pub mod listing;
pub mod page;
pub mod read;

pub use find::load;

/// Where something stands in the settings file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// 1-based line.
    pub line: usize,
    /// 1-based column, in characters.
    pub column: usize,
}

/// What is wrong with the settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The file as it is shown to people, with forward slashes.
    pub file: String,
    /// Where in the file, if it could be read.
    pub place: Option<Place>,
    /// What is wrong, lower case, without a full stop. Already fit for a terminal.
    pub message: String,
    /// What to do about it. Already fit for a terminal.
    pub advice: Option<String>,
}

impl Display for Mistake {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let file = crate::escape::terminal(&self.file);
        match self.place {
            Some(Place { line, column }) => write!(f, "{file}:{line}:{column}: {}", self.message),
            None => write!(f, "{file}: {}", self.message),
        }
    }
}

/// A text that is set, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The text.
    pub text: String,
    /// Where it stands.
    pub at: Place,
}

/// The value of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// `true` or `false`.
    Flag(bool),
    /// One text.
    One(String),
    /// A list of texts.
    Many(Vec<Text>),
}

/// A key that is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its value; it is what the table of keys asks for.
    pub value: Value,
    /// Where the value stands.
    pub at: Place,
}

/// The keys of one table that are set, by their names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// Where the table begins.
    pub at: Place,
    /// What is set.
    pub entries: BTreeMap<&'static str, Entry>,
}

impl Table {
    /// The value of a flag, if it is set.
    pub fn flag(&self, key: &str) -> Option<bool> {
        match self.entries.get(key)?.value {
            Value::Flag(flag) => Some(flag),
            _ => None,
        }
    }

    /// The one text of a key, if it is set.
    pub fn text(&self, key: &str) -> Option<&str> {
        match &self.entries.get(key)?.value {
            Value::One(text) => Some(text),
            _ => None,
        }
    }

    /// The texts of a key; none where it is not set.
    pub fn texts(&self, key: &str) -> Vec<String> {
        match self.entries.get(key).map(|entry| &entry.value) {
            Some(Value::Many(items)) => items.iter().map(|item| item.text.clone()).collect(),
            _ => Vec::new(),
        }
    }

    /// The value of a key that is one of some words.
    fn word<T: ValueEnum>(&self, key: &str) -> Option<T> {
        self.text(key).and_then(|text| T::from_str(text, false).ok())
    }

    /// What a table of `[[couplings]]` says.
    fn coupling(&self) -> Coupling {
        let text = |key| self.text(key).map(str::to_string);
        Coupling {
            variables: self.texts("variables"),
            hosts: self.texts("hosts"),
            commands: self.texts("commands"),
            packages: self.texts("packages"),
            calls: self.texts("calls"),
            severity: self.word("severity").unwrap_or(Severity::Warning),
            help: text("help"),
            replacement: text("replacement"),
            url: text("url"),
            ..Coupling::new(text("name").unwrap_or_default(), text("message").unwrap_or_default())
        }
    }

    /// The paths that the globs of a key name. The reader has asked whether they are globs.
    fn paths(&self, key: &str) -> Paths {
        Paths::new(&self.texts(key)).unwrap_or_default()
    }

    /// The same for a key with one glob.
    fn glob(&self, key: &str) -> Paths {
        let glob: Vec<String> = self.text(key).map(str::to_string).into_iter().collect();
        Paths::new(&glob).unwrap_or_default()
    }
}

/// What is set for rules in some paths.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// `paths`.
    pub table: Table,
    /// What is set, by the rule's name.
    pub rules: BTreeMap<String, Table>,
}

/// What a settings file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// The file as it is shown to people, with forward slashes; empty where there is none.
    pub file: String,
    /// The file's path from the project's root, where it is below that.
    pub place: Option<String>,
    /// The keys above the first table.
    pub top: Table,
    /// `[rules.<id>]`, by the rule's name today.
    pub rules: BTreeMap<String, Table>,
    /// `[[overrides]]`.
    pub overrides: Vec<Part>,
    /// `[[ignore]]`, with the rule's name as it is today.
    pub ignores: Vec<Table>,
    /// `[[couplings]]`.
    pub couplings: Vec<Table>,
    /// `[fix]`.
    pub fix: Table,
    /// What people should know: names of rules that have changed.
    pub notes: Vec<String>,
}

impl Config {
    /// The rules of the team's own.
    pub fn couplings(&self) -> Vec<Coupling> {
        self.couplings.iter().map(Table::coupling).collect()
    }

    /// The names by which fixes call what a team has to provide.
    pub fn names(&self) -> Names {
        let mut names = Names::default();
        for (key, purpose) in Names::KEYS {
            if let Some(name) = self.fix.text(key) {
                names.choose(purpose, name);
            }
        }
        if let Some(zone) = self.fix.text(keys::TIME_ZONE) {
            names.set_time_zone(zone);
        }
        names
    }

    /// Puts what the file says in the place of the usual settings. Flags come after it, and win.
    pub fn apply(&self, settings: &mut Settings) {
        settings.own = own::rules(&self.couplings());
        let known = settings.known_rules();
        let top = &self.top;
        settings.targets =
            top.texts("targets").iter().filter_map(|id| ValueEnum::from_str(id, false).ok()).collect();
        settings.exclude.extend(top.texts("exclude"));
        settings.min_severity = top.word("min-severity").unwrap_or(settings.min_severity);
        settings.min_confidence = top.word("min-confidence").unwrap_or(settings.min_confidence);
        settings.fail_on = top.word("fail-on").unwrap_or(settings.fail_on);
        settings.pedantic = top.flag("pedantic").unwrap_or(settings.pedantic);
        settings.assume_heroku = top.flag("assume-heroku").unwrap_or(settings.assume_heroku);
        settings.all_roles = top.flag("all-roles").unwrap_or(settings.all_roles);
        settings.require_reason = top.flag("require-reason").unwrap_or(settings.require_reason);
        settings.wrappers.extend(top.texts("wrappers"));
        settings.names = self.names();
        settings.baseline = self.top.text("baseline").map(PathBuf::from).or(settings.baseline.take());
        settings.rules = rules(&self.rules, &known);
        settings.overrides = self
            .overrides
            .iter()
            .map(|part| Override { paths: part.table.paths("paths"), rules: rules(&part.rules, &known) })
            .collect();
        settings.ignores = self.ignores.iter().filter_map(|table| self.ignore(table, &known)).collect();
    }

    fn ignore(&self, table: &Table, known: &[&'static Meta]) -> Option<Ignore> {
        Some(Ignore {
            paths: table.glob("path"),
            rule: id(table.text("rule")?, known)?,
            code: table.text("code").map(str::to_string),
            reason: table.text("reason").unwrap_or_default().to_string(),
            at: self.place.clone().map(|file| (file, table.at.line)),
        })
    }
}

/// What is set for rules.
fn rules(tables: &BTreeMap<String, Table>, known: &[&'static Meta]) -> BTreeMap<&'static str, RuleSettings> {
    let rules = tables.iter().filter_map(|(name, table)| {
        let fix = table.text("fix");
        let fix = fix.and_then(|fix| FixLevel::ALL.iter().find(|(name, _)| *name == fix));
        let settings = RuleSettings {
            enabled: table.flag("enabled"),
            severity: table.word("severity"),
            fix: fix.map(|(_, level)| *level),
            exclude: table.paths("exclude"),
        };
        Some((id(name, known)?, settings))
    });
    rules.collect()
}

/// The name of a rule as the rule knows it.
fn id(name: &str, known: &[&'static Meta]) -> Option<&'static str> {
    known.iter().find(|rule| rule.id == name).map(|rule| rule.id)
}

#[cfg(test)]
mod tests;
