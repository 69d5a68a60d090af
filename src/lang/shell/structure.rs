//! Command lines as terms: program, arguments, what is set for it and where its output goes.

use tree_sitter::Node;

use crate::fact::{Facts, Name};
use crate::lang::tree;
use crate::span::Span;
use crate::term::{self, Entry, Term, Value};

use super::command::Command;
use super::variables::Held;
use super::word::Expansion;
use super::{Script, VOID, word};

/// Names that stand for names are followed no further than this.
const DEEP: usize = 8;

impl<'t> Script<'t> {
    /// Every command in order of place. What only runs another command (`bundle exec`, `sudo`, `env X=Y`)
    /// is left out of its words.
    pub(super) fn collect_commands(&self, facts: &mut Facts) {
        let mut nodes: Vec<Node<'t>> = self
            .commands
            .iter()
            .copied()
            .filter(|node| !matches!(self.first_word(*node), "[" | "[[" | "test"))
            .collect();
        nodes.sort_by_key(Node::start_byte);
        let of_node: std::collections::HashMap<usize, usize> =
            nodes.iter().enumerate().map(|(at, node)| (node.id(), at)).collect();
        let mut commands: Vec<term::Command> = nodes.iter().map(|node| self.command_line(*node)).collect();
        for pipeline in &self.pipelines {
            let mut cursor = pipeline.walk();
            let ends: Vec<Option<usize>> = pipeline
                .named_children(&mut cursor)
                .map(|part| self.bare_command(part).and_then(|node| of_node.get(&node.id()).copied()))
                .collect();
            for pair in ends.windows(2) {
                if let [Some(from), Some(to)] = pair {
                    commands[*from].piped_to = Some(*to);
                }
            }
        }
        facts.append_commands(commands);
    }

    fn first_word(&self, node: Node<'t>) -> &'t str {
        node.child_by_field_name("name").map_or("", |name| tree::text(name, self.text))
    }

    /// The command of a pipeline's part, redirections around it left out.
    fn bare_command(&self, node: Node<'t>) -> Option<Node<'t>> {
        match node.kind() {
            "command" => Some(node),
            "redirected_statement" => {
                node.child_by_field_name("body").and_then(|body| self.bare_command(body))
            }
            _ => None,
        }
    }

    fn command_line(&self, node: Node<'t>) -> term::Command {
        let command = Command::of(self, node);
        let mut assignments = Vec::new();
        let mut redirects = Vec::new();
        let mut cursor = node.walk();
        for child in node.children(&mut cursor) {
            match child.kind() {
                "variable_assignment" => assignments.extend(self.assigned(child)),
                "file_redirect" => redirects.extend(self.redirect(child)),
                _ => {}
            }
        }
        let mut span = Span::from(node);
        if let Some(up) = self.parent(node).filter(|up| up.kind() == "redirected_statement") {
            let mut cursor = up.walk();
            for child in up.children_by_field_name("redirect", &mut cursor) {
                if child.kind() == "file_redirect" {
                    redirects.extend(self.redirect(child));
                    span.end = span.end.max(child.end_byte());
                }
            }
        }
        for word in command.before() {
            if let Some((name, value)) = word.text.as_deref().and_then(|text| text.split_once('=')) {
                let at = word.inner(self.text);
                let key_span = Span::new(at.start, (at.start + name.len()).min(at.end));
                let value = Term { span: at, value: Value::Text(value.to_owned()) };
                assignments.push(Entry { key: name.to_owned(), key_span, value });
            }
        }
        let words = command.worker_words().iter().map(|word| self.term(word.node, 0)).collect();
        let scope = self.scope_of(node);
        term::Command { words, assignments, redirects, span, scope, piped_to: None }
    }

    fn assigned(&self, node: Node<'t>) -> Option<Entry> {
        let name = node.child_by_field_name("name")?;
        let key_span = Span::from(name);
        let value = match node.child_by_field_name("value") {
            Some(value) => self.term(value, 0),
            None => Term { span: Span::new(key_span.end, key_span.end), value: Value::Text(String::new()) },
        };
        Some(Entry { key: tree::text(name, self.text).to_owned(), key_span, value })
    }

    fn redirect(&self, node: Node<'t>) -> Option<(String, Term)> {
        let target = node.child_by_field_name("destination")?;
        let operator: String = tree::text(node, self.text)
            .trim_start_matches(|c: char| c.is_ascii_digit())
            .chars()
            .take_while(|c| matches!(c, '<' | '>' | '&' | '|'))
            .collect();
        Some((operator, self.term(target, 0)))
    }

    /// A word as a term; names assigned once in the script stand for their value.
    fn term(&self, node: Node<'t>, depth: usize) -> Term {
        let span = Span::from(node);
        if let Some(text) = word::plain(node, self.text) {
            return Term { span, value: Value::Text(text) };
        }
        let value = match node.kind() {
            _ if depth > DEEP => Value::Other,
            "simple_expansion" | "expansion" => return self.expansion(node, depth),
            "string" | "concatenation" | "translated_string" => {
                let inner = word::inner(node, self.text);
                let (mut pieces, mut at) = (Vec::new(), inner.start);
                let quoted = node.kind() != "concatenation";
                let mut cursor = node.walk();
                let between = |from: usize, to: usize, pieces: &mut Vec<Term>| {
                    let span = Span::new(from, to);
                    let text: String = if quoted && to > from {
                        span.of(self.text).chars().filter(|c| *c != char::from(VOID)).collect()
                    } else {
                        String::new()
                    };
                    if !text.is_empty() {
                        pieces.push(Term { span, value: Value::Text(text) });
                    }
                };
                for part in node.named_children(&mut cursor) {
                    between(at, part.start_byte(), &mut pieces);
                    match self.term(part, depth + 1) {
                        Term { value: Value::Joined(inner), .. } => pieces.extend(inner),
                        Term { value: Value::Text(text), .. } if text.is_empty() => {}
                        term => pieces.push(term),
                    }
                    at = part.end_byte();
                }
                between(at, inner.end, &mut pieces);
                match pieces.len() {
                    1 => return pieces.remove(0),
                    _ => Value::Joined(pieces),
                }
            }
            _ => Value::Other,
        };
        Term { span, value }
    }

    fn expansion(&self, node: Node<'t>, depth: usize) -> Term {
        let span = Span::from(node);
        let other = Term { span, value: Value::Other };
        let Some(expansion) = Expansion::of(node, self.text) else { return other };
        if expansion.indirect || expansion.names_prefix || expansion.length {
            return other;
        }
        let default = match expansion.operator {
            "" | "?" | ":?" => None,
            "-" | ":-" | "=" | ":=" => Some(Box::new(match expansion.argument {
                Some(argument) => self.term(argument, depth + 1),
                None => Term { span: expansion.argument_span, value: Value::Text(String::new()) },
            })),
            _ => return other,
        };
        match self.held(node, expansion.name) {
            Held::Value(value) if depth < DEEP => self.term(value, depth + 1),
            Held::Environment => {
                let required = matches!(expansion.operator, "?" | ":?");
                let name = Name::Known(expansion.name.to_owned());
                Term { span, value: Value::Env { name, default, required } }
            }
            _ => Term { span, value: Value::Name(expansion.name.to_owned()) },
        }
    }
}

/// Calls `go` for every span of a command.
pub(super) fn each_span(command: &mut term::Command, go: &dyn Fn(&mut Span)) {
    go(&mut command.span);
    let entries = command.assignments.iter_mut();
    for entry in entries {
        go(&mut entry.key_span);
        each_span_of(&mut entry.value, go);
    }
    command.words.iter_mut().for_each(|word| each_span_of(word, go));
    command.redirects.iter_mut().for_each(|(_, file)| each_span_of(file, go));
}

/// Words hold no calls and no maps.
fn each_span_of(term: &mut Term, go: &dyn Fn(&mut Span)) {
    go(&mut term.span);
    match &mut term.value {
        Value::Joined(pieces) => pieces.iter_mut().for_each(|piece| each_span_of(piece, go)),
        Value::Env { default: Some(default), .. } => each_span_of(default, go),
        _ => {}
    }
}
