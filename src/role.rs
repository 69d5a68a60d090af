//! What a file is there for.

/// What a file is there for; decided once, by path and content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// The application's own code.
    App,
    /// Settings.
    Config,
    /// What builds and starts it.
    Build,
    /// Continuous integration.
    Ci,
    /// Tools for developers and operators.
    Script,
    /// Tests and what they need.
    Test,
    /// Documents and examples.
    Docs,
    /// Other people's code.
    Vendored,
    /// Written by a program.
    Generated,
}

impl Role {
    /// Lower-case name.
    pub fn id(self) -> &'static str {
        match self {
            Role::App => "app",
            Role::Config => "config",
            Role::Build => "build",
            Role::Ci => "ci",
            Role::Script => "script",
            Role::Test => "test",
            Role::Docs => "docs",
            Role::Vendored => "vendored",
            Role::Generated => "generated",
        }
    }
}
