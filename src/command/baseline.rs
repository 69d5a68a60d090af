//! `dynolint baseline`: what is known is written, dropped and shown.

use std::io::{self, IsTerminal};
use std::path::Path;

use dynolint::baseline::{Baseline, Matched, State};
use dynolint::cli::{self, BaselineRun, BaselineVerb, Environment, FactsFormat, Problem, rule_ids};
use dynolint::disk;
use dynolint::engine;
use dynolint::finding::{Applicability, Report};
use dynolint::output::known;
use dynolint::output::style::{self, paint};
use dynolint::output::{counted, summary};
use dynolint::project::is_within;
use dynolint::settings::Settings;
use dynolint::source;

use super::adoption::{self, File};
use super::{Stop, aside, color, folder, print, settle, unreadable_lines};

/// Runs the verb.
pub fn run(arguments: &cli::Baseline, environment: &Environment) -> Result<u8, Stop> {
    let says = |run: &BaselineRun| environment.color(run.color.color, io::stderr().is_terminal());
    match &arguments.verb {
        BaselineVerb::Write(run) => write(&settings(run)?, run.baseline.as_deref(), says(run)),
        BaselineVerb::Prune { check, run } => {
            prune(&settings(run)?, run.baseline.as_deref(), *check, says(run))
        }
        BaselineVerb::Show { output_format, run } => show(&settings(run)?, run, *output_format, environment),
    }
}

fn settings(run: &BaselineRun) -> Result<Settings, Stop> {
    let mut settings = Settings { paths: run.paths.clone(), cwd: folder()?, ..Settings::default() };
    settle(&mut settings, &run.from)?;
    settings.only = rule_ids(&settings.known_rules(), &run.only, &mut Vec::new())?;
    Ok(settings)
}

/// Takes all present findings into the baseline. With paths or rules chosen, the entries of all others stay.
/// `color` is for what is said on standard error.
pub fn write(settings: &Settings, given: Option<&Path>, color: bool) -> Result<u8, Stop> {
    let file = File::new(given, settings, &engine::root(settings)?);
    let whole = settings.paths.is_empty() && settings.only.is_empty();
    let before = match file.read() {
        // Everything is written anew, whatever is in it.
        Err(_) if whole => None,
        before => before?,
    };
    let report = engine::run(settings)?;
    let old = before.clone().unwrap_or_default();
    let matched = adoption::compare(&old, settings, &report);
    let new = old.renewed(&report, &matched, true);
    let places = Baseline::of(&report).entries().len();
    let mut text = String::new();
    if new.entries().is_empty() && before.is_none() {
        text.push_str("nothing to write: there are no findings\n");
    } else {
        let count = report.findings.len();
        let mut told = vec![counted(count, "finding")];
        if places != count {
            told.push(format!("at {}", counted(places, "place")));
        }
        let changed = save(&file, &new)?;
        if before.is_some() && changed {
            let known = matched.states.iter().filter(|state| matches!(state, State::Found(_))).count();
            let come = places.saturating_sub(known);
            told.push(format!("({come} new, {} dropped)", counted(matched.gone(), "entry")));
        }
        let word = paint(color, style::GOOD, if changed { "wrote" } else { "nothing to change in" });
        text.push_str(&format!("{word} {}: {}\n", file.name, told.join(" ")));
    }
    let kept = new.entries().len().saturating_sub(places);
    let mut line = |word: &str, said: String| {
        text.push_str(&format!("{} {said}\n", paint(color, style::STRONG, format!("{word}:"))));
    };
    if kept > 0 {
        line("kept", format!("{} that this run did not look at", counted(kept, "entry")));
    }
    let safe = |finding: &&dynolint::finding::Finding| finding.applicability() == Some(Applicability::Safe);
    match report.findings.iter().filter(safe).count() {
        0 => {}
        safe => {
            line("fixable", format!("{safe} with `dynolint --fix --no-baseline`; then they need no entry"))
        }
    }
    if let Some(unreported) = summary::unreported(&report.summary, settings.all_roles) {
        line("not written", unreported);
    }
    aside(&text);
    Ok(unreadable(&report, color))
}

/// Drops what is found no more, and renews what moved.
fn prune(settings: &Settings, given: Option<&Path>, check: bool, color: bool) -> Result<u8, Stop> {
    let file = File::new(given, settings, &engine::root(settings)?);
    let Some((old, merged)) = read_merged(&file)? else { return Ok(nothing_there(&file)?) };
    let report = engine::run(settings)?;
    let matched = adoption::compare(&old, settings, &report);
    let gone = matched.gone();
    let of = counted(old.entries().len(), "entry");
    if check {
        aside(&match gone {
            0 => format!("nothing to drop from {}: {of}\n", file.name),
            gone => format!(
                "{gone} of {of} in {} are found no more; `dynolint baseline prune` drops them\n",
                file.name
            ),
        });
        return Ok(unreadable(&report, color).max(u8::from(gone > 0)));
    }
    let changed = save(&file, &old.renewed(&report, &matched, false))?;
    let mut said = match gone {
        0 => format!("nothing to drop from {}: {of}", file.name),
        gone => format!("{} {gone} of {of} from {}", paint(color, style::GOOD, "dropped"), file.name),
    };
    if merged {
        said.push_str("; took the entries of both sides of the merge");
    } else if changed && gone == 0 {
        said.push_str("; renewed what moved, and put it in order");
    }
    aside(&format!("{said}\n"));
    Ok(unreadable(&report, color))
}

/// Lists the entries, with the places where they are now.
fn show(
    settings: &Settings,
    run: &BaselineRun,
    format: FactsFormat,
    environment: &Environment,
) -> Result<u8, Stop> {
    let file = File::new(run.baseline.as_deref(), settings, &engine::root(settings)?);
    let baseline = match file.read()? {
        Some(baseline) => baseline,
        None => {
            nothing_there(&file)?;
            Baseline::default()
        }
    };
    let report = engine::run(settings)?;
    let Matched { states, .. } = adoption::compare(&baseline, settings, &report);
    let asked = |path: &str, rule: &str| {
        let in_scope = report.scope.is_empty() || report.scope.iter().any(|scope| is_within(path, scope));
        in_scope && (settings.only.is_empty() || settings.only.contains(&rule))
    };
    let listed: Vec<_> =
        baseline.entries().iter().zip(&states).filter(|(entry, _)| asked(&entry.path, &entry.rule)).collect();
    let color = color(run.color, environment);
    let text = match format {
        FactsFormat::Text => known::text(&listed, &report, color),
        FactsFormat::Json => known::json(&file.name, &listed, &report),
    };
    print(color, text.as_bytes())?;
    if format == FactsFormat::Text && !listed.is_empty() {
        aside(&format!("{}\n", known::summary(&listed)));
    }
    Ok(0)
}

/// What the file says; where a merge left conflicts in it, what both sides say. And which of the two it was.
fn read_merged(file: &File) -> Result<Option<(Baseline, bool)>, Problem> {
    let Some(text) = file.text()? else { return Ok(None) };
    let failed = match Baseline::parse(&text) {
        Ok(baseline) => return Ok(Some((baseline, false))),
        Err(failed) => failed,
    };
    match Baseline::parse_merged(&text) {
        Ok(baseline) => Ok(Some((baseline, true))),
        Err(_) => Err(file.problem(&failed)),
    }
}

/// Nothing is wrong with a project that has no baseline, unless somebody named one.
fn nothing_there(file: &File) -> Result<u8, Problem> {
    if file.given {
        return Err(file.missing());
    }
    aside(&format!("there is no baseline `{}`; `dynolint baseline write` writes one\n", file.name));
    Ok(0)
}

/// Writes the file where it is not the same already; gives whether it was another one.
fn save(file: &File, baseline: &Baseline) -> Result<bool, Problem> {
    let text = baseline.text();
    if file.text().is_ok_and(|before| before.as_deref() == Some(&*text)) {
        return Ok(false);
    }
    disk::replace(&file.path, text.as_bytes()).map_err(|error| {
        Problem::new(format!("cannot write the baseline `{}`: {}", file.name, source::reason(&error)))
    })?;
    Ok(true)
}

/// The exit code: what could not be read may hold anything, and its entries stay as they are.
fn unreadable(report: &Report, color: bool) -> u8 {
    aside(&unreadable_lines(report, color));
    if report.summary.unreadable.is_empty() { 0 } else { 2 }
}
