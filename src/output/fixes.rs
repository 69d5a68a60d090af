//! What fixes did, for people, on the side.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use super::counted;
use super::style::{self, paint};
use super::summary::{self, Detail};
use crate::disk::Saved;
use crate::escape;
use crate::fix::{Fixed, Outcome};

/// What was done with what came of the fixes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed<'s> {
    /// A patch was printed, but for what failed.
    Shown(&'s Saved),
    /// Files were written, but for what failed.
    Written(&'s Saved),
    /// The text was printed that replaces what was read from standard input.
    Printed,
}

/// Writes what was put right and what was not.
pub fn write(outcome: &Outcome, deed: Deed<'_>, detail: Detail, out: &mut dyn io::Write) -> io::Result<()> {
    let fixed = made(outcome, deed);
    let (word, nothing) = match deed {
        Deed::Shown(_) => ("would fix", "nothing to fix"),
        Deed::Written(_) | Deed::Printed => ("fixed", "nothing fixed"),
    };
    if fixed.is_empty() {
        writeln!(out, "{}", paint(detail.color, style::STRONG, nothing))?;
    } else {
        let files: BTreeSet<&str> =
            fixed.iter().flat_map(|fixed| fixed.files.iter().map(String::as_str)).collect();
        let mut rules: BTreeMap<&str, usize> = BTreeMap::new();
        fixed.iter().for_each(|fixed| *rules.entry(fixed.rule).or_default() += 1);
        let rules: Vec<String> = rules.iter().map(|(rule, count)| format!("{rule} {count}")).collect();
        writeln!(
            out,
            "{} in {}: {}",
            paint(detail.color, style::GOOD, format!("{word} {}", counted(fixed.len(), "finding"))),
            counted(files.len(), "file"),
            rules.join(", ")
        )?;
    }
    if detail.verbose {
        for fixed in &fixed {
            let title = escape::terminal(&fixed.title);
            writeln!(
                out,
                "  {}:{}: {}: {title}",
                escape::terminal(&fixed.path),
                fixed.place.line,
                fixed.rule
            )?;
        }
    }
    let mut line = |word: &str, text: String| {
        writeln!(out, "{} {text}", paint(detail.color, style::STRONG, format!("{word}:")))
    };
    if !outcome.refused.is_empty() {
        let places = outcome.refused.iter().map(|refused| {
            let path = escape::terminal(&refused.path);
            format!("{path}:{}: the fix of {} {}", refused.place.line, refused.rule, refused.reason)
        });
        line("left alone", summary::list(outcome.refused.len(), "finding", places, detail.verbose))?;
    }
    if outcome.outside > 0 {
        let count = counted(outcome.outside, "fix");
        line("left alone", format!("{count} that would change files outside the paths given"))?;
    }
    Ok(())
}

/// Writes which variables have to be set on the target for what was fixed.
pub fn write_variables(
    outcome: &Outcome,
    deed: Deed<'_>,
    detail: Detail,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut variables: BTreeMap<&str, (&str, BTreeSet<&str>)> = BTreeMap::new();
    for fixed in made(outcome, deed) {
        for variable in &fixed.variables {
            let entry = variables.entry(&variable.name).or_insert((&variable.what, BTreeSet::new()));
            entry.1.insert(&fixed.path);
        }
    }
    if variables.is_empty() {
        return Ok(());
    }
    writeln!(out, "{}", paint(detail.color, style::STRONG, "set on the target, before it runs there:"))?;
    for (name, (what, paths)) in variables {
        let first = paths.first().map_or(String::new(), |path| escape::terminal(path).into_owned());
        let more = match paths.len() - 1 {
            0 => String::new(),
            more => format!(" and {}", counted(more, "more file")),
        };
        writeln!(
            out,
            "  {}: {} ({first}{more})",
            paint(detail.color, style::GOOD, escape::terminal(name)),
            escape::terminal(what)
        )?;
    }
    Ok(())
}

/// What was fixed and has come to its place.
fn made<'o>(outcome: &'o Outcome, deed: Deed<'_>) -> Vec<&'o Fixed> {
    let failed = |path: &String| match deed {
        Deed::Shown(saved) | Deed::Written(saved) => saved.failed.contains_key(path),
        Deed::Printed => false,
    };
    outcome.fixed.iter().filter(|fixed| !fixed.files.iter().any(failed)).collect()
}
