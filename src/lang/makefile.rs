//! Front end: Makefile.
//!
//! Make takes every variable of the environment for one of its own. A recipe is shell in which make
//! expands first: where `$(X)` is the environment's, the shell front end is shown `${X}` in the same
//! bytes, so that `test -n "$(X)"` is understood like `test -n "$X"`.

use std::collections::{HashMap, HashSet};

use crate::effect::Effect;
use crate::expr::{Expr, Part, Question};
use crate::fact::{
    Branch, Branches, EnvRead, EnvWrite, Facts, Form, Guard, Name, Place, ReadKind, Request, Use, WriteKind,
    looks_like_variable,
};
use crate::span::Span;

use super::shell;

/// References deeper than this are not understood.
const DEEPEST: usize = 20;

/// At most so many uses of one read are given.
const MOST_USES: usize = 12;

/// Names that make itself gives a value.
fn is_of_make(name: &str) -> bool {
    matches!(
        name,
        "MAKE"
            | "MAKEFLAGS"
            | "MAKEFILES"
            | "MAKEFILE_LIST"
            | "MAKECMDGOALS"
            | "MAKELEVEL"
            | "MAKE_COMMAND"
            | "MAKE_VERSION"
            | "MAKE_HOST"
            | "MAKEOVERRIDES"
            | "MFLAGS"
            | "CURDIR"
            | "PWD"
            | "SHELL"
            | "AR"
            | "AS"
            | "CC"
            | "CXX"
            | "CPP"
            | "FC"
            | "LD"
            | "LEX"
            | "YACC"
            | "RM"
            | "ARFLAGS"
            | "ASFLAGS"
            | "CFLAGS"
            | "CXXFLAGS"
            | "CPPFLAGS"
            | "FFLAGS"
            | "LDFLAGS"
            | "LDLIBS"
    )
}

/// The facts of one file.
pub fn facts(text: &str, _request: &Request<'_>) -> Facts {
    let lines = lines(text);
    let mut reader = Reader {
        text,
        facts: Facts::default(),
        assigned: HashSet::new(),
        values: HashMap::new(),
        defaults: HashMap::new(),
        carried: HashMap::new(),
        conditions: Vec::new(),
        target: String::new(),
    };
    reader.note(&lines);
    for at in 0..lines.len() {
        reader.read(&lines, at);
    }
    reader.facts
}

/// What a logical line is.
#[derive(Clone, Debug, PartialEq)]
enum Kind {
    /// A line of a recipe.
    Recipe,
    /// `X = v` and its like; the name, the operator and the value.
    Assign {
        name: Span,
        operator: &'static str,
        value: Span,
        export: bool,
    },
    /// `export X`, `unexport X`.
    Export {
        names: Span,
        off: bool,
    },
    /// `ifdef`, `ifndef`, `ifeq`, `ifneq`, with what follows; `otherwise` after `else`.
    If {
        word: &'static str,
        arguments: Span,
        otherwise: bool,
    },
    Else,
    Endif,
    /// `include`, `-include`.
    Include(Span),
    /// `target: prerequisites`.
    Rule {
        target: Span,
        head: Span,
        recipe: Option<Span>,
    },
    /// `define X`.
    Define(Span),
    Endef,
    /// Anything else, such as a call on its own.
    Other,
}

/// A line with those it goes on in.
#[derive(Clone, Debug)]
struct Line {
    span: Span,
    kind: Kind,
}

fn lines(text: &str) -> Vec<Line> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut in_rule = false;
    let mut defines = 0usize;
    while at < text.len() {
        let mut end = at;
        loop {
            let next = memchr::memchr(b'\n', &text.as_bytes()[end..]).map_or(text.len(), |len| end + len);
            let line = text[at..next].trim_end_matches('\r');
            let escapes = line.len() - line.trim_end_matches('\\').len();
            end = next;
            if escapes.is_multiple_of(2) || next >= text.len() {
                break;
            }
            end += 1;
        }
        let kept = at + text[at..end].trim_end_matches('\r').len();
        let span = Span::new(at, kept);
        at = end + 1;
        let line = span.of(text);
        if line.trim().is_empty() || (line.trim_start().starts_with('#') && !line.starts_with('\t')) {
            continue;
        }
        let mut kind = classify(text, span, in_rule || defines > 0);
        match &kind {
            Kind::Define(_) => defines += 1,
            Kind::Endef => defines = defines.saturating_sub(1),
            // A macro is most often lines of a recipe.
            Kind::If { .. } | Kind::Else | Kind::Endif => {}
            _ if defines > 0 => kind = Kind::Recipe,
            Kind::Rule { .. } => in_rule = true,
            Kind::Recipe => {}
            _ => in_rule = false,
        }
        found.push(Line { span, kind });
    }
    found
}

fn classify(text: &str, span: Span, in_rule: bool) -> Kind {
    let line = span.of(text);
    if line.starts_with('\t') && in_rule {
        return Kind::Recipe;
    }
    let start = span.start + (line.len() - line.trim_start().len());
    // A comment ends a line that is no recipe.
    let line = Span::new(start, span.end).of(text);
    let line = match line.find(" #").or_else(|| line.find("\t#")) {
        Some(at) => line[..at].trim_end(),
        None => line.trim_end(),
    };
    let mut rest = Span::new(start, start + line.len());
    let word_of = |span: Span| span.of(text).split_whitespace().next().unwrap_or_default();
    let after = |span: Span, word: &str| {
        let tail = &span.of(text)[word.len()..];
        Span::new(span.end - tail.trim_start().len(), span.end)
    };
    let mut otherwise = false;
    if word_of(rest) == "else" {
        rest = after(rest, "else");
        if rest.is_empty() {
            return Kind::Else;
        }
        otherwise = true;
    }
    let word = word_of(rest);
    // `ifeq($(X),y)` without a space is an error for make, and common.
    let conditional = ["ifdef", "ifndef", "ifeq", "ifneq"]
        .into_iter()
        .find(|known| word == *known || (word.starts_with(known) && word[known.len()..].starts_with('(')));
    if let Some(word) = conditional {
        return Kind::If { word, arguments: after(rest, word), otherwise };
    }
    match word {
        "endif" => return Kind::Endif,
        "endef" => return Kind::Endef,
        "include" | "-include" | "sinclude" => return Kind::Include(after(rest, word)),
        "define" => return Kind::Define(after(rest, word)),
        "unexport" => return Kind::Export { names: after(rest, word), off: true },
        _ => {}
    }
    let mut export = false;
    while matches!(word_of(rest), "export" | "override" | "private") {
        let word = word_of(rest);
        export |= word == "export";
        rest = after(rest, word);
    }
    if let Some(kind) = assignment(text, rest, export) {
        return kind;
    }
    if export {
        return Kind::Export { names: rest, off: false };
    }
    // `target: X = v`, `target: export X = v`
    let content = rest.of(text);
    let Some(colon) = top_level(content, b':') else { return Kind::Other };
    let tail = content[colon..].trim_start_matches([':', '&']);
    let mut value = Span::new(rest.end - tail.trim_start().len(), rest.end);
    let mut exported = false;
    while matches!(word_of(value), "export" | "override" | "private") {
        let word = word_of(value);
        exported |= word == "export";
        value = after(value, word);
    }
    if let Some(kind) = assignment(text, value, exported) {
        return kind;
    }
    let target = Span::new(rest.start, rest.start + colon);
    let recipe = top_level(value.of(text), b';').map(|at| Span::new(value.start + at + 1, value.end));
    let head = Span::new(rest.start, recipe.map_or(rest.end, |recipe| recipe.start));
    Kind::Rule { target, head, recipe }
}

/// `X = v`, where the line begins so.
fn assignment(text: &str, span: Span, export: bool) -> Option<Kind> {
    const OPERATORS: &[&str] = &[":::=", "::=", ":=", "?=", "+=", "!=", "="];
    let content = span.of(text);
    let equals = top_level(content, b'=')?;
    let operator = OPERATORS.iter().find(|operator| content[..=equals].ends_with(**operator))?;
    let name = &content[..=equals][..equals + 1 - operator.len()];
    let name = name.trim_end();
    let valid =
        !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || matches!(c, ':' | '#' | '='));
    if !valid {
        return None;
    }
    let tail = &content[equals + 1..];
    let value = Span::new(span.end - tail.trim_start().len(), span.end);
    Some(Kind::Assign { name: Span::new(span.start, span.start + name.len()), operator, value, export })
}

/// The first `byte` that is not inside a reference.
fn top_level(text: &str, byte: u8) -> Option<usize> {
    let mut depth = 0usize;
    let bytes = text.as_bytes();
    for (at, found) in bytes.iter().enumerate() {
        match found {
            b'(' | b'{' if depth > 0 || (at > 0 && bytes[at - 1] == b'$') => depth += 1,
            b')' | b'}' => depth = depth.saturating_sub(1),
            found if *found == byte && depth == 0 => return Some(at),
            _ => {}
        }
    }
    None
}

/// `$(…)`, `${…}`.
#[derive(Clone, Copy, Debug)]
struct Reference {
    /// With the dollar and the brackets.
    span: Span,
    /// What is between the brackets.
    inner: Span,
}

/// The outermost references of a text.
fn references(text: &str, span: Span) -> Vec<Reference> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = span.start;
    while at + 1 < span.end {
        if bytes[at] != b'$' {
            at += 1;
            continue;
        }
        let (open, close) = match bytes[at + 1] {
            b'(' => (b'(', b')'),
            b'{' => (b'{', b'}'),
            // `$$`, `$@`: two bytes that name nothing of the environment.
            _ => {
                at += 2;
                continue;
            }
        };
        let mut depth = 1usize;
        let mut end = at + 2;
        while end < span.end && depth > 0 {
            match bytes[end] {
                byte if byte == open => depth += 1,
                byte if byte == close => depth -= 1,
                _ => {}
            }
            end += 1;
        }
        let inner = Span::new(at + 2, if depth == 0 { end - 1 } else { end });
        found.push(Reference { span: Span::new(at, end), inner });
        at = end;
    }
    found
}

/// Functions of make.
const FUNCTIONS: &[&str] = &[
    "subst",
    "patsubst",
    "strip",
    "findstring",
    "filter",
    "filter-out",
    "sort",
    "word",
    "words",
    "wordlist",
    "firstword",
    "lastword",
    "dir",
    "notdir",
    "suffix",
    "basename",
    "addsuffix",
    "addprefix",
    "join",
    "wildcard",
    "realpath",
    "abspath",
    "if",
    "or",
    "and",
    "intcmp",
    "foreach",
    "file",
    "call",
    "value",
    "eval",
    "origin",
    "flavor",
    "shell",
    "error",
    "warning",
    "info",
    "guile",
    "let",
];

/// A function call inside a reference: its name and its arguments.
fn call(text: &str, inner: Span) -> Option<(&str, Vec<Span>)> {
    let content = inner.of(text);
    let name = content.split([' ', '\t']).next().unwrap_or_default();
    if name.len() == content.len() || !FUNCTIONS.contains(&name) {
        return None;
    }
    let tail = content[name.len()..].trim_start();
    let mut from = inner.end - tail.len();
    let mut arguments = Vec::new();
    if name == "shell" {
        return Some((name, vec![Span::new(from, inner.end)]));
    }
    while let Some(comma) = top_level(&text[from..inner.end], b',') {
        arguments.push(Span::new(from, from + comma));
        from += comma + 1;
    }
    arguments.push(Span::new(from, inner.end));
    Some((name, arguments))
}

/// A conditional that is open.
struct Condition {
    expr: Expr,
    span: Span,
    /// Inside the part where it holds.
    holds: bool,
}

struct Reader<'t> {
    text: &'t str,
    facts: Facts,
    /// Names that the file gives a value (`?=` aside).
    assigned: HashSet<&'t str>,
    /// Values of names assigned once.
    values: HashMap<&'t str, Span>,
    /// `X ?= d`: the default.
    defaults: HashMap<&'t str, Span>,
    /// Names that carry a read, with the index of the read.
    carried: HashMap<String, Vec<usize>>,
    conditions: Vec<Condition>,
    target: String,
}

impl<'t> Reader<'t> {
    /// Notes what the file assigns: make looks values up only when they are used.
    fn note(&mut self, lines: &[Line]) {
        let mut times: HashMap<&str, usize> = HashMap::new();
        for line in lines {
            match &line.kind {
                Kind::Assign { name, operator: "?=", value, .. } => {
                    self.defaults.entry(name.of(self.text)).or_insert(*value);
                }
                Kind::Assign { name, operator, value, .. } => {
                    let name = name.of(self.text);
                    self.assigned.insert(name);
                    *times.entry(name).or_default() += if matches!(*operator, "+=" | "!=") { 2 } else { 1 };
                    self.values.insert(name, *value);
                }
                Kind::Define(name) => {
                    let name = name.of(self.text).split_whitespace().next().unwrap_or_default();
                    self.assigned.insert(name);
                }
                _ => {}
            }
        }
        self.values.retain(|name, _| times.get(name) == Some(&1));
    }

    /// Whether a name's value comes from outside.
    fn is_environment(&self, name: &str) -> bool {
        looks_like_variable(name) && !self.assigned.contains(name) && !is_of_make(name)
    }

    fn read(&mut self, lines: &[Line], at: usize) {
        let line = &lines[at];
        match line.kind.clone() {
            Kind::Recipe => self.recipe(line.span),
            Kind::Assign { name, operator, value, export } => {
                self.assign(line, name, operator, value, export)
            }
            Kind::Export { names, off } => self.export(names, off),
            Kind::If { word, arguments, otherwise } => {
                if otherwise && let Some(last) = self.conditions.last_mut() {
                    last.holds = !last.holds;
                }
                self.condition(lines, at, word, arguments, otherwise);
            }
            Kind::Else => {
                if let Some(last) = self.conditions.last_mut() {
                    last.holds = !last.holds;
                }
            }
            Kind::Endif => {
                self.conditions.pop();
            }
            Kind::Rule { target, head, recipe } => {
                self.target = target.of(self.text).trim().to_owned();
                self.values_in(head, &Place::Other, false);
                if let Some(recipe) = recipe {
                    self.recipe(recipe);
                }
            }
            Kind::Include(span) | Kind::Define(span) => self.values_in(span, &Place::Other, false),
            Kind::Other => self.values_in(line.span, &Place::Other, false),
            Kind::Endef => {}
        }
    }

    fn assign(&mut self, line: &Line, name: Span, operator: &str, value: Span, export: bool) {
        let known = name.of(self.text);
        let place = Place::Bound { target: known.to_owned() };
        if operator == "!=" {
            self.shell(value);
        }
        let whole = Span::new(name.start, value.end.max(name.end));
        if operator == "?=" && self.is_environment(known) {
            let default = (!value.is_empty()).then_some(value);
            let lowered = default.map(|value| Box::new(self.lower(value, 0)));
            let expr =
                Expr::Read { name: Some(known.to_owned()), span: whole, default: lowered, required: false };
            let at = self.push_read(known, name, whole, ReadKind::Value, expr, whole, place.clone(), "?=");
            self.facts.reads[at].default = default;
            self.carried.entry(known.to_owned()).or_default().push(at);
        }
        let before = self.facts.reads.len();
        self.values_in(value, &place, true);
        if self.values.get(known) == Some(&value) {
            let carried: Vec<usize> = (before..self.facts.reads.len()).collect();
            if !carried.is_empty() {
                self.carried.entry(known.to_owned()).or_default().extend(carried);
            }
        }
        let writes = looks_like_variable(known) && (export || operator == "?=");
        if writes {
            let plain = references(self.text, value).is_empty() && !value.of(self.text).contains('$');
            self.facts.writes.push(EnvWrite {
                name: Name::Known(known.to_owned()),
                name_span: name,
                span: line.span,
                value: plain.then(|| value.of(self.text).to_owned()),
                kind: if operator == "?=" { WriteKind::Default } else { WriteKind::Set },
                surface: "Makefile".to_owned(),
                scope: self.target.clone(),
            });
        }
    }

    fn export(&mut self, names: Span, off: bool) {
        let mut at = names.start;
        for word in names.of(self.text).split_inclusive(char::is_whitespace) {
            let name = word.trim();
            let span = Span::new(at, at + name.len());
            at += word.len();
            if !looks_like_variable(name) {
                continue;
            }
            let kind = match () {
                () if off => WriteKind::Unset,
                () if self.assigned.contains(name) || self.defaults.contains_key(name) => WriteKind::Set,
                () => WriteKind::Pass,
            };
            self.facts.writes.push(EnvWrite {
                name: Name::Known(name.to_owned()),
                name_span: span,
                span,
                value: None,
                kind,
                surface: "Makefile".to_owned(),
                scope: self.target.clone(),
            });
        }
    }

    /// `ifdef X`, `ifeq ($(X),y)`.
    fn condition(&mut self, lines: &[Line], at: usize, word: &str, arguments: Span, otherwise: bool) {
        let (expr, span, asked) = match word {
            "ifdef" | "ifndef" => {
                let name = arguments.of(self.text).split_whitespace().next().unwrap_or_default();
                let span = Span::new(arguments.start, arguments.start + name.len());
                if self.is_environment(name) && !self.defaults.contains_key(name) {
                    (Expr::Presence { name: Some(name.to_owned()), span }, span, Some(name.to_owned()))
                } else {
                    (self.lower_name(name, span, 0), span, None)
                }
            }
            _ => {
                let (left, right) = self.operands(arguments);
                (equal(self.lower(left, 0), self.lower(right, 0)), arguments, None)
            }
        };
        let branches = self.branches(lines, at, matches!(word, "ifndef" | "ifneq"));
        let place = Place::Condition(branches);
        let holds = !matches!(word, "ifndef" | "ifneq");
        match asked {
            Some(name) => {
                self.push_read(&name, span, span, ReadKind::Presence, expr.clone(), span, place, "ifdef");
            }
            None if matches!(word, "ifdef" | "ifndef") => {
                let name = span.of(self.text).to_owned();
                self.use_carried(&name, span, &expr, span, &place);
            }
            None => self.reads_in(arguments, &expr, arguments, &place),
        }
        if otherwise && let Some(last) = self.conditions.last_mut() {
            // One `endif` closes the whole chain.
            *last = Condition { expr, span, holds };
        } else {
            self.conditions.push(Condition { expr, span, holds });
        }
    }

    /// The two sides of `ifeq (a,b)` or `ifeq "a" "b"`.
    fn operands(&self, arguments: Span) -> (Span, Span) {
        let content = arguments.of(self.text);
        let empty = Span::new(arguments.end, arguments.end);
        if content.starts_with('(') && content.ends_with(')') {
            let inner = Span::new(arguments.start + 1, arguments.end - 1);
            return match top_level(inner.of(self.text), b',') {
                Some(comma) => (
                    trimmed(self.text, Span::new(inner.start, inner.start + comma)),
                    trimmed(self.text, Span::new(inner.start + comma + 1, inner.end)),
                ),
                None => (inner, empty),
            };
        }
        let mut sides = Vec::new();
        let mut rest = arguments;
        while let Some(quote) = rest.of(self.text).chars().next().filter(|c| matches!(c, '"' | '\'')) {
            let inner = &rest.of(self.text)[1..];
            let Some(close) = inner.find(quote) else { break };
            sides.push(Span::new(rest.start + 1, rest.start + 1 + close));
            let tail = &inner[close + 1..];
            rest = Span::new(rest.end - tail.trim_start().len(), rest.end);
        }
        match sides.as_slice() {
            [left, right, ..] => (*left, *right),
            [left] => (*left, empty),
            [] => (arguments, empty),
        }
    }

    /// What the two sides of a conditional do.
    fn branches(&self, lines: &[Line], at: usize, negative: bool) -> Branches {
        let mut depth = 0usize;
        let mut first = Vec::new();
        let mut second = Vec::new();
        let mut in_second = false;
        for line in &lines[at + 1..] {
            match &line.kind {
                Kind::If { otherwise: false, .. } => depth += 1,
                Kind::Endif if depth == 0 => break,
                Kind::Endif => depth -= 1,
                Kind::Else | Kind::If { otherwise: true, .. } if depth == 0 => {
                    in_second = true;
                    continue;
                }
                _ => {}
            }
            if in_second {
                second.push(line);
            } else {
                first.push(line);
            }
        }
        let (then, otherwise) = (self.branch(&first), self.branch(&second));
        let (then, otherwise) = if negative { (otherwise, then) } else { (then, otherwise) };
        Branches { form: Form::If, then, otherwise }
    }

    fn branch(&self, lines: &[&Line]) -> Option<Branch> {
        let (first, last) = (lines.first()?, lines.last()?);
        let mut effects: Vec<(Effect, Span)> = Vec::new();
        let mut push = |effect: Effect, span: Span| {
            if !effects.iter().any(|(known, _)| *known == effect) {
                effects.push((effect, span));
            }
        };
        for line in lines {
            let content = line.span.of(self.text);
            if content.contains("$(error") {
                push(Effect::Raises, line.span);
            }
            match &line.kind {
                Kind::Recipe => {
                    let (masked, span) = self.mask(line.span);
                    for (effect, at) in shell::effects(&masked, Span::new(0, masked.len())) {
                        push(effect, at.shift(span.start));
                    }
                }
                Kind::Assign { name, value, .. } => {
                    let plain = match value.of(self.text).to_ascii_lowercase().as_str() {
                        "1" | "true" | "yes" | "on" => Some(true),
                        "0" | "false" | "no" | "off" | "" => Some(false),
                        _ => None,
                    };
                    if let Some(effect) = Effect::of_target(name.of(self.text), plain) {
                        push(effect, line.span);
                    }
                }
                Kind::Include(file) if file.of(self.text).contains(".env") => {
                    push(Effect::LocalSettings, line.span);
                }
                _ => {}
            }
        }
        Some(Branch { span: Span::new(first.span.start, last.span.end), effects })
    }

    /// A text as make expands it.
    fn lower(&self, span: Span, depth: usize) -> Expr {
        if depth > DEEPEST {
            return Expr::Opaque(span);
        }
        let mut parts = Vec::new();
        let mut at = span.start;
        let text = |from: usize, to: usize, parts: &mut Vec<Expr>| {
            if from < to {
                let piece = Span::new(from, to);
                parts.push(if piece.of(self.text).contains('$') {
                    Expr::Opaque(piece)
                } else {
                    Expr::Text(piece.of(self.text).to_owned())
                });
            }
        };
        for reference in references(self.text, span) {
            text(at, reference.span.start, &mut parts);
            parts.push(self.lower_reference(reference, depth + 1));
            at = reference.span.end;
        }
        text(at, span.end, &mut parts);
        match parts.len() {
            0 => Expr::Text(String::new()),
            1 => parts.remove(0),
            _ => Expr::Template(parts),
        }
    }

    fn lower_name(&self, name: &str, span: Span, depth: usize) -> Expr {
        if depth > DEEPEST {
            return Expr::Opaque(span);
        }
        if self.is_environment(name) {
            // A use of `X ?= d` is the read there.
            if let Some(at) = self.carried.get(name).and_then(|reads| reads.first())
                && let Some(read) = self.facts.reads.get(*at)
                && read.name.is(name)
            {
                return read.uses.first().map_or(Expr::Opaque(span), |own| own.expr.clone());
            }
            return Expr::Read { name: Some(name.to_owned()), span, default: None, required: false };
        }
        match self.values.get(name) {
            Some(value) if self.carried.contains_key(name) || !value.of(self.text).contains('$') => {
                self.lower(*value, depth + 4)
            }
            _ => Expr::Opaque(span),
        }
    }

    fn lower_reference(&self, reference: Reference, depth: usize) -> Expr {
        let Reference { span, inner } = reference;
        let opaque = || Expr::Opaque(span);
        if depth > DEEPEST {
            return opaque();
        }
        let Some((function, arguments)) = call(self.text, inner) else {
            let name = inner.of(self.text);
            // `$(X:%.a=%.b)`
            return match name.split_once(':') {
                Some((name, _)) => Expr::Part {
                    part: Part::Other("replace".to_owned()),
                    subject: Box::new(self.lower_name(name, span, depth)),
                    safe: true,
                },
                None => self.lower_name(name, span, depth),
            };
        };
        let value = |at: usize| match arguments.get(at) {
            Some(argument) => self.lower(trimmed(self.text, *argument), depth + 1),
            None => Expr::Text(String::new()),
        };
        let plain = |at: usize| arguments.get(at).map_or("", |span| span.of(self.text).trim());
        let ask = |question, subject| Expr::Ask { question, subject: Box::new(subject), safe: true };
        let part = |part, subject| Expr::Part { part, subject: Box::new(subject), safe: true };
        match function {
            "if" => Expr::Choose {
                condition: Box::new(present(value(0))),
                then: Box::new(value(1)),
                otherwise: Box::new(value(2)),
            },
            "or" => Expr::Any((0..arguments.len()).map(value).collect()),
            "and" => Expr::All((0..arguments.len()).map(value).collect()),
            "strip" => value(0),
            "findstring" if !plain(0).contains('$') => ask(Question::Contains(plain(0).to_owned()), value(1)),
            "filter" | "filter-out" if !plain(0).contains(['$', ' ']) => {
                let pattern = plain(0);
                let expr = match pattern.strip_suffix('%') {
                    Some(start) => ask(Question::StartsWith(start.to_owned()), value(1)),
                    None => equal(value(1), Expr::Text(pattern.to_owned())),
                };
                if function == "filter" { expr } else { Expr::Not(Box::new(expr)) }
            }
            "subst" if plain(0) == "." => part(Part::Pieces, value(2)),
            "firstword" | "lastword" | "word" => {
                let (taken, subject) = match function {
                    "firstword" => (Part::Head, value(0)),
                    "lastword" => (Part::Tail, value(0)),
                    _ if plain(0) == "1" => (Part::Head, value(1)),
                    _ if plain(0) == "2" => (Part::Tail, value(1)),
                    _ => (Part::Other("word".to_owned()), value(1)),
                };
                match subject {
                    Expr::Part { part: Part::Pieces, subject, .. } => part(taken, *subject),
                    subject => part(Part::Other(function.to_owned()), subject),
                }
            }
            "patsubst" | "subst" => part(Part::Other("replace".to_owned()), value(2)),
            "dir" | "notdir" | "basename" | "suffix" | "abspath" | "realpath" | "wildcard" | "sort" => {
                part(Part::Other(function.to_owned()), value(0))
            }
            _ => opaque(),
        }
    }

    /// The reads in a text that is one expression.
    fn values_in(&mut self, span: Span, place: &Place, whole: bool) {
        if whole {
            let expr = self.lower(span, 0);
            self.reads_in(span, &expr, span, place);
            return;
        }
        for reference in references(self.text, span) {
            let expr = self.lower_reference(reference, 0);
            self.reads_in(reference.span, &expr, reference.span, place);
        }
    }

    /// Gives a read for each reference to the environment inside `span`, which lowers to `expr`.
    fn reads_in(&mut self, span: Span, expr: &Expr, expr_span: Span, place: &Place) {
        let mut pending: Vec<(Reference, usize)> =
            references(self.text, span).into_iter().map(|reference| (reference, 0)).collect();
        pending.reverse();
        while let Some((reference, depth)) = pending.pop() {
            if let Some((function, arguments)) = call(self.text, reference.inner) {
                if function == "shell" {
                    self.shell(reference.inner_command(arguments[0]));
                    continue;
                }
                if depth < DEEPEST {
                    let mut inner: Vec<_> = arguments
                        .iter()
                        .flat_map(|argument| references(self.text, *argument))
                        .map(|reference| (reference, depth + 1))
                        .collect();
                    inner.reverse();
                    pending.extend(inner);
                }
                continue;
            }
            let content = reference.inner.of(self.text);
            let name = content.split(':').next().unwrap_or_default();
            let name_span = Span::new(reference.inner.start, reference.inner.start + name.len());
            if content.contains('$') {
                if depth < DEEPEST {
                    pending.extend(
                        references(self.text, reference.inner).into_iter().map(|inner| (inner, depth + 1)),
                    );
                }
                continue;
            }
            if self.is_environment(name) && !self.defaults.contains_key(name) {
                let own = Expr::Read {
                    name: Some(name.to_owned()),
                    span: reference.span,
                    default: None,
                    required: false,
                };
                let held = expr.holds(reference.span);
                let (expr, at) = if held { (expr.clone(), expr_span) } else { (own, reference.span) };
                let place = if held { place.clone() } else { Place::Other };
                let index =
                    self.push_read(name, name_span, reference.span, ReadKind::Value, expr, at, place, "$()");
                self.facts.reads[index].default = self.fallback(span, reference);
            } else {
                self.use_carried(name, reference.span, expr, expr_span, place);
            }
        }
    }

    /// `$(or $(X),d)`, `$(if $(X),$(X),d)`: what stands in for an unset variable.
    fn fallback(&self, span: Span, reference: Reference) -> Option<Span> {
        let outer =
            references(self.text, span).into_iter().find(|outer| outer.span.contains(reference.span))?;
        let (function, arguments) = call(self.text, outer.inner)?;
        let at = match (function, arguments.as_slice()) {
            ("or", [first, second]) if trimmed(self.text, *first) == reference.span => *second,
            // Only where the variable itself is given when it is set.
            ("if", [first, second, third])
                if trimmed(self.text, *first) == reference.span
                    && trimmed(self.text, *second).of(self.text) == reference.span.of(self.text) =>
            {
                *third
            }
            _ => return None,
        };
        Some(trimmed(self.text, at))
    }

    #[allow(clippy::too_many_arguments)]
    fn push_read(
        &mut self,
        name: &str,
        name_span: Span,
        span: Span,
        kind: ReadKind,
        expr: Expr,
        expr_span: Span,
        place: Place,
        api: &str,
    ) -> usize {
        let guards = self.guards();
        self.facts.reads.push(EnvRead {
            name: Name::Known(name.to_owned()),
            name_span: Some(name_span),
            span,
            api: api.to_owned(),
            kind,
            default: None,
            required: false,
            scope: self.target.clone(),
            uses: vec![Use {
                name: None,
                path: None,
                span,
                expr,
                expr_span,
                place,
                scope: self.target.clone(),
            }],
            guards,
            via: None,
        });
        self.facts.reads.len() - 1
    }

    fn guards(&self) -> Vec<Guard> {
        self.conditions
            .iter()
            .rev()
            .map(|open| Guard { expr: open.expr.clone(), span: open.span, holds: open.holds })
            .collect()
    }

    /// A use of a name that carries reads.
    fn use_carried(&mut self, name: &str, span: Span, expr: &Expr, expr_span: Span, place: &Place) {
        for at in self.carried.get(name).cloned().unwrap_or_default() {
            let scope = self.target.clone();
            let Some(read) = self.facts.reads.get_mut(at) else { continue };
            if read.uses.len() < MOST_USES && expr.holds(read.span) {
                read.uses.push(Use {
                    name: Some(name.to_owned()),
                    path: None,
                    span,
                    expr: expr.clone(),
                    expr_span,
                    place: place.clone(),
                    scope,
                });
            }
        }
    }

    /// `$(shell …)` and `X != …`.
    fn shell(&mut self, span: Span) {
        self.recipe(span);
    }

    /// One line of a recipe.
    fn recipe(&mut self, line: Span) {
        let (masked, line) = self.mask(line);
        let mut inner = Facts::default();
        let scope = self.target.clone();
        // Only the slice is masked: its offsets begin at 0.
        shell::embedded_masked(&masked, Span::new(0, masked.len()), &mut inner, &scope);
        let mut shifted = Facts::default();
        shift_into(&mut inner, line.start, &mut shifted);
        let guards = self.guards();
        let seen: HashSet<Span> = shifted.reads.iter().map(|read| read.span).collect();
        for mut read in shifted.reads {
            let name = read.name.known().unwrap_or_default().to_owned();
            let by_make = self.text[read.span.start..].starts_with("$(")
                || (self.text[read.span.start..].starts_with("${")
                    && !self.text[..read.span.start].ends_with('$'));
            if by_make && self.defaults.contains_key(name.as_str()) {
                for site in read.uses {
                    self.use_default(&name, read.span, site);
                }
                continue;
            }
            if by_make {
                "$()".clone_into(&mut read.api);
            }
            read.guards.extend(guards.iter().cloned());
            self.facts.reads.push(read);
        }
        self.facts.writes.append(&mut shifted.writes);
        self.facts.literals.append(&mut shifted.literals);
        self.facts.append_commands(shifted.commands);
        for sign in shifted.signs {
            if !self.facts.signs.iter().any(|known| known.what == sign.what) {
                self.facts.signs.push(sign);
            }
        }
        // What make expands where the shell would not: between single quotes, inside functions.
        for reference in references(self.text, line) {
            if seen.contains(&reference.span) {
                continue;
            }
            let expr = self.lower_reference(reference, 0);
            if call(self.text, reference.inner).is_none()
                && self.defaults.contains_key(reference.inner.of(self.text))
            {
                continue;
            }
            self.reads_in(reference.span, &expr, reference.span, &Place::Other);
        }
    }

    /// A use of `X ?= d` in a recipe.
    fn use_default(&mut self, name: &str, at: Span, mut site: Use) {
        let Some(index) = self.carried.get(name).and_then(|reads| reads.first()).copied() else { return };
        let Some(read) = self.facts.reads.get_mut(index).filter(|read| read.uses.len() < MOST_USES) else {
            return;
        };
        let Some(own) = read.uses.first().map(|first| first.expr.clone()) else { return };
        shell::hide_read(&mut site.expr, at);
        site.expr.replace_opaque(at, &own);
        site.name = Some(name.to_owned());
        site.span = at;
        read.uses.push(site);
    }

    /// Make expands between single quotes as well: `'$(X)'` is `"${X}"` to a shell, where nothing else
    /// in the text means something to it.
    fn open_quotes(&self, line: Span, bytes: &mut [u8]) {
        let mut open: Option<usize> = None;
        for at in 0..bytes.len() {
            if bytes[at] != b'\'' || (open.is_none() && at > 0 && bytes[at - 1] == b'\\') {
                continue;
            }
            let Some(start) = open.take() else {
                open = Some(at);
                continue;
            };
            let inside = Span::new(line.start + start + 1, line.start + at);
            let written = inside.of(self.text);
            let plain = !written.contains(['"', '`', '\\']) && !written.contains("$$");
            if plain && !references(self.text, inside).is_empty() {
                bytes[start] = b'"';
                bytes[at] = b'"';
            }
        }
    }

    /// A line as the shell should see it, in the same bytes, and where it begins.
    fn mask(&self, line: Span) -> (String, Span) {
        let content = line.of(self.text);
        let lead = content.len() - content.trim_start_matches(['\t', ' ', '@', '-', '+']).len();
        let line = Span::new(line.start + lead, line.end);
        let mut bytes = line.of(self.text).as_bytes().to_vec();
        let source = bytes.clone();
        for reference in references(self.text, line) {
            let from = reference.span.start - line.start;
            let to = reference.span.end - line.start;
            let name = reference.inner.of(self.text);
            if self.is_environment(name) {
                bytes[from + 1] = b'{';
                bytes[to - 1] = b'}';
            } else {
                bytes[from..to].fill(shell::HIDDEN);
            }
        }
        self.open_quotes(line, &mut bytes);
        let mut at = 0;
        while at + 1 < source.len() {
            if source[at] == b'$' {
                match source[at + 1] {
                    b'$' => {
                        bytes[at] = shell::VOID;
                        if source.get(at + 2) == Some(&b'$') && source.get(at + 3) == Some(&b'$') {
                            bytes[at..at + 4].fill(shell::HIDDEN);
                            at += 2;
                        }
                    }
                    b'(' | b'{' => {}
                    next if next.is_ascii() => bytes[at..at + 2].fill(shell::HIDDEN),
                    _ => bytes[at] = shell::HIDDEN,
                }
                at += 1;
            }
            at += 1;
        }
        // A make variable in a bracket that does not close leaves half a character at worst.
        let masked = String::from_utf8(bytes).unwrap_or_else(|_| line.of(self.text).replace('$', "\u{7f}"));
        (masked, line)
    }
}

impl Reference {
    /// The command of `$(shell …)`.
    fn inner_command(self, argument: Span) -> Span {
        Span::new(argument.start, self.inner.end)
    }
}

/// Moves the facts of a slice to its place.
fn shift_into(inner: &mut Facts, by: usize, facts: &mut Facts) {
    shell::shift(inner, by);
    std::mem::swap(inner, facts);
}

fn trimmed(text: &str, span: Span) -> Span {
    let content = span.of(text);
    let lead = content.len() - content.trim_start().len();
    let kept = content.trim();
    Span::new(span.start + lead, span.start + lead + kept.len())
}

fn present(value: Expr) -> Expr {
    match value {
        Expr::Text(text) => Expr::Bool(!text.is_empty()),
        question @ (Expr::Ask { .. } | Expr::Not(_) | Expr::Equal(..)) => question,
        value => Expr::Ask { question: Question::Present, subject: Box::new(value), safe: false },
    }
}

/// Equality of two expansions; a variable that is not set expands to nothing.
fn equal(left: Expr, right: Expr) -> Expr {
    match (left, right) {
        (Expr::Text(text), subject) | (subject, Expr::Text(text)) if text.is_empty() => match subject {
            // `ifeq ($(findstring web,$(DYNO)),)`
            question @ (Expr::Ask { .. } | Expr::Not(_) | Expr::Equal(..)) => Expr::Not(Box::new(question)),
            subject => Expr::Ask { question: Question::Blank, subject: Box::new(subject), safe: false },
        },
        // `ifeq ($(findstring web,$(DYNO)),web)`
        (Expr::Ask { question, subject, safe }, Expr::Text(text)) if matches!(&question, Question::Contains(part) if *part == text) => {
            Expr::Ask { question, subject, safe }
        }
        (left, right) => Expr::Equal(Box::new(left), Box::new(right)),
    }
}
