//! Formats that are read line by line, SQL, and languages without a grammar here.

use super::{Comment, Found, Shape, line_end, of_any_kind, to_line_end};
use crate::lang::plain::{self, comment};
use crate::lang::sql::token::{Kind, Token, Tokens};
use crate::lang::{dockerfile as dockerfile_reader, dotenv as dotenv_reader};
use crate::span::Span;

/// Statements that end where their brackets are closed.
pub(super) struct Brackets {
    /// Strings and comments, in order.
    texts: Vec<Span>,
    /// Whether a comma ends an entry.
    commas: bool,
    /// Whether a line break does.
    breaks: bool,
    /// Whether a brace opens a body.
    bodies: bool,
}

impl Brackets {
    pub(super) fn of_toml(texts: impl Iterator<Item = Span>) -> Self {
        Self::new(texts, true, true, false)
    }

    pub(super) fn of_json(texts: impl Iterator<Item = Span>) -> Self {
        Self::new(texts, true, false, false)
    }

    fn new(texts: impl Iterator<Item = Span>, commas: bool, breaks: bool, bodies: bool) -> Self {
        let mut texts: Vec<Span> = texts.collect();
        texts.sort_unstable();
        Self { texts, commas, breaks, bodies }
    }

    /// Where what begins at the offset ends.
    pub(super) fn end_of(&self, text: &str, at: usize) -> usize {
        let bytes = text.as_bytes();
        let mut depth = 0_usize;
        let mut here = at;
        let mut next = self.texts.partition_point(|span| span.end <= at);
        while here < bytes.len() {
            while self.texts.get(next).is_some_and(|span| span.end <= here) {
                next += 1;
            }
            if let Some(span) = self.texts.get(next).filter(|span| span.start <= here) {
                here = span.end;
                continue;
            }
            match bytes[here] {
                b'{' if self.bodies && self.opens_body(text, here) => return here,
                b'(' | b'[' | b'{' => depth += 1,
                b')' | b']' | b'}' if depth == 0 => return here,
                b')' | b']' | b'}' => depth -= 1,
                b',' if depth == 0 && self.commas => return here + 1,
                b'\n' if depth == 0 && self.breaks => return here,
                _ => {}
            }
            here += 1;
        }
        bytes.len()
    }

    /// Whether the brace is not closed in its line.
    fn opens_body(&self, text: &str, open: usize) -> bool {
        let inner = Self { texts: self.texts.clone(), commas: false, breaks: false, bodies: false };
        let close = inner.end_of(text, open + 1);
        text[open..close].contains('\n')
    }
}

/// A Dockerfile: a `#` begins a comment at the beginning of a line only, also between the lines of an
/// instruction, but not in a here-document.
pub(super) fn dockerfile(text: &str) -> (Found, Shape) {
    let mut found = Found::default();
    let extents = dockerfile_reader::extents(text);
    let in_document = |at: usize| {
        extents.iter().flat_map(|(_, documents)| documents).any(|body| body.start <= at && at < body.end)
    };
    found.comments = of_line_starts(text, &["#"], |at| !in_document(at));
    let entries = extents.iter().map(|(span, _)| *span).collect();
    (found, Shape::Entries(entries))
}

/// A Procfile: its readers pass over lines that are no process type, and hand all of the others to a shell.
pub(super) fn procfile(text: &str) -> (Found, Shape) {
    let comments = of_line_starts(text, &["#"], |_| true);
    (Found { comments, solids: Vec::new() }, Shape::Lines(&[]))
}

/// Comments that have their lines for themselves and begin with one of the signs.
fn of_line_starts(text: &str, signs: &[&str], fits: impl Fn(usize) -> bool) -> Vec<Comment> {
    let mut found = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at + (line.len() - line.trim_start().len());
        at += line.len();
        if let Some(sign) = signs.iter().find(|sign| text[start..at.max(start)].starts_with(**sign))
            && fits(start)
        {
            found.push(to_line_end(text, start, sign));
        }
    }
    found
}

/// A Makefile. What make leaves of a recipe, its shell reads.
pub(super) fn makefile(text: &str) -> (Found, Shape) {
    let mut found = Found::default();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let end = line_end(text, at);
        let sign = match line.starts_with('\t') {
            true => shell_sign(&text[at..end]),
            false => make_sign(&text[at..end]),
        };
        if let Some(sign) = sign {
            found.comments.push(to_line_end(text, at + sign, "#"));
        }
        at += line.len();
        if sign.is_none() && text[..end].ends_with('\\') && at < text.len() {
            found.solids.push(Span::new(end - 1, at + 1));
        }
    }
    found.solids.retain(|solid| text.is_char_boundary(solid.end));
    (found, Shape::Lines(&["\\"]))
}

/// Where a comment of make begins in a line.
fn make_sign(line: &str) -> Option<usize> {
    line.match_indices('#').map(|(at, _)| at).find(|at| !line[..*at].ends_with('\\'))
}

/// Where a comment of a shell begins in a line: behind a blank, outside of quotes.
fn shell_sign(line: &str) -> Option<usize> {
    let mut quote = None;
    let mut before = b' ';
    let mut escaped = false;
    for (at, byte) in line.bytes().enumerate() {
        match (byte, quote) {
            _ if escaped => escaped = false,
            (b'\\', Some(b'"') | None) => escaped = true,
            (byte, Some(open)) if byte == open => quote = None,
            (_, Some(_)) => {}
            (b'"' | b'\'' | b'`', None) => quote = Some(byte),
            (b'#', None) if matches!(before, b' ' | b'\t' | b'@' | b';') => return Some(at),
            _ => {}
        }
        before = byte;
    }
    None
}

/// A dotenv file.
pub(super) fn dotenv(text: &str) -> (Found, Shape) {
    let mut found = Found::default();
    let entries = dotenv_reader::outline(text);
    let in_entry = |at: usize| entries.iter().any(|entry| entry.start <= at && at < entry.end);
    found.comments = of_line_starts(text, &["#"], |at| !in_entry(at));
    for entry in &entries {
        let end = line_end(text, entry.end);
        let rest = &text[entry.end..end];
        let blanks = rest.len() - rest.trim_start().len();
        if rest.trim_start().starts_with('#') && (blanks > 0 || text[..entry.end].ends_with(['"', '\'', '`']))
        {
            found.comments.push(to_line_end(text, entry.end + blanks, "#"));
        }
        if entry.of(text).contains('\n') {
            found.solids.push(*entry);
        }
    }
    (found, Shape::Entries(entries))
}

/// A file of SQL.
pub(super) fn sql(text: &str) -> (Found, Shape) {
    let mut found = Found::default();
    for Token { kind, span } in Tokens::new(text) {
        match kind {
            Kind::Comment => found.comments.push(of_any_kind(text, trimmed(text, span))),
            Kind::Text | Kind::Dollar | Kind::Quoted | Kind::Data | Kind::Meta
                if span.of(text).contains('\n') =>
            {
                found.solids.push(span);
            }
            _ => {}
        }
    }
    (found, Shape::Sql)
}

/// Without the line break at its end.
fn trimmed(text: &str, span: Span) -> Span {
    Span::new(span.start, span.start + span.of(text).trim_end().len())
}

/// Where a statement of SQL ends: at its semicolon; within brackets, at the next comma; before the rows of a
/// copy. A body in dollar quotes is a text, in which no comment could stand.
pub(super) fn end_of_sql(text: &str, at: usize) -> usize {
    let mut depth = 0_usize;
    let mut open = 0_usize;
    for Token { kind, span } in Tokens::new(text) {
        let word = span.of(text);
        if span.end <= at {
            match word {
                "(" if kind == Kind::Symbol => open += 1,
                ")" if kind == Kind::Symbol => open = open.saturating_sub(1),
                ";" if kind == Kind::Symbol => open = 0,
                _ => {}
            }
            continue;
        }
        match (kind, word) {
            (Kind::Data, _) => return span.start,
            (Kind::Meta, _) => return span.end,
            (Kind::Symbol, ";") => return span.end,
            (Kind::Symbol, "(") => depth += 1,
            (Kind::Symbol, ")") if depth == 0 => return span.start,
            (Kind::Symbol, ")") => depth -= 1,
            (Kind::Symbol, ",") if depth == 0 && open > 0 => return span.end,
            _ => {}
        }
    }
    text.len()
}

/// Where a line ends that goes on where it ends with one of the signs.
pub(super) fn end_of_lines(text: &str, at: usize, signs: &[&str]) -> usize {
    let mut end = line_end(text, at);
    while signs.iter().any(|sign| text[..end].trim_end_matches(['\r', ' ']).ends_with(sign.trim_end()))
        && text[end..].contains('\n')
    {
        let next = end + text[end..].find('\n').map_or(0, |found| found + 1);
        if next >= text.len() {
            break;
        }
        end = line_end(text, next);
    }
    end
}

/// How the comments of a plain file are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notation {
    /// As in a program.
    Program(comment::Style),
    /// A line that begins with one of the signs, and with `trailing` what follows the first sign behind a blank.
    Lines {
        /// The signs.
        signs: &'static [&'static str],
        /// Whether a comment can end a line.
        trailing: bool,
    },
}

/// How the comments of the plain file at `path` are written; `None` where it has none.
pub fn notation(path: &str) -> Option<Notation> {
    use comment::Style;
    let path = path.to_ascii_lowercase();
    let name = path.rsplit('/').next().unwrap_or_default();
    let hash = |trailing| Some(Notation::Lines { signs: &["#"], trailing });
    match name {
        ".gitignore" | ".dockerignore" | ".slugignore" | ".python-version" | ".buildpacks" | "aptfile"
        | ".yarnrc" => return hash(false),
        ".tool-versions" | ".nvmrc" | "elixir_buildpack.config" | "phoenix_static_buildpack.config" => {
            return hash(true);
        }
        ".npmrc" | "pip.conf" | ".pypirc" => {
            return Some(Notation::Lines { signs: &["#", ";"], trailing: false });
        }
        "go.mod" | "jenkinsfile" => return Some(Notation::Program(Style::Slash)),
        "crontab" => return hash(false),
        _ => {}
    }
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    match extension {
        "prisma" => Some(Notation::Program(Style::Slash)),
        "tf" | "tfvars" | "hcl" => Some(Notation::Program(Style::Hcl)),
        "xml" | "csproj" | "fsproj" => Some(Notation::Program(Style::Xml)),
        "ini" | "cfg" => Some(Notation::Lines { signs: &["#", ";"], trailing: false }),
        "conf" | "hocon" => Some(Notation::Lines { signs: &["#", ";", "//"], trailing: false }),
        "properties" => Some(Notation::Lines { signs: &["#", "!"], trailing: false }),
        "cron" | "crontab" => hash(false),
        _ if plain::is_requirements(&path) => hash(true),
        _ => plain::style_of(extension).map(Notation::Program),
    }
}

/// A file known by its name.
pub(super) fn plain(text: &str, path: &str) -> (Found, Shape) {
    let mut found = Found::default();
    match notation(path) {
        None => (found, Shape::Lines(&[])),
        Some(Notation::Lines { signs, trailing }) => {
            found.comments = of_line_starts(text, signs, |_| true);
            if trailing {
                found.comments.extend(trailing_hashes(text));
            }
            (found, Shape::Lines(&["\\"]))
        }
        Some(Notation::Program(style)) => {
            let pieces = comment::pieces(text, style);
            for (kind, span) in &pieces {
                match kind {
                    comment::Kind::Comment => {
                        let span =
                            Span::new(span.start, span.start + span.of(text).trim_end_matches('\r').len());
                        found.comments.push(of_any_kind(text, span));
                    }
                    comment::Kind::Text if span.of(text).contains('\n') => found.solids.push(*span),
                    comment::Kind::Text => {}
                }
            }
            let texts = pieces.into_iter().map(|(_, span)| span);
            (found, Shape::Brackets(Brackets::new(texts, false, true, true)))
        }
    }
}

/// Comments behind a blank at the end of lines that are none.
fn trailing_hashes(text: &str) -> Vec<Comment> {
    let mut found = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let sign = line.find(" #").or_else(|| line.find("\t#"));
        if let Some(sign) = sign.filter(|_| !line.trim_start().starts_with('#')) {
            found.push(to_line_end(text, at + sign + 1, "#"));
        }
        at += line.len();
    }
    found
}
