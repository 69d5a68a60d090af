//! SARIF 2.1.0, in the form that GitHub's code scanning reads best.
//!
//! One run; all four of line and column at start and end; relative addresses. The key
//! `primaryLocationLineHash` is left to `upload-sarif`, which warns on every result that has another value.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::{Map, Value, json};

use super::{json as json_text, region, worst_first};
use crate::escape::shorten;
use crate::explain;
use crate::finding::{Finding, Fix, Report};
use crate::rule::{Meta, Origin, Severity};
use crate::span::Span;

/// Results above which GitHub rejects the whole file.
const MOST_RESULTS: usize = 25_000;

/// Related places above which GitHub shows no more.
const MOST_RELATED: usize = 100;

/// Characters of a description that GitHub keeps.
const LONGEST_TEXT: usize = 1024;

/// All that cannot stand in a path's segment.
const PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}')
    .add(b':');

pub(super) fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let log = json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [run(report)],
    });
    writeln!(out, "{}", json_text::text(&log, true))
}

fn run(report: &Report) -> Value {
    let kept = kept(report);
    let mut metas: BTreeMap<&str, &'static Meta> = BTreeMap::new();
    for finding in &kept {
        metas.insert(finding.rule.id, finding.rule);
    }
    let index: BTreeMap<&str, usize> = metas.keys().enumerate().map(|(at, &id)| (id, at)).collect();
    let left = report.findings.len() - kept.len();
    json!({
        "tool": {
            "driver": {
                "name": "dynolint",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "informationUri": "https://github.com/dynolint/dynolint",
                "rules": metas.values().map(|meta| rule(meta)).collect::<Value>(),
            }
        },
        "invocations": [{
            "executionSuccessful": report.summary.unreadable.is_empty(),
            "toolExecutionNotifications": notifications(report, left),
        }],
        "originalUriBaseIds": {
            "%SRCROOT%": { "description": { "text": "The root of the checkout" } }
        },
        "columnKind": "unicodeCodePoints",
        "results": kept.iter().map(|finding| result(report, finding, index[finding.rule.id])).collect::<Value>(),
    })
}

/// The findings that fit, the worst ones if not all do, in the order of the report.
fn kept(report: &Report) -> Vec<&Finding> {
    if report.findings.len() <= MOST_RESULTS {
        return report.findings.iter().collect();
    }
    let mut kept = worst_first(report);
    kept.truncate(MOST_RESULTS);
    kept.sort_by(|a, b| a.order().cmp(&b.order()));
    kept
}

fn rule(meta: &Meta) -> Value {
    let summary = meta.summary();
    let summary = if summary.is_empty() { meta.id.to_string() } else { summary };
    let mut rule = json!({
        "id": meta.id,
        "shortDescription": { "text": shorten(first_sentence(&summary), LONGEST_TEXT) },
        "fullDescription": { "text": shorten(&summary, LONGEST_TEXT) },
        "help": { "text": explain::plain(meta), "markdown": page(meta) },
        "defaultConfiguration": { "level": meta.severity.id() },
        "properties": {
            "precision": meta.confidence.id(),
            "problem.severity": match meta.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Note => "recommendation",
            },
            "tags": tags(meta),
        },
    });
    if let Some(name) = name(meta.id) {
        rule["name"] = json!(name);
    }
    if let Some(url) = meta.url() {
        rule["helpUri"] = json!(url);
    }
    rule
}

/// What a rule is found by. A family and a step can have the same name, and SARIF takes each tag once.
fn tags(meta: &Meta) -> Vec<&str> {
    // A team's own couplings need not be about Heroku.
    let subject = match meta.origin {
        Origin::BuiltIn => "heroku",
        Origin::Settings { .. } => "settings",
    };
    let mut tags = vec![subject, meta.family, meta.impact.id(), meta.step.id()];
    let mut seen = BTreeSet::new();
    tags.retain(|tag| seen.insert(*tag));
    tags
}

/// The page; an empty text counts as missing.
fn page(meta: &Meta) -> &str {
    if meta.page.trim().is_empty() { meta.id } else { meta.page }
}

/// `dyno-platform-check` as `DynoPlatformCheck`; nothing for one word, as readers want a name to differ from the id
/// in more than its case.
fn name(id: &str) -> Option<String> {
    if !id.contains('-') {
        return None;
    }
    let mut name = String::with_capacity(id.len());
    for word in id.split('-') {
        let mut letters = word.chars();
        name.extend(letters.next().map(|letter| letter.to_ascii_uppercase()));
        name.extend(letters);
    }
    Some(name)
}

fn first_sentence(text: &str) -> &str {
    text.find(". ").map_or(text, |end| &text[..=end])
}

fn notifications(report: &Report, left: usize) -> Vec<Value> {
    let mut all = Vec::new();
    for (path, error) in &report.summary.unreadable {
        all.push(json!({
            "level": "error",
            "message": { "text": format!("cannot read {path}: {error}") },
            "locations": [{ "physicalLocation": { "artifactLocation": artifact(path) } }],
        }));
    }
    for (path, line) in &report.summary.broken {
        all.push(json!({
            "level": "warning",
            "message": { "text": format!("{path} did not parse whole; the first place is in line {line}") },
            "locations": [{
                "physicalLocation": {
                    "artifactLocation": artifact(path),
                    "region": { "startLine": (*line).max(1) },
                }
            }],
        }));
    }
    if left > 0 {
        let text = format!("{left} findings left out: GitHub takes no more than {MOST_RESULTS} results");
        all.push(json!({ "level": "warning", "message": { "text": text } }));
    }
    all
}

fn result(report: &Report, finding: &Finding, index: usize) -> Value {
    let mut text = finding.message.clone();
    if !finding.help.is_empty() {
        text.push_str(".\n");
        text.push_str(&finding.help);
    }
    let mut result = Map::new();
    result.insert("ruleId".into(), json!(finding.rule.id));
    result.insert("ruleIndex".into(), json!(index));
    result.insert("level".into(), json!(finding.severity.id()));
    result.insert("message".into(), message(&text));
    let place = physical(report, &finding.path, finding.span);
    let mut location = json!({ "physicalLocation": place });
    if !finding.scope.is_empty() {
        location["logicalLocations"] = json!([{ "fullyQualifiedName": finding.scope }]);
    }
    result.insert("locations".into(), json!([location]));
    if !finding.related.is_empty() {
        let related = finding.related.iter().take(MOST_RELATED).enumerate().map(|(at, related)| {
            json!({
                "id": at + 1,
                "physicalLocation": physical(report, &related.path, related.span),
                "message": message(if related.message.is_empty() { "see here" } else { &related.message }),
            })
        });
        result.insert("relatedLocations".into(), related.collect());
    }
    if !finding.fingerprint.is_empty() {
        result.insert("partialFingerprints".into(), json!({ "dynolint/v1": finding.fingerprint }));
    }
    let fixes: Vec<Value> = finding
        .fixes
        .iter()
        .filter(|fix| !fix.edits.is_empty() || !fix.removes.is_empty())
        .map(|one| fix(report, one))
        .collect();
    if !fixes.is_empty() {
        result.insert("fixes".into(), json!(fixes));
    }
    let mut properties = json!({
        "confidence": finding.confidence.id(),
        "impact": finding.impact.id(),
        "step": finding.step.id(),
    });
    if let Some(variable) = &finding.variable {
        properties["variable"] = json!(variable);
    }
    if !finding.notes.is_empty() {
        properties["notes"] = json!(finding.notes);
    }
    result.insert("properties".into(), properties);
    Value::Object(result)
}

/// A message. In SARIF `[text](1)` is a link to a related place, which no text of ours is meant to be.
fn message(text: &str) -> Value {
    if text.contains("](") {
        return json!({ "text": text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]") });
    }
    json!({ "text": text })
}

fn physical(report: &Report, path: &str, span: Span) -> Value {
    json!({ "artifactLocation": artifact(path), "region": place(report, path, span) })
}

fn artifact(path: &str) -> Value {
    // A first segment with a colon would be read as a scheme; it is encoded, too.
    json!({ "uri": utf8_percent_encode(path, PATH).to_string(), "uriBaseId": "%SRCROOT%" })
}

fn place(report: &Report, path: &str, span: Span) -> Value {
    let region = region(report, path, span);
    json!({
        "startLine": region.start.line,
        "startColumn": region.start.column,
        "endLine": region.end.line,
        "endColumn": region.end.column,
    })
}

fn fix(report: &Report, fix: &Fix) -> Value {
    let mut changes: Vec<(&str, Vec<Value>)> = Vec::new();
    for edit in &fix.edits {
        let replacement = json!({
            "deletedRegion": place(report, &edit.path, edit.span),
            "insertedContent": { "text": edit.text },
        });
        match changes.iter_mut().find(|(path, _)| *path == edit.path) {
            Some((_, replacements)) => replacements.push(replacement),
            None => changes.push((&edit.path, vec![replacement])),
        }
    }
    // A file that goes is one without its text: SARIF has no other word for it.
    for path in &fix.removes {
        let end = report.sources.get(path).map_or(0, |source| source.text.len());
        let replacement = json!({ "deletedRegion": place(report, path, Span::new(0, end)) });
        changes.push((path, vec![replacement]));
    }
    let changes = changes.into_iter().map(
        |(path, replacements)| json!({ "artifactLocation": artifact(path), "replacements": replacements }),
    );
    json!({ "description": message(&fix.title), "artifactChanges": changes.collect::<Value>() })
}
