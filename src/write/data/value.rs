//! Values as each format writes them.

use std::sync::LazyLock;

use regex::Regex;

use super::page::Page;
use crate::lang::Lang;
use crate::lang::data::{Id, Style, Value};
use crate::remedy::Content;
use crate::span::Span;

/// How values around write their texts, and whether brackets are around.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Manner {
    /// How texts are written, where all of them are written so.
    pub style: Option<Style>,
    /// In brackets.
    pub braced: bool,
}

impl Page<'_> {
    /// Puts another value in the place of one.
    pub fn replace(&self, id: Id, value: &Content) -> Option<Vec<(Span, String)>> {
        let span = self.data.span(id);
        if self.data.is_shared(id) {
            return None;
        }
        let braced = self.is_in_braces(id) || self.lang() != Lang::Yaml;
        let style = self.data.scalar(id).filter(|scalar| scalar.textual).map(|scalar| scalar.style);
        let style = style.filter(|style| !matches!(style, Style::Literal | Style::Folded));
        let manner = match style {
            Some(style) => Manner { style: Some(style), braced },
            None => Manner { braced, ..self.manner(self.data.parent(id)) },
        };
        match self.data.value(id) {
            Value::Scalar(_) | Value::Empty | Value::Alias(_) => {}
            Value::Map | Value::List if self.is_braced(id) => {}
            Value::Map | Value::List => return None,
        }
        let is_collection = matches!(value, Content::Map(_) | Content::List(_));
        if is_collection && !braced && !self.is_braced(id) {
            return None;
        }
        let line = self.indentation(span.start).to_string();
        let text = self.inline(value, manner, &line)?;
        if !span.is_empty() {
            return Some(vec![(span, text)]);
        }
        // `key:` without a value; an anchor or a tag there would need to stay before it.
        let rest = self.text[span.end..self.line_end(span.end)].trim_start();
        (rest.is_empty() || rest.starts_with(['#', ',', '}'])).then(|| vec![(span, format!(" {text}"))])
    }

    /// How the entries of a map write their texts.
    pub fn manner(&self, map: Option<Id>) -> Manner {
        let Some(map) = map else { return Manner { style: None, braced: self.lang() != Lang::Yaml } };
        let texts = self.data.children(map).iter().filter_map(|&id| Some((id, self.data.scalar(id)?)));
        // A text of several lines says nothing of the others.
        let texts =
            texts.filter(|(id, scalar)| scalar.textual && !self.data.span(*id).of(self.text).contains('\n'));
        let mut styles = texts.map(|(_, scalar)| scalar.style);
        let first = styles.next();
        let style = first.filter(|first| styles.all(|style| style == *first));
        let style = style.filter(|style| matches!(style, Style::Single | Style::Double | Style::Raw));
        Manner { style, braced: self.lang() != Lang::Yaml || self.is_braced(map) || self.is_in_braces(map) }
    }

    /// A value in brackets or in one line; `line` is the indentation of the line that it begins in.
    pub fn inline(&self, value: &Content, manner: Manner, line: &str) -> Option<String> {
        Some(match value {
            Content::Text(text) => self.text_value(text, manner)?,
            Content::Number(number) => number.clone(),
            Content::Bool(truth) => truth.to_string(),
            Content::Nil if self.lang() == Lang::Toml => return None,
            Content::Nil => "null".to_string(),
            Content::List(items) => {
                let deeper = format!("{line}{}", self.step());
                let spread = self.lang() == Lang::Json && self.spreads_lists() && !items.is_empty();
                let inner = if spread { &deeper } else { line };
                let items: Option<Vec<String>> = items
                    .iter()
                    .map(|item| self.inline(item, Manner { braced: true, ..manner }, inner))
                    .collect();
                self.bracketed('[', ']', &items?, spread.then_some(&deeper), line)
            }
            Content::Map(entries) => {
                let deeper = format!("{line}{}", self.step());
                let spread = self.lang() == Lang::Json && self.is_spread() && !entries.is_empty();
                let inner = if spread { &deeper } else { line };
                let colon = if self.lang() == Lang::Toml { " = " } else { ": " };
                let manner = Manner { braced: true, ..manner };
                let entry = |(key, value): &(String, Content)| {
                    let key = self.key_text(key, None)?;
                    Some(format!("{key}{colon}{}", self.inline(value, manner, inner)?))
                };
                let entries: Option<Vec<String>> = entries.iter().map(entry).collect();
                self.bracketed('{', '}', &entries?, spread.then_some(&deeper), line)
            }
            Content::Code(code) => single_line(code)?,
            Content::Around { inner, before, after } => {
                single_line(&format!("{before}{}{after}", inner.of(self.text)))?
            }
            Content::Env { name, default } => self.variable(name, default.as_deref())?,
            Content::Switch { name, default } => {
                let (unset, test) =
                    if *default { ("true", "!= \"false\"") } else { ("false", "== \"true\"") };
                self.rendered(&format!("ENV.fetch(\"{name}\", \"{unset}\") {test}"))?
            }
        })
    }

    fn bracketed(
        &self,
        open: char,
        close: char,
        parts: &[String],
        spread: Option<&String>,
        line: &str,
    ) -> String {
        let Some(deeper) = spread else {
            let blank = if open == '{' && self.lang() != Lang::Yaml && !parts.is_empty() { " " } else { "" };
            return format!("{open}{blank}{}{blank}{close}", parts.join(", "));
        };
        let end = self.sheet.line_break();
        let parts = parts.join(&format!(",{end}{deeper}"));
        format!("{open}{end}{deeper}{parts}{end}{line}{close}")
    }

    /// One more level of indentation, as most of the file has it.
    pub fn step(&self) -> String {
        let spaces = |id: Id| {
            let parent = self.data.parent(id)?;
            let key = self.data.key(id)?.whole.start;
            let outer = self.data.key(parent).map_or("", |key| self.indentation(key.whole.start));
            let own = self.indentation(key);
            // A key must begin its line, or the white space is that of something else.
            let begins = self.sheet.line_start(key) + own.len() == key;
            own.strip_prefix(outer).filter(|step| begins && !step.is_empty())
        };
        let top = |id: &Id| self.lang() == Lang::Json || self.data.ancestors(*id).count() > 1;
        self.data.ids().filter(top).find_map(spaces).unwrap_or("  ").to_string()
    }

    /// Whether the maps of the file have a line for each entry.
    fn is_spread(&self) -> bool {
        self.text.trim_start_matches('\u{feff}').trim().contains('\n')
    }

    /// Whether lists have a line for each item.
    fn spreads_lists(&self) -> bool {
        let lists = self.data.ids().filter(|&id| *self.data.value(id) == Value::List);
        let mut lists = lists.filter(|&id| !self.data.children(id).is_empty()).peekable();
        lists.peek().is_some() && lists.all(|id| self.data.span(id).of(self.text).contains('\n'))
    }

    /// A key as those of `map` are written.
    pub fn key_text(&self, key: &str, map: Option<Id>) -> Option<String> {
        let keys = || {
            let entries = map.map_or(&[][..], |map| self.data.children(map)).iter();
            entries.filter_map(|&id| self.data.key(id)).map(|key| key.whole.of(self.text))
        };
        let all = |quote: &str| keys().next().is_some() && keys().all(|key| key.starts_with(quote));
        match self.lang() {
            Lang::Json => {
                let bare = keys().next().is_some() && keys().all(|key| !key.starts_with(['"', '\'']));
                if bare && is_word(key) { Some(key.to_string()) } else { Some(json(key)) }
            }
            Lang::Toml => Some(if is_bare(key) { key.to_string() } else { json(key) }),
            _ => {
                let style = if all("\"") {
                    Some(Style::Double)
                } else if all("'") {
                    Some(Style::Single)
                } else {
                    None
                };
                // A colon before a key is that of a Ruby symbol.
                if let Some(symbol) = key.strip_prefix(':').filter(|symbol| is_word(symbol)) {
                    return Some(format!(":{symbol}"));
                }
                self.text_value(key, Manner { style, braced: true })
            }
        }
    }

    /// A text as a value.
    fn text_value(&self, text: &str, manner: Manner) -> Option<String> {
        match self.lang() {
            Lang::Json => Some(json(text)),
            Lang::Toml => {
                let literal = manner.style == Some(Style::Raw) && !text.contains(['\'', '\n', '\r']);
                Some(if literal { format!("'{text}'") } else { json(text) })
            }
            _ => {
                if text.contains("<%") || text.contains("{{") {
                    return None;
                }
                let can_be_single = !text.contains(|c: char| c.is_control());
                let single = || format!("'{}'", text.replace('\'', "''"));
                Some(match manner.style {
                    Some(Style::Single) if can_be_single => single(),
                    Some(Style::Single | Style::Double) => json(text),
                    _ if is_plain(text, manner.braced) => text.to_string(),
                    _ if can_be_single && self.prefers_single() => single(),
                    _ => json(text),
                })
            }
        }
    }

    /// Whether most texts in quotes have single ones.
    fn prefers_single(&self) -> bool {
        let count = |style: Style| {
            self.data
                .ids()
                .filter_map(|id| self.data.scalar(id))
                .filter(|scalar| scalar.style == style)
                .count()
        };
        count(Style::Single) > count(Style::Double)
    }

    /// The value of a variable, in files whose reader replaces it.
    fn variable(&self, name: &str, default: Option<&Content>) -> Option<String> {
        let default = match default {
            None => None,
            Some(Content::Text(text) | Content::Number(text)) => Some(text.clone()),
            Some(Content::Bool(truth)) => Some(truth.to_string()),
            Some(_) => return None,
        };
        if self.lang() == Lang::Yaml && crate::lang::yaml::is_compose(self.sheet.path, self.text) {
            return match default {
                None => Some(format!("${{{name}}}")),
                Some(default) if is_word(&default) => Some(format!("${{{name}:-{default}}}")),
                Some(_) => None,
            };
        }
        match default {
            None => self.rendered(&format!("ENV[\"{name}\"]")),
            Some(default) if !default.contains(['"', '\\', '#', '%', '\n']) => {
                self.rendered(&format!("ENV.fetch(\"{name}\", \"{default}\")"))
            }
            Some(_) => None,
        }
    }

    /// Ruby in a tag, in files that Rails or a library renders before it reads them.
    fn rendered(&self, code: &str) -> Option<String> {
        const RENDERED: [&str; 7] = [
            "database.yml",
            "cable.yml",
            "storage.yml",
            "cache.yml",
            "queue.yml",
            "mongoid.yml",
            "sidekiq.yml",
        ];
        let (folder, name) = self.sheet.path.rsplit_once('/').unwrap_or(("", self.sheet.path));
        let is_rails = (folder == "config" || folder.ends_with("/config")) && RENDERED.contains(&name);
        let is_rendered = self.lang() == Lang::Yaml && (self.text.contains("<%=") || is_rails);
        is_rendered.then(|| format!("<%= {code} %>"))
    }
}

fn single_line(code: &str) -> Option<String> {
    (!code.is_empty() && !code.contains('\n')).then(|| code.to_string())
}

/// A text in double quotes; what JSON writes, YAML and TOML read as well.
pub fn json(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

fn is_word(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with(|c: char| c.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn is_bare(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

/// Whether YAML, 1.1 or 1.2, reads the text without quotes as that text.
pub fn is_plain(text: &str, braced: bool) -> bool {
    /// What is read as something else: numbers, dates, times.
    static OTHER: LazyLock<Regex> = LazyLock::new(|| {
        let pattern = concat!(
            r"(?i)^([-+]?[0-9][0-9_,]*(:[0-5]?[0-9])*(\.[0-9_]*)?(e[-+]?[0-9]+)?|[-+]?\.([0-9_]+(e[-+]?[0-9]+)?|inf)|\.nan",
            r"|[-+]?0[xob][0-9a-f_]+|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([t ].*)?",
            r"|y|yes|n|no|on|off|true|false|null|~|<<|=)$"
        );
        Regex::new(pattern).expect("a constant pattern")
    });
    let starts =
        text.chars().next().is_some_and(|c| !"-?:,[]{}#&*!|>'\"%@`=<".contains(c) && !c.is_whitespace());
    starts
        && !text.ends_with(char::is_whitespace)
        && !text.ends_with(':')
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.contains(|c: char| c.is_control() || c == '\u{feff}')
        && !(braced && text.contains([',', '[', ']', '{', '}']))
        && !OTHER.is_match(text)
}
