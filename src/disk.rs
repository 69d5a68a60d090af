//! Files on disk, replaced whole or not at all. Only the program's edge comes here.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Writes a file in one step: whoever reads it, and whatever happens meanwhile, sees the old bytes or the new
/// ones. Its permissions stay, and so does a link to it.
///
/// # Errors
///
/// The system's; then the file is as it was.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let before = match fs::metadata(&target) {
        Ok(before) => Some(before),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    // A rename would do what the owner of the file does not want.
    if before.as_ref().is_some_and(|before| before.permissions().readonly()) {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "the file is read-only"));
    }
    let draft = draft(&target);
    let written = write_new(&draft, bytes).and_then(|()| match &before {
        Some(before) => fs::set_permissions(&draft, before.permissions()),
        None => Ok(()),
    });
    written.and_then(|()| fs::rename(&draft, &target)).inspect_err(|_| {
        // What cannot be removed either is named in no report; the error that counts is the first one.
        let _ = fs::remove_file(&draft);
    })
}

/// Writes a file that does not exist yet, whole or not at all.
///
/// # Errors
///
/// [`io::ErrorKind::AlreadyExists`] where there is something under that name, a link to nothing included;
/// else the system's.
pub fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if path.symlink_metadata().is_ok() {
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, "there is such a file already"));
    }
    let draft = draft(path);
    // A link instead of a rename: it fails where another program was faster.
    write_new(&draft, bytes).and_then(|()| match fs::hard_link(&draft, path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => fs::rename(&draft, path),
        Err(error) => Err(error),
        Ok(()) => Ok(()),
    })?;
    match fs::remove_file(&draft) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// A name beside the file for what is being written.
fn draft(path: &Path) -> PathBuf {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    path.with_file_name(format!(".{name}.{}.tmp", std::process::id()))
}

fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = fs::OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(bytes)?;
    // Some systems report a full disk only here.
    file.sync_all()
}
