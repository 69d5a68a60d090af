//! What `dynolint init` writes: settings that fit a project, from what it holds.
//!
//! Nothing that is written changes what is found. What would is written as a comment, for the team to decide.

pub mod hook;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use crate::engine::FileInfo;
use crate::escape;
use crate::finding::{Applicability, Report};
use crate::output::{counted, style, summary};
use crate::pin::Hint;
use crate::platform::{self, Names, Purpose, neutral, provided};
use crate::project::Project;
use crate::rule::{Severity, Target};
use crate::rules::bridge;

/// Columns of the comments.
const WIDTH: usize = 98;

/// So many findings a team can take one by one; more are for a baseline.
const FEW: usize = 20;

/// So many wrappers are named.
const MOST_WRAPPERS: usize = 6;

/// Manifests of Kubernetes are looked for in files of at most so many bytes, and in so many files.
const MANIFESTS: (usize, usize) = (64 << 10, 400);

/// The workflow for GitHub Actions that is written on request.
pub const WORKFLOW: &str = include_str!("../docs/examples/github-workflow.yml");

/// Where the workflow goes, from the root of a checkout.
pub const WORKFLOW_FILE: &str = ".github/workflows/dynolint.yml";

/// Folders whose code is often none that moves.
const ASIDE: &[&str] = &[
    "archive",
    "attic",
    "demo",
    "demos",
    "deprecated",
    "example",
    "examples",
    "legacy",
    "old",
    "playground",
    "prototype",
    "prototypes",
    "sandbox",
    "samples",
    "scratch",
    "spike",
    "spikes",
];

/// What a project holds, as far as its settings are concerned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Survey {
    /// The signs of Heroku, in words; nothing where there are none.
    pub signs: Option<String>,
    /// Whether the signs are enough.
    pub is_heroku: bool,
    /// Platforms whose files are there, with one file of each.
    pub targets: Vec<(Target, String)>,
    /// Whether naming these targets makes other findings.
    pub targets_change: bool,
    /// Functions of the project that read the environment by a name: `Env.string` (lib/env.rb:7).
    pub wrappers: Vec<String>,
    /// The variables that fixes can bring in.
    pub names: Vec<Name>,
    /// Folders that may be none of the application's, with the number of findings in them.
    pub aside: Vec<(String, usize)>,
    /// Findings that are errors, warnings and notes.
    pub counts: [usize; 3],
    /// How many of the findings have a safe fix.
    pub safe: usize,
    /// The rule with the most errors, or with the most findings.
    pub foremost: Option<&'static str>,
}

/// A variable that fixes can bring in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The key of `[fix]`.
    pub key: &'static str,
    /// What the variable is for.
    pub purpose: Purpose,
    /// What it is called.
    pub name: String,
    /// Whether a fix of one of the findings reads it.
    pub wanted: bool,
    /// Whether the project uses the name.
    pub usage: Usage,
}

/// How a project uses a name that fixes can bring in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Usage {
    /// Not at all.
    None,
    /// For the same, before Heroku's variable: in this file.
    Same(String),
    /// In some other way: in this file.
    Other(String),
}

impl Survey {
    /// Of a project and its report. `renamed` is the same project where fixes have the names of
    /// [`candidates`], if there are any; `files` are all files, and `read` gives the text of one.
    pub fn of(
        (project, report): (&Project, &Report),
        renamed: Option<&Project>,
        files: &[FileInfo],
        read: &dyn Fn(&str) -> Option<String>,
    ) -> Self {
        let count = |severity| report.count(severity);
        let is_safe = |&applicability: &Applicability| applicability == Applicability::Safe;
        Self {
            signs: summary::heroku(&report.summary, false),
            is_heroku: report.summary.evidence.is_heroku(),
            targets: targets(project, files, read),
            targets_change: false,
            wrappers: wrappers(project),
            names: names(project, renamed, report),
            aside: aside(report),
            counts: [count(Severity::Error), count(Severity::Warning), count(Severity::Note)],
            safe: report
                .findings
                .iter()
                .filter_map(|finding| finding.applicability())
                .filter(is_safe)
                .count(),
            foremost: foremost(report),
        }
    }

    /// All findings.
    pub fn findings(&self) -> usize {
        self.counts.iter().sum()
    }

    /// The platforms found.
    pub fn found_targets(&self) -> Vec<Target> {
        self.targets.iter().map(|(target, _)| *target).collect()
    }

    /// The findings in words: `43 findings (11 errors, 32 warnings)`.
    pub fn found(&self) -> String {
        let levels = [Severity::Error, Severity::Warning, Severity::Note];
        let shown: Vec<String> = levels
            .iter()
            .zip(self.counts)
            .filter(|&(_, count)| count > 0)
            .map(|(level, count)| counted(count, level.id()))
            .collect();
        match self.findings() {
            0 => "nothing".to_string(),
            all => format!("{} ({})", counted(all, "finding"), shown.join(", ")),
        }
    }

    /// What to do next: commands, and what they are for.
    pub fn steps(&self) -> Vec<(String, String)> {
        let mut steps = Vec::new();
        let mut step = |command: &str, what: String| steps.push((command.to_string(), what));
        if self.findings() > 0 {
            step("dynolint", "shows what was found, and what to do about it".to_string());
        }
        if self.targets_change {
            let targets: Vec<&str> = self.targets.iter().map(|(target, _)| target.id()).collect();
            let what = "also shows what is found only for where the move goes".to_string();
            step(&format!("dynolint --target {}", targets.join(",")), what);
        }
        if self.safe > 0 {
            step("dynolint --diff", format!("shows the safe fixes, for {}", counted(self.safe, "finding")));
            step("dynolint --fix", "makes them; nothing changes on Heroku".to_string());
        }
        let left = self.findings() - self.safe;
        if left > FEW {
            let what = format!("takes the other {left} as known: only new ones fail");
            step("dynolint baseline write", what);
        } else if let Some(rule) = self.foremost.filter(|_| left > 0) {
            step(&format!("dynolint explain {rule}"), "says why it matters, and what to write".to_string());
        }
        steps
    }

    /// The text of the settings file.
    pub fn settings(&self) -> String {
        let mut text = String::new();
        let guide = format!("{}/blob/main/docs/settings.md", env!("CARGO_PKG_REPOSITORY"));
        comment(
            &mut text,
            "Settings of dynolint for this project. What is commented out is a default or an example.",
        );
        comment(&mut text, &format!("All settings: {guide}"));
        self.introduce(&mut text);
        self.write_targets(&mut text);
        self.write_files(&mut text);
        text.push('\n');
        comment(&mut text, "The least severity that fails a run: error, warning, note or never.");
        text.push_str("# fail-on = \"warning\"\n\n");
        self.write_wrappers(&mut text);
        comment(&mut text, "A suppression (`dynolint: ignore[rule] reason` in a comment) has to say why.");
        text.push_str("# require-reason = true\n\n");
        self.write_rules(&mut text);
        self.write_names(&mut text);
        text
    }

    fn introduce(&self, text: &mut String) {
        text.push_str("#\n");
        let signs = self.signs.clone().unwrap_or_else(|| "none".to_string());
        comment(text, &format!("Signs of Heroku: {signs}."));
        comment(text, &format!("Found when this file was written: {}.", self.found()));
        let steps = self.steps();
        if !steps.is_empty() {
            comment(text, "A way to begin:");
            let width = steps.iter().map(|(command, _)| command.len()).max().unwrap_or(0);
            for (command, what) in &steps {
                text.push_str(&format!("#   {command:width$}  {what}\n"));
            }
        }
        text.push('\n');
    }

    fn write_targets(&self, text: &mut String) {
        let all: Vec<&str> = Target::ALL.iter().map(|target| target.id()).collect();
        comment(
            text,
            &format!("Where the move goes; findings then say what holds there. Known: {}.", all.join(", ")),
        );
        let found: Vec<String> = self.targets.iter().map(|(_, path)| shown(path)).collect();
        let list: Vec<String> =
            self.targets.iter().map(|(target, _)| format!("\"{}\"", target.id())).collect();
        let list = list.join(", ");
        if self.targets.is_empty() {
            text.push_str("# targets = [\"fly\"]\n\n");
        } else if self.targets_change {
            comment(text, &format!("Told by {}. With this line some findings are others.", found.join(", ")));
            text.push_str(&format!("# targets = [{list}]\n\n"));
        } else {
            comment(text, &format!("Told by {}.", found.join(", ")));
            text.push_str(&format!("targets = [{list}]\n\n"));
        }
    }

    fn write_files(&self, text: &mut String) {
        comment(text, "What is not read at all, in the manner of .gitignore, below this folder.");
        if self.aside.is_empty() {
            text.push_str("# exclude = [\"legacy/\"]\n");
            return;
        }
        let found: Vec<String> = self
            .aside
            .iter()
            .map(|(folder, count)| format!("{folder} has {}", counted(*count, "finding")))
            .collect();
        comment(text, &format!("If it does not move: {}.", found.join(", ")));
        let globs: Vec<String> = self.aside.iter().map(|(folder, _)| format!("\"/{folder}\"")).collect();
        text.push_str(&format!("# exclude = [{}]\n", globs.join(", ")));
    }

    fn write_wrappers(&self, text: &mut String) {
        comment(
            text,
            "Functions that read a variable by its name, where the project does not hold them itself.",
        );
        if !self.wrappers.is_empty() {
            comment(text, &format!("Its own are understood already: {}.", self.wrappers.join(", ")));
        }
        text.push_str("# wrappers = [\"AppConfig.get\"]\n\n");
    }

    fn write_rules(&self, text: &mut String) {
        comment(text, "What holds for one rule; `dynolint rules` lists them.");
        let rule = self.foremost.unwrap_or("heroku-ci-env");
        text.push_str(&format!("# [rules.{rule}]\n# severity = \"note\"\n# exclude = [\"script/\"]\n\n"));
    }

    fn write_names(&self, text: &mut String) {
        let about = "Variables that fixes read before Heroku's. Give them the names that you use. A name that stands \
                     here is decided on: fixes that read it are safe.";
        comment(text, about);
        text.push_str("[fix]\n");
        let (wanted, others): (Vec<&Name>, Vec<&Name>) = self.names.iter().partition(|name| name.wanted);
        for (title, names) in
            [("Fixes of what was found read these:", wanted), ("Others that fixes can read:", others)]
        {
            if !names.is_empty() {
                comment(text, title);
                let lines: Vec<String> = names.iter().map(|name| name.setting()).collect();
                let width = lines.iter().map(|line| line.chars().count()).max().unwrap_or(0);
                for (name, line) in names.iter().zip(lines) {
                    // Writing to a `String` cannot fail.
                    let _ = writeln!(text, "{line:width$}  # {}", name.remark());
                }
            }
        }
        comment(text, "The time zone in which jobs are meant:");
        text.push_str("# time-zone = \"Europe/Paris\"\n");
    }
}

impl Name {
    fn setting(&self) -> String {
        let mark = if matches!(self.usage, Usage::Same(_)) { "" } else { "# " };
        format!("{mark}{} = \"{}\"", self.key, self.name)
    }

    fn remark(&self) -> String {
        let what = provided(self.purpose);
        match &self.usage {
            Usage::None => what.to_string(),
            Usage::Same(path) => format!("{what}, as in {}", shown(path)),
            Usage::Other(path) => format!("{what}; is it that in {}, too?", shown(path)),
        }
    }
}

/// Lines of a comment, broken at words.
fn comment(text: &mut String, words: &str) {
    for line in style::wrap(words, WIDTH - 2) {
        text.push_str(&format!("# {line}\n"));
    }
}

/// What comes from the project, in a comment: on one line, whatever its name.
fn shown(path: &str) -> String {
    escape::terminal(path).into_owned()
}

/// Names under which the project reads something that fixes also bring in, before Heroku's variable: most used first.
/// Whether it does so everywhere is to be asked of the project with these names.
pub fn candidates(project: &Project) -> Vec<(Purpose, String)> {
    let mut found: BTreeMap<Purpose, BTreeMap<&str, usize>> = BTreeMap::new();
    for file in project.files.iter().filter(|file| file.role.is_reported()) {
        for read in &file.facts.reads {
            let Some(name) = read.name.known().filter(|name| is_own(name)) else { continue };
            let default = read.default.map_or("", |default| default.of(&file.source.text));
            let purposes: BTreeSet<Purpose> =
                bridge::words(default).filter_map(|(_, word)| platform::purpose(word)).collect();
            for purpose in purposes.into_iter().filter(|&purpose| neutral(purpose) != name) {
                *found.entry(purpose).or_default().entry(name).or_default() += 1;
            }
        }
    }
    let known = |purpose: &Purpose| Names::KEYS.iter().any(|(_, known)| known == purpose);
    let most = |names: BTreeMap<&str, usize>| {
        let most = names.into_iter().max_by_key(|&(name, count)| (count, std::cmp::Reverse(name)));
        most.map(|(name, _)| name.to_string())
    };
    let found = found.into_iter().filter(|(purpose, _)| known(purpose));
    found.filter_map(|(purpose, names)| Some((purpose, most(names)?))).collect()
}

fn is_own(name: &str) -> bool {
    platform::heroku_variable(name).is_none() && platform::other_platform(name).is_none()
}

fn names(project: &Project, renamed: Option<&Project>, report: &Report) -> Vec<Name> {
    let fixes = report.findings.iter().flat_map(|finding| &finding.fixes);
    let wanted: BTreeSet<&str> =
        fixes.flat_map(|fix| &fix.variables).map(|variable| variable.name.as_str()).collect();
    let usage = |project: &Project, purpose: Purpose, name: &str| {
        let first = project.mentions.get(name).and_then(|files| files.first());
        let other = bridge::misfits(project, purpose, name, |other| bridge::tells(other, purpose)).next();
        match (first, other) {
            (_, Some(path)) => Usage::Other(path.to_string()),
            (Some(path), None) => Usage::Same(path.clone()),
            (None, None) => Usage::None,
        }
    };
    let choose = |&(key, purpose): &(&'static str, Purpose)| {
        let usual = neutral(purpose);
        let wanted = wanted.contains(usual);
        let plain =
            Name { key, purpose, name: usual.to_string(), wanted, usage: usage(project, purpose, usual) };
        let own =
            renamed.map(|project| (project.names.of(purpose), project)).filter(|(name, _)| *name != usual);
        match (own, &plain.usage) {
            (Some((name, project)), Usage::None | Usage::Other(_)) => match usage(project, purpose, name) {
                usage @ Usage::Same(_) => Name { name: name.to_string(), usage, ..plain },
                _ => plain,
            },
            _ => plain,
        }
    };
    Names::KEYS.iter().map(choose).collect()
}

fn wrappers(project: &Project) -> Vec<String> {
    let mut found = BTreeSet::new();
    for file in project.files.iter().filter(|file| file.role.is_reported()) {
        for wrapper in &file.facts.wrappers {
            if project.wrapped.contains(&(file.path.clone(), wrapper.access)) {
                let line = file.source.place(wrapper.span.start).line;
                let dot = if wrapper.owner.is_empty() { "" } else { "." };
                let name = format!("{}{dot}{}", wrapper.owner, wrapper.name);
                found.insert(format!("`{}` ({}:{line})", shown(&name), shown(&file.path)));
            }
        }
    }
    let more = found.len().saturating_sub(MOST_WRAPPERS);
    let mut named: Vec<String> = found.into_iter().take(MOST_WRAPPERS).collect();
    if more > 0 {
        named.push(format!("and {more} more"));
    }
    named
}

fn aside(report: &Report) -> Vec<(String, usize)> {
    let mut folders: BTreeMap<String, usize> = BTreeMap::new();
    for finding in &report.findings {
        let mut end = 0;
        for part in finding.path.split_inclusive('/') {
            end += part.len();
            let folder = &finding.path[..end];
            // A glob would mean something else by other characters.
            let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '_' | '-');
            if ASIDE.contains(&part.trim_end_matches('/').to_ascii_lowercase().as_str())
                && folder.ends_with('/')
                && folder.chars().all(plain)
            {
                *folders.entry(folder.to_string()).or_default() += 1;
                break;
            }
        }
    }
    folders.into_iter().collect()
}

fn foremost(report: &Report) -> Option<&'static str> {
    let mut rules: BTreeMap<&'static str, (usize, usize)> = BTreeMap::new();
    for finding in &report.findings {
        let (errors, all) = rules.entry(finding.rule.id).or_default();
        *errors += usize::from(finding.severity == Severity::Error);
        *all += 1;
    }
    let most = rules.into_iter().max_by_key(|&(id, counts)| (counts, std::cmp::Reverse(id)));
    most.map(|(id, _)| id)
}

/// The platforms whose files are there, each with the file that stands highest.
fn targets(
    project: &Project,
    files: &[FileInfo],
    read: &dyn Fn(&str) -> Option<String>,
) -> Vec<(Target, String)> {
    let mut found: BTreeMap<Target, BTreeSet<(usize, String)>> = BTreeMap::new();
    let mut add = |target: Target, path: &str| {
        found.entry(target).or_default().insert((path.matches('/').count(), path.to_string()));
    };
    for file in project.files.iter().filter(|file| file.role.is_reported()) {
        for hint in &file.facts.hints {
            if let Hint::Moves(target) = hint {
                add(*target, &file.path);
            }
        }
    }
    let mut manifests = 0;
    for file in files.iter().filter(|file| is_deployed(file)) {
        if let Some(target) = named(&file.path) {
            add(target, &file.path);
        } else if let Some(hinted) = worth_reading(&file.path)
            && manifests < MANIFESTS.1
        {
            manifests += 1;
            let text = read(&file.path).filter(|text| text.len() <= MANIFESTS.0).unwrap_or_default();
            if says(hinted, &text) {
                add(hinted, &file.path);
            }
        }
    }
    let first = |(target, paths): (Target, BTreeSet<(usize, String)>)| {
        paths.into_iter().next().map(|(_, path)| (target, path))
    };
    let mut targets: Vec<(Target, String)> = found.into_iter().filter_map(first).collect();
    targets.sort_by_key(|(target, _)| Target::ALL.iter().position(|known| known == target));
    targets
}

/// Whether a file is one of the application's. What is in no known language has no role: its folders tell.
fn is_deployed(file: &FileInfo) -> bool {
    const OTHERS: [&str; 8] =
        ["docs", "example", "examples", "node_modules", "spec", "test", "tests", "vendor"];
    match file.role {
        Some(role) => role.is_reported(),
        None => !file.path.split('/').any(|part| OTHERS.contains(&part)),
    }
}

/// The platform that reads a file by its name; those that [`Hint::Moves`] knows are left out.
fn named(path: &str) -> Option<Target> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let top = folder.split('/').next().unwrap_or_default();
    match name {
        _ if name.starts_with("fly.") && name.ends_with(".toml") => Some(Target::Fly),
        "deploy.template.yaml" if folder == ".do" => Some(Target::Digitalocean),
        "apprunner.yaml" | "appspec.yml" => Some(Target::Aws),
        _ if matches!(top, ".ebextensions" | ".elasticbeanstalk" | ".platform") => Some(Target::Aws),
        ".workspace" | "manifest.yml" if top == "copilot" => Some(Target::Aws),
        "Chart.yaml" | "kustomization.yaml" | "kustomization.yml" | "skaffold.yaml" | "helmfile.yaml" => {
            Some(Target::Kubernetes)
        }
        "DOKKU_SCALE" => Some(Target::Dokku),
        "Capfile" => Some(Target::Vps),
        _ if top == ".kamal" => Some(Target::Vps),
        _ => None,
    }
}

/// The platform that a file is for if its text says so.
fn worth_reading(path: &str) -> Option<Target> {
    let name = path.rsplit('/').next().unwrap_or(path);
    match name {
        "CHECKS" | "app.json" => Some(Target::Dokku),
        "deploy.yml" if path.ends_with("config/deploy.yml") => Some(Target::Vps),
        _ if name.ends_with(".yaml") || name.ends_with(".yml") => Some(Target::Kubernetes),
        _ => None,
    }
}

fn says(target: Target, text: &str) -> bool {
    let has_line = |start: &str| text.lines().any(|line| line.starts_with(start));
    match target {
        // Keys that Dokku adds to the format, and its older file of checks.
        Target::Dokku => {
            text.contains("\"dokku\"")
                || text.contains("\"healthchecks\"")
                || has_line("WAIT=")
                || has_line("ATTEMPTS=")
        }
        Target::Vps => has_line("service:") && has_line("image:"),
        Target::Kubernetes => {
            let kinds =
                ["Deployment", "StatefulSet", "DaemonSet", "CronJob", "Job", "Pod", "Service", "Ingress"];
            has_line("apiVersion:")
                && text
                    .lines()
                    .filter_map(|line| line.strip_prefix("kind:"))
                    .any(|kind| kinds.contains(&kind.trim()))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_tell_the_platform() {
        let rows = [
            ("fly.staging.toml", Some(Target::Fly)),
            (".ebextensions/01.config", Some(Target::Aws)),
            ("copilot/web/manifest.yml", Some(Target::Aws)),
            ("deploy/chart/Chart.yaml", Some(Target::Kubernetes)),
            ("DOKKU_SCALE", Some(Target::Dokku)),
            ("manifest.yml", None),
            ("flyway.toml", None),
            ("app.yaml", None),
        ];
        for (path, target) in rows {
            assert_eq!(named(path), target, "{path}");
        }
        let deployment = "apiVersion: apps/v1\nkind: Deployment\n";
        let rows = [
            ("k8s/web.yaml", deployment, true),
            ("k8s/crd.yaml", "apiVersion: v1\nkind: Banana\n", false),
            ("openapi.yml", "openapi: 3.0.0\nkind: Service\n", false),
            ("app.json", "{\"scripts\": {\"dokku\": {\"predeploy\": \"x\"}}}", true),
            ("app.json", "{\"addons\": []}", false),
            ("CHECKS", "WAIT=5\n/ OK\n", true),
            ("config/deploy.yml", "service: larder\nimage: acme/larder\n", true),
            ("config/deploy.yml", "production:\n  image: x\n", false),
        ];
        for (path, text, expected) in rows {
            let target = worth_reading(path).expect(path);
            assert_eq!(says(target, text), expected, "{path}: {text}");
        }
    }

    #[test]
    fn what_comes_of_a_project_stays_in_its_comment() {
        let survey = Survey {
            targets: vec![(Target::Fly, "a\nfail-on = \"never\"\n/fly.toml".to_string())],
            wrappers: vec![format!("`{}`", shown("x\ny = 1"))],
            names: vec![Name {
                key: "commit-env",
                purpose: Purpose::Commit,
                name: "GIT_SHA".to_string(),
                wanted: true,
                usage: Usage::Other("b\r\nc = 2".to_string()),
            }],
            ..Survey::default()
        };
        let text = survey.settings();
        let lines: Vec<&str> =
            text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
        assert_eq!(lines, ["targets = [\"fly\"]", "[fix]"], "{text}");
    }

    #[test]
    fn the_way_to_begin_follows_from_the_numbers() {
        let steps = |counts: [usize; 3], safe: usize| -> Vec<String> {
            let survey = Survey { counts, safe, foremost: Some("dyno-ordinal"), ..Survey::default() };
            survey.steps().into_iter().map(|(command, _)| command).collect()
        };
        assert!(steps([0, 0, 0], 0).is_empty());
        assert_eq!(steps([1, 2, 0], 0), ["dynolint", "dynolint explain dyno-ordinal"]);
        assert_eq!(steps([0, 2, 0], 2), ["dynolint", "dynolint --diff", "dynolint --fix"]);
        let many = steps([100, 200, 100], 30);
        assert_eq!(many, ["dynolint", "dynolint --diff", "dynolint --fix", "dynolint baseline write"]);
    }
}
