//! What is done to the scheme of a database's URL.

use crate::connection::client;
use crate::connection::rewrite::{self, Outcome, Repair, Rewrite};
use crate::fact::{Guard, Name};
use crate::lang::Lang;
use crate::project::{File, Project};
use crate::remedy::{Content, Remedy, What};
use crate::role::Role;
use crate::rule::{Confidence, Impact, Meta, Origin, Severity, Status, Step, Target};
use crate::rules::connections::{self, FAMILY, SCRIPTS};
use crate::rules::production;
use crate::rules::{Context, Draft, Rule};
use crate::span::Span;
use crate::term::{Term, Value};

/// `db-url-scheme-rewrite`.
pub struct DbUrlSchemeRewrite;

static META: Meta = Meta {
    id: "db-url-scheme-rewrite",
    aliases: &[],
    family: FAMILY,
    severity: Severity::Error,
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

impl Rule for DbUrlSchemeRewrite {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn watches_in(&self) -> &'static [(&'static [Lang], &'static [&'static str])] {
        &[
            (
                &[Lang::Python],
                &[
                    "postgresql:*",
                    "postgresql+*",
                    ", \"postgresql\"",
                    ", 'postgresql'",
                    "\"ql\"",
                    "'ql'",
                    "SQLALCHEMY_DATABASE_UR*",
                    "create_engine",
                    "create_async_engine",
                    "rediss:*",
                    "Database(*",
                ],
            ),
            (
                SCRIPTS,
                &[
                    "postgresql:*",
                    "postgresql+*",
                    ", \"postgresql\"",
                    ", 'postgresql'",
                    "rediss:*",
                    "mysql2*",
                ],
            ),
            (
                &[Lang::Ruby],
                &[
                    "postgresql:*",
                    "postgresql+*",
                    ", \"postgresql\"",
                    ", 'postgresql'",
                    "postgis*",
                    "rediss:*",
                    "mysql2*",
                ],
            ),
        ]
    }

    fn file(&self, cx: &Context<'_>) -> Vec<Draft> {
        let text = &cx.file.source.text;
        let facts = &cx.file.facts;
        let calls = facts.invocations.iter();
        let rewrites: Vec<_> = calls
            .filter_map(|call| rewrite::of(call, cx.file.lang, text).map(|found| (call, found)))
            .collect();
        let inner: Vec<Span> = rewrites.iter().flat_map(|(_, found)| found.inner.clone()).collect();
        let mut drafts = Vec::new();
        for (call, found) in &rewrites {
            if inner.contains(&call.span) || !connections::stays(cx, &call.guards) {
                continue;
            }
            let mut conditions = rewrite::conditions(&call.guards, text);
            conditions.extend(on_the_line(text, call.span));
            let conditions: Vec<&str> = conditions.iter().map(String::as_str).collect();
            let outcome = found.outcome(&conditions);
            // Another rewrite of the same file takes those that pass.
            let others = rewrites.len() > 1 + found.inner.len() || text.contains("startswith(\"postgresql");
            if matches!(outcome, Outcome::WithoutDriver { .. }) && others {
                continue;
            }
            let remedy = repaired(cx, found, &outcome);
            drafts.extend(draft(cx, call.span, &call.scope, &outcome).map(|draft| draft.remedy(remedy)));
        }
        for (term, scope, guards) in values(cx.file) {
            let guarded = rewrite::conditions(guards, text).iter().any(|guard| guard.contains("postgres"))
                || on_the_line(text, term.span).is_some();
            if let Some(outcome) = rewrite::spliced(term, text)
                && !guarded
                && connections::stays(cx, guards)
                && !drafts.iter().any(|draft: &Draft| draft.finding.span == term.span)
            {
                let remedy = rewrite::unspliced(term, cx.file.lang, text).map(|code| {
                    let value = Content::Code(code);
                    Remedy::safe(ONCE).change(&cx.file.path, What::Become { at: term.span, value })
                });
                drafts.extend(draft(cx, term.span, scope, &outcome).map(|draft| draft.remedy(remedy)));
            }
        }
        drafts
    }

    fn project(&self, project: &Project, _target: Option<Target>) -> Vec<Draft> {
        absent(project)
    }
}

/// What the fixes do, as a title.
const ONCE: &str = "replace the scheme alone, whichever the URL has";

/// What makes a rewrite right.
fn repaired(cx: &Context<'_>, rewrite: &Rewrite, outcome: &Outcome) -> Option<Remedy> {
    let path = cx.file.path.as_str();
    let remedy = match outcome {
        Outcome::Right => return None,
        Outcome::ForcesTls => Remedy::needs_decision("take the URL as it is set"),
        _ => Remedy::safe(ONCE),
    };
    Some(match rewrite.repair(cx.file.lang)? {
        Repair::Methods { url, calls } => {
            let value = Content::Around { inner: url, before: String::new(), after: calls };
            remedy.change(path, What::Become { at: rewrite.span, value })
        }
        Repair::Arguments(arguments) => arguments.into_iter().fold(remedy, |remedy, (at, text)| {
            remedy.change(path, What::Become { at, value: Content::Code(text) })
        }),
    })
}

/// A condition in front of the call on the same line or the two before: `x.replace(…) if x.startswith(…) else x`.
fn on_the_line(text: &str, span: Span) -> Option<String> {
    let start = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
    let end = text[span.end..].find('\n').map_or(text.len(), |at| span.end + at);
    let outside = format!("{} {}", &text[start..span.start], &text[span.end..end]);
    let asks = ["startswith", "start_with?", "startsWith", "starts_with?", "if "]
        .iter()
        .any(|word| outside.contains(word));
    let line = asks.then_some(outside)?;
    (line.contains("postgres://") || line.contains("postgres:"))
        .then(|| "url.startswith(\"postgres://\")".to_string())
}

/// Every value that can be put together from a scheme and the rest of a URL.
fn values(file: &File) -> Vec<(&Term, &str, &Vec<Guard>)> {
    let mut found = Vec::new();
    let settings =
        file.facts.settings.iter().map(|setting| (&setting.value, &setting.scope, &setting.guards));
    let arguments = file.facts.invocations.iter().flat_map(|call| {
        call.arguments.iter().map(move |argument| (&argument.value, &call.scope, &call.guards))
    });
    for (value, scope, guards) in settings.chain(arguments) {
        value.walk(&mut |term| {
            if matches!(term.value, Value::Joined(_))
                && !found.iter().any(|(known, ..): &(&Term, &str, _)| known.span == term.span)
            {
                found.push((term, scope.as_str(), guards));
            }
        });
    }
    found
}

fn draft(cx: &Context<'_>, span: Span, scope: &str, outcome: &Outcome) -> Option<Draft> {
    let help = "replace the scheme with its colon, once: `replace(\"postgres://\", \"postgresql://\", 1)`";
    let new =
        |message: String, help: &str| Draft::new(&META, &cx.file.path, span, message, help).scope(scope);
    let draft = match outcome {
        Outcome::Right => return None,
        Outcome::Scheme { from, to } => new(format!("this turns `{from}` into `{to}`"), help)
            .label("not only Heroku's `postgres://` comes here"),
        Outcome::Rest { from, to } => new(format!("this turns `{from}` into `{to}`"), help)
            .label("replaces more than the scheme")
            .severity(Severity::Warning),
        Outcome::WithoutDriver { passing, driver } => new(
            format!("a URL that begins with `{passing}` passes by and never becomes `{driver}://`"),
            "let the pattern take both schemes: `re.sub(r\"^postgres(ql)?:\", …)`",
        )
        .label("not every platform hands out `postgres://`")
        .severity(Severity::Warning),
        Outcome::ForcesTls => new(
            "this turns `redis://` into `rediss://`: TLS is used with a server that has none".to_string(),
            "take the URL as it is set: its scheme says whether the server has TLS",
        )
        .label("TLS whatever the URL says"),
    };
    let severity = draft.finding.severity;
    let severity = if cx.file.role == Role::Script { severity.lower() } else { severity };
    Some(draft.severity(severity))
}

/// SQLAlchemy with Heroku's URL as it is.
fn absent(project: &Project) -> Vec<Draft> {
    let files = || project.files.iter().filter(|file| file.lang == Lang::Python && file.role.is_reported());
    if !takes_new_sqlalchemy(project) || project.files.iter().any(rewrites_somewhere) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for file in files() {
        let mut places: Vec<(&Term, &str)> = Vec::new();
        for setting in &file.facts.settings {
            let name = setting.name.rsplit('.').next().unwrap_or_default();
            let known =
                matches!(name, "SQLALCHEMY_DATABASE_URI" | "SQLALCHEMY_DATABASE_URL" | "sqlalchemy.url");
            if known && runs(file, &setting.guards, &setting.scope) {
                places.extend(raw(&setting.value).map(|term| (term, setting.scope.as_str())));
            }
        }
        for call in &file.facts.invocations {
            let opens = client::driver_of(call, file.lang)
                .is_some_and(|driver| driver == client::SQLALCHEMY || driver == client::DATABASES);
            let migrates = call.name() == "set_main_option"
                && call.argument(0).and_then(Term::text) == Some("sqlalchemy.url");
            let url = call.argument_or_keyword(usize::from(migrates), "url");
            if (opens || migrates) && runs(file, &call.guards, &call.scope) {
                places.extend(url.and_then(raw).map(|term| (term, call.scope.as_str())));
            }
        }
        places.sort_by_key(|(term, scope)| (term.span, *scope));
        places.dedup_by_key(|(term, scope)| (term.span, *scope));
        found.extend(places.into_iter().map(|(term, scope)| (file, term, scope)));
    }
    // One rewrite anywhere silences this rule, so that all of them are put right or none.
    let all_texts = found.iter().all(|(file, term, _)| is_text(term, &file.source.text));
    found
        .into_iter()
        .map(|(file, term, scope)| {
            let message =
                "SQLAlchemy 1.4 and newer reject `postgres://`, the scheme that Heroku and others hand out";
            let help = "replace the scheme once, where the URL is read: \
                        `url.replace(\"postgres://\", \"postgresql://\", 1)`";
            Draft::new(&META, &file.path, term.span, message, help)
                .label("used as it is")
                .scope(scope)
                .severity(Severity::Warning)
                .confidence(Confidence::Medium)
                .variable("DATABASE_URL")
                .cause("raw", "is used as it is here too")
                .remedy(all_texts.then(|| replaced(file, term)))
        })
        .collect()
}

/// Whether a read gives a text or raises, and never None.
fn is_text(term: &Term, text: &str) -> bool {
    let Value::Env { default, required, .. } = &term.value else { return false };
    let always = *required || default.as_ref().is_some_and(|default| default.text().is_some());
    let written = term.span.of(text);
    always && written.ends_with([']', ')']) && !written.contains(" or ") && !written.starts_with('(')
}

/// The read with the scheme replaced.
fn replaced(file: &File, term: &Term) -> Remedy {
    let quote = connections::tls::quote(term.span.of(&file.source.text));
    let after = format!(".replace({quote}postgres://{quote}, {quote}postgresql://{quote}, 1)");
    let value = Content::Around { inner: term.span, before: String::new(), after };
    Remedy::safe("replace the scheme that SQLAlchemy rejects")
        .change(&file.path, What::Become { at: term.span, value })
}

fn runs(file: &File, guards: &[Guard], scope: &str) -> bool {
    let text = &file.source.text;
    let lower = scope.to_ascii_lowercase();
    !["develop", "test", "local"].iter().any(|word| lower.contains(word))
        && !production::is_development_file(&file.path)
        && !guards.iter().any(|guard| production::is_development(guard.span.of(text), guard.holds))
}

/// The read of `DATABASE_URL`, where a value is just that, or that or something else.
fn raw(value: &Term) -> Option<&Term> {
    value.alternatives().into_iter().find_map(|(_, term)| match &term.value {
        Value::Env { name: Name::Known(name), .. } if name == "DATABASE_URL" => Some(term),
        _ => None,
    })
}

/// Whether a file does anything about the scheme: then nobody can say without running it.
fn rewrites_somewhere(file: &File) -> bool {
    let text = &file.source.text;
    file.lang == Lang::Python
        && file.role.is_reported()
        && [
            "\"postgres://\"",
            "'postgres://'",
            "\"postgres:\"",
            "'postgres:'",
            "\"postgres\"",
            "'postgres'",
            "^postgres",
            "postgresql+",
            "DatabaseURL",
            "make_url",
            "URL.create",
        ]
        .iter()
        .any(|word| text.contains(word))
}

/// Whether the project's SQLAlchemy may be one that rejects `postgres://`.
fn takes_new_sqlalchemy(project: &Project) -> bool {
    let asked = project.files.iter().flat_map(|file| &file.facts.dependencies);
    let asked: Vec<_> = asked
        .filter(|dependency| dependency.ecosystem == "pypi")
        .filter(|dependency| {
            let name = dependency.name.to_ascii_lowercase().replace('_', "-");
            matches!(name.as_str(), "sqlalchemy" | "flask-sqlalchemy" | "databases" | "sqlmodel" | "alembic")
        })
        .collect();
    let old = asked.iter().any(|dependency| {
        dependency.name.eq_ignore_ascii_case("sqlalchemy") && is_before_1_4(&dependency.requirement)
    });
    !asked.is_empty() && !old
}

/// Whether a requirement allows nothing but versions before 1.4.
fn is_before_1_4(requirement: &str) -> bool {
    let requirement = requirement.trim();
    if requirement.is_empty() {
        return false;
    }
    requirement.split(',').any(|clause| {
        let clause = clause.trim();
        let digits = clause.trim_start_matches(['=', '~', '^', '<', '>', '!', ' ']);
        let operator = clause[..clause.len() - digits.len()].trim();
        let mut parts = digits.split('.').map(|part| part.parse::<u32>().ok());
        let (Some(Some(major)), minor) = (parts.next(), parts.next().flatten().unwrap_or(0)) else {
            return false;
        };
        let old = (major, minor) < (1, 4);
        match operator {
            "==" | "===" | "~=" | "~" | "" | "<=" => old,
            "<" => (major, minor) <= (1, 4),
            "^" => old && major == 0,
            _ => false,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requirements_are_read() {
        for old in ["==1.3.24", "<1.4", "<=1.3", "~=1.3.0", ">=1.2,<1.4"] {
            assert!(is_before_1_4(old), "{old}");
        }
        for new in ["", "==1.4.0", ">=1.3", "==2.0.23", "<2", ">=1.4,<2"] {
            assert!(!is_before_1_4(new), "{new}");
        }
    }
}
