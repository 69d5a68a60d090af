# heroku: HEROKU_SLUG_COMMIT=abc123
# target: GIT_SHA=abc123
"""Texts with holes."""

import os

NAME = "HEROKU_SLUG_COMMIT"

print(f"commit {os.environ.get('HEROKU_SLUG_COMMIT')}.")
print(f'commit {os.environ.get("HEROKU_SLUG_COMMIT")}.')
print(f"""commit {os.environ.get('HEROKU_SLUG_COMMIT')}.""")
print(f"{os.environ.get('HEROKU_SLUG_COMMIT', 'none').upper()}")
print(f"{os.environ.get('HEROKU_SLUG_COMMIT')!r}")
print(f"{os.environ.get('HEROKU_SLUG_COMMIT', 'none'):>12}|")
print(f"{os.environ.get('HEROKU_SLUG_COMMIT', 'none')[:3]}")
print(f"{os.environ.get(NAME)}")
print(f'{os.environ.get(NAME) or "none"}')
print(f"{'yes' if os.environ.get('HEROKU_SLUG_COMMIT') else 'no'}")
print("commit {}".format(os.environ.get("HEROKU_SLUG_COMMIT")))
print("commit %s, again %s" % (os.environ.get("HEROKU_SLUG_COMMIT"), os.environ.get("HEROKU_SLUG_COMMIT")))
print(rf"\d {os.environ.get('HEROKU_SLUG_COMMIT')}")
print("app@" + str(os.environ.get("HEROKU_SLUG_COMMIT")))
