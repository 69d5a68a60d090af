//! The jobs that a file hands to a scheduler and whose time depends on a zone that nobody gives.

use crate::fact::Guard;
use crate::lang::Lang;
use crate::project::{File, Project};
use crate::span::Span;
use crate::term::{Entry, Invocation, Term, Value};

use super::pin::{self, Pin};
use super::time::{self, Time};
use super::{ForAll, Form, Library, Place, Written, zone};

/// A job whose hour or day matters, without a zone.
#[derive(Clone, Debug)]
pub struct Job {
    /// Whose job it is.
    pub library: &'static Library,
    /// Its time, as written.
    pub span: Span,
    /// When it runs, in words: `every day at 09:00`.
    pub words: String,
    /// Conditions around it.
    pub guards: Vec<Guard>,
    /// Names of the enclosing definitions.
    pub scope: String,
    /// How it is given a zone, where that is certain.
    pub pin: Option<Pin>,
}

/// The jobs of a file that run by the clock and have no zone, in order of place.
pub fn open(project: &Project, file: &File) -> Vec<Job> {
    let mut jobs = match file.lang {
        Lang::Yaml => of_yaml(project, file),
        _ => of_code(project, file),
    };
    jobs.sort_by_key(|job| job.span);
    jobs.dedup_by_key(|job| job.span);
    jobs
}

/// Whether a file holds a job of a scheduler, whatever its time: the calls that hand one over.
pub fn handed_over(file: &File) -> impl Iterator<Item = (&'static Form, &Invocation)> {
    file.facts.invocations.iter().filter_map(|call| Some((form_of(file, call)?, call)))
}

fn form_of(file: &File, call: &Invocation) -> Option<&'static Form> {
    let text = &file.source.text;
    super::FORMS.iter().find(|form| {
        form.langs.contains(&file.lang)
            && form.calls.contains(&call.name())
            && (form.evidence.is_empty() || form.evidence.iter().any(|word| text.contains(word)))
            && fits(form, call, file)
    })
}

/// What the words of a form leave open.
fn fits(form: &Form, call: &Invocation, file: &File) -> bool {
    let name = file.path.rsplit('/').next().unwrap_or_default();
    match form.library.name {
        "whenever" => name.starts_with("schedule") && name.ends_with(".rb") && call.receiver.is_none(),
        "sidekiq-scheduler" => call.callee.starts_with("Sidekiq"),
        "resque-scheduler" => call.callee.starts_with("Resque"),
        "cron" => call.name() == "CronJob" || call.is("CronJob.from"),
        "@nestjs/schedule" => !call.callee.contains("croner"),
        "Celery beat" => !file.source.text.contains("huey"),
        _ => true,
    }
}

fn of_code(project: &Project, file: &File) -> Vec<Job> {
    let mut jobs = Vec::new();
    for (form, call) in handed_over(file) {
        if form.zone.iter().any(|place| given(at(call, *place))) || !applies(form.library, project, call) {
            continue;
        }
        for (span, words) in times(form, call, file) {
            jobs.push(Job {
                library: form.library,
                span,
                words,
                guards: call.guards.clone(),
                scope: call.scope.clone(),
                pin: pin::of_call(form, call, span, file),
            });
        }
    }
    jobs.extend(of_settings(file));
    jobs.retain(|job| !zone_for_all(job.library, project, file));
    jobs
}

/// Whether a library takes the machine's zone at all here.
fn applies(library: &Library, project: &Project, call: &Invocation) -> bool {
    match library.name {
        "Celery beat" => {
            let settings = project.files.iter().flat_map(|file| &file.facts.settings);
            settings
                .filter(|setting| matches!(last(&setting.name), "CELERY_ENABLE_UTC" | "enable_utc"))
                .any(|setting| setting.value.value == Value::Bool(false))
        }
        "rq-scheduler" => {
            call.option(&["use_local_timezone"]).is_some_and(|term| term.value == Value::Bool(true))
        }
        _ => true,
    }
}

fn last(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or_default()
}

/// What a call has at a place.
fn at(call: &Invocation, place: Place) -> Option<&Term> {
    match place {
        Place::At(index) => call.argument(index),
        Place::Option(keys) => call.option(keys),
    }
}

fn given(term: Option<&Term>) -> bool {
    term.is_some_and(|term| term.value != Value::Nil)
}

/// The texts that a term can be, where they are known.
fn texts(term: &Term) -> Vec<(&str, Span)> {
    match &term.value {
        Value::Text(text) => vec![(text, term.span)],
        Value::Env { default: Some(default), .. } => texts(default),
        Value::Choice(options) => options.iter().flat_map(|option| texts(&option.value)).collect(),
        Value::List(items) => items.iter().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

/// The times of a call that are open, with their places.
fn times(form: &Form, call: &Invocation, file: &File) -> Vec<(Span, String)> {
    let text = &file.source.text;
    match form.written {
        Written::Cron(places) => by_text(call, places, time::cron),
        Written::Fugit(places) => by_text(call, places, time::fugit),
        Written::Rule(places) => {
            let mut found = by_text(call, places, time::cron);
            let terms = places.iter().filter_map(|place| at(call, *place));
            found.extend(terms.filter_map(|term| rule(term, call, file)));
            found
        }
        Written::Keywords(trigger) => {
            if let Some((index, keyword)) = trigger {
                let kind = call.argument_or_keyword(index, keyword).and_then(Term::text);
                if kind != Some("cron") {
                    return Vec::new();
                }
            }
            let given: Vec<(&str, &Term)> = call
                .arguments
                .iter()
                .filter_map(|argument| Some((argument.keyword.as_deref()?, &argument.value)))
                .collect();
            let mut texts: Vec<(&str, &str)> = Vec::new();
            for (keyword, term) in &given {
                let known = matches!(
                    *keyword,
                    "hour"
                        | "minute"
                        | "day"
                        | "day_of_month"
                        | "day_of_week"
                        | "weekday"
                        | "week"
                        | "month"
                        | "month_of_year"
                        | "year"
                );
                match term.scalar() {
                    Some(text) => texts.push((keyword, text)),
                    // arq takes sets: `hour={9, 12}`.
                    None if known && matches!(term.value, Value::List(_)) => {
                        texts.push((keyword, term.span.of(text)));
                    }
                    // A time that is computed is no time of which anything can be said.
                    None if known && *keyword == "hour" => return Vec::new(),
                    None => {}
                }
            }
            let open = time::keywords(texts).filter(Time::is_open);
            open.and_then(|time| Some((keywords_span(&given, call), time.clock?))).into_iter().collect()
        }
        Written::EveryAt => match call.option(&["at"]) {
            Some(at) => {
                let times = texts(at).into_iter();
                times.filter_map(|(text, span)| Some((span, every_day(&time::of_day(text)?)))).collect()
            }
            // `if: ->(t) { t.day == 1 }`
            None => {
                let chosen = call.option(&["if"]).filter(|chosen| asks_for_day(chosen.span.of(text)));
                chosen
                    .map(|chosen| (chosen.span, "on days that its `if` picks".to_string()))
                    .into_iter()
                    .collect()
            }
        },
        Written::EveryDay => whenever(call, text),
        Written::OfDay(place) => {
            let chain = call.span.of(text);
            if !chain.contains("every(") {
                return Vec::new();
            }
            let times = at(call, place).map(texts).unwrap_or_default();
            let times = times.into_iter();
            times.filter_map(|(text, span)| Some((span, every_day(&time::of_day(text)?)))).collect()
        }
        Written::List(option) => {
            let jobs = call.option(&[option]).map(Term::items).unwrap_or_default();
            jobs.iter()
                .filter(|job| !given(job.get("timezone")))
                .filter_map(|job| job.get("cron"))
                .flat_map(texts)
                .filter_map(|(text, span)| open_words(span, time::cron(text)?))
                .collect()
        }
    }
}

/// Whether a condition on the time of a job asks for its day or hour.
fn asks_for_day(condition: &str) -> bool {
    ["day", "hour", "month"].iter().any(|word| condition.contains(&format!(".{word}")))
        || ["day?", ".wday", ".mday"].iter().any(|word| condition.contains(word))
}

fn every_day(of_day: &str) -> String {
    if of_day.starts_with("at ") { format!("every day {of_day}") } else { of_day.to_string() }
}

fn open_words(span: Span, time: Time) -> Option<(Span, String)> {
    if time.is_open() { Some((span, time.clock?)) } else { None }
}

fn by_text(call: &Invocation, places: &[Place], read: fn(&str) -> Option<Time>) -> Vec<(Span, String)> {
    for place in places {
        let Some(term) = at(call, *place) else { continue };
        let mut found = Vec::new();
        let mut any = false;
        for (text, span) in texts(term) {
            let Some(time) = read(text) else { continue };
            any = true;
            found.extend(open_words(span, time));
        }
        if let Some(words) = term.name().and_then(nest_expression) {
            return vec![(term.span, words.to_string())];
        }
        if any {
            return found;
        }
    }
    Vec::new()
}

/// What a constant of Nest's `CronExpression` means, where it names an hour or a day.
fn nest_expression(name: &str) -> Option<String> {
    let (_, constant) = name.rsplit_once("CronExpression.")?;
    let by_clock =
        ["_AT_", "_DAY", "WEEK", "MONTH", "QUARTER", "YEAR", "MONDAY", "MIDNIGHT", "NOON", "BETWEEN"];
    let says = by_clock.iter().any(|word| constant.contains(word));
    says.then(|| constant.to_ascii_lowercase().replace('_', " "))
}

/// A rule of node-schedule that is a map, or an object that is filled after.
fn rule(term: &Term, call: &Invocation, file: &File) -> Option<(Span, String)> {
    const FIELDS: &[&str] = &["hour", "dayOfWeek", "date", "month", "year"];
    let number = |term: &Term| term.scalar().map_or_else(|| "given".to_string(), str::to_string);
    if let Value::Map(entries) = &term.value {
        if entries.iter().any(|entry| entry.key == "tz") {
            return None;
        }
        if let Some(rule) = term.get("rule") {
            return texts(rule).into_iter().find_map(|(text, span)| open_words(span, time::cron(text)?));
        }
        let named: Vec<&Entry> =
            entries.iter().filter(|entry| FIELDS.contains(&entry.key.as_str())).collect();
        let hour = term.get("hour").map(number);
        let minute = term.get("minute").map(number);
        return (!named.is_empty()).then(|| (term.span, rule_words(hour.as_deref(), minute.as_deref())));
    }
    if !term.call()?.is("RecurrenceRule") {
        return None;
    }
    let own = |setting: &&crate::term::Setting, field: &str| {
        setting.scope == call.scope && setting.name.rsplit_once('.').is_some_and(|(_, last)| last == field)
    };
    let set = |field: &str| file.facts.settings.iter().find(|setting| own(setting, field));
    if set("tz").is_some() {
        return None;
    }
    let hour = set("hour").map(|setting| number(&setting.value));
    let minute = set("minute").map(|setting| number(&setting.value));
    let first = FIELDS.iter().find_map(|field| set(field))?;
    Some((first.span, rule_words(hour.as_deref(), minute.as_deref())))
}

fn rule_words(hour: Option<&str>, minute: Option<&str>) -> String {
    match (hour, hour.and_then(|hour| hour.parse::<u8>().ok())) {
        (_, Some(hour)) => {
            let minute = minute.and_then(|minute| minute.parse::<u8>().ok()).unwrap_or(0);
            format!("at {hour:02}:{minute:02}")
        }
        (Some(_), None) => "at given hours".to_string(),
        (None, None) => "on given days".to_string(),
    }
}

/// From the first keyword that says when to the last one.
fn keywords_span(given: &[(&str, &Term)], call: &Invocation) -> Span {
    let of_time = given.iter().filter(|(keyword, _)| {
        matches!(
            *keyword,
            "hour" | "day" | "day_of_month" | "day_of_week" | "weekday" | "month" | "month_of_year"
        )
    });
    of_time.map(|(_, term)| term.span).min().unwrap_or(call.name_span)
}

/// `every 1.day, at: "4:30 am"`, `every :monday`, `every "0 9 * * *"`.
fn whenever(call: &Invocation, text: &str) -> Vec<(Span, String)> {
    let Some(period) = call.argument(0) else { return Vec::new() };
    let written = period.span.of(text).trim_start_matches(':');
    let written = written.strip_prefix("1.").unwrap_or(written);
    if let Some(time) = period.text().and_then(time::cron) {
        return open_words(period.span, time).into_iter().collect();
    }
    let long = ["day", "week", "month", "year", "sun", "mon", "tue", "wed", "thu", "fri", "sat"];
    let unit = written.rsplit('.').next().unwrap_or_default();
    if !long.iter().any(|word| unit.starts_with(word)) || unit.starts_with("minute") {
        return Vec::new();
    }
    match call.option(&["at"]) {
        Some(at) => texts(at)
            .into_iter()
            .filter_map(|(text, span)| Some((span, format!("every {written} {}", time::of_day(text)?))))
            .collect(),
        None => vec![(period.span, format!("every {written} at midnight"))],
    }
}

/// Jobs that are settings: `CRONJOBS` of django-crontab, `JOBS` of Flask-APScheduler, `config.good_job.cron`,
/// `Sidekiq.schedule`.
fn of_settings(file: &File) -> Vec<Job> {
    let mut jobs = Vec::new();
    for setting in &file.facts.settings {
        let job = |library, (span, words)| Job {
            library,
            span,
            words,
            guards: setting.guards.clone(),
            scope: setting.scope.clone(),
            pin: pin::of_text(&setting.value, span),
        };
        match (file.lang, last(&setting.name)) {
            (Lang::Python, "CRONJOBS") => {
                for item in setting.value.items() {
                    let Some(first) = item.items().first() else { continue };
                    let times = texts(first).into_iter();
                    let times = times.filter_map(|(text, span)| open_words(span, time::cron(text)?));
                    jobs.extend(times.map(|time| Job { pin: None, ..job(&super::DJANGO_CRONTAB, time) }));
                }
            }
            (Lang::Python, "JOBS") => {
                for item in setting.value.items() {
                    if item.get("trigger").and_then(Term::text) != Some("cron") || given(item.get("timezone"))
                    {
                        continue;
                    }
                    let given: Vec<(&str, &str)> = item
                        .entries()
                        .iter()
                        .filter_map(|entry| Some((entry.key.as_str(), entry.value.scalar()?)))
                        .collect();
                    let span = item
                        .entry("hour")
                        .map_or(item.span, |entry| Span::new(entry.key_span.start, entry.value.span.end));
                    let time = time::keywords(given).and_then(|time| open_words(span, time));
                    let pin = Some(Pin::Option { at: item.span, key: "timezone" });
                    jobs.extend(time.map(|time| Job { pin, ..job(&super::APSCHEDULER, time) }));
                }
            }
            (Lang::Ruby, "cron") if setting.name.contains("good_job") => {
                let times = cron_entries(&setting.value);
                jobs.extend(times.into_iter().map(|time| job(&super::GOOD_JOB, time)));
            }
            (Lang::Ruby, "schedule") if setting.name == "Sidekiq.schedule" => {
                let times = cron_entries(&setting.value);
                jobs.extend(times.into_iter().map(|time| job(&super::SIDEKIQ_SCHEDULER, time)));
            }
            (Lang::Ruby, "schedule") if setting.name == "Resque.schedule" => {
                let times = cron_entries(&setting.value);
                jobs.extend(times.into_iter().map(|time| job(&super::RESQUE_SCHEDULER, time)));
            }
            _ => {}
        }
    }
    jobs
}

/// Jobs by name, each a map with `cron`.
fn cron_entries(jobs: &Term) -> Vec<(Span, String)> {
    let times = jobs.entries().iter().filter_map(|job| job.value.get("cron"));
    let texts = times.filter_map(|cron| match &cron.value {
        // `cron: ['0 9 * * *', { first_in: '1m' }]`
        Value::List(items) => items.first(),
        _ => Some(cron),
    });
    texts.flat_map(texts_of).filter_map(|(text, span)| open_words(span, time::fugit(text)?)).collect()
}

fn texts_of(term: &Term) -> Vec<(&str, Span)> {
    texts(term)
}

/// Jobs in settings files of Ruby libraries.
fn of_yaml(project: &Project, file: &File) -> Vec<Job> {
    let mut jobs = Vec::new();
    let name = file.path.rsplit('/').next().unwrap_or_default();
    for setting in file.facts.settings.iter().filter(|setting| setting.name.is_empty()) {
        let root = &setting.value;
        let (library, times): (&'static Library, Vec<(Span, String)>) = if name.starts_with("sidekiq") {
            if !zone::depends(project, "rubygems", &["sidekiq-scheduler"]) {
                continue;
            }
            let schedules = [
                key(root, "schedule"),
                key(root, "scheduler").and_then(|scheduler| key(scheduler, "schedule")),
            ];
            let times = schedules.into_iter().flatten().flat_map(cron_entries).collect();
            (&super::SIDEKIQ_SCHEDULER, times)
        } else if name.starts_with("resque_schedule") || name.starts_with("resque-schedule") {
            (&super::RESQUE_SCHEDULER, cron_entries(root))
        } else if name.starts_with("recurring.y") && is_old_solid_queue(project) {
            let production = root.get("production").unwrap_or(root);
            let times = production.entries().iter().filter_map(|job| job.value.get("schedule"));
            let times =
                times.flat_map(texts_of).filter_map(|(text, span)| open_words(span, time::fugit(text)?));
            (&super::SOLID_QUEUE, times.collect())
        } else {
            continue;
        };
        jobs.extend(times.into_iter().map(|(span, words)| Job {
            library,
            span,
            words,
            guards: Vec::new(),
            scope: String::new(),
            pin: pin::of_text(root, span),
        }));
    }
    jobs
}

/// The value under a key that may be written as a Ruby symbol.
fn key<'t>(term: &'t Term, key: &str) -> Option<&'t Term> {
    let named = |entry: &&Entry| entry.key.trim_start_matches(':') == key;
    term.entries().iter().rfind(named).map(|entry| &entry.value)
}

/// Whether the project asks for a Solid Queue before 1.5, from which on `config.time_zone` counts.
fn is_old_solid_queue(project: &Project) -> bool {
    let Some(requirement) = zone::requirement(project, "rubygems", &["solid_queue"]) else { return false };
    let version = requirement.trim_start_matches(['~', '>', '<', '=', ' ']);
    let mut parts = version.split('.').map(|part| part.trim().parse::<u32>().unwrap_or(0));
    let (major, minor) = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
    // `~> 1.1` allows 1.5, `~> 1.1.0` does not.
    let exact = requirement.starts_with("~>") && version.split('.').count() == 3
        || requirement.starts_with('=')
        || requirement.starts_with(|c: char| c.is_ascii_digit())
        || requirement.starts_with("~>") && major == 0;
    exact && !version.is_empty() && (major == 0 || (major == 1 && minor < 5))
}

/// Whether all jobs of a library have a zone here.
fn zone_for_all(library: &Library, project: &Project, file: &File) -> bool {
    library.for_all.iter().any(|what| match *what {
        ForAll::Option(function, option) => {
            let sets = |file: &File| {
                let mut calls = file.facts.invocations.iter();
                calls.any(|call| call.name() == function && given(call.option(&[option])))
            };
            // The scheduler may be made in another file than its jobs; one that is made here decides.
            let here = file.facts.invocations.iter().any(|call| call.name() == function);
            if here {
                sets(file)
            } else {
                project.files.iter().any(|file| file.role.is_reported() && sets(file))
            }
        }
        ForAll::Text(text) => file
            .source
            .text
            .lines()
            .any(|line| line.split('#').next().is_some_and(|code| code.contains(text))),
        ForAll::Setting(name) => {
            let named = |setting: &crate::term::Setting| {
                setting.name == name
                    || setting.name.strip_suffix(name).is_some_and(|rest| rest.ends_with('.'))
            };
            let files = project.files.iter().filter(|file| file.role.is_reported());
            files.flat_map(|file| &file.facts.settings).any(named)
        }
        ForAll::Here(name) => file.facts.settings.iter().any(|setting| last(&setting.name) == name),
    })
}
