//! One line for each finding, as compilers write it.

use std::io;

use super::style::{self, paint};
use super::{View, left_out, region, shown};
use crate::escape;
use crate::finding::{Finding, Report};

pub(super) fn write(report: &Report, view: &View, out: &mut dyn io::Write) -> io::Result<()> {
    for finding in shown(report, view) {
        let place = region(report, &finding.path, finding.span).start;
        writeln!(
            out,
            "{}{sep}{}{sep}{}{sep} {} {}: {}{}",
            paint(view.color, style::STRONG, escape::path(&finding.path)),
            place.line,
            place.column,
            paint(view.color, style::of(finding.severity), finding.severity),
            style::rule_link(view.hyperlinks, finding.rule),
            escape::terminal(&finding.message),
            fix(finding),
            sep = paint(view.color, style::FRAME, ":"),
        )?;
    }
    if let Some(line) = left_out(report, view) {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

fn fix(finding: &Finding) -> String {
    match finding.applicability() {
        Some(applicability) => format!(" [fix: {}]", applicability.id()),
        None => String::new(),
    }
}
