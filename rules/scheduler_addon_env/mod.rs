//! Add-ons other than Heroku Scheduler that start jobs.

use crate::fact::{Name, WriteKind};
use crate::lang::Lang;
use crate::rule::{Confidence, Impact, Meta, Origin, Severity, Status, Step};
use crate::rules::{Context, Draft, Rule, identity};
use crate::span::Span;
use crate::term::{Term, Value};

/// `scheduler-addon-env`.
pub struct SchedulerAddonEnv;

static META: Meta = Meta {
    id: "scheduler-addon-env",
    aliases: &[],
    family: "schedules",
    severity: Severity::Error,
    impact: Impact::Degrades,
    confidence: Confidence::High,
    step: Step::Provision,
    langs: identity::ANY,
    needs_heroku: false,
    status: Status::Stable,
    since: "0.1.0",
    specificity: 10,
    page: include_str!("README.md"),
    origin: Origin::BuiltIn,
};

/// An add-on: what people call it, the plan's name, what its variables begin with.
struct Addon {
    name: &'static str,
    plan: &'static str,
    variable: &'static str,
}

/// Add-ons that start jobs by the clock. Source: the Elements marketplace and public code.
const ADDONS: &[Addon] = &[
    Addon { name: "Cron To Go", plan: "crontogo", variable: "CRONTOGO_" },
    Addon { name: "Temporize", plan: "temporize", variable: "TEMPORIZE_URL" },
    Addon { name: "Advanced Scheduler", plan: "advanced-scheduler", variable: "ADVANCED_SCHEDULER_" },
    Addon { name: "Advanced Scheduler", plan: "advancedscheduler", variable: "ADVANCEDSCHEDULER_" },
    Addon { name: "Process Scheduler", plan: "process-scheduler", variable: "PROCESS_SCHEDULER_" },
];

impl Rule for SchedulerAddonEnv {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn watches(&self) -> &'static [&'static str] {
        &["ADVANCEDSCHEDULER_*", "ADVANCED_SCHEDULER_*", "CRONTOGO_*", "PROCESS_SCHEDULER_*", "TEMPORIZE_URL"]
    }

    fn watches_in(&self) -> &'static [(&'static [Lang], &'static [&'static str])] {
        &[(&[Lang::Shell, Lang::Makefile, Lang::Yaml], &["addons:create", "cron:jobs:*"])]
    }

    fn file(&self, cx: &Context<'_>) -> Vec<Draft> {
        let facts = &cx.file.facts;
        let mut drafts = Vec::new();
        let known = |name: &Name| {
            let name = name.known()?;
            let fits = |addon: &&Addon| match addon.variable.strip_suffix('_') {
                Some(_) => name.starts_with(addon.variable) && name.len() > addon.variable.len(),
                None => name == addon.variable,
            };
            Some((ADDONS.iter().find(fits)?, name.to_string()))
        };
        for read in &facts.reads {
            if let Some((addon, name)) = known(&read.name) {
                let message = format!("only the add-on {} sets `{name}`", addon.name);
                drafts.push(draft(cx, addon, read.span, message, &read.scope).variable(name));
            }
        }
        for write in facts.writes.iter().filter(|write| write.kind != WriteKind::Unset) {
            if let Some((addon, name)) = known(&write.name) {
                let message = format!("only the add-on {} gives `{name}` its value", addon.name);
                drafts.push(draft(cx, addon, write.span, message, "").variable(name));
            }
        }
        let plan = |term: &Term| {
            let Value::Text(text) = &term.value else { return None };
            let slug = text.split(':').next().unwrap_or_default();
            Some((ADDONS.iter().find(|addon| addon.plan == slug)?, term.span))
        };
        let mut plans = Vec::new();
        if cx.file.path.rsplit('/').next() == Some("app.json") {
            for setting in facts.settings.iter().filter(|setting| setting.name.is_empty()) {
                setting.value.walk(&mut |term| {
                    let addons = term.get("addons").map(Term::items).unwrap_or_default();
                    plans.extend(addons.iter().filter_map(|addon| plan(addon.get("plan").unwrap_or(addon))));
                });
            }
        }
        for command in facts.commands.iter().filter(|command| command.program() == "heroku") {
            let mut words = command.words.iter().skip(1);
            let verb = words.next().and_then(Term::text).unwrap_or_default();
            if verb == "addons:create" || verb == "addons:add" {
                plans.extend(words.filter_map(plan));
            } else if verb.starts_with("cron:jobs:") {
                plans.extend(ADDONS.first().map(|addon| (addon, command.span)));
            }
        }
        for (addon, span) in plans {
            let message = format!("jobs of the add-on {} stay behind on Heroku", addon.name);
            drafts.push(draft(cx, addon, span, message, ""));
        }
        drafts
    }
}

fn draft(cx: &Context<'_>, addon: &Addon, span: Span, message: String, scope: &str) -> Draft {
    let help = "write its jobs down, and give each to the scheduler of the target with a zone";
    Draft::new(&META, &cx.file.path, span, message, help)
        .label("an add-on of Heroku")
        .scope(scope)
        .cause(addon.name, "belongs to it too")
}
