//! What the names of a file stand for: declarations, imports, aliases, and which of them are the
//! environment.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};

use super::ast::{Ast, Field, Id, Kind};
use super::table;

/// The number of a declaration.
pub type DeclId = usize;

/// One step of a destructuring pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A key of an object.
    Key(String),
    /// A place in an array.
    Index(usize),
    /// All that is left.
    Rest,
}

/// A value that a name is given.
#[derive(Clone, Debug)]
pub struct Given {
    /// The value's row.
    pub node: Id,
    /// The way from the value to what the name holds.
    pub steps: Vec<Step>,
}

/// How a name came to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum How {
    /// `const`, `let`, `var`, or only an assignment.
    Variable,
    /// A function.
    Function(Id),
    /// A class.
    Class(Id),
    /// An `enum` of TypeScript.
    Enum(Id),
    /// A parameter of a function, or a part of one.
    Parameter {
        /// The function.
        function: Id,
        /// Position of the parameter.
        index: usize,
        /// The way into a destructured parameter.
        steps: Vec<Step>,
    },
    /// An import; `name` is `None` for the module as a whole and for its default.
    Import {
        /// The module as written, without `node:`.
        module: String,
        /// The name that the module exports it under.
        name: Option<String>,
    },
    /// The variable of a `for … of` (or `in`) over the row.
    Loop {
        /// What is looped over.
        over: Id,
        /// `in`: the names of the properties.
        keys: bool,
    },
    /// Anything else (`catch`).
    Other,
}

/// A declaration.
#[derive(Clone, Debug)]
pub struct Decl<'t> {
    /// The name.
    pub name: &'t str,
    /// The name's row.
    pub node: Id,
    /// The row it is known in.
    pub scope: Id,
    /// How it came to be.
    pub how: How,
    /// All values that it is given.
    pub given: Vec<Given>,
    /// The default that stands in for a missing part of a pattern or a parameter.
    pub default: Option<Id>,
    /// It is given values that are not known as well (`x++`, `x += 1`).
    pub unsure: bool,
}

/// All names of a file.
pub struct Names<'t> {
    /// Declarations in order of place.
    pub decls: Vec<Decl<'t>>,
    scopes: HashMap<(Id, &'t str), DeclId>,
    /// Names that are declared anywhere: most others are globals, and need no climb.
    declared: HashSet<&'t str>,
    /// Where each declaration's name row leads.
    pub by_node: HashMap<Id, DeclId>,
    /// Values given to properties: by the root's declaration or class (or 0) and the dotted way.
    pub properties: HashMap<(Root, String), Vec<Id>>,
    /// Names that stand for the environment or for an object that holds it, somewhere in the file.
    pub suspects: HashSet<&'t str>,
    environments: RefCell<HashMap<DeclId, Option<String>>>,
    passed: HashMap<DeclId, String>,
    parameters: HashMap<(Id, usize), DeclId>,
    nesting: Cell<usize>,
    fuel: Cell<usize>,
    occurrences: std::cell::OnceCell<HashMap<&'t str, Vec<Id>>>,
}

/// What a property belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Root {
    /// A declared name.
    Decl(DeclId),
    /// `this` within a class.
    Class(Id),
}

/// How far aliases are followed.
const DEPTH: usize = 12;
/// How many steps one search through names takes.
const FUEL: usize = 200;

impl<'t> Names<'t> {
    /// Collects the names of a file.
    pub fn new(ast: &Ast<'t>) -> Self {
        let mut names = Names {
            decls: Vec::new(),
            scopes: HashMap::new(),
            declared: HashSet::new(),
            by_node: HashMap::new(),
            properties: HashMap::new(),
            suspects: HashSet::new(),
            environments: RefCell::default(),
            passed: HashMap::new(),
            parameters: HashMap::new(),
            nesting: Cell::new(0),
            fuel: Cell::new(0),
            occurrences: std::cell::OnceCell::new(),
        };
        let mut assignments = Vec::new();
        for id in 0..ast.len() {
            names.declare_row(ast, id, &mut assignments);
        }
        for id in assignments {
            names.assign(ast, id);
        }
        names.find_environments(ast);
        names
    }

    fn declare_row(&mut self, ast: &Ast<'t>, id: Id, assignments: &mut Vec<Id>) {
        match ast.kind(id) {
            Kind::Declarator => {
                let Some(name) = ast.field(id, Field::Name) else { return };
                let hoisted = ast.parent(id).is_some_and(|up| ast.kind(up) == Kind::Var);
                let scope = scope_of(ast, id, hoisted);
                let value = ast.field(id, Field::Value);
                self.pattern(ast, name, scope, &How::Variable, value, &mut Vec::new());
            }
            Kind::FunctionDeclaration | Kind::FunctionExpression | Kind::Arrow | Kind::Method => {
                match (ast.kind(id), ast.field(id, Field::Name)) {
                    (Kind::FunctionDeclaration, Some(name)) => {
                        self.add(ast, name, scope_of(ast, id, false), How::Function(id));
                    }
                    (Kind::FunctionExpression, Some(name)) => {
                        self.add(ast, name, id, How::Function(id));
                    }
                    _ => {}
                }
                self.parameters(ast, id);
            }
            Kind::Class => {
                if let Some(name) = ast.field(id, Field::Name) {
                    self.add(ast, name, scope_of(ast, id, false), How::Class(id));
                }
            }
            Kind::Enum => {
                if let Some(name) = ast.field(id, Field::Name) {
                    self.add(ast, name, scope_of(ast, id, false), How::Enum(id));
                }
            }
            Kind::Import => self.import(ast, id),
            Kind::Catch => {
                if let Some(name) = ast.field(id, Field::Parameter) {
                    self.pattern(ast, name, id, &How::Other, None, &mut Vec::new());
                }
            }
            Kind::ForIn => {
                let (Some(left), Some(over)) = (ast.field(id, Field::Left), ast.field(id, Field::Right))
                else {
                    return;
                };
                let keys = ast.operator(id) == "in";
                let how = How::Loop { over, keys };
                match ast.field(id, Field::KindWord).map(|word| ast.text(word)) {
                    Some("var") => {
                        self.pattern(ast, left, scope_of(ast, id, true), &how, None, &mut Vec::new());
                    }
                    Some(_) => self.pattern(ast, left, id, &how, None, &mut Vec::new()),
                    None => assignments.push(id),
                }
            }
            Kind::ClassField => {
                let key = ast.field(id, Field::Name).or_else(|| ast.field(id, Field::Property));
                let class = ast.ancestors(id).nth(1);
                if let (Some((key, _)), Some(value), Some(class)) =
                    (key.and_then(|key| ast.key(key)), ast.field(id, Field::Value), class)
                {
                    self.properties.entry((Root::Class(class), key)).or_default().push(value);
                }
            }
            Kind::Assignment | Kind::Augmented | Kind::Update => assignments.push(id),
            _ => {}
        }
    }

    fn parameters(&mut self, ast: &Ast<'t>, function: Id) {
        let single = ast.field(function, Field::Parameter);
        let list: Vec<Id> = match ast.field(function, Field::Parameters) {
            Some(list) => ast.children(list).filter(|&at| ast.kind(at) != Kind::Decorator).collect(),
            None => single.into_iter().collect(),
        };
        for (index, parameter) in list.into_iter().enumerate() {
            let (pattern, value) = match ast.kind(parameter) {
                Kind::Parameter => {
                    let Some(pattern) = ast.field(parameter, Field::Pattern) else { continue };
                    (pattern, ast.field(parameter, Field::Value))
                }
                Kind::AssignmentPattern => {
                    let Some(left) = ast.field(parameter, Field::Left) else { continue };
                    (left, ast.field(parameter, Field::Right))
                }
                _ => (parameter, None),
            };
            let how = How::Parameter { function, index, steps: Vec::new() };
            self.pattern(ast, pattern, function, &how, value, &mut Vec::new());
        }
    }

    fn import(&mut self, ast: &Ast<'t>, id: Id) {
        let row = |kind| ast.subtree(id).find(|&at| ast.kind(at) == kind);
        if let Some(require) = row(Kind::ImportRequire) {
            let source = ast.field(require, Field::Source).and_then(|at| ast.string(at));
            if let (Some(name), Some((module, _))) = (ast.first(require), source) {
                self.add(ast, name, 0, How::Import { module: module_name(&module), name: None });
            }
            return;
        }
        let Some((module, _)) = ast.field(id, Field::Source).and_then(|at| ast.string(at)) else { return };
        let module = module_name(&module);
        let Some(clause) = row(Kind::ImportClause) else { return };
        for part in ast.children(clause) {
            match ast.kind(part) {
                Kind::Identifier => {
                    self.add(ast, part, 0, How::Import { module: module.clone(), name: None });
                }
                Kind::NamespaceImport => {
                    if let Some(name) = ast.first(part) {
                        self.add(ast, name, 0, How::Import { module: module.clone(), name: None });
                    }
                }
                Kind::NamedImports => {
                    for specifier in ast.children(part) {
                        let Some(name) = ast.field(specifier, Field::Name) else { continue };
                        let local = ast.field(specifier, Field::Alias).unwrap_or(name);
                        let exported = ast.key(name).map(|(key, _)| key).filter(|key| key != "default");
                        let how = How::Import { module: module.clone(), name: exported };
                        self.add(ast, local, 0, how);
                    }
                }
                _ => {}
            }
        }
    }

    fn add(&mut self, ast: &Ast<'t>, node: Id, scope: Id, how: How) -> DeclId {
        let name = ast.text(node);
        // A second `var` of the same name is the same variable.
        if how == How::Variable
            && let Some(&known) = self.scopes.get(&(scope, name))
            && matches!(self.decls[known].how, How::Variable)
        {
            self.by_node.insert(node, known);
            return known;
        }
        let id = self.decls.len();
        self.decls.push(Decl { name, node, scope, how, given: Vec::new(), default: None, unsure: false });
        if let How::Parameter { function, index, steps } = &self.decls[id].how
            && steps.is_empty()
        {
            self.parameters.insert((*function, *index), id);
        }
        self.scopes.entry((scope, name)).or_insert(id);
        self.declared.insert(name);
        self.by_node.insert(node, id);
        id
    }

    /// Declares the names of a pattern.
    fn pattern(
        &mut self,
        ast: &Ast<'t>,
        node: Id,
        scope: Id,
        how: &How,
        value: Option<Id>,
        steps: &mut Vec<Step>,
    ) {
        each_name(ast, node, steps, &mut |name, steps, default| {
            let mut how = how.clone();
            if let How::Parameter { steps: own, .. } = &mut how {
                *own = steps.to_vec();
            }
            let decl = self.add(ast, name, scope, how);
            if let Some(value) = value {
                self.decls[decl].given.push(Given { node: value, steps: steps.to_vec() });
            }
            if default.is_some() {
                self.decls[decl].default = default;
            }
        });
    }

    fn assign(&mut self, ast: &Ast<'t>, id: Id) {
        match ast.kind(id) {
            Kind::Update => {
                if let Some(decl) = ast.field(id, Field::Argument).and_then(|at| self.resolve(ast, at)) {
                    self.decls[decl].unsure = true;
                }
            }
            Kind::ForIn => {
                if let Some(decl) = ast.field(id, Field::Left).and_then(|at| self.resolve(ast, at)) {
                    self.decls[decl].unsure = true;
                }
            }
            kind => {
                let (Some(left), Some(right)) = (ast.field(id, Field::Left), ast.field(id, Field::Right))
                else {
                    return;
                };
                let left = ast.bare(left);
                match ast.kind(left) {
                    Kind::Identifier | Kind::ObjectPattern | Kind::ArrayPattern => {
                        let mut found = Vec::new();
                        each_name(ast, left, &mut Vec::new(), &mut |name, steps, _| {
                            found.push((name, steps.to_vec()));
                        });
                        for (name, steps) in found {
                            if let Some(decl) = self.resolve(ast, name) {
                                self.decls[decl].given.push(Given { node: right, steps });
                                self.decls[decl].unsure |= kind == Kind::Augmented;
                            }
                        }
                    }
                    Kind::Member | Kind::Subscript => {
                        if let Some((root, way)) = self.property_way(ast, left) {
                            self.properties.entry((root, way)).or_default().push(right);
                        }
                    }
                    _ => {}
                }
            }
        }
    }

    /// The root of a member chain of known keys, and the keys joined with dots.
    pub fn property_way(&self, ast: &Ast<'t>, id: Id) -> Option<(Root, String)> {
        let mut keys = Vec::new();
        let mut at = ast.bare(id);
        loop {
            match ast.kind(at) {
                Kind::Member | Kind::Subscript => {
                    keys.push(member_key(ast, at)?.0);
                    at = ast.bare(ast.field(at, Field::Object)?);
                    if keys.len() > 8 {
                        return None;
                    }
                }
                Kind::This => {
                    let class = class_around(ast, at)?;
                    keys.reverse();
                    return Some((Root::Class(class), keys.join(".")));
                }
                Kind::Identifier => {
                    let decl = self.resolve(ast, at)?;
                    let root = match self.decls[decl].how {
                        How::Class(class) => Root::Class(class),
                        _ => Root::Decl(decl),
                    };
                    keys.reverse();
                    return Some((root, keys.join(".")));
                }
                _ => return None,
            }
        }
    }

    /// The declaration that an identifier means.
    pub fn resolve(&self, ast: &Ast<'t>, id: Id) -> Option<DeclId> {
        if !matches!(
            ast.kind(id),
            Kind::Identifier | Kind::Shorthand | Kind::ShorthandPattern | Kind::TypeIdentifier
        ) {
            return None;
        }
        if let Some(&decl) = self.by_node.get(&id) {
            return Some(decl);
        }
        let name = ast.text(id);
        if !self.declared.contains(name) {
            return None;
        }
        ast.ancestors(id).filter(|&up| is_scope(ast, up)).find_map(|up| self.scopes.get(&(up, name)).copied())
    }

    /// The one value of a declaration that is given exactly one.
    pub fn single(&self, decl: DeclId) -> Option<&Given> {
        let decl = &self.decls[decl];
        match decl.given.as_slice() {
            [one] if !decl.unsure && decl.how == How::Variable => Some(one),
            _ => None,
        }
    }

    /// Every identifier of the file with the name.
    pub fn occurrences(&self, ast: &Ast<'t>, name: &str) -> &[Id] {
        let all = self.occurrences.get_or_init(|| {
            let mut all: HashMap<&'t str, Vec<Id>> = HashMap::new();
            for id in 0..ast.len() {
                if matches!(ast.kind(id), Kind::Identifier | Kind::Shorthand) {
                    all.entry(ast.text(id)).or_default().push(id);
                }
            }
            all
        });
        all.get(name).map_or(&[], Vec::as_slice)
    }

    /// Bounds a search through names, which can stand for each other in circles.
    fn bounded<T>(&self, search: impl FnOnce() -> Option<T>) -> Option<T> {
        let nesting = self.nesting.get();
        if nesting == 0 {
            self.fuel.set(FUEL);
        }
        let fuel = self.fuel.get().checked_sub(1)?;
        if nesting > 2 * DEPTH {
            return None;
        }
        self.fuel.set(fuel);
        self.nesting.set(nesting + 1);
        let found = search();
        self.nesting.set(nesting);
        found
    }

    /// The resolved dotted name of an expression: aliases, imports and `require` followed,
    /// `globalThis.` and the like left out.
    pub fn path(&self, ast: &Ast<'t>, id: Id) -> Option<String> {
        self.path_within(ast, id, DEPTH)
    }

    fn path_within(&self, ast: &Ast<'t>, id: Id, depth: usize) -> Option<String> {
        self.bounded(|| self.path_within_step(ast, id, depth))
    }

    fn path_within_step(&self, ast: &Ast<'t>, id: Id, depth: usize) -> Option<String> {
        let depth = depth.checked_sub(1)?;
        let id = ast.bare(id);
        match ast.kind(id) {
            Kind::Identifier | Kind::Shorthand => match self.resolve(ast, id) {
                None => Some(ast.text(id).to_string()),
                Some(decl) => Some(self.decl_path(ast, decl, depth)),
            },
            Kind::This => Some("this".to_string()),
            Kind::MetaProperty | Kind::ImportToken => Some(ast.text(id).to_string()),
            Kind::Await => self.path_within(ast, ast.first(id)?, depth),
            Kind::Member | Kind::Subscript => {
                let (key, _) = member_key(ast, id)?;
                if let Some((root, way)) = self.property_way(ast, id)
                    && let Some([value]) = self.properties.get(&(root, way)).map(Vec::as_slice)
                    && let Some(found) = self.path_within(ast, *value, depth)
                {
                    return Some(found);
                }
                let object = ast.bare(ast.field(id, Field::Object)?);
                if let Some(pair) = self.own_key(ast, object, &key)
                    && let Some(found) = self.path_within(ast, pair, depth)
                {
                    return Some(found);
                }
                Some(join(self.path_within(ast, object, depth)?, &key))
            }
            Kind::Call => {
                let module = required_module(ast, id);
                if module.is_some() {
                    return module;
                }
                let callee = self.path_within(ast, ast.callee(id)?, depth)?;
                (callee.len() < 200).then(|| callee + "()")
            }
            Kind::New => Some(self.path_within(ast, ast.callee(id)?, depth)? + "()"),
            Kind::Regex => Some("/".to_string()),
            _ => None,
        }
    }

    fn decl_path(&self, ast: &Ast<'t>, id: DeclId, depth: usize) -> String {
        let decl = &self.decls[id];
        match &decl.how {
            How::Import { module, name: None } => module.clone(),
            How::Import { module, name: Some(name) } => join(module.clone(), name),
            How::Variable => {
                let single = self.single(id).filter(|given| {
                    // A value that is made here is known by the name it is given.
                    given.steps.len() < 6
                        && matches!(
                            ast.kind(ast.bare(given.node)),
                            Kind::Identifier | Kind::Member | Kind::Subscript | Kind::Call | Kind::Await
                        )
                });
                let Some(given) = single else { return decl.name.to_string() };
                let value = ast.bare(given.node);
                let made = match ast.kind(value) {
                    Kind::Call => required_module(ast, value).is_none(),
                    Kind::Await => ast.first(value).is_none_or(|call| required_module(ast, call).is_none()),
                    _ => false,
                };
                if made && given.steps.is_empty() {
                    return decl.name.to_string();
                }
                let Some(mut path) = self.path_within(ast, given.node, depth) else {
                    return decl.name.to_string();
                };
                for step in &given.steps {
                    match step {
                        Step::Key(key) if key == "default" => {}
                        Step::Key(key) => path = join(path, key),
                        Step::Index(_) => return decl.name.to_string(),
                        Step::Rest => {}
                    }
                }
                path
            }
            _ => decl.name.to_string(),
        }
    }

    /// The value of a key of the object literal that `object` is or names.
    pub fn own_key(&self, ast: &Ast<'t>, object: Id, key: &str) -> Option<Id> {
        let literal = self.literal(ast, object)?;
        match ast.kind(literal) {
            Kind::Object => ast
                .entries(literal)
                .into_iter()
                .rev()
                .find(|&(at, _, _)| ast.key(at).is_some_and(|(name, _)| name == key))
                .map(|(_, value, _)| value),
            Kind::Enum => ast.subtree(literal).find_map(|at| {
                (ast.kind(at) == Kind::EnumAssignment
                    && ast.field(at, Field::Name).and_then(|at| ast.key(at))?.0 == key)
                    .then(|| ast.field(at, Field::Value))?
            }),
            _ => None,
        }
    }

    /// The literal, call or enum that an expression is, through names with a single value.
    pub fn literal(&self, ast: &Ast<'t>, id: Id) -> Option<Id> {
        self.bounded(|| self.literal_step(ast, id))
    }

    fn literal_step(&self, ast: &Ast<'t>, id: Id) -> Option<Id> {
        let mut at = ast.bare(id);
        for _ in 0..DEPTH {
            match ast.kind(at) {
                Kind::Identifier | Kind::Shorthand => {
                    let decl = self.resolve(ast, at)?;
                    if let How::Enum(id) = self.decls[decl].how {
                        return Some(id);
                    }
                    let given = self.single(decl).filter(|given| given.steps.is_empty())?;
                    at = ast.bare(given.node);
                }
                Kind::Member | Kind::Subscript => {
                    let (key, _) = member_key(ast, at)?;
                    let object = ast.bare(ast.field(at, Field::Object)?);
                    let literal = match ast.kind(object) {
                        Kind::Identifier | Kind::Member | Kind::Object => self.own_key(ast, object, &key),
                        _ => None,
                    };
                    let value = literal.or_else(|| {
                        let (root, way) = self.property_way(ast, at)?;
                        match self.properties.get(&(root, way))?.as_slice() {
                            [one] => Some(*one),
                            _ => None,
                        }
                    });
                    at = ast.bare(value?);
                }
                // `Object.freeze({…})` is what is in it.
                Kind::Call if ast.callee(at).is_some_and(|callee| ast.text(callee) == "Object.freeze") => {
                    at = ast.bare(*ast.arguments(at).first()?);
                }
                _ => return Some(at),
            }
        }
        None
    }

    /// Finds all names that stand for the environment.
    fn find_environments(&mut self, ast: &Ast<'t>) {
        for decl in 0..self.decls.len() {
            let known = match &self.decls[decl].how {
                How::Import { module, .. } => table::is_suspect_module(module),
                How::Parameter { .. } => self.is_environment_parameter(ast, decl),
                _ => false,
            };
            if known || self.decl_environment(ast, decl, DEPTH).is_some() {
                self.suspects.insert(self.decls[decl].name);
            }
        }
        // Functions of this file that are given the environment.
        for _ in 0..3 {
            let mut found = Vec::new();
            for call in 0..ast.len() {
                if ast.kind(call) != Kind::Call {
                    continue;
                }
                let Some(callee) = ast.callee(call) else { continue };
                for (index, argument) in ast.arguments(call).into_iter().enumerate() {
                    if !self.may_be_environment(ast, argument) {
                        continue;
                    }
                    let Some(api) = self.environment(ast, argument) else { continue };
                    let function = self.function_called(ast, callee);
                    if let Some(function) = function {
                        found.extend(self.parameter(function, index).map(|decl| (decl, api)));
                    }
                }
            }
            let before = self.passed.len();
            for (decl, api) in found {
                self.suspects.insert(self.decls[decl].name);
                self.passed.insert(decl, api);
            }
            if self.passed.len() == before {
                break;
            }
            self.environments.borrow_mut().clear();
            for decl in 0..self.decls.len() {
                if self.decl_environment(ast, decl, DEPTH).is_some() {
                    self.suspects.insert(self.decls[decl].name);
                }
            }
        }
    }

    /// Marks a name as a copy of the environment.
    pub fn mark_copy(&mut self, decl: DeclId, api: String) {
        self.suspects.insert(self.decls[decl].name);
        self.passed.insert(decl, api);
        self.environments.borrow_mut().clear();
    }

    /// The function of this file that a callee names, or is.
    pub fn function_called(&self, ast: &Ast<'t>, callee: Id) -> Option<Id> {
        let callee = ast.bare(callee);
        if ast.is_function(callee) {
            return Some(callee);
        }
        if ast.kind(callee) == Kind::Member
            && let Some((key, _)) = member_key(ast, callee)
            && ast.field(callee, Field::Object).is_some_and(|object| ast.kind(object) == Kind::This)
        {
            return self.method(ast, class_around(ast, callee)?, &key);
        }
        if let Some(decl) = self.resolve(ast, callee)
            && let How::Function(function) = self.decls[decl].how
        {
            return Some(function);
        }
        self.literal(ast, callee).filter(|&at| ast.is_function(at))
    }

    /// The method or getter of a class.
    pub fn method(&self, ast: &Ast<'t>, class: Id, name: &str) -> Option<Id> {
        let body = ast.field(class, Field::Body)?;
        ast.children(body).find(|&at| {
            ast.kind(at) == Kind::Method
                && ast.field(at, Field::Name).and_then(|at| ast.key(at)).is_some_and(|(key, _)| key == name)
        })
    }

    /// The declaration of a function's parameter, where it is a plain name.
    pub fn parameter(&self, function: Id, index: usize) -> Option<DeclId> {
        self.parameters.get(&(function, index)).copied()
    }

    fn is_environment_parameter(&self, ast: &Ast<'t>, decl: DeclId) -> bool {
        let decl = &self.decls[decl];
        let How::Parameter { steps, .. } = &decl.how else { return false };
        if !steps.is_empty() {
            return false;
        }
        if table::ENVIRONMENT_PARAMETERS.contains(&decl.name) {
            return true;
        }
        ast.parent(decl.node)
            .filter(|&up| ast.kind(up) == Kind::Parameter)
            .and_then(|up| ast.field(up, Field::Type))
            .is_some_and(|annotation| ast.text(annotation).contains("ProcessEnv"))
    }

    /// A cheap look: whether it is worth asking [`Names::environment`].
    pub fn may_be_environment(&self, ast: &Ast<'t>, id: Id) -> bool {
        self.may_be_within(ast, id, 4)
    }

    fn may_be_within(&self, ast: &Ast<'t>, id: Id, depth: usize) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        let id = ast.bare(id);
        let either = |fields: [Field; 2]| {
            fields
                .into_iter()
                .filter_map(|field| ast.field(id, field))
                .any(|at| self.may_be_within(ast, at, depth))
        };
        match ast.kind(id) {
            Kind::Identifier | Kind::Shorthand => {
                let text = ast.text(id);
                self.suspects.contains(text) || text == "__ENV"
            }
            Kind::Member => {
                let key = ast.field(id, Field::Property).map_or("", |at| ast.text(at));
                table::is_suspect_key(key)
                    || self.suspects.contains(key)
                    || ast.field(id, Field::Object).is_some_and(|at| {
                        let at = ast.bare(at);
                        ast.kind(at) == Kind::Identifier && self.suspects.contains(ast.text(at))
                    })
            }
            Kind::Subscript => member_key(ast, id).is_some_and(|(key, _)| table::is_suspect_key(&key)),
            Kind::Call => ast.callee(id).is_some_and(|callee| {
                let name = match ast.kind(callee) {
                    Kind::Member => ast.field(callee, Field::Property).map_or("", |at| ast.text(at)),
                    Kind::Identifier => ast.text(callee),
                    _ => "",
                };
                name == "toObject" || table::is_copy(name)
            }),
            Kind::New => ast.callee(id).is_some_and(|at| ast.text(at) == "Proxy"),
            Kind::Binary => matches!(ast.operator(id), "||" | "??") && either([Field::Left, Field::Right]),
            Kind::Ternary => either([Field::Consequence, Field::Alternative]),
            Kind::Object => ast
                .children(id)
                .filter(|&at| ast.kind(at) == Kind::Spread)
                .filter_map(|at| ast.first(at))
                .any(|at| self.may_be_within(ast, at, depth)),
            _ => false,
        }
    }

    /// The environment that an expression is, by its resolved name.
    pub fn environment(&self, ast: &Ast<'t>, id: Id) -> Option<String> {
        self.environment_within(ast, id, DEPTH)
    }

    fn environment_within(&self, ast: &Ast<'t>, id: Id, depth: usize) -> Option<String> {
        self.bounded(|| self.environment_within_step(ast, id, depth))
    }

    fn environment_within_step(&self, ast: &Ast<'t>, id: Id, depth: usize) -> Option<String> {
        let depth = depth.checked_sub(1)?;
        let id = ast.bare(id);
        match ast.kind(id) {
            Kind::Identifier | Kind::Shorthand => match self.resolve(ast, id) {
                Some(decl) => self.decl_environment(ast, decl, depth),
                None => table::environment(ast.text(id)).map(str::to_string),
            },
            Kind::Member | Kind::Subscript => {
                if let Some((root, way)) = self.property_way(ast, id)
                    && let Some(values) = self.properties.get(&(root, way))
                    && let Some(found) =
                        values.iter().find_map(|&value| self.environment_within(ast, value, depth))
                {
                    return Some(found);
                }
                let path = self.path_within(ast, id, depth)?;
                if let Some(known) = table::environment(&path) {
                    return Some(known.to_string());
                }
                let (key, _) = member_key(ast, id)?;
                let object = ast.bare(ast.field(id, Field::Object)?);
                let own = self.own_key(ast, object, &key)?;
                self.environment_within(ast, own, depth)
            }
            Kind::Binary if matches!(ast.operator(id), "||" | "??") => ast
                .field(id, Field::Left)
                .and_then(|at| self.environment_within(ast, at, depth))
                .or_else(|| self.environment_within(ast, ast.field(id, Field::Right)?, depth)),
            Kind::Ternary => self
                .environment_within(ast, ast.field(id, Field::Consequence)?, depth)
                .or_else(|| self.environment_within(ast, ast.field(id, Field::Alternative)?, depth)),
            Kind::Object => ast
                .children(id)
                .filter(|&at| ast.kind(at) == Kind::Spread)
                .find_map(|at| self.environment_within(ast, ast.first(at)?, depth)),
            Kind::Call => {
                let path = self.path_within(ast, ast.callee(id)?, depth)?;
                if let Some(known) = table::environment(&(path.clone() + "()")) {
                    return Some(known.to_string());
                }
                if !table::COPIES.contains(&table::bare_library(&path)) {
                    return None;
                }
                ast.arguments(id).into_iter().find_map(|at| self.environment_within(ast, at, depth))
            }
            Kind::New if ast.callee(id).is_some_and(|at| ast.text(at) == "Proxy") => {
                self.environment_within(ast, *ast.arguments(id).first()?, depth)
            }
            _ => None,
        }
    }

    /// The environment that a declaration stands for.
    pub fn decl_environment(&self, ast: &Ast<'t>, id: DeclId, depth: usize) -> Option<String> {
        if let Some(api) = self.passed.get(&id) {
            return Some(api.clone());
        }
        if let Some(known) = self.environments.borrow().get(&id) {
            return known.clone();
        }
        // A name that is defined by itself is not the environment.
        self.environments.borrow_mut().insert(id, None);
        let found = self.find_environment(ast, id, depth);
        self.environments.borrow_mut().insert(id, found.clone());
        found
    }

    fn find_environment(&self, ast: &Ast<'t>, id: DeclId, depth: usize) -> Option<String> {
        let decl = &self.decls[id];
        let of_given = || {
            decl.given.iter().find_map(|given| match given.steps.as_slice() {
                [] | [Step::Rest] => self.environment_within(ast, given.node, depth),
                steps => {
                    if let [Step::Key(key)] = steps
                        && let Some(value) = self.own_key(ast, ast.bare(given.node), key)
                        && let Some(found) = self.environment_within(ast, value, depth)
                    {
                        return Some(found);
                    }
                    let mut path = self.path_within(ast, given.node, depth)?;
                    for step in steps {
                        match step {
                            Step::Key(key) => path = join(path, key),
                            Step::Index(_) => return None,
                            Step::Rest => {}
                        }
                    }
                    table::environment(&path).map(str::to_string)
                }
            })
        };
        match &decl.how {
            How::Import { module, name } => {
                let path = match name {
                    Some(name) => join(module.clone(), name),
                    None => module.clone(),
                };
                if let Some(known) = table::environment(&path) {
                    return Some(known.to_string());
                }
                (name.is_none() && table::is_environment_module(module)).then(|| module.clone())
            }
            How::Variable => of_given().or_else(|| {
                let single = self.single(id)?;
                let module = required_module(ast, ast.bare(single.node))?;
                (single.steps.is_empty() && table::is_environment_module(&module)).then_some(module)
            }),
            How::Parameter { .. } => {
                let default = decl.default.and_then(|default| self.environment_within(ast, default, depth));
                of_given()
                    .or(default)
                    .or_else(|| self.is_environment_parameter(ast, id).then(|| "process.env".to_string()))
            }
            _ => None,
        }
    }
}

/// The name of a module without `node:`.
fn module_name(module: &str) -> String {
    module.strip_prefix("node:").unwrap_or(module).to_string()
}

fn join(mut object: String, key: &str) -> String {
    if table::GLOBALS.contains(&object.as_str()) {
        return key.to_string();
    }
    object.push('.');
    object.push_str(key);
    object
}

/// The module that a `require(…)`, `import(…)` or `use(…)` loads.
pub fn required_module(ast: &Ast<'_>, call: Id) -> Option<String> {
    if ast.kind(call) != Kind::Call {
        return None;
    }
    let callee = ast.callee(call)?;
    let known = match ast.kind(callee) {
        Kind::Identifier => matches!(ast.text(callee), "require" | "use" | "__non_webpack_require__"),
        Kind::ImportToken => true,
        _ => false,
    };
    if !known {
        return None;
    }
    ast.string(*ast.arguments(call).first()?).map(|(module, _)| module_name(&module))
}

/// The key of a member expression or of a subscript with a text, and its span.
pub fn member_key(ast: &Ast<'_>, id: Id) -> Option<(String, crate::span::Span)> {
    match ast.kind(id) {
        Kind::Member => ast.key(ast.field(id, Field::Property)?),
        Kind::Subscript => ast.string(ast.bare(ast.field(id, Field::Index)?)),
        _ => None,
    }
}

/// The class that `this` means at a row: the innermost class not hidden by a plain function.
pub fn class_around(ast: &Ast<'_>, id: Id) -> Option<Id> {
    ast.ancestors(id).find(|&up| ast.kind(up) == Kind::Class)
}

/// Takes a name of a pattern, the way to it, and its default.
type Visit<'v> = dyn FnMut(Id, &[Step], Option<Id>) + 'v;

/// Calls `visit` with each name that a pattern binds, its way, and its default.
fn each_name(ast: &Ast<'_>, node: Id, steps: &mut Vec<Step>, visit: &mut Visit<'_>) {
    if steps.len() > 8 {
        return;
    }
    match ast.kind(node) {
        Kind::Identifier | Kind::ShorthandPattern => visit(node, steps, None),
        Kind::ObjectPattern | Kind::Object => {
            for entry in ast.children(node) {
                match ast.kind(entry) {
                    Kind::ShorthandPattern | Kind::Shorthand => {
                        steps.push(Step::Key(ast.text(entry).to_string()));
                        visit(entry, steps, None);
                        steps.pop();
                    }
                    Kind::PairPattern | Kind::Pair => {
                        let (Some(key), Some(value)) =
                            (ast.field(entry, Field::Key), ast.field(entry, Field::Value))
                        else {
                            continue;
                        };
                        let Some((key, _)) = ast.key(key) else { continue };
                        steps.push(Step::Key(key));
                        each_name(ast, value, steps, visit);
                        steps.pop();
                    }
                    Kind::ObjectAssignmentPattern => {
                        let (Some(left), Some(right)) =
                            (ast.field(entry, Field::Left), ast.field(entry, Field::Right))
                        else {
                            continue;
                        };
                        steps.push(Step::Key(ast.text(left).to_string()));
                        visit(left, steps, Some(right));
                        steps.pop();
                    }
                    Kind::RestPattern => {
                        if let Some(name) = ast.first(entry) {
                            steps.push(Step::Rest);
                            each_name(ast, name, steps, visit);
                            steps.pop();
                        }
                    }
                    _ => {}
                }
            }
        }
        Kind::ArrayPattern => {
            // Holes have no row; commas tell the position.
            let start = ast.span(node).start;
            for entry in ast.children(node) {
                let index = commas_before(ast, node, start, entry);
                steps.push(Step::Index(index));
                each_name(ast, entry, steps, visit);
                steps.pop();
            }
        }
        Kind::AssignmentPattern => {
            let (Some(left), Some(right)) = (ast.field(node, Field::Left), ast.field(node, Field::Right))
            else {
                return;
            };
            // The default of a nested pattern is not the default of the names in it.
            let plain = ast.kind(left) == Kind::Identifier;
            each_name(ast, left, steps, &mut |name, steps, default| {
                visit(name, steps, default.or(plain.then_some(right)));
            });
        }
        Kind::RestPattern => {
            if let Some(name) = ast.first(node) {
                steps.push(Step::Rest);
                each_name(ast, name, steps, visit);
                steps.pop();
            }
        }
        _ => {}
    }
}

/// How many commas of an array pattern stand before one of its entries.
fn commas_before(ast: &Ast<'_>, pattern: Id, start: usize, entry: Id) -> usize {
    let mut count = 0;
    let mut at = start;
    for other in ast.children(pattern) {
        let span = ast.span(other);
        count += ast.text.get(at..span.start).map_or(0, |gap| gap.matches(',').count());
        at = span.end;
        if other == entry {
            break;
        }
    }
    count
}

fn is_scope(ast: &Ast<'_>, id: Id) -> bool {
    id == 0
        || matches!(
            ast.kind(id),
            Kind::Program
                | Kind::FunctionDeclaration
                | Kind::FunctionExpression
                | Kind::Arrow
                | Kind::Method
                | Kind::Block
                | Kind::SwitchBody
                | Kind::For
                | Kind::ForIn
                | Kind::Catch
        )
}

fn scope_of(ast: &Ast<'_>, id: Id, hoisted: bool) -> Id {
    ast.ancestors(id).find(|&up| if hoisted { ast.is_function(up) } else { is_scope(ast, up) }).unwrap_or(0)
}
