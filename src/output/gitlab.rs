//! Code Quality of GitLab: what it shows in the widget, the diff and the pipeline of a merge request.
//!
//! GitLab tells findings apart by their fingerprints alone, over all jobs of a pipeline, and stops reading at
//! the first entry that it does not understand. An empty list is a report; no file is none.

use std::io;

use serde_json::{Value, json};

use super::{json as json_text, region};
use crate::finding::{Finding, Report};
use crate::rule::Severity;

pub(super) fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let all: Value = report.findings.iter().map(|finding| entry(report, finding)).collect();
    writeln!(out, "{}", json_text::text(&all, true))
}

fn entry(report: &Report, finding: &Finding) -> Value {
    let place = region(report, &finding.path, finding.span);
    json!({
        // The only text that is shown, so the rule is part of it.
        "description": format!("{}: {}", finding.rule.id, finding.message),
        "check_name": finding.rule.id,
        "fingerprint": fingerprint(report, finding),
        "severity": match finding.severity {
            Severity::Error => "major",
            Severity::Warning => "minor",
            Severity::Note => "info",
        },
        "location": {
            "path": finding.path,
            "lines": { "begin": place.start.line, "end": place.end.line },
        },
    })
}

/// A fingerprint is made from the path in the project; two projects of one repository may have the same file.
fn fingerprint(report: &Report, finding: &Finding) -> String {
    match report.within.as_str() {
        "" => finding.fingerprint.clone(),
        within => format!("{within}:{}", finding.fingerprint),
    }
}
