//! `SOURCE_VERSION`, the commit being built.

use crate::lang::Lang;
use crate::platform::{Purpose, Variable};
use crate::remedy::Remedy;
use crate::rule::{Confidence, Impact, Meta, Origin, Severity, Status, Step};
use crate::rules::identity::{self, Reading, Said};
use crate::rules::{Context, Draft, Rule};

/// `source-version-build`.
pub struct SourceVersionBuild;

/// Where builds are described.
const LANGS: &[Lang] = &[
    Lang::Ruby,
    Lang::Python,
    Lang::JavaScript,
    Lang::TypeScript,
    Lang::Shell,
    Lang::Dockerfile,
    Lang::Procfile,
    Lang::Makefile,
    Lang::Yaml,
    Lang::Json,
];

static META: Meta = Meta {
    id: "source-version-build",
    aliases: &[],
    family: "identity",
    severity: Severity::Warning,
    impact: Impact::Degrades,
    confidence: Confidence::High,
    step: Step::Build,
    langs: LANGS,
    needs_heroku: false,
    status: Status::Stable,
    since: "0.1.0",
    specificity: 10,
    page: include_str!("README.md"),
    origin: Origin::BuiltIn,
};

impl Rule for SourceVersionBuild {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn watches(&self) -> &'static [&'static str] {
        &["SOURCE_VERSION"]
    }

    fn heroku_read(&self, reading: &Reading<'_>, cx: &Context<'_>) -> Option<Draft> {
        (reading.variable == Variable::SourceVersion).then_some(())?;
        if !cx.project.is_heroku(&cx.file.path) {
            // Other build systems use the same name, and so may other packages of a monorepo.
            return None;
        }
        let neutral = cx.project.names.of(Purpose::Commit);
        let said = Said {
            message: "only Heroku's build sets `SOURCE_VERSION`: elsewhere the commit is unknown".to_string(),
            label: "unset after the move".to_string(),
            help: format!(
                "pass the commit as a build argument `{neutral}` and read it first: `{}`",
                identity::either(cx.file.lang, neutral, "SOURCE_VERSION")
            ),
            impact: if reading.read.required { Impact::BuildFails } else { Impact::Degrades },
            purpose: Purpose::Commit,
        };
        let severity = if reading.read.required { Severity::Error } else { Severity::Warning };
        Some(reading.draft(&META, cx, said, severity).remedy(remedy(reading, cx)))
    }
}

fn remedy(reading: &Reading<'_>, cx: &Context<'_>) -> Option<Remedy> {
    let mut remedy = reading.bridge_value(cx)?;
    for variable in &mut remedy.variables {
        variable.what = "the commit that is built, already during the build".to_string();
    }
    Some(remedy)
}
