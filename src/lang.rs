//! Languages and formats, and the front ends that turn each into facts.

pub mod comments;
pub mod data;
pub mod dockerfile;
pub mod dotenv;
pub mod javascript;
pub mod json;
pub mod makefile;
pub mod manifest;
pub mod plain;
pub mod procfile;
pub mod python;
pub mod ruby;
pub mod shell;
pub mod sql;
pub mod template;
pub mod toml;
pub mod tree;
mod values;
pub mod yaml;

use crate::expr::Truth;
use crate::fact::{Facts, Request};

/// A language or a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lang {
    /// Ruby source.
    Ruby,
    /// ERB template, whatever it renders (`.html.erb`, `nginx.conf.erb`).
    Erb,
    /// HAML template.
    Haml,
    /// Slim template.
    Slim,
    /// Python source.
    Python,
    /// JavaScript, with or without JSX.
    JavaScript,
    /// TypeScript.
    TypeScript,
    /// TypeScript with JSX.
    Tsx,
    /// Vue single-file component.
    Vue,
    /// Svelte component.
    Svelte,
    /// POSIX shell, Bash and relatives.
    Shell,
    /// Dockerfile or Containerfile.
    Dockerfile,
    /// Procfile.
    Procfile,
    /// Makefile.
    Makefile,
    /// YAML of any kind, ERB in it included.
    Yaml,
    /// JSON, with or without comments.
    Json,
    /// TOML.
    Toml,
    /// `.env` files.
    Dotenv,
    /// SQL, as `psql` reads it.
    Sql,
    /// A line-based file known by its name (`.buildpacks`, `Aptfile`, `runtime.txt`, `requirements.txt`).
    Plain,
}

impl Lang {
    /// Every language, in the order of the documentation.
    pub const ALL: [Lang; 20] = [
        Lang::Ruby,
        Lang::Erb,
        Lang::Haml,
        Lang::Slim,
        Lang::Python,
        Lang::JavaScript,
        Lang::TypeScript,
        Lang::Tsx,
        Lang::Vue,
        Lang::Svelte,
        Lang::Shell,
        Lang::Dockerfile,
        Lang::Procfile,
        Lang::Makefile,
        Lang::Yaml,
        Lang::Json,
        Lang::Toml,
        Lang::Dotenv,
        Lang::Sql,
        Lang::Plain,
    ];

    /// The language's short name, as in a Markdown fence.
    pub fn id(self) -> &'static str {
        match self {
            Lang::Ruby => "ruby",
            Lang::Erb => "erb",
            Lang::Haml => "haml",
            Lang::Slim => "slim",
            Lang::Python => "python",
            Lang::JavaScript => "js",
            Lang::TypeScript => "ts",
            Lang::Tsx => "tsx",
            Lang::Vue => "vue",
            Lang::Svelte => "svelte",
            Lang::Shell => "sh",
            Lang::Dockerfile => "dockerfile",
            Lang::Procfile => "procfile",
            Lang::Makefile => "makefile",
            Lang::Yaml => "yaml",
            Lang::Json => "json",
            Lang::Toml => "toml",
            Lang::Dotenv => "dotenv",
            Lang::Sql => "sql",
            Lang::Plain => "text",
        }
    }

    /// What counts as true in the language.
    pub fn truth(self) -> Truth {
        match self {
            Lang::Ruby | Lang::Erb | Lang::Haml | Lang::Slim => Truth::Ruby,
            _ => Truth::EmptyIsFalse,
        }
    }

    /// Whether the text is a program, not settings or a template of them.
    pub fn is_code(self) -> bool {
        matches!(
            self,
            Lang::Ruby
                | Lang::Erb
                | Lang::Haml
                | Lang::Slim
                | Lang::Python
                | Lang::JavaScript
                | Lang::TypeScript
                | Lang::Tsx
                | Lang::Vue
                | Lang::Svelte
                | Lang::Shell
        )
    }
}

/// The facts of one file. Never fails: what was not understood is in [`Facts::broken`].
pub fn facts(text: &str, request: &Request<'_>) -> Facts {
    let text = match request.lang {
        Lang::Toml => &*toml::without_settings(text, request.path),
        _ => text,
    };
    let mut facts = match request.lang {
        Lang::Ruby => ruby::facts(text, request),
        Lang::Erb | Lang::Haml | Lang::Slim => template::facts(text, request),
        Lang::Python => python::facts(text, request),
        Lang::JavaScript | Lang::TypeScript | Lang::Tsx | Lang::Vue | Lang::Svelte => {
            javascript::facts(text, request)
        }
        Lang::Shell => shell::facts(text, request),
        Lang::Dockerfile => dockerfile::facts(text, request),
        Lang::Procfile => procfile::facts(text, request),
        Lang::Makefile => makefile::facts(text, request),
        Lang::Yaml => yaml::facts(text, request),
        Lang::Json => json::facts(text, request),
        Lang::Toml => toml::facts(text, request),
        Lang::Dotenv => dotenv::facts(text, request),
        Lang::Sql => sql::facts(text, request),
        Lang::Plain => plain::facts(text, request),
    };
    facts.reads.sort_by_key(|read| (read.span, read.name.clone()));
    facts.writes.sort_by_key(|write| (write.span, write.name.clone()));
    facts.invocations.sort_by_key(|call| call.span);
    facts.settings.sort_by_key(|setting| setting.span);
    sql::of_program(&mut facts, text, request);
    values::collect(&mut facts, text, request);
    facts
}

/// Literals without which a text of this language cannot read the environment at all.
pub fn access_literals(lang: Lang) -> &'static [&'static str] {
    match lang {
        Lang::Ruby | Lang::Erb | Lang::Haml | Lang::Slim => ruby::ACCESS,
        Lang::Python => python::ACCESS,
        Lang::JavaScript | Lang::TypeScript | Lang::Tsx | Lang::Vue | Lang::Svelte => javascript::ACCESS,
        _ => &[],
    }
}

/// Whether a text that names no interesting variable can still matter to other files: it reads the
/// environment under a computed name (a wrapper). A cheap look at the text; may say yes wrongly, never no.
pub fn may_wrap(text: &str, lang: Lang) -> bool {
    match lang {
        Lang::Ruby | Lang::Erb | Lang::Haml | Lang::Slim => ruby::may_wrap(text),
        Lang::Python => python::may_wrap(text),
        Lang::JavaScript | Lang::TypeScript | Lang::Tsx | Lang::Vue | Lang::Svelte => {
            javascript::may_wrap(text)
        }
        _ => false,
    }
}
