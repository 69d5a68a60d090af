//! A version range without an upper bound, or over several major versions.

use crate::lang::Lang;
use crate::pin::{Allowed, Runtime, Source, Wanted};
use crate::project::Project;
use crate::remedy::{Change, Remedy};
use crate::rule::{Confidence, Impact, Meta, Origin, Severity, Status, Step, Target};
use crate::rules::runtime::{self, Package, Place, WATCHES, repin};
use crate::rules::{Draft, Rule};

/// `runtime-loose-pin`.
pub struct RuntimeLoosePin;

static META: Meta = Meta {
    id: "runtime-loose-pin",
    aliases: &[],
    family: "runtime",
    severity: Severity::Warning,
    impact: Impact::FlipsSilently,
    confidence: Confidence::High,
    step: Step::Build,
    langs: &[Lang::Json, Lang::Ruby],
    needs_heroku: true,
    status: Status::Stable,
    since: "0.1.0",
    specificity: 10,
    page: include_str!("README.md"),
    origin: Origin::BuiltIn,
};

/// Finds the range of one language, if it is loose.
type Find = fn(&Package<'_>) -> Option<Draft>;

const RULES: &[(Runtime, Find)] = &[(Runtime::Node, node), (Runtime::Ruby, ruby), (Runtime::Php, php)];

impl Rule for RuntimeLoosePin {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn watches_in(&self) -> &'static [(&'static [Lang], &'static [&'static str])] {
        WATCHES
    }

    fn project(&self, project: &Project, target: Option<Target>) -> Vec<Draft> {
        let mut drafts = Vec::new();
        for package in runtime::packages(project) {
            if !package.deployed || !package.application || package.is_built_as_image() {
                continue;
            }
            for (runtime, rule) in RULES {
                if !package.is_built_for(*runtime) {
                    continue;
                }
                let Some(mut draft) = rule(&package) else { continue };
                // Another version of what builds assets shows in the build, if at all.
                if package.is_for_the_build(*runtime) {
                    draft = draft.severity(Severity::Note);
                }
                if let Some(target) = target
                    && let Some(place) = package.followed(target, *runtime)
                    && place.file.path != draft.finding.path
                    && !place.pin.text.is_empty()
                {
                    let title = target.title();
                    draft = draft.note(format!("{title} takes {} from {}", place.pin.text, place.name()));
                }
                drafts.push(draft);
            }
        }
        drafts
    }
}

/// A major version that the range allows and another file of the package names, to suggest.
fn known_line(package: &Package<'_>, runtime: Runtime, range: Option<&Allowed>) -> Option<u64> {
    package
        .of(runtime)
        .filter(|place| place.pin.source != Source::Ci)
        .filter_map(|place| place.pin.allowed())
        .find(|allowed| !allowed.spans_majors() && range.is_none_or(|range| range.meets(allowed)))
        .and_then(|allowed| allowed.least())
        .map(|version| version[0])
}

/// The buildpack resolves a wide range to the Active LTS line at most, unless `NODEJS_ALLOW_WIDE_RANGE` is
/// set (`lib/runtimes/nodejs.sh` of the Node.js buildpack).
fn node(package: &Package<'_>) -> Option<Draft> {
    let Place { file, pin } = *package.from(Runtime::Node, Source::Engines)?;
    let unbounded = match &pin.wanted {
        Wanted::Newest => true,
        Wanted::Versions(allowed) if allowed.is_unbounded() => true,
        Wanted::Versions(allowed) if allowed.spans_majors() => false,
        _ => return None,
    };
    let line = known_line(package, Runtime::Node, pin.allowed());
    let remedy = node_line(package, &Place { file, pin });
    let example = line.map_or("22.x".to_string(), |line| format!("{line}.x"));
    let help =
        format!("name the one line that runs today (`heroku run node -v`), as in `\"node\": \"{example}\"`");
    let written = if pin.text.is_empty() { "\"\"" } else { pin.text.as_str() };
    let draft = if unbounded {
        let message = format!(
            "`{written}` has no upper bound: Heroku stops at the Active LTS line, others take the newest Node.js"
        );
        Draft::new(&META, &file.path, pin.span, message, help).label("any later major version, too")
    } else {
        let message =
            format!("`{written}` allows several major versions of Node.js, and builders choose among them");
        Draft::new(&META, &file.path, pin.span, message, help)
            .severity(Severity::Note)
            .label("more than one line")
    };
    Some(draft.remedy(remedy))
}

/// Newest major version of Node.js that Heroku takes from a range whatever the date: it has had its long-term
/// support since October 2025 (<https://github.com/nodejs/Release#release-schedule>).
const NEWEST_NODE: u64 = 24;

/// One line in place of a range: the newest that it allows, which Heroku takes, or without such a line the one
/// that other files say.
fn node_line(package: &Package<'_>, place: &Place<'_>) -> Option<Remedy> {
    let range = place.pin.allowed();
    let taken = range.and_then(|range| range.newest_major(NEWEST_NODE));
    let (line, who) = match taken {
        Some(line) => (line, "which Heroku takes from the range"),
        None => (known_line(package, Runtime::Node, range)?, "which other files say"),
    };
    let is_other = |other: &&Place<'_>| other.pin.source != Source::Engines;
    let as_range = Allowed::npm(&line.to_string())?;
    let disagrees = |other: &Place<'_>| other.pin.allowed().is_some_and(|said| !said.meets(&as_range));
    if repin::is_published(place.file) || package.of(Runtime::Node).filter(is_other).any(disagrees) {
        return None;
    }
    // A release that the range leaves out on purpose would come in by the line.
    if !range.is_none_or(|range| range.allows_newest_of(line)) {
        return None;
    }
    let Change { path, what } = repin::change(place, &line.to_string())?;
    Some(Remedy::needs_decision(format!("allow {line}.x only, {who}")).change(&path, what))
}

/// The version of the lock file in the Gemfile. Bundler then stops at any other Ruby, also where nobody has
/// written down which one an image or a machine has: that is for people to say.
fn locked_ruby(gemfile: &Place<'_>, lock: &Place<'_>) -> Option<Remedy> {
    let version = repin::single(lock.pin)?;
    let Change { path, what } = repin::change(gemfile, &version)?;
    Some(Remedy::needs_decision(format!("require the locked `{version}`")).change(&path, what))
}

fn ruby(package: &Package<'_>) -> Option<Draft> {
    let Place { file, pin } = *package.from(Runtime::Ruby, Source::Gemfile)?;
    let allowed = pin.allowed().filter(|allowed| !allowed.is_exact())?;
    let lock = package.from(Runtime::Ruby, Source::GemfileLock);
    if let Some(lock) = lock.filter(|lock| lock.pin.allowed().is_some()) {
        let message = format!(
            "`{}` leaves the choice of Ruby to others, while Heroku takes {} from `Gemfile.lock`",
            pin.text, lock.pin.text
        );
        let help = format!("write the version that is locked: `ruby \"{}\"`", lock.pin.text);
        return Some(
            Draft::new(&META, &file.path, pin.span, message, help)
                .severity(Severity::Note)
                .impact(Impact::Cleanup)
                .label("a range")
                .related(&lock.file.path, lock.pin.span, "Heroku builds with this")
                .remedy(locked_ruby(&Place { file, pin }, lock)),
        );
    }
    let unbounded = allowed.is_unbounded();
    let message = match unbounded {
        true => format!("`{}` has no upper bound, and no lock file says which Ruby it is", pin.text),
        false => format!("`{}` is a range, and no lock file says which Ruby it is", pin.text),
    };
    let help = "write the version that runs today (`heroku run ruby -v`): `ruby \"x.y.z\"`";
    let severity = if unbounded { Severity::Warning } else { Severity::Note };
    Some(Draft::new(&META, &file.path, pin.span, message, help).severity(severity).label("a range"))
}

fn php(package: &Package<'_>) -> Option<Draft> {
    let Place { file, pin } = *package.from(Runtime::Php, Source::Composer)?;
    let unbounded = match &pin.wanted {
        Wanted::Newest => true,
        wanted => matches!(wanted, Wanted::Versions(allowed) if allowed.is_unbounded()),
    };
    let message = format!("`{}` has no upper bound: each builder takes the newest PHP that it has", pin.text);
    let help = "name the line that runs today (`heroku run php -v`), as in `\"~8.3.0\"`";
    unbounded
        .then(|| Draft::new(&META, &file.path, pin.span, message, help).label("any later major version, too"))
}
