//! Loops over the whole environment.

use std::collections::HashSet;

use super::access::Object;
use super::collect::Collector;
use super::syntax::{Field, Id, Kind};
use crate::expr::Expr;
use crate::fact::{EnvRead, Facts, Name, Place, ReadKind, Use};
use crate::span::Span;

impl Collector<'_, '_> {
    /// Loops over the whole environment, and places where all of it is handed to someone.
    pub(super) fn scans(&self, facts: &mut Facts) {
        let file = self.file;
        let tree = file.tree;
        let mut seen = HashSet::new();
        for id in tree.all() {
            match tree.kind(id) {
                Kind::For | Kind::ForIn => {
                    if let Some(right) = tree.get(id, Field::Right)
                        && matches!(
                            file.object(right),
                            Some(Object::Environment { .. } | Object::Names { .. })
                        )
                        && seen.insert(right)
                    {
                        self.scan(right, facts);
                    }
                }
                Kind::Attribute | Kind::Identifier if tree.text(id).ends_with("environ") => {
                    let mut top = id;
                    if !matches!(file.object(top), Some(Object::Environment { .. })) {
                        continue;
                    }
                    // `sorted(os.environ.keys())` is one expression.
                    while let Some(parent) = tree.parent(top) {
                        let next = match tree.kind(parent) {
                            Kind::Parenthesized | Kind::Boolean => parent,
                            Kind::Attribute | Kind::Arguments => match tree.parent(parent) {
                                Some(call) if tree.kind(call) == Kind::Call => call,
                                _ => break,
                            },
                            _ => break,
                        };
                        match file.object(next) {
                            Some(Object::Environment { .. } | Object::Names { .. }) => top = next,
                            _ => break,
                        }
                    }
                    if self.escapes(top) && seen.insert(top) {
                        self.scan(top, facts);
                    }
                }
                _ => {}
            }
        }
    }

    /// Whether all of the environment is handed to someone who may look for anything in it.
    fn escapes(&self, top: Id) -> bool {
        let tree = self.file.tree;
        let Some(parent) = tree.parent(top) else { return false };
        match tree.kind(parent) {
            Kind::Return | Kind::Yield | Kind::Interpolation | Kind::Print => true,
            Kind::Arguments => {
                let Some(call) = tree.parent(parent) else { return false };
                let path = self.file.names.path(call).unwrap_or_default();
                let last = path.rsplit('.').next().unwrap_or_default();
                !matches!(last, "setitem" | "delitem" | "object" | "multiple" | "len" | "hasattr")
                    && !path.ends_with("patch.dict")
            }
            Kind::Keyword => {
                let name = tree.get(parent, Field::Name).map(|name| tree.text(name)).unwrap_or_default();
                !matches!(name, "env" | "environ")
            }
            Kind::DictSplat => tree
                .parent(parent)
                .filter(|&around| tree.kind(around) == Kind::Arguments)
                .and_then(|list| tree.parent(list))
                .is_some_and(|call| {
                    self.file.object(call).is_none()
                        && tree
                            .get(call, Field::Function)
                            .and_then(|function| tree.get(function, Field::Attribute))
                            .is_none_or(|name| tree.text(name) != "format")
                }),
            _ => false,
        }
    }

    fn scan(&self, iterable: Id, facts: &mut Facts) {
        let file = self.file;
        let tree = file.tree;
        let span = tree.span(iterable);
        let mut push = |name: Name, name_span: Option<Span>, site: Option<Id>| {
            let mut expr = Expr::Presence { name: name.known().map(str::to_string), span };
            // `not any(k.startswith("X") for k in os.environ)` asks the same of all names.
            let mut top = site.unwrap_or(iterable);
            while let Some(site) = site
                && let Some(next) = self.lower.up(top)
                && (next != tree.parent(site).unwrap_or(site) || tree.kind(next) == Kind::Parenthesized)
            {
                match tree.kind(next) {
                    Kind::Call | Kind::Parenthesized => {}
                    Kind::Not => expr = Expr::Not(Box::new(expr)),
                    _ => break,
                }
                top = next;
            }
            let place = match site {
                Some(_) => self.lower.place(top),
                None => match tree.parent(iterable).map(|parent| tree.kind(parent)) {
                    Some(Kind::For | Kind::ForIn) => Place::Other,
                    _ => self.lower.place(iterable),
                },
            };
            facts.reads.push(EnvRead {
                name,
                name_span,
                span,
                api: "os.environ".to_string(),
                kind: ReadKind::Scan,
                default: None,
                required: false,
                scope: file.names.scope_name(iterable),
                uses: vec![Use {
                    name: None,
                    path: None,
                    span,
                    expr,
                    expr_span: tree.span(top),
                    place,
                    scope: file.names.scope_name(iterable),
                }],
                guards: self.lower.guards(iterable),
                via: None,
            });
        };
        let tests = file.scan_tests(iterable);
        if tests.is_empty() {
            push(Name::Computed, None, None);
        }
        for (name, name_span, site) in tests {
            push(name, name_span, Some(site));
        }
    }
}
