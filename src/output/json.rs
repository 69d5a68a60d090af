//! JSON, described in `schema/dynolint-report.schema.json`.

use std::io;

use serde_json::{Map, Value, json};

use super::{View, region, statistics};
use crate::escape::is_hidden;
use crate::fact::SignKind;
use crate::finding::{Edit, Finding, Fix, Report};
use crate::rule::Severity;
use crate::span::Span;

pub(super) fn write(report: &Report, view: &View, out: &mut dyn io::Write) -> io::Result<()> {
    let mut root = Map::new();
    root.insert("version".into(), json!(1));
    root.insert("tool".into(), tool());
    root.insert("targets".into(), targets(view));
    root.insert("findings".into(), report.findings.iter().map(|found| finding(report, found)).collect());
    root.insert("summary".into(), summary(report));
    if view.statistics {
        root.insert("statistics".into(), statistics::json(report));
    }
    writeln!(out, "{}", text(&Value::Object(root), true))
}

pub(super) fn write_lines(report: &Report, view: &View, out: &mut dyn io::Write) -> io::Result<()> {
    for found in &report.findings {
        writeln!(out, "{}", text(&typed("finding", finding(report, found)), false))?;
    }
    let mut last = summary(report);
    last["version"] = json!(1);
    last["tool"] = tool();
    last["targets"] = targets(view);
    if view.statistics {
        last["statistics"] = statistics::json(report);
    }
    writeln!(out, "{}", text(&typed("summary", last), false))
}

fn targets(view: &View) -> Value {
    view.targets.iter().map(|target| target.id()).collect()
}

/// JSON text in which characters that steer a terminal are escapes, so that it can be shown as it is.
pub(super) fn text(value: &Value, pretty: bool) -> String {
    let text = if pretty { format!("{value:#}") } else { value.to_string() };
    if !text.chars().any(|character| character != '\n' && is_hidden(character)) {
        return text;
    }
    // Outside of strings JSON is plain ASCII, so these can only stand in a string.
    let mut out = String::with_capacity(text.len() + 64);
    let mut units = [0; 2];
    for character in text.chars() {
        if character != '\n' && is_hidden(character) {
            for unit in character.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            out.push(character);
        }
    }
    out
}

fn tool() -> Value {
    json!({ "name": "dynolint", "version": env!("CARGO_PKG_VERSION") })
}

fn typed(kind: &str, value: Value) -> Value {
    let mut object = Map::new();
    object.insert("type".into(), json!(kind));
    if let Value::Object(fields) = value {
        object.extend(fields);
    }
    Value::Object(object)
}

fn finding(report: &Report, finding: &Finding) -> Value {
    let (start, end) = ends(report, &finding.path, finding.span);
    let related = finding.related.iter().map(|related| {
        let (start, end) = ends(report, &related.path, related.span);
        json!({ "path": related.path, "start": start, "end": end, "message": related.message })
    });
    json!({
        "rule": finding.rule.id,
        "family": finding.rule.family,
        "url": finding.rule.url(),
        "severity": finding.severity.id(),
        "confidence": finding.confidence.id(),
        "impact": finding.impact.id(),
        "step": finding.step.id(),
        "message": finding.message,
        "label": finding.label,
        "help": finding.help,
        "notes": finding.notes,
        "path": finding.path,
        "start": start,
        "end": end,
        "scope": finding.scope,
        "variable": finding.variable,
        "related": related.collect::<Value>(),
        "fixes": finding.fixes.iter().map(|one| fix(report, one)).collect::<Value>(),
        "fingerprint": finding.fingerprint,
    })
}

fn fix(report: &Report, fix: &Fix) -> Value {
    json!({
        "title": fix.title,
        "applicability": fix.applicability.id(),
        "edits": fix.edits.iter().map(|one| edit(report, one)).collect::<Value>(),
        "removes": fix.removes,
        "variables": fix.variables.iter()
            .map(|variable| json!({ "name": variable.name, "what": variable.what }))
            .collect::<Value>(),
    })
}

fn edit(report: &Report, edit: &Edit) -> Value {
    let (start, end) = ends(report, &edit.path, edit.span);
    json!({ "path": edit.path, "start": start, "end": end, "text": edit.text })
}

fn ends(report: &Report, path: &str, span: Span) -> (Value, Value) {
    let region = region(report, path, span);
    let end = |place: crate::span::LineColumn, offset: usize| json!({ "line": place.line, "column": place.column, "offset": offset });
    let in_file = |offset| report.sources.get(path).map_or(offset, |source| source.offset_in_file(offset));
    (end(region.start, in_file(region.span.start)), end(region.end, in_file(region.span.end)))
}

fn summary(report: &Report) -> Value {
    let summary = &report.summary;
    let evidence = &summary.evidence;
    json!({
        "findings": report.findings.len(),
        "errors": report.count(Severity::Error),
        "warnings": report.count(Severity::Warning),
        "notes": report.count(Severity::Note),
        "files": summary.files,
        "parsed": summary.parsed,
        "bytes": summary.bytes,
        "skipped": summary.skipped,
        "unreadable": summary.unreadable.iter()
            .map(|(path, message)| json!({ "path": path, "message": message }))
            .collect::<Value>(),
        "broken": summary.broken.iter()
            .map(|(path, line)| json!({ "path": path, "line": line }))
            .collect::<Value>(),
        "hidden_by_role": summary.hidden_by_role,
        "harmless": summary.harmless,
        "without_heroku": summary.without_heroku,
        "hidden_by_threshold": summary.hidden_by_threshold,
        "hidden_by_settings": summary.hidden_by_settings,
        "suppressed": summary.suppressed,
        "hidden_by_path": summary.hidden_by_path,
        "unchanged": summary.unchanged,
        "baseline": summary.baseline.as_ref().map(|compared| {
            json!({ "new": compared.new, "known": compared.known, "fixed": compared.fixed })
        }),
        "heroku": {
            "is_heroku": evidence.is_heroku(),
            "score": evidence.score,
            "signs": evidence.signs.iter()
                .map(|(kind, what, path, line)| {
                    json!({ "kind": sign(*kind), "what": what, "path": path, "line": line })
                })
                .collect::<Value>(),
        },
    })
}

fn sign(kind: SignKind) -> &'static str {
    match kind {
        SignKind::Procfile => "procfile",
        SignKind::AppJson => "app-json",
        SignKind::HerokuYml => "heroku-yml",
        SignKind::BuildHook => "build-hook",
        SignKind::Variable => "variable",
        SignKind::Package => "package",
        SignKind::Tooling => "tooling",
        SignKind::Host => "host",
        SignKind::Sql => "sql",
    }
}
