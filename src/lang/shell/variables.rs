//! Which names a script gives a value itself: those are not the environment's.

use std::collections::HashMap;

use tree_sitter::Node;

use crate::lang::tree;
use crate::span::Span;

use super::word::{self, Expansion};
use super::{Name, Script, looks_like_variable};

/// One assignment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Assignment<'t> {
    /// From here on the name has the value.
    from: usize,
    /// The function around it.
    function: Option<usize>,
    /// Only that function sees it.
    local: bool,
    /// What is given, where it is one word.
    value: Option<Node<'t>>,
    /// The name.
    at: Node<'t>,
    /// The branch it stands in, where it does not always run.
    branch: Option<Span>,
    /// The words a `for` goes over.
    list: Option<Node<'t>>,
}

/// All assignments of a script.
#[derive(Debug, Default)]
pub(super) struct Variables<'t> {
    assignments: HashMap<&'t str, Vec<Assignment<'t>>>,
    /// Where each name is first looked at in each function: a function runs later than it is written.
    first_look: HashMap<(&'t str, Option<usize>), usize>,
}

impl<'t> Variables<'t> {
    /// Names assigned once, with the value and the name's node, in order of place.
    pub(super) fn single(&self) -> Vec<(&'t str, Node<'t>, Node<'t>)> {
        let mut found: Vec<_> = self
            .assignments
            .iter()
            .filter_map(|(name, all)| match all.as_slice() {
                [one] => Some((*name, one.value?, one.at)),
                _ => None,
            })
            .collect();
        found.sort_by_key(|(_, _, at)| at.start_byte());
        found
    }

    /// The value given to a name inside a part of the script.
    pub(super) fn value_within(&self, name: &str, part: Span) -> Option<Node<'t>> {
        let all = self.assignments.get(name)?;
        all.iter().find(|one| part.contains(Span::from(one.at))).and_then(|one| one.value)
    }

    /// Whether the script gives the name a value anywhere.
    pub(super) fn is_assigned(&self, name: &str) -> bool {
        self.assignments.contains_key(name)
    }
}

/// Where the value of a name comes from, at one place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Held<'t> {
    /// From outside.
    Environment,
    /// From this one word of the script.
    Value(Node<'t>),
    /// From the script.
    Script,
}

/// Names that shells set themselves.
pub(super) fn is_of_the_shell(name: &str) -> bool {
    name.starts_with("BASH")
        || name.starts_with("COMP_")
        || name.starts_with("READLINE_")
        || name.starts_with("EPOCH")
        || matches!(
            name,
            "FUNCNAME"
                | "PIPESTATUS"
                | "RANDOM"
                | "SRANDOM"
                | "LINENO"
                | "SECONDS"
                | "UID"
                | "EUID"
                | "PPID"
                | "PWD"
                | "OLDPWD"
                | "IFS"
                | "OPTARG"
                | "OPTIND"
                | "OPTERR"
                | "REPLY"
                | "SHLVL"
                | "DIRSTACK"
                | "GROUPS"
                | "HISTCMD"
                | "MAPFILE"
                | "OSTYPE"
                | "MACHTYPE"
                | "HOSTTYPE"
                | "COPROC"
                | "COMPREPLY"
                | "COLUMNS"
                | "LINES"
                | "PS1"
                | "PS2"
                | "PS3"
                | "PS4"
                | "ZSH_VERSION"
        )
        || name.bytes().all(|byte| byte == b'_')
}

impl<'t> Script<'t> {
    /// Notes what a node assigns, and the switches of `set`.
    pub(super) fn note_assignment(&mut self, node: Node<'t>) {
        match node.kind() {
            "simple_expansion" | "expansion" | "variable_name" if self.looks.last() == Some(&node) => {
                if let Some(expansion) = Expansion::of(node, self.text) {
                    if !expansion.indirect {
                        self.looks_of.entry(expansion.name).or_default().push(node);
                    }
                    let function = self.function(node).map(|function| function.id());
                    self.variables.first_look.entry((expansion.name, function)).or_insert(node.start_byte());
                    if matches!(expansion.operator, "=" | ":=") && node.kind() == "expansion" {
                        self.assign(expansion.name, node, node, Some(node), false);
                    }
                }
            }
            "variable_assignment" => {
                let Some(name) = node.child_by_field_name("name") else { return };
                let parent = self.parent(node);
                // `X=1 command` gives X to the command alone.
                if parent.is_some_and(|parent| parent.kind() == "command") {
                    return;
                }
                let local = parent.is_some_and(|parent| self.declares_local(parent));
                let append = {
                    let mut cursor = node.walk();
                    node.children(&mut cursor).any(|child| child.kind() == "+=")
                };
                if name.kind() == "subscript" {
                    if let Some(name) = name.child_by_field_name("name") {
                        self.assign(tree::text(name, self.text), node, name, None, local);
                    }
                    return;
                }
                let value =
                    node.child_by_field_name("value").filter(|value| !append && value.kind() != "array");
                self.assign(tree::text(name, self.text), node, name, value, local);
            }
            "for_statement" => {
                if let Some(variable) = node.child_by_field_name("variable") {
                    let name = tree::text(variable, self.text);
                    // The loop's own words are looked at before it has a value.
                    let from = node.child_by_field_name("body").map_or(node.end_byte(), |n| n.start_byte());
                    let assignment = self.assignment(node, variable, None, false);
                    self.variables.assignments.entry(name).or_default().push(Assignment {
                        from,
                        list: Some(node),
                        ..assignment
                    });
                }
            }
            // `local X` hides the outer one.
            "declaration_command" if self.declares_local(node) => {
                for child in tree::children(node) {
                    if child.kind() == "variable_name" {
                        self.assign(tree::text(child, self.text), node, child, None, true);
                    }
                }
            }
            "unary_expression" | "postfix_expression" | "binary_expression" => self.note_arithmetic(node),
            "command" => self.note_command(node),
            _ => {}
        }
    }

    fn declares_local(&self, declaration: Node<'t>) -> bool {
        if declaration.kind() != "declaration_command" {
            return false;
        }
        let word = declaration.child(0).map_or("", |word| tree::text(word, self.text));
        let global = tree::children(declaration)
            .iter()
            .any(|child| child.kind() == "word" && tree::text(*child, self.text).starts_with("-g"));
        let in_function = self.function(declaration).is_some();
        in_function && !global && matches!(word, "local" | "declare" | "typeset")
    }

    /// `((X++))`, `((X = 1))`, `let`-like forms.
    fn note_arithmetic(&mut self, node: Node<'t>) {
        let mut cursor = node.walk();
        let assigns = node.children(&mut cursor).any(|child| {
            !child.is_named()
                && (matches!(child.kind(), "++" | "--")
                    || (child.kind().ends_with('=')
                        && !matches!(child.kind(), "==" | "!=" | "<=" | ">=" | "=")))
        });
        if assigns && let Some(name) = node.named_child(0).filter(|name| name.kind() == "variable_name") {
            self.assign(tree::text(name, self.text), node, name, None, false);
        }
    }

    fn note_command(&mut self, node: Node<'t>) {
        let Some(name) = node.child_by_field_name("name") else { return };
        let name = tree::text(name, self.text);
        let mut cursor = node.walk();
        let arguments: Vec<Node<'t>> = node.children_by_field_name("argument", &mut cursor).collect();
        match name {
            "set" => {
                let mut named: Option<bool> = None;
                for argument in arguments {
                    let word = tree::text(argument, self.text);
                    let at = node.end_byte();
                    if let Some(on) = named.take() {
                        match word {
                            "nounset" => self.nounset.push((at, on)),
                            "allexport" => self.allexport.push((at, on)),
                            _ => {}
                        }
                        continue;
                    }
                    let Some(on) = word.chars().next().and_then(|sign| match sign {
                        '-' => Some(true),
                        '+' => Some(false),
                        _ => None,
                    }) else {
                        break;
                    };
                    if word.starts_with("--") {
                        break;
                    }
                    if word.contains('u') {
                        self.nounset.push((at, on));
                    }
                    if word.contains('a') {
                        self.allexport.push((at, on));
                    }
                    if word.ends_with('o') {
                        named = Some(on);
                    }
                }
            }
            "source" | "." => self.sources = true,
            "read" | "mapfile" | "readarray" | "getopts" | "printf" => {
                let takes: Vec<Node<'t>> = match name {
                    "getopts" => arguments.get(1).copied().into_iter().collect(),
                    "printf" => match arguments.first() {
                        Some(first) if tree::text(*first, self.text) == "-v" => {
                            arguments.get(1).copied().into_iter().collect()
                        }
                        _ => Vec::new(),
                    },
                    _ => arguments,
                };
                for argument in takes {
                    let word = tree::text(argument, self.text);
                    if word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
                        self.assign(word, node, argument, None, false);
                    }
                }
            }
            _ => {}
        }
    }

    fn assign(&mut self, name: &'t str, node: Node<'t>, at: Node<'t>, value: Option<Node<'t>>, local: bool) {
        let assignment = self.assignment(node, at, value, local);
        self.variables.assignments.entry(name).or_default().push(assignment);
    }

    fn assignment(
        &self,
        node: Node<'t>,
        at: Node<'t>,
        value: Option<Node<'t>>,
        local: bool,
    ) -> Assignment<'t> {
        Assignment {
            from: node.end_byte(),
            function: self.function(node).map(|function| function.id()),
            local,
            value,
            at,
            branch: self.branch_around(node),
            list: None,
        }
    }

    /// The smallest part of the script that need not run when what is around it runs.
    fn branch_around(&self, node: Node<'t>) -> Option<Span> {
        let mut below = node;
        for above in self.chain(node).skip(1) {
            let span = match above.kind() {
                "function_definition" => return None,
                "case_item"
                | "do_group"
                | "else_clause"
                | "elif_clause"
                | "subshell"
                | "command_substitution" => Some(Span::from(above)),
                "if_statement" if !super::place::is_condition(above, below) => {
                    // Up to the next branch; the condition always runs.
                    let end = tree::children(above)
                        .into_iter()
                        .find(|child| matches!(child.kind(), "else_clause" | "elif_clause"))
                        .map_or(above.end_byte(), |child| child.start_byte());
                    Some(Span::new(above.start_byte(), end.max(below.end_byte())))
                }
                "list" if above.named_child(0).is_some_and(|first| first.id() != below.id()) => {
                    Some(Span::from(below))
                }
                _ => None,
            };
            if span.is_some() {
                return span;
            }
            below = above;
        }
        None
    }

    /// Where a name's value comes from at `look`.
    pub(super) fn held(&self, look: Node<'t>, name: &str) -> Held<'t> {
        let Some(all) = self.variables.assignments.get(name) else { return Held::Environment };
        let at = look.start_byte();
        let function = self.function(look).map(|function| function.id());
        let before: Vec<&Assignment<'t>> = all
            .iter()
            .filter(|one| !one.local || one.function == function)
            // What the top level assigns is there when a function is called, wherever it stands.
            .filter(|one| {
                one.from <= at || (function.is_some() && function != one.function && !self.inside(look, one))
            })
            .collect();
        let Some(first) = before.iter().map(|one| one.from).min() else { return Held::Environment };
        // A name that is looked at first and then only sometimes assigned still comes from outside.
        let looked_first = self.variables.first_look.get(&(name, function)).is_some_and(|look| *look < first);
        let sometimes =
            before.iter().all(|one| one.branch.is_some_and(|branch| !branch.contains(Span::from(look))));
        // Across functions the order of the text says nothing.
        let here = before.iter().all(|one| one.list.is_none() && one.function == function);
        if looked_first && sometimes && here {
            return Held::Environment;
        }
        match (all.as_slice(), before.as_slice()) {
            ([_], [one]) => one.value.map_or(Held::Script, Held::Value),
            _ => Held::Script,
        }
    }

    /// Whether a look is a part of the assignment itself: `X=${X:-d}` looks at the outer X.
    fn inside(&self, look: Node<'t>, one: &Assignment<'t>) -> bool {
        one.value.is_some_and(|value| Span::from(value).contains(Span::from(look)))
    }

    /// The names that `${!name}` may look up, each with its place where it is written out.
    pub(super) fn names_in(&self, look: Node<'t>, name: &str) -> Vec<(Name, Option<Span>)> {
        let unknown = vec![(Name::Computed, None)];
        let Some(all) = self.variables.assignments.get(name) else { return unknown };
        let visible: Vec<_> = all
            .iter()
            .filter(|one| !one.local || one.function == self.function(look).map(|function| function.id()))
            .collect();
        let [one] = visible.as_slice() else { return unknown };
        if let Some(list) = one.list {
            let mut cursor = list.walk();
            let words: Vec<_> = list
                .children_by_field_name("value", &mut cursor)
                .filter_map(|word| Some((word::plain(word, self.text)?, word::inner(word, self.text))))
                .filter(|(text, _)| looks_like_variable(text))
                .map(|(text, span)| (Name::Known(text), Some(span)))
                .collect();
            return if words.is_empty() { unknown } else { words };
        }
        let Some(value) = one.value else { return unknown };
        if let Some(text) = word::plain(value, self.text) {
            return if looks_like_variable(&text) {
                vec![(Name::Known(text), Some(word::inner(value, self.text)))]
            } else {
                unknown
            };
        }
        match self.known_ends(value) {
            (prefix, suffix) if prefix.is_empty() && suffix.is_empty() => unknown,
            (prefix, suffix) => vec![(Name::Partly { prefix, suffix }, None)],
        }
    }

    /// What is known at both ends of a word with something computed between.
    fn known_ends(&self, value: Node<'t>) -> (String, String) {
        let inner = word::inner(value, self.text);
        let written = inner.of(self.text);
        let name_bytes = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        let prefix: String = written
            .split(['$', '`', '"'])
            .next()
            .filter(|prefix| prefix.as_bytes().iter().all(name_bytes))
            .unwrap_or_default()
            .to_owned();
        let suffix = written
            .rfind('}')
            .map(|at| &written[at + 1..])
            .filter(|suffix| suffix.as_bytes().iter().all(name_bytes))
            .unwrap_or_default()
            .to_owned();
        (prefix, suffix)
    }

    /// The function and the position of the parameter that a name holds: `local v="$1"`.
    pub(super) fn parameter(&self, look: Node<'t>, name: &str) -> Option<(Node<'t>, usize, String)> {
        let function = self.function(look)?;
        if let Ok(index) = name.parse::<usize>() {
            return Some((function, index.checked_sub(1)?, String::new()));
        }
        let [one] = self.variables.assignments.get(name)?.as_slice() else { return None };
        let value = one.value.filter(|_| one.function == Some(function.id()))?;
        let written = word::inner(value, self.text).of(self.text);
        let (prefix, rest) = written.split_once('$')?;
        let digits = rest.trim_start_matches('{').trim_end_matches('}');
        let digits = digits.split([':', '-', '?']).next().unwrap_or_default();
        let index: usize = digits.parse().ok()?;
        Some((function, index.checked_sub(1)?, prefix.to_owned()))
    }
}
