//! Connection pools of Heroku.

use crate::finding::Related;
use crate::platform::{Attachment, Purpose};
use crate::project::Project;
use crate::rule::{Confidence, Impact, Meta, Origin, Severity, Status, Step};
use crate::rules::identity::{self, Reading};
use crate::rules::{Context, Draft, Rule, attachments};

/// `pg-transaction-pool`.
pub struct PgTransactionPool;

static META: Meta = Meta {
    id: "pg-transaction-pool",
    aliases: &[],
    family: "postgres",
    severity: Severity::Warning,
    impact: Impact::Degrades,
    confidence: Confidence::High,
    step: Step::Provision,
    langs: identity::ANY,
    needs_heroku: false,
    status: Status::Stable,
    since: "0.1.0",
    specificity: 20,
    page: include_str!("README.md"),
    origin: Origin::BuiltIn,
};

impl Rule for PgTransactionPool {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn watches(&self) -> &'static [&'static str] {
        &["_CONNECTION_POOL_URL", "PGBOUNCER_URLS", "start-pgbouncer*", "use-pgbouncer"]
    }
    fn heroku_read(&self, reading: &Reading<'_>, cx: &Context<'_>) -> Option<Draft> {
        (attachments::of(reading) == Some(Attachment::PostgresPool)).then_some(())?;
        if attachments::has_stand_in(reading, cx) {
            return None;
        }
        let lost = "elsewhere the pool has no address";
        let mut draft = attachments::draft(
            reading,
            &META,
            cx,
            "only Heroku's connection pooling sets",
            lost,
            Purpose::Pool,
        );
        self.relate_sessions(&mut draft, cx.project);
        Some(draft.remedy(attachments::bridge(reading, Purpose::Pool, cx)))
    }

    fn file(&self, cx: &Context<'_>) -> Vec<Draft> {
        let wrappers = cx.file.facts.literals.iter().filter(|literal| is_wrapper(&literal.text));
        let drafts = wrappers.map(|literal| {
            let mut draft = Draft::new(
                &META,
                &cx.file.path,
                literal.span,
                format!(
                    "`{}` comes from Heroku's PgBouncer buildpack: elsewhere the process does not start",
                    literal.text
                ),
                "start the program itself, and give it the address of a pool that the target runs",
            )
            .label("missing after the move")
            .scope(literal.scope.clone())
            .severity(Severity::Error)
            .impact(Impact::BootFails)
            .cause("wrapper", "is started in the same way");
            self.relate_sessions(&mut draft, cx.project);
            draft
        });
        drafts.collect()
    }
}

/// The commands of heroku-buildpack-pgbouncer.
fn is_wrapper(text: &str) -> bool {
    matches!(
        text.strip_prefix("./").unwrap_or(text),
        "bin/start-pgbouncer" | "bin/start-pgbouncer-stunnel" | "bin/use-pgbouncer"
    )
}

/// Packages that hold on to a session: they listen, or take advisory locks, which a pool in transaction mode
/// does not keep.
const SESSIONS: &[&str] = &[
    "good_job",
    "que",
    "queue_classic",
    "pg-boss",
    "graphile-worker",
    "procrastinate",
    "pgqueuer",
    "with_advisory_lock",
    "django-pgtrigger",
    "oban",
];

impl PgTransactionPool {
    fn relate_sessions(&self, draft: &mut Draft, project: &Project) {
        let files = project.files.iter().filter(|file| file.role.is_reported());
        let found: Vec<_> = files
            .flat_map(|file| file.facts.dependencies.iter().map(move |dependency| (file, dependency)))
            .filter(|(_, dependency)| SESSIONS.contains(&dependency.name.as_str()))
            .take(3)
            .collect();
        for (file, dependency) in &found {
            draft.finding.related.push(Related {
                path: file.path.clone(),
                span: dependency.span,
                message: format!(
                    "`{}` needs a session, which a pool in transaction mode does not keep",
                    dependency.name
                ),
            });
        }
        if !found.is_empty() {
            draft.finding.notes.push(
                "migrations, `LISTEN` and advisory locks need the direct address: keep both addresses apart"
                    .to_string(),
            );
        }
    }
}
