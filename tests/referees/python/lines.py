# heroku: HEROKU_SLUG_COMMIT=abc123 HEROKU_RELEASE_VERSION=v7
# target: GIT_SHA=abc123 APP_VERSION=v7
"""Expressions over several lines."""

import os

empty = ""
commit = (
    os.environ.get("HEROKU_SLUG_COMMIT")
    or empty
    or "none"
)
print(commit)
commit = (
    empty
    or os.environ.get("HEROKU_SLUG_COMMIT")  # the commit
    or "none"
)
print(commit)
commit = os.environ.get("HEROKU_SLUG_COMMIT") \
    or "none"
print(commit)
commit = empty or \
    os.environ.get("HEROKU_SLUG_COMMIT")
print(commit)
commit = \
    os.environ.get("HEROKU_SLUG_COMMIT", "none")
print(commit)
commit = os.environ.get(
    "HEROKU_SLUG_COMMIT",
    "none",  # nothing known
)
print(commit)
short = (
    os.environ.get("HEROKU_SLUG_COMMIT", "none")
    .upper()
    [:3]
)
print(short)
settings = {
    "commit": os.environ.get("HEROKU_SLUG_COMMIT"),  # set by the platform
    "release": os.environ.get("HEROKU_RELEASE_VERSION")
}
print(settings)
if (empty == "" and
        os.environ.get("HEROKU_RELEASE_VERSION") != "v0"):
    print("both")
print(os.environ.get("HEROKU_SLUG_COMMIT")); print(os.environ.get("HEROKU_RELEASE_VERSION"))
