//! Django's media files, and the upload folders of Flask's extensions.

use super::finding;
use crate::files::{self, Family};
use crate::project::{File, Project};
use crate::rules::{Draft, files as shared};
use crate::span::Span;
use crate::term::{Setting, Term, Value};

/// Words of storages that are not the disk, in settings.
const REMOTE: &[&str] = &[
    "S3",
    "s3boto",
    "storages.backends",
    "GoogleCloud",
    "gcloud",
    "GCS",
    "cloudinary",
    "Azure",
    "azure_storage",
    "dropbox",
    "django_bunny",
    "backblaze",
    "oss2",
    "database_storage",
    "db_file_storage",
];

/// One finding for a project: where it says that media files are kept on the disk.
pub(super) fn drafts(project: &Project) -> Option<Draft> {
    let of_storage: Vec<(&File, &Setting)> =
        shared::settings(project, Family::Python).filter(|(_, setting)| is_storage(setting)).collect();
    // A storage elsewhere, in any settings and behind any condition, is a switch that can be used.
    let settings = shared::code(project, Family::Python).filter(|file| is_settings(file));
    let mut remote = settings.map(|file| code_of(&file.source.text));
    if remote.any(|text| REMOTE.iter().any(|word| text.contains(word))) {
        return None;
    }
    if of_storage.iter().any(|(_, setting)| is_own(&setting.value)) {
        return None;
    }
    let used = uses(project)?;
    let production = |(file, setting): &(&File, &Setting)| {
        shared::in_production(project, file, &setting.scope, &setting.guards) && shared::is_application(file)
    };
    let constants = shared::constants(project, Family::Python);
    let of_root =
        shared::settings(project, Family::Python).filter(|(_, setting)| setting.name == "MEDIA_ROOT");
    let mut of_root: Vec<(&File, &Setting)> = of_root.filter(production).collect();
    of_root.retain(|(_, setting)| {
        let place = files::place(&setting.value, &constants);
        !place.is_temporary() && setting.value.text() != Some("")
    });
    // Settings of production come before those that they are based on.
    of_root.sort_by_key(|(file, _)| !file.path.contains("prod"));
    let storage = of_storage.iter().copied().filter(production).find_map(|(file, setting)| {
        let mut on_disk = None;
        setting.value.walk(&mut |term| {
            if term.text().is_some_and(|text| text.ends_with(".FileSystemStorage")) {
                on_disk = on_disk.or(Some(term.span));
            }
        });
        Some((file, on_disk?))
    });
    let (file, span, said) = match (of_root.first(), storage) {
        (Some((file, setting)), _) => {
            (*file, Span { start: setting.name_span.start, end: setting.value.span.end }, "`MEDIA_ROOT`")
        }
        (None, Some((file, span))) => (file, span, "`FileSystemStorage`"),
        (None, None) => return None,
    };
    let message = format!("Django keeps uploaded files on the dyno's disk: {said} and no storage elsewhere");
    let help = "set `STORAGES[\"default\"]` to a storage of `django-storages` in production";
    let mut draft =
        finding(&file.path, span, message, help).related(&used.0.path, used.1, "keeps uploaded files");
    if let Some((file, span)) = storage {
        draft = draft.related(&file.path, span, "keeps files on the disk");
    }
    Some(draft)
}

/// A text without its comments: an example that is commented out is no switch.
fn code_of(text: &str) -> String {
    text.lines().map(|line| line.split('#').next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

fn is_settings(file: &File) -> bool {
    let text = &file.source.text;
    ["MEDIA_ROOT", "DEFAULT_FILE_STORAGE", "STORAGES", "storages.backends"]
        .iter()
        .any(|word| text.contains(word))
        && (file.path.contains("settings") || file.path.contains("config") || text.contains("INSTALLED_APPS"))
}

fn is_storage(setting: &Setting) -> bool {
    matches!(
        setting.name.as_str(),
        "STORAGES" | "STORAGES.default" | "STORAGES.default.BACKEND" | "DEFAULT_FILE_STORAGE"
    )
}

/// Whether a storage is said by the environment, computed, or a class of the project's own: silence then.
fn is_own(value: &Term) -> bool {
    let backend = match value.get("default").or(Some(value)) {
        Some(default) => default.get("BACKEND").unwrap_or(default),
        None => value,
    };
    backend.alternatives().iter().any(|(_, term)| match &term.value {
        Value::Text(class) => !class.starts_with("django."),
        Value::Map(entries) => entries.iter().any(|entry| entry.key == "..."),
        _ => true,
    })
}

/// Where the project keeps what users upload.
fn uses(project: &Project) -> Option<(&File, Span)> {
    let fields = shared::calls(project, Family::Python).find(|(file, call)| {
        (call.is("models.FileField") || call.is("models.ImageField"))
            && call.keyword("storage").is_none()
            && !file.path.contains("/migrations/")
    });
    let fields = fields.map(|(file, call)| (file, call.name_span));
    fields.or_else(|| {
        let wagtail = |name: &str| name.eq_ignore_ascii_case("wagtail");
        shared::reported(project).find_map(|file| {
            let dependency = file.facts.dependencies.iter().find(|dependency| wagtail(&dependency.name))?;
            Some((file, dependency.span))
        })
    })
}

/// Storages that are files whatever the settings say: `FileSystemStorage().save(name, sent)`.
pub(super) fn explicit(project: &Project) -> Vec<Draft> {
    let constants = shared::constants(project, Family::Python);
    let found = shared::calls(project, Family::Python).filter_map(|(file, call)| {
        let storage = call.receiver.as_ref().and_then(Term::call).filter(|_| call.name() == "save")?;
        storage.is("FileSystemStorage").then_some(())?;
        let place = storage.argument_or_keyword(0, "location").map(|term| files::place(term, &constants));
        let kept = shared::is_application(file)
            && shared::in_production(project, file, &call.scope, &call.guards)
            && place.is_none_or(|place| !place.is_temporary() && place.variable.is_none());
        let message = "`FileSystemStorage` keeps the file on the dyno's disk, whatever `STORAGES` says";
        let help = "save it with `default_storage`, and set `STORAGES[\"default\"]` to object storage";
        kept.then(|| finding(&file.path, call.name_span, message, help).scope(call.scope.clone()))
    });
    super::rails::one(found.collect(), "keeps files on the disk too")
}
