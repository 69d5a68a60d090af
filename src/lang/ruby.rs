//! Front end: Ruby.
//!
//! One walk lays the tree flat (`syntax`), another says what the names of the file stand for
//! (`names`), a third finds every look at the environment (`access`). Each is then lowered to the
//! shared expression language (`lower`) and followed to what it decides (`place`).

mod access;
mod calls;
mod follow;
mod guards;
mod lower;
mod names;
mod place;
mod settings;
mod shell;
mod structure;
mod syntax;
mod terms;
mod texts;
mod wrappers;

use std::collections::BTreeSet;

use access::{Access, Front};
use lower::View;
use names::{DefinitionId, DefinitionKind};
pub use structure::term;
use syntax::{Field, Id, Kind, Syntax};

use crate::expr::Expr;
use crate::fact::{Binding, EnvRead, Facts, Literal, ReadKind, Request};
use crate::lang::{Lang, tree};
use crate::span::Span;

/// Literals without which a text cannot read the environment.
pub const ACCESS: &[&str] = &[
    "ENV",
    "Figaro",
    "Dotenv",
    "configurable",
    "Anyway",
    "Hanami",
    "variable",
    "system",
    "spawn",
    "exec",
    "Open3",
    "popen",
    "sh ",
    "sh(",
    "`",
    "%x",
];

/// Settings libraries that make a variable's name of something else.
const DERIVING: &[&str] = &["Figaro.env", "configurable", "Anyway::Config", "Hanami::Settings"];

/// Whether the text may read the environment under a computed name.
pub fn may_wrap(text: &str) -> bool {
    let bytes = text.as_bytes();
    if DERIVING.iter().any(|name| memchr::memmem::find(bytes, name.as_bytes()).is_some()) {
        return true;
    }
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    memchr::memmem::find_iter(bytes, b"ENV").any(|at| {
        let whole = !at.checked_sub(1).and_then(|before| bytes.get(before)).is_some_and(is_word)
            && !bytes.get(at + 3).is_some_and(is_word);
        let line = &bytes[memchr::memrchr(b'\n', &bytes[..at]).map_or(0, |end| end + 1)..at];
        let comment = line.trim_ascii_start().starts_with(b"#");
        whole && !comment && !names_a_literal(&text[at + 3..])
    })
}

/// Whether what follows `ENV` is a look at (or a change of) variables that are written out.
fn names_a_literal(after: &str) -> bool {
    let arguments = if let Some(rest) = after.strip_prefix('[') {
        rest
    } else if let Some(rest) = after.strip_prefix('.').or_else(|| after.strip_prefix("&.")) {
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '?' | '!')));
        let Some((method, rest)) = end.map(|end| rest.split_at(end)) else { return false };
        if !matches!(
            method,
            "fetch" | "key?" | "has_key?" | "include?" | "member?" | "delete" | "dig" | "store"
        ) {
            return false;
        }
        match rest.strip_prefix('(').or_else(|| rest.strip_prefix(' ')) {
            Some(rest) => rest,
            None => return false,
        }
    } else {
        return false;
    };
    let mut chars = arguments.trim_start().chars();
    let Some(quote @ ('"' | '\'')) = chars.next() else { return false };
    let inside = chars.as_str();
    let Some(end) = inside.find(quote) else { return false };
    let plain = inside[..end].bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let next = inside[end + 1..].trim_start();
    plain && (next.is_empty() || next.starts_with([']', ')', ',', '\n', '}', '{']))
}

/// The facts of one file.
pub fn facts(text: &str, request: &Request<'_>) -> Facts {
    facts_of_template(text, None, request)
}

/// The facts of a template: `text` is its Ruby, everything else masked; `template` is the whole.
pub(crate) fn facts_of_template(text: &str, template: Option<&str>, request: &Request<'_>) -> Facts {
    let Some(syntax) = Syntax::parse(text) else { return tree::unread(text) };
    let mut front = Front::new(&syntax, template, request.path, request.vocabulary);
    front.collect_wrappers();
    let mut facts = Facts { broken: syntax.broken.clone(), ..Facts::default() };
    let mut carried: BTreeSet<DefinitionId> = BTreeSet::new();
    for access in &front.accesses {
        for at in 0..access.names.len() {
            facts.reads.push(front.read(access, at, &mut carried));
        }
    }
    facts.calls = front.calls(&mut carried);
    let calls: Vec<Span> = facts.calls.iter().map(|call| call.span).collect();
    facts.bindings = front.bindings(&carried, &calls);
    facts.literals = front.literals();
    if let Some(names) = request.names {
        facts.uses = front.name_uses(names);
    }
    if request.lang == Lang::Ruby && template.is_none() {
        front.structure(&mut facts);
    } else if request.vocabulary.has_own_calls() {
        // The built-in rules ask nothing of the calls in a template.
        front.structure(&mut facts);
        facts.settings.clear();
        facts.invocations.retain(|call| request.vocabulary.is_own_call(call.name()));
    }
    facts.writes = std::mem::take(&mut front.writes);
    facts.wrappers = std::mem::take(&mut front.wrappers);
    facts
}

impl Front<'_, '_> {
    fn read(&self, access: &Access, at: usize, carried: &mut BTreeSet<DefinitionId>) -> EnvRead {
        let syntax = self.syntax;
        let named = &access.names[at];
        let pick = (access.names.len() > 1).then_some(at);
        let view = View { marker: named.span, focus: None, pick };
        let mut first = self.site(access.node, None, view);
        if !first.expr.holds(named.span) {
            first.expr = self.lower(access.node, view);
            first.expr_span = syntax.span(access.node);
        }
        if access.kind == ReadKind::Schema
            && let Some(setting) = access.setting
        {
            let target = syntax.literal(setting).map_or("", |(text, _)| text).to_string();
            first.place = crate::fact::Place::Bound { target };
        }
        let (more, names) = self.followed(access.node, view);
        carried.extend(names);
        let mut default = access.default.map(|default| self.default_span(default));
        let mut required = access.required || named.required;
        default = default.or(named.default.as_ref().map(|(_, span)| *span));
        match self.fallback_or_raise(access.node) {
            Some((_, true)) => required = true,
            Some((other, false)) => {
                default = default.or(Some(syntax.span(other)));
                let rescued = syntax.role(other) == Field::Handler;
                required &= !rescued;
            }
            None => {}
        }
        let mut uses = vec![first];
        uses.extend(more);
        EnvRead {
            name: named.name.clone(),
            name_span: named.name_span,
            span: named.span,
            api: access.api.clone(),
            kind: access.kind,
            default,
            required,
            scope: syntax.scope(access.node),
            uses,
            guards: self.guards(access.node, view),
            via: None,
        }
    }

    /// The text of a default: an argument, or what a block gives.
    fn default_span(&self, default: Id) -> Span {
        match self.syntax.kind(default) {
            Kind::Block | Kind::DoBlock => {
                let spans = self.syntax.statements(default).into_iter().map(|id| self.syntax.span(id));
                spans
                    .reduce(|a, b| Span { start: a.start, end: b.end })
                    .unwrap_or_else(|| self.syntax.span(default))
            }
            _ => self.syntax.span(default),
        }
    }

    /// What the definitions that carry a read or a call give to other files.
    fn bindings(&self, carried: &BTreeSet<DefinitionId>, calls: &[Span]) -> Vec<Binding> {
        let mut bindings = Vec::new();
        for &id in carried {
            let definition = &self.names.definitions[id];
            let Some(value) = definition.value else { continue };
            let Some((name, owner, span, callable)) = self.exported(id) else { continue };
            let expr = self.value_of(definition.kind, value, calls);
            let mut reads = Vec::new();
            expr.walk(&mut |inner| match inner {
                Expr::Read { span, .. } | Expr::Presence { span, .. } => reads.push(*span),
                Expr::Opaque(span) if calls.contains(span) => reads.push(*span),
                _ => {}
            });
            if !reads.is_empty() {
                bindings.push(Binding { name, owner, span, expr, reads, callable });
            }
        }
        for access in &self.accesses {
            bindings.extend(self.mapped(access));
        }
        bindings.sort_by_key(|binding| binding.span);
        bindings.dedup_by(|a, b| a.span == b.span && a.name == b.name);
        bindings
    }

    fn value_of(&self, kind: DefinitionKind, value: Id, calls: &[Span]) -> Expr {
        // Calls stand for themselves; any one of them is marked, all are kept as they are opaque.
        let marker =
            calls.iter().copied().find(|&call| self.syntax.span(value).contains(call)).unwrap_or_default();
        let view = View { marker, focus: None, pick: None };
        match kind {
            DefinitionKind::Method => {
                self.budget.set(lower::BUDGET);
                self.lower_statements(value, view, 0)
            }
            _ => self.lower(value, view),
        }
    }

    /// Name, owner, place and callability of a definition that other files can use.
    fn exported(&self, id: DefinitionId) -> Option<(String, String, Span, bool)> {
        let syntax = self.syntax;
        let definition = &self.names.definitions[id];
        let name = definition.name;
        let class = || syntax.class_name(syntax.enclosing_class(name));
        let span = syntax.span(name);
        Some(match (definition.kind, syntax.kind(name)) {
            (DefinitionKind::Setting, _) => {
                let (text, span) = syntax.literal(name)?;
                (text.to_string(), class(), span, true)
            }
            (DefinitionKind::Method, _) => (syntax.source(name).to_string(), class(), span, true),
            (_, Kind::Constant) => (syntax.source(name).to_string(), class(), span, false),
            (_, Kind::GlobalVariable) => (syntax.source(name).to_string(), String::new(), span, false),
            (_, Kind::ScopeResolution) => {
                let own = syntax.field(name, Field::Name)?;
                let owner = syntax.field(name, Field::Scope).map_or("", |scope| syntax.source(scope));
                (syntax.source(own).to_string(), owner.to_string(), syntax.span(own), false)
            }
            (DefinitionKind::Attribute, Kind::Call) => {
                let own = syntax.field(name, Field::Method)?;
                let owner = match syntax.receiver(name) {
                    Some(receiver) if syntax.kind(receiver) == Kind::SelfObject => class(),
                    Some(receiver) => syntax.path(receiver),
                    None => String::new(),
                };
                (syntax.source(own).to_string(), owner, syntax.span(own), false)
            }
            (_, Kind::InstanceVariable | Kind::ClassVariable) => {
                let own = syntax.source(name).trim_start_matches('@').to_string();
                if !self.has_reader(&own, syntax.enclosing_class(name)) {
                    return None;
                }
                (own, class(), span, false)
            }
            _ => return None,
        })
    }

    /// Whether `attr_reader :name` or a relative stands in the class.
    fn has_reader(&self, name: &str, class: Id) -> bool {
        let syntax = self.syntax;
        syntax.subtree(class).any(|id| {
            syntax.kind(id) == Kind::Call
                && matches!(
                    syntax.method(id),
                    "attr_reader"
                        | "attr_accessor"
                        | "attr"
                        | "cattr_reader"
                        | "cattr_accessor"
                        | "mattr_reader"
                        | "mattr_accessor"
                        | "singleton_attr_accessor"
                        | "singleton_attr_reader"
                )
                && syntax
                    .arguments(id)
                    .iter()
                    .any(|&one| syntax.literal(one).is_some_and(|(text, _)| text == name))
        })
    }

    /// `CONFIG = { heroku: ENV["X"] }`, `mattr_accessor :heroku, default: ENV["X"]`, `set :heroku, ENV["X"]`.
    fn mapped(&self, access: &Access) -> Option<Binding> {
        let syntax = self.syntax;
        let view = View { marker: access.names[0].span, focus: None, pick: None };
        let binding = |name: String, owner: String, span: Span, value: Id| {
            let expr = self.lower(value, view);
            let mut reads = Vec::new();
            expr.walk(&mut |inner| {
                if let Expr::Read { span, .. } | Expr::Presence { span, .. } = inner {
                    reads.push(*span);
                }
            });
            (!reads.is_empty()).then_some(Binding { name, owner, span, expr, reads, callable: false })
        };
        let mut at = access.node;
        let mut value = at;
        let mut entry: Option<(Id, Id)> = None;
        while let Some(up) = syntax.parent(at) {
            match syntax.kind(up) {
                Kind::Pair if syntax.role(at) == Field::Value && entry.is_none() => {
                    entry = Some((syntax.field(up, Field::Key)?, at));
                }
                Kind::Assignment => {
                    let left = syntax.field(up, Field::Left)?;
                    let (key, value) = entry?;
                    if syntax.kind(left) != Kind::Constant {
                        return None;
                    }
                    let (name, span) = syntax.literal(key)?;
                    return binding(name.to_string(), syntax.source(left).to_string(), span, value);
                }
                Kind::ArgumentList => {
                    value = at;
                }
                Kind::Call => {
                    if syntax.role(at) != Field::Arguments {
                        at = up;
                        continue;
                    }
                    let class = || syntax.class_name(syntax.enclosing_class(up));
                    let first = *syntax.arguments(up).first()?;
                    let (name, span) = match syntax.method(up) {
                        "mattr_accessor"
                        | "mattr_reader"
                        | "cattr_accessor"
                        | "class_attribute"
                        | "config_accessor"
                        | "thread_mattr_accessor" => {
                            let (key, default) = entry?;
                            syntax.literal(key).filter(|(key, _)| *key == "default")?;
                            value = default;
                            syntax.literal(first)?
                        }
                        "set" if first != value => syntax.literal(first)?,
                        _ => return None,
                    };
                    let owner = if syntax.method(up) == "set" { "settings".to_string() } else { class() };
                    return binding(name.to_string(), owner, span, value);
                }
                kind if kind.is_statements() && kind != Kind::Parenthesized || kind.is_block() => {
                    return None;
                }
                _ => {}
            }
            at = up;
        }
        None
    }

    fn literals(&self) -> Vec<Literal> {
        let syntax = self.syntax;
        syntax
            .ids()
            .filter(|&id| {
                matches!(
                    syntax.kind(id),
                    Kind::String | Kind::BareString | Kind::HeredocBody | Kind::Subshell
                )
            })
            .filter_map(|id| {
                let span = syntax.inner(id);
                let text = syntax.text.get(std::ops::Range::from(span))?;
                self.vocabulary.is_text(text).then(|| Literal {
                    text: text.to_string(),
                    span,
                    scope: syntax.scope(id),
                })
            })
            .collect()
    }
}
