//! Front end: Procfile.

use crate::fact::{Facts, Process, Request, Sign, SignKind};
use crate::span::Span;

use super::shell;

/// Words in the names of Procfiles that only a developer's machine uses.
const LOCAL: &[&str] = &[
    "dev", "local", "test", "spec", "debug", "hot", "static", "client", "docker", "windows", "mac", "example",
];

/// The facts of one file.
pub fn facts(text: &str, request: &Request<'_>) -> Facts {
    let mut facts = Facts::default();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let at = start;
        start += line.len();
        let Some((name, command)) = entry(line) else { continue };
        let command = Span::new(at + command.start, at + command.end);
        facts.processes.push(Process {
            name: name.of(line).to_owned(),
            command: command.of(text).to_owned(),
            span: Span::new(at + name.start, command.end),
        });
        shell::embedded(text, command, &mut facts, name.of(line));
    }
    let file = request.path.rsplit('/').next().unwrap_or_default();
    let lower = file.to_ascii_lowercase();
    if let Some(first) = facts.processes.first()
        && !LOCAL.iter().any(|word| lower.contains(word))
    {
        let sign = Sign { kind: SignKind::Procfile, what: file.to_owned(), span: first.span };
        facts.signs.insert(0, sign);
    }
    facts
}

/// The name and the command of an entry: `web: bundle exec puma`.
fn entry(line: &str) -> Option<(Span, Span)> {
    let begin = line.len() - line.trim_start_matches([' ', '\t', '\u{feff}']).len();
    let colon = line.find(':')?;
    let name = line.get(begin..colon)?.trim_end();
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    if name.is_empty() || !name.bytes().all(allowed) {
        return None;
    }
    let rest = &line[colon + 1..];
    let command = rest.trim();
    if command.is_empty() {
        return None;
    }
    let from = colon + 1 + (rest.len() - rest.trim_start().len());
    Some((Span::new(begin, begin + name.len()), Span::new(from, from + command.len())))
}
