//! Files that the running application writes and means to find again.

use crate::files::{self, Family, Place, Purpose};
use crate::lang::Lang;
use crate::project::{File, Project};
use crate::rule::{Confidence, Impact, Meta, Origin, Severity, Status, Step, Target};
use crate::rules::{Draft, Rule, files as shared};
use crate::term::Invocation;

/// `fs-durable-write`.
pub struct FsDurableWrite;

static META: Meta = Meta {
    id: "fs-durable-write",
    aliases: &[],
    family: "files",
    severity: Severity::Warning,
    impact: Impact::DataLoss,
    confidence: Confidence::Medium,
    step: Step::Code,
    langs: &[Lang::Ruby, Lang::Python, Lang::JavaScript, Lang::TypeScript],
    needs_heroku: true,
    status: Status::Stable,
    since: "0.1.0",
    specificity: 10,
    page: include_str!("README.md"),
    origin: Origin::BuiltIn,
};

impl Rule for FsDurableWrite {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn watches_in(&self) -> &'static [(&'static [Lang], &'static [&'static str])] {
        &[
            (
                &[Lang::Ruby],
                &[
                    "File.write",
                    "binwrite",
                    "File.open",
                    "File.new",
                    "CSV.open",
                    "FileUtils.*",
                    "IO.write",
                    "render_file",
                    "SitemapGenerator",
                ],
            ),
            (
                &[Lang::Python],
                &[
                    ", \"w\")",
                    ", \"w\",",
                    "=\"w\"",
                    "= \"w\"",
                    "= 'w'",
                    "= \"wb\"",
                    "= 'wb'",
                    "= \"a\"",
                    "= 'a'",
                    ", 'w')",
                    ", 'w',",
                    "='w'",
                    ", \"wb\"",
                    "=\"wb\"",
                    ", 'wb'",
                    "='wb'",
                    ", \"a\")",
                    ", \"a\",",
                    "=\"a\"",
                    ", 'a')",
                    ", 'a',",
                    "='a'",
                    ", \"ab\"",
                    "=\"ab\"",
                    ", 'ab'",
                    "='ab'",
                    ", \"w+\"",
                    "=\"w+\"",
                    ", 'w+'",
                    "='w+'",
                    ", \"a+\"",
                    "=\"a+\"",
                    ", 'a+'",
                    "='a+'",
                    ", \"wt\"",
                    "=\"wt\"",
                    ", 'wt'",
                    "='wt'",
                    ", \"wb+\"",
                    "=\"wb+\"",
                    ", 'wb+'",
                    "='wb+'",
                    ", \"x\")",
                    ", \"x\",",
                    "=\"x\"",
                    ", 'x')",
                    ", 'x',",
                    "='x'",
                    "write_text",
                    "write_bytes",
                    "shutil.*",
                    "copyfileobj",
                    "joblib",
                    "savefig",
                    "to_csv",
                    "to_excel",
                    "to_parquet",
                    "to_pickle",
                    "urlretrieve",
                    "StaticFiles",
                ],
            ),
            (
                shared::JAVASCRIPT,
                &[
                    "writeFile",
                    "writeFileSync",
                    "appendFile",
                    "appendFileSync",
                    "createWriteStream",
                    "copyFile",
                    "copyFileSync",
                    "outputFile",
                    "outputFileSync",
                    "outputJson",
                    "writeJson",
                    "writeJsonSync",
                    "openSync",
                    "renameSync",
                    "writeTextFile",
                    "toFile",
                    "Bun.write",
                    "express.static",
                ],
            ),
        ]
    }

    fn project(&self, project: &Project, target: Option<Target>) -> Vec<Draft> {
        [Family::Ruby, Family::Python, Family::JavaScript]
            .into_iter()
            .flat_map(|family| Writes::of(project, family).drafts(target))
            .chain(sitemaps(project).map(|draft| shared::for_target(draft, target)))
            .collect()
    }
}

/// The writes of one family's files, and what the rest of the project does with their folders.
struct Writes<'p> {
    project: &'p Project,
    family: Family,
    constants: files::Constants<'p>,
    served: Vec<Place>,
    /// Files that are read: where, in which function, and the path.
    reads: Vec<(&'p File, &'p Invocation, Place)>,
}

impl<'p> Writes<'p> {
    fn of(project: &'p Project, family: Family) -> Self {
        let constants = shared::constants(project, family);
        let served = shared::served(project, family, &constants);
        let reads = shared::calls(project, family).filter_map(|(file, call)| {
            let place = files::place(files::read(call, family)?, &constants);
            (place.is_known() && shared::is_application(file)).then_some((file, call, place))
        });
        let reads = reads.collect();
        Self { project, family, constants, served, reads }
    }

    fn drafts(&self, target: Option<Target>) -> Vec<Draft> {
        let calls = shared::calls(self.project, self.family);
        let found = calls.filter_map(|(file, call)| self.draft(file, call));
        found.map(|draft| shared::for_target(draft, target)).collect()
    }

    fn draft(&self, file: &'p File, call: &'p Invocation) -> Option<Draft> {
        let write = files::write(call, self.family)?;
        if !shared::is_application(file)
            || shared::is_builder(file)
            || shared::is_tool_package(self.project, file)
            || is_made_again(file, call)
            || !shared::in_production(self.project, file, &call.scope, &call.guards)
            || super::fs_upload_local::is_upload(file, call, &write, &self.constants)
            || super::fs_log_file::is_log(call, &write, &self.constants)
        {
            return None;
        }
        let place = files::place(write.path, &self.constants);
        if place.is_secret()
            || place.is_temporary()
            || !place.is_own()
            || shared::is_handed_on(file, call, write.path, &self.constants)
        {
            return None;
        }
        let reader = self.reader(file, call, &place);
        let served = self.served.iter().find(|folder| place.is_in(folder));
        let (folder, why, confidence) = match (reader, served, place.purpose()) {
            (_, Some(folder), _) => {
                (folder.shown(), "; the application serves it from there", Confidence::High)
            }
            (Some(_), _, _) => (place.shown(), "; another function reads it again", Confidence::High),
            (_, _, Purpose::Durable(folder)) => (folder, "", Confidence::Medium),
            // What is added to again and again is meant to be there the next time.
            _ if write.appends && !call.scope.is_empty() && place.is_anchored() && is_data(&place) => {
                (place.shown(), "", Confidence::Medium)
            }
            _ => return None,
        };
        let shown = place.shown();
        let message = format!(
            "`{}` keeps `{shown}` on the dyno's disk, which is discarded at every restart{why}",
            write.function
        );
        let help = "keep it in object storage or the database, or write it to a temporary file and hand it on at once";
        let mut draft = Draft::new(&META, &file.path, write.span, message, help)
            .label("gone after a restart, and unknown to other instances")
            .scope(call.scope.clone())
            .confidence(confidence)
            .cause(folder, "writes there too");
        if let Some((reader, call, _)) = reader {
            draft = draft.related(&reader.path, call.span, "is read here");
        }
        Some(draft)
    }

    /// Where another function reads the very same file.
    fn reader(
        &self,
        file: &File,
        call: &Invocation,
        place: &Place,
    ) -> Option<&(&'p File, &'p Invocation, Place)> {
        self.reads.iter().find(|(reader, read, path)| {
            place.is_known()
                && path.segments() == place.segments()
                && (reader.path != file.path || read.scope != call.scope)
        })
    }
}

/// Whether a file's name says that it holds data.
fn is_data(place: &Place) -> bool {
    let ends = [".csv", ".json", ".jsonl", ".ndjson", ".tsv", ".txt", ".xml", ".yaml", ".yml"];
    place.segments().last().is_some_and(|last| ends.iter().any(|end| last.ends_with(end)))
}

/// Sitemaps that are written to `public/`: what the gem does unless an adapter takes them elsewhere.
fn sitemaps(project: &Project) -> Option<Draft> {
    let (file, setting) = shared::settings(project, Family::Ruby).find(|(file, setting)| {
        let text = &file.source.text;
        setting.name == "SitemapGenerator.Sitemap.default_host"
            && text.contains("Sitemap.create")
            && !text.contains("dapter")
            && !text.contains("public_path")
    })?;
    let message = "sitemaps are written to `public/` on the dyno's disk, which is discarded at every restart";
    let help = "send them to object storage, with `SitemapGenerator::AwsSdkAdapter`, or answer `/sitemap.xml` from a controller";
    let draft = Draft::new(&META, &file.path, setting.name_span, message, help);
    Some(draft.label("gone after a restart, and unknown to other instances").confidence(Confidence::High))
}

/// Whether the write stands behind a question whether the file is there: then it is made again when it is
/// missing.
fn is_made_again(file: &File, call: &Invocation) -> bool {
    call.guards.iter().any(|guard| {
        let condition = guard.span.of(&file.source.text);
        condition.contains("exist") || condition.contains("isfile") || condition.contains("is_file")
    })
}
