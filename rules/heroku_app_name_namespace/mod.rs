//! `HEROKU_APP_NAME` as (part of) the name of something shared, or as a switch by name.

use crate::platform::{Purpose, Variable};
use crate::polarity;
use crate::remedy::Remedy;
use crate::rule::{Confidence, Impact, Meta, Origin, Severity, Status, Step};
use crate::rules::identity::{self, Intent, Reading, Said};
use crate::rules::{Context, Draft, Rule};

/// `heroku-app-name-namespace`.
pub struct HerokuAppNameNamespace;

static META: Meta = Meta {
    id: "heroku-app-name-namespace",
    aliases: &[],
    family: "identity",
    severity: Severity::Error,
    impact: Impact::DataLoss,
    confidence: Confidence::Medium,
    step: Step::Code,
    langs: identity::PROGRAMS,
    needs_heroku: false,
    status: Status::Stable,
    since: "0.1.0",
    specificity: 20,
    page: include_str!("README.md"),
    origin: Origin::BuiltIn,
};

impl Rule for HerokuAppNameNamespace {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn watches(&self) -> &'static [&'static str] {
        &["HEROKU_APP_NAME"]
    }

    fn heroku_read(&self, reading: &Reading<'_>, cx: &Context<'_>) -> Option<Draft> {
        (reading.variable == Variable::AppName && reading.intent == Intent::Namespace).then_some(())?;
        let compared = reading
            .read
            .uses
            .iter()
            .flat_map(|site| polarity::compared_with(&site.expr, reading.name))
            .find(|text| !text.is_empty());
        let (message, label, impact) = match compared {
            Some(text) => {
                let tail = identity::consequence(reading)
                    .map_or_else(|| "elsewhere no name matches".to_string(), |(tail, _)| tail);
                let message = format!("only on Heroku `HEROKU_APP_NAME` can be `{text}`: {tail}");
                (message, "unset after the move".to_string(), Impact::FlipsSilently)
            }
            None => (
                "only Heroku sets `HEROKU_APP_NAME`: elsewhere environments share one name".to_string(),
                "unset after the move".to_string(),
                Impact::DataLoss,
            ),
        };
        let neutral = cx.project.names.of(Purpose::AppName);
        let said = Said {
            message,
            label,
            help: format!(
                "set `{neutral}` for each environment to today's value and read it first: `{}`",
                identity::either(cx.file.lang, neutral, "HEROKU_APP_NAME")
            ),
            impact,
            purpose: Purpose::AppName,
        };
        let is_shared = impact == Impact::DataLoss;
        Some(reading.draft(&META, cx, said, Severity::Error).remedy(remedy(reading, is_shared, cx)))
    }
}

/// Two environments with one name share data, so which of them keeps which name is for a person to say. A
/// comparison does harm to nobody else.
fn remedy(reading: &Reading<'_>, is_shared: bool, cx: &Context<'_>) -> Option<Remedy> {
    let mut remedy = reading.bridge_value(cx)?.unless(is_shared);
    for variable in &mut remedy.variables {
        variable.what = "the name that this environment's application has on Heroku today".to_string();
    }
    Some(remedy)
}
