//! The walk over real folders.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use dynolint::lang::Lang;
use dynolint::source::{Encoding, Skip, Source};
use dynolint::walk::{WalkOptions, WalkStats, project_root, walk};

/// A folder with these files; a path that ends with a slash is an empty folder.
fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a temporary folder");
    for (path, text) in files {
        let path = dir.path().join(path);
        if path.to_string_lossy().ends_with('/') {
            fs::create_dir_all(&path).expect("folder");
            continue;
        }
        fs::create_dir_all(path.parent().expect("parent")).expect("folder");
        fs::write(path, text).expect("file");
    }
    dir
}

fn options(root: &Path) -> WalkOptions {
    WalkOptions { threads: 2, ..WalkOptions::new(root) }
}

fn seen_by(options: &WalkOptions) -> (Vec<String>, WalkStats) {
    let (mut paths, stats) = walk(options, |entry| Some(entry.path.clone()));
    paths.sort();
    assert_eq!(stats.files, paths.len() as u64);
    (paths, stats)
}

fn seen(root: &Path) -> Vec<String> {
    seen_by(&options(root)).0
}

/// The sources below `root`, or why there is none, by path.
fn sources(root: &Path) -> (BTreeMap<String, Result<Source, Skip>>, WalkStats) {
    let (found, stats) = walk(&options(root), |entry| Some((entry.path.clone(), entry.source())));
    (found.into_iter().collect(), stats)
}

#[test]
fn every_file_once_hidden_ones_too() {
    let dir = tree(&[
        ("a.rb", ""),
        (".env", ""),
        (".github/workflows/a.yml", ""),
        ("deep/er/and/deeper/b.py", ""),
        ("empty/", ""),
        ("with space/ü.js", ""),
    ]);
    assert_eq!(
        seen(dir.path()),
        [".env", ".github/workflows/a.yml", "a.rb", "deep/er/and/deeper/b.py", "with space/ü.js"]
    );
}

#[test]
fn many_files_and_any_number_of_threads() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    for folder in 0..20 {
        let folder = dir.path().join(format!("d{folder}"));
        fs::create_dir(&folder).expect("folder");
        for file in 0..50 {
            fs::write(folder.join(format!("{file}.rb")), "x = 1\n").expect("file");
        }
    }
    let one = seen_by(&WalkOptions { threads: 1, ..WalkOptions::new(dir.path()) });
    assert_eq!(one.0.len(), 1000);
    for threads in [0, 2, 7] {
        assert_eq!(seen_by(&WalkOptions { threads, ..WalkOptions::new(dir.path()) }), one);
    }
}

#[test]
fn nothing_there() {
    let dir = tree(&[("empty/", "")]);
    assert_eq!(seen_by(&options(dir.path())), (vec![], WalkStats::default()));
}

#[test]
fn no_such_folder() {
    let dir = tree(&[]);
    let (paths, stats) = seen_by(&options(&dir.path().join("nowhere")));
    assert_eq!(paths, Vec::<String>::new());
    assert_eq!(stats.errors.len(), 1, "{stats:?}");
}

#[test]
fn the_root_is_a_file() {
    let dir = tree(&[("lib/a.rb", "x = 1\n"), ("lib/b.rb", "")]);
    let (found, stats) = sources(&dir.path().join("lib/a.rb"));
    let found: Vec<_> = found.into_values().map(|source| source.expect("a source").path).collect();
    assert_eq!(found, ["a.rb"]);
    assert_eq!((stats.files, stats.bytes), (1, 6));
}

#[test]
fn ignore_files_without_a_repository() {
    let dir = tree(&[
        (".gitignore", "/log\n*.gen.rb\n!keep.gen.rb\n"),
        ("log/a.rb", ""),
        ("sub/log/a.rb", ""),
        ("a.gen.rb", ""),
        ("keep.gen.rb", ""),
        ("sub/.gitignore", "b.rb\n!c.gen.rb\n"),
        ("sub/b.rb", ""),
        ("sub/c.gen.rb", ""),
        ("b.rb", ""),
        (".ignore", "d.rb\n"),
        ("d.rb", ""),
    ]);
    assert_eq!(
        seen(dir.path()),
        [".gitignore", ".ignore", "b.rb", "keep.gen.rb", "sub/.gitignore", "sub/c.gen.rb", "sub/log/a.rb"]
    );
    let all = WalkOptions { respect_gitignore: false, ..options(dir.path()) };
    assert_eq!(seen_by(&all).0.len(), 11);
}

#[test]
fn ignore_files_of_a_repository() {
    let dir = tree(&[
        (".gitignore", "outer.rb\n"),
        ("repo/.git/info/exclude", "secret.rb\n"),
        ("repo/.git/config.rb", ""),
        ("repo/.gitignore", "/app/tmp\nlog\n"),
        ("repo/app/tmp/a.rb", ""),
        ("repo/app/log/a.rb", ""),
        ("repo/app/secret.rb", ""),
        ("repo/app/outer.rb", ""),
        ("repo/app/a.rb", ""),
        ("repo/tmp/a.rb", ""),
    ]);
    let repo = dir.path().join("repo");
    // What stands above the repository does not count; `.git` is not entered.
    assert_eq!(seen(&repo), [".gitignore", "app/a.rb", "app/outer.rb", "tmp/a.rb"]);
    // Below the repository's root its rules hold on.
    assert_eq!(seen(&repo.join("app")), ["a.rb", "outer.rb"]);
}

#[test]
fn rules_above_a_folder_without_repository_are_not_its_own() {
    let dir = tree(&[(".gitignore", "*\n"), (".ignore", "*\n"), ("app/a.rb", "")]);
    assert_eq!(seen(&dir.path().join("app")), ["a.rb"]);
}

#[test]
fn a_broken_ignore_file_is_told_and_does_the_rest() {
    let dir = tree(&[
        ("sub/.gitignore", "a.rb\n{unclosed\n[z-a]\nb.rb\n"),
        ("sub/a.rb", ""),
        ("sub/b.rb", ""),
        ("sub/c.rb", ""),
    ]);
    let (paths, stats) = seen_by(&options(dir.path()));
    assert_eq!(paths, ["sub/.gitignore", "sub/c.rb"]);
    assert!(!stats.errors.is_empty());
    for (path, message) in &stats.errors {
        assert_eq!(path, "sub/.gitignore");
        assert!(message.starts_with("line "), "{message}");
    }
}

#[test]
fn caches_and_packages_are_pruned() {
    let dir = tree(&[
        ("node_modules/a/index.js", ""),
        ("web/node_modules/a/index.js", ""),
        (".git/hooks/a.sh", ""),
        (".hg/a.py", ""),
        (".svn/a.py", ""),
        (".tox/a.py", ""),
        (".terraform/a.tf", ""),
        (".DS_Store", ""),
        ("a.rb", ""),
        ("docs/node_modules.js", ""),
    ]);
    let (paths, stats) = seen_by(&options(dir.path()));
    assert_eq!(paths, ["a.rb", "docs/node_modules.js"]);
    assert_eq!(stats.pruned, [".terraform", ".tox", "node_modules", "web/node_modules"]);
}

#[test]
fn what_the_user_excludes() {
    let dir = tree(&[
        ("a.rb", ""),
        ("old/a.rb", ""),
        ("sub/old/a.rb", ""),
        ("b.gen.rb", ""),
        ("sub/c.gen.rb", ""),
        ("sub/d.rb", ""),
    ]);
    let with = |globs: &[&str]| {
        let exclude = globs.iter().map(|&glob| glob.to_owned()).collect();
        seen_by(&WalkOptions { exclude, ..options(dir.path()) })
    };
    assert_eq!(with(&["old/"]).0, ["a.rb", "b.gen.rb", "sub/c.gen.rb", "sub/d.rb"]);
    assert_eq!(with(&["/old"]).0, ["a.rb", "b.gen.rb", "sub/c.gen.rb", "sub/d.rb", "sub/old/a.rb"]);
    assert_eq!(with(&["*.gen.rb", "sub/old/**"]).0, ["a.rb", "old/a.rb", "sub/d.rb"]);
    let (paths, stats) = with(&["*.rb", "!d.rb"]);
    assert_eq!(paths, ["sub/d.rb"]);
    assert_eq!(stats.skipped["excluded"], 5);
}

#[test]
fn reading_and_skipping() {
    let dir = tree(&[
        ("a.rb", "x = 1\r\n"),
        ("bin/run", "#!/usr/bin/env python3\nprint(1)\n"),
        ("bin/data", "no script"),
        ("b.png", "no picture"),
        ("empty.js", ""),
        ("long.js", &format!("a\n{}", "x".repeat(30_000))),
        ("large.json", &"[1,\n".repeat(600_000)),
        ("large", &"\0".repeat(3_000_000)),
    ]);
    fs::write(dir.path().join("nul.rb"), b"a\0b").expect("file");
    fs::write(dir.path().join("latin.py"), b"# caf\xE9\n").expect("file");
    fs::write(dir.path().join("wide.env"), b"\xFF\xFED\0Y\0N\0O\0").expect("file");
    fs::write(dir.path().join("mark.yml"), b"\xEF\xBB\xBFa: 1\n").expect("file");
    let (found, stats) = sources(dir.path());
    let shown: Vec<String> = found
        .iter()
        .map(|(path, item)| match item {
            Ok(s) => format!(
                "{} {} {} {} {} {:?}",
                s.path,
                s.lang.id(),
                s.role.id(),
                s.encoding.id(),
                s.bom,
                s.text
            ),
            Err(skip) => format!("{path}: {skip}"),
        })
        .collect();
    assert_eq!(
        shown,
        [
            r#"a.rb ruby app utf-8 false "x = 1\r\n""#,
            "b.png: not in a language dynolint knows",
            "bin/data: not in a language dynolint knows",
            r##"bin/run python build utf-8 false "#!/usr/bin/env python3\nprint(1)\n""##,
            r#"empty.js js app utf-8 false """#,
            "large: not in a language dynolint knows",
            "large.json: 2400000 bytes are more than the limit of 2097152",
            r##"latin.py python app windows-1252 false "# café\n""##,
            "long.js: line 2 has 30000 characters: not written by hand",
            r#"mark.yml yaml config utf-8 true "a: 1\n""#,
            "nul.rb: binary",
            r#"wide.env dotenv config utf-16le true "DYNO""#,
        ]
    );
    assert_eq!(stats.files, 12);
    let skipped: Vec<_> = stats.skipped.iter().map(|(&reason, &count)| (reason, count)).collect();
    assert_eq!(skipped, [("binary", 1), ("long-line", 1), ("too-large", 1), ("unknown-language", 3)]);
    assert_eq!(stats.errors, []);
}

#[test]
fn a_source_from_standard_input() {
    let source = Source::from_bytes("bin/run", b"#!/bin/sh\nexit\n".to_vec()).expect("a source");
    assert_eq!((source.lang, source.encoding), (Lang::Shell, Encoding::Utf8));
    assert_eq!(Source::from_bytes("a.png", vec![]), Err(Skip::UnknownLanguage));
    assert_eq!(Source::from_bytes("a.rb", vec![b'\n'; 3_000_000]), Err(Skip::TooLarge { bytes: 3_000_000 }));
}

#[test]
fn where_a_project_begins() {
    let dir = tree(&[
        ("dynolint.toml", ""),
        ("repo/.git/HEAD", ""),
        ("repo/lib/a.rb", ""),
        ("repo/web/.dynolint.toml", ""),
        ("repo/web/src/a.js", ""),
        ("repo/api/.config/dynolint.toml", ""),
        ("repo/api/src/a.js", ""),
        ("repo/sub/.git", "gitdir: ../.git/modules/sub\n"),
        ("repo/sub/a/b.rb", ""),
        ("plain/x/a.rb", ""),
    ]);
    let root = dir.path().canonicalize().expect("path");
    let rows = [
        ("repo/lib/a.rb", "repo"),
        ("repo/lib", "repo"),
        ("repo", "repo"),
        ("repo/web/src/a.js", "repo/web"),
        ("repo/api/src", "repo/api"),
        ("repo/sub/a/b.rb", "repo/sub"),
        ("plain/x/a.rb", ""),
        ("repo/lib/../web", "repo/web"),
    ];
    for (path, expected) in rows {
        let expected: PathBuf = root.join(expected).components().collect();
        assert_eq!(project_root(&dir.path().join(path)), expected, "{path}");
    }
    let lone = tree(&[("x/a.rb", "")]);
    let folder = lone.path().canonicalize().expect("path").join("x");
    assert_eq!(project_root(&lone.path().join("x/a.rb")), folder);
    assert_eq!(project_root(&lone.path().join("x")), folder);
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::{PermissionsExt, symlink};

    #[test]
    fn links_are_not_followed() {
        let outside = tree(&[("passwords.rb", ""), ("dir/b.rb", "")]);
        let dir = tree(&[("a.rb", ""), ("sub/b.rb", "")]);
        symlink(outside.path().join("passwords.rb"), dir.path().join("out.rb")).expect("link");
        symlink(outside.path().join("dir"), dir.path().join("outdir")).expect("link");
        symlink("a.rb", dir.path().join("again.rb")).expect("link");
        symlink("..", dir.path().join("sub/loop")).expect("link");
        symlink("self", dir.path().join("self")).expect("link");
        symlink("nowhere", dir.path().join("broken.rb")).expect("link");
        let (paths, stats) = seen_by(&options(dir.path()));
        assert_eq!(paths, ["a.rb", "sub/b.rb"]);
        assert_eq!(stats.skipped["symlink"], 6);
        assert_eq!(stats.errors, []);
    }

    #[test]
    fn a_root_behind_a_link() {
        let dir = tree(&[("real/a.rb", "")]);
        symlink("real", dir.path().join("link")).expect("link");
        assert_eq!(seen(&dir.path().join("link")), ["a.rb"]);
    }

    #[test]
    fn pipes_are_not_opened() {
        let dir = tree(&[("a.rb", ""), ("sub/a.rb", "")]);
        let pipe = |path: &str| {
            let made =
                std::process::Command::new("mkfifo").arg(dir.path().join(path)).status().expect("mkfifo");
            assert!(made.success());
        };
        pipe("pipe.rb");
        let (paths, stats) = seen_by(&options(dir.path()));
        assert_eq!(paths, ["a.rb", "sub/a.rb"]);
        assert_eq!(stats.skipped["special"], 1);
        // The walk itself would open this one.
        pipe("sub/.gitignore");
        let (paths, stats) = seen_by(&options(dir.path()));
        assert_eq!(paths, ["a.rb"]);
        assert_eq!(stats.errors.len(), 1);
        assert_eq!(stats.errors[0].0, "sub/.gitignore");
    }

    #[test]
    fn rules_of_the_root_that_would_never_end() {
        let dir = tree(&[("a.rb", "")]);
        symlink("/dev/zero", dir.path().join(".gitignore")).expect("link");
        let (paths, stats) = seen_by(&options(dir.path()));
        assert_eq!(paths, ["a.rb"]);
        assert_eq!(stats.errors.len(), 1, "{stats:?}");
    }

    #[test]
    fn names_that_are_no_text() {
        let dir = tree(&[]);
        fs::write(dir.path().join(OsStr::from_bytes(b"caf\xE9.rb")), "x = 1\n").expect("file");
        fs::write(dir.path().join("back\\slash.rb"), "x = 2\n").expect("file");
        let (found, stats) = sources(dir.path());
        let texts: Vec<_> =
            found.into_values().map(|s| s.expect("a source")).map(|s| (s.path, s.text)).collect();
        assert_eq!(
            texts,
            [
                ("back\\slash.rb".to_owned(), "x = 2\n".to_owned()),
                ("caf\u{FFFD}.rb".to_owned(), "x = 1\n".to_owned())
            ]
        );
        assert_eq!(stats.errors, []);
    }

    #[test]
    fn what_may_not_be_read() {
        let dir = tree(&[("a.rb", "x"), ("secret.rb", "x"), ("closed/b.rb", "x")]);
        let shut = |path: &str| {
            let path = dir.path().join(path);
            fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).expect("permissions");
            path
        };
        let secret = shut("secret.rb");
        let closed = shut("closed");
        let is_root = fs::read(&secret).is_ok();
        let (found, stats) = sources(dir.path());
        fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).expect("permissions");
        if is_root {
            return;
        }
        assert_eq!(found.len(), 2);
        assert_eq!(stats.skipped["unreadable"], 1);
        let paths: Vec<_> = stats.errors.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(paths, ["closed", "secret.rb"]);
    }
}
