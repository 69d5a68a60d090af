//! Python's version in `runtime.txt`.

use crate::lang::Lang;
use crate::pin::{Hint, Runtime, Source};
use crate::project::Project;
use crate::rule::{Confidence, Impact, Meta, Severity, Status, Step, Target};
use crate::rules::runtime::{self, OLDEST_PYTHON, Package};
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
};

impl Rule for RuntimeTxtDeprecated {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn watches_in(&self) -> &'static [(&'static [Lang], &'static [&'static str])] {
        &[(&[Lang::Plain], &["python-3*", "python-2*"])]
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
            drafts.extend(python(package, target));
            for (file, hint) in &package.hints {
                if let Hint::OtherRuntime(span) = hint
                    && package.application
                {
                    let message = "no buildpack reads this file: `runtime.txt` is for Python";
                    let draft = Draft::new(&META, &file.path, *span, message, "delete it")
                        .severity(Severity::Note)
                        .impact(Impact::Cleanup)
                        .label("has no effect");
                    drafts.push(draft);
                }
            }
        }
        drafts
    }
}

fn python(package: &Package<'_>, target: Option<Target>) -> Option<Draft> {
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
    if package.is_built_as_image() {
        let message = "`runtime.txt` has no effect: Heroku builds an image, whose `FROM` says the version";
        let draft = Draft::new(&META, &place.file.path, span, message, "delete it");
        return Some(draft.severity(Severity::Note).impact(Impact::Cleanup).label("not read"));
    }
    let message = match package.has(&Hint::Uv) {
        true => "Heroku refuses `runtime.txt` in a uv project".to_string(),
        false => format!(
            "Python {version} is pinned in `runtime.txt`, which Heroku has deprecated for `.python-version`"
        ),
    };
    let mut draft = Draft::new(&META, &place.file.path, span, message, help).label("deprecated");
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
    match target {
        Some(Target::Dokku) => draft.note("Dokku builds with Heroku's buildpacks and reads it").into(),
        Some(Target::Railway) => draft.note("Railway reads it, after `.python-version`").into(),
        Some(target) if runtime::builds_by_dockerfile(target) => {
            draft.note(format!("{} runs an image: its `FROM` says the version", target.title())).into()
        }
        _ => Some(draft),
    }
}
