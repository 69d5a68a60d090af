//! The transaction over a project, with a checker of our own: words that are found, and fixes for them.

use std::collections::BTreeMap;
use std::sync::Arc;

use dynolint::finding::{Applicability, Edit, Finding, Fix, Report, SourceText};
use dynolint::fix::{self, Overlay};
use dynolint::rules;
use dynolint::span::Span;
use proptest::prelude::*;

type Files = BTreeMap<String, String>;

/// How the fix of a word reads.
type Fixer = fn(&str, &str, Span) -> Vec<Fix>;

/// Finds the word `bad` everywhere; a file with `(((` does not parse.
fn look(files: &Files, overlay: &Overlay, fixer: Fixer) -> Report {
    let mut files = files.clone();
    for (path, text) in overlay {
        match text {
            Some(text) => drop(files.insert(path.clone(), text.clone())),
            None => drop(files.remove(path)),
        }
    }
    let mut report = Report::default();
    for (path, text) in &files {
        report.sources.insert(path.clone(), Arc::new(SourceText::new(text.clone())));
        if text.contains("(((") {
            report.summary.broken.push((path.clone(), 1));
        }
        for (number, (at, word)) in text.match_indices("bad").enumerate() {
            let span = Span::new(at, at + word.len());
            report.findings.push(Finding {
                rule: rules::all()[0],
                path: path.clone(),
                span,
                message: String::new(),
                label: String::new(),
                help: String::new(),
                notes: Vec::new(),
                severity: dynolint::rule::Severity::Warning,
                confidence: dynolint::rule::Confidence::High,
                impact: dynolint::rule::Impact::Degrades,
                step: dynolint::rule::Step::Code,
                related: Vec::new(),
                joined: Vec::new(),
                scope: String::new(),
                variable: None,
                fixes: fixer(path, text, span),
                // Equal words differ by their number alone, as in the engine.
                fingerprint: number.to_string(),
            });
        }
    }
    report
}

fn run(files: &Files, most: Applicability, fixer: Fixer) -> (Files, fix::Outcome) {
    let first = look(files, &Overlay::new(), fixer);
    let outcome =
        fix::run(first, most, &mut |overlay| Ok::<_, std::convert::Infallible>(look(files, overlay, fixer)));
    let Ok(outcome) = outcome;
    let mut after = files.clone();
    for (path, text) in &outcome.files {
        match text {
            Some(text) => drop(after.insert(path.clone(), text.clone())),
            None => drop(after.remove(path)),
        }
    }
    (after, outcome)
}

fn replace(path: &str, span: Span, text: &str, applicability: Applicability) -> Fix {
    let edit = Edit { path: path.to_string(), span, text: text.to_string() };
    Fix { title: String::new(), applicability, edits: vec![edit], removes: Vec::new(), variables: Vec::new() }
}

fn good(path: &str, _: &str, span: Span) -> Vec<Fix> {
    vec![replace(path, span, "good", Applicability::Safe)]
}

fn files(texts: &[(&str, &str)]) -> Files {
    texts.iter().map(|(path, text)| ((*path).to_string(), (*text).to_string())).collect()
}

#[test]
fn everything_is_put_right_at_once() {
    let (after, outcome) =
        run(&files(&[("a", "bad bad"), ("b", "x bad"), ("c", "x")]), Applicability::Safe, good);
    assert_eq!(after, files(&[("a", "good good"), ("b", "x good"), ("c", "x")]));
    assert_eq!(outcome.fixed.len(), 3);
    assert!(outcome.report.findings.is_empty());
    assert_eq!(outcome.before, files(&[("a", "bad bad"), ("b", "x bad")]));
}

#[test]
fn a_decision_is_waited_for() {
    let unsure: Fixer = |path, _, span| vec![replace(path, span, "good", Applicability::Unsafe)];
    let project = files(&[("a", "bad")]);
    assert_eq!(run(&project, Applicability::Safe, unsure).0, project);
    assert_eq!(run(&project, Applicability::Unsafe, unsure).0, files(&[("a", "good")]));
}

#[test]
fn edits_in_each_others_way_take_turns() {
    // Each fix takes the blank before and after with it.
    let wide: Fixer = |path, text, span| {
        let span = Span::new(span.start.saturating_sub(1), (span.end + 1).min(text.len()));
        vec![replace(path, span, "-good-", Applicability::Safe)]
    };
    let (after, outcome) = run(&files(&[("a", " bad bad bad ")]), Applicability::Safe, wide);
    assert_eq!(after["a"].matches("good").count(), 3);
    assert_eq!((outcome.fixed.len(), outcome.refused.len()), (3, 0));
}

#[test]
fn a_file_that_would_not_parse_stays() {
    let breaks: Fixer = |path, text, span| {
        let new = if text.starts_with('!') { "(((" } else { "good" };
        vec![replace(path, span, new, Applicability::Safe)]
    };
    let (after, outcome) = run(&files(&[("a", "! bad"), ("b", "bad")]), Applicability::Safe, breaks);
    assert_eq!(after, files(&[("a", "! bad"), ("b", "good")]));
    assert_eq!(outcome.refused.len(), 1);
    assert_eq!(outcome.refused[0].reason, "would leave a file that does not parse");
}

#[test]
fn a_fix_that_puts_nothing_right_is_taken_out() {
    let useless: Fixer = |path, text, span| {
        let new = if text.starts_with('!') { "bad " } else { "good" };
        vec![replace(path, span, new, Applicability::Safe)]
    };
    let (after, outcome) = run(&files(&[("a", "! bad"), ("b", "bad")]), Applicability::Safe, useless);
    assert_eq!(after, files(&[("a", "! bad"), ("b", "good")]));
    assert_eq!(outcome.refused[0].reason, "would not put it right");
}

#[test]
fn a_neighbour_of_a_wrong_fix_is_made() {
    // The fix of the second word brings a new one.
    let doubles: Fixer = |path, text, span| {
        let new =
            if text[..span.start].contains("bad") || text.contains("bad bad") { "good" } else { "bad bad" };
        vec![replace(path, span, new, Applicability::Safe)]
    };
    let (after, outcome) = run(&files(&[("a", "bad x"), ("b", "bad y bad")]), Applicability::Safe, doubles);
    assert_eq!(after, files(&[("a", "bad x"), ("b", "bad y good")]));
    assert_eq!((outcome.fixed.len(), outcome.refused.len()), (1, 2));
}

#[test]
fn what_belongs_together_stays_together() {
    // The second edit breaks the other file, so the first is not made either.
    let both: Fixer = |path, _, span| {
        let mut fix = replace(path, span, "good", Applicability::Safe);
        fix.edits.push(Edit { path: "z".into(), span: Span::new(0, 0), text: "(((".into() });
        vec![fix]
    };
    let project = files(&[("a", "bad"), ("z", "zzz")]);
    assert_eq!(run(&project, Applicability::Safe, both).0, project);
}

#[test]
fn files_come_and_go() {
    let moves: Fixer = |path, _, _| {
        let edit = Edit { path: "new".into(), span: Span::default(), text: "good".into() };
        vec![Fix {
            title: String::new(),
            applicability: Applicability::Safe,
            edits: vec![edit],
            removes: vec![path.to_string()],
            variables: Vec::new(),
        }]
    };
    let (after, outcome) = run(&files(&[("old", "bad")]), Applicability::Safe, moves);
    assert_eq!(after, files(&[("new", "good")]));
    assert_eq!(outcome.files, [("new".into(), Some("good".into())), ("old".into(), None)].into());
    assert_eq!(outcome.before, files(&[("old", "bad")]));
}

#[test]
fn only_paths_that_were_asked_for_change() {
    let project = files(&[("a/x", "bad"), ("b/x", "bad")]);
    let both: Fixer = |path, _, span| {
        let mut fix = replace(path, span, "good", Applicability::Safe);
        fix.edits.push(Edit { path: "b/x".into(), span: Span::new(0, 0), text: "+".into() });
        vec![fix]
    };
    let narrow = |overlay: &Overlay| {
        let mut report = look(&project, overlay, both);
        report.scope = vec!["a".into()];
        report.findings.retain(|finding| finding.path.starts_with("a/"));
        report
    };
    let outcome = fix::run(narrow(&Overlay::new()), Applicability::Safe, &mut |overlay| {
        Ok::<_, std::convert::Infallible>(narrow(overlay))
    });
    let Ok(outcome) = outcome;
    assert_eq!((outcome.files.len(), outcome.outside), (0, 1));
}

proptest! {
    /// Edits that do not touch each other give one text, whatever the order they are given in, and leave
    /// every byte outside of them alone.
    #[test]
    fn edits_have_no_order(
        text in "[a-zé\n]{0,60}",
        cuts in proptest::collection::btree_set(0usize..60, 0..12),
        news in proptest::collection::vec("[A-Z]{0,4}", 6),
        turn in 0usize..6,
    ) {
        let borders: Vec<usize> =
            cuts.into_iter().filter(|at| *at <= text.len() && text.is_char_boundary(*at)).collect();
        let edits: Vec<Edit> = borders
            .chunks_exact(2)
            .zip(&news)
            .map(|(ends, new)| Edit {
                path: "a".into(),
                span: Span::new(ends[0], ends[1]),
                text: new.clone(),
            })
            .collect();
        let in_order: Vec<&Edit> = edits.iter().collect();
        let mut turned = in_order.clone();
        if !turned.is_empty() {
            let by = turn % turned.len();
            turned.rotate_left(by);
        }
        let mut twice = turned.clone();
        twice.extend(&in_order);
        let new = fix::applied(&text, &in_order);
        prop_assert_eq!(&new, &fix::applied(&text, &turned));
        prop_assert_eq!(&new, &fix::applied(&text, &twice));
        // What stands between the edits is there, in order, and nothing else but the new texts.
        let mut rest = new.as_str();
        let mut done = 0;
        for edit in &edits {
            let kept = &text[done..edit.span.start];
            prop_assert!(rest.starts_with(kept));
            rest = &rest[kept.len()..];
            prop_assert!(rest.starts_with(&edit.text));
            rest = &rest[edit.text.len()..];
            done = edit.span.end;
        }
        prop_assert_eq!(rest, &text[done..]);
    }

    /// Fixing twice is fixing once, with texts in which fixes touch, overlap and break things.
    #[test]
    fn fixing_twice_is_fixing_once(texts in proptest::collection::vec("(bad|good|!| |\\(\\(){0,8}", 1..4)) {
        let project: Files =
            texts.into_iter().enumerate().map(|(at, text)| (format!("f{at}"), text)).collect();
        let fixer: Fixer = |path, text, span| {
            let wide = Span::new(span.start.saturating_sub(1), span.end);
            match text.len() % 4 {
                0 => vec![replace(path, wide, "ok", Applicability::Safe)],
                1 => vec![replace(path, span, "(", Applicability::Safe)],
                2 => vec![replace(path, span, "b", Applicability::Unsafe), replace(path, span, "c", Applicability::Safe)],
                _ => Vec::new(),
            }
        };
        for most in [Applicability::Safe, Applicability::Unsafe] {
            let (once, outcome) = run(&project, most, fixer);
            for (path, text) in &once {
                prop_assert!(!text.contains("(((") || project[path].contains("((("));
            }
            if outcome.refused.is_empty() && outcome.report.findings.iter().all(|finding| finding.fixes.is_empty()) {
                prop_assert_eq!(&run(&once, most, fixer).0, &once);
            }
        }
    }
}
