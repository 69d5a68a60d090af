//! Which calls, settings and texts are worth a fact: the words of the tables that say what libraries do.
//!
//! A front end sees every call of a file; it keeps those whose last segment is known here. The words come
//! from the tables of the families, so that a new idiom is one line in its table and nothing else. The rules
//! of a team's settings bring words of their own: a [`Vocabulary`] is made of both.

pub mod connections;
pub mod files;
pub mod ports;
pub mod postgres;
pub mod schedules;

use std::collections::HashSet;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use crate::term::{Term, Value};

/// What one family of rules looks for.
#[derive(Clone, Copy, Debug)]
pub struct Words {
    /// Last segments of functions: `writeFile`, `Pool`, `schedule`.
    pub calls: &'static [&'static str],
    /// Last segments of settings and keys: `MEDIA_ROOT`, `service`, `rejectUnauthorized`, `timezone`.
    pub settings: &'static [&'static str],
    /// Pieces of string literals: `postgres://`, `/app/`, `heroku_ext`.
    pub texts: &'static [&'static str],
}

/// The words of every family.
const FAMILIES: &[Words] =
    &[PLATFORM, files::WORDS, connections::WORDS, ports::WORDS, schedules::WORDS, postgres::WORDS];

/// Paths that only a dyno has. Source: the dyno metadata page of the Dev Center.
const PLATFORM: Words = Words { calls: &[], settings: &[], texts: &["/etc/heroku/"] };

static CALLS: LazyLock<HashSet<&str>> = LazyLock::new(|| of(|words| words.calls));
static SETTINGS: LazyLock<HashSet<&str>> = LazyLock::new(|| of(|words| words.settings));
static TEXTS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let texts = FAMILIES.iter().flat_map(|words| words.texts);
    AhoCorasick::new(texts).expect("a few hundred short texts fit into an automaton")
});
static BUILT_IN: Vocabulary = Vocabulary { own: None };

fn of(part: impl Fn(&Words) -> &'static [&'static str]) -> HashSet<&'static str> {
    FAMILIES.iter().flat_map(|words| part(words).iter().copied()).collect()
}

impl Words {
    /// No words.
    pub const NONE: Words = Words { calls: &[], settings: &[], texts: &[] };
}

/// What front ends keep: the words of the built-in families, and those of a team's own rules.
#[derive(Clone, Debug, Default)]
pub struct Vocabulary {
    /// Nothing in the usual case, which then costs nothing.
    own: Option<Box<Own>>,
}

/// The words that a team's settings add.
#[derive(Clone, Debug)]
struct Own {
    calls: HashSet<&'static str>,
    settings: HashSet<&'static str>,
    /// Host names: without case.
    texts: Option<AhoCorasick>,
}

impl Vocabulary {
    /// The words of the built-in families.
    pub fn built_in() -> &'static Vocabulary {
        &BUILT_IN
    }

    /// These words as well. Texts among them are found in any case.
    pub fn with(words: impl IntoIterator<Item = Words>) -> Self {
        let (mut calls, mut settings, mut texts) = (HashSet::new(), HashSet::new(), Vec::new());
        for words in words {
            calls.extend(words.calls.iter().copied());
            settings.extend(words.settings.iter().copied());
            texts.extend(words.texts.iter().copied());
        }
        if calls.is_empty() && settings.is_empty() && texts.is_empty() {
            return Self::default();
        }
        let texts = (!texts.is_empty()).then(|| {
            let mut builder = AhoCorasick::builder();
            builder.ascii_case_insensitive(true);
            // The smallest automaton has no limit that settings could reach.
            builder
                .build(&texts)
                .or_else(|_| builder.kind(Some(AhoCorasickKind::NoncontiguousNFA)).build(&texts))
        });
        Self { own: Some(Box::new(Own { calls, settings, texts: texts.and_then(Result::ok) })) }
    }

    /// Whether calls of a function with this last segment are facts.
    pub fn is_call(&self, last: &str) -> bool {
        CALLS.contains(last) || self.is_own_call(last)
    }

    /// Whether a team's own rules ask for calls of a function with this last segment.
    pub fn is_own_call(&self, last: &str) -> bool {
        self.own.as_ref().is_some_and(|own| own.calls.contains(last))
    }

    /// Whether a team's own rules ask for any calls.
    pub fn has_own_calls(&self) -> bool {
        self.own.as_ref().is_some_and(|own| !own.calls.is_empty())
    }

    /// Whether a setting is a fact: by its name, or by a key or a call inside its value.
    pub fn is_setting(&self, name: &str, value: &Term) -> bool {
        let is_key = |key: &str| {
            SETTINGS.contains(key) || self.own.as_ref().is_some_and(|own| own.settings.contains(key))
        };
        if is_key(name.rsplit('.').next().unwrap_or_default()) {
            return true;
        }
        let mut known = false;
        value.walk(&mut |term| {
            known |= match &term.value {
                Value::Map(entries) => entries.iter().any(|entry| is_key(&entry.key)),
                Value::Call(call) => self.is_call(call.name()),
                _ => false,
            };
        });
        known
    }

    /// Whether a string literal is a fact.
    pub fn is_text(&self, text: &str) -> bool {
        is_text(text) || self.is_own_text(text)
    }

    /// Whether a text holds one that a team's own rules ask for.
    pub fn is_own_text(&self, text: &str) -> bool {
        self.own_texts().is_some_and(|own| own.is_match(text))
    }

    /// Finds the texts that a team's own rules ask for, if they ask for any.
    pub fn own_texts(&self) -> Option<&AhoCorasick> {
        self.own.as_ref()?.texts.as_ref()
    }
}

/// Whether a string literal holds a path that only a dyno has.
pub fn is_platform_text(text: &str) -> bool {
    PLATFORM.texts.iter().any(|known| text.contains(known))
}

/// Whether a string literal is a fact to the built-in rules. Formats whose values are searched for the texts of
/// own rules as a whole ([`crate::lang`]) ask this.
pub fn is_text(text: &str) -> bool {
    TEXTS.is_match(text)
}

/// Whether calls of a function with this last segment are facts to the built-in rules.
pub fn is_call(last: &str) -> bool {
    CALLS.contains(last)
}
