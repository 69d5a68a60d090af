//! What puts a reading right: the team's own name for what the value tells, read first.

use std::sync::LazyLock;

use regex::Regex;

use crate::effect::Effect;
use crate::expr::{Expr, Question};
use crate::fact::{EnvRead, Form, Place, ReadKind, Use};
use crate::platform::{self, Purpose, Variable, provided};
use crate::project::Project;
use crate::remedy::Remedy;
use crate::rules::{Context, bridge};

use super::{Reading, Softening, is_only_naming};

/// What teams give a flag that says yes.
const YES: &[&str] = &["true", "True", "TRUE", "1", "yes", "on", "y", "t"];

impl<'a> Reading<'a> {
    /// The remedy that reads the team's own name for `purpose` first; `None` where more than this read would
    /// have to change.
    pub fn bridge(&self, purpose: Purpose, cx: &Context<'_>) -> Option<Remedy> {
        if self.is(Softening::NeutralFirst) {
            return Some(bridge::put_right_elsewhere(cx.project, purpose));
        }
        let first = self.first_of_chain(purpose, cx).unwrap_or(self.read);
        let heroku = first.name.known()?;
        // One access that reads a list of names gives a value of its own to each.
        let alone = first.uses.iter().all(|site| site.name.is_some() || site.span == first.span);
        let settled = is_direct(self.read) && is_direct(first) && alone && purpose != Purpose::Other;
        settled.then(|| bridge::read_first(cx.project, &cx.file.path, first, purpose, heroku))
    }

    /// The remedy for a value that is passed on: what it tells, under the team's own name.
    pub fn bridge_value(&self, cx: &Context<'_>) -> Option<Remedy> {
        let purpose = platform::purpose(self.name)?;
        let doubtful = match purpose {
            Purpose::AppName => self.needs_heroku_itself(cx)?,
            _ => false,
        };
        self.bridge(purpose, cx).map(|remedy| remedy.unless(doubtful))
    }

    /// The remedy for a question whether the variable is set, where the question stands for "are we deployed".
    pub fn bridge_question(&self, purpose: Purpose, cx: &Context<'_>) -> Option<Remedy> {
        let yes = yes(cx.project);
        if !self.only_asks(yes) || self.weakens_heroku() {
            return None;
        }
        let mut remedy = self.bridge(purpose, cx)?.unless(true);
        for variable in &mut remedy.variables {
            variable.what = match yes {
                Some(yes) => provided(purpose).replace("any text", &format!("`{yes}`")),
                None => provided(purpose).to_string(),
            };
        }
        Some(remedy)
    }

    /// The remedy for metadata in a condition. Where the value itself is used behind the condition, both read the
    /// same name; else the condition only asks where the program runs.
    pub fn bridge_guard(&self, cx: &Context<'_>) -> Option<Remedy> {
        let own = |read: &&EnvRead| read.name.is(self.name) && read.span != self.read.span;
        let behind = |read: &EnvRead| {
            read.guards.iter().any(|guard| guard.span.contains(self.read.span))
                || read.uses.iter().any(|site| site.name.is_none() && site.expr.holds(self.read.span))
        };
        let is_used = cx.file.facts.reads.iter().filter(own).any(behind);
        if is_used || !self.only_asks(None) {
            let remedy = self.bridge_value(cx).filter(|_| !self.weakens_heroku());
            return remedy.map(|remedy| remedy.unless(self.gravest().is_some()));
        }
        self.bridge_question(Purpose::Here, cx)
    }

    /// Whether the question makes Heroku the less secure side, without checks of certificates for example:
    /// that is nothing to take along.
    fn weakens_heroku(&self) -> bool {
        let is_weak = |effect: Effect| {
            matches!(
                effect,
                Effect::Tls(Some(false))
                    | Effect::HttpsRedirect(Some(false))
                    | Effect::SecureCookie(Some(false))
                    | Effect::Debug(Some(true))
            )
        };
        let is_strong = |effect: Effect| {
            matches!(
                effect,
                Effect::Tls(Some(true))
                    | Effect::HttpsRedirect(Some(true))
                    | Effect::SecureCookie(Some(true))
                    | Effect::Debug(Some(false))
            )
        };
        self.flips.iter().any(|flip| {
            let (runs, lost) = flip.effects();
            lost.iter().any(|(effect, _)| is_weak(*effect))
                || runs.iter().any(|(effect, _)| is_strong(*effect))
                || (flip.changes() && flip.target_effect().is_some_and(is_strong))
        })
    }

    /// Whether all that matters is whether the variable is set, or holds `yes`.
    pub fn only_asks(&self, yes: Option<&str>) -> bool {
        let uses = &self.read.uses;
        let asks = |site: &Use| {
            let decides = matches!(&site.place, Place::Condition(branches) if branches.form != Form::Case);
            is_understood(site, self.name) && asks(&site.expr, self.name, decides, yes)
        };
        let mut rest = uses.iter().filter(|site| !is_only_naming(site, uses)).peekable();
        match rest.peek() {
            None => self.read.kind == ReadKind::Presence,
            Some(_) => rest.all(asks),
        }
    }

    /// The read that stands before this one in a chain that tries several of Heroku's variables for the same
    /// purpose: `ENV["HEROKU_BUILD_COMMIT"] || ENV["HEROKU_SLUG_COMMIT"]`.
    fn first_of_chain(&self, purpose: Purpose, cx: &Context<'a>) -> Option<&'a EnvRead> {
        let like = |expr: &Expr| match expr {
            Expr::Read { name: Some(name), span, .. } | Expr::Presence { name: Some(name), span } => {
                (*span != self.read.span && bridge::tells(name, purpose)).then_some(*span)
            }
            _ => None,
        };
        let mut first = None;
        for site in self.read.uses.iter().filter(|site| site.name.is_none()) {
            site.expr.walk(&mut |part| match part {
                Expr::Any(parts) | Expr::Coalesce(parts) => {
                    let mine = parts.iter().position(|part| part.holds(self.read.span)).unwrap_or(0);
                    first = first.or_else(|| parts[..mine].iter().find_map(like));
                }
                Expr::Read { default: Some(default), .. } if default.holds(self.read.span) => {
                    first = first.or_else(|| like(part));
                }
                _ => {}
            });
        }
        cx.file.facts.reads.iter().find(|read| Some(read.span) == first)
    }

    /// Whether the application's name may be meant as the name that Heroku knows it by; `None` where that is
    /// certain: in `"#{app}.herokuapp.com"`, and in files that call Heroku's API.
    fn needs_heroku_itself(&self, cx: &Context<'_>) -> Option<bool> {
        let mut doubtful = false;
        let own = std::iter::once((&cx.file.source, self.read.span));
        let elsewhere = self.read.uses.iter().map(|site| match &site.path {
            Some(path) => Some((cx.project.source(path)?, site.expr_span)),
            None => Some((&cx.file.source, site.expr_span)),
        });
        for place in own.map(Some).chain(elsewhere) {
            let (source, span) = place?;
            let text = source.text.as_str();
            let start = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
            let end = text[span.end..].find('\n').map_or(text.len(), |at| span.end + at);
            let lines = &text[start..end];
            if HEROKU_API.is_match(text) || HEROKU_HOST.is_match(lines) {
                return None;
            }
            doubtful |= lines.replace("HEROKU_", "").to_ascii_lowercase().contains("heroku");
        }
        Some(doubtful)
    }
}

/// Signs of Heroku's API in a file: its clients, and what they log in with.
static HEROKU_API: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)api\.heroku\.com|\bheroku3\b|platform[-_]?api|heroku-client|HEROKU_(?:\w+_)?(?:TOKEN|KEY)\b|HEROKU_OAUTH",
    )
    .expect("a regular expression")
});

/// Hosts of Heroku, its command line, and what is named after it and called.
static HEROKU_HOST: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)herokuapp|heroku\.com|\bheroku\s|\bheroku\w*\s*[.(\[]").expect("a regular expression")
});

/// Whether the access itself names the variable.
fn is_direct(read: &EnvRead) -> bool {
    read.via.is_none() && matches!(read.kind, ReadKind::Value | ReadKind::Presence)
}

/// Whether nothing around the use hides what becomes of the value.
fn is_understood(site: &Use, name: &str) -> bool {
    let mut hidden = false;
    site.expr.walk(&mut |part| {
        hidden |= matches!(part, Expr::Opaque(span) if span.contains(site.span));
    });
    !hidden && site.expr.names().contains(&name)
}

/// Whether the expression depends on the variable only by asking whether it is set, or whether it holds `yes`.
/// `decides` says that only the truth of the expression matters.
fn asks(expr: &Expr, name: &str, decides: bool, yes: Option<&str>) -> bool {
    if !expr.names().contains(&name) {
        return true;
    }
    let of = |expr: &Expr, decides: bool| asks(expr, name, decides, yes);
    match expr {
        Expr::Presence { .. } => true,
        Expr::Read { name: Some(read), .. } if read == name => decides,
        Expr::Read { default: Some(default), .. } => of(default, decides),
        Expr::Not(inner) => of(inner, true),
        Expr::Any(parts) | Expr::Coalesce(parts) => parts.iter().all(|part| of(part, decides)),
        Expr::All(parts) => {
            parts.iter().enumerate().all(|(at, part)| of(part, decides || at + 1 < parts.len()))
        }
        Expr::Ask { question: Question::Present | Question::Nil | Question::Blank, subject, .. } => {
            of(subject, true)
        }
        Expr::Equal(left, right) => [(left, right), (right, left)].into_iter().any(|(one, other)| {
            let own = matches!(one.as_ref(), Expr::Read { name: Some(read), .. } if read == name);
            match other.as_ref() {
                Expr::Nil => of(one, true),
                Expr::Text(text) => own && (text.is_empty() || Some(text.as_str()) == yes),
                _ => false,
            }
        }),
        Expr::Choose { condition, then, otherwise } => {
            of(condition, true) && of(then, decides) && of(otherwise, decides)
        }
        _ => false,
    }
}

/// The text by which all of a project's flags say yes, where they are compared with one.
fn yes(project: &Project) -> Option<&str> {
    let mut texts: Vec<&str> = Vec::new();
    for read in project.files.iter().filter(|file| file.role.is_reported()).flat_map(|file| &file.facts.reads)
    {
        let Some(name) = read.name.known() else { continue };
        if platform::heroku_variable(name) != Some(Variable::Flag) {
            continue;
        }
        if read.api.contains("bool") {
            texts.push("true");
        }
        texts.extend(
            read.uses
                .iter()
                .flat_map(|site| crate::polarity::compared_with(&site.expr, name))
                .filter(|text| !text.is_empty()),
        );
    }
    texts.sort_unstable();
    texts.dedup();
    match texts.as_slice() {
        [text] if YES.contains(text) => Some(text),
        _ => None,
    }
}
