//! A suppression that does not say why, where it has to.

use crate::lang::Lang;
use crate::rule::{Confidence, Impact, Meta, Origin, Severity, Status, Step};
use crate::rules::{Context, Draft, Rule};
use crate::suppression::{self, State, Suppression};

/// `suppression-without-reason`.
pub struct SuppressionWithoutReason;

static META: Meta = Meta {
    id: "suppression-without-reason",
    aliases: &[],
    family: "suppressions",
    severity: Severity::Warning,
    impact: Impact::Cleanup,
    confidence: Confidence::High,
    step: Step::Code,
    langs: &Lang::ALL,
    needs_heroku: false,
    status: Status::Stable,
    since: "0.1.0",
    specificity: 10,
    page: include_str!("README.md"),
    origin: Origin::BuiltIn,
};

impl Rule for SuppressionWithoutReason {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn watches(&self) -> &'static [&'static str] {
        suppression::WATCHES
    }

    fn suppression(&self, suppression: &Suppression, cx: &Context<'_>) -> Option<Draft> {
        let State::NoReason { in_settings } = suppression.state else { return None };
        let help = match in_settings {
            true => "give the entry a `reason`",
            false => "write the reason behind the bracket",
        };
        let message = "this suppression does not say why";
        let draft = Draft::new(&META, &cx.file.path, suppression.span, message, help);
        Some(draft.label("the project wants a reason"))
    }
}
