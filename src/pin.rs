//! Runtime pins: what the files of a project say about the version of its language.
//!
//! A reader of [`read()`] gives the pins of one file, known by its name. What they mean together is for
//! the rules of the family (`rules/runtime.rs`).

mod allowed;
mod ci;
mod image;
mod manifests;
mod version_files;

use crate::lang::data::{Data, Id};
use crate::rule::Target;
use crate::span::Span;

pub use allowed::{Allowed, Dialect};

/// A language, or a tool that is pinned like one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Runtime {
    /// Ruby.
    Ruby,
    /// Python.
    Python,
    /// Node.js.
    Node,
    /// npm.
    Npm,
    /// Yarn.
    Yarn,
    /// pnpm.
    Pnpm,
    /// The Java virtual machine.
    Java,
    /// Go.
    Go,
    /// PHP.
    Php,
    /// .NET.
    DotNet,
    /// Elixir.
    Elixir,
    /// Erlang.
    Erlang,
}

impl Runtime {
    /// Every runtime, in the order of the documentation.
    pub const ALL: [Runtime; 12] = [
        Runtime::Ruby,
        Runtime::Python,
        Runtime::Node,
        Runtime::Npm,
        Runtime::Yarn,
        Runtime::Pnpm,
        Runtime::Java,
        Runtime::Go,
        Runtime::Php,
        Runtime::DotNet,
        Runtime::Elixir,
        Runtime::Erlang,
    ];

    /// The name for people.
    pub fn title(self) -> &'static str {
        match self {
            Runtime::Ruby => "Ruby",
            Runtime::Python => "Python",
            Runtime::Node => "Node.js",
            Runtime::Npm => "npm",
            Runtime::Yarn => "Yarn",
            Runtime::Pnpm => "pnpm",
            Runtime::Java => "Java",
            Runtime::Go => "Go",
            Runtime::Php => "PHP",
            Runtime::DotNet => ".NET",
            Runtime::Elixir => "Elixir",
            Runtime::Erlang => "Erlang",
        }
    }

    /// Whether it is a package manager, not what runs the program.
    pub fn is_package_manager(self) -> bool {
        matches!(self, Runtime::Npm | Runtime::Yarn | Runtime::Pnpm)
    }
}

/// The file, and the place in it, that a pin stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// `RUBY VERSION` of `Gemfile.lock`.
    GemfileLock,
    /// `ruby "3.3.9"` of a `Gemfile`.
    Gemfile,
    /// `.ruby-version`.
    RubyVersion,
    /// `.python-version`.
    PythonVersion,
    /// `runtime.txt`.
    RuntimeTxt,
    /// `_meta.requires` of `Pipfile.lock`.
    PipfileLock,
    /// `[requires]` of a `Pipfile`.
    Pipfile,
    /// `requires-python` of `pyproject.toml`.
    RequiresPython,
    /// `[tool.poetry.dependencies] python` of `pyproject.toml`.
    Poetry,
    /// `requires-python` of `uv.lock`.
    UvLock,
    /// `python_requires` of `setup.cfg`.
    SetupCfg,
    /// `python=…` of a conda `environment.yml`.
    Conda,
    /// `engines` of `package.json`.
    Engines,
    /// `packageManager` of `package.json`.
    PackageManager,
    /// `volta` of `package.json`.
    Volta,
    /// `devEngines` of `package.json`.
    DevEngines,
    /// `.nvmrc`.
    Nvmrc,
    /// `.node-version`.
    NodeVersion,
    /// `.tool-versions`.
    ToolVersions,
    /// `mise.toml`.
    Mise,
    /// `system.properties`.
    SystemProperties,
    /// `// +heroku goVersion` of `go.mod`.
    GoHeroku,
    /// The `go` directive of `go.mod`.
    GoDirective,
    /// `require.php` of `composer.json`.
    Composer,
    /// `platform.php` of `composer.lock`.
    ComposerLock,
    /// `sdk.version` of `global.json`.
    GlobalJson,
    /// `TargetFramework` of a project file.
    TargetFramework,
    /// `elixir_buildpack.config`.
    ElixirBuildpack,
    /// `phoenix_static_buildpack.config`.
    PhoenixStatic,
    /// `FROM` of a Dockerfile, in the stage that runs.
    Docker,
    /// A variable or a build argument in `render.yaml`.
    RenderYaml,
    /// A build argument in `fly.toml`.
    FlyToml,
    /// A step or a key that sets a runtime up in CI.
    Ci,
}

/// What a pin asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Wanted {
    /// These versions.
    Versions(Allowed),
    /// What that file says: `ruby file: ".ruby-version"`.
    File(String),
    /// Whatever is newest: `latest`, `lts/*`.
    Newest,
    /// It is computed, or another implementation.
    Unknown,
    /// Nothing: the text is none that the reader of this file understands. Why, in a few words.
    Invalid(&'static str),
}

/// A version that a file asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Pin {
    /// Of what.
    pub runtime: Runtime,
    /// Where.
    pub source: Source,
    /// The version as written; empty where it is a reference.
    pub text: String,
    /// The bytes of the version.
    pub span: Span,
    /// What it asks for.
    pub wanted: Wanted,
}

impl Pin {
    /// The versions that it allows, where these are known.
    pub fn allowed(&self) -> Option<&Allowed> {
        match &self.wanted {
            Wanted::Versions(allowed) => Some(allowed),
            _ => None,
        }
    }
}

/// What else a file says about the package it stands in.
#[derive(Clone, Debug, PartialEq)]
pub enum Hint {
    /// The package's dependencies in this language are listed here; the place to show.
    Manifest(Runtime, Span),
    /// The package is an application: it can be started by this language.
    Application(Runtime),
    /// Dependencies are managed by uv.
    Uv,
    /// A Dockerfile that copies the project around it in.
    CopiesProject,
    /// Heroku builds an image by this Dockerfile, a path from the folder of `heroku.yml`: `build.docker`.
    HerokuBuildsImage(String),
    /// A buildpack is asked for; its language, where it is one of those that are known here.
    Buildpack(Option<Runtime>),
    /// The files are for mybinder.org (repo2docker), which reads `runtime.txt` as well.
    Binder,
    /// A manifest of another platform.
    Moves(Target),
    /// The file has the name of a pin file, misspelled; the right name.
    Misnamed(&'static str),
    /// `runtime.txt` with something else than a version of Python.
    OtherRuntime(Span),
    /// A Heroku stack that has ended: its name.
    EndedStack(String, Span),
    /// CI runs several versions of this language.
    Matrix(Runtime),
}

/// Pins and hints of one file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// The pins, in order of place.
    pub pins: Vec<Pin>,
    /// The rest.
    pub hints: Vec<Hint>,
}

impl Found {
    fn pin(&mut self, runtime: Runtime, source: Source, text: &str, span: Span, wanted: Wanted) {
        self.pins.push(Pin { runtime, source, text: text.to_string(), span, wanted });
    }
}

/// Lock files longer than this are not looked at, in bytes.
const LONGEST: usize = 2_000_000;

/// Misspelled names of `.python-version` that Heroku's Python buildpack refuses
/// (`MISSPELLED_PYTHON_VERSION_FILE_NAMES` in its `lib/python_version.sh`), without those that differ by
/// blanks, which no walk over a repository shows.
const MISNAMED_PYTHON: &[&str] = &[
    ",python-version",
    ".Python-version",
    ".python-version.",
    ".python-version.TXT",
    ".python-version.py",
    ".python-version.rtf",
    ".python-version.txt",
    ".python.version",
    ".python_version",
    ".python_version.txt",
    ".pythonversion",
    "python-version",
    "python-version.",
    "python-version.txt",
    "python_version",
    "python_version.txt",
];

/// Version files in the root of a project. A rule of `.gitignore` such as `.*` meets them by accident, and
/// git goes on to track them.
pub const VERSION_FILES: &[&str] =
    &[".node-version", ".nvmrc", ".python-version", ".ruby-version", ".tool-versions", "runtime.txt"];

/// Whether a file has to be read for its name alone: few in a project, small, and without a word to
/// look for.
pub fn is_read_by_name(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    matches!(
        name,
        ".gitlab-ci.yml"
            | ".aptible.yml"
            | ".buildpacks"
            | ".dockerignore"
            | ".gitignore"
            | ".mise.toml"
            | ".node-version"
            | ".nvmrc"
            | ".python-version"
            | ".ruby-version"
            | ".slugignore"
            | ".tool-versions"
            | ".travis.yml"
            | "Dockerrun.aws.json"
            | "Gemfile.lock"
            | "Pipfile.lock"
            | "app.json"
            | "build.gradle"
            | "build.gradle.kts"
            | "composer.json"
            | "composer.lock"
            | "config.ru"
            | "elixir_buildpack.config"
            | "environment.yml"
            | "environment.yaml"
            | "fly.toml"
            | "global.json"
            | "go.mod"
            | "manage.py"
            | "mise.toml"
            | "mix.exs"
            | "phoenix_static_buildpack.config"
            | "pom.xml"
            | "railway.json"
            | "railway.toml"
            | "render.yaml"
            | "runtime.txt"
            | "setup.cfg"
            | "system.properties"
            | "uv.lock"
    ) || name.ends_with(".csproj")
        || name.ends_with(".fsproj")
        || is_dockerfile(name)
        || MISNAMED_PYTHON.contains(&name)
        || matches!(path, ".circleci/config.yml" | ".do/app.yaml" | ".do/app.yml")
}

fn is_dockerfile(name: &str) -> bool {
    let begins = |base: &str| {
        let start = name.get(..base.len()).is_some_and(|start| start.eq_ignore_ascii_case(base));
        start && (name.len() == base.len() || name[base.len()..].starts_with(['.', '-', '_']))
    };
    let ends = |end: &str| {
        let at = name.len().checked_sub(end.len());
        at.and_then(|at| name.get(at..)).is_some_and(|tail| tail.eq_ignore_ascii_case(end))
    };
    (begins("dockerfile") || begins("containerfile") || ends(".dockerfile")) && !ends(".dockerignore")
}

/// Lock files, which are otherwise left out as written by a program.
pub fn is_lock(name: &str) -> bool {
    matches!(name, "Gemfile.lock" | "Pipfile.lock" | "uv.lock" | "composer.lock")
}

/// What the file at `path` pins. Never fails: what is not understood gives no pin, or an invalid one.
pub fn read(path: &str, text: &str) -> Found {
    let name = path.rsplit('/').next().unwrap_or_default();
    let mut found = Found::default();
    if text.len() > LONGEST {
        return found;
    }
    match name {
        ".ruby-version" => version_files::ruby_version(text, &mut found),
        ".python-version" => version_files::python_version(text, &mut found),
        "runtime.txt" => version_files::runtime_txt(text, &mut found),
        ".nvmrc" => version_files::node_version(text, Source::Nvmrc, &mut found),
        ".node-version" => version_files::node_version(text, Source::NodeVersion, &mut found),
        ".tool-versions" => version_files::tool_versions(text, &mut found),
        "mise.toml" | ".mise.toml" => version_files::mise(text, &mut found),
        "config.toml" if path.ends_with("mise/config.toml") => version_files::mise(text, &mut found),
        "system.properties" => version_files::system_properties(text, &mut found),
        "elixir_buildpack.config" => {
            version_files::buildpack_config(text, Source::ElixirBuildpack, &mut found);
        }
        "phoenix_static_buildpack.config" => {
            version_files::buildpack_config(text, Source::PhoenixStatic, &mut found);
        }
        "Gemfile" => manifests::gemfile(text, &mut found),
        "Gemfile.lock" => manifests::gemfile_lock(text, &mut found),
        "Pipfile" => manifests::pipfile(text, &mut found),
        "Pipfile.lock" => manifests::pipfile_lock(text, &mut found),
        "pyproject.toml" => manifests::pyproject(text, &mut found),
        "uv.lock" => manifests::uv_lock(text, &mut found),
        "setup.cfg" => manifests::setup_cfg(text, &mut found),
        "setup.py" => manifests::manifest(Runtime::Python, text, &mut found),
        "requirements.txt" => manifests::manifest(Runtime::Python, text, &mut found),
        "environment.yml" | "environment.yaml" => manifests::conda(text, &mut found),
        "package.json" => manifests::package_json(text, &mut found),
        "composer.json" => manifests::composer_json(text, &mut found),
        "composer.lock" => manifests::composer_lock(text, &mut found),
        "go.mod" => manifests::go_mod(text, &mut found),
        "global.json" => manifests::global_json(text, &mut found),
        "pom.xml" | "build.gradle" | "build.gradle.kts" => {
            manifests::manifest(Runtime::Java, text, &mut found);
        }
        "mix.exs" => manifests::manifest(Runtime::Elixir, text, &mut found),
        "manage.py" => found.hints.push(Hint::Application(Runtime::Python)),
        "config.ru" => found.hints.push(Hint::Application(Runtime::Ruby)),
        "app.json" => manifests::app_json(text, &mut found),
        ".buildpacks" => manifests::buildpacks(text, &mut found),
        "heroku.yml" => manifests::heroku_yml(text, &mut found),
        "render.yaml" => {
            found.hints.push(Hint::Moves(Target::Render));
            manifests::render_yaml(text, &mut found);
        }
        "fly.toml" => {
            found.hints.push(Hint::Moves(Target::Fly));
            manifests::fly_toml(text, &mut found);
        }
        "railway.json" | "railway.toml" => found.hints.push(Hint::Moves(Target::Railway)),
        ".aptible.yml" => found.hints.push(Hint::Moves(Target::Aptible)),
        "Dockerrun.aws.json" => found.hints.push(Hint::Moves(Target::Aws)),
        _ if name.ends_with(".csproj") || name.ends_with(".fsproj") => {
            manifests::project_file(text, &mut found);
        }
        _ if MISNAMED_PYTHON.contains(&name) => found.hints.push(Hint::Misnamed(".python-version")),
        _ if is_dockerfile(name) => image::dockerfile(text, &mut found),
        _ if matches!(path, ".do/app.yaml" | ".do/app.yml") => {
            found.hints.push(Hint::Moves(Target::Digitalocean));
        }
        _ if name.ends_with(".yml") || name.ends_with(".yaml") => ci::read(path, text, &mut found),
        _ => {}
    }
    if path.starts_with("binder/") || path.starts_with(".binder/") {
        found.hints.push(Hint::Binder);
    }
    found.pins.sort_by_key(|pin| pin.span);
    found
}

/// The scalar reached by several keys: its text and where that stands.
fn text_at<'s>(data: &Data, keys: &[&str], source: &'s str) -> Option<(std::borrow::Cow<'s, str>, Span)> {
    text_of(data, data.at(data.root()?, keys)?, source)
}

fn text_of<'s>(data: &Data, id: Id, source: &'s str) -> Option<(std::borrow::Cow<'s, str>, Span)> {
    let id = data.follow(id);
    Some((data.text(id, source)?, data.scalar(id)?.inner))
}

/// Every line with its place, without its line break.
fn lines(text: &str) -> impl Iterator<Item = (&str, usize)> {
    let mut start = 0;
    text.split_inclusive('\n').map(move |line| {
        let at = start;
        start += line.len();
        (line.trim_end_matches(['\n', '\r']), at)
    })
}

/// A part of a line without the blanks around it, and its place; `at` is where the part begins.
fn trimmed(part: &str, at: usize) -> (&str, Span) {
    let kept = part.trim();
    let start = at + (part.len() - part.trim_start().len());
    (kept, Span::new(start, start + kept.len()))
}

/// The first line that is no comment and not empty: the place to show for a whole file.
fn first_line(text: &str, comment: &str) -> Span {
    lines(text)
        .map(|(line, at)| trimmed(line, at))
        .find(|(line, _)| !line.is_empty() && !line.starts_with(comment) && !line.starts_with('\u{feff}'))
        .map_or(Span::default(), |(_, span)| span)
}
