//! TLS to the database that the code insists on.

use std::sync::LazyLock;

use regex::Regex;

use crate::connection::switch::{Meaning, Switch};
use crate::fact::WriteKind;
use crate::lang::Lang;
use crate::platform::{Purpose, provided};
use crate::remedy::{Remedy, What};
use crate::role::Role;
use crate::rule::{Confidence, Impact, Meta, Origin, Severity, Status, Step};
use crate::rules::connections::{self, FAMILY, SCRIPTS};
use crate::rules::{Context, Draft, Rule, bridge};
use crate::span::Span;
use crate::term::Value;

/// `db-ssl-forced`.
pub struct DbSslForced;

static META: Meta = Meta {
    id: "db-ssl-forced",
    aliases: &[],
    family: FAMILY,
    severity: Severity::Warning,
    impact: Impact::BootFails,
    confidence: Confidence::High,
    step: Step::Code,
    langs: connections::TLS,
    needs_heroku: true,
    status: Status::Stable,
    since: "0.1.0",
    specificity: 10,
    page: include_str!("README.md"),
    origin: Origin::BuiltIn,
};

impl Rule for DbSslForced {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn watches_in(&self) -> &'static [(&'static [Lang], &'static [&'static str])] {
        &[
            (&[], &["PGSSLMODE"]),
            (&[Lang::Ruby, Lang::Python, Lang::Yaml], &["sslmode"]),
            (&[Lang::Python], &["ssl_require", "ssl=true", "asyncpg"]),
            (
                SCRIPTS,
                &[
                    "dialectOptions",
                    "driverOptions",
                    "ssl: true",
                    "ssl=true",
                    "ssl: 'require'",
                    "sslmode=require",
                    "ssl: \"require\"",
                    ".ssl = true",
                ],
            ),
            (&[Lang::Python], &["django_heroku"]),
            (&[Lang::Plain], &["ssl: true"]),
            (&[Lang::Json], &["dialectOptions", "\"ssl\""]),
        ]
    }

    fn file(&self, cx: &Context<'_>) -> Vec<Draft> {
        let text = &cx.file.source.text;
        let switches = connections::options(cx).into_iter().filter(|switch| {
            let adapts = connections::own_switch(text, switch.guards.iter().copied());
            switch.meaning == Meaning::Required && !adapts
        });
        let mut drafts: Vec<Draft> = switches.map(|switch| draft(cx, &switch)).collect();
        drafts.extend(variables(cx));
        drafts.extend(by_package(cx));
        drafts.extend(ecto(cx));
        drafts
    }
}

/// `django_heroku.settings(locals())`, which parses `DATABASE_URL` with `ssl_require=True`.
fn by_package(cx: &Context<'_>) -> Vec<Draft> {
    let calls = cx.file.facts.invocations.iter().filter(|call| {
        let keeps = call.keyword("databases").is_none_or(|term| term.value != Value::Bool(false));
        call.callee == "django_heroku.settings" && keeps && connections::stays(cx, &call.guards)
    });
    calls
        .map(|call| {
            let message =
                "`django_heroku.settings` sets `ssl_require=True`: Django refuses a server without TLS";
            let help = "hand it `databases=False`, and set `DATABASES` with `dj_database_url.config(…)`";
            let draft = Draft::new(&META, &cx.file.path, call.span, message, help).scope(call.scope.as_str());
            finish(cx, META.severity, draft)
        })
        .collect()
}

/// `ssl: true` of an Ecto repository.
fn ecto(cx: &Context<'_>) -> Vec<Draft> {
    static SSL: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?m)^[ \t]*(ssl:[ \t]*true)\b").expect("a constant pattern"));
    static CONFIG: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?m)^[ \t]*config[ (].*$").expect("a constant pattern"));
    let path = &cx.file.path;
    let is_elixir = path.ends_with(".exs") || path.ends_with(".ex");
    let name = path.rsplit('/').next().unwrap_or_default();
    if !is_elixir || name.starts_with("dev.") || name.starts_with("test.") {
        return Vec::new();
    }
    let text = &cx.file.source.text;
    let options = SSL.captures_iter(text).filter_map(|found| found.get(1)).filter(|option| {
        let config = CONFIG.find_iter(&text[..option.start()]).last();
        config.is_some_and(|line| line.as_str().contains("Repo"))
    });
    options
        .map(|option| {
            let message = "`ssl: true`: Ecto refuses a server without TLS";
            let help =
                "let the environment decide: `ssl: System.get_env(\"DATABASE_SSL_REQUIRE\") != \"false\"`";
            let span = Span::from(option.range());
            let draft = Draft::new(&META, path, span, message, help);
            finish(cx, META.severity, draft.remedy(ecto_switch(cx, span)))
        })
        .collect()
}

/// What makes it a choice of the environment. Settings in other files are read while the release is built, where
/// the variables of its processes are not set.
fn ecto_switch(cx: &Context<'_>, span: Span) -> Option<Remedy> {
    let purpose = Purpose::DatabaseTls;
    let name = cx.project.names.of(purpose);
    cx.file.path.ends_with("config/runtime.exs").then(|| {
        let text = format!("ssl: System.get_env(\"{name}\") != \"false\"");
        Remedy::new(bridge::free(cx.project, purpose), format!("let `{name}` decide"))
            .change(&cx.file.path, What::Text { at: span, text })
            .provide(name, provided(purpose))
    })
}

/// What a driver does when it is told to use TLS, as the second half of a sentence.
fn consequence(cx: &Context<'_>, switch: &Switch<'_>) -> String {
    let title = switch.driver.map(|driver| driver.title);
    let title = title.unwrap_or(match cx.file.lang {
        Lang::Yaml | Lang::Ruby => "libpq",
        Lang::Python => "the driver",
        _ => "the client",
    });
    format!("{title} refuses a server without TLS")
}

fn draft(cx: &Context<'_>, switch: &Switch<'_>) -> Draft {
    let text = &cx.file.source.text;
    let written: String = switch.span.of(text).split_whitespace().collect::<Vec<_>>().join(" ");
    let shown = if written.len() <= 40 { written } else { switch.key.clone() };
    let consequence = consequence(cx, switch);
    let message = if switch.in_url {
        format!("`{shown}` is appended to the URL: {consequence}, and a URL with a query of its own breaks")
    } else {
        format!("`{shown}`: {consequence}")
    };
    let help = match (cx.file.lang, switch.key.as_str()) {
        (Lang::Python, "ssl_require") => {
            "let the environment decide, with today's behaviour as the default: \
             `ssl_require=os.environ.get(\"DATABASE_SSL_REQUIRE\", \"true\") != \"false\"`"
        }
        _ if switch.in_url => "put it into the URL where that is set, and take the URL as it is",
        (Lang::Yaml | Lang::Ruby, _) => {
            "let the environment decide, with today's behaviour as the default: `ENV.fetch(\"DATABASE_SSLMODE\", \"require\")`"
        }
        (Lang::Python, _) => {
            "let the environment decide, with today's behaviour as the default: \
             `os.environ.get(\"DATABASE_SSLMODE\", \"require\")`"
        }
        _ => {
            "let the environment decide, with today's behaviour as the default: \
             `process.env.DATABASE_SSL_REQUIRE !== 'false'`"
        }
    };
    let usual = if cx.file.role == Role::Script { Severity::Note } else { META.severity };
    let draft = Draft::new(&META, &cx.file.path, switch.span, message, help).scope(switch.scope);
    let draft = if SCRIPTS.contains(&cx.file.lang) && switch.key == "sslmode" {
        draft.note(
            "node-postgres takes `sslmode=require` for `verify-full`; `uselibpqcompat=true` gives it libpq's meaning",
        )
    } else {
        draft
    };
    finish(cx, usual, draft.remedy(connections::tls::required(cx, switch)))
}

fn finish(cx: &Context<'_>, usual: Severity, draft: Draft) -> Draft {
    let (severity, sentence) = connections::insisting(cx.target, usual);
    let draft =
        draft.label("TLS or no connection").severity(severity).cause("database", "insists on TLS too");
    match sentence {
        Some(sentence) => draft.note(sentence),
        None => draft,
    }
}

/// `PGSSLMODE=require`, which libpq and node-postgres read.
fn variables(cx: &Context<'_>) -> Vec<Draft> {
    let set = cx.file.facts.writes.iter().filter(|write| {
        write.name.is("PGSSLMODE")
            && write.value.as_deref() == Some("require")
            && matches!(write.kind, WriteKind::Set | WriteKind::Declare)
            && connections::is_set_in_production(cx, write)
    });
    set.map(|write| {
        let message = "`PGSSLMODE=require`: clients of Postgres refuse a server without TLS";
        let help =
            "set it on the platform and not in the repository, so that every server gets the mode it has";
        // A setting of the app or of the image gives way to what the new platform sets.
        let gives_way = matches!(cx.file.lang, Lang::Json | Lang::Dockerfile | Lang::Yaml | Lang::Toml)
            || cx.file.role == Role::Script
            || (cx.file.lang == Lang::Shell && !starts_the_app(&cx.file.path));
        let usual = if gives_way { Severity::Note } else { META.severity };
        let draft = Draft::new(&META, &cx.file.path, write.span, message, help)
            .scope(write.scope.as_str())
            .variable("PGSSLMODE");
        // What sets it for one process only hides what the platform sets.
        let own = matches!(cx.file.lang, Lang::Procfile | Lang::Shell).then(|| {
            let written = write.span.of(&cx.file.source.text);
            connections::tls::mode_of_process(cx, write.span.start, written, "require")
        });
        finish(cx, usual, draft.remedy(own.flatten()))
    })
    .collect()
}

/// Whether a script is one that a process is started with.
fn starts_the_app(path: &str) -> bool {
    let file = path.rsplit('/').next().unwrap_or_default();
    path.starts_with(".profile")
        || ["start", "entry", "boot", "run", "serve", "web", "release"].iter().any(|word| file.contains(word))
}
