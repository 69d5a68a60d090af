//! Upload middleware of Node.js.

use super::finding;
use crate::files::{self, Constants, Family};
use crate::project::{File, Project};
use crate::rules::{Draft, files as shared};
use crate::span::Span;
use crate::term::{Invocation, Term, Value};

/// Words of storages that are not the disk: with one of them in the project the disk is a choice.
const REMOTE: &[&str] = &[
    "multer-s3",
    "multer-storage-cloudinary",
    "multer-gridfs-storage",
    "multer-cloud-storage",
    "multer-google-storage",
    "multerS3",
    "S3Adapter",
    "GCSAdapter",
    "CloudinaryAdapter",
    "@payloadcms/storage-",
    "plugin-cloud-storage",
];

/// Options that name a folder for uploads: the function, the option, and how people call the library.
const OPTIONS: &[(&str, &[&str], &str)] = &[
    ("multer", &["dest"], "multer"),
    ("MulterModule.register", &["dest"], "multer"),
    ("FileInterceptor", &["dest"], "multer"),
    ("FilesInterceptor", &["dest"], "multer"),
    ("@koa/multer", &["dest"], "multer"),
    ("fastify-multer", &["dest"], "multer"),
    ("diskStorage", &["destination"], "multer"),
    ("formidable", &["uploadDir"], "formidable"),
    ("formidable.formidable", &["uploadDir"], "formidable"),
    ("IncomingForm", &["uploadDir"], "formidable"),
    ("koa-body", &["formidable", "uploadDir"], "koa-body"),
    ("koaBody", &["formidable", "uploadDir"], "koa-body"),
    ("FSFilesAdapter", &["filesSubDirectory"], "Parse Server"),
    ("LocalFileAdapter", &["src"], "Keystone"),
];

pub(super) fn drafts(project: &Project) -> Vec<Draft> {
    let packages = shared::packages(project);
    let remote = REMOTE.iter().any(|word| packages.iter().any(|package| package.starts_with(word)))
        || shared::says(project, Family::JavaScript, REMOTE);
    if remote {
        return Vec::new();
    }
    let constants = shared::constants(project, Family::JavaScript);
    let calls = shared::calls(project, Family::JavaScript).filter(|(file, call)| {
        shared::is_application(file) && shared::in_production(project, file, &call.scope, &call.guards)
    });
    let found = calls.filter_map(|(file, call)| draft(project, file, call, &constants));
    found.chain(folders(project, &constants)).chain(collections(project)).collect()
}

fn draft(project: &Project, file: &File, call: &Invocation, constants: &Constants<'_>) -> Option<Draft> {
    let (name, keys, library) = OPTIONS.iter().find(|(name, ..)| is(call, name))?;
    let folder = call.option(keys);
    let place = match folder {
        Some(term) if matches!(term.value, Value::Function) => {
            destination(term.span.of(&file.source.text)).map(|path| files::place(&text(path), constants))?
        }
        Some(term) => files::place(term, constants),
        // Parse Server's adapter keeps files in `files/` when nothing is said; the others use the
        // system's folder for temporary files.
        None if *name == "FSFilesAdapter" => files::place(&text("files"), constants),
        None => return None,
    };
    let handed_on = is_emptied(project);
    if place.is_temporary() || !place.is_own() || handed_on {
        return None;
    }
    let shown = place.shown();
    let known = shown.chars().any(char::is_alphanumeric);
    let to = if known { format!(" in `{shown}`") } else { String::new() };
    let message =
        format!("{library} keeps uploads{to} on the dyno's disk, which is discarded at every restart");
    let help = "stream uploads to object storage, with `multer-s3` or the storage's own client";
    let span = entry_span(call, keys).unwrap_or(call.name_span);
    Some(finding(&file.path, span, message, help).scope(call.scope.clone()))
}

fn is(call: &Invocation, name: &str) -> bool {
    call.callee == name || call.callee.ends_with(&format!(".{name}"))
}

fn text(text: &str) -> Term {
    Term { span: Span::default(), value: Value::Text(text.to_string()) }
}

/// The folder that a function hands to multer: `cb(null, "uploads")`, with or without a path around it.
/// Nothing where it is not written out, or a temporary one.
fn destination(function: &str) -> Option<&str> {
    let (_, after) = function.split_once("null,")?;
    let after = after.split(';').next().unwrap_or_default();
    if after.contains("tmpdir") {
        return None;
    }
    let start = after.find(['"', '\'', '`'])?;
    let quote = after[start..].chars().next()?;
    let text = &after[start + 1..];
    let end = text.find([quote, '$'])?;
    Some(text[..end].trim_start_matches("../")).filter(|path| !path.is_empty())
}

/// The bytes of an option with its key.
fn entry_span(call: &Invocation, keys: &[&str]) -> Option<Span> {
    let maps = call.arguments.iter().map(|argument| &argument.value);
    let entry = maps.into_iter().find_map(|term| term.entry_at(keys))?;
    let together = call.span.contains(entry.key_span) && call.span.contains(entry.value.span);
    let end = if together { entry.value.span.end } else { entry.key_span.end };
    Some(Span::new(entry.key_span.start, end))
}

/// Whether the project deletes uploaded files after use: they go elsewhere, or nowhere.
fn is_emptied(project: &Project) -> bool {
    shared::calls(project, Family::JavaScript).any(|(_, call)| {
        matches!(call.name(), "unlink" | "unlinkSync" | "rm" | "rmSync" | "remove" | "removeSync")
            && call.argument(0).is_some_and(|path| {
                let mut sent = false;
                path.walk(&mut |term| {
                    let name = match &term.value {
                        Value::Name(name) | Value::Parameter(name) => name,
                        _ => return,
                    };
                    sent |= name.ends_with("file.path") || name.ends_with(".filepath");
                });
                sent
            })
    })
}

/// The folder of formidable's older interface: `form.uploadDir = "uploads"`.
fn folders(project: &Project, constants: &Constants<'_>) -> Vec<Draft> {
    let found = shared::settings(project, Family::JavaScript).filter_map(|(file, setting)| {
        let place = files::place(&setting.value, constants);
        let kept = setting.name.ends_with(".uploadDir")
            && file.source.text.contains("formidable")
            && place.is_own()
            && !place.is_temporary()
            && shared::is_application(file)
            && shared::in_production(project, file, &setting.scope, &setting.guards)
            && !is_emptied(project);
        kept.then(|| {
            let message = format!(
                "formidable keeps uploads in `{}` on the dyno's disk, which is discarded at every restart",
                place.shown()
            );
            let help = "stream uploads to object storage, with the storage's own client";
            finding(&file.path, setting.span, message, help).scope(setting.scope.clone())
        })
    });
    found.collect()
}

/// Payload's collections with uploads: `upload: { staticDir: "media" }`.
fn collections(project: &Project) -> Vec<Draft> {
    let constants = shared::constants(project, Family::JavaScript);
    let mut found = Vec::new();
    for (file, setting) in shared::settings(project, Family::JavaScript) {
        if !file.source.text.contains("payload") {
            continue;
        }
        setting.value.walk(&mut |term| {
            let Some(entry) = term.entry_at(&["upload", "staticDir"]) else { return };
            let place = files::place(&entry.value, &constants);
            if place.is_own() && !place.is_temporary() {
                let message = "Payload keeps uploads on the dyno's disk, which is discarded at every restart";
                let help = "add `@payloadcms/storage-s3` to the plugins";
                let span = Span::new(entry.key_span.start, entry.value.span.end.max(entry.key_span.end));
                found.push(finding(&file.path, span, message, help));
            }
        });
    }
    super::rails::one(found, "keeps uploads on the disk too")
}
