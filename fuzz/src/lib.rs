//! What the fuzz targets share: the properties that hold for every text.

use std::collections::{BTreeMap, BTreeSet};

use dynolint::fact::{Facts, Request};
use dynolint::finding::Applicability;
use dynolint::fix;
use dynolint::lang::{self, Lang};
use dynolint::notation;
use dynolint::settings::Settings;
use dynolint::span::Span;

/// Reads `data` as a text of `lang` and checks what must hold for its facts.
pub fn check(data: &[u8], path: &str, lang: Lang) {
    let text = String::from_utf8_lossy(data);
    let first = look(&text, path, lang, None);

    let names: BTreeSet<String> = ["ON_HEROKU", "isHeroku", "heroku"].map(String::from).into();
    let second = look(&text, path, lang, Some(&names));

    // The second look sees more of the same, never something else.
    assert_eq!(first.reads.len(), second.reads.len(), "{text:?}");
    assert!(first.uses.is_empty(), "{text:?}");

    fix(&text, path);
}

/// Fixes leave a text that parses, and a second run has nothing to do.
fn fix(text: &str, path: &str) {
    let texts = BTreeMap::from([(path.to_string(), text.to_string())]);
    let settings = Settings { assume_heroku: true, ..Settings::default() };
    let (after, outcome) = fix::in_texts(&texts, &settings, Applicability::Unsafe);
    for refused in &outcome.refused {
        assert!(!refused.reason.contains("parse"), "{path}: {text:?}");
    }
    if outcome.refused.is_empty() {
        assert_eq!(fix::in_texts(&after, &settings, Applicability::Unsafe).0, after);
    }
}

/// Takes the first byte of `data` to choose among `choices`.
pub fn check_one_of(data: &[u8], choices: &[(&str, Lang)]) {
    let Some((first, rest)) = data.split_first() else { return };
    let (path, lang) = choices[usize::from(*first) % choices.len()];
    check(rest, path, lang);
}

fn look(text: &str, path: &str, lang: Lang, names: Option<&BTreeSet<String>>) -> Facts {
    let facts = lang::facts(text, &Request { names, ..Request::new(path, lang) });
    for span in spans(&facts) {
        assert!(text.get(span.start..span.end).is_some(), "{span:?} in {text:?}");
    }
    let shown = notation::lines(&facts);
    let again = lang::facts(text, &Request { names, ..Request::new(path, lang) });
    assert_eq!(shown, notation::lines(&again), "{text:?}");
    facts
}

fn spans(facts: &Facts) -> Vec<Span> {
    let mut spans: Vec<Span> = facts.broken.clone();
    for read in &facts.reads {
        spans.push(read.span);
        spans.extend(read.name_span);
        spans.extend(read.default);
        spans.extend(read.uses.iter().flat_map(|site| [site.span, site.expr_span]));
    }
    for write in &facts.writes {
        spans.extend([write.span, write.name_span]);
    }
    for call in &facts.calls {
        spans.push(call.span);
        spans.extend(call.uses.iter().flat_map(|site| [site.span, site.expr_span]));
    }
    spans.extend(facts.bindings.iter().map(|fact| fact.span));
    spans.extend(facts.wrappers.iter().map(|fact| fact.span));
    spans.extend(facts.uses.iter().flat_map(|fact| [fact.site.span, fact.site.expr_span]));
    spans.extend(facts.literals.iter().map(|fact| fact.span));
    spans.extend(facts.statements.iter().flat_map(|fact| [fact.span, fact.name_span]));
    spans.extend(facts.processes.iter().map(|fact| fact.span));
    spans.extend(facts.dependencies.iter().map(|fact| fact.span));
    spans.extend(facts.signs.iter().map(|fact| fact.span));
    spans
}
