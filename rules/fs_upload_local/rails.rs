//! Ruby's upload libraries: Active Storage, CarrierWave, Paperclip, Shrine, Dragonfly, Refile.

use super::finding;
use crate::files::Family;
use crate::project::{File, Project};
use crate::remedy::{Content, Remedy, What};
use crate::rule::Severity;
use crate::rules::{Draft, connections, files as shared};
use crate::span::Span;
use crate::term::{Entry, Setting, Term, Value};

/// Places of a finding that are shown.
const MOST_PLACES: usize = 8;

pub(super) fn drafts(project: &Project) -> Vec<Draft> {
    let mut drafts = Vec::new();
    drafts.extend(active_storage(project));
    drafts.extend(carrier_wave(project));
    drafts.extend(paperclip(project));
    drafts.extend(others(project));
    drafts
}

/// Macros of models that keep files in Active Storage.
const ATTACHED: &[&str] = &["has_one_attached", "has_many_attached", "has_rich_text"];

/// The service that production uses, and that keeps files on the disk.
fn active_storage(project: &Project) -> Option<Draft> {
    let chosen = |end: &str| {
        shared::settings(project, Family::Ruby).find(move |(file, setting)| {
            file.path.ends_with(end)
                && setting.name.ends_with("active_storage.service")
                && shared::in_production(project, file, &setting.scope, &setting.guards)
        })
    };
    let (file, setting) = chosen("environments/production.rb").or_else(|| chosen("config/application.rb"))?;
    let (name, configurable) = service(&setting.value)?;
    let services = services(project);
    let (at, entry) = services.iter().find(|(_, entry)| entry.key == name)?;
    // A switch that can name a service elsewhere is the recommended way.
    let elsewhere = services.iter().any(|(_, entry)| !is_disk(entry) && !is_mirror(entry));
    if !is_disk(entry) || (configurable && elsewhere) {
        return None;
    }
    let used = shared::code(project, Family::Ruby)
        .find_map(|file| ATTACHED.iter().find_map(|word| Some((file, declared(file, word)?))))?;
    let message = format!(
        "Active Storage keeps attachments on the dyno's disk in production: `{name}` is a `Disk` service"
    );
    let help = "add a service of object storage to `config/storage.yml`, and choose it with \
                `ENV.fetch(\"ACTIVE_STORAGE_SERVICE\", \"local\").to_sym`";
    let draft = finding(&file.path, setting.value.span, message, help)
        .related(&at.path, entry.key_span, "keeps files on the disk")
        .related(&used.0.path, used.1, "attaches files");
    Some(match configurable {
        true => draft.severity(Severity::Warning),
        false => draft.remedy(chosen_by_environment(file, &setting.value, name).filter(|_| elsewhere)),
    })
}

/// What lets the environment choose the service. Not without a decision: with nothing set attachments are lost
/// as before, and those that are there have to be copied first.
fn chosen_by_environment(file: &File, value: &Term, service: &str) -> Option<Remedy> {
    const VARIABLE: &str = "ACTIVE_STORAGE_SERVICE";
    let written = value.span.of(&file.source.text);
    (written.trim_start_matches(':').trim_matches(['"', '\'']) == service).then_some(())?;
    let quote = connections::tls::quote(&file.source.text);
    let code = format!("ENV.fetch({quote}{VARIABLE}{quote}, {quote}{service}{quote}).to_sym");
    let remedy = Remedy::needs_decision(format!("let `{VARIABLE}` choose the service"))
        .change(&file.path, What::Become { at: value.span, value: Content::Code(code) })
        .provide(VARIABLE, "the name of a service in `config/storage.yml` that keeps files elsewhere");
    Some(remedy)
}

/// Where a line of a file begins with a word.
fn declared(file: &File, word: &str) -> Option<Span> {
    let text = &file.source.text;
    let at = text.match_indices(word).map(|(at, _)| at).find(|at| {
        let line = text[..*at].rfind('\n').map_or(0, |line| line + 1);
        text[line..*at].trim().is_empty() && text[at + word.len()..].starts_with([' ', '('])
    })?;
    Some(Span::new(at, at + word.len()))
}

/// The name of a service, and whether the environment can say another.
fn service(term: &Term) -> Option<(&str, bool)> {
    match &term.value {
        Value::Text(name) => Some((name, false)),
        Value::Env { default: Some(default), .. } => Some((default.text()?, true)),
        Value::Call(call) if matches!(call.name(), "to_sym" | "to_s" | "presence") => {
            service(call.receiver.as_ref()?)
        }
        Value::Choice(options) => {
            let services = options.iter().map(|option| service(&option.value)).collect::<Option<Vec<_>>>()?;
            services.last().map(|(name, _)| (*name, true))
        }
        _ => None,
    }
}

/// The services of `config/storage.yml`.
fn services(project: &Project) -> Vec<(&File, &Entry)> {
    let files = shared::reported(project)
        .filter(|file| file.path.ends_with("config/storage.yml") || file.path.contains("config/storage/"));
    files
        .flat_map(|file| {
            let roots = file.facts.settings.iter().filter(|setting| setting.name.is_empty());
            roots.flat_map(move |setting| setting.value.entries().iter().map(move |entry| (file, entry)))
        })
        .collect()
}

fn is_disk(entry: &Entry) -> bool {
    entry.value.get("service").and_then(Term::text) == Some("Disk")
}

fn is_mirror(entry: &Entry) -> bool {
    entry.value.get("service").and_then(Term::text) == Some("Mirror")
}

/// Words of a CarrierWave storage that is not the disk.
const REMOTE: &[&str] = &[
    ":fog",
    ":aws",
    ":azure",
    ":gcloud",
    ":aliyun",
    ":qiniu",
    ":cloudinary",
    "Cloudinary::CarrierWave",
    "CarrierWaveDirect",
];

fn says_carrier_wave(file: &File) -> bool {
    file.source.text.contains("CarrierWave") || file.path.contains("uploader")
}

fn carrier_wave(project: &Project) -> Vec<Draft> {
    let about = || shared::code(project, Family::Ruby).filter(|file| says_carrier_wave(file));
    let is_remote = |file: &File| REMOTE.iter().any(|word| file.source.text.contains(word));
    let help = "use `carrierwave-aws` or fog: `storage :aws`, with the bucket's name from the environment";
    let message = "CarrierWave keeps uploads on the dyno's disk in production";
    let mut found = Vec::new();
    for file in about() {
        if is_remote(file) || !shared::is_application(file) {
            continue;
        }
        let of_settings = file.facts.settings.iter().filter(|setting| is_own_setting(setting));
        let of_settings = of_settings
            .map(|setting| (setting.value.span, &setting.value, &setting.scope, &setting.guards, true));
        let of_classes = file.facts.invocations.iter().filter(|call| call.callee == "storage");
        let of_classes = of_classes
            .filter_map(|call| Some((call.span, call.argument(0)?, &call.scope, &call.guards, false)));
        for (span, value, scope, guards, global) in of_settings.chain(of_classes) {
            if value.text() != Some("file") || !shared::in_production(project, file, scope, guards) {
                continue;
            }
            // What one file sets for all can be overridden for production in another.
            if global && about().any(is_remote) {
                continue;
            }
            found.push(finding(&file.path, span, message, help).scope(scope.clone()));
        }
    }
    let says_storage = |file: &File| {
        file.facts.settings.iter().any(is_own_setting)
            || file.facts.invocations.iter().any(|call| call.callee == "storage")
    };
    if !about().any(says_storage) && !about().any(is_remote) {
        let class = "CarrierWave::Uploader::Base";
        let uploader = about()
            .filter(|file| shared::is_application(file))
            .find_map(|file| Some((file, file.source.text.find(&format!("< {class}"))? + 2)));
        if let Some((file, at)) = uploader {
            let message = "CarrierWave keeps uploads on the dyno's disk: no storage is chosen, and the default is `:file`";
            found.push(finding(&file.path, Span::new(at, at + class.len()), message, help));
        }
    }
    one(found, "keeps uploads on the disk too")
}

fn is_own_setting(setting: &Setting) -> bool {
    setting.name == "config.storage"
        || setting.name.ends_with("CarrierWave.storage")
        || setting.name == "c.storage"
}

/// Of findings of one cause over several files the first, with the others as places of it.
pub(super) fn one(found: Vec<Draft>, also: &str) -> Vec<Draft> {
    let mut found = found.into_iter();
    let Some(first) = found.next() else { return Vec::new() };
    let path = first.finding.path.clone();
    vec![found.enumerate().fold(first, |mut first, (at, other)| {
        let (place, span) = (&other.finding.path, other.finding.span);
        if *place == path && span == first.finding.span {
            return first;
        }
        first.join_at(place, span, &other.finding.scope);
        if at < MOST_PLACES { first.related(place, span, also) } else { first }
    })]
}

fn paperclip(project: &Project) -> Vec<Draft> {
    // Settings for all attachments stand in any file, under several names.
    let remote = |file: &File| {
        let text = &file.source.text;
        (text.contains("aperclip") || text.contains("has_attached_file"))
            && [":s3", "s3_", "\"s3\"", "'s3'", ":fog", "fog_", ":azure", ":gcs", ":dropbox"]
                .iter()
                .any(|word| text.contains(word))
    };
    if shared::code(project, Family::Ruby).any(remote) {
        return Vec::new();
    }
    let calls = shared::calls(project, Family::Ruby).filter(|(file, call)| {
        call.name() == "has_attached_file"
            && shared::is_application(file)
            && shared::in_production(project, file, &call.scope, &call.guards)
    });
    let found = calls.filter_map(|(file, call)| {
        let on_disk = match call.option(&["storage"]) {
            None => true,
            Some(storage) => storage.text() == Some("filesystem"),
        };
        let spread = call.arguments.iter().any(|argument| {
            argument.keyword.as_deref() == Some("**")
                || !matches!(argument.value.value, Value::Text(_) | Value::Map(_)) && argument.keyword.is_none()
        });
        let message = "Paperclip keeps attachments on the dyno's disk: no storage is chosen, and the default is the file system";
        let help = "choose object storage for all attachments: `config.paperclip_defaults = { storage: :s3, … }`";
        (on_disk && !spread)
            .then(|| finding(&file.path, call.name_span, message, help).scope(call.scope.clone()))
    });
    one(found.collect(), "keeps files on the disk too")
}

/// Shrine, Dragonfly and Refile.
fn others(project: &Project) -> Vec<Draft> {
    let mut found = Vec::new();
    for (file, setting) in shared::settings(project, Family::Ruby) {
        let production = shared::in_production(project, file, &setting.scope, &setting.guards);
        if !production || !shared::is_application(file) {
            continue;
        }
        if setting.name == "Shrine.storages" || setting.name == "storages" {
            let remote =
                ["Storage::S3", "Storage::GoogleCloudStorage", "Storage::Cloudinary", "Storage::Memory"];
            if remote.iter().any(|word| file.source.text.contains(word)) {
                continue;
            }
            let store = setting.value.entries().iter().find(|entry| entry.key == "store");
            let on_disk = store.filter(|entry| {
                entry.value.call().is_some_and(|call| call.callee.contains("Storage.FileSystem"))
            });
            if let Some(entry) = on_disk {
                let message = "Shrine keeps uploads on the dyno's disk: its `store` is a `FileSystem`";
                let help = "make the store a `Shrine::Storage::S3` in production";
                found.push(finding(&file.path, entry.value.span, message, help));
            }
        }
        let refile = matches!(setting.name.as_str(), "Refile.store" | "Refile.backends.store");
        if refile
            && setting.value.call().is_some_and(|call| call.callee.contains("Backend.FileSystem"))
            && !file.source.text.contains("Refile::S3")
        {
            let message = "Refile keeps uploads on the dyno's disk: its store is a `FileSystem`";
            found.push(finding(
                &file.path,
                setting.value.span,
                message,
                "make the store a `Refile::S3` in production",
            ));
        }
    }
    for (file, call) in shared::calls(project, Family::Ruby) {
        let on_disk = call.callee == "datastore" && call.argument(0).and_then(Term::text) == Some("file");
        if on_disk
            && file.source.text.contains("Dragonfly")
            && !["datastore :s3", "datastore :fog", "datastore :google"]
                .iter()
                .any(|word| file.source.text.contains(word))
            && shared::in_production(project, file, &call.scope, &call.guards)
        {
            let message = "Dragonfly keeps uploads on the dyno's disk: its data store is `:file`";
            found.push(finding(
                &file.path,
                call.span,
                message,
                "use `dragonfly-s3_data_store` in production",
            ));
        }
    }
    found
}
