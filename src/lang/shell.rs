//! Front end: shell.
//!
//! Shell stands on its own in scripts and inside nearly every other format: Procfile entries, `RUN`
//! lines, recipes, package scripts, CI steps. [`embedded`] serves these; offsets are always those of
//! the text that was given.

mod command;
mod lower;
mod place;
mod structure;
mod test;
mod variables;
mod word;

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::HashMap;

use tree_sitter::Node;

use crate::effect::Effect;
use crate::expr::Expr;
use crate::fact::{
    Argument, Binding, Call, EnvRead, EnvWrite, Facts, Literal, Name, NameUse, Place, ReadKind, Request, Use,
    Wrapper, WriteKind, looks_like_variable,
};
use crate::lang::tree::{self, Grammar};
use crate::span::Span;

use command::Command;
pub(super) use place::hide_read;
use variables::{Held, Variables};
use word::Expansion;

/// Put by those who mask a text before [`embedded_masked`]: a byte that stands for something only the
/// host language knows (`$(APP)` in a Makefile). A word with it has no known text.
pub const HIDDEN: u8 = 0x7f;

/// Like [`HIDDEN`], for a byte that stands for nothing at all (the first `$` of `$$X` in a Makefile).
pub const VOID: u8 = 0x1e;

/// At most so many uses of one read are followed.
const MOST_USES: usize = 12;

/// The facts of one file.
pub fn facts(text: &str, request: &Request<'_>) -> Facts {
    let mut facts = Facts::default();
    read(text, Span::new(0, text.len()), &mut facts, "", &Reading { names: request.names, whole: true });
    facts
}

/// Reads the slice `span` of `text` as shell and appends its facts, with offsets into `text`.
///
/// `scope` is what encloses the slice in its file: a process type, a key path, a target.
pub fn embedded(text: &str, span: Span, facts: &mut Facts, scope: &str) {
    read(text, span, facts, scope, &Reading { names: None, whole: true });
}

/// [`embedded`] for a text whose host language was masked byte for byte ([`HIDDEN`], [`VOID`]).
///
/// Broken places are left out: the mask may have made them.
pub fn embedded_masked(masked: &str, span: Span, facts: &mut Facts, scope: &str) {
    read(masked, span, facts, scope, &Reading { names: None, whole: false });
}

/// The command lines of a text that stands at byte `offset` of a file: what a program hands to a shell.
pub fn commands(text: &str, offset: usize) -> Vec<crate::term::Command> {
    let mut facts = Facts::default();
    embedded_masked(text, Span::new(0, text.len()), &mut facts, "");
    shift(&mut facts, offset);
    facts.commands
}

/// What the commands in a slice of a masked text do.
pub(super) fn effects(masked: &str, span: Span) -> Vec<(Effect, Span)> {
    let Some(slice) = masked.get(span.start..span.end) else { return Vec::new() };
    let Some(tree) = tree::parse(Grammar::Bash, slice) else { return Vec::new() };
    let script = Script::new(slice, tree.root_node(), "");
    let mut found: Vec<(Effect, Span)> = Vec::new();
    for &command in &script.commands {
        if let Some(effect) = Command::of(&script, command).effect()
            && !found.iter().any(|(known, _)| *known == effect)
        {
            found.push((effect, Span::from(command).shift(span.start)));
        }
    }
    found
}

/// How a slice is read.
struct Reading<'r> {
    /// As in [`Request::names`].
    names: Option<&'r std::collections::BTreeSet<String>>,
    /// The text is as written, so what the parser does not understand is broken.
    whole: bool,
}

fn read(text: &str, span: Span, facts: &mut Facts, scope: &str, reading: &Reading<'_>) {
    let Some(slice) = text.get(span.start..span.end) else { return };
    let slice = &*readable(slice);
    let Some(tree) = tree::parse(Grammar::Bash, slice) else {
        facts.broken.push(span);
        return;
    };
    let mut own = Facts::default();
    Script::new(slice, tree.root_node(), scope).collect(&mut own, reading);
    if reading.whole {
        own.broken = tree::broken(&tree);
    }
    shift(&mut own, span.start);
    for sign in own.signs.drain(..) {
        if !facts.signs.iter().any(|known| (known.kind, &known.what) == (sign.kind, &sign.what)) {
            facts.signs.push(sign);
        }
    }
    facts.reads.append(&mut own.reads);
    facts.writes.append(&mut own.writes);
    facts.bindings.append(&mut own.bindings);
    facts.wrappers.append(&mut own.wrappers);
    facts.calls.append(&mut own.calls);
    facts.uses.append(&mut own.uses);
    facts.literals.append(&mut own.literals);
    facts.broken.append(&mut own.broken);
    facts.append_commands(own.commands);
}

/// A text as the grammar understands it, byte for byte.
fn readable(text: &str) -> Cow<'_, str> {
    // The grammar takes a carriage return for a part of the word before it in some places.
    let unix = text.contains("\r\n").then(|| text.replace("\\\r\n", " \\\n").replace("\r\n", " \n"));
    let grouped = plain_groups(unix.as_deref().unwrap_or(text));
    grouped.or(unix).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// The tree of a whole text; places are those of the text.
pub(crate) fn parse(text: &str) -> Option<tree_sitter::Tree> {
    tree::parse(Grammar::Bash, &readable(text))
}

/// The text with `\(` and `\)` between `[` and `]` as plain brackets, which the grammar understands.
fn plain_groups(text: &str) -> Option<String> {
    if !text.contains("\\(") {
        return None;
    }
    let mut bytes = text.as_bytes().to_vec();
    let mut inside = false;
    for at in 0..bytes.len() {
        let ends = |at: usize| bytes.get(at).is_none_or(|byte| byte.is_ascii_whitespace() || *byte == b';');
        match bytes[at] {
            b'\n' => inside = false,
            b'[' if ends(at + 1) => inside = true,
            b']' if ends(at + 1) => inside = false,
            b'\\' if inside && matches!(bytes.get(at + 1), Some(b'(' | b')')) && ends(at + 2) => {
                bytes[at] = b' ';
            }
            _ => {}
        }
    }
    String::from_utf8(bytes).ok()
}

/// One script and what was learned on the first walk over its tree.
struct Script<'t> {
    text: &'t str,
    scope: &'t str,
    /// `Node::parent` searches from the root each time, which is too slow for what is done here.
    parents: HashMap<usize, Node<'t>>,
    variables: Variables<'t>,
    functions: HashMap<&'t str, Node<'t>>,
    /// Every place that looks at a variable by name or through another one.
    looks: Vec<Node<'t>>,
    /// The same by name, indirect ones left out.
    looks_of: HashMap<&'t str, Vec<Node<'t>>>,
    commands: Vec<Node<'t>>,
    /// The same by their first word.
    commands_of: HashMap<&'t str, Vec<Node<'t>>>,
    tests: Vec<Node<'t>>,
    pipelines: Vec<Node<'t>>,
    declarations: Vec<Node<'t>>,
    /// Words, for literals and hosts.
    words: Vec<Node<'t>>,
    /// Where `set -u` and `set -a` are switched on and off.
    nounset: Vec<(usize, bool)>,
    allexport: Vec<(usize, bool)>,
    /// Other files are read in, so that their functions and variables can be used here.
    sources: bool,
    /// Bounds the work of one lowering: names can stand for names that stand for names.
    fuel: Cell<u32>,
}

impl<'t> Script<'t> {
    fn new(text: &'t str, root: Node<'t>, scope: &'t str) -> Self {
        let mut script = Script {
            text,
            scope,
            parents: HashMap::new(),
            variables: Variables::default(),
            functions: HashMap::new(),
            looks: Vec::new(),
            looks_of: HashMap::new(),
            commands: Vec::new(),
            commands_of: HashMap::new(),
            tests: Vec::new(),
            pipelines: Vec::new(),
            declarations: Vec::new(),
            words: Vec::new(),
            nounset: Vec::new(),
            allexport: Vec::new(),
            sources: false,
            fuel: Cell::new(0),
        };
        script.walk(root);
        script
    }

    /// The one walk over the tree.
    fn walk(&mut self, root: Node<'t>) {
        let mut cursor = root.walk();
        let mut above: Vec<Node<'t>> = Vec::new();
        loop {
            let node = cursor.node();
            if let Some(parent) = above.last() {
                self.parents.insert(node.id(), *parent);
            }
            if node.is_named() {
                self.note(node);
            }
            if cursor.goto_first_child() {
                above.push(node);
                continue;
            }
            loop {
                if cursor.goto_next_sibling() {
                    break;
                }
                if !cursor.goto_parent() {
                    return;
                }
                above.pop();
            }
        }
    }

    fn note(&mut self, node: Node<'t>) {
        match node.kind() {
            "simple_expansion" | "expansion" => self.looks.push(node),
            "variable_name" if self.is_arithmetic_look(node) => self.looks.push(node),
            "function_definition" => {
                if let Some(name) = node.child_by_field_name("name") {
                    self.functions.insert(tree::text(name, self.text), node);
                }
            }
            "test_command" => self.tests.push(node),
            "command" => {
                self.commands.push(node);
                if let Some(name) = node.child_by_field_name("name") {
                    self.commands_of.entry(tree::text(name, self.text)).or_default().push(node);
                }
                if self.is_test(node) {
                    self.tests.push(node);
                }
            }
            "pipeline" => self.pipelines.push(node),
            "declaration_command" | "unset_command" => self.declarations.push(node),
            "word" | "string" | "raw_string" | "concatenation" => self.words.push(node),
            _ => {}
        }
        self.note_assignment(node);
    }

    fn parent(&self, node: Node<'t>) -> Option<Node<'t>> {
        self.parents.get(&node.id()).copied()
    }

    /// The node and all above it, innermost first.
    fn chain(&self, node: Node<'t>) -> impl Iterator<Item = Node<'t>> + '_ {
        std::iter::successors(Some(node), |node| self.parent(*node))
    }

    /// The function around a node.
    fn function(&self, node: Node<'t>) -> Option<Node<'t>> {
        self.chain(node).skip(1).find(|above| above.kind() == "function_definition")
    }

    fn function_name(&self, function: Node<'t>) -> &'t str {
        function.child_by_field_name("name").map_or("", |name| tree::text(name, self.text))
    }

    fn scope_of(&self, node: Node<'t>) -> String {
        let mut names: Vec<&str> = self
            .chain(node)
            .skip(1)
            .filter(|above| above.kind() == "function_definition")
            .map(|above| self.function_name(above))
            .collect();
        if !self.scope.is_empty() {
            names.push(self.scope);
        }
        names.reverse();
        names.join(".")
    }

    /// Whether an option of `set` is on at `at`, going by place alone.
    fn is_on(switches: &[(usize, bool)], at: usize) -> bool {
        switches.iter().rev().find(|(from, _)| *from <= at).is_some_and(|(_, on)| *on)
    }

    fn required(&self, at: usize) -> bool {
        Self::is_on(&self.nounset, at)
    }

    fn collect(&self, facts: &mut Facts, reading: &Reading<'_>) {
        for &look in &self.looks {
            self.read_look(look, facts);
        }
        for &command in &self.commands {
            self.read_command(command, facts);
        }
        for &test in &self.tests {
            for (operand, name) in self.presences(test) {
                self.read_presence(test, operand, name, facts);
            }
        }
        for &pipeline in &self.pipelines {
            self.read_scan(pipeline, facts);
        }
        for &declaration in &self.declarations {
            self.write_declaration(declaration, facts);
        }
        self.write_assignments(facts);
        self.sign_words(facts);
        self.collect_commands(facts);
        self.bind(facts);
        if let Some(names) = reading.names
            && self.sources
        {
            self.use_names(names, facts);
        }
        facts.reads.sort_by_key(|read| (read.span, read.name.clone()));
    }

    /// Reads by expansion: `$X`, `${X…}`, `${!X}`, `((X))`.
    fn read_look(&self, look: Node<'t>, facts: &mut Facts) {
        let Some(expansion) = Expansion::of(look, self.text) else { return };
        let span = Span::from(look);
        if expansion.names_prefix {
            let name = Name::Partly { prefix: expansion.name.to_owned(), suffix: String::new() };
            facts.reads.push(self.env_read(look, span, name, None, "${!}", ReadKind::Scan));
            return;
        }
        if expansion.indirect {
            self.read_indirect(look, &expansion, facts);
            return;
        }
        if !is_environment_name(expansion.name) || self.held(look, expansion.name) != Held::Environment {
            return;
        }
        let kind = match expansion.operator {
            "+" | ":+" => ReadKind::Presence,
            _ => ReadKind::Value,
        };
        let name = Name::Known(expansion.name.to_owned());
        let mut read = self.env_read(look, span, name, Some(expansion.name_span), "$", kind);
        match expansion.operator {
            "-" | ":-" | "=" | ":=" => read.default = Some(expansion.argument_span),
            "?" | ":?" => read.required = true,
            "+" | ":+" => {}
            _ => {
                read.required = self.required(span.start);
                read.default = self.default_by_assignment(&read, expansion.name);
            }
        }
        if matches!(expansion.operator, "=" | ":=") {
            facts.writes.push(EnvWrite {
                name: read.name.clone(),
                name_span: expansion.name_span,
                span,
                value: expansion.argument_text(self.text),
                kind: WriteKind::Default,
                surface: "shell".to_owned(),
                scope: read.scope.clone(),
            });
        }
        facts.reads.push(read);
    }

    /// `${!X}`: the variable is named by another one.
    fn read_indirect(&self, look: Node<'t>, expansion: &Expansion<'t>, facts: &mut Facts) {
        let span = Span::from(look);
        let with_default = matches!(expansion.operator, "-" | ":-" | "=" | ":=");
        for (name, name_span) in self.names_in(look, expansion.name) {
            let mut read = self.env_read(look, span, name, name_span, "${!}", ReadKind::Value);
            read.default = with_default.then_some(expansion.argument_span);
            read.required = matches!(expansion.operator, "?" | ":?");
            if let Some(at) = name_span
                && read.name.known().is_some()
            {
                // One read for each name of a loop, placed where the name is written.
                for site in &mut read.uses {
                    site.expr = Expr::Read {
                        name: read.name.known().map(str::to_owned),
                        span: at,
                        default: None,
                        required: false,
                    };
                    site.expr_span = span;
                    site.span = span;
                }
                read.span = at;
            }
            facts.reads.push(read);
        }
        if let Some((function, index, prefix)) = self.parameter(look, expansion.name) {
            facts.wrappers.push(Wrapper {
                name: self.function_name(function).to_owned(),
                owner: String::new(),
                span: function.child_by_field_name("name").map_or(span, Span::from),
                access: span,
                index,
                keyword: None,
                prefix,
                suffix: String::new(),
                upcase: false,
                list: false,
                default: None,
                presence: false,
                required: matches!(expansion.operator, "?" | ":?"),
            });
        }
    }

    /// Reads, writes, signs and calls of one command.
    fn read_command(&self, node: Node<'t>, facts: &mut Facts) {
        let command = Command::of(self, node);
        match command.base() {
            "printenv" => {
                for argument in command.arguments() {
                    if let Some(name) = argument.text.as_deref().filter(|name| is_environment_name(name)) {
                        let at = argument.inner(self.text);
                        let name = Name::Known(name.to_owned());
                        let mut read = self.env_read(
                            node,
                            Span::from(node),
                            name,
                            Some(at),
                            "printenv",
                            ReadKind::Value,
                        );
                        read.default = self.default_by_or(node);
                        facts.reads.push(read);
                    }
                }
            }
            "test" | "[" | "[[" => {}
            // `envsubst '$PORT $DYNO'` and `awk '… ENVIRON["PORT"] …'` look the names up themselves.
            "envsubst" | "awk" | "gawk" | "mawk" => self.read_in_text(node, &command, facts),
            _ => {}
        }
        self.sign_command(node, &command, facts);
        self.write_command(node, &command, facts);
        self.call(node, &command, facts);
    }

    /// `test -v X`
    fn read_presence(&self, node: Node<'t>, operand: Node<'t>, name: String, facts: &mut Facts) {
        if is_environment_name(&name) && self.held(operand, &name) == Held::Environment {
            let span = Span::from(operand);
            let at = Span::new(span.start, span.start + name.len().min(span.len()));
            let mut read =
                self.env_read(operand, span, Name::Known(name), Some(at), "test -v", ReadKind::Presence);
            read.scope = self.scope_of(node);
            facts.reads.push(read);
        }
    }

    /// Names inside a text that the command itself expands.
    fn read_in_text(&self, node: Node<'t>, command: &Command<'t>, facts: &mut Facts) {
        for argument in command.arguments().iter().filter(|argument| argument.node.kind() == "raw_string") {
            let inside = argument.inner(self.text);
            let text = inside.of(self.text);
            let names: Vec<Span> = if command.base() == "envsubst" {
                word::dollar_names(text)
            } else {
                text.match_indices("ENVIRON[\"")
                    .filter_map(|(at, mark)| {
                        let start = at + mark.len();
                        text[start..].find('"').map(|len| Span::new(start, start + len))
                    })
                    .collect()
            };
            for at in names {
                let name = at.of(text);
                if !is_environment_name(name) || self.held(node, name) != Held::Environment {
                    continue;
                }
                let span = at.shift(inside.start);
                let expr = Expr::Read { name: Some(name.to_owned()), span, default: None, required: false };
                facts.reads.push(EnvRead {
                    name: Name::Known(name.to_owned()),
                    name_span: Some(span),
                    span,
                    api: command.base().to_owned(),
                    kind: ReadKind::Value,
                    default: None,
                    required: false,
                    scope: self.scope_of(node),
                    uses: vec![Use {
                        name: None,
                        path: None,
                        span,
                        expr,
                        expr_span: span,
                        place: Place::Argument { callee: command.base().to_owned(), keyword: None },
                        scope: self.scope_of(node),
                    }],
                    guards: self.guards(node),
                    via: None,
                });
            }
        }
    }

    /// `env | grep HEROKU_`: a look through all variables.
    fn read_scan(&self, pipeline: Node<'t>, facts: &mut Facts) {
        let Some(scan) = self.scan(pipeline) else { return };
        let span = Span::from(pipeline);
        let read = match scan.presence_of() {
            Some(name) => {
                let name = Name::Known(name.to_owned());
                self.env_read(pipeline, span, name, Some(scan.name_span()), "env", ReadKind::Presence)
            }
            None => {
                let name = Name::Pattern(scan.pattern.clone());
                self.env_read(pipeline, span, name, None, "env", ReadKind::Scan)
            }
        };
        facts.reads.push(read);
    }

    /// A read with everything that follows from its place.
    fn env_read(
        &self,
        node: Node<'t>,
        span: Span,
        name: Name,
        name_span: Option<Span>,
        api: &str,
        kind: ReadKind,
    ) -> EnvRead {
        let (uses, guards) = self.uses(node, span);
        EnvRead {
            name,
            name_span,
            span,
            api: api.to_owned(),
            kind,
            default: None,
            required: false,
            scope: self.scope_of(node),
            uses,
            guards,
            via: None,
        }
    }

    /// Where the access stands, then every use of the names that carry it.
    fn uses(&self, node: Node<'t>, span: Span) -> (Vec<Use>, Vec<crate::fact::Guard>) {
        let mut uses: Vec<Use> = Vec::new();
        let mut pending: Vec<(Node<'t>, Option<&'t str>)> = vec![(node, None)];
        let mut followed: Vec<&'t str> = Vec::new();
        let mut guards = Vec::new();
        let mut at = 0;
        while at < pending.len() && uses.len() < MOST_USES {
            let (node, name) = pending[at];
            at += 1;
            for site in self.sites(node, span) {
                if at == 1 {
                    guards = self.guards(site.top);
                }
                if name.is_some() && (!site.expr.holds(span) || uses.len() >= MOST_USES) {
                    continue;
                }
                if let Some(next) = site.carrier
                    && !followed.contains(&next)
                {
                    followed.push(next);
                    pending.extend(self.uses_of(next, &site).into_iter().map(|node| (node, Some(next))));
                }
                uses.push(Use {
                    name: name.map(str::to_owned),
                    path: None,
                    span: if name.is_some() { Span::from(node) } else { span },
                    expr: site.expr,
                    expr_span: site.span,
                    place: site.place,
                    scope: self.scope_of(node),
                });
            }
        }
        (uses, guards)
    }

    /// The looks at a variable, or calls of a function, that give what `site` gave to that name.
    fn uses_of(&self, name: &'t str, site: &place::Site<'t>) -> Vec<Node<'t>> {
        if matches!(site.place, Place::Returned { .. }) {
            return self.commands_of.get(name).cloned().unwrap_or_default();
        }
        self.looks_of
            .get(name)
            .into_iter()
            .flatten()
            .filter(|look| match self.held(**look, name) {
                Held::Value(value) => Span::from(site.top).contains(Span::from(value)),
                _ => false,
            })
            .copied()
            .collect()
    }

    /// Names that other files can use once they have read this one in.
    fn bind(&self, facts: &mut Facts) {
        for (name, value, at) in self.variables.single() {
            if self.function(value).is_some() {
                continue;
            }
            self.refuel();
            let expr = self.lower_word(value, 0);
            self.push_binding(name, Span::from(at), expr, false, facts);
        }
        let mut functions: Vec<_> = self.functions.iter().collect();
        functions.sort_by_key(|(_, node)| node.start_byte());
        for (name, function) in functions {
            self.refuel();
            if let Some((expr, _)) = self.lower_function(*function, 0)
                && let Some(at) = function.child_by_field_name("name")
            {
                self.push_binding(name, Span::from(at), expr, true, facts);
            }
        }
    }

    fn push_binding(&self, name: &str, span: Span, expr: Expr, callable: bool, facts: &mut Facts) {
        if expr.names().is_empty() {
            return;
        }
        let mut reads: Vec<Span> =
            facts.reads.iter().map(|read| read.span).filter(|read| expr.holds(*read)).collect();
        reads.dedup();
        if !reads.is_empty() {
            let owner = String::new();
            facts.bindings.push(Binding { name: name.to_owned(), owner, span, expr, reads, callable });
        }
    }

    /// Calls of functions with a variable's name, in files that have or load functions.
    fn call(&self, node: Node<'t>, command: &Command<'t>, facts: &mut Facts) {
        let name = command.first();
        if !(self.functions.contains_key(name) || (self.sources && command::may_be_function(name))) {
            return;
        }
        let arguments: Vec<Argument> = command
            .own_arguments()
            .iter()
            .map(|argument| {
                let inner = argument.inner(self.text);
                self.refuel();
                let texts = argument.text.iter().map(|text| (text.clone(), inner)).collect();
                Argument {
                    keyword: None,
                    span: inner,
                    texts,
                    forwarded: false,
                    expr: self.lower_word(argument.node, 0),
                }
            })
            .collect();
        let is_name = |argument: &Argument| argument.texts.iter().any(|(text, _)| looks_like_variable(text));
        if !arguments.iter().any(is_name) {
            return;
        }
        let span = Span::from(node);
        let (mut uses, guards) = self.uses(node, span);
        if uses.is_empty() {
            uses.push(Use {
                name: None,
                path: None,
                span,
                expr: Expr::Opaque(span),
                expr_span: span,
                place: Place::Other,
                scope: self.scope_of(node),
            });
        }
        facts.calls.push(Call {
            name: name.to_owned(),
            receiver: String::new(),
            arguments,
            span,
            scope: self.scope_of(node),
            uses,
            guards,
            forwards: None,
        });
    }

    /// The second look: names that another script binds.
    fn use_names(&self, names: &std::collections::BTreeSet<String>, facts: &mut Facts) {
        let looks = self.looks.iter().filter_map(|look| {
            let expansion = Expansion::of(*look, self.text)?;
            (!expansion.indirect && !self.variables.is_assigned(expansion.name))
                .then_some((*look, expansion.name))
        });
        let calls = self.commands.iter().filter_map(|command| {
            let name = tree::text(command.child_by_field_name("name")?, self.text);
            (!self.functions.contains_key(name)).then_some((*command, name))
        });
        for (node, name) in looks.chain(calls).filter(|(_, name)| names.contains(*name)) {
            let span = Span::from(node);
            for mut site in self.sites(node, span) {
                hide_read(&mut site.expr, span);
                facts.uses.push(NameUse {
                    name: name.to_owned(),
                    qualifier: String::new(),
                    site: Use {
                        name: Some(name.to_owned()),
                        path: None,
                        span,
                        expr: site.expr,
                        expr_span: site.span,
                        place: site.place,
                        scope: self.scope_of(node),
                    },
                });
            }
        }
    }

    fn sign_words(&self, facts: &mut Facts) {
        for &node in &self.words {
            let Some(text) = word::plain(node, self.text) else { continue };
            // The name of a program says nothing that its command does not say.
            if crate::vocabulary::is_text(&text)
                && !text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
                && self.parent(node).is_none_or(|up| up.kind() != "concatenation")
            {
                let span = word::inner(node, self.text);
                facts.literals.push(Literal { text, span, scope: self.scope_of(node) });
            }
        }
        self.sign_hosts(facts);
    }
}

/// Whether a name is one that the environment gives: shells and their scripts keep other names for
/// themselves.
pub(super) fn is_environment_name(name: &str) -> bool {
    (looks_like_variable(name) && !variables::is_of_the_shell(name))
        || matches!(name, "http_proxy" | "https_proxy" | "no_proxy" | "all_proxy")
        || name.starts_with("npm_config_")
        || name.starts_with("npm_package_")
        || name.starts_with("npm_lifecycle_")
}

/// Moves every span of the facts `by` bytes on.
pub(super) fn shift(facts: &mut Facts, by: usize) {
    if by == 0 {
        return;
    }
    let go = |span: &mut Span| *span = span.shift(by);
    let guards = |guards: &mut Vec<crate::fact::Guard>| {
        for guard in guards {
            go(&mut guard.span);
            lower::each_span(&mut guard.expr, &go);
        }
    };
    let site = |site: &mut Use| {
        go(&mut site.span);
        go(&mut site.expr_span);
        lower::each_span(&mut site.expr, &go);
        if let Place::Condition(branches) = &mut site.place {
            for branch in branches.then.iter_mut().chain(branches.otherwise.iter_mut()) {
                go(&mut branch.span);
                branch.effects.iter_mut().for_each(|(_, span)| go(span));
            }
        }
    };
    for read in &mut facts.reads {
        go(&mut read.span);
        read.name_span.iter_mut().for_each(go);
        read.default.iter_mut().for_each(go);
        read.uses.iter_mut().for_each(site);
        guards(&mut read.guards);
    }
    for write in &mut facts.writes {
        go(&mut write.span);
        go(&mut write.name_span);
    }
    for binding in &mut facts.bindings {
        go(&mut binding.span);
        binding.reads.iter_mut().for_each(go);
        lower::each_span(&mut binding.expr, &go);
    }
    for wrapper in &mut facts.wrappers {
        go(&mut wrapper.span);
        go(&mut wrapper.access);
    }
    for call in &mut facts.calls {
        go(&mut call.span);
        for argument in &mut call.arguments {
            go(&mut argument.span);
            argument.texts.iter_mut().for_each(|(_, span)| go(span));
            lower::each_span(&mut argument.expr, &go);
        }
        call.uses.iter_mut().for_each(site);
        guards(&mut call.guards);
    }
    facts.uses.iter_mut().for_each(|used| site(&mut used.site));
    facts.literals.iter_mut().for_each(|literal| go(&mut literal.span));
    facts.signs.iter_mut().for_each(|sign| go(&mut sign.span));
    facts.commands.iter_mut().for_each(|command| structure::each_span(command, &go));
    facts.broken.iter_mut().for_each(go);
}
