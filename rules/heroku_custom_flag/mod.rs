//! Flags set by hand that say "this is Heroku".

use crate::platform::{Purpose, Variable};
use crate::rule::{Confidence, Impact, Meta, Origin, Severity, Status, Step};
use crate::rules::identity::{self, Reading, Said};
use crate::rules::{Context, Draft, Rule};

/// `heroku-custom-flag`.
pub struct HerokuCustomFlag;

static META: Meta = Meta {
    id: "heroku-custom-flag",
    aliases: &[],
    family: "identity",
    severity: Severity::Warning,
    impact: Impact::FlipsSilently,
    confidence: Confidence::High,
    step: Step::Code,
    langs: identity::ANY,
    needs_heroku: false,
    status: Status::Stable,
    since: "0.1.0",
    specificity: 10,
    page: include_str!("README.md"),
    origin: Origin::BuiltIn,
};

impl Rule for HerokuCustomFlag {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn watches(&self) -> &'static [&'static str] {
        &["HEROKU*"]
    }

    fn heroku_read(&self, reading: &Reading<'_>, cx: &Context<'_>) -> Option<Draft> {
        (reading.variable == Variable::Flag).then_some(())?;
        let name = reading.name;
        let tail = identity::consequence(reading)
            .map_or_else(String::new, |(tail, _)| format!(": unless it is copied, {tail}"));
        let said = Said {
            message: format!("`{name}` says \"this is Heroku\"{tail}"),
            label: "has to be set by hand".to_string(),
            help: format!(
                "name what it stands for (`APP_ENV`, `FORCE_SSL`, …), set that on both platforms, and drop `{name}` \
                 with Heroku"
            ),
            impact: reading.switch_impact(),
            purpose: if name == "HEROKU_REVIEW_APP" { Purpose::Preview } else { Purpose::Here },
        };
        let remedy = reading.bridge_question(said.purpose, cx);
        Some(reading.draft(&META, cx, said, Severity::Warning).remedy(remedy))
    }
}
