//! Manifests and lock files in which a version is one setting among others, and descriptions of platforms.

use super::version_files::version;
use super::{
    Allowed, Dialect, Found, Hint, Runtime, Source, Wanted, first_line, lines, text_at, text_of, trimmed,
};
use crate::lang::data::{Data, Id, Value};
use crate::lang::{json, toml, yaml};
use crate::span::Span;

fn versions(allowed: Option<Allowed>) -> Wanted {
    allowed.map_or(Wanted::Unknown, Wanted::Versions)
}

/// Where a part of a scalar stands; escapes in it make that the whole.
fn part(text: &str, span: Span, part: &str) -> Span {
    match span.of(text).find(part) {
        Some(at) => Span::new(span.start + at, span.start + at + part.len()),
        None => span,
    }
}

/// A manifest that pins nothing itself.
pub(super) fn manifest(runtime: Runtime, text: &str, found: &mut Found) {
    let comment = match runtime {
        Runtime::Java => "//",
        _ => "#",
    };
    found.hints.push(Hint::Manifest(runtime, first_line(text, comment)));
}

/// The string literal that a text begins with: what is inside, and its length with quotes.
fn literal(text: &str) -> Option<(&str, usize)> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let end = text[1..].find(quote)?;
    Some((&text[1..1 + end], end + 2))
}

/// The `ruby` line of a Gemfile.
pub(super) fn gemfile(text: &str, found: &mut Found) {
    manifest(Runtime::Ruby, text, found);
    for (line, at) in lines(text) {
        let (line, span) = trimmed(line, at);
        let Some(rest) = line.strip_prefix("ruby").filter(|rest| rest.starts_with([' ', '\t', '('])) else {
            continue;
        };
        let (rest, place) =
            trimmed(rest.trim_start_matches('('), span.end - rest.trim_start_matches('(').len());
        // Another implementation has a version of its own.
        let engine = rest.contains("engine") && !rest.contains("engine: \"ruby\"");
        let mut requirements: Vec<&str> = Vec::new();
        let mut end = 0;
        let mut tail = rest;
        while let Some((inner, len)) = literal(tail).filter(|(inner, _)| !inner.contains("#{")) {
            requirements.push(inner);
            end = rest.len() - tail.len() + len;
            let Some(next) = tail[len..].trim_start().strip_prefix(',') else { break };
            tail = next.trim_start();
        }
        if !requirements.is_empty() {
            let written = requirements.join(", ");
            let inner = Span::new(place.start + 1, place.start + end - 1);
            let wanted =
                if engine { Wanted::Unknown } else { versions(Allowed::parse(&written, Dialect::Gem)) };
            found.pin(Runtime::Ruby, Source::Gemfile, &written, inner, wanted);
            continue;
        }
        let file = ["\".ruby-version\"", "'.ruby-version'", "\".tool-versions\"", "'.tool-versions'"]
            .iter()
            .find(|name| rest.contains(**name))
            .filter(|_| rest.starts_with("file:") || rest.starts_with(":file") || rest.starts_with("File."));
        let wanted = match file {
            Some(name) => Wanted::File(name.trim_matches(['"', '\'']).to_string()),
            None => Wanted::Unknown,
        };
        if let Some((version, inner)) = fallback(rest, place) {
            let wanted = versions(Allowed::parse(&version, Dialect::Gem));
            found.pin(Runtime::Ruby, Source::Gemfile, &version, inner, wanted);
        } else {
            found.pin(Runtime::Ruby, Source::Gemfile, "", place, wanted);
        }
    }
}

/// `ENV["RUBY_VERSION"] || "3.3.0"`, `ENV.fetch("RUBY_VERSION", "3.3.0")`: the text that stands in.
fn fallback(rest: &str, place: Span) -> Option<(String, Span)> {
    if !rest.starts_with("ENV") {
        return None;
    }
    let at = rest.find("||").map(|at| at + 2).or_else(|| rest.find(',').map(|at| at + 1))?;
    let tail = rest[at..].trim_start();
    let (inner, _) = literal(tail)?;
    let start = place.start + rest.len() - tail.len() + 1;
    Some((inner.to_string(), Span::new(start, start + inner.len())))
}

/// `RUBY VERSION` of a Gemfile.lock.
pub(super) fn gemfile_lock(text: &str, found: &mut Found) {
    let mut inside = false;
    for (line, at) in lines(text) {
        let (line, span) = trimmed(line, at);
        if inside {
            let Some(rest) = line.strip_prefix("ruby ") else { return };
            let (version, place) = trimmed(rest, span.start + "ruby ".len());
            let jruby = version.contains("(jruby");
            // The patch level, `p54`, goes with the version.
            let number = version.split(['p', ' ']).next().unwrap_or_default();
            let wanted = if jruby { Wanted::Unknown } else { versions(Allowed::parse(number, Dialect::Gem)) };
            let place = Span::new(place.start, place.start + number.len());
            return found.pin(Runtime::Ruby, Source::GemfileLock, number, place, wanted);
        }
        inside = line == "RUBY VERSION";
    }
}

/// A text of Python's: a requirement of PEP 440, or a version alone.
fn python(text: &str) -> Wanted {
    match text.trim() {
        "*" | "" => Wanted::Newest,
        text if text.starts_with(|c: char| c.is_ascii_digit()) => version(Runtime::Python, text),
        text => versions(Allowed::pep440(text)),
    }
}

pub(super) fn pipfile(text: &str, found: &mut Found) {
    manifest(Runtime::Python, text, found);
    let Some(data) = toml::tree(text) else { return };
    for key in ["python_full_version", "python_version"] {
        if let Some((version, span)) = text_at(&data, &["requires", key], text) {
            return found.pin(Runtime::Python, Source::Pipfile, &version, span, python(&version));
        }
    }
}

pub(super) fn pipfile_lock(text: &str, found: &mut Found) {
    let Some(data) = json::tree(text) else { return };
    for key in ["python_full_version", "python_version"] {
        if let Some((version, span)) = text_at(&data, &["_meta", "requires", key], text) {
            return found.pin(Runtime::Python, Source::PipfileLock, &version, span, python(&version));
        }
    }
}

pub(super) fn pyproject(text: &str, found: &mut Found) {
    let Some(data) = toml::tree(text) else { return };
    let Some(root) = data.root() else { return };
    let requires = text_at(&data, &["project", "requires-python"], text);
    let poetry = data.at(root, &["tool", "poetry", "dependencies", "python"]);
    let poetry = poetry.and_then(|id| match data.value(id) {
        Value::Map => data.get(id, "version").and_then(|id| text_of(&data, id, text)),
        _ => text_of(&data, id, text),
    });
    // Settings of tools alone make no package.
    let package = [&["project"][..], &["tool", "poetry"]].iter().find_map(|keys| data.at(root, keys));
    if let Some(package) = package {
        let key = data.key(package).map_or(Span::default(), |key| key.span);
        found.hints.push(Hint::Manifest(Runtime::Python, key));
    }
    if let Some((written, span)) = requires {
        found.pin(Runtime::Python, Source::RequiresPython, &written, span, python(&written));
    }
    if let Some((written, span)) = poetry {
        let wanted = match written.trim() {
            "*" => Wanted::Newest,
            written => versions(Allowed::parse(written, Dialect::Poetry)),
        };
        found.pin(Runtime::Python, Source::Poetry, &written, span, wanted);
    }
}

/// Only its head is looked at.
pub(super) fn uv_lock(text: &str, found: &mut Found) {
    found.hints.push(Hint::Uv);
    found.hints.push(Hint::Manifest(Runtime::Python, first_line(text, "#")));
    for (line, at) in lines(text).take(20) {
        let Some((name, value)) = line.split_once('=') else { continue };
        if name.trim() == "requires-python" {
            let (value, span) = trimmed(value, at + name.len() + 1);
            let Some((inner, _)) = literal(value) else { return };
            let span = Span::new(span.start + 1, span.start + 1 + inner.len());
            return found.pin(Runtime::Python, Source::UvLock, inner, span, python(inner));
        }
    }
}

/// `python_requires` of setuptools.
pub(super) fn setup_cfg(text: &str, found: &mut Found) {
    for (line, at) in lines(text) {
        let Some((name, value)) = line.split_once('=') else { continue };
        if name.trim() == "python_requires" {
            let (value, span) = trimmed(value, at + name.len() + 1);
            return found.pin(Runtime::Python, Source::SetupCfg, value, span, python(value));
        }
    }
}

/// A conda environment, which mybinder.org reads as well: `- python=3.9`.
pub(super) fn conda(text: &str, found: &mut Found) {
    let data = yaml::tree(text);
    let Some(list) = data.root().and_then(|root| data.get(root, "dependencies")) else { return };
    found.hints.push(Hint::Binder);
    for &item in data.children(list) {
        let Some((written, span)) = text_of(&data, item, text) else { continue };
        let Some(rest) = written.strip_prefix("python").filter(|rest| rest.starts_with(['=', '>', '<', ' ']))
        else {
            continue;
        };
        // `=3.9` and `==3.9`, of which a build may follow; `>=3.9` is a requirement.
        let version = rest.trim_start_matches(['=', ' ']).split('=').next().unwrap_or_default().trim_end();
        let written = if rest.starts_with(['>', '<']) { rest } else { version };
        let place = part(text, span, written);
        return found.pin(Runtime::Python, Source::Conda, written, place, python(written));
    }
}

/// A requirement of npm's kind. Heroku's buildpack stops at one that is none.
fn engine(text: &str) -> Wanted {
    match text.trim() {
        "" | "*" | "x" | "latest" | "lts/*" | "node" | "stable" => Wanted::Newest,
        text => match Allowed::npm(text) {
            Some(allowed) => Wanted::Versions(allowed),
            None => Wanted::Invalid("is no version range of npm"),
        },
    }
}

const MANAGERS: [(&str, Runtime); 4] =
    [("node", Runtime::Node), ("npm", Runtime::Npm), ("yarn", Runtime::Yarn), ("pnpm", Runtime::Pnpm)];

pub(super) fn package_json(text: &str, found: &mut Found) {
    let Some(data) = json::tree(text) else { return };
    let Some(root) = data.root() else { return };
    let place =
        data.children(root).first().and_then(|&id| data.key(id)).map_or(Span::default(), |key| key.whole);
    let anchor = ["engines", "name"].iter().find_map(|key| data.key(data.get(root, key)?));
    let has = |keys: &[&str]| data.at(root, keys).is_some();
    // An empty one is there for a tool's sake, and runs nothing.
    if ["dependencies", "devDependencies", "scripts", "workspaces"].iter().any(|key| has(&[key])) {
        found.hints.push(Hint::Manifest(Runtime::Node, anchor.map_or(place, |key| key.whole)));
    }
    let private = data.get(root, "private").and_then(|id| data.text(id, text)).is_some_and(|v| v == "true");
    let library =
        !private && (has(&["files"]) || has(&["exports"]) || has(&["bin"]) || has(&["peerDependencies"]));
    if has(&["scripts", "start"]) && !library {
        found.hints.push(Hint::Application(Runtime::Node));
    }
    for (key, runtime) in MANAGERS {
        if let Some((written, span)) = text_at(&data, &["engines", key], text) {
            found.pin(runtime, Source::Engines, &written, span, engine(&written));
        }
        if let Some((written, span)) = text_at(&data, &["volta", key], text) {
            found.pin(runtime, Source::Volta, &written, span, version(runtime, &written));
        }
    }
    if let Some((written, span)) = text_at(&data, &["packageManager"], text)
        && let Some((name, rest)) = written.split_once('@')
        && let Some((_, runtime)) = MANAGERS.iter().find(|(manager, _)| *manager == name)
    {
        let number = rest.split('+').next().unwrap_or_default();
        let place = part(text, span, number);
        found.pin(*runtime, Source::PackageManager, number, place, version(*runtime, number));
    }
    for (part, runtime) in [("runtime", Some(Runtime::Node)), ("packageManager", None)] {
        let Some(entry) = data.at(root, &["devEngines", part]) else { continue };
        let name = data.get(entry, "name").and_then(|id| data.text(id, text)).unwrap_or_default();
        let named = MANAGERS.iter().find(|(manager, _)| *manager == name).map(|(_, runtime)| *runtime);
        let Some(runtime) = named.filter(|named| runtime.is_none_or(|only| only == *named)) else { continue };
        if let Some((written, span)) = data.get(entry, "version").and_then(|id| text_of(&data, id, text)) {
            let wanted = versions(Allowed::npm(&written));
            found.pin(runtime, Source::DevEngines, &written, span, wanted);
        }
    }
}

pub(super) fn composer_json(text: &str, found: &mut Found) {
    let Some(data) = json::tree(text) else { return };
    let Some(root) = data.root() else { return };
    let library =
        data.get(root, "type").and_then(|id| data.text(id, text)).is_some_and(|kind| kind == "library");
    let key = ["require", "name"].iter().find_map(|key| data.key(data.get(root, key)?));
    if let Some(key) = key.filter(|_| !library) {
        found.hints.push(Hint::Manifest(Runtime::Php, key.whole));
    }
    if let Some((written, span)) = text_at(&data, &["require", "php"], text) {
        let wanted = match written.trim() {
            "*" => Wanted::Newest,
            written => versions(Allowed::parse(written, Dialect::Composer)),
        };
        found.pin(Runtime::Php, Source::Composer, &written, span, wanted);
    }
}

/// Only what `platform` holds is looked at: the rest is long.
pub(super) fn composer_lock(text: &str, found: &mut Found) {
    let Some(at) = text.rfind("\"platform\":") else { return };
    let start = at + "\"platform\":".len();
    let end = text[start..].find('}').map_or(text.len(), |end| start + end + 1);
    let Some(data) = json::tree(&text[start..end]) else { return };
    if let Some((written, span)) = text_at(&data, &["php"], &text[start..end]) {
        let wanted = versions(Allowed::parse(&written, Dialect::Composer));
        found.pin(Runtime::Php, Source::ComposerLock, &written, span.shift(start), wanted);
    }
}

/// `go.mod`: the directive is the least version, the comment of Heroku's buildpack the one to build with.
pub(super) fn go_mod(text: &str, found: &mut Found) {
    let Some(module) = lines(text).find(|(line, _)| line.starts_with("module ")) else { return };
    found.hints.push(Hint::Manifest(Runtime::Go, trimmed(module.0, module.1).1));
    for (line, at) in lines(text) {
        let (line, span) = trimmed(line, at);
        let words: Vec<&str> = line.split_whitespace().collect();
        let last = |word: &str| {
            let start = span.start + line.rfind(word).unwrap_or(0);
            Span::new(start, start + word.len())
        };
        match words.as_slice() {
            ["//", "+heroku", "goVersion", version_of] => {
                let wanted = version(Runtime::Go, version_of);
                found.pin(Runtime::Go, Source::GoHeroku, version_of, last(version_of), wanted);
            }
            ["go", least, ..] => {
                let wanted = versions(Allowed::at_least(least));
                let start = span.start + line.find(least).unwrap_or(0);
                let place = Span::new(start, start + least.len());
                found.pin(Runtime::Go, Source::GoDirective, least, place, wanted);
            }
            _ => {}
        }
    }
}

/// `global.json`: the SDK, of which a newer patch is taken.
pub(super) fn global_json(text: &str, found: &mut Found) {
    let Some(data) = json::tree(text) else { return };
    if let Some((written, span)) = text_at(&data, &["sdk", "version"], text) {
        let feature: Vec<&str> = written.split('.').take(2).collect();
        found.pin(
            Runtime::DotNet,
            Source::GlobalJson,
            &written,
            span,
            version(Runtime::DotNet, &feature.join(".")),
        );
    }
}

/// `<TargetFramework>net8.0</TargetFramework>`.
pub(super) fn project_file(text: &str, found: &mut Found) {
    let Some(at) = text.find("<TargetFramework>") else { return };
    let start = at + "<TargetFramework>".len();
    let end = text[start..].find('<').map_or(text.len(), |end| start + end);
    let (written, span) = trimmed(&text[start..end], start);
    found.hints.push(Hint::Manifest(Runtime::DotNet, span));
    let number = written.strip_prefix("net").filter(|number| number.contains('.'));
    let wanted = number.map_or(Wanted::Unknown, |number| version(Runtime::DotNet, number));
    found.pin(Runtime::DotNet, Source::TargetFramework, written, span, wanted);
}

/// The language of a buildpack, by its name or address.
fn buildpack(text: &str) -> Option<Runtime> {
    let lower = text.to_ascii_lowercase();
    let names = [
        ("ruby", Runtime::Ruby),
        ("python", Runtime::Python),
        ("nodejs", Runtime::Node),
        ("java", Runtime::Java),
        ("gradle", Runtime::Java),
        ("jvm", Runtime::Java),
        ("php", Runtime::Php),
        ("dotnet", Runtime::DotNet),
        ("elixir", Runtime::Elixir),
    ];
    let named = names.iter().find(|(name, _)| lower.contains(name)).map(|(_, runtime)| *runtime);
    named.or_else(|| (lower.ends_with("/go") || lower.contains("buildpack-go")).then_some(Runtime::Go))
}

/// Stacks that Heroku has ended
/// (<https://devcenter.heroku.com/articles/stack>, the Ruby buildpack's list of supported ones).
const ENDED_STACKS: &[&str] = &["cedar", "cedar-14", "heroku-16", "heroku-18", "heroku-20"];

pub(super) fn app_json(text: &str, found: &mut Found) {
    let Some(data) = json::tree(text) else { return };
    let Some(root) = data.root() else { return };
    // Some list them for review apps only, which are built as the application is; tests are not.
    let lists = [&["buildpacks"][..], &["environments", "review", "buildpacks"]];
    if let Some(list) = lists.iter().find_map(|keys| data.at(root, keys)) {
        for &item in data.children(list) {
            let url = data.get(item, "url").and_then(|id| data.text(id, text));
            found.hints.extend(url.map(|url| Hint::Buildpack(buildpack(&url))));
        }
    }
    if let Some(entry) = data.at(root, &["env", "BUILDPACK_URL"]) {
        let url = data.get(entry, "value").unwrap_or(entry);
        found.hints.extend(data.text(url, text).map(|url| Hint::Buildpack(buildpack(&url))));
    }
    if let Some((stack, span)) = text_at(&data, &["stack"], text)
        && ENDED_STACKS.contains(&stack.as_ref())
    {
        found.hints.push(Hint::EndedStack(stack.to_string(), span));
    }
}

pub(super) fn buildpacks(text: &str, found: &mut Found) {
    let urls =
        lines(text).map(|(line, _)| line.trim()).filter(|line| !line.is_empty() && !line.starts_with('#'));
    found.hints.extend(urls.map(|url| Hint::Buildpack(buildpack(url))));
}

pub(super) fn heroku_yml(text: &str, found: &mut Found) {
    let data = yaml::tree(text);
    let Some(root) = data.root() else { return };
    if let Some(list) = data.at(root, &["build", "buildpacks"]) {
        let urls = data.children(list).iter().filter_map(|&item| data.text(item, text));
        found.hints.extend(urls.map(|url| Hint::Buildpack(buildpack(&url))));
    }
    if let Some(images) = data.at(root, &["build", "docker"]) {
        let of = |id: Id| match data.value(id) {
            Value::Map => data.get(id, "dockerfile").and_then(|id| data.text(id, text)),
            _ => data.text(id, text),
        };
        let web = data.get(images, "web").or_else(|| data.children(images).first().copied());
        let file = web.and_then(of).unwrap_or_default();
        found.hints.push(Hint::HerokuBuildsImage(file.trim_start_matches("./").to_string()));
    }
}

/// Variables that set a version in Render's native environments.
const VARIABLES: [(&str, Runtime); 4] = [
    ("PYTHON_VERSION", Runtime::Python),
    ("NODE_VERSION", Runtime::Node),
    ("RUBY_VERSION", Runtime::Ruby),
    ("ELIXIR_VERSION", Runtime::Elixir),
];

pub(super) fn render_yaml(text: &str, found: &mut Found) {
    let data = yaml::tree(text);
    for id in data.ids() {
        // Render takes Ruby's version from files only.
        let Some(key) = data.get(id, "key").and_then(|key| data.text(key, text)) else { continue };
        let Some((_, runtime)) = VARIABLES.iter().find(|(name, _)| *name == key && *name != "RUBY_VERSION")
        else {
            continue;
        };
        if is_rooted(&data, id, text)
            && let Some((written, span)) = data.get(id, "value").and_then(|id| text_of(&data, id, text))
        {
            found.pin(*runtime, Source::RenderYaml, &written, span, version(*runtime, &written));
        }
    }
}

/// Whether the service around an entry of `render.yaml` is built in the root of the repository.
fn is_rooted(data: &Data, id: Id, text: &str) -> bool {
    let folder = data.ancestors(id).find_map(|id| data.get(id, "rootDir"));
    folder.and_then(|id| data.text(id, text)).is_none_or(|folder| matches!(folder.as_ref(), "" | "." | "./"))
}

pub(super) fn fly_toml(text: &str, found: &mut Found) {
    let Some(data) = toml::tree(text) else { return };
    for (name, runtime) in VARIABLES {
        if let Some((written, span)) = text_at(&data, &["build", "args", name], text) {
            found.pin(runtime, Source::FlyToml, &written, span, version(runtime, &written));
        }
    }
}
