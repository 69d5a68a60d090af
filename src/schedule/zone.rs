//! Where a project sets the time zone of its processes, and what it builds on.

use crate::fact::{EnvWrite, Name, WriteKind};
use crate::lang::Lang;
use crate::project::{File, Project};
use crate::role::Role;
use crate::rules::production::is_development_file;
use crate::span::Span;
use crate::term::Value;

use super::time;

/// A place that sets `TZ`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    /// The zone, where it is a plain text.
    pub value: Option<String>,
    /// Path of the file.
    pub path: String,
    /// The entry.
    pub span: Span,
    /// What it is set in.
    pub by: By,
}

/// What sets a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    /// The program, its image or its start command: it goes where the program goes.
    Program,
    /// A config var, as `app.json` or a `.env` file shows it: it has to be set again.
    ConfigVar,
}

/// The places of a project that set `TZ` for its processes in production, the program's own first.
pub fn zones(project: &Project) -> Vec<Zone> {
    let mut found: Vec<Zone> = Vec::new();
    for file in &project.files {
        let declares = file.lang == Lang::Dotenv || file.path.rsplit('/').next() == Some("app.json");
        if !(file.role.is_reported() || declares && !matches!(file.role, Role::Test | Role::Vendored))
            || file.role == Role::Ci
            || is_of_tests(&file.path)
            || is_development_file(&file.path)
        {
            continue;
        }
        for write in &file.facts.writes {
            let sets = !matches!(write.kind, WriteKind::Unset | WriteKind::Pass);
            if matches!(&write.name, Name::Known(name) if name == "TZ") && sets && lasts(file, write) {
                let value = write.value.clone().filter(|value| !value.is_empty());
                let by = if declares { By::ConfigVar } else { By::Program };
                found.push(Zone { value, path: file.path.clone(), span: write.span, by });
            }
        }
    }
    found.sort_by_key(|zone| zone.by);
    found
}

/// Whether what sets up tests stands in a file, whatever its role: `jest.config.js`, `src/setupTests.ts`.
fn is_of_tests(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    ["jest", "karma", "mocha", "spec", "test"].iter().any(|word| name.contains(word))
}

/// Whether a write holds for the processes that start jobs, and not for one command of a build, of a
/// script or of tests.
fn lasts(file: &File, write: &EnvWrite) -> bool {
    let of_command = file.facts.commands.iter().any(|command| command.span.contains(write.span));
    match file.lang {
        Lang::Dockerfile => write.surface.starts_with("Dockerfile"),
        Lang::Shell => !of_command,
        Lang::Makefile => false,
        // A script of `package.json`.
        Lang::Json if of_command => {
            let command = file.facts.commands.iter().find(|command| command.span.contains(write.span));
            command.is_some_and(|command| {
                let script = command.scope.rsplit('.').next().unwrap_or_default();
                script.starts_with("start")
                    && !["dev", "e2e", "local", "test"].iter().any(|word| script.contains(word))
            })
        }
        _ => true,
    }
}

/// Whether a package of this ecosystem is asked for anywhere in the project.
pub fn depends(project: &Project, ecosystem: &str, names: &[&str]) -> bool {
    requirement(project, ecosystem, names).is_some()
}

/// The requirement of the first of these packages that the project asks for.
pub fn requirement<'p>(project: &'p Project, ecosystem: &str, names: &[&str]) -> Option<&'p str> {
    let dependencies = project.files.iter().flat_map(|file| &file.facts.dependencies);
    let mut wanted = dependencies.filter(|dependency| {
        dependency.ecosystem == ecosystem
            && names.iter().any(|name| dependency.name.eq_ignore_ascii_case(name))
    });
    wanted.next().map(|dependency| dependency.requirement.as_str())
}

/// Whether the code of a file runs in Rails, as far as the project tells; `None` where nothing says.
pub fn is_rails(project: &Project, file: &File) -> Option<bool> {
    if depends(project, "rubygems", &["rails", "railties"])
        || ["Rails.", "Rails::"].iter().any(|word| file.source.text.contains(word))
        || file.path.contains("config/initializers/")
    {
        return Some(true);
    }
    let has_gemfile = project.files.iter().any(|file| file.path.rsplit('/').next() == Some("Gemfile"));
    (has_gemfile || file.lang == Lang::Ruby).then_some(false)
}

/// Whether the code of a Python file runs with Django's settings, which set the process's `TZ` to `TIME_ZONE`
/// when they are read. Source: `django/conf/__init__.py`.
pub fn is_django(project: &Project, file: &File) -> bool {
    let text = &file.source.text;
    text.contains("django") || (text.contains("celery") && depends(project, "pypi", &["django"]))
}

/// The zone of Rails by its name in the tz database: `config.time_zone`, else UTC. `None` where it is not
/// known.
pub fn of_rails(project: &Project) -> Option<&str> {
    let mut settings = project.files.iter().filter(|file| file.lang == Lang::Ruby && file.role != Role::Test);
    let found = settings.find_map(|file| {
        let own = |name: &str| name == "config.time_zone" || name == "Rails.application.config.time_zone";
        file.facts.settings.iter().find(|setting| own(&setting.name))
    });
    match found.map(|setting| &setting.value.value) {
        None => Some("UTC"),
        Some(Value::Text(name)) => time::of_rails(name),
        Some(_) => None,
    }
}
