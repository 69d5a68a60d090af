//! `dynolint config`.

use dynolint::cli::{Environment, FactsFormat, ShowConfig};
use dynolint::config::listing::{self, Question};
use dynolint::engine;
use dynolint::settings::Settings;

use super::{Stop, aside, color, columns, folder, print, settings_file};

/// The variable that names a settings file.
const VARIABLE: &str = "DYNOLINT_CONFIG";

/// Runs the verb.
pub fn run(arguments: &ShowConfig, environment: &Environment) -> Result<u8, Stop> {
    let paths = arguments.path.iter().cloned().collect();
    let mut settings = Settings { paths, cwd: folder()?, ..Settings::default() };
    let root = engine::root(&settings)?;
    let config = settings_file(&root, &arguments.from)?;
    config.notes.iter().for_each(|note| aside(&format!("note: {note}\n")));
    config.apply(&mut settings);
    let is_file = arguments.path.as_ref().is_some_and(|path| settings.cwd.join(path).is_file());
    let files = if is_file { engine::files(&settings)? } else { Vec::new() };
    let named = arguments.from.config.as_ref().map(|path| match environment.get(VARIABLE) {
        Some(value) if path.as_os_str() == value => VARIABLE,
        _ => "--config",
    });
    let isolated = arguments.from.isolated;
    let question = Question { config: &config, root: &root, isolated, named, file: files.first() };
    let rows = listing::rows(&question);
    let text = match arguments.output_format {
        FactsFormat::Text => listing::text(&question, &rows, columns(), color(arguments.color, environment)),
        FactsFormat::Json => format!("{:#}\n", listing::json(&question, &rows)),
    };
    print(color(arguments.color, environment), text.as_bytes())
}
