//! The diagnostic format of reviewdog: a `DiagnosticResult` as JSON.
//!
//! Columns count bytes of UTF-8 from 1, and an end is one past.

use std::io;

use serde_json::{Map, Value, json};

use super::{fitting, json as json_text};
use crate::finding::{Applicability, Finding, Fix, Report};
use crate::rule::Severity;
use crate::span::Span;

pub(super) fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let result = json!({
        "source": { "name": "dynolint", "url": env!("CARGO_PKG_REPOSITORY") },
        "diagnostics": report.findings.iter().map(|finding| diagnostic(report, finding)).collect::<Value>(),
    });
    writeln!(out, "{}", json_text::text(&result, true))
}

fn diagnostic(report: &Report, finding: &Finding) -> Value {
    let mut diagnostic = Map::new();
    let message = match finding.help.as_str() {
        "" => finding.message.clone(),
        help => format!("{}\n{help}", finding.message),
    };
    diagnostic.insert("message".into(), json!(message));
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
    let suggestions: Vec<Value> =
        finding.fixes.iter().filter_map(|fix| suggestion(report, finding, fix)).collect();
    if !suggestions.is_empty() {
        diagnostic.insert("suggestions".into(), json!(suggestions));
    }
    if !finding.related.is_empty() {
        let related = finding.related.iter().map(|related| {
            json!({ "message": related.message, "location": location(report, &related.path, related.span) })
        });
        diagnostic.insert("related_locations".into(), related.collect());
    }
    Value::Object(diagnostic)
}

/// A safe fix, where one replacement in the finding's own file is all of it: a reader takes each suggestion for
/// another way to do it, so none may be half of one.
fn suggestion(report: &Report, finding: &Finding, fix: &Fix) -> Option<Value> {
    let [edit] = fix.edits.as_slice() else { return None };
    let whole =
        fix.applicability == Applicability::Safe && fix.removes.is_empty() && fix.variables.is_empty();
    if !whole || edit.path != finding.path || !report.sources.contains_key(&edit.path) {
        return None;
    }
    Some(json!({ "range": range(report, &edit.path, edit.span), "text": edit.text }))
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
