//! The verbs that show what dynolint knows and sees: `explain`, `rules`, `files`, `facts`, `man`.

use std::fs;
use std::io::{self, IsTerminal};
use std::path::Path;

use dynolint::cli::{
    Environment, Explain, FactsFormat, FactsOf, Files, PageFormat, Problem, Rules, TableFormat, find_rule,
};
use dynolint::disk;
use dynolint::engine;
use dynolint::escape;
use dynolint::explain::{self, Look};
use dynolint::listing;
use dynolint::man;
use dynolint::settings::Settings;
use dynolint::source;

use super::{Stop, aside, color, columns, folder, print, settings_here, settle, shown};

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
    let files = engine::files(&settings)?;
    print(color, listing::files(&files, color).as_bytes())?;
    aside(&format!("{}\n", listing::files_end(&files)));
    Ok(0)
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

/// `dynolint man`.
pub fn man(folder: Option<&Path>) -> Result<u8, Stop> {
    let mut pages = man::pages();
    let Some(folder) = folder else { return print(false, pages.swap_remove(0).1.as_bytes()) };
    for (name, text) in pages {
        let path = folder.join(name);
        let failed =
            |error| Problem::new(format!("cannot write `{}`: {}", shown(&path), source::reason(&error)));
        fs::create_dir_all(folder).and_then(|()| disk::replace(&path, text.as_bytes())).map_err(failed)?;
    }
    Ok(0)
}
