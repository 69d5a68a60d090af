//! What names stand for at a place: for those who write into a file.

use std::cell::RefCell;
use std::collections::HashMap;

use super::access::{File, Object};
use super::api::{self, Library};
use super::names::{Event, Key, Names};
use super::syntax::{Field, Id, Kind, Tree};
use crate::lang::tree::{self, Grammar};
use crate::vocabulary::Vocabulary;

/// How a name gives variables away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// The module `os`.
    Os,
    /// `os.environ`.
    Environ,
    /// `os.getenv`, or `os.environ.get`.
    Getter,
    /// An object of environs or django-environ, also one that another file has made.
    Env,
    /// An object of python-decouple.
    Decouple,
}

/// What can be written at a place.
#[derive(Clone, Debug)]
pub(crate) struct Scope {
    /// Names by which the environment is at hand there.
    pub(crate) sources: Vec<(String, Source)>,
    /// `import os` at the beginning of the file would make `os` the module there, and change nothing else.
    pub(crate) can_import_os: bool,
}

/// What can be written at the offset `at`; `None` where the text does not parse.
pub(crate) fn scope_at(text: &str, at: usize) -> Option<Scope> {
    u32::try_from(text.len()).ok()?;
    let parsed = tree::parse(Grammar::Python, text)?;
    let tree = Tree::new(&parsed, text);
    drop(parsed);
    let names = Names::new(&tree);
    let file = File {
        tree: &tree,
        names: &names,
        accesses: HashMap::new(),
        scheme: HashMap::new(),
        env_methods: super::schema::uses_env_methods(text),
        objects: RefCell::default(),
        vocabulary: Vocabulary::built_in(),
    };
    let root = tree.root()?;
    let node = tree.subtree(root).filter(|&id| tree.span(id).start <= at && at < tree.span(id).end).last()?;
    let mut sources: Vec<(String, Source)> = names
        .keys()
        .filter(|&(scope, name)| names.lookup_name(names.scope(node), name) == Some((scope, name)))
        .filter_map(|key| Some((key, source(&file, key)?)))
        .filter(|&(key, _)| is_ready(&file, key, node))
        .map(|((_, name), source)| (name.to_string(), source))
        .collect();
    sources.sort_by(|a, b| a.0.cmp(&b.0));
    // A module of the file's own that is called `os` in some other scope is no hindrance.
    let can_import_os =
        names.events((root, "os")).is_empty() && names.lookup_name(names.scope(node), "os").is_none();
    Some(Scope { sources, can_import_os })
}

/// How a name gives variables away, where that is all it ever does.
fn source(file: &File<'_>, key: Key<'_>) -> Option<Source> {
    let of_event = |event: &Event| match event {
        Event::Import { path, .. } => match path.as_str() {
            "os" => Some(Source::Os),
            "os.getenv" | "os.environ.get" => Some(Source::Getter),
            path if api::ENVIRONMENT.contains(&path) && !path.ends_with('b') => Some(Source::Environ),
            path => match Library::of_object(path) {
                Some(library) => of_library(library),
                None => {
                    let (module, name) = path.rsplit_once('.')?;
                    let imported = file.env_methods || super::access::is_settings_module(module);
                    (name == "env" && imported).then_some(Source::Env)
                }
            },
        },
        Event::Assign { value, .. } => match file.object(*value)? {
            Object::Environment { copy: false } => Some(Source::Environ),
            Object::Library(library, prefix) if prefix.is_empty() => of_library(library),
            _ => None,
        },
        _ => None,
    };
    let (first, rest) = file.names.events(key).split_first()?;
    let source = of_event(first)?;
    rest.iter().all(|event| of_event(event) == Some(source)).then_some(source)
}

fn of_library(library: Library) -> Option<Source> {
    match library {
        Library::Environs | Library::Django | Library::Imported => Some(Source::Env),
        Library::Decouple => Some(Source::Decouple),
        Library::Starlette | Library::Envparse => None,
    }
}

/// Whether the name surely has its value when the code at `node` runs: it is given one by a statement that
/// no condition decides about, before that code.
fn is_ready(file: &File<'_>, (scope, name): Key<'_>, node: Id) -> bool {
    let tree = file.tree;
    let later = file.names.enclosing_function(node).is_some_and(|function| function != scope);
    tree.subtree(scope).any(|id| {
        let binds = match tree.kind(id) {
            Kind::Import | Kind::ImportFrom => tree.children(id).any(|child| {
                let bound = match tree.kind(child) {
                    Kind::Aliased => tree.get(child, Field::Alias),
                    Kind::DottedName => tree.first(child),
                    _ => None,
                };
                tree.field(child) != Field::ModuleName && bound.is_some_and(|bound| tree.text(bound) == name)
            }),
            Kind::Assignment => tree
                .get(id, Field::Left)
                .is_some_and(|left| tree.kind(left) == Kind::Identifier && tree.text(left) == name),
            _ => return false,
        };
        let straight = tree.ancestors(id).take_while(|&at| at != scope).all(|at| {
            matches!(tree.kind(at), Kind::ExpressionStatement)
                || (tree.kind(at) == Kind::Block && tree.parent(at) == Some(scope))
        });
        binds && straight && (later || tree.span(id).end <= tree.span(node).start)
    })
}
