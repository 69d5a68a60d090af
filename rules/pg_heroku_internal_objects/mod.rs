//! Heroku's own schema, functions, event triggers and roles in a dump.

use crate::finding::Applicability;
use crate::lang::Lang;
use crate::lang::sql::extent::{Extent, extents};
use crate::remedy::{Remedy, What};
use crate::rule::{Confidence, Impact, Meta, Origin, Severity, Status, Step};
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
    origin: Origin::BuiltIn,
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
            let draft = draft.remedy(without_objects(&objects, cx));
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
            let draft = draft.remedy(without_roles(&roles, cx));
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

/// The remedy that takes out what Heroku has in every database and no other server can load. A dump that is
/// kept is not touched: it says what was.
fn without_objects(objects: &[&Statement], cx: &Context<'_>) -> Option<Remedy> {
    let text = &cx.file.source.text;
    let all = statements(cx)?;
    let triggers: Vec<&str> = objects
        .iter()
        .filter(|object| matches!(object.action, Action::CreateEventTrigger { .. }))
        .map(|object| object.name.as_str())
        .collect();
    let belongs = |one: &&Extent| {
        let changes = ["ALTER", "COMMENT", "GRANT", "REVOKE"].iter().any(|verb| one.begins(text, &[verb]));
        let of_trigger = one.begins(text, &["ALTER", "EVENT", "TRIGGER"])
            || one.begins(text, &["COMMENT", "ON", "EVENT", "TRIGGER"]);
        objects.iter().any(|object| object.span.start == one.span.start)
            || (changes && one.names(text, sql::INTERNAL_SCHEMA))
            || (of_trigger && triggers.iter().any(|name| one.names(text, name)))
    };
    let gone: Vec<&Extent> = all.iter().filter(belongs).collect();
    // What uses the schema would stay behind without it.
    let stays = |one: &Extent| one.names(text, sql::INTERNAL_SCHEMA) && !one.begins(text, &["DROP"]);
    let held = objects.iter().all(|object| gone.iter().any(|one| one.span.start == object.span.start));
    if !held || all.iter().any(|one| !belongs(&one) && stays(one)) {
        return None;
    }
    let name = cx.file.path.rsplit('/').next().unwrap_or_default();
    // The file that a framework loads into an empty database: it fails on them, on Heroku as well.
    let applicability = match name.ends_with("structure.sql") {
        true => Applicability::Safe,
        false => Applicability::Unsafe,
    };
    Some(without(&gone, Remedy::new(applicability, "take out what Heroku has in every database"), cx))
}

/// The remedy that takes out owners and grants of Heroku's roles; everything belongs to who loads it then.
fn without_roles(roles: &[&Statement], cx: &Context<'_>) -> Option<Remedy> {
    let text = &cx.file.source.text;
    let all = statements(cx)?;
    let gone = roles.iter().map(|role| {
        let one = all.iter().find(|one| one.span.start == role.span.start)?;
        // The same grant may be for others.
        let others = one
            .tokens
            .iter()
            .any(|token| token.span.start >= role.name_span.end && token.span.of(text) == ",");
        let before = one.tokens.iter().rev().find(|token| token.span.end <= role.name_span.start)?;
        let first = before.span.of(text) != ",";
        (first && !(others && role.action == Action::Grant)).then_some(one)
    });
    let gone: Vec<&Extent> = gone.collect::<Option<_>>()?;
    Some(without(&gone, Remedy::needs_decision("take out the roles that Heroku made"), cx))
}

/// The statements of a file that is loaded.
fn statements(cx: &Context<'_>) -> Option<Vec<Extent>> {
    (cx.file.lang == Lang::Sql && postgres::is_loaded(cx.file)).then(|| extents(&cx.file.source.text))
}

fn without(gone: &[&Extent], remedy: Remedy, cx: &Context<'_>) -> Remedy {
    let mut spans: Vec<_> = gone.iter().map(|one| one.whole).collect();
    spans.sort_unstable();
    spans.dedup();
    let text = |at| What::Text { at, text: String::new() };
    spans.into_iter().fold(remedy, |remedy, at| remedy.change(&cx.file.path, text(at)))
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
