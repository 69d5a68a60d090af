//! A rule's page, for the terminal.

use std::fmt::Write;

use anstyle::Style;
use pulldown_cmark::{Alignment, CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

use crate::finding::Applicability;
use crate::output::style::{self, paint};
use crate::rule::{Meta, Origin, Status};

/// Columns beyond which running text is hard to read.
const WIDEST: usize = 100;

/// Columns that everything but a heading is set in.
const INDENT: usize = 2;

/// Columns that code is set in, from the text around it.
const CODE_INDENT: usize = 4;

/// How a page is shown.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Colours, as ANSI sequences.
    pub color: bool,
    /// Columns of the terminal.
    pub width: usize,
    /// Whether the terminal understands links (OSC 8).
    pub hyperlinks: bool,
}

/// A rule's page as text of 80 columns without colours.
pub fn plain(meta: &Meta) -> String {
    let look = Look { color: false, width: 80, hyperlinks: false };
    let text = render(meta.page, look);
    if text.trim().is_empty() { format!("{}\n", meta.id) } else { text }
}

/// A rule's page for a terminal, with what the rule knows about itself on top.
pub fn terminal(meta: &Meta, look: Look) -> String {
    let mut out = String::new();
    let id = style::rule_link(look.hyperlinks, meta);
    let _ = writeln!(out, "{}\n", paint(look.color, style::HEADING, id));
    let _ = write!(
        out,
        "  {} · {} confidence · {} · step: {} · {}",
        paint(look.color, style::of(meta.severity), meta.severity),
        meta.confidence,
        meta.impact,
        meta.step,
        match meta.origin {
            Origin::BuiltIn => format!("since {}", meta.since),
            Origin::Settings { .. } => "a rule of this project's settings".to_string(),
        },
    );
    out.push_str(match meta.status {
        Status::Stable => "\n",
        Status::Pedantic => " · only with --pedantic\n",
    });
    let fixes: Vec<&str> = meta.fixes().into_iter().map(Applicability::id).collect();
    if !fixes.is_empty() {
        let _ = writeln!(out, "  fixes: {}", fixes.join(", "));
    }
    if !meta.aliases.is_empty() {
        let _ = writeln!(out, "  earlier names: {}", meta.aliases.join(", "));
    }
    out.push('\n');
    // The page's own title says the id again.
    out.push_str(&render(without_title(meta), look));
    // A page made of settings says its address itself.
    if let Some(url) = meta.url().filter(|url| !look.hyperlinks && !meta.page.contains(url)) {
        let _ = writeln!(out, "\n{}", paint(look.color, style::FAINT, url));
    }
    out
}

fn without_title(meta: &Meta) -> &str {
    match meta.page.strip_prefix("# ").and_then(|rest| rest.split_once('\n')) {
        Some((title, rest)) if title.trim().trim_matches('`') == meta.id => rest,
        _ => meta.page,
    }
}

/// A rule and its page.
pub fn json(meta: &Meta) -> Value {
    json!({
        "id": meta.id,
        "aliases": meta.aliases,
        "family": meta.family,
        "summary": meta.summary(),
        "severity": meta.severity.id(),
        "confidence": meta.confidence.id(),
        "impact": meta.impact.id(),
        "step": meta.step.id(),
        "status": match meta.status {
            Status::Stable => "stable",
            Status::Pedantic => "pedantic",
        },
        "languages": meta.langs.iter().map(|lang| lang.id()).collect::<Vec<_>>(),
        "fixes": meta.fixes().into_iter().map(Applicability::id).collect::<Vec<_>>(),
        "since": (!meta.since.is_empty()).then_some(meta.since),
        "url": meta.url(),
        "page": meta.page,
    })
}

/// Markdown as text.
pub fn render(markdown: &str, look: Look) -> String {
    let mut page = Page {
        look: Look { width: look.width.clamp(40, WIDEST), ..look },
        out: String::new(),
        words: vec![Vec::new()],
        styles: Vec::new(),
        frames: Vec::new(),
        code: None,
        table: None,
        link: None,
        in_heading: false,
    };
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        page.event(event);
    }
    page.flush();
    let text = page.out.trim_start_matches('\n').trim_end();
    if text.is_empty() { String::new() } else { format!("{text}\n") }
}

/// A piece of a word in one style.
struct Piece {
    text: String,
    style: Option<Style>,
}

/// What stands between two blanks.
type Word = Vec<Piece>;

/// What stands in front of every line of a block.
struct Frame {
    /// In front of the first line only: a bullet.
    first: Option<String>,
    /// In front of the others.
    rest: String,
    /// The number of the next item, in a numbered list.
    number: Option<u64>,
    /// Whether the list's items stand close together.
    tight: bool,
}

struct Table {
    alignments: Vec<Alignment>,
    rows: Vec<Vec<Vec<Word>>>,
}

struct Page {
    look: Look,
    out: String,
    words: Vec<Word>,
    styles: Vec<Style>,
    frames: Vec<Frame>,
    code: Option<(String, String)>,
    table: Option<Table>,
    link: Option<(String, String)>,
    in_heading: bool,
}

impl Page {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => match &mut self.code {
                Some((_, code)) => code.push_str(&text),
                None => self.text(&text, None),
            },
            Event::Code(code) => self.text(&code, Some(style::CODE)),
            Event::SoftBreak => self.words.push(Vec::new()),
            Event::HardBreak => self.flush(),
            Event::Rule => {
                self.blank();
                let line = "─".repeat(self.room());
                self.line(&line);
            }
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Paragraph => self.blank(),
            Tag::Heading { level, .. } => {
                self.blank();
                self.in_heading = true;
                self.styles.push(if level <= HeadingLevel::H2 { style::HEADING } else { style::STRONG });
            }
            Tag::CodeBlock(kind) => {
                self.flush();
                self.blank();
                let info = match kind {
                    CodeBlockKind::Fenced(info) => info.into_string(),
                    CodeBlockKind::Indented => String::new(),
                };
                self.code = Some((info, String::new()));
            }
            Tag::List(number) => {
                self.flush();
                if self.frames.iter().all(|frame| frame.rest.is_empty()) {
                    self.blank();
                }
                self.frames.push(Frame { first: None, rest: String::new(), number, tight: true });
            }
            Tag::Item => {
                let bullet = match self.frames.last_mut().and_then(|list| list.number.as_mut()) {
                    Some(number) => {
                        *number += 1;
                        format!("{}. ", *number - 1)
                    }
                    None => "• ".to_string(),
                };
                let rest = " ".repeat(bullet.width());
                self.frames.push(Frame { first: Some(bullet), rest, number: None, tight: true });
            }
            Tag::BlockQuote(_) => {
                self.flush();
                self.blank();
                self.frames.push(Frame { first: None, rest: "│ ".into(), number: None, tight: false });
            }
            Tag::Strong => self.styles.push(style::STRONG),
            Tag::Emphasis => self.styles.push(Style::new().italic()),
            Tag::Link { dest_url, .. } => self.link = Some((dest_url.into_string(), String::new())),
            Tag::Table(alignments) => {
                self.flush();
                self.blank();
                self.table = Some(Table { alignments, rows: Vec::new() });
            }
            Tag::TableHead | Tag::TableRow => {
                if let Some(table) = &mut self.table {
                    table.rows.push(Vec::new());
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph => self.flush(),
            TagEnd::Heading(_) => {
                self.flush();
                self.styles.pop();
                self.in_heading = false;
            }
            TagEnd::CodeBlock => self.code_block(),
            TagEnd::Item => {
                self.flush();
                self.frames.pop();
            }
            TagEnd::List(_) | TagEnd::BlockQuote(_) => {
                self.flush();
                self.frames.pop();
            }
            TagEnd::Strong | TagEnd::Emphasis => {
                self.styles.pop();
            }
            TagEnd::Link => {
                let Some((url, text)) = self.link.take() else { return };
                // A relative address leads nowhere from a terminal.
                if !self.look.hyperlinks && url.contains("://") && url != text {
                    self.text(&format!(" ({url})"), None);
                }
            }
            TagEnd::TableCell => {
                let words = std::mem::replace(&mut self.words, vec![Vec::new()]);
                if let Some(row) = self.table.as_mut().and_then(|table| table.rows.last_mut()) {
                    row.push(words.into_iter().filter(|word| !word.is_empty()).collect());
                }
            }
            TagEnd::Table => self.table(),
            _ => {}
        }
    }

    fn text(&mut self, text: &str, style: Option<Style>) {
        if let Some((_, shown)) = &mut self.link {
            shown.push_str(text);
        }
        let link = self.link.as_ref().map(|(url, _)| url.clone()).filter(|url| url.contains("://"));
        let style = style.or(self.styles.last().copied());
        for (at, part) in text.split([' ', '\n']).enumerate() {
            if at > 0 {
                self.words.push(Vec::new());
            }
            if part.is_empty() {
                continue;
            }
            let text = match &link {
                Some(url) => style::link(self.look.hyperlinks, url, part),
                None => part.to_string(),
            };
            if let Some(word) = self.words.last_mut() {
                word.push(Piece { text, style });
            }
        }
    }

    /// Columns for text between the frames and the edge.
    fn room(&self) -> usize {
        let frames: usize = self.frames.iter().map(|frame| frame.rest.width()).sum();
        self.look.width.saturating_sub(INDENT + frames).max(20)
    }

    /// Writes the words that have come together.
    fn flush(&mut self) {
        let words: Vec<Word> = std::mem::replace(&mut self.words, vec![Vec::new()])
            .into_iter()
            .filter(|word| !word.is_empty())
            .collect();
        if words.is_empty() {
            return;
        }
        for line in fill(&words, self.room()) {
            let line = self.painted(&line);
            self.line(&line);
        }
    }

    fn painted(&self, words: &[&Word]) -> String {
        let mut line = String::new();
        for (at, word) in words.iter().enumerate() {
            if at > 0 {
                line.push(' ');
            }
            for piece in *word {
                let _ = match piece.style {
                    Some(style) => write!(line, "{}", paint(self.look.color, style, &piece.text)),
                    None => write!(line, "{}", piece.text),
                };
            }
        }
        line
    }

    fn line(&mut self, text: &str) {
        let mut line = " ".repeat(if self.in_heading { 0 } else { INDENT });
        for frame in &mut self.frames {
            line.push_str(frame.first.take().as_ref().unwrap_or(&frame.rest));
        }
        line.push_str(text);
        self.out.push_str(line.trim_end());
        self.out.push('\n');
    }

    /// One empty line between two blocks; none inside a bullet's first line.
    fn blank(&mut self) {
        self.flush();
        let at_bullet = self.frames.last().is_some_and(|frame| frame.first.is_some() && frame.tight);
        if !self.out.is_empty() && !self.out.ends_with("\n\n") && !at_bullet {
            self.out.push('\n');
        }
    }

    fn code_block(&mut self) {
        let Some((info, code)) = self.code.take() else { return };
        // Examples in many languages follow each other: each says which it is.
        if !info.trim().is_empty() {
            let info = paint(self.look.color, style::FAINT, info.trim()).to_string();
            self.line(&format!("{}{info}", " ".repeat(CODE_INDENT - 2)));
        }
        for line in code.lines() {
            let (code, mark) = line.split_at(finding_mark(line).unwrap_or(line.len()));
            let mut text = " ".repeat(CODE_INDENT);
            if !code.is_empty() {
                let _ = write!(text, "{}", paint(self.look.color, style::FAINT, code));
            }
            if !mark.is_empty() {
                let _ = write!(text, "{}", paint(self.look.color, style::WARNING, mark));
            }
            self.line(&text);
        }
    }

    fn table(&mut self) {
        let Some(table) = self.table.take() else { return };
        let columns = table.rows.iter().map(Vec::len).max().unwrap_or(0);
        if columns == 0 {
            return;
        }
        let widths = widths(&table.rows, columns, self.room().saturating_sub(2 * (columns - 1)));
        for (at, row) in table.rows.iter().enumerate() {
            let cells: Vec<Vec<Vec<&Word>>> = (0..columns)
                .map(|column| row.get(column).map_or(Vec::new(), |words| fill(words, widths[column])))
                .collect();
            for line in 0..cells.iter().map(Vec::len).max().unwrap_or(0) {
                let mut text = String::new();
                for (column, cell) in cells.iter().enumerate() {
                    if column > 0 {
                        text.push_str("  ");
                    }
                    let words = cell.get(line).map_or(&[][..], Vec::as_slice);
                    let blanks = " ".repeat(widths[column].saturating_sub(columns_of(words)));
                    let words = match at {
                        0 => paint(self.look.color, style::STRONG, self.painted(words)).to_string(),
                        _ => self.painted(words),
                    };
                    match table.alignments.get(column) {
                        Some(Alignment::Right) => text.push_str(&format!("{blanks}{words}")),
                        _ => text.push_str(&format!("{words}{blanks}")),
                    }
                }
                self.line(text.trim_end());
            }
            if at == 0 {
                let rules: Vec<String> = widths.iter().map(|&width| "─".repeat(width)).collect();
                let rules = paint(self.look.color, style::FRAME, rules.join("  ")).to_string();
                self.line(&rules);
            }
        }
    }
}

/// Where the comment begins that marks a finding in an example.
fn finding_mark(line: &str) -> Option<usize> {
    let at = line.find("finding")?;
    let before = line[..at].trim_end();
    let marker = ["#", "//", "<!--", "--", "/*"].into_iter().find(|marker| before.ends_with(marker))?;
    Some(before.len() - marker.len())
}

/// The columns of a word, links left out.
fn width(word: &Word) -> usize {
    word.iter()
        .map(|piece| match piece.text.strip_prefix("\x1b]8;;").and_then(|link| link.split_once("\x1b\\")) {
            Some((_, text)) => text.trim_end_matches("\x1b]8;;\x1b\\").width(),
            None => piece.text.width(),
        })
        .sum()
}

fn columns_of(words: &[&Word]) -> usize {
    words.iter().map(|word| width(word)).sum::<usize>() + words.len().saturating_sub(1)
}

/// Words in lines of at most `room` columns.
fn fill(words: &[Word], room: usize) -> Vec<Vec<&Word>> {
    let mut lines: Vec<Vec<&Word>> = Vec::new();
    let mut used = 0;
    for word in words {
        let columns = width(word);
        match lines.last_mut() {
            Some(line) if used + 1 + columns <= room => {
                line.push(word);
                used += 1 + columns;
            }
            _ => {
                lines.push(vec![word]);
                used = columns;
            }
        }
    }
    lines
}

/// Widths of columns that fit: the widest gives way first, but none below its longest word.
fn widths(rows: &[Vec<Vec<Word>>], columns: usize, room: usize) -> Vec<usize> {
    let cells = |column: usize| rows.iter().filter_map(move |row| row.get(column));
    let mut widths: Vec<usize> = (0..columns)
        .map(|column| {
            cells(column).map(|words| columns_of(&words.iter().collect::<Vec<_>>())).max().unwrap_or(0)
        })
        .collect();
    let least: Vec<usize> =
        (0..columns).map(|column| cells(column).flatten().map(width).max().unwrap_or(0).min(24)).collect();
    while widths.iter().sum::<usize>() > room {
        let widest = (0..columns).filter(|&at| widths[at] > least[at]).max_by_key(|&at| widths[at]);
        let Some(widest) = widest else { break };
        widths[widest] -= 1;
    }
    widths
}
