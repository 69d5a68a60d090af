//! Fixes: applied, printed as a patch, refused, and files that cannot be written.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::support::{ERROR, Run, WARNING, bare, concise, fixture, project, run, write};
use tempfile::TempDir;

/// What `--fix` makes of [`WARNING`].
const FIXED: &str = "commit = ENV[\"GIT_SHA\"] || ENV[\"HEROKU_SLUG_COMMIT\"]\n";

/// A platform check: its fix needs a decision.
const DECISION: &str = "Rails.application.config.force_ssl = true if ENV.key?(\"DYNO\")\n";

fn text(folder: &TempDir, path: &str) -> String {
    fs::read_to_string(folder.path().join(path)).expect("a file")
}

/// Whether nothing but the files themselves is in the folder.
#[track_caller]
fn no_leftovers(folder: &Path) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
        assert!(!name.ends_with(".tmp"), "{name} was left");
    }
}

#[test]
fn safe_fixes_are_applied_and_the_rest_is_reported() {
    let folder = project(&[("config/a.rb", WARNING), ("lib/b.rb", DECISION)]);
    let before = concise(&folder, &[]).ends(1);
    assert!(before.out.contains("config/a.rb:1:10: warning heroku-metadata-env"), "{}", before.out);
    assert!(before.out.contains("[fix: safe]"), "{}", before.out);
    assert!(before.err.contains("fixable: 1 with --fix, 1 more with --unsafe-fixes"), "{}", before.err);
    let after = concise(&folder, &["--fix"]).ends(1);
    assert_eq!(text(&folder, "config/a.rb"), FIXED);
    assert_eq!(text(&folder, "lib/b.rb"), DECISION);
    assert!(after.out.starts_with("lib/b.rb:"), "{}", after.out);
    assert!(after.err.starts_with("fixed 1 finding in 1 file: heroku-metadata-env 1\n"), "{}", after.err);
    assert!(after.err.contains("fixable: 1 with --unsafe-fixes, which need a decision"), "{}", after.err);
    let variables =
        "set on the target, before it runs there:\n  GIT_SHA: the commit that is deployed (config/a.rb)\n";
    assert!(after.err.ends_with(variables), "{}", after.err);
    let again = concise(&folder, &["--fix"]).ends(1);
    assert!(again.err.starts_with("nothing fixed\n"), "{}", again.err);
    assert_eq!(text(&folder, "config/a.rb"), FIXED);
    no_leftovers(&folder.path().join("config"));
}

#[test]
fn unsafe_fixes_are_applied_on_request() {
    let folder = project(&[("config/a.rb", WARNING), ("lib/b.rb", DECISION)]);
    let after = concise(&folder, &["--unsafe-fixes"]).ends(0);
    assert_eq!(text(&folder, "config/a.rb"), FIXED);
    assert!(text(&folder, "lib/b.rb").contains("ENV.key?(\"DEPLOYED\") || ENV.key?(\"DYNO\")"));
    assert!(after.err.contains("  DEPLOYED: any text wherever"), "{}", after.err);
    assert_eq!(after.out, "");
}

#[test]
fn names_come_from_the_settings() {
    let folder = bare(&[("config/a.rb", WARNING), ("dynolint.toml", "[fix]\ncommit-env = \"REVISION\"\n")]);
    let after = concise(&folder, &["--fix"]).ends(0);
    assert_eq!(text(&folder, "config/a.rb"), FIXED.replace("GIT_SHA", "REVISION"));
    assert!(after.err.contains("  REVISION: the commit"), "{}", after.err);

    write(&folder, "dynolint.toml", "[fix]\ncomit-env = \"REVISION\"\n");
    let wrong = run(&folder, &[]).ends(2);
    assert_eq!(
        wrong.err,
        "error: dynolint.toml:2:1: `comit-env` is not a setting\n  help: did you mean `commit-env`?\n"
    );
}

#[test]
fn only_what_was_fixed_is_said() {
    let folder = project(&[("config/a.rb", WARNING), ("lib/b.rb", DECISION)]);
    let after = run(&folder, &["--fix-only"]).ends(0);
    assert_eq!(after.out, "");
    assert!(after.err.starts_with("fixed 1 finding"), "{}", after.err);
    assert!(!after.err.contains("looked at"), "{}", after.err);
    assert_eq!(text(&folder, "config/a.rb"), FIXED);
}

#[test]
fn a_hook_learns_that_files_changed() {
    let folder = project(&[("config/a.rb", WARNING)]);
    run(&folder, &["--fix", "--exit-non-zero-on-fix"]).ends(1);
    run(&folder, &["--fix", "--exit-non-zero-on-fix"]).ends(0);
    let folder = project(&[("config/a.rb", WARNING)]);
    run(&folder, &["--fix"]).ends(0);
}

#[test]
fn a_patch_is_one_that_git_applies() {
    let latin = b"# caf\xE9\r\ncommit = ENV['HEROKU_SLUG_COMMIT']\r\n".to_vec();
    let folder = project(&[("config/a b.rb", WARNING), ("lib/\u{e9}.rb", "x = ENV[\"HEROKU_SLUG_COMMIT\"]")]);
    write(&folder, "config/latin.rb", &latin);
    write(&folder, "config/bom.rb", format!("\u{feff}{WARNING}"));
    let copy = project(&[("config/a b.rb", WARNING), ("lib/\u{e9}.rb", "x = ENV[\"HEROKU_SLUG_COMMIT\"]")]);
    write(&copy, "config/latin.rb", &latin);
    write(&copy, "config/bom.rb", format!("\u{feff}{WARNING}"));

    let mut command = assert_cmd::Command::cargo_bin("dynolint").expect("built");
    let output = command.current_dir(&folder).arg("--diff").output().expect("runs");
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.starts_with("would fix 4 findings in 4 files"), "{said}");
    assert_eq!(text(&folder, "config/a b.rb"), WARNING, "nothing changes");

    run(&copy, &["--fix"]).ends(0);
    fs::write(folder.path().join("all.patch"), &output.stdout).expect("writes");
    let git = |arguments: &[&str]| {
        let output = Command::new("git").current_dir(&folder).args(arguments).output().expect("git runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    git(&["init", "--quiet"]);
    git(&["apply", "all.patch"]);
    for path in ["config/a b.rb", "config/latin.rb", "config/bom.rb", "lib/\u{e9}.rb"] {
        let bytes = |folder: &TempDir| fs::read(folder.path().join(path)).expect("a file");
        assert_eq!(bytes(&folder), bytes(&copy), "{path}");
    }
    assert_eq!(
        fs::read(copy.path().join("config/latin.rb")).expect("a file"),
        b"# caf\xE9\r\ncommit = ENV['GIT_SHA'] || ENV['HEROKU_SLUG_COMMIT']\r\n"
    );
    assert_eq!(run(&copy, &["--diff"]).ends(0).out, "");
}

#[test]
fn a_patch_of_a_project_below_a_checkout_applies_from_both() {
    for below in ["", "shop"] {
        let folder = bare(&[("shop/config/a.rb", WARNING), ("shop/dynolint.toml", "")]);
        let git = |within: &str, arguments: &[&str]| {
            let folder = folder.path().join(within);
            let output = Command::new("git").current_dir(folder).args(arguments).output().expect("git runs");
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        };
        git("", &["init", "--quiet"]);
        let shown = Run::within(folder.path().join("shop"), &["--diff"]).run().ends(1);
        write(&folder, "all.patch", &shown.out);
        let patch = folder.path().join("all.patch");
        git(below, &["apply", patch.to_str().expect("UTF-8")]);
        assert_eq!(text(&folder, "shop/config/a.rb"), FIXED, "from `{below}`");
    }
}

#[test]
fn a_patch_shows_no_secret() {
    let secret = "URL = \"postgres://app:s3cr3tpassw0rd@db.internal/app\"\n";
    let folder = project(&[("config/a.rb", &format!("{secret}{WARNING}")), ("lib/b.rb", WARNING)]);
    let shown = run(&folder, &["--diff"]).ends(2);
    assert!(!shown.out.contains("s3cr3t") && shown.out.contains("lib/b.rb"), "{}", shown.out);
    let reason =
        "config/a.rb: not in the patch: the patch would show what looks like a secret; --fix changes it";
    assert!(shown.err.contains(reason), "{}", shown.err);
    run(&folder, &["--fix"]).ends(0);
    assert_eq!(text(&folder, "config/a.rb"), format!("{secret}{FIXED}"));
}

#[test]
fn a_file_that_does_not_parse_stays() {
    let broken = format!("{WARNING}def x(\n");
    let folder = project(&[("config/a.rb", &broken)]);
    let outcome = concise(&folder, &["--fix"]).ends(1);
    assert_eq!(text(&folder, "config/a.rb"), broken);
    assert!(outcome.out.contains("heroku-metadata-env") && !outcome.out.contains("[fix"), "{}", outcome.out);
}

/// The better fix may need a decision; what `--fix` does is safe all the same, and said so.
#[test]
fn a_safe_fix_behind_an_unsafe_one_is_announced() {
    let folder = project(&[("config/a.rb", ERROR), ("Procfile", "web: bundle exec puma\n")]);
    let json = run(&folder, &["--output-format", "json"]).json();
    let fixes = json["findings"][0]["fixes"].as_array().expect("fixes").iter();
    let kinds: Vec<_> = fixes.map(|fix| fix["applicability"].as_str().expect("a word")).collect();
    assert_eq!(kinds, ["unsafe", "safe"]);
    let shown = concise(&folder, &[]);
    assert!(shown.out.contains("dyno-process-type") && shown.out.contains("[fix: safe]"), "{}", shown.out);
    assert!(shown.err.contains("fixable: 1 with --fix\n"), "{}", shown.err);
    run(&folder, &["--fix"]).ends(0);
}

#[test]
fn a_report_in_the_project_changes_nothing() {
    let folder = project(&[("config/a.rb", WARNING)]);
    for format in ["json=report.json", "sarif=report.sarif", "markdown=report.md"] {
        run(&folder, &["--report", format]).ends(1);
    }
    assert!(concise(&folder, &[]).ends(1).out.contains("[fix: safe]"));
}

#[test]
fn only_the_paths_given_change() {
    let folder = project(&[("config/a.rb", WARNING), ("lib/b.rb", WARNING)]);
    run(&folder, &["--fix", "lib"]).ends(0);
    assert_eq!((text(&folder, "config/a.rb"), text(&folder, "lib/b.rb")), (WARNING.into(), FIXED.into()));
}

#[test]
fn standard_input_comes_back_fixed() {
    let folder = project(&[("config/a.rb", "puts 1\n"), ("lib/b.rb", WARNING)]);
    let arguments = ["-", "--stdin-filename", "config/a.rb", "--fix"];
    let outcome = Run::within(&folder, &arguments).reading(WARNING).run().ends(0);
    assert_eq!(outcome.out, FIXED);
    assert_eq!(text(&folder, "config/a.rb"), "puts 1\n");
    assert_eq!(text(&folder, "lib/b.rb"), WARNING);
    assert_eq!(Run::within(&folder, &arguments).reading("puts 2\n").run().ends(0).out, "puts 2\n");
    // What cannot be fixed comes back as it was.
    let leader = "start if ENV[\"DYNO\"] == \"clock.1\"\n";
    assert_eq!(Run::within(&folder, &arguments).reading(leader).run().ends(1).out, leader);
}

#[test]
fn fixes_are_in_every_report() {
    let folder = project(&[("config/a.rb", WARNING)]);
    let json = run(&folder, &["--output-format", "json"]).ends(1).json();
    let fix = &json["findings"][0]["fixes"][0];
    assert_eq!(fix["applicability"], "safe");
    assert_eq!(fix["variables"][0]["name"], "GIT_SHA");
    assert_eq!(fix["edits"][0]["path"], "config/a.rb");
    let sarif = run(&folder, &["--output-format", "sarif"]).ends(1).json();
    let fix = &sarif["runs"][0]["results"][0]["fixes"][0];
    assert_eq!(fix["artifactChanges"][0]["artifactLocation"]["uri"], "config/a.rb");
    let full = run(&folder, &[]).ends(1).out;
    assert!(
        full.contains("fix (safe): read `GIT_SHA` first") && full.contains("+ commit = ENV[\"GIT_SHA\"]")
    );
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("made");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        match entry.file_type().expect("a type").is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(fs::copy(entry.path(), target).expect("copied")),
        }
    }
}

#[test]
fn the_samples_can_be_fixed() {
    for name in ["rails", "django", "express"] {
        let folder = tempfile::tempdir().expect("a folder");
        copy(&fixture(name), folder.path());
        let before = concise(&folder, &[]).out;
        for flag in ["--fix", "--unsafe-fixes"] {
            let word = if flag == "--fix" { "[fix: safe]" } else { "[fix: unsafe]" };
            assert!(before.contains(word), "{name} has nothing for {flag}");
            let fixed = concise(&folder, &[flag]);
            assert!(fixed.err.starts_with("fixed "), "{name} {flag}: {}", fixed.err);
            assert!(!fixed.err.contains("left alone"), "{name} {flag}: {}", fixed.err);
            assert!(!fixed.err.contains("not parsed whole"), "{name} {flag}: {}", fixed.err);
            assert!(!fixed.out.contains(word), "{name} {flag}: {}", fixed.out);
            let again = concise(&folder, &[flag]);
            assert!(again.err.starts_with("nothing fixed"), "{name} {flag}: {}", again.err);
        }
        assert!(concise(&folder, &[]).out.lines().count() < before.lines().count(), "{name}");
    }
}

#[cfg(unix)]
mod on_unix {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn a_read_only_file_stays_and_the_rest_goes_on() {
        let folder = project(&[("config/a.rb", WARNING), ("lib/b.rb", WARNING)]);
        let locked = folder.path().join("config/a.rb");
        fs::set_permissions(&locked, fs::Permissions::from_mode(0o444)).expect("set");
        let outcome = run(&folder, &["--fix"]).ends(2);
        assert!(
            outcome.err.contains("error: config/a.rb: not fixed: the file is read-only"),
            "{}",
            outcome.err
        );
        assert!(outcome.err.contains("fixed 1 finding in 1 file"), "{}", outcome.err);
        assert!(outcome.out.contains("config/a.rb:1"), "what was not fixed is still a finding");
        assert_eq!((text(&folder, "config/a.rb"), text(&folder, "lib/b.rb")), (WARNING.into(), FIXED.into()));
        no_leftovers(&folder.path().join("config"));
    }

    #[test]
    fn permissions_stay() {
        let folder = project(&[("bin/run", &format!("#!/usr/bin/env ruby\n{WARNING}"))]);
        let script = folder.path().join("bin/run");
        fs::set_permissions(&script, fs::Permissions::from_mode(0o751)).expect("set");
        run(&folder, &["--fix"]).ends(0);
        assert_eq!(fs::metadata(&script).expect("there").permissions().mode() & 0o777, 0o751);
        assert!(text(&folder, "bin/run").contains("GIT_SHA"));
    }

    #[test]
    fn a_link_that_is_named_stays_a_link() {
        let folder = project(&[("config/a.rb", WARNING)]);
        symlink("a.rb", folder.path().join("config/link.rb")).expect("linked");
        run(&folder, &["--fix", "config/link.rb"]).ends(0);
        assert_eq!(text(&folder, "config/a.rb"), FIXED);
        assert!(folder.path().join("config/link.rb").is_symlink());
    }

    #[test]
    fn an_interrupted_run_leaves_each_file_old_or_new() {
        for after in [5, 20, 40, 80, 160] {
            let folder = project(&[]);
            for number in 0..60 {
                write(&folder, &format!("config/{number}.rb"), WARNING);
            }
            let mut command = Command::new(assert_cmd::cargo::cargo_bin("dynolint"));
            command.current_dir(&folder).args(["--fix-only", "--quiet"]);
            let mut running = command.spawn().expect("runs");
            std::thread::sleep(std::time::Duration::from_millis(after));
            running.kill().expect("killed");
            running.wait().expect("ended");
            for number in 0..60 {
                let text = text(&folder, &format!("config/{number}.rb"));
                assert!(text == WARNING || text == FIXED, "after {after} ms: {text:?}");
            }
            // At most the one that was being written.
            let entries = fs::read_dir(folder.path().join("config")).expect("a folder");
            assert!(entries.count() <= 61);
            // The next run finishes the work.
            run(&folder, &["--fix"]).ends(0);
            assert!((0..60).all(|number| text(&folder, &format!("config/{number}.rb")) == FIXED));
        }
    }

    #[test]
    fn a_full_disk_leaves_files_whole() {
        let folder = project(&[("config/a.rb", WARNING), ("lib/b.rb", WARNING)]);
        // Nothing can grow beyond no bytes, and who tries is told instead of killed.
        let program = assert_cmd::cargo::cargo_bin("dynolint");
        let script = format!("trap '' XFSZ; ulimit -f 0; exec '{}' --fix-only 2>&1 | cat", program.display());
        let output =
            Command::new("sh").current_dir(&folder).args(["-c", &script]).output().expect("a shell runs");
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(said.contains("error: config/a.rb: not fixed: ") && said.contains("nothing fixed"), "{said}");
        assert_eq!(
            (text(&folder, "config/a.rb"), text(&folder, "lib/b.rb")),
            (WARNING.into(), WARNING.into())
        );
        no_leftovers(&folder.path().join("config"));
    }
}
