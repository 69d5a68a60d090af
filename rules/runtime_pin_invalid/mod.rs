//! A version file that its reader does not understand, or has not got any more.

use crate::lang::Lang;
use crate::pin::{Hint, Runtime, Source, Wanted};
use crate::project::{File, Project};
use crate::remedy::{Change, Remedy, What};
use crate::rule::{Confidence, Impact, Meta, Origin, Severity, Status, Step, Target};
use crate::rules::runtime::{self, OLDEST_PYTHON, Package, Place, WATCHES, repin};
use crate::rules::{Draft, Rule};
use crate::span::Span;

/// `runtime-pin-invalid`.
pub struct RuntimePinInvalid;

static META: Meta = Meta {
    id: "runtime-pin-invalid",
    aliases: &[],
    family: "runtime",
    severity: Severity::Error,
    impact: Impact::BuildFails,
    confidence: Confidence::High,
    step: Step::Code,
    langs: &[Lang::Plain, Lang::Json],
    needs_heroku: true,
    status: Status::Stable,
    since: "0.1.0",
    specificity: 20,
    page: include_str!("README.md"),
    origin: Origin::BuiltIn,
};

impl Rule for RuntimePinInvalid {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn watches_in(&self) -> &'static [(&'static [Lang], &'static [&'static str])] {
        WATCHES
    }

    fn project(&self, project: &Project, _target: Option<Target>) -> Vec<Draft> {
        let mut drafts = Vec::new();
        for package in runtime::packages(project) {
            if !package.deployed || package.has(&Hint::Binder) {
                continue;
            }
            drafts.extend(package.pins.iter().filter_map(|place| invalid(project, &package, place)));
            drafts.extend(misnamed(project, &package));
            drafts.extend(ended(&package));
        }
        drafts
    }
}

fn invalid(project: &Project, package: &Package<'_>, place: &Place<'_>) -> Option<Draft> {
    let Wanted::Invalid(why) = &place.pin.wanted else { return None };
    let pin = place.pin;
    let name = place.name();
    let heroku = !package.is_built_as_image() && package.may_be_built_for(pin.runtime);
    let (message, help) = match pin.source {
        Source::PythonVersion if heroku => (
            format!("Heroku's build stops at {name}, which {why}"),
            "write `N.N`, as in `3.13`, or `N.N.N` and nothing else",
        ),
        Source::RuntimeTxt if heroku => (
            format!("Heroku's build stops at {name}, which {why}"),
            "write the version alone, as in `3.13`, to `.python-version` and delete this file",
        ),
        Source::Engines if heroku && pin.runtime == Runtime::Node && package.is_built_for(Runtime::Node) => {
            (format!("Heroku's build stops at {name}: `{}` {why}", pin.text), "write a range, as in `22.x`")
        }
        Source::SystemProperties if heroku => {
            (format!("`java.runtime.version={}` {why}", pin.text), "write the version, as in `21`")
        }
        Source::RubyVersion => (
            format!("`{}` {why}", pin.text),
            "write the version alone, as in `3.4.8`, and keep the requirement in the Gemfile",
        ),
        _ => return None,
    };
    let draft = Draft::new(&META, &place.file.path, pin.span, message, help).label("not understood");
    let draft = draft.remedy(valid(project, package, place));
    let gemfile = package.from(Runtime::Ruby, Source::Gemfile);
    let read_by_bundler =
        gemfile.is_some_and(|gemfile| gemfile.pin.wanted == Wanted::File(".ruby-version".into()));
    Some(match pin.source {
        // Heroku's own build does not look at it.
        Source::RubyVersion if !read_by_bundler => draft.severity(Severity::Warning).impact(Impact::Degrades),
        _ => draft,
    })
}

/// A version of Python in a text with too much around it: `python-3.12`, `v3.12.4`, `"3.12"`, `3.12.*`.
fn python_in(text: &str) -> Option<&str> {
    let text = text.trim().trim_matches(['"', '\'']);
    let start = ["python-", "python ", "python==", "python=", "python", "v"]
        .iter()
        .find_map(|start| {
            let begins = text.get(..start.len())?.eq_ignore_ascii_case(start);
            begins.then(|| text[start.len()..].trim_start())
        })
        .unwrap_or(text);
    let version = start.strip_suffix(".*").or(start.strip_suffix(".x")).unwrap_or(start);
    let mut parts = version.split('.');
    let is_number = |part: &str| {
        part.bytes().all(|byte| byte.is_ascii_digit()) && (part == "0" || !part.starts_with('0'))
    };
    let count = parts.clone().count();
    ((2..=3).contains(&count) && parts.all(|part| !part.is_empty() && is_number(part))).then_some(version)
}

fn has_ended(version: &str) -> bool {
    let mut numbers = version.split('.').map(|number| number.parse().unwrap_or(0));
    [numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)] < OLDEST_PYTHON
}

/// The version that is meant, in the form that is understood. A build that has failed till now then goes on,
/// with a version that did not run before.
fn valid(project: &Project, package: &Package<'_>, place: &Place<'_>) -> Option<Remedy> {
    let path = place.file.path.as_str();
    match place.pin.source {
        Source::PythonVersion => {
            let version = python_in(place.pin.span.of(&place.file.source.text))?;
            let what = What::Text { at: place.pin.span, text: version.to_string() };
            Some(Remedy::needs_decision(format!("write `{version}` alone")).change(path, what))
        }
        Source::RuntimeTxt => {
            let version = python_in(&place.file.source.text).filter(|version| !has_ended(version))?;
            let title = format!("write `{version}` to `.python-version` and remove `runtime.txt`");
            let new = repin::new_file(project, package, ".python-version")?;
            let remedy = Remedy::needs_decision(title).change(path, What::Remove);
            Some(remedy.change(&new, What::Create { text: repin::line(place.file, version) }))
        }
        Source::RubyVersion => {
            let version = repin::single(package.from(Runtime::Ruby, Source::GemfileLock)?.pin)?;
            let what = What::Text { at: place.pin.span, text: version.clone() };
            let title = format!("write `{version}`, which Heroku takes from `Gemfile.lock`");
            // No version manager knows a requirement, so nobody has got a Ruby by this file.
            let gemfile = package.from(Runtime::Ruby, Source::Gemfile);
            let asks = gemfile.is_some_and(|gemfile| matches!(gemfile.pin.wanted, Wanted::File(_)));
            let remedy = if asks { Remedy::needs_decision(title) } else { Remedy::safe(title) };
            Some(remedy.change(path, what))
        }
        _ => None,
    }
}

/// The file under its right name, or gone where there is one of that name.
fn renamed(project: &Project, package: &Package<'_>, file: &File, right: &str) -> Option<Remedy> {
    let text = &file.source.text;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let [version] = lines.collect::<Vec<_>>()[..] else { return None };
    if python_in(version) != Some(version) || has_ended(version) {
        return None;
    }
    let new = repin::new_file(project, package, right)?;
    let change = Change { path: new, what: What::Create { text: text.clone() } };
    let mut remedy = Remedy::needs_decision(format!("rename it to `{right}`"));
    remedy.changes.push(change);
    Some(remedy.change(&file.path, What::Remove))
}

/// Without a stack, a new app gets the one that is usual today.
fn without_stack(file: &File) -> Option<Remedy> {
    let what = What::Unset { at: repin::root(file)?, keys: vec!["stack".to_string()] };
    Some(Remedy::needs_decision("leave the stack out").change(&file.path, what))
}

/// The buildpack looks for misspelled names before it looks for the right one, and after `runtime.txt`.
fn misnamed(project: &Project, package: &Package<'_>) -> Vec<Draft> {
    if package.is_built_as_image() || package.from(Runtime::Python, Source::RuntimeTxt).is_some() {
        return Vec::new();
    }
    let found = package.hints.iter().filter_map(|(file, hint)| match hint {
        Hint::Misnamed(right) => Some((file, right)),
        _ => None,
    });
    let drafts = found.filter(|_| package.is_built_for(Runtime::Python)).map(|(file, right)| {
        let name = file.path.rsplit('/').next().unwrap_or_default();
        let message = format!("Heroku's build stops at a file named `{name}`: the right name is `{right}`");
        let end = file.source.text.find(['\n', '\r']).unwrap_or(file.source.text.len());
        let draft =
            Draft::new(&META, &file.path, Span::new(0, end), message, format!("rename it to `{right}`"));
        draft.label("never read").remedy(renamed(project, package, file, right))
    });
    drafts.collect()
}

/// What Heroku does not build any more.
fn ended(package: &Package<'_>) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for (file, hint) in &package.hints {
        if let Hint::EndedStack(stack, span) = hint {
            let message = format!("the stack `{stack}` has ended: Heroku does not build on it any more");
            let help = "leave it out, or name the stack that the app runs on (`heroku stack`)";
            let draft = Draft::new(&META, &file.path, *span, message, help)
                .severity(Severity::Note)
                .impact(Impact::Cleanup)
                .label("ended")
                .remedy(without_stack(file));
            drafts.push(draft);
        }
    }
    if let Some(place) = package.heroku(Runtime::Python)
        // Said in the finding that `runtime.txt` has anyway.
        && place.pin.source == Source::PythonVersion
        && !package.is_built_as_image()
        && package.may_be_built_for(Runtime::Python)
        && let Some(least) = place.pin.allowed().and_then(|allowed| allowed.least())
        && [least[0], least[1]] < OLDEST_PYTHON
    {
        let [major, minor] = OLDEST_PYTHON;
        let message = format!(
            "Heroku does not build Python {} any more: {major}.{minor} is the oldest that it has",
            place.pin.text
        );
        let help = "move to a supported version first, or let the target build an image with the old one";
        let draft = Draft::new(&META, &place.file.path, place.pin.span, message, help)
            .severity(Severity::Note)
            .label("ended");
        drafts.push(draft);
    }
    drafts
}
