//! The baseline: written, read in a run, dropped, shown.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::git::{commit, git, scratch_git};
use super::support::{ERROR, NOTE, Run, WARNING, concise, project, run, three, write};

const FILE: &str = ".dynolint-baseline.json";

fn text(folder: impl AsRef<Path>) -> String {
    fs::read_to_string(folder.as_ref().join(FILE)).expect("a baseline")
}

/// Paths of the entries.
fn paths(folder: impl AsRef<Path>) -> Vec<String> {
    let all: Value = serde_json::from_str(&text(folder)).expect("JSON");
    let entries = all["findings"].as_array().expect("a list");
    entries.iter().map(|entry| entry["path"].as_str().expect("a text").to_string()).collect()
}

#[test]
fn what_is_written_is_left_out_of_everything() {
    let folder = three();
    let outcome = run(&folder, &["baseline", "write"]).ends(0);
    assert_eq!(outcome.out, "");
    assert!(outcome.err.starts_with("wrote .dynolint-baseline.json: 3 findings\n"), "{}", outcome.err);
    assert_eq!(paths(&folder), ["app/error.rb", "config/warning.rb", "lib/note.rb"]);

    let outcome = run(&folder, &[]).ends(0);
    assert_eq!(outcome.out, "");
    assert!(outcome.err.starts_with("nothing new; looked at"), "{}", outcome.err);
    assert!(outcome.err.contains("\nbaseline: 0 new, 3 known\n"), "{}", outcome.err);
    for format in
        ["full", "concise", "github", "markdown", "sarif", "json-lines", "gitlab", "junit", "rdjson"]
    {
        let outcome = run(&folder, &["--fail-on=note", "--output-format", format]).ends(0);
        assert!(!outcome.out.contains("ENV["), "{format}: {}", outcome.out);
    }
    let json = run(&folder, &["--output-format=json"]).ends(0).json();
    assert_eq!(json["findings"], serde_json::json!([]));
    assert_eq!(json["summary"]["baseline"], serde_json::json!({"new": 0, "known": 3, "fixed": 0}));
    let json = run(&folder, &["--output-format=json", "--no-baseline", "--exit-zero"]).json();
    assert_eq!(json["findings"].as_array().map(Vec::len), Some(3));
    assert_eq!(json["summary"]["baseline"], Value::Null);
}

#[test]
fn new_ones_are_reported_and_old_ones_counted() {
    let folder = three();
    run(&folder, &["baseline", "write"]).ends(0);
    write(&folder, "app/new.rb", ERROR);
    write(&folder, "config/warning.rb", format!("\n\n  {WARNING}"));
    write(&folder, "lib/note.rb", "");
    let outcome = concise(&folder, &[]).ends(1);
    assert_eq!(outcome.paths().into_iter().collect::<Vec<_>>(), ["app/new.rb"]);
    let line = "\nbaseline: 1 new, 2 known, 1 fixed since (`dynolint baseline prune`)\n";
    assert!(outcome.err.contains(line), "{}", outcome.err);
    // Where the run did not look, nothing is called fixed.
    let outcome = concise(&folder, &["config"]).ends(0);
    assert!(outcome.err.contains("\nbaseline: 0 new, 1 known\n"), "{}", outcome.err);
    let outcome = concise(&folder, &["--only", "heroku-metadata-env"]).ends(0);
    assert!(outcome.err.contains("\nbaseline: 0 new, 1 known\n"), "{}", outcome.err);
}

#[test]
fn what_is_fixed_since_fails_only_where_notes_do() {
    let folder = three();
    run(&folder, &["baseline", "write"]).ends(0);
    write(&folder, "lib/note.rb", "");
    concise(&folder, &[]).ends(0);
    concise(&folder, &["--fail-on=note"]).ends(1);
    concise(&folder, &["--fail-on=note", "--exit-zero"]).ends(0);
    run(&folder, &["baseline", "prune"]).ends(0);
    concise(&folder, &["--fail-on=note"]).ends(0);
}

#[test]
fn known_findings_are_not_put_right() {
    let folder = project(&[("app/old.rb", WARNING)]);
    run(&folder, &["baseline", "write"]).ends(0);
    write(&folder, "app/new.rb", WARNING);
    let outcome = concise(&folder, &["--unsafe-fixes"]).ends(0);
    assert!(outcome.err.contains("\nbaseline: 0 new, 1 known\n"), "{}", outcome.err);
    let text = |path: &str| fs::read_to_string(folder.path().join(path)).expect("there");
    assert_eq!(text("app/old.rb"), WARNING);
    assert_ne!(text("app/new.rb"), WARNING);
    let outcome = concise(&folder, &["--unsafe-fixes", "--diff"]).ends(0);
    assert_eq!(outcome.out, "");
    concise(&folder, &["--unsafe-fixes", "--no-baseline"]).ends(0);
    assert_ne!(text("app/old.rb"), WARNING);
    let outcome = concise(&folder, &[]).ends(0);
    assert!(outcome.err.contains("1 fixed since"), "{}", outcome.err);
}

#[test]
fn a_path_or_a_rule_renews_only_its_entries() {
    let folder = three();
    run(&folder, &["baseline", "write"]).ends(0);
    write(&folder, "app/error.rb", "");
    write(&folder, "app/other.rb", WARNING);
    write(&folder, "lib/note.rb", "");
    let outcome = run(&folder, &["baseline", "write", "app"]).ends(0);
    assert!(outcome.err.contains("1 finding (1 new, 1 entry dropped)"), "{}", outcome.err);
    assert!(outcome.err.contains("kept: 2 entries that this run did not look at"), "{}", outcome.err);
    assert_eq!(paths(&folder), ["app/other.rb", "config/warning.rb", "lib/note.rb"]);
    run(&folder, &["baseline", "write", "--only", "heroku-metadata-env"]).ends(0);
    assert_eq!(paths(&folder), ["app/other.rb", "config/warning.rb", "lib/note.rb"]);
    let outcome = run(&folder, &["baseline", "write"]).ends(0);
    assert!(outcome.err.contains("2 findings (0 new, 1 entry dropped)"), "{}", outcome.err);
    assert_eq!(paths(&folder), ["app/other.rb", "config/warning.rb"]);
    let outcome = run(&folder, &["baseline", "write"]).ends(0);
    assert!(
        outcome.err.starts_with("nothing to change in .dynolint-baseline.json: 2 findings\n"),
        "{}",
        outcome.err
    );
}

#[test]
fn what_is_not_written_is_said() {
    let folder = project(&[("app/a.rb", WARNING), ("test/a_test.rb", WARNING)]);
    let outcome = run(&folder, &["baseline", "write"]).ends(0);
    assert!(outcome.err.contains("not written: 1 in tests"), "{}", outcome.err);
    assert_eq!(paths(&folder), ["app/a.rb"]);
    let empty = project(&[("app/a.rb", "")]);
    let outcome = run(&empty, &["baseline", "write"]).ends(0);
    assert_eq!(outcome.err, "nothing to write: there are no findings\n");
    assert!(!empty.path().join(FILE).exists());
    let safe = project(&[("app/a.rb", WARNING), ("Procfile", "web: x\n"), ("app.json", "{}\n")]);
    write(&safe, "config/puma.rb", "port ENV['PORT']\n");
    let outcome = run(&safe, &["baseline", "write"]).ends(0);
    assert!(outcome.err.contains("with `dynolint --fix --no-baseline`"), "{}", outcome.err);
}

#[test]
fn prune_drops_what_is_gone() {
    let folder = three();
    run(&folder, &["baseline", "write"]).ends(0);
    let whole = text(&folder);
    let outcome = run(&folder, &["baseline", "prune", "--check"]).ends(0);
    assert_eq!(outcome.err, "nothing to drop from .dynolint-baseline.json: 3 entries\n");
    write(&folder, "lib/note.rb", "");
    write(&folder, "app/new.rb", ERROR);
    let outcome = run(&folder, &["baseline", "prune", "--check"]).ends(1);
    assert!(
        outcome.err.starts_with("1 of 3 entries in .dynolint-baseline.json are found no more"),
        "{}",
        outcome.err
    );
    assert_eq!(text(&folder), whole);
    run(&folder, &["baseline", "prune", "--check", "app"]).ends(0);
    let outcome = run(&folder, &["baseline", "prune"]).ends(0);
    assert_eq!(outcome.err, "dropped 1 of 3 entries from .dynolint-baseline.json\n");
    // What is new stays new.
    assert_eq!(paths(&folder), ["app/error.rb", "config/warning.rb"]);
    concise(&folder, &[]).ends(1);
    let outcome = run(&folder, &["baseline", "prune"]).ends(0);
    assert_eq!(outcome.err, "nothing to drop from .dynolint-baseline.json: 2 entries\n");
}

#[test]
fn prune_settles_a_merge() {
    let folder = three();
    run(&folder, &["baseline", "write"]).ends(0);
    let lines: Vec<String> = text(&folder).lines().map(str::to_string).collect();
    let merge =
        [&lines[0], "<<<<<<< HEAD", &lines[1], "=======", &lines[2], ">>>>>>> feature", &lines[3], "]}", ""];
    write(&folder, FILE, merge.join("\n"));
    let outcome = run(&folder, &[]).ends(2);
    let expected = "error: .dynolint-baseline.json:2:1: a merge left a conflict here\n";
    assert!(outcome.err.starts_with(expected), "{}", outcome.err);
    assert!(outcome.err.contains("help: `dynolint baseline prune`"), "{}", outcome.err);
    let outcome = run(&folder, &["baseline", "prune"]).ends(0);
    assert!(outcome.err.contains("took the entries of both sides of the merge"), "{}", outcome.err);
    assert_eq!(text(&folder).lines().map(str::to_string).collect::<Vec<_>>(), lines);
    concise(&folder, &[]).ends(0);
}

#[test]
fn show_lists_what_is_known_and_where_it_is() {
    let folder = three();
    run(&folder, &["baseline", "write"]).ends(0);
    write(&folder, "config/warning.rb", format!("\n{WARNING}"));
    write(&folder, "lib/note.rb", "");
    fs::rename(folder.path().join("app/error.rb"), folder.path().join("app/moved.rb")).expect("moved");
    let outcome = run(&folder, &["baseline", "show"]).ends(0);
    for line in [
        "heroku-metadata-env 1 place in 1 file\n  config/\n    warning.rb:2:10  ENV[\"HEROKU_SLUG_COMMIT\"]\n",
        "    moved.rb:1:8  ENV[\"DYNO\"]  (was app/error.rb)\n",
        "    note.rb  ENV['DYNO']  gone\n",
    ] {
        assert!(outcome.out.contains(line), "{line:?} is not in\n{}", outcome.out);
    }
    assert_eq!(outcome.err, "3 entries: 2 found, 1 gone (`dynolint baseline prune` drops them)\n");
    let json = run(&folder, &["baseline", "show", "--output-format=json"]).ends(0).json();
    assert_eq!(json["version"], 1);
    let states: Vec<&str> = json["entries"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|entry| entry["state"].as_str())
        .collect();
    assert_eq!(states, ["found", "found", "gone"]);
    assert_eq!(
        json["entries"][0]["now"],
        serde_json::json!({"path": "app/moved.rb", "line": 1, "column": 8})
    );
    assert_eq!(json["entries"][2]["now"], Value::Null);
    let json = run(&folder, &["baseline", "show", "--output-format=json", "config"]).ends(0).json();
    assert_eq!(json["entries"].as_array().map(Vec::len), Some(1));
}

#[test]
fn the_file_may_be_elsewhere() {
    let folder = three();
    run(&folder, &["baseline", "write", "--baseline", "config/known.json"]).ends(0);
    assert!(!folder.path().join(FILE).exists());
    concise(&folder, &["--baseline", "config/known.json"]).ends(0);
    concise(folder.path().join("config"), &["--baseline", "known.json", ".."]).ends(0);
    concise(&folder, &["--baseline", "config/known.json", "--no-baseline"]).ends(1);
    // It is nobody's code.
    let outcome = concise(&folder, &[]).ends(1);
    assert_eq!(outcome.out.lines().count(), 3, "{}", outcome.out);
    write(&folder, "dynolint.toml", "baseline = \"config/known.json\"\n");
    concise(&folder, &[]).ends(0);
    concise(folder.path().join("config"), &[]).ends(0);
    write(&folder, "app/new.rb", ERROR);
    run(&folder, &["baseline", "write"]).ends(0);
    concise(&folder, &[]).ends(0);
    assert!(!folder.path().join(FILE).exists());
}

#[test]
fn a_baseline_that_cannot_be_read_is_an_error() {
    let folder = three();
    let outcome = run(&folder, &["--baseline", "known.json"]).ends(2);
    assert!(outcome.err.contains("there is no baseline `known.json`"), "{}", outcome.err);
    for verb in ["prune", "show"] {
        run(&folder, &["baseline", verb, "--baseline", "known.json"]).ends(2);
        let outcome = run(&folder, &["baseline", verb]).ends(0);
        assert!(outcome.err.contains("`dynolint baseline write` writes one"), "{}", outcome.err);
    }
    write(&folder, FILE, "{\"version\": 1, \"findings\": [\n{\"path\" 3}\n]}\n");
    for arguments in [&[][..], &["baseline", "prune"], &["baseline", "show"], &["baseline", "write", "app"]] {
        let outcome = run(&folder, arguments).ends(2);
        assert!(outcome.err.starts_with("error: .dynolint-baseline.json:2:9: not JSON: "), "{}", outcome.err);
        assert!(outcome.err.contains("help: put it right, or write it anew"), "{}", outcome.err);
    }
    concise(&folder, &["--no-baseline"]).ends(1);
    run(&folder, &["baseline", "write"]).ends(0);
    concise(&folder, &[]).ends(0);
    write(&folder, FILE, "{\"version\": 9, \"findings\": []}");
    let outcome = run(&folder, &[]).ends(2);
    assert!(
        outcome.err.contains("1:13: version 9 is of a later dynolint; this one reads 1"),
        "{}",
        outcome.err
    );
    assert!(outcome.err.contains("help: update dynolint"), "{}", outcome.err);
    run(&folder, &["baseline", "write", "--baseline", "no/such/folder.json"]).ends(2);
    run(&folder, &["--baseline", "app"]).ends(2);
}

#[test]
fn rules_of_a_later_version_are_kept() {
    let folder = three();
    run(&folder, &["baseline", "write"]).ends(0);
    let later = "{\"path\": \"app/x.rb\", \"rule\": \"dyno-teleport\", \"scope\": \"\", \"code\": \"\", \"id\": \"00\"},\n";
    write(&folder, FILE, text(&folder).replacen("{\"path\"", &format!("{later}{{\"path\""), 1));
    let outcome = concise(&folder, &[]).ends(0);
    let note =
        "note: .dynolint-baseline.json names rules that this dynolint does not know: `dyno-teleport`\n";
    assert!(outcome.err.starts_with(note), "{}", outcome.err);
    assert!(outcome.err.contains("baseline: 0 new, 3 known\n"), "{}", outcome.err);
    for verb in ["write", "prune"] {
        run(&folder, &["baseline", verb]).ends(0);
        assert!(text(&folder).contains("dyno-teleport"));
    }
    let outcome = run(&folder, &["baseline", "show"]).ends(0);
    assert!(outcome.out.contains("unknown rule"), "{}", outcome.out);
}

#[test]
fn standard_input_stands_for_its_file() {
    let folder = project(&[("app/a.rb", WARNING)]);
    run(&folder, &["baseline", "write"]).ends(0);
    let check = |text: &str| {
        let arguments = ["--output-format=concise", "-", "--stdin-filename=app/a.rb"];
        Run::within(&folder, &arguments).reading(text).run()
    };
    assert_eq!(check(&format!("\n\n{WARNING}")).ends(0).out, "");
    assert_eq!(check(&format!("{WARNING}{ERROR}")).ends(1).out.lines().count(), 1);
}

/// Two branches add entries: git merges the file, or is told how to, or `prune` does.
#[test]
fn branches_merge() {
    let names = |branch: &str| [format!("app/{branch}.rb"), format!("lib/{branch}.rb")];
    let start = |attributes: &str| {
        let folder = three();
        write(&folder, "doc.rb", WARNING);
        write(&folder, ".gitattributes", attributes);
        run(&folder, &["baseline", "write"]).ends(0);
        git(&folder, &["init", "--quiet", "--initial-branch=main"]);
        commit(&folder, "one");
        folder
    };
    let branch = |folder: &tempfile::TempDir, branch: &str, files: &[String]| {
        git(folder, &["checkout", "--quiet", "-b", branch, "main"]);
        files.iter().for_each(|path| write(folder, path, ERROR));
        run(folder, &["baseline", "write"]).ends(0);
        commit(folder, branch);
    };
    // Apart from each other: git needs no help.
    let folder = start("");
    branch(&folder, "early", &["aa/early.rb".to_string()]);
    branch(&folder, "late", &["lib/a_late.rb".to_string()]);
    git(&folder, &["merge", "--quiet", "--no-edit", "early"]);
    concise(&folder, &[]).ends(0);
    assert_eq!(paths(&folder).len(), 6);
    // In the same places, and at the end: git's own driver for lists needs no help either.
    for attributes in [".dynolint-baseline.json merge=union\n", ""] {
        let folder = start(attributes);
        for name in ["one", "two"] {
            branch(&folder, name, &names(name));
        }
        let merge = ["merge", "--quiet", "--no-edit", "one"];
        let merged = scratch_git(&folder, &merge).status.success();
        assert_eq!(merged, !attributes.is_empty());
        if merged {
            concise(&folder, &[]).ends(0);
        }
        run(&folder, &["baseline", "prune"]).ends(0);
        concise(&folder, &[]).ends(0);
        assert_eq!(paths(&folder).len(), 8);
        assert_eq!(
            run(&folder, &["baseline", "write"])
                .ends(0)
                .err
                .lines()
                .next()
                .map(|line| line.contains("nothing to change")),
            Some(true)
        );
    }
}

#[test]
fn baseline_and_since_go_together() {
    let folder = three();
    run(&folder, &["baseline", "write", "app"]).ends(0);
    git(&folder, &["init", "--quiet"]);
    commit(&folder, "one");
    // Known and changed, new and unchanged, new and changed.
    write(&folder, "app/error.rb", format!("\n{ERROR}"));
    write(&folder, "lib/note.rb", format!("\n{NOTE}{WARNING}"));
    let outcome = concise(&folder, &["--since", "HEAD"]).ends(1);
    assert_eq!(outcome.places(), ["lib/note.rb:3:10 heroku-metadata-env"]);
    assert!(outcome.err.contains("2 on lines that did not change"), "{}", outcome.err);
    assert!(outcome.err.contains("baseline: 3 new, 1 known\n"), "{}", outcome.err);
}

/// The bytes are the same whatever the threads do, and nothing in them belongs to a machine or a day.
#[test]
fn the_file_is_always_the_same() {
    let folder = three();
    run(&folder, &["baseline", "write"]).ends(0);
    let once = text(&folder);
    fs::remove_file(folder.path().join(FILE)).expect("removed");
    run(folder.path().join("app"), &["baseline", "write", ".."]).ends(0);
    assert_eq!(text(&folder), once);
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/dynolint-baseline.schema.json");
    let schema: Value = serde_json::from_str(&fs::read_to_string(schema).expect("a schema")).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let value: Value = serde_json::from_str(&once).expect("JSON");
    assert!(validator.is_valid(&value), "{:?}", validator.iter_errors(&value).next());
    assert!(!validator.is_valid(&serde_json::json!({"version": 1, "findings": [{"path": "a"}]})));
}
