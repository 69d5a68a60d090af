//! Fixes that run on Heroku and on the target at once: a variable of the team's own is read first, and
//! Heroku's stays behind it.

use crate::fact::EnvRead;
use crate::finding::Applicability;
use crate::platform::{Purpose, provided};
use crate::project::Project;
use crate::remedy::{Remedy, What};

/// How far code may be made to read the team's name for `purpose` before Heroku's variable `heroku`.
///
/// The name is free where nobody has given it a meaning yet. Where it stands in the project already, apart
/// from reads that fall back to the same variable, it may hold something else, on Heroku too; that is for a
/// person to say, unless the settings give the name.
pub fn applicability(project: &Project, purpose: Purpose, heroku: &str) -> Applicability {
    let name = project.names.of(purpose);
    let files = project.mentions.get(name).into_iter().flatten();
    let same_meaning = |path: &String| {
        project.file(path).is_some_and(|file| {
            let reads = file.facts.reads.iter().filter(|read| read.name.is(name));
            let spans: Vec<_> = reads.clone().map(|read| read.span).collect();
            let beside = |read: &EnvRead| {
                read.uses.iter().any(|site| site.expr.names().contains(&heroku))
                    || read.default.is_some_and(|default| default.of(&file.source.text).contains(heroku))
            };
            let read_only = file.source.text.matches(name).count() <= spans.len();
            read_only && !spans.is_empty() && reads.into_iter().all(beside)
        })
    };
    let is_free = project.names.is_chosen(purpose) || files.into_iter().all(same_meaning);
    if is_free { Applicability::Safe } else { Applicability::Unsafe }
}

/// The remedy that reads the team's name for `purpose` before Heroku's variable.
pub fn read_first(project: &Project, path: &str, read: &EnvRead, purpose: Purpose, heroku: &str) -> Remedy {
    let name = project.names.of(purpose);
    Remedy { applicability: applicability(project, purpose, heroku), ..put_right_elsewhere(project, purpose) }
        .change(path, What::ReadFirst { read: read.span, names: vec![name.to_string()] })
        .provide(name, provided(purpose))
}

/// The same remedy for a read that has the team's name before it once another read has: the next in a chain.
pub fn put_right_elsewhere(project: &Project, purpose: Purpose) -> Remedy {
    Remedy::safe(format!("read `{}` first", project.names.of(purpose)))
}
