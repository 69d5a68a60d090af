//! Variables that the reader of a file replaces: `${X}` in compose files, `${{ env.X }}` in workflows.
//!
//! Other formats have no notation for one variable after another, or none that holds in every reader.

use super::super::{Edits, Sheet};
use super::page::Page;
use crate::fact::EnvRead;
use crate::lang::data::Style;
use crate::lang::{Lang, yaml};
use crate::span::Span;

/// `names` are asked before a variable.
pub fn before(sheet: &Sheet<'_>, read: Span, names: &[String]) -> Option<Edits> {
    let found = sheet.read(read)?;
    if is_of_compose(sheet, found) {
        // The default is worked out even where the first variable is set, and must not fail.
        let written = braced(found, read.of(sheet.text))?;
        if found.required || is_presence(&written) {
            return None;
        }
        let text = names.iter().rev().fold(written, |inner, name| format!("${{{name}:-{inner}}}"));
        return inside(sheet, read, text);
    }
    let access = Access::of(sheet, found)?;
    access.with(sheet, |own| {
        names
            .iter()
            .map(|name| format!("env.{name}"))
            .chain([own.to_string()])
            .collect::<Vec<_>>()
            .join(" || ")
    })
}

/// `names` are asked after a variable that is unset.
pub fn after(sheet: &Sheet<'_>, read: Span, names: &[String]) -> Option<Edits> {
    let found = sheet.read(read)?;
    if is_of_compose(sheet, found) {
        let written = braced(found, read.of(sheet.text))?;
        if found.required || is_presence(&written) {
            return None;
        }
        let name = found.name.known()?;
        // `${X-d}` takes an empty variable for one that is set.
        let rest = written.strip_prefix("${")?.strip_prefix(name)?.strip_suffix('}')?;
        let sign = if rest.starts_with('-') { "-" } else { ":-" };
        let default = rest.strip_prefix(sign).map(|default| format!("{sign}{default}")).unwrap_or_default();
        let (last, others) = names.split_last()?;
        let last = format!("${{{last}{default}}}");
        let chain = others.iter().rev().fold(last, |inner, name| format!("${{{name}{sign}{inner}}}"));
        return inside(sheet, read, format!("${{{name}{sign}{chain}}}"));
    }
    let access = Access::of(sheet, found)?;
    access.with(sheet, |own| {
        let names = names.iter().map(|name| format!("env.{name}"));
        let (name, default) = match own.split_once("||") {
            Some((name, default)) => (name.trim(), Some(default.trim().to_string())),
            None => (own, None),
        };
        [name.to_string()].into_iter().chain(names).chain(default).collect::<Vec<_>>().join(" || ")
    })
}

fn is_of_compose(sheet: &Sheet<'_>, read: &EnvRead) -> bool {
    sheet.lang == Lang::Yaml && read.api == "$" && yaml::is_compose(sheet.path, sheet.text)
}

/// `$X` as `${X}`.
fn braced(read: &EnvRead, written: &str) -> Option<String> {
    let name = read.name.known()?;
    if written.strip_prefix('$') == Some(name) {
        return Some(format!("${{{name}}}"));
    }
    let rest = written.strip_prefix("${")?.strip_prefix(name)?;
    (written.ends_with('}') && (rest == "}" || rest.starts_with([':', '-', '?', '+'])))
        .then(|| written.to_string())
}

/// `${X:+y}`, `${X+y}`.
fn is_presence(written: &str) -> bool {
    let end = written.find(|c: char| !c.is_ascii_alphanumeric() && !"${_".contains(c));
    end.is_some_and(|end| written[end..].starts_with('+') || written[end..].starts_with(":+"))
}

/// A text in the place of a variable in a value.
fn inside(sheet: &Sheet<'_>, read: Span, text: String) -> Option<Edits> {
    let page = Page::of(sheet)?;
    let around =
        |id: &crate::lang::data::Id| page.data.scalar(*id).is_some_and(|scalar| scalar.inner.contains(read));
    let id = page.data.ids().find(around)?;
    // Braces end a text without quotes in brackets.
    let is_plain = page.data.scalar(id)?.style == Style::Plain;
    if is_plain && page.is_in_braces(id) {
        return None;
    }
    page.at_scalar(vec![(read, text)], id)
}

/// `env.X` in an expression of a workflow.
struct Access {
    /// The access, with the literal that stands in for an unset variable.
    span: Span,
    /// The expression around it.
    around: Span,
}

impl Access {
    fn of(sheet: &Sheet<'_>, read: &EnvRead) -> Option<Self> {
        if read.api != "env" || sheet.lang != Lang::Yaml || !yaml::is_workflow(sheet.path, sheet.text) {
            return None;
        }
        let name = read.name_span?;
        let (text, whole) = (sheet.text, read.span);
        let start = ["env.", "env['", "env[ '"]
            .iter()
            .find_map(|open| text[..name.start].ends_with(open).then(|| name.start - open.len()))?;
        let inner = whole.of(text).trim_start_matches("${{").trim_end_matches("}}");
        let is_hole = inner.len() < whole.len();
        let end = if is_hole {
            let from = whole.start + "${{".len();
            from + inner.trim_end().len()
        } else {
            whole.end
        };
        let page = Page::of(sheet)?;
        let scalar = page.data.ids().find_map(|id| {
            page.data.scalar(id).map(|scalar| scalar.inner).filter(|inner| inner.contains(whole))
        })?;
        Some(Self { span: Span::new(start, end), around: scalar })
    }

    /// The access with others beside it.
    fn with(&self, sheet: &Sheet<'_>, chain: impl Fn(&str) -> String) -> Option<Edits> {
        let own = self.span.of(sheet.text);
        let before = sheet.text[self.around.start..self.span.start].trim_end();
        let after = sheet.text[self.span.end..self.around.end].trim_start();
        let opens = before.is_empty() || ["${{", "(", ",", "||"].iter().any(|sign| before.ends_with(sign));
        let closes = after.is_empty() || ["}}", ")", ",", "||"].iter().any(|sign| after.starts_with(sign));
        let chain = chain(own);
        let text = if opens && closes { chain } else { format!("({chain})") };
        let page = Page::of(sheet)?;
        let id = page
            .data
            .ids()
            .find(|&id| page.data.scalar(id).is_some_and(|scalar| scalar.inner == self.around))?;
        if page.data.scalar(id)?.style == Style::Plain && page.is_in_braces(id) {
            return None;
        }
        page.at_scalar(vec![(self.span, text)], id)
    }
}
