//! Files on disk, replaced whole or not at all. Only the program's edge comes here.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::fix::Outcome;
use crate::source;

/// The bytes of a file before and after: what a fix does to it. `None` where there is no file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Path from the project's root, with forward slashes.
    pub path: String,
    /// The bytes on disk.
    pub before: Option<Vec<u8>>,
    /// The bytes that are to be there.
    pub after: Option<Vec<u8>>,
}

/// What was written, and what was not.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Saved {
    /// Paths of the files that changed, from the project's root.
    pub written: BTreeSet<String>,
    /// Paths of the files that stayed as they were, with the reason.
    pub failed: BTreeMap<String, String>,
}

/// What a file that goes together with a failed one is told.
const TOGETHER: &str = "left as it was: a file that changes with it cannot be written";

/// The changes of an outcome as bytes, in the encoding of each file. What stands in the way of the others is
/// noted as failed, and so is what `objection` says something against.
///
/// What is not on disk any more as it was checked is no change, and neither is what lies outside of the root.
pub fn changes(
    root: &Path,
    outcome: &Outcome,
    objection: &dyn Fn(&Change) -> Option<String>,
) -> (Vec<Change>, Saved) {
    let mut changes = Vec::new();
    let mut saved = Saved::default();
    for (path, text) in &outcome.files {
        let change = change(root, path, outcome.before.get(path).map(String::as_str), text.as_deref());
        match change.and_then(|change| objection(&change).map_or(Ok(change), Err)) {
            Ok(change) => changes.push(change),
            Err(reason) => drop(saved.failed.insert(path.clone(), reason)),
        }
    }
    leave_together(outcome, &mut saved);
    changes.retain(|change| !saved.failed.contains_key(&change.path));
    (changes, saved)
}

fn change(root: &Path, path: &str, before: Option<&str>, after: Option<&str>) -> Result<Change, String> {
    let real = root.join(path);
    let path = path.to_string();
    let Some(before) = before else {
        if real.symlink_metadata().is_ok() {
            return Err("there is such a file already".to_string());
        }
        return Ok(Change { path, before: None, after: after.map(|text| text.as_bytes().to_vec()) });
    };
    let inside = real.canonicalize().map_err(|error| source::reason(&error))?.starts_with(root);
    if !inside {
        return Err("leads out of the project".to_string());
    }
    let bytes = fs::read(&real).map_err(|error| source::reason(&error))?;
    let (text, encoding, bom) = source::decode(bytes.clone()).map_err(|skip| skip.to_string())?;
    if text != before {
        return Err("has changed since it was read".to_string());
    }
    let after = match after {
        Some(text) => Some(
            source::encode(text, encoding, bom)
                .ok_or_else(|| format!("{} has no sign for a character of the fix", encoding.id()))?,
        ),
        None => None,
    };
    Ok(Change { path, before: Some(bytes), after })
}

/// Writes what came of the fixes below `root`.
///
/// Files that a fix changes together are written beside their places first, and change only when all of them
/// could be; the others go on. Whoever is interrupted leaves no more than the drafts of one such group.
pub fn save(root: &Path, outcome: &Outcome) -> Saved {
    let (changes, mut saved) = changes(root, outcome, &|_| None);
    for group in groups(changes, outcome) {
        if let Err((path, error)) = save_together(root, group, &mut saved.written) {
            saved.failed.insert(path, source::reason(&error));
            leave_together(outcome, &mut saved);
        }
    }
    saved
}

/// The changes in groups that fixes make together, in order of path.
fn groups(changes: Vec<Change>, outcome: &Outcome) -> Vec<Vec<Change>> {
    let mut groups: Vec<Vec<Change>> = Vec::new();
    for change in changes {
        let with: BTreeSet<&String> = outcome
            .fixed
            .iter()
            .filter(|fixed| fixed.files.contains(&change.path))
            .flat_map(|fixed| &fixed.files)
            .collect();
        let (mut joined, others): (Vec<_>, Vec<_>) = groups
            .into_iter()
            .partition(|group: &Vec<Change>| group.iter().any(|other| with.contains(&other.path)));
        joined.push(vec![change]);
        groups = others;
        groups.push(joined.into_iter().flatten().collect());
    }
    groups
}

/// Writes all of a group or, as far as the system allows, nothing; gives the path that failed.
fn save_together(
    root: &Path,
    group: Vec<Change>,
    written: &mut BTreeSet<String>,
) -> Result<(), (String, io::Error)> {
    let mut drafts: Vec<(String, Draft)> = Vec::new();
    let mut removed: Vec<String> = Vec::new();
    for change in group {
        let Some(after) = change.after else {
            removed.push(change.path);
            continue;
        };
        match Draft::write(&root.join(&change.path), &after, change.before.is_some()) {
            Ok(draft) => drafts.push((change.path, draft)),
            Err(error) => return Err((change.path, error)),
        }
    }
    // New files first and removals last: whatever happens in between, nothing is lost.
    drafts.sort_by_key(|(_, draft)| draft.exists);
    for (path, draft) in drafts {
        draft.put().map_err(|error| (path.clone(), error))?;
        written.insert(path);
    }
    for path in removed {
        fs::remove_file(root.join(&path)).map_err(|error| (path.clone(), error))?;
        written.insert(path);
    }
    Ok(())
}

/// A fix is made in all its files or in none.
fn leave_together(outcome: &Outcome, saved: &mut Saved) {
    loop {
        let more: Vec<String> = outcome
            .fixed
            .iter()
            .filter(|fixed| fixed.files.iter().any(|path| saved.failed.contains_key(path)))
            .flat_map(|fixed| &fixed.files)
            .filter(|path| !saved.failed.contains_key(*path) && !saved.written.contains(*path))
            .cloned()
            .collect();
        if more.is_empty() {
            return;
        }
        saved.failed.extend(more.into_iter().map(|path| (path, TOGETHER.to_string())));
    }
}

/// Writes a file in one step: whoever reads it, and whatever happens meanwhile, sees the old bytes or the new
/// ones. Its permissions stay, and so does a link to it. Makes the file where there is none.
///
/// # Errors
///
/// The system's; then the file is as it was.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // A link stays a link.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let exists = target.symlink_metadata().is_ok();
    Draft::write(&target, bytes, exists)?.put()
}

/// New bytes beside the file that they are for. Gone when it is dropped.
struct Draft {
    file: NamedTempFile,
    target: PathBuf,
    /// Whether there is a file in its place.
    exists: bool,
}

impl Draft {
    fn write(target: &Path, bytes: &[u8], exists: bool) -> io::Result<Self> {
        let permissions = match exists {
            true => Some(fs::metadata(target)?.permissions()),
            false => None,
        };
        // A rename would pass over what the file's owner wants.
        if permissions.as_ref().is_some_and(fs::Permissions::readonly) {
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, "the file is read-only"));
        }
        let name = target.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let prefix = format!(".{name}.");
        let mut builder = tempfile::Builder::new();
        builder.prefix(&prefix).suffix(".tmp");
        // A temporary file is its owner's alone; this one becomes a file like any other.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
        let mut file = builder.tempfile_in(folder.unwrap_or(Path::new(".")))?;
        // Before anything is in it: what only its owner may read is nobody's in between.
        if let Some(permissions) = permissions {
            file.as_file().set_permissions(permissions)?;
        }
        file.write_all(bytes)?;
        // Some systems tell of a full disk only here.
        file.as_file().sync_all()?;
        Ok(Self { file, target: target.to_path_buf(), exists })
    }

    /// Puts it in its place; where there was no file, there still must be none.
    fn put(self) -> io::Result<()> {
        match self.exists {
            true => self.file.persist(&self.target)?,
            false => self.file.persist_noclobber(&self.target)?,
        };
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fix::Fixed;
    use crate::span::LineColumn;

    /// An outcome that changes files: path, text before, text after.
    fn outcome(files: &[(&str, Option<&str>, Option<&str>)]) -> Outcome {
        let own = |text: &&str| (*text).to_string();
        let fixed = Fixed {
            path: String::new(),
            place: LineColumn { line: 1, column: 1 },
            rule: "rule",
            title: String::new(),
            variables: Vec::new(),
            files: files.iter().map(|(path, _, _)| (*path).to_string()).collect(),
        };
        Outcome {
            files: files
                .iter()
                .map(|(path, _, after)| ((*path).to_string(), after.as_ref().map(own)))
                .collect(),
            before: files
                .iter()
                .filter_map(|(path, before, _)| Some(((*path).to_string(), own(&(*before)?))))
                .collect(),
            fixed: vec![fixed],
            ..Outcome::default()
        }
    }

    fn folder(files: &[(&str, &str)]) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().expect("a folder");
        for (path, text) in files {
            fs::write(folder.path().join(path), text).expect("written");
        }
        let root = folder.path().canonicalize().expect("a path");
        (folder, root)
    }

    fn text(root: &Path, path: &str) -> Option<String> {
        fs::read_to_string(root.join(path)).ok()
    }

    #[test]
    fn files_are_written_made_and_removed() {
        let (_folder, root) = folder(&[("a", "1"), ("b", "2")]);
        let saved = save(
            &root,
            &outcome(&[("a", Some("1"), Some("3")), ("b", Some("2"), None), ("c", None, Some("4"))]),
        );
        assert_eq!(saved.failed, BTreeMap::new());
        assert_eq!(saved.written, ["a", "b", "c"].map(String::from).into());
        assert_eq!((text(&root, "a"), text(&root, "b")), (Some("3".into()), None));
        assert_eq!(text(&root, "c"), Some("4".into()));
        assert_eq!(fs::read_dir(&root).expect("a folder").count(), 2);
    }

    #[test]
    fn what_changed_meanwhile_stays_with_all_that_belongs_to_it() {
        let (_folder, root) = folder(&[("a", "changed"), ("b", "2")]);
        let saved = save(&root, &outcome(&[("a", Some("1"), Some("3")), ("b", Some("2"), None)]));
        assert_eq!(saved.failed["a"], "has changed since it was read");
        assert_eq!(saved.failed["b"], TOGETHER);
        assert_eq!((text(&root, "a"), text(&root, "b")), (Some("changed".into()), Some("2".into())));
    }

    /// Process numbers come again soon, in containers at once.
    #[test]
    fn drafts_of_a_killed_run_are_in_nobodys_way() {
        let draft = format!(".a.{}.tmp", std::process::id());
        let (_folder, root) = folder(&[("a", "1"), (&draft, "half")]);
        let saved = save(&root, &outcome(&[("a", Some("1"), Some("3"))]));
        assert_eq!((saved.failed, text(&root, "a")), (BTreeMap::new(), Some("3".into())));
    }

    #[cfg(unix)]
    #[test]
    fn a_new_file_can_be_read_by_others_as_the_mask_says() {
        use std::os::unix::fs::PermissionsExt;
        let (_folder, root) = folder(&[("plain", "")]);
        save(&root, &outcome(&[("a", None, Some("1"))]));
        let mode = |path: &str| fs::metadata(root.join(path)).expect("there").permissions().mode();
        assert_eq!(mode("a"), mode("plain"));
    }

    #[test]
    fn a_new_file_replaces_none() {
        let (_folder, root) = folder(&[("a", "1"), ("b", "2")]);
        let saved = save(&root, &outcome(&[("a", None, Some("3")), ("b", Some("2"), None)]));
        assert_eq!(saved.failed["a"], "there is such a file already");
        assert_eq!((text(&root, "a"), text(&root, "b")), (Some("1".into()), Some("2".into())));
    }

    #[cfg(unix)]
    #[test]
    fn no_link_leads_out_of_the_project() {
        let (_folder, root) = folder(&[]);
        let (_elsewhere, other) = folder(&[("a", "1")]);
        std::os::unix::fs::symlink(&other, root.join("link")).expect("linked");
        let saved = save(&root, &outcome(&[("link/a", Some("1"), Some("3"))]));
        assert_eq!(saved.failed["link/a"], "leads out of the project");
        assert_eq!(text(&other, "a"), Some("1".into()));
    }

    #[test]
    fn characters_that_an_encoding_lacks_are_no_loss() {
        let (_folder, root) = folder(&[]);
        fs::write(root.join("a"), b"caf\xE9").expect("written");
        let saved = save(&root, &outcome(&[("a", Some("caf\u{e9}"), Some("caf\u{e9} \u{4e2d}"))]));
        assert_eq!(saved.failed["a"], "windows-1252 has no sign for a character of the fix");
        assert_eq!(fs::read(root.join("a")).expect("there"), b"caf\xE9");
        let saved = save(&root, &outcome(&[("a", Some("caf\u{e9}"), Some("caf\u{e9} \u{20ac}"))]));
        assert_eq!(saved.failed, BTreeMap::new());
        assert_eq!(fs::read(root.join("a")).expect("there"), b"caf\xE9 \x80");
    }
}
