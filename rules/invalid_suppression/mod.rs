//! A suppression that cannot work as it is written.

use crate::lang::Lang;
use crate::rule::{Confidence, Impact, Meta, Origin, Severity, Status, Step};
use crate::rules::{Context, Draft, Rule};
use crate::suppression::{self, State, Suppression, Verb};

/// `invalid-suppression`.
pub struct InvalidSuppression;

static META: Meta = Meta {
    id: "invalid-suppression",
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

impl Rule for InvalidSuppression {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn watches(&self) -> &'static [&'static str] {
        suppression::WATCHES
    }

    fn suppression(&self, suppression: &Suppression, cx: &Context<'_>) -> Option<Draft> {
        let known = || Verb::ALL.map(|verb| format!("`{}`", verb.id())).join(", ");
        let meant = |near: &str| format!("did you mean `{near}`?");
        let (message, label, help) = match &suppression.state {
            State::UnknownRule { name, near } => (
                format!("there is no rule `{name}` to suppress"),
                "not the name of a rule",
                near.map_or_else(|| "`dynolint rules` lists all rules".to_string(), meant),
            ),
            State::UnknownVerb { word, near } => (
                format!("`dynolint: {word}[…]` is no directive"),
                "not understood",
                near.map_or_else(|| format!("the directives are {}", known()), meant),
            ),
            State::NoRule(verb) => (
                format!("`dynolint: {}` names no rule", verb.id()),
                "silences nothing",
                format!("write `dynolint: {}[rule] reason`; all rules at once cannot be silenced", verb.id()),
            ),
            State::Unclosed => (
                "the bracket of this directive is not closed".to_string(),
                "silences nothing",
                "write `]` behind the last rule".to_string(),
            ),
            State::NothingToEnd { rule } => (
                format!("nothing above disables `{rule}`"),
                "ends nothing",
                "remove it, or write `dynolint: disable[…]` where the block begins".to_string(),
            ),
            State::Unused { .. } | State::NoReason { .. } => return None,
        };
        let draft = Draft::new(&META, &cx.file.path, suppression.span, message, help);
        Some(draft.label(label).remedy(suppression.remedy.clone()))
    }
}
