//! Where the settings of a project stand.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::read::{self, Form};
use super::{Config, Mistake};
use crate::engine;
use crate::rule::Meta;
use crate::walk::SETTINGS;

/// The file that may hold the settings beside those of other tools.
pub const PYPROJECT: &str = "pyproject.toml";

/// A `pyproject.toml` that is longer was not written by hand.
const LONGEST: u64 = 1 << 20;

/// The settings of a project: those of `explicit` where that is given, of the one file at the root otherwise,
/// and the usual ones where there is none, or with `isolated`.
///
/// `rules` are the built-in ones.
///
/// # Errors
///
/// What is wrong: a file that cannot be read, two files in one folder, or up to ten mistakes in one.
pub fn load(
    root: &Path,
    explicit: Option<&Path>,
    isolated: bool,
    rules: &[&'static Meta],
) -> Result<Config, Vec<Mistake>> {
    if isolated {
        return Ok(Config::default());
    }
    let (path, shown) = match explicit {
        Some(path) => (path.to_path_buf(), path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/")),
        None => match in_project(root)? {
            Some(name) => (root.join(name), name.to_string()),
            None => return Ok(Config::default()),
        },
    };
    let bytes = fs::read(&path).map_err(|error| vec![unreadable(&shown, &error)])?;
    let form = form(&path);
    match read::read(&shown, &bytes, form, rules)? {
        Some(config) => Ok(Config { place: place(root, &path), ..config }),
        None => Err(vec![Mistake {
            file: shown,
            place: None,
            message: "there is no table `[tool.dynolint]`".to_string(),
            advice: Some("in a `pyproject.toml` the settings stand below `[tool.dynolint]`".to_string()),
        }]),
    }
}

/// The name of the settings file below a project's root, with forward slashes.
///
/// # Errors
///
/// Where there are two.
pub fn in_project(root: &Path) -> Result<Option<&'static str>, Vec<Mistake>> {
    let mut found = candidates(root);
    let Some(first) = found.next() else { return Ok(None) };
    match found.next() {
        None => Ok(Some(first)),
        Some(second) => Err(vec![Mistake {
            file: first.to_string(),
            place: None,
            message: format!("there are settings in `{second}` as well"),
            advice: Some(
                "keep one of the two; dynolint does not put settings together from several files".to_string(),
            ),
        }]),
    }
}

/// Whether a folder has settings of dynolint, which makes it the root of a project.
pub fn has_settings(folder: &Path) -> bool {
    candidates(folder).next().is_some()
}

fn candidates(folder: &Path) -> impl Iterator<Item = &'static str> {
    // What stands in a `.config` belongs to the folder around it.
    let inside = folder.file_name().is_some_and(|name| name == ".config");
    let own = SETTINGS.iter().copied().filter(move |name| !inside && folder.join(name).is_file());
    own.chain(std::iter::once(PYPROJECT).filter(|name| has_tool(&folder.join(name))))
}

fn has_tool(path: &Path) -> bool {
    let small = fs::metadata(path).is_ok_and(|data| data.is_file() && data.len() <= LONGEST);
    small && fs::read(path).is_ok_and(|bytes| read::has_tool(&String::from_utf8_lossy(&bytes)))
}

fn form(path: &Path) -> Form {
    match path.file_name().is_some_and(|name| name == PYPROJECT) {
        true => Form::Tool,
        false => Form::Whole,
    }
}

/// The path from the root, where the file is below it.
fn place(root: &Path, path: &Path) -> Option<String> {
    let real = |path: &Path| -> Option<PathBuf> { path.canonicalize().ok() };
    engine::relative(&real(root)?, &real(path)?)
}

fn unreadable(file: &str, error: &std::io::Error) -> Mistake {
    let message = match error.kind() {
        ErrorKind::NotFound => "there is no such file".to_string(),
        _ => format!("cannot be read: {error}"),
    };
    Mistake { file: file.to_string(), place: None, message, advice: None }
}
