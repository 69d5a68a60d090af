//! Processes that start jobs by the clock, of which there may be only one.

use std::collections::BTreeMap;

use crate::fact::{Guard, Process};
use crate::lang::Lang;
use crate::project::{File, Project};
use crate::rule::{Confidence, Impact, Meta, Origin, Severity, Status, Step, Target};
use crate::rules::production::{is_development, is_development_file};
use crate::rules::{Context, Draft, Rule};
use crate::schedule::jobs;
use crate::schedule::{Library, SCRIPT};
use crate::span::Span;
use crate::term::{Term, Value};

/// `clock-process-singleton`.
pub struct ClockProcessSingleton;

static META: Meta = Meta {
    id: "clock-process-singleton",
    aliases: &[],
    family: "schedules",
    severity: Severity::Warning,
    impact: Impact::Degrades,
    confidence: Confidence::High,
    step: Step::Provision,
    langs: &[
        Lang::Procfile,
        Lang::Shell,
        Lang::Json,
        Lang::Yaml,
        Lang::Ruby,
        Lang::Python,
        Lang::JavaScript,
        Lang::TypeScript,
    ],
    needs_heroku: true,
    status: Status::Stable,
    since: "0.1.0",
    specificity: 10,
    page: include_str!("README.md"),
    origin: Origin::BuiltIn,
};

/// Names of processes that start jobs by the clock.
const NAMES: &[&str] = &[
    "beat",
    "celery-beat",
    "celery_beat",
    "celerybeat",
    "clock",
    "clockwork",
    "cron",
    "schedule",
    "scheduler",
    "timer",
];

/// Programs that keep several of themselves from starting a job twice, by a lock in Redis or the database.
/// Source: their READMEs (resque-scheduler's fail-over, rq-scheduler's lock, sidekiq-cron, django-q's
/// broker, good_job's and Solid Queue's unique keys, `RedBeat`'s lock).
const LOCKED: &[&str] = &[
    "sidekiq",
    "resque:scheduler",
    "rqscheduler",
    "qcluster",
    "good_job",
    "solid_queue",
    "bin/jobs",
    "redbeat",
    "que ",
];

/// What makes a process one of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Celery beat by itself.
    Beat,
    /// A Celery worker with beat inside.
    Embedded,
    /// clockwork.
    Clockwork,
    /// By its name.
    Named,
}

impl Rule for ClockProcessSingleton {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn watches_in(&self) -> &'static [(&'static [Lang], &'static [&'static str])] {
        &[
            (&[Lang::Ruby], &["Rufus::Scheduler"]),
            (&[Lang::Shell, Lang::Dockerfile], &["celery"]),
            (
                &[Lang::Python],
                &["APScheduler", "BackgroundScheduler", "AsyncIOScheduler", "RedBeat*", "redbeat*"],
            ),
            (
                SCRIPT,
                &["CronJob", "ScheduleModule", "croner", "node-cron", "node-schedule", "toad-scheduler"],
            ),
        ]
    }

    fn file(&self, cx: &Context<'_>) -> Vec<Draft> {
        in_web_process(cx).into_iter().collect()
    }

    fn project(&self, project: &Project, target: Option<Target>) -> Vec<Draft> {
        let mut by_name: BTreeMap<&str, Draft> = BTreeMap::new();
        let files = project.files.iter().filter(|file| file.role.is_reported() && !is_local(&file.path));
        // What says the command comes before what says only the name.
        let mut found: Vec<(&File, &Process)> =
            files.flat_map(|file| file.facts.processes.iter().map(move |process| (file, process))).collect();
        found.sort_by_key(|(_, process)| process.command.is_empty());
        for (file, process) in found {
            let instances = instances(file, process);
            if let Some(known) = by_name.get_mut(process.name.as_str()) {
                let message = match instances {
                    Some((number, _)) => format!("its number of dynos is {number} here"),
                    None => "started here too".to_string(),
                };
                let span = instances.map_or(process.span, |(_, span)| span);
                if instances.is_some_and(|(number, _)| number > 1) {
                    known.finding.severity = Severity::Error;
                }
                known.join_at(&file.path, process.span, "");
                *known = known.clone().related(&file.path, span, message);
                continue;
            }
            let Some(kind) = kind(project, process, instances) else { continue };
            by_name.insert(&process.name, of_process(file, process, kind, instances, target));
        }
        let mut drafts: Vec<Draft> = by_name.into_values().collect();
        of_scripts(project, target, &mut drafts);
        drafts
    }
}

/// Celery beat in start scripts and images: another place of the finding about a process, else one of its
/// own.
fn of_scripts(project: &Project, target: Option<Target>, drafts: &mut Vec<Draft>) {
    let files = project.files.iter().filter(|file| {
        matches!(file.lang, Lang::Shell | Lang::Dockerfile)
            && file.role.is_reported()
            && !is_local(&file.path)
    });
    let of_files = files.flat_map(|file| file.facts.commands.iter().map(move |command| (file, command)));
    let mut own: Option<Draft> = None;
    for (file, command) in of_files {
        // Around `celery` stand its wrappers: `newrelic-admin run-program celery …`.
        let words: Vec<&str> = command.words.iter().map(|word| word.text().unwrap_or_default()).collect();
        if matches!(command.program(), "echo" | "printf" | "grep" | "pkill" | "pgrep") {
            continue;
        }
        let Some(kind) = of_celery(project, &words) else { continue };
        let process = Process { name: "celery".to_string(), command: words.join(" "), span: command.span };
        let known = drafts.iter_mut().find(|draft| draft.finding.message.contains("Celery beat"));
        match known.or(own.as_mut()) {
            Some(known) => {
                *known = known.clone().and_at(&file.path, command.span, "", "started here too");
            }
            None => own = Some(of_process(file, &process, kind, None, target)),
        }
    }
    drafts.extend(own);
}

/// Whether a Procfile or manifest is for a developer's machine.
fn is_local(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    is_development_file(path) || name.contains("dev") || name.contains("local") || name.contains("test")
}

/// How many instances a formation starts, and where it says so.
fn instances(file: &File, process: &Process) -> Option<(u32, Span)> {
    let roots = file.facts.settings.iter().filter(|setting| setting.name.is_empty());
    let mut formations = roots.filter_map(|setting| setting.value.get("formation"));
    formations.find_map(|formation| {
        let quantity = match &formation.value {
            Value::List(items) => items
                .iter()
                .find(|item| item.get("process").and_then(Term::text) == Some(&process.name))?
                .entry("quantity")?,
            _ => formation.entry_at(&[&process.name, "quantity"])?,
        };
        let number = quantity.value.scalar()?.parse().ok()?;
        Some((number, Span::new(quantity.key_span.start, quantity.value.span.end)))
    })
}

/// What makes the process one of a kind; `None` where several do no harm.
fn kind(project: &Project, process: &Process, instances: Option<(u32, Span)>) -> Option<Kind> {
    let command = process.command.to_ascii_lowercase();
    if LOCKED.iter().any(|word| command.contains(word)) {
        return None;
    }
    let words: Vec<&str> = process.command.split_whitespace().collect();
    if words.iter().any(|word| word.rsplit('/').next() == Some("celery")) {
        return of_celery(project, &words);
    }
    if words.contains(&"clockwork") || words.contains(&"clockworkd") {
        return Some(Kind::Clockwork);
    }
    let name = process.name.to_ascii_lowercase();
    // Of a name alone nothing is known but that somebody wants several.
    let known = !command.is_empty() || instances.is_some_and(|(number, _)| number > 1);
    (NAMES.contains(&name.as_str()) && known).then_some(Kind::Named)
}

/// What a command of Celery starts.
fn of_celery(project: &Project, words: &[&str]) -> Option<Kind> {
    let celery = words.iter().position(|word| word.rsplit('/').next() == Some("celery"))?;
    if words.iter().any(|word| word.to_ascii_lowercase().contains("redbeat")) || is_redbeat(project) {
        return None;
    }
    let rest = &words[celery + 1..];
    if rest.contains(&"beat") {
        return Some(Kind::Beat);
    }
    let embeds = |word: &&str| {
        let is_short = word.starts_with('-') && !word.starts_with("--") && word.len() <= 3;
        *word == "--beat" || (is_short && word.contains('B'))
    };
    (rest.contains(&"worker") && rest.iter().any(embeds)).then_some(Kind::Embedded)
}

/// Whether beat is `RedBeat`, which holds a lock in Redis. That the package is asked for says nothing: it
/// has to be chosen.
fn is_redbeat(project: &Project) -> bool {
    project.files.iter().any(|file| {
        file.lang == Lang::Python
            && file.role.is_reported()
            && (file.source.text.contains("redbeat") || file.source.text.contains("RedBeat"))
    })
}

fn of_process(
    file: &File,
    process: &Process,
    kind: Kind,
    instances: Option<(u32, Span)>,
    target: Option<Target>,
) -> Draft {
    let name = &process.name;
    let several = instances.filter(|(number, _)| *number > 1);
    let message = match (several, kind) {
        (Some((number, _)), _) => {
            format!(
                "`{name}` starts jobs by the clock, and {number} instances start each of them {number} times"
            )
        }
        (None, Kind::Beat) => {
            format!("`{name}` is Celery beat: with a second instance every task is sent twice")
        }
        (None, Kind::Embedded) => {
            format!(
                "`{name}` is a worker with Celery beat inside (`-B`): a second instance sends every task twice"
            )
        }
        (None, Kind::Clockwork) => {
            format!("`{name}` is clockwork: with a second instance every job is started twice")
        }
        (None, Kind::Named) => {
            format!("`{name}` is a clock process by its name: it has to run as exactly one instance")
        }
    };
    let help = match kind {
        Kind::Embedded => "run beat as a process of its own, with exactly one instance, also during a deploy",
        _ => "run exactly one instance, and stop the old one before the new one starts",
    };
    let span = match (several, kind) {
        (Some((_, span)), _) => span,
        _ => Span::new(process.span.start, process.span.start + name.len()),
    };
    // An entry of a data file begins with a quote.
    let span = if file.lang == Lang::Procfile || several.is_some() { span } else { process.span };
    let mut draft = Draft::new(&META, &file.path, span, message, help).label(if several.is_some() {
        "more than one"
    } else {
        "must be one"
    });
    if kind == Kind::Named {
        draft = draft.confidence(Confidence::Medium);
    }
    if several.is_some() {
        draft = draft.severity(Severity::Error);
    }
    if let Some(note) = target.map(on_target) {
        draft = draft.note(note);
    }
    draft
}

/// How a process is kept single. Source: the documentation of each platform on deploys.
fn on_target(target: Target) -> &'static str {
    match target {
        Target::Render => "on Render it is a background worker of its own with one instance",
        Target::Railway => "on Railway it is a service of its own with one replica",
        Target::Fly => "on Fly.io it is a process group of its own: `fly scale count clock=1`",
        Target::Aws => "on ECS: `desiredCount` 1 with `minimumHealthyPercent` 0, or two overlap in a deploy",
        Target::Aptible => "on Aptible it is a service of its own with one container",
        Target::Digitalocean => "on App Platform it is a worker of its own with `instance_count: 1`",
        Target::Kubernetes => {
            "on Kubernetes: `replicas: 1` with the strategy `Recreate`, or two overlap in a deploy"
        }
        Target::Dokku => "on Dokku: `ps:scale clock=1`, and turn zero-downtime checks off for it",
        Target::Vps => "on a server: one service, that the deploy stops before it starts the new one",
    }
}

/// Schedulers that start a job in every process that loads them.
fn is_in_process(library: &Library) -> bool {
    matches!(
        library.name,
        "node-cron"
            | "cron"
            | "node-schedule"
            | "croner"
            | "toad-scheduler"
            | "rufus-scheduler"
            | "APScheduler"
    )
}

/// A scheduler that is started inside of a web process.
fn in_web_process(cx: &Context<'_>) -> Option<Draft> {
    let file = cx.file;
    if is_development_file(&file.path) {
        return None;
    }
    let text = &file.source.text;
    let (library, span, scope) = match file.lang {
        Lang::Ruby if file.path.contains("config/initializers/") => {
            let mut calls = jobs::handed_over(file).filter(|(form, _)| is_in_process(form.library));
            let (form, call) = calls.find(|(_, call)| may_run(&call.guards, text))?;
            (form.library.name, call.name_span, call.scope.clone())
        }
        Lang::Python if is_web_module(text) => {
            let mut made = file.facts.invocations.iter().filter(|call| {
                matches!(call.name(), "BackgroundScheduler" | "AsyncIOScheduler" | "APScheduler")
            });
            let starts = text.contains(".start()");
            let call = made.find(|call| starts && may_run(&call.guards, text))?;
            ("APScheduler", call.name_span, call.scope.clone())
        }
        lang if SCRIPT.contains(&lang) => {
            if let Some(module) = file.facts.invocations.iter().find(|call| call.is("ScheduleModule.forRoot"))
            {
                if !only_web(cx.project) {
                    return None;
                }
                ("@nestjs/schedule", module.name_span, module.scope.clone())
            } else {
                if !serves(text) {
                    return None;
                }
                let mut calls = jobs::handed_over(file).filter(|(form, _)| is_in_process(form.library));
                let (form, call) = calls.find(|(_, call)| may_run(&call.guards, text))?;
                (form.library.name, call.name_span, call.scope.clone())
            }
        }
        _ => return None,
    };
    let message =
        format!("`{library}` runs inside of the web process: every instance of it starts every job");
    let help = "start jobs in a process of their own with exactly one instance, or hold a lock around each";
    let mut draft = Draft::new(&META, &file.path, span, message, help)
        .label("once in every web process")
        .confidence(Confidence::Medium)
        .scope(scope);
    if file.lang == Lang::Python {
        draft = draft.note("with several workers per instance, as gunicorn has, each worker starts them");
    }
    if matches!(cx.target, Some(Target::Fly | Target::Railway | Target::Render)) {
        draft = draft.note(
            "where an idle web process is stopped (Fly.io's `auto_stop_machines`, Railway's serverless \
                            mode, Render's free plan), its jobs do not run",
        );
    }
    Some(draft)
}

/// Whether code behind these conditions runs in a web process in production, as far as they tell.
fn may_run(guards: &[Guard], text: &str) -> bool {
    guards.iter().all(|guard| {
        let condition = guard.span.of(text);
        let elsewhere =
            ["__name__", "isMaster", "isPrimary", "DYNO", "WORKER", "CRON", "CLOCK", "SCHEDULER", "argv"]
                .iter()
                .any(|word| condition.contains(word));
        !elsewhere && !is_development(condition, guard.holds)
    })
}

/// Whether a Python module is loaded by a web server's workers.
fn is_web_module(text: &str) -> bool {
    ["Flask(", "FastAPI(", "Starlette(", "get_wsgi_application(", "get_asgi_application(", "(AppConfig)"]
        .iter()
        .any(|word| text.contains(word))
}

/// Whether a script serves HTTP.
fn serves(text: &str) -> bool {
    let framework = [
        "express(",
        "fastify(",
        "Fastify(",
        "new Koa(",
        "Hapi.server(",
        "createServer(",
        "NestFactory.create(",
    ];
    text.contains(".listen(") && framework.iter().any(|word| text.contains(word))
}

/// Whether the project starts a web process and no worker.
fn only_web(project: &Project) -> bool {
    let files = project.files.iter().filter(|file| file.role.is_reported() && !is_local(&file.path));
    let mut names =
        files.flat_map(|file| &file.facts.processes).map(|process| process.name.as_str()).peekable();
    names.peek().is_some() && names.all(|name| matches!(name, "web" | "release"))
}
