//! Code that keeps a free dyno awake.

use std::sync::LazyLock;

use regex::Regex;

use crate::lang::Lang;
use crate::rule::{Confidence, Impact, Meta, Origin, Severity, Status, Step};
use crate::rules::production::reaches_production;
use crate::rules::{Context, Draft, Rule};
use crate::schedule::{SCRIPT, jobs};
use crate::span::Span;
use crate::term::Term;

/// `keepalive-ping`.
pub struct KeepalivePing;

static META: Meta = Meta {
    id: "keepalive-ping",
    aliases: &[],
    family: "schedules",
    severity: Severity::Note,
    impact: Impact::Cleanup,
    confidence: Confidence::High,
    step: Step::After,
    langs: &[Lang::Ruby, Lang::Python, Lang::JavaScript, Lang::TypeScript, Lang::Json, Lang::Yaml],
    needs_heroku: false,
    status: Status::Stable,
    since: "0.1.0",
    specificity: 10,
    page: include_str!("README.md"),
    origin: Origin::BuiltIn,
};

/// Packages that do nothing else.
const PACKAGES: &[&str] = &[
    "heroku-awake",
    "heroku-keep-alive",
    "heroku-keep-awake",
    "heroku-self-ping",
    "hubot-heroku-keepalive",
    "woke-dyno",
];

impl Rule for KeepalivePing {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn watches_in(&self) -> &'static [(&'static [Lang], &'static [&'static str])] {
        &[
            (&[Lang::Ruby, Lang::Python, Lang::Yaml], &["herokuapp.com"]),
            (
                SCRIPT,
                &[
                    "herokuapp.com",
                    "HEROKU_APP_URL",
                    "HEROKU_KEEPALIVE_URL",
                    "HEROKU_URL",
                    "heroku-awake",
                    "heroku-keep-alive",
                    "heroku-keep-awake",
                    "heroku-self-ping",
                    "keepDyno*",
                    "wakeDyno*",
                    "wakeUpDyno*",
                    "woke-dyno",
                ],
            ),
        ]
    }

    fn file(&self, cx: &Context<'_>) -> Vec<Draft> {
        let packages = cx.file.facts.dependencies.iter();
        let packages = packages.filter(|package| PACKAGES.contains(&package.name.as_str()));
        let mut drafts: Vec<Draft> = packages
            .map(|package| {
                let message = format!("`{}` does nothing but keep a dyno awake", package.name);
                Draft::new(&META, &cx.file.path, package.span, message, "remove the package and its calls")
                    .label("only for dynos that sleep")
            })
            .collect();
        let (lang, text) = (cx.file.lang, &cx.file.source.text);
        let place = match lang {
            Lang::Yaml => of_workflow(cx),
            Lang::Ruby => of_rake(text),
            Lang::Python => of_loop(text).or_else(|| of_calls(cx)),
            lang if SCRIPT.contains(&lang) => of_calls(cx).or_else(|| of_name(text)),
            _ => None,
        };
        if let Some(span) = place {
            let message = "asks the application itself for a page every so often, to keep its dyno awake";
            let help = "remove it: after the move it wakes nothing, or keeps the old dyno running";
            drafts.push(
                Draft::new(&META, &cx.file.path, span, message, help).label("its own address on Heroku"),
            );
        }
        drafts
    }
}

/// An address of an application on Heroku.
fn host() -> &'static Regex {
    static HOST: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"https?://[A-Za-z0-9${}][\w.${}-]*\.herokuapp\.com[\w./-]*").expect("a constant pattern")
    });
    &HOST
}

fn host_in(text: &str, span: Span) -> Option<Span> {
    let part = text.get(span.start..span.end)?;
    host().find(part).map(|found| Span::from(found.range()).shift(span.start))
}

/// The address of an application on Heroku, or a variable that says it holds one, in a piece of text.
fn address_in(text: &str, span: Span) -> Option<Span> {
    static OTHER: LazyLock<Regex> = LazyLock::new(|| {
        let pattern = concat!(
            r"[A-Za-z0-9][\w-]*\.herokuapp\.com",
            r"|\b(?:process\.env|os\.environ|ENV)\W{0,6}HEROKU_(?:APP_)?(?:URL|HOST|KEEPALIVE_URL)\b",
        );
        Regex::new(pattern).expect("a constant pattern")
    });
    let part = text.get(span.start..span.end)?;
    let found = host().find(part).or_else(|| OTHER.find(part))?;
    Some(Span::from(found.range()).shift(span.start))
}

/// The body of a function with this name, as far as a look at the text tells.
fn function_called(text: &str, name: &str) -> Option<Span> {
    const LONGEST: usize = 800;
    let name = regex::escape(name);
    let start = Regex::new(&format!(
        r"(?m)^\s*(?:export\s+)?(?:async\s+)?(?:function\s+{name}\b|(?:const|let|var)\s+{name}\s*=|def\s+{name}\b)"
    ));
    let start = start.ok()?.find(text)?.start();
    let rest = &text[start..];
    let end = rest.char_indices().nth(LONGEST).map_or(rest.len(), |(at, _)| at);
    // The next definition at the margin ends it.
    let next = Regex::new(r"\n(?:export|async|function|const|let|var|def|class|@)\b").ok()?;
    let end = next.find(&rest[1..end]).map_or(end, |found| found.start() + 1);
    Some(Span::new(start, start + end))
}

/// A timer or a job that asks the application's own address.
fn of_calls(cx: &Context<'_>) -> Option<Span> {
    static ASKS: LazyLock<Regex> = LazyLock::new(|| {
        let pattern = concat!(
            r"\b(https?\s*\.\s*(get|request)|fetch|axios(\.get|\.head)?|got|request(s?\.get|s?\.head)?",
            r"|superagent\.get|needle|urlopen|httpx\.get)\s*\(",
        );
        Regex::new(pattern).expect("a constant pattern")
    });
    static CONSTANT: LazyLock<Regex> = LazyLock::new(|| {
        let pattern = concat!(
            r"\b([A-Za-z_$][\w$]*)\s*[:=]\s*",
            r#"(["'`]https?://[\w.-]+\.herokuapp\.com[^"'`]*["'`]|process\.env\.HEROKU_(?:APP_)?URL\b)"#,
        );
        Regex::new(pattern).expect("a constant pattern")
    });
    let text = &cx.file.source.text;
    let timers = cx.file.facts.invocations.iter().filter(|call| call.name() == "setInterval");
    let jobs = jobs::handed_over(cx.file).map(|(_, call)| call);
    timers.chain(jobs).filter(|call| reaches_production(cx, &call.guards)).find_map(|call| {
        let end = call.body.map_or(call.span.end, |body| body.end.max(call.span.end));
        let start = call.body.map_or(call.span.start, |body| body.start.min(call.span.start));
        let handed = call.argument(0).and_then(Term::name).and_then(|name| function_called(text, name));
        [Some(Span::new(start, end)), handed].into_iter().flatten().find_map(|place| {
            let part = place.of(text);
            if !ASKS.is_match(part) {
                return None;
            }
            address_in(text, place).or_else(|| {
                CONSTANT.captures_iter(text).find_map(|found| {
                    let (name, url) = (found.get(1)?, found.get(2)?);
                    let used = Regex::new(&format!(r"\b{}\b", regex::escape(name.as_str()))).ok()?;
                    used.is_match(part).then(|| Span::from(url.range()))
                })
            })
        })
    })
}

/// A function whose name says that it keeps a dyno awake.
fn of_name(text: &str) -> Option<Span> {
    static NAME: LazyLock<Regex> = LazyLock::new(|| {
        let pattern = concat!(
            r"(?m)(?:function|const|let|var|def)\s+",
            r"((?:wakeUp|wake|keep|woke)(?:The)?(?:Heroku)?Dyno\w*|keep_dyno_(?:alive|awake)|wake_(?:up_)?dyno)\b",
        );
        Regex::new(pattern).expect("a constant pattern")
    });
    Some(Span::from(NAME.captures(text)?.get(1)?.range()))
}

/// A loop of Python that asks the address and sleeps.
fn of_loop(text: &str) -> Option<Span> {
    static ASKS: LazyLock<Regex> = LazyLock::new(|| {
        let pattern = r#"(?:requests\.(?:get|head)|urlopen|httpx\.get|session\.get)\(\s*f?["'](https?://[^"']*\.herokuapp\.com[^"']*)["']"#;
        Regex::new(pattern).expect("a constant pattern")
    });
    ASKS.captures_iter(text).find_map(|found| {
        let url = Span::from(found.get(1)?.range());
        let from = text[..url.start].char_indices().rev().nth(300).map_or(0, |(at, _)| at);
        let to = text[url.end..].char_indices().nth(300).map_or(text.len(), |(at, _)| url.end + at);
        let around = &text[from..to];
        let sleeps = around.contains("time.sleep(") || around.contains("asyncio.sleep(");
        (around.contains("while True") && sleeps).then_some(url)
    })
}

/// A rake task with a telling name that asks an address on Heroku.
fn of_rake(text: &str) -> Option<Span> {
    static TASK: LazyLock<Regex> = LazyLock::new(|| {
        let pattern = r"(?m)^[ \t]*task[ (]+:?['\x22]?(?:\w*_)?(?:ping|wake|wake_up|awake|keep_alive|keepalive|dyno_ping|ping_dyno|ping_app|call_page|ping_page)(?:_\w+)?\b";
        Regex::new(pattern).expect("a constant pattern")
    });
    let task = TASK.find(text)?;
    let rest = Span::new(task.end(), text.len());
    let next = rest.of(text).find("\ntask ").map_or(text.len(), |at| task.end() + at);
    host_in(text, Span::new(task.end(), next))
}

/// A workflow on a schedule that asks an address on Heroku and does nothing else with it.
fn of_workflow(cx: &Context<'_>) -> Option<Span> {
    let facts = &cx.file.facts;
    let scheduled = facts.settings.iter().any(|setting| {
        let on = setting.value.get("on").or_else(|| setting.value.get("true"));
        on.is_some_and(|on| on.get("schedule").is_some())
    });
    if !scheduled || !cx.file.path.contains(".github/workflows/") {
        return None;
    }
    facts.commands.iter().filter(|command| matches!(command.program(), "curl" | "wget")).find_map(|command| {
        // Whoever keeps or sends something is not after the page.
        let sends = |word: &Term| {
            let text = word.text().unwrap_or_default();
            matches!(text, "-d" | "--data" | "-X" | "-H" | "--header" | "--request" | "-F")
                || text.starts_with("-XP")
        };
        if command.words.iter().any(sends) {
            return None;
        }
        host_in(&cx.file.source.text, command.span)
    })
}
