//! Which calls, settings and texts are worth a fact: the words of the tables that say what libraries do.
//!
//! A front end sees every call of a file; it keeps those whose last segment is known here. The words come
//! from the tables of the families, so that a new idiom is one line in its table and nothing else.

pub mod connections;
pub mod files;
pub mod ports;
pub mod postgres;
pub mod schedules;

use std::collections::HashSet;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

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

fn of(part: impl Fn(&Words) -> &'static [&'static str]) -> HashSet<&'static str> {
    FAMILIES.iter().flat_map(|words| part(words).iter().copied()).collect()
}

/// Whether calls of a function with this last segment are facts.
pub fn is_call(last: &str) -> bool {
    CALLS.contains(last)
}

/// Whether a setting is a fact: by its name, or by a key or a call inside its value.
pub fn is_setting(name: &str, value: &Term) -> bool {
    if SETTINGS.contains(name.rsplit('.').next().unwrap_or_default()) {
        return true;
    }
    let mut known = false;
    value.walk(&mut |term| {
        known |= match &term.value {
            Value::Map(entries) => entries.iter().any(|entry| SETTINGS.contains(entry.key.as_str())),
            Value::Call(call) => is_call(call.name()),
            _ => false,
        };
    });
    known
}

/// Whether a string literal holds a path that only a dyno has.
pub fn is_platform_text(text: &str) -> bool {
    PLATFORM.texts.iter().any(|known| text.contains(known))
}

/// Whether a string literal is a fact.
pub fn is_text(text: &str) -> bool {
    TEXTS.is_match(text)
}
