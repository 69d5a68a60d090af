//! Databases under the names of Heroku Postgres attachments.

use crate::fact::{EnvRead, Name};
use crate::platform::{self, Attachment, Purpose};
use crate::rule::{Confidence, Impact, Meta, Origin, Severity, Status, Step};
use crate::rules::identity::{self, Reading};
use crate::rules::{Context, Draft, Rule, attachments};

/// `pg-color-url`.
pub struct PgColorUrl;

static META: Meta = Meta {
    id: "pg-color-url",
    aliases: &[],
    family: "postgres",
    severity: Severity::Error,
    impact: Impact::BootFails,
    confidence: Confidence::High,
    step: Step::Provision,
    langs: identity::ANY,
    needs_heroku: false,
    status: Status::Stable,
    since: "0.1.0",
    // More than what only says that Heroku sets the variable.
    specificity: 20,
    page: include_str!("README.md"),
    origin: Origin::BuiltIn,
};

impl Rule for PgColorUrl {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn watches(&self) -> &'static [&'static str] {
        &["HEROKU_POSTGRESQL_*"]
    }
    fn heroku_read(&self, reading: &Reading<'_>, cx: &Context<'_>) -> Option<Draft> {
        (attachments::of(reading) == Some(Attachment::PostgresColor)).then_some(())?;
        let lost = match attachments::falls_back_to(reading, cx) {
            Some(other) => format!("elsewhere `{other}` is used instead"),
            None => "elsewhere this database has no address".to_string(),
        };
        let draft =
            attachments::draft(reading, &META, cx, "only Heroku Postgres sets", &lost, Purpose::Replica);
        Some(draft.remedy(attachments::bridge(reading, Purpose::Replica, cx)))
    }

    fn env_scan(&self, read: &EnvRead, cx: &Context<'_>) -> Option<Draft> {
        let finds = match &read.name {
            Name::Partly { prefix, suffix } => {
                prefix.starts_with("HEROKU_POSTGRES") || (prefix.is_empty() && suffix == "_POSTGRESQL_URL")
            }
            Name::Pattern(pattern) => {
                let regex = regex::Regex::new(pattern).ok()?;
                // A pattern that takes everything says nothing about databases.
                regex.is_match("HEROKU_POSTGRESQL_AMBER_URL")
                    && !regex.is_match("EDITOR")
                    && !regex.is_match("HEROKU_APP_NAME")
            }
            Name::Known(_) | Name::Computed => false,
        };
        finds.then(|| {
            Draft::new(
                &META,
                &cx.file.path,
                read.span,
                "only Heroku Postgres sets `HEROKU_POSTGRESQL_*`: elsewhere no database is found here",
                "name the databases in a variable of your own, such as a list of their variables' names",
            )
            .label("finds nothing after the move")
            .scope(read.scope.clone())
            .impact(Impact::FlipsSilently)
            .cause(platform::POSTGRES_PREFIX, "is looked for here too")
        })
    }
}
