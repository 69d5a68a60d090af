//! From a report to text: one module for each format.
//!
//! Formats know nothing of how a report came about. Nothing here depends on time, on the environment or on
//! the order of threads: the same report gives the same bytes. Secrets are masked before a format sees
//! anything, and each format escapes what comes from the scanned tree in its own way.

mod concise;
mod diff;
pub mod fixes;
mod full;
mod github;
mod gitlab;
mod json;
mod junit;
pub mod known;
mod markdown;
mod rdjson;
mod sarif;
pub mod statistics;
pub mod style;
pub mod summary;

use std::io;

use crate::finding::{Finding, Report, SourceText};
use crate::rule::{Severity, Target};
use crate::secrets;
use crate::span::{LineColumn, Span};

/// A way to write a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// For people: source lines with carets, help and fixes.
    Full,
    /// One line for each finding.
    Concise,
    /// One JSON object.
    Json,
    /// One JSON object on each line.
    JsonLines,
    /// Annotations of GitHub Actions.
    Github,
    /// SARIF 2.1.0.
    Sarif,
    /// A page for `$GITHUB_STEP_SUMMARY` or an issue.
    Markdown,
    /// Code Quality of GitLab.
    Gitlab,
    /// Tests, as CI systems that know no findings show them.
    Junit,
    /// The diagnostic format of reviewdog.
    Rdjson,
}

impl Format {
    /// Every format, in the order of the documentation.
    pub const ALL: [Format; 10] = [
        Format::Full,
        Format::Concise,
        Format::Json,
        Format::JsonLines,
        Format::Github,
        Format::Sarif,
        Format::Markdown,
        Format::Gitlab,
        Format::Junit,
        Format::Rdjson,
    ];

    /// The name on the command line.
    pub fn id(self) -> &'static str {
        match self {
            Format::Full => "full",
            Format::Concise => "concise",
            Format::Json => "json",
            Format::JsonLines => "json-lines",
            Format::Github => "github",
            Format::Sarif => "sarif",
            Format::Markdown => "markdown",
            Format::Gitlab => "gitlab",
            Format::Junit => "junit",
            Format::Rdjson => "rdjson",
        }
    }

    /// Whether it is read far from the project's folder, by a forge or a CI system: these know a file by its
    /// path from the root of the checkout.
    pub fn is_for_forges(self) -> bool {
        match self {
            Format::Full | Format::Concise | Format::Json | Format::JsonLines => false,
            Format::Github | Format::Sarif | Format::Markdown => true,
            Format::Gitlab | Format::Junit | Format::Rdjson => true,
        }
    }
}

/// How a report is looked at.
#[derive(Clone, Debug)]
pub struct View {
    /// Colours, as ANSI sequences; only in `full` and `concise`.
    pub color: bool,
    /// Columns for running text.
    pub width: usize,
    /// Columns of the terminal, if there is one: longer lines of source are cut.
    pub columns: Option<usize>,
    /// Whether the terminal understands links (OSC 8).
    pub hyperlinks: bool,
    /// Where the move goes, as far as that is known.
    pub targets: Vec<Target>,
    /// Counts by rule and folder: instead of the findings in texts, beside them in JSON.
    pub statistics: bool,
    /// How many findings `full` and `concise` show.
    pub max_findings: Option<usize>,
    /// Least severity that fails a run; `None` where no finding does.
    pub fail_on: Option<Severity>,
}

impl Default for View {
    fn default() -> Self {
        Self {
            color: false,
            width: 100,
            columns: None,
            hyperlinks: false,
            targets: Vec::new(),
            statistics: false,
            max_findings: None,
            fail_on: Some(Severity::Warning),
        }
    }
}

/// JSON text on one line, in which characters that steer a terminal are escapes.
pub fn json_text(value: &serde_json::Value) -> String {
    json::text(value, false)
}

/// Writes a report.
pub fn write(format: Format, report: &Report, view: &View, out: &mut dyn io::Write) -> io::Result<()> {
    let masked = secrets::masked(report);
    let report = &if format.is_for_forges() { masked.from_checkout() } else { masked };
    match format {
        Format::Full | Format::Concise if view.statistics => statistics::write(report, view, out),
        Format::Full => full::write(report, view, out),
        Format::Concise => concise::write(report, view, out),
        Format::Json => json::write(report, view, out),
        Format::JsonLines => json::write_lines(report, view, out),
        Format::Github => github::write(report, out),
        Format::Sarif => sarif::write(report, out),
        Format::Markdown => markdown::write(report, view, out),
        Format::Gitlab => gitlab::write(report, out),
        Format::Junit => junit::write(report, view, out),
        Format::Rdjson => rdjson::write(report, out),
    }
}

/// A place as people and machines count it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Region {
    /// The first character.
    pub start: LineColumn,
    /// One past the last character.
    pub end: LineColumn,
    /// The same in bytes.
    pub span: Span,
}

impl Region {
    /// The line of the last character.
    pub(crate) fn last_line(&self) -> usize {
        let past = self.end.column == 1 && self.end.line > self.start.line;
        self.end.line - usize::from(past)
    }

    pub(crate) fn is_one_line(&self) -> bool {
        self.start.line == self.end.line
    }
}

/// Where a span is; the beginning of the file where its text is not known.
pub(crate) fn region(report: &Report, path: &str, span: Span) -> Region {
    let Some(source) = report.sources.get(path) else {
        let first = LineColumn { line: 1, column: 1 };
        return Region { start: first, end: first, span };
    };
    let span = fitting(source, span);
    Region { start: source.place(span.start), end: source.place(span.end), span }
}

/// The span cut to the text and to whole characters: a wrong span must not take the report down.
pub(crate) fn fitting(source: &SourceText, span: Span) -> Span {
    let border = |offset: usize| {
        let mut offset = offset.min(source.text.len());
        while !source.text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    };
    let start = border(span.start);
    Span::new(start, border(span.end).max(start))
}

/// Findings with the worst first: by severity, then by confidence, then in their own order.
pub(crate) fn worst_first(report: &Report) -> Vec<&Finding> {
    let mut findings: Vec<&Finding> = report.findings.iter().collect();
    findings.sort_by_key(|finding| std::cmp::Reverse((finding.severity, finding.confidence)));
    findings
}

/// `1 finding`, `2 findings`.
pub fn counted(count: usize, noun: &str) -> String {
    match noun {
        _ if count == 1 => format!("1 {noun}"),
        _ if noun.ends_with('y') => format!("{count} {}ies", &noun[..noun.len() - 1]),
        _ => format!("{count} {noun}s"),
    }
}

/// The findings that the texts show, in their order: the worst, where not all are to be shown.
pub(crate) fn shown<'r>(report: &'r Report, view: &View) -> Vec<&'r Finding> {
    let most = view.max_findings.unwrap_or(usize::MAX);
    if report.findings.len() <= most {
        return report.findings.iter().collect();
    }
    let mut shown = worst_first(report);
    shown.truncate(most);
    shown.sort_by(|a, b| a.order().cmp(&b.order()));
    shown
}

/// How many findings the texts leave out, as a last line.
pub(crate) fn left_out(report: &Report, view: &View) -> Option<String> {
    let most = view.max_findings?;
    let more = report.findings.len().checked_sub(most).filter(|&more| more > 0)?;
    // The worst were shown.
    let errors = report.count(Severity::Error).saturating_sub(most);
    let errors = match errors {
        0 => String::new(),
        1 => ", one of them an error".to_string(),
        _ => format!(", {errors} of them errors"),
    };
    Some(format!("and {}{errors} (--max-findings {most})", counted(more, "more finding")))
}
