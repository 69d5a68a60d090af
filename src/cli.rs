//! The command line: what can be asked, and what the answers mean.

use std::path::{Path, PathBuf};

use clap::builder::PossibleValue;
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum, ValueHint};
use clap_complete::Shell;

use crate::escape;
use crate::finding::{Applicability, Report};
use crate::output::Format;
use crate::rule::{Confidence, Meta, Severity, Target};
use crate::settings::{FailOn, Settings};

const AFTER_HELP: &str = "\
Exit codes:
  0  nothing at or above --fail-on; with --diff: nothing to change
  1  findings at or above --fail-on; with --diff: a patch was printed
  2  dynolint could not do its job: wrong usage, an unreadable path, a file
     that a fix cannot be written to, a bug

The format never changes the exit code. Without --output-format findings are
`full` text. Under GitHub Actions annotations follow it. In the shell of a
coding assistant (CLAUDECODE, CURSOR_AGENT, GEMINI_CLI or CODEX_SANDBOX is set,
and the output is not a terminal) they are `concise`.

Examples:
  dynolint                              check the project around this folder
  dynolint --target fly app/ config/    report on two folders, moving to Fly.io
  dynolint --diff | git apply           the safe fixes, by way of git
  dynolint --fix                        the safe fixes, then what is left
  dynolint --report sarif=out.sarif     text to read, and a file to upload
  dynolint explain dyno-platform-check  what a rule finds, and what to do";

/// Finds where a code base silently depends on Heroku, and says what breaks after the move.
#[derive(Debug, Parser)]
#[command(
    name = "dynolint",
    version,
    max_term_width = 100,
    args_override_self = true,
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true,
    after_help = AFTER_HELP,
    override_usage = "dynolint [OPTIONS] [PATH]...\n       dynolint <COMMAND>"
)]
pub struct Cli {
    /// What to do, if it is not to check.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// A bare `dynolint` checks.
    #[command(flatten)]
    pub check: Check,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Report what depends on Heroku (the default command)
    #[command(args_override_self = true, after_help = AFTER_HELP)]
    Check(Box<Check>),
    /// Show a rule's page: what it finds, why it matters, what to do
    Explain(Explain),
    /// List all rules, with the languages they understand
    Rules(Rules),
    /// Write, prune or show the baseline: findings that are known and wait
    Baseline(Baseline),
    /// Write a settings file for this project, from what it holds
    Init(Init),
    /// Show every setting, and where it comes from
    Config(ShowConfig),
    /// List the files that would be read, and why others would not
    Files(Files),
    /// Show what dynolint understood of a file
    Facts(FactsOf),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: Shell,
    },
    /// Print the manual page, for `man -l -`
    Man {
        /// A folder to write a page for every command to, instead
        #[arg(value_name = "FOLDER", value_hint = ValueHint::DirPath)]
        folder: Option<PathBuf>,
    },
}

/// Colours.
#[derive(Args, Clone, Copy, Debug, Default)]
pub struct Color {
    /// When to use colours; NO_COLOR, FORCE_COLOR and CLICOLOR_FORCE are understood
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = When::Auto, help_heading = "Report")]
    pub color: When,
}

/// Which files are read.
#[derive(Args, Clone, Debug, Default)]
pub struct Reading {
    /// Leave out files that match, below the project's root
    #[arg(long, value_name = "GLOB", help_heading = "Files")]
    pub exclude: Vec<String>,
    /// Read also what .gitignore leaves out
    #[arg(long, help_heading = "Files")]
    pub no_ignore: bool,
    /// Read files that are named outright even where they are left out
    #[arg(long, help_heading = "Files")]
    pub include_excluded: bool,
}

impl Reading {
    /// Adds what the flags say to the settings of the project.
    pub fn apply(&self, settings: &mut Settings) {
        settings.exclude.extend(self.exclude.iter().cloned());
        settings.no_ignore |= self.no_ignore;
        settings.include_excluded |= self.include_excluded;
    }
}

/// Which settings hold.
#[derive(Args, Clone, Debug, Default)]
pub struct SettingsFrom {
    /// The settings file [default: dynolint.toml at the project's root, if it is there]
    #[arg(
        long,
        value_name = "FILE",
        env = "DYNOLINT_CONFIG",
        hide_env_values = true,
        value_hint = ValueHint::FilePath,
        help_heading = "Settings"
    )]
    pub config: Option<PathBuf>,
    /// Read no settings file
    #[arg(long, help_heading = "Settings")]
    pub isolated: bool,
}

/// `dynolint check`.
#[derive(Args, Debug)]
pub struct Check {
    /// Files and folders to report on; the project is always read whole [default: the project]
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,

    /// Format of the findings on standard output
    #[arg(long, value_name = "FORMAT", value_enum, help_heading = "Report")]
    pub output_format: Option<Format>,
    /// Write a report to a file as well (repeatable; `-` is standard output)
    #[arg(long, value_name = "FORMAT=PATH", value_parser = parse_report, help_heading = "Report")]
    pub report: Vec<ReportTo>,
    /// Show counts by rule and folder instead of the findings
    #[arg(long, help_heading = "Report")]
    pub statistics: bool,
    /// Show the N worst findings as text; counts and exit code stay the same
    #[arg(long, value_name = "N", help_heading = "Report")]
    pub max_findings: Option<usize>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub color: Color,
    /// Only findings and errors, no summary
    #[arg(short, long, overrides_with = "verbose", help_heading = "Report")]
    pub quiet: bool,
    /// Also list what was skipped or not understood
    #[arg(short, long, overrides_with = "quiet", help_heading = "Report")]
    pub verbose: bool,

    /// Least severity to report [default: note]
    #[arg(long, value_name = "LEVEL", value_enum, help_heading = "Threshold")]
    pub min_severity: Option<Severity>,
    /// Least confidence to report [default: low]
    #[arg(long, value_name = "LEVEL", value_enum, help_heading = "Threshold")]
    pub min_confidence: Option<Confidence>,
    /// Also run rules that are only for the thorough
    #[arg(long, help_heading = "Threshold")]
    pub pedantic: bool,
    /// Take the project for a Heroku application even where nothing in it says so
    #[arg(long, help_heading = "Threshold")]
    pub assume_heroku: bool,
    /// Least severity for exit code 1 [default: warning]
    #[arg(long, value_name = "LEVEL", value_enum, help_heading = "Threshold")]
    pub fail_on: Option<FailOn>,
    /// Exit with 0 whatever was found
    #[arg(long, help_heading = "Threshold")]
    pub exit_zero: bool,

    /// Run only these rules (repeatable, or with commas)
    #[arg(long, value_name = "ID", value_delimiter = ',', help_heading = "Rules")]
    pub only: Vec<String>,
    /// Leave out these rules (repeatable, or with commas)
    #[arg(long, value_name = "ID", value_delimiter = ',', help_heading = "Rules")]
    pub skip: Vec<String>,
    /// Where the move goes; findings say what holds there (repeatable, or with commas)
    #[arg(long, value_name = "NAME", value_enum, value_delimiter = ',', help_heading = "Rules")]
    pub target: Vec<Target>,
    /// Also report tests, documents, vendored and generated files
    #[arg(long, help_heading = "Rules")]
    pub all_roles: bool,
    /// Report also what comments and settings suppress
    #[arg(long, help_heading = "Rules")]
    pub no_ignores: bool,

    /// Report only what stands on lines that changed since a git revision
    #[arg(long, value_name = "REV", help_heading = "Adoption")]
    pub since: Option<String>,
    /// The baseline [default: .dynolint-baseline.json at the project's root, if it is there]
    #[arg(long, value_name = "PATH", value_hint = ValueHint::FilePath, help_heading = "Adoption")]
    pub baseline: Option<PathBuf>,
    /// Report also what is in the baseline
    #[arg(long, help_heading = "Adoption")]
    pub no_baseline: bool,
    /// Suppress what is reported: write a comment with an optional reason to every place
    #[arg(
        long,
        value_name = "REASON",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "",
        help_heading = "Adoption"
    )]
    pub add_ignore: Option<String>,

    /// Apply the safe fixes, then report what is left
    #[arg(long, help_heading = "Fix")]
    pub fix: bool,
    /// Apply also the fixes that need a decision; implies --fix
    #[arg(long, help_heading = "Fix")]
    pub unsafe_fixes: bool,
    /// Apply the fixes and report nothing but them; implies --fix
    #[arg(long, help_heading = "Fix")]
    pub fix_only: bool,
    /// Print what the fixes would change as a patch for `git apply`, and change nothing
    #[arg(long, help_heading = "Fix")]
    pub diff: bool,
    /// Exit with 1 where a fix was applied, even if nothing is left
    #[arg(long, help_heading = "Fix")]
    pub exit_non_zero_on_fix: bool,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub reading: Reading,
    /// The file that text on standard input (path `-`) stands in for
    #[arg(long, value_name = "PATH", value_hint = ValueHint::FilePath, help_heading = "Files")]
    pub stdin_filename: Option<PathBuf>,
    /// Number of threads [default: one for each core]
    #[arg(
        short = 'j',
        long,
        value_name = "N",
        default_value_t = 0,
        hide_default_value = true,
        help_heading = "Files"
    )]
    pub threads: usize,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub from: SettingsFrom,
}

/// `dynolint explain`.
#[derive(Args, Debug)]
#[command(args_override_self = true)]
pub struct Explain {
    /// A rule's name
    #[arg(value_name = "RULE")]
    pub rule: String,
    /// Format of the page
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = PageFormat::Text)]
    pub output_format: PageFormat,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub from: SettingsFrom,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub color: Color,
}

/// `dynolint rules`.
#[derive(Args, Debug)]
#[command(args_override_self = true)]
pub struct Rules {
    /// Format of the list
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = TableFormat::Table)]
    pub output_format: TableFormat,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub from: SettingsFrom,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub color: Color,
}

/// `dynolint baseline`.
#[derive(Args, Debug)]
#[command(args_override_self = true)]
pub struct Baseline {
    /// What to do with it.
    #[command(subcommand)]
    pub verb: BaselineVerb,
}

/// What to do with the baseline.
#[derive(Debug, Subcommand)]
pub enum BaselineVerb {
    /// Take all present findings into the baseline
    #[command(args_override_self = true)]
    Write(BaselineRun),
    /// Drop from the baseline what is found no more
    #[command(args_override_self = true)]
    Prune {
        /// Write nothing, and exit with 1 if something is to be dropped
        #[arg(long)]
        check: bool,
        #[command(flatten)]
        #[allow(missing_docs)]
        run: BaselineRun,
    },
    /// Show what is in the baseline, and where it is now
    #[command(args_override_self = true)]
    Show {
        /// Format of the list
        #[arg(long, value_name = "FORMAT", value_enum, default_value_t = FactsFormat::Text)]
        output_format: FactsFormat,
        #[command(flatten)]
        #[allow(missing_docs)]
        run: BaselineRun,
    },
}

/// What the verbs of the baseline have in common.
#[derive(Args, Debug)]
pub struct BaselineRun {
    /// Files and folders whose findings are meant [default: the project]
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,
    /// The baseline [default: .dynolint-baseline.json at the project's root]
    #[arg(long, value_name = "PATH", value_hint = ValueHint::FilePath)]
    pub baseline: Option<PathBuf>,
    /// Only findings of these rules (repeatable, or with commas)
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub only: Vec<String>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub from: SettingsFrom,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub color: Color,
}

/// `dynolint init`.
#[derive(Args, Debug)]
#[command(args_override_self = true)]
pub struct Init {
    /// A folder of the project [default: this one]
    #[arg(value_name = "PATH", value_hint = ValueHint::DirPath)]
    pub path: Option<PathBuf>,
    /// Also add dynolint to .pre-commit-config.yaml
    #[arg(long)]
    pub hook: bool,
    /// Also write a workflow for GitHub Actions
    #[arg(long)]
    pub workflow: bool,
    /// Also write the baseline
    #[arg(long)]
    pub baseline: bool,
    /// Replace a settings file or workflow that is there
    #[arg(long)]
    pub force: bool,
    /// Print what would be written as a patch, and write nothing
    #[arg(long)]
    pub diff: bool,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub color: Color,
}

/// `dynolint config`.
#[derive(Args, Debug)]
#[command(args_override_self = true)]
pub struct ShowConfig {
    /// A file, for what holds in it, or a folder of the project [default: this one]
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub path: Option<PathBuf>,
    /// Format of the list
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = FactsFormat::Text)]
    pub output_format: FactsFormat,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub from: SettingsFrom,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub color: Color,
}

/// `dynolint files`.
#[derive(Args, Debug)]
#[command(args_override_self = true)]
pub struct Files {
    /// Files and folders to list [default: the project]
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub reading: Reading,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub from: SettingsFrom,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub color: Color,
}

/// `dynolint facts`.
#[derive(Args, Debug)]
#[command(args_override_self = true)]
pub struct FactsOf {
    /// The file
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
    /// Format of the facts
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = FactsFormat::Text)]
    pub output_format: FactsFormat,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub color: Color,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs)]
pub enum When {
    #[default]
    Auto,
    Always,
    Never,
}

/// How a page is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs)]
pub enum PageFormat {
    Text,
    Markdown,
    Json,
}

/// How the rules are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs)]
pub enum TableFormat {
    Table,
    Json,
}

/// How facts are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs)]
pub enum FactsFormat {
    Text,
    Json,
}

macro_rules! values {
    ($type:ty: $($value:ident),+) => {
        impl ValueEnum for $type {
            fn value_variants<'a>() -> &'a [Self] {
                &[$(<$type>::$value),+]
            }

            fn to_possible_value(&self) -> Option<PossibleValue> {
                Some(PossibleValue::new(self.id()))
            }
        }
    };
}

values!(Format: Full, Concise, Json, JsonLines, Github, Sarif, Markdown, Gitlab, Junit, Rdjson);
values!(Severity: Note, Warning, Error);
values!(Confidence: Low, Medium, High);
values!(FailOn: Error, Warning, Note, Never);
values!(Target: Render, Railway, Fly, Aws, Aptible, Digitalocean, Kubernetes, Dokku, Vps);

/// `FORMAT=PATH`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportTo {
    /// The format.
    pub format: Format,
    /// The file; `None` is standard output.
    pub path: Option<PathBuf>,
}

fn parse_report(text: &str) -> Result<ReportTo, String> {
    let names = || Format::ALL.map(Format::id).join(", ");
    let Some((format, path)) = text.split_once('=') else {
        return Err("write it as FORMAT=PATH, for example sarif=dynolint.sarif".to_string());
    };
    let Some(format) = Format::ALL.into_iter().find(|known| known.id() == format) else {
        let near = nearest(format, Format::ALL.into_iter().map(Format::id));
        let hint = near.map_or(String::new(), |near| format!(", did you mean `{near}`?"));
        return Err(format!("`{format}` is not a format{hint} (formats: {})", names()));
    };
    match path {
        "" => Err("the path is missing after `=`".to_string()),
        "-" => Ok(ReportTo { format, path: None }),
        path => Ok(ReportTo { format, path: Some(PathBuf::from(path)) }),
    }
}

/// Why dynolint could not do its job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong, lower case, without a full stop.
    pub text: String,
    /// What to do about it.
    pub advice: Option<String>,
}

impl Problem {
    /// A problem without advice.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), advice: None }
    }

    /// The same problem with advice.
    pub fn advise(self, advice: impl Into<String>) -> Self {
        Self { advice: Some(advice.into()), ..self }
    }
}

/// The rule of a name, and whether the name is an earlier one.
pub fn find_rule(rules: &[&'static Meta], name: &str) -> Result<(&'static Meta, bool), Problem> {
    let name = name.trim();
    if let Some(rule) = rules.iter().find(|rule| rule.id == name) {
        return Ok((rule, false));
    }
    if let Some(rule) = rules.iter().find(|rule| rule.aliases.contains(&name)) {
        return Ok((rule, true));
    }
    let names = rules.iter().flat_map(|rule| std::iter::once(rule.id).chain(rule.aliases.iter().copied()));
    let advice = match nearest(name, names) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`dynolint rules` lists all rules".to_string(),
    };
    Err(Problem::new(format!("there is no rule `{}`", escape::terminal(name))).advise(advice))
}

/// The present names of the rules with these names, which may be earlier ones: of those there is a note.
pub fn rule_ids(
    rules: &[&'static Meta],
    names: &[String],
    notes: &mut Vec<String>,
) -> Result<Vec<&'static str>, Problem> {
    let mut ids = Vec::new();
    for name in names.iter().filter(|name| !name.trim().is_empty()) {
        let (rule, earlier) = find_rule(rules, name)?;
        if earlier {
            notes.push(format!("`{}` is now called `{}`", name.trim(), rule.id));
        }
        ids.push(rule.id);
    }
    Ok(ids)
}

/// The known word that was most likely meant.
pub fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    // The first one wins among equals, so that the answer does not depend on the order of a sort.
    let mut best: Option<(f64, &str)> = None;
    for candidate in known {
        let near = strsim::jaro_winkler(&word.to_ascii_lowercase(), candidate);
        if near > 0.8 && best.is_none_or(|(so_far, _)| near > so_far) {
            best = Some((near, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// A verb that was most likely meant by a path that does not exist.
pub fn nearest_verb(path: &Path) -> Option<String> {
    let word = path.to_str().filter(|word| !word.contains(['/', '.']))?;
    let verbs = Cli::command();
    let verb = nearest(word, verbs.get_subcommands().map(clap::Command::get_name))?.to_string();
    Some(verb)
}

impl Check {
    /// Settings that say where to look and nothing more. `stdin` is the text behind the path `-`.
    pub fn place(&self, cwd: PathBuf, stdin: Option<Vec<u8>>) -> Result<Settings, Problem> {
        let mut paths: Vec<PathBuf> = self.paths.iter().filter(|path| !is_stdin(path)).cloned().collect();
        let stdin = match (&self.stdin_filename, stdin) {
            (Some(path), Some(bytes)) => {
                paths.push(path.clone());
                Some((path.clone(), bytes))
            }
            (None, Some(_)) => {
                return Err(Problem::new("the path `-` needs --stdin-filename PATH")
                    .advise("it says which file of the project the text stands in for"));
            }
            (Some(_), None) => {
                return Err(Problem::new("--stdin-filename needs the path `-`")
                    .advise("write `dynolint - --stdin-filename PATH`"));
            }
            (None, None) => None,
        };
        Ok(Settings { paths, cwd, stdin, ..Settings::default() })
    }

    /// Adds what the flags say to the settings of the project, and gives notes for people: a flag wins.
    pub fn apply(&self, settings: &mut Settings) -> Result<Vec<String>, Problem> {
        let known = settings.known_rules();
        let mut notes = Vec::new();
        settings.only.extend(rule_ids(&known, &self.only, &mut notes)?);
        settings.skip.extend(rule_ids(&known, &self.skip, &mut notes)?);
        settings.min_severity = self.min_severity.unwrap_or(settings.min_severity);
        settings.min_confidence = self.min_confidence.unwrap_or(settings.min_confidence);
        settings.fail_on = self.fail_on.unwrap_or(settings.fail_on);
        settings.pedantic |= self.pedantic;
        settings.harmless |= settings.pedantic;
        settings.assume_heroku |= self.assume_heroku;
        settings.all_roles |= self.all_roles;
        settings.suppress &= !self.no_ignores;
        if !self.target.is_empty() {
            settings.targets.clone_from(&self.target);
        }
        self.reading.apply(settings);
        settings.threads = self.threads;
        Ok(notes)
    }

    /// How far fixes may go, if any are asked for.
    pub fn fixes(&self) -> Option<Applicability> {
        if self.unsafe_fixes {
            return Some(Applicability::Unsafe);
        }
        (self.fix || self.fix_only || self.diff).then_some(Applicability::Safe)
    }

    /// Whether text on standard input stands in for a file.
    pub fn reads_stdin(&self) -> bool {
        self.paths.iter().any(|path| is_stdin(path))
    }

    /// The exit code that a report asks for.
    pub fn exit_code(&self, settings: &Settings, report: &Report) -> u8 {
        // What could not be read may hold anything; a clean bill would be a lie.
        if !report.summary.unreadable.is_empty() {
            return 2;
        }
        let Some(least) = settings.fail_on.least() else { return 0 };
        let stale = report.summary.baseline.as_ref().is_some_and(|baseline| baseline.fixed > 0);
        let failed = report.findings.iter().any(|finding| finding.severity >= least)
            || stale && least == Severity::Note;
        u8::from(failed && !self.exit_zero)
    }
}

fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// What of the environment matters to the way things are shown.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    variables: std::collections::BTreeMap<String, String>,
}

/// Variables by which coding assistants mark the shells they open.
const ASSISTANTS: [&str; 4] = ["CLAUDECODE", "CURSOR_AGENT", "GEMINI_CLI", "CODEX_SANDBOX"];

impl Environment {
    /// From the variables of the process.
    pub fn new(variables: impl Iterator<Item = (String, String)>) -> Self {
        Self { variables: variables.filter(|(_, value)| !value.is_empty()).collect() }
    }

    /// A variable that is set and not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str)
    }

    fn is_on(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| !matches!(value, "0" | "false"))
    }

    /// Whether a stream is to have colours.
    pub fn color(&self, when: When, is_terminal: bool) -> bool {
        match when {
            When::Always => true,
            When::Never => false,
            When::Auto if self.get("NO_COLOR").is_some() => false,
            When::Auto if self.is_on("FORCE_COLOR") || self.is_on("CLICOLOR_FORCE") => true,
            When::Auto => {
                is_terminal && self.get("TERM") != Some("dumb") && self.get("CLICOLOR") != Some("0")
            }
        }
    }

    /// Whether a terminal understands links (OSC 8); unknown ones would show rubbish.
    pub fn hyperlinks(&self, is_terminal: bool) -> bool {
        if let Some(forced) = self.get("FORCE_HYPERLINK") {
            return forced != "0";
        }
        let known = ["KITTY_WINDOW_ID", "WT_SESSION", "KONSOLE_VERSION", "WEZTERM_PANE", "DOMTERM"];
        let programs = ["iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "zed"];
        let terms = ["xterm-kitty", "alacritty", "xterm-ghostty", "foot"];
        let vte = self.get("VTE_VERSION").and_then(|version| version.parse::<u32>().ok());
        is_terminal
            && (known.iter().any(|name| self.get(name).is_some())
                || self.get("TERM_PROGRAM").is_some_and(|program| programs.contains(&program))
                || self.get("TERM").is_some_and(|term| terms.contains(&term))
                || vte.is_some_and(|version| version >= 5000))
    }

    /// The formats for standard output, one after the other.
    pub fn formats(&self, check: &Check, is_terminal: bool) -> Vec<Format> {
        let asked: Vec<Format> =
            check.report.iter().filter(|report| report.path.is_none()).map(|report| report.format).collect();
        match check.output_format {
            Some(format) => std::iter::once(format).chain(asked).collect(),
            // A report on standard output is for a program: no text around it.
            None if !asked.is_empty() => asked,
            None if self.get("GITHUB_ACTIONS") == Some("true") => vec![Format::Full, Format::Github],
            None if !is_terminal && ASSISTANTS.iter().any(|name| self.get(name).is_some()) => {
                vec![Format::Concise]
            }
            None => vec![Format::Full],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(variables: &[(&str, &str)]) -> Environment {
        Environment::new(variables.iter().map(|&(name, value)| (name.to_string(), value.to_string())))
    }

    fn check(arguments: &[&str]) -> Check {
        let cli = Cli::try_parse_from(std::iter::once(&"dynolint").chain(arguments)).expect("parses");
        assert!(cli.command.is_none());
        cli.check
    }

    #[test]
    fn the_definitions_hold() {
        Cli::command().debug_assert();
    }

    #[test]
    fn everything_may_be_repeated() {
        let check = check(&["-q", "-q", "--pedantic", "--pedantic", "--color", "never", "--color", "always"]);
        assert!(check.quiet && check.pedantic);
        assert_eq!(check.color.color, When::Always);
        assert!(self::check(&["-q", "-v"]).verbose);
        assert!(!self::check(&["-q", "-v"]).quiet);
    }

    #[test]
    fn a_folder_may_be_called_like_a_verb() {
        assert_eq!(check(&["./rules"]).paths, [PathBuf::from("./rules")]);
        let verb = Cli::try_parse_from(["dynolint", "rules"]).expect("parses");
        assert!(matches!(verb.command, Some(Command::Rules(_))));
        assert_eq!(nearest_verb(Path::new("explian")).as_deref(), Some("explain"));
        assert_eq!(nearest_verb(Path::new("src/explian")), None);
    }

    #[test]
    fn reports_go_to_files() {
        let check = check(&["--report", "sarif=a=b.sarif", "--report", "json=-"]);
        let sarif = ReportTo { format: Format::Sarif, path: Some(PathBuf::from("a=b.sarif")) };
        assert_eq!(check.report, [sarif, ReportTo { format: Format::Json, path: None }]);
        assert!(parse_report("sarfi=x").is_err_and(|error| error.contains("did you mean `sarif`?")));
        assert!(parse_report("sarif").is_err_and(|error| error.contains("FORMAT=PATH")));
        assert!(parse_report("sarif=").is_err_and(|error| error.contains("missing")));
    }

    #[test]
    fn the_environment_chooses_the_format() {
        let actions = environment(&[("GITHUB_ACTIONS", "true")]);
        let assistant = environment(&[("CLAUDECODE", "1")]);
        let plain = check(&[]);
        assert_eq!(environment(&[]).formats(&plain, false), [Format::Full]);
        assert_eq!(actions.formats(&plain, false), [Format::Full, Format::Github]);
        assert_eq!(actions.formats(&check(&["--output-format", "full"]), false), [Format::Full]);
        assert_eq!(assistant.formats(&plain, false), [Format::Concise]);
        assert_eq!(assistant.formats(&plain, true), [Format::Full]);
        assert_eq!(assistant.formats(&check(&["--report", "json=-"]), false), [Format::Json]);
        assert_eq!(assistant.formats(&check(&["--report", "json=x"]), false), [Format::Concise]);
    }

    #[test]
    fn the_environment_chooses_colours() {
        assert!(environment(&[]).color(When::Auto, true));
        assert!(!environment(&[]).color(When::Auto, false));
        assert!(!environment(&[("NO_COLOR", "1"), ("FORCE_COLOR", "1")]).color(When::Auto, true));
        assert!(environment(&[("NO_COLOR", "")]).color(When::Auto, true));
        assert!(environment(&[("CLICOLOR_FORCE", "1")]).color(When::Auto, false));
        assert!(!environment(&[("FORCE_COLOR", "0")]).color(When::Auto, false));
        assert!(environment(&[("NO_COLOR", "1")]).color(When::Always, false));
        assert!(!environment(&[("TERM", "dumb")]).color(When::Auto, true));
    }
}
