//! What the pins of a package mean together: which one Heroku follows, which the targets do.

pub mod repin;

use std::collections::{BTreeMap, BTreeSet};

use crate::fact::SignKind;
use crate::lang::Lang;
use crate::pin::{self, Allowed, Hint, Pin, Runtime, Source, Wanted};
use crate::project::{File, Project};
use crate::role::Role;
use crate::rule::Target;
use crate::span::Span;

/// Words of files that pin something and are not read for their name alone
/// ([`pin::is_read_by_name`]): actions and images of CI.
pub const WATCHES: &[(&[Lang], &[&str])] = &[(
    &[Lang::Yaml],
    &[
        "actions/setup-dotnet",
        "actions/setup-go",
        "actions/setup-java",
        "actions/setup-node",
        "actions/setup-python",
        "actions/setup-ruby",
        "erlef/setup-beam",
        "ruby/setup-ruby",
        "shivammathur/setup-php",
    ],
)];

/// Oldest minor version of Python 3 that Heroku builds: `OLDEST_SUPPORTED_PYTHON_3_MINOR_VERSION` of
/// `lib/python_version.sh` in the Python buildpack, 2026.
pub const OLDEST_PYTHON: [u64; 2] = [3, 10];

/// A pin and its file.
#[derive(Clone, Copy, Debug)]
pub struct Place<'p> {
    /// The file.
    pub file: &'p File,
    /// The pin.
    pub pin: &'p Pin,
}

impl Place<'_> {
    /// How people call the place, with the file's path where that is not the folder of the package.
    pub fn name(&self) -> String {
        let tool = self.pin.runtime.title().to_lowercase();
        let tool = if self.pin.runtime == Runtime::Node { "node" } else { tool.as_str() };
        let file = self.file.path.as_str();
        match self.pin.source {
            Source::Engines => format!("`engines.{tool}`"),
            Source::Volta => format!("`volta.{tool}`"),
            Source::DevEngines => "`devEngines`".to_string(),
            Source::PackageManager => "`packageManager`".to_string(),
            Source::RequiresPython => "`requires-python`".to_string(),
            Source::GoHeroku => "`// +heroku goVersion`".to_string(),
            Source::GoDirective => "`go.mod`".to_string(),
            Source::TargetFramework => "`TargetFramework`".to_string(),
            Source::Docker | Source::Ci => format!("`{file}`"),
            _ => format!("`{}`", file.rsplit('/').next().unwrap_or(file)),
        }
    }
}

/// A folder that is built on its own, with everything in it that says a version.
#[derive(Debug, Default)]
pub struct Package<'p> {
    /// Its path; the root of the project is empty.
    pub folder: String,
    /// The pins, by path and place.
    pub pins: Vec<Place<'p>>,
    /// What else its files say.
    pub hints: Vec<(&'p File, &'p Hint)>,
    /// Command lines of its processes.
    commands: Vec<&'p str>,
    /// Heroku builds this folder: the root, one with a Procfile of its own, or one that the Procfile of the
    /// root enters.
    pub deployed: bool,
    /// There is something to start, so that it is no library.
    pub application: bool,
}

impl<'p> Package<'p> {
    /// The path of a file in the package's folder.
    pub fn path(&self, name: &str) -> String {
        if self.folder.is_empty() { name.to_string() } else { format!("{}/{name}", self.folder) }
    }

    /// The pins of one runtime.
    pub fn of(&self, runtime: Runtime) -> impl Iterator<Item = &Place<'p>> {
        self.pins.iter().filter(move |place| place.pin.runtime == runtime)
    }

    /// The first pin of a runtime with this source.
    pub fn from(&self, runtime: Runtime, source: Source) -> Option<&Place<'p>> {
        self.of(runtime).find(|place| place.pin.source == source)
    }

    /// Whether a file gives this hint.
    pub fn has(&self, hint: &Hint) -> bool {
        self.hints.iter().any(|(_, known)| *known == hint)
    }

    /// Where the packages of a language are listed: the file that people write, then the lock file.
    pub fn manifest(&self, runtime: Runtime) -> Option<(&'p File, Span)> {
        let mut found = self.hints.iter().filter_map(|(file, hint)| match hint {
            Hint::Manifest(of, span) if *of == runtime => Some((*file, *span)),
            _ => None,
        });
        found.clone().find(|(file, _)| file.role.is_reported()).or_else(|| found.next())
    }

    fn languages(&self) -> BTreeSet<Runtime> {
        let listed = self.hints.iter().filter_map(|(_, hint)| match hint {
            Hint::Manifest(runtime, _) => Some(*runtime),
            _ => None,
        });
        listed.collect()
    }

    /// Whether Heroku builds an image by a Dockerfile, so that no buildpack reads a pin.
    pub fn is_built_as_image(&self) -> bool {
        self.hints.iter().any(|(_, hint)| matches!(hint, Hint::HerokuBuildsImage(_)))
    }

    /// Whether the package has something that this language starts.
    fn starts(&self, runtime: Runtime) -> bool {
        self.has(&Hint::Application(runtime))
    }

    /// Whether a buildpack of this language builds the package, as far as the files tell: one is asked for,
    /// the processes run it, it is the only language, or the first that Heroku would detect.
    pub fn is_built_for(&self, runtime: Runtime) -> bool {
        let mut buildpacks = self.hints.iter().filter_map(|(_, hint)| match hint {
            Hint::Buildpack(of) => Some(*of),
            _ => None,
        });
        if let Some(first) = buildpacks.next() {
            return first == Some(runtime) || buildpacks.any(|of| of == Some(runtime));
        }
        let languages = self.languages();
        if languages.len() == 1 {
            return languages.contains(&runtime);
        }
        if self.is_run_by(runtime) {
            return true;
        }
        // Assets and tools have a manifest in many applications: what has nothing to start comes last.
        let main = DETECTED.iter().find(|of| languages.contains(of) && self.starts(**of));
        let main =
            main.or_else(|| DETECTED.iter().find(|of| languages.contains(of) && **of != Runtime::Node));
        !DETECTED.iter().any(|&of| self.is_run_by(of)) && main == Some(&runtime)
    }

    /// Whether files that only a buildpack of this language reads count: no other language is known.
    pub fn may_be_built_for(&self, runtime: Runtime) -> bool {
        self.languages().is_empty() || self.is_built_for(runtime)
    }

    /// Whether a process of the package runs a program of this language.
    pub fn is_run_by(&self, runtime: Runtime) -> bool {
        self.languages().contains(&runtime) && self.commands.iter().any(|command| runs(command, runtime))
    }

    /// Whether the processes run programs of other languages, so that this one is for assets or tools.
    pub fn is_for_the_build(&self, runtime: Runtime) -> bool {
        !self.is_run_by(runtime) && DETECTED.iter().any(|&of| self.is_run_by(of))
    }

    /// The pin that Heroku follows: the first of its precedence, also where it cannot be read.
    pub fn heroku(&self, runtime: Runtime) -> Option<&Place<'p>> {
        let image = self.hints.iter().find_map(|(file, hint)| match hint {
            Hint::HerokuBuildsImage(path) => Some((file, path)),
            _ => None,
        });
        if let Some((manifest, path)) = image {
            let outer = folder(&manifest.path);
            let path = if outer.is_empty() { path.clone() } else { format!("{outer}/{path}") };
            return self
                .of(runtime)
                .find(|place| place.pin.source == Source::Docker && place.file.path == path);
        }
        heroku_order(runtime).iter().find_map(|&source| self.from(runtime, source))
    }

    /// The pin that a target follows, where that is known.
    pub fn followed(&self, target: Target, runtime: Runtime) -> Option<&Place<'p>> {
        target_order(target, runtime)?.iter().find_map(|&source| self.from(runtime, source))
    }

    /// The versions that a pin allows; a reference to a file allows what that says.
    pub fn allowed(&self, place: &Place<'p>) -> Option<&'p Allowed> {
        match &place.pin.wanted {
            Wanted::Versions(allowed) => Some(allowed),
            Wanted::File(name) => self
                .of(place.pin.runtime)
                .find(|other| other.file.path.rsplit('/').next() == Some(name))
                .and_then(|other| other.pin.allowed()),
            _ => None,
        }
    }

    /// Platforms whose manifests stand in the package.
    pub fn targets(&self) -> impl Iterator<Item = Target> {
        self.hints.iter().filter_map(|(_, hint)| match hint {
            Hint::Moves(target) => Some(*target),
            _ => None,
        })
    }
}

/// Languages in the order in which Heroku looks for their manifests
/// (<https://devcenter.heroku.com/articles/buildpacks#officially-supported-buildpacks>).
const DETECTED: &[Runtime] =
    &[Runtime::Ruby, Runtime::Node, Runtime::Python, Runtime::Java, Runtime::Php, Runtime::Go];

/// Programs that belong to a language.
fn runs(command: &str, runtime: Runtime) -> bool {
    let programs: &[&str] = match runtime {
        Runtime::Ruby => {
            &["bundle", "puma", "rackup", "rails", "rake", "ruby", "sidekiq", "unicorn", "bin/rails"]
        }
        Runtime::Python => &[
            "celery",
            "daphne",
            "flask",
            "gunicorn",
            "hypercorn",
            "python",
            "python3",
            "uvicorn",
            "uwsgi",
            "waitress-serve",
        ],
        Runtime::Node => &["next", "node", "nodejs", "npm", "npx", "pm2", "pnpm", "yarn"],
        Runtime::Java => &["java"],
        Runtime::Php => &["php", "heroku-php-apache2", "heroku-php-nginx", "vendor/bin/heroku-php-apache2"],
        Runtime::DotNet => &["dotnet"],
        Runtime::Elixir => &["elixir", "mix"],
        _ => &[],
    };
    command
        .split(|c: char| c.is_whitespace() || matches!(c, ';' | '&' | '|' | '(' | ')' | '"' | '\''))
        .any(|word| programs.contains(&word))
}

/// What Heroku's buildpacks read, first wins.
///
/// Sources: `ruby_version.rb` of the Ruby buildpack (only the lock file counts, which takes what the Gemfile
/// says), `lib/python_version.sh` of the Python buildpack, `bin/compile` of the Node.js buildpack, `bin/java`
/// of the JVM buildpack, `lib/common.sh` of the Go buildpack, `bin/compile` of the PHP buildpack, the
/// documents of those for .NET and Elixir.
pub fn heroku_order(runtime: Runtime) -> &'static [Source] {
    match runtime {
        Runtime::Ruby => &[Source::GemfileLock, Source::Gemfile],
        Runtime::Python => &[Source::RuntimeTxt, Source::PythonVersion, Source::PipfileLock],
        Runtime::Node => &[Source::Engines, Source::PhoenixStatic],
        Runtime::Npm => &[Source::Engines],
        Runtime::Yarn | Runtime::Pnpm => &[Source::PackageManager, Source::Engines],
        Runtime::Java => &[Source::SystemProperties],
        Runtime::Go => &[Source::GoHeroku, Source::GoDirective],
        Runtime::Php => &[Source::ComposerLock, Source::Composer],
        Runtime::DotNet => &[Source::GlobalJson, Source::TargetFramework],
        Runtime::Elixir | Runtime::Erlang => &[Source::ElixirBuildpack, Source::ToolVersions],
    }
}

/// What a target reads, first wins; `None` where the order is not known.
fn target_order(target: Target, runtime: Runtime) -> Option<&'static [Source]> {
    Some(match (target, runtime) {
        (Target::Dokku, _) => heroku_order(runtime),
        (Target::Railway, Runtime::Ruby) => {
            &[Source::RubyVersion, Source::Gemfile, Source::Mise, Source::ToolVersions]
        }
        (Target::Railway, Runtime::Python) => {
            &[Source::PythonVersion, Source::Mise, Source::ToolVersions, Source::RuntimeTxt, Source::Pipfile]
        }
        (Target::Railway, Runtime::Node) => {
            &[Source::Engines, Source::Nvmrc, Source::NodeVersion, Source::Mise, Source::ToolVersions]
        }
        (Target::Render, Runtime::Ruby) => {
            &[Source::GemfileLock, Source::RubyVersion, Source::ToolVersions, Source::Gemfile]
        }
        _ if builds_by_dockerfile(target) => &[Source::Docker],
        _ => return None,
    })
}

/// Whether a target runs the image of a Dockerfile and reads no version file of its own.
pub fn builds_by_dockerfile(target: Target) -> bool {
    matches!(target, Target::Fly | Target::Aws | Target::Aptible | Target::Kubernetes | Target::Vps)
}

/// Folders whose Dockerfiles build the folder around them.
const DOCKER_FOLDERS: &[&str] =
    &[".docker", "build", "container", "deploy", "deployment", "docker", "dockerfiles"];

/// Parts of the names of Dockerfiles that build something else than what runs in production.
const NOT_PRODUCTION: &[&str] = &[
    "ci",
    "cypress",
    "dev",
    "development",
    "docs",
    "e2e",
    "lint",
    "local",
    "nb",
    "test",
    "testing",
    "tests",
];

/// Whether a Dockerfile builds what runs in production, by its name.
pub fn is_production_dockerfile(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    !lower.split(['/', '.', '-', '_']).any(|part| NOT_PRODUCTION.contains(&part))
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The packages of a project that say anything of versions, by path.
pub fn packages(project: &Project) -> Vec<Package<'_>> {
    let counts = |file: &&File| {
        let name = file.path.rsplit('/').next().unwrap_or_default();
        (file.role.is_reported() || (file.role == Role::Generated && pin::is_lock(name)))
            // A template's files are those of a project to come.
            && !file.path.contains("{{")
    };
    let files: Vec<&File> = project.files.iter().filter(counts).collect();
    let manifests: BTreeSet<&str> = files
        .iter()
        .filter(|file| file.facts.hints.iter().any(|hint| matches!(hint, Hint::Manifest(..))))
        .map(|file| folder(&file.path))
        .collect();
    let mut packages: BTreeMap<String, Package<'_>> = BTreeMap::new();
    let mut entered: BTreeSet<String> = BTreeSet::new();
    for file in &files {
        let facts = &file.facts;
        let signs = facts
            .signs
            .iter()
            .any(|sign| matches!(sign.kind, SignKind::Procfile | SignKind::AppJson | SignKind::HerokuYml));
        if facts.pins.is_empty() && facts.hints.is_empty() && facts.processes.is_empty() && !signs {
            continue;
        }
        let Some(place) = package_folder(file, &manifests) else { continue };
        let package = packages.entry(place.to_string()).or_default();
        package.folder = place.to_string();
        // An image that takes nothing of the project in is for something else, or for development.
        if file.lang != Lang::Dockerfile || facts.hints.contains(&Hint::CopiesProject) {
            package.pins.extend(facts.pins.iter().map(|pin| Place { file, pin }));
        }
        package.hints.extend(facts.hints.iter().map(|hint| (*file, hint)));
        package.application |= signs
            || facts
                .hints
                .iter()
                .any(|hint| matches!(hint, Hint::Application(_) | Hint::CopiesProject | Hint::Moves(_)));
        package.deployed |= signs;
        if file.lang == Lang::Procfile && signs {
            package.commands.extend(facts.processes.iter().map(|process| process.command.as_str()));
            if place.is_empty() {
                entered.extend(facts.processes.iter().filter_map(|process| entered_by(&process.command)));
            }
        }
    }
    let mut packages: Vec<Package<'_>> = packages.into_values().collect();
    let commands: Vec<&str> = packages
        .iter()
        .filter(|package| package.folder.is_empty())
        .flat_map(|p| p.commands.clone())
        .collect();
    for package in &mut packages {
        if entered.contains(&package.folder) {
            package.deployed = true;
            package.application = true;
            package.commands.extend(
                commands
                    .iter()
                    .filter(|command| entered_by(command).is_some_and(|entered| entered == package.folder)),
            );
        }
    }
    // What nothing else tells of is the root; Heroku's files in a folder say that it is that one.
    let elsewhere = packages.iter().any(|package| package.deployed);
    for package in packages.iter_mut().filter(|package| package.folder.is_empty()) {
        package.deployed |= !elsewhere;
    }
    packages
}

/// The folder whose package a file speaks about.
fn package_folder<'f>(file: &'f File, manifests: &BTreeSet<&str>) -> Option<&'f str> {
    let own = folder(&file.path);
    if file.lang == Lang::Dockerfile {
        if !is_production_dockerfile(&file.path) {
            return None;
        }
        let mut folder_of = own;
        loop {
            if manifests.contains(folder_of) {
                return Some(folder_of);
            }
            let name = folder_of.rsplit('/').next().unwrap_or_default();
            let outer = folder(folder_of);
            let outer_name = outer.rsplit('/').next().unwrap_or_default();
            let for_docker = DOCKER_FOLDERS.contains(&name) || DOCKER_FOLDERS.contains(&outer_name);
            if folder_of.is_empty() || !for_docker {
                return Some(own);
            }
            folder_of = outer;
        }
    }
    if file.role == Role::Ci {
        return Some("");
    }
    let tools = [".config/mise", ".mise", ".config", "binder", ".binder", ".do"];
    let inner = tools.iter().find_map(|tool| own.strip_suffix(tool));
    Some(
        inner
            .filter(|outer| outer.is_empty() || outer.ends_with('/'))
            .map_or(own, |o| o.trim_end_matches('/')),
    )
}

/// The folder that a command works in: `cd server && npm start`, `npm --prefix server start`.
fn entered_by(command: &str) -> Option<String> {
    let words: Vec<&str> = command.split_whitespace().collect();
    let at = words.iter().position(|word| matches!(*word, "cd" | "--prefix" | "-C" | "--cwd" | "--chdir"))?;
    let path = words.get(at + 1)?.trim_end_matches(';').trim_start_matches("./").trim_end_matches('/');
    let plain = !path.is_empty() && !path.starts_with(['/', '$', '.', '-', '~']);
    plain.then(|| path.to_string())
}
