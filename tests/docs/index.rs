//! The index of rules is made from the rules.

use std::collections::BTreeSet;

use dynolint::finding::Applicability;
use dynolint::lang::Lang;
use dynolint::rule::{Meta, Status};
use dynolint::rules;

use super::{directory, generated, read};

/// Families with the words for their headings, in the order of the page.
const FAMILIES: [(&str, &str); 9] = [
    ("identity", "Who am I, and where do I run?"),
    ("connections", "TLS and connections"),
    ("files", "Local files"),
    ("postgres", "What only Heroku's Postgres has"),
    ("schedules", "Jobs by the clock"),
    ("runtime", "Versions of languages"),
    ("build", "What only Heroku's build reads"),
    ("ports", "Ports"),
    ("suppressions", "Suppressions themselves"),
];

/// Languages as people call them, those of one kind together.
const LANGUAGES: [(&str, &[Lang]); 13] = [
    ("Ruby", &[Lang::Ruby]),
    ("templates", &[Lang::Erb, Lang::Haml, Lang::Slim]),
    ("Python", &[Lang::Python]),
    ("JavaScript", &[Lang::JavaScript, Lang::TypeScript, Lang::Tsx, Lang::Vue, Lang::Svelte]),
    ("shell", &[Lang::Shell]),
    ("Dockerfile", &[Lang::Dockerfile]),
    ("Procfile", &[Lang::Procfile]),
    ("Makefile", &[Lang::Makefile]),
    ("YAML", &[Lang::Yaml]),
    ("JSON", &[Lang::Json]),
    ("TOML", &[Lang::Toml]),
    ("SQL", &[Lang::Sql]),
    ("`.env` and others", &[Lang::Dotenv, Lang::Plain]),
];

/// The first sentences of a page, as a cell of a table.
fn what(meta: &Meta) -> String {
    let summary = meta.summary();
    let what = summary.strip_prefix("Reports ").unwrap_or(&summary).trim_end_matches('.');
    let mut chars = what.chars();
    let first = chars.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    let pedantic = if meta.status == Status::Pedantic { " (only with `--pedantic`)" } else { "" };
    format!("{first}{}{pedantic}", chars.as_str()).replace('|', "\\|")
}

fn fixes(meta: &Meta) -> String {
    let kinds: Vec<&str> = meta.fixes().into_iter().map(Applicability::id).collect();
    if kinds.is_empty() { "—".to_string() } else { kinds.join(", ") }
}

fn languages(meta: &Meta) -> String {
    let known = LANGUAGES.iter().filter(|(_, langs)| langs.iter().any(|lang| meta.langs.contains(lang)));
    known.map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
}

fn page() -> String {
    let mut page = "\
# Rules

<!-- Written by a test: UPDATE=1 cargo test --test docs -->

Each page says why it matters and what to write instead, and its examples are the rule's tests. `dynolint explain RULE`
shows the same page on the terminal, `dynolint rules` this list.

*Usual* is the severity that findings of a rule usually have; what is at stake at a place raises or lowers it. *Fixes* are
those that a rule can have: `--fix` applies the safe ones, `--unsafe-fixes` all.
"
    .to_string();
    for (family, title) in FAMILIES {
        page += &format!("\n## {family}\n\n{title}\n\n");
        page += "| rule | what it finds | usual | fixes | languages |\n| --- | --- | --- | --- | --- |\n";
        for meta in rules::all().into_iter().filter(|meta| meta.family == family) {
            page += &format!(
                "| [{}](../rules/{}/README.md) | {} | {} | {} | {} |\n",
                meta.id,
                directory(meta.id),
                what(meta),
                meta.severity,
                fixes(meta),
                languages(meta)
            );
        }
    }
    page
}

#[test]
fn the_index_of_rules_is_whole() {
    let page = page();
    for meta in rules::all() {
        assert!(page.contains(&format!("| [{}](", meta.id)), "a family without a title: {}", meta.family);
    }
    generated("docs/rules.md", &page);
}

#[test]
fn the_readme_counts_the_rules() {
    let rules = rules::all();
    let families: BTreeSet<&str> = rules.iter().map(|meta| meta.family).collect();
    let words = ["seven", "eight", "nine", "ten", "eleven", "twelve"];
    let said = format!("{} rules in {} families", rules.len(), words[families.len() - 7]);
    let readme = read("README.md");
    assert!(readme.contains(&said), "README.md does not say: {said}");
    for family in families {
        assert!(readme.contains(&format!("| [{family}](docs/rules.md#{family}) |")), "{family}");
    }
}
