//! Statistics of statements, which a server has to collect.

use crate::fact::Dependency;
use crate::lang::Lang;
use crate::project::{File, Project};
use crate::rule::{Confidence, Impact, Meta, Origin, Severity, Status, Step, Target};
use crate::rules::{Draft, Rule, postgres};
use crate::span::Span;
use crate::sql::{Action, STATISTICS};

/// `pg-stat-statements-dependency`.
pub struct PgStatStatementsDependency;

static META: Meta = Meta {
    id: "pg-stat-statements-dependency",
    aliases: &[],
    family: "postgres",
    severity: Severity::Warning,
    impact: Impact::Degrades,
    confidence: Confidence::High,
    step: Step::Provision,
    langs: &[
        Lang::Ruby,
        Lang::Python,
        Lang::JavaScript,
        Lang::TypeScript,
        Lang::Json,
        Lang::Toml,
        Lang::Sql,
        Lang::Plain,
    ],
    needs_heroku: true,
    status: Status::Stable,
    since: "0.1.0",
    specificity: 10,
    page: include_str!("README.md"),
    origin: Origin::BuiltIn,
};

/// Packages that query it: ecosystem, package, what people call it.
const PACKAGES: &[(&str, &str, &str)] = &[
    ("rubygems", "pghero", "PgHero"),
    ("rubygems", "rails-pg-extras", "rails-pg-extras"),
    ("rubygems", "ruby-pg-extras", "ruby-pg-extras"),
    ("rubygems", "activerecord-pg-extras", "activerecord-pg-extras"),
    ("npm", "pg-extras", "pg-extras"),
    ("npm", "node-postgres-extras", "node-postgres-extras"),
    ("pypi", "pg-extras", "pg-extras"),
];

impl Rule for PgStatStatementsDependency {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn watches_in(&self) -> &'static [(&'static [Lang], &'static [&'static str])] {
        &[(&[], &[STATISTICS]), (&[Lang::Ruby], &["PgHero"])]
    }

    fn project(&self, project: &Project, target: Option<Target>) -> Vec<Draft> {
        let mut drafts = Vec::new();
        let files: Vec<&File> = project.files.iter().filter(|file| postgres::counts(file)).collect();
        for (ecosystem, package, title) in PACKAGES {
            let is =
                |dependency: &&Dependency| dependency.ecosystem == *ecosystem && dependency.name == *package;
            let asked = files.iter().find_map(|file| {
                file.facts.dependencies.iter().find(is).map(|found| (file.path.as_str(), found.span))
            });
            let Some((path, span)) = asked else { continue };
            // Where it is put to use says more than the manifest.
            let used = (*package == "pghero").then(|| mounted(&files)).flatten();
            let (at, place) = used.unwrap_or((path, span));
            let message = format!(
                "{title} takes its query statistics from `{STATISTICS}`, which the server has to load"
            );
            let help = format!(
                "create the extension on the new server, which has to have `{STATISTICS}` among its \
                                `shared_preload_libraries`"
            );
            let mut draft = Draft::new(&META, at, place, message, help).label("empty without the extension");
            if used.is_some() {
                draft = draft.related(path, span, "the package");
            }
            drafts.push(with_target(draft, target));
        }
        for file in &files {
            let mut queries = file.facts.statements.iter().filter(|statement| {
                statement.action == Action::Table && statement.name.rsplit('.').next() == Some(STATISTICS)
            });
            let Some(first) = queries.next() else { continue };
            let message = format!("queries `{STATISTICS}`, which the server has to load");
            let help = "create the extension on the new server before this runs";
            let mut draft = postgres::at(&META, &file.path, first, message, help)
                .label("does not exist where it is not created")
                .scope(String::new());
            for (at, more) in queries.enumerate() {
                draft.join_at(&file.path, more.name_span, "");
                if at < 7 {
                    draft = draft.related(&file.path, more.name_span, "here too");
                }
            }
            drafts.push(with_target(draft, target));
        }
        drafts
    }
}

/// Where PgHero's pages are put into an application.
fn mounted<'f>(files: &[&'f File]) -> Option<(&'f str, Span)> {
    files.iter().find_map(|file| {
        let mount = file.facts.invocations.iter().find(|call| {
            let engine =
                |name: Option<&str>| name.is_some_and(|name| name.replace("::", ".") == "PgHero.Engine");
            call.name() == "mount"
                && call.arguments.iter().any(|argument| {
                    let mut found = engine(argument.keyword.as_deref());
                    argument.value.walk(&mut |term| found |= engine(term.name()));
                    found
                })
        })?;
        Some((file.path.as_str(), mount.span))
    })
}

fn with_target(draft: Draft, target: Option<Target>) -> Draft {
    match target {
        Some(target @ (Target::Vps | Target::Kubernetes | Target::Dokku)) => draft.note(format!(
            "on {} add it to `shared_preload_libraries` and restart PostgreSQL before `CREATE EXTENSION`",
            target.title()
        )),
        _ => draft,
    }
}
