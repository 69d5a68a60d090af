//! What the settings file can say, what is wrong in it, and that schema and page say the same.

use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};
use toml_span::value::ValueInner;

use super::keys::{SECTIONS, SectionId};
use super::read::{Form, has_tool, read};
use super::*;
use crate::coupling::LISTS;
use crate::platform::Purpose;
use crate::rule::{Confidence, Meta, Target};
use crate::rules;
use crate::settings::FailOn;

/// The built-in rules, and one that had another name once.
fn known() -> Vec<&'static Meta> {
    let mut known = rules::all();
    let first = known[0];
    let renamed = Meta { id: "renamed-rule", aliases: &["earlier-rule"], ..copy(first) };
    known.push(Box::leak(Box::new(renamed)));
    known
}

fn copy(meta: &Meta) -> Meta {
    Meta {
        id: meta.id,
        aliases: meta.aliases,
        family: meta.family,
        severity: meta.severity,
        impact: meta.impact,
        confidence: meta.confidence,
        step: meta.step,
        langs: meta.langs,
        needs_heroku: meta.needs_heroku,
        status: meta.status,
        since: meta.since,
        specificity: meta.specificity,
        page: meta.page,
        origin: meta.origin,
    }
}

fn parse(text: &str) -> Result<Config, Vec<Mistake>> {
    read("dynolint.toml", text.as_bytes(), Form::Whole, &known()).map(Option::unwrap_or_default)
}

fn settings(text: &str) -> Settings {
    let mut settings = Settings::default();
    parse(text).expect(text).apply(&mut settings);
    settings
}

/// The text as an editor's reader of TOML hands it to a schema.
fn json_of(value: &toml_span::Value<'_>) -> Json {
    match value.as_ref() {
        ValueInner::String(text) => json!(text),
        ValueInner::Integer(number) => json!(number),
        ValueInner::Float(number) => json!(number),
        ValueInner::Boolean(flag) => json!(flag),
        ValueInner::Array(items) => items.iter().map(json_of).collect(),
        ValueInner::Table(table) => {
            let entries: Map<String, Json> =
                table.iter().map(|(key, value)| (key.name.to_string(), json_of(value))).collect();
            Json::Object(entries)
        }
    }
}

fn schema_accepts(text: &str) -> bool {
    let schema = page::schema(&known());
    let validator = jsonschema::validator_for(&schema).expect("a schema is a schema");
    validator.is_valid(&json_of(&toml_span::parse(text).expect(text)))
}

/// Whether the schema can see a mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Schema {
    Rejects,
    /// It is about names in other places of the file, or about what only dynolint knows.
    CannotTell,
    /// It never gets to see a text that is not TOML.
    NotToml,
}

use Schema::{CannotTell, NotToml, Rejects};

type Row = (&'static str, (usize, usize), &'static str, Option<&'static str>, Schema);

const MISTAKES: &[Row] = &[
    // Keys.
    ("targts = []", (1, 1), "`targts` is not a setting", Some("did you mean `targets`?"), Rejects),
    ("fail_on = \"error\"", (1, 1), "`fail_on` is not a setting", Some("did you mean `fail-on`?"), Rejects),
    ("[fixes]", (1, 2), "`fixes` is not a setting", Some("did you mean `fix`?"), Rejects),
    (
        "[fix]\ncomit-env = \"X\"",
        (2, 1),
        "`comit-env` is not a setting",
        Some("did you mean `commit-env`?"),
        Rejects,
    ),
    (
        "[fix]\ncommit-env = \"X\"\nfail-on = \"error\"",
        (3, 1),
        "`fail-on` is not a setting",
        Some("`fail-on` stands at the top of the file, above the first table"),
        Rejects,
    ),
    (
        "skip = [\"dyno-ordinal\"]",
        (1, 1),
        "`skip` is not a setting",
        Some("a rule is switched off by `[rules.<id>] enabled = false`"),
        Rejects,
    ),
    (
        "[dyno-ordinal]",
        (1, 2),
        "`dyno-ordinal` is not a setting",
        Some("write `[rules.dyno-ordinal]`"),
        Rejects,
    ),
    (
        "[rules.dyno-ordinal]\nzzz = 1",
        (2, 1),
        "`zzz` is not a setting",
        Some("known here: enabled, severity, fix, exclude"),
        Rejects,
    ),
    (
        "[rules.dyno-ordinal]\nallow = []",
        (2, 1),
        "`allow` is not a setting",
        Some("a rule has `enabled`, `severity`, `fix` and `exclude`"),
        Rejects,
    ),
    (
        "[[overrides]]\npaths = [\"a\"]\nrules.dyno-ordinal.exclude = [\"b\"]",
        (3, 20),
        "`exclude` is not a setting",
        Some("an override has `paths`; a rule is silent in others by `enabled = false`"),
        Rejects,
    ),
    // Types.
    ("fail-on = 3", (1, 11), "`fail-on` is a number, not a text", None, Rejects),
    ("pedantic = 1", (1, 12), "`pedantic` is a number, not `true` or `false`", None, Rejects),
    (
        "pedantic = \"true\"",
        (1, 12),
        "`pedantic` is a text, not `true` or `false`",
        Some("write it without quotes: `pedantic = true`"),
        Rejects,
    ),
    (
        "targets = \"fly\"",
        (1, 11),
        "`targets` is a text, not a list",
        Some("write `targets = [\"fly\"]`"),
        Rejects,
    ),
    ("exclude = [\"a\", 1]", (1, 17), "`exclude` holds a number, not only texts", None, Rejects),
    ("fix = 1", (1, 7), "`fix` is a number, not a table", Some("write `[fix]` above its settings"), Rejects),
    (
        "rules = []",
        (1, 9),
        "`rules` is a list, not a table",
        Some("write `[rules]` above its settings"),
        Rejects,
    ),
    (
        "[rules]\ndyno-ordinal = false",
        (2, 16),
        "`rules.dyno-ordinal` is `true` or `false`, not a table",
        Some("write `rules.dyno-ordinal.enabled = false`, for example"),
        Rejects,
    ),
    (
        "[couplings]\nname = \"x\"",
        (1, 1),
        "`couplings` is a table, not a list of tables",
        Some("write `[[couplings]]` above the settings of each"),
        Rejects,
    ),
    (
        "overrides = [1]",
        (1, 14),
        "`overrides` is a number, not a list of tables",
        Some("write `[[overrides]]` above the settings of each"),
        Rejects,
    ),
    // Values.
    ("fail-on = \"warn\"", (1, 11), "`fail-on` cannot be `warn`", Some("did you mean `warning`?"), Rejects),
    (
        "min-severity = \"x\"",
        (1, 16),
        "`min-severity` cannot be `x`",
        Some("it is one of note, warning, error"),
        Rejects,
    ),
    (
        "targets = [\"fly\", \"rendr\"]",
        (1, 19),
        "`targets` cannot be `rendr`",
        Some("did you mean `render`?"),
        Rejects,
    ),
    (
        "[rules.dyno-ordinal]\nfix = \"none\"",
        (2, 7),
        "`fix` cannot be `none`",
        Some("it is one of off, unsafe, safe"),
        Rejects,
    ),
    ("exclude = [\"  \"]", (1, 12), "`exclude` is blank", None, Rejects),
    (
        "exclude = [\"#tmp\"]",
        (1, 12),
        "`#tmp` is a comment, and no glob",
        Some("write `\\\\#` for a `#`"),
        Rejects,
    ),
    (
        "exclude = [\"a\", \"./vendor/\"]",
        (1, 17),
        "`./vendor/` cannot match: no path begins with a dot and a slash",
        Some("globs count from the project's root: write `/vendor/`"),
        Rejects,
    ),
    (
        "wrappers = [\"env(name)\"]",
        (1, 13),
        "`env(name)` is not the name of a function, such as `Acme::Client.new` or `connect_legacy`",
        None,
        Rejects,
    ),
    (
        "[fix]\ncommit-env = 'A B'",
        (2, 14),
        "`A B` is not the name of an environment variable",
        Some("write it like \"APP_NAME\""),
        Rejects,
    ),
    (
        "[fix]\ntime-zone = \"here\"",
        (2, 13),
        "`here` is not the name of a time zone",
        Some("write it like \"Europe/Paris\""),
        Rejects,
    ),
    // Tables that have to have something.
    (
        "[[overrides]]\nrules.dyno-ordinal.enabled = false",
        (1, 1),
        "`paths` is missing in `[[overrides]]`",
        Some("write `paths = [\"script/\", \"**/test/**\"]`, for example"),
        Rejects,
    ),
    (
        "[[overrides]]\npaths = [\"a\"]",
        (1, 1),
        "this override sets nothing",
        Some("say what holds there: `rules.<id>.enabled = false`"),
        Rejects,
    ),
    (
        "[[overrides]]\npaths = []\nrules.dyno-ordinal.enabled = false",
        (2, 9),
        "`paths` is empty",
        None,
        Rejects,
    ),
    (
        "[[ignore]]\npath = \"app.json\"",
        (1, 1),
        "`rule` is missing in `[[ignore]]`",
        Some("write `rule = \"heroku-npm-lifecycle\"`, for example"),
        Rejects,
    ),
    (
        "[[couplings]]\nname = \"acme\"\nmessage = \"m\"",
        (1, 1),
        "this coupling looks for nothing",
        Some("give it at least one of variables, hosts, commands, packages, calls"),
        Rejects,
    ),
    // Names.
    (
        "[rules.dyno-ordnal]\nenabled = false",
        (1, 8),
        "there is no rule `dyno-ordnal`",
        Some("did you mean `dyno-ordinal`?"),
        CannotTell,
    ),
    (
        "[[ignore]]\npath = \"a\"\nrule = \"zzz\"",
        (3, 8),
        "there is no rule `zzz`",
        Some("`dynolint rules` lists all rules"),
        CannotTell,
    ),
    (
        "[rules.earlier-rule]\nenabled = false\n[rules.renamed-rule]\nenabled = true",
        (3, 8),
        "`renamed-rule` is set twice, once by an earlier name",
        Some("the other one is in line 1"),
        CannotTell,
    ),
    (
        "[[couplings]]\nname = \"dyno-ordinal\"\nmessage = \"m\"\nhosts = [\"h\"]",
        (2, 8),
        "`dyno-ordinal` is the name of a built-in rule",
        Some("give it a name of its own; a built-in rule is set in `[rules.<id>]`"),
        CannotTell,
    ),
    (
        "[[couplings]]\nname = \"a\"\nmessage = \"m\"\nhosts = [\"h\"]\n[[couplings]]\nname = \"a\"\nmessage = \"m\"\nhosts = [\"h\"]",
        (6, 8),
        "there are two couplings `a`",
        None,
        CannotTell,
    ),
    (
        "[[couplings]]\nname = \"Acme Host\"\nmessage = \"m\"\nhosts = [\"h\"]",
        (2, 8),
        "`Acme Host` is not a name in kebab case, such as `acme-host`",
        None,
        Rejects,
    ),
    (
        "[[couplings]]\nname = \"a\"\nmessage = \"m\"\nhosts = [\"h\"]\nurl = \"wiki/move\"",
        (5, 7),
        "`wiki/move` is not an address that begins with `https://`",
        None,
        Rejects,
    ),
    (
        "[[couplings]]\nname = \"a\"\nmessage = \"m\"\nhosts = [\"a.b\", \"https://c.d/e\"]",
        (4, 17),
        "`https://c.d/e` is an address: leave out `https://` and write the host alone: `c.d`",
        None,
        Rejects,
    ),
    (
        "[[couplings]]\nname = \"a\"\nmessage = \"m\"\nvariables = [\"*\"]",
        (4, 14),
        "`*` would take every variable: put two letters or more before the `*`",
        None,
        Rejects,
    ),
    (
        "[[couplings]]\nname = \"a\"\nmessage = \"m\"\ncommands = [\"a | b\"]",
        (4, 13),
        "`a | b` is more than a program and words behind it",
        None,
        Rejects,
    ),
    (
        "[[couplings]]\nname = \"a\"\nmessage = \"m\"\nvariables = [\"A\"]\nhosts = [\"b\"]\nreplacement = \"C\"",
        (6, 15),
        "`C` cannot replace `variables` and `hosts` alike: make a coupling for each",
        None,
        CannotTell,
    ),
    // Notation.
    (
        "fail-on = warning",
        (1, 11),
        "not TOML: a text without quotes",
        Some("a text stands in quotes: `fail-on = \"error\"`"),
        NotToml,
    ),
    ("pedantic", (1, 9), "not TOML: `=` is missing here; there is the end of the file", None, NotToml),
    ("pedantic =", (1, 11), "not TOML: the file ends where a value should stand", None, NotToml),
    (
        "pedantic = true\npedantic = false",
        (2, 1),
        "not TOML: `pedantic` is set twice",
        Some("the first one is in line 1"),
        NotToml,
    ),
    (
        "[fix]\n[fix]",
        (2, 1),
        "not TOML: the table `fix` is there twice",
        Some("the first one is in line 1"),
        NotToml,
    ),
    ("baseline = \"a", (1, 12), "not TOML: the text that begins here has no closing quote", None, NotToml),
    ("baseline = \"a\n\"", (1, 14), "not TOML: a text has to end on the line where it begins", None, NotToml),
    (
        "exclude = [\"a\\d\"]",
        (1, 15),
        "not TOML: a backslash before `d` means nothing",
        Some("in single quotes a backslash is a backslash"),
        NotToml,
    ),
    (
        "targets = [\"fly\" \"render\"]",
        (1, 18),
        "not TOML: `]` is missing here; there is a text",
        None,
        NotToml,
    ),
];

#[test]
fn every_mistake_has_a_place_and_advice() {
    for &(text, place, message, advice, schema) in MISTAKES {
        // Editors of other systems write the same file in other bytes.
        let variants =
            [text.to_string(), text.replace('\n', "\r\n"), format!("\u{feff}{text}"), format!("{text}\n")];
        for (number, variant) in variants.iter().enumerate() {
            if number > 0 && schema == NotToml {
                continue;
            }
            let mistakes = parse(variant).expect_err(variant);
            let first = &mistakes[0];
            let found = first.place.map(|place| (place.line, place.column));
            assert_eq!(
                (found, first.message.as_str(), first.advice.as_deref()),
                (Some(place), message, advice),
                "{variant}"
            );
            assert_eq!(mistakes.len(), 1, "{mistakes:?}");
        }
        if schema != NotToml {
            assert_eq!(schema_accepts(text), schema == CannotTell, "{text}");
        }
    }
}

#[test]
fn globs_that_are_none_have_a_place() {
    let rows = [
        ("exclude = [\"a/\", \"b[z-a]\"]", (1, 18)),
        ("[[overrides]]\npaths = [\"{a\"]\nrules.dyno-ordinal.enabled = true", (2, 10)),
        ("[rules.dyno-ordinal]\nexclude = [\"a\", \"[z-a]\"]", (2, 17)),
        ("[[ignore]]\npath = \"[z-a]\"\nrule = \"dyno-ordinal\"", (2, 8)),
    ];
    for (text, (line, column)) in rows {
        let mistakes = parse(text).expect_err(text);
        assert_eq!(mistakes[0].place, Some(Place { line, column }), "{text}");
        assert!(mistakes[0].message.contains("is not a glob: "), "{}", mistakes[0].message);
    }
}

#[test]
fn all_mistakes_are_told_in_order() {
    let mistakes = parse("fail-on = 1\npedantic = 2\n[fix]\nx = 1\n[rules.nope]\n").expect_err("wrong");
    let lines: Vec<usize> = mistakes.iter().filter_map(|mistake| Some(mistake.place?.line)).collect();
    assert_eq!(lines, [1, 2, 4, 5]);
    assert_eq!(mistakes[0].to_string(), "dynolint.toml:1:11: `fail-on` is a number, not a text");
    let many: String = (0..30).map(|number| format!("a{number} = 1\n")).collect();
    assert_eq!(parse(&many).expect_err("wrong").len(), 10);
}

#[test]
fn places_count_characters() {
    let mistakes = parse("exclude = [\"ü–漢\", 7]").expect_err("wrong");
    assert_eq!(mistakes[0].place, Some(Place { line: 1, column: 19 }));
    let mistakes = parse("exclude = [\"\"\"\n   \"\"\"]").expect_err("wrong");
    assert_eq!(mistakes[0].place, Some(Place { line: 1, column: 12 }));
    let bytes = b"\xef\xbb\xbf# caf\xc3\xa9\nx = \"\xe9\"\n";
    let mistakes = read("dynolint.toml", bytes, Form::Whole, &known()).expect_err("not UTF-8");
    assert_eq!(
        (mistakes[0].place, mistakes[0].message.as_str()),
        (Some(Place { line: 2, column: 6 }), "not UTF-8")
    );
}

#[test]
fn what_is_shown_is_escaped() {
    let mistakes = parse("\"a\\u001b[31m\" = 1\n[rules.\"\\u202e\"]\n").expect_err("wrong");
    for mistake in mistakes {
        assert!(!mistake.message.contains(crate::escape::is_hidden), "{mistake:?}");
    }
}

#[test]
fn the_example_sets_everything_it_shows() {
    let settings = settings(page::EXAMPLE);
    assert_eq!(settings.targets, [Target::Fly]);
    assert_eq!(settings.exclude, ["vendor/", "**/*.min.js"]);
    assert_eq!(settings.fail_on, FailOn::Error);
    assert!(settings.require_reason && !settings.pedantic);
    assert_eq!(settings.wrappers, ["AppConfig.get"]);
    let ordinary = settings.of_rule("fs-durable-write", "app/a.rb");
    assert_eq!((ordinary.severity, ordinary.here), (Some(Severity::Error), None));
    assert_eq!(settings.of_rule("fs-durable-write", "tmp/cache/a").here, Some(false));
    assert_eq!(settings.of_rule("heroku-metadata-env", "a.rb").fix, Some(FixLevel::Unsafe));
    assert_eq!(settings.of_rule("dyno-ordinal", "script/a.rb").here, Some(false));
    assert_eq!(settings.of_rule("port-no-default", "lib/test/a.rb").severity, Some(Severity::Note));
    assert_eq!(settings.of_rule("dyno-ordinal", "lib/a.rb").here, None);
    let ignore = &settings.ignores[0];
    assert_eq!((ignore.rule, ignore.code.as_deref()), ("heroku-npm-lifecycle", None));
    assert!(ignore.paths.matches("app.json") && ignore.reason.starts_with("goes when"));
    assert_eq!(settings.names.of(Purpose::Commit), "REVISION");
    assert_eq!(settings.names.of(Purpose::AppName), "APP_NAME");
    assert_eq!(settings.names.time_zone(), Some("Europe/Paris"));
    let couplings = parse(page::EXAMPLE).expect("right").couplings();
    assert_eq!(couplings[0].name, "acme-host");
    assert_eq!((couplings[0].hosts.len(), couplings[0].severity), (1, Severity::Error));
    assert!(couplings[0].url.is_some() && couplings[0].replacement.is_none());
}

#[test]
fn nothing_set_is_nothing_changed() {
    assert_eq!(parse(""), Ok(Config { file: "dynolint.toml".to_string(), top: top(), ..Config::default() }));
    let settings = settings("\u{feff}# nothing\r\n");
    let usual = Settings::default();
    assert_eq!(settings.min_confidence, usual.min_confidence);
    assert_eq!(settings.fail_on, usual.fail_on);
    assert_eq!(settings.names, usual.names);
    assert!(settings.targets.is_empty() && settings.rules.is_empty() && settings.baseline.is_none());
}

fn top() -> Table {
    Table { at: Place { line: 1, column: 1 }, ..Table::default() }
}

#[test]
fn single_values_arrive() {
    let text = "min-severity = \"warning\"\nmin-confidence = \"medium\"\npedantic = true\nassume-heroku = true\n\
                all-roles = true\nbaseline = \"b.json\"\ntargets = [\"vps\", \"aws\"]\n";
    let settings = settings(text);
    assert_eq!(settings.min_severity, Severity::Warning);
    assert_eq!(settings.min_confidence, Confidence::Medium);
    assert!(settings.pedantic && settings.assume_heroku && settings.all_roles);
    assert_eq!(settings.baseline, Some(PathBuf::from("b.json")));
    assert_eq!(settings.targets, [Target::Vps, Target::Aws]);
}

#[test]
fn a_later_override_wins_key_by_key() {
    let text = "[rules.dyno-ordinal]\nseverity = \"error\"\nfix = \"off\"\n\
                [[overrides]]\npaths = [\"app/\"]\nrules.dyno-ordinal.severity = \"note\"\n\
                [[overrides]]\npaths = [\"app/jobs/\"]\nrules.dyno-ordinal.enabled = false\n";
    let settings = settings(text);
    let of = |path| settings.of_rule("dyno-ordinal", path);
    assert_eq!((of("lib/a.rb").severity, of("lib/a.rb").here), (Some(Severity::Error), None));
    assert_eq!((of("app/a.rb").severity, of("app/a.rb").here), (Some(Severity::Note), None));
    assert_eq!((of("app/jobs/a.rb").severity, of("app/jobs/a.rb").here), (Some(Severity::Note), Some(false)));
    assert_eq!(of("app/jobs/a.rb").fix, Some(FixLevel::Off));
}

#[test]
fn earlier_names_are_understood_and_said() {
    let text = "[rules.earlier-rule]\nenabled = false\n[[ignore]]\npath = \"a\"\nrule = \"earlier-rule\"\n";
    let config = parse(text).expect("right");
    assert!(config.rules.contains_key("renamed-rule"));
    assert_eq!(config.ignores[0].text("rule"), Some("renamed-rule"));
    let note = |line| format!("`earlier-rule` is now called `renamed-rule` (dynolint.toml:{line})");
    assert_eq!(config.notes, [note(1), note(5)]);
}

#[test]
fn own_couplings_are_rules() {
    let text = "[rules.acme-host]\nenabled = false\n[[ignore]]\npath = \"a\"\nrule = \"acme-host\"\n\
                [[couplings]]\nname = \"acme-host\"\nmessage = \"m\"\nvariables = [\"ACME_*\"]\n";
    let config = parse(text).expect("right");
    assert!(config.rules.contains_key("acme-host"));
    assert!(schema_accepts(text));
}

#[test]
fn every_key_has_an_example_that_is_read() {
    for section in SECTIONS.iter() {
        for key in &section.keys {
            let value = |key: &keys::Key| format!("{} = {}\n", key.name, key.example);
            let others = section.keys.iter().filter(|other| other.required && other.name != key.name);
            let mut text: String = others.map(value).collect::<String>() + &value(key);
            text = match section.id {
                SectionId::Top => text,
                SectionId::OverrideRule => {
                    format!("[[overrides]]\npaths = [\"a\"]\n[overrides.rules.dyno-ordinal]\n{text}")
                }
                SectionId::Override => format!("[[overrides]]\n{text}rules.dyno-ordinal.enabled = false\n"),
                _ => format!("{}\n{text}", section.header.replace("<id>", "dyno-ordinal")),
            };
            if section.id == SectionId::Coupling && !LISTS.contains(&key.name) {
                text += "hosts = [\"acme.internal\"]\n";
            }
            assert!(parse(&text).is_ok(), "{text}\n{:?}", parse(&text));
            assert!(schema_accepts(&text), "{text}");
            let default = key.default.as_ref();
            assert!(default.is_empty() || toml_span::parse(&format!("x = {default}")).is_ok(), "{default}");
        }
    }
}

#[test]
fn every_key_does_something() {
    // A key that is in the table alone would be read and forgotten.
    let sources = [include_str!("../config.rs"), include_str!("keys.rs")].concat();
    let ours = SECTIONS.iter().filter(|section| section.id != SectionId::Fix);
    for key in ours.flat_map(|section| &section.keys) {
        let uses = sources.matches(&format!("\"{}\")", key.name)).count();
        assert!(uses > 0, "nothing reads `{}`", key.name);
    }
}

#[test]
fn examples_of_the_page_are_read() {
    let page = page::markdown();
    let mut count = 0;
    for fence in page.split("```toml").skip(1) {
        let (info, rest) = fence.split_once('\n').expect("a line");
        let text = rest.split("```").next().expect("a fence ends");
        let found = match info.trim() {
            "pyproject" => read("pyproject.toml", text.as_bytes(), Form::Tool, &known()).map(|config| {
                assert!(config.is_some(), "{text}");
            }),
            _ => {
                assert!(schema_accepts(text), "{text}");
                parse(text).map(drop)
            }
        };
        assert!(found.is_ok(), "{text}\n{found:?}");
        count += 1;
    }
    assert!(count > 15, "{count}");
}

#[test]
fn a_pyproject_is_read_below_its_table_only() {
    let read_tool = |text: &str| read("pyproject.toml", text.as_bytes(), Form::Tool, &known());
    // None of our business.
    for text in [
        "",
        "[project]\nname = \"x\"\n",
        "[project\nbroken",
        "[project]\ndependencies = [\"dynolint\"]\n",
        "x = 2024-01-01\n",
    ] {
        assert_eq!(read_tool(text), Ok(None), "{text}");
        assert!(!has_tool(text), "{text}");
    }
    // Ours, in every notation.
    for text in [
        "[tool.dynolint]\npedantic = true\n",
        "[tool]\ndynolint = { pedantic = true }\n",
        "[tool]\ndynolint.pedantic = true\n",
        "tool.dynolint.pedantic = true\n",
        "[project]\ndate = 2024-01-01\n\n[tool.dynolint]\npedantic = true\n[tool.other]\nat = 07:32:00\n",
    ] {
        let config = read_tool(text).expect(text).expect(text);
        assert_eq!(config.top.flag("pedantic"), Some(true), "{text}");
        assert!(has_tool(text), "{text}");
    }
    let rules = "[tool.dynolint.rules.dyno-ordinal]\nenabled = false\n";
    assert_eq!(read_tool(rules).expect("right").expect("ours").rules.len(), 1);
    // Mistakes in it are at their place in the whole file.
    let rows = [
        ("[project]\nname = \"ü\"\n\n[tool.dynolint]\npedantc = true\n", (5, 1)),
        ("[project]\ndate = 2024-01-01\n[tool.dynolint]\npedantic = yes\n", (4, 12)),
        ("[tool]\ndynolint = 3\n", (2, 12)),
    ];
    for (text, (line, column)) in rows {
        assert_eq!(read_tool(text).expect_err(text)[0].place, Some(Place { line, column }), "{text}");
    }
}

/// Pieces that settings files are made of.
const PIECES: &[&str] = &[
    "[",
    "]",
    "[[",
    "]]",
    "{",
    "}",
    "=",
    ",",
    ".",
    "\"",
    "'",
    "\"\"\"",
    "'''",
    "\n",
    "\r\n",
    "\r",
    " ",
    "\t",
    "#",
    "\\",
    "\\u00e9",
    "\u{feff}",
    "ü",
    "漢",
    "\u{0}",
    "true",
    "false",
    "1",
    "-1.5e3",
    "2024-01-01",
    "inf",
    "tool.dynolint",
    "tool",
    "dynolint",
    "rules",
    "overrides",
    "ignore",
    "couplings",
    "fix",
    "dyno-ordinal",
    "paths",
    "enabled",
    "severity",
    "targets",
    "exclude",
    "fail-on",
    "require-reason",
    "name",
    "message",
    "hosts",
    "rule",
    "path",
    "commit-env",
    "time-zone",
    "\"error\"",
    "\"fly\"",
    "\"a/\"",
    "\"[\"",
    "[rules.dyno-ordinal]\n",
    "[[overrides]]\n",
    "[[ignore]]\n",
    "[[couplings]]\n",
    "[fix]\n",
    "enabled = false\n",
    "paths = [\"a\"]\n",
    "name = \"a\"\n",
    "a.b = 1\n",
    "[a.b]\n",
    "[[a]]\n",
    "[[a.b]]\n",
];

/// Whatever the bytes are: no panic, and a place that is in the text.
fn check(bytes: &[u8]) {
    for form in [Form::Whole, Form::Tool] {
        let lines = bytes.iter().filter(|byte| **byte == b'\n').count() + 1;
        match read("dynolint.toml", bytes, form, &rules::all()) {
            Ok(Some(config)) => config.apply(&mut Settings::default()),
            Ok(None) => {}
            Err(mistakes) => {
                assert!(!mistakes.is_empty() && mistakes.len() <= 10);
                for place in mistakes.iter().filter_map(|mistake| mistake.place) {
                    assert!(place.line >= 1 && place.line <= lines && place.column >= 1, "{place:?}");
                }
            }
        }
    }
    has_tool(&String::from_utf8_lossy(bytes));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_is_too_odd(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..40)) {
        check(pieces.concat().as_bytes());
    }

    #[test]
    fn no_bytes_are_too_odd(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        check(&bytes);
    }
}
