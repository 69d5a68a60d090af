//! Dyno metadata: release, commit, ids, host.

use crate::fact::{EnvRead, Literal, Name};
use crate::finding::Finding;
use crate::platform::{self, Purpose, Variable};
use crate::rule::{Confidence, Impact, Meta, Origin, Severity, Status, Step};
use crate::rules::identity::{self, Intent, Reading, Said};
use crate::rules::{Context, Draft, Rule};
use crate::vocabulary::is_platform_text;

/// `heroku-metadata-env`.
pub struct HerokuMetadataEnv;

static META: Meta = Meta {
    id: "heroku-metadata-env",
    aliases: &[],
    family: "identity",
    severity: Severity::Warning,
    impact: Impact::Degrades,
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

impl Rule for HerokuMetadataEnv {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn watches(&self) -> &'static [&'static str] {
        &["HEROKU_*", "/etc/heroku*"]
    }

    fn heroku_read(&self, reading: &Reading<'_>, cx: &Context<'_>) -> Option<Draft> {
        let purpose = match (reading.variable, &reading.intent) {
            (Variable::Metadata(purpose), _) => purpose,
            (Variable::AppName, intent) if *intent != Intent::Namespace => Purpose::AppName,
            _ => return None,
        };
        let name = reading.name;
        if (reading.intent == Intent::Switch || reading.raises())
            && let Some((tail, label)) = identity::consequence(reading)
        {
            let said = Said {
                message: format!("only Heroku sets `{name}`: {tail}"),
                label,
                help: format!(
                    "ask for what is meant and not for the platform: read {}",
                    identity::environment_name(cx.file.lang)
                ),
                impact: reading.switch_impact(),
                purpose,
            };
            let draft = reading.draft(&META, cx, said, reading.switch_severity());
            return Some(draft.remedy(reading.bridge_guard(cx)));
        }
        let said = Said {
            message: format!("only Heroku sets `{name}`: {}", loss(purpose)),
            label: if reading.read.required { "raises after the move" } else { "unset after the move" }
                .to_string(),
            help: help(purpose, name, cx),
            impact: if reading.read.required { Impact::BootFails } else { Impact::Degrades },
            purpose,
        };
        let severity = if reading.read.required { Severity::Error } else { Severity::Warning };
        Some(reading.draft(&META, cx, said, severity).remedy(reading.bridge_value(cx)))
    }

    fn literal(&self, literal: &Literal, cx: &Context<'_>) -> Option<Draft> {
        is_platform_text(&literal.text).then_some(())?;
        Some(Draft {
            finding: Finding {
                rule: &META,
                path: cx.file.path.clone(),
                span: literal.span,
                message: format!("only dynos have `{}`", literal.text),
                label: "missing after the move".to_string(),
                help: "read the few values that are needed from variables of your own, set by the build or the target"
                    .to_string(),
                notes: Vec::new(),
                severity: Severity::Warning,
                confidence: META.confidence,
                impact: Impact::Degrades,
                step: META.step,
                related: Vec::new(),
                joined: Vec::new(),
                scope: literal.scope.clone(),
                variable: None,
                fixes: Vec::new(),
                fingerprint: String::new(),
            },
            cause: Some(literal.text.clone()),
            also: "is read here too",
            conditions: Vec::new(),
            remedies: Vec::new(),
            harmless: false,
        })
    }

    fn env_scan(&self, read: &EnvRead, cx: &Context<'_>) -> Option<Draft> {
        let what = match &read.name {
            Name::Partly { prefix, suffix } => scanned(prefix, suffix)?,
            Name::Pattern(pattern) => {
                let regex = regex::Regex::new(pattern).ok()?;
                // A pattern that takes everything says nothing about Heroku.
                let takes = |name: &str| regex.is_match(name);
                if takes("EDITOR") && takes("PATH") {
                    return None;
                }
                ["HEROKU_APP_NAME", "HEROKU_SLUG_COMMIT", "DYNO"]
                    .into_iter()
                    .find(|name| takes(name))?
                    .to_string()
            }
            Name::Known(_) | Name::Computed => return None,
        };
        Some(Draft {
            finding: Finding {
                rule: &META,
                path: cx.file.path.clone(),
                span: read.span,
                message: format!("only Heroku sets variables such as `{what}`: elsewhere none is found"),
                label: "finds nothing after the move".to_string(),
                help: "name the variables that are needed, and give them neutral names".to_string(),
                notes: Vec::new(),
                severity: Severity::Warning,
                confidence: Confidence::Medium,
                impact: Impact::Degrades,
                step: META.step,
                related: Vec::new(),
                joined: Vec::new(),
                scope: read.scope.clone(),
                variable: None,
                fixes: Vec::new(),
                fingerprint: String::new(),
            },
            cause: Some(what),
            also: "is read here too",
            conditions: Vec::new(),
            remedies: Vec::new(),
            harmless: false,
        })
    }
}

/// The metadata variables that a partly known name can mean, as words for the message.
fn scanned(prefix: &str, suffix: &str) -> Option<String> {
    if !prefix.starts_with(platform::HEROKU_PREFIX) {
        return None;
    }
    if prefix == platform::HEROKU_PREFIX && suffix.is_empty() {
        return Some("HEROKU_*".to_string());
    }
    ["HEROKU_APP_", "HEROKU_SLUG_", "HEROKU_RELEASE_", "HEROKU_BUILD_", "HEROKU_DYNO_", "HEROKU_TEST_RUN_"]
        .iter()
        .any(|known| known.starts_with(prefix) || prefix.starts_with(known))
        .then(|| format!("{prefix}*{suffix}"))
}

fn loss(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Commit => "elsewhere the commit is unknown",
        Purpose::Release => "elsewhere the release is unknown",
        Purpose::ReleasedAt => "elsewhere the time of the release is unknown",
        Purpose::Host => "elsewhere the host name is empty",
        Purpose::Instance => "elsewhere the instance has no id",
        Purpose::AppName => "elsewhere the app's name is empty",
        _ => "elsewhere it is empty",
    }
}

fn help(purpose: Purpose, name: &str, cx: &Context<'_>) -> String {
    let neutral = cx.project.names.of(purpose);
    let form = identity::either(cx.file.lang, neutral, name);
    match purpose {
        Purpose::Commit => {
            format!("bake the commit into the image as `{neutral}` and read it first: `{form}`")
        }
        Purpose::Other => {
            "let the build bake what is needed into the image, under a name of your own".to_string()
        }
        Purpose::Release | Purpose::ReleasedAt => {
            format!("let the build set `{neutral}` and read it first: `{form}`")
        }
        _ => format!("set `{neutral}` on both platforms and read it first: `{form}`"),
    }
}
