//! What holds, and where each value comes from: `dynolint config`.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value as Json, json};
use unicode_width::UnicodeWidthStr;

use super::keys::{Key, Kind, SectionId};
use super::{Config, Entry, Place, Table, Value};
use crate::engine::FileInfo;
use crate::escape;
use crate::output::style::{self, paint};
use crate::walk::SETTINGS;

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Nobody set it.
    Default,
    /// The settings file, and where in it.
    File(Place),
}

/// A value that holds. A list has one row for each of its values, the first with the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The table as it would be named in the file, `[rules.dyno-ordinal]`; empty at the top.
    pub heading: String,
    /// The table's path: `rules.dyno-ordinal`.
    pub path: String,
    /// The key in the table.
    pub name: String,
    /// The value as it would be written in the file; several for a list.
    pub values: Vec<(String, Source)>,
    /// Whether it is a list.
    pub is_list: bool,
}

/// What was asked, and what the answer needs to know.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// What the settings file says.
    pub config: &'a Config,
    /// The project's root.
    pub root: &'a Path,
    /// Whether settings files count at all.
    pub isolated: bool,
    /// What named the settings file, if that was not looked for: `--config`.
    pub named: Option<&'a str>,
    /// The file for which it is asked, if it is for one.
    pub file: Option<&'a FileInfo>,
}

/// Everything that holds in the project, or for the file that is asked about.
pub fn rows(question: &Question<'_>) -> Vec<Row> {
    let config = question.config;
    let mut rows = section(SectionId::Top, &At::default(), &config.top, Unset::Shown);
    let rules = match question.file {
        Some(file) => of_rules_at(config, &file.path),
        None => config.rules.clone(),
    };
    for (name, table) in &rules {
        let path = format!("rules.{name}");
        let at = At { heading: format!("[{path}]"), path, before: String::new() };
        rows.extend(section(SectionId::Rule, &at, table, Unset::Left));
    }
    let parts = if question.file.is_none() { config.overrides.as_slice() } else { &[] };
    for (number, part) in (1..).zip(parts) {
        let at = At::in_list("overrides", number);
        rows.extend(section(SectionId::Override, &at, &part.table, Unset::Left));
        for (name, table) in &part.rules {
            let at = At { before: format!("rules.{name}."), ..at.clone() };
            rows.extend(section(SectionId::OverrideRule, &at, table, Unset::Left));
        }
    }
    for (number, ignore) in (1..).zip(&config.ignores) {
        if question.file.is_none_or(|file| ignore.glob("path").matches(&file.path)) {
            rows.extend(section(SectionId::Ignore, &At::in_list("ignore", number), ignore, Unset::Left));
        }
    }
    for (number, coupling) in (1..).zip(&config.couplings) {
        rows.extend(section(SectionId::Coupling, &At::in_list("couplings", number), coupling, Unset::Left));
    }
    let fix = At { heading: "[fix]".to_string(), path: "fix".to_string(), before: String::new() };
    rows.extend(section(SectionId::Fix, &fix, &config.fix, Unset::Shown));
    rows
}

/// A table on its way to rows.
#[derive(Clone, Default)]
struct At {
    heading: String,
    path: String,
    /// What comes before the names of keys.
    before: String,
}

impl At {
    fn in_list(name: &str, number: usize) -> Self {
        Self { heading: format!("[[{name}]]"), path: format!("{name}[{number}]"), before: String::new() }
    }
}

/// What becomes of keys that nobody set.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unset {
    Shown,
    Left,
}

fn section(id: SectionId, at: &At, table: &Table, unset: Unset) -> Vec<Row> {
    let keys = id.section().keys.iter();
    let rows = keys.filter_map(|key| {
        let values = match table.entries.get(key.name) {
            Some(entry) => values(entry),
            None if unset == Unset::Shown => vec![usual(key)],
            None => return None,
        };
        let name = format!("{}{}", at.before, key.name);
        let is_list = matches!(key.kind, Kind::Many(_));
        Some(Row { heading: at.heading.clone(), path: at.path.clone(), name, values, is_list })
    });
    rows.collect()
}

/// What is set for rules in one file: the last word on each key.
fn of_rules_at(config: &Config, path: &str) -> BTreeMap<String, Table> {
    let mut merged = config.rules.clone();
    for table in merged.values_mut() {
        let excluded = table.paths("exclude").matches(path);
        if let Some(exclude) = table.entries.remove("exclude").filter(|_| excluded) {
            table.entries.insert("enabled", Entry { value: Value::Flag(false), at: exclude.at });
        }
    }
    for part in config.overrides.iter().filter(|part| part.table.paths("paths").matches(path)) {
        for (name, rule) in &part.rules {
            merged.entry(name.clone()).or_default().entries.extend(rule.entries.clone());
        }
    }
    merged
}

/// The values of a key, as they would be written in the file.
fn values(entry: &Entry) -> Vec<(String, Source)> {
    match &entry.value {
        Value::Flag(flag) => vec![(flag.to_string(), Source::File(entry.at))],
        Value::One(text) => vec![(written(text), Source::File(entry.at))],
        Value::Many(items) if items.is_empty() => vec![("[]".to_string(), Source::File(entry.at))],
        Value::Many(items) => items.iter().map(|item| (written(&item.text), Source::File(item.at))).collect(),
    }
}

fn usual(key: &Key) -> (String, Source) {
    let value = match key.default.as_ref() {
        "" => "none".to_string(),
        default => default.to_string(),
    };
    (value, Source::Default)
}

/// A text as it would be written in the file.
fn written(text: &str) -> String {
    // What TOML and JSON have to escape in a text is the same.
    json!(text).to_string()
}

/// The answer for people, in lines of `width` columns where that can be.
pub fn text(question: &Question<'_>, rows: &[Row], width: usize, color: bool) -> String {
    let mut out = head(question, color);
    let keys = rows.iter().map(|row| row.name.width()).max().unwrap_or(0);
    let all = || rows.iter().flat_map(|row| &row.values);
    let sources = all().map(|(_, source)| source_text(question.config, source).width()).max().unwrap_or(0);
    let room = width.saturating_sub(keys + sources + 4).max(24);
    let shown = |value: &str| cut(&escape::terminal(value), room);
    let values = all().map(|(value, _)| shown(value).width()).max().unwrap_or(0);
    let mut table = "";
    out.push('\n');
    for row in rows {
        if row.path != table {
            table = &row.path;
            out.push_str(&format!("\n{}\n", paint(color, style::HEADING, &row.heading)));
        }
        for (at, (value, source)) in row.values.iter().enumerate() {
            let key = if at == 0 { row.name.as_str() } else { "" };
            let line = format!("{}  {}", pad(key, keys), pad(&shown(value), values));
            let from = source_text(question.config, source);
            let line = match source {
                Source::Default => paint(color, style::FAINT, format!("{line}  {from}")).to_string(),
                Source::File(_) => format!("{line}  {}", paint(color, style::CODE, from)),
            };
            out.push_str(&format!("{line}\n"));
        }
    }
    out
}

/// A value as far as there is room for it.
fn cut(value: &str, room: usize) -> String {
    if value.width() <= room {
        return value.to_string();
    }
    let mut kept = String::new();
    for character in value.chars() {
        if kept.width() + 2 > room {
            break;
        }
        kept.push(character);
    }
    kept + "…"
}

fn head(question: &Question<'_>, color: bool) -> String {
    let root = question.root.to_string_lossy();
    let file = match question.config.file.as_str() {
        "" if question.isolated => "none is read (--isolated)".to_string(),
        "" => format!("none; {} would be read", SETTINGS[0]),
        file => match question.named {
            Some(flag) => format!("{} ({flag})", escape::terminal(file)),
            None => escape::terminal(file).into_owned(),
        },
    };
    let mut lines = vec![("project", escape::terminal(&root).into_owned()), ("settings", file)];
    if let Some(file) = question.file {
        lines.push(("file", about(file)));
    }
    let line =
        |(title, text): (&str, String)| format!("{} {text}\n", paint(color, style::FAINT, pad(title, 8)));
    lines.into_iter().map(line).collect()
}

/// What is known of a file in a few words.
fn about(file: &FileInfo) -> String {
    let mut words = vec![escape::terminal(&file.path).into_owned()];
    words.extend(file.lang.map(|lang| lang.id().to_string()));
    words.extend(file.role.map(|role| {
        let reported = if role.is_reported() { "" } else { " (not reported without all-roles)" };
        format!("{}{reported}", role.id())
    }));
    words.extend(file.skipped.as_ref().map(|reason| format!("not read: {}", escape::terminal(reason))));
    words.join(", ")
}

fn source_text(config: &Config, source: &Source) -> String {
    match source {
        Source::Default => "default".to_string(),
        Source::File(place) => format!("{}:{}", escape::terminal(&config.file), place.line),
    }
}

fn pad(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

/// The answer for programs.
pub fn json(question: &Question<'_>, rows: &[Row]) -> Json {
    let file = &question.config.file;
    let source = |source: &Source| match source {
        Source::Default => json!({"kind": "default"}),
        Source::File(place) => {
            json!({"kind": "file", "path": file, "line": place.line, "column": place.column})
        }
    };
    let settings: Vec<Json> = rows
        .iter()
        .map(|row| {
            let of = |value: &str| serde_json::from_str::<Json>(value).unwrap_or(Json::Null);
            let value = match row.is_list {
                true => {
                    row.values.iter().map(|(value, _)| of(value)).filter(|value| value.is_string()).collect()
                }
                false => row.values.first().map_or(Json::Null, |(value, _)| of(value)),
            };
            let sources: Vec<Json> = row.values.iter().map(|(_, from)| source(from)).collect();
            json!({"table": row.path, "key": row.name, "value": value, "from": sources})
        })
        .collect();
    let mut answer = json!({
        "root": question.root.to_string_lossy(),
        "file": (!file.is_empty()).then_some(file),
        "looked_for": SETTINGS,
        "settings": settings,
    });
    if let Some(file) = question.file {
        answer["of"] = json!({
            "path": file.path,
            "language": file.lang.map(|lang| lang.id()),
            "role": file.role.map(|role| role.id()),
            "skipped": file.skipped,
        });
    }
    answer
}
