//! The presence of `DYNO` used as "are we on Heroku, are we in production".

use crate::platform::{Purpose, Variable};
use crate::rule::{Confidence, Impact, Meta, Origin, Severity, Status, Step};
use crate::rules::identity::{self, Intent, Reading, Said};
use crate::rules::{Context, Draft, Rule};

/// `dyno-platform-check`.
pub struct DynoPlatformCheck;

static META: Meta = Meta {
    id: "dyno-platform-check",
    aliases: &[],
    family: "identity",
    severity: Severity::Warning,
    impact: Impact::FlipsSilently,
    confidence: Confidence::High,
    step: Step::Code,
    langs: identity::PROGRAMS,
    needs_heroku: false,
    status: Status::Stable,
    since: "0.1.0",
    specificity: 10,
    page: include_str!("README.md"),
    origin: Origin::BuiltIn,
};

impl Rule for DynoPlatformCheck {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn watches(&self) -> &'static [&'static str] {
        &["DYNO"]
    }

    fn heroku_read(&self, reading: &Reading<'_>, cx: &Context<'_>) -> Option<Draft> {
        (reading.variable == Variable::Dyno && reading.intent == Intent::Switch).then_some(())?;
        let (tail, label) = identity::consequence(reading)
            .unwrap_or_else(|| ("elsewhere it is unset".to_string(), "unset after the move".to_string()));
        let said = Said {
            message: format!("only Heroku sets `DYNO`: {tail}"),
            label,
            help: format!(
                "ask for what is meant and not for the platform: read {}",
                identity::environment_name(cx.file.lang)
            ),
            impact: reading.switch_impact(),
            purpose: Purpose::Here,
        };
        let draft = reading.draft(&META, cx, said, reading.switch_severity());
        Some(draft.remedy(reading.bridge_question(Purpose::Here, cx)))
    }
}
