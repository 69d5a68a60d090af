//! Reads that ask other variables as well.

use tree_sitter::Node;

use super::code::{Bond, Code};
use super::imports::import_os;
use crate::fact::{EnvRead, ReadKind};
use crate::lang::python::{Source, scope_at};
use crate::lang::tree::{children, preorder};
use crate::span::Span;
use crate::write::Edits;

/// A read, as far as it is understood well enough to be changed.
struct Read<'c> {
    code: &'c Code<'c>,
    node: Node<'c>,
    /// The name as it is written in the read, with its quotes; `None` where a constant stands for it.
    literal: Option<Node<'c>>,
    form: Form<'c>,
}

enum Form<'c> {
    /// Asks whether the variable is there.
    Presence { negated: bool },
    /// Raises where it is unset; what is called instead where that should not happen.
    Required { ask: String },
    /// Gives the default, or `None`, where it is unset.
    Optional { ask: String, default: Option<Node<'c>> },
    /// The same of a settings library, which gives a text: `ask` and an argument `default=None` make it give
    /// `None`.
    Setting { ask: String, default: Option<Node<'c>> },
    /// A settings library that makes something else of the text, `False` among it, and has a default.
    Typed { ask: String, default: Node<'c>, cast: Option<String> },
    /// `dj_database_url.config("X")`: what is under its default is read like the variable.
    Address { default: Option<Node<'c>> },
    /// A function of this file that gives what [`Form::Optional`] gives.
    Wrapped { ask: String, after: &'static str },
    /// The option of a command, which may name several variables.
    Option,
}

/// The edits that have the variables `names` asked before the read at `span`.
pub(super) fn read_first(code: &Code<'_>, span: Span, names: &[String]) -> Option<Edits> {
    let read = Read::find(code, span)?;
    if !read.is_whole() || names.is_empty() {
        return None;
    }
    let each = |write: &dyn Fn(&str) -> Option<String>| {
        names.iter().map(|name| write(name)).collect::<Option<Vec<String>>>()
    };
    let or = code.or_around(read.node);
    match &read.form {
        Form::Presence { negated } => {
            let (word, bond) = if *negated { (" and ", Bond::And) } else { (or.as_str(), Bond::Or) };
            let first = each(&|name| read.with_name(name))?.join(word);
            code.around(read.node, &format!("{first}{word}"), "", bond)
        }
        Form::Required { ask } | Form::Optional { ask, .. } => {
            let first = each(&|name| Some(format!("{ask}({})", read.quoted(name))))?.join(&or);
            code.around(read.node, &format!("{first}{or}"), "", Bond::Or)
        }
        Form::Wrapped { ask, after } => {
            let first = each(&|name| Some(format!("{ask}({}{after})", read.quoted(name))))?.join(&or);
            code.around(read.node, &format!("{first}{or}"), "", Bond::Or)
        }
        Form::Setting { ask, .. } => {
            let first = each(&|name| Some(format!("{ask}({}, default=None)", read.quoted(name))))?.join(&or);
            code.around(read.node, &format!("{first}{or}"), "", Bond::Or)
        }
        Form::Typed { ask, cast, .. } => {
            let before = each(&|name| Some(format!("{ask}({}, default=", read.quoted(name))))?.concat();
            let after = cast.as_ref().map_or(")".to_string(), |cast| format!(", cast={cast})"));
            code.around(read.node, &before, &after.repeat(names.len()), Bond::Atom)
        }
        Form::Address { default } => {
            let [name] = names else { return None };
            let old = read.literal?;
            let quoted = read.quoted(name);
            let mut edits = read.default_from_environment(code.text(old), *default)?;
            // A new default stands right behind the name, and edits must not touch.
            let end = Span::new(old.end_byte(), old.end_byte());
            let behind = edits.iter().position(|(span, _)| *span == end).map(|at| edits.remove(at).1);
            edits.push((Span::from(old), format!("{quoted}{}", behind.unwrap_or_default())));
            Some(edits)
        }
        Form::Option => {
            let old = read.literal?;
            let quoted: Vec<String> = names.iter().map(|name| read.quoted(name)).collect();
            let quoted = quoted.join(", ");
            if matches!(old.parent()?.kind(), "list" | "tuple") {
                return Some(vec![(Span::new(old.start_byte(), old.start_byte()), format!("{quoted}, "))]);
            }
            Some(vec![(Span::from(old), format!("[{quoted}, {}]", code.text(old)))])
        }
    }
}

/// The edits that have the variables `names` asked where the one read at `span` is unset.
pub(super) fn fall_back(code: &Code<'_>, span: Span, names: &[String]) -> Option<Edits> {
    let read = Read::find(code, span)?;
    let (last, before) = names.split_last()?;
    let or = code.or_around(read.node);
    match &read.form {
        Form::Presence { negated } => {
            let (word, bond) = if *negated { (" and ", Bond::And) } else { (or.as_str(), Bond::Or) };
            let others = names.iter().map(|name| read.with_name(name)).collect::<Option<Vec<_>>>()?;
            code.around(read.node, "", &format!("{word}{}", others.join(word)), bond)
        }
        // The last of them is the one that raises now.
        Form::Required { ask } => {
            let own = read.own_name()?;
            let mut all = vec![format!("{ask}({own})")];
            all.extend(before.iter().map(|name| format!("{ask}({})", read.quoted(name))));
            all.push(read.with_name(last)?);
            code.replace(read.node, &all.join(&or), Bond::Or)
        }
        Form::Optional { ask, default: None } if read.is_in_or() => {
            let others: Vec<String> =
                names.iter().map(|name| format!("{ask}({})", read.quoted(name))).collect();
            code.around(read.node, "", &format!("{or}{}", others.join(&or)), Bond::Or)
        }
        Form::Optional { ask, default } => {
            let asks: Vec<String> = names.iter().map(|name| format!("{ask}({}", read.quoted(name))).collect();
            read.nest(*default, &asks)
        }
        Form::Setting { ask, default: Some(default) } => {
            let asks: Vec<String> =
                names.iter().map(|name| format!("{ask}({}, default=", read.quoted(name))).collect();
            code.around(*default, &asks.concat(), &")".repeat(asks.len()), Bond::Atom)
        }
        Form::Setting { ask, default: None } => {
            let own = read.own_name()?;
            let mut all = vec![format!("{ask}({own}, default=None)")];
            all.extend(before.iter().map(|name| format!("{ask}({}, default=None)", read.quoted(name))));
            all.push(read.with_name(last)?);
            code.replace(read.node, &all.join(&or), Bond::Or)
        }
        Form::Typed { ask, default, cast } => {
            let before: Vec<String> =
                names.iter().map(|name| format!("{ask}({}, default=", read.quoted(name))).collect();
            let after = cast.as_ref().map_or(")".to_string(), |cast| format!(", cast={cast})"));
            code.around(*default, &before.concat(), &after.repeat(names.len()), Bond::Atom)
        }
        Form::Address { default } => {
            let [name] = names else { return None };
            read.default_from_environment(&read.quoted(name), *default)
        }
        Form::Wrapped { .. } => None,
        Form::Option => {
            let old = read.literal?;
            let quoted: Vec<String> = names.iter().map(|name| read.quoted(name)).collect();
            let quoted = quoted.join(", ");
            if matches!(old.parent()?.kind(), "list" | "tuple") {
                return Some(vec![(Span::new(old.end_byte(), old.end_byte()), format!(", {quoted}"))]);
            }
            Some(vec![(Span::from(old), format!("[{}, {quoted}]", code.text(old)))])
        }
    }
}

impl<'c> Read<'c> {
    fn find(code: &'c Code<'c>, span: Span) -> Option<Self> {
        let fact = code.sheet.read(span)?;
        let name = fact.name.known()?;
        let inside = fact.name_span.filter(|name| span.contains(*name));
        let literal = inside.and_then(|inside| code.string_at(inside));
        // A prefix (`env.prefixed("APP_")`) or pieces put together: the other name would get them as well.
        if inside.is_some_and(|inside| inside.of(code.sheet.text) != name) {
            return None;
        }
        if inside.is_some() && literal.is_none() {
            return None;
        }
        if let Some(form) = option(code, fact) {
            let node = code.root().named_descendant_for_byte_range(span.start, span.end)?;
            literal?;
            return Some(Self { code, node, literal, form });
        }
        let node = code.expression(span)?;
        let form = form(code, fact, node)?;
        let of_environment =
            matches!(form, Form::Presence { .. } | Form::Required { .. } | Form::Optional { .. });
        if literal.is_none() && !(of_environment && is_constant(code, fact, node)) {
            return None;
        }
        Some(Self { code, node, literal, form })
    }

    /// The name of a variable as it has to be written in this read.
    fn quoted(&self, name: &str) -> String {
        let (prefix, quote) = match self.literal.map(|literal| self.code.text(literal)) {
            Some(text) => {
                let open = text.find(['"', '\'']).unwrap_or_default();
                let quote = if text[open..].starts_with('\'') { '\'' } else { '"' };
                let bytes = text[..open].contains(['b', 'B']);
                (if bytes { "b" } else { "" }, quote)
            }
            None => ("", self.code.quote(self.node)),
        };
        format!("{prefix}{quote}{name}{quote}")
    }

    /// The name as the read has it.
    fn own_name(&self) -> Option<String> {
        match self.literal {
            Some(literal) => Some(self.code.text(literal).to_string()),
            None => name_argument(self.node).map(|name| self.code.text(name).to_string()),
        }
    }

    /// The read of another variable; `None` where it takes several lines.
    fn with_name(&self, name: &str) -> Option<String> {
        let place = self.literal.or_else(|| name_argument(self.node))?;
        let text = self.code.text(self.node);
        let start = place.start_byte() - self.node.start_byte();
        let end = place.end_byte() - self.node.start_byte();
        let one_line = !text.contains(['\n', '#', '\\']);
        one_line.then(|| format!("{}{}{}", &text[..start], self.quoted(name), &text[end..]))
    }

    /// Whether it is one of the sides of `or`.
    fn is_in_or(&self) -> bool {
        let parent = self.node.parent().filter(|parent| parent.kind() == "boolean_operator");
        let operator = parent.and_then(|parent| parent.child_by_field_name("operator"));
        operator.is_some_and(|word| word.kind() == "or")
    }

    /// Asks for others in the place of the default, with the default behind them.
    fn nest(&self, default: Option<Node<'c>>, asks: &[String]) -> Option<Edits> {
        let close = ")".repeat(asks.len());
        match default {
            Some(none) if none.kind() == "none" => {
                self.code.replace(none, &format!("{}{close}", asks.join(", ")), Bond::Atom)
            }
            Some(default) => self.code.around(default, &format!("{}, ", asks.join(", ")), &close, Bond::Atom),
            None => {
                let name = name_argument(self.node)?;
                let text = format!(", {}{close}", asks.join(", "));
                let end = name.end_byte();
                self.code.can_hold(name, &text).then(|| vec![(Span::new(end, end), text)])
            }
        }
    }

    /// Gives a call a default out of the environment, before the one that it has.
    fn default_from_environment(&self, name: &str, default: Option<Node<'c>>) -> Option<Edits> {
        let at = self.node.start_byte();
        let scope = scope_at(self.code.sheet.text, at)?;
        let source = scope.sources.iter().find_map(|(name, source)| match source {
            Source::Os => Some(format!("{name}.environ.get")),
            Source::Environ => Some(format!("{name}.get")),
            Source::Getter => Some(name.clone()),
            _ => None,
        });
        let (ask, import) = match source {
            Some(ask) => (ask, None),
            None if scope.can_import_os => ("os.environ.get".to_string(), Some(import_os(self.code, at)?)),
            None => return None,
        };
        let mut edits = match default {
            Some(none) if none.kind() == "none" => {
                self.code.replace(none, &format!("{ask}({name})"), Bond::Atom)?
            }
            Some(default) => self.code.around(default, &format!("{ask}({name}, "), ")", Bond::Atom)?,
            None => {
                let literal = self.literal?;
                let argument = literal.parent().filter(|parent| parent.kind() == "keyword_argument");
                let end = argument.unwrap_or(literal).end_byte();
                let text = format!(", default={ask}({name})");
                vec![(Span::new(end, end), text)]
            }
        };
        edits.extend(import);
        Some(edits)
    }

    /// Whether the other reads of the variable that rely on this one, because it is a test that stands around
    /// them, can follow it.
    fn is_whole(&self) -> bool {
        let span = Span::from(self.node);
        let Some(this) = self.code.sheet.read(span) else { return false };
        let relies = |read: &&EnvRead| {
            read.name == this.name
                && read.span != span
                && matches!(read.kind, ReadKind::Value)
                && read.guards.iter().any(|guard| guard.expr.holds(span))
        };
        let mut others = self.code.sheet.facts.reads.iter().filter(relies);
        others.all(|other| {
            Read::find(self.code, other.span)
                .is_some_and(|read| self.code.needs_parentheses(read.node, Bond::Or).is_some())
        })
    }
}

/// Whether the name of a read is a constant that stands alone where the name has to be.
fn is_constant(code: &Code<'_>, fact: &EnvRead, node: Node<'_>) -> bool {
    let Some(name) = name_argument(node) else { return false };
    let plain = matches!(name.kind(), "identifier" | "attribute");
    let elsewhere = fact.name_span.is_some_and(|at| !Span::from(node).contains(at));
    // The elements of a loop are read by one and the same access.
    plain && elsewhere && code.sheet.facts.reads.iter().filter(|read| read.span == fact.span).count() == 1
}

/// What stands where the name of the variable has to be.
fn name_argument(node: Node<'_>) -> Option<Node<'_>> {
    match node.kind() {
        "subscript" => node.child_by_field_name("subscript"),
        "comparison_operator" => children(node).into_iter().next(),
        "call" => {
            let first = children(node.child_by_field_name("arguments")?).into_iter().next()?;
            match first.kind() {
                "keyword_argument" => first.child_by_field_name("value"),
                _ => Some(first),
            }
        }
        _ => None,
    }
}

/// A chain of names, which can be written twice.
fn is_chain(mut node: Node<'_>) -> bool {
    while node.kind() == "attribute" {
        match node.child_by_field_name("object") {
            Some(object) => node = object,
            None => return false,
        }
    }
    node.kind() == "identifier"
}

fn form<'c>(code: &'c Code<'c>, fact: &EnvRead, node: Node<'c>) -> Option<Form<'c>> {
    if !matches!(fact.kind, ReadKind::Value | ReadKind::Presence) {
        return None;
    }
    if fact.via.is_some() {
        return wrapped(code, node);
    }
    if fact.api == "dj_database_url.config" {
        let arguments = Arguments::of(code, node)?;
        if code.is_in_hole(node) {
            return None;
        }
        return Some(Form::Address { default: arguments.get(1, "default") });
    }
    if let Some((library, method)) = library(&fact.api) {
        return setting(code, fact, node, library, method);
    }
    of_environment(code, fact, node)
}

/// `os.environ["X"]`, `os.environ.get("X")`, `os.getenv("X")`, `"X" in os.environ`.
fn of_environment<'c>(code: &'c Code<'c>, fact: &EnvRead, node: Node<'c>) -> Option<Form<'c>> {
    match (fact.api.as_str(), node.kind()) {
        ("os.environ", "subscript") => {
            let object = node.child_by_field_name("value").filter(|object| is_chain(*object))?;
            Some(Form::Required { ask: format!("{}.get", code.text(object)) })
        }
        ("os.environ", "comparison_operator") => {
            let parts = children(node);
            let &[_, object] = parts.as_slice() else { return None };
            let keys = object.child_by_field_name("function").and_then(|method| {
                let plain = children(object.child_by_field_name("arguments")?).is_empty();
                plain.then(|| method.child_by_field_name("object"))?
            });
            let operator = node.child_by_field_name("operators")?;
            is_chain(keys.unwrap_or(object))
                .then(|| Form::Presence { negated: code.text(operator).starts_with("not") })
        }
        ("os.environ.has_key" | "os.environ.__contains__", "call") => {
            let function = node.child_by_field_name("function").filter(|function| is_chain(*function))?;
            (function.kind() == "attribute").then_some(Form::Presence { negated: false })
        }
        ("os.environ.__getitem__", "call") => {
            let function = node.child_by_field_name("function").filter(|function| is_chain(*function))?;
            let object = function.child_by_field_name("object")?;
            (code.text(function.child_by_field_name("attribute")?) == "__getitem__")
                .then(|| Form::Required { ask: format!("{}.get", code.text(object)) })
        }
        ("os.environ.get" | "os.getenv" | "os.getenvb", "call") => {
            let function = node.child_by_field_name("function").filter(|function| is_chain(*function))?;
            let arguments = Arguments::of(code, node)?;
            arguments.only(&["key", "default"], 2)?;
            let default = arguments.get(1, "default");
            Some(Form::Optional { ask: code.text(function).to_string(), default })
        }
        _ => None,
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Library {
    Environs,
    Django,
    Decouple,
    Starlette,
    /// An object that another file has made: environs or django-environ.
    Imported,
}

fn library(api: &str) -> Option<(Library, &str)> {
    let libraries = [
        ("environs.Env", Library::Environs),
        ("environ.Env", Library::Django),
        ("decouple.config", Library::Decouple),
        ("starlette.config.Config", Library::Starlette),
        ("env", Library::Imported),
    ];
    libraries.into_iter().find_map(|(name, library)| {
        let rest = api.strip_prefix(name)?;
        let method = if rest.is_empty() { rest } else { rest.strip_prefix('.')? };
        Some((library, method))
    })
}

/// A read through a settings library.
fn setting<'c>(
    code: &'c Code<'c>,
    fact: &EnvRead,
    node: Node<'c>,
    library: Library,
    method: &str,
) -> Option<Form<'c>> {
    let name = fact.name.known()?;
    // What `environ.Env(X=(bool, False))` says of a name does not hold for another.
    let schemed =
        code.sheet.facts.reads.iter().any(|read| read.kind == ReadKind::Schema && read.name.is(name));
    let function = node.child_by_field_name("function").filter(|function| is_chain(*function))?;
    if schemed || is_prefixed(code, node) {
        return None;
    }
    let ask = code.text(function).to_string();
    let arguments = Arguments::of(code, node)?;
    let (default, cast) = match library {
        Library::Environs => (arguments.get(1, "default"), None),
        Library::Decouple => (arguments.get(1, "default"), arguments.get(2, "cast")),
        Library::Starlette => (arguments.get(2, "default"), arguments.get(1, "cast")),
        Library::Django if method.is_empty() => (arguments.get(2, "default"), arguments.get(1, "cast")),
        // Libraries differ in what the second argument is.
        Library::Imported if method.is_empty() => (arguments.keyword("default"), arguments.keyword("cast")),
        Library::Django | Library::Imported => (arguments.get(1, "default"), None),
    };
    let most = match library {
        Library::Environs | Library::Django if !method.is_empty() => 2,
        Library::Environs => 2,
        Library::Imported if method.is_empty() => 1,
        Library::Imported => 2,
        _ => 3,
    };
    arguments.only(&["var", "name", "key", "option", "default", "cast"], most)?;
    let called = matches!(library, Library::Decouple | Library::Starlette);
    let method = match (method, called) {
        ("get" | "__call__", true) => "",
        (_, true) if !method.is_empty() => return None,
        _ => method,
    };
    let cast_name = cast.map(|cast| code.text(cast));
    let default_kind = default.map(|default| default.kind());
    let smart = matches!(library, Library::Django | Library::Imported);
    match (method, cast_name) {
        ("" | "str", None | Some("str")) => {
            // django-environ makes of the text what the default is: `env("X", default=False)`.
            let text = matches!(default_kind, None | Some("none" | "string" | "concatenated_string"));
            match (text || method == "str" || !smart || cast.is_some(), default) {
                (true, _) => Some(Form::Setting { ask, default }),
                (false, Some(default)) if matches!(default_kind, Some("true" | "false" | "integer")) => {
                    Some(Form::Typed { ask, default, cast: None })
                }
                _ => None,
            }
        }
        ("bool" | "int" | "float", None) => Some(Form::Typed { ask, default: default?, cast: None }),
        ("", Some(cast @ ("bool" | "int" | "float"))) => {
            let default = default.filter(|default| default.kind() != "none")?;
            Some(Form::Typed { ask, default, cast: Some(cast.to_string()) })
        }
        _ => None,
    }
}

/// Whether names get something put before them around a read, or in the whole file.
pub(super) fn is_prefixed(code: &Code<'_>, node: Node<'_>) -> bool {
    let with = std::iter::successors(Some(node), Node::parent).any(|at| {
        at.kind() == "with_statement"
            && children(at).first().is_some_and(|clause| code.text(*clause).contains(".prefixed("))
    });
    with || code.sheet.text.contains("env.prefix ") || code.sheet.text.contains("env.prefix=")
}

/// A call of a function of this file that is nothing but a name for `os.environ.get`.
fn wrapped<'c>(code: &'c Code<'c>, node: Node<'c>) -> Option<Form<'c>> {
    let function = node.child_by_field_name("function").filter(|function| function.kind() == "identifier")?;
    let name = code.text(function);
    let arguments = Arguments::of(code, node)?;
    arguments.only(&[], 2)?;
    let mut definitions = Vec::new();
    let mut others = false;
    preorder(code.root(), |at| {
        let bound = match at.kind() {
            "function_definition" => at.child_by_field_name("name"),
            "assignment" | "augmented_assignment" => at.child_by_field_name("left"),
            "aliased_import" => at.child_by_field_name("alias"),
            _ => None,
        };
        if bound.is_some_and(|bound| code.text(bound) == name) {
            definitions.push(at);
        }
        others |= matches!(at.kind(), "class_definition" | "global_statement" | "parameters")
            && children(at).iter().any(|part| code.text(*part) == name);
        true
    });
    let &[definition] = definitions.as_slice() else { return None };
    let top = definition.parent().is_some_and(|parent| parent.kind() == "module");
    if definition.kind() != "function_definition" || others || !top {
        return None;
    }
    let parameters = children(definition.child_by_field_name("parameters")?);
    let first = parameters.first().copied().and_then(parameter)?;
    let body = children(definition.child_by_field_name("body")?);
    let documented = body.first().is_some_and(|first| {
        first.kind() == "expression_statement" && first.named_child(0).is_some_and(|c| c.kind() == "string")
    });
    let &[statement] = body.get(usize::from(documented)..)? else { return None };
    let call = (statement.kind() == "return_statement").then(|| children(statement).into_iter().next())??;
    let fact = code.sheet.facts.reads.iter().find(|read| read.span == Span::from(call));
    let reader = call.child_by_field_name("function").map(|reader| code.text(reader))?;
    let known = matches!(reader, "os.environ.get" | "os.getenv" | "environ.get" | "getenv");
    if call.kind() != "call" || !known || fact.is_none() {
        return None;
    }
    let inner = Arguments::of(code, call)?;
    inner.only(&["default"], 2)?;
    if code.text(*inner.positional.first()?) != code.text(first.0) || first.1.is_some() {
        return None;
    }
    let falsy = |node: Node<'_>| matches!(code.text(node), "None" | "\"\"" | "''" | "False");
    let after = match (inner.get(1, "default"), parameters.get(1).copied().and_then(parameter)) {
        (None, None) => "",
        (Some(default), None) if falsy(default) => "",
        (Some(default), Some((second, given))) if code.text(default) == code.text(second) => match given {
            Some(given) if falsy(given) => "",
            _ => ", None",
        },
        _ => return None,
    };
    (parameters.len() <= 2).then(|| Form::Wrapped { ask: name.to_string(), after })
}

/// Name and default of a parameter.
fn parameter(node: Node<'_>) -> Option<(Node<'_>, Option<Node<'_>>)> {
    match node.kind() {
        "identifier" => Some((node, None)),
        "typed_parameter" => {
            let name = node.named_child(0).filter(|name| name.kind() == "identifier")?;
            Some((name, None))
        }
        "default_parameter" | "typed_default_parameter" => {
            Some((node.child_by_field_name("name")?, node.child_by_field_name("value")))
        }
        _ => None,
    }
}

/// `click.option("--name", envvar="X")`.
fn option<'c>(code: &'c Code<'c>, fact: &EnvRead) -> Option<Form<'c>> {
    let known = ["click.option", "click.argument", "typer.Option", "typer.Argument"];
    let keyword = fact.span.of(code.sheet.text).starts_with("envvar");
    (fact.kind == ReadKind::Schema && keyword && known.contains(&fact.api.as_str())).then_some(Form::Option)
}

/// The arguments of a call.
struct Arguments<'c> {
    positional: Vec<Node<'c>>,
    keywords: Vec<(&'c str, Node<'c>)>,
}

impl<'c> Arguments<'c> {
    /// `None` where they are not all written there: `*args`, `**kwargs`, a generator.
    fn of(code: &'c Code<'c>, call: Node<'c>) -> Option<Self> {
        let list = call.child_by_field_name("arguments").filter(|list| list.kind() == "argument_list")?;
        let mut arguments = Self { positional: Vec::new(), keywords: Vec::new() };
        for child in children(list) {
            match child.kind() {
                "keyword_argument" => {
                    let name = code.text(child.child_by_field_name("name")?);
                    arguments.keywords.push((name, child.child_by_field_name("value")?));
                }
                "list_splat" | "dictionary_splat" => return None,
                _ => arguments.positional.push(child),
            }
        }
        Some(arguments)
    }

    fn keyword(&self, keyword: &str) -> Option<Node<'c>> {
        self.keywords.iter().find(|(name, _)| *name == keyword).map(|(_, value)| *value)
    }

    fn get(&self, at: usize, keyword: &str) -> Option<Node<'c>> {
        self.positional.get(at).copied().or_else(|| self.keyword(keyword))
    }

    /// Nothing where there are other arguments than these keywords and as many without one.
    fn only(&self, keywords: &[&str], positional: usize) -> Option<()> {
        let known = self.keywords.iter().all(|(name, _)| keywords.contains(name));
        (known && self.positional.len() <= positional).then_some(())
    }
}
