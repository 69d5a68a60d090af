//! What a program makes of a variable: a small expression language shared by all front ends,
//! and its evaluation in two worlds, on Heroku and after the move.
//!
//! A front end lowers the largest expression around an environment read to an [`Expr`]; whatever it
//! does not understand becomes [`Expr::Opaque`]. [`Expr::evaluate`] then says what the expression
//! gives where Heroku sets the variable and where nobody does. The branches that differ between the
//! two are what the rules report.

use crate::span::Span;

/// An expression around an environment read.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// The value of an environment variable. `name` is `None` where it is not known.
    /// `default` is the expression used when the variable is unset, `required` says that reading
    /// an unset variable raises.
    Read {
        /// The variable's name, where known.
        name: Option<String>,
        /// The access expression, in bytes.
        span: Span,
        /// What stands in for an unset variable.
        default: Option<Box<Expr>>,
        /// Reading it unset raises (`ENV.fetch("X")`, `os.environ["X"]`).
        required: bool,
    },
    /// Whether an environment variable is set at all (`ENV.key?("X")`, `"X" in os.environ`).
    Presence {
        /// The variable's name, where known.
        name: Option<String>,
        /// The access expression, in bytes.
        span: Span,
    },
    /// A string known in full.
    Text(String),
    /// A number, as written.
    Number(String),
    /// `true` or `false`.
    Bool(bool),
    /// `nil`, `None`, `null`, `undefined`.
    Nil,
    /// Negation.
    Not(Box<Expr>),
    /// `a || b || c`: the first that is true, else the last.
    Any(Vec<Expr>),
    /// `a && b && c`: the first that is false, else the last.
    All(Vec<Expr>),
    /// `a ?? b`: the first that is not nil.
    Coalesce(Vec<Expr>),
    /// `a == b`, also `case a when b` and `a in (b, c)` as an [`Expr::Any`] of these.
    Equal(Box<Expr>, Box<Expr>),
    /// A yes-or-no question to a value.
    Ask {
        /// What is asked.
        question: Question,
        /// Who is asked.
        subject: Box<Expr>,
        /// `&.`, `?.`: gives nil for a nil subject instead of raising.
        safe: bool,
    },
    /// A text made from a text (`split(".").first`, `upcase`, `to_s`).
    Part {
        /// What is taken.
        part: Part,
        /// From which value.
        subject: Box<Expr>,
        /// `&.`, `?.`: gives nil for a nil subject instead of raising.
        safe: bool,
    },
    /// A string with computed pieces: `"web-#{ENV["DYNO"]}"`, `"a" + x`, `"%s.x" % y`.
    Template(Vec<Expr>),
    /// `condition ? then : otherwise`.
    Choose {
        /// What decides.
        condition: Box<Expr>,
        /// Its value when true.
        then: Box<Expr>,
        /// Its value when false.
        otherwise: Box<Expr>,
    },
    /// Anything else; the span tells which.
    Opaque(Span),
}

/// A yes-or-no question to a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// `present?`, `Boolean(x)`, `bool(x)`, `!!x`, `[ -n "$X" ]`: neither nil nor empty.
    Present,
    /// `nil?`, `is None`, `=== undefined`, `typeof x === "undefined"`.
    Nil,
    /// `blank?`, `empty?`, `[ -z "$X" ]`: nil or empty (`empty?` raises on nil unless `safe`).
    Blank,
    /// `start_with?("web")`, `startswith`, `startsWith`, `web.*` in a shell pattern.
    StartsWith(String),
    /// `end_with?(".1")`.
    EndsWith(String),
    /// `include?("run")`, `"run" in x`, `includes`, `indexOf(..) >= 0`.
    Contains(String),
    /// `=~ /…/`, `match?`, `re.match`, `.test(x)`: the pattern as written, without delimiters.
    Matches(String),
    /// A question this language does not know; `raises_on_nil` says whether nil has the method.
    Other {
        /// The method's name.
        name: String,
        /// Whether asking nil raises.
        raises_on_nil: bool,
    },
}

/// A text made from a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// What stands before the first separator: `split(".").first`, `${X%%.*}`, `[/\A[a-z]+/]`.
    Head,
    /// What stands after the last separator: `split(".").last`, `${X##*.}`, `[/\d+$/]`.
    Tail,
    /// All pieces: `split(".")`.
    Pieces,
    /// The same text in another form: `to_s`, `str(x)`, `downcase`, `strip`, `|| ""` not included.
    /// `nil_is_empty` says that nil becomes "" (`to_s`) and not an error or the word "None".
    Form {
        /// nil becomes the empty text.
        nil_is_empty: bool,
    },
    /// A number read from it: `to_i`, `int(x)`, `parseInt(x)`.
    Number,
    /// Something else; the method's name.
    Other(String),
}

/// What counts as true, which differs between languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truth {
    /// Ruby: all but nil and false.
    Ruby,
    /// Python, JavaScript, shell `[ -n ]`: the empty text is false as well.
    EmptyIsFalse,
}

/// One of the two places a program runs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum World {
    /// On a dyno: the platform's variables are set.
    Heroku,
    /// After the move: none of them is set.
    Elsewhere,
}

/// What is known of a value in one world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// nil, None, undefined.
    Nil,
    /// true or false.
    Bool(bool),
    /// This text.
    Text(String),
    /// A text that is not empty, else unknown.
    SomeText,
    /// Something that counts as true, else unknown.
    SomeTrue,
    /// Evaluating it raises.
    Raises,
    /// Nothing is known.
    Unknown,
}

impl Value {
    /// Whether the value counts as true, where that is known. A raise is not known.
    pub fn truth(&self, truth: Truth) -> Option<bool> {
        match self {
            Value::Nil => Some(false),
            Value::Bool(value) => Some(*value),
            Value::Text(text) => Some(truth == Truth::Ruby || !text.is_empty()),
            Value::SomeText | Value::SomeTrue => Some(true),
            Value::Raises | Value::Unknown => None,
        }
    }
}

/// Says what a variable holds in one world.
pub trait Environment {
    /// The value of the variable `name`; `None` for a name that is not known.
    fn value(&self, name: Option<&str>) -> Value;
}

impl Expr {
    /// The value of the expression where `environment` holds, with `truth` as the language's truth.
    pub fn evaluate(&self, environment: &dyn Environment, truth: Truth) -> Value {
        let eval = |expr: &Expr| expr.evaluate(environment, truth);
        match self {
            Expr::Read { name, default, required, .. } => match environment.value(name.as_deref()) {
                Value::Nil => match default {
                    Some(default) => eval(default),
                    None if *required => Value::Raises,
                    None => Value::Nil,
                },
                known => known,
            },
            Expr::Presence { name, .. } => match environment.value(name.as_deref()) {
                Value::Nil => Value::Bool(false),
                Value::Unknown => Value::Unknown,
                _ => Value::Bool(true),
            },
            Expr::Text(text) => Value::Text(text.clone()),
            Expr::Number(digits) if digits.trim_matches(['0', '.']).is_empty() => match truth {
                Truth::Ruby => Value::SomeTrue,
                Truth::EmptyIsFalse => Value::Bool(false),
            },
            Expr::Number(_) => Value::SomeTrue,
            Expr::Bool(value) => Value::Bool(*value),
            Expr::Nil => Value::Nil,
            Expr::Not(inner) => match eval(inner) {
                Value::Raises => Value::Raises,
                value => value.truth(truth).map_or(Value::Unknown, |value| Value::Bool(!value)),
            },
            Expr::Any(parts) => fold(parts, true, eval, |value| value.truth(truth)),
            Expr::All(parts) => fold(parts, true, eval, |value| value.truth(truth).map(|value| !value)),
            Expr::Coalesce(parts) => fold(parts, false, eval, |value| match value {
                Value::Nil => Some(false),
                Value::Unknown | Value::Raises => None,
                _ => Some(true),
            }),
            Expr::Equal(left, right) => equal(eval(left), eval(right)),
            Expr::Ask { question, subject, safe } => question.answer(eval(subject), *safe, truth),
            Expr::Part { part, subject, safe } => part.take(eval(subject), *safe),
            Expr::Template(parts) => {
                let mut whole = String::new();
                let mut known = true;
                for part in parts {
                    match eval(part) {
                        Value::Raises => return Value::Raises,
                        Value::Text(text) => whole.push_str(&text),
                        Value::SomeText => {
                            known = false;
                            whole.push('?');
                        }
                        _ => known = false,
                    }
                }
                match (known, whole.is_empty()) {
                    (true, _) => Value::Text(whole),
                    (false, false) => Value::SomeText,
                    (false, true) => Value::Unknown,
                }
            }
            Expr::Choose { condition, then, otherwise } => match eval(condition) {
                Value::Raises => Value::Raises,
                value => match value.truth(truth) {
                    Some(true) => eval(then),
                    Some(false) => eval(otherwise),
                    None => {
                        let (then, otherwise) = (eval(then), eval(otherwise));
                        if then == otherwise { then } else { Value::Unknown }
                    }
                },
            },
            Expr::Opaque(_) => Value::Unknown,
        }
    }

    /// Calls `visit` for this expression and every one inside it, outermost first.
    pub fn walk<'e>(&'e self, visit: &mut dyn FnMut(&'e Expr)) {
        visit(self);
        match self {
            Expr::Read { default, .. } => {
                if let Some(default) = default {
                    default.walk(visit);
                }
            }
            Expr::Not(inner) | Expr::Ask { subject: inner, .. } | Expr::Part { subject: inner, .. } => {
                inner.walk(visit);
            }
            Expr::Any(parts) | Expr::All(parts) | Expr::Coalesce(parts) | Expr::Template(parts) => {
                parts.iter().for_each(|part| part.walk(visit));
            }
            Expr::Equal(left, right) => {
                left.walk(visit);
                right.walk(visit);
            }
            Expr::Choose { condition, then, otherwise } => {
                condition.walk(visit);
                then.walk(visit);
                otherwise.walk(visit);
            }
            Expr::Presence { .. }
            | Expr::Text(_)
            | Expr::Number(_)
            | Expr::Bool(_)
            | Expr::Nil
            | Expr::Opaque(_) => {}
        }
    }

    /// Replaces every [`Expr::Opaque`] with the span `at` by `with`: how a call to a function of the
    /// project that reads the environment becomes the read itself.
    pub fn replace_opaque(&mut self, at: Span, with: &Expr) {
        match self {
            Expr::Opaque(span) if *span == at => *self = with.clone(),
            Expr::Read { default, .. } => {
                if let Some(default) = default {
                    default.replace_opaque(at, with);
                }
            }
            Expr::Not(inner) | Expr::Ask { subject: inner, .. } | Expr::Part { subject: inner, .. } => {
                inner.replace_opaque(at, with);
            }
            Expr::Any(parts) | Expr::All(parts) | Expr::Coalesce(parts) | Expr::Template(parts) => {
                parts.iter_mut().for_each(|part| part.replace_opaque(at, with));
            }
            Expr::Equal(left, right) => {
                left.replace_opaque(at, with);
                right.replace_opaque(at, with);
            }
            Expr::Choose { condition, then, otherwise } => {
                condition.replace_opaque(at, with);
                then.replace_opaque(at, with);
                otherwise.replace_opaque(at, with);
            }
            Expr::Presence { .. }
            | Expr::Text(_)
            | Expr::Number(_)
            | Expr::Bool(_)
            | Expr::Nil
            | Expr::Opaque(_) => {}
        }
    }

    /// The names of all environment variables in the expression, in order of appearance.
    pub fn names(&self) -> Vec<&str> {
        let mut names = Vec::new();
        self.walk(&mut |expr| {
            if let Expr::Read { name: Some(name), .. } | Expr::Presence { name: Some(name), .. } = expr {
                names.push(name.as_str());
            }
        });
        names
    }

    /// Whether the expression holds the read with the span `at`.
    pub fn holds(&self, at: Span) -> bool {
        let mut found = false;
        self.walk(&mut |expr| {
            if let Expr::Read { span, .. } | Expr::Presence { span, .. } | Expr::Opaque(span) = expr {
                found |= *span == at;
            }
        });
        found
    }
}

/// `||`, `&&` and `??`: the first part for which `stops` says yes, else the last. `by_truth` says that
/// truth decides, so that every part that could end the chain has the same truth.
fn fold(
    parts: &[Expr],
    by_truth: bool,
    eval: impl Fn(&Expr) -> Value,
    stops: impl Fn(&Value) -> Option<bool>,
) -> Value {
    let mut unsure = false;
    let mut last = Value::Unknown;
    for part in parts {
        last = eval(part);
        match stops(&last) {
            // A later part that would end the chain settles nothing but the truth of the whole.
            Some(true) if !unsure => return last,
            Some(true) if !by_truth => return Value::Unknown,
            Some(true) => {
                return match last {
                    Value::Bool(value) => Value::Bool(value),
                    Value::Nil => Value::Bool(false),
                    Value::SomeText | Value::SomeTrue | Value::Text(_) => Value::SomeTrue,
                    other => other,
                };
            }
            Some(false) => {}
            None if last == Value::Raises && !unsure => return Value::Raises,
            None => unsure = true,
        }
    }
    if unsure { Value::Unknown } else { last }
}

fn equal(left: Value, right: Value) -> Value {
    use Value::{Bool, Nil, Raises, SomeText, SomeTrue, Text, Unknown};
    match (left, right) {
        (Raises, _) | (_, Raises) => Raises,
        (Text(left), Text(right)) => Bool(left == right),
        (Nil, Nil) => Bool(true),
        (Bool(left), Bool(right)) => Bool(left == right),
        (Nil, Text(_) | SomeText | SomeTrue) | (Text(_) | SomeText | SomeTrue, Nil) => Bool(false),
        (SomeText, Text(text)) | (Text(text), SomeText) if text.is_empty() => Bool(false),
        (Nil, Bool(_)) | (Bool(_), Nil) => Bool(false),
        (Bool(_), Text(_) | SomeText) | (Text(_) | SomeText, Bool(_)) => Bool(false),
        (SomeText | SomeTrue | Unknown, _) | (_, SomeText | SomeTrue | Unknown) => Unknown,
    }
}

impl Question {
    fn answer(&self, subject: Value, safe: bool, truth: Truth) -> Value {
        use Value::{Bool, Nil, Raises, SomeText, SomeTrue, Text, Unknown};
        if subject == Raises {
            return Raises;
        }
        let on_nil = |raises: bool| {
            if safe {
                Nil
            } else if raises {
                Raises
            } else {
                Bool(false)
            }
        };
        match (self, subject) {
            (Question::Present, Nil) => Bool(false),
            (Question::Present, Text(text)) => Bool(!text.is_empty()),
            (Question::Present, SomeText | SomeTrue) => Bool(true),
            (Question::Present, Bool(value)) => Bool(value),
            (Question::Nil, Nil) => Bool(true),
            (Question::Nil, Unknown) => Unknown,
            (Question::Nil, _) => Bool(false),
            (Question::Blank, Nil) => Bool(true),
            (Question::Blank, Text(text)) => Bool(text.is_empty()),
            (Question::Blank, SomeText) => Bool(false),
            (Question::Blank, Bool(value)) => Bool(!value),
            // `nil =~ /x/` is nil in Ruby; elsewhere a missing text cannot be matched.
            (Question::Matches(_), Nil) => on_nil(truth != Truth::Ruby),
            (Question::StartsWith(_) | Question::EndsWith(_) | Question::Contains(_), Nil) => on_nil(true),
            (Question::StartsWith(part), Text(text)) => Bool(text.starts_with(part.as_str())),
            (Question::EndsWith(part), Text(text)) => Bool(text.ends_with(part.as_str())),
            (Question::Contains(part), Text(text)) => Bool(text.contains(part.as_str())),
            (Question::Matches(pattern), Text(text)) => regex::Regex::new(&pattern.replace(r"\A", "^"))
                .map_or(Unknown, |pattern| Bool(pattern.is_match(&text))),
            (Question::Other { raises_on_nil, .. }, Nil) => match on_nil(*raises_on_nil) {
                Bool(_) => Unknown,
                known => known,
            },
            _ => Unknown,
        }
    }
}

impl Part {
    fn take(&self, subject: Value, safe: bool) -> Value {
        use Value::{Nil, Raises, SomeText, SomeTrue, Text, Unknown};
        match (self, subject) {
            (_, Raises) => Raises,
            (Part::Form { nil_is_empty: true }, Nil) => Text(String::new()),
            (Part::Form { .. }, Text(text)) if text.is_empty() => Text(text),
            (Part::Form { .. }, SomeText | Text(_)) => SomeText,
            (Part::Number, Nil) => Unknown,
            (_, Nil) if safe => Nil,
            (Part::Head | Part::Tail | Part::Pieces, Nil) => Raises,
            (Part::Head, Text(text)) if text.is_empty() => Nil,
            (Part::Head | Part::Tail, SomeText | Text(_)) => SomeText,
            (Part::Pieces, SomeText | Text(_)) => SomeTrue,
            _ => Unknown,
        }
    }
}
