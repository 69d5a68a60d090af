//! Front end: Dockerfile.
//!
//! Facts come from a lenient reader, so that a Dockerfile with one bad line still gives the rest; the
//! strict parser only says whether the file is sound.

use std::collections::{HashMap, HashSet};

use crate::expr::Expr;
use crate::fact::{
    EnvRead, EnvWrite, Facts, Literal, Name, Place, ReadKind, Request, Use, WriteKind, looks_like_variable,
};
use crate::span::{LineIndex, Span};

use super::shell;

/// At most so many uses of one `ARG` are given.
const MOST_USES: usize = 12;

/// Names that the builder itself gives to a declared `ARG`.
fn is_of_the_builder(name: &str) -> bool {
    name.starts_with("BUILDKIT_")
        || matches!(
            name,
            "TARGETPLATFORM"
                | "TARGETOS"
                | "TARGETARCH"
                | "TARGETVARIANT"
                | "BUILDPLATFORM"
                | "BUILDOS"
                | "BUILDARCH"
                | "BUILDVARIANT"
        )
}

/// The facts of one file.
pub fn facts(text: &str, _request: &Request<'_>) -> Facts {
    let (masked, instructions) = instructions(text);
    let mut reader = Reader {
        text,
        masked: &masked,
        facts: Facts::default(),
        set: HashSet::new(),
        arguments: HashMap::new(),
        stage: String::new(),
    };
    for instruction in &instructions {
        reader.read(instruction, 0);
    }
    let mut facts = reader.facts;
    if let Err(error) = parse_dockerfile::parse(text) {
        let index = LineIndex::new(text);
        let span = index.line_span(text, error.line()).unwrap_or_default();
        // `CMD []` clears what the base image set, and a command may take a here-document: the parser
        // knows neither.
        let document =
            instructions.iter().flat_map(|one| &one.documents).any(|(body, _)| body.contains(span));
        if !document && !span.of(text).trim_end().ends_with("[]") {
            facts.broken.insert(0, span);
        }
    }
    facts
}

/// One instruction.
#[derive(Clone, Debug)]
struct Instruction {
    /// In upper case.
    keyword: String,
    /// All of it, lines that go on included.
    span: Span,
    /// What follows the keyword.
    arguments: Span,
    /// Bodies of here-documents, and whether names in them are expanded.
    documents: Vec<(Span, bool)>,
}

/// The instructions, and the text as a shell should see it: comments between the lines of an
/// instruction blanked, the escape character a backslash. Offsets are those of the text.
fn instructions(text: &str) -> (String, Vec<Instruction>) {
    let mut masked = text.as_bytes().to_vec();
    let mut lines: Vec<Span> = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let kept = line.trim_end_matches(['\n', '\r']).len();
        lines.push(Span::new(start, start + kept));
        start += line.len();
    }
    let escape = escape_character(text);
    let mut found = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let first = lines[at];
        let line = first.of(text);
        let trimmed = line.trim_start_matches('\u{feff}').trim_start();
        let keyword_len = trimmed.bytes().take_while(u8::is_ascii_alphabetic).count();
        at += 1;
        if trimmed.is_empty() || trimmed.starts_with('#') || keyword_len == 0 {
            continue;
        }
        let from = first.start + (line.len() - trimmed.len());
        let mut end = first.end;
        let goes_on = |span: Span| span.of(text).trim_end().ends_with(escape);
        let mut open = goes_on(first);
        let mut last_escape = first;
        while open && at < lines.len() {
            let line = lines[at];
            let inside = line.of(text).trim_start();
            if inside.starts_with('#') {
                // With its line break, so that the escaped line before it reaches the line after it.
                masked[line.start..line.end].fill(b' ');
                if let Some(byte) = masked.get_mut(line.end).filter(|_| line.end < text.len()) {
                    *byte = b' ';
                }
                if text.as_bytes().get(line.end) == Some(&b'\r')
                    && let Some(byte) = masked.get_mut(line.end + 1)
                {
                    *byte = b' ';
                }
            } else if !inside.is_empty() {
                if escape != '\\' {
                    mask_escape(&mut masked, text, last_escape, escape);
                }
                last_escape = line;
                end = line.end;
                open = goes_on(line);
            }
            at += 1;
        }
        let keyword = trimmed[..keyword_len].to_ascii_uppercase();
        let mut arguments = Span::new(from + keyword_len, end);
        let mut documents = Vec::new();
        if matches!(keyword.as_str(), "RUN" | "COPY" | "ADD" | "ONBUILD") {
            for (word, expands) in document_words(arguments.of(text)) {
                let Some(close) = (at..lines.len()).find(|line| lines[*line].of(text).trim() == word) else {
                    continue;
                };
                let body = Span::new(lines[at].start, lines[close].start);
                documents.push((body, expands));
                end = lines[close].end;
                at = close + 1;
            }
        }
        let given = arguments.of(text);
        let lead = given.len() - given.trim_start().len();
        arguments.start += lead;
        found.push(Instruction { keyword, span: Span::new(from, end), arguments, documents });
    }
    let masked = String::from_utf8(masked).unwrap_or_else(|_| text.to_owned());
    (masked, found)
}

fn mask_escape(masked: &mut [u8], text: &str, line: Span, escape: char) {
    let kept = line.of(text).trim_end();
    if kept.ends_with(escape) && escape.len_utf8() == 1 {
        masked[line.start + kept.len() - 1] = b'\\';
    }
}

/// `# escape=…` at the top.
fn escape_character(text: &str) -> char {
    for line in text.lines() {
        let Some(comment) = line.trim().strip_prefix('#') else { break };
        let Some((name, value)) = comment.split_once('=') else { break };
        if name.trim().eq_ignore_ascii_case("escape") && value.trim() == "`" {
            return '`';
        }
    }
    '\\'
}

/// The words that end here-documents, and whether names in these are expanded.
fn document_words(arguments: &str) -> Vec<(&str, bool)> {
    let mut found = Vec::new();
    for (at, _) in arguments.match_indices("<<") {
        let rest = arguments[at + 2..].trim_start_matches('-');
        let quoted = rest.starts_with(['"', '\'']);
        let rest = rest.trim_start_matches(['"', '\'']);
        let len = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        if len > 0 && !arguments[..at].ends_with('<') {
            found.push((&rest[..len], !quoted));
        }
    }
    found
}

/// The instructions in order: keyword in upper case, and what follows it.
pub fn outline(text: &str) -> Vec<(String, Span)> {
    instructions(text).1.into_iter().map(|one| (one.keyword, one.arguments)).collect()
}

/// The instructions in order, each with the here-documents in it.
pub(super) fn extents(text: &str) -> Vec<(Span, Vec<Span>)> {
    let documents = |one: &Instruction| one.documents.iter().map(|(body, _)| *body).collect();
    instructions(text).1.iter().map(|one| (one.span, documents(one))).collect()
}

struct Reader<'t> {
    text: &'t str,
    masked: &'t str,
    facts: Facts,
    /// Names that `ENV` gave a value.
    set: HashSet<String>,
    /// Names that `ARG` declared, and where their reads are.
    arguments: HashMap<String, usize>,
    stage: String,
}

impl Reader<'_> {
    fn read(&mut self, instruction: &Instruction, depth: usize) {
        let span = instruction.arguments;
        match instruction.keyword.as_str() {
            "FROM" => {
                self.interpolate(span, "FROM", None);
                let mut words =
                    span.of(self.text).split_whitespace().skip_while(|w| !w.eq_ignore_ascii_case("as"));
                self.stage = words.nth(1).unwrap_or_default().to_owned();
                if span.of(self.text).contains("heroku/") {
                    self.sign_image(span);
                }
            }
            "ARG" => self.argument(span),
            "ENV" => self.env(span),
            "RUN" | "CMD" | "ENTRYPOINT" => self.command(instruction),
            "HEALTHCHECK" => {
                let text = span.of(self.text);
                if let Some(at) = text.find("CMD").or_else(|| text.find("cmd")) {
                    let rest = &text[at + 3..];
                    let from = span.start + at + 3 + (rest.len() - rest.trim_start().len());
                    self.command(&Instruction {
                        arguments: Span::new(from.min(span.end), span.end),
                        ..instruction.clone()
                    });
                }
            }
            "ONBUILD" if depth == 0 => {
                let text = span.of(self.text);
                let len = text.bytes().take_while(u8::is_ascii_alphabetic).count();
                let rest = &text[len..];
                let from = span.start + len + (rest.len() - rest.trim_start().len());
                let inner = Instruction {
                    keyword: text[..len].to_ascii_uppercase(),
                    span,
                    arguments: Span::new(from, span.end),
                    documents: instruction.documents.clone(),
                };
                self.read(&inner, depth + 1);
            }
            keyword
            @ ("COPY" | "ADD" | "WORKDIR" | "EXPOSE" | "USER" | "VOLUME" | "STOPSIGNAL" | "LABEL") => {
                self.interpolate(span, keyword, None);
                self.literals(span);
                for (body, expands) in &instruction.documents {
                    if *expands {
                        self.interpolate(*body, keyword, None);
                    }
                }
            }
            _ => {}
        }
    }

    fn sign_image(&mut self, span: Span) {
        let what = span
            .of(self.text)
            .split_whitespace()
            .find(|word| word.starts_with("heroku/"))
            .map(|word| word.split([':', '@']).next().unwrap_or(word).to_owned());
        if let Some(what) = what {
            let kind = crate::fact::SignKind::Tooling;
            if !self.facts.signs.iter().any(|sign| sign.what == what) {
                self.facts.signs.push(crate::fact::Sign { kind, what, span });
            }
        }
    }

    /// `ARG X`, `ARG X=d`, several in one.
    fn argument(&mut self, span: Span) {
        for word in words(self.masked, span) {
            let text = word.of(self.text);
            let (name, default) = match text.find('=') {
                Some(at) => {
                    (Span::new(word.start, word.start + at), Some(Span::new(word.start + at + 1, word.end)))
                }
                None => (word, None),
            };
            let known = name.of(self.text);
            if let Some(default) = default {
                self.interpolate(default, "", Some(known));
            }
            if !looks_like_variable(known) && !known.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
                continue;
            }
            let plain = default.map(|default| unquoted(default, self.text));
            let expr = Expr::Read {
                name: Some(known.to_owned()),
                span: word,
                default: plain.map(|default| Box::new(Expr::Text(default.of(self.text).to_owned()))),
                required: false,
            };
            let read = EnvRead {
                name: Name::Known(known.to_owned()),
                name_span: Some(name),
                span: word,
                api: "ARG".to_owned(),
                kind: ReadKind::Schema,
                default: plain,
                required: false,
                scope: self.stage.clone(),
                uses: vec![Use {
                    name: None,
                    path: None,
                    span: word,
                    expr,
                    expr_span: word,
                    place: Place::Bound { target: known.to_owned() },
                    scope: self.stage.clone(),
                }],
                guards: Vec::new(),
                via: None,
            };
            self.arguments.insert(known.to_owned(), self.facts.reads.len());
            // From here on the argument holds, not what an earlier stage set.
            self.set.remove(known);
            self.facts.reads.push(read);
        }
    }

    /// `ENV X=v Y=w`, `ENV X v`.
    fn env(&mut self, span: Span) {
        let words = words(self.masked, span);
        let Some(first) = words.first() else { return };
        let mut entries = Vec::new();
        if first.of(self.text).contains('=') {
            for word in &words {
                if let Some(at) = word.of(self.text).find('=') {
                    let name = Span::new(word.start, word.start + at);
                    entries.push((name, Span::new(word.start + at + 1, word.end), *word));
                }
            }
        } else {
            let from = words.get(1).map_or(first.end, |value| value.start);
            let value = Span::new(from, from + span.end.saturating_sub(from));
            let value = Span::new(value.start, value.start + value.of(self.text).trim_end().len());
            entries.push((*first, value, Span::new(first.start, value.end.max(first.end))));
        }
        let mut names = Vec::new();
        for (name, value, whole) in entries {
            let known = name.of(self.text).to_owned();
            if !known.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') || known.is_empty() {
                continue;
            }
            let computed = self.interpolate(value, "", Some(&known));
            let inner = unquoted(value, self.text);
            self.literals(inner);
            self.facts.writes.push(EnvWrite {
                name: Name::Known(known.clone()),
                name_span: name,
                span: whole,
                value: (!computed).then(|| inner.of(self.text).to_owned()),
                kind: WriteKind::Set,
                surface: "Dockerfile ENV".to_owned(),
                scope: self.stage.clone(),
            });
            names.push(known);
        }
        // The names of one instruction hold only after it.
        self.set.extend(names);
    }

    fn literals(&mut self, span: Span) {
        for word in words(self.masked, span) {
            let word = unquoted(word, self.text);
            if crate::vocabulary::is_text(word.of(self.text)) {
                let text = word.of(self.text).to_owned();
                self.facts.literals.push(Literal { text, span: word, scope: self.stage.clone() });
            }
        }
    }

    /// `RUN`, `CMD` and `ENTRYPOINT`, in shell or exec form.
    fn command(&mut self, instruction: &Instruction) {
        let mut span = instruction.arguments;
        // Options: `--mount=type=cache,…`
        loop {
            let text = span.of(self.masked);
            let trimmed = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\\');
            span.start += text.len() - trimmed.len();
            if !trimmed.starts_with("--") {
                break;
            }
            span.start += trimmed.find(char::is_whitespace).unwrap_or(trimmed.len());
        }
        let mut inner = Facts::default();
        if let Some(words) = exec_form(self.masked, span) {
            let text = |at: usize| words.get(at).map_or("", |span| span.of(self.text));
            let shell = text(0).rsplit('/').next().unwrap_or_default();
            let masked = exec_mask(self.masked, span, &words);
            if matches!(shell, "sh" | "bash" | "ash" | "dash" | "zsh")
                && text(1).starts_with('-')
                && text(1).ends_with('c')
                && let Some(line) = words.get(2)
            {
                shell::embedded_masked(&masked, *line, &mut inner, &self.stage);
            } else if !span.of(self.text).contains('\'') {
                let quoted = masked_quotes(&masked, span);
                shell::embedded_masked(&quoted, span, &mut inner, &self.stage);
            }
        } else if let Some((body, _)) =
            instruction.documents.first().filter(|_| span.of(self.text).trim_start().starts_with("<<"))
        {
            shell::embedded(self.masked, *body, &mut inner, &self.stage);
        } else {
            let end = instruction.documents.last().map_or(span.end, |_| instruction.span.end);
            shell::embedded(self.masked, Span::new(span.start, end.max(span.start)), &mut inner, &self.stage);
        }
        self.take(inner);
    }

    /// Takes a command's facts in: what `ENV` set is not read, what `ARG` declared is a use of that.
    fn take(&mut self, inner: Facts) {
        for read in inner.reads {
            match read.name.known() {
                Some(name) if self.arguments.contains_key(name) => {
                    let name = name.to_owned();
                    for site in read.uses {
                        self.use_argument(&name, read.span, site);
                    }
                }
                Some(name) if self.set.contains(name) || is_of_the_builder(name) => {}
                _ => self.facts.reads.push(read),
            }
        }
        for sign in inner.signs {
            if !self.facts.signs.iter().any(|known| known.what == sign.what) {
                self.facts.signs.push(sign);
            }
        }
        self.facts.writes.extend(inner.writes);
        self.facts.calls.extend(inner.calls);
        self.facts.literals.extend(inner.literals);
        self.facts.append_commands(inner.commands);
        self.facts.broken.extend(inner.broken);
    }

    /// A use of what an `ARG` declared.
    fn use_argument(&mut self, name: &str, at: Span, mut site: Use) {
        let Some(read) = self.arguments.get(name).and_then(|at| self.facts.reads.get_mut(*at)) else {
            return;
        };
        if read.uses.len() >= MOST_USES {
            return;
        }
        let Some(own) = read.uses.first().map(|first| first.expr.clone()) else { return };
        shell::hide_read(&mut site.expr, at);
        site.expr.replace_opaque(at, &own);
        site.name = Some(name.to_owned());
        site.span = at;
        read.uses.push(site);
    }

    /// The word that holds `at`, or the value of `key=value`.
    fn word_around(&self, span: Span, at: Span) -> Span {
        let Some(word) = words(self.text, span).into_iter().find(|word| word.contains(at)) else { return at };
        let before = Span::new(word.start, at.start).of(self.text);
        let from = before.find('=').map_or(word.start, |equals| word.start + equals + 1);
        unquoted(Span::new(from, word.end), self.text)
    }

    /// Names in `$X` and `${X}` of an instruction's words. Says whether there are any.
    fn interpolate(&mut self, span: Span, keyword: &str, target: Option<&str>) -> bool {
        let found = references(self.text, span);
        let any = !found.is_empty();
        for reference in found {
            let name = reference.name.of(self.text).to_owned();
            let place = match target {
                Some(target) => Place::Bound { target: target.to_owned() },
                None => Place::Argument { callee: keyword.to_owned(), keyword: None },
            };
            let expr_span = match target {
                Some(_) => unquoted(span, self.text),
                None => self.word_around(span, reference.span),
            };
            let read = |text: &str| Expr::Read {
                name: Some(name.clone()),
                span: reference.span,
                default: reference.default.map(|span| Box::new(Expr::Text(span.of(text).to_owned()))),
                required: false,
            };
            let whole = expr_span.contains(reference.span);
            let expr_span = if whole { expr_span } else { reference.span };
            let around = |from: usize, to: usize| {
                let piece = Span::new(from, to);
                (!piece.is_empty()).then(|| {
                    if references(self.text, piece).is_empty() {
                        Expr::Text(piece.of(self.text).to_owned())
                    } else {
                        Expr::Opaque(piece)
                    }
                })
            };
            let mut parts: Vec<Expr> = Vec::new();
            parts.extend(around(expr_span.start, reference.span.start));
            parts.push(read(self.text));
            parts.extend(around(reference.span.end, expr_span.end));
            let expr = if parts.len() == 1 { parts.remove(0) } else { Expr::Template(parts) };
            let site = Use {
                name: None,
                path: None,
                span: reference.span,
                expr,
                expr_span,
                place,
                scope: self.stage.clone(),
            };
            if self.arguments.contains_key(&name) {
                self.use_argument(&name, reference.span, site);
            } else if !self.set.contains(&name) && looks_like_variable(&name) && !is_of_the_builder(&name) {
                self.facts.reads.push(EnvRead {
                    name: Name::Known(name),
                    name_span: Some(reference.name),
                    span: reference.span,
                    api: "$".to_owned(),
                    kind: ReadKind::Value,
                    default: reference.default,
                    required: false,
                    scope: self.stage.clone(),
                    uses: vec![site],
                    guards: Vec::new(),
                    via: None,
                });
            }
        }
        any
    }
}

/// `$X` or `${X…}`.
struct Reference {
    span: Span,
    name: Span,
    default: Option<Span>,
}

fn references(text: &str, span: Span) -> Vec<Reference> {
    let bytes = &text.as_bytes()[..span.end];
    let mut found = Vec::new();
    let mut at = span.start;
    let mut single = false;
    while at < span.end {
        match bytes[at] {
            b'\\' => at += 1,
            b'\'' => single = !single,
            b'$' if !single => {
                let braced = bytes.get(at + 1) == Some(&b'{');
                let start = at + 1 + usize::from(braced);
                let len = bytes[start.min(bytes.len())..]
                    .iter()
                    .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_')
                    .count();
                let mut end = start + len;
                let mut default = None;
                if len > 0 && !bytes[start].is_ascii_digit() {
                    if braced {
                        let close = memchr::memchr(b'}', &bytes[end..]).map_or(bytes.len(), |len| end + len);
                        let operator = text.get(end..close).unwrap_or_default();
                        default = operator
                            .strip_prefix(":-")
                            .or_else(|| operator.strip_prefix('-'))
                            .map(|rest| Span::new(close - rest.len(), close));
                        end = (close + 1).min(bytes.len());
                    }
                    let name = Span::new(start, start + len);
                    found.push(Reference { span: Span::new(at, end), name, default });
                    at = end;
                    continue;
                }
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// A span without the quotes around all of it.
fn unquoted(span: Span, text: &str) -> Span {
    let written = span.of(text);
    let quoted = |quote: char| written.len() >= 2 && written.starts_with(quote) && written.ends_with(quote);
    if quoted('"') || quoted('\'') { Span::new(span.start + 1, span.end - 1) } else { span }
}

/// Words between white space, quotes kept together.
fn words(text: &str, span: Span) -> Vec<Span> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut start = None;
    let mut quote = None;
    let mut at = span.start;
    while at < span.end {
        let byte = bytes[at];
        match quote {
            Some(open) if byte == open => quote = None,
            _ if byte == b'\\' && quote != Some(b'\'') => {
                let next = bytes.get(at + 1).copied().unwrap_or(b' ');
                if matches!(next, b'\n' | b'\r') && quote.is_none() {
                    if let Some(start) = start.take() {
                        found.push(Span::new(start, at));
                    }
                } else {
                    start = start.or(Some(at));
                }
                // An escaped character of several bytes has no byte that means something here.
                at += 1;
            }
            Some(_) => {}
            None if matches!(byte, b'"' | b'\'') => {
                quote = Some(byte);
                start = start.or(Some(at));
            }
            None if byte.is_ascii_whitespace() => {
                if let Some(start) = start.take() {
                    found.push(Span::new(start, at));
                }
            }
            None => start = start.or(Some(at)),
        }
        at += 1;
    }
    if let Some(start) = start {
        found.push(Span::new(start, span.end));
    }
    found
}

/// The strings of `["a", "b"]`, without quotes. `None` where the text is no such list, which makes it
/// a shell command.
fn exec_form(text: &str, span: Span) -> Option<Vec<Span>> {
    let written = span.of(text);
    let plain = written.replace("\\\r\n", "  \n").replace("\\\n", " \n");
    let trimmed = plain.trim();
    if !trimmed.starts_with('[') || serde_json::from_str::<Vec<String>>(trimmed).is_err() {
        return None;
    }
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = span.start;
    while at < span.end {
        if bytes[at] == b'"' {
            let start = at + 1;
            at += 1;
            while at < span.end && bytes[at] != b'"' {
                at += if bytes[at] == b'\\' { 2 } else { 1 };
            }
            found.push(Span::new(start, at.min(span.end)));
        }
        at += 1;
    }
    Some(found)
}

/// The text with the escapes of JSON strings made harmless, byte for byte.
fn exec_mask(text: &str, span: Span, words: &[Span]) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for word in words {
        let mut at = word.start;
        while at + 1 < word.end {
            if bytes[at] == b'\\' {
                match bytes[at + 1] {
                    b'"' | b'\\' | b'/' => bytes[at] = shell::VOID,
                    b'n' => bytes[at..at + 2].copy_from_slice(b" \n"),
                    b't' => bytes[at..at + 2].copy_from_slice(b"  "),
                    _ => {}
                }
                at += 1;
            }
            at += 1;
        }
    }
    debug_assert!(span.end <= bytes.len());
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

/// A list in exec form as a command line in which nothing is expanded.
fn masked_quotes(text: &str, span: Span) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let mut inside = false;
    for byte in &mut bytes[span.start..span.end] {
        match *byte {
            b'"' => {
                inside = !inside;
                *byte = b'\'';
            }
            b'[' | b']' | b',' | b'\\' if !inside => *byte = b' ',
            b'\n' | b'\r' if !inside => *byte = b' ',
            _ => {}
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}
