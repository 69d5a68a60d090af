//! What holds for any input: readers do not panic, places are sound, order and threads do not matter.

use dynolint::check::check_texts;
use dynolint::fact::{Facts, Request};
use dynolint::finding::Applicability;
use dynolint::fix;
use dynolint::lang::{self, Lang};
use dynolint::role::Role;
use dynolint::settings::Settings;
use dynolint::span::Span;
use proptest::prelude::*;

/// Pieces that real files are made of: put together at random they reach deeper than random bytes.
const PIECES: &[&str] = &[
    "ENV",
    "[",
    "]",
    "(",
    ")",
    "{",
    "}",
    "\"",
    "'",
    "`",
    "DYNO",
    "HEROKU_APP_NAME",
    ".fetch",
    ".key?",
    "os",
    ".environ",
    ".get",
    "import os",
    "process",
    ".env",
    ".",
    "?.",
    "&.",
    "if ",
    "unless ",
    "else",
    "elsif ",
    "elif ",
    "end",
    "do",
    "def f(k)",
    "function f(k)",
    "=> ",
    "const ",
    "let ",
    "=",
    "==",
    "||",
    "&&",
    "!",
    "not ",
    " in ",
    "or ",
    "\n",
    "\r\n",
    "\t",
    " ",
    ":",
    ";",
    ",",
    "#{",
    "${",
    "$",
    "%>",
    "<%",
    "<%=",
    "<script>",
    "</script>",
    "<<~SQL",
    "SQL",
    "# ",
    "// ",
    "/*",
    "*/",
    "é",
    "日本",
    "🚀",
    "\u{202e}",
    "\0",
    "case ",
    "when ",
    "in",
    "esac",
    "fi",
    "then",
    "FROM x",
    "RUN ",
    "web: ",
    "- run: |",
    "env:",
    "  X: 1",
    "[env]",
    "{\"scripts\": {",
    "split(\".\")",
    ".first",
    "[0]",
    "lambda",
    "class A",
    "module B",
    "return ",
    "raise ",
    "throw ",
    "while ",
    "async ",
    "await ",
    "f\"{",
    "}\"",
];

fn snippets() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::collection::vec(prop::sample::select(PIECES), 0..60).prop_map(|pieces| pieces.concat()),
        ".{0,200}",
        prop::collection::vec(any::<u8>(), 0..200)
            .prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
    ]
}

fn path(lang: Lang) -> &'static str {
    match lang {
        Lang::Json => "package.json",
        Lang::Yaml => ".github/workflows/ci.yml",
        Lang::Toml => "pyproject.toml",
        Lang::Plain => "requirements.txt",
        _ => "app/file",
    }
}

fn spans(facts: &Facts) -> Vec<Span> {
    let mut spans = Vec::new();
    for read in &facts.reads {
        spans.push(read.span);
        spans.extend(read.name_span);
        spans.extend(read.default);
        for site in &read.uses {
            spans.extend([site.span, site.expr_span]);
        }
        spans.extend(read.guards.iter().map(|guard| guard.span));
    }
    spans.extend(facts.writes.iter().flat_map(|write| [write.span, write.name_span]));
    spans.extend(facts.bindings.iter().map(|binding| binding.span));
    spans.extend(facts.wrappers.iter().flat_map(|wrapper| [wrapper.span, wrapper.access]));
    spans.extend(facts.calls.iter().map(|call| call.span));
    spans.extend(facts.literals.iter().map(|literal| literal.span));
    spans.extend(facts.processes.iter().map(|process| process.span));
    spans.extend(facts.dependencies.iter().map(|dependency| dependency.span));
    spans.extend(facts.signs.iter().map(|sign| sign.span));
    spans.extend(&facts.broken);
    spans
}

/// The scanner of the shell grammar once read outside of a table for these.
#[test]
fn braces_with_wide_characters_are_read() {
    for c in ["é", "日", "🚀", "\u{10ffff}"] {
        let text = format!("echo {{{c}..2}} ${{{c}:1}} {{1..{c}}} \"$DYNO\"\n");
        let facts = lang::facts(&text, &Request::new("start.sh", Lang::Shell));
        assert!(facts.reads.iter().any(|read| read.name.is("DYNO")), "{text}");
    }
}

/// What is made to be slow is given up on, and said to be broken.
#[test]
fn hostile_nesting_ends() {
    let text = "<%".repeat(6_000);
    let facts = lang::facts(&text, &Request::new("a.html.erb", Lang::Erb));
    assert!(!facts.broken.is_empty());
    for (lang, open) in [
        (Lang::Ruby, "%w<("),
        (Lang::Ruby, "[{("),
        (Lang::Python, "([{"),
        (Lang::JavaScript, "`${(["),
        (Lang::Shell, "$(({"),
    ] {
        let text = format!("{}DYNO", open.repeat(2_000));
        let _ = lang::facts(&text, &Request::new("a", lang));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn readers_take_anything(text in snippets()) {
        let names = ["ON_HEROKU".to_string()].into();
        for lang in Lang::ALL {
            for names in [None, Some(&names)] {
                let facts = lang::facts(&text, &Request { names, ..Request::new(path(lang), lang) });
                for span in spans(&facts) {
                    prop_assert!(
                        span.start <= span.end && text.get(span.start..span.end).is_some(),
                        "{} {span:?} in {text:?}", lang.id()
                    );
                }
            }
        }
    }

    #[test]
    fn order_of_files_does_not_matter(texts in prop::collection::vec(snippets(), 1..5), turn in 0usize..5) {
        let langs = [Lang::Ruby, Lang::Python, Lang::JavaScript, Lang::Shell];
        let files: Vec<_> = texts
            .into_iter()
            .enumerate()
            .map(|(at, text)| (format!("app/{at}"), langs[at % langs.len()], Role::App, text))
            .collect();
        let mut turned = files.clone();
        let by = turn % turned.len();
        turned.rotate_left(by);
        let shown = |files| {
            let report = check_texts(files, &Settings::default());
            report
                .findings
                .iter()
                .map(|f| format!("{} {:?} {} {} {:?} {}", f.path, f.span, f.rule.id, f.message, f.related, f.fingerprint))
                .collect::<Vec<_>>()
        };
        prop_assert_eq!(shown(files), shown(turned));
    }

    /// Whatever stands in a file, fixes leave it parsing, and a second run has nothing to do.
    #[test]
    fn fixes_take_anything(text in snippets()) {
        for path in ["config/a.rb", "app/a.py", "src/a.js", "src/a.ts", "bin/a.sh", "Procfile", "config/a.yml"] {
            let texts = [(path.to_string(), text.clone())].into();
            let settings = Settings { assume_heroku: true, pedantic: true, ..Settings::default() };
            let (after, outcome) = fix::in_texts(&texts, &settings, Applicability::Unsafe);
            for refused in &outcome.refused {
                prop_assert!(!refused.reason.contains("parse"), "{path}: {text:?}");
            }
            if outcome.refused.is_empty() {
                prop_assert_eq!(&fix::in_texts(&after, &settings, Applicability::Unsafe).0, &after, "{}", path);
            }
        }
    }
}
