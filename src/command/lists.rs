//! The verbs that show what dynolint knows and sees: `explain`, `rules`, `files`, `facts`, `completions`.

use std::io::{self, IsTerminal};

use clap::CommandFactory;
use clap_complete::Shell;

use dynolint::cli::{
    Cli, Environment, Explain, FactsFormat, FactsOf, Files, PageFormat, Rules, TableFormat, find_rule,
};
use dynolint::engine;
use dynolint::escape;
use dynolint::explain::{self, Look};
use dynolint::listing;
use dynolint::settings::Settings;

use super::{Stop, aside, color, columns, folder, print, settings_here, settle};

/// `dynolint explain`.
pub fn explain(arguments: &Explain, environment: &Environment) -> Result<u8, Stop> {
    let (rule, earlier) = find_rule(&settings_here(&arguments.from)?.known_rules(), &arguments.rule)?;
    if earlier {
        aside(&format!("note: `{}` is now called `{}`\n", escape::terminal(&arguments.rule), rule.id));
    }
    let color = color(arguments.color, environment);
    let text = match arguments.output_format {
        PageFormat::Text => {
            let hyperlinks = environment.hyperlinks(io::stdout().is_terminal());
            explain::terminal(rule, Look { color, width: columns(), hyperlinks })
        }
        PageFormat::Markdown => rule.page.to_string(),
        PageFormat::Json => format!("{:#}\n", explain::json(rule)),
    };
    print(color, text.as_bytes())
}

/// `dynolint rules`.
pub fn rules(arguments: &Rules, environment: &Environment) -> Result<u8, Stop> {
    let color = color(arguments.color, environment);
    let known = settings_here(&arguments.from)?.known_rules();
    let text = match arguments.output_format {
        TableFormat::Table => listing::rules(&known, color),
        TableFormat::Json => format!("{:#}\n", listing::rules_json(&known)),
    };
    print(color, text.as_bytes())
}

/// `dynolint files`.
pub fn files(arguments: &Files, environment: &Environment) -> Result<u8, Stop> {
    let mut settings = Settings { paths: arguments.paths.clone(), cwd: folder()?, ..Settings::default() };
    settle(&mut settings, &arguments.from)?;
    arguments.reading.apply(&mut settings);
    let color = color(arguments.color, environment);
    print(color, listing::files(&engine::files(&settings)?, color).as_bytes())
}

/// `dynolint facts`.
pub fn facts(arguments: &FactsOf, environment: &Environment) -> Result<u8, Stop> {
    let settings = Settings { cwd: folder()?, ..Settings::default() };
    let (file, text, facts) = engine::facts_of(&settings, &arguments.file)?;
    let color = color(arguments.color, environment);
    let text = match arguments.output_format {
        FactsFormat::Text => listing::facts(&text, &facts, color),
        FactsFormat::Json => format!("{:#}\n", listing::facts_json(&file, &text, &facts)),
    };
    print(color, text.as_bytes())
}

/// `dynolint completions`.
pub fn completions(shell: Shell) -> Result<u8, Stop> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "dynolint", &mut script);
    print(false, &script)
}
