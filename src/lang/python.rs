//! Front end for Python: `os.environ` and the settings libraries.

mod access;
mod api;
mod collect;
mod literal;
mod look;
mod lower;
mod names;
mod place;
mod scan;
mod schema;
mod scopes;
mod syntax;
mod terms;
mod texts;
mod wrap;
mod writes;

use std::cell::RefCell;
use std::collections::HashMap;

use crate::fact::{Facts, Literal, Request};
use crate::lang::tree::{self, Grammar};

use access::File;
use names::Names;
use syntax::{Kind, Tree};

pub(crate) use scopes::{Source, scope_at};

/// Literals without which a text cannot read the environment.
pub const ACCESS: &[&str] = &[
    "environ",
    "getenv",
    "env(",
    "env.",
    "setenv",
    "delenv",
    "putenv",
    "unsetenv",
    "envvar",
    "env_var",
    "envparse",
    "from_prefixed_env",
    "expandvars",
    "decouple",
    "starlette",
    "ynaconf",
    "BaseSettings",
    "_url",
    "set_key",
    "env=",
];

/// Whether the text may read the environment under a computed name, or gives the environment a name.
///
/// Looks at what follows each access: a plain string that is the whole name is what most files have,
/// and concerns nobody else.
pub fn may_wrap(text: &str) -> bool {
    let bytes = text.as_bytes();
    let computed = |from: usize, close: &[u8]| -> bool {
        let rest = text[from..].trim_start();
        let letters = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
        let (prefix, quoted) = rest.split_at(letters.min(2));
        let Some(quote) = quoted.chars().next().filter(|c| matches!(c, '"' | '\'')) else { return true };
        if prefix.contains(['f', 'F', 't', 'T']) {
            return true;
        }
        let Some(end) = quoted[1..].find(quote) else { return true };
        let after = quoted[end + 2..].trim_start();
        !after.bytes().next().is_some_and(|next| close.contains(&next))
    };
    for at in memchr::memmem::find_iter(bytes, "environ") {
        let end = at + "environ".len();
        let rest = text[end..].strip_prefix('b').unwrap_or(&text[end..]);
        let from = text.len() - rest.len();
        if let Some(next) = rest.chars().next()
            && (next.is_alphanumeric() || next == '_')
        {
            continue;
        }
        let wraps = if rest.starts_with('[') {
            computed(from + 1, b"]")
        } else if let Some(method) = rest.strip_prefix('.') {
            let name = method.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
            match name {
                "get" | "pop" | "setdefault" | "__getitem__" | "has_key" => {
                    !method[name.len()..].starts_with('(') || computed(from + 2 + name.len(), b",)")
                }
                "copy" | "ENVIRON" => true,
                _ => false,
            }
        } else {
            let line = text[..at].rsplit('\n').next().unwrap_or_default();
            let before = line.strip_suffix("os.").unwrap_or(line).trim_end();
            if let Some(left) = before.strip_suffix(" in").map(str::trim_end) {
                let left = left.strip_suffix(" not").unwrap_or(left).trim_end();
                !left.ends_with(['"', '\''])
            } else {
                // The module of django-environ, and the import itself, give no name away.
                !before.ends_with("import") && !before.ends_with(',') || rest.trim_start().starts_with("as ")
            }
        };
        if wraps {
            return true;
        }
    }
    for at in memchr::memmem::find_iter(bytes, "getenv") {
        let end = at + "getenv".len();
        let rest = text[end..].strip_prefix('b').unwrap_or(&text[end..]);
        let from = text.len() - rest.len();
        let line = text[..at].rsplit('\n').next().unwrap_or_default();
        let imported = line.contains("import");
        let renamed = rest.trim_start_matches([' ', '\t']).starts_with("as ");
        if rest.starts_with('(') && computed(from + 1, b",)")
            || renamed
            || !imported && !rest.starts_with('(')
        {
            return true;
        }
    }
    // Objects of settings libraries asked with a name that is not written there.
    for library in ["decouple", "environs", "environ.Env", "envparse", "starlette.config"] {
        if memchr::memmem::find(bytes, library.as_bytes()).is_some() {
            for open in ["env(", "config("] {
                for at in memchr::memmem::find_iter(bytes, open) {
                    let own = at > 0
                        && (bytes[at - 1].is_ascii_alphanumeric() || matches!(bytes[at - 1], b'_' | b'.'));
                    if !own && computed(at + open.len(), b",)") {
                        return true;
                    }
                }
            }
        }
    }
    false
}

/// The facts of one file.
pub fn facts(text: &str, request: &Request<'_>) -> Facts {
    let mut facts = Facts::default();
    if u32::try_from(text.len()).is_err() {
        return facts;
    }
    let Some(parsed) = tree::parse(Grammar::Python, text) else { return tree::unread(text) };
    facts.broken = tree::broken(&parsed);
    let tree = Tree::new(&parsed, text);
    drop(parsed);
    let names = Names::new(&tree);
    let mut file = File {
        tree: &tree,
        names: &names,
        accesses: HashMap::new(),
        scheme: HashMap::new(),
        env_methods: schema::uses_env_methods(text),
        objects: RefCell::default(),
        vocabulary: request.vocabulary,
    };
    let accesses =
        ACCESS.iter().any(|literal| memchr::memmem::find(text.as_bytes(), literal.as_bytes()).is_some());
    collect::collect(&mut file, accesses, &mut facts);
    if let Some(wanted) = request.names {
        look::uses(&file, wanted, &mut facts);
    }
    for id in tree.all().filter(|&id| tree.kind(id) == Kind::String) {
        if let Some((_, inner, span)) = tree.string(id)
            && request.vocabulary.is_text(inner)
        {
            facts.literals.push(Literal { text: inner.to_string(), span, scope: names.scope_name(id) });
        }
    }
    facts
}
