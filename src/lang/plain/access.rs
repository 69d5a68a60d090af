//! How languages without a grammar here read the environment under a literal name: one line a form.

use std::collections::HashSet;
use std::sync::OnceLock;

use memchr::memmem;
use regex::Regex;

use super::comment::{self, Style};
use crate::expr::Expr;
use crate::fact::{EnvRead, Facts, Name, Place, ReadKind, Use};
use crate::span::Span;

/// Languages that share their forms.
struct Family {
    extensions: &'static [&'static str],
    comments: Style,
    forms: &'static [Form],
}

/// How the language with this extension writes comments, where it is one of those that are read here.
pub(super) fn comments(extension: &str) -> Option<Style> {
    let family = FAMILIES.iter().find(|family| family.extensions.contains(&extension))?;
    Some(family.comments)
}

/// One form. In the pattern `NAME` stands for a name in quotes, `DEFAULT` for a second argument and
/// `OR` for what follows an operator that gives a default.
struct Form {
    /// A literal that every match holds.
    hint: &'static str,
    api: &'static str,
    pattern: &'static str,
    required: bool,
    kind: ReadKind,
}

const fn value(hint: &'static str, api: &'static str, pattern: &'static str) -> Form {
    Form { hint, api, pattern, required: false, kind: ReadKind::Value }
}

const fn required(hint: &'static str, api: &'static str, pattern: &'static str) -> Form {
    Form { hint, api, pattern, required: true, kind: ReadKind::Value }
}

const fn presence(hint: &'static str, api: &'static str, pattern: &'static str) -> Form {
    Form { hint, api, pattern, required: false, kind: ReadKind::Presence }
}

const fn schema(hint: &'static str, api: &'static str, pattern: &'static str) -> Form {
    Form { hint, api, pattern, required: false, kind: ReadKind::Schema }
}

const FAMILIES: &[Family] = &[
    Family {
        extensions: &["java", "kt", "kts", "groovy", "gradle", "scala", "sc", "sbt"],
        comments: Style::Slash,
        forms: &[
            value("getenv", "System.getenv", r"\bSystem\s*\.\s*getenv\(\s*NAME\s*\)(?:\s*\?:\s*OR)?"),
            value(
                "getenv",
                "System.getenv",
                r"\bSystem\s*\.\s*getenv\(\)\s*(?:\.\s*get\(|\[)\s*NAME\s*[)\]](?:\s*\?:\s*OR)?",
            ),
            value(
                "getenv",
                "System.getenv",
                r"\bSystem\s*\.\s*getenv\(\)\s*\.\s*getOrDefault\(\s*NAME\s*,\s*DEFAULT\s*\)",
            ),
            presence(
                "getenv",
                "System.getenv",
                r"\bSystem\s*\.\s*getenv\(\)\s*\.\s*containsKey\(\s*NAME\s*\)",
            ),
            value(
                "env",
                "System.env",
                r#"\bSystem\s*\.\s*env\s*\.\s*(?<name>[A-Z_][A-Z0-9_]+)\b(?:\s*\?:\s*OR)?"#,
            ),
            value(
                "@Value",
                "@Value",
                r#"@Value\(\s*"\\?\$\{(?<name>[A-Z_][A-Z0-9_]+)(?::(?<default>[^}"\n]*))?\}"\s*\)"#,
            ),
            value(
                "getProperty",
                "Environment.getProperty",
                r#"\b(?:env|environment|getEnvironment\(\))\s*\.\s*getProperty\(\s*"(?<name>[A-Z_][A-Z0-9_]+)"(?:\s*,\s*DEFAULT)?\s*\)"#,
            ),
            required(
                "getRequiredProperty",
                "Environment.getRequiredProperty",
                r#"\bgetRequiredProperty\(\s*"(?<name>[A-Z_][A-Z0-9_]+)"\s*\)"#,
            ),
            required("sys", "sys.env", r"\bsys\s*\.\s*env\(\s*NAME\s*\)"),
            value(
                "sys",
                "sys.env.get",
                r"\bsys\s*\.\s*env\s*\.\s*get\(\s*NAME\s*\)(?:\s*\.\s*getOrElse\(\s*OR\s*\))?",
            ),
            value(
                "sys",
                "sys.env.getOrElse",
                r"\bsys\s*\.\s*env\s*\.\s*getOrElse\(\s*NAME\s*,\s*DEFAULT\s*\)",
            ),
            presence(
                "sys",
                "sys.env.contains",
                r"\bsys\s*\.\s*env\s*\.\s*(?:contains|isDefinedAt)\(\s*NAME\s*\)",
            ),
            value(
                "envOrElse",
                "Properties.envOrElse",
                r"\b(?:Properties\s*\.\s*)?envOrElse\(\s*NAME\s*,\s*DEFAULT\s*\)",
            ),
            value("envOrNone", "Properties.envOrNone", r"\b(?:Properties\s*\.\s*)?envOrNone\(\s*NAME\s*\)"),
        ],
    },
    Family {
        extensions: &["go"],
        comments: Style::Slash,
        forms: &[
            value("Getenv", "os.Getenv", r"\b(?:os|syscall)\.Getenv\(\s*NAME\s*\)"),
            value("LookupEnv", "os.LookupEnv", r"\bos\.LookupEnv\(\s*NAME\s*\)"),
            schema("envconfig", "envconfig", r#"`[^`\n]*?\benvconfig:"(?<name>[A-Za-z_]\w*)[^`\n]*`"#),
            schema("env:", "env", r#"`[^`\n]*?\benv:"(?<name>[A-Za-z_]\w*)[^`\n]*`"#),
            value("BindEnv", "viper.BindEnv", r#"\bBindEnv\(\s*"[^"\n]*"\s*,\s*NAME"#),
            schema("EnvVar", "cli.EnvVars", r#"\bEnvVars?:\s*(?:\[\]string\{\s*)?NAME"#),
        ],
    },
    Family {
        extensions: &["php", "phtml", "inc"],
        comments: Style::Php,
        forms: &[
            value(
                "getenv",
                "getenv",
                r"\bgetenv\(\s*NAME\s*(?:,\s*(?:true|false)\s*)?\)(?:\s*(?:\?\?|\?:|\|\|)\s*OR)?",
            ),
            value("$_ENV", "$_ENV", r"\$_ENV\[\s*NAME\s*\](?:\s*(?:\?\?|\?:|\|\|)\s*OR)?"),
            value("$_SERVER", "$_SERVER", r"\$_SERVER\[\s*NAME\s*\](?:\s*(?:\?\?|\?:|\|\|)\s*OR)?"),
            value("env(", "env", r"(?:^|[^\w>%$:])(?<access>env\(\s*NAME\s*(?:,\s*DEFAULT\s*)?\))"),
            value("Env::", "Env::get", r"\bEnv::get\(\s*NAME\s*(?:,\s*DEFAULT\s*)?\)"),
            value("%env(", "%env()%", r"%env\((?:[\w.]+:)*(?<name>[A-Za-z_]\w*)\)%"),
        ],
    },
    Family {
        extensions: &["ex", "exs", "eex", "heex", "leex"],
        comments: Style::Hash,
        forms: &[
            value(
                "get_env",
                "System.get_env",
                r"\bSystem\.get_env\(?\s*NAME\s*(?:,\s*DEFAULT\s*)?\)?(?:\s*\|\|\s*OR)?",
            ),
            required("fetch_env!", "System.fetch_env!", r"\bSystem\.fetch_env!\(?\s*NAME\s*\)?"),
            value("fetch_env", "System.fetch_env", r"\bSystem\.fetch_env\(?\s*NAME\s*\)?"),
            presence("has_env", "System.has_env?", r"\bSystem\.has_env\?\(?\s*NAME\s*\)?"),
            value(":system", "{:system}", r"\{\s*:system\s*,\s*(?::\w+\s*,\s*)?NAME\s*(?:,\s*DEFAULT\s*)?\}"),
        ],
    },
    Family {
        extensions: &["cs", "vb", "fs", "fsx", "cshtml"],
        comments: Style::Slash,
        forms: &[
            value(
                "GetEnvironmentVariable",
                "Environment.GetEnvironmentVariable",
                r"\bEnvironment\.GetEnvironmentVariable\(\s*NAME\s*(?:,\s*[\w.]+\s*)?\)(?:\s*\?\?\s*OR)?",
            ),
            value(
                "onfiguration",
                "IConfiguration",
                r#"\b_?[cC]onfiguration\[\s*"(?<name>[A-Z_][A-Z0-9_]+)"\s*\](?:\s*\?\?\s*OR)?"#,
            ),
            value(
                "GetValue",
                "IConfiguration.GetValue",
                r#"\b_?[cC]onfiguration\.GetValue(?:<[^>\n]*>)?\(\s*"(?<name>[A-Z_][A-Z0-9_]+)"\s*(?:,\s*DEFAULT\s*)?\)"#,
            ),
        ],
    },
    Family {
        extensions: &["rs"],
        comments: Style::Slash,
        forms: &[
            value(
                "var",
                "std::env::var",
                r"\b(?:env|dotenvy|dotenv)::var(?:_os)?\(\s*NAME\s*\)(?:\s*\.unwrap_or(?:_else\(\s*\|_\|\s*|\()\s*OR)?",
            ),
            required("env!", "env!", r"(?:^|[^\w])(?<access>env!\(\s*NAME\s*(?:,[^)\n]*)?\))"),
            value("option_env!", "option_env!", r"\boption_env!\(\s*NAME\s*\)"),
            schema("env", "clap", r#"#\[(?:clap|arg|structopt|command)\([^\]\n]*?\benv\s*=\s*NAME"#),
        ],
    },
    Family {
        extensions: &["hs", "lhs"],
        comments: Style::Haskell,
        forms: &[
            value("lookupEnv", "lookupEnv", r"\blookupEnv\s+NAME"),
            required("getEnv", "getEnv", r"\bgetEnv\s+NAME"),
        ],
    },
    Family {
        extensions: &["clj", "cljs", "cljc", "edn"],
        comments: Style::Lisp,
        forms: &[
            value("getenv", "System/getenv", r"\(\s*System/getenv\s+NAME\s*\)"),
            value(
                "env",
                "environ",
                r#"\(\s*(?:environ/)?env\s+:(?<kebab>[a-z][a-z0-9-]*)(?:\s+DEFAULT)?\s*\)"#,
            ),
            value("#env", "aero", r"#env\s+(?:NAME|(?<bare>[A-Z_][A-Z0-9_]*))"),
        ],
    },
    Family {
        extensions: &["cr", "ecr"],
        comments: Style::Hash,
        forms: &[
            value("ENV[", "ENV", r"\bENV\[\s*NAME\s*\]\?(?:\s*\|\|\s*OR)?"),
            required("ENV[", "ENV", r"\bENV\[\s*NAME\s*\]"),
            value("ENV.fetch", "ENV.fetch", r"\bENV\.fetch\(\s*NAME\s*,\s*DEFAULT\s*\)"),
            required("ENV.fetch", "ENV.fetch", r"\bENV\.fetch\(\s*NAME\s*\)"),
            presence("ENV.has_key", "ENV.has_key?", r"\bENV\.has_key\?\(?\s*NAME\s*\)?"),
        ],
    },
    Family {
        extensions: &["coffee", "litcoffee", "ls", "cson"],
        comments: Style::Hash,
        forms: &[value(
            "process.env",
            "process.env",
            r"\bprocess\.env(?:\.(?<name>[A-Za-z_]\w*)|\[\s*NAME2\s*\])(?:\s*(?:\?|\|\||\bor)\s+OR)?",
        )],
    },
    Family {
        extensions: &["lua", "moon"],
        comments: Style::Lua,
        forms: &[value("getenv", "os.getenv", r"\bos\.getenv\(?\s*NAME\s*\)?(?:\s*or\s+OR)?")],
    },
    Family {
        extensions: &["pl", "pm", "t", "psgi", "cgi"],
        comments: Style::Hash,
        forms: &[value(
            "$ENV{",
            "%ENV",
            r"\$ENV\{\s*(?:NAME|(?<bare>[A-Za-z_]\w*))\s*\}(?:\s*(?://|\|\|)\s*OR)?",
        )],
    },
    Family {
        extensions: &["r", "rmd"],
        comments: Style::Hash,
        forms: &[value(
            "Sys.getenv",
            "Sys.getenv",
            r"\bSys\.getenv\(\s*NAME\s*(?:,\s*(?:unset\s*=\s*)?DEFAULT\s*)?\)",
        )],
    },
    Family {
        extensions: &["swift"],
        comments: Style::Slash,
        forms: &[
            value(
                "environment",
                "ProcessInfo.environment",
                r"\bprocessInfo\.environment\[\s*NAME\s*\](?:\s*\?\?\s*OR)?",
            ),
            value("Environment.get", "Environment.get", r"\bEnvironment\.get\(\s*NAME\s*\)(?:\s*\?\?\s*OR)?"),
        ],
    },
    Family {
        extensions: &["dart"],
        comments: Style::SlashQuotes,
        forms: &[
            value(
                "environment",
                "Platform.environment",
                r"\bPlatform\.environment\[\s*NAME\s*\](?:\s*\?\?\s*OR)?",
            ),
            presence(
                "environment",
                "Platform.environment",
                r"\bPlatform\.environment\.containsKey\(\s*NAME\s*\)",
            ),
        ],
    },
    Family {
        extensions: &["ps1", "psm1"],
        comments: Style::PowerShell,
        forms: &[
            value("env:", "$env:", r"(?i)\$\{?env:(?<name>[A-Za-z_]\w*)\}?"),
            value(
                "GetEnvironmentVariable",
                "Environment.GetEnvironmentVariable",
                r"::GetEnvironmentVariable\(\s*NAME",
            ),
        ],
    },
];

const NAME: &str = r#"(?:"(?<name>[A-Za-z_]\w*)"|'(?<single>[A-Za-z_]\w*)')"#;
const NAME2: &str = r#"(?:"(?<double>[A-Za-z_]\w*)"|'(?<single>[A-Za-z_]\w*)')"#;
const LITERAL: &str = r#""[^"\n]*"|'[^'\n]*'|[\w.:\\]+(?:\([^()\n]*\))?"#;

/// The forms of an extension, their patterns compiled when first needed.
type Compiled = Vec<(&'static Form, Regex)>;

fn compiled(index: usize) -> &'static Compiled {
    static FORMS: [OnceLock<Compiled>; FAMILIES.len()] = [const { OnceLock::new() }; FAMILIES.len()];
    FORMS[index].get_or_init(|| compile(&FAMILIES[index]))
}

fn compile(family: &'static Family) -> Compiled {
    let compile = |form: &'static Form| {
        let pattern = form
            .pattern
            .replace("NAME2", NAME2)
            .replace("NAME", NAME)
            .replace("DEFAULT", &format!("(?<default>{LITERAL})"))
            .replace("OR", &format!("(?<or>{LITERAL})"));
        (form, Regex::new(&format!("(?m){pattern}")).expect("a constant pattern"))
    };
    family.forms.iter().map(compile).collect()
}

/// Variables that web servers set for a request, not the environment.
fn is_request_variable(name: &str) -> bool {
    const PREFIXES: [&str; 12] = [
        "HTTP_",
        "REQUEST_",
        "SERVER_",
        "REMOTE_",
        "SCRIPT_",
        "QUERY_",
        "DOCUMENT_",
        "PHP_",
        "CONTENT_",
        "GATEWAY_",
        "REDIRECT_",
        "SSL_",
    ];
    PREFIXES.iter().any(|prefix| name.starts_with(prefix))
        || matches!(name, "HTTPS" | "PATH_INFO" | "ORIG_PATH_INFO" | "AUTH_TYPE" | "argv" | "argc")
}

/// Adds the reads of a source file.
pub fn collect(text: &str, extension: &str, facts: &mut Facts) {
    let Some(index) = FAMILIES.iter().position(|family| family.extensions.contains(&extension)) else {
        return;
    };
    let family = &FAMILIES[index];
    let has = |hint: &str| memmem::find(text.as_bytes(), hint.as_bytes()).is_some();
    if !family.forms.iter().any(|form| has(form.hint)) {
        return;
    }
    let code = comment::blank(text, family.comments);
    let mut seen = HashSet::new();
    for (form, pattern) in compiled(index).iter().filter(|(form, _)| has(form.hint)) {
        for found in pattern.captures_iter(&code) {
            let group = |name: &str| found.name(name).map(|group| Span::from(group.range()));
            let Some(name) = ["name", "single", "double", "bare", "kebab"].into_iter().find_map(group) else {
                continue;
            };
            // Two forms can match one access; the first in the table says more.
            if !seen.insert(name) {
                continue;
            }
            let written = name.of(text);
            let known = match group("kebab") {
                Some(_) => written.replace('-', "_").to_ascii_uppercase(),
                None => written.to_string(),
            };
            if form.api == "$_SERVER" && is_request_variable(&known) {
                continue;
            }
            let whole = Span::from(found.get_match().range());
            let (default, or) = (group("default"), group("or"));
            // Some patterns look at what stands before the access, too.
            let start = group("access").map_or(whole.start, |access| access.start);
            let access_end = match or {
                Some(or) => operator_start(text, name.end, or.start),
                None => whole.end,
            };
            let span = Span::new(start, access_end.max(start));
            let read = match form.kind {
                ReadKind::Presence => Expr::Presence { name: Some(known.clone()), span },
                _ => Expr::Read {
                    name: Some(known.clone()),
                    span,
                    default: default.map(|default| Box::new(literal(text, default, form.api == "@Value"))),
                    required: form.required,
                },
            };
            let (expr, expr_span) = match or {
                Some(or) => {
                    (Expr::Any(vec![read, literal(text, or, false)]), Span::new(span.start, whole.end))
                }
                None => (read, span),
            };
            facts.reads.push(EnvRead {
                name: Name::Known(known),
                name_span: Some(name),
                span,
                api: form.api.to_string(),
                kind: form.kind,
                default: default.or(or),
                required: form.required,
                scope: String::new(),
                uses: vec![Use {
                    name: None,
                    path: None,
                    span,
                    expr,
                    expr_span,
                    place: Place::Other,
                    scope: String::new(),
                }],
                guards: Vec::new(),
                via: None,
            });
        }
    }
    facts.reads.sort_by_key(|read| read.span);
}

/// Where the access before an operator ends: behind the bracket that closes it.
fn operator_start(text: &str, name_end: usize, or: usize) -> usize {
    let between = &text[name_end..or];
    let operators = ["?:", "??", "||", "//", ".unwrap_or", ".getOrElse", " ?", " or "];
    let at = operators.iter().filter_map(|operator| between.find(operator)).min().unwrap_or(between.len());
    name_end + between[..at].trim_end().len()
}

/// What a default is, as far as it is a literal.
fn literal(text: &str, span: Span, bare: bool) -> Expr {
    let written = span.of(text);
    let quoted = written
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .or_else(|| written.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')));
    match (quoted, written) {
        (Some(inner), _) => Expr::Text(inner.to_string()),
        (_, _) if bare => Expr::Text(written.to_string()),
        (_, "true" | "false" | "True" | "False" | "TRUE" | "FALSE") => {
            Expr::Bool(written.eq_ignore_ascii_case("true"))
        }
        (_, "null" | "nil" | "None" | "undefined") => Expr::Nil,
        (_, digits) if digits.starts_with(|c: char| c.is_ascii_digit()) => Expr::Number(digits.to_string()),
        _ => Expr::Opaque(span),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles() {
        for index in 0..FAMILIES.len() {
            assert!(!compiled(index).is_empty());
        }
    }
}
