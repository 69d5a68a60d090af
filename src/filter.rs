//! What is left out of a finished report: what the baseline knows, and what did not change.
//!
//! A filter is made of the first report of a run and then holds for every later one, while fixes are tried:
//! what was not shown in the beginning is neither shown nor put right later on.

use std::collections::{BTreeMap, BTreeSet};

use crate::baseline::Matched;
use crate::finding::{Compared, Finding, Related, Report};
use crate::fingerprint::Kin;
use crate::output;
use crate::rule::Severity;
use crate::since::Changes;

/// Fingerprints that are left out, by what equals have in common: a fix may change the number of one.
type LeftOut = BTreeMap<Kin, BTreeSet<String>>;

/// What is left out of reports.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    known: LeftOut,
    unchanged: LeftOut,
    /// Entries of the baseline that are gone, where there is a baseline.
    gone: Option<usize>,
    /// Whether only changes were asked for.
    since: bool,
    /// Parts of a finding that are less are not worth a report of their own.
    least: Option<Severity>,
}

impl Filter {
    /// Of the first report: what is known from the baseline, and what is not among the changes. `least` is the
    /// least severity that is reported.
    pub fn new(
        report: &Report,
        baseline: Option<&Matched>,
        changes: Option<&Changes>,
        least: Severity,
    ) -> Self {
        let mut filter = Self {
            gone: baseline.map(Matched::gone),
            since: changes.is_some(),
            least: Some(least),
            ..Self::default()
        };
        for finding in &report.findings {
            let touched = changes.is_none_or(|changes| is_touched_elsewhere(finding, report, changes));
            for part in finding.parts() {
                if baseline.is_some_and(|matched| matched.known.contains(&part.fingerprint)) {
                    let left_out = filter.known.entry(kin(part, report)).or_default();
                    left_out.insert(part.fingerprint.clone());
                } else if !touched && !changes.is_some_and(|changes| is_touched(part, report, changes)) {
                    let left_out = filter.unchanged.entry(kin(part, report)).or_default();
                    left_out.insert(part.fingerprint.clone());
                }
            }
        }
        filter
    }

    /// Takes out of a report what is left out, and counts it. A finding of which a part is left out stays with
    /// the others.
    pub fn apply(&self, report: &mut Report) {
        if self.gone.is_none() && !self.since {
            return;
        }
        let known = here(&self.known, report);
        let unchanged = here(&self.unchanged, report);
        let (mut all_known, mut all_unchanged) = (0, 0);
        let mut kept = Vec::new();
        for finding in std::mem::take(&mut report.findings) {
            let is_known = |part: &Finding| known.contains(&part.fingerprint);
            let shown: Vec<usize> = finding
                .parts()
                .enumerate()
                .filter(|(_, part)| !is_known(part) && !unchanged.contains(&part.fingerprint))
                .filter(|(nth, part)| *nth == 0 || self.least.is_none_or(|least| part.severity >= least))
                .map(|(nth, _)| nth)
                .collect();
            let (parts, known) =
                (1 + finding.joined.len(), finding.parts().filter(|part| is_known(part)).count());
            if shown.is_empty() {
                *(if known > 0 { &mut all_known } else { &mut all_unchanged }) += 1;
                continue;
            }
            let mut finding = focused(finding, &shown);
            if known > 0 {
                finding.notes.push(format!("the baseline has {known} of its {parts} places"));
            }
            kept.push(finding);
        }
        kept.sort_by(|a, b| a.order().cmp(&b.order()));
        report.findings = kept;
        let summary = &mut report.summary;
        let new = report.findings.len() + all_unchanged;
        summary.baseline = self.gone.map(|fixed| Compared { new, known: all_known, fixed });
        summary.unchanged = self.since.then_some(all_unchanged);
    }
}

fn kin(part: &Finding, report: &Report) -> Kin {
    let source = report.sources.get(&part.path);
    let code = source.map_or("", |source| output::fitting(source, part.span).of(&source.text));
    Kin::new(part.rule.id, &part.path, &part.scope, code)
}

/// The fingerprints of a report that are left out. Where one of several equals was put right the others have
/// moved up: as many as before are left out, the last ones.
fn here(left_out: &LeftOut, report: &Report) -> BTreeSet<String> {
    if left_out.is_empty() {
        return BTreeSet::new();
    }
    let mut equals: BTreeMap<Kin, Vec<&Finding>> = BTreeMap::new();
    for part in report.findings.iter().flat_map(Finding::parts) {
        equals.entry(kin(part, report)).or_default().push(part);
    }
    let mut here = BTreeSet::new();
    for (kin, parts) in &mut equals {
        let Some(wanted) = left_out.get(kin) else { continue };
        parts.sort_by_key(|part| (!wanted.contains(&part.fingerprint), std::cmp::Reverse(part.span)));
        here.extend(parts.iter().take(wanted.len()).map(|part| part.fingerprint.clone()));
    }
    here
}

fn is_touched(part: &Finding, report: &Report, changes: &Changes) -> bool {
    let region = output::region(report, &part.path, part.span);
    changes.touch(&part.path, region.start.line, region.last_line())
}

/// Whether something changed at a place that belongs to the finding and is none of its parts.
fn is_touched_elsewhere(finding: &Finding, report: &Report, changes: &Changes) -> bool {
    let is_part = |related: &Related| {
        finding.parts().any(|part| part.path == related.path && part.span == related.span)
    };
    finding.related.iter().filter(|related| !is_part(related)).any(|related| {
        let region = output::region(report, &related.path, related.span);
        changes.touch(&related.path, region.start.line, region.last_line())
    })
}

/// The finding at the worst of the parts that are shown; the first of them, if there are several.
fn focused(finding: Finding, shown: &[usize]) -> Finding {
    let severity = |nth: usize| match nth.checked_sub(1) {
        Some(joined) => finding.joined[joined].severity,
        None => finding.severity,
    };
    let worst = shown.iter().copied().min_by_key(|nth| (std::cmp::Reverse(severity(*nth)), *nth));
    let Some(joined) = worst.and_then(|nth| nth.checked_sub(1)) else { return finding };
    let mut own = finding;
    let mut now = own.joined.remove(joined);
    let place = own.related.iter().position(|other| other.path == now.path && other.span == now.span);
    let said = place.map(|at| own.related.remove(at).message);
    let message = match said {
        Some(said) if own.variable == now.variable => said,
        _ => "here too".to_string(),
    };
    let before = Related { path: own.path.clone(), span: own.span, message };
    now.related = std::iter::once(before).chain(std::mem::take(&mut own.related)).collect();
    now.fixes = std::mem::take(&mut own.fixes);
    now.joined = std::mem::take(&mut own.joined);
    now.joined.push(own);
    now
}
