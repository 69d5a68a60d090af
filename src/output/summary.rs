//! What a run looked at and what it left out, for people, on the side.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use super::counted;
use super::style::{self, paint};
use crate::escape;
use crate::fact::SignKind;
use crate::finding::{Applicability, Compared, Report, Summary};
use crate::lang::Lang;
use crate::rule::Severity;
use crate::secrets;

/// Entries of a list that are named without `--verbose`.
const NAMED: usize = 3;

/// How much a summary says.
#[derive(Clone, Copy, Debug, Default)]
pub struct Detail {
    /// Colours, as ANSI sequences.
    pub color: bool,
    /// Name everything that is otherwise only counted.
    pub verbose: bool,
    /// Whether tests, documents and the rest were reported, too.
    pub all_roles: bool,
    /// How far fixes were applied already: what is left is not offered again.
    pub fixed: Option<Applicability>,
}

/// Writes the summary. The time taken is in it, so it has no place beside findings.
pub fn write(report: &Report, detail: Detail, out: &mut dyn io::Write) -> io::Result<()> {
    let summary = &report.summary;
    let looked = looked_at(summary);
    if report.findings.is_empty() {
        let hidden = summary.hidden_by_role.values().sum::<usize>()
            + summary.hidden_by_threshold
            + summary.hidden_by_settings
            + summary.suppressed
            + summary.without_heroku;
        let known = summary.baseline.as_ref().map_or(0, |compared| compared.known);
        let unread = summary.nothing_read.len() + summary.unreadable.len();
        let bare = summary.evidence.signs.is_empty() && summary.without_heroku == 0;
        let clear = match summary.files {
            0 => "nothing to check: there is no file here that dynolint reads",
            _ if known > 0 => "nothing new",
            _ if hidden + summary.hidden_by_path + unread + summary.unchanged.unwrap_or(0) > 0 => {
                "nothing to report"
            }
            _ if bare => "all clear: nothing here ties you to Heroku",
            _ => "all clear, no findings",
        };
        let looked = if summary.files == 0 { String::new() } else { format!("; {looked}") };
        writeln!(out, "{}{looked}", paint(detail.color, style::GOOD, clear))?;
    } else {
        let files: BTreeSet<&str> = report.findings.iter().map(|finding| finding.path.as_str()).collect();
        let worst = report.findings.iter().map(|finding| finding.severity).max();
        let color = worst.map_or(style::STRONG, style::of);
        writeln!(
            out,
            "{} ({}) in {}; {looked}",
            paint(detail.color, color, counted(report.findings.len(), "finding")),
            severities(report),
            counted(files.len(), "file"),
        )?;
    }

    let mut line = |word: &str, text: String| {
        writeln!(out, "{} {text}", paint(detail.color, style::STRONG, format!("{word}:")))
    };
    if let Some(fixable) = fixable(report, detail.fixed) {
        line("fixable", fixable)?;
    }
    if let Some(unreported) = unreported(summary, detail.all_roles) {
        line("not reported", unreported)?;
    }
    if let Some(compared) = &summary.baseline {
        line("baseline", baseline(compared))?;
    }
    if !summary.skipped.is_empty() {
        let skipped: Vec<String> = summary
            .skipped
            .iter()
            .map(|(reason, count)| format!("{count} {}", escape::terminal(skip_name(reason))))
            .collect();
        let hint = if detail.verbose { "" } else { " (`dynolint files` lists them)" };
        line("skipped", format!("{}{hint}", skipped.join(", ")))?;
    }
    if !summary.excluded.is_empty() {
        let paths = summary.excluded.iter().map(|(path, by)| format!("{}: {by}", escape::terminal(path)));
        let paths = list(summary.excluded.len(), "path", paths, detail.verbose);
        let hint = if detail.verbose { "" } else { "; --include-excluded reads what is named" };
        line("excluded", format!("{paths}{hint}"))?;
    }
    let excluded: BTreeSet<&str> = summary.excluded.iter().map(|(path, _)| path.as_str()).collect();
    let unread = summary.nothing_read.iter().filter(|path| !excluded.contains(path.as_str()));
    if unread.clone().next().is_some() {
        let paths = unread.clone().map(|path| escape::terminal(path).into_owned());
        line("nothing read in", list(unread.count(), "path", paths, detail.verbose))?;
    }
    if !summary.broken.is_empty() {
        let places = summary.broken.iter().map(|(path, line)| format!("{}:{line}", escape::terminal(path)));
        line("not parsed whole", list(summary.broken.len(), "file", places, detail.verbose))?;
    }
    if !summary.unreadable.is_empty() {
        let places = summary
            .unreadable
            .iter()
            .map(|(path, error)| format!("{}: {}", escape::terminal(path), escape::terminal(error)));
        line("not readable", list(summary.unreadable.len(), "path", places, detail.verbose))?;
    }
    match heroku(summary, detail.verbose) {
        Some(signs) => line("signs of Heroku", signs)?,
        None if report.findings.is_empty() && summary.files > 0 => {
            if !summary.languages.is_empty() {
                line("read", read(summary))?;
            }
            line("signs of Heroku", "none (no Procfile, no app.json, none of its variables)".to_string())?;
        }
        None => {}
    }
    Ok(())
}

/// What was found and not reported, with the reasons; `all_roles` says whether tests and the like were asked for.
pub fn unreported(summary: &Summary, all_roles: bool) -> Option<String> {
    let hidden: Vec<String> = summary
        .hidden_by_role
        .iter()
        .map(|(role, count)| format!("{count} in {}", role_name(role)))
        .collect();
    let mut unreported = Vec::new();
    if summary.suppressed > 0 {
        unreported.push(format!("{} suppressed (--no-ignores shows them)", summary.suppressed));
    }
    if !hidden.is_empty() {
        let hint = if all_roles { "" } else { " (--all-roles shows them)" };
        unreported.push(format!("{}{hint}", hidden.join(", ")));
    }
    if summary.harmless > 0 {
        unreported.push(format!("{} already made portable (--pedantic shows them)", summary.harmless));
    }
    if summary.without_heroku > 0 {
        unreported.push(format!(
            "{} where nothing speaks of Heroku (--assume-heroku shows them)",
            summary.without_heroku
        ));
    }
    if summary.hidden_by_threshold > 0 {
        unreported
            .push(format!("{} by severity, confidence or choice of rules", summary.hidden_by_threshold));
    }
    if summary.hidden_by_settings > 0 {
        unreported.push(format!("{} turned off by the settings", summary.hidden_by_settings));
    }
    if summary.hidden_by_path > 0 {
        unreported.push(format!("{} outside the paths given", summary.hidden_by_path));
    }
    if let Some(unchanged) = summary.unchanged.filter(|count| *count > 0) {
        unreported.push(format!("{unchanged} on lines that did not change"));
    }
    (!unreported.is_empty()).then(|| unreported.join("; "))
}

/// How the findings compare with the baseline.
fn baseline(compared: &Compared) -> String {
    let mut parts = vec![format!("{} new", compared.new), format!("{} known", compared.known)];
    if compared.fixed > 0 {
        parts.push(format!("{} fixed since (`dynolint baseline prune`)", compared.fixed));
    }
    parts.join(", ")
}

/// How many findings can be put right by a flag, if any.
fn fixable(report: &Report, fixed: Option<Applicability>) -> Option<String> {
    let count = |applicability| {
        report.findings.iter().filter(|finding| finding.applicability() == Some(applicability)).count()
    };
    let safe = if fixed.is_none() { count(Applicability::Safe) } else { 0 };
    let decided = if fixed < Some(Applicability::Unsafe) { count(Applicability::Unsafe) } else { 0 };
    match (safe, decided) {
        (0, 0) => None,
        (0, decided) => Some(format!("{decided} with --unsafe-fixes, which need a decision")),
        (safe, 0) => Some(format!("{safe} with --fix")),
        (safe, decided) => Some(format!("{safe} with --fix, {decided} more with --unsafe-fixes")),
    }
}

/// `2 errors, 9 warnings, 1 note`, without what there is none of.
pub fn severities(report: &Report) -> String {
    let counts =
        [Severity::Error, Severity::Warning, Severity::Note].map(|level| (level, report.count(level)));
    let shown: Vec<String> = counts
        .iter()
        .filter(|&&(_, count)| count > 0)
        .map(|&(level, count)| counted(count, level.id()))
        .collect();
    shown.join(", ")
}

/// The signs of Heroku with the score, if there are any.
pub fn heroku(summary: &Summary, places: bool) -> Option<String> {
    let evidence = &summary.evidence;
    if evidence.signs.is_empty() {
        return None;
    }
    let mut seen: BTreeMap<&str, ()> = BTreeMap::new();
    let signs: Vec<String> = evidence
        .signs
        .iter()
        .filter(|(_, what, _, _)| seen.insert(what, ()).is_none())
        .map(|(kind, what, path, line)| {
            let what = secrets::mask(what);
            let what = escape::terminal(&what);
            let shown = match kind {
                SignKind::Variable => format!("reads {what}"),
                _ => what.into_owned(),
            };
            if places { format!("{shown} ({}:{line})", escape::terminal(path)) } else { shown }
        })
        .collect();
    let doubt = if evidence.is_heroku() { "" } else { ", not enough to be sure" };
    Some(format!("{} (score {}{doubt})", signs.join(", "), evidence.score))
}

fn looked_at(summary: &Summary) -> String {
    let time = summary.elapsed.as_secs_f64();
    let time = if time < 10.0 { format!("{time:.2} s") } else { format!("{time:.0} s") };
    format!("looked at {} ({} parsed) in {time}", counted(summary.files, "file"), summary.parsed)
}

pub(super) fn list(count: usize, noun: &str, entries: impl Iterator<Item = String>, verbose: bool) -> String {
    let named = if verbose { usize::MAX } else { NAMED };
    let shown: Vec<String> = entries.take(named).collect();
    if verbose {
        return format!("{}\n  {}", counted(count, noun), shown.join("\n  "));
    }
    let hint = if count > shown.len() { "; -v lists all" } else { "" };
    format!("{} ({}{hint})", counted(count, noun), shown.join(", "))
}

/// The files read, by language: what there is most of first.
fn read(summary: &Summary) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (&lang, count) in &summary.languages {
        *counts.entry(language(lang)).or_default() += count;
    }
    let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|&(name, count)| (name == OTHERS, std::cmp::Reverse(count), name));
    let counts: Vec<String> = counts.iter().map(|(name, count)| format!("{count} {name}")).collect();
    counts.join(", ")
}

/// What is read line by line, or known by its name.
const OTHERS: &str = "others";

/// Languages as people say them, those of one kind together.
fn language(lang: Lang) -> &'static str {
    match lang {
        Lang::Ruby => "Ruby",
        Lang::Erb | Lang::Haml | Lang::Slim => "templates",
        Lang::Python => "Python",
        Lang::JavaScript | Lang::Vue | Lang::Svelte => "JavaScript",
        Lang::TypeScript | Lang::Tsx => "TypeScript",
        Lang::Shell => "shell",
        Lang::Dockerfile => "Dockerfile",
        Lang::Procfile => "Procfile",
        Lang::Makefile => "Makefile",
        Lang::Yaml => "YAML",
        Lang::Json => "JSON",
        Lang::Toml => "TOML",
        Lang::Dotenv => ".env",
        Lang::Sql => "SQL",
        Lang::Plain => OTHERS,
    }
}

/// Reasons for which files are not read, as people say them after a number.
fn skip_name(reason: &str) -> &str {
    match reason {
        "unknown-language" => "in no language that dynolint knows",
        "not-text" => "not valid as text",
        "too-large" => "too large",
        "long-line" | "large-bundle" => "not written by hand",
        "symlink" => "links",
        "special" => "not regular files",
        "excluded" => "excluded",
        "pruned-folder" => "folders of packages or caches",
        other => other,
    }
}

/// Role names as people say them.
fn role_name(role: &str) -> &str {
    match role {
        "test" => "tests",
        "vendored" => "vendored code",
        "generated" => "generated files",
        "script" => "scripts",
        "ci" => "CI",
        "build" => "build files",
        "app" => "code",
        "config" => "settings",
        other => other,
    }
}
