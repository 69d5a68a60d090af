//! SQL in programs, settings and commands.

use dynolint::lang::Lang;
use dynolint::notation;

use super::harness::{Table, check_by};

#[track_caller]
fn check(path: &str, lang: Lang, table: Table<'_>) {
    check_by(path, lang, table, notation::statements);
}

#[test]
fn ruby() {
    check(
        "db/schema.rb",
        Lang::Ruby,
        &[
            (r#"enable_extension "heroku_ext.citext""#, &["sql create extension citext in heroku_ext"]),
            (r#"enable_extension "pg_catalog.plpgsql""#, &["sql create extension plpgsql in pg_catalog"]),
            ("enable_extension :pg_trgm", &["sql create extension pg_trgm"]),
            ("enable_extension name", &[]),
            (r#"create_schema "heroku_ext""#, &["sql create schema heroku_ext"]),
            (
                "execute <<~SQL\n  -- CREATE EXTENSION a;\n  CREATE EXTENSION b;\nSQL",
                &["sql create extension b"],
            ),
            (
                r#"execute "CREATE EXTENSION IF NOT EXISTS \"uuid-ossp\"""#,
                &["sql create extension uuid-ossp"],
            ),
            (r##"execute "CREATE EXTENSION #{name}""##, &[]),
            (
                r#"t.uuid :id, default: -> { "heroku_ext.gen_random_uuid()" }"#,
                &["sql use heroku_ext.gen_random_uuid"],
            ),
            (r#"sql.gsub!("heroku_ext.", "")"#, &[]),
            (r#"puts "the schema heroku_ext is gone""#, &[]),
        ],
    );
}

#[test]
fn python() {
    check(
        "app/migrations/0001.py",
        Lang::Python,
        &[
            (
                "from django.contrib.postgres.operations import HStoreExtension, CreateExtension\noperations = \
             [HStoreExtension(), CreateExtension('vector')]",
                &["sql create extension hstore", "sql create extension vector"],
            ),
            ("op.execute('CREATE SCHEMA IF NOT EXISTS heroku_ext')", &["sql create schema heroku_ext"]),
            ("cursor.execute('SELECT * FROM pg_stat_statements')", &["sql table pg_stat_statements"]),
            ("log('drop schema public cascade was refused')", &[]),
        ],
    );
}

#[test]
fn javascript() {
    check(
        "migrations/1.js",
        Lang::JavaScript,
        &[
            ("knex.raw('create extension if not exists \"uuid-ossp\"')", &["sql create extension uuid-ossp"]),
            (
                "pool.query(`SELECT * FROM salesforce.account WHERE id = ${id}`)",
                &["sql table salesforce.account"],
            ),
            ("const a = 'salesforce.account'", &[]),
        ],
    );
}

#[test]
fn prisma() {
    check(
        "prisma/schema.prisma",
        Lang::Plain,
        &[
            (
                "datasource db {\n  extensions = [citext, uuidOssp(map: \"uuid-ossp\", schema: \"heroku_ext\")]\n}",
                &["sql create extension citext", "sql create extension uuid-ossp in heroku_ext"],
            ),
            (
                "model A {\n  id String @default(dbgenerated(\"heroku_ext.gen_random_uuid()\"))\n}",
                &["sql use heroku_ext.gen_random_uuid"],
            ),
            ("model Account {\n  @@schema(\"salesforce\")\n}", &["sql table salesforce.account"]),
            ("// extensions = [citext]\ndatasource db {\n  schemas = [\"public\"]\n}", &[]),
        ],
    );
}

#[test]
fn settings_and_commands() {
    check(
        "config/database.yml",
        Lang::Yaml,
        &[
            ("production:\n  schema_search_path: public,heroku_ext", &["sql search path heroku_ext"]),
            ("production:\n  schema_search_path: public # heroku_ext", &[]),
        ],
    );
    check(
        "restore.sh",
        Lang::Shell,
        &[
            ("psql app -c 'DROP SCHEMA public CASCADE'", &["sql drop schema public cascade"]),
            ("psql app --command='CREATE EXTENSION citext'", &["sql create extension citext"]),
            ("# psql app -c 'DROP SCHEMA public CASCADE'", &[]),
        ],
    );
    check(
        "db/structure.sql",
        Lang::Sql,
        &[(
            "\\connect app\nCREATE EXTENSION a;\nCOPY a FROM stdin;\nCREATE EXTENSION b;\n\\.\n",
            &["sql create extension a"],
        )],
    );
}
