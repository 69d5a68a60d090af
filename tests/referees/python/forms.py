# heroku: HEROKU_SLUG_COMMIT=abc.123
# target: GIT_SHA=abc.123
# heroku: HEROKU_SLUG_COMMIT=0
# target: GIT_SHA=0
"""Every way to ask the environment."""

import os
import os as _os
from os import environ as e, getenv as g

NAME = "HEROKU_SLUG_COMMIT"


def show(label, ask):
    try:
        print(label, repr(ask()))
    except KeyError:
        print(label, "raises")


show("subscript", lambda: os.environ["HEROKU_SLUG_COMMIT"])
show("get", lambda: os.environ.get("HEROKU_SLUG_COMMIT"))
show("get with default", lambda: os.environ.get("HEROKU_SLUG_COMMIT", "none"))
show("getenv", lambda: os.getenv("HEROKU_SLUG_COMMIT"))
show("getenv with default", lambda: os.getenv('HEROKU_SLUG_COMMIT', 'none'))
show("keywords", lambda: os.getenv(key="HEROKU_SLUG_COMMIT", default="none"))
show("alias of the module", lambda: _os.environ.get("HEROKU_SLUG_COMMIT"))
show("alias of environ", lambda: e["HEROKU_SLUG_COMMIT"])
show("alias of getenv", lambda: g("HEROKU_SLUG_COMMIT", "none"))
show("constant", lambda: os.environ.get(NAME))
show("method", lambda: os.environ.__getitem__("HEROKU_SLUG_COMMIT"))
show("bytes", lambda: os.environb.get(b"HEROKU_SLUG_COMMIT"))

copied = os.environ.copy()
show("copy", lambda: copied["HEROKU_SLUG_COMMIT"])
get = os.environ.get
show("function", lambda: get("HEROKU_SLUG_COMMIT"))


def with_parameter(environ=os.environ):
    return environ.get("HEROKU_SLUG_COMMIT", "none")


show("parameter", with_parameter)

try:
    commit = os.environ["HEROKU_SLUG_COMMIT"]
except KeyError:
    commit = "unknown"
print("caught", commit)

if "HEROKU_SLUG_COMMIT" in os.environ:
    print("guarded", os.environ["HEROKU_SLUG_COMMIT"][:3])
