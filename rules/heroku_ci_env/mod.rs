//! Variables of a Heroku CI run.

use crate::platform::{Purpose, Variable};
use crate::rule::{Confidence, Impact, Meta, Origin, Severity, Status, Step};
use crate::rules::identity::{self, Reading, Said};
use crate::rules::{Context, Draft, Rule};

/// `heroku-ci-env`.
pub struct HerokuCiEnv;

static META: Meta = Meta {
    id: "heroku-ci-env",
    aliases: &[],
    family: "identity",
    severity: Severity::Note,
    impact: Impact::Cleanup,
    confidence: Confidence::High,
    step: Step::Build,
    langs: identity::ANY,
    needs_heroku: false,
    status: Status::Stable,
    since: "0.1.0",
    specificity: 10,
    page: include_str!("README.md"),
    origin: Origin::BuiltIn,
};

impl Rule for HerokuCiEnv {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn watches(&self) -> &'static [&'static str] {
        &["HEROKU_TEST_RUN_*"]
    }

    fn heroku_read(&self, reading: &Reading<'_>, cx: &Context<'_>) -> Option<Draft> {
        (reading.variable == Variable::Ci).then_some(())?;
        let said = Said {
            message: format!("only Heroku CI sets `{}`", reading.name),
            label: "unset in any other CI".to_string(),
            help: "read the variable of the CI that runs the tests from now on".to_string(),
            impact: Impact::Cleanup,
            purpose: if reading.name.ends_with("COMMIT_VERSION") { Purpose::Commit } else { Purpose::Other },
        };
        let mut draft = reading.draft(&META, cx, said, Severity::Note);
        // Where tests run says nothing about where the application runs.
        draft.finding.notes.clear();
        // One report script is one piece of work, however many of the variables it reads.
        draft.cause = Some("ci".to_string());
        Some(draft.remedy(reading.bridge_value(cx)))
    }
}
