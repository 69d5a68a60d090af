//! Files of one package that ask for different versions of one language.

use crate::finding::Applicability;
use crate::lang::Lang;
use crate::pin::{Allowed, Hint, Runtime, Source, Wanted};
use crate::project::Project;
use crate::remedy::Remedy;
use crate::rule::{Confidence, Impact, Meta, Origin, Severity, Status, Step, Target};
use crate::rules::runtime::{self, Package, Place, WATCHES, repin};
use crate::rules::{Draft, Rule};

/// `runtime-pin-conflict`.
pub struct RuntimePinConflict;

static META: Meta = Meta {
    id: "runtime-pin-conflict",
    aliases: &[],
    family: "runtime",
    severity: Severity::Warning,
    impact: Impact::FlipsSilently,
    confidence: Confidence::High,
    step: Step::Code,
    langs: &[Lang::Ruby, Lang::Dockerfile, Lang::Yaml, Lang::Json, Lang::Toml, Lang::Plain],
    needs_heroku: true,
    status: Status::Stable,
    since: "0.1.0",
    specificity: 20,
    page: include_str!("README.md"),
    origin: Origin::BuiltIn,
};

/// So many places are shown.
const MOST_RELATED: usize = 8;

impl Rule for RuntimePinConflict {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn watches_in(&self) -> &'static [(&'static [Lang], &'static [&'static str])] {
        WATCHES
    }

    fn project(&self, project: &Project, target: Option<Target>) -> Vec<Draft> {
        let mut drafts = Vec::new();
        for package in runtime::packages(project) {
            let docker = package.pins.iter().any(|place| place.pin.source == Source::Docker);
            if !package.application || !(package.deployed || docker) {
                continue;
            }
            drafts.extend(Runtime::ALL.iter().filter_map(|&runtime| conflict(&package, runtime, target)));
        }
        drafts
    }
}

/// How much it says that a file disagrees: what an image or a platform runs, then what the code asks for,
/// then what developers use, then CI.
fn rank(source: Source) -> u8 {
    match source {
        Source::Docker => 0,
        Source::FlyToml | Source::RenderYaml => 1,
        Source::Gemfile | Source::RequiresPython | Source::Poetry | Source::SetupCfg | Source::Pipfile => 2,
        Source::PackageManager | Source::Engines | Source::Composer => 2,
        Source::Ci => 4,
        _ => 3,
    }
}

/// Pins that say again what another one says, or what no builder of the application reads.
fn counts(package: &Package<'_>, place: &Place<'_>) -> bool {
    let beside = |source| package.from(place.pin.runtime, source).is_some();
    match place.pin.source {
        Source::UvLock => !beside(Source::RequiresPython),
        Source::PipfileLock => {
            !beside(Source::Pipfile)
                || package.heroku(Runtime::Python).is_some_and(|heroku| heroku.pin == place.pin)
        }
        // The least version of the buildpack that builds assets.
        Source::PhoenixStatic => true,
        _ => true,
    }
}

/// At the precision that makes a difference: two patch levels of one minor version agree.
fn agree(left: &Allowed, right: &Allowed) -> bool {
    left.by_minor().meets(&right.by_minor())
}

fn conflict(package: &Package<'_>, runtime: Runtime, target: Option<Target>) -> Option<Draft> {
    let pins: Vec<(Place<'_>, &Allowed)> = package
        .of(runtime)
        .filter(|place| counts(package, place) && !place.pin.text.is_empty())
        .filter_map(|place| Some((*place, place.pin.allowed()?)))
        .collect();
    let same = |left: &Place<'_>, right: &Place<'_>| std::ptr::eq(left.pin, right.pin);
    let heroku = package.heroku(runtime).copied();
    let known = heroku.filter(|heroku| pins.iter().any(|(place, _)| same(place, heroku)));
    // Where Heroku follows none, what an image runs is what the others are held against.
    let reference = match (heroku, known) {
        (_, Some(known)) => known,
        // It follows one that is not understood.
        (Some(_), None) => return None,
        (None, None) => pins
            .iter()
            .map(|(place, _)| *place)
            .filter(|place| place.pin.source != Source::Ci)
            .min_by_key(|place| std::cmp::Reverse(rank(place.pin.source)))?,
    };
    let reference_allowed = reference.pin.allowed()?;
    let required = bundler_requirement(package, runtime);
    let refused = |place: &Place<'_>, allowed: &Allowed| {
        let picks = matches!(
            place.pin.source,
            Source::Docker | Source::RubyVersion | Source::ToolVersions | Source::Mise | Source::FlyToml
        );
        picks && required.is_some_and(|required| !required.meets(allowed))
    };
    let mut losers: Vec<(Place<'_>, &Allowed)> = pins
        .iter()
        .filter(|(place, allowed)| {
            let stops = refused(place, allowed);
            // Heroku may build an image that Bundler does not run in.
            stops && place.pin.source == Source::Docker
                || !same(place, &reference) && (stops || !agree(allowed, reference_allowed))
        })
        .copied()
        .collect();
    // Where CI also runs the version that counts, another one beside it is no disagreement.
    let tested = package.has(&Hint::Matrix(runtime))
        || pins
            .iter()
            .any(|(place, allowed)| place.pin.source == Source::Ci && agree(allowed, reference_allowed));
    losers.retain(|(place, _)| place.pin.source != Source::Ci || !tested);
    losers.sort_by(|(a, _), (b, _)| {
        (rank(a.pin.source), a.pin.source, &a.file.path).cmp(&(
            rank(b.pin.source),
            b.pin.source,
            &b.file.path,
        ))
    });
    let (first, first_allowed) = losers.iter().find(|(place, _)| place.file.role.is_reported()).copied()?;
    let bundler_stops = refused(&first, first_allowed) && first.pin.source == Source::Docker;
    let title = runtime.title();
    let version = &first.pin.text;
    let said = match first.pin.source {
        Source::Docker => format!("{} builds on {title} {version}", first.name()),
        Source::Ci => format!("CI runs {title} {version} ({})", first.name()),
        Source::RequiresPython | Source::Poetry | Source::SetupCfg | Source::Gemfile => {
            format!("{} asks for {title} `{version}`", first.name())
        }
        _ => format!("{} says {title} {version}", first.name()),
    };
    let gemfile = required_by(package).filter(|_| bundler_stops);
    let other = match (known, gemfile) {
        (_, Some(gemfile)) => {
            format!("and {} asks for {}, so Bundler stops", gemfile.name(), gemfile.pin.text)
        }
        (Some(heroku), None) => format!("and Heroku takes {} from {}", heroku.pin.text, heroku.name()),
        (None, None) => {
            format!("{} says {}, and Heroku reads neither", reference.name(), reference.pin.text)
        }
    };
    let message = format!("{said}, {other}");
    let help = match (known, gemfile) {
        (_, Some(gemfile)) => format!("write `{}` into the `FROM` line, or change both", gemfile.pin.text),
        (Some(heroku), None) => format!(
            "make all of them agree with {}, which Heroku follows today, or change {} first",
            heroku.pin.text,
            heroku.name()
        ),
        (None, None) => "find out what runs today, and write that version into all of them".to_string(),
    };
    let mut draft =
        Draft::new(&META, &first.file.path, first.pin.span, message, help).label("not what Heroku runs");
    if bundler_stops {
        draft = draft.label("not the Ruby of the Gemfile");
    } else if known.is_none() {
        draft = draft.label("they differ");
    }
    let only_ci = first.pin.source == Source::Ci;
    let same_line = runtime == Runtime::Node
        && losers.iter().all(|(_, allowed)| allowed.by_major().meets(&reference_allowed.by_major()));
    draft = if bundler_stops {
        draft.severity(Severity::Error).impact(Impact::BuildFails)
    } else if only_ci || same_line || runtime.is_package_manager() || package.is_for_the_build(runtime) {
        draft.severity(Severity::Note)
    } else {
        draft
    };
    let role = if known.is_some() { "Heroku takes this one" } else { "differs" };
    draft = draft.related(&reference.file.path, reference.pin.span, role);
    for (place, _) in losers.iter().filter(|(place, _)| !same(place, &first)).take(MOST_RELATED) {
        draft = draft.related(&place.file.path, place.pin.span, format!("says {}", place.pin.text));
    }
    if let Some(gemfile) = gemfile.filter(|gemfile| !same(gemfile, &reference)) {
        draft = draft.related(&gemfile.file.path, gemfile.pin.span, "Bundler checks this");
    }
    let followed = gemfile.or(known);
    draft = draft.remedy(followed.and_then(|followed| {
        let stopped = losers.iter().all(|(place, allowed)| refused(place, allowed));
        remedy(package, &followed, losers.iter().map(|(place, _)| place), stopped)
    }));
    if let Some(target) = target {
        draft = note(draft, package, runtime, target, known);
    }
    Some(draft)
}

/// All the others say what Heroku follows. Heroku reads none of them; whoever does gets another version than
/// before, which is only certain to be better where Bundler stops at the one before (`stopped`).
fn remedy<'p>(
    package: &Package<'_>,
    followed: &Place<'_>,
    losers: impl Iterator<Item = &'p Place<'p>>,
    stopped: bool,
) -> Option<Remedy> {
    let version = repin::single(followed.pin)?;
    let required = package.from(Runtime::Ruby, Source::Gemfile).filter(|gemfile| {
        // The Gemfile asks for what one of these files says.
        !matches!(gemfile.pin.wanted, Wanted::File(_))
    });
    let mut managed = true;
    let mut remedy = Remedy::safe(format!("say {version} everywhere, which Heroku follows"));
    for place in losers {
        let source = place.pin.source;
        managed &= matches!(source, Source::RubyVersion | Source::ToolVersions | Source::Mise);
        remedy.changes.push(repin::change(place, &version)?);
    }
    let is_certain = managed && stopped && required.is_some() && !package.is_built_as_image();
    if !is_certain {
        remedy.applicability = Applicability::Unsafe;
    }
    Some(remedy)
}

/// What the chosen target takes.
fn note(
    draft: Draft,
    package: &Package<'_>,
    runtime: Runtime,
    target: Target,
    heroku: Option<Place<'_>>,
) -> Draft {
    let who = target.title();
    match package.followed(target, runtime) {
        Some(place) if heroku.is_some_and(|heroku| std::ptr::eq(heroku.pin, place.pin)) => {
            draft.note(format!("{who} takes the same as Heroku, from {}", place.name()))
        }
        Some(place) if !place.pin.text.is_empty() => {
            draft.note(format!("{who} takes {} from {}", place.pin.text, place.name()))
        }
        _ if target == Target::Render && runtime == Runtime::Node => draft.note(
            "Render reads `NODE_VERSION`, `.node-version`, `.nvmrc` and `engines`: look there which one wins",
        ),
        _ if target == Target::Render && runtime == Runtime::Python => {
            draft.note("Render reads `PYTHON_VERSION` and `.python-version`: look there which one wins")
        }
        _ => draft,
    }
}

/// Where the version stands that the `ruby` line of the Gemfile asks for.
fn required_by<'p>(package: &Package<'p>) -> Option<Place<'p>> {
    let gemfile = package.from(Runtime::Ruby, Source::Gemfile)?;
    match &gemfile.pin.wanted {
        Wanted::File(name) => {
            package.of(Runtime::Ruby).find(|place| place.file.path.rsplit('/').next() == Some(name)).copied()
        }
        _ => Some(*gemfile),
    }
}

/// What Bundler checks the running Ruby against: the `ruby` line of the Gemfile, to the patch level.
fn bundler_requirement<'p>(package: &Package<'p>, runtime: Runtime) -> Option<&'p Allowed> {
    let gemfile = package.from(Runtime::Ruby, Source::Gemfile).filter(|_| runtime == Runtime::Ruby)?;
    package.allowed(gemfile)
}
