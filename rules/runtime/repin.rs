//! Pins that are made to say another version, in the form that each kind of file has.

use crate::ignores::reaches_heroku;
use crate::lang::Lang;
use crate::pin::{Pin, Runtime, Source};
use crate::project::{File, Project};
use crate::remedy::{Change, What};
use crate::rules::runtime::{Package, Place};
use crate::span::Span;
use crate::term::Value;
use crate::write::Sheet;

/// One version, or one line of them, in one to three numbers: `3.12.4`, `3.12`, `20`.
pub fn single(pin: &Pin) -> Option<String> {
    let allowed = pin.allowed()?;
    let text = pin.text.trim();
    let text = text.strip_prefix("ruby-").unwrap_or(text).trim_start_matches(['=', ' ']);
    let text = text.strip_prefix(['v', 'V']).unwrap_or(text).split('@').next().unwrap_or_default();
    if is_number(text) {
        // A gem's requirement without a patch level is that of `.0`, which nobody means.
        let whole = !matches!(pin.source, Source::Gemfile | Source::GemfileLock) || depth(text) == 3;
        return whole.then(|| text.to_string());
    }
    let stem = text.trim_end_matches(".x").trim_end_matches(".*");
    if is_number(stem) && stem.len() < text.len() {
        return Some(stem.to_string());
    }
    let least = allowed.least()?;
    if allowed.is_unbounded() || allowed.spans_majors() {
        return None;
    }
    match pin.runtime {
        Runtime::Node if text.starts_with('~') => Some(format!("{}.{}", least[0], least[1])),
        Runtime::Node => Some(least[0].to_string()),
        // What a requirement of Python's leaves open is told by the minor version.
        Runtime::Python if allowed.by_minor() == minor(least).by_minor() => {
            Some(format!("{}.{}", least[0], least[1]))
        }
        _ => None,
    }
}

fn minor(version: [u64; 3]) -> crate::pin::Allowed {
    use crate::pin::{Allowed, Dialect};
    Allowed::parse(&format!("{}.{}", version[0], version[1]), Dialect::Prefix)
        .expect("two numbers are a version")
}

/// How many numbers a version has.
pub fn depth(version: &str) -> usize {
    version.split('.').count()
}

fn is_number(text: &str) -> bool {
    depth(text) <= 3
        && text.split('.').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A version as `engines` has it: `20.x`, `20.11.x`, `20.11.1`.
pub fn engine(version: &str) -> String {
    if depth(version) == 3 { version.to_string() } else { format!("{version}.x") }
}

/// The change that makes a pin say `version`; `None` where its file has more to it than that.
pub fn change(place: &Place<'_>, version: &str) -> Option<Change> {
    let pin = place.pin;
    let text = place.file.source.text.as_str();
    let old = pin.span.of(text);
    let written = match pin.source {
        Source::RubyVersion | Source::Docker | Source::Ci | Source::RenderYaml | Source::FlyToml => {
            in_place_of_number(old, &pin.text, version)?
        }
        Source::Nvmrc | Source::NodeVersion if old.starts_with('v') => format!("v{version}"),
        Source::Nvmrc | Source::NodeVersion | Source::PythonVersion | Source::Mise => version.to_string(),
        // Both take whole versions only.
        Source::Volta if depth(version) == 3 => version.to_string(),
        Source::ToolVersions if depth(version) == 3 => in_place_of_number(old, &pin.text, version)?,
        Source::Engines => engine(version),
        // Several requirements are one pin, and may be in different quotes.
        Source::Gemfile if !old.contains(['"', '\'']) => version.to_string(),
        _ => return None,
    };
    let is_yaml = place.file.lang == Lang::Yaml;
    let written = if is_yaml && is_bare(text, pin.span) && reads_as_number(&written) {
        format!("\"{written}\"")
    } else {
        written
    };
    Some(Change { path: place.file.path.clone(), what: What::Text { at: pin.span, text: written } })
}

/// Whether a scalar stands without quotes.
fn is_bare(text: &str, span: Span) -> bool {
    !text[..span.start].ends_with(['"', '\''])
}

/// YAML takes `3.10` for the number 3.1.
fn reads_as_number(version: &str) -> bool {
    depth(version) == 2 && version.ends_with('0')
}

/// A text with a version in it, with another in its place: `ruby:3.1-slim`, `ruby-3.1.2@shop`, `18.x`. In an
/// image's reference the tag counts; a digest would no longer fit.
fn in_place_of_number(text: &str, known: &str, version: &str) -> Option<String> {
    if text.contains("@sha") || text.contains(['$', '{', '\n']) {
        return None;
    }
    let from = text.rfind(':').map_or(0, |at| at + 1);
    let image = text[..from].trim_end_matches(':');
    let official = ["", "docker.io/library/", "library/", "public.ecr.aws/docker/library/"];
    let of_others = image.rfind('/').is_some_and(|at| !official.contains(&&image[..=at]));
    let known = &known[known.find(|c: char| c.is_ascii_digit())?..];
    let digits = known.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(known.len());
    let number = known[..digits].trim_end_matches('.');
    let at = from + text[from..].find(number)?;
    let (before, after) = (&text[..at], &text[at + number.len()..]);
    let is_part = |c: char| c.is_ascii_digit() || c == '.';
    let wildcard = after.starts_with(".x") || after.starts_with(".*");
    if before.ends_with(is_part) || (after.starts_with(is_part) && !wildcard) {
        return None;
    }
    // Whoever builds images for others has tags for few patch levels, and not for all of them.
    if of_others && depth(number) > 2 {
        return None;
    }
    let short: Vec<&str> = version.split('.').take(depth(number)).collect();
    let short = short.join(".");
    let version = if of_others { short.as_str() } else { version };
    // `18.x` becomes `20.x`, and `18.4.x` nothing that says less than it did.
    let after = if wildcard && depth(version) == 3 { &after[2..] } else { after };
    Some(format!("{before}{version}{after}"))
}

/// The whole of a data file.
pub fn root(file: &File) -> Option<Span> {
    file.facts.settings.iter().find(|setting| setting.name.is_empty()).map(|setting| setting.value.span)
}

/// A line for a new file, with the line break of the file that it comes from.
pub fn line(file: &File, text: &str) -> String {
    format!("{text}{}", Sheet::of(file).line_break())
}

/// Whether a `package.json` is of a package that others install: its `engines` are for them.
pub fn is_published(file: &File) -> bool {
    const FOR_OTHERS: &[&str] = &["bin", "exports", "files", "peerDependencies", "publishConfig", "types"];
    let root = file.facts.settings.iter().find(|setting| setting.name.is_empty());
    root.is_some_and(|root| {
        let private = root.value.get("private").is_some_and(|term| term.value == Value::Bool(true));
        !private && FOR_OTHERS.iter().any(|key| root.value.get(key).is_some())
    })
}

/// The path of a file of the package that is not there yet, where it would get to Heroku.
pub fn new_file(project: &Project, package: &Package<'_>, name: &str) -> Option<String> {
    let path = package.path(name);
    (project.file(&path).is_none() && reaches_heroku(project, &path)).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_texts() {
        let rows = [
            ("ruby:3.1-slim", "3.1", "3.3.9", "ruby:3.3.9-slim"),
            ("registry:5000/ruby:3.1", "3.1", "3.3.9", "registry:5000/ruby:3.3"),
            ("docker.io/library/ruby:3.1", "3.1", "3.3.9", "docker.io/library/ruby:3.3.9"),
            ("3.1", "3.1", "3.3.9", "3.3.9"),
            ("ruby-3.1.2@shop", "ruby-3.1.2@shop", "3.3.9", "ruby-3.3.9@shop"),
            ("cimg/node:18.20", "18.20", "20.11.1", "cimg/node:20.11"),
            ("18.x", "18.x", "20", "20.x"),
            ("18.x", "18.x", "20.11.1", "20.11.1"),
            ("tiangolo/uvicorn-gunicorn:python3.7", "3.7", "3.12.4", "tiangolo/uvicorn-gunicorn:python3.12"),
            ("ruby:3.1@sha256:00", "3.1", "3.3.9", "-"),
            ("ruby:$VERSION", "3.1", "3.3.9", "-"),
            ("ruby:13.1.2", "3.1", "3.3.9", "-"),
        ];
        for (text, known, version, expected) in rows {
            let found = in_place_of_number(text, known, version);
            assert_eq!(found.as_deref().unwrap_or("-"), expected, "{text}");
        }
    }
}
