//! Other languages inside of values: the Ruby of ERB tags, command lines.

use super::super::ruby::Ruby;
use super::super::shell::Piece;
use super::super::{Edits, Sheet, Writer};
use super::page::{Page, applied, contents, tree};
use super::value::json;
use crate::lang::data::collect::hide;
use crate::lang::data::{Id, Scalar, Style};
use crate::lang::{Lang, template, yaml};
use crate::span::Span;

/// What the writer for Ruby makes of a place in an ERB tag. The outer answer is missing where the place is
/// in no tag, the inner one where the Ruby there allows no edit.
pub fn ruby(
    sheet: &Sheet<'_>,
    at: Span,
    write: impl FnOnce(&dyn Writer, &Sheet<'_>) -> Option<Edits>,
) -> Option<Option<Edits>> {
    if sheet.lang != Lang::Yaml || !sheet.text.contains("<%") {
        return None;
    }
    let (_, tags) = yaml::masked(sheet.text);
    let tag = tags
        .into_iter()
        .find(|tag| tag.of(sheet.text).starts_with("<%") && tag.contains(at) && *tag != at)?;
    let masked = template::mask_erb(sheet.text);
    let edits = write(&Ruby, &Sheet { lang: Lang::Ruby, text: &masked, ..*sheet });
    let code = Span::new(tag.start + "<%".len(), tag.end - "%>".len());
    // A line break in a tag would end the line of the value.
    let fits =
        |(span, text): &(Span, String)| code.contains(*span) && !text.contains("%>") && !text.contains('\n');
    Some(edits.filter(|edits| edits.iter().all(fits)))
}

/// What is written for the shell at a place in a command line, as [`ruby`] has it.
pub fn shell(
    sheet: &Sheet<'_>,
    at: Span,
    write: impl FnOnce(&Piece<'_>) -> Option<Edits>,
) -> Option<Option<Edits>> {
    // What the format replaces itself is none of the shell's variables.
    if sheet.read(at).is_some_and(|read| read.api == "env") {
        return None;
    }
    let page = Page::of(sheet)?;
    let around = |id: &Id| page.data.scalar(*id).is_some_and(|scalar| scalar.inner.contains(at));
    let id = page.data.ids().find(around)?;
    let scalar = page.data.scalar(id)?;
    if !sheet.facts.commands.iter().any(|command| scalar.inner.contains(command.span)) {
        return None;
    }
    let mut dollar = "$";
    let is_variable = at.of(sheet.text).starts_with('$');
    if is_variable && sheet.lang == Lang::Yaml && yaml::is_compose(sheet.path, sheet.text) {
        if !sheet.text[..at.start].ends_with('$') {
            return None;
        }
        dollar = "$$";
    }
    let line = || {
        let view = if dollar == "$" { view(&page, scalar)? } else { sheet.text.to_string() };
        let edits = write(&Piece { text: &view, span: scalar.inner, dollar })?;
        let edits: Option<Edits> = edits
            .into_iter()
            .map(|(span, text)| Some((span, encoded(&page, scalar, span, &text)?)))
            .collect();
        page.at_scalar(edits?, id)
    };
    Some(line())
}

/// The command line of a process type that a shell runs, where it is the only one in its value.
pub fn of_process(sheet: &Sheet<'_>, process: Span) -> Option<Span> {
    sheet.facts.processes.iter().find(|known| known.span == process)?;
    let page = Page::of(sheet)?;
    let mut inside = page.data.ids().filter_map(|id| {
        let scalar = page.data.scalar(id)?;
        (process.contains(scalar.inner) && !scalar.inner.is_empty()).then_some(scalar.inner)
    });
    let only = inside.next()?;
    inside.next().is_none().then_some(only)
}

/// The file with nothing but a command line in it, as the shell gets it, every byte at its place.
fn view(page: &Page<'_>, scalar: &Scalar) -> Option<String> {
    let mut line = scalar.shell(page.text).into_owned();
    let mut tags = vec![("${{", "}}"), ("{{", "}}")];
    if page.sheet.path.contains(".circleci") {
        tags.push(("<<", ">>"));
    }
    for (open, close) in tags {
        line = hide(&line, open, close).unwrap_or(line);
    }
    let blank = |text: &str| -> String {
        text.bytes().map(|byte| if matches!(byte, b'\n' | b'\r') { char::from(byte) } else { ' ' }).collect()
    };
    let Span { start, end } = scalar.inner;
    (line.len() == end - start)
        .then(|| format!("{}{line}{}", blank(&page.text[..start]), blank(&page.text[end..])))
}

/// The text of an edit of a command line as the value around it writes it.
fn encoded(page: &Page<'_>, scalar: &Scalar, span: Span, text: &str) -> Option<String> {
    let escape = match scalar.style {
        Style::Double => '\\',
        Style::Single => '\'',
        _ => '\0',
    };
    // An escape is not to be cut in two.
    let splits = |at: usize| {
        let before = &page.text[scalar.inner.start..at];
        (before.len() - before.trim_end_matches(escape).len()) % 2 == 1
    };
    if !scalar.inner.contains(span)
        || text.contains(|c: char| c.is_control())
        || splits(span.start)
        || splits(span.end)
    {
        return None;
    }
    match scalar.style {
        Style::Double => {
            let quoted = json(text);
            Some(quoted[1..quoted.len() - 1].to_string())
        }
        Style::Single => Some(text.replace('\'', "''")),
        Style::Raw => (!text.contains('\'')).then(|| text.to_string()),
        Style::Plain => {
            let starts = span.start > scalar.inner.start
                || text.starts_with(|c: char| c.is_ascii_alphanumeric() || "$./_(".contains(c));
            (starts && !text.contains(": ") && !text.contains(" #")).then(|| text.to_string())
        }
        Style::Literal | Style::Folded => Some(text.to_string()),
    }
}

impl Page<'_> {
    /// The edits inside of a scalar, if it is still one scalar of the same style after them.
    pub fn at_scalar(&self, edits: Edits, id: Id) -> Option<Edits> {
        if self.data.is_shared(id) {
            return None;
        }
        let scalar = self.data.scalar(id)?;
        let new = applied(self.text, &edits);
        let after = tree(self.lang(), &new)?;
        let longer: usize = edits.iter().map(|(_, text)| text.len()).sum();
        let shorter: usize = edits.iter().map(|(span, _)| span.len()).sum();
        let end = scalar.inner.end + longer - shorter;
        let is_same = |id: Id| {
            after.scalar(id).is_some_and(|new| {
                new.style == scalar.style && new.inner == Span::new(scalar.inner.start, end)
            })
        };
        let count = after.ids().count();
        let is_whole = count == self.data.ids().count() && is_same(id);
        let others = |data: &crate::lang::data::Data, text: &str| {
            let own = data.text(id, text).map(std::borrow::Cow::into_owned);
            let mut contents: Vec<_> = contents(data, text).into_values().collect();
            let at = contents.iter().position(|content| *content == own);
            at.map(|at| contents.remove(at));
            contents.sort();
            contents
        };
        (is_whole && others(&self.data, self.text) == others(&after, &new)).then_some(edits)
    }
}
