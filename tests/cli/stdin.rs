//! Text on standard input in place of a file.

use super::support::{ERROR, NOTE, Outcome, Run, WARNING, project, run};

const WRAPPER: (&str, &str) =
    ("lib/platform.rb", "module Platform\n  def self.heroku?\n    ENV.key?(\"DYNO\")\n  end\nend\n");

#[track_caller]
fn check(folder: &tempfile::TempDir, arguments: &[&str], text: &str) -> Outcome {
    let all: Vec<&str> = ["--output-format", "concise"].iter().chain(arguments).copied().collect();
    Run::within(folder, &all).reading(text).run()
}

#[test]
fn the_text_replaces_the_file() {
    let folder = project(&[("app/x.rb", ERROR), ("app/y.rb", ERROR)]);
    let path = ["-", "--stdin-filename", "app/x.rb"];
    assert_eq!(check(&folder, &path, "puts 1\n").ends(0).out, "");
    assert_eq!(
        check(&folder, &path, &format!("\n{WARNING}")).ends(1).places(),
        ["app/x.rb:2:10 heroku-metadata-env"]
    );
    // Only that file is asked for; with a path more are.
    assert_eq!(
        check(&folder, &["-", "--stdin-filename", "app/x.rb", "app"], NOTE).ends(1).places(),
        ["app/x.rb:1:12 dyno-ordinal", "app/y.rb:1:8 dyno-process-type"]
    );
    let whole = Run::within(&folder, &["-", "--stdin-filename", "app/x.rb"]).reading(WARNING).run().ends(1);
    assert!(whole.out.contains("1 │ commit = ENV[\"HEROKU_SLUG_COMMIT\"]"), "{}", whole.out);
    assert_eq!(std::fs::read_to_string(folder.path().join("app/x.rb")).expect("there"), ERROR);
}

#[test]
fn the_path_starts_from_where_one_is() {
    let folder = project(&[("app/x.rb", "puts 1\n")]);
    let below = Run::within(folder.path().join("app"), &["-", "--stdin-filename", "x.rb"]).reading(ERROR);
    assert!(below.run().ends(1).out.contains("app/x.rb:1:8"));
    let absolute = folder.path().join("app/x.rb");
    let absolute = check(&folder, &["-", "--stdin-filename", absolute.to_str().expect("UTF-8")], ERROR);
    assert_eq!(absolute.ends(1).places(), ["app/x.rb:1:8 dyno-process-type"]);
}

#[test]
fn the_file_need_not_exist_yet() {
    let folder = project(&[("app/x.rb", "puts 1\n")]);
    for path in ["new.rb", "app/new.rb", "app/models/concerns/new.rb"] {
        let outcome = check(&folder, &["-", "--stdin-filename", path], ERROR).ends(1);
        assert_eq!(outcome.places(), [format!("{path}:1:8 dyno-process-type")]);
        assert!(outcome.err.contains("looked at 3 files"), "the project is read, too: {}", outcome.err);
        assert_eq!(check(&folder, &["-", "--stdin-filename", path], "").ends(0).out, "");
    }
    // A path that is not the file's own has to exist all the same.
    check(&folder, &["-", "--stdin-filename", "app/new.rb", "app/other.rb"], ERROR).ends(2);
}

#[test]
fn a_wrapper_elsewhere_is_resolved() {
    let folder = project(&[WRAPPER, ("app/x.rb", "puts 1\n")]);
    let without = run(&folder, &[]).ends(1).out;
    assert!(without.starts_with("warning[") && !without.contains("app/x.rb"), "{without}");
    for path in ["app/x.rb", "app/new.rb"] {
        let text = "# one\nraise \"no\" unless Platform.heroku?\n";
        let outcome =
            Run::within(&folder, &["-", "--stdin-filename", path, "lib"]).reading(text).run().ends(1);
        assert!(outcome.out.starts_with("error["), "{}", outcome.out);
        assert!(
            outcome.out.contains(&format!("see: {path}:2:1: runs after the move: raises")),
            "{}",
            outcome.out
        );
    }
}

#[test]
fn the_file_on_the_disk_is_not_read_behind_the_text() {
    let folder = project(&[WRAPPER, ("app/x.rb", "raise \"no\" unless Platform.heroku?\n")]);
    let before = run(&folder, &[]).ends(1).out;
    assert!(before.contains("app/x.rb:1:1"), "{before}");
    let outcome = Run::within(&folder, &["-", "--stdin-filename", "app/x.rb", "."]).reading("puts 1\n").run();
    assert!(!outcome.ends(1).out.contains("app/x.rb"), "the use is gone");
}

#[test]
fn a_text_that_is_no_source_is_counted() {
    let folder = project(&[("app/x.rb", ERROR)]);
    let long = format!("# {}\n", "x".repeat(100_000));
    for (text, reason) in [("k = 1\0\0\0", "1 binary"), (long.as_str(), "1 not written by hand")] {
        let outcome = check(&folder, &["-", "--stdin-filename", "app/x.rb"], text).ends(0);
        assert_eq!(outcome.out, "", "the file on the disk is not read instead");
        assert!(outcome.err.contains(reason), "{}", outcome.err);
    }
}

#[test]
fn the_wrapper_itself_may_be_the_text() {
    let folder =
        project(&[("lib/platform.rb", "# empty\n"), ("app/x.rb", "raise unless Platform.heroku?\n")]);
    run(&folder, &[]).ends(0);
    let outcome =
        Run::within(&folder, &["-", "--stdin-filename", "lib/platform.rb"]).reading(WRAPPER.1).run().ends(1);
    assert!(outcome.out.contains("see: app/x.rb:1:1: runs after the move: raises"), "{}", outcome.out);
}
