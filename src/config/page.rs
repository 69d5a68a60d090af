//! The table of keys as a JSON schema and as the page of the settings. Tests compare both with the files in the
//! repository.

use serde_json::{Map, Value, json};

use super::find::PYPROJECT;
use super::keys::{Item, Key, Kind, SECTIONS, Section, SectionId};
use crate::coupling::LISTS;
use crate::output::style;
use crate::platform::{Names, neutral, provided};
use crate::rule::Meta;
use crate::walk::SETTINGS;

/// A whole settings file, with something of everything.
pub const EXAMPLE: &str = include_str!("example.toml");

/// Where the schema is on the web.
pub const SCHEMA_URL: &str =
    "https://raw.githubusercontent.com/dynolint/dynolint/main/schema/dynolint.schema.json";

/// The JSON schema of the settings file.
pub fn schema(rules: &[&'static Meta]) -> Value {
    // Drafts after this one are not known to the editors' readers of TOML.
    let mut schema = object(SectionId::Top);
    let properties = json!({
        "rules": rules_schema(rules, "rule", "What is set for rules, in the whole project."),
        "overrides": list(SectionId::Override, "override"),
        "ignore": list(SectionId::Ignore, "ignore"),
        "couplings": list(SectionId::Coupling, "coupling"),
        "fix": object(SectionId::Fix),
    });
    extend(&mut schema["properties"], properties);
    let mut part = object(SectionId::Override);
    extend(
        &mut part["properties"],
        json!({"rules": rules_schema(rules, "override-rule", "What is set in these paths.")}),
    );
    part["required"] = json!(["paths", "rules"]);
    let mut coupling = object(SectionId::Coupling);
    // One of the lists, and something in it.
    coupling["anyOf"] = LISTS
        .iter()
        .map(|list| json!({"required": [list], "properties": {*list: {"minItems": 1}}}))
        .collect();
    let mut whole = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": SCHEMA_URL,
        "title": "Settings of dynolint",
        "description": format!("What `{}` can say, and `[tool.dynolint]` in `{PYPROJECT}`.", SETTINGS[0]),
    });
    extend(&mut whole, schema);
    whole["definitions"] = json!({
        "rule": object(SectionId::Rule),
        "override": part,
        "override-rule": object(SectionId::OverrideRule),
        "ignore": object(SectionId::Ignore),
        "coupling": coupling,
    });
    whole
}

fn extend(object: &mut Value, more: Value) {
    if let (Value::Object(object), Value::Object(more)) = (object, more) {
        object.extend(more);
    }
}

/// The schema of a table.
fn object(id: SectionId) -> Value {
    let section = id.section();
    let properties: Map<String, Value> =
        section.keys.iter().map(|key| (key.name.to_string(), property(key))).collect();
    let required: Vec<&str> = section.keys.iter().filter(|key| key.required).map(|key| key.name).collect();
    let mut schema = json!({"type": "object", "properties": properties, "additionalProperties": false});
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

/// The schema of a list of tables.
fn list(id: SectionId, name: &str) -> Value {
    let items = json!({"$ref": format!("#/definitions/{name}")});
    json!({"type": "array", "description": plain(id.section().about), "items": items})
}

/// The schema of a table with rules for keys.
fn rules_schema(rules: &[&'static Meta], name: &str, about: &str) -> Value {
    let reference = json!({"$ref": format!("#/definitions/{name}")});
    // An editor offers these; the names of couplings and earlier names are right as well.
    let known: Map<String, Value> = rules
        .iter()
        .map(|rule| (rule.id.to_string(), json!({"description": rule.summary(), "allOf": [reference]})))
        .collect();
    let names = Item::Rule.pattern().unwrap_or_default();
    json!({
        "type": "object",
        "description": about,
        "properties": known,
        "additionalProperties": reference,
        "propertyNames": {"pattern": names},
    })
}

fn property(key: &Key) -> Value {
    let mut schema = match key.kind {
        Kind::Flag => json!({"type": "boolean"}),
        Kind::One(item) => text(item),
        Kind::Many(item) => json!({"type": "array", "items": text(item)}),
    };
    if key.required && matches!(key.kind, Kind::Many(_)) {
        schema["minItems"] = json!(1);
    }
    schema["description"] = json!(plain(&key.about));
    if let Some(default) = json_of(&key.default) {
        schema["default"] = default;
    }
    if let Some(example) = json_of(&key.example) {
        schema["examples"] = json!([example]);
    }
    schema
}

fn text(item: Item) -> Value {
    let mut schema = json!({"type": "string"});
    if let Some(words) = item.words() {
        schema["enum"] = json!(words);
    }
    if let Some(pattern) = item.pattern() {
        schema["pattern"] = json!(pattern);
    }
    schema
}

/// A value of the table of keys: what is written there is the same in TOML and in JSON.
fn json_of(written: &str) -> Option<Value> {
    (!written.is_empty()).then(|| serde_json::from_str(written).ok()).flatten()
}

/// Text of the page without its links, for editors.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, link)) = rest.split_once('[') {
        match link.split_once("](").and_then(|(words, tail)| Some((words, tail.split_once(')')?.1))) {
            Some((words, tail)) if !words.contains(']') => {
                plain.push_str(&format!("{before}{words}"));
                rest = tail;
            }
            _ => {
                plain.push_str(&format!("{before}["));
                rest = link;
            }
        }
    }
    plain + rest
}

/// The page of the settings: `docs/settings.md`.
pub fn markdown() -> String {
    let mut page = HEAD.replace("{EXAMPLE}", EXAMPLE.trim_end()).replace("{SCHEMA_URL}", SCHEMA_URL);
    page.push_str("\n## All keys\n");
    for section in SECTIONS.iter() {
        page.push_str(&section_page(section));
    }
    page
}

const HEAD: &str = include_str!("page.md");

fn section_page(section: &Section) -> String {
    let title = match section.id {
        SectionId::Top => "At the top",
        SectionId::Rule => "Rules",
        SectionId::Override => "Overrides",
        SectionId::OverrideRule => return part_page(section),
        SectionId::Ignore => "Ignore",
        SectionId::Coupling => "Couplings",
        SectionId::Fix => "Fix",
    };
    let about = match section.header {
        "" => section.about.to_string(),
        header => format!("`{header}`. {}", section.about),
    };
    let mut page = format!("\n### {title}\n\n{}", paragraph(&about));
    if section.id == SectionId::Fix {
        page.push_str(&fix_table());
    }
    if !section.header.is_empty() {
        page.push_str(&fence(&example(section)));
    }
    let keys = section.keys.iter().filter(|key| !is_name_of_fix(key));
    page + &keys.map(|key| key_page(section, key)).collect::<String>()
}

/// Keys that are described elsewhere already.
fn part_page(section: &Section) -> String {
    let names: Vec<String> = section.keys.iter().map(|key| format!("`{}`", key.name)).collect();
    let about = format!("`{}`. {}, as [above](#rules). {}", section.header, names.join(", "), section.about);
    format!("\n#### `rules`\n\n{}", paragraph(&about))
}

/// A whole table, with all that it can have.
fn example(section: &Section) -> String {
    let header = section.header.replace("<id>", "fs-durable-write");
    let shown = |key: &&Key| match section.id {
        // One kind of place at a time, as most couplings are.
        SectionId::Coupling => key.name == LISTS[0] || !LISTS.contains(&key.name),
        _ => !is_name_of_fix(key) || key.name == "commit-env",
    };
    let keys = section.keys.iter().filter(shown);
    let mut lines: Vec<String> = keys.map(|key| format!("{} = {}", key.name, key.example)).collect();
    if section.id == SectionId::Override {
        lines.push("rules.dyno-ordinal.enabled = false".to_string());
    }
    format!("{header}\n{}", lines.join("\n"))
}

fn is_name_of_fix(key: &Key) -> bool {
    Names::KEYS.iter().any(|(name, _)| *name == key.name)
}

fn key_page(section: &Section, key: &Key) -> String {
    let default = match (key.default.as_ref(), key.required) {
        (_, true) => "none, it has to be there".to_string(),
        ("", _) if section.id == SectionId::Rule => "what the rule says".to_string(),
        ("", _) => "none".to_string(),
        (default, _) => format!("`{default}`"),
    };
    let mut page = format!(
        "\n#### `{}`\n\n{}\n- type: {}\n- default: {default}\n",
        key.name,
        paragraph(&key.about),
        type_of(key.kind),
    );
    let example = format!("{} = {}", key.name, key.example);
    // Tables have one example for all of their keys.
    page.push_str(&match section.header {
        "" => fence(&example),
        _ => format!("- example: `{example}`\n"),
    });
    page
}

fn fence(text: &str) -> String {
    format!("\n```toml\n{text}\n```\n")
}

/// Lines of the width of the other documents.
fn paragraph(text: &str) -> String {
    style::wrap(text, 116).join("\n") + "\n"
}

fn type_of(kind: Kind) -> String {
    let words =
        |words: Vec<String>| words.iter().map(|word| format!("`\"{word}\"`")).collect::<Vec<_>>().join(", ");
    match kind {
        Kind::Flag => "`true` or `false`".to_string(),
        Kind::One(item) => match item.words() {
            Some(known) => format!("one of {}", words(known)),
            None => item.noun().to_string(),
        },
        Kind::Many(item) => match item.words() {
            Some(known) => format!("a list of {}", words(known)),
            None => format!("a list of {}", item.plural()),
        },
    }
}

fn fix_table() -> String {
    let rows = Names::KEYS
        .iter()
        .map(|&(key, purpose)| format!("| `{key}` | `{}` | {} |\n", neutral(purpose), provided(purpose)));
    format!(
        "\n| key | default | what the variable has to hold |\n| --- | --- | --- |\n{}",
        rows.collect::<String>()
    )
}
