//! Scripts and keys of `package.json` that only Heroku's Node.js buildpack knows.

use crate::lang::Lang;
use crate::project::{File, Project};
use crate::remedy::{Remedy, What};
use crate::rule::{Confidence, Impact, Meta, Origin, Severity, Status, Step, Target};
use crate::rules::{Context, Draft, Rule};
use crate::span::Span;
use crate::term::{Entry, Term};

/// `heroku-npm-lifecycle`.
pub struct HerokuNpmLifecycle;

static META: Meta = Meta {
    id: "heroku-npm-lifecycle",
    aliases: &[],
    family: "build",
    severity: Severity::Warning,
    impact: Impact::FlipsSilently,
    confidence: Confidence::High,
    step: Step::Build,
    langs: &[Lang::Json],
    needs_heroku: false,
    status: Status::Stable,
    since: "0.1.0",
    specificity: 10,
    page: include_str!("README.md"),
    origin: Origin::BuiltIn,
};

impl Rule for HerokuNpmLifecycle {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn watches_in(&self) -> &'static [(&'static [Lang], &'static [&'static str])] {
        &[(
            &[Lang::Json],
            &[
                "cacheDirectories",
                "cache_directories",
                "heroku-cleanup",
                "heroku-postbuild",
                "heroku-prebuild",
            ],
        )]
    }

    fn file(&self, cx: &Context<'_>) -> Vec<Draft> {
        let name = cx.file.path.rsplit('/').next();
        let root = cx.file.facts.settings.iter().find(|setting| setting.name.is_empty());
        match root {
            // Dokku builds with the same buildpack.
            Some(root) if name == Some("package.json") && cx.target != Some(Target::Dokku) => {
                found(cx, &root.value)
            }
            _ => Vec::new(),
        }
    }
}

fn found(cx: &Context<'_>, root: &Term) -> Vec<Draft> {
    let path = cx.file.path.as_str();
    let mut drafts = Vec::new();
    if let Some(scripts) = root.get("scripts") {
        let script = |name: &str| scripts.entry(name).filter(|entry| entry.value.text().is_some());
        if let Some(entry) = script("heroku-prebuild") {
            let message = "only Heroku runs `heroku-prebuild`, before it installs packages";
            let help = "run the same before the installation where the target builds, in a Dockerfile or its build command";
            drafts.push(Draft::new(&META, path, entry.key_span, message, help).label("not run elsewhere"));
        }
        drafts.extend(script("heroku-postbuild").and_then(|entry| postbuild(cx, scripts, entry)));
        if let Some(entry) = script("heroku-cleanup") {
            let message = "only Heroku runs `heroku-cleanup`, after the build";
            let help =
                "run the same at the end of the target's build, or leave it out where images have stages";
            drafts.push(Draft::new(&META, path, entry.key_span, message, help).label("not run elsewhere"));
        }
    }
    if let Some(entry) = ["cacheDirectories", "cache_directories"].iter().find_map(|key| root.entry(key)) {
        let message = format!("only Heroku keeps `{}` from one build to the next", entry.key);
        let help = "cache the same folders where the target builds, as with `RUN --mount=type=cache`";
        let draft = Draft::new(&META, path, entry.key_span, message, help)
            .severity(Severity::Note)
            .impact(Impact::Degrades)
            .label("not kept elsewhere");
        drafts.push(draft);
    }
    drafts
}

/// What Heroku runs in place of `build`.
fn postbuild(cx: &Context<'_>, scripts: &Term, entry: &Entry) -> Option<Draft> {
    let path = cx.file.path.as_str();
    let command = entry.value.text()?.trim();
    let build = scripts.entry("build");
    let same = |build: &Entry| build.value.text().is_some_and(|text| text.trim() == command);
    if build.is_some_and(|build| same(build) || runs_build_alone(command)) {
        return None;
    }
    if let Some(build) = build {
        let message = "Heroku runs `heroku-postbuild` in place of `build`, which is what others run";
        let help = "let `build` do what a release needs, and take `heroku-postbuild` out";
        let draft = Draft::new(&META, path, entry.key_span, message, help).label("on Heroku only");
        return Some(draft.related(path, build.key_span, "others run this"));
    }
    if does_nothing(command) {
        return None;
    }
    let message = "only Heroku runs `heroku-postbuild`, and no `build` script does it for others";
    let help = "add a `build` script that does the same: Heroku goes on with `heroku-postbuild`";
    let draft = Draft::new(&META, path, entry.key_span, message, help)
        .severity(Severity::Error)
        .impact(Impact::BuildFails)
        .label("nothing else builds");
    Some(draft.remedy(remedy(cx.project, cx.file, scripts, entry, command)))
}

/// Each command of a line with its words.
fn commands(line: &str) -> impl Iterator<Item = Vec<&str>> {
    line.split(['&', '|', ';'])
        .map(|command| command.split_whitespace().collect::<Vec<_>>())
        .filter(|words| !words.is_empty())
}

/// Whether a command does nothing but say something.
fn does_nothing(line: &str) -> bool {
    commands(line).all(|words| matches!(words[0], "echo" | "true" | ":" | "exit"))
}

const MANAGERS: &[&str] = &["bun", "npm", "pnpm", "yarn"];

/// Whether these words run the `build` script of the same package.
fn runs_build(words: &[&str]) -> bool {
    let elsewhere = words.iter().any(|word| {
        matches!(*word, "-C" | "-w" | "-F" | "workspace" | "workspaces")
            || ["--prefix", "--cwd", "--workspace", "--filter", "--dir"]
                .iter()
                .any(|flag| word.starts_with(flag))
    });
    words.first().is_some_and(|word| MANAGERS.contains(word)) && words.contains(&"build") && !elsewhere
}

/// `npm run build`, and nothing else.
fn runs_build_alone(line: &str) -> bool {
    let mut all = commands(line);
    let first = all.next().is_some_and(|words| {
        let plain = |word: &&str| {
            matches!(*word, "run" | "run-script" | "build" | "--if-present" | "-s" | "--silent")
        };
        runs_build(&words) && words[1..].iter().all(plain)
    });
    first && all.next().is_none()
}

/// Words that do more than build: with a database, on Heroku alone, or to the files of whoever builds.
const MORE: &[&str] =
    &["BUILD_DIR", "DYNO", "HEROKU", "SOURCE_VERSION", "db:", "heroku", "migrat", "prune", "rm ", "seed"];

/// The same as `build`, which Heroku leaves alone where there is a `heroku-postbuild`.
fn remedy(project: &Project, file: &File, scripts: &Term, entry: &Entry, command: &str) -> Option<Remedy> {
    // It would run itself.
    if commands(command).any(|words| runs_build(&words)) && !command.contains("cd ") {
        return None;
    }
    let text = file.source.text.as_str();
    let start = entry.key_span.start;
    let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let indent = &text[line..start];
    let between = match indent.trim().is_empty() && line > 0 {
        true if text[..line].ends_with("\r\n") => format!("\r\n{indent}"),
        true => format!("\n{indent}"),
        false => " ".to_string(),
    };
    let new = format!("\"build\": {},{between}", entry.value.span.of(text));
    // npm runs these around it. With jsbundling-rails Heroku's Ruby buildpack runs `build` as well.
    let around = ["prebuild", "postbuild"].iter().any(|name| scripts.get(name).is_some());
    let bundles = project
        .files
        .iter()
        .any(|file| file.facts.dependencies.iter().any(|package| package.name == "jsbundling-rails"));
    let does_more = MORE.iter().any(|word| command.contains(word));
    let title = "add a `build` script with the same command";
    let remedy = match around || bundles || does_more {
        true => Remedy::needs_decision(title),
        false => Remedy::safe(title),
    };
    Some(remedy.change(&file.path, What::Text { at: Span::new(start, start), text: new }))
}
