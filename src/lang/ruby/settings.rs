//! Settings libraries: what they read under names that they make or declare.

use std::collections::HashSet;

use super::access::{Access, Front, Named};
use super::syntax::{Field, Id, Kind};
use crate::fact::{Name, ReadKind};
use crate::span::Span;

impl<'t> Front<'_, 't> {
    /// `Figaro.env.heroku_app_name`, with `!` where it must be set and `?` for a question.
    pub(super) fn figaro(&mut self, id: Id, method: &str) {
        let syntax = self.syntax;
        let Some(name) = syntax.field(id, Field::Method) else { return };
        let bare = method.trim_end_matches(['!', '?']);
        let at = syntax.span(name);
        let at = Span { start: at.start, end: at.start + bare.len() };
        let named = Named::new(Name::Known(bare.to_uppercase()), Some(at), syntax.span(id));
        let kind = if method.ends_with('?') { ReadKind::Presence } else { ReadKind::Value };
        self.add(Access {
            required: method.ends_with('!'),
            ..Access::new(id, "Figaro.env", kind, vec![named])
        });
    }

    /// `variable :HEROKU_APP_NAME, :string, default: "x"` of an Envfile.
    pub(super) fn envfile_variable(&mut self, id: Id) {
        let arguments = self.syntax.arguments(id);
        let Some(&key) = arguments.first() else { return };
        let default = self.keyword(&arguments, "default");
        if let Some(access) = self.named(id, "ENVied", ReadKind::Schema, &[key]) {
            access.default = default;
            access.required = default.is_none();
        }
    }

    /// The value of a keyword argument.
    fn keyword(&self, arguments: &[Id], name: &str) -> Option<Id> {
        let syntax = self.syntax;
        arguments
            .iter()
            .copied()
            .filter(|&pair| syntax.kind(pair) == Kind::Pair)
            .find(|&pair| {
                syntax
                    .field(pair, Field::Key)
                    .and_then(|key| syntax.literal(key))
                    .is_some_and(|(key, _)| key == name)
            })
            .and_then(|pair| syntax.field(pair, Field::Value))
    }

    /// `setting` of Appydays (in `configurable(:section) do`) and of Hanami (`class Settings < Hanami::Settings`).
    pub(super) fn setting(&mut self, id: Id) {
        let syntax = self.syntax;
        let arguments = syntax.arguments(id);
        let Some((&name, rest)) = arguments.split_first() else { return };
        let Some((text, name_span)) = syntax.literal(name) else { return };
        let section = syntax
            .ancestors(id)
            .find(|&up| {
                syntax.kind(up) == Kind::Call
                    && syntax.method(up) == "configurable"
                    && syntax.receiver(up).is_none()
            })
            .and_then(|call| syntax.arguments(call).first().copied())
            .and_then(|section| syntax.literal(section));
        let (api, names, default) = if let Some((section, _)) = section {
            let whole = syntax.span(id);
            let named = match self.keyword(rest, "key") {
                Some(key) => {
                    let found = match syntax.kind(key) {
                        Kind::Array | Kind::StringArray => self.names.list(key).unwrap_or_default(),
                        _ => self.names.key(key),
                    };
                    let several = found.texts.len() > 1;
                    found
                        .texts
                        .into_iter()
                        .map(|text| {
                            let span = if several { text.literal } else { whole };
                            Named::new(Name::Known(text.text), Some(text.name), span)
                        })
                        .collect()
                }
                None => {
                    let full = format!("{section}_{text}").to_uppercase();
                    vec![Named::new(Name::Known(full), Some(name_span), whole)]
                }
            };
            let default = rest.first().copied().filter(|&first| syntax.kind(first) != Kind::Pair);
            ("Appydays::Configurable", named, default)
        } else if self.superclass(syntax.enclosing_class(id)) == "Hanami::Settings" {
            let named = Named::new(Name::Known(text.to_uppercase()), Some(name_span), syntax.span(id));
            ("Hanami::Settings", vec![named], self.keyword(rest, "default"))
        } else {
            return;
        };
        self.known_calls.insert(id);
        self.schema(id, api, names, default, name, text);
    }

    fn schema(
        &mut self,
        id: Id,
        api: &str,
        names: Vec<Named>,
        default: Option<Id>,
        setting: Id,
        text: &'t str,
    ) {
        self.names.define_setting(self.syntax.enclosing_class(id), setting, text, id);
        self.add(Access { default, setting: Some(setting), ..Access::new(id, api, ReadKind::Schema, names) });
    }

    fn superclass(&self, class: Id) -> &'t str {
        self.syntax
            .field(class, Field::Superclass)
            .and_then(|superclass| self.syntax.children(superclass).next())
            .map_or("", |name| self.syntax.source(name).trim_start_matches("::"))
    }

    /// `class HerokuConfig < Anyway::Config; attr_config :app_name, region: "eu"; end`.
    pub(super) fn settings_class(&mut self, class: Id) {
        if self.superclass(class) != "Anyway::Config" {
            return;
        }
        let syntax = self.syntax;
        let calls: Vec<Id> = syntax
            .subtree(class)
            .filter(|&id| syntax.kind(id) == Kind::Call && syntax.receiver(id).is_none())
            .filter(|&id| syntax.enclosing_class(id) == class)
            .collect();
        let named_by = |method: &str| {
            calls
                .iter()
                .find(|&&id| syntax.method(id) == method)
                .and_then(|&id| syntax.arguments(id).first().copied())
                .and_then(|name| syntax.literal(name))
                .map(|(name, _)| name.to_uppercase())
        };
        let prefix = named_by("env_prefix").or_else(|| named_by("config_name")).unwrap_or_else(|| {
            let name = syntax.field(class, Field::Name).map_or("", |name| syntax.source(name));
            let own = name.rsplit("::").next().unwrap_or_default().trim_end_matches("Config");
            underscored(own).to_uppercase()
        });
        let required: HashSet<&str> = calls
            .iter()
            .filter(|&&id| syntax.method(id) == "required")
            .flat_map(|&id| syntax.arguments(id))
            .filter_map(|name| syntax.literal(name))
            .map(|(name, _)| name)
            .collect();
        self.known_calls.extend(
            calls
                .iter()
                .filter(|&&id| matches!(syntax.method(id), "attr_config" | "env_prefix" | "config_name")),
        );
        for &call in calls.iter().filter(|&&id| syntax.method(id) == "attr_config") {
            for argument in syntax.arguments(call) {
                let pair = syntax.kind(argument) == Kind::Pair;
                let key = if pair { syntax.field(argument, Field::Key) } else { Some(argument) };
                let Some((key, (text, span))) = key.and_then(|key| Some((key, syntax.literal(key)?))) else {
                    continue;
                };
                let full = format!("{prefix}_{}", text.to_uppercase());
                let named = Named::new(Name::Known(full), Some(span), syntax.span(argument));
                let default = syntax.field(argument, Field::Value).filter(|_| pair);
                self.schema(argument, "Anyway::Config", vec![named], default, key, text);
                if required.contains(text)
                    && let Some(access) = self.accesses.last_mut()
                {
                    access.required = true;
                }
            }
        }
    }
}

/// `ActionMailer` → `action_mailer`.
fn underscored(name: &str) -> String {
    let mut text = String::new();
    let mut lower = false;
    for c in name.chars() {
        if c.is_uppercase() && lower {
            text.push('_');
        }
        lower = c.is_lowercase() || c.is_ascii_digit();
        text.extend(c.to_lowercase());
    }
    text
}
