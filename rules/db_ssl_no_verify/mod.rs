//! TLS to a database or broker without a look at the certificate.

use crate::connection::Service;
use crate::connection::switch::{Meaning, Switch};
use crate::fact::WriteKind;
use crate::lang::Lang;
use crate::role::Role;
use crate::rule::{Confidence, Impact, Meta, Origin, Severity, Status, Step};
use crate::rules::connections::{self, FAMILY, SCRIPTS};
use crate::rules::{Context, Draft, Rule};
use crate::span::Span;
use crate::term::Value;

/// `db-ssl-no-verify`.
pub struct DbSslNoVerify;

static META: Meta = Meta {
    id: "db-ssl-no-verify",
    aliases: &[],
    family: FAMILY,
    severity: Severity::Warning,
    impact: Impact::Degrades,
    confidence: Confidence::High,
    step: Step::Code,
    langs: connections::TLS,
    needs_heroku: true,
    status: Status::Stable,
    since: "0.1.0",
    specificity: 12,
    page: include_str!("README.md"),
    origin: Origin::BuiltIn,
};

const PROCESS_WIDE: &str = "NODE_TLS_REJECT_UNAUTHORIZED";

impl Rule for DbSslNoVerify {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn watches_in(&self) -> &'static [(&'static [Lang], &'static [&'static str])] {
        &[
            (&[], &[PROCESS_WIDE, "PGSSLMODE"]),
            (SCRIPTS, &["rejectUnauthorized", "no-verify"]),
            (&[Lang::Python], &["CERT_NONE", "_create_unverified_context", "ssl_check_hostname"]),
            (&[Lang::Ruby], &["ssl_verify_hostname", "verify_peer"]),
            (&[Lang::Json], &["rejectUnauthorized"]),
            (&[Lang::Plain], connections::PLAIN_WORDS),
        ]
    }

    fn file(&self, cx: &Context<'_>) -> Vec<Draft> {
        let mut drafts = process_wide(cx);
        let unchecked =
            |switch: &Switch<'_>| switch.service != Service::Redis && switch.meaning != Meaning::Required;
        drafts
            .extend(connections::options(cx).iter().filter(|switch| unchecked(switch)).map(|s| draft(cx, s)));
        let plain =
            connections::plain_switches(cx).into_iter().filter(|(_, service)| *service != Service::Redis);
        drafts.extend(plain.map(|(span, service)| {
            let message = format!("the certificate of {} is not checked", service.title());
            let help =
                "check it against the new server's CA, or let a variable of your own turn the check off";
            Draft::new(&META, &cx.file.path, span, message, help)
                .label("any certificate is accepted")
                .cause(service.title(), "is off here too")
        }));
        drafts
    }
}

fn draft(cx: &Context<'_>, switch: &Switch<'_>) -> Draft {
    let text = &cx.file.source.text;
    let service = switch.service;
    let what = match switch.meaning {
        Meaning::AnyHost => "whose certificate it is",
        _ => "the certificate",
    };
    let subject = match switch.driver {
        Some(driver) if switch.meaning == Meaning::AnyHost => {
            format!("{} does not check {what}, as long as the CA is right", driver.title)
        }
        Some(driver) => format!("{} does not check {what} of {}", driver.title, service.title()),
        None if switch.meaning == Meaning::AnyHost => {
            format!("the host name in the certificate of {} is not checked", service.title())
        }
        None => format!("{what} of {} is not checked", service.title()),
    };
    let switchable = connections::own_switch(text, switch.guards.iter().copied());
    let sql = matches!(service, Service::Postgres | Service::MySql | Service::Database);
    let insists = sql && SCRIPTS.contains(&cx.file.lang) && !switchable;
    let message = if insists { format!("{subject}, and a server without TLS is refused") } else { subject };
    let help = match cx.file.lang {
        lang if SCRIPTS.contains(&lang) && sql => {
            "let variables of your own decide whether TLS is used and whether the certificate is checked, and give \
             the new server's CA (`ssl: { ca }`, `NODE_EXTRA_CA_CERTS`)"
        }
        _ => {
            "give the new server's CA, and let a variable of your own turn the check off while Heroku needs it"
        }
    };
    let mut severity =
        if switchable || cx.file.role == Role::Script { Severity::Note } else { META.severity };
    let mut draft = Draft::new(&META, &cx.file.path, switch.span, message, help)
        .label(if switch.meaning == Meaning::AnyHost {
            "any host is accepted"
        } else {
            "any certificate is accepted"
        })
        .scope(switch.scope)
        .cause(service.title(), "is off here too");
    if insists && matches!(service, Service::Postgres | Service::Database) {
        let (there, sentence) = connections::insisting(cx.target, severity);
        if there == Severity::Error {
            severity = there;
            draft = draft.impact(Impact::BootFails);
        }
        if let Some(sentence) = sentence {
            draft = draft.note(sentence);
        }
    }
    draft.severity(severity).remedy(connections::tls::unchecked(cx, switch, insists))
}

/// `NODE_TLS_REJECT_UNAUTHORIZED=0`, which turns the checks off for every connection of the process.
fn process_wide(cx: &Context<'_>) -> Vec<Draft> {
    let mut places: Vec<(Span, &str, Option<Span>)> = Vec::new();
    for setting in &cx.file.facts.settings {
        let off = match &setting.value.value {
            Value::Text(text) => text == "0",
            Value::Number(digits) => digits == "0",
            _ => false,
        };
        if off && setting.name.ends_with(PROCESS_WIDE) && connections::stays(cx, &setting.guards) {
            places.push((setting.span, &setting.scope, Some(setting.name_span)));
        }
    }
    let in_code = cx.file.lang.is_code()
        && cx.file.lang != Lang::Shell
        && cx.file.facts.settings.iter().any(|s| s.name.ends_with(PROCESS_WIDE));
    if !in_code {
        for write in &cx.file.facts.writes {
            let set = matches!(write.kind, WriteKind::Set | WriteKind::Default | WriteKind::Declare);
            if write.name.is(PROCESS_WIDE)
                && set
                && write.value.as_deref() == Some("0")
                && connections::is_set_in_production(cx, write)
            {
                places.push((write.span, &write.scope, Some(write.name_span)));
            }
        }
    }
    let mut drafts: Vec<Draft> = places
        .into_iter()
        .map(|(span, scope, _)| {
            let message = format!("`{PROCESS_WIDE}=0` turns off the certificate checks of every connection");
            let help = "drop it, and give the one server that needs it its CA (`NODE_EXTRA_CA_CERTS`, `ssl: { ca }`)";
            Draft::new(&META, &cx.file.path, span, message, help)
                .label("for the whole process")
                .scope(scope)
                .severity(Severity::Error)
                .variable(PROCESS_WIDE)
                .cause(PROCESS_WIDE, "is set here too")
        })
        .collect();
    for write in &cx.file.facts.writes {
        if write.name.is("PGSSLMODE")
            && write.value.as_deref() == Some("no-verify")
            && write.kind != WriteKind::Unset
            && connections::is_set_in_production(cx, write)
        {
            let message = "`PGSSLMODE=no-verify`: node-postgres does not check the certificate of Postgres";
            let help = "set it on the platform and not in the repository: `verify-full` where the new server's CA is known";
            let own = matches!(cx.file.lang, Lang::Procfile | Lang::Shell).then(|| {
                let written = write.span.of(&cx.file.source.text);
                connections::tls::mode_of_process(cx, write.span.start, written, "no-verify")
            });
            drafts.push(
                Draft::new(&META, &cx.file.path, write.span, message, help)
                    .label("any certificate is accepted")
                    .scope(write.scope.as_str())
                    .variable("PGSSLMODE")
                    .remedy(own.flatten()),
            );
        }
    }
    drafts
}
