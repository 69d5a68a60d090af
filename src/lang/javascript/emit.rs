//! Makes facts of what was found: uses, bindings, wrappers, calls, and the uses of names that other
//! files bind.

use std::collections::{HashMap, HashSet};

use super::File;
use super::access::{At, ParameterKey, leaf};
use super::ast::{Field, Id, Kind};
use super::names::{DeclId, How, Root, member_key, required_module};
use crate::expr::{Expr, Question};
use crate::fact::{
    Argument, Binding, Branches, Call, EnvRead, Form, Literal, NameUse, Place, ReadKind, Use, Wrapper,
    looks_like_variable,
};
use crate::span::Span;

/// Uses of names that are told for one read.
const USES: usize = 12;

/// Something that stands for a value further on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Carrier {
    Decl(DeclId),
    Property(Id),
    Function(Id),
}

impl File<'_, '_> {
    /// Fills the leaves of lowering: the rows and names that are reads.
    pub fn plant(&mut self) {
        for at in 0..self.accesses.len() {
            let access = &self.accesses[at];
            let expr = leaf(access, None);
            self.plant_one(at, expr);
        }
        for at in 0..self.accesses.len() {
            if let Some(default) = self.accesses[at].default {
                let expr = leaf(&self.accesses[at], Some(self.lower(default)));
                self.replant(at, expr);
            }
        }
    }

    fn plant_one(&mut self, access: usize, expr: Expr) {
        let found = self.accesses[access].clone();
        match found.at {
            At::Row(row) | At::Within(row) => {
                self.leaves.entry(row).or_insert(expr);
            }
            At::Decl(decl) => {
                self.decl_leaves.insert(decl, expr);
            }
            At::Declared(_, Some(parse)) => {
                let Some(name) = found.name.known() else { return };
                let (rows, decls) = self.carriers(parse, name);
                for row in rows {
                    self.leaves.insert(row, expr.clone());
                    self.carried.entry(access).or_default().push(row);
                }
                for decl in decls {
                    self.decl_leaves.insert(decl, expr.clone());
                    self.carried_decls.entry(access).or_default().push(decl);
                }
            }
            At::Declared(_, None) => {}
        }
    }

    fn replant(&mut self, access: usize, expr: Expr) {
        match self.accesses[access].at {
            At::Row(row) | At::Within(row) => {
                self.leaves.insert(row, expr);
            }
            At::Decl(decl) => {
                self.decl_leaves.insert(decl, expr);
            }
            At::Declared(..) => {
                for &row in self.carried.get(&access).into_iter().flatten() {
                    self.leaves.insert(row, expr.clone());
                }
                for &decl in self.carried_decls.get(&access).into_iter().flatten() {
                    self.decl_leaves.insert(decl, expr.clone());
                }
            }
        }
    }

    /// Makes the reads, with their uses.
    pub fn emit_reads(&mut self) {
        for at in 0..self.accesses.len() {
            let access = self.accesses[at].clone();
            let default_expr = access.default.map(|default| self.lower(default));
            let expr = leaf(&access, default_expr);
            // Several names can go through one row: each in turn is what the row reads.
            self.replant(at, expr.clone());
            let row = access.at.row(self);
            let span = access.span;
            let mut uses = Vec::new();
            let mut default = access.default.map(|default| self.ast.span(default));
            match access.at {
                At::Row(row) => {
                    uses = self.uses_from(row, span);
                    default = default.or_else(|| self.chain_default(row));
                }
                At::Within(row) => uses.push(Use {
                    name: None,
                    path: None,
                    span,
                    expr,
                    expr_span: self.ast.span(row),
                    place: self.place(row),
                    scope: self.scope(row),
                }),
                At::Decl(decl) => {
                    let target = self.names.decls[decl].name.to_string();
                    uses.push(Use {
                        name: None,
                        path: None,
                        span,
                        expr,
                        expr_span: span,
                        place: Place::Bound { target },
                        scope: self.scope(row),
                    });
                    self.bind_decl(decl);
                    self.uses_of(vec![Carrier::Decl(decl)], span, &mut uses);
                    default = default.or_else(|| self.carrier_default(decl));
                }
                At::Declared(entry, gives) => {
                    uses.push(Use {
                        name: None,
                        path: None,
                        span,
                        expr: expr.clone(),
                        expr_span: span,
                        place: Place::Other,
                        scope: self.scope(entry),
                    });
                    for row in self.carried.get(&at).cloned().unwrap_or_default() {
                        if uses.len() <= USES {
                            let name = self.ast.text(row).to_string();
                            self.add_uses(row, span, Some(name), &mut uses);
                        }
                    }
                    for decl in self.carried_decls.get(&at).cloned().unwrap_or_default() {
                        self.bind_decl(decl);
                        self.uses_of(vec![Carrier::Decl(decl)], span, &mut uses);
                    }
                    if let (Some(parse), Some(name)) = (gives, access.name.known()) {
                        self.bind_declared(parse, name, access.name_span.unwrap_or(span), expr);
                    }
                }
            }
            let inside = uses.first().map_or(span, |first| first.expr_span);
            let guards = self.guards(row, inside);
            let scope = self.scope(row);
            if let Some(parameter) = &access.parameter {
                self.wrap(parameter, span, row, access.kind == ReadKind::Presence, access.default);
            }
            self.facts.reads.push(EnvRead {
                name: access.name,
                name_span: access.name_span,
                span,
                api: access.api,
                kind: access.kind,
                default,
                required: access.required,
                scope,
                uses,
                guards,
                via: None,
            });
        }
    }

    /// The right side of `||` or `??` that stands in for the value.
    fn chain_default(&self, row: Id) -> Option<Span> {
        let ast = &self.ast;
        let mut at = row;
        while let Some(up) = ast.parent(at) {
            match ast.kind(up) {
                Kind::Parenthesized | Kind::Cast | Kind::TypeAssertion => {}
                Kind::Binary if self.is_guarded_effect(up) => return None,
                Kind::Binary if matches!(ast.operator(up), "||" | "??") => {
                    if ast.role(at) == Field::Left {
                        return ast.field(up, Field::Right).map(|right| ast.span(right));
                    }
                }
                // `parseInt(process.env.PORT, 10) || 3000`, `process.env.X?.trim() || "d"`.
                Kind::Arguments => {
                    let safe = ast.parent(up).and_then(|call| ast.callee(call)).is_some_and(|callee| {
                        matches!(ast.text(callee), "Number" | "parseInt" | "parseFloat" | "Number.parseInt")
                    });
                    if !safe {
                        return None;
                    }
                }
                Kind::Unary if ast.operator(up) == "+" => {}
                Kind::Member if ast.field(up, Field::OptionalChain).is_some() => {}
                Kind::Call => {}
                _ => return None,
            }
            at = up;
        }
        None
    }

    /// `const { X } = process.env; … X || "d"`: only where the name is used once.
    fn carrier_default(&self, decl: DeclId) -> Option<Span> {
        let name = self.names.decls[decl].name;
        let mut uses = self.names.occurrences(&self.ast, name).iter().filter(|&&at| {
            at != self.names.decls[decl].node && self.names.resolve(&self.ast, at) == Some(decl)
        });
        match (uses.next(), uses.next()) {
            (Some(&only), None) => self.chain_default(only),
            _ => None,
        }
    }

    /// The use at a row, and the uses of all names that carry it on.
    fn uses_from(&mut self, row: Id, span: Span) -> Vec<Use> {
        let mut uses = Vec::new();
        let next = self.add_uses(row, span, None, &mut uses);
        self.uses_of(next, span, &mut uses);
        uses
    }

    fn uses_of(&mut self, start: Vec<Carrier>, span: Span, uses: &mut Vec<Use>) {
        let mut queue = start;
        let mut seen: HashSet<Carrier> = HashSet::new();
        let mut at = 0;
        while at < queue.len() && at < USES {
            let carrier = queue[at];
            at += 1;
            if !seen.insert(carrier) {
                continue;
            }
            for (row, name) in self.occurrences_of(carrier) {
                if uses.len() > USES {
                    return;
                }
                if !self.lower(row).holds(span) {
                    continue;
                }
                let next = self.add_uses(row, span, Some(name), uses);
                queue.extend(next);
            }
        }
    }

    /// Adds what becomes of the value at a row; gives the names that carry it on.
    fn add_uses(&mut self, row: Id, span: Span, name: Option<String>, uses: &mut Vec<Use>) -> Vec<Carrier> {
        let (top, expr) = self.climb(row, |expr| expr.holds(span));
        let expr_span = self.ast.span(top);
        let scope = self.scope(row);
        let own = if name.is_some() && !self.spans_are_fixed { self.ast.span(row) } else { span };
        let outer = self.ast.outer(top);
        let carriers = self.carriers_at(outer);
        self.bind_around(top);
        let parent = self.ast.parent(outer);
        if let Some(switch) = parent.filter(|&up| self.ast.kind(up) == Kind::Switch) {
            let cases = self.cases(switch, &expr);
            let some = !cases.is_empty();
            for (expr, place) in cases {
                uses.push(Use {
                    name: name.clone(),
                    path: None,
                    span: own,
                    expr,
                    expr_span,
                    place,
                    scope: scope.clone(),
                });
            }
            if some {
                return carriers;
            }
        }
        let place = self.place(top);
        if name.is_some() && place == Place::Other {
            return carriers;
        }
        let expr = match &place {
            // A condition asks for the truth: `if (!!x)` asks what `if (x)` asks.
            Place::Condition(_) => match expr {
                Expr::Ask { question: Question::Present, subject, safe: false }
                    if matches!(*subject, Expr::Read { .. }) =>
                {
                    *subject
                }
                other => other,
            },
            _ => expr,
        };
        uses.push(Use { name, path: None, span: own, expr, expr_span, place, scope });
        carriers
    }

    /// One condition for each `case` of a switch over a value.
    fn cases(&self, switch: Id, subject: &Expr) -> Vec<(Expr, Place)> {
        let ast = &self.ast;
        let Some(body) = ast.field(switch, Field::Body) else { return Vec::new() };
        let mut found = Vec::new();
        let mut waiting: Vec<Expr> = Vec::new();
        for case in ast.children(body).filter(|&at| ast.kind(at) == Kind::Case) {
            let Some(value) = ast.field(case, Field::Value) else { continue };
            waiting.push(Expr::Equal(Box::new(subject.clone()), Box::new(self.lower(value))));
            if ast.children(case).all(|at| ast.role(at) == Field::Value) {
                continue;
            }
            let expr = match waiting.len() {
                1 => waiting.remove(0),
                _ => Expr::Any(std::mem::take(&mut waiting)),
            };
            let branches = Branches {
                form: Form::Case,
                then: self.case_branch(case),
                otherwise: self.default_branch(case),
            };
            found.push((expr, Place::Condition(branches)));
            if found.len() >= USES {
                break;
            }
        }
        found
    }

    /// The names that carry the value of an expression on.
    fn carriers_at(&self, outer: Id) -> Vec<Carrier> {
        let ast = &self.ast;
        let Some(up) = ast.parent(outer) else { return Vec::new() };
        let role = ast.role(outer);
        let of_pattern = |pattern: Id| -> Vec<Carrier> {
            ast.subtree(pattern)
                .filter(|&at| matches!(ast.kind(at), Kind::Identifier | Kind::ShorthandPattern))
                .filter_map(|at| self.names.resolve(ast, at))
                .filter(|&decl| self.names.single(decl).is_some())
                .map(Carrier::Decl)
                .collect()
        };
        match ast.kind(up) {
            Kind::Declarator if role == Field::Value => {
                ast.field(up, Field::Name).map_or(Vec::new(), of_pattern)
            }
            Kind::Assignment if role == Field::Right => match ast.field(up, Field::Left) {
                Some(left) if matches!(ast.kind(left), Kind::Member | Kind::Subscript) => {
                    vec![Carrier::Property(left)]
                }
                Some(left) => of_pattern(left),
                None => Vec::new(),
            },
            Kind::Pair | Kind::ClassField if role == Field::Value => vec![Carrier::Property(outer)],
            Kind::Return => ast
                .function_around(up)
                .filter(|&function| self.takes_nothing(function))
                .map_or(Vec::new(), |function| vec![Carrier::Function(function)]),
            Kind::Arrow if role == Field::Body && self.takes_nothing(up) => vec![Carrier::Function(up)],
            _ => Vec::new(),
        }
    }

    fn takes_nothing(&self, function: Id) -> bool {
        self.ast
            .field(function, Field::Parameters)
            .is_some_and(|list| self.ast.children(list).next().is_none())
    }

    /// Where a carrier is used, with the name it is used by.
    fn occurrences_of(&self, carrier: Carrier) -> Vec<(Id, String)> {
        let ast = &self.ast;
        match carrier {
            Carrier::Decl(decl) => {
                let name = self.names.decls[decl].name;
                self.names
                    .occurrences(ast, name)
                    .iter()
                    .copied()
                    .filter(|&at| !self.is_definition(at) && self.names.resolve(ast, at) == Some(decl))
                    .take(60)
                    .map(|at| (at, name.to_string()))
                    .collect()
            }
            Carrier::Property(at) => match self.property_of(at) {
                Some((root, way)) => self.property_occurrences(root, &way),
                None => Vec::new(),
            },
            Carrier::Function(function) => {
                let Some((name, _)) = self.function_name(function) else { return Vec::new() };
                if ast.kind(function) == Kind::Method
                    && let Some(class) =
                        ast.ancestors(function).nth(1).filter(|&up| ast.kind(up) == Kind::Class)
                {
                    let getter = self.is_getter(function);
                    return self
                        .property_occurrences(Root::Class(class), &name)
                        .into_iter()
                        .filter_map(|(at, name)| {
                            if getter { Some((at, name)) } else { self.call_of(at).map(|call| (call, name)) }
                        })
                        .collect();
                }
                self.names
                    .occurrences(ast, &name)
                    .iter()
                    .copied()
                    .filter(|&at| {
                        self.names.function_called(ast, at).is_some_and(|called| called == function)
                    })
                    .filter_map(|at| self.call_of(at))
                    .take(60)
                    .map(|call| (call, name.clone()))
                    .collect()
            }
        }
    }

    fn is_getter(&self, method: Id) -> bool {
        self.ast
            .field(method, Field::Name)
            .is_some_and(|name| self.ast.has_word(method, self.ast.span(name).start, "get"))
    }

    fn call_of(&self, callee: Id) -> Option<Id> {
        let outer = self.ast.outer(callee);
        self.ast
            .parent(outer)
            .filter(|&up| self.ast.kind(up) == Kind::Call && self.ast.role(outer) == Field::Function)
    }

    /// The root and way of a property: of an assignment's left side, or of a value in an object.
    fn property_of(&self, at: Id) -> Option<(Root, String)> {
        let ast = &self.ast;
        if ast.role(at) == Field::Left {
            return self.names.property_way(ast, at);
        }
        let mut keys: Vec<String> = Vec::new();
        let mut at = at;
        for _ in 0..30 {
            let up = ast.parent(at)?;
            match ast.kind(up) {
                Kind::Pair => keys.push(ast.key(ast.field(up, Field::Key)?)?.0),
                Kind::Object | Kind::Parenthesized | Kind::Cast => {}
                Kind::Call if ast.callee(up).is_some_and(|callee| ast.text(callee) == "Object.freeze") => {}
                Kind::Arguments => {}
                Kind::ClassField => {
                    let key = ast.field(up, Field::Name).or_else(|| ast.field(up, Field::Property))?;
                    keys.push(ast.key(key)?.0);
                    keys.reverse();
                    return Some((Root::Class(ast.ancestors(up).nth(1)?), keys.join(".")));
                }
                Kind::Declarator => {
                    let decl = self.names.resolve(ast, ast.field(up, Field::Name)?)?;
                    keys.reverse();
                    return Some((Root::Decl(decl), keys.join(".")));
                }
                _ => return None,
            }
            at = up;
        }
        None
    }

    fn property_occurrences(&self, root: Root, way: &str) -> Vec<(Id, String)> {
        let ast = &self.ast;
        let last = way.rsplit('.').next().unwrap_or_default();
        let rows: Vec<Id> = match root {
            Root::Decl(decl) => {
                self.names.occurrences(ast, self.names.decls[decl].name).iter().take(200).copied().collect()
            }
            Root::Class(class) => {
                let of_this = ast.subtree(class).filter(|&at| ast.kind(at) == Kind::This);
                let name = ast.field(class, Field::Name).map_or("", |name| ast.text(name));
                of_this.chain(self.names.occurrences(ast, name).iter().copied()).take(400).collect()
            }
        };
        let mut found = Vec::new();
        for row in rows {
            let mut at = ast.outer(row);
            for _ in 0..way.split('.').count() {
                let Some(up) = ast.parent(at) else { break };
                if !matches!(ast.kind(up), Kind::Member | Kind::Subscript) || ast.role(at) != Field::Object {
                    break;
                }
                at = ast.outer(up);
            }
            let at = ast.bare(at);
            if member_key(ast, at).is_some_and(|(key, _)| key == last)
                && ast.role(at) != Field::Left
                && self.names.property_way(ast, at).is_some_and(|(own, path)| own == root && path == way)
            {
                found.push((at, ast.text(at).to_string()));
            }
        }
        found
    }

    /// Whether an identifier is where a name is defined, or the target of an assignment.
    fn is_definition(&self, at: Id) -> bool {
        let ast = &self.ast;
        if self.names.by_node.contains_key(&at) {
            return true;
        }
        ast.parent(at).is_some_and(|up| match ast.kind(up) {
            Kind::Assignment | Kind::Augmented => ast.role(at) == Field::Left,
            Kind::ExportSpecifier | Kind::ImportSpecifier => true,
            Kind::Member => ast.role(at) == Field::Property,
            Kind::Pair => ast.role(at) == Field::Key,
            _ => false,
        })
    }

    /// The names by which a declaration can be reached from other files.
    fn exported(&self, decl: DeclId) -> Vec<String> {
        let known = &self.names.decls[decl];
        if known.scope != 0 {
            return Vec::new();
        }
        self.exports.get(known.name).cloned().unwrap_or_default()
    }

    /// Collects the exported names of the file.
    pub fn find_exports(&mut self) {
        let mut exports: HashMap<String, Vec<String>> = HashMap::new();
        let mut add = |local: &str, exported: &str| {
            let names = exports.entry(local.to_string()).or_default();
            if !names.iter().any(|name| name == exported) {
                names.push(exported.to_string());
            }
        };
        let ast = &self.ast;
        for id in 0..ast.len() {
            match ast.kind(id) {
                Kind::Export => {
                    if let Some(declaration) = ast.field(id, Field::Declaration) {
                        match ast.kind(declaration) {
                            Kind::Lexical | Kind::Var => {
                                for declarator in ast.children(declaration) {
                                    let Some(name) = ast.field(declarator, Field::Name) else { continue };
                                    for at in ast.subtree(name) {
                                        if matches!(ast.kind(at), Kind::Identifier | Kind::ShorthandPattern) {
                                            add(ast.text(at), ast.text(at));
                                        }
                                    }
                                }
                            }
                            _ => {
                                if let Some(name) = ast.field(declaration, Field::Name) {
                                    add(ast.text(name), ast.text(name));
                                }
                            }
                        }
                    }
                    if let Some(value) = ast.field(id, Field::Value)
                        && ast.kind(ast.bare(value)) == Kind::Identifier
                    {
                        let name = ast.text(ast.bare(value));
                        add(name, name);
                    }
                }
                Kind::ExportSpecifier => {
                    let elsewhere = ast
                        .ancestors(id)
                        .take(2)
                        .any(|up| ast.kind(up) == Kind::Export && ast.field(up, Field::Source).is_some());
                    if let Some(name) = ast.field(id, Field::Name).filter(|_| !elsewhere) {
                        let alias = ast.field(id, Field::Alias).map_or(ast.text(name), |at| ast.text(at));
                        add(ast.text(name), if alias == "default" { ast.text(name) } else { alias });
                    }
                }
                Kind::Assignment => {
                    let (Some(left), Some(right)) = (ast.field(id, Field::Left), ast.field(id, Field::Right))
                    else {
                        continue;
                    };
                    let target = ast.text(left);
                    if !target.starts_with("module.exports") && !target.starts_with("exports") {
                        continue;
                    }
                    let right = ast.bare(right);
                    match ast.kind(right) {
                        Kind::Identifier => {
                            let own = ast.text(right);
                            match member_key(ast, left) {
                                Some((key, _)) if key != "exports" => add(own, &key),
                                _ => add(own, own),
                            }
                        }
                        Kind::Object => {
                            for (key, value, _) in ast.entries(right) {
                                let value = ast.bare(value);
                                if let Some((key, _)) = ast.key(key)
                                    && matches!(ast.kind(value), Kind::Identifier | Kind::Shorthand)
                                {
                                    add(ast.text(value), &key);
                                }
                            }
                        }
                        _ => {}
                    }
                }
                _ => {}
            }
        }
        self.exports = exports;
    }

    fn push_binding(&mut self, name: String, owner: String, span: Span, expr: Expr, callable: bool) {
        if name.is_empty() || !self.carries(&expr) {
            return;
        }
        if self.facts.bindings.iter().any(|known| {
            known.name == name && known.owner == owner && (known.span == span || known.expr == expr)
        }) {
            return;
        }
        let mut reads = Vec::new();
        expr.walk(&mut |expr| match expr {
            Expr::Read { span, .. } | Expr::Presence { span, .. } => reads.push(*span),
            Expr::Opaque(span) if self.opaque.contains(span) => reads.push(*span),
            _ => {}
        });
        reads.sort();
        reads.dedup();
        self.facts.bindings.push(Binding { name, owner, span, expr, reads, callable });
    }

    /// Binds a name that a pattern takes out of the environment.
    fn bind_decl(&mut self, decl: DeclId) {
        let Some(expr) = self.decl_leaves.get(&decl).cloned() else { return };
        let span = self.ast.span(self.names.decls[decl].node);
        for name in self.exported(decl) {
            self.push_binding(name, String::new(), span, expr.clone(), false);
        }
    }

    /// Binds the key of a parsed environment that is exported.
    fn bind_declared(&mut self, parse: Id, name: &str, span: Span, expr: Expr) {
        let ast = &self.ast;
        let mut owners: Vec<String> = Vec::new();
        for at in ast.ancestors(parse).take(6) {
            match ast.kind(at) {
                Kind::Declarator => {
                    if let Some(decl) = ast.field(at, Field::Name).and_then(|at| self.names.resolve(ast, at))
                    {
                        owners = self.exported(decl);
                    }
                    break;
                }
                Kind::Export => {
                    owners.push(String::new());
                    break;
                }
                Kind::Assignment => {
                    let target = ast.field(at, Field::Left).map_or("", |left| ast.text(left));
                    if target.starts_with("module.exports") || target.starts_with("exports") {
                        owners.push(String::new());
                    }
                    break;
                }
                Kind::Member | Kind::Await | Kind::Parenthesized | Kind::Cast => {}
                _ => break,
            }
        }
        if let Some(owner) = owners.into_iter().next() {
            self.push_binding(name.to_string(), owner, span, expr, false);
        }
    }

    /// Binds the name, key or function that an expression is the value of.
    fn bind_around(&mut self, top: Id) {
        let ast = &self.ast;
        // Keys between the value and its root, innermost first.
        let mut keys: Vec<(String, Span)> = Vec::new();
        let mut value = ast.outer(top);
        if ast.kind(value) == Kind::Shorthand {
            keys.push((ast.text(value).to_string(), ast.span(value)));
        }
        let mut at = value;
        for _ in 0..40 {
            let Some(up) = ast.parent(at) else { return };
            let role = ast.role(at);
            match ast.kind(up) {
                Kind::Ternary
                | Kind::Binary
                | Kind::Unary
                | Kind::Parenthesized
                | Kind::Cast
                | Kind::TypeAssertion
                | Kind::Await
                    if keys.is_empty() =>
                {
                    value = up;
                }
                Kind::Parenthesized | Kind::Cast | Kind::Object => {}
                // A key of an object in an array or behind a spread has no way that leads to it.
                Kind::Pair if role == Field::Value => {
                    let Some(key) = ast.field(up, Field::Key).and_then(|key| ast.key(key)) else { return };
                    keys.push(key);
                }
                Kind::Arguments
                    if ast.parent(up).and_then(|call| ast.callee(call)).is_some_and(|callee| {
                        matches!(ast.text(callee), "Object.freeze" | "defineConfig")
                    }) => {}
                Kind::Call if role == Field::Arguments => {}
                Kind::Declarator if role == Field::Value => {
                    let Some(name) =
                        ast.field(up, Field::Name).filter(|&at| ast.kind(at) == Kind::Identifier)
                    else {
                        return;
                    };
                    let Some(decl) = self.names.resolve(ast, name) else { return };
                    let exported = self.exported(decl);
                    let expr = self.lower(value);
                    let span = ast.span(name);
                    for root in exported {
                        self.bind_keys(&root, span, &keys, expr.clone());
                    }
                    return;
                }
                Kind::Export if role == Field::Value => {
                    let expr = self.lower(value);
                    if keys.is_empty() {
                        let (stem, span) = (self.stem(), ast.span(at));
                        self.push_binding(stem, String::new(), span, expr, false);
                    } else {
                        self.bind_keys("", Span::default(), &keys, expr);
                    }
                    return;
                }
                Kind::Assignment | Kind::Augmented if role == Field::Right => {
                    return self.bind_assignment(up, value, &keys);
                }
                Kind::ClassField if role == Field::Value => {
                    let name = ast.field(up, Field::Name).or_else(|| ast.field(up, Field::Property));
                    let Some((name, span)) = name.and_then(|name| ast.key(name)) else { return };
                    let owner = ast.ancestors(up).nth(1).and_then(|class| self.class_name(class));
                    let expr = self.lower(value);
                    let owner = owner.unwrap_or_default();
                    let root = if keys.is_empty() { owner.clone() } else { join(&owner, &name) };
                    if keys.is_empty() {
                        self.push_binding(name, owner, span, expr, false);
                    } else {
                        self.bind_keys(&root, span, &keys, expr);
                    }
                    return;
                }
                Kind::EnumAssignment if role == Field::Value => {
                    let Some((name, span)) = ast.field(up, Field::Name).and_then(|at| ast.key(at)) else {
                        return;
                    };
                    let owner = ast.ancestors(up).nth(1).and_then(|at| ast.field(at, Field::Name));
                    let owner = owner.map_or(String::new(), |at| ast.text(at).to_string());
                    let expr = self.lower(value);
                    return self.push_binding(name, owner, span, expr, false);
                }
                Kind::Return | Kind::If => {
                    let Some(function) = ast.function_around(up) else { return };
                    return self.bind_function(function, value, &keys);
                }
                Kind::Arrow if role == Field::Body => return self.bind_function(up, value, &keys),
                _ => return,
            }
            at = up;
        }
    }

    fn bind_keys(&mut self, root: &str, root_span: Span, keys: &[(String, Span)], expr: Expr) {
        let Some(((name, span), outer)) = keys.split_first() else {
            return self.push_binding(root.to_string(), String::new(), root_span, expr, false);
        };
        let mut owner = root.to_string();
        for (key, _) in outer.iter().rev() {
            owner = join(&owner, key);
        }
        self.push_binding(name.clone(), owner, *span, expr, false);
    }

    fn bind_assignment(&mut self, assignment: Id, value: Id, keys: &[(String, Span)]) {
        let ast = &self.ast;
        let Some(left) = ast.field(assignment, Field::Left) else { return };
        let expr = self.lower(value);
        let target = self.target(left);
        if matches!(target.as_str(), "module.exports" | "exports") {
            if keys.is_empty() {
                let (stem, span) = (self.stem(), ast.span(left));
                return self.push_binding(stem, String::new(), span, expr, false);
            }
            return self.bind_keys("", Span::default(), keys, expr);
        }
        if ast.kind(left) == Kind::Identifier {
            let span = ast.span(left);
            match self.names.resolve(ast, left) {
                Some(decl) => {
                    for name in self.exported(decl) {
                        self.bind_keys(&name, span, keys, expr.clone());
                    }
                }
                // Without a declaration it is a global of the program.
                None => self.bind_keys(&target, span, keys, expr),
            }
            return;
        }
        let Some((name, span)) = member_key(ast, left) else { return };
        let mut owner = target.strip_suffix(&name).unwrap_or_default().trim_end_matches('.').to_string();
        for head in ["module.exports", "exports"] {
            if let Some(rest) = owner.strip_prefix(head) {
                owner = rest.trim_start_matches('.').to_string();
            }
        }
        if let Some(rest) = owner.strip_prefix("this") {
            let class = super::names::class_around(ast, left).and_then(|class| self.class_name(class));
            owner = join(&class.unwrap_or_default(), rest.trim_start_matches('.'));
        }
        if owner == "process.env" {
            return;
        }
        if keys.is_empty() {
            self.push_binding(name, owner, span, expr, false);
        } else {
            self.bind_keys(&join(&owner, &name), span, keys, expr);
        }
    }

    fn bind_function(&mut self, function: Id, value: Id, keys: &[(String, Span)]) {
        let ast = &self.ast;
        if !keys.is_empty() {
            // An object that a function gives back: `registerAs("app", () => ({ port: … }))`.
            let call = ast.parent(function).and_then(|up| ast.parent(up));
            let named = call
                .filter(|&call| ast.kind(call) == Kind::Call)
                .and_then(|call| ast.arguments(call).first().copied())
                .and_then(|first| ast.string(first));
            let owner = match (named, self.function_name(function)) {
                (Some((name, _)), _) | (None, Some((name, _))) => name,
                _ => String::new(),
            };
            let expr = self.lower(value);
            return self.bind_keys(&owner, Span::default(), keys, expr);
        }
        if !self.takes_nothing(function) {
            return;
        }
        let Some((name, span, owner)) = self.reachable(function) else { return };
        let Some(expr) = self.body_value(function) else { return };
        let getter = ast.kind(function) == Kind::Method && self.is_getter(function);
        self.push_binding(name, owner, span, expr, !getter);
    }

    /// The name and owner by which other files can call a function.
    fn reachable(&self, function: Id) -> Option<(String, Span, String)> {
        let ast = &self.ast;
        let (name, span, owner, _) = self.definition(function)?;
        let decl = match ast.kind(function) {
            Kind::FunctionDeclaration => ast.field(function, Field::Name),
            _ => ast
                .parent(ast.outer(function))
                .filter(|&up| ast.kind(up) == Kind::Declarator)
                .and_then(|up| ast.field(up, Field::Name)),
        };
        match decl.and_then(|at| self.names.resolve(ast, at)) {
            Some(decl) => self.exported(decl).into_iter().next().map(|name| (name, span, owner)),
            None => Some((name, span, owner)),
        }
    }

    /// Name, its bytes and owner of a function; the last says whether the name is the file's.
    fn definition(&self, function: Id) -> Option<(String, Span, String, bool)> {
        let ast = &self.ast;
        if let Some((name, span)) = self.function_name(function) {
            let outer = ast.outer(function);
            let up = ast.parent(outer)?;
            let owner = match (ast.kind(function), ast.kind(up)) {
                (Kind::Method, Kind::ClassBody) => {
                    ast.parent(up).and_then(|class| self.class_name(class)).unwrap_or_default()
                }
                (_, Kind::ClassField) => {
                    ast.ancestors(up).nth(1).and_then(|class| self.class_name(class)).unwrap_or_default()
                }
                (Kind::Method, Kind::Object) => self.object_owner(up),
                (_, Kind::Pair) => ast.parent(up).map_or(String::new(), |object| self.object_owner(object)),
                (_, Kind::Assignment) => {
                    let target = ast.field(up, Field::Left).map_or(String::new(), |left| self.target(left));
                    let owner = target.rsplit_once('.').map_or("", |(head, _)| head);
                    match owner {
                        "exports" | "module.exports" | "module" => String::new(),
                        "this" => super::names::class_around(ast, up)
                            .and_then(|class| self.class_name(class))
                            .unwrap_or_default(),
                        other => other.to_string(),
                    }
                }
                _ => String::new(),
            };
            return Some((name, span, owner, false));
        }
        // A function without a name that is the module goes by the name of the file.
        let outer = ast.outer(function);
        let up = ast.parent(outer)?;
        let whole = match ast.kind(up) {
            Kind::Export => true,
            Kind::Assignment => {
                ast.field(up, Field::Left).is_some_and(|left| ast.text(left).ends_with("exports"))
            }
            _ => false,
        };
        let start = ast.span(function).start;
        let first = ast.text.get(start..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        whole.then(|| (self.stem(), Span::new(start, start + first), String::new(), true))
    }

    fn object_owner(&self, object: Id) -> String {
        match self.place(object) {
            Place::Bound { target } => match target.as_str() {
                "module.exports" | "exports" | "default" => String::new(),
                other => other.strip_prefix("module.exports.").unwrap_or(other).to_string(),
            },
            _ => String::new(),
        }
    }

    /// The file's name without its extension; the directory's for an `index`.
    fn stem(&self) -> String {
        let mut parts = self.request.path.rsplit('/');
        let stem = parts.next().unwrap_or_default().split('.').next().unwrap_or_default();
        match (stem, parts.next()) {
            ("index", Some(directory)) => directory.to_string(),
            (stem, _) => stem.to_string(),
        }
    }

    /// Adds the wrapper that an access within a function makes of it.
    fn wrap(&mut self, key: &ParameterKey, access: Span, row: Id, presence: bool, default: Option<Id>) {
        let Some(wrapper) = self.wrapper(key, access, Some(row), presence, default) else { return };
        let known = self
            .facts
            .wrappers
            .iter_mut()
            .find(|known| known.span == wrapper.span && known.index == wrapper.index);
        match known {
            // The plainest access of a function says best what it reads.
            Some(known) => {
                let rank = |wrapper: &Wrapper| {
                    usize::from(!wrapper.prefix.is_empty()) * 2
                        + usize::from(!wrapper.suffix.is_empty()) * 2
                        + usize::from(wrapper.upcase)
                };
                let presence = known.presence && wrapper.presence;
                if rank(&wrapper) < rank(known) {
                    *known = wrapper;
                }
                known.presence = presence;
            }
            None => self.facts.wrappers.push(wrapper),
        }
    }

    fn wrapper(
        &self,
        key: &ParameterKey,
        access: Span,
        row: Option<Id>,
        presence: bool,
        default: Option<Id>,
    ) -> Option<Wrapper> {
        let ast = &self.ast;
        let (name, span, owner, _) = self.definition(key.function)?;
        let presence = presence
            || row.is_some_and(|row| {
                let (top, expr) = self.climb(row, |expr| expr.holds(access));
                let up = ast.parent(ast.outer(top)).map(|up| ast.kind(up));
                matches!(up, Some(Kind::Return | Kind::Arrow)) && only_asks(&expr)
            });
        let given = default.and_then(|at| self.parameter_at(at, key.function));
        let default = given.or_else(|| self.default_parameter(key)).map(|index| (index, None));
        let required = self.raises(key.function);
        Some(Wrapper {
            name,
            owner,
            span,
            access,
            index: key.index,
            keyword: None,
            prefix: key.prefix.clone(),
            suffix: key.suffix.clone(),
            upcase: key.upcase,
            list: key.list,
            default,
            presence,
            required,
        })
    }

    /// The position of the parameter of `function` that an expression is.
    fn parameter_at(&self, at: Id, function: Id) -> Option<usize> {
        let decl = self.names.resolve(&self.ast, self.ast.bare(at))?;
        match &self.names.decls[decl].how {
            How::Parameter { function: own, index, steps } if *own == function && steps.is_empty() => {
                Some(*index)
            }
            _ => None,
        }
    }

    /// The parameter that stands in for an unset variable: behind `||`, in a branch, or given back.
    fn default_parameter(&self, key: &ParameterKey) -> Option<usize> {
        let ast = &self.ast;
        ast.subtree(key.function).find_map(|at| {
            if ast.kind(at) != Kind::Identifier {
                return None;
            }
            let index = self.parameter_at(at, key.function).filter(|&index| index != key.index)?;
            let up = ast.parent(at)?;
            let stands_in = match ast.kind(up) {
                Kind::Binary => ast.role(at) == Field::Right && matches!(ast.operator(up), "||" | "??"),
                Kind::Ternary => matches!(ast.role(at), Field::Consequence | Field::Alternative),
                Kind::Return => true,
                Kind::Arguments => false,
                _ => false,
            };
            stands_in.then_some(index)
        })
    }

    /// Whether a function throws or ends the process itself.
    fn raises(&self, function: Id) -> bool {
        let ast = &self.ast;
        ast.subtree(function).any(|at| {
            (ast.kind(at) == Kind::Throw
                || ast.kind(at) == Kind::Call
                    && ast.callee(at).is_some_and(|callee| ast.text(callee) == "process.exit"))
                && ast.function_around(at) == Some(function)
        })
    }

    /// Finds calls that may read the environment through a function of the project.
    pub fn find_calls(&mut self) {
        let known: HashSet<Id> = self
            .accesses
            .iter()
            .filter_map(|access| match access.at {
                At::Row(row) | At::Within(row) => Some(row),
                At::Declared(_, row) => row,
                At::Decl(_) => None,
            })
            .collect();
        self.wrapping = self
            .accesses
            .iter()
            .filter_map(|access| access.parameter.as_ref().map(|key| key.function))
            .collect();
        let spans: HashSet<Span> = self.accesses.iter().map(|access| access.span).collect();
        let written: HashSet<Span> = self.facts.writes.iter().map(|write| write.span).collect();
        for id in 0..self.ast.len() {
            if self.ast.kind(id) != Kind::Call
                || known.contains(&id)
                || self.declaring.contains(&id)
                // Decorators describe what stands below them.
                || self.ast.parent(id).is_some_and(|up| self.ast.kind(up) == Kind::Decorator)
                || written.contains(&self.ast.span(id))
            {
                continue;
            }
            if spans.contains(&self.ast.span(id)) {
                continue;
            }
            let Some(callee) = self.ast.callee(id) else { continue };
            if self.ast.kind(callee) == Kind::ImportToken
                || required_module(&self.ast, id).is_some()
                || asks_of_texts(self.ast.text(callee))
            {
                continue;
            }
            let texts = self
                .ast
                .arguments(id)
                .into_iter()
                .any(|at| self.argument_texts(at).iter().any(|(text, _)| looks_like_variable(text)));
            if texts || self.forwarded(id).is_some() {
                self.calls.insert(id);
                self.opaque.insert(self.ast.span(id));
            }
        }
    }

    fn argument_texts(&self, at: Id) -> Vec<(String, Span)> {
        let ast = &self.ast;
        let at = ast.bare(at);
        match ast.kind(at) {
            Kind::Str | Kind::Template => ast.string(at).into_iter().collect(),
            Kind::Array => self.texts(at).unwrap_or_default(),
            Kind::Identifier if self.names.resolve(ast, at).is_some() => {
                self.names.literal(ast, at).and_then(|at| ast.string(at)).into_iter().collect()
            }
            Kind::Member => match self.names.literal(ast, at) {
                Some(literal) => ast.string(literal).into_iter().collect(),
                None => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    /// The argument of a call that is a parameter of the function around it, where the call looks like
    /// it is about settings.
    fn forwarded(&self, call: Id) -> Option<(usize, ParameterKey)> {
        let ast = &self.ast;
        let function = ast.function_around(call)?;
        let callee = ast.bare(ast.callee(call)?);
        let text = ast.text(callee);
        if text.len() > 120 {
            return None;
        }
        let lower = text.to_ascii_lowercase();
        let wrapped =
            ["env", "config", "setting", "secret", "getvar"].iter().any(|word| lower.contains(word))
                || self.names.function_called(ast, callee).is_some_and(|called| {
                    self.accesses
                        .iter()
                        .any(|access| access.parameter.as_ref().is_some_and(|key| key.function == called))
                });
        if !wrapped {
            return None;
        }
        for (at, argument) in ast.arguments(call).into_iter().enumerate() {
            if !matches!(
                ast.kind(ast.bare(argument)),
                Kind::Identifier | Kind::Template | Kind::Binary | Kind::Call
            ) {
                continue;
            }
            if let super::access::Key::Parameter(key) = self.key(argument, 0)
                && (key.function == function || ast.subtree(key.function).contains(&call))
                && self.definition(key.function).is_some()
            {
                return Some((at, key));
            }
        }
        None
    }

    /// Makes the calls, with their uses.
    pub fn emit_calls(&mut self) {
        let mut calls: Vec<Id> = self.calls.iter().copied().collect();
        calls.sort_unstable();
        for id in calls {
            let span = self.ast.span(id);
            let Some(callee) = self.ast.callee(id) else { continue };
            let (receiver, name) = self.receiver_and_name(callee);
            if name.is_empty() {
                continue;
            }
            let forwarded = self.forwarded(id);
            let arguments = self
                .ast
                .arguments(id)
                .into_iter()
                .enumerate()
                .map(|(at, argument)| Argument {
                    keyword: None,
                    span: self.ast.span(argument),
                    texts: self.argument_texts(argument),
                    forwarded: forwarded.as_ref().is_some_and(|(index, _)| *index == at),
                    expr: self.lower(argument),
                })
                .collect();
            let forwards =
                forwarded.and_then(|(_, key)| self.wrapper(&key, span, Some(id), false, None)).map(Box::new);
            let uses = self.uses_from(id, span);
            let inside = uses.first().map_or(span, |first| first.expr_span);
            let guards = self.guards(id, inside);
            let scope = self.scope(id);
            self.facts.calls.push(Call { name, receiver, arguments, span, scope, uses, guards, forwards });
        }
    }

    fn receiver_and_name(&self, callee: Id) -> (String, String) {
        let ast = &self.ast;
        let callee = ast.bare(callee);
        match ast.kind(callee) {
            Kind::Identifier => {
                let text = ast.text(callee).to_string();
                match self.names.resolve(ast, callee).map(|decl| &self.names.decls[decl].how) {
                    Some(How::Import { module, name: Some(name) }) => (module.clone(), name.clone()),
                    Some(How::Import { module, name: None }) => (module.clone(), text),
                    Some(How::Variable) => match self.names.path(ast, callee) {
                        // `const { get } = require("./env")`.
                        Some(path) if path != text => match path.rsplit_once('.') {
                            Some((head, last)) if !last.contains('/') && !head.is_empty() => {
                                (head.to_string(), last.to_string())
                            }
                            _ => (path, text),
                        },
                        _ => (String::new(), text),
                    },
                    _ => (String::new(), text),
                }
            }
            Kind::Member | Kind::Subscript => {
                let Some((key, _)) = member_key(ast, callee) else { return (String::new(), String::new()) };
                let object = ast.field(callee, Field::Object);
                let receiver = object.and_then(|object| self.names.path(ast, object)).unwrap_or_default();
                (if receiver.len() < 120 { receiver } else { String::new() }, key)
            }
            _ => (String::new(), String::new()),
        }
    }

    /// The second look: every use of a name that other files bind.
    pub fn emit_name_uses(&mut self) {
        let Some(names) = self.request.names else { return };
        // Local names of imported and destructured ones.
        let mut locals: HashMap<DeclId, (String, String)> = HashMap::new();
        for (id, decl) in self.names.decls.iter().enumerate() {
            match &decl.how {
                How::Import { module, name } => {
                    let own = name.clone().unwrap_or_else(|| decl.name.to_string());
                    if names.contains(&own) {
                        locals.insert(id, (own, module.clone()));
                    }
                }
                How::Variable => {
                    let Some(given) = self.names.single(id) else { continue };
                    if let Some(super::names::Step::Key(key)) = given.steps.last() {
                        if names.contains(key) {
                            let mut qualifier = self.names.path(&self.ast, given.node).unwrap_or_default();
                            for step in &given.steps[..given.steps.len() - 1] {
                                if let super::names::Step::Key(key) = step {
                                    qualifier = join(&qualifier, key);
                                }
                            }
                            locals.insert(id, (key.clone(), qualifier));
                        }
                    } else if given.steps.is_empty()
                        && names.contains(decl.name)
                        && let Some(module) = required_module(&self.ast, self.ast.bare(given.node))
                    {
                        locals.insert(id, (decl.name.to_string(), module));
                    }
                }
                _ => {}
            }
        }
        let mut found: Vec<(Id, String, String)> = Vec::new();
        for id in 0..self.ast.len() {
            let ast = &self.ast;
            match ast.kind(id) {
                Kind::Identifier | Kind::Shorthand => {
                    if self.is_definition(id) || ast.role(id) == Field::Property {
                        continue;
                    }
                    match self.names.resolve(ast, id) {
                        Some(decl) => {
                            if let Some((name, qualifier)) = locals.get(&decl) {
                                found.push((id, name.clone(), qualifier.clone()));
                            }
                        }
                        None if names.contains(ast.text(id)) => {
                            found.push((id, ast.text(id).to_string(), String::new()));
                        }
                        None => {}
                    }
                }
                Kind::Member | Kind::Subscript => {
                    let Some((key, _)) = member_key(ast, id) else { continue };
                    if !names.contains(&key) || self.leaves.contains_key(&id) {
                        continue;
                    }
                    let outer = ast.outer(id);
                    let target = ast.parent(outer).is_some_and(|up| {
                        matches!(ast.kind(up), Kind::Assignment | Kind::Augmented)
                            && ast.role(outer) == Field::Left
                    });
                    let object = ast.field(id, Field::Object);
                    let qualifier = object.map_or(String::new(), |object| {
                        self.names.path(ast, object).filter(|path| path.len() < 120).unwrap_or_default()
                    });
                    if !target {
                        found.push((id, key, qualifier));
                    }
                }
                Kind::Call => {
                    // `config.get("db.ssl")`, `app.get("isHeroku")`, `configService.get("app.port")`.
                    let Some(callee) = ast.callee(id) else { continue };
                    let Some((method, _)) = member_key(ast, callee) else { continue };
                    if !matches!(method.as_str(), "get" | "getOrThrow" | "has")
                        || self.leaves.contains_key(&id)
                    {
                        continue;
                    }
                    let Some((text, _)) = ast.arguments(id).first().and_then(|&at| ast.string(at)) else {
                        continue;
                    };
                    let (before, last) = text.rsplit_once(['.', ':']).unwrap_or(("", &text));
                    if names.contains(last) {
                        let object = ast.field(callee, Field::Object);
                        let receiver =
                            object.and_then(|object| self.names.path(ast, object)).unwrap_or_default();
                        found.push((id, last.to_string(), join(&receiver, before)));
                    }
                }
                _ => {}
            }
        }
        // A call of the name is the use as a whole.
        for (id, _, _) in &mut found {
            if let Some(call) = self.call_of(*id)
                && !self.calls.contains(&call)
            {
                *id = call;
            }
        }
        found.dedup_by(|a, b| a.0 == b.0);
        for (id, _, _) in &found {
            let span = self.ast.span(*id);
            self.leaves.insert(*id, Expr::Opaque(span));
            self.opaque.insert(span);
        }
        self.spans_are_fixed = true;
        for (id, name, qualifier) in found {
            let span = self.ast.span(id);
            for mut site in self.uses_from(id, span) {
                site.name = Some(name.clone());
                self.facts.uses.push(NameUse { name: name.clone(), qualifier: qualifier.clone(), site });
            }
        }
        self.spans_are_fixed = false;
    }

    /// String literals that the vocabulary knows; of a text with computed pieces the piece that it knows.
    pub fn emit_literals(&mut self) {
        if !self.request.vocabulary.is_text(self.ast.text) {
            return;
        }
        for id in 0..self.ast.len() {
            let span = self.ast.span(id);
            if !matches!(self.ast.kind(id), Kind::Str | Kind::Template) || span.len() < 2 {
                continue;
            }
            let mut from = span.start + 1;
            let mut pieces = Vec::new();
            for inner in self.ast.children(id).filter(|&at| self.ast.kind(at) == Kind::Substitution) {
                pieces.push(from..self.ast.span(inner).start);
                from = self.ast.span(inner).end;
            }
            pieces.push(from..span.end - 1);
            for piece in pieces {
                if let Some(text) = self.ast.text.get(piece.clone())
                    && self.request.vocabulary.is_text(text)
                {
                    let scope = self.scope(id);
                    self.facts.literals.push(Literal { text: text.to_string(), span: piece.into(), scope });
                }
            }
        }
    }
}

/// Whether a call only works on texts or reports them: it is never a function of the project that reads
/// the environment.
fn asks_of_texts(callee: &str) -> bool {
    let last = callee.rsplit('.').next().unwrap_or_default();
    callee.starts_with("console.")
        || callee.contains('.')
            && matches!(
                last,
                "startsWith"
                    | "endsWith"
                    | "includes"
                    | "indexOf"
                    | "lastIndexOf"
                    | "replace"
                    | "replaceAll"
                    | "split"
                    | "concat"
                    | "localeCompare"
                    | "push"
                    | "hasOwnProperty"
                    | "addEventListener"
                    | "toBe"
                    | "toEqual"
                    | "toHaveBeenCalledWith"
            )
}

/// Whether an expression says only whether a variable is set.
fn only_asks(expr: &Expr) -> bool {
    match expr {
        Expr::Presence { .. } => true,
        Expr::Ask { question: Question::Nil | Question::Present | Question::Blank, .. } => true,
        Expr::Not(inner) => only_asks(inner) || matches!(**inner, Expr::Read { .. }),
        _ => false,
    }
}

fn join(owner: &str, key: &str) -> String {
    match (owner, key) {
        ("", key) => key.to_string(),
        (owner, "") => owner.to_string(),
        (owner, key) => format!("{owner}.{key}"),
    }
}
