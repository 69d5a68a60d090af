//! Compares snippets with the facts they should give, and shows all that differ at once.

use dynolint::fact::{Facts, Request};
use dynolint::lang::{self, Lang};
use dynolint::notation;
use dynolint::term::Term;

/// A table of `(snippet, facts)`: the snippet's facts, one a line in the notation of
/// [`dynolint::notation`], in order of place. An empty list says that there are none.
pub type Table<'t> = &'t [(&'t str, &'t [&'t str])];

/// Checks the calls, settings and commands of every row, in the notation of [`notation::structure`].
#[track_caller]
pub fn check_structure(path: &str, lang: Lang, table: Table<'_>) {
    check_by(path, lang, table, notation::structure);
}

/// Checks every row in the notation that `shown` gives.
#[track_caller]
pub fn check_by(path: &str, lang: Lang, table: Table<'_>, shown: fn(&Facts) -> Vec<(usize, String)>) {
    let mut wrong = String::new();
    for (snippet, expected) in table {
        let facts = lang::facts(snippet, &Request::new(path, lang));
        assert_sound(snippet, &facts);
        let found: Vec<String> = shown(&facts).into_iter().map(|(_, line)| line).collect();
        if found != *expected {
            wrong += &format!(
                "\n--- {}\n{snippet}\n expected: {:#?}\n found: {:#?}\n",
                lang.id(),
                expected,
                found
            );
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Checks every row; `path` is where the snippets are said to stand.
#[track_caller]
pub fn check(path: &str, lang: Lang, table: Table<'_>) {
    let mut wrong = String::new();
    for (snippet, expected) in table {
        let facts = lang::facts(snippet, &Request::new(path, lang));
        assert_sound(snippet, &facts);
        let found: Vec<String> = notation::lines(&facts).into_iter().map(|(_, line)| line).collect();
        if found != *expected {
            wrong += &format!(
                "\n--- {}\n{snippet}\n expected: {:#?}\n found: {:#?}\n",
                lang.id(),
                expected,
                found
            );
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Every span lies on character borders, and every read stands first among its own uses.
pub fn assert_sound(text: &str, facts: &Facts) {
    for read in &facts.reads {
        for span in std::iter::once(read.span).chain(read.name_span).chain(read.default) {
            assert!(text.get(span.start..span.end).is_some(), "{span:?} of {read} in {text:?}");
        }
        if let Some(name) = read.name_span.filter(|_| read.name.known().is_some()) {
            assert!(!text[name.start..name.end].is_empty(), "{read}: empty name");
        }
        for site in &read.uses {
            assert!(text.get(site.span.start..site.span.end).is_some(), "{site}");
            assert!(text.get(site.expr_span.start..site.expr_span.end).is_some(), "{site}");
        }
    }
    for write in &facts.writes {
        assert!(text.get(write.span.start..write.span.end).is_some(), "{write}");
        assert!(text.get(write.name_span.start..write.name_span.end).is_some(), "{write}");
    }
    let sound = |term: &Term| {
        term.walk(&mut |term| assert!(text.get(term.span.start..term.span.end).is_some(), "{term}"));
    };
    for call in &facts.invocations {
        assert!(text.get(call.span.start..call.span.end).is_some(), "{call}");
        assert!(call.span.contains(call.name_span), "{call}: {:?} {:?}", call.span, call.name_span);
        call.receiver.iter().chain(call.arguments.iter().map(|argument| &argument.value)).for_each(sound);
    }
    for setting in &facts.settings {
        assert!(text.get(setting.span.start..setting.span.end).is_some(), "{}", setting.name);
        sound(&setting.value);
    }
    for command in &facts.commands {
        assert!(text.get(command.span.start..command.span.end).is_some(), "{command}");
        command.words.iter().for_each(sound);
    }
    for call in &facts.calls {
        assert!(text.get(call.span.start..call.span.end).is_some(), "{call}");
    }
}
