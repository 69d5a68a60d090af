//! What SQL does, as far as rules ask: schemas, extensions, owners, and the tables of others. A dump of a
//! database and a statement in a string of a program give the same facts.

use crate::span::Span;

/// The schema that Heroku put extensions in from August 2022 to the middle of 2023. Source: Dev Center,
/// "Heroku Postgres Extension Changes FAQ".
pub const EXTENSION_SCHEMA: &str = "heroku_ext";

/// The schema of Heroku's own functions and event triggers in a database. `heroku pg:pull` leaves it out.
pub const INTERNAL_SCHEMA: &str = "_heroku";

/// The role that owns Heroku's own objects in a database.
pub const ADMIN_ROLE: &str = "heroku_admin";

/// The schema that Heroku Connect writes to unless told otherwise.
pub const CONNECT_SCHEMA: &str = "salesforce";

/// Event triggers that Heroku creates in every database. Seen in published dumps.
pub const EVENT_TRIGGERS: &[&str] = &[
    "extension_before_drop",
    "extension_before_run",
    "log_create_ext",
    "log_drop_ext",
    "validate_extension",
    "validate_pg_temp_clean",
    "validate_search_path",
];

/// Functions in [`INTERNAL_SCHEMA`]. Seen in published dumps.
pub const INTERNAL_FUNCTIONS: &[&str] = &[
    "create_ext",
    "drop_ext",
    "extension_before_drop",
    "extension_before_run",
    "grant_function_execute_for_extension",
    "grant_table_if_exists",
    "pg_stat_statements_reset",
    "postgis_after_create",
    "validate_extension",
    "validate_extension_query",
    "validate_pg_temp_clean",
    "validate_search_path",
];

/// The extension that keeps execution statistics of statements.
pub const STATISTICS: &str = "pg_stat_statements";

/// One thing that a statement does. A statement that does several is several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// What.
    pub action: Action,
    /// To what: a schema, an extension, a role, a trigger; `schema.name` for what is qualified. Quotes left out.
    pub name: String,
    /// The name's bytes.
    pub name_span: Span,
    /// From the statement's first word to the last one that matters.
    pub span: Span,
}

/// What a [`Statement`] does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// `CREATE SCHEMA`.
    CreateSchema,
    /// `ALTER SCHEMA`, `COMMENT ON SCHEMA`.
    ChangeSchema,
    /// `DROP SCHEMA`.
    DropSchema {
        /// With all that is in it.
        cascade: bool,
    },
    /// `CREATE EXTENSION`.
    CreateExtension {
        /// The schema it is created in, where the statement says one.
        schema: Option<(String, Span)>,
    },
    /// `ALTER EXTENSION … SET SCHEMA`, to this one.
    MoveExtension {
        /// The schema it goes to.
        schema: String,
    },
    /// `COMMENT ON EXTENSION`.
    CommentOnExtension,
    /// A schema is put on a search path: `SET search_path`, `ALTER ROLE … SET search_path`, `set_config`.
    SearchPath,
    /// Something in a schema is used (`heroku_ext.uuid_generate_v4()`), or the schema itself, as an option.
    Use,
    /// `CREATE EVENT TRIGGER`, with the qualified function it calls.
    CreateEventTrigger {
        /// The function; empty where the statement says none.
        function: String,
    },
    /// `CREATE FUNCTION` in a schema of Heroku's.
    CreateFunction,
    /// `… OWNER TO`, with a role that a platform made.
    Owner,
    /// `GRANT … TO`, `REVOKE … FROM`, with a role that a platform made.
    Grant,
    /// `ALTER DEFAULT PRIVILEGES FOR ROLE`, with a role that a platform made.
    DefaultPrivileges,
    /// A table or view is read or written: `FROM`, `JOIN`, `INTO`, `UPDATE`, `TABLE`, `ON`.
    Table,
}

impl Statement {
    /// The schema of a qualified name.
    pub fn schema(&self) -> Option<&str> {
        self.name.split_once('.').map(|(schema, _)| schema)
    }

    /// Whether it speaks of the schema `schema`: by its own name, in front of another, or as the place of an
    /// extension.
    pub fn concerns_schema(&self, schema: &str) -> bool {
        match &self.action {
            Action::CreateSchema | Action::ChangeSchema | Action::DropSchema { .. } | Action::SearchPath => {
                self.name == schema
            }
            Action::CreateExtension { schema: place } => {
                place.as_ref().is_some_and(|(place, _)| place == schema)
            }
            Action::Use | Action::CreateFunction | Action::Table => {
                self.schema().unwrap_or(&self.name) == schema
            }
            Action::CreateEventTrigger { function } => {
                function.split_once('.').is_some_and(|(place, _)| place == schema)
            }
            Action::MoveExtension { .. }
            | Action::CommentOnExtension
            | Action::Owner
            | Action::Grant
            | Action::DefaultPrivileges => false,
        }
    }
}

/// Whether a role is one that Heroku makes: `heroku_admin`, or a name drawn at random for a credential
/// (`u4tq2mhd8x1v9c`, or fourteen letters in older databases).
pub fn is_platform_role(name: &str) -> bool {
    name == ADMIN_ROLE || is_random_role(name)
}

/// Whether a role's name was drawn at random.
pub fn is_random_role(name: &str) -> bool {
    let letters = name.bytes().all(|byte| byte.is_ascii_lowercase());
    let both = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    let vowels = |byte: &u8| b"aeiouy".contains(byte);
    if letters {
        // A word of fourteen letters has vowels between its consonants.
        return name.len() == 14 && name.as_bytes().split(vowels).any(|run| run.len() >= 5);
    }
    // Digits spread among the letters, not a number behind a word.
    let inner = name.trim_end_matches(|c: char| c.is_ascii_digit());
    both && name.starts_with('u')
        && (10..=20).contains(&name.len())
        && inner.bytes().filter(u8::is_ascii_digit).count() >= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_drawn_at_random() {
        for name in ["heroku_admin", "u4tq2mhd8x1v9c", "qzkxwvbtrfmlpd", "u7k2m9q4p1x3z8"] {
            assert!(is_platform_role(name), "{name}");
        }
        for name in [
            "postgres",
            "myapp",
            "user123456",
            "uploader2024",
            "administrators",
            "reportingusers",
            "app_user",
            "u1",
            "unicorn_worker",
            "production9db",
        ] {
            assert!(!is_platform_role(name), "{name}");
        }
    }
}
