//! From a folder to a report: the walk, the two looks at the files, the rules.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Instant;

use aho_corasick::AhoCorasick;

use crate::check;
use crate::fact::{Facts, Request};
use crate::finding::{Report, SourceText};
use crate::lang::{self, Lang};
use crate::paths::Paths;
use crate::pin;
use crate::prefilter::{Prefilter, Verdict, Watched};
use crate::project::{self, File, Looked, Mentions, Project, Sought};
use crate::role::Role;
use crate::rules::{self, Rule};
use crate::settings::Settings;
use crate::source::{self, Skip, Source};
use crate::vocabulary::Vocabulary;
use crate::walk::{self, Entry, Exclusion, WalkOptions, WalkStats};

/// Threads that are started, whatever was asked for.
const MOST_THREADS: usize = 64;

/// Why a run could not do its job.
#[derive(Debug)]
pub enum RunError {
    /// A path given does not exist.
    Missing {
        /// As given.
        path: String,
    },
    /// A path given cannot be read.
    Path {
        /// As given.
        path: String,
        /// What the system says.
        message: String,
    },
    /// A glob of `--exclude` is not one.
    Glob {
        /// As given.
        glob: String,
        /// What is wrong with it.
        message: String,
    },
}

impl RunError {
    /// What the system says of a path as given.
    fn of(path: &Path, error: &std::io::Error) -> Self {
        let path = path.display().to_string();
        match error.kind() {
            std::io::ErrorKind::NotFound => RunError::Missing { path },
            _ => RunError::Path { path, message: source::reason(error) },
        }
    }
}

impl std::fmt::Display for RunError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            RunError::Missing { path } => write!(f, "there is no `{path}`"),
            RunError::Path { path, message } => write!(f, "cannot read `{path}`: {message}"),
            RunError::Glob { glob, message } => write!(f, "`{glob}` is not a glob: {message}"),
        }
    }
}

impl std::error::Error for RunError {}

/// A file as the walk saw it, for `dynolint files`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileInfo {
    /// Path from the project's root, with forward slashes.
    pub path: String,
    /// Language, if one is known.
    pub lang: Option<Lang>,
    /// Role; `None` where the file was not read.
    pub role: Option<Role>,
    /// Why it was not read, if it was not.
    pub skipped: Option<String>,
}

/// Where the project is, and which part of it is asked for.
struct Scope {
    /// The project's root, canonical.
    root: PathBuf,
    /// What is reported on, as paths from the root; empty means everything.
    wanted: BTreeSet<String>,
}

impl Scope {
    fn of(settings: &Settings) -> Result<Self, RunError> {
        Paths::new(&settings.exclude)
            .map_err(|(at, message)| RunError::Glob { glob: settings.exclude[at].clone(), message })?;
        let mut given = Vec::new();
        for path in &settings.paths {
            let joined = settings.cwd.join(path);
            if settings.stdin.as_ref().is_some_and(|(stand_in, _)| stand_in == path) {
                given.push(future(&joined));
                continue;
            }
            let real = joined.canonicalize().map_err(|error| RunError::of(path, &error))?;
            given.push(real);
        }
        let first = given.first().cloned().unwrap_or_else(|| settings.cwd.clone());
        let mut root = walk::project_root(&first);
        // Paths of several projects are read as one: the project that their nearest common folder is in.
        while !given.iter().all(|path| path.starts_with(&root)) {
            match root.parent() {
                Some(above) => root = walk::project_root(above),
                None => break,
            }
        }
        let wanted = given.iter().filter_map(|path| relative(&root, path)).collect();
        Ok(Self { root, wanted })
    }

    fn holds(&self, path: &str) -> bool {
        self.wanted.is_empty() || self.asked_for(path).next().is_some()
    }

    /// The paths asked for that are this one or a folder above it. A hook can name thousands of files, so that
    /// each of them cannot be compared with every path.
    fn asked_for<'s>(&'s self, path: &str) -> impl Iterator<Item = &'s str> {
        let folders = path.match_indices('/').map(|(at, _)| &path[..at]);
        let known = |path| self.wanted.get(path).map(String::as_str);
        std::iter::once("").chain(folders).chain([path]).filter_map(known)
    }

    /// Walks over the project. Of the paths asked for, those in which it comes to no file because something
    /// leaves them out are given with what does, or walked as well if the settings say so.
    fn walk<T: Send>(
        &self,
        settings: &Settings,
        visit: impl Fn(&Entry<'_>) -> Option<T> + Sync,
    ) -> (Vec<T>, WalkStats, Vec<(String, Exclusion)>) {
        let reached = Mutex::new(BTreeSet::new());
        let enter = |entry: Entry<'_>| {
            let mut asked_for = self.asked_for(&entry.path).peekable();
            if asked_for.peek().is_some() {
                reached.lock().unwrap_or_else(PoisonError::into_inner).extend(asked_for);
            }
            visit(&entry)
        };
        let is_reached = |path: &str| reached.lock().unwrap_or_else(PoisonError::into_inner).contains(path);
        let (mut seen, mut stats) = walk::walk(&self.options(settings), enter);
        let mut excluded = Vec::new();
        let mut insisted = WalkStats::default();
        for path in self.wanted.iter().filter(|path| !path.is_empty()) {
            // A folder comes before what is in it, and may have brought that along.
            if is_reached(path) {
                continue;
            }
            let Some(by) = walk::exclusion(&self.root, path, &stats) else { continue };
            if settings.include_excluded && by.can_be_overridden() {
                let (more, counted) = walk::walk(&self.options(settings).within(path), enter);
                seen.extend(more);
                insisted.merge(counted);
            } else {
                excluded.push((path.clone(), by));
            }
        }
        stats.merge(insisted);
        (seen, stats, excluded)
    }

    fn options(&self, settings: &Settings) -> WalkOptions {
        WalkOptions {
            threads: threads(settings),
            respect_gitignore: !settings.no_ignore,
            exclude: settings.exclude.clone(),
            ..WalkOptions::new(&self.root)
        }
    }
}

/// The path from `root`, with forward slashes; `None` where it lies elsewhere.
pub fn relative(root: &Path, path: &Path) -> Option<String> {
    let rest = path.strip_prefix(root).ok()?;
    let parts: Vec<_> = rest.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    Some(parts.join("/"))
}

/// The canonical path of a file that need not exist yet, nor its folder.
pub fn future(path: &Path) -> PathBuf {
    let known = path.ancestors().find_map(|folder| Some((folder, folder.canonicalize().ok()?)));
    match known {
        Some((folder, real)) => match path.strip_prefix(folder) {
            // A joined empty path would end in a slash.
            Ok(rest) if !rest.as_os_str().is_empty() => real.join(rest),
            _ => real,
        },
        None => path.to_path_buf(),
    }
}

/// A source that was read, with its facts if it can have any.
struct Seen<'n> {
    path: String,
    /// Its real path, where that is not the root with `path`: a name that is no UTF-8.
    real: Option<Box<Path>>,
    lang: Lang,
    role: Role,
    /// Boxed: most sources have none, and all are sorted.
    file: Option<Box<File>>,
    /// Names of [`Settings::names`] that stand in it.
    mentions: Vec<&'n str>,
}

/// The root of the project that is asked for, canonical.
///
/// # Errors
///
/// As [`run`].
pub fn root(settings: &Settings) -> Result<PathBuf, RunError> {
    Scope::of(settings).map(|scope| scope.root)
}

/// Runs all rules over a project.
///
/// # Errors
///
/// Where a path given does not exist, or a glob is not one. A file that cannot be read is no error: it
/// is in the report's summary.
pub fn run(settings: &Settings) -> Result<Report, RunError> {
    look(settings).map(|(_, report)| report)
}

/// As [`run`], with the project that the rules saw.
///
/// # Errors
///
/// As [`run`].
pub fn look(settings: &Settings) -> Result<(Project, Report), RunError> {
    let started = Instant::now();
    let scope = Scope::of(settings)?;
    let stand_ins = stand_ins(settings, &scope);
    let vocabulary = settings.vocabulary();
    let filters = Filters::new(&settings.own, &vocabulary);
    let names = Mentions::new(settings);
    let bundles = AtomicUsize::new(0);
    let visit = |path: String, real: &Path, source: Source, parse: bool| -> Seen<'_> {
        let (lang, role) = (source.lang, source.role);
        let mentions = names.in_file(&path, role, &source.text);
        let bundled = !parse && !settings.all_roles && is_bundle(&source) && !pin::is_read_by_name(&path);
        if bundled {
            bundles.fetch_add(1, Ordering::Relaxed);
        }
        let file = (parse || (!bundled && wants_parsing(&filters, &source))).then(|| {
            let mut file = check::analyse(path.clone(), lang, role, source.text, &vocabulary);
            if !source.places.is_empty()
                && let Some(text) = Arc::get_mut(&mut file.source)
            {
                text.places = source.places;
            }
            Box::new(file)
        });
        let real = path.contains(char::REPLACEMENT_CHARACTER).then(|| real.into());
        Seen { path, real, lang, role, file, mentions }
    };
    let (mut seen, mut stats, mut excluded) = scope.walk(settings, |entry| {
        if stand_ins.contains_key(&entry.path) {
            return None;
        }
        let source = entry.source().ok()?;
        Some(visit(entry.path.clone(), entry.real, source, false))
    });
    for (path, source) in &stand_ins {
        match source {
            // Parsed in any case: a second look at what was not parsed reads it from the disk.
            Some(Ok(source)) => {
                seen.push(visit(path.clone(), &scope.root.join(path), source.clone(), true));
            }
            Some(Err(skip)) => *stats.skipped.entry(skip.id()).or_default() += 1,
            None => {}
        }
    }
    if !settings.no_ignore {
        for name in pin::VERSION_FILES {
            let known = seen.iter().any(|seen| seen.path == *name)
                || stand_ins.contains_key(*name)
                || stats.unvisited.iter().any(|(path, _)| path == name);
            let real = scope.root.join(name);
            let regular = !known && real.symlink_metadata().is_ok_and(|data| data.is_file());
            if regular && walk::is_tracked(&scope.root, name) {
                let source = Source::open(name, &real).ok();
                seen.extend(source.map(|source| visit((*name).to_string(), &real, source, false)));
            }
        }
    }
    // What suppresses nothing is reported where it stands.
    let ignoring = settings.ignores.iter().filter(|_| settings.suppress).filter_map(|one| one.at.as_ref());
    let ignoring: BTreeSet<&str> = ignoring.map(|(path, _)| path.as_str()).collect();
    for path in ignoring {
        if !seen.iter().any(|seen| seen.path == path && seen.file.is_some()) {
            seen.retain(|seen| seen.path != path);
            let real = scope.root.join(path);
            let source = Source::open(path, &real).ok();
            seen.extend(source.map(|source| visit(path.to_string(), &real, source, true)));
        }
    }
    seen.sort_by(|a, b| a.path.cmp(&b.path));

    let read: BTreeSet<&str> = seen.iter().flat_map(|seen| scope.asked_for(&seen.path)).collect();
    excluded.retain(|(path, _)| !read.contains(path.as_str()));
    let nothing_read: Vec<String> = scope
        .wanted
        .iter()
        .filter(|path| !path.is_empty() && !read.contains(path.as_str()))
        .cloned()
        .collect();
    let files = seen.len();
    let mut languages: BTreeMap<Lang, usize> = BTreeMap::new();
    for seen in &seen {
        *languages.entry(seen.lang).or_default() += 1;
    }
    let parsed = seen.iter().filter(|seen| seen.file.is_some()).count();
    let mut kept = Vec::new();
    let mut others = Vec::new();
    let mut mentioned: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for seen in seen {
        for name in &seen.mentions {
            mentioned.entry((*name).to_string()).or_default().insert(seen.path.clone());
        }
        match seen.file {
            Some(file) => kept.push(*file),
            None if seen.lang.is_code() && seen.role.is_reported() => {
                others.push((seen.path, seen.real, seen.lang));
            }
            None => {}
        }
    }
    let threads = threads(settings);
    let wrappers = project::prefixing_wrappers(&kept, &own_beginnings(settings));
    if !wrappers.is_empty() {
        kept.extend(callers(&wrappers, &mut others, &scope.root, threads, &vocabulary));
    }
    let mut project = Project::join(kept, &settings.wrappers, &mut |sought, texts| {
        second_look(sought, texts, &others, &scope.root, threads)
    });
    project.assume_heroku = settings.assume_heroku;
    project.names = settings.names.clone();
    project.mentions = mentioned;
    let mut report = check::check(&project, settings, &|path| scope.holds(path));
    report.within =
        walk::git_root(&scope.root).and_then(|git| relative(&git, &scope.root)).unwrap_or_default();
    report.root = scope.root;
    report.scope = scope.wanted.into_iter().collect();
    report.summary.files = files;
    report.summary.parsed = parsed;
    report.summary.languages = languages;
    report.summary.nothing_read = nothing_read;
    report.summary.excluded = excluded.into_iter().map(|(path, by)| (path, by.id())).collect();
    count_walk(&mut report, stats);
    if bundles.load(Ordering::Relaxed) > 0 {
        report.summary.skipped.insert("large-bundle".to_string(), bundles.into_inner());
    }
    report.summary.elapsed = started.elapsed();
    Ok((project, report))
}

fn threads(settings: &Settings) -> usize {
    match settings.threads {
        0 => std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        // More only get in each other's way, and a system may refuse to start them.
        threads => threads.min(MOST_THREADS),
    }
}

fn count_walk(report: &mut Report, stats: WalkStats) {
    let summary = &mut report.summary;
    summary.bytes = stats.bytes;
    summary.unreadable = stats.errors;
    for (reason, count) in stats.skipped {
        *summary.skipped.entry(reason.to_string()).or_default() +=
            usize::try_from(count).unwrap_or(usize::MAX);
    }
    if !stats.pruned.is_empty() {
        summary.skipped.insert("pruned-folder".to_string(), stats.pruned.len());
    }
}

/// The files that texts are given in place of, by path from the root: the text if it can be a source, nothing
/// for a file that is to be taken as gone.
fn stand_ins(settings: &Settings, scope: &Scope) -> BTreeMap<String, Option<Result<Source, Skip>>> {
    let mut texts = BTreeMap::new();
    if let Some((path, bytes)) = &settings.stdin {
        let whole = future(&settings.cwd.join(path));
        let path = relative(&scope.root, &whole).unwrap_or_else(|| path.to_string_lossy().replace('\\', "/"));
        let source = Source::from_bytes(&path, bytes.clone());
        texts.insert(path, Some(source));
    }
    for (path, text) in &settings.overlay {
        let source = text.as_ref().map(|text| Source::from_bytes(path, text.clone().into_bytes()));
        texts.insert(path.clone(), source);
    }
    texts
}

/// The filters for what all rules watch for.
struct Filters<'v> {
    rules: Vec<&'static dyn Rule>,
    /// Texts of own rules count in any case, so they are looked for apart.
    vocabulary: &'v Vocabulary,
    /// For files whose findings are only counted: the words of [`rules::Rule::watches`].
    counted: Prefilter,
    /// For files whose findings are reported, for each language in the order of [`Lang::ALL`]: the words of
    /// [`rules::Rule::watches_in`] as well. Made at first need: a project has few languages.
    reported: [OnceLock<Prefilter>; Lang::ALL.len()],
}

impl<'v> Filters<'v> {
    fn new(own: &[&'static dyn Rule], vocabulary: &'v Vocabulary) -> Self {
        let rules: Vec<_> = rules::ALL.iter().chain(own).copied().collect();
        let counted = Prefilter::new(Self::watched(&rules))
            .expect("a handful of short literals fits into an automaton");
        Self { rules, vocabulary, counted, reported: Default::default() }
    }

    fn watched(rules: &[&'static dyn Rule]) -> BTreeSet<Watched> {
        rules.iter().flat_map(|rule| rule.watches()).map(|text| Watched::parse(text)).collect()
    }

    fn of_lang(&self, lang: Lang) -> Prefilter {
        let words = self.rules.iter().flat_map(|rule| rule.watches_in());
        let words = words.filter(|(langs, _)| langs.is_empty() || langs.contains(&lang));
        let mut watched = Self::watched(&self.rules);
        watched.extend(words.flat_map(|(_, words)| words.iter()).map(|text| Watched::parse(text)));
        Prefilter::of_lang(watched, lang).expect("a few hundred short literals fit into an automaton")
    }

    fn verdict(&self, source: &Source) -> Verdict {
        let of_lang = Lang::ALL.iter().position(|lang| *lang == source.lang);
        let filter = match of_lang.filter(|_| source.role.is_reported()) {
            Some(at) => self.reported[at].get_or_init(|| self.of_lang(source.lang)),
            None => &self.counted,
        };
        match filter.verdict(&source.text, source.lang) {
            Verdict::Watched => Verdict::Watched,
            _ if self.vocabulary.is_own_text(&source.text) => Verdict::Watched,
            verdict => verdict,
        }
    }
}

/// Beginnings of the names of variables that own rules ask for.
fn own_beginnings(settings: &Settings) -> Vec<&'static str> {
    let words = settings.own.iter().flat_map(|rule| rule.watches());
    words.map(|word| word.trim_end_matches('*')).collect()
}

/// Largest vendored or generated file that is parsed by default, in bytes: its findings are only counted,
/// and the largest of these files would cost more than the rest of a project.
const MAX_BUNDLE: usize = 128 * 1024;

/// Whether a source is somebody else's or a program's work, and too large to be parsed for a count.
fn is_bundle(source: &Source) -> bool {
    matches!(source.role, Role::Vendored | Role::Generated) && source.text.len() > MAX_BUNDLE
}

/// Whether a source can have a fact that matters.
fn wants_parsing(filters: &Filters<'_>, source: &Source) -> bool {
    // Package manifests, process types and schedules are few and small, and evidence or findings.
    let name = source.path.rsplit('/').next().unwrap_or_default();
    if source.lang == Lang::Procfile
        || matches!(
            name,
            "Gemfile"
                | "setup.py"
                | "package.json"
                | "pyproject.toml"
                | "Pipfile"
                | "app.json"
                | "heroku.yml"
                | "schedule.rb"
        )
        || name.starts_with("requirements")
        || pin::is_read_by_name(&source.path)
        || source.path.starts_with(".profile")
        || source.path.starts_with("bin/")
    {
        return true;
    }
    if filters.verdict(source) != Verdict::None {
        return true;
    }
    // Scripts and settings speak of Heroku in lower case: commands, hosts, actions, extensions.
    (!source.lang.is_code() || source.lang == Lang::Shell)
        && source.role != Role::Generated
        && memchr::memmem::find(source.text.as_bytes(), b"heroku").is_some()
}

/// Takes the files that mention one of these functions out of those that were not parsed, and parses them.
fn callers(
    functions: &BTreeSet<String>,
    others: &mut Vec<Other>,
    root: &Path,
    threads: usize,
    vocabulary: &Vocabulary,
) -> Vec<File> {
    let finder = AhoCorasick::new(functions).expect("the names of a few functions fit into an automaton");
    let found = in_parallel(threads, others.len(), |at| {
        let (path, _, lang) = &others[at];
        let source = reread(&others[at], root, &[&finder])?;
        Some(check::analyse(path.clone(), *lang, source.role, source.text, vocabulary))
    });
    let taken: BTreeSet<&str> = found.iter().map(|file| file.path.as_str()).collect();
    others.retain(|(path, ..)| !taken.contains(path.as_str()));
    found
}

/// A source that was read before, if it may hold one of the words looked for: most do not, so the bytes are
/// asked first. Only in UTF-16 words have other bytes than in the text.
fn reread((path, real, _): &Other, root: &Path, finders: &[&AhoCorasick]) -> Option<Source> {
    if finders.is_empty() {
        return None;
    }
    let bytes = match real {
        Some(real) => std::fs::read(real),
        None => std::fs::read(root.join(path)),
    };
    let bytes = bytes.ok()?;
    let wide = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    (wide || finders.iter().any(|finder| finder.is_match(&bytes)))
        .then(|| Source::from_bytes(path, bytes).ok())?
}

/// Does `work` for every number below `count` on several threads; what it gives comes in no order.
fn in_parallel<T: Send>(threads: usize, count: usize, work: impl Fn(usize) -> Option<T> + Sync) -> Vec<T> {
    let (next, found) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..threads.min(count) {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    if at >= count {
                        break;
                    }
                    if let Some(result) = work(at) {
                        found.lock().unwrap_or_else(PoisonError::into_inner).push(result);
                    }
                }
            });
        }
    });
    found.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// A source that was not parsed: its path from the root, its real path as in [`Seen`], its language.
type Other = (String, Option<Box<Path>>, Lang);

/// The uses of names in all files: those whose text is still there, and those that were not parsed before.
fn second_look(
    sought: &Sought,
    texts: &BTreeMap<String, (Lang, Arc<SourceText>)>,
    others: &[Other],
    root: &Path,
    threads: usize,
) -> Vec<Looked> {
    // An automaton for each application: none of its names means anything in another one.
    let groups: Vec<(&String, Vec<&String>, AhoCorasick)> = sought
        .within
        .iter()
        .map(|(root, names)| {
            let finder = AhoCorasick::new(names).expect("the names of settings fit into an automaton");
            (root, names.iter().collect(), finder)
        })
        .collect();
    let near = |path: &str| -> Vec<&(&String, Vec<&String>, AhoCorasick)> {
        groups.iter().filter(|(root, ..)| project::is_within(path, root)).collect()
    };
    let look = |path: &str, lang: Lang, text: &str, source: &dyn Fn() -> Arc<SourceText>| -> Option<Looked> {
        let mut imports = None;
        let near = near(path);
        let used = near.iter().any(|(_, names, finder)| {
            finder.find_overlapping_iter(text).any(|found| {
                let name = names[found.pattern().as_usize()];
                sought.may_be_used(name, text, found.start(), lang, &mut imports)
            })
        });
        let facts = used.then(|| check::look_again(path, lang, text, &sought.names_for(path)))?;
        (!facts.uses.is_empty()).then(|| Looked { path: path.to_string(), lang, source: source(), facts })
    };
    let texts: Vec<_> = texts.iter().filter(|(_, (lang, _))| lang.is_code() || *lang == Lang::Yaml).collect();
    in_parallel(threads, texts.len() + others.len(), |at| match texts.get(at) {
        Some((path, (lang, source))) => look(path, *lang, &source.text, &|| Arc::clone(source)),
        None => {
            let other = &others[at - texts.len()];
            let (path, _, lang) = other;
            let finders: Vec<&AhoCorasick> = near(path).into_iter().map(|(_, _, finder)| finder).collect();
            let source = reread(other, root, &finders)?;
            look(path, *lang, &source.text, &|| Arc::new(SourceText::new(source.text.clone())))
        }
    })
}

/// All files of a project, as the walk saw them, sorted by path.
///
/// # Errors
///
/// As [`run`].
pub fn files(settings: &Settings) -> Result<Vec<FileInfo>, RunError> {
    let scope = Scope::of(settings)?;
    let (mut files, stats, excluded) = scope.walk(settings, |entry| {
        if !scope.holds(&entry.path) {
            return None;
        }
        Some(match entry.source() {
            Ok(source) => FileInfo {
                path: entry.path.clone(),
                lang: Some(source.lang),
                role: Some(source.role),
                skipped: None,
            },
            Err(skip) => {
                FileInfo { path: entry.path.clone(), lang: None, role: None, skipped: Some(skip.to_string()) }
            }
        })
    });
    let unvisited = stats.unvisited.into_iter().map(|(path, reason)| {
        let why = match reason {
            "symlink" => "a link, and links are not followed",
            "excluded" => Exclusion::Glob.id(),
            _ => "not a regular file",
        };
        (path, why)
    });
    let pruned = stats.pruned.into_iter().map(|path| (path, Exclusion::Installed.id()));
    let left_out = unvisited.chain(pruned).filter(|(path, _)| scope.holds(path));
    let mut left_out: BTreeMap<String, &str> = left_out.collect();
    for (path, by) in excluded {
        left_out.entry(path).or_insert(by.id());
    }
    if settings.include_excluded {
        left_out.retain(|path, _| !files.iter().any(|file| project::is_within(&file.path, path)));
    }
    let rows = left_out.into_iter().map(|(path, why)| (path, Some(why.to_string())));
    files.extend(rows.map(|(path, skipped)| FileInfo { path, lang: None, role: None, skipped }));
    files.sort();
    Ok(files)
}

/// The facts of one file on disk, whatever the prefilter says: what it is, its text and facts.
///
/// # Errors
///
/// Where the file cannot be read, is no text, or is in no known language.
pub fn facts_of(settings: &Settings, path: &Path) -> Result<(FileInfo, String, Facts), RunError> {
    let failed = |message: String| RunError::Path { path: path.display().to_string(), message };
    let real = settings.cwd.join(path).canonicalize().map_err(|error| RunError::of(path, &error))?;
    if real.is_dir() {
        return Err(failed("it is a folder, and facts are those of a file".to_string()));
    }
    let root = walk::project_root(&real);
    let shown = relative(&root, &real).unwrap_or_else(|| path.display().to_string());
    let source = Source::open(&shown, &real).map_err(|skip| match skip {
        Skip::Unreadable(message) => failed(message),
        skip => failed(skip.to_string()),
    })?;
    let vocabulary = settings.vocabulary();
    let request = Request { vocabulary: &vocabulary, ..Request::new(&shown, source.lang) };
    let mut facts = lang::facts(&source.text, &request);
    facts.pins = pin::read(&shown, &source.text).pins;
    let info =
        FileInfo { path: shown.clone(), lang: Some(source.lang), role: Some(source.role), skipped: None };
    Ok((info, source.text, facts))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_have_a_limit() {
        let wanted = |wanted| threads(&Settings { threads: wanted, ..Settings::default() });
        assert_eq!((wanted(1), wanted(8), wanted(20_000)), (1, 8, MOST_THREADS));
        assert!(wanted(0) >= 1);
    }
}
