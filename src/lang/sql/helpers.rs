//! What helpers of frameworks do to a database without a line of SQL, and SQL that is put together from
//! pieces.

use crate::fact::Facts;
use crate::span::Span;
use crate::sql::{Action, EXTENSION_SCHEMA, Statement};
use crate::term::{Invocation, Term, Value};

/// Functions that send SQL to a database, by their last segments.
const EXECUTES: &[&str] = &[
    "$executeRaw",
    "$executeRawUnsafe",
    "$queryRaw",
    "$queryRawUnsafe",
    "RunSQL",
    "exec_driver_sql",
    "exec_query",
    "execute",
    "find_by_sql",
    "query",
    "raw",
    "raw_sql",
    "run",
    "select_all",
];

/// Operations of `django.contrib.postgres.operations`, with the extension each creates.
const OPERATIONS: &[(&str, &str)] = &[
    ("BloomExtension", "bloom"),
    ("BtreeGinExtension", "btree_gin"),
    ("BtreeGistExtension", "btree_gist"),
    ("CITextExtension", "citext"),
    ("CryptoExtension", "pgcrypto"),
    ("HStoreExtension", "hstore"),
    ("TrigramExtension", "pg_trgm"),
    ("UnaccentExtension", "unaccent"),
];

/// Settings that are a search path.
const PATHS: &[&str] = &["schema_search_path", "search_path"];

/// Adds the statements. Texts among `literals` were read already.
pub fn collect(facts: &Facts, text: &str, literals: &[Span], found: &mut Vec<Statement>) {
    for call in &facts.invocations {
        of_call(call, text, literals, found);
    }
    for setting in &facts.settings {
        // A data file is one setting; its keys are inside.
        let last = setting.name.rsplit('.').next().unwrap_or_default();
        if PATHS.contains(&last) {
            path(&setting.value, text, found);
        }
        setting.value.walk(&mut |term| {
            for entry in term.entries() {
                if PATHS.contains(&entry.key.as_str()) {
                    path(&entry.value, text, found);
                } else if entry.key == "schema" || setting.name.is_empty() {
                    // In a program a bare name can be there for anything; as a value of a settings file it is
                    // the schema.
                    schema_option(&entry.value, text, found);
                }
            }
        });
    }
    for command in &facts.commands {
        if command.program() != "psql" {
            continue;
        }
        let mut words = command.words.iter().skip(1);
        while let Some(word) = words.next() {
            match word.text() {
                Some("-c" | "--command") => {
                    if let Some(statement) = words.next() {
                        sql(statement, text, literals, found);
                    }
                }
                Some(joined) => {
                    let flag = ["--command=", "-c"].iter().find_map(|flag| joined.strip_prefix(flag));
                    if let Some(statement) = flag {
                        let value = Value::Text(statement.to_string());
                        // As a text the word begins with the flag, and is no statement.
                        sql(&Term { span: word.span, value }, text, &[], found);
                    }
                }
                None => {}
            }
        }
    }
}

fn of_call(call: &Invocation, text: &str, literals: &[Span], found: &mut Vec<Statement>) {
    let name = call.name();
    if EXECUTES.contains(&name) {
        for argument in &call.arguments {
            argument.value.walk(&mut |term| sql(term, text, literals, found));
        }
    }
    if let Some((_, extension)) = OPERATIONS.iter().find(|(operation, _)| *operation == name) {
        let action = Action::CreateExtension { schema: None };
        push(found, action, extension, call.name_span, call.span);
        return;
    }
    match name {
        "enable_extension" | "CreateExtension" => {
            let Some(argument) = call.argument_or_keyword(0, "name") else { return };
            let Some(extension) = argument.text() else { return };
            let place = inner(argument, text);
            match extension.rsplit_once('.') {
                // Rails 8 writes the schema before the name.
                Some((schema, extension)) => {
                    let start = place.start + schema.len() + 1;
                    let name_span = if start < place.end { Span::new(start, place.end) } else { place };
                    let schema_end = (place.start + schema.len()).min(place.end);
                    let schema = Some((schema.to_string(), Span::new(place.start, schema_end)));
                    push(found, Action::CreateExtension { schema }, extension, name_span, call.span);
                }
                None => push(found, Action::CreateExtension { schema: None }, extension, place, call.span),
            }
        }
        "create_schema" | "createSchema" => {
            if let Some(argument) = call.argument(0).filter(|argument| is_schema(argument)) {
                push(found, Action::CreateSchema, EXTENSION_SCHEMA, inner(argument, text), call.span);
            }
        }
        "schema_search_path" => {
            call.arguments.iter().for_each(|argument| path(&argument.value, text, found));
        }
        _ => {
            if let Some(value) = call.option(&["schema"]) {
                schema_option(value, text, found);
            }
        }
    }
}

fn is_schema(term: &Term) -> bool {
    term.text() == Some(EXTENSION_SCHEMA)
}

fn push(found: &mut Vec<Statement>, action: Action, name: &str, name_span: Span, span: Span) {
    found.push(Statement { action, name: name.to_string(), name_span, span });
}

/// A schema that is an option of a table or a model.
fn schema_option(value: &Term, text: &str, found: &mut Vec<Statement>) {
    if is_schema(value) {
        push(found, Action::Use, EXTENSION_SCHEMA, inner(value, text), value.span);
    }
}

/// A search path, as one text or as a list.
fn path(value: &Term, text: &str, found: &mut Vec<Statement>) {
    value.walk(&mut |term| {
        let Some(known) = term.text().filter(|known| known.contains(EXTENSION_SCHEMA)) else { return };
        let place = inner(term, text);
        let at = place.of(text).find(EXTENSION_SCHEMA);
        let name_span =
            at.map_or(place, |at| Span::new(place.start + at, place.start + at + EXTENSION_SCHEMA.len()));
        let whole = known.split(',').any(|part| part.trim().trim_matches('"') == EXTENSION_SCHEMA);
        if whole {
            push(found, Action::SearchPath, EXTENSION_SCHEMA, name_span, term.span);
        }
    });
}

/// The bytes of a text without its quotes.
fn inner(term: &Term, text: &str) -> Span {
    let written = term.span.of(text);
    match term.text().and_then(|known| Some((written.find(known)?, known.len()))) {
        Some((at, length)) => Span::new(term.span.start + at, term.span.start + at + length),
        None => term.span,
    }
}

/// Statements in a text or in one with computed pieces. Where escapes or pieces move the places, a
/// statement has the place of the whole.
fn sql(term: &Term, text: &str, literals: &[Span], found: &mut Vec<Statement>) {
    if literals.iter().any(|literal| term.span.contains(*literal)) {
        return;
    }
    let known = match &term.value {
        Value::Text(_) | Value::Joined(_) => term.shape(),
        _ => return,
    };
    match term.span.of(text).find(known.as_ref()) {
        Some(at) => found.extend(super::embedded(&known, term.span.start + at)),
        None => found.extend(super::embedded(&known, 0).into_iter().map(|statement| Statement {
            name_span: term.span,
            span: term.span,
            action: match statement.action {
                Action::CreateExtension { schema: Some((schema, _)) } => {
                    Action::CreateExtension { schema: Some((schema, term.span)) }
                }
                action => action,
            },
            ..statement
        })),
    }
}
