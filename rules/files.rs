//! What the rules about local files share: which code runs in production, what the project says elsewhere,
//! and what the target does with files.

use std::collections::{BTreeMap, BTreeSet};

use crate::fact::Guard;
use crate::files::{self, Constants, Family, Place};
use crate::lang::Lang;
use crate::project::{File, Project};
use crate::role::Role;
use crate::rule::Target;
use crate::rules::production::reaches_production;
use crate::rules::{Context, Draft};
use crate::term::{Invocation, Setting, Term, Value};

/// JavaScript and its relatives.
pub const JAVASCRIPT: &[Lang] = &[Lang::JavaScript, Lang::TypeScript, Lang::Tsx];

/// The files whose findings are reported, of the languages of a family.
pub fn code(project: &Project, family: Family) -> impl Iterator<Item = &File> {
    reported(project).filter(move |file| Family::of(file.lang) == Some(family))
}

/// The files whose findings are reported.
pub fn reported(project: &Project) -> impl Iterator<Item = &File> {
    project.files.iter().filter(|file| file.role.is_reported())
}

/// The calls of a family's files, with their files.
pub fn calls(project: &Project, family: Family) -> impl Iterator<Item = (&File, &Invocation)> {
    code(project, family).flat_map(|file| file.facts.invocations.iter().map(move |call| (file, call)))
}

/// The settings of a family's files, with their files.
pub fn settings(project: &Project, family: Family) -> impl Iterator<Item = (&File, &Setting)> {
    code(project, family).flat_map(|file| file.facts.settings.iter().map(move |setting| (file, setting)))
}

/// Whether a fact with these conditions around it takes effect in production.
pub fn in_production<'g>(
    project: &Project,
    file: &File,
    scope: &str,
    guards: impl IntoIterator<Item = &'g Guard>,
) -> bool {
    let cx = Context { project, file, target: None };
    !is_development_scope(scope) && !is_development_path(&file.path) && reaches_production(&cx, guards)
}

/// Words of a name that say which mode settings are for.
const MODES: &[&str] =
    &["ci", "circleci", "debug", "dev", "development", "docker", "local", "sandbox", "test", "testing"];

/// Words that say that a name is one of settings.
const SETTINGS: &[&str] =
    &["base", "common", "conf", "config", "configuration", "env", "environment", "settings"];

/// Classes of settings that production does not use: `class DevelopmentConfig(Config)`.
fn is_development_scope(scope: &str) -> bool {
    let mut classes =
        scope.split(['.', ':', '#']).filter(|name| name.starts_with(|c: char| c.is_uppercase()));
    classes.any(|class| {
        let words: Vec<String> =
            files::words(class).filter(|word| !SETTINGS.contains(&word.as_str())).collect();
        !words.is_empty() && words.iter().all(|word| MODES.contains(&word.as_str()))
    })
}

/// Settings for a developer's machine or for CI, and what is there for tests.
fn is_development_path(path: &str) -> bool {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = name.split('.').next().unwrap_or_default();
    let words: Vec<String> = files::words(stem).collect();
    let says = |words: &[String], known: &[&str]| words.iter().any(|word| known.contains(&word.as_str()));
    let of_settings = says(&words, SETTINGS)
        || folders.split('/').any(|folder| matches!(folder, "config" | "environments" | "settings"));
    says(&words, &["test", "tests"]) || (of_settings && says(&words, MODES))
}

/// Folders of code that people or deploys run, and not the running application.
const TOOLING: &[&str] = &[
    "/bin/",
    "/cli/",
    "/codegen/",
    "/commands/",
    "/cypress/",
    "/db/migrate/",
    "/db/seeds/",
    "/fixtures/",
    "/generators/",
    "/migrations/",
    "/migrator/",
    "/notebooks/",
    "/releases/",
    "/script/",
    "/scripts/",
    "/seeders/",
    "/seeds/",
    "/spec_helpers/",
    "/testing/",
    "/tools/",
    "lib/tasks/",
];

/// Names of files that tools read.
const TOOLS: &[&str] = &[
    "Dangerfile",
    "Fastfile",
    "conf.py",
    "conftest.py",
    "dodo.py",
    "fabfile.py",
    "manage.py",
    "noxfile.py",
    "seed.js",
    "seed.ts",
    "seeds.rb",
    "setup.py",
    "tasks.py",
];

/// Whether a file is code of the running application: no script, no task, no command of a person.
pub fn is_application(file: &File) -> bool {
    let path = format!("/{}", file.path);
    let name = file.path.rsplit('/').next().unwrap_or_default();
    // Settings of bundlers and test runners: `vite.config.ts`.
    let bundler = name.contains(".config.") && Family::of(file.lang) == Some(Family::JavaScript);
    let tooling = bundler || TOOLS.contains(&name) || TOOLING.iter().any(|folder| path.contains(folder));
    matches!(file.role, Role::App | Role::Config) && !tooling && !is_command(file)
}

/// Words of programs that a person starts with arguments.
const COMMANDS: &[&str] = &[
    "argparse",
    "import click",
    "import typer",
    "from click",
    "OptionParser",
    "< Thor",
    "'commander'",
    "\"commander\"",
    "'yargs'",
    "\"yargs\"",
    "process.argv",
    "sys.argv",
    "BaseCommand",
];

/// Words of programs that serve or work for ever.
const SERVERS: &[&str] =
    &["Flask(", "FastAPI(", "Starlette(", "express(", "streamlit", "aiohttp", "Dash(", "Client(", "Bot("];

/// Whether a file is a program for the command line.
fn is_command(file: &File) -> bool {
    let text = &file.source.text;
    let holds = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if holds(SERVERS) {
        return false;
    }
    text.starts_with("#!") || text.contains("__main__") || holds(COMMANDS)
}

/// Words of code that builds what the application is made of.
const BUILDERS: &[&str] = &["Sprockets", "webpack", "esbuild", "rollup", "browserify", "postcss"];

/// Whether a file's code runs while the application is built.
pub fn is_builder(file: &File) -> bool {
    BUILDERS.iter().any(|word| file.source.text.contains(word))
}

/// Whether a file belongs to a package that people install to use its commands: a library or a tool, whose
/// files are those of the person who runs it.
pub fn is_tool_package(project: &Project, file: &File) -> bool {
    let folders = file.path.match_indices('/').map(|(at, _)| &file.path[..=at]);
    let mut folders: Vec<&str> = std::iter::once("").chain(folders).collect();
    folders.reverse();
    let marks = [
        ("setup.py", &["console_scripts"][..]),
        ("setup.cfg", &["console_scripts"][..]),
        ("pyproject.toml", &["[project.scripts]", "[tool.poetry.scripts]"][..]),
        ("package.json", &["\n  \"bin\":", "\n    \"bin\":", "\n\t\"bin\":"][..]),
    ];
    folders.iter().any(|folder| {
        marks.iter().any(|(name, words)| {
            let manifest = project.file(&format!("{folder}{name}"));
            manifest.is_some_and(|file| words.iter().any(|word| file.source.text.contains(word)))
        })
    })
}

/// Constants of the project's programs that have one value only, by their last segment.
pub fn constants(project: &Project, family: Family) -> Constants<'_> {
    let mut values: BTreeMap<&str, Vec<&Term>> = BTreeMap::new();
    for (_, setting) in settings(project, family) {
        let last = setting.name.rsplit('.').next().unwrap_or_default();
        let constant = last.len() > 2 && !last.bytes().any(|b| b.is_ascii_lowercase());
        if constant {
            values.entry(last).or_default().push(&setting.value);
        }
    }
    let single =
        values.into_iter().filter(|(_, terms)| terms.iter().all(|term| term.value == terms[0].value));
    single.map(|(name, terms)| (name, terms[0])).collect()
}

/// Folders that the project serves to browsers.
pub fn served<'p>(project: &'p Project, family: Family, constants: &Constants<'p>) -> Vec<Place> {
    let folders = calls(project, family).filter_map(|(_, call)| files::served(call));
    folders.map(|term| files::place(term, constants)).filter(|place| place.is_known()).collect()
}

/// Whether one of the family's files has one of these words.
pub fn says(project: &Project, family: Family, words: &[&str]) -> bool {
    code(project, family).any(|file| words.iter().any(|word| file.source.text.contains(word)))
}

/// The names of the packages that the project asks for.
pub fn packages(project: &Project) -> BTreeSet<&str> {
    let dependencies = reported(project).flat_map(|file| &file.facts.dependencies);
    dependencies.map(|dependency| dependency.name.as_str()).collect()
}

/// Whether the function around a write deletes, sends or uploads a file as well: then what it writes did not
/// have to last.
pub fn is_handed_on(file: &File, call: &Invocation, path: &Term, constants: &Constants<'_>) -> bool {
    let place = files::place(path, constants);
    file.facts.invocations.iter().any(|other| {
        // What is deleted before it is written makes room, and says nothing.
        let after = other.span.start > call.span.start || other.span.contains(call.span);
        if !files::HANDED_ON.contains(&other.name()) || other.scope != call.scope || !after {
            return false;
        }
        // Code outside of functions runs from top to bottom: only the same file counts there.
        !call.scope.is_empty()
            || other.arguments.iter().any(|argument| {
                let path = files::place(&argument.value, constants);
                path == place || path.segments() == place.segments()
            })
    })
}

/// The texts and numbers of a term's alternatives; `None` where one of them is not known.
pub fn texts(term: &Term) -> Option<Vec<&str>> {
    term.alternatives().into_iter().map(|(_, term)| term.scalar()).collect()
}

/// Whether a value is said by the environment, with or without a default.
pub fn is_configurable(term: &Term) -> bool {
    let mut found = false;
    term.walk(&mut |term| found |= matches!(term.value, Value::Env { .. }));
    found
}

/// Says what the target does with files.
pub fn for_target(draft: Draft, target: Option<Target>) -> Draft {
    match target.map(note) {
        Some(note) => draft.note(note),
        None => draft,
    }
}

/// What becomes of files on a target. Source: its documentation of disks.
fn note(target: Target) -> &'static str {
    match target {
        Target::Render => {
            "Render loses local files on each deploy and restart as well; one disk can be mounted, which keeps \
             the service at one instance"
        }
        Target::Railway => {
            "Railway loses local files on each deploy as well, except below a volume's \
             `RAILWAY_VOLUME_MOUNT_PATH`"
        }
        Target::Fly => "a volume of Fly.io belongs to one machine: the others do not see its files",
        Target::Aws => {
            "a task on Fargate, or an instance of Elastic Beanstalk that is replaced, loses its disk; EFS keeps files"
        }
        Target::Aptible => "a container's disk is ephemeral on Aptible: use object storage",
        Target::Digitalocean => "a container's disk is ephemeral on App Platform: use object storage",
        Target::Kubernetes => {
            "a pod loses its disk when it is replaced, and with `readOnlyRootFilesystem` the write fails; a \
             PersistentVolumeClaim keeps files"
        }
        Target::Dokku => "Dokku loses a container's files on each deploy, except below a `storage:mount`",
        Target::Vps => "a container loses its files on each deploy, except below a mounted volume",
    }
}
