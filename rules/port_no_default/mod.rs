//! `PORT` decides where a server listens, and nothing stands in for it.

use crate::expr::Expr;
use crate::fact::{EnvRead, Guard, Place, ReadKind, Use, WriteKind};
use crate::lang::{Lang, dockerfile};
use crate::project::{File, Project};
use crate::remedy::{Content, Remedy, What};
use crate::rule::{Confidence, Impact, Meta, Origin, Severity, Status, Step, Target};
use crate::rules::production::reaches_production;
use crate::rules::{Context, Draft, Rule, runtime};
use crate::span::Span;
use crate::term::{Command, Invocation, Term};

/// `port-no-default`.
pub struct PortNoDefault;

static META: Meta = Meta {
    id: "port-no-default",
    aliases: &[],
    family: "ports",
    severity: Severity::Warning,
    impact: Impact::BootFails,
    confidence: Confidence::High,
    step: Step::Code,
    langs: &[
        Lang::Ruby,
        Lang::Python,
        Lang::JavaScript,
        Lang::TypeScript,
        Lang::Shell,
        Lang::Dockerfile,
        Lang::Procfile,
        Lang::Json,
    ],
    needs_heroku: true,
    status: Status::Stable,
    since: "0.1.0",
    specificity: 10,
    page: include_str!("README.md"),
    origin: Origin::BuiltIn,
};

/// The variable.
const PORT: &str = "PORT";

/// Languages that are shell, and those that carry it.
const SHELL: &[Lang] = &[Lang::Shell, Lang::Procfile, Lang::Dockerfile, Lang::Json];

/// Languages that have a call for it.
const CODE: &[Lang] = &[Lang::Ruby, Lang::Python, Lang::JavaScript, Lang::TypeScript];

impl Rule for PortNoDefault {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn watches_in(&self) -> &'static [(&'static [Lang], &'static [&'static str])] {
        &[
            (&[Lang::JavaScript, Lang::TypeScript], &["env.PORT", "{ PORT", "{PORT"]),
            (&[Lang::Ruby, Lang::Python], &["\"PORT\"*", "'PORT'*"]),
            (&[Lang::Shell, Lang::Dockerfile], &["$PORT", "${PORT"]),
        ]
    }

    fn file(&self, cx: &Context<'_>) -> Vec<Draft> {
        let reads: Vec<&EnvRead> = cx.file.facts.reads.iter().filter(|read| read.name.is(PORT)).collect();
        let language = SHELL.contains(&cx.file.lang) || CODE.contains(&cx.file.lang);
        if reads.is_empty() || !language || is_given(cx) || reads.iter().any(|read| is_asked_for(read)) {
            return Vec::new();
        }
        reads.into_iter().filter_map(|read| found(cx, read)).collect()
    }
}

/// Whether the file, the image or the manifest of a platform sets the variable itself.
fn is_given(cx: &Context<'_>) -> bool {
    let sets = |file: &File| {
        let mut writes = file.facts.writes.iter().filter(|write| write.name.is(PORT));
        writes.any(|write| matches!(write.kind, WriteKind::Set | WriteKind::Default))
    };
    let of_platform = |file: &&File| {
        let name = file.path.rsplit('/').next().unwrap_or_default();
        let image = file.lang == Lang::Dockerfile && runtime::is_production_dockerfile(&file.path);
        file.role.is_reported() && (image || matches!(name, "fly.toml" | "render.yaml"))
    };
    sets(cx.file) || cx.project.files.iter().filter(of_platform).any(sets)
}

/// Whether the program asks if it is set at all: then it has an answer for both cases.
fn is_asked_for(read: &EnvRead) -> bool {
    let about = |guard: &Guard| guard.expr.names().contains(&PORT);
    read.kind == ReadKind::Presence
        || read.guards.iter().any(about)
        || read.uses.iter().any(|site| matches!(site.place, Place::Condition(_)) || chooses(&site.expr))
}

/// Whether something else is taken in an expression where the variable is unset.
fn chooses(expr: &Expr) -> bool {
    let mut found = false;
    expr.walk(&mut |part| {
        found |= matches!(part, Expr::Any(_) | Expr::Coalesce(_) | Expr::Choose { .. } | Expr::All(_));
    });
    found
}

fn found(cx: &Context<'_>, read: &EnvRead) -> Option<Draft> {
    if read.kind != ReadKind::Value || read.default.is_some() {
        return None;
    }
    let file = cx.file;
    if !reaches_production(cx, &read.guards) || is_tool(&file.path) {
        return None;
    }
    let shell = SHELL.contains(&file.lang);
    let starts = match shell {
        true => started(file, read.span).is_some(),
        false => read.uses.iter().any(|site| listens(cx.project, file, site)),
    };
    if !starts {
        return None;
    }
    let port = usual_port(cx.project, file, read);
    let absent = cx.target.filter(|target| sets_no_port(*target));
    let (message, label) = match absent {
        Some(target) => (
            format!("{} sets no `PORT`, and nothing stands in for it here", target.title()),
            "unset after the move",
        ),
        None => {
            ("not every platform sets `PORT`, and nothing stands in for it here".to_string(), "may be unset")
        }
    };
    let message = match read.required {
        true => format!("{message}: reading it unset raises"),
        false => message,
    };
    let help = format!("add a default, as in {}", example(file.lang, port));
    let mut draft = Draft::new(&META, &file.path, read.span, message, help)
        .label(label)
        .scope(read.scope.clone())
        .variable(PORT)
        .remedy(remedy(file, read, port));
    if absent.is_some() {
        draft = draft.severity(Severity::Error);
    }
    Some(draft)
}

/// Whether a platform leaves the port to the image and its manifest. Sources: each one's list of the variables
/// that it sets.
fn sets_no_port(target: Target) -> bool {
    matches!(target, Target::Fly | Target::Aws | Target::Kubernetes)
}

fn example(lang: Lang, port: u32) -> String {
    match lang {
        Lang::Ruby => format!("`ENV.fetch(\"PORT\", \"{port}\")`"),
        Lang::Python => format!("`os.environ.get(\"PORT\", \"{port}\")`"),
        Lang::JavaScript | Lang::TypeScript => format!("`process.env.PORT || {port}`"),
        _ => format!("`${{PORT:-{port}}}`"),
    }
}

/// Whether a file sets up a tool that builds assets and serves them to developers.
fn is_tool(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    name.contains(".config.")
        || ["esbuild", "gruntfile", "gulpfile", "webpack"].iter().any(|tool| name.starts_with(tool))
}

/// Functions that listen, or name the port for one that does: where it stands, by position or keyword.
const LISTENERS: &[(&str, Option<usize>, Option<&str>)] = &[
    ("listen", Some(0), Some("port")),
    ("serve", None, Some("port")),
    ("run", None, Some("port")),
    ("run", None, Some("Port")),
    ("run!", None, Some("port")),
    ("run_app", None, Some("port")),
    ("run_simple", Some(1), Some("port")),
    ("run_webhook", None, Some("port")),
    ("start_webhook", None, Some("port")),
    ("start_server", Some(1), Some("port")),
    ("make_server", Some(1), Some("port")),
    ("port", Some(0), None),
    ("HTTPServer", Some(0), Some("Port")),
    ("ThreadingHTTPServer", Some(0), None),
    ("TCPServer", Some(0), None),
    ("TCPServer", Some(1), None),
    ("WebSocketServer", None, Some("port")),
];

/// Whether a value goes into a call that listens, at this place.
fn listens(project: &Project, file: &File, site: &Use) -> bool {
    let file = match &site.path {
        Some(path) => match project.file(path) {
            Some(file) => file,
            None => return false,
        },
        None => file,
    };
    let told = match &site.place {
        // Puma's `bind "tcp://0.0.0.0:#{ENV["PORT"]}"`, and the same of Gunicorn's settings.
        Place::Argument { callee, .. } => {
            file.lang == Lang::Ruby && matches!(callee.as_str(), "bind" | "port" | "listen")
        }
        Place::Bound { target } => {
            target == "bind" && file.path.rsplit('/').next().is_some_and(|name| name.contains("gunicorn"))
        }
        _ => false,
    };
    told || file.facts.invocations.iter().any(|call| has_port(call, site.span))
}

/// Whether the port of a call that listens stands at this place.
fn has_port(call: &Invocation, place: Span) -> bool {
    if !call.span.contains(place) {
        return false;
    }
    // A name that the file gives a value stands for that.
    let holds = |term: Option<&Term>| {
        term.is_some_and(|term| term.span.contains(place) || term.variables().contains(&PORT))
    };
    // `app.set("port", …)` of Express, `set :port, …` of Sinatra.
    if call.name() == "set" {
        return call.argument(0).and_then(Term::text) == Some("port") && holds(call.argument(1));
    }
    let name = match call.name() {
        "new" => call.callee.rsplit('.').nth(1).unwrap_or_default(),
        name => name,
    };
    LISTENERS.iter().filter(|(known, ..)| *known == name).any(|(_, position, keyword)| {
        let first = position.and_then(|at| call.argument(at)).filter(|term| term.entries().is_empty());
        holds(first) || holds(keyword.and_then(|keyword| call.option(&[keyword])))
    })
}

/// Servers by the name of their program, and the port that each ecosystem expects.
const SERVERS: &[(&str, u32)] = &[
    ("daphne", 8000),
    ("flask", 8000),
    ("granian", 8000),
    ("gunicorn", 8000),
    ("http-server", 3000),
    ("hypercorn", 8000),
    ("manage.py", 8000),
    ("next", 3000),
    ("nuxt", 3000),
    ("passenger", 3000),
    ("php", 8080),
    ("puma", 3000),
    ("rackup", 3000),
    ("rails", 3000),
    ("serve", 3000),
    ("streamlit", 8000),
    ("thin", 3000),
    ("unicorn", 3000),
    ("uvicorn", 8000),
    ("uwsgi", 8000),
    ("vite", 3000),
    ("waitress-serve", 8000),
];

/// Programs that only speak of the port, or ask at it.
const SPEAKERS: &[&str] = &["[", "curl", "echo", "export", "nc", "netstat", "printf", "test", "wget"];

fn words(command: &Command) -> impl Iterator<Item = &str> {
    command.words.iter().filter_map(Term::text).map(|word| word.rsplit('/').next().unwrap_or(word))
}

/// Whether a command is one of production: `start`, not `dev`, and not that of an image for tests.
fn is_for_production(file: &File, command: &Command) -> bool {
    match file.lang {
        Lang::Json => {
            let script = command.scope.rsplit('.').next().unwrap_or_default();
            ["start", "serve", "web", "prod"].iter().any(|start| script.starts_with(start))
                && !["dev", "test", "local"].iter().any(|word| script.contains(word))
        }
        Lang::Dockerfile => runtime::is_production_dockerfile(&file.path),
        _ => true,
    }
}

/// The command of a server that holds this place, and its usual port where the server is known.
fn started(file: &File, place: Span) -> Option<Option<u32>> {
    let command = file.facts.commands.iter().rfind(|command| command.span.contains(place))?;
    if words(command).next().is_some_and(|word| SPEAKERS.contains(&word)) || !is_for_production(file, command)
    {
        return None;
    }
    let known = words(command).find_map(|word| SERVERS.iter().find(|(name, _)| *name == word));
    let is_web = file.lang == Lang::Procfile && command.scope == "web";
    match known {
        Some((_, port)) => Some(Some(*port)),
        None => is_web.then_some(None),
    }
}

/// The port to listen on without the variable: what the file or the image says already, else what is usual.
fn usual_port(project: &Project, file: &File, read: &EnvRead) -> u32 {
    let text = file.source.text.as_str();
    let number = |text: &str| text.trim_matches(|c: char| !c.is_ascii_digit()).parse::<u32>().ok();
    let beside = file.facts.reads.iter().filter(|other| other.name.is(PORT));
    let mut beside = beside.filter_map(|other| number(other.default?.of(text)));
    let usual = || match file.lang {
        Lang::Python => 8000,
        lang if SHELL.contains(&lang) => started(file, read.span).flatten().unwrap_or(3000),
        _ => 3000,
    };
    beside.next().or_else(|| exposed(project)).unwrap_or_else(usual)
}

/// The one port that the images of the project say they listen on.
fn exposed(project: &Project) -> Option<u32> {
    let images = project.files.iter().filter(|file| {
        file.lang == Lang::Dockerfile
            && file.role.is_reported()
            && runtime::is_production_dockerfile(&file.path)
    });
    let mut ports: Vec<u32> = images
        .flat_map(|file| dockerfile::outline(&file.source.text).into_iter().map(move |line| (file, line)))
        .filter(|(_, (keyword, _))| keyword == "EXPOSE")
        .map(|(file, (_, span))| {
            span.of(&file.source.text).trim().trim_end_matches("/tcp").parse().unwrap_or(0)
        })
        .collect();
    ports.sort_unstable();
    ports.dedup();
    match ports[..] {
        // Ports below are for root alone, which a server need not be elsewhere.
        [port] if port >= 1024 => Some(port),
        _ => None,
    }
}

/// The same with a default.
fn remedy(file: &File, read: &EnvRead, port: u32) -> Option<Remedy> {
    let written = read.span.of(&file.source.text);
    let remedy = Remedy::safe(format!("listen on {port} where `PORT` is unset"));
    if SHELL.contains(&file.lang) {
        let is_plain = matches!(written, "$PORT" | "${PORT}");
        let what = What::Text { at: read.span, text: format!("${{PORT:-{port}}}") };
        return is_plain.then(|| remedy.change(&file.path, what));
    }
    // A pattern that takes the environment apart, and a function of the project, are no access to rewrite.
    let is_access = read.via.is_none() && written.len() > PORT.len() && !written.contains('{');
    let default = match is_number_wanted(file, read.span) {
        true => Content::Number(port.to_string()),
        // As the environment has it: code around it may expect a text.
        false => Content::Text(port.to_string()),
    };
    let value = Content::Env { name: PORT.to_string(), default: Some(Box::new(default)) };
    is_access.then(|| remedy.change(&file.path, What::Become { at: read.span, value }))
}

/// In JavaScript a port that goes straight into the call that listens is a number by habit.
fn is_number_wanted(file: &File, place: Span) -> bool {
    let next = file.source.text[place.end..].trim_start().chars().next();
    matches!(file.lang, Lang::JavaScript | Lang::TypeScript)
        && matches!(next, Some(',' | ')' | '}'))
        && file.facts.invocations.iter().any(|call| {
            let port = call.argument(0).filter(|term| term.entries().is_empty());
            let port = port.or_else(|| call.option(&["port"]));
            call.name() == "listen" && port.is_some_and(|port| port.span == place)
        })
}
