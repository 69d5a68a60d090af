//! Facts in one line each, for `dynolint facts` and for the tables in `tests/facts`.
//!
//! ```text
//! read DYNO: if !DYNO then raises else -
//! read DYNO: bind on_heroku = DYNO?; on_heroku: if DYNO? then debug
//! read PORT default: pass app.listen (PORT | "3000")
//! set DYNO = web.1
//! ```
//!
//! Expressions: `X` a variable's value (`X!` where reading it unset raises, `X|d` with a default),
//! `X?` whether it is set, `_` anything not understood.

use std::fmt::{self, Display, Formatter, Write};

use crate::expr::{Expr, Part, Question};
use crate::fact::{
    Branch, Call, EnvRead, EnvWrite, Facts, Form, Guard, Name, Place, ReadKind, Use, Wrapper, WriteKind,
};
use crate::sql::{Action, Statement};
use crate::term::{self, Command, Invocation, Term};
use crate::vocabulary;

impl Display for Name {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Name::Known(name) => f.write_str(name),
            Name::Partly { prefix, suffix } => write!(f, "{prefix}*{suffix}"),
            Name::Pattern(pattern) => write!(f, "/{pattern}/"),
            Name::Computed => f.write_char('*'),
        }
    }
}

fn list(f: &mut Formatter<'_>, parts: &[Expr], between: &str) -> fmt::Result {
    f.write_char('(')?;
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            f.write_str(between)?;
        }
        write!(f, "{part}")?;
    }
    f.write_char(')')
}

impl Display for Expr {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Expr::Read { name, default, required, .. } => {
                f.write_str(name.as_deref().unwrap_or("*"))?;
                match default {
                    Some(default) => write!(f, "|{default}"),
                    None if *required => f.write_char('!'),
                    None => Ok(()),
                }
            }
            Expr::Presence { name, .. } => write!(f, "{}?", name.as_deref().unwrap_or("*")),
            Expr::Text(text) => write!(f, "{text:?}"),
            Expr::Number(digits) => f.write_str(digits),
            Expr::Bool(value) => write!(f, "{value}"),
            Expr::Nil => f.write_str("nil"),
            Expr::Not(inner) => write!(f, "!{inner}"),
            Expr::Any(parts) => list(f, parts, " or "),
            Expr::All(parts) => list(f, parts, " and "),
            Expr::Coalesce(parts) => list(f, parts, " ?? "),
            Expr::Template(parts) => list(f, parts, " + "),
            Expr::Equal(left, right) => write!(f, "({left} == {right})"),
            Expr::Ask { question, subject, safe } => {
                let dot = if *safe { "&." } else { "." };
                match question {
                    Question::Present => write!(f, "{subject}{dot}present"),
                    Question::Nil => write!(f, "{subject}{dot}nil"),
                    Question::Blank => write!(f, "{subject}{dot}blank"),
                    Question::StartsWith(text) => write!(f, "{subject}{dot}starts({text:?})"),
                    Question::EndsWith(text) => write!(f, "{subject}{dot}ends({text:?})"),
                    Question::Contains(text) => write!(f, "{subject}{dot}contains({text:?})"),
                    Question::Matches(pattern) => write!(f, "{subject}{dot}matches(/{pattern}/)"),
                    Question::Other { name, .. } => write!(f, "{subject}{dot}ask({name})"),
                }
            }
            Expr::Part { part, subject, safe } => {
                let dot = if *safe { "&." } else { "." };
                match part {
                    Part::Head => write!(f, "{subject}{dot}head"),
                    Part::Tail => write!(f, "{subject}{dot}tail"),
                    Part::Pieces => write!(f, "{subject}{dot}pieces"),
                    Part::Form { .. } => write!(f, "{subject}{dot}form"),
                    Part::Number => write!(f, "{subject}{dot}number"),
                    Part::Other(name) => write!(f, "{subject}{dot}part({name})"),
                }
            }
            Expr::Choose { condition, then, otherwise } => {
                write!(f, "({condition} ? {then} : {otherwise})")
            }
            Expr::Opaque(_) => f.write_char('_'),
        }
    }
}

fn branch(f: &mut Formatter<'_>, word: &str, branch: Option<&Branch>) -> fmt::Result {
    let Some(branch) = branch else { return Ok(()) };
    write!(f, " {word}")?;
    if branch.effects.is_empty() {
        return f.write_str(" -");
    }
    for (effect, _) in &branch.effects {
        let shown = format!("{effect:?}").to_lowercase();
        let shown =
            shown.replace("(none)", "").replace("(some(true))", "=on").replace("(some(false))", "=off");
        write!(f, " {shown}")?;
    }
    Ok(())
}

impl Display for Use {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if let Some(name) = &self.name {
            write!(f, "{name}: ")?;
        }
        match &self.place {
            Place::Condition(branches) => {
                let word = match branches.form {
                    Form::If => "if",
                    Form::Ternary => "choose",
                    Form::Case => "case",
                    Form::ShortCircuit => "when",
                    Form::EarlyExit => "exit-if",
                    Form::Loop => "while",
                    Form::Assertion => "assert",
                };
                write!(f, "{word} {}", self.expr)?;
                branch(f, "then", branches.then.as_ref())?;
                branch(f, "else", branches.otherwise.as_ref())
            }
            Place::Bound { target } => write!(f, "bind {target} = {}", self.expr),
            Place::Argument { callee, keyword: Some(keyword) } => {
                write!(f, "pass {callee} {keyword}: {}", self.expr)
            }
            Place::Argument { callee, keyword: None } => write!(f, "pass {callee} {}", self.expr),
            Place::Returned { function } => write!(f, "return {function} {}", self.expr),
            Place::Other => write!(f, "{}", self.expr),
        }
    }
}

fn uses(f: &mut Formatter<'_>, uses: &[Use]) -> fmt::Result {
    for (at, site) in uses.iter().enumerate() {
        f.write_str(if at == 0 { ": " } else { "; " })?;
        write!(f, "{site}")?;
    }
    Ok(())
}

impl Display for EnvRead {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let word = match self.kind {
            ReadKind::Value => "read",
            ReadKind::Presence => "presence",
            ReadKind::Scan => "scan",
            ReadKind::Schema => "schema",
        };
        write!(f, "{word} {}", self.name)?;
        if self.default.is_some() {
            f.write_str(" default")?;
        }
        if self.required {
            f.write_str(" required")?;
        }
        uses(f, &self.uses)
    }
}

impl Display for EnvWrite {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let word = match self.kind {
            WriteKind::Set => "set",
            WriteKind::Default => "set-default",
            WriteKind::Unset => "unset",
            WriteKind::Declare => "declare",
            WriteKind::Pass => "pass-on",
        };
        write!(f, "{word} {}", self.name)?;
        if let Some(value) = &self.value {
            write!(f, " = {value}")?;
        }
        Ok(())
    }
}

impl Display for Wrapper {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("wrapper ")?;
        if !self.owner.is_empty() {
            write!(f, "{}.", self.owner)?;
        }
        write!(f, "{}#{} {}*{}", self.name, self.index, self.prefix, self.suffix)?;
        if let Some((at, _)) = self.default {
            write!(f, " default #{at}")?;
        }
        for (flag, word) in [
            (self.upcase, " upcase"),
            (self.list, " list"),
            (self.presence, " presence"),
            (self.required, " required"),
        ] {
            if flag {
                f.write_str(word)?;
            }
        }
        Ok(())
    }
}

impl Display for Call {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("call ")?;
        if !self.receiver.is_empty() {
            write!(f, "{}.", self.receiver)?;
        }
        write!(f, "{}(", self.name)?;
        for (at, argument) in self.arguments.iter().enumerate() {
            if at > 0 {
                f.write_str(", ")?;
            }
            if let Some(keyword) = &argument.keyword {
                write!(f, "{keyword}=")?;
            }
            match argument.texts.as_slice() {
                _ if argument.forwarded => f.write_char('^')?,
                [] => write!(f, "{}", argument.expr)?,
                [(text, _)] => write!(f, "{text:?}")?,
                several => {
                    f.write_char('[')?;
                    for (at, (text, _)) in several.iter().enumerate() {
                        write!(f, "{}{text:?}", if at > 0 { ", " } else { "" })?;
                    }
                    f.write_char(']')?;
                }
            }
        }
        f.write_char(')')?;
        uses(f, &self.uses)
    }
}

impl Display for Term {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let list = |f: &mut Formatter<'_>, terms: &[Term], between: &str| {
            for (at, term) in terms.iter().enumerate() {
                write!(f, "{}{term}", if at > 0 { between } else { "" })?;
            }
            Ok(())
        };
        match &self.value {
            term::Value::Text(text) => write!(f, "{text:?}"),
            term::Value::Number(digits) => f.write_str(digits),
            term::Value::Bool(value) => write!(f, "{value}"),
            term::Value::Nil => f.write_str("nil"),
            term::Value::List(items) => {
                f.write_char('[')?;
                list(f, items, ", ")?;
                f.write_char(']')
            }
            term::Value::Map(entries) => {
                f.write_char('{')?;
                for (at, entry) in entries.iter().enumerate() {
                    write!(f, "{}{}: {}", if at > 0 { ", " } else { "" }, entry.key, entry.value)?;
                }
                f.write_char('}')
            }
            term::Value::Joined(pieces) => {
                f.write_char('(')?;
                list(f, pieces, " + ")?;
                f.write_char(')')
            }
            term::Value::Env { name, default, required } => {
                write!(f, "${name}{}", if *required { "!" } else { "" })?;
                default.as_ref().map_or(Ok(()), |default| write!(f, "|{default}"))
            }
            term::Value::Name(name) => f.write_str(name),
            term::Value::Parameter(name) => write!(f, "^{name}"),
            term::Value::Call(call) => write!(f, "{call}"),
            term::Value::Choice(options) => {
                f.write_char('<')?;
                for (at, option) in options.iter().enumerate() {
                    write!(f, "{}{}", if at > 0 { " | " } else { "" }, option.value)?;
                }
                f.write_char('>')
            }
            term::Value::Function => f.write_str("fn"),
            term::Value::Other => f.write_char('_'),
        }
    }
}

impl Display for Invocation {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if let Some(receiver) = &self.receiver {
            write!(f, "[{receiver}]")?;
        }
        write!(f, "{}(", self.callee)?;
        for (at, argument) in self.arguments.iter().enumerate() {
            f.write_str(if at > 0 { ", " } else { "" })?;
            if let Some(keyword) = &argument.keyword {
                write!(f, "{keyword}=")?;
            }
            write!(f, "{}", argument.value)?;
        }
        f.write_char(')')
    }
}

impl Display for Command {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for entry in &self.assignments {
            write!(f, "{}={} ", entry.key, entry.value)?;
        }
        for (at, word) in self.words.iter().enumerate() {
            write!(f, "{}{word}", if at > 0 { " " } else { "" })?;
        }
        for (operator, file) in &self.redirects {
            write!(f, " {operator} {file}")?;
        }
        self.piped_to.map_or(Ok(()), |at| write!(f, " | #{at}"))
    }
}

impl Display for Statement {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let name = &self.name;
        match &self.action {
            Action::CreateSchema => write!(f, "create schema {name}"),
            Action::ChangeSchema => write!(f, "change schema {name}"),
            Action::DropSchema { cascade: true } => write!(f, "drop schema {name} cascade"),
            Action::DropSchema { cascade: false } => write!(f, "drop schema {name}"),
            Action::CreateExtension { schema: None } => write!(f, "create extension {name}"),
            Action::CreateExtension { schema: Some((schema, _)) } => {
                write!(f, "create extension {name} in {schema}")
            }
            Action::MoveExtension { schema } => write!(f, "move extension {name} to {schema}"),
            Action::CommentOnExtension => write!(f, "comment on extension {name}"),
            Action::SearchPath => write!(f, "search path {name}"),
            Action::Use => write!(f, "use {name}"),
            Action::CreateEventTrigger { function } => write!(f, "create event trigger {name} -> {function}"),
            Action::CreateFunction => write!(f, "create function {name}"),
            Action::Owner => write!(f, "owner {name}"),
            Action::Grant => write!(f, "grant {name}"),
            Action::DefaultPrivileges => write!(f, "default privileges {name}"),
            Action::Table => write!(f, "table {name}"),
        }
    }
}

/// The calls, settings and commands of a file in one line each with the byte offset of their place, in
/// order of place:
///
/// ```text
/// invoke fs.writeFile(("uploads/" + ^name), _, fn) in save
/// invoke pool = pg.Pool({ssl: {rejectUnauthorized: false}})
/// setting config.cache_store = "file_store" when !_
/// text "postgres://localhost/app"
/// command TZ="UTC" "node" "clock.js"
/// ```
pub fn structure(facts: &Facts) -> Vec<(usize, String)> {
    let guarded = |guards: &[Guard]| {
        let conditions = guards.iter().map(|guard| {
            let not = if guard.holds { "" } else { "!" };
            format!("{not}{}", guard.expr)
        });
        let conditions: Vec<String> = conditions.collect();
        if conditions.is_empty() { String::new() } else { format!(" when {}", conditions.join(" and ")) }
    };
    let within = |scope: &str| if scope.is_empty() { String::new() } else { format!(" in {scope}") };
    let mut lines: Vec<(usize, String)> = Vec::new();
    lines.extend(facts.invocations.iter().map(|fact| {
        let bound = fact.bound.as_ref().map_or(String::new(), |bound| format!("{bound} = "));
        let body = if fact.body.is_some() { " do" } else { "" };
        let line = format!("invoke {bound}{fact}{body}{}{}", within(&fact.scope), guarded(&fact.guards));
        (fact.span.start, line)
    }));
    lines.extend(facts.settings.iter().map(|fact| {
        let around = within(&fact.scope) + &guarded(&fact.guards);
        (fact.span.start, format!("setting {} = {}{around}", fact.name, fact.value))
    }));
    let texts = facts.literals.iter().filter(|fact| !vocabulary::is_platform_text(&fact.text));
    lines.extend(texts.map(|fact| (fact.span.start, format!("text {:?}", fact.text))));
    lines.extend(facts.commands.iter().map(|fact| (fact.span.start, format!("command {fact}"))));
    lines.sort();
    lines
}

/// What a file does in SQL, in one line each with the byte offset of the name, in order of place:
///
/// ```text
/// sql create extension citext in heroku_ext
/// ```
pub fn statements(facts: &Facts) -> Vec<(usize, String)> {
    facts.statements.iter().map(|fact| (fact.name_span.start, format!("sql {fact}"))).collect()
}

/// [`lines`], [`structure`] and [`statements`] together, in order of place.
pub fn all(facts: &Facts) -> Vec<(usize, String)> {
    let mut all = lines(facts);
    all.extend(structure(facts));
    all.extend(statements(facts));
    all.sort();
    all
}

/// What a file says of the environment, in one line for each fact with the byte offset of their place, in order of place.
pub fn lines(facts: &Facts) -> Vec<(usize, String)> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    lines.extend(facts.reads.iter().map(|fact| (fact.span.start, fact.to_string())));
    lines.extend(facts.writes.iter().map(|fact| (fact.span.start, fact.to_string())));
    lines.extend(facts.wrappers.iter().map(|fact| (fact.span.start, fact.to_string())));
    lines.extend(facts.calls.iter().map(|fact| (fact.span.start, fact.to_string())));
    lines.extend(facts.bindings.iter().map(|fact| {
        let owner = if fact.owner.is_empty() { String::new() } else { format!("{}.", fact.owner) };
        let call = if fact.callable { "()" } else { "" };
        (fact.span.start, format!("binding {owner}{}{call} = {}", fact.name, fact.expr))
    }));
    lines.extend(facts.uses.iter().map(|fact| {
        let dot = if fact.qualifier.is_empty() { "" } else { "." };
        (fact.site.span.start, format!("use {}{dot}{}: {}", fact.qualifier, fact.name, fact.site))
    }));
    let of_platform = facts.literals.iter().filter(|fact| vocabulary::is_platform_text(&fact.text));
    lines.extend(of_platform.map(|fact| (fact.span.start, format!("literal {:?}", fact.text))));
    lines.extend(
        facts
            .processes
            .iter()
            .map(|fact| (fact.span.start, format!("process {}: {}", fact.name, fact.command))),
    );
    lines.extend(facts.dependencies.iter().map(|fact| {
        let requirement = if fact.requirement.is_empty() { "" } else { " " };
        (
            fact.span.start,
            format!("dependency {} {}{requirement}{}", fact.ecosystem, fact.name, fact.requirement),
        )
    }));
    lines.extend(facts.signs.iter().map(|fact| {
        (fact.span.start, format!("sign {}: {}", format!("{:?}", fact.kind).to_lowercase(), fact.what))
    }));
    lines.extend(facts.pins.iter().map(|pin| {
        let title = pin.runtime.title();
        (pin.span.start, format!("pin {title} {:?} {:?}", pin.source, pin.text))
    }));
    lines.extend(facts.broken.iter().map(|span| (span.start, "broken".to_string())));
    lines.sort();
    lines
}
