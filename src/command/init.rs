//! `dynolint init`.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use dynolint::baseline::{self, Baseline};
use dynolint::cli::{Environment, Init, Problem, SettingsFrom};
use dynolint::config::find;
use dynolint::disk::{self, Change};
use dynolint::engine;
use dynolint::escape;
use dynolint::finding::Report;
use dynolint::init::hook::{self, Added};
use dynolint::init::{self, Survey};
use dynolint::output::style::{self, paint};
use dynolint::patch;
use dynolint::settings::Settings;
use dynolint::source;
use dynolint::walk;

use super::{Stop, aside, color, columns, complain, folder, print, settle, shown};

/// Runs the verb.
pub fn run(arguments: &Init, environment: &Environment) -> Result<u8, Stop> {
    let mut settings = Settings { cwd: folder()?, ..Settings::default() };
    if let Some(path) = &arguments.path {
        let real = settings.cwd.join(path).canonicalize();
        let real = real.map_err(|error| {
            Problem::new(format!("cannot read `{}`: {}", shown(path), source::reason(&error)))
        })?;
        if !real.is_dir() {
            return Err(Problem::new(format!("`{}` is not a folder", shown(path))).into());
        }
        settings.cwd = real;
    }
    let root = engine::root(&settings)?;
    let checkout = walk::git_root(&root).unwrap_or_else(|| root.clone());
    let mut plan = Plan::new(&root, &checkout);

    let seen = match settings_there(&root)? {
        Some(find::PYPROJECT) => {
            plan.left.push(format!("the settings are in {} already", find::PYPROJECT));
            None
        }
        Some(name) if !arguments.force => {
            plan.left.push(format!("{name} is there already; --force replaces it"));
            None
        }
        there => {
            let seen = look(&settings, &root)?;
            plan.write(&root.join(there.unwrap_or(walk::SETTINGS[0])), seen.survey.settings())?;
            Some(seen)
        }
    };
    if arguments.baseline {
        plan_baseline(&mut plan, arguments.force, seen.as_ref(), settings)?;
    }
    if arguments.workflow {
        plan_workflow(&mut plan, arguments.force)?;
    }
    if arguments.hook {
        plan_hook(&mut plan)?;
    }

    if arguments.diff {
        let text: Vec<u8> = plan.changes().iter().flat_map(|change| patch::of(change, "")).collect();
        plan.tell_aside(arguments, environment);
        print(false, &text)?;
        return Ok(u8::from(plan.refused.is_some()) * 2);
    }
    plan.carry_out()?;
    let color = color(arguments.color, environment);
    let mut text = report(arguments, &plan, seen.as_ref().map(|seen| &seen.survey), color);
    if io::stdout().is_terminal() {
        text = style::fit(&text, columns());
    }
    plan.tell_aside(arguments, environment);
    print(color, text.as_bytes())?;
    Ok(u8::from(plan.refused.is_some()) * 2)
}

/// The settings file that is there, from the root. A link counts, wherever it leads.
fn settings_there(root: &Path) -> Result<Option<&'static str>, Stop> {
    let known = find::in_project(root).map_err(super::mistakes)?;
    let link = || walk::SETTINGS.iter().copied().find(|name| root.join(name).symlink_metadata().is_ok());
    Ok(known.or_else(link))
}

/// What was seen of a project.
struct Seen {
    survey: Survey,
    report: Report,
}

/// What the project holds, with settings that change nothing of what is found.
fn look(settings: &Settings, root: &Path) -> Result<Seen, Stop> {
    let (project, before) = engine::look(settings)?;
    let candidates = init::candidates(&project);
    let renamed = match candidates.is_empty() {
        true => None,
        false => {
            let mut settings = settings.clone();
            for (purpose, name) in candidates {
                settings.names.choose(purpose, name);
            }
            Some(engine::look(&settings)?.0)
        }
    };
    let files = engine::files(settings)?;
    let read = |path: &str| fs::read_to_string(root.join(path)).ok();
    let mut survey = Survey::of((&project, &before), renamed.as_ref(), &files, &read);
    if !survey.targets.is_empty() {
        let targets = survey.found_targets();
        let after = engine::run(&Settings { targets, ..settings.clone() })?;
        survey.targets_change = places(&before) != places(&after);
    }
    Ok(Seen { survey, report: before })
}

/// What is found, and how bad it is.
fn places(report: &Report) -> BTreeSet<(&str, &str, &str)> {
    let findings = report.findings.iter();
    findings.map(|finding| (finding.rule.id, finding.fingerprint.as_str(), finding.severity.id())).collect()
}

/// What is to be written, and what is not.
struct Plan {
    root: PathBuf,
    checkout: PathBuf,
    /// Files with their new texts.
    files: Vec<(PathBuf, String)>,
    /// What stays as it is, and why.
    left: Vec<String>,
    /// What is left to do by hand.
    notes: Vec<String>,
    /// What was asked for and cannot be done.
    refused: Option<Problem>,
}

impl Plan {
    fn new(root: &Path, checkout: &Path) -> Self {
        Self {
            root: root.to_path_buf(),
            checkout: checkout.to_path_buf(),
            files: Vec::new(),
            left: Vec::new(),
            notes: Vec::new(),
            refused: None,
        }
    }

    /// Means to write a file. What a checkout says cannot lead out of it.
    fn write(&mut self, path: &Path, text: String) -> Result<(), Problem> {
        let known = path.ancestors().skip(1).find_map(|folder| folder.canonicalize().ok());
        let inside = known.is_some_and(|folder| folder.starts_with(&self.checkout));
        let is_link = path.symlink_metadata().is_ok_and(|data| data.is_symlink());
        if is_link || !inside {
            return Err(Problem::new(format!("will not write `{}`: it is behind a link", self.name(path)))
                .advise("replace the link by a file or a folder first"));
        }
        self.files.push((path.to_path_buf(), text));
        Ok(())
    }

    /// A path as people see it: from the root of the checkout.
    fn name(&self, path: &Path) -> String {
        engine::relative(&self.checkout, path)
            .map_or_else(|| shown(path), |path| escape::terminal(&path).into_owned())
    }

    fn changes(&self) -> Vec<Change> {
        let change = |(path, text): &(PathBuf, String)| Change {
            path: engine::relative(&self.checkout, path).unwrap_or_default(),
            before: fs::read(path).ok(),
            after: Some(text.clone().into_bytes()),
        };
        self.files.iter().map(change).collect()
    }

    fn carry_out(&self) -> Result<(), Problem> {
        for (path, text) in &self.files {
            let folder = path.parent().unwrap_or(&self.root);
            let written = fs::create_dir_all(folder).and_then(|()| disk::replace(path, text.as_bytes()));
            written.map_err(|error: io::Error| {
                Problem::new(format!("cannot write `{}`: {}", self.name(path), source::reason(&error)))
            })?;
        }
        Ok(())
    }

    /// What could not be done goes to standard error.
    fn tell_aside(&self, arguments: &Init, environment: &Environment) {
        if arguments.diff {
            let color = environment.color(arguments.color.color, io::stderr().is_terminal());
            aside(&self.kept(color));
        }
        if let Some(problem) = &self.refused {
            complain(environment, problem);
        }
    }

    /// What stays as it is, and why.
    fn kept(&self, color: bool) -> String {
        let lines = self.left.iter().map(|left| format!("{} {left}\n", paint(color, style::STRONG, "kept:")));
        lines.collect()
    }
}

/// The baseline holds what is found with the settings that are written, which is what is found without any.
fn plan_baseline(
    plan: &mut Plan,
    force: bool,
    seen: Option<&Seen>,
    mut settings: Settings,
) -> Result<(), Stop> {
    let path = plan.root.join(baseline::FILE);
    if path.symlink_metadata().is_ok() && !force {
        plan.left.push(format!("{} is there already; --force replaces it", baseline::FILE));
        return Ok(());
    }
    let new = match seen {
        Some(seen) => Baseline::of(&seen.report),
        None => {
            settle(&mut settings, &SettingsFrom::default())?;
            Baseline::of(&engine::run(&settings)?)
        }
    };
    if new.entries().is_empty() {
        plan.left.push("no baseline is needed: nothing was found".to_string());
        return Ok(());
    }
    Ok(plan.write(&path, new.text())?)
}

fn plan_workflow(plan: &mut Plan, force: bool) -> Result<(), Problem> {
    let path = plan.checkout.join(init::WORKFLOW_FILE);
    match fs::read(&path) {
        Ok(known) if known == init::WORKFLOW.as_bytes() => {
            plan.left.push(format!("{} is there already", init::WORKFLOW_FILE));
            Ok(())
        }
        Ok(_) if !force => {
            plan.left.push(format!("{} is there already; --force replaces it", init::WORKFLOW_FILE));
            Ok(())
        }
        _ => {
            if let Some(folder) =
                engine::relative(&plan.checkout, &plan.root).filter(|folder| !folder.is_empty())
            {
                let folder = escape::terminal(&folder).into_owned();
                plan.notes.push(format!("the project is a part of the checkout: give the action in the workflow `working-directory: {folder}`"));
            }
            plan.write(&path, init::WORKFLOW.to_string())
        }
    }
}

fn plan_hook(plan: &mut Plan) -> Result<(), Problem> {
    let path = plan.checkout.join(hook::FILE);
    let known = match fs::read_to_string(&path) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => {
            return Err(Problem::new(format!("cannot read `{}`: {}", hook::FILE, source::reason(&error))));
        }
    };
    match hook::add(known.as_deref()) {
        Ok(Added::Text(text)) => plan.write(&path, text)?,
        Ok(Added::AlreadyThere) => plan.left.push(format!("{} runs dynolint already", hook::FILE)),
        Err(why) => {
            let entry = hook::entry();
            plan.refused = Some(
                Problem::new(format!("{} {why}, and stays as it is", hook::FILE))
                    .advise(format!("add this to its list `repos`:\n{}", entry.trim_end())),
            );
        }
    }
    Ok(())
}

/// What was written, what was found, and what comes next.
fn report(arguments: &Init, plan: &Plan, survey: Option<&Survey>, color: bool) -> String {
    let mut text = String::new();
    for (path, _) in &plan.files {
        text.push_str(&format!("{} {}\n", paint(color, style::GOOD, "wrote"), plan.name(path)));
    }
    text.push_str(&plan.kept(color));
    for note in &plan.notes {
        text.push_str(&format!("{} {note}\n", paint(color, style::NOTE, "note:")));
    }
    let Some(survey) = survey else { return text };
    text.push('\n');
    text.push_str(&match (&survey.signs, survey.is_heroku) {
        (Some(signs), true) => format!("This looks like a Heroku application: {signs}.\n"),
        (Some(signs), false) => format!("This may be a Heroku application: {signs}.\n"),
        (None, _) => {
            "Nothing here points to Heroku: no Procfile, no app.json, none of its variables.\n".to_string()
        }
    });
    let mut steps = survey.steps();
    if arguments.baseline {
        steps.retain(|(command, _)| command != "dynolint baseline write");
    }
    if steps.is_empty() {
        text.push_str("Nothing was found, and nothing is to be done. Have a good move!\n");
    } else {
        text.push_str(&format!("Found now: {}. A way to begin:\n", survey.found()));
        text.push_str(&list(&steps, color));
    }
    let mut keep = Vec::new();
    if !arguments.hook {
        keep.push(("dynolint init --hook".to_string(), "checks each commit, by pre-commit".to_string()));
    }
    if !arguments.workflow {
        let what = "checks each pull request, by GitHub Actions".to_string();
        keep.push(("dynolint init --workflow".to_string(), what));
    }
    if !keep.is_empty() {
        let so = if survey.findings() == 0 { "To keep it that way" } else { "So that no new ones come in" };
        text.push_str(&format!("\n{so}:\n{}", list(&keep, color)));
    }
    text
}

/// Commands and what they are for, in two columns.
fn list(steps: &[(String, String)], color: bool) -> String {
    let width = steps.iter().map(|(command, _)| command.len()).max().unwrap_or(0);
    let line = |(command, what): &(String, String)| {
        format!("  {}  {what}\n", paint(color, style::CODE, format!("{command:width$}")))
    };
    steps.iter().map(line).collect()
}
