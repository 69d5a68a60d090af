//! Which function a call calls, what is done with its result, and who calls a function of the file.

use std::collections::HashMap;

use super::{Passed, Terms};
use crate::lang::javascript::ast::{Field, Id, Kind};
use crate::lang::javascript::names::{DeclId, Given, How, Step, member_key, required_module};
use crate::span::Span;
use crate::term::{Invocation, Value};
use crate::vocabulary::Vocabulary;

/// How many names stand for each other.
const ALIASES: usize = 12;

/// What compilers wrap `require` in.
const INTEROP: [&str; 6] = [
    "__importDefault",
    "__importStar",
    "__toESM",
    "_interopRequireDefault",
    "_interopRequireWildcard",
    "_interop_require_default",
];

/// A name with dots of a module, a global, or what is declared in the file and has no value.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    /// The module as written, or the first name.
    root: String,
    /// The root is a module.
    pub module: bool,
    keys: Vec<String>,
}

impl Path {
    fn of_name(name: &str) -> Self {
        Self { root: name.to_string(), module: false, keys: Vec::new() }
    }

    /// A module; `fs/promises` is `fs.promises`.
    pub fn of_module(module: &str) -> Self {
        let (root, keys) = match module {
            "fs/promises" => ("fs", vec!["promises".to_string()]),
            module => (module, Vec::new()),
        };
        Self { root: root.to_string(), module: true, keys }
    }

    fn push(&mut self, key: &str) {
        match key {
            // A module that was written with `export default` has its value there.
            "default" => {}
            key if !self.module && self.keys.is_empty() && matches!(&*self.root, "globalThis" | "global") => {
                self.root = key.to_string();
            }
            key => self.keys.push(key.to_string()),
        }
    }

    fn with(mut self, steps: &[Step]) -> Option<Self> {
        for step in steps {
            match step {
                Step::Key(key) => self.push(key),
                Step::Index(_) => return None,
                Step::Rest => {}
            }
        }
        Some(self)
    }

    /// The whole with dots.
    pub fn dotted(&self) -> String {
        let mut text = self.root.clone();
        for key in &self.keys {
            text.push('.');
            text.push_str(key);
        }
        text
    }

    /// Whether the vocabulary knows the function; `written` is its name in the file. A module is known
    /// by its own name, and by what its only export is called where it is used.
    fn is_known(&self, written: &str, vocabulary: &Vocabulary) -> bool {
        match self.keys.last() {
            Some(last) => vocabulary.is_call(last),
            None if self.module => {
                let last = self.root.rsplit('/').next().unwrap_or_default();
                [self.root.as_str(), last, written].into_iter().any(|name| vocabulary.is_call(name))
            }
            None => vocabulary.is_call(&self.root),
        }
    }
}

impl Terms<'_, '_, '_> {
    /// Every call that the vocabulary knows.
    pub fn invocations(&self) -> Vec<Invocation> {
        let ast = &self.file.ast;
        (0..ast.len())
            .filter(|&id| matches!(ast.kind(id), Kind::Call | Kind::New))
            // What reads a variable is a read.
            .filter(|&id| !self.env_rows.contains_key(&id) && self.is_known(id))
            .filter_map(|id| {
                self.nodes.set(super::NODES);
                self.invocation(id, 0)
            })
            .collect()
    }

    /// The name of an expression, where it is one of a module, of a global or of a definition.
    pub fn path(&self, id: Id, depth: usize) -> Option<Path> {
        if depth > super::DEPTH + ALIASES {
            return None;
        }
        let (file, ast) = (self.file, &self.file.ast);
        let id = self.core(id);
        if self.env_rows.contains_key(&id) {
            return None;
        }
        match ast.kind(id) {
            Kind::Identifier | Kind::Shorthand => match self.resolve(id) {
                None => Some(Path::of_name(ast.text(id))),
                Some(decl) => self.decl_path(decl, depth),
            },
            Kind::MetaProperty => Some(Path::of_name(ast.text(id))),
            Kind::Member | Kind::Subscript => {
                let (key, _) = member_key(ast, id)?;
                if let Some(value) = file.property_value(id)
                    && self.owns(id)
                {
                    return self.path(value, depth + 1);
                }
                let mut path = self.path(ast.field(id, Field::Object)?, depth + 1)?;
                path.push(&key);
                Some(path)
            }
            Kind::Call => {
                if let Some(module) = required_module(ast, id) {
                    return Some(Path::of_module(&module));
                }
                let callee = self.core(ast.callee(id)?);
                let same = match ast.kind(callee) {
                    Kind::Identifier => {
                        let name = ast.text(callee);
                        INTEROP.contains(&name) || matches!(name, "promisify" | "promisifyAll")
                    }
                    Kind::Member => match member_key(ast, callee)?.0.as_str() {
                        "bind" => return self.path(ast.field(callee, Field::Object)?, depth + 1),
                        name => INTEROP.contains(&name) || matches!(name, "promisify" | "promisifyAll"),
                    },
                    _ => false,
                };
                if same { self.path(*ast.arguments(id).first()?, depth + 1) } else { None }
            }
            _ => None,
        }
    }

    /// The same for a declared name.
    pub fn decl_path(&self, decl: DeclId, depth: usize) -> Option<Path> {
        if let Some(known) = self.paths.borrow().get(&decl) {
            return known.clone();
        }
        // A name that is defined by itself has no path.
        self.paths.borrow_mut().insert(decl, None);
        let found = self.find_path(decl, depth + 1);
        self.paths.borrow_mut().insert(decl, found.clone());
        found
    }

    fn find_path(&self, decl: DeclId, depth: usize) -> Option<Path> {
        let declared = &self.file.names.decls[decl];
        if self.env_decls.contains_key(&decl) {
            return None;
        }
        match &declared.how {
            How::Import { module, name } => {
                let mut path = Path::of_module(module);
                name.iter().for_each(|name| path.push(name));
                Some(path)
            }
            How::Function(_) | How::Class(_) | How::Enum(_) => Some(Path::of_name(declared.name)),
            How::Variable => {
                let given = self.only(decl)?;
                self.path(given.node, depth)?.with(&given.steps)
            }
            How::Parameter { function, index, steps } if declared.given.is_empty() => {
                match self.argument(*function, *index) {
                    Passed::Known(argument) => self.path(argument, depth)?.with(steps),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// The only thing but `null` and `undefined` that a name is given.
    fn only(&self, decl: DeclId) -> Option<&Given> {
        let ast = &self.file.ast;
        let declared = &self.file.names.decls[decl];
        let is_nothing = |given: &&Given| {
            let value = ast.bare(given.node);
            matches!(ast.kind(value), Kind::Null | Kind::Undefined) || ast.text(value) == "undefined"
        };
        let mut something = declared.given.iter().filter(|given| !is_nothing(given));
        match (something.next(), something.next()) {
            (Some(only), None) if !declared.unsure => Some(only),
            _ => None,
        }
    }

    /// Whether the vocabulary knows the function that is called.
    fn is_known(&self, call: Id) -> bool {
        let (vocabulary, ast) = (self.file.request.vocabulary, &self.file.ast);
        let Some(callee) = ast.callee(call).map(|callee| self.core(callee)) else { return false };
        match ast.kind(callee) {
            Kind::Identifier => {
                let text = ast.text(callee);
                if matches!(text, "require" | "define") {
                    return false;
                }
                match self.path(callee, 0) {
                    Some(path) => path.is_known(text, vocabulary),
                    // A constructor that a function made is known by its name; other functions that were
                    // made say nothing with theirs (`knex("users")`).
                    None => {
                        vocabulary.is_call(text)
                            && (ast.kind(call) == Kind::New
                                || self.resolve(callee).and_then(|decl| self.only(decl)).is_none_or(
                                    |given| {
                                        !matches!(ast.kind(self.core(given.node)), Kind::Call | Kind::New)
                                    },
                                ))
                    }
                }
            }
            Kind::Member | Kind::Subscript => match member_key(ast, callee) {
                Some((key, _)) if key == "default" => {
                    self.path(callee, 0).is_some_and(|path| path.module && path.is_known("", vocabulary))
                }
                Some((key, _)) => vocabulary.is_call(&key),
                None => false,
            },
            Kind::Call => required_module(ast, callee)
                .is_some_and(|module| Path::of_module(&module).is_known("", vocabulary)),
            _ => false,
        }
    }

    /// A call, where something is known of the function.
    pub fn invocation(&self, id: Id, depth: usize) -> Option<Invocation> {
        let (_file, ast) = (self.file, &self.file.ast);
        let written = self.core(ast.callee(id)?);
        let (callee, receiver, name_span) = match ast.kind(written) {
            Kind::Identifier => {
                let name_span = ast.span(written);
                match self.path(written, depth) {
                    Some(path) => (path.dotted(), None, name_span),
                    None => {
                        let value = self.term(written, depth + 1);
                        let made = Some(value).filter(|value| matches!(value.value, Value::Call(_)));
                        (ast.text(written).to_string(), made, name_span)
                    }
                }
            }
            Kind::Member | Kind::Subscript => {
                let (key, name_span) = member_key(ast, written)?;
                match self.path(written, depth) {
                    Some(path) => (path.dotted(), None, name_span),
                    None => {
                        let object = ast.field(written, Field::Object)?;
                        (format!(".{key}"), Some(self.term(object, depth + 1)), name_span)
                    }
                }
            }
            Kind::Call => (self.path(written, depth)?.dotted(), None, ast.span(written)),
            _ => return None,
        };
        Some(Invocation {
            callee,
            receiver,
            arguments: self.arguments(id, depth + 1),
            span: ast.span(id),
            name_span,
            scope: self.scope(id),
            guards: self.guards_of(id),
            bound: self.bound(id),
            body: self.body(id),
        })
    }

    /// The name that is given the result of a call.
    fn bound(&self, call: Id) -> Option<String> {
        let ast = &self.file.ast;
        let mut keys: Vec<String> = Vec::new();
        let mut at = call;
        let root = loop {
            let Some(up) = ast.parent(at) else { break None };
            let role = ast.role(at);
            match ast.kind(up) {
                Kind::Await
                | Kind::Parenthesized
                | Kind::Cast
                | Kind::TypeAssertion
                | Kind::Array
                | Kind::Object => {}
                Kind::Ternary if role != Field::Condition => {}
                Kind::Binary if matches!(ast.operator(up), "||" | "??" | "&&") => {}
                Kind::Pair if role == Field::Value => {
                    keys.push(ast.field(up, Field::Key).and_then(|key| ast.key(key))?.0);
                }
                Kind::Declarator if role == Field::Value => {
                    let name = ast.field(up, Field::Name)?;
                    break (ast.kind(name) == Kind::Identifier).then(|| ast.text(name).to_string());
                }
                Kind::Assignment | Kind::Augmented if role == Field::Right => {
                    break ast.field(up, Field::Left).and_then(|left| self.target(left));
                }
                Kind::ClassField if role == Field::Value => {
                    let name = ast.field(up, Field::Name).or_else(|| ast.field(up, Field::Property));
                    break name.and_then(|name| ast.key(name)).map(|(name, _)| name);
                }
                Kind::Export if role == Field::Value => break Some("export default".to_string()),
                _ => break None,
            }
            at = up;
        };
        let mut whole = root.unwrap_or_default();
        for key in keys.iter().rev() {
            if !whole.is_empty() {
                whole.push('.');
            }
            whole.push_str(key);
        }
        (!whole.is_empty()).then_some(whole)
    }

    /// The function that a call is handed, or the definition that it decorates.
    fn body(&self, call: Id) -> Option<Span> {
        let (_file, ast) = (self.file, &self.file.ast);
        if let Some(decorator) = ast.parent(call).filter(|&up| ast.kind(up) == Kind::Decorator) {
            let owner = ast.parent(decorator)?;
            if ast.kind(owner) != Kind::ClassBody {
                return Some(ast.span(owner));
            }
            let next = ast.children(owner).find(|&at| at > decorator && ast.kind(at) != Kind::Decorator);
            return next.map(|next| ast.span(next));
        }
        ast.arguments(call).into_iter().rev().find_map(|argument| {
            let argument = ast.bare(argument);
            let function = match ast.kind(argument) {
                _ if ast.is_function(argument) => Some(argument),
                Kind::Identifier => self.resolve(argument).and_then(|decl| self.function(decl)),
                _ => None,
            };
            function.map(|function| ast.span(function))
        })
    }

    /// The function that a name stands for.
    fn function(&self, decl: DeclId) -> Option<Id> {
        let names = &self.file.names;
        match names.decls[decl].how {
            How::Function(function) => Some(function),
            _ => {
                let given = names.single(decl).filter(|given| given.steps.is_empty())?;
                Some(self.core(given.node)).filter(|&value| self.file.ast.is_function(value))
            }
        }
    }

    /// What is passed for a parameter.
    pub fn argument(&self, function: Id, index: usize) -> Passed {
        let ast = &self.file.ast;
        let calls = self.calls.get_or_init(|| self.find_calls());
        let calls = calls.get(&function).map_or(&[][..], Vec::as_slice);
        let passed = |call: Id| {
            let arguments = ast.arguments(call);
            let spread = arguments.iter().position(|&at| ast.kind(at) == Kind::Spread);
            if spread.is_some_and(|at| at <= index) { Err(()) } else { Ok(arguments.get(index).copied()) }
        };
        if calls.iter().all(|&call| passed(call) == Ok(None)) {
            return Passed::Never;
        }
        match calls {
            [call] if !self.escapes(function) => match passed(*call) {
                Ok(Some(argument)) => Passed::Known(argument),
                _ => Passed::Unknown,
            },
            _ => Passed::Unknown,
        }
    }

    fn find_calls(&self) -> HashMap<Id, Vec<Id>> {
        let (file, ast) = (self.file, &self.file.ast);
        let mut calls: HashMap<Id, Vec<Id>> = HashMap::new();
        for id in 0..ast.len() {
            if matches!(ast.kind(id), Kind::Call | Kind::New)
                && let Some(callee) = ast.callee(id)
                && let Some(function) = file.names.function_called(ast, callee)
            {
                calls.entry(function).or_default().push(id);
            }
        }
        calls
    }

    /// Whether a function can be called from where this file does not show.
    fn escapes(&self, function: Id) -> bool {
        if let Some(&known) = self.escaping.borrow().get(&function) {
            return known;
        }
        let escapes = self.find_escape(function);
        self.escaping.borrow_mut().insert(function, escapes);
        escapes
    }

    fn find_escape(&self, function: Id) -> bool {
        let (names, ast) = (&self.file.names, &self.file.ast);
        let is_callee = |at: Id| {
            let outer = ast.outer(at);
            ast.parent(outer).is_some_and(|up| {
                matches!(ast.kind(up), Kind::Call | Kind::New)
                    && matches!(ast.role(outer), Field::Function | Field::Constructor)
            })
        };
        if is_callee(function) {
            return false;
        }
        let up = ast.parent(ast.outer(function));
        let name = match ast.kind(function) {
            Kind::FunctionDeclaration => ast.field(function, Field::Name),
            _ => up.filter(|&up| ast.kind(up) == Kind::Declarator).and_then(|up| ast.field(up, Field::Name)),
        };
        let Some(name) = name else { return true };
        let Some(&decl) = names.by_node.get(&name) else { return true };
        if ast.ancestors(name).take(3).any(|up| ast.kind(up) == Kind::Export) {
            return true;
        }
        let mut uses = names.occurrences(ast, ast.text(name)).iter();
        uses.any(|&at| at != name && self.resolve(at) == Some(decl) && !is_callee(at))
    }

    /// The value that a call of a function of this file gives, where the function takes nothing and has
    /// one value.
    pub fn given_back(&self, call: Id, callee: Id) -> Option<Id> {
        let (file, ast) = (self.file, &self.file.ast);
        if ast.kind(call) != Kind::Call || !ast.arguments(call).is_empty() {
            return None;
        }
        if !matches!(ast.kind(callee), Kind::Identifier | Kind::Arrow | Kind::FunctionExpression) {
            return None;
        }
        self.returned(file.names.function_called(ast, callee)?)
    }

    /// The one value that a function returns.
    pub fn returned(&self, function: Id) -> Option<Id> {
        let ast = &self.file.ast;
        let body = ast.field(function, Field::Body)?;
        if ast.kind(body) != Kind::Block {
            return Some(self.core(body));
        }
        let last = ast.children(body).last().filter(|&last| ast.kind(last) == Kind::Return)?;
        let mut at = body;
        while at < last {
            match ast.kind(at) {
                Kind::Return => return None,
                _ if ast.is_function(at) || ast.kind(at) == Kind::Class => at = ast.after(at),
                _ => at += 1,
            }
        }
        ast.first(last).map(|value| self.core(value))
    }
}
