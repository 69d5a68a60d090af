//! What people copy into their CI: the recipes, and the workflows of this project itself.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use super::{read, root};

#[test]
fn the_example_workflow_is_the_one_of_the_guide() {
    let example = read("docs/examples/github-workflow.yml");
    let guide = read("docs/ci.md");
    assert!(guide.contains(&format!("```yaml .github/workflows/dynolint.yml\n{example}```\n")));
}

#[test]
fn recipes_name_the_present_version() {
    let version = regex::Regex::new(r"dynolint(?:==|@v?)([0-9]+\.[0-9.]+[0-9])").expect("a pattern");
    let guide = read("docs/ci.md");
    let named: Vec<String> = version.captures_iter(&guide).map(|found| found[1].to_string()).collect();
    assert!(named.len() > 3 && named.iter().all(|name| name == env!("CARGO_PKG_VERSION")), "{named:?}");
}

#[test]
fn actions_are_pinned_to_one_commit_each() {
    let uses = regex::Regex::new(r"(?m)uses: +([^@\s]+)(?:@(\S+)(?: # (\S+))?)?$").expect("a pattern");
    let pinned = regex::Regex::new("^[0-9a-f]{40}$").expect("a pattern");
    let mut files = ["docs/ci.md", "docs/examples/github-workflow.yml"].map(PathBuf::from).to_vec();
    for entry in fs::read_dir(root().join(".github/workflows")).expect("there are workflows") {
        files.push(entry.expect("an entry").path());
    }
    let mut known: BTreeMap<String, (String, String)> = BTreeMap::new();
    for file in &files {
        for found in uses.captures_iter(&read(file)).filter(|found| &found[1] != "./") {
            let part = |at: usize| found.get(at).map_or(String::new(), |part| part.as_str().to_string());
            let pin = (part(2), part(3));
            assert!(pinned.is_match(&pin.0) && pin.1.starts_with('v'), "{}: {}", file.display(), &found[0]);
            let before = known.entry(part(1)).or_insert_with(|| pin.clone());
            assert_eq!(*before, pin, "{}: {}", file.display(), &found[1]);
        }
    }
    let (_, version) = &known["dynolint/dynolint"];
    assert_eq!(*version, format!("v{}", env!("CARGO_PKG_VERSION")));
}
