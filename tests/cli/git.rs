//! The real `git` in scratch repositories.

use std::path::Path;
use std::process::{Command, Output};

/// Runs git where nothing of this machine's configuration counts.
pub fn scratch_git(folder: impl AsRef<Path>, arguments: &[&str]) -> Output {
    Command::new("git")
        .current_dir(folder)
        .args(["-c", "user.name=T", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main"])
        .args(["-c", "protocol.file.allow=always", "-c", "commit.gpgSign=false"])
        .args(arguments)
        .env_remove("GIT_DIR")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .output()
        .expect("git runs")
}

/// What git prints.
#[track_caller]
pub fn git(folder: impl AsRef<Path>, arguments: &[&str]) -> String {
    let output = scratch_git(folder, arguments);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "git {arguments:?}: {error}");
    String::from_utf8(output.stdout).expect("UTF-8").trim().to_string()
}

/// Commits everything.
#[track_caller]
pub fn commit(folder: impl AsRef<Path>, message: &str) {
    git(&folder, &["add", "--all"]);
    git(&folder, &["commit", "--quiet", "--allow-empty", "--message", message]);
}
