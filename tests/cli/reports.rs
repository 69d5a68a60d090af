//! What is printed and written: formats, colours, counts, the summary beside them.

use serde_json::Value;

use super::support::{Run, concise, fixture, project, run, three};

fn validator(schema: &str) -> jsonschema::Validator {
    let schema: Value = serde_json::from_str(schema).expect("a schema is JSON");
    jsonschema::validator_for(&schema).expect("a schema is a schema")
}

#[track_caller]
fn validate(validator: &jsonschema::Validator, value: &Value) {
    let errors: Vec<String> =
        validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path)).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

fn count(value: &Value) -> usize {
    value.as_array().expect("a list").len()
}

#[test]
fn every_format_holds_every_finding() {
    let folder = fixture("rails");
    let out = |format: &str| run(&folder, &["--output-format", format]).ends(1);
    let places = concise(&folder, &[]).ends(1).places();
    assert!(places.len() > 20, "{places:?}");

    let json = out("json").json();
    validate(&validator(include_str!("../../schema/dynolint-report.schema.json")), &json);
    let from_json: Vec<String> = json["findings"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|finding| {
            let text = |value: &Value| value.as_str().expect("text").to_string();
            let start = &finding["start"];
            let (path, rule) = (text(&finding["path"]), text(&finding["rule"]));
            format!("{path}:{}:{} {rule}", start["line"], start["column"])
        })
        .collect();
    assert_eq!(from_json, places);

    let lines: Vec<Value> = out("json-lines")
        .out
        .lines()
        .map(|line| serde_json::from_str(line).expect("each line is JSON"))
        .collect();
    let findings = lines.iter().filter(|line| line.get("rule").is_some() || line["finding"].is_object());
    assert_eq!(findings.count(), places.len());

    let sarif = out("sarif").json();
    validate(&validator(include_str!("../formats/sarif-schema-2.1.0.json")), &sarif);
    assert_eq!(count(&sarif["runs"][0]["results"]), places.len());

    let full = out("full").out;
    let headings =
        full.lines().filter(|line| ["error[", "warning[", "note["].iter().any(|head| line.starts_with(head)));
    assert_eq!(headings.count(), places.len());

    let github = out("github").out;
    assert!(github.lines().all(|line| line.starts_with("::")), "{github}");
    assert_eq!(github.lines().filter(|line| line.starts_with("::error ")).count(), 10, "GitHub shows ten");

    let markdown = out("markdown").out;
    assert!(markdown.starts_with("## dynolint"), "{markdown}");
    for place in &places {
        let path = place.split(':').next().expect("a path");
        assert!(markdown.contains(path), "{path}\n{markdown}");
    }
}

#[test]
fn several_reports_at_once() {
    let folder = three();
    let arguments =
        ["--report", "sarif=out.sarif", "--report", "json=out.json", "--output-format", "concise"];
    let outcome = run(&folder, &arguments).ends(1);
    assert_eq!(outcome.places().len(), 3);
    let read = |name: &str| -> Value {
        let text = std::fs::read_to_string(folder.path().join(name)).expect("written");
        serde_json::from_str(&text).expect("JSON")
    };
    assert_eq!(count(&read("out.sarif")["runs"][0]["results"]), 3);
    assert_eq!(count(&read("out.json")["findings"]), 3);
    // A second run does not find the reports of the first, and says the same.
    let before = std::fs::read(folder.path().join("out.json")).expect("there");
    assert_eq!(run(&folder, &arguments).ends(1).out, outcome.out);
    let report = read("out.json");
    let before: Value = serde_json::from_slice(&before).expect("JSON");
    assert_eq!(report["findings"], before["findings"]);
    // A report is whole even where the text is not.
    run(&folder, &["--report", "json=few.json", "--max-findings", "1", "--statistics"]).ends(1);
    assert_eq!(count(&read("few.json")["findings"]), 3);
    // A report is relative to where the run was started.
    run(folder.path().join("app"), &["--report", "json=here.json"]).ends(1);
    assert_eq!(count(&read("app/here.json")["findings"]), 3);
}

#[test]
fn a_report_without_a_folder_stops_before_the_work() {
    let folder = three();
    let outcome = run(&folder, &["--report", "json=fine.json", "--report", "sarif=no/x.sarif"]).ends(2);
    assert_eq!(outcome.out, "");
    assert!(outcome.err.contains("cannot write `no/x.sarif`: its folder does not exist"), "{}", outcome.err);
    assert!(outcome.err.contains("make the folder `no` first"), "{}", outcome.err);
    assert!(!folder.path().join("fine.json").exists());
}

#[test]
fn the_same_bytes_whatever_the_threads() {
    for name in ["rails", "broken"] {
        let folder = fixture(name);
        for format in ["full", "json", "sarif"] {
            let first = run(&folder, &["--output-format", format, "-j", "1"]).ends(1).out;
            assert!(first.len() > 1000, "{first}");
            for threads in ["1", "2", "8", "0", "2000"] {
                let again = run(&folder, &["--output-format", format, "-j", threads]).ends(1).out;
                assert!(again == first, "{name} {format} -j {threads}");
            }
        }
    }
}

#[test]
fn under_github_actions_annotations_follow_the_text() {
    let folder = three();
    let plain = run(&folder, &[]).ends(1).out;
    let actions = |arguments: &[&str]| Run::within(&folder, arguments).with("GITHUB_ACTIONS", "true").run();
    let both = actions(&[]).ends(1).out;
    let annotations = both.strip_prefix(plain.as_str()).expect("the text comes first");
    let github = run(&folder, &["--output-format", "github"]).out;
    assert_eq!(annotations, github);
    assert_eq!(annotations.lines().count(), 3);
    assert!(annotations.starts_with("::error file=app/error.rb,line=1,"), "{annotations}");
    // Whoever chooses gets what was chosen.
    assert_eq!(actions(&["--output-format", "full"]).ends(1).out, plain);
    assert_eq!(actions(&["--output-format", "concise"]).ends(1).out, concise(&folder, &[]).out);
    let other = Run::within(&folder, &[]).with("GITHUB_ACTIONS", "false").run();
    assert_eq!(other.ends(1).out, plain);
}

#[test]
fn a_coding_assistant_gets_one_line_for_each_finding() {
    let folder = three();
    let (full, short) = (run(&folder, &[]).out, concise(&folder, &[]).out);
    assert_ne!(full, short);
    for name in ["CLAUDECODE", "CURSOR_AGENT", "GEMINI_CLI", "CODEX_SANDBOX"] {
        let out = |value: &str, arguments: &[&str]| {
            Run::within(&folder, arguments).with(name, value).run().ends(1).out
        };
        assert_eq!(out("1", &[]), short, "{name}");
        assert_eq!(out("", &[]), full, "{name} is empty");
        assert_eq!(out("1", &["--output-format", "full"]), full, "{name}");
    }
}

#[test]
fn colours_only_where_they_are_wanted() {
    let folder = three();
    let colored = |arguments: &[&str], variables: &[(&str, &str)]| {
        let run = Run::within(&folder, arguments);
        let outcome = variables.iter().fold(run, |run, (name, value)| run.with(name, value)).run().ends(1);
        assert_eq!(outcome.out.contains('\x1b'), outcome.err.contains('\x1b'), "both streams");
        outcome.out.contains('\x1b')
    };
    for format in ["full", "concise"] {
        let format = ["--output-format", format];
        let and = |more: &[&'static str]| format.iter().chain(more).copied().collect::<Vec<_>>();
        assert!(!colored(&format, &[]), "not into a pipe");
        assert!(!colored(&format, &[("TERM", "xterm-256color"), ("COLORTERM", "truecolor")]));
        assert!(colored(&and(&["--color", "always"]), &[]));
        assert!(colored(&and(&["--color", "always"]), &[("NO_COLOR", "1")]));
        assert!(colored(&format, &[("CLICOLOR_FORCE", "1")]));
        assert!(!colored(&format, &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
        assert!(!colored(&and(&["--color", "never"]), &[("CLICOLOR_FORCE", "1")]));
    }
    for format in ["json", "json-lines", "github", "sarif", "markdown"] {
        let arguments = ["--output-format", format, "--color", "always"];
        assert!(!run(&folder, &arguments).ends(1).out.contains('\x1b'), "{format} is for programs");
    }
    // The colours are all that differs.
    let plain = run(&folder, &[]).out;
    let color = run(&folder, &["--color", "always"]).out;
    let mut stripped = String::new();
    let mut parts = color.split('\x1b');
    stripped.push_str(parts.next().unwrap_or_default());
    for part in parts {
        stripped.push_str(part.split_once('m').expect("only colours").1);
    }
    assert_eq!(stripped, plain);
}

#[test]
fn statistics_take_the_place_of_findings() {
    let folder = three();
    let outcome = run(&folder, &["--statistics"]).ends(1);
    let rows: Vec<Vec<&str>> = outcome.out.lines().map(|line| line.split_whitespace().collect()).collect();
    for row in [
        ["dyno-ordinal", "1", "-", "-", "1"],
        ["dyno-process-type", "1", "1", "-", "-"],
        ["heroku-metadata-env", "1", "-", "1", "-"],
        ["app/", "1", "1", "-", "-"],
        ["config/", "1", "-", "1", "-"],
        ["lib/", "1", "-", "-", "1"],
    ] {
        assert!(rows.iter().any(|found| found == &row), "{row:?}\n{}", outcome.out);
    }
    assert!(!outcome.out.contains("error.rb"), "{}", outcome.out);
    let json = run(&folder, &["--statistics", "--output-format", "json"]).ends(1).json();
    validate(&validator(include_str!("../../schema/dynolint-report.schema.json")), &json);
    assert_eq!((count(&json["statistics"]["rules"]), count(&json["findings"])), (3, 3));
    let clean = project(&[("a.rb", "puts 1\n")]);
    assert_eq!(run(&clean, &["--statistics"]).ends(0).out, "");
}

#[test]
fn the_number_of_findings_can_be_limited() {
    let folder = three();
    let few = concise(&folder, &["--max-findings", "1"]).ends(1);
    let lines: Vec<&str> = few.out.lines().collect();
    assert_eq!(lines.len(), 2, "{}", few.out);
    assert!(lines[0].starts_with("app/error.rb:1:8: error"), "{}", few.out);
    assert_eq!(lines[1], "and 2 more findings (--max-findings 1)");
    assert!(few.err.starts_with("3 findings (1 error, 1 warning, 1 note) in 3 files; "), "{}", few.err);
    assert!(!concise(&folder, &["--max-findings", "3"]).out.contains("more finding"));
    let json = run(&folder, &["--max-findings", "1", "--output-format", "json"]).json();
    assert_eq!(count(&json["findings"]), 3);
}

#[test]
fn the_summary_is_always_aside() {
    let folder = three();
    for format in ["full", "concise", "json", "json-lines", "github", "sarif", "markdown"] {
        let outcome = run(&folder, &["--output-format", format]);
        let first = outcome.err.lines().next().unwrap_or_default();
        let said = "3 findings (1 error, 1 warning, 1 note) in 3 files; looked at 4 files (3 parsed) in ";
        assert!(first.starts_with(said), "{format}: {}", outcome.err);
        assert!(!outcome.out.contains(" s\n") && !outcome.out.contains("signs of"), "{format}");
        assert_eq!(run(&folder, &["--output-format", format, "-q"]).err, "", "{format}");
    }
    let clean = project(&[("a.rb", "puts 1\n")]);
    let outcome = run(&clean, &[]).ends(0);
    assert!(
        outcome.err.starts_with("all clear: nothing here ties you to Heroku; looked at 2 files (0 parsed)"),
        "{}",
        outcome.err
    );
    assert!(outcome.err.contains("\nread: 1 Ruby, 1 TOML\n"), "{}", outcome.err);
    assert!(outcome.err.contains("\nsigns of Heroku: none ("), "{}", outcome.err);
    let empty = tempfile::tempdir().expect("a folder");
    let outcome = run(&empty, &[]).ends(0);
    assert_eq!(outcome.err, "nothing to check: there is no file here that dynolint reads\n");
}

#[test]
fn more_is_said_on_demand() {
    let folder = project(&[("a.rb", "kind = ENV[\"DYNO\"].split(\".\"\n"), ("b.rb", super::support::ERROR)]);
    super::support::write(&folder, "logo.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    let plain = run(&folder, &[]);
    assert!(!plain.err.contains("logo.png"), "{}", plain.err);
    let verbose = run(&folder, &["-v"]).ends(1);
    assert_eq!(verbose.out, plain.out);
    assert!(verbose.err.contains("skipped logo.png: "), "{}", verbose.err);
    assert!(verbose.err.contains("not parsed whole: 1 file\n  a.rb:1"), "{}", verbose.err);
    assert!(verbose.err.contains("reads DYNO (a.rb:1)"), "where the signs are: {}", verbose.err);
    // The last of the two counts.
    assert_eq!(run(&folder, &["-v", "-q"]).err, "");
    assert!(run(&folder, &["-q", "-v"]).err.contains("logo.png"));
}

#[test]
fn secrets_are_masked_in_every_format() {
    let line = "url = ENV[\"DYNO\"] ? \"redis://:hunter2secret@cache.example.com:6379/0\" : nil\n";
    let folder = project(&[("config/redis.rb", line), ("spec/redis_spec.rb", line)]);
    for format in ["full", "concise", "json", "json-lines", "github", "sarif", "markdown"] {
        let outcome = run(&folder, &["--output-format", format, "--all-roles", "-v", "--target", "fly"]);
        assert!(outcome.out.contains("redis.rb"), "{format}: {}", outcome.out);
        assert!(!outcome.out.contains("hunter2secret"), "{format}: {}", outcome.out);
        assert!(!outcome.err.contains("hunter2secret"), "{format}: {}", outcome.err);
    }
    // The line is shown, and only the secret is missing.
    let full = run(&folder, &[]).ends(1).out;
    assert!(full.contains("cache.example.com:6379/0"), "{full}");
    for format in ["text", "json"] {
        let facts = run(&folder, &["facts", "config/redis.rb", "--output-format", format]).ends(0);
        assert!(facts.out.contains("DYNO") && !facts.out.contains("hunter2secret"), "{}", facts.out);
    }
}

#[test]
fn long_headings_are_broken_between_words() {
    // `COLUMNS` is not asked: what is not a terminal has a hundred.
    for name in ["rails", "django", "express"] {
        let out = run(fixture(name), &[]).out;
        let short = concise(fixture(name), &[]).out;
        for line in short.lines() {
            let message = line.splitn(3, ": ").nth(2).expect("a message");
            let message = message.split(" [fix: ").next().unwrap_or(message);
            let flat = out.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(flat.contains(message), "{message}");
        }
        let headings = out.lines().filter(|line| line.contains("]: "));
        assert!(headings.filter(|line| line.contains('[')).all(|line| line.chars().count() <= 100), "{out}");
    }
}

#[cfg(unix)]
#[test]
fn a_reader_may_stop_at_the_first_line() {
    use std::io::{BufRead, BufReader, Read};
    use std::process::{Command, Stdio};
    for format in ["full", "json"] {
        let mut child = Command::new(assert_cmd::cargo::cargo_bin("dynolint"))
            .args(["--output-format", format])
            .arg(fixture("rails"))
            .env_clear()
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("runs");
        let mut line = String::new();
        let mut reader = BufReader::with_capacity(16, child.stdout.take().expect("piped"));
        reader.read_line(&mut line).expect("a line");
        drop(reader);
        assert!(!line.is_empty());
        let mut said = String::new();
        child.stderr.take().expect("piped").read_to_string(&mut said).expect("UTF-8");
        // By itself, not by a signal. The pipe may have held everything.
        let code = child.wait().expect("ends").code();
        assert!(matches!(code, Some(0 | 1)), "{code:?}: {said}");
        assert!(!said.contains("panicked") && !said.contains("error:") && !said.contains("bug"), "{said}");
        assert!(said.contains(" findings ("), "the summary stays: {said}");
    }
}
