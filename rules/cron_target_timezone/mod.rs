//! Cron jobs of platforms and machines, whose zone is that of the host.

use crate::finding::Related;
use crate::lang::Lang;
use crate::remedy::{Content, Remedy, What};
use crate::role::Role;
use crate::rule::{Confidence, Impact, Meta, Origin, Severity, Status, Step};
use crate::rules::production::is_development_file;
use crate::rules::{Context, Draft, Rule};
use crate::schedule::pin;
use crate::schedule::time::{self, Time};
use crate::schedule::zone::{self, By, Zone};
use crate::span::Span;
use crate::term::{Entry, Term};

/// `cron-target-timezone`.
pub struct CronTargetTimezone;

static META: Meta = Meta {
    id: "cron-target-timezone",
    aliases: &[],
    family: "schedules",
    severity: Severity::Warning,
    impact: Impact::FlipsSilently,
    confidence: Confidence::High,
    step: Step::Provision,
    langs: &[Lang::Yaml, Lang::Json, Lang::Toml, Lang::Plain],
    needs_heroku: true,
    status: Status::Stable,
    since: "0.1.0",
    specificity: 10,
    page: include_str!("README.md"),
    origin: Origin::BuiltIn,
};

/// Who starts a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Starter {
    /// The controller manager of a cluster, in its own zone.
    Kubernetes,
    /// The host's cron daemon, by way of Dokku.
    Dokku,
    /// The cron daemon that reads a crontab.
    Daemon,
    /// A platform that knows only UTC.
    Utc(&'static str),
}

/// Most other jobs that are shown with the first one.
const MOST_PLACES: usize = 8;

impl Rule for CronTargetTimezone {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn watches_in(&self) -> &'static [(&'static [Lang], &'static [&'static str])] {
        &[
            (&[Lang::Yaml], &["kind: CronJob", "type: cron", "kind: SCHEDULED"]),
            (&[Lang::Json], &["\"crons\"", "\"cronSchedule\""]),
            (&[Lang::Toml], &["cronSchedule"]),
            // Five fields with at least two stars; the last star here means any end of the word.
            (&[Lang::Plain], &[" * * *", " * *\t*", "@daily", "@weekly", "@monthly"]),
            (&[Lang::Toml, Lang::Dotenv, Lang::Shell, Lang::Dockerfile], &["TZ =*", "TZ=*", "ENV TZ*"]),
        ]
    }

    fn file(&self, cx: &Context<'_>) -> Vec<Draft> {
        if is_development_file(&cx.file.path) {
            return Vec::new();
        }
        let jobs = match cx.file.lang {
            Lang::Yaml | Lang::Json | Lang::Toml => of_data(cx),
            Lang::Plain if is_crontab(&cx.file.path) => of_crontab(&cx.file.source.text),
            _ => return Vec::new(),
        };
        let mut by_starter: Vec<(Starter, Vec<(Span, String)>)> = Vec::new();
        for (starter, span, words) in jobs {
            match by_starter.iter_mut().find(|(known, _)| *known == starter) {
                Some((_, jobs)) => jobs.push((span, words)),
                None => by_starter.push((starter, vec![(span, words)])),
            }
        }
        by_starter.into_iter().filter_map(|(starter, jobs)| draft(cx, starter, &jobs)).collect()
    }
}

/// Whether a file without a language is a crontab, by its name.
pub fn is_crontab(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    name == "crontab" || name.ends_with(".crontab") || name.ends_with(".cron") || name.starts_with("crontab.")
}

/// The jobs of a manifest that run by the clock, without a zone.
fn of_data(cx: &Context<'_>) -> Vec<(Starter, Span, String)> {
    let name = cx.file.path.rsplit('/').next().unwrap_or_default();
    let mut found = Vec::new();
    let mut add = |starter, entry: Option<&Entry>| {
        let Some(entry) = entry else { return };
        let Some(Time { clock: Some(words), zone: None }) = entry.value.text().and_then(time::cron) else {
            return;
        };
        found.push((starter, entry.value.span, words));
    };
    for setting in cx.file.facts.settings.iter().filter(|setting| setting.name.is_empty()) {
        let root = &setting.value;
        let items = |key: &str| root.get(key).map(Term::items).unwrap_or_default();
        if root.get("kind").and_then(Term::text) == Some("CronJob") {
            let spec = root.get("spec");
            if spec.is_some_and(|spec| spec.get("timeZone").is_none()) {
                add(Starter::Kubernetes, spec.and_then(|spec| spec.entry("schedule")));
            }
        }
        match name {
            "app.json" => items("cron").iter().for_each(|job| add(Starter::Dokku, job.entry("schedule"))),
            "vercel.json" => {
                items("crons").iter().for_each(|job| add(Starter::Utc("Vercel"), job.entry("schedule")));
            }
            "railway.json" | "railway.toml" => {
                add(Starter::Utc("Railway"), root.entry_at(&["deploy", "cronSchedule"]));
            }
            "render.yaml" | "render.yml" => {
                let cron = |service: &&Term| service.get("type").and_then(Term::text) == Some("cron");
                let services = items("services").iter().filter(cron);
                services.for_each(|service| add(Starter::Utc("Render"), service.entry("schedule")));
            }
            _ => {}
        }
    }
    found
}

/// The jobs of a crontab that run by the clock of the machine: those before any line that sets a zone.
fn of_crontab(text: &str) -> Vec<(Starter, Span, String)> {
    let mut found = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at + line.len() - line.trim_start().len();
        at += line.len();
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let variable = line.split('=').next().unwrap_or_default().trim();
        if matches!(variable, "CRON_TZ" | "TZ") {
            break;
        }
        let fields = if line.starts_with('@') { 1 } else { 5 };
        let Some(end) = end_of_field(line, fields) else { continue };
        if let Some(Time { clock: Some(words), zone: None }) = time::cron(&line[..end]) {
            found.push((Starter::Daemon, Span::new(start, start + end), words));
        }
    }
    found
}

/// Where the field with this number, from 1, ends; `None` where nothing follows it.
fn end_of_field(line: &str, number: usize) -> Option<usize> {
    let mut left = number;
    let mut inside = false;
    for (at, byte) in line.bytes().enumerate() {
        let blank = byte == b' ' || byte == b'\t';
        if inside && blank {
            left -= 1;
            if left == 0 {
                return Some(at);
            }
        }
        inside = !blank;
    }
    None
}

fn draft(cx: &Context<'_>, starter: Starter, jobs: &[(Span, String)]) -> Option<Draft> {
    let (span, words) = jobs.first()?;
    let zones = zone::zones(cx.project);
    let what = match jobs.len() {
        1 => format!("this job {words}"),
        number => format!("{number} jobs by the clock"),
    };
    let mut of_app = None;
    let (message, help) = match starter {
        Starter::Kubernetes => (
            format!("without `timeZone` the cluster starts {what} in the zone of its controller manager"),
            format!("set `timeZone: \"{}\"` beside `schedule`", zone_of_app(&zones)),
        ),
        Starter::Dokku => (
            format!("Dokku starts {what} in the time zone of the host"),
            "see that the host is in UTC, as dynos are, or move the hours".to_string(),
        ),
        Starter::Daemon => {
            if zones.iter().any(|zone| zone.by == By::Program) {
                return None;
            }
            (
                format!("this crontab starts {what} in the time zone of the machine that reads it"),
                format!(
                    "put `CRON_TZ={}` before the jobs where the cron daemon knows it, or pin the zone of the \
                     machine or image",
                    zone_of_app(&zones)
                ),
            )
        }
        Starter::Utc(platform) => {
            let (zone, value) = zones.iter().find_map(|zone| {
                let value =
                    zone.value.as_deref().filter(|value| time::is_zone(value) && !time::is_utc(value));
                Some((zone, value?))
            })?;
            of_app = Some(zone);
            (
                format!(
                    "{platform} starts {what} in UTC, whatever `TZ` says: the application is in `{value}`"
                ),
                "move the hours to UTC, and mind daylight saving time".to_string(),
            )
        }
    };
    let label = match starter {
        Starter::Utc(_) => format!("{words}, in UTC"),
        _ => format!("{words}, without a zone"),
    };
    let mut draft = Draft::new(&META, &cx.file.path, *span, message, help)
        .label(label)
        .remedy(remedy(cx, starter, jobs, &zones));
    // A crontab among the scripts is that of a machine which is not the application's.
    if starter == Starter::Daemon && cx.file.role == Role::Script {
        draft = draft.severity(Severity::Note).impact(Impact::Degrades);
    }
    draft.finding.related.extend(jobs.iter().skip(1).take(MOST_PLACES).map(|(span, words)| Related {
        path: cx.file.path.clone(),
        span: *span,
        message: words.clone(),
    }));
    if let Some(zone) = of_app {
        draft = draft.related(&zone.path, zone.span, "`TZ` is set here");
    }
    Some(draft)
}

/// The zone of the application beside the time, where the starter takes one.
fn remedy(cx: &Context<'_>, starter: Starter, jobs: &[(Span, String)], zones: &[Zone]) -> Option<Remedy> {
    let known = pin::known(cx.project, zones)?;
    let zone = if known.name == "UTC" { "Etc/UTC" } else { known.name.as_str() };
    let text = &cx.file.source.text;
    match starter {
        Starter::Kubernetes => {
            // The hours may be meant for the cluster, unless the settings say otherwise.
            let title = format!("give the zone `{zone}`");
            let mut remedy = match cx.project.names.time_zone() {
                Some(_) => Remedy::safe(title),
                None => Remedy::needs_decision(title),
            };
            for setting in &cx.file.facts.settings {
                let Some(spec) = setting.value.get("spec") else { continue };
                let Some(schedule) = spec.get("schedule") else { continue };
                if jobs.iter().any(|(span, _)| *span == schedule.span) {
                    let keys = vec!["timeZone".to_string()];
                    let value = Content::Text(zone.to_string());
                    remedy = remedy.change(&cx.file.path, What::Set { at: spec.span, keys, value });
                }
            }
            (remedy.changes.len() == jobs.len()).then_some(remedy)
        }
        // Cron daemons that do not know the variable take the machine's zone as before.
        Starter::Daemon => {
            let (first, _) = jobs.first()?;
            let start = text[..first.start].rfind('\n').map_or(0, |at| at + 1);
            let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
            let line = format!("CRON_TZ={zone}{end}");
            let at = Span::new(start, start);
            let remedy = Remedy::needs_decision(format!("put `CRON_TZ={zone}` before the jobs"));
            Some(remedy.change(&cx.file.path, What::Text { at, text: line }))
        }
        Starter::Dokku | Starter::Utc(_) => None,
    }
}

/// The zone in which the application runs, as far as the project shows it.
fn zone_of_app(zones: &[Zone]) -> &str {
    let known = zones.iter().filter_map(|zone| zone.value.as_deref()).find(|value| time::is_zone(value));
    known.unwrap_or("Etc/UTC")
}
