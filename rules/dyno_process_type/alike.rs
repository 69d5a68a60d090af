//! Whether a process type alone answers everything that a program asks of `DYNO`: `web` as `web.1` does.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use crate::expr::{Environment, Expr, Part, Question, Truth, Value};
use crate::fact::{Form, Place, Use};
use crate::rules::Context;
use crate::rules::identity::{Intent, Reading, is_only_naming};

/// Types that every application can have on Heroku, beside those it names: one-off, release and scheduled
/// processes, and one that nothing names.
const TYPES: &[&str] = &["web", "worker", "run", "release", "scheduler", "other"];

/// Numbers that a process can have.
const NUMBERS: &[&str] = &["1", "2", "10", "4711"];

/// How far a process type gives the same answers as `DYNO`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alike {
    /// In every use that there is.
    Everywhere,
    /// In every use that is known; other files may use the value as well.
    AsFarAsKnown,
}

/// Whether every use of a reading gives the same for a type as for a type with a number.
pub fn alike(reading: &Reading<'_>, cx: &Context<'_>) -> Option<Alike> {
    let uses = &reading.read.uses;
    let mut texts = String::new();
    for site in uses {
        let source = match &site.path {
            Some(path) => cx.project.source(path)?,
            None => &cx.file.source,
        };
        texts.push_str(site.expr_span.of(&source.text));
        texts.push('\n');
    }
    let asked = Asked {
        name: reading.name,
        types: types(reading, cx),
        truth: cx.file.lang.truth(),
        at_dot: splits_at_dot(&texts),
        groups: GROUPS.is_match(&cx.file.source.text),
    };
    for site in uses {
        asked.is_understood(site).then_some(())?;
        if is_only_naming(site, uses) {
            let pieces = matches!(&site.expr, Expr::Part { part: Part::Pieces, subject, .. }
                if asked.at_dot && asked.is_value(subject));
            (pieces || asked.is_alike(&site.expr, true)).then_some(())?;
        } else {
            let (decides, by_value) = match &site.place {
                Place::Condition(branches) => (true, branches.form == Form::Case),
                _ => (false, false),
            };
            (asked.is_alike(&site.expr, decides) && !(by_value && asked.is_value(&site.expr)))
                .then_some(())?;
        }
    }
    // What other files can use has to be alike as well, however they use it.
    let escapes = cx.file.facts.bindings.iter().any(|binding| {
        binding.reads.contains(&reading.read.span)
            && !(asked.concerns(&binding.expr) && asked.is_alike(&binding.expr, false))
    });
    Some(if escapes { Alike::AsFarAsKnown } else { Alike::Everywhere })
}

/// The types to try: those of the code, of the project's processes, and those that Heroku has of itself.
fn types(reading: &Reading<'_>, cx: &Context<'_>) -> BTreeSet<String> {
    let mut types: BTreeSet<String> = TYPES.iter().map(ToString::to_string).collect();
    if let Intent::ProcessType(named) = &reading.intent {
        for text in named {
            for word in text.split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '-')) {
                // A pattern with a flag, or a changed value, may be about other letters.
                types.extend([word.to_string(), word.to_ascii_lowercase(), word.to_ascii_uppercase()]);
            }
        }
    }
    let processes = cx.project.files.iter().flat_map(|file| &file.facts.processes);
    types.extend(processes.map(|process| process.name.clone()));
    types.retain(|name| !name.is_empty());
    types
}

/// What takes the part before the dot, or gives the whole where there is none.
static AT_DOT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"(?x)
        \.split \s* \( \s* (?: "\." | '\.' | /\\\./ ) (?: \s* , \s* 2 )? \s* \)
        | \.split \s+ (?: "\." | '\.' | /\\\./ ) \s* (?: [\]\).;&] | $ )
        | \.partition \( \s* (?: "\." | '\.' ) \s* \)
        | %%? \.\* \}
        | cut \s+ -d \s* ['"]? \. ['"]? \s+ -f \s* 1
        | subst \s+ \. , [\ ] ,
        | \[ / (?: \\A | \^ ) (?: \[ (?: [a-zA-Z0-9_-] | \\w | \\d )+ \] | \\w ) \+ / i? \]
        "#,
    )
    .expect("a regular expression")
});

/// Everything else that takes a text apart.
static APART: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"split|partition|cut|awk|sed\b|sub|slice|match|index|scan|find|%|\[/|\btr\b|\.\.|chomp|delete",
    )
    .expect("a regular expression")
});

/// What gives a group of the last match.
static GROUPS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\$[1-9~]|last_match|BASH_REMATCH|\.group|\.groups|\)\[[1-9]\]")
        .expect("a regular expression")
});

fn splits_at_dot(texts: &str) -> bool {
    AT_DOT.is_match(texts) && !APART.is_match(&AT_DOT.replace_all(texts, " "))
}

struct Asked<'a> {
    name: &'a str,
    types: BTreeSet<String>,
    truth: Truth,
    /// The first piece of the value is what stands before its dot.
    at_dot: bool,
    /// Groups of a match are used somewhere in the file.
    groups: bool,
}

/// No other variable is asked.
struct Nothing;

impl Environment for Nothing {
    fn value(&self, _name: Option<&str>) -> Value {
        Value::Unknown
    }
}

impl Asked<'_> {
    fn is_understood(&self, site: &Use) -> bool {
        let mut hidden = false;
        site.expr.walk(&mut |part| {
            hidden |= matches!(part, Expr::Opaque(span) if span.contains(site.span));
        });
        !hidden && self.concerns(&site.expr)
    }

    fn concerns(&self, expr: &Expr) -> bool {
        expr.names().contains(&self.name)
    }

    /// Whether the expression gives the same for a type as for a type with a number. `decides` says that only its
    /// truth matters.
    fn is_alike(&self, expr: &Expr, decides: bool) -> bool {
        if !self.concerns(expr) {
            return true;
        }
        if self.is_value(expr) {
            return decides;
        }
        match expr {
            Expr::Presence { .. } => true,
            Expr::Not(inner) => self.is_alike(inner, true),
            Expr::Any(parts) | Expr::Coalesce(parts) => parts.iter().all(|part| self.is_alike(part, decides)),
            Expr::All(parts) => parts
                .iter()
                .enumerate()
                .all(|(at, part)| self.is_alike(part, decides || at + 1 < parts.len())),
            Expr::Template(parts) => parts.iter().all(|part| self.is_alike(part, false)),
            Expr::Choose { condition, then, otherwise } => {
                self.is_alike(condition, true)
                    && self.is_alike(then, decides)
                    && self.is_alike(otherwise, decides)
            }
            Expr::Part { part: Part::Head, subject, .. } if self.is_value(subject) => self.at_dot,
            Expr::Part { part: Part::Form { .. }, subject, .. } => self.is_alike(subject, decides),
            Expr::Ask { question, subject, safe } => match self.is_value(subject) {
                true => self.is_same_answer(question, *safe, decides),
                false => self.is_alike(subject, false),
            },
            Expr::Equal(left, right) => {
                let known = |value: &Expr, other: &Expr| self.is_value(value) && self.differs_from_all(other);
                (self.is_alike(left, false) && self.is_alike(right, false))
                    || known(left, right)
                    || known(right, left)
            }
            _ => false,
        }
    }

    /// Whether the expression is the variable's value where it is set.
    fn is_value(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Read { name: Some(name), .. } => name == self.name,
            Expr::Part { part: Part::Form { .. }, subject, .. } => self.is_value(subject),
            Expr::Any(parts) | Expr::Coalesce(parts) => {
                parts.first().is_some_and(|first| self.is_value(first))
                    && parts[1..].iter().all(|part| matches!(part, Expr::Text(_) | Expr::Nil))
            }
            _ => false,
        }
    }

    fn is_same_answer(&self, question: &Question, safe: bool, decides: bool) -> bool {
        if let Question::Matches(pattern) = question
            // What a match gives besides yes is the text that matched.
            && (!decides || (self.groups && pattern.replace("(?", "").contains('(')))
        {
            return false;
        }
        let answer = |text: String| {
            let subject = Box::new(Expr::Text(text));
            Expr::Ask { question: question.clone(), subject, safe }.evaluate(&Nothing, self.truth)
        };
        self.types.iter().all(|name| {
            let alone = answer(name.clone());
            alone != Value::Unknown
                && alone != Value::Raises
                && NUMBERS.iter().all(|number| answer(format!("{name}.{number}")) == alone)
        })
    }

    /// Whether the other side of a comparison is no type, with or without a number.
    fn differs_from_all(&self, other: &Expr) -> bool {
        match other {
            Expr::Nil => true,
            Expr::Text(text) => text.is_empty(),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::splits_at_dot;

    #[test]
    fn only_what_keeps_a_text_without_a_dot_whole_splits_at_the_dot() {
        for text in [
            r#"ENV["DYNO"].split(".").first"#,
            r#"ENV["DYNO"]&.split('.', 2)&.first"#,
            "ENV['DYNO'].split '.'",
            r#"ENV["DYNO"].to_s[/\A[a-z_]+/i]"#,
            r#"os.environ["DYNO"].partition(".")[0]"#,
            "process.env.DYNO.split(/\\./)[0]",
            "${DYNO%%.*}",
            "$(echo $DYNO | cut -d. -f1)",
        ] {
            assert!(splits_at_dot(text), "{text}");
        }
        for text in [
            r#"ENV["DYNO"].split(".", 1).first"#,
            r#"ENV["DYNO"].split("_").first"#,
            r#"ENV["DYNO"][/\A(.+)\./, 1]"#,
            r#"ENV["DYNO"][/\A.+/]"#,
            r#"os.environ["DYNO"].rpartition(".")[0]"#,
            r#"os.environ["DYNO"][:dyno.index(".")]"#,
            "process.env.DYNO.slice(0, process.env.DYNO.indexOf('.'))",
            "${DYNO%%-*}",
            "$(echo $DYNO | sed 's/\\..*//')",
        ] {
            assert!(!splits_at_dot(text), "{text}");
        }
    }
}
