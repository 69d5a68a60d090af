//! Functions whose parameter is the name of a variable.

use super::access::Access;
use super::collect::{Collector, Unset};
use super::names::Event;
use super::syntax::{Field, Id, Kind};
use super::texts::{Parameter, Texts};
use crate::effect::Effect;
use crate::expr::{Expr, Question, Truth};
use crate::fact::{Facts, Place, ReadKind, Use, Wrapper};
use crate::span::Span;

impl<'t> Collector<'_, 't> {
    /// `env = os.environ.get`: other files call it like a wrapper.
    pub(super) fn aliases(&self, facts: &mut Facts) {
        let tree = self.file.tree;
        let Some(root) = tree.root() else { return };
        for statement in tree.children(root).filter(|&part| tree.kind(part) == Kind::ExpressionStatement) {
            let Some(assignment) = tree.first(statement).filter(|&part| tree.kind(part) == Kind::Assignment)
            else {
                continue;
            };
            let (Some(left), Some(right)) =
                (tree.get(assignment, Field::Left), tree.get(assignment, Field::Right))
            else {
                continue;
            };
            if tree.kind(left) != Kind::Identifier
                || !matches!(tree.kind(right), Kind::Attribute | Kind::Identifier)
                || !matches!(
                    self.file.names.path(right).as_deref(),
                    Some("os.environ.get" | "os.getenv" | "os.environ.__getitem__")
                )
            {
                continue;
            }
            let required = tree.text(right).ends_with("__getitem__");
            facts.wrappers.push(Wrapper {
                name: tree.text(left).to_string(),
                owner: String::new(),
                span: tree.span(left),
                access: tree.span(right),
                index: 0,
                keyword: Some("key".to_string()),
                prefix: String::new(),
                suffix: String::new(),
                upcase: false,
                list: false,
                default: (!required).then(|| (1, Some("default".to_string()))),
                presence: false,
                required,
            });
        }
    }

    /// The function around an access whose name is its parameter.
    pub(super) fn wrapper(
        &self,
        id: Id,
        parameter: &Parameter,
        access: &Access,
        uses: &[Use],
    ) -> Option<Wrapper> {
        let tree = self.file.tree;
        let mut wrapper = self.wrapper_shell(parameter, self.file.tree.span(id))?;
        let function = parameter.function;
        let parameters = self.parameters(function);
        let is_parameter = |id: Id| {
            parameters
                .iter()
                .find(|(name, ..)| {
                    tree.kind(id) == Kind::Identifier && tree.text(id) == *name && *name != parameter.keyword
                })
                .map(|(name, index, _)| (*index, Some((*name).to_string())))
        };
        wrapper.default = access.default.and_then(is_parameter).or_else(|| {
            // `return default` where the variable is unset, or `or default`.
            let alternative = self.alternative_node(id).and_then(is_parameter);
            alternative.or_else(|| {
                let body = tree.get(function, Field::Body)?;
                tree.subtree(body)
                    .filter(|&at| tree.kind(at) == Kind::Identifier && at != id)
                    .filter(|&at| {
                        tree.text(at).contains("default")
                            || matches!(tree.text(at), "fallback" | "alt" | "otherwise")
                    })
                    .find_map(is_parameter)
            })
        });
        wrapper.presence = access.kind == ReadKind::Presence
            || uses.first().is_some_and(|site| {
                matches!(site.place, Place::Returned { .. })
                    && matches!(
                        &site.expr,
                        Expr::Ask { question: Question::Present, subject, .. } if matches!(**subject, Expr::Read { .. })
                    )
            });
        wrapper.required = access.required && access.default.is_none() || self.raises_unset(uses);
        Some(wrapper)
    }

    fn alternative_node(&self, id: Id) -> Option<Id> {
        let tree = self.file.tree;
        tree.ancestors(id)
            .take(6)
            .find(|&at| tree.kind(at) == Kind::Boolean)
            .and_then(|at| tree.get(at, Field::Right))
            .filter(|&right| !tree.within(id, right))
    }

    /// Whether the function also takes the value of a variable it is asked for.
    pub(super) fn reads_value(&self, function: Id) -> bool {
        self.file.accesses.iter().any(|(id, access)| {
            access.kind == ReadKind::Value
                && matches!(&access.name, Texts::Parameter(parameter) if parameter.function == function)
                && self.file.tree.within(*id, function)
        })
    }

    /// Whether a branch that is taken for an unset variable raises.
    fn raises_unset(&self, uses: &[Use]) -> bool {
        uses.iter().any(|site| {
            let Place::Condition(branches) = &site.place else { return false };
            let mut expr = site.expr.clone();
            // No default given: the parameter is its own default, most often None.
            if let Expr::Ask { subject, .. } = &mut expr
                && let Expr::Read { default, .. } = &mut **subject
            {
                *default = None;
            }
            let branch = match expr.evaluate(&Unset(None), Truth::EmptyIsFalse).truth(Truth::EmptyIsFalse) {
                Some(true) => &branches.then,
                Some(false) => &branches.otherwise,
                None => return false,
            };
            branch.as_ref().is_some_and(|branch| {
                matches!(branch.effects.first(), Some((Effect::Raises | Effect::Exits, _)))
            })
        })
    }

    /// Names and positions of a function's parameters, receivers left out.
    pub(super) fn parameters(&self, function: Id) -> Vec<(&'t str, usize, Option<Id>)> {
        let tree = self.file.tree;
        let Some(list) = tree.get(function, Field::Parameters) else { return Vec::new() };
        let mut parameters = Vec::new();
        for parameter in tree.children(list) {
            let name = match tree.kind(parameter) {
                Kind::Identifier => Some(parameter),
                Kind::TypedParameter | Kind::ListSplatPattern => tree.first(parameter),
                _ => tree.get(parameter, Field::Name),
            };
            let Some(name) = name else { continue };
            for event in self.file.names.events((function, tree.text(name))) {
                if let Event::Parameter { index, default, .. } = event {
                    parameters.push((tree.text(name), *index, *default));
                }
            }
        }
        parameters
    }

    pub(super) fn wrapper_shell(&self, parameter: &Parameter, access: Span) -> Option<Wrapper> {
        let tree = self.file.tree;
        let function = parameter.function;
        let (name, owner) = match tree.kind(function) {
            Kind::Function => {
                let owner = self.file.names.class_of(function).map(|class| self.class_name(class));
                (tree.get(function, Field::Name)?, owner.unwrap_or_default())
            }
            _ => {
                let assignment = tree.parent(function).filter(|&at| tree.kind(at) == Kind::Assignment)?;
                let left = tree.get(assignment, Field::Left)?;
                let owner = self.file.names.class_of(assignment).map(|class| self.class_name(class));
                (left, owner.unwrap_or_default())
            }
        };
        // `__call__` and `__getitem__` are reached through the object; its name is the class's.
        Some(Wrapper {
            name: tree.text(name).to_string(),
            owner,
            span: tree.span(name),
            access,
            index: parameter.index,
            keyword: Some(parameter.keyword.clone()),
            prefix: parameter.prefix.clone(),
            suffix: parameter.suffix.clone(),
            upcase: parameter.upcase,
            list: parameter.list,
            default: None,
            presence: false,
            required: false,
        })
    }
}
