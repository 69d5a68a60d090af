//! What a program does to the scheme of a URL, found out by doing it.
//!
//! Heroku hands out `postgres://`, other platforms `postgresql://`. A rewrite that was written for the one
//! is run here on both, and on a URL whose user and database have the name of the server too: what comes
//! out says whether it is right, without a list of right and wrong ways to write it.

use std::sync::LazyLock;

use regex::Regex;

use crate::fact::Guard;
use crate::lang::Lang;
use crate::span::Span;
use crate::term::{Invocation, Term, Value};

/// One replacement in a text.
#[derive(Clone, Debug)]
struct Step {
    pattern: Regex,
    with: String,
    all: bool,
}

/// A rewrite of a URL's scheme: one call, or several chained ones.
#[derive(Clone, Debug)]
pub struct Rewrite {
    steps: Vec<Step>,
    /// All calls of the chain.
    pub span: Span,
    /// The calls inside of it, which are not looked at on their own.
    pub inner: Vec<Span>,
    /// How it is written, where it is written in a way that can be put right.
    form: Option<Form>,
}

/// How a rewrite is written.
#[derive(Clone, Debug)]
enum Form {
    /// Methods of the URL.
    Methods {
        /// The URL itself.
        url: Span,
        /// What stands between the URL and the first method: `.`, `?.`, `&.`, with white space.
        link: String,
        /// The quotes of the replacement.
        quote: char,
        /// Its last pattern is a regular expression.
        by_pattern: bool,
    },
    /// `re.sub(pattern, replacement, url)`.
    Function {
        /// The pattern.
        pattern: Span,
        /// The replacement.
        with: Span,
        /// The quotes of the replacement.
        quote: char,
    },
}

/// What makes a rewrite right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Repair {
    /// These calls of the URL take the place of all calls.
    Methods {
        /// The URL itself.
        url: Span,
        /// The calls with what links them to it; empty where the URL is taken as it is.
        calls: String,
    },
    /// Pattern and replacement become these.
    Arguments([(Span, String); 2]),
}

/// What comes out of a rewrite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Every URL comes out as it has to.
    Right,
    /// A scheme becomes one that no client knows.
    Scheme {
        /// `postgresql://`
        from: String,
        /// `postgresqlql://`
        to: String,
    },
    /// More than the scheme is changed: a user, a password, a database with the same name.
    Rest {
        /// The URL that suffers: `postgres://postgres:…@…/postgres`.
        from: String,
        /// What becomes of it.
        to: String,
    },
    /// Some URLs pass by unchanged and miss the driver that others get.
    WithoutDriver {
        /// `postgresql://`
        passing: String,
        /// `postgresql+asyncpg`
        driver: String,
    },
    /// TLS is forced on every Redis.
    ForcesTls,
}

/// The rewrite that a call is, if it is one; `text` is that of the file.
pub fn of(call: &Invocation, lang: Lang, text: &str) -> Option<Rewrite> {
    let mut steps = Vec::new();
    let mut inner = Vec::new();
    let mut at = call;
    loop {
        let (step, subject) = step(at, lang, text)?;
        steps.push(step);
        match subject.and_then(Term::call).filter(|call| is_replacement(call.name())) {
            Some(next) => {
                inner.push(next.span);
                at = next;
            }
            None => break,
        }
    }
    steps.reverse();
    // Only rewrites of nothing but a scheme: others know more of their URL than is known here.
    steps.iter().all(|step| scheme_of(&step.with).is_some()).then_some(())?;
    let form = form(call, at, lang, text);
    Some(Rewrite { steps, span: call.span, inner, form })
}

/// How a chain of calls is written, from the first, which is the innermost one, to the last.
fn form(last: &Invocation, first: &Invocation, lang: Lang, text: &str) -> Option<Form> {
    let (pattern, with) = (last.argument(0)?, last.argument(1)?);
    let quote = with.span.of(text).chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let is_here = |span: Span| last.span.contains(span);
    (is_here(pattern.span) && is_here(with.span)).then_some(())?;
    if is_module_function(&last.callee) {
        let is_plain = last.span == first.span && pattern.text().is_some();
        return is_plain.then_some(Form::Function { pattern: pattern.span, with: with.span, quote });
    }
    // `sub!` gives nil where there is nothing to replace.
    let links = text.get(first.span.start..first.name_span.start)?;
    let url = links.strip_suffix('.').map(|url| url.strip_suffix(['?', '&']).unwrap_or(url))?.trim_end();
    let calls = text.get(first.name_span.start..last.span.end)?;
    (!url.is_empty() && !calls.contains('\n') && !calls.contains("!(")).then_some(())?;
    Some(Form::Methods {
        url: Span::new(first.span.start, first.span.start + url.len()),
        link: links[url.len()..].to_string(),
        quote,
        by_pattern: written_pattern(pattern.span.of(text), lang).is_some(),
    })
}

fn is_module_function(callee: &str) -> bool {
    matches!(callee, "re.sub" | "re.subn" | "regex.sub")
}

/// The calls that give a Postgres URL this scheme, whichever of the two it has.
fn methods(lang: Lang, scheme: &str, by_pattern: bool, quote: char) -> Option<String> {
    let text = |text: &str| format!("{quote}{text}{quote}");
    let replace = |from: &str, to: &str| match lang {
        Lang::Python => format!("replace({}, {}, 1)", text(&format!("{from}://")), text(&format!("{to}://"))),
        lang if is_ruby(lang) => {
            format!("sub({}, {})", text(&format!("{from}://")), text(&format!("{to}://")))
        }
        _ => format!("replace({}, {})", text(&format!("{from}://")), text(&format!("{to}://"))),
    };
    let by_pattern_of = |pattern: &str| match lang {
        lang if is_ruby(lang) => format!("sub(/\\A{pattern}:/, {})", text(&format!("{scheme}:"))),
        _ => format!("replace(/^{pattern}:/, {})", text(&format!("{scheme}:"))),
    };
    Some(match (lang, scheme) {
        (_, "mysql2") if !by_pattern => replace("mysql", "mysql2"),
        (_, "mysql2") => by_pattern_of("mysql"),
        (Lang::Python, "postgresql") => replace("postgres", "postgresql"),
        (Lang::Python, scheme) => {
            format!("{}.{}", replace("postgres", "postgresql"), replace("postgresql", scheme))
        }
        (_, "postgresql") if !by_pattern => replace("postgres", "postgresql"),
        (_, "postgresql") => by_pattern_of("postgres"),
        _ => by_pattern_of("postgres(ql)?"),
    })
}

fn is_replacement(name: &str) -> bool {
    matches!(
        name.trim_end_matches('!'),
        "replace" | "replaceAll" | "replaceFirst" | "sub" | "gsub" | "subn" | "delete_prefix"
    )
}

/// The scheme that a replacement begins with.
fn scheme_of(with: &str) -> Option<&str> {
    let with = with.trim_start_matches("jdbc:");
    let (scheme, rest) = with.split_once(':').unwrap_or((with, ""));
    matches!(rest, "" | "/" | "//").then_some(())?;
    let plain = scheme.split('+').next().unwrap_or_default();
    matches!(
        plain,
        "postgres"
            | "postgresql"
            | "postgis"
            | "pgsql"
            | "psql"
            | "mysql"
            | "mysql2"
            | "redis"
            | "rediss"
            | "ql"
    )
    .then_some(scheme)
}

/// One replacement, and what it is done to.
fn step<'c>(call: &'c Invocation, lang: Lang, text: &str) -> Option<(Step, Option<&'c Term>)> {
    let name = call.name().trim_end_matches('!');
    let in_module = is_module_function(&call.callee);
    let (pattern, with) = (call.argument(0)?, call.argument(1)?);
    let replacement = with.text()?;
    if replacement.contains(['$', '\\']) {
        return None;
    }
    let (pattern, flags) = match written_pattern(pattern.span.of(text), lang) {
        Some((source, flags)) => (source, flags),
        None if in_module => (pattern.text()?.to_string(), String::new()),
        None => (regex::escape(pattern.text()?), String::new()),
    };
    let is_literal = !in_module && written_pattern(call.argument(0)?.span.of(text), lang).is_none();
    let once = match lang {
        Lang::Python => call.argument(if in_module { 3 } else { 2 }).or_else(|| call.keyword("count")),
        _ => None,
    };
    let all = match (lang, name) {
        (Lang::Python, _) => once.and_then(Term::scalar) != Some("1"),
        (_, "replaceAll" | "gsub") => true,
        (_, "replace") if is_ruby(lang) => return None,
        (_, "replace") => !is_literal && flags.contains('g'),
        _ => false,
    };
    let prefix = if flags.contains('i') { "(?i)" } else { "" };
    let source = pattern.replace(r"\A", "^").replace(r"\/", "/").replace(r"\z", "$");
    // A look ahead is what the engine cannot do; the one that is written here means that much.
    let source = source.replace("(?!ql)", "(?:)").replace("(?=:)", "").replace("(?=://)", "");
    let guarded = pattern.contains("(?!ql)") || pattern.contains("(?=:");
    let source = if guarded { format!(r"{source}\b") } else { source };
    let pattern = Regex::new(&format!("{prefix}{source}")).ok()?;
    let subject = if in_module { call.argument(2) } else { call.receiver.as_ref() };
    Some((Step { pattern, with: replacement.to_string(), all }, subject))
}

fn is_ruby(lang: Lang) -> bool {
    matches!(lang, Lang::Ruby | Lang::Erb | Lang::Haml | Lang::Slim)
}

/// The source and flags of a regular expression that is written as one: `/^postgres:/i`, `%r{^postgres:}`.
pub fn written_pattern(source: &str, lang: Lang) -> Option<(String, String)> {
    if lang == Lang::Python {
        return None;
    }
    let (body, close) = match source.strip_prefix('/') {
        Some(body) => (body, '/'),
        None => {
            let rest = source.strip_prefix("%r")?;
            let open = rest.chars().next()?;
            let close = match open {
                '{' => '}',
                '(' => ')',
                '[' => ']',
                '<' => '>',
                other => other,
            };
            (&rest[open.len_utf8()..], close)
        }
    };
    let end = body.rfind(close)?;
    let flags = &body[end + close.len_utf8()..];
    flags.bytes().all(|b| b.is_ascii_alphabetic()).then(|| (body[..end].to_string(), flags.to_string()))
}

/// The schemes that clients of Postgres know.
static POSTGRES: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^(?:jdbc:)?(?:postgres|postgresql|postgis|pgsql|psql)(?:\+(?:asyncpg|psycopg2?|psycopg2cffi|psycopg_async|pg8000|aiopg|pygresql))?$",
    )
    .expect("a constant pattern")
});

impl Rewrite {
    /// What makes it right, and does to Heroku's URL the same as before. A rewrite that forces TLS is left out,
    /// which is not the same for a server that is reached by `redis://`.
    pub fn repair(&self, lang: Lang) -> Option<Repair> {
        let form = self.form.as_ref()?;
        if self.forces_tls() {
            let Form::Methods { url, .. } = form else { return None };
            return Some(Repair::Methods { url: *url, calls: String::new() });
        }
        let scheme = self.given()?;
        Some(match form {
            Form::Methods { url, link, quote, by_pattern } => {
                let calls = format!("{link}{}", methods(lang, &scheme, *by_pattern, *quote)?);
                Repair::Methods { url: *url, calls }
            }
            Form::Function { pattern, with, quote } => {
                let from = match scheme.as_str() {
                    "mysql2" => "mysql",
                    "postgresql" => "postgres",
                    _ => "postgres(ql)?",
                };
                let pattern = (*pattern, format!("r{quote}^{from}:{quote}"));
                Repair::Arguments([pattern, (*with, format!("{quote}{scheme}:{quote}"))])
            }
        })
    }

    /// The scheme that the URL on Heroku is given, where nothing else of it changes.
    fn given(&self) -> Option<String> {
        let told = |word: &str| self.steps.iter().any(|step| step.with.contains(word));
        let scheme = if told("mysql") { "mysql" } else { "postgres" };
        let rest = "://u7hk2:p19af@c2ab.cluster.eu-west-1.rds.example.com:5432/d8fq3";
        let given = self.run(&format!("{scheme}{rest}")).strip_suffix(rest)?.to_string();
        let known = match scheme {
            "mysql" => given == "mysql2",
            _ => given != "postgres" && !given.starts_with("jdbc:") && POSTGRES.is_match(&given),
        };
        known.then_some(given)
    }

    fn forces_tls(&self) -> bool {
        self.steps.iter().any(|step| step.with.contains("redis"))
            && self.run("redis://:pw@cache.example.com:6379/0").starts_with("rediss://")
    }

    fn run(&self, url: &str) -> String {
        self.steps.iter().fold(url.to_string(), |url, step| {
            let limit = usize::from(!step.all);
            step.pattern.replacen(&url, limit, regex::NoExpand(&step.with)).into_owned()
        })
    }

    /// What comes out, where the conditions in `guards` hold.
    pub fn outcome(&self, guards: &[&str]) -> Outcome {
        static MYSQL: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(
                    r"^(?:jdbc:)?(?:mysql2?|mariadb)(?:\+(?:pymysql|mysqldb|mysqlconnector|aiomysql|asyncmy|cymysql|pyodbc|mariadbconnector))?$",
                )
                .expect("a constant pattern")
        });
        static REDIS: LazyLock<Regex> =
            LazyLock::new(|| Regex::new(r"^rediss?$").expect("a constant pattern"));
        let told = |word: &str| self.steps.iter().any(|step| step.with.contains(word));
        let (schemes, valid): (&[&str], &Regex) = if told("redis") {
            if self.forces_tls() && !guards.iter().any(|guard| guard.contains("ssl")) {
                return Outcome::ForcesTls;
            }
            (&["redis", "rediss"], &REDIS)
        } else if told("mysql") {
            (&["mysql", "mysql2"], &MYSQL)
        } else {
            (&["postgres", "postgresql"], &POSTGRES)
        };
        let schemes: Vec<&str> = schemes.iter().copied().filter(|scheme| may_reach(scheme, guards)).collect();
        let mut drivers: Vec<(String, Option<String>)> = Vec::new();
        let mut spoilt = None;
        for scheme in &schemes {
            for rest in ["//app:pw@db.example.com:5432/app", "//NAME:pw@db.example.com:5432/NAME"] {
                let url = format!("{scheme}:{}", rest.replace("NAME", schemes_own(scheme)));
                let to = self.run(&url);
                let (Some((_, rest)), Some((new, new_rest))) = (url.split_once("://"), to.split_once("://"))
                else {
                    return Outcome::Scheme { from: format!("{scheme}://"), to: shortened(&to) };
                };
                if !valid.is_match(new) {
                    return Outcome::Scheme { from: format!("{scheme}://"), to: format!("{new}://") };
                }
                if rest != new_rest && spoilt.is_none() {
                    spoilt = Some(Outcome::Rest { from: shortened(&url), to: shortened(&to) });
                }
                drivers.push((format!("{scheme}://"), new.split_once('+').map(|_| new.to_string())));
            }
        }
        if let Some(spoilt) = spoilt {
            return spoilt;
        }
        let with = drivers.iter().find_map(|(_, driver)| driver.clone());
        let without = drivers.into_iter().find(|(_, driver)| driver.is_none());
        match (with, without) {
            (Some(driver), Some((passing, _))) => Outcome::WithoutDriver { passing, driver },
            _ => Outcome::Right,
        }
    }
}

/// The name that a server's own user and database usually have.
fn schemes_own(scheme: &str) -> &str {
    match scheme {
        "postgresql" => "postgres",
        other => other,
    }
}

/// The URL without what does not matter for the message.
fn shortened(url: &str) -> String {
    url.replace(":pw@db.example.com:5432/", "@…/")
}

/// Whether a URL with this scheme can reach a place behind these conditions, each the text of a condition
/// that holds; one that does not begins with `!`.
fn may_reach(scheme: &str, guards: &[&str]) -> bool {
    guards.iter().all(|guard| {
        let (holds, condition) = match guard.strip_prefix('!') {
            Some(rest) => (false, rest),
            None => (true, *guard),
        };
        let start = condition.trim_start();
        let negated = start.starts_with("not ")
            || start.starts_with('!')
            || condition.contains(" not in ")
            || condition.contains("!=");
        let holds = holds != negated;
        let asks = |word: &str| condition.contains(word);
        let long = asks("postgresql") || asks("rediss:") || asks("mysql2");
        let short = asks("postgres:")
            || asks("\"postgres\"")
            || asks("'postgres'")
            || asks("redis:")
            || asks("mysql:");
        let is_long = matches!(scheme, "postgresql" | "rediss" | "mysql2");
        match (long, short) {
            (true, false) => holds == is_long,
            // `startswith("postgres")` without a colon holds for both.
            (false, true) if !asks(":") && asks("start") => holds,
            (false, true) => holds != is_long,
            _ => true,
        }
    })
}

/// The conditions in the form that [`Rewrite::outcome`] takes.
pub fn conditions<'g>(guards: impl IntoIterator<Item = &'g Guard>, text: &str) -> Vec<String> {
    let written = |guard: &Guard| format!("{}{}", if guard.holds { "" } else { "!" }, guard.span.of(text));
    guards.into_iter().map(written).collect()
}

/// `"postgresql" + url[8:]`, `url[:8] + "ql" + url[8:]`: what a text that is put together from a scheme and a
/// cut URL becomes.
pub fn spliced(term: &Term, text: &str) -> Option<Outcome> {
    let Value::Joined(pieces) = &term.value else { return None };
    let known = |piece: &Term| piece.text().map(str::to_string);
    let (until, middle, from) = match pieces.as_slice() {
        [head, tail] => {
            let head = known(head)?;
            scheme_of(&head)?;
            (0, head, cut(tail.span.of(text))?.0?)
        }
        [head, middle, tail] => {
            let middle = known(middle).filter(|middle| middle.starts_with("ql"))?;
            (cut(head.span.of(text))?.1?, middle, cut(tail.span.of(text))?.0?)
        }
        _ => return None,
    };
    for scheme in ["postgres", "postgresql"] {
        let url = format!("{scheme}://app:pw@db.example.com:5432/app");
        let to = format!("{}{middle}{}", url.get(..until)?, url.get(from..)?);
        let (new, rest) = to.split_once("://").unwrap_or((&to, ""));
        let fine = POSTGRES.is_match(new) && url.split_once("://").is_some_and(|(_, whole)| whole == rest);
        if !fine {
            let new = if rest.is_empty() { scheme.to_string() } else { new.to_string() };
            return Some(Outcome::Scheme { from: format!("{scheme}://"), to: format!("{new}://") });
        }
    }
    Some(Outcome::Right)
}

/// The expression that gives the URL of a text put together by [`spliced`] the scheme that it has on Heroku,
/// whichever it has.
pub fn unspliced(term: &Term, lang: Lang, text: &str) -> Option<String> {
    static URL: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#"^[A-Za-z_$][\w.]*(?:\[["']\w+["']\])?$"#).expect("a constant pattern")
    });
    let Value::Joined(pieces) = &term.value else { return None };
    let is_here = |piece: &Term| term.span.contains(piece.span);
    pieces.iter().all(is_here).then_some(())?;
    let url_of = |piece: &Term| {
        let written = piece.span.of(text);
        let (at, _) = cut_at(written)?;
        let url = written[..at].trim_start_matches(['$', '#', '{']).trim();
        URL.is_match(url).then(|| url.to_string())
    };
    let (head, url, from) = match pieces.as_slice() {
        [head, tail] => (head.text()?.to_string(), url_of(tail)?, cut(tail.span.of(text))?.0?),
        [head, middle, tail] => {
            let url = url_of(tail)?;
            (url_of(head)? == url && cut(head.span.of(text))?.1? == 8).then_some(())?;
            (format!("postgres{}", middle.text()?), url, cut(tail.span.of(text))?.0?)
        }
        _ => return None,
    };
    let rest = "://app";
    let whole = format!("{head}{}", format!("postgres{rest}").get(from..)?);
    let scheme =
        whole.strip_suffix(rest).filter(|scheme| POSTGRES.is_match(scheme) && *scheme != "postgres")?;
    let written = term.span.of(text);
    let quote = written.chars().next().filter(|c| matches!(c, '"' | '\'')).unwrap_or('"');
    Some(format!("{url}.{}", methods(lang, scheme, false, quote)?))
}

/// Where a slice begins and ends: `url[8:]`, `url[:8]`, `url.slice(8)`, `url[8..]`.
fn cut(source: &str) -> Option<(Option<usize>, Option<usize>)> {
    cut_at(source).map(|(_, ends)| ends)
}

/// The same, and where the slice is written.
fn cut_at(source: &str) -> Option<(usize, (Option<usize>, Option<usize>))> {
    static CUT: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"(?:\[\s*(?P<from>\d*)\s*(?::|\.\.-?1?)\s*(?P<until>\d*)\s*\]|\.(?:slice|substring|substr)\(\s*(?P<at>\d+)\s*\))[\s}]*$",
        )
        .expect("a constant pattern")
    });
    let found = CUT.captures(source)?;
    let number = |name: &str| found.name(name).and_then(|digits| digits.as_str().parse().ok());
    Some((found.get(0)?.start(), (number("from").or_else(|| number("at")), number("until"))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::term::Argument;

    fn text(value: &str) -> Term {
        Term { span: Span::default(), value: Value::Text(value.to_string()) }
    }

    fn call(callee: &str, receiver: Option<Term>, arguments: Vec<Term>) -> Invocation {
        Invocation {
            callee: callee.to_string(),
            receiver,
            arguments: arguments.into_iter().map(|value| Argument { keyword: None, value }).collect(),
            span: Span::default(),
            name_span: Span::default(),
            scope: String::new(),
            guards: Vec::new(),
            bound: None,
            body: None,
        }
    }

    fn outcome(call: &Invocation, lang: Lang, guards: &[&str]) -> Outcome {
        of(call, lang, "").expect("a rewrite").outcome(guards)
    }

    fn number(digits: &str) -> Term {
        Term { span: Span::default(), value: Value::Number(digits.to_string()) }
    }

    #[test]
    fn a_scheme_with_its_colon_is_right() {
        let right = call(".replace", None, vec![text("postgres://"), text("postgresql://"), number("1")]);
        assert_eq!(outcome(&right, Lang::Python, &[]), Outcome::Right);
        assert_eq!(outcome(&right, Lang::JavaScript, &[]), Outcome::Right);
    }

    #[test]
    fn a_bare_word_doubles_its_end() {
        let wrong = call(".replace", None, vec![text("postgres"), text("postgresql"), number("1")]);
        let doubled =
            Outcome::Scheme { from: "postgresql://".to_string(), to: "postgresqlql://".to_string() };
        assert_eq!(outcome(&wrong, Lang::Python, &[]), doubled);
        assert_eq!(outcome(&wrong, Lang::JavaScript, &[]), doubled);
        // Only `postgres://` comes this far.
        assert_eq!(outcome(&wrong, Lang::Python, &["url.startswith(\"postgres://\")"]), Outcome::Right);
        assert_eq!(outcome(&wrong, Lang::Python, &["!url.startswith(\"postgresql\")"]), Outcome::Right);
        assert_eq!(outcome(&wrong, Lang::Python, &["url.startswith(\"postgres\")"]), doubled);
    }

    #[test]
    fn all_places_are_too_many() {
        let all = call(".replace", None, vec![text("postgres"), text("postgresql")]);
        let guards = ["url.startswith(\"postgres://\")"];
        assert!(matches!(outcome(&all, Lang::Python, &guards), Outcome::Rest { .. }));
    }

    #[test]
    fn chains_are_run_as_one() {
        let first = call(".replace", None, vec![text("postgres://"), text("postgresql://")]);
        let first = Term { span: Span::default(), value: Value::Call(Box::new(first)) };
        let second =
            call(".replace", Some(first), vec![text("postgresql://"), text("postgresql+asyncpg://")]);
        assert_eq!(outcome(&second, Lang::Python, &[]), Outcome::Right);
        let alone = call(".replace", None, vec![text("postgres://"), text("postgresql+asyncpg://")]);
        assert!(matches!(outcome(&alone, Lang::Python, &[]), Outcome::WithoutDriver { .. }));
    }

    #[test]
    fn patterns_are_run() {
        let wrong = call("re.sub", None, vec![text("^postgres"), text("postgresql+asyncpg"), text("url")]);
        assert!(matches!(outcome(&wrong, Lang::Python, &[]), Outcome::Scheme { .. }));
        let right =
            call("re.sub", None, vec![text("^postgres(ql)?:"), text("postgresql+asyncpg:"), text("url")]);
        assert_eq!(outcome(&right, Lang::Python, &[]), Outcome::Right);
    }

    #[test]
    fn redis_with_tls_by_force() {
        let forced = call(".sub", None, vec![text("redis://"), text("rediss://")]);
        assert_eq!(outcome(&forced, Lang::Ruby, &[]), Outcome::ForcesTls);
    }
}
