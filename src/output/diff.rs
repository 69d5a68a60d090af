//! A fix as a small diff, for people.

use super::style::{self, paint};
use super::{View, fitting};
use crate::escape;
use crate::finding::{Edit, Fix, Report};
use crate::span::Span;

/// Lines of a fix that are shown; a longer one is better read in an editor.
const SHOWN: usize = 14;

/// Columns of a changed line that are shown.
const COLUMNS: usize = 120;

/// What replaces what in one file, in whole lines.
struct Hunk<'a> {
    path: &'a str,
    line: usize,
    old: Vec<String>,
    new: Vec<String>,
}

/// The lines of a diff, without indentation; `near` is the path and line that need not be named.
pub(super) fn lines(report: &Report, fix: &Fix, near: (&str, usize), view: &View) -> Vec<String> {
    let mut lines = Vec::new();
    let mut at = near;
    for hunk in hunks(report, &fix.edits) {
        if (hunk.path, hunk.line) != at {
            let heading = format!("{}:{}", escape::terminal(hunk.path), hunk.line);
            lines.push(paint(view.color, style::FAINT, heading).to_string());
        }
        at = (hunk.path, hunk.line + hunk.old.len());
        let indent = hunk
            .old
            .iter()
            .chain(&hunk.new)
            .filter(|line| !line.trim().is_empty())
            .map(|line| line.len() - line.trim_start_matches(' ').len())
            .min()
            .unwrap_or(0);
        let changed = first_difference(&hunk);
        for (sign, color, texts) in [('-', style::BAD, &hunk.old), ('+', style::GOOD, &hunk.new)] {
            for text in texts {
                let text = cut(text.get(indent..).unwrap_or_default(), changed.saturating_sub(indent));
                let text = escape::terminal(&text);
                lines.push(paint(view.color, color, format!("{sign} {text}").trim_end()).to_string());
            }
        }
    }
    for path in &fix.removes {
        let path = escape::terminal(path);
        lines.push(paint(view.color, style::BAD, format!("the file {path} goes")).to_string());
    }
    if lines.len() > SHOWN {
        let more = lines.len() - SHOWN;
        lines.truncate(SHOWN);
        lines.push(format!("… {}", super::counted(more, "more line")));
    }
    lines
}

fn hunks<'a>(report: &Report, edits: &'a [Edit]) -> Vec<Hunk<'a>> {
    let mut hunks = Vec::new();
    let mut rest = edits;
    while let [first, ..] = rest {
        let Some(source) = report.sources.get(&first.path) else {
            hunks.push(Hunk { path: &first.path, line: 1, old: Vec::new(), new: split(&first.text) });
            rest = &rest[1..];
            continue;
        };
        let text = source.text.as_str();
        let first_span = fitting(source, first.span);
        let begin = line_start(text, first_span.start);
        let mut end = last_line_end(text, first_span);
        let mut new = String::new();
        let mut done = begin;
        let mut taken = 0;
        for edit in rest.iter().take_while(|edit| edit.path == first.path) {
            let span = fitting(source, edit.span);
            if taken > 0 && (span.start > end || span.start < done) {
                break;
            }
            new.push_str(&text[done..span.start]);
            new.push_str(&edit.text);
            done = span.end;
            end = end.max(last_line_end(text, span));
            taken += 1;
        }
        new.push_str(text.get(done..end).unwrap_or_default());
        let mut old = split(&text[begin..end]);
        // Where the whole of a line went, its line break went with it.
        let mut new = if new.is_empty() && done > end { Vec::new() } else { split(&new) };
        let mut line = source.place(begin).line;
        while !old.is_empty() && old.first() == new.first() {
            old.remove(0);
            new.remove(0);
            line += 1;
        }
        while !old.is_empty() && old.last() == new.last() {
            old.pop();
            new.pop();
        }
        hunks.push(Hunk { path: &first.path, line, old, new });
        rest = &rest[taken..];
    }
    hunks
}

fn split(text: &str) -> Vec<String> {
    text.lines().map(|line| line.replace('\t', "    ")).collect()
}

fn line_start(text: &str, offset: usize) -> usize {
    text[..offset].rfind('\n').map_or(0, |at| at + 1)
}

/// The end of the last line that the span touches, without its line break.
fn last_line_end(text: &str, span: Span) -> usize {
    let from = if !span.is_empty() && text[..span.end].ends_with('\n') { span.end - 1 } else { span.end };
    text[from..].find('\n').map_or(text.len(), |at| from + at)
}

fn first_difference(hunk: &Hunk<'_>) -> usize {
    let (Some(old), Some(new)) = (hunk.old.first(), hunk.new.first()) else { return 0 };
    old.chars().zip(new.chars()).take_while(|(old, new)| old == new).map(|(old, _)| old.len_utf8()).sum()
}

/// The part of a long line around the change.
fn cut(line: &str, changed: usize) -> String {
    if line.chars().count() <= COLUMNS {
        return line.to_string();
    }
    let from = line.char_indices().rev().find(|&(at, _)| at + COLUMNS / 3 <= changed).map_or(0, |(at, _)| at);
    let mut shown = String::from(if from > 0 { "…" } else { "" });
    shown.extend(line[from..].chars().take(COLUMNS));
    if line[from..].chars().count() > COLUMNS {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::finding::{Applicability, SourceText};

    fn shown(text: &str, edits: &[(usize, usize, &str)]) -> Vec<String> {
        let mut report = Report::default();
        report.sources.insert("a.rb".into(), Arc::new(SourceText::new(text.into())));
        let edits = edits
            .iter()
            .map(|&(start, end, text)| Edit {
                path: "a.rb".into(),
                span: Span::new(start, end),
                text: text.into(),
            })
            .collect();
        let fix = Fix {
            title: String::new(),
            applicability: Applicability::Safe,
            edits,
            removes: Vec::new(),
            variables: Vec::new(),
        };
        lines(&report, &fix, ("a.rb", 1), &View::default())
    }

    #[test]
    fn lines_are_replaced_inserted_and_removed() {
        assert_eq!(shown("  a = b\n  c\n", &[(6, 7, "d")]), ["- a = b", "+ a = d"]);
        assert_eq!(shown("a\nb\n", &[(0, 0, "x\n")]), ["+ x"]);
        assert_eq!(shown("a\nb\n", &[(0, 2, "")]), ["- a"]);
        assert_eq!(shown("a\nb\nc\n", &[(0, 1, "x"), (4, 5, "y")]), ["- a", "+ x", "a.rb:3", "- c", "+ y"]);
        assert_eq!(shown("a b\n", &[(0, 1, "x"), (2, 3, "y")]), ["- a b", "+ x y"]);
        assert_eq!(shown("a", &[(1, 1, "\nb")]), ["a.rb:2", "+ b"]);
    }

    #[test]
    fn wrong_edits_do_not_panic() {
        assert_eq!(shown("é\n", &[(1, 900, "x")]), ["- é", "+ x"]);
        shown("abc\n", &[(2, 3, "x"), (0, 1, "y")]);
        shown("", &[(0, 0, "")]);
    }
}
