//! The table of all that the settings file can say. The reader's checks, the JSON schema, the page of the
//! settings and the list of `dynolint config` come from it: a new key is one entry here, and the line that
//! uses it.

use std::borrow::Cow;
use std::sync::LazyLock;

use clap::ValueEnum;

use crate::cli::nearest;
use crate::coupling;
use crate::escape;
use crate::paths::Paths;
use crate::platform::{Names, neutral, provided};
use crate::rule::{Confidence, Severity, Target};
use crate::schedule::time;
use crate::settings::{FailOn, FixLevel};

/// The key of the table `[fix]` for the time zone in which the dynos run.
pub const TIME_ZONE: &str = "time-zone";

/// What one value has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item {
    /// A text that is not blank.
    Text,
    /// One of some words.
    Severity,
    /// One of some words.
    Confidence,
    /// One of some words.
    FailOn,
    /// One of some words.
    Target,
    /// One of some words.
    FixLevel,
    /// A path below the project's root.
    Path,
    /// A glob in the manner of `.gitignore`.
    Glob,
    /// The name of a rule: a built-in one, an earlier name of one, or a coupling of the same file.
    Rule,
    /// The name of a coupling, which no rule has.
    NewRule,
    /// The name of an environment variable.
    Variable,
    /// The name of a time zone.
    Zone,
    /// The name of a function.
    Function,
    /// Environment variables that a coupling looks for.
    Variables,
    /// A host that a coupling looks for.
    Host,
    /// The words of a command that a coupling looks for.
    Command,
    /// A package that a coupling looks for.
    Package,
    /// An address on the web.
    Address,
}

/// What the value of a key has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `true` or `false`.
    Flag,
    /// One value.
    One(Item),
    /// A list of values.
    Many(Item),
}

/// A key of the settings file.
#[derive(Clone, Debug)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// What its value has to be.
    pub kind: Kind,
    /// What holds without it, as it would be written; empty where that is nothing.
    pub default: Cow<'static, str>,
    /// Whether its table is wrong without it.
    pub required: bool,
    /// What it does, in a paragraph of Markdown.
    pub about: Cow<'static, str>,
    /// The value in an example, as it would be written.
    pub example: Cow<'static, str>,
}

/// A table of the settings file.
#[derive(Clone, Debug)]
pub struct Section {
    /// Which one it is.
    pub id: SectionId,
    /// Its heading in the file; empty for the top.
    pub header: &'static str,
    /// What it is for, in Markdown.
    pub about: &'static str,
    /// Its keys, in the order of the page.
    pub keys: Vec<Key>,
}

/// The tables of the settings file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SectionId {
    /// What stands above the first table.
    Top,
    /// `[rules.<id>]`.
    Rule,
    /// `[[overrides]]`.
    Override,
    /// `[overrides.rules.<id>]`.
    OverrideRule,
    /// `[[ignore]]`.
    Ignore,
    /// `[[couplings]]`.
    Coupling,
    /// `[fix]`.
    Fix,
}

impl SectionId {
    /// Names of the tables inside of this one.
    pub fn inner(self) -> &'static [&'static str] {
        match self {
            SectionId::Top => &["rules", "overrides", "ignore", "couplings", "fix"],
            SectionId::Override => &["rules"],
            _ => &[],
        }
    }

    /// What the table says about its keys.
    pub fn section(self) -> &'static Section {
        SECTIONS.iter().find(|section| section.id == self).expect("every table has a section")
    }
}

impl Section {
    /// The key of a name.
    pub fn key(&self, name: &str) -> Option<&Key> {
        self.keys.iter().find(|key| key.name == name)
    }
}

impl Key {
    fn new(name: &'static str, kind: Kind, about: &'static str, example: &'static str) -> Self {
        Self {
            name,
            kind,
            default: Cow::Borrowed(""),
            required: false,
            about: Cow::Borrowed(about),
            example: Cow::Borrowed(example),
        }
    }

    fn default(self, default: &'static str) -> Self {
        Self { default: Cow::Borrowed(default), ..self }
    }

    fn required(self) -> Self {
        Self { required: true, ..self }
    }
}

impl Item {
    /// The words that it may be, where they are few.
    pub fn words(self) -> Option<Vec<String>> {
        match self {
            Item::Severity => Some(words::<Severity>()),
            Item::Confidence => Some(words::<Confidence>()),
            Item::FailOn => Some(words::<FailOn>()),
            Item::Target => Some(words::<Target>()),
            Item::FixLevel => Some(FixLevel::ALL.iter().map(|(name, _)| (*name).to_string()).collect()),
            _ => None,
        }
    }

    /// What it is, with an article.
    pub fn noun(self) -> &'static str {
        match self {
            Item::Path => "a path",
            Item::Glob => "a glob",
            Item::Rule => "the name of a rule",
            Item::NewRule => "a name in kebab case",
            Item::Variable => "the name of an environment variable",
            Item::Zone => "the name of a time zone",
            Item::Address => "an address on the web",
            _ => "a text",
        }
    }

    /// The same for several of them.
    pub fn plural(self) -> &'static str {
        match self {
            Item::Glob => "globs",
            Item::Function => "names of functions",
            Item::Variables => "names of environment variables",
            Item::Host => "host names",
            Item::Command => "words of command lines",
            Item::Package => "names of packages",
            _ => "texts",
        }
    }

    /// A regular expression of JavaScript that its texts match.
    pub fn pattern(self) -> Option<&'static str> {
        Some(match self {
            Item::Text | Item::Path => r"\S",
            Item::Glob => r"^(?!#|\.{1,2}/).*\S",
            Item::Rule | Item::NewRule => "^[a-z][a-z0-9]*(-[a-z0-9]+)*$",
            Item::Variable => "^[A-Za-z_][A-Za-z0-9_]*$",
            Item::Zone => "^[A-Z+-]",
            Item::Function => r"^(new )?[^\s()]{2,}(\(\))?$",
            Item::Variables => r"^([A-Za-z_][A-Za-z0-9_]*|[A-Za-z_][A-Za-z0-9_]+\*)$",
            Item::Host => r"^(\*\.)?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$",
            Item::Command => r#"^[^\s|&;<>$`"'\\*]([^|&;<>$`"'\\*]*[^\s|&;<>$`"'\\*])?$"#,
            Item::Package => r#"^[^\s*"']+\*?$"#,
            Item::Address => "^https?://[^/\\s]",
            _ => return None,
        })
    }

    /// The key by which [`coupling::check`] knows it.
    fn of_coupling(self) -> Option<&'static str> {
        Some(match self {
            Item::NewRule => "name",
            Item::Variables => "variables",
            Item::Host => "hosts",
            Item::Command => "commands",
            Item::Package => "packages",
            Item::Function => "calls",
            Item::Address => "url",
            _ => return None,
        })
    }

    /// What is wrong with the text of a key, and what to do about it.
    ///
    /// Whether a rule of that name exists is up to the file.
    pub fn wrong(self, key: &str, text: &str) -> Option<(String, Option<String>)> {
        let shown = escape::terminal(text);
        let not =
            |advice: &str| Some((format!("`{shown}` is not {}", self.noun()), Some(advice.to_string())));
        if text.trim().is_empty() {
            return Some((format!("`{key}` is blank"), None));
        }
        if let Some(known) = self.of_coupling() {
            let wrong = coupling::check(known, text).err()?;
            return Some((format!("`{shown}` {}", escape::terminal(&wrong)), None));
        }
        if let Some(words) = self.words() {
            let near = nearest(text, words.iter().map(String::as_str));
            let advice = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("it is one of {}", words.join(", ")),
            };
            let known = words.iter().any(|word| word == text);
            return (!known).then(|| (format!("`{key}` cannot be `{shown}`"), Some(advice)));
        }
        match self {
            Item::Glob => wrong_glob(text),
            Item::Variable if !is_name(text) => not("write it like \"APP_NAME\""),
            Item::Zone if !time::is_zone(text) => not("write it like \"Europe/Paris\""),
            _ => None,
        }
    }
}

fn wrong_glob(text: &str) -> Option<(String, Option<String>)> {
    let shown = escape::terminal(text);
    // Both are right in a `.gitignore`, and match nothing.
    if text.starts_with('#') {
        let advice = "write `\\\\#` for a `#`".to_string();
        return Some((format!("`{shown}` is a comment, and no glob"), Some(advice)));
    }
    if text.starts_with("./") || text.starts_with("../") {
        let advice = "globs count from the project's root: write `/vendor/`".to_string();
        return Some((
            format!("`{shown}` cannot match: no path begins with a dot and a slash"),
            Some(advice),
        ));
    }
    let (_, reason) = Paths::new(&[text.to_string()]).err()?;
    let advice = "globs are those of .gitignore".to_string();
    Some((format!("`{shown}` is not a glob: {}", escape::terminal(&reason)), Some(advice)))
}

fn words<T: ValueEnum>() -> Vec<String> {
    let values = T::value_variants().iter().filter_map(ValueEnum::to_possible_value);
    values.map(|value| value.get_name().to_string()).collect()
}

/// Whether a text can be the name of a variable in a shell and in every language.
fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Every table of the settings file, in the order of the page.
pub static SECTIONS: LazyLock<Vec<Section>> = LazyLock::new(|| {
    vec![
        Section { id: SectionId::Top, header: "", about: TOP, keys: top() },
        Section { id: SectionId::Rule, header: "[rules.<id>]", about: RULE, keys: rule() },
        Section { id: SectionId::Override, header: "[[overrides]]", about: OVERRIDE, keys: paths() },
        Section {
            id: SectionId::OverrideRule,
            header: "[overrides.rules.<id>]",
            about: OVERRIDE_RULE,
            keys: rule().into_iter().filter(|key| key.name != "exclude").collect(),
        },
        Section { id: SectionId::Ignore, header: "[[ignore]]", about: IGNORE, keys: ignore() },
        Section { id: SectionId::Coupling, header: "[[couplings]]", about: COUPLING, keys: coupling() },
        Section { id: SectionId::Fix, header: "[fix]", about: FIX, keys: fix() },
    ]
});

const TOP: &str = "\
These stand at the top of the file, above the first table.";

const RULE: &str = "\
What is set for one rule, in the whole project. `<id>` is the name of a built-in rule ([all of \
them](rules.md), or `dynolint rules`), an earlier name of one, or the name of one of your own \
[couplings](#couplings).";

const OVERRIDE: &str = "\
What is set for rules in some paths. Where several fit a file the later one wins, key by key, and each of them \
wins over `[rules.<id>]`.";

const OVERRIDE_RULE: &str = "\
A rule in the paths of the `[[overrides]]` above it. It is often shorter to write it in one line: \
`rules.dyno-ordinal.enabled = false`.";

const IGNORE: &str = "\
A finding that the team has decided to live with, in a file that can hold no comment, such as JSON. Elsewhere a \
comment at the place says the same, and moves with the code. One that suppresses nothing any more is reported.";

const COUPLING: &str = "\
A rule of your own, without Rust: what ties your code to the place it runs in now, and what to do about it. At \
least one of the lists has to name something. Such a rule is like a built-in one everywhere: it has a page \
(`dynolint explain NAME`), can be set in `[rules.<id>]` and suppressed by its name, and is in the baseline and in \
every format.";

const FIX: &str = "\
Names for the variables that fixes bring in. A name that is given here is one that the team has decided on, so the \
fix that reads it is safe even where the project uses the name already.";

fn top() -> Vec<Key> {
    use Item::{Confidence, FailOn, Function, Glob, Path, Severity, Target};
    use Kind::{Flag, Many, One};
    vec![
        Key::new(
            "targets",
            Many(Target),
            "Where the move goes. Findings say what holds there, and some are only made for a target. With \
             several, what holds on any of them is reported.",
            r#"["fly", "kubernetes"]"#,
        )
        .default("[]"),
        Key::new(
            "exclude",
            Many(Glob),
            "Files that are not read, as globs in the manner of `.gitignore`, below the project's root. They are \
             not read even when they are named on the command line. `--exclude` adds to them.",
            r#"["vendor/", "**/*.min.js"]"#,
        )
        .default("[]"),
        Key::new("min-severity", One(Severity), "The least severity that is reported.", r#""warning""#)
            .default(r#""note""#),
        Key::new("min-confidence", One(Confidence), "The least confidence that is reported.", r#""medium""#)
            .default(r#""low""#),
        Key::new(
            "fail-on",
            One(FailOn),
            "The least severity for which the exit code is 1.",
            r#""error""#,
        )
        .default(r#""warning""#),
        Key::new(
            "pedantic",
            Flag,
            "Runs also the rules that are only for the thorough, and reports reads that are no coupling any more.",
            "true",
        )
        .default("false"),
        Key::new(
            "assume-heroku",
            Flag,
            "Takes the project for a Heroku application even where nothing in it says so: no `Procfile`, no \
             `app.json`, no read of `DYNO`.",
            "true",
        )
        .default("false"),
        Key::new(
            "all-roles",
            Flag,
            "Reports findings in tests, documents, vendored and generated files as well.",
            "true",
        )
        .default("false"),
        Key::new(
            "require-reason",
            Flag,
            "A comment `dynolint: ignore[…]` and an entry of `[[ignore]]` have to say why; one that does not is \
             reported.",
            "true",
        )
        .default("false"),
        Key::new(
            "baseline",
            One(Path),
            "The baseline, from the project's root.",
            r#"".config/dynolint-baseline.json""#,
        )
        .default(r#"".dynolint-baseline.json""#),
        Key::new(
            "wrappers",
            Many(Function),
            "Functions that read an environment variable by its name, where dynolint does not see that by itself: \
             those of a package, or ones that are built at run time. Functions of the project are found without it.",
            r#"["AppConfig.get", "my_env"]"#,
        )
        .default("[]"),
    ]
}

fn rule() -> Vec<Key> {
    use Kind::{Flag, Many, One};
    vec![
        Key::new(
            "enabled",
            Flag,
            "Whether the rule runs. `true` also switches on a rule that only runs with `pedantic`; `--only` and \
             `--skip` win.",
            "false",
        ),
        Key::new(
            "severity",
            One(Item::Severity),
            "How bad its findings are, whatever the rule says.",
            r#""error""#,
        ),
        Key::new(
            "fix",
            One(Item::FixLevel),
            "How far its fixes are trusted: `safe` applies all of them with `--fix`, `unsafe` only with \
             `--unsafe-fixes`, `off` makes none.",
            r#""unsafe""#,
        ),
        Key::new(
            "exclude",
            Many(Item::Glob),
            "Globs of files in which the rule does not report. Other rules do, and the files are read.",
            r#"["tmp/cache/**"]"#,
        )
        .default("[]"),
    ]
}

fn paths() -> Vec<Key> {
    let about = "Globs of the files, in the manner of `.gitignore`, below the project's root.";
    vec![Key::new("paths", Kind::Many(Item::Glob), about, r#"["script/", "**/test/**"]"#).required()]
}

fn ignore() -> Vec<Key> {
    use Kind::One;
    vec![
        Key::new("path", One(Item::Glob), "Glob of the files.", r#""app.json""#).required(),
        Key::new("rule", One(Item::Rule), "The rule whose findings are meant.", r#""heroku-npm-lifecycle""#)
            .required(),
        Key::new(
            "code",
            One(Item::Text),
            "Only findings on this code; blanks do not count.",
            r#""heroku-postbuild""#,
        ),
        Key::new(
            "reason",
            One(Item::Text),
            "Why. With `require-reason` it has to be there.",
            r#""goes when the old application is switched off""#,
        ),
    ]
}

fn coupling() -> Vec<Key> {
    use Item::{Address, Command, Function, Host, NewRule, Package, Severity, Text, Variables};
    use Kind::{Many, One};
    vec![
        Key::new(
            "name",
            One(NewRule),
            "The rule's name, in kebab case: one that no rule has.",
            r#""acme-host""#,
        )
        .required(),
        Key::new(
            "message",
            One(Text),
            "The fact in one line, without a full stop. `{name}` stands for what was found.",
            r#""`{name}` is only reachable from Heroku""#,
        )
        .required(),
        Key::new(
            "variables",
            Many(Variables),
            "Environment variables; `*` at the end stands for any end.",
            r#"["ACME_HOST", "ACME_API_*"]"#,
        ),
        Key::new(
            "hosts",
            Many(Host),
            "Host names in texts and settings; `*.` at the beginning stands for every host below one.",
            r#"["legacy.acme.internal", "*.acme.internal"]"#,
        ),
        Key::new("commands", Many(Command), "Command lines, by their first words.", r#"["acme deploy"]"#),
        Key::new(
            "packages",
            Many(Package),
            "Packages in manifests, alone or with the registry that they come from.",
            r#"["acme-sdk", "npm:@acme/sdk"]"#,
        ),
        Key::new(
            "calls",
            Many(Function),
            "Calls, by name; without a receiver the calls on any.",
            r#"["Acme::Client.new", "connect_legacy"]"#,
        ),
        Key::new("severity", One(Severity), "How bad a finding is.", r#""error""#).default(r#""warning""#),
        Key::new(
            "help",
            One(Text),
            "What to do, in one sentence.",
            r#""ask the platform team for the new name""#,
        ),
        Key::new(
            "replacement",
            One(Text),
            "What stands in its place afterwards: a variable, a host, the words of a command, a package, a function. \
             Only for a coupling with one of the lists.",
            r#""SERVICE_HOST""#,
        ),
        Key::new("url", One(Address), "A page with more to know.", r#""https://wiki.example.com/move""#),
    ]
}

fn fix() -> Vec<Key> {
    let names = Names::KEYS.iter().map(|&(name, purpose)| Key {
        name,
        kind: Kind::One(Item::Variable),
        default: format!("{:?}", neutral(purpose)).into(),
        required: false,
        about: format!("The name of the variable that holds {}", provided(purpose)).into(),
        example: format!("{:?}", format!("MY_{}", neutral(purpose))).into(),
    });
    let zone = Key::new(
        TIME_ZONE,
        Kind::One(Item::Zone),
        "The time zone in which the dynos run (Heroku's is UTC, unless the config var `TZ` says otherwise), so \
         that writing it down is safe.",
        r#""Europe/Paris""#,
    );
    names.chain([zone]).collect()
}
