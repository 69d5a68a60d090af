//! Caches and sessions in files.

use crate::files::Family;
use crate::lang::Lang;
use crate::project::{File, Project};
use crate::rule::{Confidence, Impact, Meta, Origin, Severity, Status, Step, Target};
use crate::rules::{Draft, Rule, files as shared};
use crate::span::Span;
use crate::term::{Term, Value};

/// `fs-file-cache-session`.
pub struct FsFileCacheSession;

static META: Meta = Meta {
    id: "fs-file-cache-session",
    aliases: &[],
    family: "files",
    severity: Severity::Warning,
    impact: Impact::Degrades,
    confidence: Confidence::High,
    step: Step::Code,
    langs: &[Lang::Ruby, Lang::Python, Lang::JavaScript, Lang::TypeScript],
    needs_heroku: true,
    status: Status::Stable,
    since: "0.1.0",
    specificity: 20,
    page: include_str!("README.md"),
    origin: Origin::BuiltIn,
};

impl Rule for FsFileCacheSession {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn watches_in(&self) -> &'static [(&'static [Lang], &'static [&'static str])] {
        &[
            (
                &[Lang::Ruby],
                &[
                    "cache_store",
                    "FileStore",
                    "page_cache_directory",
                    "caches_page",
                    RAILS_CACHE[0],
                    RAILS_CACHE[1],
                ],
            ),
            (
                &[Lang::Python],
                &[
                    "FileBasedCache",
                    "backends.file",
                    "SESSION_TYPE",
                    "CACHE_TYPE",
                    "FileSystemCache",
                    "diskcache",
                ],
            ),
            (shared::JAVASCRIPT, &["session-file-store", "cache-manager-fs*", "keyv-file", "flat-cache"]),
        ]
    }

    fn project(&self, project: &Project, target: Option<Target>) -> Vec<Draft> {
        let mut drafts = rails(project);
        drafts.extend(python(project));
        drafts.extend(node(project));
        drafts.into_iter().map(|draft| shared::for_target(draft, target)).collect()
    }
}

/// What is kept in files.
#[derive(Clone, Copy)]
enum Kept {
    Cache,
    Pages,
    Sessions,
}

fn draft(file: &File, span: Span, scope: &str, kept: Kept, how: &str) -> Draft {
    let (message, label, help) = match kept {
        Kept::Cache => (
            format!("{how} keeps the cache in files: every instance has its own, and a restart empties it"),
            "one cache for each instance",
            "use a cache that instances share: Redis, Memcached or the database",
        ),
        Kept::Pages => (
            format!("{how} keeps whole pages in files: expiring one does not reach other instances"),
            "one copy for each instance",
            "cache pages in Redis, Memcached or a CDN",
        ),
        Kept::Sessions => (
            format!("{how} keeps sessions in files: a restart, or another instance, logs users out"),
            "sessions of one instance",
            "keep sessions in signed cookies, Redis or the database",
        ),
    };
    let draft = Draft::new(&META, &file.path, span, message, help).label(label).scope(scope);
    match kept {
        Kept::Sessions => draft.impact(Impact::DataLoss),
        Kept::Cache | Kept::Pages => draft,
    }
}

/// Whether a Rails cache store is the one that keeps files: `:file_store`, `[:file_store, "tmp/cache"]`.
fn is_file_store(value: &Term) -> bool {
    match &value.value {
        Value::Text(name) => name == "file_store",
        Value::List(items) => items.first().is_some_and(is_file_store),
        Value::Call(call) => {
            call.callee.strip_suffix(".new").unwrap_or(&call.callee).ends_with("Cache.FileStore")
        }
        _ => false,
    }
}

fn rails(project: &Project) -> Vec<Draft> {
    let mut found = Vec::new();
    let own = |path: &str| path.ends_with("environments/production.rb") || !path.contains("environments/");
    let stores: Vec<_> = shared::settings(project, Family::Ruby)
        .filter(|(file, setting)| {
            (setting.name == "config.cache_store" || setting.name.ends_with(".config.cache_store"))
                && own(&file.path)
                && shared::is_application(file)
                && shared::in_production(project, file, &setting.scope, &setting.guards)
        })
        .collect();
    // The environment's own settings come after those of the application.
    let decides = stores.iter().rev().max_by_key(|(file, _)| match file.path.as_str() {
        path if path.ends_with("environments/production.rb") => 2,
        path if path.contains("initializers/") => 1,
        _ => 0,
    });
    if let Some((file, setting)) = decides.filter(|(_, setting)| is_file_store(&setting.value)) {
        let other =
            stores.iter().any(|(place, other)| place.path == file.path && !is_file_store(&other.value));
        if !other {
            let span = Span::new(setting.name_span.start, setting.value.span.end.max(setting.name_span.end));
            found.push(draft(file, span, &setting.scope, Kept::Cache, "`:file_store`"));
        }
    }
    if stores.is_empty() {
        found.extend(default_store(project));
    }
    let pages = shared::settings(project, Family::Ruby).find(|(file, setting)| {
        setting.name.ends_with("page_cache_directory")
            && shared::is_application(file)
            && shared::in_production(project, file, &setting.scope, &setting.guards)
    });
    let cached = shared::calls(project, Family::Ruby)
        .find(|(file, call)| call.callee == "caches_page" && shared::is_application(file));
    if let Some((file, call)) = cached {
        let mut page = draft(file, call.name_span, &call.scope, Kept::Pages, "`caches_page`");
        if let Some((file, setting)) = pages {
            page = page.related(&file.path, setting.name_span, "the folder of cached pages");
        }
        found.push(page);
    }
    found
}

/// How an application uses the cache of Rails.
const RAILS_CACHE: [&str; 2] = ["Rails.cache.fetch", "Rails.cache.write"];

/// Where production chooses no cache store, and the application uses the cache: Rails keeps it in files then.
fn default_store(project: &Project) -> Option<Draft> {
    let ruby = || shared::code(project, Family::Ruby);
    let production = ruby().find(|file| file.path.ends_with("config/environments/production.rb"))?;
    // A store that is chosen in a way that is not seen as a setting.
    let says_store = |file: &File| {
        let mut code = file.source.text.lines().map(|line| line.split('#').next().unwrap_or_default());
        let other = file.path.contains("environments/") && file.path != production.path;
        !other && code.any(|code| code.contains("cache_store"))
    };
    if ruby().any(says_store) {
        return None;
    }
    let configure = "Rails.application.configure";
    let at = production.source.text.find(configure)?;
    let used = ruby().filter(|file| shared::is_application(file) && file.path.contains("app/"));
    let (user, place) = used.into_iter().find_map(|file| {
        let (at, word) = RAILS_CACHE.iter().find_map(|word| Some((file.source.text.find(word)?, word)))?;
        Some((file, Span::new(at, at + word.len())))
    })?;
    let span = Span::new(at, at + configure.len());
    let how = "no `cache_store` is chosen, and Rails' default";
    let draft = draft(production, span, "", Kept::Cache, how).severity(Severity::Note);
    Some(draft.related(&user.path, place, "uses the cache"))
}

/// Values of `SESSION_TYPE` and `CACHE_TYPE` that mean files.
const FLASK: &[&str] = &[
    "filesystem",
    "FileSystemCache",
    "flask_caching.backends.FileSystemCache",
    "flask_caching.backends.filesystemcache.FileSystemCache",
];

fn python(project: &Project) -> Vec<Draft> {
    let mut found = Vec::new();
    for (file, setting) in shared::settings(project, Family::Python) {
        if !shared::is_application(file)
            || !shared::in_production(project, file, &setting.scope, &setting.guards)
            || shared::is_configurable(&setting.value)
        {
            continue;
        }
        let last = setting.name.rsplit('.').next().unwrap_or_default();
        let whole = Span::new(setting.name_span.start, setting.value.span.end.max(setting.name_span.end));
        let text = setting.value.text().unwrap_or_default();
        let mut add = |span, kept, how: &str| found.push(draft(file, span, &setting.scope, kept, how));
        if setting.name.starts_with("CACHES") {
            if let Some(span) =
                file_based(&setting.value).filter(|_| is_default_cache(&setting.name, &setting.value))
            {
                add(span, Kept::Cache, "`FileBasedCache`");
            }
        } else if last == "SESSION_ENGINE" && text.ends_with("sessions.backends.file") {
            add(whole, Kept::Sessions, "Django");
        } else if last == "SESSION_TYPE" && FLASK.contains(&text) {
            add(whole, Kept::Sessions, "Flask-Session");
        } else if last == "CACHE_TYPE" && FLASK.contains(&text) {
            add(whole, Kept::Cache, "Flask-Caching");
        }
    }
    for (file, call) in shared::calls(project, Family::Python) {
        let known = [
            "cachelib.FileSystemCache",
            "cachelib.file.FileSystemCache",
            "diskcache.Cache",
            "diskcache.FanoutCache",
        ];
        let is_cache = known.contains(&call.callee.as_str());
        if is_cache
            && shared::is_application(file)
            && shared::in_production(project, file, &call.scope, &call.guards)
        {
            let how = format!("`{}`", call.name());
            found.push(draft(file, call.name_span, &call.scope, Kept::Cache, &how));
        }
    }
    found
}

/// Where a Django cache's backend is the one that keeps files.
fn file_based(value: &Term) -> Option<Span> {
    let mut span = None;
    value.walk(&mut |term| {
        if term.text().is_some_and(|text| text.ends_with("filebased.FileBasedCache")) {
            span = span.or(Some(term.span));
        }
    });
    span
}

/// Whether the cache in files is the one that is used when nothing is said.
fn is_default_cache(name: &str, value: &Term) -> bool {
    match name {
        "CACHES" => value.get("default").is_some_and(|default| file_based(default).is_some()),
        _ => name.starts_with("CACHES.default"),
    }
}

fn node(project: &Project) -> Vec<Draft> {
    let mut found = Vec::new();
    for (file, call) in shared::calls(project, Family::JavaScript) {
        let text = &file.source.text;
        let kept = match call.name() {
            // `const FileStore = require("session-file-store")(session)`
            "session-file-store" => Kept::Sessions,
            "FileStore" if text.contains("session-file-store") => continue,
            "keyv-file" | "KeyvFile" if text.contains("keyv-file") => Kept::Cache,
            name if name.starts_with("cache-manager-fs") => Kept::Cache,
            _ => continue,
        };
        if shared::is_application(file) && shared::in_production(project, file, &call.scope, &call.guards) {
            let how = format!("`{}`", call.name());
            found.push(draft(file, call.name_span, &call.scope, kept, &how));
        }
    }
    found
}
