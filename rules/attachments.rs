//! What the rules over add-on variables share: a read of an address or a credential that comes with an
//! add-on, and what stands in for it.

use crate::expr::{Expr, Question};
use crate::fact::{Place, ReadKind, Use, looks_like_variable};
use crate::finding::Applicability;
use crate::platform::{self, Attachment, Purpose, Variable};
use crate::remedy::{Remedy, What};
use crate::rule::{Impact, Meta, Severity};
use crate::rules::identity::{self, Reading, Said};
use crate::rules::{Context, Draft};

/// The attachment that a reading is of.
pub fn of(reading: &Reading<'_>) -> Option<Attachment> {
    match reading.variable {
        Variable::Attachment(attachment) => Some(attachment),
        _ => None,
    }
}

/// The variable of the project's own, or of every platform, that is read where this one is unset.
pub fn falls_back_to<'a>(reading: &Reading<'_>, cx: &Context<'a>) -> Option<&'a str> {
    let text = reading.read.default?.of(&cx.file.source.text);
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').find(|word| {
        word.contains('_') && looks_like_variable(word) && platform::heroku_variable(word).is_none()
    })
}

/// Whether something else is used where the variable is unset.
pub fn has_stand_in(reading: &Reading<'_>, cx: &Context<'_>) -> bool {
    let own = |part: &Expr| part.holds(reading.read.span) || part.names().contains(&reading.name);
    let mut found = falls_back_to(reading, cx).is_some();
    for site in &reading.read.uses {
        site.expr.walk(&mut |part| {
            if let Expr::Any(parts) | Expr::Coalesce(parts) = part
                && let Some(at) = parts.iter().position(own)
            {
                let says = |part: &Expr| !matches!(part, Expr::Nil | Expr::Text(_) | Expr::Bool(_));
                found |= parts[at + 1..].iter().any(says);
            }
        });
    }
    found
}

/// Whether a read gives a value that is used as one. A read that is asked whether it is set decides something:
/// what is set elsewhere would decide it anew.
pub fn is_value(reading: &Reading<'_>) -> bool {
    let read = reading.read;
    let decides = |site: &Use| {
        let mut found = matches!(site.place, Place::Condition(_));
        site.expr.walk(&mut |part| found |= is_question(part));
        found
    };
    read.kind == ReadKind::Value && read.via.is_none() && !read.uses.iter().any(decides)
}

/// The remedy that falls back to the team's name for `purpose` where the variable is unset.
pub fn fall_back(
    reading: &Reading<'_>,
    cx: &Context<'_>,
    purpose: Purpose,
    how: Applicability,
) -> Option<Remedy> {
    let name = cx.project.names.of(purpose);
    is_value(reading).then(|| {
        let names = vec![name.to_string()];
        Remedy::new(how, format!("fall back to `{name}`"))
            .change(&cx.file.path, What::FallBack { read: reading.read.span, names })
            .provide(name, platform::provided(purpose))
    })
}

/// Whether an expression asks for more than a value: whether there is one.
fn is_question(expr: &Expr) -> bool {
    match expr {
        Expr::Ask { question, .. } => matches!(question, Question::Present | Question::Nil | Question::Blank),
        Expr::Equal(left, right) => [left, right].iter().any(|side| ***side == Expr::Nil),
        Expr::Presence { .. } | Expr::Not(_) | Expr::All(_) | Expr::Choose { .. } => true,
        _ => false,
    }
}

/// The remedy for the address of a database or of its pool: the team's own name is read first. Where a project
/// has several such addresses each gets a name of its own, which is for the team to say.
pub fn bridge(reading: &Reading<'_>, purpose: Purpose, cx: &Context<'_>) -> Option<Remedy> {
    let name = reading.name;
    if !(name.ends_with("_URL") || name == "DATABASE_URL_PGBOUNCER") || name.ends_with("_JDBC_URL") {
        return None;
    }
    let remedy = reading.bridge(purpose, cx)?;
    let is_address = |name: &str| match platform::heroku_variable(name) {
        Some(Variable::Attachment(Attachment::PostgresColor | Attachment::PostgresFollower)) => {
            purpose == Purpose::Replica
        }
        Some(Variable::Attachment(Attachment::PostgresPool)) => purpose == Purpose::Pool,
        _ => false,
    };
    let files = cx.project.files.iter().filter(|file| file.role.is_reported());
    let read = files.flat_map(|file| file.facts.reads.iter().filter_map(|read| read.name.known()));
    let others: Vec<&str> = read.filter(|other| *other != name && is_address(other)).collect();
    if others.is_empty() {
        return Some(remedy);
    }
    let own = own_name(name);
    let unique = others.iter().all(|other| own_name(other) != own);
    unique.then(|| {
        Remedy::needs_decision(format!("read `{own}` first"))
            .change(&cx.file.path, What::ReadFirst { read: reading.read.span, names: vec![own.clone()] })
            .provide(own, format!("the address that Heroku gives as `{name}`"))
    })
}

/// A name for one of several addresses: `HEROKU_POSTGRESQL_AMBER_URL` is `AMBER_DATABASE_URL`,
/// `DATABASE_FOLLOWER_URL` is `DATABASE_REPLICA_URL`, `READER_CONNECTION_POOL_URL` is `POOLED_READER_URL`.
fn own_name(name: &str) -> String {
    let word = name.trim_start_matches(platform::POSTGRES_PREFIX);
    if let Some(pooled) = word.strip_suffix("_CONNECTION_POOL_URL") {
        return format!("POOLED_{pooled}_URL");
    }
    match word.strip_suffix("_URL") {
        Some(_) if word.contains("FOLLOWER") => word.replace("FOLLOWER", "REPLICA"),
        Some(colour) => format!("{colour}_DATABASE_URL"),
        None => platform::neutral(Purpose::Pool).to_string(),
    }
}

/// A finding on the read: `who` sets the variable (`only Heroku sets`), `lost` is what its absence means
/// where it decides nothing and does not raise.
pub fn draft(
    reading: &Reading<'_>,
    meta: &'static Meta,
    cx: &Context<'_>,
    who: &str,
    lost: &str,
    purpose: Purpose,
) -> Draft {
    let name = reading.name;
    let (tail, label) = identity::consequence(reading).unwrap_or_else(|| {
        if reading.read.required {
            ("elsewhere this raises".to_string(), "raises after the move".to_string())
        } else {
            (lost.to_string(), "unset after the move".to_string())
        }
    });
    let neutral = platform::neutral(purpose);
    let impact = if reading.raises() || reading.read.required { Impact::BootFails } else { meta.impact };
    let said = Said {
        message: format!("{who} `{name}`: {tail}"),
        label,
        help: format!(
            "read `{neutral}` first and keep this one behind it until the move is over: `{}`",
            identity::either(cx.file.lang, neutral, name)
        ),
        impact,
        purpose,
    };
    let severity = if impact == Impact::BootFails { Severity::Error } else { meta.severity };
    reading.draft(meta, cx, said, severity)
}
