//! Globs over paths of a project, in the manner of `.gitignore`.

use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// Paths that a list of globs names: `legacy/`, `*.gen.rb`, `/config/*.yml`. A later glob with `!` takes back
/// what an earlier one names.
#[derive(Clone, Debug)]
pub struct Paths {
    globs: Vec<String>,
    matcher: Gitignore,
}

impl Paths {
    /// The paths that the globs name.
    ///
    /// # Errors
    ///
    /// The number of the first glob that is none, from 0, and what is wrong with it.
    pub fn new(globs: &[String]) -> Result<Self, (usize, String)> {
        let mut builder = GitignoreBuilder::new("");
        for (at, glob) in globs.iter().enumerate() {
            builder.add_line(None, glob).map_err(|error| (at, reason(error)))?;
        }
        let matcher = builder.build().map_err(|error| (0, reason(error)))?;
        Ok(Self { globs: globs.to_vec(), matcher })
    }

    /// The globs as given.
    pub fn globs(&self) -> &[String] {
        &self.globs
    }

    /// Whether no path is named at all.
    pub fn is_empty(&self) -> bool {
        self.matcher.is_empty()
    }

    /// Whether a file is named, or a folder that it is in. `path` is one from the project's root, with forward
    /// slashes.
    pub fn matches(&self, path: &str) -> bool {
        // The matcher insists on paths below its root.
        let below = path.trim_start_matches('/');
        !self.is_empty() && self.matcher.matched_path_or_any_parents(below, false).is_ignore()
    }
}

impl Default for Paths {
    fn default() -> Self {
        Self { globs: Vec::new(), matcher: Gitignore::empty() }
    }
}

impl PartialEq for Paths {
    fn eq(&self, other: &Self) -> bool {
        self.globs == other.globs
    }
}

impl Eq for Paths {}

fn reason(error: ignore::Error) -> String {
    match error {
        ignore::Error::Glob { err, .. } => err,
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(globs: &[&str]) -> Paths {
        let globs: Vec<String> = globs.iter().map(ToString::to_string).collect();
        Paths::new(&globs).expect("globs")
    }

    #[test]
    fn globs_are_those_of_gitignore() {
        for (globs, path, matches) in [
            (&["legacy/"][..], "legacy/a.rb", true),
            (&["legacy/"], "app/legacy/deep/a.rb", true),
            (&["/legacy/"], "app/legacy/a.rb", false),
            (&["*.gen.rb"], "app/x.gen.rb", true),
            (&["script/**"], "script/a/b.sh", true),
            (&["script/*", "!script/deploy"], "script/deploy", false),
            (&["app.json"], "app.json", true),
            (&["app.json"], "/app.json", true),
            (&[], "app.json", false),
            (&["# a comment"], "# a comment", false),
        ] {
            assert_eq!(paths(globs).matches(path), matches, "{globs:?} {path}");
        }
    }

    #[test]
    fn a_glob_that_is_none_is_named() {
        let globs = ["a/".to_string(), "[z-a]".to_string()];
        let (at, message) = Paths::new(&globs).expect_err("not a glob");
        assert_eq!(at, 1);
        assert!(!message.is_empty());
    }
}
