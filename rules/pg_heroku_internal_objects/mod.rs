//! Heroku's own schema, functions, event triggers and roles in a dump.

use crate::lang::Lang;
use crate::rule::{Confidence, Impact, Meta, Severity, Status, Step};
use crate::rules::{Context, Draft, Rule, postgres};
use crate::sql::{self, Action, EVENT_TRIGGERS, INTERNAL_SCHEMA, Statement};

/// `pg-heroku-internal-objects`.
pub struct PgHerokuInternalObjects;

static META: Meta = Meta {
    id: "pg-heroku-internal-objects",
    aliases: &[],
    family: "postgres",
    severity: Severity::Error,
    impact: Impact::BootFails,
    confidence: Confidence::High,
    step: Step::Data,
    langs: &[Lang::Ruby, Lang::Python, Lang::JavaScript, Lang::TypeScript, Lang::Sql],
    needs_heroku: false,
    status: Status::Stable,
    since: "0.1.0",
    specificity: 40,
    page: include_str!("README.md"),
};

/// A dump has more lines than this; shorter files are written by hand, and their roles mean something.
const DUMP_LINES: usize = 50;

impl Rule for PgHerokuInternalObjects {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn watches(&self) -> &'static [&'static str] {
        &["SCHEMA _heroku", "FUNCTION _heroku.*", "_heroku.create_ext", "_heroku.drop_ext"]
    }

    fn watches_in(&self) -> &'static [(&'static [Lang], &'static [&'static str])] {
        &[(
            &[Lang::Sql],
            &["_heroku*", "heroku_admin", "EVENT TRIGGER", "event trigger", "OWNER TO u*", "TO u*"],
        )]
    }

    fn file(&self, cx: &Context<'_>) -> Vec<Draft> {
        let mut drafts = Vec::new();
        let statements = &cx.file.facts.statements;
        let objects: Vec<&Statement> = statements.iter().filter(|statement| is_internal(statement)).collect();
        if let Some(first) = objects.first() {
            let triggers: Vec<&str> = objects
                .iter()
                .filter(|statement| matches!(statement.action, Action::CreateEventTrigger { .. }))
                .map(|statement| statement.name.as_str())
                .collect();
            let message = match triggers.as_slice() {
                [] => "has Heroku's own schema `_heroku`, whose roles no other server has".to_string(),
                [_] => format!("has Heroku's event trigger {}", postgres::names(triggers)),
                _ => format!("has Heroku's event triggers {}", postgres::names(triggers)),
            };
            let help = "dump with `--no-owner --no-acl --exclude-schema=_heroku`, and delete the event triggers, \
                        which belong to no schema";
            let mut draft = postgres::at(&META, &cx.file.path, first, message, help).label("Heroku's own");
            if objects.iter().any(|statement| matches!(statement.action, Action::CreateEventTrigger { .. })) {
                draft = draft.note(
                    "PostgreSQL lets only superusers create event triggers; where they can be created, they act \
                     on every later `CREATE EXTENSION`",
                );
            }
            drafts.push(self.graded(postgres::with_places(draft, &cx.file.path, &objects), cx));
        }
        let roles: Vec<&Statement> = statements.iter().filter(|statement| is_role(statement, cx)).collect();
        if let Some(first) = roles.first() {
            let names = postgres::names(roles.iter().map(|statement| statement.name.as_str()));
            let message = match roles.len() {
                1 => format!("a statement of this dump names {names}, a role that Heroku made"),
                count => format!("{count} statements of this dump name {names}, which Heroku made"),
            };
            let help = "dump with `--no-owner --no-acl`, so that the role that loads it owns everything";
            let draft = postgres::at(&META, &cx.file.path, first, message, help).label("a role of Heroku's");
            drafts.push(self.graded(postgres::with_places(draft, &cx.file.path, &roles), cx));
        }
        drafts
    }
}

impl PgHerokuInternalObjects {
    /// A dump that only lies there hurts when somebody loads it.
    fn graded(&self, draft: Draft, cx: &Context<'_>) -> Draft {
        if postgres::is_loaded(cx.file) { draft } else { draft.severity(Severity::Warning) }
    }
}

fn is_internal(statement: &Statement) -> bool {
    match &statement.action {
        // The names of the triggers are common ones; a function of the schema, or nothing, tells them.
        Action::CreateEventTrigger { function } => {
            EVENT_TRIGGERS.contains(&statement.name.as_str())
                && (function.is_empty() || function.starts_with("_heroku."))
        }
        // A call can be a part of the way out; definitions are what a dump has.
        Action::CreateSchema | Action::ChangeSchema | Action::CreateFunction => {
            statement.concerns_schema(INTERNAL_SCHEMA)
        }
        _ => false,
    }
}

fn is_role(statement: &Statement, cx: &Context<'_>) -> bool {
    if !matches!(statement.action, Action::Owner | Action::Grant | Action::DefaultPrivileges) {
        return false;
    }
    let dump = cx.file.lang == Lang::Sql && cx.file.source.place(cx.file.source.text.len()).line > DUMP_LINES;
    // Other services draw names at random, too.
    dump && (!sql::is_random_role(&statement.name) || cx.project.is_heroku(&cx.file.path))
}
