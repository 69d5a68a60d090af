//! What comments and settings suppress: `dynolint: ignore[rule] reason` in the comments of every language, and
//! the entries `[[ignore]]` of the settings file.
//!
//! A directive silences findings of the rules that it names, in its place: at the end of a line with code
//! what touches that line; alone on its line what begins in the statement or entry below it; `ignore-file`
//! in the whole file; `disable` up to `enable`. What silences nothing is itself found, by the rules of the family
//! "suppressions".

mod directive;
mod edit;
pub mod write;

use std::collections::BTreeSet;

use crate::cli;
use crate::finding::Finding;
use crate::lang::comments::Layout;
use crate::project::{File, Project};
use crate::remedy::{Remedy, What};
use crate::role::Role;
use crate::rule::Meta;
use crate::settings::Settings;
use crate::span::Span;

pub use directive::{Directive, Mistake, Verb, parse};

/// The word that every directive begins with.
pub const WORD: &str = "dynolint:";

/// The family of the rules over suppressions.
pub const FAMILY: &str = "suppressions";

/// What the rules over suppressions watch for.
pub const WATCHES: &[&str] = &["dynolint:*"];

/// Something about a suppression that a rule may find worth saying.
#[derive(Clone, Debug)]
pub struct Suppression {
    /// What is meant by it, in bytes of the file.
    pub span: Span,
    /// What is the matter.
    pub state: State,
    /// How it is put right, if that is known.
    pub remedy: Option<Remedy>,
}

/// What is the matter with a suppression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It silences nothing of the rule, which was run.
    Unused {
        /// The rule's present name.
        rule: &'static str,
        /// Whether it stands in the settings file.
        in_settings: bool,
    },
    /// There is no such rule.
    UnknownRule {
        /// As written.
        name: String,
        /// The rule that was most likely meant.
        near: Option<&'static str>,
    },
    /// There is no such directive.
    UnknownVerb {
        /// As written.
        word: String,
        /// The one that was most likely meant.
        near: Option<&'static str>,
    },
    /// It names no rule.
    NoRule(Verb),
    /// The bracket is not closed.
    Unclosed,
    /// It ends what was never begun.
    NothingToEnd {
        /// The rule's present name.
        rule: &'static str,
    },
    /// It does not say why, and has to.
    NoReason {
        /// Whether it stands in the settings file.
        in_settings: bool,
    },
}

/// Where a directive works.
#[derive(Clone, Copy, Debug)]
enum Reach {
    /// On what touches these bytes.
    Touching(Span),
    /// On what begins in these bytes.
    Beginning(Span),
}

impl Reach {
    fn holds(self, finding: &Finding, text: &str) -> bool {
        let span = finding.span;
        match self {
            Reach::Beginning(lines) => lines.start <= span.start && span.start <= lines.end,
            Reach::Touching(lines) => {
                let end = span.start + span.of(text).trim_end().len();
                span.start <= lines.end && lines.start <= end
            }
        }
    }
}

/// One rule of one directive.
#[derive(Debug)]
struct Entry {
    /// Index of the directive.
    directive: usize,
    /// Index of the name in it.
    name: usize,
    rule: &'static Meta,
    /// Nothing for one that ends another.
    reach: Option<Reach>,
    /// For a block, the index of the entry that ends it.
    ended_by: Option<usize>,
    used: bool,
}

/// The suppressions of one file.
pub struct OfFile<'f> {
    file: &'f File,
    layout: Layout<'f>,
    directives: Vec<Directive>,
    mistakes: Vec<Mistake>,
    entries: Vec<Entry>,
    /// Directive and name of what names no rule.
    unknown: Vec<(usize, usize)>,
    /// Entries that end nothing.
    stray: BTreeSet<usize>,
}

impl<'f> OfFile<'f> {
    /// What the comments of a file say; `None` where they say nothing to dynolint.
    pub fn read(file: &'f File, known: &[&'static Meta]) -> Option<Self> {
        let text = file.source.text.as_str();
        memchr::memmem::find(text.as_bytes(), WORD.as_bytes())?;
        let layout = Layout::of(text, file.lang, &file.path);
        let (directives, mistakes) = parse(text, &layout.comments);
        if directives.is_empty() && mistakes.is_empty() {
            return None;
        }
        let mut of_file = Self {
            file,
            layout,
            directives,
            mistakes,
            entries: Vec::new(),
            unknown: Vec::new(),
            stray: BTreeSet::new(),
        };
        of_file.resolve(known);
        Some(of_file)
    }

    /// Finds the rules by their names, and what each entry reaches.
    fn resolve(&mut self, known: &[&'static Meta]) {
        for at in 0..self.directives.len() {
            let directive = &self.directives[at];
            let (reach, verb) = (reach(&self.layout, directive), directive.verb);
            let rules: Vec<Option<&'static Meta>> =
                directive.names.iter().map(|name| find(known, name.of(self.layout.text()))).collect();
            for (number, rule) in rules.into_iter().enumerate() {
                let Some(rule) = rule else {
                    self.unknown.push((at, number));
                    continue;
                };
                if verb == Verb::Enable {
                    self.end_block(at, number, rule);
                    continue;
                }
                self.entries.push(Entry {
                    directive: at,
                    name: number,
                    rule,
                    reach,
                    ended_by: None,
                    used: false,
                });
            }
        }
    }

    fn end_block(&mut self, directive: usize, name: usize, rule: &'static Meta) {
        let end = self.directives[directive].comment.span.start;
        let directives = &self.directives;
        let is_open = |entry: &&mut Entry| {
            entry.rule == rule
                && entry.ended_by.is_none()
                && directives[entry.directive].verb == Verb::Disable
        };
        let number = self.entries.len();
        match self.entries.iter_mut().rev().find(is_open) {
            Some(Entry { reach: Some(Reach::Beginning(block)), ended_by, .. }) => {
                block.end = end.max(block.start);
                *ended_by = Some(number);
            }
            _ => drop(self.stray.insert(number)),
        }
        self.entries.push(Entry { directive, name, rule, reach: None, ended_by: None, used: true });
    }

    /// Whether a finding is silenced. What silences it is noted as used.
    pub fn silences(&mut self, finding: &Finding) -> bool {
        let text = self.layout.text();
        let mut silenced = false;
        for entry in self.entries.iter_mut().filter(|entry| entry.rule == finding.rule) {
            if entry.reach.is_some_and(|reach| reach.holds(finding, text)) {
                entry.used = true;
                silenced = true;
            }
        }
        silenced
    }

    /// The rules of directives that have silenced nothing so far.
    pub fn idle(&self) -> BTreeSet<&'static str> {
        self.entries.iter().filter(|entry| !entry.used).map(|entry| entry.rule.id).collect()
    }

    /// What there is to say of the directives that name rules for which `is_judged` holds, when all findings
    /// of these rules were asked for.
    pub fn unused(&self, is_judged: &dyn Fn(&'static Meta) -> bool) -> Vec<Suppression> {
        let is_unused = |entry: &Entry| !entry.used && is_judged(entry.rule);
        let entries = self.entries.iter().filter(|entry| is_unused(entry));
        entries.map(|entry| self.unused_one(entry, &is_unused)).collect()
    }

    fn unused_one(&self, entry: &Entry, is_unused: &dyn Fn(&Entry) -> bool) -> Suppression {
        let directive = &self.directives[entry.directive];
        let mut edits = self.without(entry, is_unused);
        if let Some(end) = entry.ended_by.map(|end| &self.entries[end]) {
            edits.extend(self.without(end, &|other| {
                let begins = self
                    .entries
                    .iter()
                    .find(|one| one.ended_by.is_some_and(|end| std::ptr::eq(&self.entries[end], other)));
                begins.is_some_and(is_unused)
            }));
        }
        let remedy = edits.into_iter().fold(Remedy::safe("remove it"), |remedy, (at, text)| {
            remedy.change(&self.file.path, What::Text { at, text })
        });
        Suppression {
            span: directive.names[entry.name],
            state: State::Unused { rule: entry.rule.id, in_settings: false },
            remedy: Some(remedy),
        }
    }

    /// The edits that take a name out of its directive: with the whole of it where no other name stays.
    fn without(&self, entry: &Entry, goes: &dyn Fn(&Entry) -> bool) -> Vec<(Span, String)> {
        let directive = &self.directives[entry.directive];
        let of_same = |other: &&Entry| other.directive == entry.directive && goes(other);
        if self.entries.iter().filter(of_same).count() == directive.names.len() {
            vec![edit::removal(&self.layout, directive)]
        } else {
            vec![edit::removal_of_name(self.layout.text(), directive, entry.name)]
        }
    }

    /// What is wrong with directives, whatever they silence.
    pub fn invalid(&self, known: &[&'static Meta]) -> Vec<Suppression> {
        let text = self.layout.text();
        let mut found: Vec<Suppression> =
            self.mistakes.iter().map(|mistake| mistake.suppression(&self.file.path)).collect();
        for &(directive, name) in &self.unknown {
            let span = self.directives[directive].names[name];
            let written = span.of(text);
            let near = cli::nearest(written, known.iter().map(|meta| meta.id));
            let near = near.and_then(|near| known.iter().find(|meta| meta.id == near)).map(|meta| meta.id);
            let remedy = only_near(written, known).map(|meant| {
                let is_there = self.directives[directive].names.iter().any(|other| other.of(text) == meant);
                let (title, (at, text)) = match is_there {
                    true => (
                        "remove it".to_string(),
                        edit::removal_of_name(text, &self.directives[directive], name),
                    ),
                    false => (format!("write `{meant}`"), (span, meant.to_string())),
                };
                let what = What::Text { at, text };
                Remedy::needs_decision(title).change(&self.file.path, what)
            });
            let state = State::UnknownRule { name: written.to_string(), near };
            found.push(Suppression { span, state, remedy });
        }
        for &stray in &self.stray {
            let entry = &self.entries[stray];
            let directive = &self.directives[entry.directive];
            let is_stray =
                |other: &Entry| self.stray.iter().any(|stray| std::ptr::eq(&self.entries[*stray], other));
            let remedy = self
                .without(entry, &is_stray)
                .into_iter()
                .fold(Remedy::safe("remove it"), |remedy, (at, text)| {
                    remedy.change(&self.file.path, What::Text { at, text })
                });
            found.push(Suppression {
                span: directive.names[entry.name],
                state: State::NothingToEnd { rule: entry.rule.id },
                remedy: Some(remedy),
            });
        }
        found
    }

    /// The directives that do not say why.
    pub fn without_reason(&self) -> Vec<Suppression> {
        let lacks = |directive: &&Directive| directive.verb != Verb::Enable && directive.reason.is_empty();
        let directives = self.directives.iter().filter(lacks);
        let state = State::NoReason { in_settings: false };
        directives.map(|one| Suppression { span: one.span, state: state.clone(), remedy: None }).collect()
    }
}

/// Where a directive works; nowhere for one that ends a block or has nothing below it.
fn reach(layout: &Layout<'_>, directive: &Directive) -> Option<Reach> {
    let span = directive.comment.span;
    let (first, last) = (layout.line_start(span.start), layout.line_end(span.end));
    match directive.verb {
        Verb::IgnoreFile => Some(Reach::Beginning(Span::new(0, layout.text().len()))),
        // Up to the end of the file, as long as nothing ends it.
        Verb::Disable => Some(Reach::Beginning(Span::new(first, layout.text().len()))),
        Verb::Enable => None,
        Verb::Ignore => {
            let before = !layout.is_silent(Span::new(first, span.start));
            let after = !layout.is_silent(Span::new(span.end, last));
            if before || after {
                let start = if before { first } else { layout.line_start(span.end) };
                let end = if after { last } else { layout.line_end(span.start) };
                return Some(Reach::Touching(lines(layout, layout.whole(Span::new(start, end.max(start))))));
            }
            let at = layout.next_code(span.end)?;
            Some(Reach::Beginning(lines(layout, layout.statement(at))))
        }
    }
}

/// The bytes of whole lines.
fn lines(layout: &Layout<'_>, span: Span) -> Span {
    Span::new(layout.line_start(span.start), layout.line_end(span.end))
}

/// The rule of a name, which may be an earlier one.
fn find(known: &[&'static Meta], name: &str) -> Option<&'static Meta> {
    cli::find_rule(known, name).ok().map(|(rule, _)| rule)
}

/// The only rule whose name is so near that nothing else can be meant.
fn only_near(written: &str, known: &[&'static Meta]) -> Option<&'static str> {
    let most = (written.len() / 5).clamp(1, 3);
    let written = written.to_ascii_lowercase().replace('_', "-");
    let mut near = known.iter().filter(|meta| strsim::osa_distance(&written, meta.id) <= most);
    near.next().filter(|_| near.next().is_none()).map(|meta| meta.id)
}

/// The entries `[[ignore]]` of the settings in a run.
pub struct OfSettings<'s> {
    settings: &'s Settings,
    used: Vec<bool>,
}

impl<'s> OfSettings<'s> {
    /// None of them has silenced anything yet.
    pub fn new(settings: &'s Settings) -> Self {
        Self { settings, used: vec![false; settings.ignores.len()] }
    }

    /// Whether a finding is silenced. What silences it is noted as used.
    pub fn silences(&mut self, finding: &Finding, text: &str) -> bool {
        let mut silenced = false;
        for (ignore, used) in self.settings.ignores.iter().zip(&mut self.used) {
            let fits = ignore.rule == finding.rule.id
                && ignore.paths.matches(&finding.path)
                && ignore.code.as_ref().is_none_or(|code| squeezed(code) == squeezed(finding.span.of(text)));
            *used |= fits;
            silenced |= fits;
        }
        silenced
    }

    /// The entries that have silenced nothing so far, by number.
    pub fn idle(&self) -> Vec<usize> {
        self.used.iter().enumerate().filter(|(_, used)| !**used).map(|(at, _)| at).collect()
    }

    /// What there is to say of the entries, each with the file that it stands in. Unused ones are those of
    /// rules for which `is_judged` holds.
    pub fn suppressions<'p>(
        &self,
        project: &'p Project,
        is_judged: &dyn Fn(&str) -> bool,
    ) -> Vec<(&'p File, Suppression)> {
        let mut found = Vec::new();
        for (ignore, used) in self.settings.ignores.iter().zip(&self.used) {
            let Some((path, line)) = &ignore.at else { continue };
            let Some(file) = project.file(path) else { continue };
            let span = file.source.lines.line_span(&file.source.text, *line).unwrap_or_default();
            let mut say = |state| found.push((file, Suppression { span, state, remedy: None }));
            if !used && is_judged(ignore.rule) {
                say(State::Unused { rule: ignore.rule, in_settings: true });
            }
            if self.settings.require_reason && ignore.reason.trim().is_empty() {
                say(State::NoReason { in_settings: true });
            }
        }
        found
    }
}

/// Without blanks, which do not count where code is compared.
fn squeezed(code: &str) -> String {
    code.split_whitespace().collect()
}

/// Whether there is anything to say of the suppressions in files of this role: what others wrote, and what
/// programs write, nobody can put right.
pub fn is_judged(role: Role) -> bool {
    !matches!(role, Role::Vendored | Role::Generated)
}
