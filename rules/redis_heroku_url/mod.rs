//! The address of Redis under a name that only Heroku or one of its add-ons sets.

use crate::platform::{Attachment, Purpose};
use crate::rule::{Confidence, Impact, Meta, Severity, Status, Step};
use crate::rules::identity::{self, Reading};
use crate::rules::{Context, Draft, Rule, attachments};

/// `redis-heroku-url`.
pub struct RedisHerokuUrl;

static META: Meta = Meta {
    id: "redis-heroku-url",
    aliases: &[],
    family: "connections",
    severity: Severity::Error,
    impact: Impact::DataLoss,
    confidence: Confidence::High,
    step: Step::Provision,
    langs: identity::ANY,
    needs_heroku: false,
    status: Status::Stable,
    since: "0.1.0",
    specificity: 20,
    page: include_str!("README.md"),
};

impl Rule for RedisHerokuUrl {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn watches(&self) -> &'static [&'static str] {
        &[
            "REDIS_TLS_URL",
            "REDIS_TEMPORARY_URL",
            "HEROKU_REDIS_*",
            "REDISTOGO_URL",
            "REDISCLOUD_URL",
            "OPENREDIS_URL",
            "REDISGREEN_URL",
            "STACKHERO_REDIS_URL_TLS",
        ]
    }
    fn heroku_read(&self, reading: &Reading<'_>, cx: &Context<'_>) -> Option<Draft> {
        (attachments::of(reading) == Some(Attachment::Redis)).then_some(())?;
        // With `REDIS_URL` behind it the code runs anywhere.
        if attachments::has_stand_in(reading, cx) {
            return None;
        }
        let name = reading.name;
        let who = match name {
            "REDIS_TLS_URL" | "REDIS_TEMPORARY_URL" => "only Heroku's Key-Value Store sets",
            _ if name.starts_with("HEROKU_REDIS_") => "only a Key-Value Store attachment sets",
            _ => "only a Heroku add-on sets",
        };
        let lost = if reading.read.default.is_some() {
            "elsewhere the default is used"
        } else {
            "elsewhere there is no address of Redis"
        };
        Some(attachments::draft(reading, &META, cx, who, lost, Purpose::Redis))
    }
}
