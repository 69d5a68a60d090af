//! The diagnostic format of reviewdog: a `DiagnosticResult` as JSON.
//!
//! Columns count bytes of UTF-8 from 1, and an end is one past.

use std::io;

use serde_json::{Map, Value, json};

use super::{fitting, json as json_text};
use crate::finding::{Applicability, Finding, Fix, Report};
use crate::rule::Severity;
use crate::span::Span;

/// Lines that a suggestion may replace.
const MOST_LINES: usize = 12;

pub(super) fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let result = json!({
        "source": { "name": "dynolint", "url": env!("CARGO_PKG_REPOSITORY") },
        "diagnostics": report.findings.iter().map(|finding| diagnostic(report, finding)).collect::<Value>(),
    });
    writeln!(out, "{}", json_text::text(&result, true))
}

fn diagnostic(report: &Report, finding: &Finding) -> Value {
    let suggestions: Vec<(&Fix, Value)> =
        finding.fixes.iter().filter_map(|fix| Some((fix, suggestion(report, finding, fix)?))).collect();
    let mut lines = vec![finding.message.clone()];
    lines.extend(Some(&finding.help).filter(|help| !help.is_empty()).cloned());
    for variable in suggestions.iter().flat_map(|(fix, _)| &fix.variables) {
        lines.push(format!("the suggestion reads `{}`: {}", variable.name, variable.what));
    }
    let mut diagnostic = Map::new();
    diagnostic.insert("message".into(), json!(lines.join("\n")));
    diagnostic.insert("location".into(), location(report, &finding.path, finding.span));
    let severity = match finding.severity {
        Severity::Error => "ERROR",
        Severity::Warning => "WARNING",
        Severity::Note => "INFO",
    };
    diagnostic.insert("severity".into(), json!(severity));
    let mut code = json!({ "value": finding.rule.id });
    if let Some(url) = finding.rule.url() {
        code["url"] = json!(url);
    }
    diagnostic.insert("code".into(), code);
    if !suggestions.is_empty() {
        let suggestions = suggestions.into_iter().map(|(_, suggestion)| suggestion);
        diagnostic.insert("suggestions".into(), suggestions.collect());
    }
    if !finding.related.is_empty() {
        let related = finding.related.iter().map(|related| {
            json!({ "message": related.message, "location": location(report, &related.path, related.span) })
        });
        diagnostic.insert("related_locations".into(), related.collect());
    }
    Value::Object(diagnostic)
}

/// A safe fix as one replacement in the finding's own file. A reader takes each suggestion for another way to do it,
/// so none may be half of one, and shows it in place of whole lines, so these must be few.
fn suggestion(report: &Report, finding: &Finding, fix: &Fix) -> Option<Value> {
    let source = report.sources.get(&finding.path)?;
    let in_file = fix.edits.iter().all(|edit| edit.path == finding.path) && fix.removes.is_empty();
    let (first, last) = (fix.edits.first()?, fix.edits.last()?);
    if fix.applicability != Applicability::Safe || !in_file {
        return None;
    }
    let mut text = String::new();
    let mut done = first.span.start;
    for edit in &fix.edits {
        let between = source.text.get(done..edit.span.start)?;
        // The text is masked here, and what was masked must not be written back.
        if between.contains("***") {
            return None;
        }
        text.push_str(between);
        text.push_str(&edit.text);
        done = edit.span.end;
    }
    let span = Span::new(first.span.start, last.span.end);
    let lines = source.place(span.end).line - source.place(span.start).line;
    (lines < MOST_LINES).then(|| json!({ "range": range(report, &finding.path, span), "text": text }))
}

fn location(report: &Report, path: &str, span: Span) -> Value {
    json!({ "path": path, "range": range(report, path, span) })
}

fn range(report: &Report, path: &str, span: Span) -> Value {
    let Some(source) = report.sources.get(path) else {
        return json!({ "start": { "line": 1 } });
    };
    let span = fitting(source, span);
    let position = |offset: usize| {
        let line = source.place(offset).line;
        let start = source.lines.line_span(&source.text, line).map_or(0, |line| line.start);
        json!({ "line": line, "column": offset - start + 1 })
    };
    json!({ "start": position(span.start), "end": position(span.end) })
}
