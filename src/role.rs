//! What a file is there for.

use crate::lang::Lang;

/// What a file is there for; decided once, by path and content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// The application's own code.
    App,
    /// Settings.
    Config,
    /// What builds and starts it.
    Build,
    /// Continuous integration.
    Ci,
    /// Tools for developers and operators.
    Script,
    /// Tests and what they need.
    Test,
    /// Documents and examples.
    Docs,
    /// Other people's code.
    Vendored,
    /// Written by a program.
    Generated,
}

impl Role {
    /// Every role, in the order of the documentation.
    pub const ALL: [Role; 9] = [
        Role::App,
        Role::Config,
        Role::Build,
        Role::Ci,
        Role::Script,
        Role::Test,
        Role::Docs,
        Role::Vendored,
        Role::Generated,
    ];

    /// Lower-case name.
    pub fn id(self) -> &'static str {
        match self {
            Role::App => "app",
            Role::Config => "config",
            Role::Build => "build",
            Role::Ci => "ci",
            Role::Script => "script",
            Role::Test => "test",
            Role::Docs => "docs",
            Role::Vendored => "vendored",
            Role::Generated => "generated",
        }
    }

    /// Whether findings in such a file are shown unless asked otherwise. The others are only counted:
    /// nothing there runs in production, or nobody can change it there.
    pub fn is_reported(self) -> bool {
        match self {
            Role::App | Role::Config | Role::Build | Role::Ci | Role::Script => true,
            Role::Test | Role::Docs | Role::Vendored | Role::Generated => false,
        }
    }
}

/// The role of the file at `path` with this text. The path is taken by its segments; content only tells
/// what a program wrote.
///
/// A folder's name is weak evidence: `build/` may be an application about builds, `features/` a part of a
/// front end, `vendor/` a model of sellers. Names with two meanings count only where the second meaning
/// is ruled out by where the folder stands or by the language of the file.
pub fn role(path: &str, lang: Lang, text: &str) -> Role {
    let at = At::new(path, lang);
    // The order is one of strength: other people's tests are other people's, an example's settings are
    // an example.
    if at.is_vendored() {
        Role::Vendored
    } else if at.is_generated() || is_generated_text(&at, text) {
        Role::Generated
    } else if is_library_copy(&at, text) {
        Role::Vendored
    } else if at.is_test() {
        Role::Test
    } else if at.is_ci() {
        Role::Ci
    } else if at.is_docs() {
        Role::Docs
    } else if at.is_build() {
        Role::Build
    } else if at.is_script() {
        Role::Script
    } else if at.is_config() {
        Role::Config
    } else {
        Role::App
    }
}

/// A path, taken apart.
struct At<'a> {
    folders: Vec<&'a str>,
    name: &'a str,
    /// The name up to its first dot (a leading dot is part of it).
    stem: &'a str,
    /// Behind the last dot.
    ext: &'a str,
    lang: Lang,
}

/// Folders that hold an application's own code: below them a name such as `docs` is the
/// application's subject.
const CODE: &[&str] = &[
    "app",
    "components",
    "controllers",
    "javascript",
    "lib",
    "modules",
    "pages",
    "routes",
    "server",
    "src",
    "views",
];

/// Folders of what browsers load: below them `scripts` are not for operators.
const BROWSER: &[&str] = &[
    "app",
    "assets",
    "components",
    "javascript",
    "javascripts",
    "js",
    "pages",
    "public",
    "src",
    "static",
    "www",
];

/// Folders whose children are packages of their own.
const CONTAINERS: &[&str] =
    &["apps", "engines", "gems", "npm-packages", "packages", "packs", "plugins", "services"];

/// Names of a part of a project, wherever it stands.
const PARTS: &[&str] = &[
    "admin",
    "api",
    "backend",
    "client",
    "frontend",
    "server",
    "ui",
    "web",
    "web-frontend",
    "webapp",
    "website",
];

/// Folders of what is seen: below them `settings` and `config` are shown, not read.
const SEEN: &[&str] = &["assets", "components", "javascripts", "pages", "static", "view", "views"];

impl<'a> At<'a> {
    fn new(path: &'a str, lang: Lang) -> Self {
        let mut folders: Vec<&str> = path.split('/').filter(|s| !s.is_empty() && *s != ".").collect();
        let name = folders.pop().unwrap_or("");
        let body = name.strip_prefix('.').unwrap_or(name);
        let stem = &name[..name.len() - body.len() + body.find('.').unwrap_or(body.len())];
        let ext = body.rsplit_once('.').map_or("", |(_, ext)| ext);
        Self { folders, name, stem, ext, lang }
    }

    fn below(&self, names: &[&str]) -> bool {
        self.folders.iter().any(|folder| names.contains(folder))
    }

    fn parent(&self) -> &'a str {
        self.folders.last().copied().unwrap_or("")
    }

    /// The folder before the one at `index`.
    fn before(&self, index: usize) -> &'a str {
        index.checked_sub(1).map_or("", |at| self.folders[at])
    }

    /// Whether one of the folders in front of `index` is one of `names`.
    fn inside(&self, index: usize, names: &[&str]) -> bool {
        self.folders[..index].iter().any(|folder| names.contains(folder))
    }

    /// Whether what stands at `index` lies directly in the root of the project or of a package.
    fn at_package_root(&self, index: usize) -> bool {
        match index {
            0 => true,
            1 => !matches!(self.folders[0], "src" | "spec" | "test" | "tests"),
            2 => CONTAINERS.contains(&self.folders[0]) || PARTS.contains(&self.folders[1]),
            _ => CONTAINERS.contains(&self.folders[index - 2]),
        }
    }

    fn is_web(&self) -> bool {
        matches!(self.lang, Lang::JavaScript | Lang::TypeScript | Lang::Tsx | Lang::Vue | Lang::Svelte)
    }

    /// Formats of data and settings.
    fn is_data(&self) -> bool {
        matches!(self.lang, Lang::Json | Lang::Yaml | Lang::Toml | Lang::Dotenv)
            || (self.lang == Lang::Plain && matches!(self.ext, "properties" | "txt" | ""))
    }

    fn is_vendored(&self) -> bool {
        const ALWAYS: &[&str] = &[
            ".bundle",
            ".eggs",
            ".next",
            ".nuxt",
            ".output",
            ".parcel-cache",
            ".pnp",
            ".svelte-kit",
            ".turbo",
            ".venv",
            ".yarn",
            "3rdparty",
            "Pods",
            "bower_components",
            "jspm_packages",
            "node_modules",
            "site-packages",
            "staticfiles",
            "third-party",
            "third_party",
            "virtualenv",
        ];
        if self.below(ALWAYS) || matches!(self.name, ".pnp.cjs" | ".pnp.loader.mjs") {
            return true;
        }
        self.folders.iter().enumerate().any(|(index, &folder)| match folder {
            "vendor" | "vendors" | "_vendor" => self.is_vendor(index),
            "venv" => self.at_package_root(index) || matches!(self.next(index), "lib" | "bin" | "Scripts"),
            "assets" | "packs" | "packs-test" | "build" if self.before(index) == "public" => {
                // Sources of a front end may live there, too; bundles do not come in other languages.
                self.at_package_root(index - 1) && (self.lang == Lang::JavaScript || self.is_data())
            }
            "dist" | "build" | "out" | "target" | "deps" | "coverage" | "_build" => self.is_output(index),
            _ => folder.ends_with(".egg-info"),
        })
    }

    fn next(&self, index: usize) -> &'a str {
        self.folders.get(index + 1).copied().unwrap_or("")
    }

    /// `vendor/` at the root is other people's code. Deeper it may be the word for a seller, which is
    /// written in the application's language; copies of libraries there are plain JavaScript.
    fn is_vendor(&self, index: usize) -> bool {
        index == 0
            || matches!(
                self.next(index),
                "assets" | "bower" | "bundle" | "cache" | "gems" | "github.com" | "plugins" | "ruby"
            )
            || match self.lang {
                Lang::JavaScript => !self.inside(index, &["controllers", "models", "routes", "views"]),
                Lang::Ruby
                | Lang::Python
                | Lang::TypeScript
                | Lang::Tsx
                | Lang::Erb
                | Lang::Haml
                | Lang::Slim => {
                    self.at_package_root(index) && self.before(index) != "lib" && self.before(index) != "app"
                }
                _ => self.at_package_root(index) || self.inside(index, BROWSER),
            }
    }

    /// A folder of build output. Only in the root of a package, and only with what compilers for the
    /// web write; the exceptions have their own shape.
    fn is_output(&self, index: usize) -> bool {
        if !self.at_package_root(index) {
            return self.folders[index] == "dist" && self.is_web() && self.inside(index, BROWSER);
        }
        let next = self.next(index);
        match self.folders[index] {
            "target" => {
                matches!(next, "classes" | "debug" | "release" | "generated-sources" | "test-classes")
            }
            "coverage" => self.is_data() || matches!(next, "lcov-report"),
            "deps" => self.lang == Lang::Plain || matches!(self.ext, "ex" | "exs" | "erl"),
            "_build" => true,
            "build" if self.lang == Lang::Python => next == "lib" || next.starts_with("lib."),
            // Scripts that build, kept in `build/`, are short of every sign of output.
            "build" => {
                matches!(
                    next,
                    "static" | "assets" | "lib" | "src" | "client" | "server" | "_next" | "esm" | "cjs"
                ) && (self.is_web() || self.is_data())
            }
            "out" => self.is_web() || self.is_data(),
            _ => self.is_web() || self.is_data() || (self.lang == Lang::Python && next == "lib"),
        }
    }

    fn is_generated(&self) -> bool {
        const FOLDERS: &[&str] = &["__generated__", "__snapshots__", "cassettes", "vcr_cassettes"];
        const LOCKS: &[&str] = &[
            "composer.lock",
            "deno.lock",
            "npm-shrinkwrap.json",
            "package-lock.json",
            "packages.lock.json",
            "pnpm-lock.yaml",
            "shrinkwrap.yaml",
        ];
        const DICTIONARIES: &[&str] =
            &["i18n", "intl", "l10n", "lang", "languages", "locale", "locales", "translations"];
        if self.below(FOLDERS) || LOCKS.contains(&self.name) || matches!(self.ext, "lock" | "map" | "snap") {
            return true;
        }
        if self.is_data() && (self.below(DICTIONARIES) || self.name.contains(".i18n.")) {
            return true;
        }
        let compiled = [
            ".min.js",
            "-min.js",
            ".min.mjs",
            ".min.cjs",
            ".bundle.js",
            ".chunk.js",
            "_pb.js",
            "_pb.ts",
            "_pb.d.ts",
        ]
        .iter()
        .any(|end| self.name.ends_with(end));
        let schema = ["_pb2.py", "_pb2.pyi", "_pb2_grpc.py", "_pb.rb", "_pb2_grpc.pyi"]
            .iter()
            .any(|end| self.name.ends_with(end));
        compiled
            || schema
            || self.name.contains(".pb.")
            || self.name.contains(".generated.")
            || self.name.contains(".gen.")
    }

    fn is_test(&self) -> bool {
        const ALWAYS: &[&str] = &[
            "__fixtures__",
            "__mocks__",
            "__test__",
            "__tests__",
            "_test",
            "_tests",
            "cypress",
            "e2e",
            "e2e-tests",
            "e2e_tests",
            "functional_tests",
            "integration-tests",
            "integration_tests",
            "playwright",
            "smoke-tests",
            "test-data",
            "test-helpers",
            "test_data",
            "test_helpers",
            "test_utils",
            "test-utils",
            "testdata",
            "tests",
        ];
        self.below(ALWAYS)
            || self.folders.iter().enumerate().any(|(index, &folder)| match folder {
                // A page, a route or a template about tests, a specification of an interface.
                "test" => {
                    !matches!(self.before(index), "views" | "templates" | "pages" | "routes" | "layouts")
                }
                "spec" | "specs" => {
                    !matches!(self.before(index), "openapi" | "swagger" | "schema" | "schemas" | "graphql")
                }
                "fixtures" => self.is_fixture(index),
                "features" => self.is_feature(index),
                _ => false,
            })
            || self.is_test_name()
    }

    /// Records to load, wherever they are; programs only where tests are, for seeds are called so, too.
    fn is_fixture(&self, index: usize) -> bool {
        index == 0 || self.is_data() || self.lang == Lang::Sql
    }

    /// Cucumber and behave. Front ends and services call their parts so, too.
    fn is_feature(&self, index: usize) -> bool {
        let next = self.next(index);
        match self.lang {
            Lang::Ruby => index == 0 || matches!(next, "step_definitions" | "support"),
            Lang::Python => {
                matches!(next, "steps")
                    || (self.folders.len() == index + 1 && matches!(self.name, "environment.py" | "steps.py"))
            }
            _ => index == 0 && matches!(next, "step_definitions" | "support" | "steps" | "fixtures"),
        }
    }

    fn is_test_name(&self) -> bool {
        let name = self.name;
        // Django's own commands may be called so: `management/commands/test_email.py`.
        if self.parent() == "commands" && self.below(&["management"]) {
            return false;
        }
        if [".test.", ".spec.", ".cy.", ".e2e-spec.", ".e2e."].iter().any(|part| name.contains(part)) {
            return true;
        }
        let body = &name[..name.len() - if self.ext.is_empty() { 0 } else { self.ext.len() + 1 }];
        match self.lang {
            Lang::Ruby => {
                // `ab_test.rb` may be a model.
                let model = self.inside(
                    self.folders.len(),
                    &[
                        "channels",
                        "controllers",
                        "helpers",
                        "jobs",
                        "mailers",
                        "models",
                        "services",
                        "workers",
                    ],
                );
                ((body.ends_with("_test") || body.ends_with("_spec")) && !model)
                    || matches!(name, "spec_helper.rb" | "test_helper.rb" | "rails_helper.rb" | ".simplecov")
                    || (name == "test.rb" && self.parent() == "environments")
            }
            Lang::Python => {
                body.starts_with("test_")
                    || body.ends_with("_test")
                    || body.ends_with("_tests")
                    || matches!(
                        name,
                        "conftest.py" | "tests.py" | "test.py" | "settings_test.py" | "noxfile.py"
                    )
                    || (matches!(body, "testing" | "unittest")
                        && matches!(self.parent(), "settings" | "config"))
            }
            Lang::JavaScript | Lang::TypeScript | Lang::Tsx => {
                body.ends_with("_test")
                    || body.ends_with("_spec")
                    || matches!(
                        self.stem,
                        "test"
                            | "tests"
                            | "setupTests"
                            | "testUtils"
                            | "test-utils"
                            | "jest"
                            | "vitest"
                            | "karma"
                            | "playwright"
                            | "cypress"
                            | "protractor"
                            | "codecept"
                            | "wdio"
                    )
            }
            Lang::Plain => {
                name == "tox.ini"
                    || (self.ext == "go" && body.ends_with("_test"))
                    || body.starts_with("test_requirements")
                    || body.starts_with("test-requirements")
            }
            Lang::Dotenv => {
                let whole = name.trim_start_matches('.');
                whole == "env.test"
                    || whole.starts_with("env.test.")
                    || whole == "env.testing"
                    || whole == "test.env"
            }
            Lang::Procfile => name == "Procfile.test",
            Lang::Dockerfile => matches!(name, "Dockerfile.test" | "Dockerfile-test" | "test.Dockerfile"),
            Lang::Json | Lang::Yaml | Lang::Toml => {
                (body == "test" && matches!(self.parent(), "config" | "settings" | "environments"))
                    || matches!(body, "cypress" | "cucumber" | ".mocharc" | ".nycrc")
            }
            _ => false,
        }
    }

    fn is_ci(&self) -> bool {
        const FOLDERS: &[&str] = &[
            ".azure-pipelines",
            ".buildkite",
            ".circleci",
            ".drone",
            ".github",
            ".gitlab",
            ".semaphore",
            ".teamcity",
            ".travis",
            ".woodpecker",
        ];
        const NAMES: &[&str] = &[
            ".appveyor",
            ".cirrus",
            ".codeclimate",
            ".codecov",
            ".drone",
            ".gitlab-ci",
            ".semaphore",
            ".travis",
            ".woodpecker",
            "appveyor",
            "azure-pipelines",
            "bitbucket-pipelines",
            "buildspec",
            "circle",
            "cloudbuild",
            "codecov",
            "codeship-services",
            "codeship-steps",
            "wercker",
        ];
        self.below(FOLDERS)
            || matches!(self.folders.first(), Some(&("ci" | ".ci")))
            || (self.lang == Lang::Yaml && NAMES.contains(&self.stem))
            || self.stem == "Jenkinsfile"
    }

    fn is_docs(&self) -> bool {
        let folder = self.folders.iter().enumerate().any(|(index, &folder)| match folder {
            "docs" | "doc" | "wiki" | "documentation" | "changelog" | "changelogs" | "example"
            | "examples" | "samples" => !self.inside(index, CODE),
            _ => false,
        });
        let interface =
            matches!(self.lang, Lang::Json | Lang::Yaml) && matches!(self.stem, "openapi" | "swagger");
        folder || interface
    }

    fn is_build(&self) -> bool {
        const NAMES: &[&str] = &[
            ".buildpacks",
            ".dockerignore",
            ".gitignore",
            ".node-version",
            ".npmrc",
            ".nvmrc",
            ".profile",
            ".python-version",
            ".ruby-version",
            ".slugignore",
            ".tool-versions",
            ".yarnrc",
            ".yarnrc.yml",
            "Aptfile",
            "Brocfile.js",
            "Chart.yaml",
            "Pipfile",
            "apprunner.yaml",
            "captain-definition",
            "composer.json",
            "elixir_buildpack.config",
            "ember-cli-build.js",
            "fig.yml",
            "fly.toml",
            "go.mod",
            "heroku.yml",
            "netlify.toml",
            "nltk.txt",
            "nixpacks.toml",
            "now.json",
            "package.json",
            "phoenix_static_buildpack.config",
            "project.toml",
            "pyproject.toml",
            "railway.json",
            "railway.toml",
            "render.yaml",
            "runtime.txt",
            "scalingo.json",
            "setup.cfg",
            "setup.py",
            "static.json",
            "system.properties",
            "vercel.json",
        ];
        const DEPLOYMENT: &[&str] = &[
            ".cloud66",
            ".do",
            ".ebextensions",
            ".heroku",
            ".kamal",
            ".platform",
            ".profile.d",
            "ansible",
            "helm",
            "k8s",
            "kubernetes",
            "terraform",
        ];
        const TOOLS: &[&str] = &[
            ".babelrc",
            "Gruntfile",
            "astro",
            "babel",
            "craco",
            "esbuild",
            "gatsby-config",
            "gulpfile",
            "metro",
            "next",
            "nuxt",
            "parcel",
            "postcss",
            "remix",
            "rollup",
            "rspack",
            "snowpack",
            "svelte",
            "tailwind",
            "tsup",
            "vite",
            "vue",
            "webpack",
        ];
        if NAMES.contains(&self.name) || self.below(DEPLOYMENT) {
            return true;
        }
        // Helm's; a component may draw charts.
        if matches!(self.lang, Lang::Yaml | Lang::Json) && self.below(&["charts"]) {
            return true;
        }
        if matches!(self.lang, Lang::Yaml | Lang::Json | Lang::Shell | Lang::Plain)
            && (self.below(&["docker"]) || self.folders.first() == Some(&"deploy"))
        {
            return true;
        }
        match self.lang {
            Lang::Dockerfile => !self.below(&[".devcontainer"]),
            Lang::Procfile => !self.is_for_development(),
            Lang::Yaml => {
                (self.name.starts_with("docker-compose") || self.stem == "compose")
                    && !self.below(&[".devcontainer"])
            }
            // `app.json` names review apps as well: `app.staging.json`.
            Lang::Json => {
                (self.stem == "app" && !self.inside(self.folders.len(), &["src", "data", "public", "static"]))
                    || self.stem == "tsconfig"
            }
            Lang::Plain => {
                matches!(self.ext, "txt" | "in")
                    || (self.ext == "tf" || self.ext == "tfvars")
                    || self.ext == "gradle"
            }
            Lang::Ruby => {
                self.name.starts_with("Gemfile") || self.ext == "gemspec" || self.name == "Appraisals"
            }
            Lang::JavaScript | Lang::TypeScript => {
                // `next.config.js`, `gulpfile.babel.js`, `webpack.prod.js`, `webpack-dev.config.js`
                let tool = |name: &str| {
                    self.name == format!("{name}.{}", self.ext)
                        || self.name.starts_with(&format!("{name}.config."))
                };
                TOOLS.iter().any(|name| tool(name))
                    || ["webpack.", "webpack-", "gulpfile.", "rollup.", "esbuild."]
                        .iter()
                        .any(|s| self.name.starts_with(s))
                    || self.below(&["webpack", ".storybook", "gulp"])
            }
            Lang::Shell => self.is_start(),
            _ => self.is_start() && self.ext.is_empty(),
        }
    }

    fn is_for_development(&self) -> bool {
        [".dev", ".development", ".local", "-dev", "_dev"].iter().any(|end| self.name.ends_with(end))
            || self.below(&[".devcontainer"])
    }

    /// What a platform runs by its name, or a person names in a Procfile.
    fn is_start(&self) -> bool {
        let first = self.stem.split(['-', '_']).next().unwrap_or("");
        let hook = matches!(
            self.name,
            "pre_compile" | "post_compile" | "compile" | "release" | "detect" | "pre_build" | "post_build"
        );
        let starts = matches!(first, "start" | "entrypoint" | "boot" | "heroku" | "web" | "worker")
            || matches!(
                self.stem,
                "docker-entrypoint" | "run" | "release" | "release-tasks" | "release_tasks" | "postdeploy"
            );
        match self.parent() {
            "bin" => hook || starts,
            "script" | "scripts" => {
                matches!(first, "start" | "entrypoint" | "heroku") || self.stem == "docker-entrypoint"
            }
            "" | "docker" | "deploy" => starts,
            _ => self.stem == "docker-entrypoint" || self.stem == "entrypoint",
        }
    }

    fn is_script(&self) -> bool {
        if self.lang == Lang::Makefile
            || matches!(self.ext, "rake" | "thor" | "cap")
            || matches!(
                self.name,
                "Rakefile"
                    | "rakefile"
                    | "Thorfile"
                    | "Capfile"
                    | "Vagrantfile"
                    | "Guardfile"
                    | "Brewfile"
                    | "Dangerfile"
                    | "Fastfile"
                    | "fabfile.py"
                    | ".pryrc"
                    | ".irbrc"
                    | ".envrc"
            )
            || self.below(&[".devcontainer", ".husky", ".githooks"])
            || (self.lang == Lang::Procfile && self.is_for_development())
        {
            return true;
        }
        self.folders.iter().enumerate().any(|(index, &folder)| match folder {
            // `bin/www` is how Express starts, `bin/server` says so itself.
            "bin" => {
                let program =
                    self.is_web() && matches!(self.stem, "www" | "server" | "app" | "index" | "main");
                !program && !self.inside(index, &["src", "assets", "public"])
            }
            "script" | "scripts" => !self.inside(index, BROWSER),
            "tasks" => self.lang == Lang::Ruby && (index == 0 || self.before(index) == "lib"),
            "tools" | "hack" | "dev" | "dev-tools" | "devops" | "vagrant" => {
                index == 0 && !matches!(self.lang, Lang::Dockerfile)
            }
            _ => false,
        })
    }

    fn is_config(&self) -> bool {
        const STEMS: &[&str] = &[
            "conf",
            "config",
            "configuration",
            "default_settings",
            "environment",
            "gunicorn",
            "gunicorn_conf",
            "gunicorn_config",
            "knexfile",
            "local_settings",
            "newrelic",
            "nginx",
            "ormconfig",
            "puma",
            "unicorn",
        ];
        let data = self.is_data();
        let code = matches!(self.lang, Lang::Python | Lang::Ruby | Lang::JavaScript | Lang::TypeScript);
        let seen = self.below(SEEN);
        let folder = self.folders.iter().enumerate().any(|(index, &folder)| match folder {
            "config" | "conf" | ".config" | "configs" | "configuration" => !self.inside(index, SEEN),
            "settings" => {
                self.lang == Lang::Python
                    && (index <= 1 || matches!(self.before(index), "config" | "conf" | "project"))
            }
            _ => false,
        });
        folder
            || (STEMS.contains(&self.stem) && (code || data) && !seen)
            || (matches!(self.stem, "application" | "settings") && data && !seen)
            || self.name.contains(".config.")
            || self.lang == Lang::Dotenv
            || (self.lang == Lang::Python
                && (self.stem.starts_with("settings") || self.stem.ends_with("_settings"))
                && !self.below(&["migrations", "versions"]))
            || (self.folders.is_empty() && (data || self.stem.starts_with('.')))
            || (self.stem.starts_with('.') && data)
            || self.name == ".sequelizerc"
    }
}

/// Whether the text itself says that a program wrote it.
fn is_generated_text(at: &At<'_>, text: &str) -> bool {
    // The state of a database is kept by hand as much as by the framework, and rules look at it.
    if (at.name == "schema.rb" && at.parent() == "db") || at.lang == Lang::Sql {
        return false;
    }
    let templates = matches!(at.lang, Lang::Erb | Lang::Haml | Lang::Slim | Lang::Vue | Lang::Svelte);
    let settings =
        matches!(at.lang, Lang::Dotenv | Lang::Procfile | Lang::Dockerfile | Lang::Plain | Lang::Makefile);
    if !settings && !templates && text.len() > 4096 {
        let lines = memchr::memchr_iter(b'\n', text.as_bytes()).count() + 1;
        if text.len() / lines > 500 {
            return true;
        }
    }
    match at.lang {
        Lang::Json | Lang::Yaml if text.len() > 256 * 1024 => return true,
        Lang::TypeScript if at.name.ends_with(".d.ts") && text.len() > 64 * 1024 => return true,
        Lang::JavaScript if text.starts_with("/******/") || has_source_map(text) => return true,
        _ => {}
    }
    at.lang != Lang::Json && says_generated(text, !settings && at.lang != Lang::Yaml && at.lang != Lang::Toml)
}

/// What compilers write into the last line.
fn has_source_map(text: &str) -> bool {
    let last = text.trim_end().rsplit('\n').next().unwrap_or("");
    last.starts_with("//# sourceMappingURL=") || last.starts_with("//@ sourceMappingURL=")
}

/// Looks for the usual words in the comments at the top. `DO NOT EDIT` alone also stands over settings
/// that people are asked to copy, so there it does not count.
fn says_generated(text: &str, code: bool) -> bool {
    text.lines()
        .take(12)
        .map(str::trim_start)
        .filter(|line| {
            ["//", "#", "/*", "*", "<!--", "<%#", "-#", "--", "\"\"\""]
                .iter()
                .any(|start| line.starts_with(start))
        })
        .filter(|line| line.len() < 400)
        .any(|line| {
            line.contains("@generated")
                || line.contains("Code generated by")
                || (code && {
                    let line = line.to_ascii_lowercase();
                    line.contains("do not edit")
                        || line.contains("auto-generated by")
                        || line.contains("autogenerated by")
                        || line.contains("automatically generated by")
                })
        })
}

/// A released library that was copied in among what browsers load.
fn is_library_copy(at: &At<'_>, text: &str) -> bool {
    const LIBRARIES: &[&str] = &[
        "angular",
        "backbone",
        "bootstrap",
        "d3",
        "ember",
        "handlebars",
        "highcharts",
        "jquery",
        "knockout",
        "leaflet",
        "lodash",
        "modernizr",
        "moment",
        "mustache",
        "prototype",
        "react",
        "react-dom",
        "require",
        "select2",
        "underscore",
        "vue",
        "zepto",
    ];
    if at.lang != Lang::JavaScript || !at.below(&["assets", "javascripts", "js", "public", "static", "www"]) {
        return false;
    }
    // `jquery-3.6.0.js`, `jquery.cookie.js`, `d3.v3.js`
    let base = at.name[..at.name.len() - at.ext.len()].trim_end_matches('.');
    let versioned = LIBRARIES.iter().any(|library| {
        base.strip_prefix(library)
            .is_some_and(|rest| rest.starts_with(['-', '.']) && rest.bytes().any(|b| b.is_ascii_digit()))
    });
    // The exclamation mark keeps a licence through minifying: releases have it, applications do not.
    versioned
        || matches!(base, "jquery" | "modernizr")
        || base.starts_with("jquery.")
        || text.starts_with("/*!")
}
