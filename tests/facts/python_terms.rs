//! Calls and settings in Python: one row for each idiom.

use super::harness::{Table, assert_sound, check_structure};
use dynolint::fact::{Facts, Request};
use dynolint::lang::{self, Lang};
use dynolint::notation;

/// Checks that the facts of every row are among those of its snippet, in this order. What else the
/// vocabulary makes of a longer snippet grows with the tables of the families.
#[track_caller]
fn check_among(table: Table<'_>) {
    let mut wrong = String::new();
    for (snippet, expected) in table {
        let facts = facts(snippet);
        assert_sound(snippet, &facts);
        let found: Vec<String> = notation::structure(&facts).into_iter().map(|(_, line)| line).collect();
        let mut rest = found.iter();
        if let Some(missing) = expected.iter().find(|line| !rest.any(|found| found == *line)) {
            wrong += &format!("\n---\n{snippet}\n missing: {missing}\n found: {found:#?}\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn calls_and_settings() {
    check_among(&[
        (
            r#"
import dj_database_url
import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "db.sqlite3"}}
if "DATABASE_URL" in os.environ:
    DATABASES["default"] = dj_database_url.config(conn_max_age=600, ssl_require=True)
"#,
            &[
                r#"setting DATABASES = {default: {ENGINE: "django.db.backends.sqlite3", NAME: [[[[pathlib.Path(__file__)].resolve()].parent()].parent()]/("db.sqlite3")}}"#,
                "setting DATABASES.default = dj_database_url.config(conn_max_age=600, ssl_require=true) when DATABASE_URL?",
                "invoke DATABASES.default = dj_database_url.config(conn_max_age=600, ssl_require=true) when DATABASE_URL?",
            ],
        ),
        (
            r#"
import os
import dj_database_url

DEBUG = os.getenv("DEBUG", "0") == "1"
DATABASES = {"default": dj_database_url.config(default=os.environ["DATABASE_URL"], ssl_require=not DEBUG)}
DATABASES["default"]["OPTIONS"] = {"sslmode": "require"}
db_from_env = dj_database_url.config(conn_max_age=500)
DATABASES["default"].update(db_from_env)
"#,
            &[
                "setting DATABASES = {default: dj_database_url.config(default=$DATABASE_URL!, ssl_require=_)}",
                "invoke dj_database_url.config(default=$DATABASE_URL!, ssl_require=_)",
                r#"setting DATABASES.default.OPTIONS = {sslmode: "require"}"#,
                "setting db_from_env = dj_database_url.config(conn_max_age=500)",
                "invoke db_from_env = dj_database_url.config(conn_max_age=500)",
            ],
        ),
        (
            r#"
from environ import Env

env = Env()
DATABASES = {"default": env.db("DATABASE_URL", default="postgres:///app")}
CACHES = {
    "default": {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": env("REDIS_URL", default="redis://localhost:6379"),
        "OPTIONS": {"CONNECTION_POOL_KWARGS": {"ssl_cert_reqs": None}},
    }
}
USE_TZ = env.bool("USE_TZ", default=True)
"#,
            &[
                r#"setting DATABASES = {default: [environ.Env()].db("DATABASE_URL", default="postgres:///app")}"#,
                r#"invoke [environ.Env()].db("DATABASE_URL", default="postgres:///app")"#,
                r#"setting CACHES = {default: {BACKEND: "django_redis.cache.RedisCache", LOCATION: $REDIS_URL|"redis://localhost:6379", OPTIONS: {CONNECTION_POOL_KWARGS: {ssl_cert_reqs: nil}}}}"#,
            ],
        ),
        (
            r#"
import os
from . import base
from .base import BASE_DIR
MEDIA_ROOT = os.path.join(BASE_DIR, "media")
TIME_ZONE: str = "Europe/" + "Berlin"
STORAGES = {"default": {"BACKEND": "django.core.files.storage.FileSystemStorage"}, **base.STORAGES}
DEFAULT_FILE_STORAGE = "storages.backends.s3boto3.S3Boto3Storage" if base.USE_S3 else "django.core.files.storage.FileSystemStorage"
"#,
            &[
                r#"setting MEDIA_ROOT = os.path.join(base.BASE_DIR, "media")"#,
                r#"setting STORAGES = {default: {BACKEND: "django.core.files.storage.FileSystemStorage"}, ...: base.STORAGES}"#,
                r#"setting DEFAULT_FILE_STORAGE = <"storages.backends.s3boto3.S3Boto3Storage" | "django.core.files.storage.FileSystemStorage">"#,
            ],
        ),
        (
            r#"
import ssl
CELERY_BROKER_USE_SSL = {"ssl_cert_reqs": ssl.CERT_NONE}
CELERY_TIMEZONE = CELERY_X = "UTC"
A, CELERY_ENABLE_UTC = 1, False
"#,
            &[
                "setting CELERY_BROKER_USE_SSL = {ssl_cert_reqs: ssl.CERT_NONE}",
                r#"setting CELERY_TIMEZONE = "UTC""#,
                "setting CELERY_ENABLE_UTC = false",
            ],
        ),
        (
            r#"
from celery.schedules import crontab
HOUR = 9
CELERY_BEAT_SCHEDULE = {
    "report": {"task": "app.tasks.report", "schedule": crontab(hour=HOUR, minute=0)},
}
"#,
            &[
                r#"setting CELERY_BEAT_SCHEDULE = {report: {task: "app.tasks.report", schedule: celery.schedules.crontab(hour=9, minute=0)}}"#,
                "invoke celery.schedules.crontab(hour=9, minute=0)",
            ],
        ),
        (
            r#"
from redis import from_url as connect_url
import redis, os
pool = redis.from_url(os.environ.get("REDIS_URL") or "redis://localhost", ssl_cert_reqs=None)
queue = connect_url(url=os.getenv("REDIS_TLS_URL", os.getenv("REDIS_URL")))
"#,
            &[
                r#"setting pool = redis.from_url($REDIS_URL|"redis://localhost", ssl_cert_reqs=nil)"#,
                r#"invoke pool = redis.from_url($REDIS_URL|"redis://localhost", ssl_cert_reqs=nil)"#,
                "setting queue = redis.from_url(url=$REDIS_TLS_URL|$REDIS_URL)",
                "invoke queue = redis.from_url(url=$REDIS_TLS_URL|$REDIS_URL)",
            ],
        ),
        (
            r#"
import ssl
from sqlalchemy import create_engine

context = ssl.create_default_context()
context.check_hostname = False
context.verify_mode = ssl.CERT_NONE
url = os.environ["DATABASE_URL"].replace("postgres://", "postgresql://", 1)
engine = create_engine(url, connect_args={"sslmode": "require", "ssl": context})
"#,
            &[
                "setting context = ssl.create_default_context()",
                "invoke context = ssl.create_default_context()",
                "setting context.verify_mode = ssl.CERT_NONE",
                r#"setting url = [$DATABASE_URL!].replace("postgres://", "postgresql://", 1)"#,
                r#"invoke url = [$DATABASE_URL!].replace("postgres://", "postgresql://", 1)"#,
                r#"setting engine = sqlalchemy.create_engine([$DATABASE_URL!].replace("postgres://", "postgresql://", 1), connect_args={sslmode: "require", ssl: ssl.create_default_context()})"#,
                r#"invoke engine = sqlalchemy.create_engine([$DATABASE_URL!].replace("postgres://", "postgresql://", 1), connect_args={sslmode: "require", ssl: ssl.create_default_context()})"#,
            ],
        ),
        (
            r#"
MODE = "wb"

def save(data):
    with open("uploads/out.bin", MODE) as f:
        f.write(data)
    with open("x.txt", mode="a", encoding="utf-8") as f:
        f.write(data)
    open("/etc/hosts").read()
"#,
            &[
                r#"invoke f = open("uploads/out.bin", "wb") in save"#,
                r#"invoke [open("uploads/out.bin", "wb")].write(^data) in save"#,
                r#"invoke f = open("x.txt", mode="a", encoding="utf-8") in save"#,
                r#"invoke [open("x.txt", mode="a", encoding="utf-8")].write(^data) in save"#,
                r#"invoke [open("/etc/hosts")].read() in save"#,
                r#"invoke open("/etc/hosts") in save"#,
            ],
        ),
        (
            r#"
from pathlib import Path
import pathlib

ROOT = Path("data")

def store(name, text):
    (ROOT / "reports" / f"{name}.txt").write_text(text)
    target = ROOT.joinpath(name)
    target.write_bytes(b"")
    with target.open("w") as out:
        out.write(text)
    pathlib.Path.write_text(target, text)
    Path(__file__).parents[1].joinpath("a").write_text(text)
"#,
            &[
                r#"invoke [[[pathlib.Path("data")]/("reports")]/((^name + ".txt"))].write_text(^text) in store"#,
                r#"invoke [[pathlib.Path("data")].joinpath(^name)].write_bytes("") in store"#,
                r#"invoke out = [[pathlib.Path("data")].joinpath(^name)].open("w") in store"#,
                r#"invoke [[[pathlib.Path("data")].joinpath(^name)].open("w")].write(^text) in store"#,
                r#"invoke pathlib.Path.write_text([pathlib.Path("data")].joinpath(^name), ^text) in store"#,
                r#"invoke [[[[pathlib.Path(__file__)].parents()][](1)].joinpath("a")].write_text(^text) in store"#,
            ],
        ),
        (
            r#"
import os
from flask import Flask, request
from werkzeug.utils import secure_filename

app = Flask(__name__)
app.config["UPLOAD_FOLDER"] = "static/uploads"

@app.route("/", methods=["POST"])
def upload():
    file = request.files["file"]
    filename = secure_filename(file.filename)
    file.save(os.path.join(app.config["UPLOAD_FOLDER"], filename))
    request.files["other"].save("a")
    for one in request.files.getlist("many"):
        one.save("/tmp/" + one.filename)
"#,
            &[
                r#"setting app.config.UPLOAD_FOLDER = "static/uploads""#,
                "invoke [flask.request.files.file]flask.request.files.file.save(os.path.join(app.config.UPLOAD_FOLDER, werkzeug.utils.secure_filename(flask.request.files.file.filename))) in upload",
                r#"invoke [flask.request.files.other]flask.request.files.other.save("a") in upload"#,
                r#"invoke [one]one.save(("/tmp/" + one.filename)) in upload"#,
            ],
        ),
        (
            r#"
def save(f, name="x"):
    f.save("uploads/%s" % name)
    f.save("uploads/{}/{x}.csv".format(name, x="y"))
    f.save("/".join(["uploads", name, f.name]))

def again(upload, path):
    upload.save(path)

again(1, "media/a.png")
"#,
            &[
                r#"invoke [^f]f.save("uploads/x") in save"#,
                r#"invoke [^f]f.save("uploads/x/y.csv") in save"#,
                r#"invoke [^f]f.save(("uploads" + "/" + "x" + "/" + f.name)) in save"#,
                r#"invoke [1].save("media/a.png") in again"#,
            ],
        ),
        (
            r#"
import shutil
from tempfile import NamedTemporaryFile

def keep(upload, destination):
    with open(destination, "wb") as buffer:
        shutil.copyfileobj(upload.file, buffer)
    with NamedTemporaryFile() as a, open(a.name, "rb") as b:
        b.read()
"#,
            &[
                r#"invoke buffer = open(^destination, "wb") in keep"#,
                r#"invoke b = open([tempfile.NamedTemporaryFile()].name(), "rb") in keep"#,
                r#"invoke [open([tempfile.NamedTemporaryFile()].name(), "rb")].read() in keep"#,
            ],
        ),
        (
            r#"
import json
with open("data.json", "w") as f:
    json.dump({}, f)
"#,
            &[r#"invoke f = open("data.json", "w")"#, r#"invoke json.dump({}, open("data.json", "w"))"#],
        ),
        (
            r#"
from apscheduler.schedulers.blocking import BlockingScheduler
from pytz import utc

sched = BlockingScheduler(timezone=utc)

@sched.scheduled_job("cron", hour=9, day_of_week="mon-fri")
def report():
    pass

sched.add_job(report, "interval", minutes=5)
sched.add_job(lambda: 1, trigger="cron", hour=1)
sched.start()
"#,
            &[
                "setting sched = apscheduler.schedulers.blocking.BlockingScheduler(timezone=pytz.utc)",
                "invoke sched = apscheduler.schedulers.blocking.BlockingScheduler(timezone=pytz.utc)",
                r#"invoke [apscheduler.schedulers.blocking.BlockingScheduler(timezone=pytz.utc)].scheduled_job("cron", hour=9, day_of_week="mon-fri") do"#,
                r#"invoke [apscheduler.schedulers.blocking.BlockingScheduler(timezone=pytz.utc)].add_job(fn, "interval", minutes=5) do"#,
                r#"invoke [apscheduler.schedulers.blocking.BlockingScheduler(timezone=pytz.utc)].add_job(fn, trigger="cron", hour=1) do"#,
            ],
        ),
        (
            r#"
import schedule, time
schedule.every().day.at("09:00").do(job)
schedule.every(10).minutes.do(job)
while True:
    schedule.run_pending()
"#,
            &[
                r#"invoke [[schedule.every()].day()].at("09:00")"#,
                "invoke schedule.every()",
                "invoke schedule.every(10)",
            ],
        ),
        (
            r#"
from celery import Celery
from celery.schedules import crontab

app = Celery("tasks", broker="redis://")
app.conf.timezone = "Europe/Berlin"
app.conf.update(timezone="UTC", enable_utc=True)
app.config.from_mapping({"CELERY_TIMEZONE": "UTC"}, broker_use_ssl={"ssl_cert_reqs": "none"})

@app.on_after_configure.connect
def setup(sender, **kwargs):
    sender.add_periodic_task(crontab(hour=7), send.s("a"), name="x")

@app.task
def send(x):
    pass
"#,
            &[
                r#"setting app = celery.Celery("tasks", broker="redis://")"#,
                r#"invoke app = celery.Celery("tasks", broker="redis://")"#,
                r#"setting app.conf.timezone = "Europe/Berlin""#,
                r#"setting app.conf.timezone = "UTC""#,
                "setting app.conf.enable_utc = true",
                r#"setting app.config.CELERY_TIMEZONE = "UTC""#,
                r#"setting app.config.broker_use_ssl = {ssl_cert_reqs: "none"}"#,
                "invoke [app.on_after_configure]app.on_after_configure.connect() do",
                r#"invoke [^sender]sender.add_periodic_task(celery.schedules.crontab(hour=7), [fn]send.s("a"), name="x") in setup"#,
                "invoke celery.schedules.crontab(hour=7) in setup",
                r#"invoke [celery.Celery("tasks", broker="redis://")].task() do"#,
            ],
        ),
        (
            r#"
from huey import RedisHuey, crontab
huey = RedisHuey("app")

@huey.periodic_task(crontab(minute="0", hour="3"))
def nightly():
    pass
"#,
            &[
                r#"invoke [huey.RedisHuey("app")].periodic_task(huey.crontab(minute="0", hour="3")) do"#,
                r#"invoke huey.crontab(minute="0", hour="3")"#,
            ],
        ),
        (
            r#"
from rq_scheduler import Scheduler
from redis import Redis
scheduler = Scheduler(connection=Redis())
scheduler.cron("0 9 * * *", func=run, queue_name="low")
"#,
            &[
                "setting scheduler = rq_scheduler.Scheduler(connection=redis.Redis())",
                "invoke redis.Redis()",
                r#"invoke [rq_scheduler.Scheduler(connection=redis.Redis())].cron("0 9 * * *", func=run, queue_name="low")"#,
            ],
        ),
        (
            r#"
import psycopg2 as pg
def connect():
    conn = pg.connect(os.environ["DATABASE_URL"], sslmode="require")
    cur = conn.cursor()
    cur.execute("""CREATE EXTENSION hstore""")
    return conn
db = connect()
"#,
            &[
                r#"invoke conn = psycopg2.connect($DATABASE_URL!, sslmode="require") in connect"#,
                r#"invoke [[psycopg2.connect($DATABASE_URL!, sslmode="require")].cursor()].execute("CREATE EXTENSION hstore") in connect"#,
                "setting db = connect()",
                "invoke db = connect()",
            ],
        ),
        (
            r#"
import subprocess
import os
URL = os.environ["DATABASE_URL"]
subprocess.run(["pg_dump", "-Fc", *["a", "b"], URL], check=True)
os.system(f"pg_restore -d {URL} {'x'}")
subprocess.check_call("a" "b" r"\n" '\n', shell=True)
"#,
            &[
                r#"invoke subprocess.run(["pg_dump", "-Fc", "a", "b", $DATABASE_URL!], check=true)"#,
                r#"invoke os.system(("pg_restore -d " + $DATABASE_URL! + " " + "x"))"#,
                "invoke subprocess.check_call(\"ab\\\\n\\n\", shell=true)",
            ],
        ),
        (
            r#"
from alembic import op
def upgrade():
    op.execute("""CREATE EXTENSION IF NOT EXISTS "uuid-ossp" SCHEMA heroku_ext""")
    op.execute(sa.text("SELECT 1"))
"#,
            &[
                "invoke alembic.op.execute(\"CREATE EXTENSION IF NOT EXISTS \\\"uuid-ossp\\\" SCHEMA heroku_ext\") in upgrade",
                r#"invoke alembic.op.execute([sa]sa.text("SELECT 1")) in upgrade"#,
                r#"invoke [sa]sa.text("SELECT 1") in upgrade"#,
            ],
        ),
        (
            r#"
import os
def path(kind, fast):
    if kind == "a":
        root = "data/a"
    elif kind == "b":
        root = "data/b"
    else:
        raise ValueError
    try:
        mode = "w"
        x()
    except KeyError:
        mode = "a"
    open(root, mode)
    name = "one"
    if fast:
        name = "two"
    open(name)
    size = "a" if fast else "b"
    open(size)
    open(kind and "x")
    for n in ("p", "q"):
        open(n)
"#,
            &[
                r#"invoke open(<"data/a" | <"data/b">>, <"w" | "a">) in path"#,
                r#"invoke open(<"one" | "two">) in path"#,
                r#"invoke open(<"a" | "b">) in path"#,
                r#"invoke open(<"x" | _>) in path"#,
                r#"invoke open(<"p" | "q">) in path"#,
            ],
        ),
        (
            r#"
import os
if __name__ == "__main__":
    open("out")

def main(debug, other):
    if debug:
        return
    if not other:
        open("a")
        raise SystemExit
    else:
        open("b")
    other and open("c")
    try:
        open("d")
    except OSError:
        open("e")
"#,
            &[
                r#"invoke open("out") when (_ == "__main__")"#,
                r#"invoke open("a") in main when !_ and !_"#,
                r#"invoke open("b") in main when !!_ and !_"#,
                r#"invoke open("c") in main when _ and !_"#,
                r#"invoke open("d") in main when !_"#,
                r#"invoke open("e") in main when !_"#,
            ],
        ),
        (
            r#"
import redis

class Store:
    client = redis.Redis(ssl=True)
    timezone = "UTC"

    def __init__(self, url):
        self.pool = redis.ConnectionPool.from_url(url)
        self.timezone = "CET"

    def put(self):
        self.client.set("a", 1)
        self.pool.connect()
        self.other.set(2)
        self.save()

    def save(self):
        pass

Store("redis://x")
"#,
            &[
                "setting client = redis.Redis(ssl=true) in Store",
                "invoke client = redis.Redis(ssl=true) in Store",
                r#"setting timezone = "UTC" in Store"#,
                r#"setting self.pool = redis.ConnectionPool.from_url("redis://x") in Store.__init__"#,
                r#"invoke self.pool = redis.ConnectionPool.from_url("redis://x") in Store.__init__"#,
                r#"setting self.timezone = "CET" in Store.__init__"#,
                r#"invoke [redis.Redis(ssl=true)].set("a", 1) in Store.put"#,
                r#"invoke [redis.ConnectionPool.from_url("redis://x")].connect() in Store.put"#,
                "invoke [self.other]self.other.set(2) in Store.put",
                "invoke [self]self.save() in Store.put",
                r#"invoke Store("redis://x")"#,
            ],
        ),
        (
            r#"
import redis
opts = {"host": "x"}
if prod:
    opts["ssl"] = True
opts["db"] = 2
r = redis.Redis(**opts)
s = redis.Redis(**dict(a=1, **opts))
t = redis.Redis(*args, **{**opts, "b": -1})
u = redis.Redis(host=opts["host"], port=opts["port"])
"#,
            &[
                "setting opts.ssl = true when _",
                r#"setting r = redis.Redis(**={host: "x", ssl: <true>, db: 2})"#,
                r#"invoke r = redis.Redis(**={host: "x", ssl: <true>, db: 2})"#,
                r#"setting s = redis.Redis(**={a: 1, ...: {host: "x", ssl: <true>, db: 2}})"#,
                r#"invoke s = redis.Redis(**={a: 1, ...: {host: "x", ssl: <true>, db: 2}})"#,
                r#"setting t = redis.Redis(*=args, **={...: {host: "x", ssl: <true>, db: 2}, b: -1})"#,
                r#"invoke t = redis.Redis(*=args, **={...: {host: "x", ssl: <true>, db: 2}, b: -1})"#,
                r#"setting u = redis.Redis(host="x", port=opts.port)"#,
                r#"invoke u = redis.Redis(host="x", port=opts.port)"#,
            ],
        ),
        (
            r#"
a = b
b = a
x = y + 1
y = x + 1
redis.Redis(a, x)
while True:
    x = x + "1"
    open(x)
def f(n):
    n = n or "z"
    return open(f(n), n)
"#,
            &[
                "invoke [redis]redis.Redis(a, _)",
                r#"invoke open((_ + "1")) when true"#,
                r#"invoke open(f(<^n | "z">), <^n | "z">) in f"#,
            ],
        ),
        (
            r#"
try:
    import ujson as json
except ImportError:
    import json
json.dump(a, open(os.path.join(d, "x"), "w"))
p = json.dump
p(1)
"#,
            &[
                r#"invoke ujson.dump(a, open([os.path]os.path.join(d, "x"), "w"))"#,
                r#"invoke open([os.path]os.path.join(d, "x"), "w")"#,
                "invoke ujson.dump(1)",
            ],
        ),
        (
            r#"
from django.db import models
class Doc(models.Model):
    file = models.FileField(upload_to="docs/%Y", storage=fs)
    class Meta:
        db_table = "salesforce.account"
"#,
            &[
                r#"setting file = django.db.models.FileField(upload_to="docs/%Y", storage=fs) in Doc"#,
                r#"invoke file = django.db.models.FileField(upload_to="docs/%Y", storage=fs) in Doc"#,
                r#"setting db_table = "salesforce.account" in Doc.Meta"#,
            ],
        ),
        (
            r#"
import os
import logging.config
LOGGING = {"handlers": {"file": {"class": "logging.FileHandler", "filename": os.path.join(os.getcwd(), "log.txt")}}}
logging.config.dictConfig(LOGGING)
os.environ["PGSSLMODE"] = "require"
settings[key] = {"ssl": 1}
getattr(a, "save")("x")
x[1].save("y")
f()().save("z")
def g():
    timezone = "UTC"
"#,
            &[
                r#"setting LOGGING = {handlers: {file: {class: "logging.FileHandler", filename: os.path.join(os.getcwd(), "log.txt")}}}"#,
                r#"setting os.environ.PGSSLMODE = "require""#,
                r#"invoke [[x][](1)].save("y")"#,
                r#"invoke [[f()]()()].save("z")"#,
            ],
        ),
    ]);
}

fn facts(text: &str) -> Facts {
    lang::facts(text, &Request::new("app/tasks.py", Lang::Python))
}

#[test]
fn names_stand_for_values() {
    check_structure(
        "app/files.py",
        Lang::Python,
        &[
            // A function of the file is no builtin one.
            ("def open(path):\n    return path\nopen(\"x\", \"w\")\n", &[]),
            // The only call gives the argument, by position or keyword.
            (
                "def keep(path, mode='w'):\n    open(path, mode)\nkeep('out.txt')\n",
                &[r#"invoke open("out.txt", "w") in keep"#],
            ),
            (
                "def keep(path, mode='w'):\n    open(path, mode)\nkeep(mode='a', path='b')\n",
                &[r#"invoke open("b", "a") in keep"#],
            ),
            // Two calls, a call with unknown arguments, `None` as default, a call of itself.
            (
                "def keep(path, mode='w'):\n    open(path, mode)\nkeep('a')\nkeep('b', 'r')\n",
                &["invoke open(^path, ^mode) in keep"],
            ),
            (
                "def keep(path, mode='w'):\n    open(path, mode)\nkeep(*a)\n",
                &["invoke open(^path, ^mode) in keep"],
            ),
            ("def keep(path=None):\n    open(path)\n", &["invoke open(^path) in keep"]),
            ("def keep(path):\n    open(path)\n    keep(path + 'x')\n", &["invoke open(^path) in keep"]),
            // Methods: only where no other call can be meant.
            (
                "class A:\n    def keep(self, path):\n        open(path)\n    def run(self):\n        self.keep('a')\n",
                &[r#"invoke open("a") in A.keep"#],
            ),
            (
                "class A:\n    def keep(self, path):\n        open(path)\n    def go(self):\n        self.keep('a')\nb.keep(1)\n",
                &["invoke open(^path) in A.keep"],
            ),
            // The last assignment before the place counts.
            (
                "def go():\n    p = 'a'\n    open(p)\n    p = 'b'\n    open(p)\n",
                &[r#"invoke open("a") in go"#, r#"invoke open("b") in go"#],
            ),
            // A branch that leaves does not come here; another branch neither.
            (
                "def go(x):\n    p = 'a'\n    if x:\n        p = 'b'\n        return p\n    open(p)\n",
                &[r#"invoke open("a") in go when !_"#],
            ),
            (
                "def go(x):\n    p = 'a'\n    if x:\n        p = 'b'\n    else:\n        open(p)\n",
                &[r#"invoke open("a") in go when !_"#],
            ),
            // What the next round of a loop brings, a changed text and a removed name are not known.
            ("p = 'a'\nfor x in y:\n    open(p)\n    p = x\n", &["invoke open(p)"]),
            ("p = 'a'\np += z\nopen(p)\n", &["invoke open(p)"]),
            ("def go(p):\n    p = p or 'b'\n    open(p)\n", &[r#"invoke open(<^p | "b">) in go"#]),
            // In a function a name of the module has what it has in the end.
            ("p = 'a'\np = 'b'\ndef go():\n    open(p)\n", &[r#"invoke open("b") in go"#]),
            (
                "if x:\n    p = 'a'\nelse:\n    p = 'b'\ndef go():\n    open(p)\n",
                &[r#"invoke open(<"a" | "b">) in go"#],
            ),
            // Each `with` has its own file.
            (
                "import json\nwith open('a') as f:\n    json.dump(1, f)\nwith open('b') as f:\n    json.dump(2, f)\n",
                &[
                    r#"invoke f = open("a")"#,
                    r#"invoke json.dump(1, open("a"))"#,
                    r#"invoke f = open("b")"#,
                    r#"invoke json.dump(2, open("b"))"#,
                ],
            ),
            // Parts of addresses and folders keep what they are parts of.
            (
                "import redis\nfrom urllib.parse import urlparse\nurl = urlparse('redis://h')\nr = redis.Redis(host=url.hostname)\n",
                &[
                    r#"setting url = urllib.parse.urlparse("redis://h")"#,
                    r#"invoke url = urllib.parse.urlparse("redis://h")"#,
                    r#"text "redis://h""#,
                    r#"setting r = redis.Redis(host=[urllib.parse.urlparse("redis://h")].hostname())"#,
                    r#"invoke r = redis.Redis(host=[urllib.parse.urlparse("redis://h")].hostname())"#,
                ],
            ),
            (
                "import environ\nROOT = environ.Path(__file__) - 2\nMEDIA_ROOT = ROOT('media')\n",
                &[r#"setting MEDIA_ROOT = [[environ.Path(__file__)]-(2)]ROOT("media")"#],
            ),
        ],
    );
}

#[test]
fn alternatives_have_conditions() {
    let facts = facts("mode = 'r'\nif keep:\n    mode = 'w'\nopen('x', mode)\n");
    let mode = facts.invocations[0].argument(1).expect("two arguments");
    let alternatives: Vec<(Vec<bool>, Option<&str>)> = mode
        .alternatives()
        .into_iter()
        .map(|(guards, term)| (guards.iter().map(|guard| guard.holds).collect(), term.text()))
        .collect();
    assert_eq!(alternatives, [(vec![false], Some("r")), (vec![true], Some("w"))]);
}

#[test]
fn values_keep_their_place() {
    let text = "HOUR = 9\nMODE = \"w\"\n\n@app.scheduled_job(\"cron\", hour=HOUR)\ndef job():\n    pass\n\napp.add_job(job)\nlog = open(name, MODE)\n";
    let facts = facts(text);
    let [decorator, add, open] = facts.invocations.as_slice() else { panic!("{:?}", facts.invocations) };
    assert_eq!(decorator.keyword("hour").map(|hour| hour.span.of(text)), Some("9"));
    assert_eq!(decorator.body.map(|body| body.of(text)), Some("def job():\n    pass"));
    assert_eq!(decorator.name_span.of(text), "scheduled_job");
    assert_eq!(add.body, decorator.body);
    assert_eq!(open.argument(1).map(|mode| mode.span.of(text)), Some("\"w\""));
    assert_eq!(open.span.of(text), "open(name, MODE)");
    assert_eq!(open.bound.as_deref(), Some("log"));
}

#[test]
fn settings_point_at_names_and_keys() {
    let text = "app.config.update(UPLOAD_FOLDER=\"up\")\nDATABASES = {\"default\": {\"OPTIONS\": 1}}\n";
    let facts = facts(text);
    let [folder, databases] = facts.settings.as_slice() else { panic!("{:?}", facts.settings) };
    assert_eq!(folder.name, "app.config.UPLOAD_FOLDER");
    assert_eq!(folder.name_span.of(text), "UPLOAD_FOLDER");
    assert_eq!(folder.span.of(text), "UPLOAD_FOLDER=\"up\"");
    let options = databases.value.entry_at(&["default", "OPTIONS"]).expect("a key in a key");
    assert_eq!(options.key_span.of(text), "\"OPTIONS\"");
}

#[test]
fn large_and_deep_values_have_an_end() {
    let many = |piece: &str| piece.repeat(1000);
    for text in [
        format!("x = {}1{}", many("open(\n"), many(")")),
        format!("x = (a{})", many("\n.save(1)")),
        format!("open({}b)", many("'a' +\n")),
        format!("open({}b)", many("a or\n")),
        format!("open({}b)", many("a /\n")),
        format!("open({}{})", many("[\n"), many("]")),
        format!("open([{}])", many("a,\n")),
        (1..500).map(|n| format!("x{n} = [x{0}, x{0}, open(x{0})]\n", n - 1)).collect(),
    ] {
        let facts = facts(&text);
        assert!(!facts.invocations.is_empty());
        for call in &facts.invocations {
            let mut parts = 0;
            call.arguments.iter().for_each(|argument| argument.value.walk(&mut |_| parts += 1));
            assert!(parts <= 4100, "{parts} parts");
        }
    }
}
