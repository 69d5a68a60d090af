//! The writer in `src/write/data.rs`.

use dynolint::remedy::{Content, What};

use super::harness::{check_read_first, written};

fn text(text: &str) -> Content {
    Content::Text(text.to_string())
}

fn keys(path: &str) -> Vec<String> {
    path.split('/').map(str::to_string).collect()
}

/// Checks rows of path, marked text, keys, and what adding or replacing them with `UTC` makes of it.
#[track_caller]
fn check_set(rows: &[(&str, &str, &str, &str)]) {
    check(rows, |at, keys| What::Set { at, keys, value: text("UTC") });
}

#[track_caller]
fn check_unset(rows: &[(&str, &str, &str, &str)]) {
    check(rows, |at, keys| What::Unset { at, keys });
}

#[track_caller]
fn check(rows: &[(&str, &str, &str, &str)], what: impl Fn(dynolint::span::Span, Vec<String>) -> What) {
    let mut wrong = String::new();
    for (path, marked, way, expected) in rows {
        let found = written(path, marked, |at| what(at, keys(way)));
        let found = found.as_deref().unwrap_or("-");
        if found != *expected {
            wrong += &format!("\n{path} {way}: {marked}\n--- expected\n{expected}\n--- found\n{found}\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn block_yaml_takes_entries() {
    check_set(&[
        ("a.yml", "«a: 1\nb: 2»\n", "zone", "a: 1\nb: 2\nzone: UTC\n"),
        ("a.yml", "«a: 1\nb: 2»", "zone", "a: 1\nb: 2\nzone: UTC"),
        ("a.yml", "«a: 1\r\nb: 2»\r\n", "zone", "a: 1\r\nb: 2\r\nzone: UTC\r\n"),
        ("a.yml", "\u{feff}«a: 1»\n", "zone", "\u{feff}a: 1\nzone: UTC\n"),
        ("a.yml", "«b: 1 # why»\n", "zone", "-"),
        ("a.yml", "«b: 1» # why\n# end\n", "zone", "b: 1 # why\nzone: UTC\n# end\n"),
        // Sorted maps stay sorted.
        ("a.yml", "«a: 1\nb: 2\nzz: 3»\n", "zone", "a: 1\nb: 2\nzone: UTC\nzz: 3\n"),
        ("a.yml", "- «zza: 1\n  zzb: 2\n  zzc: 3»\n", "zone", "- zone: UTC\n  zza: 1\n  zzb: 2\n  zzc: 3\n"),
        // The values of others.
        ("a.yml", "«a: |\n  x\n  y»\n", "zone", "a: |\n  x\n  y\nzone: UTC\n"),
        ("a.yml", "«a: |+\n  x»\n\n\nb: 1\n", "zone", "-"),
        ("a.yml", "x:\n  «a: [\n    1\n  ]»\ny: 2\n", "zone", "x:\n  a: [\n    1\n  ]\n  zone: UTC\ny: 2\n"),
        ("a.yml", "x:\n  «a: 'UTC'»\n", "zone", "x:\n  a: 'UTC'\n  zone: 'UTC'\n"),
        ("a.yml", "x:\n  «a: \"b\"\n  c: d»\n", "zone", "x:\n  a: \"b\"\n  c: d\n  zone: UTC\n"),
        ("a.yml", "«\"a\": \"b\"»\n", "zone", "\"a\": \"b\"\n\"zone\": \"UTC\"\n"),
        // Documents, lists, deeper maps.
        ("a.yml", "a: 1\n---\n«a: 2»\n---\na: 3\n", "zone", "a: 1\n---\na: 2\nzone: UTC\n---\na: 3\n"),
        ("a.yml", "- «a: 1\n  b: 2»\n- a: 2\n", "zone", "- a: 1\n  b: 2\n  zone: UTC\n- a: 2\n"),
        ("a.yml", "«a:\n    b: 1»\n", "a/zone", "a:\n    b: 1\n    zone: UTC\n"),
        ("a.yml", "«a:\n    b: 1»\n", "x/zone", "a:\n    b: 1\nx:\n    zone: UTC\n"),
        ("a.yml", "«a:\nb: 1»\n", "a/zone", "a:\n  zone: UTC\nb: 1\n"),
        ("a.yml", "«a: # none\nb: 1»\n", "a/x/zone", "a: # none\n  x:\n    zone: UTC\nb: 1\n"),
        ("a.yml", "«a: 1»\n", "a/zone", "-"),
    ]);
}

#[test]
fn yaml_values_become_others() {
    check_set(&[
        ("a.yml", "«zone: Europe/Paris # here»\n", "zone", "-"),
        ("a.yml", "«zone: Europe/Paris» # here\n", "zone", "zone: UTC # here\n"),
        ("a.yml", "«zone: 'x'»\n", "zone", "zone: 'UTC'\n"),
        ("a.yml", "«zone: \"x\"»\n", "zone", "zone: \"UTC\"\n"),
        ("a.yml", "«zone:\nb: 1»\n", "zone", "zone: UTC\nb: 1\n"),
        ("a.yml", "«zone: |\n  x\n  y\nb: 1»\n", "zone", "zone: UTC\nb: 1\n"),
        ("a.yml", "«zone:\n  a: 1»\n", "zone", "-"),
        ("a.yml", "«zone: &z x\nb: *z»\n", "zone", "-"),
        ("a.yml", "«zone: &z x\nb: 1»\n", "zone", "zone: &z UTC\nb: 1\n"),
        ("a.yml", "«a: 1\na: 2»\n", "a", "-"),
    ]);
}

#[test]
fn anchors_merges_and_templates_are_safe() {
    check_set(&[
        ("a.yml", "d: &d\n  «a: 1»\nb:\n  <<: *d\n", "zone", "-"),
        (
            "a.yml",
            "d: &d\n  a: 1\nb:\n  «<<: *d\n  c: 1»\n",
            "zone",
            "d: &d\n  a: 1\nb:\n  <<: *d\n  c: 1\n  zone: UTC\n",
        ),
        ("a.yml", "d: &d\n  s:\n    x: 1\nb:\n  «<<: *d\n  c: 1»\n", "s/zone", "-"),
        (
            "a.yml",
            "d: &d\n  s: 1\nb:\n  «<<: *d\n  c: 1»\n",
            "s",
            "d: &d\n  s: 1\nb:\n  <<: *d\n  c: 1\n  s: UTC\n",
        ),
        // A statement around the last entry could leave the new one out.
        ("a.yml", "«a: 1\n<% if x %>\nb: 2»\n<% end %>\n", "zone", "-"),
        ("a.yml", "«a: 1\nb: <%= x %>»\n", "zone", "a: 1\nb: <%= x %>\nzone: UTC\n"),
        (
            "a.yml",
            "<% if x %>\nb:\n  «a: 2»\n<% end %>\n",
            "zone",
            "<% if x %>\nb:\n  a: 2\n  zone: UTC\n<% end %>\n",
        ),
        ("a.yml", "«a: 1\nb: <%= x(\n  y) %>»\n", "zone", "-"),
    ]);
    check_unset(&[("a.yml", "d: &d\n  s: 1\nb:\n  «<<: *d\n  s: 2\n  c: 1»\n", "s", "-")]);
}

#[test]
fn flow_yaml_and_json_take_entries() {
    check_set(&[
        ("a.yml", "x: «{a: 1, b: 2}»\n", "zone", "x: {a: 1, b: 2, zone: UTC}\n"),
        ("a.yml", "x: «{ a: 1 }»\n", "zone", "x: { a: 1, zone: UTC }\n"),
        ("a.yml", "x: «{ a: 1, }»\n", "zone", "x: { a: 1, zone: UTC, }\n"),
        ("a.yml", "x: «{}»\n", "zone", "x: {zone: UTC}\n"),
        (
            "a.yml",
            "x: «{\n  a: 1, # one\n  b: 2 # two\n}»\n",
            "zone",
            "x: {\n  a: 1, # one\n  b: 2, # two\n  zone: UTC\n}\n",
        ),
        ("a.json", "«{}»\n", "zone", "{ \"zone\": \"UTC\" }\n"),
        ("a.json", "«{\"a\":1}»", "zone", "{\"a\":1, \"zone\":\"UTC\"}"),
        ("a.json", "«{\n  \"a\": 1\n}»\n", "zone", "{\n  \"a\": 1,\n  \"zone\": \"UTC\"\n}\n"),
        ("a.json", "«{\n\t\"a\": {}\n}»", "a/zone", "{\n\t\"a\": {\n\t\t\"zone\": \"UTC\"\n\t}\n}"),
        ("a.json", "«{\r\n  \"a\": 1\r\n}»\r\n", "zone", "{\r\n  \"a\": 1,\r\n  \"zone\": \"UTC\"\r\n}\r\n"),
        (
            "a.json",
            "\u{feff}«{\n  \"a\": 1\n}»\n",
            "zone",
            "\u{feff}{\n  \"a\": 1,\n  \"zone\": \"UTC\"\n}\n",
        ),
        ("a.json", "«{\n  \"a\": 1,\n}»\n", "zone", "{\n  \"a\": 1,\n  \"zone\": \"UTC\",\n}\n"),
        ("a.json", "«{\n  \"a\": 1 // one\n}»\n", "zone", "{\n  \"a\": 1, // one\n  \"zone\": \"UTC\"\n}\n"),
        (
            "a.json",
            "«{\n  \"a\": 1, // one\n}»\n",
            "zone",
            "{\n  \"a\": 1, // one\n  \"zone\": \"UTC\",\n}\n",
        ),
        ("a.json", "«{\n  \"a\": 1 /* one\n  two */\n}»\n", "zone", "-"),
        (
            "a.json",
            "«{\n  \"x\": {\n    \"a\": 1,\n    \"b\": 2,\n    \"zz\": 3\n  }\n}»\n",
            "x/zone",
            "{\n  \"x\": {\n    \"a\": 1,\n    \"b\": 2,\n    \"zone\": \"UTC\",\n    \"zz\": 3\n  }\n}\n",
        ),
        (
            "a.json",
            "«{\n  \"zza\": 1,\n  \"zzb\": 2,\n  \"zzc\": 3\n}»\n",
            "zone",
            "{\n  \"zone\": \"UTC\",\n  \"zza\": 1,\n  \"zzb\": 2,\n  \"zzc\": 3\n}\n",
        ),
        (
            "a.json",
            "«{\n  \"a\": 1\n}»\n",
            "b/zone",
            "{\n  \"a\": 1,\n  \"b\": {\n    \"zone\": \"UTC\"\n  }\n}\n",
        ),
        ("a.json", "«{\n  \"zone\": null\n}»\n", "zone", "{\n  \"zone\": \"UTC\"\n}\n"),
    ]);
}

#[test]
fn toml_takes_entries() {
    check_set(&[
        ("a.toml", "[deploy]\n«a = 1»\n\n[x]\nb = 2\n", "zone", "-"),
        (
            "a.toml",
            "«[deploy]\na = 1\n\n[x]\nb = 2\n»",
            "deploy/zone",
            "[deploy]\na = 1\nzone = \"UTC\"\n\n[x]\nb = 2\n",
        ),
        (
            "a.toml",
            "«[deploy] # here\n\n[x]\nb = 2\n»",
            "deploy/zone",
            "[deploy] # here\nzone = \"UTC\"\n\n[x]\nb = 2\n",
        ),
        ("a.toml", "«a = 'x' # a\n\n[x]\nb = 2\n»", "zone", "a = 'x' # a\nzone = 'UTC'\n\n[x]\nb = 2\n"),
        ("a.toml", "«[x]\nb = 2\n»", "deploy/zone", "[x]\nb = 2\n\n[deploy]\nzone = \"UTC\"\n"),
        ("a.toml", "«# c\n[x]\nb = 2»", "deploy/zone", "# c\n[x]\nb = 2\n\n[deploy]\nzone = \"UTC\""),
        // The file and its only table have the same place.
        ("a.toml", "«[x]\nb = 2»", "deploy/zone", "-"),
        ("a.toml", "«x = { b = 2 }\n»", "x/zone", "x = { b = 2, zone = \"UTC\" }\n"),
        ("a.toml", "«x.b = 2\ny = 1\n»", "x/zone", "x.b = 2\nx.zone = \"UTC\"\ny = 1\n"),
        ("a.toml", "«[x.y]\nb = 2\n»", "x/y/zone", "[x.y]\nb = 2\nzone = \"UTC\"\n"),
        ("a.toml", "«[x]\nb = [\n  1,\n]\n»", "x/zone", "[x]\nb = [\n  1,\n]\nzone = \"UTC\"\n"),
        (
            "a.toml",
            "«[x]\nb = \"\"\"\ny\n\"\"\"\n»",
            "x/zone",
            "[x]\nb = \"\"\"\ny\n\"\"\"\nzone = \"UTC\"\n",
        ),
        ("a.toml", "«[x]\r\nb = 1\r\n»", "x/zone", "[x]\r\nb = 1\r\nzone = \"UTC\"\r\n"),
        ("a.toml", "«[x]\nzone = 'y' # z\n»", "x/zone", "[x]\nzone = 'UTC' # z\n"),
        ("a.toml", "«[[x]]\nb = 1\n[[x]]\nb = 2\n»", "x/zone", "-"),
    ]);
}

#[test]
fn entries_go() {
    check_unset(&[
        ("a.yml", "«a: 1\nb: 2 # two\nc: 3»\n", "b", "a: 1\nc: 3\n"),
        ("a.yml", "«a: 1\nb: # two\n  x: 1\n  y: 2\nc: 3»\n", "b", "a: 1\nc: 3\n"),
        ("a.yml", "«a: 1\nb: 2»\n", "b", "a: 1\n"),
        ("a.yml", "«a: 1\nb: 2»", "b", "a: 1"),
        ("a.yml", "- «a: 1\n  b: 2»\n", "a", "- b: 2\n"),
        ("a.yml", "x:\n  «a: 1»\n", "a", "-"),
        ("a.yml", "x: «{a: 1, b: 2, c: 3}»\n", "b", "x: {a: 1, c: 3}\n"),
        ("a.yml", "x: «{a: 1, b: 2}»\n", "b", "x: {a: 1}\n"),
        ("a.json", "«{\n  \"a\": 1,\n  \"b\": 2\n}»\n", "b", "{\n  \"a\": 1\n}\n"),
        ("a.json", "«{\n  \"a\": 1, // one\n  \"b\": 2\n}»\n", "b", "{\n  \"a\": 1 // one\n}\n"),
        ("a.json", "«{\n  \"a\": 1,\n  \"b\": 2\n}»\n", "a", "{\n  \"b\": 2\n}\n"),
        ("a.json", "«{\"a\": 1, /* x */ \"b\": 2}»\n", "a", "-"),
        ("a.json", "«{\"a\": 1}»\n", "a", "{}\n"),
        ("a.toml", "«[x]\na = 1\nb = 2 # two\n»", "x/b", "[x]\na = 1\n"),
        ("a.toml", "«[x]\na = 1\n»", "x", "-"),
    ]);
}

/// Rows of path, marked text, the new value and the result.
#[test]
fn values_become_others() {
    let number = |number: &str| Content::Number(number.to_string());
    let variable = |name: &str, default: Option<&str>| Content::Env {
        name: name.to_string(),
        default: default.map(|default| Box::new(text(default))),
    };
    let rows: Vec<(&str, &str, Content, &str)> = vec![
        ("a.yml", "a: «0 9 * * *»\n", text("0 9 * * * Etc/UTC"), "a: 0 9 * * * Etc/UTC\n"),
        ("a.yml", "a: «\"0 9 * * *\"»\n", text("0 9 * * * Etc/UTC"), "a: \"0 9 * * * Etc/UTC\"\n"),
        ("a.yml", "a: ['«0 9 * * *»', {}]\n", text("0 9 * * * Etc/UTC"), "a: ['0 9 * * * Etc/UTC', {}]\n"),
        ("a.yml", "a: «x»\n", text("* 9 * * *"), "a: \"* 9 * * *\"\n"),
        ("a.yml", "a: «x»\nb: 'y'\n", text("* 9 * * *"), "a: '* 9 * * *'\nb: 'y'\n"),
        ("a.yml", "a: «x»\n", text("yes"), "a: \"yes\"\n"),
        ("a.yml", "a: «x»\n", text("1.10"), "a: \"1.10\"\n"),
        ("a.yml", "a: «x»\n", text("12:30"), "a: \"12:30\"\n"),
        ("a.yml", "a: «x»\n", text("b: c"), "a: \"b: c\"\n"),
        ("a.yml", "a: «x»\n", text("b #c"), "a: \"b #c\"\n"),
        ("a.yml", "a: [«x»]\n", text("b,c"), "a: [\"b,c\"]\n"),
        ("a.yml", "a: «'x'»\n", text("it's"), "a: 'it''s'\n"),
        ("a.yml", "a: «x»\n", number("3.13"), "a: 3.13\n"),
        ("a.yml", "a: «x»\n", Content::Bool(false), "a: false\n"),
        ("a.yml", "a: «x»\n", Content::Nil, "a: null\n"),
        ("a.yml", "a: «x»\n", Content::List(vec![text("b")]), "-"),
        (
            "a.json",
            "{\"a\": «\"x\"»}\n",
            Content::List(vec![text("b"), text("c")]),
            "{\"a\": [\"b\", \"c\"]}\n",
        ),
        ("a.json", "{\"a\": «\"x\"»}\n", text("b\"c\\"), "{\"a\": \"b\\\"c\\\\\"}\n"),
        ("a.toml", "a = «\"x\"»\n", text("y"), "a = \"y\"\n"),
        ("a.toml", "a = «'x'»\n", text("y"), "a = 'y'\n"),
        ("a.toml", "a = «'x'»\n", text("it's"), "a = \"it's\"\n"),
        ("a.toml", "a = «1»\n", Content::Nil, "-"),
        ("a.toml", "a = «\"\"\"\nx\n\"\"\"»\nb = 1\n", text("y"), "a = 'y'\nb = 1\n"),
        (
            "config/database.yml",
            "p:\n  a: «x»\n",
            variable("X", Some("y")),
            "p:\n  a: <%= ENV.fetch(\"X\", \"y\") %>\n",
        ),
        ("config/database.yml", "p:\n  a: «x»\n", variable("X", None), "p:\n  a: <%= ENV[\"X\"] %>\n"),
        ("config/other.yml", "p:\n  a: «x»\n", variable("X", None), "-"),
        (
            "docker-compose.yml",
            "services:\n  a:\n    image: «x»\n",
            variable("X", Some("y")),
            "services:\n  a:\n    image: ${X:-y}\n",
        ),
        ("a.json", "{\"a\": «\"x\"»}\n", variable("X", None), "-"),
    ];
    for (path, marked, value, expected) in rows {
        let found = written(path, marked, |at| What::Become { at, value });
        assert_eq!(found.as_deref().unwrap_or("-"), expected, "{path}: {marked}");
    }
}

#[test]
fn comments_have_their_own_lines() {
    for (path, marked, expected) in [
        ("a.yml", "a:\n  b«»: 1\n", "a:\n  # see\n  b: 1\n"),
        ("a.yml", "a«»: 1\r\n", "# see\r\na: 1\r\n"),
        ("a.yml", "a: |\n  b\n  c«»\n", "-"),
        ("a.yml", "\u{feff}a«»: 1\n", "\u{feff}# see\na: 1\n"),
        ("a.json", "{\n  \"a«»\": 1\n}\n", "-"),
        ("a.json", "{\n  // x\n  \"a«»\": 1\n}\n", "{\n  // x\n  // see\n  \"a\": 1\n}\n"),
        ("a.toml", "[x]\na«» = 1\n", "[x]\n# see\na = 1\n"),
        ("a.toml", "a = \"\"\"\nb«»\n\"\"\"\n", "-"),
    ] {
        let comment = |at: dynolint::span::Span| What::Comment { at: at.start, text: "see".to_string() };
        let found = written(path, marked, comment);
        assert_eq!(found.as_deref().unwrap_or("-"), expected, "{path}: {marked}");
    }
}

#[test]
fn compose_reads_others_first() {
    check_read_first(
        "docker-compose.yml",
        &["GIT_SHA"],
        &[
            ("services:\n  a:\n    image: x:«$X»\n", "services:\n  a:\n    image: x:${GIT_SHA:-${X}}\n"),
            ("services:\n  a:\n    image: x:«${X}»\n", "services:\n  a:\n    image: x:${GIT_SHA:-${X}}\n"),
            (
                "services:\n  a:\n    image: \"x:«${X:-y}»\"\n",
                "services:\n  a:\n    image: \"x:${GIT_SHA:-${X:-y}}\"\n",
            ),
            ("services:\n  a:\n    image: x:«${X:?no}»\n", "-"),
            ("services:\n  a:\n    image: x:«${X:+y}»\n", "-"),
            ("services:\n  a: {image: «$X»}\n", "-"),
            ("services:\n  a: {image: '«$X»'}\n", "services:\n  a: {image: '${GIT_SHA:-${X}}'}\n"),
        ],
    );
    check_read_first(
        "docker-compose.yml",
        &["A", "B"],
        &[("services:\n  a:\n    image: «$X»\n", "services:\n  a:\n    image: ${A:-${B:-${X}}}\n")],
    );
    for (marked, expected) in [
        ("services:\n  a:\n    image: «$X»\n", "services:\n  a:\n    image: ${X:-${Y}}\n"),
        ("services:\n  a:\n    image: «${X:-z}»\n", "services:\n  a:\n    image: ${X:-${Y:-z}}\n"),
        ("services:\n  a:\n    image: «${X-z}»\n", "services:\n  a:\n    image: ${X-${Y-z}}\n"),
        ("services:\n  a:\n    image: «${X?z}»\n", "-"),
    ] {
        let names = vec!["Y".to_string()];
        let found = written("docker-compose.yml", marked, |read| What::FallBack { read, names });
        assert_eq!(found.as_deref().unwrap_or("-"), expected, "{marked}");
    }
}

#[test]
fn workflows_read_others_first() {
    let step = |rest: &str| format!("jobs:\n  a:\n    steps:\n      - name: x\n        {rest}\n");
    let rows = [
        ("if: «env.X»", "if: env.N || env.X"),
        ("if: «env.X» == 'a'", "if: (env.N || env.X) == 'a'"),
        ("if: contains(«env.X», 'a')", "if: contains(env.N || env.X, 'a')"),
        ("uses: a@«${{ env.X }}»", "uses: a@${{ env.N || env.X }}"),
        ("uses: a@«${{env.X}}»", "uses: a@${{env.N || env.X}}"),
        ("uses: a@«${{ env.X || 'b' }}»", "uses: a@${{ env.N || env.X || 'b' }}"),
        ("uses: a@${{ «env.X» && 'b' }}", "uses: a@${{ (env.N || env.X) && 'b' }}"),
        ("uses: a@${{ !«env.X» }}", "uses: a@${{ !(env.N || env.X) }}"),
    ];
    let rows: Vec<(String, String)> =
        rows.iter().map(|(marked, expected)| (step(marked), step(expected))).collect();
    let rows: Vec<(&str, &str)> =
        rows.iter().map(|(marked, expected)| (marked.as_str(), expected.as_str())).collect();
    check_read_first(".github/workflows/a.yml", &["N"], &rows);
}

#[test]
fn other_notations_have_no_second_variable() {
    check_read_first("application.yml", &["N"], &[("a: «${X}»\n", "-")]);
    check_read_first(".gitlab-ci.yml", &["N"], &[("variables:\n  a: «$X»\n", "-")]);
}

#[test]
fn command_lines_read_others_first() {
    let script = |line: &str| format!("test:\n  script:\n    - {line}\n");
    for (marked, expected) in [
        ("echo «$X»", "echo ${N:-$X}"),
        ("'echo «$X» it''s'", "'echo ${N:-$X} it''s'"),
        ("\"echo \\\"«$X»\\\"\"", "\"echo \\\"${N:-$X}\\\"\""),
        ("|\n      a\n      echo «$X»\n", "|\n      a\n      echo ${N:-$X}\n"),
        // Braces would end the text.
        ("&a echo «$X»\n    - *a", "-"),
    ] {
        let (marked, expected) =
            (script(marked), if expected == "-" { "-".to_string() } else { script(expected) });
        check_read_first(".gitlab-ci.yml", &["N"], &[(&marked, &expected)]);
    }
    check_read_first(
        "package.json",
        &["N"],
        &[
            ("{\"scripts\": {\"a\": \"echo «$X»\"}}\n", "{\"scripts\": {\"a\": \"echo ${N:-$X}\"}}\n"),
            (
                "{\"scripts\": {\"a\": \"echo \\\"«$X»\\\"\"}}\n",
                "{\"scripts\": {\"a\": \"echo \\\"${N:-$X}\\\"\"}}\n",
            ),
        ],
    );
    check_read_first(
        "docker-compose.yml",
        &["N"],
        &[(
            "services:\n  a:\n    command: sh -c 'echo $«$X»'\n",
            "services:\n  a:\n    command: sh -c 'echo $${N:-$$X}'\n",
        )],
    );
}

#[test]
fn command_lines_run_with_a_variable() {
    for (path, marked, expected) in [
        ("heroku.yml", "run:\n  «web: bundle exec puma»\n", "run:\n  web: T=web bundle exec puma\n"),
        ("heroku.yml", "run:\n  «web: \"bundle exec puma\"»\n", "run:\n  web: \"T=web bundle exec puma\"\n"),
        (
            "heroku.yml",
            "run:\n  «web:\n    command:\n      - puma»\n",
            "run:\n  web:\n    command:\n      - T=web puma\n",
        ),
        ("fly.toml", "[processes]\n«web = \"puma\"»\n", "-"),
    ] {
        let assign = |command| What::Assign { command, name: "T".to_string(), value: "web".to_string() };
        assert_eq!(written(path, marked, assign).as_deref().unwrap_or("-"), expected, "{path}: {marked}");
    }
}

#[test]
fn commands_take_flags() {
    let flags = |command| What::Flags { command, flags: vec!["--no-owner".to_string()] };
    for (path, marked, expected) in [
        (
            ".gitlab-ci.yml",
            "a:\n  script:\n    - «pg_restore -d x»\n",
            "a:\n  script:\n    - pg_restore --no-owner -d x\n",
        ),
        (
            "package.json",
            "{\"scripts\": {\"a\": \"«pg_restore -d x»\"}}\n",
            "{\"scripts\": {\"a\": \"pg_restore --no-owner -d x\"}}\n",
        ),
    ] {
        assert_eq!(written(path, marked, flags).as_deref().unwrap_or("-"), expected, "{path}: {marked}");
    }
}

#[test]
fn ruby_in_tags_reads_others_first() {
    check_read_first(
        "config/database.yml",
        &["N"],
        &[
            ("p:\n  a: <%= «ENV[\"X\"]» %>\n", "p:\n  a: <%= ENV[\"N\"] || ENV[\"X\"] %>\n"),
            ("p:\n  a: <%= «ENV['X']» || 5 %>\n", "p:\n  a: <%= ENV['N'] || ENV['X'] || 5 %>\n"),
            (
                "p:\n  a: \"b-<%= «ENV['X']».to_s %>\"\n",
                "p:\n  a: \"b-<%= (ENV['N'] || ENV['X']).to_s %>\"\n",
            ),
            ("<% if «ENV['X']» %>\np: 1\n<% end %>\n", "<% if ENV['N'] || ENV['X'] %>\np: 1\n<% end %>\n"),
        ],
    );
}
