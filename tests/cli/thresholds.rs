//! What is reported, and how the program ends.

use super::support::{ERROR, NOTE, WARNING, concise, project, run, three};

#[test]
fn the_three_are_what_they_are_called() {
    let folder = three();
    let outcome = concise(&folder, &[]).ends(1);
    assert_eq!(
        outcome.places(),
        [
            "app/error.rb:1:8 dyno-process-type",
            "config/warning.rb:1:10 heroku-metadata-env",
            "lib/note.rb:1:12 dyno-ordinal",
        ]
    );
    let levels: Vec<_> = outcome.out.lines().filter_map(|line| line.split(' ').nth(1)).collect();
    assert_eq!(levels, ["error", "warning", "note"]);
}

#[test]
fn the_exit_code_follows_fail_on() {
    let cases =
        [("puts 1\n", [0, 0, 0, 0]), (NOTE, [0, 0, 1, 0]), (WARNING, [0, 1, 1, 0]), (ERROR, [1, 1, 1, 0])];
    for (text, codes) in cases {
        let folder = project(&[("a.rb", text)]);
        for (level, code) in ["error", "warning", "note", "never"].iter().zip(codes) {
            let outcome = run(&folder, &["--fail-on", level]).ends(code);
            assert_eq!(outcome.out.is_empty(), text == "puts 1\n", "findings are shown whatever the code");
            run(&folder, &["--fail-on", level, "--exit-zero"]).ends(0);
        }
        // Warnings fail where nothing else is asked for.
        run(&folder, &[]).ends(codes[1]);
    }
}

#[test]
fn the_format_never_changes_the_exit_code() {
    let (clean, folder) = (project(&[("a.rb", "puts 1\n")]), three());
    for format in ["full", "concise", "json", "json-lines", "github", "sarif", "markdown"] {
        run(&clean, &["--output-format", format]).ends(0);
        run(&folder, &["--output-format", format]).ends(1);
        run(&folder, &["--output-format", format, "--exit-zero"]).ends(0);
        run(&folder, &["--output-format", format, "--fail-on", "never"]).ends(0);
        run(&folder, &["--output-format", format, "--statistics", "-q"]).ends(1);
        run(&folder, &["--report", &format!("{format}=-")]).ends(1);
        run(&folder, &["--output-format", format, "--max-findings", "0"]).ends(1);
    }
}

#[test]
fn severities_below_the_least_are_left_out() {
    let folder = three();
    for (level, count, hidden) in [("note", 3, 0), ("warning", 2, 1), ("error", 1, 2)] {
        let outcome = concise(&folder, &["--min-severity", level]).ends(1);
        assert_eq!(outcome.places().len(), count, "{level}");
        let said = outcome.err.contains(&format!("{hidden} by severity, confidence or choice of rules"));
        assert_eq!(said, hidden > 0, "{}", outcome.err);
    }
    // What is not reported does not fail.
    let folder = project(&[("a.rb", WARNING)]);
    assert_eq!(run(&folder, &["--min-severity", "error"]).ends(0).out, "");
}

#[test]
fn confidences_below_the_least_are_left_out() {
    let all = super::support::fixture("rails");
    let counts = ["low", "medium", "high"].map(|level| {
        let report = run(&all, &["--output-format", "json", "--min-confidence", level]).json();
        let findings = report["findings"].as_array().expect("a list").clone();
        let allowed: &[&str] = match level {
            "low" => &["low", "medium", "high"],
            "medium" => &["medium", "high"],
            _ => &["high"],
        };
        for finding in &findings {
            assert!(allowed.contains(&finding["confidence"].as_str().expect("a word")), "{finding:#}");
        }
        findings.len()
    });
    assert!(counts[0] >= counts[1] && counts[1] > counts[2] && counts[2] > 0, "{counts:?}");
}

#[test]
fn rules_are_chosen_and_left_out() {
    let folder = three();
    let of = |arguments: &[&str]| concise(&folder, arguments).rules().into_iter().collect::<Vec<_>>();
    assert_eq!(of(&["--only", "dyno-ordinal"]), ["dyno-ordinal"]);
    assert_eq!(of(&["--only", "dyno-ordinal,dyno-process-type"]), ["dyno-ordinal", "dyno-process-type"]);
    assert_eq!(
        of(&["--only", "dyno-ordinal", "--only", "heroku-metadata-env"]),
        ["dyno-ordinal", "heroku-metadata-env"]
    );
    assert_eq!(of(&["--skip", "dyno-ordinal"]), ["dyno-process-type", "heroku-metadata-env"]);
    assert_eq!(of(&["--skip", "dyno-ordinal,heroku-metadata-env"]), ["dyno-process-type"]);
    assert_eq!(of(&["--only", "dyno-ordinal", "--skip", "dyno-ordinal"]), Vec::<String>::new());
    run(&folder, &["--only", "dyno-ordinal"]).ends(0);
    run(&folder, &["--only", "dyno-process-type"]).ends(1);
}

#[test]
fn the_thorough_see_what_is_portable_already() {
    let folder = project(&[("a.rb", "release = ENV[\"GIT_SHA\"] || ENV[\"HEROKU_SLUG_COMMIT\"]\n")]);
    let plain = run(&folder, &[]).ends(0);
    assert_eq!(plain.out, "");
    assert!(plain.err.contains("1 already made portable (--pedantic shows them)"), "{}", plain.err);
    let thorough = concise(&folder, &["--pedantic"]).ends(0);
    assert_eq!(thorough.places(), ["a.rb:1:29 heroku-metadata-env"]);
    assert!(!thorough.err.contains("portable"), "{}", thorough.err);
}

#[test]
fn tests_documents_and_foreign_code_are_reported_on_demand() {
    let folder = project(&[
        ("app/a.rb", ERROR),
        ("spec/a_spec.rb", ERROR),
        ("vendor/gems/x/b.rb", ERROR),
        ("test/c_test.rb", ERROR),
    ]);
    let plain = concise(&folder, &[]).ends(1);
    assert_eq!(plain.paths().into_iter().collect::<Vec<_>>(), ["app/a.rb"]);
    let said = "not reported: 2 in tests, 1 in vendored code (--all-roles shows them)";
    assert!(plain.err.contains(said), "{}", plain.err);
    let all = concise(&folder, &["--all-roles"]).ends(1);
    assert_eq!(
        all.paths().into_iter().collect::<Vec<_>>(),
        ["app/a.rb", "spec/a_spec.rb", "test/c_test.rb", "vendor/gems/x/b.rb"]
    );
    assert!(!all.err.contains("not reported"), "{}", all.err);
    // Alone they do not fail.
    run(&folder, &["spec"]).ends(0);
    run(&folder, &["spec", "--all-roles"]).ends(1);
}

#[test]
fn the_target_says_what_holds_there() {
    let folder = project(&[("a.rb", ERROR)]);
    let plain = run(&folder, &[]).out;
    assert!(!plain.contains("note:"), "{plain}");
    let targets = [
        ("render", "`RENDER_SERVICE_TYPE`"),
        ("fly", "`FLY_PROCESS_GROUP`"),
        ("dokku", "docker-local scheduler"),
        ("kubernetes", "Kubernetes"),
        ("railway", "Railway"),
        ("aws", "AWS"),
        ("aptible", "Aptible"),
        ("digitalocean", "DigitalOcean"),
    ];
    for (target, said) in targets {
        let outcome = run(&folder, &["--target", target]).ends(1);
        let note = outcome.out.split("note:").nth(1).unwrap_or_default();
        assert!(note.contains(said), "{target}:\n{}", outcome.out);
        let json = run(&folder, &["--target", target, "--output-format", "json"]).ends(1).json();
        assert_eq!(json["targets"], serde_json::json!([target]));
        assert!(json["findings"][0]["notes"].to_string().contains(said), "{json:#}");
    }
    run(&folder, &["--target", "vps"]).ends(1);
    let both = run(&folder, &["--target", "render,fly", "--output-format", "json"]).ends(1).json();
    assert_eq!(both["targets"], serde_json::json!(["render", "fly"]));
    let notes = both["findings"][0]["notes"].to_string();
    assert!(notes.contains("`RENDER_SERVICE_TYPE`") && notes.contains("`FLY_PROCESS_GROUP`"), "{notes}");
    assert_eq!(both["summary"]["findings"], 1, "one finding, not one for each target");
    run(&folder, &["--target", "heroku"]).ends(2);
}
