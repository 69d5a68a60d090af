//! What an expression is there for: places, branches, effects, guards.

use std::rc::Rc;

use super::access::File;
use super::lower::Lower;
use super::syntax::{Field, Id, Kind};
use crate::effect::Effect;
use crate::expr::Expr;
use crate::fact::{Branch, Branches, Form, Guard, Place, Use};
use crate::span::Span;

/// Conditions kept around one node: more say nothing more.
const GUARDS: usize = 24;

/// Levels looked through for conditions: more than any program has that was written by hand.
const LEVELS: usize = 1000;

/// Early exits kept of one block, the nearest ones.
const EXITS: usize = 8;

impl<'t> File<'t> {
    /// Whether what comes after a block is not reached from it.
    pub(super) fn leaves(&self, block: Id) -> bool {
        let tree = self.tree;
        let Some(last) = tree.children(block).last() else { return false };
        match tree.kind(last) {
            Kind::Return | Kind::Raise | Kind::Break | Kind::Continue => true,
            Kind::ExpressionStatement => tree
                .first(last)
                .filter(|&call| tree.kind(call) == Kind::Call)
                .and_then(|call| self.callee(call))
                .is_some_and(|callee| matches!(callee.as_str(), "sys.exit" | "exit" | "quit" | "os._exit")),
            _ => false,
        }
    }

    /// A target as written, without computed parts: `app.config.DEBUG`.
    pub(super) fn target(&self, id: Id) -> String {
        let tree = self.tree;
        let mut parts = Vec::new();
        let mut at = id;
        for _ in 0..32 {
            match tree.kind(at) {
                Kind::Attribute => {
                    let (Some(object), Some(name)) =
                        (tree.get(at, Field::Object), tree.get(at, Field::Attribute))
                    else {
                        break;
                    };
                    parts.push(tree.text(name).to_string());
                    at = object;
                }
                Kind::Subscript => {
                    if let Some((key, _)) = tree.get(at, Field::Subscript).and_then(|key| tree.literal(key)) {
                        parts.push(key);
                    }
                    match tree.get(at, Field::Value) {
                        Some(value) => at = value,
                        None => break,
                    }
                }
                Kind::Call => match tree.get(at, Field::Function) {
                    Some(function) => at = function,
                    None => break,
                },
                Kind::Identifier => {
                    parts.push(tree.text(at).to_string());
                    break;
                }
                _ => break,
            }
        }
        parts.reverse();
        parts.join(".")
    }

    /// The name of a called function, as far as the tables of effects know it.
    pub(super) fn callee(&self, call: Id) -> Option<String> {
        let tree = self.tree;
        let function = tree.get(call, Field::Function)?;
        // `application = Flask(__name__)` is the `app` of the tables, whatever its name.
        if tree.kind(function) == Kind::Attribute
            && tree.get(function, Field::Attribute).is_some_and(|name| tree.text(name) == "run")
            && let Some(object) = tree.get(function, Field::Object)
            && tree.kind(object) == Kind::Identifier
            && let Some(value) = self.names.only_value(object)
            && tree.kind(value) == Kind::Call
            && let Some(made_by) = self.names.path(value)
            && matches!(
                made_by.rsplit('.').next(),
                Some(
                    "Flask"
                        | "Quart"
                        | "Sanic"
                        | "Bottle"
                        | "SocketIO"
                        | "create_app"
                        | "Connexion"
                        | "FlaskApp"
                        | "Dash"
                )
            )
        {
            return Some("app.run".to_string());
        }
        self.names.path(function)
    }

    fn plain_bool(&self, value: Option<Id>) -> Option<bool> {
        match self.tree.kind(self.tree.bare(value?)) {
            Kind::True => Some(true),
            Kind::False => Some(false),
            _ => None,
        }
    }

    /// What the statements or expressions do, in order, each effect once.
    pub(super) fn effects(&self, roots: impl IntoIterator<Item = Id>) -> Vec<(Effect, Span)> {
        let tree = self.tree;
        let mut effects: Vec<(Effect, Span)> = Vec::new();
        let mut add = |effect: Option<Effect>, id: Id| {
            if let Some(effect) = effect
                && !effects.iter().any(|(known, _)| *known == effect)
            {
                effects.push((effect, tree.span(id)));
            }
        };
        for root in roots {
            tree.walk(root, |id| {
                match tree.kind(id) {
                    Kind::Function | Kind::Lambda => return false,
                    Kind::Raise => {
                        let exits =
                            tree.first(id).is_some_and(|what| tree.text(what).starts_with("SystemExit"));
                        add(Some(if exits { Effect::Exits } else { Effect::Raises }), id);
                    }
                    Kind::Return | Kind::Break | Kind::Continue => add(Some(Effect::Returns), id),
                    Kind::Call => add(self.callee(id).and_then(|callee| Effect::of_call(&callee)), id),
                    Kind::Print => add(Effect::of_call("print"), id),
                    Kind::Assignment | Kind::Augmented => {
                        if let Some(left) = tree.get(id, Field::Left) {
                            let value = self.plain_bool(tree.get(id, Field::Right));
                            add(Effect::of_target(&self.target(left), value), id);
                        }
                    }
                    Kind::Keyword => {
                        if let Some(name) = tree.get(id, Field::Name) {
                            let value = self.plain_bool(tree.get(id, Field::Value));
                            add(Effect::of_target(tree.text(name), value), id);
                        }
                    }
                    Kind::Pair => {
                        if let Some((key, _)) = tree.get(id, Field::Key).and_then(|key| tree.literal(key)) {
                            let value = self.plain_bool(tree.get(id, Field::Value));
                            add(Effect::of_target(&key, value), id);
                        }
                    }
                    Kind::Import => {
                        for module in tree.children(id) {
                            let module = tree.get(module, Field::Name).unwrap_or(module);
                            add(Effect::of_import(tree.text(module)), id);
                        }
                    }
                    Kind::ImportFrom => {
                        let module = tree.get(id, Field::ModuleName);
                        for name in tree.children(id) {
                            let bare =
                                module.is_some_and(|module| tree.text(module).trim_matches('.').is_empty());
                            if Some(name) == module || bare {
                                add(Effect::of_import(tree.text(name).trim_start_matches('.')), id);
                            }
                        }
                    }
                    _ => {}
                }
                true
            });
        }
        effects
    }

    /// The branch that a node is.
    fn branch(&self, id: Id) -> Branch {
        Branch { span: self.tree.span(id), effects: self.effects([id]) }
    }

    /// What comes after a statement in its block.
    fn rest(&self, statement: Id) -> Option<Branch> {
        let tree = self.tree;
        let block = tree.parent(statement)?;
        let rest: Vec<Id> = tree.children(block).filter(|&part| part > statement).collect();
        let (first, last) = (*rest.first()?, *rest.last()?);
        let span = Span::new(tree.span(first).start, tree.span(last).end);
        Some(Branch { span, effects: self.effects(rest) })
    }

    /// The branches of an `if` or `elif`.
    fn if_branches(&self, clause: Id) -> Branches {
        let tree = self.tree;
        let then = tree.get(clause, Field::Consequence);
        let statement =
            if tree.kind(clause) == Kind::Elif { tree.parent(clause).unwrap_or(clause) } else { clause };
        let alternatives: Vec<Id> = tree
            .parts(statement)
            .filter(|&part| tree.field(part) == Field::Alternative && part > clause)
            .collect();
        let leaves = |block: Id| {
            let mut statements = tree.children(block).filter(|&part| tree.kind(part) != Kind::Pass);
            let only = statements.next().filter(|_| statements.next().is_none());
            only.is_some_and(|only| matches!(tree.kind(only), Kind::Return | Kind::Continue | Kind::Break))
        };
        if tree.kind(clause) == Kind::If && alternatives.is_empty() && then.is_some_and(leaves) {
            return Branches {
                form: Form::EarlyExit,
                then: then.map(|then| self.branch(then)),
                otherwise: self.rest(statement),
            };
        }
        let otherwise = match alternatives.as_slice() {
            [] => None,
            [only] if tree.kind(*only) == Kind::Else => {
                tree.get(*only, Field::Body).map(|body| self.branch(body))
            }
            [first, .., last] => Some(Branch {
                span: Span::new(tree.span(*first).start, tree.span(*last).end),
                effects: self.effects(alternatives.iter().copied()),
            }),
            [only] => Some(self.branch(*only)),
        };
        Branches { form: Form::If, then: then.map(|then| self.branch(then)), otherwise }
    }

    /// The name of the function around a node.
    fn function_name(&self, id: Id) -> String {
        let tree = self.tree;
        match self.names.enclosing_function(id) {
            Some(function) if tree.kind(function) == Kind::Function => {
                tree.get(function, Field::Name).map(|name| tree.text(name)).unwrap_or_default().to_string()
            }
            Some(lambda) => match tree.parent(lambda) {
                Some(parent) if tree.kind(parent) == Kind::Assignment => {
                    tree.get(parent, Field::Left).map(|left| self.target(left)).unwrap_or_default()
                }
                _ => "lambda".to_string(),
            },
            None => String::new(),
        }
    }
}

impl Lower<'_, '_> {
    /// The expression around `id` that can be understood together with it.
    pub(super) fn up(&self, id: Id) -> Option<Id> {
        let tree = self.file.tree;
        let parent = tree.parent(id)?;
        match tree.kind(parent) {
            Kind::Parenthesized | Kind::Not | Kind::Comparison | Kind::Named | Kind::Await | Kind::Binary => {
                Some(parent)
            }
            Kind::Boolean => (!self.is_statement(parent)).then_some(parent),
            Kind::Conditional => {
                let parts: Vec<Id> = tree.children(parent).collect();
                let &[then, condition, otherwise] = parts.as_slice() else { return None };
                let clear = |side: Id| !self.has_holes(&self.lower(side));
                (condition != id || (clear(then) && clear(otherwise) && !self.is_statement(parent)))
                    .then_some(parent)
            }
            Kind::Subscript if tree.field(id) == Field::Value => Some(parent),
            Kind::Attribute => {
                let call = tree.parent(parent)?;
                (tree.kind(call) == Kind::Call && tree.field(parent) == Field::Function).then_some(call)
            }
            Kind::Arguments => tree.parent(parent),
            Kind::Interpolation => {
                let string = tree.parent(parent)?;
                match tree.parent(string) {
                    Some(whole) if tree.kind(whole) == Kind::Concatenated => Some(whole),
                    _ => Some(string),
                }
            }
            // `"%s" % (x,)`, `x in (a, b)`, `any([a, b])`
            Kind::Tuple | Kind::List | Kind::Set => {
                let around = tree.parent(parent)?;
                match tree.kind(around) {
                    Kind::Binary | Kind::Comparison => Some(around),
                    Kind::Arguments => self.folds(tree.parent(around)?),
                    _ => None,
                }
            }
            Kind::Generator | Kind::ListComprehension if tree.field(id) == Field::Body => {
                let around = tree.parent(parent)?;
                match tree.kind(around) {
                    Kind::Call => self.folds(around),
                    Kind::Arguments => self.folds(tree.parent(around)?),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn folds(&self, call: Id) -> Option<Id> {
        let tree = self.file.tree;
        let function = tree.get(call, Field::Function)?;
        matches!(tree.text(function), "any" | "all").then_some(call)
    }

    fn is_statement(&self, id: Id) -> bool {
        let tree = self.file.tree;
        tree.ancestors(id)
            .find(|&at| tree.kind(at) != Kind::Parenthesized)
            .is_some_and(|at| tree.kind(at) == Kind::ExpressionStatement)
    }

    /// The uses of the value at `at`, whose expression holds `source`.
    pub(super) fn site(&self, at: Id, source: Span, name: Option<&str>) -> Vec<Use> {
        let mut chain = vec![at];
        while chain.len() < 48
            && let Some(next) = chain.last().and_then(|&last| self.up(last))
        {
            chain.push(next);
        }
        for &top in chain.iter().rev() {
            let expr = self.lower(top);
            if expr.holds(source) {
                return self.placed(at, top, expr, name);
            }
        }
        Vec::new()
    }

    /// The top of the understood expression around `at`.
    pub(super) fn top(&self, at: Id, source: Span) -> Id {
        let mut best = at;
        let mut top = at;
        for _ in 0..48 {
            match self.up(top) {
                Some(next) => top = next,
                None => break,
            }
            if self.lower(top).holds(source) {
                best = top;
            }
        }
        best
    }

    fn placed(&self, at: Id, top: Id, expr: Expr, name: Option<&str>) -> Vec<Use> {
        let tree = self.file.tree;
        let make = |expr: Expr, place: Place| Use {
            name: name.map(str::to_string),
            path: None,
            span: tree.span(at),
            expr,
            expr_span: tree.span(top),
            place,
            scope: self.file.names.scope_name(at),
        };
        if let Some(parent) = tree.parent(top)
            && tree.kind(parent) == Kind::Match
            && tree.field(top) == Field::Subject
            && let Some(body) = tree.get(parent, Field::Body)
        {
            let clauses: Vec<Id> =
                tree.children(body).filter(|&clause| tree.kind(clause) == Kind::Case).collect();
            let rest = clauses
                .iter()
                .find(|&&clause| self.case(&expr, clause).is_none())
                .and_then(|&clause| tree.get(clause, Field::Consequence))
                .map(|body| self.file.branch(body));
            let uses: Vec<Use> = clauses
                .iter()
                .filter_map(|&clause| {
                    let test = self.case(&expr, clause)?;
                    let then = tree.get(clause, Field::Consequence).map(|body| self.file.branch(body));
                    let branches = Branches { form: Form::Case, then, otherwise: rest.clone() };
                    Some(make(test, Place::Condition(branches)))
                })
                .take(8)
                .collect();
            if !uses.is_empty() {
                return uses;
            }
        }
        vec![make(expr, self.place(top))]
    }

    /// What the expression `top` is there for.
    pub(super) fn place(&self, top: Id) -> Place {
        let tree = self.file.tree;
        let file = self.file;
        let mut keys: Vec<String> = Vec::new();
        let mut at = top;
        let bound = |target: String, keys: &[String]| {
            let parts = std::iter::once(target).chain(keys.iter().rev().cloned());
            Place::Bound { target: parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(".") }
        };
        for _ in 0..64 {
            let Some(parent) = tree.parent(at) else { return Place::Other };
            match tree.kind(parent) {
                Kind::Parenthesized
                | Kind::List
                | Kind::Tuple
                | Kind::Set
                | Kind::ListSplat
                | Kind::DictSplat
                | Kind::Dictionary
                | Kind::Await
                | Kind::ListComprehension
                | Kind::SetComprehension
                | Kind::DictComprehension
                | Kind::Generator => {}
                Kind::ExpressionList => {}
                Kind::Pair if tree.field(at) == Field::Value => {
                    if let Some((key, _)) = tree.get(parent, Field::Key).and_then(|key| tree.literal(key)) {
                        keys.push(key);
                    }
                }
                Kind::Keyword => {
                    let Some(call) = tree.parent(parent).and_then(|list| tree.parent(list)) else {
                        return Place::Other;
                    };
                    let keyword = tree.get(parent, Field::Name).map(|name| tree.text(name).to_string());
                    let callee = file.names.path(call).unwrap_or_default();
                    if callee == "dict" {
                        keys.extend(keyword);
                        at = call;
                        continue;
                    }
                    return Place::Argument { callee, keyword: keys.into_iter().next().or(keyword) };
                }
                Kind::Arguments => {
                    let Some(call) = tree.parent(parent) else { return Place::Other };
                    if tree.kind(call) == Kind::Class {
                        return Place::Other;
                    }
                    let callee = file.names.path(call).unwrap_or_default();
                    return Place::Argument { callee, keyword: keys.into_iter().next() };
                }
                Kind::Call => {
                    let callee = file.names.path(parent).unwrap_or_default();
                    return Place::Argument { callee, keyword: keys.into_iter().next() };
                }
                Kind::Assignment | Kind::Augmented if tree.field(at) == Field::Right => {
                    let Some(left) = tree.get(parent, Field::Left) else { return Place::Other };
                    let target = match tree.kind(left) {
                        Kind::PatternList | Kind::TuplePattern => {
                            let index = tree.children(at).position(|part| tree.within(top, part));
                            let parts: Vec<Id> = tree.children(left).collect();
                            match index.filter(|_| {
                                tree.kind(at) == Kind::ExpressionList
                                    && tree.children(at).count() == parts.len()
                            }) {
                                Some(index) => file.target(parts[index]),
                                None => {
                                    parts.iter().map(|&part| file.target(part)).collect::<Vec<_>>().join(", ")
                                }
                            }
                        }
                        _ => file.target(left),
                    };
                    return bound(target, &keys);
                }
                Kind::Named => {
                    let name = tree.get(parent, Field::Name).map(|name| tree.text(name).to_string());
                    return bound(name.unwrap_or_default(), &keys);
                }
                Kind::DefaultParameter | Kind::TypedDefaultParameter => {
                    let name = tree.get(parent, Field::Name).map(|name| tree.text(name).to_string());
                    return bound(name.unwrap_or_default(), &keys);
                }
                Kind::Return | Kind::Yield => return Place::Returned { function: file.function_name(at) },
                Kind::Lambda => return Place::Returned { function: file.function_name(at) },
                Kind::If | Kind::Elif if tree.field(at) == Field::Condition => {
                    return Place::Condition(file.if_branches(parent));
                }
                Kind::While if tree.field(at) == Field::Condition => {
                    return Place::Condition(Branches {
                        form: Form::Loop,
                        then: tree.get(parent, Field::Body).map(|body| file.branch(body)),
                        otherwise: None,
                    });
                }
                Kind::Assert if tree.first(parent) == Some(at) => {
                    let raises = Branch {
                        span: tree.span(parent),
                        effects: vec![(Effect::Raises, tree.span(parent))],
                    };
                    return Place::Condition(Branches {
                        form: Form::Assertion,
                        then: None,
                        otherwise: Some(raises),
                    });
                }
                Kind::IfClause => {
                    let around = tree.parent(parent);
                    if around.is_some_and(|around| tree.kind(around) == Kind::Case) {
                        let then = around.and_then(|clause| tree.get(clause, Field::Consequence));
                        return Place::Condition(Branches {
                            form: Form::Case,
                            then: then.map(|body| file.branch(body)),
                            otherwise: None,
                        });
                    }
                    let then = around.and_then(|around| tree.get(around, Field::Body));
                    return Place::Condition(Branches {
                        form: Form::If,
                        then: then.map(|body| file.branch(body)),
                        otherwise: None,
                    });
                }
                Kind::Conditional => {
                    let parts: Vec<Id> = tree.children(parent).collect();
                    if let &[then, condition, otherwise] = parts.as_slice()
                        && condition == at
                        && keys.is_empty()
                    {
                        return Place::Condition(self.ternary(parent, then, otherwise));
                    }
                }
                // `on_heroku and start()` as a statement.
                Kind::Boolean if self.is_statement(parent) && tree.field(at) == Field::Left => {
                    let right = tree.get(parent, Field::Right).map(|right| file.branch(right));
                    let and = tree.get(parent, Field::Operator).is_some_and(|word| tree.text(word) == "and");
                    let (then, otherwise) = if and { (right, None) } else { (None, right) };
                    return Place::Condition(Branches { form: Form::ShortCircuit, then, otherwise });
                }
                Kind::Boolean => {}
                Kind::Print => return Place::Argument { callee: "print".to_string(), keyword: None },
                _ => return Place::Other,
            }
            at = parent;
        }
        Place::Other
    }

    /// The branches of `a if x else b`; what the whole is bound to is part of what each does.
    fn ternary(&self, whole: Id, then: Id, otherwise: Id) -> Branches {
        let file = self.file;
        let target = match self.place(whole) {
            Place::Bound { target } => Some(target),
            Place::Argument { keyword, .. } => keyword,
            _ => None,
        };
        let branch = |side: Id| {
            let mut branch = file.branch(side);
            if let Some(target) = &target
                && let Some(effect) = Effect::of_target(target, file.plain_bool(Some(side)))
                && !branch.effects.iter().any(|(known, _)| *known == effect)
            {
                branch.effects.push((effect, branch.span));
            }
            branch
        };
        Branches { form: Form::Ternary, then: Some(branch(then)), otherwise: Some(branch(otherwise)) }
    }

    /// The conditions around a node in its function, innermost first.
    pub(super) fn guards(&self, id: Id) -> Vec<Guard> {
        self.conditions(id, |_| false, false)
    }

    /// The conditions around a node in its function, innermost first, up to the first node for which
    /// `until` holds; with `exits` also the conditions under which its block has been left before it.
    pub(super) fn conditions(&self, id: Id, until: impl Fn(Id) -> bool, exits: bool) -> Vec<Guard> {
        let tree = self.file.tree;
        let mut guards: Vec<Guard> = Vec::new();
        let guard = |condition: Id, holds: bool| Guard {
            expr: self.condition(condition),
            span: tree.span(condition),
            holds,
        };
        let mut child = id;
        for at in tree.ancestors(id).take(LEVELS) {
            if guards.len() >= GUARDS || until(at) {
                break;
            }
            let field = tree.field(child);
            match tree.kind(at) {
                Kind::Block | Kind::Module if exits => {
                    let before = self.exits(at);
                    let passed = before.partition_point(|&condition| condition < child);
                    guards.extend(
                        before[..passed].iter().rev().take(EXITS).map(|&condition| guard(condition, false)),
                    );
                }
                Kind::Function | Kind::Lambda if field == Field::Body => break,
                Kind::If | Kind::Elif | Kind::While if matches!(field, Field::Consequence | Field::Body) => {
                    guards.extend(tree.get(at, Field::Condition).map(|condition| guard(condition, true)));
                }
                Kind::If if field == Field::Alternative => {
                    let earlier: Vec<Id> = tree
                        .parts(at)
                        .filter(|&part| part < child && tree.kind(part) == Kind::Elif)
                        .collect();
                    for clause in earlier.into_iter().rev().take(GUARDS) {
                        guards.extend(
                            tree.get(clause, Field::Condition).map(|condition| guard(condition, false)),
                        );
                    }
                    guards.extend(tree.get(at, Field::Condition).map(|condition| guard(condition, false)));
                }
                Kind::Conditional => {
                    let parts: Vec<Id> = tree.children(at).collect();
                    if let &[then, condition, otherwise] = parts.as_slice() {
                        if child == then {
                            guards.push(guard(condition, true));
                        } else if child == otherwise {
                            guards.push(guard(condition, false));
                        }
                    }
                }
                Kind::Boolean if field == Field::Right => {
                    let and = tree.get(at, Field::Operator).is_some_and(|word| tree.text(word) == "and");
                    guards.extend(tree.get(at, Field::Left).map(|condition| guard(condition, and)));
                }
                Kind::ListComprehension
                | Kind::SetComprehension
                | Kind::DictComprehension
                | Kind::Generator
                    if field == Field::Body =>
                {
                    let clauses: Vec<Id> =
                        tree.children(at).filter(|&part| tree.kind(part) == Kind::IfClause).collect();
                    for clause in clauses.into_iter().rev() {
                        guards.extend(tree.first(clause).map(|condition| guard(condition, true)));
                    }
                }
                Kind::Case if field == Field::Consequence => {
                    let subject = tree
                        .parent(at)
                        .and_then(|body| tree.parent(body))
                        .and_then(|whole| tree.get(whole, Field::Subject));
                    if let Some(subject) = subject
                        && let Some(test) = self.case(&self.lower(subject), at)
                    {
                        guards.push(Guard { expr: test, span: tree.span(subject), holds: true });
                        child = at;
                        continue;
                    }
                }
                _ => {}
            }
            child = at;
        }
        guards
    }

    /// A condition, lowered once.
    pub(super) fn condition(&self, id: Id) -> Expr {
        if self.pick.get().is_some() {
            return self.lower(id);
        }
        if let Some(known) = self.conditions.borrow().get(&id) {
            return known.clone();
        }
        let expr = self.lower(id);
        self.conditions.borrow_mut().insert(id, expr.clone());
        expr
    }

    /// Conditions of the statements of a block that leave it where they hold, in order of place.
    fn exits(&self, block: Id) -> Rc<[Id]> {
        if let Some(known) = self.exits.borrow().get(&block) {
            return known.clone();
        }
        let tree = self.file.tree;
        let leaving = tree.children(block).filter(|&part| tree.kind(part) == Kind::If).filter_map(|part| {
            let only = tree.get(part, Field::Alternative).is_none();
            let then = tree.get(part, Field::Consequence).filter(|_| only)?;
            self.file.leaves(then).then(|| tree.get(part, Field::Condition))?
        });
        let found: Rc<[Id]> = leaving.collect();
        self.exits.borrow_mut().insert(block, found.clone());
        found
    }
}
