//! From tokens to what the statements do.

use super::token::{Kind, Token, Tokens};
use crate::span::Span;
use crate::sql::{
    Action, CONNECT_SCHEMA, EXTENSION_SCHEMA, INTERNAL_FUNCTIONS, INTERNAL_SCHEMA, STATISTICS, Statement,
    is_platform_role,
};

/// More tokens than a statement that matters has; what is behind them in one statement is not looked at. A
/// `CREATE TABLE` with the 1600 columns that are possible has less.
const MOST_TOKENS: usize = 40_000;

/// Bodies of functions in bodies of functions are read this deep.
const DEEPEST: u32 = 3;

/// Words that begin a statement. What begins otherwise is a fragment, or no SQL at all.
const VERBS: &[&str] = &[
    "ALTER", "ANALYZE", "BEGIN", "COMMENT", "COPY", "CREATE", "DELETE", "DO", "DROP", "EXPLAIN", "GRANT",
    "INSERT", "MERGE", "REFRESH", "REVOKE", "SELECT", "SET", "TRUNCATE", "UPDATE", "WITH",
];

/// What the statements in `text` do, in order of place; `offset` is the text's place in its file.
///
/// Rows of `COPY` and of `INSERT … VALUES` give nothing.
pub fn statements(text: &str, offset: usize) -> Vec<Statement> {
    read(text, offset, false)
}

/// The same for a string of a program, which need not be SQL at all.
pub(super) fn of_string(text: &str, offset: usize) -> Vec<Statement> {
    read(text, offset, true)
}

fn read(text: &str, offset: usize, string: bool) -> Vec<Statement> {
    let mut reader = Reader { text, offset, string, depth: 0, found: Vec::new() };
    reader.all();
    reader.found.sort_by_key(|statement| (statement.name_span, statement.span));
    reader.found.dedup_by_key(|statement| statement.name_span);
    reader.found
}

struct Reader<'t> {
    text: &'t str,
    /// The place of `text` in its file.
    offset: usize,
    /// The text is a string of a program and may be anything: fragments and sentences included.
    string: bool,
    depth: u32,
    found: Vec<Statement>,
}

/// A name with its place; without quotes, folded to lower case where it had none.
#[derive(Clone, Debug)]
struct Identifier {
    name: String,
    span: Span,
}

impl Reader<'_> {
    fn all(&mut self) {
        let mut tokens: Vec<Token> = Vec::new();
        // The rows of an `INSERT` follow, until the statement ends.
        let mut rows = false;
        for token in Tokens::new(self.text) {
            match token.kind {
                Kind::Space | Kind::Comment | Kind::Data => continue,
                Kind::Meta => {
                    self.statement(&std::mem::take(&mut tokens));
                    rows = false;
                    continue;
                }
                Kind::Symbol if token.span.of(self.text) == ";" => {
                    self.statement(&std::mem::take(&mut tokens));
                    rows = false;
                    continue;
                }
                Kind::Word if !rows && self.is(&token, "VALUES") => {
                    rows = tokens.first().is_some_and(|first| self.is(first, "INSERT"));
                }
                // What follows the rows can be a query again.
                Kind::Word if rows && (self.is(&token, "RETURNING") || self.is(&token, "ON")) => rows = false,
                _ => {}
            }
            if !rows && tokens.len() < MOST_TOKENS {
                tokens.push(token);
            }
        }
        self.statement(&tokens);
    }

    fn is(&self, token: &Token, word: &str) -> bool {
        token.kind == Kind::Word && token.span.of(self.text).eq_ignore_ascii_case(word)
    }

    fn is_symbol(&self, token: Option<&Token>, symbol: &str) -> bool {
        token.is_some_and(|token| token.kind == Kind::Symbol && token.span.of(self.text) == symbol)
    }

    fn identifier(&self, token: Option<&Token>) -> Option<Identifier> {
        let token = token?;
        let written = token.span.of(self.text);
        let (name, span) = match token.kind {
            Kind::Word => (written.to_ascii_lowercase(), token.span),
            Kind::Quoted => {
                let inner = written.trim_start_matches(['U', 'u', '&']).trim_matches('"').trim();
                (inner.replace("\"\"", "\""), token.span)
            }
            _ => return None,
        };
        (!name.is_empty()).then_some(Identifier { name, span })
    }

    /// The name at `at`, with a schema before it where it is qualified, and the position behind it.
    fn qualified(&self, tokens: &[Token], at: usize) -> Option<(Identifier, usize)> {
        let first = self.identifier(tokens.get(at))?;
        let touching = |at: usize| tokens[at - 1].span.end == tokens[at].span.start;
        if self.is_symbol(tokens.get(at + 1), ".") && touching(at + 1) {
            let second = self.identifier(tokens.get(at + 2)).filter(|_| touching(at + 2))?;
            let span = Span::new(first.span.start, second.span.end);
            return Some((Identifier { name: format!("{}.{}", first.name, second.name), span }, at + 3));
        }
        Some((first, at + 1))
    }

    fn push(&mut self, action: Action, name: Identifier, from: Span, to: Span) {
        let span = Span::new(from.start, to.end.max(name.span.end)).shift(self.offset);
        let name_span = name.span.shift(self.offset);
        self.found.push(Statement { action, name: name.name, name_span, span });
    }

    /// Words at `at` that may be left out.
    fn skip(&self, tokens: &[Token], mut at: usize, words: &[&str]) -> usize {
        let whole = tokens.get(at..at + words.len());
        if whole.is_some_and(|part| part.iter().zip(words).all(|(token, word)| self.is(token, word))) {
            at += words.len();
        }
        at
    }

    fn word_at(&self, tokens: &[Token], at: usize, word: &str) -> bool {
        tokens.get(at).is_some_and(|token| self.is(token, word))
    }

    fn statement(&mut self, tokens: &[Token]) {
        let Some(first) = tokens.first() else { return };
        let before = self.found.len();
        if self.is(first, "CREATE") {
            self.create(tokens);
        } else if self.is(first, "ALTER") {
            self.alter(tokens);
        } else if self.is(first, "COMMENT") {
            self.comment(tokens);
        } else if self.is(first, "DROP") {
            self.drop_schema(tokens);
        } else if self.is(first, "SET") {
            self.search_path(tokens, 0);
        } else if self.is(first, "GRANT") || self.is(first, "REVOKE") {
            self.grant(tokens);
        }
        let known: Vec<Span> = self.found[before..].iter().map(|statement| statement.name_span).collect();
        self.names(tokens, &known);
        self.texts(tokens);
    }

    fn create(&mut self, tokens: &[Token]) {
        let at = self.skip(tokens, 1, &["OR", "REPLACE"]);
        if self.word_at(tokens, at, "SCHEMA") {
            let at = self.skip(tokens, at + 1, &["IF", "NOT", "EXISTS"]);
            let Some(name) = self.identifier(tokens.get(at)) else { return };
            if self.ends(tokens, at + 1, &["AUTHORIZATION", "CREATE", "GRANT"]) {
                self.schema(Action::CreateSchema, name, tokens[0].span);
            }
        } else if self.word_at(tokens, at, "EXTENSION") {
            self.extension(tokens, at + 1);
        } else if self.word_at(tokens, at, "EVENT") && self.word_at(tokens, at + 1, "TRIGGER") {
            let Some(name) = self.identifier(tokens.get(at + 2)) else { return };
            let call = tokens.iter().position(|token| self.is(token, "EXECUTE"));
            let function = call.and_then(|at| self.qualified(tokens, at + 2));
            let end = function.as_ref().map_or(name.span, |(function, _)| function.span);
            let function = function.map_or(String::new(), |(function, _)| function.name);
            self.push(Action::CreateEventTrigger { function }, name, tokens[0].span, end);
        } else if self.word_at(tokens, at, "FUNCTION") || self.word_at(tokens, at, "PROCEDURE") {
            let Some((name, _)) = self.qualified(tokens, at + 1) else { return };
            if name.name.starts_with("_heroku.") || name.name.starts_with("heroku_ext.") {
                let end = name.span;
                self.push(Action::CreateFunction, name, tokens[0].span, end);
            }
        }
    }

    /// Whether the statement ends at `at`, or goes on with one of `words`: a sentence goes on otherwise.
    fn ends(&self, tokens: &[Token], at: usize, words: &[&str]) -> bool {
        let Some(token) = tokens.get(at) else { return true };
        let last = ["CASCADE", "RESTRICT"].iter().any(|word| self.is(token, word)) && at + 1 < tokens.len();
        let with = self.is(token, "WITH") && !self.ends(tokens, at + 1, &["SCHEMA", "VERSION", "CASCADE"]);
        words.iter().any(|word| self.is(token, word)) && !last && !with
    }

    fn extension(&mut self, tokens: &[Token], at: usize) {
        let at = self.skip(tokens, at, &["IF", "NOT", "EXISTS"]);
        let Some(name) = self.identifier(tokens.get(at)) else { return };
        if !self.ends(tokens, at + 1, &["WITH", "SCHEMA", "VERSION", "FROM", "CASCADE"]) {
            return;
        }
        let place = tokens.iter().skip(at + 1).position(|token| self.is(token, "SCHEMA"));
        let schema = place.and_then(|place| self.identifier(tokens.get(at + 1 + place + 1)));
        let end = schema.as_ref().map_or(name.span, |schema| schema.span);
        let schema = schema.map(|schema| (schema.name, schema.span.shift(self.offset)));
        self.push(Action::CreateExtension { schema }, name, tokens[0].span, end);
    }

    /// A schema that rules ask about.
    fn schema(&mut self, action: Action, name: Identifier, from: Span) {
        if is_of_interest(&name.name) || name.name == "public" {
            let end = name.span;
            self.push(action, name, from, end);
        }
    }

    fn alter(&mut self, tokens: &[Token]) {
        if self.word_at(tokens, 1, "SCHEMA") {
            if let Some(name) = self.identifier(tokens.get(2)) {
                self.schema(Action::ChangeSchema, name, tokens[0].span);
            }
        } else if self.word_at(tokens, 1, "EXTENSION") {
            let name = self.identifier(tokens.get(2));
            let schema = self.identifier(tokens.get(5));
            let moves = self.word_at(tokens, 3, "SET") && self.word_at(tokens, 4, "SCHEMA");
            if let (Some(name), Some(schema), true) = (name, schema, moves) {
                let action = Action::MoveExtension { schema: schema.name };
                self.push(action, name, tokens[0].span, schema.span);
            }
        } else if self.word_at(tokens, 1, "DEFAULT") && self.word_at(tokens, 2, "PRIVILEGES") {
            let role = self.identifier(tokens.get(5));
            if let Some(role) = role.filter(|role| is_platform_role(&role.name)) {
                let end = role.span;
                self.push(Action::DefaultPrivileges, role, tokens[0].span, end);
            }
        }
        let owner = tokens.windows(2).position(|pair| self.is(&pair[0], "OWNER") && self.is(&pair[1], "TO"));
        if let Some(at) = owner {
            let role = self.identifier(tokens.get(at + 2)).filter(|role| is_platform_role(&role.name));
            if let Some(role) = role {
                let end = role.span;
                self.push(Action::Owner, role, tokens[at].span, end);
            }
        }
        if let Some(at) = tokens.iter().position(|token| self.is(token, "SET")) {
            self.search_path(tokens, at);
        }
    }

    fn comment(&mut self, tokens: &[Token]) {
        if !self.word_at(tokens, 1, "ON") {
            return;
        }
        let Some(name) = self.identifier(tokens.get(3)) else { return };
        if self.word_at(tokens, 2, "SCHEMA") {
            self.schema(Action::ChangeSchema, name, tokens[0].span);
        } else if self.word_at(tokens, 2, "EXTENSION") {
            let end = name.span;
            self.push(Action::CommentOnExtension, name, tokens[0].span, end);
        }
    }

    fn drop_schema(&mut self, tokens: &[Token]) {
        if !self.word_at(tokens, 1, "SCHEMA") {
            return;
        }
        let mut at = self.skip(tokens, 2, &["IF", "EXISTS"]);
        let mut names = Vec::new();
        while let Some(name) = self.identifier(tokens.get(at)) {
            names.push(name);
            at += 1;
            if !self.is_symbol(tokens.get(at), ",") {
                break;
            }
            at += 1;
        }
        if !self.ends(tokens, at, &["CASCADE", "RESTRICT"]) {
            return;
        }
        let cascade = self.word_at(tokens, at, "CASCADE");
        let end = tokens.get(at).map(|token| token.span);
        for name in names.into_iter().filter(|name| is_of_interest(&name.name) || name.name == "public") {
            let end = end.unwrap_or(name.span);
            self.push(Action::DropSchema { cascade }, name, tokens[0].span, end);
        }
    }

    /// `SET [SESSION|LOCAL] search_path {TO|=} list`, from the word `SET` on.
    fn search_path(&mut self, tokens: &[Token], at: usize) {
        let from = tokens[at].span;
        let named = tokens.iter().skip(at + 1).take(2).position(|token| self.is(token, "search_path"));
        let Some(named) = named.map(|named| at + 1 + named) else { return };
        if !self.word_at(tokens, named + 1, "TO") && !self.is_symbol(tokens.get(named + 1), "=") {
            return;
        }
        for token in tokens.iter().skip(named + 2) {
            match token.kind {
                Kind::Text => self.path_text(*token, from),
                Kind::Word | Kind::Quoted => {
                    let name = self.identifier(Some(token));
                    if let Some(name) = name.filter(|name| is_of_interest(&name.name)) {
                        let end = name.span;
                        self.push(Action::SearchPath, name, from, end);
                    }
                }
                Kind::Symbol if token.span.of(self.text) == "," => {}
                _ => break,
            }
        }
    }

    /// Schemas in a search path that is written as one text: `'"$user", public, heroku_ext'`.
    fn path_text(&mut self, token: Token, from: Span) {
        for name in path_names(token.span.of(self.text), token.span.start) {
            let end = token.span;
            self.push(Action::SearchPath, name, from, end);
        }
    }

    fn grant(&mut self, tokens: &[Token]) {
        let to = tokens.iter().rposition(|token| self.is(token, "TO") || self.is(token, "FROM"));
        let role = to.and_then(|at| self.identifier(tokens.get(at + 1)));
        if let Some(role) = role.filter(|role| is_platform_role(&role.name)) {
            let end = role.span;
            self.push(Action::Grant, role, tokens[0].span, end);
        }
    }

    /// Qualified names and tables, wherever they stand.
    fn names(&mut self, tokens: &[Token], known: &[Span]) {
        let verb = VERBS.iter().any(|verb| self.is(&tokens[0], verb));
        let mut at = 0;
        while at < tokens.len() {
            let behind_dot = at > 0 && self.is_symbol(tokens.get(at - 1), ".");
            let Some((name, next)) = self.qualified(tokens, at).filter(|_| !behind_dot) else {
                at += 1;
                continue;
            };
            let table = at > 0 && self.introduces_table(&tokens[at - 1], &tokens[0], verb);
            let action = match name.name.split_once('.') {
                Some((EXTENSION_SCHEMA, what)) if !is_file_ending(what) => Some(Action::Use),
                Some((INTERNAL_SCHEMA, what)) if !self.string || INTERNAL_FUNCTIONS.contains(&what) => {
                    Some(Action::Use)
                }
                Some((CONNECT_SCHEMA, what)) if table && !matches!(what, "com" | "org" | "net") => {
                    Some(Action::Table)
                }
                Some((_, STATISTICS)) if table => Some(Action::Table),
                None if name.name == STATISTICS && table => Some(Action::Table),
                _ => None,
            };
            let span = name.span.shift(self.offset);
            if let Some(action) = action.filter(|_| !known.contains(&span)) {
                let own = name.span;
                self.push(action, name, own, own);
            }
            at = next;
        }
    }

    /// Whether a table's name follows. In a string that may be a sentence only where it begins as a statement
    /// does, or where keywords are written as keywords.
    fn introduces_table(&self, token: &Token, first: &Token, verb: bool) -> bool {
        const WORDS: &[&str] = &["FROM", "INTO", "JOIN", "ONLY", "REFERENCES", "TABLE", "UPDATE", "VIEW"];
        let word = token.span.of(self.text);
        // Behind the `ON` of a join stands a column, whose table may be called like the schema.
        let on =
            self.is(token, "ON") && ["CREATE", "GRANT", "REVOKE"].iter().any(|word| self.is(first, word));
        token.kind == Kind::Word
            && (on || WORDS.iter().any(|known| known.eq_ignore_ascii_case(word)))
            && (verb || !self.string || word.bytes().all(|byte| byte.is_ascii_uppercase()))
    }

    /// SQL inside of texts: bodies of functions, `EXECUTE '…'`, `'heroku_ext.seq'::regclass`, and the second
    /// argument of `set_config`.
    fn texts(&mut self, tokens: &[Token]) {
        for (at, token) in tokens.iter().enumerate() {
            let written = token.span.of(self.text);
            let (inner, from) = match token.kind {
                Kind::Dollar => {
                    let tag = 2 + written[1..].find('$').unwrap_or(0);
                    (written.get(tag..written.len().saturating_sub(tag)), tag)
                }
                Kind::Text => {
                    let from = written.find('\'').unwrap_or(0) + 1;
                    (written.get(from..written.len().saturating_sub(1)), from)
                }
                _ => continue,
            };
            let Some(inner) = inner.filter(|_| self.depth < DEEPEST) else { continue };
            if token.kind == Kind::Text {
                let configured = at >= 4
                    && self.is(&tokens[at - 4], "set_config")
                    && tokens[at - 2].span.of(self.text) == "'search_path'";
                if configured {
                    self.path_text(*token, tokens[at - 4].span);
                    continue;
                }
                if !is_sql(inner) {
                    continue;
                }
            }
            let offset = self.offset + token.span.start + from;
            let mut nested = Reader {
                text: inner,
                offset,
                string: self.string || token.kind == Kind::Text,
                depth: self.depth + 1,
                found: Vec::new(),
            };
            nested.all();
            self.found.append(&mut nested.found);
        }
    }
}

/// Whether a text inside of SQL is SQL itself: a statement that is executed, or one qualified name.
fn is_sql(text: &str) -> bool {
    let trimmed = text.trim_start();
    let first = trimmed.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    VERBS.iter().any(|verb| verb.eq_ignore_ascii_case(first))
        || !trimmed.contains(char::is_whitespace) && trimmed.contains('.')
}

/// Schemas that rules ask about.
pub(super) fn is_of_interest(schema: &str) -> bool {
    matches!(schema, EXTENSION_SCHEMA | INTERNAL_SCHEMA | CONNECT_SCHEMA)
}

/// `heroku_ext.sql` in a sentence is a file.
fn is_file_ending(name: &str) -> bool {
    matches!(name, "md" | "rb" | "sql" | "sh" | "txt" | "py" | "js" | "ts" | "yml")
}

/// Schemas of interest in a comma-separated list, as names with their bytes; `offset` is the list's place.
fn path_names(list: &str, offset: usize) -> Vec<Identifier> {
    let mut at = 0;
    let mut found = Vec::new();
    for part in list.split_inclusive(',') {
        let name = part.trim_matches(|c: char| c.is_whitespace() || matches!(c, ',' | '"' | '\'' | '\\'));
        if is_of_interest(name) {
            let start = offset + at + part.find(name).unwrap_or(0);
            found.push(Identifier { name: name.to_string(), span: Span::new(start, start + name.len()) });
        }
        at += part.len();
    }
    found
}

/// A search path that is written as one text, as settings have it: `public,heroku_ext`.
pub(super) fn search_path(list: &str, offset: usize) -> Vec<Statement> {
    let whole = Span::new(offset, offset + list.len());
    path_names(list, offset)
        .into_iter()
        .map(|name| Statement {
            action: Action::SearchPath,
            name: name.name,
            name_span: name.span,
            span: whole,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(found: &[Statement]) -> Vec<String> {
        found.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_statements_do() {
        let rows: &[(&str, &[&str])] = &[
            ("CREATE SCHEMA heroku_ext;", &["create schema heroku_ext"]),
            ("create schema if not exists heroku_ext authorization u1;", &["create schema heroku_ext"]),
            ("CREATE SCHEMA reports;", &[]),
            ("ALTER SCHEMA heroku_ext OWNER TO postgres;", &["change schema heroku_ext"]),
            ("COMMENT ON SCHEMA heroku_ext IS 'x';", &["change schema heroku_ext"]),
            (
                "CREATE EXTENSION IF NOT EXISTS \"uuid-ossp\" WITH SCHEMA heroku_ext;",
                &["create extension uuid-ossp in heroku_ext"],
            ),
            ("CREATE EXTENSION hstore SCHEMA public VERSION '1.4';", &["create extension hstore in public"]),
            ("CREATE EXTENSION vector CASCADE", &["create extension vector"]),
            ("create extension vector first", &[]),
            ("create extension vector with care", &[]),
            ("drop schema public cascade was refused", &[]),
            ("ALTER EXTENSION citext SET SCHEMA public;", &["move extension citext to public"]),
            ("COMMENT ON EXTENSION plpgsql IS 'x';", &["comment on extension plpgsql"]),
            ("SET search_path = public, heroku_ext;", &["search path heroku_ext"]),
            ("SET LOCAL search_path TO 'public, heroku_ext';", &["search path heroku_ext"]),
            (
                "ALTER DATABASE app SET search_path TO \"$user\", heroku_ext, public;",
                &["search path heroku_ext"],
            ),
            (
                "SELECT pg_catalog.set_config('search_path', 'public,heroku_ext', false);",
                &["search path heroku_ext"],
            ),
            ("SELECT pg_catalog.set_config('search_path', '', false);", &[]),
            (
                "CREATE TABLE a (id uuid DEFAULT heroku_ext.uuid_generate_v4(), e heroku_ext.citext);",
                &["use heroku_ext.uuid_generate_v4", "use heroku_ext.citext"],
            ),
            ("SELECT nextval('heroku_ext.ids'::regclass)", &["use heroku_ext.ids"]),
            (
                "CREATE EVENT TRIGGER log_create_ext ON ddl_command_end EXECUTE FUNCTION _heroku.create_ext();",
                &["create event trigger log_create_ext -> _heroku.create_ext", "use _heroku.create_ext"],
            ),
            (
                "CREATE OR REPLACE FUNCTION _heroku.drop_ext() RETURNS event_trigger AS $$ BEGIN END $$;",
                &["create function _heroku.drop_ext"],
            ),
            ("ALTER TABLE a OWNER TO u4tq2mhd8x1v9c;", &["owner u4tq2mhd8x1v9c"]),
            ("ALTER TABLE a OWNER TO myapp;", &[]),
            ("GRANT ALL ON TABLE a TO heroku_admin;", &["grant heroku_admin"]),
            (
                "ALTER DEFAULT PRIVILEGES FOR ROLE heroku_admin IN SCHEMA public GRANT ALL ON TABLES TO x;",
                &["default privileges heroku_admin"],
            ),
            (
                "DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public;",
                &["drop schema public cascade", "create schema public"],
            ),
            ("DROP SCHEMA analytics, public", &["drop schema public"]),
            (
                "SELECT * FROM pg_stat_statements s JOIN salesforce.contact c ON salesforce.id = s.x",
                &["table pg_stat_statements", "table salesforce.contact"],
            ),
            ("INSERT INTO a VALUES ('x', heroku_ext.f()), ('CREATE EXTENSION x');", &[]),
            ("DO $$ BEGIN EXECUTE 'CREATE EXTENSION vector'; END $$;", &["create extension vector"]),
            ("-- CREATE EXTENSION x;\n/* heroku_ext.f() */ SELECT 'heroku_ext.f() is gone';", &[]),
        ];
        for (text, expected) in rows {
            assert_eq!(shown(&statements(text, 0)), *expected, "{text}");
        }
    }

    #[test]
    fn strings_of_programs() {
        let rows: &[(&str, &[&str])] = &[
            (r#"CREATE EXTENSION IF NOT EXISTS \"uuid-ossp\";\nSELECT 1"#, &["create extension uuid-ossp"]),
            ("heroku_ext.uuid_generate_v4()", &["use heroku_ext.uuid_generate_v4"]),
            ("see heroku_ext.md or the schema heroku_ext.", &[]),
            ("Read from pg_stat_statements and from salesforce.com", &[]),
            (" FROM pg_stat_statements WHERE ", &["table pg_stat_statements"]),
            ("SELECT * FROM salesforce.com", &[]),
            ("app_heroku.json and _heroku.py", &[]),
            ("SELECT _heroku.pg_stat_statements_reset()", &["use _heroku.pg_stat_statements_reset"]),
        ];
        for (text, expected) in rows {
            assert_eq!(shown(&super::super::embedded(text, 0)), *expected, "{text}");
        }
    }

    #[test]
    fn places_are_those_of_the_file() {
        let text = "x DO $f$ PERFORM 'heroku_ext.citext'; $f$ y";
        let found = statements(text, 100);
        assert_eq!(found[0].name_span.start, 100 + text.find("heroku_ext").expect("in the text"));
        assert_eq!(found[0].name_span.len(), "heroku_ext.citext".len());
    }
}
