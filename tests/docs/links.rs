//! Every link leads somewhere: to a file, a heading, or a place of this repository on the web.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use pulldown_cmark::{BrokenLink, CowStr, Event, Options, Parser, Tag, TagEnd};

use super::{documents, read, root};

/// The addresses of a document: links, images, reference-style ones, and those in HTML. What looks like a
/// reference and has no definition comes as `[reference]`.
fn links(text: &str) -> Vec<String> {
    let mut undefined = Vec::new();
    let mut links = Vec::new();
    let mut callback = |link: BrokenLink<'_>| {
        // `[x]` alone is a word in brackets; `[text][x]` and `[text][]` mean a link.
        let shown = &text[link.span.clone()];
        if shown.contains("][") {
            undefined.push(format!("[{}]", link.reference));
        }
        None::<(CowStr<'_>, CowStr<'_>)>
    };
    let attribute = regex::Regex::new(r#"(?:href|src)="([^"]+)""#).expect("a pattern");
    for event in Parser::new_with_broken_link_callback(text, Options::ENABLE_TABLES, Some(&mut callback)) {
        match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                links.push(dest_url.to_string());
            }
            Event::Html(html) | Event::InlineHtml(html) => {
                links.extend(attribute.captures_iter(&html).map(|found| found[1].to_string()));
            }
            _ => {}
        }
    }
    links.extend(undefined);
    links
}

/// The names that a page's headings have as anchors on GitHub: a second heading with the same words gets
/// a number.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut anchors = BTreeSet::new();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut heading: Option<String> = None;
    for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::End(TagEnd::Heading(_)) => {
                let Some(name) = heading.take().map(|text| anchor(&text)) else { continue };
                let count = seen.entry(name.clone()).or_default();
                anchors.insert(if *count == 0 { name } else { format!("{name}-{count}") });
                *count += 1;
            }
            Event::Text(text) | Event::Code(text) => {
                if let Some(heading) = &mut heading {
                    heading.push_str(&text);
                }
            }
            _ => {}
        }
    }
    anchors
}

fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.flat_map(char::to_lowercase).map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// Why a link of a document leads nowhere, if it does not.
fn objection(document: &Path, link: &str) -> Option<&'static str> {
    if link.starts_with('[') {
        return Some("a reference without a definition");
    }
    let own = [env!("CARGO_PKG_REPOSITORY"), "/blob/main/"].concat();
    let (base, link) = match link.strip_prefix(&own) {
        Some(rest) => (Path::new(""), rest),
        None if link.contains("://") || link.starts_with("mailto:") => return None,
        None => (document.parent().expect("a file"), link),
    };
    let (path, fragment) = link.split_once('#').unwrap_or((link, ""));
    let target = if path.is_empty() { document.to_path_buf() } else { base.join(path) };
    if !root().join(&target).exists() {
        return Some("no such file");
    }
    if fragment.is_empty() {
        return None;
    }
    if target.extension().is_none_or(|extension| extension != "md") {
        return Some("an anchor in something that has no headings");
    }
    (!anchors(&read(&target)).contains(fragment)).then_some("no such heading")
}

#[test]
fn links_lead_somewhere() {
    let mut dead = String::new();
    for document in documents() {
        for link in links(&read(&document)) {
            if let Some(why) = objection(&document, &link) {
                dead += &format!("{}: {link}: {why}\n", document.display());
            }
        }
    }
    assert!(dead.is_empty(), "dead links:\n{dead}");
}

#[test]
fn dead_links_are_found() {
    let text = "[a](no.md) ![b](docs/no.svg) [c][missing] [d][known] <img src=\"gone.png\"> [word]\n\n\
                [known]: README.md#nothing\n";
    let found: Vec<Option<&str>> =
        links(text).iter().map(|link| objection(Path::new("README.md"), link)).collect();
    let no_file = Some("no such file");
    let expected =
        [no_file, no_file, Some("no such heading"), no_file, Some("a reference without a definition")];
    assert_eq!(found, expected, "{:?}", links(text));
    let own = [env!("CARGO_PKG_REPOSITORY"), "/blob/main/rules/none/README.md"].concat();
    assert_eq!(objection(Path::new("docs/x.md"), &own), no_file);
    let no_heading = Some("an anchor in something that has no headings");
    assert_eq!(objection(Path::new("docs/x.md"), "../LICENSE-MIT#top"), no_heading);
    assert_eq!(objection(Path::new("docs/x.md"), "https://example.org/"), None);
    assert!(
        anchors("# A `b` c!\n## Same\n## Same\n")
            .is_superset(&["a-b-c", "same", "same-1"].map(str::to_string).into_iter().collect())
    );
}

/// Every guide can be found from the index of guides.
#[test]
fn the_index_of_guides_is_whole() {
    let index = read("docs/README.md");
    let linked: BTreeSet<String> = links(&index).into_iter().collect();
    for document in documents() {
        let Ok(name) = document.strip_prefix("docs") else { continue };
        let name = name.display().to_string().replace('\\', "/");
        assert!(name == "README.md" || linked.contains(&name), "docs/README.md does not link to {name}");
    }
}
