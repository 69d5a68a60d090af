//! What settings files and command lines say: terms of YAML, JSON and TOML, and commands wherever one
//! can stand.

use super::harness::check_structure;
use dynolint::fact::Request;
use dynolint::lang::{self, Lang};

#[test]
fn yaml() {
    check_structure(
        "config/database.yml",
        Lang::Yaml,
        &[
            (
                "default: &default\n  adapter: postgresql\n  pool: 5\nproduction:\n  <<: *default\n  sslmode: require\n  prepared_statements: false\n",
                &[
                    r#"setting  = {default: {adapter: "postgresql", pool: 5}, production: {adapter: "postgresql", pool: 5, sslmode: "require", prepared_statements: false}}"#,
                ],
            ),
            (
                "a: 'it''s'\nb: \"x\\ty\"\nc: ~\nd:\ne: [1, yes]\n",
                &[r#"setting  = {a: "it's", b: "x\ty", c: nil, d: nil, e: [1, "yes"]}"#],
            ),
            ("{}\n", &["setting  = {}"]),
            (
                "production:\n  url: <%= ENV[\"DATABASE_URL\"] %>\n  pool: <%= ENV.fetch(\"POOL\") { 5 } %>\n  name: app_<%= ENV['N'] -%>_db\n",
                &[
                    r#"setting  = {production: {url: $DATABASE_URL, pool: $POOL|5, name: ("app_" + $N + "_db")}}"#,
                ],
            ),
            (
                "a:\n  verify_mode: <%= OpenSSL::SSL::VERIFY_NONE %>\n  b: <%# nothing %>\n",
                &["setting  = {a: {verify_mode: OpenSSL.SSL.VERIFY_NONE, b: nil}}"],
            ),
            ("", &[]),
            ("---\na: 1\n---\nb: 2\n", &["setting  = {a: 1}", "setting  = {b: 2}"]),
        ],
    );
}

/// A document that holds itself, and one that doubles with every line, end somewhere.
#[test]
fn aliases_end() {
    let mut doubling = "a0: &a0 [x, x]\n".to_string();
    for at in 1..40 {
        doubling += &format!("a{at}: &a{at} [*a{0}, *a{0}]\n", at - 1);
    }
    for text in ["a: &a [*a, 1]\n", &doubling] {
        let request = Request::new("config/x.yml", Lang::Yaml);
        let facts = lang::facts(text, &request);
        let mut terms = 0;
        facts.settings[0].value.walk(&mut |_| terms += 1);
        assert!((2..100_000).contains(&terms), "{terms}");
    }
}

#[test]
fn json_and_toml() {
    check_structure(
        "railway.json",
        Lang::Json,
        &[
            (
                r#"{"deploy": {"cronSchedule": "0 9 * * *", "restart": null, "n": 2, "ok": true}}"#,
                &[r#"setting  = {deploy: {cronSchedule: "0 9 * * *", restart: nil, n: 2, ok: true}}"#],
            ),
            ("{ not json", &[]),
        ],
    );
    check_structure(
        "railway.toml",
        Lang::Toml,
        &[(
            "[deploy]\ncronSchedule = \"0 9 * * *\"\nlist = [1, 'a']\n[deploy.x]\ny = false\n",
            &[r#"setting  = {deploy: {cronSchedule: "0 9 * * *", list: [1, "a"], x: {y: false}}}"#],
        )],
    );
}

#[test]
fn commands_of_scripts() {
    check_structure(
        "bin/restore",
        Lang::Shell,
        &[
            (
                "pg_restore --no-owner -d \"$DATABASE_URL\" latest.dump\n",
                &[r#"command "pg_restore" "--no-owner" "-d" $DATABASE_URL "latest.dump""#],
            ),
            (
                "FLAGS='-Ox'\nsudo -u app pg_restore $FLAGS \"x-${NAME:-y}.dump\" > /tmp/log 2>&1\n",
                &[r#"command "pg_restore" "-Ox" ("x-" + $NAME|"y" + ".dump") > "/tmp/log" >& "1""#],
            ),
            (
                "pg_dump $URL | gzip -c | tee out.gz\n",
                &[
                    r#"command "pg_dump" $URL | #1"#,
                    r#"command "gzip" "-c" | #2"#,
                    r#"command "tee" "out.gz""#,
                ],
            ),
            ("TZ=Europe/Paris exec node clock.js\n", &[r#"command TZ="Europe/Paris" "node" "clock.js""#]),
            ("env TZ=UTC node clock.js\n", &[r#"command TZ="UTC" "node" "clock.js""#]),
            ("if [ -f x ]; then bundle exec rake db:create; fi\n", &[r#"command "rake" "db:create""#]),
            ("x=$(pg_dump -Fc $A)\n", &[r#"command "pg_dump" "-Fc" $A"#]),
            ("pg_restore $(flags) x\n", &[r#"command "pg_restore" _ "x""#, r#"command "flags""#]),
        ],
    );
}

#[test]
fn commands_elsewhere() {
    check_structure(
        "Procfile",
        Lang::Procfile,
        &[("clock: TZ=UTC clockwork clock.rb\n", &[r#"command TZ="UTC" "clockwork" "clock.rb""#])],
    );
    check_structure(
        "Makefile",
        Lang::Makefile,
        &[(
            "restore:\n\tpg_restore -d $(URL) x && echo done\n",
            &[r#"command "pg_restore" "-d" $URL "x""#, r#"command "echo" "done""#],
        )],
    );
    check_structure(
        "Dockerfile",
        Lang::Dockerfile,
        &[
            (
                "FROM x\nRUN apt-get update && pg_dump a | psql b\n",
                &[r#"command "apt-get" "update""#, r#"command "pg_dump" "a" | #2"#, r#"command "psql" "b""#],
            ),
            ("FROM x\nCMD [\"sh\", \"-c\", \"pg_restore x\"]\n", &[r#"command "pg_restore" "x""#]),
            ("FROM x\nCMD [\"node\", \"clock.js\"]\n", &[r#"command "node" "clock.js""#]),
        ],
    );
    check_structure(
        ".github/workflows/ci.yml",
        Lang::Yaml,
        &[(
            "jobs:\n  a:\n    steps:\n      - run: |\n          pg_restore x\n",
            &[r#"setting  = {jobs: {a: {steps: [{run: "pg_restore x"}]}}}"#, r#"command "pg_restore" "x""#],
        )],
    );
    check_structure(
        "package.json",
        Lang::Json,
        &[(
            r#"{"scripts": {"db": "pg_restore -d \"$URL\" x"}}"#,
            &[
                r#"setting  = {scripts: {db: "pg_restore -d \"$URL\" x"}}"#,
                r#"command "pg_restore" "-d" $URL "x""#,
            ],
        )],
    );
}
