//! Files that leave other files out: `.gitignore`, Heroku's `.slugignore`, Docker's `.dockerignore`.

use ignore::gitignore::GitignoreBuilder;

use crate::project::Project;
use crate::span::Span;

/// Whether a new file at `path`, from the project's root, gets to Heroku's build: a `.gitignore` would keep it
/// out of the commit, a `.slugignore` out of the build.
pub fn reaches_heroku(project: &Project, path: &str) -> bool {
    !is_ignored(project, path, ".gitignore") && !is_ignored(project, path, ".slugignore")
}

/// Whether files with the name `ignore` leave out `path`. The one nearest to it decides.
fn is_ignored(project: &Project, path: &str, ignore: &str) -> bool {
    let ends = path.match_indices('/').map(|(at, _)| at + 1);
    let folders: Vec<usize> = std::iter::once(0).chain(ends).collect();
    folders
        .into_iter()
        .rev()
        .find_map(|end| {
            let file = project.file(&format!("{}{ignore}", &path[..end]))?;
            let mut builder = GitignoreBuilder::new("");
            for line in file.source.text.lines() {
                // What is no pattern leaves nothing out.
                let _ = builder.add_line(None, line);
            }
            let matcher = builder.build().ok()?;
            let verdict = matcher.matched_path_or_any_parents(&path[end..], false);
            (!verdict.is_none()).then(|| verdict.is_ignore())
        })
        .unwrap_or_default()
}

/// What a line of a `.slugignore` leaves out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlugPattern {
    /// The pattern as written.
    pub text: String,
    /// Its bytes.
    pub span: Span,
    /// Lines of a `.dockerignore` that leave out the same; none where there are no such lines.
    pub docker: Option<Vec<String>>,
}

/// The patterns of a `.slugignore`.
///
/// They are globs of Ruby: without a slash at any depth, with one from the root on. There is no negation.
/// Sources: Dev Center, "Slug Compiler"; `prune_slugignore` of Heroku's former slug compiler.
pub fn slug_patterns(text: &str) -> Vec<SlugPattern> {
    let mut patterns = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let written = line.trim();
        let at = start + line.len() - line.trim_start().len();
        start += line.len();
        // A `!` is a part of the name for Heroku, and no file has such a name.
        if written.is_empty() || written.starts_with(['#', '!']) {
            continue;
        }
        let span = Span::new(at, at + written.len());
        patterns.push(SlugPattern { text: written.to_string(), span, docker: docker_lines(written) });
    }
    patterns
}

/// What Docker needs to leave out the same: every pattern counts from the root of its context, and wildcards
/// match names that begin with a dot.
fn docker_lines(pattern: &str) -> Option<Vec<String>> {
    if pattern.contains(['#', '\\', '{', '}', ' ', '\t', '!']) {
        return None;
    }
    let path = pattern.trim_start_matches("./").trim_matches('/');
    let mut segments: Vec<String> = Vec::new();
    for segment in path.split('/') {
        if matches!(segment, "" | "." | ".." | ".*") {
            return None;
        }
        // Two stars are any folders only where they are alone.
        let plain = if segment == "**" { segment.to_string() } else { segment.replace("**", "*") };
        segments.push(plain);
    }
    let last = segments.last()?;
    let is_wild = last.contains(['*', '?', '[']);
    let everything = segments.iter().all(|segment| matches!(segment.as_str(), "*" | "**"));
    // A slash at the end means folders alone, which Docker cannot say.
    if everything || last == "**" || (pattern.ends_with('/') && is_wild) {
        return None;
    }
    let anchored = pattern.contains('/');
    let path = segments.join("/");
    let path = if anchored { path } else { format!("**/{path}") };
    // `log/*` leaves `log/.keep` alone, and with it the folder.
    let kept = (last == "*").then(|| format!("!{}.*", &path[..path.len() - 1]));
    Some(std::iter::once(path).chain(kept).collect())
}

/// Whether a `.dockerignore` leaves out what a pattern of a `.slugignore` does, as far as its lines tell.
pub fn is_in_docker(pattern: &SlugPattern, dockerignore: &str) -> bool {
    let plain = |line: &str| {
        let line = line.trim().trim_start_matches("./").trim_matches('/');
        line.trim_start_matches("**/").trim_end_matches("/**").trim_end_matches("/*").to_string()
    };
    let is_wanted = |line: &str| {
        // Either in the words of the pattern, or in those that Docker has for the same.
        let forms = std::iter::once(&pattern.text).chain(pattern.docker.iter().flatten());
        forms.map(|form| plain(form)).any(|wanted| wanted == line || wanted.starts_with(&format!("{line}/")))
    };
    dockerignore
        .lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty() && !line.starts_with('!'))
        .map(plain)
        .any(|line| matches!(line.as_str(), "*" | "**") || is_wanted(&line))
}

/// The text of a `.dockerignore` for a `.slugignore`, with its comments and blank lines; `None` where a line
/// cannot be said to Docker.
pub fn dockerignore(slugignore: &str) -> Option<String> {
    let line_break = if slugignore.contains("\r\n") { "\r\n" } else { "\n" };
    let mut patterns = slug_patterns(slugignore).into_iter().peekable();
    let mut new = String::new();
    let mut start = 0;
    for line in slugignore.split_inclusive('\n') {
        let end = start + line.len();
        let written = line.trim();
        match patterns.next_if(|pattern| pattern.span.start < end) {
            Some(pattern) => pattern.docker?.iter().for_each(|line| new += &format!("{line}{line_break}")),
            None if written.starts_with('!') => {}
            None => new += &format!("{written}{line_break}"),
        }
        start = end;
    }
    let kept = new.trim_end_matches(['\r', '\n']).len();
    new.truncate(kept);
    new.push_str(line_break);
    Some(new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_for_docker() {
        let rows: &[(&str, &str)] = &[
            ("spec", "**/spec"),
            ("/spec", "spec"),
            ("docs/", "docs"),
            ("spec/data/", "spec/data"),
            ("*.psd", "**/*.psd"),
            ("**.orig", "**/*.orig"),
            ("app/**/*.test.js", "app/**/*.test.js"),
            ("./docs", "docs"),
            ("/log/*", "log/* !log/.*"),
            ("/", "-"),
            ("*", "-"),
            ("/*", "-"),
            ("**/*", "-"),
            (".*", "-"),
            ("../x", "-"),
            ("docs/**", "-"),
            ("tmp/*/", "-"),
            ("a b", "-"),
            ("*.{md,txt}", "-"),
            ("docs # not needed", "-"),
        ];
        for (pattern, expected) in rows {
            let found = docker_lines(pattern).map(|lines| lines.join(" "));
            assert_eq!(found.as_deref().unwrap_or("-"), *expected, "{pattern}");
        }
    }

    #[test]
    fn lines_that_say_the_same() {
        let rows = [
            ("spec", "spec", true),
            ("/spec", "spec/", true),
            ("spec/data/", "/spec", true),
            ("spec", "**/spec", true),
            ("spec", "*\n!app\n", true),
            ("spec", "# spec\n!spec\nspecs\n", false),
            ("/log/*", "/log/*\n!/log/.keep", true),
            ("*.md", "**/*.md", true),
            ("**.orig", "**/*.orig", true),
            ("docs", "", false),
        ];
        for (pattern, dockerignore, expected) in rows {
            let pattern = &slug_patterns(pattern)[0];
            assert_eq!(is_in_docker(pattern, dockerignore), expected, "{} {dockerignore:?}", pattern.text);
        }
    }

    #[test]
    fn comments_stay() {
        assert_eq!(
            dockerignore("# tests\r\nspec\r\n\r\n!spec/keep\r\n  docs/  \r\n\r\n").as_deref(),
            Some("# tests\r\n**/spec\r\n\r\ndocs\r\n")
        );
        assert_eq!(dockerignore("spec\n*\n"), None);
    }
}
