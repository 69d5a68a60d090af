//! What expressions give on Heroku and after the move.

use dynolint::expr::{Environment, Expr, Part, Question, Truth, Value};
use dynolint::span::Span;
use proptest::prelude::*;

/// `DYNO` holds this value, every other name is unknown.
struct Dyno(Value);

impl Environment for Dyno {
    fn value(&self, name: Option<&str>) -> Value {
        if name == Some("DYNO") { self.0.clone() } else { Value::Unknown }
    }
}

fn dyno() -> Expr {
    Expr::Read { name: Some("DYNO".into()), span: Span::default(), default: None, required: false }
}

fn required() -> Expr {
    Expr::Read { name: Some("DYNO".into()), span: Span::default(), default: None, required: true }
}

fn or_else(text: &str) -> Expr {
    let default = Some(Box::new(Expr::Text(text.into())));
    Expr::Read { name: Some("DYNO".into()), span: Span::default(), default, required: false }
}

fn present() -> Expr {
    Expr::Presence { name: Some("DYNO".into()), span: Span::default() }
}

fn ask(question: Question, subject: Expr, safe: bool) -> Expr {
    Expr::Ask { question, subject: Box::new(subject), safe }
}

fn part(part: Part, subject: Expr, safe: bool) -> Expr {
    Expr::Part { part, subject: Box::new(subject), safe }
}

fn not(expr: Expr) -> Expr {
    Expr::Not(Box::new(expr))
}

fn equal(left: Expr, right: &str) -> Expr {
    Expr::Equal(Box::new(left), Box::new(Expr::Text(right.into())))
}

fn other() -> Expr {
    Expr::Opaque(Span::default())
}

#[test]
fn both_worlds() {
    use Value::{Bool, Nil, Raises, SomeText, SomeTrue, Text, Unknown};
    let web = || Question::StartsWith("web".into());
    // expression, truth, on Heroku, after the move
    let table: Vec<(Expr, Truth, Value, Value)> = vec![
        (dyno(), Truth::Ruby, SomeText, Nil),
        (required(), Truth::Ruby, SomeText, Raises),
        (or_else("web.1"), Truth::Ruby, SomeText, Text("web.1".into())),
        (present(), Truth::EmptyIsFalse, Bool(true), Bool(false)),
        (not(present()), Truth::EmptyIsFalse, Bool(false), Bool(true)),
        (not(not(dyno())), Truth::EmptyIsFalse, Bool(true), Bool(false)),
        (not(or_else("")), Truth::Ruby, Bool(false), Bool(false)),
        (not(or_else("")), Truth::EmptyIsFalse, Bool(false), Bool(true)),
        (not(required()), Truth::Ruby, Bool(false), Raises),
        (equal(dyno(), "web.1"), Truth::Ruby, Unknown, Bool(false)),
        (equal(dyno(), ""), Truth::Ruby, Bool(false), Bool(false)),
        (equal(or_else("web.1"), "web.1"), Truth::Ruby, Unknown, Bool(true)),
        (ask(web(), dyno(), false), Truth::Ruby, Unknown, Raises),
        (ask(web(), dyno(), true), Truth::Ruby, Unknown, Nil),
        (ask(web(), or_else(""), false), Truth::EmptyIsFalse, Unknown, Bool(false)),
        (ask(Question::Present, dyno(), false), Truth::Ruby, Bool(true), Bool(false)),
        (ask(Question::Nil, dyno(), false), Truth::Ruby, Bool(false), Bool(true)),
        (ask(Question::Blank, dyno(), false), Truth::Ruby, Bool(false), Bool(true)),
        (ask(Question::Matches("^web".into()), dyno(), false), Truth::Ruby, Unknown, Bool(false)),
        (ask(Question::Matches("^web".into()), dyno(), false), Truth::EmptyIsFalse, Unknown, Raises),
        (part(Part::Head, dyno(), false), Truth::Ruby, SomeText, Raises),
        (part(Part::Head, dyno(), true), Truth::Ruby, SomeText, Nil),
        (part(Part::Pieces, dyno(), false), Truth::Ruby, SomeTrue, Raises),
        (part(Part::Form { nil_is_empty: true }, dyno(), false), Truth::Ruby, SomeText, Text(String::new())),
        (Expr::Any(vec![dyno(), Expr::Text("worker".into())]), Truth::Ruby, SomeText, Text("worker".into())),
        (Expr::Any(vec![other(), present()]), Truth::Ruby, Bool(true), Unknown),
        (Expr::Any(vec![other(), dyno()]), Truth::Ruby, SomeTrue, Unknown),
        (Expr::All(vec![other(), present()]), Truth::Ruby, Unknown, Bool(false)),
        (Expr::All(vec![dyno(), ask(web(), dyno(), false)]), Truth::Ruby, Unknown, Nil),
        (
            Expr::Coalesce(vec![dyno(), Expr::Text("x".into())]),
            Truth::EmptyIsFalse,
            SomeText,
            Text("x".into()),
        ),
        (Expr::Template(vec![Expr::Text("a-".into()), dyno()]), Truth::Ruby, SomeText, SomeText),
        (
            Expr::Choose {
                condition: Box::new(dyno()),
                then: Box::new(Expr::Text("on".into())),
                otherwise: Box::new(Expr::Nil),
            },
            Truth::Ruby,
            Text("on".into()),
            Nil,
        ),
        (other(), Truth::Ruby, Unknown, Unknown),
    ];
    for (expr, truth, before, after) in table {
        assert_eq!(expr.evaluate(&Dyno(SomeText), truth), before, "{expr} on Heroku");
        assert_eq!(expr.evaluate(&Dyno(Nil), truth), after, "{expr} after the move");
    }
}

#[test]
fn a_call_becomes_the_read_behind_it() {
    let at = Span::new(3, 9);
    let mut expr = not(Expr::Any(vec![Expr::Opaque(at), other()]));
    expr.replace_opaque(at, &present());
    assert_eq!(expr.to_string(), "!(DYNO? or _)");
    assert_eq!(expr.names(), ["DYNO"]);
}

fn expressions() -> impl Strategy<Value = Expr> {
    let leaf = prop_oneof![
        Just(dyno()),
        Just(required()),
        Just(present()),
        Just(other()),
        Just(Expr::Nil),
        any::<bool>().prop_map(Expr::Bool),
        "[a-z.0-9]{0,6}".prop_map(Expr::Text),
    ];
    leaf.prop_recursive(5, 40, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(not),
            prop::collection::vec(inner.clone(), 1..4).prop_map(Expr::Any),
            prop::collection::vec(inner.clone(), 1..4).prop_map(Expr::All),
            prop::collection::vec(inner.clone(), 1..4).prop_map(Expr::Coalesce),
            prop::collection::vec(inner.clone(), 1..4).prop_map(Expr::Template),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| Expr::Equal(Box::new(a), Box::new(b))),
            (inner.clone(), any::<bool>()).prop_map(|(a, safe)| part(Part::Head, a, safe)),
            (inner.clone(), any::<bool>()).prop_map(|(a, safe)| ask(Question::Present, a, safe)),
            (inner.clone(), inner.clone(), inner).prop_map(|(a, b, c)| Expr::Choose {
                condition: Box::new(a),
                then: Box::new(b),
                otherwise: Box::new(c),
            }),
        ]
    })
}

/// Whether `known` says nothing that contradicts `exact`.
fn agrees(known: &Value, exact: &Value, truth: Truth) -> bool {
    match known {
        Value::Unknown => true,
        Value::Raises => *exact == Value::Raises,
        // Text that is not known in full still counts as true.
        Value::SomeText | Value::SomeTrue => exact.truth(truth) == Some(true),
        Value::Nil | Value::Bool(_) | Value::Text(_) => match (known.truth(truth), exact.truth(truth)) {
            (Some(known), Some(exact)) => known == exact,
            _ => *exact == Value::Unknown || *exact == Value::Raises,
        },
    }
}

proptest! {
    /// What is said of "some dyno name" holds for a particular one.
    #[test]
    fn knowing_more_changes_no_answer(expr in expressions(), name in "(web|worker)\\.[1-9]") {
        for truth in [Truth::Ruby, Truth::EmptyIsFalse] {
            let some = expr.evaluate(&Dyno(Value::SomeText), truth);
            let this = expr.evaluate(&Dyno(Value::Text(name.clone())), truth);
            prop_assert!(agrees(&some, &this, truth) || this == Value::Unknown, "{expr}: {some:?} but {this:?}");
        }
    }

    /// Two negations give the truth back.
    #[test]
    fn negation_is_its_own_inverse(expr in expressions()) {
        for value in [Value::SomeText, Value::Nil] {
            let once = expr.evaluate(&Dyno(value.clone()), Truth::Ruby);
            let twice = not(not(expr.clone())).evaluate(&Dyno(value), Truth::Ruby);
            prop_assert_eq!(once.truth(Truth::Ruby), twice.truth(Truth::Ruby));
        }
    }
}
