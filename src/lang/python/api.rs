//! The interfaces that read the environment, by resolved name. A new one is a line here.

/// A function that reads one variable.
pub(super) struct Reader {
    /// Its full name.
    pub(super) path: &'static str,
    /// Keyword of the name, which is also the first argument.
    pub(super) keyword: &'static str,
    /// The variable read where no name is given.
    pub(super) implied: Option<&'static str>,
    /// Position of the default; its keyword is always `default`.
    pub(super) default: usize,
}

/// Functions that read one variable, none of which raises where it is unset.
pub(super) const READERS: &[Reader] = &[
    Reader { path: "os.getenv", keyword: "key", implied: None, default: 1 },
    Reader { path: "os.getenvb", keyword: "key", implied: None, default: 1 },
    Reader { path: "dj_database_url.config", keyword: "env", implied: Some("DATABASE_URL"), default: 1 },
    Reader { path: "dj_email_url.config", keyword: "env", implied: Some("EMAIL_URL"), default: 1 },
    Reader { path: "dj_cache_url.config", keyword: "env", implied: Some("CACHE_URL"), default: 1 },
    Reader { path: "django_cache_url.config", keyword: "env", implied: Some("CACHE_URL"), default: 1 },
    Reader { path: "dj_redis_url.config", keyword: "env", implied: Some("REDIS_URL"), default: 1 },
    Reader {
        path: "dj_mongo_database_url.config",
        keyword: "env",
        implied: Some("DATABASE_URL"),
        default: 1,
    },
    Reader { path: "dj_haystack_url.config", keyword: "env", implied: Some("HAYSTACK_URL"), default: 1 },
    Reader { path: "dj_search_url.config", keyword: "env", implied: Some("SEARCH_URL"), default: 1 },
];

/// Names of the environment itself.
pub(super) const ENVIRONMENT: &[&str] = &[
    "os.environ",
    "os.environb",
    "starlette.config.environ",
    "environ.Env.ENVIRON",
    "six.moves.os.environ",
    "dotenv.main.os.environ",
];

/// Libraries whose objects are asked for variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Library {
    /// `environs.Env()`.
    Environs,
    /// `environ.Env(...)` of django-environ.
    Django,
    /// `decouple.config`.
    Decouple,
    /// `starlette.config.Config(".env")`.
    Starlette,
    /// `envparse.env`.
    Envparse,
    /// An `env` that another file of the project has made.
    Imported,
}

impl Library {
    /// The library of which `path` makes an object.
    pub(super) fn of_constructor(path: &str) -> Option<Self> {
        Some(match path {
            "environs.Env" | "environs.FileAwareEnv" => Library::Environs,
            "environ.Env" | "environ.FileAwareEnv" | "environ.environ.Env" => Library::Django,
            "decouple.Config" | "decouple.AutoConfig" => Library::Decouple,
            "starlette.config.Config" => Library::Starlette,
            "envparse.Env" => Library::Envparse,
            _ => return None,
        })
    }

    /// The library of which `path` is an object.
    pub(super) fn of_object(path: &str) -> Option<Self> {
        Some(match path {
            "decouple.config" => Library::Decouple,
            "environs.env" => Library::Environs,
            "envparse.env" => Library::Envparse,
            _ => return None,
        })
    }

    /// The name in findings.
    pub(super) fn api(self) -> &'static str {
        match self {
            Library::Environs => "environs.Env",
            Library::Django => "environ.Env",
            Library::Decouple => "decouple.config",
            Library::Starlette => "starlette.config.Config",
            Library::Envparse => "envparse.env",
            Library::Imported => "env",
        }
    }

    /// Position of the default in a call of `method` (empty for the object itself).
    pub(super) fn default_at(self, method: &str) -> usize {
        match (self, method) {
            (Library::Django | Library::Imported, "" | "list" | "tuple" | "get_value") => 2,
            (Library::Starlette, _) => 2,
            _ => 1,
        }
    }

    /// Whether calling `method` reads a variable: `Some(true)` surely, `Some(false)` only where its
    /// argument looks like a variable's name.
    pub(super) fn reads(self, method: &str) -> Option<bool> {
        match (self, method) {
            (_, "") => Some(true),
            (_, "prefixed" | "read_env" | "read_envfile" | "seal" | "dump" | "parser_for" | "add_parser") => {
                None
            }
            (Library::Decouple | Library::Starlette, "get" | "__call__") => Some(true),
            (Library::Decouple | Library::Starlette, _) => None,
            (_, method) if TYPED.contains(&method) => Some(true),
            // Others can register parsers of their own: `env.port("PORT")`.
            (Library::Environs | Library::Envparse | Library::Django, _) => Some(false),
            (Library::Imported, _) => None,
        }
    }
}

/// Methods of `env` objects that read a variable and turn it into a type.
const TYPED: &[&str] = &[
    "str",
    "bool",
    "int",
    "float",
    "decimal",
    "list",
    "tuple",
    "dict",
    "json",
    "url",
    "path",
    "bytes",
    "unicode",
    "uuid",
    "date",
    "time",
    "datetime",
    "timedelta",
    "log_level",
    "enum",
    "db",
    "db_url",
    "db_url_config",
    "cache",
    "cache_url",
    "email",
    "email_url",
    "email_config",
    "search",
    "search_url",
    "channels",
    "channels_url",
    "dj_db_url",
    "dj_email_url",
    "dj_cache_url",
    "get_value",
];

/// The variable that a method reads where no name is given.
pub(super) fn implied(method: &str) -> Option<&'static str> {
    Some(match method {
        "db" | "db_url" => "DATABASE_URL",
        "cache" | "cache_url" => "CACHE_URL",
        "email" | "email_url" | "email_config" => "EMAIL_URL",
        "search" | "search_url" => "SEARCH_URL",
        "channels" | "channels_url" => "CHANNELS_URL",
        _ => return None,
    })
}

/// Functions that change the form of their first argument and nothing else.
pub(super) const FORMS: &[&str] = &["str", "six.text_type", "unicode", "os.fsdecode", "html.escape"];

/// Functions that make a number of their first argument.
pub(super) const NUMBERS: &[&str] = &["int", "float", "decimal.Decimal", "Decimal", "long"];

/// Functions whose result is made of their first argument, in ways that are not followed.
pub(super) const PARSERS: &[&str] = &[
    "json.loads",
    "loads",
    "ast.literal_eval",
    "literal_eval",
    "eval",
    "len",
    "yaml.safe_load",
    "simplejson.loads",
    "list",
    "tuple",
    "set",
    "sorted",
    "frozenset",
    "abs",
    "round",
    "min",
    "max",
];

/// Whether a function answers a question about its first argument.
pub(super) fn asks(path: &str) -> bool {
    let last = path.rsplit('.').next().unwrap_or(path);
    matches!(
        last,
        "strtobool"
            | "str2bool"
            | "str_to_bool"
            | "to_bool"
            | "parse_bool"
            | "asbool"
            | "as_bool"
            | "string_to_bool"
            | "boolean"
            | "parse_boolean"
            | "is_true"
            | "is_truthy"
            | "isinstance"
            | "_bool"
            | "bool_env"
            | "truthy"
    )
}

/// Functions that match a pattern, the first argument, against a text, the second.
pub(super) fn matcher(path: &str) -> Option<Anchors> {
    Some(match path {
        "re.match" | "regex.match" => Anchors::Start,
        "re.fullmatch" | "regex.fullmatch" => Anchors::Both,
        "re.search" | "regex.search" | "re.findall" => Anchors::None,
        _ => return None,
    })
}

/// Where a pattern is tied to the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchors {
    /// `search`.
    None,
    /// `match`.
    Start,
    /// `fullmatch`.
    Both,
}

impl Anchors {
    /// The pattern that says the same by itself.
    pub(super) fn apply(self, pattern: &str) -> String {
        let start = self != Anchors::None && !pattern.starts_with(['^']) && !pattern.starts_with(r"\A");
        let end = self == Anchors::Both && !pattern.ends_with('$') && !pattern.ends_with(r"\Z");
        let grouped = if (start || end) && pattern.contains('|') {
            format!("(?:{pattern})")
        } else {
            pattern.to_string()
        };
        format!("{}{grouped}{}", if start { "^" } else { "" }, if end { "$" } else { "" })
    }
}

/// Callees that never hand a variable's name on: forwarding a parameter to them makes no wrapper.
pub(super) fn never_wraps(path: &str) -> bool {
    let head = path.split('.').next().unwrap_or(path);
    matches!(
        path,
        "print"
            | "len"
            | "str"
            | "int"
            | "float"
            | "bool"
            | "list"
            | "dict"
            | "set"
            | "tuple"
            | "isinstance"
            | "repr"
            | "sorted"
            | "super"
            | "getattr"
            | "setattr"
            | "hasattr"
            | "type"
            | "open"
            | "range"
            | "enumerate"
            | "zip"
            | "map"
            | "filter"
            | "any"
            | "all"
            | "sum"
            | "min"
            | "max"
            | "abs"
            | "iter"
            | "next"
            | "round"
            | "format"
            | "hash"
            | "id"
            | "vars"
            | "callable"
            | "issubclass"
            | "reversed"
            | "property"
            | "bytes"
            | "Exception"
            | "ValueError"
            | "KeyError"
            | "TypeError"
            | "RuntimeError"
            | "ImproperlyConfigured"
            | "_"
            | "unicode"
            | "Field"
            | "AliasChoices"
            | "SettingsConfigDict"
            | "urljoin"
            | "urlparse"
            | "deepcopy"
            | "reverse"
            | "redirect"
            | "render"
    ) || path.contains(".META.")
        || path.contains("request.")
        || matches!(
            head,
            "os" | "sys"
                | "json"
                | "re"
                | "logging"
                | "logger"
                | "log"
                | "datetime"
                | "time"
                | "math"
                | "random"
                | "itertools"
                | "functools"
                | "collections"
                | "subprocess"
                | "shutil"
                | "pathlib"
                | "requests"
                | "urllib"
                | "django"
                | "sqlalchemy"
                | "numpy"
                | "pandas"
                | "pytest"
                | "unittest"
                | "mock"
                | "copy"
                | "hashlib"
                | "typing"
                | "pydantic"
                | "pydantic_settings"
                | "threading"
                | "asyncio"
                | "flask"
                | "celery"
                | "rest_framework"
                | "wagtail"
                | "click"
                | "environ"
                | "request"
                | "headers"
        )
}

/// Whether a parameter can be the name of a variable.
pub(super) fn can_be_name(parameter: &str) -> bool {
    let lower = parameter.to_ascii_lowercase();
    ["name", "key", "var", "env", "setting", "option", "conf", "attr", "param"]
        .iter()
        .any(|part| lower.contains(part))
        || matches!(
            lower.as_str(),
            "k" | "n" | "s" | "v" | "x" | "item" | "field" | "prop" | "property" | "args"
        )
}

/// Methods of texts, lists and tests, which are no functions of the project.
pub(super) fn is_plain_method(name: &str) -> bool {
    name.starts_with("assert")
        || matches!(
            name,
            "startswith"
                | "endswith"
                | "append"
                | "extend"
                | "insert"
                | "remove"
                | "replace"
                | "split"
                | "rsplit"
                | "join"
                | "strip"
                | "lstrip"
                | "rstrip"
                | "count"
                | "find"
                | "index"
                | "format"
                | "encode"
                | "decode"
                | "add"
                | "discard"
                | "partition"
                | "execute"
                | "write"
                | "info"
                | "debug"
                | "warning"
                | "error"
        )
}
