//! What the rules about Postgres share: what a file of SQL is there for, and how several places of one kind
//! become one finding.

use crate::lang::Lang;
use crate::project::File;
use crate::role::Role;
use crate::rule::Meta;
use crate::rules::Draft;
use crate::rules::production::is_development_file;
use crate::span::Span;
use crate::sql::Statement;

/// Languages in which SQL or a helper for it can stand.
pub const SPEAKERS: &[Lang] = &[
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
    Lang::Sql,
    Lang::Plain,
];

/// Places beyond this many are counted, not listed.
const MOST_PLACES: usize = 8;

/// Whether a file describes the database as it is loaded elsewhere: the schema of a framework, migrations. A
/// dump that lies about is another thing.
pub fn is_loaded(file: &File) -> bool {
    let path = file.path.to_ascii_lowercase();
    let name = path.rsplit('/').next().unwrap_or_default();
    let stored = ["dump", "backup", "snapshot", "export"].iter().any(|word| name.contains(word));
    file.lang != Lang::Sql || !stored
}

/// Whether a file is for the machine of a developer: a task or script that prepares it.
pub fn is_local(file: &File) -> bool {
    let name = file.path.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    is_development_file(&file.path)
        || file.path.starts_with("docker/")
        || matches!(name.as_str(), "setup" | "setup.sh" | "dev.sh" | "dev" | "local.sh")
        || ["dev", "local", "setup", "bootstrap", "parity"]
            .iter()
            .any(|word| name.split(['.', '-', '_']).any(|part| part == *word))
}

/// Whether findings in a file are worth a place in the project's list.
pub fn counts(file: &File) -> bool {
    file.role.is_reported() && file.role != Role::Docs
}

/// The draft with `statements` as related places, the first of which is its own.
pub fn with_places(mut draft: Draft, path: &str, statements: &[&Statement]) -> Draft {
    for (at, statement) in statements.iter().skip(1).enumerate() {
        draft.join_at(path, statement.name_span, "");
        if at < MOST_PLACES {
            draft = draft.related(path, statement.name_span, format!("`{}`", statement.name));
        }
    }
    if statements.len() > MOST_PLACES + 1 {
        draft = draft.note(format!("{} more places in this file", statements.len() - MOST_PLACES - 1));
    }
    draft
}

/// The first names of a list without repetition, in backticks: "`a`, `b` and 3 more".
pub fn names<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    const MOST: usize = 4;
    let mut seen: Vec<&str> = Vec::new();
    for name in names {
        if !seen.contains(&name) {
            seen.push(name);
        }
    }
    let shown = |names: &[&str]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    match seen.as_slice() {
        [] => String::new(),
        [one] => format!("`{one}`"),
        [before @ .., last] if seen.len() <= MOST => format!("{} and `{last}`", shown(before)),
        all => format!("{} and {} more", shown(&all[..MOST - 1]), all.len() - (MOST - 1)),
    }
}

/// The lines that a span stands in.
pub fn lines_around(text: &str, span: Span) -> &str {
    let start = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
    let end = text[span.end..].find('\n').map_or(text.len(), |at| span.end + at);
    &text[start..end]
}

/// A draft at a statement's name.
pub fn at(
    meta: &'static Meta,
    path: &str,
    statement: &Statement,
    message: impl Into<String>,
    help: impl Into<String>,
) -> Draft {
    let span: Span = statement.name_span;
    Draft::new(meta, path, span, message, help)
}
