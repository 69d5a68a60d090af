//! Which files are read and how: ignore rules, hidden files, links, encodings.

use super::support::{ERROR, bare, concise, project, run, write};

fn paths(folder: &tempfile::TempDir, arguments: &[&str]) -> Vec<String> {
    concise(folder, arguments).paths().into_iter().collect()
}

#[test]
fn globs_leave_files_out() {
    let folder =
        project(&[("a.rb", ERROR), ("app/b.rb", ERROR), ("legacy/c.rb", ERROR), ("app/d.old.rb", ERROR)]);
    assert_eq!(paths(&folder, &[]), ["a.rb", "app/b.rb", "app/d.old.rb", "legacy/c.rb"]);
    assert_eq!(paths(&folder, &["--exclude", "legacy"]), ["a.rb", "app/b.rb", "app/d.old.rb"]);
    assert_eq!(paths(&folder, &["--exclude", "legacy/", "--exclude", "*.old.rb"]), ["a.rb", "app/b.rb"]);
    assert_eq!(paths(&folder, &["--exclude", "/*.rb"]), ["app/b.rb", "app/d.old.rb", "legacy/c.rb"]);
    // Below the root, wherever the run was started.
    let below = concise(folder.path().join("app"), &["--exclude", "/app/"]);
    assert_eq!(below.paths().into_iter().collect::<Vec<_>>(), ["a.rb", "legacy/c.rb"]);
    assert_eq!(run(&folder, &["--exclude", "*.rb"]).ends(0).out, "");
    let wrong = run(&folder, &["--exclude", "{a"]).ends(2);
    assert!(wrong.err.contains("error: `{a` is not a glob: "), "{}", wrong.err);
}

#[test]
fn ignore_rules_hold_unless_told_otherwise() {
    let folder = project(&[
        (".gitignore", "/tmp/\n*.local.rb\n"),
        ("app/.gitignore", "secret.rb\n"),
        ("a.rb", ERROR),
        ("a.local.rb", ERROR),
        ("tmp/b.rb", ERROR),
        ("app/secret.rb", ERROR),
        ("app/tmp/c.rb", ERROR),
    ]);
    assert_eq!(paths(&folder, &[]), ["a.rb", "app/tmp/c.rb"]);
    let all = ["a.local.rb", "a.rb", "app/secret.rb", "app/tmp/c.rb", "tmp/b.rb"];
    assert_eq!(paths(&folder, &["--no-ignore"]), all);
    assert_eq!(paths(&folder, &["--no-ignore", "--exclude", "tmp"]), ["a.local.rb", "a.rb", "app/secret.rb"]);
    // The rules of a checkout hold in the project below it.
    let checkout = bare(&[
        (".gitignore", "b.rb\n"),
        ("one/dynolint.toml", ""),
        ("one/a.rb", ERROR),
        ("one/b.rb", ERROR),
    ]);
    std::fs::create_dir(checkout.path().join(".git")).expect("made");
    let one = concise(checkout.path().join("one"), &[]);
    assert_eq!(one.paths().into_iter().collect::<Vec<_>>(), ["a.rb"]);
}

#[test]
fn hidden_files_that_matter_are_read() {
    let folder = project(&[
        (".env", "KIND=$DYNO\nIS_HEROKU=1\n"),
        (".profile.d/x.sh", "export KIND=${DYNO%%.*}\n"),
        (
            ".github/workflows/ci.yml",
            "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: echo ${DYNO%%.*}\n",
        ),
        (".hidden/a.rb", ERROR),
        (".git/hooks/pre-push.rb", ERROR),
        ("node_modules/x/index.js", "process.env.DYNO.split('.')\n"),
        ("web/node_modules/x/index.js", "process.env.DYNO.split('.')\n"),
        (".venv/lib/a.py", "os.environ['DYNO']\n"),
    ]);
    let listed = run(&folder, &["files"]).ends(0).out;
    for path in [".env", ".profile.d/x.sh", ".github/workflows/ci.yml", ".hidden/a.rb"] {
        let line = listed.lines().find(|line| line.ends_with(&format!(" {path}")));
        assert!(line.is_some_and(|line| !line.contains("skipped")), "{path}\n{listed}");
    }
    assert!(!listed.contains(".git/hooks"), "{listed}");
    for arguments in [&[][..], &["--no-ignore", "--all-roles"]] {
        let found = paths(&folder, arguments);
        assert!(found.contains(&".hidden/a.rb".to_string()), "{found:?}");
        assert!(found.contains(&".profile.d/x.sh".to_string()), "{found:?}");
        assert!(
            !found.iter().any(|path| path.contains("node_modules") || path.contains(".venv")),
            "{found:?}"
        );
    }
}

#[test]
fn the_list_of_files_is_whole() {
    let folder = project(&[
        ("app/a.rb", ERROR),
        ("spec/a_spec.rb", ERROR),
        ("old/b.rb", ERROR),
        ("notes.xyz", "?"),
        ("node_modules/x/index.js", ""),
        ("Procfile", "web: x\n"),
    ]);
    write(&folder, "logo.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    #[cfg(unix)]
    std::os::unix::fs::symlink("app/a.rb", folder.path().join("link.rb")).expect("linked");
    let listed = run(&folder, &["files", "--exclude", "old"]).ends(0);
    assert!(listed.err.starts_with("4 files read, "), "{}", listed.err);
    let find = |path: &str| -> String {
        let line = listed.out.lines().find(|line| line.split_whitespace().nth(2) == Some(path));
        line.unwrap_or_else(|| panic!("{path}\n{}", listed.out))
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(find("app/a.rb"), "ruby app app/a.rb");
    assert_eq!(find("spec/a_spec.rb"), "ruby test spec/a_spec.rb");
    assert!(find("Procfile").starts_with("procfile "));
    for (path, why) in [
        ("notes.xyz", "not in a language dynolint knows"),
        ("logo.png", ""),
        ("node_modules", "a folder of installed packages or a cache"),
        ("old", "left out by an exclude glob"),
    ] {
        assert!(find(path).starts_with(&format!("- - {path} skipped: {why}")), "{}", find(path));
    }
    #[cfg(unix)]
    assert_eq!(find("link.rb"), "- - link.rb skipped: a link, and links are not followed");
    // Sorted by path, and narrowed by paths.
    let order: Vec<&str> = listed.out.lines().filter_map(|line| line.split_whitespace().nth(2)).collect();
    assert!(order.is_sorted(), "{order:?}");
    assert_eq!(run(&folder, &["files", "app"]).ends(0).out.lines().count(), 1);
    run(&folder, &["files", "nowhere"]).ends(2);
}

#[cfg(unix)]
#[test]
fn links_do_not_lead_out_of_the_project() {
    use std::os::unix::fs::symlink;
    let outside = bare(&[("secret.rb", ERROR), ("sub/more.rb", ERROR)]);
    let folder = project(&[("a.rb", "puts 1\n")]);
    symlink(outside.path().join("secret.rb"), folder.path().join("b.rb")).expect("linked");
    symlink(outside.path().join("sub"), folder.path().join("c")).expect("linked");
    symlink("/dev/zero", folder.path().join("d.rb")).expect("linked");
    symlink(".", folder.path().join("loop")).expect("linked");
    let outcome = run(&folder, &["--no-ignore", "--all-roles"]).ends(0);
    assert_eq!(outcome.out, "");
    assert!(outcome.err.contains("4 links"), "{}", outcome.err);
}

#[cfg(unix)]
#[test]
fn pipes_do_not_block() {
    let folder = project(&[("b.rb", ERROR)]);
    for name in ["a.rb", "Procfile", ".env"] {
        let made = std::process::Command::new("mkfifo").arg(folder.path().join(name)).status();
        assert!(made.expect("mkfifo").success());
    }
    // The run has a time limit; that it ends is what is tested.
    let outcome = run(&folder, &["-v"]).ends(1);
    assert!(outcome.err.contains("3 not regular files"), "{}", outcome.err);
    assert!(outcome.err.contains("skipped a.rb: not a regular file"), "{}", outcome.err);
}

#[test]
fn places_are_right_whatever_the_encoding() {
    let text = "# ünï 𝄞\nx = 1; kind = ENV[\"DYNO\"].split(\".\")\n";
    let folder = project(&[]);
    let utf16 = |order: fn(u16) -> [u8; 2], mark: [u8; 2]| -> Vec<u8> {
        mark.into_iter().chain(text.encode_utf16().flat_map(order)).collect()
    };
    write(&folder, "a_plain.rb", text);
    write(&folder, "b_bom.rb", format!("\u{feff}{text}"));
    write(&folder, "c_crlf.rb", text.replace('\n', "\r\n"));
    write(&folder, "d_both.rb", format!("\u{feff}{}", text.replace('\n', "\r\n")));
    write(&folder, "e_le.rb", utf16(u16::to_le_bytes, [0xff, 0xfe]));
    write(&folder, "f_be.rb", utf16(u16::to_be_bytes, [0xfe, 0xff]));
    write(&folder, "g_latin1.rb", b"# \xfcn\xef\nx = 1; kind = ENV[\"DYNO\"].split(\".\")\n");
    // A column is a character, not a byte.
    write(&folder, "h_wide.rb", "x = \"日本\"; kind = ENV[\"DYNO\"].split(\".\")\n");
    // On the first line a mark would shift the column.
    write(&folder, "i_first.rb", format!("\u{feff}{ERROR}"));
    let outcome = concise(&folder, &[]).ends(1);
    let expected: Vec<String> = ["a_plain", "b_bom", "c_crlf", "d_both", "e_le", "f_be", "g_latin1"]
        .iter()
        .map(|name| format!("{name}.rb:2:15 dyno-process-type"))
        .chain(["h_wide.rb:1:18 dyno-process-type".into(), "i_first.rb:1:8 dyno-process-type".into()])
        .collect();
    assert_eq!(outcome.places(), expected);
    let full = run(&folder, &["c_crlf.rb", "e_le.rb"]).ends(1).out;
    assert_eq!(full.matches("2 │ x = 1; kind = ENV[\"DYNO\"].split(\".\")\n").count(), 2, "{full}");
    assert!(!full.contains('\r'));
}

#[test]
fn facts_of_a_file() {
    let folder = project(&[
        ("lib/platform.rb", "def heroku?\n  ENV.key?(\"DYNO\")\nend\n"),
        ("plain.rb", "puts 1\n"),
        ("notes.xyz", "?"),
    ]);
    let text = run(&folder, &["facts", "lib/platform.rb"]).ends(0);
    assert!(text.out.contains("2:3  presence DYNO"), "{}", text.out);
    assert_eq!(text.err, "");
    let json = run(&folder, &["facts", "lib/platform.rb", "--output-format", "json"]).ends(0).json();
    assert_eq!((&json["path"], &json["language"]), (&"lib/platform.rb".into(), &"ruby".into()));
    let presence = json["facts"].as_array().expect("a list").iter().find(|fact| fact["line"] == 2);
    assert_eq!(presence.expect("a fact")["column"], 3, "{json:#}");
    assert_eq!(run(folder.path().join("lib"), &["facts", "platform.rb"]).ends(0).out, text.out);
    assert!(!run(&folder, &["facts", "plain.rb"]).ends(0).out.contains("DYNO"));
    for path in ["nowhere.rb", "notes.xyz", "lib"] {
        let outcome = run(&folder, &["facts", path]).ends(2);
        let said = match path {
            "nowhere.rb" => format!("error: there is no `{path}`"),
            _ => format!("error: cannot read `{path}`: "),
        };
        assert!(outcome.err.starts_with(&said), "{}", outcome.err);
        assert!(outcome.err.matches("read").count() <= 1, "said once: {}", outcome.err);
    }
}
