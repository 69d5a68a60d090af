//! `dynolint init`: what it writes, what it leaves alone, and that what it writes changes nothing.

use std::fs;

use super::support::{Outcome, bare, fixture, run, write};
use tempfile::TempDir;

const HOOK_ENTRY: &str = "repo: https://github.com/dynolint/dynolint";

/// A copy of a sample application without its settings file, as the root of a checkout.
fn sample(name: &str) -> TempDir {
    fn copy(from: &std::path::Path, to: &std::path::Path) {
        fs::create_dir_all(to).expect("made");
        for entry in fs::read_dir(from).expect("a folder").flatten() {
            let target = to.join(entry.file_name());
            match entry.path().is_dir() {
                true => copy(&entry.path(), &target),
                false => drop(fs::copy(entry.path(), target).expect("copied")),
            }
        }
    }
    let folder = checkout(&[]);
    copy(&fixture(name), folder.path());
    fs::remove_file(folder.path().join("dynolint.toml")).expect("was there");
    folder
}

fn checkout(files: &[(&str, &str)]) -> TempDir {
    let folder = bare(files);
    write(&folder, ".git/HEAD", "ref: refs/heads/main\n");
    folder
}

fn read(folder: &TempDir, path: &str) -> String {
    fs::read_to_string(folder.path().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// What is found, as far as it does not depend on the names of variables that fixes bring in.
#[track_caller]
fn found(folder: &TempDir) -> Vec<String> {
    fields(folder, &["path", "start", "rule", "severity", "message", "fingerprint"])
}

#[track_caller]
fn fields(folder: &TempDir, keys: &[&str]) -> Vec<String> {
    let report = run(folder, &["--output-format", "json", "--fail-on", "never"]).ends(0).json();
    let findings = report["findings"].as_array().expect("a list").iter();
    findings.map(|finding| keys.iter().map(|key| finding[*key].to_string()).collect()).collect()
}

#[track_caller]
fn init(folder: &TempDir, arguments: &[&str]) -> Outcome {
    let all: Vec<&str> = ["init"].iter().chain(arguments).copied().collect();
    run(folder, &all)
}

#[test]
fn the_settings_change_nothing_of_what_is_found() {
    for name in ["rails", "django", "express", "moved/rails", "moved/django"] {
        let folder = sample(name);
        // Also the fixes: the settings name the variables that they bring in, and that gives none a meaning.
        let all = ["path", "start", "rule", "severity", "message", "help", "fixes", "fingerprint"];
        let before = fields(&folder, &all);
        let outcome = init(&folder, &[]).ends(0);
        assert!(outcome.out.starts_with("wrote dynolint.toml\n"), "{}", outcome.out);
        assert_eq!(outcome.err, "");
        assert_eq!(fields(&folder, &all), before, "{name}\n{}", read(&folder, "dynolint.toml"));
    }
}

#[test]
fn the_settings_tell_what_was_found() {
    let folder = sample("rails");
    let outcome = init(&folder, &[]).ends(0);
    let settings = read(&folder, "dynolint.toml");
    for part in [
        "# Signs of Heroku: app.json,",
        "# Found when this file was written: ",
        "#   dynolint --fix ",
        "#   dynolint baseline write ",
        "`Larder::Env.string` (lib/larder/env.rb:6)",
        "\n# commit-env = \"GIT_SHA\" ",
        "\n# fail-on = \"warning\"\n",
        "\n[fix]\n",
    ] {
        assert!(settings.contains(part), "{part}\n{settings}");
    }
    for part in ["This looks like a Heroku application: app.json,", "A way to begin:", "dynolint init --hook"]
    {
        assert!(outcome.out.contains(part), "{part}\n{}", outcome.out);
    }
}

/// A comment in front of a setting can be taken away: every example is right.
#[test]
fn what_is_commented_out_can_be_taken_in() {
    let folder = sample("django");
    init(&folder, &[]).ends(0);
    let settings = read(&folder, "dynolint.toml");
    let taken: Vec<&str> = settings
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(rest)
                if rest.starts_with('[')
                    || rest.split_once(" = ").is_some_and(|(key, _)| !key.contains(' ')) =>
            {
                rest
            }
            _ => line,
        })
        .collect();
    let taken = taken.join("\n");
    assert!(taken.contains("\ncommit-env = \"GIT_SHA\"") && taken.contains("\nfail-on = "), "{taken}");
    write(&folder, "dynolint.toml", &taken);
    run(&folder, &["--exit-zero"]).ends(0);
}

#[test]
fn a_project_with_nothing_to_find_is_told_so() {
    let folder = checkout(&[("app.rb", "puts 1\n")]);
    let outcome = init(&folder, &[]).ends(0);
    assert!(outcome.out.contains("Nothing here points to Heroku"), "{}", outcome.out);
    assert!(outcome.out.contains("Nothing was found"), "{}", outcome.out);
    assert!(!outcome.out.contains("baseline"), "{}", outcome.out);
}

#[test]
fn targets_are_told_by_their_files() {
    let folder = checkout(&[
        ("fly.toml", "app = \"larder\"\n"),
        ("k8s/web.yaml", "apiVersion: apps/v1\nkind: Deployment\n"),
        ("test/render.yaml", "services: []\n"),
        ("app.rb", "release = ENV[\"HEROKU_SLUG_COMMIT\"]\n"),
    ]);
    init(&folder, &[]).ends(0);
    let settings = read(&folder, "dynolint.toml");
    assert!(
        settings.contains("# Told by fly.toml, k8s/web.yaml.\ntargets = [\"fly\", \"kubernetes\"]\n"),
        "{settings}"
    );

    // A target that makes other findings is for the team to choose.
    let folder = checkout(&[
        ("Procfile", "web: java -jar app.jar\n"),
        ("app.json", "{\"stack\": \"heroku-24\"}\n"),
        ("pom.xml", "<project></project>\n"),
        ("system.properties", "java.runtime.version=21\n"),
        ("fly.staging.toml", "app = \"larder\"\n"),
    ]);
    let before = found(&folder);
    let outcome = init(&folder, &[]).ends(0);
    assert!(outcome.out.contains("  dynolint --target fly  also shows"), "{}", outcome.out);
    let settings = read(&folder, "dynolint.toml");
    assert!(settings.contains("# Told by fly.staging.toml. With this line"), "{settings}");
    assert!(settings.contains("\n# targets = [\"fly\"]\n"), "{settings}");
    assert_eq!(found(&folder), before);
    write(&folder, "dynolint.toml", settings.replace("# targets", "targets"));
    assert_ne!(found(&folder), before);
}

#[test]
fn names_that_the_project_uses_are_chosen() {
    let folder = checkout(&[
        (
            "a.rb",
            "a = ENV[\"GIT_SHA\"] || ENV[\"HEROKU_SLUG_COMMIT\"]\nb = ENV[\"RELEASE\"] || ENV[\"HEROKU_RELEASE_VERSION\"]\n",
        ),
        (
            "b.rb",
            "c = ENV[\"APP_HOST\"]\nd = ENV[\"HEROKU_APP_DEFAULT_DOMAIN_NAME\"]\ne = ENV[\"HEROKU_RELEASE_VERSION\"]\n",
        ),
    ]);
    let before = found(&folder);
    init(&folder, &[]).ends(0);
    let settings = read(&folder, "dynolint.toml");
    assert!(settings.contains("\ncommit-env = \"GIT_SHA\" "), "{settings}");
    assert!(settings.contains("\nrelease-env = \"RELEASE\" "), "{settings}");
    assert!(
        settings.contains("\n# host-env = \"APP_HOST\" ") && settings.contains("is it that in b.rb, too?"),
        "{settings}"
    );
    assert_eq!(found(&folder), before);
    let fixed = run(&folder, &["--diff"]).ends(1).out;
    assert!(fixed.contains("ENV[\"RELEASE\"] || ENV[\"HEROKU_RELEASE_VERSION\"]"), "{fixed}");
}

#[test]
fn folders_that_may_not_move_are_offered() {
    let folder = checkout(&[("web/legacy/a.rb", "x = ENV[\"DYNO\"].split(\".\").first\n")]);
    init(&folder, &[]).ends(0);
    let settings = read(&folder, "dynolint.toml");
    assert!(settings.contains("# If it does not move: web/legacy/ has 1 finding.\n"), "{settings}");
    assert!(settings.contains("# exclude = [\"/web/legacy/\"]\n"), "{settings}");
    write(&folder, "dynolint.toml", settings.replace("# exclude = [\"/web", "exclude = [\"/web"));
    assert!(found(&folder).is_empty());
}

#[test]
fn nothing_is_replaced_unless_asked() {
    for name in ["dynolint.toml", ".dynolint.toml", ".config/dynolint.toml"] {
        let folder = checkout(&[("Procfile", "web: puma\n")]);
        write(&folder, name, "# mine\n");
        let outcome = init(&folder, &[]).ends(0);
        assert_eq!(outcome.out, format!("kept: {name} is there already; --force replaces it\n"));
        assert_eq!(read(&folder, name), "# mine\n");
        let outcome = init(&folder, &["--force"]).ends(0);
        assert!(outcome.out.starts_with(&format!("wrote {name}\n")), "{}", outcome.out);
        assert!(read(&folder, name).starts_with("# Settings of dynolint"));
        run(&folder, &["--exit-zero"]).ends(0);
    }
}

#[test]
fn the_workflow_is_the_one_of_the_documents() {
    let folder = checkout(&[("app.rb", "puts 1\n")]);
    init(&folder, &["--workflow"]).ends(0);
    let path = ".github/workflows/dynolint.yml";
    let text = include_str!("../../docs/examples/github-workflow.yml");
    assert_eq!(read(&folder, path), text);
    let again = init(&folder, &["--workflow"]).ends(0);
    assert!(again.out.contains(&format!("kept: {path} is there already\n")), "{}", again.out);
    write(&folder, path, "on: push\n");
    let again = init(&folder, &["--workflow"]).ends(0);
    assert!(
        again.out.contains(&format!("kept: {path} is there already; --force replaces it\n")),
        "{}",
        again.out
    );
    assert_eq!(read(&folder, path), "on: push\n");
    init(&folder, &["--workflow", "--force"]).ends(0);
    assert_eq!(read(&folder, path), text);
}

#[test]
fn the_hook_goes_into_the_list_and_nowhere_else() {
    let folder = checkout(&[("app.rb", "puts 1\n")]);
    init(&folder, &["--hook"]).ends(0);
    let path = ".pre-commit-config.yaml";
    let text = read(&folder, path);
    assert!(text.starts_with("repos:\n  - ") && text.contains(HOOK_ENTRY), "{text}");
    let again = init(&folder, &["--hook"]).ends(0);
    assert!(again.out.contains("runs dynolint already"), "{}", again.out);
    assert_eq!(read(&folder, path), text);

    let mine = "# mine\nrepos:\n-   repo: meta   # as it is\n    hooks:\n    -   id: identity\n";
    write(&folder, path, mine);
    init(&folder, &["--hook"]).ends(0);
    let text = read(&folder, path);
    assert!(text.starts_with(mine) && text[mine.len()..].starts_with("-   repo: https://"), "{text}");
}

#[test]
fn a_hook_that_cannot_be_added_is_shown() {
    let folder = checkout(&[(".pre-commit-config.yaml", "repos: [{repo: meta, hooks: [{id: identity}]}]\n")]);
    let outcome = init(&folder, &["--hook"]).ends(2);
    assert!(outcome.err.contains("has its list `repos` in brackets, and stays as it is"), "{}", outcome.err);
    assert!(outcome.err.contains(HOOK_ENTRY), "{}", outcome.err);
    // The rest is done.
    assert!(outcome.out.starts_with("wrote dynolint.toml\n"), "{}", outcome.out);
}

#[test]
fn a_part_of_a_checkout_has_its_settings_and_shares_the_rest() {
    let folder = checkout(&[("web/dynolint.toml", ""), ("web/Procfile", "web: puma\n")]);
    let outcome = init(&folder, &["web", "--force", "--workflow", "--hook"]).ends(0);
    assert!(outcome.out.contains("working-directory: web"), "{}", outcome.out);
    assert!(read(&folder, "web/dynolint.toml").starts_with("# Settings of dynolint"));
    read(&folder, ".github/workflows/dynolint.yml");
    read(&folder, ".pre-commit-config.yaml");
    let outcome = init(&folder, &["nowhere"]).ends(2);
    assert!(outcome.err.contains("cannot read `nowhere`"), "{}", outcome.err);
    let outcome = init(&folder, &["web/Procfile"]).ends(2);
    assert!(outcome.err.contains("`web/Procfile` is not a folder"), "{}", outcome.err);
}

#[test]
fn settings_of_other_tools_are_left_alone() {
    let text = "[tool.dynolint]\nfail-on = \"error\"\n";
    let folder = checkout(&[("pyproject.toml", text), ("app.py", "x = 1\n")]);
    let outcome = init(&folder, &["--force"]).ends(0);
    assert_eq!(outcome.out, "kept: the settings are in pyproject.toml already\n");
    assert_eq!(read(&folder, "pyproject.toml"), text);
    write(&folder, "dynolint.toml", "");
    let outcome = init(&folder, &[]).ends(2);
    assert!(outcome.err.contains("there are settings in `pyproject.toml` as well"), "{}", outcome.err);
}

#[test]
fn the_baseline_takes_in_what_there_is() {
    let folder = sample("express");
    assert!(!found(&folder).is_empty());
    let outcome = init(&folder, &["--baseline"]).ends(0);
    assert!(outcome.out.contains("wrote .dynolint-baseline.json\n"), "{}", outcome.out);
    assert!(!outcome.out.contains("baseline write"), "{}", outcome.out);
    run(&folder, &["--fail-on", "note"]).ends(0);
    let known = read(&folder, ".dynolint-baseline.json");
    run(&folder, &["baseline", "write"]).ends(0);
    assert_eq!(read(&folder, ".dynolint-baseline.json"), known, "the same as by the verb");
    let again = init(&folder, &["--baseline"]).ends(0);
    assert!(again.out.contains("kept: .dynolint-baseline.json is there already"), "{}", again.out);

    let folder = checkout(&[("app.rb", "puts 1\n")]);
    let outcome = init(&folder, &["--baseline"]).ends(0);
    assert!(outcome.out.contains("no baseline is needed"), "{}", outcome.out);
    assert!(!folder.path().join(".dynolint-baseline.json").exists());
}

#[test]
fn a_patch_shows_it_and_writes_nothing() {
    let folder = checkout(&[("app.rb", "puts 1\n")]);
    let outcome = init(&folder, &["--diff", "--hook", "--workflow"]).ends(0);
    for part in
        ["+++ b/dynolint.toml\n", "+++ b/.pre-commit-config.yaml\n", "+++ b/.github/workflows/dynolint.yml\n"]
    {
        assert!(outcome.out.contains(part), "{part}\n{}", outcome.out);
    }
    assert!(!folder.path().join("dynolint.toml").exists() && !folder.path().join(".github").exists());
    init(&folder, &[]).ends(0);
    let again = init(&folder, &["--diff"]).ends(0);
    assert_eq!(again.out, "");
    assert!(again.err.contains("kept: dynolint.toml is there already"), "{}", again.err);
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_link() {
    let outside = tempfile::tempdir().expect("a folder");
    let folder = checkout(&[("app.rb", "puts 1\n")]);
    std::os::unix::fs::symlink(outside.path(), folder.path().join(".github")).expect("linked");
    let outcome = init(&folder, &["--workflow"]).ends(2);
    assert!(outcome.err.contains("it is behind a link"), "{}", outcome.err);
    assert_eq!(fs::read_dir(outside.path()).expect("a folder").count(), 0);
    std::os::unix::fs::symlink(outside.path().join("x"), folder.path().join("dynolint.toml"))
        .expect("linked");
    init(&folder, &["--force"]).ends(2);
    assert_eq!(fs::read_dir(outside.path()).expect("a folder").count(), 0);
}
