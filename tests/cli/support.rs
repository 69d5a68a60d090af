//! Projects in temporary folders, and running the program in them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

pub struct Outcome {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Outcome {
    /// Fails with everything that was said where the exit code is another.
    #[track_caller]
    pub fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stdout:\n{}\nstderr:\n{}", self.out, self.err);
        self
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}\n{}\n{}", self.out, self.err))
    }

    /// `path:line:column rule` of each line of the format `concise`.
    pub fn places(&self) -> Vec<String> {
        let place = |line: &str| {
            let (place, rest) = line.split_once(": ").expect("a place");
            let rule = rest.split([' ', ':']).nth(1).expect("a rule");
            format!("{place} {rule}")
        };
        self.out.lines().map(place).collect()
    }

    /// The paths of the format `concise`.
    pub fn paths(&self) -> BTreeSet<String> {
        self.out.lines().map(|line| line.split(':').next().expect("a path").to_string()).collect()
    }

    /// The rules of the format `concise`.
    pub fn rules(&self) -> BTreeSet<String> {
        self.places().iter().filter_map(|place| Some(place.rsplit_once(' ')?.1.to_string())).collect()
    }
}

/// A run that is being put together.
pub struct Run {
    command: Command,
    arguments: Vec<String>,
}

impl Run {
    /// In a folder, with an environment that says nothing.
    pub fn within(folder: impl AsRef<Path>, arguments: &[&str]) -> Self {
        let mut command = Command::cargo_bin("dynolint").expect("built");
        command.current_dir(folder).env_clear().timeout(Duration::from_secs(60));
        for name in ["PATH", "SystemRoot"] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        Self { command, arguments: arguments.iter().map(ToString::to_string).collect() }
    }

    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    pub fn reading(mut self, stdin: &str) -> Self {
        self.command.write_stdin(stdin);
        self
    }

    #[track_caller]
    pub fn run(mut self) -> Outcome {
        let output = self.command.args(&self.arguments).output().expect("runs");
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        let (out, err) = (text(output.stdout), text(output.stderr));
        let code = output.status.code().unwrap_or_else(|| panic!("{:?} was ended: {err}", self.arguments));
        assert!(!err.contains("panicked") && !err.contains("has a bug"), "{:?}: {err}", self.arguments);
        Outcome { code, out, err }
    }
}

/// Runs in a folder with an environment that says nothing.
#[track_caller]
pub fn run(folder: impl AsRef<Path>, arguments: &[&str]) -> Outcome {
    Run::within(folder, arguments).run()
}

/// The same with one line for each finding.
#[track_caller]
pub fn concise(folder: impl AsRef<Path>, arguments: &[&str]) -> Outcome {
    let all: Vec<&str> = ["--output-format", "concise"].iter().chain(arguments).copied().collect();
    run(folder, &all)
}

/// A project with an empty `dynolint.toml` and the files given.
pub fn project(files: &[(&str, &str)]) -> TempDir {
    let folder = bare(files);
    write(&folder, "dynolint.toml", "");
    folder
}

/// A folder with the files given and nothing else.
pub fn bare(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, text) in files {
        write(&folder, path, text);
    }
    folder
}

pub fn write(folder: &TempDir, path: &str, content: impl AsRef<[u8]>) {
    let path = folder.path().join(path);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    std::fs::write(path, content).expect("written");
}

pub fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)
}

/// An error, a warning and a note, each of its own rule and in its own file.
pub fn three() -> TempDir {
    project(&[("app/error.rb", ERROR), ("config/warning.rb", WARNING), ("lib/note.rb", NOTE)])
}

/// One error: there is nothing to split elsewhere.
pub const ERROR: &str = "kind = ENV[\"DYNO\"].split(\".\").first\n";

/// One warning: the commit is unknown elsewhere.
pub const WARNING: &str = "commit = ENV[\"HEROKU_SLUG_COMMIT\"]\n";

/// One note: only a log line changes.
pub const NOTE: &str = "puts \"on #{ENV['DYNO']}\"\n";
