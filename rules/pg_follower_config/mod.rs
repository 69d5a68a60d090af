//! Replicas and shards that are tied to attachments.

use crate::fact::{EnvRead, Place};
use crate::platform::{Attachment, Purpose};
use crate::rule::{Confidence, Impact, Meta, Origin, Severity, Status, Step};
use crate::rules::identity::{self, Reading};
use crate::rules::{Context, Draft, Rule, attachments};

/// `pg-follower-config`.
pub struct PgFollowerConfig;

static META: Meta = Meta {
    id: "pg-follower-config",
    aliases: &[],
    family: "postgres",
    severity: Severity::Error,
    impact: Impact::FlipsSilently,
    confidence: Confidence::High,
    step: Step::Provision,
    langs: identity::ANY,
    needs_heroku: false,
    status: Status::Stable,
    since: "0.1.0",
    // A colour in a replica's settings is more than a colour.
    specificity: 30,
    page: include_str!("README.md"),
    origin: Origin::BuiltIn,
};

impl Rule for PgFollowerConfig {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn watches(&self) -> &'static [&'static str] {
        &["FOLLOWER_URL", "FOLLOWER_DATABASE_URL", "SLAVE_DISABLED_FOLLOWERS", "HEROKU_POSTGRESQL_*"]
    }
    fn heroku_read(&self, reading: &Reading<'_>, cx: &Context<'_>) -> Option<Draft> {
        let by_name = match attachments::of(reading)? {
            Attachment::PostgresFollower => true,
            Attachment::PostgresColor => false,
            _ => return None,
        };
        (by_name || serves_reads(reading.read, cx)).then_some(())?;
        let who = if by_name { "a Heroku Postgres follower is behind" } else { "only Heroku Postgres sets" };
        let lost = match attachments::falls_back_to(reading, cx) {
            Some(other) => format!("elsewhere reads go to `{other}`"),
            None => "elsewhere the replica has no address".to_string(),
        };
        let draft = attachments::draft(reading, &META, cx, who, &lost, Purpose::Replica);
        Some(draft.remedy(attachments::bridge(reading, Purpose::Replica, cx)))
    }
}

/// Whether a read stands in the settings of a replica or a shard.
fn serves_reads(read: &EnvRead, cx: &Context<'_>) -> bool {
    let targets = read.uses.iter().filter_map(|site| match &site.place {
        Place::Bound { target } => Some(target.as_str()),
        Place::Argument { keyword, .. } => keyword.as_deref(),
        _ => None,
    });
    let text = &cx.file.source.text[..read.span.start];
    // A key with a call between it and the read: `"replica": parse(environ["…"])`.
    let line = text.rsplit('\n').next().unwrap_or_default();
    let file = cx.file.path.rsplit('/').next().unwrap_or_default();
    let mut words = targets
        .chain([read.scope.as_str(), line, file])
        .flat_map(|text| text.split(|c: char| !c.is_ascii_alphanumeric()).map(str::to_ascii_lowercase));
    words.any(|word| {
        matches!(
            word.as_str(),
            "replica"
                | "replicas"
                | "replication"
                | "follower"
                | "followers"
                | "reader"
                | "reading"
                | "slave"
                | "slaves"
                | "shard"
                | "shards"
                | "octopus"
                | "readonly"
                | "secondary"
        )
    })
}
