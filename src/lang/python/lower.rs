//! Turning syntax into [`Expr`].

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::access::{Access, File};
use super::api;
use super::names::{Event, Key};
use super::syntax::{Field, Id, Kind};
use super::texts::{Texts, brace_pieces, percent_pieces};
use crate::expr::{Expr, Part, Question};
use crate::fact::{Name, ReadKind};
use crate::span::Span;

/// Expressions deeper than this are not understood.
const DEPTH: u32 = 60;

/// Steps allowed for one expression, names followed included.
const FUEL: u32 = 4000;

/// Parts that the value of a name may have: larger ones are not put in for the name.
const PARTS: usize = 160;

/// Lowers the expressions of one file.
pub(super) struct Lower<'f, 't> {
    pub(super) file: &'f File<'t>,
    /// Spans of calls and names that may turn out to be reads: worth following though not understood.
    pub(super) sources: HashSet<Span>,
    /// The element that accesses in a loop take: the loop and the element's index.
    pub(super) pick: Cell<Option<(Id, usize)>>,
    /// What names hold, as far as known.
    memo: RefCell<HashMap<Key<'t>, Option<Expr>>>,
    /// Names whose value is being worked out.
    active: RefCell<Vec<Key<'t>>>,
    /// Conditions, as far as asked.
    pub(super) conditions: RefCell<HashMap<Id, Expr>>,
    /// Conditions under which a block is left early, as far as asked.
    pub(super) exits: RefCell<HashMap<Id, Rc<[Id]>>>,
    depth: Cell<u32>,
    /// Steps left for the expression at hand.
    fuel: Cell<u32>,
    /// How often a name was left out because it is defined by itself.
    cuts: Cell<u32>,
}

impl<'f, 't> Lower<'f, 't> {
    pub(super) fn new(file: &'f File<'t>, sources: HashSet<Span>) -> Self {
        Self {
            file,
            sources,
            pick: Cell::new(None),
            memo: RefCell::default(),
            active: RefCell::default(),
            conditions: RefCell::default(),
            exits: RefCell::default(),
            depth: Cell::new(0),
            fuel: Cell::new(0),
            cuts: Cell::new(0),
        }
    }

    fn opaque(&self, id: Id) -> Expr {
        Expr::Opaque(self.file.tree.span(id))
    }

    /// Whether an expression holds anything that is or may be a read.
    pub(super) fn matters(&self, expr: &Expr) -> bool {
        let mut found = false;
        expr.walk(&mut |part| {
            found |= match part {
                Expr::Read { .. } | Expr::Presence { .. } => true,
                Expr::Opaque(span) => self.sources.contains(span),
                _ => false,
            };
        });
        found
    }

    /// The span of the read that an access gives, for the element picked.
    pub(super) fn access_span(&self, id: Id, access: &Access) -> Span {
        match (&access.name, self.pick.get()) {
            (Texts::Several { choice, texts }, Some((picked, at))) if *choice == picked => texts
                .get(at)
                .map_or_else(|| self.file.tree.span(id), |(.., literal)| self.file.tree.span(*literal)),
            _ => self.file.tree.span(id),
        }
    }

    /// The name that an access reads, for the element picked.
    pub(super) fn access_name(&self, access: &Access) -> (Name, Option<Span>) {
        match &access.name {
            Texts::Known(text, span) => (Name::Known(text.clone()), *span),
            Texts::Several { choice, texts } => match self.pick.get() {
                Some((picked, at)) if *choice == picked => match texts.get(at) {
                    Some((text, span, _)) => (Name::Known(text.clone()), Some(*span)),
                    None => (Name::Computed, None),
                },
                _ => (Name::Computed, None),
            },
            Texts::Parameter(parameter) if !parameter.prefix.is_empty() || !parameter.suffix.is_empty() => {
                (Name::Partly { prefix: parameter.prefix.clone(), suffix: parameter.suffix.clone() }, None)
            }
            Texts::Partly(prefix, suffix) => {
                (Name::Partly { prefix: prefix.clone(), suffix: suffix.clone() }, None)
            }
            Texts::Matching(name) => (name.clone(), None),
            Texts::Parameter(_) | Texts::Computed => (Name::Computed, None),
        }
    }

    fn read(&self, id: Id, access: &Access) -> Expr {
        let span = self.access_span(id, access);
        let name = match self.access_name(access).0 {
            Name::Known(name) => Some(name),
            _ => None,
        };
        match access.kind {
            ReadKind::Presence | ReadKind::Scan => {
                let presence = Expr::Presence { name, span };
                if access.negated { Expr::Not(Box::new(presence)) } else { presence }
            }
            _ => Expr::Read {
                name,
                span,
                default: access.default.map(|default| Box::new(self.lower(default))),
                required: access.required && access.default.is_none(),
            },
        }
    }

    /// Lowers an expression; what is not understood is [`Expr::Opaque`].
    pub(super) fn lower(&self, id: Id) -> Expr {
        if self.depth.get() == 0 {
            self.fuel.set(FUEL);
        }
        if self.depth.get() >= DEPTH || self.fuel.get() == 0 {
            self.cuts.set(self.cuts.get() + 1);
            return self.opaque(id);
        }
        self.fuel.set(self.fuel.get() - 1);
        self.depth.set(self.depth.get() + 1);
        let expr = self.lower_kind(id);
        self.depth.set(self.depth.get() - 1);
        expr
    }

    fn lower_kind(&self, id: Id) -> Expr {
        let tree = self.file.tree;
        if let Some(access) = self.file.accesses.get(&id) {
            return self.read(id, access);
        }
        let child = |field| tree.get(id, field).map_or_else(|| self.opaque(id), |child| self.lower(child));
        match tree.kind(id) {
            Kind::Parenthesized | Kind::Await => {
                tree.first(id).map_or_else(|| self.opaque(id), |inner| self.lower(inner))
            }
            Kind::Named => child(Field::Value),
            Kind::True => Expr::Bool(true),
            Kind::False => Expr::Bool(false),
            Kind::None => Expr::Nil,
            Kind::Integer | Kind::Float => Expr::Number(tree.text(id).to_string()),
            Kind::String => self.string(id),
            Kind::Concatenated => {
                let parts = tree.children(id).map(|part| self.string(part)).collect();
                template(parts)
            }
            Kind::Not => negate(child(Field::Argument)),
            Kind::Boolean => {
                let any = tree.get(id, Field::Operator).is_some_and(|operator| tree.text(operator) == "or");
                let mut parts = Vec::new();
                for side in [child(Field::Left), child(Field::Right)] {
                    match (side, any) {
                        (Expr::Any(inner), true) | (Expr::All(inner), false) => parts.extend(inner),
                        (side, _) => parts.push(side),
                    }
                }
                if any { Expr::Any(parts) } else { Expr::All(parts) }
            }
            Kind::Comparison => self.comparison(id),
            Kind::Conditional => {
                let parts: Vec<Id> = tree.children(id).collect();
                let &[then, condition, otherwise] = parts.as_slice() else { return self.opaque(id) };
                choose(self.lower(condition), self.lower(then), self.lower(otherwise))
            }
            Kind::Binary => self.binary(id),
            Kind::Call => {
                let expr = self.call(id);
                match expr {
                    Some(expr) if self.matters(&expr) || is_constant(&expr) => expr,
                    _ => self.opaque(id),
                }
            }
            Kind::Subscript => self.subscript(id).unwrap_or_else(|| self.opaque(id)),
            Kind::Identifier => match self.file.names.lookup(id) {
                Some(key) => self.name(key, id).unwrap_or_else(|| self.opaque(id)),
                None => self.opaque(id),
            },
            Kind::Attribute => match self.file.names.member(id) {
                Some(key) if !self.is_method(key) => self.name(key, id).unwrap_or_else(|| self.opaque(id)),
                _ => self.opaque(id),
            },
            _ => self.opaque(id),
        }
    }

    /// Whether a member of a class must be called to give its value.
    fn is_method(&self, key: Key<'_>) -> bool {
        match self.file.names.events(key) {
            [Event::Function(function)] => !self.is_property(*function),
            _ => false,
        }
    }

    /// Whether a function gives its value without a call.
    pub(super) fn is_property(&self, function: Id) -> bool {
        self.file.names.decorators(function).any(|decorator| {
            let name = self.file.tree.text(decorator);
            matches!(name.rsplit('.').next(), Some("property" | "cached_property" | "classproperty"))
        })
    }

    fn string(&self, id: Id) -> Expr {
        let tree = self.file.tree;
        let Some((prefix, inner, _)) = tree.string(id) else { return self.opaque(id) };
        if !prefix.contains(['f', 'F', 't', 'T']) {
            return Expr::Text(inner.to_string());
        }
        let mut parts = Vec::new();
        for part in tree.children(id) {
            match tree.kind(part) {
                Kind::StringContent => {
                    parts.push(Expr::Text(tree.text(part).replace("{{", "{").replace("}}", "}")))
                }
                Kind::Interpolation => {
                    parts.push(tree.first(part).map_or_else(|| self.opaque(part), |inner| self.lower(inner)));
                }
                _ => {}
            }
        }
        template(parts)
    }

    fn comparison(&self, id: Id) -> Expr {
        let tree = self.file.tree;
        let mut operands: Vec<Id> = Vec::new();
        let mut operators: Vec<&str> = Vec::new();
        for part in tree.parts(id) {
            if tree.field(part) == Field::Operators {
                operators.push(tree.text(part));
            } else {
                operands.push(part);
            }
        }
        if operands.len() != operators.len() + 1 {
            return self.opaque(id);
        }
        let mut all: Vec<Expr> = operators
            .iter()
            .zip(operands.windows(2))
            .map(|(operator, pair)| self.compare(id, pair[0], operator, pair[1]))
            .collect();
        if all.len() == 1 { all.remove(0) } else { Expr::All(all) }
    }

    fn compare(&self, whole: Id, left: Id, operator: &str, right: Id) -> Expr {
        let tree = self.file.tree;
        let compact: String = operator.split_whitespace().collect::<Vec<_>>().join(" ");
        match compact.as_str() {
            "==" | "!=" | "<>" | "is" | "is not" => {
                let (left, right) = (self.lower(left), self.lower(right));
                let equal = match (left, right) {
                    (subject, Expr::Nil) | (Expr::Nil, subject) => ask(Question::Nil, subject),
                    (left, right) => Expr::Equal(Box::new(left), Box::new(right)),
                };
                if matches!(compact.as_str(), "==" | "is") { equal } else { negate(equal) }
            }
            "in" | "not in" => {
                let elements = self.file.elements(right, None);
                let found = match elements {
                    Some(elements) if elements.len() <= 24 => {
                        let subject = self.lower(left);
                        let mut any: Vec<Expr> = elements
                            .into_iter()
                            .map(|element| match self.lower(element) {
                                Expr::Nil => ask(Question::Nil, subject.clone()),
                                element => Expr::Equal(Box::new(subject.clone()), Box::new(element)),
                            })
                            .collect();
                        if any.len() == 1 { any.remove(0) } else { Expr::Any(any) }
                    }
                    _ => {
                        let subject = self.lower(right);
                        match (self.lower(left), self.matters(&subject)) {
                            (Expr::Text(text), true) => ask(Question::Contains(text), subject),
                            (left, _) if self.matters(&left) => other_question("in", left),
                            (_, true) => other_question("in", subject),
                            _ => return self.opaque(whole),
                        }
                    }
                };
                if compact == "in" { found } else { negate(found) }
            }
            _ => {
                let subject = self.lower(left);
                if self.matters(&subject) {
                    return other_question(&compact, subject);
                }
                let subject = self.lower(right);
                let flipped: String = compact
                    .chars()
                    .map(|c| {
                        if c == '<' {
                            '>'
                        } else if c == '>' {
                            '<'
                        } else {
                            c
                        }
                    })
                    .collect();
                if self.matters(&subject) {
                    other_question(&flipped, subject)
                } else {
                    self.opaque(tree.bare(whole))
                }
            }
        }
    }

    fn binary(&self, id: Id) -> Expr {
        let tree = self.file.tree;
        let (Some(left), Some(right), Some(operator)) =
            (tree.get(id, Field::Left), tree.get(id, Field::Right), tree.get(id, Field::Operator))
        else {
            return self.opaque(id);
        };
        let operator = tree.text(operator);
        if operator == "%"
            && let Some((format, _)) = tree.literal(left)
        {
            let values: Vec<Id> = match tree.kind(right) {
                Kind::Tuple => tree.children(right).collect(),
                _ => vec![right],
            };
            return self.filled(&percent_pieces(&format), &values);
        }
        let (left, right) = (self.lower(left), self.lower(right));
        let number = |expr: &Expr| {
            matches!(expr, Expr::Number(_) | Expr::Part { part: Part::Number, .. } | Expr::Bool(_))
                || matches!(expr, Expr::Part { part: Part::Other(name), .. } if name.len() < 3)
        };
        if operator == "+" && !number(&left) && !number(&right) {
            let mut parts = Vec::new();
            for side in [left, right] {
                match side {
                    Expr::Template(inner) => parts.extend(inner),
                    side => parts.push(side),
                }
            }
            return template(parts);
        }
        let subject = match (self.matters(&left), self.matters(&right)) {
            (true, _) => left,
            (_, true) => right,
            _ => return self.opaque(id),
        };
        part(Part::Other(operator.to_string()), subject)
    }

    /// A format with its values.
    fn filled(&self, format: &[Option<String>], values: &[Id]) -> Expr {
        let mut values = values.iter();
        let parts = format
            .iter()
            .map(|piece| match piece {
                Some(text) => Expr::Text(text.clone()),
                None => match values.next() {
                    Some(&value) => self.lower(value),
                    None => Expr::Opaque(Span::default()),
                },
            })
            .collect();
        template(parts)
    }

    fn subscript(&self, id: Id) -> Option<Expr> {
        let tree = self.file.tree;
        let subject = self.lower(tree.get(id, Field::Value)?);
        if !self.matters(&subject) {
            return None;
        }
        let index = tree.text(tree.get(id, Field::Subscript)?);
        Some(match (subject, index) {
            (Expr::Part { part: Part::Pieces, subject, safe }, "0") => {
                Expr::Part { part: Part::Head, subject, safe }
            }
            (Expr::Part { part: Part::Pieces, subject, safe }, "-1" | "1" | "2") => {
                Expr::Part { part: Part::Tail, subject, safe }
            }
            (subject, index) => part(Part::Other(format!("[{index}]")), subject),
        })
    }

    fn call(&self, id: Id) -> Option<Expr> {
        let tree = self.file.tree;
        if self.sources.contains(&tree.span(id)) {
            return Some(self.opaque(id));
        }
        let function = tree.get(id, Field::Function)?;
        let arguments = tree.arguments(id);
        if arguments.is_empty()
            && let Some(key) = self.callee_key(function)
            && matches!(self.file.names.events(key), [Event::Function(_)] | [Event::Assign { .. }])
        {
            return self.name(key, id);
        }
        let first = arguments.positional.first().copied();
        if let Some((pattern, _)) = self.file.pattern_of(id, function) {
            let direct = self.file.names.path(function).is_some_and(|path| api::matcher(&path).is_some());
            let subject = if direct { *arguments.positional.get(1)? } else { first? };
            return Some(ask(Question::Matches(pattern), self.lower(subject)));
        }
        if tree.kind(function) == Kind::Attribute {
            let object = tree.get(function, Field::Object)?;
            let method = tree.text(tree.get(function, Field::Attribute)?);
            if method == "format"
                && let Some((format, _)) = tree.literal(object)
            {
                return Some(self.filled(&brace_pieces(&format), &arguments.positional));
            }
            let subject = self.lower(object);
            if self.matters(&subject) {
                return self.method(subject, method, &arguments.positional);
            }
        }
        let path = self.file.names.path(function)?;
        match path.as_str() {
            "bool" => return Some(ask(Question::Present, self.lower(first?))),
            "any" | "all" => return self.fold(first?, path == "any"),
            "fnmatch.fnmatch" | "fnmatch.fnmatchcase" | "fnmatch" => {
                let subject = self.lower(first?);
                let (pattern, _) = tree.literal(*arguments.positional.get(1)?)?;
                return Some(match pattern.strip_suffix('*') {
                    Some(start) if !start.contains(['*', '?', '[']) => {
                        ask(Question::StartsWith(start.to_string()), subject)
                    }
                    _ => other_question("fnmatch", subject),
                });
            }
            path if api::FORMS.contains(&path) => {
                return Some(part(Part::Form { nil_is_empty: false }, self.lower(first?)));
            }
            path if api::NUMBERS.contains(&path) => return Some(part(Part::Number, self.lower(first?))),
            path if api::PARSERS.contains(&path) => {
                return Some(part(Part::Other(path.to_string()), self.lower(first?)));
            }
            path if api::asks(path) => {
                let last = path.rsplit('.').next().unwrap_or(path);
                return Some(other_question(last, self.lower(first?)));
            }
            _ => {}
        }
        None
    }

    /// The name that is called, where it is bound in this file.
    pub(super) fn callee_key(&self, function: Id) -> Option<Key<'t>> {
        match self.file.tree.kind(function) {
            Kind::Identifier => self.file.names.lookup(function),
            Kind::Attribute => self.file.names.member(function),
            _ => None,
        }
    }

    /// `any(…)` and `all(…)` over a list or a generator of known elements.
    fn fold(&self, of: Id, any: bool) -> Option<Expr> {
        let tree = self.file.tree;
        let parts: Vec<Expr> = match tree.kind(of) {
            Kind::Generator | Kind::ListComprehension | Kind::SetComprehension => {
                let body = tree.get(of, Field::Body)?;
                let clauses: Vec<Id> = tree.children(of).filter(|&part| part != body).collect();
                let &[clause] = clauses.as_slice() else { return None };
                let iterable = tree.get(clause, Field::Right)?;
                let elements = self.file.elements(iterable, None)?;
                let outer = self.pick.get();
                let parts = (0..elements.len().min(24))
                    .map(|at| {
                        self.pick.set(Some((iterable, at)));
                        self.lower(body)
                    })
                    .collect();
                self.pick.set(outer);
                parts
            }
            Kind::List | Kind::Tuple | Kind::Set => tree.children(of).map(|part| self.lower(part)).collect(),
            _ => return None,
        };
        Some(match (any, parts.len()) {
            (_, 0) => return None,
            (_, 1) => ask(Question::Present, parts.into_iter().next()?),
            (true, _) => Expr::Any(parts),
            (false, _) => Expr::All(parts),
        })
    }

    fn method(&self, subject: Expr, method: &str, arguments: &[Id]) -> Option<Expr> {
        let tree = self.file.tree;
        let texts = |at: usize| -> Option<Vec<String>> {
            let argument = tree.bare(*arguments.get(at)?);
            match tree.kind(argument) {
                Kind::Tuple => tree.children(argument).map(|part| Some(tree.literal(part)?.0)).collect(),
                _ => match self.file.texts(argument) {
                    Texts::Known(text, _) => Some(vec![text]),
                    _ => None,
                },
            }
        };
        Some(match method {
            "startswith" | "endswith" => {
                let question: fn(String) -> Question =
                    if method == "startswith" { Question::StartsWith } else { Question::EndsWith };
                match texts(0) {
                    Some(texts) => {
                        let mut any: Vec<Expr> =
                            texts.into_iter().map(|text| ask(question(text), subject.clone())).collect();
                        if any.len() == 1 { any.remove(0) } else { Expr::Any(any) }
                    }
                    None => other_question(method, subject),
                }
            }
            "__contains__" => match texts(0)?.as_slice() {
                [text] => ask(Question::Contains(text.clone()), subject),
                _ => return None,
            },
            "lower" | "upper" | "strip" | "lstrip" | "rstrip" | "title" | "casefold" | "capitalize"
            | "encode" | "decode" | "swapcase" | "expandtabs" => {
                part(Part::Form { nil_is_empty: false }, subject)
            }
            "split" | "rsplit" | "partition" | "rpartition" => part(Part::Pieces, subject),
            name if name.starts_with("is") || name.starts_with("has") => other_question(name, subject),
            name => part(Part::Other(name.to_string()), subject),
        })
    }

    /// What a name holds at `at`, where that is worth knowing.
    pub(super) fn name(&self, key: Key<'t>, at: Id) -> Option<Expr> {
        let events = self.file.names.events(key);
        // Between two assignments one after the other the first value holds.
        if let [Event::Assign { value: first, at: first_at }, Event::Assign { value: second, .. }] = events
            && at < self.file.tree.after(*second)
            && self.in_sequence(*first_at, *second)
        {
            return self.guarded(key, || Some(self.lower(*first))).filter(|expr| self.substitutes(expr));
        }
        if self.pick.get().is_some() {
            return self.guarded(key, || self.value(events)).filter(|expr| self.substitutes(expr));
        }
        if let Some(known) = self.memo.borrow().get(&key) {
            return known.clone();
        }
        let cuts = self.cuts.get();
        let value = self.guarded(key, || self.value(events)).filter(|expr| self.substitutes(expr));
        // What was cut short by a cycle further up is not known for good.
        if self.active.borrow().is_empty() || self.cuts.get() == cuts {
            self.memo.borrow_mut().insert(key, value.clone());
        }
        value
    }

    fn guarded(&self, key: Key<'t>, value: impl FnOnce() -> Option<Expr>) -> Option<Expr> {
        // Once more is allowed: `x = x or "d"` is a value of the value before.
        let depth = self.active.borrow().len();
        if self.active.borrow().iter().filter(|&&active| active == key).count() > 1 || depth > 16 {
            self.cuts.set(self.cuts.get() + 1);
            return None;
        }
        self.active.borrow_mut().push(key);
        let value = value();
        self.active.borrow_mut().pop();
        value
    }

    fn substitutes(&self, expr: &Expr) -> bool {
        let mut parts = 0;
        expr.walk(&mut |_| parts += 1);
        parts <= PARTS && (is_constant(expr) || self.matters(expr))
    }

    /// Whether the second value is assigned after the first in the same block, or in a branch there.
    fn in_sequence(&self, first: Id, second: Id) -> bool {
        let tree = self.file.tree;
        let block =
            |id: Id| tree.ancestors(id).find(|&at| matches!(tree.kind(at), Kind::Block | Kind::Module));
        match (block(first), block(second)) {
            (Some(one), Some(two)) => tree.within(two, one),
            _ => false,
        }
    }

    fn value(&self, events: &[Event]) -> Option<Expr> {
        let tree = self.file.tree;
        match events {
            [Event::Assign { value, .. }] => match tree.kind(*value) {
                Kind::Lambda => {
                    let parameters = tree.get(*value, Field::Parameters);
                    if parameters.is_some_and(|list| tree.first(list).is_some()) {
                        return None;
                    }
                    Some(self.lower(tree.get(*value, Field::Body)?))
                }
                _ => Some(self.lower(*value)),
            },
            [Event::Unpack { value, index, count, .. }] => match self.lower(*value) {
                Expr::Part { part: Part::Pieces, subject, safe } => {
                    let part = match index {
                        0 => Part::Head,
                        index if index + 1 == *count => Part::Tail,
                        _ => return None,
                    };
                    Some(Expr::Part { part, subject, safe })
                }
                _ => None,
            },
            [Event::Function(function)] => self.function(*function),
            [
                Event::Assign { value: first, at: first_at },
                Event::Assign { value: second, at: second_at },
            ] => self.second_value(*first, *first_at, *second, *second_at),
            _ => None,
        }
    }

    /// The value of a name that is assigned twice.
    fn second_value(&self, first: Id, first_at: Id, second: Id, second_at: Id) -> Option<Expr> {
        let tree = self.file.tree;
        // `try: x = … except KeyError: x = …`
        let handler = tree.ancestors(second_at).find(|&at| tree.kind(at) == Kind::Except);
        if let Some(tried) = handler.and_then(|handler| tree.parent(handler))
            && tree.get(tried, Field::Body).is_some_and(|body| tree.within(first_at, body))
        {
            return Some(self.lower(first));
        }
        let statement = |id: Id| {
            tree.ancestors(id).find(|&at| {
                matches!(tree.parent(at).map(|parent| tree.kind(parent)), Some(Kind::Block | Kind::Module))
            })
        };
        let second_statement = statement(second_at)?;
        let block = tree.parent(second_statement)?;
        // A statement of the same block replaces the value.
        if tree.within(first_at, block) {
            return Some(self.lower(second));
        }
        let branch = tree.parent(block)?;
        // A branch of `if` or `else`; anything else around it is not followed.
        let choice = match tree.kind(branch) {
            Kind::If => branch,
            Kind::Else | Kind::Elif => tree.parent(branch).filter(|&parent| tree.kind(parent) == Kind::If)?,
            _ => return None,
        };
        let condition = self.lower(tree.get(choice, Field::Condition)?);
        let (then, otherwise) = (self.lower(first), self.lower(second));
        let consequence = tree.get(choice, Field::Consequence)?;
        match tree.kind(branch) {
            Kind::Else
                if tree.within(first_at, consequence)
                    && tree.parts(choice).filter(|&part| tree.field(part) == Field::Alternative).count()
                        == 1 =>
            {
                Some(choose(condition, then, otherwise))
            }
            Kind::If if first_at < choice && self.in_sequence(first_at, choice) => {
                Some(choose(condition, otherwise, then))
            }
            _ => None,
        }
    }

    /// What a function without parameters gives back.
    pub(super) fn function(&self, function: Id) -> Option<Expr> {
        let tree = self.file.tree;
        let plain = self.file.names.decorators(function).all(|decorator| {
            let name = tree.text(decorator).split('(').next().unwrap_or_default();
            matches!(
                name.rsplit('.').next(),
                Some(
                    "property"
                        | "cached_property"
                        | "classproperty"
                        | "staticmethod"
                        | "classmethod"
                        | "lru_cache"
                        | "cache"
                        | "memoize"
                        | "simple_tag"
                        | "filter"
                        | "template_global"
                        | "memoized"
                )
            )
        });
        if !plain {
            return None;
        }
        let list = tree.get(function, Field::Parameters)?;
        let receivers =
            usize::from(tree.first(list).is_some_and(|first| matches!(tree.text(first), "self" | "cls")));
        if tree.children(list).count() > receivers {
            return None;
        }
        let statements: Vec<Id> = tree.children(tree.get(function, Field::Body)?).collect();
        self.block(&statements)
    }

    fn block(&self, statements: &[Id]) -> Option<Expr> {
        let tree = self.file.tree;
        for (at, &statement) in statements.iter().enumerate() {
            match tree.kind(statement) {
                Kind::Return => {
                    return Some(tree.first(statement).map_or(Expr::Nil, |value| self.lower(value)));
                }
                Kind::If => return self.if_value(statement, &statements[at + 1..]),
                Kind::Try => {
                    let body: Vec<Id> = tree.children(tree.get(statement, Field::Body)?).collect();
                    return self.block(&body);
                }
                Kind::ExpressionStatement
                | Kind::Import
                | Kind::ImportFrom
                | Kind::Pass
                | Kind::Global
                | Kind::Assert => {}
                _ => return None,
            }
        }
        Some(Expr::Nil)
    }

    fn if_value(&self, statement: Id, rest: &[Id]) -> Option<Expr> {
        let tree = self.file.tree;
        let body = |of: Id| -> Option<Vec<Id>> { Some(tree.children(of).collect()) };
        let mut branches: Vec<(Expr, Expr)> = Vec::new();
        let returns =
            |of: &[Id]| of.last().is_some_and(|&last| matches!(tree.kind(last), Kind::Return | Kind::If));
        let consequence = body(tree.get(statement, Field::Consequence)?)?;
        if !returns(&consequence) {
            return None;
        }
        branches.push((self.lower(tree.get(statement, Field::Condition)?), self.block(&consequence)?));
        let mut otherwise = None;
        for alternative in tree.parts(statement).filter(|&part| tree.field(part) == Field::Alternative) {
            match tree.kind(alternative) {
                Kind::Elif => {
                    let consequence = body(tree.get(alternative, Field::Consequence)?)?;
                    if !returns(&consequence) {
                        return None;
                    }
                    branches.push((
                        self.lower(tree.get(alternative, Field::Condition)?),
                        self.block(&consequence)?,
                    ));
                }
                _ => otherwise = Some(self.block(&body(tree.get(alternative, Field::Body)?)?)?),
            }
        }
        let mut value = match otherwise {
            Some(value) => value,
            None => self.block(rest)?,
        };
        for (condition, then) in branches.into_iter().rev() {
            value = choose(condition, then, value);
        }
        Some(value)
    }

    /// The test that a `case` puts to the subject; `None` where it takes everything or is not understood.
    pub(super) fn case(&self, subject: &Expr, clause: Id) -> Option<Expr> {
        let tree = self.file.tree;
        let mut tests = Vec::new();
        for pattern in tree.children(clause).filter(|&part| tree.kind(part) == Kind::CasePattern) {
            let inner = tree.first(pattern)?;
            let alternatives: Vec<Id> = match tree.kind(inner) {
                Kind::UnionPattern => tree.children(inner).collect(),
                _ => vec![inner],
            };
            for alternative in alternatives {
                tests.push(match tree.kind(alternative) {
                    Kind::None => ask(Question::Nil, subject.clone()),
                    Kind::String | Kind::Concatenated | Kind::True | Kind::False | Kind::Integer => {
                        Expr::Equal(Box::new(subject.clone()), Box::new(self.lower(alternative)))
                    }
                    // A plain name takes everything; what its guard asks is what counts.
                    Kind::DottedName if !tree.text(alternative).contains('.') => continue,
                    _ => return None,
                });
            }
        }
        let test = match tests.len() {
            0 => None,
            1 => tests.pop(),
            _ => Some(Expr::Any(tests)),
        };
        let guard =
            tree.get(clause, Field::Guard).and_then(|guard| tree.first(guard)).map(|guard| self.lower(guard));
        match (test, guard) {
            (Some(test), Some(guard)) => Some(Expr::All(vec![test, guard])),
            (test, guard) => test.or(guard),
        }
    }

    /// Whether any part of the expression is not understood.
    pub(super) fn has_holes(&self, expr: &Expr) -> bool {
        let mut holes = false;
        expr.walk(&mut |part| holes |= matches!(part, Expr::Opaque(span) if !self.sources.contains(span)));
        holes
    }
}

fn is_constant(expr: &Expr) -> bool {
    matches!(expr, Expr::Text(_) | Expr::Number(_) | Expr::Bool(_) | Expr::Nil)
}

fn ask(question: Question, subject: Expr) -> Expr {
    Expr::Ask { question, subject: Box::new(subject), safe: false }
}

fn other_question(name: &str, subject: Expr) -> Expr {
    ask(Question::Other { name: name.to_string(), raises_on_nil: true }, subject)
}

fn part(part: Part, subject: Expr) -> Expr {
    Expr::Part { part, subject: Box::new(subject), safe: false }
}

fn negate(expr: Expr) -> Expr {
    match expr {
        Expr::Not(inner) if is_boolean(&inner) => *inner,
        expr => Expr::Not(Box::new(expr)),
    }
}

/// Whether an expression gives a truth value and nothing else.
fn is_boolean(expr: &Expr) -> bool {
    matches!(expr, Expr::Presence { .. } | Expr::Not(_) | Expr::Equal(..) | Expr::Ask { .. } | Expr::Bool(_))
}

fn choose(condition: Expr, then: Expr, otherwise: Expr) -> Expr {
    match (&then, &otherwise) {
        (Expr::Bool(true), Expr::Bool(false)) if is_boolean(&condition) => condition,
        (Expr::Bool(true), Expr::Bool(false)) => ask(Question::Present, condition),
        (Expr::Bool(false), Expr::Bool(true)) => negate(condition),
        _ if then == otherwise => then,
        _ => Expr::Choose {
            condition: Box::new(condition),
            then: Box::new(then),
            otherwise: Box::new(otherwise),
        },
    }
}

/// A text of parts, known neighbours joined.
fn template(parts: Vec<Expr>) -> Expr {
    let mut joined: Vec<Expr> = Vec::with_capacity(parts.len());
    for part in parts {
        match (joined.last_mut(), part) {
            (Some(Expr::Text(text)), Expr::Text(more)) => text.push_str(&more),
            (_, part) => joined.push(part),
        }
    }
    match joined.as_slice() {
        [] => Expr::Text(String::new()),
        [Expr::Text(_)] => joined.remove(0),
        _ => Expr::Template(joined),
    }
}
