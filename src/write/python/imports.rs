//! Where `import os` goes in a file that has none.

use tree_sitter::Node;

use super::code::Code;
use crate::lang::tree::children;
use crate::span::Span;

/// Modules of the standard library that applications import most. Others only decide on a blank line.
const STANDARD: &[&str] = &[
    "abc",
    "argparse",
    "ast",
    "asyncio",
    "base64",
    "calendar",
    "collections",
    "configparser",
    "contextlib",
    "copy",
    "csv",
    "dataclasses",
    "datetime",
    "decimal",
    "enum",
    "functools",
    "getpass",
    "glob",
    "hashlib",
    "hmac",
    "html",
    "http",
    "importlib",
    "inspect",
    "io",
    "itertools",
    "json",
    "logging",
    "math",
    "mimetypes",
    "multiprocessing",
    "operator",
    "os",
    "pathlib",
    "pickle",
    "platform",
    "pprint",
    "queue",
    "random",
    "re",
    "secrets",
    "shutil",
    "signal",
    "smtplib",
    "socket",
    "sqlite3",
    "ssl",
    "string",
    "subprocess",
    "sys",
    "tempfile",
    "textwrap",
    "threading",
    "time",
    "traceback",
    "types",
    "typing",
    "unittest",
    "urllib",
    "uuid",
    "warnings",
    "weakref",
    "xml",
    "zipfile",
    "zoneinfo",
];

/// The edit that adds `import os` where it is there for the code at `at`.
///
/// It goes into the first block of imports, sorted as `isort` does; before a block of other packages it makes
/// one of its own.
pub(super) fn import_os(code: &Code<'_>, at: usize) -> Option<(Span, String)> {
    let sheet = code.sheet;
    let br = sheet.line_break();
    let statements = children(code.root());
    let is_docstring = |node: &Node<'_>| {
        node.kind() == "expression_statement"
            && node.named_child_count() == 1
            && node.named_child(0).is_some_and(|child| child.kind() == "string")
    };
    let docstring = statements.first().filter(|node| is_docstring(node));
    let head = statements
        .iter()
        .skip(usize::from(docstring.is_some()))
        .take_while(|node| node.kind() == "future_import_statement")
        .last()
        .or(docstring);
    let first = statements.iter().find(|node| is_import(node)).filter(|node| node.start_byte() <= at);
    let Some(first) = first else {
        return match head {
            // What follows on the same line (`"""Doc."""; x = 1`) would be torn off.
            Some(head) => {
                let end = line_end(sheet.text, head.end_byte());
                let rest = sheet.text[head.end_byte()..end].trim_start();
                let alone = (rest.is_empty() || rest.starts_with('#')) && head.end_byte() <= at;
                alone.then(|| (Span::new(end, end), format!("{br}{br}import os")))
            }
            None => {
                let next = statements.first()?;
                let start = above_comments(code, next.start_byte());
                Some((Span::new(start, start), format!("import os{br}{br}")))
            }
        };
    };
    let block: Vec<Node<'_>> = block(code, &statements, first);
    let standard = block.iter().any(|node| STANDARD.contains(&module(code, *node)));
    if !standard {
        let start = above_comments(code, first.start_byte());
        return Some((Span::new(start, start), format!("import os{br}{br}")));
    }
    // Before the first import that `isort` puts after it; `from` imports come after all plain ones where the
    // file keeps them apart.
    let plain = |node: &&Node<'_>| node.kind() == "import_statement";
    let next = block.iter().filter(plain).find(|node| module(code, **node) > "os");
    let last_plain = block.iter().rfind(plain);
    let line = match (next, last_plain) {
        (Some(next), _) => sheet.line_start(next.start_byte()),
        (None, Some(last)) => {
            let end = line_end(sheet.text, last.end_byte());
            return (end <= at).then(|| (Span::new(end, end), format!("{br}import os")));
        }
        (None, None) => sheet.line_start(first.start_byte()),
    };
    (line <= at).then(|| (Span::new(line, line), format!("import os{br}")))
}

fn is_import(node: &Node<'_>) -> bool {
    matches!(node.kind(), "import_statement" | "import_from_statement")
}

/// The imports that follow each other from `first` on, without a blank line or anything else between them.
fn block<'c>(code: &Code<'_>, statements: &[Node<'c>], first: &Node<'c>) -> Vec<Node<'c>> {
    let mut block: Vec<Node<'c>> = Vec::new();
    for node in statements.iter().skip_while(|node| *node != first).take_while(|node| is_import(node)) {
        let between = block.last().map_or("", |last| &code.sheet.text[last.end_byte()..node.start_byte()]);
        if !between.trim().is_empty() || between.matches('\n').count() > 1 || between.contains(';') {
            break;
        }
        block.push(*node);
    }
    block
}

/// The first package that an import names.
fn module<'s>(code: &Code<'s>, import: Node<'_>) -> &'s str {
    let name = import.child_by_field_name("module_name").or_else(|| import.child_by_field_name("name"));
    let text = name.map_or("", |name| code.text(name));
    text.split([' ', '.']).next().unwrap_or_default()
}

/// The end of the line that holds an offset, without its line break.
pub(super) fn line_end(text: &str, offset: usize) -> usize {
    let rest = &text[offset..];
    let line = rest.find('\n').map_or(rest, |end| &rest[..end]);
    offset + line.strip_suffix('\r').unwrap_or(line).len()
}

/// The beginning of the comment lines right above a statement; of the statement's own line where they begin
/// the file, because they are about the file then.
fn above_comments(code: &Code<'_>, offset: usize) -> usize {
    let text = code.sheet.text;
    let line = code.sheet.line_start(offset);
    let mut start = line;
    while start > 0 {
        let before = code.sheet.line_start(start - 1);
        if !text[before..start].starts_with('#') {
            return start;
        }
        start = before;
    }
    line
}
