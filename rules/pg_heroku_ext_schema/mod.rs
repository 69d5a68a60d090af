//! The schema that Heroku put extensions in.

use crate::lang::Lang;
use crate::rule::{Confidence, Impact, Meta, Severity, Status, Step};
use crate::rules::{Context, Draft, Rule, postgres};
use crate::sql::{Action, EXTENSION_SCHEMA, Statement};

/// `pg-heroku-ext-schema`.
pub struct PgHerokuExtSchema;

static META: Meta = Meta {
    id: "pg-heroku-ext-schema",
    aliases: &[],
    family: "postgres",
    severity: Severity::Error,
    impact: Impact::BootFails,
    confidence: Confidence::High,
    step: Step::Data,
    langs: postgres::SPEAKERS,
    needs_heroku: false,
    status: Status::Stable,
    since: "0.1.0",
    specificity: 30,
    page: include_str!("README.md"),
};

/// What a statement does with the schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Schema,
    Extension,
    Path,
    Use,
}

impl Kind {
    fn of(statement: &Statement) -> Option<Kind> {
        if !statement.concerns_schema(EXTENSION_SCHEMA) {
            return None;
        }
        match statement.action {
            Action::CreateSchema | Action::ChangeSchema => Some(Kind::Schema),
            Action::CreateExtension { .. } => Some(Kind::Extension),
            Action::SearchPath => Some(Kind::Path),
            Action::Use | Action::CreateFunction | Action::Table => Some(Kind::Use),
            // To drop it is the way out.
            _ => None,
        }
    }
}

impl Rule for PgHerokuExtSchema {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn watches(&self) -> &'static [&'static str] {
        &["heroku_ext"]
    }

    fn file(&self, cx: &Context<'_>) -> Vec<Draft> {
        let statements = &cx.file.facts.statements;
        let of = |kind: Kind| -> Vec<&Statement> {
            statements.iter().filter(|statement| Kind::of(statement) == Some(kind)).collect()
        };
        let made = |statement: &&Statement| statement.action == Action::CreateSchema;
        let created = of(Kind::Schema).into_iter().find(made);
        let path = &cx.file.path;
        let mut drafts = Vec::new();

        let schema = of(Kind::Schema);
        let (extensions, uses, paths) = (of(Kind::Extension), of(Kind::Use), of(Kind::Path));
        // What creates the schema makes the rest of the same file work.
        let prepares = extensions.is_empty() && uses.is_empty() && created.is_some();
        if let Some(first) = schema.first() {
            let draft = if prepares {
                let help = "keep it only for restores of Heroku's dumps, and move the extensions to `public` \
                            before the switch";
                postgres::at(
                    &META,
                    path,
                    first,
                    "creates `heroku_ext`, a schema that only Heroku sets up",
                    help,
                )
                .label("for Heroku's dumps")
                .severity(Severity::Note)
                .impact(Impact::Cleanup)
            } else {
                let message = match created {
                    Some(_) => "creates `heroku_ext`, a schema that only Heroku sets up",
                    None => "changes `heroku_ext`, a schema that only Heroku sets up",
                };
                let help = "delete the statement once nothing names the schema";
                let draft = postgres::at(&META, path, first, message, help);
                match created {
                    Some(_) => draft.label("not needed elsewhere").severity(Severity::Warning),
                    None => draft.label("fails elsewhere"),
                }
            };
            let mut draft = postgres::with_places(draft, path, &schema);
            if prepares {
                // To create it and to put it on the path is one preparation.
                for entry in &paths {
                    draft = draft.related(path, entry.name_span, "put on the search path here");
                }
            }
            drafts.push(draft);
        }
        if let Some(first) = extensions.first() {
            let Action::CreateExtension { schema: Some((_, place)) } = &first.action else { return drafts };
            let names = postgres::names(extensions.iter().map(|statement| statement.name.as_str()));
            let message = format!("{names} {} created in `heroku_ext`", verb(extensions.len()));
            let help = if cx.file.lang == Lang::Ruby {
                "leave the schema out: `enable_extension` without it puts an extension into `public`"
            } else {
                "create them in `public`, and move those of the running database with \
                 `ALTER EXTENSION … SET SCHEMA public`"
            };
            let draft = Draft::new(&META, path, *place, message, help).label("only Heroku sets it up");
            let draft = graded(draft, created, &extensions, cx);
            drafts.push(postgres::with_places(draft, path, &extensions));
        }
        if let Some(first) = uses.first() {
            let names = postgres::names(uses.iter().map(|statement| statement.name.as_str()));
            let message = match uses.len() {
                1 if first.name == EXTENSION_SCHEMA => {
                    "a setting names the schema `heroku_ext`, which only Heroku sets up".to_string()
                }
                1 => format!("{names} names the schema `heroku_ext`, which only Heroku sets up"),
                count => {
                    format!("{count} places name the schema `heroku_ext`, which only Heroku sets up: {names}")
                }
            };
            let help =
                "leave the schema out or name `public`; columns, indexes and functions change together";
            let draft =
                postgres::at(&META, path, first, message, help).label("fails where the schema is missing");
            let mut draft = graded(draft, created, &uses, cx);
            // What reads the setting decides.
            if uses.iter().all(|statement| statement.name == EXTENSION_SCHEMA) {
                draft = draft.severity(Severity::Warning);
            }
            drafts.push(postgres::with_places(draft, path, &uses));
        }
        if let Some(first) = paths.first().filter(|_| !prepares) {
            let help = "take it off the path when the extensions are in `public`";
            let message = "puts `heroku_ext` on the search path, a schema that only Heroku sets up";
            // A schema that does not exist is passed over; what is missing shows where it is used.
            let draft = postgres::at(&META, path, first, message, help)
                .label("passed over where it is missing")
                .severity(Severity::Warning)
                .impact(Impact::Degrades);
            drafts.push(postgres::with_places(draft, path, &paths));
        }
        drafts
    }
}

fn verb(count: usize) -> &'static str {
    if count == 1 { "is" } else { "are" }
}

/// With the severity that fits: a file that creates the schema itself can be loaded.
fn graded(draft: Draft, created: Option<&Statement>, statements: &[&Statement], cx: &Context<'_>) -> Draft {
    match created {
        Some(created) if created.name_span < statements[0].name_span => draft
            .severity(Severity::Warning)
            .impact(Impact::Degrades)
            .related(&cx.file.path, created.name_span, "the schema is created here"),
        _ => draft,
    }
}
