//! The program from outside: real folders, real files, what is printed and how it ends.

#[cfg(unix)]
#[path = "cli/action.rs"]
mod action;
#[path = "cli/baseline.rs"]
mod baseline;
#[path = "cli/config.rs"]
mod config;
#[path = "cli/files.rs"]
mod files;
#[path = "cli/fixes.rs"]
mod fixes;
#[path = "cli/fixtures.rs"]
mod fixtures;
#[path = "cli/git.rs"]
mod git;
#[path = "cli/init.rs"]
mod init;
#[path = "cli/install.rs"]
mod install;
#[path = "cli/own.rs"]
mod own;
#[path = "cli/paths.rs"]
mod paths;
#[path = "cli/reports.rs"]
mod reports;
#[path = "cli/since.rs"]
mod since;
#[path = "cli/stdin.rs"]
mod stdin;
#[path = "cli/support.rs"]
mod support;
#[path = "cli/suppression.rs"]
mod suppression;
#[path = "cli/thresholds.rs"]
mod thresholds;
