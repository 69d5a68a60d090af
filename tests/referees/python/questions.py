# heroku: DYNO=web.1 HEROKU_APP_NAME=shop HEROKU_PR_NUMBER=12 ON_HEROKU=true
# heroku: DYNO=web.1 HEROKU_APP_NAME=shop ON_HEROKU=false
# heroku: DYNO=web.1
# target: DEPLOYED=true APP_NAME=shop PREVIEW=1
# fix: unsafe

import os

if "DYNO" in os.environ:
    print("deployed as " + os.environ.get("HEROKU_APP_NAME", "nobody"))
if "DYNO" not in os.environ:
    print("local")
if os.environ.get("HEROKU_PR_NUMBER") is not None:
    print("preview")
print("flag" if os.environ.get("ON_HEROKU") == "true" else "no flag")
