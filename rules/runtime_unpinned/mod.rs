//! No file that Heroku reads says which version of the language to build with.

use crate::lang::Lang;
use crate::pin::{Hint, Runtime, Source};
use crate::project::Project;
use crate::remedy::{Content, Remedy, What};
use crate::rule::{Confidence, Impact, Meta, Origin, Severity, Status, Step, Target};
use crate::rules::runtime::{self, OLDEST_PYTHON, Package, Place, WATCHES, repin};
use crate::rules::{Draft, Rule};

/// `runtime-unpinned`.
pub struct RuntimeUnpinned;

static META: Meta = Meta {
    id: "runtime-unpinned",
    aliases: &[],
    family: "runtime",
    severity: Severity::Warning,
    impact: Impact::FlipsSilently,
    confidence: Confidence::High,
    step: Step::Build,
    langs: &[Lang::Ruby, Lang::Json, Lang::Toml, Lang::Plain],
    needs_heroku: true,
    status: Status::Stable,
    since: "0.1.0",
    specificity: 10,
    page: include_str!("README.md"),
    origin: Origin::BuiltIn,
};

/// Languages that a buildpack picks a version for, what it takes without a pin, and what to do.
const UNPINNED: &[(Runtime, &str, &str)] = &[
    (
        Runtime::Ruby,
        "Heroku keeps the Ruby of the last build, and a first build elsewhere takes another",
        "write the version that runs today (`heroku run ruby -v`) as `ruby \"x.y.z\"` into the Gemfile and run `bundle \
         lock`",
    ),
    (
        Runtime::Python,
        "Heroku keeps the minor version of the last build, and a first build elsewhere takes another",
        "write the version that runs today (`heroku run python --version`) into `.python-version`",
    ),
    (
        Runtime::Node,
        "Heroku takes its recommended LTS line, and other builders their own default",
        "set `engines.node` in `package.json` to the line that runs today (`heroku run node -v`), as in `\"22.x\"`",
    ),
    (
        Runtime::Java,
        "Heroku takes its own default, and other builders theirs",
        "write the version that runs today (`heroku run java -version`) into `system.properties`, as in \
         `java.runtime.version=21`",
    ),
    (
        Runtime::Php,
        "Heroku takes the newest PHP of its default range, and other builders their own",
        "set `require.php` in `composer.json` to the line that runs today (`heroku run php -v`), as in `\"~8.3.0\"`",
    ),
    (
        Runtime::Go,
        "Heroku takes its own default, and other builders theirs",
        "add a `go` directive with the version that runs today to `go.mod`",
    ),
    (
        Runtime::Elixir,
        "the buildpack takes its own default, and other builders theirs",
        "write `elixir_version` and `erlang_version` into `elixir_buildpack.config`, and the same into \
         `.tool-versions`",
    ),
];

impl Rule for RuntimeUnpinned {
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
            for (runtime, consequence, help) in UNPINNED {
                if package.is_built_for(*runtime) && package.heroku(*runtime).is_none() {
                    let draft = draft(&package, *runtime, consequence, help, target);
                    // Another version of what builds assets shows in the build, if at all.
                    let lowered = |draft: Draft| match package.is_for_the_build(*runtime) {
                        true => draft.severity(Severity::Note),
                        false => draft,
                    };
                    let remedy = remedy(project, &package, *runtime);
                    drafts.extend(draft.map(lowered).map(|draft| draft.remedy(remedy)));
                }
            }
        }
        drafts
    }
}

fn draft(
    package: &Package<'_>,
    runtime: Runtime,
    consequence: &str,
    help: &str,
    target: Option<Target>,
) -> Option<Draft> {
    // A misnamed file is a finding of its own.
    if runtime == Runtime::Python && package.hints.iter().any(|(_, hint)| matches!(hint, Hint::Misnamed(_))) {
        return None;
    }
    let (manifest, span) = package.manifest(runtime)?;
    let title = runtime.title();
    // What others read, the most exact first; ranges of a manifest say too little.
    const READ_ELSEWHERE: &[Source] = &[
        Source::RubyVersion,
        Source::Nvmrc,
        Source::NodeVersion,
        Source::Volta,
        Source::ToolVersions,
        Source::Mise,
        Source::Docker,
        Source::RenderYaml,
    ];
    let other = READ_ELSEWHERE.iter().find_map(|&source| package.from(runtime, source));
    let range = [Source::RequiresPython, Source::Poetry, Source::SetupCfg]
        .iter()
        .find_map(|&source| package.from(runtime, source));
    if refused_by_heroku(package, runtime) {
        let message = "Heroku refuses to build a uv project without `.python-version`";
        let mut draft = Draft::new(&META, &manifest.path, span, message, help)
            .label("no `.python-version` beside it")
            .severity(Severity::Error)
            .impact(Impact::BuildFails);
        if let Some(range) = range {
            draft = draft.related(&range.file.path, range.pin.span, "Heroku does not read this");
        }
        return Some(draft);
    }
    let mut draft = match other.filter(|place| place.file.role.is_reported()) {
        Some(Place { file, pin }) if pin.source != Source::Docker && !pin.text.is_empty() => {
            let name = other.map(Place::name).unwrap_or_default();
            let message =
                format!("Heroku does not read {name}, and no other file pins {title}: {consequence}");
            Draft::new(&META, &file.path, pin.span, message, help).label("Heroku ignores it").related(
                &manifest.path,
                span,
                format!("{title} is unpinned here"),
            )
        }
        docker => {
            let message = format!("no file that Heroku reads pins {title}: {consequence}");
            let mut draft = Draft::new(&META, &manifest.path, span, message, help).label("no version");
            if let Some(place) = docker {
                let said = format!("the image has {title} {}", place.pin.text);
                draft = draft.related(&place.file.path, place.pin.span, said);
            }
            draft
        }
    };
    if let Some(range) = range {
        let said = format!("allows {}, and Heroku does not read it", range.pin.text);
        draft = draft.related(&range.file.path, range.pin.span, said);
    }
    if let Some(target) = target
        && let Some(place) = package.followed(target, runtime)
        && !place.pin.text.is_empty()
    {
        draft = draft.note(format!("{} takes {} from {}", target.title(), place.pin.text, place.name()));
    }
    Some(draft)
}

/// The version that other files say, where Heroku looks. What Heroku builds with today is in no file, so that
/// it may change with this.
fn remedy(project: &Project, package: &Package<'_>, runtime: Runtime) -> Option<Remedy> {
    const SAID: &[Source] = &[
        Source::Nvmrc,
        Source::NodeVersion,
        Source::Volta,
        Source::ToolVersions,
        Source::Mise,
        Source::RenderYaml,
        Source::Docker,
        Source::RequiresPython,
        Source::Poetry,
        Source::UvLock,
        Source::Pipfile,
    ];
    let mut said = SAID.iter().filter_map(|&source| package.from(runtime, source));
    let (place, version) = said.find_map(|place| Some((*place, repin::single(place.pin)?)))?;
    let (path, what, to) = match runtime {
        Runtime::Node => {
            let (file, _) = package.manifest(runtime).filter(|(file, _)| !repin::is_published(file))?;
            let version = repin::engine(&version);
            let keys = vec!["engines".to_string(), "node".to_string()];
            let what = What::Set { at: repin::root(file)?, keys, value: Content::Text(version.clone()) };
            (file.path.clone(), what, format!("`engines.node` to `{version}`"))
        }
        Runtime::Python => {
            let mut numbers = version.split('.').map(|number| number.parse().unwrap_or(0));
            let least = [numbers.next()?, numbers.next()?];
            let path =
                repin::new_file(project, package, ".python-version").filter(|_| least >= OLDEST_PYTHON)?;
            let what = What::Create { text: repin::line(place.file, &version) };
            (path, what, format!("`.python-version` to `{version}`"))
        }
        Runtime::Java => {
            let major = place.pin.allowed()?.least()?[0];
            let path = repin::new_file(project, package, "system.properties")?;
            let what =
                What::Create { text: repin::line(place.file, &format!("java.runtime.version={major}")) };
            (path, what, format!("`java.runtime.version` to `{major}`"))
        }
        // Bundler and Composer have to write their lock files again; Go and Elixir have one file anyway.
        _ => return None,
    };
    Some(Remedy::needs_decision(format!("set {to}, as {} says", place.name())).change(&path, what))
}

/// With uv the Python buildpack wants `.python-version` (`lib/python_version.sh`). It takes another package
/// manager where the file of one is there.
fn refused_by_heroku(package: &Package<'_>, runtime: Runtime) -> bool {
    let others = package.hints.iter().any(|(file, hint)| {
        let name = file.path.rsplit('/').next().unwrap_or_default();
        matches!(hint, Hint::Manifest(Runtime::Python, _)) && !matches!(name, "uv.lock" | "pyproject.toml")
    });
    runtime == Runtime::Python && package.has(&Hint::Uv) && !others
}
