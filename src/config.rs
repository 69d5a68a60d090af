//! The settings file of a project: `dynolint.toml` at its root.

use std::path::Path;

use crate::cli::nearest;
use crate::platform::Names;
use crate::schedule::time;
use crate::settings::Settings;
use crate::span::LineIndex;

/// The key of the table `[fix]` for the time zone in which the dynos run.
const TIME_ZONE: &str = "time-zone";

/// The file's name.
pub const FILE: &str = "dynolint.toml";

/// What the file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// `[fix]`: the names of variables that fixes bring in.
    pub names: Names,
}

/// What is wrong with the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// 1-based line and column.
    pub place: (usize, usize),
    /// What is wrong, lower case, without a full stop.
    pub message: String,
    /// What to do about it.
    pub advice: Option<String>,
}

impl Config {
    /// The settings in a file, or the usual ones where it is not there and need not be.
    ///
    /// # Errors
    ///
    /// The system's, where the file cannot be read; else what is wrong in it.
    pub fn read(path: &Path, must_exist: bool) -> Result<Self, Result<ConfigError, std::io::Error>> {
        match std::fs::read_to_string(path) {
            Ok(text) => Self::parse(&text).map_err(Ok),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && !must_exist => Ok(Self::default()),
            Err(error) => Err(Err(error)),
        }
    }

    /// Adds what the file says to the settings of a run.
    pub fn apply(&self, settings: &mut Settings) {
        settings.names = self.names.clone();
    }

    /// Reads the text of the file.
    ///
    /// # Errors
    ///
    /// Where it is not TOML, has a key that is not known, or a value that cannot be one.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let wrong = |at: usize, message: String, advice: Option<String>| {
            let place = LineIndex::new(text).place(text, at.min(text.len()));
            ConfigError { place: (place.line, place.column), message, advice }
        };
        let known = |key: &str, at: usize, keys: &[&str]| match keys.contains(&key) {
            true => Ok(()),
            false => {
                let near = nearest(key, keys.iter().copied()).map(|near| format!("did you mean `{near}`?"));
                let all = || format!("known here: {}", keys.join(", "));
                Err(wrong(at, format!("`{key}` is not a setting"), Some(near.unwrap_or_else(all))))
            }
        };
        let root = toml_span::parse(text)
            .map_err(|error| wrong(error.span.start, format!("not TOML: {error}"), None))?;
        let mut config = Config::default();
        for (key, value) in root.as_table().into_iter().flatten() {
            known(&key.name, key.span.start, &["fix"])?;
            let Some(table) = value.as_table() else {
                return Err(wrong(value.span.start, "`fix` is not a table".to_string(), None));
            };
            let keys: Vec<&str> = Names::KEYS.iter().map(|(key, _)| *key).chain([TIME_ZONE]).collect();
            for (key, value) in table {
                known(&key.name, key.span.start, &keys)?;
                if key.name == TIME_ZONE {
                    let zone = value.as_str().filter(|zone| time::is_zone(zone)).ok_or_else(|| {
                        let message = format!("`{TIME_ZONE}` is not the name of a time zone");
                        wrong(value.span.start, message, Some("write it like \"Europe/Paris\"".to_string()))
                    })?;
                    config.names.set_time_zone(zone);
                    continue;
                }
                let name = value.as_str().filter(|name| is_name(name)).ok_or_else(|| {
                    let message = format!("`{}` is not the name of an environment variable", key.name);
                    wrong(value.span.start, message, Some("write it like \"APP_NAME\"".to_string()))
                })?;
                for (_, purpose) in Names::KEYS.iter().filter(|(known, _)| *known == key.name) {
                    config.names.choose(*purpose, name);
                }
            }
        }
        Ok(config)
    }
}

/// Whether a text can be the name of a variable in a shell and in every language.
fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::Purpose;

    #[test]
    fn names_are_chosen() {
        let config = Config::parse("[fix]\ncommit-env = \"REVISION\"\n").expect("is right");
        assert_eq!(config.names.of(Purpose::Commit), "REVISION");
        assert_eq!(config.names.of(Purpose::AppName), "APP_NAME");
        assert_eq!(config.names.time_zone(), None);
        let config = Config::parse("[fix]\ntime-zone = \"Europe/Paris\"\n").expect("is right");
        assert_eq!(config.names.time_zone(), Some("Europe/Paris"));
        assert_eq!(Config::parse(""), Ok(Config::default()));
    }

    #[test]
    fn mistakes_have_a_place() {
        let rows = [
            (
                "[fix]\ncomit-env = \"X\"\n",
                (2, 1),
                "`comit-env` is not a setting",
                Some("did you mean `commit-env`?"),
            ),
            ("[fixes]\n", (1, 2), "`fixes` is not a setting", Some("did you mean `fix`?")),
            (
                "[fix]\ncommit-env = 3\n",
                (2, 14),
                "`commit-env` is not the name of an environment variable",
                Some("write it like \"APP_NAME\""),
            ),
            (
                "[fix]\ncommit-env = \"A B\"\n",
                (2, 15),
                "`commit-env` is not the name of an environment variable",
                Some("write it like \"APP_NAME\""),
            ),
            (
                "[fix]\ntime-zone = \"here\"\n",
                (2, 14),
                "`time-zone` is not the name of a time zone",
                Some("write it like \"Europe/Paris\""),
            ),
            ("fix = 1\n", (1, 7), "`fix` is not a table", None),
        ];
        for (text, place, message, advice) in rows {
            let error = Config::parse(text).expect_err(text);
            assert_eq!(
                (error.place, error.message.as_str(), error.advice.as_deref()),
                (place, message, advice)
            );
        }
        assert!(Config::parse("[fix\n").is_err_and(|error| error.message.starts_with("not TOML")));
    }
}
