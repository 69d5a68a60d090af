//! The second look: uses of names that other files bind.

use std::collections::{BTreeSet, HashSet};

use super::access::File;
use super::collect::is_settings;
use super::lower::Lower;
use super::names::Event;
use super::syntax::{Field, Id, Kind};
use crate::fact::{Facts, NameUse};

/// Fills [`Facts::uses`] with every use of a name in `wanted`.
pub(super) fn uses(file: &File<'_>, wanted: &BTreeSet<String>, facts: &mut Facts) {
    let tree = file.tree;
    let mut found: Vec<(String, String, Id)> = Vec::new();
    for id in tree.all() {
        match tree.kind(id) {
            Kind::Attribute => {
                let (Some(object), Some(name)) =
                    (tree.get(id, Field::Object), tree.get(id, Field::Attribute))
                else {
                    continue;
                };
                let name = tree.text(name);
                // What this file binds itself is followed from the read.
                if wanted.contains(name) && !is_target(file, id) && file.names.member(id).is_none() {
                    let qualifier = file.names.path(object).unwrap_or_default();
                    found.push((name.to_string(), qualifier, whole(file, id)));
                }
            }
            Kind::Identifier => {
                if let Some((name, qualifier)) = imported(file, id, wanted) {
                    found.push((name, qualifier, whole(file, id)));
                }
            }
            Kind::Subscript => {
                let (Some(object), Some((name, _))) = (
                    tree.get(id, Field::Value),
                    tree.get(id, Field::Subscript).and_then(|key| tree.literal(key)),
                ) else {
                    continue;
                };
                let qualifier = file.names.path(object).unwrap_or_default();
                if wanted.contains(&name) && is_settings(&qualifier) && !is_target(file, id) {
                    found.push((name, qualifier, id));
                }
            }
            Kind::Call => {
                let Some(function) = tree.get(id, Field::Function) else { continue };
                let arguments = tree.arguments(id);
                let get = tree.get(function, Field::Attribute).is_some_and(|name| tree.text(name) == "get");
                let (object, key) = match (tree.text(function), arguments.positional.as_slice()) {
                    ("getattr", [object, key, ..]) => (Some(*object), *key),
                    (_, [key, ..]) if get => (tree.get(function, Field::Object), *key),
                    _ => continue,
                };
                let (Some(object), Some((name, _))) = (object, tree.literal(key)) else { continue };
                let qualifier = file.names.path(object).unwrap_or_default();
                if wanted.contains(&name) && (!get || is_settings(&qualifier)) {
                    found.push((name, qualifier, id));
                }
            }
            _ => {}
        }
    }
    let sources: HashSet<_> = found.iter().map(|(.., id)| tree.span(*id)).collect();
    let lower = Lower::new(file, sources);
    for (name, qualifier, id) in found {
        for site in lower.site(id, tree.span(id), Some(&name)) {
            facts.uses.push(NameUse { name: name.clone(), qualifier: qualifier.clone(), site });
        }
    }
}

/// The call, where the name is called without arguments; else the name.
fn whole(file: &File<'_>, id: Id) -> Id {
    let tree = file.tree;
    match tree.parent(id) {
        Some(call)
            if tree.kind(call) == Kind::Call
                && tree.field(id) == Field::Function
                && tree.arguments(call).is_empty() =>
        {
            call
        }
        _ => id,
    }
}

/// Whether a value is given to the node, or taken from it.
fn is_target(file: &File<'_>, id: Id) -> bool {
    let tree = file.tree;
    tree.parent(id).is_some_and(|parent| {
        matches!(tree.kind(parent), Kind::Delete | Kind::PatternList | Kind::TuplePattern)
            || tree.field(id) == Field::Left
                && matches!(tree.kind(parent), Kind::Assignment | Kind::Augmented)
    })
}

/// The wanted name that an identifier means, and the module it comes from.
fn imported(file: &File<'_>, id: Id, wanted: &BTreeSet<String>) -> Option<(String, String)> {
    let tree = file.tree;
    let parent = tree.parent(id)?;
    match (tree.kind(parent), tree.field(id)) {
        (Kind::Attribute, Field::Attribute)
        | (Kind::Keyword | Kind::Function | Kind::Class | Kind::Named, Field::Name)
        | (Kind::Aliased | Kind::DottedName | Kind::Global, _) => return None,
        _ => {}
    }
    if is_target(file, id) {
        return None;
    }
    let events = file.names.events_of(id);
    if events.is_empty() {
        let name = tree.text(id);
        let module = file.names.stars.last()?;
        return wanted.contains(name).then(|| (name.to_string(), module.clone()));
    }
    events.iter().find_map(|event| match event {
        Event::Import { path, .. } => {
            let (module, name) = path.rsplit_once('.')?;
            wanted.contains(name).then(|| (name.to_string(), module.to_string()))
        }
        _ => None,
    })
}
