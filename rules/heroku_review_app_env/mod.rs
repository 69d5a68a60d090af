//! Variables that only review apps have.

use crate::platform::{Purpose, Variable};
use crate::remedy::Remedy;
use crate::rule::{Confidence, Impact, Meta, Origin, Severity, Status, Step};
use crate::rules::identity::{self, Reading, Said};
use crate::rules::{Context, Draft, Rule};

/// `heroku-review-app-env`.
pub struct HerokuReviewAppEnv;

static META: Meta = Meta {
    id: "heroku-review-app-env",
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

impl Rule for HerokuReviewAppEnv {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn watches(&self) -> &'static [&'static str] {
        &["HEROKU_PARENT_APP_NAME", "HEROKU_PR_NUMBER", "HEROKU_BRANCH"]
    }

    fn heroku_read(&self, reading: &Reading<'_>, cx: &Context<'_>) -> Option<Draft> {
        (reading.variable == Variable::ReviewApp).then_some(())?;
        let name = reading.name;
        let (tail, label) = identity::consequence(reading).unwrap_or_else(|| {
            ("elsewhere previews look like production".to_string(), "unset after the move".to_string())
        });
        let neutral = cx.project.names.of(Purpose::Preview);
        let said = Said {
            message: format!("only review apps have `{name}`: {tail}"),
            label,
            help: format!(
                "give previews a `{neutral}` variable of your own and read it first: `{}`",
                identity::either(cx.file.lang, neutral, name)
            ),
            impact: reading.switch_impact(),
            purpose: Purpose::Preview,
        };
        Some(reading.draft(&META, cx, said, reading.switch_severity()).remedy(remedy(reading, cx)))
    }
}

/// A question whether this is a preview can be put to another variable. The number of the pull request can be
/// its value as well; branch and parent are something else.
fn remedy(reading: &Reading<'_>, cx: &Context<'_>) -> Option<Remedy> {
    if reading.only_asks(None) {
        return reading.bridge(Purpose::Preview, cx);
    }
    (reading.name == "HEROKU_PR_NUMBER").then_some(())?;
    let mut remedy = reading.bridge(Purpose::Preview, cx)?.unless(true);
    for variable in &mut remedy.variables {
        variable.what = "the number of the pull request in previews, and nothing elsewhere".to_string();
    }
    Some(remedy)
}
