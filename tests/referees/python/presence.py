# heroku: HEROKU_SLUG_COMMIT=abc123
# target: GIT_SHA=abc123
"""Tests for whether a variable is there."""

import os

a = "a"

print(1, "HEROKU_SLUG_COMMIT" in os.environ)
print(2, "HEROKU_SLUG_COMMIT" not in os.environ)
print(3, not "HEROKU_SLUG_COMMIT" in os.environ)
print(4, "HEROKU_SLUG_COMMIT" in os.environ and a)
print(5, "HEROKU_SLUG_COMMIT" not in os.environ and a)
print(6, a if "HEROKU_SLUG_COMMIT" in os.environ else "b")
print(7, "HEROKU_SLUG_COMMIT" not in os.environ or a)
print(8, ("HEROKU_SLUG_COMMIT" in os.environ) == True)
print(9, ["HEROKU_SLUG_COMMIT" in os.environ, "HEROKU_SLUG_COMMIT" not in os.environ])
print(10, os.environ.get("HEROKU_SLUG_COMMIT") is not None)
print(11, "HEROKU_SLUG_COMMIT" in os.environ.keys())
print(12, os.environ.__contains__("HEROKU_SLUG_COMMIT"))
print(13, os.environ["HEROKU_SLUG_COMMIT"] if "HEROKU_SLUG_COMMIT" in os.environ else "none")
if "HEROKU_SLUG_COMMIT" in os.environ:
    print(14, "deployed")
if not "HEROKU_SLUG_COMMIT" in os.environ or a == "b":
    print(15, "local")
