//! A first look at the bytes: can this text matter at all?
//!
//! Parsing is what takes the time, and most files never mention the platform. A file is parsed only
//! where it holds a literal that rules watch for, or where it may read variables under names that
//! other files give it.

use aho_corasick::{AhoCorasick, AhoCorasickKind, Input, MatchKind};

use crate::lang::{self, Lang};

/// A literal that a rule watches for, case-sensitive.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Watched {
    /// The literal; not empty.
    pub text: String,
    /// Whether the word must end with it: `DYNO` is not in `DYNOSAUR`, but `HEROKU_` is in `HEROKU_APP_ID`.
    pub whole: bool,
}

impl Watched {
    /// A whole word, as `DYNO`.
    pub fn word(text: impl Into<String>) -> Self {
        Self { text: text.into(), whole: true }
    }

    /// The beginning of words, as `HEROKU_`.
    pub fn prefix(text: impl Into<String>) -> Self {
        Self { text: text.into(), whole: false }
    }

    /// A word, or with a trailing `*` the beginning of words.
    pub fn parse(text: &str) -> Self {
        match text.strip_suffix('*') {
            Some(prefix) => Self::prefix(prefix),
            None => Self::word(text),
        }
    }

    fn is_at(&self, text: &[u8], start: usize) -> bool {
        text[start..].starts_with(self.text.as_bytes()) && self.ends_well(text, start + self.text.len())
    }

    /// Only the end is looked at: what stands before can be the letter of an escape (`"\nDYNO=1"`).
    fn ends_well(&self, text: &[u8], end: usize) -> bool {
        !self.whole || !text.get(end).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_')
    }
}

/// Whether, and why, a text is worth parsing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// It is not.
    None,
    /// It names nothing that rules watch for, but reads the environment in a way that other files can
    /// use: a wrapper.
    AccessOnly,
    /// It holds a watched literal. No access to the environment is asked for: the callers of a wrapper
    /// name the variable, and nothing else.
    Watched,
}

/// Words up to which the automaton is left to choose how it searches.
const FEW: usize = 64;

/// Finds the literals. Build it once; it can be shared between threads.
#[derive(Clone, Debug)]
pub struct Prefilter {
    watched: Vec<Watched>,
    /// Only the watched literals.
    alone: AhoCorasick,
    /// The watched literals first, then those of the environment's access, for every different set of
    /// the latter.
    joined: Vec<AhoCorasick>,
    /// For every language its place in `joined`.
    groups: [Option<usize>; Lang::ALL.len()],
    may_wrap: fn(&str, Lang) -> bool,
}

impl Prefilter {
    /// A filter for these literals and for every language's own access to the environment.
    ///
    /// # Errors
    ///
    /// Where the literals are too many for one automaton.
    pub fn new(watched: impl IntoIterator<Item = Watched>) -> Result<Self, aho_corasick::BuildError> {
        Self::with_access(watched, &Lang::ALL, lang::access_literals, lang::may_wrap)
    }

    /// The same for texts of one language, which is faster to build.
    ///
    /// # Errors
    ///
    /// As [`Prefilter::new`].
    pub fn of_lang(
        watched: impl IntoIterator<Item = Watched>,
        lang: Lang,
    ) -> Result<Self, aho_corasick::BuildError> {
        Self::with_access(watched, &[lang], lang::access_literals, lang::may_wrap)
    }

    fn with_access(
        watched: impl IntoIterator<Item = Watched>,
        langs: &[Lang],
        access: impl Fn(Lang) -> &'static [&'static str],
        may_wrap: fn(&str, Lang) -> bool,
    ) -> Result<Self, aho_corasick::BuildError> {
        let mut watched: Vec<Watched> = watched.into_iter().filter(|w| !w.text.is_empty()).collect();
        watched.sort_unstable();
        watched.dedup();
        // Few words are found by vector instructions, many by a table of states. That is large, so where a
        // language has a second automaton for the rest of a text, that one is small and slower.
        let many = watched.len() > FEW;
        let has_access = |lang: &Lang| !access(*lang).is_empty();
        let build = |access: &[&str], table: bool| {
            let kind = many.then_some(match table {
                true => AhoCorasickKind::DFA,
                false => AhoCorasickKind::ContiguousNFA,
            });
            AhoCorasick::builder()
                .match_kind(MatchKind::LeftmostFirst)
                .kind(kind)
                .build(watched.iter().map(|w| w.text.as_str()).chain(access.iter().copied()))
        };
        let alone = build(&[], !langs.iter().any(has_access))?;
        let mut sets: Vec<&[&str]> = Vec::new();
        let mut joined = Vec::new();
        let mut groups = [None; Lang::ALL.len()];
        for (group, lang) in groups.iter_mut().zip(Lang::ALL) {
            let set = access(lang);
            if set.is_empty() || !langs.contains(&lang) {
                continue;
            }
            *group = Some(match sets.iter().position(|known| *known == set) {
                Some(at) => at,
                None => {
                    sets.push(set);
                    joined.push(build(set, true)?);
                    sets.len() - 1
                }
            });
        }
        Ok(Self { watched, alone, joined, groups, may_wrap })
    }

    /// Whether `text` is worth parsing. One pass, which ends at the first watched literal.
    pub fn verdict(&self, text: &str, lang: Lang) -> Verdict {
        let bytes = text.as_bytes();
        let group = Lang::ALL.iter().position(|&l| l == lang).and_then(|at| self.groups[at]);
        let mut access = false;
        let mut automaton = group.map_or(&self.alone, |at| &self.joined[at]);
        let mut from = 0;
        while let Some(found) = automaton.find(Input::new(bytes).span(from..bytes.len())) {
            let start = found.start();
            match self.watched.get(found.pattern().as_usize()) {
                Some(watched) if watched.ends_well(bytes, found.end()) => return Verdict::Watched,
                // The automaton gives one literal a place; another one may end where a word does.
                Some(_) if self.watched.iter().any(|w| w.is_at(bytes, start)) => return Verdict::Watched,
                Some(_) => {}
                None => {
                    // Once is enough. A watched literal may still begin within this one.
                    access = true;
                    automaton = &self.alone;
                }
            }
            from = start + 1;
        }
        if access && (self.may_wrap)(text, lang) { Verdict::AccessOnly } else { Verdict::None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn filter() -> Prefilter {
        Prefilter::with_access(
            [
                Watched::word("DYNO"),
                Watched::word("DYNO_RAM"),
                Watched::prefix("HEROKU_"),
                Watched::word("HEROKU_APP_ID"),
                Watched::word("/etc/heroku"),
                Watched::word("/etc/heroku/dyno"),
                Watched::word("NVDYN"),
            ],
            &Lang::ALL,
            |lang| match lang {
                Lang::Ruby | Lang::Erb => &["ENV"],
                Lang::JavaScript => &["process.env", "import.meta"],
                _ => &[],
            },
            |text, _| text.contains("name"),
        )
        .expect("few literals")
    }

    #[test]
    fn verdicts() {
        let rows = [
            ("", Lang::Ruby, Verdict::None),
            ("puts 1", Lang::Ruby, Verdict::None),
            (r#"ENV["DYNO"]"#, Lang::Ruby, Verdict::Watched),
            (r#"Settings.get("DYNO")"#, Lang::Ruby, Verdict::Watched),
            ("DYNO", Lang::Ruby, Verdict::Watched),
            ("DYNOSAUR", Lang::Ruby, Verdict::None),
            ("DYNAMO = ENV", Lang::Ruby, Verdict::None),
            ("DYNO_LIMIT DYNO2 DYNO", Lang::Ruby, Verdict::Watched),
            ("DYNO_LIMIT DYNO2", Lang::Ruby, Verdict::None),
            ("DYNO_RAM", Lang::Plain, Verdict::Watched),
            ("DYNO_RAMP", Lang::Plain, Verdict::None),
            ("DYNO:", Lang::Yaml, Verdict::Watched),
            ("HEROKU_POSTGRESQL_RED_URL", Lang::Dotenv, Verdict::Watched),
            ("HEROKU_APP_IDENTITY", Lang::Dotenv, Verdict::Watched),
            (r#"ENV["HEROKU_" + name]"#, Lang::Ruby, Verdict::Watched),
            ("heroku_", Lang::Ruby, Verdict::None),
            ("/etc/heroku/dynos", Lang::Shell, Verdict::Watched),
            ("/etc/herokuish", Lang::Shell, Verdict::None),
            (r#"printf "\nDYNO=1""#, Lang::Shell, Verdict::Watched),
            ("ENV[name]", Lang::Ruby, Verdict::AccessOnly),
            ("ENV[name]", Lang::Erb, Verdict::AccessOnly),
            ("ENV[name]", Lang::Python, Verdict::None),
            (r#"ENV["PORT"]"#, Lang::Ruby, Verdict::None),
            ("process.env[name]", Lang::JavaScript, Verdict::AccessOnly),
            ("process.env[name]; DYNOS; DYNO", Lang::JavaScript, Verdict::Watched),
            // The watched literal begins within the access literal.
            ("ENVDYN", Lang::Ruby, Verdict::Watched),
            ("é DYNO é", Lang::Ruby, Verdict::Watched),
            ("DYNOé", Lang::Ruby, Verdict::Watched),
        ];
        let filter = filter();
        for (text, lang, verdict) in rows {
            assert_eq!(filter.verdict(text, lang), verdict, "{text:?} {lang:?}");
        }
    }

    #[test]
    fn nothing_to_watch_for() {
        let filter = Prefilter::with_access([], &Lang::ALL, |_| &[], |_, _| true).expect("no literals");
        assert_eq!(filter.verdict("DYNO", Lang::Ruby), Verdict::None);
    }

    proptest! {
        #[test]
        fn as_a_plain_search(parts in proptest::collection::vec(
            proptest::sample::select(vec![
                "DYNO", "DYN", "HEROKU_", "HEROKU", "_", "APP_ID", "/etc/heroku", "/dyno", "s", " ", "ENV",
                "V", "NVDYN", "é", "\n", "name", "_RAM",
            ]), 0..12)
        ) {
            let text = parts.concat();
            let filter = filter();
            let watched = (0..text.len()).any(|at| filter.watched.iter().any(|w| w.is_at(text.as_bytes(), at)));
            let expected = if watched {
                Verdict::Watched
            } else if text.contains("ENV") && text.contains("name") {
                Verdict::AccessOnly
            } else {
                Verdict::None
            };
            prop_assert_eq!(filter.verdict(&text, Lang::Ruby), expected);
        }
    }
}
