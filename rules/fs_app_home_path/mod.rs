//! Paths below `/app`, where Heroku unpacks an application.

use crate::fact::WriteKind;
use crate::files::{self, Base, Constants, Family};
use crate::lang::Lang;
use crate::project::{File, Project};
use crate::remedy::{Content, Remedy, What};
use crate::role::Role;
use crate::rule::{Confidence, Impact, Meta, Origin, Severity, Status, Step, Target};
use crate::rules::{Context, Draft, Rule};
use crate::span::Span;

/// `fs-app-home-path`.
pub struct FsAppHomePath;

static META: Meta = Meta {
    id: "fs-app-home-path",
    aliases: &[],
    family: "files",
    severity: Severity::Error,
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
        Lang::Yaml,
        Lang::Json,
        Lang::Dotenv,
    ],
    needs_heroku: false,
    status: Status::Stable,
    since: "0.1.0",
    specificity: 15,
    page: include_str!("README.md"),
    origin: Origin::BuiltIn,
};

impl Rule for FsAppHomePath {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn watches_in(&self) -> &'static [(&'static [Lang], &'static [&'static str])] {
        &[
            (&[], &["/app/.*"]),
            (&[Lang::Dockerfile], &["/app"]),
            (
                &[
                    Lang::Ruby,
                    Lang::Python,
                    Lang::JavaScript,
                    Lang::TypeScript,
                    Lang::Shell,
                    Lang::Procfile,
                    Lang::Json,
                    Lang::Dotenv,
                ],
                &["/app/vendor", "/app/bin", "/app/tmp", "/app/node_modules"],
            ),
            (&[Lang::Dotenv], &["/app", "/app/*"]),
        ]
    }

    fn file(&self, cx: &Context<'_>) -> Vec<Draft> {
        let bare = cx.project.is_heroku(&cx.file.path)
            && !matches!(cx.target, Some(Target::Dokku | Target::Railway))
            && !has_container(cx.project);
        let mut found = Vec::new();
        for (text, span, scope) in texts(cx) {
            if let Some(what) = sure(&text) {
                found.push(draft_of(cx.file, span, &scope, what, &text));
            }
        }
        if bare {
            found.extend(of_root(cx));
        }
        found
    }
}

/// Folders below `/app` that Heroku's build or a buildpack makes, with who makes them.
const MADE: &[(&str, &str)] = &[
    (".heroku/python", "Heroku's Python buildpack"),
    (".heroku/node", "Heroku's Node.js buildpack"),
    (".heroku/yarn", "Heroku's Node.js buildpack"),
    (".heroku/php", "Heroku's PHP buildpack"),
    (".heroku", "a Heroku buildpack"),
    (".apt", "Heroku's apt buildpack"),
    (".chromedriver", "Heroku's chromedriver buildpack"),
    (".chrome-for-testing", "Heroku's Chrome buildpack"),
    (".jdk", "Heroku's JVM buildpack"),
    (".profile.d", "a Heroku buildpack"),
    (".geodjango", "a Heroku buildpack"),
    (".fonts", "a Heroku build"),
    (".linuxbrew", "a Heroku buildpack"),
    (".magento", "a Heroku buildpack"),
];

/// The folder of [`MADE`] that a text names below `/app`, and who makes it.
fn sure(text: &str) -> Option<(&'static str, &'static str)> {
    let mut rest = text;
    while let Some(at) = rest.find("/app/.") {
        let before = rest[..at].chars().next_back();
        let below = &rest[at + "/app/".len()..];
        let begins =
            before.is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '.' | '/' | '_' | '-' | '}' | ')'));
        let known = MADE.iter().find(|(folder, _)| {
            below.strip_prefix(folder).is_some_and(|rest| {
                rest.is_empty() || rest.starts_with(['/', '"', '\'', ':', ' ', ';', '\n'])
            })
        });
        if let Some(known) = known.filter(|_| begins) {
            return Some(*known);
        }
        rest = below;
    }
    None
}

/// Texts of a file in which a path can stand: literals of programs, values of variables, words of commands,
/// values of settings files; with place and scope.
fn texts(cx: &Context<'_>) -> Vec<(String, Span, String)> {
    let facts = &cx.file.facts;
    let mut texts: Vec<(String, Span, String)> = Vec::new();
    let of_literals = facts.literals.iter();
    texts.extend(of_literals.map(|literal| (literal.text.clone(), literal.span, literal.scope.clone())));
    for write in facts.writes.iter().filter(|write| write.kind != WriteKind::Unset) {
        // A value with variables in it is no plain text: `PATH=/app/.heroku/bin:$PATH`.
        let value = write.value.clone().unwrap_or_else(|| write.span.of(&cx.file.source.text).to_string());
        texts.push((value, write.span, write.scope.clone()));
    }
    // A Dockerfile that makes the folder itself does not need Heroku for it.
    let makes = cx.file.lang == Lang::Dockerfile;
    for command in &facts.commands {
        let words = command.words.iter().chain(command.redirects.iter().map(|(_, file)| file));
        let words = words.chain(command.assignments.iter().map(|entry| &entry.value));
        texts.extend(
            words
                .filter(|_| !makes)
                .map(|word| (word.shape().into_owned(), word.span, command.scope.clone())),
        );
    }
    for setting in facts.settings.iter().filter(|setting| setting.name.is_empty()) {
        setting.value.walk(&mut |term| {
            if let Some(text) = term.text() {
                texts.push((text.to_string(), term.span, String::new()));
            }
        });
    }
    if makes
        && facts.commands.iter().any(|command| command.words.iter().any(|word| sure(&word.shape()).is_some()))
    {
        texts.clear();
    }
    // One text can be a value, a word and a part of a setting: the narrowest place tells it.
    texts.sort_by_key(|(_, span, _)| (span.len(), span.start));
    let mut kept: Vec<(String, Span, String)> = Vec::new();
    for (text, span, scope) in texts {
        if text.contains("/app") && !kept.iter().any(|(_, known, _)| span.contains(*known)) {
            kept.push((text, span, scope));
        }
    }
    kept.sort_by_key(|(_, span, _)| *span);
    kept
}

fn draft_of(file: &File, span: Span, scope: &str, what: (&str, &str), text: &str) -> Draft {
    let (folder, who) = what;
    let path = path_in(text, folder);
    let message = format!("`{path}` exists only where {who} put it");
    let help = "install it in the Dockerfile, and take its path from `PATH` or a variable without a default below `/app`";
    let draft = Draft::new(&META, &file.path, span, message, help)
        .label("missing after the move")
        .scope(scope)
        .cause(folder.split('/').next().unwrap_or_default(), "names such a path too");
    lowered(draft, file)
}

/// What only Heroku runs may name its paths: it is left behind with them.
fn lowered(draft: Draft, file: &File) -> Draft {
    let hook = ["bin/post_compile", "bin/pre_compile", ".profile"].iter().any(|name| file.path == *name)
        || file.path.starts_with(".profile.d/")
        || file.path == "app.json";
    match (hook, file.role) {
        (true, _) => draft.severity(Severity::Note).impact(Impact::Cleanup),
        (false, _) if file.lang == Lang::Dotenv => draft.severity(Severity::Warning),
        (false, Role::Ci | Role::Script) => draft.severity(Severity::Warning).impact(Impact::Degrades),
        (false, _) => draft,
    }
}

/// The path below `/app` with this folder, up to what cannot be a part of it.
fn path_in<'t>(text: &'t str, folder: &str) -> &'t str {
    let Some(at) = text.find(&format!("/app/{folder}")) else { return text };
    let path = &text[at..];
    let end = path.find([':', ' ', '"', '\'', ';', '\n', '\0', '`', '$', '{', ')']).unwrap_or(path.len());
    path[..end].trim_end_matches('/')
}

/// Whether the project builds an image of its own whose application lies in `/app`.
fn has_container(project: &Project) -> bool {
    project.files.iter().filter(|file| file.lang == Lang::Dockerfile).any(|file| {
        let text = &file.source.text;
        text.match_indices("/app").any(|(at, _)| {
            let before = text[..at].chars().next_back();
            let after = text[at + "/app".len()..].chars().next();
            before.is_none_or(|c| c.is_whitespace() || matches!(c, '"' | '\'' | '=' | ':'))
                && after.is_none_or(|c| c.is_whitespace() || matches!(c, '/' | '"' | '\'' | ':'))
        })
    })
}

/// Folders below `/app` that say that a text is a path of the file system and no address.
const FOLDERS: &[&str] = &["bin", "node_modules", "tmp", "vendor"];

/// Last words of names of variables whose value is a path of the file system.
const PATHS: &[&str] =
    &["BIN", "DIR", "EXECUTABLE", "FILE", "FOLDER", "HOME", "LIB", "LIBRARY", "PATH", "PYTHONPATH", "ROOT"];

/// Paths below `/app` itself, where it is sure that they are paths.
fn of_root(cx: &Context<'_>) -> Vec<Draft> {
    let facts = &cx.file.facts;
    let mut places: Vec<(String, Span, String)> = Vec::new();
    let family = Family::of(cx.file.lang);
    if let Some(family) = family {
        for literal in &facts.literals {
            if is_in_folder(&literal.text) {
                places.push((literal.text.clone(), literal.span, literal.scope.clone()));
            }
        }
        for call in &facts.invocations {
            let path =
                files::write(call, family).map(|write| write.path).or_else(|| files::read(call, family));
            let Some(path) = path else { continue };
            let place = files::place(path, &Constants::new());
            if place.base == Base::Root && place.rest.starts_with("app/") {
                places.push((path.shape().into_owned(), path.span, call.scope.clone()));
            }
        }
    }
    if matches!(cx.file.lang, Lang::Shell | Lang::Procfile | Lang::Json) && cx.file.role != Role::Ci {
        for command in &facts.commands {
            let files = command.redirects.iter().map(|(_, file)| file);
            for word in command.words.iter().chain(files) {
                let shape = word.shape();
                let sure = if cx.file.lang == Lang::Shell { is_in_folder(&shape) } else { is_path(&shape) };
                if sure && !command.program().starts_with("docker") {
                    places.push((shape.into_owned(), word.span, command.scope.clone()));
                }
            }
        }
    }
    for write in &facts.writes {
        let Some(value) = write.value.as_deref() else { continue };
        let Some(name) = write.name.known() else { continue };
        // The last word says what it is: `APP_HOME` is a folder, `HOME_PAGE` is none.
        let is_named = name.rsplit('_').next().is_some_and(|word| PATHS.contains(&word))
            && !["URL", "BASE_PATH", "URI", "ROUTE"].iter().any(|word| name.contains(word));
        let local = matches!(cx.file.lang, Lang::Shell | Lang::Dotenv | Lang::Procfile | Lang::Json);
        // Other platforms have an `/app` of their own; their scripts are shell.
        let means = if cx.file.lang == Lang::Shell { is_in_folder } else { is_path };
        if local && is_named && value.split(':').any(means) {
            places.push((value.to_string(), write.span, write.scope.clone()));
        }
    }
    places.retain(|(text, ..)| sure(text).is_none());
    places.sort_by_key(|(_, span, _)| (span.len(), span.start));
    let mut found: Vec<(String, Span, String)> = Vec::new();
    for place in places {
        if !found.iter().any(|(_, known, _)| place.1.contains(*known)) {
            found.push(place);
        }
    }
    found
        .into_iter()
        .map(|(text, span, scope)| {
            let shown = text.replace('\0', "…");
            let message =
                format!("`{shown}` is a path on a dyno: elsewhere the application does not lie in `/app`");
            let (message, help) = (message, relative(cx.file.lang));
            let draft = Draft::new(&META, &cx.file.path, span, message, help)
                .label("no such path after the move")
                .scope(scope)
                .confidence(Confidence::Medium)
                .cause("app", "names such a path too");
            let after = &cx.file.source.text[span.end..];
            let after: String = after.chars().take(160).collect();
            // A program that asks whether the file is there has another way.
            let draft = match after.contains("exist") {
                true => draft.severity(Severity::Note).impact(Impact::Cleanup),
                false => draft,
            };
            let draft = match cx.target.map(root_of) {
                Some(Some(root)) => draft.note(format!("the application lies in `{root}` there")),
                _ => draft,
            };
            lowered(draft, cx.file).remedy(below_root(cx, span, &text))
        })
        .collect()
}

/// The same path from the application's root. A Procfile's processes are started there, on Heroku and
/// everywhere else; what a program makes of a path in its arguments is its own affair. In Rails the root is
/// known, but is another one while Heroku builds.
fn below_root(cx: &Context<'_>, span: Span, path: &str) -> Option<Remedy> {
    let file = cx.file;
    let below = path.strip_prefix("/app/").filter(|below| !below.is_empty() && !below.contains('\0'))?;
    match file.lang {
        Lang::Procfile => {
            let process = file.facts.processes.iter().find(|process| process.span.contains(span))?;
            let moves = process.command.contains("cd ") || process.command.contains("chdir");
            let starts = file
                .facts
                .commands
                .iter()
                .any(|command| command.words.first().is_some_and(|word| word.span == span));
            (starts && !moves && span.of(&file.source.text) == path).then(|| {
                Remedy::safe("start it from the application's root")
                    .change(&file.path, What::Text { at: span, text: format!("./{below}") })
            })
        }
        Lang::Ruby => {
            let text = &file.source.text;
            let runs_in_rails = ["app/", "config/initializers/", "config/environments/"];
            let in_rails = runs_in_rails.iter().any(|folder| file.path.starts_with(folder))
                && cx.project.file("config/application.rb").is_some();
            let is_text = |at: Span| ['"', '\''].iter().any(|q| at.of(text) == format!("{q}{path}{q}"));
            let at = [span, Span::new(span.start.saturating_sub(1), (span.end + 1).min(text.len()))]
                .into_iter()
                .find(|at| {
                    text.is_char_boundary(at.start) && text.is_char_boundary(at.end) && is_text(*at)
                })?;
            let quote = &text[at.start..at.start + 1];
            in_rails.then(|| {
                let value = Content::Code(format!("Rails.root.join({quote}{below}{quote}).to_s"));
                Remedy::needs_decision("start from `Rails.root`")
                    .change(&file.path, What::Become { at, value })
            })
        }
        _ => None,
    }
}

/// Whether a text is a path below one of [`FOLDERS`].
fn is_in_folder(text: &str) -> bool {
    let below = text.strip_prefix("/app/").and_then(|below| below.split_once('/'));
    below.is_some_and(|(folder, rest)| FOLDERS.contains(&folder) && !rest.is_empty())
}

fn is_path(text: &str) -> bool {
    text == "/app" || text.starts_with("/app/")
}

/// Where a target's native builds put an application. Source: their documentation.
fn root_of(target: Target) -> Option<&'static str> {
    match target {
        Target::Render => Some("/opt/render/project/src"),
        Target::Aws => Some("/var/app/current"),
        _ => None,
    }
}

/// How a program finds its own directory.
fn relative(lang: Lang) -> &'static str {
    match Family::of(lang) {
        Some(Family::Ruby) => "start from `Rails.root` or `__dir__`",
        Some(Family::Python) => "start from `Path(__file__).resolve().parent`",
        Some(Family::JavaScript) => "start from `__dirname` or `import.meta.dirname`",
        None => "start from `$HOME` or the working directory",
    }
}
