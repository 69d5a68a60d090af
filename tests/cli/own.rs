//! Rules that a team adds in its settings: by the same verbs, flags and formats as the built-in ones.

use crate::support::{concise, project, run, write};

use tempfile::TempDir;

const SETTINGS: &str = r#"
[[couplings]]
name = "acme-host"
message = "`{name}` is answered only inside the old network"
hosts = ["*.acme.internal"]
severity = "error"
replacement = "*.acme.example"
url = "https://wiki.acme.example/move"

[[couplings]]
name = "acme-settings"
message = "only the old provisioning sets `{name}`"
variables = ["ACME_*"]
"#;

const SEARCH: &str = "url = \"https://search.acme.internal\"\ntoken = ENV[\"ACME_TOKEN\"]\n";

fn acme() -> TempDir {
    let folder = project(&[("Gemfile", ""), ("lib/search.rb", SEARCH)]);
    write(&folder, "dynolint.toml", SETTINGS);
    folder
}

#[test]
fn own_rules_run_beside_the_built_in_ones() {
    let folder = acme();
    write(&folder, "lib/dyno.rb", "leader = ENV[\"DYNO\"] == \"web.1\"\n");
    let all = concise(&folder, &[]).ends(1).places();
    let own = ["lib/search.rb:1:16 acme-host", "lib/search.rb:2:9 acme-settings"];
    assert_eq!(all[1..], own, "{all:?}");
    assert!(all[0].starts_with("lib/dyno.rb:1:10 "), "{all:?}");
    // The settings name what they look for, and are no use of it.
    assert!(!concise(&folder, &[]).out.contains("dynolint.toml"));
}

#[test]
fn flags_take_their_names() {
    let folder = acme();
    assert_eq!(concise(&folder, &["--only", "acme-host"]).ends(1).places(), ["lib/search.rb:1:16 acme-host"]);
    assert_eq!(
        concise(&folder, &["--skip", "acme-host"]).ends(1).places(),
        ["lib/search.rb:2:9 acme-settings"]
    );
    assert_eq!(
        concise(&folder, &["--min-severity", "error"]).ends(1).places(),
        ["lib/search.rb:1:16 acme-host"]
    );
    assert!(concise(&folder, &["--isolated"]).ends(0).out.is_empty());
    let wrong = concise(&folder, &["--only", "acme-hots"]).ends(2);
    assert!(wrong.err.contains("did you mean `acme-host`?"), "{}", wrong.err);
}

#[test]
fn settings_hold_for_them() {
    let folder = acme();
    let more = "\n[rules.acme-host]\nseverity = \"note\"\n[rules.acme-settings]\nexclude = [\"lib/\"]\n";
    write(&folder, "dynolint.toml", format!("{SETTINGS}{more}"));
    let only = concise(&folder, &[]).ends(0);
    assert_eq!(only.places(), ["lib/search.rb:1:16 acme-host"]);
    assert!(only.out.contains(" note acme-host"), "{}", only.out);
}

#[test]
fn their_pages_and_the_list_of_rules_know_them() {
    let folder = acme();
    let page = run(&folder, &["explain", "acme-host"]).ends(0).out;
    for words in [
        "acme-host",
        "inside the old network",
        "*.acme.internal",
        "*.acme.example",
        "https://wiki.acme.example/move",
    ] {
        assert!(page.contains(words), "{words} is not in\n{page}");
    }
    assert_eq!(page.matches("https://wiki").count(), 1, "{page}");
    let list = run(&folder, &["rules"]).ends(0).out;
    assert!(list.contains("\nown\nacme-host ") && list.contains("\nacme-settings "), "{list}");
    let rules = run(&folder, &["rules", "--output-format", "json"]).ends(0).json();
    let own = rules["rules"].as_array().expect("a list").iter().find(|rule| rule["id"] == "acme-settings");
    let own = own.expect("it is there");
    assert_eq!((&own["family"], &own["url"], &own["since"]), (&"own".into(), &().into(), &().into()));
}

#[test]
fn fixes_replace_and_leave_nothing_to_say() {
    let folder = acme();
    assert!(run(&folder, &["--fix", "--only", "acme-host"]).ends(1).err.contains("1 with --unsafe-fixes"));
    run(&folder, &["--unsafe-fixes", "--only", "acme-host"]).ends(0);
    let text = std::fs::read_to_string(folder.path().join("lib/search.rb")).expect("there");
    assert_eq!(text, SEARCH.replace("search.acme.internal", "search.acme.example"));
}

#[test]
fn comments_and_settings_suppress_them() {
    let folder = acme();
    let marked = SEARCH.replace("internal\"\n", "internal\" # dynolint: ignore[acme-host] until March\n");
    write(&folder, "lib/search.rb", &marked);
    assert_eq!(concise(&folder, &[]).ends(1).places(), ["lib/search.rb:2:9 acme-settings"]);
    assert_eq!(concise(&folder, &["--no-ignores"]).ends(1).places().len(), 2);
    let ignore = "\n[[ignore]]\npath = \"lib/**\"\nrule = \"acme-settings\"\nreason = \"until March\"\n";
    write(&folder, "dynolint.toml", format!("{SETTINGS}{ignore}"));
    assert!(concise(&folder, &[]).ends(0).out.is_empty());
    // A name that no rule has, near one of an own rule.
    write(&folder, "lib/search.rb", marked.replace("[acme-host]", "[acme-hots]"));
    let wrong = concise(&folder, &["--only", "invalid-suppression"]).ends(1);
    assert!(wrong.out.contains("invalid-suppression") && wrong.out.contains("acme-hots"), "{}", wrong.out);
}

#[test]
fn the_baseline_holds_them() {
    let folder = acme();
    run(&folder, &["baseline", "write"]).ends(0);
    let kept = std::fs::read_to_string(folder.path().join(".dynolint-baseline.json")).expect("written");
    assert!(kept.contains("acme-host") && kept.contains("acme-settings"), "{kept}");
    assert!(concise(&folder, &[]).ends(0).out.is_empty());
    let more = format!("# above\n{SEARCH}other = \"new.acme.internal\"\n");
    write(&folder, "lib/search.rb", more);
    assert_eq!(concise(&folder, &[]).ends(1).places(), ["lib/search.rb:4:10 acme-host"]);
}

#[test]
fn sarif_has_their_rules_with_and_without_an_address() {
    let folder = acme();
    let log = run(&folder, &["--output-format", "sarif"]).ends(1).json();
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().expect("rules");
    assert_eq!(rules[0]["id"], "acme-host");
    assert_eq!(rules[0]["helpUri"], "https://wiki.acme.example/move");
    assert!(rules[0]["help"]["markdown"].as_str().expect("a page").contains("`*.acme.internal`"));
    assert_eq!(rules[1]["id"], "acme-settings");
    assert!(rules[1].get("helpUri").is_none());
}

#[test]
fn a_coupling_with_a_mistake_is_an_error_with_its_place() {
    let folder = acme();
    for (line, said) in [
        ("hosts = [\"https://a.b/\"]", "leave out `https://`"),
        ("variables = [\"*\"]", "would take every variable"),
        ("hosts = [\"a.b\"]\nvariables = [\"ACME\"]\nreplacement = \"c.d\"", "make a coupling for each"),
    ] {
        write(&folder, "dynolint.toml", format!("[[couplings]]\nname = \"acme\"\nmessage = \"m\"\n{line}\n"));
        let error = run(&folder, &[]).ends(2).err;
        assert!(error.contains(said) && error.contains("dynolint.toml:"), "{line}: {error}");
    }
}

/// The example of the guide is what it says.
#[test]
fn the_guide_shows_what_is_printed() {
    let guide = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/own-rules.md");
    let guide = std::fs::read_to_string(guide).expect("there").replace("\r\n", "\n");
    let fence = |lang: &str| {
        let (_, rest) = guide.split_once(&format!("```{lang}\n")).expect("a fence");
        rest.split_once("```").expect("an end").0.to_string()
    };
    let folder = project(&[("Gemfile", "")]);
    write(&folder, "dynolint.toml", fence("toml"));
    write(&folder, "config/initializers/search.rb", fence("ruby"));
    write(&folder, "bin/release", fence("sh"));
    assert_eq!(concise(&folder, &[]).ends(1).out, fence("text"));
}
