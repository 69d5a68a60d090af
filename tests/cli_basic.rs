//! The command line, as far as it needs no project.

use assert_cmd::Command;
use support::{dynolint, run};

/// Running the program.
mod support {
    use super::Command;

    pub struct Outcome {
        pub code: i32,
        pub out: String,
        pub err: String,
    }

    /// Runs dynolint in an empty folder with an environment that says nothing.
    pub fn dynolint(arguments: &[&str], variables: &[(&str, &str)]) -> Outcome {
        let folder = tempfile::tempdir().expect("a folder");
        run(
            Command::cargo_bin("dynolint").expect("built").current_dir(&folder).env_clear().args(arguments),
            variables,
        )
    }

    pub fn run(command: &mut Command, variables: &[(&str, &str)]) -> Outcome {
        for name in ["PATH", "SystemRoot"] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        let output = command.envs(variables.iter().copied()).output().expect("runs");
        Outcome {
            code: output.status.code().expect("ends by itself"),
            out: String::from_utf8(output.stdout).expect("UTF-8"),
            err: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }
}

#[test]
fn help_fits_on_a_terminal_and_names_the_exit_codes() {
    for flag in ["--help", "-h"] {
        let help = dynolint(&[flag], &[("COLUMNS", "80")]);
        assert_eq!(help.code, 0, "{}", help.err);
        assert!(help.err.is_empty());
        for part in ["Exit codes:", "Report:", "Threshold:", "Rules:", "Files:", "CLAUDECODE", "--fail-on"] {
            assert!(help.out.contains(part), "{part}\n{}", help.out);
        }
        assert!(!help.out.contains('\x1b'));
    }
    for verb in ["check", "explain", "rules", "files", "facts", "completions"] {
        assert_eq!(dynolint(&[verb, "--help"], &[]).code, 0, "{verb}");
    }
}

#[test]
fn the_version_is_one_line() {
    let version = dynolint(&["--version"], &[]);
    assert_eq!((version.code, version.out.trim_end()), (0, concat!("dynolint ", env!("CARGO_PKG_VERSION"))));
}

#[test]
fn wrong_usage_is_two() {
    let cases: [(&[&str], &str); 10] = [
        (&["--pedantik"], "--pedantic"),
        (&["--output-format", "sarfi"], "sarif"),
        (&["--report", "sarif"], "FORMAT=PATH"),
        (&["--report", "sarf=x"], "did you mean `sarif`?"),
        (&["--report", "sarif=no/such/folder/x.sarif"], "does not exist"),
        (&["--only", "no-such-rule-at-all"], "there is no rule `no-such-rule-at-all`"),
        (&["--skip", "no-such-rule-at-all"], "there is no rule `no-such-rule-at-all`"),
        (&["explain", "no-such-rule-at-all"], "there is no rule `no-such-rule-at-all`"),
        (&["-"], "--stdin-filename"),
        (&["--stdin-filename", "a.rb"], "needs the path `-`"),
    ];
    for (arguments, said) in cases {
        let outcome = dynolint(arguments, &[]);
        assert_eq!(outcome.code, 2, "{arguments:?}: {}", outcome.err);
        assert!(outcome.err.contains(said), "{arguments:?}: {}", outcome.err);
        assert!(outcome.out.is_empty(), "{arguments:?}: {}", outcome.out);
    }
}

#[test]
fn an_error_is_not_a_way_into_the_terminal() {
    let outcome = dynolint(&["explain", "a\x1b[31mb\nc"], &[]);
    assert_eq!(outcome.code, 2);
    assert!(!outcome.err.contains('\x1b'), "{:?}", outcome.err);
}

#[test]
fn lists_are_whole_in_every_format() {
    let rules = dynolint(&["rules"], &[]);
    assert_eq!(rules.code, 0);
    assert!(rules.out.starts_with("rule"), "{}", rules.out);
    let json = dynolint(&["rules", "--output-format", "json"], &[]);
    let json: serde_json::Value = serde_json::from_str(&json.out).expect("JSON");
    assert_eq!(json["version"], 1);
    for rule in json["rules"].as_array().expect("a list") {
        let id = rule["id"].as_str().expect("a name");
        for (format, part) in [("text", id), ("markdown", id), ("json", "\"page\"")] {
            let page = dynolint(&["explain", id, "--output-format", format], &[]);
            assert_eq!(page.code, 0, "{}", page.err);
            assert!(page.out.contains(part), "{}", page.out);
        }
    }
}

#[test]
fn shells_can_complete() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = dynolint(&["completions", shell], &[]);
        assert_eq!(script.code, 0);
        assert!(script.out.contains("min-severity"), "{shell}");
    }
}

#[test]
fn colours_come_only_where_they_are_wanted() {
    assert!(!dynolint(&["rules"], &[]).out.contains('\x1b'));
    assert!(dynolint(&["rules"], &[("FORCE_COLOR", "1")]).out.contains('\x1b'));
    assert!(dynolint(&["rules", "--color", "always"], &[("NO_COLOR", "1")]).out.contains('\x1b'));
    assert!(!dynolint(&["rules", "--color", "never"], &[("CLICOLOR_FORCE", "1")]).out.contains('\x1b'));
}

#[test]
fn an_empty_folder_is_fine() {
    let outcome = dynolint(&[], &[]);
    assert_eq!((outcome.code, outcome.out.as_str()), (0, ""), "{}", outcome.err);
    assert!(outcome.err.contains("nothing to check"), "{}", outcome.err);
    let quiet = dynolint(&["-q"], &[]);
    assert_eq!((quiet.code, quiet.out.as_str(), quiet.err.as_str()), (0, "", ""));
}

#[test]
fn reports_are_written_beside_the_text() {
    let folder = tempfile::tempdir().expect("a folder");
    let summary = folder.path().join("summary.md");
    std::fs::write(&summary, "before\n").expect("written");
    let mut command = Command::cargo_bin("dynolint").expect("built");
    command.current_dir(&folder).env_clear().args([
        "--report",
        "sarif=x.sarif",
        "--report",
        "json=x.sarif.json",
    ]);
    command.arg("--report").arg(format!("markdown={}", summary.display()));
    let name = summary.to_str().expect("UTF-8").to_string();
    let outcome = run(&mut command, &[("GITHUB_STEP_SUMMARY", &name)]);
    assert_eq!(outcome.code, 0, "{}", outcome.err);
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).expect("written");
    assert!(read("x.sarif").contains("\"2.1.0\""));
    assert!(read("x.sarif.json").contains("\"summary\""));
    assert!(read("summary.md").starts_with("before\n## dynolint"), "what other steps wrote stays");
    let left = std::fs::read_dir(&folder).expect("readable").count();
    assert_eq!(left, 3, "no draft stays behind");
}

#[test]
fn a_report_for_a_program_stands_alone() {
    let outcome = dynolint(&["--report", "json=-"], &[("GITHUB_ACTIONS", "true")]);
    assert_eq!(outcome.code, 0, "{}", outcome.err);
    serde_json::from_str::<serde_json::Value>(&outcome.out).expect("JSON and nothing else");
}

#[cfg(unix)]
#[test]
fn a_reader_may_go_away() {
    use std::process::{Command, Stdio};
    let folder = tempfile::tempdir().expect("a folder");
    let bin = assert_cmd::cargo::cargo_bin("dynolint");
    for arguments in [&["rules"][..], &["completions", "bash"], &["--output-format", "sarif"], &["--help"]] {
        let mut child = Command::new(&bin)
            .args(arguments)
            .current_dir(&folder)
            .env_clear()
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("runs");
        drop(child.stdout.take());
        let mut said = String::new();
        std::io::Read::read_to_string(&mut child.stderr.take().expect("piped"), &mut said).expect("UTF-8");
        assert_eq!(child.wait().expect("ends").code(), Some(0), "{arguments:?}: {said}");
        assert!(!said.contains("panicked") && !said.contains("error"), "{arguments:?}: {said}");
    }
}

/// The caller of a function that adds the prefix mentions nothing of Heroku itself.
#[test]
fn callers_of_a_prefixing_wrapper_are_found_on_disk() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(
        folder.path().join("heroku.rb"),
        "module EnvOf\n  def self.meta(key)\n    ENV[\"HEROKU_#{key}\"]\n  end\nend\n",
    )
    .expect("written");
    std::fs::write(folder.path().join("version.rb"), "COMMIT = EnvOf.meta(\"SLUG_COMMIT\")\n")
        .expect("written");
    let output = assert_cmd::Command::cargo_bin("dynolint")
        .expect("built")
        .args(["--output-format", "concise"])
        .arg(folder.path())
        .output()
        .expect("run");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.starts_with("version.rb:1:10: warning heroku-metadata-env"), "{text}");
    assert_eq!(text.lines().count(), 1, "{text}");
}
