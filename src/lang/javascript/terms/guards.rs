//! Conditions around calls and settings.

use std::collections::HashMap;

use super::{Around, Terms};
use crate::fact::Guard;
use crate::lang::javascript::ast::{Ast, Field, Id, Kind};
use crate::span::Span;

/// More conditions than this say nothing new.
const GUARDS: usize = 12;

/// Blocks that are left early, with the statements that do and their conditions, in order of place.
pub fn exits(ast: &Ast<'_>) -> HashMap<Id, Vec<(Id, Id)>> {
    let mut exits: HashMap<Id, Vec<(Id, Id)>> = HashMap::new();
    for id in 0..ast.len() {
        if ast.kind(id) == Kind::If
            && ast.field(id, Field::Alternative).is_none()
            && ast.field(id, Field::Consequence).is_some_and(|at| leaves(ast, at))
            && let (Some(condition), Some(block)) = (ast.field(id, Field::Condition), ast.parent(id))
        {
            exits.entry(block).or_default().push((id, ast.bare(condition)));
        }
    }
    exits
}

/// What is around each row; rows come after those that they are in.
pub fn around(ast: &Ast<'_>, exits: &HashMap<Id, Vec<(Id, Id)>>) -> Vec<Around> {
    let mut around: Vec<Around> = Vec::with_capacity(ast.len());
    for id in 0..ast.len() {
        let Some(up) = ast.parent(id) else {
            around.push(Around { condition: None, definition: None });
            continue;
        };
        let above = around[up];
        let conditional = match ast.kind(up) {
            Kind::If | Kind::Ternary => ast.role(id) != Field::Condition,
            Kind::While | Kind::For => ast.role(id) == Field::Body,
            Kind::Binary => ast.role(id) == Field::Right,
            Kind::Case => ast.role(id) != Field::Value,
            _ => !exits.is_empty() && exits.contains_key(&up),
        };
        let defines = ast.is_function(up) || ast.kind(up) == Kind::Class;
        around.push(Around {
            condition: if conditional { Some(id) } else { above.condition },
            definition: if defines { Some(up) } else { above.definition },
        });
    }
    around
}

/// Whether a branch ends with leaving the block around it.
fn leaves(ast: &Ast<'_>, branch: Id) -> bool {
    let last = match ast.kind(branch) {
        Kind::Block => ast.children(branch).last(),
        _ => Some(branch),
    };
    last.is_some_and(|last| match ast.kind(last) {
        Kind::Return | Kind::Throw | Kind::Continue | Kind::Break => true,
        Kind::ExpressionStatement => ast.text(last).starts_with("process.exit("),
        _ => false,
    })
}

impl Terms<'_, '_, '_> {
    /// The conditions around a row, innermost first, those around the functions that it is in included:
    /// a function that is made where a condition holds runs only where it held.
    pub fn guards_of(&self, id: Id) -> Vec<Guard> {
        let ast = &self.file.ast;
        let mut guards = Vec::new();
        let mut next = self.around[id].condition;
        while let Some(at) = next
            && let Some(up) = ast.parent(at)
        {
            let known = self.guards.borrow().get(&at).cloned();
            let guard = known.unwrap_or_else(|| {
                let guard = self.file.guard_at(at, up, Span::default());
                self.guards.borrow_mut().insert(at, guard.clone());
                guard
            });
            guards.extend(guard);
            for &(exit, condition) in self.exits.get(&up).into_iter().flatten().rev() {
                if exit < at && guards.len() < GUARDS {
                    let expr = self.file.lower(condition);
                    guards.push(Guard { expr, span: ast.span(condition), holds: false });
                }
            }
            if guards.len() >= GUARDS {
                break;
            }
            next = self.around[up].condition;
        }
        guards
    }
}
