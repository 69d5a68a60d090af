//! Putting the facts of a file together.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet, VecDeque};

use super::access::{Access, File, Object};
use super::api;
use super::lower::Lower;
use super::names::{Event, Key};
use super::schema::Declared;
use super::syntax::{Field, Id, Kind};
use super::terms;
use super::texts::{Parameter, Texts};
use crate::effect::Effect;
use crate::expr::{Environment, Expr, Question, Truth, Value};
use crate::fact::{
    Argument, Binding, Call, EnvRead, Facts, Guard, Place, ReadKind, Use, looks_like_variable,
};
use crate::span::Span;

/// Uses reported for one read.
const USES: usize = 12;

/// Fills `facts` from `file`; `accesses` says whether the text can read the environment at all.
pub(super) fn collect<'t>(file: &mut File<'t>, accesses: bool, facts: &mut Facts) {
    let tree = file.tree;
    let mut declared = Vec::new();
    let mut order = Vec::new();
    if accesses {
        file.collect_scheme();
        for id in tree.all() {
            if matches!(tree.kind(id), Kind::Call | Kind::Subscript | Kind::Comparison)
                && let Some(access) = file.access(id)
            {
                order.push(id);
                file.accesses.insert(id, access);
            }
            file.writes(id, &mut facts.writes);
            file.declared(id, &mut declared);
        }
        settle(file, &order);
    }
    let file = &*file;
    let calls = calls(file, facts, &declared);
    let sources: HashSet<Span> =
        calls.iter().filter(|call| call.texts).map(|call| tree.span(call.at)).collect();
    terms::collect(file, Lower::new(file, sources.clone()), facts);
    let collector = Collector {
        file,
        lower: Lower::new(file, sources),
        index: OnceCell::new(),
        carriers: HashMap::new(),
        carrier_order: Vec::new(),
    };
    collector.run(&order, declared, calls, accesses, facts);
}

/// Where each name is mentioned.
fn index<'t>(file: &File<'t>) -> HashMap<&'t str, Vec<Id>> {
    let mut index: HashMap<&str, Vec<Id>> = HashMap::new();
    for id in file.tree.all().filter(|&id| file.tree.kind(id) == Kind::Identifier) {
        index.entry(file.tree.text(id)).or_default().push(id);
    }
    index
}

/// A world in which one variable is unset and nothing else is known.
pub(super) struct Unset<'n>(pub(super) Option<&'n str>);

impl Environment for Unset<'_> {
    fn value(&self, name: Option<&str>) -> Value {
        if name == self.0 { Value::Nil } else { Value::Unknown }
    }
}

/// Says which accesses that could raise do not, because the code around them sees to it.
fn settle(file: &mut File<'_>, order: &[Id]) {
    let mut changes = Vec::new();
    {
        let lower = Lower::new(file, HashSet::new());
        for &id in order {
            let Some(access) = file.accesses.get(&id).filter(|access| access.required) else { continue };
            if let Some(default) = caught(file, id) {
                changes.push((id, default));
                continue;
            }
            let name = match &access.name {
                Texts::Known(name, _) => Some(name.as_str()),
                _ => None,
            };
            let safe = lower.guards(id).iter().any(|guard| {
                // Without a known name any test of an unknown name is taken for this one.
                guard.expr.evaluate(&Unset(name), Truth::EmptyIsFalse).truth(Truth::EmptyIsFalse)
                    == Some(!guard.holds)
                    && guard_names(&guard.expr, name)
            });
            if safe {
                changes.push((id, None));
            }
        }
    }
    for (id, default) in changes {
        if let Some(access) = file.accesses.get_mut(&id) {
            access.required = false;
            access.default = access.default.or(default);
        }
    }
}

fn guard_names(expr: &Expr, wanted: Option<&str>) -> bool {
    let mut found = false;
    expr.walk(&mut |part| {
        if let Expr::Read { name, .. } | Expr::Presence { name, .. } = part {
            found |= name.as_deref() == wanted;
        }
    });
    found
}

/// Whether `except KeyError` takes the failure of a read, and with which default.
fn caught(file: &File<'_>, id: Id) -> Option<Option<Id>> {
    let tree = file.tree;
    let function = file.names.enclosing_function(id);
    let mut child = id;
    for at in tree.ancestors(id) {
        if Some(at) == function {
            return None;
        }
        if tree.kind(at) == Kind::Try && tree.field(child) == Field::Body {
            for handler in tree.children(at).filter(|&part| tree.kind(part) == Kind::Except) {
                let body = tree.children(handler).find(|&part| tree.kind(part) == Kind::Block);
                let types = tree.children(handler).take_while(|&part| Some(part) != body);
                let types: Vec<&str> = types.map(|part| tree.text(part)).collect();
                let takes = types.is_empty()
                    || types.iter().any(|text| {
                        [
                            "KeyError",
                            "LookupError",
                            "Exception",
                            "ImproperlyConfigured",
                            "EnvError",
                            "UndefinedValueError",
                        ]
                        .iter()
                        .any(|name| text.contains(name))
                    });
                let Some(body) = body.filter(|_| takes) else { continue };
                let effects = file.effects([body]);
                if effects.iter().any(|(effect, _)| matches!(effect, Effect::Raises | Effect::Exits)) {
                    return None;
                }
                return Some(fallback(file, id, body));
            }
        }
        child = at;
    }
    None
}

/// What a handler gives instead of the value of the access at `id`.
fn fallback(file: &File<'_>, id: Id, handler: Id) -> Option<Id> {
    let tree = file.tree;
    let statement = tree.ancestors(id).find(|&at| {
        matches!(tree.kind(at), Kind::Assignment | Kind::Return)
            && tree.get(at, Field::Left).is_none_or(|left| !tree.within(id, left))
    })?;
    let last = tree.children(handler).last()?;
    match (tree.kind(statement), tree.kind(last)) {
        (Kind::Return, Kind::Return) => tree.first(last),
        (Kind::Assignment, Kind::ExpressionStatement) => {
            let other = tree.first(last).filter(|&other| tree.kind(other) == Kind::Assignment)?;
            let same =
                tree.text(tree.get(statement, Field::Left)?) == tree.text(tree.get(other, Field::Left)?);
            same.then(|| tree.get(other, Field::Right))?
        }
        _ => None,
    }
}

/// A call that may be a read.
struct Candidate {
    at: Id,
    /// An argument looks like a variable's name (the other reason is a parameter that is handed on).
    texts: bool,
    forwards: Option<(Id, Parameter)>,
}

fn calls(file: &File<'_>, facts: &Facts, declared: &[Declared]) -> Vec<Candidate> {
    let tree = file.tree;
    let written: HashSet<Span> = facts.writes.iter().map(|write| write.span).collect();
    // What a declaration says is said: its calls are no questions any more.
    let declaring: HashSet<Id> = declared
        .iter()
        .flat_map(|one| match tree.kind(one.at) {
            Kind::Keyword => tree.ancestors(one.at).nth(1).into_iter().collect(),
            Kind::Assignment => tree.subtree(one.at).filter(|&at| tree.kind(at) == Kind::Call).collect(),
            _ => vec![one.at],
        })
        .collect();
    let mut calls = Vec::new();
    for at in tree.all().filter(|&id| tree.kind(id) == Kind::Call) {
        if file.accesses.contains_key(&at) || declaring.contains(&at) || written.contains(&tree.span(at)) {
            continue;
        }
        let Some(function) = tree.get(at, Field::Function) else { continue };
        if !matches!(tree.kind(function), Kind::Identifier | Kind::Attribute) {
            continue;
        }
        let arguments = tree.arguments(at);
        let values =
            arguments.positional.iter().copied().chain(arguments.keywords.iter().map(|(_, value, _)| *value));
        let texts = values.clone().take(8).any(|value| match tree.kind(value) {
            Kind::String => tree.literal(value).is_some_and(|(text, _)| looks_like_variable(&text)),
            Kind::List | Kind::Tuple => tree
                .first(value)
                .and_then(|first| tree.literal(first))
                .is_some_and(|(text, _)| looks_like_variable(&text)),
            Kind::Identifier | Kind::Attribute => match file.texts(value) {
                Texts::Known(text, _) => looks_like_variable(&text),
                Texts::Several { texts, .. } => texts.iter().all(|(text, ..)| looks_like_variable(text)),
                _ => false,
            },
            _ => false,
        });
        let forwards = forwarded(file, at, function);
        if !texts && forwards.is_none() {
            continue;
        }
        let path = file.names.path(function).unwrap_or_default();
        let object = tree.get(function, Field::Object);
        if object.is_some_and(|object| matches!(file.object(object), Some(Object::Library(..)))) {
            continue;
        }
        if api::never_wraps(&path)
            || tree.get(function, Field::Attribute).is_some_and(|name| api::is_plain_method(tree.text(name)))
        {
            continue;
        }
        calls.push(Candidate { at, texts, forwards });
    }
    calls
}

/// The argument that hands on a parameter which can be a variable's name.
fn forwarded(file: &File<'_>, call: Id, function: Id) -> Option<(Id, Parameter)> {
    let tree = file.tree;
    // Only functions of the project can be wrappers: methods of values that come and go are not.
    let owned = match tree.kind(function) {
        Kind::Identifier => !file.names.events_of(function).iter().any(|event| {
            matches!(
                event,
                Event::Parameter { .. } | Event::Loop { .. } | Event::With { .. } | Event::Unpack { .. }
            )
        }),
        _ => {
            let object = tree.get(function, Field::Object)?;
            file.names.class_behind(object).is_some()
                || (tree.kind(object) == Kind::Identifier && file.names.import(object).is_some())
        }
    };
    file.names.enclosing_function(call).filter(|_| owned)?;
    let arguments = tree.arguments(call);
    let first = arguments.positional.first().copied();
    let named =
        arguments.keywords.iter().filter(|(name, ..)| api::can_be_name(name)).map(|(_, value, _)| *value);
    first.into_iter().chain(named).find_map(|value| {
        if !matches!(
            tree.kind(value),
            Kind::Identifier | Kind::String | Kind::Binary | Kind::Call | Kind::Concatenated
        ) {
            return None;
        }
        match file.texts(value) {
            Texts::Parameter(parameter)
                if api::can_be_name(&parameter.keyword)
                    && parameter
                        .prefix
                        .bytes()
                        .chain(parameter.suffix.bytes())
                        .all(|b| b.is_ascii_alphanumeric() || b == b'_')
                    && file.names.enclosing_function(call) == Some(parameter.function) =>
            {
                Some((value, parameter))
            }
            _ => None,
        }
    })
}

/// Gathers the facts of one file.
pub(super) struct Collector<'f, 't> {
    pub(super) file: &'f File<'t>,
    pub(super) lower: Lower<'f, 't>,
    /// Where each name is mentioned.
    index: OnceCell<HashMap<&'t str, Vec<Id>>>,
    /// Names that carry reads, with the reads' spans.
    carriers: HashMap<Key<'t>, Vec<Span>>,
    carrier_order: Vec<Key<'t>>,
}

impl<'t> Collector<'_, 't> {
    fn run(
        mut self,
        order: &[Id],
        declared: Vec<Declared>,
        calls: Vec<Candidate>,
        accesses: bool,
        facts: &mut Facts,
    ) {
        for &id in order {
            let Some(access) = self.file.accesses.get(&id) else { continue };
            let picks = match &access.name {
                Texts::Several { choice, texts } => {
                    (0..texts.len().min(64)).map(|at| Some((*choice, at))).collect()
                }
                _ => vec![None],
            };
            for pick in picks {
                self.lower.pick.set(pick);
                let read = self.read(id, access, facts);
                facts.reads.push(read);
            }
            self.lower.pick.set(None);
        }
        for one in &declared {
            self.declare(one, facts);
        }
        if accesses {
            self.scans(facts);
        }
        for candidate in &calls {
            let call = self.call(candidate, facts);
            facts.calls.push(call);
        }
        self.bindings(facts);
        self.aliases(facts);
        facts.bindings.sort_by_key(|binding| binding.span);
        facts.bindings.dedup();
        facts.wrappers.dedup();
    }

    fn read(&mut self, id: Id, access: &Access, facts: &mut Facts) -> EnvRead {
        let file = self.file;
        let span = self.lower.access_span(id, access);
        let (name, name_span) = self.lower.access_name(access);
        let guards = self.lower.guards(id);
        let uses = self.uses(id, span, facts);
        let default = access
            .default
            .map(|default| file.tree.span(default))
            .or_else(|| (access.kind == ReadKind::Value).then(|| self.alternative(id, span))?);
        if let Texts::Parameter(parameter) = &access.name {
            // A look at whether it is set before the value is taken makes no second wrapper.
            if access.kind != ReadKind::Presence || !self.reads_value(parameter.function) {
                facts.wrappers.extend(self.wrapper(id, parameter, access, &uses));
            }
        }
        EnvRead {
            name,
            name_span,
            span,
            api: access.api.clone(),
            kind: access.kind,
            default,
            required: access.required && access.default.is_none(),
            scope: file.names.scope_name(id),
            uses,
            guards,
            via: None,
        }
    }

    /// What stands on the right of `or` for an unset variable.
    fn alternative(&self, id: Id, span: Span) -> Option<Span> {
        let tree = self.file.tree;
        let mut at = id;
        for _ in 0..32 {
            let parent = tree.parent(at)?;
            match tree.kind(parent) {
                Kind::Boolean => {
                    let or = tree.get(parent, Field::Operator).is_some_and(|word| tree.text(word) == "or");
                    if !or {
                        return None;
                    }
                    if tree.field(at) == Field::Left {
                        return tree.get(parent, Field::Right).map(|right| tree.span(right));
                    }
                    at = parent;
                }
                // `os.environ["X"] if "X" in os.environ else "d"`
                Kind::Conditional => {
                    let parts: Vec<Id> = tree.children(parent).collect();
                    let &[then, condition, otherwise] = parts.as_slice() else { return None };
                    let name = self.lower.lower(id);
                    let tested = self.lower.lower(condition);
                    let unset = tested
                        .evaluate(&Unset(name.names().first().copied()), Truth::EmptyIsFalse)
                        .truth(Truth::EmptyIsFalse);
                    return match unset {
                        Some(false) if at == then => Some(tree.span(otherwise)),
                        Some(true) if at == otherwise => Some(tree.span(then)),
                        _ => None,
                    };
                }
                Kind::Parenthesized | Kind::Await | Kind::Named => at = parent,
                Kind::Attribute => at = tree.parent(parent).filter(|&call| tree.kind(call) == Kind::Call)?,
                Kind::Arguments => {
                    let call = tree.parent(parent)?;
                    match self.lower.lower(call) {
                        Expr::Part { .. } => at = call,
                        Expr::Ask { question: Question::Present, .. } => at = call,
                        _ => return None,
                    }
                    if !self.lower.lower(call).holds(span) {
                        return None;
                    }
                }
                _ => return None,
            }
        }
        None
    }

    /// The uses of the value at `id`: where it stands, then through names. Notes bindings on the way.
    fn uses(&mut self, id: Id, span: Span, facts: &mut Facts) -> Vec<Use> {
        let mut uses = self.lower.site(id, span, None);
        self.bind_targets(id, span, facts);
        let mut seen: HashSet<Key<'t>> = HashSet::new();
        let mut queue = VecDeque::from([id]);
        while let Some(at) = queue.pop_front() {
            for key in self.candidates(at) {
                if !seen.insert(key) || seen.len() > 24 {
                    continue;
                }
                let holds = self.value(key).is_some_and(|value| value.holds(span));
                if holds {
                    let spans = self.carriers.entry(key).or_default();
                    if spans.is_empty() {
                        self.carrier_order.push(key);
                    }
                    if !spans.contains(&span) {
                        spans.push(span);
                    }
                }
                for reference in self.references(key) {
                    if uses.len() >= USES {
                        break;
                    }
                    let more = self.lower.site(reference, span, Some(key.1));
                    if !more.is_empty() {
                        self.bind_targets(reference, span, facts);
                        queue.push_back(reference);
                    }
                    for site in more {
                        // Twice in one expression is one use; a bare mention says nothing.
                        let known = uses
                            .iter()
                            .any(|known| known.expr_span == site.expr_span && known.expr == site.expr);
                        if !known && site.place != Place::Other {
                            uses.push(site);
                        }
                    }
                }
            }
        }
        uses.truncate(USES);
        uses
    }

    /// What a name holds in the end.
    fn value(&self, key: Key<'t>) -> Option<Expr> {
        let root = self.file.tree.root()?;
        self.lower.name(key, self.file.tree.after(root))
    }

    /// Names whose value can hold what stands at `id`.
    fn candidates(&self, id: Id) -> Vec<Key<'t>> {
        let tree = self.file.tree;
        let names = self.file.names;
        let mut keys = Vec::new();
        let add_target = |left: Id, keys: &mut Vec<Key<'t>>| {
            let several =
                matches!(tree.kind(left), Kind::PatternList | Kind::TuplePattern | Kind::ListPattern);
            let parts: Vec<Id> = if several { tree.children(left).collect() } else { vec![left] };
            for part in parts {
                let key = match tree.kind(part) {
                    Kind::Identifier => names.lookup(part),
                    Kind::Attribute => names.member(part),
                    _ => None,
                };
                keys.extend(key);
            }
        };
        let add_assigned = |of: Id, keys: &mut Vec<Key<'t>>| {
            for statement in
                tree.children(of).filter(|&part| tree.kind(part) == Kind::ExpressionStatement).take(32)
            {
                if let Some(assignment) =
                    tree.first(statement).filter(|&part| tree.kind(part) == Kind::Assignment)
                    && let Some(left) = tree.get(assignment, Field::Left)
                {
                    add_target(left, keys);
                }
            }
        };
        let mut child = id;
        for at in tree.ancestors(id) {
            match tree.kind(at) {
                Kind::Assignment if tree.field(child) == Field::Right => {
                    if let Some(left) = tree.get(at, Field::Left) {
                        add_target(left, &mut keys);
                    }
                }
                Kind::Named => {
                    if let Some(name) = tree.get(at, Field::Name) {
                        keys.extend(names.lookup(name));
                    }
                }
                Kind::If if tree.field(child) == Field::Condition => {
                    for block in tree.parts(at) {
                        match tree.field(block) {
                            Field::Consequence => add_assigned(block, &mut keys),
                            Field::Alternative => {
                                if let Some(body) = tree.get(block, Field::Body) {
                                    add_assigned(body, &mut keys);
                                }
                            }
                            _ => {}
                        }
                    }
                }
                Kind::Function => {
                    if let Some(name) = tree.get(at, Field::Name) {
                        keys.extend(self.key_of_definition(at, tree.text(name)));
                    }
                    break;
                }
                Kind::Class => break,
                _ => {}
            }
            child = at;
        }
        keys
    }

    fn key_of_definition(&self, definition: Id, name: &'t str) -> Option<Key<'t>> {
        let scope = self.file.names.scope(definition);
        (!self.file.names.events((scope, name)).is_empty()).then_some((scope, name))
    }

    /// Whether the name must be called to give its value.
    fn callable(&self, key: Key<'t>) -> bool {
        match self.file.names.events(key) {
            [Event::Function(function)] => !self.lower.is_property(*function),
            [Event::Assign { value, .. }] => self.file.tree.kind(*value) == Kind::Lambda,
            _ => false,
        }
    }

    /// The places where a name is used (called, where that gives the value).
    fn references(&self, key: Key<'t>) -> Vec<Id> {
        let tree = self.file.tree;
        let names = self.file.names;
        let callable = self.callable(key);
        let mut references = Vec::new();
        for &id in self.index.get_or_init(|| index(self.file)).get(key.1).map_or(&[][..], Vec::as_slice) {
            let Some(parent) = tree.parent(id) else { continue };
            let node = match (tree.kind(parent), tree.field(id)) {
                (Kind::Attribute, Field::Attribute) => {
                    if names.member(parent) != Some(key) {
                        continue;
                    }
                    parent
                }
                (Kind::Keyword | Kind::Function | Kind::Class | Kind::Named, Field::Name) => continue,
                (Kind::DottedName | Kind::Parameters | Kind::Global, _) => continue,
                _ => {
                    if names.lookup(id) != Some(key) {
                        continue;
                    }
                    id
                }
            };
            // Being given a value is no use.
            if names.events(key).iter().any(|event| match event {
                Event::Assign { at, .. } | Event::Unpack { at, .. } => *at == node || *at == id,
                _ => false,
            }) {
                continue;
            }
            let node = if callable {
                let call = tree.parent(node).filter(|&call| {
                    tree.kind(call) == Kind::Call
                        && tree.field(node) == Field::Function
                        && tree.arguments(call).is_empty()
                });
                match call {
                    Some(call) => call,
                    None => continue,
                }
            } else {
                node
            };
            references.push(node);
            if references.len() >= 48 {
                break;
            }
        }
        references
    }

    /// Bindings of other things than plain names: `app.config["X"] = …`, `settings.X = …`.
    fn bind_targets(&self, at: Id, span: Span, facts: &mut Facts) {
        let tree = self.file.tree;
        let top = self.lower.top(at, span);
        let Some(parent) = tree.parent(top) else { return };
        let (owner, name, name_span) = match tree.kind(parent) {
            Kind::Assignment if tree.field(top) == Field::Right => {
                let Some(left) = tree.get(parent, Field::Left) else { return };
                match tree.kind(left) {
                    Kind::Attribute if self.file.names.member(left).is_none() => {
                        let (Some(object), Some(name)) =
                            (tree.get(left, Field::Object), tree.get(left, Field::Attribute))
                        else {
                            return;
                        };
                        (self.file.target(object), tree.text(name).to_string(), tree.span(name))
                    }
                    Kind::Subscript => {
                        let (Some(object), Some((name, name_span))) = (
                            tree.get(left, Field::Value),
                            tree.get(left, Field::Subscript).and_then(|key| tree.literal(key)),
                        ) else {
                            return;
                        };
                        let owner = self.file.target(object);
                        if !is_settings(&owner) {
                            return;
                        }
                        (owner, name, name_span)
                    }
                    _ => return,
                }
            }
            // `app.config.update(ON_HEROKU=…)`, `settings.configure(ON_HEROKU=…)`
            Kind::Keyword => {
                let Some(call) = tree.parent(parent).and_then(|list| tree.parent(list)) else { return };
                let Some(function) = tree.get(call, Field::Function) else { return };
                let target = self.file.target(function);
                let Some((owner, method)) = target.rsplit_once('.') else { return };
                if !matches!(method, "update" | "from_mapping" | "configure") || !is_settings(owner) {
                    return;
                }
                let Some(name) = tree.get(parent, Field::Name) else { return };
                (owner.to_string(), tree.text(name).to_string(), tree.span(name))
            }
            _ => return,
        };
        let expr = self.lower.lower(top);
        if let Some(known) = facts.bindings.iter_mut().find(|known| known.span == name_span) {
            if !known.reads.contains(&span) {
                known.reads.push(span);
            }
            return;
        }
        facts.bindings.push(Binding {
            name,
            owner,
            span: name_span,
            expr,
            reads: vec![span],
            callable: false,
        });
    }

    fn bindings(&self, facts: &mut Facts) {
        let tree = self.file.tree;
        for &key in &self.carrier_order {
            let (scope, name) = key;
            let owner = match tree.kind(scope) {
                Kind::Module => String::new(),
                Kind::Class => self.class_name(scope),
                _ => continue,
            };
            let Some(expr) = self.value(key) else { continue };
            let span = match self.file.names.events(key) {
                [.., Event::Function(function)] => {
                    tree.get(*function, Field::Name).map(|name| tree.span(name))
                }
                [Event::Assign { at, .. } | Event::Unpack { at, .. }, ..] => {
                    let at = *at;
                    Some(tree.get(at, Field::Attribute).map_or(tree.span(at), |name| tree.span(name)))
                }
                _ => None,
            };
            let Some(span) = span else { continue };
            let mut reads = self.carriers.get(&key).cloned().unwrap_or_default();
            // In a loop the name holds one after the other, which is no value to tell others.
            reads.retain(|&read| expr.holds(read));
            if reads.is_empty() {
                continue;
            }
            facts.bindings.push(Binding {
                name: name.to_string(),
                owner,
                span,
                expr,
                reads,
                callable: self.callable(key),
            });
        }
    }

    pub(super) fn class_name(&self, class: Id) -> String {
        let tree = self.file.tree;
        let around = self.file.names.scope_name(class);
        let name = tree.get(class, Field::Name).map(|name| tree.text(name)).unwrap_or_default();
        if around.is_empty() { name.to_string() } else { format!("{around}.{name}") }
    }

    fn declare(&mut self, one: &Declared, facts: &mut Facts) {
        let file = self.file;
        let tree = file.tree;
        let default = one.default.map(|default| self.lower.lower(default));
        let expr = one.expr(default);
        let scope = file.names.scope_name(one.at);
        let mut uses = vec![Use {
            name: None,
            path: None,
            span: one.span,
            expr: expr.clone(),
            expr_span: one.span,
            place: if one.place == Place::Other && one.kind != ReadKind::Schema {
                self.lower.place(one.at)
            } else {
                one.place.clone()
            },
            scope: scope.clone(),
        }];
        if let Some((class, field)) = one.field {
            let key = (class, tree.text(field));
            for reference in self.references(key) {
                uses.push(Use {
                    name: Some(key.1.to_string()),
                    path: None,
                    span: tree.span(reference),
                    expr: expr.clone(),
                    expr_span: tree.span(reference),
                    place: self.lower.place(reference),
                    scope: file.names.scope_name(reference),
                });
            }
            uses.truncate(USES);
            let span = tree.span(field);
            if let Some(known) = facts.bindings.iter_mut().find(|known| known.span == span) {
                // Several variables for one field: the first that is set.
                known.expr = Expr::Coalesce(vec![known.expr.clone(), expr.clone()]);
            } else {
                facts.bindings.push(Binding {
                    name: key.1.to_string(),
                    owner: self.class_name(class),
                    span,
                    expr: expr.clone(),
                    reads: vec![one.span],
                    callable: false,
                });
            }
        }
        facts.reads.push(EnvRead {
            name: one.name.clone(),
            name_span: one.name_span,
            span: one.span,
            api: one.api.clone(),
            kind: one.kind,
            default: one.default.map(|default| tree.span(default)),
            required: one.required,
            scope,
            uses,
            guards: self.lower.guards(one.at),
            via: None,
        });
    }

    fn call(&mut self, candidate: &Candidate, facts: &mut Facts) -> Call {
        let file = self.file;
        let tree = file.tree;
        let at = candidate.at;
        let span = tree.span(at);
        let function = tree.get(at, Field::Function).unwrap_or(at);
        let (receiver, name) = self.callee(function);
        let given = tree.arguments(at);
        let mut arguments: Vec<(Id, Option<&str>, Id)> =
            given.positional.iter().map(|&value| (value, None, value)).collect();
        arguments.extend(given.keywords.iter().map(|&(name, value, whole)| (value, Some(name), whole)));
        arguments.sort_by_key(|(.., whole)| *whole);
        let arguments = arguments
            .into_iter()
            .map(|(value, keyword, _)| {
                let texts = match tree.kind(value) {
                    Kind::List | Kind::Tuple | Kind::Set => {
                        tree.children(value).map(|part| tree.literal(part)).collect::<Option<Vec<_>>>()
                    }
                    _ => match file.texts(value) {
                        Texts::Known(text, span) => Some(vec![(text, span.unwrap_or(tree.span(value)))]),
                        Texts::Several { texts, .. } => {
                            Some(texts.into_iter().map(|(text, span, _)| (text, span)).collect())
                        }
                        _ => None,
                    },
                };
                Argument {
                    keyword: keyword.map(str::to_string),
                    span: tree.span(value),
                    texts: texts.unwrap_or_default(),
                    forwarded: candidate.forwards.as_ref().is_some_and(|(forwarded, _)| *forwarded == value),
                    expr: self.lower.lower(value),
                }
            })
            .collect();
        let uses = if candidate.texts { self.uses(at, span, facts) } else { self.lower.site(at, span, None) };
        let forwards = candidate.forwards.as_ref().and_then(|(_, parameter)| {
            let mut wrapper = self.wrapper_shell(parameter, span)?;
            let others = self.parameters(parameter.function);
            let passed = given.positional.iter().skip(1).copied().chain(given.keyword("default"));
            wrapper.default = passed
                .filter(|&value| tree.kind(value) == Kind::Identifier)
                .find_map(|value| others.iter().find(|(name, ..)| *name == tree.text(value)))
                .filter(|(name, ..)| *name != parameter.keyword)
                .map(|(name, index, _)| (*index, Some((*name).to_string())));
            Some(Box::new(wrapper))
        });
        let guards: Vec<Guard> = if candidate.texts { self.lower.guards(at) } else { Vec::new() };
        Call { name, receiver, arguments, span, scope: file.names.scope_name(at), uses, guards, forwards }
    }

    /// What stands before the name of a called function, and the name.
    fn callee(&self, function: Id) -> (String, String) {
        let file = self.file;
        let tree = file.tree;
        if tree.kind(function) == Kind::Attribute
            && let (Some(object), Some(name)) =
                (tree.get(function, Field::Object), tree.get(function, Field::Attribute))
        {
            let receiver = match file.names.class_behind(object) {
                Some(class) => self.class_name(class),
                None => file.names.path(object).unwrap_or_default(),
            };
            return (receiver, tree.text(name).to_string());
        }
        let path = file.names.path(function).unwrap_or_default();
        match path.rsplit_once('.') {
            Some((receiver, name)) => (receiver.to_string(), name.to_string()),
            None => (String::new(), path),
        }
    }
}

/// Whether a thing is a collection of settings, by its name.
pub(super) fn is_settings(path: &str) -> bool {
    let last = path.rsplit('.').next().unwrap_or(path).to_ascii_lowercase();
    ["config", "settings", "conf", "options", "cfg", "flags", "features"]
        .iter()
        .any(|word| last.contains(word))
}
