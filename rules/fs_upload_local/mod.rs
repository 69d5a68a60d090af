//! What users upload, kept on the local disk.

mod django;
mod node;
mod rails;

use crate::files::{self, Base, Constants, Family, Write};
use crate::lang::Lang;
use crate::project::{File, Project};
use crate::rule::{Confidence, Impact, Meta, Origin, Severity, Status, Step, Target};
use crate::rules::{Draft, Rule, files as shared};
use crate::span::Span;
use crate::term::{Invocation, Term, Value};

/// `fs-upload-local`.
pub struct FsUploadLocal;

static META: Meta = Meta {
    id: "fs-upload-local",
    aliases: &[],
    family: "files",
    severity: Severity::Error,
    impact: Impact::DataLoss,
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

impl Rule for FsUploadLocal {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn watches_in(&self) -> &'static [(&'static [Lang], &'static [&'static str])] {
        &[
            (
                &[Lang::Ruby],
                &[
                    "active_storage.service",
                    "has_one_attached",
                    "has_many_attached",
                    "has_rich_text",
                    "has_attached_file",
                    "paperclip_defaults",
                    "Paperclip::Attachment",
                    "CarrierWave",
                    "Storage::FileSystem",
                    "Dragonfly",
                    "Refile",
                    "original_filename",
                ],
            ),
            (&[Lang::Yaml], &["service: Disk"]),
            (
                &[Lang::Python],
                &[
                    "MEDIA_ROOT",
                    "DEFAULT_FILE_STORAGE",
                    "STORAGES",
                    "storages.backends.*",
                    "models.FileField",
                    "models.ImageField",
                    "UPLOAD_FOLDER",
                    "secure_filename",
                    "request.files",
                    "UploadFile",
                    "FileSystemStorage",
                    ".chunks()",
                ],
            ),
            (
                shared::JAVASCRIPT,
                &[
                    "multer",
                    "diskStorage",
                    "formidable",
                    "express-fileupload",
                    "busboy",
                    "Busboy",
                    "koa-body",
                    "originalname",
                    "originalFilename",
                    "FSFilesAdapter",
                    "LocalFileAdapter",
                    "staticDir",
                    "MulterModule",
                    "FileInterceptor",
                    "FilesInterceptor",
                ],
            ),
        ]
    }

    fn project(&self, project: &Project, target: Option<Target>) -> Vec<Draft> {
        let mut drafts = rails::drafts(project);
        drafts.extend(django::drafts(project));
        drafts.extend(django::explicit(project));
        drafts.extend(node::drafts(project));
        for family in [Family::Ruby, Family::Python, Family::JavaScript] {
            drafts.extend(writes(project, family));
        }
        drafts.into_iter().map(|draft| shared::for_target(draft, target)).collect()
    }
}

/// A finding with what all of them say.
fn finding(path: &str, span: Span, message: impl Into<String>, help: impl Into<String>) -> Draft {
    Draft::new(&META, path, span, message, help).label("lost at the next restart, unknown to other instances")
}

/// Names that a browser gave to an uploaded file.
const UPLOADED_NAMES: &[&str] =
    &[".filename", ".original_filename", ".originalname", ".originalFilename", "secure_filename"];

/// Whether a path is named after a file that a browser sent.
fn is_named_by_browser(path: &Term, constants: &Constants<'_>) -> bool {
    let place = files::place(path, constants);
    let named = |name: &String| UPLOADED_NAMES.iter().any(|end| name.ends_with(end));
    if place.names.iter().any(named) {
        return true;
    }
    let mut found = false;
    path.walk(&mut |term| {
        found |= match &term.value {
            Value::Call(call) => named(&call.callee),
            Value::Name(name) | Value::Parameter(name) => named(name),
            _ => false,
        }
    });
    found
}

/// Whether a write to a file keeps what a browser sent.
pub(super) fn is_upload(
    file: &File,
    call: &Invocation,
    write: &Write<'_>,
    constants: &Constants<'_>,
) -> bool {
    let text = &file.source.text;
    // A stream of a file that busboy hands out, and the pieces of an uploaded file of Django.
    let streamed = call.name() == "createWriteStream" && (text.contains("busboy") || text.contains("Busboy"));
    let in_pieces =
        file.facts.invocations.iter().any(|other| other.name() == "chunks" && other.scope == call.scope);
    if streamed || (in_pieces && !call.scope.is_empty()) {
        return true;
    }
    let receives = ["UploadFile", "request.files", "usboy", "multer", "original", "req.file", "multipart"];
    is_named_by_browser(write.path, constants) && receives.iter().any(|word| text.contains(word))
}

/// Calls that write an uploaded file to a path: the writes of the standard library, and the methods of
/// uploaded files.
fn writes(project: &Project, family: Family) -> Vec<Draft> {
    let constants = shared::constants(project, family);
    let found = shared::calls(project, family).filter_map(|(file, call)| {
        let (path, span) = match files::write(call, family) {
            Some(write) if is_upload(file, call, &write, &constants) => (write.path, write.span),
            Some(_) => return None,
            None => saved(file, call, family, &constants)?,
        };
        let place = files::place(path, &constants);
        let written = shared::in_production(project, file, &call.scope, &call.guards)
            && shared::is_application(file)
            && !matches!(place.base, Base::Temporary | Base::Variable)
            && place.variable.is_none()
            && !place.is_temporary()
            && !shared::is_handed_on(file, call, path, &constants);
        written.then_some(())?;
        let shown = place.shown();
        let known = shown.chars().any(char::is_alphanumeric);
        let to = if known { format!(" as `{shown}`") } else { String::new() };
        let message =
            format!("an uploaded file is kept{to} on the dyno's disk, which is discarded at every restart");
        let help = "upload it to object storage, and keep only its key";
        let draft = finding(&file.path, span, message, help);
        // A function for another storage beside this one is a switch that can be used.
        let switch = ["boto", "aws-sdk", "S3", "upload_to_", "cloudinary"];
        let draft = match switch.iter().any(|word| file.source.text.contains(word)) {
            true => draft.severity(Severity::Warning).confidence(Confidence::Medium),
            false => draft,
        };
        Some(draft.scope(call.scope.clone()).cause("write", "another upload is written here"))
    });
    found.collect()
}

/// The path to which a method of an uploaded file writes it: Werkzeug's `save`, express-fileupload's `mv`.
fn saved<'t>(
    file: &File,
    call: &'t Invocation,
    family: Family,
    constants: &Constants<'_>,
) -> Option<(&'t Term, Span)> {
    let text = &file.source.text;
    let path = call.argument(0)?;
    let of_upload = match (family, call.name()) {
        (Family::Python, "save") => {
            let mut sent = false;
            if let Some(receiver) = &call.receiver {
                receiver.walk(&mut |term| {
                    sent |= match &term.value {
                        Value::Name(name) => name.contains("request.files"),
                        Value::Call(call) => call.callee.contains("request.files"),
                        _ => false,
                    }
                });
            }
            call.arguments.len() == 1
                && (sent || (text.contains("request.files") && is_named_by_browser(path, constants)))
        }
        (Family::JavaScript, "mv") => text.contains("fileupload") || text.contains("req.files"),
        _ => false,
    };
    of_upload
        .then(|| (path, Span { start: call.name_span.start, end: path.span.end.max(call.name_span.end) }))
}
