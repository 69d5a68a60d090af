//! The schema that Heroku put extensions in.

use crate::lang::Lang;
use crate::lang::sql::extent::extents;
use crate::project::File;
use crate::remedy::{Remedy, What};
use crate::rule::{Confidence, Impact, Meta, Origin, Severity, Status, Step};
use crate::rules::{Context, Draft, Rule, postgres};
use crate::span::Span;
use crate::sql::{Action, EXTENSION_SCHEMA, Statement};

/// `pg-heroku-ext-schema`.
pub struct PgHerokuExtSchema;

static META: Meta = Meta {
    id: "pg-heroku-ext-schema",
    aliases: &[],
    family: "postgres",
    severity: Severity::Error,
    impact: Impact::BootFails,
    confidence: Confidence::High,
    step: Step::Data,
    langs: postgres::SPEAKERS,
    needs_heroku: false,
    status: Status::Stable,
    since: "0.1.0",
    specificity: 30,
    page: include_str!("README.md"),
    origin: Origin::BuiltIn,
};

/// What a statement does with the schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Schema,
    Extension,
    Path,
    Use,
}

impl Kind {
    fn of(statement: &Statement) -> Option<Kind> {
        if !statement.concerns_schema(EXTENSION_SCHEMA) {
            return None;
        }
        match statement.action {
            Action::CreateSchema | Action::ChangeSchema => Some(Kind::Schema),
            Action::CreateExtension { .. } => Some(Kind::Extension),
            Action::SearchPath => Some(Kind::Path),
            Action::Use | Action::CreateFunction | Action::Table => Some(Kind::Use),
            // To drop it is the way out.
            _ => None,
        }
    }
}

impl Rule for PgHerokuExtSchema {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn watches(&self) -> &'static [&'static str] {
        &["heroku_ext"]
    }

    fn file(&self, cx: &Context<'_>) -> Vec<Draft> {
        let statements = &cx.file.facts.statements;
        let of = |kind: Kind| -> Vec<&Statement> {
            statements.iter().filter(|statement| Kind::of(statement) == Some(kind)).collect()
        };
        let made = |statement: &&Statement| statement.action == Action::CreateSchema;
        let created = of(Kind::Schema).into_iter().find(made);
        let path = &cx.file.path;
        let mut drafts = Vec::new();

        let schema = of(Kind::Schema);
        let (extensions, uses, paths) = (of(Kind::Extension), of(Kind::Use), of(Kind::Path));
        // What creates the schema makes the rest of the same file work.
        let prepares = extensions.is_empty() && uses.is_empty() && created.is_some();
        if let Some(first) = schema.first() {
            let draft = if prepares {
                let help = "keep it only for restores of Heroku's dumps, and move the extensions to `public` \
                            before the switch";
                postgres::at(
                    &META,
                    path,
                    first,
                    "creates `heroku_ext`, a schema that only Heroku sets up",
                    help,
                )
                .label("for Heroku's dumps")
                .severity(Severity::Note)
                .impact(Impact::Cleanup)
            } else {
                let message = match created {
                    Some(_) => "creates `heroku_ext`, a schema that only Heroku sets up",
                    None => "changes `heroku_ext`, a schema that only Heroku sets up",
                };
                let help = "delete the statement once nothing names the schema";
                let draft = postgres::at(&META, path, first, message, help);
                match created {
                    Some(_) => draft.label("not needed elsewhere").severity(Severity::Warning),
                    None => draft.label("fails elsewhere"),
                }
            };
            let mut draft = postgres::with_places(draft, path, &schema);
            if prepares {
                // To create it and to put it on the path is one preparation.
                for entry in &paths {
                    draft = draft.related(path, entry.name_span, "put on the search path here");
                }
            }
            drafts.push(draft);
        }
        if let Some(first) = extensions.first() {
            let Action::CreateExtension { schema: Some((_, place)) } = &first.action else { return drafts };
            let names = postgres::names(extensions.iter().map(|statement| statement.name.as_str()));
            let message = format!("{names} {} created in `heroku_ext`", verb(extensions.len()));
            let help = if cx.file.lang == Lang::Ruby {
                "leave the schema out: `enable_extension` without it puts an extension into `public`"
            } else {
                "create them in `public`, and move those of the running database with \
                 `ALTER EXTENSION … SET SCHEMA public`"
            };
            let draft = Draft::new(&META, path, *place, message, help).label("only Heroku sets it up");
            let draft = graded(draft, created, &extensions, cx);
            drafts.push(postgres::with_places(draft, path, &extensions));
        }
        if let Some(first) = uses.first() {
            let names = postgres::names(uses.iter().map(|statement| statement.name.as_str()));
            let message = match uses.len() {
                1 if first.name == EXTENSION_SCHEMA => {
                    "a setting names the schema `heroku_ext`, which only Heroku sets up".to_string()
                }
                1 => format!("{names} names the schema `heroku_ext`, which only Heroku sets up"),
                count => {
                    format!("{count} places name the schema `heroku_ext`, which only Heroku sets up: {names}")
                }
            };
            let help =
                "leave the schema out or name `public`; columns, indexes and functions change together";
            let draft =
                postgres::at(&META, path, first, message, help).label("fails where the schema is missing");
            let mut draft = graded(draft, created, &uses, cx);
            // What reads the setting decides.
            if uses.iter().all(|statement| statement.name == EXTENSION_SCHEMA) {
                draft = draft.severity(Severity::Warning);
            }
            drafts.push(postgres::with_places(draft, path, &uses));
        }
        if let Some(first) = paths.first().filter(|_| !prepares) {
            let help = "take it off the path when the extensions are in `public`";
            let message = "puts `heroku_ext` on the search path, a schema that only Heroku sets up";
            // A schema that does not exist is passed over; what is missing shows where it is used.
            let draft = postgres::at(&META, path, first, message, help)
                .label("passed over where it is missing")
                .severity(Severity::Warning)
                .impact(Impact::Degrades);
            drafts.push(postgres::with_places(draft, path, &paths));
        }
        if !prepares && let Some(remedy) = remedy(cx).filter(|_| !drafts.is_empty()) {
            drafts.iter_mut().for_each(|draft| draft.remedies.push(remedy.clone()));
        }
        drafts
    }
}

/// The ways to put right all that names the schema in a project, which belongs together: a column needs the
/// extension in the schema that it names.
fn remedy(cx: &Context<'_>) -> Option<Remedy> {
    let named: Vec<(&File, Vec<&Statement>)> = cx
        .project
        .files
        .iter()
        .filter(|file| postgres::counts(file))
        .map(|file| (file, file.facts.statements.iter().filter(|one| Kind::of(one).is_some()).collect()))
        .filter(|(_, statements): &(_, Vec<&Statement>)| !statements.is_empty() && !prepares(statements))
        .collect();
    let extensions_only =
        named.iter().flat_map(|(_, all)| all).all(|one| Kind::of(one) == Some(Kind::Extension));
    if extensions_only {
        // Each file for itself: without a schema, an extension is found wherever it is.
        let own = cx.file.facts.statements.iter().filter(|one| Kind::of(one) == Some(Kind::Extension));
        let remedy = Remedy::safe("leave the schema out");
        return own.map(|one| without_schema(cx.file, one)).try_fold(remedy, |remedy, change| {
            let change = change?;
            Some(remedy.change(&cx.file.path, change))
        });
    }
    let mut remedy = Remedy::needs_decision("name `public` in place of `heroku_ext`");
    for (file, statements) in named {
        for statement in statements {
            remedy = remedy.change(&file.path, in_public(file, statement)?);
        }
    }
    Some(remedy)
}

/// Whether what names the schema only prepares a database for Heroku's dumps.
fn prepares(statements: &[&Statement]) -> bool {
    let is = |kind: Kind| statements.iter().any(|one| Kind::of(one) == Some(kind));
    let created = statements.iter().any(|one| one.action == Action::CreateSchema);
    created && !is(Kind::Extension) && !is(Kind::Use)
}

/// The bytes of the schema's name in a span.
fn name_in(text: &str, span: Span) -> Option<Span> {
    let at = span.start + span.of(text).find(EXTENSION_SCHEMA)?;
    Some(Span::new(at, at + EXTENSION_SCHEMA.len()))
}

/// An extension without the schema it is created in: PostgreSQL takes the first of the search path. A dump
/// empties the path, so that `public` has to be named there.
fn without_schema(file: &File, statement: &Statement) -> Option<What> {
    let Action::CreateExtension { schema: Some((_, place)) } = &statement.action else { return None };
    let text = &file.source.text;
    let name = name_in(text, *place)?;
    // `enable_extension "heroku_ext.citext"`
    if text[name.end..].starts_with('.') {
        return Some(What::Text { at: Span::new(name.start, name.end + 1), text: String::new() });
    }
    let empties = text.contains("set_config('search_path', ''") || text.contains("SET search_path = ''");
    let before = text[..name.start].trim_end_matches(['"', '\\']);
    let clause = before.trim_end();
    let word = |text: &'_ str, word: &str| {
        let at = text.len().checked_sub(word.len())?;
        let found = text.get(at..).is_some_and(|end| end.eq_ignore_ascii_case(word));
        (found && text[..at].ends_with(char::is_whitespace)).then_some(at)
    };
    let schema = word(clause, "SCHEMA").filter(|_| clause.len() < before.len());
    let Some(schema) = schema.filter(|_| file.lang != Lang::Plain && !empties) else {
        return Some(What::Text { at: name, text: "public".to_string() });
    };
    let rest = text[..schema].trim_end();
    let from = word(rest, "WITH").map_or(rest.len(), |with| text[..with].trim_end().len());
    let quote = &text[before.len()..name.start];
    let end = text[name.end..].strip_prefix(quote).map(|_| name.end + quote.len())?;
    Some(What::Text { at: Span::new(from, end), text: String::new() })
}

/// A statement that names `public` where it named the schema, or that goes.
fn in_public(file: &File, statement: &Statement) -> Option<What> {
    let text = &file.source.text;
    let replaced = |span: Span| Some(What::Text { at: name_in(text, span)?, text: "public".to_string() });
    match Kind::of(statement)? {
        Kind::Extension => {
            let Action::CreateExtension { schema: Some((_, place)) } = &statement.action else { return None };
            let name = name_in(text, *place)?;
            if text[name.end..].starts_with('.') { without_schema(file, statement) } else { replaced(*place) }
        }
        // A setting is read by something that is not known.
        Kind::Use => (statement.name != EXTENSION_SCHEMA).then(|| replaced(statement.name_span))?,
        Kind::Path => off_path(text, name_in(text, statement.name_span)?),
        Kind::Schema => {
            let all = (file.lang == Lang::Sql).then(|| extents(text))?;
            let one = all.iter().find(|one| one.span.start == statement.span.start)?;
            Some(What::Text { at: one.whole, text: String::new() })
        }
    }
}

/// The schema taken off a list of schemas; alone in it, `public` stands in its place.
fn off_path(text: &str, name: Span) -> Option<What> {
    let quote = text[..name.start].chars().next_back().filter(|c| matches!(c, '"' | '\''));
    let outer = Span::new(name.start.saturating_sub(1), (name.end + 1).min(text.len()));
    let blank = [' ', '\t'];
    let is_item = |span: Span| {
        let (before, after) =
            (text[..span.start].trim_end_matches(blank), text[span.end..].trim_start_matches(blank));
        (before.ends_with(','), after.starts_with(','))
    };
    // Quotes around the name alone go with it; quotes around the whole list stay.
    let item = match quote {
        Some(quote) if text[name.end..].starts_with(quote) => outer,
        _ => name,
    };
    let (after_comma, before_comma) = is_item(item);
    if text[..name.start].ends_with('$') || text[..name.start].ends_with('\\') {
        return None;
    }
    let at = match (after_comma, before_comma) {
        (true, _) => Span::new(text[..item.start].trim_end_matches(blank).len() - 1, item.end),
        (_, true) => {
            let rest = text[item.end..].trim_start_matches(blank);
            let rest = rest[1..].trim_start_matches(blank);
            Span::new(item.start, text.len() - rest.len())
        }
        (false, false) => return Some(What::Text { at: name, text: "public".to_string() }),
    };
    Some(What::Text { at, text: String::new() })
}

fn verb(count: usize) -> &'static str {
    if count == 1 { "is" } else { "are" }
}

/// With the severity that fits: a file that creates the schema itself can be loaded.
fn graded(draft: Draft, created: Option<&Statement>, statements: &[&Statement], cx: &Context<'_>) -> Draft {
    match created {
        Some(created) if created.name_span < statements[0].name_span => draft
            .severity(Severity::Warning)
            .impact(Impact::Degrades)
            .related(&cx.file.path, created.name_span, "the schema is created here"),
        _ => draft,
    }
}
