//! TLS to Redis without a look at the certificate.

use crate::connection::switch::{Meaning, Switch};
use crate::connection::{Service, client};
use crate::lang::Lang;
use crate::role::Role;
use crate::rule::{Confidence, Impact, Meta, Origin, Severity, Status, Step, Target};
use crate::rules::connections::{self, FAMILY, SCRIPTS};
use crate::rules::{Context, Draft, Rule};

/// `redis-ssl-no-verify`.
pub struct RedisSslNoVerify;

static META: Meta = Meta {
    id: "redis-ssl-no-verify",
    aliases: &[],
    family: FAMILY,
    severity: Severity::Warning,
    impact: Impact::Degrades,
    confidence: Confidence::High,
    step: Step::Code,
    langs: &[
        Lang::Ruby,
        Lang::Python,
        Lang::JavaScript,
        Lang::TypeScript,
        Lang::Tsx,
        Lang::Yaml,
        Lang::Plain,
    ],
    needs_heroku: true,
    status: Status::Stable,
    since: "0.1.0",
    specificity: 12,
    page: include_str!("README.md"),
    origin: Origin::BuiltIn,
};

impl Rule for RedisSslNoVerify {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn watches_in(&self) -> &'static [(&'static [Lang], &'static [&'static str])] {
        &[
            (SCRIPTS, &["rejectUnauthorized"]),
            (&[Lang::Python], &["ssl_cert_reqs", "CERT_NONE", "_create_unverified_context"]),
            (&[Lang::Ruby, Lang::Yaml], &["ssl_params"]),
            (&[Lang::Plain], connections::PLAIN_WORDS),
        ]
    }

    fn file(&self, cx: &Context<'_>) -> Vec<Draft> {
        let unchecked =
            |switch: &Switch<'_>| switch.service == Service::Redis && switch.meaning != Meaning::Required;
        let switches = connections::options(cx).into_iter().filter(unchecked);
        let mut drafts: Vec<Draft> = switches.map(|switch| draft(cx, &switch)).collect();
        let plain =
            connections::plain_switches(cx).into_iter().filter(|(_, service)| *service == Service::Redis);
        drafts.extend(plain.map(|(span, _)| {
            let message = "the certificate of Redis is not checked";
            let help =
                "check it against the new server's CA, or let a variable of your own turn the check off";
            Draft::new(&META, &cx.file.path, span, message, help)
                .label("any certificate is accepted")
                .cause("redis", "is off here too")
        }));
        drafts
    }
}

fn draft(cx: &Context<'_>, switch: &Switch<'_>) -> Draft {
    let text = &cx.file.source.text;
    let title = switch.driver.filter(|driver| driver.service == Service::Redis).map(|driver| driver.title);
    let (what, help) = match cx.file.lang {
        Lang::Ruby | Lang::Yaml => (
            "`VERIFY_NONE`",
            "take it from a variable of your own (`ENV[\"REDIS_SSL_VERIFY\"] == \"true\"`), so that the new server's \
             certificate is checked",
        ),
        Lang::Python => (
            "",
            "give `ssl_cert_reqs=\"required\"` with the new server's CA in `ssl_ca_certs`, or take it from a variable \
             of your own",
        ),
        _ => {
            ("", "give the new server's CA (`tls: { ca }`), or let a variable of your own turn the check off")
        }
    };
    let subject = match (title, what) {
        (Some(title), _) => format!("{title} does not check the certificate of Redis"),
        (None, "") => "the certificate of Redis is not checked".to_string(),
        (None, what) => format!("{what}: the certificate of Redis is not checked"),
    };
    let switchable = connections::own_switch(text, switch.guards.iter().copied());
    let by_scheme = switch.guards.iter().any(|guard| guard.span.of(text).contains("rediss"));
    let insists = SCRIPTS.contains(&cx.file.lang)
        && switch.driver != Some(client::NODE_REDIS)
        && !switchable
        && !by_scheme
        && !switch.in_url;
    let message = if insists { format!("{subject}, and TLS is used with every server") } else { subject };
    let severity = if switchable || cx.file.role == Role::Script { Severity::Note } else { META.severity };
    let draft = Draft::new(&META, &cx.file.path, switch.span, message, help)
        .label("any certificate is accepted")
        .scope(switch.scope)
        .severity(severity)
        .cause("redis", "is off here too")
        .remedy(connections::tls::unchecked(cx, switch, insists));
    match cx.target {
        Some(target @ (Target::Render | Target::Railway)) if insists => {
            draft.note(format!("on {}'s private network Redis is served without TLS", target.title()))
        }
        _ => draft,
    }
}
