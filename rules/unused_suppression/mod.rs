//! A suppression that silences nothing.

use crate::lang::Lang;
use crate::rule::{Confidence, Impact, Meta, Origin, Severity, Status, Step};
use crate::rules::{Context, Draft, Rule};
use crate::suppression::{self, State, Suppression};

/// `unused-suppression`.
pub struct UnusedSuppression;

static META: Meta = Meta {
    id: "unused-suppression",
    aliases: &[],
    family: "suppressions",
    severity: Severity::Note,
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

impl Rule for UnusedSuppression {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn watches(&self) -> &'static [&'static str] {
        suppression::WATCHES
    }

    fn suppression(&self, suppression: &Suppression, cx: &Context<'_>) -> Option<Draft> {
        let State::Unused { rule, in_settings } = &suppression.state else { return None };
        let help = match in_settings {
            true => "remove the entry from the settings",
            false => "remove it: it would hide the next finding in its place",
        };
        let message = format!("this suppression of `{rule}` silences nothing");
        let draft = Draft::new(&META, &cx.file.path, suppression.span, message, help);
        Some(draft.label("not needed").remedy(suppression.remedy.clone()))
    }
}
