//! The address of Redis under a name that only Heroku or one of its add-ons sets.

use crate::finding::Applicability;
use crate::platform::{self, Attachment, Purpose, Variable};
use crate::project::Project;
use crate::rule::{Confidence, Impact, Meta, Origin, Severity, Status, Step};
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
    origin: Origin::BuiltIn,
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
        let remedy = attachments::fall_back(reading, cx, Purpose::Redis, applicability(cx.project, name));
        Some(attachments::draft(reading, &META, cx, who, lost, Purpose::Redis).remedy(remedy))
    }
}

/// How far the one address may stand in for `name`. Heroku's own names lead to the server of `REDIS_URL`; an
/// add-on's server is another one where the project has more than one.
fn applicability(project: &Project, name: &str) -> Applicability {
    let purpose = Purpose::Redis;
    let same = matches!(name, "REDIS_TLS_URL" | "REDIS_TEMPORARY_URL");
    let reads =
        project.files.iter().filter(|file| file.role.is_reported()).flat_map(|file| &file.facts.reads);
    let is_address = |other: &str| {
        platform::heroku_variable(other) == Some(Variable::Attachment(Attachment::Redis))
            || other == project.names.of(purpose)
    };
    let mut others = reads.filter_map(|read| read.name.known()).filter(|other| *other != name);
    let is_one = same || project.names.is_chosen(purpose) || !others.any(is_address);
    if is_one { Applicability::Safe } else { Applicability::Unsafe }
}
