//! A connection to Postgres without a word about TLS.

use crate::connection::client::{self, Driver, Habit};
use crate::connection::{self, Offer, Service};
use crate::lang::Lang;
use crate::role::Role;
use crate::rule::{Confidence, Impact, Meta, Origin, Severity, Status, Step};
use crate::rules::connections::{self, FAMILY};
use crate::rules::{Context, Draft, Rule};
use crate::term::{Invocation, Term, Value};

/// `db-ssl-implicit`.
pub struct DbSslImplicit;

static META: Meta = Meta {
    id: "db-ssl-implicit",
    aliases: &[],
    family: FAMILY,
    severity: Severity::Note,
    impact: Impact::Degrades,
    confidence: Confidence::Medium,
    step: Step::Provision,
    langs: &[Lang::Ruby, Lang::Python, Lang::JavaScript, Lang::TypeScript],
    needs_heroku: true,
    status: Status::Pedantic,
    since: "0.1.0",
    specificity: 4,
    page: include_str!("README.md"),
    origin: Origin::BuiltIn,
};

impl Rule for DbSslImplicit {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn watches_in(&self) -> &'static [(&'static [Lang], &'static [&'static str])] {
        &[
            (&[Lang::JavaScript, Lang::TypeScript], &["DATABASE_URL", "POSTGRES_URL"]),
            (&[Lang::Python], &["DATABASE_URL", "dj_database_url", "POSTGRES_URL"]),
            (&[Lang::Ruby], &["DATABASE_URL", "POSTGRES_URL"]),
        ]
    }

    fn file(&self, cx: &Context<'_>) -> Vec<Draft> {
        // A file that says something about TLS has thought about it.
        let text = &cx.file.source.text;
        let says = ["ssl", "SSL", "tls:"].iter().any(|word| text.contains(word));
        if says || matches!(cx.file.role, Role::Script | Role::Ci) {
            return Vec::new();
        }
        let calls = cx.file.facts.invocations.iter().filter_map(|call| {
            let driver = client::driver_of(call, cx.file.lang)?;
            let opens = driver.service.fits(Service::Postgres) && is_given_url(call, driver);
            (opens && connections::stays(cx, &call.guards)).then_some((call, driver))
        });
        calls.map(|(call, driver)| draft(cx, call, driver)).collect()
    }
}

/// Whether the URL of the environment is handed on as it is.
fn is_given_url(call: &Invocation, driver: Driver) -> bool {
    if driver == client::DJANGO && call.name() == "config" {
        return true;
    }
    let is_url = |term: &Term| {
        term.alternatives().into_iter().any(|(_, term)| match &term.value {
            Value::Env { name, .. } => {
                let service = name.known().and_then(Service::of_variable);
                matches!(service, Some(Service::Postgres | Service::Database))
            }
            _ => false,
        })
    };
    // What is spread into the options may say it.
    let is_whole = !call.arguments.iter().any(|argument| {
        matches!(argument.keyword.as_deref(), Some("*" | "**")) || argument.value.get("...").is_some()
    });
    let by_option = ["url", "connectionString", "connection", "dsn", "conninfo"];
    is_whole
        && (call.argument(0).is_some_and(is_url)
            || by_option.iter().any(|option| call.option(&[option]).is_some_and(is_url)))
}

fn draft(cx: &Context<'_>, call: &Invocation, driver: Driver) -> Draft {
    let plain = driver.habit == Habit::Plain;
    let message = if plain {
        format!("{} uses no TLS unless the URL or `PGSSLMODE` asks for it", driver.title)
    } else {
        format!("{} uses TLS where the server offers it, and checks no certificate", driver.title)
    };
    let help = "set the mode where the URL is set (`?sslmode=…` or `PGSSLMODE`): `verify-full` where the CA is known";
    let mut draft = Draft::new(&META, &cx.file.path, call.span, message, help)
        .label(if plain { "plain text by default" } else { "TLS if offered" })
        .scope(call.scope.as_str())
        .cause("implicit", "is opened here too");
    if let Some(target) = cx.target {
        let (offer, sentence) = connection::offer(target);
        draft = draft.note(sentence);
        if plain && offer == Offer::Always {
            draft = draft.note("a server that requires TLS answers `no pg_hba.conf entry … no encryption`");
        }
    }
    draft
}
