//! Which language a file is in: by its name, and where the name says nothing, by its first line.

use crate::lang::Lang;

/// What a file's name says about its language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByName {
    /// This language, unless the content contradicts.
    Is(Lang),
    /// No language that dynolint knows: not worth opening.
    Never,
    /// Nothing: the first line of the content decides.
    Ask,
}

/// The language of the file at `path`, whose content begins with `head` (a few hundred bytes are enough).
pub fn language(path: &str, head: &[u8]) -> Option<Lang> {
    match by_name(path) {
        ByName::Never => None,
        ByName::Is(Lang::TypeScript) if !is_typescript(head) => None,
        ByName::Is(lang) => Some(lang),
        ByName::Ask => shebang(head).or_else(|| is_build_hook(path).then_some(Lang::Shell)),
    }
}

/// What the name of the file at `path` says. Extensions count whatever their case.
pub fn by_name(path: &str) -> ByName {
    let name = path.rsplit('/').next().unwrap_or(path);
    if name.len() > 255 {
        return ByName::Never;
    }
    if let Some(lang) = look_up(NAMES, name) {
        return ByName::Is(lang);
    }
    if NEVER.contains(&name) {
        return ByName::Never;
    }
    if let Some(lang) = by_pattern(path, name) {
        return ByName::Is(lang);
    }
    let Some((stem, ext)) = name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()) else {
        return ByName::Ask;
    };
    let lower;
    let ext = if ext.bytes().any(|b| b.is_ascii_uppercase()) {
        lower = ext.to_ascii_lowercase();
        lower.as_str()
    } else {
        ext
    };
    match ext {
        // ERB is looked at as what it renders only where the YAML front end reads through it.
        "erb" if has_extension(stem, &["yml", "yaml"]) => ByName::Is(Lang::Yaml),
        _ if SAMPLE.contains(&ext) => match by_name(&path[..path.len() - ext.len() - 1]) {
            ByName::Is(lang) => ByName::Is(lang),
            _ => ByName::Never,
        },
        _ => look_up(EXTENSIONS, ext).map_or(ByName::Never, ByName::Is),
    }
}

/// Last extensions that mean "copy me": `database.yml.example`.
const SAMPLE: &[&str] = &["default", "defaults", "dist", "example", "sample", "template", "tmpl"];

/// Extensions, in lower case and sorted.
const EXTENSIONS: &[(&str, Lang)] = &[
    ("arb", Lang::Ruby),
    ("axlsx", Lang::Ruby),
    ("bash", Lang::Shell),
    ("bats", Lang::Shell),
    ("builder", Lang::Ruby),
    ("cap", Lang::Ruby),
    ("cjs", Lang::JavaScript),
    ("clj", Lang::Plain),
    ("cljc", Lang::Plain),
    ("cljs", Lang::Plain),
    ("coffee", Lang::Plain),
    ("containerfile", Lang::Dockerfile),
    ("cr", Lang::Plain),
    ("cron", Lang::Plain),
    ("crontab", Lang::Plain),
    ("cs", Lang::Plain),
    ("csproj", Lang::Plain),
    ("cts", Lang::TypeScript),
    ("dockerfile", Lang::Dockerfile),
    ("env", Lang::Dotenv),
    ("erb", Lang::Erb),
    ("es6", Lang::JavaScript),
    ("ex", Lang::Plain),
    ("exs", Lang::Plain),
    ("fsproj", Lang::Plain),
    ("gemspec", Lang::Ruby),
    ("go", Lang::Plain),
    ("gradle", Lang::Plain),
    ("groovy", Lang::Plain),
    ("haml", Lang::Haml),
    ("hcl", Lang::Plain),
    ("hs", Lang::Plain),
    ("java", Lang::Plain),
    ("jbuilder", Lang::Ruby),
    ("js", Lang::JavaScript),
    ("json", Lang::Json),
    ("json5", Lang::Json),
    ("jsonc", Lang::Json),
    ("jsx", Lang::JavaScript),
    ("ksh", Lang::Shell),
    ("kt", Lang::Plain),
    ("kts", Lang::Plain),
    ("litcoffee", Lang::Plain),
    ("mjs", Lang::JavaScript),
    ("mk", Lang::Makefile),
    ("mts", Lang::TypeScript),
    ("pgsql", Lang::Sql),
    ("php", Lang::Plain),
    ("podspec", Lang::Ruby),
    ("prawn", Lang::Ruby),
    ("prisma", Lang::Plain),
    ("procfile", Lang::Procfile),
    ("properties", Lang::Plain),
    ("psql", Lang::Sql),
    ("py", Lang::Python),
    ("pyi", Lang::Python),
    ("pyw", Lang::Python),
    ("rabl", Lang::Ruby),
    ("rake", Lang::Ruby),
    ("rb", Lang::Ruby),
    ("rbw", Lang::Ruby),
    ("rs", Lang::Plain),
    ("ru", Lang::Ruby),
    ("ruby", Lang::Ruby),
    ("scala", Lang::Plain),
    ("sh", Lang::Shell),
    ("slim", Lang::Slim),
    ("sql", Lang::Sql),
    ("svelte", Lang::Svelte),
    ("tf", Lang::Plain),
    ("tfvars", Lang::Plain),
    ("thor", Lang::Ruby),
    ("toml", Lang::Toml),
    ("ts", Lang::TypeScript),
    ("tsx", Lang::Tsx),
    ("vue", Lang::Vue),
    ("wsgi", Lang::Python),
    ("yaml", Lang::Yaml),
    ("yml", Lang::Yaml),
    ("zsh", Lang::Shell),
];

/// Whole names, sorted by their bytes.
const NAMES: &[(&str, Lang)] = &[
    (",python-version", Lang::Plain),
    (".Python-version", Lang::Plain),
    (".bash_aliases", Lang::Shell),
    (".bash_login", Lang::Shell),
    (".bash_profile", Lang::Shell),
    (".bashrc", Lang::Shell),
    (".buildpacks", Lang::Plain),
    (".caprc", Lang::Ruby),
    (".dockerignore", Lang::Plain),
    (".env", Lang::Dotenv),
    (".envrc", Lang::Dotenv),
    (".flaskenv", Lang::Dotenv),
    (".gitignore", Lang::Plain),
    (".irbrc", Lang::Ruby),
    (".node-version", Lang::Plain),
    (".npmrc", Lang::Plain),
    (".nvmrc", Lang::Plain),
    (".profile", Lang::Shell),
    (".pryrc", Lang::Ruby),
    (".python-version", Lang::Plain),
    (".python-version.", Lang::Plain),
    (".python-version.TXT", Lang::Plain),
    (".python-version.rtf", Lang::Plain),
    (".python-version.txt", Lang::Plain),
    (".python.version", Lang::Plain),
    (".python_version", Lang::Plain),
    (".python_version.txt", Lang::Plain),
    (".pythonversion", Lang::Plain),
    (".ruby-version", Lang::Plain),
    (".sequelizerc", Lang::JavaScript),
    (".simplecov", Lang::Ruby),
    (".slugignore", Lang::Plain),
    (".tool-versions", Lang::Plain),
    (".yarnrc", Lang::Plain),
    (".zprofile", Lang::Shell),
    (".zshenv", Lang::Shell),
    (".zshrc", Lang::Shell),
    ("Appfile", Lang::Ruby),
    ("Appraisals", Lang::Ruby),
    ("Aptfile", Lang::Plain),
    ("Berksfile", Lang::Ruby),
    ("Brewfile", Lang::Ruby),
    ("Capfile", Lang::Ruby),
    ("Containerfile", Lang::Dockerfile),
    ("Dangerfile", Lang::Ruby),
    ("Dockerfile", Lang::Dockerfile),
    ("Fastfile", Lang::Ruby),
    ("GNUmakefile", Lang::Makefile),
    ("Gemfile", Lang::Ruby),
    ("Gemfile.lock", Lang::Plain),
    ("Guardfile", Lang::Ruby),
    ("Jenkinsfile", Lang::Plain),
    ("Makefile", Lang::Makefile),
    ("Pipfile", Lang::Toml),
    ("Pipfile.lock", Lang::Plain),
    ("Podfile", Lang::Ruby),
    ("Procfile", Lang::Procfile),
    ("Puppetfile", Lang::Ruby),
    ("Rakefile", Lang::Ruby),
    ("SConscript", Lang::Python),
    ("SConstruct", Lang::Python),
    ("Steepfile", Lang::Ruby),
    ("Thorfile", Lang::Ruby),
    ("Vagrantfile", Lang::Ruby),
    ("composer.lock", Lang::Plain),
    ("crontab", Lang::Plain),
    ("dockerfile", Lang::Dockerfile),
    ("elixir_buildpack.config", Lang::Plain),
    ("go.mod", Lang::Plain),
    ("makefile", Lang::Makefile),
    ("nltk.txt", Lang::Plain),
    ("phoenix_static_buildpack.config", Lang::Plain),
    ("pom.xml", Lang::Plain),
    ("python-version", Lang::Plain),
    ("python-version.", Lang::Plain),
    ("python-version.txt", Lang::Plain),
    ("python_version", Lang::Plain),
    ("python_version.txt", Lang::Plain),
    ("rakefile", Lang::Ruby),
    ("runtime.txt", Lang::Plain),
    ("setup.cfg", Lang::Plain),
    ("system.properties", Lang::Plain),
    ("tox.ini", Lang::Plain),
    ("uv.lock", Lang::Plain),
    ("uwsgi.ini", Lang::Plain),
    ("wsgi", Lang::Python),
];

/// Frequent names without an extension that are never programs: saves opening them.
const NEVER: &[&str] = &[
    ".DS_Store",
    ".browserslistrc",
    ".coveragerc",
    ".editorconfig",
    ".eslintignore",
    ".git",
    ".gitattributes",
    ".gitkeep",
    ".gitmodules",
    ".keep",
    ".npmignore",
    ".prettierignore",
    ".rspec",
    ".stylelintignore",
    "CODEOWNERS",
    "COPYING",
    "LICENCE",
    "LICENSE",
    "README",
];

fn look_up(table: &[(&str, Lang)], key: &str) -> Option<Lang> {
    table.binary_search_by(|(entry, _)| (*entry).cmp(key)).ok().map(|at| table[at].1)
}

fn has_extension(name: &str, extensions: &[&str]) -> bool {
    name.rsplit_once('.').is_some_and(|(_, ext)| extensions.contains(&ext))
}

/// Names with a part that is free.
fn by_pattern(path: &str, name: &str) -> Option<Lang> {
    let ext = name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()).map_or("", |(_, ext)| ext);
    let document = matches!(ext, "md" | "rst" | "adoc" | "txt" | "html" | "png" | "svg" | "dockerignore");
    // `Procfile.js` is a program about Procfiles.
    let code = look_up(EXTENSIONS, ext).is_some_and(Lang::is_code) && ext != "erb";
    if !document && !code {
        let variant =
            |base: &str| name.strip_prefix(base).is_some_and(|rest| rest.starts_with(['.', '-', '_']));
        if variant("Dockerfile") || variant("Containerfile") {
            return Some(Lang::Dockerfile);
        }
        if variant("Procfile") {
            return Some(Lang::Procfile);
        }
        if (variant("Makefile") || variant("makefile")) && !matches!(ext, "am" | "in") {
            return Some(Lang::Makefile);
        }
        if variant("Gemfile") && ext != "lock" {
            return Some(Lang::Ruby);
        }
        if is_dotenv(name, ext) {
            return Some(Lang::Dotenv);
        }
        if name.starts_with("nginx.conf") && ext != "erb" {
            return Some(Lang::Plain);
        }
    }
    let folder = path.rsplit('/').nth(1).unwrap_or("");
    if matches!(ext, "txt" | "in")
        && (name.contains("requirements") || name.starts_with("constraints") || folder == "requirements")
    {
        return Some(Lang::Plain);
    }
    (folder == ".profile.d" && (ext.is_empty() || ext == "sh")).then_some(Lang::Shell)
}

/// `.env.local`, `.env-example`, `env.sample`; `web.env` is an extension like others.
fn is_dotenv(name: &str, ext: &str) -> bool {
    const ENVIRONMENTS: &[&str] = &[
        "ci",
        "default",
        "defaults",
        "dev",
        "development",
        "dist",
        "docker",
        "example",
        "local",
        "prod",
        "production",
        "sample",
        "staging",
        "template",
        "test",
        "testing",
    ];
    if let Some(rest) = name.strip_prefix(".env") {
        let sealed = matches!(ext, "age" | "asc" | "enc" | "gpg" | "key" | "keys" | "me" | "vault" | "zip");
        return rest.starts_with(['.', '-', '_'])
            && !sealed
            && look_up(EXTENSIONS, ext).is_none_or(|l| l == Lang::Dotenv);
    }
    name.strip_prefix("env")
        .is_some_and(|rest| rest.starts_with(['.', '-', '_']) && ENVIRONMENTS.contains(&&rest[1..]))
}

/// Programs a buildpack or the build system runs by name; without a shebang the shell runs them.
fn is_build_hook(path: &str) -> bool {
    let mut segments = path.rsplit('/');
    let name = segments.next().unwrap_or("");
    segments.next() == Some("bin")
        && matches!(name, "pre_compile" | "post_compile" | "compile" | "release" | "detect")
}

/// Qt keeps translations and MPEG its streams in `.ts` files.
fn is_typescript(head: &[u8]) -> bool {
    let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    let xml = [b"<?xml".as_slice(), b"<!DOCTYPE", b"<TS"].iter().any(|start| text.starts_with(start));
    let stream = head.first() == Some(&0x47) && memchr::memchr(0, head).is_some();
    !xml && !stream
}

/// The language of a script, by the interpreter in its first line.
fn shebang(head: &[u8]) -> Option<Lang> {
    let line = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).strip_prefix(b"#!")?;
    let line = &line[..memchr::memchr(b'\n', line).unwrap_or(line.len())];
    let line = String::from_utf8_lossy(line);
    let mut words = line.split_whitespace();
    let mut program = base(words.next()?);
    if program == "env" {
        program = loop {
            let word = words.next()?;
            match word.strip_prefix("-S").or_else(|| word.strip_prefix("--split-string=")) {
                Some("") => {}
                Some(attached) => break base(attached),
                None if matches!(word, "-u" | "--unset" | "-C" | "--chdir") => {
                    words.next();
                }
                None if word.starts_with('-') || word.contains('=') => {}
                None => break base(word),
            }
        };
    }
    // A launcher names the interpreter further on, or is at home in one language.
    let home = match program {
        "bundle" | "bundler" => Lang::Ruby,
        "uv" | "poetry" | "pipenv" | "pdm" | "hatch" => Lang::Python,
        "npx" | "pnpm" | "yarn" | "npm" | "volta" => Lang::JavaScript,
        "busybox" => Lang::Shell,
        _ => return interpreter(program),
    };
    Some(words.find_map(|word| interpreter(base(word))).unwrap_or(home))
}

fn base(word: &str) -> &str {
    word.rsplit('/').next().unwrap_or(word)
}

fn interpreter(program: &str) -> Option<Lang> {
    // `python3.12`, `ruby2.7`, `node18`
    let program = program.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.' || c == '-');
    Some(match program {
        "ruby" | "jruby" | "rbx" | "truffleruby" | "rails" | "rake" | "rackup" | "thor" => Lang::Ruby,
        "python" | "pypy" | "ipython" | "pythonw" => Lang::Python,
        "node" | "nodejs" => Lang::JavaScript,
        "deno" | "bun" | "ts-node" | "ts-node-esm" | "tsx" => Lang::TypeScript,
        "sh" | "bash" | "zsh" | "dash" | "ksh" | "mksh" | "ash" | "bats" => Lang::Shell,
        "make" | "gmake" => Lang::Makefile,
        "php" | "elixir" | "escript" | "groovy" | "coffee" => Lang::Plain,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted() {
        for table in [EXTENSIONS, NAMES] {
            for pair in table.windows(2) {
                assert!(pair[0].0 < pair[1].0, "{} {}", pair[0].0, pair[1].0);
            }
        }
    }
}
