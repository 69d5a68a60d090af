//! Ruby expressions in the language of [`Expr`].

use super::access::{Access, Front};
use super::names::DefinitionKind;
use super::syntax::{Field, Id, Kind};
use crate::expr::{Expr, Part, Question};
use crate::fact::ReadKind;
use crate::span::Span;

/// Expressions nested deeper than this are not looked into.
const DEPTH: usize = 60;

/// How many nodes one expression may have, names followed.
pub(super) const BUDGET: u32 = 4000;

/// What an expression is looked at for.
#[derive(Clone, Copy, Debug)]
pub(super) struct View {
    /// The span of the read, call or name in question.
    pub(super) marker: Span,
    /// A node that stands for itself: a call to a function of the project, a name of another file.
    pub(super) focus: Option<Id>,
    /// Which of the names of an access with several.
    pub(super) pick: Option<usize>,
}

impl View {
    fn cares(self, expr: &Expr) -> bool {
        let mut found = false;
        expr.walk(&mut |inner| {
            found |= match inner {
                Expr::Read { .. } | Expr::Presence { .. } => true,
                Expr::Opaque(span) => *span == self.marker,
                _ => false,
            };
        });
        found
    }
}

impl Access {
    /// The look at one of the access's names.
    fn expr_of(&self, at: usize, default: Option<Expr>) -> Expr {
        let name = self.names[at].name.known().map(str::to_string);
        let span = self.names[at].span;
        if self.kind == ReadKind::Presence || self.asks {
            return Expr::Presence { name, span };
        }
        let required = self.required && default.is_none();
        Expr::Read { name, span, default: default.map(Box::new), required }
    }
}

/// The text of a constant expression.
fn text_of(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Text(text) => Some(text),
        _ => None,
    }
}

fn not(expr: Expr) -> Expr {
    Expr::Not(Box::new(expr))
}

fn equal(left: Expr, right: Expr) -> Expr {
    Expr::Equal(Box::new(left), Box::new(right))
}

fn ask(question: Question, subject: Expr, safe: bool) -> Expr {
    Expr::Ask { question, subject: Box::new(subject), safe }
}

fn part(part: Part, subject: Expr, safe: bool) -> Expr {
    Expr::Part { part, subject: Box::new(subject), safe }
}

/// One question, or any of several.
fn any(mut parts: Vec<Expr>) -> Option<Expr> {
    match parts.len() {
        0 => None,
        1 => parts.pop(),
        _ => Some(Expr::Any(parts)),
    }
}

fn head_or_tail(pattern: &str) -> Option<Part> {
    let bare = pattern.trim_start_matches("(?i)");
    if bare.starts_with(r"\A") || bare.starts_with('^') {
        Some(Part::Head)
    } else if bare.ends_with(r"\z") || bare.ends_with(r"\Z") || bare.ends_with('$') {
        Some(Part::Tail)
    } else {
        None
    }
}

impl Front<'_, '_> {
    /// The expression at a node. Names that stand for each other many times over are given up on.
    pub(super) fn lower(&self, id: Id, view: View) -> Expr {
        self.budget.set(BUDGET);
        self.lower_at(id, view, 0)
    }

    fn opaque(&self, id: Id) -> Expr {
        Expr::Opaque(self.syntax.span(id))
    }

    fn lower_field(&self, id: Id, field: Field, view: View, depth: usize) -> Expr {
        self.syntax
            .field(id, field)
            .map_or_else(|| self.opaque(id), |child| self.lower_at(child, view, depth + 1))
    }

    fn lower_at(&self, id: Id, view: View, depth: usize) -> Expr {
        let syntax = self.syntax;
        let budget = self.budget.get();
        if depth > DEPTH || budget == 0 {
            return self.opaque(id);
        }
        self.budget.set(budget - 1);
        if view.focus == Some(id) {
            return Expr::Opaque(view.marker);
        }
        if let Some(access) = self.access(id) {
            return self.lower_access(access, view, depth);
        }
        let kind = syntax.kind(id);
        match kind {
            Kind::String | Kind::ChainedString | Kind::BareString | Kind::DelimitedSymbol => {
                self.lower_string(id, view, depth)
            }
            Kind::HeredocBeginning => match syntax.heredoc_body(id) {
                Some(body) => self.lower_string(body, view, depth),
                None => self.opaque(id),
            },
            Kind::SimpleSymbol => {
                syntax.literal(id).map_or_else(|| self.opaque(id), |(text, _)| Expr::Text(text.to_string()))
            }
            Kind::Integer | Kind::Float => Expr::Number(syntax.source(id).to_string()),
            Kind::True => Expr::Bool(true),
            Kind::False => Expr::Bool(false),
            Kind::Nil => Expr::Nil,
            Kind::Parenthesized | Kind::Begin | Kind::Then | Kind::Else => {
                match syntax.statements(id).last() {
                    Some(&last) => self.lower_at(last, view, depth + 1),
                    None => Expr::Nil,
                }
            }
            Kind::Unary => match syntax.operator(id) {
                "!" | "not" => not(self.lower_field(id, Field::Operand, view, depth)),
                _ => self.opaque(id),
            },
            Kind::Binary => self.lower_binary(id, view, depth),
            Kind::Conditional | Kind::If | Kind::Elsif | Kind::Unless => {
                let condition = self.lower_field(id, Field::Condition, view, depth);
                let side = |field| match syntax.field(id, field) {
                    Some(side) => self.lower_at(side, view, depth + 1),
                    None => Expr::Nil,
                };
                let (then, otherwise) = (side(Field::Consequence), side(Field::Alternative));
                let (then, otherwise) =
                    if kind == Kind::Unless { (otherwise, then) } else { (then, otherwise) };
                if !self.is_choice(&condition, &then, &otherwise, view) {
                    return self.opaque(id);
                }
                Expr::Choose {
                    condition: Box::new(condition),
                    then: Box::new(then),
                    otherwise: Box::new(otherwise),
                }
            }
            Kind::IfModifier | Kind::UnlessModifier => {
                let condition = self.lower_field(id, Field::Condition, view, depth);
                let body = self.lower_field(id, Field::Body, view, depth);
                if !self.is_choice(&condition, &body, &Expr::Nil, view) {
                    return self.opaque(id);
                }
                let (then, otherwise) =
                    if kind == Kind::IfModifier { (body, Expr::Nil) } else { (Expr::Nil, body) };
                Expr::Choose {
                    condition: Box::new(condition),
                    then: Box::new(then),
                    otherwise: Box::new(otherwise),
                }
            }
            Kind::Case => self.lower_case(id, view, depth),
            Kind::TestPattern => {
                let subject = self.lower_field(id, Field::Value, view, depth);
                match syntax.field(id, Field::Pattern) {
                    Some(pattern) => self.matches(&subject, pattern, view, depth),
                    None => subject,
                }
            }
            Kind::RescueModifier => {
                let body = self.lower_field(id, Field::Body, view, depth);
                match body {
                    Expr::Read { name, span, default: None, required: true } => Expr::Read {
                        name,
                        span,
                        default: Some(Box::new(self.lower_field(id, Field::Handler, view, depth))),
                        required: false,
                    },
                    body => body,
                }
            }
            Kind::Assignment => match syntax.field(id, Field::Left).map(|left| syntax.kind(left)) {
                Some(Kind::LeftAssignmentList) | None => self.opaque(id),
                _ => self.lower_field(id, Field::Right, view, depth),
            },
            Kind::OperatorAssignment if syntax.operator(id) == "||=" => {
                self.lower_field(id, Field::Right, view, depth)
            }
            Kind::Call => self.lower_call(id, view, depth),
            Kind::ElementReference => self.lower_index(id, view, depth),
            Kind::Identifier
            | Kind::Constant
            | Kind::ScopeResolution
            | Kind::InstanceVariable
            | Kind::ClassVariable
            | Kind::GlobalVariable => self.lower_name(id, view, depth).unwrap_or_else(|| self.opaque(id)),
            _ => self.opaque(id),
        }
    }

    /// Whether something is known of the value that a condition leads to.
    fn is_choice(&self, condition: &Expr, then: &Expr, otherwise: &Expr, view: View) -> bool {
        let known = |side: &Expr| view.cares(side) || !matches!(side, Expr::Opaque(_) | Expr::Nil);
        (known(then) || known(otherwise)) && [condition, then, otherwise].iter().any(|one| view.cares(one))
    }

    fn lower_access(&self, access: &Access, view: View, depth: usize) -> Expr {
        let default = |at: usize| {
            access
                .default
                .map(|default| match self.syntax.kind(default) {
                    Kind::Block | Kind::DoBlock => self.lower_statements(default, view, depth + 1),
                    _ => self.lower_at(default, view, depth + 1),
                })
                .or_else(|| access.shell_default(at))
        };
        let one = |at: usize| access.expr_of(at, default(at));
        let expr = match (access.names.len(), view.pick) {
            (1, _) => one(0),
            (count, Some(pick)) if pick < count => one(pick),
            (count, _) => Expr::Any((0..count).map(one).collect()),
        };
        if access.negated { not(expr) } else { expr }
    }

    /// The value of a body: its last statement, after `return x if …` lines and plain assignments.
    pub(super) fn lower_statements(&self, id: Id, view: View, depth: usize) -> Expr {
        let syntax = self.syntax;
        let statements = syntax.statements(id);
        let Some((&last, before)) = statements.split_last() else { return Expr::Nil };
        let mut value = match syntax.kind(last) {
            Kind::Return => self.return_value(last, view, depth),
            _ => self.lower_at(last, view, depth + 1),
        };
        for &statement in before.iter().rev() {
            let kind = syntax.kind(statement);
            match kind {
                Kind::Assignment | Kind::OperatorAssignment => {}
                Kind::IfModifier | Kind::UnlessModifier | Kind::If | Kind::Unless
                    if syntax.field(statement, Field::Alternative).is_none() =>
                {
                    let body = syntax
                        .field(statement, Field::Body)
                        .or_else(|| syntax.field(statement, Field::Consequence))
                        .map(|body| syntax.statements(body));
                    let Some([only]) = body.as_deref() else { return self.opaque(id) };
                    if syntax.kind(*only) != Kind::Return {
                        return self.opaque(id);
                    }
                    let early = self.return_value(*only, view, depth);
                    let condition = self.lower_field(statement, Field::Condition, view, depth);
                    if !self.is_choice(&condition, &early, &value, view) {
                        return self.opaque(id);
                    }
                    let (then, otherwise) = if matches!(kind, Kind::IfModifier | Kind::If) {
                        (early, value)
                    } else {
                        (value, early)
                    };
                    value = Expr::Choose {
                        condition: Box::new(condition),
                        then: Box::new(then),
                        otherwise: Box::new(otherwise),
                    };
                }
                _ => return self.opaque(id),
            }
        }
        value
    }

    fn return_value(&self, id: Id, view: View, depth: usize) -> Expr {
        match self.syntax.arguments(id).as_slice() {
            [] => Expr::Nil,
            [one] => self.lower_at(*one, view, depth + 1),
            _ => self.opaque(id),
        }
    }

    fn lower_name(&self, id: Id, view: View, depth: usize) -> Option<Expr> {
        let definition = &self.names.definitions[self.names.resolve(id)?];
        let value = definition.value?;
        let expr = match definition.kind {
            DefinitionKind::Variable | DefinitionKind::Attribute => self.lower_at(value, view, depth + 4),
            DefinitionKind::Element(at) if self.access(value).is_some_and(|access| access.several) => {
                self.lower_at(value, View { pick: Some(at), ..view }, depth + 4)
            }
            DefinitionKind::Element(at) => match self.lower_at(value, view, depth + 4) {
                Expr::Part { part: Part::Pieces, subject, safe } => {
                    let which = if at == 0 { Part::Head } else { Part::Tail };
                    Expr::Part { part: which, subject, safe }
                }
                whole => part(Part::Other("[]".into()), whole, false),
            },
            DefinitionKind::Method => self.lower_statements(value, view, depth + 4),
            DefinitionKind::Setting => self.lower_at(value, view, depth + 4),
            _ => return None,
        };
        (view.cares(&expr) || matches!(expr, Expr::Text(_) | Expr::Bool(_) | Expr::Number(_))).then_some(expr)
    }

    fn lower_string(&self, id: Id, view: View, depth: usize) -> Expr {
        let syntax = self.syntax;
        let mut parts: Vec<Expr> = Vec::new();
        for child in syntax.children(id) {
            let piece = match syntax.kind(child) {
                Kind::Interpolation => match syntax.children(child).last() {
                    Some(inner) => self.lower_at(inner, view, depth + 1),
                    None => continue,
                },
                Kind::String => self.lower_string(child, view, depth + 1),
                // The first line of a heredoc begins behind the line with its name.
                Kind::HeredocContent if parts.is_empty() => {
                    Expr::Text(syntax.source(child).trim_start_matches(['\r', '\n']).to_string())
                }
                Kind::StringContent | Kind::HeredocContent | Kind::EscapeSequence => {
                    Expr::Text(syntax.source(child).to_string())
                }
                _ => continue,
            };
            match (parts.last_mut(), piece) {
                (Some(Expr::Text(before)), Expr::Text(text)) => before.push_str(&text),
                (_, piece) => parts.push(piece),
            }
        }
        match parts.as_slice() {
            [] => Expr::Text(String::new()),
            [Expr::Text(text)] => Expr::Text(text.clone()),
            _ => Expr::Template(parts),
        }
    }

    fn lower_binary(&self, id: Id, view: View, depth: usize) -> Expr {
        let syntax = self.syntax;
        let (Some(left_id), Some(right_id)) = (syntax.field(id, Field::Left), syntax.field(id, Field::Right))
        else {
            return self.opaque(id);
        };
        let left = self.lower_at(left_id, view, depth + 1);
        let right = self.lower_at(right_id, view, depth + 1);
        let operator = syntax.operator(id);
        match operator {
            "||" | "or" => {
                let mut parts = Vec::new();
                for side in [left, right] {
                    match side {
                        Expr::Any(inner) => parts.extend(inner),
                        other => parts.push(other),
                    }
                }
                Expr::Any(parts)
            }
            "&&" | "and" => {
                let mut parts = Vec::new();
                for side in [left, right] {
                    match side {
                        Expr::All(inner) => parts.extend(inner),
                        other => parts.push(other),
                    }
                }
                Expr::All(parts)
            }
            "==" => equal(left, right),
            "!=" => not(equal(left, right)),
            "===" | "=~" | "!~" => {
                let matched = if let Some(pattern) = self.pattern(left_id) {
                    view.cares(&right).then(|| ask(Question::Matches(pattern), right, false))
                } else if let Some(pattern) = self.pattern(right_id).filter(|_| operator != "===") {
                    view.cares(&left).then(|| ask(Question::Matches(pattern), left, false))
                } else if operator == "===" {
                    Some(equal(left, right))
                } else {
                    let subject = [left, right].into_iter().find(|side| view.cares(side));
                    let question = Question::Other { name: "=~".into(), raises_on_nil: false };
                    subject.map(|subject| ask(question, subject, false))
                };
                match matched {
                    Some(expr) if operator == "!~" => not(expr),
                    Some(expr) => expr,
                    None => self.opaque(id),
                }
            }
            "+" if [&left, &right].iter().any(|side| {
                matches!(side, Expr::Text(_) | Expr::Template(_) | Expr::Part { part: Part::Form { .. }, .. })
            }) && (view.cares(&left) || view.cares(&right)) =>
            {
                let mut parts = Vec::new();
                for side in [left, right] {
                    match side {
                        Expr::Template(inner) => parts.extend(inner),
                        other => parts.push(other),
                    }
                }
                Expr::Template(parts)
            }
            "%" if text_of(&left).is_some() => self.formatted(id, text_of(&left), right_id, view, depth),
            _ => {
                let Some(subject) = [left, right].into_iter().find(|side| view.cares(side)) else {
                    return self.opaque(id);
                };
                match operator {
                    "<" | ">" | "<=" | ">=" => {
                        let question = Question::Other { name: operator.into(), raises_on_nil: true };
                        ask(question, subject, false)
                    }
                    _ => part(Part::Other(operator.into()), subject, false),
                }
            }
        }
    }

    /// `"%s.example.com" % x`, `format("%{app}.example.com", app: x)`.
    fn formatted(&self, id: Id, format: Option<&str>, arguments: Id, view: View, depth: usize) -> Expr {
        let syntax = self.syntax;
        let values: Vec<Expr> = match syntax.kind(arguments) {
            Kind::Array | Kind::Hash | Kind::ArgumentList => syntax
                .children(arguments)
                .skip(usize::from(syntax.kind(arguments) == Kind::ArgumentList))
                .map(|value| match syntax.kind(value) {
                    Kind::Pair => self.lower_field(value, Field::Value, view, depth),
                    _ => self.lower_at(value, view, depth + 1),
                })
                .collect(),
            _ => vec![self.lower_at(arguments, view, depth + 1)],
        };
        if !values.iter().any(|value| view.cares(value)) {
            return self.opaque(id);
        }
        let mut parts = Vec::new();
        let mut values = values.into_iter();
        let mut rest = format.unwrap_or_default();
        while let Some(at) = rest.find('%') {
            if at > 0 {
                parts.push(Expr::Text(rest[..at].to_string()));
            }
            let directive = &rest[at + 1..];
            rest = match directive.strip_prefix('{') {
                Some(named) => named.split_once('}').map_or("", |(_, rest)| rest),
                None => match directive.find(|c: char| c.is_ascii_alphabetic() || c == '%') {
                    Some(end) => &directive[end + 1..],
                    None => "",
                },
            };
            if !directive.starts_with('%') {
                parts.push(values.next().unwrap_or_else(|| self.opaque(id)));
            }
        }
        if !rest.is_empty() {
            parts.push(Expr::Text(rest.to_string()));
        }
        parts.extend(values.filter(|value| view.cares(value)));
        Expr::Template(parts)
    }

    /// The pattern of a regular expression, also through a constant.
    pub(super) fn pattern(&self, id: Id) -> Option<String> {
        if let Some(pattern) = self.syntax.regex(id) {
            return Some(pattern);
        }
        if !matches!(self.syntax.kind(id), Kind::Constant | Kind::ScopeResolution | Kind::Identifier) {
            return None;
        }
        let value = self.names.definitions[self.names.resolve(id)?].value?;
        let value = match self.syntax.kind(value) {
            Kind::Call if self.syntax.method(value) == "freeze" => self.syntax.receiver(value)?,
            _ => value,
        };
        self.syntax.regex(value)
    }

    /// Whether `subject` matches a pattern of `when` or `in`.
    pub(super) fn matches(&self, subject: &Expr, pattern: Id, view: View, depth: usize) -> Expr {
        let syntax = self.syntax;
        match syntax.kind(pattern) {
            Kind::Pattern | Kind::ParenthesizedPattern | Kind::Parenthesized => {
                match syntax.children(pattern).next() {
                    Some(inner) => self.matches(subject, inner, view, depth + 1),
                    None => subject.clone(),
                }
            }
            Kind::AlternativePattern => {
                let sides: Vec<Expr> = syntax
                    .children(pattern)
                    .map(|side| self.matches(subject, side, view, depth + 1))
                    .collect();
                any(sides).unwrap_or_else(|| self.opaque(pattern))
            }
            Kind::SplatArgument => {
                let list = syntax.children(pattern).next().and_then(|list| self.names.list(list));
                let equals = list.map(|list| {
                    list.texts.into_iter().map(|text| equal(subject.clone(), Expr::Text(text.text))).collect()
                });
                equals.and_then(any).unwrap_or_else(|| self.unknown_match(subject))
            }
            Kind::String
            | Kind::SimpleSymbol
            | Kind::True
            | Kind::False
            | Kind::Integer
            | Kind::Call
            | Kind::ElementReference
            | Kind::Binary => equal(subject.clone(), self.lower_at(pattern, view, depth + 1)),
            Kind::Nil => ask(Question::Nil, subject.clone(), false),
            _ => {
                if let Some(regex) = self.pattern(pattern) {
                    return ask(Question::Matches(regex), subject.clone(), false);
                }
                match self.lower_at(pattern, view, depth + 1) {
                    Expr::Opaque(_) => self.unknown_match(subject),
                    known => equal(subject.clone(), known),
                }
            }
        }
    }

    fn unknown_match(&self, subject: &Expr) -> Expr {
        ask(Question::Other { name: "===".into(), raises_on_nil: false }, subject.clone(), false)
    }

    /// The condition of a `when` clause with the value of its `case`.
    pub(super) fn clause(&self, case: Id, clause: Id, view: View) -> Expr {
        let syntax = self.syntax;
        let subject = syntax.field(case, Field::Value).map(|value| self.lower_at(value, view, 1));
        let tests: Vec<Expr> = syntax
            .fields(clause, Field::Pattern)
            .map(|pattern| match &subject {
                Some(subject) => self.matches(subject, pattern, view, 1),
                None => match syntax.children(pattern).next() {
                    Some(inner) => self.lower_at(inner, view, 1),
                    None => self.opaque(pattern),
                },
            })
            .collect();
        any(tests).unwrap_or_else(|| self.opaque(clause))
    }

    fn lower_case(&self, id: Id, view: View, depth: usize) -> Expr {
        let syntax = self.syntax;
        let clauses: Vec<Id> = syntax.children(id).filter(|&c| syntax.kind(c) == Kind::When).collect();
        if depth + clauses.len() > DEPTH {
            return self.opaque(id);
        }
        let mut value = match syntax.children(id).find(|&c| syntax.kind(c) == Kind::Else) {
            Some(otherwise) => self.lower_at(otherwise, view, depth + 1),
            None => Expr::Nil,
        };
        for clause in clauses.into_iter().rev() {
            let condition = self.clause(id, clause, view);
            let then = self.lower_field(clause, Field::Body, view, depth);
            value = Expr::Choose {
                condition: Box::new(condition),
                then: Box::new(then),
                otherwise: Box::new(value),
            };
        }
        if view.cares(&value) { value } else { self.opaque(id) }
    }

    fn lower_index(&self, id: Id, view: View, depth: usize) -> Expr {
        let syntax = self.syntax;
        let subject = self.lower_field(id, Field::Object, view, depth);
        if !view.cares(&subject) {
            return self.opaque(id);
        }
        let arguments = syntax.arguments(id);
        self.index(subject, &arguments, false)
    }

    fn index(&self, subject: Expr, arguments: &[Id], safe: bool) -> Expr {
        let argument = arguments.first().copied();
        let number = argument.map_or("", |argument| self.syntax.source(argument));
        match (subject, number) {
            (Expr::Part { part: Part::Pieces, subject, safe }, "0") => {
                Expr::Part { part: Part::Head, subject, safe }
            }
            (Expr::Part { part: Part::Pieces, subject, safe }, "-1" | "1") => {
                Expr::Part { part: Part::Tail, subject, safe }
            }
            (subject, _) => {
                let which = argument
                    .and_then(|argument| self.pattern(argument))
                    .and_then(|pattern| head_or_tail(&pattern))
                    .unwrap_or_else(|| Part::Other("[]".into()));
                part(which, subject, safe)
            }
        }
    }

    fn lower_call(&self, id: Id, view: View, depth: usize) -> Expr {
        let syntax = self.syntax;
        let method = syntax.method(id);
        let arguments = syntax.arguments(id);
        let Some(receiver) = syntax.receiver(id) else {
            if arguments.is_empty() {
                return self.lower_name(id, view, depth).unwrap_or_else(|| self.opaque(id));
            }
            return self.lower_function(id, method, &arguments, view, depth);
        };
        // A constant, a regular expression or a list that is asked about the value.
        if let [argument] = arguments[..] {
            let value = self.lower_at(argument, view, depth + 1);
            if view.cares(&value)
                && let Some(expr) = self.asked(method, receiver, value, view, depth)
            {
                return expr;
            }
        }
        if let Some(expr) = self.lower_list_call(id, method, receiver, view, depth) {
            return expr;
        }
        let subject = self.lower_at(receiver, view, depth + 1);
        if !view.cares(&subject) {
            return self.lower_name(id, view, depth).unwrap_or_else(|| self.opaque(id));
        }
        let safe = syntax.operator(id) == "&.";
        // `x.try(:method, …)` is `x&.method(…)`.
        if matches!(method, "try" | "public_send" | "send" | "__send__")
            && let Some((name, rest)) = arguments.split_first()
            && let Some((name, _)) = syntax.literal(*name)
        {
            return self.lower_method(subject, name, rest, safe || method == "try", view, depth);
        }
        self.lower_method(subject, method, &arguments, safe, view, depth)
    }

    /// The items of a list of values: `[a, b]`, `ENV.values_at("A", "B")`, `%w[A B].map { |k| ENV[k] }`.
    fn list_values(&self, id: Id, view: View, depth: usize) -> Option<Vec<Expr>> {
        let syntax = self.syntax;
        if depth > DEPTH {
            return None;
        }
        if let Some(access) = self.access(id) {
            return (access.several && access.names.len() > 1).then(|| {
                let one = |at| self.lower_access(access, View { pick: Some(at), ..view }, depth);
                (0..access.names.len()).map(one).collect()
            });
        }
        match syntax.kind(id) {
            Kind::Array => {
                Some(syntax.children(id).map(|item| self.lower_at(item, view, depth + 1)).collect())
            }
            Kind::Parenthesized => self.list_values(syntax.children(id).next()?, view, depth + 1),
            Kind::Call => match syntax.method(id) {
                "compact" | "compact_blank" | "uniq" | "select" | "filter" | "reject" | "values" => {
                    self.list_values(syntax.receiver(id)?, view, depth + 1)
                }
                "map" | "filter_map" | "collect" | "each" => {
                    self.for_each_text(syntax.block(id)?, syntax.receiver(id)?, view, depth)
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// A block's value for each of the texts that it is called with.
    fn for_each_text(&self, block: Id, list: Id, view: View, depth: usize) -> Option<Vec<Expr>> {
        let count = self.names.list(list)?.texts.len();
        let one = |at| self.lower_statements(block, View { pick: Some(at), ..view }, depth + 1);
        (count > 0).then(|| (0..count).map(one).collect())
    }

    /// `[a, b].compact.first`, `[a, b].any?`, `%w[A B].any? { |k| ENV[k] }`.
    fn lower_list_call(&self, id: Id, method: &str, receiver: Id, view: View, depth: usize) -> Option<Expr> {
        let syntax = self.syntax;
        if !matches!(
            method,
            "any?" | "all?" | "none?" | "find" | "detect" | "find_map" | "first" | "compact_blank"
        ) {
            return None;
        }
        let question = syntax
            .field(id, Field::Arguments)
            .and_then(|list| syntax.children(list).find(|&one| syntax.kind(one) == Kind::BlockArgument))
            .map(|block| syntax.source(block).trim_start_matches("&:"));
        let parts = match syntax.block(id) {
            Some(block) => self.for_each_text(block, receiver, view, depth)?,
            None => {
                // The first of all is the first that is there only where the others are left out.
                let sifted = syntax.kind(receiver) == Kind::Call
                    && matches!(syntax.method(receiver), "compact" | "compact_blank" | "filter_map");
                if method == "first" && !sifted {
                    return None;
                }
                self.list_values(receiver, view, depth + 1)?
            }
        };
        if !parts.iter().any(|part| view.cares(part)) {
            return None;
        }
        let parts: Vec<Expr> = parts
            .into_iter()
            .map(|value| match (question, method) {
                // These give the value itself.
                (_, "find" | "detect" | "first") | (None, _) => value,
                (Some("present?"), _) => ask(Question::Present, value, false),
                (Some("blank?" | "empty?"), _) => ask(Question::Blank, value, false),
                (Some("nil?"), _) => ask(Question::Nil, value, false),
                (Some(name), _) => {
                    ask(Question::Other { name: name.into(), raises_on_nil: true }, value, false)
                }
            })
            .collect();
        match method {
            "all?" => Some(Expr::All(parts)),
            "none?" => any(parts).map(not),
            _ => any(parts),
        }
    }

    /// `String(x)`, `Integer(x)`, `format("…", x)`.
    fn lower_function(&self, id: Id, method: &str, arguments: &[Id], view: View, depth: usize) -> Expr {
        let lowered = |id: Id| self.lower_at(id, view, depth + 1);
        match (method, arguments) {
            ("String", [one]) => self.caring(id, lowered(*one), view, |subject| {
                part(Part::Form { nil_is_empty: true }, subject, false)
            }),
            ("Integer" | "Float" | "Rational" | "BigDecimal", [one, ..]) => {
                self.caring(id, lowered(*one), view, |subject| part(Part::Number, subject, false))
            }
            ("Array", [one]) => self
                .caring(id, lowered(*one), view, |subject| part(Part::Other("Array".into()), subject, true)),
            ("format" | "sprintf", [format, ..]) => {
                match (self.syntax.literal(*format), self.syntax.field(id, Field::Arguments)) {
                    (Some((format, _)), Some(list)) => self.formatted(id, Some(format), list, view, depth),
                    _ => self.opaque(id),
                }
            }
            _ => self.opaque(id),
        }
    }

    fn caring(&self, id: Id, subject: Expr, view: View, make: impl FnOnce(Expr) -> Expr) -> Expr {
        if view.cares(&subject) { make(subject) } else { self.opaque(id) }
    }

    /// `receiver.method(value)`, where it is the value that matters.
    fn asked(&self, method: &str, receiver: Id, value: Expr, view: View, depth: usize) -> Option<Expr> {
        let syntax = self.syntax;
        match method {
            "include?" | "member?" | "any?" | "exclude?" | "===" | "cover?" => {
                let list = match syntax.kind(receiver) {
                    Kind::Array => Some(
                        syntax.children(receiver).map(|item| self.lower_at(item, view, depth + 1)).collect(),
                    ),
                    _ => self.names.list(receiver).filter(|list| !list.texts.is_empty()).map(|list| {
                        list.texts.into_iter().map(|text| Expr::Text(text.text)).collect::<Vec<_>>()
                    }),
                };
                if let Some(list) = list {
                    let equals = list.into_iter().map(|item| equal(value.clone(), item)).collect();
                    let any = any(equals)?;
                    return Some(if method == "exclude?" { not(any) } else { any });
                }
                let pattern = self.pattern(receiver)?;
                (method == "===").then(|| ask(Question::Matches(pattern), value, false))
            }
            "match?" | "match" => Some(ask(Question::Matches(self.pattern(receiver)?), value, false)),
            "eql?" | "equal?" | "==" | "casecmp?" => {
                let left = self.lower_at(receiver, view, depth + 1);
                (!view.cares(&left) && text_of(&left).is_some()).then(|| equal(left, value))
            }
            "cast" | "deserialize" if syntax.source(receiver).contains("Type::Boolean") => {
                Some(ask(Question::Present, value, false))
            }
            "Integer" | "Float" if syntax.source(receiver) == "Kernel" => {
                Some(part(Part::Number, value, false))
            }
            _ => None,
        }
    }

    /// `subject.method(…)`.
    fn lower_method(
        &self,
        subject: Expr,
        method: &str,
        arguments: &[Id],
        safe: bool,
        view: View,
        depth: usize,
    ) -> Expr {
        let texts = |make: fn(String) -> Question| -> Option<Expr> {
            let asks: Option<Vec<Expr>> = arguments
                .iter()
                .map(|&argument| {
                    if let Some(pattern) = self.pattern(argument) {
                        return Some(ask(
                            Question::Matches(format!(r"\A(?:{pattern})")),
                            subject.clone(),
                            safe,
                        ));
                    }
                    if let Expr::Text(text) = self.lower_at(argument, view, depth + 1) {
                        return Some(ask(make(text), subject.clone(), safe));
                    }
                    let list = self.names.list(argument).or_else(|| {
                        let inner = self.syntax.children(argument).next()?;
                        (self.syntax.kind(argument) == Kind::SplatArgument)
                            .then(|| self.names.list(inner))
                            .flatten()
                    })?;
                    any(list.texts.into_iter().map(|t| ask(make(t.text), subject.clone(), safe)).collect())
                })
                .collect();
            any(asks?)
        };
        let other = |raises_on_nil: bool| {
            ask(Question::Other { name: method.into(), raises_on_nil }, subject.clone(), safe)
        };
        let form = |nil_is_empty: bool, safe: bool| part(Part::Form { nil_is_empty }, subject.clone(), safe);
        match method {
            "present?" => ask(Question::Present, subject, safe),
            "blank?" | "empty?" => ask(Question::Blank, subject, safe),
            "nil?" => ask(Question::Nil, subject, safe),
            "!" => not(subject),
            "start_with?" | "starts_with?" => texts(Question::StartsWith).unwrap_or_else(|| other(true)),
            "end_with?" | "ends_with?" => texts(Question::EndsWith).unwrap_or_else(|| other(true)),
            "include?" | "exclude?" => match texts(Question::Contains) {
                Some(asks) if method == "exclude?" => not(asks),
                Some(asks) => asks,
                None => other(true),
            },
            "match?" | "match" | "=~" => match arguments.first().and_then(|&one| self.pattern(one)) {
                Some(pattern) => ask(Question::Matches(pattern), subject, safe),
                None => match arguments.first().map(|&one| self.lower_at(one, view, depth + 1)) {
                    Some(Expr::Text(text)) => ask(Question::Matches(regex::escape(&text)), subject, safe),
                    _ => other(true),
                },
            },
            "eql?" | "equal?" | "==" | "casecmp?" | "===" => match arguments {
                [one] => equal(subject, self.lower_at(*one, view, depth + 1)),
                _ => other(false),
            },
            "!=" => match arguments {
                [one] => not(equal(subject, self.lower_at(*one, view, depth + 1))),
                _ => other(false),
            },
            "in?" => match arguments {
                [list] => match self.names.list(*list).map(|list| list.texts) {
                    Some(texts) if !texts.is_empty() => {
                        any(texts.into_iter().map(|t| equal(subject.clone(), Expr::Text(t.text))).collect())
                            .unwrap_or_else(|| other(false))
                    }
                    _ => other(false),
                },
                _ => other(false),
            },
            "to_s" | "to_str" => form(true, safe),
            // nil has these too and stays nil.
            "presence" | "freeze" | "dup" | "itself" | "clone" | "then" | "tap" if arguments.is_empty() => {
                form(false, true)
            }
            "downcase" | "upcase" | "capitalize" | "strip" | "lstrip" | "rstrip" | "chomp" | "squish"
            | "to_sym" | "html_safe" | "b" | "scrub" | "swapcase" | "unicode_normalize" | "-@" | "+@"
                if arguments.is_empty() =>
            {
                form(false, safe)
            }
            "to_i" | "to_f" | "to_r" | "to_d" | "to_c" | "hex" | "oct" => part(Part::Number, subject, safe),
            "split" | "partition" | "rpartition" => part(Part::Pieces, subject, safe),
            "first" | "shift" if arguments.is_empty() && is_pieces(&subject) => {
                from_pieces(subject, Part::Head)
            }
            "last" | "pop" if arguments.is_empty() && is_pieces(&subject) => from_pieces(subject, Part::Tail),
            "slice" | "[]" | "at" | "dig" | "fetch" => self.index(subject, arguments, safe),
            "fetch_values" => part(Part::Other(method.into()), subject, safe),
            _ if method.ends_with('?') => other(!matches!(method, "is_a?" | "kind_of?" | "respond_to?")),
            _ => part(Part::Other(method.into()), subject, safe),
        }
    }
}

fn is_pieces(expr: &Expr) -> bool {
    matches!(expr, Expr::Part { part: Part::Pieces, .. })
}

fn from_pieces(expr: Expr, which: Part) -> Expr {
    match expr {
        Expr::Part { part: Part::Pieces, subject, safe } => Expr::Part { part: which, subject, safe },
        other => part(which, other, false),
    }
}
