//! Which project is meant, and which part of it is reported.

use super::support::{ERROR, bare, concise, project, run, write};

/// A wrapper, its use in another folder, and a coupling of its own beside the use.
fn wrapped() -> tempfile::TempDir {
    project(&[
        ("lib/platform.rb", "module Platform\n  def self.heroku?\n    ENV.key?(\"DYNO\")\n  end\nend\n"),
        ("app/use.rb", "raise \"no\" unless Platform.heroku?\n"),
        ("app/deep/own.rb", ERROR),
        ("application.rb", ERROR),
    ])
}

const WRAPPER: &str = "lib/platform.rb:3:5 dyno-platform-check";
const OWN: &str = "app/deep/own.rb:1:8 dyno-process-type";
const TOP: &str = "application.rb:1:8 dyno-process-type";

#[test]
fn a_bare_run_checks_the_whole_project() {
    let folder = wrapped();
    assert_eq!(concise(&folder, &[]).ends(1).places(), [OWN, TOP, WRAPPER]);
    assert_eq!(concise(&folder, &["."]).ends(1).places(), [OWN, TOP, WRAPPER]);
    assert_eq!(run(&folder, &["check"]).ends(1).out, run(&folder, &[]).out);
}

#[test]
fn the_root_is_found_upwards() {
    let marked = |mark: &str| {
        let folder = bare(&[("app/error.rb", ERROR), ("lib/tasks/empty.rb", "")]);
        match mark.strip_suffix('/') {
            Some(mark) => std::fs::create_dir(folder.path().join(mark)).expect("made"),
            None => write(&folder, mark, ""),
        }
        folder
    };
    for mark in [".git/", ".git", "dynolint.toml", ".dynolint.toml", ".config/dynolint.toml"] {
        let folder = marked(mark);
        let below = folder.path().join("lib/tasks");
        assert_eq!(concise(below, &[]).ends(1).places(), ["app/error.rb:1:8 dyno-process-type"], "{mark}");
    }
    // Where nothing says otherwise the folder itself is the project.
    let folder = bare(&[("app/error.rb", ERROR), ("lib/tasks/empty.rb", "")]);
    assert_eq!(concise(folder.path().join("lib/tasks"), &[]).ends(0).out, "");
}

#[test]
fn a_project_within_a_checkout_stands_alone() {
    let folder = bare(&[("one/dynolint.toml", ""), ("one/a.rb", ERROR), ("two/b.rb", ERROR)]);
    std::fs::create_dir(folder.path().join(".git")).expect("made");
    assert_eq!(concise(folder.path().join("one"), &[]).ends(1).places(), ["a.rb:1:8 dyno-process-type"]);
    let all = ["one/a.rb:1:8 dyno-process-type", "two/b.rb:1:8 dyno-process-type"];
    assert_eq!(concise(folder.path().join("two"), &[]).ends(1).places(), all);
    // Paths of both are reported from the folder that they have in common.
    assert_eq!(concise(&folder, &["one", "two"]).ends(1).places(), all);
}

#[test]
fn paths_narrow_the_report() {
    let folder = wrapped();
    let at = |paths: &[&str]| concise(&folder, paths).places();
    assert_eq!(at(&["app"]), [OWN], "and not application.rb");
    assert_eq!(at(&["app/"]), [OWN]);
    assert_eq!(at(&["./app/deep/../deep/own.rb"]), [OWN]);
    assert_eq!(at(&["application.rb", "app/deep/own.rb"]), [OWN, TOP]);
    assert_eq!(at(&["lib", "app"]), [OWN, WRAPPER]);
    assert_eq!(at(&["app", "app/deep", "app/deep/own.rb"]), [OWN], "once");
    let absolute = folder.path().join("lib");
    assert_eq!(at(&[absolute.to_str().expect("UTF-8")]), [WRAPPER]);
    let elsewhere = bare(&[]);
    assert_eq!(concise(&elsewhere, &[absolute.to_str().expect("UTF-8")]).places(), [WRAPPER]);
    assert_eq!(concise(folder.path().join("app"), &["../lib/platform.rb"]).places(), [WRAPPER]);
}

#[test]
fn the_project_is_read_whole_whatever_the_paths() {
    let folder = wrapped();
    let narrow = run(&folder, &["lib"]).ends(1);
    assert!(narrow.out.contains("see: app/use.rb:1:1: runs after the move: raises"), "{}", narrow.out);
    assert!(narrow.out.starts_with("error[dyno-platform-check]"), "{}", narrow.out);
    assert!(narrow.err.contains("2 outside the paths given"), "{}", narrow.err);
    // Without the use it is a lesser thing.
    std::fs::remove_file(folder.path().join("app/use.rb")).expect("removed");
    let alone = run(&folder, &["lib"]).ends(1);
    assert!(alone.out.starts_with("warning[dyno-platform-check]"), "{}", alone.out);

    let clean = run(&folder, &["dynolint.toml"]).ends(0);
    assert_eq!(clean.out, "");
    assert!(clean.err.starts_with("nothing to report; "), "not `all clear`: {}", clean.err);
}

#[test]
fn a_path_that_does_not_exist_is_two() {
    let folder = wrapped();
    for paths in [&["nowhere.rb"][..], &["app", "lib/nowhere.rb"], &["app/use.rb/nowhere.rb"]] {
        let outcome = run(&folder, paths).ends(2);
        assert_eq!(outcome.out, "");
        let said = format!("error: cannot read `{}`: ", paths[paths.len() - 1]);
        assert!(outcome.err.starts_with(&said), "{}", outcome.err);
    }
    let typo = run(&folder, &["explian", "dyno-ordinal"]).ends(2);
    assert!(typo.err.contains("did you mean the command `dynolint explain`?"), "{}", typo.err);
}

#[test]
fn a_path_in_which_nothing_is_read_is_named() {
    let folder = wrapped();
    write(&folder, ".gitignore", "tmp/\n");
    write(&folder, "tmp/a.rb", ERROR);
    write(&folder, "node_modules/x/index.js", "process.env.DYNO.split('.')\n");
    for path in ["tmp/a.rb", "tmp", "node_modules/x"] {
        let outcome = run(&folder, &[path]).ends(0);
        assert_eq!(outcome.out, "");
        assert!(outcome.err.starts_with("nothing to report; "), "{}", outcome.err);
        let said = format!("\nnothing read in: 1 path ({path})\n");
        assert!(outcome.err.contains(&said), "{}", outcome.err);
    }
    assert!(!run(&folder, &["app"]).err.contains("nothing read in"));
    assert_eq!(
        concise(&folder, &["tmp", "--no-ignore"]).ends(1).places(),
        ["tmp/a.rb:1:8 dyno-process-type"]
    );
}

#[cfg(unix)]
#[test]
fn what_cannot_be_read_is_not_clean() {
    use std::os::unix::fs::PermissionsExt;
    let folder = project(&[("a.rb", "puts 1\n"), ("b.rb", ERROR)]);
    let path = folder.path().join("b.rb");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).expect("changed");
    // The superuser reads everything.
    if std::fs::read(&path).is_err() {
        for arguments in [&[][..], &["-q"], &["--exit-zero"]] {
            let outcome = run(&folder, arguments).ends(2);
            assert!(outcome.err.contains("b.rb"), "{}", outcome.err);
        }
    }
}
