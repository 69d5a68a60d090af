//! Real interpreters as referees: a program before and after its safe fixes says the same.
//!
//! Every file of `tests/referees/<language>/` is a small program that prints what it makes of its environment.
//! Its first comment lines say where it runs:
//!
//! ```text
//! # heroku: DYNO=web.1 HEROKU_SLUG_COMMIT=abc123
//! # target: PROCESS_TYPE=web GIT_SHA=abc123
//! # fix: unsafe
//! ```
//!
//! The fixed program has to print on Heroku what the original prints there; on the target, with the variables
//! that the fix asks for, the same again; and on a bare machine what the original prints there. There may be
//! several lines of each kind, for several processes; the first `target` belongs to the first `heroku`, and so
//! on. A line `# fix: unsafe` has unsafe fixes applied as well; the bare machine is left out then, and so are
//! targets where no `target` line says what is right.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use dynolint::finding::Applicability;
use dynolint::fix;
use dynolint::settings::Settings;

type Variables = Vec<(String, String)>;

struct Program {
    path: PathBuf,
    text: String,
    heroku: Vec<Variables>,
    target: Vec<Variables>,
    most: Applicability,
}

fn variables(line: &str) -> Variables {
    let pair = |word: &str| {
        let (name, value) = word.split_once('=').unwrap_or_else(|| panic!("`{word}` is no variable"));
        (name.to_string(), value.to_string())
    };
    line.split_whitespace().map(pair).collect()
}

impl Program {
    fn read(path: PathBuf) -> Self {
        let text = std::fs::read_to_string(&path).expect("a program");
        let head = text.lines().map_while(|line| line.strip_prefix("# ").or(line.strip_prefix("// ")));
        let head_lines = head.clone().count();
        let mut program = Self {
            path,
            heroku: Vec::new(),
            target: Vec::new(),
            most: Applicability::Safe,
            text: String::new(),
        };
        for line in head {
            match line.split_once(':') {
                Some(("heroku", rest)) => program.heroku.push(variables(rest)),
                Some(("target", rest)) => program.target.push(variables(rest)),
                Some(("fix", " unsafe")) => program.most = Applicability::Unsafe,
                _ => {}
            }
        }
        assert!(!program.heroku.is_empty(), "{}: no line `heroku:`", program.path.display());
        // The names that the head gives to the fixes must not seem to be taken by the program.
        program.text = text.split_inclusive('\n').skip(head_lines).collect();
        program
    }

    /// The text after its fixes.
    fn fixed(&self) -> String {
        let name = self.path.file_name().and_then(|name| name.to_str()).expect("a name");
        let path = format!("config/{name}");
        let texts = BTreeMap::from([(path.clone(), self.text.clone())]);
        let settings = Settings { assume_heroku: true, ..Settings::default() };
        let (fixed, outcome) = fix::in_texts(&texts, &settings, self.most);
        assert!(outcome.refused.is_empty(), "{name}: {:?}", outcome.refused);
        assert!(!outcome.fixed.is_empty(), "{name}: nothing was fixed");
        fixed[&path].clone()
    }
}

/// What a program prints, and how it ends, with nothing but these variables and a path in its environment.
fn run(interpreter: &str, program: &Path, variables: &Variables) -> String {
    let mut command = Command::new(interpreter);
    command.env_clear().arg(program).envs(variables.iter().map(|(name, value)| (name, value)));
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.env("HOME", std::env::var_os("HOME").unwrap_or_default());
    let output = command.output().expect("the interpreter runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    // Line numbers and the words around them differ; what was raised does not.
    let raised = errors.lines().rev().find(|line| line.contains("Error")).unwrap_or_default();
    let raised =
        raised.split("Error").next().unwrap_or_default().rsplit([' ', '(']).next().unwrap_or_default();
    format!("{}exit: {:?} {raised}", String::from_utf8_lossy(&output.stdout), output.status.code())
}

fn referee(interpreter: &str, language: &str) {
    let works = Command::new(interpreter).arg("--version").output();
    if !works.is_ok_and(|output| output.status.success()) {
        let notice = format!("SKIPPED: `{interpreter}` is not installed, so no fix in {language} was run\n");
        // The harness would swallow what the test itself prints.
        std::fs::write("/dev/stderr", notice).ok();
        return;
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/referees").join(language);
    let mut programs: Vec<PathBuf> =
        std::fs::read_dir(&folder).expect("programs").map(|entry| entry.expect("an entry").path()).collect();
    programs.sort();
    assert!(!programs.is_empty(), "no program in {}", folder.display());
    let scratch = tempfile::tempdir().expect("a folder");
    let mut wrong = String::new();
    for program in programs.into_iter().map(Program::read) {
        let name = program.path.file_name().expect("a name");
        let fixed = scratch.path().join(name);
        std::fs::write(&fixed, program.fixed()).expect("writes");
        let mut compare = |place: &str, expected: String, found: String| {
            if expected != found {
                wrong += &format!(
                    "\n{} on {place}\n--- original\n{expected}\n--- fixed\n{found}\n--- program\n{}",
                    name.display(),
                    std::fs::read_to_string(&fixed).expect("reads"),
                );
            }
        };
        let mut said = BTreeMap::new();
        for (at, heroku) in program.heroku.iter().enumerate() {
            let expected = run(interpreter, &program.path, heroku);
            compare("Heroku", expected.clone(), run(interpreter, &fixed, heroku));
            said.insert(at, expected);
        }
        for (at, target) in program.target.iter().enumerate() {
            let expected = said.get(&at).cloned().expect("a `heroku` line for every `target` line");
            compare("the target", expected, run(interpreter, &fixed, target));
        }
        if program.most == Applicability::Safe {
            let bare = Variables::new();
            compare(
                "a bare machine",
                run(interpreter, &program.path, &bare),
                run(interpreter, &fixed, &bare),
            );
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn ruby() {
    referee("ruby", "ruby");
}

#[test]
fn python() {
    referee("python3", "python");
}

#[test]
fn javascript() {
    referee("node", "javascript");
}

#[test]
fn shell() {
    referee("bash", "shell");
}
