//! What the rules about connections share: which conditions matter, and what is said of a target.

pub mod tls;

use std::sync::LazyLock;

use regex::Regex;

use crate::connection::switch::{Meaning, Switch};
use crate::connection::{self, Offer, Service};
use crate::fact::{EnvWrite, Guard};
use crate::lang::Lang;
use crate::role::Role;
use crate::rule::{Severity, Target};
use crate::rules::Context;
use crate::rules::production::reaches_production;
use crate::span::Span;

/// The family's name.
pub const FAMILY: &str = "connections";

/// Languages whose programs open connections.
pub const SCRIPTS: &[Lang] = &[Lang::JavaScript, Lang::TypeScript, Lang::Tsx];

/// Languages and formats in which TLS to a database can be set.
pub const TLS: &[Lang] = &[
    Lang::Ruby,
    Lang::Python,
    Lang::JavaScript,
    Lang::TypeScript,
    Lang::Tsx,
    Lang::Shell,
    Lang::Dockerfile,
    Lang::Procfile,
    Lang::Yaml,
    Lang::Json,
    Lang::Toml,
    Lang::Plain,
];

/// Words of files in other languages that turn checks off.
pub const PLAIN_WORDS: &[&str] = &[
    "InsecureSkipVerify",
    "NonValidatingFactory",
    "verifyServerCertificate",
    "disablePeerVerification",
    "VerifyPeer(false)",
    "verify_peer",
    "SSL_VERIFY_SERVER_CERT",
    ":verify_none",
];

/// Whether the code behind these conditions is what runs after the move.
///
/// What only a development machine or only a dyno runs is none of that; that a condition asks for Heroku is
/// the matter of the rules about identity.
pub fn stays<'g>(cx: &Context<'_>, guards: impl IntoIterator<Item = &'g Guard> + Clone) -> bool {
    let text = &cx.file.source.text;
    reaches_production(cx, guards.clone())
        && !guards.into_iter().any(|guard| {
            let condition = guard.span.of(text);
            let lower = condition.to_ascii_lowercase();
            let negated = condition.trim_start().starts_with(['!']) || lower.starts_with("not ");
            let heroku = lower.contains("heroku") || condition.contains("DYNO");
            heroku && guard.holds != negated
        })
}

/// Whether a variable of the application's own decides (`DATABASE_SSL`, `DB_USE_SSL`, `PGSSLMODE`), or a look at
/// whose server the URL leads to.
pub fn own_switch<'g>(text: &str, guards: impl IntoIterator<Item = &'g Guard>) -> bool {
    static SWITCH: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)ssl|tls|secure|no_?verify|railway|render\.com|supabase|neon\.|\brds\b")
            .expect("a constant pattern")
    });
    guards.into_iter().any(|guard| {
        let condition = guard.span.of(text).replace("REDIS_TLS_URL", "").replace("rediss://", "");
        SWITCH.is_match(&condition)
            || guard.expr.names().iter().any(|name| *name != "REDIS_TLS_URL" && SWITCH.is_match(name))
    })
}

/// Whether a condition asks whether certificates are to be checked.
fn decides_on_checks(text: &str, guard: &Guard) -> bool {
    static CHECKS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)verif|insecure|self_?sign|cert_reqs|unauthori[sz]ed").expect("a constant pattern")
    });
    CHECKS.is_match(guard.span.of(text)) || guard.expr.names().iter().any(|name| CHECKS.is_match(name))
}

/// Of the options in a file those that turn checks off for a service, or force TLS.
///
/// One connection has one finding: where its checks are off, that is what is said.
pub fn options<'f>(cx: &Context<'f>) -> Vec<Switch<'f>> {
    let mut switches = connection::switch::switches(cx.file);
    switches.retain(|switch| stays(cx, switch.guards.iter().copied()));
    // `if REDIS_VERIFY == "none"` is what these rules ask for.
    let text = &cx.file.source.text;
    switches.retain(|switch| !switch.guards.iter().any(|guard| decides_on_checks(text, guard)));
    let unchecked: Vec<Service> = switches
        .iter()
        .filter(|switch| switch.meaning != Meaning::Required)
        .map(|switch| switch.service)
        .collect();
    switches.retain(|switch| {
        switch.meaning != Meaning::Required || !unchecked.iter().any(|service| service.fits(switch.service))
    });
    switches
}

/// Whether a variable that is set here is set for production: not in a file for developers, not in CI, not in a
/// script named for development.
pub fn is_set_in_production(cx: &Context<'_>, write: &EnvWrite) -> bool {
    let scope = write.scope.rsplit(['.', '/', ' ']).next().unwrap_or_default().to_ascii_lowercase();
    let for_developers = ["dev", "test", "local", "lint", "e2e", "ci", "debug", "seed"]
        .iter()
        .any(|word| scope.split([':', '-', '_']).any(|part| part.starts_with(word)));
    let file = cx.file.path.rsplit('/').next().unwrap_or_default();
    let own_file = [".dev", ".local", ".test", ".example", ".sample"].iter().any(|part| file.contains(part));
    cx.file.role != Role::Ci
        && !for_developers
        && !own_file
        && !crate::rules::production::is_development_file(&cx.file.path)
}

/// What a target does about TLS to Postgres, as a sentence, and how bad insisting on TLS is there.
pub fn insisting(target: Option<Target>, usual: Severity) -> (Severity, Option<&'static str>) {
    let Some(target) = target else { return (usual, None) };
    let (offer, sentence) = connection::offer(target);
    let severity = match offer {
        Offer::Always => usual.lower(),
        Offer::Depends => usual,
        Offer::Never => Severity::Error,
    };
    (severity, Some(sentence))
}

/// A place in a file of a language without a front end, by what stands there: its span and service.
pub fn plain_switches(cx: &Context<'_>) -> Vec<(Span, Service)> {
    /// What turns checks off; the service where the words alone tell it; the ends of paths it counts in.
    const PATTERNS: &[(&str, Option<Service>, &[&str])] = &[
        (r"InsecureSkipVerify:\s*true", None, &["go"]),
        (
            r"sslfactory=org\.postgresql\.ssl\.NonValidatingFactory|org\.postgresql\.ssl\.NonValidatingFactory",
            Some(Service::Postgres),
            &["java", "kt", "kts", "scala", "clj", "groovy", "gradle", "properties", "conf", "xml"],
        ),
        (
            r"verifyServerCertificate=false",
            Some(Service::MySql),
            &["java", "kt", "scala", "clj", "properties", "conf", "xml"],
        ),
        (
            r"\.(?:disablePeerVerification\(\)|(?:set|with)VerifyPeer\(false\))",
            None,
            &["java", "kt", "scala"],
        ),
        (r#"['"]verify_peer(?:_name)?['"]\s*=>\s*false"#, None, &["php"]),
        (r"PDO::MYSQL_ATTR_SSL_VERIFY_SERVER_CERT\s*=>\s*false", Some(Service::MySql), &["php"]),
        (r"verify:\s*:verify_none", None, &["ex", "exs"]),
    ];
    static COMPILED: LazyLock<Vec<Regex>> = LazyLock::new(|| {
        PATTERNS.iter().map(|(pattern, ..)| Regex::new(pattern).expect("a constant pattern")).collect()
    });
    if cx.file.lang != Lang::Plain {
        return Vec::new();
    }
    let text = &cx.file.source.text;
    let extension = cx.file.path.rsplit('.').next().unwrap_or_default();
    let mut found = Vec::new();
    for ((_, service, extensions), pattern) in PATTERNS.iter().zip(COMPILED.iter()) {
        if !extensions.contains(&extension) {
            continue;
        }
        for place in pattern.find_iter(text) {
            let span = Span::from(place.range());
            if is_comment(text, span.start) {
                continue;
            }
            if let Some(service) = service.or_else(|| service_near(text, span)) {
                found.push((span, service));
            }
        }
    }
    found.sort();
    found
}

/// Whether the line of a place is a comment, in the ways of the languages without a front end.
fn is_comment(text: &str, at: usize) -> bool {
    let start = text[..at].rfind('\n').map_or(0, |at| at + 1);
    let line = text[start..at].trim_start();
    ["//", "#", "*", "/*", "--", ";", "<!--"].iter().any(|mark| line.starts_with(mark))
        || line.contains("// ")
}

/// The service whose client is named nearest before a place, within a dozen lines, or in the rest of the
/// statement behind it.
fn service_near(text: &str, span: Span) -> Option<Service> {
    static CLIENT: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"(?x)(?P<redis>(?i:redi[sx]|predis|lettuce|jedis))
            | (?P<kafka>(?i:kafka|sarama))
            | (?P<amqp>(?i:amqp|rabbitmq))
            | (?P<database>\bpgx|\bpq\.|lib/pq|sql\.Open|DATABASE_URL|\bRepo\b|(?i:postgres|postgrex|mysql))
            | (?P<other>(?i:http\.Transport|http\.Client|smtp|mailer|ldap|Finch|Hackney|HTTPoison|Tesla|Swoosh|curl|guzzle))",
        )
        .expect("a constant pattern")
    });
    let before: usize = text[..span.start].rmatch_indices('\n').nth(12).map_or(0, |(at, _)| at);
    let after = text[span.end..].match_indices('\n').nth(4).map_or(text.len(), |(at, _)| span.end + at);
    let service = |found: regex::Captures<'_>| {
        [
            ("redis", Some(Service::Redis)),
            ("kafka", Some(Service::Kafka)),
            ("amqp", Some(Service::Amqp)),
            ("database", Some(Service::Database)),
            ("other", None),
        ]
        .into_iter()
        .find(|(name, _)| found.name(name).is_some())
        .map(|(_, service)| service)
    };
    let nearest = CLIENT.captures_iter(&text[before..span.start]).last().and_then(service);
    nearest.or_else(|| CLIENT.captures(&text[span.end..after]).and_then(service)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::check_texts;
    use crate::rule::Severity;
    use crate::settings::Settings;

    fn findings(target: Option<Target>, code: &str) -> Vec<(Severity, String, Vec<String>)> {
        let files = vec![("src/db.js".to_string(), Lang::JavaScript, Role::App, code.to_string())];
        let only = vec!["db-ssl-forced", "db-ssl-no-verify"];
        let settings = Settings {
            only,
            targets: target.into_iter().collect(),
            assume_heroku: true,
            ..Settings::default()
        };
        let report = check_texts(files, &settings);
        report.findings.into_iter().map(|found| (found.severity, found.message, found.notes)).collect()
    }

    #[test]
    fn targets_decide_how_bad_insisting_is() {
        let code = "const { Pool } = require('pg')\nnew Pool({ ssl: true })\n";
        let severity = |target| findings(target, code)[0].0;
        assert_eq!(severity(None), Severity::Warning);
        assert_eq!(severity(Some(Target::Render)), Severity::Warning);
        assert_eq!(severity(Some(Target::Aws)), Severity::Note);
        assert_eq!(severity(Some(Target::Vps)), Severity::Error);
    }

    #[test]
    fn targets_are_spoken_of_only_when_chosen() {
        let code = "const { Pool } = require('pg')\nnew Pool({ ssl: { rejectUnauthorized: false } })\n";
        assert!(findings(None, code)[0].2.is_empty());
        let notes = &findings(Some(Target::Aws), code)[0].2;
        assert!(notes[0].contains("RDS"), "{notes:?}");
        assert_eq!(findings(Some(Target::Vps), code)[0].0, Severity::Error);
    }

    #[test]
    fn one_connection_has_one_finding() {
        let code = "const { Pool } = require('pg')\n\
                    new Pool({ ssl: { require: true, rejectUnauthorized: false } })\n";
        let found = findings(None, code);
        assert_eq!(found.len(), 1);
        assert!(found[0].1.contains("does not check the certificate"), "{}", found[0].1);
    }
}
