//! References of make: `$(X)`, and `ifdef X`.

use crate::fact::ReadKind;
use crate::lang::Lang;
use crate::span::Span;
use crate::write::{Edits, Sheet};

/// Whether make, and not a shell, reads the variable.
pub(super) fn is_reference(sheet: &Sheet<'_>, read: Span) -> bool {
    let written = read.of(sheet.text);
    let by_make = written.starts_with("$(")
        || (written.starts_with("${") && !sheet.text[..read.start].ends_with('$'))
        || !written.starts_with('$');
    sheet.lang == Lang::Makefile && by_make
}

/// `$(or $(N),$(X))`.
pub(super) fn read_first(sheet: &Sheet<'_>, read: Span, names: &[String]) -> Option<Edits> {
    either(sheet, read, |own| names.iter().map(String::as_str).chain([own]).collect())
}

/// `$(or $(X),$(N))`.
pub(super) fn fall_back(sheet: &Sheet<'_>, read: Span, names: &[String]) -> Option<Edits> {
    either(sheet, read, |own| [own].into_iter().chain(names.iter().map(String::as_str)).collect())
}

/// The first of the variables, in the order that `order` gives with the read's own.
fn either<'n>(sheet: &'n Sheet<'_>, read: Span, order: impl Fn(&'n str) -> Vec<&'n str>) -> Option<Edits> {
    let written = read.of(sheet.text);
    if super::is_name(written) {
        let own = sheet.read(read).filter(|read| read.kind == ReadKind::Presence)?;
        return defined(sheet, own.span, &one_of(&order(written), ("(", ")")));
    }
    let brackets = if written.starts_with("$(") { ("(", ")") } else { ("{", "}") };
    let name = written.strip_prefix('$')?.strip_prefix(brackets.0)?.strip_suffix(brackets.1)?;
    // `$(X:.a=.b)` is made of the value.
    super::is_name(name).then(|| vec![(read, one_of(&order(name), brackets))])
}

fn one_of(names: &[&str], (open, close): (&str, &str)) -> String {
    let each: Vec<String> = names.iter().map(|name| format!("${open}{name}{close}")).collect();
    format!("${open}or {}{close}", each.join(","))
}

/// `ifdef X` becomes `ifneq ($(or $(N),$(X)),)`: it asks whether a value is empty, too.
fn defined(sheet: &Sheet<'_>, name: Span, value: &str) -> Option<Edits> {
    let line = &sheet.text[sheet.line_start(name.start)..name.start];
    let word = line.trim_start().strip_prefix("else").map_or(line.trim_start(), str::trim_start);
    let opposite = match word.trim_end() {
        "ifdef" => "ifneq",
        "ifndef" => "ifeq",
        _ => return None,
    };
    Some(vec![(Span::new(name.start - word.len(), name.end), format!("{opposite} ({value},)"))])
}
