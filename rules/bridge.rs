//! Fixes that run on Heroku and on the target at once: a variable of the team's own is read first, and
//! Heroku's stays behind it.

use crate::fact::EnvRead;
use crate::finding::Applicability;
use crate::lang::Lang;
use crate::platform::{self, Purpose, Variable, provided};
use crate::project::{File, Project};
use crate::remedy::{Remedy, What};

/// How far code may be made to read the team's name for `purpose` before Heroku's variable `heroku`.
///
/// The name is free where nobody has given it a meaning yet. Where it stands in the project already, it may
/// hold something else, on Heroku too; that is for a person to say, unless the settings give the name. It keeps
/// its meaning in reads that fall back to `heroku` or to another of Heroku's variables for the same purpose, and
/// in a Procfile that gives each process its type: so a second run wants what the first one wanted. A document
/// counts, since it may tell of a variable that is set.
pub fn applicability(project: &Project, purpose: Purpose, heroku: &str) -> Applicability {
    let name = project.names.of(purpose);
    let is_free = project.names.is_chosen(purpose)
        || misfits(project, purpose, name, |other| other == heroku || tells(other, purpose)).next().is_none();
    if is_free { Applicability::Safe } else { Applicability::Unsafe }
}

/// The files that name the variable without giving it the meaning of `purpose`; `is_same` tells the variables
/// of Heroku that have it. Only for names that were looked for: those of the settings.
pub fn misfits<'p>(
    project: &'p Project,
    purpose: Purpose,
    name: &'p str,
    is_same: impl Fn(&str) -> bool + 'p,
) -> impl Iterator<Item = &'p str> {
    let files = project.mentions.get(name).into_iter().flatten();
    let same_meaning = move |path: &str| {
        project.file(path).is_some_and(|file| match purpose {
            Purpose::ProcessType if file.lang == Lang::Procfile => tells_types(file, name),
            _ => falls_back(file, name, &is_same),
        })
    };
    files.map(String::as_str).filter(move |path| !same_meaning(path))
}

/// How far code may be made to read `name`, which a team's settings give in place of `old`, before `old`: safe where
/// the project names it nowhere yet, or only in reads that fall back to `old`.
pub fn of_settings(project: &Project, name: &str, old: &str) -> Applicability {
    let files = project.mentions.get(name).into_iter().flatten();
    let same_meaning =
        |path: &String| project.file(path).is_some_and(|file| falls_back(file, name, |other| other == old));
    if files.into_iter().all(same_meaning) { Applicability::Safe } else { Applicability::Unsafe }
}

/// Whether one of Heroku's variables can stand in a chain with others that tell the same.
pub fn tells(heroku: &str, purpose: Purpose) -> bool {
    match platform::heroku_variable(heroku) {
        Some(Variable::Dyno) => matches!(purpose, Purpose::Here | Purpose::Instance | Purpose::ProcessType),
        // Each of them says "this is Heroku" by being set.
        Some(Variable::AppName | Variable::Metadata(_) | Variable::Flag) if purpose == Purpose::Here => true,
        Some(_) => platform::purpose(heroku) == Some(purpose),
        None => false,
    }
}

/// Whether a file names the variable in reads only that fall back to a variable with the same meaning.
fn falls_back(file: &File, name: &str, is_same: impl Fn(&str) -> bool) -> bool {
    let reads: Vec<&EnvRead> = file.facts.reads.iter().filter(|read| read.name.is(name)).collect();
    let beside = |read: &&EnvRead| {
        let default = read.default.map_or("", |default| default.of(&file.source.text));
        read.uses.iter().any(|site| site.expr.names().into_iter().any(&is_same))
            || words(default).any(|(_, word)| is_same(word))
    };
    let mentioned = words(&file.source.text).filter(|(_, word)| *word == name).count();
    mentioned <= reads.len() && !reads.is_empty() && reads.iter().all(beside)
}

/// Whether a Procfile names the variable only to give it the type of each process.
fn tells_types(file: &File, name: &str) -> bool {
    let text = file.source.text.as_str();
    let mut mentioned = words(text).filter(|(_, word)| *word == name);
    mentioned.all(|(at, _)| {
        let process =
            file.facts.processes.iter().find(|process| process.span.start <= at && at < process.span.end);
        let value = text[at + name.len()..].strip_prefix('=');
        process.zip(value).is_some_and(|(process, value)| {
            value
                .strip_prefix(process.name.as_str())
                .is_some_and(|rest| rest.starts_with(char::is_whitespace))
        })
    })
}

/// The words of a text that can be names of variables, with their places.
pub fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut rest = 0;
    std::iter::from_fn(move || {
        let start = rest + text[rest..].find(is_part)?;
        let end = text[start..].find(|c| !is_part(c)).map_or(text.len(), |at| start + at);
        rest = end;
        Some((start, &text[start..end]))
    })
}

/// The remedy that reads the team's name for `purpose` before Heroku's variable.
pub fn read_first(project: &Project, path: &str, read: &EnvRead, purpose: Purpose, heroku: &str) -> Remedy {
    let name = project.names.of(purpose);
    Remedy { applicability: applicability(project, purpose, heroku), ..put_right_elsewhere(project, purpose) }
        .change(path, What::ReadFirst { read: read.span, names: vec![name.to_string()] })
        .provide(name, provided(purpose))
}

/// How far code may be made to ask a switch of the team's own, unset today: safe unless the name stands in the
/// project already and the settings do not give it.
pub fn free(project: &Project, purpose: Purpose) -> Applicability {
    let name = project.names.of(purpose);
    let is_taken = project.mentions.get(name).is_some_and(|files| !files.is_empty());
    if is_taken && !project.names.is_chosen(purpose) { Applicability::Unsafe } else { Applicability::Safe }
}

/// The same remedy for a read that has the team's name before it once another read has: the next in a chain.
pub fn put_right_elsewhere(project: &Project, purpose: Purpose) -> Remedy {
    Remedy::safe(format!("read `{}` first", project.names.of(purpose)))
}
