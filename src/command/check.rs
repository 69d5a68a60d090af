//! `dynolint check`: the project is read, put right where that is asked for, and reported on.

use std::fs;
use std::io::{self, IsTerminal, Read, Write};
use std::path::Path;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::Duration;

use dynolint::cli::{Check, Environment, Problem};
use dynolint::disk::{self, Saved};
use dynolint::engine::{self, RunError};
use dynolint::escape;
use dynolint::finding::{Applicability, Report};
use dynolint::fix::{self, Outcome};
use dynolint::output::fixes::{self, Deed};
use dynolint::output::style::{self, paint};
use dynolint::output::summary::{self, Detail};
use dynolint::output::{self, Format, View};
use dynolint::patch;
use dynolint::secrets;
use dynolint::settings::Settings;
use dynolint::source;

use super::add_ignore;
use super::adoption::Adoption;
use super::{
    Stop, aside, columns, error_line, folder, print, settle, shown, terminal_columns, unreadable_lines,
};

/// How long a run may take before something is said about it.
const PATIENCE: Duration = Duration::from_millis(500);

/// Checks the project.
pub fn run(arguments: &Check, environment: &Environment) -> Result<u8, Stop> {
    let stdin = match arguments.reads_stdin() && arguments.stdin_filename.is_some() {
        true => Some(read_stdin()?),
        false => arguments.reads_stdin().then(Vec::new),
    };
    let mut settings = arguments.place(folder()?, stdin)?;
    let mut notes = settle(&mut settings, &arguments.from)?;
    notes.extend(arguments.apply(&mut settings)?);
    for report in arguments.report.iter().filter_map(|report| report.path.as_deref()) {
        has_parent(report)?;
    }
    let is_terminal = io::stdout().is_terminal();
    let color = environment.color(arguments.color.color, is_terminal);
    let color_aside = environment.color(arguments.color.color, io::stderr().is_terminal());
    let adoption = Adoption::new(arguments, &settings)?;
    for note in notes.into_iter().chain(adoption.notes(&settings)) {
        aside(&format!("{} {note}\n", paint(color_aside, style::NOTE, "note:")));
    }

    let progress = Progress::start(!arguments.quiet && io::stderr().is_terminal());
    let mut added = None;
    let done = match arguments.fixes() {
        _ if arguments.add_ignore.is_some() => {
            let reason = arguments.add_ignore.as_deref().unwrap_or_default();
            add_ignore::run(arguments, &settings, &adoption, reason).map(|(report, done)| {
                added = Some(done);
                Done { report, work: None }
            })
        }
        Some(most) => fix_project(arguments, &settings, &adoption, most),
        None => adoption.look(&settings).map(|(report, _)| Done { report, work: None }),
    };
    drop(progress);
    let Done { report, work } = done?;

    // The files come first: a reader that went away must not cost anyone the report.
    let targets = settings.targets.clone();
    let fail_on = settings.fail_on.least();
    let mut view = View { targets, statistics: arguments.statistics, fail_on, ..View::default() };
    for wanted in &arguments.report {
        let Some(path) = &wanted.path else { continue };
        let mut text = Vec::new();
        output::write(wanted.format, &report, &view, &mut text)?;
        write_file(path, &text, environment)?;
    }
    view.color = color;
    view.width = columns();
    view.columns = is_terminal.then(terminal_columns).flatten();
    view.hyperlinks = environment.hyperlinks(is_terminal);
    view.max_findings = arguments.max_findings;
    let patch = added.as_ref().and_then(|added| added.patch.as_ref());
    let printed = patch.or(work.as_ref().and_then(|work| work.printed.as_ref()));
    let shown = match printed {
        Some(printed) => print(false, printed).map(drop),
        None if work.is_some() && arguments.fix_only => Ok(()),
        None => show(&report, &view, &environment.formats(arguments, is_terminal)),
    };
    if let Some(added) = &added {
        added.tell(color_aside);
    }
    // A reader that has seen enough of the findings still gets the summary on the other stream.
    summarise(arguments, &settings, &report, work.as_ref(), color_aside)?;
    shown?;
    match added {
        Some(added) => Ok(added.exit_code(arguments, &settings, &report)),
        None => Ok(exit_code(arguments, &settings, &report, work.as_ref())),
    }
}

/// What a run came to.
struct Done {
    /// The project as it is now.
    report: Report,
    /// What fixes did to it, where any were asked for.
    work: Option<Work>,
}

/// What fixes did.
struct Work {
    outcome: Outcome,
    /// What was written; nothing where the changes were only printed.
    saved: Saved,
    /// What goes to standard output in place of findings: a patch, or the text that was read from standard
    /// input with its fixes.
    printed: Option<Vec<u8>>,
}

/// Puts right what can be, and writes it or prints it.
fn fix_project(
    arguments: &Check,
    settings: &Settings,
    adoption: &Adoption,
    most: Applicability,
) -> Result<Done, Stop> {
    // What is portable already may be shown, but there is nothing to put right.
    let looked = Settings { harmless: false, ..settings.clone() };
    let (first, filter) = adoption.look(&looked)?;
    let mut outcome = fix::run(first.clone(), most, &mut |overlay| -> Result<Report, RunError> {
        let mut report = engine::run(&Settings { overlay: overlay.clone(), ..looked.clone() })?;
        filter.apply(&mut report);
        Ok(report)
    })?;
    if arguments.diff {
        let (patch, saved) = patch_of(&first, &outcome, "; --fix changes it");
        return Ok(Done { report: first, work: Some(Work { outcome, saved, printed: Some(patch) }) });
    }
    if let Some((_, bytes)) = &settings.stdin {
        // One file was given, and it is the only one that fixes may change.
        let text = outcome.files.values().next().cloned().flatten();
        let printed = text.and_then(|text| {
            let (_, encoding, bom) = source::decode(bytes.clone()).ok()?;
            source::encode(&text, encoding, bom)
        });
        let printed = Some(printed.unwrap_or_else(|| bytes.clone()));
        let report = std::mem::take(&mut outcome.report);
        return Ok(Done { report, work: Some(Work { outcome, saved: Saved::default(), printed }) });
    }
    let saved = disk::save(&first.root, &outcome);
    let report = match saved.failed.is_empty() && !settings.harmless {
        true => std::mem::take(&mut outcome.report),
        false => adoption.look(settings)?.0,
    };
    Ok(Done { report, work: Some(Work { outcome, saved, printed: None }) })
}

/// What changes, as a patch for the whole checkout, and the files that are not in it because their patch would show
/// a secret; `instead` says what else can be done with them.
pub fn patch_of(first: &Report, outcome: &Outcome, instead: &str) -> (Vec<u8>, Saved) {
    let (changes, saved) = disk::changes(&first.root, outcome, &|change| {
        has_secret(&patch::of(change, &first.within))
            .then(|| format!("the patch would show what looks like a secret{instead}"))
    });
    (changes.iter().flat_map(|change| patch::of(change, &first.within)).collect(), saved)
}

/// Whether a patch shows what is starred out everywhere else.
fn has_secret(patch: &[u8]) -> bool {
    let text = String::from_utf8_lossy(patch);
    matches!(secrets::mask(&text), std::borrow::Cow::Owned(_))
}

fn exit_code(arguments: &Check, settings: &Settings, report: &Report, work: Option<&Work>) -> u8 {
    let Some(work) = work else { return arguments.exit_code(settings, report) };
    if !work.saved.failed.is_empty() || !report.summary.unreadable.is_empty() {
        return 2;
    }
    if arguments.diff {
        let changes = work.printed.as_ref().is_some_and(|patch| !patch.is_empty());
        return u8::from(changes && !arguments.exit_zero);
    }
    let changed = arguments.exit_non_zero_on_fix && !work.outcome.fixed.is_empty();
    let left = if arguments.fix_only { 0 } else { arguments.exit_code(settings, report) };
    left.max(u8::from(changed))
}

fn show(report: &Report, view: &View, formats: &[Format]) -> Result<(), Stop> {
    let mut text = Vec::new();
    for &format in formats {
        output::write(format, report, view, &mut text)?;
    }
    print(view.color, &text)?;
    Ok(())
}

fn summarise(
    arguments: &Check,
    settings: &Settings,
    report: &Report,
    work: Option<&Work>,
    color: bool,
) -> Result<(), Stop> {
    let mut text = Vec::new();
    let failed = work.into_iter().flat_map(|work| &work.saved.failed);
    for (path, error) in failed {
        let what = if arguments.diff { "not in the patch" } else { "not fixed" };
        write!(text, "{}", error_line(color, &format!("{path}: {what}: {error}")))?;
    }
    if arguments.quiet {
        write!(text, "{}", unreadable_lines(report, color))?;
    } else {
        if arguments.verbose {
            for file in engine::files(settings)?.iter().filter(|file| file.skipped.is_some()) {
                let reason = file.skipped.as_deref().unwrap_or_default();
                writeln!(text, "skipped {}: {}", escape::terminal(&file.path), escape::terminal(reason))?;
            }
        }
        let fixed = arguments.fixes().filter(|_| !arguments.diff);
        let detail = Detail { color, verbose: arguments.verbose, all_roles: settings.all_roles, fixed };
        let deed = work.map(|work| match work {
            Work { printed: None, saved, .. } => Deed::Written(saved),
            Work { saved, .. } if arguments.diff => Deed::Shown(saved),
            _ => Deed::Printed,
        });
        let done = work.map(|work| &work.outcome).zip(deed);
        if let Some((outcome, deed)) = done {
            fixes::write(outcome, deed, detail, &mut text)?;
        }
        if !arguments.diff && !arguments.fix_only {
            summary::write(report, detail, &mut text)?;
        }
        if let Some((outcome, deed)) = done {
            fixes::write_variables(outcome, deed, detail, &mut text)?;
        }
    }
    let text = String::from_utf8_lossy(&text);
    aside(&text);
    Ok(())
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
    let failed = |error: io::Error| {
        Problem::new(format!("cannot write `{}`: {}", shown(path), source::reason(&error)))
    };
    // Steps of a job share the summary's file: what others wrote stays.
    if environment.get("GITHUB_STEP_SUMMARY").is_some_and(|summary| Path::new(summary) == path) {
        let file = fs::OpenOptions::new().create(true).append(true).open(path);
        return file.and_then(|mut file| file.write_all(bytes)).map_err(failed);
    }
    // A pipe or a device cannot be replaced.
    if fs::metadata(path).is_ok_and(|before| !before.is_file()) {
        let file = fs::OpenOptions::new().write(true).open(path);
        return file.and_then(|mut file| file.write_all(bytes)).map_err(failed);
    }
    disk::replace(path, bytes).map_err(failed)
}

fn read_stdin() -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    io::stdin()
        .read_to_end(&mut bytes)
        .map_err(|error| Problem::new(format!("cannot read standard input: {}", source::reason(&error))))?;
    Ok(bytes)
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
