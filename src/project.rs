//! The joined project: facts of all files, wrappers and settings constants resolved across files,
//! and the evidence that it runs on Heroku.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::coupling;
use crate::expr::Expr;
use crate::fact::{
    Argument, Binding, Call, EnvRead, Facts, Name, NameUse, Place, ReadKind, Sign, SignKind, Use, Via,
    Wrapper, looks_like_variable,
};
use crate::finding::{Evidence, SourceText};
use crate::lang::Lang;
use crate::platform::{self, Names};
use crate::role::Role;
use crate::settings::Settings;
use crate::span::Span;
use crate::walk::SETTINGS;

/// One file and its facts.
#[derive(Debug)]
pub struct File {
    /// Path from the project's root, with forward slashes.
    pub path: String,
    /// Its language.
    pub lang: Lang,
    /// What it is there for.
    pub role: Role,
    /// Its text.
    pub source: Arc<SourceText>,
    /// What it says about its platform.
    pub facts: Facts,
}

/// All files that say something about their platform, sorted by path.
#[derive(Debug, Default)]
pub struct Project {
    /// The files.
    pub files: Vec<File>,
    /// How much speaks for Heroku.
    pub evidence: Evidence,
    /// Accesses inside wrappers that the project calls, as path and span: what they read is told where
    /// they are called.
    pub wrapped: BTreeSet<(String, Span)>,
    /// Texts of further files, in which names of these files are used.
    pub others: BTreeMap<String, Arc<SourceText>>,
    /// Every package is taken for a Heroku application ([`crate::settings::Settings::assume_heroku`]).
    pub assume_heroku: bool,
    /// The names by which fixes and advice call what a team sets itself.
    pub names: Names,
    /// The files, parsed or not, in which one of [`Project::names`] stands, by name.
    pub mentions: BTreeMap<String, BTreeSet<String>>,
    /// Folders that are packages of their own.
    packages: BTreeSet<String>,
    /// Kinds of signs of Heroku, by package.
    kinds: BTreeMap<String, BTreeSet<SignKind>>,
}

/// The second look: asked for the uses of names, it gives the facts of every file of the project that
/// can hold one. The texts that are in memory already are handed to it.
pub type LookAgain<'l> =
    &'l mut dyn FnMut(&Sought, &BTreeMap<String, (Lang, Arc<SourceText>)>) -> Vec<Looked>;

/// Names that carry what variables hold, to be looked for in the whole project.
#[derive(Clone, Debug, Default)]
pub struct Sought {
    /// The names, last segments only, by the folder in which they can be used: an application of its own, or
    /// the empty text for the whole project.
    pub within: BTreeMap<String, BTreeSet<String>>,
    /// For each name the words, in [`plain`] form, one of which stands before it or in the same file, and
    /// the families of languages that can use it.
    hints: BTreeMap<String, (BTreeSet<String>, BTreeSet<u8>)>,
}

impl Sought {
    /// The names that the file at `path` can use.
    pub fn names_for(&self, path: &str) -> BTreeSet<String> {
        let near = self.within.iter().filter(|(root, _)| is_within(path, root));
        near.flat_map(|(_, names)| names).cloned().collect()
    }

    /// Whether a text can use one of the names: a look at the bytes around `at`, where `name` was found.
    /// `imports` is filled at first need and belongs to the text.
    pub fn may_be_used(
        &self,
        name: &str,
        text: &str,
        at: usize,
        lang: Lang,
        imports: &mut Option<String>,
    ) -> bool {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let (before, after) = (&text[..at], &text[at + name.len()..]);
        if before.ends_with(is_word) || after.starts_with(is_word) {
            return false;
        }
        let Some((words, families)) = self.hints.get(name) else { return false };
        if !families.contains(&family(lang)) {
            return false;
        }
        if says_heroku(name) {
            return true;
        }
        // `settings.NAME`, `Config::NAME`, `config["NAME"]`, `getattr(settings, "NAME")`: the word before.
        let left = before.trim_end_matches(|c: char| !is_word(c));
        let start = left
            .rfind(|c: char| !is_word(c))
            .map_or(0, |at| at + left[at..].chars().next().map_or(1, char::len_utf8));
        let word = plain(&left[start..]);
        // An import names its module somewhere in the file.
        words.contains(&word)
            || words
                .iter()
                .filter(|word| word.len() >= 4 && !is_settings_name(word))
                .any(|word| imports.get_or_insert_with(|| import_lines(text)).contains(word.as_str()))
    }
}

fn is_settings_name(word: &str) -> bool {
    SETTINGS_NAMES.iter().any(|name| plain(name) == word)
}

/// The lines of a text that import something, in [`plain`] form.
fn import_lines(text: &str) -> String {
    let imports = text.lines().filter(|line| line.contains("import") || line.contains("require"));
    imports.map(plain).collect::<Vec<_>>().join("\n")
}

/// Whether a name speaks of Heroku itself.
fn says_heroku(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    lower.contains("heroku") || lower.contains("dyno")
}

/// A file that uses names of others.
#[derive(Debug)]
pub struct Looked {
    /// Path from the project's root, with forward slashes.
    pub path: String,
    /// Its language.
    pub lang: Lang,
    /// Its text.
    pub source: Arc<SourceText>,
    /// Its facts, with [`Facts::uses`].
    pub facts: Facts,
}

/// Languages that can call each other's functions.
fn family(lang: Lang) -> u8 {
    match lang {
        Lang::Ruby | Lang::Erb | Lang::Haml | Lang::Slim | Lang::Yaml => 1,
        Lang::Python => 2,
        Lang::JavaScript | Lang::TypeScript | Lang::Tsx | Lang::Vue | Lang::Svelte => 3,
        Lang::Shell => 4,
        _ => 0,
    }
}

/// A name that settings or functions of one file give to others.
#[derive(Clone, Debug)]
struct Known<T> {
    file: usize,
    what: T,
}

impl Project {
    /// Joins files into a project; `look_again` is called at most once. `wrappers` are functions that read the
    /// environment, wherever they are defined ([`crate::settings::Settings::wrappers`]).
    pub fn join(mut files: Vec<File>, wrappers: &[String], look_again: LookAgain<'_>) -> Self {
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let given: Vec<String> = wrappers.iter().map(|wrapper| coupling::dotted(wrapper)).collect();
        resolve_wrappers(&mut files, &given);
        let others = attach_uses(&mut files, look_again);
        for file in &mut files {
            file.facts.reads.sort_by_key(|read| (read.span, read.name.clone()));
        }
        let packages = packages(&files);
        let (evidence, kinds) = evidence(&files, &packages);
        let through = files.iter().flat_map(|file| &file.facts.reads).filter_map(|read| read.via.as_ref());
        let through = through.filter(|via| !via.path.is_empty());
        let wrapped = through.map(|via| (via.path.clone(), via.span)).collect();
        Self { files, evidence, wrapped, others, packages, kinds, ..Self::default() }
    }

    /// Whether the package around a file counts as a Heroku application. What stands at the project's root,
    /// a Procfile that starts a package of a monorepo, speaks for every package.
    pub fn is_heroku(&self, path: &str) -> bool {
        if self.assume_heroku {
            return true;
        }
        let own = self.kinds.get(package_of(&self.packages, path));
        let kinds: BTreeSet<SignKind> =
            own.into_iter().chain(self.kinds.get("")).flatten().copied().collect();
        kinds.iter().map(|kind| kind.weight()).sum::<u32>() >= SignKind::ENOUGH
    }

    /// The text of the file with this path.
    pub fn source(&self, path: &str) -> Option<&Arc<SourceText>> {
        self.file(path).map(|file| &file.source).or_else(|| self.others.get(path))
    }

    /// The file with this path.
    pub fn file(&self, path: &str) -> Option<&File> {
        let at = self.files.binary_search_by(|file| file.path.as_str().cmp(path)).ok()?;
        Some(&self.files[at])
    }
}

/// Names of functions that read variables under a name of which they hold the beginning: `heroku("SLUG_COMMIT")`.
/// Their callers need not mention what is looked for, so they have to be found. `beginnings` are those of
/// variables that rules ask for.
pub fn prefixing_wrappers(files: &[File], beginnings: &[&str]) -> BTreeSet<String> {
    let wrappers = files.iter().filter(|file| file.role.is_reported()).flat_map(|file| &file.facts.wrappers);
    let asked = |prefix: &str| {
        prefix.starts_with(platform::HEROKU_PREFIX)
            || prefix.len() > 1
                && beginnings.iter().any(|name| name.starts_with(prefix) || prefix.starts_with(name))
    };
    let wrappers = wrappers.filter(|wrapper| asked(&wrapper.prefix));
    wrappers.map(|wrapper| wrapper.name.clone()).collect()
}

/// Turns calls of functions that wrap the environment into reads, at the call's place.
///
/// `given` are functions that the settings name, with dots.
fn resolve_wrappers(files: &mut [File], given: &[String]) {
    let mut wrappers: BTreeMap<String, Vec<Known<Wrapper>>> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    let mut add = |wrappers: &mut BTreeMap<String, Vec<Known<Wrapper>>>, file: usize, wrapper: Wrapper| {
        let key = (file, wrapper.name.clone(), wrapper.owner.clone(), wrapper.index, wrapper.prefix.clone());
        let new = seen.insert(key);
        if new {
            wrappers.entry(wrapper.name.clone()).or_default().push(Known { file, what: wrapper });
        }
        new
    };
    for (at, file) in files.iter().enumerate() {
        // A stand-in in a test must not give meaning to the program's calls.
        if !file.role.is_reported() {
            continue;
        }
        for wrapper in &file.facts.wrappers {
            add(&mut wrappers, at, wrapper.clone());
        }
    }
    // A function that forwards its parameter to a wrapper is a wrapper; chains are short in practice.
    for _ in 0..6 {
        let mut grown = false;
        let mut found = Vec::new();
        for (at, file) in files.iter().enumerate() {
            for call in &file.facts.calls {
                let Some(forwards) = &call.forwards else { continue };
                let found_here = wrapper_of(&wrappers, files, at, call);
                let found_here = found_here.map(|(known, argument)| (known.what.clone(), argument));
                let Some((known, argument)) = found_here.or_else(|| given_reader(call, given)) else {
                    continue;
                };
                if !call.arguments[argument].forwarded {
                    continue;
                }
                let mut wrapper = (**forwards).clone();
                wrapper.prefix = format!("{}{}", known.prefix, wrapper.prefix);
                wrapper.suffix = format!("{}{}", wrapper.suffix, known.suffix);
                wrapper.upcase |= known.upcase;
                wrapper.list |= known.list;
                wrapper.presence |= known.presence;
                wrapper.required |= known.required && wrapper.default.is_none();
                found.push((at, wrapper));
            }
        }
        for (at, wrapper) in found {
            grown |= add(&mut wrappers, at, wrapper);
        }
        if !grown {
            break;
        }
    }
    for at in 0..files.len() {
        let mut reads = Vec::new();
        for call in &files[at].facts.calls {
            if let Some((known, argument)) = wrapper_of(&wrappers, files, at, call) {
                let via = Via {
                    function: qualified(&known.what.owner, &known.what.name),
                    path: files[known.file].path.clone(),
                    span: known.what.access,
                    is_guess: false,
                };
                reads.extend(reads_of_call(call, &known.what, argument, Some(via)));
                continue;
            }
            let named = given_reader(call, given);
            let is_guess = named.is_none();
            if let Some((wrapper, argument)) = named.or_else(|| library_reader(call)) {
                let via = Via {
                    function: qualified(&call.receiver, &call.name),
                    path: String::new(),
                    span: call.span,
                    is_guess,
                };
                reads.extend(reads_of_call(call, &wrapper, argument, Some(via)));
            }
        }
        files[at].facts.reads.extend(reads);
    }
}

fn qualified(owner: &str, name: &str) -> String {
    if owner.is_empty() { name.to_string() } else { format!("{owner}.{name}") }
}

/// The wrapper that a call goes to, and the position of the argument that is the variable's name.
fn wrapper_of<'w>(
    wrappers: &'w BTreeMap<String, Vec<Known<Wrapper>>>,
    files: &[File],
    at: usize,
    call: &Call,
) -> Option<(&'w Known<Wrapper>, usize)> {
    let candidates = wrappers.get(&call.name)?;
    let fits = |known: &&Known<Wrapper>| {
        if family(files[known.file].lang) != family(files[at].lang) || encloses(known, at, call) {
            return false;
        }
        let receiver = last_segment(&call.receiver);
        let owner = last_segment(&known.what.owner);
        let stem = stem(&files[known.file].path);
        let same_file = known.file == at;
        if receiver.is_empty() || matches!(receiver, "self" | "this" | "cls" | "@" | "exports") {
            return same_file || known.what.owner.is_empty() || family(files[at].lang) == 1;
        }
        alike(receiver, owner) || alike(receiver, stem) || (stem_is_index(&files[known.file].path, receiver))
    };
    let mut fitting: Vec<&Known<Wrapper>> = candidates.iter().filter(fits).collect();
    fitting.sort_by_key(|known| (known.file != at, known.file));
    fitting.into_iter().find_map(|known| Some((known, argument_of(call, &known.what)?)))
}

/// Whether the call stands inside the wrapper itself (a recursive helper is no read of its own).
fn encloses(known: &Known<Wrapper>, at: usize, call: &Call) -> bool {
    known.file == at && known.what.access == call.span
}

/// Position of the argument that is the variable's name.
fn argument_of(call: &Call, wrapper: &Wrapper) -> Option<usize> {
    let by_keyword = wrapper.keyword.as_deref().and_then(|keyword| {
        call.arguments.iter().position(|argument| argument.keyword.as_deref() == Some(keyword))
    });
    let by_place = || {
        let argument = call.arguments.get(wrapper.index)?;
        argument.keyword.is_none().then_some(wrapper.index)
    };
    by_keyword.or_else(by_place)
}

/// Readers that settings libraries outside the project offer under telling names, such as
/// `get_string("X")` imported from a module called `envs`: known by name, not by definition.
fn library_reader(call: &Call) -> Option<(Wrapper, usize)> {
    let receiver = call.receiver.to_ascii_lowercase();
    let name = call.name.to_ascii_lowercase();
    let name = name.trim_start_matches('_');
    // The words of a name: `getEnvVar`, `get_env_var` and `env` hold "env", `event` does not.
    let says_env = |text: &str| {
        text.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| {
            matches!(word, "env" | "envs" | "environ" | "environment" | "getenv" | "readenv" | "fetchenv")
        })
    };
    let reads = matches!(
        name,
        "get_string"
            | "get_bool"
            | "get_int"
            | "get_float"
            | "get_any"
            | "get_list"
            | "get_list_literal"
            | "get"
            | "getstring"
            | "getbool"
            | "str"
            | "string"
            | "bool"
            | "int"
            | "require"
            | "fetch"
            | "optional"
            | "get_str"
            | "getor"
            | "getorthrow"
    );
    let telling = says_env(name)
        || matches!(
            name,
            "getenvvar" | "envvar" | "env_or_default" | "get_env_variable" | "getenvvariable" | "requireenv"
        )
        || (reads && says_env(&receiver));
    let read_only =
        !["set", "write", "delete", "unset", "stub", "mock", "with", "put", "add", "remove", "clear"]
            .iter()
            .any(|verb| name.starts_with(verb));
    if !telling || !read_only {
        return None;
    }
    let argument = call.arguments.iter().position(|argument| {
        matches!(argument.keyword.as_deref(), None | Some("name" | "key" | "var" | "variable" | "env"))
            && argument.texts.iter().any(|(text, _)| looks_like_variable(text))
    })?;
    Some((reader(call, argument), argument))
}

/// The reader that a call goes to, where the settings name it: `AppConfig.get("X")`. The variable's name is its
/// first argument, or a text that looks like one under a keyword.
fn given_reader(call: &Call, given: &[String]) -> Option<(Wrapper, usize)> {
    let is_named = |name: &String| {
        let (owner, function) = name.rsplit_once('.').unwrap_or(("", name));
        function == call.name && (owner.is_empty() || ends_with_segments(&call.receiver, owner))
    };
    given.iter().any(is_named).then_some(())?;
    let is_name = |argument: &Argument| {
        argument.forwarded || argument.texts.iter().any(|(text, _)| looks_like_variable(text))
    };
    let first = call.arguments.first().filter(|first| first.keyword.is_none());
    let at = match first {
        Some(first) => is_name(first).then_some(0),
        None => call.arguments.iter().position(is_name),
    }?;
    Some((reader(call, at), at))
}

/// Whether a receiver is an object of this name, whatever stands before it: `Acme::AppConfig`, `./AppConfig` and
/// `appConfig` are an `AppConfig`.
fn ends_with_segments(receiver: &str, owner: &str) -> bool {
    if !owner.contains('.') {
        return alike(last_segment(receiver), owner);
    }
    let mut parts = receiver.split(['.', ':', '/']).filter(|part| !part.is_empty()).rev();
    owner.split('.').rev().all(|segment| parts.next().is_some_and(|part| alike(part, segment)))
}

/// A function known only by its name whose argument at this position is a variable's name.
fn reader(call: &Call, argument: usize) -> Wrapper {
    let default = call.arguments.iter().position(|argument| argument.keyword.as_deref() == Some("default"));
    Wrapper {
        name: call.name.clone(),
        owner: call.receiver.clone(),
        span: call.span,
        access: call.span,
        index: argument,
        keyword: None,
        prefix: String::new(),
        suffix: String::new(),
        upcase: false,
        list: true,
        default: default.map(|at| (at, Some("default".to_string()))).or(Some((argument + 1, None))),
        presence: false,
        required: false,
    }
}

/// The reads that a call of a wrapper makes.
fn reads_of_call(call: &Call, wrapper: &Wrapper, argument: usize, via: Option<Via>) -> Vec<EnvRead> {
    let texts = &call.arguments[argument].texts;
    let default = wrapper.default.as_ref().and_then(|(at, keyword)| {
        let by_keyword = keyword.as_deref().and_then(|keyword| {
            call.arguments.iter().find(|other| other.keyword.as_deref() == Some(keyword))
        });
        by_keyword
            .or_else(|| call.arguments.get(*at).filter(|other| *at != argument && other.keyword.is_none()))
    });
    let names: Vec<(String, Span)> = texts
        .iter()
        .filter(|(text, _)| wrapper.upcase || looks_like_variable(text))
        .map(|(text, span)| {
            let name = format!("{}{text}{}", wrapper.prefix, wrapper.suffix);
            (if wrapper.upcase { name.to_uppercase() } else { name }, *span)
        })
        .collect();
    let single = names.len() == 1;
    // The names of a list are tried in order: together they are a chain of alternatives.
    let chain = || -> Expr {
        let read = |(name, span): &(String, Span), last: bool| {
            let span = if single { call.span } else { *span };
            if wrapper.presence {
                return Expr::Presence { name: Some(name.clone()), span };
            }
            let default = default.filter(|_| last).map(|argument| Box::new(argument.expr.clone()));
            Expr::Read {
                name: Some(name.clone()),
                span,
                required: wrapper.required && default.is_none(),
                default,
            }
        };
        let count = names.len();
        let mut parts: Vec<Expr> =
            names.iter().enumerate().map(|(at, name)| read(name, at + 1 == count)).collect();
        if parts.len() == 1 { parts.remove(0) } else { Expr::Any(parts) }
    };
    let mut reads = Vec::new();
    for (name, span) in &names {
        let own = if single { call.span } else { *span };
        let with = chain();
        let mut uses = call.uses.clone();
        for site in &mut uses {
            site.expr.replace_opaque(call.span, &with);
            if site.name.is_none() {
                site.span = own;
            }
        }
        if uses.is_empty() {
            uses.push(Use {
                name: None,
                path: None,
                span: own,
                expr: with,
                expr_span: call.span,
                place: Place::Other,
                scope: call.scope.clone(),
            });
        }
        reads.push(EnvRead {
            name: Name::Known(name.clone()),
            name_span: Some(*span),
            span: own,
            api: qualified(&call.receiver, &call.name),
            kind: if wrapper.presence { ReadKind::Presence } else { ReadKind::Value },
            default: default.map(|argument| argument.span),
            required: wrapper.required && default.is_none(),
            scope: call.scope.clone(),
            uses,
            guards: call.guards.clone(),
            via: via.clone(),
        });
    }
    reads
}

/// Adds to each read the places in other files where a name that carries its value is used.
fn attach_uses(files: &mut [File], look_again: LookAgain<'_>) -> BTreeMap<String, Arc<SourceText>> {
    let mut bindings: BTreeMap<String, Vec<Known<Binding>>> = BTreeMap::new();
    for (at, file) in files.iter().enumerate() {
        if !file.role.is_reported() {
            continue;
        }
        for binding in &file.facts.bindings {
            let carries = binding.reads.iter().any(|span| {
                file.facts.reads.iter().any(|read| {
                    read.span == *span
                        && read.name.known().is_some_and(|name| platform::heroku_variable(name).is_some())
                })
            });
            // A short or common name says too little to be followed through a whole project.
            if carries && is_telling(&binding.name) {
                bindings
                    .entry(binding.name.clone())
                    .or_default()
                    .push(Known { file: at, what: binding.clone() });
            }
        }
    }
    let mut others = BTreeMap::new();
    if bindings.is_empty() {
        return others;
    }
    let mut sought = Sought::default();
    let applications = applications(files);
    for (name, known) in bindings.iter().flat_map(|(name, all)| all.iter().map(move |known| (name, known))) {
        let (words, families) = sought.hints.entry(name.clone()).or_default();
        let file = &files[known.file];
        let folder = file.path.rsplit('/').nth(1).unwrap_or_default();
        let own = [last_segment(&known.what.owner), stem(&file.path), folder];
        words
            .extend(own.iter().chain(SETTINGS_NAMES).map(|word| plain(word)).filter(|word| !word.is_empty()));
        families.insert(family(file.lang));
        let root = application_of(&applications, &file.path).to_string();
        sought.within.entry(root).or_default().insert(name.clone());
    }
    let kept = files
        .iter()
        .filter(|file| file.role.is_reported())
        .map(|file| (file.path.clone(), (file.lang, file.source.clone())))
        .collect();
    let mut found = look_again(&sought, &kept);
    found.sort_by(|a, b| a.path.cmp(&b.path));
    for Looked { path, lang, source, facts } in found {
        for used in facts.uses {
            let Some(candidates) = bindings.get(&used.name) else { continue };
            let fitting: Vec<&Known<Binding>> = candidates
                .iter()
                .filter(|known| {
                    let file = &files[known.file];
                    file.path != path
                        && is_within(&path, application_of(&applications, &file.path))
                        && family(file.lang) == family(lang)
                        && names_binding(&used, known, files)
                })
                .collect();
            for known in fitting {
                let mut site = used.site.clone();
                site.expr.replace_opaque(used.site.span, &known.what.expr);
                site.path = Some(path.clone());
                site.name = Some(used.name.clone());
                for span in &known.what.reads {
                    for read in files[known.file].facts.reads.iter_mut().filter(|read| read.span == *span) {
                        if read.uses.len() < 40 && !read.uses.contains(&site) {
                            read.uses.push(site.clone());
                            others.insert(path.clone(), source.clone());
                        }
                    }
                }
            }
        }
    }
    others
}

/// Whether a name is special enough to be looked for in all files.
fn is_telling(name: &str) -> bool {
    says_heroku(name)
        || (name.len() >= 6 && name.chars().any(|c| c == '_' || c.is_ascii_uppercase()))
        || (name.len() >= 6 && name.ends_with('?'))
}

/// Whether a use can mean the binding, by what stands before the name.
fn names_binding(used: &NameUse, known: &Known<Binding>, files: &[File]) -> bool {
    let qualifier = last_segment(&used.qualifier);
    if qualifier.is_empty() || matches!(qualifier, "self" | "this" | "cls") {
        // Without a qualifier only a name that nobody else would choose, or a constant, can be meant.
        return says_heroku(&used.name) || looks_like_variable(&used.name);
    }
    let owner = last_segment(&known.what.owner);
    let path = &files[known.file].path;
    alike(qualifier, owner)
        || alike(qualifier, stem(path))
        || stem_is_index(path, qualifier)
        // Frameworks hand the settings out under names of their own.
        || SETTINGS_NAMES.contains(&qualifier)
}

/// Names under which frameworks and applications hand their settings out.
const SETTINGS_NAMES: &[&str] =
    &["settings", "config", "Config", "Settings", "configuration", "conf", "env", "environment", "constants"];

fn last_segment(qualified: &str) -> &str {
    let end = qualified.trim_end_matches(['.', ':', '/']);
    let last = end.rsplit(['.', ':', '/']).next().unwrap_or_default();
    // `./env.js` is the module `env`.
    if matches!(last, "js" | "ts" | "mjs" | "cjs" | "py" | "rb") {
        let rest = &end[..end.len() - last.len() - 1];
        return rest.rsplit(['.', ':', '/']).next().unwrap_or_default();
    }
    last
}

fn stem(path: &str) -> &str {
    let file = path.rsplit('/').next().unwrap_or_default();
    file.split_once('.').map_or(file, |(stem, _)| stem)
}

/// `config/index.js` and `settings/__init__.py` are known by the name of their folder, and the files
/// of a settings package by it as well.
fn stem_is_index(path: &str, receiver: &str) -> bool {
    let mut parts = path.rsplit('/');
    let _file = parts.next();
    parts.next().is_some_and(|folder| alike(folder, receiver))
}

/// Equal but for case and separators: `AppConfig`, `app_config`, `appConfig`.
fn alike(left: &str, right: &str) -> bool {
    !left.is_empty() && plain(left) == plain(right)
}

/// A name without case and separators.
fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Files whose folder is a package of its own.
const MANIFESTS: &[&str] = &[
    "Gemfile",
    "package.json",
    "pyproject.toml",
    "requirements.txt",
    "Pipfile",
    "setup.py",
    "go.mod",
    "composer.json",
    "mix.exs",
    "pom.xml",
    "build.gradle",
];

/// Folders that are packages of their own; the root, an empty path, always is.
fn packages(files: &[File]) -> BTreeSet<String> {
    let manifest = |file: &&File| {
        let name = file.path.rsplit('/').next().unwrap_or_default();
        file.role.is_reported() && MANIFESTS.contains(&name)
    };
    let folder =
        |file: &File| file.path.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_string());
    std::iter::once(String::new()).chain(files.iter().filter(manifest).map(folder)).collect()
}

/// Folders that are applications of their own: what starts them lies beside their manifest. Nobody imports
/// an application, so the names of its settings are its own.
fn applications(files: &[File]) -> BTreeSet<String> {
    let split = |file: &File| {
        let (folder, name) = file.path.rsplit_once('/').unwrap_or(("", &file.path));
        (folder.to_string(), name.to_string())
    };
    let mut starts = BTreeSet::new();
    let mut manifests = BTreeSet::new();
    for (folder, name) in files.iter().filter(|file| file.role.is_reported()).map(split) {
        if matches!(name.as_str(), "Procfile" | "app.json" | "heroku.yml") {
            starts.insert(folder);
        } else if MANIFESTS.contains(&name.as_str()) {
            manifests.insert(folder);
        }
    }
    starts.intersection(&manifests).cloned().collect()
}

/// The outermost application around a file; the empty text where there is none, or where it is the project.
fn application_of<'a>(applications: &'a BTreeSet<String>, path: &str) -> &'a str {
    if applications.contains("") {
        return "";
    }
    let folders = path.match_indices('/').map(|(at, _)| &path[..at]);
    folders.into_iter().find_map(|folder| applications.get(folder)).map_or("", String::as_str)
}

/// Whether a path lies in a folder; every path lies in the empty one.
pub fn is_within(path: &str, folder: &str) -> bool {
    folder.is_empty()
        || path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The nearest package around a file.
fn package_of<'p>(packages: &'p BTreeSet<String>, path: &str) -> &'p str {
    let mut folder = path;
    while let Some((parent, _)) = folder.rsplit_once('/') {
        folder = parent;
        if let Some(package) = packages.get(folder) {
            return package;
        }
    }
    ""
}

/// Adds up what speaks for Heroku: in all, and the kinds of signs by package.
fn evidence(files: &[File], packages: &BTreeSet<String>) -> (Evidence, BTreeMap<String, BTreeSet<SignKind>>) {
    let mut best: BTreeMap<SignKind, (String, String, usize)> = BTreeMap::new();
    let mut kinds: BTreeMap<String, BTreeSet<SignKind>> = BTreeMap::new();
    let mut add = |kind: SignKind, what: &str, file: &File, span: Span| {
        kinds.entry(package_of(packages, &file.path).to_string()).or_default().insert(kind);
        best.entry(kind)
            .or_insert_with(|| (what.to_string(), file.path.clone(), file.source.place(span.start).line));
    };
    for file in files.iter().filter(|file| file.role.is_reported()) {
        for Sign { kind, what, span } in &file.facts.signs {
            let what = match kind {
                SignKind::AppJson => "app.json",
                SignKind::HerokuYml => "heroku.yml",
                _ => what,
            };
            add(*kind, what, file, *span);
        }
        for read in &file.facts.reads {
            use platform::Attachment::{PostgresColor, Redis};
            use platform::Variable::{
                AppName, Attachment, Ci, Dyno, Flag, Metadata, ReviewApp, SourceVersion,
            };
            let Some(name) = read.name.known() else { continue };
            match platform::heroku_variable(name) {
                Some(Dyno | AppName | Metadata(_) | ReviewApp | Ci) => {
                    add(SignKind::Variable, name, file, read.span)
                }
                Some(Attachment(PostgresColor)) => add(SignKind::Variable, name, file, read.span),
                Some(Attachment(Redis)) if name.starts_with(platform::HEROKU_PREFIX) => {
                    add(SignKind::Variable, name, file, read.span);
                }
                // Others know these names too.
                Some(Flag | SourceVersion | Attachment(_)) | None => {}
            }
        }
    }
    let mut signs: Vec<_> =
        best.into_iter().map(|(kind, (what, path, line))| (kind, what, path, line)).collect();
    signs.sort_by_key(|(kind, ..)| (std::cmp::Reverse(kind.weight()), *kind));
    (Evidence { score: signs.iter().map(|(kind, ..)| kind.weight()).sum(), signs }, kinds)
}

/// Finds the names of [`Project::names`] in texts, to tell whether a project uses one already.
pub struct Mentions {
    names: Vec<String>,
    finder: AhoCorasick,
}

impl Mentions {
    /// For the names that fixes bring in with these settings.
    pub fn new(settings: &Settings) -> Self {
        let own = settings.own.iter().flat_map(|rule| rule.names()).copied();
        let names: BTreeSet<String> =
            settings.names.all().into_iter().chain(own).map(str::to_string).collect();
        let names: Vec<String> = names.into_iter().collect();
        // Of names that begin alike only the longest can be a whole word.
        let finder = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&names);
        Self { finder: finder.expect("a few dozen names fit into an automaton"), names }
    }

    /// Those of the names that stand in a file's text as whole words. What others wrote gives no name a meaning,
    /// and neither do settings of dynolint, or a report of its own, which has advice in it.
    pub fn in_file(&self, path: &str, role: Role, text: &str) -> Vec<&str> {
        let is_settings = |name: &&'static str| {
            path.strip_suffix(*name).is_some_and(|folder| folder.is_empty() || folder.ends_with('/'))
        };
        if matches!(role, Role::Vendored | Role::Generated) || SETTINGS.iter().any(is_settings) {
            return Vec::new();
        }
        let is_word = |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
        let mut found = Vec::new();
        for at in self.finder.find_iter(text) {
            let name = self.names[at.pattern().as_usize()].as_str();
            let before = at.start().checked_sub(1).and_then(|before| text.as_bytes().get(before));
            if !found.contains(&name) && !is_word(before) && !is_word(text.as_bytes().get(at.end())) {
                found.push(name);
            }
        }
        if !found.is_empty() && (text.contains(crate::RULES_URL) || crate::baseline::is_baseline(text)) {
            found.clear();
        }
        found
    }
}
