//! Databases that are a file.

use crate::files::{self, Constants, Family, Place};
use crate::lang::Lang;
use crate::project::{File, Project};
use crate::rule::{Confidence, Impact, Meta, Origin, Severity, Status, Step, Target};
use crate::rules::{Draft, Rule, files as shared};
use crate::span::Span;
use crate::term::{Invocation, Setting, Term, Value};

/// `fs-sqlite-production`.
pub struct FsSqliteProduction;

static META: Meta = Meta {
    id: "fs-sqlite-production",
    aliases: &[],
    family: "files",
    severity: Severity::Error,
    impact: Impact::DataLoss,
    confidence: Confidence::High,
    step: Step::Data,
    langs: &[Lang::Ruby, Lang::Python, Lang::JavaScript, Lang::TypeScript, Lang::Yaml],
    needs_heroku: true,
    status: Status::Stable,
    since: "0.1.0",
    specificity: 20,
    page: include_str!("README.md"),
    origin: Origin::BuiltIn,
};

impl Rule for FsSqliteProduction {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn watches_in(&self) -> &'static [(&'static [Lang], &'static [&'static str])] {
        &[
            (&[Lang::Yaml], &["sqlite3", "sqlite"]),
            (&[Lang::Ruby], &["SQLite3::Database", "sqlite:*", "Sequel.sqlite", "PStore", "YAML::Store"]),
            (
                &[Lang::Python],
                &[
                    "backends.sqlite3",
                    "sqlite:*",
                    "sqlite3",
                    "aiosqlite",
                    "SqliteDatabase",
                    "TinyDB",
                    "shelve",
                    "dbm",
                ],
            ),
            (
                shared::JAVASCRIPT,
                &[
                    "sqlite3",
                    "better-sqlite3",
                    "sqlite",
                    "sqlite:*",
                    "lowdb",
                    "nedb",
                    "nedb-promises",
                    "@seald-io/nedb",
                ],
            ),
        ]
    }

    fn project(&self, project: &Project, target: Option<Target>) -> Vec<Draft> {
        let mut drafts: Vec<Draft> =
            shared::reported(project).flat_map(|file| database_yml(project, file)).collect();
        drafts.extend(django(project));
        for family in [Family::Ruby, Family::Python, Family::JavaScript] {
            drafts.extend(opened(project, family));
            drafts.extend(addresses(project, family));
        }
        drafts.extend(knex(project));
        drafts.into_iter().map(|draft| shared::for_target(draft, target)).collect()
    }
}

fn draft(file: &File, span: Span, scope: &str, what: &str, place: Option<&Place>) -> Draft {
    let shown = place.map(Place::shown).filter(|shown| shown.chars().any(char::is_alphanumeric));
    let file_name = shown.map(|shown| format!(" `{shown}`")).unwrap_or_default();
    let message = format!(
        "{what} keeps its data in the file{file_name} on the dyno's disk, which is discarded at every restart"
    );
    Draft::new(
        &META,
        &file.path,
        span,
        message,
        "use a database server, and move the data before the last restart",
    )
    .label("every instance has its own, and loses it")
    .scope(scope)
    .cause("database", "opens a database file too")
}

/// Database servers' drivers: with one of them in the project, Rails and SQLAlchemy go by `DATABASE_URL`.
const DRIVERS: &[&str] = &[
    "asyncpg",
    "mysql",
    "mysql2",
    "mysqlclient",
    "pg",
    "postgres",
    "psycopg",
    "psycopg2",
    "psycopg2-binary",
    "pymysql",
    "trilogy",
];

fn has_driver(project: &Project) -> bool {
    let packages = shared::packages(project);
    packages.iter().any(|package| DRIVERS.contains(&package.to_ascii_lowercase().as_str()))
}

/// Whether programs of the project take the database's address from the environment.
fn reads_address(project: &Project) -> bool {
    shared::reported(project).any(|file| {
        let by_fact = file.facts.reads.iter().any(|read| {
            read.name.known().is_some_and(|name| name.ends_with("DATABASE_URL") || name.ends_with("DB_URL"))
        });
        by_fact
            || ["DATABASE_URL", "dj_database_url", "env.db(", "POSTGRES", "postgresql"]
                .iter()
                .any(|word| Family::of(file.lang).is_some() && says(&file.source.text, word))
    })
}

/// Whether a text has a word that is not the end of a longer one: `SQLALCHEMY_DATABASE_URL` is a constant of a
/// program, and not the variable.
fn says(text: &str, word: &str) -> bool {
    let begins = |c: char| !c.is_alphanumeric() && c != '_';
    text.match_indices(word).any(|(at, _)| text[..at].chars().next_back().is_none_or(begins))
}

/// The section of production in Rails' `config/database.yml`.
fn database_yml(project: &Project, file: &File) -> Vec<Draft> {
    if !file.path.ends_with("config/database.yml") || has_driver(project) {
        return Vec::new();
    }
    let roots = file.facts.settings.iter().filter(|setting| setting.name.is_empty());
    let found = roots.filter_map(|setting| {
        let production = setting.value.get("production")?;
        let section = production.get("primary").unwrap_or(production);
        if section.get("url").is_some() {
            return None;
        }
        let adapter = section.entry("adapter").or_else(|| {
            let inherited = section.get("...").or_else(|| section.get("<<"))?;
            inherited.entry("adapter")
        })?;
        (adapter.value.text()? == "sqlite3").then_some(())?;
        let place = section.get("database").map(|term| files::place(term, &Constants::new()));
        if place.as_ref().is_some_and(|place| place.base == files::Base::Variable || place.variable.is_some())
        {
            return None;
        }
        let inside = production.span.contains(adapter.value.span);
        let span = Span::new(adapter.key_span.start, adapter.value.span.end);
        let span = if inside { span } else { setting.value.entry("production")?.key_span };
        Some(draft(file, span, "production", "SQLite", place.as_ref()))
    });
    found.collect()
}

fn is_database_file(place: &Place) -> bool {
    place.is_own()
        && !place.is_temporary()
        && !place.rest.contains(":memory:")
        && !place.rest.starts_with('\0')
        && place.rest.chars().any(char::is_alphanumeric)
        && place.variable.is_none()
}

fn django(project: &Project) -> Option<Draft> {
    let engines: Vec<(&File, &Setting, Span, &str, Option<&Term>)> =
        shared::settings(project, Family::Python)
            .filter(|(file, setting)| {
                setting.name.starts_with("DATABASES")
                    && shared::is_application(file)
                    && shared::in_production(project, file, &setting.scope, &setting.guards)
            })
            .flat_map(|(file, setting)| {
                let mut engines = Vec::new();
                setting.value.walk(&mut |term| {
                    if let Some((entry, engine)) =
                        term.entry("ENGINE").and_then(|entry| Some((entry, entry.value.text()?)))
                    {
                        let span = Span::new(entry.key_span.start, entry.value.span.end);
                        engines.push((file, setting, span, engine, term.get("NAME")));
                    }
                });
                engines
            })
            .collect();
    // Another engine or address, in any settings that production can use, is what production uses.
    if reads_address(project) || engines.iter().any(|(_, _, _, engine, _)| !engine.ends_with("sqlite3")) {
        return None;
    }
    let constants = shared::constants(project, Family::Python);
    let (file, setting, span, _, name) = engines.first()?;
    let place = name.map(|term| files::place(term, &constants));
    if place.as_ref().is_some_and(|place| place.variable.is_some() || place.is_temporary()) {
        return None;
    }
    Some(draft(file, *span, &setting.scope, "SQLite", place.as_ref()))
}

/// Functions that open a database file: what people call it, the position of the path, its keys.
const OPENERS: &[(Family, &str, &str, usize, &[&str])] = &[
    (Family::Ruby, "SQLite3.Database", "SQLite", 0, &[]),
    (Family::Ruby, "SQLite3.Database.open", "SQLite", 0, &[]),
    (Family::Ruby, "Sequel.sqlite", "SQLite", 0, &["database"]),
    (Family::Ruby, "PStore", "`PStore`", 0, &[]),
    (Family::Ruby, "YAML.Store", "`YAML::Store`", 0, &[]),
    (Family::Python, "sqlite3.connect", "SQLite", 0, &["database"]),
    (Family::Python, "aiosqlite.connect", "SQLite", 0, &["database"]),
    (Family::Python, "SqliteDatabase", "SQLite", 0, &["database"]),
    (Family::Python, "SqliteExtDatabase", "SQLite", 0, &["database"]),
    (Family::Python, "TinyDB", "TinyDB", 0, &["path"]),
    (Family::Python, "shelve.open", "`shelve`", 0, &["filename"]),
    (Family::Python, "dbm.open", "`dbm`", 0, &["file"]),
    (Family::JavaScript, "better-sqlite3", "SQLite", 0, &[]),
    (Family::JavaScript, "sqlite3.Database", "SQLite", 0, &[]),
    (Family::JavaScript, "sqlite3.cached.Database", "SQLite", 0, &[]),
    (Family::JavaScript, "sqlite.open", "SQLite", usize::MAX, &["filename"]),
    (Family::JavaScript, "node:sqlite.DatabaseSync", "SQLite", 0, &[]),
    (Family::JavaScript, "sqlite.DatabaseSync", "SQLite", 0, &[]),
    (Family::JavaScript, "bun:sqlite.Database", "SQLite", 0, &[]),
    (Family::JavaScript, "JSONFile", "lowdb", 0, &[]),
    (Family::JavaScript, "JSONFilePreset", "lowdb", 0, &[]),
    (Family::JavaScript, "lowdb/adapters/FileSync", "lowdb", 0, &[]),
    (Family::JavaScript, "lowdb/adapters/FileAsync", "lowdb", 0, &[]),
    (Family::JavaScript, "FileSync", "lowdb", 0, &[]),
    (Family::JavaScript, "nedb", "NeDB", 0, &["filename"]),
    (Family::JavaScript, "@seald-io/nedb", "NeDB", 0, &["filename"]),
    (Family::JavaScript, "nedb-promises.create", "NeDB", 0, &["filename"]),
];

fn opened(project: &Project, family: Family) -> Vec<Draft> {
    let constants = shared::constants(project, family);
    let found = shared::calls(project, family).filter_map(|(file, call)| {
        // `require("sqlite3").verbose()` is `sqlite3` with longer error messages.
        let verbose = call.receiver.as_ref().and_then(Term::call).is_some_and(|of| of.is("sqlite3.verbose"));
        let callee = match call.callee.strip_suffix(".new").unwrap_or(&call.callee) {
            ".Database" if verbose => "sqlite3.Database",
            callee => callee,
        };
        let opener = OPENERS.iter().find(|(of, name, ..)| {
            *of == family
                && (callee == *name || callee.strip_suffix(name).is_some_and(|before| before.ends_with('.')))
        });
        let (_, _, what, index, keys) = opener?;
        // Options are looked at first: a map at the path's place is no path.
        let path = if keys.is_empty() { None } else { call.option(keys) };
        let path =
            path.or_else(|| call.argument(*index).filter(|term| !matches!(term.value, Value::Map(_))))?;
        let place = files::place(path, &constants);
        let real = is_database_file(&place)
            && !path.text().is_some_and(|text| text.contains("mode=ro") || text.contains("mode=memory"))
            && shared::is_application(file)
            && shared::in_production(project, file, &call.scope, &call.guards)
            && !is_only_read(call);
        let inside = call.span.contains(path.span);
        let span = Span::new(call.name_span.start, if inside { path.span.end } else { call.name_span.end });
        let draft = real.then(|| draft(file, span, &call.scope, what, Some(&place)))?;
        // A database that comes with the application and is only asked loses nothing.
        let sure = *what != "SQLite" || writes_sql(&file.source.text);
        Some(if sure { draft } else { draft.severity(Severity::Warning).confidence(Confidence::Medium) })
    });
    found.collect()
}

/// Whether a file has statements that write to a database, or hands that to a library.
fn writes_sql(text: &str) -> bool {
    let statements = ["INSERT ", "UPDATE ", "CREATE TABLE", "DELETE FROM", "REPLACE INTO"];
    statements.iter().any(|word| text.contains(word) || text.contains(&word.to_ascii_lowercase()))
        || text.contains("SqliteDatabase")
}

/// Options by which a database is opened without a right to write.
fn is_only_read(call: &Invocation) -> bool {
    ["readonly", "readOnly", "read_only"]
        .iter()
        .any(|option| call.option(&[option]).is_some_and(|term| matches!(term.value, Value::Bool(true))))
}

/// Addresses of SQLite in SQLAlchemy, Sequel, Sequelize and others.
fn addresses(project: &Project, family: Family) -> Vec<Draft> {
    if reads_address(project) {
        return Vec::new();
    }
    let calls = shared::calls(project, family).filter_map(|(file, call)| {
        matches!(call.name(), "create_engine" | "create_async_engine" | "connect" | "Sequelize" | "Database")
            .then(|| Some((file, call.argument(0)?, &call.scope, &call.guards)))?
    });
    let settings = shared::settings(project, family)
        .filter(|(_, setting)| setting.name.ends_with("SQLALCHEMY_DATABASE_URI"))
        .map(|(file, setting)| (file, &setting.value, &setting.scope, &setting.guards));
    let found = calls.chain(settings).filter_map(|(file, value, scope, guards)| {
        let shape = value.shape();
        let path = shape.split_once(':').filter(|(scheme, _)| scheme.split('+').next() == Some("sqlite"));
        let path = path?.1.trim_start_matches('/');
        let in_memory = path.is_empty() || path.contains(":memory:") || path.starts_with("tmp/");
        let real = !in_memory
            && !shared::is_configurable(value)
            && shared::is_application(file)
            && shared::in_production(project, file, scope, guards);
        let place = Term { span: value.span, value: Value::Text(path.to_string()) };
        let place = files::place(&place, &Constants::new());
        real.then(|| draft(file, value.span, scope, "SQLite", Some(&place)))
    });
    found.collect()
}

/// Knex, Sequelize and TypeORM, with or without a section for production.
fn knex(project: &Project) -> Vec<Draft> {
    let constants = shared::constants(project, Family::JavaScript);
    let mut found = Vec::new();
    for (file, setting) in shared::settings(project, Family::JavaScript) {
        let exported = ["module.exports", "export default", "exports"].contains(&setting.name.as_str());
        let Some(section) = setting.value.get("production").filter(|_| exported) else { continue };
        found.extend(of_options(file, section, &setting.scope, &constants));
    }
    if reads_address(project) || has_driver(project) {
        return found;
    }
    for (file, call) in shared::calls(project, Family::JavaScript) {
        if !matches!(call.name(), "knex" | "Sequelize" | "DataSource" | "createConnection" | "forRoot")
            || !shared::is_application(file)
            || !shared::in_production(project, file, &call.scope, &call.guards)
        {
            continue;
        }
        let options = call.arguments.iter().map(|argument| &argument.value);
        found.extend(options.filter_map(|term| of_options(file, term, &call.scope, &constants)));
    }
    found
}

/// The options of a client: `{ client: "sqlite3", connection: { filename } }`, `{ dialect: "sqlite", storage }`.
fn of_options(file: &File, term: &Term, scope: &str, constants: &Constants<'_>) -> Option<Draft> {
    let kind = ["client", "dialect", "type"].iter().find_map(|key| term.entry(key))?;
    let name = kind.value.text()?;
    matches!(name, "sqlite" | "sqlite3" | "better-sqlite3").then_some(())?;
    let path = term.entry_at(&["connection", "filename"]).or_else(|| term.entry("storage"));
    let path = path.or_else(|| term.entry("database"))?;
    let place = files::place(&path.value, constants);
    is_database_file(&place).then(|| {
        draft(file, Span::new(kind.key_span.start, kind.value.span.end), scope, "SQLite", Some(&place))
    })
}
