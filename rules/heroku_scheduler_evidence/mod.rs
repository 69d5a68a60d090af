//! Traces of Heroku Scheduler, whose jobs stand in no file.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use crate::finding::Related;
use crate::lang::Lang;
use crate::project::{File, Project};
use crate::rule::{Confidence, Impact, Meta, Origin, Severity, Status, Step, Target};
use crate::rules::{Draft, Rule};
use crate::schedule::heroku;
use crate::span::Span;
use crate::term::{Term, Value};

/// `heroku-scheduler-evidence`.
pub struct HerokuSchedulerEvidence;

static META: Meta = Meta {
    id: "heroku-scheduler-evidence",
    aliases: &[],
    family: "schedules",
    severity: Severity::Error,
    impact: Impact::Degrades,
    confidence: Confidence::High,
    step: Step::Provision,
    langs: &[
        Lang::Ruby,
        Lang::Python,
        Lang::JavaScript,
        Lang::TypeScript,
        Lang::Json,
        Lang::Shell,
        Lang::Makefile,
    ],
    needs_heroku: false,
    status: Status::Stable,
    since: "0.1.0",
    specificity: 10,
    page: include_str!("README.md"),
    origin: Origin::BuiltIn,
};

/// How sure a trace is. Ordered: the surest is where the finding stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Trace {
    /// The add-on in `app.json`.
    AppJson,
    /// `heroku addons:create scheduler`.
    Command,
    /// A gem that Heroku Scheduler drives.
    Gem,
    /// Words of the code: "called by the Heroku scheduler".
    Words,
    /// `lib/tasks/scheduler.rake` in a project on Heroku.
    File,
}

/// Most places shown with the finding.
const MOST_PLACES: usize = 12;

impl Rule for HerokuSchedulerEvidence {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn watches_in(&self) -> &'static [(&'static [Lang], &'static [&'static str])] {
        &[
            // Rake tasks: the candidates.
            (&[Lang::Ruby], &[": :environment", "=> :environment", "=> [:environment", ": [:environment"]),
            (
                &[Lang::Ruby, Lang::Python, Lang::JavaScript, Lang::TypeScript],
                &[
                    "Heroku Scheduler",
                    "Heroku scheduler",
                    "heroku scheduler",
                    "heroku-scheduler",
                    "HerokuScheduler",
                    "Heroku cron",
                ],
            ),
        ]
    }

    fn project(&self, project: &Project, _target: Option<Target>) -> Vec<Draft> {
        let mut traces: Vec<(Trace, &File, Span)> = Vec::new();
        for file in project.files.iter().filter(|file| file.role.is_reported()) {
            traces.extend(traces_of(project, file).into_iter().map(|(trace, span)| (trace, file, span)));
        }
        traces.sort_by(|a, b| (a.0, &a.1.path, a.2).cmp(&(b.0, &b.1.path, b.2)));
        let Some(&(trace, file, span)) = traces.first() else { return Vec::new() };
        let candidates = candidates(project, &traces);
        let tasks = candidates.iter().take(3).map(|(name, ..)| format!("`{name}`")).collect::<Vec<_>>();
        let message = match trace {
            Trace::Gem => "`simple_scheduler` runs only when Heroku Scheduler starts its task",
            _ => "jobs of Heroku Scheduler are set up in its dashboard, and stand in no file",
        };
        let help = if tasks.is_empty() {
            "copy every job, with its time in UTC, from the dashboard into a schedule of the target"
                .to_string()
        } else {
            format!(
                "copy every job, with its time in UTC, from the dashboard into a schedule of the target; \
                 likely tasks are {}",
                tasks.join(", ")
            )
        };
        let label = match trace {
            Trace::AppJson | Trace::Command => "the add-on",
            Trace::Gem => "driven by the add-on",
            Trace::Words => "says so",
            Trace::File => "the name that Heroku's template gives its tasks",
        };
        let mut draft = Draft::new(&META, &file.path, span, message, help).label(label);
        if trace == Trace::File {
            draft = draft.confidence(Confidence::Medium);
        }
        for (_, file, span) in traces.iter().skip(1) {
            draft.join_at(&file.path, *span, "");
        }
        let mut seen: BTreeSet<(String, Span)> = BTreeSet::new();
        seen.insert((file.path.clone(), span));
        let mut files: BTreeSet<&str> = BTreeSet::from([file.path.as_str()]);
        let others = traces.iter().skip(1).filter(|(_, file, _)| files.insert(&file.path)).map(
            |(trace, file, span)| {
                let what = match trace {
                    Trace::AppJson | Trace::Command => "the add-on is added here too",
                    Trace::Gem => "this gem is driven by the add-on",
                    Trace::Words | Trace::File => "speaks of it",
                };
                (file.path.clone(), *span, what.to_string())
            },
        );
        let others: Vec<_> = others.collect();
        let tasks = candidates.iter().map(|(name, path, span)| {
            (path.clone(), *span, format!("`{name}` is likely to be started by it"))
        });
        for (path, span, message) in tasks.chain(others) {
            if draft.finding.related.len() < MOST_PLACES && seen.insert((path.clone(), span)) {
                draft.finding.related.push(Related { path, span, message });
            }
        }
        vec![draft]
    }
}

fn traces_of(project: &Project, file: &File) -> Vec<(Trace, Span)> {
    let mut found = Vec::new();
    let name = file.path.rsplit('/').next().unwrap_or_default();
    if name == "app.json" {
        for setting in file.facts.settings.iter().filter(|setting| setting.name.is_empty()) {
            setting.value.walk(&mut |term| {
                let lists = term.get("addons").map(Term::items).unwrap_or_default();
                let addons = lists.iter().map(|addon| addon.get("plan").unwrap_or(addon));
                found.extend(addons.filter(|plan| is_plan(plan)).map(|plan| (Trace::AppJson, plan.span)));
            });
        }
    }
    for command in &file.facts.commands {
        let words: Vec<&str> = command.words.iter().filter_map(Term::text).collect();
        let adds = words.iter().any(|word| matches!(*word, "addons:create" | "addons:add" | "addons:open"));
        if command.program() == "heroku" && adds {
            let plan = command.words.iter().find(|word| is_plan(word));
            found.extend(plan.map(|_| (Trace::Command, command.span)));
        }
    }
    let gems = file.facts.dependencies.iter();
    let driven = gems.filter(|gem| gem.ecosystem == "rubygems" && gem.name == "simple_scheduler");
    found.extend(driven.map(|gem| (Trace::Gem, gem.span)));
    if matches!(file.lang, Lang::Ruby | Lang::Python | Lang::JavaScript | Lang::TypeScript | Lang::Shell) {
        let mentions = heroku::mentions(&file.source.text);
        found.extend(mentions.into_iter().map(|span| (Trace::Words, span)));
    }
    if file.path.ends_with("lib/tasks/scheduler.rake")
        && project.is_heroku(&file.path)
        && let Some((_, span)) = tasks_of(file).first()
    {
        found.push((Trace::File, *span));
    }
    found
}

/// Whether a text is a plan of the add-on: `scheduler`, `scheduler:standard`.
fn is_plan(term: &Term) -> bool {
    let Value::Text(text) = &term.value else { return false };
    text == "scheduler" || text.starts_with("scheduler:")
}

/// Rake tasks of a file, with the place of their name.
fn tasks_of(file: &File) -> Vec<(String, Span)> {
    static TASK: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#"(?m)^[ \t]*task[ (]+[:"']?([A-Za-z_][\w:]*)"#).expect("a constant pattern")
    });
    static NAMESPACE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#"(?m)^namespace[ (]+[:"']?([A-Za-z_]\w*)"#).expect("a constant pattern")
    });
    let text = &file.source.text;
    let found = TASK.captures_iter(text).filter_map(|found| found.get(1));
    found
        .map(|name| {
            let spaces = NAMESPACE.captures_iter(text).filter_map(|found| found.get(1));
            let indented = text[..name.start()]
                .rfind('\n')
                .is_none_or(|line| text[line + 1..name.start()].starts_with([' ', '\t']));
            let space = spaces.filter(|space| indented && space.start() < name.start()).last();
            // `task foo: :environment` has the colon of the keyword behind the name.
            let task = name.as_str().trim_end_matches(':');
            let full = space.map_or(task.to_string(), |space| format!("{}:{task}", space.as_str()));
            (full, Span::new(name.start(), name.start() + task.len()))
        })
        .collect()
}

/// Tasks that the add-on is likely to start: those of `scheduler.rake` and of files that speak of it.
fn candidates(project: &Project, traces: &[(Trace, &File, Span)]) -> Vec<(String, String, Span)> {
    let mut found = Vec::new();
    for file in project.files.iter().filter(|file| file.path.ends_with(".rake") && file.role.is_reported()) {
        let text = &file.source.text;
        let own = traces.iter().filter(|(trace, other, _)| *trace == Trace::Words && other.path == file.path);
        let mut parts: Vec<Span> =
            own.map(|(_, _, mention)| heroku::spoken_of(text, Lang::Ruby, *mention)).collect();
        if file.path.ends_with("lib/tasks/scheduler.rake") {
            parts.push(Span::new(0, text.len()));
        }
        let tasks = tasks_of(file).into_iter();
        let tasks = tasks.filter(|(_, span)| parts.iter().any(|part| part.contains(*span)));
        found.extend(tasks.map(|(name, span)| (name, file.path.clone(), span)));
    }
    found
}
