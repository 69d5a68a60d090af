//! The schema `public` is dropped with all that is in it.

use crate::lang::Lang;
use crate::project::Project;
use crate::rule::{Confidence, Impact, Meta, Origin, Severity, Status, Step};
use crate::rules::production::reaches_production;
use crate::rules::{Context, Draft, Rule, postgres};
use crate::sql::{Action, Statement};

/// `pg-drop-public-schema`.
pub struct PgDropPublicSchema;

static META: Meta = Meta {
    id: "pg-drop-public-schema",
    aliases: &[],
    family: "postgres",
    severity: Severity::Warning,
    impact: Impact::Degrades,
    confidence: Confidence::Medium,
    step: Step::Data,
    langs: &[
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
        Lang::Sql,
    ],
    needs_heroku: true,
    status: Status::Stable,
    since: "0.1.0",
    specificity: 10,
    page: include_str!("README.md"),
    origin: Origin::BuiltIn,
};

impl Rule for PgDropPublicSchema {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn watches_in(&self) -> &'static [(&'static [Lang], &'static [&'static str])] {
        &[(&[], &["DROP SCHEMA", "drop schema"])]
    }

    fn file(&self, cx: &Context<'_>) -> Vec<Draft> {
        let around = |statement: &Statement| {
            let calls = cx.file.facts.invocations.iter();
            let call = calls
                .filter(|call| call.span.contains(statement.name_span))
                .min_by_key(|call| call.span.len());
            call.map_or(&[][..], |call| call.guards.as_slice())
        };
        let mut drafts = Vec::new();
        for statement in &cx.file.facts.statements {
            let drops =
                statement.action == Action::DropSchema { cascade: true } && statement.name == "public";
            if !drops || !reaches_production(cx, around(statement)) {
                continue;
            }
            let lost = in_public(cx.project);
            let message = match lost.as_slice() {
                [] => "drops the schema `public` and every extension in it".to_string(),
                [_] => format!("drops the schema `public` and with it the extension {}", shown(&lost)),
                _ => format!("drops the schema `public` and with it the extensions {}", shown(&lost)),
            };
            let help = "create the extensions again right after it, with a role that may create them";
            let mut draft = Draft::new(&META, &cx.file.path, statement.span, message, help)
                .label("takes extensions along")
                .cause("public", "is dropped here too");
            // Without a known extension there may be none.
            if lost.is_empty() || postgres::is_local(cx.file) || is_own_machine(statement, cx) {
                draft = draft.severity(Severity::Note);
            }
            for (path, statement) in lost.iter().take(8) {
                draft =
                    draft.related(path, statement.name_span, format!("`{}` is created here", statement.name));
            }
            drafts.push(draft);
        }
        drafts
    }
}

/// Whether a command names no database elsewhere: `psql` goes to the machine it runs on then.
fn is_own_machine(statement: &Statement, cx: &Context<'_>) -> bool {
    let line = postgres::lines_around(&cx.file.source.text, statement.span);
    let command =
        !matches!(cx.file.lang, Lang::Ruby | Lang::Python | Lang::JavaScript | Lang::TypeScript | Lang::Sql);
    command && !line.contains("URL") && !line.contains("heroku") && !line.contains("url")
}

fn shown(lost: &[(&str, &Statement)]) -> String {
    postgres::names(lost.iter().map(|(_, statement)| statement.name.as_str()))
}

/// The extensions that the project puts into `public`, each at one place.
fn in_public(project: &Project) -> Vec<(&str, &Statement)> {
    let mut found: Vec<(&str, &Statement)> = Vec::new();
    for file in project.files.iter().filter(|file| postgres::counts(file)) {
        for statement in &file.facts.statements {
            let public = match &statement.action {
                Action::CreateExtension { schema: None } => statement.name != "plpgsql",
                Action::CreateExtension { schema: Some((schema, _)) } => schema == "public",
                _ => false,
            };
            if public && !found.iter().any(|(_, known)| known.name == statement.name) {
                found.push((&file.path, statement));
            }
        }
    }
    found
}
