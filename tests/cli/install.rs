//! What an installation needs beside the program: manual pages and completion scripts.

use super::support::{bare, run};

#[test]
fn the_manual_is_printed() {
    let folder = bare(&[]);
    let page = run(&folder, &["man"]).ends(0);
    assert!(page.out.contains("\n.TH DYNOLINT 1 "), "{}", page.out);
    assert!(page.out.contains("\n.SH \"EXIT STATUS\"\n"), "{}", page.out);
    assert_eq!(page.err, "");
}

#[test]
fn a_page_for_every_command_is_written() {
    let folder = bare(&[("file", "")]);
    let done = run(&folder, &["man", "share/man1"]).ends(0);
    assert_eq!((done.out.as_str(), done.err.as_str()), ("", ""));
    let read =
        |name: &str| std::fs::read_to_string(folder.path().join("share/man1").join(name)).expect("a page");
    assert_eq!(read("dynolint.1"), run(&folder, &["man"]).out);
    assert!(read("dynolint-explain.1").contains("\\fIRULE\\fR"));
    let failed = run(&folder, &["man", "file/below"]).ends(2);
    assert!(failed.err.starts_with("error: cannot write `file/below"), "{}", failed.err);
}

#[test]
fn completions_know_the_rules() {
    let folder = bare(&[]);
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = run(&folder, &["completions", shell]).ends(0).out;
        assert!(script.contains("dynolint"), "{shell}");
        // The generators for these two know no values at all.
        if !matches!(shell, "elvish" | "powershell") {
            assert!(script.contains("dyno-ordinal"), "{shell}");
        }
    }
}

/// tests/completions.sh asks the shells themselves, where they are installed.
#[test]
fn scripts_take_a_path_where_a_verb_could_stand() {
    let folder = bare(&[]);
    let zsh = run(&folder, &["completions", "zsh"]).out;
    assert!(zsh.contains("[[ $line[1] == (check|explain|"), "{zsh}");
    assert!(!zsh.contains("$line[2]") && zsh.contains("commands \"$@\"\n    _files\n"), "{zsh}");
    let fish = run(&folder, &["completions", "fish"]).out;
    assert!(fish.contains("if contains -- \"$argv[1]\" check explain "), "{fish}");
    assert!(fish.contains("    or return 0\n"), "{fish}");
}
