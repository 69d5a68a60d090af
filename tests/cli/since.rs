//! `--since REV`, with the real `git` in scratch repositories.

use std::path::Path;

use tempfile::TempDir;

use super::git::{commit, git};
use super::support::{ERROR, Outcome, Run, WARNING, bare, concise, project, write};

/// A repository with one commit of these files, and an application that is seen to be Heroku's.
fn repository(files: &[(&str, &str)]) -> TempDir {
    let folder = project(files);
    write(&folder, "Procfile", "web: bin/web\n");
    git(&folder, &["init", "--quiet"]);
    commit(&folder, "one");
    folder
}

#[track_caller]
fn since(folder: impl AsRef<Path>, rev: &str) -> Outcome {
    concise(folder, &[&format!("--since={rev}")])
}

const TWO: &str = "a = ENV[\"HEROKU_APP_NAME\"]\nb = 1\nc = ENV[\"HEROKU_SLUG_COMMIT\"]\n";

#[test]
fn only_changed_lines_are_reported() {
    let folder = repository(&[("app/a.rb", TWO)]);
    let nothing = since(&folder, "HEAD").ends(0);
    assert_eq!(nothing.out, "");
    assert!(nothing.err.contains("nothing to report"), "{}", nothing.err);
    assert!(nothing.err.contains("2 on lines that did not change"), "{}", nothing.err);
    // Not staged, then staged, then committed: the same.
    write(&folder, "app/a.rb", TWO.replace("c = ", "d = "));
    for step in [&["status"][..], &["add", "--all"], &["commit", "--quiet", "--message", "two"]] {
        git(&folder, step);
        let rev = if step[0] == "commit" { "HEAD~1" } else { "HEAD" };
        let outcome = since(&folder, rev).ends(1);
        assert_eq!(outcome.places(), ["app/a.rb:3:5 heroku-metadata-env"], "{step:?}");
        assert!(outcome.err.contains("1 on lines that did not change"), "{}", outcome.err);
    }
}

#[test]
fn untracked_files_are_new() {
    let folder = repository(&[("app/a.rb", TWO)]);
    write(&folder, "app/new one.rb", TWO);
    write(&folder, "lib/s\u{fc}\u{df}/n\u{e9}w.rb", WARNING);
    let outcome = since(&folder, "HEAD").ends(1);
    assert_eq!(
        outcome.paths().into_iter().collect::<Vec<_>>(),
        ["app/new one.rb", "lib/s\u{fc}\u{df}/n\u{e9}w.rb"]
    );
    assert_eq!(outcome.out.lines().count(), 3);
}

#[test]
fn a_renamed_file_counts_with_its_changed_lines() {
    let folder = repository(&[("app/a.rb", &format!("{TWO}# 1\n# 2\n# 3\n"))]);
    std::fs::rename(folder.path().join("app/a.rb"), folder.path().join("app/b.rb")).expect("moved");
    git(&folder, &["add", "--all"]);
    since(&folder, "HEAD").ends(0);
    write(&folder, "app/b.rb", format!("{}# 1\n# 2\n# 3\n", TWO.replace("c = ", "d = ")));
    assert_eq!(since(&folder, "HEAD").ends(1).places(), ["app/b.rb:3:5 heroku-metadata-env"]);
}

#[cfg(unix)]
#[test]
fn names_may_hold_anything() {
    let names = [
        "a b.rb",
        " c.rb",
        "tab\there.rb",
        "new\nline.rb",
        "quote\".rb",
        "back\\slash.rb",
        "s\u{fc}\u{df}.rb",
        "-U9.rb",
    ];
    let files: Vec<(&str, &str)> = names.iter().map(|name| (*name, TWO)).collect();
    let folder = repository(&files);
    since(&folder, "HEAD").ends(0);
    for name in names {
        write(&folder, name, format!("\n{}", TWO.replace("c = ", "d = ")));
    }
    let outcome = since(&folder, "HEAD").ends(1);
    assert_eq!(outcome.out.lines().count(), names.len(), "{}", outcome.out);
    assert!(outcome.out.lines().all(|line| line.contains(":4:5: ")), "{}", outcome.out);
}

/// Only lines of a hunk's file stand in it, whatever they look like.
#[test]
fn lines_that_look_like_a_patch_mislead_nobody() {
    let text = format!("-- b/x\n@@ -1,9 +1,9 @@\n{TWO}");
    let folder = repository(&[("app/a.rb", &text), ("app/b.rb", TWO)]);
    write(&folder, "app/a.rb", format!("++ b/app/b.rb\n@@ -1,9 +1,9 @@ \n{TWO}\n"));
    since(&folder, "HEAD").ends(0);
}

#[test]
fn line_ends_and_encodings_are_no_trouble() {
    let folder = repository(&[("app/crlf.rb", &TWO.replace('\n', "\r\n"))]);
    write(
        &folder,
        "app/latin.rb",
        b"# caf\xe9\na = ENV[\"HEROKU_APP_NAME\"]\nc = ENV[\"HEROKU_SLUG_COMMIT\"]",
    );
    let wide = |text: &str| -> Vec<u8> {
        std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
    };
    write(&folder, "app/wide.rb", wide(TWO));
    commit(&folder, "two");
    since(&folder, "HEAD").ends(0);
    write(&folder, "app/crlf.rb", TWO.replace('\n', "\r\n").replace("a = ", "b = "));
    write(
        &folder,
        "app/latin.rb",
        b"# caf\xe9\na = ENV[\"HEROKU_APP_NAME\"]\nc = ENV[\"HEROKU_SLUG_COMMIT\"] # \xe9",
    );
    // For git it is no text: it counts whole.
    write(&folder, "app/wide.rb", wide(&TWO.replace("b = 1", "b = 2")));
    let places = since(&folder, "HEAD").ends(1).places();
    let expected = [
        "app/crlf.rb:1:5 heroku-metadata-env",
        "app/latin.rb:3:5 heroku-metadata-env",
        "app/wide.rb:1:5 heroku-metadata-env",
        "app/wide.rb:3:5 heroku-metadata-env",
    ];
    assert_eq!(places, expected);
}

#[test]
fn the_merge_base_counts_and_not_the_revision() {
    let folder = repository(&[("app/a.rb", TWO), ("app/b.rb", "b = 1\n")]);
    git(&folder, &["checkout", "--quiet", "-b", "feature"]);
    write(&folder, "app/new.rb", WARNING);
    commit(&folder, "mine");
    git(&folder, &["checkout", "--quiet", "main"]);
    // What came to main meanwhile is nobody's change here.
    write(&folder, "app/b.rb", "b = 2\n");
    write(&folder, "app/a.rb", "");
    commit(&folder, "theirs");
    git(&folder, &["checkout", "--quiet", "feature"]);
    assert_eq!(since(&folder, "main").ends(1).places(), ["app/new.rb:1:10 heroku-metadata-env"]);
    // And so it is without a branch.
    git(&folder, &["checkout", "--quiet", "--detach"]);
    assert_eq!(since(&folder, "main").ends(1).places(), ["app/new.rb:1:10 heroku-metadata-env"]);
    let tag = git(&folder, &["rev-parse", "main"]);
    assert_eq!(since(&folder, &tag).ends(1).out.lines().count(), 1);
}

#[test]
fn a_project_may_lie_below_the_root_of_the_repository() {
    let folder = bare(&[("apps/shop/dynolint.toml", ""), ("apps/shop/Procfile", "web: x\n")]);
    write(&folder, "apps/shop/app/a.rb", TWO);
    write(&folder, "lib/a.rb", TWO);
    git(&folder, &["init", "--quiet"]);
    commit(&folder, "one");
    since(folder.path().join("apps/shop"), "HEAD").ends(0);
    // From elsewhere in the repository it is no new file.
    std::fs::rename(folder.path().join("lib/a.rb"), folder.path().join("apps/shop/b.rb")).expect("moved");
    git(&folder, &["add", "--all"]);
    write(&folder, "apps/shop/app/a.rb", TWO.replace("a = ", "aa = "));
    let outcome = since(folder.path().join("apps/shop/app"), "HEAD").ends(1);
    assert_eq!(outcome.places(), ["app/a.rb:1:6 heroku-metadata-env"]);
}

#[test]
fn a_worktree_has_changes_of_its_own() {
    let folder = repository(&[("app/a.rb", TWO)]);
    let other = tempfile::tempdir().expect("a folder");
    let path = other.path().join("tree");
    git(&folder, &["worktree", "add", "--quiet", path.to_str().expect("a path"), "-b", "other"]);
    write(&folder, "app/a.rb", format!("{TWO}{WARNING}"));
    since(&path, "main").ends(0);
    std::fs::write(path.join("app/a.rb"), TWO.replace("a = ", "aa = ")).expect("written");
    assert_eq!(since(&path, "main").ends(1).places(), ["app/a.rb:1:6 heroku-metadata-env"]);
}

#[test]
fn submodules_are_looked_into() {
    let inner = repository(&[("lib/a.rb", TWO)]);
    let folder = repository(&[("app/a.rb", TWO)]);
    let from = inner.path().to_str().expect("a path");
    git(&folder, &["submodule", "--quiet", "add", from, "engine"]);
    commit(&folder, "two");
    since(&folder, "HEAD").ends(0);
    write(&folder, "engine/lib/a.rb", TWO.replace("a = ", "aa = "));
    assert_eq!(since(&folder, "HEAD").ends(1).places(), ["engine/lib/a.rb:1:6 heroku-metadata-env"]);
    commit(folder.path().join("engine"), "inner");
    assert_eq!(since(&folder, "HEAD").ends(1).places(), ["engine/lib/a.rb:1:6 heroku-metadata-env"]);
    commit(&folder, "three");
    assert_eq!(since(&folder, "HEAD~1").ends(1).places(), ["engine/lib/a.rb:1:6 heroku-metadata-env"]);
    since(&folder, "HEAD").ends(0);
}

/// A finding belongs to a change that touches any of its places.
#[test]
fn places_that_belong_to_a_finding_count() {
    let reads = "def a\n  ENV[\"DYNO\"]\nend\n\ndef b\n  ENV[\"DYNO\"]\nend\n";
    let folder = repository(&[("app/a.rb", reads)]);
    let all = concise(&folder, &[]).places();
    assert_eq!(all.len(), 1, "{all:?}");
    write(&folder, "app/a.rb", reads.replace("def b\n  ENV", "def b\n  x = ENV"));
    // The place is the one that changed.
    let changed = since(&folder, "HEAD").places();
    assert_eq!(changed.len(), 1);
    assert!(changed[0].starts_with("app/a.rb:6:7 "), "{changed:?}");
}

#[test]
fn only_what_is_shown_is_fixed() {
    let twice = "a = ENV[\"HEROKU_SLUG_COMMIT\"]\n";
    let folder = repository(&[("app/a.rb", twice), ("app/b.rb", twice)]);
    write(&folder, "app/b.rb", format!("\n{}", twice.replace("a = ", "b = ")));
    let outcome = concise(&folder, &["--since", "HEAD", "--unsafe-fixes"]).ends(0);
    assert!(outcome.err.contains("1 on lines that did not change"), "{}", outcome.err);
    let text = |path: &str| std::fs::read_to_string(folder.path().join(path)).expect("there");
    assert_eq!(text("app/a.rb"), twice);
    assert!(text("app/b.rb").contains("GIT_SHA"), "{}", text("app/b.rb"));
}

#[test]
fn a_file_that_git_forgot_is_new() {
    let folder = repository(&[("app/a.rb", TWO)]);
    git(&folder, &["rm", "--quiet", "--cached", "app/a.rb"]);
    assert_eq!(since(&folder, "HEAD").ends(1).out.lines().count(), 2);
}

#[test]
fn standard_input_is_compared_in_place_of_its_file() {
    let folder = repository(&[("app/a.rb", TWO)]);
    let check = |name: &str, text: &str| {
        let arguments = ["--output-format=concise", "--since=HEAD", "-", "--stdin-filename", name];
        Run::within(&folder, &arguments).reading(text).run()
    };
    check("app/a.rb", &TWO.replace('\n', "\r\n")).ends(0);
    let changed = check("app/a.rb", &format!("\n{}", TWO.replace("a = ", "aa = "))).ends(1);
    assert_eq!(changed.places(), ["app/a.rb:2:6 heroku-metadata-env"]);
    assert_eq!(check("app/new.rb", TWO).ends(1).out.lines().count(), 2);
    git(&folder, &["mv", "app/a.rb", "app/b.rb"]);
    let changed = check("app/b.rb", &TWO.replace("a = ", "aa = ")).ends(1);
    assert_eq!(changed.places(), ["app/b.rb:1:6 heroku-metadata-env"]);
}

/// What git would run for a repository's configuration is not run, and what it would print differently is not.
#[cfg(unix)]
#[test]
fn a_repository_cannot_get_in_the_way() {
    use std::os::unix::fs::PermissionsExt;
    let folder = repository(&[("app/a.rb", TWO), (".gitattributes", "*.rb diff=loud\n")]);
    let trap = folder.path().join("trap.sh");
    std::fs::write(&trap, "#!/bin/sh\ntouch \"$(dirname \"$0\")/trapped\"\n").expect("written");
    std::fs::set_permissions(&trap, std::fs::Permissions::from_mode(0o755)).expect("set");
    let trap = trap.to_str().expect("a path");
    for (name, value) in [
        ("diff.external", trap),
        ("diff.loud.textconv", trap),
        ("diff.loud.command", trap),
        ("core.fsmonitor", trap),
        ("core.pager", trap),
        ("diff.noprefix", "true"),
        ("diff.mnemonicPrefix", "true"),
        ("diff.relative", "true"),
        ("diff.interHunkContext", "9"),
        ("diff.context", "9"),
        ("diff.submodule", "diff"),
        ("diff.renames", "false"),
        ("color.ui", "always"),
        ("core.quotePath", "true"),
    ] {
        git(&folder, &["config", name, value]);
    }
    let hooks = folder.path().join(".git/hooks");
    std::fs::create_dir_all(&hooks).expect("made");
    std::fs::copy(trap, hooks.join("post-index-change")).expect("copied");
    write(&folder, "app/a.rb", TWO.replace("c = ", "d = "));
    let outcome = Run::within(&folder, &["--output-format", "concise", "--since", "HEAD"])
        .with("GIT_EXTERNAL_DIFF", trap)
        .with("GIT_PAGER", trap)
        .with("GIT_DIFF_OPTS", "--unified=9")
        .run()
        .ends(1);
    assert_eq!(outcome.places(), ["app/a.rb:3:5 heroku-metadata-env"]);
    assert!(!folder.path().join("trapped").exists());
}

#[test]
fn variables_that_lead_to_the_repository_count() {
    let folder = repository(&[("app/a.rb", TWO)]);
    let elsewhere = tempfile::tempdir().expect("a folder");
    let store = elsewhere.path().join("store");
    std::fs::rename(folder.path().join(".git"), &store).expect("moved");
    write(&folder, "app/a.rb", TWO.replace("c = ", "d = "));
    since(&folder, "HEAD").ends(2);
    let store = store.to_str().expect("a path");
    let run = |within: &Path, variables: &[(&str, &str)]| {
        let run = Run::within(within, &["--output-format", "concise", "--since", "HEAD"]);
        variables.iter().fold(run, |run, (name, value)| run.with(name, value)).run()
    };
    // Alone, it makes the current folder the top of the working tree, as in hooks.
    let outcome = run(folder.path(), &[("GIT_DIR", store)]).ends(1);
    assert_eq!(outcome.places(), ["app/a.rb:3:5 heroku-metadata-env"]);
    let top = folder.path().to_str().expect("a path");
    let outcome = run(&folder.path().join("app"), &[("GIT_DIR", store), ("GIT_WORK_TREE", top)]).ends(1);
    assert_eq!(outcome.places(), ["app/a.rb:3:5 heroku-metadata-env"]);
}

/// Fails with 2 and these words.
#[track_caller]
fn fails(folder: impl AsRef<Path>, rev: &str, words: &[&str]) {
    let outcome = since(folder, rev).ends(2);
    assert_eq!(outcome.out, "");
    for word in words {
        assert!(outcome.err.contains(word), "{word:?} is not in {}", outcome.err);
    }
}

#[test]
fn what_is_no_revision_is_said() {
    let folder = repository(&[("app/a.rb", TWO)]);
    git(&folder, &["tag", "v1.2"]);
    fails(&folder, "mian", &["there is no revision `mian`", "did you mean `main`?"]);
    fails(&folder, "v1.3", &["did you mean `v1.2`?"]);
    fails(&folder, "HEAD~1", &["there is no revision `HEAD~1`"]);
    fails(&folder, "", &["there is no revision ``"]);
    fails(&folder, "--output=stolen", &["there is no revision `--output=stolen`"]);
    fails(&folder, "main..HEAD", &["one revision", "--since main"]);
    fails(&folder, "HEAD:app/a.rb", &["no commit"]);
    fails(&folder, "\u{1b}[31m", &["there is no revision `\\x1b[31m`"]);
    assert!(!folder.path().join("stolen").exists());
    // A message is a revision, too.
    since(&folder, ":/one").ends(0);
    // A name that only the remote has.
    let clone = tempfile::tempdir().expect("a folder");
    let from = folder.path().to_str().expect("a path");
    git(&clone, &["clone", "--quiet", from, "."]);
    git(&clone, &["checkout", "--quiet", "--detach"]);
    git(&clone, &["branch", "--quiet", "-D", "main"]);
    fails(&clone, "main", &["did you mean `origin/main`?"]);
}

#[test]
fn what_is_no_repository_is_said() {
    let folder = project(&[("app/a.rb", ERROR)]);
    fails(&folder, "HEAD", &["needs a git repository", "leave --since out"]);
    git(&folder, &["init", "--quiet"]);
    fails(&folder, "main", &["this repository has none yet"]);
    commit(&folder, "one");
    since(&folder, "main").ends(0);
    let clone = tempfile::tempdir().expect("a folder");
    let from = folder.path().to_str().expect("a path");
    git(&clone, &["clone", "--quiet", "--bare", from, "."]);
    write(&clone, "dynolint.toml", "");
    fails(&clone, "main", &["bare"]);
    let outcome = Run::within(&folder, &["--since", "main"]).with("PATH", "/nowhere").run().ends(2);
    assert!(outcome.err.contains("needs the program `git`"), "{}", outcome.err);
}

#[test]
fn a_shallow_clone_is_told_how_to_get_deeper() {
    let folder = repository(&[("app/a.rb", TWO)]);
    git(&folder, &["checkout", "--quiet", "-b", "feature"]);
    commit(&folder, "two");
    git(&folder, &["checkout", "--quiet", "main"]);
    commit(&folder, "three");
    let clone = tempfile::tempdir().expect("a folder");
    let from = format!("file://{}", folder.path().to_str().expect("a path"));
    git(&clone, &["clone", "--quiet", "--depth=1", "--no-single-branch", &from, "."]);
    fails(&clone, "origin/feature", &["no commit in common", "--unshallow", "fetch-depth: 0"]);
    fails(&clone, "HEAD~1", &["there is no revision `HEAD~1`", "--unshallow"]);
    git(&clone, &["fetch", "--quiet", "--unshallow"]);
    since(&clone, "origin/feature").ends(0);
    // Nothing in common, and nothing to fetch.
    git(&folder, &["checkout", "--quiet", "--orphan", "other"]);
    commit(&folder, "four");
    fails(&folder, "main", &["no commit in common", "choose a revision"]);
}
