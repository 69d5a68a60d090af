//! The extensions a database needs, once for the project.

use std::collections::BTreeMap;

use crate::lang::Lang;
use crate::project::{File, Project};
use crate::rule::{Confidence, Impact, Meta, Origin, Severity, Status, Step, Target};
use crate::rules::{Draft, Rule, postgres};
use crate::sql::{Action, Statement};

/// `pg-extension-inventory`.
pub struct PgExtensionInventory;

static META: Meta = Meta {
    id: "pg-extension-inventory",
    aliases: &[],
    family: "postgres",
    severity: Severity::Note,
    impact: Impact::Cleanup,
    confidence: Confidence::High,
    step: Step::Provision,
    langs: postgres::SPEAKERS,
    needs_heroku: true,
    status: Status::Stable,
    since: "0.1.0",
    specificity: 5,
    page: include_str!("README.md"),
    origin: Origin::BuiltIn,
};

/// How an extension comes to a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Supply {
    /// With PostgreSQL itself, as one of its contributed modules.
    Module,
    /// As software of its own.
    Software,
    /// As software of its own that the server loads when it starts.
    Preloaded,
}

/// Extensions that services differ on. Sources: PostgreSQL's list of contributed modules; the installation
/// pages of PostGIS, pgvector, pg_partman, pg_cron and TimescaleDB.
const DIFFERING: &[(&str, Supply)] = &[
    ("amcheck", Supply::Module),
    ("dblink", Supply::Module),
    ("pg_cron", Supply::Preloaded),
    ("pg_partman", Supply::Software),
    ("pg_prewarm", Supply::Module),
    ("postgis", Supply::Software),
    ("postgres_fdw", Supply::Module),
    ("timescaledb", Supply::Preloaded),
    ("vector", Supply::Software),
];

/// Parts of PostGIS, which come with it.
const PARTS_OF_POSTGIS: &[&str] = &["address_standardizer", "address_standardizer_data_us", "postgis_"];

/// Where an extension is created.
struct Place<'p> {
    file: &'p File,
    statement: &'p Statement,
}

impl Rule for PgExtensionInventory {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn watches_in(&self) -> &'static [(&'static [Lang], &'static [&'static str])] {
        &[
            (&[], &["CREATE EXTENSION", "create extension", "CREATE extension"]),
            (&[Lang::Ruby], &["enable_extension"]),
            (&[Lang::Python], &["postgres.operations"]),
            (&[Lang::Plain], &["postgresqlExtensions", "dbgenerated"]),
        ]
    }

    fn project(&self, project: &Project, target: Option<Target>) -> Vec<Draft> {
        let mut common: BTreeMap<&str, Vec<Place<'_>>> = BTreeMap::new();
        let mut differing: BTreeMap<&str, Vec<Place<'_>>> = BTreeMap::new();
        let described = project.files.iter().any(|file| is_state(file) && has_extension(file));
        for file in project.files.iter().filter(|file| postgres::counts(file)) {
            // The state of the database says what is left of its migrations.
            if described && is_migration(&file.path) {
                continue;
            }
            for statement in &file.facts.statements {
                let name = statement.name.as_str();
                if !matches!(statement.action, Action::CreateExtension { .. }) || !is_name(name) {
                    continue;
                }
                let place = Place { file, statement };
                match family(name) {
                    Some(family) => differing.entry(family).or_default().push(place),
                    // PL/pgSQL is there in every database.
                    None if name == "plpgsql" => {}
                    None => common.entry(name).or_default().push(place),
                }
            }
        }
        let mut drafts = Vec::new();
        for (name, places) in &differing {
            drafts.push(one_that_differs(name, places, target));
        }
        drafts.extend(inventory(&common));
        drafts
    }
}

/// Whether a file is the description of a database that a framework keeps.
fn is_state(file: &File) -> bool {
    let name = file.path.rsplit('/').next().unwrap_or_default();
    matches!(name, "schema.rb" | "structure.sql" | "schema.prisma")
}

fn has_extension(file: &File) -> bool {
    file.facts.statements.iter().any(|statement| matches!(statement.action, Action::CreateExtension { .. }))
}

fn is_migration(path: &str) -> bool {
    path.split('/').any(|folder| matches!(folder, "migrate" | "migrations"))
}

/// What can be an extension; a computed name is none.
fn is_name(name: &str) -> bool {
    name.len() >= 2
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-'))
}

/// The entry of [`DIFFERING`] that an extension belongs to.
fn family(name: &str) -> Option<&'static str> {
    let name = match PARTS_OF_POSTGIS.iter().any(|part| name.starts_with(part)) {
        true => "postgis",
        false => name,
    };
    DIFFERING.iter().find(|(known, _)| *known == name).map(|(known, _)| *known)
}

/// The places of an extension, the description of the database first.
fn sorted<'p>(places: impl IntoIterator<Item = &'p Place<'p>>) -> Vec<&'p Place<'p>> {
    let mut places: Vec<&Place<'_>> = places.into_iter().collect();
    places.sort_by_key(|place| (!is_state(place.file), &place.file.path, place.statement.name_span));
    places
}

fn one_that_differs(name: &str, places: &[Place<'_>], target: Option<Target>) -> Draft {
    let places = sorted(places);
    let first = places[0];
    let message = format!("needs the extension `{name}`, which not every Postgres service offers");
    let help = "look it up for the exact service, plan and version before anything is moved";
    let mut draft = postgres::at(&META, &first.file.path, first.statement, message, help)
        .label("not everywhere")
        .severity(Severity::Warning)
        .impact(Impact::BootFails);
    let supply =
        DIFFERING.iter().find(|(known, _)| *known == name).map_or(Supply::Software, |(_, supply)| *supply);
    if let Some(target) = target {
        draft = draft.note(on_target(name, supply, target));
    }
    for (at, place) in places.iter().skip(1).enumerate() {
        let (path, statement) = (&place.file.path, place.statement);
        draft.join_at(path, statement.name_span, "");
        if at < 7 {
            let what = format!("`{}` is created here", statement.name);
            draft = draft.related(path, statement.name_span, what);
        }
    }
    draft
}

/// What it takes on the target.
fn on_target(name: &str, supply: Supply, target: Target) -> String {
    let own = matches!(target, Target::Kubernetes | Target::Dokku | Target::Vps);
    match (own, supply) {
        (true, Supply::Module) => {
            format!(
                "on {} it comes with PostgreSQL's contributed modules and takes a superuser to create",
                target.title()
            )
        }
        (true, Supply::Software) => {
            format!(
                "on {} the software of `{name}` has to be installed beside PostgreSQL, as in an image that has it",
                target.title()
            )
        }
        (true, Supply::Preloaded) => format!(
            "on {} the software of `{name}` has to be installed and named in `shared_preload_libraries`, which takes a restart",
            target.title()
        ),
        (false, _) => {
            format!(
                "a database beside {} has the extensions of its service: look `{name}` up in its list",
                target.title()
            )
        }
    }
}

fn inventory(common: &BTreeMap<&str, Vec<Place<'_>>>) -> Option<Draft> {
    let places = sorted(common.values().flatten());
    let first = *places.first()?;
    let names: Vec<&str> = common.keys().copied().collect();
    let listed = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let message = match names.len() {
        1 => format!("the database needs the extension {listed}"),
        count => format!("the database needs {count} extensions: {listed}"),
    };
    let help = "create them in the new database before the data is loaded, with a role that may create them";
    let mut draft =
        postgres::at(&META, &first.file.path, first.statement, message, help).label("one of the extensions");
    let mut told = vec![first.statement.name.as_str()];
    for place in places.iter().skip(1) {
        let name = place.statement.name.as_str();
        draft.join_at(&place.file.path, place.statement.name_span, "");
        if !told.contains(&name) && told.len() <= 8 {
            told.push(name);
            draft = draft.related(&place.file.path, place.statement.name_span, format!("`{name}`"));
        }
    }
    Some(draft)
}
