//! Commands in the documents are right, and what is shown of their output is what they print.
//!
//! ```` ```console in=fixtures/django ```` and `$ dynolint …` in it is run in a copy of that folder, which is the
//! same for all commands of a document. The parts (divided by empty lines) of the fences of plain text that follow
//! have to stand in what it prints.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use clap::{CommandFactory as _, Parser as _};
use dynolint::cli::Cli;
use pulldown_cmark::{CodeBlockKind, Event, Tag, TagEnd};
use tempfile::TempDir;

use super::{documents, events, read, root};

/// A fence or a piece of code in running text.
struct Code {
    /// What stands after the backticks of a fence; `None` in running text.
    info: Option<String>,
    text: String,
}

/// All code of a document, in order.
fn code(text: &str) -> Vec<Code> {
    let mut found = Vec::new();
    let mut fence: Option<Code> = None;
    for event in events(text) {
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                let info = match kind {
                    CodeBlockKind::Fenced(info) => info.to_string(),
                    CodeBlockKind::Indented => String::new(),
                };
                fence = Some(Code { info: Some(info), text: String::new() });
            }
            Event::Text(text) => {
                if let Some(fence) = &mut fence {
                    fence.text.push_str(&text);
                }
            }
            Event::End(TagEnd::CodeBlock) => found.extend(fence.take()),
            Event::Code(text) => found.push(Code { info: None, text: text.to_string() }),
            _ => {}
        }
    }
    found
}

/// The words of each command of a line, as a shell divides them; comments and redirections are left out.
fn commands(line: &str) -> Vec<Vec<String>> {
    let mut commands = vec![Vec::new()];
    let mut word: Option<String> = None;
    let mut quote: Option<char> = None;
    for c in line.chars() {
        match (quote, c) {
            (Some(end), c) if c == end => quote = None,
            (Some(_), c) => word.get_or_insert_default().push(c),
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, '#') if word.is_none() => break,
            (None, c) if c.is_whitespace() || matches!(c, '|' | ';' | '&' | '<' | '>') => {
                commands.last_mut().expect("one").extend(word.take());
                match c {
                    '|' | ';' | '&' => commands.push(Vec::new()),
                    '<' | '>' => commands.last_mut().expect("one").push(c.to_string()),
                    _ => {}
                }
            }
            (None, c) => word.get_or_insert_default().push(c),
        }
    }
    commands.last_mut().expect("one").extend(word);
    for command in &mut commands {
        while let Some(at) = command.iter().position(|word| word == "<" || word == ">") {
            command.drain(at..(at + 2).min(command.len()));
        }
    }
    commands.retain(|command| !command.is_empty());
    commands
}

/// A copy of a sample application to run commands in.
pub struct Sample {
    folder: TempDir,
}

impl Sample {
    /// Of a folder of the repository.
    pub fn of(path: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        copy(&root().join(path), folder.path());
        // A settings file that says nothing makes the sample a project of its own; here it is one anyway.
        let settings = folder.path().join("dynolint.toml");
        let says_nothing = |text: String| text.lines().all(|line| line.is_empty() || line.starts_with('#'));
        if fs::read_to_string(&settings).is_ok_and(says_nothing) {
            fs::remove_file(settings).expect("removed");
        }
        Self { folder }
    }

    /// What a command line prints on standard output and on standard error, wherever the test itself runs.
    pub fn run(&self, line: &str) -> (String, String) {
        let words = commands(line).into_iter().next().expect("a command");
        let mut command = assert_cmd::Command::cargo_bin("dynolint").expect("built");
        command.current_dir(self.folder.path()).env_clear().args(&words[1..]);
        let output = command.output().expect("it runs");
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        (text(output.stdout), text(output.stderr))
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("made");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        match entry.file_type().expect("a type").is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(fs::copy(entry.path(), &target).expect("copied")),
        }
    }
}

/// The text with the time taken stopped.
pub fn still(text: &str) -> String {
    regex::Regex::new(r"in \d+(\.\d+)? s\b").expect("a pattern").replace_all(text, "in 0.05 s").into_owned()
}

#[test]
fn commands_are_right() {
    let mut wrong = String::new();
    let mut seen = 0;
    let verbs: Vec<String> =
        Cli::command().get_subcommands().map(|verb| verb.get_name().to_string()).collect();
    for document in documents() {
        for code in code(&read(&document)) {
            let info = code.info.as_deref().map(|info| info.split_whitespace().next().unwrap_or_default());
            if !matches!(info, None | Some("sh" | "console" | "bash" | "shell")) {
                continue;
            }
            for line in code.text.lines().map(|line| line.trim().trim_start_matches("$ ")) {
                // A name in capitals stands for a value; most values may be any text.
                for words in
                    commands(&line.replace("SHELL", "bash")).iter().filter(|words| words[0] == "dynolint")
                {
                    seen += 1;
                    // In running text a verb stands for itself.
                    if info.is_none() && words.len() == 2 && verbs.contains(&words[1]) {
                        continue;
                    }
                    if let Err(error) = Cli::try_parse_from(words)
                        && error.use_stderr()
                    {
                        let error = error.to_string();
                        let error = error.lines().next().unwrap_or_default();
                        wrong += &format!("{}: `{line}`: {error}\n", document.display());
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "commands that dynolint does not take:\n{wrong}");
    assert!(seen > 30, "{seen} commands");
}

#[test]
fn what_is_shown_is_what_is_printed() {
    let mut wrong = String::new();
    let mut shown = 0;
    for document in documents() {
        let mut samples: BTreeMap<String, Sample> = BTreeMap::new();
        let mut printed: Option<String> = None;
        for code in code(&read(&document)) {
            let Some(info) = code.info else { continue };
            if let Some(folder) = info.strip_prefix("console in=") {
                let sample = samples.entry(folder.to_string()).or_insert_with(|| Sample::of(folder));
                let lines = code.text.lines().filter_map(|line| line.strip_prefix("$ "));
                let texts = lines.map(|line| {
                    let (out, err) = sample.run(line);
                    still(&format!("{out}\n{err}"))
                });
                printed = Some(texts.collect());
            } else if info == "text"
                && let Some(printed) = &printed
            {
                for part in code.text.trim_end().split("\n\n") {
                    shown += 1;
                    if !printed.contains(part) {
                        wrong += &format!("{}:\n{part}\n", document.display());
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "shown, but not printed:\n{wrong}");
    assert!(shown > 5, "{shown} examples");
}

/// The facts of a file of a sample, one in each line.
#[test]
fn the_facts_that_are_shown_are_those_of_the_file() {
    let page = read("docs/how-it-works.md");
    let shown = code(&page).into_iter().find(|code| code.text.contains("presence DYNO")).expect("a fence");
    let (printed, _) = Sample::of("fixtures/django").run("dynolint facts fieldnotes/settings/production.py");
    for line in shown.text.lines() {
        assert!(printed.lines().any(|known| known == line), "docs/how-it-works.md shows {line}");
    }
}

#[test]
fn shell_lines_are_divided_as_a_shell_does() {
    let words =
        |line: &str| commands(line).iter().map(|words| words.join(" ")).collect::<Vec<_>>().join(" / ");
    let rows = [
        ("dynolint --diff | git apply  # a comment", "dynolint --diff / git apply"),
        ("dynolint --exclude 'a b/' \"c#d\"", "dynolint --exclude a b/ c#d"),
        ("dynolint - --fix < draft.rb > out", "dynolint - --fix"),
        ("cd x && dynolint; echo", "cd x / dynolint / echo"),
        ("# dynolint", ""),
    ];
    for (line, expected) in rows {
        assert_eq!(words(line), expected, "{line}");
    }
}
