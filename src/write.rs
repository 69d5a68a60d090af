//! From what is wanted to edits: a writer for every language, in the style of the file.
//!
//! A writer sees the text, the facts, and parses the file again for what facts do not tell: what binds
//! tighter around an expression, which quotes the file uses, whether a list ends with a comma. Where the
//! shape of the code does not allow a change that is right for certain, it gives none.

pub mod data;
pub mod javascript;
pub mod plain;
pub mod python;
pub mod ruby;
pub mod shell;

use crate::fact::{EnvRead, Facts};
use crate::finding::{Edit, Fix};
use crate::lang::Lang;
use crate::project::{File, Project};
use crate::remedy::{Change, Content, Remedy, What};
use crate::role::Role;
use crate::span::Span;

/// A file as a writer sees it.
#[derive(Clone, Copy)]
pub struct Sheet<'a> {
    /// Path from the project's root, with forward slashes.
    pub path: &'a str,
    /// Its language.
    pub lang: Lang,
    /// Its text.
    pub text: &'a str,
    /// What it says.
    pub facts: &'a Facts,
}

/// Bytes to replace and what by, not overlapping, in any order.
pub type Edits = Vec<(Span, String)>;

/// Writes changes in one language or format. Every method gives `None` where the shape of the code does not
/// allow the change; spans are those of facts, as [`What`] says.
pub trait Writer: Sync {
    /// [`What::ReadFirst`].
    fn read_first(&self, _sheet: &Sheet<'_>, _read: Span, _names: &[String]) -> Option<Edits> {
        None
    }

    /// [`What::FallBack`].
    fn fall_back(&self, _sheet: &Sheet<'_>, _read: Span, _names: &[String]) -> Option<Edits> {
        None
    }

    /// [`What::Set`].
    fn set(&self, _sheet: &Sheet<'_>, _at: Span, _keys: &[String], _value: &Content) -> Option<Edits> {
        None
    }

    /// [`What::Unset`].
    fn unset(&self, _sheet: &Sheet<'_>, _at: Span, _keys: &[String]) -> Option<Edits> {
        None
    }

    /// [`What::Become`].
    fn become_value(&self, _sheet: &Sheet<'_>, _at: Span, _value: &Content) -> Option<Edits> {
        None
    }

    /// [`What::Flags`]: the same in every language that holds commands in texts and lists.
    fn flags(&self, sheet: &Sheet<'_>, command: Span, flags: &[String]) -> Option<Edits> {
        shell::flags(sheet, command, flags)
    }

    /// [`What::Assign`].
    fn assign(&self, _sheet: &Sheet<'_>, _command: Span, _name: &str, _value: &str) -> Option<Edits> {
        None
    }

    /// [`What::Comment`].
    fn comment(&self, _sheet: &Sheet<'_>, _at: usize, _text: &str) -> Option<Edits> {
        None
    }
}

/// The writer for a language.
fn writer(lang: Lang) -> &'static dyn Writer {
    match lang {
        Lang::Ruby | Lang::Erb | Lang::Haml | Lang::Slim => &ruby::Ruby,
        Lang::Python => &python::Python,
        Lang::JavaScript | Lang::TypeScript | Lang::Tsx | Lang::Vue | Lang::Svelte => &javascript::JavaScript,
        Lang::Shell | Lang::Dockerfile | Lang::Procfile | Lang::Makefile => &shell::Shell,
        Lang::Yaml | Lang::Json | Lang::Toml => &data::Data,
        Lang::Dotenv | Lang::Sql | Lang::Plain => &plain::Plain,
    }
}

impl<'a> Sheet<'a> {
    /// The sheet of a file.
    pub fn of(file: &'a File) -> Self {
        Self { path: &file.path, lang: file.lang, text: &file.source.text, facts: &file.facts }
    }

    /// The read of the environment with this span.
    pub fn read(&self, span: Span) -> Option<&'a EnvRead> {
        self.facts.reads.iter().find(|read| read.span == span)
    }

    /// The line break that the file uses.
    pub fn line_break(&self) -> &'static str {
        match self.text.find('\n') {
            Some(at) if self.text[..at].ends_with('\r') => "\r\n",
            _ => "\n",
        }
    }

    /// The white space at the beginning of the line that holds the offset.
    pub fn indentation(&self, offset: usize) -> &'a str {
        let start = self.line_start(offset);
        let line = &self.text[start..];
        &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
    }

    /// The beginning of the line that holds the offset.
    pub fn line_start(&self, offset: usize) -> usize {
        self.text[..offset].rfind('\n').map_or(0, |at| at + 1)
    }
}

/// The fix that does what a remedy wants; `None` where a part of it cannot be written.
pub fn fix(project: &Project, remedy: &Remedy) -> Option<Fix> {
    let mut edits = Vec::new();
    let mut removes = Vec::new();
    for change in &remedy.changes {
        match &change.what {
            What::Create { text } => {
                project.file(&change.path).is_none().then_some(())?;
                edits.push(Edit { path: change.path.clone(), span: Span::default(), text: text.clone() });
            }
            What::Remove => removes.push(change.path.clone()),
            what => {
                let file = project.file(&change.path)?;
                (!javascript::is_bundled(project, file, what)).then_some(())?;
                edits.extend(in_file(file, change)?);
            }
        }
    }
    edits.sort_by(|a, b| (&a.path, a.span).cmp(&(&b.path, b.span)));
    edits.dedup();
    let apart = edits.windows(2).all(|pair| pair[0].path != pair[1].path || pair[0].is_apart(&pair[1]));
    if !apart || (edits.is_empty() && removes.is_empty()) {
        return None;
    }
    Some(Fix {
        title: remedy.title.clone(),
        applicability: remedy.applicability,
        edits,
        removes,
        variables: remedy.variables.clone(),
    })
}

/// The edits of a change in a file that exists.
fn in_file(file: &File, change: &Change) -> Option<Vec<Edit>> {
    let whole = file.facts.broken.is_empty() && file.source.places.is_empty();
    if !whole || matches!(file.role, Role::Vendored | Role::Generated) {
        return None;
    }
    let sheet = Sheet::of(file);
    let writer = writer(file.lang);
    let edits = match &change.what {
        What::ReadFirst { read, names } => writer.read_first(&sheet, *read, names),
        What::FallBack { read, names } => writer.fall_back(&sheet, *read, names),
        What::Set { at, keys, value } => writer.set(&sheet, *at, keys, value),
        What::Unset { at, keys } => writer.unset(&sheet, *at, keys),
        What::Become { at, value } => writer.become_value(&sheet, *at, value),
        What::Flags { command, flags } => writer.flags(&sheet, *command, flags),
        What::Assign { command, name, value } => writer.assign(&sheet, *command, name, value),
        What::Comment { at, text } => writer.comment(&sheet, *at, text),
        What::Text { at, text } => Some(vec![(*at, text.clone())]),
        What::Create { .. } | What::Remove => None,
    }?;
    let edit = |(span, text)| Edit { path: file.path.clone(), span, text };
    Some(edits.into_iter().map(edit).collect())
}
