//! The settings file: where it is found, what each key does, what wins, and how mistakes are told.

use super::support::{ERROR, NOTE, Run, WARNING, bare, concise, project, run, three, write};

/// Where settings may be, with what makes any table one of theirs.
const PLACES: [(&str, &str); 4] = [
    ("dynolint.toml", ""),
    (".dynolint.toml", ""),
    (".config/dynolint.toml", ""),
    ("pyproject.toml", "[project]\nname = \"shop\"\n\n[tool.dynolint]\n"),
];

#[test]
fn settings_are_found_in_each_place() {
    for (path, before) in PLACES {
        let folder = bare(&[("shop/app/a.rb", NOTE), ("shop/app/b.rb", ERROR)]);
        write(&folder, &format!("shop/{path}"), format!("{before}min-severity = \"error\"\n"));
        // Found from below, and its folder is the root.
        let outcome = concise(folder.path().join("shop/app"), &[]).ends(1);
        assert_eq!(outcome.places(), ["app/b.rb:1:8 dyno-process-type"], "{path}");
    }
}

#[test]
fn two_of_them_are_too_many() {
    for (at, (first, before)) in PLACES.iter().enumerate() {
        for (second, before_second) in &PLACES[at + 1..] {
            let folder = bare(&[("a.rb", NOTE), (first, before), (second, before_second)]);
            let outcome = run(&folder, &[]).ends(2);
            let said = format!("error: {first}: there are settings in `{second}` as well\n");
            assert!(outcome.err.starts_with(&said), "{}", outcome.err);
            assert!(outcome.err.contains("help: keep one of the two") && outcome.out.is_empty());
            run(&folder, &["--isolated"]).ends(0);
            run(&folder, &["--config", first]).ends(0);
        }
    }
}

#[test]
fn a_pyproject_without_settings_is_not_ours() {
    for text in [
        "[project]\nname = \"shop\"\ndependencies = [\"dynolint\"]\n",
        "[project\nthis is broken",
        "[tool.other]\nsince = 2024-01-01\n",
    ] {
        let folder = bare(&[("shop/pyproject.toml", text), ("shop/a.rb", ERROR), ("shop/b.rb", NOTE)]);
        write(&folder, "dynolint.toml", "min-severity = \"error\"\n");
        let outcome = concise(folder.path().join("shop"), &[]).ends(1);
        assert_eq!(outcome.places(), ["shop/a.rb:1:8 dyno-process-type"], "{text}");
    }
    let folder = bare(&[("pyproject.toml", "[project]\nname = \"x\"\n"), ("a.rb", NOTE)]);
    let outcome = run(&folder, &["--config", "pyproject.toml"]).ends(2);
    assert!(outcome.err.contains("pyproject.toml: there is no table `[tool.dynolint]`"), "{}", outcome.err);
}

#[test]
fn a_file_can_be_named_and_none_can_be_asked_for() {
    let folder = bare(&[("a.rb", NOTE), ("ci/strict.toml", "fail-on = \"note\"\n")]);
    write(&folder, "dynolint.toml", "fail-on = \"never\"\nexclude = [\"/a.rb\"]\n");
    assert_eq!(concise(&folder, &[]).ends(0).out, "");
    concise(&folder, &["--config", "ci/strict.toml"]).ends(1);
    let by_variable =
        |arguments: &[&str]| Run::within(&folder, arguments).with("DYNOLINT_CONFIG", "ci/strict.toml").run();
    by_variable(&[]).ends(1);
    by_variable(&["--config", "dynolint.toml"]).ends(0);
    // The usual settings: a note is shown, and does not fail.
    let isolated = by_variable(&["--isolated", "--output-format", "concise"]).ends(0);
    assert_eq!(isolated.places(), ["a.rb:1:12 dyno-ordinal"]);
    let outcome = run(&folder, &["--config", "nowhere.toml"]).ends(2);
    assert_eq!(outcome.err, "error: nowhere.toml: there is no such file\n");
}

#[test]
fn globs_count_from_the_root_whoever_names_the_file() {
    let folder = bare(&[("dynolint.toml", ""), ("a.rb", ERROR), ("ci/a.rb", ERROR)]);
    write(&folder, "ci/other.toml", "exclude = [\"/a.rb\"]\n");
    let outcome = concise(folder.path().join("ci"), &["--config", "other.toml"]).ends(1);
    assert_eq!(outcome.places(), ["ci/a.rb:1:8 dyno-process-type"]);
}

/// The three findings with these settings, one line for each.
fn with(settings: &str, arguments: &[&str]) -> super::support::Outcome {
    let folder = three();
    write(&folder, "dynolint.toml", settings);
    concise(&folder, arguments)
}

#[test]
fn each_key_does_what_a_flag_does() {
    let all = ["app/error.rb", "config/warning.rb", "lib/note.rb"];
    let rows: [(&str, &[&str], i32); 6] = [
        ("min-severity = \"warning\"", &all[..2], 1),
        ("exclude = [\"app/\"]", &all[1..], 1),
        ("fail-on = \"never\"", &all, 0),
        ("exclude = [\"app/\", \"config/\"]\nfail-on = \"note\"", &all[2..], 1),
        ("[rules.dyno-process-type]\nenabled = false", &all[1..], 1),
        ("[rules.dyno-process-type]\nexclude = [\"app/\"]", &all[1..], 1),
    ];
    for (settings, paths, code) in rows {
        let outcome = with(settings, &[]).ends(code);
        let found: Vec<String> = outcome.paths().into_iter().collect();
        assert_eq!(found, paths, "{settings}");
    }
}

#[test]
fn roles_and_signs_can_be_set() {
    let folder = project(&[("test/a_test.rb", ERROR)]);
    assert_eq!(concise(&folder, &[]).ends(0).out, "");
    write(&folder, "dynolint.toml", "all-roles = true\n");
    assert_eq!(concise(&folder, &[]).ends(1).paths().len(), 1);

    let folder =
        project(&[("config/environments/production.rb", "config.cache_store = :file_store, 'tmp'\n")]);
    let found = |arguments: &[&str]| concise(&folder, arguments).out;
    let (plain, assumed) = (found(&[]), found(&["--assume-heroku"]));
    assert_ne!(plain, assumed);
    write(&folder, "dynolint.toml", "assume-heroku = true\n");
    assert_eq!(found(&[]), assumed);
}

#[test]
fn severities_of_rules_can_be_set() {
    let outcome = with("[rules.dyno-ordinal]\nseverity = \"error\"\n", &["--min-severity", "error"]).ends(1);
    assert_eq!(outcome.rules().into_iter().collect::<Vec<_>>(), ["dyno-ordinal", "dyno-process-type"]);
    let settings = "[[overrides]]\npaths = [\"app/\"]\nrules.dyno-process-type.severity = \"note\"\n\
                    [[overrides]]\npaths = [\"config/**\"]\nrules.heroku-metadata-env.enabled = false\n";
    let outcome = with(settings, &[]).ends(0);
    let found: Vec<_> = outcome.out.lines().filter_map(|line| line.split(' ').nth(1)).collect();
    assert_eq!(found, ["note", "note"], "{}", outcome.out);
}

#[test]
fn fixes_of_rules_can_be_switched_off() {
    let settings = "[rules.heroku-metadata-env]\nfix = \"off\"\n";
    for (settings, fixed) in [("", true), (settings, false)] {
        let folder = project(&[("config/a.rb", WARNING)]);
        write(&folder, "dynolint.toml", settings);
        let patch = run(&folder, &["--diff"]).out;
        assert_eq!(!patch.is_empty(), fixed, "{patch}");
    }
}

#[test]
fn a_flag_wins() {
    let settings =
        "min-severity = \"error\"\nfail-on = \"never\"\ntargets = [\"render\"]\nexclude = [\"app/\"]\n";
    assert_eq!(with(settings, &[]).ends(0).out, "");
    let found = with(settings, &["--min-severity", "note"]).ends(0);
    assert_eq!(found.paths().len(), 2);
    with(settings, &["--min-severity", "note", "--fail-on", "warning"]).ends(1);
    // What is left out adds up.
    let found = with(settings, &["--min-severity", "note", "--exclude", "lib/"]).ends(0);
    assert_eq!(found.places(), ["config/warning.rb:1:10 heroku-metadata-env"]);
    let found = with(settings, &["--min-severity", "note", "--skip", "dyno-ordinal"]).ends(0);
    assert_eq!(found.places(), ["config/warning.rb:1:10 heroku-metadata-env"]);
    // A rule that is asked for by name runs.
    let settings = "[rules.dyno-ordinal]\nenabled = false\n";
    assert_eq!(with(settings, &[]).ends(1).paths().len(), 2);
    assert_eq!(with(settings, &["--only", "dyno-ordinal"]).ends(0).rules().len(), 1);
    // One target in place of the other.
    let folder = project(&[("a.rb", WARNING), ("dynolint.toml", "")]);
    write(&folder, "dynolint.toml", "targets = [\"render\"]\n");
    assert!(run(&folder, &[]).ends(1).out.contains("Render sets"));
    let fly = run(&folder, &["--target", "fly"]).ends(1).out;
    assert!(fly.contains("Fly.io") && !fly.contains("Render"), "{fly}");
}

#[test]
fn every_mistake_is_told_with_its_place() {
    let folder = project(&[("a.rb", ERROR)]);
    write(&folder, "dynolint.toml", "fail_on = \"error\"\n[rules.dyno-ordnal]\nenabled = \"no\"\n");
    for arguments in [&[][..], &["config"], &["rules"], &["files"], &["explain", "dyno-ordinal"]] {
        let outcome = run(&folder, arguments).ends(2);
        assert_eq!(
            outcome.err,
            "error: dynolint.toml:1:1: `fail_on` is not a setting\n  help: did you mean `fail-on`?\n\
             error: dynolint.toml:2:8: there is no rule `dyno-ordnal`\n  help: did you mean `dyno-ordinal`?\n",
            "{arguments:?}"
        );
        assert_eq!(outcome.out, "");
    }
    write(&folder, "dynolint.toml", b"# \xff\n");
    assert!(run(&folder, &[]).ends(2).err.starts_with("error: dynolint.toml:1:3: not UTF-8\n"));
    write(&folder, "dynolint.toml", b"\xef\xbb\xbf# saved by an old editor\r\nfail-on = \"never\"\r\n");
    run(&folder, &[]).ends(0);
}

#[test]
fn config_shows_where_values_come_from() {
    let folder = three();
    let settings = "fail-on = \"error\"\nexclude = [\n  \"vendor/\",\n  \"tmp/\",\n]\n\n[rules.dyno-ordinal]\n\
                    severity = \"error\"\nexclude = [\"lib/\"]\n\n[[overrides]]\npaths = [\"app/\"]\n\
                    rules.dyno-ordinal.severity = \"note\"\n";
    write(&folder, "dynolint.toml", settings);
    let words = |arguments: &[&str]| {
        let outcome = run(&folder, arguments).ends(0);
        let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
        outcome.out.lines().map(words).collect::<Vec<_>>()
    };
    let shown = words(&["config"]);
    for line in [
        "settings dynolint.toml",
        "fail-on \"error\" dynolint.toml:1",
        "exclude \"vendor/\" dynolint.toml:3",
        "\"tmp/\" dynolint.toml:4",
        "min-severity \"note\" default",
        "[rules.dyno-ordinal]",
        "severity \"error\" dynolint.toml:8",
        "[[overrides]]",
        "rules.dyno-ordinal.severity \"note\" dynolint.toml:13",
        "commit-env \"GIT_SHA\" default",
    ] {
        assert!(shown.iter().any(|known| known == line), "{line} in {shown:#?}");
    }
    // For one file: the last word on each key.
    let shown = words(&["config", "app/error.rb"]);
    assert!(shown.contains(&"file app/error.rb, ruby, app".to_string()), "{shown:#?}");
    assert!(shown.contains(&"severity \"note\" dynolint.toml:13".to_string()), "{shown:#?}");
    assert!(!shown.iter().any(|line| line.starts_with("enabled") || line == "[[overrides]]"), "{shown:#?}");
    let shown = words(&["config", "lib/note.rb"]);
    assert!(shown.contains(&"severity \"error\" dynolint.toml:8".to_string()), "{shown:#?}");
    assert!(shown.contains(&"enabled false dynolint.toml:9".to_string()), "{shown:#?}");
}

#[test]
fn config_lines_up_and_fits() {
    let folder = project(&[]);
    write(&folder, "dynolint.toml", format!("baseline = \"{}\"\nexclude = [\"漢字/\"]\n", "x".repeat(200)));
    let outcome = run(&folder, &["config"]).ends(0);
    use unicode_width::UnicodeWidthStr;
    let column = |line: &str| {
        let at = line.rfind("default").or_else(|| line.rfind("dynolint.toml:"))?;
        Some(line[..at].width())
    };
    let columns: std::collections::BTreeSet<usize> = outcome.out.lines().filter_map(column).collect();
    assert_eq!(columns.len(), 1, "{}", outcome.out);
    assert!(outcome.out.lines().all(|line| line.width() <= 100), "{}", outcome.out);
}

#[test]
fn config_says_which_file_was_read() {
    let folder = bare(&[("a.rb", NOTE), ("ci/x.toml", "")]);
    let says = |outcome: super::support::Outcome, wanted: &str| {
        let line = outcome.ends(0).out.lines().nth(1).expect("a line").to_string();
        assert_eq!(line, format!("settings {wanted}"));
    };
    says(run(&folder, &["config"]), "none; dynolint.toml would be read");
    says(run(&folder, &["config", "--isolated"]), "none is read (--isolated)");
    says(run(&folder, &["config", "--config", "ci/x.toml"]), "ci/x.toml (--config)");
    let variable = Run::within(&folder, &["config"]).with("DYNOLINT_CONFIG", "ci/x.toml").run();
    says(variable, "ci/x.toml (DYNOLINT_CONFIG)");
    write(&folder, ".config/dynolint.toml", "");
    says(run(&folder, &["config", "a.rb"]), ".config/dynolint.toml");
}

#[test]
fn config_is_there_for_programs() {
    let folder = three();
    write(&folder, "dynolint.toml", "targets = [\"fly\"]\n[fix]\ntime-zone = \"Europe/Paris\"\n");
    let answer = run(&folder, &["config", "--output-format", "json", "lib/note.rb"]).ends(0).json();
    let row = |key: &str| {
        let rows = answer["settings"].as_array().expect("a list");
        rows.iter().find(|row| row["key"] == key).unwrap_or_else(|| panic!("{key}")).clone()
    };
    assert_eq!(answer["file"], "dynolint.toml");
    assert_eq!((&answer["of"]["path"], &answer["of"]["role"]), (&"lib/note.rb".into(), &"app".into()));
    assert_eq!(row("targets")["value"], serde_json::json!(["fly"]));
    let from = serde_json::json!([{"kind": "file", "path": "dynolint.toml", "line": 1, "column": 12}]);
    assert_eq!(row("targets")["from"], from);
    assert_eq!(row("pedantic")["value"], serde_json::json!(false));
    assert_eq!(row("pedantic")["from"], serde_json::json!([{"kind": "default"}]));
    assert_eq!(
        (&row("time-zone")["table"], &row("time-zone")["value"]),
        (&"fix".into(), &"Europe/Paris".into())
    );
    assert_eq!(row("exclude")["value"], serde_json::json!([]));
}

#[test]
fn own_rules_are_rules_and_do_not_report_the_settings() {
    let coupling =
        "couplings]]\nname = \"acme-host\"\nhosts = [\"*.acme.internal\"]\nmessage = \"`{name}` goes\"\n";
    for (path, header) in [
        ("dynolint.toml", "[["),
        (".config/dynolint.toml", "[["),
        ("pyproject.toml", "[tool.other]\nurl = \"https://a.acme.internal\"\n[[tool.dynolint."),
    ] {
        let folder = bare(&[("a.rb", "get(\"https://db.acme.internal/x\")\n")]);
        write(&folder, path, format!("{header}{coupling}"));
        let found = concise(&folder, &[]).ends(1).places();
        let mut expected = vec!["a.rb:1:14 acme-host".to_string()];
        if path == "pyproject.toml" {
            expected.push("pyproject.toml:2:16 acme-host".to_string());
        }
        assert_eq!(found, expected, "{path}");
        run(&folder, &["explain", "acme-host"]).ends(0);
        concise(&folder, &["--skip", "acme-host"]).ends(0);
    }
}

#[test]
fn wrappers_read_variables() {
    let folder = project(&[("a.rb", "kind = AppConfig.get(\"DYNO\").split(\".\").first\n")]);
    let before = concise(&folder, &[]).rules();
    write(&folder, "dynolint.toml", "wrappers = [\"AppConfig.get\"]\n");
    let after = concise(&folder, &[]).rules();
    assert!(
        !before.contains("dyno-process-type") && after.contains("dyno-process-type"),
        "{before:?} {after:?}"
    );
}
