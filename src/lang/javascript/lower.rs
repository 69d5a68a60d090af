//! Lowers expressions to the language of [`crate::expr`], and finds the largest one around a read.

use std::cell::Cell;

use super::File;
use super::ast::{Field, Id, Kind};
use super::names::{DeclId, How, Root, Step, member_key};
use crate::expr::{Expr, Part, Question};

/// How deep expressions are followed.
const DEPTH: usize = 60;
/// How many expressions one lowering looks at: names can stand for each other many times over.
const BUDGET: usize = 600;

/// The expression in the making: what is left of the budget.
pub struct Budget(Cell<usize>);

impl Budget {
    fn new() -> Self {
        Self(Cell::new(BUDGET))
    }

    fn spend(&self) -> bool {
        let left = self.0.get();
        self.0.set(left.saturating_sub(1));
        left > 0
    }
}

fn question(question: Question, subject: Expr, safe: bool) -> Expr {
    Expr::Ask { question, subject: Box::new(subject), safe }
}

fn part(part: Part, subject: Expr, safe: bool) -> Expr {
    Expr::Part { part, subject: Box::new(subject), safe }
}

fn not(expr: Expr) -> Expr {
    match expr {
        Expr::Not(inner) if is_bool(&inner) => *inner,
        other => Expr::Not(Box::new(other)),
    }
}

/// Whether an expression is true or false and nothing else.
fn is_bool(expr: &Expr) -> bool {
    match expr {
        Expr::Presence { .. } | Expr::Bool(_) | Expr::Not(_) | Expr::Equal(..) => true,
        Expr::Ask { safe, .. } => !safe,
        _ => false,
    }
}

/// Whether an expression says anything that is worth standing for a name.
pub fn tells(expr: &Expr) -> bool {
    let mut found = false;
    expr.walk(&mut |expr| found |= matches!(expr, Expr::Read { .. } | Expr::Presence { .. }));
    found
}

impl File<'_, '_> {
    /// Lowers the expression at a row.
    pub fn lower(&self, id: Id) -> Expr {
        self.lower_within(id, 0, &Budget::new())
    }

    fn lower_within(&self, id: Id, depth: usize, budget: &Budget) -> Expr {
        let ast = &self.ast;
        if let Some(leaf) = self.leaves.get(&id) {
            return leaf.clone();
        }
        let opaque = || Expr::Opaque(ast.span(id));
        if depth > DEPTH || !budget.spend() {
            return opaque();
        }
        let lower = |id: Id| self.lower_within(id, depth + 1, budget);
        let field = |name: Field| ast.field(id, name);
        match ast.kind(id) {
            Kind::Parenthesized | Kind::Cast | Kind::TypeAssertion => {
                let inner = ast.bare(id);
                if inner == id { opaque() } else { lower(inner) }
            }
            Kind::Str => ast.string(id).map_or_else(opaque, |(text, _)| Expr::Text(text)),
            Kind::Template => match ast.string(id) {
                Some((text, _)) => Expr::Text(text),
                None => self.lower_template(id, depth, budget),
            },
            Kind::Number => Expr::Number(ast.text(id).to_string()),
            Kind::True => Expr::Bool(true),
            Kind::False => Expr::Bool(false),
            Kind::Null | Kind::Undefined => Expr::Nil,
            Kind::Unary => {
                let Some(argument) = field(Field::Argument) else { return opaque() };
                match ast.operator(id) {
                    "!" => {
                        let inner = ast.bare(argument);
                        if ast.kind(inner) == Kind::Unary && ast.operator(inner) == "!" {
                            let Some(subject) = ast.field(inner, Field::Argument) else { return opaque() };
                            let subject = lower(subject);
                            return if is_bool(&subject) {
                                subject
                            } else {
                                question(Question::Present, subject, false)
                            };
                        }
                        not(lower(argument))
                    }
                    "+" => part(Part::Number, lower(argument), false),
                    "void" => Expr::Nil,
                    _ => opaque(),
                }
            }
            Kind::Binary => self.lower_binary(id, depth, budget),
            Kind::Ternary => {
                match (field(Field::Condition), field(Field::Consequence), field(Field::Alternative)) {
                    (Some(condition), Some(then), Some(otherwise)) => Expr::Choose {
                        condition: Box::new(lower(condition)),
                        then: Box::new(lower(then)),
                        otherwise: Box::new(lower(otherwise)),
                    },
                    _ => opaque(),
                }
            }
            Kind::Identifier | Kind::Shorthand => self.lower_name(id, depth, budget),
            Kind::Member | Kind::Subscript => self.lower_member(id, depth, budget),
            Kind::Call => self.lower_call(id, depth, budget),
            _ => opaque(),
        }
    }

    fn lower_template(&self, id: Id, depth: usize, budget: &Budget) -> Expr {
        let ast = &self.ast;
        // A tagged template is a call.
        if ast.role(id) == Field::Arguments {
            return Expr::Opaque(ast.span(id));
        }
        let mut parts = Vec::new();
        // Where the grammar has no rows for the text between, the gaps are the text.
        let mut at = ast.span(id).start + 1;
        let push_text = |from: usize, to: usize, parts: &mut Vec<Expr>| {
            if let Some(text) = ast.text.get(from..to).filter(|text| !text.is_empty()) {
                parts.push(Expr::Text(text.to_string()));
            }
        };
        for child in ast.children(id).filter(|&child| ast.kind(child) == Kind::Substitution) {
            let span = ast.span(child);
            push_text(at, span.start, &mut parts);
            parts.push(match ast.first(child) {
                Some(inner) => self.lower_within(inner, depth + 1, budget),
                None => Expr::Opaque(span),
            });
            at = span.end;
        }
        push_text(at, ast.span(id).end.saturating_sub(1).max(at), &mut parts);
        Expr::Template(parts)
    }

    fn lower_binary(&self, id: Id, depth: usize, budget: &Budget) -> Expr {
        let ast = &self.ast;
        let opaque = Expr::Opaque(ast.span(id));
        let (Some(left), Some(right)) = (ast.field(id, Field::Left), ast.field(id, Field::Right)) else {
            return opaque;
        };
        let lower = |id: Id| self.lower_within(id, depth + 1, budget);
        let operator = ast.operator(id);
        match operator {
            "||" => {
                let mut parts = match lower(left) {
                    Expr::Any(parts) => parts,
                    other => vec![other],
                };
                match lower(right) {
                    Expr::Any(more) => parts.extend(more),
                    other => parts.push(other),
                }
                Expr::Any(parts)
            }
            "&&" => {
                let mut parts = match lower(left) {
                    Expr::All(parts) => parts,
                    other => vec![other],
                };
                match lower(right) {
                    Expr::All(more) => parts.extend(more),
                    other => parts.push(other),
                }
                Expr::All(parts)
            }
            "??" => {
                let mut parts = match lower(left) {
                    Expr::Coalesce(parts) => parts,
                    other => vec![other],
                };
                parts.push(lower(right));
                Expr::Coalesce(parts)
            }
            "===" | "==" => self.lower_equal(left, right, depth, budget),
            "!==" | "!=" => not(self.lower_equal(left, right, depth, budget)),
            "+" => {
                let (left, right) = (lower(left), lower(right));
                if !is_text(&left) && !is_text(&right) {
                    return opaque;
                }
                let mut parts = match left {
                    Expr::Template(parts) => parts,
                    other => vec![other],
                };
                parts.push(right);
                Expr::Template(parts)
            }
            "<" | ">" | "<=" | ">=" => {
                if let Some(found) = self.lower_length_or_place(left, operator, right, depth, budget) {
                    return found;
                }
                let (left, right) = (lower(left), lower(right));
                let subject = if tells(&left) {
                    left
                } else if tells(&right) {
                    right
                } else {
                    return opaque;
                };
                let name = operator.to_string();
                question(Question::Other { name, raises_on_nil: false }, subject, false)
            }
            "-" | "*" | "/" | "%" | "**" => {
                let (left, right) = (lower(left), lower(right));
                let subject = if tells(&left) {
                    left
                } else if tells(&right) {
                    right
                } else {
                    return opaque;
                };
                part(Part::Other(operator.to_string()), subject, false)
            }
            _ => opaque,
        }
    }

    fn lower_equal(&self, left: Id, right: Id, depth: usize, budget: &Budget) -> Expr {
        let ast = &self.ast;
        let (left, right) = (ast.bare(left), ast.bare(right));
        let lower = |id: Id| self.lower_within(id, depth + 1, budget);
        // `typeof x === "undefined"`, either way round.
        for (asked, answer) in [(left, right), (right, left)] {
            if ast.kind(asked) == Kind::Unary
                && ast.operator(asked) == "typeof"
                && let Some(subject) = ast.field(asked, Field::Argument)
                && let Some((answer, _)) = ast.string(answer)
            {
                let subject = lower(subject);
                return match answer.as_str() {
                    "undefined" => question(Question::Nil, subject, false),
                    "string" => not(question(Question::Nil, subject, false)),
                    _ => question(
                        Question::Other { name: "typeof".to_string(), raises_on_nil: false },
                        subject,
                        false,
                    ),
                };
            }
        }
        if let Some(found) = self.lower_length_or_place(left, "===", right, depth, budget) {
            return found;
        }
        let (left, right) = (lower(left), lower(right));
        match (left, right) {
            (Expr::Nil, subject) | (subject, Expr::Nil) if subject != Expr::Nil => {
                question(Question::Nil, subject, false)
            }
            (Expr::Bool(value), subject) | (subject, Expr::Bool(value)) if is_bool(&subject) => {
                if value {
                    subject
                } else {
                    not(subject)
                }
            }
            (Expr::Text(text), subject) | (subject, Expr::Text(text))
                if text.is_empty() && matches!(subject, Expr::Read { .. }) =>
            {
                Expr::Equal(Box::new(subject), Box::new(Expr::Text(text)))
            }
            (left @ (Expr::Text(_) | Expr::Number(_) | Expr::Bool(_)), right) => {
                Expr::Equal(Box::new(right), Box::new(left))
            }
            (left, right) => Expr::Equal(Box::new(left), Box::new(right)),
        }
    }

    /// `x.length > 0` and `x.indexOf("web") === 0`.
    fn lower_length_or_place(
        &self,
        left: Id,
        operator: &str,
        right: Id,
        depth: usize,
        budget: &Budget,
    ) -> Option<Expr> {
        let ast = &self.ast;
        let (left, right) = (ast.bare(left), ast.bare(right));
        let number = ast.text(right).replace(' ', "");
        match ast.kind(left) {
            Kind::Member if ast.field(left, Field::Property).is_some_and(|at| ast.text(at) == "length") => {
                let subject = self.lower_within(ast.field(left, Field::Object)?, depth + 1, budget);
                let safe = ast.field(left, Field::OptionalChain).is_some();
                match (operator, number.as_str()) {
                    (">", "0") | (">=", "1") => Some(question(Question::Present, subject, safe)),
                    ("===", "0") | ("<", "1") => Some(question(Question::Blank, subject, safe)),
                    _ => None,
                }
            }
            Kind::Call => {
                let callee = ast.callee(left)?;
                let (method, _) = member_key(ast, callee)?;
                if !matches!(method.as_str(), "indexOf" | "search") {
                    return None;
                }
                let object = ast.field(callee, Field::Object)?;
                let argument = *ast.arguments(left).first()?;
                let safe = ast.field(callee, Field::OptionalChain).is_some();
                let asked = if method == "search" {
                    let (pattern, _) = self.regex(argument)?;
                    question(Question::Matches(pattern), self.lower_within(object, depth + 1, budget), safe)
                } else if let Some(choices) = self.choices(object) {
                    let subject = self.lower_within(argument, depth + 1, budget);
                    one_of(&subject, choices)
                } else {
                    let subject = self.lower_within(object, depth + 1, budget);
                    let Expr::Text(text) = self.lower_within(argument, depth + 1, budget) else {
                        return None;
                    };
                    if operator == "===" && number == "0" {
                        return Some(question(Question::StartsWith(text), subject, safe));
                    }
                    question(Question::Contains(text), subject, safe)
                };
                match (operator, number.as_str()) {
                    (">=", "0") | (">", "-1") => Some(asked),
                    ("===", "-1") | ("<", "0") => Some(not(asked)),
                    ("===", "0") => Some(asked),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// The texts of an array literal, where all its items are texts.
    fn choices(&self, array: Id) -> Option<Vec<String>> {
        let ast = &self.ast;
        let literal = self.names.literal(ast, array)?;
        let literal = match ast.kind(literal) {
            Kind::New if ast.callee(literal).is_some_and(|at| ast.text(at) == "Set") => {
                self.names.literal(ast, *ast.arguments(literal).first()?)?
            }
            _ => literal,
        };
        if ast.kind(literal) != Kind::Array {
            return None;
        }
        ast.children(literal)
            .map(|item| {
                let item = self.names.literal(ast, item)?;
                ast.string(item).map(|(text, _)| text)
            })
            .collect()
    }

    fn lower_name(&self, id: Id, depth: usize, budget: &Budget) -> Expr {
        let opaque = Expr::Opaque(self.ast.span(id));
        if self.ast.text(id) == "undefined" {
            return Expr::Nil;
        }
        let Some(decl) = self.names.resolve(&self.ast, id) else { return opaque };
        self.lower_decl(decl, depth, budget).unwrap_or(opaque)
    }

    /// What a name with a single value holds, where that says something.
    fn lower_decl(&self, decl: DeclId, depth: usize, budget: &Budget) -> Option<Expr> {
        if let Some(leaf) = self.decl_leaves.get(&decl) {
            return Some(leaf.clone());
        }
        if let Some(argument) = self.arguments.borrow().get(&decl) {
            return Some(argument.clone());
        }
        let given = self.names.single(decl)?;
        let whole = || {
            let value = self.ast.bare(given.node);
            if self.calls.contains(&value) {
                return Expr::Opaque(self.ast.span(value));
            }
            self.lower_within(value, depth + 1, budget)
        };
        let lowered = match given.steps.as_slice() {
            [] => whole(),
            [Step::Index(index)] => match whole() {
                Expr::Part { part: Part::Pieces, subject, safe } => {
                    Expr::Part { part: if *index == 0 { Part::Head } else { Part::Tail }, subject, safe }
                }
                _ => return None,
            },
            [Step::Key(key)] => {
                let value = self.names.own_key(&self.ast, self.ast.bare(given.node), key)?;
                self.lower_within(value, depth + 1, budget)
            }
            _ => return None,
        };
        self.worth(lowered)
    }

    /// Keeps what a name may stand for: a read, a call that may be one, or a literal.
    fn worth(&self, lowered: Expr) -> Option<Expr> {
        let kept = match &lowered {
            Expr::Text(_) | Expr::Number(_) | Expr::Bool(_) | Expr::Nil => true,
            other => self.carries(other),
        };
        kept.then_some(lowered)
    }

    /// Whether an expression holds a read, or a call or name that may turn out to be one.
    pub fn carries(&self, expr: &Expr) -> bool {
        let mut found = false;
        expr.walk(&mut |expr| {
            found |= match expr {
                Expr::Read { .. } | Expr::Presence { .. } => true,
                Expr::Opaque(span) => self.opaque.contains(span),
                _ => false,
            };
        });
        found
    }

    fn lower_member(&self, id: Id, depth: usize, budget: &Budget) -> Expr {
        let ast = &self.ast;
        let opaque = || Expr::Opaque(ast.span(id));
        let Some(object) = ast.field(id, Field::Object) else { return opaque() };
        if let Some(value) = self.property_value(id) {
            let lowered = self.lower_within(value, depth + 1, budget);
            if let Some(lowered) = self.worth(lowered) {
                return lowered;
            }
        }
        if let Some(lowered) = self.getter_value(id, depth, budget) {
            return lowered;
        }
        // Only what stands on a read is more than a name.
        if !self.has_subject(object) {
            return opaque();
        }
        let subject = self.lower_within(object, depth + 1, budget);
        if !self.carries(&subject) || matches!(subject, Expr::Opaque(_)) {
            return opaque();
        }
        let safe = ast.field(id, Field::OptionalChain).is_some() || in_safe_chain(ast.kind(object), &subject);
        match (ast.kind(id), member_key(ast, id)) {
            (Kind::Member, Some((key, _))) => part(Part::Other(key), subject, safe),
            _ => {
                let index = ast.field(id, Field::Index).map_or("", |at| ast.text(at));
                match subject {
                    Expr::Part { part: Part::Pieces, subject, safe } if !index.is_empty() => {
                        let piece = match index {
                            "0" => Part::Head,
                            "1" => Part::Tail,
                            other => Part::Other(other.to_string()),
                        };
                        Expr::Part { part: piece, subject, safe }
                    }
                    other => part(Part::Other(format!("[{index}]")), other, safe),
                }
            }
        }
    }

    /// A cheap look: whether what stands below a member can be a read at all.
    fn has_subject(&self, id: Id) -> bool {
        let ast = &self.ast;
        let id = ast.bare(id);
        match ast.kind(id) {
            Kind::Identifier => self.names.resolve(ast, id).is_some(),
            Kind::This | Kind::Object | Kind::Array | Kind::Arrow | Kind::FunctionExpression => false,
            _ => true,
        }
    }

    /// The value of `config.isHeroku` where the file gives it exactly once.
    pub fn property_value(&self, id: Id) -> Option<Id> {
        let ast = &self.ast;
        let (root, way) = self.names.property_way(ast, id)?;
        let assigned = self.names.properties.get(&(root, way.clone())).map_or(&[][..], Vec::as_slice);
        let literal = match root {
            Root::Class(_) => None,
            Root::Decl(decl) => {
                let given = self.names.single(decl).filter(|given| given.steps.is_empty());
                given.and_then(|given| {
                    let mut at = ast.bare(given.node);
                    for key in way.split('.') {
                        at = ast.bare(self.names.own_key(ast, at, key)?);
                    }
                    Some(at)
                })
            }
        };
        match (assigned, literal) {
            ([one], None) => Some(*one),
            ([], Some(literal)) => Some(literal),
            _ => None,
        }
    }

    fn getter_value(&self, id: Id, depth: usize, budget: &Budget) -> Option<Expr> {
        let ast = &self.ast;
        let (Root::Class(class), way) = self.names.property_way(ast, id)? else { return None };
        let method = self.names.method(ast, class, &way)?;
        let name = ast.field(method, Field::Name)?;
        if !ast.has_word(method, ast.span(name).start, "get") {
            return None;
        }
        let lowered = self.lower_body(method, depth + 1, budget)?;
        self.worth(lowered)
    }

    /// What a function gives back, where it does nothing else.
    pub fn body_value(&self, function: Id) -> Option<Expr> {
        self.lower_body(function, 0, &Budget::new())
    }

    fn lower_body(&self, function: Id, depth: usize, budget: &Budget) -> Option<Expr> {
        let ast = &self.ast;
        if depth > DEPTH || !budget.spend() {
            return None;
        }
        let body = ast.field(function, Field::Body)?;
        if ast.kind(body) != Kind::Block {
            return Some(self.lower_within(body, depth + 1, budget));
        }
        let statements: Vec<Id> = ast.children(body).collect();
        self.lower_statements(&statements, depth, budget)
    }

    fn lower_statements(&self, statements: &[Id], depth: usize, budget: &Budget) -> Option<Expr> {
        let ast = &self.ast;
        for (at, &statement) in statements.iter().enumerate() {
            match ast.kind(statement) {
                Kind::Lexical | Kind::Var => {}
                Kind::Return => {
                    return Some(match ast.first(statement) {
                        Some(value) => self.lower_within(value, depth + 1, budget),
                        None => Expr::Nil,
                    });
                }
                Kind::If if at < 20 => {
                    let condition =
                        self.lower_within(ast.field(statement, Field::Condition)?, depth + 1, budget);
                    let then = self.given_by(ast.field(statement, Field::Consequence)?, depth, budget)?;
                    let otherwise = match ast.field(statement, Field::Alternative) {
                        Some(clause) => self.given_by(ast.first(clause)?, depth, budget)?,
                        None => self.lower_statements(&statements[at + 1..], depth + 1, budget)?,
                    };
                    return Some(Expr::Choose {
                        condition: Box::new(condition),
                        then: Box::new(then),
                        otherwise: Box::new(otherwise),
                    });
                }
                _ => return None,
            }
        }
        None
    }

    fn given_by(&self, statement: Id, depth: usize, budget: &Budget) -> Option<Expr> {
        if depth > DEPTH || !budget.spend() {
            return None;
        }
        match self.ast.kind(statement) {
            Kind::Block => {
                let inner: Vec<Id> = self.ast.children(statement).collect();
                self.lower_statements(&inner, depth + 1, budget)
            }
            _ => self.lower_statements(&[statement], depth + 1, budget),
        }
    }

    fn lower_call(&self, id: Id, depth: usize, budget: &Budget) -> Expr {
        let ast = &self.ast;
        let opaque = || Expr::Opaque(ast.span(id));
        let Some(callee) = ast.callee(id) else { return opaque() };
        let arguments = ast.arguments(id);
        let lower = |id: Id| self.lower_within(id, depth + 1, budget);
        if ast.field(id, Field::Arguments).is_some_and(|at| ast.kind(at) != Kind::Arguments) {
            return opaque();
        }
        if !self.calls.contains(&id)
            && let Some(function) = self.small_function(callee, &arguments)
            && let Some(lowered) = self.lower_body(function, depth + 1, budget)
            && self.carries(&lowered)
        {
            return lowered;
        }
        if let Some(lowered) = self.lower_passed(id, callee, &arguments, depth, budget) {
            return lowered;
        }
        let bare = ast.bare(callee);
        if ast.kind(bare) == Kind::Identifier {
            let Some(&first) = arguments.first() else { return opaque() };
            return match ast.text(bare) {
                "Boolean" => {
                    let subject = lower(first);
                    if is_bool(&subject) { subject } else { question(Question::Present, subject, false) }
                }
                "String" => part(Part::Form { nil_is_empty: false }, lower(first), false),
                "Number" | "parseInt" | "parseFloat" | "BigInt" => part(Part::Number, lower(first), false),
                "encodeURIComponent" | "decodeURIComponent" | "encodeURI" => {
                    part(Part::Form { nil_is_empty: false }, lower(first), false)
                }
                "isNaN" => question(
                    Question::Other { name: "isNaN".to_string(), raises_on_nil: false },
                    lower(first),
                    false,
                ),
                _ => opaque(),
            };
        }
        let Some((method, _)) = member_key(ast, bare) else { return opaque() };
        let Some(object) = ast.field(bare, Field::Object) else { return opaque() };
        if let Some(&first) = arguments.first() {
            match ast.text(bare) {
                "Number.parseInt" | "Number.parseFloat" => return part(Part::Number, lower(first), false),
                "JSON.parse" => return part(Part::Other("JSON.parse".to_string()), lower(first), false),
                "Number.isNaN" | "Number.isInteger" => {
                    return question(
                        Question::Other { name: method, raises_on_nil: false },
                        lower(first),
                        false,
                    );
                }
                "_.isEmpty" | "lodash.isEmpty" => return question(Question::Blank, lower(first), false),
                "_.isUndefined" | "_.isNil" | "lodash.isUndefined" | "lodash.isNil" => {
                    return question(Question::Nil, lower(first), false);
                }
                "_.isString" => return not(question(Question::Nil, lower(first), false)),
                _ => {}
            }
        }
        match method.as_str() {
            "test" | "exec" if arguments.len() == 1 => {
                if let Some((pattern, _)) = self.regex(object) {
                    // A missing text is asked as the word `undefined`: that does not raise.
                    return question(Question::Matches(pattern), lower(arguments[0]), true);
                }
            }
            "includes" | "has" if arguments.len() == 1 => {
                if let Some(choices) = self.choices(object) {
                    return one_of(&lower(arguments[0]), choices);
                }
            }
            "join" if ast.kind(ast.bare(object)) == Kind::Array => {
                let between =
                    arguments.first().and_then(|&at| ast.string(at)).map_or(",".to_string(), |(t, _)| t);
                let mut parts = Vec::new();
                for (at, item) in ast.children(ast.bare(object)).enumerate() {
                    if at > 0 && !between.is_empty() {
                        parts.push(Expr::Text(between.clone()));
                    }
                    parts.push(lower(item));
                }
                return Expr::Template(parts);
            }
            _ => {}
        }
        if !self.has_subject(object) {
            return opaque();
        }
        let subject = lower(object);
        if !self.carries(&subject) {
            return opaque();
        }
        // A method of a name that another file binds is not the name's value.
        if matches!(subject, Expr::Opaque(_)) && !known_method(&method) {
            return opaque();
        }
        let safe =
            ast.field(bare, Field::OptionalChain).is_some() || in_safe_chain(ast.kind(object), &subject);
        let text = arguments.first().map(|&at| lower(at)).and_then(|expr| match expr {
            Expr::Text(text) => Some(text),
            _ => None,
        });
        match (method.as_str(), text) {
            ("startsWith", Some(text)) => question(Question::StartsWith(text), subject, safe),
            ("endsWith", Some(text)) => question(Question::EndsWith(text), subject, safe),
            ("includes", Some(text)) => question(Question::Contains(text), subject, safe),
            ("match" | "search", _) => match arguments.first().and_then(|&at| self.regex(at)) {
                Some((pattern, _)) => question(Question::Matches(pattern), subject, safe),
                None => part(Part::Other(method), subject, safe),
            },
            ("split", _) => part(Part::Pieces, subject, safe),
            ("pop" | "shift" | "at", _) => match subject {
                Expr::Part { part: Part::Pieces, subject, safe } => {
                    let last = match (method.as_str(), arguments.first().map(|&at| ast.text(at))) {
                        ("shift", _) | ("at", Some("0")) => Part::Head,
                        ("pop", _) | ("at", Some("-1" | "1")) => Part::Tail,
                        _ => Part::Other(method),
                    };
                    Expr::Part { part: last, subject, safe }
                }
                other => part(Part::Other(method), other, safe),
            },
            (
                "toString" | "toLowerCase" | "toUpperCase" | "trim" | "toLocaleLowerCase" | "valueOf"
                | "normalize",
                _,
            ) => part(Part::Form { nil_is_empty: false }, subject, safe),
            ("startsWith" | "endsWith" | "includes", None) => {
                question(Question::Other { name: method, raises_on_nil: true }, subject, safe)
            }
            _ => part(Part::Other(method), subject, safe),
        }
    }

    /// A call of a function of this file that only makes something of its one argument.
    fn lower_passed(
        &self,
        call: Id,
        callee: Id,
        arguments: &[Id],
        depth: usize,
        budget: &Budget,
    ) -> Option<Expr> {
        let ast = &self.ast;
        let &[argument] = arguments else { return None };
        let callee = ast.bare(callee);
        if self.calls.contains(&call) || !matches!(ast.kind(callee), Kind::Identifier | Kind::Member) {
            return None;
        }
        let function = self.names.function_called(ast, callee).filter(|&at| ast.subtree(at).len() < 120)?;
        let parameter = self.names.parameter(function, 0)?;
        if self.arguments.borrow().contains_key(&parameter) || !self.names.decls[parameter].given.is_empty() {
            return None;
        }
        let value = self.lower_within(argument, depth + 1, budget);
        if !self.carries(&value) {
            return None;
        }
        self.arguments.borrow_mut().insert(parameter, value);
        let lowered = self.lower_body(function, depth + 1, budget);
        self.arguments.borrow_mut().remove(&parameter);
        lowered.filter(|lowered| self.carries(lowered))
    }

    /// A function of this file without parameters that is small enough to stand for its value.
    fn small_function(&self, callee: Id, arguments: &[Id]) -> Option<Id> {
        let ast = &self.ast;
        let callee = ast.bare(callee);
        let known = match ast.kind(callee) {
            Kind::Identifier => self
                .names
                .resolve(ast, callee)
                .is_some_and(|decl| matches!(self.names.decls[decl].how, How::Function(_) | How::Variable)),
            Kind::Member => true,
            Kind::Arrow | Kind::FunctionExpression => true,
            _ => false,
        };
        if !known || !arguments.is_empty() {
            return None;
        }
        if ast.kind(callee) == Kind::Member {
            let (root, way) = self.names.property_way(ast, callee)?;
            if let Root::Class(class) = root {
                return self.names.method(ast, class, &way);
            }
        }
        self.names.function_called(ast, callee).filter(|&at| ast.subtree(at).len() < 400)
    }

    /// The largest expression around a row that is understood and holds the leaf, and its lowering.
    pub fn climb(&self, from: Id, holds: impl Fn(&Expr) -> bool) -> (Id, Expr) {
        let ast = &self.ast;
        let mut best = (from, self.lower(from));
        let mut at = from;
        let mut hops = 0;
        while let Some(up) = ast.parent(at) {
            let wanted = match ast.kind(up) {
                Kind::Parenthesized
                | Kind::Cast
                | Kind::TypeAssertion
                | Kind::Unary
                | Kind::Member
                | Kind::Call
                | Kind::Template => true,
                Kind::Binary => !self.is_guarded_effect(up),
                Kind::Subscript => ast.role(at) == Field::Object,
                Kind::Ternary => self.is_value(up),
                // These are no expressions of their own, and may stand between two that are.
                Kind::Arguments | Kind::Substitution | Kind::Array => {
                    hops += 1;
                    if hops > 2 {
                        break;
                    }
                    at = up;
                    continue;
                }
                _ => false,
            };
            if !wanted {
                break;
            }
            at = up;
            // A call's name and a unary operator are not the whole yet: `x.startsWith` in `x.startsWith("web")`.
            let called = ast.kind(up) == Kind::Member
                && ast
                    .parent(up)
                    .is_some_and(|call| ast.kind(call) == Kind::Call && ast.role(up) == Field::Function);
            let asked = ast.kind(up) == Kind::Unary && ast.operator(up) == "typeof";
            if called || asked {
                continue;
            }
            // `x.length` and `list.indexOf(x)` are no values of their own, but parts of a comparison.
            let compared = match ast.kind(up) {
                Kind::Member => true,
                Kind::Call => ast
                    .callee(up)
                    .and_then(|callee| member_key(ast, callee))
                    .is_some_and(|(method, _)| method == "indexOf"),
                _ => false,
            };
            let lowered = self.lower(up);
            if !holds(&lowered) || matches!(lowered, Expr::Opaque(_)) {
                if compared {
                    continue;
                }
                break;
            }
            hops = 0;
            best = (up, lowered);
        }
        best
    }

    /// Whether both branches of a ternary are values, so that the whole is one.
    fn is_value(&self, ternary: Id) -> bool {
        [Field::Consequence, Field::Alternative].into_iter().all(|branch| {
            self.ast.field(ternary, branch).is_some_and(|at| !matches!(self.lower(at), Expr::Opaque(_)))
        })
    }

    /// `a && b()` as a statement or in JSX: the left side decides whether the right side happens.
    pub fn is_guarded_effect(&self, binary: Id) -> bool {
        let ast = &self.ast;
        if !matches!(ast.operator(binary), "&&" | "||" | "??") {
            return false;
        }
        let outer = ast.outer(binary);
        let statement = ast.parent(outer).is_some_and(|up| {
            matches!(ast.kind(up), Kind::ExpressionStatement | Kind::JsxExpression | Kind::Spread)
        });
        statement
            && ast.field(binary, Field::Right).is_some_and(|right| {
                matches!(
                    ast.kind(ast.bare(right)),
                    Kind::Call
                        | Kind::New
                        | Kind::Assignment
                        | Kind::Augmented
                        | Kind::Object
                        | Kind::Array
                        | Kind::JsxElement
                        | Kind::JsxOpening
                        | Kind::Await
                        | Kind::Unary
                )
            })
    }
}

/// Methods that say something about a text, whatever the text is.
fn known_method(method: &str) -> bool {
    matches!(
        method,
        "startsWith"
            | "endsWith"
            | "includes"
            | "match"
            | "split"
            | "toString"
            | "toLowerCase"
            | "toUpperCase"
            | "trim"
    )
}

fn is_text(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::Text(_)
            | Expr::Template(_)
            | Expr::Read { .. }
            | Expr::Part { part: Part::Form { .. } | Part::Head | Part::Tail, .. }
    ) || matches!(expr, Expr::Any(parts) | Expr::Coalesce(parts) if parts.iter().any(is_text))
        || matches!(expr, Expr::Choose { then, otherwise, .. } if is_text(then) || is_text(otherwise))
}

/// `?.` ends the whole chain, not one step: what stands on a safe step is safe.
fn in_safe_chain(object: Kind, subject: &Expr) -> bool {
    matches!(object, Kind::Call | Kind::Member | Kind::Subscript)
        && matches!(subject, Expr::Part { safe: true, .. } | Expr::Ask { safe: true, .. })
}

fn one_of(subject: &Expr, choices: Vec<String>) -> Expr {
    let mut parts: Vec<Expr> = choices
        .into_iter()
        .map(|text| Expr::Equal(Box::new(subject.clone()), Box::new(Expr::Text(text))))
        .collect();
    match parts.len() {
        1 => parts.remove(0),
        _ => Expr::Any(parts),
    }
}
