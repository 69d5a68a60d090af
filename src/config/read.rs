//! Reads the text of a settings file by the table of keys. Every mistake has a place; no text is too odd.

use std::collections::BTreeMap;

use toml_span::value::{Table as Toml, ValueInner};
use toml_span::{ErrorKind, Span, Value as TomlValue};

use super::keys::{self, Item, Kind, SectionId};
use super::{Config, Entry, Mistake, Part, Place, Table, Text, Value};
use crate::cli::nearest;
use crate::coupling::LISTS;
use crate::escape;
use crate::lang::toml::{SETTINGS_TABLE, is_settings_header, lines_of_settings};
use crate::rule::Meta;
use crate::span::LineIndex;

/// So many mistakes are told at once.
const MOST: usize = 10;

/// Where the settings stand in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The file holds nothing else.
    Whole,
    /// `[tool.dynolint]` of a `pyproject.toml`.
    Tool,
}

/// Settings that were asked for and have another name, or are no key: what to write instead.
const MEANT: [(&[&str], &str); 4] = [
    (
        &["skip", "disable", "disabled", "select", "only"],
        "a rule is switched off by `[rules.<id>] enabled = false`",
    ),
    (&["ignore-paths", "excludes", "paths-ignore"], "write `exclude = [\"vendor/\"]`"),
    (&["allow", "allowed", "level", "options"], "a rule has `enabled`, `severity`, `fix` and `exclude`"),
    (&["extends", "extend", "include"], "there is one settings file, and it is not put together from others"),
];

/// Reads the bytes of a settings file. `Ok(None)` where a `pyproject.toml` has no settings of dynolint.
///
/// `file` is its name for people; `rules` are the built-in ones.
///
/// # Errors
///
/// What is wrong in it: up to ten mistakes, in their order in the file.
pub fn read(
    file: &str,
    bytes: &[u8],
    form: Form,
    rules: &[&'static Meta],
) -> Result<Option<Config>, Vec<Mistake>> {
    // The mark is no part of the text, as in an editor.
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) if form == Form::Tool && memchr::memmem::find(bytes, SETTINGS_TABLE.as_bytes()).is_none() => {
            return Ok(None);
        }
        Err(error) => {
            let before = &bytes[..error.valid_up_to()];
            let text = std::str::from_utf8(before).unwrap_or_default();
            let mut reader = Reader::new(file, text, rules);
            reader.wrong(text.len(), "not UTF-8", Some("save the file as UTF-8".to_string()));
            return Err(reader.mistakes);
        }
    };
    let mut reader = Reader::new(file, text, rules);
    if form == Form::Whole {
        let root = match toml_span::parse(text) {
            Ok(root) => root,
            Err(error) => {
                reader.not_toml(&error);
                return Err(reader.mistakes);
            }
        };
        return reader.finish(root.as_table(), 0).map(Some);
    }
    // Everything else in a `pyproject.toml` is somebody else's, dates included, which the parser does not know.
    let alone;
    let root = match toml_span::parse(text) {
        Ok(root) => root,
        Err(_) if !has_header(text) => return Ok(None),
        Err(_) => {
            alone = lines_of_settings(text, true);
            match toml_span::parse(&alone) {
                Ok(root) => root,
                Err(error) => {
                    reader.not_toml(&error);
                    return Err(reader.mistakes);
                }
            }
        }
    };
    let Some(tool) = root.pointer("/tool/dynolint") else { return Ok(None) };
    match tool.as_table() {
        Some(table) => reader.finish(Some(table), tool.span.start).map(Some),
        None => {
            reader.wrong_type(SETTINGS_TABLE, tool, "a table", None);
            Err(reader.mistakes)
        }
    }
}

/// Whether a `pyproject.toml` has settings of dynolint.
pub fn has_tool(text: &str) -> bool {
    memchr::memmem::find(text.as_bytes(), b"dynolint").is_some()
        && (has_header(text)
            || toml_span::parse(text).is_ok_and(|root| root.pointer("/tool/dynolint").is_some()))
}

/// Whether a line begins a table of dynolint's.
fn has_header(text: &str) -> bool {
    text.lines().any(is_settings_header)
}

struct Reader<'t> {
    file: &'t str,
    text: &'t str,
    lines: LineIndex,
    /// The built-in rules.
    rules: &'t [&'static Meta],
    /// The names of the file's own rules.
    own: Vec<String>,
    mistakes: Vec<Mistake>,
    notes: Vec<String>,
}

impl<'t> Reader<'t> {
    fn new(file: &'t str, text: &'t str, rules: &'t [&'static Meta]) -> Self {
        let lines = LineIndex::new(text);
        Self { file, text, lines, rules, own: Vec::new(), mistakes: Vec::new(), notes: Vec::new() }
    }

    /// The settings, or what is wrong with them.
    fn finish(mut self, root: Option<&Toml<'_>>, start: usize) -> Result<Config, Vec<Mistake>> {
        let config = root.map(|root| self.config(root, start)).unwrap_or_default();
        if self.mistakes.is_empty() {
            return Ok(Config { file: self.file.to_string(), notes: self.notes, ..config });
        }
        self.mistakes.sort_by_key(|mistake| mistake.place);
        self.mistakes.truncate(MOST);
        Err(self.mistakes)
    }

    fn config(&mut self, root: &Toml<'_>, start: usize) -> Config {
        let mut config = Config { top: self.table(SectionId::Top, root, start), ..Config::default() };
        // The names of own rules are known before anything that may mention them.
        for (table, start) in self.list(root, "couplings") {
            let coupling = self.coupling(table, start);
            config.couplings.push(coupling);
        }
        if let Some((rules, _)) = self.inner(root, "rules") {
            config.rules = self.of_rules(SectionId::Rule, rules, "rules");
        }
        for (table, start) in self.list(root, "overrides") {
            let part = self.part(table, start);
            config.overrides.push(part);
        }
        for (table, start) in self.list(root, "ignore") {
            let ignore = self.ignore(table, start);
            config.ignores.push(ignore);
        }
        if let Some((fix, start)) = self.inner(root, "fix") {
            config.fix = self.table(SectionId::Fix, fix, start);
        }
        config
    }

    fn coupling(&mut self, toml: &Toml<'_>, start: usize) -> Table {
        let before = self.mistakes.len();
        let mut table = self.table(SectionId::Coupling, toml, start);
        if self.mistakes.len() == before {
            let coupling = table.coupling();
            if coupling.lists().is_empty() {
                let advice = format!("give it at least one of {}", LISTS.join(", "));
                self.wrong(start, "this coupling looks for nothing", Some(advice));
            } else if let Err((key, what)) = coupling.check() {
                let at = toml.get(key).map_or(start, |value| self.start(value));
                let value = table.text(key).unwrap_or(key);
                self.wrong(at, &escape::terminal(&format!("`{value}` {what}")), None);
            }
        }
        let Some(name) = table.text("name").map(str::to_string) else { return table };
        let at = toml.get("name").map_or(start, |name| self.start(name));
        if self.rules.iter().any(|rule| rule.id == name || rule.aliases.contains(&name.as_str())) {
            let advice = "give it a name of its own; a built-in rule is set in `[rules.<id>]`".to_string();
            self.wrong(at, &format!("`{name}` is the name of a built-in rule"), Some(advice));
            table.entries.remove("name");
        } else if self.own.contains(&name) {
            self.wrong(at, &format!("there are two couplings `{name}`"), None);
        } else {
            self.own.push(name);
        }
        table
    }

    fn part(&mut self, toml: &Toml<'_>, start: usize) -> Part {
        let table = self.table(SectionId::Override, toml, start);
        let rules = match self.inner(toml, "rules") {
            Some((rules, _)) => self.of_rules(SectionId::OverrideRule, rules, "overrides.rules"),
            None => {
                if toml.get("rules").is_none() {
                    let advice = "say what holds there: `rules.<id>.enabled = false`".to_string();
                    self.wrong(start, "this override sets nothing", Some(advice));
                }
                BTreeMap::new()
            }
        };
        Part { table, rules }
    }

    fn ignore(&mut self, toml: &Toml<'_>, start: usize) -> Table {
        let mut table = self.table(SectionId::Ignore, toml, start);
        if let Some(entry) = table.entries.get_mut("rule")
            && let Value::One(name) = &mut entry.value
        {
            let at = toml.get("rule").map_or(start, |rule| self.start(rule));
            *name = self.rule(name, at).unwrap_or_default();
        }
        table
    }

    /// Tables of rules, by the rule's name today.
    fn of_rules(&mut self, section: SectionId, toml: &Toml<'_>, path: &str) -> BTreeMap<String, Table> {
        let mut rules: BTreeMap<String, Table> = BTreeMap::new();
        for (key, value) in toml {
            let Some(name) = self.rule(&key.name, key.span.start) else { continue };
            let Some(table) = value.as_table() else {
                let advice = format!("write `{path}.{name}.enabled = false`, for example");
                self.wrong_type(&format!("{path}.{name}"), value, "a table", Some(advice));
                continue;
            };
            let table = self.table(section, table, key.span.start);
            if let Some(first) = rules.get(&name) {
                let message = format!("`{name}` is set twice, once by an earlier name");
                let advice = format!("the other one is in line {}", first.at.line);
                self.wrong(key.span.start, &message, Some(advice));
            }
            rules.insert(name, table);
        }
        rules
    }

    /// The name that a rule has today; a note where it had another.
    fn rule(&mut self, name: &str, at: usize) -> Option<String> {
        if self.own.iter().any(|own| own == name) || self.rules.iter().any(|rule| rule.id == name) {
            return Some(name.to_string());
        }
        if let Some(rule) = self.rules.iter().find(|rule| rule.aliases.contains(&name)) {
            let (file, line) = (escape::terminal(self.file), self.place(at).line);
            self.notes.push(format!("`{name}` is now called `{}` ({file}:{line})", rule.id));
            return Some(rule.id.to_string());
        }
        let own = self.own.iter().map(String::as_str);
        let known =
            self.rules.iter().flat_map(|rule| std::iter::once(rule.id).chain(rule.aliases.iter().copied()));
        let advice = match nearest(name, own.chain(known)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`dynolint rules` lists all rules".to_string(),
        };
        self.wrong(at, &format!("there is no rule `{}`", escape::terminal(name)), Some(advice));
        None
    }

    /// What a table sets, by the table of keys.
    fn table(&mut self, id: SectionId, toml: &Toml<'_>, start: usize) -> Table {
        let section = id.section();
        let mut table = Table { at: self.place(start), entries: BTreeMap::new() };
        for (key, value) in toml {
            let name = key.name.as_ref();
            if id.inner().contains(&name) {
                continue;
            }
            match section.key(name) {
                Some(key) => {
                    let at = self.place(self.start(value));
                    if let Some(value) = self.value(key, value) {
                        table.entries.insert(key.name, Entry { value, at });
                    }
                }
                None => self.unknown(section, name, key.span.start),
            }
        }
        for key in section.keys.iter().filter(|key| key.required && toml.get(key.name).is_none()) {
            let advice = format!("write `{} = {}`, for example", key.name, key.example);
            self.wrong(start, &format!("`{}` is missing in `{}`", key.name, section.header), Some(advice));
        }
        table
    }

    fn unknown(&mut self, section: &keys::Section, name: &str, at: usize) {
        let known = || section.keys.iter().map(|key| key.name).chain(section.id.inner().iter().copied());
        // Written as in another language.
        let plain = name.replace('_', "-");
        let advice = if known().any(|key| key == plain) {
            format!("did you mean `{plain}`?")
        } else if section.id == SectionId::OverrideRule && name == "exclude" {
            "an override has `paths`; a rule is silent in others by `enabled = false`".to_string()
        } else if section.id != SectionId::Top && SectionId::Top.section().key(name).is_some() {
            format!("`{name}` stands at the top of the file, above the first table")
        } else if let Some((_, advice)) = MEANT.iter().find(|(names, _)| names.contains(&plain.as_str())) {
            (*advice).to_string()
        } else if let Some(near) = nearest(&plain, known()) {
            format!("did you mean `{near}`?")
        } else if section.id == SectionId::Top && self.rules.iter().any(|rule| rule.id == name) {
            format!("write `[rules.{name}]`")
        } else {
            format!("known here: {}", known().collect::<Vec<_>>().join(", "))
        };
        self.wrong(at, &format!("`{}` is not a setting", escape::terminal(name)), Some(advice));
    }

    /// The value of a key, if it is one that it can have.
    fn value(&mut self, key: &keys::Key, value: &TomlValue<'_>) -> Option<Value> {
        match key.kind {
            Kind::Flag => {
                let Some(flag) = value.as_bool() else {
                    let quoted = value.as_str().filter(|text| matches!(*text, "true" | "false"));
                    let advice =
                        quoted.map(|text| format!("write it without quotes: `{} = {text}`", key.name));
                    self.wrong_type(key.name, value, "`true` or `false`", advice);
                    return None;
                };
                Some(Value::Flag(flag))
            }
            Kind::One(item) => {
                let Some(text) = value.as_str() else {
                    self.wrong_type(key.name, value, "a text", None);
                    return None;
                };
                self.item(key.name, item, text, self.start(value)).map(Value::One)
            }
            Kind::Many(item) => {
                let Some(list) = value.as_array() else {
                    let advice = value
                        .as_str()
                        .map(|text| format!("write `{} = [\"{}\"]`", key.name, escape::terminal(text)));
                    self.wrong_type(key.name, value, "a list", advice);
                    return None;
                };
                if list.is_empty() && key.required {
                    self.wrong(value.span.start, &format!("`{}` is empty", key.name), None);
                }
                let mut texts = Vec::new();
                for value in list {
                    let Some(text) = value.as_str() else {
                        let message = format!("`{}` holds {}, not only texts", key.name, kind_of(value));
                        self.wrong(value.span.start, &message, None);
                        continue;
                    };
                    let start = self.start(value);
                    if let Some(text) = self.item(key.name, item, text, start) {
                        texts.push(Text { text, at: self.place(start) });
                    }
                }
                Some(Value::Many(texts))
            }
        }
    }

    fn item(&mut self, key: &str, item: Item, text: &str, at: usize) -> Option<String> {
        match item.wrong(key, text) {
            None => Some(text.to_string()),
            Some((message, advice)) => {
                self.wrong(at, &message, advice);
                None
            }
        }
    }

    /// The table inside of another, with its place.
    fn inner<'v, 'd>(&mut self, toml: &'v Toml<'d>, name: &str) -> Option<(&'v Toml<'d>, usize)> {
        let value = toml.get(name)?;
        match value.as_table() {
            Some(table) => Some((table, value.span.start)),
            None => {
                self.wrong_type(name, value, "a table", Some(format!("write `[{name}]` above its settings")));
                None
            }
        }
    }

    /// The tables of a list of tables, with their places.
    fn list<'v, 'd>(&mut self, toml: &'v Toml<'d>, name: &str) -> Vec<(&'v Toml<'d>, usize)> {
        let Some(value) = toml.get(name) else { return Vec::new() };
        let advice = Some(format!("write `[[{name}]]` above the settings of each"));
        let Some(items) = value.as_array() else {
            self.wrong_type(name, value, "a list of tables", advice);
            return Vec::new();
        };
        let mut tables = Vec::new();
        for item in items {
            match item.as_table() {
                Some(table) => tables.push((table, item.span.start)),
                None => self.wrong_type(name, item, "a list of tables", advice.clone()),
            }
        }
        tables
    }

    fn wrong_type(&mut self, name: &str, value: &TomlValue<'_>, wanted: &str, advice: Option<String>) {
        let message = format!("`{name}` is {}, not {wanted}", kind_of(value));
        self.wrong(self.start(value), &message, advice);
    }

    /// Where a value begins, with its quotes.
    fn start(&self, value: &TomlValue<'_>) -> usize {
        let start = value.span.start.min(self.text.len());
        if value.as_str().is_none() || !self.text.is_char_boundary(start) {
            return start;
        }
        let before = &self.text[..start];
        let line = before.strip_suffix('\n').map_or(before, |line| line.strip_suffix('\r').unwrap_or(line));
        for quote in ["\"\"\"", "'''"] {
            if let Some(outside) = line.strip_suffix(quote) {
                return outside.len();
            }
        }
        before.strip_suffix(['"', '\'']).map_or(start, str::len)
    }

    fn place(&self, at: usize) -> Place {
        let mut at = at.min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        let place = self.lines.place(self.text, at);
        Place { line: place.line, column: place.column }
    }

    fn wrong(&mut self, at: usize, message: &str, advice: Option<String>) {
        let place = Some(self.place(at));
        self.mistakes.push(Mistake {
            file: self.file.to_string(),
            place,
            message: message.to_string(),
            advice,
        });
    }

    /// A mistake in the notation, in plain words.
    fn not_toml(&mut self, error: &toml_span::Error) {
        let (message, advice) = self.plain_words(error);
        self.wrong(error.span.start, &format!("not TOML: {message}"), advice);
    }

    fn plain_words(&self, error: &toml_span::Error) -> (String, Option<String>) {
        let line = |span: &Span| self.place(span.start).line;
        let first = |span: &Span| Some(format!("the first one is in line {}", line(span)));
        let quotes = || Some("a text stands in quotes: `fail-on = \"error\"`".to_string());
        let visible = |c: &char| escape::terminal(&c.to_string()).into_owned();
        match &error.kind {
            ErrorKind::UnexpectedEof => ("the file ends where a value should stand".to_string(), None),
            ErrorKind::ExceededDepthLimit => ("too many tables or lists in one another".to_string(), None),
            ErrorKind::DuplicateKey { key, first: span } => {
                (format!("`{}` is set twice", escape::terminal(key)), first(span))
            }
            ErrorKind::DuplicateTable { name, first: span } => {
                (format!("the table `{}` is there twice", escape::terminal(name)), first(span))
            }
            ErrorKind::DottedKeyInvalidType { first: span } => {
                ("this is a table here, and no table elsewhere".to_string(), first(span))
            }
            ErrorKind::RedefineAsArray => {
                ("this is a list of tables here, and one table elsewhere".to_string(), None)
            }
            ErrorKind::UnquotedString => ("a text without quotes".to_string(), quotes()),
            ErrorKind::InvalidNumber => ("neither a number nor a text in quotes".to_string(), quotes()),
            ErrorKind::MultilineStringKey => ("a key has to stand on one line".to_string(), None),
            ErrorKind::UnterminatedString => {
                ("the text that begins here has no closing quote".to_string(), None)
            }
            ErrorKind::InvalidCharInString('\n' | '\r') => {
                ("a text has to end on the line where it begins".to_string(), None)
            }
            ErrorKind::InvalidCharInString(c) => (format!("`{}` cannot stand in a text", visible(c)), None),
            ErrorKind::InvalidEscape(c) | ErrorKind::InvalidHexEscape(c) => (
                format!("a backslash before `{}` means nothing", visible(c)),
                Some("in single quotes a backslash is a backslash".to_string()),
            ),
            ErrorKind::InvalidEscapeValue(number) => (format!("there is no character {number:x}"), None),
            ErrorKind::Unexpected(c) => (format!("`{}` is not expected here", visible(c)), None),
            ErrorKind::Wanted { expected, found } => {
                let expected = plain(expected);
                (format!("{expected} is missing here; there is {}", plain(found)), None)
            }
            _ => (error.to_string(), None),
        }
    }
}

fn kind_of(value: &TomlValue<'_>) -> &'static str {
    match value.as_ref() {
        ValueInner::String(_) => "a text",
        ValueInner::Integer(_) | ValueInner::Float(_) => "a number",
        ValueInner::Boolean(_) => "`true` or `false`",
        ValueInner::Array(_) => "a list",
        ValueInner::Table(_) => "a table",
    }
}

/// The parser's names of what it meets.
fn plain(token: &str) -> &str {
    match token {
        "an equals" => "`=`",
        "a period" => "`.`",
        "a comma" => "`,`",
        "a colon" => "`:`",
        "a plus" => "`+`",
        "a left brace" => "`{`",
        "a right brace" => "`}`",
        "a left bracket" => "`[`",
        "a right bracket" => "`]`",
        "a newline" | "newline" => "the end of the line",
        "eof" => "the end of the file",
        "a table key" => "a key",
        "a string" => "a text",
        "an identifier" => "a word",
        "whitespace" => "a blank",
        other => other,
    }
}
