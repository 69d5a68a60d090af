//! Values, calls and settings as a program or a settings file writes them: the structural half of the
//! facts.
//!
//! [`crate::expr`] says what a program makes of a variable. A [`Term`] says what something is: the
//! options of a connection, the path of a file, the keys of a schedule. A front end resolves what can be
//! known without running the program (imports, constants and names that are assigned once, parameters of
//! a function with one caller) and keeps the bytes of every piece, so that a rule can point at the one
//! key that matters.

use std::borrow::Cow;

use crate::fact::{Guard, Name};
use crate::span::Span;

/// A value and where it is written.
///
/// A name that is assigned once stands for its value: the term is then that value, with the bytes where
/// the value is written and not those of the name.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// Its bytes; of a text with its quotes.
    pub span: Span,
    /// What it is.
    pub value: Value,
}

/// What a [`Term`] is.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A text known in full, escapes resolved. Also a Ruby symbol, a plain YAML scalar, and a regular
    /// expression of JavaScript as written, `/^postgres:/g`.
    Text(String),
    /// A number, as written.
    Number(String),
    /// `true` or `false`.
    Bool(bool),
    /// `nil`, `None`, `null`, `undefined`.
    Nil,
    /// Items in order.
    List(Vec<Term>),
    /// Keys with values in order: a hash, a dictionary, an object, the keyword arguments of a constructor
    /// such as `dict(…)`.
    Map(Vec<Entry>),
    /// Pieces of one text: interpolation, `a + b` where one side is a text, `"%s" % x`, `"{}".format(x)`.
    Joined(Vec<Term>),
    /// The value of an environment variable.
    Env {
        /// Which variable.
        name: Name,
        /// What stands in for an unset variable.
        default: Option<Box<Term>>,
        /// Reading it unset raises.
        required: bool,
    },
    /// A name that stands for something not known here, imports resolved, with dots: `Rails.root`,
    /// `__dirname`, `settings.BASE_DIR`, `OpenSSL.SSL.VERIFY_NONE`.
    Name(String),
    /// A parameter of an enclosing function, not known.
    Parameter(String),
    /// The result of a call. What is made of a value without a name is one as well: an attribute
    /// (`Path(x).parent` is `.parent`, without arguments), a key (`[]`), a path of two (`/`).
    Call(Box<Invocation>),
    /// One of several: `a ? b : c`, `a || b`, `a ?? b`, a name assigned in the branches of a condition.
    Choice(Vec<Alternative>),
    /// A function, a block, a closure.
    Function,
    /// Anything else.
    Other,
}

/// A key with its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key's text; empty where it is computed, `...` for what is spread into the map.
    pub key: String,
    /// The key's bytes, with quotes.
    pub key_span: Span,
    /// Its value.
    pub value: Term,
}

/// One possible value.
#[derive(Clone, Debug, PartialEq)]
pub struct Alternative {
    /// When it is this one, where a condition decides.
    pub guard: Option<Guard>,
    /// The value.
    pub value: Term,
}

/// An argument of an [`Invocation`].
#[derive(Clone, Debug, PartialEq)]
pub struct Argument {
    /// Its keyword; `*` and `**` for what is spread.
    pub keyword: Option<String>,
    /// Its value. Keywords of a Ruby call and the options object of JavaScript differ here: the first are
    /// arguments with keywords, the second is one argument that is a map. [`Invocation::option`] reads both.
    pub value: Term,
}

/// A call of a function that the vocabulary knows ([`crate::vocabulary`]), or any call inside a [`Term`].
#[derive(Clone, Debug, PartialEq)]
pub struct Invocation {
    /// The function, imports resolved, with dots and without `new`: `fs.writeFile` (also for
    /// `node:fs`, for `fs/promises`, for a destructured `writeFile`), `pathlib.Path.write_text`,
    /// `Sidekiq.Cron.Job.create`, `pg.Pool`, `ioredis` for a default import that is called. A method of a
    /// value that has no name begins with a dot: `.write_text`, `.replace`; the value is `receiver`.
    pub callee: String,
    /// What a method is called on, where that is more than a module or class.
    pub receiver: Option<Term>,
    /// Arguments in order.
    pub arguments: Vec<Argument>,
    /// The whole call, arguments included, blocks left out.
    pub span: Span,
    /// The bytes of the function's own name, the last segment.
    pub name_span: Span,
    /// Names of the enclosing definitions, as in [`crate::fact::EnvRead::scope`].
    pub scope: String,
    /// Conditions around the call, innermost first.
    pub guards: Vec<Guard>,
    /// The name that is given the result: `pool`, `self.redis`, `config.logger`.
    pub bound: Option<String>,
    /// The bytes of the block or function that is handed to it, or of the function it decorates.
    pub body: Option<Span>,
}

/// A name that is given a value outside of functions, an attribute or a key that is given one anywhere,
/// and the whole of a data file.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// The name with dots, without computed parts: `MEDIA_ROOT`, `config.active_storage.service`,
    /// `app.config.UPLOAD_FOLDER` for `app.config["UPLOAD_FOLDER"]`, `DATABASES.default.OPTIONS`,
    /// `module.exports`, `exports.pool`, `export default`. Names in a class have the class before them
    /// only in `scope`. Empty for the root of a YAML, JSON or TOML file.
    pub name: String,
    /// The name's bytes.
    pub name_span: Span,
    /// Its value.
    pub value: Term,
    /// The whole assignment.
    pub span: Span,
    /// Names of the enclosing definitions.
    pub scope: String,
    /// Conditions around it, innermost first.
    pub guards: Vec<Guard>,
}

/// A command line, wherever one can stand: a script, a recipe, `RUN` and `CMD`, a Procfile, a step of
/// CI, a script of `package.json`.
#[derive(Clone, Debug, PartialEq)]
pub struct Command {
    /// Program and arguments; a word with variables is [`Value::Joined`] or [`Value::Env`].
    pub words: Vec<Term>,
    /// Variables set for this command alone: `TZ=UTC node clock.js`.
    pub assignments: Vec<Entry>,
    /// Operator and file of each redirection.
    pub redirects: Vec<(String, Term)>,
    /// From the first assignment or word to the last word or redirection.
    pub span: Span,
    /// Function of a script, target of a Makefile, process type, key path of the step.
    pub scope: String,
    /// The command after the pipe behind this one, as a position in [`crate::fact::Facts::commands`].
    pub piped_to: Option<usize>,
}

impl Term {
    /// The text, where it is one that is known in full.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The text or number, as written.
    pub fn scalar(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) | Value::Number(text) => Some(text),
            _ => None,
        }
    }

    /// The name of what is not known here.
    pub fn name(&self) -> Option<&str> {
        match &self.value {
            Value::Name(name) => Some(name),
            _ => None,
        }
    }

    /// The call whose result it is.
    pub fn call(&self) -> Option<&Invocation> {
        match &self.value {
            Value::Call(call) => Some(call),
            _ => None,
        }
    }

    /// Keys and values of a map; of a call such as `dict(a=1)` its keywords are the map already.
    pub fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// Items of a list.
    pub fn items(&self) -> &[Term] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// The value under a key; of several the last one counts, as in every language.
    pub fn get(&self, key: &str) -> Option<&Term> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The entry under a key.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().rev().find(|entry| entry.key == key)
    }

    /// The entry under keys inside each other: `["ssl", "rejectUnauthorized"]`.
    pub fn entry_at(&self, keys: &[&str]) -> Option<&Entry> {
        let (last, before) = keys.split_last()?;
        before.iter().try_fold(self, |term, key| term.get(key))?.entry(last)
    }

    /// Every value it can have, with the conditions that choose it: one for what is no
    /// [`Value::Choice`].
    pub fn alternatives(&self) -> Vec<(Vec<&Guard>, &Term)> {
        fn collect<'t>(term: &'t Term, guards: &[&'t Guard], found: &mut Vec<(Vec<&'t Guard>, &'t Term)>) {
            match &term.value {
                Value::Choice(options) => {
                    for option in options {
                        let mut guards = guards.to_vec();
                        guards.extend(&option.guard);
                        collect(&option.value, &guards, found);
                    }
                }
                _ => found.push((guards.to_vec(), term)),
            }
        }
        let mut found = Vec::new();
        collect(self, &[], &mut found);
        found
    }

    /// The text with `\u{0}` for every piece that is not known: `"/data/\0.csv"`. Empty only where nothing
    /// is known.
    pub fn shape(&self) -> Cow<'_, str> {
        match &self.value {
            Value::Text(text) | Value::Number(text) => Cow::Borrowed(text),
            Value::Joined(pieces) => Cow::Owned(pieces.iter().map(Term::shape).collect()),
            _ => Cow::Borrowed("\0"),
        }
    }

    /// Calls `visit` for this term and every one inside it, outermost first, receivers and arguments of
    /// calls included.
    pub fn walk<'t>(&'t self, visit: &mut dyn FnMut(&'t Term)) {
        visit(self);
        match &self.value {
            Value::List(items) | Value::Joined(items) => items.iter().for_each(|item| item.walk(visit)),
            Value::Map(entries) => entries.iter().for_each(|entry| entry.value.walk(visit)),
            Value::Env { default: Some(default), .. } => default.walk(visit),
            Value::Call(call) => {
                if let Some(receiver) = &call.receiver {
                    receiver.walk(visit);
                }
                call.arguments.iter().for_each(|argument| argument.value.walk(visit));
            }
            Value::Choice(options) => options.iter().for_each(|option| option.value.walk(visit)),
            _ => {}
        }
    }

    /// The names of the environment variables inside it, in order of place.
    pub fn variables(&self) -> Vec<&str> {
        let mut found = Vec::new();
        self.walk(&mut |term| {
            if let Value::Env { name: Name::Known(name), .. } = &term.value {
                found.push(name.as_str());
            }
        });
        found
    }
}

impl Invocation {
    /// The function's own name: the last segment of [`Invocation::callee`].
    pub fn name(&self) -> &str {
        self.callee.rsplit('.').next().unwrap_or_default()
    }

    /// Whether the function is `name`: the same dotted name, or one that ends with it at a dot. A name that
    /// begins with a dot asks for a method, whatever it is called on.
    pub fn is(&self, name: &str) -> bool {
        match self.callee.strip_suffix(name) {
            Some("") => true,
            Some(before) => name.starts_with('.') || before.ends_with('.'),
            None => false,
        }
    }

    /// The positional argument at `index`, from 0.
    pub fn argument(&self, index: usize) -> Option<&Term> {
        let mut positional = self.arguments.iter().filter(|argument| argument.keyword.is_none());
        positional.nth(index).map(|argument| &argument.value)
    }

    /// The argument with a keyword.
    pub fn keyword(&self, keyword: &str) -> Option<&Term> {
        let named = |argument: &&Argument| argument.keyword.as_deref() == Some(keyword);
        self.arguments.iter().rfind(named).map(|argument| &argument.value)
    }

    /// The argument at `index` or with `keyword`.
    pub fn argument_or_keyword(&self, index: usize, keyword: &str) -> Option<&Term> {
        self.keyword(keyword).or_else(|| self.argument(index))
    }

    /// The option under keys inside each other, given as a keyword or in a map among the arguments.
    pub fn option(&self, keys: &[&str]) -> Option<&Term> {
        let (first, rest) = keys.split_first()?;
        let by_keyword = self.keyword(first).and_then(|term| match rest {
            [] => Some(term),
            rest => term.entry_at(rest).map(|entry| &entry.value),
        });
        by_keyword.or_else(|| {
            let maps = self.arguments.iter().rev().map(|argument| &argument.value);
            maps.into_iter().find_map(|term| term.entry_at(keys)).map(|entry| &entry.value)
        })
    }
}

impl Command {
    /// The program's own name, without its folder: `pg_restore` for `/usr/bin/pg_restore`.
    pub fn program(&self) -> &str {
        let first = self.words.first().and_then(Term::text).unwrap_or_default();
        first.rsplit('/').next().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Term {
        Term { span: Span::default(), value: Value::Text(text.to_string()) }
    }

    fn call(callee: &str, arguments: Vec<(Option<&str>, Term)>) -> Invocation {
        Invocation {
            callee: callee.to_string(),
            receiver: None,
            arguments: arguments
                .into_iter()
                .map(|(keyword, value)| Argument { keyword: keyword.map(str::to_string), value })
                .collect(),
            span: Span::default(),
            name_span: Span::default(),
            scope: String::new(),
            guards: Vec::new(),
            bound: None,
            body: None,
        }
    }

    fn map(entries: Vec<(&str, Term)>) -> Term {
        let entry =
            |(key, value): (&str, Term)| Entry { key: key.to_string(), key_span: Span::default(), value };
        Term { span: Span::default(), value: Value::Map(entries.into_iter().map(entry).collect()) }
    }

    #[test]
    fn callees_match_at_dots() {
        let call = call("fs.promises.writeFile", Vec::new());
        assert_eq!(call.name(), "writeFile");
        for name in ["fs.promises.writeFile", "promises.writeFile", "writeFile", ".writeFile"] {
            assert!(call.is(name), "{name}");
        }
        for name in ["File", "s.writeFile", "fs.promises", "writeFile.x"] {
            assert!(!call.is(name), "{name}");
        }
    }

    #[test]
    fn options_are_keywords_or_maps() {
        let ssl = || map(vec![("rejectUnauthorized", text("no"))]);
        let keys = ["ssl", "rejectUnauthorized"];
        let by_map = call("pg.Pool", vec![(None, text("url")), (None, map(vec![("ssl", ssl())]))]);
        let by_keyword = call("PG.connect", vec![(Some("ssl"), ssl())]);
        assert_eq!(by_map.option(&keys).and_then(Term::text), Some("no"));
        assert_eq!(by_keyword.option(&keys).and_then(Term::text), Some("no"));
        assert_eq!(by_map.option(&["tls"]), None);
        assert_eq!(by_keyword.argument_or_keyword(0, "ssl"), Some(&ssl()));
    }

    #[test]
    fn shapes_show_what_is_known() {
        let unknown = Term { span: Span::default(), value: Value::Name("id".to_string()) };
        let pieces = vec![text("/data/"), unknown.clone(), text(".csv")];
        let joined = Term { span: Span::default(), value: Value::Joined(pieces) };
        assert_eq!(joined.shape(), "/data/\0.csv");
        assert_eq!(unknown.shape(), "\0");
    }
}
