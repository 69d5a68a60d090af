//! What sends logs to the process's own streams instead of a file.
//!
//! Never without a decision: on Heroku the lines begin to reach the log drains then, with what they cost and
//! what they tell.

use std::sync::LazyLock;

use regex::Regex;

use crate::files::Family;
use crate::project::File;
use crate::remedy::{Content, Remedy, What};
use crate::span::Span;
use crate::term::{Command, Invocation, Term, Value};

fn remedy() -> Remedy {
    Remedy::needs_decision("log to the standard streams")
}

/// For a call that opens the log at `path`.
pub(super) fn of_call(file: &File, call: &Invocation, path: &Term, family: Family) -> Option<Remedy> {
    call.span.contains(path.span).then_some(())?;
    match family {
        Family::Ruby => {
            let value = Content::Code("$stdout".to_string());
            Some(remedy().change(&file.path, What::Become { at: path.span, value }))
        }
        Family::Python if call.name() == "basicConfig" => {
            let keys = vec!["filename".to_string()];
            Some(remedy().change(&file.path, What::Unset { at: call.span, keys }))
        }
        Family::Python => of_python_handler(file, call),
        Family::JavaScript => of_javascript(file, call, path),
    }
}

/// `logging.FileHandler(…)` and the handlers that rotate files.
fn of_python_handler(file: &File, call: &Invocation) -> Option<Remedy> {
    static IMPORT: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?m)^import logging(?:\.\w+)?\s*(?:$|#)").expect("a constant pattern"));
    let text = &file.source.text;
    // What only a file has is asked of the handler.
    let as_file = ["doRollover", "baseFilename", ".rotator", ".namer", ".suffix"];
    let is_free = IMPORT.is_match(text) && !as_file.iter().any(|word| text.contains(word));
    is_free.then(|| {
        let value = Content::Code("logging.StreamHandler()".to_string());
        remedy().change(&file.path, What::Become { at: call.span, value })
    })
}

/// Keys of Python's file handlers that a stream's handler does not take.
const HANDLER_KEYS: &[&str] = &[
    "atTime",
    "backupCount",
    "delay",
    "encoding",
    "errors",
    "filename",
    "interval",
    "maxBytes",
    "mode",
    "utc",
    "when",
];

/// Keys that every handler of a dictionary has.
const COMMON_KEYS: &[&str] = &["class", "filters", "formatter", "level"];

/// For a handler in the dictionary of `logging.config`.
pub(super) fn of_handler(file: &File, handler: &Term) -> Option<Remedy> {
    let known = |key: &str| HANDLER_KEYS.contains(&key) || COMMON_KEYS.contains(&key);
    let class = handler.get("class")?;
    let is_here = handler.span.contains(class.span);
    (is_here && handler.entries().iter().all(|entry| known(&entry.key))).then_some(())?;
    let value = Content::Text("logging.StreamHandler".to_string());
    let remedy = remedy().change(&file.path, What::Become { at: class.span, value });
    let gone = handler.entries().iter().filter(|entry| HANDLER_KEYS.contains(&entry.key.as_str()));
    Some(gone.fold(remedy, |remedy, entry| {
        remedy.change(&file.path, What::Unset { at: handler.span, keys: vec![entry.key.clone()] })
    }))
}

/// Options of winston's transport to a file that the one to the console does not have.
const TRANSPORT_KEYS: &[&str] = &[
    "dirname",
    "filename",
    "lazy",
    "maxFiles",
    "maxsize",
    "options",
    "rotationFormat",
    "tailable",
    "zippedArchive",
];

fn of_javascript(file: &File, call: &Invocation, path: &Term) -> Option<Remedy> {
    let text = &file.source.text;
    let remedy = remedy();
    match call.name() {
        "File" => {
            let [options] = call.arguments.as_slice() else { return None };
            let Value::Map(entries) = &options.value.value else { return None };
            let is_known = !entries.iter().any(|entry| entry.key.is_empty() || entry.key == "...");
            (is_known && text[..call.name_span.end].ends_with("transports.File")).then_some(())?;
            let of_file = |key: &str| TRANSPORT_KEYS.contains(&key);
            if entries.iter().all(|entry| of_file(&entry.key)) {
                let at = Span::new(call.name_span.start, call.span.end);
                return Some(remedy.change(&file.path, What::Text { at, text: "Console()".to_string() }));
            }
            let named = What::Text { at: call.name_span, text: "Console".to_string() };
            let gone = entries.iter().filter(|entry| of_file(&entry.key));
            Some(gone.fold(remedy.change(&file.path, named), |remedy, entry| {
                let keys = vec![entry.key.clone()];
                remedy.change(&file.path, What::Unset { at: options.value.span, keys })
            }))
        }
        "destination" => {
            let value = Content::Number("1".to_string());
            Some(remedy.change(&file.path, What::Become { at: path.span, value }))
        }
        "createWriteStream" => {
            let bound = call.bound.as_deref()?;
            // The standard streams cannot be closed, and never finish.
            let closes = ["end", "close", "destroy", "on", "once"];
            let is_open = !closes.iter().any(|method| text.contains(&format!("{bound}.{method}(")));
            let value = Content::Code("process.stdout".to_string());
            is_open.then(|| remedy.change(&file.path, What::Become { at: call.span, value }))
        }
        _ => None,
    }
}

/// Servers that take `-` for the standard streams.
const SERVERS: &[&str] = &["gunicorn", "hypercorn"];

/// For an option of a server that names a file: `value` is the end of what stands at `at`.
pub(super) fn of_option(file: &File, command: &Command, at: Span, value: &str) -> Option<Remedy> {
    let serves = command.words.iter().filter_map(Term::text).any(|word| SERVERS.contains(&word));
    (serves && at.of(&file.source.text) == value)
        .then(|| remedy().change(&file.path, What::Text { at, text: "-".to_string() }))
}
