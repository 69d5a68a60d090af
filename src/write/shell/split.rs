//! What needs the tree: values that an operator makes of a variable, and lines that are no code.

use tree_sitter::Node;

use crate::lang::shell;
use crate::span::Span;
use crate::write::{Edits, Sheet};

/// Statements stand side by side in these, and where another may be put before one.
const BLOCKS: &[&str] =
    &["program", "compound_statement", "do_group", "if_statement", "elif_clause", "else_clause", "case_item"];

/// `V=${X%%.*}` becomes `V=${N:-$X}` and, on a line of its own, `V=${V%%.*}`: a shell takes an operator of a
/// name only.
pub(super) fn read_first(sheet: &Sheet<'_>, read: Span, names: &[String]) -> Option<Edits> {
    let tree = shell::parse(sheet.text)?;
    let node = tree.root_node().descendant_for_byte_range(read.start, read.end)?;
    (node.kind() == "expansion" && Span::from(node) == read).then_some(())?;
    let written = read.of(sheet.text);
    let own = written.strip_prefix("${")?;
    let len = own.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
    let (own, operation) = own.split_at(len);
    let takes = ["%", "#", "/", "^", ",", ":"].iter().any(|sign| operation.starts_with(sign));
    let assigns = [":-", ":=", ":?", ":+"].iter().any(|sign| operation.starts_with(sign));
    (takes && !assigns && !own.is_empty() && !operation.contains('$')).then_some(())?;

    let value = node.parent().filter(|up| up.kind() == "string").unwrap_or(node);
    let assignment = value.parent().filter(|up| up.kind() == "variable_assignment")?;
    let name = assignment.child_by_field_name("name")?;
    let target = Span::from(name).of(sheet.text);
    let plain = assignment.child_by_field_name("value") == Some(value)
        && Span::from(assignment).of(sheet.text).strip_prefix(target)?.starts_with('=')
        && Span::from(value).of(sheet.text).trim_matches('"') == written;
    (plain && super::is_name(target) && target != own && !names.iter().any(|name| name == target))
        .then_some(())?;
    let statement = statement(assignment, sheet.text)?;

    let start = sheet.line_start(statement.start_byte());
    let before = &sheet.text[start..statement.start_byte()];
    let line_end = sheet.text[statement.end_byte()..]
        .find('\n')
        .map_or(sheet.text.len(), |at| statement.end_byte() + at);
    let behind = sheet.text[statement.end_byte()..line_end].trim();
    let above = sheet.text[..start].trim_end();
    let goes_on = above.ends_with('\\') || above.ends_with("&&") || above.ends_with('|');
    let alone = before.trim().is_empty() && (behind.is_empty() || behind.starts_with('#')) && !goes_on;
    alone.then_some(())?;

    let quote = if value.kind() == "string" { "\"" } else { "" };
    let opening: String = names.iter().map(|name| format!("${{{name}:-")).collect();
    let first = format!(
        "{target}={quote}{opening}${own}{}{quote}{}{before}",
        "}".repeat(names.len()),
        sheet.line_break()
    );
    let at = statement.start_byte();
    let of_own = Span::new(read.start + 2, read.start + 2 + own.len());
    Some(vec![(Span::new(at, at), first), (of_own, target.to_string())])
}

/// The statement that is the assignment, where one can be put before it: itself, or its `export`.
fn statement<'t>(assignment: Node<'t>, text: &str) -> Option<Node<'t>> {
    let up = assignment.parent()?;
    let exported = up.kind() == "declaration_command"
        && up.named_child_count() == 1
        && Span::from(up).of(text).starts_with("export ");
    let statement = if exported { up } else { assignment };
    let block = statement.parent().filter(|block| BLOCKS.contains(&block.kind()))?;
    let mut cursor = block.walk();
    let asked = block.children_by_field_name("condition", &mut cursor).any(|part| part == statement);
    (!asked).then_some(statement)
}

/// Whether a line that begins at `at` is inside a string or a here-document.
pub(super) fn is_inside_text(text: &str, at: usize) -> bool {
    let Some(tree) = shell::parse(text) else { return true };
    let mut node = tree.root_node().descendant_for_byte_range(at, at);
    while let Some(here) = node {
        let inside = match here.kind() {
            // A comment before its end would be its last line.
            "heredoc_body" | "heredoc_end" => true,
            "string" | "raw_string" | "ansi_c_string" => here.start_byte() < at,
            _ => false,
        };
        if inside {
            return true;
        }
        node = here.parent();
    }
    false
}
