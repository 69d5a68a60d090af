//! Runs one change over one text.

use dynolint::check::analyse;
use dynolint::detect;
use dynolint::finding::Edit;
use dynolint::fix;
use dynolint::project::Project;
use dynolint::remedy::{Remedy, What};
use dynolint::role;
use dynolint::span::Span;
use dynolint::vocabulary::Vocabulary;
use dynolint::write;

/// The text after a change at the place marked with `«` and `»`; `None` where the writer gives no edit.
///
/// The result parses whole, and nothing outside the edits changed.
pub fn written(path: &str, marked: &str, what: impl FnOnce(Span) -> What) -> Option<String> {
    let start = marked.find('«').expect("a mark");
    let end = marked.find('»').expect("a second mark") - '«'.len_utf8();
    let text = marked.replace(['«', '»'], "");
    let lang = detect::language(path, text.as_bytes()).expect("a known language");
    let file =
        analyse(path.to_string(), lang, role::role(path, lang, &text), text.clone(), Vocabulary::built_in());
    assert!(file.facts.broken.is_empty(), "does not parse: {text}");
    let project = Project::join(vec![file], &[], &mut |_, _| Vec::new());
    let fix = write::fix(&project, &Remedy::safe("try").change(path, what(Span::new(start, end))))?;
    let edits: Vec<&Edit> = fix.edits.iter().collect();
    let new = fix::applied(&text, &edits);
    let after =
        analyse(path.to_string(), lang, role::role(path, lang, &new), new.clone(), Vocabulary::built_in());
    assert!(after.facts.broken.is_empty(), "does not parse any more:\n{new}");
    Some(new)
}

/// `names` are read before the read that is marked.
pub fn read_first(path: &str, marked: &str, names: &[&str]) -> Option<String> {
    let names = names.iter().map(ToString::to_string).collect();
    written(path, marked, |read| What::ReadFirst { read, names })
}

/// Checks rows of a marked text and what it becomes; `-` means no edit.
pub fn check_read_first(path: &str, names: &[&str], rows: &[(&str, &str)]) {
    for (marked, expected) in rows {
        let found = read_first(path, marked, names);
        assert_eq!(found.as_deref().unwrap_or("-"), *expected, "{path}: {marked}");
    }
}
