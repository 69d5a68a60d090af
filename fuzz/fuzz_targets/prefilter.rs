#![no_main]

use std::sync::LazyLock;

use dynolint::fact::Request;
use dynolint::lang::{self, Lang};
use dynolint::prefilter::{Prefilter, Verdict, Watched};
use libfuzzer_sys::fuzz_target;

const FILES: [(&str, Lang); 5] = [
    ("config/puma.rb", Lang::Ruby),
    ("app/settings.py", Lang::Python),
    ("src/server.js", Lang::JavaScript),
    ("src/server.ts", Lang::TypeScript),
    ("bin/start.sh", Lang::Shell),
];

static FILTER: LazyLock<Prefilter> = LazyLock::new(|| {
    Prefilter::new([Watched::word("DYNO"), Watched::prefix("HEROKU_")]).expect("two literals are not too many")
});

// The first byte picks the language. A read that is written out in the text must never be filtered away.
fuzz_target!(|data: &[u8]| {
    let Some((first, rest)) = data.split_first() else { return };
    let (path, lang) = FILES[usize::from(*first) % FILES.len()];
    let text = String::from_utf8_lossy(rest);
    if FILTER.verdict(&text, lang) == Verdict::Watched {
        return;
    }
    for read in lang::facts(&text, &Request::new(path, lang)).reads {
        let Some((name, span)) = read.name.known().zip(read.name_span) else { continue };
        let watched = name == "DYNO" || name.starts_with("HEROKU_");
        assert!(!watched || &text[span.start..span.end] != name, "{read} in {text:?}");
    }
});
