//! Front end: ERB, HAML and Slim templates, whose Ruby is read by the Ruby front end.
//!
//! ERB is masked: what is not Ruby becomes blanks, so that every byte stays where it is. HAML and
//! Slim have no `end`; their Ruby is put together line by line with the `end`s that the indentation
//! stands for, and the places found are led back to the template.

use crate::expr::Expr;
use crate::fact::{Facts, Place, Request, Use};
use crate::lang::{Lang, ruby};
use crate::span::Span;

/// The facts of one file.
pub fn facts(text: &str, request: &Request<'_>) -> Facts {
    match request.lang {
        Lang::Haml | Lang::Slim => {
            let program = Program::of(text, request.lang);
            let mut facts = ruby::facts(&program.ruby, request);
            program.lead_back(&mut facts);
            // What the `end`s and brackets made up here break is not the author's.
            facts.broken.clear();
            facts
        }
        _ => ruby::facts_of_template(&mask_erb(text), Some(text), request),
    }
}

/// The Ruby of an ERB template with everything else blank: as long as `text`, byte for byte, with
/// the same line breaks. A tag ends with `;`, or with a line break where a comment would swallow it.
pub fn mask_erb(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut masked: Vec<u8> =
        bytes.iter().map(|&byte| if matches!(byte, b'\n' | b'\r') { byte } else { b' ' }).collect();
    let mut at = 0;
    while let Some(open) = memchr::memmem::find(&bytes[at..], b"<%").map(|found| at + found) {
        let mut start = open + 2;
        if bytes.get(start) == Some(&b'%') {
            at = start + 1;
            continue;
        }
        let close = memchr::memmem::find(&bytes[start..], b"%>").map(|found| start + found);
        let end = close.unwrap_or(bytes.len());
        at = close.map_or(bytes.len(), |close| close + 2);
        while start < end && matches!(bytes[start], b'=' | b'-' | b'|') {
            start += 1;
        }
        let mut stop = end;
        if close.is_some() && stop > start && matches!(bytes[stop - 1], b'-' | b'=') {
            stop -= 1;
        }
        let code = &text[start..stop];
        if code.starts_with('#') {
            continue;
        }
        masked[start..stop].copy_from_slice(&bytes[start..stop]);
        if close.is_some() {
            masked[end] = if may_end_in_comment(code) { b'\n' } else { b';' };
        }
    }
    String::from_utf8(masked).unwrap_or_else(|_| " ".repeat(text.len()))
}

/// Whether the last line of some Ruby may end with a comment.
fn may_end_in_comment(code: &str) -> bool {
    let last = code.rsplit('\n').next().unwrap_or_default();
    last.match_indices('#').any(|(at, _)| {
        !last[at + 1..].starts_with('{') && (at == 0 || last[..at].ends_with(char::is_whitespace))
    }) || code.contains("<<~")
        || code.contains("<<-")
}

/// A Ruby program made of a template's pieces.
#[derive(Default)]
pub(crate) struct Program {
    pub(crate) ruby: String,
    /// Start in the program, length, start in the template; in order of the first.
    pieces: Vec<(usize, usize, usize)>,
    /// Indentations of the open blocks.
    open: Vec<usize>,
}

/// A line that is not Ruby as far as a deeper block goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Raw {
    /// Nothing in it counts.
    Comment,
    /// Text with `#{…}`.
    Text,
    /// Ruby as it stands.
    Ruby,
}

impl Program {
    /// The Ruby of a HAML or Slim template.
    pub(crate) fn of(text: &str, lang: Lang) -> Self {
        let mut program = Self::default();
        let mut raw: Option<(usize, Raw)> = None;
        let mut lines = Lines { text, at: 0 };
        while let Some(line) = lines.next() {
            let source = line.of(text);
            let content = source.trim_start_matches([' ', '\t']);
            if content.trim_end().is_empty() {
                continue;
            }
            let indent = source.len() - content.len();
            let at = line.start + indent;
            if let Some((outer, kind)) = raw
                && indent > outer
            {
                let nested = Span { start: at, end: line.end };
                match kind {
                    Raw::Comment => {}
                    Raw::Text => program.interpolations(text, nested),
                    Raw::Ruby => program.code(text, nested, "", "\n"),
                }
                continue;
            }
            raw = program.line(text, &mut lines, Span { start: at, end: line.end }, indent, lang);
        }
        program.close(0, false);
        program
    }

    /// Takes one line in; says what the lines nested in it are, if not more of the same.
    fn line(
        &mut self,
        text: &str,
        lines: &mut Lines<'_>,
        line: Span,
        indent: usize,
        lang: Lang,
    ) -> Option<(usize, Raw)> {
        let content = line.of(text);
        let slim = lang == Lang::Slim;
        if content.starts_with("-#") || slim && content.starts_with('/') {
            return Some((indent, Raw::Comment));
        }
        if !slim && content.starts_with(':') {
            let ruby = content.trim_end() == ":ruby";
            self.close(indent, false);
            return Some((indent, if ruby { Raw::Ruby } else { Raw::Text }));
        }
        if slim && content.trim_end().ends_with(':') && is_word(content.trim_end().trim_end_matches(':')) {
            self.close(indent, false);
            let ruby = content.starts_with("ruby");
            return Some((indent, if ruby { Raw::Ruby } else { Raw::Text }));
        }
        if slim && content.starts_with(['|', '\'']) {
            self.close(indent, false);
            self.interpolations(text, line);
            return Some((indent, Raw::Text));
        }
        let marker = markers(content, slim);
        if marker > 0 {
            self.statement(text, lines, Span { start: line.start + marker, end: line.end }, indent);
            return None;
        }
        self.close(indent, false);
        if slim {
            self.slim_tag(text, lines, line, indent)
        } else {
            self.haml_tag(text, lines, line, indent)
        }
        None
    }

    /// A line of Ruby, with the lines that go on with it.
    fn statement(&mut self, text: &str, lines: &mut Lines<'_>, first: Span, indent: usize) {
        let mut span = first;
        loop {
            let so_far = span.of(text).trim_end();
            let goes_on = so_far.ends_with([',', '\\']) || so_far.ends_with(" |") && !so_far.contains("do |");
            match lines.peek() {
                Some(next) if goes_on => {
                    lines.next();
                    span.end = next.end;
                }
                _ => break,
            }
        }
        let code = span.of(text).trim();
        let word: &str =
            code.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default();
        let middle = matches!(word, "else" | "elsif" | "when" | "in" | "rescue" | "ensure");
        self.close(indent, middle);
        self.code(text, span, "", "\n");
        if opens_block(code, word) {
            self.open.push(indent);
        }
    }

    /// Ends the blocks that a line of this indentation is not in.
    fn close(&mut self, indent: usize, middle: bool) {
        while self.open.last().is_some_and(|&open| open > indent || open == indent && !middle) {
            self.open.pop();
            self.ruby.push_str("end\n");
        }
    }

    fn code(&mut self, text: &str, span: Span, before: &str, after: &str) {
        let code = span.of(text);
        if code.trim().is_empty() {
            return;
        }
        self.ruby.push_str(before);
        self.pieces.push((self.ruby.len(), code.len(), span.start));
        self.ruby.push_str(code);
        self.ruby.push_str(after);
    }

    /// The `#{…}` of a text.
    fn interpolations(&mut self, text: &str, span: Span) {
        let mut at = span.start;
        while let Some(open) = text[at..span.end].find("#{").map(|found| at + found) {
            let start = open + 2;
            let end = balanced(text, start, span.end, b'}');
            if !text[..open].ends_with('\\') {
                self.code(text, Span { start, end }, "(", ")\n");
            }
            at = (end + 1).min(span.end).max(start);
            while !text.is_char_boundary(at) {
                at += 1;
            }
        }
    }

    /// `%tag.class#id{ruby: attributes}(html="attributes")[object]= code`, or plain text.
    fn haml_tag(&mut self, text: &str, lines: &mut Lines<'_>, line: Span, indent: usize) {
        if !line.of(text).starts_with(['%', '.', '#']) || line.of(text).starts_with("#{") {
            self.interpolations(text, line);
            return;
        }
        let mut line = line;
        let mut at = line.start;
        let bytes = text.as_bytes();
        loop {
            match bytes.get(at).filter(|_| at < line.end) {
                Some(b'%' | b'.' | b'#' | b'-' | b'_' | b':' | b'@') => at += 1,
                Some(byte) if byte.is_ascii_alphanumeric() => at += 1,
                Some(b'{') => {
                    // Attributes go on over lines that end with a comma.
                    while line.of(text).trim_end().ends_with(',')
                        && balanced(text, at + 1, line.end, b'}') >= line.end
                    {
                        match lines.next() {
                            Some(next) => line.end = next.end,
                            None => break,
                        }
                    }
                    let end = balanced(text, at + 1, line.end, b'}');
                    self.code(text, Span { start: at, end: (end + 1).min(line.end) }, "(", ")\n");
                    at = (end + 1).min(line.end);
                }
                Some(b'(') => {
                    let end = balanced(text, at + 1, line.end, b')');
                    self.html_attributes(text, Span { start: at + 1, end });
                    at = (end + 1).min(line.end);
                }
                Some(b'[') => {
                    let end = balanced(text, at + 1, line.end, b']');
                    self.code(text, Span { start: at + 1, end }, "(", ")\n");
                    at = (end + 1).min(line.end);
                }
                Some(b'<' | b'>' | b'/') => at += 1,
                _ => break,
            }
        }
        let rest = Span { start: at.min(line.end), end: line.end };
        let marker = markers(rest.of(text), false);
        if marker > 0 && !rest.of(text).starts_with('-') {
            self.statement(text, lines, Span { start: rest.start + marker, end: rest.end }, indent);
        } else {
            self.interpolations(text, rest);
        }
    }

    /// `tag.class#id attribute=code other="text #{code}" = code`, or text.
    fn slim_tag(&mut self, text: &str, lines: &mut Lines<'_>, line: Span, indent: usize) {
        let bytes = text.as_bytes();
        let mut at = line.start;
        while at < line.end
            && (bytes[at].is_ascii_alphanumeric()
                || matches!(bytes[at], b'.' | b'#' | b'-' | b'_' | b':' | b'*' | b'<' | b'>' | b'@'))
        {
            at += 1;
        }
        let tag_end = at;
        loop {
            while at < line.end && matches!(bytes[at], b' ' | b'\t' | b'[' | b'(' | b'{' | b']' | b')' | b'}')
            {
                at += 1;
            }
            let name = at;
            while at < line.end
                && (bytes[at].is_ascii_alphanumeric() || matches!(bytes[at], b'-' | b'_' | b':' | b'@'))
            {
                at += 1;
            }
            if at == name || bytes.get(at) != Some(&b'=') || at >= line.end {
                at = name;
                break;
            }
            at += 1;
            if bytes.get(at) == Some(&b'=') {
                at += 1;
            }
            while at < line.end && matches!(bytes[at], b' ' | b'\t') {
                at += 1;
            }
            let start = at;
            match bytes.get(at) {
                Some(&quote @ (b'"' | b'\'')) if at < line.end => {
                    let end = balanced(text, at + 1, line.end, quote);
                    self.interpolations(text, Span { start: at, end });
                    at = (end + 1).min(line.end);
                }
                _ => {
                    at = expression_end(text, at, line.end);
                    self.code(text, Span { start, end: at }, "(", ")\n");
                }
            }
        }
        let from = if at > tag_end { at } else { tag_end };
        let rest = Span { start: from.min(line.end), end: line.end };
        let content = rest.of(text);
        let blanks = content.len() - content.trim_start().len();
        let marker = markers(&content[blanks..], true);
        if marker > 0 && !content[blanks..].starts_with('-') {
            self.statement(text, lines, Span { start: rest.start + blanks + marker, end: rest.end }, indent);
        } else {
            self.interpolations(text, rest);
        }
    }

    /// `(href="a" title=@title)`.
    fn html_attributes(&mut self, text: &str, span: Span) {
        let bytes = text.as_bytes();
        let mut at = span.start;
        while at < span.end {
            if bytes[at] != b'=' {
                at += 1;
                continue;
            }
            let start = at + 1;
            match bytes.get(start).filter(|_| start < span.end) {
                Some(&quote @ (b'"' | b'\'')) => {
                    let end = balanced(text, start + 1, span.end, quote);
                    self.interpolations(text, Span { start, end });
                    at = end + 1;
                }
                _ => {
                    at = expression_end(text, start, span.end);
                    self.code(text, Span { start, end: at }, "(", ")\n");
                    at = at.max(start);
                }
            }
        }
    }

    /// Where the bytes of the template are in the program, as far as they are Ruby of one piece.
    pub(crate) fn place_of(&self, span: Span) -> Option<Span> {
        self.pieces.iter().find_map(|&(start, length, origin)| {
            let inside = Span { start: origin, end: origin + length }.contains(span);
            inside.then(|| Span { start: span.start - origin + start, end: span.end - origin + start })
        })
    }

    /// The piece that holds these bytes of the program, in bytes of the program.
    pub(crate) fn piece_around(&self, span: Span) -> Option<Span> {
        let pieces = self.pieces.iter().map(|&(start, length, _)| Span { start, end: start + length });
        pieces.into_iter().find(|piece| piece.contains(span))
    }

    /// The bytes of the template that these bytes of the program are, as far as they are of one piece.
    pub(crate) fn origin_of(&self, span: Span) -> Option<Span> {
        self.pieces.iter().find_map(|&(start, length, origin)| {
            let inside = Span { start, end: start + length }.contains(span);
            inside.then(|| Span { start: span.start - start + origin, end: span.end - start + origin })
        })
    }

    /// Where a place of the program is in the template.
    fn origin(&self, at: usize, is_end: bool) -> usize {
        let inside = |&(start, _, _): &(usize, usize, usize)| if is_end { start < at } else { start <= at };
        let next = self.pieces.partition_point(inside);
        match next.checked_sub(1).map(|before| self.pieces[before]) {
            Some((start, length, origin)) if at - start < length + usize::from(is_end) => {
                origin + (at - start)
            }
            Some((_, length, origin)) if is_end => origin + length,
            _ => match self.pieces.get(next) {
                Some((_, _, origin)) => *origin,
                None => self.pieces.last().map_or(0, |(_, length, origin)| origin + length),
            },
        }
    }

    fn lead_back(&self, facts: &mut Facts) {
        let place = |span: &mut Span| {
            let start = self.origin(span.start, false);
            *span = Span { start, end: self.origin(span.end, true).max(start) };
        };
        for read in &mut facts.reads {
            place(&mut read.span);
            read.name_span.iter_mut().for_each(&place);
            read.default.iter_mut().for_each(&place);
            read.uses.iter_mut().for_each(|site| move_use(site, &place));
            for guard in &mut read.guards {
                place(&mut guard.span);
                move_expr(&mut guard.expr, &place);
            }
        }
        for write in &mut facts.writes {
            place(&mut write.span);
            place(&mut write.name_span);
        }
        for binding in &mut facts.bindings {
            place(&mut binding.span);
            move_expr(&mut binding.expr, &place);
            binding.reads.iter_mut().for_each(&place);
        }
        for wrapper in &mut facts.wrappers {
            place(&mut wrapper.span);
            place(&mut wrapper.access);
        }
        for call in &mut facts.calls {
            place(&mut call.span);
            for argument in &mut call.arguments {
                place(&mut argument.span);
                move_expr(&mut argument.expr, &place);
                argument.texts.iter_mut().for_each(|(_, span)| place(span));
            }
            call.uses.iter_mut().for_each(|site| move_use(site, &place));
            for guard in &mut call.guards {
                place(&mut guard.span);
                move_expr(&mut guard.expr, &place);
            }
            if let Some(wrapper) = &mut call.forwards {
                place(&mut wrapper.span);
                place(&mut wrapper.access);
            }
        }
        facts.uses.iter_mut().for_each(|name| move_use(&mut name.site, &place));
        facts.literals.iter_mut().for_each(|literal| place(&mut literal.span));
        for call in &mut facts.invocations {
            place(&mut call.span);
            place(&mut call.name_span);
            // Own rules ask for the call itself.
            (call.receiver, call.body) = (None, None);
            call.arguments.clear();
            call.guards.clear();
        }
    }
}

fn move_use(site: &mut Use, place: &impl Fn(&mut Span)) {
    place(&mut site.span);
    place(&mut site.expr_span);
    move_expr(&mut site.expr, place);
    if let Place::Condition(branches) = &mut site.place {
        for branch in branches.then.iter_mut().chain(&mut branches.otherwise) {
            place(&mut branch.span);
            branch.effects.iter_mut().for_each(|(_, span)| place(span));
        }
    }
}

fn move_expr(expr: &mut Expr, place: &impl Fn(&mut Span)) {
    match expr {
        Expr::Read { span, default, .. } => {
            place(span);
            if let Some(default) = default {
                move_expr(default, place);
            }
        }
        Expr::Presence { span, .. } | Expr::Opaque(span) => place(span),
        Expr::Not(inner) | Expr::Ask { subject: inner, .. } | Expr::Part { subject: inner, .. } => {
            move_expr(inner, place);
        }
        Expr::Any(parts) | Expr::All(parts) | Expr::Coalesce(parts) | Expr::Template(parts) => {
            parts.iter_mut().for_each(|part| move_expr(part, place));
        }
        Expr::Equal(left, right) => {
            move_expr(left, place);
            move_expr(right, place);
        }
        Expr::Choose { condition, then, otherwise } => {
            move_expr(condition, place);
            move_expr(then, place);
            move_expr(otherwise, place);
        }
        Expr::Text(_) | Expr::Number(_) | Expr::Bool(_) | Expr::Nil => {}
    }
}

/// How many bytes at the start of a line say that Ruby follows.
fn markers(content: &str, slim: bool) -> usize {
    let all: &[&str] = if slim {
        &["==<>", "==<", "==>", "==", "=<>", "=<", "=>", "='", "=", "-"]
    } else {
        &["&==", "!==", "&=", "!=", "==", "=", "~", "-"]
    };
    all.iter().find(|marker| content.starts_with(**marker)).map_or(0, |marker| marker.len())
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn opens_block(code: &str, word: &str) -> bool {
    if matches!(word, "if" | "unless" | "case" | "while" | "until" | "for" | "begin") {
        return true;
    }
    if let Some(before) = code.strip_suffix('|') {
        let Some(at) = before.rfind('|') else { return false };
        let before = before[..at].trim_end();
        return before == "do" || before.ends_with(" do") || before.ends_with(")do");
    }
    if code == "do" || code.ends_with(" do") || code.ends_with(")do") {
        return true;
    }
    code.split_once("= ").is_some_and(|(_, value)| {
        ["if ", "unless ", "case ", "begin"].iter().any(|word| value.trim_start().starts_with(word))
    })
}

/// The closing bracket or quote of what opened before `at`, or `end`.
fn balanced(text: &str, at: usize, end: usize, close: u8) -> usize {
    let bytes = text.as_bytes();
    let mut closers = vec![close];
    let mut at = at;
    while at < end {
        let byte = bytes[at];
        let quoted = matches!(closers.last(), Some(b'"' | b'\''));
        if Some(&byte) == closers.last() {
            closers.pop();
            if closers.is_empty() {
                return at;
            }
        } else if quoted {
            match byte {
                b'\\' => at += 1,
                b'#' if bytes.get(at + 1) == Some(&b'{') => {
                    closers.push(b'}');
                    at += 1;
                }
                _ => {}
            }
        } else {
            match byte {
                b'(' => closers.push(b')'),
                b'[' => closers.push(b']'),
                b'{' => closers.push(b'}'),
                b'"' | b'\'' => closers.push(byte),
                _ => {}
            }
        }
        at += 1;
    }
    end
}

/// The end of an attribute's value: a blank outside of brackets and quotes.
fn expression_end(text: &str, at: usize, end: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = at;
    while at < end {
        let close = match bytes[at] {
            b' ' | b'\t' | b'\r' | b')' | b']' | b'}' => break,
            b'(' => b')',
            b'[' => b']',
            b'{' => b'}',
            quote @ (b'"' | b'\'') => quote,
            _ => {
                at += 1;
                continue;
            }
        };
        at = (balanced(text, at + 1, end, close) + 1).min(end);
    }
    at
}

/// The lines of a text without their line breaks.
struct Lines<'t> {
    text: &'t str,
    at: usize,
}

impl Lines<'_> {
    fn peek(&self) -> Option<Span> {
        (self.at < self.text.len()).then(|| {
            let end = self.text[self.at..].find('\n').map_or(self.text.len(), |found| self.at + found);
            let kept = self.text[self.at..end].trim_end_matches('\r').len();
            Span { start: self.at, end: self.at + kept }
        })
    }

    fn next(&mut self) -> Option<Span> {
        let line = self.peek()?;
        self.at = self.text[line.end..].find('\n').map_or(self.text.len(), |found| line.end + found + 1);
        Some(line)
    }
}
