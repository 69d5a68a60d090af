//! Command lines: flags, and variables set for one command.

use crate::lang::{Lang, shell, tree};
use crate::span::Span;
use crate::term::Term;
use crate::write::{Edits, Sheet};

use super::Piece;

/// Programs that hand no variables on to the command they run, and the keyword that would become a program.
const SHIELDS: &[&str] =
    &["sudo", "doas", "su", "ssh", "docker", "docker-compose", "podman", "kubectl", "heroku", "time", "!"];

/// Commands of the shell itself: what is set for one of them does not outlive it.
const BUILTINS: &[&str] =
    &["cd", ".", "source", "export", "set", "eval", "pushd", "umask", "ulimit", "unset"];

/// Flags behind the program of a command, before all that it is given. `command` is the command's span, or
/// that of the word that names the program: behind `docker exec db` that is another one.
///
/// The program may stand in a text of any language (`system("pg_restore -d app")`) or as a word of a list
/// (`["pg_restore", "-d", "app"]`).
pub(in crate::write) fn flags(sheet: &Sheet<'_>, command: Span, flags: &[String]) -> Option<Edits> {
    let (program, words) = program(sheet, command)?;
    let given = |flag: &String| {
        let name = flag.split('=').next().unwrap_or(flag);
        let given = words.iter().filter_map(Term::text);
        given
            .clone()
            .any(|word| word == name || word.strip_prefix(name).is_some_and(|rest| rest.starts_with('=')))
    };
    let missing: Vec<&str> = flags.iter().filter(|flag| !given(flag)).map(String::as_str).collect();
    missing.iter().all(|flag| is_simple(flag)).then_some(())?;
    behind(sheet, program, &missing)
}

/// The word that names the program, and the words of the command as far as they are known.
fn program<'a>(sheet: &Sheet<'a>, command: Span) -> Option<(Span, &'a [Term])> {
    let whole = sheet.facts.commands.iter().find(|known| known.span == command);
    if let Some(whole) = whole {
        let (first, rest) = whole.words.split_first()?;
        // A name stands for its value, which is written somewhere else.
        return whole.span.contains(first.span).then_some((first.span, rest));
    }
    let named = sheet.facts.commands.iter().find_map(|known| {
        let at = known.words.iter().position(|word| word.span == command)?;
        known.span.contains(command).then(|| (command, &known.words[at + 1..]))
    });
    Some(named.unwrap_or((command, &[])))
}

/// Whether a word needs no quotes in any shell and any format.
fn is_simple(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_./:=@+-".contains(&byte))
}

/// Words behind one that is there: in its text, or as items of their own in the list that it is part of.
fn behind(sheet: &Sheet<'_>, word: Span, new: &[&str]) -> Option<Edits> {
    if new.is_empty() {
        return Some(Vec::new());
    }
    let bytes = sheet.text.as_bytes();
    let quote_at = |at: Option<usize>| {
        at.and_then(|at| bytes.get(at)).copied().filter(|byte| matches!(byte, b'"' | b'\''))
    };
    // The span may be that of the text between the quotes.
    let outer = match (quote_at(word.start.checked_sub(1)), quote_at(Some(word.end))) {
        (Some(open), Some(close)) if open == close => Span::new(word.start - 1, word.end + 1),
        _ => word,
    };
    let quote = quote_at(Some(outer.start)).map(char::from);
    let is_shell = matches!(sheet.lang, Lang::Shell | Lang::Dockerfile | Lang::Procfile | Lang::Makefile);
    match (bytes.get(outer.end)?, quote) {
        // Next to a text in quotes, a program has no room for words.
        (b' ' | b'\t', quote) if quote.is_none() || is_shell => {
            let words = new.iter().map(|word| format!(" {word}")).collect();
            Some(vec![(Span::new(outer.end, outer.end), words)])
        }
        (b',', Some(quote)) => as_items(sheet, outer, quote, new),
        _ => None,
    }
}

/// `"pg_restore", "-d"`: the new words go where the first argument is, which may begin a list of its own:
/// `spawn("pg_restore", ["-d", …])`.
fn as_items(sheet: &Sheet<'_>, program: Span, quote: char, new: &[&str]) -> Option<Edits> {
    let text = sheet.text;
    let before = text[..program.start].trim_end();
    let rest = text[program.end + 1..].trim_start();
    let inner = rest.strip_prefix('[').map(str::trim_start);
    // Where the arguments are one list, words beside it are something else.
    let lists = matches!(
        sheet.lang,
        Lang::JavaScript | Lang::TypeScript | Lang::Tsx | Lang::Vue | Lang::Svelte | Lang::Python
    );
    let first = match inner {
        Some(inner) => inner,
        None if before.ends_with('[') || !lists => rest,
        None => return None,
    };
    if first.is_empty() || first.starts_with([']', ')', '}', '#', '/', '*', '.', '&', ',']) {
        return None;
    }
    let at = text.len() - first.len();
    let line = sheet.line_start(at);
    let indentation = &text[line..at];
    let between = match indentation.trim().is_empty() {
        true => format!(",{}{indentation}", sheet.line_break()),
        false => ", ".to_string(),
    };
    let items = new.iter().map(|word| format!("{quote}{word}{quote}{between}")).collect();
    Some(vec![(Span::new(at, at), items)])
}

/// A command line runs with a variable set: `N=v puma`, or `export N=v; …` before more than one command.
pub(in crate::write) fn assign(piece: &Piece<'_>, name: &str, value: &str) -> Option<Edits> {
    let line = piece.span.of(piece.text);
    let sets = |word: &str| word.strip_prefix(name).is_some_and(|rest| rest.starts_with('='));
    let words: Vec<&str> = line.split_whitespace().collect();
    let known = words.iter().any(|word| sets(word.trim_start_matches(['"', '\''])));
    if known || words.iter().any(|word| SHIELDS.contains(word)) || !is_settable(name, value) {
        return None;
    }
    let tree = shell::parse(line)?;
    let root = tree.root_node();
    if root.has_error() {
        return None;
    }
    let at = Span::new(piece.span.start, piece.span.start);
    let statements = tree::children(root);
    let [statement] = statements.as_slice() else {
        return (statements.len() > 1).then(|| vec![(at, format!("export {name}={value}; "))]);
    };
    let mut body = *statement;
    while body.kind() == "redirected_statement" {
        body = body.child_by_field_name("body")?;
    }
    let program = body.child_by_field_name("name").map(|name| Span::from(name).of(line));
    let alone = body.kind() == "command"
        && body.start_byte() == 0
        && program.is_some_and(|program| !BUILTINS.contains(&program));
    match body.kind() {
        _ if alone => Some(vec![(at, format!("{name}={value} "))]),
        "list" | "pipeline" | "command" | "subshell" | "compound_statement" | "if_statement" => {
            Some(vec![(at, format!("export {name}={value}; "))])
        }
        _ => None,
    }
}

/// One command among others runs with a variable set.
pub(super) fn assign_to_command(text: &str, command: Span, name: &str, value: &str) -> Option<Edits> {
    let line = command.of(text);
    let first = line.split_whitespace().find(|word| !word.contains('='))?;
    let known = line.split_whitespace().any(|word| word.split('=').next() == Some(name));
    let apart = SHIELDS.contains(&first) || BUILTINS.contains(&first);
    let before = text[..command.start].trim_end_matches([' ', '\t']);
    let timed = before.ends_with("time") || before.ends_with("sudo");
    if known || apart || timed || !is_settable(name, value) {
        return None;
    }
    Some(vec![(Span::new(command.start, command.start), format!("{name}={value} "))])
}

fn is_settable(name: &str, value: &str) -> bool {
    super::is_name(name) && is_simple(value)
}
