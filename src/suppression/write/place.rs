//! Where a directive can stand, in the comments of each language.

use crate::finding::Edit;
use crate::lang::Lang;
use crate::lang::comments::{self, Layout, Notation};
use crate::lang::plain::comment::Style;
use crate::span::Span;
use crate::suppression::{Directive, Reach, Verb, reach};

/// Longest line with a directive at its end, in characters.
const WIDEST: usize = 120;

/// Lines before which a directive is tried, from the finding outwards.
const MOST_LINES: usize = 8;

/// A place for a directive.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Anchor {
    /// The offset at which it comes in.
    at: usize,
    kind: Kind,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// In the brackets of a directive that is there.
    Joined,
    /// Between these two texts.
    Between { before: String, after: String },
}

impl Anchor {
    /// The edit that writes it.
    pub(super) fn edit(&self, path: &str, rules: &[&str], reason: &str) -> Edit {
        let names = rules.join(", ");
        let text = match &self.kind {
            Kind::Joined => format!(", {names}"),
            Kind::Between { before, after } => format!("{before}{}{after}", directive(&names, reason)),
        };
        Edit { path: path.to_string(), span: Span::new(self.at, self.at), text }
    }

    /// Whether an edit is one that it gave.
    pub(super) fn makes(&self, edit: &Edit) -> bool {
        let fits = match &self.kind {
            Kind::Joined => edit.text.starts_with(", "),
            Kind::Between { before, .. } => edit.text.starts_with(before.as_str()),
        };
        fits && edit.span.start == self.at
    }

    /// Whether it is a comment of its own.
    pub(super) fn adds_comment(&self) -> bool {
        self.kind != Kind::Joined
    }
}

fn directive(names: &str, reason: &str) -> String {
    let blank = if reason.is_empty() { "" } else { " " };
    format!("dynolint: ignore[{names}]{blank}{reason}")
}

/// Signs around a comment.
type Signs = (&'static str, &'static str);

/// The places for a directive that silences what stands at a span, best first. `rules` are those of the
/// directive, as far as they are known.
pub(super) fn anchors(
    layout: &Layout<'_>,
    path: &str,
    known: &[Directive],
    span: Span,
    rules: &[&str],
    reason: &str,
) -> Vec<Anchor> {
    let mut found = Vec::new();
    found.extend(known.iter().find_map(|directive| joined(layout, directive, span)));
    found.extend(at_line_end(layout, path, span, &directive(&rules.join(", "), reason)));
    let mut lines = Vec::new();
    let starts = std::iter::once(span.start).chain(layout.starts_around(span.start));
    for start in starts.filter(|start| *start <= span.start) {
        let line = free_line(layout, start);
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    found.extend(lines.into_iter().take(MOST_LINES).filter_map(|line| before_line(layout, path, line)));
    found
}

/// In a directive that stands at the same line, or directly above it.
fn joined(layout: &Layout<'_>, directive: &Directive, span: Span) -> Option<Anchor> {
    if directive.verb != Verb::Ignore {
        return None;
    }
    let line = layout.line_start(span.start);
    let is_same = match reach(layout, directive)? {
        Reach::Touching(_) => layout.line_start(directive.comment.span.start) == line,
        Reach::Beginning(lines) => lines.start == line,
    };
    let last = directive.names.last()?;
    is_same.then_some(Anchor { at: last.end, kind: Kind::Joined })
}

/// At the end of the line in which the span begins, as long as the line stays one that can be read.
fn at_line_end(layout: &Layout<'_>, path: &str, span: Span, directive: &str) -> Option<Anchor> {
    let (start, end) = (layout.line_start(span.start), layout.line_end(span.start));
    let line = &layout.text()[start..end];
    let (open, close) = trailing_signs(layout, path, end)?;
    let has_comment =
        layout.comments.iter().any(|comment| comment.span.start <= end && start <= comment.span.end);
    if has_comment || layout.solid_around(end).is_some() || line.trim().is_empty() {
        return None;
    }
    let blanks = if layout.lang() == Lang::Python { "  " } else { " " };
    let signs = blanks.len() + open.len() + close.len();
    let width = line.trim_end().chars().count() + signs + directive.chars().count();
    (width <= WIDEST).then(|| {
        let kept = start + line.trim_end().len();
        let kind = Kind::Between { before: format!("{blanks}{open}"), after: close.to_string() };
        Anchor { at: kept, kind }
    })
}

fn trailing_signs(layout: &Layout<'_>, path: &str, at: usize) -> Option<Signs> {
    match layout.lang() {
        Lang::Ruby | Lang::Python | Lang::Shell | Lang::Yaml | Lang::Toml => Some(("# ", "")),
        Lang::JavaScript | Lang::TypeScript | Lang::Tsx => (!layout.is_in_jsx(at)).then_some(("// ", "")),
        Lang::Vue | Lang::Svelte => layout.is_in_script(at).then_some(("// ", "")),
        Lang::Sql => Some(("-- ", "")),
        Lang::Json => allows_comments(layout, path).then_some(("// ", "")),
        Lang::Plain => plain_signs(layout.text(), path, false),
        // Make takes the blanks before a comment for part of a value, and readers of dotenv files do not agree.
        _ => None,
    }
}

/// Whether whoever reads the JSON allows comments in it.
fn allows_comments(layout: &Layout<'_>, path: &str) -> bool {
    !layout.comments.is_empty() || path.ends_with(".jsonc") || path.ends_with(".json5")
}

/// The line, at the beginning of which a comment can stand, that holds an offset or comes before it.
fn free_line(layout: &Layout<'_>, at: usize) -> usize {
    let mut line = layout.line_start(at);
    while let Some(solid) = layout.solid_around(line) {
        line = layout.line_start(solid.start);
    }
    let text = layout.text();
    match layout.lang() {
        Lang::Dockerfile => {
            // Between the lines of an instruction a comment speaks of one of them only.
            layout.starts_around(line).first().map_or(line, |start| layout.line_start(*start))
        }
        Lang::Vue | Lang::Svelte | Lang::Erb => {
            let mut around = layout.starts_around(line).into_iter().filter(|start| *start < line);
            around.next_back().map_or(line, |start| {
                match layout.is_in_script(line) && layout.lang() != Lang::Erb {
                    true => line,
                    false => layout.line_start(start),
                }
            })
        }
        Lang::Makefile => {
            let defines = |line: &str| line.trim_start().starts_with("define ");
            let ends = |line: &str| line.trim_start().starts_with("endef");
            let mut open = None;
            let mut start = 0;
            for one in text[..line].split_inclusive('\n') {
                if defines(one) {
                    open = open.or(Some(start));
                } else if ends(one) {
                    open = None;
                }
                start += one.len();
            }
            open.unwrap_or(line)
        }
        _ => line,
    }
}

/// On a line of its own before the line that begins at an offset.
fn before_line(layout: &Layout<'_>, path: &str, line: usize) -> Option<Anchor> {
    let text = layout.text();
    let rest = &text[line..];
    // Only the first line can say what runs a file, or that it is XML or PHP.
    if line == 0 && (rest.starts_with("#!") || rest.starts_with("<?")) {
        return None;
    }
    let line = line + if rest.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let indent = match layout.lang() {
        // In a recipe make would hand an indented comment to the shell.
        Lang::Makefile => "",
        _ => &text[line..line + (text[line..].len() - text[line..].trim_start_matches([' ', '\t']).len())],
    };
    let (open, close) = own_signs(layout, path, line + indent.len())?;
    let line_break = match text.find('\n') {
        Some(at) if text[..at].ends_with('\r') => "\r\n",
        _ => "\n",
    };
    let kind = Kind::Between { before: format!("{indent}{open}"), after: format!("{close}{line_break}") };
    Some(Anchor { at: line, kind })
}

fn own_signs(layout: &Layout<'_>, path: &str, at: usize) -> Option<Signs> {
    Some(match layout.lang() {
        Lang::Ruby
        | Lang::Python
        | Lang::Shell
        | Lang::Yaml
        | Lang::Toml
        | Lang::Makefile
        | Lang::Dockerfile
        | Lang::Dotenv => ("# ", ""),
        Lang::JavaScript | Lang::TypeScript | Lang::Tsx if layout.is_in_jsx(at) => ("{/* ", " */}"),
        Lang::JavaScript | Lang::TypeScript | Lang::Tsx => ("// ", ""),
        Lang::Vue | Lang::Svelte if layout.is_in_script(at) => ("// ", ""),
        Lang::Vue | Lang::Svelte => ("<!-- ", " -->"),
        Lang::Erb => ("<%# ", " %>"),
        Lang::Haml => ("-# ", ""),
        Lang::Slim => ("/ ", ""),
        Lang::Sql => ("-- ", ""),
        Lang::Json if allows_comments(layout, path) => ("// ", ""),
        Lang::Plain => return plain_signs(layout.text(), path, true),
        // Not every reader of a Procfile passes over what is no process type.
        Lang::Json | Lang::Procfile => return None,
    })
}

/// The signs of a plain file whose readers are known to take them for a comment.
fn plain_signs(text: &str, path: &str, own_line: bool) -> Option<Signs> {
    let lower = path.to_ascii_lowercase();
    let name = lower.rsplit('/').next().unwrap_or_default();
    // Not every version manager knows comments.
    let is_version = name.contains("version") || matches!(name, ".nvmrc" | ".buildpacks");
    // Programs in between other text.
    let is_template =
        ["eex", "heex", "leex", "ecr", "cshtml", "lhs", "litcoffee", "rmd", "vb", "phtml", "inc"]
            .iter()
            .any(|extension| name.ends_with(&format!(".{extension}")));
    if is_version && name != ".tool-versions" || is_template {
        return None;
    }
    match comments::notation(path)? {
        Notation::Lines { signs, trailing } => {
            let sign: &'static str = signs.first()?;
            ((own_line || trailing) && sign == "#").then_some(("# ", ""))
        }
        Notation::Program(style) => match style {
            Style::Php => {
                let is_program = text.trim_start().starts_with("<?php") && !text.contains("?>");
                is_program.then_some(("// ", ""))
            }
            Style::Slash | Style::SlashQuotes => Some(("// ", "")),
            Style::Hash | Style::Hcl | Style::PowerShell => Some(("# ", "")),
            Style::Haskell | Style::Lua => Some(("-- ", "")),
            Style::Lisp => Some((";; ", "")),
            // A line may begin or end within a tag.
            Style::Xml => None,
        },
    }
}
