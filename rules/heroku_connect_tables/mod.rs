//! Tables that Heroku Connect keeps in step with Salesforce.

use crate::fact::Literal;
use crate::lang::Lang;
use crate::project::{File, Project};
use crate::rule::{Confidence, Impact, Meta, Origin, Severity, Status, Step, Target};
use crate::rules::{Draft, Rule, postgres};
use crate::span::Span;
use crate::sql::{Action, CONNECT_SCHEMA};

/// `heroku-connect-tables`.
pub struct HerokuConnectTables;

static META: Meta = Meta {
    id: "heroku-connect-tables",
    aliases: &[],
    family: "postgres",
    severity: Severity::Error,
    impact: Impact::DataLoss,
    confidence: Confidence::High,
    step: Step::Code,
    langs: &[
        Lang::Ruby,
        Lang::Python,
        Lang::JavaScript,
        Lang::TypeScript,
        Lang::Sql,
        Lang::Toml,
        Lang::Plain,
    ],
    needs_heroku: true,
    status: Status::Stable,
    since: "0.1.0",
    specificity: 20,
    page: include_str!("README.md"),
    origin: Origin::BuiltIn,
};

/// Columns and tables that only Heroku Connect adds. Source: Dev Center, "Heroku Connect database tables".
const OWN: &[&str] = &["_hc_err", "_hc_lastop", "_trigger_log", "_trigger_log_archive"];

/// Packages for its tables: ecosystem and package.
const PACKAGES: &[(&str, &str)] = &[("pypi", "django-heroku-connect")];

/// What stands before the name of a table where it is one, whatever the language and the library.
const BEFORE_TABLE: &[&str] = &[
    "@Entity(",
    "@Table(",
    "__tablename__",
    "db_table",
    "knex(",
    "table_name",
    "tableName",
    "from(",
    "Table(",
];

/// A place, and whether only Heroku Connect has what stands there.
struct Place<'f> {
    file: &'f File,
    span: Span,
    what: String,
    own: bool,
}

impl Rule for HerokuConnectTables {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn watches(&self) -> &'static [&'static str] {
        &["HEROKUCONNECT_*", "_hc_lastop", "_hc_err"]
    }

    fn watches_in(&self) -> &'static [(&'static [Lang], &'static [&'static str])] {
        &[(
            &[],
            &[
                "\"salesforce.*",
                "'salesforce.*",
                "FROM salesforce.*",
                "INTO salesforce.*",
                "JOIN salesforce.*",
                "UPDATE salesforce.*",
                "from salesforce.*",
                "TABLE salesforce.*",
                "salesforce\"",
                "salesforce\\\"",
            ],
        )]
    }

    fn project(&self, project: &Project, _target: Option<Target>) -> Vec<Draft> {
        let mut places: Vec<Place<'_>> = Vec::new();
        for file in project.files.iter().filter(|file| postgres::counts(file)) {
            of_file(file, &mut places);
        }
        // What only Heroku Connect has goes first: the rest is known by it.
        places.sort_by_key(|place| !place.own);
        let Some(first) = places.first() else { return Vec::new() };
        let tables = places.iter().filter(|place| place.what.contains('.')).map(|place| place.what.as_str());
        let tables = postgres::names(tables);
        let message = match (first.own, tables.is_empty()) {
            (_, false) => format!("Heroku Connect fills {tables} from Salesforce, and nothing else does"),
            (_, true) => format!("`{}` belongs to Heroku Connect, which runs on Heroku only", first.what),
        };
        let message = if first.own {
            message
        } else {
            format!("{tables} look like tables that Heroku Connect fills from Salesforce")
        };
        let help = "bring another synchronisation with Salesforce to the new database, or ask its API";
        let mut draft = Draft::new(&META, &first.file.path, first.span, message, help)
            .label("kept in step by Heroku Connect");
        if !first.own {
            // Other synchronisations name their schema so, too.
            draft = draft.severity(Severity::Warning).confidence(Confidence::Medium);
        }
        for (at, place) in places.iter().skip(1).enumerate() {
            draft.join_at(&place.file.path, place.span, "");
            if at < 8 {
                draft = draft.related(&place.file.path, place.span, format!("`{}`", place.what));
            }
        }
        if places.len() > 9 {
            draft = draft.note(format!("{} more places", places.len() - 9));
        }
        vec![draft]
    }
}

fn of_file<'f>(file: &'f File, places: &mut Vec<Place<'f>>) {
    let facts = &file.facts;
    let mut push = |span: Span, what: &str, own: bool| {
        let known = places.iter().any(|place| place.file.path == file.path && place.what == what);
        if !known {
            places.push(Place { file, span, what: what.to_string(), own });
        }
    };
    for statement in &facts.statements {
        if statement.action == Action::Table && statement.schema() == Some(CONNECT_SCHEMA) {
            push(statement.name_span, &statement.name, OWN.iter().any(|own| statement.name.ends_with(own)));
        }
    }
    for literal in &facts.literals {
        if OWN.contains(&literal.text.as_str()) {
            push(literal.span, &literal.text, true);
        } else if let Some(table) = table(literal, &file.source.text) {
            push(literal.span, &table, false);
        }
    }
    for read in &facts.reads {
        if let Some(name) = read.name.known().filter(|name| name.starts_with("HEROKUCONNECT_")) {
            push(read.span, name, true);
        }
    }
    for dependency in &facts.dependencies {
        if PACKAGES.contains(&(dependency.ecosystem, dependency.name.as_str())) {
            push(dependency.span, &dependency.name, true);
        }
    }
}

/// The table that a text names where a model says its table.
fn table(literal: &Literal, text: &str) -> Option<String> {
    // Django puts the table into quotes: the text `salesforce"."account` makes a qualified name of them.
    let plain: String = literal.text.chars().filter(|c| !matches!(c, '"' | '\\')).collect();
    let name = plain.strip_prefix(CONNECT_SCHEMA)?.strip_prefix('.')?;
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if !is_name || matches!(name, "com" | "org" | "net") {
        return None;
    }
    let before = text.get(..literal.span.start)?;
    let line = before.rsplit('\n').next().unwrap_or_default();
    BEFORE_TABLE.iter().any(|word| line.contains(word)).then(|| plain.clone())
}
