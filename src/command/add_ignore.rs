//! `dynolint --add-ignore`: what is reported gets its suppression.

use std::collections::BTreeSet;
use std::path::Path;

use dynolint::cli::{Check, Problem};
use dynolint::config::find::{self, PYPROJECT};
use dynolint::disk::{self, Saved};
use dynolint::engine;
use dynolint::escape;
use dynolint::finding::Report;
use dynolint::fix::{Outcome, Overlay};
use dynolint::output::counted;
use dynolint::output::style::{self, paint};
use dynolint::settings::Settings;
use dynolint::source;
use dynolint::suppression::write::{self, Entry, Written};
use dynolint::walk::SETTINGS;

use super::adoption::Adoption;
use super::check::patch_of;
use super::{Stop, aside, error_line, shown};

/// What a run came to.
pub struct Added {
    /// What is written or shown.
    written: usize,
    /// The files that changed.
    saved: Saved,
    /// The patch, where nothing was to be written.
    pub patch: Option<Vec<u8>>,
}

/// Whether the flags go together.
pub fn check_flags(arguments: &Check, settings: &Settings, reason: &str) -> Result<(), Problem> {
    let against = |flag: &str, advice: &str| {
        Err(Problem::new(format!("--add-ignore does not go with {flag}")).advise(advice))
    };
    if arguments.fix || arguments.unsafe_fixes || arguments.fix_only {
        return against("--fix", "run `dynolint --fix` first: what it puts right needs no suppression");
    }
    if arguments.no_ignores {
        return against("--no-ignores", "with it no suppression has an effect");
    }
    if settings.stdin.is_some() {
        return against("text on standard input", "name the file: it is written in its place");
    }
    if settings.require_reason && reason.trim().is_empty() {
        return Err(Problem::new("the settings want a reason for every suppression (`require-reason`)")
            .advise("write --add-ignore=REASON"));
    }
    Ok(())
}

/// Writes a suppression for everything that is reported; gives the project as it is then.
pub fn run(
    arguments: &Check,
    settings: &Settings,
    adoption: &Adoption,
    reason: &str,
) -> Result<(Report, Added), Stop> {
    check_flags(arguments, settings, reason)?;
    // What is portable already is shown on request, and is nothing to suppress.
    let looked = Settings { harmless: false, ..settings.clone() };
    let (first, filter) = adoption.look(&looked)?;
    let mut look = |overlay: &Overlay, entries: &BTreeSet<Entry>| -> Result<Report, Stop> {
        let mut settings = Settings { overlay: overlay.clone(), ..looked.clone() };
        settings.ignores.extend(entries.iter().map(|entry| entry.ignore(reason)));
        let mut report = engine::run(&settings)?;
        filter.apply(&mut report);
        Ok(report)
    };
    let mut written = write::run(first.clone(), reason, &mut look)?;
    if !written.entries.is_empty() {
        add_entries(arguments, &first.root, &mut written, reason)?;
    }
    let count = written.directives + written.entries.len();
    let outcome = Outcome { files: written.files, before: written.before, ..Outcome::default() };
    if arguments.diff {
        let (patch, saved) = patch_of(&first, &outcome, "");
        return Ok((first, Added { written: count, saved, patch: Some(patch) }));
    }
    let saved = disk::save(&first.root, &outcome);
    let report = match saved.failed.is_empty() {
        true => written.report,
        false => look(&Overlay::new(), &BTreeSet::new())?,
    };
    Ok((report, Added { written: count, saved, patch: None }))
}

/// Adds the entries to the settings file of the project, which is made where there is none.
fn add_entries(arguments: &Check, root: &Path, written: &mut Written, reason: &str) -> Result<(), Stop> {
    let named = match &arguments.from.config {
        _ if arguments.from.isolated => {
            return Err(Problem::new(
                "some files can hold no comment, and --isolated leaves no settings file",
            )
            .advise("run it without --isolated, or name the files that can")
            .into());
        }
        Some(path) => engine::relative(
            root,
            &path.canonicalize().map_err(|error| unreadable(path, source::reason(&error)))?,
        ),
        None => {
            // Two of them were an error before.
            let name = find::in_project(root).ok().flatten().unwrap_or(SETTINGS[0]);
            Some(name.to_string())
        }
    };
    let Some(name) = named else {
        return Err(Problem::new(
            "some files can hold no comment, and the settings file is outside of the project",
        )
        .advise("add `[[ignore]]` entries to it by hand")
        .into());
    };
    let path = root.join(&name);
    let text = match std::fs::read(&path) {
        Ok(bytes) => Some(source::decode(bytes).map_err(|skip| unreadable(&path, skip.to_string()))?.0),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(unreadable(&path, source::reason(&error)).into()),
    };
    let in_tool = name.ends_with(PYPROJECT);
    // The comments that were written may be in the same file.
    let known = written.files.get(&name).cloned().flatten().or_else(|| text.clone()).unwrap_or_default();
    let new = write::settings(&known, &written.entries, reason, in_tool);
    if toml_span::parse(&new).is_err() {
        return Err(Problem::new(format!(
            "cannot add `[[ignore]]` entries to `{}`",
            escape::terminal(&name)
        ))
        .advise("write `ignore` as `[[ignore]]` tables rather than as one list")
        .into());
    }
    if let Some(text) = text {
        written.before.entry(name.clone()).or_insert(text);
    }
    written.files.insert(name, Some(new));
    Ok(())
}

fn unreadable(path: &Path, error: String) -> Problem {
    Problem::new(format!("cannot read `{}`: {error}", shown(path)))
}

impl Added {
    /// Says what was written, on the side.
    pub fn tell(&self, color: bool) {
        let files = self.saved.written.len();
        let said = match (&self.patch, self.written) {
            (_, 0) => "nothing to suppress".to_string(),
            (Some(_), count) => format!("would write {}", counted(count, "suppression")),
            (None, count) => {
                format!("wrote {} into {}", counted(count, "suppression"), counted(files, "file"))
            }
        };
        let mut text = format!("{}\n", paint(color, style::GOOD, said));
        for (path, error) in &self.saved.failed {
            let what = if self.patch.is_some() { "not in the patch" } else { "not written" };
            text.push_str(&error_line(color, &format!("{path}: {what}: {error}")));
        }
        aside(&text);
    }

    /// The exit code: with a patch whether there is one, else what is left decides.
    pub fn exit_code(&self, arguments: &Check, settings: &Settings, report: &Report) -> u8 {
        if !self.saved.failed.is_empty() || !report.summary.unreadable.is_empty() {
            return 2;
        }
        match &self.patch {
            Some(patch) => u8::from(!patch.is_empty() && !arguments.exit_zero),
            None => arguments.exit_code(settings, report),
        }
    }
}
