//! Comments on a line of their own.

use super::page::{Page, ancestors};
use crate::lang::Lang;
use crate::span::Span;
use crate::write::Edits;

/// Comments that speak of the line below them.
const OF_NEXT_LINE: [&str; 6] =
    ["-next-line", "@ts-ignore", "@ts-expect-error", "prettier-ignore", "istanbul ignore", "biome-ignore"];

impl Page<'_> {
    /// The edit that puts a comment before a line.
    pub fn comment(&self, at: usize, text: &str) -> Option<Edits> {
        let mut start = self.sheet.line_start(at);
        while start > 0 {
            let above = self.sheet.line_start(start - 1);
            let line = &self.sheet.text[above..start];
            let is_comment = line.trim_start().starts_with(['/', '*', '{']);
            if !is_comment || !OF_NEXT_LINE.iter().any(|words| line.contains(words)) {
                break;
            }
            start = above;
        }
        let indent = self.sheet.indentation(start);
        let first = start + indent.len();
        let in_markup = self.place_of_line(start, first)?;
        let (open, close) = if in_markup { ("{/* ", " */}") } else { ("// ", "") };
        if in_markup && text.contains("*/") {
            return None;
        }
        let line_break = self.sheet.line_break();
        let comment: String =
            text.lines().map(|line| format!("{indent}{open}{line}{close}{line_break}")).collect();
        Some(vec![(Span::new(start, start), comment)])
    }

    /// Whether a line begins among the children of an element of JSX, where a comment is an expression.
    /// `None` where a line cannot be put before it: in a text, in a tag, outside of scripts.
    fn place_of_line(&self, start: usize, first: usize) -> Option<bool> {
        let component = matches!(self.sheet.lang, Lang::Vue | Lang::Svelte);
        let visible = self.masked.get(first..)?.trim_start_matches([' ', '\t']);
        if component && visible.starts_with(['\n', '\r']) || visible.is_empty() {
            return None;
        }
        let node = self.tree.root_node().descendant_for_byte_range(first, first)?;
        for up in std::iter::once(node).chain(ancestors(node)) {
            if up.start_byte() >= start {
                continue;
            }
            match up.kind() {
                "template_substitution" | "jsx_expression" => return Some(false),
                "string"
                | "template_string"
                | "regex"
                | "comment"
                | "jsx_text"
                | "jsx_opening_element"
                | "jsx_self_closing_element"
                | "jsx_closing_element"
                | "string_fragment" => return None,
                "jsx_element" => return Some(true),
                "statement_block" | "program" | "arguments" | "object" | "array" | "class_body" => {
                    return Some(false);
                }
                _ => {}
            }
        }
        Some(false)
    }
}
