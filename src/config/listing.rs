//! What holds, and where each value comes from: `dynolint config`.

use std::path::Path;

use serde_json::{Value as Json, json};
use unicode_width::UnicodeWidthStr;

use super::keys::{Key, Kind, SectionId};
use super::{Config, Entry, Place, Table, Value};
use crate::engine::FileInfo;
use crate::escape;
use crate::output::style::{self, paint};
use crate::walk::SETTINGS;

/// Wider values push what is behind them.
const WIDEST: usize = 44;

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Nobody set it.
    Default,
    /// The settings file, and where in it.
    File(Place),
    /// The command line: `--fail-on`.
    Flag(&'static str),
}

/// A value that holds. A list has one row for each of its values, the first with the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its path: `rules.dyno-ordinal.severity`.
    pub key: String,
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
    /// The file for which it is asked, if it is for one.
    pub file: Option<&'a FileInfo>,
}

/// Everything that holds in the project, or for the file that is asked about.
pub fn rows(question: &Question<'_>) -> Vec<Row> {
    let config = question.config;
    let mut rows = section(SectionId::Top, "", &config.top, Unset::Shown);
    match question.file {
        Some(file) => rows.extend(of_rules_at(config, &file.path)),
        None => {
            rows.extend(of_rules(SectionId::Rule, "rules", &config.rules));
            for (number, part) in (1..).zip(&config.overrides) {
                let name = format!("overrides[{number}]");
                rows.extend(section(SectionId::Override, &name, &part.table, Unset::Left));
                rows.extend(of_rules(SectionId::OverrideRule, &format!("{name}.rules"), &part.rules));
            }
        }
    }
    for (number, ignore) in (1..).zip(&config.ignores) {
        if question.file.is_none_or(|file| ignore.glob("path").matches(&file.path)) {
            rows.extend(section(SectionId::Ignore, &format!("ignore[{number}]"), ignore, Unset::Left));
        }
    }
    for coupling in &config.couplings {
        let name = format!("couplings.{}", coupling.text("name").unwrap_or_default());
        rows.extend(section(SectionId::Coupling, &name, coupling, Unset::Left));
    }
    rows.extend(section(SectionId::Fix, "fix", &config.fix, Unset::Shown));
    rows
}

/// What becomes of keys that nobody set.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unset {
    Shown,
    Left,
}

fn section(id: SectionId, path: &str, table: &Table, unset: Unset) -> Vec<Row> {
    let keys = id.section().keys.iter();
    let rows = keys.filter_map(|key| match table.entries.get(key.name) {
        Some(entry) => Some(row(path, key, entry)),
        None if unset == Unset::Shown => Some(usual(path, key)),
        None => None,
    });
    rows.collect()
}

fn of_rules<'c>(
    id: SectionId,
    path: &str,
    rules: impl IntoIterator<Item = (&'c String, &'c Table)>,
) -> Vec<Row> {
    let rows = rules.into_iter().flat_map(|(name, table)| {
        section(id, &format!("{path}.{name}"), table, Unset::Left)
    });
    rows.collect()
}

/// What is set for rules in one file: the last word on each key.
fn of_rules_at(config: &Config, path: &str) -> Vec<Row> {
    let parts = config.overrides.iter().filter(|part| part.table.paths("paths").matches(path));
    let mut merged = config.rules.clone();
    for table in merged.values_mut() {
        let Some(exclude) = table.entries.get("exclude").cloned() else { continue };
        if !table.paths("exclude").matches(path) {
            table.entries.remove("exclude");
            continue;
        }
        table.entries.insert("enabled", Entry { value: Value::Flag(false), at: exclude.at });
    }
    for part in parts {
        for (name, rule) in &part.rules {
            merged.entry(name.clone()).or_default().entries.extend(rule.entries.clone());
        }
    }
    for table in merged.values_mut() {
        table.entries.remove("exclude");
    }
    of_rules(SectionId::Rule, "rules", &merged)
}

fn name_of(path: &str, key: &Key) -> String {
    match path {
        "" => key.name.to_string(),
        path => format!("{path}.{}", key.name),
    }
}

fn row(path: &str, key: &Key, entry: &Entry) -> Row {
    let at = |at: Place| Source::File(at);
    let values = match &entry.value {
        Value::Flag(flag) => vec![(flag.to_string(), at(entry.at))],
        Value::One(text) => vec![(written(text), at(entry.at))],
        Value::Many(items) if items.is_empty() => vec![("[]".to_string(), at(entry.at))],
        Value::Many(items) => items.iter().map(|item| (written(&item.text), at(item.at))).collect(),
    };
    Row { key: name_of(path, key), values, is_list: matches!(key.kind, Kind::Many(_)) }
}

fn usual(path: &str, key: &Key) -> Row {
    let value = match key.default.as_ref() {
        "" => "none".to_string(),
        default => default.to_string(),
    };
    let values = vec![(value, Source::Default)];
    Row { key: name_of(path, key), values, is_list: matches!(key.kind, Kind::Many(_)) }
}

/// A text as it would be written in the file.
fn written(text: &str) -> String {
    // What TOML and JSON have to escape in a text is the same.
    json!(text).to_string()
}

/// The answer for people.
pub fn text(question: &Question<'_>, rows: &[Row], color: bool) -> String {
    let mut out = head(question, color);
    let keys = rows.iter().map(|row| row.key.width()).max().unwrap_or(0);
    let values = rows.iter().flat_map(|row| &row.values).map(|(value, _)| escape::terminal(value).width());
    let values = values.filter(|&width| width <= WIDEST).max().unwrap_or(0);
    let title = format!("{} {} {}", pad("setting", keys + 1), pad("value", values + 1), "from");
    out.push_str(&format!("\n{}\n", paint(color, style::STRONG, title)));
    for row in rows {
        for (at, (value, source)) in row.values.iter().enumerate() {
            let key = if at == 0 { row.key.as_str() } else { "" };
            let line = format!("{} {}", pad(key, keys + 1), pad(&escape::terminal(value), values + 1));
            let source = source_text(question.config, source);
            let line = match source.as_str() {
                "default" => paint(color, style::FAINT, format!("{line} {source}")).to_string(),
                _ => format!("{line} {}", paint(color, style::CODE, source)),
            };
            out.push_str(&format!("{line}\n"));
        }
    }
    out
}

fn head(question: &Question<'_>, color: bool) -> String {
    let root = question.root.to_string_lossy();
    let file = match question.config.file.as_str() {
        "" if question.isolated => "none is read (--isolated)".to_string(),
        "" => format!("none; {} would be read", SETTINGS[0]),
        file => escape::terminal(file).into_owned(),
    };
    let mut lines = vec![("project", escape::terminal(&root).into_owned()), ("settings", file)];
    if let Some(file) = question.file {
        lines.push(("file", about(file)));
    }
    let line = |(title, text): (&str, String)| {
        format!("{} {text}\n", paint(color, style::FAINT, pad(title, 8)))
    };
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
        Source::Flag(flag) => (*flag).to_string(),
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
        Source::File(place) => json!({"kind": "file", "path": file, "line": place.line, "column": place.column}),
        Source::Flag(flag) => json!({"kind": "flag", "flag": flag}),
    };
    let settings: Vec<Json> = rows
        .iter()
        .map(|row| {
            let of = |value: &str| serde_json::from_str::<Json>(value).unwrap_or(Json::Null);
            let value = match row.is_list {
                true => row.values.iter().map(|(value, _)| of(value)).filter(|value| value.is_string()).collect(),
                false => row.values.first().map_or(Json::Null, |(value, _)| of(value)),
            };
            let sources: Vec<Json> = row.values.iter().map(|(_, from)| source(from)).collect();
            json!({"key": row.key, "value": value, "from": sources})
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
