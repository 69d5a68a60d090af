//! `DYNO` read to tell one instance from another.

use crate::effect::is_logging_call;
use crate::expr::Expr;
use crate::fact::{Place, Use};
use crate::platform::{Purpose, Variable};
use crate::rule::{Confidence, Impact, Meta, Origin, Severity, Status, Step};
use crate::rules::identity::{self, Intent, Reading, Said, Softening};
use crate::rules::{Context, Draft, Rule};

/// `dyno-ordinal`.
pub struct DynoOrdinal;

static META: Meta = Meta {
    id: "dyno-ordinal",
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
    specificity: 30,
    page: include_str!("README.md"),
    origin: Origin::BuiltIn,
};

impl Rule for DynoOrdinal {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn watches(&self) -> &'static [&'static str] {
        &["DYNO"]
    }

    fn heroku_read(&self, reading: &Reading<'_>, cx: &Context<'_>) -> Option<Draft> {
        if reading.variable != Variable::Dyno {
            return None;
        }
        let (said, severity) = match reading.intent {
            Intent::Ordinal => (leader(reading), Severity::Error),
            Intent::Data | Intent::Namespace => (name(reading, cx), Severity::Warning),
            Intent::ProcessType(_) | Intent::Switch => return None,
        };
        let remedy = match reading.intent {
            Intent::Data => reading.bridge_value(cx).map(|remedy| remedy.unless(!only_names(reading))),
            _ => None,
        };
        Some(reading.draft(&META, cx, said, severity).remedy(remedy))
    }
}

/// Whether the value can only be a name: it becomes part of a text, goes to logs, or stands under a key.
/// A function that takes it may look for a process type or a number in it.
fn only_names(reading: &Reading<'_>) -> bool {
    let names = |site: &Use| match &site.place {
        Place::Argument { callee, keyword } => keyword.is_some() || is_logging_call(callee),
        Place::Bound { .. } => true,
        _ => false,
    };
    let is_text = |expr: &Expr| matches!(expr, Expr::Template(_));
    reading.read.uses.iter().all(|site| names(site) || is_text(&site.expr))
}

fn leader(reading: &Reading<'_>) -> Said {
    let (tail, label) = identity::consequence(reading)
        .unwrap_or_else(|| ("elsewhere no instance has one".to_string(), "unset after the move".to_string()));
    Said {
        message: format!("only Heroku numbers instances in `DYNO`: {tail}"),
        label,
        help: "let one instance win by a lock in the database or Redis (`pg_try_advisory_lock`, `SET NX`), or give \
               the job a process of its own that is never scaled beyond one"
            .to_string(),
        impact: if reading.raises() { Impact::BootFails } else { Impact::FlipsSilently },
        purpose: Purpose::Instance,
    }
}

fn name(reading: &Reading<'_>, cx: &Context<'_>) -> Said {
    let logs = reading.is(Softening::LoggingOnly);
    let standing_in = reading.is(Softening::Default);
    let same = reading.read.default.is_some_and(|default| {
        // A plain value is the same everywhere; a call, such as the process id, may not be.
        default.of(&cx.file.source.text).starts_with(['"', '\'', '`', '0', '1'])
    });
    let what = if standing_in && same {
        "elsewhere all instances share the stand-in"
    } else if standing_in {
        "elsewhere only the stand-in names the instance"
    } else if logs {
        "elsewhere logs do not name the instance"
    } else {
        "elsewhere all share one empty name"
    };
    let neutral = cx.project.names.of(Purpose::Instance);
    Said {
        message: format!("only Heroku names instances in `DYNO`: {what}"),
        label: "unset after the move".to_string(),
        help: format!(
            "read an `{neutral}` of your own, or the host name, first: `{}`",
            identity::either(cx.file.lang, neutral, "DYNO")
        ),
        impact: Impact::Degrades,
        purpose: Purpose::Instance,
    }
}
