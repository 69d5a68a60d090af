//! Dumps that are made or loaded with the owners and grants of Heroku's roles.

use crate::finding::Applicability;
use crate::lang::Lang;
use crate::remedy::{Remedy, What};
use crate::role::Role;
use crate::rule::{Confidence, Impact, Meta, Origin, Severity, Status, Step};
use crate::rules::production::{is_development_file, reaches_production};
use crate::rules::started::{self, commands};
use crate::rules::{Context, Draft, Rule, postgres};
use crate::span::Span;
use crate::term::{Command, Term, Value};

/// `pg-restore-owner-acl`.
pub struct PgRestoreOwnerAcl;

static META: Meta = Meta {
    id: "pg-restore-owner-acl",
    aliases: &[],
    family: "postgres",
    severity: Severity::Error,
    impact: Impact::DataLoss,
    confidence: Confidence::High,
    step: Step::Data,
    langs: LANGS,
    needs_heroku: true,
    status: Status::Stable,
    since: "0.1.0",
    specificity: 10,
    page: include_str!("README.md"),
    origin: Origin::BuiltIn,
};

/// Where a command can stand.
const LANGS: &[Lang] = &[
    Lang::Ruby,
    Lang::Python,
    Lang::JavaScript,
    Lang::TypeScript,
    Lang::Shell,
    Lang::Dockerfile,
    Lang::Procfile,
    Lang::Makefile,
    Lang::Yaml,
    Lang::Json,
];

/// Programs that run another one, whose arguments may begin with options of their own.
const WRAPPERS: &[&str] = &[
    "docker",
    "docker-compose",
    "env",
    "exec",
    "heroku",
    "kubectl",
    "nice",
    "nohup",
    "podman",
    "sudo",
    "time",
    "timeout",
    "xargs",
];

/// The programs, and what they do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tool {
    Dump,
    Restore,
}

/// A command line with one of the programs.
struct Call<'c> {
    tool: Tool,
    /// The program's name.
    program: &'c Term,
    arguments: &'c [Term],
    command: &'c Command,
}

impl Rule for PgRestoreOwnerAcl {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn watches_in(&self) -> &'static [(&'static [Lang], &'static [&'static str])] {
        &[(LANGS, &["pg_restore", "pg_dump"])]
    }

    fn file(&self, cx: &Context<'_>) -> Vec<Draft> {
        let mut drafts = judged(&cx.file.facts.commands, cx);
        for call in &cx.file.facts.invocations {
            if started::is_starter(call) && reaches_production(cx, &call.guards) {
                let commands = commands(call, &cx.file.source.text);
                drafts.extend(judged(&commands, cx).into_iter().map(|mut draft| {
                    // A name stands for what is written somewhere else, where it is no part of a command.
                    if !call.span.contains(draft.finding.span) {
                        draft.remedies.clear();
                    }
                    draft.scope(call.scope.clone())
                }));
            }
        }
        drafts
    }
}

/// What is wrong with the commands of one file or one call.
fn judged(commands: &[Command], cx: &Context<'_>) -> Vec<Draft> {
    commands.iter().filter_map(|command| judge(&Call::of(command)?, commands, cx)).collect()
}

impl<'c> Call<'c> {
    fn of(command: &'c Command) -> Option<Call<'c>> {
        let name = |term: &Term| {
            let word = term.text()?;
            match word.rsplit('/').next()? {
                "pg_restore" => Some(Tool::Restore),
                "pg_dump" => Some(Tool::Dump),
                _ => None,
            }
        };
        let at = command.words.iter().position(|word| name(word).is_some())?;
        let program = command.program();
        let wrapped = at == 0
            || WRAPPERS.contains(&program)
            // `$(DOCKER) exec db pg_dump`
            || (command.words[0].text().is_none() && command.words.len() > at + 1);
        let tool = name(&command.words[at])?;
        let arguments = &command.words[at + 1..];
        (wrapped && !arguments.is_empty()).then_some(Call {
            tool,
            program: &command.words[at],
            arguments,
            command,
        })
    }

    /// Whether an option is given: by its long name, or as a letter among short ones.
    fn has(&self, letter: char, names: &[&str]) -> bool {
        self.arguments.iter().filter_map(Term::text).any(|word| {
            names.iter().any(|name| {
                word == *name || word.strip_prefix(name).is_some_and(|rest| rest.starts_with('='))
            }) || is_short(word, letter)
        })
    }

    fn without_owner(&self) -> bool {
        self.has('O', &["--no-owner"])
    }

    fn without_acl(&self) -> bool {
        self.has('x', &["--no-acl", "--no-privileges"])
    }

    /// Options may be in a variable: `$PG_FLAGS`, `"$@"`, `*options`.
    fn has_unknown_options(&self) -> bool {
        self.arguments.iter().any(|word| {
            let written = match &word.value {
                Value::Env { name, .. } => name.known().unwrap_or("@").to_string(),
                Value::Name(name) | Value::Parameter(name) => name.clone(),
                Value::Call(_) | Value::Choice(_) | Value::List(_) => return true,
                _ => word.shape().into_owned(),
            };
            let lower = written.to_ascii_lowercase();
            written.starts_with(['@', '*'])
                || ["opt", "flag", "arg", "param", "extra"].iter().any(|word| lower.contains(word))
        })
    }

    /// Only the rows are dumped or loaded, only a list is shown, or no role is named.
    fn is_harmless(&self) -> bool {
        let lists = self.tool == Tool::Restore && self.has('l', &["--list"]);
        let shows = self.has('V', &["--version"]) || self.has('?', &["--help"]);
        lists || shows || self.has('a', &["--data-only"])
    }

    /// The format of a dump is one that `pg_restore` reads, where the flags can still be given.
    fn is_archive(&self) -> bool {
        let words: Vec<&str> = self.arguments.iter().map(|word| word.text().unwrap_or_default()).collect();
        words.iter().enumerate().any(|(at, word)| {
            let format = word
                .strip_prefix("--format=")
                .or_else(|| word.strip_prefix("-F").filter(|rest| !rest.is_empty()))
                .or_else(|| matches!(*word, "-F" | "--format").then(|| words.get(at + 1).copied()).flatten());
            // Options without a value can stand before it: `-xOFc`.
            let joined = is_short(word, 'F') && word.ends_with(['c', 'd', 't']);
            joined || format.is_some_and(|format| format.starts_with(['c', 'd', 't']))
        })
    }
}

/// Whether a word is short options with this letter among them. A letter that takes a value ends the row:
/// in `-dOx` the rest is the name of a database.
fn is_short(word: &str, letter: char) -> bool {
    let Some(letters) = word.strip_prefix('-').filter(|rest| !rest.starts_with('-')) else { return false };
    for c in letters.chars() {
        if c == letter {
            return true;
        }
        if "EFILNPSTUZdfhjnpt".contains(c) {
            return false;
        }
    }
    false
}

/// Where the database is, as far as the command says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Where {
    /// At Heroku: its variables, its commands, its dump.
    Heroku,
    /// On the machine of a developer.
    Local,
    /// Not said.
    Unknown,
}

fn place(call: &Call<'_>, cx: &Context<'_>) -> Where {
    let text = &cx.file.source.text;
    let written = call.command.span.of(text);
    let mut variables: Vec<&str> = call.arguments.iter().flat_map(Term::variables).collect();
    variables.retain(|name| {
        *name == "DATABASE_URL" || name.starts_with("HEROKU_") || name.ends_with("_DATABASE_URL")
    });
    // Also in texts that are put together, whose variables are no facts of their own.
    let named = written.contains("DATABASE_URL") || written.contains("HEROKU_POSTGRESQL");
    let fetched = ["heroku config:get", "heroku pg:", "latest.dump", "heroku run"]
        .iter()
        .any(|word| written.contains(word));
    let hosts =
        ["localhost", "127.0.0.1", "host.docker.internal", "_development", "_dev ", "_dev\"", "_test"];
    let service = call.arguments.windows(2).any(|pair| {
        matches!(pair[0].text(), Some("-h" | "--host"))
            && pair[1].text().is_some_and(|host| !host.contains('.'))
    });
    let local = hosts.iter().any(|host| written.contains(host))
        || service
        || matches!(call.command.program(), "docker" | "docker-compose" | "podman")
        || call.arguments.iter().any(|word| {
            word.text().is_some_and(|word| {
                matches!(word, "-hpostgres" | "-hdb" | "-hlocalhost")
                    || word.starts_with("--host=") && !word.contains('.')
            })
        });
    if !variables.is_empty() || named || fetched && !local {
        Where::Heroku
    } else if local || postgres::is_local(cx.file) {
        Where::Local
    } else {
        Where::Unknown
    }
}

fn judge(call: &Call<'_>, commands: &[Command], cx: &Context<'_>) -> Option<Draft> {
    if call.is_harmless() || call.has_unknown_options() {
        return None;
    }
    let missing: Vec<&str> = [(call.without_owner(), "--no-owner"), (call.without_acl(), "--no-acl")]
        .into_iter()
        .filter_map(|(given, flag)| (!given).then_some(flag))
        .collect();
    if missing.is_empty() {
        return None;
    }
    let place = place(call, cx);
    // The databases of CI and of a developer are not Heroku's, whatever their variables are called.
    let elsewhere = cx.file.role == Role::Ci || is_development_file(&cx.file.path);
    if elsewhere && !call.command.span.of(&cx.file.source.text).contains("heroku") {
        return None;
    }
    let next = call.command.piped_to.and_then(|at| commands.get(at));
    let line = postgres::lines_around(&cx.file.source.text, call.command.span);
    if line.contains("|| true") && (place == Where::Local || call.has('s', &["--schema-only"])) {
        return None;
    }
    let flags = missing.join(" ");
    let text = &cx.file.source.text;
    let of_heroku = call.tool == Tool::Restore && is_download(call, text);
    let (message, severity) = match (call.tool, place) {
        (Tool::Restore, Where::Heroku) => {
            let message =
                format!("`pg_restore` without `{flags}` asks for the roles of the database that was dumped");
            (message, Severity::Error)
        }
        (Tool::Restore, _) if of_heroku => {
            let message = format!(
                "`pg_restore` of Heroku's dump without `{flags}` asks for roles that only Heroku has"
            );
            (message, Severity::Warning)
        }
        (Tool::Restore, Where::Unknown) => {
            let message =
                format!("`pg_restore` without `{flags}` asks for the roles of the database that was dumped");
            (message, Severity::Note)
        }
        // An archive can still be loaded without owners.
        (Tool::Dump, _) if call.is_archive() => return None,
        (Tool::Dump, Where::Heroku) => {
            let piped = next.is_some_and(|next| next.program() == "psql" || next.program() == "heroku");
            let message =
                format!("`pg_dump` without `{flags}` writes the names of Heroku's roles into a script");
            (message, if piped { Severity::Error } else { Severity::Warning })
        }
        (Tool::Restore | Tool::Dump, _) => return None,
    };
    let help = format!("add `{flags}`, so that everything belongs to the role that loads it");
    let span = Span::new(call.program.span.start, call.program.span.end);
    let mut draft = Draft::new(&META, &cx.file.path, span, message, help)
        .label(match call.tool {
            Tool::Restore => "fails on roles that do not exist",
            Tool::Dump => "cannot be taken out later",
        })
        .severity(severity)
        .scope(call.command.scope.clone());
    if severity < Severity::Error {
        draft = draft.impact(Impact::Degrades);
    }
    let applicability = match place {
        Where::Heroku => Applicability::Safe,
        _ if of_heroku => Applicability::Safe,
        // A dump of somebody else's may have the roles of that server on purpose.
        _ => Applicability::Unsafe,
    };
    if call.command.span.contains(span) {
        let given = missing.iter().map(ToString::to_string).collect();
        let remedy = Remedy::new(applicability, format!("add `{flags}`"))
            .change(&cx.file.path, What::Flags { command: span, flags: given });
        draft = draft.remedy(remedy);
    }
    let internal = call.has('N', &["--exclude-schema"]);
    if call.tool == Tool::Dump && place == Where::Heroku && !internal {
        draft = draft.note("`--exclude-schema=_heroku` leaves out Heroku's own functions as well");
    }
    Some(draft)
}

/// Whether what is loaded came from Heroku: its command calls it `latest.dump` unless told otherwise.
fn is_download(call: &Call<'_>, text: &str) -> bool {
    call.arguments.iter().any(|word| {
        let written = word.span.of(text).trim_matches(['"', '\'']);
        let told = || text.lines().any(|line| line.contains("pg:backups") && line.contains(written));
        written.ends_with("latest.dump") || (written.len() > 4 && !written.starts_with('-') && told())
    })
}
