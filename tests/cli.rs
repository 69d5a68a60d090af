//! The program from outside: real folders, real files, what is printed and how it ends.

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
#[path = "cli/paths.rs"]
mod paths;
#[path = "cli/reports.rs"]
mod reports;
#[path = "cli/stdin.rs"]
mod stdin;
#[path = "cli/support.rs"]
mod support;
#[path = "cli/thresholds.rs"]
mod thresholds;
