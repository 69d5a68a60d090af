//! What the rules of the identity family share: a read of a variable that only Heroku sets, what it
//! is there for, what flips, and how much other code softens it.

use crate::effect::{Effect, is_logging_call};
use crate::expr::{Expr, Part, Question, Truth, Value};
use crate::fact::{EnvRead, Form, Place, ReadKind, Use, WriteKind, looks_like_variable};
use crate::finding::{Finding, Related};
use crate::lang::Lang;
use crate::platform::{self, Purpose, Variable};
use crate::polarity::{self, Flip, Outcome};
use crate::role::Role;
use crate::rule::{Confidence, Impact, Meta, Severity};
use crate::rules::production::{is_development, is_development_file};
use crate::rules::{Context, Draft};
use crate::span::Span;

mod remedies;

/// Languages of programs and of what starts them.
pub const PROGRAMS: &[Lang] = &[
    Lang::Ruby,
    Lang::Erb,
    Lang::Haml,
    Lang::Slim,
    Lang::Python,
    Lang::JavaScript,
    Lang::TypeScript,
    Lang::Tsx,
    Lang::Vue,
    Lang::Svelte,
    Lang::Shell,
    Lang::Dockerfile,
    Lang::Procfile,
    Lang::Makefile,
    Lang::Yaml,
    Lang::Json,
];

/// Every surface on which a variable can be read.
pub const ANY: &[Lang] = &[
    Lang::Ruby,
    Lang::Erb,
    Lang::Haml,
    Lang::Slim,
    Lang::Python,
    Lang::JavaScript,
    Lang::TypeScript,
    Lang::Tsx,
    Lang::Vue,
    Lang::Svelte,
    Lang::Shell,
    Lang::Dockerfile,
    Lang::Procfile,
    Lang::Makefile,
    Lang::Yaml,
    Lang::Json,
    Lang::Dotenv,
    Lang::Plain,
];

/// A read of a variable that only Heroku sets.
pub struct Reading<'a> {
    /// The fact.
    pub read: &'a EnvRead,
    /// The variable's name.
    pub name: &'a str,
    /// What the variable is about.
    pub variable: Variable,
    /// What its value is there for.
    pub intent: Intent,
    /// Every use in both worlds, in the order of [`EnvRead::uses`].
    pub flips: Vec<Flip<'a>>,
    /// What makes it less bad.
    pub softened: Vec<Softening>,
}

/// What a value is there for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Intent {
    /// It tells instances of a process type apart: `== "web.1"`, the number after the dot.
    Ordinal,
    /// It tells process types apart: `start_with?("web")`. The types named.
    ProcessType(Vec<String>),
    /// Only whether it is set matters, or what it equals.
    Switch,
    /// It names something shared: an index, a prefix, a queue, a bucket.
    Namespace,
    /// It is passed on as it is.
    Data,
}

/// Something that makes a coupling less bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Softening {
    /// A variable of the project's own is tried first.
    NeutralFirst,
    /// A variable of the project's own is asked in an earlier branch of the same chain.
    NeutralBefore,
    /// Other platforms are tested in the same breath.
    OtherPlatforms,
    /// Something stands in for an unset variable.
    Default,
    /// The host name stands in for an instance's name, as it should.
    HostName,
    /// The value only goes to logs or error reports.
    LoggingOnly,
    /// It runs only in development or tests.
    DevelopmentOnly,
    /// The file is a tool, or meant for development.
    Tool,
}

impl<'a> Reading<'a> {
    /// The reading of a fact, if its variable is one that only Heroku sets.
    pub fn of(read: &'a EnvRead, cx: &Context<'a>) -> Option<Self> {
        let name = read.name.known()?;
        let variable = platform::heroku_variable(name)?;
        let truth = cx.file.lang.truth();
        let is_flag = matches!(variable, Variable::Flag);
        let flips = read.uses.iter().map(|site| polarity::flip(site, name, is_flag, truth, cx.target));
        let flips = reachable(flips.collect());
        let mut reading = Self { read, name, variable, intent: Intent::Data, flips, softened: Vec::new() };
        reading.intent = reading.find_intent();
        reading.softened = reading.find_softenings(cx);
        Some(reading)
    }

    /// Whether the reading has this softening.
    pub fn is(&self, softening: Softening) -> bool {
        self.softened.contains(&softening)
    }

    /// Whether nothing is to be said at default level.
    pub fn is_harmless(&self) -> bool {
        self.is(Softening::NeutralFirst)
            || self.is(Softening::DevelopmentOnly)
            || self.is(Softening::HostName)
    }

    /// The question behind which this read can only run on Heroku, if there is one.
    pub fn behind(&self, cx: &Context<'_>) -> Option<Span> {
        let truth = cx.file.lang.truth();
        let own = self.read.uses.first().filter(|site| site.name.is_none());
        if let Some(asked) = own.and_then(|site| asked_before(&site.expr, self, truth, cx)) {
            return Some(asked);
        }
        self.read.guards.iter().find_map(|guard| {
            let subject =
                guard.expr.names().into_iter().find(|name| platform::heroku_variable(name).is_some())?;
            let outcome = polarity::after(&guard.expr, subject, truth, cx.target);
            (outcome == Outcome::Always(!guard.holds) || outcome == Outcome::Raises).then_some(guard.span)
        })
    }

    fn find_intent(&self) -> Intent {
        if self.variable != Variable::Dyno {
            return self.find_name_intent();
        }
        let mut types = Vec::new();
        let (mut ordinal, mut by_type, mut switch) = (false, false, self.read.kind == ReadKind::Presence);
        for site in self.flips.iter().map(|flip| flip.site) {
            let own = |expr: &Expr| is_value_of(expr, self.name);
            site.expr.walk(&mut |expr| match expr {
                Expr::Equal(left, right) => {
                    for (one, other) in [(left, right), (right, left)] {
                        if !own(one) {
                            continue;
                        }
                        match other.as_ref() {
                            Expr::Text(text) if has_number(text) => ordinal = true,
                            Expr::Text(text) if !text.is_empty() => {
                                if is_tail(one) {
                                    ordinal = true;
                                } else {
                                    by_type = true;
                                    types.push(text.clone());
                                }
                            }
                            Expr::Number(_) => ordinal = true,
                            Expr::Nil => switch = true,
                            _ => {}
                        }
                    }
                }
                Expr::Ask { question, subject, .. } if own(subject) => match question {
                    Question::StartsWith(text)
                    | Question::Contains(text)
                    | Question::Matches(text)
                    | Question::EndsWith(text) => {
                        if has_number(text)
                            || (matches!(question, Question::EndsWith(_)) && ends_in_digit(text))
                        {
                            ordinal = true;
                        } else {
                            by_type = true;
                            types.push(text.clone());
                        }
                    }
                    Question::Present | Question::Nil | Question::Blank => switch = true,
                    Question::Other { .. } => {}
                },
                Expr::Part { part, subject, .. } if own(subject) => match part {
                    Part::Tail | Part::Number => ordinal = true,
                    Part::Head | Part::Pieces => by_type = true,
                    Part::Form { .. } | Part::Other(_) => {}
                },
                _ => {}
            });
            switch |= decides(site) && !matches!(site.place, Place::Condition(ref b) if b.form == Form::Case);
        }
        types.sort();
        types.dedup();
        match (ordinal, by_type, switch) {
            (true, ..) => Intent::Ordinal,
            (_, true, _) => Intent::ProcessType(types),
            (_, _, true) => Intent::Switch,
            _ => Intent::Data,
        }
    }

    fn find_name_intent(&self) -> Intent {
        if self.variable == Variable::AppName {
            for site in &self.read.uses {
                if names_something_shared(site) {
                    return Intent::Namespace;
                }
                if !polarity::compared_with(&site.expr, self.name).iter().all(|text| text.is_empty()) {
                    return Intent::Namespace;
                }
            }
        }
        let decides = self.read.kind == ReadKind::Presence || self.read.uses.iter().any(decides);
        if decides { Intent::Switch } else { Intent::Data }
    }

    fn find_softenings(&self, cx: &Context<'_>) -> Vec<Softening> {
        let mut softened = Vec::new();
        let text = &cx.file.source.text;
        if is_tried_after(self.read, self.name, cx, &is_of_heroku) {
            softened.push(Softening::NeutralFirst);
        }
        let neutral = |expr: &Expr| {
            matches!(expr, Expr::Read { .. } | Expr::Presence { .. }) && is_neutral(expr, &is_of_heroku)
        };
        if self.read.guards.iter().any(|guard| !guard.holds && neutral(&guard.expr)) {
            softened.push(Softening::NeutralBefore);
        }
        let others = |expr: &Expr| expr.names().iter().any(|name| platform::other_platform(name).is_some());
        if self.read.uses.iter().any(|site| others(&site.expr))
            || self.read.guards.iter().any(|guard| !guard.holds && others(&guard.expr))
        {
            softened.push(Softening::OtherPlatforms);
        }
        if !softened.contains(&Softening::OtherPlatforms)
            && self.read.default.is_some_and(|default| stands_in(default.of(text)))
        {
            softened.push(Softening::Default);
            let names_host = self.read.default.is_some_and(|default| {
                let lower = default.of(text).to_ascii_lowercase();
                lower.contains("hostname") || lower.contains("platform.node") || lower.contains("uname")
            });
            if names_host && matches!(self.intent, Intent::Data) {
                softened.push(Softening::HostName);
            }
        }
        let carriers = self.read.uses.iter().filter(|site| !is_only_naming(site, &self.read.uses));
        if !self.read.uses.is_empty() && carriers.clone().count() > 0 && carriers.clone().all(only_logs) {
            softened.push(Softening::LoggingOnly);
        }
        let asks_mode = |site: &Use| site.path.is_none() && asks_for_development(&site.expr, self.read, text);
        if self.read.guards.iter().any(|guard| is_development(guard.span.of(text), guard.holds))
            || self.read.uses.iter().any(asks_mode)
        {
            softened.push(Softening::DevelopmentOnly);
        }
        if cx.file.role == Role::Script || is_development_file(&cx.file.path) {
            softened.push(Softening::Tool);
        }
        softened
    }

    /// The flip that matters most: raising, then grave effects, then any change, the own place first.
    pub fn worst(&self) -> Option<&Flip<'a>> {
        let weight = |flip: &Flip<'_>| {
            let (runs, lost) = flip.effects();
            let grave = runs.iter().any(|(effect, _)| effect.is_grave())
                || lost.iter().any(|(effect, _)| is_loss(*effect))
                || flip.target_effect().is_some_and(Effect::is_grave);
            let raises = flip.outcome.1 == Outcome::Raises && flip.outcome.0 != Outcome::Raises;
            let decides = decides(flip.site);
            let branches = matches!(flip.site.place, Place::Condition(_));
            (raises, grave && flip.changes(), branches && flip.changes(), decides && flip.changes(), decides)
        };
        let mut best: Option<&Flip<'a>> = None;
        for flip in &self.flips {
            if best.is_none_or(|known| weight(flip) > weight(known)) {
                best = Some(flip);
            }
        }
        best
    }

    /// Whether evaluating the value raises after the move.
    pub fn raises(&self) -> bool {
        self.flips.iter().any(|flip| flip.outcome.1 == Outcome::Raises && flip.outcome.0 != Outcome::Raises)
    }

    /// Whether any use decides which way the program goes.
    pub fn decides(&self) -> bool {
        self.flips.iter().any(|flip| decides(flip.site))
    }

    /// What happens when a yes-or-no question flips.
    pub fn switch_impact(&self) -> Impact {
        let stops = |flip: &Flip<'_>| {
            flip.changes()
                && flip.effects().0.iter().any(|(effect, _)| matches!(effect, Effect::Raises | Effect::Exits))
        };
        if self.raises() || self.flips.iter().any(stops) { Impact::BootFails } else { Impact::FlipsSilently }
    }

    /// The severity of a yes-or-no question that flips.
    pub fn switch_severity(&self) -> Severity {
        if self.raises() || self.gravest().is_some() { Severity::Error } else { Severity::Warning }
    }

    /// Effects of the worst flip, and what else is given a value by it, worst first.
    pub fn gravest(&self) -> Option<Effect> {
        let flip = self.worst()?;
        let (runs, lost) = flip.effects();
        if !flip.changes() {
            return None;
        }
        let gained = runs.iter().map(|(effect, _)| *effect).chain(flip.target_effect());
        let gained = gained.filter(|effect| effect.is_grave());
        gained.chain(lost.iter().map(|(effect, _)| *effect).filter(|effect| is_loss(*effect))).min()
    }

    /// The finding that all rules of the family start from. `severity` is the severity before softening.
    pub fn draft(&self, meta: &'static Meta, cx: &Context<'_>, said: Said, severity: Severity) -> Draft {
        let read = self.read;
        let mut severity = severity;
        for softening in &self.softened {
            severity = match softening {
                Softening::OtherPlatforms
                | Softening::NeutralFirst
                | Softening::NeutralBefore
                | Softening::HostName
                | Softening::DevelopmentOnly => Severity::Note,
                // What stops a program is no matter of its logs.
                Softening::LoggingOnly if self.raises() => severity,
                Softening::Default | Softening::LoggingOnly | Softening::Tool => severity.lower(),
            };
        }
        if read.kind == ReadKind::Schema {
            severity = severity.lower();
        }
        let counts = |softening: &&Softening| !(**softening == Softening::LoggingOnly && self.raises());
        let mut notes: Vec<String> =
            self.softened.iter().filter(counts).filter_map(|softening| softening.note()).collect();
        if let Some(target) = cx.target {
            notes.insert(0, platform::target_note(said.purpose, target));
        }
        let mut related = Vec::new();
        self.relate_flips(&mut related, cx);
        if let Some(via) = read.via.as_ref().filter(|via| !via.path.is_empty()) {
            related.push(Related {
                path: via.path.clone(),
                span: via.span,
                message: format!("`{}` reads the environment here", via.function),
            });
        }
        self.relate_declarations(&mut related, cx);
        let wrapped_by_name = is_library(read);
        let confidence =
            if wrapped_by_name { meta.confidence.min(Confidence::Medium) } else { meta.confidence };
        let conditions = self
            .flips
            .iter()
            .filter(|flip| matches!(flip.site.place, Place::Condition(_)))
            .map(|flip| (flip.site.path.clone().unwrap_or_else(|| cx.file.path.clone()), flip.site.expr_span))
            .collect();
        // Reads in one condition or one chain have one cause, and so have the values of a variable that a
        // file passes on.
        let list = read.uses.first().filter(|site| site.span != read.span && site.name.is_none());
        let joint = read.uses.iter().find(|site| {
            let heroku = |name: &&str| platform::heroku_variable(name).is_some() && *name != self.name;
            site.name.is_none() && (decides(site) || site.expr.names().iter().any(heroku))
        });
        let cause = Some(match (list, joint) {
            // One access reads a whole list of names.
            (Some(site), _) => format!("{:?}", site.span),
            (None, Some(site)) => format!("{:?}", site.expr_span),
            (None, None) => self.name.to_string(),
        });
        Draft {
            finding: Finding {
                rule: meta,
                path: cx.file.path.clone(),
                span: read.span,
                message: said.message,
                label: said.label,
                help: said.help,
                notes,
                severity,
                confidence,
                impact: said.impact,
                step: meta.step,
                related,
                joined: Vec::new(),
                scope: read.scope.clone(),
                variable: Some(self.name.to_string()),
                fixes: Vec::new(),
                fingerprint: String::new(),
            },
            cause,
            also: if read.kind == ReadKind::Schema { "is declared here" } else { "is read here too" },
            conditions,
            remedies: Vec::new(),
            harmless: false,
        }
    }

    fn relate_flips(&self, related: &mut Vec<Related>, cx: &Context<'_>) {
        for flip in &self.flips {
            let path = flip.site.path.clone().unwrap_or_else(|| cx.file.path.clone());
            if let Some(name) = &flip.site.name {
                let message = match (&flip.site.place, flip.outcome) {
                    (_, (Outcome::Raises, _)) => continue,
                    (_, (_, Outcome::Raises)) => format!("`{name}` makes this raise after the move"),
                    (Place::Condition(_), (before, Outcome::Always(holds)))
                        if before != Outcome::Always(holds) =>
                    {
                        format!("`{name}` makes this always {holds} after the move")
                    }
                    (Place::Condition(_), _) => format!("`{name}` decides here"),
                    (Place::Argument { callee, .. }, _) if is_logging_call(callee) => continue,
                    (Place::Other, _) if flip.site.expr.names().is_empty() => continue,
                    _ => format!("`{name}` is used here"),
                };
                related.push(Related { path: path.clone(), span: flip.site.span, message });
            }
            if !flip.changes() {
                continue;
            }
            let (runs, lost) = flip.effects();
            for (effect, span) in runs {
                related.push(Related {
                    path: path.clone(),
                    span,
                    message: format!("runs after the move: {}", effect.does()),
                });
            }
            for (effect, span) in lost {
                related.push(Related {
                    path: path.clone(),
                    span,
                    message: format!("no longer runs: {}", effect.does()),
                });
            }
        }
        related.dedup();
        related.truncate(8);
    }

    /// Where the variable is documented or set: it can be set on the target in the same way.
    fn relate_declarations(&self, related: &mut Vec<Related>, cx: &Context<'_>) {
        let mut found = 0;
        for file in &cx.project.files {
            if !file.role.is_reported() {
                continue;
            }
            for write in file.facts.writes.iter().filter(|write| write.name.is(self.name)) {
                if write.kind == WriteKind::Unset || found >= 3 {
                    continue;
                }
                found += 1;
                let what = if write.kind == WriteKind::Declare { "declared" } else { "set" };
                related.push(Related {
                    path: file.path.clone(),
                    span: write.name_span,
                    message: format!("`{}` is {what} here ({})", self.name, write.surface),
                });
            }
        }
    }
}

/// The read in the condition of a ternary, where this read stands in the branch that only Heroku takes.
fn asked_before(expr: &Expr, reading: &Reading<'_>, truth: Truth, cx: &Context<'_>) -> Option<Span> {
    let mut asked = None;
    expr.walk(&mut |part| {
        let Expr::Choose { condition, then, otherwise } = part else { return };
        let Some(subject) =
            condition.names().into_iter().find(|name| platform::heroku_variable(name).is_some())
        else {
            return;
        };
        let lost = match polarity::after(condition, subject, truth, cx.target) {
            Outcome::Always(true) => otherwise,
            Outcome::Always(false) => then,
            Outcome::Raises | Outcome::Depends => return,
        };
        if lost.holds(reading.read.span) && !condition.holds(reading.read.span) {
            condition.walk(&mut |part| {
                if let Expr::Read { name: Some(name), span, .. } | Expr::Presence { name: Some(name), span } =
                    part
                    && name == subject
                {
                    asked = asked.or(Some(*span));
                }
            });
        }
    });
    asked
}

/// Leaves out the uses behind a question to the same variable that fails after the move: after
/// `if dyno:` nothing that uses `dyno` can raise.
fn reachable(flips: Vec<Flip<'_>>) -> Vec<Flip<'_>> {
    let lost: Vec<(Option<String>, Span)> =
        flips.iter().filter_map(|flip| Some((flip.site.path.clone(), flip.lost?.span))).collect();
    flips
        .into_iter()
        .filter(|flip| {
            let behind = |(path, span): &(Option<String>, Span)| {
                *path == flip.site.path && span.contains(flip.site.span)
            };
            !lost.iter().any(behind)
        })
        .collect()
}

/// What a rule says about a reading.
pub struct Said {
    /// The finding's message.
    pub message: String,
    /// The label at the place.
    pub label: String,
    /// What to do.
    pub help: String,
    /// What happens after the move.
    pub impact: Impact,
    /// What the value is for, to say what a target offers.
    pub purpose: Purpose,
}

impl Softening {
    fn note(self) -> Option<String> {
        Some(
            match self {
                Softening::OtherPlatforms => {
                    "other platforms are tested in the same place, so this is known to be many-platform code"
                }
                Softening::HostName => "the host name stands in",
                Softening::Default => "a default stands in where the variable is unset",
                Softening::LoggingOnly => "the value only goes to logs or error reports",
                Softening::NeutralFirst | Softening::NeutralBefore => "a variable of your own is tried first",
                Softening::DevelopmentOnly => "this runs only in development or tests",
                Softening::Tool => return None,
            }
            .to_string(),
        )
    }
}

/// How a worst flip reads in a message: "elsewhere this is always true and raises".
pub fn consequence(reading: &Reading<'_>) -> Option<(String, String)> {
    let flip = reading.worst()?;
    if !flip.changes() {
        return None;
    }
    let (runs, lost) = flip.effects();
    let subject = match &flip.site.name {
        Some(name) => format!("the test of `{name}`"),
        None => "this".to_string(),
    };
    let first = |effects: &[(Effect, Span)]| {
        let weight = |effect: &Effect| (!effect.is_grave(), effect.is_vague(), *effect);
        effects.iter().map(|(effect, _)| *effect).min_by_key(weight)
    };
    let holds = match flip.outcome.1 {
        Outcome::Raises => {
            let what =
                flip.site.name.as_ref().map_or("this".to_string(), |name| format!("the use of `{name}`"));
            return Some((format!("elsewhere {what} raises"), "raises after the move".to_string()));
        }
        Outcome::Always(holds) => holds,
        Outcome::Depends => return None,
    };
    let named = |name: &str| !name.is_empty() && name.len() <= 40;
    // A secret is not repeated, and neither is what stands in for it.
    let result = match flip.target_effect() {
        Some(Effect::Secret) => "always the stand-in".to_string(),
        _ => result(&flip.after),
    };
    let what = match &flip.site.place {
        Place::Condition(_) => {
            let always = format!("elsewhere {subject} is always {holds}");
            match (first(&runs), first(&lost)) {
                (Some(effect), lost) if effect.is_grave() || lost.is_none_or(|lost| !is_loss(lost)) => {
                    format!("{always} and {}", effect.does())
                }
                (_, Some(effect)) => format!("{always} and no longer {}", effect.does()),
                (_, None) => always,
            }
        }
        Place::Bound { target } if named(target) => format!("elsewhere `{target}` is {result}"),
        Place::Argument { keyword: Some(keyword), .. } if named(keyword) => {
            format!("elsewhere `{keyword}` is {result}")
        }
        Place::Returned { function } if named(function) => match flip.after {
            Value::Nil => format!("elsewhere `{function}` gives nothing"),
            _ => format!("elsewhere what `{function}` gives is {result}"),
        },
        _ => format!("elsewhere this is {result}"),
    };
    let label = match flip.after {
        // What a name decides elsewhere is told there.
        _ if flip.site.name.is_some() => "unset after the move".to_string(),
        Value::Nil | Value::Text(_) => "unset after the move".to_string(),
        _ => format!("always {holds} after the move"),
    };
    Some((what, label))
}

/// A value after the move, in words.
fn result(value: &Value) -> String {
    match value {
        Value::Nil => "empty".to_string(),
        Value::Text(text) if text.is_empty() => "empty".to_string(),
        Value::Text(text) if text.len() <= 20 => format!("always `{text}`"),
        Value::Bool(value) => format!("always {value}"),
        _ => "always the same".to_string(),
    }
}

/// How the language reads `first` and falls back to `second`: the form that runs on both platforms.
pub fn either(lang: Lang, first: &str, second: &str) -> String {
    match lang {
        Lang::Ruby | Lang::Erb | Lang::Haml | Lang::Slim | Lang::Yaml => {
            format!("ENV[\"{first}\"] || ENV[\"{second}\"]")
        }
        Lang::Python => format!("os.environ.get(\"{first}\") or os.environ.get(\"{second}\")"),
        Lang::JavaScript | Lang::TypeScript | Lang::Tsx | Lang::Vue | Lang::Svelte => {
            format!("process.env.{first} ?? process.env.{second}")
        }
        Lang::Makefile => format!("$(or $({first}),$({second}))"),
        Lang::Plain => format!("{first}, then {second}"),
        _ => format!("${{{first}:-${second}}}"),
    }
}

/// The variable in which the language's frameworks hold the name of the environment.
pub fn environment_name(lang: Lang) -> &'static str {
    match lang {
        Lang::Ruby | Lang::Erb | Lang::Haml | Lang::Slim | Lang::Yaml => {
            "`RAILS_ENV` or an `APP_ENV` of your own"
        }
        Lang::JavaScript | Lang::TypeScript | Lang::Tsx | Lang::Vue | Lang::Svelte => {
            "`NODE_ENV` or an `APP_ENV` of your own"
        }
        Lang::Python => "`DJANGO_ENV`, `FLASK_ENV` or an `APP_ENV` of your own",
        _ => "an `APP_ENV` of your own",
    }
}

/// Whether the expression is the variable's value, or a text made from it; not merely something that
/// depends on it.
fn is_value_of(expr: &Expr, name: &str) -> bool {
    match expr {
        Expr::Read { name: Some(read), .. } => read == name,
        Expr::Part { subject, .. } => is_value_of(subject, name),
        Expr::Any(parts) | Expr::Coalesce(parts) => parts.iter().any(|part| is_value_of(part, name)),
        Expr::All(parts) => parts.last().is_some_and(|part| is_value_of(part, name)),
        _ => false,
    }
}

/// Whether losing the effect is grave: a check that no longer raises is not.
fn is_loss(effect: Effect) -> bool {
    effect.is_grave() && !matches!(effect, Effect::Raises | Effect::Exits)
}

/// Whether the use decides something: it stands in a condition, or makes a yes or no of the value.
fn decides(site: &Use) -> bool {
    matches!(&site.place, Place::Condition(_)) || is_question(&site.expr)
}

fn is_question(expr: &Expr) -> bool {
    match expr {
        Expr::Presence { .. } | Expr::Not(_) | Expr::Equal(..) | Expr::Ask { .. } => true,
        Expr::Any(parts) | Expr::All(parts) => parts.iter().any(is_question),
        Expr::Choose { .. } => true,
        _ => false,
    }
}

/// Whether a text or a pattern names one instance: `web.1`, `\.1$`. A pattern for any number
/// (`web\.\d+`) names a process type.
fn has_number(text: &str) -> bool {
    text.as_bytes().windows(2).any(|pair| pair[0] == b'.' && pair[1].is_ascii_digit())
}

fn ends_in_digit(text: &str) -> bool {
    text.bytes().last().is_some_and(|byte| byte.is_ascii_digit())
}

fn is_tail(expr: &Expr) -> bool {
    let mut tail = false;
    expr.walk(&mut |part| tail |= matches!(part, Expr::Part { part: Part::Tail | Part::Number, .. }));
    tail
}

/// Words in names that are shared between environments.
const SHARED: &[&str] = &[
    "index",
    "prefix",
    "namespace",
    "bucket",
    "queue",
    "topic",
    "channel",
    "exchange",
    "cache",
    "lock",
    "cookie",
    "domain",
    "folder",
    "keyspace",
    "database",
    "schema",
    "collection",
    "stream",
    "issuer",
];

/// The words of a name in any style, in lower case: `queueName`, `INDEX_PREFIX`, `cache-store`.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut lower_before = false;
    for c in name.chars() {
        if !c.is_alphanumeric() {
            words.push(String::new());
        } else {
            if c.is_uppercase() && lower_before {
                words.push(String::new());
            }
            if let Some(word) = words.last_mut() {
                word.extend(c.to_lowercase());
            }
        }
        lower_before = c.is_lowercase() || c.is_ascii_digit();
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Whether the value becomes (part of) the name of something that environments share.
fn names_something_shared(site: &Use) -> bool {
    let shared = |name: &str| {
        let last = name.rsplit(['.', ':', '[', '"', '\'']).find(|part| !part.is_empty()).unwrap_or_default();
        words(last)
            .iter()
            .any(|word| SHARED.contains(&word.trim_end_matches('s')) || SHARED.contains(&word.as_str()))
    };
    let is_host = |expr: &Expr| {
        let mut host = false;
        expr.walk(&mut |part| {
            if let Expr::Text(text) = part {
                host |= text.contains("://")
                    || text.contains(".com")
                    || text.contains(".net")
                    || text.contains(".org");
            }
        });
        host
    };
    if is_host(&site.expr) {
        return false;
    }
    match &site.place {
        Place::Bound { target } => shared(target),
        Place::Argument { keyword: Some(keyword), .. } => shared(keyword),
        _ => false,
    }
}

/// Says of a variable whether it ties a project to a platform, so that it makes no read behind it portable.
pub type Coupled<'c> = &'c dyn Fn(&str) -> bool;

fn is_of_heroku(name: &str) -> bool {
    platform::heroku_variable(name).is_some()
}

/// Whether a variable of the project's own comes before this read of `name`, in the same chain or as a read that
/// has it for a default.
pub fn is_tried_after(read: &EnvRead, name: &str, cx: &Context<'_>, coupled: Coupled<'_>) -> bool {
    let text = &cx.file.source.text[..];
    // `get("BROKER_URL", get("REDISCLOUD_URL"))`: the default of another read, through whatever function.
    cx.file.facts.reads.iter().any(|other| {
        other.default.is_some_and(|default| default.contains(read.span))
            && other.name.known().is_some_and(|name| is_neutral_name(name, coupled))
    }) || read
        .uses
        .iter()
        .any(|site| tried_after(&site.expr, read, name, site.path.is_none().then_some(text), coupled))
}

/// Whether the read is tried only after a variable that couples nothing: `ENV["APP"] || ENV["DYNO"]`.
fn tried_after(expr: &Expr, read: &EnvRead, name: &str, text: Option<&str>, coupled: Coupled<'_>) -> bool {
    let is_neutral = |part: &Expr| is_neutral(part, coupled) || names_a_setting(part, text, coupled);
    let mut after = false;
    let is_mine = |part: &Expr| part.holds(read.span) || part.names().contains(&name);
    expr.walk(&mut |part| {
        if let Expr::Any(parts) | Expr::Coalesce(parts) = part
            && let Some(at) = parts.iter().position(is_mine)
            && parts[..at].iter().any(is_neutral)
        {
            after = true;
        }
        // `"APP" not in os.environ and "DYNO" not in os.environ` is the same question the other way round.
        let denied = |part: &Expr, is: &dyn Fn(&Expr) -> bool| matches!(part, Expr::Not(inner) if is(inner));
        if let Expr::All(parts) = part
            // Another question to the same variable, further out, has not been asked before.
            && let Some(at) = parts.iter().position(|part| denied(part, &|inner| inner.holds(read.span)))
            && parts[..at].iter().any(|part| denied(part, &is_neutral))
        {
            after = true;
        }
        if let Expr::Read { name: Some(first), default: Some(default), .. } = part
            && !coupled(first)
            && is_mine(default)
        {
            after = true;
        }
        if let Expr::Choose { condition, then, otherwise } = part {
            // `process.env.URL ? process.env.URL : process.env.HEROKU_…`
            if is_mine(otherwise) && !is_mine(condition) && is_neutral(condition) && condition == then {
                after = true;
            }
        }
    });
    after
}

/// Whether the expression is the value of a variable of the project's own.
fn is_neutral(expr: &Expr, coupled: Coupled<'_>) -> bool {
    let mut inner = expr;
    // `a.presence || b`, `a.to_s || b` still try the variable.
    while let Expr::Part { subject, .. } | Expr::Ask { subject, question: Question::Present, .. } = inner {
        inner = subject;
    }
    match inner {
        Expr::Read { name: Some(name), .. } | Expr::Presence { name: Some(name), .. } => {
            is_neutral_name(name, coupled)
        }
        _ => false,
    }
}

/// Whether a variable is the project's own, and not one that is set in every environment anyway.
fn is_neutral_name(name: &str, coupled: Coupled<'_>) -> bool {
    !coupled(name) && platform::other_platform(name).is_none() && !is_common_mode(name)
}

/// Whether the expression asks something else for a setting by a variable's name: `AppConfig["BUILD_SHA"]`.
fn names_a_setting(expr: &Expr, text: Option<&str>, coupled: Coupled<'_>) -> bool {
    let mut inner = expr;
    while let Expr::Part { subject, .. } | Expr::Ask { subject, question: Question::Present, .. } = inner {
        inner = subject;
    }
    let (Expr::Opaque(span), Some(text)) = (inner, text) else { return false };
    text.get(span.start..span.end).is_some_and(|text| {
        text.split(['"', '\''])
            .skip(1)
            .step_by(2)
            .any(|quoted| looks_like_variable(quoted) && !coupled(quoted) && !is_common_mode(quoted))
    })
}

/// Variables that say in which mode a program runs: testing one of them beside `DYNO` names no value.
fn is_common_mode(name: &str) -> bool {
    matches!(
        name,
        "NODE_ENV"
            | "RAILS_ENV"
            | "RACK_ENV"
            | "APP_ENV"
            | "DJANGO_ENV"
            | "FLASK_ENV"
            | "ENV"
            | "CI"
            | "DEBUG"
    )
}

/// Whether the use only gives the value a name that other uses then carry.
pub fn is_only_naming(site: &Use, all: &[Use]) -> bool {
    matches!(site.place, Place::Bound { .. }) && all.len() > 1 && site.name.is_none()
}

fn only_logs(site: &Use) -> bool {
    match &site.place {
        Place::Argument { callee, keyword } => {
            is_logging_call(callee)
                // What a script prints is mostly read by something: a file, a pipe, a caller.
                && !matches!(callee.as_str(), "echo" | "printf")
                && keyword.as_deref().is_none_or(|keyword| Effect::of_target(keyword, None).is_none())
        }
        Place::Condition(branches) => {
            let of = |branch: &Option<crate::fact::Branch>| {
                branch.as_ref().map_or(Vec::new(), |branch| branch.effects.clone())
            };
            let effects: Vec<_> = of(&branches.then).into_iter().chain(of(&branches.otherwise)).collect();
            !effects.is_empty() && effects.iter().all(|(effect, _)| *effect == Effect::Logging)
        }
        Place::Bound { target } => Effect::of_target(target, None) == Some(Effect::Logging),
        _ => false,
    }
}

/// Whether the expression also wants development or tests: `Rails.env.development? && ENV["DYNO"].nil?`.
fn asks_for_development(expr: &Expr, read: &EnvRead, text: &str) -> bool {
    let mut asks = false;
    expr.walk(&mut |part| {
        let Expr::All(parts) = part else { return };
        if parts.iter().any(|part| part.holds(read.span)) {
            asks |= parts.iter().any(|part| match part {
                Expr::Opaque(span) => {
                    text.get(span.start..span.end).is_some_and(|text| is_development(text, true))
                }
                _ => false,
            });
        }
    });
    asks
}

/// Whether a default says something: an empty text, nil or another of Heroku's variables does not.
fn stands_in(default: &str) -> bool {
    let bare = default.trim().trim_matches(['"', '\'', '`', '(', ')', '{', '}', '|', ' ']);
    let heroku = bare.contains(platform::HEROKU_PREFIX) || bare.contains("DYNO");
    !heroku && !matches!(bare, "" | "nil" | "None" | "null" | "undefined" | "false" | "False")
}

/// Whether the read goes through a function that is known only by its telling name.
fn is_library(read: &EnvRead) -> bool {
    read.via.as_ref().is_some_and(|via| via.is_guess)
}
