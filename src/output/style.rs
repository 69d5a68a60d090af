//! The colours, chosen once: those that can be read on dark and on light.

use std::fmt::{Display, Formatter};

use anstyle::{AnsiColor, Effects, Style};

use crate::rule::{Meta, Severity};

/// An error.
pub const ERROR: Style = AnsiColor::BrightRed.on_default().effects(Effects::BOLD);
/// A warning.
pub const WARNING: Style = AnsiColor::Yellow.on_default().effects(Effects::BOLD);
/// A note.
pub const NOTE: Style = AnsiColor::Cyan.on_default().effects(Effects::BOLD);
/// What matters most in a line.
pub const STRONG: Style = Style::new().effects(Effects::BOLD);
/// What matters least in a line.
pub const FAINT: Style = Style::new().effects(Effects::DIMMED);
/// Frames and line numbers.
pub const FRAME: Style = AnsiColor::BrightBlue.on_default();
/// A place that belongs to a finding.
pub const RELATED: Style = AnsiColor::BrightBlue.on_default();
/// New text, and all that is well.
pub const GOOD: Style = AnsiColor::Green.on_default();
/// Old text.
pub const BAD: Style = AnsiColor::Red.on_default();
/// Code in running text.
pub const CODE: Style = AnsiColor::Cyan.on_default();
/// A heading.
pub const HEADING: Style = AnsiColor::Green.on_default().effects(Effects::BOLD);

/// The colour of a severity.
pub fn of(severity: Severity) -> Style {
    match severity {
        Severity::Error => ERROR,
        Severity::Warning => WARNING,
        Severity::Note => NOTE,
    }
}

/// Something with a style, if colours are on.
pub struct Painted<T> {
    style: Option<Style>,
    inner: T,
}

/// Gives something a style, if colours are on.
pub fn paint<T: Display>(color: bool, style: Style, inner: T) -> Painted<T> {
    Painted { style: color.then_some(style), inner }
}

impl<T: Display> Display for Painted<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        match self.style {
            Some(style) => {
                write!(f, "{style}")?;
                self.inner.fmt(f)?;
                write!(f, "{style:#}")
            }
            None => self.inner.fmt(f),
        }
    }
}

/// Text that leads to an address, on terminals that understand it.
pub fn link(hyperlinks: bool, url: &str, text: &str) -> String {
    if hyperlinks { format!("\x1b]8;;{url}\x1b\\{text}\x1b]8;;\x1b\\") } else { text.to_string() }
}

/// A rule's name, which leads to its page.
pub fn rule_link(hyperlinks: bool, rule: &Meta) -> String {
    match rule.url() {
        Some(url) => link(hyperlinks, &url, rule.id),
        None => rule.id.to_string(),
    }
}

/// Breaks the lines that are wider than `width` between words; what goes on below is indented.
pub fn fit(text: &str, width: usize) -> String {
    let mut fitting = String::new();
    for line in text.split_inclusive('\n') {
        if columns(line.trim_end()) <= width {
            fitting.push_str(line);
            continue;
        }
        let body = line.trim_start_matches(' ');
        let indent = &line[..line.len() - body.len()];
        let lines = wrap(body.trim_end(), width.saturating_sub(indent.len() + 2));
        fitting.push_str(&format!("{indent}{}\n", lines.join(&format!("\n{indent}  "))));
    }
    fitting
}

/// The columns that a text takes on a terminal; colours take none.
fn columns(text: &str) -> usize {
    use unicode_width::UnicodeWidthStr;
    anstream::adapter::strip_str(text).map(UnicodeWidthStr::width).sum()
}

/// Breaks running text into lines of at most `width` columns; a longer word has a line of its own.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let columns = columns(word);
        if used > 0 && used + 1 + columns > width {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        if used > 0 {
            line.push(' ');
            used += 1;
        }
        line.push_str(word);
        used += columns;
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::fit;

    #[test]
    fn only_lines_that_are_too_wide_are_broken() {
        assert_eq!(fit("one  two\n  three\n", 8), "one  two\n  three\n");
        assert_eq!(fit("one two three\nfour\n", 9), "one two\n  three\nfour\n");
        assert_eq!(fit("  one two three four\n", 11), "  one two\n    three\n    four\n");
        assert_eq!(fit("", 8), "");
        assert_eq!(fit("\x1b[1mone\x1b[0m two three\n", 9), "\x1b[1mone\x1b[0m two\n  three\n");
    }
}
