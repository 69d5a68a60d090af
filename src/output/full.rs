//! For people: what, where, what to do, and the lines it is about.

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;

use codespan_reporting::diagnostic::{self, Diagnostic, Label, LabelStyle};
use codespan_reporting::files::{Error, Files, Location};
use codespan_reporting::term::{self, WriteStyle};
use unicode_width::UnicodeWidthStr;

use super::style::{self, paint, wrap};
use super::{View, diff, fitting, left_out, region, shown};
use crate::escape;
use crate::finding::{Finding, Fix, Related, Report, SourceText};
use crate::rule::{Confidence, Severity};
use crate::span::{LineColumn, Span};

/// Lines between a finding and a related place that is still drawn with it.
const NEAR: usize = 30;

/// Lines of a span that are drawn; of a longer one only the first.
const TALLEST: usize = 60;

/// Characters in a line that is drawn whole where the terminal does not say how wide it is; of a longer one
/// only the part around the span.
const LONGEST: usize = 200;

/// Columns that line numbers and frames take.
const GUTTER: usize = 10;

/// Related places drawn into the source.
const LABELS: usize = 4;

/// Related places named below it.
const PLACES: usize = 5;

pub(super) fn write(report: &Report, view: &View, out: &mut dyn io::Write) -> io::Result<()> {
    let config = term::Config { start_context_lines: 3, end_context_lines: 1, ..term::Config::default() };
    for finding in shown(report, view) {
        let (excerpt, diagnostic) = diagnostic(report, finding, view);
        let mut writer = Styled { color: view.color, out };
        match term::emit_to_write_style(&mut writer, &config, &excerpt, &diagnostic) {
            Ok(()) => {}
            Err(Error::Io(error)) => return Err(error),
            Err(error) => return Err(io::Error::other(error)),
        }
    }
    if let Some(line) = left_out(report, view) {
        writeln!(out, "{line}\n")?;
    }
    Ok(())
}

fn diagnostic<'a>(report: &'a Report, finding: &'a Finding, view: &View) -> (Excerpt, Diagnostic<()>) {
    let source = report.sources.get(&finding.path);
    let longest = view.columns.map_or(LONGEST, |columns| columns.saturating_sub(GUTTER).max(40));
    let mut labels = Vec::new();
    let mut elsewhere: Vec<&Related> = Vec::new();
    let mut excerpt = Excerpt::none();
    if let Some(source) = source {
        let span = drawable(source, finding.span);
        let lines = source.place(span.start).line..=source.place(span.end).line;
        let mut marks = vec![span];
        let mut near: Vec<(&Related, Span)> = Vec::new();
        for related in &finding.related {
            let place = fitting(source, related.span);
            let line = source.place(place.start).line;
            let close = line + NEAR >= *lines.start() && line <= *lines.end() + NEAR;
            if related.path == finding.path && close && near.len() < LABELS && !is_long(source, line, longest)
            {
                let place = first_line(source, place);
                marks.push(place);
                near.push((related, place));
            } else {
                elsewhere.push(related);
            }
        }
        excerpt = Excerpt::new(&finding.path, source, &marks, longest);
        labels.push(Label::primary((), excerpt.shown(span)).with_message(escape::terminal(&finding.label)));
        labels.extend(near.iter().map(|(related, place)| {
            Label::secondary((), excerpt.shown(*place)).with_message(escape::terminal(&related.message))
        }));
    } else {
        elsewhere.extend(&finding.related);
    }

    let diagnostic = Diagnostic {
        severity: match finding.severity {
            Severity::Error => diagnostic::Severity::Error,
            Severity::Warning => diagnostic::Severity::Warning,
            Severity::Note => diagnostic::Severity::Note,
        },
        code: Some(style::rule_link(view.hyperlinks, finding.rule)),
        message: heading(finding, view),
        labels,
        notes: notes(report, finding, source.is_none(), &elsewhere, view),
    };
    (excerpt, diagnostic)
}

/// The message, broken between words where it is wider than the view.
fn heading(finding: &Finding, view: &View) -> String {
    let message = escape::terminal(&finding.message);
    let before = format!("{}[{}]:", finding.severity, finding.rule.id);
    let whole = format!("{before} {message}");
    if whole.width() <= view.width {
        return message.into_owned();
    }
    let lines = wrap(&whole, view.width.saturating_sub(2)).join("\n  ");
    lines.strip_prefix(&before).map_or(lines.as_str(), str::trim_start).to_string()
}

fn notes(
    report: &Report,
    finding: &Finding,
    without_source: bool,
    elsewhere: &[&Related],
    view: &View,
) -> Vec<String> {
    let mut notes = Vec::new();
    if without_source {
        notes.push(format!("in {}", escape::terminal(&finding.path)));
    }
    for related in elsewhere.iter().take(PLACES) {
        let place = region(report, &related.path, related.span).start;
        let path = escape::terminal(&related.path);
        let text = format!("{path}:{}:{}: {}", place.line, place.column, escape::terminal(&related.message));
        notes.push(note("see", &text, view));
    }
    if let Some(more) = elsewhere.len().checked_sub(PLACES).filter(|&more| more > 0) {
        notes.push(note("see", &super::counted(more, "more place"), view));
    }
    if !finding.help.is_empty() {
        notes.push(note("help", &finding.help, view));
    }
    notes.extend(finding.notes.iter().map(|text| note("note", text, view)));
    if finding.confidence == Confidence::Low {
        notes.push(note("note", "a guess: look at it before acting on it", view));
    }
    notes.extend(finding.fixes.iter().map(|fix| fix_note(report, finding, fix, view)));
    // On a terminal with links the rule's name is one.
    if !view.hyperlinks {
        notes.extend(finding.rule.url());
    }
    notes
}

/// A note with a bold word in front, its further lines below the text of the first.
fn note(word: &str, text: &str, view: &View) -> String {
    let indent = word.len() + 2;
    // Before it stand a line number's columns, the bullet and blanks.
    let width = view.width.saturating_sub(indent + 8).max(30);
    let text = wrap(&escape::terminal(text), width).join(&format!("\n{}", " ".repeat(indent)));
    format!("{} {text}", paint(view.color, style::STRONG, format!("{word}:")))
}

fn fix_note(report: &Report, finding: &Finding, fix: &Fix, view: &View) -> String {
    let line = region(report, &finding.path, finding.span).start.line;
    let word = format!("fix ({}):", fix.applicability.id());
    let mut text = format!("{} {}", paint(view.color, style::STRONG, word), escape::terminal(&fix.title));
    for line in diff::lines(report, fix, (&finding.path, line), view) {
        text.push_str("\n    ");
        text.push_str(&line);
    }
    text
}

/// The span without trailing line breaks, and only its first line if it is too tall to be drawn.
fn drawable(source: &SourceText, span: Span) -> Span {
    let span = fitting(source, span);
    let kept = span.of(&source.text).trim_end_matches(['\n', '\r']).len();
    let span = Span::new(span.start, span.start + kept);
    let lines = source.place(span.end).line - source.place(span.start).line;
    if lines > TALLEST { first_line(source, span) } else { span }
}

fn first_line(source: &SourceText, span: Span) -> Span {
    let end = source
        .lines
        .line_span(&source.text, source.place(span.start).line)
        .map_or(span.end, |line| line.end.min(span.end).max(span.start));
    Span::new(span.start, end)
}

fn is_long(source: &SourceText, line: usize, longest: usize) -> bool {
    source
        .lines
        .line_span(&source.text, line)
        .is_some_and(|line| line.len() > longest && line.of(&source.text).chars().count() > longest)
}

/// The lines around a finding as they are shown: hidden characters spelled out, long lines cut.
struct Excerpt {
    name: String,
    place: LineColumn,
    text: String,
    lines: Vec<Range<usize>>,
    first: usize,
    /// For every character of the source that is shown, where it is in the excerpt.
    map: BTreeMap<usize, usize>,
}

impl Excerpt {
    fn none() -> Self {
        Self {
            name: String::new(),
            place: LineColumn { line: 1, column: 1 },
            text: String::new(),
            lines: Vec::new(),
            first: 1,
            map: BTreeMap::new(),
        }
    }

    /// All lines from the first mark to the last, of at most `longest` characters; the first mark is the
    /// finding's own.
    fn new(path: &str, source: &SourceText, marks: &[Span], longest: usize) -> Self {
        let lines = marks.iter().flat_map(|mark| [mark.start, mark.end]).map(|at| source.place(at).line);
        let (first, last) =
            lines.fold((usize::MAX, 1), |(first, last), line| (first.min(line), last.max(line)));
        let mut excerpt = Self {
            name: escape::terminal(path).into_owned(),
            place: source.place(marks[0].start),
            first,
            ..Self::none()
        };
        for number in first..=last {
            let Some(line) = source.lines.line_span(&source.text, number) else { break };
            excerpt.push_line(&source.text, line, marks[0], longest);
        }
        excerpt
    }

    fn push_line(&mut self, text: &str, line: Span, mark: Span, longest: usize) {
        let start = self.text.len();
        let shown = window(text, line, mark, longest);
        if shown.start > line.start {
            self.map.insert(line.start, self.text.len());
            self.text.push('…');
        }
        for (at, character) in shown.of(text).char_indices() {
            self.map.insert(shown.start + at, self.text.len());
            match character {
                '\t' => self.text.push('\t'),
                '[' if escape::is_log_command(&self.text) => self.text.push_str("\\x5b"),
                hidden if escape::is_hidden(hidden) => escape::push_visible(&mut self.text, hidden),
                other => self.text.push(other),
            }
        }
        self.map.insert(shown.end, self.text.len());
        if shown.end < line.end {
            self.text.push('…');
            self.map.insert(line.end, self.text.len());
        }
        self.lines.push(start..self.text.len());
        self.text.push('\n');
    }

    /// Where a span of the source is in the excerpt.
    fn shown(&self, span: Span) -> Range<usize> {
        let at = |offset: usize| self.map.range(..=offset).next_back().map_or(0, |(_, &shown)| shown);
        let start = at(span.start);
        start..at(span.end).max(start)
    }
}

/// The part of a line to show: of one that is too long the span, or its beginning, with a fifth of the room on
/// either side.
fn window(text: &str, line: Span, mark: Span, longest: usize) -> Span {
    if line.len() <= longest || line.of(text).chars().count() <= longest {
        return line;
    }
    let around = longest / 5;
    let focus = if mark.start >= line.start && mark.start <= line.end { mark.start } else { line.start };
    let before = text[line.start..focus].char_indices().rev().take(around).last();
    let start = before.map_or(line.start, |(at, _)| line.start + at);
    let marked = mark.end.clamp(focus, line.end);
    let marked =
        text[focus..marked].char_indices().nth(longest - 2 * around).map_or(marked, |(at, _)| focus + at);
    let end = text[marked..line.end].char_indices().nth(around).map_or(line.end, |(at, _)| marked + at);
    Span::new(start, end)
}

impl<'a> Files<'a> for Excerpt {
    type FileId = ();
    type Name = &'a str;
    type Source = &'a str;

    fn name(&'a self, (): ()) -> Result<&'a str, Error> {
        Ok(&self.name)
    }

    fn source(&'a self, (): ()) -> Result<&'a str, Error> {
        Ok(&self.text)
    }

    fn line_index(&'a self, (): (), offset: usize) -> Result<usize, Error> {
        Ok(self.lines.partition_point(|line| line.start <= offset).saturating_sub(1))
    }

    fn line_number(&'a self, (): (), index: usize) -> Result<usize, Error> {
        Ok(self.first + index)
    }

    fn line_range(&'a self, (): (), index: usize) -> Result<Range<usize>, Error> {
        let max = self.lines.len();
        self.lines.get(index).cloned().ok_or(Error::LineTooLarge { given: index, max })
    }

    /// The finding's own place; the excerpt's columns are not the file's.
    fn location(&'a self, (): (), _offset: usize) -> Result<Location, Error> {
        Ok(Location { line_number: self.place.line, column_number: self.place.column })
    }
}

/// A writer in our colours.
struct Styled<'a> {
    color: bool,
    out: &'a mut dyn io::Write,
}

impl Styled<'_> {
    fn set(&mut self, style: anstyle::Style) -> io::Result<()> {
        if self.color { write!(self.out, "{style}") } else { Ok(()) }
    }
}

impl io::Write for Styled<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl WriteStyle for Styled<'_> {
    fn set_header(&mut self, severity: diagnostic::Severity) -> io::Result<()> {
        self.set(of(severity))
    }

    fn set_header_message(&mut self) -> io::Result<()> {
        self.reset()?;
        self.set(style::STRONG)
    }

    fn set_line_number(&mut self) -> io::Result<()> {
        self.set(style::FRAME)
    }

    fn set_note_bullet(&mut self) -> io::Result<()> {
        self.set(style::FRAME)
    }

    fn set_source_border(&mut self) -> io::Result<()> {
        self.set(style::FRAME)
    }

    fn set_label(&mut self, severity: diagnostic::Severity, label: LabelStyle) -> io::Result<()> {
        match label {
            LabelStyle::Primary => self.set(of(severity)),
            LabelStyle::Secondary => self.set(style::RELATED),
        }
    }

    fn reset(&mut self) -> io::Result<()> {
        if self.color { write!(self.out, "{}", anstyle::Reset) } else { Ok(()) }
    }
}

fn of(severity: diagnostic::Severity) -> anstyle::Style {
    match severity {
        diagnostic::Severity::Bug | diagnostic::Severity::Error => style::ERROR,
        diagnostic::Severity::Warning => style::WARNING,
        diagnostic::Severity::Note | diagnostic::Severity::Help => style::NOTE,
    }
}
