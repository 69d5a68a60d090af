//! `dynolint completions`.

use clap::builder::PossibleValuesParser;
use clap::{Arg, Command, CommandFactory};
use clap_complete::Shell;

use dynolint::cli::Cli;
use dynolint::rules;

use super::{Stop, print};

/// `dynolint completions`.
pub fn run(shell: Shell) -> Result<u8, Stop> {
    let mut command = with_rules(Cli::command());
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, "dynolint", &mut script);
    let mut script = String::from_utf8_lossy(&script).into_owned();
    match shell {
        Shell::Fish => mend_fish(&mut script, &command),
        Shell::Zsh => mend_zsh(&mut script, &command),
        _ => {}
    }
    print(false, script.as_bytes())
}

fn verbs(command: &Command) -> Vec<&str> {
    command.get_subcommands().map(Command::get_name).collect()
}

/// The commands with the names of the built-in rules as the values of what takes a rule. The command line itself
/// takes a team's own rules as well, and offers the nearest one for what is none.
///
/// The names come without a word about them: the script for fish does not quote one that has quotes in it.
fn with_rules(command: Command) -> Command {
    let takes_rules = |argument: &Arg| matches!(argument.get_id().as_str(), "only" | "skip" | "rule");
    let command = command.mut_args(|argument| match takes_rules(&argument) {
        true => {
            argument.value_parser(PossibleValuesParser::new(rules::all().into_iter().map(|rule| rule.id)))
        }
        false => argument,
    });
    command.mut_subcommands(with_rules)
}

/// The script for fish knows neither the values of what is no flag nor what follows a path, and nothing after a
/// flag whose value is still being typed.
fn mend_fish(script: &mut String, command: &Command) {
    let is_verb = format!("    if contains -- \"$argv[1]\" {}\n", verbs(command).join(" "));
    *script = script
        .replace("    if set -q argv[1]\n", &is_verb)
        .replace("2>/dev/null\n    or return\n", "2>/dev/null\n    or return 0\n");
    for verb in command.get_subcommands() {
        let values = verb.get_positionals().flat_map(|argument| argument.get_possible_values());
        let values: Vec<String> = values.map(|value| value.get_name().to_string()).collect();
        if !values.is_empty() {
            let condition = format!("__fish_dynolint_using_subcommand {}", verb.get_name());
            *script += &format!("complete -c dynolint -n \"{condition}\" -f -a \"{}\"\n", values.join(" "));
        }
    }
}

/// The script for zsh takes the first word for a path, and only the second one for a verb. Here, what is no verb
/// is a path, and the line goes on as that of `dynolint check`.
fn mend_zsh(script: &mut String, command: &Command) {
    let is_verb = format!("        [[ $line[1] == ({}) ]] || line[1]=check\n", verbs(command).join("|"));
    let describe = "_describe -t commands 'dynolint commands' commands \"$@\"\n";
    let mut mended = String::new();
    let mut at_root = true;
    for line in script.lines() {
        // The paths of the root come before its verbs, those of a verb after them.
        at_root &= !line.contains(":: :_dynolint_commands");
        if at_root && (line.starts_with("'::paths ") || line.starts_with("'*::paths ")) {
            continue;
        }
        mended += line;
        mended.push('\n');
        if line == "    (dynolint)" {
            mended += &is_verb;
        }
    }
    *script = mended.replace("$line[2]", "$line[1]").replace(describe, &format!("{describe}    _files\n"));
}
