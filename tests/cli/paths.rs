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
        let path = paths[paths.len() - 1];
        let said = [format!("error: there is no `{path}`"), format!("error: cannot read `{path}`: ")];
        assert!(said.iter().any(|said| outcome.err.starts_with(said)), "{}", outcome.err);
    }
    let near = run(&folder, &["app/usee.rb"]).ends(2);
    assert!(near.err.contains("did you mean `app/use.rb`?"), "{}", near.err);
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
        let by =
            if path.starts_with("tmp") { "left out by .gitignore" } else { "a folder of installed packages" };
        assert!(outcome.err.contains(&format!("\nexcluded: 1 path ({path}: {by}")), "{}", outcome.err);
        assert!(!outcome.err.contains("nothing read in"), "said once: {}", outcome.err);
    }
    write(&folder, "logo.png", "\0");
    std::fs::create_dir(folder.path().join("empty")).expect("made");
    for path in ["logo.png", "empty"] {
        let outcome = run(&folder, &[path]).ends(0);
        assert!(outcome.err.contains(&format!("\nnothing read in: 1 path ({path})\n")), "{}", outcome.err);
        assert!(!outcome.err.contains("excluded"), "{}", outcome.err);
    }
    assert!(!run(&folder, &["app"]).err.contains("nothing read in"));
    assert_eq!(
        concise(&folder, &["tmp", "--no-ignore"]).ends(1).places(),
        ["tmp/a.rb:1:8 dyno-process-type"]
    );
}

/// Couplings that each kind of rule leaves out, and one that none does.
fn with_excluded() -> tempfile::TempDir {
    let folder = project(&[
        ("app/own.rb", ERROR),
        (".gitignore", "/tmp/\n/log/*\n"),
        ("tmp/a.rb", ERROR),
        ("tmp/deep/b.rb", ERROR),
        ("log/c.rb", ERROR),
        ("legacy/d.rb", ERROR),
        ("node_modules/x/index.js", "process.env.DYNO.split('.')[0]\n"),
    ]);
    std::fs::create_dir(folder.path().join(".git")).expect("made");
    write(&folder, ".git/hook.rb", ERROR);
    folder
}

#[test]
fn what_is_excluded_stays_so_when_it_is_named() {
    let folder = with_excluded();
    let named = ["--exclude", "legacy", "legacy/d.rb", "tmp/deep/b.rb", "log", "app/own.rb"];
    let outcome = concise(&folder, &named).ends(1);
    assert_eq!(outcome.places(), ["app/own.rb:1:8 dyno-process-type"]);
    let said = "\nexcluded: 3 paths (legacy/d.rb: left out by an exclude glob, log: left out by .gitignore, \
                tmp/deep/b.rb: left out by .gitignore); --include-excluded reads what is named\n";
    assert!(outcome.err.contains(said), "{}", outcome.err);
    // A commit of such files only is none of dynolint's business.
    let outcome = run(&folder, &["--exclude", "legacy", "legacy/d.rb", "tmp/a.rb"]).ends(0);
    assert!(outcome.err.starts_with("nothing to report; ") && outcome.out.is_empty(), "{}", outcome.err);
    let listed = run(&folder, &["files", "tmp/a.rb"]).ends(0);
    assert!(
        listed.out.contains("tmp/a.rb") && listed.out.contains("left out by .gitignore"),
        "{}",
        listed.out
    );
}

#[test]
fn what_is_excluded_is_read_if_somebody_insists() {
    let folder = with_excluded();
    let paths = |arguments: &[&str]| -> Vec<String> {
        let all: Vec<&str> = ["--include-excluded", "--all-roles", "--exclude", "legacy"]
            .iter()
            .chain(arguments)
            .copied()
            .collect();
        let outcome = concise(&folder, &all);
        assert!(!outcome.err.contains("\nexcluded: "), "{}", outcome.err);
        outcome.paths().into_iter().collect()
    };
    assert_eq!(paths(&[]), ["app/own.rb"], "nothing is named");
    assert_eq!(paths(&["."]), ["app/own.rb"], "the project is not excluded");
    assert_eq!(paths(&["tmp/a.rb"]), ["tmp/a.rb"]);
    assert_eq!(paths(&["tmp"]), ["tmp/a.rb", "tmp/deep/b.rb"]);
    assert_eq!(paths(&["log", "app"]), ["app/own.rb", "log/c.rb"]);
    let once = concise(&folder, &["--include-excluded", "tmp/deep", "tmp", "tmp/deep/b.rb"]);
    assert_eq!(once.places(), ["tmp/a.rb:1:8 dyno-process-type", "tmp/deep/b.rb:1:8 dyno-process-type"]);
    assert_eq!(paths(&["legacy/d.rb"]), ["legacy/d.rb"]);
    assert_eq!(paths(&["node_modules/x/index.js"]), ["node_modules/x/index.js"]);
    let git = concise(&folder, &["--include-excluded", ".git/hook.rb"]).ends(0);
    assert!(git.err.contains("version control's own data"), "{}", git.err);
    let listed = run(&folder, &["files", "--include-excluded", "tmp/a.rb"]).ends(0);
    assert!(!listed.out.contains("left out"), "{}", listed.out);
}

#[test]
fn thousands_of_paths_can_be_named() {
    let files: Vec<(String, &str)> = (0..3_000).map(|at| (format!("app/f{at}.rb"), "puts 1\n")).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), *text)).collect();
    let folder = project(&files);
    write(&folder, "app/f7.rb", ERROR);
    let mut named: Vec<&str> = files.iter().map(|(path, _)| *path).collect();
    assert_eq!(concise(&folder, &named).ends(1).places(), ["app/f7.rb:1:8 dyno-process-type"]);
    named.retain(|path| *path != "app/f7.rb");
    assert!(run(&folder, &named).ends(0).err.contains("1 outside the paths given"));
}

#[test]
fn paths_of_several_projects_are_read_as_the_one_around_them() {
    let folder = bare(&[
        ("dynolint.toml", ""),
        ("engines/one/dynolint.toml", ""),
        ("engines/one/a.rb", ERROR),
        ("engines/two/b.rb", ERROR),
    ]);
    std::fs::create_dir(folder.path().join(".git")).expect("made");
    let both = concise(&folder, &["engines/one/a.rb", "engines/two/b.rb"]).ends(1);
    let places = ["engines/one/a.rb:1:8 dyno-process-type", "engines/two/b.rb:1:8 dyno-process-type"];
    assert_eq!(both.places(), places, "from the root whose settings hold");
    assert_eq!(concise(&folder, &["engines/one/a.rb"]).places(), ["a.rb:1:8 dyno-process-type"]);
}

#[cfg(unix)]
#[test]
fn odd_names_are_files_like_others() {
    let folder = project(&[]);
    let names = ["-x.rb", "--fix", "a b.rb", "naïve ☃.rb", "*.rb", "--output-format=json"];
    for name in names {
        let text = if name.ends_with(".rb") { ERROR } else { "#!/bin/sh\nkind=${DYNO%%.*}\n" };
        write(&folder, name, text);
        let outcome = concise(&folder, &["--", name]).ends(1);
        assert_eq!(outcome.paths().into_iter().collect::<Vec<_>>(), [name]);
    }
    let refused = run(&folder, &["-x.rb"]).ends(2);
    assert!(refused.err.contains("use '-- -x'"), "{}", refused.err);
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
