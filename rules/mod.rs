//! The rules: one directory each, with `mod.rs` (finds it) and `README.md` (explains it and tests it).

use crate::fact::{EnvRead, Literal};
use crate::finding::{Finding, Related};
use crate::project::{File, Project};
use crate::rule::{Meta, Target};
use crate::span::Span;

pub mod identity;

mod dyno_ordinal;
mod dyno_platform_check;
mod dyno_process_type;
mod heroku_app_name_namespace;
mod heroku_ci_env;
mod heroku_custom_flag;
mod heroku_metadata_env;
mod heroku_review_app_env;
mod source_version_build;

/// Every rule, by family and name.
pub static ALL: &[&dyn Rule] = &[
    &dyno_ordinal::DynoOrdinal,
    &dyno_platform_check::DynoPlatformCheck,
    &dyno_process_type::DynoProcessType,
    &heroku_app_name_namespace::HerokuAppNameNamespace,
    &heroku_ci_env::HerokuCiEnv,
    &heroku_custom_flag::HerokuCustomFlag,
    &heroku_metadata_env::HerokuMetadataEnv,
    &heroku_review_app_env::HerokuReviewAppEnv,
    &source_version_build::SourceVersionBuild,
];

/// What every rule knows about itself, by family and name.
pub fn all() -> Vec<&'static Meta> {
    ALL.iter().map(|rule| rule.meta()).collect()
}

/// One kind of coupling. A rule answers the facts it cares about; it sees facts and settings, no tree,
/// no file system, no clock, and it cannot fail.
pub trait Rule: Sync {
    /// What the rule knows about itself.
    fn meta(&self) -> &'static Meta;

    /// Words of which a file must hold at least one to be looked at for this rule. A trailing `*` stands
    /// for any end of the word.
    fn watches(&self) -> &'static [&'static str];

    /// A variable that only Heroku sets is read.
    fn heroku_read(&self, _reading: &identity::Reading<'_>, _cx: &Context<'_>) -> Option<Draft> {
        None
    }

    /// A string with a meaning on Heroku stands in a program.
    fn literal(&self, _literal: &Literal, _cx: &Context<'_>) -> Option<Draft> {
        None
    }

    /// The environment is read under a name that is known only in part.
    fn env_scan(&self, _read: &EnvRead, _cx: &Context<'_>) -> Option<Draft> {
        None
    }
}

/// What a rule may look at besides the fact itself.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The whole project.
    pub project: &'a Project,
    /// The file of the fact.
    pub file: &'a File,
    /// Where the move goes.
    pub target: Option<Target>,
}

/// A finding on its way to the report.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The finding; `fingerprint` is filled in later.
    pub finding: Finding,
    /// Findings of one file with the same cause become one, with the others as related places.
    pub cause: Option<String>,
    /// What to say of the place when another finding takes it in: "is read here too".
    pub also: &'static str,
    /// Conditions that the finding is about. Facts behind such a condition belong to it.
    pub conditions: Vec<(String, Span)>,
}

impl Draft {
    /// Takes another place of the same cause in as a related one.
    pub fn absorb(&mut self, other: Draft) {
        let message = match &other.finding.variable {
            Some(name) => format!("`{name}` {}", other.also),
            None => "here too".to_string(),
        };
        let place = Related { path: other.finding.path, span: other.finding.span, message };
        if !self.finding.related.contains(&place) {
            self.finding.related.push(place);
        }
        for related in other.finding.related {
            if !self
                .finding
                .related
                .iter()
                .any(|known| known.path == related.path && known.span == related.span)
            {
                self.finding.related.push(related);
            }
        }
        self.conditions.extend(other.conditions);
    }
}
