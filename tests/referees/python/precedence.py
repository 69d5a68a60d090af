# heroku: HEROKU_SLUG_COMMIT=abc.123
# target: GIT_SHA=abc.123
# heroku: HEROKU_SLUG_COMMIT=local
# target: GIT_SHA=local
"""Operators around a read."""

import asyncio
import os

a, b, empty = "a", "b", ""

print(2, os.environ.get("HEROKU_SLUG_COMMIT", "").split(".")[0])
print(3, empty or os.environ.get("HEROKU_SLUG_COMMIT") and b)
print(4, a and os.environ.get("HEROKU_SLUG_COMMIT") or b)
print(5, os.environ.get("HEROKU_SLUG_COMMIT") or "none")
print(6, empty or os.environ.get("HEROKU_SLUG_COMMIT"))
print(8, "commit %s" % os.environ.get("HEROKU_SLUG_COMMIT"))
print(9, "%s %s" % (os.environ.get("HEROKU_SLUG_COMMIT"), a))
print(10, "commit " + os.environ.get("HEROKU_SLUG_COMMIT", "none") + "!")
print(13, os.environ.get("HEROKU_SLUG_COMMIT") == "local")
print(14, "local" != os.environ.get("HEROKU_SLUG_COMMIT"))
print(15, "a" < os.environ.get("HEROKU_SLUG_COMMIT", "b") < "c")
print(16, "." in os.environ.get("HEROKU_SLUG_COMMIT", ""))
print(17, os.environ.get("HEROKU_SLUG_COMMIT") in ("local", None))
print(18, os.environ.get("HEROKU_SLUG_COMMIT", "none")[0])
print(19, os.environ.get("HEROKU_SLUG_COMMIT", "none")[1:3])
print(20, {"local": 1}.get(os.environ.get("HEROKU_SLUG_COMMIT"), 2))
print(21, os.environ.get("HEROKU_SLUG_COMMIT") if a else b)
print(23, a if empty else os.environ.get("HEROKU_SLUG_COMMIT"))
print(24, (os.environ.get("HEROKU_SLUG_COMMIT") or "none").upper())
print(25, len(os.environ.get("HEROKU_SLUG_COMMIT", "")) * 2 + 1)
print(*os.environ.get("HEROKU_SLUG_COMMIT", ""))
print(27, not os.environ.get("HEROKU_SLUG_COMMIT") == "local")
print(28, [*os.environ.get("HEROKU_SLUG_COMMIT", ""), a])
if (commit := os.environ.get("HEROKU_SLUG_COMMIT")) and commit != "local":
    print(29, commit)


async def same(value):
    return value


async def main():
    print(30, await same(os.environ.get("HEROKU_SLUG_COMMIT")))


asyncio.run(main())
