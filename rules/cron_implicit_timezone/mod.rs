//! Jobs that run by the clock of the machine.

use crate::finding::Related;
use crate::lang::Lang;
use crate::remedy::Remedy;
use crate::rule::{Confidence, Impact, Meta, Origin, Severity, Status, Step, Target};
use crate::rules::production::reaches_production;
use crate::rules::{Context, Draft, Rule};
use crate::schedule::jobs::{self, Job};
use crate::schedule::zone::{self, By, Zone};
use crate::schedule::{Library, SCRIPT, Unset, pin, time};

/// `cron-implicit-timezone`.
pub struct CronImplicitTimezone;

static META: Meta = Meta {
    id: "cron-implicit-timezone",
    aliases: &[],
    family: "schedules",
    severity: Severity::Warning,
    impact: Impact::FlipsSilently,
    confidence: Confidence::High,
    step: Step::Code,
    langs: &[Lang::Ruby, Lang::Python, Lang::JavaScript, Lang::TypeScript, Lang::Yaml],
    needs_heroku: true,
    status: Status::Stable,
    since: "0.1.0",
    specificity: 10,
    page: include_str!("README.md"),
    origin: Origin::BuiltIn,
};

/// Most other jobs that are shown with the first one.
const MOST_PLACES: usize = 8;

impl Rule for CronImplicitTimezone {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn watches_in(&self) -> &'static [(&'static [Lang], &'static [&'static str])] {
        &[
            (
                &[Lang::Ruby],
                &[
                    "Arask",
                    "Clockwork*",
                    "Resque.schedule",
                    "Rufus::Scheduler",
                    "Sidekiq.schedule",
                    "clockwork*",
                    "config.time_zone",
                    "good_job.cron",
                    "job_type",
                    "rufus-scheduler",
                    "set :output",
                    "set_schedule",
                    ".periodic",
                    "ENV['TZ']*",
                    "ENV[\"TZ\"]*",
                ],
            ),
            (
                &[Lang::Python],
                &[
                    "APScheduler",
                    "CELERY_ENABLE_UTC",
                    "CELERY_TIMEZONE",
                    "CRONJOBS",
                    "SCHEDULER_TIMEZONE",
                    "apscheduler",
                    "crontab",
                    "enable_utc",
                    "from arq",
                    "import schedule",
                    "use_local_timezone",
                    "environ['TZ']*",
                    "environ[\"TZ\"]*",
                ],
            ),
            (
                SCRIPT,
                &[
                    "@nestjs/schedule",
                    "CronJob",
                    "agenda.every",
                    "bree",
                    "croner",
                    "env.TZ",
                    "node-cron",
                    "node-schedule",
                    "repeat: {*",
                    "repeatEvery",
                    "toad-scheduler",
                    "upsertJobScheduler",
                ],
            ),
            (
                &[Lang::Yaml],
                &[
                    ":schedule:*",
                    "cron:*",
                    "schedule: every*",
                    "schedule: at *",
                    "TZ: *",
                    "key: TZ",
                    "name: TZ",
                ],
            ),
            (&[Lang::Toml, Lang::Dotenv, Lang::Shell, Lang::Dockerfile], &["TZ =*", "TZ=*", "ENV TZ*"]),
        ]
    }

    fn file(&self, cx: &Context<'_>) -> Vec<Draft> {
        if !matches!(cx.file.lang, Lang::Ruby | Lang::Python | Lang::Yaml) && !SCRIPT.contains(&cx.file.lang)
        {
            return Vec::new();
        }
        let mut jobs = jobs::open(cx.project, cx.file);
        jobs.retain(|job| reaches_production(cx, &job.guards));
        if jobs.is_empty() {
            return Vec::new();
        }
        let zones = zone::zones(cx.project);
        let mut drafts = Vec::new();
        while let Some(first) = jobs.first() {
            let library = first.library;
            let (own, others) = jobs.into_iter().partition(|job| job.library.name == library.name);
            jobs = others;
            drafts.extend(draft(cx, library, own, &zones));
        }
        drafts
    }
}

/// One finding for the jobs that a file hands to a library, where their hour depends on the machine.
fn draft(cx: &Context<'_>, library: &'static Library, jobs: Vec<Job>, zones: &[Zone]) -> Option<Draft> {
    let first = jobs.first()?;
    if cx.file.lang == Lang::Python && library.unset == Unset::System && zone::is_django(cx.project, cx.file)
    {
        return None;
    }
    let what = if jobs.len() == 1 {
        format!("runs this job {}", first.words)
    } else {
        format!("runs {} jobs by the clock", jobs.len())
    };
    let name = library.name;
    let explicit = library.explicit;
    let mut severity = Severity::Warning;
    let mut found = None;
    let (message, help) = match library.unset {
        Unset::EtOrbi if zone::is_rails(cx.project, cx.file) != Some(false) => {
            let (zone, value) = zones
                .iter()
                .find_map(|zone| Some((zone, zone.value.as_deref().filter(|v| time::is_zone(v))?)))?;
            let rails = zone::of_rails(cx.project)?;
            if value == rails || (time::is_utc(value) && time::is_utc(rails)) {
                return None;
            }
            found = Some(zone);
            (
                format!("`{name}` {what} in `{value}`, from `TZ`, and not in the zone of Rails, `{rails}`"),
                format!("set the zone {explicit}; then neither `TZ` nor Rails decides"),
            )
        }
        Unset::Crontab => {
            if zones.iter().any(|zone| zone.by == By::Program) {
                return None;
            }
            (
                format!("`{name}` {what} in the time zone of the machine that reads its crontab"),
                format!("set the zone {explicit}"),
            )
        }
        Unset::System | Unset::EtOrbi => match zones.first() {
            // What the program brings along is the same everywhere.
            Some(Zone { by: By::Program, .. }) => return None,
            Some(zone) => {
                severity = Severity::Note;
                found = Some(zone);
                let value = zone.value.as_deref().map(|value| format!(", `{value}`")).unwrap_or_default();
                (
                    format!("`{name}` {what} in the zone of the config var `TZ`{value}"),
                    format!("set `TZ` on the target before the first job runs, or set the zone {explicit}"),
                )
            }
            None => (
                format!("`{name}` {what} in the system's time zone: UTC on a dyno, unless `TZ` is set there"),
                format!("set the zone {explicit}"),
            ),
        },
    };
    if matches!(cx.target, Some(Target::Dokku | Target::Vps)) && severity == Severity::Warning {
        severity = Severity::Error;
    }
    let label = format!("{}, without a zone", first.words);
    let mut draft = Draft::new(&META, &cx.file.path, first.span, message, help)
        .label(label)
        .severity(severity)
        .scope(first.scope.clone());
    if severity == Severity::Note {
        draft = draft.impact(Impact::Degrades);
    }
    let others = jobs.iter().skip(1).filter(|job| job.span != first.span);
    let others = others.take(MOST_PLACES).map(|job| Related {
        path: cx.file.path.clone(),
        span: job.span,
        message: job.words.clone(),
    });
    draft.finding.related.extend(others);
    if let Some(zone) = found {
        draft = draft.related(&zone.path, zone.span, "`TZ` is set here");
    }
    if let Some(note) = cx.target.map(on_target) {
        draft = draft.note(note);
    }
    Some(draft.remedy(remedy(cx, library, &jobs, zones)))
}

/// The zone that counts today, written beside every job; none where one of the jobs has no place for it.
fn remedy(cx: &Context<'_>, library: &Library, jobs: &[Job], zones: &[Zone]) -> Option<Remedy> {
    let known = pin::known(cx.project, zones)?;
    // It takes zones from pytz, which it does not bring along.
    if library.name == "schedule" && !zone::depends(cx.project, "pypi", &["pytz"]) {
        return None;
    }
    let title = format!("give the zone `{}`", known.name);
    let mut remedy = Remedy::new(known.applicability, title);
    for job in jobs {
        let pin = job.pin.as_ref()?;
        if !pin.takes_any_zone() && !time::is_utc(&known.name) {
            return None;
        }
        remedy = remedy.change(&cx.file.path, pin.what(&known.name));
    }
    Some(remedy)
}

/// What the zone is where the jobs go. Source: the documentation of each platform on cron jobs.
fn on_target(target: Target) -> &'static str {
    match target {
        Target::Render => "Render's own cron jobs run in UTC, and nothing changes that",
        Target::Railway => "Railway's own cron jobs run in UTC, at most every 5 minutes",
        Target::Fly => "Fly.io has no cron of its own for exact times; supercronic takes the image's `TZ`",
        Target::Aws => "EventBridge rules run in UTC; EventBridge Scheduler takes a zone",
        Target::Aptible => "Aptible's scheduled tasks run in UTC unless `TZ` is set",
        Target::Digitalocean => "App Platform's scheduled jobs take a zone, `schedule.time_zone`",
        Target::Kubernetes => {
            "a CronJob takes a zone, `spec.timeZone`; without it the controller manager's counts"
        }
        Target::Dokku => "Dokku's `cron` runs in the zone of the host",
        Target::Vps => "a process on the host runs in the host's zone, and so does its crontab",
    }
}
