//! JUnit's XML, which every CI system shows as tests: a suite for each rule, a test for each finding.
//!
//! A finding that fails the run is a failed test, any other one a skipped test, and what could not be read is
//! an error: the tests are red where the exit code is not 0. Names hold no line numbers, so that a test stays
//! the same test when lines are added above. There is no time in it, and no host: the same report gives the
//! same bytes.

use std::collections::BTreeMap;
use std::io;

use super::{View, region};
use crate::escape::xml;
use crate::finding::{Finding, Report};

/// A test.
struct Case {
    name: String,
    file: Option<(String, usize)>,
    outcome: Outcome,
}

/// What became of a test.
enum Outcome {
    Passed,
    Skipped(Said),
    Failed(Said),
    Broken(Said),
}

/// What a test says: in one line, and at length.
struct Said {
    kind: String,
    message: String,
    lines: Vec<String>,
}

/// How many tests came to what.
#[derive(Default)]
struct Counts {
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
}

impl Counts {
    fn of<'c>(cases: impl IntoIterator<Item = &'c Case>) -> Self {
        let mut counts = Self::default();
        for case in cases {
            counts.tests += 1;
            match case.outcome {
                Outcome::Passed => {}
                Outcome::Skipped(_) => counts.skipped += 1,
                Outcome::Failed(_) => counts.failures += 1,
                Outcome::Broken(_) => counts.errors += 1,
            }
        }
        counts
    }

    fn attributes(&self) -> String {
        let Self { tests, failures, errors, skipped } = self;
        format!(r#"tests="{tests}" failures="{failures}" errors="{errors}" skipped="{skipped}""#)
    }
}

pub(super) fn write(report: &Report, view: &View, out: &mut dyn io::Write) -> io::Result<()> {
    let mut suites: Vec<(String, Vec<Case>)> = vec![("dynolint".to_string(), reading(report))];
    let mut rules: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in &report.findings {
        rules.entry(finding.rule.id).or_default().push(finding);
    }
    suites
        .extend(rules.into_iter().map(|(rule, findings)| (rule.to_string(), cases(report, view, &findings))));

    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    let all = Counts::of(suites.iter().flat_map(|(_, cases)| cases));
    // Older readers know no `skipped` here.
    let Counts { tests, failures, errors, .. } = all;
    writeln!(out, r#"<testsuites name="dynolint" tests="{tests}" failures="{failures}" errors="{errors}">"#)?;
    for (name, cases) in &suites {
        let name = xml(name);
        writeln!(out, r#"  <testsuite name="{name}" {}>"#, Counts::of(cases).attributes())?;
        for one in cases {
            case(&name, one, out)?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}

/// Whether everything could be read. The one test that passes, so that there always is a test.
fn reading(report: &Report) -> Vec<Case> {
    let unreadable = &report.summary.unreadable;
    if unreadable.is_empty() {
        return vec![Case {
            name: "every file could be read".to_string(),
            file: None,
            outcome: Outcome::Passed,
        }];
    }
    let case = |(path, error): &(String, String)| Case {
        name: format!("{path} could be read"),
        file: Some((path.clone(), 1)),
        outcome: Outcome::Broken(Said {
            kind: "unreadable".to_string(),
            message: format!("cannot read {path}: {error}"),
            lines: vec!["What could not be read may hold anything, so dynolint exits with 2.".to_string()],
        }),
    };
    unreadable.iter().map(case).collect()
}

/// The tests of one rule. A CI system takes tests of one name for one test, so equal names are numbered.
fn cases(report: &Report, view: &View, findings: &[&Finding]) -> Vec<Case> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let case = |finding: &&Finding| {
        let name = format!("{}: {}", finding.path, finding.message);
        let number = seen.entry(name.clone()).and_modify(|number| *number += 1).or_insert(1);
        let said = said(report, finding);
        let fails = view.fail_on.is_some_and(|least| finding.severity >= least);
        Case {
            name: if *number == 1 { name } else { format!("{name} ({number})") },
            file: Some((finding.path.clone(), region(report, &finding.path, finding.span).start.line)),
            outcome: if fails { Outcome::Failed(said) } else { Outcome::Skipped(said) },
        }
    };
    findings.iter().map(case).collect()
}

fn said(report: &Report, finding: &Finding) -> Said {
    let place = region(report, &finding.path, finding.span).start;
    let at = format!("{}:{}:{}", finding.path, place.line, place.column);
    let mut lines = vec![format!("{at}: {} {}: {}", finding.severity, finding.rule.id, finding.message)];
    lines.extend([&finding.label, &finding.help].into_iter().filter(|text| !text.is_empty()).cloned());
    lines.extend(finding.notes.iter().map(|note| format!("note: {note}")));
    for related in &finding.related {
        let place = region(report, &related.path, related.span).start;
        lines.push(format!("{}:{}:{}: {}", related.path, place.line, place.column, related.message));
    }
    lines.extend(finding.rule.url());
    Said { kind: finding.severity.id().to_string(), message: format!("{at}: {}", finding.message), lines }
}

fn case(suite: &str, case: &Case, out: &mut dyn io::Write) -> io::Result<()> {
    // Jenkins takes what stands before the last point for a package.
    let class = if suite == "dynolint" { suite.to_string() } else { format!("dynolint.{suite}") };
    write!(out, r#"    <testcase classname="{class}" name="{}""#, xml(&case.name))?;
    if let Some((file, line)) = &case.file {
        write!(out, r#" file="{}" line="{line}""#, xml(file))?;
    }
    let (element, said) = match &case.outcome {
        Outcome::Passed => return writeln!(out, "/>"),
        Outcome::Skipped(said) => ("skipped", said),
        Outcome::Failed(said) => ("failure", said),
        Outcome::Broken(said) => ("error", said),
    };
    // GitLab shows the text and drops the message, Jenkins shows both.
    let lines: Vec<String> = said.lines.iter().map(|line| xml(line)).collect();
    let (kind, message) = (xml(&said.kind), xml(&said.message));
    writeln!(out, ">")?;
    writeln!(out, r#"      <{element} type="{kind}" message="{message}">{}</{element}>"#, lines.join("\n"))?;
    writeln!(out, "    </testcase>")
}
