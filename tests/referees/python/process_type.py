# heroku: DYNO=web.1
# heroku: DYNO=worker.12
# heroku: DYNO=run.4711
# heroku: DYNO=worker_low.1
# target: PROCESS_TYPE=web
# target: PROCESS_TYPE=worker
# target: PROCESS_TYPE=run
# target: PROCESS_TYPE=worker_low

import os
import re

print(os.environ.get("DYNO", "").split(".")[0])
print((os.environ.get("DYNO") or "").partition(".")[0])
print("jobs" if os.environ.get("DYNO", "").startswith("worker") else "requests")
if os.environ.get("DYNO") and not re.match("run", os.environ["DYNO"]):
    print("listens")


def served():
    dyno = os.environ.get("DYNO", "")
    return dyno.startswith(("web", "worker"))


print(served())
