//! Counts by rule and by folder.

use std::collections::BTreeMap;
use std::io;

use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

use super::View;
use super::style::{self, paint};
use crate::escape;
use crate::finding::{Finding, Report};
use crate::rule::Severity;

/// Findings by severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Errors.
    pub errors: usize,
    /// Warnings.
    pub warnings: usize,
    /// Notes.
    pub notes: usize,
}

impl Counts {
    fn add(&mut self, severity: Severity) {
        match severity {
            Severity::Error => self.errors += 1,
            Severity::Warning => self.warnings += 1,
            Severity::Note => self.notes += 1,
        }
    }

    fn total(self) -> usize {
        self.errors + self.warnings + self.notes
    }
}

/// Counts by rule, the most frequent first.
pub fn by_rule(report: &Report) -> Vec<(&str, Counts)> {
    count(report, |finding| finding.rule.id)
}

/// Counts by top folder, the one with most first; `.` holds the files at the top.
pub fn by_folder(report: &Report) -> Vec<(&str, Counts)> {
    count(report, |finding| finding.path.split_once('/').map_or(".", |(folder, _)| folder))
}

fn count<'a>(report: &'a Report, key: impl Fn(&'a Finding) -> &'a str) -> Vec<(&'a str, Counts)> {
    let mut counts: BTreeMap<&str, Counts> = BTreeMap::new();
    for finding in &report.findings {
        counts.entry(key(finding)).or_default().add(finding.severity);
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|&(_, counts)| std::cmp::Reverse(counts.total()));
    counts
}

pub(super) fn json(report: &Report) -> Value {
    let table = |key: &str, rows: Vec<(&str, Counts)>| -> Value {
        rows.into_iter()
            .map(|(name, counts)| {
                json!({
                    key: name,
                    "findings": counts.total(),
                    "errors": counts.errors,
                    "warnings": counts.warnings,
                    "notes": counts.notes,
                })
            })
            .collect()
    };
    json!({ "rules": table("rule", by_rule(report)), "folders": table("folder", by_folder(report)) })
}

pub(super) fn write(report: &Report, view: &View, out: &mut dyn io::Write) -> io::Result<()> {
    if report.findings.is_empty() {
        return Ok(());
    }
    let rules = by_rule(report);
    let folders: Vec<(String, Counts)> = by_folder(report)
        .into_iter()
        .map(|(name, counts)| {
            (if name == "." { ".".to_string() } else { format!("{}/", escape::terminal(name)) }, counts)
        })
        .collect();
    let names = rules.iter().map(|&(name, _)| name).chain(folders.iter().map(|(name, _)| name.as_str()));
    let width = names.map(UnicodeWidthStr::width).max().unwrap_or(0).max("folder".len());
    table(view, out, "rule", width, &rules)?;
    writeln!(out)?;
    let folders: Vec<(&str, Counts)> =
        folders.iter().map(|(name, counts)| (name.as_str(), *counts)).collect();
    table(view, out, "folder", width, &folders)?;
    writeln!(out)
}

fn table(
    view: &View,
    out: &mut dyn io::Write,
    heading: &str,
    width: usize,
    rows: &[(&str, Counts)],
) -> io::Result<()> {
    let head = format!("{heading:width$}  findings  errors  warnings  notes");
    writeln!(out, "{}", paint(view.color, style::STRONG, head))?;
    for (name, counts) in rows {
        let blanks = " ".repeat(width - name.width());
        write!(out, "{name}{blanks}  {:>8}", counts.total())?;
        for (columns, severity, number) in [
            (8, Severity::Error, counts.errors),
            (10, Severity::Warning, counts.warnings),
            (7, Severity::Note, counts.notes),
        ] {
            // A zero says less than nothing at all.
            let shown = if number == 0 { "-".to_string() } else { number.to_string() };
            let color = if number == 0 { style::FAINT } else { style::of(severity) };
            write!(out, "{}", paint(view.color, color, format!("{shown:>columns$}")))?;
        }
        writeln!(out)?;
    }
    Ok(())
}
