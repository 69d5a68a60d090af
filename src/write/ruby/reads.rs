//! Other variables before or behind a read of the environment.

use tree_sitter::Node;

use super::page::{Page, ancestors, arguments, field, is_command};
use super::place::{self, OR};
use crate::fact::{EnvRead, ReadKind};
use crate::lang::tree;
use crate::span::Span;
use crate::write::Edits;

/// A read as it is written.
struct Read<'t> {
    node: Node<'t>,
    form: Form<'t>,
    /// What stands around a name to read it the same way: `ENV["` and `"]`.
    before: String,
    after: String,
}

/// How a read is written.
enum Form<'t> {
    /// `ENV["X"]`; nil where unset.
    Element,
    /// `ENV.fetch("X")` with a default or a block.
    Fetch { default: Option<Node<'t>>, block: Option<Node<'t>> },
    /// `ENV.key?("X")`.
    Presence,
    /// `Figaro.env.x`, with what stands behind the name: `!` or `?`.
    Reader,
    /// `"X"` in `ENV.values_at("W", "X")`.
    Listed { call: Node<'t> },
    /// `env("X")`, where `env` gives what `ENV[]` gives.
    Function,
}

impl Read<'_> {
    fn spelled(&self, name: &str) -> String {
        let name = match self.form {
            Form::Reader if self.after.starts_with("\0") => name.to_ascii_lowercase(),
            _ => name.to_string(),
        };
        format!("{}{name}{}", self.before, self.after.trim_start_matches('\0'))
    }

    /// A name read by `fetch`, without the closing parenthesis: `ENV.fetch("X"`.
    fn fetched(&self, name: &str) -> String {
        self.spelled(name).trim_end_matches(')').to_string()
    }
}

/// [`crate::remedy::What::ReadFirst`].
pub(super) fn read_first(page: &Page<'_>, at: Span, names: &[String]) -> Option<Edits> {
    let fact = page.sheet.read(at)?;
    if let Some(edits) = in_shell(page, fact, names, true) {
        return edits;
    }
    let read = look(page, fact)?;
    if names.is_empty() || names.iter().any(|name| is_beside(page, read.node, name)) {
        return None;
    }
    let span = Span::from(read.node.byte_range());
    match &read.form {
        Form::Listed { call } => listed(page, *call, read.node, |element| {
            names.iter().map(|name| element(name)).chain([String::new()]).collect::<Vec<_>>().join(" || ")
        }),
        // `ENV.fetch("N") { ENV.fetch("X") }`
        Form::Fetch { .. }
            if is_wrappable(page, read.node) && (names.len() == 1 || is_command(read.node)) =>
        {
            let before: String = names.iter().map(|name| format!("{} {{ ", read.spelled(name))).collect();
            let after = " }".repeat(names.len());
            Some(vec![(Span::new(span.start, span.start), before), (Span::new(span.end, span.end), after)])
        }
        Form::Fetch { .. } if is_command(read.node) => None,
        Form::Fetch { .. } => {
            let element = as_element(page, read.node)?;
            chain(page, &read, names.iter().map(|name| element(name)).collect(), Vec::new())
        }
        Form::Element if names.len() == 1 && needs_call(page, read.node)? => {
            let before = format!("{}, ", as_fetch(page, read.node, &names[0])?);
            let after = ")".to_string();
            Some(vec![(Span::new(span.start, span.start), before), (Span::new(span.end, span.end), after)])
        }
        _ => chain(page, &read, names.iter().map(|name| read.spelled(name)).collect(), Vec::new()),
    }
}

/// [`crate::remedy::What::FallBack`].
pub(super) fn fall_back(page: &Page<'_>, at: Span, names: &[String]) -> Option<Edits> {
    let fact = page.sheet.read(at)?;
    if let Some(edits) = in_shell(page, fact, names, false) {
        return edits;
    }
    let read = look(page, fact)?;
    if names.is_empty() || names.iter().any(|name| is_beside(page, read.node, name)) {
        return None;
    }
    let span = Span::from(read.node.byte_range());
    let insert = |at: usize, text: String| (Span::new(at, at), text);
    // `ENV.fetch("N", ENV.fetch("M", …))`, without what closes it.
    let nested = || names.iter().map(|name| format!("{}, ", read.fetched(name))).collect::<String>();
    match &read.form {
        Form::Listed { call } => listed_behind(page, *call, read.node, |element| {
            names.iter().map(|name| format!(" || {}", element(name))).collect()
        }),
        // The default is computed whether it is needed or not, as before.
        Form::Fetch { default: Some(default), .. } => Some(vec![
            insert(default.start_byte(), nested()),
            insert(default.end_byte(), ")".repeat(names.len())),
        ]),
        Form::Fetch { block: Some(block), .. } => {
            takes_nothing(page, *block).then_some(())?;
            let body = field(*block, "body")?;
            let one_line = is_one_line(page, read.node) && block.kind() == "block";
            one_line.then_some(())?;
            let before: String = names.iter().map(|name| format!("{} {{ ", read.spelled(name))).collect();
            Some(vec![insert(body.start_byte(), before), insert(body.end_byte(), " }".repeat(names.len()))])
        }
        Form::Fetch { .. } => {
            let mut text: String = names.iter().map(|name| format!(" {{ {}", read.spelled(name))).collect();
            text += &" }".repeat(names.len());
            let mut edits = with_parentheses(page, read.node)?;
            match edits.last_mut() {
                Some((_, last)) => last.push_str(&text),
                None => edits.push(insert(span.end, text)),
            }
            Some(edits)
        }
        Form::Element if needs_call(page, read.node)? => {
            let own = fact.name.known()?;
            let [name] = names else { return None };
            let text = format!("{}, {})", as_fetch(page, read.node, own)?, read.spelled(name));
            Some(vec![(span, text)])
        }
        _ => chain(page, &read, Vec::new(), names.iter().map(|name| read.spelled(name)).collect()),
    }
}

/// `a || read || b`, in parentheses where the place needs them.
fn chain(page: &Page<'_>, read: &Read<'_>, first: Vec<String>, behind: Vec<String>) -> Option<Edits> {
    let node = read.node;
    let tight = place::room(page, node)? > OR;
    if tight && place::begins_command(node) {
        return None;
    }
    let mut before: String = if tight { "(".to_string() } else { String::new() };
    before.extend(first.iter().map(|name| format!("{name} || ")));
    let mut after: String = behind.iter().map(|name| format!(" || {name}")).collect();
    if tight {
        after.push(')');
    }
    let mut edits = with_parentheses(page, node)?;
    match edits.last_mut() {
        Some((_, last)) => last.push_str(&after),
        None => edits.push((Span::new(node.end_byte(), node.end_byte()), after)),
    }
    edits.push((Span::new(node.start_byte(), node.start_byte()), before));
    edits.retain(|(span, text)| !span.is_empty() || !text.is_empty());
    Some(edits)
}

/// Whether `a || b` would need parentheses that a call without parentheses could take for its own.
fn needs_call(page: &Page<'_>, node: Node<'_>) -> Option<bool> {
    Some(place::room(page, node)? > OR && place::begins_command(node) && !page.is_bare(node))
}

/// The edits that put parentheses around the arguments of a call without; none for others. The last is at
/// the end of the call.
fn with_parentheses(page: &Page<'_>, node: Node<'_>) -> Option<Edits> {
    if node.kind() != "call" || !is_command(node) {
        return Some(Vec::new());
    }
    let list = field(node, "arguments")?;
    if list.end_byte() != node.end_byte() {
        return None;
    }
    let gap = page.ruby[..list.start_byte()].trim_end_matches([' ', '\t']).len();
    Some(vec![
        (Span::new(gap, list.start_byte()), "(".to_string()),
        (Span::new(list.end_byte(), list.end_byte()), ")".to_string()),
    ])
}

/// How the read of a fact is written, where that is known well enough to write another one.
fn look<'t>(page: &'t Page<'_>, fact: &EnvRead) -> Option<Read<'t>> {
    let name = fact.name.known()?;
    if !matches!(fact.kind, ReadKind::Value | ReadKind::Presence) {
        return None;
    }
    let node = page.node(page.inward(fact.span)?)?;
    if ancestors(node).any(|up| up.kind() == "unary" && place::sign(up, &page.ruby) == "defined?") {
        return None;
    }
    if fact.via.is_some() {
        return function(page, fact, node, name);
    }
    match node.kind() {
        "element_reference" => {
            let [key] = arguments(node)[..] else { return None };
            let object = field(node, "object").filter(|object| is_plain(page, *object))?;
            let quote = key_quote(page, key, name)?;
            let before = format!("{}[{quote}", page.text(object));
            Some(Read { node, form: Form::Element, before, after: format!("{quote}]") })
        }
        "string" => listed_read(page, node, name),
        "call" => called(page, node, name),
        _ => None,
    }
}

fn called<'t>(page: &'t Page<'_>, node: Node<'t>, name: &str) -> Option<Read<'t>> {
    let receiver = field(node, "receiver")?;
    let method = page.text(field(node, "method")?);
    let arguments = arguments(node);
    if page.text(receiver) == "Figaro.env" {
        return reader(page, node, method, name);
    }
    if method == "in?" {
        let quote = key_quote(page, receiver, name)?;
        let [object] = arguments[..] else { return None };
        is_plain(page, object).then_some(())?;
        let after = format!("{quote}.in?({})", page.text(object));
        return Some(Read { node, form: Form::Presence, before: quote.to_string(), after });
    }
    is_plain(page, receiver).then_some(())?;
    let (key, more) = arguments.split_first()?;
    let block = field(node, "block");
    if has_block_argument(node) {
        return None;
    }
    if method == "values_at" {
        return if more.is_empty() { listed_read(page, *key, name) } else { None };
    }
    let quote = key_quote(page, *key, name)?;
    let dot = page.ruby.get(receiver.end_byte()..field(node, "method")?.start_byte())?.trim();
    let before = format!("{}{dot}{method}({quote}", page.text(receiver));
    let after = format!("{quote})");
    let form = match (method, more) {
        ("fetch", []) => Form::Fetch { default: None, block },
        ("fetch", [default]) if block.is_none() && is_value(*default) => {
            Form::Fetch { default: Some(*default), block: None }
        }
        ("key?" | "has_key?" | "include?" | "member?", []) if block.is_none() => Form::Presence,
        ("dig", []) if block.is_none() => Form::Element,
        _ => return None,
    };
    Some(Read { node, form, before, after })
}

fn has_block_argument(call: Node<'_>) -> bool {
    field(call, "arguments")
        .is_some_and(|list| tree::children(list).iter().any(|child| child.kind() == "block_argument"))
}

/// Whether an argument is a value of its own, no `*list` and no `key: value`.
fn is_value(argument: Node<'_>) -> bool {
    !matches!(
        argument.kind(),
        "splat_argument" | "hash_splat_argument" | "pair" | "block_argument" | "forward_argument"
    )
}

/// `Figaro.env.dyno`, `Figaro.env.dyno!`, `Figaro.env.dyno?`.
fn reader<'t>(page: &'t Page<'_>, node: Node<'t>, method: &str, name: &str) -> Option<Read<'t>> {
    let bare = method.trim_end_matches(['!', '?']);
    let known = bare.eq_ignore_ascii_case(name) && field(node, "arguments").is_none();
    known.then_some(())?;
    let start = field(node, "method")?.start_byte();
    let before = page.ruby.get(node.start_byte()..start)?.to_string();
    let end = if method.ends_with('?') { "?" } else { "" };
    // The mark says that names are written in small letters here.
    let small = if bare.chars().any(|c| c.is_ascii_lowercase()) { "\0" } else { "" };
    Some(Read { node, form: Form::Reader, before, after: format!("{small}{end}") })
}

/// A call of a method of this file whose whole body is `ENV[name]`, or `ENV.fetch(name, nil)`.
fn function<'t>(page: &'t Page<'_>, fact: &EnvRead, node: Node<'t>, name: &str) -> Option<Read<'t>> {
    let via = fact.via.as_ref().filter(|via| via.path == page.sheet.path)?;
    let access = page.node(page.inward(via.span)?)?;
    let (key, nil) = match (access.kind(), &arguments(access)[..]) {
        ("element_reference", [key]) => (*key, true),
        ("call", [key, default]) => {
            let fetch = field(access, "method").is_some_and(|method| page.text(method) == "fetch");
            (*key, fetch && default.kind() == "nil")
        }
        _ => return None,
    };
    let holder = access.parent().filter(|up| matches!(up.kind(), "body_statement" | "method"))?;
    let alone = holder.kind() == "method" || tree::children(holder).len() == 1;
    let own = fact.name_span.and_then(|span| page.inward(span))?;
    let argument = match arguments(node)[..] {
        [argument] if argument.kind() == "string" => argument,
        _ => return None,
    };
    let known = Span::from(argument.byte_range()).contains(own) && page.text(argument).contains(name);
    (nil && alone && key.kind() == "identifier" && known && node.kind() == "call").then_some(())?;
    let whole = page.text(node);
    let at = own.start - node.start_byte();
    (own.of(&page.ruby) == name && is_one_line(page, node)).then_some(())?;
    let mut before = whole[..at].to_string();
    let mut after = whole[at + name.len()..].to_string();
    if is_command(node) {
        let list = field(node, "arguments")?;
        let method = &page.ruby[node.start_byte()..list.start_byte()];
        before = format!("{}({}", method.trim_end(), &page.ruby[list.start_byte()..own.start]);
        after.push(')');
    }
    Some(Read { node, form: Form::Function, before, after })
}

/// The quotes around the name that a key is, or, where a constant holds the name, those of the file.
fn key_quote(page: &Page<'_>, key: Node<'_>, name: &str) -> Option<char> {
    match key.kind() {
        "string" => {
            let text = page.text(key);
            let quote = text.chars().next()?;
            let inner = text.strip_prefix(quote)?.strip_suffix(quote)?;
            match quote {
                '"' | '\'' => (inner == name).then_some(quote),
                _ => None,
            }
        }
        "constant" | "scope_resolution" => Some(page.quote()),
        _ => None,
    }
}

/// Whether an expression gives the same each time and does nothing: a name, or a copy of the environment.
fn is_plain(page: &Page<'_>, node: Node<'_>) -> bool {
    match node.kind() {
        "constant" | "scope_resolution" | "identifier" | "instance_variable" | "class_variable"
        | "global_variable" => true,
        "call" => {
            field(node, "arguments").is_none()
                && field(node, "block").is_none()
                && is_one_line(page, node)
                && field(node, "receiver").is_none_or(|receiver| is_plain(page, receiver))
        }
        _ => false,
    }
}

fn is_one_line(page: &Page<'_>, node: Node<'_>) -> bool {
    !page.text(node).contains('\n')
}

/// Whether a read can go into a block: it is on one line, and nothing in it would mean something else there.
fn is_wrappable(page: &Page<'_>, node: Node<'_>) -> bool {
    let mut free = is_one_line(page, node);
    tree::preorder(node, |inner| {
        let text = page.text(inner);
        free &= !(inner.kind() == "identifier" && (text == "it" || is_numbered(text)));
        free &= inner.kind() != "heredoc_beginning";
        free
    });
    free
}

fn is_numbered(name: &str) -> bool {
    matches!(name.as_bytes(), [b'_', b'1'..=b'9'])
}

/// Whether a block uses nothing of what it is handed.
fn takes_nothing(page: &Page<'_>, block: Node<'_>) -> bool {
    field(block, "parameters").is_none() && is_wrappable(page, block)
}

/// `ENV["N"]`, for what `ENV.fetch` is called on.
fn as_element<'p>(page: &'p Page<'_>, fetch: Node<'p>) -> Option<impl Fn(&str) -> String + use<'p>> {
    let receiver = page.text(field(fetch, "receiver")?).to_string();
    let key = arguments(fetch).into_iter().next()?;
    let quote = if page.text(key).starts_with('\'') { '\'' } else { '"' };
    let quote = if key.kind() == "string" { quote } else { page.quote() };
    Some(move |name: &str| format!("{receiver}[{quote}{name}{quote}]"))
}

/// `ENV.fetch("N"`, for what `ENV[]` is of.
fn as_fetch(page: &Page<'_>, element: Node<'_>, name: &str) -> Option<String> {
    let object = field(element, "object")?;
    let key = arguments(element).into_iter().next()?;
    let quote = key_quote(page, key, "").or_else(|| page.text(key).chars().next()).unwrap_or('"');
    let quote = if matches!(quote, '"' | '\'') { quote } else { page.quote() };
    Some(format!("{}.fetch({quote}{name}{quote}", page.text(object)))
}

/// Whether the read stands in a chain, a default or an assignment that has the variable `name` as well.
fn is_beside(page: &Page<'_>, node: Node<'_>, name: &str) -> bool {
    let goes_on = |up: &Node<'_>| match up.kind() {
        "binary" => matches!(place::sign(*up, &page.ruby), "||" | "or"),
        "call" => field(*up, "method").is_some_and(|method| page.text(method) == "fetch"),
        kind => matches!(
            kind,
            "parenthesized_statements" | "block" | "block_body" | "argument_list" | "operator_assignment"
        ),
    };
    let holds = |up: &Node<'_>| matches!(up.kind(), "binary" | "call" | "operator_assignment");
    let top = ancestors(node).take_while(goes_on).filter(holds).last();
    let text = page.text(top.unwrap_or(node));
    ['"', '\''].iter().any(|quote| text.contains(&format!("{quote}{name}{quote}")))
        || text.to_ascii_lowercase().contains(&format!("figaro.env.{}", name.to_ascii_lowercase()))
}

/// One of the names of `ENV.values_at("W", "X")`.
fn listed_read<'t>(page: &'t Page<'_>, node: Node<'t>, name: &str) -> Option<Read<'t>> {
    let quote = key_quote(page, node, name)?;
    let call = ancestors(node).nth(1).filter(|call| call.kind() == "call")?;
    let receiver = field(call, "receiver").filter(|receiver| is_plain(page, *receiver))?;
    let method = page.text(field(call, "method")?);
    let plain = |key: &Node<'_>| {
        let text = page.text(*key);
        key.kind() == "string" && text.starts_with(['"', '\'']) && !text.contains("#{")
    };
    let fits = method == "values_at"
        && field(call, "block").is_none()
        && !has_block_argument(call)
        && arguments(call).iter().all(plain);
    let before = format!("{}[{quote}", page.text(receiver));
    fits.then(|| Read { node, form: Form::Listed { call }, before, after: format!("{quote}]") })
}

/// `ENV.values_at("W", "X")` as `[ENV["W"], ENV["X"]]`, with `before` of the one name before its read.
fn listed(
    page: &Page<'_>,
    call: Node<'_>,
    one: Node<'_>,
    before: impl Fn(&dyn Fn(&str) -> String) -> String,
) -> Option<Edits> {
    spread(page, call, one, before, |_| String::new())
}

/// The same with `after` behind it.
fn listed_behind(
    page: &Page<'_>,
    call: Node<'_>,
    one: Node<'_>,
    after: impl Fn(&dyn Fn(&str) -> String) -> String,
) -> Option<Edits> {
    spread(page, call, one, |_| String::new(), after)
}

fn spread(
    page: &Page<'_>,
    call: Node<'_>,
    one: Node<'_>,
    before: impl Fn(&dyn Fn(&str) -> String) -> String,
    after: impl Fn(&dyn Fn(&str) -> String) -> String,
) -> Option<Edits> {
    if page.is_bare(call) {
        return None;
    }
    let receiver = page.text(field(call, "receiver")?);
    let keys = arguments(call);
    let (first, last) = (keys.first()?, keys.last()?);
    let quote = page.text(one).chars().next()?;
    let element = |name: &str| format!("{receiver}[{quote}{name}{quote}]");
    let mut edits = Vec::new();
    for key in &keys {
        let is_one = key.id() == one.id();
        let open = if key.id() == first.id() { "[" } else { "" };
        let close = if key.id() == last.id() { "]" } else { "" };
        let lead = if is_one { before(&element) } else { String::new() };
        let tail = if is_one { after(&element) } else { String::new() };
        let start = if open.is_empty() { key.start_byte() } else { call.start_byte() };
        let end = if close.is_empty() { key.end_byte() } else { call.end_byte() };
        // Between the brackets nothing but the keys changes.
        let (gap_before, gap_after) = gaps(page, call, *key, start, end)?;
        edits.push((Span::new(start, key.start_byte()), format!("{open}{gap_before}{lead}{receiver}[")));
        edits.push((Span::new(key.end_byte(), end), format!("]{tail}{gap_after}{close}")));
    }
    Some(edits)
}

/// What stands between the brackets of a call and its first and last argument.
fn gaps<'p>(
    page: &'p Page<'_>,
    call: Node<'_>,
    key: Node<'_>,
    start: usize,
    end: usize,
) -> Option<(&'p str, &'p str)> {
    let list = field(call, "arguments")?;
    let bracketed = !is_command(list);
    let before = match bracketed && start == call.start_byte() {
        true => page.ruby.get(list.start_byte() + 1..key.start_byte())?,
        false => "",
    };
    let after = match bracketed && end == call.end_byte() && end > key.end_byte() {
        true => page.ruby.get(key.end_byte()..list.end_byte() - 1)?,
        false => "",
    };
    Some((before, after))
}

/// Reads in the text that a shell is given: `system("echo $X")`. The outer `None` for other reads.
fn in_shell(page: &Page<'_>, fact: &EnvRead, names: &[String], first: bool) -> Option<Option<Edits>> {
    (fact.api == "$").then(|| {
        let text = fact.span.of(page.sheet.text);
        let name = fact.name.known()?;
        let before = &page.sheet.text[..fact.span.start];
        if before.ends_with(['\\', '#', '$']) {
            return None;
        }
        let plain = text == format!("${name}") || text == format!("${{{name}}}");
        let default = text.strip_prefix(&format!("${{{name}:-")).and_then(|rest| rest.strip_suffix('}'));
        if !plain && default.is_none() {
            return None;
        }
        let close = "}".repeat(names.len());
        let (start, end) = (fact.span.start, fact.span.end);
        if first {
            let open: String = names.iter().map(|name| format!("${{{name}:-")).collect();
            return Some(vec![(Span::new(start, start), open), (Span::new(end, end), close)]);
        }
        let [other] = names else { return None };
        Some(vec![match default {
            Some(default) => (fact.span, format!("${{{name}:-${{{other}:-{default}}}}}")),
            None => (fact.span, format!("${{{name}:-${other}}}")),
        }])
    })
}
