//! `DYNO` read for the process type in it.

use crate::lang::Lang;
use crate::platform::{Purpose, Variable};
use crate::rule::{Confidence, Impact, Meta, Severity, Status, Step};
use crate::rules::identity::{self, Intent, Reading, Said};
use crate::rules::{Context, Draft, Rule};

/// `dyno-process-type`.
pub struct DynoProcessType;

static META: Meta = Meta {
    id: "dyno-process-type",
    aliases: &[],
    family: "identity",
    severity: Severity::Error,
    impact: Impact::FlipsSilently,
    confidence: Confidence::High,
    step: Step::Code,
    langs: identity::PROGRAMS,
    needs_heroku: false,
    status: Status::Stable,
    since: "0.1.0",
    specificity: 20,
    page: include_str!("README.md"),
};

impl Rule for DynoProcessType {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn watches(&self) -> &'static [&'static str] {
        &["DYNO"]
    }

    fn heroku_read(&self, reading: &Reading<'_>, cx: &Context<'_>) -> Option<Draft> {
        let (Variable::Dyno, Intent::ProcessType(_)) = (reading.variable, &reading.intent) else {
            return None;
        };
        let (tail, label) = identity::consequence(reading).unwrap_or_else(|| {
            ("elsewhere there is no process type in it".to_string(), "unset after the move".to_string())
        });
        let raises = reading.raises();
        let said = Said {
            message: format!("only Heroku puts the process type into `DYNO`: {tail}"),
            label,
            help: format!(
                "give each process its type as `PROCESS_TYPE` (`web: PROCESS_TYPE=web …` in the Procfile works on \
                 Heroku too) and read that first: {}",
                type_first(cx.file.lang)
            ),
            impact: if raises { Impact::BootFails } else { Impact::FlipsSilently },
            purpose: Purpose::ProcessType,
        };
        // A type that only names something decides nothing.
        let severity = if raises || reading.decides() { Severity::Error } else { Severity::Warning };
        Some(reading.draft(&META, cx, said, severity))
    }
}

/// How the language reads a process type on both platforms.
fn type_first(lang: Lang) -> String {
    match lang {
        Lang::Ruby | Lang::Erb | Lang::Haml | Lang::Slim | Lang::Yaml => {
            r#"`ENV["PROCESS_TYPE"] || ENV["DYNO"].to_s[/\A[a-z_]+/i]`"#.to_string()
        }
        Lang::Python => {
            r#"`os.environ.get("PROCESS_TYPE") or os.environ.get("DYNO", "").split(".")[0]`"#.to_string()
        }
        Lang::JavaScript | Lang::TypeScript | Lang::Tsx | Lang::Vue | Lang::Svelte => {
            "`process.env.PROCESS_TYPE ?? process.env.DYNO?.split('.')[0]`".to_string()
        }
        _ => "`${PROCESS_TYPE:-${DYNO%%.*}}`".to_string(),
    }
}
