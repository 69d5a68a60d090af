//! What an expression is there for: branches and what they do, targets, arguments, guards.

use super::File;
use super::ast::{Field, Id, Kind};
use super::names::{How, member_key, required_module};
use crate::effect::Effect;
use crate::expr::Expr;
use crate::fact::{Branch, Branches, Form, Guard, Place};
use crate::span::Span;

/// More conditions than this around a read say nothing new.
const GUARDS: usize = 12;

impl File<'_, '_> {
    /// Names of the definitions around a row, outermost first.
    pub fn scope(&self, id: Id) -> String {
        let mut names: Vec<String> = self
            .ast
            .ancestors(id)
            .filter_map(|up| match self.ast.kind(up) {
                Kind::Class => self.class_name(up),
                _ if self.ast.is_function(up) => self.function_name(up).map(|(name, _)| name),
                _ => None,
            })
            .collect();
        names.reverse();
        names.join(".")
    }

    /// A class's name, or the name it is given.
    pub fn class_name(&self, class: Id) -> Option<String> {
        if let Some(name) = self.ast.field(class, Field::Name) {
            return Some(self.ast.text(name).to_string());
        }
        self.given_name(class).map(|(name, _)| name)
    }

    /// A function's name, or the name it is given, and the name's bytes.
    pub fn function_name(&self, function: Id) -> Option<(String, Span)> {
        if let Some(name) = self.ast.field(function, Field::Name) {
            return self.ast.key(name);
        }
        self.given_name(function)
    }

    fn given_name(&self, value: Id) -> Option<(String, Span)> {
        let ast = &self.ast;
        let outer = ast.outer(value);
        let up = ast.parent(outer)?;
        match ast.kind(up) {
            Kind::Declarator => ast.field(up, Field::Name).and_then(|at| ast.key(at)),
            Kind::Pair => ast.field(up, Field::Key).and_then(|at| ast.key(at)),
            Kind::ClassField => ast
                .field(up, Field::Name)
                .or_else(|| ast.field(up, Field::Property))
                .and_then(|at| ast.key(at)),
            Kind::Assignment => {
                let left = ast.field(up, Field::Left)?;
                match ast.kind(left) {
                    Kind::Identifier => ast.key(left),
                    _ => member_key(ast, left).filter(|(key, _)| key != "exports"),
                }
            }
            _ => None,
        }
    }

    /// What the expression at `top` is there for.
    pub fn place(&self, top: Id) -> Place {
        let ast = &self.ast;
        let mut at = ast.outer(top);
        // Keys between the expression and what holds it, innermost first.
        let mut keys: Vec<String> = Vec::new();
        if ast.kind(at) == Kind::Shorthand {
            keys.push(ast.text(at).to_string());
        }
        let mut plain = true;
        for _ in 0..40 {
            let Some(up) = ast.parent(at) else { return Place::Other };
            let role = ast.role(at);
            match ast.kind(up) {
                Kind::If | Kind::While | Kind::DoWhile | Kind::Ternary | Kind::For
                    if plain && role == Field::Condition =>
                {
                    return Place::Condition(self.branches(up));
                }
                Kind::Binary if plain && role == Field::Left && self.is_guarded_effect(up) => {
                    return Place::Condition(self.short_circuit(up));
                }
                Kind::Case if plain && role == Field::Value => {
                    return Place::Condition(Branches {
                        form: Form::Case,
                        then: self.case_branch(up),
                        otherwise: self.default_branch(up),
                    });
                }
                // A branch of a ternary and the operand of an operator stand for the whole.
                Kind::Ternary if matches!(role, Field::Consequence | Field::Alternative) => plain = false,
                Kind::Binary if matches!(ast.operator(up), "&&" | "||" | "??") => plain = false,
                Kind::Parenthesized | Kind::Cast | Kind::TypeAssertion | Kind::Await => {}
                Kind::Array | Kind::Spread | Kind::Object => plain = false,
                Kind::Pair if role == Field::Value => {
                    plain = false;
                    if let Some((key, _)) = ast.field(up, Field::Key).and_then(|key| ast.key(key)) {
                        keys.push(key);
                    }
                }
                Kind::Declarator if role == Field::Value => {
                    let name = ast.field(up, Field::Name).map_or("", |name| first_name(ast, name));
                    return self.bound(name, &keys);
                }
                Kind::Assignment | Kind::Augmented if role == Field::Right => {
                    let name = ast.field(up, Field::Left).map_or(String::new(), |left| self.target(left));
                    return self.bound(&name, &keys);
                }
                Kind::ClassField if role == Field::Value => {
                    let name = ast.field(up, Field::Name).or_else(|| ast.field(up, Field::Property));
                    let name = name.and_then(|name| ast.key(name)).map_or(String::new(), |(name, _)| name);
                    return self.bound(&name, &keys);
                }
                Kind::EnumAssignment if role == Field::Value => {
                    let name = ast.field(up, Field::Name).map_or("", |name| ast.text(name));
                    return self.bound(name, &keys);
                }
                Kind::AssignmentPattern | Kind::ObjectAssignmentPattern if role == Field::Right => {
                    let name = ast.field(up, Field::Left).map_or("", |name| first_name(ast, name));
                    return self.bound(name, &keys);
                }
                Kind::Parameter if role == Field::Value => {
                    let name = ast.field(up, Field::Pattern).map_or("", |name| first_name(ast, name));
                    return self.bound(name, &keys);
                }
                Kind::Export if role == Field::Value => return self.bound("default", &keys),
                Kind::Arguments => return self.argument(up, top, keys.first().cloned()),
                Kind::Call if role == Field::Arguments => {
                    // The substitution of a tagged template.
                    let callee = ast.callee(up).map_or(String::new(), |callee| self.callee_name(callee));
                    return Place::Argument { callee, keyword: None };
                }
                Kind::Substitution | Kind::Template => {
                    if !ast
                        .ancestors(at)
                        .take(3)
                        .any(|up| ast.kind(up) == Kind::Template && ast.role(up) == Field::Arguments)
                    {
                        return Place::Other;
                    }
                }
                Kind::Return => {
                    let function = ast.function_around(up);
                    return self.returned(function, &keys);
                }
                Kind::Arrow if role == Field::Body => return self.returned(Some(up), &keys),
                Kind::JsxExpression => {
                    let attribute = ast.parent(up).filter(|&at| ast.kind(at) == Kind::JsxAttribute);
                    let element = ast.ancestors(up).take(3).find_map(|at| match ast.kind(at) {
                        Kind::JsxOpening => ast.field(at, Field::Name),
                        Kind::JsxElement => ast.first(at).and_then(|open| ast.field(open, Field::Name)),
                        _ => None,
                    });
                    return Place::Argument {
                        callee: element.map_or(String::new(), |name| ast.text(name).to_string()),
                        keyword: attribute
                            .and_then(|at| ast.first(at))
                            .map(|name| ast.text(name).to_string()),
                    };
                }
                _ => return Place::Other,
            }
            at = up;
        }
        Place::Other
    }

    fn bound(&self, root: &str, keys: &[String]) -> Place {
        let mut target = root.to_string();
        for key in keys.iter().rev() {
            if !target.is_empty() {
                target.push('.');
            }
            target.push_str(key);
        }
        Place::Bound { target }
    }

    fn returned(&self, function: Option<Id>, keys: &[String]) -> Place {
        if !keys.is_empty() {
            return self.bound("", keys);
        }
        match function.and_then(|function| self.function_name(function)) {
            Some((function, _)) => Place::Returned { function },
            None => Place::Other,
        }
    }

    fn argument(&self, list: Id, top: Id, keyword: Option<String>) -> Place {
        let ast = &self.ast;
        let Some(call) = ast.parent(list) else { return Place::Other };
        let Some(callee) = ast.callee(call) else { return Place::Other };
        let name = self.callee_name(callee);
        let first = ast.arguments(call).first().is_some_and(|&first| ast.subtree(first).contains(&top));
        let asserts = matches!(name.as_str(), "assert" | "assert.ok" | "console.assert" | "invariant");
        if asserts && first && keyword.is_none() {
            let span = ast.span(call);
            let effects = if name == "console.assert" { Vec::new() } else { vec![(Effect::Raises, span)] };
            return Place::Condition(Branches {
                form: Form::Assertion,
                then: None,
                otherwise: Some(Branch { span, effects }),
            });
        }
        // `app.set("trust proxy", x)` is a setting with its name beside it.
        if keyword.is_none()
            && !first
            && matches!(name.rsplit('.').next(), Some("set" | "enable" | "locals"))
            && let Some((setting, _)) = ast.arguments(call).first().and_then(|&at| ast.string(at))
        {
            return Place::Argument { callee: name, keyword: Some(setting) };
        }
        Place::Argument { callee: name, keyword }
    }

    /// The resolved name of what is called.
    pub fn callee_name(&self, callee: Id) -> String {
        let ast = &self.ast;
        let callee = ast.bare(callee);
        if let Some(path) = self.names.path(ast, callee)
            && path.len() < 160
        {
            // A module's only export is known by the name it has here.
            if ast.kind(callee) == Kind::Identifier
                && let Some(decl) = self.names.resolve(ast, callee)
                && let How::Import { name: None, .. } = self.names.decls[decl].how
            {
                return ast.text(callee).to_string();
            }
            return path;
        }
        let text = ast.text(callee);
        match ast.kind(callee) {
            Kind::Member => ast.field(callee, Field::Property).map_or("", |at| ast.text(at)).to_string(),
            Kind::Identifier => text.to_string(),
            _ => String::new(),
        }
    }

    /// The name of an assignment's target, without computed parts.
    pub fn target(&self, left: Id) -> String {
        let ast = &self.ast;
        let left = ast.bare(left);
        match ast.kind(left) {
            Kind::Member | Kind::Subscript => {
                let object = ast.field(left, Field::Object).map_or(String::new(), |at| self.target(at));
                match member_key(ast, left) {
                    Some((key, _)) if object.is_empty() => key,
                    Some((key, _)) => format!("{object}.{key}"),
                    None => object,
                }
            }
            Kind::Identifier | Kind::This => ast.text(left).to_string(),
            Kind::ObjectPattern | Kind::ArrayPattern => first_name(ast, left).to_string(),
            _ => String::new(),
        }
    }

    fn branches(&self, statement: Id) -> Branches {
        let ast = &self.ast;
        let branch = |field: Field| ast.field(statement, field).map(|at| self.branch(at));
        match ast.kind(statement) {
            Kind::Ternary => {
                let target = match self.place(statement) {
                    Place::Bound { target } => Some(target),
                    Place::Argument { keyword, .. } => keyword,
                    _ => None,
                };
                let side = |field: Field| {
                    let at = ast.field(statement, field)?;
                    let mut branch = self.branch(at);
                    let given = target.as_ref().and_then(|target| Effect::of_target(target, self.plain(at)));
                    if let Some(effect) = given {
                        push_effect(&mut branch.effects, effect, branch.span);
                    }
                    Some(branch)
                };
                Branches {
                    form: Form::Ternary,
                    then: side(Field::Consequence),
                    otherwise: side(Field::Alternative),
                }
            }
            Kind::If => {
                let alternative =
                    ast.field(statement, Field::Alternative).and_then(|clause| ast.first(clause));
                let exits = alternative.is_none()
                    && ast.field(statement, Field::Consequence).is_some_and(|at| self.only_leaves(at));
                let otherwise = match alternative {
                    Some(at) => Some(self.branch(at)),
                    None if exits => self.rest_of_block(statement),
                    None => None,
                };
                Branches {
                    form: if exits { Form::EarlyExit } else { Form::If },
                    then: branch(Field::Consequence),
                    otherwise,
                }
            }
            _ => Branches { form: Form::Loop, then: branch(Field::Body), otherwise: None },
        }
    }

    fn short_circuit(&self, binary: Id) -> Branches {
        let right = self.ast.field(binary, Field::Right).map(|at| self.branch(at));
        let (then, otherwise) = if self.ast.operator(binary) == "&&" { (right, None) } else { (None, right) };
        Branches { form: Form::ShortCircuit, then, otherwise }
    }

    /// Whether a branch only leaves: `return`, `continue`, `break`.
    fn only_leaves(&self, branch: Id) -> bool {
        let ast = &self.ast;
        let statement = match ast.kind(branch) {
            Kind::Block => {
                let mut statements = ast.children(branch);
                match (statements.next(), statements.next()) {
                    (Some(only), None) => only,
                    _ => return false,
                }
            }
            _ => branch,
        };
        matches!(ast.kind(statement), Kind::Return | Kind::Continue | Kind::Break)
    }

    fn rest_of_block(&self, statement: Id) -> Option<Branch> {
        let ast = &self.ast;
        let block = ast.parent(statement)?;
        let rest: Vec<Id> = ast.children(block).filter(|&at| at > statement).collect();
        let (first, last) = (*rest.first()?, *rest.last()?);
        let mut effects = Vec::new();
        for at in rest {
            self.effects(at, &mut effects);
        }
        Some(Branch { span: Span::new(ast.span(first).start, ast.span(last).end), effects })
    }

    /// The statements of a `case`, with those it falls through to.
    pub fn case_branch(&self, case: Id) -> Option<Branch> {
        let ast = &self.ast;
        let body = ast.parent(case)?;
        let mut effects = Vec::new();
        let mut span: Option<Span> = None;
        for at in ast.children(body).filter(|&at| at >= case) {
            let statements: Vec<Id> =
                ast.children(at).filter(|&inner| ast.role(inner) != Field::Value).collect();
            for &statement in &statements {
                let own = ast.span(statement);
                span = Some(Span::new(span.map_or(own.start, |span| span.start), own.end));
                self.effects(statement, &mut effects);
            }
            let ends = statements.last().is_some_and(|&last| {
                let last = match ast.kind(last) {
                    Kind::Block => ast.children(last).last().unwrap_or(last),
                    _ => last,
                };
                matches!(ast.kind(last), Kind::Break | Kind::Return | Kind::Throw | Kind::Continue)
            });
            if ends {
                break;
            }
        }
        span.map(|span| Branch { span, effects })
    }

    /// The `default:` beside a `case`.
    pub fn default_branch(&self, case: Id) -> Option<Branch> {
        let ast = &self.ast;
        let body = ast.parent(case)?;
        let default = ast.children(body).find(|&at| ast.kind(at) == Kind::DefaultCase)?;
        self.case_branch(default)
    }

    fn branch(&self, at: Id) -> Branch {
        let mut effects = Vec::new();
        self.effects(at, &mut effects);
        Branch { span: self.ast.span(at), effects }
    }

    /// A value that is plainly true or false.
    fn plain(&self, value: Id) -> Option<bool> {
        let ast = &self.ast;
        let value = ast.bare(value);
        match ast.kind(value) {
            Kind::True => Some(true),
            Kind::False => Some(false),
            Kind::Str => match ast.string(value)?.0.as_str() {
                "0" | "false" | "disable" => Some(false),
                "1" | "true" | "require" => Some(true),
                _ => None,
            },
            _ => None,
        }
    }

    /// What the statements at a row do.
    fn effects(&self, at: Id, effects: &mut Vec<(Effect, Span)>) {
        let ast = &self.ast;
        let end = ast.after(at);
        let mut id = at;
        while id < end {
            let span = ast.span(id);
            match ast.kind(id) {
                // What a nested function does is not done here.
                _ if ast.is_function(id) || ast.kind(id) == Kind::Class => {
                    id = ast.after(id);
                    continue;
                }
                Kind::Throw => push_effect(effects, Effect::Raises, span),
                Kind::Return => push_effect(effects, Effect::Returns, span),
                Kind::Continue | Kind::Break if self.leaves_loop(id, at) => {
                    push_effect(effects, Effect::Returns, span);
                }
                Kind::Call | Kind::New => self.call_effects(id, effects),
                Kind::Assignment | Kind::Augmented => {
                    if let (Some(left), Some(right)) =
                        (ast.field(id, Field::Left), ast.field(id, Field::Right))
                        && let Some(effect) = Effect::of_target(&self.target(left), self.plain(right))
                    {
                        push_effect(effects, effect, span);
                    }
                }
                Kind::Declarator => {
                    if let (Some(name), Some(value)) =
                        (ast.field(id, Field::Name), ast.field(id, Field::Value))
                        && ast.kind(name) == Kind::Identifier
                        && let Some(effect) = Effect::of_target(ast.text(name), self.plain(value))
                    {
                        push_effect(effects, effect, span);
                    }
                }
                Kind::Pair => {
                    if let (Some(key), Some(value)) = (ast.field(id, Field::Key), ast.field(id, Field::Value))
                        && let Some((key, _)) = ast.key(key)
                        && let Some(effect) = Effect::of_target(&key, self.plain(value))
                    {
                        push_effect(effects, effect, span);
                    }
                }
                _ => {}
            }
            id += 1;
        }
    }

    /// Whether a `break` or `continue` leaves more than a loop or switch within `branch`.
    fn leaves_loop(&self, id: Id, branch: Id) -> bool {
        !self.ast.ancestors(id).take_while(|&up| up >= branch).any(|up| {
            matches!(self.ast.kind(up), Kind::For | Kind::ForIn | Kind::While | Kind::DoWhile | Kind::Switch)
        }) && self.ast.ancestors(branch).all(|up| {
            // A `break` that only ends its case is no early end.
            self.ast.kind(up) != Kind::SwitchBody || self.ast.kind(id) == Kind::Continue
        }) && !matches!(self.ast.parent(id).map(|up| self.ast.kind(up)), Some(Kind::Case | Kind::DefaultCase))
    }

    fn call_effects(&self, call: Id, effects: &mut Vec<(Effect, Span)>) {
        let ast = &self.ast;
        let span = ast.span(call);
        if let Some(module) = required_module(ast, call) {
            if let Some(effect) = Effect::of_import(&module) {
                push_effect(effects, effect, span);
            }
            return;
        }
        let Some(callee) = ast.callee(call) else { return };
        let arguments = ast.arguments(call);
        let resolved = self.callee_name(callee);
        let written = ast.text(callee);
        let effect = Effect::of_call(&resolved)
            .or_else(|| (written.len() < 80).then(|| Effect::of_call(written)).flatten());
        if let Some(effect) = effect {
            push_effect(effects, effect, span);
            return;
        }
        let method = resolved.rsplit('.').next().unwrap_or_default();
        let first = arguments.first().and_then(|&at| ast.string(at)).map(|(text, _)| text);
        match (method, first) {
            ("set" | "enable" | "disable", Some(setting)) => {
                let value = match method {
                    "enable" => Some(true),
                    "disable" => Some(false),
                    _ => arguments.get(1).and_then(|&at| self.plain(at)),
                };
                if let Some(effect) = Effect::of_target(&setting.replace(' ', "_"), value) {
                    push_effect(effects, effect, span);
                }
            }
            ("redirect", _) if arguments.iter().any(|&at| ast.text(at).contains("https://")) => {
                push_effect(effects, Effect::HttpsRedirect(None), span);
            }
            _ => {}
        }
    }

    /// The conditions around a row, in the same function, innermost first; those within `inside` are
    /// parts of the expression itself.
    pub fn guards(&self, id: Id, inside: Span) -> Vec<Guard> {
        let ast = &self.ast;
        let mut guards = Vec::new();
        let mut at = id;
        while let Some(up) = ast.parent(at) {
            if ast.is_function(up) || guards.len() >= GUARDS {
                break;
            }
            guards.extend(self.guard_at(at, up, inside));
            at = up;
        }
        guards
    }

    /// The condition that a row puts on the row below it.
    pub fn guard_at(&self, at: Id, up: Id, inside: Span) -> Option<Guard> {
        let ast = &self.ast;
        let role = ast.role(at);
        let field = |field: Field| ast.field(up, field);
        let condition = match (ast.kind(up), role) {
            (Kind::If | Kind::Ternary, Field::Consequence) => field(Field::Condition).map(|at| (at, true)),
            (Kind::If | Kind::Ternary, Field::Alternative) => field(Field::Condition).map(|at| (at, false)),
            (Kind::While | Kind::For, Field::Body) => field(Field::Condition).map(|at| (at, true)),
            (Kind::Binary, Field::Right) if !inside.contains(ast.span(up)) => match ast.operator(up) {
                "&&" => field(Field::Left).map(|at| (at, true)),
                "||" => field(Field::Left).map(|at| (at, false)),
                _ => None,
            },
            _ => None,
        };
        if let Some((condition, holds)) = condition
            && !(ast.kind(up) == Kind::Ternary && inside.contains(ast.span(up)))
            && !matches!(ast.text(condition), ";" | "")
        {
            return Some(Guard {
                expr: self.lower(ast.bare(condition)),
                span: ast.span(ast.bare(condition)),
                holds,
            });
        }
        if ast.kind(up) == Kind::Case
            && role != Field::Value
            && let Some(value) = field(Field::Value)
            && let Some(switch) = ast.ancestors(up).nth(1)
            && let Some(subject) = ast.field(switch, Field::Value)
        {
            let (subject, text) = (self.lower(subject), self.lower(value));
            let expr = match subject {
                Expr::Bool(true) => text,
                subject => Expr::Equal(Box::new(subject), Box::new(text)),
            };
            return Some(Guard { expr, span: ast.span(value), holds: true });
        }
        None
    }
}

fn push_effect(effects: &mut Vec<(Effect, Span)>, effect: Effect, span: Span) {
    if !effects.iter().any(|(known, _)| *known == effect) {
        effects.push((effect, span));
    }
}

/// The first name of a pattern.
fn first_name<'t>(ast: &super::ast::Ast<'t>, pattern: Id) -> &'t str {
    ast.subtree(pattern)
        .find(|&at| matches!(ast.kind(at), Kind::Identifier | Kind::ShorthandPattern))
        .map_or("", |at| ast.text(at))
}
