//! Commands: which one runs behind `exec`, `sudo` and their like, what it starts, and whether it is
//! Heroku's.

use tree_sitter::Node;

use crate::effect::Effect;
use crate::fact::{EnvWrite, Facts, Name, Sign, SignKind, WriteKind, looks_like_variable};
use crate::lang::tree;
use crate::span::Span;

use super::variables::is_of_the_shell;
use super::{Script, word};

/// A word of a command.
#[derive(Clone, Debug)]
pub(super) struct Word<'t> {
    pub(super) node: Node<'t>,
    /// Its text, where nothing in it is computed.
    pub(super) text: Option<String>,
}

impl<'t> Word<'t> {
    pub(super) fn of(node: Node<'t>, text: &str) -> Self {
        Word { node, text: word::plain(node, text) }
    }

    /// Its bytes without quotes.
    pub(super) fn inner(&self, text: &str) -> Span {
        word::inner(self.node, text)
    }

    fn is(&self, text: &str) -> bool {
        self.text.as_deref() == Some(text)
    }

    fn is_option(&self) -> bool {
        self.text.as_deref().is_some_and(|text| text.len() > 1 && text.starts_with('-'))
    }
}

/// A command's words, and which of them is the command that does the work.
#[derive(Clone, Debug)]
pub(super) struct Command<'t> {
    pub(super) words: Vec<Word<'t>>,
    /// Index of the word that names what runs: `gunicorn` in `exec gunicorn`.
    at: usize,
}

/// Commands that run another one: the options that take a word, and how many words stand before it.
const RUNNERS: &[(&str, &[&str], usize)] = &[
    ("exec", &["-a"], 0),
    ("sudo", &["-u", "-g", "-h", "-p", "-U"], 0),
    ("doas", &["-u"], 0),
    ("command", &[], 0),
    ("builtin", &[], 0),
    ("env", &["-u", "-C", "-S"], 0),
    ("nohup", &[], 0),
    ("time", &["-f", "-o"], 0),
    ("setsid", &[], 0),
    ("nice", &["-n"], 0),
    ("ionice", &["-c", "-n"], 0),
    ("timeout", &["-k", "-s"], 1),
    ("stdbuf", &[], 0),
    ("xargs", &["-n", "-I", "-L", "-P", "-d", "-a"], 0),
    ("npx", &["-p", "--package", "-c"], 0),
    ("bunx", &[], 0),
    ("gosu", &[], 1),
    ("su-exec", &[], 1),
    ("chpst", &["-u", "-e"], 0),
    ("dumb-init", &[], 0),
    ("tini", &["-e"], 0),
    ("xvfb-run", &["-s", "-n"], 0),
    ("ddtrace-run", &[], 0),
    ("opentelemetry-instrument", &[], 0),
    ("start-nginx", &[], 0),
    ("start-nginx-solo", &[], 0),
    ("start-pgbouncer", &[], 0),
    ("start-pgbouncer-stunnel", &[], 0),
    ("start-stunnel", &[], 0),
    ("jemalloc.sh", &[], 0),
    ("unbuffer", &[], 0),
    ("cross-env", &[], 0),
    ("dotenv", &["-e", "-f"], 0),
    ("catchsegv", &[], 0),
];

/// Commands that run another one only with this word: `bundle exec`, `poetry run`.
const SUB_RUNNERS: &[(&str, &[&str])] = &[
    ("bundle", &["exec"]),
    ("poetry", &["run"]),
    ("pipenv", &["run"]),
    ("uv", &["run"]),
    ("pdm", &["run"]),
    ("hatch", &["run"]),
    ("rye", &["run"]),
    ("yarn", &["exec", "dlx"]),
    ("pnpm", &["exec", "dlx"]),
    ("npm", &["exec"]),
    ("foreman", &["run"]),
    ("honcho", &["run"]),
    ("newrelic-admin", &["run-program"]),
    ("doppler", &["run"]),
    ("dotenv", &["run"]),
];

impl<'t> Command<'t> {
    /// The command of a `command` node.
    pub(super) fn of(script: &Script<'t>, node: Node<'t>) -> Self {
        let mut words = Vec::new();
        let mut cursor = node.walk();
        if let Some(name) = node.child_by_field_name("name") {
            words.push(Word::of(name.named_child(0).unwrap_or(name), script.text));
            words.extend(
                node.children_by_field_name("argument", &mut cursor)
                    .filter(Node::is_named)
                    .map(|argument| Word::of(argument, script.text)),
            );
        }
        let mut command = Command { words, at: 0 };
        command.at = command.worker();
        command
    }

    fn base_at(&self, at: usize) -> &str {
        let text = self.words.get(at).and_then(|word| word.text.as_deref()).unwrap_or_default();
        text.rsplit('/').next().unwrap_or_default()
    }

    /// Skips what only runs another command.
    fn worker(&self) -> usize {
        let mut at = 0;
        while at + 1 < self.words.len() {
            let base = self.base_at(at);
            let mut next = at + 1;
            let sub = SUB_RUNNERS.iter().find(|(name, _)| *name == base);
            if sub.is_some_and(|(_, verbs)| verbs.contains(&self.base_at(next))) {
                next += 1;
                while self.words.get(next).is_some_and(Word::is_option) {
                    next += 1;
                }
            } else if let Some((_, with_word, skip)) = RUNNERS.iter().find(|(name, ..)| *name == base) {
                // `command -v heroku` only looks where it is.
                if base == "command" && matches!(self.base_at(next), "-v" | "-V") {
                    return at;
                }
                while let Some(word) = self.words.get(next) {
                    let text = word.text.as_deref().unwrap_or_default();
                    let assigns = is_assignment(word.node, text);
                    if with_word.contains(&text) {
                        next += 2;
                    } else if word.is_option() || assigns {
                        next += 1;
                    } else {
                        break;
                    }
                }
                next += skip;
            } else {
                return at;
            }
            if next >= self.words.len() {
                return at;
            }
            at = next;
        }
        at
    }

    /// The first word as written, where it is plain.
    pub(super) fn first(&self) -> &str {
        self.words.first().and_then(|word| word.text.as_deref()).unwrap_or_default()
    }

    /// The name of what runs, without its directory. Empty where it is computed.
    pub(super) fn base(&self) -> &str {
        self.base_at(self.at)
    }

    /// What runs and its arguments, without what only runs it.
    pub(super) fn worker_words(&self) -> &[Word<'t>] {
        self.words.get(self.at..).unwrap_or_default()
    }

    /// The words before the one that names what runs.
    pub(super) fn before(&self) -> &[Word<'t>] {
        self.words.get(..self.at).unwrap_or_default()
    }

    /// The words after the one that names what runs.
    pub(super) fn arguments(&self) -> &[Word<'t>] {
        self.words.get(self.at + 1..).unwrap_or_default()
    }

    /// Whether a word stands before the one that names what runs: `X=$Y` in `env X=$Y command`.
    pub(super) fn is_prefix(&self, at: usize) -> bool {
        at < self.at
    }

    /// The words after the first one.
    pub(super) fn own_arguments(&self) -> &[Word<'t>] {
        self.words.get(1..).unwrap_or_default()
    }

    /// The first argument that is no option.
    fn verb(&self) -> &str {
        self.arguments()
            .iter()
            .filter(|word| !word.is_option())
            .find_map(|word| word.text.as_deref())
            .unwrap_or_default()
    }

    fn has(&self, text: &str) -> bool {
        self.arguments().iter().any(|word| word.is(text))
    }

    /// The name under which a place speaks of the command.
    pub(super) fn callee(&self) -> String {
        match self.base() {
            "" => "*".to_owned(),
            base => base.to_owned(),
        }
    }

    /// What running it does.
    pub(super) fn effect(&self) -> Option<Effect> {
        let base = self.base();
        let verb = self.verb();
        if starts_worker(self, base, verb) {
            return Some(Effect::StartsWorker);
        }
        if starts_server(self, base, verb) {
            return Some(Effect::StartsServer);
        }
        match base {
            "return" | "continue" | "break" => Some(Effect::Returns),
            "source" | "." => self
                .arguments()
                .first()
                .and_then(|file| file.text.as_deref())
                .is_some_and(|file| file.rsplit('/').next().unwrap_or_default().starts_with(".env"))
                .then_some(Effect::LocalSettings),
            _ => Effect::of_call(base),
        }
    }

    /// Whether it says that all went well and leaves.
    pub(super) fn leaves_quietly(&self) -> bool {
        match self.base() {
            "return" | "continue" | "break" => true,
            "exit" => self.arguments().first().is_none_or(|status| status.is("0")),
            _ => false,
        }
    }
}

/// `X=v` as an argument of `env`: the grammar gives a word or a concatenation.
fn is_assignment(node: Node<'_>, text: &str) -> bool {
    let start = if text.is_empty() && node.kind() == "concatenation" { None } else { Some(text) };
    match start {
        Some(text) => text.split_once('=').is_some_and(|(name, _)| looks_like_variable(name)),
        // Computed values: the name is in the first part.
        None => node.named_child(0).is_some_and(|first| first.kind() == "word"),
    }
}

const SERVERS: &[&str] = &[
    "gunicorn",
    "uvicorn",
    "hypercorn",
    "daphne",
    "waitress-serve",
    "uwsgi",
    "mod_wsgi-express",
    "puma",
    "pumactl",
    "unicorn",
    "unicorn_rails",
    "thin",
    "rainbows",
    "falcon",
    "iodine",
    "passenger",
    "rackup",
    "webrick",
    "nodemon",
    "http-server",
    "serve",
    "pm2-runtime",
    "nginx",
    "caddy",
    "httpd",
    "apache2-foreground",
    "php-fpm",
    "heroku-php-apache2",
    "heroku-php-nginx",
];

const WORKERS: &[&str] = &[
    "sidekiq",
    "sidekiqswarm",
    "resque",
    "resque-pool",
    "delayed_job",
    "good_job",
    "que",
    "shoryuken",
    "sneakers",
    "clockwork",
    "rqworker",
    "dramatiq",
    "huey_consumer",
    "huey_consumer.py",
    "arq",
    "faktory",
    "faktory-worker",
    "crond",
    "cron",
    "supercronic",
];

fn starts_server(command: &Command<'_>, base: &str, verb: &str) -> bool {
    match base {
        _ if SERVERS.contains(&base) => true,
        "node" | "nodejs" | "deno" | "bun" | "ts-node" | "tsx" => !verb.is_empty(),
        "npm" | "yarn" | "pnpm" => {
            let script = if verb == "run" {
                command.arguments().iter().filter(|word| !word.is_option()).nth(1)
            } else {
                command.arguments().iter().find(|word| !word.is_option())
            };
            let script = script.and_then(|word| word.text.as_deref()).unwrap_or_default();
            script == "serve" || script == "start" || script.starts_with("start:")
        }
        "next" | "nuxt" | "nest" | "remix-serve" | "strapi" => base == "remix-serve" || verb == "start",
        "rails" => matches!(verb, "s" | "server"),
        "flask" | "fastapi" | "streamlit" => verb == "run",
        "python" | "python3" | "manage.py" | "django-admin" => {
            command.has("runserver") || command.has("http.server")
        }
        "php" => command.has("-S") || (verb == "artisan" && command.has("serve")),
        "mix" => verb == "phx.server",
        "java" => command.has("-jar"),
        _ => false,
    }
}

fn starts_worker(command: &Command<'_>, base: &str, verb: &str) -> bool {
    let named_so = |file: &str| {
        let stem = file.rsplit('/').next().unwrap_or_default();
        ["worker", "scheduler", "clock"].iter().any(|word| stem.contains(word))
    };
    match base {
        _ if WORKERS.contains(&base) => true,
        "celery" => command.has("worker") || command.has("beat"),
        "rq" => verb == "worker",
        "rake" | "rails" => {
            matches!(verb, "jobs:work" | "resque:work" | "resque:workers" | "resque:scheduler")
                || matches!(verb, "qc:work" | "que:work" | "solid_queue:start" | "sneakers:run")
                || matches!(verb, "environment" if command.has("resque:work"))
        }
        "python" | "python3" | "manage.py" => {
            ["qcluster", "rqworker", "process_tasks", "rqscheduler", "db_worker", "celery"]
                .iter()
                .any(|task| command.has(task))
                || named_so(verb)
        }
        "node" | "nodejs" | "ruby" | "ts-node" | "tsx" | "bun" => named_so(verb),
        "php" => command.has("queue:work") || command.has("horizon") || command.has("schedule:work"),
        "npm" | "yarn" | "pnpm" => command.arguments().iter().any(|word| {
            word.text.as_deref().is_some_and(|text| text == "worker" || text.ends_with(":worker"))
        }),
        _ => false,
    }
}

/// Whether a word could name a function of another script: common commands cannot.
pub(super) fn may_be_function(name: &str) -> bool {
    const COMMANDS: &[&str] = &[
        "alias",
        "apt",
        "apt-get",
        "awk",
        "aws",
        "bash",
        "brew",
        "bundle",
        "cat",
        "cd",
        "chmod",
        "chown",
        "command",
        "cp",
        "curl",
        "cut",
        "date",
        "declare",
        "docker",
        "docker-compose",
        "echo",
        "egrep",
        "env",
        "envsubst",
        "eval",
        "exec",
        "exit",
        "export",
        "find",
        "flyctl",
        "gcloud",
        "gem",
        "git",
        "grep",
        "heroku",
        "jq",
        "kill",
        "kubectl",
        "ln",
        "local",
        "ls",
        "make",
        "mkdir",
        "mv",
        "node",
        "npm",
        "npx",
        "pip",
        "printenv",
        "printf",
        "psql",
        "python",
        "python3",
        "read",
        "rm",
        "ruby",
        "sed",
        "set",
        "sh",
        "shift",
        "ssh",
        "sudo",
        "tar",
        "tee",
        "test",
        "touch",
        "tr",
        "trap",
        "ulimit",
        "unset",
        "wget",
        "xargs",
        "yarn",
    ];
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
        && !COMMANDS.contains(&name)
}

/// Hosts of Heroku's that only tools speak to.
const TOOL_HOSTS: &[&str] = &[
    "registry.heroku.com",
    "git.heroku.com",
    "git@heroku.com",
    "api.heroku.com",
    "cli-assets.heroku.com",
    "toolbelt.heroku.com",
];

fn push_sign(facts: &mut Facts, what: String, span: Span) {
    if !facts.signs.iter().any(|sign| sign.what == what) {
        facts.signs.push(Sign { kind: SignKind::Tooling, what, span });
    }
}

impl<'t> Script<'t> {
    /// Whether the command is Heroku's, or pushes to Heroku.
    pub(super) fn sign_command(&self, node: Node<'t>, command: &Command<'t>, facts: &mut Facts) {
        let span = Span::from(node);
        match command.base() {
            "heroku" => {
                let mut verb = "";
                let mut words = command.arguments().iter();
                while let Some(word) = words.next() {
                    match word.text.as_deref() {
                        Some("-a" | "--app" | "-r" | "--remote" | "-t" | "--team") => {
                            words.next();
                        }
                        Some(text) if text.starts_with('-') => {}
                        Some(text) => {
                            verb = text;
                            break;
                        }
                        None => break,
                    }
                }
                push_sign(facts, format!("heroku {verb}").trim_end().to_owned(), span);
            }
            "git" => {
                let words: Vec<&str> =
                    command.arguments().iter().map(|word| word.text.as_deref().unwrap_or("")).collect();
                let verb = words.iter().find(|word| matches!(**word, "push" | "remote" | "fetch" | "pull"));
                let remote = words.iter().any(|word| {
                    *word == "heroku" || word.starts_with("heroku-") || word.starts_with("heroku_")
                });
                if let (Some(verb), true) = (verb, remote) {
                    let verb = if words.contains(&"subtree") { "subtree push" } else { verb };
                    push_sign(facts, format!("git {verb} heroku"), span);
                }
            }
            "dpl" => {
                let heroku = command.arguments().iter().filter_map(|word| word.text.as_deref());
                if heroku.clone().any(|text| text == "heroku" || text.ends_with("=heroku")) {
                    push_sign(facts, "dpl heroku".to_owned(), span);
                }
            }
            // A command line in a text: `sh -c '…'`, `eval "…"`, `ssh host '…'`.
            "sh" | "bash" | "dash" | "ash" | "zsh" | "eval" | "ssh" | "su" => {
                self.read_inner(command, facts);
            }
            _ => {}
        }
    }

    /// Reads a quoted command line. What is between double quotes this shell expands itself, so only
    /// the commands are taken from there.
    fn read_inner(&self, command: &Command<'t>, facts: &mut Facts) {
        let takes_text = matches!(command.base(), "eval" | "ssh")
            || command.arguments().iter().any(|word| {
                word.text.as_deref().is_some_and(|text| {
                    text.starts_with('-') && !text.starts_with("--") && text.ends_with('c')
                })
            });
        if !takes_text {
            return;
        }
        for argument in command.arguments() {
            let raw = match argument.node.kind() {
                "raw_string" => true,
                "string" => false,
                _ => continue,
            };
            let span = argument.inner(self.text);
            if span.is_empty() || span.len() >= self.text.len() {
                continue;
            }
            let mut inner = Facts::default();
            super::embedded(self.text, span, &mut inner, &self.scope_of(argument.node));
            for sign in inner.signs {
                push_sign(facts, sign.what, sign.span);
            }
            // Over `ssh` it is another machine's environment.
            if raw && command.base() != "ssh" {
                inner
                    .reads
                    .retain(|read| read.name.known().is_none_or(|name| !self.variables.is_assigned(name)));
                facts.reads.append(&mut inner.reads);
                facts.writes.append(&mut inner.writes);
            }
        }
    }

    /// Hosts that only Heroku's tools speak to, in any word that is not only printed.
    pub(super) fn sign_hosts(&self, facts: &mut Facts) {
        for &node in &self.words {
            let written = tree::text(node, self.text);
            let Some(host) = TOOL_HOSTS.iter().find(|host| written.contains(**host)) else { continue };
            let shown = self.chain(node).skip(1).take(4).find(|above| above.kind() == "command");
            let printed = shown.is_some_and(|command| {
                let command = Command::of(self, command);
                matches!(command.base(), "echo" | "printf" | "die" | "fail" | "abort" | "log" | "warn")
            });
            if !printed {
                push_sign(facts, (*host).to_owned(), Span::from(node));
            }
        }
    }

    /// `X=v command`, `env X=v command`, `env -u X command`.
    pub(super) fn write_command(&self, node: Node<'t>, command: &Command<'t>, facts: &mut Facts) {
        let mut cursor = node.walk();
        for assignment in node.named_children(&mut cursor) {
            if assignment.kind() == "variable_assignment" && !command.words.is_empty() {
                self.write_assignment(assignment, WriteKind::Set, "shell", facts);
            }
        }
        let runs = command.words.get(..command.at.max(1)).unwrap_or_default();
        let by_env = runs.iter().any(|word| {
            word.text.as_deref().is_some_and(|text| matches!(text, "env" | "sudo" | "cross-env"))
        });
        if !by_env {
            return;
        }
        let last = if command.at == 0 { command.words.len() } else { command.at };
        let mut unsets = false;
        for word in command.words.get(1..last).unwrap_or_default() {
            let span = Span::from(word.node);
            let written = span.of(self.text);
            if std::mem::take(&mut unsets) {
                if looks_like_variable(written) {
                    self.push_write(span, span, None, WriteKind::Unset, "env", word.node, facts);
                }
                continue;
            }
            unsets = written == "-u" && runs.iter().any(|word| word.is("env"));
            if let Some((name, _)) = written.split_once('=')
                && looks_like_variable(name)
            {
                let value = word.text.as_deref().and_then(|text| text.split_once('=')).map(|(_, v)| v);
                let at = Span::new(span.start, span.start + name.len());
                let value = value.map(str::to_owned);
                self.push_write(at, span, value, WriteKind::Set, "env", word.node, facts);
            }
        }
    }

    /// `export X=v`, `export X`, `declare -x X=v`, `unset X`.
    pub(super) fn write_declaration(&self, node: Node<'t>, facts: &mut Facts) {
        let word = node.child(0).map_or("", |word| tree::text(word, self.text));
        let children = tree::children(node);
        let options: Vec<&str> = children
            .iter()
            .filter(|child| child.kind() == "word")
            .map(|child| tree::text(*child, self.text))
            .filter(|text| text.starts_with('-'))
            .collect();
        let has = |letter: char| options.iter().any(|option| option.contains(letter));
        let unset = matches!(word, "unset" | "unsetenv");
        if (unset && has('f')) || (!unset && word != "export" && !has('x')) {
            return;
        }
        for child in children {
            match child.kind() {
                "variable_assignment" => self.write_assignment(child, WriteKind::Set, word, facts),
                "variable_name" | "word" => {
                    let name = tree::text(child, self.text);
                    if !looks_like_variable(name) || is_of_the_shell(name) {
                        continue;
                    }
                    let kind = match () {
                        () if unset || (word == "export" && has('n')) => WriteKind::Unset,
                        () if self.variables.is_assigned(name) => WriteKind::Set,
                        () => WriteKind::Pass,
                    };
                    let span = Span::from(child);
                    self.push_write(span, span, None, kind, word, child, facts);
                }
                _ => {}
            }
        }
    }

    /// Plain assignments while `set -a` is on.
    pub(super) fn write_assignments(&self, facts: &mut Facts) {
        if self.allexport.is_empty() {
            return;
        }
        for (_, value, at) in self.variables.single() {
            if let Some(assignment) = self.parent(at)
                && assignment.kind() == "variable_assignment"
                && Span::from(assignment).contains(Span::from(value))
                && Self::is_on(&self.allexport, at.start_byte())
                && self.parent(assignment).is_none_or(|up| up.kind() != "declaration_command")
            {
                self.write_assignment(assignment, WriteKind::Set, "set -a", facts);
            }
        }
    }

    fn write_assignment(&self, node: Node<'t>, kind: WriteKind, surface: &str, facts: &mut Facts) {
        let Some(name) = node.child_by_field_name("name").filter(|name| name.kind() == "variable_name")
        else {
            return;
        };
        let text = tree::text(name, self.text);
        if !looks_like_variable(text) || is_of_the_shell(text) {
            return;
        }
        let value = node.child_by_field_name("value");
        // `export X=${X:-d}` keeps what is set.
        let kept = value.and_then(|value| self.sole_expansion(value)).filter(|expansion| {
            expansion.name == text && matches!(expansion.operator, "-" | ":-" | "=" | ":=")
        });
        let (kind, plain) = match (&kept, value) {
            (Some(kept), _) => (WriteKind::Default, kept.argument_text(self.text)),
            (None, Some(value)) => (kind, word::plain(value, self.text)),
            (None, None) => (kind, Some(String::new())),
        };
        self.push_write(Span::from(name), Span::from(node), plain, kind, surface, node, facts);
    }

    #[allow(clippy::too_many_arguments)]
    fn push_write(
        &self,
        name_span: Span,
        span: Span,
        value: Option<String>,
        kind: WriteKind,
        surface: &str,
        node: Node<'t>,
        facts: &mut Facts,
    ) {
        facts.writes.push(EnvWrite {
            name: Name::Known(name_span.of(self.text).to_owned()),
            name_span,
            span,
            value,
            kind,
            surface: surface.to_owned(),
            scope: self.scope_of(node),
        });
    }
}
