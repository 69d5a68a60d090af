//! Functions of the file whose parameter is the name of a variable.

use super::access::Front;
use super::names::{DefinitionKind, Key};
use super::syntax::{Field, Id, Kind};
use crate::fact::{ReadKind, Wrapper};
use crate::span::Span;

impl Front<'_, '_> {
    /// The functions whose parameter an access's name is.
    pub(super) fn collect_wrappers(&mut self) {
        let mut wrappers: Vec<Wrapper> = Vec::new();
        for access in &self.accesses {
            let Some(key) = &access.hole else { continue };
            let Some(mut wrapper) = self.wrapper_of(key, access.node) else { continue };
            wrapper.presence = access.kind == ReadKind::Presence || self.asks_whole(access.node);
            let (fallback, raises) = match self.fallback_or_raise(access.node) {
                Some((_, true)) => (None, true),
                other => (other.map(|(id, _)| id), false),
            };
            wrapper.default = access
                .default
                .or(fallback)
                .and_then(|default| self.parameter(default))
                .or_else(|| self.last_parameter(access.node))
                .filter(|(at, _)| *at != wrapper.index);
            wrapper.required = (access.required || raises) && wrapper.default.is_none();
            // `env[k] if env.key?(k)` is one function, and gives the value.
            match wrappers.iter_mut().find(|known| known.span == wrapper.span && known.index == wrapper.index)
            {
                Some(known) if known.prefix == wrapper.prefix && known.suffix == wrapper.suffix => {
                    if known.presence && !wrapper.presence {
                        *known = wrapper;
                    }
                }
                _ => wrappers.push(wrapper),
            }
        }
        self.wrappers = wrappers;
    }

    /// The parameter that the method around a node gives back in the end.
    fn last_parameter(&self, at: Id) -> Option<(usize, Option<String>)> {
        let last = self.syntax.statements(self.syntax.enclosing_method(at)?).last().copied()?;
        (self.syntax.kind(last) == Kind::Identifier).then(|| self.parameter(last)).flatten()
    }

    /// The function around `at` with the parameter that `key` depends on.
    pub(super) fn wrapper_of(&self, key: &Key, at: Id) -> Option<Wrapper> {
        let hole = key.hole?;
        let syntax = self.syntax;
        let DefinitionKind::Parameter { of, index, keyword, rest } =
            self.names.definitions[hole.parameter].kind
        else {
            return None;
        };
        let (name, span) = self.function_name(of)?;
        let parameter = self.names.definitions[hole.parameter].name;
        Some(Wrapper {
            name,
            owner: syntax.class_name(syntax.enclosing_class(of)),
            span,
            access: syntax.span(at),
            index,
            keyword: keyword.then(|| syntax.source(parameter).to_string()),
            prefix: key.prefix.clone(),
            suffix: key.suffix.clone(),
            upcase: hole.upcase,
            list: hole.list || rest,
            default: None,
            presence: false,
            required: false,
        })
    }

    /// The name under which a method, a lambda or a `define_method` can be called.
    fn function_name(&self, of: Id) -> Option<(String, Span)> {
        let syntax = self.syntax;
        match syntax.kind(of) {
            Kind::Method | Kind::SingletonMethod => {
                let name = syntax.field(of, Field::Name)?;
                Some((syntax.source(name).to_string(), syntax.span(name)))
            }
            Kind::Call if syntax.method(of).starts_with("define_") => {
                let (name, span) = syntax.literal(*syntax.arguments(of).first()?)?;
                Some((name.to_string(), span))
            }
            Kind::Lambda | Kind::Call => {
                let up = syntax.parent(of).filter(|&up| syntax.kind(up) == Kind::Assignment)?;
                let left = syntax.field(up, Field::Left)?;
                Some((syntax.path(left), syntax.span(left)))
            }
            _ => None,
        }
    }

    /// Position and keyword of the parameter that an expression is.
    fn parameter(&self, id: Id) -> Option<(usize, Option<String>)> {
        let syntax = self.syntax;
        let id = match syntax.kind(id) {
            Kind::Block | Kind::DoBlock => *syntax.statements(id).first()?,
            _ => id,
        };
        let definition = &self.names.definitions[self.names.resolve(id)?];
        match definition.kind {
            DefinitionKind::Parameter { index, keyword, .. } => {
                Some((index, keyword.then(|| syntax.source(definition.name).to_string())))
            }
            _ => None,
        }
    }

    /// Whether the method around an access gives back only whether the variable is set.
    fn asks_whole(&self, access: Id) -> bool {
        let syntax = self.syntax;
        let Some(up) = syntax.parent(access) else { return false };
        match syntax.kind(up) {
            Kind::Call if syntax.role(access) == Field::Receiver => syntax.method(up) == "present?",
            Kind::Unary => {
                syntax.operator(up) == "!"
                    && syntax
                        .parent(up)
                        .is_some_and(|up| syntax.kind(up) == Kind::Unary && syntax.operator(up) == "!")
            }
            _ => false,
        }
    }
}
