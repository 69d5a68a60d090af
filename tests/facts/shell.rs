//! Shell and the formats that are mostly shell.

use dynolint::lang::Lang;

use super::harness::check;

#[test]
fn expansions() {
    check(
        "bin/start",
        Lang::Shell,
        &[
            ("echo $DYNO", &["read DYNO: pass echo DYNO"]),
            (r#"echo "${DYNO}""#, &["read DYNO: pass echo DYNO"]),
            ("puma -p ${PORT:-3000}", &[r#"read PORT default: pass puma -p: PORT|"3000""#]),
            (
                r#"puma -p "${PORT-$DEFAULT_PORT}""#,
                &[
                    "read PORT default: pass puma -p: PORT|DEFAULT_PORT",
                    "read DEFAULT_PORT: pass puma -p: PORT|DEFAULT_PORT",
                ],
            ),
            (
                r#": "${PORT:=3000}"
exec puma -p $PORT"#,
                &[
                    r#"binding PORT = PORT|"3000""#,
                    r#"read PORT default: pass : PORT|"3000"; PORT: pass puma -p: PORT|"3000""#,
                    "set-default PORT = 3000",
                ],
            ),
            (": ${DATABASE_URL:?must be set}", &["read DATABASE_URL required: pass : DATABASE_URL!"]),
            ("echo ${DATABASE_URL?}", &["read DATABASE_URL required: pass echo DATABASE_URL!"]),
            ("TYPE=${DYNO%%.*}", &["binding TYPE = DYNO&.head", "read DYNO: bind TYPE = DYNO&.head"]),
            ("TYPE=${DYNO%.*}", &["binding TYPE = DYNO&.head", "read DYNO: bind TYPE = DYNO&.head"]),
            ("NUMBER=${DYNO##*.}", &["binding NUMBER = DYNO&.tail", "read DYNO: bind NUMBER = DYNO&.tail"]),
            (
                "echo ${DYNO/web/x} ${DYNO^^} ${#DYNO} ${DYNO:0:3} ${DYNO@Q}",
                &[
                    "read DYNO: pass echo DYNO&.part(replace)",
                    "read DYNO: pass echo DYNO&.form",
                    "read DYNO: pass echo DYNO&.part(length)",
                    "read DYNO: pass echo DYNO&.part(substring)",
                    "read DYNO: pass echo DYNO&.form",
                ],
            ),
            (r#"[ -n "${DYNO+x}" ] && echo heroku"#, &["presence DYNO: when DYNO? then logging"]),
            (r#"[ -z "${DYNO:+set}" ] && exit 1"#, &["presence DYNO: when !DYNO.present then exits"]),
            (
                r#"URL="https://${HEROKU_APP_NAME}.herokuapp.com""#,
                &[
                    r#"binding URL = ("https://" + HEROKU_APP_NAME + ".herokuapp.com")"#,
                    r#"read HEROKU_APP_NAME: bind URL = ("https://" + HEROKU_APP_NAME + ".herokuapp.com")"#,
                ],
            ),
            (
                "URL=${A_URL:-${B_URL:-http://localhost}}",
                &[
                    r#"binding URL = A_URL|B_URL|"http://localhost""#,
                    r#"read A_URL default: bind URL = A_URL|B_URL|"http://localhost""#,
                    r#"read B_URL default: bind URL = A_URL|B_URL|"http://localhost""#,
                ],
            ),
            ("echo ${1:-$PORT}", &["read PORT: pass echo (_ or PORT)"]),
            ("echo $1 $@ $* $# $? $$ $! $0 ${12} ${@:2} ${PIPESTATUS[0]}", &[]),
            ("echo $lower ${MixedCase} $_ $RANDOM $PWD", &[]),
            (r#"echo '$DYNO' \$DYNO # $DYNO"#, &[]),
            (
                "curl $https_proxy $npm_package_version",
                &[
                    "read https_proxy: pass curl https_proxy",
                    "read npm_package_version: pass curl npm_package_version",
                ],
            ),
            (
                "((WEB_CONCURRENCY > 1)) && echo many",
                &["read WEB_CONCURRENCY: when WEB_CONCURRENCY&.ask(>) then logging"],
            ),
            (
                "THREADS=$((RAILS_MAX_THREADS * 2))",
                &[
                    "binding THREADS = RAILS_MAX_THREADS&.part(arithmetic)",
                    "read RAILS_MAX_THREADS: bind THREADS = RAILS_MAX_THREADS&.part(arithmetic)",
                ],
            ),
            (
                "cat <<EOF > out\nhost ${HEROKU_APP_NAME:-x} $(echo $DYNO)\nEOF",
                &[
                    r#"read HEROKU_APP_NAME default: pass cat HEROKU_APP_NAME|"x""#,
                    "read DYNO: pass cat DYNO",
                ],
            ),
            ("cat <<'EOF'\n$DYNO\nEOF", &[]),
            (r#"cut -d. -f1 <<< "$DYNO""#, &["read DYNO: pass cut DYNO"]),
        ],
    );
}

#[test]
fn indirection() {
    check(
        "bin/lib.sh",
        Lang::Shell,
        &[
            ("NAME=DYNO\necho ${!NAME}", &["read DYNO: pass echo DYNO"]),
            (
                r#"for v in DYNO HEROKU_APP_NAME; do echo "${!v}"; done"#,
                &["read DYNO: pass echo DYNO", "read HEROKU_APP_NAME: pass echo HEROKU_APP_NAME"],
            ),
            (
                r#"get() { local n="$1"; echo "${!n}"; }
get DYNO"#,
                &["wrapper get#0 *", "read *: pass echo *", r#"call get("DYNO"): _"#],
            ),
            (
                r#"heroku_var() { local n="HEROKU_$1"; echo ${!n:-none}; }"#,
                &["wrapper heroku_var#0 HEROKU_*", "read HEROKU_* default: pass echo *"],
            ),
            (r#"get() { echo "${!1}"; }"#, &["wrapper get#0 *", "read *: pass echo *"]),
            ("for n in ${!HEROKU_*}; do unset $n; done", &["scan HEROKU_*: bind n = *"]),
            ("env | grep HEROKU_", &["scan /HEROKU_/: *?"]),
            ("env | grep -q '^DYNO=' && echo heroku", &["presence DYNO: when DYNO? then logging"]),
            ("printenv | grep '^HEROKU' | sort", &["scan /^HEROKU/: *?"]),
            ("printenv DYNO", &["read DYNO: DYNO?"]),
            (
                "X1=$(printenv DYNO || echo local)",
                &[r#"binding X1 = (DYNO ?? "local")"#, r#"read DYNO default: bind X1 = (DYNO ?? "local")"#],
            ),
            ("if printenv DYNO > /dev/null; then exec puma; fi", &["read DYNO: if DYNO? then startsserver"]),
            (
                "envsubst '$PORT ${DYNO}' < nginx.conf.template",
                &["read PORT: pass envsubst PORT", "read DYNO: pass envsubst DYNO"],
            ),
            (r#"awk '{print ENVIRON["DYNO"]}' file"#, &["read DYNO: pass awk DYNO"]),
            (r#"eval "echo \$$name""#, &[]),
        ],
    );
}

#[test]
fn tests() {
    check(
        "bin/start",
        Lang::Shell,
        &[
            (r#"[ -n "$DYNO" ] && exec puma"#, &["read DYNO: when DYNO.present then startsserver"]),
            (r#"[ -z "$DYNO" ] || exec puma"#, &["read DYNO: when DYNO.blank else startsserver"]),
            ("[ $DYNO ] && echo yes || exit 1", &["read DYNO: when DYNO.present then logging else exits"]),
            (
                "test $DYNO && export DEBUG=false",
                &["read DYNO: when DYNO.present then debug=off", "set DEBUG = false"],
            ),
            ("test ! -z $DYNO && echo yes", &["read DYNO: when !DYNO.blank then logging"]),
            ("[[ -v DYNO ]] && echo yes", &["presence DYNO: when DYNO? then logging"]),
            ("test -v DYNO || exit 1", &["presence DYNO: when DYNO? else exits"]),
            (
                r#"if ! [ -z "$DYNO" ]; then DEBUG=0; else DEBUG=1; fi"#,
                &["read DYNO: if !DYNO.blank then debug=off else debug=on"],
            ),
            (
                r#"if [ "$DYNO" = "web.1" ]; then rake db:migrate; fi"#,
                &[r#"read DYNO: if (DYNO == "web.1") then -"#],
            ),
            (r#"if [ "x$DYNO" != "x" ]; then echo; fi"#, &["read DYNO: if !DYNO.blank then logging"]),
            (r#"if [ "$DYNO" != "" ]; then echo; fi"#, &["read DYNO: if !DYNO.blank then logging"]),
            (
                r#"if [[ "$DYNO" == web.* || $DYNO == "worker"* ]]; then exec puma; fi"#,
                &[
                    r#"read DYNO: if (DYNO&.starts("web.") or DYNO&.starts("worker")) then startsserver"#,
                    r#"read DYNO: if (DYNO&.starts("web.") or DYNO&.starts("worker")) then startsserver"#,
                ],
            ),
            (
                "if [[ $DYNO != *run* ]]; then exec puma; fi",
                &[r#"read DYNO: if !DYNO&.contains("run") then startsserver"#],
            ),
            (
                r#"if [[ $DYNO == *".1" ]]; then echo; fi"#,
                &[r#"read DYNO: if DYNO&.ends(".1") then logging"#],
            ),
            (
                r#"if [[ $DYNO =~ ^web\. ]]; then echo; fi"#,
                &[r#"read DYNO: if DYNO&.starts("web.") then logging"#],
            ),
            (
                r#"if [[ $DYNO =~ ^(web|worker)\.[0-9]+$ ]]; then echo; fi"#,
                &[r#"read DYNO: if DYNO&.matches(/^(web|worker)\.[0-9]+$/) then logging"#],
            ),
            (
                r#"if [[ "$DYNO" == *"$OTHER"* && -z $STACK ]]; then exit 1; fi"#,
                &[
                    "read DYNO: if (DYNO&.ask(==) and STACK.blank) then exits",
                    "read OTHER: if OTHER&.ask(test) then exits",
                    "read STACK: if (DYNO&.ask(==) and STACK.blank) then exits",
                ],
            ),
            (
                r#"if [ "$DYNO" = a -a -n "$STACK" ]; then echo; fi"#,
                &[
                    r#"read DYNO: if ((DYNO == "a") and STACK.present) then logging"#,
                    r#"read STACK: if ((DYNO == "a") and STACK.present) then logging"#,
                ],
            ),
            (
                r#"if [ \( -n "$DYNO" -o -n "$RENDER" \) -a ! -f x ]; then echo; fi"#,
                &[
                    r#"read DYNO: if ((DYNO.present or RENDER.present) and !"x"&.ask(-f)) then logging"#,
                    r#"read RENDER: if ((DYNO.present or RENDER.present) and !"x"&.ask(-f)) then logging"#,
                ],
            ),
            (r#"if [ "${#DYNO}" -gt 0 ]; then echo; fi"#, &["read DYNO: if DYNO.present then logging"]),
            (
                r#"if [ "$WEB_CONCURRENCY" -gt 2 ]; then echo; fi"#,
                &["read WEB_CONCURRENCY: if WEB_CONCURRENCY&.ask(-gt) then logging"],
            ),
            (
                r#"if [ "${DYNO%%.*}" == "web" ]; then npm start; elif [ -n "$STACK" ]; then celery -A x worker; else exit 1; fi"#,
                &[
                    r#"read DYNO: if (DYNO&.head == "web") then startsserver else startsworker exits"#,
                    "read STACK: if STACK.present then startsworker else exits",
                ],
            ),
            (
                r#"case "$DYNO" in
  web.*|run.1) exec gunicorn app ;;
  worker.*) exec sidekiq ;;
  *) exit 1 ;;
esac"#,
                &[
                    r#"read DYNO: case (DYNO&.starts("web.") or (DYNO == "run.1")) then startsserver else exits; case DYNO&.starts("worker.") then startsworker else exits"#,
                ],
            ),
            (
                "case ${DYNO%%.*} in web) npm start;; esac",
                &[r#"read DYNO: case (DYNO&.head == "web") then startsserver"#],
            ),
            (
                r#"while [ -z "$DATABASE_URL" ]; do sleep 1; done"#,
                &["read DATABASE_URL: while DATABASE_URL.blank then -"],
            ),
            (r#"until [ -n "$DYNO" ]; do sleep 1; done"#, &["read DYNO: while DYNO.present else -"]),
            (
                r#"if echo "$DYNO" | grep -q '^web'; then echo; fi"#,
                &[r#"read DYNO: if DYNO&.starts("web") then logging"#],
            ),
            (
                r#"if grep -qv run <<< "$DYNO"; then echo; fi"#,
                &[r#"read DYNO: if !DYNO&.contains("run") then logging"#],
            ),
            (
                r#"if [ "$(echo $DYNO | cut -d. -f1)" = web ]; then echo; fi"#,
                &[r#"read DYNO: if (DYNO&.head == "web") then logging"#],
            ),
            (
                r#"if [ -z "$DYNO" ]; then return 0; fi
source .env"#,
                &["read DYNO: exit-if DYNO.blank then returns else localsettings"],
            ),
            (
                r#"[ -n "$DYNO" ] || return
DEBUG=1"#,
                &["read DYNO: exit-if DYNO.present then debug=on else returns"],
            ),
            (
                r#"[ -z "$DYNO" ] && { echo "not on heroku"; exit 1; }"#,
                &["read DYNO: when DYNO.blank then logging exits"],
            ),
            (
                "if (( WEB_CONCURRENCY == 1 )); then echo; fi",
                &[r#"read WEB_CONCURRENCY: if (WEB_CONCURRENCY == "1") then logging"#],
            ),
            (r#"cd app && [ -n "$DYNO" ] && puma"#, &["read DYNO: when DYNO.present then startsserver"]),
            (
                r#"if [ -n "$DYNO" ]; then echo $STACK; fi"#,
                &["read DYNO: if DYNO.present then logging", "read STACK: pass echo STACK"],
            ),
        ],
    );
}

#[test]
fn names() {
    check(
        "bin/start",
        Lang::Shell,
        &[
            (
                "export ON_HEROKU=$(test $DYNO && echo 1 || echo 0)\nif [[ $ON_HEROKU == 1 && -n $SECRET_KEY ]]; then exit 1; fi",
                &[
                    r#"binding ON_HEROKU = (DYNO.present ? "1" : "0")"#,
                    "set ON_HEROKU",
                    r#"read DYNO: bind ON_HEROKU = (DYNO.present ? "1" : "0"); ON_HEROKU: if (((DYNO.present ? "1" : "0") == "1") and SECRET_KEY.present) then exits"#,
                    r#"read SECRET_KEY: if (((DYNO.present ? "1" : "0") == "1") and SECRET_KEY.present) then exits"#,
                ],
            ),
            (
                r#"on_heroku() { [ -n "$DYNO" ]; }
if on_heroku; then exec gunicorn app; fi"#,
                &[
                    "binding on_heroku() = DYNO.present",
                    "read DYNO: return on_heroku DYNO.present; on_heroku: if DYNO.present then startsserver",
                ],
            ),
            (
                r#"on_heroku() { if [ -z "$DYNO" ]; then return 1; fi; return 0; }
on_heroku || exit 1"#,
                &[
                    "binding on_heroku() = !DYNO.blank",
                    "read DYNO: return on_heroku !DYNO.blank; on_heroku: when !DYNO.blank else exits",
                ],
            ),
            (
                r#"process_type() { echo "${DYNO%%.*}"; }
case "$(process_type)" in web) exec puma;; esac"#,
                &[
                    "binding process_type() = DYNO&.head",
                    r#"read DYNO: return process_type DYNO&.head; process_type: case (DYNO&.head == "web") then startsserver"#,
                ],
            ),
            (
                r#"TYPE=$(if [ -n "$DYNO" ]; then echo web; else echo none; fi)"#,
                &[
                    r#"binding TYPE = (DYNO.present ? "web" : "none")"#,
                    r#"read DYNO: bind TYPE = (DYNO.present ? "web" : "none")"#,
                ],
            ),
            ("DYNO=web.1\necho $DYNO", &[]),
            ("echo $DYNO\nDYNO=x\necho $DYNO", &["read DYNO: pass echo DYNO"]),
            (
                "PORT=${PORT:-3000}\npuma -p $PORT",
                &[
                    r#"binding PORT = PORT|"3000""#,
                    r#"read PORT default: bind PORT = PORT|"3000"; PORT: pass puma -p: PORT|"3000""#,
                ],
            ),
            (
                r#"[ -z "$PORT" ] && PORT=3000
puma -p $PORT"#,
                &["read PORT default: when PORT.blank then -", "read PORT: pass puma -p: PORT"],
            ),
            (r#"if [ -z "$PORT" ]; then PORT=3000; fi"#, &["read PORT default: if PORT.blank then -"]),
            ("f() { local DYNO=1; echo $DYNO; }\necho $DYNO", &["read DYNO: pass echo DYNO"]),
            ("run() { echo $APP_DIR; }\nAPP_DIR=/srv\nrun", &[]),
            ("for APP in a b; do echo $APP; done", &[]),
            ("read -r ANSWER; echo $ANSWER", &[]),
            ("while read -r NAME VALUE; do echo $NAME $VALUE; done", &[]),
            ("printf -v OUT x; getopts ab OPT; echo $OUT $OPT", &[]),
            ("if a; then MODE=1; else MODE=2; fi; echo $MODE", &[]),
            ("COUNT=0; ((COUNT++)); echo $COUNT", &[]),
            (
                "set -euo pipefail\necho $DYNO ${STACK:-x}\nset +u\necho $PORT",
                &[
                    "read DYNO required: pass echo DYNO!",
                    r#"read STACK default: pass echo STACK|"x""#,
                    "read PORT: pass echo PORT",
                ],
            ),
            ("f() { export A_URL=$B_URL; }", &["set A_URL", "read B_URL: bind A_URL = B_URL"]),
            (
                r#"A_ONE=$B_ONE; B_ONE=$A_ONE; [ -n "$A_ONE" ] && echo"#,
                &[
                    "binding A_ONE = B_ONE",
                    "read B_ONE: bind A_ONE = B_ONE; A_ONE: bind B_ONE = B_ONE; A_ONE: when B_ONE.present then logging",
                    "binding B_ONE = B_ONE",
                ],
            ),
        ],
    );
}

#[test]
fn writes() {
    check(
        "bin/start",
        Lang::Shell,
        &[
            ("export RAILS_ENV=production", &["set RAILS_ENV = production"]),
            (
                "export PORT=${PORT:-3000}",
                &[
                    r#"binding PORT = PORT|"3000""#,
                    "set-default PORT = 3000",
                    r#"read PORT default: bind PORT = PORT|"3000""#,
                ],
            ),
            ("export DYNO", &["pass-on DYNO"]),
            ("MODE_X=1; export MODE_X", &["set MODE_X"]),
            ("unset DYNO HEROKU_APP_NAME", &["unset DYNO", "unset HEROKU_APP_NAME"]),
            ("unset -f deploy", &[]),
            (
                r#"PROCESS_TYPE=web DYNO=$X_DYNO exec gunicorn -b "0.0.0.0:$PORT""#,
                &[
                    "set PROCESS_TYPE = web",
                    "set DYNO",
                    "read X_DYNO: bind DYNO = X_DYNO",
                    r#"read PORT: pass gunicorn -b: ("0.0.0.0:" + PORT)"#,
                ],
            ),
            (
                "env RACK_ENV=test REDIS_URL=$REDISCLOUD_URL puma",
                &[
                    "set RACK_ENV = test",
                    "set REDIS_URL",
                    "read REDISCLOUD_URL: bind REDIS_URL = REDISCLOUD_URL",
                ],
            ),
            ("env -u DYNO puma", &["unset DYNO"]),
            ("declare -x LANG_X=C", &["set LANG_X = C"]),
            ("set -a\nTOKEN_X=1", &["set TOKEN_X = 1"]),
            ("IFS=, read -r a b", &[]),
            (
                r#"export lower=1 PATH="/app/bin:$PATH""#,
                &[
                    r#"binding PATH = ("/app/bin:" + PATH)"#,
                    "set PATH",
                    r#"read PATH: bind PATH = ("/app/bin:" + PATH)"#,
                ],
            ),
            ("sh -c 'exec puma -p $PORT'", &["read PORT: pass puma -p: PORT"]),
            (
                r#"bash -lc "heroku run x $DYNO""#,
                &["sign tooling: heroku run", r#"read DYNO: pass bash -lc: ("heroku run x " + DYNO)"#],
            ),
            ("cat /etc/heroku/dyno", &[r#"literal "/etc/heroku/dyno""#]),
        ],
    );
}

#[test]
fn signs() {
    check(
        "bin/deploy",
        Lang::Shell,
        &[
            ("heroku run rake db:migrate -a app", &["sign tooling: heroku run"]),
            (
                "yes | heroku pg:reset -a x; sudo heroku restart; npx heroku logs --tail; command heroku -a x ps:scale web=1",
                &[
                    "sign tooling: heroku pg:reset",
                    "sign tooling: heroku restart",
                    "sign tooling: heroku logs",
                    "sign tooling: heroku ps:scale",
                ],
            ),
            (
                "if ! heroku auth:whoami >/dev/null 2>&1; then exit 1; fi",
                &["sign tooling: heroku auth:whoami"],
            ),
            (
                r#"psql "$(heroku config:get DATABASE_URL -a x)" `heroku config:get A`"#,
                &["sign tooling: heroku config:get"],
            ),
            ("heroku run a; heroku run b", &["sign tooling: heroku run"]),
            ("git push heroku main", &["sign tooling: git push heroku"]),
            (
                "git push -f https://heroku:$HEROKU_API_KEY@git.heroku.com/app.git HEAD:main",
                &[
                    "sign tooling: git.heroku.com",
                    r#"read HEROKU_API_KEY: pass git -f: ("https://heroku:" + HEROKU_API_KEY + "@git.heroku.com/app.git")"#,
                ],
            ),
            (
                "git remote add heroku $URL_X",
                &["sign tooling: git remote heroku", "read URL_X: pass git URL_X"],
            ),
            ("git subtree push --prefix api heroku-staging main", &["sign tooling: git subtree push heroku"]),
            ("docker push registry.heroku.com/app/web", &["sign tooling: registry.heroku.com"]),
            ("curl -n https://api.heroku.com/apps", &["sign tooling: api.heroku.com"]),
            ("curl https://cli-assets.heroku.com/install.sh | sh", &["sign tooling: cli-assets.heroku.com"]),
            ("dpl --provider=heroku --app=x", &["sign tooling: dpl heroku"]),
            ("for a in x y; do heroku maintenance:on -a $a & done", &["sign tooling: heroku maintenance:on"]),
            (r#"echo "run heroku config:set first"; which heroku; command -v heroku; require heroku"#, &[]),
            ("# heroku run x", &[]),
            ("cd heroku && ./heroku_setup && ls .heroku/bin", &[]),
            ("ssh host 'heroku ps'", &["sign tooling: heroku ps"]),
        ],
    );
}

#[test]
fn broken() {
    check(
        "bin/x",
        Lang::Shell,
        &[
            (r#"if [ -n "$DYNO"; then"#, &["broken", "read DYNO: if DYNO.present"]),
            (r#"echo "$DYNO"#, &["broken", "read DYNO: DYNO"]),
            ("case $DYNO in web", &["broken", "read DYNO: DYNO"]),
            (
                r#"echo é$DYNO "ü${PORT:-ß}""#,
                &[r#"read DYNO: pass echo ("é" + DYNO)"#, r#"read PORT default: pass echo ("ü" + PORT|"ß")"#],
            ),
            (
                "if [ -n \"$DYNO\" ]; then\r\n  echo hi \\\r\n    $PORT\r\nfi\r",
                &["read DYNO: if DYNO.present then logging", "read PORT: pass echo PORT"],
            ),
            ("echo $((", &["broken"]),
            ("${", &["broken"]),
            ("[ ]", &[]),
        ],
    );
}

#[test]
fn dockerfile() {
    check(
        "Dockerfile",
        Lang::Dockerfile,
        &[
            (
                "FROM ruby:3.2\nENV RAILS_ENV=production PORT=3000\nCMD puma -p $PORT",
                &["set RAILS_ENV = production", "set PORT = 3000"],
            ),
            ("FROM a\nENV RAILS_ENV production", &["set RAILS_ENV = production"]),
            (
                "FROM a\nARG NODE_VERSION=18\nRUN echo $NODE_VERSION",
                &[
                    r#"schema NODE_VERSION default: bind NODE_VERSION = NODE_VERSION|"18"; NODE_VERSION: pass echo NODE_VERSION|"18""#,
                ],
            ),
            (
                "ARG RUBY_VERSION=3.2\nFROM ruby:${RUBY_VERSION}-slim AS base",
                &[
                    r#"schema RUBY_VERSION default: bind RUBY_VERSION = RUBY_VERSION|"3.2"; RUBY_VERSION: pass FROM ("ruby:" + RUBY_VERSION|"3.2" + "-slim")"#,
                ],
            ),
            (
                "FROM a\nARG SOURCE_VERSION\nENV GIT_SHA=$SOURCE_VERSION",
                &[
                    "schema SOURCE_VERSION: bind SOURCE_VERSION = SOURCE_VERSION; SOURCE_VERSION: bind GIT_SHA = SOURCE_VERSION",
                    "set GIT_SHA",
                ],
            ),
            (
                "FROM a\nCMD gunicorn -b 0.0.0.0:$PORT app",
                &[r#"read PORT: pass gunicorn -b: ("0.0.0.0:" + PORT)"#],
            ),
            (
                r#"FROM a
CMD ["gunicorn", "-b", "0.0.0.0:$PORT"]"#,
                &[],
            ),
            (
                r#"FROM a
CMD ["sh", "-c", "exec puma -p \"$PORT\""]"#,
                &["read PORT: pass puma -p: PORT"],
            ),
            (
                r#"FROM a
ENTRYPOINT [ "/bin/bash", "-c", "heroku run x" ]"#,
                &["sign tooling: heroku run"],
            ),
            (
                r#"FROM a
RUN ["heroku", "login"]"#,
                &["sign tooling: heroku login"],
            ),
            (
                r#"FROM a
RUN apt-get update && \
  # a comment with $DYNO
  if [ -n "$HEROKU_APP_NAME" ]; then \
    echo hi; \
  fi"#,
                &["read HEROKU_APP_NAME: if HEROKU_APP_NAME.present then logging"],
            ),
            ("FROM a\nRUN --mount=type=secret,id=x echo $STACK", &["read STACK: pass echo STACK"]),
            ("FROM a\nRUN <<EOF\necho $DYNO\nEOF", &["read DYNO: pass echo DYNO"]),
            ("FROM a\nRUN cat <<'EOF' > /x\n$DYNO\nEOF", &[]),
            ("FROM a\nCOPY <<EOF /etc/x\nport $PORT\nEOF", &["read PORT: pass COPY PORT"]),
            (
                "FROM a\nCOPY ${SRC_DIR:-src} /app\nEXPOSE $PORT\nWORKDIR $APP_HOME/x",
                &[
                    r#"read SRC_DIR default: pass COPY SRC_DIR|"src""#,
                    "read PORT: pass EXPOSE PORT",
                    r#"read APP_HOME: pass WORKDIR (APP_HOME + "/x")"#,
                ],
            ),
            (
                "FROM a\nHEALTHCHECK --interval=5s CMD curl -f http://localhost:$PORT/ || exit 1",
                &[r#"read PORT: pass curl -f: ("http://localhost:" + PORT + "/")"#],
            ),
            ("FROM a\nONBUILD RUN echo $DYNO", &["read DYNO: pass echo DYNO"]),
            ("FROM heroku/heroku:22-build", &["sign tooling: heroku/heroku"]),
            (
                r#"FROM a
ENV A_B="x $C_D" E_F='$G_H'"#,
                &["set A_B", r#"read C_D: bind A_B = ("x " + C_D)"#, "set E_F = $G_H"],
            ),
            (
                r#"FROM a
ARG TARGETARCH
RUN echo $TARGETARCH $BUILDPLATFORM \$DYNO"#,
                &["schema TARGETARCH: bind TARGETARCH = TARGETARCH; TARGETARCH: pass echo TARGETARCH"],
            ),
            ("# escape=`\nFROM a\nRUN echo `\n  $DYNO", &["read DYNO: pass echo DYNO"]),
            (
                r#"FROM a
RUN echo "unclosed
ENV DYNO=web.1"#,
                &["broken", "set DYNO = web.1"],
            ),
            (
                "from a\r\nrun echo $DYNO \\\r\n  $STACK\r",
                &["read DYNO: pass echo DYNO", "read STACK: pass echo STACK"],
            ),
            (
                r#"# $DYNO
FROM a
LABEL é="ü $DYNO""#,
                &[r#"read DYNO: pass LABEL ("ü " + DYNO)"#],
            ),
            ("FROM a\nCMD []", &[]),
            (
                r#"FROM a
ENV MULTI=1 \
    DYNO=web.1"#,
                &["set MULTI = 1", "set DYNO = web.1"],
            ),
        ],
    );
}

#[test]
fn makefile() {
    check(
        "Makefile",
        Lang::Makefile,
        &[
            (
                "deploy:\n\t@heroku run --app $(APP) rake db:migrate",
                &["sign tooling: heroku run", "read APP: pass heroku --app: APP"],
            ),
            (
                "APP ?= myapp\nrun:\n\theroku ps -a $(APP)",
                &[
                    r#"read APP default: bind APP = APP|"myapp"; APP: pass heroku -a: APP|"myapp""#,
                    "set-default APP = myapp",
                    "sign tooling: heroku ps",
                ],
            ),
            ("start:\n\tpuma -p $$PORT", &["read PORT: pass puma -p: PORT"]),
            (
                "start:\n\tpuma -p $${PORT:-3000} $@ $< $(@D)",
                &[r#"read PORT default: pass puma -p: PORT|"3000""#],
            ),
            (
                r#"check:
	test -n "$(HEROKU_API_KEY)" || exit 1"#,
                &["read HEROKU_API_KEY: when HEROKU_API_KEY.present else exits"],
            ),
            ("APP = x\nall:\n\techo $(APP) $(MAKE) $(CURDIR)", &[]),
            (
                r#"all:
	for f in a b; do \
	  echo $$f $$DYNO; \
	done"#,
                &["read DYNO: pass echo DYNO"],
            ),
            (
                "ON_HEROKU := $(if $(DYNO),1,0)\nifeq ($(ON_HEROKU),1)\nDEBUG = 0\nendif",
                &[
                    r#"read DYNO: bind ON_HEROKU = (DYNO.present ? "1" : "0"); ON_HEROKU: if ((DYNO.present ? "1" : "0") == "1") then debug=off"#,
                ],
            ),
            (
                "ifdef DYNO\nDEBUG = 0\nelse\nDEBUG = 1\nendif",
                &["presence DYNO: if DYNO? then debug=off else debug=on"],
            ),
            ("ifndef DYNO\n$(error not on heroku)\nendif", &["presence DYNO: if DYNO? else raises"]),
            (
                "ifneq ($(HEROKU_APP_NAME),)\ninclude .env\nendif",
                &["read HEROKU_APP_NAME: if HEROKU_APP_NAME.blank else localsettings"],
            ),
            (
                r#"ifeq ($(findstring web,$(DYNO)),web)
A = 1
else ifeq "$(STACK)" "heroku-22"
B = 1
endif"#,
                &[
                    r#"read DYNO: if DYNO&.contains("web") then - else -"#,
                    r#"read STACK: if (STACK == "heroku-22") then -"#,
                ],
            ),
            ("TYPE := $(firstword $(subst ., ,$(DYNO)))", &["read DYNO: bind TYPE = DYNO&.head"]),
            ("PORT_X := $(or $(PORT),3000)", &[r#"read PORT default: bind PORT_X = (PORT or "3000")"#]),
            (
                "SHA := $(shell git rev-parse $${SOURCE_VERSION:-HEAD})",
                &[r#"read SOURCE_VERSION default: pass git SOURCE_VERSION|"HEAD""#],
            ),
            (
                "export RAILS_ENV = production\nexport DYNO\nunexport STACK",
                &["set RAILS_ENV = production", "pass-on DYNO", "unset STACK"],
            ),
            ("dev: export PORT=3000\ndev: build\n\tnpm start", &["set PORT = 3000"]),
            (
                "ifdef DYNO\nurl:\n\techo $(STACK)\nendif",
                &["presence DYNO: if DYNO? then logging", "read STACK: pass echo STACK"],
            ),
            ("define run\nheroku run $(1)\nendef", &["sign tooling: heroku run"]),
            (
                "all:\n\tcurl 'https://$(HEROKU_APP_NAME).herokuapp.com'",
                &[r#"read HEROKU_APP_NAME: pass curl ("https://" + HEROKU_APP_NAME + ".herokuapp.com")"#],
            ),
            ("push: ; git push heroku main", &["sign tooling: git push heroku"]),
            ("# heroku run $(DYNO)\nall: # $(STACK)\n\ttrue", &[]),
            ("all:\r\n\techo $(DYNO)\r", &["read DYNO: pass echo DYNO"]),
            (
                r#"x := $(DYNO
all:
	echo "$("#,
                &["read DYNO: bind x = DYNO"],
            ),
            ("PID:\n\techo $$$$ $(lower) $($(X)_app)", &[]),
        ],
    );
}

#[test]
fn procfile() {
    check(
        "Procfile",
        Lang::Procfile,
        &[
            (
                "web: bundle exec puma -p $PORT",
                &[
                    "process web: bundle exec puma -p $PORT",
                    "sign procfile: Procfile",
                    "read PORT: pass puma -p: PORT",
                ],
            ),
            (
                "web: PROCESS_TYPE=web gunicorn app --bind 0.0.0.0:${PORT:-8000}\nworker: bundle exec sidekiq -c $WEB_CONCURRENCY",
                &[
                    "process web: PROCESS_TYPE=web gunicorn app --bind 0.0.0.0:${PORT:-8000}",
                    "sign procfile: Procfile",
                    "set PROCESS_TYPE = web",
                    r#"read PORT default: pass gunicorn --bind: ("0.0.0.0:" + PORT|"8000")"#,
                    "process worker: bundle exec sidekiq -c $WEB_CONCURRENCY",
                    "read WEB_CONCURRENCY: pass sidekiq -c: WEB_CONCURRENCY",
                ],
            ),
            (
                r#"# web: nothing $DYNO

release: ./bin/release && [ -n "$HEROKU_APP_NAME" ] && rake x"#,
                &[
                    r#"process release: ./bin/release && [ -n "$HEROKU_APP_NAME" ] && rake x"#,
                    "sign procfile: Procfile",
                    "read HEROKU_APP_NAME: when HEROKU_APP_NAME.present then -",
                ],
            ),
            (
                "web: npm start\r\nworker: node worker.js $DYNO\r",
                &[
                    "process web: npm start",
                    "sign procfile: Procfile",
                    "process worker: node worker.js $DYNO",
                    "read DYNO: pass node DYNO",
                ],
            ),
            ("not an entry\nweb:", &[]),
            (
                "web: IS_HEROKU=true npm start # comment $DYNO",
                &[
                    "process web: IS_HEROKU=true npm start # comment $DYNO",
                    "sign procfile: Procfile",
                    "set IS_HEROKU = true",
                ],
            ),
            (
                r#"web: if [ -n "$DYNO" ]; then exec puma; else exec thin start; fi"#,
                &[
                    r#"process web: if [ -n "$DYNO" ]; then exec puma; else exec thin start; fi"#,
                    "sign procfile: Procfile",
                    "read DYNO: if DYNO.present then startsserver else startsserver",
                ],
            ),
        ],
    );
}

#[test]
fn procfile_dev() {
    check(
        "deploy/Procfile.dev",
        Lang::Procfile,
        &[(
            "web: heroku local $PORT",
            &["process web: heroku local $PORT", "sign tooling: heroku local", "read PORT: pass heroku PORT"],
        )],
    );
}

#[test]
fn procfile_of_heroku() {
    check(
        "deployment/Procfile.heroku",
        Lang::Procfile,
        &[("web: puma", &["process web: puma", "sign procfile: Procfile.heroku"])],
    );
}

#[test]
fn dotenv() {
    check(
        ".env",
        Lang::Dotenv,
        &[
            ("DYNO=web.1", &["set DYNO = web.1"]),
            (
                r#"export A_B="x y" # comment
# C_D=1"#,
                &["set A_B = x y"],
            ),
            (
                "A_B='$DYNO'\nC_D=plain # tail\nE_F=a#b",
                &["set A_B = $DYNO", "set C_D = plain", "set E_F = a#b"],
            ),
            (
                "URL_X=https://${HEROKU_APP_NAME}.herokuapp.com",
                &[
                    "set URL_X",
                    r#"read HEROKU_APP_NAME: bind URL_X = ("https://" + HEROKU_APP_NAME + ".herokuapp.com")"#,
                ],
            ),
            ("A_B=1\nC_D=$A_B/x", &["set A_B = 1", "set C_D"]),
            ("PORT_X=${PORT:-3000}", &["set PORT_X", r#"read PORT default: bind PORT_X = PORT|"3000""#]),
            (
                r#"KEY_X="a
b"
NEXT_X=1"#,
                &["set KEY_X = a\nb", "set NEXT_X = 1"],
            ),
            ("lower=1\n1BAD=2\nno equals", &["set lower = 1"]),
            ("A_B: yaml", &["set A_B = yaml"]),
            ("A_B=\r\nC_D=x\r", &["set A_B = ", "set C_D = x"]),
            (
                r#"A_B="unclosed $DYNO
C_D=é"#,
                &["set A_B", r#"read DYNO: bind A_B = ("\"unclosed " + DYNO)"#, "set C_D = é"],
            ),
            (r#"A_B=\$DYNO$"#, &[r#"set A_B = \$DYNO$"#]),
        ],
    );
}

#[test]
fn dotenv_declares() {
    check(
        "config/.env.example",
        Lang::Dotenv,
        &[(
            "DATABASE_URL=postgres://localhost\nHEROKU_APP_NAME=",
            &["declare DATABASE_URL = postgres://localhost", "declare HEROKU_APP_NAME = "],
        )],
    );
}

#[test]
fn envrc() {
    check(
        ".envrc",
        Lang::Dotenv,
        &[(
            r#"export DYNO=web.1
PATH_add bin
[ -n "$STACK" ] && source .env"#,
            &["set DYNO = web.1", "read STACK: when STACK.present then localsettings"],
        )],
    );
}

#[test]
fn locals() {
    check(
        "bin/start",
        Lang::Shell,
        &[
            (
                r#"log() { echo "$LOG_FILE"; }
if a; then LOG_FILE=x; else LOG_FILE=y; fi
echo $LOG_FILE"#,
                &[],
            ),
            ("declare -g NAME_X=1; echo $NAME_X", &[]),
            ("f() { local OUT_X; OUT_X=1; echo $OUT_X; }", &[]),
            ("LIST_X=(a b); echo ${LIST_X[@]} $LIST_X", &[]),
            (r#"PATHS_X+=(a); LIST_X=("$DYNO")"#, &["read DYNO: bind LIST_X = DYNO"]),
            (
                r#"export DB_URL="${DATABASE_URL:-$DB_URL}""#,
                &[
                    "binding DB_URL = DATABASE_URL|DB_URL",
                    "set DB_URL",
                    "read DATABASE_URL default: bind DB_URL = DATABASE_URL|DB_URL",
                    "read DB_URL: bind DB_URL = DATABASE_URL|DB_URL",
                ],
            ),
            ("(DYNO=1; echo $DYNO)", &[]),
        ],
    );
}

#[test]
fn masks() {
    check(
        "Makefile",
        Lang::Makefile,
        &[(
            r#"all:
	test "$$(echo '$(DYNO)' | cut -d. -f1)" = web && npm start"#,
            &[r#"read DYNO: when (DYNO&.head == "web") then startsserver"#],
        )],
    );
}

/// Every fact of an embedded slice has the offsets of the text around it.
#[test]
fn embedded_slices() {
    use dynolint::fact::Facts;
    use dynolint::lang::shell;
    use dynolint::span::Span;

    let text = "run: [ -n \"$DYNO\" ] && heroku run x; export A_B=$PORT # é";
    let mut facts = Facts::default();
    shell::embedded(text, Span::new(5, text.len()), &mut facts, "jobs.deploy");
    shell::embedded(text, Span::new(5, text.len()), &mut facts, "again");
    let read = &facts.reads[0];
    assert_eq!(read.span.of(text), "$DYNO");
    assert_eq!(read.name_span.map(|span| span.of(text)), Some("DYNO"));
    assert_eq!(read.uses[0].expr_span.of(text), "[ -n \"$DYNO\" ]");
    assert!(read.uses[0].expr.holds(read.span));
    assert_eq!(read.scope, "jobs.deploy");
    assert_eq!(facts.writes[0].span.of(text), "A_B=$PORT");
    assert_eq!(facts.writes[0].name_span.of(text), "A_B");
    assert_eq!(facts.signs.len(), 1, "one sign for each command of a file");
    assert_eq!(facts.signs[0].span.of(text), "heroku run x");
}

/// What stands in for an unset variable, and the conditions around a read.
#[test]
fn defaults_and_guards() {
    use dynolint::fact::Request;
    use dynolint::lang;

    let facts = |text: &str| lang::facts(text, &Request::new("bin/x", Lang::Shell));
    for (text, default) in [
        ("echo ${PORT:-3000}", "3000"),
        ("echo ${PORT:-\"$A_B c\"}", "\"$A_B c\""),
        ("[ -z \"$PORT\" ] && PORT=3000", "3000"),
        ("[ -n \"$PORT\" ] || PORT=3000", "3000"),
        ("if [ -z \"$PORT\" ]; then export PORT=\"3000\"; fi", "\"3000\""),
        ("A_B=$(printenv PORT || echo 3000)", "3000"),
    ] {
        let found = facts(text);
        assert_eq!(found.reads[0].default.map(|span| span.of(text)), Some(default), "{text}");
    }
    let text = "if [ -n \"$DYNO\" ]; then\n  case $STACK in heroku-*) [ $A_B ] || echo $PORT ;; esac\nfi";
    let found = facts(text);
    let guards: Vec<String> = found
        .reads
        .iter()
        .find(|read| read.name.is("PORT"))
        .map(|read| read.guards.iter().map(|guard| format!("{} {}", guard.expr, guard.holds)).collect())
        .unwrap_or_default();
    assert_eq!(guards, ["A_B.present false", "STACK&.starts(\"heroku-\") true", "DYNO.present true"]);
}

/// The second look: functions and variables of a script that was read in.
#[test]
fn names_of_another_script() {
    use dynolint::fact::Request;
    use dynolint::{lang, notation};

    let names = ["on_heroku".to_owned(), "process_type".to_owned()].into();
    let text = "source lib.sh\nif on_heroku; then exec puma; fi\n[ \"$process_type\" = web ] && npm start";
    let facts = lang::facts(text, &Request { names: Some(&names), ..Request::new("bin/x", Lang::Shell) });
    let lines: Vec<String> = notation::lines(&facts).into_iter().map(|(_, line)| line).collect();
    assert_eq!(
        lines,
        [
            "use on_heroku: on_heroku: if _ then startsserver",
            "use process_type: process_type: when (_ == \"web\") then startsserver",
        ]
    );
}

/// The grammar ends a word in the middle of a character here: that is no text to take facts from.
#[test]
fn words_end_at_characters() {
    for text in ["\\\r\u{a1}\0 ", "echo \\\r\u{1185f}\0 x $DYNO\n"] {
        super::harness::assert_sound(
            text,
            &dynolint::lang::facts(text, &dynolint::fact::Request::new("bin/x", Lang::Shell)),
        );
    }
}
