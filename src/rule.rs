//! What a rule is, and what it knows about itself.

use std::fmt::{self, Display, Formatter};

use crate::finding::Applicability;
use crate::lang::Lang;

/// How bad a finding is. Ordered: a note is less than an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Inventory or clean-up; nothing breaks.
    Note,
    /// Behaviour changes silently, or fails on some targets.
    Warning,
    /// Fails or corrupts after the move.
    Error,
}

impl Severity {
    /// `note`, `warning`, `error`.
    pub fn id(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }

    /// One level less; a note stays a note.
    pub fn lower(self) -> Self {
        match self {
            Severity::Error => Severity::Warning,
            Severity::Warning | Severity::Note => Severity::Note,
        }
    }
}

impl Display for Severity {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.pad(self.id())
    }
}

/// How sure a finding is. Ordered: low is less than high.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// A guess worth a look.
    Low,
    /// Likely.
    Medium,
    /// As good as certain.
    High,
}

impl Confidence {
    /// `low`, `medium`, `high`.
    pub fn id(self) -> &'static str {
        match self {
            Confidence::Low => "low",
            Confidence::Medium => "medium",
            Confidence::High => "high",
        }
    }
}

impl Display for Confidence {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.pad(self.id())
    }
}

/// What happens after the move.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Impact {
    /// The build fails.
    BuildFails,
    /// A process does not start.
    BootFails,
    /// Data is lost or mixed up.
    DataLoss,
    /// A branch flips and nobody notices.
    FlipsSilently,
    /// Something works worse: a name is missing, a log line is empty.
    Degrades,
    /// Nothing breaks; it can go.
    Cleanup,
}

impl Impact {
    /// Kebab-case name.
    pub fn id(self) -> &'static str {
        match self {
            Impact::BuildFails => "build-fails",
            Impact::BootFails => "boot-fails",
            Impact::DataLoss => "data-loss",
            Impact::FlipsSilently => "flips-silently",
            Impact::Degrades => "degrades",
            Impact::Cleanup => "cleanup",
        }
    }

    /// The severity that goes with it.
    pub fn severity(self) -> Severity {
        match self {
            Impact::BuildFails | Impact::BootFails | Impact::DataLoss => Severity::Error,
            Impact::FlipsSilently | Impact::Degrades => Severity::Warning,
            Impact::Cleanup => Severity::Note,
        }
    }
}

impl Display for Impact {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.pad(self.id())
    }
}

/// Where the work belongs in a migration, in the order in which a team does it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// Change the code, while still on Heroku.
    Code,
    /// Change the build.
    Build,
    /// Set something up on the target.
    Provision,
    /// Move data.
    Data,
    /// On the day.
    Cutover,
    /// When Heroku is gone.
    After,
}

impl Step {
    /// Lower-case name.
    pub fn id(self) -> &'static str {
        match self {
            Step::Code => "code",
            Step::Build => "build",
            Step::Provision => "provision",
            Step::Data => "data",
            Step::Cutover => "cutover",
            Step::After => "after",
        }
    }
}

impl Display for Step {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.pad(self.id())
    }
}

/// Where the move goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// Render.
    Render,
    /// Railway.
    Railway,
    /// Fly.io.
    Fly,
    /// AWS: ECS, Elastic Beanstalk, EC2.
    Aws,
    /// Aptible.
    Aptible,
    /// DigitalOcean App Platform.
    Digitalocean,
    /// Kubernetes.
    Kubernetes,
    /// Dokku.
    Dokku,
    /// A server of one's own, with Docker, Coolify, Kamal or systemd.
    Vps,
}

impl Target {
    /// Every target, in the order of the documentation.
    pub const ALL: [Target; 9] = [
        Target::Render,
        Target::Railway,
        Target::Fly,
        Target::Aws,
        Target::Aptible,
        Target::Digitalocean,
        Target::Kubernetes,
        Target::Dokku,
        Target::Vps,
    ];

    /// The name on the command line.
    pub fn id(self) -> &'static str {
        match self {
            Target::Render => "render",
            Target::Railway => "railway",
            Target::Fly => "fly",
            Target::Aws => "aws",
            Target::Aptible => "aptible",
            Target::Digitalocean => "digitalocean",
            Target::Kubernetes => "kubernetes",
            Target::Dokku => "dokku",
            Target::Vps => "vps",
        }
    }

    /// The name for people.
    pub fn title(self) -> &'static str {
        match self {
            Target::Render => "Render",
            Target::Railway => "Railway",
            Target::Fly => "Fly.io",
            Target::Aws => "AWS",
            Target::Aptible => "Aptible",
            Target::Digitalocean => "DigitalOcean",
            Target::Kubernetes => "Kubernetes",
            Target::Dokku => "Dokku",
            Target::Vps => "a VPS",
        }
    }
}

/// Whether a rule runs by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Always.
    Stable,
    /// Only when asked for with `--pedantic` or `--only`.
    Pedantic,
}

/// What a rule knows about itself.
#[derive(Debug)]
pub struct Meta {
    /// Kebab-case noun; means this rule for ever.
    pub id: &'static str,
    /// Earlier names, still understood.
    pub aliases: &'static [&'static str],
    /// What the finding is about, for lists: "identity".
    pub family: &'static str,
    /// The severity that its findings usually have; what is at stake can raise or lower it.
    pub severity: Severity,
    /// What usually happens after the move.
    pub impact: Impact,
    /// How sure its findings usually are.
    pub confidence: Confidence,
    /// Where the work belongs in a migration.
    pub step: Step,
    /// Languages and formats in which it can have findings.
    pub langs: &'static [Lang],
    /// Its findings hold for any project, and are worth a team's time only where the project runs on Heroku:
    /// without signs of that they are left out, and counted.
    pub needs_heroku: bool,
    /// Whether it runs by default.
    pub status: Status,
    /// First release that has it; empty for a rule of a team's settings.
    pub since: &'static str,
    /// Among findings on one expression the rule with the highest number wins.
    pub specificity: u8,
    /// Its page: Markdown, `rules/<id>/README.md`.
    pub page: &'static str,
    /// Who wrote it.
    pub origin: Origin,
}

/// Where a rule comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// It comes with dynolint.
    BuiltIn,
    /// It is a coupling of a team's settings ([`crate::rules::own`]).
    Settings {
        /// The page of the team's that the settings name.
        url: Option<&'static str>,
        /// The kinds of fixes that its findings can have, safe ones first.
        fixes: &'static [Applicability],
    },
}

impl Meta {
    /// Whether this is its name, or was.
    pub fn is_called(&self, name: &str) -> bool {
        self.id == name || self.aliases.contains(&name)
    }

    /// The page's address on the web. That of a built-in rule never moves; a team's own rule has one where the
    /// settings name it.
    pub fn url(&self) -> Option<String> {
        match self.origin {
            Origin::BuiltIn => Some(format!("{}/{}/README.md", crate::RULES_URL, self.id.replace('-', "_"))),
            Origin::Settings { url, .. } => url.map(str::to_string),
        }
    }

    /// The kinds of fixes that its findings can have, safe ones first. The page of a built-in rule shows them, and
    /// is tested, so these are all there are.
    pub fn fixes(&self) -> Vec<Applicability> {
        if let Origin::Settings { fixes, .. } = self.origin {
            return fixes.to_vec();
        }
        let fences = || self.page.lines().filter(|line| line.starts_with("```"));
        let mut kinds = Vec::new();
        if fences().any(|fence| fence.split_whitespace().any(|word| word == "fixed")) {
            kinds.push(Applicability::Safe);
        }
        if fences().any(|fence| fence.split_whitespace().any(|word| word == "fixed=unsafe")) {
            kinds.push(Applicability::Unsafe);
        }
        kinds
    }

    /// The first paragraph of the page, on one line.
    pub fn summary(&self) -> String {
        let body = self.page.split_once('\n').map_or("", |(_, body)| body).trim_start();
        let first = body.split("\n\n").next().unwrap_or_default();
        first.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

impl PartialEq for Meta {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Meta {}
