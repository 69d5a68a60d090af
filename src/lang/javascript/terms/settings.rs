//! Names, attributes and keys that are given a value.

use super::Terms;
use crate::lang::javascript::ast::{Field, Id, Kind};
use crate::lang::javascript::names::member_key;
use crate::span::Span;
use crate::term::Setting;

/// A setting before its value is looked at.
struct Given {
    name: String,
    name_span: Span,
    value: Id,
    /// The whole assignment.
    at: Id,
    /// What is defined around it is known by this row.
    scope: Id,
}

impl Terms<'_, '_, '_> {
    /// Every setting that the vocabulary knows.
    pub fn settings(&self) -> Vec<Setting> {
        let ast = &self.file.ast;
        let mut settings = Vec::new();
        for id in 0..ast.len() {
            let given = match ast.kind(id) {
                Kind::Declarator => self.declared(id),
                Kind::Assignment => self.assigned(id),
                Kind::Augmented if matches!(ast.operator(id), "||=" | "??=") => self.assigned(id),
                Kind::ClassField => self.field_of_class(id),
                Kind::Export => self.exported(id),
                _ if ast.is_function(id) => self.made(id),
                _ => None,
            };
            let Some(given) = given else { continue };
            let value = self.core(given.value);
            // A settings file may give a function that makes the settings.
            let value = match ast.is_function(value) {
                true => self.returned(value).filter(|&inner| ast.kind(inner) == Kind::Object),
                false => Some(value),
            };
            let Some(value) = value else { continue };
            let value = self.whole(value);
            if self.file.request.vocabulary.is_setting(&given.name, &value) {
                settings.push(Setting {
                    name: given.name,
                    name_span: given.name_span,
                    value,
                    span: ast.span(given.at),
                    scope: self.scope(given.scope),
                    guards: self.guards_of(given.at),
                });
            }
        }
        settings
    }

    /// A variable outside of functions.
    fn declared(&self, id: Id) -> Option<Given> {
        let ast = &self.file.ast;
        let name = ast.field(id, Field::Name).filter(|&name| ast.kind(name) == Kind::Identifier)?;
        let value = ast.field(id, Field::Value)?;
        // Another name for a module or a function is no setting.
        if self.function_around(id).is_some() || self.path(value, 0).is_some_and(|path| path.module) {
            return None;
        }
        Some(Given { name: ast.text(name).to_string(), name_span: ast.span(name), value, at: id, scope: id })
    }

    /// An attribute or a key anywhere, a variable outside of functions.
    fn assigned(&self, id: Id) -> Option<Given> {
        let ast = &self.file.ast;
        let left = ast.bare(ast.field(id, Field::Left)?);
        let value = ast.field(id, Field::Right)?;
        // `exports = module.exports = {…}` has one value under two names: the inner one counts.
        if ast.kind(self.core(value)) == Kind::Assignment {
            return None;
        }
        if ast.kind(left) == Kind::Identifier && self.function_around(id).is_some() {
            return None;
        }
        Some(Given { name: self.target(left)?, name_span: ast.span(left), value, at: id, scope: id })
    }

    /// The name of an assignment's target, aliases of the environment resolved.
    pub fn target(&self, left: Id) -> Option<String> {
        let (file, ast) = (self.file, &self.file.ast);
        let left = ast.bare(left);
        if let Kind::Member | Kind::Subscript = ast.kind(left)
            && let Some(object) = ast.field(left, Field::Object)
            && file.names.may_be_environment(ast, object)
            && let Some(environment) = file.names.environment(ast, object)
            && let Some((key, _)) = member_key(ast, left)
        {
            return Some(format!("{environment}.{key}"));
        }
        match ast.kind(left) {
            Kind::Member | Kind::Subscript | Kind::Identifier => {
                Some(file.target(left)).filter(|name| !name.is_empty())
            }
            _ => None,
        }
    }

    fn field_of_class(&self, id: Id) -> Option<Given> {
        let ast = &self.file.ast;
        let key = ast.field(id, Field::Name).or_else(|| ast.field(id, Field::Property))?;
        let (name, name_span) = ast.key(key)?;
        Some(Given { name, name_span, value: ast.field(id, Field::Value)?, at: id, scope: id })
    }

    /// `export default` and the `export =` of TypeScript.
    fn exported(&self, id: Id) -> Option<Given> {
        let ast = &self.file.ast;
        let span = ast.span(id);
        let value = ast.field(id, Field::Value).or_else(|| {
            ast.text(id).strip_prefix("export").filter(|rest| rest.trim_start().starts_with('='))?;
            ast.first(id)
        })?;
        let head = ast.text.get(span.start..ast.span(value).start)?.trim_end().trim_end_matches(['(', ' ']);
        let name = if head.ends_with('=') { "module.exports" } else { "export default" };
        let name_span = Span::new(span.start, span.start + head.len());
        Some(Given { name: name.to_string(), name_span, value, at: id, scope: id })
    }

    /// The object that a function with a name makes: `useFactory: () => ({…})`. What is assigned to a
    /// name of its own is a setting without it.
    fn made(&self, id: Id) -> Option<Given> {
        let (file, ast) = (self.file, &self.file.ast);
        let value = self.returned(id).filter(|&value| ast.kind(value) == Kind::Object)?;
        let up = ast.parent(ast.outer(id))?;
        let is_setting = match ast.kind(up) {
            Kind::Declarator => self.function_around(id).is_none(),
            Kind::Assignment | Kind::ClassField | Kind::Export => true,
            _ => false,
        };
        if is_setting {
            return None;
        }
        let (name, name_span) = file.function_name(id)?;
        Some(Given { name, name_span, value, at: value, scope: id })
    }
}
