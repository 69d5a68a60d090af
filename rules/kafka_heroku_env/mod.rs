//! Certificates and topic prefix of Apache Kafka on Heroku.

use crate::finding::Applicability;
use crate::platform::{Attachment, Purpose};
use crate::project::Project;
use crate::remedy::{Content, Remedy, What};
use crate::rule::{Confidence, Impact, Meta, Origin, Severity, Status, Step};
use crate::rules::identity::{self, Reading};
use crate::rules::{Context, Draft, Rule, attachments};

/// `kafka-heroku-env`.
pub struct KafkaHerokuEnv;

static META: Meta = Meta {
    id: "kafka-heroku-env",
    aliases: &[],
    family: "connections",
    severity: Severity::Error,
    impact: Impact::BootFails,
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

impl Rule for KafkaHerokuEnv {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn watches(&self) -> &'static [&'static str] {
        &["KAFKA_TRUSTED_CERT", "KAFKA_CLIENT_CERT*", "KAFKA_PREFIX"]
    }
    fn heroku_read(&self, reading: &Reading<'_>, cx: &Context<'_>) -> Option<Draft> {
        (attachments::of(reading) == Some(Attachment::Kafka)).then_some(())?;
        let is_prefix = reading.name == "KAFKA_PREFIX";
        // A prefix alone can be a team's own.
        if is_prefix && !reads_certificates(cx.project) {
            return None;
        }
        if is_prefix && has_empty_default(reading, cx) {
            return None;
        }
        let lost = match (is_prefix, reading.read.default.is_some()) {
            (true, true) => "elsewhere topics and consumer groups have the default prefix",
            (true, false) => "elsewhere topics and consumer groups have no prefix",
            (false, _) => "elsewhere the client has no certificate to show or to trust",
        };
        let who = "only Apache Kafka on Heroku sets";
        let mut draft = attachments::draft(reading, &META, cx, who, lost, Purpose::Brokers);
        draft.finding.help = if is_prefix {
            "make the prefix optional, with the empty text as its default: other clusters need none"
                .to_string()
        } else {
            "take TLS and SASL settings of the client from variables of your own, each one optional"
                .to_string()
        };
        let remedy = optional(reading, cx).filter(|_| is_prefix);
        // The certificates are one setting in three variables.
        Some(
            draft.remedy(remedy).cause(if is_prefix { "prefix" } else { "certificates" }, "is read here too"),
        )
    }
}

/// Whether the prefix is the empty text where it is unset, which is what other clusters need.
fn has_empty_default(reading: &Reading<'_>, cx: &Context<'_>) -> bool {
    let default = reading.read.default.map(|default| default.of(&cx.file.source.text).trim());
    matches!(default, Some("\"\"" | "''" | ""))
}

/// The empty text as the default of the prefix. A read that raises has the variable wherever it runs; another
/// one goes on without it today, and the names of topics with it.
fn optional(reading: &Reading<'_>, cx: &Context<'_>) -> Option<Remedy> {
    let read = reading.read;
    let how = if read.required { Applicability::Safe } else { Applicability::Unsafe };
    let plain = attachments::is_value(reading) && read.default.is_none();
    plain.then(|| {
        let default = Some(Box::new(Content::Text(String::new())));
        let value = Content::Env { name: reading.name.to_string(), default };
        Remedy::new(how, "make the prefix optional")
            .change(&cx.file.path, What::Become { at: read.span, value })
    })
}

fn reads_certificates(project: &Project) -> bool {
    let reads = project.files.iter().flat_map(|file| &file.facts.reads);
    let mut names = reads.filter_map(|read| read.name.known());
    names.any(|name| name == "KAFKA_TRUSTED_CERT" || name.starts_with("KAFKA_CLIENT_CERT"))
}
