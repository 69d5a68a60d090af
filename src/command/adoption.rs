//! What a run leaves out on the way to adoption: what the baseline knows, and what did not change.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use dynolint::baseline::{self, Around, Baseline, Matched};
use dynolint::cli::{Check, Problem};
use dynolint::engine;
use dynolint::escape;
use dynolint::filter::Filter;
use dynolint::finding::Report;
use dynolint::settings::Settings;
use dynolint::since::{self, Changes};
use dynolint::source;

use super::{Stop, shown};

/// Where a project has its baseline.
pub struct File {
    /// The file.
    pub path: PathBuf,
    /// As people are told of it.
    pub name: String,
    /// Whether somebody named it on the command line.
    pub given: bool,
}

impl File {
    /// The one that the command line names, else the settings, else the usual one.
    pub fn new(given: Option<&Path>, settings: &Settings, root: &Path) -> Self {
        let path = match (given, &settings.baseline) {
            (Some(given), _) => settings.cwd.join(given),
            (None, Some(set)) => root.join(set),
            (None, None) => root.join(baseline::FILE),
        };
        let name = match given {
            Some(given) => shown(given),
            None => engine::relative(root, &path)
                .map_or_else(|| shown(&path), |name| escape::terminal(&name).into_owned()),
        };
        Self { path, name, given: given.is_some() }
    }

    /// Its text, if there is such a file.
    pub fn text(&self) -> Result<Option<String>, Problem> {
        match fs::read_to_string(&self.path) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Problem::new(format!(
                "cannot read the baseline `{}`: {}",
                self.name,
                source::reason(&error)
            ))),
        }
    }

    /// What it says, if there is such a file.
    pub fn read(&self) -> Result<Option<Baseline>, Problem> {
        let Some(text) = self.text()? else { return Ok(None) };
        Baseline::parse(&text).map(Some).map_err(|error| self.problem(&error))
    }

    /// What is wrong with its text.
    pub fn problem(&self, error: &baseline::BaselineError) -> Problem {
        let (line, column) = error.place;
        let message = escape::terminal(&error.message);
        Problem::new(format!("{}:{line}:{column}: {message}", self.name)).advise(error.advice)
    }

    /// Where it would have to be.
    pub fn missing(&self) -> Problem {
        Problem::new(format!("there is no baseline `{}`", self.name))
            .advise("`dynolint baseline write` writes one (with the same --baseline PATH)")
    }
}

/// Compares a report with a baseline.
pub fn compare(baseline: &Baseline, settings: &Settings, report: &Report) -> Matched {
    let exists = |path: &str| match settings.overlay.get(path) {
        Some(text) => text.is_some(),
        None => report.root.join(path).symlink_metadata().is_ok(),
    };
    baseline.compare(report, &Around { exists: &exists, rules: &settings.known_rules() })
}

/// What `dynolint check` was asked to leave out.
pub struct Adoption {
    baseline: Option<(File, Baseline)>,
    since: Option<String>,
    root: PathBuf,
}

impl Adoption {
    /// Reads the baseline.
    pub fn new(arguments: &Check, settings: &Settings) -> Result<Self, Stop> {
        let root = engine::root(settings)?;
        let baseline = match arguments.no_baseline {
            true => None,
            false => {
                let file = File::new(arguments.baseline.as_deref(), settings, &root);
                match file.read()? {
                    Some(baseline) => Some((file, baseline)),
                    None if file.given => return Err(file.missing().into()),
                    None => None,
                }
            }
        };
        Ok(Self { baseline, since: arguments.since.clone(), root })
    }

    /// The project as it is, without what is left out, and the filter that leaves it out of later reports too.
    pub fn look(&self, settings: &Settings) -> Result<(Report, Filter), Stop> {
        let mut report = engine::run(settings)?;
        let filter = self.filter(settings, &report)?;
        filter.apply(&mut report);
        Ok((report, filter))
    }

    /// What is left out of the reports of a run, by the first of them.
    fn filter(&self, settings: &Settings, report: &Report) -> Result<Filter, Problem> {
        let matched = self.baseline.as_ref().map(|(_, baseline)| compare(baseline, settings, report));
        let changes = self.changes(settings)?;
        Ok(Filter::new(report, matched.as_ref(), changes.as_ref(), settings.min_severity))
    }

    /// What changed, where that was asked for.
    fn changes(&self, settings: &Settings) -> Result<Option<Changes>, Problem> {
        let Some(rev) = &self.since else { return Ok(None) };
        let stand_in = settings.stdin.as_ref();
        let path = stand_in
            .and_then(|(path, _)| engine::relative(&self.root, &engine::future(&settings.cwd.join(path))));
        let stand_in = path.as_deref().zip(stand_in.map(|(_, text)| text.as_slice()));
        let changes = since::changes(&self.root, &settings.cwd, rev, stand_in);
        changes.map(Some).map_err(|error| Problem { text: error.message, advice: error.advice })
    }

    /// Notes for people: what of the baseline this version does not understand.
    pub fn notes(&self, settings: &Settings) -> Vec<String> {
        let Some((file, baseline)) = &self.baseline else { return Vec::new() };
        baseline.unknown_rules(&settings.known_rules()).map_or(Vec::new(), |rules| {
            vec![format!("{} names rules that this dynolint does not know: {rules}", file.name)]
        })
    }
}
