//! From facts to findings: rules over a joined project. Pure: no file, no clock, no thread.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::baseline;
use crate::fact::{Facts, Name, Request, Sign, SignKind};
use crate::finding::{Finding, Related, Report, SourceText};
use crate::fingerprint::Kin;
use crate::lang::{self, Lang, manifest};
use crate::pin;
use crate::project::{File, Looked, Mentions, Project};
use crate::role::Role;
use crate::rule::{Meta, Status, Target};
use crate::rules::identity::Reading;
use crate::rules::{self, Context, Draft, Rule};
use crate::settings::Settings;
use crate::span::Span;
use crate::suppression::{self, OfFile, OfSettings, Suppression};
use crate::vocabulary::Vocabulary;
use crate::write;

/// The file with its facts.
///
/// `vocabulary` says which calls and texts are worth a fact ([`Settings::vocabulary`]).
pub fn analyse(path: String, lang: Lang, role: Role, text: String, vocabulary: &Vocabulary) -> File {
    let name = path.rsplit('/').next().unwrap_or_default();
    // A lock file says which versions there are, and nothing else; a baseline says nothing.
    let mut facts = match pin::is_lock(name) || baseline::is_baseline(&text) {
        true => Facts::default(),
        false => lang::facts(&text, &Request { vocabulary, ..Request::new(&path, lang) }),
    };
    if name == "Gemfile" || name.ends_with(".gemspec") {
        facts.dependencies.extend(manifest::gemfile(&text));
    } else if name == "setup.py" {
        facts.dependencies.extend(manifest::setup_py(&text));
    }
    facts.signs.extend(manifest::signs(&facts.dependencies));
    let found = pin::read(&path, &text);
    (facts.pins, facts.hints) = (found.pins, found.hints);
    if is_build_hook(&path) {
        facts.signs.push(Sign { kind: SignKind::BuildHook, what: name.to_string(), span: Span::default() });
    }
    File { path, lang, role, source: Arc::new(SourceText::new(text)), facts }
}

/// Scripts that only Heroku's build and boot run, known by their place.
fn is_build_hook(path: &str) -> bool {
    matches!(
        path,
        "bin/pre_compile" | "bin/post_compile" | "bin/go-pre-compile" | "bin/go-post-compile" | ".profile"
    ) || path.starts_with(".profile.d/")
}

/// The facts of one file when asked for the uses of `names`.
pub fn look_again(path: &str, lang: Lang, text: &str, names: &BTreeSet<String>) -> Facts {
    lang::facts(text, &Request { names: Some(names), ..Request::new(path, lang) })
}

/// The rules that `settings` choose.
fn chosen(settings: &Settings) -> Vec<&'static dyn Rule> {
    let wanted = |meta: &Meta| {
        if settings.skip.contains(&meta.id) {
            return false;
        }
        if !settings.only.is_empty() {
            return settings.only.contains(&meta.id);
        }
        let set = settings.rules.get(meta.id).and_then(|rule| rule.enabled);
        let somewhere = || {
            let mut parts = settings.overrides.iter().filter_map(|part| part.rules.get(meta.id));
            parts.any(|rule| rule.enabled == Some(true))
        };
        set.unwrap_or(meta.status == Status::Stable || settings.pedantic) || somewhere()
    };
    rules::ALL.iter().chain(&settings.own).copied().filter(|rule| wanted(rule.meta())).collect()
}

/// Why a finding is not in the report.
enum Hidden {
    Suppressed { reported: bool },
    Settings,
    WithoutHeroku { reported: bool },
    Role,
    Threshold,
    Path,
}

/// Runs the chosen rules over a project. `in_scope` says whether a path is among those asked for.
///
/// The report's counts of what was found and left out are filled in; what the walk saw is the caller's.
pub fn check(project: &Project, settings: &Settings, in_scope: &dyn Fn(&str) -> bool) -> Report {
    let mut run = Run::new(project, settings, in_scope);
    for file in &project.files {
        run.file(file);
    }
    let idle = run.ignored.idle();
    let mut report = Report {
        used_ignores: settings.ignores.len() - idle.len(),
        ran: run.rules.iter().map(|rule| rule.meta().id).collect(),
        ..Report::default()
    };
    if settings.suppress {
        run.entries(&idle);
    }
    report.idle_ignores = idle;
    report.summary.harmless = run.harmless;
    let found = run.sorted();
    sort_out(found, project, settings, &mut report);
    for finding in &report.findings {
        let related = finding.related.iter().map(|related| &related.path);
        let changed =
            finding.fixes.iter().flat_map(|fix| fix.edits.iter().map(|edit| &edit.path).chain(&fix.removes));
        let parts = finding.parts().map(|part| &part.path);
        for path in parts.chain(related).chain(changed) {
            if let Some(source) = project.source(path) {
                report.sources.entry(path.clone()).or_insert_with(|| source.clone());
            }
        }
    }
    let shown = |file: &&File| file.role.is_reported() || settings.overlay.contains_key(&file.path);
    report.summary.broken = project
        .files
        .iter()
        .filter(shown)
        .filter_map(|file| {
            let first = file.facts.broken.first()?;
            Some((file.path.clone(), file.source.place(first.start).line))
        })
        .collect();
    report.summary.evidence = project.evidence.clone();
    report
}

/// Puts into the report what is reported, with its fixes, and counts the rest.
fn sort_out(
    found: Vec<(Draft, Option<Hidden>)>,
    project: &Project,
    settings: &Settings,
    report: &mut Report,
) {
    let summary = &mut report.summary;
    for (draft, hidden) in found {
        let finding = draft.finding;
        if !matches!(hidden, None | Some(Hidden::Settings)) {
            report.left_out.extend(finding.parts().map(|part| part.fingerprint.clone()));
        }
        match hidden {
            Some(Hidden::Suppressed { reported }) => summary.suppressed += usize::from(reported),
            Some(Hidden::Settings) => summary.hidden_by_settings += 1,
            Some(Hidden::WithoutHeroku { reported }) => summary.without_heroku += usize::from(reported),
            Some(Hidden::Role) => {
                let role = project.file(&finding.path).map_or(Role::App, |file| file.role);
                *summary.hidden_by_role.entry(role.id().to_string()).or_default() += 1;
            }
            Some(Hidden::Threshold) => summary.hidden_by_threshold += 1,
            Some(Hidden::Path) => summary.hidden_by_path += 1,
            None => {
                let level = settings.of_rule(finding.rule.id, &finding.path).fix;
                let fixes = draft.remedies.iter().filter_map(|remedy| write::fix(project, remedy));
                let fixes = fixes.filter_map(|fix| match level {
                    Some(level) => level.trust(fix),
                    None => Some(fix),
                });
                report.findings.push(Finding { fixes: fixes.collect(), ..finding });
            }
        }
    }
}

/// The rules on their way through the files of a project.
struct Run<'a> {
    project: &'a Project,
    settings: &'a Settings,
    in_scope: &'a dyn Fn(&str) -> bool,
    /// The rules that were chosen.
    rules: Vec<&'static dyn Rule>,
    /// What every rule that there is knows about itself.
    known: Vec<&'static Meta>,
    /// The targets, at least one; `None` for a move that goes anywhere.
    targets: Vec<Option<Target>>,
    /// What rules over the whole project have found, by target and path.
    of_project: BTreeMap<(usize, String), Vec<Draft>>,
    /// The entries `[[ignore]]` of the settings.
    ignored: OfSettings<'a>,
    /// What was found so far, with the reason where it is left out.
    found: Vec<(Draft, Option<Hidden>)>,
    /// How many reads were left out because they are no coupling any more.
    harmless: usize,
}

impl<'a> Run<'a> {
    fn new(project: &'a Project, settings: &'a Settings, in_scope: &'a dyn Fn(&str) -> bool) -> Self {
        let rules = chosen(settings);
        let targets: Vec<Option<Target>> = match settings.targets.as_slice() {
            [] => vec![None],
            targets => targets.iter().copied().map(Some).collect(),
        };
        let mut of_project: BTreeMap<(usize, String), Vec<Draft>> = BTreeMap::new();
        for (at, target) in targets.iter().enumerate() {
            for draft in rules.iter().flat_map(|rule| rule.project(project, *target)) {
                of_project.entry((at, draft.finding.path.clone())).or_default().push(draft);
            }
        }
        Self {
            project,
            settings,
            in_scope,
            rules,
            known: settings.known_rules(),
            targets,
            of_project,
            ignored: OfSettings::new(settings),
            found: Vec::new(),
            harmless: 0,
        }
    }

    fn context(&self, file: &'a File) -> Context<'a> {
        Context { project: self.project, file, target: self.targets[0] }
    }

    /// Runs the rules over a file, and applies what suppresses their findings.
    fn file(&mut self, file: &'a File) {
        let (mut drafts, harmless) = self.drafts(file);
        self.harmless += harmless.len();
        if !self.settings.suppress {
            self.extend(one_for_each_cause(drafts), file);
            return;
        }
        let mut comments = OfFile::read(file, &self.known);
        let mut silences = |draft: &Draft| {
            let by_comment = comments.as_mut().is_some_and(|comments| comments.silences(&draft.finding));
            self.ignored.silences(&draft.finding, &file.source.text) || by_comment
        };
        for draft in &harmless {
            silences(draft);
        }
        let silenced = drafts.extract_if(.., |draft| silences(draft)).collect();
        self.suppress(silenced, file);
        self.extend(one_for_each_cause(drafts), file);
        if let Some(comments) = comments.filter(|_| suppression::is_judged(file.role)) {
            self.comments(comments, file);
        }
    }

    /// The findings of a file on the way to all targets, and those that are left out as harmless.
    fn drafts(&mut self, file: &File) -> (Vec<Draft>, Vec<Draft>) {
        let mut drafts: Vec<Draft> = Vec::new();
        let mut silenced: Vec<Draft> = Vec::new();
        for (at, target) in self.targets.iter().enumerate() {
            let cx = Context { project: self.project, file, target: *target };
            let more = self.of_project.remove(&(at, file.path.clone())).unwrap_or_default();
            let (of_target, harmless) = self::drafts(&self.rules, &cx, self.settings, more);
            if harmless.len() > silenced.len() {
                silenced = harmless;
            }
            for draft in of_target {
                match drafts.iter_mut().find(|known| known.is_same(&draft)) {
                    Some(known) => known.merge(draft),
                    None => drafts.push(draft),
                }
            }
        }
        (drafts, silenced)
    }

    /// What there is to say of the suppressions in the comments of a file, after they have been applied.
    fn comments(&mut self, mut comments: OfFile<'_>, file: &'a File) {
        let cx = self.context(file);
        let (settings, rules) = (self.settings, &self.rules);
        let reported = file.role.is_reported() || settings.all_roles;
        let ran =
            |meta: &'static Meta| reported && is_run(rules, meta.id) && is_on(settings, meta, &file.path);
        for draft in self.on_other_targets(&comments.idle(), &cx) {
            comments.silences(&draft.finding);
        }
        // First what there is to say of all others, then of those that silence what is said then.
        let is_late = |meta: &'static Meta| meta.family == suppression::FAMILY;
        let mut said = comments.unused(&|meta| ran(meta) && !is_late(meta));
        said.extend(comments.invalid(&self.known));
        if settings.require_reason {
            said.extend(comments.without_reason());
        }
        let mut drafts = self.about(&said, &cx);
        let silenced = drafts.extract_if(.., |draft| comments.silences(&draft.finding)).collect();
        drafts.extend(self.about(&comments.unused(&|meta| ran(meta) && is_late(meta)), &cx));
        self.suppress(silenced, file);
        self.extend(drafts, file);
    }

    /// What there is to say of the entries of the settings, after they have been applied: `idle` are those that
    /// silence nothing.
    fn entries(&mut self, idle: &[usize]) {
        for ignore in idle.iter().map(|at| &self.settings.ignores[*at]) {
            for file in self.project.files.iter().filter(|file| ignore.paths.matches(&file.path)) {
                for draft in self.on_other_targets(&[ignore.rule].into(), &self.context(file)) {
                    self.ignored.silences(&draft.finding, &file.source.text);
                }
            }
        }
        for (file, said) in self.ignored.suppressions(self.project, &|id| is_run(&self.rules, id)) {
            let drafts = self.about(&[said], &self.context(file));
            self.extend(drafts, file);
        }
    }

    /// What some rules find in a file on the way to targets that the run is not about: a suppression may be
    /// for one of them.
    fn on_other_targets(&self, ids: &BTreeSet<&'static str>, cx: &Context<'_>) -> Vec<Draft> {
        let rules: Vec<_> = self.rules.iter().copied().filter(|rule| ids.contains(rule.meta().id)).collect();
        if rules.is_empty() {
            return Vec::new();
        }
        let mut found = Vec::new();
        let all = std::iter::once(None).chain(Target::ALL.into_iter().map(Some));
        for target in all.filter(|target| !self.targets.contains(target)) {
            let more = rules.iter().flat_map(|rule| rule.project(cx.project, target));
            let here = more.filter(|draft| draft.finding.path == cx.file.path).collect();
            let (drafts, harmless) = drafts(&rules, &Context { target, ..*cx }, self.settings, here);
            found.extend(drafts.into_iter().chain(harmless));
        }
        found
    }

    /// What rules have to say of suppressions.
    fn about(&self, said: &[Suppression], cx: &Context<'_>) -> Vec<Draft> {
        let pairs = said.iter().flat_map(|said| self.rules.iter().map(move |rule| (rule, said)));
        pairs.filter_map(|(rule, said)| rule.suppression(said, cx)).collect()
    }

    /// What was found, in order, each with its identity. What is left out has one too: it must not depend on
    /// what is asked for.
    fn sorted(mut self) -> Vec<(Draft, Option<Hidden>)> {
        self.found.sort_by(|(a, _), (b, _)| a.finding.order().cmp(&b.finding.order()));
        fingerprint(&mut self.found, self.project);
        self.found
    }

    /// Adds findings of a file.
    fn extend(&mut self, drafts: Vec<Draft>, file: &File) {
        for mut draft in drafts {
            let hidden = self.hidden(&mut draft, file);
            self.found.push((draft, hidden));
        }
    }

    /// Adds findings of a file that a suppression silences.
    fn suppress(&mut self, drafts: Vec<Draft>, file: &File) {
        for mut draft in drafts {
            let reported = self.hidden(&mut draft, file).is_none();
            self.found.push((draft, Some(Hidden::Suppressed { reported })));
        }
    }

    /// Why a finding is left out, if it is; its severity becomes that of the settings.
    fn hidden(&self, draft: &mut Draft, file: &File) -> Option<Hidden> {
        let settings = self.settings;
        let finding = &mut draft.finding;
        let set = settings.of_rule(finding.rule.id, &file.path);
        let joined = finding.joined.iter_mut().map(|part| &mut part.severity);
        for part in std::iter::once(&mut finding.severity).chain(joined) {
            *part = set.severity.unwrap_or(*part);
        }
        let reported = file.role.is_reported() || settings.all_roles;
        let on_heroku = || settings.pedantic || self.project.is_heroku(&file.path);
        if !is_on(settings, finding.rule, &file.path) {
            Some(Hidden::Settings)
        } else if finding.rule.needs_heroku && !on_heroku() {
            Some(Hidden::WithoutHeroku { reported })
        } else if !reported {
            Some(Hidden::Role)
        } else if finding.severity < settings.min_severity || finding.confidence < settings.min_confidence {
            Some(Hidden::Threshold)
        } else if !(self.in_scope)(&file.path) {
            Some(Hidden::Path)
        } else {
            None
        }
    }
}

/// Whether a rule reports in a file.
fn is_on(settings: &Settings, rule: &Meta, path: &str) -> bool {
    let set = settings.of_rule(rule.id, path);
    let asked_for = settings.only.contains(&rule.id);
    let usual = rule.status == Status::Stable || settings.pedantic;
    set.here.unwrap_or(asked_for || set.enabled.unwrap_or(usual))
}

fn is_run(rules: &[&'static dyn Rule], id: &str) -> bool {
    rules.iter().any(|rule| rule.meta().id == id)
}

/// The findings of one file on the way to one target, and those that are left out as harmless.
///
/// `drafts` are those that rules over the whole project have in it.
fn drafts(
    rules: &[&'static dyn Rule],
    cx: &Context<'_>,
    settings: &Settings,
    mut drafts: Vec<Draft>,
) -> (Vec<Draft>, Vec<Draft>) {
    let mut behind: Vec<(Span, Related, Vec<Draft>)> = Vec::new();
    let mut silenced = Vec::new();
    let facts = &cx.file.facts;
    for read in &facts.reads {
        if read.name.known().is_none() {
            let called = cx.project.wrapped.contains(&(cx.file.path.clone(), read.span));
            if matches!(read.name, Name::Partly { .. } | Name::Pattern(_)) && !called {
                drafts.extend(rules.iter().filter_map(|rule| rule.env_scan(read, cx)));
            }
            continue;
        }
        let Some(reading) = Reading::of(read, cx) else { continue };
        if let Some(guard) = reading.behind(cx) {
            let message = format!("`{}` is read here, on Heroku only", reading.name);
            let related = Related { path: cx.file.path.clone(), span: read.span, message };
            // Whether its rule was chosen or not: it has to go on as before once the question is put otherwise.
            let found = rules::ALL.iter().filter_map(|rule| rule.heroku_read(&reading, cx));
            behind.push((guard, related, if reading.is_harmless() { Vec::new() } else { found.collect() }));
            continue;
        }
        let found = rules.iter().filter_map(|rule| rule.heroku_read(&reading, cx));
        if reading.is_harmless() && !settings.harmless {
            silenced.extend(found);
        } else {
            drafts.extend(found);
        }
    }
    for literal in &facts.literals {
        drafts.extend(rules.iter().filter_map(|rule| rule.literal(literal, cx)));
    }
    drafts.extend(rules.iter().flat_map(|rule| rule.file(cx)));
    if !settings.harmless {
        silenced.extend(drafts.extract_if(.., |draft| draft.harmless));
    }
    let mut drafts = one_for_each_expression(drafts);
    for (guard, related, found) in behind {
        let owner = drafts.iter_mut().find(|draft| {
            draft.conditions.iter().any(|(path, span)| *path == cx.file.path && *span == guard)
                || guard.contains(draft.finding.span)
        });
        let Some(draft) = owner else { continue };
        // Where the question is no longer Heroku's, what is read behind it counts.
        one_for_each_expression(found).into_iter().for_each(|inner| draft.take_remedies(inner.remedies));
        if draft.finding.related.len() < 12 {
            draft.finding.related.push(related);
        }
    }
    (drafts, silenced)
}

/// Of several findings on one expression the most specific stays.
fn one_for_each_expression(mut drafts: Vec<Draft>) -> Vec<Draft> {
    let rank = |draft: &Draft| (draft.finding.rule.specificity, draft.finding.severity);
    drafts.sort_by(|a, b| {
        (a.finding.span, std::cmp::Reverse(rank(a)), a.finding.rule.id).cmp(&(
            b.finding.span,
            std::cmp::Reverse(rank(b)),
            b.finding.rule.id,
        ))
    });
    drafts.dedup_by(|later, earlier| {
        later.finding.span == earlier.finding.span && later.finding.variable == earlier.finding.variable
    });
    drafts
}

/// Findings of a file with the same cause become one: the worst of them, else the first.
fn one_for_each_cause(drafts: Vec<Draft>) -> Vec<Draft> {
    let mut kept: Vec<Draft> = Vec::new();
    let mut by_cause: BTreeMap<(&'static str, String), Vec<Draft>> = BTreeMap::new();
    for draft in drafts {
        match &draft.cause {
            Some(cause) => by_cause.entry((draft.finding.rule.id, cause.clone())).or_default().push(draft),
            None => kept.push(draft),
        }
    }
    for (_, mut group) in by_cause {
        let best = group
            .iter()
            .enumerate()
            .min_by_key(|(at, draft)| (std::cmp::Reverse(draft.finding.severity), *at))
            .map_or(0, |(at, _)| at);
        let mut first = group.remove(best);
        for other in group {
            first.absorb(other);
        }
        kept.push(first);
    }
    kept
}

/// Gives every finding, and every part of one, its identity. Equals are numbered in the order of their file,
/// whatever findings they came to be part of.
fn fingerprint(found: &mut [(Draft, Option<Hidden>)], project: &Project) {
    let mut parts: Vec<(Kin, Span, usize, usize)> = Vec::new();
    for (at, (draft, _)) in found.iter().enumerate() {
        for (nth, part) in draft.finding.parts().enumerate() {
            let code = project.file(&part.path).map_or("", |file| part.span.of(&file.source.text));
            parts.push((Kin::new(part.rule.id, &part.path, &part.scope, code), part.span, at, nth));
        }
    }
    parts.sort();
    for equals in parts.chunk_by(|a, b| a.0 == b.0) {
        for (number, (kin, _, at, nth)) in equals.iter().enumerate() {
            let finding = &mut found[*at].0.finding;
            let part = match nth.checked_sub(1) {
                Some(joined) => &mut finding.joined[joined],
                None => finding,
            };
            part.fingerprint = kin.fingerprint(number);
        }
    }
}

/// Checks texts that are given in memory, as `(path, language, role, text)`: what the rule pages do.
pub fn check_texts(texts: Vec<(String, Lang, Role, String)>, settings: &Settings) -> Report {
    let names = Mentions::new(settings);
    let vocabulary = settings.vocabulary();
    let mut mentions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (path, _, role, text) in &texts {
        for name in names.in_file(path, *role, text) {
            mentions.entry(name.to_string()).or_default().insert(path.clone());
        }
    }
    let files = texts
        .into_iter()
        .map(|(path, lang, role, text)| analyse(path, lang, role, text, &vocabulary))
        .collect();
    let mut project = Project::join(files, &settings.wrappers, &mut |sought, kept| {
        kept.iter()
            .filter_map(|(path, (lang, source))| {
                let facts = look_again(path, *lang, &source.text, &sought.names_for(path));
                (!facts.uses.is_empty()).then(|| Looked {
                    path: path.clone(),
                    lang: *lang,
                    source: source.clone(),
                    facts,
                })
            })
            .collect()
    });
    project.assume_heroku = settings.assume_heroku;
    project.names = settings.names.clone();
    project.mentions = mentions;
    check(&project, settings, &|_| true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect;
    use crate::finding::Applicability;
    use crate::paths::Paths;
    use crate::role;
    use crate::rule::Severity;
    use crate::settings::{FixLevel, Override, RuleSettings};

    const RULE: &str = "heroku-metadata-env";

    /// The findings as path, severity and trust in the first fix, and how many the settings left out.
    fn found(settings: Settings) -> (Vec<(String, Severity, Option<Applicability>)>, usize) {
        let texts = ["app/a.rb", "script/b.rb"].map(|path| {
            let text = "RELEASE = ENV[\"HEROKU_SLUG_COMMIT\"]\n".to_string();
            let lang = detect::language(path, text.as_bytes()).expect("Ruby");
            (path.to_string(), lang, role::role(path, lang, &text), text)
        });
        let report = check_texts(texts.to_vec(), &Settings { assume_heroku: true, ..settings });
        let short = |found: &Finding| {
            (found.path.clone(), found.severity, found.fixes.first().map(|fix| fix.applicability))
        };
        (report.findings.iter().map(short).collect(), report.summary.hidden_by_settings)
    }

    fn with(rule: RuleSettings, overrides: &[(&str, RuleSettings)]) -> Settings {
        let part = |(glob, rule): &(&str, RuleSettings)| Override {
            paths: Paths::new(&[(*glob).to_string()]).expect("a glob"),
            rules: [(RULE, rule.clone())].into(),
        };
        Settings {
            rules: [(RULE, rule)].into(),
            overrides: overrides.iter().map(part).collect(),
            ..Settings::default()
        }
    }

    fn enabled(enabled: bool) -> RuleSettings {
        RuleSettings { enabled: Some(enabled), ..RuleSettings::default() }
    }

    #[test]
    fn settings_turn_rules_off_and_on() {
        let paths = |settings: Settings| -> (Vec<String>, usize) {
            let (found, hidden) = found(settings);
            (found.into_iter().map(|(path, ..)| path).collect(), hidden)
        };
        let both = || vec!["app/a.rb".to_string(), "script/b.rb".to_string()];
        let only = || vec!["app/a.rb".to_string()];
        assert_eq!(paths(Settings::default()), (both(), 0));
        assert_eq!(paths(with(enabled(false), &[])), (vec![], 0));
        assert_eq!(paths(with(enabled(false), &[("app/", enabled(true))])), (only(), 1));
        assert_eq!(paths(with(RuleSettings::default(), &[("script/", enabled(false))])), (only(), 1));
        let again = [("script/", enabled(false)), ("b.rb", enabled(true))];
        assert_eq!(paths(with(RuleSettings::default(), &again)), (both(), 0));
        let exclude = Paths::new(&["script/**".to_string()]).expect("a glob");
        let excluded = RuleSettings { exclude, ..RuleSettings::default() };
        assert_eq!(paths(with(excluded.clone(), &[])), (only(), 1));
        // Who asks for a rule by name gets it, but not where the settings say that it means nothing.
        assert_eq!(paths(Settings { only: vec![RULE], ..with(enabled(false), &[]) }), (both(), 0));
        assert_eq!(paths(Settings { only: vec![RULE], ..with(excluded, &[]) }), (only(), 1));
    }

    #[test]
    fn settings_decide_on_severity_and_fixes() {
        let of = |rule: RuleSettings| found(with(rule, &[])).0.remove(0);
        let path = "app/a.rb".to_string();
        let usual = found(Settings::default()).0.remove(0);
        assert_eq!(usual, (path.clone(), Severity::Warning, Some(Applicability::Safe)));
        let severity = RuleSettings { severity: Some(Severity::Error), ..RuleSettings::default() };
        assert_eq!(of(severity).1, Severity::Error);
        let fix = |level| of(RuleSettings { fix: Some(level), ..RuleSettings::default() }).2;
        assert_eq!(fix(FixLevel::Off), None);
        assert_eq!(fix(FixLevel::Unsafe), Some(Applicability::Unsafe));
        assert_eq!(fix(FixLevel::Safe), Some(Applicability::Safe));
    }

    #[test]
    fn identity_does_not_depend_on_what_is_asked_for() {
        let text = "a = ENV[\"DYNO\"]\nputs ENV[\"DYNO\"]\nraise unless ENV[\"DYNO\"]\n".to_string();
        let prints = |settings: Settings| -> BTreeSet<String> {
            let texts = vec![("app/a.rb".to_string(), Lang::Ruby, Role::App, text.clone())];
            let report = check_texts(texts, &Settings { assume_heroku: true, ..settings });
            report.findings.into_iter().map(|finding| finding.fingerprint).collect()
        };
        let all = prints(Settings::default());
        let worst = prints(Settings { min_severity: Severity::Warning, ..Settings::default() });
        assert!(!worst.is_empty() && worst.is_subset(&all), "{worst:?} {all:?}");
    }
}
