//! Shell, wherever it stands: scripts, Procfiles, Dockerfiles, Makefiles, and the values of data files.
//!
//! A [`Piece`] is a text that a shell reads inside a file. What is written into one holds no quote, no
//! backslash and no white space beyond what is between words, so that it is the same text in a YAML scalar
//! or a JSON string. Quotes around an expansion stay those of the file: `${A:-$B}` is split into words where
//! `$B` was, and nowhere else.

mod command;
mod expand;
mod make;
mod split;

use crate::lang::{Lang, dockerfile};
use crate::span::Span;

use super::{Edits, Sheet, Writer};

pub(super) use command::{assign, flags};

/// The writer.
pub struct Shell;

/// A text that a shell reads.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece<'a> {
    /// The text of the file.
    pub text: &'a str,
    /// Where the piece stands in it.
    pub span: Span,
    /// How a dollar sign is written for the shell: `$`, or `$$` where the host expands first. The span of a
    /// read begins with the last of them.
    pub dollar: &'static str,
}

impl<'a> Piece<'a> {
    /// The piece of a file that is nothing but shell, or whose dollar signs go to a shell as they are.
    pub(super) fn new(text: &'a str, span: Span) -> Self {
        Self { text, span, dollar: "$" }
    }
}

/// `$X` becomes `${N:-$X}`.
pub(super) fn read_first(piece: &Piece<'_>, read: Span, names: &[String]) -> Option<Edits> {
    writable(piece, read, names)?;
    expand::read_first(piece, read, names)
}

/// `$X` becomes `${X:-$N}`.
pub(super) fn fall_back(piece: &Piece<'_>, read: Span, names: &[String]) -> Option<Edits> {
    writable(piece, read, names)?;
    expand::fall_back(piece, read, names)
}

/// `None` where a name cannot be a variable, or is the piece's own.
fn writable(piece: &Piece<'_>, read: Span, names: &[String]) -> Option<()> {
    let whole = !names.is_empty() && piece.span.contains(read);
    (whole && names.iter().all(|name| is_name(name) && !is_given(piece, read, name))).then_some(())
}

fn is_name(name: &str) -> bool {
    !name.starts_with(|c: char| c.is_ascii_digit())
        && !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Whether the piece may give the name a value of its own: it stands there other than to be read. An
/// assignment from the very read is none, as in `GIT_SHA=$HEROKU_SLUG_COMMIT`.
fn is_given(piece: &Piece<'_>, read: Span, name: &str) -> bool {
    let text = piece.span.of(piece.text);
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.match_indices(name).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + name.len()..]);
        if before.ends_with(is_part) || after.starts_with(is_part) {
            return false;
        }
        let line = before.rsplit('\n').next().unwrap_or_default();
        if line.trim_start().starts_with('#') {
            return false;
        }
        let is_read =
            ["$", "${", "${#", "${!", "$(", "ifdef ", "ifndef ", "-v ", "ENVIRON[\"", "printenv ", "export "]
                .iter()
                .any(|sign| before.ends_with(sign) && (*sign != "export " || !after.starts_with('=')));
        if is_read {
            return false;
        }
        let end = piece.span.start + at + name.len();
        let from_read = after.starts_with('=')
            && piece
                .text
                .get(end..read.start)
                .is_some_and(|value| !value.contains([' ', '\t', '\n', ';', '&', '|']));
        !from_read
    })
}

/// The piece of a file that a read stands in, where an edit there can be right.
fn piece<'a>(sheet: &Sheet<'a>, read: Span) -> Option<Piece<'a>> {
    let whole = Piece::new(sheet.text, Span::new(0, sheet.text.len()));
    match sheet.lang {
        Lang::Shell => Some(whole),
        Lang::Procfile => {
            let process = sheet.facts.processes.iter().find(|process| process.span.contains(read))?;
            Some(Piece { span: process.span, ..whole })
        }
        // What a build reads are its own arguments; the platform's variables come when the image runs.
        Lang::Dockerfile => {
            let runs = |keyword: &str| matches!(keyword, "CMD" | "ENTRYPOINT" | "HEALTHCHECK");
            let outline = dockerfile::outline(sheet.text);
            outline.iter().any(|(keyword, span)| runs(keyword) && span.contains(read)).then_some(whole)
        }
        Lang::Makefile => {
            let escaped = sheet.text[..read.start].ends_with('$');
            escaped.then_some(Piece { dollar: "$$", ..whole })
        }
        _ => None,
    }
}

impl Writer for Shell {
    fn read_first(&self, sheet: &Sheet<'_>, read: Span, names: &[String]) -> Option<Edits> {
        if make::is_reference(sheet, read) {
            writable(&Piece::new(sheet.text, Span::new(0, sheet.text.len())), read, names)?;
            return make::read_first(sheet, read, names);
        }
        let piece = piece(sheet, read)?;
        read_first(&piece, read, names).or_else(|| {
            writable(&piece, read, names)?;
            (sheet.lang == Lang::Shell).then(|| split::read_first(sheet, read, names))?
        })
    }

    fn fall_back(&self, sheet: &Sheet<'_>, read: Span, names: &[String]) -> Option<Edits> {
        if make::is_reference(sheet, read) {
            writable(&Piece::new(sheet.text, Span::new(0, sheet.text.len())), read, names)?;
            return make::fall_back(sheet, read, names);
        }
        fall_back(&piece(sheet, read)?, read, names)
    }

    fn assign(&self, sheet: &Sheet<'_>, command: Span, name: &str, value: &str) -> Option<Edits> {
        match sheet.facts.processes.iter().find(|process| process.span == command) {
            Some(process) => {
                let line = Span::new(command.end - process.command.len(), command.end);
                (line.of(sheet.text) == process.command).then_some(())?;
                assign(&Piece::new(sheet.text, line), name, value)
            }
            None => {
                sheet.facts.commands.iter().find(|known| known.span == command)?;
                command::assign_to_command(sheet.text, command, name, value)
            }
        }
    }

    fn comment(&self, sheet: &Sheet<'_>, at: usize, text: &str) -> Option<Edits> {
        comment(sheet, at, text)
    }
}

/// A comment before the line at `at`: before the first of the lines that it goes on from, and nowhere where a
/// line is text and not code.
fn comment(sheet: &Sheet<'_>, at: usize, text: &str) -> Option<Edits> {
    let mut start = sheet.line_start(at);
    while start > 0 && sheet.text[..start].trim_end_matches(['\n', '\r']).ends_with('\\') {
        start = sheet.line_start(start - 1);
    }
    let shebang = start == 0 && sheet.text.starts_with("#!");
    let inside = sheet.lang == Lang::Shell && split::is_inside_text(sheet.text, start);
    let document = sheet.lang == Lang::Dockerfile
        && !dockerfile::outline(sheet.text).iter().any(|(_, span)| sheet.line_start(span.start) == start);
    if shebang || inside || document || text.contains(['\n', '\r']) {
        return None;
    }
    let indentation = match sheet.lang {
        // In a recipe, make would hand an indented comment to the shell.
        Lang::Makefile => "",
        _ => sheet.indentation(start),
    };
    let line = format!("{indentation}# {text}{}", sheet.line_break());
    Some(vec![(Span::new(start, start), line)])
}
