//! The pages of the rules are their specification: every fenced example under `## Cases` is run.
//!
//! A fence's first word is the language. A line that ends with a comment `finding` has to have exactly
//! one finding of the rule; `finding: words` wants the words in its message as well. Every other line has
//! none. In a format without comments the fence says it: `finding=3` for its third line, also several times.
//! A project counts as a Heroku application, except below a heading that says "no sign of Heroku". `path=…`
//! names the file; fences with a path under one heading are one project, any other fence is
//! a project of its own.
//!
//! A fence with `fixed` says what fixes make of the example before it: `fixed` what `--fix` makes of it,
//! `fixed=unsafe` what `--unsafe-fixes` makes of it. The marks for findings are left out on both sides. In a
//! project of several files the fence names the file, which may be a new one; `fixed=removed` says that it is
//! gone. A file without such a fence stays as it is.

#[path = "rules/own.rs"]
mod own;

use std::collections::{BTreeMap, BTreeSet};

use dynolint::check::check_texts;
use dynolint::detect;
use dynolint::finding::Applicability;
use dynolint::fix::{self, Outcome};
use dynolint::lang::Lang;
use dynolint::role::{self, Role};
use dynolint::rule::Meta;
use dynolint::rules;
use dynolint::settings::Settings;

struct Example {
    heading: String,
    lang: Lang,
    path: Option<String>,
    /// 1-based lines that the fence itself says are due a finding.
    marked: Vec<usize>,
    /// It is what fixes make of the example before it.
    fixed: Option<Kind>,
    text: String,
}

/// What a fence with `fixed` shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Safe,
    Unsafe,
    Removed,
}

impl Example {
    /// The lines that are due a finding, with words of its message.
    fn wanted(&self) -> BTreeMap<usize, Option<String>> {
        let mut wanted = wanted(&self.text);
        wanted.extend(self.marked.iter().map(|line| (*line, None)));
        wanted
    }
}

fn examples(page: &str) -> Vec<Example> {
    let cases = page.split_once("\n## Cases\n").map_or("", |(_, cases)| cases);
    let mut examples = Vec::new();
    let mut heading = String::new();
    let mut lines = cases.lines();
    while let Some(line) = lines.next() {
        if line.starts_with("## ") {
            break;
        }
        if let Some(text) = line.strip_prefix("### ") {
            heading = text.to_string();
        }
        let Some(info) = line.strip_prefix("```").filter(|info| !info.is_empty()) else { continue };
        let mut words = info.split_whitespace();
        let id = words.next().unwrap_or_default();
        let lang = Lang::ALL
            .into_iter()
            .find(|lang| lang.id() == id)
            .unwrap_or_else(|| panic!("unknown language in fence `{info}`"));
        let words: Vec<&str> = words.collect();
        let path = words.iter().find_map(|word| word.strip_prefix("path=")).map(str::to_string);
        let marked = words.iter().filter_map(|word| word.strip_prefix("finding="));
        let marked = marked.map(|line| line.parse().expect("a line number after `finding=`")).collect();
        let fixed = words.iter().find_map(|word| match *word {
            "fixed" => Some(Kind::Safe),
            "fixed=unsafe" => Some(Kind::Unsafe),
            "fixed=removed" => Some(Kind::Removed),
            _ => None,
        });
        let known = |word: &&&str| {
            word.starts_with("path=") || word.starts_with("finding=") || word.starts_with("fixed")
        };
        let unknown: Vec<_> = words.iter().filter(|word| !known(word)).collect();
        assert!(unknown.is_empty(), "unknown words in fence `{info}`");
        let text: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        examples.push(Example {
            heading: heading.clone(),
            lang,
            path,
            marked,
            fixed,
            text: if text.is_empty() { String::new() } else { text.join("\n") + "\n" },
        });
    }
    examples
}

/// A file name under which an example of the language would stand in an application.
fn usual_path(lang: Lang) -> &'static str {
    match lang {
        Lang::Ruby => "config/initializers/app.rb",
        Lang::Erb => "app/views/home/index.html.erb",
        Lang::Haml => "app/views/home/index.html.haml",
        Lang::Slim => "app/views/home/index.html.slim",
        Lang::Python => "app/settings.py",
        Lang::JavaScript => "src/server.js",
        Lang::TypeScript => "src/server.ts",
        Lang::Tsx => "src/App.tsx",
        Lang::Vue => "src/App.vue",
        Lang::Svelte => "src/App.svelte",
        Lang::Shell => "start.sh",
        Lang::Dockerfile => "Dockerfile",
        Lang::Procfile => "Procfile",
        Lang::Makefile => "Makefile",
        Lang::Yaml => "config/database.yml",
        Lang::Json => "package.json",
        Lang::Toml => "fly.toml",
        Lang::Dotenv => ".env",
        Lang::Sql => "db/structure.sql",
        Lang::Plain => "main.go",
    }
}

fn mark() -> regex::Regex {
    regex::Regex::new(r"(?:(?:<%)?#|//|--|<!--|/\*)\s*finding(?::\s*(.*?))?\s*(?:%>|-->|\*/)?\s*$")
        .expect("a regular expression")
}

fn wanted(text: &str) -> BTreeMap<usize, Option<String>> {
    let mark = mark();
    text.lines()
        .enumerate()
        .filter_map(|(at, line)| {
            let found = mark.captures(line)?;
            Some((at + 1, found.get(1).map(|words| words.as_str().to_string())))
        })
        .collect()
}

/// The rules that run over the examples of a page. Suppressions are judged by what others find.
fn on_page(meta: &Meta) -> Vec<&'static str> {
    match meta.family {
        "suppressions" => vec![meta.id, "dyno-ordinal", "heroku-metadata-env"],
        _ => vec![meta.id],
    }
}

/// The settings for examples under a heading.
fn settings(heading: &str, only: Vec<&'static str>) -> Settings {
    let assume_heroku = !heading.contains("no sign of Heroku");
    let require_reason = only.contains(&"suppression-without-reason") && !heading.contains("want no reason");
    Settings { only, assume_heroku, require_reason, ..Settings::default() }
}

fn run(heading: &str, files: &[File], only: Vec<&'static str>) -> dynolint::finding::Report {
    let texts = files
        .iter()
        .map(|File { path, lang, text, .. }| {
            let role = role::role(path, *lang, text);
            assert!(
                // Rules over pins look into lock files.
                !matches!(role, Role::Vendored | Role::Generated) || dynolint::pin::is_read_by_name(path),
                "{path} is {role:?}: an example would say nothing there"
            );
            (path.clone(), *lang, role, text.clone())
        })
        .collect();
    check_texts(texts, &settings(heading, only))
}

/// A file of a project, and the lines of it that are due a finding.
struct File {
    path: String,
    lang: Lang,
    text: String,
    wanted: BTreeMap<usize, Option<String>>,
    /// The fence says the path.
    named: bool,
}

/// A project that stands on a page.
struct Shown {
    heading: String,
    files: Vec<File>,
    /// What fixes make of its files: path, how, and the text.
    fixed: Vec<(String, Kind, String)>,
}

/// The examples of a page as projects.
fn projects(page: &str) -> Vec<Shown> {
    let mut projects: Vec<Shown> = Vec::new();
    for example in examples(page) {
        if let Some(kind) = example.fixed {
            let shown = projects.last_mut().filter(|shown| shown.heading == example.heading);
            let shown = shown.unwrap_or_else(|| panic!("nothing to fix under `{}`", example.heading));
            let path = example.path.unwrap_or_else(|| shown.files[0].path.clone());
            let text = if kind == Kind::Removed { String::new() } else { example.text };
            shown.fixed.push((path, kind, text));
            continue;
        }
        let file = |path: String| File {
            path,
            lang: example.lang,
            text: example.text.clone(),
            wanted: example.wanted(),
            named: example.path.is_some(),
        };
        let alone =
            |file: File| Shown { heading: example.heading.clone(), files: vec![file], fixed: Vec::new() };
        match &example.path {
            Some(path) => {
                assert_eq!(
                    detect::language(path, example.text.as_bytes()),
                    Some(example.lang),
                    "the name {path} and the fence disagree"
                );
                match projects.iter_mut().find(|shown| {
                    shown.heading == example.heading
                        && !shown.files.iter().any(|file| !file.named || file.path == *path)
                        && shown.heading.contains("files")
                }) {
                    Some(shown) => shown.files.push(file(path.clone())),
                    None => projects.push(alone(file(path.clone()))),
                }
            }
            None => projects.push(alone(file(usual_path(example.lang).to_string()))),
        }
    }
    projects
}

/// The text without the marks for findings.
fn unmarked(text: &str) -> String {
    let mark = mark();
    let mut plain = String::new();
    for line in text.lines() {
        let end = mark.find(line).map_or(line.len(), |found| found.start());
        plain += line[..end].trim_end_matches([' ', '\t']);
        plain.push('\n');
    }
    plain
}

/// The texts after all fixes up to `most`, and what a second run would change.
fn fixed(
    heading: &str,
    texts: &BTreeMap<String, String>,
    meta: &Meta,
    most: Applicability,
) -> (BTreeMap<String, String>, Outcome) {
    fix::in_texts(texts, &settings(heading, on_page(meta)), most)
}

fn of_each(texts: &BTreeMap<String, String>, change: impl Fn(&str) -> String) -> BTreeMap<String, String> {
    texts.iter().map(|(path, text)| (path.clone(), change(text))).collect()
}

/// What differs, in words; empty where nothing does.
fn difference(
    name: &str,
    how: &str,
    expected: &BTreeMap<String, String>,
    found: &BTreeMap<String, String>,
) -> String {
    let mut said = String::new();
    for path in expected.keys().chain(found.keys()).collect::<BTreeSet<_>>() {
        if expected.get(path) != found.get(path) {
            let text = |texts: &BTreeMap<String, String>| {
                texts.get(path).map_or("(no file)".to_string(), |text| text.replace('\r', "␍"))
            };
            said += &format!(
                "\n{name} {path} {how}\n--- page says\n{}\n--- fixed is\n{}\n",
                text(expected),
                text(found)
            );
        }
    }
    said
}

#[test]
fn fixes_hold() {
    let mut wrong = String::new();
    for meta in rules::all() {
        let mut pairs: BTreeSet<Lang> = BTreeSet::new();
        let mut offered: BTreeSet<Lang> = BTreeSet::new();
        for shown in projects(meta.page) {
            let texts: BTreeMap<String, String> =
                shown.files.iter().map(|file| (file.path.clone(), unmarked(&file.text))).collect();
            let langs: Vec<Lang> = shown.files.iter().map(|file| file.lang).collect();
            let name = format!("{} {}", meta.id, shown.heading);
            for most in [Applicability::Safe, Applicability::Unsafe] {
                let kind = if most == Applicability::Safe { Kind::Safe } else { Kind::Unsafe };
                let (after, outcome) = fixed(&shown.heading, &texts, meta, most);
                for refused in &outcome.refused {
                    wrong += &format!("\n{name} {}: the fix {}\n", refused.path, refused.reason);
                }
                let (again, second) = fixed(&shown.heading, &after, meta, most);
                if again != after {
                    wrong += &format!("\n{name}: a second run changes more: {:?}\n", second.fixed);
                }
                if !outcome.fixed.is_empty() {
                    offered.extend(&langs);
                }
                // Files that go, and nothing else, go with the unsafe fixes at the latest.
                let only_removed = shown.fixed.iter().all(|(_, shows, _)| *shows == Kind::Removed);
                let shows_removed = only_removed && !shown.fixed.is_empty() && kind == Kind::Unsafe;
                if !shows_removed && !shown.fixed.iter().any(|(_, shows, _)| *shows == kind) {
                    continue;
                }
                pairs.extend(&langs);
                let mut expected = texts.clone();
                for (path, shows, text) in &shown.fixed {
                    match shows {
                        Kind::Removed => drop(expected.remove(path)),
                        _ if *shows == kind => drop(expected.insert(path.clone(), unmarked(text))),
                        _ => {}
                    }
                }
                wrong += &difference(&name, "", &expected, &after);
                // Line ends are those of the file, and a last line may be without one.
                let windows = |text: &str| text.replace('\n', "\r\n");
                let expected = of_each(&expected, windows);
                let after = fixed(&shown.heading, &of_each(&texts, windows), meta, most).0;
                wrong += &difference(&name, "with CRLF", &expected, &after);
                let endless = |text: &str| text.strip_suffix('\n').unwrap_or(text).to_string();
                let after = fixed(&shown.heading, &of_each(&texts, endless), meta, most).0;
                let ended = |text: &str| text.trim_end_matches('\n').replace('\n', "\r\n") + "\r\n";
                let comparable = of_each(&after, ended);
                wrong += &difference(&name, "without a last line break", &expected, &comparable);
            }
        }
        let programs = |lang: &&Lang| lang.is_code() || matches!(lang, Lang::Yaml | Lang::Json | Lang::Toml);
        for lang in offered.difference(&pairs).filter(programs) {
            wrong += &format!("\n{}: fixes in {}, and no fixed pair on the page\n", meta.id, lang.id());
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn examples_hold() {
    let mut wrong = String::new();
    for meta in rules::all() {
        for Shown { heading, files, .. } in projects(meta.page) {
            let report = run(&heading, &files, on_page(meta));
            for File { path, lang, text, wanted, .. } in &files {
                let mut found: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
                for finding in report.findings.iter().filter(|finding| finding.path == *path) {
                    let line = report.sources[path].place(finding.span.start).line;
                    found.entry(line).or_default().push(&finding.message);
                }
                for (at, line) in text.lines().enumerate().map(|(at, line)| (at + 1, line)) {
                    let said = found.get(&at).map_or(&[][..], Vec::as_slice);
                    let fits = match wanted.get(&at) {
                        None => said.is_empty(),
                        Some(words) => {
                            said.len() == 1
                                && words.as_ref().is_none_or(|words| said[0].contains(words.as_str()))
                        }
                    };
                    if !fits {
                        wrong += &format!(
                            "\n{} [{}] {heading} {path}:{at}\n  {line}\n  found: {said:?}\n",
                            meta.id,
                            lang.id()
                        );
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn no_expression_has_two_findings() {
    for meta in rules::all() {
        for Shown { heading, files, .. } in projects(meta.page) {
            let report = run(&heading, &files, Vec::new());
            let mut seen = BTreeSet::new();
            for finding in &report.findings {
                assert!(
                    seen.insert((finding.path.clone(), finding.span, finding.variable.clone())),
                    "{} {heading}: {} has two findings on one expression",
                    meta.id,
                    finding.path
                );
            }
        }
    }
}

#[test]
fn pages_are_whole() {
    let mut seen = BTreeSet::new();
    for meta in rules::all() {
        let page = meta.page;
        assert!(seen.insert(meta.id), "{} twice", meta.id);
        assert!(page.starts_with(&format!("# {}\n\n", meta.id)), "{}: title", meta.id);
        assert!(meta.id.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{}: kebab-case", meta.id);
        for section in ["## Why it ties you to Heroku", "## What to do instead", "## Fix safety", "## Cases"]
        {
            assert!(page.contains(&format!("\n{section}\n")), "{}: {section} is missing", meta.id);
        }
        let summary = meta.summary();
        assert!(summary.ends_with('.') && summary.len() <= 300, "{}: summary {summary:?}", meta.id);
        let examples = examples(page);
        for lang in meta.langs {
            assert!(
                examples.iter().any(|example| example.lang == *lang && !example.wanted().is_empty()),
                "{}: no finding in an example of {}, which the rule claims",
                meta.id,
                lang.id()
            );
        }
        for example in &examples {
            assert!(
                meta.langs.contains(&example.lang) || example.wanted().is_empty(),
                "{}: an example of {} has findings, but the rule does not claim it",
                meta.id,
                example.lang.id()
            );
        }
        assert!(
            examples.iter().any(|example| example.wanted().is_empty()),
            "{}: no example that must stay silent",
            meta.id
        );
        check_directory(meta);
    }
}

fn check_directory(meta: &Meta) {
    let directory =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("rules").join(meta.id.replace('-', "_"));
    let page = std::fs::read_to_string(directory.join("README.md")).expect("the rule's directory is its id");
    assert_eq!(page, meta.page, "{}: the page is not its own", meta.id);
}

#[test]
fn rules_are_sorted_and_watch_something() {
    let ids: Vec<_> = rules::ALL.iter().map(|rule| (rule.meta().family, rule.meta().id)).collect();
    assert!(ids.is_sorted(), "{ids:?}");
    for rule in rules::ALL {
        let watches = !rule.watches().is_empty() || !rule.watches_in().is_empty();
        assert!(watches, "{} watches nothing", rule.meta().id);
    }
}

/// What dynolint is compared with looks for the same words.
#[test]
fn benches_look_for_the_words_that_rules_watch() {
    let all = rules::ALL.iter().flat_map(|rule| {
        let by_lang = rule.watches_in().iter().flat_map(|(_, words)| words.iter());
        rule.watches().iter().chain(by_lang)
    });
    let words: BTreeSet<&str> = all.map(|word| word.strip_suffix('*').unwrap_or(word)).collect();
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/literals.txt");
    let listed = std::fs::read_to_string(path).expect("benches/literals.txt");
    let wanted: String = words.iter().map(|word| format!("{word}\n")).collect();
    assert!(listed == wanted, "benches/literals.txt should be:\n{wanted}");
}
