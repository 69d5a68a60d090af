//! What an expression is there for: how far it reaches, what it decides, what its branches do.

use super::access::Front;
use super::lower::{BUDGET, View};
use super::names::{Definition, DefinitionId, DefinitionKind};
use super::syntax::{Field, Id, Kind};
use crate::effect::Effect;
use crate::expr::Expr;
use crate::fact::{Branch, Branches, Form, Place, Use};
use crate::span::Span;

/// How many places one value is followed to.
const USES: usize = 12;

/// How many nodes of a branch are looked at for what it does.
const BRANCH: usize = 4000;

impl Front<'_, '_> {
    /// A use of what stands at `start`, with the largest understood expression around it.
    pub(super) fn site(&self, start: Id, name: Option<String>, view: View) -> Use {
        let top = self.climb(start, view);
        let (expr, expr_span, place) = match self.as_clause(top, view) {
            Some((expr, branches)) => (expr, self.syntax.span(top), Place::Condition(branches)),
            None => (self.lower(top, view), self.syntax.span(top), self.picked(top, view)),
        };
        Use {
            name,
            path: None,
            span: self.syntax.span(start),
            expr,
            expr_span,
            place,
            scope: self.syntax.scope(start),
        }
    }

    /// The place of an expression; of one of several values, its own name.
    fn picked(&self, top: Id, view: View) -> Place {
        let syntax = self.syntax;
        if syntax.kind(top) == Kind::Subshell {
            return Place::Argument { callee: "`".into(), keyword: None };
        }
        if let Some(at) = view.pick.filter(|_| self.access(top).is_some_and(|access| access.several))
            && let Some(assignment) = syntax.parent(top).filter(|&up| syntax.kind(up) == Kind::Assignment)
            && let Some(list) = syntax.field(assignment, Field::Left)
            && syntax.kind(list) == Kind::LeftAssignmentList
            && let Some(name) = syntax.children(list).nth(at)
        {
            return Place::Bound { target: syntax.target(name) };
        }
        self.place(top)
    }

    /// The uses of a value beyond the place where it stands, and the names that carry it.
    pub(super) fn followed(&self, start: Id, view: View) -> (Vec<Use>, Vec<DefinitionId>) {
        let mut uses = Vec::new();
        let mut carriers: Vec<DefinitionId> = Vec::new();
        let mut sites = vec![start];
        while let Some(site) = sites.pop() {
            uses.extend(self.later_clauses(site, view));
            for (definition, assignment) in self.carriers(site, view) {
                if carriers.contains(&definition) || uses.len() >= USES {
                    continue;
                }
                carriers.push(definition);
                let name = self.name_of(definition);
                // `if (x = ENV["X"])`: the assignment is a value itself.
                if let Some(assignment) = assignment.filter(|&id| self.is_value(id)) {
                    let mut site = self.site(assignment, Some(name.clone()), view);
                    if matches!(site.place, Place::Condition(_) | Place::Argument { .. }) {
                        site.span = self.syntax.span(self.names.definitions[definition].name);
                        uses.push(site);
                    }
                }
                for id in self.names.uses(definition) {
                    if uses.len() >= USES {
                        break;
                    }
                    let site = self.site(id, Some(name.clone()), view);
                    if !site.expr.holds(view.marker) {
                        continue;
                    }
                    if site.place != Place::Other {
                        uses.push(site);
                    }
                    sites.push(id);
                }
            }
        }
        uses.truncate(USES);
        (uses, carriers)
    }

    /// Whether an assignment stands where its value is used.
    fn is_value(&self, assignment: Id) -> bool {
        !self.syntax.is_statement(assignment)
    }

    fn name_of(&self, definition: DefinitionId) -> String {
        let name = self.names.definitions[definition].name;
        match self.syntax.literal(name) {
            Some((text, _)) => text.to_string(),
            None => self.syntax.path(name),
        }
    }

    /// The names that hold the value that stands at `site`, with the assignment.
    fn carriers(&self, site: Id, view: View) -> Vec<(DefinitionId, Option<Id>)> {
        let syntax = self.syntax;
        let mut found = Vec::new();
        if let Some(definition) = self.access(site).and_then(|access| access.setting).and_then(|setting| {
            self.names.definitions.iter().position(|definition| definition.name == setting)
        }) {
            found.push((definition, None));
        }
        let mut at = site;
        while let Some(up) = syntax.parent(at) {
            match syntax.kind(up) {
                Kind::Assignment | Kind::OperatorAssignment if syntax.role(at) == Field::Right => {
                    if let Some(left) = syntax.field(up, Field::Left) {
                        for name in self.assigned(left) {
                            let Some(definition) = self.names.only_definition(name) else { continue };
                            let Definition { value, kind, .. } = self.names.definitions[definition];
                            if let DefinitionKind::Element(element) = kind
                                && view.pick.is_some_and(|pick| pick != element)
                            {
                                continue;
                            }
                            if value.is_some_and(|value| self.lower(value, view).holds(view.marker)) {
                                found.push((definition, Some(up)));
                            }
                        }
                    }
                }
                Kind::Method | Kind::SingletonMethod => {
                    let definition =
                        syntax.field(up, Field::Name).and_then(|name| self.names.only_definition(name));
                    if let Some(definition) = definition
                        && self.names.definitions[definition].value == Some(up)
                    {
                        self.budget.set(BUDGET);
                        if self.lower_statements(up, view, 0).holds(view.marker) {
                            found.push((definition, None));
                        }
                    }
                    break;
                }
                Kind::Class | Kind::Module | Kind::Program => break,
                _ => {}
            }
            at = up;
        }
        found
    }

    fn assigned(&self, left: Id) -> Vec<Id> {
        match self.syntax.kind(left) {
            Kind::LeftAssignmentList => self.syntax.children(left).collect(),
            _ => vec![left],
        }
    }

    /// The largest node around `start` that the expression language can say and that still holds it.
    pub(super) fn climb(&self, start: Id, view: View) -> Id {
        let syntax = self.syntax;
        let mut top = start;
        let mut at = start;
        for _ in 0..200 {
            let Some(up) = syntax.parent(at) else { break };
            if self.stops(up, at) {
                break;
            }
            match syntax.kind(up) {
                Kind::Then
                | Kind::Else
                | Kind::BlockBody
                | Kind::Block
                | Kind::DoBlock
                | Kind::ArgumentList
                | Kind::Interpolation
                | Kind::HeredocBody
                | Kind::Array
                | Kind::Pattern
                | Kind::Pair
                | Kind::When
                | Kind::Hash => {
                    at = up;
                    continue;
                }
                Kind::BodyStatement => {
                    if syntax.parent(up).is_none_or(|block| syntax.kind(block) != Kind::DoBlock) {
                        break;
                    }
                    at = up;
                    continue;
                }
                Kind::Parenthesized | Kind::Begin if syntax.statements(up).last() != Some(&at) => break,
                // As statements these are no values.
                Kind::If | Kind::Unless | Kind::Case | Kind::IfModifier | Kind::UnlessModifier
                    if syntax.is_statement(up) && !self.is_returned(up) =>
                {
                    break;
                }
                _ => {}
            }
            if !self.lower(up, view).holds(view.marker) {
                // A list is lowered with the question that is asked of it.
                if syntax.kind(up) == Kind::Call && self.sifts(up) {
                    at = up;
                    continue;
                }
                break;
            }
            top = up;
            at = up;
        }
        top
    }

    /// A call that makes a list of a list.
    fn sifts(&self, call: Id) -> bool {
        matches!(
            self.syntax.method(call),
            "compact"
                | "compact_blank"
                | "uniq"
                | "map"
                | "filter_map"
                | "collect"
                | "select"
                | "filter"
                | "reject"
        )
    }

    /// Whether a statement is the value of the method around it.
    fn is_returned(&self, statement: Id) -> bool {
        matches!(self.place(statement), Place::Returned { .. } | Place::Bound { .. } | Place::Argument { .. })
    }

    /// Places beyond which an expression is something else: a condition, the value of an assignment.
    fn stops(&self, up: Id, at: Id) -> bool {
        let syntax = self.syntax;
        match syntax.kind(up) {
            Kind::If
            | Kind::Elsif
            | Kind::Unless
            | Kind::While
            | Kind::Until
            | Kind::IfModifier
            | Kind::UnlessModifier
            | Kind::WhileModifier
            | Kind::UntilModifier
            | Kind::Conditional
            | Kind::IfGuard
            | Kind::UnlessGuard => syntax.role(at) == Field::Condition,
            Kind::Case | Kind::CaseMatch => syntax.role(at) == Field::Value,
            Kind::When => syntax.role(at) == Field::Pattern,
            Kind::Assignment | Kind::OperatorAssignment => true,
            Kind::Method | Kind::SingletonMethod | Kind::Class | Kind::Module | Kind::Program => true,
            Kind::Binary => syntax.role(at) == Field::Left && self.is_short_circuit(up),
            _ => false,
        }
    }

    /// `a && b()` as a statement, whose value nobody asks for.
    fn is_short_circuit(&self, binary: Id) -> bool {
        let syntax = self.syntax;
        if !matches!(syntax.operator(binary), "&&" | "||" | "and" | "or") || !syntax.is_statement(binary) {
            return false;
        }
        let Some(right) = syntax.field(binary, Field::Right) else { return false };
        if !self.is_last(binary) || !self.in_method_or_block(binary) {
            return matches!(syntax.kind(right), Kind::Call | Kind::Identifier | Kind::Assignment)
                || matches!(
                    syntax.kind(right),
                    Kind::Parenthesized
                        | Kind::OperatorAssignment
                        | Kind::Return
                        | Kind::Next
                        | Kind::Break
                        | Kind::Yield
                        | Kind::Begin
                );
        }
        !self.effects(right, None).is_empty()
    }

    fn is_last(&self, statement: Id) -> bool {
        self.syntax.parent(statement).is_some_and(|up| self.syntax.statements(up).last() == Some(&statement))
    }

    fn in_method_or_block(&self, id: Id) -> bool {
        self.syntax
            .ancestors(id)
            .map(|up| self.syntax.kind(up))
            .take_while(|&kind| !matches!(kind, Kind::Class | Kind::Module | Kind::Program))
            .any(|kind| matches!(kind, Kind::Method | Kind::SingletonMethod) || kind.is_block())
    }

    /// What the expression at `top` is there for.
    pub(super) fn place(&self, top: Id) -> Place {
        let syntax = self.syntax;
        let mut at = top;
        let mut keyword: Option<String> = None;
        let bound =
            |keyword: Option<String>, target: String| Place::Bound { target: keyword.unwrap_or(target) };
        while let Some(up) = syntax.parent(at) {
            let role = syntax.role(at);
            match syntax.kind(up) {
                Kind::If
                | Kind::Elsif
                | Kind::Unless
                | Kind::While
                | Kind::Until
                | Kind::IfModifier
                | Kind::UnlessModifier
                | Kind::WhileModifier
                | Kind::UntilModifier
                | Kind::Conditional
                    if role == Field::Condition =>
                {
                    return Place::Condition(self.branches(up));
                }
                Kind::While | Kind::Until | Kind::WhileModifier | Kind::UntilModifier => return Place::Other,
                Kind::Binary if role == Field::Left && self.is_short_circuit(up) => {
                    let right =
                        syntax.field(up, Field::Right).map(|right| self.branch(&[right], right, None));
                    let (then, otherwise) = match syntax.operator(up) {
                        "&&" | "and" => (right, None),
                        _ => (None, right),
                    };
                    return Place::Condition(Branches { form: Form::ShortCircuit, then, otherwise });
                }
                Kind::Assignment | Kind::OperatorAssignment => {
                    return match syntax.field(up, Field::Left) {
                        Some(left) if role == Field::Right => match syntax.kind(left) {
                            Kind::LeftAssignmentList => {
                                let first = syntax.children(left).next();
                                bound(keyword, first.map_or_else(String::new, |one| syntax.target(one)))
                            }
                            _ => bound(keyword, syntax.target(left)),
                        },
                        _ => Place::Other,
                    };
                }
                Kind::RightAssignmentList => {
                    let position = syntax.children(up).position(|child| child == at);
                    let name = syntax
                        .parent(up)
                        .and_then(|assignment| syntax.field(assignment, Field::Left))
                        .and_then(|left| syntax.children(left).nth(position?));
                    return name.map_or(Place::Other, |name| bound(keyword, syntax.target(name)));
                }
                Kind::OptionalParameter | Kind::KeywordParameter => {
                    let name = syntax.field(up, Field::Name).map_or("", |name| syntax.source(name));
                    return bound(keyword, name.to_string());
                }
                Kind::Pair => {
                    if role != Field::Value {
                        return Place::Other;
                    }
                    if keyword.is_none() {
                        keyword = syntax.field(up, Field::Key).map(|key| match syntax.literal(key) {
                            Some((text, _)) => text.to_string(),
                            None => syntax.path(key),
                        });
                        keyword = keyword.filter(|keyword| !keyword.is_empty());
                    }
                }
                Kind::ArgumentList => {
                    let Some(call) = syntax.parent(up) else { return Place::Other };
                    return match syntax.kind(call) {
                        Kind::Return => self.returned(call, keyword),
                        Kind::Call => Place::Argument { callee: syntax.path(call), keyword },
                        Kind::Yield => Place::Argument { callee: "yield".into(), keyword },
                        Kind::Next | Kind::Break => Place::Other,
                        _ => Place::Argument { callee: "super".into(), keyword },
                    };
                }
                Kind::ElementReference if role != Field::Object => {
                    let mut callee = syntax.path(up);
                    callee.push_str("[]");
                    return Place::Argument { callee, keyword };
                }
                Kind::Subshell => return Place::Argument { callee: "`".into(), keyword },
                Kind::Hash
                | Kind::Array
                | Kind::SplatArgument
                | Kind::HashSplat
                | Kind::RescueModifier
                | Kind::Conditional
                | Kind::IfModifier
                | Kind::UnlessModifier
                | Kind::If
                | Kind::Unless
                | Kind::Elsif
                | Kind::Rescue
                | Kind::Interpolation
                | Kind::Lambda => {}
                Kind::Case if role != Field::Value => {}
                Kind::When if role == Field::Body => {}
                Kind::Method | Kind::SingletonMethod => return self.returned(at, keyword),
                Kind::Then | Kind::Else | Kind::Begin | Kind::Parenthesized => {
                    if syntax.statements(up).last() != Some(&at) && syntax.kind(at) != Kind::Rescue {
                        return Place::Other;
                    }
                }
                Kind::BodyStatement | Kind::BlockBody => {
                    if syntax.statements(up).last() != Some(&at) && syntax.kind(at) != Kind::Rescue {
                        return Place::Other;
                    }
                    let Some(holder) = syntax.parent(up) else { return Place::Other };
                    if matches!(syntax.kind(holder), Kind::Block | Kind::DoBlock) {
                        let Some(owner) = syntax.parent(holder) else { return Place::Other };
                        let only = syntax.statements(up).len() == 1;
                        match syntax.kind(owner) {
                            Kind::Lambda => {
                                at = owner;
                                continue;
                            }
                            Kind::Call
                                if matches!(syntax.path(owner).as_str(), "lambda" | "proc" | "Proc.new") =>
                            {
                                at = owner;
                                continue;
                            }
                            Kind::Call if only => {
                                return Place::Argument { callee: syntax.path(owner), keyword };
                            }
                            _ => return Place::Other,
                        }
                    }
                }
                // A list or map that something is done with before it gets a name: `{ … }.freeze`.
                Kind::Call
                    if role == Field::Receiver
                        && matches!(syntax.kind(at), Kind::Hash | Kind::Array | Kind::Call)
                        && matches!(
                            syntax.method(up),
                            "freeze" | "compact" | "with_indifferent_access" | "symbolize_keys" | "dup"
                        ) => {}
                _ => break,
            }
            at = up;
        }
        keyword.map_or(Place::Other, |target| Place::Bound { target })
    }

    fn returned(&self, at: Id, keyword: Option<String>) -> Place {
        match (keyword, self.syntax.enclosing_method(at)) {
            (Some(target), _) => Place::Bound { target },
            (None, Some(method)) => {
                let name = self.syntax.field(method, Field::Name).map_or("", |name| self.syntax.source(name));
                Place::Returned { function: name.to_string() }
            }
            (None, None) => Place::Other,
        }
    }

    /// The branches of a node with a condition; `then` runs where the condition as written holds.
    fn branches(&self, node: Id) -> Branches {
        let syntax = self.syntax;
        let kind = syntax.kind(node);
        let negative =
            matches!(kind, Kind::Unless | Kind::UnlessModifier | Kind::Until | Kind::UntilModifier);
        let mut form = match kind {
            Kind::Conditional => Form::Ternary,
            Kind::While | Kind::WhileModifier | Kind::Until | Kind::UntilModifier => Form::Loop,
            _ => Form::If,
        };
        let sink = self.sink(node);
        let body = syntax.field(node, Field::Consequence).or_else(|| syntax.field(node, Field::Body));
        let alternative = syntax.field(node, Field::Alternative);
        let mut then = body.and_then(|body| self.part(body, node, sink.as_deref()));
        let mut otherwise = alternative.and_then(|other| self.part(other, node, sink.as_deref()));
        let leaves = body.is_some_and(|body| match syntax.statements(body)[..] {
            [only] => matches!(syntax.kind(only), Kind::Return | Kind::Next | Kind::Break | Kind::Redo),
            _ => false,
        });
        if form == Form::If && leaves && alternative.is_none() && kind != Kind::Elsif {
            form = Form::EarlyExit;
            otherwise = self.rest(node);
        }
        // The text between the tags of a template belongs to the branch.
        if let Some(template) = self.template
            && matches!(kind, Kind::If | Kind::Unless | Kind::Elsif)
        {
            self.widen(template, node, &mut then, &mut otherwise);
        }
        if negative {
            std::mem::swap(&mut then, &mut otherwise);
        }
        Branches { form, then, otherwise }
    }

    /// The name that a condition's result gets: `config.force_ssl = x ? true : false`.
    fn sink(&self, node: Id) -> Option<String> {
        match self.syntax.kind(node) {
            Kind::Conditional | Kind::If | Kind::Unless | Kind::Case => {}
            _ => return None,
        }
        match self.place(node) {
            Place::Bound { target } => Some(target),
            Place::Argument { keyword, .. } => keyword,
            _ => None,
        }
    }

    /// A branch without the words around it.
    fn part(&self, body: Id, node: Id, sink: Option<&str>) -> Option<Branch> {
        let syntax = self.syntax;
        let statements = match syntax.kind(body) {
            Kind::Then | Kind::Else | Kind::Do => syntax.children(body).collect(),
            _ => vec![body],
        };
        (!statements.is_empty()).then(|| self.branch(&statements, node, sink))
    }

    fn branch(&self, statements: &[Id], around: Id, sink: Option<&str>) -> Branch {
        let syntax = self.syntax;
        let spans = statements.iter().map(|&id| syntax.span(id));
        let span = spans.reduce(|a, b| Span { start: a.start, end: b.end.max(a.end) });
        let mut effects = Vec::new();
        for (at, &statement) in statements.iter().enumerate() {
            let sink = sink.filter(|_| at + 1 == statements.len());
            for (effect, span) in self.effects(statement, sink) {
                if !effects.iter().any(|(known, _)| *known == effect) {
                    effects.push((effect, span));
                }
            }
        }
        Branch { span: span.unwrap_or_else(|| syntax.span(around)), effects }
    }

    /// What stands behind a statement in its block.
    fn rest(&self, statement: Id) -> Option<Branch> {
        let syntax = self.syntax;
        let up = syntax.parent(statement)?;
        let behind: Vec<Id> = syntax.statements(up).into_iter().skip_while(|&id| id <= statement).collect();
        (!behind.is_empty()).then(|| self.branch(&behind, up, None))
    }

    /// What a statement does, in order, without repetition.
    fn effects(&self, statement: Id, sink: Option<&str>) -> Vec<(Effect, Span)> {
        let syntax = self.syntax;
        let mut found: Vec<(Effect, Span)> = Vec::new();
        let mut add = |effect: Option<Effect>, at: Id| {
            if let Some(effect) = effect
                && !found.iter().any(|(known, _)| *known == effect)
            {
                found.push((effect, syntax.span(at)));
            }
        };
        if let Some(sink) = sink {
            let value = match syntax.kind(statement) {
                Kind::Parenthesized => syntax.children(statement).last().unwrap_or(statement),
                _ => statement,
            };
            // The keys of a map say more than the map's name.
            if syntax.kind(value) != Kind::Hash || syntax.children(value).next().is_none() {
                add(Effect::of_target(sink, self.truth(value)), statement);
            }
        }
        let mut skip_to = statement;
        for id in syntax.subtree(statement).take(BRANCH) {
            if id < skip_to {
                continue;
            }
            match syntax.kind(id) {
                Kind::Method | Kind::SingletonMethod | Kind::Lambda => skip_to = syntax.after(id),
                Kind::Return | Kind::Next | Kind::Break => add(Some(Effect::Returns), id),
                Kind::Identifier => {
                    let bare = match syntax.parent(id).map(|up| syntax.kind(up)) {
                        Some(Kind::Call) => false,
                        _ => syntax.role(id) != Field::Left,
                    };
                    if bare && matches!(syntax.source(id), "raise" | "fail" | "exit" | "exit!" | "abort") {
                        add(Effect::of_call(syntax.source(id)), id);
                    }
                }
                // What an assignment sets is no call.
                Kind::Call if syntax.role(id) != Field::Left => self.call_effects(id, &mut add),
                Kind::Assignment | Kind::OperatorAssignment => {
                    if let Some(left) = syntax.field(id, Field::Left) {
                        let value = syntax.field(id, Field::Right).and_then(|value| self.truth(value));
                        add(Effect::of_target(&syntax.target(left), value), id);
                    }
                }
                Kind::Pair => {
                    if let Some((key, _)) = syntax.field(id, Field::Key).and_then(|key| syntax.literal(key)) {
                        let value = syntax.field(id, Field::Value).and_then(|value| self.truth(value));
                        add(Effect::of_target(key, value), id);
                    }
                }
                _ => {}
            }
        }
        found
    }

    fn call_effects(&self, id: Id, add: &mut impl FnMut(Option<Effect>, Id)) {
        let syntax = self.syntax;
        let path = syntax.path(id);
        add(Effect::of_call(&path), id);
        let arguments = syntax.arguments(id);
        match (syntax.method(id), arguments.as_slice()) {
            ("require" | "require_relative" | "load", [name]) => {
                if let Some((name, _)) = syntax.literal(*name) {
                    add(Effect::of_import(name), id);
                }
            }
            // `config.middleware.use Rack::SslEnforcer`, Sinatra's `use`.
            ("use" | "insert" | "insert_before" | "unshift", [.., _]) => {
                for &argument in &arguments {
                    if matches!(syntax.kind(argument), Kind::Constant | Kind::ScopeResolution) {
                        let name = syntax.source(argument);
                        let enforces = matches!(
                            name,
                            "Rack::SSL" | "Rack::SslEnforcer" | "ActionDispatch::SSL" | "SslEnforcer"
                        );
                        let effect = Some(Effect::HttpsRedirect(None)).filter(|_| enforces);
                        add(effect.or_else(|| Effect::of_call(name)), id);
                    }
                }
            }
            // Sinatra's and Capistrano's settings.
            ("set", [name, value]) => {
                if let Some((name, _)) = syntax.literal(*name) {
                    add(Effect::of_target(name, self.truth(*value)), id);
                }
            }
            ("enable" | "disable", [name, ..]) => {
                if let Some((name, _)) = syntax.literal(*name) {
                    add(Effect::of_target(name, Some(syntax.method(id) == "enable")), id);
                }
            }
            _ => {}
        }
    }

    /// Whether a value is plainly true or false; `VERIFY_NONE` is a check that is off.
    fn truth(&self, value: Id) -> Option<bool> {
        match self.syntax.kind(value) {
            Kind::True => Some(true),
            Kind::False | Kind::Nil => Some(false),
            _ => match self.syntax.source(value).rsplit("::").next().unwrap_or_default() {
                "VERIFY_NONE" | ":none" | "\"none\"" | "'none'" | "\"disable\"" | "'disable'" => Some(false),
                "VERIFY_PEER" | ":peer" | "\"require\"" | "'require'" => Some(true),
                _ => None,
            },
        }
    }

    /// The `when` clauses of a `case`, in order.
    pub(super) fn clauses(&self, case: Id) -> Vec<Id> {
        let kinds = |id: &Id| matches!(self.syntax.kind(*id), Kind::When | Kind::InClause);
        self.syntax.children(case).filter(kinds).collect()
    }

    pub(super) fn clause_expr(&self, case: Id, clause: Id, view: View) -> Expr {
        self.budget.set(BUDGET);
        match self.syntax.kind(clause) {
            Kind::InClause => {
                let subject = self
                    .syntax
                    .field(case, Field::Value)
                    .map_or_else(|| Expr::Opaque(self.syntax.span(case)), |value| self.lower(value, view));
                match self.syntax.field(clause, Field::Pattern) {
                    Some(pattern) => self.matches(&subject, pattern, view, 1),
                    None => subject,
                }
            }
            _ => self.clause(case, clause, view),
        }
    }

    fn clause_branches(&self, case: Id, clause: Id, form: Form) -> Branches {
        let syntax = self.syntax;
        let sink = self.sink(case);
        let then = syntax.field(clause, Field::Body).and_then(|body| self.part(body, case, sink.as_deref()));
        let behind: Vec<Id> = syntax
            .children(case)
            .filter(|&id| id > clause && matches!(syntax.kind(id), Kind::When | Kind::InClause | Kind::Else))
            .collect();
        let otherwise = (!behind.is_empty()).then(|| {
            let mut branch = self.branch(&behind, case, None);
            let last = behind.last().filter(|&&id| syntax.kind(id) == Kind::Else);
            let value = last.and_then(|&last| syntax.statements(last).last().copied());
            if let (Some(sink), Some(value)) = (&sink, value) {
                let effect = Effect::of_target(sink, self.truth(value));
                branch.effects.extend(effect.map(|effect| (effect, syntax.span(value))));
            }
            branch
        });
        Branches { form, then, otherwise }
    }

    /// The condition and the branches where `top` is the value of a `case` or the pattern of a `when`.
    fn as_clause(&self, top: Id, view: View) -> Option<(Expr, Branches)> {
        let syntax = self.syntax;
        let up = syntax.parent(top)?;
        match (syntax.kind(up), syntax.role(top)) {
            (Kind::Case | Kind::CaseMatch, Field::Value) => {
                let first = *self.clauses(up).first()?;
                Some((self.clause_expr(up, first, view), self.clause_branches(up, first, Form::Case)))
            }
            (Kind::Pattern, _) => {
                let clause = syntax.parent(up).filter(|&clause| syntax.kind(clause) == Kind::When)?;
                let case = syntax.parent(clause)?;
                let form = if syntax.field(case, Field::Value).is_some() { Form::Case } else { Form::If };
                Some((self.clause_expr(case, clause, view), self.clause_branches(case, clause, form)))
            }
            _ => None,
        }
    }

    /// The second and later clauses of a `case` on the value at `site`.
    fn later_clauses(&self, site: Id, view: View) -> Vec<Use> {
        let syntax = self.syntax;
        let top = self.climb(site, view);
        let Some(case) = syntax
            .parent(top)
            .filter(|&up| matches!(syntax.kind(up), Kind::Case | Kind::CaseMatch))
            .filter(|_| syntax.role(top) == Field::Value)
        else {
            return Vec::new();
        };
        self.clauses(case)
            .into_iter()
            .skip(1)
            .take(USES - 1)
            .map(|clause| {
                let patterns = syntax.fields(clause, Field::Pattern).map(|pattern| syntax.span(pattern));
                let span = patterns.reduce(|a, b| Span { start: a.start, end: b.end });
                Use {
                    name: None,
                    path: None,
                    span: syntax.span(site),
                    expr: self.clause_expr(case, clause, view),
                    expr_span: span.unwrap_or_else(|| syntax.span(clause)),
                    place: Place::Condition(self.clause_branches(case, clause, Form::Case)),
                    scope: syntax.scope(site),
                }
            })
            .collect()
    }

    /// The right side of the `||` that the value of an access is the left side of, and whether it raises.
    pub(super) fn fallback_or_raise(&self, access: Id) -> Option<(Id, bool)> {
        let syntax = self.syntax;
        let mut at = access;
        loop {
            let up = syntax.parent(at)?;
            let role = syntax.role(at);
            match syntax.kind(up) {
                Kind::Call if role == Field::Receiver => {
                    let method = syntax.method(up);
                    if method.ends_with('?') || matches!(method, "==" | "!=" | "=~" | "!") {
                        return None;
                    }
                }
                Kind::ElementReference if role == Field::Object => {}
                Kind::Parenthesized if syntax.statements(up).len() == 1 => {}
                Kind::Binary if matches!(syntax.operator(up), "||" | "or") => {
                    if role == Field::Left {
                        let right = syntax.field(up, Field::Right)?;
                        let name = match syntax.kind(right) {
                            Kind::Call => syntax.path(right),
                            _ => syntax.source(right).to_string(),
                        };
                        let raises = matches!(Effect::of_call(&name), Some(Effect::Raises | Effect::Exits));
                        if matches!(syntax.kind(right), Kind::Return | Kind::Next | Kind::Break) {
                            return None;
                        }
                        return Some((right, raises));
                    }
                }
                Kind::RescueModifier if role == Field::Body => {
                    return syntax.field(up, Field::Handler).map(|handler| (handler, false));
                }
                _ => return None,
            }
            at = up;
        }
    }

    /// Lets branches of a template take in the text between their tags.
    fn widen(&self, template: &str, node: Id, then: &mut Option<Branch>, otherwise: &mut Option<Branch>) {
        let syntax = self.syntax;
        let whole = syntax.span(node);
        let Some(condition) = syntax.field(node, Field::Condition).map(|id| syntax.span(id)) else { return };
        let alternative = syntax.field(node, Field::Alternative);
        let close = match alternative {
            Some(alternative) => syntax.span(alternative).start,
            None => whole.end.saturating_sub(3),
        };
        let region = |from: usize, to: usize| -> Option<Span> {
            let start = from + template.get(from..to)?.find("%>")? + 2;
            let end = start + template.get(start..to)?.rfind("<%")?;
            Some(Span { start, end })
        };
        let place = |branch: &mut Option<Branch>, span: Option<Span>| {
            if let Some(span) = span {
                match branch {
                    Some(branch) => branch.span = span,
                    None => *branch = Some(Branch { span, effects: Vec::new() }),
                }
            }
        };
        place(then, region(condition.end, close));
        if let Some(alternative) = alternative.filter(|&id| syntax.kind(id) == Kind::Else) {
            let span = syntax.span(alternative);
            place(otherwise, region(span.start, span.end.max(whole.end.saturating_sub(3))));
        }
    }
}
