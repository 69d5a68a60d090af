//! Words, statuses and outputs as [`Expr`].
//!
//! A command has two values: its status (what `if` asks for) and its output (what `$(…)` gives).

use tree_sitter::Node;

use crate::expr::{Expr, Part, Question};
use crate::lang::tree;
use crate::span::Span;

use super::command::{Command, Word};
use super::test::{equal, matches};
use super::word::{self, Expansion, Pattern};
use super::{Held, Script, is_environment_name};

/// Expressions deeper than this are not understood.
const DEEPEST: usize = 60;

pub(super) fn opaque(node: Node<'_>) -> Expr {
    Expr::Opaque(Span::from(node))
}

pub(super) fn not(expr: Expr) -> Expr {
    Expr::Not(Box::new(expr))
}

pub(super) fn ask(question: Question, subject: Expr, safe: bool) -> Expr {
    Expr::Ask { question, subject: Box::new(subject), safe }
}

/// Whether a text is not empty.
pub(super) fn present(value: Expr) -> Expr {
    match value {
        Expr::Text(text) => Expr::Bool(!text.is_empty()),
        // `[ -n "${X+x}" ]`
        Expr::Choose { condition, then, otherwise } if is_word_or_nothing(&then, &otherwise) => *condition,
        // `[ -n "${A+x}${B+x}" ]`
        Expr::Template(parts) if parts.iter().all(is_presence) => {
            any(parts.into_iter().map(present).collect())
        }
        value => ask(Question::Present, value, false),
    }
}

/// Whether a value is a word where something is set, and empty where it is not: `${X+x}`.
pub(super) fn is_presence(value: &Expr) -> bool {
    match value {
        Expr::Choose { then, otherwise, .. } => is_word_or_nothing(then, otherwise),
        Expr::Template(parts) => parts.iter().all(is_presence),
        _ => false,
    }
}

fn is_word_or_nothing(then: &Expr, otherwise: &Expr) -> bool {
    matches!(then, Expr::Text(text) if !text.is_empty())
        && matches!(otherwise, Expr::Text(text) if text.is_empty())
}

pub(super) fn any(mut parts: Vec<Expr>) -> Expr {
    if parts.len() == 1 { parts.remove(0) } else { Expr::Any(parts) }
}

pub(super) fn all(mut parts: Vec<Expr>) -> Expr {
    if parts.len() == 1 { parts.remove(0) } else { Expr::All(parts) }
}

fn part(part: Part, subject: Expr) -> Expr {
    Expr::Part { part, subject: Box::new(subject), safe: true }
}

fn choose(condition: Expr, then: Expr, otherwise: Expr) -> Expr {
    Expr::Choose { condition: Box::new(condition), then: Box::new(then), otherwise: Box::new(otherwise) }
}

/// Calls `go` for the spans in an expression.
pub(super) fn each_span(expr: &mut Expr, go: &impl Fn(&mut Span)) {
    match expr {
        Expr::Read { span, default, .. } => {
            go(span);
            if let Some(default) = default {
                each_span(default, go);
            }
        }
        Expr::Presence { span, .. } | Expr::Opaque(span) => go(span),
        Expr::Not(inner) | Expr::Ask { subject: inner, .. } | Expr::Part { subject: inner, .. } => {
            each_span(inner, go);
        }
        Expr::Any(parts) | Expr::All(parts) | Expr::Coalesce(parts) | Expr::Template(parts) => {
            parts.iter_mut().for_each(|part| each_span(part, go));
        }
        Expr::Equal(left, right) => {
            each_span(left, go);
            each_span(right, go);
        }
        Expr::Choose { condition, then, otherwise } => {
            each_span(condition, go);
            each_span(then, go);
            each_span(otherwise, go);
        }
        Expr::Text(_) | Expr::Number(_) | Expr::Bool(_) | Expr::Nil => {}
    }
}

/// A `grep` over all variables.
#[derive(Clone, Debug)]
pub(super) struct Scan {
    pub(super) pattern: String,
    /// The pattern's bytes.
    span: Span,
    inverted: bool,
}

impl Scan {
    /// The name, where the pattern asks for one variable: `^DYNO=`.
    pub(super) fn presence_of(&self) -> Option<&str> {
        let name = self.pattern.strip_prefix('^')?;
        let name = name.strip_suffix('=').or_else(|| name.strip_suffix("=."))?;
        is_environment_name(name).then_some(name)
    }

    pub(super) fn name_span(&self) -> Span {
        let len = self.presence_of().map_or(0, str::len);
        Span::new(self.span.start + 1, self.span.start + 1 + len)
    }
}

impl<'t> Script<'t> {
    /// Gives the next lowering its share of work.
    pub(super) fn refuel(&self) {
        self.fuel.set(2_000);
    }

    fn burns(&self, depth: usize) -> bool {
        let left = self.fuel.get();
        self.fuel.set(left.saturating_sub(1));
        left > 0 && depth < DEEPEST
    }

    /// The only expansion of a word, quotes aside.
    pub(super) fn sole_expansion(&self, node: Node<'t>) -> Option<Expansion<'t>> {
        let mut node = node;
        while node.kind() == "string" && node.named_child_count() == 1 {
            node = node.named_child(0)?;
        }
        matches!(node.kind(), "expansion" | "simple_expansion").then(|| Expansion::of(node, self.text))?
    }

    /// A word's text.
    pub(super) fn lower_word(&self, node: Node<'t>, depth: usize) -> Expr {
        if !self.burns(depth) {
            return opaque(node);
        }
        match node.kind() {
            "simple_expansion" | "expansion" => self.lower_expansion(node, depth),
            "string" | "concatenation" | "translated_string" => {
                if let Some(text) = word::plain(node, self.text) {
                    return Expr::Text(text);
                }
                self.lower_parts(node, depth)
            }
            "command_substitution" => self.lower_substitution(node, depth),
            "arithmetic_expansion" => match self.first_look(node) {
                Some(look) => part(Part::Other("arithmetic".to_owned()), self.lower_look(look, depth + 1)),
                None => opaque(node),
            },
            "variable_name" => self.lower_look(node, depth),
            _ => word::plain(node, self.text).map_or_else(|| opaque(node), Expr::Text),
        }
    }

    fn lower_parts(&self, node: Node<'t>, depth: usize) -> Expr {
        let mut parts: Vec<Expr> = Vec::new();
        let mut push = |expr: Expr| match (parts.last_mut(), expr) {
            (_, Expr::Text(text)) if text.is_empty() => {}
            (Some(Expr::Text(before)), Expr::Text(text)) => before.push_str(&text),
            (_, expr) => parts.push(expr),
        };
        let quoted = node.kind() == "string";
        let mut at = word::inner(node, self.text).start;
        for child in tree::children(node) {
            // A space between two parts of a string belongs to no node.
            if quoted && let Some(gap) = self.text.get(at..child.start_byte()) {
                push(Expr::Text(gap.to_owned()));
            }
            at = child.end_byte();
            push(match word::plain(child, self.text) {
                Some(text) => Expr::Text(text),
                None => self.lower_word(child, depth + 1),
            });
        }
        if parts.len() == 1 { parts.remove(0) } else { Expr::Template(parts) }
    }

    /// The value of a name at a look, without what an operator makes of it.
    fn lower_look(&self, look: Node<'t>, depth: usize) -> Expr {
        let Some(expansion) = Expansion::of(look, self.text) else { return opaque(look) };
        let span = Span::from(look);
        match self.held(look, expansion.name) {
            Held::Environment if is_environment_name(expansion.name) => Expr::Read {
                name: Some(expansion.name.to_owned()),
                span,
                default: None,
                required: self.required(span.start),
            },
            Held::Value(value) if value.id() != look.id() => match self.lower_word(value, depth + 1) {
                Expr::Opaque(_) => opaque(look),
                expr => expr,
            },
            _ => opaque(look),
        }
    }

    fn lower_expansion(&self, node: Node<'t>, depth: usize) -> Expr {
        let Some(expansion) = Expansion::of(node, self.text) else {
            // `${1:-$PORT}`: not the environment's, but what stands in for it may be.
            let argument = tree::children(node).pop().filter(|last| {
                node.kind() == "expansion"
                    && !matches!(last.kind(), "variable_name" | "special_variable_name" | "subscript")
            });
            return match argument.map(|argument| self.lower_word(argument, depth + 1)) {
                Some(expr) if !expr.names().is_empty() => Expr::Any(vec![opaque(node), expr]),
                _ => opaque(node),
            };
        };
        let span = Span::from(node);
        if expansion.names_prefix {
            return Expr::Read { name: None, span, default: None, required: false };
        }
        if expansion.indirect {
            let name = match self.names_in(node, expansion.name).as_slice() {
                [(name, _)] => name.known().map(str::to_owned),
                _ => None,
            };
            return Expr::Read { name, span, default: None, required: false };
        }
        let argument = || match expansion.argument {
            Some(argument) => self.lower_word(argument, depth + 1),
            None => Expr::Text(String::new()),
        };
        let mut base = self.lower_look(node, depth);
        let own = matches!(base, Expr::Read { span: at, .. } if at == span);
        if expansion.length {
            return part(Part::Other("length".to_owned()), base);
        }
        match expansion.operator {
            "" => base,
            "-" | ":-" | "=" | ":=" => match &mut base {
                Expr::Read { default, required, .. } if own => {
                    *default = Some(Box::new(argument()));
                    *required = false;
                    base
                }
                _ => Expr::Any(vec![base, argument()]),
            },
            "?" | ":?" => {
                if let Expr::Read { required, .. } = &mut base {
                    *required = own;
                }
                base
            }
            "+" => {
                let condition = match base {
                    Expr::Read { name, span, .. } if own => Expr::Presence { name, span },
                    base => present(base),
                };
                choose(condition, argument(), Expr::Text(String::new()))
            }
            ":+" => {
                if let Expr::Read { required, .. } = &mut base {
                    *required = false;
                }
                choose(present(base), argument(), Expr::Text(String::new()))
            }
            operator @ ("%" | "%%" | "#" | "##") => {
                let pattern = expansion.argument_span.of(self.text);
                part(cut(operator, pattern), base)
            }
            "^" | "^^" | "," | ",," | "@" => part(Part::Form { nil_is_empty: true }, base),
            ":" => part(Part::Other("substring".to_owned()), base),
            _ => part(Part::Other("replace".to_owned()), base),
        }
    }

    /// `$(…)`.
    fn lower_substitution(&self, node: Node<'t>, depth: usize) -> Expr {
        match tree::children(node).as_slice() {
            [statement] => self.lower_output(*statement, depth + 1),
            _ => opaque(node),
        }
    }

    /// The parts of `a && b || c`, each with the operator before it.
    pub(super) fn flatten_list(&self, list: Node<'t>) -> Vec<(&'t str, Node<'t>)> {
        let mut parts = Vec::new();
        let mut node = list;
        loop {
            let (left, operator, right) = match (node.kind(), node.child_count()) {
                ("list", 3) => (node.child(0), node.child(1), node.child(2)),
                _ => (None, None, None),
            };
            let (Some(left), Some(operator), Some(right)) = (left, operator, right) else {
                parts.push(("", node));
                break;
            };
            parts.push((tree::text(operator, self.text), right));
            node = left;
        }
        parts.reverse();
        parts
    }

    /// Whether a statement asks something and does nothing.
    pub(super) fn asks(&self, node: Node<'t>) -> bool {
        match node.kind() {
            "test_command" => true,
            "negated_command" | "redirected_statement" => {
                node.named_child(0).is_some_and(|inner| self.asks(inner))
            }
            "list" => {
                self.flatten_list(node).iter().all(|(_, part)| part.kind() != "list" && self.asks(*part))
            }
            "subshell" => {
                matches!(tree::children(node).as_slice(), [one] if one.kind() != "subshell" && self.asks(*one))
            }
            "compound_statement" => {
                self.text[node.byte_range()].starts_with("((")
                    || matches!(tree::children(node).as_slice(), [one] if one.kind() != "compound_statement" && self.asks(*one))
            }
            "pipeline" => {
                tree::children(node).last().is_some_and(|last| self.is_grep(*last))
                    || self.scan(node).is_some()
            }
            "command" => {
                self.is_test(node)
                    || self.is_grep(node)
                    || node.child_by_field_name("name").is_some_and(|name| {
                        let name = tree::text(name, self.text);
                        matches!(name, "true" | "false" | ":" | "printenv")
                            || self
                                .functions
                                .get(name)
                                .is_some_and(|f| self.sole_statement(*f).is_some_and(|s| self.is_test(s)))
                    })
            }
            _ => false,
        }
    }

    fn is_grep(&self, node: Node<'t>) -> bool {
        let node = if node.kind() == "redirected_statement" {
            node.child_by_field_name("body").unwrap_or(node)
        } else {
            node
        };
        node.kind() == "command"
            && matches!(Command::of(self, node).base(), "grep" | "egrep" | "fgrep" | "rg")
    }

    /// Whether a statement succeeds.
    pub(super) fn lower_status(&self, node: Node<'t>, depth: usize) -> Expr {
        if !self.burns(depth) {
            return opaque(node);
        }
        match node.kind() {
            "test_command" => self.lower_test(node, depth).unwrap_or_else(|| opaque(node)),
            "command" => self.lower_command_status(node, depth),
            "negated_command" => match node.named_child(0) {
                Some(inner) => not(self.lower_status(inner, depth + 1)),
                None => opaque(node),
            },
            "redirected_statement" => match node.child_by_field_name("body") {
                Some(body) => match self.lower_status(body, depth + 1) {
                    Expr::Opaque(_) => opaque(node),
                    expr => expr,
                },
                None => opaque(node),
            },
            "list" => {
                let mut whole: Option<Expr> = None;
                for (operator, statement) in self.flatten_list(node) {
                    let next = self.lower_status(statement, depth + 1);
                    whole = Some(match whole {
                        None => next,
                        Some(before) => join(before, operator, next),
                    });
                }
                whole.unwrap_or_else(|| opaque(node))
            }
            "subshell" | "compound_statement" => {
                let children = tree::children(node);
                match children.as_slice() {
                    [one] if self.text[node.byte_range()].starts_with("((") => {
                        self.lower_arithmetic(*one, depth + 1)
                    }
                    [one] => self.lower_status(*one, depth + 1),
                    _ => opaque(node),
                }
            }
            "pipeline" => self.lower_pipeline_status(node, depth),
            _ => opaque(node),
        }
    }

    fn lower_command_status(&self, node: Node<'t>, depth: usize) -> Expr {
        if let Some(test) = self.lower_test(node, depth) {
            return test;
        }
        let command = Command::of(self, node);
        match command.base() {
            "true" | ":" => Expr::Bool(true),
            "false" => Expr::Bool(false),
            "printenv" => match command.arguments() {
                [one] => match one.text.as_deref().filter(|name| is_environment_name(name)) {
                    Some(name) => Expr::Presence { name: Some(name.to_owned()), span: Span::from(node) },
                    None => opaque(node),
                },
                _ => opaque(node),
            },
            "grep" | "egrep" | "fgrep" | "rg" => match self.herestring(node) {
                Some(subject) => self.lower_grep(&command, self.lower_word(subject, depth + 1), node),
                None => opaque(node),
            },
            name => match self.functions.get(name) {
                Some(function) if command.first() == name => {
                    match self.lower_function(*function, depth + 1) {
                        Some((expr, false)) => expr,
                        _ => opaque(node),
                    }
                }
                _ => opaque(node),
            },
        }
    }

    fn lower_pipeline_status(&self, node: Node<'t>, depth: usize) -> Expr {
        if let Some(scan) = self.scan(node) {
            let span = Span::from(node);
            let expr = match scan.presence_of() {
                Some(name) => Expr::Presence { name: Some(name.to_owned()), span },
                None => Expr::Presence { name: None, span },
            };
            return if scan.inverted { not(expr) } else { expr };
        }
        let children = tree::children(node);
        let Some((last, before)) = children.split_last() else { return opaque(node) };
        let last = match last.kind() {
            "redirected_statement" => last.child_by_field_name("body").unwrap_or(*last),
            _ => *last,
        };
        if last.kind() != "command" || !self.is_grep(last) {
            return opaque(node);
        }
        let subject = self.lower_pipe(before, node, depth + 1);
        self.lower_grep(&Command::of(self, last), subject, node)
    }

    fn lower_grep(&self, command: &Command<'t>, subject: Expr, node: Node<'t>) -> Expr {
        let Some((pattern, inverted)) = grep_pattern(command) else { return opaque(node) };
        let plain = command.base() == "fgrep" || has_flag(command, 'F');
        let Some(text) = pattern.text.as_deref() else { return opaque(node) };
        let expr = if plain {
            ask(Question::Contains(text.to_owned()), subject, true)
        } else {
            matches(text, subject)
        };
        if inverted { not(expr) } else { expr }
    }

    /// `env | grep X` and its like.
    pub(super) fn scan(&self, pipeline: Node<'t>) -> Option<Scan> {
        let children = tree::children(pipeline);
        let [source, .., last] = children.as_slice() else { return None };
        if source.kind() == "command" {
            let source = Command::of(self, *source);
            if !matches!(source.first(), "env" | "printenv" | "set") || source.words.len() > 1 {
                return None;
            }
        } else if !(source.kind() == "declaration_command"
            && matches!(
                tree::text(*source, self.text).trim(),
                "export" | "export -p" | "declare -x" | "declare -px"
            ))
        {
            return None;
        }
        // The first `grep` says what is looked for, whatever comes after it.
        let filter = children.get(1).copied().filter(|second| self.is_grep(*second)).unwrap_or(*last);
        let filter = match filter.kind() {
            "redirected_statement" => filter.child_by_field_name("body")?,
            _ => filter,
        };
        if filter.kind() != "command" || !self.is_grep(filter) {
            return None;
        }
        let command = Command::of(self, filter);
        let (pattern, inverted) = grep_pattern(&command)?;
        let text = pattern.text.clone()?;
        Some(Scan { pattern: text, span: pattern.inner(self.text), inverted })
    }

    /// The word after `<<<`.
    fn herestring(&self, command: Node<'t>) -> Option<Node<'t>> {
        let of = |node: Node<'t>| {
            let redirect =
                tree::children(node).into_iter().find(|child| child.kind() == "herestring_redirect")?;
            tree::children(redirect).pop()
        };
        of(command).or_else(|| {
            self.parent(command).filter(|parent| parent.kind() == "redirected_statement").and_then(of)
        })
    }

    fn lower_pipe(&self, parts: &[Node<'t>], node: Node<'t>, depth: usize) -> Expr {
        let Some((first, filters)) = parts.split_first() else { return opaque(node) };
        let mut expr = self.lower_output(*first, depth + 1);
        for filter in filters {
            if filter.kind() != "command" {
                return opaque(node);
            }
            expr = self.lower_filter(&Command::of(self, *filter), expr);
        }
        expr
    }

    /// What a filter makes of its input.
    fn lower_filter(&self, command: &Command<'t>, subject: Expr) -> Expr {
        let texts: Vec<&str> =
            command.arguments().iter().map(|word| word.text.as_deref().unwrap_or_default()).collect();
        let joined = texts.join(" ");
        let taken = match command.base() {
            "cut" => match texts.iter().position(|text| text.starts_with("-f")) {
                Some(at) => {
                    let field = texts[at].trim_start_matches("-f");
                    let field =
                        if field.is_empty() { texts.get(at + 1).copied().unwrap_or("") } else { field };
                    match field {
                        "1" => Part::Head,
                        "2" | "2-" => Part::Tail,
                        _ => Part::Other("cut".to_owned()),
                    }
                }
                None => Part::Other("cut".to_owned()),
            },
            "awk" | "gawk" | "mawk" if joined.contains("-F") && joined.contains("{print $1}") => Part::Head,
            "awk" | "gawk" | "mawk" if joined.contains("-F") && joined.contains("{print $2}") => Part::Tail,
            "tr" | "cat" | "xargs" | "head" | "tail" | "sort" | "uniq" | "tee" => {
                Part::Form { nil_is_empty: true }
            }
            base => Part::Other(base.to_owned()),
        };
        part(taken, subject)
    }

    /// What a statement prints.
    pub(super) fn lower_output(&self, node: Node<'t>, depth: usize) -> Expr {
        if !self.burns(depth) {
            return opaque(node);
        }
        match node.kind() {
            "command" => self.lower_command_output(node, depth),
            "redirected_statement" => match node.child_by_field_name("body") {
                Some(body) => self.lower_output(body, depth + 1),
                None => opaque(node),
            },
            "pipeline" => self.lower_pipe(&tree::children(node), node, depth),
            "subshell" | "compound_statement" => match tree::children(node).as_slice() {
                [one] => self.lower_output(*one, depth + 1),
                _ => opaque(node),
            },
            "list" => {
                let parts = self.flatten_list(node);
                let asked = parts.iter().take_while(|(_, part)| self.asks(*part)).count();
                if let [(_, first), ("||", second)] = parts.as_slice()
                    && first.kind() == "command"
                    && Command::of(self, *first).base() == "printenv"
                {
                    let first = self.lower_output(*first, depth + 1);
                    return Expr::Coalesce(vec![first, self.lower_output(*second, depth + 1)]);
                }
                if asked == 0 {
                    return opaque(node);
                }
                let condition = self.lower_chain(&parts[..asked], depth + 1);
                let empty = || Expr::Text(String::new());
                let output = |at: usize| self.lower_output(parts[at].1, depth + 1);
                match parts[asked..].iter().map(|(operator, _)| *operator).collect::<Vec<_>>().as_slice() {
                    ["&&", "||"] => choose(condition, output(asked), output(asked + 1)),
                    ["&&"] => choose(condition, output(asked), empty()),
                    ["||"] => choose(condition, empty(), output(asked)),
                    _ => opaque(node),
                }
            }
            "if_statement" => {
                let branches = self.if_parts(node);
                let mut expr = Expr::Text(String::new());
                for (condition, statements) in branches.iter().rev() {
                    let [statement] = statements.as_slice() else { return opaque(node) };
                    let output = self.lower_output(*statement, depth + 1);
                    expr = match condition.as_slice() {
                        [] => output,
                        [condition] => choose(self.lower_status(*condition, depth + 1), output, expr),
                        _ => return opaque(node),
                    };
                }
                expr
            }
            _ => opaque(node),
        }
    }

    fn lower_command_output(&self, node: Node<'t>, depth: usize) -> Expr {
        let command = Command::of(self, node);
        let words: Vec<&Word<'t>> = command
            .arguments()
            .iter()
            .filter(|word| !matches!(word.text.as_deref(), Some("-n" | "-e" | "-en" | "-ne")))
            .collect();
        match command.base() {
            "echo" => {
                let mut parts: Vec<Expr> = Vec::new();
                for word in words {
                    if !parts.is_empty() {
                        parts.push(Expr::Text(" ".to_owned()));
                    }
                    parts.push(self.lower_word(word.node, depth + 1));
                }
                match parts.len() {
                    0 => Expr::Text(String::new()),
                    1 => parts.remove(0),
                    _ => Expr::Template(parts),
                }
            }
            "printf" => match words.as_slice() {
                [format, value] if matches!(format.text.as_deref(), Some("%s" | "%s\\n" | "%b" | "%s\n")) => {
                    self.lower_word(value.node, depth + 1)
                }
                [text] if text.text.is_some() => self.lower_word(text.node, depth + 1),
                _ => opaque(node),
            },
            "printenv" => match words.as_slice() {
                [one] => match one.text.as_deref().filter(|name| is_environment_name(name)) {
                    Some(name) => Expr::Read {
                        name: Some(name.to_owned()),
                        span: Span::from(node),
                        default: None,
                        required: false,
                    },
                    None => opaque(node),
                },
                _ => opaque(node),
            },
            name => {
                if let Some(subject) = self.herestring(node) {
                    return self.lower_filter(&command, self.lower_word(subject, depth + 1));
                }
                match self.functions.get(name) {
                    Some(function) if command.first() == name => {
                        match self.lower_function(*function, depth + 1) {
                            Some((expr, true)) => expr,
                            _ => opaque(node),
                        }
                    }
                    _ => opaque(node),
                }
            }
        }
    }

    /// `a && b || c` as one question.
    pub(super) fn lower_chain(&self, parts: &[(&'t str, Node<'t>)], depth: usize) -> Expr {
        let mut whole: Option<Expr> = None;
        for (operator, statement) in parts {
            let next = self.lower_status(*statement, depth + 1);
            whole = Some(match whole {
                None => next,
                Some(before) => join(before, operator, next),
            });
        }
        whole.unwrap_or(Expr::Bool(true))
    }

    /// `((…))`.
    fn lower_arithmetic(&self, node: Node<'t>, depth: usize) -> Expr {
        if !self.burns(depth) {
            return opaque(node);
        }
        match node.kind() {
            "parenthesized_expression" => match tree::children(node).as_slice() {
                [one] => self.lower_arithmetic(*one, depth + 1),
                _ => opaque(node),
            },
            "binary_expression" => {
                let (Some(left), Some(operator), Some(right)) = (
                    node.child_by_field_name("left"),
                    node.child_by_field_name("operator"),
                    node.child_by_field_name("right"),
                ) else {
                    return opaque(node);
                };
                let go = |node| self.lower_arithmetic(node, depth + 1);
                let value = |node| self.lower_word(node, depth + 1);
                match tree::text(operator, self.text) {
                    "&&" => all(vec![go(left), go(right)]),
                    "||" => any(vec![go(left), go(right)]),
                    "==" => equal(value(left), value(right)),
                    "!=" => not(equal(value(left), value(right))),
                    operator => {
                        let subject = match (value(left), value(right)) {
                            (Expr::Text(_), subject) | (subject, _) => subject,
                        };
                        ask(
                            Question::Other { name: operator.to_owned(), raises_on_nil: false },
                            subject,
                            true,
                        )
                    }
                }
            }
            "unary_expression" if tree::text(node, self.text).starts_with('!') => match node.named_child(0) {
                Some(inner) => not(self.lower_arithmetic(inner, depth + 1)),
                None => opaque(node),
            },
            _ => present(self.lower_word(node, depth + 1)),
        }
    }

    /// A value against a pattern.
    pub(super) fn matches_pattern(&self, value: Expr, pattern: Pattern) -> Expr {
        match pattern {
            Pattern::Anything => Expr::Bool(true),
            Pattern::Text(text) => equal(value, Expr::Text(text)),
            Pattern::Starts(text) => ask(Question::StartsWith(text), value, true),
            Pattern::Ends(text) => ask(Question::EndsWith(text), value, true),
            Pattern::Contains(text) => ask(Question::Contains(text), value, true),
            Pattern::Regex(text) => ask(Question::Matches(text), value, true),
        }
    }

    /// The only statement of a function.
    pub(super) fn sole_statement(&self, function: Node<'t>) -> Option<Node<'t>> {
        let body = function.child_by_field_name("body")?;
        match body.kind() {
            "compound_statement" | "subshell" => match tree::children(body).as_slice() {
                [one] => Some(*one),
                _ => None,
            },
            "test_command" | "if_statement" => Some(body),
            _ => None,
        }
    }

    /// What a function that only asks or only prints gives, and whether it prints.
    pub(super) fn lower_function(&self, function: Node<'t>, depth: usize) -> Option<(Expr, bool)> {
        if !self.burns(depth) {
            return None;
        }
        let body = function.child_by_field_name("body")?;
        let statements = match body.kind() {
            "compound_statement" | "subshell" => tree::children(body),
            _ => vec![body],
        };
        let status = |node: &Node<'t>| -> Option<bool> {
            if node.kind() != "command" {
                return None;
            }
            let command = Command::of(self, *node);
            match (command.base(), command.arguments()) {
                ("true", []) => Some(true),
                ("false", []) => Some(false),
                ("return", []) => Some(true),
                ("return", [status]) => Some(status.text.as_deref()? == "0"),
                _ => None,
            }
        };
        let ways = |node: Node<'t>| -> Option<(Expr, bool, Option<bool>)> {
            let parts = self.if_parts(node);
            let (condition, then) = parts.first()?;
            let ([condition], [then]) = (condition.as_slice(), then.as_slice()) else { return None };
            let otherwise = match parts.get(1..)? {
                [] => None,
                [(condition, otherwise)] if condition.is_empty() => match otherwise.as_slice() {
                    [one] => Some(status(one)?),
                    _ => return None,
                },
                _ => return None,
            };
            Some((self.lower_status(*condition, depth + 1), status(then)?, otherwise))
        };
        let mut prints = false;
        let expr = match statements.as_slice() {
            [one] if self.asks(*one) => self.lower_status(*one, depth + 1),
            [one] if one.kind() == "if_statement" => match ways(*one) {
                Some((expr, true, Some(false))) => expr,
                Some((expr, false, Some(true))) => not(expr),
                _ => {
                    prints = true;
                    self.lower_output(*one, depth + 1)
                }
            },
            [one] => {
                prints = true;
                self.lower_output(*one, depth + 1)
            }
            [first, last] if first.kind() == "if_statement" => match (ways(*first)?, status(last)?) {
                ((expr, true, None), false) => expr,
                ((expr, false, None), true) => not(expr),
                _ => return None,
            },
            // `[ … ] && return 0; return 1`
            [first, last] if first.kind() == "list" => match self.flatten_list(*first).as_slice() {
                [(_, question), (operator, answer)] if self.asks(*question) => {
                    let expr = self.lower_status(*question, depth + 1);
                    match (*operator, status(answer)?, status(last)?) {
                        ("&&", true, false) | ("||", false, true) => expr,
                        ("&&", false, true) | ("||", true, false) => not(expr),
                        _ => return None,
                    }
                }
                _ => return None,
            },
            _ => return None,
        };
        (!expr.names().is_empty()).then_some((expr, prints))
    }
}

fn join(before: Expr, operator: &str, next: Expr) -> Expr {
    match (operator, before) {
        ("&&", Expr::All(mut parts)) => {
            parts.push(next);
            Expr::All(parts)
        }
        ("&&", before) => Expr::All(vec![before, next]),
        (_, Expr::Any(mut parts)) => {
            parts.push(next);
            Expr::Any(parts)
        }
        (_, before) => Expr::Any(vec![before, next]),
    }
}

/// What `${X%%.*}` and its like leave.
fn cut(operator: &str, pattern: &str) -> Part {
    let separator = |text: &str| text.chars().count() == 1 && !text.starts_with(['*', '?', '[']);
    let pattern = pattern.trim_matches(['"', '\'']).replace('\\', "");
    let head = pattern.strip_suffix('*').is_some_and(separator);
    let tail = pattern.strip_prefix('*').is_some_and(separator);
    match operator {
        "%" | "%%" if head => Part::Head,
        "#" | "##" if tail => Part::Tail,
        _ => Part::Other(operator.to_owned()),
    }
}

fn has_flag(command: &Command<'_>, flag: char) -> bool {
    command
        .arguments()
        .iter()
        .filter_map(|word| word.text.as_deref())
        .any(|text| text.starts_with('-') && !text.starts_with("--") && text.contains(flag))
}

/// The pattern of a `grep`, and whether it asks for lines without it.
fn grep_pattern<'c, 't>(command: &'c Command<'t>) -> Option<(&'c Word<'t>, bool)> {
    let mut words = command.arguments().iter();
    let mut after_e = false;
    let pattern = words.find(|word| {
        let text = word.text.as_deref().unwrap_or_default();
        let found = after_e || !text.starts_with('-');
        after_e = text == "-e" || text == "--regexp";
        found
    })?;
    Some((pattern, has_flag(command, 'v')))
}
