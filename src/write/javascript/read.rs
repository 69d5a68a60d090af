//! Reads of the environment that ask for other variables as well.

use tree_sitter::Node;

use super::page::{Page, ancestors, is_field, is_name, literal, operator};
use super::shape::{Bond, Slot, bond, may_begin_with_bracket, slot};
use crate::fact::{EnvRead, ReadKind};
use crate::lang::Lang;
use crate::lang::tree;
use crate::span::Span;
use crate::write::Edits;

/// Whether other variables are asked before or after the one that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    Before,
    After,
}

/// Environments in which every variable can be read at run time, and an unset one is `undefined`.
const RUNTIME: [&str; 9] = [
    "process.env",
    "process.default.env",
    "Bun.env",
    "bun.env",
    "Deno.env.toObject()",
    "std-env.env",
    "__ENV",
    "$env/dynamic/private",
    "$env/dynamic/private.env",
];

/// Environments that a bundler makes of the variables with one of [`PUBLIC`] before their name.
const BUNDLED: [&str; 3] = ["import.meta.env", "$env/dynamic/public", "$env/dynamic/public.env"];

/// What begins the names of variables that bundlers write into the code for browsers.
const PUBLIC: [&str; 13] = [
    "VITE_",
    "NEXT_PUBLIC_",
    "REACT_APP_",
    "VUE_APP_",
    "NUXT_PUBLIC_",
    "NUXT_ENV_",
    "GATSBY_",
    "EXPO_PUBLIC_",
    "PUBLIC_",
    "STORYBOOK_",
    "PREACT_APP_",
    "RAZZLE_",
    "NG_APP_",
];

/// Calls that read a variable and give `undefined` or `false` where it is unset. Each takes the name as a
/// text, and some the environment.
const CALLS: [&str; 10] = [
    "Deno.env.get",
    "Deno.env.has",
    "Netlify.env.get",
    "Netlify.env.has",
    "Reflect.get",
    "Reflect.has",
    "Object.hasOwn",
    "Object.prototype.hasOwnProperty.call",
    "_.get",
    "_.has",
];

fn public_prefix(name: &str) -> Option<&'static str> {
    PUBLIC.into_iter().find(|prefix| name.starts_with(prefix))
}

impl Page<'_> {
    /// The edits that make a read ask for other variables as well.
    pub fn read_others(&self, read: &EnvRead, names: &[String], order: Order) -> Option<Edits> {
        let own = read.name.known()?;
        let node = self.node(read.span)?;
        let names: Vec<&str> = names.iter().map(String::as_str).filter(|name| *name != own).collect();
        if names.is_empty() || !names.iter().all(|name| self.can_read(read, own, name)) {
            return None;
        }
        match read.kind {
            ReadKind::Value if node.parent().is_some_and(|up| up.kind() == "object_pattern") => {
                self.in_pattern(read, node, &names, order)
            }
            ReadKind::Value | ReadKind::Presence => self.in_chain(read, node, &names, order),
            ReadKind::Scan | ReadKind::Schema => None,
        }
    }

    /// Whether another variable can be read where and as this one is.
    fn can_read(&self, read: &EnvRead, own: &str, name: &str) -> bool {
        let prefix = public_prefix(own);
        let component = matches!(self.sheet.lang, Lang::Vue | Lang::Svelte);
        let for_browser = component || self.is_for_browser();
        let api = read.api.as_str();
        if !is_name(name) {
            return false;
        }
        if prefix.is_some() || BUNDLED.contains(&api) {
            return prefix.is_some() && prefix == public_prefix(name);
        }
        let of_server = api.starts_with("$env/dynamic/private");
        !for_browser || of_server
    }

    /// `process.env.N || process.env.X`.
    fn in_chain(&self, read: &EnvRead, node: Node<'_>, names: &[&str], order: Order) -> Option<Edits> {
        let unit = asserted(node);
        let slot = slot(unit)?;
        if self.cuts_chain(node, unit) || (self.typed && self.narrows(read, node)) {
            return None;
        }
        let whole = ancestors(unit).take_while(|up| is_choice(*up)).last().unwrap_or(unit);
        let names: Vec<&str> =
            names.iter().copied().filter(|name| !self.asks(read, whole, name, order)).collect();
        if names.is_empty() {
            return None;
        }
        let coalesces = read.kind == ReadKind::Value && slot == Slot::Coalesce;
        let (operator, new) = if coalesces { ("??", Bond::Coalesce) } else { ("||", Bond::Or) };
        let others = names.iter().map(|name| self.other(read, node, name));
        let others = others.collect::<Option<Vec<String>>>()?.join(&format!(" {operator} "));
        let parentheses = slot.wants_parentheses(new);
        if parentheses && !may_begin_with_bracket(unit, &self.masked) {
            return None;
        }
        let (open, close) = if parentheses { ("(", ")") } else { ("", "") };
        let mut edits = match order {
            Order::Before => vec![(empty(unit.start_byte()), format!("{open}{others} {operator} "))],
            Order::After if node == unit => {
                vec![(empty(unit.end_byte()), format!(" {operator} {others}{close}"))]
            }
            Order::After => vec![(empty(node.end_byte()), format!(" {operator} {others}"))],
        };
        if parentheses {
            match order {
                Order::Before => edits.push((empty(unit.end_byte()), close.to_string())),
                Order::After => edits.push((empty(unit.start_byte()), open.to_string())),
            }
            if order == Order::After && node != unit {
                edits.push((empty(unit.end_byte()), close.to_string()));
            }
        }
        Some(edits)
    }

    /// Whether the chain of `||` and `??` around a read asks for a variable already.
    fn asks(&self, read: &EnvRead, whole: Node<'_>, name: &str, order: Order) -> bool {
        let entry = whole.parent().filter(|up| up.kind() == "assignment_pattern").and_then(|up| up.parent());
        let whole = entry.filter(|up| up.kind() == "pair_pattern").unwrap_or(whole);
        self.sheet.facts.reads.iter().any(|other| {
            let place = match order {
                Order::Before => other.span.start < read.span.start,
                Order::After => other.span.start > read.span.start,
            };
            place && other.name.is(name) && Span::from(whole).contains(other.span)
        })
    }

    /// Whether brackets around a read with `?.` would cut off what `?.` jumps over.
    fn cuts_chain(&self, node: Node<'_>, unit: Node<'_>) -> bool {
        let goes_on = unit.parent().is_some_and(|up| {
            let link = match up.kind() {
                "member_expression" | "subscript_expression" => is_field(up, "object", unit),
                "call_expression" => is_field(up, "function", unit),
                _ => false,
            };
            link && up.child_by_field_name("optional_chain").is_none()
        });
        goes_on && self.text(node).contains("?.")
    }

    /// The access to another variable in the form of this one.
    fn other(&self, read: &EnvRead, node: Node<'_>, name: &str) -> Option<String> {
        if read.via.is_some() {
            return self.through_wrapper(read, node, name);
        }
        let text = self.text(node);
        if text.contains(['\n', '\r']) || text.contains("/*") {
            return None;
        }
        let is_environment = RUNTIME.contains(&read.api.as_str()) || BUNDLED.contains(&read.api.as_str());
        let own = read.name_span.filter(|span| Span::from(node).contains(*span));
        let own = own.filter(|span| Some(span.of(self.sheet.text)) == read.name.known());
        let with_name = || {
            let (before, after) = (own?.start - node.start_byte(), own?.end - node.start_byte());
            Some(format!("{}{name}{}", &text[..before], &text[after..]))
        };
        match node.kind() {
            "member_expression" => {
                let object = node.child_by_field_name("object")?;
                (is_environment && is_plain(object)).then(with_name)?
            }
            "subscript_expression" => {
                let object = node.child_by_field_name("object")?;
                (is_environment && is_plain(object)).then_some(())?;
                // A name that is kept elsewhere, in a constant, stays there.
                with_name().or_else(|| {
                    let link = if node.child_by_field_name("optional_chain").is_some() { "?." } else { "." };
                    Some(format!("{}{link}{name}", self.text(object)))
                })
            }
            "binary_expression" if operator(node) == "in" => {
                let object = node.child_by_field_name("right")?;
                (is_environment && is_plain(object)).then_some(())?;
                with_name().or_else(|| {
                    let quote = self.quote();
                    Some(format!("{quote}{name}{quote} in {}", self.text(object)))
                })
            }
            "call_expression" => {
                let callee = node.child_by_field_name("function")?;
                let known = CALLS.contains(&self.text(callee))
                    || (callee.kind() == "member_expression"
                        && is_environment
                        && is_plain(callee)
                        && self.text(callee).ends_with(".hasOwnProperty"));
                let arguments = tree::children(node.child_by_field_name("arguments")?);
                let simple =
                    arguments.iter().all(|at| is_plain(*at) || literal(*at, self.sheet.text).is_some());
                let texts = arguments.iter().filter(|at| !is_plain(**at)).count();
                (known && simple && texts == 1).then(with_name)?
            }
            _ => None,
        }
    }

    /// The call of a function of this file that does nothing but read: `env('N')`.
    fn through_wrapper(&self, read: &EnvRead, node: Node<'_>, name: &str) -> Option<String> {
        let via = read.via.as_ref().filter(|via| via.path == self.sheet.path)?;
        let inside = self.node(via.span).filter(|inside| inside.kind() == "subscript_expression")?;
        let key = inside.child_by_field_name("index").filter(|key| key.kind() == "identifier")?;
        let function = only_returns(inside, self.sheet.text)?;
        let parameters = parameters(function, self.sheet.text);
        let callee = node.child_by_field_name("function").filter(|callee| is_plain(*callee))?;
        let arguments = tree::children(node.child_by_field_name("arguments")?);
        let first = literal(*arguments.first()?, self.sheet.text)?;
        // `!process.env[name]` asks the other way round.
        let right = node.kind() == "call_expression"
            && Some(first.as_str()) == read.name.known()
            && parameters.first().map(String::as_str) == Some(self.text(key));
        let quote = self.text(*arguments.first()?).get(..1)?;
        right.then(|| format!("{}({quote}{name}{quote})", self.text(callee)))
    }

    /// Whether a type checker draws conclusions from one of two equal reads for the other: after
    /// `if (process.env.X)` it takes `process.env.X` for a text, but not so after `if (a || process.env.X)`.
    fn narrows(&self, read: &EnvRead, node: Node<'_>) -> bool {
        if read.kind != ReadKind::Value {
            return false;
        }
        let text = self.text(node);
        let same = |other: &&EnvRead| other.name == read.name && other.span != read.span;
        let others = self.sheet.facts.reads.iter().filter(same).filter_map(|other| self.node(other.span));
        others
            .filter(|other| self.text(*other) == text)
            .any(|other| self.vouches(node, other) || self.vouches(other, node))
    }

    /// Whether the second read needs a text that the first one was seen to be.
    fn vouches(&self, guard: Node<'_>, guarded: Node<'_>) -> bool {
        if guard.end_byte() > guarded.start_byte() || !self.wants_text(guarded) {
            return false;
        }
        let within = |node: Node<'_>| Span::from(node).contains(Span::from(guarded));
        let mut below = guard;
        for up in ancestors(guard) {
            let field = |name| is_field(up, name, below);
            let ends = match up.kind() {
                "binary_expression" => matches!(operator(up), "&&" | "||") && field("left") && within(up),
                "ternary_expression" | "while_statement" | "for_statement" if field("condition") => {
                    return within(up);
                }
                "switch_statement" if field("value") => return within(up),
                // What follows may depend on it as well: the branch may leave.
                "if_statement" if field("condition") => return true,
                "arguments" => {
                    let callee = up.parent().and_then(|call| call.child_by_field_name("function"));
                    return callee.is_some_and(|callee| {
                        let callee = self.text(callee).to_ascii_lowercase();
                        callee.contains("assert") || callee.contains("invariant") || callee.ends_with("ok")
                    });
                }
                "parenthesized_expression" | "unary_expression" | "non_null_expression" => false,
                _ => return false,
            };
            if ends {
                return true;
            }
            below = up;
        }
        false
    }

    /// Whether `undefined` would be out of place here.
    fn wants_text(&self, node: Node<'_>) -> bool {
        let Some(parent) = node.parent() else { return false };
        match parent.kind() {
            "parenthesized_expression" => {
                let statement = parent.parent().is_some_and(|up| is_field(up, "condition", parent));
                !statement && self.wants_text(parent)
            }
            "unary_expression" | "template_substitution" | "non_null_expression" | "expression_statement" => {
                false
            }
            "as_expression" => false,
            "binary_expression" => match operator(parent) {
                "===" | "!==" | "==" | "!=" => false,
                "||" | "??" | "&&" if is_field(parent, "left", node) => false,
                "||" | "??" | "&&" => self.wants_text(parent),
                _ => true,
            },
            "ternary_expression" => !is_field(parent, "condition", node) && self.wants_text(parent),
            "arguments" => {
                let callee = parent.parent().and_then(|call| call.child_by_field_name("function"));
                !callee.is_some_and(|callee| {
                    let callee = self.text(callee);
                    matches!(callee, "String" | "Boolean" | "Number" | "JSON.stringify")
                        || callee.starts_with("console.")
                })
            }
            _ => true,
        }
    }

    /// `const { N: X = process.env.X } = process.env`.
    fn in_pattern(&self, read: &EnvRead, entry: Node<'_>, names: &[&str], order: Order) -> Option<Edits> {
        let own = read.name.known()?;
        let pattern = entry.parent()?;
        let holder = pattern.parent()?;
        let source = match holder.kind() {
            "variable_declarator" if holder.child_by_field_name("type").is_none() => {
                holder.child_by_field_name("value")?
            }
            "assignment_expression" => holder.child_by_field_name("right")?,
            _ => return None,
        };
        // What is left for `...rest` must not change.
        let has_rest = tree::children(pattern).iter().any(|entry| entry.kind() == "rest_pattern");
        let source_text = self.text(source);
        let is_known = RUNTIME.contains(&read.api.as_str()) && is_plain(source);
        if has_rest || !is_known || source_text.contains(['\n', '\r', '*']) {
            return None;
        }
        // A variable that is taken out as well has its own name to be asked by.
        let taken = |name: &str| {
            let entries = self.sheet.facts.reads.iter();
            entries.filter(|other| other.name.is(name)).any(|other| Span::from(pattern).contains(other.span))
        };
        if names.iter().any(|name| taken(name)) {
            return None;
        }
        let (key, target, default) = pattern_parts(entry)?;
        let is_own_key = self.text(key) == own || literal(key, self.sheet.text).as_deref() == Some(own);
        if !is_own_key || target.kind() == "object_pattern" || target.kind() == "array_pattern" {
            return None;
        }
        let mut asked: Vec<&str> = names.to_vec();
        let first = match order {
            Order::Before => {
                asked.push(own);
                Some(asked.remove(0))
            }
            Order::After => None,
        };
        let operator = if default.is_some() { "??" } else { "||" };
        if default.is_some() && !self.knows_coalescing() {
            return None;
        }
        let link = if source_text.contains("?.") { "?." } else { "." };
        let reads: Vec<String> = asked.iter().map(|name| format!("{source_text}{link}{name}")).collect();
        let reads = reads.join(&format!(" {operator} "));
        let mut edits = Vec::new();
        match first {
            Some(first) if key == target => edits.push((empty(key.start_byte()), format!("{first}: "))),
            Some(first) => edits.push((Span::from(key), first.to_string())),
            None => {}
        }
        match default {
            None => edits.push((empty(target.end_byte()), format!(" = {reads}"))),
            Some(default) => {
                let brackets = Slot::Coalesce.wants_parentheses(bond(default)?);
                let (open, close) = if brackets { ("(", ")") } else { ("", "") };
                edits.push((empty(default.start_byte()), format!("{reads} {operator} {open}")));
                if brackets {
                    edits.push((empty(default.end_byte()), close.to_string()));
                }
            }
        }
        Some(edits)
    }
}

fn empty(at: usize) -> Span {
    Span::new(at, at)
}

/// The read with the `!` of TypeScript behind it, which binds to it alone.
fn asserted(node: Node<'_>) -> Node<'_> {
    let up = ancestors(node).take_while(|up| up.kind() == "non_null_expression").last();
    up.unwrap_or(node)
}

/// Whether a node is part of a chain that takes the first value.
fn is_choice(node: Node<'_>) -> bool {
    match node.kind() {
        "binary_expression" => matches!(operator(node), "||" | "??"),
        "parenthesized_expression" | "non_null_expression" => true,
        _ => false,
    }
}

/// Whether an expression is a name, or properties of one: reading it twice does nothing.
fn is_plain(node: Node<'_>) -> bool {
    match node.kind() {
        "identifier" | "this" | "meta_property" | "import" => true,
        "member_expression" => node.child_by_field_name("object").is_some_and(is_plain),
        "parenthesized_expression" | "as_expression" | "non_null_expression" => {
            node.named_child(0).is_some_and(is_plain)
        }
        _ => false,
    }
}

/// Key, target and default of an entry of a pattern; of `X` and `X = d` the key is the target.
fn pattern_parts(entry: Node<'_>) -> Option<(Node<'_>, Node<'_>, Option<Node<'_>>)> {
    match entry.kind() {
        "shorthand_property_identifier_pattern" => Some((entry, entry, None)),
        "object_assignment_pattern" => {
            let left = entry.child_by_field_name("left")?;
            Some((left, left, entry.child_by_field_name("right")))
        }
        "pair_pattern" => {
            let (key, value) = (entry.child_by_field_name("key")?, entry.child_by_field_name("value")?);
            if value.kind() == "assignment_pattern" {
                let (left, right) = (value.child_by_field_name("left")?, value.child_by_field_name("right"));
                return Some((key, left, right));
            }
            Some((key, value, None))
        }
        _ => None,
    }
}

/// The function that does nothing but give back this read, or else one of its parameters.
fn only_returns<'t>(read: Node<'t>, text: &str) -> Option<Node<'t>> {
    let mut at = asserted(read);
    let mut others = Vec::new();
    let mut negated = false;
    loop {
        let up = at.parent()?;
        match up.kind() {
            "parenthesized_expression" => {}
            // `!!process.env[name]`; with one `!` it asks the other way round.
            "unary_expression" if operator(up) == "!" && others.is_empty() => negated = !negated,
            "binary_expression"
                if matches!(operator(up), "||" | "??") && is_field(up, "left", at) && !negated =>
            {
                others.push(&text[up.child_by_field_name("right")?.byte_range()]);
            }
            "return_statement" => {
                let block = up.parent().filter(|block| block.named_child_count() == 1)?;
                at = block.parent().filter(|function| is_field(*function, "body", block))?;
                break;
            }
            "arrow_function" if is_field(up, "body", at) => {
                at = up;
                break;
            }
            _ => return None,
        }
        at = up;
    }
    let known = parameters(at, text);
    let is_function = matches!(at.kind(), "arrow_function" | "function_declaration" | "function_expression");
    let starts_async = text[at.byte_range()].starts_with("async");
    let all_given = others.iter().all(|other| known.iter().skip(1).any(|name| name == other));
    (is_function && !starts_async && !negated && all_given).then_some(at)
}

/// The names of a function's parameters, where they have no defaults.
fn parameters(function: Node<'_>, text: &str) -> Vec<String> {
    let name = |node: Node<'_>| text[node.byte_range()].to_string();
    if let Some(only) = function.child_by_field_name("parameter") {
        return vec![name(only)];
    }
    let list = function.child_by_field_name("parameters").map(tree::children).unwrap_or_default();
    let plain = |node: Node<'_>| match node.kind() {
        "identifier" => Some(name(node)),
        "required_parameter" | "optional_parameter" if node.child_by_field_name("value").is_none() => {
            node.child_by_field_name("pattern").map(name)
        }
        _ => None,
    };
    list.into_iter().map(plain).collect::<Option<Vec<String>>>().unwrap_or_default()
}
