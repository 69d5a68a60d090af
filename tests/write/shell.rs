//! The writer in `src/write/shell.rs`.

use dynolint::remedy::What;

use crate::harness::{check_read_first, read_first, written};

fn fall_back(path: &str, marked: &str, names: &[&str]) -> Option<String> {
    let names = names.iter().map(ToString::to_string).collect();
    written(path, marked, |read| What::FallBack { read, names })
}

fn flags(path: &str, marked: &str, flags: &[&str]) -> Option<String> {
    let flags = flags.iter().map(ToString::to_string).collect();
    written(path, marked, |command| What::Flags { command, flags })
}

fn assign(path: &str, marked: &str) -> Option<String> {
    let (name, value) = ("PROCESS_TYPE".to_string(), "web".to_string());
    written(path, marked, |command| What::Assign { command, name, value })
}

fn comment(path: &str, marked: &str) -> Option<String> {
    written(path, marked, |at| What::Comment { at: at.start, text: "note".to_string() })
}

fn check(rows: &[(&str, &str)], change: impl Fn(&str) -> Option<String>) {
    for (marked, expected) in rows {
        assert_eq!(change(marked).as_deref().unwrap_or("-"), *expected, "{marked}");
    }
}

const NAMES: &[&str] = &["GIT_SHA"];

#[test]
fn values_are_read_first() {
    check_read_first(
        "start.sh",
        NAMES,
        &[
            ("echo «$X»\n", "echo ${GIT_SHA:-$X}\n"),
            ("echo «${X}»\n", "echo ${GIT_SHA:-$X}\n"),
            ("echo \"«$X»\"\n", "echo \"${GIT_SHA:-$X}\"\n"),
            ("echo \"v-«${X}»-1\"\n", "echo \"v-${GIT_SHA:-$X}-1\"\n"),
            ("echo \"«${X:-d}»\"\n", "echo \"${GIT_SHA:-${X:-d}}\"\n"),
            ("echo «${X:-\"a b\"}»\n", "echo ${GIT_SHA:-${X:-\"a b\"}}\n"),
            ("echo «${X-d}»\n", "echo ${GIT_SHA:-${X-d}}\n"),
            ("echo \"«${X:?is missing}»\"\n", "echo \"${GIT_SHA:-${X:?is missing}}\"\n"),
            ("echo \"${Y:-«$X»}\"\n", "echo \"${Y:-${GIT_SHA:-$X}}\"\n"),
            ("Y=«$X»\n", "Y=${GIT_SHA:-$X}\n"),
            ("export Y=\"«$X»\"\r\n", "export Y=\"${GIT_SHA:-$X}\"\r\n"),
            ("Y=«$X» ./run\n", "Y=${GIT_SHA:-$X} ./run\n"),
            ("for y in «$X»; do echo \"$y\"; done\n", "for y in ${GIT_SHA:-$X}; do echo \"$y\"; done\n"),
            ("if [ -z \"«$X»\" ]; then exit 1; fi\n", "if [ -z \"${GIT_SHA:-$X}\" ]; then exit 1; fi\n"),
            ("[[ -n «$X» ]] && echo y\n", "[[ -n ${GIT_SHA:-$X} ]] && echo y\n"),
            ("[[ «$X» == web* ]] && echo y\n", "[[ ${GIT_SHA:-$X} == web* ]] && echo y\n"),
            ("case «$X» in web*) echo w ;; esac\n", "case ${GIT_SHA:-$X} in web*) echo w ;; esac\n"),
            ("echo $((«$X» + 1))\n", "echo $((${GIT_SHA:-$X} + 1))\n"),
            ("cat <<END\nv «$X»\nEND\n", "cat <<END\nv ${GIT_SHA:-$X}\nEND\n"),
            ("y=`echo «$X»`\n", "y=`echo ${GIT_SHA:-$X}`\n"),
            ("y=$(echo \"«$X»\")\n", "y=$(echo \"${GIT_SHA:-$X}\")\n"),
            ("echo {«$X»,z}\n", "echo {${GIT_SHA:-$X},z}\n"),
        ],
    );
    assert_eq!(read_first("start.sh", "echo «$X»\n", &["A", "B"]).as_deref(), Some("echo ${A:-${B:-$X}}\n"));
    assert_eq!(
        read_first("start.sh", "echo «${X:-d}»\n", &["A", "B"]).as_deref(),
        Some("echo ${A:-${B:-${X:-d}}}\n")
    );
}

#[test]
fn values_that_are_left_alone() {
    check_read_first(
        "start.sh",
        NAMES,
        &[
            // The value is not the whole of what is asked.
            ("echo «${#X}»\n", "-"),
            ("echo «${!X}»\n", "-"),
            ("echo «${X:=d}»\n", "-"),
            ("echo «${X%%.*}»\n", "-"),
            ("echo \"${A}«${X:0:7}»\"\n", "-"),
            ("echo «${X:+--sha $X}»\n", "-"),
            ("[ \"«${X+x}»\" = x ] && echo y\n", "-"),
            ("echo $((«X» + 1))\n", "-"),
            ("local y=«${X%%.*}»\n", "-"),
            ("true && y=«${X%%.*}»\n", "-"),
            ("if y=«${X%%.*}»; then :; fi\n", "-"),
            ("y=$X«${X%%.*}»\n", "-"),
            // The name is the script's own.
            ("GIT_SHA=$(git rev-parse HEAD)\necho «$X»\n", "-"),
            ("read -r GIT_SHA\necho «$X»\n", "-"),
            ("for GIT_SHA in a b; do echo «$X»; done\n", "-"),
            ("unset GIT_SHA\necho «$X»\n", "-"),
        ],
    );
    check_read_first("start.sh", &["not-a-name"], &[("echo «$X»\n", "-")]);
}

#[test]
fn a_name_that_is_only_read_is_free() {
    check_read_first(
        "start.sh",
        NAMES,
        &[
            ("GIT_SHA=«$X»\n", "GIT_SHA=${GIT_SHA:-$X}\n"),
            ("export GIT_SHA=\"«$X»\"\n", "export GIT_SHA=\"${GIT_SHA:-$X}\"\n"),
            (
                "# GIT_SHA is the commit\necho «$X» $GIT_SHA\n",
                "# GIT_SHA is the commit\necho ${GIT_SHA:-$X} $GIT_SHA\n",
            ),
            ("MY_GIT_SHA=1\necho «$X»\n", "MY_GIT_SHA=1\necho ${GIT_SHA:-$X}\n"),
        ],
    );
}

#[test]
fn what_an_operator_makes_of_a_value() {
    check_read_first(
        "start.sh",
        &["PROCESS_TYPE"],
        &[
            // The team's variable has no number behind the type.
            ("echo \"«${DYNO%%.*}»\"\n", "echo \"${PROCESS_TYPE:-${DYNO%%.*}}\"\n"),
            ("type=«${DYNO%.*}»\n", "type=${PROCESS_TYPE:-${DYNO%.*}}\n"),
        ],
    );
    check_read_first(
        "start.sh",
        NAMES,
        &[
            ("sha=«${X:0:7}»\n", "sha=${GIT_SHA:-$X}\nsha=${sha:0:7}\n"),
            ("sha=\"«${X:0:7}»\" # short\n", "sha=\"${GIT_SHA:-$X}\"\nsha=\"${sha:0:7}\" # short\n"),
            (
                "if true; then\n\texport SHA=«${X:0:7}»\nfi\n",
                "if true; then\n\tSHA=${GIT_SHA:-$X}\n\texport SHA=${SHA:0:7}\nfi\n",
            ),
            ("f() {\n  n=«${X##*.}»\n}\n", "f() {\n  n=${GIT_SHA:-$X}\n  n=${n##*.}\n}\n"),
            ("n=«${X//./-}»\r\n", "n=${GIT_SHA:-$X}\r\nn=${n//./-}\r\n"),
        ],
    );
}

#[test]
fn presence_stays_presence() {
    check_read_first(
        "start.sh",
        NAMES,
        &[
            ("[ -n \"«${X+x}»\" ] && echo y\n", "[ -n \"${GIT_SHA+x}${X+x}\" ] && echo y\n"),
            ("[ -z «${X:+set}» ] && echo y\n", "[ -z ${GIT_SHA:+set}${X:+set} ] && echo y\n"),
            ("[[ ! -z \"«${X+x}»\" ]] && echo y\n", "[[ ! -z \"${GIT_SHA+x}${X+x}\" ]] && echo y\n"),
            ("[[ -v «X» ]] && echo y\n", "[[ -v GIT_SHA || -v X ]] && echo y\n"),
            ("[[ ! -v «X» ]] && echo y\n", "[[ ! ( -v GIT_SHA || -v X ) ]] && echo y\n"),
            ("[[ $a && -v «X» ]] && echo y\n", "[[ $a && ( -v GIT_SHA || -v X ) ]] && echo y\n"),
            ("[ -v «X» ] && echo y\n", "[ -v GIT_SHA -o -v X ] && echo y\n"),
            ("[ ! -v «X» ] && echo y\n", "[ ! -v GIT_SHA -a ! -v X ] && echo y\n"),
            ("[ -v «X» -a -n \"$a\" ] && echo y\n", "-"),
        ],
    );
}

#[test]
fn values_fall_back() {
    let to_redis = |marked: &str| fall_back("start.sh", marked, &["REDIS_URL"]);
    check(
        &[
            ("echo «$X»\n", "echo ${X:-$REDIS_URL}\n"),
            ("echo \"«${X}»\"\n", "echo \"${X:-$REDIS_URL}\"\n"),
            ("echo «${X:-d}»\n", "echo ${X:-${REDIS_URL:-d}}\n"),
            ("echo «${X-d}»\n", "echo ${X-${REDIS_URL-d}}\n"),
            ("echo «${X:?gone}»\n", "echo ${X:-${REDIS_URL:?gone}}\n"),
            ("echo «${X?gone}»\n", "echo ${X-${REDIS_URL?gone}}\n"),
            ("[[ -v «X» ]] && echo y\n", "[[ -v REDIS_URL || -v X ]] && echo y\n"),
            ("echo «${X:=d}»\n", "-"),
            ("echo «${X%%.*}»\n", "-"),
        ],
        to_redis,
    );
    assert_eq!(fall_back("start.sh", "echo «$X»\n", &["A", "B"]).as_deref(), Some("echo ${X:-${A:-$B}}\n"));
    assert_eq!(
        fall_back("start.sh", "echo «${X:-d}»\n", &["A", "B"]).as_deref(),
        Some("echo ${X:-${A:-${B:-d}}}\n")
    );
}

#[test]
fn procfiles() {
    check_read_first(
        "Procfile",
        NAMES,
        &[
            ("web: run --sha «$X»\n", "web: run --sha ${GIT_SHA:-$X}\n"),
            (
                "web: run \"«${X:-dev}»\"\nworker: work\n",
                "web: run \"${GIT_SHA:-${X:-dev}}\"\nworker: work\n",
            ),
            ("web: GIT_SHA=1 run «$X»\n", "-"),
            ("web: GIT_SHA=1 run\nworker: run «$X»\n", "web: GIT_SHA=1 run\nworker: run ${GIT_SHA:-$X}\n"),
            ("web: sha=«${X:0:7}» run\n", "-"),
        ],
    );
    check(
        &[
            ("«web: bundle exec puma»\n", "web: PROCESS_TYPE=web bundle exec puma\n"),
            ("«web: A=1 bundle exec puma»\n", "web: PROCESS_TYPE=web A=1 bundle exec puma\n"),
            ("«web: exec puma -C c.rb»\r\n", "web: PROCESS_TYPE=web exec puma -C c.rb\r\n"),
            ("«web: puma > log 2>&1»\n", "web: PROCESS_TYPE=web puma > log 2>&1\n"),
            ("«web: cd app && puma»\n", "web: export PROCESS_TYPE=web; cd app && puma\n"),
            ("«web: puma | tee log»\n", "web: export PROCESS_TYPE=web; puma | tee log\n"),
            ("«web: migrate; puma»\n", "web: export PROCESS_TYPE=web; migrate; puma\n"),
            ("«web: PROCESS_TYPE=web puma»\n", "-"),
            ("«web: env PROCESS_TYPE=web puma»\n", "-"),
            ("«web: sudo puma»\n", "-"),
            ("«web: time puma»\n", "-"),
        ],
        |marked| assign("Procfile", marked),
    );
}

#[test]
fn commands_of_a_script_are_assigned_to() {
    check(
        &[
            ("set -e\n«exec puma»\n", "set -e\nPROCESS_TYPE=web exec puma\n"),
            ("«A=1 puma -p 1»\n", "PROCESS_TYPE=web A=1 puma -p 1\n"),
            ("«sudo puma»\n", "-"),
            ("«cd app»\n", "-"),
        ],
        |marked| assign("start.sh", marked),
    );
}

#[test]
fn makefiles() {
    check_read_first(
        "Makefile",
        NAMES,
        &[
            ("tag:\n\tdocker tag app:«$(X)»\n", "tag:\n\tdocker tag app:$(or $(GIT_SHA),$(X))\n"),
            ("tag:\n\tdocker tag app:«${X}»\n", "tag:\n\tdocker tag app:${or ${GIT_SHA},${X}}\n"),
            ("tag:\n\tdocker tag \"app:$«$X»\"\n", "tag:\n\tdocker tag \"app:$${GIT_SHA:-$$X}\"\n"),
            ("tag:\n\tdocker tag app:$«${X}»\n", "tag:\n\tdocker tag app:$${GIT_SHA:-$$X}\n"),
            ("tag:\n\tdocker tag app:$«${X:-d}»\n", "tag:\n\tdocker tag app:$${GIT_SHA:-$${X:-d}}\n"),
            ("tag:\n\techo '«$(X)»'\n", "tag:\n\techo '$(or $(GIT_SHA),$(X))'\n"),
            ("V := v-«$(X)»\n", "V := v-$(or $(GIT_SHA),$(X))\n"),
            ("V := $(subst .,-,«$(X)»)\n", "V := $(subst .,-,$(or $(GIT_SHA),$(X)))\n"),
            ("V := $(shell echo «$(X)»)\n", "V := $(shell echo $(or $(GIT_SHA),$(X)))\n"),
            ("ifeq («$(X)»,)\nV = 1\nendif\n", "ifeq ($(or $(GIT_SHA),$(X)),)\nV = 1\nendif\n"),
            ("ifdef «XY»\nV = 1\nendif\n", "ifneq ($(or $(GIT_SHA),$(XY)),)\nV = 1\nendif\n"),
            ("ifndef «XY»\nV = 1\nendif\n", "ifeq ($(or $(GIT_SHA),$(XY)),)\nV = 1\nendif\n"),
            (
                "ifdef A\nV = 2\nelse ifdef «XY»\nV = 1\nendif\n",
                "ifdef A\nV = 2\nelse ifneq ($(or $(GIT_SHA),$(XY)),)\nV = 1\nendif\n",
            ),
            ("«XY ?= d»\n", "-"),
            ("V := «$(XY:.a=.b)»\n", "-"),
            ("GIT_SHA := $(shell git rev-parse HEAD)\nV := «$(XY)»\n", "-"),
        ],
    );
    assert_eq!(
        fall_back("Makefile", "V := «$(X)»\n", &["A", "B"]).as_deref(),
        Some("V := $(or $(X),$(A),$(B))\n")
    );
    assert_eq!(
        read_first("Makefile", "t:\n\techo $«${X:-d}»\n", &["A", "B"]).as_deref(),
        Some("t:\n\techo $${A:-$${B:-$${X:-d}}}\n")
    );
    assert_eq!(
        fall_back("Makefile", "t:\n\techo $«$X»\n", &["A", "B"]).as_deref(),
        Some("t:\n\techo $${X:-$${A:-$$B}}\n")
    );
}

#[test]
fn dockerfiles() {
    check_read_first(
        "Dockerfile",
        NAMES,
        &[
            ("FROM a\nCMD run --sha «$X»\n", "FROM a\nCMD run --sha ${GIT_SHA:-$X}\n"),
            (
                "FROM a\nCMD [\"sh\", \"-c\", \"run «$X»\"]\n",
                "FROM a\nCMD [\"sh\", \"-c\", \"run ${GIT_SHA:-$X}\"]\n",
            ),
            // A build has only its own arguments.
            ("FROM a\nRUN run --sha «$X»\n", "-"),
            ("FROM a\nARG «X»\n", "-"),
            ("FROM a\nENV Y=«$X»\n", "-"),
            ("FROM a\nENV GIT_SHA=1\nCMD run «$X»\n", "-"),
        ],
    );
}

#[test]
fn flags_stand_before_what_a_program_is_given() {
    let add = |path: &'static str| move |marked: &str| flags(path, marked, &["--no-owner", "--no-acl"]);
    check(
        &[
            ("«pg_restore -d app x.dump»\n", "pg_restore --no-owner --no-acl -d app x.dump\n"),
            ("«pg_restore --no-acl -d app x.dump»\n", "pg_restore --no-owner --no-acl -d app x.dump\n"),
            ("«PGPASSWORD=x pg_restore -d app»\n", "PGPASSWORD=x pg_restore --no-owner --no-acl -d app\n"),
            (
                "«pg_restore \\\n  -d app \\\n  x.dump»\n",
                "pg_restore --no-owner --no-acl \\\n  -d app \\\n  x.dump\n",
            ),
            (
                "«sudo -u postgres pg_restore -d app»\n",
                "sudo -u postgres pg_restore --no-owner --no-acl -d app\n",
            ),
            ("cat x | «pg_restore -d app»\n", "cat x | pg_restore --no-owner --no-acl -d app\n"),
            (
                "docker exec db «pg_restore» -d app\n",
                "docker exec db pg_restore --no-owner --no-acl -d app\n",
            ),
            ("«/usr/bin/pg_dump \"$URL\" > f»\n", "/usr/bin/pg_dump --no-owner --no-acl \"$URL\" > f\n"),
            ("«\"pg_dump\" app»\n", "\"pg_dump\" --no-owner --no-acl app\n"),
            ("«pg_dump --no-owner --no-acl app»\n", "-"),
            ("$(«pg_restore») x\n", "-"),
            // What is written behind a name's value is no part of the command.
            ("tool=pg_restore\n«$tool -d app»\n", "-"),
        ],
        add("restore.sh"),
    );
    check(
        &[(
            "restore:\n\t@«pg_restore -d $(URL) x.dump»\n",
            "restore:\n\t@pg_restore --no-owner --no-acl -d $(URL) x.dump\n",
        )],
        add("Makefile"),
    );
    check(
        &[
            (
                "FROM a\nCMD [«\"pg_restore\"», \"-d\", \"app\"]\n",
                "FROM a\nCMD [\"pg_restore\", \"--no-owner\", \"--no-acl\", \"-d\", \"app\"]\n",
            ),
            ("FROM a\nRUN «pg_restore -d app x»\n", "FROM a\nRUN pg_restore --no-owner --no-acl -d app x\n"),
        ],
        add("Dockerfile"),
    );
}

#[test]
fn flags_in_the_texts_and_lists_of_programs() {
    let add = |path: &'static str| move |marked: &str| flags(path, marked, &["--no-owner", "--no-acl"]);
    check(
        &[
            (
                "system(\"«pg_restore» -d #{url} x\")\n",
                "system(\"pg_restore --no-owner --no-acl -d #{url} x\")\n",
            ),
            (
                "system(«\"pg_restore\"», \"-d\", url)\n",
                "system(\"pg_restore\", \"--no-owner\", \"--no-acl\", \"-d\", url)\n",
            ),
            ("system(*%w[«pg_restore» -d app])\n", "system(*%w[pg_restore --no-owner --no-acl -d app])\n"),
            ("system(«\"pg_restore\"», *args)\n", "-"),
        ],
        add("a.rb"),
    );
    check(
        &[
            (
                "run([\n    «'pg_restore'»,\n    '-d',\n    url,\n])\n",
                "run([\n    'pg_restore',\n    '--no-owner',\n    '--no-acl',\n    '-d',\n    url,\n])\n",
            ),
            ("run([«'pg_restore'»] + rest)\n", "-"),
            ("run([«'pg_restore'», # loads\n '-d'])\n", "-"),
        ],
        add("a.py"),
    );
    check(
        &[
            (
                "spawn(«'pg_restore'», ['-d', url])\n",
                "spawn('pg_restore', ['--no-owner', '--no-acl', '-d', url])\n",
            ),
            ("exec(`«pg_restore» -d ${url}`)\n", "exec(`pg_restore --no-owner --no-acl -d ${url}`)\n"),
            // Beside a list that is not known, words would be something else.
            ("spawn(«'pg_restore'», args)\n", "-"),
        ],
        add("a.js"),
    );
}

#[test]
fn comments() {
    check(
        &[
            ("if a; then\n  b «$X»\nfi\n", "if a; then\n  # note\n  b $X\nfi\n"),
            ("a \\\n  b \\\n  «$X»\n", "# note\na \\\n  b \\\n  $X\n"),
            ("a\r\nb «$X»\r\n", "a\r\n# note\r\nb $X\r\n"),
            ("«#!/bin/sh»\na\n", "-"),
            ("cat <<E\n«$X»\nE\n", "-"),
            ("cat <<E\nx\n«E»\n", "-"),
            ("cat <<E\nx\nE\n«a»\n", "cat <<E\nx\nE\n# note\na\n"),
            ("echo \"a\n«$X»\"\n", "-"),
        ],
        |marked| comment("a.sh", marked),
    );
    check(
        &[
            ("a:\n\techo «$(X)»\n", "a:\n# note\n\techo $(X)\n"),
            ("A = 1\nB = «$(X)»\n", "A = 1\n# note\nB = $(X)\n"),
        ],
        |marked| comment("Makefile", marked),
    );
    check(
        &[
            ("FROM a\nRUN x && \\\n  «$Y»\n", "FROM a\n# note\nRUN x && \\\n  $Y\n"),
            ("FROM a\nRUN <<E\n«x»\nE\n", "-"),
        ],
        |marked| comment("Dockerfile", marked),
    );
    check(&[("a: b\n«web»: c\n", "a: b\n# note\nweb: c\n")], |marked| comment("Procfile", marked));
}
