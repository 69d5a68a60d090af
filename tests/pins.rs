//! What each kind of file pins, as tables.

use std::collections::BTreeSet;

use dynolint::pin::{Allowed, Dialect, Hint, Pin, Runtime, Wanted, is_read_by_name, read};
use dynolint::settings::Settings;
use proptest::prelude::*;

/// A pin in a line: runtime, source, text, and what it comes to.
fn shown(pin: &Pin, text: &str) -> String {
    let wanted = match &pin.wanted {
        Wanted::Versions(allowed) => match allowed.least() {
            Some(least) if allowed.is_unbounded() => format!("{}.{}.{}+", least[0], least[1], least[2]),
            Some(least) if allowed.is_exact() => format!("={}.{}.{}", least[0], least[1], least[2]),
            Some(least) => format!("{}.{}.{}..", least[0], least[1], least[2]),
            None => "none".to_string(),
        },
        Wanted::File(name) => format!("as {name}"),
        Wanted::Newest => "newest".to_string(),
        Wanted::Unknown => "?".to_string(),
        Wanted::Invalid(why) => format!("invalid: {why}"),
    };
    // What is shown of the file is what the pin says.
    let under = pin.span.of(text);
    assert!(pin.text.is_empty() || under.contains(&pin.text) || !under.is_empty(), "{pin:?}");
    format!("{} {:?} `{}` {wanted}", pin.runtime.title(), pin.source, under)
}

fn check(path: &str, rows: &[(&str, &[&str])]) {
    for (text, expected) in rows {
        let pins: Vec<String> = read(path, text).pins.iter().map(|pin| shown(pin, text)).collect();
        assert_eq!(pins, *expected, "{path}: {text}");
    }
}

fn hints(path: &str, text: &str) -> Vec<Hint> {
    read(path, text).hints
}

#[test]
fn ruby() {
    check(
        ".ruby-version",
        &[
            ("3.4.8\n", &["Ruby RubyVersion `3.4.8` =3.4.8"]),
            ("ruby-3.4.8", &["Ruby RubyVersion `ruby-3.4.8` =3.4.8"]),
            ("3.4\n", &["Ruby RubyVersion `3.4` 3.4.0.."]),
            ("# ours\n\n3.4.8@shop\n", &["Ruby RubyVersion `3.4.8@shop` =3.4.8"]),
            ("jruby-9.4.8.0\n", &["Ruby RubyVersion `jruby-9.4.8.0` ?"]),
            (
                ">= 3.1\n",
                &["Ruby RubyVersion `>= 3.1` invalid: is a requirement, and version managers want a version"],
            ),
            ("", &[]),
        ],
    );
    check(
        "Gemfile",
        &[
            ("ruby \"3.2.2\"\n", &["Ruby Gemfile `3.2.2` =3.2.2"]),
            ("  ruby('3.2.2')\n", &["Ruby Gemfile `3.2.2` =3.2.2"]),
            ("ruby \"~> 3.2\", \">= 3.2.1\"\n", &["Ruby Gemfile `~> 3.2\", \">= 3.2.1` 3.2.1.."]),
            ("ruby '3.1.0', engine: 'jruby', engine_version: '9.4.5.0'\n", &["Ruby Gemfile `3.1.0` ?"]),
            ("ruby file: \".ruby-version\"\n", &["Ruby Gemfile `file: \".ruby-version\"` as .ruby-version"]),
            (
                "ruby File.read('.ruby-version').strip\n",
                &["Ruby Gemfile `File.read('.ruby-version').strip` as .ruby-version"],
            ),
            ("ruby ENV[\"RUBY_VERSION\"] || \"3.3.0\"\n", &["Ruby Gemfile `3.3.0` =3.3.0"]),
            ("ruby ENV.fetch('RUBY_VERSION', '3.3.0')\n", &["Ruby Gemfile `3.3.0` =3.3.0"]),
            ("ruby RUBY_VERSION\n", &["Ruby Gemfile `RUBY_VERSION` ?"]),
            ("ruby \"~> #{version}\"\n", &["Ruby Gemfile `\"~> #{version}\"` ?"]),
            ("# ruby \"3.2.2\"\ngem \"ruby-openai\"\nruby_version = 1\n", &[]),
        ],
    );
    check(
        "Gemfile.lock",
        &[
            (
                "RUBY VERSION\n   ruby 3.3.9p170\n\nBUNDLED WITH\n   2.5.3\n",
                &["Ruby GemfileLock `3.3.9` =3.3.9"],
            ),
            ("RUBY VERSION\n  ruby 4.0.6\n", &["Ruby GemfileLock `4.0.6` =4.0.6"]),
            ("RUBY VERSION\n   ruby 3.1.4p0 (jruby 9.4.8.0)\n", &["Ruby GemfileLock `3.1.4` ?"]),
            ("GEM\n  specs:\n    ruby (1.0)\n", &[]),
        ],
    );
}

#[test]
fn python() {
    let invalid = |text: &str, why: &str| format!("Python PythonVersion `{text}` invalid: {why}");
    check(
        ".python-version",
        &[
            ("3.13\n", &["Python PythonVersion `3.13` 3.13.0.."]),
            ("# c\n\n 3.13.2 \r\n", &["Python PythonVersion `3.13.2` =3.13.2"]),
            ("python-3.13\n", &[&invalid("python-3.13", "has a `python-` before the version")]),
            ("3.13.*\n", &[&invalid("3.13.*", "has a wildcard")]),
            (
                "3.13\n3.12\n",
                &[&invalid("3.13\n3.12", "holds several versions, and the buildpack takes one")],
            ),
            ("3\n", &[&invalid("3", "is neither `N.N` nor `N.N.N`")]),
            ("pypy3.10-7.3\n", &[&invalid("pypy3.10-7.3", "is neither `N.N` nor `N.N.N`")]),
            ("3.013\n", &[&invalid("3.013", "is neither `N.N` nor `N.N.N`")]),
            ("", &[&invalid("", "holds no version")]),
        ],
    );
    check(
        "runtime.txt",
        &[
            ("python-3.12.4\n", &["Python RuntimeTxt `3.12.4` =3.12.4"]),
            (" python-3.12 ", &["Python RuntimeTxt `3.12` 3.12.0.."]),
            (
                "python-3\n",
                &["Python RuntimeTxt `python-3` invalid: is neither `python-N.N` nor `python-N.N.N`"],
            ),
            ("r-4.2-2023-01-10\n", &[]),
            ("ruby-3.1\n", &[]),
        ],
    );
    assert_eq!(hints("runtime.txt", "r-4.2-2023-01-10\n"), [Hint::Binder]);
    assert!(matches!(hints("runtime.txt", "ruby-3.1\n")[..], [Hint::OtherRuntime(_)]));
    check(
        "pyproject.toml",
        &[
            (
                "[project]\nrequires-python = \">=3.11,<3.13\"\n",
                &["Python RequiresPython `>=3.11,<3.13` 3.11.0.."],
            ),
            ("[tool.poetry.dependencies]\npython = \"^3.11\"\n", &["Python Poetry `^3.11` 3.11.0.."]),
            ("[tool.poetry.dependencies.python]\nversion = \"~3.11\"\n", &["Python Poetry `~3.11` 3.11.0.."]),
            ("[tool.black]\nline-length = 100\n", &[]),
            ("not toml", &[]),
        ],
    );
    check("Pipfile", &[("[requires]\npython_version = \"3.12\"\n", &["Python Pipfile `3.12` 3.12.0.."])]);
    check(
        "Pipfile.lock",
        &[(
            "{\"_meta\": {\"requires\": {\"python_full_version\": \"3.12.1\", \"python_version\": \"3.12\"}}}",
            &["Python PipfileLock `3.12.1` =3.12.1"],
        )],
    );
    check("uv.lock", &[("version = 1\nrequires-python = \">=3.12\"\n", &["Python UvLock `>=3.12` 3.12.0+"])]);
    check("setup.cfg", &[("[options]\npython_requires = >=3.8\n", &["Python SetupCfg `>=3.8` 3.8.0+"])]);
    check(
        "environment.yml",
        &[
            ("dependencies:\n  - python=3.9\n  - pip\n", &["Python Conda `3.9` 3.9.0.."]),
            ("dependencies:\n  - python>=3.9\n", &["Python Conda `>=3.9` 3.9.0+"]),
            ("dependencies:\n  - python-dateutil=2\n", &[]),
        ],
    );
}

#[test]
fn node() {
    check(
        ".nvmrc",
        &[
            ("v20.11.1\n", &["Node.js Nvmrc `v20.11.1` =20.11.1"]),
            ("20", &["Node.js Nvmrc `20` 20.0.0.."]),
            ("lts/iron\n", &["Node.js Nvmrc `lts/iron` 20.0.0.."]),
            ("lts/Krypton # newest\n", &["Node.js Nvmrc `lts/Krypton` 24.0.0.."]),
            ("lts/*\n", &["Node.js Nvmrc `lts/*` newest"]),
            ("node\n", &["Node.js Nvmrc `node` newest"]),
            ("system\n", &["Node.js Nvmrc `system` ?"]),
        ],
    );
    check(
        "package.json",
        &[
            (
                "{\"engines\": {\"node\": \"20.x\", \"npm\": \">=10\", \"yarn\": \"1.22.19\"}}",
                &[
                    "Node.js Engines `20.x` 20.0.0..",
                    "npm Engines `>=10` 10.0.0+",
                    "Yarn Engines `1.22.19` =1.22.19",
                ],
            ),
            ("{\"packageManager\": \"pnpm@9.1.0+sha256.abc\"}", &["pnpm PackageManager `9.1.0` =9.1.0"]),
            ("{\"volta\": {\"node\": \"20.11.1\"}}", &["Node.js Volta `20.11.1` =20.11.1"]),
            (
                "{\"devEngines\": {\"runtime\": {\"name\": \"node\", \"version\": \">=22\"}}}",
                &["Node.js DevEngines `>=22` 22.0.0+"],
            ),
            ("{\"engines\": {\"node\": \"*\"}}", &["Node.js Engines `*` newest"]),
            (
                "{\"engines\": {\"node\": \"twenty\"}}",
                &["Node.js Engines `twenty` invalid: is no version range of npm"],
            ),
            ("{\"engines\": {\"vscode\": \"^1.80\"}}", &[]),
            ("{", &[]),
        ],
    );
    check(
        ".tool-versions",
        &[(
            "# tools\nnodejs 20.11.1\nruby 3.3.0 system\nelixir 1.16.0-otp-26\njava temurin-21.0.2+13\nterraform 1.7\npython latest:3.12\nyarn ref:abc\n",
            &[
                "Node.js ToolVersions `20.11.1` =20.11.1",
                "Ruby ToolVersions `3.3.0` =3.3.0",
                "Elixir ToolVersions `1.16.0-otp-26` =1.16.0",
                "Java ToolVersions `temurin-21.0.2+13` =21.0.2",
                "Python ToolVersions `latest:3.12` 3.12.0..",
                "Yarn ToolVersions `ref:abc` ?",
            ],
        )],
    );
    check(
        "mise.toml",
        &[(
            "[tools]\nnode = \"20\"\npython = [\"3.12\", \"3.11\"]\ngo = { version = \"1.22\" }\nruby = \"latest\"\n",
            &[
                "Node.js Mise `20` 20.0.0..",
                "Python Mise `3.12` 3.12.0..",
                "Go Mise `1.22` 1.22.0..",
                "Ruby Mise `latest` newest",
            ],
        )],
    );
}

#[test]
fn other_languages() {
    check(
        "system.properties",
        &[
            ("java.runtime.version=21\n", &["Java SystemProperties `21` 21.0.0.."]),
            ("java.runtime.version = 1.8 # default\n", &["Java SystemProperties `1.8` 8.0.0.."]),
            ("java.runtime.version=zulu-17.0.2\n", &["Java SystemProperties `zulu-17.0.2` =17.0.2"]),
            (
                "java.runtime.version=latest\n",
                &["Java SystemProperties `latest` invalid: holds no version of Java"],
            ),
            ("maven.version=3.9\n# java.runtime.version=21\n", &[]),
        ],
    );
    check(
        "go.mod",
        &[
            (
                "module example.com/shop\n// +heroku goVersion go1.24\n\ngo 1.22.3\n\ntoolchain go1.22.5\n",
                &["Go GoHeroku `go1.24` 1.24.0..", "Go GoDirective `1.22.3` 1.22.3+"],
            ),
            ("go 1.22\n", &[]),
        ],
    );
    check("composer.json", &[("{\"require\": {\"php\": \"^8.1\"}}", &["PHP Composer `^8.1` 8.1.0.."])]);
    check(
        "composer.lock",
        &[(
            "{\"packages\": [], \"platform\": {\"php\": \">=8.1\"}, \"platform-dev\": []}",
            &["PHP ComposerLock `>=8.1` 8.1.0+"],
        )],
    );
    check(
        "global.json",
        &[("{\"sdk\": {\"version\": \"8.0.100\"}}", &[".NET GlobalJson `8.0.100` 8.0.0.."])],
    );
    check(
        "src/Shop.csproj",
        &[(
            "<Project><TargetFramework>net8.0</TargetFramework></Project>",
            &[".NET TargetFramework `net8.0` 8.0.0.."],
        )],
    );
    check(
        "elixir_buildpack.config",
        &[(
            "# versions\nerlang_version=26.2\nelixir_version=\"v1.16.0\"\nalways_rebuild=true\n",
            &["Erlang ElixirBuildpack `26.2` 26.2.0..", "Elixir ElixirBuildpack `v1.16.0` =1.16.0"],
        )],
    );
    check(
        "phoenix_static_buildpack.config",
        &[("node_version=20.11.1\n", &["Node.js PhoenixStatic `20.11.1` =20.11.1"])],
    );
}

#[test]
fn images() {
    check(
        "Dockerfile",
        &[
            ("FROM ruby:3.2.2-slim\n", &["Ruby Docker `ruby:3.2.2-slim` =3.2.2"]),
            ("ARG V=3.2\nFROM ruby:$V-slim AS base\nFROM base\n", &["Ruby Docker `3.2` 3.2.0.."]),
            (
                "ARG IMAGE=docker.io/library/node:20-alpine\nFROM ${IMAGE}\n",
                &["Node.js Docker `docker.io/library/node:20-alpine` 20.0.0.."],
            ),
            ("FROM node:${V:-20}\n", &["Node.js Docker `node:${V:-20}` 20.0.0.."]),
            (
                "FROM --platform=linux/amd64 python:3.12@sha256:abc\n",
                &["Python Docker `python:3.12@sha256:abc` 3.12.0.."],
            ),
            (
                "FROM tiangolo/uvicorn-gunicorn-fastapi:python3.7\n",
                &["Python Docker `tiangolo/uvicorn-gunicorn-fastapi:python3.7` 3.7.0.."],
            ),
            (
                "FROM node:18 AS assets\nFROM python:3.12\nCOPY --from=assets /x /y\n",
                &["Node.js Docker `node:18` 18.0.0..", "Python Docker `python:3.12` 3.12.0.."],
            ),
            ("FROM node:18 AS unused\nFROM python:3.12\n", &["Python Docker `python:3.12` 3.12.0.."]),
            (
                "FROM python:3.12 AS production\nFROM python:3.13 AS dev\n",
                &["Python Docker `python:3.12` 3.12.0.."],
            ),
            (
                "FROM mcr.microsoft.com/dotnet/sdk:8.0 AS build\nFROM mcr.microsoft.com/dotnet/aspnet:8.0\nCOPY --from=build /a /b\n",
                &[".NET Docker `mcr.microsoft.com/dotnet/aspnet:8.0` 8.0.0.."],
            ),
            ("FROM eclipse-temurin:21-jre\n", &["Java Docker `eclipse-temurin:21-jre` 21.0.0.."]),
            ("FROM mcr.microsoft.com/devcontainers/ruby:1-3.3-bullseye\n", &[]),
            (
                "FROM ruby\nFROM node:latest\nFROM node:lts-alpine\nFROM postgres:16\nFROM ruby:$UNKNOWN\n",
                &[],
            ),
        ],
    );
    for (text, copies) in [
        ("FROM x\nCOPY . .\n", true),
        ("FROM x\nCOPY --chown=app:app Gemfile Gemfile.lock ./\n", true),
        ("FROM x\nADD [\"package.json\", \"/app/\"]\n", true),
        ("FROM x\nCOPY --from=build /a /b\nCOPY nginx.conf /etc\n", false),
    ] {
        assert_eq!(hints("Dockerfile", text).contains(&Hint::CopiesProject), copies, "{text}");
    }
}

#[test]
fn continuous_integration() {
    let steps = |steps: &str| format!("jobs:\n  test:\n    steps:\n{steps}");
    let node = steps("      - uses: actions/setup-node@v4\n        with:\n          node-version: 20\n");
    let matrix = steps(
        "      - uses: ruby/setup-ruby@v1\n        with:\n          ruby-version: ${{ matrix.ruby }}\n",
    );
    let file =
        steps("      - uses: actions/setup-node@v4\n        with:\n          node-version-file: .nvmrc\n");
    let env = format!(
        "env:\n  V: \"3.12\"\n{}",
        steps(
            "      - uses: actions/setup-python@v5\n        with:\n          python-version: ${{ env.V }}\n"
        )
    );
    let away = format!("{node}      - run: npm test\n        working-directory: client\n");
    check(
        ".github/workflows/test.yml",
        &[
            (&node, &["Node.js Ci `20` 20.0.0.."]),
            (&matrix, &[]),
            (&file, &[]),
            (&env, &["Python Ci `3.12` 3.12.0.."]),
            (&away, &[]),
            ("jobs:\n  test:\n    container: ruby:3.2\n", &["Ruby Ci `ruby:3.2` 3.2.0.."]),
        ],
    );
    assert_eq!(hints(".github/workflows/test.yml", &matrix), [Hint::Matrix(Runtime::Ruby)]);
    check(
        ".circleci/config.yml",
        &[(
            "jobs:\n  test:\n    docker:\n      - image: cimg/node:20.1\n      - image: cimg/postgres:16\n",
            &["Node.js Ci `cimg/node:20.1` 20.1.0.."],
        )],
    );
    check(".gitlab-ci.yml", &[("image: ruby:3.2\ntest:\n  script: rake\n", &["Ruby Ci `ruby:3.2` 3.2.0.."])]);
    check(
        ".travis.yml",
        &[("rvm:\n  - 2.7.1\n", &["Ruby Ci `2.7.1` =2.7.1"]), ("python: [3.8, 3.9]\n", &[])],
    );
}

#[test]
fn platforms() {
    check(
        "render.yaml",
        &[
            (
                "services:\n  - type: web\n    envVars:\n      - key: PYTHON_VERSION\n        value: 3.12.4\n",
                &["Python RenderYaml `3.12.4` =3.12.4"],
            ),
            (
                "services:\n  - type: web\n    rootDir: api\n    envVars:\n      - key: NODE_VERSION\n        value: 20\n",
                &[],
            ),
        ],
    );
    check("fly.toml", &[("[build.args]\nRUBY_VERSION = \"3.4.8\"\n", &["Ruby FlyToml `3.4.8` =3.4.8"])]);
    assert!(matches!(hints("app.json", "{\"stack\": \"heroku-20\"}")[..], [Hint::EndedStack(..)]));
    assert_eq!(hints("app.json", "{\"stack\": \"heroku-24\"}"), []);
    assert_eq!(
        hints("app.json", "{\"environments\": {\"review\": {\"buildpacks\": [{\"url\": \"heroku/ruby\"}]}}}"),
        [Hint::Buildpack(Some(Runtime::Ruby))]
    );
    assert_eq!(
        hints(
            "app.json",
            "{\"buildpacks\": [{\"url\": \"heroku/nodejs\"}, {\"url\": \"heroku/go\"}, {\"url\": \"x/apt\"}]}"
        ),
        [Hint::Buildpack(Some(Runtime::Node)), Hint::Buildpack(Some(Runtime::Go)), Hint::Buildpack(None)]
    );
    assert_eq!(
        hints("heroku.yml", "build:\n  docker:\n    web: ./production.Dockerfile\n"),
        [Hint::HerokuBuildsImage("production.Dockerfile".into())]
    );
    assert_eq!(hints(".python_version", "3.12"), [Hint::Misnamed(".python-version")]);
}

/// What is read by its name has to be in a language, or no text of it is ever seen.
#[test]
fn files_read_by_name_are_known() {
    let names = [
        ".python_version.txt",
        ".python-version.TXT",
        "python-version.",
        "Gemfile.lock",
        "Pipfile.lock",
        "uv.lock",
        "composer.lock",
        "pom.xml",
        "a/Shop.csproj",
        ".nvmrc",
        "go.mod",
        "Dockerrun.aws.json",
        "config.ru",
    ];
    let unknown: BTreeSet<&str> = names
        .into_iter()
        .filter(|name| !is_read_by_name(name) || dynolint::detect::language(name, b"").is_none())
        .collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

/// Messages of a rule over a folder with these files.
fn messages(rule: &str, files: &[(&str, &[u8])]) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, text) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a file's folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }
    let only = dynolint::rules::all().into_iter().map(|meta| meta.id).filter(|id| *id == rule).collect();
    let settings =
        Settings { cwd: folder.path().to_path_buf(), only, assume_heroku: true, ..Settings::default() };
    let report = dynolint::engine::run(&settings).expect("a run");
    report.findings.into_iter().map(|finding| finding.message).collect()
}

/// A rule such as `.*` of `.gitignore` meets files that git goes on to track.
#[test]
fn tracked_files_count_though_they_are_ignored() {
    let project: [(&str, &[u8]); 4] = [
        (".gitignore", b".*\n"),
        ("requirements.txt", b"Django==5.1.4\n"),
        ("Procfile", b"web: gunicorn shop.wsgi\n"),
        (".python-version", b"3.13\n"),
    ];
    assert_eq!(messages("runtime-unpinned", &project[..3]).len(), 1, "there is none");
    assert_eq!(messages("runtime-unpinned", &project), [""; 0], "an unpacked release");
    let with = |index: &'static [u8]| {
        let git: [(&str, &[u8]); 2] = [(".git/HEAD", b"ref: refs/heads/main\n"), (".git/index", index)];
        messages("runtime-unpinned", &[&project[..], &git].concat())
    };
    assert_eq!(with(b"DIRC\0\0\0\x02\x0f.python-version\0"), [""; 0], "git tracks it");
    assert_eq!(with(b"DIRC\0\0\0\x02\x0fsub/.python-version\0").len(), 1, "git tracks another");
}

/// Pieces that the files are made of: put together at random they reach deeper than random bytes.
const PIECES: &[&str] = &[
    "\n",
    "\r\n",
    " ",
    "  ",
    "\t",
    "\"",
    "'",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    ":",
    ",",
    "=",
    "#",
    "-",
    ".",
    "*",
    "/",
    "$",
    "${",
    "@",
    "~>",
    ">=",
    "<",
    "^",
    "||",
    "|",
    "!=",
    "x",
    "v",
    "0",
    "1",
    "3.12",
    "20.11.1",
    "18446744073709551616",
    "99999999999999999999",
    "python-",
    "python",
    "ruby ",
    "ruby",
    "file:",
    "ENV",
    "RUBY VERSION\n",
    "lts/",
    "lts/iron",
    "node",
    "nodejs ",
    "latest:",
    "FROM ",
    "ARG ",
    "COPY ",
    "--from=",
    " AS ",
    "ruby:",
    "python:3.12",
    "RUBY_VERSION",
    "engines",
    "packageManager",
    "pnpm@",
    "volta",
    "requires-python",
    "[project]\n",
    "[tool.poetry]\n",
    "[tools]\n",
    "java.runtime.version",
    "module x\n",
    "go ",
    "// +heroku goVersion ",
    "\"platform\":",
    "php",
    "dependencies:\n",
    "uses: ",
    "actions/setup-node@v4",
    "with:\n",
    "node-version: ",
    "image: ",
    "docker:\n",
    "é",
    "\u{feff}",
    "\\",
    "\\\n",
    "<TargetFramework>",
    "net8.0",
    "steps:\n",
    "- ",
];

/// Every kind of file that has a reader.
const FILES: &[&str] = &[
    ".ruby-version",
    ".python-version",
    "runtime.txt",
    ".nvmrc",
    ".tool-versions",
    "mise.toml",
    "system.properties",
    "elixir_buildpack.config",
    "Gemfile",
    "Gemfile.lock",
    "Pipfile",
    "Pipfile.lock",
    "pyproject.toml",
    "uv.lock",
    "setup.cfg",
    "environment.yml",
    "package.json",
    "composer.json",
    "composer.lock",
    "go.mod",
    "global.json",
    "app.json",
    ".buildpacks",
    "heroku.yml",
    "render.yaml",
    "fly.toml",
    "a.csproj",
    "Dockerfile",
    ".github/workflows/a.yml",
    ".circleci/config.yml",
    ".gitlab-ci.yml",
    ".travis.yml",
    "requirements.txt",
    "pom.xml",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// No text makes a reader panic, and every place lies in the text, on the borders of characters.
    #[test]
    fn readers_take_any_text(pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..24)) {
        let text = pieces.concat();
        for path in FILES {
            for pin in read(path, &text).pins {
                prop_assert!(pin.span.end <= text.len(), "{path} {pin:?}");
                prop_assert!(text.is_char_boundary(pin.span.start) && text.is_char_boundary(pin.span.end));
            }
        }
    }

    /// What two sets of versions have in common does not depend on which is asked.
    #[test]
    fn agreement_is_mutual(
        left in "(>=|<=|>|<|~>|!=|\\^|)[0-9]{1,2}(\\.[0-9]{1,2}){0,2}",
        right in "(>=|<=|>|<|~>|!=|\\^|)[0-9]{1,2}(\\.[0-9]{1,2}){0,2}",
    ) {
        for dialect in [Dialect::Gem, Dialect::Composer, Dialect::Poetry, Dialect::Prefix] {
            let (Some(left), Some(right)) = (Allowed::parse(&left, dialect), Allowed::parse(&right, dialect)) else {
                continue;
            };
            prop_assert_eq!(left.meets(&right), right.meets(&left));
            let empty = left.least().is_none();
            prop_assert!(empty || left.meets(&left.by_minor()));
        }
    }
}
