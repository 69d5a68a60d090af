//! Schedulers: which there are, in whose time zone they read an hour, and the jobs that a file hands them.
//!
//! The tables are the place for a new library: a [`Library`] says what it does with an hour that has no
//! zone, a [`Form`] how a job of it is written.

pub mod heroku;
pub mod jobs;
pub mod pin;
pub mod time;
pub mod zone;

use crate::lang::Lang;

/// The zone a scheduler takes where none is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unset {
    /// The process's: `TZ`, else what the machine or image is set to.
    System,
    /// `TZ`, else `Time.zone` in Rails, else the machine's. Source: `EtOrbi.determine_local_tzone`.
    EtOrbi,
    /// That of the machine whose cron daemon reads the crontab that the library writes.
    Crontab,
}

/// A scheduler whose jobs can depend on where the process runs. Schedulers that take UTC, the zone of Rails
/// or that of Django whatever the machine says are not listed: nothing changes for them.
#[derive(Debug)]
pub struct Library {
    /// What people call it.
    pub name: &'static str,
    /// Whose zone it takes where none is given.
    pub unset: Unset,
    /// How to give it one: the end of "set the zone …".
    pub explicit: &'static str,
    /// What gives a zone to all of its jobs.
    pub for_all: &'static [ForAll],
}

/// What gives a zone to all jobs of a library.
#[derive(Clone, Copy, Debug)]
pub enum ForAll {
    /// An option of a call: the function's last segment, the option.
    Option(&'static str, &'static str),
    /// A text of the same file outside of comments, for a call whose name is too common to be a fact.
    Text(&'static str),
    /// A setting, by its last segment.
    Setting(&'static str),
    /// A setting of the same file, by its last segment, for names that mean other things elsewhere.
    Here(&'static str),
}

/// Where a call has something.
#[derive(Clone, Copy, Debug)]
pub enum Place {
    /// A positional argument, from 0.
    At(usize),
    /// An option, given as a keyword or in a map among the arguments.
    Option(&'static [&'static str]),
}

/// How a job's time is written.
#[derive(Clone, Copy, Debug)]
pub enum Written {
    /// A cron expression at the first of the places that has one.
    Cron(&'static [Place]),
    /// A cron expression or natural language, as Fugit reads it.
    Fugit(&'static [Place]),
    /// A cron expression, `{ rule }`, or a map with `hour`, `dayOfWeek` …
    Rule(&'static [Place]),
    /// Keywords such as `hour=9`; where there is a trigger argument (position, keyword), it is `"cron"`.
    Keywords(Option<(usize, &'static str)>),
    /// `every(1.day, at: "09:00")` of clockwork: nothing but `at` reads the clock.
    EveryAt,
    /// `every 1.day, at: "4:30 am"` of whenever: days and longer begin at midnight.
    EveryDay,
    /// The time of day at a place, on a chain that begins with `every(`.
    OfDay(Place),
    /// A list of jobs in an option, each a map with a cron expression.
    List(&'static str),
}

/// How a call that hands over a job is given a zone. Forms whose zone cannot be given with the job have
/// [`Given::Never`]: it belongs to a class, to a setting, or to the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Given {
    /// By a keyword, or an option of the call.
    Keyword(&'static str),
    /// By a key of the map at this position.
    In(usize, &'static str),
    /// By a key of the options, which stand at this position.
    Options(usize, &'static str),
    /// By a key of the map in this option.
    Under(&'static str, &'static str),
    /// By the argument at this position, and in a map by the key.
    Argument(usize, &'static str),
    /// By a key of the rule that the time is, or is made.
    Rule(&'static str),
    /// At the end of the time.
    InText,
    /// By taking back the option that asks for the machine's zone.
    Without(&'static str),
    /// Elsewhere.
    Never,
}

/// How a job is handed to a library.
#[derive(Debug)]
pub struct Form {
    /// Whose job it is.
    pub library: &'static Library,
    /// Languages in which it is written so.
    pub langs: &'static [Lang],
    /// The function's last segments.
    pub calls: &'static [&'static str],
    /// Texts of which the file holds one: the library's name, as the file imports or names it.
    pub evidence: &'static [&'static str],
    /// How its time is written.
    pub written: Written,
    /// Where its zone is given.
    pub zone: &'static [Place],
    /// How it can be given one.
    pub given: Given,
}

const RUBY: &[Lang] = &[Lang::Ruby];
const PYTHON: &[Lang] = &[Lang::Python];
/// Languages with the grammar of JavaScript.
pub const SCRIPT: &[Lang] = &[Lang::JavaScript, Lang::TypeScript, Lang::Tsx, Lang::Vue, Lang::Svelte];

/// clockwork. Source: its README.
pub static CLOCKWORK: Library = Library {
    name: "clockwork",
    unset: Unset::System,
    explicit: "with `tz: 'UTC'` on each event, or once with `configure { |config| config[:tz] = 'UTC' }`",
    for_all: &[ForAll::Here("tz")],
};
/// whenever. Source: its README.
pub static WHENEVER: Library = Library {
    name: "whenever",
    unset: Unset::Crontab,
    explicit: "with `env :CRON_TZ, 'UTC'`, if the cron daemon there honours it, or pin the machine's zone",
    for_all: &[
        ForAll::Text("env :CRON_TZ"),
        ForAll::Text("env 'CRON_TZ'"),
        ForAll::Text("env \"CRON_TZ\""),
        ForAll::Text("env :TZ"),
        ForAll::Text("env 'TZ'"),
        ForAll::Text("env \"TZ\""),
    ],
};
/// rufus-scheduler. Source: its README and et-orbi's `zones.rb`.
pub static RUFUS: Library = Library {
    name: "rufus-scheduler",
    unset: Unset::EtOrbi,
    explicit: "at the end of the time: `'0 9 * * * Etc/UTC'`",
    for_all: &[],
};
/// sidekiq-scheduler. Source: its README.
pub static SIDEKIQ_SCHEDULER: Library = Library {
    name: "sidekiq-scheduler",
    unset: Unset::EtOrbi,
    explicit: "at the end of the time: `cron: '0 9 * * * Etc/UTC'`",
    for_all: &[],
};
/// resque-scheduler, which runs on rufus-scheduler. Source: its README.
pub static RESQUE_SCHEDULER: Library = Library {
    name: "resque-scheduler",
    unset: Unset::EtOrbi,
    explicit: "at the end of the time: `cron: '0 9 * * * Etc/UTC'`",
    for_all: &[],
};
/// Periodic jobs of Sidekiq Enterprise. Source: its wiki page on periodic jobs.
pub static SIDEKIQ_PERIODIC: Library = Library {
    name: "Sidekiq Enterprise",
    unset: Unset::System,
    explicit: "with `mgr.tz = ActiveSupport::TimeZone.new('UTC')`",
    for_all: &[ForAll::Here("tz")],
};
/// good_job, whose times are Fugit's. Source: its README.
pub static GOOD_JOB: Library = Library {
    name: "good_job",
    unset: Unset::EtOrbi,
    explicit: "at the end of the time: `cron: '0 9 * * * Etc/UTC'`",
    for_all: &[],
};
/// Solid Queue before 1.5, whose times are Fugit's. Source: its UPGRADING.
pub static SOLID_QUEUE: Library = Library {
    name: "solid_queue",
    unset: Unset::EtOrbi,
    explicit: "at the end of the time, `every day at 9am Etc/UTC`, or move to Solid Queue 1.5, which takes \
               `config.time_zone`",
    for_all: &[],
};
/// arask, whose times are Fugit's. Source: its README.
pub static ARASK: Library = Library {
    name: "arask",
    unset: Unset::EtOrbi,
    explicit: "at the end of the time: `cron: '0 9 * * * Etc/UTC'`",
    for_all: &[],
};
/// `APScheduler`. Source: `apscheduler/schedulers/base.py` (`get_localzone`).
pub static APSCHEDULER: Library = Library {
    name: "APScheduler",
    unset: Unset::System,
    explicit: "on the scheduler: `timezone=\"UTC\"`",
    for_all: &[
        ForAll::Option("BlockingScheduler", "timezone"),
        ForAll::Option("BackgroundScheduler", "timezone"),
        ForAll::Option("AsyncIOScheduler", "timezone"),
        ForAll::Option("GeventScheduler", "timezone"),
        ForAll::Option("TornadoScheduler", "timezone"),
        ForAll::Option("TwistedScheduler", "timezone"),
        ForAll::Option("configure", "timezone"),
        ForAll::Setting("SCHEDULER_TIMEZONE"),
    ],
};
/// schedule. Source: `schedule/__init__.py`, whose times are naive.
pub static SCHEDULE: Library = Library {
    name: "schedule",
    unset: Unset::System,
    explicit: "as the second argument: `.at(\"09:00\", \"UTC\")`",
    for_all: &[],
};
/// arq. Source: the parameter `timezone` of `arq.worker.Worker`.
pub static ARQ: Library = Library {
    name: "arq",
    unset: Unset::System,
    explicit: "in `WorkerSettings`: `timezone = datetime.timezone.utc`",
    for_all: &[ForAll::Here("timezone")],
};
/// django-crontab, which writes a crontab. Source: its README.
pub static DJANGO_CRONTAB: Library = Library {
    name: "django-crontab",
    unset: Unset::Crontab,
    explicit: "where the crontab will be read: pin the zone of the machine or image",
    for_all: &[],
};
/// Celery with UTC turned off. Source: `enable_utc` and `timezone` in its documentation.
pub static CELERY: Library = Library {
    name: "Celery beat",
    unset: Unset::System,
    explicit: "with `timezone = \"UTC\"` (`CELERY_TIMEZONE` in Django)",
    for_all: &[ForAll::Setting("CELERY_TIMEZONE"), ForAll::Setting("conf.timezone")],
};
/// rq-scheduler with `use_local_timezone=True`. Source: its README.
pub static RQ_SCHEDULER: Library = Library {
    name: "rq-scheduler",
    unset: Unset::System,
    explicit: "by leaving `use_local_timezone` out: the default is UTC",
    for_all: &[],
};
/// node-cron. Source: its README.
pub static NODE_CRON: Library = Library {
    name: "node-cron",
    unset: Unset::System,
    explicit: "in the options: `{ timezone: 'UTC' }`",
    for_all: &[],
};
/// cron, also behind `@nestjs/schedule`. Source: its README.
pub static CRON: Library = Library {
    name: "cron",
    unset: Unset::System,
    explicit: "with `timeZone: 'UTC'` in `CronJob.from({ … })`",
    for_all: &[],
};
/// `@Cron` of Nest. Source: `@nestjs/schedule`, which hands it to cron.
pub static NEST: Library = Library {
    name: "@nestjs/schedule",
    unset: Unset::System,
    explicit: "in the options: `@Cron('0 9 * * *', { timeZone: 'UTC' })`",
    for_all: &[],
};
/// node-schedule. Source: its README.
pub static NODE_SCHEDULE: Library = Library {
    name: "node-schedule",
    unset: Unset::System,
    explicit: "in the rule: `{ rule: '0 9 * * *', tz: 'Etc/UTC' }`",
    for_all: &[],
};
/// croner. Source: its documentation of `timezone`.
pub static CRONER: Library = Library {
    name: "croner",
    unset: Unset::System,
    explicit: "in the options: `{ timezone: 'UTC' }`",
    for_all: &[],
};
/// toad-scheduler, whose cron jobs are croner's. Source: its README.
pub static TOAD: Library = Library {
    name: "toad-scheduler",
    unset: Unset::System,
    explicit: "beside the expression: `{ cronExpression, timezone: 'UTC' }`",
    for_all: &[],
};
/// agenda. Source: its README on `every` and `repeatEvery`.
pub static AGENDA: Library = Library {
    name: "agenda",
    unset: Unset::System,
    explicit: "in the options: `{ timezone: 'UTC' }`",
    for_all: &[],
};
/// Bull and `BullMQ`. Source: the documentation of `repeat`.
pub static BULL: Library = Library {
    name: "Bull",
    unset: Unset::System,
    explicit: "beside the expression: `tz: 'UTC'`",
    for_all: &[],
};
/// bree. Source: `timezone: 'local'` among the defaults of its `src/index.js`.
pub static BREE: Library = Library {
    name: "bree",
    unset: Unset::System,
    explicit: "at the root of the options: `timezone: 'UTC'`",
    for_all: &[ForAll::Option("Bree", "timezone"), ForAll::Option("bree", "timezone")],
};

/// How jobs are written in code.
pub static FORMS: &[Form] = &[
    Form {
        library: &CLOCKWORK,
        langs: RUBY,
        calls: &["every"],
        evidence: &["Clockwork", "clockwork"],
        written: Written::EveryAt,
        zone: &[Place::Option(&["tz"])],
        given: Given::Keyword("tz"),
    },
    Form {
        library: &WHENEVER,
        langs: RUBY,
        calls: &["every"],
        // The words of the file's own language, and what its template says.
        evidence: &["job_type", "runner ", "rake ", "whenever", "command "],
        written: Written::EveryDay,
        zone: &[],
        given: Given::Never,
    },
    Form {
        library: &RUFUS,
        langs: RUBY,
        calls: &["cron"],
        evidence: &["Rufus", "rufus"],
        written: Written::Fugit(&[Place::At(0)]),
        zone: &[],
        given: Given::InText,
    },
    Form {
        library: &SIDEKIQ_SCHEDULER,
        langs: RUBY,
        calls: &["set_schedule"],
        evidence: &["Sidekiq"],
        written: Written::Fugit(&[Place::Option(&["cron"])]),
        zone: &[],
        given: Given::InText,
    },
    Form {
        library: &RESQUE_SCHEDULER,
        langs: RUBY,
        calls: &["set_schedule"],
        evidence: &["Resque"],
        written: Written::Fugit(&[Place::Option(&["cron"])]),
        zone: &[],
        given: Given::InText,
    },
    Form {
        library: &SIDEKIQ_PERIODIC,
        langs: RUBY,
        calls: &["register"],
        evidence: &[".periodic"],
        written: Written::Cron(&[Place::At(0)]),
        zone: &[Place::Option(&["tz"])],
        given: Given::Never,
    },
    Form {
        library: &ARASK,
        langs: RUBY,
        calls: &["create"],
        evidence: &["Arask", "arask"],
        written: Written::Fugit(&[Place::Option(&["cron"])]),
        zone: &[],
        given: Given::InText,
    },
    Form {
        library: &APSCHEDULER,
        langs: PYTHON,
        calls: &["scheduled_job", "task"],
        evidence: &["apscheduler", "APScheduler"],
        written: Written::Keywords(Some((0, "trigger"))),
        zone: &[Place::Option(&["timezone"])],
        given: Given::Keyword("timezone"),
    },
    Form {
        library: &APSCHEDULER,
        langs: PYTHON,
        calls: &["add_job"],
        evidence: &["apscheduler", "APScheduler"],
        written: Written::Keywords(Some((1, "trigger"))),
        zone: &[Place::Option(&["timezone"])],
        given: Given::Keyword("timezone"),
    },
    Form {
        library: &APSCHEDULER,
        langs: PYTHON,
        calls: &["CronTrigger"],
        evidence: &["apscheduler"],
        written: Written::Keywords(None),
        zone: &[Place::Option(&["timezone"])],
        given: Given::Keyword("timezone"),
    },
    Form {
        library: &APSCHEDULER,
        langs: PYTHON,
        calls: &["from_crontab"],
        evidence: &["apscheduler"],
        written: Written::Cron(&[Place::At(0)]),
        zone: &[Place::At(1), Place::Option(&["timezone"])],
        given: Given::Keyword("timezone"),
    },
    Form {
        library: &SCHEDULE,
        langs: PYTHON,
        calls: &["at"],
        evidence: &["import schedule", "from schedule import"],
        written: Written::OfDay(Place::At(0)),
        zone: &[Place::At(1), Place::Option(&["tz"])],
        given: Given::Keyword("tz"),
    },
    Form {
        library: &ARQ,
        langs: PYTHON,
        calls: &["cron"],
        evidence: &["from arq", "import arq"],
        written: Written::Keywords(None),
        zone: &[],
        given: Given::Never,
    },
    Form {
        library: &CELERY,
        langs: PYTHON,
        calls: &["crontab"],
        evidence: &["celery"],
        written: Written::Keywords(None),
        zone: &[Place::Option(&["tz"])],
        given: Given::Never,
    },
    Form {
        library: &RQ_SCHEDULER,
        langs: PYTHON,
        calls: &["cron"],
        evidence: &["use_local_timezone"],
        written: Written::Cron(&[Place::At(0), Place::Option(&["cron_string"])]),
        zone: &[],
        given: Given::Without("use_local_timezone"),
    },
    Form {
        library: &NODE_CRON,
        langs: SCRIPT,
        calls: &["schedule", "createTask"],
        evidence: &["node-cron"],
        written: Written::Cron(&[Place::At(0)]),
        zone: &[Place::Option(&["timezone"])],
        given: Given::Options(2, "timezone"),
    },
    Form {
        library: &TOAD,
        langs: SCRIPT,
        calls: &["CronJob"],
        evidence: &["toad-scheduler"],
        written: Written::Cron(&[Place::Option(&["cronExpression"])]),
        zone: &[Place::Option(&["timezone"])],
        given: Given::In(0, "timezone"),
    },
    Form {
        library: &CRON,
        langs: SCRIPT,
        calls: &["CronJob", "from"],
        evidence: &["'cron'", "\"cron\""],
        written: Written::Cron(&[Place::Option(&["cronTime"]), Place::At(0)]),
        zone: &[Place::Option(&["timeZone"]), Place::Option(&["utcOffset"]), Place::At(4), Place::At(7)],
        given: Given::Argument(4, "timeZone"),
    },
    Form {
        library: &NEST,
        langs: SCRIPT,
        calls: &["Cron"],
        evidence: &["@nestjs/schedule"],
        written: Written::Cron(&[Place::At(0)]),
        zone: &[Place::Option(&["timeZone"]), Place::Option(&["utcOffset"])],
        given: Given::Options(1, "timeZone"),
    },
    Form {
        library: &CRONER,
        langs: SCRIPT,
        calls: &["Cron"],
        evidence: &["croner"],
        written: Written::Cron(&[Place::At(0)]),
        zone: &[Place::Option(&["timezone"]), Place::Option(&["utcOffset"])],
        given: Given::Options(2, "timezone"),
    },
    Form {
        library: &NODE_SCHEDULE,
        langs: SCRIPT,
        calls: &["scheduleJob"],
        evidence: &["node-schedule"],
        written: Written::Rule(&[Place::At(0), Place::At(1)]),
        zone: &[Place::Option(&["tz"])],
        given: Given::Rule("tz"),
    },
    Form {
        library: &AGENDA,
        langs: SCRIPT,
        calls: &["every"],
        evidence: &["agenda", "Agenda"],
        written: Written::Cron(&[Place::At(0)]),
        zone: &[Place::Option(&["timezone"])],
        given: Given::Options(3, "timezone"),
    },
    Form {
        library: &AGENDA,
        langs: SCRIPT,
        calls: &["repeatEvery"],
        evidence: &["agenda", "Agenda"],
        written: Written::Cron(&[Place::At(0)]),
        zone: &[Place::Option(&["timezone"])],
        given: Given::Options(1, "timezone"),
    },
    Form {
        library: &BULL,
        langs: SCRIPT,
        calls: &["add"],
        evidence: &["bull", "Bull", "Queue", "queue"],
        written: Written::Cron(&[Place::Option(&["repeat", "cron"]), Place::Option(&["repeat", "pattern"])]),
        zone: &[Place::Option(&["repeat", "tz"]), Place::Option(&["repeat", "utc"])],
        given: Given::Under("repeat", "tz"),
    },
    Form {
        library: &BULL,
        langs: SCRIPT,
        calls: &["upsertJobScheduler"],
        evidence: &[],
        written: Written::Cron(&[Place::Option(&["pattern"])]),
        zone: &[Place::Option(&["tz"]), Place::Option(&["utc"])],
        given: Given::In(1, "tz"),
    },
    Form {
        library: &BREE,
        langs: SCRIPT,
        calls: &["Bree", "bree"],
        evidence: &["bree"],
        written: Written::List("jobs"),
        zone: &[Place::Option(&["timezone"])],
        given: Given::In(0, "timezone"),
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary;

    #[test]
    fn the_vocabulary_knows_every_word() {
        for form in FORMS {
            for call in form.calls {
                assert!(vocabulary::is_call(call), "{call} of {}", form.library.name);
            }
            for what in form.library.for_all {
                if let ForAll::Option(function, _) = what {
                    assert!(vocabulary::is_call(function), "{function} of {}", form.library.name);
                }
            }
        }
    }
}
