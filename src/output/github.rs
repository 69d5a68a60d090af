//! Annotations of GitHub Actions.
//!
//! GitHub shows ten errors, ten warnings and ten notices of a step and drops the rest without a word, so
//! the worst come first and a last notice says how many are missing.

use std::io;

use super::{counted, region, worst_first};
use crate::escape::{command_data, command_property};
use crate::finding::Report;
use crate::rule::Severity;

/// Annotations of one level that GitHub shows for one step.
const SHOWN: usize = 10;

pub(super) fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    // The notice about the rest is a notice, too.
    let rest = [Severity::Error, Severity::Warning, Severity::Note]
        .iter()
        .any(|&severity| report.count(severity) > SHOWN);
    let mut written = [0; 3];
    let mut left = 0;
    for finding in worst_first(report) {
        let level = match finding.severity {
            Severity::Error => 0,
            Severity::Warning => 1,
            Severity::Note => 2,
        };
        let limit = if level == 2 && rest { SHOWN - 1 } else { SHOWN };
        if written[level] == limit {
            left += 1;
            continue;
        }
        written[level] += 1;
        let place = region(report, &finding.path, finding.span);
        let command = ["error", "warning", "notice"][level];
        write!(out, "::{command} file={},line={}", command_property(&finding.path), place.start.line)?;
        // A span over several lines is not drawn where it ends outside the diff; its first line always is.
        if place.is_one_line() && place.start < place.end {
            let (start, end) = (place.start, place.end);
            write!(out, ",endLine={},col={},endColumn={}", end.line, start.column, end.column)?;
        }
        let mut message = finding.message.clone();
        for line in [&finding.help, &finding.rule.url().unwrap_or_default()] {
            if !line.is_empty() {
                message.push('\n');
                message.push_str(line);
            }
        }
        writeln!(out, ",title={}::{}", command_property(finding.rule.id), command_data(&message))?;
    }
    if left > 0 {
        let more = counted(left, "more finding");
        writeln!(out, "::notice title=dynolint::and {more}: see the log of this step")?;
    }
    Ok(())
}
