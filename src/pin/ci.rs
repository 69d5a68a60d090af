//! Versions that CI sets up: GitHub Actions, CircleCI, GitLab, Travis.

use super::image::image;
use super::version_files::version;
use super::{Found, Hint, Runtime, Source, Wanted, text_of};
use crate::lang::data::{Data, Id, Value};
use crate::lang::yaml;
use crate::span::Span;

/// Actions that set a runtime up, and the input that says which version.
const ACTIONS: &[(&str, &str, Runtime)] = &[
    ("actions/setup-dotnet", "dotnet-version", Runtime::DotNet),
    ("actions/setup-go", "go-version", Runtime::Go),
    ("actions/setup-java", "java-version", Runtime::Java),
    ("actions/setup-node", "node-version", Runtime::Node),
    ("actions/setup-python", "python-version", Runtime::Python),
    ("actions/setup-ruby", "ruby-version", Runtime::Ruby),
    ("erlef/setup-beam", "elixir-version", Runtime::Elixir),
    ("ruby/setup-ruby", "ruby-version", Runtime::Ruby),
    ("shivammathur/setup-php", "php-version", Runtime::Php),
];

/// The pins of a file of CI; other YAML gives none.
pub(super) fn read(path: &str, text: &str, found: &mut Found) {
    match path {
        ".gitlab-ci.yml" => gitlab(text, found),
        ".circleci/config.yml" => images(text, found),
        ".travis.yml" => travis(text, found),
        _ if path.starts_with(".github/workflows/") => workflow(text, found),
        _ => {}
    }
}

fn workflow(text: &str, found: &mut Found) {
    let data = yaml::tree(text);
    for id in data.ids() {
        if data.is_key(id, "container") {
            let reference = match data.value(id) {
                Value::Map => data.get(id, "image"),
                _ => Some(id),
            };
            if let Some(reference) = reference.filter(|_| is_rooted(&data, id, text)) {
                from_image(&data, reference, text, found);
            }
            continue;
        }
        if !data.is_key(id, "uses") {
            continue;
        }
        let Some(step) = data.parent(id) else { continue };
        let Some(uses) = data.text(id, text) else { continue };
        let action = uses.split('@').next().unwrap_or_default();
        let Some((_, input, runtime)) = ACTIONS.iter().find(|(name, ..)| *name == action) else { continue };
        let Some(value) = data.at(step, &["with", input]) else { continue };
        let cache = data.at(step, &["with", "cache-dependency-path"]).and_then(|id| data.text(id, text));
        if !is_rooted(&data, id, text) || cache.is_some_and(|path| path.contains('/')) {
            continue;
        }
        let Some((written, span)) = text_of(&data, value, text) else { continue };
        if written.contains("matrix.") {
            found.hints.push(Hint::Matrix(*runtime));
        } else if let Some(name) = environment(&written) {
            // `env:` of the workflow or the job.
            let holder = data.ancestors(id).find_map(|id| data.at(id, &["env", name]));
            if let Some((written, span)) = holder.and_then(|id| text_of(&data, id, text)) {
                pin(*runtime, &written, span, found);
            }
        } else {
            pin(*runtime, &written, span, found);
        }
    }
}

/// `${{ env.NODE_VERSION }}`
fn environment(written: &str) -> Option<&str> {
    let inner = written.strip_prefix("${{")?.strip_suffix("}}")?.trim();
    inner.strip_prefix("env.")
}

/// A version, or a list of them, one a line.
fn pin(runtime: Runtime, written: &str, span: Span, found: &mut Found) {
    let mut versions = written.split_whitespace();
    let first = versions.next().unwrap_or_default();
    if versions.next().is_some() {
        return found.hints.push(Hint::Matrix(runtime));
    }
    let wanted = version(runtime, first);
    if matches!(wanted, Wanted::Versions(_)) {
        found.pin(runtime, Source::Ci, first, span, wanted);
    }
}

/// Whether a step of a workflow is about the root of the repository, as far as its job says.
fn is_rooted(data: &Data, id: Id, text: &str) -> bool {
    let folder = |id: Id| -> Option<Id> {
        data.get(id, "working-directory").or_else(|| data.at(id, &["defaults", "run", "working-directory"]))
    };
    let away = |id: Id| {
        let written = folder(id).and_then(|id| data.text(id, text));
        let enters = data.get(id, "run").and_then(|id| data.text(id, text));
        written.is_some_and(|written| !matches!(written.as_ref(), "" | "." | "./"))
            || enters.is_some_and(|run| run.starts_with("cd "))
    };
    data.ancestors(id).all(|holder| {
        // The steps beside it may work in a folder one by one.
        let steps = if data.is_key(holder, "steps") { data.children(holder) } else { &[] };
        !away(holder) && !steps.iter().any(|&step| away(step))
    })
}

fn from_image(data: &Data, id: Id, text: &str, found: &mut Found) {
    let Some((reference, span)) = text_of(data, id, text) else { return };
    let Some((runtime, number)) = image(&reference) else { return };
    if reference.contains(['$', '<', '{']) {
        return found.hints.push(Hint::Matrix(runtime));
    }
    let wanted = version(runtime, number);
    if matches!(wanted, Wanted::Versions(_)) {
        found.pin(runtime, Source::Ci, number, span, wanted);
    }
}

/// CircleCI: the first image of a job is the one that its steps run in.
fn images(text: &str, found: &mut Found) {
    let data = yaml::tree(text);
    for id in data.ids().filter(|&id| data.is_key(id, "docker")) {
        let first = data.children(id).first().and_then(|&item| data.get(item, "image"));
        if let Some(first) = first.filter(|_| is_rooted(&data, id, text)) {
            from_image(&data, first, text, found);
        }
    }
}

/// GitLab: an image for all jobs, or for one.
fn gitlab(text: &str, found: &mut Found) {
    let data = yaml::tree(text);
    for id in data.ids().filter(|&id| data.is_key(id, "image")) {
        let reference = match data.value(id) {
            Value::Map => data.get(id, "name"),
            _ => Some(id),
        };
        if let Some(reference) = reference {
            from_image(&data, reference, text, found);
        }
    }
}

/// Travis: a key a language, with one version or a list.
fn travis(text: &str, found: &mut Found) {
    let data = yaml::tree(text);
    let Some(root) = data.root() else { return };
    let keys = [
        ("rvm", Runtime::Ruby),
        ("python", Runtime::Python),
        ("node_js", Runtime::Node),
        ("go", Runtime::Go),
        ("php", Runtime::Php),
    ];
    for (key, runtime) in keys {
        let Some(entry) = data.get(root, key) else { continue };
        match data.lines(entry).as_slice() {
            [] => {}
            [only] => {
                if let Some((written, span)) = text_of(&data, *only, text) {
                    pin(runtime, &written, span, found);
                }
            }
            _ => found.hints.push(Hint::Matrix(runtime)),
        }
    }
}
