//! The documents keep up with the program: links lead somewhere, the table of rules is whole, every
//! command and flag is described, and what is shown of the output is what the program prints.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use clap::CommandFactory;
use dynolint::cli::Cli;
use dynolint::output::Format;
use dynolint::platform::{Names, neutral, provided};
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
    for entry in fs::read_dir(root().join("docs")).expect("there are documents") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|extension| extension == "md") {
            documents.push(path.strip_prefix(root()).expect("below the root").to_path_buf());
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

fn events(text: &str) -> Parser<'_> {
    Parser::new_ext(text, Options::ENABLE_TABLES)
}

fn links(text: &str) -> Vec<String> {
    events(text)
        .filter_map(|event| match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                Some(dest_url.to_string())
            }
            _ => None,
        })
        .collect()
}

/// The names that a page's headings have as anchors on GitHub.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut anchors = BTreeSet::new();
    let mut heading: Option<String> = None;
    for event in events(text) {
        match event {
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::End(TagEnd::Heading(_)) => anchors.extend(heading.take().map(|text| anchor(&text))),
            Event::Text(text) | Event::Code(text) => {
                if let Some(heading) = &mut heading {
                    heading.push_str(&text);
                }
            }
            _ => {}
        }
    }
    anchors
}

fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.flat_map(char::to_lowercase).map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[test]
fn links_lead_somewhere() {
    let mut dead = String::new();
    for document in documents() {
        let text = read(&document);
        for link in links(&text) {
            if link.contains("://") || link.starts_with("mailto:") {
                continue;
            }
            let (path, fragment) = link.split_once('#').unwrap_or((&link, ""));
            let target = match path {
                "" => document.clone(),
                path => document.parent().unwrap().join(path),
            };
            let exists = root().join(&target).exists();
            if !exists || (!fragment.is_empty() && !anchors(&read(&target)).contains(fragment)) {
                dead += &format!("{}: {link}\n", document.display());
            }
        }
    }
    assert!(dead.is_empty(), "dead links:\n{dead}");
}

#[test]
fn the_table_of_rules_is_whole() {
    let readme = read("README.md");
    let listed: Vec<(String, String)> = readme
        .lines()
        .filter_map(|line| {
            let (name, rest) = line.strip_prefix("| [")?.split_once("](")?;
            let (link, _) = rest.split_once(')')?;
            Some((name.to_string(), link.to_string()))
        })
        .collect();
    let known: Vec<(String, String)> = rules::all()
        .into_iter()
        .map(|meta| (meta.id.to_string(), format!("rules/{}/README.md", directory(meta.id))))
        .collect();
    assert_eq!(listed, known, "the rules of README.md, and those of the program");
    let changes = read("CHANGELOG.md");
    for (rule, _) in known {
        assert!(changes.contains(&format!("`{rule}`")), "CHANGELOG.md does not mention {rule}");
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
    for part in std::iter::once(&command).chain(command.get_subcommands()) {
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

#[test]
fn flags_that_are_described_exist() {
    let mut known = BTreeSet::new();
    let mut command = Cli::command();
    command.build();
    for part in std::iter::once(&command).chain(command.get_subcommands()) {
        known.extend(part.get_arguments().filter_map(|argument| argument.get_long()).map(str::to_string));
    }
    // Flags of cargo and git, in commands to copy.
    for other in ["all-targets", "bench", "depth", "locked", "manifest-path", "path", "release", "test"] {
        known.insert(other.to_string());
    }
    // Those of Docker, npm, sha256sum and gh.
    for other in ["check", "ignore-missing", "repo", "rm", "save-dev", "user", "volume"] {
        known.insert(other.to_string());
    }
    let flag = regex::Regex::new(r"(?:^|[\s`(])--([a-z][a-z-]*)").unwrap();
    for document in documents().iter().filter(|path| !path.starts_with("rules")) {
        for found in flag.captures_iter(&read(document)) {
            assert!(known.contains(&found[1]), "{}: there is no --{}", document.display(), &found[1]);
        }
    }
}

#[test]
fn versions_to_copy_are_this_one() {
    let version = regex::Regex::new(r"dynolint(?::|==|-)(\d+\.\d+\.\d+)|rev: v(\d+\.\d+\.\d+)").unwrap();
    for path in [".pre-commit-hooks.yaml", "docs/install.md"] {
        let text = read(path);
        let named: BTreeSet<&str> = version
            .captures_iter(&text)
            .filter_map(|found| Some(found.get(1).or(found.get(2))?.as_str()))
            .collect();
        assert_eq!(Vec::from_iter(named), [env!("CARGO_PKG_VERSION")], "{path}");
    }
}

/// The parts, divided by empty lines, of the first fence of plain text that holds these words.
fn excerpt(text: &str, holds: &str) -> Vec<String> {
    let mut fences = text.split("```");
    let fence = fences.find(|fence| fence.starts_with("text\n") && fence.contains(holds)).expect("a fence");
    let body = fence.strip_prefix("text\n").expect("just asked").trim_end();
    body.split("\n\n").map(str::to_string).collect()
}

fn output(arguments: &[&str]) -> String {
    let mut command = assert_cmd::Command::cargo_bin("dynolint").expect("built");
    let output =
        command.current_dir(root()).args(arguments).env_remove("GITHUB_ACTIONS").output().expect("it runs");
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
fn the_names_of_fixes_are_listed() {
    let page = read("docs/how-it-works.md");
    for (key, purpose) in Names::KEYS {
        let row = format!("| `{key}` | `{}` | {} |", neutral(purpose), provided(purpose));
        assert!(page.lines().any(|line| line == row), "docs/how-it-works.md lacks\n{row}");
    }
}

#[test]
fn what_is_shown_is_what_is_printed() {
    let printed = output(&["--output-format", "full", "--color", "never", "fixtures/django"]);
    for finding in excerpt(&read("README.md"), "error[dyno-platform-check]") {
        assert!(printed.contains(&finding), "README.md shows what is not printed:\n{finding}");
    }
    let printed = output(&["facts", "fixtures/django/fieldnotes/settings/production.py"]);
    for line in excerpt(&read("docs/how-it-works.md"), "presence DYNO").concat().lines() {
        assert!(
            printed.lines().any(|known| known == line),
            "docs/how-it-works.md shows what is not printed: {line}"
        );
    }
}

#[test]
fn the_addresses_are_one() {
    let address = env!("CARGO_PKG_REPOSITORY");
    assert!(dynolint::RULES_URL.starts_with(&format!("{address}/")), "{address}");
    assert!(read("schema/dynolint-report.schema.json").contains(&format!("\"{address}/blob/main/schema/")));
}
