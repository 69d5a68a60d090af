//! Values as Python writes them.

use tree_sitter::Node;

use super::code::{Bond, Code, bond, bond_of, stands_alone};
use super::imports::import_os;
use crate::lang::python::{Source, scope_at};
use crate::remedy::Content;
use crate::span::Span;
use crate::write::Edits;

/// An import to be added.
type Import = (Span, String);

/// An expression to be put somewhere.
pub(super) struct Value {
    pub(super) text: String,
    pub(super) bond: Bond,
    /// An import that it needs.
    pub(super) import: Option<Import>,
}

/// How the environment is asked at a place.
struct Getter {
    source: Source,
    /// What is called: `os.environ.get`, `env`.
    ask: String,
    import: Option<Import>,
}

/// The edits that make the expression at `at` another one.
pub(super) fn become_value(code: &Code<'_>, at: Span, content: &Content) -> Option<Edits> {
    let node = code.expression(at)?;
    if let Content::Around { inner, before, after } = content
        && *inner == at
        && let Some(edits) = wrap(code, node, before, after)
    {
        return Some(edits);
    }
    // The pieces of a text that is written in several would become another text.
    if node.parent().is_some_and(|parent| parent.kind() == "concatenated_string") {
        return None;
    }
    let value = value(code, node, Some(node), content)?;
    // Lines that brackets held together, which go, would fall apart.
    if value.text == code.text(node) || !(stands_alone(&value.text) || code.is_in_brackets(node)) {
        return None;
    }
    let mut edits = code.replace(node, &value.text, value.bond)?;
    edits.extend(value.import);
    Some(edits)
}

/// Puts text around an expression and leaves it alone.
fn wrap(code: &Code<'_>, node: Node<'_>, before: &str, after: &str) -> Option<Edits> {
    let (text, bond) = around(code.text(node), before, after)?;
    // Parentheses of its own are left to the general case.
    if text != format!("{before}{}{after}", code.text(node)) {
        return None;
    }
    code.around(node, before, after, bond)
}

/// The expression with text before and after it, in parentheses where the text would take a part of it only.
fn around(inner: &str, before: &str, after: &str) -> Option<(String, Bond)> {
    let own = bond_of(inner)?;
    // Whether a name in its place stays whole says nothing of operators: a loose expression is put between
    // brackets of the text, or gets its own.
    let enclosed =
        before.trim_end().ends_with(['(', '[', ',', '=']) && after.trim_start().starts_with([')', ']', ',']);
    let text = match own >= Bond::Atom || enclosed || (before.is_empty() && after.is_empty()) {
        true => format!("{before}{inner}{after}"),
        false => format!("{before}({inner}){after}"),
    };
    let bond = bond_of(&text)?;
    Some((text, bond))
}

/// A value for the place of `node`, or for one beside it; `replaced` is the expression that goes for it.
pub(super) fn value(
    code: &Code<'_>,
    node: Node<'_>,
    replaced: Option<Node<'_>>,
    content: &Content,
) -> Option<Value> {
    let plain = |text: String, bond: Bond| Some(Value { text, bond, import: None });
    match content {
        Content::Text(text) => plain(literal(code, node, replaced, text)?, Bond::Atom),
        Content::Number(number) => {
            let bond = bond_of(number).filter(|bond| matches!(bond, Bond::Number | Bond::Binary))?;
            plain(number.clone(), bond)
        }
        Content::Bool(yes) => plain(if *yes { "True" } else { "False" }.to_string(), Bond::Atom),
        Content::Nil => plain("None".to_string(), Bond::Atom),
        Content::List(items) => {
            let values = values(code, node, items.iter())?;
            let texts: Vec<String> = values.0.into_iter().map(|value| value.text).collect();
            Some(Value { text: format!("[{}]", texts.join(", ")), bond: Bond::Atom, import: values.1 })
        }
        Content::Map(entries) => {
            let values = values(code, node, entries.iter().map(|(_, value)| value))?;
            let mut texts = Vec::new();
            for ((key, _), value) in entries.iter().zip(values.0) {
                texts.push(format!("{}: {}", literal(code, node, None, key)?, value.text));
            }
            Some(Value { text: format!("{{{}}}", texts.join(", ")), bond: Bond::Atom, import: values.1 })
        }
        Content::Env { name, default } => environment(code, node, replaced, name, default.as_deref()),
        Content::Switch { name, default } => switch(code, node, name, *default),
        Content::Code(text) => {
            Some(Value { text: text.clone(), bond: bond_of(text)?, import: imported(code, node, text)? })
        }
        Content::Around { inner, before, after } => {
            let (text, bond) = around(inner.of(code.sheet.text), before, after)?;
            plain(text, bond)
        }
    }
}

/// The import that given code needs: of the module `os` where it asks that for the environment. `None` where
/// the name stands for something else.
fn imported(code: &Code<'_>, node: Node<'_>, text: &str) -> Option<Option<(Span, String)>> {
    if !text.contains("os.environ") {
        return Some(None);
    }
    let at = node.start_byte();
    let scope = scope_at(code.sheet.text, at)?;
    let is_there = scope.sources.iter().any(|(name, source)| name == "os" && matches!(source, Source::Os));
    match is_there {
        true => Some(None),
        false => scope.can_import_os.then(|| import_os(code, at)).flatten().map(Some),
    }
}

fn values<'v>(
    code: &Code<'_>,
    node: Node<'_>,
    contents: impl Iterator<Item = &'v Content>,
) -> Option<(Vec<Value>, Option<Import>)> {
    let mut values = Vec::new();
    let mut import = None;
    for content in contents {
        let value = value(code, node, None, content)?;
        import = import.or_else(|| value.import.clone());
        values.push(value);
    }
    Some((values, import))
}

/// A text as a literal, with the quote of what it replaces.
fn literal(code: &Code<'_>, node: Node<'_>, replaced: Option<Node<'_>>, text: &str) -> Option<String> {
    let old = replaced.filter(|old| old.kind() == "string").map(|old| code.text(old));
    let (prefix, rest) = old.map_or(("", ""), |old| old.split_at(old.find(['"', '\'']).unwrap_or_default()));
    let bytes = prefix.contains(['b', 'B']);
    if bytes && !text.is_ascii() {
        return None;
    }
    let mut quote = match rest.chars().next() {
        Some(quote) => quote,
        None => code.quote(node),
    };
    let other = if quote == '"' { '\'' } else { '"' };
    if text.contains(quote) && !text.contains(other) && !code.is_in_hole(node) {
        quote = other;
    }
    let mut escaped = String::with_capacity(text.len() + 2);
    for c in text.chars() {
        match c {
            '\\' => escaped.push_str("\\\\"),
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '\t' => escaped.push_str("\\t"),
            c if c == quote => escaped.extend(['\\', c]),
            c if c.is_control() => return None,
            c => escaped.push(c),
        }
    }
    Some(format!("{}{quote}{escaped}{quote}", if bytes { "b" } else { "" }))
}

/// The value of a variable.
fn environment(
    code: &Code<'_>,
    node: Node<'_>,
    replaced: Option<Node<'_>>,
    name: &str,
    default: Option<&Content>,
) -> Option<Value> {
    let quoted = literal(code, node, None, name)?;
    let in_library = matches!(default, None | Some(Content::Text(_) | Content::Number(_) | Content::Nil));
    let getter = getter(code, node, in_library)?;
    let Getter { source, ask, mut import } = getter;
    let library = matches!(source, Source::Env | Source::Decouple);
    let call = match default {
        None | Some(Content::Nil) if library => format!("{ask}({quoted}, default=None)"),
        None | Some(Content::Nil) => format!("{ask}({quoted})"),
        Some(Content::Text(text)) => {
            // django-environ takes a text with this sign for another variable.
            if library && text.starts_with('$') {
                return None;
            }
            let default = literal(code, node, None, text)?;
            format!("{ask}({quoted}, {}{default})", if library { "default=" } else { "" })
        }
        Some(Content::Number(number)) => {
            let kind = match replaced.map(|old| old.kind()) {
                Some("integer" | "float") | None if number.contains(['.', 'e']) => "float",
                Some("integer" | "float") | None => "int",
                Some(_) => "",
            };
            let in_text = literal(code, node, None, number)?;
            match (source, kind) {
                (_, "") if library => format!("{ask}({quoted}, default={in_text})"),
                (_, "") => format!("{ask}({quoted}, {in_text})"),
                (Source::Env, kind) => format!("{ask}.{kind}({quoted}, default={number})"),
                (Source::Decouple, kind) => format!("{ask}({quoted}, default={number}, cast={kind})"),
                (_, kind) => {
                    let number = format!("{ask}({quoted}, {in_text})");
                    match replaced.is_some_and(|old| is_converted(code, old, kind)) {
                        true => number,
                        false => format!("{kind}({number})"),
                    }
                }
            }
        }
        // A yes or no is what the text says, not whether there is one.
        Some(Content::Bool(yes)) => return switch(code, node, name, *yes),
        Some(Content::List(_) | Content::Map(_)) => return None,
        Some(other) => {
            let default = value(code, node, None, other)?;
            import = import.or(default.import);
            format!("{ask}({quoted}, {})", default.text)
        }
    };
    Some(Value { text: call, bond: Bond::Atom, import })
}

/// Whether an expression is all that a call of `int` or `float` has.
fn is_converted(code: &Code<'_>, node: Node<'_>, kind: &str) -> bool {
    let list = node.parent().filter(|list| list.kind() == "argument_list" && list.named_child_count() == 1);
    let function = list.and_then(|list| list.parent()).and_then(|call| call.child_by_field_name("function"));
    function.is_some_and(|function| code.text(function) == kind)
}

/// A yes or no that a variable decides.
fn switch(code: &Code<'_>, node: Node<'_>, name: &str, default: bool) -> Option<Value> {
    let Getter { source, ask, import } = getter(code, node, true)?;
    let quoted = literal(code, node, None, name)?;
    let word = literal(code, node, None, if default { "true" } else { "false" })?;
    let python = if default { "True" } else { "False" };
    let (text, bond) = match source {
        Source::Env => (format!("{ask}.bool({quoted}, default={python})"), Bond::Atom),
        Source::Decouple => (format!("{ask}({quoted}, default={python}, cast=bool)"), Bond::Atom),
        _ => {
            let other = literal(code, node, None, if default { "false" } else { "true" })?;
            let sign = if default { "!=" } else { "==" };
            (format!("{ask}({quoted}, {word}).lower() {sign} {other}"), Bond::Comparison)
        }
    };
    Some(Value { text, bond, import })
}

/// How the environment is asked in the place of `node`: as most of the file does.
fn getter(code: &Code<'_>, node: Node<'_>, in_library: bool) -> Option<Getter> {
    let at = node.start_byte();
    let scope = scope_at(code.sheet.text, at)?;
    let reads = &code.sheet.facts.reads;
    let uses = |ask: &str| {
        let is_use = |text: &str| {
            let after = text.strip_prefix(ask).and_then(|rest| rest.chars().next());
            after.is_some_and(|next| !next.is_alphanumeric() && next != '_')
        };
        reads.iter().filter(|read| is_use(read.span.of(code.sheet.text))).count()
    };
    let mut ways: Vec<(usize, Source, String)> = Vec::new();
    for (name, source) in &scope.sources {
        match source {
            Source::Os => {
                let environ = uses(&format!("{name}.environ"));
                ways.push((environ, *source, format!("{name}.environ.get")));
                ways.push((uses(&format!("{name}.getenv")), *source, format!("{name}.getenv")));
            }
            Source::Environ => ways.push((uses(name), *source, format!("{name}.get"))),
            Source::Getter => ways.push((uses(name), *source, name.clone())),
            // Its object may put a prefix before names.
            Source::Env | Source::Decouple => {
                let used = uses(name);
                if in_library && used > 0 && !super::reads::is_prefixed(code, node) {
                    ways.push((used, *source, name.clone()));
                }
            }
        }
    }
    // Of equals the first: the module's own names come before others.
    let most = ways.iter().map(|(uses, ..)| *uses).max().unwrap_or_default();
    let rank = |source: Source| match source {
        Source::Env | Source::Decouple => 0,
        Source::Os => 1,
        Source::Environ => 2,
        Source::Getter => 3,
    };
    let best = ways.into_iter().filter(|(uses, ..)| *uses == most).min_by_key(|(_, source, _)| rank(*source));
    if let Some((_, source, ask)) = best {
        return Some(Getter { source, ask, import: None });
    }
    let import = scope.can_import_os.then(|| import_os(code, at))??;
    Some(Getter { source: Source::Os, ask: "os.environ.get".to_string(), import: Some(import) })
}

/// Whether text can be a keyword of a call.
pub(super) fn is_keyword(text: &str) -> bool {
    let mut characters = text.chars();
    let first = characters.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
    first
        && characters.all(|c| c.is_ascii_alphanumeric() || c == '_')
        && bond_of(text) == Some(Bond::Atom)
        && !matches!(text, "None" | "True" | "False")
}

/// A key as the keys beside it are written.
pub(super) fn key(code: &Code<'_>, node: Node<'_>, beside: Option<Node<'_>>, text: &str) -> Option<String> {
    literal(code, node, beside.filter(|key| bond(*key).is_some()), text)
}
