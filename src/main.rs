//! The edge: only here is anything printed, written, or asked of the environment.

use std::any::Any;
use std::fs;
use std::io::{self, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use anstream::{AutoStream, ColorChoice};
use clap::{CommandFactory, Parser};

use dynolint::cli::{
    Check, Cli, Color, Command, Environment, Explain, FactsFormat, FactsOf, Files, PageFormat, Problem,
    Rules, TableFormat, find_rule, nearest_verb,
};
use dynolint::engine::{self, RunError};
use dynolint::escape;
use dynolint::explain::{self, Look};
use dynolint::finding::Report;
use dynolint::listing;
use dynolint::output::style::{self, paint};
use dynolint::output::summary::{self, Detail};
use dynolint::output::{self, Format, View};
use dynolint::rules;
use dynolint::settings::Settings;

/// How long a run may take before something is said about it.
const PATIENCE: Duration = Duration::from_millis(500);

/// Where the last panic was and what it said.
static PANIC: Mutex<Option<String>> = Mutex::new(None);

/// Why a command ended early.
enum Stop {
    /// It could not do its job.
    Problem(Problem),
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
            _ => Stop::Problem(Problem::new(format!("cannot write to standard output: {error}"))),
        }
    }
}

impl From<RunError> for Stop {
    fn from(error: RunError) -> Self {
        let problem = Problem::new(escape::terminal(&error.to_string()));
        Stop::Problem(match &error {
            RunError::Path { path, .. } => match nearest_verb(Path::new(path)) {
                Some(verb) => problem.advise(format!("did you mean the command `dynolint {verb}`?")),
                None => problem,
            },
            RunError::Glob { .. } => problem,
        })
    }
}

fn main() -> ExitCode {
    // Said once, in one place, and with a way to report it; not by every thread on its own.
    std::panic::set_hook(Box::new(|info| {
        *PANIC.lock().unwrap_or_else(PoisonError::into_inner) = Some(info.to_string());
    }));
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let code = u8::try_from(error.exit_code()).unwrap_or(2);
            // A closed pipe is nobody's fault.
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    let environment =
        Environment::new(std::env::vars_os().filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.to_string_lossy().into_owned()))
        }));
    let stop = std::panic::catch_unwind(|| run(cli, &environment)).unwrap_or_else(|panic| Err(bug(&*panic)));
    match stop {
        Ok(code) => ExitCode::from(code),
        Err(Stop::BrokenPipe) => ExitCode::SUCCESS,
        Err(Stop::Problem(problem)) => {
            complain(&environment, &problem);
            ExitCode::from(2)
        }
    }
}

fn run(cli: Cli, environment: &Environment) -> Result<u8, Stop> {
    match cli.command {
        None => check(&cli.check, environment),
        Some(Command::Check(arguments)) => check(&arguments, environment),
        Some(Command::Explain(arguments)) => explain(&arguments, environment),
        Some(Command::Rules(arguments)) => list_rules(&arguments, environment),
        Some(Command::Files(arguments)) => list_files(&arguments, environment),
        Some(Command::Facts(arguments)) => list_facts(&arguments, environment),
        Some(Command::Completions { shell }) => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "dynolint", &mut script);
            print(false, &script)
        }
    }
}

fn check(arguments: &Check, environment: &Environment) -> Result<u8, Stop> {
    let stdin = match arguments.reads_stdin() && arguments.stdin_filename.is_some() {
        true => Some(read_stdin()?),
        false => arguments.reads_stdin().then(Vec::new),
    };
    let (settings, notes) = arguments.settings(&rules::all(), folder()?, stdin)?;
    for report in arguments.report.iter().filter_map(|report| report.path.as_deref()) {
        has_parent(report)?;
    }
    let is_terminal = io::stdout().is_terminal();
    let color = environment.color(arguments.color.color, is_terminal);
    let color_aside = environment.color(arguments.color.color, io::stderr().is_terminal());
    for note in notes {
        aside(&format!("{} {note}\n", paint(color_aside, style::NOTE, "note:")));
    }

    let progress = Progress::start(!arguments.quiet && io::stderr().is_terminal());
    let report = engine::run(&settings);
    drop(progress);
    let report = report?;

    // The files come first: a reader that went away must not cost anyone the report.
    let mut view = View { target: arguments.target, statistics: arguments.statistics, ..View::default() };
    for wanted in &arguments.report {
        let Some(path) = &wanted.path else { continue };
        let mut text = Vec::new();
        output::write(wanted.format, &report, &view, &mut text)?;
        write_file(path, &text, environment)?;
    }
    view.color = color;
    view.width = columns();
    view.hyperlinks = environment.hyperlinks(is_terminal);
    view.max_findings = arguments.max_findings;
    let shown = show(&report, &view, &environment.formats(arguments, is_terminal));
    // A reader that has seen enough of the findings still gets the summary on the other stream.
    summarise(arguments, &settings, &report, color_aside)?;
    shown?;
    Ok(arguments.exit_code(&report))
}

fn show(report: &Report, view: &View, formats: &[Format]) -> Result<(), Stop> {
    let mut text = Vec::new();
    for &format in formats {
        output::write(format, report, view, &mut text)?;
    }
    print(view.color, &text)?;
    Ok(())
}

fn summarise(arguments: &Check, settings: &Settings, report: &Report, color: bool) -> Result<(), Stop> {
    let mut text = Vec::new();
    if arguments.quiet {
        for (path, error) in &report.summary.unreadable {
            let word = paint(color, style::ERROR, "error:");
            writeln!(text, "{word} cannot read {}: {}", escape::terminal(path), escape::terminal(error))?;
        }
    } else {
        if arguments.verbose {
            for file in engine::files(settings)?.iter().filter(|file| file.skipped.is_some()) {
                let reason = file.skipped.as_deref().unwrap_or_default();
                writeln!(text, "skipped {}: {}", escape::terminal(&file.path), escape::terminal(reason))?;
            }
        }
        let detail = Detail { color, verbose: arguments.verbose, all_roles: arguments.all_roles };
        summary::write(report, detail, &mut text)?;
    }
    let text = String::from_utf8_lossy(&text);
    match io::stderr().is_terminal() {
        true => aside(&style::fit(&text, columns())),
        false => aside(&text),
    }
    Ok(())
}

fn explain(arguments: &Explain, environment: &Environment) -> Result<u8, Stop> {
    let (rule, earlier) = find_rule(&rules::all(), &arguments.rule)?;
    if earlier {
        aside(&format!("note: `{}` is now called `{}`\n", escape::terminal(&arguments.rule), rule.id));
    }
    let color = color(arguments.color, environment);
    let text = match arguments.output_format {
        PageFormat::Text => {
            let hyperlinks = environment.hyperlinks(io::stdout().is_terminal());
            explain::terminal(rule, Look { color, width: columns(), hyperlinks })
        }
        PageFormat::Markdown => rule.page.to_string(),
        PageFormat::Json => format!("{:#}\n", explain::json(rule)),
    };
    print(color, text.as_bytes())
}

fn list_rules(arguments: &Rules, environment: &Environment) -> Result<u8, Stop> {
    let color = color(arguments.color, environment);
    let text = match arguments.output_format {
        TableFormat::Table => listing::rules(&rules::all(), color),
        TableFormat::Json => format!("{:#}\n", listing::rules_json(&rules::all())),
    };
    print(color, text.as_bytes())
}

fn list_files(arguments: &Files, environment: &Environment) -> Result<u8, Stop> {
    let settings = Settings {
        paths: arguments.paths.clone(),
        cwd: folder()?,
        exclude: arguments.reading.exclude.clone(),
        no_ignore: arguments.reading.no_ignore,
        ..Settings::default()
    };
    let color = color(arguments.color, environment);
    print(color, listing::files(&engine::files(&settings)?, color).as_bytes())
}

fn list_facts(arguments: &FactsOf, environment: &Environment) -> Result<u8, Stop> {
    let settings = Settings { cwd: folder()?, ..Settings::default() };
    let (file, text, facts) = engine::facts_of(&settings, &arguments.file)?;
    let color = color(arguments.color, environment);
    let text = match arguments.output_format {
        FactsFormat::Text => listing::facts(&text, &facts, color),
        FactsFormat::Json => format!("{:#}\n", listing::facts_json(&file, &text, &facts)),
    };
    print(color, text.as_bytes())
}

fn color(color: Color, environment: &Environment) -> bool {
    environment.color(color.color, io::stdout().is_terminal())
}

fn folder() -> Result<PathBuf, Problem> {
    std::env::current_dir().map_err(|error| Problem::new(format!("cannot tell the current folder: {error}")))
}

fn read_stdin() -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    io::stdin()
        .read_to_end(&mut bytes)
        .map_err(|error| Problem::new(format!("cannot read standard input: {error}")))?;
    Ok(bytes)
}

/// Columns for running text: those of the terminal, as far as text is good to read.
fn columns() -> usize {
    let columns = terminal_size::terminal_size().map_or(100, |(width, _)| usize::from(width.0));
    columns.clamp(40, 100)
}

/// Writes to standard output; what is printed is bytes already.
fn print(color: bool, bytes: &[u8]) -> Result<u8, Stop> {
    // Old Windows consoles need colours turned into calls; everything else goes through untouched.
    let choice = if color { ColorChoice::Always } else { ColorChoice::AlwaysAnsi };
    let mut stdout = AutoStream::new(io::stdout().lock(), choice);
    stdout.write_all(bytes)?;
    stdout.flush()?;
    Ok(0)
}

/// Writes to standard error, where nothing is worth failing for.
fn aside(text: &str) {
    let _ = AutoStream::new(io::stderr().lock(), ColorChoice::AlwaysAnsi).write_all(text.as_bytes());
}

fn complain(environment: &Environment, problem: &Problem) {
    let color = environment.color(Default::default(), io::stderr().is_terminal());
    let mut text = format!("{} {}\n", paint(color, style::ERROR, "error:"), problem.text);
    if let Some(advice) = &problem.advice {
        text.push_str(&format!("  {} {advice}\n", paint(color, style::GOOD, "help:")));
    }
    aside(&text);
}

fn bug(panic: &(dyn Any + Send)) -> Stop {
    let seen = PANIC.lock().unwrap_or_else(PoisonError::into_inner).take();
    let said = panic.downcast_ref::<&str>().map(ToString::to_string);
    let what = seen.or(said).unwrap_or_else(|| "it says no more".to_string());
    Stop::Problem(
        Problem::new(format!("dynolint has a bug: {}", escape::terminal(&what)))
            .advise("please report it at https://github.com/dynolint/dynolint/issues with this line"),
    )
}

/// Says so before the work, not after it, when a report has nowhere to go.
fn has_parent(path: &Path) -> Result<(), Problem> {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() && !parent.is_dir() => {
            Err(Problem::new(format!("cannot write `{}`: its folder does not exist", shown(path)))
                .advise(format!("make the folder `{}` first", shown(parent))))
        }
        _ => Ok(()),
    }
}

/// Writes a report whole or not at all.
fn write_file(path: &Path, bytes: &[u8], environment: &Environment) -> Result<(), Problem> {
    let failed = |error: io::Error| Problem::new(format!("cannot write `{}`: {error}", shown(path)));
    // Steps of a job share the summary's file: what others wrote stays.
    if environment.get("GITHUB_STEP_SUMMARY").is_some_and(|summary| Path::new(summary) == path) {
        let file = fs::OpenOptions::new().create(true).append(true).open(path);
        return file.and_then(|mut file| file.write_all(bytes)).map_err(failed);
    }
    // A link stays a link; a pipe or a device cannot be replaced.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let before = fs::metadata(&target).ok();
    if before.as_ref().is_some_and(|before| !before.is_file()) {
        return fs::OpenOptions::new()
            .write(true)
            .open(&target)
            .and_then(|mut file| file.write_all(bytes))
            .map_err(failed);
    }
    let name = target.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let draft = target.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
    let written = fs::write(&draft, bytes).and_then(|()| match before {
        Some(before) => fs::set_permissions(&draft, before.permissions()),
        None => Ok(()),
    });
    written.and_then(|()| fs::rename(&draft, &target)).map_err(|error| {
        let _ = fs::remove_file(&draft);
        failed(error)
    })
}

fn shown(path: &Path) -> String {
    escape::terminal(&path.to_string_lossy()).into_owned()
}

/// One line on a terminal when a run takes long; gone when it ends.
struct Progress {
    done: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Progress {
    fn start(wanted: bool) -> Self {
        if !wanted {
            return Self { done: None, thread: None };
        }
        let (done, waiting) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            if waiting.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                aside("reading the project…");
                let _ = waiting.recv();
                aside("\r\x1b[2K");
            }
        });
        Self { done: Some(done), thread: Some(thread) }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        // The thread wakes up when the sender is gone.
        drop(self.done.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
