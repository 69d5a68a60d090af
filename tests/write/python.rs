//! The writer in `src/write/python.rs`.

use dynolint::remedy::{Content, What};

use super::harness::{check_read_first, written};

const PATH: &str = "config/settings.py";

/// Rows for reads in a file that imports `os`.
fn check(rows: &[(&str, &str)]) {
    let import = |text: &str| match text {
        "-" => text.to_string(),
        _ => format!("import os\n{text}"),
    };
    let rows: Vec<(String, String)> =
        rows.iter().map(|(before, after)| (import(before), import(after))).collect();
    let rows: Vec<(&str, &str)> = rows.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    check_read_first(PATH, &["N"], &rows);
}

fn check_change(what: &dyn Fn(dynolint::span::Span) -> What, rows: &[(&str, &str)]) {
    let mut wrong = String::new();
    for (marked, expected) in rows {
        let found = written(PATH, marked, what);
        let found = found.as_deref().unwrap_or("-");
        if found != *expected {
            wrong += &format!("\n--- {marked}\n--- expected\n{expected}\n--- found\n{found}\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

fn check_fall_back(rows: &[(&str, &str)]) {
    check_change(&|read| What::FallBack { read, names: vec!["N".to_string()] }, rows);
}

fn check_set(keys: &[&str], value: &Content, rows: &[(&str, &str)]) {
    let keys: Vec<String> = keys.iter().map(ToString::to_string).collect();
    check_change(&|at| What::Set { at, keys: keys.clone(), value: value.clone() }, rows);
}

fn check_unset(keys: &[&str], rows: &[(&str, &str)]) {
    let keys: Vec<String> = keys.iter().map(ToString::to_string).collect();
    check_change(&|at| What::Unset { at, keys: keys.clone() }, rows);
}

fn check_become(value: &Content, rows: &[(&str, &str)]) {
    check_change(&|at| What::Become { at, value: value.clone() }, rows);
}

fn text(text: &str) -> Content {
    Content::Text(text.to_string())
}

fn number(number: &str) -> Content {
    Content::Number(number.to_string())
}

fn env(name: &str, default: Option<Content>) -> Content {
    Content::Env { name: name.to_string(), default: default.map(Box::new) }
}

fn switch(default: bool) -> Content {
    Content::Switch { name: "N".to_string(), default }
}

fn code(code: &str) -> Content {
    Content::Code(code.to_string())
}

#[test]
fn reads_keep_their_form() {
    check(&[
        (r#"x = «os.environ["X"]»"#, r#"x = os.environ.get("N") or os.environ["X"]"#),
        (r#"x = «os.environ.get("X")»"#, r#"x = os.environ.get("N") or os.environ.get("X")"#),
        (r#"x = «os.environ.get("X", "d")»"#, r#"x = os.environ.get("N") or os.environ.get("X", "d")"#),
        (r#"x = «os.environ.get('X')»"#, r#"x = os.environ.get('N') or os.environ.get('X')"#),
        (r#"x = «os.getenv("X")»"#, r#"x = os.getenv("N") or os.getenv("X")"#),
        (r#"x = «os.getenv("X", "d")»"#, r#"x = os.getenv("N") or os.getenv("X", "d")"#),
        (
            r#"x = «os.getenv(key="X", default="d")»"#,
            r#"x = os.getenv("N") or os.getenv(key="X", default="d")"#,
        ),
        (r#"x = «os.environ.__getitem__("X")»"#, r#"x = os.environ.get("N") or os.environ.__getitem__("X")"#),
        (r#"x = «os.environb[b"X"]»"#, r#"x = os.environb.get(b"N") or os.environb[b"X"]"#),
        (r#"x = «"X" in os.environ»"#, r#"x = "N" in os.environ or "X" in os.environ"#),
        (r#"x = «'X' in os.environ.keys()»"#, r#"x = 'N' in os.environ.keys() or 'X' in os.environ.keys()"#),
        (r#"x = «"X" not in os.environ»"#, r#"x = "N" not in os.environ and "X" not in os.environ"#),
        (
            r#"x = «os.environ.__contains__("X")»"#,
            r#"x = os.environ.__contains__("N") or os.environ.__contains__("X")"#,
        ),
        // A constant for the name; names put together.
        ("NAME = 'X'\nx = «os.environ[NAME]»", "NAME = 'X'\nx = os.environ.get('N') or os.environ[NAME]"),
        ("NAME = 'X'\nx = «NAME in os.environ»", "NAME = 'X'\nx = 'N' in os.environ or NAME in os.environ"),
        ("x = «os.environ[\"X_\"\n    \"Y\"]»", "-"),
        // What changes the environment, or is no simple object.
        (r#"x = «os.environ.pop("X", None)»"#, "-"),
        (r#"x = «os.environ.setdefault("X", "v")»"#, "-"),
        (r#"x = «dict(os.environ)["X"]»"#, "-"),
        (r#"«os.environ["X"]» += "y""#, "-"),
        (r#"x = «"%(X)s" % os.environ»"#, "-"),
        (r#"x = «"{X}".format(**os.environ)»"#, "-"),
        (r#"x = «os.path.expandvars("$X")»"#, "-"),
        ("for name in [«\"X\"»]:\n    x = os.environ.get(name)", "-"),
    ]);
}

#[test]
fn imported_names_are_kept() {
    check_read_first(
        PATH,
        &["N"],
        &[
            (
                "from os import environ as e, getenv as g\nx = «e.get('X')» or g('Y')",
                "from os import environ as e, getenv as g\nx = e.get('N') or e.get('X') or g('Y')",
            ),
            (
                "from os import environ as e, getenv as g\nx = e.get('X') or «g('Y')»",
                "from os import environ as e, getenv as g\nx = e.get('X') or g('N') or g('Y')",
            ),
            (
                "import os as _os\nx = «_os.environ['X']»",
                "import os as _os\nx = _os.environ.get('N') or _os.environ['X']",
            ),
            (
                "import os\nenv = os.environ.copy()\nx = «env['X']»",
                "import os\nenv = os.environ.copy()\nx = env.get('N') or env['X']",
            ),
            (
                "import os\nget = os.environ.get\nx = «get('X')»",
                "import os\nget = os.environ.get\nx = get('N') or get('X')",
            ),
            (
                "import os\ndef f(environ=os.environ):\n    return «environ.get('X')»",
                "import os\ndef f(environ=os.environ):\n    return environ.get('N') or environ.get('X')",
            ),
            (
                "import six, os\nprint «os.environ['X']»",
                "import six, os\nprint os.environ.get('N') or os.environ['X']",
            ),
        ],
    );
}

#[test]
fn several_names_are_read_in_order() {
    check_read_first(
        PATH,
        &["A", "B"],
        &[
            (
                "import os\nx = «os.environ['X']»",
                "import os\nx = os.environ.get('A') or os.environ.get('B') or os.environ['X']",
            ),
            (
                "import os\nx = not «'X' in os.environ»",
                "import os\nx = not ('A' in os.environ or 'B' in os.environ or 'X' in os.environ)",
            ),
            (
                "from decouple import config\nx = «config('X', default=1, cast=int)»",
                "from decouple import config\nx = config('A', default=config('B', default=config('X', default=1, cast=int), cast=int), cast=int)",
            ),
        ],
    );
}

#[test]
fn parentheses_stand_where_something_binds_tighter() {
    check(&[
        (r#"not «os.environ.get("X")»"#, r#"not (os.environ.get("N") or os.environ.get("X"))"#),
        (r#"not «"X" in os.environ»"#, r#"not ("N" in os.environ or "X" in os.environ)"#),
        (
            r#"x = «os.environ.get("X", "")».split(".")[0]"#,
            r#"x = (os.environ.get("N") or os.environ.get("X", "")).split(".")[0]"#,
        ),
        (
            r#"x = a or «os.environ.get("X")» and b"#,
            r#"x = a or (os.environ.get("N") or os.environ.get("X")) and b"#,
        ),
        (r#"x = a or «os.environ.get("X")»"#, r#"x = a or os.environ.get("N") or os.environ.get("X")"#),
        (r#"x = «os.environ.get("X")» or "d""#, r#"x = os.environ.get("N") or os.environ.get("X") or "d""#),
        (r#"x = a and «"X" in os.environ»"#, r#"x = a and ("N" in os.environ or "X" in os.environ)"#),
        (
            r#"x = a and «"X" not in os.environ»"#,
            r#"x = a and "N" not in os.environ and "X" not in os.environ"#,
        ),
        (
            r#"x = a or «"X" not in os.environ»"#,
            r#"x = a or ("N" not in os.environ and "X" not in os.environ)"#,
        ),
        (r#"x = bool(«os.environ.get("X")»)"#, r#"x = bool(os.environ.get("N") or os.environ.get("X"))"#),
        (r#"x = "%s" % «os.environ.get("X")»"#, r#"x = "%s" % (os.environ.get("N") or os.environ.get("X"))"#),
        (
            r#"x = "%s %s" % («os.environ.get("X")», y)"#,
            r#"x = "%s %s" % (os.environ.get("N") or os.environ.get("X"), y)"#,
        ),
        (r#"x = "a" + «os.environ["X"]»"#, r#"x = "a" + (os.environ.get("N") or os.environ["X"])"#),
        (
            r#"x = «os.environ.get("X")» is None"#,
            r#"x = (os.environ.get("N") or os.environ.get("X")) is None"#,
        ),
        (r#"x = «os.environ.get("X")» == "x""#, r#"x = (os.environ.get("N") or os.environ.get("X")) == "x""#),
        (
            r#"x = "a" < «os.environ["X"]» < "b""#,
            r#"x = "a" < (os.environ.get("N") or os.environ["X"]) < "b""#,
        ),
        (r#"x = "a" in «os.environ["X"]»"#, r#"x = "a" in (os.environ.get("N") or os.environ["X"])"#),
        (r#"x = «os.environ["X"]»[0]"#, r#"x = (os.environ.get("N") or os.environ["X"])[0]"#),
        (r#"x = «os.environ["X"]»[1:3]"#, r#"x = (os.environ.get("N") or os.environ["X"])[1:3]"#),
        (r#"x = d[«os.environ["X"]»]"#, r#"x = d[os.environ.get("N") or os.environ["X"]]"#),
        (r#"x = d[«os.environ["X"]»:]"#, r#"x = d[os.environ.get("N") or os.environ["X"]:]"#),
        (r#"f(*«os.environ["X"]»)"#, r#"f(*(os.environ.get("N") or os.environ["X"]))"#),
        (r#"x = («os.environ["X"]»).lower()"#, r#"x = (os.environ.get("N") or os.environ["X"]).lower()"#),
        (
            "async def f():\n    await «os.environ[\"X\"]»",
            "async def f():\n    await (os.environ.get(\"N\") or os.environ[\"X\"])",
        ),
        (r#"x = «os.environ["X"]» if a else b"#, r#"x = os.environ.get("N") or os.environ["X"] if a else b"#),
        (
            r#"x = a if «os.environ.get("X")» else b"#,
            r#"x = a if os.environ.get("N") or os.environ.get("X") else b"#,
        ),
        (r#"x = a if b else «os.environ["X"]»"#, r#"x = a if b else os.environ.get("N") or os.environ["X"]"#),
    ]);
}

#[test]
fn places_that_take_any_expression_need_no_parentheses() {
    check(&[
        (r#"f(a, «os.environ["X"]»)"#, r#"f(a, os.environ.get("N") or os.environ["X"])"#),
        (r#"f(key=«os.environ["X"]»)"#, r#"f(key=os.environ.get("N") or os.environ["X"])"#),
        (r#"x = [«os.environ["X"]», 1]"#, r#"x = [os.environ.get("N") or os.environ["X"], 1]"#),
        (r#"x = «os.environ["X"]», 1"#, r#"x = os.environ.get("N") or os.environ["X"], 1"#),
        (r#"x = {"a": «os.environ["X"]»}"#, r#"x = {"a": os.environ.get("N") or os.environ["X"]}"#),
        (r#"x = {«os.environ["X"]»: 1}"#, r#"x = {os.environ.get("N") or os.environ["X"]: 1}"#),
        (r#"x = {«os.environ["X"]»}"#, r#"x = {os.environ.get("N") or os.environ["X"]}"#),
        (r#"f = lambda: «os.environ["X"]»"#, r#"f = lambda: os.environ.get("N") or os.environ["X"]"#),
        (r#"f = lambda e=«os.environ["X"]»: e"#, r#"f = lambda e=os.environ.get("N") or os.environ["X"]: e"#),
        ("def f(e=«os.environ[\"X\"]»): pass", "def f(e=os.environ.get(\"N\") or os.environ[\"X\"]): pass"),
        (
            "def f(e: str = «os.environ[\"X\"]»): pass",
            "def f(e: str = os.environ.get(\"N\") or os.environ[\"X\"]): pass",
        ),
        (
            "def f():\n    return «os.environ['X']»",
            "def f():\n    return os.environ.get('N') or os.environ['X']",
        ),
        (
            "def f():\n    yield «os.environ['X']»",
            "def f():\n    yield os.environ.get('N') or os.environ['X']",
        ),
        (
            r#"assert «os.environ.get("X")», "no""#,
            r#"assert os.environ.get("N") or os.environ.get("X"), "no""#,
        ),
        ("if «os.environ.get('X')»: pass", "if os.environ.get('N') or os.environ.get('X'): pass"),
        ("while «'X' in os.environ»: pass", "while 'N' in os.environ or 'X' in os.environ: pass"),
        (
            "if (x := «os.environ.get('X')»): pass",
            "if (x := os.environ.get('N') or os.environ.get('X')): pass",
        ),
        ("for c in «os.environ['X']»: pass", "for c in os.environ.get('N') or os.environ['X']: pass"),
        ("x = [c for c in «os.environ['X']»]", "x = [c for c in os.environ.get('N') or os.environ['X']]"),
        (
            "x = [c for c in y if «'X' in os.environ»]",
            "x = [c for c in y if 'N' in os.environ or 'X' in os.environ]",
        ),
        ("x = [«os.environ['X']» for c in y]", "x = [os.environ.get('N') or os.environ['X'] for c in y]"),
        ("x = y = «os.environ['X']»", "x = y = os.environ.get('N') or os.environ['X']"),
        ("x += «os.environ['X']»", "x += os.environ.get('N') or os.environ['X']"),
        ("x: str = «os.environ['X']»", "x: str = os.environ.get('N') or os.environ['X']"),
        ("class A:\n    x = «os.environ['X']»", "class A:\n    x = os.environ.get('N') or os.environ['X']"),
        ("@f(«os.environ['X']»)\ndef g(): pass", "@f(os.environ.get('N') or os.environ['X'])\ndef g(): pass"),
        (
            "match «os.environ['X']»:\n    case 'a': pass",
            "match os.environ.get('N') or os.environ['X']:\n    case 'a': pass",
        ),
        (
            "x = int(os.environ.get('Y', «os.environ.get('X', 1)»))",
            "x = int(os.environ.get('Y', os.environ.get('N') or os.environ.get('X', 1)))",
        ),
        ("x = «os.environ['X']»  # note", "x = os.environ.get('N') or os.environ['X']  # note"),
        ("x = «os.environ['X']»; y = 1", "x = os.environ.get('N') or os.environ['X']; y = 1"),
        ("with «os.environ['X']» as x: pass", "-"),
        ("x: os.environ['A'] = 1\n@«os.environ['X']»\ndef f(): pass", "-"),
    ]);
}

#[test]
fn f_strings_keep_their_quotes() {
    check(&[
        (r#"x = f"a {«os.environ['X']»} b""#, r#"x = f"a {os.environ.get('N') or os.environ['X']} b""#),
        (
            r#"x = f"{«os.environ['X']».lower()}""#,
            r#"x = f"{(os.environ.get('N') or os.environ['X']).lower()}""#,
        ),
        (r#"x = f"{«os.environ['X']»!r:>10}""#, r#"x = f"{os.environ.get('N') or os.environ['X']!r:>10}""#),
        ("x = f'''{«os.environ[\"X\"]»}'''", "x = f'''{os.environ.get(\"N\") or os.environ[\"X\"]}'''"),
        // The text would show the code.
        (r#"x = f"{«os.environ['X']»=}""#, "-"),
        // Python 3.12 takes these quotes; earlier ones never ran it, and what is written stays in its kind.
        (r#"x = f"{«os.environ["X"]»}""#, "-"),
        (
            "NAME = 'X'\ny = 'a'\nx = f'{«os.environ[NAME]»}'",
            "NAME = 'X'\ny = 'a'\nx = f'{os.environ.get(\"N\") or os.environ[NAME]}'",
        ),
    ]);
}

#[test]
fn lines_are_continued_as_they_were() {
    check(&[
        (
            "x = (\n    «os.environ.get('X')»\n    or 'd'\n)",
            "x = (\n    os.environ.get('N')\n    or os.environ.get('X')\n    or 'd'\n)",
        ),
        (
            "x = (\n    y\n    or «os.environ.get('X')»\n)",
            "x = (\n    y\n    or os.environ.get('N')\n    or os.environ.get('X')\n)",
        ),
        (
            "x = «os.environ.get('X')» \\\n    or 'd'",
            "x = os.environ.get('N') or os.environ.get('X') \\\n    or 'd'",
        ),
        ("x = \\\n    «os.environ['X']»", "x = \\\n    os.environ.get('N') or os.environ['X']"),
        (
            "x = «os.environ.get(\n    'X',\n    'd',\n)»",
            "x = os.environ.get('N') or os.environ.get(\n    'X',\n    'd',\n)",
        ),
    ]);
    check_read_first(
        PATH,
        &["N"],
        &[(
            "import os\r\nx = (\r\n    y\r\n    or «os.getenv('X')»\r\n)",
            "import os\r\nx = (\r\n    y\r\n    or os.getenv('N')\r\n    or os.getenv('X')\r\n)",
        )],
    );
}

#[test]
fn a_test_is_changed_only_with_what_relies_on_it() {
    check(&[
        (
            "if «'X' in os.environ»:\n    x = os.environ['X']",
            "if 'N' in os.environ or 'X' in os.environ:\n    x = os.environ['X']",
        ),
        ("if «'X' in os.environ»:\n    x = os.environ.pop('X')", "-"),
    ]);
}

#[test]
fn settings_libraries_are_asked_through_their_object() {
    check_read_first(
        PATH,
        &["N"],
        &[
            (
                "import environ\nenv = environ.Env()\nx = «env('X')»",
                "import environ\nenv = environ.Env()\nx = env('N', default=None) or env('X')",
            ),
            (
                "import environ\nenv = environ.Env()\nx = «env.str('X', default='')»",
                "import environ\nenv = environ.Env()\nx = env.str('N', default=None) or env.str('X', default='')",
            ),
            // A text like `false` is true: what is no text is not chosen by `or`.
            (
                "import environ\nenv = environ.Env()\nx = «env.bool('X', False)»",
                "import environ\nenv = environ.Env()\nx = env.bool('N', default=env.bool('X', False))",
            ),
            (
                "import environ\nenv = environ.Env()\nx = not «env('X', default=False)»",
                "import environ\nenv = environ.Env()\nx = not env('N', default=env('X', default=False))",
            ),
            ("import environ\nenv = environ.Env()\nx = «env.bool('X')»", "-"),
            ("import environ\nenv = environ.Env()\nx = «env('X', default=DEFAULT)»", "-"),
            ("import environ\nenv = environ.Env()\nx = «env('X', cast=json.loads)»", "-"),
            ("import environ\nenv = environ.Env()\nx = «env.list('X', default=[])»", "-"),
            ("import environ\nenv = environ.Env()\nx = «env.db('X_URL')»", "-"),
            ("import environ\nenv = environ.Env(X=(bool, False))\nx = «env('X')»", "-"),
            (
                "from environs import Env\nenv = Env()\nx = «env('X', 'd')»",
                "from environs import Env\nenv = Env()\nx = env('N', default=None) or env('X', 'd')",
            ),
            ("from environs import Env\nenv = Env()\nwith env.prefixed('A_'):\n    x = «env('X')»", "-"),
            (
                "from decouple import config\nx = «config('X', default=None)»",
                "from decouple import config\nx = config('N', default=None) or config('X', default=None)",
            ),
            (
                "from decouple import config\nx = «config('X', default=False, cast=bool)»",
                "from decouple import config\nx = config('N', default=config('X', default=False, cast=bool), cast=bool)",
            ),
            ("from decouple import config, Csv\nx = «config('X', default='', cast=Csv())»", "-"),
            (
                "from decouple import config as c\nx = «c('X')».lower()",
                "from decouple import config as c\nx = (c('N', default=None) or c('X')).lower()",
            ),
            (
                "from .base import env\nx = «env('X_Y')»",
                "from .base import env\nx = env('N', default=None) or env('X_Y')",
            ),
            ("from pydantic_settings import BaseSettings\nclass S(BaseSettings):\n    «dyno: str»", "-"),
            (
                "import dj_database_url\nx = «dj_database_url.config('X_URL', conn_max_age=600)»",
                "import os\n\nimport dj_database_url\nx = dj_database_url.config('N', default=os.environ.get('X_URL'), conn_max_age=600)",
            ),
            (
                "import os\nimport dj_database_url\nx = «dj_database_url.config(env='X_URL', default='sqlite://')»",
                "import os\nimport dj_database_url\nx = dj_database_url.config(env='N', default=os.environ.get('X_URL', 'sqlite://'))",
            ),
            (
                "import click\n@click.option('--x', «envvar='X'»)\ndef f(x): pass",
                "import click\n@click.option('--x', envvar=['N', 'X'])\ndef f(x): pass",
            ),
        ],
    );
}

#[test]
fn wrappers_of_the_file_are_asked_where_they_only_pass_on() {
    check(&[
        (
            "def get_env(name, default=None):\n    return os.environ.get(name, default)\n\nx = «get_env('X_Y')»",
            "def get_env(name, default=None):\n    return os.environ.get(name, default)\n\nx = get_env('N') or get_env('X_Y')",
        ),
        (
            "def get_env(name, default='local'):\n    return os.environ.get(name, default)\n\nx = «get_env('X_Y')»",
            "def get_env(name, default='local'):\n    return os.environ.get(name, default)\n\nx = get_env('N', None) or get_env('X_Y')",
        ),
        (
            "def get_env(name):\n    value = os.environ.get(name)\n    if not value:\n        raise KeyError(name)\n    return value\n\nx = «get_env('X_Y')»",
            "-",
        ),
        ("def flag(name):\n    return os.environ.get(name) == 'true'\n\nx = «flag('X_Y')»", "-"),
    ]);
}

#[test]
fn others_are_asked_where_a_variable_is_unset() {
    check_fall_back(&[
        ("import os\nx = «os.environ['X']»", "import os\nx = os.environ.get('X') or os.environ['N']"),
        (
            "import os\nx = «os.environ['X']».lower()",
            "import os\nx = (os.environ.get('X') or os.environ['N']).lower()",
        ),
        ("import os\nx = «os.environ.get('X')»", "import os\nx = os.environ.get('X', os.environ.get('N'))"),
        (
            "import os\nx = not «os.environ.get('X', None)»",
            "import os\nx = not os.environ.get('X', os.environ.get('N'))",
        ),
        ("import os\nx = «os.getenv('X', 'd')»", "import os\nx = os.getenv('X', os.getenv('N', 'd'))"),
        (
            "import os\nx = «os.environ.get('X')» or 'd'",
            "import os\nx = os.environ.get('X') or os.environ.get('N') or 'd'",
        ),
        (
            "import os\nx = (\n    y\n    or «os.environ.get('X')»\n)",
            "import os\nx = (\n    y\n    or os.environ.get('X')\n    or os.environ.get('N')\n)",
        ),
        ("import os\nx = «'X' in os.environ»", "import os\nx = 'X' in os.environ or 'N' in os.environ"),
        (
            "import os\nx = «'X' not in os.environ»",
            "import os\nx = 'X' not in os.environ and 'N' not in os.environ",
        ),
        (
            "from decouple import config\nx = «config('X')»",
            "from decouple import config\nx = config('X', default=None) or config('N')",
        ),
        (
            "from decouple import config\nx = «config('X', default='')»",
            "from decouple import config\nx = config('X', default=config('N', default=''))",
        ),
        (
            "import environ\nenv = environ.Env()\nx = «env.bool('X', default=False)»",
            "import environ\nenv = environ.Env()\nx = env.bool('X', default=env.bool('N', default=False))",
        ),
        (
            "import os\nimport dj_database_url\nx = «dj_database_url.config(env='X_URL')»",
            "import os\nimport dj_database_url\nx = dj_database_url.config(env='X_URL', default=os.environ.get('N'))",
        ),
    ]);
}

#[test]
fn options_are_added_in_the_style_of_the_others() {
    check_set(
        &["port"],
        &number("1"),
        &[
            ("«f()»", "f(port=1)"),
            ("«f(a, b)»", "f(a, b, port=1)"),
            ("«f(a, b=1,)»", "f(a, b=1, port=1,)"),
            ("«f(a, port=2)»", "f(a, port=1)"),
            ("«f(\n    a,\n    b=1,\n)»", "f(\n    a,\n    b=1,\n    port=1,\n)"),
            ("«f(\n    a,\n    b=1\n)»", "f(\n    a,\n    b=1,\n    port=1\n)"),
            ("«f(\n    a,\n    b=1,  # note\n)»", "f(\n    a,\n    b=1,  # note\n    port=1,\n)"),
            ("«f(\n    a,\n    b=1  # note\n)»", "f(\n    a,\n    b=1,  # note\n    port=1\n)"),
            ("«f(\r\n\ta,\r\n)»", "f(\r\n\ta,\r\n\tport=1,\r\n)"),
            ("«f(a,\n  b)»", "f(a,\n  b,\n  port=1)"),
            ("«f(\n    a, b\n)»", "f(\n    a, b, port=1\n)"),
            ("«f(a, {\n    'b': 1,\n})»", "f(a, {\n    'b': 1,\n}, port=1)"),
            ("«f(**options)»", "-"),
            ("«f(x for x in y)»", "-"),
            ("«f(port=2, **options)»", "f(port=1, **options)"),
            ("x = «{}»", "x = {\"port\": 1}"),
            ("x = «{'a': 2}»", "x = {'a': 2, 'port': 1}"),
            ("x = «{'a': 2, 'port': 3}»", "x = {'a': 2, 'port': 1}"),
            ("x = «{**y}»", "x = {**y, \"port\": 1}"),
            ("x = «{'port': 2, **y}»", "-"),
            ("x = «dict(a=2)»", "x = dict(a=2, port=1)"),
            ("x = «{\n    'a': 2,\n}»", "x = {\n    'a': 2,\n    'port': 1,\n}"),
            ("x = «{k: 1 for k in y}»", "-"),
            ("x = f\"{«f(1)»}\"", "-"),
        ],
    );
    check_set(
        &["OPTIONS", "sslmode"],
        &text("require"),
        &[
            ("x = «{'a': 2}»", "x = {'a': 2, 'OPTIONS': {'sslmode': 'require'}}"),
            ("x = «{'OPTIONS': {}}»", "x = {'OPTIONS': {'sslmode': 'require'}}"),
            ("x = «{'OPTIONS': {'sslmode': 'prefer'}}»", "x = {'OPTIONS': {'sslmode': 'require'}}"),
            ("x = «{'OPTIONS': dict(a=1)}»", "x = {'OPTIONS': dict(a=1, sslmode='require')}"),
            ("x = «{'OPTIONS': OPTIONS}»", "-"),
            ("«f(OPTIONS={'a': 1})»", "f(OPTIONS={'a': 1, 'sslmode': 'require'})"),
        ],
    );
    check_set(&["a-b"], &Content::Nil, &[("«f()»", "-"), ("x = «{}»", "x = {\"a-b\": None}")]);
    check_set(
        &["ssl_require"],
        &switch(true),
        &[
            (
                "import os\nx = «f(a)»",
                "import os\nx = f(a, ssl_require=os.environ.get(\"N\", \"true\").lower() != \"false\")",
            ),
            (
                "import dj\nx = «f(ssl_require=True)»",
                "import os\n\nimport dj\nx = f(ssl_require=os.environ.get(\"N\", \"true\").lower() != \"false\")",
            ),
        ],
    );
}

#[test]
fn options_go_with_their_comma_and_line() {
    check_unset(
        &["port"],
        &[
            ("«f(port=1)»", "f()"),
            ("«f(a, port=1)»", "f(a)"),
            ("«f(port=1, b=2)»", "f(b=2)"),
            ("«f(a, port=1, b=2)»", "f(a, b=2)"),
            ("«f(a, port=1,)»", "f(a,)"),
            ("«f(\n    a,\n    port=1,\n    b=2,\n)»", "f(\n    a,\n    b=2,\n)"),
            ("«f(\n    a,\n    port=1,  # note\n)»", "f(\n    a,\n)"),
            ("«f(\n    a,\n    port=1\n)»", "f(\n    a\n)"),
            ("«f(\n    port=1,\n)»", "f()"),
            ("«f(\n    a, port=1,\n    b=2,\n)»", "f(\n    a,\n    b=2,\n)"),
            ("«f(a,\n  port=1)»", "f(a)"),
            ("«f(a,  # note\n  port=1)»", "-"),
            ("x = «{'port': 1, 'b': 2}»", "x = {'b': 2}"),
            ("x = «{\r\n    'port': 1,\r\n    'b': 2,\r\n}»", "x = {\r\n    'b': 2,\r\n}"),
            ("x = «dict(port=1)»", "x = dict()"),
            ("«f(**options)»", "-"),
        ],
    );
    check_unset(
        &["OPTIONS", "sslmode"],
        &[(
            "x = «{\n    'OPTIONS': {'sslmode': 'require', 'a': 1},\n}»",
            "x = {\n    'OPTIONS': {'a': 1},\n}",
        )],
    );
}

#[test]
fn values_are_written_as_the_file_does() {
    check_become(
        &text("it's"),
        &[
            ("x = «1»", "x = \"it's\""),
            ("y = 'a'\nx = «'b'»", "y = 'a'\nx = \"it's\""),
            ("x = «b'a'»", "x = b\"it's\""),
            ("x = «r'a'».lower()", "x = \"it's\".lower()"),
            ("x = («'a'» 'b')", "-"),
            ("x = f'{«y»}'", "-"),
        ],
    );
    check_become(&text("a\\b\n\"'"), &[("x = «'b'»", "x = 'a\\\\b\\n\"\\''")]);
    check_become(&Content::Bool(true), &[("f(a=«False»)", "f(a=True)"), ("f(a=«True»)", "-")]);
    check_become(&Content::Nil, &[("f(a=«False»)", "f(a=None)")]);
    check_become(
        &Content::Map(vec![
            ("a".to_string(), number("1")),
            ("b".to_string(), Content::List(vec![text("c"), Content::Nil])),
        ]),
        &[("x = «'y'»", "x = {'a': 1, 'b': ['c', None]}")],
    );
    check_become(
        &code("a or b"),
        &[
            ("x = «y»", "x = a or b"),
            ("x = «y».z", "x = (a or b).z"),
            ("x = «y» and z", "x = (a or b) and z"),
            ("x = z or «y»", "x = z or a or b"),
        ],
    );
    check_become(
        &code("a if b else c"),
        &[
            ("x = «y»", "x = a if b else c"),
            ("x = «y» if z else 1", "x = (a if b else c) if z else 1"),
            ("x = [1 for z in «y»]", "x = [1 for z in (a if b else c)]"),
            ("x = f'{«y»}'", "x = f'{(a if b else c)}'"),
        ],
    );
    check_become(
        &code("a if os.environ.get(\"N\") else b"),
        &[
            ("x = «y»", "import os\n\nx = a if os.environ.get(\"N\") else b"),
            ("import os\nx = «y»", "import os\nx = a if os.environ.get(\"N\") else b"),
            ("os = 1\nx = «y»", "-"),
        ],
    );
    check_become(&code("a; b"), &[("x = «y»", "-")]);
    check_become(&code("a, b"), &[("x = «y»", "-")]);
    check_become(&code("\"a\""), &[("x = f\"{«y»}\"", "-")]);
}

#[test]
fn values_come_from_the_environment_as_the_file_asks_it() {
    check_become(
        &env("N", Some(text("d"))),
        &[
            ("import os\nx = «'a'»", "import os\nx = os.environ.get('N', 'd')"),
            (
                "import os\ny = os.getenv('A')\nx = «'a'»",
                "import os\ny = os.getenv('A')\nx = os.getenv('N', 'd')",
            ),
            ("from os import environ\nx = «'a'»", "from os import environ\nx = environ.get('N', 'd')"),
            ("from os import getenv as g\nx = «'a'»", "from os import getenv as g\nx = g('N', 'd')"),
            ("import os as o\nx = «'a'».lower()", "import os as o\nx = o.environ.get('N', 'd').lower()"),
            (
                "from environs import Env\nenv = Env()\ny = env('A')\nx = «'a'»",
                "from environs import Env\nenv = Env()\ny = env('A')\nx = env('N', default='d')",
            ),
            (
                "from decouple import config\ny = config('A')\nx = «'a'»",
                "from decouple import config\ny = config('A')\nx = config('N', default='d')",
            ),
            // Nothing that reads the environment is at hand, or not yet.
            ("x = «'a'»", "import os\n\nx = os.environ.get('N', 'd')"),
            ("x = «'a'»\nimport sys\n", "import os\n\nx = os.environ.get('N', 'd')\nimport sys\n"),
            ("x = «'a'»\nimport os\n", "-"),
            ("os = 1\nx = «'a'»", "-"),
            ("def f(os):\n    return «'a'»", "-"),
            ("from lib import os\nx = «'a'»", "-"),
            ("if y:\n    import os\nx = «'a'»", "-"),
            (
                "def f():\n    import os\n    return «'a'»",
                "def f():\n    import os\n    return os.environ.get('N', 'd')",
            ),
            (
                "def g():\n    import os\ndef f():\n    return «'a'»",
                "import os\n\ndef g():\n    import os\ndef f():\n    return os.environ.get('N', 'd')",
            ),
            ("import os\nx = f\"{«'a'»}\"", "import os\nx = f\"{os.environ.get('N', 'd')}\""),
        ],
    );
    check_become(
        &env("N", Some(number("3000"))),
        &[
            ("import os\nx = «80»", "import os\nx = int(os.environ.get(\"N\", \"3000\"))"),
            ("import os\nx = int(«80»)", "import os\nx = int(os.environ.get(\"N\", \"3000\"))"),
            (
                "import os\nx = int(«os.environ[\"X\"]»)",
                "import os\nx = int(os.environ.get(\"N\", \"3000\"))",
            ),
            (
                "import environ\nenv = environ.Env()\ny = env('A')\nx = «80»",
                "import environ\nenv = environ.Env()\ny = env('A')\nx = env.int('N', default=3000)",
            ),
            (
                "from decouple import config\ny = config('A')\nx = «80»",
                "from decouple import config\ny = config('A')\nx = config('N', default=3000, cast=int)",
            ),
        ],
    );
    check_become(&env("N", None), &[("import os\nx = «'a'»", "import os\nx = os.environ.get('N')")]);
    check_become(
        &env("N", Some(env("M", Some(text("d"))))),
        &[("import os\nx = «'a'»", "import os\nx = os.environ.get('N', os.environ.get('M', 'd'))")],
    );
    check_become(
        &env("N", Some(code("str(BASE)"))),
        &[("import os\nx = «'a'»", "import os\nx = os.environ.get('N', str(BASE))")],
    );
}

#[test]
fn a_variable_decides_a_yes_or_no() {
    check_become(
        &switch(true),
        &[
            ("import os\nx = «True»", "import os\nx = os.environ.get(\"N\", \"true\").lower() != \"false\""),
            (
                "import os\nx = not «True»",
                "import os\nx = not os.environ.get(\"N\", \"true\").lower() != \"false\"",
            ),
            (
                "import os\nx = «True» is y",
                "import os\nx = (os.environ.get(\"N\", \"true\").lower() != \"false\") is y",
            ),
            (
                "import environ\nenv = environ.Env()\ny = env('A')\nx = «True»",
                "import environ\nenv = environ.Env()\ny = env('A')\nx = env.bool('N', default=True)",
            ),
        ],
    );
    check_become(
        &switch(false),
        &[
            ("import os\nx = «True»", "import os\nx = os.environ.get(\"N\", \"false\").lower() == \"true\""),
            (
                "from decouple import config\ny = config('A')\nx = «True»",
                "from decouple import config\ny = config('A')\nx = config('N', default=False, cast=bool)",
            ),
        ],
    );
}

#[test]
fn text_is_put_around_what_is_there() {
    let around = |before: &str, after: &str| {
        let (before, after) = (before.to_string(), after.to_string());
        move |inner| What::Become {
            at: inner,
            value: Content::Around { inner, before: before.clone(), after: after.clone() },
        }
    };
    check_change(
        &around("", ".replace(\"a\", \"b\", 1)"),
        &[
            ("x = «os.environ[\"X\"]»", "x = os.environ[\"X\"].replace(\"a\", \"b\", 1)"),
            ("x = «y or z»", "x = (y or z).replace(\"a\", \"b\", 1)"),
            ("f(a=«y(\n    1\n)»)", "f(a=y(\n    1\n).replace(\"a\", \"b\", 1))"),
            ("x = f\"{«y»}\"", "-"),
        ],
    );
    check_change(
        &around("norm(", ")"),
        &[("x = «y or z»", "x = norm(y or z)"), ("x = «y».z", "x = norm(y).z")],
    );
    check_change(
        &around("", " or z"),
        &[("x = «y»", "x = y or z"), ("x = «y».a", "x = (y or z).a"), ("x = not «y»", "x = not (y or z)")],
    );
}

#[test]
fn os_is_imported_where_imports_stand() {
    let value = env("N", None);
    let row = |head: &str| format!("{head}x = «1»\n");
    let done = |head: &str| format!("{head}x = os.environ.get(\"N\")\n");
    let rows = [
        ("\"\"\"Doc.\"\"\"\n\n", "\"\"\"Doc.\"\"\"\n\nimport os\n\n"),
        ("#!/usr/bin/env python\n\n", "#!/usr/bin/env python\n\nimport os\n\n"),
        ("from __future__ import annotations\n\n", "from __future__ import annotations\n\nimport os\n\n"),
        ("import json\nimport sys\n\n", "import json\nimport os\nimport sys\n\n"),
        ("import json\n\n", "import json\nimport os\n\n"),
        ("from datetime import date\n\n", "import os\nfrom datetime import date\n\n"),
        (
            "import json\nfrom datetime import date\n\n",
            "import json\nimport os\nfrom datetime import date\n\n",
        ),
        ("import django\n\n", "import os\n\nimport django\n\n"),
        ("# About.\n\n# Why.\nimport django\n\n", "# About.\n\nimport os\n\n# Why.\nimport django\n\n"),
        ("import json\r\nimport sys\r\n\r\n", "import json\r\nimport os\r\nimport sys\r\n\r\n"),
    ];
    for (before, after) in rows {
        let found = written(PATH, &row(before), |at| What::Become { at, value: value.clone() });
        assert_eq!(found.as_deref(), Some(done(after).as_str()));
    }
}

#[test]
fn comments_stand_before_their_line() {
    check_change(
        &|at| What::Comment { at: at.start, text: "note".to_string() },
        &[
            ("def f():\n    «x» = 1\n", "def f():\n    # note\n    x = 1\n"),
            ("«x» = 1", "# note\nx = 1"),
            ("f(\r\n\t«a»,\r\n)", "f(\r\n\t# note\r\n\ta,\r\n)"),
            ("x = 1 + \\\n    «y»", "-"),
            ("x = '''\n«a» '''", "-"),
            ("x = '''\na''' + «y»", "-"),
        ],
    );
}
