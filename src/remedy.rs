//! What should stand there instead: the language-neutral half of a fix.
//!
//! A rule says what is wanted ("read this variable first", "give this call that option"); the writers of
//! [`crate::write`] turn it into [`crate::finding::Edit`]s in the style of the file, or say that its shape
//! does not allow that.

use crate::finding::{Applicability, Provided};
use crate::span::Span;

/// A way to put one finding right.
#[derive(Clone, Debug, PartialEq)]
pub struct Remedy {
    /// What it does, as a title: "read `GIT_SHA` first".
    pub title: String,
    /// Whether it may be applied without a decision.
    pub applicability: Applicability,
    /// What has to change, all of it or nothing. Empty for a finding that is put right together with
    /// another one of the same cause.
    pub changes: Vec<Change>,
    /// Variables that have to be set on the target afterwards.
    pub variables: Vec<Provided>,
}

/// One change in one file.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Path of the file from the project's root, with forward slashes.
    pub path: String,
    /// What changes in it.
    pub what: What,
}

/// What changes in a file. Every span is one of a fact of the file.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// The value of a variable comes from others where these are set, in order: `ENV["GIT_SHA"] ||
    /// ENV["HEROKU_SLUG_COMMIT"]`. A test for presence is true where any of them is set. With all of them
    /// unset, nothing changes.
    ReadFirst {
        /// The [`crate::fact::EnvRead::span`].
        read: Span,
        /// The variables to ask before.
        names: Vec<String>,
    },
    /// The value of a variable that is unset comes from others, in order: `ENV["REDIS_TLS_URL"] ||
    /// ENV["REDIS_URL"]`. A default, or that the read raises, holds only where all of them are unset.
    FallBack {
        /// The [`crate::fact::EnvRead::span`].
        read: Span,
        /// The variables to ask after it.
        names: Vec<String>,
    },
    /// A call, or a map, has the option with this value: added, or its value replaced.
    Set {
        /// The [`crate::term::Invocation::span`] of the call, or the [`crate::term::Term::span`] of the map.
        at: Span,
        /// The keys on the way to the option, at least one. Missing maps on the way are made.
        keys: Vec<String>,
        /// Its value.
        value: Content,
    },
    /// A call, or a map, has the option no more.
    Unset {
        /// As in [`What::Set`].
        at: Span,
        /// The keys on the way to the option, at least one.
        keys: Vec<String>,
    },
    /// An expression or a value becomes another one.
    Become {
        /// The [`crate::term::Term::span`], or any whole expression.
        at: Span,
        /// The new value.
        value: Content,
    },
    /// A command has further flags, before its first operand: `pg_restore --no-owner`. A flag that is there
    /// stays alone.
    Flags {
        /// The [`crate::term::Command::span`], or the span of the word that names the program, which may also
        /// stand in a text or a list that a program hands to a shell.
        command: Span,
        /// The flags, each with its value where it has one.
        flags: Vec<String>,
    },
    /// A command runs with a variable set: `PROCESS_TYPE=web puma`.
    Assign {
        /// The [`crate::term::Command::span`], or [`crate::fact::Process::span`] of a process type.
        command: Span,
        /// The variable.
        name: String,
        /// Its value.
        value: String,
    },
    /// A comment stands on a line of its own before the line at this place, indented like it.
    Comment {
        /// An offset in that line.
        at: usize,
        /// The comment without its sign.
        text: String,
    },
    /// These bytes become this text, as it is: for formats in which nothing needs to be written in style.
    Text {
        /// The bytes to replace; empty to insert.
        at: Span,
        /// The new text.
        text: String,
    },
    /// The file, which does not exist, has this text.
    Create {
        /// The whole text.
        text: String,
    },
    /// The file is no more.
    Remove,
}

/// A value to be written in some language.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// A text.
    Text(String),
    /// A number, as written.
    Number(String),
    /// True or false.
    Bool(bool),
    /// nil, None, null.
    Nil,
    /// Items in order.
    List(Vec<Content>),
    /// Keys with values in order.
    Map(Vec<(String, Content)>),
    /// The value of a variable, or the default: `ENV.fetch("PORT", "3000")`, `process.env.PORT || 3000`.
    Env {
        /// The variable.
        name: String,
        /// What stands in for an unset variable.
        default: Option<Box<Content>>,
    },
    /// A yes or no that the variable decides; unset, and for everything but the words `true` or `false` that
    /// say otherwise, it is the default: `ENV.fetch("DATABASE_SSL", "true") != "false"`.
    Switch {
        /// The variable.
        name: String,
        /// The answer where it is unset.
        default: bool,
    },
    /// An expression in the file's language, given whole.
    Code(String),
    /// An expression in the file's language with the present text of a place in it: `before`, the text,
    /// `after`.
    Around {
        /// The place; its text is taken as it is.
        inner: Span,
        /// What stands before it.
        before: String,
        /// What stands after it.
        after: String,
    },
}

impl Remedy {
    /// A remedy without changes yet.
    pub fn new(applicability: Applicability, title: impl Into<String>) -> Self {
        Self { title: title.into(), applicability, changes: Vec::new(), variables: Vec::new() }
    }

    /// One that keeps behaviour on Heroku exactly and is right elsewhere.
    pub fn safe(title: impl Into<String>) -> Self {
        Self::new(Applicability::Safe, title)
    }

    /// One that is mechanical, but needs a decision.
    pub fn needs_decision(title: impl Into<String>) -> Self {
        Self::new(Applicability::Unsafe, title)
    }

    /// With one more change.
    pub fn change(mut self, path: &str, what: What) -> Self {
        self.changes.push(Change { path: path.to_string(), what });
        self
    }

    /// The same, but with a decision to make where `doubtful`.
    pub fn unless(mut self, doubtful: bool) -> Self {
        if doubtful {
            self.applicability = Applicability::Unsafe;
        }
        self
    }

    /// With a variable that has to be set on the target; `what` says what it has to hold.
    pub fn provide(mut self, name: impl Into<String>, what: impl Into<String>) -> Self {
        self.variables.push(Provided { name: name.into(), what: what.into() });
        self
    }

    /// Takes in what puts right another finding of the same cause.
    pub fn join(&mut self, other: Remedy) {
        self.applicability = self.applicability.max(other.applicability);
        if !self.title.split(", ").any(|title| title == other.title) {
            self.title = format!("{}, {}", self.title, other.title);
        }
        for change in other.changes {
            if !self.changes.contains(&change) {
                self.changes.push(change);
            }
        }
        for variable in other.variables {
            if !self.variables.contains(&variable) {
                self.variables.push(variable);
            }
        }
    }
}
