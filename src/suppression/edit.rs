//! How directives go.

use super::Directive;
use crate::lang::comments::Layout;
use crate::span::Span;

/// Characters that only hold a comment together.
const SIGNS: [char; 7] = [' ', '\t', '#', '/', '*', '-', ';'];

/// The edit that takes a directive away: with its comment if that says nothing else, and with its line if
/// nothing else is in that.
pub(super) fn removal(layout: &Layout<'_>, directive: &Directive) -> (Span, String) {
    let text = layout.text();
    let (body, span) = (directive.comment.body, directive.span);
    let before = Span::new(body.start, span.start).of(text);
    let after = Span::new(span.end, body.end).of(text);
    let says = |part: &str| !part.trim_matches(|c: char| c.is_whitespace() || SIGNS.contains(&c)).is_empty();
    if !says(before) && !says(after) {
        return (without_comment(layout, directive.comment.span), String::new());
    }
    // A line of its own in a comment over several lines.
    let (first, last) = (layout.line_start(span.start), layout.line_end(span.end));
    let is_line = first >= body.start && last <= body.end;
    if is_line && !says(&text[first..span.start]) && !says(&text[span.end..last]) {
        return (with_line_break(text, Span::new(first, last)), String::new());
    }
    if says(before) {
        let kept = before.trim_end_matches(|c: char| c.is_whitespace() || SIGNS.contains(&c)).len();
        // What closes a comment keeps its distance.
        return (Span::new(body.start + kept, span.end), String::new());
    }
    let lead =
        after.len() - after.trim_start_matches(|c: char| c.is_whitespace() || SIGNS.contains(&c)).len();
    (Span::new(span.start, span.end + lead), String::new())
}

/// What goes with a comment.
fn without_comment(layout: &Layout<'_>, comment: Span) -> Span {
    let text = layout.text();
    let (first, last) = (layout.line_start(comment.start), layout.line_end(comment.end));
    let before = &text[first..comment.start];
    let after = &text[comment.end..last];
    match (before.trim().is_empty(), after.trim().is_empty()) {
        (true, true) => with_line_break(text, Span::new(first, last)),
        (_, true) => Span::new(first + before.trim_end().len(), last),
        // One blank between what stands on both sides.
        (_, false) => Span::new(comment.start, last - after.trim_start().len()),
    }
}

/// The lines with the line break behind them, or at the end of the text the one before them.
fn with_line_break(text: &str, lines: Span) -> Span {
    match text[lines.end..].find('\n') {
        Some(found) => Span::new(lines.start, lines.end + found + 1),
        None => {
            Span::new(text[..lines.start].trim_end_matches(['\n', '\r']).len().min(lines.start), text.len())
        }
    }
}

/// The edit that takes one of several names out of a directive.
pub(super) fn removal_of_name(text: &str, directive: &Directive, name: usize) -> (Span, String) {
    let at = directive.names[name];
    let span = match (directive.names.get(name + 1), name.checked_sub(1)) {
        (Some(next), _) => Span::new(at.start, next.start),
        (None, Some(before)) => Span::new(directive.names[before].end, at.end),
        (None, None) => at,
    };
    debug_assert!(text.is_char_boundary(span.start) && text.is_char_boundary(span.end));
    (span, String::new())
}
