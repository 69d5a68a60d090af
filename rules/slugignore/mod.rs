//! A `.slugignore` whose patterns no `.dockerignore` has.

use crate::ignores;
use crate::lang::Lang;
use crate::pin::Hint;
use crate::project::{File, Project};
use crate::remedy::{Remedy, What};
use crate::role::Role;
use crate::rule::{Confidence, Impact, Meta, Origin, Severity, Status, Step, Target};
use crate::rules::{Draft, Rule};
use crate::span::Span;
use crate::write::Sheet;

/// `slugignore`.
pub struct Slugignore;

static META: Meta = Meta {
    id: "slugignore",
    aliases: &[],
    family: "build",
    severity: Severity::Note,
    impact: Impact::Cleanup,
    confidence: Confidence::High,
    step: Step::Build,
    langs: &[Lang::Plain],
    needs_heroku: false,
    status: Status::Stable,
    since: "0.1.0",
    specificity: 10,
    page: include_str!("README.md"),
    origin: Origin::BuiltIn,
};

/// So many patterns are named.
const MOST_NAMED: usize = 3;

impl Rule for Slugignore {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn watches_in(&self) -> &'static [(&'static [Lang], &'static [&'static str])] {
        // The files are read for their names.
        &[(&[Lang::Plain], &[".slugignore"])]
    }

    fn project(&self, project: &Project, target: Option<Target>) -> Vec<Draft> {
        // It builds with Heroku's buildpacks, and reads no `.dockerignore` for that.
        if target == Some(Target::Dokku) {
            return Vec::new();
        }
        project.files.iter().filter_map(|file| missing(project, file)).collect()
    }
}

/// The patterns of a `.slugignore` that are missing in the `.dockerignore` beside it.
fn missing(project: &Project, file: &File) -> Option<Draft> {
    let folder =
        file.path.strip_suffix(".slugignore").filter(|folder| folder.is_empty() || folder.ends_with('/'))?;
    let path = format!("{folder}.dockerignore");
    let docker = project.file(&path);
    let patterns = ignores::slug_patterns(&file.source.text);
    let known = docker.map_or("", |docker| docker.source.text.as_str());
    let left: Vec<_> = patterns.iter().filter(|pattern| !ignores::is_in_docker(pattern, known)).collect();
    let first = left.first()?;
    let named: Vec<String> =
        left.iter().take(MOST_NAMED).map(|pattern| format!("`{}`", pattern.text)).collect();
    let more = left.len() - named.len();
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    let (message, help) = match docker {
        None => (
            "only Heroku reads `.slugignore`: an image would take in all that it leaves out".to_string(),
            "write a `.dockerignore` that leaves out the same".to_string(),
        ),
        Some(_) => (
            format!(
                "only Heroku reads `.slugignore`, and `.dockerignore` does not leave out {}{rest}",
                named.join(", ")
            ),
            "leave the same out in `.dockerignore`".to_string(),
        ),
    };
    let mut draft = Draft::new(&META, &file.path, first.span, message, help).label("for slugs only");
    if let Some(docker) = docker {
        draft = draft.related(&docker.path, Span::default(), "images leave out this");
    }
    Some(draft.remedy(remedy(project, file, folder, &path)))
}

/// The same lines for Docker. Where a Dockerfile is built already, it may copy what they leave out.
fn remedy(project: &Project, file: &File, folder: &str, path: &str) -> Option<Remedy> {
    let builds = |other: &File| {
        let own = !matches!(other.role, Role::Vendored | Role::Generated) && other.path.starts_with(folder);
        own && (other.lang == Lang::Dockerfile
            || other.facts.hints.iter().any(|hint| matches!(hint, Hint::HerokuBuildsImage(_))))
    };
    let Some(docker) = project.file(path) else {
        let text = ignores::dockerignore(&file.source.text)?;
        let title = "write `.dockerignore` from it";
        let remedy = match project.files.iter().any(builds) {
            true => Remedy::needs_decision(title),
            false => Remedy::safe(title),
        };
        return Some(remedy.change(path, What::Create { text }));
    };
    let text = docker.source.text.as_str();
    let line_break = Sheet::of(docker).line_break();
    let mut lines =
        if text.is_empty() || text.ends_with('\n') { String::new() } else { line_break.to_string() };
    for pattern in ignores::slug_patterns(&file.source.text) {
        if !ignores::is_in_docker(&pattern, text) {
            pattern.docker?.iter().for_each(|line| lines += &format!("{line}{line_break}"));
        }
    }
    let end = Span::new(text.len(), text.len());
    let remedy = Remedy::needs_decision("add its lines to `.dockerignore`");
    Some(remedy.change(path, What::Text { at: end, text: lines }))
}
