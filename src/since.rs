//! Which lines of a project changed since a git revision, as the `git` program tells it.
//!
//! The files in the working tree, committed or not, are compared with the merge base of the revision and `HEAD`.
//! No external diff, text conversion, monitor or hook that a repository configures is run for it; filters are, such
//! as those of Git LFS: without them git could not compare.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::engine::relative;
use crate::escape;

/// What changed in a project.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// What changed in files that git knows, by path from the project's root.
    files: BTreeMap<String, Touched>,
    /// The files that git knows, by path from the project's root; all others are new.
    tracked: BTreeSet<String>,
}

/// What changed in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Touched {
    /// Everything, or it cannot be told.
    Whole,
    /// Lines: the first and the last, counted from 1.
    Lines(Vec<(usize, usize)>),
}

impl Changes {
    /// Whether something changed from line `first` to line `last`, counted from 1, of a file.
    pub fn touch(&self, path: &str, first: usize, last: usize) -> bool {
        match self.files.get(path) {
            Some(Touched::Whole) => true,
            Some(Touched::Lines(lines)) => lines.iter().any(|(start, end)| *start <= last && first <= *end),
            None => !self.tracked.contains(path),
        }
    }
}

/// Why it cannot be told what changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SinceError {
    /// What is wrong, lower case, without a full stop.
    pub message: String,
    /// What to do about it.
    pub advice: Option<String>,
}

impl SinceError {
    fn new(message: impl Into<String>, advice: impl Into<Option<String>>) -> Self {
        Self { message: message.into(), advice: advice.into() }
    }
}

/// Lines of the working tree below `root` that changed since the merge base of `rev` and `HEAD`. `cwd` is the
/// current folder of the process; `stand_in` is a text that counts in place of the file with this path from the
/// root.
///
/// # Errors
///
/// Where there is no `git`, no repository, no such revision, or no merge base; with what to do about it.
pub fn changes(
    root: &Path,
    cwd: &Path,
    rev: &str,
    stand_in: Option<(&str, &[u8])>,
) -> Result<Changes, SinceError> {
    // With `GIT_DIR` alone the current folder is the top of the working tree.
    let folder = if std::env::var_os("GIT_DIR").is_some() { cwd } else { root };
    let git = Git { folder: folder.to_path_buf(), inherit: true };
    let top = git.top(root)?;
    let Some(within) = relative(&top, root) else {
        let message = format!("the project {} is not in the working tree {}", quoted(root), quoted(&top));
        return Err(SinceError::new(message, None));
    };
    let revision = git.revision(rev)?;
    let base = git.merge_base(rev, &revision)?;
    let git = Git { folder: top.clone(), ..git };
    let mut changes = Changes::default();
    let renamed = git.collect(&top, &base, &mut changes)?;
    let below = if within.is_empty() { within } else { within + "/" };
    if let Some((path, text)) = stand_in {
        let path = below.clone() + path;
        let before = renamed.get(&path).unwrap_or(&path);
        let before = git.run(&["cat-file", "blob", &format!("{base}:{before}")])?;
        let touched = match before.status.success() {
            true => Touched::Lines(changed_lines(&before.stdout, text)),
            false => Touched::Whole,
        };
        changes.files.insert(path, touched);
    }
    let here = |path: String| path.strip_prefix(&below).map(str::to_string);
    Ok(Changes {
        files: changes.files.into_iter().filter_map(|(path, touched)| Some((here(path)?, touched))).collect(),
        tracked: changes.tracked.into_iter().filter_map(here).collect(),
    })
}

/// The `git` program in a folder.
struct Git {
    folder: PathBuf,
    /// Whether variables that lead to a repository count, such as `GIT_DIR`.
    inherit: bool,
}

/// Variables that lead to a repository, and hold paths.
const PATHS: [&str; 5] =
    ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY"];

/// Variables that change what git prints, or make it run something.
const IN_THE_WAY: [&str; 9] = [
    "GIT_EXTERNAL_DIFF",
    "GIT_DIFF_OPTS",
    "GIT_PAGER",
    "GIT_PREFIX",
    "GIT_LITERAL_PATHSPECS",
    "GIT_GLOB_PATHSPECS",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
    "GIT_FLUSH",
];

impl Git {
    fn run<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Result<Output, SinceError> {
        let mut command = Command::new("git");
        command.current_dir(&self.folder).stdin(Stdio::null());
        command.args(["--no-pager", "--no-optional-locks"]);
        for setting in ["core.fsmonitor=false", "core.hooksPath=/dev/null", "core.quotePath=false"] {
            command.args(["-c", setting]);
        }
        for name in IN_THE_WAY {
            command.env_remove(name);
        }
        for name in PATHS {
            match std::env::var_os(name).filter(|_| self.inherit) {
                // Relative ones start from the folder of this process, or for git from the top.
                Some(path) => match std::path::absolute(&path).ok().filter(|path| path.exists()) {
                    Some(path) => command.env(name, path),
                    None => command.env(name, path),
                },
                None => command.env_remove(name),
            };
        }
        // Messages are looked at, and nobody is there to answer a question.
        command.env("LC_ALL", "C").env("GIT_TERMINAL_PROMPT", "0");
        command.args(arguments).output().map_err(|error| match error.kind() {
            io::ErrorKind::NotFound if self.folder.is_dir() => SinceError::new(
                "--since needs the program `git`, which is not there",
                "install git, or put it on the PATH".to_string(),
            ),
            _ => SinceError::new(format!("cannot run `git`: {error}"), None),
        })
    }

    /// What git prints, as text on one line; nothing where it says no.
    fn ask(&self, arguments: &[&str]) -> Result<Option<String>, SinceError> {
        let output = self.run(arguments)?;
        let text = String::from_utf8_lossy(&output.stdout);
        Ok(output.status.success().then(|| text.trim_end_matches(['\n', '\r']).to_string()))
    }

    /// The top of the working tree, canonical.
    fn top(&self, root: &Path) -> Result<PathBuf, SinceError> {
        let output = self.run(&["rev-parse", "--show-toplevel"])?;
        if output.status.success() {
            let top = bytes_to_path(output.stdout.strip_suffix(b"\n").unwrap_or(&output.stdout));
            // Where there is none, git prints nothing.
            return top.canonicalize().map_err(|error| {
                SinceError::new(format!("cannot read the folder {}: {error}", quoted(&top)), None)
            });
        }
        let said = String::from_utf8_lossy(&output.stderr);
        Err(if said.contains("not a git repository") {
            SinceError::new(
                format!("--since needs a git repository, and {} is in none", quoted(root)),
                "run it in a clone, or leave --since out".to_string(),
            )
        } else if said.contains("must be run in a work tree") {
            SinceError::new(
                "--since needs a working tree, and this repository is bare",
                "run it in a clone or in a `git worktree`".to_string(),
            )
        } else if said.contains("dubious ownership") {
            SinceError::new(
                format!("git does not trust {}: it belongs to another user", quoted(root)),
                format!("git config --global --add safe.directory {}", quoted(root)),
            )
        } else {
            failed(&output)
        })
    }

    /// The commit that a revision names.
    fn revision(&self, rev: &str) -> Result<String, SinceError> {
        let shown = format!("`{}`", escape::terminal(rev));
        if rev.contains("..") {
            return Err(SinceError::new(
                format!("--since takes one revision, and {shown} is a range"),
                "what changed since its merge base with HEAD is meant anyway: `--since main`".to_string(),
            ));
        }
        // No name of git's begins so; to older versions it would be an option wherever it stands.
        let is_name = !rev.is_empty() && !rev.starts_with('-') && !rev.contains('\0');
        let object = match is_name {
            true => self.ask(&["rev-parse", "--verify", "--quiet", "--end-of-options", rev])?,
            false => None,
        };
        // Of several lines the last one is the name.
        let object = object.and_then(|object| object.lines().last().map(str::to_string));
        if let Some(object) = object.filter(|object| !object.is_empty()) {
            let commit = self.ask(&["rev-parse", "--verify", "--quiet", &format!("{object}^{{commit}}")])?;
            return commit
                .ok_or_else(|| SinceError::new(format!("{shown} is no commit in this repository"), None));
        }
        if self.ask(&["rev-parse", "--verify", "--quiet", "HEAD"])?.is_none() {
            return Err(SinceError::new(
                "--since needs a commit to compare with, and this repository has none yet",
                "leave --since out, or commit first".to_string(),
            ));
        }
        let advice = match self.nearest(rev)? {
            Some(near) => format!("did you mean `{}`?", escape::terminal(&near)),
            None if self.is_shallow()? => DEEPEN.to_string(),
            None => "`git branch --all` and `git tag` list the names".to_string(),
        };
        Err(SinceError::new(format!("there is no revision {shown} in this repository"), advice))
    }

    /// The name of a branch or tag that was most likely meant.
    fn nearest(&self, rev: &str) -> Result<Option<String>, SinceError> {
        let format = "--format=%(refname)";
        let refs = self
            .ask(&["for-each-ref", format, "refs/heads", "refs/tags", "refs/remotes"])?
            .unwrap_or_default();
        let names: Vec<&str> = refs
            .lines()
            .filter_map(|name| {
                ["refs/heads/", "refs/tags/", "refs/remotes/"].iter().find_map(|kind| name.strip_prefix(kind))
            })
            .filter(|name| !name.ends_with("/HEAD"))
            .collect();
        let remote = names.iter().find(|name| name.split_once('/').is_some_and(|(_, branch)| branch == rev));
        let near = remote.copied().or_else(|| crate::cli::nearest(rev, names.iter().copied()));
        Ok(near.map(str::to_string))
    }

    fn is_shallow(&self) -> Result<bool, SinceError> {
        Ok(self.ask(&["rev-parse", "--is-shallow-repository"])?.as_deref() == Some("true"))
    }

    /// The commit that `HEAD` and `revision` both come from.
    fn merge_base(&self, rev: &str, revision: &str) -> Result<String, SinceError> {
        let output = self.run(&["merge-base", "HEAD", revision])?;
        let text = String::from_utf8_lossy(&output.stdout);
        match text.lines().next() {
            Some(base) if output.status.success() => return Ok(base.to_string()),
            // It has an exit code of its own for that.
            _ if output.status.code() != Some(1) => return Err(failed(&output)),
            _ => {}
        }
        let message = format!("`{}` and HEAD have no commit in common", escape::terminal(rev));
        Err(match self.is_shallow()? {
            true => SinceError::new(format!("{message}: the clone is shallow"), DEEPEN.to_string()),
            false => SinceError::new(message, "choose a revision that HEAD comes from".to_string()),
        })
    }

    /// What changed in the working tree `top` since `base`, by path from it. Gives the paths that renamed files
    /// had before.
    fn collect(
        &self,
        top: &Path,
        base: &str,
        changes: &mut Changes,
    ) -> Result<BTreeMap<String, String>, SinceError> {
        let output = self.run(&["ls-files", "--stage", "-z"])?;
        let mut submodules: BTreeMap<String, String> = BTreeMap::new();
        for record in records(succeeded(&output)?) {
            // `<mode> <object> <stage>\t<path>`
            let Some((about, path)) = split(record, b'\t') else { continue };
            let mut about = about.split(|byte| *byte == b' ');
            let (mode, object) = (about.next().unwrap_or_default(), about.next().unwrap_or_default());
            let path = path_text(path);
            if mode == b"160000" {
                submodules.insert(path, String::from_utf8_lossy(object).into_owned());
            } else {
                changes.tracked.insert(path);
            }
        }
        let output = self.run(&[
            "diff",
            "--no-ext-diff",
            "--no-textconv",
            "--no-color",
            "--no-relative",
            "--ignore-submodules=dirty",
            "--submodule=short",
            "--inter-hunk-context=0",
            "--src-prefix=a/",
            "--dst-prefix=b/",
            "--no-abbrev",
            "-U0",
            "-M",
            "-z",
            "--raw",
            "--numstat",
            "-p",
            base,
            "--",
        ])?;
        let diff = Diff::parse(succeeded(&output)?);
        for (path, object) in diff.submodules {
            if let Some(before) = submodules.get_mut(&path) {
                *before = object;
            }
        }
        changes.files.extend(diff.files);
        for (path, before) in submodules {
            let folder = top.join(&path);
            // Without this it would be asked about the repository around it.
            if !folder.join(".git").exists() {
                continue;
            }
            let git = Git { folder: folder.clone(), inherit: false };
            let mut inner = Changes::default();
            // A commit that is not there leaves all of it new.
            if git.collect(&folder, &before, &mut inner).is_ok() {
                let outer = |inner: String| format!("{path}/{inner}");
                changes.files.extend(inner.files.into_iter().map(|(path, touched)| (outer(path), touched)));
                changes.tracked.extend(inner.tracked.into_iter().map(outer));
            }
        }
        Ok(diff.renamed)
    }
}

/// What to do about history that was not fetched.
const DEEPEN: &str = "this clone has only a part of the history: `git fetch --unshallow`, or `git fetch \
    --deepen=100` and again; with actions/checkout set `fetch-depth: 0`";

fn failed(output: &Output) -> SinceError {
    let said = String::from_utf8_lossy(&output.stderr);
    let said = said.lines().find(|line| !line.trim().is_empty()).unwrap_or("git failed").trim();
    SinceError::new(format!("git: {}", escape::terminal(said.trim_start_matches("fatal: "))), None)
}

fn succeeded(output: &Output) -> Result<&[u8], SinceError> {
    if output.status.success() { Ok(&output.stdout) } else { Err(failed(output)) }
}

fn quoted(path: &Path) -> String {
    format!("`{}`", escape::terminal(&path.to_string_lossy()))
}

#[cfg(unix)]
fn bytes_to_path(bytes: &[u8]) -> PathBuf {
    PathBuf::from(<OsString as std::os::unix::ffi::OsStringExt>::from_vec(bytes.to_vec()))
}

#[cfg(not(unix))]
fn bytes_to_path(bytes: &[u8]) -> PathBuf {
    PathBuf::from(OsString::from(path_text(bytes)))
}

/// A path as the walk shows it.
fn path_text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn split(bytes: &[u8], at: u8) -> Option<(&[u8], &[u8])> {
    let position = memchr::memchr(at, bytes)?;
    Some((&bytes[..position], &bytes[position + 1..]))
}

/// What ends with a zero byte.
fn records(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split(|byte| *byte == 0).filter(|record| !record.is_empty())
}

/// The output of `git diff -z --raw --numstat -p -U0`.
#[derive(Debug, Default, PartialEq, Eq)]
struct Diff {
    files: BTreeMap<String, Touched>,
    /// Submodules at another commit, with the one before.
    submodules: BTreeMap<String, String>,
    /// Paths that files had before, by their present ones.
    renamed: BTreeMap<String, String>,
}

/// One changed file of `--raw`.
struct Raw {
    path: String,
    /// Whether all of it is new, or it cannot be told what is.
    whole: bool,
}

impl Diff {
    fn parse(bytes: &[u8]) -> Self {
        let mut diff = Diff::default();
        let mut rest = bytes;
        let mut next = || {
            let (record, after) = split(rest, 0)?;
            rest = after;
            Some(record)
        };
        let mut changed: Vec<Raw> = Vec::new();
        // First the list of `--raw`, then that of `--numstat`, an empty record, and the patch.
        while let Some(record) = next().filter(|record| !record.is_empty()) {
            if let Some(about) = record.strip_prefix(b":") {
                let about = String::from_utf8_lossy(about).into_owned();
                let about: Vec<&str> = about.split(' ').collect();
                let [before, after, object, _, status] = about[..] else { break };
                let Some(from) = next() else { break };
                let moved = status.starts_with(['R', 'C']);
                let Some(path) = (if moved { next() } else { Some(from) }).map(path_text) else { break };
                if moved {
                    diff.renamed.insert(path.clone(), path_text(from));
                }
                if status == "D" {
                    // What is there still, git does not know any more.
                    continue;
                }
                if before == "160000" && after == "160000" {
                    diff.submodules.insert(path, object.to_string());
                } else {
                    let whole = !(moved || status == "M");
                    changed.push(Raw { path, whole });
                }
            } else {
                let Some((added, more)) = split(record, b'\t') else { break };
                let Some((_, path)) = split(more, b'\t') else { break };
                let path = match path {
                    b"" => match next().and_then(|_| next()) {
                        Some(path) => path_text(path),
                        None => break,
                    },
                    path => path_text(path),
                };
                // Git does not look into it.
                if added == b"-" {
                    diff.files.insert(path, Touched::Whole);
                }
            }
        }
        for Raw { path, whole } in changed {
            if whole {
                diff.files.insert(path, Touched::Whole);
            } else {
                diff.files.entry(path).or_insert_with(|| Touched::Lines(Vec::new()));
            }
        }
        diff.take_patch(rest);
        diff
    }

    /// The changed lines of a patch without context.
    fn take_patch(&mut self, patch: &[u8]) {
        let mut lines = patch.split(|byte| *byte == b'\n');
        let mut path: Option<String> = None;
        while let Some(line) = lines.next() {
            if line.starts_with(b"diff --git ") {
                path = None;
            } else if let Some(name) = line.strip_prefix(b"+++ ") {
                path = header_path(name);
            } else if let Some((removed, (first, added))) = hunk(line) {
                if added > 0
                    && let Some(Touched::Lines(changed)) =
                        path.as_ref().and_then(|path| self.files.get_mut(path))
                {
                    changed.push((first, first + added - 1));
                }
                // What the lines of a file say is no header.
                let mut left = removed + added;
                while left > 0 {
                    match lines.next() {
                        Some(line) if line.starts_with(b"\\") => {}
                        Some(_) => left -= 1,
                        None => return,
                    }
                }
            }
        }
    }
}

/// The lines of a text, from first to last, that differ from an earlier one; the ends of lines do not count.
fn changed_lines(before: &[u8], after: &[u8]) -> Vec<(usize, usize)> {
    fn lines(text: &[u8]) -> Vec<&[u8]> {
        text.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line)).collect()
    }
    let differences = similar::capture_diff_slices(similar::Algorithm::Myers, &lines(before), &lines(after));
    let changed = differences.iter().filter(|difference| difference.tag() != similar::DiffTag::Equal);
    changed
        .map(|difference| difference.new_range())
        .filter(|range| !range.is_empty())
        .map(|range| (range.start + 1, range.end))
        .collect()
}

/// The path of a line `+++ b/path`, which git quotes as C does where it must.
fn header_path(name: &[u8]) -> Option<String> {
    // A name with blanks has a tab behind it.
    let name = name.strip_suffix(b"\t").unwrap_or(name);
    let path = match name.strip_prefix(b"\"").and_then(|quoted| quoted.strip_suffix(b"\"")) {
        Some(quoted) => unquoted(quoted),
        None => name.to_vec(),
    };
    path.strip_prefix(b"b/").map(path_text)
}

fn unquoted(quoted: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(quoted.len());
    let mut at = 0;
    while at < quoted.len() {
        let octal =
            quoted.get(at + 1..at + 4).filter(|digits| digits.iter().all(|d| (b'0'..=b'7').contains(d)));
        match (quoted[at], quoted.get(at + 1), octal) {
            (b'\\', _, Some(digits)) => {
                let value = digits.iter().fold(0u32, |value, digit| value * 8 + u32::from(digit - b'0'));
                bytes.push(u8::try_from(value).unwrap_or(b'?'));
                at += 4;
            }
            (b'\\', Some(escaped), None) => {
                bytes.push(match escaped {
                    b'a' => 7,
                    b'b' => 8,
                    b't' => b'\t',
                    b'n' => b'\n',
                    b'v' => 11,
                    b'f' => 12,
                    b'r' => b'\r',
                    other => *other,
                });
                at += 2;
            }
            (byte, _, _) => {
                bytes.push(byte);
                at += 1;
            }
        }
    }
    bytes
}

/// `@@ -first,count +first,count @@`: how many lines went, and which ones came.
fn hunk(line: &[u8]) -> Option<(usize, (usize, usize))> {
    // What follows is a line of the file, in any encoding.
    let end = memchr::memmem::find(line, b" @@")?;
    let line = std::str::from_utf8(&line[..end]).ok()?;
    let mut words = line.strip_prefix("@@ -")?.split(' ');
    let range = |text: &str| -> Option<(usize, usize)> {
        match text.split_once(',') {
            Some((first, count)) => Some((first.parse().ok()?, count.parse().ok()?)),
            None => Some((text.parse().ok()?, 1)),
        }
    };
    let (_, removed) = range(words.next()?)?;
    let added = range(words.next()?.strip_prefix('+')?)?;
    Some((removed, added))
}
