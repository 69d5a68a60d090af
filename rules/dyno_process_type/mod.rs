//! `DYNO` read for the process type in it.

use crate::lang::Lang;
use crate::platform::{Purpose, Variable};
use crate::project::{File, is_within};
use crate::remedy::{Change, Remedy, What};
use crate::rule::{Confidence, Impact, Meta, Origin, Severity, Status, Step};
use crate::rules::identity::{self, Intent, Reading, Said};
use crate::rules::{Context, Draft, Rule};
use crate::term::Command;

mod alike;

/// `dyno-process-type`.
pub struct DynoProcessType;

static META: Meta = Meta {
    id: "dyno-process-type",
    aliases: &[],
    family: "identity",
    severity: Severity::Error,
    impact: Impact::FlipsSilently,
    confidence: Confidence::High,
    step: Step::Code,
    langs: identity::PROGRAMS,
    needs_heroku: false,
    status: Status::Stable,
    since: "0.1.0",
    specificity: 20,
    page: include_str!("README.md"),
    origin: Origin::BuiltIn,
};

impl Rule for DynoProcessType {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn watches(&self) -> &'static [&'static str] {
        &["DYNO"]
    }

    fn heroku_read(&self, reading: &Reading<'_>, cx: &Context<'_>) -> Option<Draft> {
        let (Variable::Dyno, Intent::ProcessType(_)) = (reading.variable, &reading.intent) else {
            return None;
        };
        let (tail, label) = identity::consequence(reading).unwrap_or_else(|| {
            ("elsewhere there is no process type in it".to_string(), "unset after the move".to_string())
        });
        let raises = reading.raises();
        let said = Said {
            message: format!("only Heroku puts the process type into `DYNO`: {tail}"),
            label,
            help: format!(
                "give each process its type as `PROCESS_TYPE` (`web: PROCESS_TYPE=web …` in the Procfile works on \
                 Heroku too) and read that first: {}",
                type_first(cx.file.lang)
            ),
            impact: if raises { Impact::BootFails } else { Impact::FlipsSilently },
            purpose: Purpose::ProcessType,
        };
        // A type that only names something decides nothing.
        let severity = if raises || reading.decides() { Severity::Error } else { Severity::Warning };
        let mut draft = reading.draft(&META, cx, said, severity);
        for remedy in remedies(reading, cx) {
            draft = draft.remedy(remedy);
        }
        Some(draft)
    }
}

/// Reads the type first where it answers everything that is asked of `DYNO`. Where the Procfile can give every
/// process its type, that comes before; it holds for one-off dynos and on developers' machines too, so it needs a
/// decision.
fn remedies(reading: &Reading<'_>, cx: &Context<'_>) -> Vec<Remedy> {
    let Some(alike) = alike::alike(reading, cx) else { return Vec::new() };
    let Some(remedy) = reading.bridge(Purpose::ProcessType, cx) else { return Vec::new() };
    let remedy = remedy.unless(alike == alike::Alike::AsFarAsKnown);
    match assignments(cx) {
        Some((path, changes)) => {
            let name = cx.project.names.of(Purpose::ProcessType);
            let mut both = remedy.clone().unless(true);
            both.title = format!("{}, and give it to each process of the Procfile", both.title);
            both.changes.extend(changes.into_iter().map(|what| Change { path: path.to_string(), what }));
            both.variables.clear();
            vec![both.provide(name, "the type of each process that the Procfile does not start"), remedy]
        }
        None => vec![remedy],
    }
}

/// What gives each process of the application's Procfile its type, where all of them are programs that the line
/// runs directly; `None` where one is not, or where all have it.
fn assignments<'a>(cx: &Context<'a>) -> Option<(&'a str, Vec<What>)> {
    let folder = |path: &'a str| path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let is_procfile = |file: &&'a File| {
        file.path.rsplit('/').next() == Some("Procfile") && is_within(&cx.file.path, folder(&file.path))
    };
    let file = cx.project.files.iter().filter(is_procfile).max_by_key(|file| file.path.len())?;
    let name = cx.project.names.of(Purpose::ProcessType);
    let mut changes = Vec::new();
    for process in &file.facts.processes {
        let inside = |command: &&Command| process.span.contains(command.span);
        let commands: Vec<&Command> = file.facts.commands.iter().filter(inside).collect();
        let [command] = commands.as_slice() else { return None };
        let program = command.words.first()?.text()?;
        let whole = process.command.len() == command.span.len() && command.redirects.is_empty();
        if !whole || NO_PROGRAMS.contains(&program) {
            return None;
        }
        if !command.assignments.iter().any(|entry| entry.key == name) {
            let value = process.name.clone();
            changes.push(What::Assign { command: process.span, name: name.to_string(), value });
        }
    }
    (!changes.is_empty()).then_some((file.path.as_str(), changes))
}

/// Words of the shell that begin a line and are no programs.
const NO_PROGRAMS: &[&str] = &[
    ".", "source", "cd", "export", "eval", "set", "trap", "if", "for", "while", "case", "[", "[[", "test",
    "!", "{", "(", "function", "exit", "return", "time",
];

/// How the language reads a process type on both platforms.
fn type_first(lang: Lang) -> String {
    match lang {
        Lang::Ruby | Lang::Erb | Lang::Haml | Lang::Slim | Lang::Yaml => {
            r#"`ENV["PROCESS_TYPE"] || ENV["DYNO"].to_s[/\A[a-z_]+/i]`"#.to_string()
        }
        Lang::Python => {
            r#"`os.environ.get("PROCESS_TYPE") or os.environ.get("DYNO", "").split(".")[0]`"#.to_string()
        }
        Lang::JavaScript | Lang::TypeScript | Lang::Tsx | Lang::Vue | Lang::Svelte => {
            "`process.env.PROCESS_TYPE ?? process.env.DYNO?.split('.')[0]`".to_string()
        }
        _ => "`${PROCESS_TYPE:-${DYNO%%.*}}`".to_string(),
    }
}
