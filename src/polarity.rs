//! What flips: the same expression on Heroku and after the move.

use crate::effect::Effect;
use crate::expr::{Environment, Expr, Truth, Value};
use crate::fact::{Branch, Place, Use};
use crate::platform;
use crate::rule::Target;
use crate::span::Span;

/// What an expression gives in one world, as far as a branch cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Always true, or always false.
    Always(bool),
    /// Evaluating it raises.
    Raises,
    /// It depends on something else.
    Depends,
}

impl Outcome {
    fn of(value: &Value, truth: Truth) -> Self {
        match value {
            Value::Raises => Outcome::Raises,
            value => value.truth(truth).map_or(Outcome::Depends, Outcome::Always),
        }
    }
}

/// Effects with their places.
pub type Placed = Vec<(Effect, Span)>;

/// One use of a variable in both worlds.
#[derive(Clone, Debug)]
pub struct Flip<'u> {
    /// The use.
    pub site: &'u Use,
    /// Its value on Heroku.
    pub before: Value,
    /// Its value after the move.
    pub after: Value,
    /// The truth of both.
    pub outcome: (Outcome, Outcome),
    /// The branch that runs after the move, where it is known and there is one.
    pub runs: Option<&'u Branch>,
    /// The branch that runs on Heroku only.
    pub lost: Option<&'u Branch>,
}

/// The variables of a program in one of the two worlds, with one variable in the centre.
struct Variables<'v> {
    /// The variable that only Heroku sets.
    subject: &'v str,
    /// Its value on Heroku; `None` after the move.
    value: Option<Value>,
    /// Where the move goes.
    target: Option<Target>,
    /// Leave Heroku's other variables open, to see what comes from this one alone.
    alone: bool,
}

impl Environment for Variables<'_> {
    fn value(&self, name: Option<&str>) -> Value {
        let Some(name) = name else { return Value::Unknown };
        if name == self.subject {
            return self.value.clone().unwrap_or(Value::Nil);
        }
        let on_heroku = self.value.is_some();
        if platform::heroku_variable(name).is_some() {
            // Dyno metadata is an opt-in feature, so its absence on Heroku is possible.
            return if on_heroku || self.alone { Value::Unknown } else { Value::Nil };
        }
        match platform::other_platform(name) {
            Some(_) if on_heroku => Value::Nil,
            Some(Some(target)) if self.target == Some(target) => Value::SomeText,
            Some(_) if self.target.is_some() => Value::Nil,
            _ => Value::Unknown,
        }
    }
}

/// The texts that an expression compares the variable `subject` with, directly.
pub fn compared_with<'e>(expr: &'e Expr, subject: &str) -> Vec<&'e str> {
    let mut texts = Vec::new();
    let mentions = |expr: &Expr| expr.names().contains(&subject);
    expr.walk(&mut |part| {
        if let Expr::Equal(left, right) = part {
            match (left.as_ref(), right.as_ref()) {
                (Expr::Text(text), other) | (other, Expr::Text(text)) if mentions(other) => {
                    texts.push(text.as_str());
                }
                _ => {}
            }
        }
    });
    texts
}

/// How a use of the variable `subject` goes in both worlds.
///
/// `is_flag` says that the variable is a yes-or-no setting: on Heroku it then holds whatever the
/// expression compares it with.
pub fn flip<'u>(
    site: &'u Use,
    subject: &str,
    is_flag: bool,
    truth: Truth,
    target: Option<Target>,
) -> Flip<'u> {
    let on_heroku = match compared_with(&site.expr, subject).first() {
        Some(text) if is_flag => Value::Text((*text).to_string()),
        _ => Value::SomeText,
    };
    let world = |value: Option<Value>, alone: bool| {
        site.expr.evaluate(&Variables { subject, value, target, alone }, truth)
    };
    let before = world(Some(on_heroku), false);
    let after = match world(None, false) {
        // Another variable's absence may be what raises: that is the other's finding.
        Value::Raises => world(None, true),
        known => known,
    };
    let outcome = (Outcome::of(&before, truth), Outcome::of(&after, truth));
    let (mut runs, mut lost) = (None, None);
    if let (Place::Condition(branches), Outcome::Always(holds)) = (&site.place, outcome.1) {
        let (taken, other) =
            if holds { (&branches.then, &branches.otherwise) } else { (&branches.otherwise, &branches.then) };
        runs = taken.as_ref();
        lost = other.as_ref();
    }
    Flip { site, before, after, outcome, runs, lost }
}

/// How a condition goes after the move.
pub fn after(condition: &Expr, subject: &str, truth: Truth, target: Option<Target>) -> Outcome {
    let variables = Variables { subject, value: None, target, alone: false };
    Outcome::of(&condition.evaluate(&variables, truth), truth)
}

impl Flip<'_> {
    /// Whether the expression is settled after the move and was not the same on Heroku.
    pub fn changes(&self) -> bool {
        if self.outcome.1 == Outcome::Depends {
            return false;
        }
        // What is passed on need not change its truth to change: `key = "x" if dyno else "y"`.
        let passed = !matches!(self.site.place, Place::Condition(_));
        self.outcome.0 != self.outcome.1
            || (passed && self.before != self.after && self.before != Value::Unknown)
    }

    /// What happens after the move that did not happen before, and what no longer happens.
    pub fn effects(&self) -> (Placed, Placed) {
        let of = |branch: Option<&Branch>| branch.map_or(Vec::new(), |branch| branch.effects.clone());
        let (runs, lost) = (of(self.runs), of(self.lost));
        // What both branches do is no difference: `debug = true` and `debug = false` are, two raises are not.
        let only = |mine: &[(Effect, Span)], other: &[(Effect, Span)]| {
            mine.iter().filter(|(effect, _)| !other.iter().any(|(same, _)| same == effect)).copied().collect()
        };
        (only(&runs, &lost), only(&lost, &runs))
    }

    /// The effect of giving the value to the name it is bound to: `DEBUG = "DYNO" not in os.environ`.
    pub fn target_effect(&self) -> Option<Effect> {
        let value = match self.outcome.1 {
            Outcome::Always(value) => Some(value),
            _ => None,
        };
        match &self.site.place {
            Place::Bound { target } => Effect::of_target(target, value),
            Place::Argument { keyword: Some(keyword), .. } => Effect::of_target(keyword, value),
            _ => None,
        }
    }
}

impl Effect {
    /// What a branch with this effect does: "raises", "turns debug on".
    pub fn does(self) -> &'static str {
        match self {
            Effect::Raises => "raises",
            Effect::Exits => "ends the process",
            Effect::Returns => "returns early",
            Effect::StartsServer => "starts the server",
            Effect::StartsWorker => "starts background work",
            Effect::Debug(Some(true)) => "turns debug on",
            Effect::Debug(Some(false)) => "turns debug off",
            Effect::Debug(None) => "sets debug mode",
            Effect::Tls(Some(true)) => "turns TLS or its checks on",
            Effect::Tls(Some(false)) => "turns TLS or its checks off",
            Effect::Tls(None) => "sets TLS options",
            Effect::HttpsRedirect(Some(false)) => "turns the HTTPS redirect off",
            Effect::HttpsRedirect(_) => "redirects to HTTPS",
            Effect::SecureCookie(Some(false)) => "makes cookies insecure",
            Effect::SecureCookie(_) => "makes cookies secure",
            Effect::Cors => "sets who may call (CORS)",
            Effect::Hosts => "sets the allowed hosts",
            Effect::ProxyTrust => "sets which proxies are trusted",
            Effect::Secret => "sets a secret",
            Effect::Database => "picks the database",
            Effect::Cache => "picks the cache or queue",
            Effect::Storage => "picks where files are stored",
            Effect::LocalSettings => "loads local settings",
            Effect::Logging => "logs",
        }
    }
}
