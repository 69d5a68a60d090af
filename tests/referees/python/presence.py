# heroku: DYNO=web.1
# target: DEPLOYED=1
# heroku: OTHER=1
# target: OTHER=1
# fix: unsafe
"""Questions whether a variable is there."""

import os
from os import environ as e, getenv as g

a, empty = "a", ""

if "DYNO" in os.environ:
    print("in")
if "DYNO" not in os.environ:
    print("not in")
if not "DYNO" in os.environ:
    print("not, in")
if "DYNO" in os.environ and a:
    print("in, and")
if "DYNO" not in os.environ and a:
    print("not in, and")
if empty or "DYNO" not in os.environ:
    print("or, not in")
if "DYNO" not in os.environ or empty:
    print("not in, or")
if "DYNO" in os.environ.keys():
    print("keys")
if os.environ.__contains__("DYNO"):
    print("method")
if os.environ.get("DYNO"):
    print("value")
if not os.environ.get("DYNO"):
    print("no value")
if not e.get("DYNO") and not empty:
    print("alias")
if a and g("DYNO"):
    print("getter")
if os.environ.get("DYNO") is None:
    print("None")
if os.environ.get("DYNO", None) is not None:
    print("not None")
if bool(os.environ.get("DYNO")):
    print("bool")
if (here := "DYNO" in os.environ):
    print("walrus", here)
print(a if "DYNO" in os.environ else "b")
print(a if not os.environ.get("DYNO") else "b")
print([number for number in (1, 2) if "DYNO" in os.environ])
DEBUG = "DYNO" not in os.environ
print(DEBUG)
SECURE = bool(os.getenv("DYNO"))
print(SECURE)
try:
    assert "DYNO" in os.environ, "not deployed"
    print("asserted")
except AssertionError as error:
    print(error)
while "DYNO" in os.environ:
    print("loop")
    break


def answer():
    return "DYNO" in os.environ


print(answer())
