//! Logs that go to files in production.

mod remedy;

use crate::files::{self, Constants, Family, Place, Write};
use crate::lang::Lang;
use crate::project::{File, Project};
use crate::rule::{Confidence, Impact, Meta, Origin, Severity, Status, Step, Target};
use crate::rules::{Draft, Rule, files as shared};
use crate::span::Span;
use crate::term::{Invocation, Term, Value};

/// `fs-log-file`.
pub struct FsLogFile;

static META: Meta = Meta {
    id: "fs-log-file",
    aliases: &[],
    family: "files",
    severity: Severity::Warning,
    impact: Impact::DataLoss,
    confidence: Confidence::High,
    step: Step::Code,
    langs: &[Lang::Ruby, Lang::Python, Lang::JavaScript, Lang::TypeScript, Lang::Procfile, Lang::Shell],
    needs_heroku: true,
    status: Status::Stable,
    since: "0.1.0",
    specificity: 20,
    page: include_str!("README.md"),
    origin: Origin::BuiltIn,
};

impl Rule for FsLogFile {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn watches_in(&self) -> &'static [(&'static [Lang], &'static [&'static str])] {
        &[
            (&[Lang::Ruby], &["Logger.new"]),
            (
                &[Lang::Python],
                &[
                    ".FileHandler",
                    "import FileHandler",
                    "RotatingFileHandler",
                    "TimedRotatingFileHandler",
                    "WatchedFileHandler",
                    "basicConfig",
                ],
            ),
            (
                shared::JAVASCRIPT,
                &[
                    "transports.File",
                    "DailyRotateFile",
                    "winston-daily-rotate-file",
                    "pino.destination",
                    "bunyan",
                ],
            ),
            (&[Lang::Shell], &["--access-logfile", "--error-logfile", "--log-file", "--logfile"]),
        ]
    }

    fn project(&self, project: &Project, target: Option<Target>) -> Vec<Draft> {
        let mut drafts = Vec::new();
        for family in [Family::Ruby, Family::Python, Family::JavaScript] {
            let constants = shared::constants(project, family);
            for file in shared::code(project, family).filter(|file| shared::is_application(file)) {
                if says_stdout(file, family) {
                    continue;
                }
                let mut found = of_calls(project, file, family, &constants);
                if family == Family::Python {
                    found.extend(of_dictionaries(project, file, &constants));
                }
                // Two files that become one stream would have many lines twice.
                if let [first, second, ..] = found.as_mut_slice() {
                    first.remedies.clear();
                    second.remedies.clear();
                }
                drafts.extend(found);
            }
        }
        drafts.extend(shared::reported(project).flat_map(of_commands));
        drafts.into_iter().map(|draft| shared::for_target(draft, target)).collect()
    }
}

/// Words that say that a file's logs go to standard output as well, or can be sent there.
fn says_stdout(file: &File, family: Family) -> bool {
    let words: &[&str] = match family {
        Family::Ruby => &["STDOUT", "$stdout", "STDERR", "$stderr", "RAILS_LOG_TO_STDOUT"],
        Family::Python => {
            &["StreamHandler", "sys.stdout", "sys.stderr", "RichHandler", "\"console\"", "'console'"]
        }
        Family::JavaScript => &["transports.Console", "process.stdout", "pino.destination(1)", "pino-pretty"],
    };
    words.iter().any(|word| file.source.text.contains(word))
}

/// Calls that send logs to a file: the function, the position or the keys of the path.
const CALLS: &[(Family, &str, usize, &[&str])] = &[
    (Family::Ruby, "Logger", 0, &["logdev"]),
    (Family::Ruby, "ActiveSupport.Logger", 0, &["logdev"]),
    (Family::Python, "logging.FileHandler", 0, &["filename"]),
    (Family::Python, "RotatingFileHandler", 0, &["filename"]),
    (Family::Python, "TimedRotatingFileHandler", 0, &["filename"]),
    (Family::Python, "WatchedFileHandler", 0, &["filename"]),
    (Family::Python, "logging.basicConfig", usize::MAX, &["filename"]),
    (Family::JavaScript, "transports.File", usize::MAX, &["filename"]),
    (Family::JavaScript, "DailyRotateFile", usize::MAX, &["filename"]),
    (Family::JavaScript, "winston-daily-rotate-file", usize::MAX, &["filename"]),
    (Family::JavaScript, "pino.destination", 0, &["dest"]),
];

/// Whether a write to a file is a log that requests append to.
pub(super) fn is_log(call: &Invocation, write: &Write<'_>, constants: &Constants<'_>) -> bool {
    call.callee.starts_with("fs") && write.appends && is_log_path(&files::place(write.path, constants))
}

fn is_log_path(place: &Place) -> bool {
    let segments = place.segments();
    segments.last().is_some_and(|last| last.ends_with(".log"))
        || segments.iter().any(|segment| matches!(*segment, "log" | "logs"))
}

/// Whether a path is a file on the dyno's disk, known well enough to say so.
fn is_kept(place: &Place) -> bool {
    place.is_own() && !place.is_temporary() && place.shown().chars().any(char::is_alphanumeric)
        || place.base == files::Base::Root && place.rest.starts_with("var/log/")
}

fn draft(file: &File, span: Span, scope: &str, place: &Place) -> Draft {
    let shown = place.shown();
    let message = format!(
        "logs go to `{shown}` on the dyno's disk: no log drain sees them, and a restart discards them"
    );
    Draft::new(
        &META,
        &file.path,
        span,
        message,
        "write logs to standard output, which every platform collects",
    )
    .label("a file that nobody collects")
    .scope(scope)
    .cause("log", "logs to a file too")
}

fn of_calls(project: &Project, file: &File, family: Family, constants: &Constants<'_>) -> Vec<Draft> {
    let calls = file.facts.invocations.iter();
    let found = calls.filter_map(|call| {
        let path = match files::write(call, family) {
            Some(write) if is_log(call, &write, constants) => write.path,
            _ => logged(call, family)?,
        };
        let place = files::place(path, constants);
        let kept = is_kept(&place) && shared::in_production(project, file, &call.scope, &call.guards);
        let inside = call.span.contains(path.span);
        let span = Span::new(call.name_span.start, if inside { path.span.end } else { call.name_span.end });
        kept.then(|| draft(file, span, &call.scope, &place).remedy(remedy::of_call(file, call, path, family)))
    });
    found.collect()
}

/// The path to which a call sends logs.
fn logged(call: &Invocation, family: Family) -> Option<&Term> {
    let callee = call.callee.strip_suffix(".new").unwrap_or(&call.callee);
    let known = CALLS.iter().find(|(of, name, ..)| {
        // Many libraries of Ruby have a logger of their own: only these two take a path.
        let within = || callee.strip_suffix(name).is_some_and(|before| before.ends_with('.'));
        *of == family && (callee == *name || (family != Family::Ruby && within()))
    });
    let (_, _, index, keys) = known?;
    call.option(keys).or_else(|| call.argument(*index)).filter(|path| {
        // A level, a stream, a file descriptor are no paths.
        matches!(path.value, Value::Text(_) | Value::Joined(_) | Value::Call(_))
    })
}

/// Handlers of Django's `LOGGING` and of `logging.config.dictConfig`.
fn of_dictionaries(project: &Project, file: &File, constants: &Constants<'_>) -> Vec<Draft> {
    let settings = file.facts.settings.iter();
    let settings = settings
        .filter(|setting| setting.name.starts_with("LOGGING"))
        .map(|setting| (&setting.value, &setting.scope, &setting.guards));
    let calls = file.facts.invocations.iter().filter(|call| call.name() == "dictConfig");
    let calls = calls.filter_map(|call| Some((call.argument(0)?, &call.scope, &call.guards)));
    let mut found = Vec::new();
    for (value, scope, guards) in settings.chain(calls) {
        if !shared::in_production(project, file, scope, guards) {
            continue;
        }
        value.walk(&mut |term| {
            let class = term.get("class").and_then(Term::text).unwrap_or_default();
            let Some(entry) = term.entry("filename").filter(|_| class.ends_with("FileHandler")) else {
                return;
            };
            let place = files::place(&entry.value, constants);
            if is_kept(&place) {
                let span = Span::new(entry.key_span.start, entry.value.span.end.max(entry.key_span.end));
                found.push(draft(file, span, scope, &place).remedy(remedy::of_handler(file, term)));
            }
        });
    }
    found
}

/// Options of servers that name a file for logs.
const OPTIONS: &[&str] = &["--access-logfile", "--error-logfile", "--log-file", "--logfile"];

/// Programs that have these options.
const SERVERS: &[&str] =
    &["gunicorn", "celery", "uwsgi", "hypercorn", "waitress-serve", "daphne", "bin/celery", "sidekiq"];

fn of_commands(file: &File) -> Vec<Draft> {
    if !matches!(file.lang, Lang::Procfile | Lang::Shell) {
        return Vec::new();
    }
    let constants = Constants::new();
    let mut found = Vec::new();
    for command in &file.facts.commands {
        let serves = command.words.iter().filter_map(Term::text).any(|word| SERVERS.contains(&word));
        if !serves {
            continue;
        }
        for (at, word) in command.words.iter().enumerate() {
            let Some(text) = word.text() else { continue };
            let (option, value) = match text.split_once('=') {
                Some((option, value)) => (option, Some(value.to_string())),
                None => (text, command.words.get(at + 1).and_then(Term::text).map(str::to_string)),
            };
            let Some(value) = value.filter(|_| OPTIONS.contains(&option)) else { continue };
            let path = Term { span: word.span, value: Value::Text(value.clone()) };
            let place = files::place(&path, &constants);
            if value == "-" || value.starts_with('-') || !is_kept(&place) {
                continue;
            }
            let end = if text.contains('=') { word.span.end } else { command.words[at + 1].span.end };
            let span = Span::new(word.span.start, end);
            let remedy = remedy::of_option(file, command, Span::new(end - value.len(), end), &value);
            found.push(draft(file, span, &command.scope, &place).remedy(remedy));
        }
    }
    found
}
