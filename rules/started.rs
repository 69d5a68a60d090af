//! The command lines that a program hands to a shell or starts as a list of words.

use crate::lang::shell;
use crate::span::Span;
use crate::term::{Command, Invocation, Term, Value};

/// Functions that start a program from a command line or from a list of words.
const STARTERS: &[&str] = &[
    "Popen",
    "`",
    "call",
    "capture2",
    "capture2e",
    "capture3",
    "check_call",
    "check_output",
    "exec",
    "execFile",
    "execFileSync",
    "execSync",
    "execa",
    "execaCommand",
    "execaSync",
    "popen",
    "popen3",
    "run",
    "sh",
    "shell",
    "spawn",
    "spawnSync",
    "system",
];

/// Whether a call starts a program.
pub fn is_starter(call: &Invocation) -> bool {
    STARTERS.contains(&call.name())
}

/// The command lines that a call starts.
pub fn commands(call: &Invocation, text: &str) -> Vec<Command> {
    let mut found = Vec::new();
    // `subprocess.run(["pg_restore", …])`, `execFile("pg_restore", ["-d", …])`, `system("pg_restore", "-d", …)`
    let mut words: Vec<Term> = Vec::new();
    // What is spread or not known can hold every option.
    let unknown = |term: &Term| Term { span: term.span, value: Value::Name("*args".to_string()) };
    let word = |term: &Term| if term.value == Value::Other { unknown(term) } else { term.clone() };
    for argument in &call.arguments {
        match (argument.keyword.as_deref(), &argument.value.value) {
            (Some("*"), _) => words.push(unknown(&argument.value)),
            (Some(_), _) | (None, Value::Map(_) | Value::Function) => {}
            (None, Value::List(items)) => words.extend(items.iter().map(word)),
            (None, _) => words.push(word(&argument.value)),
        }
    }
    let single = words.first().is_some_and(|word| word.shape().trim().contains(char::is_whitespace));
    if single {
        let line = &words[0];
        // The text as it stands in the program: a computed piece becomes a variable of the shell.
        let written = line.span.of(text);
        let first = match &line.value {
            Value::Joined(pieces) => pieces.first().and_then(Term::text),
            _ => line.text(),
        };
        let start = first.and_then(|first| written.find(first)).unwrap_or(0);
        let body = written[start..].trim_end_matches(['\'', '"', '`', ')', '}', ']']);
        found.extend(shell::commands(&masked(body), line.span.start + start));
    } else if let (Some(first), Some(last)) = (words.first(), words.last()) {
        let span = Span::new(first.span.start.min(last.span.start), last.span.end.max(first.span.end));
        found.push(Command {
            words,
            assignments: Vec::new(),
            redirects: Vec::new(),
            span,
            scope: call.scope.clone(),
            piped_to: None,
        });
    }
    found
}

/// A text with the computed pieces of its language as variables of the shell, at the same length:
/// `#{path}` and `${path}` become `$_path_`.
fn masked(body: &str) -> String {
    let mut masked = String::with_capacity(body.len());
    let mut rest = body;
    while let Some(at) = rest.find(['#', '$', '{']) {
        let (before, hole) = rest.split_at(at);
        masked.push_str(before);
        let sigil = usize::from(!hole.starts_with('{'));
        let end = hole.find('}').filter(|_| hole[sigil..].starts_with('{'));
        let Some(end) = end else {
            masked.push_str(&hole[..1]);
            rest = &hole[1..];
            continue;
        };
        masked.push('$');
        masked.extend(hole[1..=end].chars().flat_map(|c| {
            let plain = if c.is_ascii_alphanumeric() { c } else { '_' };
            std::iter::repeat_n(plain, c.len_utf8())
        }));
        rest = &hole[end + 1..];
    }
    masked.push_str(rest);
    masked
}
