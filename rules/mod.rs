//! The rules: one directory each, with `mod.rs` (finds it) and `README.md` (explains it and tests it).

use crate::fact::{EnvRead, Literal};
use crate::finding::{Finding, Related};
use crate::lang::Lang;
use crate::project::{File, Project};
use crate::remedy::Remedy;
use crate::rule::{Confidence, Impact, Meta, Severity, Target};
use crate::span::Span;
use crate::suppression::Suppression;
use crate::vocabulary::Words;

pub mod attachments;
pub mod bridge;
pub mod connections;
pub mod files;
pub mod identity;
pub mod own;
pub mod postgres;
pub mod production;
pub mod runtime;
pub mod started;

mod clock_process_singleton;
mod cron_implicit_timezone;
mod cron_target_timezone;
mod db_ssl_forced;
mod db_ssl_implicit;
mod db_ssl_no_verify;
mod db_url_manual_parse;
mod db_url_scheme_rewrite;
mod dyno_ordinal;
mod dyno_platform_check;
mod dyno_process_type;
mod fs_app_home_path;
mod fs_durable_write;
mod fs_file_cache_session;
mod fs_log_file;
mod fs_sqlite_production;
mod fs_upload_local;
mod heroku_app_name_namespace;
mod heroku_ci_env;
mod heroku_connect_tables;
mod heroku_custom_flag;
mod heroku_metadata_env;
mod heroku_npm_lifecycle;
mod heroku_review_app_env;
mod heroku_scheduler_evidence;
mod invalid_suppression;
mod kafka_heroku_env;
mod keepalive_ping;
mod pg_color_url;
mod pg_drop_public_schema;
mod pg_extension_inventory;
mod pg_follower_config;
mod pg_heroku_ext_schema;
mod pg_heroku_internal_objects;
mod pg_restore_owner_acl;
mod pg_stat_statements_dependency;
mod pg_transaction_pool;
mod port_no_default;
mod redis_heroku_url;
mod redis_ssl_no_verify;
mod runtime_loose_pin;
mod runtime_pin_conflict;
mod runtime_pin_ignored_by_target;
mod runtime_pin_invalid;
mod runtime_txt_deprecated;
mod runtime_unpinned;
mod scheduled_local_time_logic;
mod scheduler_addon_env;
mod slugignore;
mod source_version_build;
mod suppression_without_reason;
mod unused_suppression;

/// Every rule, by family and name.
pub static ALL: &[&dyn Rule] = &[
    &heroku_npm_lifecycle::HerokuNpmLifecycle,
    &slugignore::Slugignore,
    &db_ssl_forced::DbSslForced,
    &db_ssl_implicit::DbSslImplicit,
    &db_ssl_no_verify::DbSslNoVerify,
    &db_url_manual_parse::DbUrlManualParse,
    &db_url_scheme_rewrite::DbUrlSchemeRewrite,
    &kafka_heroku_env::KafkaHerokuEnv,
    &redis_heroku_url::RedisHerokuUrl,
    &redis_ssl_no_verify::RedisSslNoVerify,
    &fs_app_home_path::FsAppHomePath,
    &fs_durable_write::FsDurableWrite,
    &fs_file_cache_session::FsFileCacheSession,
    &fs_log_file::FsLogFile,
    &fs_sqlite_production::FsSqliteProduction,
    &fs_upload_local::FsUploadLocal,
    &dyno_ordinal::DynoOrdinal,
    &dyno_platform_check::DynoPlatformCheck,
    &dyno_process_type::DynoProcessType,
    &heroku_app_name_namespace::HerokuAppNameNamespace,
    &heroku_ci_env::HerokuCiEnv,
    &heroku_custom_flag::HerokuCustomFlag,
    &heroku_metadata_env::HerokuMetadataEnv,
    &heroku_review_app_env::HerokuReviewAppEnv,
    &source_version_build::SourceVersionBuild,
    &port_no_default::PortNoDefault,
    &heroku_connect_tables::HerokuConnectTables,
    &pg_color_url::PgColorUrl,
    &pg_drop_public_schema::PgDropPublicSchema,
    &pg_extension_inventory::PgExtensionInventory,
    &pg_follower_config::PgFollowerConfig,
    &pg_heroku_ext_schema::PgHerokuExtSchema,
    &pg_heroku_internal_objects::PgHerokuInternalObjects,
    &pg_restore_owner_acl::PgRestoreOwnerAcl,
    &pg_stat_statements_dependency::PgStatStatementsDependency,
    &pg_transaction_pool::PgTransactionPool,
    &runtime_loose_pin::RuntimeLoosePin,
    &runtime_pin_conflict::RuntimePinConflict,
    &runtime_pin_ignored_by_target::RuntimePinIgnoredByTarget,
    &runtime_pin_invalid::RuntimePinInvalid,
    &runtime_txt_deprecated::RuntimeTxtDeprecated,
    &runtime_unpinned::RuntimeUnpinned,
    &clock_process_singleton::ClockProcessSingleton,
    &cron_implicit_timezone::CronImplicitTimezone,
    &cron_target_timezone::CronTargetTimezone,
    &heroku_scheduler_evidence::HerokuSchedulerEvidence,
    &keepalive_ping::KeepalivePing,
    &scheduled_local_time_logic::ScheduledLocalTimeLogic,
    &scheduler_addon_env::SchedulerAddonEnv,
    &invalid_suppression::InvalidSuppression,
    &suppression_without_reason::SuppressionWithoutReason,
    &unused_suppression::UnusedSuppression,
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
    /// for any end of the word. For variables and other words that few files hold: they count in tests and
    /// documents too, whose findings are counted.
    fn watches(&self) -> &'static [&'static str] {
        &[]
    }

    /// The same for words that many files hold, with the languages in which they count (none named: all).
    /// They make a file be parsed only where its role is reported ([`crate::role::Role::is_reported`]).
    fn watches_in(&self) -> &'static [(&'static [Lang], &'static [&'static str])] {
        &[]
    }

    /// Calls and texts that front ends have to keep for this rule, besides those that every rule can ask for. For
    /// the rules of a team's settings, which know words that no table has.
    fn words(&self) -> Words {
        Words::NONE
    }

    /// Variables that fixes of this rule bring in and that no setting names: where they stand in the project
    /// matters ([`Project::mentions`]).
    fn names(&self) -> &'static [&'static str] {
        &[]
    }

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

    /// Everything that one file says, for rules over calls, settings, commands, and other variables than
    /// Heroku's own.
    fn file(&self, _cx: &Context<'_>) -> Vec<Draft> {
        Vec::new()
    }

    /// There is something to say of a suppression. Asked when everything else was found.
    fn suppression(&self, _suppression: &Suppression, _cx: &Context<'_>) -> Option<Draft> {
        None
    }

    /// What several files say together. The findings may stand in any file of the project.
    fn project(&self, _project: &Project, _target: Option<Target>) -> Vec<Draft> {
        Vec::new()
    }
}

impl std::fmt::Debug for dyn Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.meta().id)
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
    /// Ways to put it right, best first.
    pub remedies: Vec<Remedy>,
    /// It is no coupling any more, since a variable of the project's own comes first: it is counted, and shown
    /// only when asked for ([`crate::settings::Settings::harmless`]).
    pub harmless: bool,
}

impl Draft {
    /// A finding of `meta` at `span` of `path`, with the severity, confidence, impact and step that its rule
    /// usually has. `message` is the fact in one line, `help` what to do, both without a full stop.
    pub fn new(
        meta: &'static Meta,
        path: &str,
        span: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self {
            finding: Finding {
                rule: meta,
                path: path.to_string(),
                span,
                message: message.into(),
                label: String::new(),
                help: help.into(),
                notes: Vec::new(),
                severity: meta.severity,
                confidence: meta.confidence,
                impact: meta.impact,
                step: meta.step,
                related: Vec::new(),
                joined: Vec::new(),
                scope: String::new(),
                variable: None,
                fixes: Vec::new(),
                fingerprint: String::new(),
            },
            cause: None,
            also: "here too",
            conditions: Vec::new(),
            remedies: Vec::new(),
            harmless: false,
        }
    }

    /// One more way to put it right, after those given before.
    pub fn remedy(mut self, remedy: impl Into<Option<Remedy>>) -> Self {
        self.remedies.extend(remedy.into());
        self
    }

    /// What holds at the place itself, very short.
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.finding.label = label.into();
        self
    }

    /// The enclosing definitions: part of the finding's identity.
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.finding.scope = scope.into();
        self
    }

    /// One more sentence to know.
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.finding.notes.push(note.into());
        self
    }

    /// One more place that belongs to it. A place at the finding's own span says nothing and is left out.
    pub fn related(mut self, path: &str, span: Span, message: impl Into<String>) -> Self {
        let own = self.finding.path == path && self.finding.span == span;
        if !own {
            self.finding.related.push(Related { path: path.to_string(), span, message: message.into() });
        }
        self
    }

    /// One more place where the same is found, of several that the rule makes one finding of. It is part of the
    /// finding, and becomes its place where the first one is put right.
    pub fn and_at(mut self, path: &str, span: Span, scope: &str, message: impl Into<String>) -> Self {
        self.join_at(path, span, scope);
        self.related(path, span, message)
    }

    /// The same without showing the place: beyond those that people still read.
    pub fn join_at(&mut self, path: &str, span: Span, scope: &str) {
        if self.finding.path == path && self.finding.span == span {
            return;
        }
        self.finding.joined.push(Finding {
            path: path.to_string(),
            span,
            scope: scope.to_string(),
            label: String::new(),
            related: Vec::new(),
            joined: Vec::new(),
            ..self.finding.clone()
        });
    }

    /// Another severity than usual.
    pub fn severity(mut self, severity: Severity) -> Self {
        self.finding.severity = severity;
        self
    }

    /// Another confidence than usual.
    pub fn confidence(mut self, confidence: Confidence) -> Self {
        self.finding.confidence = confidence;
        self
    }

    /// Another impact than usual.
    pub fn impact(mut self, impact: Impact) -> Self {
        self.finding.impact = impact;
        self
    }

    /// The environment variable it is about.
    pub fn variable(mut self, name: impl Into<String>) -> Self {
        self.finding.variable = Some(name.into());
        self
    }

    /// Whether both are the same finding, seen on the way to different targets.
    pub fn is_same(&self, other: &Draft) -> bool {
        let (mine, theirs) = (&self.finding, &other.finding);
        mine.rule == theirs.rule
            && mine.path == theirs.path
            && mine.span == theirs.span
            && mine.variable == theirs.variable
            && self.cause == other.cause
    }

    /// Takes in the same finding as it is on the way to another target: the worse one speaks, and what holds
    /// on either is kept.
    pub fn merge(&mut self, mut other: Draft) {
        if other.finding.severity > self.finding.severity {
            std::mem::swap(self, &mut other);
        }
        self.finding.confidence = self.finding.confidence.max(other.finding.confidence);
        for note in other.finding.notes {
            if !self.finding.notes.contains(&note) {
                self.finding.notes.push(note);
            }
        }
        for related in other.finding.related {
            if !self.finding.related.contains(&related) {
                self.finding.related.push(related);
            }
        }
        if self.remedies.is_empty() {
            self.remedies = other.remedies;
        }
    }

    /// Makes one finding of those with the same cause in a file; `also` is what to say of the others'
    /// places.
    pub fn cause(mut self, cause: impl Into<String>, also: &'static str) -> Self {
        self.cause = Some(cause.into());
        self.also = also;
        self
    }

    /// One finding, one fix: it puts other places right as well, or there is none.
    pub fn take_remedies(&mut self, theirs: Vec<Remedy>) {
        self.remedies = match std::mem::take(&mut self.remedies) {
            mut mine if mine.len() == theirs.len() => {
                mine.iter_mut().zip(theirs).for_each(|(mine, theirs)| mine.join(theirs));
                mine
            }
            _ => Vec::new(),
        };
    }

    /// Takes another place of the same cause in as a related one.
    pub fn absorb(&mut self, other: Draft) {
        self.take_remedies(other.remedies);
        let mut taken = other.finding.clone();
        self.finding.joined.append(&mut taken.joined);
        self.finding.joined.push(taken);
        let message = match &other.finding.variable {
            Some(name) => format!("`{name}` {}", other.also),
            None => self.also.to_string(),
        };
        let place = Related { path: other.finding.path, span: other.finding.span, message };
        // A call and the setting that it makes are one place.
        let own = self.finding.path == place.path
            && (self.finding.span.contains(place.span) || place.span.contains(self.finding.span));
        if !own && !self.finding.related.contains(&place) {
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
