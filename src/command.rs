//! The verbs of the command line, and what they share: streams, colours, the settings of the project.

pub mod add_ignore;
pub mod adoption;
pub mod baseline;
pub mod check;
pub mod completions;
pub mod config;
pub mod init;
pub mod lists;

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anstream::{AutoStream, ColorChoice};

use dynolint::cli::{Color, Environment, Problem, SettingsFrom, nearest, nearest_verb};
use dynolint::config::{Config, Mistake, load};
use dynolint::engine::{self, RunError};
use dynolint::escape;
use dynolint::finding::Report;
use dynolint::output::style::{self, paint};
use dynolint::rules;
use dynolint::settings::Settings;
use dynolint::source;

/// Why a command ended early.
pub enum Stop {
    /// It could not do its job.
    Problem(Problem),
    /// The same, for several reasons.
    Problems(Vec<Problem>),
    /// Nobody reads standard output any more.
    BrokenPipe,
}

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Self {
        Stop::Problem(problem)
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Stop::BrokenPipe,
            _ => Stop::Problem(Problem::new(format!(
                "cannot write to standard output: {}",
                source::reason(&error)
            ))),
        }
    }
}

impl From<RunError> for Stop {
    fn from(error: RunError) -> Self {
        let problem = Problem::new(escape::terminal(&error.to_string()));
        Stop::Problem(match &error {
            RunError::Missing { path } => match nearest_verb(Path::new(path)) {
                Some(verb) => problem.advise(format!("did you mean the command `dynolint {verb}`?")),
                None => match nearest_path(Path::new(path)) {
                    Some(near) => problem.advise(format!("did you mean `{}`?", shown(&near))),
                    None => problem,
                },
            },
            RunError::Path { .. } | RunError::Glob { .. } => problem,
        })
    }
}

/// What was most likely meant by a path that does not exist, in a folder that does.
fn nearest_path(path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?.to_str()?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let entries = std::fs::read_dir(folder.unwrap_or(Path::new("."))).ok()?;
    let mut names: Vec<String> =
        entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    names.sort_unstable();
    let near = nearest(name, names.iter().map(String::as_str))?;
    Some(folder.map_or_else(|| PathBuf::from(near), |folder| folder.join(near)))
}

/// Adds what the settings of the project say, and gives notes for people. `settings` says where the project is.
pub fn settle(settings: &mut Settings, from: &SettingsFrom) -> Result<Vec<String>, Stop> {
    let root = engine::root(settings)?;
    let config = settings_file(&root, from)?;
    config.apply(settings);
    Ok(config.notes)
}

/// What the settings file of a project says.
pub fn settings_file(root: &Path, from: &SettingsFrom) -> Result<Config, Stop> {
    load(root, from.config.as_deref(), from.isolated, &rules::all()).map_err(mistakes)
}

/// Mistakes in the settings, as problems.
pub fn mistakes(mistakes: Vec<Mistake>) -> Stop {
    let problem = |mistake: Mistake| Problem { text: mistake.to_string(), advice: mistake.advice };
    Stop::Problems(mistakes.into_iter().map(problem).collect())
}

/// The settings of the project around the current folder.
pub fn settings_here(from: &SettingsFrom) -> Result<Settings, Stop> {
    let mut settings = Settings { cwd: folder()?, ..Settings::default() };
    settle(&mut settings, from)?;
    Ok(settings)
}

/// Whether standard output is to have colours.
pub fn color(color: Color, environment: &Environment) -> bool {
    environment.color(color.color, io::stdout().is_terminal())
}

/// The current folder.
pub fn folder() -> Result<PathBuf, Problem> {
    std::env::current_dir()
        .map_err(|error| Problem::new(format!("cannot tell the current folder: {}", source::reason(&error))))
}

/// Columns of the terminal, if there is one.
pub fn terminal_columns() -> Option<usize> {
    terminal_size::terminal_size().map(|(width, _)| usize::from(width.0))
}

/// Columns for running text: those of the terminal, as far as text is good to read.
pub fn columns() -> usize {
    terminal_columns().unwrap_or(100).clamp(40, 100)
}

/// Writes to standard output; what is printed is bytes already.
pub fn print(color: bool, bytes: &[u8]) -> Result<u8, Stop> {
    // Old Windows consoles need colours turned into calls; everything else goes through untouched.
    let choice = if color { ColorChoice::Always } else { ColorChoice::AlwaysAnsi };
    let mut stdout = AutoStream::new(io::stdout().lock(), choice);
    stdout.write_all(bytes)?;
    stdout.flush()?;
    Ok(0)
}

/// Writes to standard error, where nothing is worth failing for; on a terminal with lines that fit.
pub fn aside(text: &str) {
    let fitting = io::stderr().is_terminal().then(|| style::fit(text, columns()));
    let text = fitting.as_deref().unwrap_or(text);
    let _ = AutoStream::new(io::stderr().lock(), ColorChoice::AlwaysAnsi).write_all(text.as_bytes());
}

/// A line that says what went wrong. What is said may come from the project.
pub fn error_line(color: bool, said: &str) -> String {
    format!("{} {}\n", paint(color, style::ERROR, "error:"), escape::terminal(said))
}

/// A line for each file that could not be read.
pub fn unreadable_lines(report: &Report, color: bool) -> String {
    let unreadable = report.summary.unreadable.iter();
    unreadable.map(|(path, error)| error_line(color, &format!("cannot read {path}: {error}"))).collect()
}

/// Says what went wrong, and what to do.
pub fn complain(environment: &Environment, problem: &Problem) {
    let color = environment.color(Default::default(), io::stderr().is_terminal());
    let mut text = format!("{} {}\n", paint(color, style::ERROR, "error:"), problem.text);
    if let Some(advice) = &problem.advice {
        text.push_str(&format!("  {} {advice}\n", paint(color, style::GOOD, "help:")));
    }
    aside(&text);
}

/// A path as it can be shown.
pub fn shown(path: &Path) -> String {
    escape::terminal(&path.to_string_lossy()).into_owned()
}
