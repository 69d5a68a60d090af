//! The vocabulary between front ends and rules: what a program asks of its platform.
//!
//! A front end turns one file into [`Facts`]. Rules are written over facts, for every language at
//! once. Every fact leads back to bytes of its file.

use crate::effect::Effect;
use crate::expr::Expr;
use crate::pin::{Hint, Pin};
use crate::span::Span;
use crate::sql::Statement;
use crate::term::{Command, Invocation, Setting};
use crate::vocabulary::Vocabulary;

/// Everything one file says about its platform.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// Environment variables read, in order of their place.
    pub reads: Vec<EnvRead>,
    /// Environment variables set, unset or documented.
    pub writes: Vec<EnvWrite>,
    /// Names by which the rest of the project can learn what a variable holds.
    pub bindings: Vec<Binding>,
    /// Functions whose parameter is the name of an environment variable.
    pub wrappers: Vec<Wrapper>,
    /// Calls that are reads if their callee turns out to be a wrapper.
    pub calls: Vec<Call>,
    /// Uses of names that other files bind; only filled when a [`Request`] asks for names.
    pub uses: Vec<NameUse>,
    /// String literals that the vocabulary knows ([`Vocabulary::is_text`]), whole or as the known
    /// piece of a text with computed pieces.
    pub literals: Vec<Literal>,
    /// Process types of a Procfile, `heroku.yml` or `app.json`.
    pub processes: Vec<Process>,
    /// Packages a manifest asks for.
    pub dependencies: Vec<Dependency>,
    /// Signs that the project runs on Heroku.
    pub signs: Vec<Sign>,
    /// Calls that the vocabulary knows, in order of place, also those inside of others.
    pub invocations: Vec<Invocation>,
    /// Settings that the vocabulary knows, in order of place.
    pub settings: Vec<Setting>,
    /// Command lines, in order of place.
    pub commands: Vec<Command>,
    /// Versions of languages that the file asks for.
    pub pins: Vec<Pin>,
    /// What else the file says about the package it stands in, for the rules over pins.
    pub hints: Vec<Hint>,
    /// What SQL does, in a file of it or in the strings and commands of a program, in order of place.
    pub statements: Vec<Statement>,
    /// Places the parser did not understand. A file with any is never rewritten.
    pub broken: Vec<Span>,
}

impl Facts {
    /// Adds command lines that were read together, and keeps who pipes to whom.
    pub fn append_commands(&mut self, commands: Vec<Command>) {
        let known = self.commands.len();
        self.commands.extend(commands.into_iter().map(|mut command| {
            command.piped_to = command.piped_to.map(|at| at + known);
            command
        }));
    }
}

/// What a front end is asked.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Path from the project's root, with forward slashes.
    pub path: &'a str,
    /// Language or format of the text.
    pub lang: crate::lang::Lang,
    /// Names whose uses are wanted (last segment only, as in `ON_HEROKU`): the second look at a file,
    /// after all bindings of the project are known. `None` in the first look.
    pub names: Option<&'a std::collections::BTreeSet<String>>,
    /// Which calls, settings and texts are worth a fact.
    pub vocabulary: &'a Vocabulary,
}

impl<'a> Request<'a> {
    /// A first look at a file, for what the built-in rules know.
    pub fn new(path: &'a str, lang: crate::lang::Lang) -> Self {
        Self { path, lang, names: None, vocabulary: Vocabulary::built_in() }
    }
}

/// The name of an environment variable, as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Name {
    /// This variable.
    Known(String),
    /// Every variable that begins and ends so: `ENV["HEROKU_" + key]`.
    Partly {
        /// Known beginning, may be empty.
        prefix: String,
        /// Known end, may be empty.
        suffix: String,
    },
    /// Every variable that matches this regular expression (a scan of the whole environment).
    Pattern(String),
    /// Not known.
    Computed,
}

impl Name {
    /// The name where it is known in full.
    pub fn known(&self) -> Option<&str> {
        match self {
            Name::Known(name) => Some(name),
            _ => None,
        }
    }

    /// Whether the name is known and is `name`.
    pub fn is(&self, name: &str) -> bool {
        self.known() == Some(name)
    }
}

/// A read of the environment.
#[derive(Clone, Debug, PartialEq)]
pub struct EnvRead {
    /// Which variable.
    pub name: Name,
    /// Where the name stands, without quotes.
    pub name_span: Option<Span>,
    /// The smallest whole access expression: `ENV.fetch("X", "d")`, `process.env.X`, `"X" in os.environ`.
    pub span: Span,
    /// The interface used, by its resolved name: `os.environ.get`, `ENV.fetch`, `process.env`, `$`.
    pub api: String,
    /// What kind of look it is.
    pub kind: ReadKind,
    /// What stands in for an unset variable, anywhere in the same chain: a second argument, a block,
    /// the right side of `||`. The span of its text.
    pub default: Option<Span>,
    /// Reading raises where the variable is unset.
    pub required: bool,
    /// Names of the enclosing definitions, outermost first, joined: `App::Exporter#run`.
    pub scope: String,
    /// What becomes of the value: first where the read itself stands, then every use of the
    /// single-assignment names of this file that hold it.
    pub uses: Vec<Use>,
    /// Conditions around the read, innermost first.
    pub guards: Vec<Guard>,
    /// The wrapper this read goes through, where it is a call to a function of the project.
    pub via: Option<Via>,
}

/// A call that reads the environment through a function of the project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Via {
    /// The function called.
    pub function: String,
    /// Path of the file that defines it; empty where the project does not hold it, and its name tells that it
    /// reads the environment (`get_string` of a module `envs`), or the settings do.
    pub path: String,
    /// The access inside the function, or the call where the function is not known.
    pub span: Span,
    /// Only the function's name tells that it reads the environment.
    pub is_guess: bool,
}

/// How the environment is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReadKind {
    /// The value is taken.
    Value,
    /// Only whether it is set.
    Presence,
    /// All variables are looked through for matching names.
    Scan,
    /// A settings library or manifest declares that the program reads it (schema key, `ARG`).
    Schema,
}

/// Where a value ends up.
#[derive(Clone, Debug, PartialEq)]
pub struct Use {
    /// The name that carries the value here; `None` where the read itself stands.
    pub name: Option<String>,
    /// Path of the file, where it is not the file of the read.
    pub path: Option<String>,
    /// The access or the name, in bytes.
    pub span: Span,
    /// The largest understood expression around it.
    pub expr: Expr,
    /// The bytes of that expression.
    pub expr_span: Span,
    /// What the expression is there for.
    pub place: Place,
    /// Names of the enclosing definitions.
    pub scope: String,
}

/// What an expression is there for.
#[derive(Clone, Debug, PartialEq)]
pub enum Place {
    /// It decides which branch runs.
    Condition(Branches),
    /// It is given a name: a variable, a constant, a setting, an attribute, a key of a map.
    Bound {
        /// The name as written, without computed parts: `config.force_ssl`, `DEBUG`, `ssl`.
        target: String,
    },
    /// It is an argument of a call, directly or as a key of a map in it.
    Argument {
        /// The function called, as resolved: `Sentry.init`, `logger.info`.
        callee: String,
        /// Keyword or map key of the argument.
        keyword: Option<String>,
    },
    /// It is what a function gives back.
    Returned {
        /// The function's name.
        function: String,
    },
    /// Anything else.
    Other,
}

/// The two ways a condition can go.
#[derive(Clone, Debug, PartialEq)]
pub struct Branches {
    /// How it is written.
    pub form: Form,
    /// What runs when the condition holds.
    pub then: Option<Branch>,
    /// What runs when it does not.
    pub otherwise: Option<Branch>,
}

/// How a condition is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `if`, `elsif`, also postfix; `unless` has its branches exchanged and is an `If`.
    If,
    /// `a ? b : c`, `b if a else c`.
    Ternary,
    /// `case`, `switch`, `match` on the value.
    Case,
    /// `a && b()`, `a and b`, `[ … ] && b` as a statement.
    ShortCircuit,
    /// `return if a`, `next unless a`, `raise … if a`: the rest of the block is the other branch.
    EarlyExit,
    /// `while`, `until`.
    Loop,
    /// `assert`.
    Assertion,
}

/// One branch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    /// Its bytes: a block, an expression, or the rest of the enclosing block.
    pub span: Span,
    /// What it does, as far as it can be said, in order of place, without repetition.
    pub effects: Vec<(Effect, Span)>,
}

/// A condition around a fact.
#[derive(Clone, Debug, PartialEq)]
pub struct Guard {
    /// The condition.
    pub expr: Expr,
    /// Its bytes.
    pub span: Span,
    /// Whether the fact stands where the condition holds (`true`) or where it does not.
    pub holds: bool,
}

/// A variable set, unset, or documented.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvWrite {
    /// Which variable.
    pub name: Name,
    /// Where the name stands, without quotes.
    pub name_span: Span,
    /// The whole entry or statement.
    pub span: Span,
    /// The value, where it is a plain text.
    pub value: Option<String>,
    /// How.
    pub kind: WriteKind,
    /// What it is written in: `os.environ`, `ENV`, `app.json env`, `dotenv`, `compose environment`.
    pub surface: String,
    /// Names of the enclosing definitions, or the key path in a configuration file.
    pub scope: String,
}

/// How a variable is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WriteKind {
    /// Set to a value.
    Set,
    /// Set unless it is set already (`||=`, `setdefault`, `: "${X:=d}"`).
    Default,
    /// Removed.
    Unset,
    /// Named as something the program needs (`app.json` env, `.env.example`).
    Declare,
    /// Handed on from the outside under the same name (compose `- DYNO`, `passenv`).
    Pass,
}

/// A name that stands for a value read from the environment, and that other files can use.
#[derive(Clone, Debug, PartialEq)]
pub struct Binding {
    /// The last segment: `ON_HEROKU`, `heroku?`, `isHeroku`.
    pub name: String,
    /// What stands before it for others: class, module, object: `Settings`, `config`. May be empty.
    pub owner: String,
    /// The name's bytes.
    pub span: Span,
    /// What it holds, with the reads inside.
    pub expr: Expr,
    /// Spans of the reads that it carries (equal to an [`EnvRead::span`] or [`Call::span`] of this file).
    pub reads: Vec<Span>,
    /// It is a function or method that gives the value back when called.
    pub callable: bool,
}

/// A function whose parameter is the name of an environment variable.
#[derive(Clone, Debug, PartialEq)]
pub struct Wrapper {
    /// The function's own name.
    pub name: String,
    /// Class, module or object that holds it. May be empty.
    pub owner: String,
    /// The name's bytes.
    pub span: Span,
    /// The access inside the function.
    pub access: Span,
    /// Position of the parameter that is the name, from 0; receivers (`self`, `cls`) are not counted.
    pub index: usize,
    /// Its keyword, where the language has keywords.
    pub keyword: Option<String>,
    /// Written before the parameter to make the variable's name (`"HEROKU_" + name`).
    pub prefix: String,
    /// Written after it.
    pub suffix: String,
    /// The name is upper-cased first.
    pub upcase: bool,
    /// The parameter is a list of names, tried in order.
    pub list: bool,
    /// Position and keyword of the parameter that is the default, where there is one.
    pub default: Option<(usize, Option<String>)>,
    /// The function gives only whether the variable is set.
    pub presence: bool,
    /// Reading an unset variable raises when no default is given.
    pub required: bool,
}

/// A call that might read the environment through a function of the project.
///
/// Front ends give every call that has, as an argument, a text that looks like a variable's name
/// ([`looks_like_variable`]), or a parameter of the enclosing function.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The function's own name.
    pub name: String,
    /// What stands before it, aliases resolved: `Env`, `app.settings`, `./env`. May be empty.
    pub receiver: String,
    /// Arguments in order.
    pub arguments: Vec<Argument>,
    /// The whole call.
    pub span: Span,
    /// Names of the enclosing definitions.
    pub scope: String,
    /// As in [`EnvRead::uses`]; the call itself is an [`Expr::Opaque`] with this call's span.
    pub uses: Vec<Use>,
    /// As in [`EnvRead::guards`].
    pub guards: Vec<Guard>,
    /// The function around the call, where an argument is its parameter: a wrapper in the making,
    /// with `index`, `keyword`, `prefix` … as far as this call's argument says.
    pub forwards: Option<Box<Wrapper>>,
}

/// An argument of a [`Call`].
#[derive(Clone, Debug, PartialEq)]
pub struct Argument {
    /// Its keyword.
    pub keyword: Option<String>,
    /// Its bytes.
    pub span: Span,
    /// The texts it is: one for a literal, several for a list, none when computed.
    pub texts: Vec<(String, Span)>,
    /// It is the parameter that makes [`Call::forwards`].
    pub forwarded: bool,
    /// What it is, for defaults.
    pub expr: Expr,
}

/// A use of a name that another file binds.
#[derive(Clone, Debug, PartialEq)]
pub struct NameUse {
    /// The last segment.
    pub name: String,
    /// What stands before it, aliases resolved. May be empty.
    pub qualifier: String,
    /// The use; the name itself is an [`Expr::Opaque`] with the span of the use.
    pub site: Use,
}

/// A string with a meaning on Heroku.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Literal {
    /// Its text, escapes as written.
    pub text: String,
    /// Its bytes, without quotes.
    pub span: Span,
    /// Names of the enclosing definitions.
    pub scope: String,
}

/// A process type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Process {
    /// `web`, `worker`, `release`.
    pub name: String,
    /// The command line; empty where only the type is named (`app.json` formation).
    pub command: String,
    /// The entry.
    pub span: Span,
}

/// A package that a manifest asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// `rubygems`, `pypi`, `npm`, …
    pub ecosystem: &'static str,
    /// The package.
    pub name: String,
    /// The requirement as written; empty for any version.
    pub requirement: String,
    /// The entry.
    pub span: Span,
}

/// A sign that the project runs on Heroku.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sign {
    /// What kind of sign.
    pub kind: SignKind,
    /// What was seen, short: `heroku-postbuild`, `heroku run`, `rails_12factor`.
    pub what: String,
    /// Where.
    pub span: Span,
}

/// Kinds of [`Sign`]. The weights are those of the project's evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SignKind {
    /// A Procfile.
    Procfile,
    /// `app.json` with Heroku's keys (`addons`, `buildpacks`, `formation`, `stack`, `environments`).
    AppJson,
    /// `heroku.yml`.
    HerokuYml,
    /// `.buildpacks`, `Aptfile`, `.slugignore`, `heroku-postbuild`, `bin/post_compile`, `.profile.d`.
    BuildHook,
    /// A variable that only Heroku sets is read.
    Variable,
    /// A package that makes sense only on Heroku.
    Package,
    /// The `heroku` command or a deploy action in a script, a Makefile or CI.
    Tooling,
    /// An own `*.herokuapp.com` host.
    Host,
    /// `heroku_ext`, `_heroku` in SQL.
    Sql,
}

impl SignKind {
    /// The weight from which on kinds of signs together mean "a Heroku application".
    pub const ENOUGH: u32 = 3;

    /// How much the sign counts; every kind counts once.
    pub fn weight(self) -> u32 {
        match self {
            SignKind::AppJson
            | SignKind::HerokuYml
            | SignKind::Variable
            | SignKind::Tooling
            | SignKind::Sql => 3,
            SignKind::Procfile | SignKind::BuildHook | SignKind::Package | SignKind::Host => 2,
        }
    }
}

/// Whether a text can be the name of an environment variable: upper case with digits and
/// underscores, two characters or more.
pub fn looks_like_variable(text: &str) -> bool {
    text.len() >= 2
        && text.len() <= 120
        && text.starts_with(|c: char| c.is_ascii_uppercase() || c == '_')
        && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}
