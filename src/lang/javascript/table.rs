//! Which names read the environment: a new library or idiom is a line here.

use crate::fact::ReadKind;

/// Objects through which globals can be reached.
pub const GLOBALS: [&str; 5] = ["globalThis", "global", "window", "self", "root"];

/// Objects whose properties are environment variables, by their resolved names.
const ENVIRONMENTS: [&str; 22] = [
    "process.env",
    "import.meta.env",
    "Bun.env",
    "bun.env",
    "Deno.env.toObject()",
    "__ENV",
    "$env/static/private",
    "$env/static/public",
    "$env/dynamic/private",
    "$env/dynamic/public",
    "$env/dynamic/private.env",
    "$env/dynamic/public.env",
    "astro:env/server",
    "astro:env/client",
    "std-env.env",
    "@env",
    "react-native-dotenv",
    "react-native-config",
    "react-native-config.Config",
    "env-var.from().get",
    "process.default.env",
    "env-smart",
];

/// Modules whose named exports are environment variables.
pub const VARIABLE_MODULES: [&str; 6] = [
    "$env/static/private",
    "$env/static/public",
    "astro:env/server",
    "astro:env/client",
    "@env",
    "react-native-dotenv",
];

/// Names of parameters that are the environment by long habit.
pub const ENVIRONMENT_PARAMETERS: [&str; 4] = ["processEnv", "process_env", "procEnv", "pe"];

/// Functions that give back (a copy of) an argument.
pub const COPIES: [&str; 13] = [
    "Object.assign",
    "Object.freeze",
    "Object.seal",
    "structuredClone",
    "_.clone",
    "_.cloneDeep",
    "_.extend",
    "_.assign",
    "_.defaults",
    "_.merge",
    "_.omit",
    "dotenv-defaults.load",
    "ramda.clone",
];

/// Whether the last segment of a function's name is that of one of [`COPIES`].
pub fn is_copy(last: &str) -> bool {
    COPIES.iter().any(|known| known.rsplit('.').next() == Some(last))
}

/// The environment that a resolved name is.
pub fn environment(path: &str) -> Option<&'static str> {
    ENVIRONMENTS.into_iter().find(|known| *known == path)
}

/// Whether a key can lead to the environment.
pub fn is_suspect_key(key: &str) -> bool {
    matches!(key, "env" | "Config" | "toObject")
}

/// Whether a module can hold the environment.
pub fn is_suspect_module(module: &str) -> bool {
    module == "process"
        || module == "bun"
        || ENVIRONMENTS.iter().any(|known| {
            known.strip_prefix(module).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
        || is_environment_module(module)
}

/// Whether a module of the project gives the environment as a whole, as far as its name says:
/// `./utils/environment`.
pub fn is_environment_module(module: &str) -> bool {
    let last = module.rsplit('/').next().unwrap_or_default();
    let stem = last.split('.').next().unwrap_or_default();
    (module.contains('/')) && matches!(stem, "environment" | "processEnv" | "process-env")
}

/// `lodash`, `underscore` and their like under one name, `_`.
pub fn bare_library(path: &str) -> &str {
    // The table is short: the names that occur in it are listed as they are.
    match path {
        "lodash.clone" | "underscore.clone" | "lodash/clone" => "_.clone",
        "lodash.cloneDeep" | "lodash/cloneDeep" => "_.cloneDeep",
        "lodash.extend" | "underscore.extend" => "_.extend",
        "lodash.assign" | "lodash/assign" => "_.assign",
        "lodash.defaults" | "underscore.defaults" => "_.defaults",
        "lodash.merge" | "lodash/merge" => "_.merge",
        "lodash.omit" | "underscore.omit" | "lodash/omit" => "_.omit",
        "lodash.pick" | "underscore.pick" | "lodash/pick" | "lodash.pick.default" => "_.pick",
        "lodash.get" | "lodash/get" | "underscore.get" => "_.get",
        "lodash.has" | "lodash/has" | "underscore.has" => "_.has",
        "es-toolkit.pick" | "es-toolkit/compat.pick" | "radash.pick" | "remeda.pick" => "_.pick",
        other => other,
    }
}

/// A function that reads a variable by its name.
pub struct Reader {
    /// Its resolved name.
    pub callee: &'static str,
    /// Position of the variable's name.
    pub name: usize,
    /// Position of the environment, where it is an argument.
    pub environment: Option<usize>,
    /// Position of the default.
    pub default: Option<usize>,
    /// Reading an unset variable raises.
    pub required: bool,
    /// What kind of look it is.
    pub kind: ReadKind,
}

const fn reader(callee: &'static str, default: Option<usize>, required: bool) -> Reader {
    Reader { callee, name: 0, environment: None, default, required, kind: ReadKind::Value }
}

const fn asks(callee: &'static str) -> Reader {
    Reader { callee, name: 0, environment: None, default: None, required: false, kind: ReadKind::Presence }
}

const fn of_environment(callee: &'static str, default: Option<usize>, kind: ReadKind) -> Reader {
    Reader { callee, name: 1, environment: Some(0), default, required: false, kind }
}

/// Functions that read a variable by its name.
pub const READERS: &[Reader] = &[
    reader("Deno.env.get", None, false),
    asks("Deno.env.has"),
    reader("Netlify.env.get", None, false),
    asks("Netlify.env.has"),
    reader("env-var.get", None, false),
    reader("getenv", Some(1), true),
    reader("getenv.string", Some(1), true),
    reader("getenv.int", Some(1), true),
    reader("getenv.float", Some(1), true),
    reader("getenv.bool", Some(1), true),
    reader("getenv.boolish", Some(1), true),
    reader("getenv.array", Some(1), true),
    reader("getenv.url", Some(1), true),
    reader("next-runtime-env.env", None, false),
    reader("firebase-functions/params.defineString", None, false),
    reader("firebase-functions/params.defineSecret", None, false),
    reader("Env.get", Some(1), false),
    reader("Env.getOrFail", None, true),
    reader("@ioc:Adonis/Core/Env.get", Some(1), false),
    reader("#start/env.get", Some(1), false),
    reader("@adonisjs/core/services/env.get", Some(1), false),
    reader("@adonisjs/env.get", Some(1), false),
    reader("nconf.get", None, false),
    of_environment("_.get", Some(2), ReadKind::Value),
    of_environment("_.has", None, ReadKind::Presence),
    of_environment("Object.hasOwn", None, ReadKind::Presence),
    of_environment("Object.prototype.hasOwnProperty.call", None, ReadKind::Presence),
    of_environment("hasOwnProperty.call", None, ReadKind::Presence),
    of_environment("Reflect.has", None, ReadKind::Presence),
    of_environment("Reflect.get", None, ReadKind::Value),
    Reader {
        callee: "ramda.prop",
        name: 0,
        environment: Some(1),
        default: None,
        required: false,
        kind: ReadKind::Value,
    },
];

/// Last segments of the readers, for a cheap first look.
pub fn is_suspect_call(last: &str) -> bool {
    matches!(
        last,
        "get"
            | "has"
            | "getOrThrow"
            | "getOrFail"
            | "hasOwn"
            | "hasOwnProperty"
            | "call"
            | "prop"
            | "env"
            | "getenv"
            | "string"
            | "int"
            | "float"
            | "bool"
            | "boolish"
            | "array"
            | "url"
            | "json"
            | "date"
            | "oneOf"
            | "defineString"
            | "defineSecret"
            | "pick"
            | "required"
            | "keys"
            | "entries"
            | "values"
            | "stubEnv"
            | "set"
            | "delete"
            | "unstubEnv"
            | "assign"
            | "rules"
            | "create"
            | "EnvironmentPlugin"
            | "DefinePlugin"
            | "forRoot"
            | "convict"
            | "fromEntries"
            | "forIn"
            | "each"
            | "forEach"
    ) || is_schema_call(last)
        || is_parse(last)
}

/// Functions whose object argument has variables as keys.
pub fn is_schema_call(last: &str) -> bool {
    matches!(
        last,
        "cleanEnv" | "customCleanEnv" | "parseEnv" | "envsafe" | "createEnv" | "envSchema" | "validateEnv"
    )
}

/// Methods of schema libraries that look at an object.
pub fn is_parse(last: &str) -> bool {
    matches!(
        last,
        "parse"
            | "safeParse"
            | "parseAsync"
            | "safeParseAsync"
            | "validate"
            | "validateSync"
            | "validateAsync"
            | "attempt"
            | "cast"
            | "decode"
            | "assert"
            | "check"
            | "mask"
    )
}

/// Methods of schema libraries whose object argument holds keys of the schema.
pub fn is_shape(last: &str) -> bool {
    matches!(
        last,
        "object"
            | "extend"
            | "keys"
            | "shape"
            | "append"
            | "merge"
            | "strictObject"
            | "looseObject"
            | "struct"
            | "type"
            | "passthrough"
            | "strict"
            | "unknown"
            | "required"
            | "partial"
            | "options"
            | "transform"
            | "refine"
            | "superRefine"
            | "concat"
            | "noUnknown"
            | "and"
            | "intersection"
            | "strip"
            | "catchall"
            | "prefs"
            | "preprocess"
    )
}
