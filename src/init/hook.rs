//! An entry in the list of pre-commit's hooks, with everything around it left as it is.

use crate::lang::data::{Data, Id, Value};
use crate::lang::yaml;

/// The file that pre-commit reads, at the root of a checkout.
pub const FILE: &str = ".pre-commit-config.yaml";

/// The hook's name in `.pre-commit-hooks.yaml`.
const HOOK: &str = "dynolint";

/// What became of pre-commit's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Added {
    /// The text with the entry in it.
    Text(String),
    /// There is an entry already.
    AlreadyThere,
}

/// The entry as one would write it.
pub fn entry() -> String {
    render(&Form::usual(), "\n")
}

/// Adds the entry to the text of pre-commit's file; `None` where there is no such file.
///
/// # Errors
///
/// Why the entry cannot be added, as words that follow the file's name.
pub fn add(text: Option<&str>) -> Result<Added, &'static str> {
    let Some(text) = text else { return Ok(Added::Text(format!("repos:\n{}", entry()))) };
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let (data, broken) = yaml::read(text);
    if !broken.is_empty() {
        return Err("is not YAML that dynolint understands");
    }
    let roots: Vec<Id> =
        data.roots().iter().copied().filter(|&root| *data.value(root) != Value::Empty).collect();
    let added = match roots[..] {
        [] if text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) => {
            let kept = ended(text, newline);
            format!("{kept}repos:{newline}{}", render(&Form::usual(), newline))
        }
        [root] => match into_document(text, &data, root, newline)? {
            Added::Text(added) => added,
            Added::AlreadyThere => return Ok(Added::AlreadyThere),
        },
        _ => return Err("holds something else than one list of repositories"),
    };
    // What was written is read again: a form that was not thought of must not become a broken file.
    let (after, broken) = yaml::read(&added);
    let count = |data: &Data| repositories(data).len();
    match broken.is_empty() && count(&after) == count(&data) + 1 && is_there(&after, &added) {
        true => Ok(Added::Text(added)),
        false => Err("is written in a form that dynolint does not change"),
    }
}

fn into_document(text: &str, data: &Data, root: Id, newline: &str) -> Result<Added, &'static str> {
    let Some(repos) = data.get(root, "repos") else { return Err("has no list `repos`") };
    if is_there(data, text) {
        return Ok(Added::AlreadyThere);
    }
    let items = data.children(repos);
    let Some(&last) = items.last() else {
        let end = line_end(text, data.entry(repos).end);
        let line = &text[line_start(text, end)..end];
        let bare = line.split(" #").next().unwrap_or(line).trim_end();
        return match (data.value(repos), bare) {
            (Value::Empty, "repos:") => {
                Ok(Added::Text(insert(text, end, &render(&Form::usual(), newline), newline)))
            }
            (Value::List, "repos: []" | "repos: [ ]") => {
                let start = end - line.len();
                let (before, after) = (&text[..start], &text[end..]);
                let line = line.replacen(&bare["repos:".len()..], "", 1);
                Ok(Added::Text(insert(
                    &format!("{before}{line}{after}"),
                    start + line.len(),
                    &render(&Form::usual(), newline),
                    newline,
                )))
            }
            _ => Err("has a list `repos` in a form that dynolint does not change"),
        };
    };
    if *data.value(repos) != Value::List || text[data.span(repos).start..].starts_with('[') {
        return Err("has its list `repos` in brackets");
    }
    let form =
        Form::of(text, data, last).ok_or("has a list `repos` in a form that dynolint does not change")?;
    let end = end_of_item(text, data.span(last).end, form.dash);
    let apart = items.len() > 1 && {
        let before = &text[data.span(items[items.len() - 2]).start..data.span(last).start];
        before.lines().any(|line| line.trim().is_empty())
    };
    let gap = if apart { newline } else { "" };
    Ok(Added::Text(insert(text, end, &format!("{gap}{}", render(&form, newline)), newline)))
}

/// How entries of a list are indented.
struct Form {
    /// Columns before the dash of a repository.
    dash: usize,
    /// Columns before its keys.
    keys: usize,
    /// Columns before the dash of a hook.
    hook_dash: usize,
    /// Columns before a hook's keys.
    hook_keys: usize,
}

impl Form {
    fn usual() -> Self {
        Self { dash: 2, keys: 4, hook_dash: 6, hook_keys: 8 }
    }

    /// As the entry `item` is written; `None` where its dash does not begin a line.
    fn of(text: &str, data: &Data, item: Id) -> Option<Self> {
        let (dash, keys) = columns(text, data.span(item).start)?;
        let hook = data.get(item, "hooks").and_then(|hooks| data.children(hooks).first().copied());
        let (hook_dash, hook_keys) = hook
            .and_then(|hook| columns(text, data.span(hook).start))
            .unwrap_or((keys + 2, keys + 2 + (keys - dash)));
        Some(Self { dash, keys, hook_dash, hook_keys })
    }
}

/// The columns of the dash and of what follows it, for an item that begins its line.
fn columns(text: &str, start: usize) -> Option<(usize, usize)> {
    let before = &text[line_start(text, start)..start];
    let dash = before.find('-')?;
    let blank = |part: &str| part.bytes().all(|byte| byte == b' ');
    (blank(&before[..dash]) && blank(&before[dash + 1..])).then_some((dash, before.len()))
}

fn render(form: &Form, newline: &str) -> String {
    let item = |dash: usize, keys: usize, line: &str| {
        format!("{}-{}{line}", " ".repeat(dash), " ".repeat(keys - dash - 1))
    };
    let key = |line: &str| format!("{}{line}", " ".repeat(form.keys));
    let lines = [
        item(form.dash, form.keys, &format!("repo: {}", env!("CARGO_PKG_REPOSITORY"))),
        key(&format!("rev: v{}", env!("CARGO_PKG_VERSION"))),
        key("hooks:"),
        item(form.hook_dash, form.hook_keys, &format!("id: {HOOK}")),
    ];
    lines.map(|line| line + newline).concat()
}

/// The text with whole lines put in at the end of a line.
fn insert(text: &str, line_end: usize, lines: &str, newline: &str) -> String {
    let before = ended(&text[..line_end], newline);
    let rest = &text[line_end..];
    let rest = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\n')).unwrap_or(rest);
    format!("{before}{lines}{rest}")
}

fn ended(text: &str, newline: &str) -> String {
    if text.is_empty() || text.ends_with('\n') { text.to_string() } else { format!("{text}{newline}") }
}

/// Where the item that ends at `end` ends with the comments that belong to it.
fn end_of_item(text: &str, end: usize, dash: usize) -> usize {
    let mut end = line_end(text, text[..end].trim_end().len());
    loop {
        let Some(next) = text[end..].split_inclusive('\n').nth(1) else { return end };
        let body = next.trim_start_matches(' ');
        if !body.starts_with('#') || next.len() - body.len() <= dash {
            return end;
        }
        end = line_end(text, end + 1 + usize::from(text[end..].starts_with("\r\n")));
    }
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |newline| newline + 1)
}

/// The end of the line around a place, before its line break.
fn line_end(text: &str, at: usize) -> usize {
    let end = text[at..].find('\n').map_or(text.len(), |newline| at + newline);
    if text[at..end].ends_with('\r') { end - 1 } else { end }
}

fn repositories(data: &Data) -> Vec<Id> {
    let repos = data.root().and_then(|root| data.get(root, "repos"));
    repos.map_or_else(Vec::new, |repos| data.children(repos).iter().map(|&item| data.follow(item)).collect())
}

/// Whether a repository is dynolint's, or one of the hooks runs it.
fn is_there(data: &Data, text: &str) -> bool {
    let value = |map: Id, key: &str| {
        data.get(map, key).and_then(|id| data.text(id, text)).map(|text| text.trim().to_ascii_lowercase())
    };
    repositories(data).into_iter().any(|item| {
        let own = value(item, "repo").is_some_and(|repo| {
            let repo = repo.trim_end_matches('/').trim_end_matches(".git").to_string();
            repo == env!("CARGO_PKG_REPOSITORY") || repo.ends_with("/dynolint")
        });
        let hooks = data.get(item, "hooks").map_or(&[][..], |hooks| data.children(hooks));
        own || hooks.iter().any(|&hook| value(hook, "id").is_some_and(|id| id.starts_with(HOOK)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text with the entry; `+` marks its lines.
    #[track_caller]
    fn holds(marked: &str) {
        let before: String = marked.split_inclusive('\n').filter(|line| !line.starts_with('+')).collect();
        let after: String = marked
            .split_inclusive('\n')
            .map(|line| line.strip_prefix('+').unwrap_or(line))
            .collect::<String>()
            .replace("VERSION", env!("CARGO_PKG_VERSION"));
        assert_eq!(add(Some(&before)), Ok(Added::Text(after.clone())), "{before}");
        assert_eq!(add(Some(&after)), Ok(Added::AlreadyThere));
        let before = before.replace('\n', "\r\n");
        assert_eq!(add(Some(&before)), Ok(Added::Text(after.replace('\n', "\r\n"))), "{before}");
    }

    #[test]
    fn the_entry_takes_the_form_of_the_others() {
        holds(
            "\
# Hooks
default_stages: [pre-commit]
repos:
  - repo: https://github.com/pre-commit/pre-commit-hooks
    rev: v5.0.0  # newest
    hooks:
      - id: check-yaml
      # - id: later
+  - repo: https://github.com/dynolint/dynolint
+    rev: vVERSION
+    hooks:
+      - id: dynolint

# The end
ci:
  autofix_prs: false
",
        );
        holds(
            "\
repos:
-   repo: https://github.com/psf/black
    rev: 24.1.0
    hooks:
    -   id: black
        args: [--quiet]

-   repo: local
    hooks:
    -   id: rubocop
        name: rubocop
        entry: |
            bundle exec
            rubocop
        language: system
+
+-   repo: https://github.com/dynolint/dynolint
+    rev: vVERSION
+    hooks:
+    -   id: dynolint
",
        );
        holds(
            "exclude: ^vendor/\nrepos:\n+  - repo: https://github.com/dynolint/dynolint\n+    rev: vVERSION\n+    hooks:\n+      - id: dynolint\n",
        );
        holds(
            "# none yet\n+repos:\n+  - repo: https://github.com/dynolint/dynolint\n+    rev: vVERSION\n+    hooks:\n+      - id: dynolint\n",
        );
    }

    #[test]
    fn a_file_that_is_not_there_begins_with_the_entry() {
        let Ok(Added::Text(text)) = add(None) else { panic!("is added") };
        assert_eq!(text, format!("repos:\n{}", entry()));
        assert_eq!(add(Some("")), Ok(Added::Text(text.clone())));
        let empty = add(Some("repos: []  # soon\nfail_fast: true\n"));
        let expected = format!("repos:  # soon\n{}fail_fast: true\n", entry());
        assert_eq!(empty, Ok(Added::Text(expected)));
        let open = add(Some("repos:\n  - repo: meta\n    hooks:\n      - id: identity"));
        let expected = format!("repos:\n  - repo: meta\n    hooks:\n      - id: identity\n{}", entry());
        assert_eq!(open, Ok(Added::Text(expected)));
    }

    #[test]
    fn what_runs_dynolint_already_is_left_alone() {
        for text in [
            "repos:\n- repo: https://github.com/dynolint/dynolint.git\n  rev: v0.0.1\n  hooks: [{id: dynolint-fix}]\n",
            "repos:\n  - repo: git@example.org:mirrors/dynolint\n    rev: v1\n    hooks:\n      - id: dynolint\n",
            "repos:\n  - repo: local\n    hooks:\n      - id: dynolint-system\n        language: system\n",
        ] {
            assert_eq!(add(Some(text)), Ok(Added::AlreadyThere), "{text}");
        }
    }

    #[test]
    fn other_forms_are_refused() {
        let rows = [
            ("repos: [{repo: meta, hooks: [{id: identity}]}]\n", "has its list `repos` in brackets"),
            ("repos: {}\n", "has a list `repos` in a form that dynolint does not change"),
            ("ci: {}\n", "has no list `repos`"),
            ("- repo: meta\n", "has no list `repos`"),
            (
                "repos:\n  - repo: meta\n---\nrepos:\n  - repo: meta\n",
                "holds something else than one list of repositories",
            ),
            ("just words\n", "has no list `repos`"),
        ];
        for (text, why) in rows {
            assert_eq!(add(Some(text)), Err(why), "{text}");
        }
        assert!(add(Some("repos:\n\t- repo: meta\n")).is_err());
    }
}
