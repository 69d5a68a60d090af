//! Files that programs write: which functions write, where the path leads, and whether what is written
//! there is meant to last.
//!
//! A dyno's disk is discarded at every restart, at least once a day, and no other dyno sees it. That makes no
//! difference to a temporary file, and loses an upload.

use std::collections::BTreeMap;

use crate::fact::Name;
use crate::span::Span;
use crate::term::{Argument, Invocation, Term, Value};

/// What a path begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    /// The directory in which the process runs.
    Working,
    /// The application's own directory: `Rails.root`, `__dirname`, `BASE_DIR`.
    App,
    /// The file system's root.
    Root,
    /// A place that the system gives for temporary files.
    Temporary,
    /// The home directory.
    Home,
    /// What an environment variable without a default says.
    Variable,
    /// Not known.
    Unknown,
}

/// A path, as far as it is known without running the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// What it begins with.
    pub base: Base,
    /// What follows, with `\u{0}` for every piece that is not known.
    pub rest: String,
    /// Names that go into it: variables, parameters, functions.
    pub names: Vec<String>,
    /// The environment variable that can lead it elsewhere.
    pub variable: Option<String>,
}

/// What a path is there for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Temporary, a device, a socket.
    Temporary,
    /// What is written is meant to be there later; the folder that says so.
    Durable(String),
    /// Not known.
    Unknown,
}

/// Values of constants of the project, by their last segment: `UPLOAD_FOLDER`.
pub type Constants<'t> = BTreeMap<&'t str, &'t Term>;

/// Folders that say that their content is meant to last.
const DURABLE: &[&str] = &[
    "attachments",
    "avatars",
    "data",
    "db",
    "downloads",
    "exports",
    "invoices",
    "media",
    "public",
    "reports",
    "static",
    "storage",
    "uploads",
    "userfiles",
];

/// Folders of an application's own code and settings: what it writes there is for its next start.
const OWN_CODE: &[&str] = &["app", "config", "lib", "locales", "plugins", "themes"];

/// Words in names and segments that say that a file is temporary, or can be made again at any time.
const TEMPORARY: &[&str] =
    &["cache", "caches", "temp", "tempdir", "tempfile", "temporary", "tmp", "tmpdir", "tmpfile", "tmpname"];

/// Folders below the root that are no disk, or are for temporary files.
const NO_DISK: &[&str] = &["dev", "proc", "run", "sys", "tmp"];

/// Ends of names of keys and certificates.
const SECRETS: &[&str] = &[".cer", ".crt", ".key", ".netrc", ".p12", ".p8", ".pem", ".pfx", "id_rsa"];

/// Words in names of files with passwords.
const SECRET_WORDS: &[&str] =
    &["account", "credential", "credentials", "netrc", "secret", "secrets", "token", "tokens"];

/// Ends of names of sockets, pipes and notes of running processes.
const NO_FILE: &[&str] = &[".fifo", ".lock", ".pid", ".pipe", ".sock", ".stdin", "-fifo", "_fifo"];

/// Functions whose result is a temporary file or folder, or a file in memory. A trailing dot stands for
/// everything of a module.
const TEMPORARY_CALLS: &[&str] = &[
    "ActionDispatch.Http.UploadedFile",
    "BytesIO",
    "Deno.makeTempDir",
    "Deno.makeTempDirSync",
    "Deno.makeTempFile",
    "Deno.makeTempFileSync",
    "Dir.mktmpdir",
    "Dir.tmpdir",
    "NamedTemporaryFile",
    "SpooledTemporaryFile",
    "StringIO",
    "Tempfile",
    "Tempfile.create",
    "Tempfile.open",
    "TemporaryDirectory",
    "TemporaryFile",
    "gettempdir",
    "mkdtemp",
    "mkdtempSync",
    "mkstemp",
    "mktemp",
    "os.tmpdir",
    "temp-write",
    "tempfile.",
    "tempy.",
    "temp.",
    "tmp-promise.",
    "tmp.",
];

/// Variables that name a folder for temporary files.
const TEMPORARY_VARIABLES: &[&str] = &["TEMP", "TEMPDIR", "TEMP_DIR", "TMP", "TMPDIR", "TMP_DIR"];

/// Functions that put their arguments together with slashes.
const JOINS: &[&str] = &[
    "File.join",
    "os.path.join",
    "path.join",
    "path.posix.join",
    "path.resolve",
    "posixpath.join",
    "safe_join",
    "upath.join",
];

/// Functions that give the path that is their first argument, in another form.
const SAME: &[&str] = &[
    "File.absolute_path",
    "File.expand_path",
    "File.realpath",
    "Path",
    "Pathname",
    "PurePath",
    "String",
    "URL",
    "fileURLToPath",
    "fspath",
    "os.path.abspath",
    "os.path.expanduser",
    "os.path.normpath",
    "os.path.realpath",
    "path.normalize",
    "path.resolve",
    "root",
    "str",
];

/// Methods that give the path that they are called on, in another form.
const SAME_METHODS: &[&str] = &[
    ".absolute",
    ".as_posix",
    ".cleanpath",
    ".expand_path",
    ".expanduser",
    ".freeze",
    ".realpath",
    ".resolve",
    ".strip",
    ".toString",
    ".to_path",
    ".to_s",
];

/// Functions that give the folder of a path.
const PARENTS: &[&str] = &["File.dirname", "os.path.dirname", "path.dirname"];

/// Functions that give the directory in which the process runs.
const WORKING: &[&str] =
    &["Dir.getwd", "Dir.pwd", "Path.cwd", "os.getcwd", "pathlib.Path.cwd", "process.cwd"];

/// Functions that give the home directory.
const HOME: &[&str] = &["Dir.home", "Path.home", "os.homedir"];

/// Names that stand for the application's own directory.
const APP: &[&str] = &[
    "APP_DIR",
    "APP_ROOT",
    "BASE_DIR",
    "BASE_PATH",
    "BASEDIR",
    "PADRINO_ROOT",
    "PROJECT_DIR",
    "PROJECT_PATH",
    "PROJECT_ROOT",
    "RAILS_ROOT",
    "ROOT_DIR",
    "ROOT_PATH",
    "Rails.root",
    "__FILE__",
    "__dir__",
    "__dirname",
    "__file__",
    "__filename",
    "app.root_path",
    "config.root",
    "current_app.root_path",
    "flask.current_app.root_path",
    "import.meta.dirname",
    "import.meta.filename",
    "import.meta.url",
    "settings.root",
];

impl Place {
    fn of(base: Base, rest: impl Into<String>) -> Self {
        Self { base, rest: rest.into(), names: Vec::new(), variable: None }
    }

    fn unknown(name: &str) -> Self {
        let names = if name.is_empty() { Vec::new() } else { vec![name.to_string()] };
        Self { names, ..Self::of(Base::Unknown, "\0") }
    }

    fn literal(text: &str) -> Self {
        let text = text.strip_prefix("file://").unwrap_or(text);
        if let Some(rest) = text.strip_prefix('/') {
            return Self::of(Base::Root, rest);
        }
        if let Some(rest) = text.strip_prefix("~/") {
            return Self::of(Base::Home, rest);
        }
        // The way in which Paperclip and shells speak of a root.
        if let Some(rest) = text.strip_prefix(":rails_root/") {
            return Self::of(Base::App, rest);
        }
        Self::of(Base::Working, text)
    }

    fn named(name: &str) -> Self {
        if name == "Rails.public_path" {
            return Self::of(Base::App, "public");
        }
        let upper = name.to_ascii_uppercase();
        let last = upper.rsplit('.').next().unwrap_or_default();
        if APP.iter().any(|app| app.eq_ignore_ascii_case(name) || *app == last) {
            return Self::of(Base::App, "");
        }
        if matches!(last, "MEDIA_ROOT" | "STATIC_ROOT") {
            let folder = if last == "MEDIA_ROOT" { "media" } else { "static" };
            return Self { names: vec![name.to_string()], ..Self::of(Base::App, folder) };
        }
        Self::unknown(name)
    }

    /// One text after the other.
    fn then(mut self, other: Place) -> Self {
        if self.rest.is_empty() && self.base == Base::Working && self.names.is_empty() {
            return other;
        }
        let more = match other.base {
            Base::Root => format!("/{}", other.rest),
            Base::Home => format!("~/{}", other.rest),
            _ => other.rest,
        };
        self.rest.push_str(&more);
        if other.base == Base::Temporary {
            self.base = Base::Temporary;
        }
        self.names.extend(other.names);
        self.variable = self.variable.or(other.variable);
        self
    }

    /// One path below the other.
    fn below(self, other: Place) -> Self {
        let anchored = matches!(other.base, Base::App | Base::Temporary | Base::Home);
        if anchored {
            return Self { names: [self.names, other.names].concat(), ..other };
        }
        let between = if self.rest.is_empty() || self.rest.ends_with('/') { "" } else { "/" };
        let mut joined = self;
        joined.rest.push_str(between);
        joined.rest.push_str(&other.rest);
        joined.names.extend(other.names);
        joined.variable = joined.variable.or(other.variable);
        joined
    }

    fn parent(mut self) -> Self {
        let end = self.rest.trim_end_matches('/').rfind('/').unwrap_or(0);
        self.rest.truncate(end);
        self
    }

    /// Its segments, with `..` taken in.
    pub fn segments(&self) -> Vec<&str> {
        let mut segments: Vec<&str> = Vec::new();
        for segment in self.rest.split(['/', '\\']) {
            match segment {
                "" | "." => {}
                ".." => {
                    segments.pop();
                }
                segment => segments.push(segment),
            }
        }
        // Heroku's own root of an application.
        if self.base == Base::Root && segments.first() == Some(&"app") {
            segments.remove(0);
        }
        segments
    }

    /// Whether every piece of it is known.
    pub fn is_known(&self) -> bool {
        matches!(self.base, Base::Working | Base::App | Base::Root)
            && !self.rest.contains('\0')
            && !self.rest.is_empty()
    }

    /// Whether its name says that it is a key or a password: such a file is made at every start, from what the
    /// environment holds.
    pub fn is_secret(&self) -> bool {
        let segments = self.segments();
        let Some(last) = segments.last() else { return false };
        SECRETS.iter().any(|end| last.ends_with(end))
            || words(last).any(|word| SECRET_WORDS.contains(&word.as_str()))
    }

    /// Whether it is known to lie below the application's directory, with something of its name known.
    pub fn is_anchored(&self) -> bool {
        matches!(self.base, Base::Working | Base::App) && self.shown().chars().any(char::is_alphanumeric)
    }

    /// Whether it lies below the application's directory, or may do so.
    pub fn is_own(&self) -> bool {
        match self.base {
            Base::Working | Base::App | Base::Unknown => true,
            Base::Root => self.rest == "app" || self.rest.starts_with("app/"),
            Base::Temporary | Base::Home | Base::Variable => false,
        }
    }

    /// Whether it lies in the folder `other`, which is known.
    pub fn is_in(&self, other: &Place) -> bool {
        let (own, folder) = (self.segments(), other.segments());
        self.is_own()
            && other.is_own()
            && other.is_known()
            && !folder.is_empty()
            && own.len() > folder.len()
            && own.starts_with(&folder)
    }

    /// What it is there for.
    pub fn purpose(&self) -> Purpose {
        if self.is_temporary() {
            return Purpose::Temporary;
        }
        let segments = self.segments();
        if !self.is_own() {
            return Purpose::Unknown;
        }
        let folders = segments.split_last().map_or(&[][..], |(_, folders)| folders);
        let known = folders.iter().position(|folder| DURABLE.contains(&folder.to_ascii_lowercase().as_str()));
        if let Some(at) = known {
            return Purpose::Durable(shown(&segments[..=at]));
        }
        match folders.first() {
            Some(folder) if self.base == Base::App && OWN_CODE.contains(folder) => {
                Purpose::Durable((*folder).to_string())
            }
            _ => Purpose::Unknown,
        }
    }

    /// Whether it leads to a temporary file, a device, a socket.
    pub fn is_temporary(&self) -> bool {
        let segments = self.segments();
        if self.base == Base::Temporary
            || (self.base == Base::Root && segments.first().is_some_and(|first| NO_DISK.contains(first)))
            || segments.last().is_some_and(|last| NO_FILE.iter().any(|end| last.ends_with(end)))
        {
            return true;
        }
        segments.iter().any(|segment| says_temporary(segment))
            || self.names.iter().any(|name| says_temporary(name))
    }

    /// For people: `public/exports/….csv`.
    pub fn shown(&self) -> String {
        let segments = self.segments();
        let root =
            if self.base == Base::Root && self.rest.split('/').next() != Some("app") { "/" } else { "" };
        format!("{root}{}", shown(&segments))
    }
}

fn shown(segments: &[&str]) -> String {
    segments.join("/").replace('\0', "…").replace("……", "…")
}

/// Whether a name or a segment of a path has a word that says "temporary".
fn says_temporary(text: &str) -> bool {
    words(text).any(|word| TEMPORARY.contains(&word.as_str()))
}

/// The words of a name, in lower case: `temp_file`, `tempFile` and `TEMP-FILE` have two.
pub fn words(text: &str) -> impl Iterator<Item = String> {
    let mut words: Vec<String> = vec![String::new()];
    let mut lower = false;
    for c in text.chars() {
        if !c.is_alphanumeric() || (lower && c.is_uppercase()) {
            words.push(String::new());
        }
        lower = c.is_lowercase();
        if c.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(c.to_lowercase());
        }
    }
    words.into_iter().filter(|word| !word.is_empty())
}

/// Where a term leads as a path.
pub fn place(term: &Term, constants: &Constants<'_>) -> Place {
    Evaluation { constants, depth: 0 }.place(term)
}

struct Evaluation<'c, 't> {
    constants: &'c Constants<'t>,
    depth: usize,
}

/// Constants that stand for each other end here.
const MAX_DEPTH: usize = 24;

impl Evaluation<'_, '_> {
    fn place(&self, term: &Term) -> Place {
        if self.depth > MAX_DEPTH {
            return Place::unknown("");
        }
        let inner = Evaluation { constants: self.constants, depth: self.depth + 1 };
        match &term.value {
            Value::Text(text) => Place::literal(text),
            Value::Number(digits) => Place::of(Base::Working, digits.clone()),
            Value::Joined(pieces) => pieces
                .iter()
                .map(|piece| inner.place(piece))
                .reduce(Place::then)
                .unwrap_or_else(|| Place::of(Base::Working, "")),
            Value::Name(name) | Value::Parameter(name) => inner.named(name),
            Value::Env { name, default, .. } => inner.variable(name, default.as_deref()),
            Value::Call(call) => inner.call(call),
            Value::Choice(options) => inner.choice(options.iter().map(|option| &option.value)),
            _ => Place::unknown(""),
        }
    }

    fn named(&self, name: &str) -> Place {
        let last = name.rsplit('.').next().unwrap_or_default();
        let is_constant = last.len() > 2 && !last.bytes().any(|b| b.is_ascii_lowercase());
        match self.constants.get(last).filter(|_| is_constant) {
            Some(value) => {
                let mut place = self.place(value);
                place.names.push(name.to_string());
                place
            }
            None => Place::named(name),
        }
    }

    fn variable(&self, name: &Name, default: Option<&Term>) -> Place {
        let known = name.known().unwrap_or_default();
        if TEMPORARY_VARIABLES.contains(&known) {
            return Place::of(Base::Temporary, "");
        }
        if known == "HOME" {
            return Place::of(Base::Home, "");
        }
        let place = default.map_or_else(|| Place::of(Base::Variable, ""), |term| self.place(term));
        Place { variable: Some(known.to_string()), ..place }
    }

    /// Of several places a temporary one wins: the others are as likely, and silence is cheaper than a
    /// false alarm. Then one that is known best.
    fn choice<'o>(&self, options: impl Iterator<Item = &'o Term>) -> Place {
        let places: Vec<Place> = options.map(|option| self.place(option)).collect();
        let rank = |place: &Place| match place.purpose() {
            Purpose::Temporary => 0,
            _ if place.base == Base::Variable => 1,
            Purpose::Durable(_) => 2,
            Purpose::Unknown => 3,
        };
        places.into_iter().min_by_key(rank).unwrap_or_else(|| Place::unknown(""))
    }

    fn call(&self, call: &Invocation) -> Place {
        let callee = call.callee.strip_suffix(".new").unwrap_or(&call.callee);
        let arguments = || call.arguments.iter().filter(|argument| argument.keyword.is_none());
        if is_any(callee, TEMPORARY_CALLS) {
            return Place::of(Base::Temporary, "");
        }
        if is_any(callee, WORKING) {
            return Place::of(Base::Working, "");
        }
        if is_any(callee, HOME) {
            return Place::of(Base::Home, "");
        }
        if callee == "File.expand_path" && call.arguments.len() == 2 {
            return self.joined(arguments().rev());
        }
        if is_any(callee, JOINS) && !call.arguments.is_empty() {
            return self.joined(arguments());
        }
        if is_any(callee, PARENTS) {
            return call.argument(0).map_or_else(|| Place::unknown(callee), |term| self.place(term).parent());
        }
        let receiver = || match &call.receiver {
            Some(term) => Some(self.place(term)),
            None => callee.rsplit_once('.').map(|(owner, _)| self.named(owner)),
        };
        // `Path("data") / "x"`, `Rails.root + "x"`
        if matches!(call.callee.as_str(), "./" | ".+" | "/" | "+")
            && let (Some(base), Some(more)) = (receiver(), call.argument(0))
        {
            return base.below(self.place(more));
        }
        if [".join", ".joinpath", ".concat"].iter().any(|name| call.is(name)) {
            let base = receiver().filter(|place| place.base != Base::Unknown || !place.names.is_empty());
            // `[…].join("/")` and `"".join(…)` put texts together, not paths.
            let of_texts = call.receiver.as_ref().is_some_and(|term| {
                matches!(term.value, Value::List(_)) || term.text().is_some_and(|text| text.len() < 2)
            });
            if let Some(base) = base.filter(|_| !of_texts) {
                return arguments().map(|argument| self.place(&argument.value)).fold(base, Place::below);
            }
            return Place::unknown("");
        }
        if call.name() == "parent" && call.receiver.is_some() {
            return receiver().map_or_else(|| Place::unknown(callee), Place::parent);
        }
        if SAME_METHODS.iter().any(|name| call.is(name)) && call.arguments.is_empty() {
            return receiver().unwrap_or_else(|| Place::unknown(callee));
        }
        if is_any(callee, SAME)
            && let Some(first) = call.argument(0)
        {
            return self.place(first);
        }
        // `app.config.get("UPLOAD_FOLDER")`, `settings.fetch("media_root")`
        if matches!(call.name(), "get" | "fetch")
            && let Some(name) = call.argument(0).and_then(Term::text)
        {
            return self.named(name);
        }
        Place::unknown(callee)
    }

    fn joined<'a>(&self, arguments: impl Iterator<Item = &'a Argument>) -> Place {
        let places = arguments.map(|argument| self.place(&argument.value));
        places.reduce(Place::below).unwrap_or_else(|| Place::unknown(""))
    }
}

/// Whether a callee is one of `names`, or ends with one at a dot. A name that ends with a dot stands for
/// every function of a module.
fn is_any(callee: &str, names: &[&str]) -> bool {
    names.iter().any(|name| match name.strip_suffix('.') {
        Some(module) => callee == module || callee.starts_with(name),
        None => is_function(callee, name),
    })
}

fn is_function(callee: &str, name: &str) -> bool {
    callee.strip_suffix(name).is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

/// Which value of a call is the path.
#[derive(Clone, Copy, Debug)]
enum At {
    /// The argument at a position.
    Argument(usize),
    /// The argument at a position, or with a keyword.
    Either(usize, &'static str),
    /// An option of a map or a keyword.
    Option(&'static str),
    /// What the method is called on.
    Receiver,
}

/// When a call writes.
#[derive(Clone, Copy, Debug)]
enum When {
    /// Always.
    Always,
    /// By the mode in the argument at a position or with a keyword; without one it reads.
    Mode(usize, &'static str),
    /// By an option; without one it writes.
    Flags(&'static str),
}

/// A function that writes files.
#[derive(Debug)]
struct Writer {
    /// Its name: `=open` is that function and no method, `.write_text` a method of anything, and any
    /// other name ends the callee at a dot.
    name: &'static str,
    path: At,
    when: When,
}

const fn writes(name: &'static str, path: At) -> Writer {
    Writer { name, path, when: When::Always }
}

const fn opens(name: &'static str, path: At, mode: usize) -> Writer {
    Writer { name, path, when: When::Mode(mode, "mode") }
}

/// Functions of Ruby's standard library and gems.
const RUBY: &[Writer] = &[
    writes("File.write", At::Argument(0)),
    writes("File.binwrite", At::Argument(0)),
    writes("IO.write", At::Argument(0)),
    writes("IO.binwrite", At::Argument(0)),
    opens("File.open", At::Argument(0), 1),
    opens("File", At::Argument(0), 1),
    opens("File.new", At::Argument(0), 1),
    opens("=open", At::Argument(0), 1),
    opens("Kernel.open", At::Argument(0), 1),
    opens("CSV.open", At::Argument(0), 1),
    writes(".binwrite", At::Receiver),
    writes("FileUtils.cp", At::Argument(1)),
    writes("FileUtils.copy", At::Argument(1)),
    writes("FileUtils.copy_file", At::Argument(1)),
    writes("FileUtils.cp_r", At::Argument(1)),
    writes("FileUtils.mv", At::Argument(1)),
    writes("FileUtils.move", At::Argument(1)),
    writes("FileUtils.install", At::Argument(1)),
    writes("IO.copy_stream", At::Argument(1)),
    writes(".render_file", At::Argument(0)),
    writes(".save_as", At::Argument(0)),
    writes(".serialize", At::Argument(0)),
];

/// Functions of Python's standard library and packages.
const PYTHON: &[Writer] = &[
    opens("=open", At::Either(0, "file"), 1),
    opens("=builtins.open", At::Either(0, "file"), 1),
    opens("io.open", At::Either(0, "file"), 1),
    opens("codecs.open", At::Either(0, "filename"), 1),
    opens("aiofiles.open", At::Either(0, "file"), 1),
    opens("gzip.open", At::Either(0, "filename"), 1),
    opens("bz2.open", At::Either(0, "filename"), 1),
    opens("lzma.open", At::Either(0, "filename"), 1),
    opens("tarfile.open", At::Either(0, "name"), 1),
    opens("zipfile.ZipFile", At::Either(0, "file"), 1),
    opens("pathlib.Path.open", At::Receiver, 0),
    writes(".write_text", At::Receiver),
    writes(".write_bytes", At::Receiver),
    writes("shutil.copy", At::Either(1, "dst")),
    writes("shutil.copy2", At::Either(1, "dst")),
    writes("shutil.copyfile", At::Either(1, "dst")),
    writes("shutil.copytree", At::Either(1, "dst")),
    writes("shutil.move", At::Either(1, "dst")),
    writes("joblib.dump", At::Either(1, "filename")),
    writes("torch.save", At::Either(1, "f")),
    writes("numpy.save", At::Either(0, "file")),
    writes("numpy.savez", At::Either(0, "file")),
    writes("numpy.savetxt", At::Either(0, "fname")),
    writes(".save_model", At::Argument(0)),
    writes(".savefig", At::Either(0, "fname")),
    writes(".to_csv", At::Either(0, "path_or_buf")),
    writes(".to_excel", At::Either(0, "excel_writer")),
    writes(".to_parquet", At::Either(0, "path")),
    writes(".to_pickle", At::Either(0, "path")),
    writes("urllib.request.urlretrieve", At::Either(1, "filename")),
    writes("urlretrieve", At::Either(1, "filename")),
];

/// Functions of Node.js, Deno and Bun, and of packages.
const JAVASCRIPT: &[Writer] = &[
    writes("fs.writeFile", At::Argument(0)),
    writes("fs.writeFileSync", At::Argument(0)),
    writes("fs.promises.writeFile", At::Argument(0)),
    writes("fs.appendFile", At::Argument(0)),
    writes("fs.appendFileSync", At::Argument(0)),
    writes("fs.promises.appendFile", At::Argument(0)),
    Writer { name: "fs.createWriteStream", path: At::Argument(0), when: When::Flags("flags") },
    opens("fs.open", At::Argument(0), 1),
    opens("fs.openSync", At::Argument(0), 1),
    opens("fs.promises.open", At::Argument(0), 1),
    writes("fs.copyFile", At::Argument(1)),
    writes("fs.copyFileSync", At::Argument(1)),
    writes("fs.promises.copyFile", At::Argument(1)),
    writes("fs.rename", At::Argument(1)),
    writes("fs.renameSync", At::Argument(1)),
    writes("fs.promises.rename", At::Argument(1)),
    writes("fs-extra.outputFile", At::Argument(0)),
    writes("fs-extra.outputFileSync", At::Argument(0)),
    writes("fs-extra.outputJson", At::Argument(0)),
    writes("fs-extra.outputJsonSync", At::Argument(0)),
    writes("fs-extra.writeJson", At::Argument(0)),
    writes("fs-extra.writeJSON", At::Argument(0)),
    writes("fs-extra.writeJsonSync", At::Argument(0)),
    writes("fs-extra.writeFile", At::Argument(0)),
    writes("fs-extra.writeFileSync", At::Argument(0)),
    writes("fs-extra.appendFile", At::Argument(0)),
    writes("fs-extra.createWriteStream", At::Argument(0)),
    writes("fs-extra.copy", At::Argument(1)),
    writes("fs-extra.copyFile", At::Argument(1)),
    writes("fs-extra.move", At::Argument(1)),
    writes("Bun.write", At::Argument(0)),
    writes("Deno.writeFile", At::Argument(0)),
    writes("Deno.writeTextFile", At::Argument(0)),
    writes(".toFile", At::Argument(0)),
    writes("xlsx.writeFile", At::Argument(1)),
    writes(".pdf", At::Option("path")),
    writes(".screenshot", At::Option("path")),
];

/// Languages whose functions are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Ruby.
    Ruby,
    /// Python.
    Python,
    /// JavaScript and TypeScript.
    JavaScript,
}

impl Family {
    /// The family of a language that has one.
    pub fn of(lang: crate::lang::Lang) -> Option<Self> {
        use crate::lang::Lang;
        match lang {
            Lang::Ruby => Some(Family::Ruby),
            Lang::Python => Some(Family::Python),
            Lang::JavaScript | Lang::TypeScript | Lang::Tsx | Lang::Vue | Lang::Svelte => {
                Some(Family::JavaScript)
            }
            _ => None,
        }
    }

    fn writers(self) -> &'static [Writer] {
        match self {
            Family::Ruby => RUBY,
            Family::Python => PYTHON,
            Family::JavaScript => JAVASCRIPT,
        }
    }
}

/// A write to a file.
#[derive(Clone, Debug)]
pub struct Write<'t> {
    /// The path that is written to.
    pub path: &'t Term,
    /// The function as a program writes it: `File.write`, `open`, `to_csv`.
    pub function: String,
    /// The bytes to point at: the function's own name and the path.
    pub span: Span,
    /// It adds to what is there (`"a"`).
    pub appends: bool,
}

/// The file that a call writes to; `None` where it writes none, or where a mode that is not known decides.
pub fn write<'t>(call: &'t Invocation, family: Family) -> Option<Write<'t>> {
    let writer = family.writers().iter().find(|writer| writer.is(call))?;
    let mut appends = call.name().starts_with("append");
    match writer.when {
        When::Always => {}
        When::Mode(index, keyword) => match mode(call.argument_or_keyword(index, keyword)?)? {
            Mode::Read => return None,
            Mode::Write => {}
            Mode::Append => appends = true,
        },
        When::Flags(option) => match call.option(&[option]).map(mode) {
            None | Some(Some(Mode::Write)) => {}
            Some(Some(Mode::Append)) => appends = true,
            Some(Some(Mode::Read) | None) => return None,
        },
    }
    let path = match writer.path {
        At::Argument(index) => call.argument(index)?,
        At::Either(index, keyword) => call.argument_or_keyword(index, keyword)?,
        At::Option(option) => call.option(&[option])?,
        At::Receiver => call.receiver.as_ref()?,
    };
    let callee = call.callee.trim_start_matches('.');
    let function = match call.callee.starts_with('.') || callee.matches('.').count() > 1 {
        true => call.name().to_string(),
        false => callee.to_string(),
    };
    let ends = [call.name_span, path.span].into_iter().filter(|span| call.span.contains(*span));
    let span = ends.fold(call.name_span, |all, span| Span {
        start: all.start.min(span.start),
        end: all.end.max(span.end),
    });
    Some(Write { path, function, span, appends })
}

impl Writer {
    fn is(&self, call: &Invocation) -> bool {
        match self.name.strip_prefix('=') {
            Some(name) => call.callee == name,
            None if self.name.starts_with('.') => call.is(self.name),
            None => is_function(&call.callee, self.name),
        }
    }
}

/// What a mode says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// `"r"`, `"rb"`, `File::RDONLY`.
    Read,
    /// `"w"`, `"wb"`, `"x"`, `"r+"`, `File::WRONLY | File::CREAT`.
    Write,
    /// `"a"`, `"ab"`, `"a+"`.
    Append,
}

/// What a mode says; `None` where it is not known.
pub fn mode(term: &Term) -> Option<Mode> {
    match &term.value {
        Value::Text(text) => mode_of_text(text),
        Value::Name(name) => mode_of_name(name),
        Value::Nil => Some(Mode::Read),
        Value::Number(_) | Value::Map(_) => None,
        Value::Choice(options) => {
            let mut modes = options.iter().map(|option| mode(&option.value));
            let first = modes.next()??;
            modes
                .all(|mode| mode.is_some_and(|mode| (mode == Mode::Read) == (first == Mode::Read)))
                .then_some(first)
        }
        // `File::WRONLY | File::CREAT`
        Value::Call(call) if call.callee.ends_with('|') => {
            let parts = call.receiver.iter().chain(call.argument(0));
            parts.filter_map(mode).max_by_key(|mode| *mode != Mode::Read)
        }
        _ => None,
    }
}

fn mode_of_text(text: &str) -> Option<Mode> {
    // Ruby's encodings stand behind a colon: `"w:UTF-8"`; tarfile's compression too: `"w:gz"`.
    let mode = text.split([':', '|']).next().unwrap_or_default();
    let known = !mode.is_empty() && mode.len() <= 4 && mode.bytes().all(|b| b"rwaxbtsU+".contains(&b));
    if !known {
        return None;
    }
    Some(match mode {
        mode if mode.contains('a') => Mode::Append,
        mode if mode.contains(['w', 'x', '+']) => Mode::Write,
        _ => Mode::Read,
    })
}

fn mode_of_name(name: &str) -> Option<Mode> {
    let flag = name.rsplit('.').next().unwrap_or_default().trim_start_matches("O_");
    match flag {
        "RDONLY" => Some(Mode::Read),
        "WRONLY" | "RDWR" | "CREAT" | "TRUNC" | "EXCL" => Some(Mode::Write),
        "APPEND" => Some(Mode::Append),
        _ => None,
    }
}

/// Functions after which a file is gone, sent, or in a place that lasts: what they are given did not have to
/// last. Last segments.
pub const HANDED_ON: &[&str] = &[
    "Upload",
    "PutObjectCommand",
    "attach",
    "attach_file",
    "delete",
    "deleteFile",
    "delete_file",
    "destroy",
    "download",
    "fput_object",
    "make_archive",
    "putObject",
    "put_object",
    "remove",
    "removeSync",
    "remove_file",
    "rimraf",
    "rm",
    "rmSync",
    "rm_f",
    "rm_r",
    "rm_rf",
    "rmtree",
    "safe_unlink",
    "sendFile",
    "send_data",
    "send_file",
    "send_from_directory",
    "unlink",
    "unlinkSync",
    "upload",
    "uploadFile",
    "upload_blob",
    "upload_file",
    "upload_fileobj",
    "upload_from_filename",
    "upload_stream",
];

/// Functions by which a folder is served, with the position of the folder or its keyword.
const SERVES: &[(&str, usize, &str)] = &[
    ("express.static", 0, "root"),
    ("koa-static", 0, "root"),
    ("serve-static", 0, "root"),
    ("send_from_directory", 0, "directory"),
    ("StaticFiles", 0, "directory"),
    ("static_file", 1, "root"),
];

/// The folder that a call serves.
pub fn served(call: &Invocation) -> Option<&Term> {
    let (_, index, keyword) = SERVES.iter().find(|(name, ..)| is_function(&call.callee, name))?;
    call.argument_or_keyword(*index, keyword)
}

/// Functions that read a file, with the position of the path.
const READS: &[(&str, usize)] = &[
    ("File.read", 0),
    ("File.binread", 0),
    ("File.readlines", 0),
    ("File.foreach", 0),
    ("IO.read", 0),
    ("YAML.load_file", 0),
    ("fs.readFile", 0),
    ("fs.readFileSync", 0),
    ("fs.promises.readFile", 0),
    ("fs.createReadStream", 0),
    ("fs-extra.readJson", 0),
    ("fs-extra.readFile", 0),
    ("pandas.read_csv", 0),
    ("pandas.read_json", 0),
    ("joblib.load", 0),
];

/// The file that a call reads.
pub fn read(call: &Invocation, family: Family) -> Option<&Term> {
    if let Some((_, index)) = READS.iter().find(|(name, _)| is_function(&call.callee, name)) {
        return call.argument(*index);
    }
    if matches!(call.name(), "read_text" | "read_bytes") {
        return call.receiver.as_ref();
    }
    let opener = family.writers().iter().find(|writer| writer.is(call))?;
    let (When::Mode(index, keyword), At::Argument(at) | At::Either(at, _)) = (opener.when, opener.path)
    else {
        return None;
    };
    let reads = call.argument_or_keyword(index, keyword).is_none_or(|term| mode(term) == Some(Mode::Read));
    call.argument(at).filter(|_| reads)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn term(value: Value) -> Term {
        Term { span: Span::default(), value }
    }

    fn text(text: &str) -> Term {
        term(Value::Text(text.to_string()))
    }

    fn name(name: &str) -> Term {
        term(Value::Name(name.to_string()))
    }

    fn call(callee: &str, receiver: Option<Term>, arguments: Vec<Term>) -> Invocation {
        Invocation {
            callee: callee.to_string(),
            receiver,
            arguments: arguments.into_iter().map(|value| Argument { keyword: None, value }).collect(),
            span: Span::default(),
            name_span: Span::default(),
            scope: String::new(),
            guards: Vec::new(),
            bound: None,
            body: None,
        }
    }

    fn called(callee: &str, receiver: Option<Term>, arguments: Vec<Term>) -> Term {
        term(Value::Call(Box::new(call(callee, receiver, arguments))))
    }

    fn joined(pieces: Vec<Term>) -> Term {
        term(Value::Joined(pieces))
    }

    fn purpose(term: &Term) -> Purpose {
        place(term, &Constants::new()).purpose()
    }

    fn durable(folder: &str) -> Purpose {
        Purpose::Durable(folder.to_string())
    }

    #[test]
    fn modes_tell_reads_from_writes() {
        for (written, meant) in [
            ("r", Some(Mode::Read)),
            ("rb", Some(Mode::Read)),
            ("r:bom|utf-8", Some(Mode::Read)),
            ("w", Some(Mode::Write)),
            ("wb+", Some(Mode::Write)),
            ("w:UTF-8", Some(Mode::Write)),
            ("r+", Some(Mode::Write)),
            ("x", Some(Mode::Write)),
            ("wx", Some(Mode::Write)),
            ("ab", Some(Mode::Append)),
            ("utf-8", None),
            ("", None),
        ] {
            assert_eq!(mode(&text(written)), meant, "{written}");
        }
        assert_eq!(mode(&name("File.WRONLY")), Some(Mode::Write));
        assert_eq!(mode(&name("os.O_APPEND")), Some(Mode::Append));
        assert_eq!(mode(&name("File.RDONLY")), Some(Mode::Read));
        assert_eq!(mode(&name("write_mode")), None);
    }

    #[test]
    fn temporary_paths_are_seen() {
        let temporary = [
            text("/tmp/x.csv"),
            text("/dev/stdout"),
            text("tmp/report.csv"),
            text("/app/tmp/report.csv"),
            called("Rails.root.join", None, vec![text("tmp"), text("x")]),
            called("Rails.root.join", None, vec![text("tmp/x")]),
            called("File.join", None, vec![called("Dir.tmpdir", None, vec![]), text("x")]),
            called("path.join", None, vec![called("os.tmpdir", None, vec![]), text("uploads"), text("x")]),
            called("os.path.join", None, vec![called("tempfile.gettempdir", None, vec![]), text("x")]),
            joined(vec![called("tempfile.mkdtemp", None, vec![]), text("/data/x")]),
            name("tempfile.path"),
            name("tmpPath"),
            name("self.temp_dir"),
            term(Value::Env { name: Name::Known("TMPDIR".into()), default: None, required: false }),
        ];
        for term in &temporary {
            assert_eq!(purpose(term), Purpose::Temporary, "{term:?}");
        }
    }

    #[test]
    fn folders_say_what_lasts() {
        let unknown = || name("id");
        for (term, meant) in [
            (text("public/sitemap.xml"), durable("public")),
            (text("./data/state.json"), durable("data")),
            (text("/app/public/x"), durable("public")),
            (
                called("Rails.root.join", None, vec![text("public"), text("uploads"), unknown()]),
                durable("public"),
            ),
            (joined(vec![name("Rails.root"), text("/storage/"), unknown()]), durable("storage")),
            (
                called("path.join", None, vec![name("__dirname"), text("../uploads"), unknown()]),
                durable("uploads"),
            ),
            (called("os.path.join", None, vec![name("settings.MEDIA_ROOT"), unknown()]), durable("media")),
            (
                called(".joinpath", Some(name("BASE_DIR")), vec![text("exports"), unknown()]),
                durable("exports"),
            ),
            (text("report.csv"), Purpose::Unknown),
            (text("public"), Purpose::Unknown),
            (text("/data/x"), Purpose::Unknown),
            (text("/etc/app.conf"), Purpose::Unknown),
            (unknown(), Purpose::Unknown),
            (called("fetch_path", None, vec![]), Purpose::Unknown),
        ] {
            assert_eq!(purpose(&term), meant, "{term:?}");
        }
    }

    #[test]
    fn constants_are_looked_up() {
        let folder = called("os.path.join", None, vec![name("BASE_DIR"), text("uploads")]);
        let constants = Constants::from([("UPLOAD_FOLDER", &folder)]);
        let path = called("os.path.join", None, vec![name("app.config.UPLOAD_FOLDER"), name("filename")]);
        assert_eq!(place(&path, &constants).purpose(), durable("uploads"));
        assert_eq!(place(&path, &Constants::new()).purpose(), Purpose::Unknown);
        // A constant that stands for itself must not keep anybody busy.
        let own = name("ROUND");
        let constants = Constants::from([("ROUND", &own)]);
        assert_eq!(place(&own, &constants).base, Base::Unknown);
    }

    #[test]
    fn variables_can_lead_elsewhere() {
        let default = Some(Box::new(text("public/uploads/x")));
        let path = term(Value::Env { name: Name::Known("UPLOADS".into()), default, required: false });
        let place = place(&path, &Constants::new());
        assert_eq!(place.variable.as_deref(), Some("UPLOADS"));
        assert_eq!(place.purpose(), durable("public"));
        let path = term(Value::Env { name: Name::Known("UPLOADS".into()), default: None, required: true });
        assert_eq!(purpose(&path), Purpose::Unknown);
    }

    #[test]
    fn places_are_shown_to_people() {
        let path = joined(vec![name("Rails.root"), text("/public/exports/"), name("id"), text(".csv")]);
        assert_eq!(place(&path, &Constants::new()).shown(), "public/exports/….csv");
        assert_eq!(place(&text("/var/x"), &Constants::new()).shown(), "/var/x");
    }

    #[test]
    fn writers_and_readers() {
        let writes = |call: &Invocation, family| write(call, family).is_some();
        let path = || text("public/x");
        for (family, callee, arguments, wanted) in [
            (Family::Ruby, "File.write", vec![path(), name("x")], true),
            (Family::Ruby, "File.open", vec![path()], false),
            (Family::Ruby, "File.open", vec![path(), text("rb")], false),
            (Family::Ruby, "File.open", vec![path(), text("wb")], true),
            (Family::Ruby, "File.open", vec![path(), name("mode")], false),
            (Family::Ruby, "Zip.File.read", vec![path()], false),
            (Family::Python, "open", vec![path()], false),
            (Family::Python, "open", vec![path(), text("a")], true),
            (Family::Python, "PIL.Image.open", vec![path(), text("w")], false),
            (Family::Python, "shutil.copyfile", vec![name("x"), path()], true),
            (Family::JavaScript, "fs.writeFile", vec![path(), name("x")], true),
            (Family::JavaScript, "fs.createWriteStream", vec![path()], true),
            (Family::JavaScript, "fs.readFile", vec![path()], false),
            (Family::JavaScript, "fs.openSync", vec![path(), text("r")], false),
            (Family::JavaScript, "fs.openSync", vec![path(), text("w")], true),
        ] {
            let call = call(callee, None, arguments);
            assert_eq!(writes(&call, family), wanted, "{call:?}");
        }
        let call_of = |callee: &str, arguments| call(callee, None, arguments);
        assert!(read(&call_of("File.read", vec![path()]), Family::Ruby).is_some());
        assert!(read(&call_of("open", vec![path()]), Family::Python).is_some());
        assert!(read(&call_of("open", vec![path(), text("w")]), Family::Python).is_none());
    }

    #[test]
    fn the_vocabulary_knows_every_function() {
        let of_writers = [RUBY, PYTHON, JAVASCRIPT].into_iter().flatten().map(|writer| writer.name);
        let of_tables = SERVES.iter().map(|(name, ..)| *name).chain(READS.iter().map(|(name, _)| *name));
        for name in of_writers.chain(of_tables).chain(HANDED_ON.iter().copied()) {
            let last = name.trim_start_matches(['=', '.']).rsplit('.').next().unwrap_or_default();
            assert!(crate::vocabulary::is_call(last), "{name}");
        }
    }
}
