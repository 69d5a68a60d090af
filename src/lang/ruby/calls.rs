//! Calls that may go to a wrapper of the project, and uses of names that other files bind.

use std::collections::BTreeSet;

use super::access::Front;
use super::lower::View;
use super::names::{DefinitionId, Key};
use super::syntax::{Field, Id, Kind};
use crate::fact::{Argument, Call, NameUse, looks_like_variable};

/// Methods of Ruby itself and of test libraries that no project makes a wrapper of.
const CORE: &[&str] = &[
    "puts",
    "print",
    "p",
    "pp",
    "warn",
    "raise",
    "fail",
    "require",
    "require_relative",
    "load",
    "include?",
    "start_with?",
    "end_with?",
    "starts_with?",
    "ends_with?",
    "gsub",
    "gsub!",
    "sub",
    "sub!",
    "split",
    "join",
    "match",
    "match?",
    "scan",
    "delete_prefix",
    "delete_suffix",
    "is_a?",
    "kind_of?",
    "instance_of?",
    "respond_to?",
    "attr_reader",
    "attr_accessor",
    "attr_writer",
    "new",
    "push",
    "append",
    "concat",
    "instance_variable_get",
    "instance_variable_set",
    "define_method",
    "alias_method",
    "private_constant",
    "const_get",
    "const_set",
    "eq",
    "to",
    "not_to",
    "it",
    "describe",
    "context",
    "expect",
    "assert_equal",
    "add_index",
    "execute",
    "where",
    "find_by",
    "order",
    "pack",
    "unpack",
    "unpack1",
    "strftime",
    "encode",
    "force_encoding",
    "stub_const",
    "lambda",
    "proc",
    "yield",
    "super",
    "include",
    "extend",
    "prepend",
    "private",
    "public",
    "protected",
];

/// Longer methods do not only hand their parameter on.
const WRAPPER_SIZE: usize = 600;

impl Front<'_, '_> {
    /// Calls with a text that looks like a variable's name, or with a parameter of the method around.
    pub(super) fn calls(&self, carried: &mut BTreeSet<DefinitionId>) -> Vec<Call> {
        let syntax = self.syntax;
        let mut calls = Vec::new();
        for id in syntax.ids() {
            let indexed = match syntax.kind(id) {
                Kind::Call => false,
                Kind::ElementReference => true,
                _ => continue,
            };
            if self.is_known(id) {
                continue;
            }
            if indexed {
                let constant = syntax.field(id, Field::Object).is_some_and(|object| {
                    matches!(syntax.kind(object), Kind::Constant | Kind::ScopeResolution | Kind::SelfObject)
                });
                let written = syntax.role(id) == Field::Left;
                if !constant || written {
                    continue;
                }
            } else if CORE.contains(&syntax.method(id)) {
                continue;
            }
            if let Some(call) = self.call_fact(id, indexed, carried) {
                calls.push(call);
            }
        }
        calls
    }

    fn call_fact(&self, id: Id, indexed: bool, carried: &mut BTreeSet<DefinitionId>) -> Option<Call> {
        let syntax = self.syntax;
        let nodes = syntax.arguments(id);
        if nodes.is_empty() || nodes.len() > 8 {
            return None;
        }
        let interesting = nodes.iter().any(|&node| {
            let value =
                if syntax.kind(node) == Kind::Pair { syntax.field(node, Field::Value) } else { Some(node) };
            value.is_some_and(|value| self.may_name(value))
        });
        let small = || {
            let method = syntax.enclosing_method(id);
            method.is_some_and(|method| syntax.span(method).len() <= WRAPPER_SIZE)
        };
        let forwarding = !indexed && nodes.len() <= 4 && self.may_forward(id, &nodes) && small();
        if !interesting && !forwarding {
            return None;
        }
        let view = View { marker: syntax.span(id), focus: Some(id), pick: None };
        let keys: Vec<(Option<String>, Id, Key)> = nodes
            .iter()
            .map(|&node| match syntax.kind(node) {
                Kind::Pair => {
                    let keyword = syntax
                        .field(node, Field::Key)
                        .and_then(|key| syntax.literal(key))
                        .map(|(key, _)| key.to_string());
                    let value = syntax.field(node, Field::Value).unwrap_or(node);
                    (keyword, value, self.argument_key(value))
                }
                _ => (None, node, self.argument_key(node)),
            })
            .collect();
        let named = keys.iter().any(|(_, _, key)| key.texts.iter().any(|t| looks_like_variable(&t.text)));
        let forward =
            keys.iter().position(|(_, _, key)| key.hole.is_some()).filter(|_| forwarding || named && small());
        let forwards = forward.and_then(|at| {
            let mut wrapper = self.wrapper_of(&keys[at].2, id)?;
            wrapper.default = keys[at + 1..].iter().find_map(|(_, _, key)| {
                let other = self.wrapper_of(key, id)?;
                Some((other.index, other.keyword))
            });
            Some(Box::new(wrapper))
        });
        if !named && forwards.is_none() {
            return None;
        }
        let arguments = keys
            .into_iter()
            .enumerate()
            .map(|(at, (keyword, node, key))| Argument {
                keyword,
                span: syntax.span(node),
                texts: key.texts.into_iter().map(|text| (text.text, text.name)).collect(),
                forwarded: forwards.is_some() && forward == Some(at),
                expr: self.lower(node, view),
            })
            .collect();
        let mut uses = vec![self.site(id, None, view)];
        let mut guards = Vec::new();
        if named {
            let (more, names) = self.followed(id, view);
            uses.extend(more);
            carried.extend(names);
            guards = self.guards(id, view);
        }
        let receiver = if indexed { syntax.field(id, Field::Object) } else { syntax.receiver(id) };
        Some(Call {
            name: if indexed { "[]".into() } else { syntax.method(id).to_string() },
            receiver: receiver.map_or_else(String::new, |receiver| syntax.path(receiver)),
            arguments,
            span: syntax.span(id),
            scope: syntax.scope(id),
            uses,
            guards,
            forwards,
        })
    }

    fn argument_key(&self, id: Id) -> Key {
        match self.syntax.kind(id) {
            Kind::Array | Kind::StringArray | Kind::SymbolArray | Kind::SplatArgument => {
                let list = match self.syntax.kind(id) {
                    Kind::SplatArgument => self.syntax.children(id).next(),
                    _ => Some(id),
                };
                list.and_then(|list| self.names.list(list)).unwrap_or_default()
            }
            _ => self.names.key(id),
        }
    }

    /// A cheap look: could the argument be, or hold, a variable's name?
    fn may_name(&self, id: Id) -> bool {
        let syntax = self.syntax;
        match syntax.kind(id) {
            Kind::String | Kind::SimpleSymbol => {
                syntax.literal(id).is_some_and(|(text, _)| looks_like_variable(text))
            }
            Kind::Array | Kind::StringArray | Kind::SymbolArray => {
                syntax.children(id).next().is_some_and(|first| {
                    syntax.literal(first).is_some_and(|(text, _)| looks_like_variable(text))
                })
            }
            Kind::Constant | Kind::ScopeResolution | Kind::SplatArgument => true,
            _ => false,
        }
    }

    /// Whether a call hands a parameter of the method on, to a function that may be the project's.
    fn may_forward(&self, call: Id, arguments: &[Id]) -> bool {
        let syntax = self.syntax;
        let own = match syntax.receiver(call) {
            None => true,
            Some(receiver) => matches!(
                syntax.kind(receiver),
                Kind::SelfObject | Kind::Constant | Kind::ScopeResolution | Kind::InstanceVariable
            ),
        };
        own && arguments.iter().any(|&argument| {
            let value = match syntax.kind(argument) {
                Kind::Pair => syntax.field(argument, Field::Value).unwrap_or(argument),
                _ => argument,
            };
            match syntax.kind(value) {
                Kind::Identifier | Kind::SplatArgument => true,
                Kind::String | Kind::Binary => {
                    syntax.subtree(value).any(|inner| syntax.kind(inner) == Kind::Identifier)
                }
                Kind::Call => matches!(syntax.method(value), "to_s" | "upcase"),
                _ => false,
            }
        })
    }

    /// Uses of names that other files bind.
    pub(super) fn name_uses(&self, names: &BTreeSet<String>) -> Vec<NameUse> {
        let syntax = self.syntax;
        let mut uses = Vec::new();
        for id in syntax.ids() {
            let found = match syntax.kind(id) {
                Kind::Identifier | Kind::Constant | Kind::GlobalVariable => self.name_use(id, names),
                Kind::SimpleSymbol | Kind::String => self.key_use(id, names),
                _ => None,
            };
            let Some((name, whole, qualifier)) = found else { continue };
            let view = View { marker: syntax.span(whole), focus: Some(whole), pick: None };
            let site = self.site(whole, Some(name.clone()), view);
            uses.push(NameUse { name: name.clone(), qualifier: qualifier.clone(), site });
            let (more, _) = self.followed(whole, view);
            uses.extend(more.into_iter().map(|mut site| {
                site.name.get_or_insert_with(|| name.clone());
                NameUse { name: name.clone(), qualifier: qualifier.clone(), site }
            }));
        }
        uses
    }

    /// `heroku?`, `Config.heroku?`, `Settings::ON_HEROKU`.
    fn name_use(&self, id: Id, names: &BTreeSet<String>) -> Option<(String, Id, String)> {
        let syntax = self.syntax;
        let text = syntax.source(id);
        if !names.contains(text) || self.names.is_defining(id) {
            return None;
        }
        let whole = self.names.whole(id);
        if self.names.is_defining(whole) || self.is_known(whole) {
            return None;
        }
        let owner = match syntax.kind(whole) {
            Kind::Call if whole != id => syntax.receiver(whole),
            Kind::ScopeResolution if whole != id => syntax.field(whole, Field::Scope),
            _ => None,
        };
        // What this file itself says of a bare name holds.
        if owner.is_none() && syntax.kind(id) == Kind::Identifier && self.names.is_local(id)
            || self.names.resolve(whole).is_some()
        {
            return None;
        }
        Some((text.to_string(), whole, owner.map_or_else(String::new, |owner| syntax.path(owner))))
    }

    /// `settings["ON_HEROKU"]`, `config.fetch(:on_heroku)`, `public_send(:heroku?)`.
    fn key_use(&self, id: Id, names: &BTreeSet<String>) -> Option<(String, Id, String)> {
        let syntax = self.syntax;
        let (text, _) = syntax.literal(id)?;
        if !names.contains(text) {
            return None;
        }
        let up = syntax.parent(id)?;
        let (whole, owner) = match syntax.kind(up) {
            Kind::ElementReference if syntax.role(id) != Field::Object => {
                (up, syntax.field(up, Field::Object))
            }
            Kind::ArgumentList => {
                let call = syntax.parent(up)?;
                let takes_key = matches!(
                    syntax.method(call),
                    "fetch" | "dig" | "send" | "public_send" | "try" | "get" | "const_get" | "[]" | "key?"
                );
                if syntax.kind(call) != Kind::Call || !takes_key {
                    return None;
                }
                (call, syntax.receiver(call))
            }
            _ => return None,
        };
        if self.is_known(whole) || self.names.is_defining(whole) {
            return None;
        }
        Some((text.to_string(), whole, owner.map_or_else(String::new, |owner| syntax.path(owner))))
    }
}
