//! Front end: SQL, in files of its own and in the strings and commands of programs.

pub mod condense;
pub mod extent;
mod helpers;
mod read;
pub mod token;

use std::borrow::Cow;

use crate::fact::{Facts, Literal, Request, Sign, SignKind};
use crate::lang::Lang;
use crate::span::Span;
use crate::sql::{ADMIN_ROLE, Action, EXTENSION_SCHEMA, INTERNAL_SCHEMA, Statement};

pub use read::statements;

/// The facts of one file.
pub fn facts(text: &str, _request: &Request<'_>) -> Facts {
    Facts { statements: statements(text, 0), ..Facts::default() }
}

/// The statements in a text that stands at byte `offset` of its file, where a backslash is that of the host
/// language: `"CREATE EXTENSION \"uuid-ossp\";\n"`.
pub fn embedded(text: &str, offset: usize) -> Vec<Statement> {
    read::of_string(&without_escapes(text), offset)
}

/// The text with every escape as spaces and the quote it may stand for; places stay the same.
fn without_escapes(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut masked = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            masked.push(c);
            continue;
        }
        masked.push(' ');
        match chars.next() {
            Some(quote @ ('"' | '\'')) => masked.push(quote),
            Some('n') => masked.push('\n'),
            Some(c) if c.is_ascii() => masked.push(' '),
            Some(c) => masked.push(c),
            None => {}
        }
    }
    Cow::Owned(masked)
}

/// Adds what a program says in SQL and by the helpers of its framework, and the signs of Heroku in that.
pub(super) fn of_program(facts: &mut Facts, text: &str, request: &Request<'_>) {
    if request.lang != Lang::Sql {
        let mut found: Vec<Statement> = facts.literals.iter().flat_map(of_literal).collect();
        let literals: Vec<Span> = facts.literals.iter().map(|literal| literal.span).collect();
        helpers::collect(facts, text, &literals, &mut found);
        // The argument of `enable_extension "heroku_ext.citext"` is a qualified name, too.
        let created: Vec<Span> = found
            .iter()
            .filter(|statement| matches!(statement.action, Action::CreateExtension { schema: Some(_) }))
            .map(|statement| statement.span)
            .collect();
        found.retain(|statement| {
            statement.action != Action::Use || !created.iter().any(|span| span.contains(statement.span))
        });
        found.sort_by_key(|statement| (statement.name_span, statement.span));
        found.dedup_by_key(|statement| statement.name_span);
        facts.statements.append(&mut found);
    }
    facts.signs.extend(signs(&facts.statements));
}

/// The statements that a string literal holds; none where it is a sentence that only names them.
fn of_literal(literal: &Literal) -> Vec<Statement> {
    let mut found = embedded(&literal.text, literal.span.start);
    if found.is_empty() {
        found = setting(&literal.text, literal.span.start);
    }
    found
}

/// What a value says that is no SQL but read by the database: a search path (`public,heroku_ext`), also as
/// an option of a connection.
fn setting(text: &str, offset: usize) -> Vec<Statement> {
    let option = ["search_path", "currentSchema=", "schema="].iter().find_map(|option| {
        let at = text.find(option)? + option.len();
        let end = text[at..].find(['&', ';', '\'']).map_or(text.len(), |end| at + end);
        Some((at, end))
    });
    if let Some((at, end)) = option {
        // `-c%20search_path%3Dpublic,heroku_ext`
        let found = memchr::memmem::find(&text.as_bytes()[at..end], EXTENSION_SCHEMA.as_bytes());
        let name_span = found.map(|found| Span::new(at + found, at + found + EXTENSION_SCHEMA.len()));
        return name_span.map(|span| path_entry(span.shift(offset))).into_iter().collect();
    }
    let is_name = |name: &str| {
        let name = name.trim().trim_matches(['"', '\'', '\\']).trim_start_matches('$');
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    let list = text.contains(',') && text.split(',').all(is_name);
    let mut found = if list { read::search_path(text, offset) } else { Vec::new() };
    // Other names are words of their own: tags, providers.
    found.retain(|statement| statement.name == EXTENSION_SCHEMA);
    found
}

fn path_entry(span: Span) -> Statement {
    Statement { action: Action::SearchPath, name: EXTENSION_SCHEMA.to_string(), name_span: span, span }
}

/// Signs of Heroku among the statements: one for each schema, and one for the role.
pub fn signs(statements: &[Statement]) -> Vec<Sign> {
    let mut signs: Vec<Sign> = Vec::new();
    for schema in [EXTENSION_SCHEMA, INTERNAL_SCHEMA] {
        let place = statements.iter().find(|statement| statement.concerns_schema(schema));
        signs.extend(place.map(|statement| Sign {
            kind: SignKind::Sql,
            what: schema.to_string(),
            span: statement.name_span,
        }));
    }
    let role = statements.iter().find(|statement| statement.name == ADMIN_ROLE);
    signs.extend(role.map(|statement| Sign {
        kind: SignKind::Sql,
        what: ADMIN_ROLE.to_string(),
        span: statement.name_span,
    }));
    signs
}
