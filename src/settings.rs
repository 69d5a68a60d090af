//! What a run is asked to do.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::platform::Names;
use crate::rule::{Confidence, Severity, Target};

/// What a run is asked to do; the default is a plain `dynolint`.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Files and folders to report on, as given; empty means the whole project.
    pub paths: Vec<PathBuf>,
    /// Folder that relative paths start from.
    pub cwd: PathBuf,
    /// Text that stands in for a file of the project: its path and the text.
    pub stdin: Option<(PathBuf, Vec<u8>)>,
    /// Rules to run; empty means all that run by default.
    pub only: Vec<&'static str>,
    /// Rules not to run.
    pub skip: Vec<&'static str>,
    /// Least severity reported.
    pub min_severity: Severity,
    /// Least confidence reported.
    pub min_confidence: Confidence,
    /// Also run what is only for the thorough.
    pub pedantic: bool,
    /// Also report reads that are no coupling any more: a variable of the project's own comes first.
    pub harmless: bool,
    /// Take every package for a Heroku application, whatever speaks for it.
    pub assume_heroku: bool,
    /// Also report tests, documents, vendored and generated files.
    pub all_roles: bool,
    /// Where the move goes, if that is known.
    pub target: Option<Target>,
    /// Globs below the root that are not read.
    pub exclude: Vec<String>,
    /// Read also what `.gitignore` leaves out.
    pub no_ignore: bool,
    /// Threads; 0 means one for each core.
    pub threads: usize,
    /// Texts that stand in for files of the project, by path from the root with forward slashes; `None` for
    /// a file that is to be taken as gone. They are parsed whatever is in them.
    pub overlay: BTreeMap<String, Option<String>>,
    /// The names by which fixes call what a team has to provide.
    pub names: Names,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            paths: Vec::new(),
            cwd: PathBuf::from("."),
            stdin: None,
            only: Vec::new(),
            skip: Vec::new(),
            min_severity: Severity::Note,
            min_confidence: Confidence::Low,
            pedantic: false,
            harmless: false,
            assume_heroku: false,
            all_roles: false,
            target: None,
            exclude: Vec::new(),
            no_ignore: false,
            threads: 0,
            overlay: BTreeMap::new(),
            names: Names::default(),
        }
    }
}
