//! Hides what looks like a secret, so that no output can leak one.
//!
//! A masked text has the same bytes-length, the same lines and the same columns as before: every span of
//! the text still fits, and a caret still stands under what it points to.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::{Arc, LazyLock};

use regex::{Captures, Regex};

use crate::finding::{Report, SourceText};

/// `scheme://user:PASSWORD@` and `scheme://TOKEN@`.
static URL: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r#"(?x)
        (?-u:\b)[A-Za-z][A-Za-z0-9+.-]{1,30}://
        (?: [^\s:/@'"`<>]* : (?P<secret>[^\s/@'"`<>]+)
          | (?P<alone>[A-Za-z0-9_-]{20,}) :?
        ) @"#,
    )
});

/// Tokens that say themselves what they are; the prefix stays.
static TOKEN: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?x) (?-u:\b) (?:
            (?:[sr]k_(?:live|test)_|whsec_) (?P<a>[A-Za-z0-9]{10,})
          | gh[opsur]_ (?P<b>[A-Za-z0-9]{20,})
          | (?:github_pat_|glpat-|HRKU-|shpat_|dckr_pat_|lin_api_|sq0(?:csp|atp)-|fo1_) (?P<c>[A-Za-z0-9_-]{16,})
          | xox[abeoprs]- (?P<d>[A-Za-z0-9-]{10,})
          | (?:AKIA|ASIA) (?P<e>[A-Z0-9]{16}) (?-u:\b)
          | AIza (?P<f>[A-Za-z0-9_-]{30,})
          | ya29\. (?P<g>[A-Za-z0-9_-]{20,})
          | SG\. (?P<h>[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,})
          | key- (?P<i>[0-9a-f]{32}) (?-u:\b)
          | (?:npm_|rnd_|hf_) (?P<j>[A-Za-z0-9]{20,})
          | do[opr]_v1_ (?P<k>[0-9a-f]{40,})
          | sk- (?P<l>(?:proj-|ant-)?[A-Za-z0-9_-]{24,})
          | rubygems_ (?P<m>[0-9a-f]{40,})
          | pypi- (?P<n>[A-Za-z0-9_-]{50,})
          | eyJ (?P<o>[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?)
          | SK (?P<p>[0-9a-f]{32}) (?-u:\b)
        )",
    )
});

/// The body of a private key, with real or with written line breaks.
static PRIVATE_KEY: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----(?P<secret>(?:\s|\\[nr]|[A-Za-z0-9+/=:,.]|-[A-Za-z0-9])+)",
    )
});

/// A value given to a name that says it is a secret.
static ASSIGNED: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r#"(?xi)
        (?: secret | token | passw(?:or)?d | passwd | passphrase | credential
          | (?:api|private|access|auth|encryption|signing|master|license|deploy|write)[_-]?key )
        [A-Za-z0-9_-]{0,40} \\?["']? \]?
        \s{0,8} (?: => | :=? | = | , ) \s{0,8}
        (?: \\?["'`] (?P<quoted>[^\s"'`\\]{16,}) | (?P<bare>[A-Za-z0-9+/=_-]{16,}) )"#,
    )
});

/// A header that carries a secret.
static HEADER: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?-u:\b)(?:Bearer|Basic|Token) (?P<quoted>[A-Za-z0-9+/=._-]{16,})"));

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the patterns are constants, and tested")
}

/// The text with every secret in it starred out.
pub fn mask(text: &str) -> Cow<'_, str> {
    // Without one of these there is nothing to hide; most texts are short messages.
    if text.len() < 12 {
        return Cow::Borrowed(text);
    }
    let mut secrets: Vec<Range<usize>> = Vec::new();
    if text.contains("://") {
        collect(&URL, text, &mut secrets, |text, range, _| {
            !is_interpolated(&text[range.clone()]) && !is_placeholder(&text[range.clone()])
        });
    }
    // `sk-` also begins the class names of a well-known style sheet.
    collect(&TOKEN, text, &mut secrets, |text, range, captures| {
        captures.name("l").is_none() || looks_random(&text[range.clone()])
    });
    if text.contains("PRIVATE KEY") {
        collect(&PRIVATE_KEY, text, &mut secrets, |text, range, _| {
            text[range.clone()].bytes().filter(u8::is_ascii_alphanumeric).count() >= 16
        });
    }
    let random = |text: &str, range: &Range<usize>, captures: &Captures<'_>| {
        let value = &text[range.clone()];
        // Without quotes it may be a name of the program's own.
        let named = captures.name("bare").is_some()
            && (text[range.end..].starts_with(['(', '.', '[', '{', ':', '$', '<', '?'])
                || value.bytes().filter(u8::is_ascii_digit).count() < 3
                || text[..range.start].trim_end().ends_with(','));
        !named && looks_random(value) && !is_interpolated(value) && !is_placeholder(value)
    };
    collect(&ASSIGNED, text, &mut secrets, random);
    if text.contains("Bearer ") || text.contains("Basic ") || text.contains("Token ") {
        collect(&HEADER, text, &mut secrets, random);
    }
    if secrets.is_empty() {
        return Cow::Borrowed(text);
    }
    secrets.sort_by_key(|range| (range.start, range.end));
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for range in secrets {
        if range.end <= done {
            continue;
        }
        let start = range.start.max(done);
        out.push_str(&text[done..start]);
        out.extend(text[start..range.end].chars().map(star));
        done = range.end;
    }
    out.push_str(&text[done..]);
    debug_assert_eq!(out.len(), text.len());
    Cow::Owned(out)
}

/// The report with every secret in it starred out; all spans stay right.
pub fn masked(report: &Report) -> Report {
    let own = |text: &str| mask(text).into_owned();
    let mut findings = report.findings.clone();
    for finding in &mut findings {
        // No output shows them as they were.
        finding.joined.clear();
        for text in [&mut finding.message, &mut finding.label, &mut finding.help, &mut finding.scope]
            .into_iter()
            .chain(&mut finding.notes)
            .chain(&mut finding.variable)
            .chain(finding.related.iter_mut().map(|related| &mut related.message))
        {
            *text = own(text);
        }
        // Whoever applied a starred secret would have lost it.
        finding.fixes.retain(|fix| fix.edits.iter().all(|edit| matches!(mask(&edit.text), Cow::Borrowed(_))));
        for fix in &mut finding.fixes {
            fix.title = own(&fix.title);
        }
    }
    let sources = report
        .sources
        .iter()
        .map(|(path, source)| {
            let source = match mask(&source.text) {
                Cow::Borrowed(_) => Arc::clone(source),
                Cow::Owned(text) => {
                    Arc::new(SourceText { text, lines: source.lines.clone(), places: source.places.clone() })
                }
            };
            (path.clone(), source)
        })
        .collect();
    let mut summary = report.summary.clone();
    for (_, what, _, _) in &mut summary.evidence.signs {
        *what = own(what);
    }
    Report {
        findings,
        sources,
        summary,
        root: report.root.clone(),
        within: report.within.clone(),
        scope: report.scope.clone(),
        ran: report.ran.clone(),
        left_out: report.left_out.clone(),
        idle_ignores: report.idle_ignores.clone(),
        used_ignores: report.used_ignores,
    }
}

fn collect(
    pattern: &Regex,
    text: &str,
    secrets: &mut Vec<Range<usize>>,
    accept: impl Fn(&str, &Range<usize>, &Captures<'_>) -> bool,
) {
    for captures in pattern.captures_iter(text) {
        // Each pattern has one named group per alternative; the one that took part holds the secret.
        let Some(found) = captures.iter().skip(1).flatten().next() else { continue };
        if accept(text, &found.range(), &captures) {
            secrets.push(found.range());
        }
    }
}

/// A star with as many bytes as the character has, so that offsets stay right; blanks stay.
fn star(character: char) -> char {
    match character.len_utf8() {
        _ if character.is_whitespace() => character,
        1 => '*',
        2 => '×',
        3 => '∗',
        _ => '🞶',
    }
}

/// Whether the value is put together by the program from elsewhere.
fn is_interpolated(value: &str) -> bool {
    ["${", "#{", "{{", "<%", "%(", "%{", "$(", "process.env", "os.environ", "ENV[", "getenv"]
        .iter()
        .any(|mark| value.contains(mark))
        || value.starts_with('$')
        || value.starts_with('{') && value.ends_with('}')
        || matches!(value, "%s" | "%v" | "%d" | "?")
}

/// Whether the value only stands for one.
fn is_placeholder(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    [
        "example",
        "placeholder",
        "changeme",
        "change-me",
        "change_me",
        "your-",
        "your_",
        "yourpass",
        "xxxx",
        "...",
        "todo",
        "redacted",
    ]
    .iter()
    .any(|word| lower.contains(word))
        || matches!(lower.as_str(), "password" | "pass" | "passwd" | "secret" | "token" | "pw" | "pwd")
        || value.bytes().all(|byte| byte == value.as_bytes()[0])
}

/// Whether the value was made by a machine: no words, digits among letters.
fn looks_random(value: &str) -> bool {
    if value.len() < 16 || value.contains("://") {
        return false;
    }
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let hex = value.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    if hex {
        return digits >= 2;
    }
    // `generate_token_v2`, `my-app-secret-2024`: words, each with a number at most behind it.
    let mut parts = value.split(['_', '-', '.', '/', ':', ' ']).filter(|part| !part.is_empty());
    let wordy = parts.all(|part| {
        let word = part.trim_end_matches(|digit: char| digit.is_ascii_digit());
        let number = part.len() - word.len();
        let upper = word.bytes().skip(1).filter(u8::is_ascii_uppercase).count();
        let plain = word.bytes().all(|byte| byte.is_ascii_alphabetic());
        let shouted = word.bytes().all(|byte| byte.is_ascii_uppercase());
        // CamelCase has one capital in some letters; noise has more.
        plain && number <= 4 && (shouted || upper * 4 <= word.len()) && word.len() <= 24
    });
    if wordy {
        return false;
    }
    let lower = value.bytes().any(|byte| byte.is_ascii_lowercase());
    let upper = value.bytes().any(|byte| byte.is_ascii_uppercase());
    let sign = value.bytes().any(|byte| byte.is_ascii_punctuation() && !b"_-./:".contains(&byte));
    digits >= 2 && (lower || upper) && (lower && upper || sign || digits >= 4)
}
