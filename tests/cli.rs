//! The program from outside: real folders, real files, what is printed and how it ends.

#[path = "cli/baseline.rs"]
mod baseline;
#[path = "cli/config.rs"]
mod config;
#[cfg(unix)]
#[path = "cli/action.rs"]
mod action;
#[path = "cli/files.rs"]
mod files;
#[path = "cli/fixes.rs"]
mod fixes;
#[path = "cli/fixtures.rs"]
mod fixtures;
#[path = "cli/init.rs"]
mod init;
#[path = "cli/install.rs"]
mod install;
#[path = "cli/own.rs"]
mod own;
#[path = "cli/git.rs"]
mod git;
#[path = "cli/paths.rs"]
mod paths;
#[path = "cli/reports.rs"]
mod reports;
#[path = "cli/since.rs"]
mod since;
#[path = "cli/stdin.rs"]
mod stdin;
#[path = "cli/suppression.rs"]
mod suppression;
#[path = "cli/support.rs"]
mod support;
#[path = "cli/thresholds.rs"]
mod thresholds;
