//! Manual pages, made from the definitions of the command line.

use clap::{Arg, Command, CommandFactory};
use roff::{Inline, Roff, bold, italic, roman};

use crate::cli::Cli;

/// What `--help` has no room for, as paragraphs.
const DESCRIPTION: &str = "\
dynolint reads a code base that runs on Heroku and shows where it depends on Heroku without saying so. For each \
place it says what happens there after the move, and how to write it so that the same commit works on both \
platforms. It runs nothing of what it reads, and never uses the network.

The project is the folder around the first `PATH` that has settings of dynolint, else the checkout of git, else \
that folder itself. It is always read whole, because what one file says gives another its meaning. Paths only \
narrow what is reported. What is excluded stays so when it is named; that is said, and `--include-excluded` \
overrides it.

Findings go to standard output, everything else to standard error.";

/// The variables that change what dynolint does.
const ENVIRONMENT: &[(&str, &str)] = &[
    ("DYNOLINT_CONFIG", "The settings file, as with `--config`."),
    ("NO_COLOR", "No colours, unless it is empty."),
    ("FORCE_COLOR, CLICOLOR_FORCE", "Colours even where the output is no terminal, unless it is `0`."),
    ("CLICOLOR, TERM", "No colours if they are `0` and `dumb`."),
    ("FORCE_HYPERLINK", "Whether names of rules are links, on terminals that dynolint does not know."),
    (
        "GITHUB_ACTIONS",
        "If it is `true`, annotations follow the text, unless `--output-format` says otherwise.",
    ),
    ("GITHUB_STEP_SUMMARY", "A report to this file is added to it instead of replacing it."),
    (
        "CLAUDECODE, CURSOR_AGENT, GEMINI_CLI, CODEX_SANDBOX",
        "If one is set and the output is no terminal, findings are `concise`.",
    ),
];

/// The files that dynolint looks for by name.
const FILES: &[(&str, &str)] = &[
    (
        "dynolint.toml, .dynolint.toml, .config/dynolint.toml, pyproject.toml",
        "Settings; in the last one under `[tool.dynolint]`.",
    ),
    (".dynolint-baseline.json", "The baseline: findings that are known and wait."),
    (".gitignore, .ignore", "What is not read, unless `--no-ignore` is given."),
];

/// The manual pages: names of files and their texts, the main page first, then one for each other command.
pub fn pages() -> Vec<(String, String)> {
    let mut command = Cli::command();
    command.build();
    let mut pages = vec![(file_name(&command), page(&command, true))];
    add_pages(&command, &mut pages);
    pages
}

fn add_pages(command: &Command, pages: &mut Vec<(String, String)>) {
    // `check` is what the main page is about.
    for verb in verbs(command).filter(|verb| verb.get_name() != "check") {
        pages.push((file_name(verb), page(verb, false)));
        add_pages(verb, pages);
    }
}

fn verbs(command: &Command) -> impl Iterator<Item = &Command> {
    command.get_subcommands().filter(|verb| !verb.is_hide_set())
}

/// `dynolint-baseline-write`.
fn title(command: &Command) -> String {
    command.get_bin_name().unwrap_or(command.get_name()).replace(' ', "-")
}

fn file_name(command: &Command) -> String {
    format!("{}.1", title(command))
}

fn page(command: &Command, main: bool) -> String {
    let mut roff = Roff::new();
    let source = concat!("dynolint ", env!("CARGO_PKG_VERSION"));
    roff.control("TH", [title(command).to_uppercase().as_str(), "1", "", source, "dynolint"]);
    // Flags and paths are to be copied, and must not be divided.
    roff.control("nh", []).control("ad", ["l"]);
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    section(&mut roff, "Name");
    roff.text([roman(format!("{} - {}", title(command), in_lower_case(&about)))]);
    section(&mut roff, "Synopsis");
    synopsis(&mut roff, command);
    section(&mut roff, "Description");
    paragraphs(&mut roff, if main { DESCRIPTION } else { &about });
    if verbs(command).next().is_some() {
        section(&mut roff, "Commands");
        for verb in verbs(command) {
            let about = verb.get_about().map(ToString::to_string).unwrap_or_default();
            item(&mut roff, vec![bold(verb.get_bin_name().unwrap_or(verb.get_name()))], &about);
        }
    }
    options(&mut roff, command);
    if let Some(help) = command.get_after_help() {
        after_help(&mut roff, &help.to_string());
    }
    if main {
        table(&mut roff, "Environment", ENVIRONMENT);
        table(&mut roff, "Files", FILES);
    }
    section(&mut roff, "See also");
    see_also(&mut roff, command, main);
    roff.render()
}

fn section(roff: &mut Roff, title: &str) {
    roff.control("SH", [title.to_uppercase().as_str()]);
}

/// "Shows a page" → "shows a page", but "SARIF …" as it is; without the full stop.
fn in_lower_case(text: &str) -> String {
    let mut letters = text.trim_end_matches('.').chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if second.is_lowercase() => first.to_lowercase().chain(letters).collect(),
        _ => text.trim_end_matches('.').to_string(),
    }
}

fn synopsis(roff: &mut Roff, command: &Command) {
    let usage = command.clone().render_usage().to_string();
    let forms = usage.trim_start_matches("Usage:").lines().map(str::trim).filter(|form| !form.is_empty());
    for (at, form) in forms.enumerate() {
        if at > 0 {
            roff.control("br", []);
        }
        let words = form.split(' ').map(|word| match word.starts_with(|c: char| c.is_ascii_lowercase()) {
            true => bold(word),
            false => roman(word),
        });
        roff.text(between(words, || roman(" ")));
    }
}

/// Texts divided by empty lines.
fn paragraphs(roff: &mut Roff, text: &str) {
    for (at, paragraph) in text.split("\n\n").enumerate() {
        if at > 0 {
            roff.control("PP", []);
        }
        roff.text(prose(paragraph));
    }
}

/// Text with what stands in backquotes in bold.
fn prose(text: &str) -> Vec<Inline> {
    let parts = text.split('`').enumerate();
    parts.map(|(at, part)| if at % 2 == 1 { bold(part) } else { roman(part) }).collect()
}

fn item(roff: &mut Roff, term: Vec<Inline>, text: &str) {
    roff.control("TP", []).text(term).text(prose(text));
}

fn table(roff: &mut Roff, title: &str, rows: &[(&str, &str)]) {
    section(roff, title);
    for (names, text) in rows {
        let names = names.split(", ").map(bold);
        item(roff, between(names, || roman(", ")), text);
    }
}

/// What can be said after a command, under the headings that its help has.
fn options(roff: &mut Roff, command: &Command) {
    let shown: Vec<&Arg> = command.get_arguments().filter(|argument| !argument.is_hide_set()).collect();
    let mut headings: Vec<&str> = Vec::new();
    for heading in shown.iter().filter_map(|argument| argument.get_help_heading()) {
        if !headings.contains(&heading) {
            headings.push(heading);
        }
    }
    section(roff, "Options");
    let under = |heading| shown.iter().filter(move |argument| argument.get_help_heading() == heading);
    let is_general = |argument: &&&Arg| matches!(argument.get_id().as_str(), "help" | "version");
    under(None).filter(|argument| !is_general(argument)).for_each(|argument| option(roff, argument));
    for heading in &headings {
        roff.control("SS", [*heading]);
        under(Some(heading)).for_each(|argument| option(roff, argument));
    }
    if !headings.is_empty() {
        roff.control("SS", ["Other"]);
    }
    under(None).filter(is_general).for_each(|argument| option(roff, argument));
}

fn option(roff: &mut Roff, argument: &Arg) {
    let takes_value = argument.get_action().takes_values();
    let value = argument.get_value_names().filter(|_| takes_value).map(|names| names.join(" "));
    let flags = argument.get_short().map(|short| format!("-{short}"));
    let flags = flags.into_iter().chain(argument.get_long().map(|long| format!("--{long}")));
    let mut term = between(flags.map(bold), || roman(", "));
    if let Some(value) = value {
        let optional = argument.get_num_args().is_some_and(|count| count.min_values() == 0);
        match (argument.is_positional(), optional) {
            (true, _) => term.push(italic(value)),
            (false, true) => term.extend([roman("[="), italic(value), roman("]")]),
            (false, false) => term.extend([roman(" "), italic(value)]),
        }
    }
    item(roff, term, &explanation(argument, takes_value));
}

/// The help of an argument with what clap would add to it.
fn explanation(argument: &Arg, takes_value: bool) -> String {
    let help = argument.get_long_help().or(argument.get_help());
    let mut text = help.map(ToString::to_string).unwrap_or_default();
    let values = argument.get_possible_values();
    let values =
        values.iter().filter(|value| !value.is_hide_set()).map(|value| format!("`{}`", value.get_name()));
    let values: Vec<String> = values.collect();
    if takes_value && !values.is_empty() && !argument.is_hide_possible_values_set() {
        text += &format!(" (one of {})", values.join(", "));
    }
    let defaults = argument.get_default_values();
    if takes_value && !defaults.is_empty() && !argument.is_hide_default_value_set() {
        let defaults: Vec<_> = defaults.iter().map(|value| value.to_string_lossy()).collect();
        text += &format!(" [default: `{}`]", defaults.join(" "));
    }
    text
}

/// The end of a command's help. A line with a colon at its end begins a section; below it, lines with two or more
/// spaces between their parts are a list, and deeper ones go on with it. All else are paragraphs.
fn after_help(roff: &mut Roff, text: &str) {
    let mut listed = false;
    let mut fresh = true;
    for line in text.lines() {
        let heading = line.strip_suffix(':').filter(|line| !line.starts_with(' '));
        let entry = line.strip_prefix("  ").filter(|line| !line.starts_with(' '));
        if line.trim().is_empty() {
            fresh = true;
        } else if let Some(heading) = heading {
            section(roff, if heading == "Exit codes" { "Exit status" } else { heading });
            listed = true;
            fresh = false;
        } else if let Some((term, text)) = entry.and_then(|entry| entry.split_once("  ")) {
            item(roff, vec![bold(term)], text.trim());
        } else if let Some(term) = entry {
            item(roff, vec![bold(term)], "");
        } else {
            if fresh && listed && !line.starts_with(' ') {
                section(roff, "Notes");
                listed = false;
            } else if fresh {
                roff.control("PP", []);
            }
            fresh = false;
            roff.text(prose(line.trim()));
        }
    }
}

fn see_also(roff: &mut Roff, command: &Command, main: bool) {
    let others = verbs(command).filter(|verb| verb.get_name() != "check").map(title);
    let parent = (!main).then(|| "dynolint".to_string());
    let pages = parent.into_iter().chain(others).map(|title| vec![bold(title), roman("(1)")]);
    let pages: Vec<Vec<Inline>> = pages.collect();
    roff.text(pages.join(&roman(", ")));
    roff.control("PP", []).text([roman(env!("CARGO_PKG_REPOSITORY"))]);
}

fn between(parts: impl Iterator<Item = Inline>, separator: impl Fn() -> Inline) -> Vec<Inline> {
    let mut all = Vec::new();
    for part in parts {
        if !all.is_empty() {
            all.push(separator());
        }
        all.push(part);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn main_page() -> String {
        pages().swap_remove(0).1
    }

    #[test]
    fn every_command_has_a_page() {
        let names: Vec<String> = pages().into_iter().map(|(name, _)| name).collect();
        assert_eq!(names[0], "dynolint.1");
        let mut command = Cli::command();
        command.build();
        for verb in verbs(&command).map(Command::get_name).filter(|name| *name != "check") {
            assert!(names.contains(&format!("dynolint-{verb}.1")), "{verb}: {names:?}");
        }
        assert!(names.contains(&"dynolint-baseline-write.1".to_string()), "{names:?}");
    }

    #[test]
    fn the_main_page_has_every_flag_under_its_heading() {
        let page = main_page();
        let mut command = Cli::command();
        command.build();
        for argument in command.get_arguments().filter(|argument| !argument.is_hide_set()) {
            if let Some(long) = argument.get_long() {
                let flag = format!("\\fB\\-\\-{}\\fR", long.replace('-', "\\-"));
                assert!(page.contains(&flag), "{flag}");
            }
            if let Some(heading) = argument.get_help_heading() {
                assert!(page.contains(&format!("\n.SS {heading}\n")), "{heading}");
            }
            if let Some(variable) = argument.get_env() {
                assert!(page.contains(&format!("\\fB{}\\fR", variable.to_string_lossy())), "{variable:?}");
            }
        }
    }

    #[test]
    fn the_parts_of_the_help_become_sections() {
        let mut roff = Roff::new();
        after_help(
            &mut roff,
            "Exit codes:\n  0  fine\n  2  wrong\n     use\n\nThe `format` is\nnot it.\n\nExamples:\n  a b  say\n  c",
        );
        let text = roff.to_roff();
        let expected = ".SH \"EXIT STATUS\"\n.TP\n\\fB0\\fR\nfine\n.TP\n\\fB2\\fR\nwrong\nuse\n.SH NOTES\nThe \
                        \\fBformat\\fR is\nnot it.\n.SH EXAMPLES\n.TP\n\\fBa b\\fR\nsay\n.TP\n\\fBc\\fR\n\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn a_page_says_what_a_flag_takes() {
        let page = main_page();
        for part in [
            "\\fB\\-q\\fR, \\fB\\-\\-quiet\\fR\n",
            "\\fB\\-\\-report\\fR \\fIFORMAT=PATH\\fR\n",
            "\\fB\\-\\-add\\-ignore\\fR[=\\fIREASON\\fR]\n",
            "(one of \\fBauto\\fR, \\fBalways\\fR, \\fBnever\\fR) [default: \\fBauto\\fR]\n",
        ] {
            assert!(page.contains(part), "{part}\n{page}");
        }
        assert!(!page.contains('`'), "marks are turned into bold:\n{page}");
    }
}
