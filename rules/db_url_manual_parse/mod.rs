//! The URL of a database, taken apart by hand.

use crate::connection::Service;
use crate::connection::address::{self, Matched, Taken};
use crate::lang::Lang;
use crate::role::Role;
use crate::rule::{Confidence, Impact, Meta, Origin, Severity, Status, Step};
use crate::rules::connections::{self, FAMILY, SCRIPTS};
use crate::rules::{Context, Draft, Rule};
use crate::span::Span;

/// `db-url-manual-parse`.
pub struct DbUrlManualParse;

static META: Meta = Meta {
    id: "db-url-manual-parse",
    aliases: &[],
    family: FAMILY,
    severity: Severity::Warning,
    impact: Impact::BootFails,
    confidence: Confidence::High,
    step: Step::Code,
    langs: &[Lang::Ruby, Lang::Python, Lang::JavaScript, Lang::TypeScript],
    needs_heroku: true,
    status: Status::Stable,
    since: "0.1.0",
    specificity: 10,
    page: include_str!("README.md"),
    origin: Origin::BuiltIn,
};

impl Rule for DbUrlManualParse {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn watches_in(&self) -> &'static [(&'static [Lang], &'static [&'static str])] {
        &[
            (
                &[Lang::JavaScript, Lang::TypeScript, Lang::Python, Lang::Ruby],
                &[
                    "DATABASE_URL",
                    "POSTGRES_URL",
                    "REDIS_URL",
                    "REDISTOGO_URL",
                    "REDISCLOUD_URL",
                    "REDIS_TLS_URL",
                    "SQL_URL",
                    "database_url",
                    "postgres://*",
                    "redis_url",
                ],
            ),
            (SCRIPTS, &["postgres:\\/\\/*", "dbUrl", "databaseUrl", "redisUrl"]),
        ]
    }

    fn file(&self, cx: &Context<'_>) -> Vec<Draft> {
        let guards_at = |span: Span| {
            let calls = cx.file.facts.invocations.iter();
            let around = calls.filter(|call| call.span.contains(span)).min_by_key(|call| call.span.len());
            around.map_or(&[][..], |call| call.guards.as_slice())
        };
        let taken = address::taken_apart(cx.file);
        let taken = taken.iter().filter(|taken| connections::stays(cx, guards_at(taken.span)));
        let mut drafts = Vec::new();
        for taken in taken {
            drafts.push(parsed(cx, taken));
            drafts.extend(taken.next_port.map(|span| next_port(cx, span)));
        }
        let matched = address::matched(cx.file);
        let matched = matched.iter().filter(|matched| connections::stays(cx, guards_at(matched.span)));
        drafts.extend(matched.map(|matched| by_pattern(cx, matched)));
        drafts
    }
}

fn usual(cx: &Context<'_>, severity: Severity) -> Severity {
    if cx.file.role == Role::Script { severity.lower() } else { severity }
}

fn parsed(cx: &Context<'_>, taken: &Taken) -> Draft {
    let name = taken.variable.clone().map_or_else(|| "the URL".to_string(), |name| format!("`{name}`"));
    let (worst, others) = taken.losses.split_first().map_or(("", &[][..]), |(first, rest)| (*first, rest));
    let message = format!("{name} is copied part by part: {worst}");
    let help = match taken.service {
        Service::Redis => "hand the URL to the client whole (`url:`, `from_url`, `createClient({ url })`)",
        _ => "hand the URL to the driver whole, or let its own parser take it apart",
    };
    let mut draft = Draft::new(&META, &cx.file.path, taken.span, message, help)
        .label(format!("only {} are taken", taken.parts.join(", ")))
        .severity(usual(cx, META.severity))
        .cause(format!("{:?}", taken.variable), "is taken apart here too");
    if !others.is_empty() {
        draft = draft.note(format!("besides, {}", others.join(", and ")));
    }
    if let Some(span) = taken.first_use {
        draft = draft.related(&cx.file.path, span, "the parts are copied from here on");
    }
    match &taken.variable {
        Some(name) => draft.variable(name.as_str()),
        None => draft,
    }
}

/// The port after the one in the URL, where Heroku's Redis had TLS once.
fn next_port(cx: &Context<'_>, span: Span) -> Draft {
    let message = "1 is added to the port of a Redis URL, and other servers do not listen there";
    let help = "take host, port and scheme as the URL has them";
    Draft::new(&META, &cx.file.path, span, message, help)
        .label("another port than the URL's")
        .severity(usual(cx, Severity::Error))
}

fn by_pattern(cx: &Context<'_>, matched: &Matched) -> Draft {
    let help = "hand the URL to the driver whole, or let its own parser take it apart";
    match matched.misses {
        Some(what) => {
            let message = format!("this pattern takes a database's URL apart and does not fit {what}");
            Draft::new(&META, &cx.file.path, matched.span, message, help)
                .label("no match, no connection")
                .severity(usual(cx, Severity::Error))
        }
        None => {
            let message = "a pattern takes a database's URL apart, which loses what it does not name";
            Draft::new(&META, &cx.file.path, matched.span, message, help)
                .impact(Impact::Degrades)
                .severity(usual(cx, META.severity))
        }
    }
}
