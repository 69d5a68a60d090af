//! A coupling of a team's own, as its settings describe it: plain data, from which
//! [`crate::rules::own`] makes a rule.

use crate::rule::Severity;

/// The registries that a package can be said to come from: `npm:acme-sdk`.
pub const REGISTRIES: [&str; 7] = ["go", "hex", "maven", "npm", "packagist", "pypi", "rubygems"];

/// The lists of which a coupling names something in at least one.
pub const LISTS: [&str; 5] = ["variables", "hosts", "commands", "packages", "calls"];

/// Longest name of a rule, in bytes.
const LONGEST_NAME: usize = 60;

/// What a team asks to be reported, in the words of its settings (`[[couplings]]`).
///
/// A finding is everything that one of the lists names. In `message` and `help`, `{name}` stands for what was
/// found: `ACME_HOST`, `legacy.acme.internal`. The values have to pass [`check`], and the whole
/// [`Coupling::check`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coupling {
    /// The rule's name, in kebab case: `acme-host`.
    pub name: String,
    /// Environment variables: `ACME_HOST`; a trailing `*` stands for any end (`ACME_*`).
    pub variables: Vec<String>,
    /// Host names in texts and settings: `legacy.acme.internal`; `*.acme.internal` for every host below one.
    pub hosts: Vec<String>,
    /// Command lines by their first words: `acme`, `acme deploy`.
    pub commands: Vec<String>,
    /// Packages in manifests: `acme-sdk`, or with the registry they come from: `npm:acme-sdk`; a trailing `*`
    /// stands for any end (`@acme/*`).
    pub packages: Vec<String>,
    /// Calls by name: `Acme::Client.new`, `acme_sdk.connect`; without a receiver, that of any: `connect_legacy`.
    pub calls: Vec<String>,
    /// The fact in one line, without a full stop.
    pub message: String,
    /// How bad a finding is.
    pub severity: Severity,
    /// What to do, one sentence.
    pub help: Option<String>,
    /// What stands in its place afterwards: the name of a variable, a host, the words of a command, a package, a
    /// function. A `*` in it is what the `*` of the list stood for.
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

/// Whether a value can be one of this key: a key of [`LISTS`], `name`, or `url`; everything is right for other
/// keys.
///
/// # Errors
///
/// What is wrong with it, as words that follow the value: "is not a host name: leave out `https://`".
pub fn check(key: &str, value: &str) -> Result<(), String> {
    if value.trim().is_empty() {
        return Err("is empty".to_string());
    }
    if value.trim() != value || value.chars().any(char::is_control) {
        return Err("has blanks around it or characters that cannot be seen".to_string());
    }
    match key {
        "name" => name(value),
        "variables" => variable(value),
        "hosts" => host(value),
        "commands" => command(value),
        "packages" => package(value),
        "calls" => call(value),
        "url" => url(value),
        _ => Ok(()),
    }
}

impl Coupling {
    /// The lists that name something.
    pub fn lists(&self) -> Vec<(&'static str, &[String])> {
        let all = [&self.variables, &self.hosts, &self.commands, &self.packages, &self.calls];
        let named = LISTS.into_iter().zip(all.map(Vec::as_slice));
        named.filter(|(_, list)| !list.is_empty()).collect()
    }

    /// Whether the coupling as a whole makes a rule.
    ///
    /// # Errors
    ///
    /// The key at fault, and what is wrong with its value, as in [`check`].
    pub fn check(&self) -> Result<(), (&'static str, String)> {
        check("name", &self.name).map_err(|what| ("name", what))?;
        check("message", &self.message).map_err(|what| ("message", what))?;
        for (key, list) in self.lists() {
            for value in list {
                check(key, value).map_err(|what| (key, format!("`{value}` {what}")))?;
            }
        }
        if let Some(url) = &self.url {
            check("url", url).map_err(|what| ("url", what))?;
        }
        match &self.replacement {
            Some(replacement) => self.check_replacement(replacement).map_err(|what| ("replacement", what)),
            None => Ok(()),
        }
    }

    fn check_replacement(&self, replacement: &str) -> Result<(), String> {
        check("replacement", replacement)?;
        let lists = self.lists();
        let [(key, list)] = lists.as_slice() else {
            let keys: Vec<String> = lists.iter().map(|(key, _)| format!("`{key}`")).collect();
            return match keys.as_slice() {
                [] => Ok(()),
                _ => Err(format!("cannot replace {} alike: make a coupling for each", keys.join(" and "))),
            };
        };
        check(key, replacement)?;
        if replacement.contains('*') && !list.iter().all(|value| value.contains('*')) {
            return Err("has a `*`, and what it replaces has none".to_string());
        }
        if list.iter().any(|value| value == replacement) {
            return Err("is what it replaces".to_string());
        }
        Ok(())
    }
}

fn name(value: &str) -> Result<(), String> {
    let is_word = |word: &str| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    if !value.starts_with(|c: char| c.is_ascii_lowercase()) || !value.split('-').all(is_word) {
        return Err("is not a name in kebab case, such as `acme-host`".to_string());
    }
    if value.len() > LONGEST_NAME {
        return Err(format!("is longer than {LONGEST_NAME} characters"));
    }
    Ok(())
}

/// The part before a trailing `*`, and whether there is one.
fn stem(value: &str) -> (&str, bool) {
    value.strip_suffix('*').map_or((value, false), |stem| (stem, true))
}

fn variable(value: &str) -> Result<(), String> {
    let (stem, open) = stem(value);
    let plain = stem.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if !plain || stem.starts_with(|c: char| c.is_ascii_digit()) {
        return Err("is not the name of a variable; a `*` can only stand at the end".to_string());
    }
    if open && stem.len() < 2 {
        return Err("would take every variable: put two letters or more before the `*`".to_string());
    }
    Ok(())
}

fn host(value: &str) -> Result<(), String> {
    if let Some((scheme, rest)) = value.split_once("://") {
        let host = rest.split(['/', ':']).next().unwrap_or_default();
        return Err(format!("is an address: leave out `{scheme}://` and write the host alone: `{host}`"));
    }
    let bare = value.strip_prefix("*.").unwrap_or(value);
    if bare.contains([':', '/']) {
        return Err("is more than a host: leave out the port and the path, any are found".to_string());
    }
    let is_label = |label: &str| {
        !label.is_empty()
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    if !bare.split('.').all(is_label) {
        return Err("is not a host name; a `*.` can only stand at the beginning".to_string());
    }
    Ok(())
}

fn command(value: &str) -> Result<(), String> {
    if value.contains(['|', '&', ';', '<', '>', '$', '`', '"', '\'', '\\', '*']) {
        return Err("is more than a program and words behind it".to_string());
    }
    Ok(())
}

fn package(value: &str) -> Result<(), String> {
    let (_, name) = split_registry(value);
    let (stem, open) = stem(name);
    if stem.contains([' ', '*', '"', '\'']) {
        return Err("is not the name of a package; a `*` can only stand at the end".to_string());
    }
    if stem.is_empty() || (open && stem.len() < 2) {
        return Err("would take every package: put two letters or more before the `*`".to_string());
    }
    Ok(())
}

/// The registry that a package is said to come from, and its name there. What stands before a colon is no
/// registry in `com.acme:sdk`.
pub fn split_registry(value: &str) -> (Option<&'static str>, &str) {
    let split = value.split_once(':').and_then(|(before, name)| {
        let registry = REGISTRIES.into_iter().find(|registry| *registry == before)?;
        Some((Some(registry), name))
    });
    split.unwrap_or((None, value))
}

fn call(value: &str) -> Result<(), String> {
    let dotted = dotted(value);
    let is_segment = |segment: &str| {
        !segment.is_empty()
            && segment
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '_' | '$' | '?' | '!' | '@' | '/' | '-'))
    };
    // A name of one letter is that of a parameter.
    if dotted.len() < 2 || !dotted.split('.').all(is_segment) {
        return Err(
            "is not the name of a function, such as `Acme::Client.new` or `connect_legacy`".to_string()
        );
    }
    Ok(())
}

/// The name of a function with dots, as calls have it: `Acme.Client.new` for `Acme::Client.new`, `acme.Client`
/// for `new acme.Client()`.
pub fn dotted(value: &str) -> String {
    let value = value.strip_prefix("new ").unwrap_or(value).trim();
    let value = value.strip_suffix("()").unwrap_or(value);
    value.replace("::", ".").replace('#', ".").trim_start_matches('.').to_string()
}

fn url(value: &str) -> Result<(), String> {
    let rest = value.strip_prefix("https://").or_else(|| value.strip_prefix("http://"));
    let plain =
        |c: char| c.is_ascii_graphic() && !matches!(c, '<' | '>' | '"' | '`' | '\\' | '(' | ')' | '|');
    match rest {
        Some(rest) if !rest.is_empty() && value.chars().all(plain) => Ok(()),
        Some(_) => Err("has characters that an address has to encode".to_string()),
        None => Err("is not an address that begins with `https://`".to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_checked() {
        let rows = [
            ("name", "acme-host", true),
            ("name", "acme2", true),
            ("name", "AcmeHost", false),
            ("name", "acme_host", false),
            ("name", "acme--host", false),
            ("name", "2acme", false),
            ("name", "a\u{1b}[1m", false),
            ("variables", "ACME_HOST", true),
            ("variables", "ACME_*", true),
            ("variables", "acmeHost", true),
            ("variables", "*", false),
            ("variables", "A*", false),
            ("variables", "*_HOST", false),
            ("variables", "$ACME", false),
            ("variables", "", false),
            ("hosts", "legacy.acme.internal", true),
            ("hosts", "*.acme.internal", true),
            ("hosts", "db", true),
            ("hosts", "https://legacy.acme.internal/x", false),
            ("hosts", "legacy.acme.internal:8080", false),
            ("hosts", "legacy.*.internal", false),
            ("hosts", "*", false),
            ("hosts", "legacy..internal", false),
            ("commands", "acme deploy", true),
            ("commands", "bin/acme --legacy", true),
            ("commands", "acme | tee", false),
            ("packages", "acme-sdk", true),
            ("packages", "npm:@acme/*", true),
            ("packages", "com.acme:sdk", true),
            ("packages", "npm:", false),
            ("packages", "*", false),
            ("calls", "Acme::Client.new", true),
            ("calls", "Acme::Client#deliver!", true),
            ("calls", "new acme.Client()", true),
            ("calls", "@acme/sdk.connect", true),
            ("calls", "connect_legacy", true),
            ("calls", "acme.", false),
            ("calls", "a b", false),
            ("url", "https://wiki.example.com/move", true),
            ("url", "javascript:alert(1)", false),
            ("url", "https://a/b)c", false),
            ("message", "anything (goes) here", true),
            ("message", "two\nlines", false),
        ];
        for (key, value, is_right) in rows {
            assert_eq!(check(key, value).is_ok(), is_right, "{key} {value:?}: {:?}", check(key, value));
        }
    }

    #[test]
    fn a_replacement_is_for_one_kind() {
        let of = |lists: &[(&str, &str)], replacement: &str| {
            let mut coupling = Coupling::new("acme", "m");
            for (key, value) in lists {
                match *key {
                    "variables" => coupling.variables.push((*value).to_string()),
                    _ => coupling.hosts.push((*value).to_string()),
                }
            }
            coupling.replacement = Some(replacement.to_string());
            coupling.check().map_err(|(key, what)| format!("{key} {what}"))
        };
        assert_eq!(of(&[("variables", "ACME_HOST")], "HOST"), Ok(()));
        assert_eq!(of(&[("variables", "ACME_*")], "SERVICE_*"), Ok(()));
        assert_eq!(of(&[("hosts", "*.acme.internal")], "acme.example.com"), Ok(()));
        for (lists, replacement, said) in [
            (&[("variables", "ACME_HOST")][..], "a b", "not the name of a variable"),
            (&[("variables", "ACME_HOST")], "SERVICE_*", "what it replaces has none"),
            (&[("variables", "ACME_HOST")], "ACME_HOST", "is what it replaces"),
            (
                &[("variables", "ACME_HOST"), ("hosts", "a.b")],
                "HOST",
                "cannot replace `variables` and `hosts` alike",
            ),
        ] {
            let error = of(lists, replacement).expect_err("it is wrong");
            assert!(error.starts_with("replacement ") && error.contains(said), "{error}");
        }
    }

    #[test]
    fn names_of_functions_have_dots() {
        for (written, dotted) in [
            ("Acme::Client.new", "Acme.Client.new"),
            ("Acme::Client#deliver", "Acme.Client.deliver"),
            ("new acme.Client()", "acme.Client"),
            (".connect", "connect"),
        ] {
            assert_eq!(super::dotted(written), dotted);
        }
        assert_eq!(split_registry("npm:@acme/sdk"), (Some("npm"), "@acme/sdk"));
        assert_eq!(split_registry("com.acme:sdk"), (None, "com.acme:sdk"));
    }
}
