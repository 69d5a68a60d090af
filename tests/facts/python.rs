//! Python: idioms and the facts they give.

use std::collections::BTreeSet;

use super::harness::{assert_sound, check};
use dynolint::fact::Request;
use dynolint::lang::{self, Lang};
use dynolint::notation;

#[test]
fn accesses() {
    check(
        "app/settings.py",
        Lang::Python,
        &[
            ("import os\nos.environ[\"DYNO\"]", &["read DYNO required: DYNO!"]),
            ("import os\nos.environ.get(\"DYNO\")", &["read DYNO: DYNO"]),
            (
                "import os\nx = os.environ.get(\"DYNO\", \"local\")",
                &["binding x = DYNO|\"local\"", "read DYNO default: bind x = DYNO|\"local\""],
            ),
            (
                "import os\nx = os.getenv(\"DYNO\", \"local\")",
                &["binding x = DYNO|\"local\"", "read DYNO default: bind x = DYNO|\"local\""],
            ),
            (
                "import os\nx = os.getenv(key=\"DYNO\", default=\"local\")",
                &["binding x = DYNO|\"local\"", "read DYNO default: bind x = DYNO|\"local\""],
            ),
            (
                "import os\nx = os.environb[b\"DYNO\"]",
                &["binding x = DYNO!", "read DYNO required: bind x = DYNO!"],
            ),
            ("import os\nif \"DYNO\" in os.environ: pass", &["presence DYNO: if DYNO? then -"]),
            ("import os\nif \"DYNO\" not in os.environ: pass", &["presence DYNO: if !DYNO? then -"]),
            ("import os\nif \"DYNO\" in os.environ.keys(): pass", &["presence DYNO: if DYNO? then -"]),
            ("import os\nif os.environ.has_key(\"DYNO\"): pass", &["presence DYNO: if DYNO? then -"]),
            (
                "import os\nx = os.environ.__contains__(\"DYNO\")",
                &["binding x = DYNO?", "presence DYNO: bind x = DYNO?"],
            ),
            (
                "import os\nenv = os.environ.copy()\nx = env[\"DYNO\"]",
                &["binding x = DYNO!", "read DYNO required: bind x = DYNO!"],
            ),
            (
                "import os\nx = dict(os.environ)[\"DYNO\"]",
                &["binding x = DYNO!", "read DYNO required: bind x = DYNO!"],
            ),
            (
                "import os\nx = os.environ.setdefault(\"DYNO\", \"web.1\")",
                &[
                    "binding x = DYNO|\"web.1\"",
                    "read DYNO default: bind x = DYNO|\"web.1\"",
                    "set-default DYNO = web.1",
                ],
            ),
            (
                "import os\nx = os.environ.pop(\"DYNO\", None)",
                &["binding x = DYNO|nil", "read DYNO default: bind x = DYNO|nil", "unset DYNO"],
            ),
            (
                "import os\nx = os.environ.pop(\"DYNO\")",
                &["binding x = DYNO!", "read DYNO required: bind x = DYNO!", "unset DYNO"],
            ),
            ("import os\nos.environ.pop(\"DYNO\", None)", &["unset DYNO"]),
            (
                "from os import environ\nx = environ[\"DYNO\"]",
                &["binding x = DYNO!", "read DYNO required: bind x = DYNO!"],
            ),
            (
                "from os import environ as env, getenv\nx = env.get(\"A1\") or getenv(\"B1\")",
                &[
                    "binding x = (A1 or B1)",
                    "read A1 default: bind x = (A1 or B1)",
                    "read B1: bind x = (A1 or B1)",
                ],
            ),
            (
                "import os as _os\nx = _os.environ[\"DYNO\"]",
                &["binding x = DYNO!", "read DYNO required: bind x = DYNO!"],
            ),
            (
                "from os import *\nx = getenv(\"DYNO\") or environ[\"PS\"]",
                &[
                    "binding x = (DYNO or PS!)",
                    "read DYNO default: bind x = (DYNO or PS!)",
                    "read PS required: bind x = (DYNO or PS!)",
                ],
            ),
            (
                "import os\nenv = os.environ\nx = env[\"DYNO\"]",
                &["binding x = DYNO!", "read DYNO required: bind x = DYNO!"],
            ),
            (
                "import os\nget = os.environ.get\nx = get(\"DYNO\")",
                &["wrapper get#0 * default #1", "binding x = DYNO", "read DYNO: bind x = DYNO"],
            ),
            (
                "import os\nclass A:\n    def __init__(self):\n        self.env = os.environ\n    def f(self):\n        return self.env[\"DYNO\"]",
                &["binding A.f() = DYNO!", "read DYNO required: return f DYNO!"],
            ),
            (
                "import os\ndef f(environ=os.environ):\n    return environ.get(\"DYNO\")",
                &["read DYNO: return f DYNO"],
            ),
            (
                "import os\nx = os.path.expandvars(\"$HOME/${DYNO}\")",
                &["read DYNO: bind x = DYNO", "read HOME: bind x = HOME"],
            ),
            (
                "import os\nx = \"{HEROKU_APP_NAME}.herokuapp.com\".format(**os.environ)",
                &["read HEROKU_APP_NAME required: bind x = HEROKU_APP_NAME!"],
            ),
            (
                "import os\nx = \"%(HEROKU_APP_NAME)s.herokuapp.com\" % os.environ",
                &["read HEROKU_APP_NAME required: bind x = HEROKU_APP_NAME!"],
            ),
            (
                "from starlette.config import environ\nx = environ[\"DYNO\"]",
                &["binding x = DYNO!", "read DYNO required: bind x = DYNO!"],
            ),
            ("import six, os\nprint os.environ[\"DYNO\"]", &["read DYNO required: pass print DYNO!"]),
        ],
    );
}

#[test]
fn names() {
    check(
        "app/settings.py",
        Lang::Python,
        &[
            (
                "import os\nNAME = \"DYNO\"\nx = os.environ.get(NAME)",
                &["binding x = DYNO", "read DYNO: bind x = DYNO"],
            ),
            (
                "import os\nx = os.environ[\"HEROKU_\" + kind]",
                &["binding x = *!", "read HEROKU_* required: bind x = *!"],
            ),
            (
                "import os\nx = os.environ[f\"HEROKU_{kind}_URL\"]",
                &["binding x = *!", "read HEROKU_*_URL required: bind x = *!"],
            ),
            (
                "import os\nx = os.environ[\"HEROKU_%s_URL\" % kind]",
                &["binding x = *!", "read HEROKU_*_URL required: bind x = *!"],
            ),
            (
                "import os\nx = os.environ[\"HEROKU_{}_URL\".format(kind)]",
                &["binding x = *!", "read HEROKU_*_URL required: bind x = *!"],
            ),
            (
                "import os\nP = \"HEROKU_\"\nx = os.environ[P + \"APP_NAME\"]",
                &["binding x = HEROKU_APP_NAME!", "read HEROKU_APP_NAME required: bind x = HEROKU_APP_NAME!"],
            ),
            (
                "import os\nx = os.environ[\"HEROKU_\"\n    \"APP_NAME\"]",
                &["binding x = HEROKU_APP_NAME!", "read HEROKU_APP_NAME required: bind x = HEROKU_APP_NAME!"],
            ),
            ("import os\nx = os.environ[compute()]", &["binding x = *!", "read * required: bind x = *!"]),
            (
                "import os\nx = os.environ[\"A_B\" if test else \"C_D\"]",
                &["read A_B required: bind x = A_B!", "read C_D required: bind x = C_D!"],
            ),
            (
                "import os\nNAMES = {\"app\": \"HEROKU_APP_NAME\"}\nx = os.environ[NAMES[\"app\"]]",
                &["binding x = HEROKU_APP_NAME!", "read HEROKU_APP_NAME required: bind x = HEROKU_APP_NAME!"],
            ),
            (
                "import os\nclass K:\n    APP = \"HEROKU_APP_NAME\"\nx = os.environ[K.APP]",
                &["binding x = HEROKU_APP_NAME!", "read HEROKU_APP_NAME required: bind x = HEROKU_APP_NAME!"],
            ),
            (
                "import os\nfor name in [\"DYNO\", \"PS\"]:\n    print(os.environ.get(name))",
                &["read DYNO: pass print DYNO", "read PS: pass print PS"],
            ),
            (
                "import os\nNAMES = (\"DYNO\", \"PS\")\nvalues = {n: os.environ.get(n) for n in NAMES}",
                &["read DYNO: bind values = DYNO", "read PS: bind values = PS"],
            ),
            (
                "import os\nfor key, label in [(\"DYNO\", \"a\"), (\"PS\", \"b\")]:\n    if key in os.environ:\n        found(label)",
                &["presence DYNO: if DYNO? then -", "presence PS: if PS? then -"],
            ),
            (
                "import os\nfor key, label in {\"DYNO\": \"a\"}.items():\n    x = os.environ[key]",
                &["read DYNO required: bind x = DYNO!"],
            ),
            (
                "import os\nON_PAAS = any(k in os.environ for k in (\"DYNO\", \"RENDER\"))",
                &[
                    "binding ON_PAAS = (DYNO? or RENDER?)",
                    "presence DYNO: bind ON_PAAS = (DYNO? or RENDER?)",
                    "presence RENDER: bind ON_PAAS = (DYNO? or RENDER?)",
                ],
            ),
            (
                "import os\nREADY = all([os.environ.get(\"AA\"), os.environ.get(\"BB\")])",
                &[
                    "binding READY = (AA and BB)",
                    "read AA: bind READY = (AA and BB)",
                    "read BB: bind READY = (AA and BB)",
                ],
            ),
            (
                "import os\nfor k, v in os.environ.items():\n    if k.startswith(\"HEROKU_POSTGRESQL\"):\n        DATABASES[k] = v",
                &["scan HEROKU_POSTGRESQL*: if *? then database"],
            ),
            (
                "import os\nfor k in os.environ:\n    if k.startswith(\"HEROKU_\") and k.endswith(\"_URL\"):\n        use(k)",
                &["scan HEROKU_*_URL: if *? then -"],
            ),
            (
                "import os, re\nurls = [v for k, v in os.environ.items() if re.match(r\"HEROKU_POSTGRESQL_[A-Z]+_URL\", k)]",
                &["scan /^HEROKU_POSTGRESQL_[A-Z]+_URL/: if *? then -"],
            ),
            (
                "import os\nkeys = list(filter(lambda k: k.startswith(\"HEROKU_\"), os.environ))",
                &["scan HEROKU_*: return lambda *?"],
            ),
            (
                "import os\nx = any(k.startswith(\"HEROKU_\") for k in os.environ)",
                &["scan HEROKU_*: bind x = *?"],
            ),
            (
                "import os\nx = [os.environ[k] for k in os.environ if k.startswith(\"HEROKU_\")]",
                &["read HEROKU_* required: bind x = *!", "scan HEROKU_*: if *? then -"],
            ),
            ("import os\ndump(dict(os.environ))", &["scan *: pass dump *?"]),
            ("import os\ndef names():\n    return list(os.environ.keys())", &["scan *: return names *?"]),
        ],
    );
}

#[test]
fn writes() {
    check(
        "app/settings.py",
        Lang::Python,
        &[
            ("import os\nos.environ[\"DYNO\"] = \"web.1\"", &["set DYNO = web.1"]),
            ("import os\nos.environ[\"PATH\"] += \":/x\"", &["read PATH required: PATH!", "set PATH"]),
            ("import os\ndel os.environ[\"DYNO\"]", &["unset DYNO"]),
            (
                "import os\nos.environ.update({\"DYNO\": \"web.1\", \"PS\": x})",
                &["set DYNO = web.1", "set PS"],
            ),
            ("import os\nos.environ.update(DYNO=\"web.1\")", &["set DYNO = web.1"]),
            ("import os\nos.environ |= {\"DYNO\": \"web.1\"}", &["set DYNO = web.1"]),
            (
                "import os\nos.putenv(\"DYNO\", \"web.1\")\nos.unsetenv(\"PS\")",
                &["set DYNO = web.1", "unset PS"],
            ),
            (
                "import os\nos.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"a.settings\")",
                &[
                    "read DJANGO_SETTINGS_MODULE default: DJANGO_SETTINGS_MODULE|\"a.settings\"",
                    "set-default DJANGO_SETTINGS_MODULE = a.settings",
                ],
            ),
            (
                "def test_a(monkeypatch):\n    monkeypatch.setenv(\"DYNO\", \"web.1\")\n    monkeypatch.delenv(\"PS\", raising=False)",
                &["set DYNO = web.1", "unset PS"],
            ),
            (
                "import os\ndef test_a(monkeypatch):\n    monkeypatch.setitem(os.environ, \"DYNO\", \"web.1\")",
                &["set DYNO = web.1"],
            ),
            (
                "import os\nfrom unittest.mock import patch\n@patch.dict(os.environ, {\"DYNO\": \"web.1\"})\ndef test_a(): pass",
                &["set DYNO = web.1"],
            ),
            (
                "from unittest import mock\nwith mock.patch.dict(\"app.os.environ\", {\"DYNO\": \"web.1\"}, clear=True): pass",
                &["set DYNO = web.1"],
            ),
            (
                "import os\nfrom unittest.mock import patch\nwith patch.dict(os.environ, DYNO=\"web.1\"): pass",
                &["set DYNO = web.1"],
            ),
            (
                "import os, subprocess\nsubprocess.run(cmd, env=dict(os.environ, DYNO=\"web.1\"))",
                &["set DYNO = web.1"],
            ),
            (
                "import os, subprocess\nsubprocess.run(cmd, env={**os.environ, \"DYNO\": \"web.1\"})",
                &["set DYNO = web.1"],
            ),
            ("import os\nenv = os.environ.copy()\nenv[\"DYNO\"] = \"web.1\"", &["set DYNO = web.1"]),
            ("runner.invoke(cli, env={\"DYNO\": \"web.1\"})", &["set DYNO = web.1"]),
        ],
    );
}

#[test]
fn libraries() {
    check(
        "app/settings.py",
        Lang::Python,
        &[
            (
                "from environs import Env\nenv = Env()\nx = env(\"DYNO\")\ny = env.int(\"PORT\", 5000)\nz = env.bool(\"DEBUG\", default=False)",
                &[
                    "binding x = DYNO!",
                    "read DYNO required: bind x = DYNO!",
                    "binding y = PORT|5000",
                    "read PORT default: bind y = PORT|5000",
                    "binding z = DEBUG|false",
                    "read DEBUG default: bind z = DEBUG|false",
                ],
            ),
            (
                "from environs import Env\nenv = Env()\nwith env.prefixed(\"HEROKU_\"):\n    x = env.str(\"APP_NAME\", None)\n    with env.prefixed(\"SLUG_\"):\n        y = env(\"COMMIT\")",
                &[
                    "binding x = HEROKU_APP_NAME|nil",
                    "read HEROKU_APP_NAME default: bind x = HEROKU_APP_NAME|nil",
                    "binding y = HEROKU_SLUG_COMMIT!",
                    "read HEROKU_SLUG_COMMIT required: bind y = HEROKU_SLUG_COMMIT!",
                ],
            ),
            (
                "from environs import env\nx = env.str(\"DYNO\")",
                &["binding x = DYNO!", "read DYNO required: bind x = DYNO!"],
            ),
            (
                "from environs import Env\nenv = Env()\nenv.read_env()\nx = env.port(\"PORT\")\ny = env.thing(\"lower\")",
                &["binding x = PORT!", "read PORT required: bind x = PORT!"],
            ),
            (
                "import environ\nenv = environ.Env(DEBUG=(bool, False), HEROKU_APP_NAME=str)\nx = env(\"HEROKU_APP_NAME\")\nDEBUG = env(\"DEBUG\")",
                &[
                    "schema DEBUG default: pass environ.Env DEBUG: DEBUG|false",
                    "schema HEROKU_APP_NAME required: pass environ.Env HEROKU_APP_NAME: HEROKU_APP_NAME!",
                    "binding x = HEROKU_APP_NAME!",
                    "read HEROKU_APP_NAME required: bind x = HEROKU_APP_NAME!",
                    "binding DEBUG = DEBUG|false",
                    "read DEBUG default: bind DEBUG = DEBUG|false",
                ],
            ),
            (
                "import environ\nenv = environ.Env()\nDATABASES = {\"default\": env.db()}\nCACHES = {\"default\": env.cache(\"REDIS_URL\")}\nE = env.email_url()",
                &[
                    "read DATABASE_URL required: bind DATABASES.default = DATABASE_URL!",
                    "read REDIS_URL required: bind CACHES.default = REDIS_URL!",
                    "binding E = EMAIL_URL!",
                    "read EMAIL_URL required: bind E = EMAIL_URL!",
                ],
            ),
            (
                "import environ\nenv = environ.Env()\nenviron.Env.read_env()\nx = env.db_url(\"HEROKU_POSTGRESQL_RED_URL\", default=\"sqlite://\")\ny = env(\"Q_R\", str, \"d\")",
                &[
                    "binding x = HEROKU_POSTGRESQL_RED_URL|\"sqlite://\"",
                    "read HEROKU_POSTGRESQL_RED_URL default: bind x = HEROKU_POSTGRESQL_RED_URL|\"sqlite://\"",
                    "binding y = Q_R|\"d\"",
                    "read Q_R default: bind y = Q_R|\"d\"",
                ],
            ),
            (
                "from environ import Env\nenv = Env()\nx = env.list(\"HOSTS\", default=[])",
                &["binding x = HOSTS|_", "read HOSTS default: bind x = HOSTS|_"],
            ),
            ("import environ\nROOT = environ.Path(__file__) - 3\nfile = environ.Path(\"X\")", &[]),
            (
                "from .base import env\nx = env(\"DYNO\", default=\"\")",
                &["binding x = DYNO|\"\"", "read DYNO default: bind x = DYNO|\"\""],
            ),
            (
                "from .base import *\nx = env.bool(\"DYNO\")",
                &["binding x = DYNO!", "read DYNO required: bind x = DYNO!"],
            ),
            (
                "from project.tools import env\nx = env(\"DYNO\")",
                &["binding x = _", "call project.tools.env(\"DYNO\"): bind x = _"],
            ),
            (
                "import dj_database_url\nDATABASES = {\"default\": dj_database_url.config(conn_max_age=600, ssl_require=True)}",
                &["read DATABASE_URL: bind DATABASES.default = DATABASE_URL"],
            ),
            (
                "import dj_database_url\nDATABASES[\"default\"] = dj_database_url.config(env=\"HEROKU_POSTGRESQL_RED_URL\", default=\"sqlite://\")",
                &[
                    "read HEROKU_POSTGRESQL_RED_URL default: bind DATABASES.default = HEROKU_POSTGRESQL_RED_URL|\"sqlite://\"",
                ],
            ),
            (
                "import dj_database_url as dj\nimport os\nx = dj.parse(os.environ[\"DATABASE_URL\"])",
                &["read DATABASE_URL required: pass dj_database_url.parse DATABASE_URL!"],
            ),
            (
                "from decouple import config\nON_HEROKU = config(\"ON_HEROKU\", default=False, cast=bool)",
                &[
                    "binding ON_HEROKU = ON_HEROKU|false",
                    "read ON_HEROKU default: bind ON_HEROKU = ON_HEROKU|false",
                ],
            ),
            (
                "from decouple import AutoConfig\nconfig = AutoConfig(search_path=\"/x\")\nx = config(\"DYNO\")",
                &["binding x = DYNO!", "read DYNO required: bind x = DYNO!"],
            ),
            (
                "import decouple\nx = decouple.config(\"DYNO\", \"\")",
                &["binding x = DYNO|\"\"", "read DYNO default: bind x = DYNO|\"\""],
            ),
            (
                "from starlette.config import Config\nconfig = Config(\".env\")\nx = config(\"DYNO\", cast=str, default=None)\ny = config(\"PORT\")",
                &[
                    "binding x = DYNO|nil",
                    "read DYNO default: bind x = DYNO|nil",
                    "binding y = PORT!",
                    "read PORT required: bind y = PORT!",
                ],
            ),
            (
                "from envparse import env\nx = env.int(\"PORT\", default=1)",
                &["binding x = PORT|1", "read PORT default: bind x = PORT|1"],
            ),
            (
                "from dynaconf import Dynaconf\nsettings = Dynaconf(envvar_prefix=\"MYAPP\")",
                &["schema MYAPP_*: pass dynaconf.Dynaconf envvar_prefix: *"],
            ),
            (
                "import click\n@click.option(\"--port\", envvar=\"PORT\", default=8000)\ndef main(port): pass",
                &["schema PORT default: pass click.option envvar: PORT|8000"],
            ),
            (
                "import typer\ndef main(dyno: str = typer.Option(\"\", envvar=[\"DYNO\", \"PS\"])): pass",
                &["schema DYNO: pass typer.Option envvar: DYNO", "schema PS: pass typer.Option envvar: PS"],
            ),
            (
                "app.config.from_envvar(\"APP_SETTINGS\")\napp.config.from_envvar(\"MORE\", silent=True)",
                &["read APP_SETTINGS required: APP_SETTINGS!", "read MORE: MORE"],
            ),
            (
                "app.config.from_prefixed_env()\napp.config.from_prefixed_env(\"SHOP\")",
                &["scan FLASK_*: *?", "scan SHOP_*: *?"],
            ),
        ],
    );
}

#[test]
fn pydantic() {
    check(
        "app/settings.py",
        Lang::Python,
        &[
            (
                "from pydantic import BaseSettings\nclass Settings(BaseSettings):\n    heroku_app_name: str\n    debug: bool = False\n    dyno: Optional[str]",
                &[
                    "binding Settings.heroku_app_name = HEROKU_APP_NAME!",
                    "schema HEROKU_APP_NAME required: bind heroku_app_name = HEROKU_APP_NAME!",
                    "binding Settings.debug = DEBUG|false",
                    "schema DEBUG default: bind debug = DEBUG|false",
                    "binding Settings.dyno = DYNO",
                    "schema DYNO: bind dyno = DYNO",
                ],
            ),
            (
                "from pydantic_settings import BaseSettings, SettingsConfigDict\nclass S(BaseSettings):\n    model_config = SettingsConfigDict(env_prefix=\"HEROKU_\")\n    app_name: str = \"\"",
                &[
                    "binding S.app_name = HEROKU_APP_NAME|\"\"",
                    "schema HEROKU_APP_NAME default: bind app_name = HEROKU_APP_NAME|\"\"",
                ],
            ),
            (
                "from pydantic import BaseSettings, Field\nclass S(BaseSettings):\n    a: str = Field(..., env=\"DYNO\")\n    b: str = Field(\"d\", alias=\"HEROKU_APP_ID\")\n    c: str = Field(None, env=[\"AA\", \"BB\"])",
                &[
                    "binding S.a = DYNO!",
                    "schema DYNO required: bind a = DYNO!",
                    "binding S.b = HEROKU_APP_ID|\"d\"",
                    "schema HEROKU_APP_ID default: bind b = HEROKU_APP_ID|\"d\"",
                    "binding S.c = (AA ?? BB|nil)",
                    "schema AA: bind c = AA",
                    "schema BB default: bind c = BB|nil",
                ],
            ),
            (
                "from pydantic import AliasChoices, Field\nfrom pydantic_settings import BaseSettings\nclass S(BaseSettings):\n    a: str = Field(validation_alias=AliasChoices(\"DYNO\", \"PS\"))",
                &["binding S.a = (DYNO ?? PS)", "schema DYNO: bind a = DYNO", "schema PS: bind a = PS"],
            ),
            (
                "import pydantic\nclass S(pydantic.BaseSettings):\n    a: str = \"x\"\n    b: str = \"y\"\n    class Config:\n        env_prefix = \"HEROKU_\"\n        fields = {\"b\": {\"env\": \"DYNO\"}}",
                &[
                    "binding S.a = HEROKU_A|\"x\"",
                    "schema HEROKU_A default: bind a = HEROKU_A|\"x\"",
                    "binding S.b = DYNO|\"y\"",
                    "schema DYNO default: bind b = DYNO|\"y\"",
                ],
            ),
            (
                "from pydantic import BaseSettings\nclass Base(BaseSettings):\n    pass\nclass S(Base):\n    dyno: str = \"\"\ns = S()\nif s.dyno:\n    DEBUG = False",
                &[
                    "binding S.dyno = DYNO|\"\"",
                    "schema DYNO default: bind dyno = DYNO|\"\"; dyno: if DYNO|\"\" then debug=off",
                ],
            ),
            ("from pydantic import BaseModel\nclass S(BaseModel):\n    dyno: str", &[]),
        ],
    );
}

#[test]
fn conditions() {
    check(
        "app/settings.py",
        Lang::Python,
        &[
            (
                "import os\nif os.environ.get(\"DYNO\"):\n    DEBUG = False\nelse:\n    DEBUG = True",
                &["read DYNO: if DYNO then debug=off else debug=on", "binding DEBUG = !DYNO"],
            ),
            (
                "import os\nif \"DYNO\" not in os.environ:\n    import env",
                &["presence DYNO: if !DYNO? then localsettings"],
            ),
            (
                "import os\nif not os.environ.get(\"DYNO\"):\n    from .local_settings import *",
                &["read DYNO: if !DYNO then localsettings"],
            ),
            (
                "import os\nif not os.getenv(\"DYNO\"):\n    load_dotenv()",
                &["read DYNO: if !DYNO then localsettings"],
            ),
            (
                "import os, sys\nif \"DYNO\" not in os.environ:\n    sys.exit(1)",
                &["presence DYNO: if !DYNO? then exits"],
            ),
            (
                "import os\nif \"DYNO\" in os.environ:\n    SECURE_SSL_REDIRECT = True\n    SESSION_COOKIE_SECURE = True\n    SSLify(app)",
                &["presence DYNO: if DYNO? then httpsredirect=on securecookie=on httpsredirect"],
            ),
            (
                "import os\nfrom flask import Flask\nserver = Flask(__name__)\nif os.environ.get(\"DYNO\"):\n    server.run(debug=True)",
                &["read DYNO: if DYNO then startsserver debug=on"],
            ),
            (
                "import os\nDATABASES = {}\nif \"DYNO\" in os.environ:\n    DATABASES = {\"default\": 1}",
                &["binding DATABASES = (DYNO? ? _ : _)", "presence DYNO: if DYNO? then database"],
            ),
            (
                "import os\nif os.environ.get(\"AA\"):\n    pass\nelif os.environ.get(\"DYNO\"):\n    DEBUG = False\nelse:\n    raise ValueError",
                &[
                    "read AA: if AA then - else debug=off raises",
                    "read DYNO: if DYNO then debug=off else raises",
                ],
            ),
            (
                "import os\nif os.environ.get(\"DYNO\", \"\").startswith((\"web\", \"worker\")): pass",
                &["read DYNO default: if (DYNO|\"\".starts(\"web\") or DYNO|\"\".starts(\"worker\")) then -"],
            ),
            (
                "import os\nif os.environ.get(\"DYNO\", \"\").split(\".\")[0] == \"web\": pass",
                &["read DYNO default: if (DYNO|\"\".head == \"web\") then -"],
            ),
            (
                "import os\nn = int(os.environ[\"DYNO\"].split(\".\")[-1])\nif n > 2:\n    raise ValueError",
                &[
                    "binding n = DYNO!.tail.number",
                    "read DYNO required: bind n = DYNO!.tail.number; n: if DYNO!.tail.number.ask(>) then raises",
                ],
            ),
            (
                "import os\nkind = os.environ[\"DYNO\"].partition(\".\")[0]\nif kind == \"web\": pass",
                &[
                    "binding kind = DYNO!.head",
                    "read DYNO required: bind kind = DYNO!.head; kind: if (DYNO!.head == \"web\") then -",
                ],
            ),
            (
                "import os, re\nif re.match(r\"worker\\.\\d+\", os.environ.get(\"DYNO\", \"\")): pass",
                &["read DYNO default: if DYNO|\"\".matches(/^worker\\.\\d+/) then -"],
            ),
            (
                "import os, re\nW = re.compile(\"worker|clock\")\nif W.fullmatch(os.getenv(\"DYNO\")): pass",
                &["read DYNO: if DYNO.matches(/^(?:worker|clock)$/) then -"],
            ),
            (
                "import os\nif \"run\" in os.environ.get(\"DYNO\", \"\"): pass",
                &["read DYNO default: if DYNO|\"\".contains(\"run\") then -"],
            ),
            (
                "import os\nif os.environ.get(\"DYNO\") == \"web.1\": pass",
                &["read DYNO: if (DYNO == \"web.1\") then -"],
            ),
            (
                "import os\nif os.environ.get(\"DYNO\") in (\"web.1\", \"web.2\"): pass",
                &["read DYNO: if ((DYNO == \"web.1\") or (DYNO == \"web.2\")) then -"],
            ),
            ("import os\nif os.environ.get(\"DYNO\") is None: pass", &["read DYNO: if DYNO.nil then -"]),
            (
                "import os\nif os.environ.get(\"DYNO\") is not None and not testing: pass",
                &["read DYNO: if (!DYNO.nil and !_) then -"],
            ),
            (
                "import os\nif os.environ.get(\"FLAG\", \"\").lower() in (\"1\", \"true\"): pass",
                &["read FLAG default: if ((FLAG|\"\".form == \"1\") or (FLAG|\"\".form == \"true\")) then -"],
            ),
            (
                "import os\nif bool(int(os.environ.get(\"FLAG\", \"0\"))): pass",
                &["read FLAG default: if FLAG|\"0\".number.present then -"],
            ),
            (
                "import os\nfrom distutils.util import strtobool\nFLAG = strtobool(os.environ.get(\"FLAG\", \"no\"))",
                &[
                    "binding FLAG = FLAG|\"no\".ask(strtobool)",
                    "read FLAG default: bind FLAG = FLAG|\"no\".ask(strtobool)",
                ],
            ),
            (
                "import os, json\nCONFIG = json.loads(os.environ.get(\"CONFIG\", \"{}\"))",
                &[
                    "binding CONFIG = CONFIG|\"{}\".part(json.loads)",
                    "read CONFIG default: bind CONFIG = CONFIG|\"{}\".part(json.loads)",
                ],
            ),
            (
                "import os\nif (dyno := os.environ.get(\"DYNO\")) and dyno.startswith(\"web\"):\n    DEBUG = False",
                &["binding dyno = DYNO", "read DYNO: if (DYNO and DYNO.starts(\"web\")) then debug=off"],
            ),
            (
                "import os\nassert os.environ.get(\"DYNO\"), \"no dyno\"",
                &["read DYNO: assert DYNO else raises"],
            ),
            (
                "import os\nwhile not os.environ.get(\"DYNO\"):\n    wait()",
                &["read DYNO: while !DYNO then -"],
            ),
            (
                "import os\nmatch os.environ.get(\"DYNO\"):\n    case \"web.1\" | \"web.2\":\n        serve()\n    case None:\n        raise ValueError\n    case _:\n        pass",
                &[
                    "read DYNO: case ((DYNO == \"web.1\") or (DYNO == \"web.2\")) then startsserver else -; case DYNO.nil then raises else -",
                ],
            ),
            (
                "import os\nDEBUG = False if \"DYNO\" in os.environ else True",
                &["binding DEBUG = !DYNO?", "presence DYNO: bind DEBUG = !DYNO?"],
            ),
            (
                "import os\nx = a() if \"DYNO\" in os.environ else b()",
                &["binding x = (DYNO? ? _ : _)", "presence DYNO: choose DYNO? then - else -"],
            ),
            (
                "import os\nx = os.environ[\"DYNO\"] if \"DYNO\" in os.environ else \"local\"",
                &[
                    "binding x = (DYNO? ? DYNO : \"local\")",
                    "read DYNO default: bind x = (DYNO? ? DYNO : \"local\")",
                    "presence DYNO: bind x = (DYNO? ? DYNO : \"local\")",
                ],
            ),
            (
                "import os\n\"DYNO\" in os.environ or load_dotenv()",
                &["presence DYNO: when DYNO? else localsettings"],
            ),
            (
                "import os\ndef f():\n    if not os.environ.get(\"DYNO\"):\n        return\n    app.run()",
                &["read DYNO: exit-if !DYNO then returns else startsserver"],
            ),
            (
                "import os\nfor x in y:\n    if \"DYNO\" in os.environ: continue\n    work(x)",
                &["presence DYNO: exit-if DYNO? then returns else -"],
            ),
            (
                "import os\nif os.environ.get(\"AA\") == os.environ.get(\"BB\") == \"x\": pass",
                &[
                    "read AA: if ((AA == BB) and (BB == \"x\")) then -",
                    "read BB: if ((AA == BB) and (BB == \"x\")) then -",
                ],
            ),
            (
                "import os\nif len(os.environ.get(\"DYNO\", \"\")) > 0: pass",
                &["read DYNO default: if DYNO|\"\".part(len).ask(>) then -"],
            ),
            (
                "import fnmatch, os\nif fnmatch.fnmatch(os.environ[\"DYNO\"], \"web.*\"): pass",
                &["read DYNO required: if DYNO!.starts(\"web.\") then -"],
            ),
            ("import os\nif is_web(os.environ[\"DYNO\"]): pass", &["read DYNO required: pass is_web DYNO!"]),
            (
                "import os\nif os.environ[\"DYNO\"].isdigit(): pass",
                &["read DYNO required: if DYNO!.ask(isdigit) then -"],
            ),
            (
                "import os\ndef f():\n    if \"DYNO\" in os.environ:\n        return os.environ[\"DYNO\"]",
                &[
                    "binding f() = (DYNO? ? DYNO : nil)",
                    "presence DYNO: exit-if DYNO? then returns",
                    "read DYNO: return f DYNO",
                ],
            ),
        ],
    );
}

#[test]
fn defaults() {
    check(
        "app/settings.py",
        Lang::Python,
        &[
            (
                "import os\nx = os.environ.get(\"A1\") or os.environ.get(\"B1\") or \"c\"",
                &[
                    "binding x = (A1 or B1 or \"c\")",
                    "read A1 default: bind x = (A1 or B1 or \"c\")",
                    "read B1 default: bind x = (A1 or B1 or \"c\")",
                ],
            ),
            (
                "import os\nx = (os.environ.get(\"A1\") or \"\").lower()",
                &["binding x = (A1 or \"\").form", "read A1 default: bind x = (A1 or \"\").form"],
            ),
            (
                "import os\nx = int(os.environ.get(\"PORT\") or 5000)",
                &["binding x = (PORT or 5000).number", "read PORT default: bind x = (PORT or 5000).number"],
            ),
            (
                "import os\ntry:\n    X = os.environ[\"DYNO\"]\nexcept KeyError:\n    X = \"local\"",
                &["binding X = DYNO|\"local\"", "read DYNO default: bind X = DYNO|\"local\""],
            ),
            (
                "import os\ntry:\n    X = os.environ[\"DYNO\"]\nexcept KeyError:\n    raise ImproperlyConfigured(\"DYNO\")",
                &["binding X = DYNO!", "read DYNO required: bind X = DYNO!"],
            ),
            (
                "import os\ndef f():\n    try:\n        return os.environ[\"DYNO\"]\n    except KeyError:\n        return None",
                &["binding f() = DYNO|nil", "read DYNO default: return f DYNO|nil"],
            ),
            (
                "import os\nport = os.environ.get(\"PORT\")\nif port is None:\n    port = 5000\napp.run(port=port)",
                &[
                    "binding port = (PORT.nil ? 5000 : PORT)",
                    "read PORT: bind port = PORT; port: if PORT.nil then -; port: pass app.run port: (PORT.nil ? 5000 : PORT)",
                ],
            ),
            (
                "import os\nx = os.environ.get(\"A1\", os.environ.get(\"B1\"))",
                &["binding x = A1|B1", "read A1 default: bind x = A1|B1", "read B1: bind x = A1|B1"],
            ),
        ],
    );
}

#[test]
fn places() {
    check(
        "app/settings.py",
        Lang::Python,
        &[
            (
                "import os, sentry_sdk\nsentry_sdk.init(release=os.environ.get(\"HEROKU_SLUG_COMMIT\"))",
                &["read HEROKU_SLUG_COMMIT: pass sentry_sdk.init release: HEROKU_SLUG_COMMIT"],
            ),
            (
                "import os\nDATABASES = {\"default\": {\"HOST\": os.environ[\"PGHOST\"]}}",
                &["read PGHOST required: bind DATABASES.default.HOST = PGHOST!"],
            ),
            (
                "import os\nDATABASES = dict(default=dict(HOST=os.environ[\"PGHOST\"]))",
                &["read PGHOST required: bind DATABASES.default.HOST = PGHOST!"],
            ),
            (
                "import os\nconfigure({\"logging\": {\"name\": os.environ[\"DYNO\"]}})",
                &["read DYNO required: pass configure name: DYNO!"],
            ),
            ("import os\nHOSTS = [os.environ.get(\"HOST\"), \"x\"]", &["read HOST: bind HOSTS = HOST"]),
            (
                "import os\na, b = os.environ[\"AA\"], os.environ[\"BB\"]",
                &[
                    "binding a = AA!",
                    "binding b = BB!",
                    "read AA required: bind a = AA!",
                    "read BB required: bind b = BB!",
                ],
            ),
            (
                "import os\ndef name():\n    return f\"{os.environ['DYNO']}-x\"",
                &["binding name() = (DYNO! + \"-x\")", "read DYNO required: return name (DYNO! + \"-x\")"],
            ),
            (
                "import os\nurl = \"https://%s.herokuapp.com\" % os.environ.get(\"HEROKU_APP_NAME\")",
                &[
                    "binding url = (\"https://\" + HEROKU_APP_NAME + \".herokuapp.com\")",
                    "read HEROKU_APP_NAME: bind url = (\"https://\" + HEROKU_APP_NAME + \".herokuapp.com\")",
                ],
            ),
            (
                "import os\nurl = \"https://{}.herokuapp.com\".format(os.environ[\"HEROKU_APP_NAME\"])",
                &[
                    "binding url = (\"https://\" + HEROKU_APP_NAME! + \".herokuapp.com\")",
                    "read HEROKU_APP_NAME required: bind url = (\"https://\" + HEROKU_APP_NAME! + \".herokuapp.com\")",
                ],
            ),
            (
                "import os\nurl = \"https://\" + os.environ[\"HEROKU_APP_NAME\"] + \".herokuapp.com\"",
                &[
                    "binding url = (\"https://\" + HEROKU_APP_NAME! + \".herokuapp.com\")",
                    "read HEROKU_APP_NAME required: bind url = (\"https://\" + HEROKU_APP_NAME! + \".herokuapp.com\")",
                ],
            ),
            (
                "import os\nworkers = int(os.environ.get(\"WEB_CONCURRENCY\", 2)) * 2 + 1",
                &[
                    "binding workers = WEB_CONCURRENCY|2.number.part(*).part(+)",
                    "read WEB_CONCURRENCY default: bind workers = WEB_CONCURRENCY|2.number.part(*).part(+)",
                ],
            ),
            (
                "import os\nclass Exporter:\n    def run(self):\n        self.log(os.environ[\"DYNO\"])",
                &["read DYNO required: pass self.log DYNO!"],
            ),
            (
                "import os\nx: str = os.environ[\"DYNO\"]",
                &["binding x = DYNO!", "read DYNO required: bind x = DYNO!"],
            ),
        ],
    );
}

#[test]
fn bindings() {
    check(
        "app/settings.py",
        Lang::Python,
        &[
            (
                "import os\nON_HEROKU = \"DYNO\" in os.environ",
                &["binding ON_HEROKU = DYNO?", "presence DYNO: bind ON_HEROKU = DYNO?"],
            ),
            (
                "import os\ndef on_heroku():\n    return \"DYNO\" in os.environ\nif on_heroku():\n    DEBUG = False",
                &[
                    "binding on_heroku() = DYNO?",
                    "presence DYNO: return on_heroku DYNO?; on_heroku: if DYNO? then debug=off",
                ],
            ),
            (
                "import os\non_heroku = lambda: \"DYNO\" in os.environ\nDEBUG = not on_heroku()",
                &[
                    "binding on_heroku() = DYNO?",
                    "presence DYNO: return on_heroku DYNO?; on_heroku: bind DEBUG = !DYNO?",
                    "binding DEBUG = !DYNO?",
                ],
            ),
            (
                "import os\ndef on_heroku():\n    \"\"\"Are we?\"\"\"\n    if os.environ.get(\"DYNO\"):\n        return True\n    return False",
                &["binding on_heroku() = DYNO.present", "read DYNO: exit-if DYNO then returns else returns"],
            ),
            (
                "import os\nclass Config:\n    HEROKU_APP_NAME = os.environ.get(\"HEROKU_APP_NAME\")\n    @property\n    def url(self):\n        return \"https://\" + self.HEROKU_APP_NAME\nif Config.HEROKU_APP_NAME: pass",
                &[
                    "binding Config.HEROKU_APP_NAME = HEROKU_APP_NAME",
                    "read HEROKU_APP_NAME: bind HEROKU_APP_NAME = HEROKU_APP_NAME; HEROKU_APP_NAME: return url (\"https://\" + HEROKU_APP_NAME); HEROKU_APP_NAME: if HEROKU_APP_NAME then -",
                    "binding Config.url = (\"https://\" + HEROKU_APP_NAME)",
                ],
            ),
            (
                "import os\nclass App:\n    def __init__(self):\n        self.dyno = os.environ.get(\"DYNO\")\n    def start(self):\n        if self.dyno:\n            app.run()",
                &[
                    "binding App.dyno = DYNO",
                    "read DYNO: bind self.dyno = DYNO; dyno: if DYNO then startsserver",
                ],
            ),
            (
                "import os\nif \"DYNO\" in os.environ:\n    ON_HEROKU = True\nelse:\n    ON_HEROKU = False\nif ON_HEROKU:\n    DEBUG = False",
                &[
                    "presence DYNO: if DYNO? then - else -; ON_HEROKU: if DYNO? then debug=off",
                    "binding ON_HEROKU = DYNO?",
                ],
            ),
            (
                "import os\nON_HEROKU = False\nif \"DYNO\" in os.environ:\n    ON_HEROKU = True\nDEBUG = not ON_HEROKU",
                &[
                    "binding ON_HEROKU = DYNO?",
                    "presence DYNO: if DYNO? then -; ON_HEROKU: bind DEBUG = !DYNO?",
                    "binding DEBUG = !DYNO?",
                ],
            ),
            (
                "import os\napp.config[\"ON_HEROKU\"] = \"DYNO\" in os.environ",
                &["binding app.config.ON_HEROKU = DYNO?", "presence DYNO: bind app.config.ON_HEROKU = DYNO?"],
            ),
            (
                "import os\napp.config.update(ON_HEROKU=\"DYNO\" in os.environ)",
                &[
                    "binding app.config.ON_HEROKU = DYNO?",
                    "presence DYNO: pass app.config.update ON_HEROKU: DYNO?",
                ],
            ),
            (
                "import os\nsettings.ON_HEROKU = bool(os.environ.get(\"DYNO\"))",
                &[
                    "binding settings.ON_HEROKU = DYNO.present",
                    "read DYNO: bind settings.ON_HEROKU = DYNO.present",
                ],
            ),
            (
                "import os\nkind, number = os.environ[\"DYNO\"].split(\".\")\nif kind == \"web\" and int(number) == 1: pass",
                &[
                    "binding kind = DYNO!.head",
                    "binding number = DYNO!.tail",
                    "read DYNO required: bind kind, number = DYNO!.pieces; kind: if ((DYNO!.head == \"web\") and (DYNO!.tail.number == 1)) then -",
                ],
            ),
            (
                "from tools import get_string\nHEROKU_APP_NAME = get_string(\n    name=\"HEROKU_APP_NAME\", default=None, description=\"x\"\n)\nif HEROKU_APP_NAME: pass",
                &[
                    "binding HEROKU_APP_NAME = _",
                    "call tools.get_string(name=\"HEROKU_APP_NAME\", default=nil, description=\"x\"): bind HEROKU_APP_NAME = _; HEROKU_APP_NAME: if _ then -",
                ],
            ),
            (
                "import os\nx = os.environ.get(\"DYNO\")\nx = x or \"local\"\nif x == \"local\": pass",
                &[
                    "binding x = (DYNO or \"local\")",
                    "read DYNO: bind x = DYNO; x: bind x = (DYNO or \"local\"); x: if ((DYNO or \"local\") == \"local\") then -",
                ],
            ),
        ],
    );
}

#[test]
fn wrappers() {
    check(
        "app/settings.py",
        Lang::Python,
        &[
            (
                "import os\ndef get_string(name, default):\n    return os.environ.get(name, default)",
                &["wrapper get_string#0 * default #1", "read * default: return get_string *|_"],
            ),
            (
                "import os\ndef env(key, default=None):\n    value = os.environ.get(key)\n    if value is None:\n        return default\n    return value",
                &[
                    "wrapper env#0 * default #1",
                    "read *: bind value = *; value: exit-if *.nil then returns else returns; value: return env *",
                ],
            ),
            (
                "import os\ndef require(name):\n    value = os.environ.get(name)\n    if not value:\n        raise RuntimeError(name)\n    return value",
                &[
                    "wrapper require#0 * required",
                    "read *: bind value = *; value: if !* then raises; value: return require *",
                ],
            ),
            (
                "import os\ndef require(name):\n    return os.environ[name]",
                &["wrapper require#0 * required", "read * required: return require *!"],
            ),
            (
                "import os\ndef has(name):\n    return name in os.environ",
                &["wrapper has#0 * presence", "presence *: return has *?"],
            ),
            (
                "import os\ndef flag(name):\n    return bool(os.environ.get(name))",
                &["wrapper flag#0 * presence", "read *: return flag *.present"],
            ),
            (
                "import os\nenv = lambda k, d=None: os.environ.get(k, d)",
                &["wrapper env#0 * default #1", "read * default: return env *|_"],
            ),
            (
                "import os\nclass Env:\n    @staticmethod\n    def get(name, default=None):\n        return os.environ.get(name, default)\n    def heroku(self, name):\n        return os.environ[\"HEROKU_\" + name.upper()]",
                &[
                    "wrapper Env.get#0 * default #1",
                    "read * default: return get *|_",
                    "wrapper Env.heroku#0 HEROKU_* upcase required",
                    "read HEROKU_* required: return heroku *!",
                ],
            ),
            (
                "import os\ndef first(names):\n    for name in names:\n        if name in os.environ:\n            return os.environ[name]",
                &["wrapper first#0 * list", "presence *: exit-if *? then returns", "read *: return first *"],
            ),
            (
                "import os\ndef first(*names):\n    for name in names:\n        value = os.getenv(name)\n        if value: return value",
                &[
                    "wrapper first#0 * list",
                    "read *: bind value = *; value: exit-if * then returns; value: return first *",
                ],
            ),
            ("import os\nenv = os.environ.get", &["wrapper env#0 * default #1"]),
            (
                "from envs import get_bool\ndef get_any(name, default):\n    return get_bool(name, default)",
                &["call envs.get_bool(^, _): return get_any _"],
            ),
            (
                "import os\ndef get(name, default=None):\n    return os.environ.get(name, default)\ndef heroku(key):\n    return get(\"HEROKU_\" + key)\nX = heroku(\"APP_NAME\")",
                &[
                    "wrapper get#0 * default #1",
                    "read * default: return get *|_",
                    "call get(^): return heroku _",
                    "binding X = _",
                    "call heroku(\"APP_NAME\"): bind X = _",
                ],
            ),
            (
                "from tools import env\nfor name in [\"DYNO\", \"PS\"]:\n    use(env(name))",
                &["call tools.env([\"DYNO\", \"PS\"]): pass use _"],
            ),
            (
                "from tools import first\nX = first([\"DYNO\", \"PS\"], default=\"x\")",
                &["binding X = _", "call tools.first([\"DYNO\", \"PS\"], default=\"x\"): bind X = _"],
            ),
            (
                "import tools\nif tools.envs.flag(\"DYNO\"):\n    DEBUG = False",
                &["call tools.envs.flag(\"DYNO\"): if _ then debug=off"],
            ),
        ],
    );
}

#[test]
fn silent() {
    check(
        "app/settings.py",
        Lang::Python,
        &[
            ("# os.environ[\"DYNO\"]\nx = 1", &[]),
            ("\"\"\"Set os.environ[\"DYNO\"] first.\"\"\"", &[]),
            ("x = \"os.environ.get('DYNO')\"", &[]),
            ("def app(environ, start_response):\n    return environ.get(\"HTTP_HOST\")", &[]),
            ("def f(environ):\n    if \"wsgi.input\" in environ: pass", &[]),
            ("config = {}\nx = config[\"DYNO\"]", &[]),
            ("import requests\nx = requests.get(\"https://x\")", &[]),
            ("def f(os):\n    return os.environ[\"DYNO\"]", &[]),
            ("from flask import request\nx = request.environ[\"DYNO\"]", &[]),
            ("x = params.get(\"dyno\")", &[]),
            ("HEROKU = True\nif HEROKU: pass", &[]),
            ("import logging\nlogging.getLogger(\"DYNO\").info(\"DYNO\")", &[]),
            ("", &[]),
        ],
    );
}

#[test]
fn broken() {
    check(
        "app/settings.py",
        Lang::Python,
        &[
            (
                "import os\r\nif \"DYNO\" in os.environ:\r\n    DEBUG = False\r\n",
                &["presence DYNO: if DYNO? then debug=off"],
            ),
            (
                "import os\nname = \"häuser 🏠\"; x = os.environ.get(\"DYNO\", \"ü\")  # é",
                &["binding x = DYNO|\"ü\"", "read DYNO default: bind x = DYNO|\"ü\""],
            ),
            ("import os\nx = os.environ[\"DYNO\"", &["broken"]),
            (
                "import os\nprint \"dyno\", os.environ[\"DYNO\"]\nexec \"x\"",
                &["read DYNO required: pass print DYNO!"],
            ),
            ("import os\nx = os.environ.get(\ndef f(:", &["broken"]),
            (
                "import os\nx = os.environ[]\ny = os.environ.get()\nz = os.getenv()",
                &["binding x = *!", "read * required: bind x = *!", "broken"],
            ),
            ("import os\nx = os.environ[\"", &["broken"]),
            ("with open(\"/etc/heroku/dyno\") as f:\n    pass", &["literal \"/etc/heroku/dyno\""]),
            ("import os\nx = x + x\ny = os.environ[x]", &["binding y = *!", "read * required: bind y = *!"]),
        ],
    );
}
/// Uses of names that other files bind, in the notation of the facts.
fn uses(snippet: &str, names: &[&str]) -> Vec<String> {
    let names: BTreeSet<String> = names.iter().map(|name| (*name).to_string()).collect();
    let request = Request { names: Some(&names), ..Request::new("app/views.py", Lang::Python) };
    let facts = lang::facts(snippet, &request);
    assert_sound(snippet, &facts);
    let lines = notation::lines(&facts).into_iter().map(|(_, line)| line);
    lines.filter_map(|line| line.strip_prefix("use ").map(str::to_string)).collect()
}

#[test]
fn second_look() {
    let table: &[(&str, &[&str])] = &[
        (
            "from django.conf import settings\nif settings.ON_HEROKU:\n    DEBUG = False",
            &["django.conf.settings.ON_HEROKU: ON_HEROKU: if _ then debug=off"],
        ),
        (
            "from django.conf import settings\nx = not getattr(settings, \"ON_HEROKU\", None)",
            &["django.conf.settings.ON_HEROKU: ON_HEROKU: bind x = !_"],
        ),
        ("if app.config[\"ON_HEROKU\"]: pass", &["app.config.ON_HEROKU: ON_HEROKU: if _ then -"]),
        (
            "from flask import current_app\nx = current_app.config.get(\"ON_HEROKU\", False)",
            &["flask.current_app.config.ON_HEROKU: ON_HEROKU: bind x = _"],
        ),
        (
            "from config import ON_HEROKU\nassert ON_HEROKU",
            &["config.ON_HEROKU: ON_HEROKU: assert _ else raises"],
        ),
        (
            "from .config import ON_HEROKU as here\nif here and x: pass",
            &[".config.ON_HEROKU: ON_HEROKU: if (_ and _) then -"],
        ),
        (
            "from settings import *\nDEBUG = not ON_HEROKU",
            &["settings.ON_HEROKU: ON_HEROKU: bind DEBUG = !_"],
        ),
        ("from tools import on_heroku\nif on_heroku(): pass", &["tools.on_heroku: on_heroku: if _ then -"]),
        (
            "import tools\nx = 1 if tools.on_heroku() else 2",
            &["tools.on_heroku: on_heroku: bind x = (_ ? 1 : 2)"],
        ),
        ("settings.ON_HEROKU = True", &[]),
        ("ON_HEROKU = True\nif ON_HEROKU: pass", &[]),
        ("configure(ON_HEROKU=1)\nx = rows[\"ON_HEROKU\"]", &[]),
    ];
    for (snippet, expected) in table {
        assert_eq!(uses(snippet, &["ON_HEROKU", "on_heroku"]), *expected, "{snippet}");
    }
}

#[test]
fn says_what_may_wrap() {
    for text in [
        "import os\nx = os.environ[name]",
        "import os\nx = os.environ.get(name, None)",
        "import os\nx = os.environ[\"HEROKU_\" + name]",
        "import os\nx = os.environ[f\"HEROKU_{name}\"]",
        "import os\nx = os.getenv(\n    name)",
        "import os\nx = name in os.environ",
        "import os\nenv = os.environ",
        "import os\nget = os.environ.get\n",
        "from os import getenv as env",
        "from os import environ as env",
        "from decouple import config\nx = config(name)",
    ] {
        assert!(lang::may_wrap(text, Lang::Python), "{text}");
    }
    for text in [
        "x = 1",
        "import os\nx = os.environ[\"DYNO\"]",
        "import os\nx = os.environ.get(\"DYNO\", default)",
        "import os\nx = os.getenv('DYNO')",
        "import os\nx = \"DYNO\" in os.environ",
        "import os\nx = \"DYNO\" not in os.environ",
        "from os import environ\nx = environ[\"DYNO\"]",
        "# the environment of the process",
    ] {
        assert!(!lang::may_wrap(text, Lang::Python), "{text}");
    }
}

#[test]
fn knows_where_things_stand() {
    let text = "import os\nclass Exporter:\n    def run(self):\n        if ready:\n            return os.getenv(\"DYNO\", \"é\")\n";
    let request = Request::new("a.py", Lang::Python);
    let facts = lang::facts(text, &request);
    let read = &facts.reads[0];
    assert_eq!(read.span.of(text), "os.getenv(\"DYNO\", \"é\")");
    assert_eq!(read.name_span.map(|span| span.of(text)), Some("DYNO"));
    assert_eq!(read.default.map(|span| span.of(text)), Some("\"é\""));
    assert_eq!(read.api, "os.getenv");
    assert_eq!(read.scope, "Exporter.run");
    assert_eq!(read.guards.len(), 1);
    assert!(read.guards[0].holds);
    assert_eq!(read.guards[0].span.of(text), "ready");
}

#[test]
fn puts_each_name_of_a_list_at_its_place() {
    let text = "import os\nfor name in [\"DYNO\", \"PS\"]:\n    x = os.environ.get(name)\n";
    let facts = lang::facts(text, &Request::new("a.py", Lang::Python));
    let places: Vec<&str> = facts.reads.iter().map(|read| read.span.of(text)).collect();
    assert_eq!(places, ["\"DYNO\"", "\"PS\""]);
    assert!(facts.reads.iter().all(|read| read.uses[0].expr.holds(read.span)));
}

/// Names that are defined by each other must not take time or stack without end.
#[test]
fn survives_hostile_input() {
    let chain: String = (0..60).map(|i| format!("a{} = a{i} + a{i}\n", i + 1)).collect();
    let nested = format!("x = {}os.environ[\"DYNO\"]{}", "(".repeat(5000), ")".repeat(5000));
    let nots = format!("x = {}os.environ[\"DYNO\"]", "not ".repeat(5000));
    let ors = vec!["os.environ.get(\"A1\")"; 400].join(" or ");
    for text in [
        format!("import os\na0 = os.environ[\"DYNO\"]\n{chain}if a60: pass"),
        format!("import os\nx = x + x\ny = x + y\n{chain}z = os.environ[a60]"),
        format!("import os\n{nested}"),
        format!("import os\n{nots}"),
        format!("import os\nx = {ors}"),
        "\u{feff}import os\nos.environ['é']\0".to_string(),
        "(".repeat(20_000),
    ] {
        let facts = lang::facts(&text, &Request::new("a.py", Lang::Python));
        assert_sound(&text, &facts);
    }
}
