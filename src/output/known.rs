//! What is in a baseline, for people and programs.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::counted;
use super::style::{self, paint};
use crate::baseline::{Entry, State};
use crate::escape;
use crate::finding::Report;
use crate::span::LineColumn;

/// An entry with what became of it.
pub type Listed<'a> = (&'a Entry, &'a State);

/// Entries by rule and folder, each with the place where it is now.
pub fn text(listed: &[Listed<'_>], report: &Report, color: bool) -> String {
    let mut by_rule: BTreeMap<&str, BTreeMap<&str, Vec<Listed<'_>>>> = BTreeMap::new();
    for entry in listed {
        let path = place(entry.1, report).map_or(entry.0.path.as_str(), |(path, _)| path);
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        by_rule.entry(&entry.0.rule).or_default().entry(folder).or_default().push(*entry);
    }
    let mut blocks = Vec::new();
    for (rule, folders) in by_rule {
        let entries = folders.values().map(Vec::len).sum();
        let files: BTreeSet<&str> =
            folders.values().flatten().map(|(entry, _)| entry.path.as_str()).collect();
        let mut block = format!(
            "{} {} in {}\n",
            paint(color, style::HEADING, escape::terminal(rule)),
            counted(entries, "place"),
            counted(files.len(), "file"),
        );
        for (folder, entries) in folders {
            let folder = if folder.is_empty() { "./".to_string() } else { format!("{folder}/") };
            block.push_str(&format!("  {}\n", paint(color, style::STRONG, escape::terminal(&folder))));
            let mut entries = entries;
            entries.sort_by_key(|(entry, state)| {
                let now = place(state, report);
                (now.map_or(entry.path.clone(), |(path, _)| path.to_string()), now.map(|(_, place)| place))
            });
            for entry in entries {
                block.push_str(&line(entry, report, color));
            }
        }
        blocks.push(block);
    }
    blocks.join("\n")
}

fn line((entry, state): Listed<'_>, report: &Report, color: bool) -> String {
    let now = place(state, report);
    let path = now.map_or(entry.path.as_str(), |(path, _)| path);
    let name = escape::terminal(path.rsplit('/').next().unwrap_or_default()).into_owned();
    let place = now.map_or(name.clone(), |(_, place)| format!("{name}:{}:{}", place.line, place.column));
    let mut line = format!("    {place}  {}", paint(color, style::CODE, escape::terminal(&entry.code)));
    if path != entry.path {
        let was = format!("  (was {})", escape::terminal(&entry.path));
        line.push_str(&paint(color, style::FAINT, was).to_string());
    }
    match state {
        State::Found(_) => {}
        State::Gone => line.push_str(&format!("  {}", paint(color, style::GOOD, "gone"))),
        State::Unasked => line.push_str(&format!("  {}", paint(color, style::FAINT, "not looked for"))),
        State::UnknownRule => line.push_str(&format!("  {}", paint(color, style::WARNING, "unknown rule"))),
    }
    line.push('\n');
    line
}

/// Where something is now.
fn place<'r>(state: &'r State, report: &Report) -> Option<(&'r str, LineColumn)> {
    let State::Found(place) = state else { return None };
    let region = super::region(report, &place.path, place.span);
    Some((&place.path, region.start))
}

/// How many there are of each kind, in one line.
pub fn summary(listed: &[Listed<'_>]) -> String {
    let count = |wanted: fn(&State) -> bool| listed.iter().filter(|(_, state)| wanted(state)).count();
    let kinds = [
        (count(|state| matches!(state, State::Found(_))), "found"),
        (count(|state| *state == State::Gone), "gone (`dynolint baseline prune` drops them)"),
        (count(|state| *state == State::Unasked), "not looked for"),
        (count(|state| *state == State::UnknownRule), "of rules that this dynolint does not know"),
    ];
    let kinds = kinds.iter().filter(|(count, _)| *count > 0).map(|(count, kind)| format!("{count} {kind}"));
    format!("{}: {}", counted(listed.len(), "entry"), kinds.collect::<Vec<_>>().join(", "))
}

/// The same for programs. `file` is the name of the baseline.
pub fn json(file: &str, listed: &[Listed<'_>], report: &Report) -> String {
    let entries = listed.iter().map(|(entry, state)| {
        let now = place(state, report)
            .map(|(path, place)| json!({ "path": path, "line": place.line, "column": place.column }));
        json!({
            "path": entry.path,
            "rule": entry.rule,
            "scope": entry.scope,
            "code": entry.code,
            "id": entry.id,
            "state": match state {
                State::Found(_) => "found",
                State::Gone => "gone",
                State::Unasked => "not-looked-for",
                State::UnknownRule => "unknown-rule",
            },
            "now": now,
        })
    });
    let all = json!({ "version": 1, "baseline": file, "entries": entries.collect::<Value>() });
    format!("{}\n", super::json::text(&all, true))
}
