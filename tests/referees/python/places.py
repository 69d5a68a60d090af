# heroku: HEROKU_RELEASE_VERSION=v42 HEROKU_SLUG_COMMIT=abc
# target: APP_VERSION=v42 GIT_SHA=abc
"""Where a read can stand."""

import os


def default(version=os.environ.get("HEROKU_RELEASE_VERSION")):
    return version


def typed(version: str = os.environ.get("HEROKU_RELEASE_VERSION", "v0")) -> str:
    return version


def decorated(value):
    return lambda function: lambda: (value, function())


@decorated(os.environ.get("HEROKU_RELEASE_VERSION"))
def answer():
    return 1


class Settings:
    version = os.environ.get("HEROKU_RELEASE_VERSION", "v0")
    commit: str = os.environ.get("HEROKU_SLUG_COMMIT", "none")


def given():
    yield os.environ.get("HEROKU_RELEASE_VERSION")


def passed(*arguments, **keywords):
    return arguments, sorted(keywords.items())


make = lambda version=os.environ.get("HEROKU_RELEASE_VERSION"): version
print(default(), typed(), answer(), Settings.version, Settings.commit, list(given()), make())
print(passed(1, os.environ.get("HEROKU_RELEASE_VERSION"), release=os.environ.get("HEROKU_RELEASE_VERSION", "v0")))
print([os.environ.get("HEROKU_RELEASE_VERSION"), 1], (os.environ.get("HEROKU_RELEASE_VERSION"), 2))
print({"release": os.environ.get("HEROKU_RELEASE_VERSION")}, {os.environ.get("HEROKU_RELEASE_VERSION"): 1})
print({os.environ.get("HEROKU_RELEASE_VERSION")})
print([letter for letter in os.environ.get("HEROKU_RELEASE_VERSION", "v0")])
print([os.environ.get("HEROKU_RELEASE_VERSION") for number in (1, 2)])
print({number: os.environ.get("HEROKU_RELEASE_VERSION") for number in (1, 2)})
print({"v42": "here"}.get(os.environ.get("HEROKU_RELEASE_VERSION")))
pair = os.environ.get("HEROKU_RELEASE_VERSION"), os.environ.get("HEROKU_SLUG_COMMIT")
print(pair)
first = second = os.environ.get("HEROKU_RELEASE_VERSION")
print(first, second)
text = "release "
text += os.environ.get("HEROKU_RELEASE_VERSION", "v0")
print(text)
for letter in os.environ.get("HEROKU_RELEASE_VERSION", "v0"):
    print(letter)
print(int(os.environ.get("HEROKU_RELEASE_VERSION", "v0").lstrip("v")))
match os.environ.get("HEROKU_RELEASE_VERSION"):
    case "v42":
        print("matched")
    case None:
        print("nothing")
