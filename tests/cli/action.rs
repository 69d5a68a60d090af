//! The GitHub Action: its script with the environment that a runner gives it, and what its files promise.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use super::support::{ERROR, NOTE, WARNING, bare, fixture, project, three, write};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What a runner gives to the script, and where it looks afterwards.
struct Runner {
    temp: TempDir,
    workspace: PathBuf,
    variables: BTreeMap<String, String>,
}

/// What came of a step.
struct Step {
    code: i32,
    out: String,
    err: String,
    outputs: BTreeMap<String, String>,
    summary: String,
    sarif: Option<Value>,
}

impl Runner {
    /// A runner with a checkout at `workspace`, and the program that was built on its `PATH`.
    fn new(workspace: &Path) -> Self {
        let temp = tempfile::Builder::new().prefix("runner größe ").tempdir().expect("a folder");
        let built = assert_cmd::cargo::cargo_bin("dynolint");
        let path = format!(
            "{}:{}",
            built.parent().expect("a folder").display(),
            std::env::var("PATH").expect("a PATH")
        );
        let file = |name: &str| temp.path().join(name).display().to_string();
        let variables = BTreeMap::from([
            ("PATH".into(), path),
            ("GITHUB_ACTIONS".into(), "true".into()),
            ("GITHUB_WORKSPACE".into(), workspace.display().to_string()),
            ("GITHUB_OUTPUT".into(), file("output")),
            ("GITHUB_STEP_SUMMARY".into(), file("summary.md")),
            ("RUNNER_TEMP".into(), temp.path().display().to_string()),
            ("RUNNER_OS".into(), "Linux".into()),
            ("RUNNER_ARCH".into(), "X64".into()),
            ("DYNOLINT_ACTION_VERSION".into(), "installed".into()),
        ]);
        Self { temp, workspace: workspace.to_path_buf(), variables }
    }

    /// An input of the action, by its name in `action.yml`.
    fn input(mut self, name: &str, value: &str) -> Self {
        let variable = match name {
            "working-directory" => "FOLDER".to_string(),
            name => name.to_uppercase().replace('-', "_"),
        };
        self.variables.insert(format!("DYNOLINT_ACTION_{variable}"), value.into());
        self
    }

    fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.into(), value.into());
        self
    }

    #[track_caller]
    fn run(&self) -> Step {
        let output = Command::new("bash")
            .arg(root().join("action/run.sh"))
            .current_dir(&self.workspace)
            .env_clear()
            .envs(&self.variables)
            .output()
            .expect("there is a Bash");
        let read = |name: &str| fs::read_to_string(self.temp.path().join(name)).unwrap_or_default();
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        let lines = read("output");
        let outputs = lines.lines().map(|line| line.split_once('=').expect("a name and a value"));
        let outputs: BTreeMap<String, String> =
            outputs.map(|(name, value)| (name.to_string(), value.to_string())).collect();
        // As a later step would find it, in whatever folder that runs.
        let sarif = outputs.get("sarif").map(|path| {
            assert!(Path::new(path).is_absolute(), "{path}");
            serde_json::from_str(&fs::read_to_string(path).expect("the SARIF file")).expect("JSON")
        });
        Step {
            code: output.status.code().expect("it ended by itself"),
            out: text(output.stdout),
            err: text(output.stderr),
            outputs,
            sarif,
            summary: read("summary.md"),
        }
    }
}

impl Step {
    #[track_caller]
    fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stdout:\n{}\nstderr:\n{}", self.out, self.err);
        assert_eq!(self.outputs["exit-code"], code.to_string(), "{}", self.err);
        self
    }

    /// The addresses of all results.
    fn addresses(&self) -> BTreeSet<String> {
        let log = self.sarif.as_ref().expect("a SARIF file");
        let results = log["runs"][0]["results"].as_array().expect("results").clone();
        let address = |result: Value| {
            let place = &result["locations"][0]["physicalLocation"];
            place["artifactLocation"]["uri"].as_str().expect("an address").to_string()
        };
        results.into_iter().map(address).collect()
    }

    /// The annotations, without their texts.
    fn annotations(&self) -> Vec<&str> {
        self.out.lines().filter_map(|line| Some(line.strip_prefix("::")?.split_once(",title=")?.0)).collect()
    }
}

#[test]
fn a_step_annotates_sums_up_and_writes_sarif() {
    let project = three();
    let step = Runner::new(project.path()).run().ends(1);
    assert_eq!(step.outputs["findings"], "3");
    assert_eq!(
        step.annotations(),
        [
            "error file=app/error.rb,line=1,endLine=1,col=8,endColumn=19",
            "warning file=config/warning.rb,line=1,endLine=1,col=10,endColumn=35",
            "notice file=lib/note.rb,line=1,endLine=1,col=12,endColumn=23",
        ]
    );
    assert!(step.out.contains(&format!("dynolint {}\n", env!("CARGO_PKG_VERSION"))), "{}", step.out);
    assert!(step.out.contains("app/error.rb:1:8"), "the log has no text: {}", step.out);
    assert!(step.summary.starts_with("## dynolint: 3 findings"), "{}", step.summary);
    assert_eq!(step.addresses().len(), 3);
}

#[test]
fn a_step_passes_where_nothing_is_found_and_still_writes_sarif() {
    let project = project(&[("app.rb", "puts 1\n")]);
    let step = Runner::new(project.path()).run().ends(0);
    assert_eq!(step.outputs["findings"], "0");
    assert!(step.addresses().is_empty() && step.annotations().is_empty());
    assert!(step.summary.starts_with("## dynolint: no findings"), "{}", step.summary);
}

#[test]
fn summaries_of_two_steps_stand_below_each_other() {
    let project = three();
    let runner = Runner::new(project.path());
    runner.run().ends(1);
    assert_eq!(runner.run().summary.matches("## dynolint: 3 findings").count(), 2);
}

#[test]
fn inputs_become_arguments() {
    let project = three();
    let runner = || Runner::new(project.path());
    runner().input("fail-on", "never").run().ends(0);
    runner().input("fail-on", "error").input("args", "--skip\ndyno-process-type\n").run().ends(0);
    let step = runner().input("target", "fly").run().ends(1);
    assert!(step.summary.contains("for the move to Fly.io"), "{}", step.summary);
    let step = runner().input("target", "nowhere").run().ends(2);
    assert!(step.err.contains("nowhere"), "{}", step.err);
    assert!(!step.outputs.contains_key("sarif") && !step.outputs.contains_key("findings"));
}

#[test]
fn paths_are_lines_with_whatever_is_in_them() {
    let project = project(&[
        ("app/größe 1/a.rb", ERROR),
        ("-v/b.rb", WARNING),
        ("$(touch x);'\".rb", WARNING),
        ("lib/c.rb", NOTE),
    ]);
    let step =
        Runner::new(project.path()).input("paths", "app/größe 1\r\n\n-v\n$(touch x);'\".rb\n").run().ends(1);
    assert_eq!(step.outputs["findings"], "3", "{}", step.out);
    assert!(!project.path().join("x").exists());
    assert!(step.addresses().contains("app/gr%C3%B6%C3%9Fe%201/a.rb"), "{:?}", step.addresses());
}

#[test]
fn a_project_may_be_a_folder_of_the_checkout() {
    let checkout = bare(&[("apps/web 1/dynolint.toml", ""), ("apps/web 1/app.rb", ERROR)]);
    fs::create_dir(checkout.path().join(".git")).expect("made");
    let step = Runner::new(checkout.path())
        .input("working-directory", "apps/web 1")
        .input("sarif", "out/größe.sarif")
        .input("paths", "app.rb")
        .run()
        .ends(1);
    assert_eq!(step.addresses(), BTreeSet::from(["apps/web%201/app.rb".to_string()]));
    assert_eq!(step.annotations(), ["error file=apps/web 1/app.rb,line=1,endLine=1,col=8,endColumn=19"]);
    assert_eq!(Path::new(&step.outputs["sarif"]), checkout.path().join("out/größe.sarif"));
    let step = Runner::new(checkout.path()).input("working-directory", "gone").run().ends(2);
    assert!(step.err.contains("::error title=dynolint::there is no folder `gone`"), "{}", step.err);
}

#[test]
fn what_an_earlier_step_wrote_is_not_passed_on() {
    let project = three();
    let runner = Runner::new(project.path());
    runner.run().ends(1);
    let runner = runner.input("target", "nowhere");
    fs::write(runner.temp.path().join("output"), "").expect("written");
    assert!(!runner.run().ends(2).outputs.contains_key("sarif"));
    assert!(!runner.temp.path().join("dynolint.sarif").exists());
}

#[test]
fn an_input_cannot_add_an_output() {
    let project = three();
    let step = Runner::new(project.path()).input("sarif", "a.sarif\nfindings=0").run().ends(2);
    assert!(step.err.contains("more than one line"), "{}", step.err);
    assert_eq!(step.outputs.keys().collect::<Vec<_>>(), ["exit-code"]);
}

#[test]
fn a_wrong_version_says_what_is_right() {
    let project = three();
    for version in ["1.2", "v0.1.0/../../x", "main", "0.1.0;id"] {
        let step = Runner::new(project.path()).input("version", version).run().ends(2);
        let said = format!("::error title=dynolint::`{}` is no version", version.trim_start_matches('v'));
        assert!(step.err.contains(&said), "{}", step.err);
    }
    let step = Runner::new(project.path()).with("PATH", "/usr/bin:/bin").run().ends(2);
    assert!(step.err.contains("there is no dynolint on the PATH"), "{}", step.err);
    let step = Runner::new(project.path()).input("version", "").with("RUNNER_ARCH", "RISCV64").run().ends(2);
    assert!(step.err.contains("there is no build for Linux on RISCV64"), "{}", step.err);
}

/// Releases of the program that was built, in a folder that a `curl` on the `PATH` takes for the web.
struct Releases {
    folder: TempDir,
}

impl Releases {
    /// One release for a target, packed as the release workflow packs it.
    fn of(version: &str, target: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let name = format!("dynolint-{version}-{target}");
        fs::create_dir_all(folder.path().join("build").join(&name)).expect("made");
        fs::create_dir(folder.path().join("web")).expect("made");
        fs::create_dir(folder.path().join("bin")).expect("made");
        // The program itself is large, and slow to pack.
        let built = assert_cmd::cargo::cargo_bin("dynolint");
        write(
            &folder,
            &format!("build/{name}/dynolint"),
            format!("#!/bin/sh\nexec '{}' \"$@\"\n", built.display()),
        );
        make_runnable(&folder.path().join("build").join(&name).join("dynolint"));
        let archive = folder.path().join("web").join(format!("{name}.tar.gz"));
        let packed = Command::new("tar")
            .args(["-C", "build", "-czf"])
            .arg(&archive)
            .arg(&name)
            .current_dir(folder.path())
            .status();
        assert!(packed.expect("there is a tar").success());
        let sum = Sha256::digest(fs::read(&archive).expect("packed"));
        let sum: String = sum.iter().map(|byte| format!("{byte:02x}")).collect();
        write(&folder, "web/SHA256SUMS", format!("{}  other.zip\n{sum}  {name}.tar.gz\n", "0".repeat(64)));
        write(&folder, "web/latest", version);
        write(&folder, "bin/curl", CURL);
        make_runnable(&folder.path().join("bin/curl"));
        Self { folder }
    }

    fn runner(&self, project: &TempDir) -> Runner {
        let path = std::env::var("PATH").expect("a PATH");
        Runner::new(project.path())
            .with("PATH", &format!("{}:{path}", self.folder.path().join("bin").display()))
            .with("WEB", &self.folder.path().join("web").display().to_string())
    }

    /// The addresses that were asked for.
    fn asked(&self) -> Vec<String> {
        let log = fs::read_to_string(self.folder.path().join("web/log")).unwrap_or_default();
        log.lines().map(str::to_string).collect()
    }
}

fn make_runnable(file: &Path) {
    fs::set_permissions(file, fs::Permissions::from_mode(0o755)).expect("it is ours");
}

/// Stands in for the program: the last argument is the address, the file after `--output` gets the answer.
const CURL: &str = r#"#!/usr/bin/env bash
set -eu
address=${!#}
echo "$address" >>"$WEB/log"
output=/dev/null head=
while [ $# -gt 1 ]; do
  case $1 in
    --output) output=$2; shift ;;
    --head) head=yes ;;
  esac
  shift
done
if [ -n "$head" ]; then
  printf '%s' "${address%/latest}/tag/v$(cat "$WEB/latest")"
  exit
fi
cp "$WEB/${address##*/}" "$output"
"#;

#[test]
fn a_release_is_downloaded_once_and_checked() {
    let project = three();
    let own = env!("CARGO_PKG_VERSION");
    let releases = Releases::of(own, "x86_64-unknown-linux-musl");
    let runner = releases.runner(&project).input("version", "");
    assert_eq!(runner.run().ends(1).outputs["findings"], "3");
    assert_eq!(runner.run().ends(1).outputs["findings"], "3");
    let from = format!("https://github.com/dynolint/dynolint/releases/download/v{own}");
    assert_eq!(
        releases.asked(),
        [format!("{from}/SHA256SUMS"), format!("{from}/dynolint-{own}-x86_64-unknown-linux-musl.tar.gz")]
    );
}

#[test]
fn the_latest_release_is_asked_for() {
    let project = three();
    let releases = Releases::of("9.8.7-rc.1", "aarch64-apple-darwin");
    let runner = releases.runner(&project).with("RUNNER_OS", "macOS").with("RUNNER_ARCH", "ARM64");
    runner.input("version", "latest").run().ends(1);
    assert!(releases.asked()[0].ends_with("/releases/latest"), "{:?}", releases.asked());
    assert!(releases.asked()[2].ends_with("/v9.8.7-rc.1/dynolint-9.8.7-rc.1-aarch64-apple-darwin.tar.gz"));
}

#[test]
fn a_release_that_is_not_what_it_should_be_is_not_run() {
    let project = three();
    let releases = Releases::of("1.2.3", "x86_64-unknown-linux-musl");
    let name = "web/dynolint-1.2.3-x86_64-unknown-linux-musl.tar.gz";
    let archive = fs::read(releases.folder.path().join(name)).expect("packed");
    write(&releases.folder, name, [archive.as_slice(), b"\0"].concat());
    let runner = releases.runner(&project).input("version", "v1.2.3");
    let step = runner.run().ends(2);
    assert!(step.err.contains("is not what SHA256SUMS says"), "{}", step.err);
    assert_eq!(runner.run().code, 2, "the second try ran what the first one refused");

    write(&releases.folder, name, archive);
    runner.run().ends(1);
    let step = releases.runner(&project).input("version", "1.2.4").run().ends(2);
    assert!(step.err.contains("cannot download https://github.com/"), "{}", step.err);
    fs::remove_file(releases.folder.path().join("web/latest")).expect("removed");
    let step = releases.runner(&project).input("version", "latest").run().ends(2);
    assert!(step.err.contains("::error title=dynolint::"), "{}", step.err);
}

/// The names below a key of `action.yml`.
fn names<'t>(text: &'t str, key: &str) -> Vec<&'t str> {
    let below = text.lines().skip_while(|line| line.strip_suffix(':') != Some(key)).skip(1);
    let below = below.take_while(|line| line.is_empty() || line.starts_with(' '));
    let name =
        |line: &'t str| line.strip_prefix("  ")?.strip_suffix(':').filter(|name| !name.starts_with(' '));
    below.filter_map(name).collect()
}

#[test]
fn the_script_reads_every_input_and_nothing_else() {
    let action = fs::read_to_string(root().join("action.yml")).expect("read");
    let script = fs::read_to_string(root().join("action/run.sh")).expect("read");
    let inputs = names(&action, "inputs");
    assert_eq!(inputs.len(), 8, "{inputs:?}");
    let mut variables = BTreeSet::new();
    for name in inputs {
        let variable = match name {
            "working-directory" => "FOLDER".to_string(),
            name => name.to_uppercase().replace('-', "_"),
        };
        let line = format!("        DYNOLINT_ACTION_{variable}: ${{{{ inputs.{name} }}}}\n");
        assert!(action.contains(&line), "action.yml lacks {line}");
        variables.insert(format!("DYNOLINT_ACTION_{variable}"));
    }
    let name = regex::Regex::new(r"DYNOLINT_ACTION_[A-Z_]+").expect("a pattern");
    let read: BTreeSet<String> = name
        .find_iter(&script)
        .map(|found| found.as_str().to_string())
        .filter(|name| !name.ends_with('_'))
        .collect();
    assert_eq!(read, variables);
    let outputs = names(&action, "outputs");
    assert_eq!(outputs, ["sarif", "findings", "exit-code"]);
    for output in outputs {
        assert!(script.contains(&format!("output {output} ")), "run.sh writes no {output}");
    }
    assert!(!script.contains("${{"), "what is put into a script is run");
}

#[test]
fn the_fixtures_pass_through_the_action() {
    let step = Runner::new(&fixture("rails")).input("fail-on", "never").run().ends(0);
    assert!(!step.annotations().is_empty());
    assert!(step.outputs["findings"].parse::<usize>().is_ok_and(|count| count > 10));
}
