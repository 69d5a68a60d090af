//! From files to a report.

use crate::fact::Facts;
use crate::finding::Report;
use crate::lang::Lang;
use crate::role::Role;
use crate::settings::Settings;

/// Why a run could not do its job.
#[derive(Debug)]
pub enum RunError {
    /// A path given does not exist or cannot be read.
    Path {
        /// As given.
        path: String,
        /// What the system says.
        message: String,
    },
    /// A glob of `--exclude` is not one.
    Glob {
        /// As given.
        glob: String,
        /// What is wrong with it.
        message: String,
    },
}

impl std::fmt::Display for RunError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            RunError::Path { path, message } => write!(f, "cannot read `{path}`: {message}"),
            RunError::Glob { glob, message } => write!(f, "`{glob}` is not a glob: {message}"),
        }
    }
}

impl std::error::Error for RunError {}

/// A file as the walk saw it, for `dynolint files`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileInfo {
    /// Path from the project's root, with forward slashes.
    pub path: String,
    /// Language, if one is known.
    pub lang: Option<Lang>,
    /// Role; `None` where the file was not read.
    pub role: Option<Role>,
    /// Why it was not read, if it was not.
    pub skipped: Option<String>,
}

/// Runs all rules over a project.
pub fn run(_settings: &Settings) -> Result<Report, RunError> {
    Ok(Report::default())
}

/// All files of a project, as the walk saw them, sorted by path.
pub fn files(_settings: &Settings) -> Result<Vec<FileInfo>, RunError> {
    Ok(Vec::new())
}

/// The facts of one file on disk, whatever the prefilter says: its text and facts.
pub fn facts_of(
    _settings: &Settings,
    _path: &std::path::Path,
) -> Result<(FileInfo, String, Facts), RunError> {
    Err(RunError::Path { path: String::new(), message: String::new() })
}
