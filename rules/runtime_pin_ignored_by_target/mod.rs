//! A pin in a form that the target does not read.

use crate::lang::Lang;
use crate::pin::{Runtime, Source};
use crate::project::Project;
use crate::remedy::{Remedy, What};
use crate::rule::{Confidence, Impact, Meta, Origin, Severity, Status, Step, Target};
use crate::rules::runtime::{self, Package, Place, WATCHES, repin};
use crate::rules::{Draft, Rule};
use crate::span::Span;
use crate::write::Sheet;

/// `runtime-pin-ignored-by-target`.
pub struct RuntimePinIgnoredByTarget;

static META: Meta = Meta {
    id: "runtime-pin-ignored-by-target",
    aliases: &[],
    family: "runtime",
    severity: Severity::Warning,
    impact: Impact::FlipsSilently,
    confidence: Confidence::High,
    step: Step::Build,
    langs: &[Lang::Plain],
    needs_heroku: true,
    status: Status::Stable,
    since: "0.1.0",
    specificity: 10,
    page: include_str!("README.md"),
    origin: Origin::BuiltIn,
};

impl Rule for RuntimePinIgnoredByTarget {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn watches_in(&self) -> &'static [(&'static [Lang], &'static [&'static str])] {
        WATCHES
    }

    fn project(&self, project: &Project, target: Option<Target>) -> Vec<Draft> {
        let packages = runtime::packages(project);
        // The manifest of a platform speaks for the whole repository.
        let found: Vec<Target> = packages.iter().flat_map(Package::targets).collect();
        let Some(target) = target.or_else(|| found.first().copied()) else { return Vec::new() };
        if target == Target::Dokku {
            return Vec::new();
        }
        let mut drafts = Vec::new();
        for package in packages.iter().filter(|package| package.deployed) {
            for runtime in [Runtime::Java, Runtime::Go, Runtime::Elixir, Runtime::Node] {
                drafts.extend(ignored(project, package, runtime, target));
            }
        }
        drafts
    }
}

fn ignored(project: &Project, package: &Package<'_>, runtime: Runtime, target: Target) -> Option<Draft> {
    // An image has its own version; where the two differ is told as a conflict.
    if package.from(runtime, Source::Docker).is_some() {
        return None;
    }
    let place = package.heroku(runtime)?;
    let who = target.title();
    let version = &place.pin.text;
    let name = place.name();
    let (message, help) = match place.pin.source {
        Source::SystemProperties if target == Target::Render || runtime::builds_by_dockerfile(target) => (
            format!("{who} runs an image and does not read {name}: Java {version} is Heroku's alone"),
            format!(
                "write a Dockerfile whose base has Java {version}, as in `FROM eclipse-temurin:{version}`"
            ),
        ),
        Source::GoHeroku => (
            format!("only Heroku reads `// +heroku goVersion`: {who} does not build with {version}"),
            format!(
                "write the version into the `go` directive, or a Dockerfile with `FROM golang:{}`",
                version.trim_start_matches("go")
            ),
        ),
        Source::GoDirective if target == Target::Render => (
            format!("Render builds with the newest Go 1.x, whatever {name} says"),
            format!("write a Dockerfile with `FROM golang:{version}` where {version} matters"),
        ),
        Source::ElixirBuildpack | Source::PhoenixStatic => (
            format!(
                "only Heroku's buildpack reads {name}: {who} does not build with {} {version}",
                runtime.title()
            ),
            format!(
                "name the same version where {who} looks: `.tool-versions`, or the `FROM` of a Dockerfile"
            ),
        ),
        _ => return None,
    };
    // The same version in a file that others read is what the help asks for.
    let elsewhere = [Source::ToolVersions, Source::Mise, Source::RenderYaml];
    let told = |other: &Place<'_>| {
        elsewhere.contains(&other.pin.source)
            && matches!((other.pin.allowed(), place.pin.allowed()), (Some(a), Some(b)) if a.meets(b))
    };
    if package.of(runtime).any(told) {
        return None;
    }
    // A directive is the least version, so a newer Go is one that it allows.
    let severity = if place.pin.source == Source::GoDirective { Severity::Note } else { Severity::Warning };
    Some(
        Draft::new(&META, &place.file.path, place.pin.span, message, help)
            .severity(severity)
            .label(format!("{who} does not read it"))
            .remedy(tool_versions(project, package, place)),
    )
}

/// The versions of `elixir_buildpack.config` in `.tool-versions`, which Heroku's buildpack asks after that.
fn tool_versions(project: &Project, package: &Package<'_>, place: &Place<'_>) -> Option<Remedy> {
    if place.pin.source != Source::ElixirBuildpack {
        return None;
    }
    let missing = [Runtime::Elixir, Runtime::Erlang].into_iter().filter_map(|runtime| {
        let known = package.from(runtime, Source::ToolVersions).is_some();
        package.from(runtime, Source::ElixirBuildpack).filter(|_| !known)
    });
    let path = package.path(".tool-versions");
    let known = project.file(&path);
    let mut lines = String::new();
    for place in missing {
        let version = repin::single(place.pin)?;
        let line = format!("{} {version}", place.pin.runtime.title().to_lowercase());
        lines += &repin::line(known.unwrap_or(place.file), &line);
    }
    if lines.is_empty() {
        return None;
    }
    let remedy = Remedy::needs_decision("write the same versions to `.tool-versions`");
    match known {
        Some(file) => {
            let text = file.source.text.as_str();
            let end = Span::new(text.len(), text.len());
            let lead =
                if text.is_empty() || text.ends_with('\n') { "" } else { Sheet::of(file).line_break() };
            Some(remedy.change(&path, What::Text { at: end, text: format!("{lead}{lines}") }))
        }
        None => {
            let path = repin::new_file(project, package, ".tool-versions")?;
            Some(remedy.change(&path, What::Create { text: lines }))
        }
    }
}
