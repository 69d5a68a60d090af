//! Python's version in `runtime.txt`.

use crate::ignores::reaches_heroku;
use crate::lang::Lang;
use crate::pin::{Hint, Runtime, Source};
use crate::project::Project;
use crate::remedy::{Change, Remedy, What};
use crate::rule::{Confidence, Impact, Meta, Origin, Severity, Status, Step, Target};
use crate::rules::runtime::{self, OLDEST_PYTHON, Package, Place, repin};
use crate::rules::{Draft, Rule};
use crate::span::Span;

/// `runtime-txt-deprecated`.
pub struct RuntimeTxtDeprecated;

static META: Meta = Meta {
    id: "runtime-txt-deprecated",
    aliases: &[],
    family: "runtime",
    severity: Severity::Warning,
    impact: Impact::FlipsSilently,
    confidence: Confidence::High,
    step: Step::Code,
    langs: &[Lang::Plain],
    needs_heroku: false,
    status: Status::Stable,
    since: "0.1.0",
    specificity: 20,
    page: include_str!("README.md"),
    origin: Origin::BuiltIn,
};

impl Rule for RuntimeTxtDeprecated {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn watches_in(&self) -> &'static [(&'static [Lang], &'static [&'static str])] {
        &[
            (&[Lang::Plain], &["python-3*", "python-2*"]),
            // Whoever names the file would miss it.
            (&[], &["runtime.txt"]),
        ]
    }

    fn project(&self, project: &Project, target: Option<Target>) -> Vec<Draft> {
        let packages = runtime::packages(project);
        // mybinder.org reads the same file; its other files may stand in a folder of their own.
        let binder = packages.iter().any(|package| package.has(&Hint::Binder) && package.folder.is_empty());
        let mut drafts = Vec::new();
        for package in &packages {
            if package.has(&Hint::Binder) || (binder && !package.deployed) || (binder && !package.application)
            {
                continue;
            }
            drafts.extend(python(project, package, target));
            for (file, hint) in &package.hints {
                if let Hint::OtherRuntime(span) = hint
                    && package.application
                {
                    let message = "no buildpack reads this file: `runtime.txt` is for Python";
                    let draft = Draft::new(&META, &file.path, *span, message, "delete it")
                        .severity(Severity::Note)
                        .impact(Impact::Cleanup)
                        .label("has no effect")
                        .remedy(without_effect(project, package, &file.path));
                    drafts.push(draft);
                }
            }
        }
        drafts
    }
}

/// Files that name this one: it cannot go without them.
fn namers<'p>(project: &'p Project, path: &str) -> Vec<&'p str> {
    let leaves_out = |path: &str| path.ends_with("ignore");
    let others = project.files.iter().filter(|file| file.path != path && file.role.is_reported());
    others
        .filter(|file| !leaves_out(&file.path) && file.source.text.contains("runtime.txt"))
        .map(|file| file.path.as_str())
        .collect()
}

/// Heroku looks for Ruby and Node.js before it looks for Python, which a `runtime.txt` alone is a sign of.
fn without_effect(project: &Project, package: &Package<'_>, path: &str) -> Option<Remedy> {
    let other = package.is_built_for(Runtime::Ruby) || package.is_built_for(Runtime::Node);
    let python = package.is_built_for(Runtime::Python) || package.manifest(Runtime::Python).is_some();
    (other && !python && namers(project, path).is_empty())
        .then(|| Remedy::safe("remove `runtime.txt`").change(path, What::Remove))
}

/// The same version in `.python-version`, which Heroku reads where there is no `runtime.txt`.
fn remedy(
    project: &Project,
    package: &Package<'_>,
    place: &Place<'_>,
    other: Option<&Place<'_>>,
    target: Option<Target>,
) -> Option<Remedy> {
    let path = place.file.path.as_str();
    let version = place.pin.text.as_str();
    // The buildpack takes blanks around the version, and nothing else.
    let is_plain = place.file.source.text.trim() == format!("python-{version}");
    // A misspelled file would then stop the build, and a version that has ended stops it anyway.
    let misnamed = package.hints.iter().any(|(_, hint)| matches!(hint, Hint::Misnamed(_)));
    let least = place.pin.allowed()?.least()?;
    let ended = [least[0], least[1]] < OLDEST_PYTHON;
    if !is_plain || misnamed || ended || !namers(project, path).is_empty() {
        return None;
    }
    if package.is_built_as_image() {
        return Some(Remedy::needs_decision("remove `runtime.txt`").change(path, What::Remove));
    }
    let docks = package.targets().chain(target).any(|target| target == Target::Digitalocean);
    let is_known = project.is_heroku(path) && package.deployed && !docks && !package.has(&Hint::Uv);
    let (title, change, agrees) = match other {
        Some(other) if other.pin.text == version => {
            ("remove `runtime.txt`: `.python-version` says the same".to_string(), None, true)
        }
        Some(other) => {
            let agrees = match (other.pin.allowed(), place.pin.allowed()) {
                (Some(left), Some(right)) => left.by_minor().meets(&right.by_minor()),
                _ => false,
            };
            let title = format!("write `{version}` to `.python-version` and remove `runtime.txt`");
            (title, Some(repin::change(other, version)?), agrees)
        }
        None => {
            let path = repin::new_file(project, package, ".python-version")?;
            let what = What::Create { text: repin::line(place.file, version) };
            let title = format!("write `{version}` to `.python-version` and remove `runtime.txt`");
            (title, Some(Change { path, what }), true)
        }
    };
    if other.is_some_and(|other| !reaches_heroku(project, &other.file.path)) {
        return None;
    }
    let mut remedy = match is_known && agrees {
        true => Remedy::safe(title),
        false => Remedy::needs_decision(title),
    };
    remedy.changes.extend(change);
    Some(remedy.change(path, What::Remove))
}

fn python(project: &Project, package: &Package<'_>, target: Option<Target>) -> Option<Draft> {
    let place = package.from(Runtime::Python, Source::RuntimeTxt)?;
    let allowed = place.pin.allowed()?;
    let version = &place.pin.text;
    let start = place.pin.span.start.saturating_sub("python-".len());
    let span = Span::new(start, place.pin.span.end);
    let other = package.from(Runtime::Python, Source::PythonVersion);
    let same = other.filter(|other| other.pin.text == *version);
    let help = match (same, other) {
        (Some(_), _) => "delete it: `.python-version` says the same".to_string(),
        (None, Some(_)) => {
            format!("write `{version}`, which Heroku follows today, to `.python-version` and delete it")
        }
        (None, None) => format!("write `{version}` to a file `.python-version` and delete this one"),
    };
    let remedy = remedy(project, package, place, other, target);
    if package.is_built_as_image() {
        let message = "`runtime.txt` has no effect: Heroku builds an image, whose `FROM` says the version";
        let draft = Draft::new(&META, &place.file.path, span, message, "delete it");
        return Some(draft.severity(Severity::Note).impact(Impact::Cleanup).label("not read").remedy(remedy));
    }
    let message = match package.has(&Hint::Uv) {
        true => "Heroku refuses `runtime.txt` in a uv project".to_string(),
        false => format!(
            "Python {version} is pinned in `runtime.txt`, which Heroku has deprecated for `.python-version`"
        ),
    };
    let mut draft =
        Draft::new(&META, &place.file.path, span, message, help).label("deprecated").remedy(remedy);
    if package.has(&Hint::Uv) {
        draft = draft.severity(Severity::Error).impact(Impact::BuildFails);
    }
    if let Some(other) = other {
        let said = match same {
            Some(_) => "says the same".to_string(),
            None => format!("says {}, and Heroku ignores it for `runtime.txt`", other.pin.text),
        };
        draft = draft.related(&other.file.path, other.pin.span, said);
    }
    if allowed.least().is_some_and(|least| [least[0], least[1]] < OLDEST_PYTHON) {
        let [major, minor] = OLDEST_PYTHON;
        draft =
            draft.note(format!("Heroku builds Python {major}.{minor} and newer, so the next build fails"));
    }
    if let Some(namer) = namers(project, &place.file.path).first() {
        draft = draft.note(format!("`{namer}` names the file, too"));
    }
    match target {
        Some(Target::Dokku) => draft.note("Dokku builds with Heroku's buildpacks and reads it").into(),
        Some(Target::Railway) => draft.note("Railway reads it, after `.python-version`").into(),
        Some(target) if runtime::builds_by_dockerfile(target) => {
            draft.note(format!("{} runs an image: its `FROM` says the version", target.title())).into()
        }
        _ => Some(draft),
    }
}
