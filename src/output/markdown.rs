//! A page that GitHub renders: for `$GITHUB_STEP_SUMMARY`, an issue or a pull request.

use std::fmt::Write;
use std::io;

use super::{View, counted, region, statistics, summary};
use crate::escape;
use crate::finding::{Finding, Report};
use crate::rule::{Severity, Step};

/// GitHub refuses a summary above 1 MiB; some room is left for what other tools add.
const LARGEST: usize = 900 * 1024;

/// The steps of a migration, in the order in which a team does them.
const STEPS: [(Step, &str); 6] = [
    (Step::Code, "Change the code, while still on Heroku"),
    (Step::Build, "Change the build"),
    (Step::Provision, "Set up on the target"),
    (Step::Data, "Move the data"),
    (Step::Cutover, "On the day"),
    (Step::After, "When Heroku is gone"),
];

pub(super) fn write(report: &Report, view: &View, out: &mut dyn io::Write) -> io::Result<()> {
    out.write_all(page(report, view).as_bytes())
}

fn page(report: &Report, view: &View) -> String {
    let mut page = String::new();
    headline(&mut page, report, view);
    if view.statistics {
        counts(&mut page, "Rule", &statistics::by_rule(report));
        counts(&mut page, "Folder", &statistics::by_folder(report));
        return page;
    }
    let mut left = 0;
    for (number, (step, title)) in STEPS.into_iter().enumerate() {
        let findings: Vec<&Finding> = report.findings.iter().filter(|finding| finding.step == step).collect();
        if findings.is_empty() {
            continue;
        }
        if page.len() > LARGEST {
            left += findings.len();
            continue;
        }
        let _ = writeln!(page, "### {}. {title} ({})\n", number + 1, findings.len());
        page.push_str("| Place | | Finding | What to do |\n| :-- | :-- | :-- | :-- |\n");
        for finding in findings {
            if page.len() > LARGEST {
                left += 1;
            } else {
                row(&mut page, report, finding);
            }
        }
        page.push('\n');
    }
    if left > 0 {
        let _ = writeln!(page, "…and {}: the page would be too large.\n", counted(left, "more finding"));
    }
    page
}

fn headline(page: &mut String, report: &Report, view: &View) {
    let targets: Vec<&str> = view.targets.iter().map(|target| target.title()).collect();
    let moving = match targets.as_slice() {
        [] => String::new(),
        targets => format!(" for the move to {}", targets.join(", ")),
    };
    let _ = match report.findings.len() {
        0 => writeln!(page, "## dynolint: no findings{moving}\n"),
        count => writeln!(page, "## dynolint: {}{moving}\n", counted(count, "finding")),
    };
    let summary = &report.summary;
    let mut facts = Vec::new();
    if !report.findings.is_empty() {
        facts.push(summary::severities(report));
    }
    facts.push(format!("looked at {} ({} parsed)", counted(summary.files, "file"), summary.parsed));
    let hidden: usize = summary.hidden_by_role.values().sum();
    if hidden > 0 {
        facts.push(format!("{hidden} more in tests, documents and the like"));
    }
    if !summary.broken.is_empty() {
        facts.push(format!("{} not parsed whole", counted(summary.broken.len(), "file")));
    }
    if !summary.unreadable.is_empty() {
        facts.push(format!("{} not readable", counted(summary.unreadable.len(), "path")));
    }
    let _ = writeln!(page, "{}.\n", facts.join(" · "));
    if let Some(signs) = summary::heroku(summary, false) {
        let _ = writeln!(page, "**Signs of Heroku:** {}\n", escape::markdown(&signs));
    }
}

fn row(page: &mut String, report: &Report, finding: &Finding) {
    let place = region(report, &finding.path, finding.span).start;
    let severity = match finding.severity {
        Severity::Error => "**error**",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let _ = writeln!(
        page,
        "| {} | {severity} | {}<br>{} | {} |",
        escape::markdown_code(&format!("{}:{}:{}", finding.path, place.line, place.column)),
        escape::markdown(&finding.message),
        match finding.rule.url() {
            Some(url) => format!("[{}]({url})", finding.rule.id),
            None => finding.rule.id.to_string(),
        },
        escape::markdown(&finding.help),
    );
}

fn counts(page: &mut String, heading: &str, rows: &[(&str, statistics::Counts)]) {
    if rows.is_empty() {
        return;
    }
    let _ = writeln!(page, "| {heading} | Errors | Warnings | Notes |\n| :-- | --: | --: | --: |");
    for (name, counts) in rows {
        let name = escape::markdown_code(name);
        let _ = writeln!(page, "| {name} | {} | {} | {} |", counts.errors, counts.warnings, counts.notes);
    }
    page.push('\n');
}
