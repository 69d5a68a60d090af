//! The documents keep up with the program: links lead somewhere, the index of rules is whole, every
//! command and flag is described, and what is shown of the output is what the program prints.
//!
//! `UPDATE=1` writes what is generated: the index of rules, the picture, the page and
//! the schema of the settings.

#[path = "docs/examples.rs"]
mod examples;
#[path = "docs/index.rs"]
mod index;
#[path = "docs/links.rs"]
mod links;
#[path = "docs/picture.rs"]
mod picture;
#[path = "docs/recipes.rs"]
mod recipes;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use clap::CommandFactory;
use dynolint::cli::Cli;
use dynolint::config;
use dynolint::output::Format;
use dynolint::rules;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every document that people read.
fn documents() -> Vec<PathBuf> {
    let mut documents: Vec<PathBuf> =
        ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"].iter().map(PathBuf::from).collect();
    let mut folders = vec![root().join("docs")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder of documents") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                documents.push(path.strip_prefix(root()).expect("below the root").to_path_buf());
            }
        }
    }
    let pages = rules::all().into_iter().map(|meta| Path::new("rules").join(directory(meta.id)));
    documents.extend(pages.map(|directory| directory.join("README.md")));
    documents.sort();
    documents
}

fn directory(rule: &str) -> String {
    rule.replace('-', "_")
}

/// Compares a generated file with the one in the repository, or writes it where `UPDATE=1` says so.
fn generated(path: &str, text: &str) {
    if std::env::var_os("UPDATE").is_some_and(|value| value == "1") {
        fs::write(root().join(path), text).expect("written");
    }
    let known = fs::read_to_string(root().join(path)).unwrap_or_default();
    // No diff of hundreds of lines: what to do is what matters.
    assert!(
        known == text,
        "{path} is not what it would be today: `UPDATE=1 cargo test --test docs` writes it"
    );
}

fn events(text: &str) -> Parser<'_> {
    Parser::new_ext(text, Options::ENABLE_TABLES)
}

#[test]
fn the_changes_name_every_rule() {
    let changes = read("CHANGELOG.md");
    for rule in rules::all() {
        assert!(changes.contains(&format!("`{}`", rule.id)), "CHANGELOG.md does not mention {}", rule.id);
    }
}

/// Whether a text mentions a word, and not only a longer one that holds it.
fn mentions(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let outside = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != '-');
        outside(text[..at].chars().next_back()) && outside(text[at + word.len()..].chars().next())
    })
}

#[test]
fn every_command_flag_and_format_is_described() {
    let text: String =
        documents().iter().filter(|path| !path.starts_with("rules")).map(read).collect::<Vec<_>>().concat();
    let mut missing = Vec::new();
    let mut command = Cli::command();
    command.build();
    for part in verbs(&command) {
        if !mentions(&text, part.get_name()) {
            missing.push(part.get_name().to_string());
        }
        for flag in part.get_arguments().filter_map(|argument| argument.get_long()) {
            let flag = format!("--{flag}");
            if !matches!(flag.as_str(), "--help" | "--version") && !mentions(&text, &flag) {
                missing.push(flag);
            }
        }
    }
    let table = read("docs/output.md");
    let formats = Format::ALL.into_iter().map(|format| format!("| `{}` |", format.id()));
    missing.extend(formats.filter(|row| !table.contains(row)));
    assert!(missing.is_empty(), "not described: {missing:?}");
}

/// The command with all that it has below it.
fn verbs(command: &clap::Command) -> Vec<&clap::Command> {
    std::iter::once(command).chain(command.get_subcommands().flat_map(verbs)).collect()
}

/// The text of a document without its fences: what stands in those is tried as commands.
fn prose(text: &str) -> String {
    let mut fenced = false;
    let mut prose = String::new();
    for event in events(text) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => fenced = true,
            Event::End(TagEnd::CodeBlock) => fenced = false,
            Event::Text(text) | Event::Code(text) if !fenced => prose.push_str(&text),
            _ => prose.push(' '),
        }
    }
    prose
}

#[test]
fn flags_that_are_described_exist() {
    let mut command = Cli::command();
    command.build();
    let arguments = verbs(&command).into_iter().flat_map(clap::Command::get_arguments);
    let known: BTreeSet<&str> = arguments.filter_map(clap::Arg::get_long).collect();
    // Flags of cargo, git, Docker, npm and others, and those that rules are about.
    let others = [
        "all-targets",
        "bench",
        "context",
        "locked",
        "no-acl",
        "no-owner",
        "path",
        "release",
        "repo",
        "rm",
        "save-dev",
        "test",
        "unshallow",
        "volume",
    ];
    let flag = regex::Regex::new(r"(?:^|[\s`(])--([a-z][a-z-]*)").unwrap();
    let mut wrong = String::new();
    for document in documents().iter().filter(|path| !path.starts_with("rules")) {
        for found in flag.captures_iter(&prose(&read(document))) {
            if !known.contains(&found[1]) && !others.contains(&&found[1]) {
                wrong += &format!("{}: there is no --{}\n", document.display(), &found[1]);
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn the_page_of_the_settings() {
    generated("docs/settings.md", &config::page::markdown());
}

#[test]
fn the_schema_of_the_settings() {
    let schema = config::page::schema(&rules::all());
    generated("schema/dynolint.schema.json", &format!("{schema:#}\n"));
}

#[test]
fn the_addresses_are_one() {
    let address = env!("CARGO_PKG_REPOSITORY");
    assert!(dynolint::RULES_URL.starts_with(&format!("{address}/")), "{address}");
    assert!(read("schema/dynolint-report.schema.json").contains(&format!("\"{address}/blob/main/schema/")));
}

#[test]
fn versions_to_copy_are_this_one() {
    let version = regex::Regex::new(r"dynolint(?::|==|-)(\d+\.\d+\.\d+)|rev: v(\d+\.\d+\.\d+)").unwrap();
    for path in [".pre-commit-hooks.yaml", "docs/ci.md", "docs/install.md"] {
        let text = read(path);
        let named: BTreeSet<&str> = version
            .captures_iter(&text)
            .filter_map(|found| Some(found.get(1).or(found.get(2))?.as_str()))
            .collect();
        assert_eq!(Vec::from_iter(named), [env!("CARGO_PKG_VERSION")], "{path}");
    }
}

/// What the program embeds has to be where it is built: in the crate, and in the image's context.
#[test]
fn what_is_embedded_is_packaged() {
    let embedded = regex::Regex::new(r#"include_(?:str|bytes)!\("(\.\./[^"]+)"\)"#).unwrap();
    let manifest = read("Cargo.toml");
    let include = manifest.lines().find(|line| line.starts_with("include = ")).expect("a list");
    let (context, image) = (read(".dockerignore"), read("Dockerfile"));
    let mut seen = 0;
    let mut folders = vec![root().join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = fs::read_to_string(&path).expect("UTF-8");
            for found in embedded.captures_iter(&text) {
                let real = folder.join(&found[1]).canonicalize().expect("is there");
                let real =
                    real.strip_prefix(root().canonicalize().expect("real")).expect("of the repository");
                let Some(part) = real.parent().and_then(Path::to_str).filter(|part| !part.starts_with("src"))
                else {
                    continue;
                };
                seen += 1;
                assert!(include.contains(&format!("\"/{part}\"")), "Cargo.toml leaves out {part}");
                assert!(context.contains(&format!("!{part}\n")), ".dockerignore leaves out {part}");
                assert!(image.contains(&format!("COPY {part} ")), "Dockerfile leaves out {part}");
            }
        }
    }
    assert!(seen > 0);
}
