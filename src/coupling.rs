//! A coupling of a team's own, as its settings describe it: plain data, from which
//! [`crate::rules::own`] makes a rule.

use crate::rule::Severity;

/// What a team asks to be reported, in the words of its settings (`[[coupling]]`).
///
/// A finding is everything that one of the lists names. In `message` and `help`, `{name}` stands for what was
/// found: `ACME_HOST`, `legacy.acme.internal`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coupling {
    /// The rule's name, in kebab case: "acme-deploy-host".
    pub name: String,
    /// Environment variables: `ACME_HOST`; a trailing `*` stands for any end (`ACME_*`).
    pub variables: Vec<String>,
    /// Host names in texts and settings: `legacy.acme.internal`; `*.acme.internal` for every host below one.
    pub hosts: Vec<String>,
    /// Command lines by their first words: `acme`, `acme deploy`.
    pub commands: Vec<String>,
    /// Packages in manifests: `acme-sdk`, or with the registry they come from: `npm:acme-sdk`.
    pub packages: Vec<String>,
    /// Calls by name: `Acme::Client.new`, `acme_sdk.connect`; without a receiver, that of any: `connect_legacy`.
    pub calls: Vec<String>,
    /// The fact in one line, without a full stop.
    pub message: String,
    /// How bad a finding is.
    pub severity: Severity,
    /// What to do, one sentence.
    pub help: Option<String>,
    /// What stands in its place afterwards: the name of a variable, a host, the words of a command, a function.
    pub replacement: Option<String>,
    /// A page of the team's with more to know.
    pub url: Option<String>,
}

impl Coupling {
    /// A coupling that names nothing yet, with the severity that findings usually have.
    pub fn new(name: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            variables: Vec::new(),
            hosts: Vec::new(),
            commands: Vec::new(),
            packages: Vec::new(),
            calls: Vec::new(),
            message: message.into(),
            severity: Severity::Warning,
            help: None,
            replacement: None,
            url: None,
        }
    }
}
