//! Whether code runs in production: by the conditions around it and by the file it stands in.

use crate::fact::Guard;
use crate::rules::Context;

/// Whether code behind these conditions in this file can run in production.
pub fn reaches_production<'g>(cx: &Context<'_>, guards: impl IntoIterator<Item = &'g Guard>) -> bool {
    let text = &cx.file.source.text;
    !is_development_file(&cx.file.path)
        && !guards.into_iter().any(|guard| is_development(guard.span.of(text), guard.holds))
}

/// Whether a condition's text, with the branch taken, says "development or test".
pub fn is_development(condition: &str, holds: bool) -> bool {
    // `/pattern/.test(x)` asks for no mode.
    let lower = condition.to_ascii_lowercase().replace(".test(", "(");
    let names_mode = ["development", "test", "local", "debug"].iter().any(|word| lower.contains(word));
    let names_production = lower.contains("production") || lower.contains("staging");
    let negated = lower.starts_with('!') || lower.starts_with("not ") || lower.contains("!=");
    if names_production && !names_mode {
        return holds == negated;
    }
    names_mode
        && !names_production
        && holds != negated
        && !lower.contains("dyno")
        && !lower.contains("heroku")
}

/// Whether a file is meant for a developer's machine.
pub fn is_development_file(path: &str) -> bool {
    let file = path.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    file.starts_with("docker-compose")
        || file.starts_with("compose.")
        || file.starts_with("compose-")
        || (file.starts_with("procfile.") && (file.contains("dev") || file.contains("local")))
        || path.starts_with(".devcontainer/")
        || matches!(
            file.as_str(),
            "development.rb" | "development.py" | "dev.py" | "local.py" | "dev.js" | "development.js"
        )
}
