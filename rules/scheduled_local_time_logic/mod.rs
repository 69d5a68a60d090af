//! Jobs that ask the machine what day or hour it is.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use crate::lang::Lang;
use crate::project::{File, Project};
use crate::remedy::{Content, Remedy, What};
use crate::rule::{Confidence, Impact, Meta, Origin, Severity, Status, Step};
use crate::rules::production::reaches_production;
use crate::rules::{Context, Draft, Rule};
use crate::schedule::zone::{self, By};
use crate::schedule::{SCRIPT, heroku, jobs, pin};
use crate::span::Span;
use crate::term::{Invocation, Term, Value};

/// `scheduled-local-time-logic`.
pub struct ScheduledLocalTimeLogic;

static META: Meta = Meta {
    id: "scheduled-local-time-logic",
    aliases: &[],
    family: "schedules",
    severity: Severity::Warning,
    impact: Impact::FlipsSilently,
    confidence: Confidence::High,
    step: Step::Code,
    langs: &[Lang::Ruby, Lang::Python, Lang::JavaScript, Lang::TypeScript],
    needs_heroku: true,
    status: Status::Stable,
    since: "0.1.0",
    specificity: 10,
    page: include_str!("README.md"),
    origin: Origin::BuiltIn,
};

impl Rule for ScheduledLocalTimeLogic {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn watches_in(&self) -> &'static [(&'static [Lang], &'static [&'static str])] {
        &[
            (
                &[Lang::Ruby],
                &[
                    ": :environment",
                    "=> :environment",
                    "Clockwork*",
                    "Heroku Scheduler",
                    "Heroku cron",
                    "Heroku scheduler",
                    "Rufus::Scheduler",
                    "heroku scheduler",
                ],
            ),
            (
                &[Lang::Python],
                &["weekday()*", "isoweekday()*", "beat_schedule", "BEAT_SCHEDULE", "apscheduler"],
            ),
            (
                SCRIPT,
                &[
                    "node-cron",
                    "node-schedule",
                    "CronJob",
                    "croner",
                    "Heroku scheduler",
                    "Heroku Scheduler",
                    "heroku scheduler",
                ],
            ),
        ]
    }

    fn file(&self, cx: &Context<'_>) -> Vec<Draft> {
        let python = cx.file.lang == Lang::Python;
        if !(cx.file.lang == Lang::Ruby || python || SCRIPT.contains(&cx.file.lang))
            || (python && zone::is_django(cx.project, cx.file))
        {
            return Vec::new();
        }
        let asked: Vec<(&Invocation, Span)> =
            cx.file.facts.invocations.iter().filter_map(|call| Some((call, asks(call, cx.file)?))).collect();
        if asked.is_empty() {
            return Vec::new();
        }
        let scheduled = Scheduled::of(cx.project, cx.file);
        if scheduled.is_empty() || zone::zones(cx.project).iter().any(|zone| zone.by == By::Program) {
            return Vec::new();
        }
        let found = asked.into_iter().filter(|(call, span)| {
            scheduled.holds(*span, &call.scope) && reaches_production(cx, &call.guards)
        });
        found.map(|(call, span)| draft(cx, call, span)).collect()
    }
}

fn draft(cx: &Context<'_>, call: &Invocation, span: Span) -> Draft {
    let asked = span.of(&cx.file.source.text);
    let asked: String = asked.split_whitespace().collect::<Vec<_>>().join(" ");
    let what = if asked.to_ascii_lowercase().contains("hour") { "hour" } else { "day" };
    let other = match cx.file.lang {
        Lang::Ruby => "`Time.current` in Rails, `Time.now.utc` elsewhere",
        Lang::Python => "`datetime.now(timezone.utc)`",
        _ => "`getUTCDay()`, `getUTCHours()`",
    };
    let message = format!(
        "this job decides by `{asked}`, the {what} in the system's time zone: UTC on a dyno, unless `TZ` is set there"
    );
    let help = format!("put the {what} into the cron expression of the job, or ask in a zone: {other}");
    Draft::new(&META, &cx.file.path, span, message, help)
        .label(format!("the {what} of the machine"))
        .scope(call.scope.clone())
        .cause("local time", "asks the machine too")
        .remedy(remedy(cx, call))
}

/// The same question in UTC, where the dynos are in UTC.
fn remedy(cx: &Context<'_>, call: &Invocation) -> Option<Remedy> {
    let remedy = Remedy::new(pin::utc(cx.project)?, "ask in UTC");
    let (path, text) = (&cx.file.path, &cx.file.source.text);
    // What is asked through a name would change for all uses of the name.
    let asked = match call.receiver.as_ref().and_then(Term::call) {
        Some(receiver) if receiver.span.start == call.span.start && call.span.contains(receiver.span) => {
            receiver
        }
        Some(_) => return None,
        None => call,
    };
    match cx.file.lang {
        Lang::Ruby => {
            let value = Content::Code("Time.now.utc".to_string());
            Some(remedy.change(path, What::Become { at: asked.span, value }))
        }
        Lang::Python => {
            let (value, imports) = python_in_utc(text, asked.span)?;
            let remedy = remedy.change(path, What::Become { at: asked.span, value: Content::Code(value) });
            Some(match imports {
                Some((at, text)) => remedy.change(path, What::Text { at, text }),
                None => remedy,
            })
        }
        // moment-timezone can give it another zone than the machine's.
        _ if asked.callee == "moment" => {
            let is_plain =
                !text.contains("setDefault") && !zone::depends(cx.project, "npm", &["moment-timezone"]);
            let at = Span::new(asked.name_span.end, asked.name_span.end);
            (is_plain && asked.name_span.of(text) == "moment")
                .then(|| remedy.change(path, What::Text { at, text: ".utc".to_string() }))
        }
        // `.day()` of dayjs in UTC needs a plugin.
        _ if asked.callee == "Date" => {
            let field = call.name().strip_prefix("get")?;
            let text = format!("getUTC{field}");
            Some(remedy.change(path, What::Text { at: call.name_span, text }))
        }
        _ => None,
    }
}

/// `datetime.now()` or `date.today()` in UTC under the names that the file imports, and what has to be added
/// to its import.
fn python_in_utc(text: &str, asked: Span) -> Option<(String, Option<(Span, String)>)> {
    static ASKED: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^(?:(\w+)\.)?(datetime|date)\.(?:now|today)\(\)$").expect("a constant pattern")
    });
    static IMPORT: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?m)^from datetime import (\w+(?:, *\w+)*)[ \t]*(?:#.*)?\r?$")
            .expect("a constant pattern")
    });
    let found = ASKED.captures(asked.of(text))?;
    let is_date = &found[2] == "date";
    let date = if is_date { ".date()" } else { "" };
    if let Some(module) = found.get(1) {
        let module = module.as_str();
        return Some((format!("{module}.datetime.now({module}.timezone.utc){date}"), None));
    }
    let mut imports = IMPORT.captures_iter(text);
    let names = imports.next()?.get(1)?;
    if imports.next().is_some() {
        return None;
    }
    let imported: Vec<&str> = names.as_str().split(',').map(str::trim).collect();
    let wanted = ["datetime", "timezone"];
    let missing: Vec<&str> = wanted.into_iter().filter(|name| !imported.contains(name)).collect();
    // A name that the file uses already may be something else.
    let is_used = |name: &&str| {
        let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
        text.match_indices(*name).any(|(at, _)| {
            let (before, after) = (&text[..at], &text[at + name.len()..]);
            let is_module = before.ends_with("from ") && after.starts_with(" import");
            !is_module
                && !before.ends_with(is_part)
                && !after.starts_with(|c: char| c.is_alphanumeric() || c == '_')
        })
    };
    if missing.iter().any(is_used) {
        return None;
    }
    let at = Span::new(names.end(), names.end());
    let import = (!missing.is_empty()).then(|| (at, format!(", {}", missing.join(", "))));
    Some((format!("datetime.now(timezone.utc){date}"), import))
}

/// What is asked of the machine's clock: the whole expression.
fn asks(call: &Invocation, file: &File) -> Option<Span> {
    let text = &file.source.text;
    let name = call.name();
    let asked = match file.lang {
        Lang::Ruby => {
            const PREDICATES: &[&str] = &[
                "monday?",
                "tuesday?",
                "wednesday?",
                "thursday?",
                "friday?",
                "saturday?",
                "sunday?",
                "on_weekday?",
                "on_weekend?",
            ];
            if is_naive_ruby(call) {
                static FIELD: LazyLock<Regex> = LazyLock::new(|| {
                    Regex::new(r"^\s*&?\.(wday|hour|day|mday|month)\b").expect("a constant pattern")
                });
                let field = FIELD.find(&text[call.span.end..])?;
                let span = Span::new(call.span.start, call.span.end + field.end());
                return is_compared(text, span).then_some(span);
            }
            let naive = call.receiver.as_ref().and_then(Term::call).is_some_and(is_naive_ruby);
            naive && PREDICATES.contains(&name)
        }
        Lang::Python => {
            // An attribute is no call: `datetime.now().hour`.
            if is_naive_python(call) {
                static FIELD: LazyLock<Regex> =
                    LazyLock::new(|| Regex::new(r"^\s*\.(hour|day|month)\b").expect("a constant pattern"));
                let field = FIELD.find(&text[call.span.end..])?;
                let span = Span::new(call.span.start, call.span.end + field.end());
                return is_compared(text, span).then_some(span);
            }
            let naive = call.receiver.as_ref().and_then(Term::call).is_some_and(is_naive_python);
            naive && matches!(name, "weekday" | "isoweekday") && is_compared(text, call.span)
        }
        _ => {
            let naive = call.receiver.as_ref().and_then(Term::call).is_some_and(|made| {
                matches!(made.callee.as_str(), "Date" | "moment" | "dayjs") && made.arguments.is_empty()
            });
            naive
                && matches!(name, "getDay" | "getHours" | "getDate" | "getMonth" | "day" | "hour")
                && is_compared(text, call.span)
        }
    };
    asked.then_some(call.span)
}

fn is_naive_ruby(call: &Invocation) -> bool {
    call.arguments.is_empty()
        && matches!(
            call.callee.trim_start_matches("::").trim_start_matches('.'),
            "Date.today" | "DateTime.now" | "Time.now"
        )
}

fn is_naive_python(call: &Invocation) -> bool {
    let known = [
        "datetime.datetime.now",
        "datetime.datetime.today",
        "datetime.date.today",
        "datetime.now",
        "datetime.today",
        "date.today",
    ];
    call.arguments.is_empty() && known.contains(&call.callee.as_str())
}

/// Whether a value decides something: it is compared, looked for in a list, or the subject of a condition.
fn is_compared(text: &str, span: Span) -> bool {
    static AFTER: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^\s*\)?\s*(==|!=|<=|>=|<|>|===|!==|%|in\b|not in\b|\.between\?|\.in\?)")
            .expect("a constant pattern")
    });
    static BEFORE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(==|!=|<=|>=|<|>|\bcase|\bswitch\s*\(|include\?\s*\(?|includes\()\s*$")
            .expect("a constant pattern")
    });
    let line = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
    AFTER.is_match(&text[span.end..]) || BEFORE.is_match(&text[line..span.start])
}

/// The code of a file that a scheduler starts.
#[derive(Debug, Default)]
struct Scheduled {
    places: Vec<Span>,
    functions: BTreeSet<String>,
}

impl Scheduled {
    fn of(project: &Project, file: &File) -> Self {
        let mut scheduled = Self::default();
        let text = &file.source.text;
        let whole = Span::new(0, text.len());
        let name = file.path.rsplit('/').next().unwrap_or_default();
        let is_tasks = matches!(
            name,
            "scheduler.rake" | "schedule.rake" | "scheduled.rake" | "cron.rake" | "heroku.rake"
        );
        let is_clock = name == "clock.rb" && text.contains("lockwork");
        if is_tasks || is_clock {
            scheduled.places.push(whole);
        }
        let mentions = heroku::mentions(text).into_iter();
        scheduled.places.extend(mentions.map(|mention| heroku::spoken_of(text, file.lang, mention)));
        for (_, call) in jobs::handed_over(file) {
            scheduled.places.extend(call.body);
            scheduled.functions.extend(call.arguments.iter().filter_map(|argument| handed(&argument.value)));
            if let Some(Value::Call(_)) = call.receiver.as_ref().map(|term| &term.value) {
                // `schedule.every().day.at("09:00").do(report)`
                scheduled.functions.extend(done(&text[call.span.end..]));
            }
        }
        // Of jobs in UTC only the code is of interest: huey's, and those that Celery beat sends.
        for call in file.facts.invocations.iter().filter(|call| call.name() == "periodic_task") {
            scheduled.places.extend(call.body);
        }
        if file.lang == Lang::Python && (text.contains("task") || text.contains("celery")) {
            scheduled.functions.extend(beat_tasks(project));
        }
        scheduled
    }

    fn is_empty(&self) -> bool {
        self.places.is_empty() && self.functions.is_empty()
    }

    fn holds(&self, span: Span, scope: &str) -> bool {
        let function = scope.rsplit(['.', '#', ':']).next().unwrap_or_default();
        self.places.iter().any(|place| place.contains(span))
            || (!function.is_empty() && self.functions.contains(function))
    }
}

/// The name of a function that is handed over.
fn handed(term: &Term) -> Option<String> {
    let name = term.name()?;
    Some(name.rsplit('.').next().unwrap_or(name).to_string())
}

fn done(rest: &str) -> Option<String> {
    static DO: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"^\s*\.do\(\s*([A-Za-z_]\w*)").expect("a constant pattern"));
    DO.captures(rest).map(|found| found[1].to_string())
}

/// Tasks that Celery beat sends, by the last part of their names.
fn beat_tasks(project: &Project) -> BTreeSet<String> {
    let files = project.files.iter().filter(|file| file.lang == Lang::Python && file.role.is_reported());
    let settings = files.flat_map(|file| &file.facts.settings).filter(|setting| {
        let name = setting.name.rsplit('.').next().unwrap_or_default();
        matches!(name, "beat_schedule" | "CELERY_BEAT_SCHEDULE" | "CELERYBEAT_SCHEDULE")
    });
    let mut tasks = BTreeSet::new();
    let files = project.files.iter().filter(|file| file.lang == Lang::Python && file.role.is_reported());
    for call in files.flat_map(|file| &file.facts.invocations).filter(|call| call.is("add_periodic_task")) {
        // `add_periodic_task(crontab(hour=7), send.s())`: the signature's method is called on the task.
        let sent = call.argument(1).and_then(Term::call).filter(|sent| matches!(sent.name(), "s" | "si"));
        let task = sent.and_then(|sent| sent.callee.rsplit('.').nth(1));
        tasks.extend(task.filter(|task| !task.is_empty()).map(str::to_string));
    }
    for setting in settings {
        for entry in setting.value.entries() {
            if let Some(task) = entry.value.get("task").and_then(Term::text) {
                tasks.insert(task.rsplit('.').next().unwrap_or(task).to_string());
            }
        }
    }
    tasks
}
