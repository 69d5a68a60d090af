//! Findings that comments and settings suppress, and suppressions that the program writes.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use super::support::{ERROR, Outcome, WARNING, concise, fixture, project, run, write};

/// A line with a finding in some language, and how comments are written there.
struct Case {
    path: &'static str,
    /// The text around the line, which stands for `{}`.
    frame: &'static str,
    line: &'static str,
    /// The same words in a text of the language, in the place of the line; a sign for a comment with them.
    text: Option<&'static str>,
    /// A comment at the end of the line, with `{}` for what it says.
    trailing: Option<&'static str>,
    /// One on a line of its own.
    alone: &'static str,
}

const CASES: &[Case] = &[
    Case {
        path: "config/a.rb",
        frame: "{}\nputs 1\n",
        line: "leader = ENV[\"DYNO\"] == \"worker.1\"",
        text: Some("puts(\"{}\", ENV[\"DYNO\"] == \"worker.1\")"),
        trailing: Some(" # {}"),
        alone: "# {}",
    },
    Case {
        path: "app/views/a.html.erb",
        frame: "<main>\n{}\n</main>\n",
        line: "<p><%= ENV[\"HEROKU_SLUG_COMMIT\"] %></p>",
        text: Some("<p title=\"{}\"><%= ENV[\"HEROKU_SLUG_COMMIT\"] %></p>"),
        trailing: Some(" <%# {} %>"),
        alone: "<!-- {} -->",
    },
    Case {
        path: "app/views/a.html.haml",
        frame: "%main\n{}\n%footer\n",
        line: "%p= ENV[\"HEROKU_SLUG_COMMIT\"]",
        text: Some("%p= \"{} #{ENV[\"HEROKU_SLUG_COMMIT\"]}\""),
        trailing: Some(" # {}"),
        alone: "-# {}",
    },
    Case {
        path: "app/views/a.html.slim",
        frame: "main\n{}\nfooter\n",
        line: "p = ENV[\"HEROKU_SLUG_COMMIT\"]",
        text: Some("p = \"{} #{ENV[\"HEROKU_SLUG_COMMIT\"]}\""),
        trailing: Some(" # {}"),
        alone: "/ {}",
    },
    Case {
        path: "app/a.py",
        frame: "import os\n\n{}\nprint(1)\n",
        line: "leader = os.environ.get(\"DYNO\") == \"worker.1\"",
        text: Some("leader = (\"# {}\", os.environ.get(\"DYNO\") == \"worker.1\")"),
        trailing: Some("  # {}"),
        alone: "# {}",
    },
    Case {
        path: "src/a.js",
        frame: "{}\nstart();\n",
        line: "const leader = process.env.DYNO === \"worker.1\";",
        text: Some("const leader = `// {} ${process.env.DYNO === \"worker.1\"}`;"),
        trailing: Some(" // {}"),
        alone: "/* {} */",
    },
    Case {
        path: "src/a.ts",
        frame: "{}\nstart();\n",
        line: "const leader: boolean = process.env.DYNO === \"worker.1\";",
        text: Some("const leader = [\"// {}\", process.env.DYNO === \"worker.1\"];"),
        trailing: Some(" /* {} */"),
        alone: "// {}",
    },
    Case {
        path: "src/a.tsx",
        frame: "export const App = () => (\n  <main>\n{}\n    <p>Hello</p>\n  </main>\n);\n",
        line: "    <p>{process.env.HEROKU_SLUG_COMMIT}</p>",
        text: Some("    <p>// {} {process.env.HEROKU_SLUG_COMMIT}</p>"),
        trailing: Some(" {/* {} */}"),
        alone: "    {/* {} */}",
    },
    Case {
        path: "src/a.vue",
        frame: "<template><p>Hello</p></template>\n<script>\n{}\nexport default {};\n</script>\n",
        line: "const leader = process.env.DYNO === \"worker.1\";",
        text: Some("const leader = [\"// {}\", process.env.DYNO === \"worker.1\"];"),
        trailing: Some(" // {}"),
        alone: "// {}",
    },
    Case {
        path: "src/a.svelte",
        frame: "<script lang=\"ts\">\n{}\n</script>\n<p>Hello</p>\n",
        line: "  const leader = process.env.DYNO === \"worker.1\";",
        text: Some("  const leader = [\"// {}\", process.env.DYNO === \"worker.1\"];"),
        trailing: Some(" // {}"),
        alone: "  // {}",
    },
    Case {
        path: "bin/a.sh",
        frame: "#!/bin/sh\n{}\necho done\n",
        line: "send --commit \"$HEROKU_SLUG_COMMIT\"",
        text: Some("send --commit \"$HEROKU_SLUG_COMMIT\" '# {}'"),
        trailing: Some(" # {}"),
        alone: "# {}",
    },
    Case {
        path: "Dockerfile",
        frame: "FROM ruby:3.4.8-slim\n{}\nCMD [\"bin/web\"]\n",
        line: "RUN send --commit \"$HEROKU_SLUG_COMMIT\"",
        text: Some("RUN send --commit \"$HEROKU_SLUG_COMMIT\" \"# {}\""),
        trailing: None,
        alone: "# {}",
    },
    Case {
        path: "Procfile",
        frame: "web: bin/web\n{}\n",
        line: "clock: bundle exec clockwork clock.rb",
        text: Some("clock: bundle exec clockwork clock.rb '# {}'"),
        trailing: None,
        alone: "# {}",
    },
    Case {
        path: "Makefile",
        frame: "release:\n{}\n\techo done\n",
        line: "\tsend --commit \"$$HEROKU_SLUG_COMMIT\"",
        text: Some("\tsend --commit \"$$HEROKU_SLUG_COMMIT\" '# {}'"),
        trailing: Some(" # {}"),
        alone: "# {}",
    },
    Case {
        path: "config/a.yml",
        frame: "production:\n{}\n  other: 1\n",
        line: "  commit: <%= ENV[\"HEROKU_SLUG_COMMIT\"] %>",
        text: Some("  commit: \"# {} <%= ENV['HEROKU_SLUG_COMMIT'] %>\""),
        trailing: Some(" # {}"),
        alone: "  # {}",
    },
    Case {
        path: "package.json",
        frame: "{\n  \"name\": \"a\",\n  \"scripts\": {\n{}\n    \"start\": \"node src/a.js\"\n  }\n}\n",
        line: "    \"heroku-postbuild\": \"npm run build\",",
        text: Some("    \"heroku-postbuild\": \"npm run build // {}\","),
        trailing: Some(" // {}"),
        alone: "    /* {} */",
    },
    Case {
        path: "netlify.toml",
        frame: "[build]\n{}\npublish = \"dist\"\n",
        line: "command = \"send --commit $HEROKU_SLUG_COMMIT\"",
        text: Some("command = \"send --commit $HEROKU_SLUG_COMMIT '# {}'\""),
        trailing: Some(" # {}"),
        alone: "# {}",
    },
    Case {
        path: ".env",
        frame: "A=1\n{}\nB=2\n",
        line: "RELEASE=$HEROKU_SLUG_COMMIT",
        text: Some("RELEASE=\"$HEROKU_SLUG_COMMIT # {}\""),
        trailing: Some(" # {}"),
        alone: "# {}",
    },
    Case {
        path: "db/a.sql",
        frame: "SELECT 1;\n{}\nSELECT 2;\n",
        line: "CREATE TABLE a (b text DEFAULT heroku_ext.uuid_generate_v4());",
        text: Some("SELECT heroku_ext.uuid_generate_v4(), '-- {}';"),
        trailing: Some(" -- {}"),
        alone: "-- {}",
    },
    Case {
        path: "main.go",
        frame: "package main\n\nimport \"os\"\n\n{}\n\nfunc main() {}\n",
        line: "var commit = os.Getenv(\"HEROKU_SLUG_COMMIT\")",
        text: Some("var commit = os.Getenv(\"HEROKU_SLUG_COMMIT\") + \"// {}\""),
        trailing: Some(" // {}"),
        alone: "/* {} */",
    },
    Case {
        path: "web/.slugignore",
        frame: "# what the slug does not need\n{}\n",
        line: "spec",
        text: None,
        trailing: None,
        alone: "# {}",
    },
];

/// The rules that find something in the lines.
const RULES: &str = "dyno-ordinal, heroku-metadata-env, clock-process-singleton, heroku-npm-lifecycle, \
                     pg-heroku-ext-schema, slugignore";

/// The text of a case with a suppression in one of its forms, where the language has that.
type Form = dyn Fn(&Case) -> Option<String>;

impl Case {
    fn with(&self, line: &str) -> String {
        self.frame.replacen("{}", line, 1)
    }

    fn comment(&self, verb: &str) -> String {
        self.alone.replacen("{}", &format!("dynolint: {verb}[{RULES}] looked at"), 1)
    }
}

/// A project with one file of every case.
fn all(file: impl Fn(&Case) -> Option<String>) -> TempDir {
    let files: Vec<(&str, String)> = CASES.iter().filter_map(|case| Some((case.path, file(case)?))).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    project(&files)
}

fn check(folder: &TempDir, more: &[&str]) -> Outcome {
    let rules = RULES.replace(", ", ",");
    let arguments: Vec<&str> = ["--only", &rules, "--assume-heroku"].iter().chain(more).copied().collect();
    concise(folder, &arguments)
}

fn summary(folder: impl AsRef<Path>, arguments: &[&str]) -> Value {
    let all: Vec<&str> = ["--output-format", "json"].iter().chain(arguments).copied().collect();
    run(folder, &all).json()["summary"].clone()
}

fn read(folder: &TempDir, path: &str) -> String {
    fs::read_to_string(folder.path().join(path)).expect("a file")
}

#[test]
fn every_case_has_a_finding() {
    let folder = all(|case| Some(case.with(case.line)));
    let outcome = check(&folder, &[]);
    let paths = outcome.paths();
    let missing: Vec<&str> =
        CASES.iter().map(|case| case.path).filter(|path| !paths.contains(*path)).collect();
    assert!(missing.is_empty(), "nothing is found in {missing:?}\n{}", outcome.out);
}

#[test]
fn a_comment_silences_in_every_language() {
    let at_end = |case: &Case| {
        let comment = case.trailing?.replacen("{}", &format!("dynolint: ignore[{RULES}] looked at"), 1);
        Some(case.with(&format!("{}{comment}", case.line)))
    };
    let above = |case: &Case| Some(case.with(&format!("{}\n{}", case.comment("ignore"), case.line)));
    let stacked = |case: &Case| {
        let comment = case.comment("ignore");
        // A comment of HAML or Slim takes in what is nested in it, not what follows at its level.
        Some(case.with(&format!(
            "{comment}\n\n{}\n{}",
            case.alone.replacen("{}", "see the wiki", 1),
            case.line
        )))
    };
    let whole_file =
        |case: &Case| Some(case.with(&format!("{}\n{}", case.line, case.comment("ignore-file"))));
    let block = |case: &Case| {
        let (begin, end) = (case.comment("disable"), case.comment("enable"));
        Some(case.with(&format!("{begin}\n{}\n{end}", case.line)))
    };
    let forms: [(&str, &Form); 5] = [
        ("at the end of the line", &at_end),
        ("above", &above),
        ("above another comment", &stacked),
        ("for the file", &whole_file),
        ("around", &block),
    ];
    for (name, form) in forms {
        let folder = all(form);
        let outcome = check(&folder, &[]);
        assert_eq!(outcome.out, "", "{name}");
        assert!(outcome.err.contains(" suppressed (--no-ignores shows them)"), "{}", outcome.err);
        let files = CASES.iter().filter(|case| form(case).is_some()).count();
        assert_eq!(check(&folder, &["--no-ignores"]).paths().len(), files, "{name} with --no-ignores");
    }
}

#[test]
fn a_comment_silences_nothing_else() {
    let other = |case: &Case| {
        let comment = case.alone.replacen("{}", "dynolint: ignore[port-no-default] looked at", 1);
        Some(case.with(&format!("{comment}\n{}", case.line)))
    };
    assert_eq!(check(&all(other), &[]).paths().len(), CASES.len(), "another rule");
    let below = |case: &Case| Some(case.with(&format!("{}\n{}", case.line, case.comment("ignore"))));
    assert_eq!(check(&all(below), &[]).paths().len(), CASES.len(), "a comment below");
    let after = |case: &Case| {
        Some(case.with(&format!("{}\n{}\n{}", case.comment("disable"), case.comment("enable"), case.line)))
    };
    assert_eq!(check(&all(after), &[]).paths().len(), CASES.len(), "a block that has ended");
}

#[test]
fn a_text_is_no_comment() {
    let said = format!("dynolint: ignore[{RULES}] looked at");
    let folder = all(|case| Some(case.with(&case.text?.replacen("{}", &said, 1))));
    let outcome = check(&folder, &[]);
    let paths = outcome.paths();
    let texts = CASES.iter().filter(|case| case.text.is_some());
    let missing: Vec<&str> = texts.map(|case| case.path).filter(|path| !paths.contains(*path)).collect();
    assert!(missing.is_empty(), "silenced by a text: {missing:?}\n{}", outcome.out);
}

#[test]
fn one_place_of_a_cause_is_silenced_and_the_others_stay() {
    let text = "a = ENV[\"HEROKU_SLUG_COMMIT\"] # dynolint: ignore[heroku-metadata-env] shown only\n\
                b = ENV[\"HEROKU_SLUG_COMMIT\"]\n";
    let folder = project(&[("a.rb", text)]);
    assert_eq!(concise(&folder, &[]).ends(1).places(), ["a.rb:2:5 heroku-metadata-env"]);
    assert_eq!(summary(&folder, &[])["suppressed"], 1);
}

#[test]
fn what_silences_nothing_is_found_where_its_rule_ran() {
    let folder = project(&[("a.rb", "x = 1 # dynolint: ignore[dyno-ordinal] was one\n")]);
    assert_eq!(concise(&folder, &[]).ends(0).places(), ["a.rb:1:26 unused-suppression"]);
    // Nobody else names dynolint in the file, and it is looked at nevertheless.
    let both = "unused-suppression,dyno-ordinal";
    assert_eq!(concise(&folder, &["--only", both]).places().len(), 1);
    for arguments in [
        &["--only", "unused-suppression"][..],
        &["--skip", "dyno-ordinal"],
        &["--no-ignores"],
        &["--min-severity", "warning"],
    ] {
        assert_eq!(concise(&folder, arguments).ends(0).out, "", "{arguments:?}");
    }
    write(&folder, "dynolint.toml", "[rules.dyno-ordinal]\nenabled = false\n");
    assert_eq!(concise(&folder, &[]).out, "");
    write(
        &folder,
        "dynolint.toml",
        "[[overrides]]\npaths = [\"*.rb\"]\nrules.dyno-ordinal.enabled = false\n",
    );
    assert_eq!(concise(&folder, &[]).out, "");

    // A rule for the thorough is judged with them only.
    let folder = project(&[("a.rb", "x = 1 # dynolint: ignore[db-ssl-implicit] was one\n")]);
    assert_eq!(concise(&folder, &[]).out, "");
    assert_eq!(concise(&folder, &["--pedantic"]).places(), ["a.rb:1:26 unused-suppression"]);

    // Tests are judged where they are reported, what others wrote never is.
    let text = "x = 1 # dynolint: ignore[dyno-ordinal] was one\n";
    let folder = project(&[("spec/a_spec.rb", text), ("vendor/gems/a.rb", text)]);
    assert_eq!(concise(&folder, &[]).out, "");
    assert_eq!(concise(&folder, &["--all-roles"]).places(), ["spec/a_spec.rb:1:26 unused-suppression"]);
}

#[test]
fn a_suppression_may_be_for_another_target() {
    let text = "# dynolint: ignore[slugignore] no image is built\nspec\n";
    let ignore = "[[ignore]]\npath = \"web/\"\nrule = \"slugignore\"\n";
    let folder = project(&[(".slugignore", text), ("web/.slugignore", "spec\n"), ("dynolint.toml", "")]);
    write(&folder, "dynolint.toml", ignore);
    assert_eq!(concise(&folder, &[]).out, "");
    assert_eq!(summary(&folder, &[])["suppressed"], 2);
    // With Dokku there is no such finding.
    assert_eq!(concise(&folder, &["--target", "dokku"]).out, "");
    assert_eq!(summary(&folder, &["--target", "dokku"])["suppressed"], 0);
}

#[test]
fn a_read_that_is_portable_already_needs_its_comment_with_pedantic() {
    let text = "a = ENV[\"GIT_SHA\"] || ENV[\"HEROKU_SLUG_COMMIT\"] # dynolint: ignore[heroku-metadata-env] bridge\n";
    let folder = project(&[("a.rb", text)]);
    for arguments in [&[][..], &["--pedantic"]] {
        assert_eq!(concise(&folder, arguments).ends(0).out, "", "{arguments:?}");
    }
}

#[test]
fn fixes_take_out_what_silences_nothing() {
    let folder = project(&[
        (
            "a.rb",
            "x = 1 # rubocop:disable A # dynolint: ignore[dyno-ordinal] was one\n# dynolint: ignore-file[slugignore]\n",
        ),
        ("b.py", "x = 1  # dynolint: ignore[dyno-ordinal, heroku-metadata-env, port-no-default] were some\n"),
    ]);
    run(&folder, &["--fix"]).ends(0);
    assert_eq!(read(&folder, "a.rb"), "x = 1 # rubocop:disable A\n");
    assert_eq!(read(&folder, "b.py"), "x = 1\n");
}

#[test]
fn suppressions_of_suppressions() {
    let text = "# dynolint: ignore-file[unused-suppression] kept for the next release\n\
                x = 1 # dynolint: ignore[dyno-ordinal] was one\n";
    let folder = project(&[("a.rb", text)]);
    assert_eq!(concise(&folder, &[]).ends(0).out, "");
    let folder = project(&[("a.rb", text.lines().next().expect("a line"))]);
    assert_eq!(concise(&folder, &[]).places(), ["a.rb:1:25 unused-suppression"]);
}

#[test]
fn a_reason_is_wanted_where_the_settings_say_so() {
    let folder =
        project(&[("a.rb", "leader = ENV[\"DYNO\"] == \"web.1\" # dynolint: ignore[dyno-ordinal]\n")]);
    assert_eq!(concise(&folder, &[]).ends(0).out, "");
    write(&folder, "dynolint.toml", "require-reason = true\n");
    assert_eq!(concise(&folder, &[]).ends(1).places(), ["a.rb:1:35 suppression-without-reason"]);
    assert_eq!(concise(&folder, &["--no-ignores"]).ends(1).rules(), ["dyno-ordinal".to_string()].into());
}

#[test]
fn settings_suppress() {
    let package = "{\"scripts\": {\"heroku-postbuild\": \"npm run build\", \"heroku-prebuild\": \"x\"}}\n";
    let folder = project(&[("package.json", package), ("web/package.json", package)]);
    let all = concise(&folder, &[]).places();
    assert_eq!(all.len(), 4, "{all:?}");
    let left = |settings: &str| {
        write(&folder, "dynolint.toml", settings);
        concise(&folder, &[]).places()
    };
    let entry = "[[ignore]]\nrule = \"heroku-npm-lifecycle\"\nreason = \"until May\"\n";
    assert_eq!(left(&format!("{entry}path = \"package.json\"\n")), [""; 0]);
    assert_eq!(left(&format!("{entry}path = \"/package.json\"\n")), all[2..]);
    assert_eq!(left(&format!("{entry}path = \"web/\"\n")), all[..2]);
    // Blanks in the code do not count.
    let code = "code = \" \\\"heroku-postbuild\\\" \"\n";
    let some = left(&format!("{entry}path = \"package.json\"\n{code}"));
    assert_eq!(some.len(), 2, "{some:?}");
    // One that silences nothing is found where it stands.
    let idle = left(&format!("\n{entry}path = \"app.json\"\n"));
    assert_eq!(
        idle.iter().filter(|place| *place == "dynolint.toml:2:1 unused-suppression").count(),
        1,
        "{idle:?}"
    );
    let path = folder.path().join("dynolint.toml");
    let outcome =
        concise(&folder, &["--config", path.to_str().expect("UTF-8"), "--skip", "heroku-npm-lifecycle"]);
    assert_eq!(outcome.out, "", "its rule did not run");
}

#[test]
fn every_finding_gets_its_suppression() {
    let folder = all(|case| Some(case.with(case.line)));
    let places = check(&folder, &[]).places();
    let outcome = check(&folder, &["--add-ignore=known before the move"]).ends(0);
    assert_eq!(outcome.out, "", "{}", outcome.err);
    let wrote = outcome.err.lines().find(|line| line.starts_with("wrote ")).expect("said").to_string();
    assert_eq!(wrote, format!("wrote {} suppressions into {} files", places.len(), CASES.len() - 1));
    // Without a choice of rules there may be more; what was silenced is needed.
    let unused = concise(
        &folder,
        &["--assume-heroku", "--only", &format!("unused-suppression,{}", RULES.replace(", ", ","))],
    );
    assert_eq!(unused.ends(0).out, "");
    for (path, line) in [
        (
            "config/a.rb",
            "leader = ENV[\"DYNO\"] == \"worker.1\" # dynolint: ignore[dyno-ordinal] known before the move",
        ),
        ("app/a.py", "\"worker.1\"  # dynolint: ignore[dyno-ordinal] known"),
        ("app/views/a.html.erb", "<%# dynolint: ignore[heroku-metadata-env] known before the move %>\n<p>"),
        ("src/a.tsx", "    {/* dynolint: ignore[heroku-metadata-env] known before the move */}\n    <p>"),
        ("Dockerfile", "# dynolint: ignore[heroku-metadata-env] known before the move\nRUN"),
        ("Makefile", "release:\n# dynolint: ignore[heroku-metadata-env] known before the move\n\tsend"),
        (".env", "# dynolint: ignore[heroku-metadata-env] known before the move\nRELEASE"),
        ("db/a.sql", "-- dynolint: ignore[pg-heroku-ext-schema] known before the move\nCREATE TABLE"),
        ("web/.slugignore", "# dynolint: ignore[slugignore] known before the move\nspec"),
        ("dynolint.toml", "[[ignore]]\npath = \"/Procfile\"\nrule = \"clock-process-singleton\"\n"),
        ("dynolint.toml", "[[ignore]]\npath = \"/package.json\"\nrule = \"heroku-npm-lifecycle\"\n"),
    ] {
        assert!(read(&folder, path).contains(line), "{path}\n{}", read(&folder, path));
    }
    // Nothing is left to do.
    let before: Vec<String> = CASES.iter().map(|case| read(&folder, case.path)).collect();
    let again = check(&folder, &["--add-ignore=again"]).ends(0);
    assert!(again.err.starts_with("nothing to suppress\n"), "{}", again.err);
    assert_eq!(before, CASES.iter().map(|case| read(&folder, case.path)).collect::<Vec<_>>());
}

#[test]
fn directives_of_one_line_are_joined() {
    let folder = project(&[("a.rb", &format!("{} + {}", WARNING.trim_end(), ERROR))]);
    let rules = concise(&folder, &[]).rules();
    assert_eq!(rules.len(), 2, "{rules:?}");
    run(&folder, &["--add-ignore", "--only", "heroku-metadata-env"]).ends(0);
    assert!(read(&folder, "a.rb").ends_with("# dynolint: ignore[heroku-metadata-env]\n"));
    run(&folder, &["--add-ignore"]).ends(0);
    let text = read(&folder, "a.rb");
    assert!(text.ends_with("# dynolint: ignore[heroku-metadata-env, dyno-process-type]\n"), "{text}");
    assert_eq!(concise(&folder, &[]).ends(0).out, "");
}

#[test]
fn only_what_is_reported_is_suppressed() {
    let folder = project(&[("app/a.rb", ERROR), ("lib/b.rb", ERROR), ("lib/c.rb", WARNING)]);
    run(&folder, &["lib", "--min-severity", "error", "--add-ignore=later"]).ends(0);
    assert_eq!(read(&folder, "app/a.rb"), ERROR);
    assert_eq!(read(&folder, "lib/c.rb"), WARNING);
    assert_eq!(concise(&folder, &[]).ends(1).paths(), ["app/a.rb", "lib/c.rb"].map(str::to_string).into());
    // What the baseline knows is not reported.
    run(&folder, &["baseline", "write"]).ends(0);
    run(&folder, &["--add-ignore=later"]).ends(0);
    assert_eq!(read(&folder, "app/a.rb"), ERROR);
}

#[test]
fn places_without_room_for_a_comment() {
    let long = "x".repeat(110);
    for (path, text, wanted) in [
        (
            "a.rb",
            "sql = <<~SQL\n  select '#{ENV[\"HEROKU_SLUG_COMMIT\"]}'\nSQL\n".to_string(),
            "# dynolint: ignore[heroku-metadata-env]\nsql = <<~SQL\n".to_string(),
        ),
        (
            "a.py",
            "import os\nx = \"\"\"\n\"\"\" + os.environ[\"HEROKU_SLUG_COMMIT\"] + \\\n    \"b\"\n".to_string(),
            "# dynolint: ignore[heroku-metadata-env]\nx = \"\"\"\n".to_string(),
        ),
        (
            "a.js",
            "const a = `\n  ${process.env.HEROKU_SLUG_COMMIT}\n`;\n".to_string(),
            "// dynolint: ignore[heroku-metadata-env]\nconst a = `\n".to_string(),
        ),
        (
            "a.jsx",
            "const a = (\n  <a\n    href={process.env.HEROKU_SLUG_COMMIT}\n  >\n    b\n  </a>\n);\n".to_string(),
            "    href={process.env.HEROKU_SLUG_COMMIT} // dynolint: ignore[heroku-metadata-env]\n".to_string(),
        ),
        (
            "a.sh",
            "#!/bin/sh\nsend \\\n  --commit \"$HEROKU_SLUG_COMMIT\" \\\n  --done\n".to_string(),
            "# dynolint: ignore[heroku-metadata-env]\nsend \\\n".to_string(),
        ),
        (
            "Dockerfile",
            "FROM a:1\nRUN a && \\\n  send \"$HEROKU_SLUG_COMMIT\"\n".to_string(),
            "# dynolint: ignore[heroku-metadata-env]\nRUN a && \\\n".to_string(),
        ),
        (
            ".github/workflows/a.yml",
            "on: push\njobs:\n  a:\n    steps:\n      - run: |\n          heroku pg:psql -c 'select 1'\n          echo $HEROKU_SLUG_COMMIT\n".to_string(),
            "      # dynolint: ignore[heroku-metadata-env]\n      - run: |\n".to_string(),
        ),
        (
            "a.rb",
            format!("x = [\"{long}\", ENV[\"HEROKU_SLUG_COMMIT\"]]\n"),
            "# dynolint: ignore[heroku-metadata-env]\nx = ".to_string(),
        ),
        (
            "a.rb",
            "x = ENV[\"HEROKU_SLUG_COMMIT\"] # the commit\n".to_string(),
            "# dynolint: ignore[heroku-metadata-env]\nx = ".to_string(),
        ),
        (
            "a.html.haml",
            ":javascript\n  window.commit = \"#{ENV[\"HEROKU_SLUG_COMMIT\"]}\";\n".to_string(),
            "-# dynolint: ignore[heroku-metadata-env]\n:javascript\n".to_string(),
        ),
        (
            "a.html.erb",
            "<a\n  href=\"<%= ENV[\"HEROKU_SLUG_COMMIT\"] %>\"\n>b</a>\n".to_string(),
            "<%# dynolint: ignore[heroku-metadata-env] %>\n<a\n".to_string(),
        ),
    ] {
        let folder = project(&[(path, &text)]);
        assert_eq!(concise(&folder, &["--only", "heroku-metadata-env"]).paths().len(), 1, "{text}");
        let outcome = run(&folder, &["--only", "heroku-metadata-env", "--add-ignore"]);
        let now = read(&folder, path);
        assert!(now.contains(&wanted), "{path}\n{now}\n{}", outcome.err);
        assert_eq!(concise(&folder, &["--only", "heroku-metadata-env,unused-suppression"]).out, "", "{now}");
    }
}

#[test]
fn line_ends_and_encodings_stay() {
    let folder = project(&[("a.rb", &ERROR.replace('\n', "\r\n"))]);
    let wide = |text: &str| -> Vec<u8> {
        [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()
    };
    write(&folder, "b.rb", wide(&format!("# é\n{ERROR}")));
    write(&folder, "c.rb", [b"# \xe9\n", ERROR.as_bytes()].concat());
    run(&folder, &["--add-ignore=later"]).ends(0);
    let line = format!("{} # dynolint: ignore[dyno-process-type] later", ERROR.trim_end());
    assert_eq!(read(&folder, "a.rb"), format!("{line}\r\n"));
    let bytes = |path: &str| fs::read(folder.path().join(path)).expect("a file");
    assert_eq!(bytes("b.rb"), wide(&format!("# é\n{line}\n")));
    assert_eq!(bytes("c.rb"), [b"# \xe9\n", line.as_bytes(), b"\n"].concat());
}

#[test]
fn a_patch_instead_of_files() {
    let folder = project(&[("a.rb", ERROR)]);
    let outcome = run(&folder, &["--add-ignore=later", "--diff"]).ends(1);
    assert!(
        outcome.out.contains("+kind = ENV[\"DYNO\"].split(\".\").first # dynolint: ignore["),
        "{}",
        outcome.out
    );
    assert!(outcome.err.starts_with("would write 1 suppression\n"), "{}", outcome.err);
    assert_eq!(read(&folder, "a.rb"), ERROR);
}

#[test]
fn settings_files_of_every_kind_get_entries() {
    let package = "{\"scripts\": {\"heroku-postbuild\": \"npm run build\"}}\n";
    for (file, text, header) in [
        ("dynolint.toml", "", "[[ignore]]\n"),
        ("dynolint.toml", "# ours\nexclude = []", "# ours\nexclude = []\n\n[[ignore]]\n"),
        (".config/dynolint.toml", "exclude = []\n", "exclude = []\n\n[[ignore]]\n"),
        (
            "pyproject.toml",
            "[project]\nname = \"a\" # b\n\n[tool.dynolint]\nexclude = []\n",
            "[project]\nname = \"a\" # b\n\n[tool.dynolint]\nexclude = []\n\n[[tool.dynolint.ignore]]\n",
        ),
    ] {
        let folder = super::support::bare(&[("package.json", package), (file, text)]);
        let outcome = run(&folder, &["--add-ignore=later \"x\""]).ends(0);
        assert!(outcome.err.starts_with("wrote 1 suppression into 1 file\n"), "{}", outcome.err);
        let entry = "path = \"/package.json\"\nrule = \"heroku-npm-lifecycle\"\n\
                     code = '\"heroku-postbuild\"'\nreason = 'later \"x\"'\n";
        assert_eq!(read(&folder, file), format!("{header}{entry}"));
        assert_eq!(concise(&folder, &[]).ends(0).out, "");
    }
    // A checkout without settings gets some.
    let folder = super::support::bare(&[("package.json", package), (".git/HEAD", "ref: refs/heads/main\n")]);
    run(&folder, &["--add-ignore"]).ends(0);
    assert!(read(&folder, "dynolint.toml").starts_with("[[ignore]]\npath = \"/package.json\"\n"));
}

#[test]
fn flags_that_do_not_go_with_it() {
    let folder = project(&[("a.rb", ERROR)]);
    for (arguments, said) in [
        (&["--fix"][..], "--add-ignore does not go with --fix"),
        (&["--no-ignores"], "--add-ignore does not go with --no-ignores"),
        (&["-", "--stdin-filename", "a.rb"], "--add-ignore does not go with text on standard input"),
    ] {
        let all: Vec<&str> = ["--add-ignore=x"].iter().chain(arguments).copied().collect();
        let outcome = run(&folder, &all).ends(2);
        assert!(outcome.err.contains(said), "{}", outcome.err);
    }
    write(&folder, "dynolint.toml", "require-reason = true\n");
    let outcome = run(&folder, &["--add-ignore"]).ends(2);
    assert!(outcome.err.contains("write --add-ignore=REASON"), "{}", outcome.err);
    run(&folder, &["--add-ignore=later"]).ends(0);
    assert_eq!(concise(&folder, &[]).ends(0).out, "");
}

#[test]
fn whole_applications_are_suppressed() {
    for name in ["rails", "django", "express"] {
        let folder = tempfile::tempdir().expect("a folder");
        copy(&fixture(name), folder.path());
        let before = summary(folder.path(), &[]);
        let outcome = run(folder.path(), &["--add-ignore=known before the move"]).ends(0);
        assert_eq!(outcome.out, "", "{name}");
        let after = summary(folder.path(), &[]);
        assert_eq!(after["broken"], before["broken"], "{name}");
        assert!(after["suppressed"].as_u64() > Some(30), "{name}: {after:#}");
        assert_eq!(concise(folder.path(), &[]).ends(0).out, "", "{name}");
        let again = run(folder.path(), &["--add-ignore=again"]).ends(0);
        assert!(again.err.starts_with("nothing to suppress\n"), "{name}: {}", again.err);
    }
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        match entry.file_type().expect("a type").is_dir() {
            true => {
                fs::create_dir_all(&target).expect("made");
                copy(&entry.path(), &target);
            }
            false => drop(fs::copy(entry.path(), target).expect("copied")),
        }
    }
}
