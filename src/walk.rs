//! From a folder to its files.
//!
//! Every regular file below the root that is not ignored is visited once, on one of several threads.
//! What the tree says cannot lead out of it: links are not followed, and nothing that is not a regular
//! file is opened. Whatever is left out is counted.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use ignore::{DirEntry, ParallelVisitor, ParallelVisitorBuilder, WalkBuilder, WalkState};

use crate::config::find;
use crate::source::{self, Skip, Source};

/// What to walk.
#[derive(Clone, Debug)]
pub struct WalkOptions {
    /// The project's root: a folder, or a single file.
    pub root: PathBuf,
    /// Threads; 0 means one for each core.
    pub threads: usize,
    /// Leave out what `.gitignore`, `.ignore` and `.git/info/exclude` leave out. A user's own global
    /// file never counts: two people see the same.
    pub respect_gitignore: bool,
    /// Globs below the root that are left out, in the manner of `.gitignore`: `legacy/`, `*.gen.rb`.
    pub exclude: Vec<String>,
    /// The file or folder to start at, as a path from the root; empty for the root itself. It is entered even
    /// where its name would be left out.
    pub start: String,
}

impl WalkOptions {
    /// The usual walk over `root`.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self {
            root: root.into(),
            threads: 0,
            respect_gitignore: true,
            exclude: Vec::new(),
            start: String::new(),
        }
    }

    /// The walk over one file or folder, with everything in it that somebody may have written.
    pub fn within(self, start: &str) -> Self {
        Self { respect_gitignore: false, exclude: Vec::new(), start: start.to_string(), ..self }
    }
}

/// What was seen on the way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WalkStats {
    /// Regular files, read or not.
    pub files: u64,
    /// Bytes of the sources that were read.
    pub bytes: u64,
    /// How many files (and links, pipes, …) were left out, by reason: [`Skip::id`], `symlink`,
    /// `special`, `excluded`.
    pub skipped: BTreeMap<&'static str, u64>,
    /// What could not be read: path from the root and what the system said. Sorted.
    pub errors: Vec<(String, String)>,
    /// Folders that are never entered: installed packages, caches. Sorted.
    pub pruned: Vec<String>,
    /// What the visits did not get to see: path from the root and reason (`symlink`, `special`,
    /// `excluded`). Sorted.
    pub unvisited: Vec<(String, &'static str)>,
}

impl WalkStats {
    fn skip(&mut self, reason: &'static str) {
        *self.skipped.entry(reason).or_default() += 1;
    }

    fn pass_by(&mut self, path: String, reason: &'static str) {
        self.skip(reason);
        self.unvisited.push((path, reason));
    }

    /// Takes up what another walk saw.
    pub fn merge(&mut self, other: WalkStats) {
        self.files += other.files;
        self.bytes += other.bytes;
        for (reason, count) in other.skipped {
            *self.skipped.entry(reason).or_default() += count;
        }
        self.errors.extend(other.errors);
        self.pruned.extend(other.pruned);
        self.unvisited.extend(other.unvisited);
    }
}

/// A regular file on the way. It belongs to the thread that visits it.
#[derive(Debug)]
pub struct Entry<'w> {
    /// Path from the root, with forward slashes. Where the name is not Unicode it is shown with
    /// replacement characters.
    pub path: String,
    /// The path to open it by.
    pub real: &'w Path,
    stats: &'w RefCell<WalkStats>,
}

impl Entry<'_> {
    /// The file's source, or why it has none; either is counted.
    pub fn source(&self) -> Result<Source, Skip> {
        let source = Source::open(&self.path, self.real);
        let mut stats = self.stats.borrow_mut();
        match &source {
            Ok(source) => stats.bytes += source.text.len() as u64,
            Err(skip) => {
                stats.skip(skip.id());
                if let Skip::Unreadable(message) = skip {
                    stats.errors.push((self.path.clone(), message.clone()));
                }
            }
        }
        source
    }
}

/// Visits every file below the root, and gives what the visits gave, in no order, with the statistics.
///
/// # Panics
///
/// Where `visit` does.
pub fn walk<T: Send>(
    options: &WalkOptions,
    visit: impl Fn(Entry<'_>) -> Option<T> + Sync,
) -> (Vec<T>, WalkStats) {
    let root = options.root.canonicalize().unwrap_or_else(|_| options.root.clone());
    let shared = Arc::new(Mutex::new(WalkStats::default()));
    let filter = Filter {
        exclude: exclude(&root, &options.exclude, &shared),
        root: root.clone(),
        respect: options.respect_gitignore,
        stats: Arc::clone(&shared),
    };

    let start = if options.start.is_empty() { root.clone() } else { root.join(&options.start) };
    let mut builder = WalkBuilder::new(start);
    let repository = options.respect_gitignore.then(|| git_root(&root)).flatten();
    // The filter sees the folders below the root only.
    let respect = options.respect_gitignore
        && root
            .ancestors()
            .take_while(|folder| match &repository {
                Some(repository) => folder.starts_with(repository),
                None => *folder == root,
            })
            .all(|folder| filter.rules_can_be_read(folder));
    builder
        .standard_filters(false)
        .follow_links(false)
        .ignore(respect)
        .git_ignore(respect)
        .git_exclude(respect)
        // Inside a repository its border ends the search for rules upwards. Outside of any, rules above
        // the root are somebody else's, and those below count without a repository.
        .require_git(repository.is_some())
        .parents(repository.is_some_and(|above| above != root))
        .threads(match options.threads {
            0 => std::thread::available_parallelism().map_or(1, NonZero::get),
            threads => threads,
        })
        .filter_entry(move |entry| filter.enters(entry));

    let results = Mutex::new((Vec::new(), WalkStats::default()));
    builder.build_parallel().visit(&mut Visitors { root: &root, visit: &visit, results: &results });

    let (values, mut stats) = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    // Taken, not unwrapped from its `Arc`: the walker may still hold the filter.
    stats.merge(std::mem::take(&mut *shared.lock().unwrap_or_else(PoisonError::into_inner)));
    stats.errors.sort_unstable();
    stats.errors.dedup();
    stats.pruned.sort_unstable();
    stats.unvisited.sort_unstable();
    (values, stats)
}

/// What leaves a file or folder out of the walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exclusion {
    /// `.gitignore`, `.ignore` or `.git/info/exclude`.
    IgnoreFile,
    /// [`WalkOptions::exclude`].
    Glob,
    /// It is a folder of installed packages or a cache, or in one.
    Installed,
    /// It is version control's own data.
    VersionControl,
    /// It is a pipe, a socket or a device.
    Special,
}

impl Exclusion {
    /// In words.
    pub fn id(self) -> &'static str {
        match self {
            Self::IgnoreFile => "left out by .gitignore",
            Self::Glob => "left out by an exclude glob",
            Self::Installed => "a folder of installed packages or a cache",
            Self::VersionControl => "version control's own data",
            Self::Special => "not a regular file",
        }
    }

    /// Whether it can be read if somebody insists.
    pub fn can_be_overridden(self) -> bool {
        !matches!(self, Self::VersionControl | Self::Special)
    }
}

/// Why a walk that gave `stats` came to no file at or below `path`, a canonical path from its root that exists;
/// `None` where there is none.
pub fn exclusion(root: &Path, path: &str, stats: &WalkStats) -> Option<Exclusion> {
    let upwards = std::iter::successors(Some(path), |path| path.rsplit_once('/').map(|(folder, _)| folder));
    for path in upwards {
        if UNSEEN.contains(&path.rsplit('/').next().unwrap_or(path)) {
            return Some(Exclusion::VersionControl);
        }
        if stats.pruned.iter().any(|pruned| pruned == path) {
            return Some(Exclusion::Installed);
        }
        if let Ok(at) = stats.unvisited.binary_search_by(|(unvisited, _)| unvisited.as_str().cmp(path)) {
            return Some(if stats.unvisited[at].1 == "excluded" {
                Exclusion::Glob
            } else {
                Exclusion::Special
            });
        }
    }
    // What is left out by the ignore files leaves no trace, unlike what is not there.
    let mut below = WalkBuilder::new(root.join(path)).standard_filters(false).build().filter_map(Result::ok);
    let any = below.any(|entry| entry.file_type().is_some_and(|kind| kind.is_file()));
    any.then_some(Exclusion::IgnoreFile)
}

/// The project that `path` belongs to: the nearest folder, from `path` upwards, with a settings file of
/// dynolint; else the root of the git checkout; else `path` itself, or its folder where it is a file.
///
/// A settings file above the checkout does not count: it would make its folder, a home directory maybe,
/// the project.
pub fn project_root(path: &Path) -> PathBuf {
    let path =
        path.canonicalize().or_else(|_| std::path::absolute(path)).unwrap_or_else(|_| path.to_path_buf());
    let start = match path.parent() {
        Some(parent) if !path.is_dir() => parent.to_path_buf(),
        _ => path,
    };
    let git = git_root(&start);
    let within =
        start.ancestors().take_while(|folder| git.as_deref().is_none_or(|git| folder.starts_with(git)));
    for folder in within {
        if find::has_settings(folder) {
            return folder.to_path_buf();
        }
    }
    git.unwrap_or(start)
}

/// Where dynolint's settings may be, below the project's root. (They may be in a `pyproject.toml` as well.)
pub const SETTINGS: &[&str] = &["dynolint.toml", ".dynolint.toml", ".config/dynolint.toml"];

/// Whether git tracks a file that stands directly in `root`, whatever `.gitignore` says; without a repository,
/// as in an unpacked release, every file that is there does.
pub fn is_tracked(root: &Path, name: &str) -> bool {
    let Some(repository) = git_root(root) else { return true };
    let path = match relative(&repository, &root.join(name)) {
        path if path.is_empty() => return false,
        path => path,
    };
    // Paths end with a NUL in the index. (In its rare fourth version they are cut, and nothing is found.)
    let Ok(index) = std::fs::read(repository.join(".git").join("index")) else { return false };
    let wanted = format!("{path}\0");
    memchr::memmem::find_iter(&index, wanted.as_bytes()).any(|at| at > 0 && index[at - 1] != b'/')
}

/// The checkout that holds `path`. In a worktree or a submodule `.git` is a file.
pub fn git_root(path: &Path) -> Option<PathBuf> {
    path.ancestors().find(|folder| folder.join(".git").exists()).map(Path::to_path_buf)
}

/// Version control's own data: nobody misses it.
const UNSEEN: &[&str] = &[".git", ".hg", ".jj", ".svn", "CVS"];

/// Folders that are never entered.
const PRUNED: &[&str] = &[
    ".cache",
    ".gradle",
    ".idea",
    ".mypy_cache",
    ".nox",
    ".pytest_cache",
    ".ruff_cache",
    ".terraform",
    ".tox",
    ".venv",
    "__pycache__",
    "node_modules",
];

fn exclude(root: &Path, globs: &[String], stats: &Mutex<WalkStats>) -> Gitignore {
    let mut builder = GitignoreBuilder::new(root);
    let mut errors = Vec::new();
    for glob in globs {
        if let Err(error) = builder.add_line(None, glob) {
            errors.push((glob.clone(), error.to_string()));
        }
    }
    let built = builder.build().unwrap_or_else(|error| {
        errors.push((String::new(), error.to_string()));
        Gitignore::empty()
    });
    stats.lock().unwrap_or_else(PoisonError::into_inner).errors.extend(errors);
    built
}

/// Decides what is looked at, before it is.
struct Filter {
    root: PathBuf,
    exclude: Gitignore,
    respect: bool,
    stats: Arc<Mutex<WalkStats>>,
}

impl Filter {
    fn enters(&self, entry: &DirEntry) -> bool {
        let folder = entry.file_type().is_some_and(|kind| kind.is_dir());
        if folder {
            let name = entry.file_name();
            if UNSEEN.iter().any(|unseen| name == OsStr::new(unseen)) {
                return false;
            }
            if PRUNED.iter().any(|pruned| name == OsStr::new(pruned)) {
                self.count(|stats| stats.pruned.push(relative(&self.root, entry.path())));
                return false;
            }
        } else if entry.file_name() == OsStr::new(".DS_Store") {
            return false;
        }
        if !self.exclude.is_empty() && self.exclude.matched(entry.path(), folder).is_ignore() {
            self.count(|stats| stats.pass_by(relative(&self.root, entry.path()), "excluded"));
            return false;
        }
        !folder || !self.respect || self.rules_can_be_read(entry.path())
    }

    /// The walker opens the ignore files of a folder that it enters. One that is a pipe, or a link to a
    /// device, would block it for ever.
    fn rules_can_be_read(&self, folder: &Path) -> bool {
        for name in [".gitignore", ".ignore", ".git/info/exclude"] {
            let path = folder.join(name);
            if std::fs::metadata(&path).is_ok_and(|data| !data.is_file() && !data.is_dir()) {
                let message = "not a regular file; the ignore rules of its folder cannot be told".to_owned();
                self.count(|stats| stats.errors.push((relative(&self.root, &path), message)));
                return false;
            }
        }
        true
    }

    fn count(&self, change: impl FnOnce(&mut WalkStats)) {
        change(&mut self.stats.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

struct Visitors<'w, T, V> {
    root: &'w Path,
    visit: &'w V,
    results: &'w Mutex<(Vec<T>, WalkStats)>,
}

impl<'w, T: Send, V: Fn(Entry<'_>) -> Option<T> + Sync> ParallelVisitorBuilder<'w> for Visitors<'w, T, V> {
    fn build(&mut self) -> Box<dyn ParallelVisitor + 'w> {
        Box::new(Visitor {
            root: self.root,
            visit: self.visit,
            results: self.results,
            values: Vec::new(),
            stats: RefCell::default(),
        })
    }
}

/// One thread's part of the walk.
struct Visitor<'w, T, V> {
    root: &'w Path,
    visit: &'w V,
    results: &'w Mutex<(Vec<T>, WalkStats)>,
    values: Vec<T>,
    stats: RefCell<WalkStats>,
}

impl<T: Send, V: Fn(Entry<'_>) -> Option<T> + Sync> ParallelVisitor for Visitor<'_, T, V> {
    fn visit(&mut self, entry: Result<DirEntry, ignore::Error>) -> WalkState {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                note(&mut self.stats.get_mut().errors, self.root, None, None, &error);
                return WalkState::Continue;
            }
        };
        if let Some(error) = entry.error() {
            note(&mut self.stats.get_mut().errors, self.root, Some(entry.path()), None, error);
        }
        let Some(kind) = entry.file_type() else { return WalkState::Continue };
        if kind.is_file() {
            self.stats.get_mut().files += 1;
            let path = relative(self.root, entry.path());
            let value = (self.visit)(Entry { path, real: entry.path(), stats: &self.stats });
            self.values.extend(value);
        } else if kind.is_symlink() {
            // What a link within the root leads to is visited under its own path.
            self.stats.get_mut().pass_by(relative(self.root, entry.path()), "symlink");
        } else if !kind.is_dir() {
            self.stats.get_mut().pass_by(relative(self.root, entry.path()), "special");
        }
        WalkState::Continue
    }
}

impl<T, V> Drop for Visitor<'_, T, V> {
    fn drop(&mut self) {
        let mut results = self.results.lock().unwrap_or_else(PoisonError::into_inner);
        results.0.append(&mut self.values);
        results.1.merge(self.stats.take());
    }
}

/// The path from the root with forward slashes; a root that is a file goes by its name.
fn relative(root: &Path, path: &Path) -> String {
    let below = path.strip_prefix(root).unwrap_or(path);
    let below = if below.as_os_str().is_empty() && !path.is_dir() {
        path.file_name().map_or(below, Path::new)
    } else {
        below
    };
    let shown = below.to_string_lossy();
    if std::path::MAIN_SEPARATOR == '/' {
        shown.into_owned()
    } else {
        shown.replace(std::path::MAIN_SEPARATOR, "/")
    }
}

/// Takes an error of the walker apart: which file, which line, and what.
fn note(
    errors: &mut Vec<(String, String)>,
    root: &Path,
    path: Option<&Path>,
    line: Option<u64>,
    error: &ignore::Error,
) {
    use ignore::Error;
    let message = match error {
        Error::Partial(all) => {
            for error in all {
                note(errors, root, path, line, error);
            }
            return;
        }
        Error::WithLineNumber { line, err } => return note(errors, root, path, Some(*line), err),
        Error::WithPath { path, err } => return note(errors, root, Some(path), line, err),
        Error::WithDepth { err, .. } => return note(errors, root, path, line, err),
        Error::Io(error) => source::reason(error),
        Error::Glob { glob: Some(glob), err } => format!("`{glob}` is not a glob: {err}"),
        Error::Glob { glob: None, err } => err.clone(),
        other => other.to_string(),
    };
    let message = match line {
        Some(line) => format!("line {line}: {message}"),
        None => message,
    };
    errors.push((path.map_or_else(String::new, |path| relative(root, path)), message));
}
