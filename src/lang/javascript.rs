//! Front end for JavaScript and TypeScript, JSX, and the scripts of Vue and Svelte components.
//!
//! One walk flattens the syntax tree ([`ast`]); [`names`] says what the names of the file stand for;
//! [`access`] and [`schema`] find what reads and writes the environment, by the tables in [`table`];
//! [`lower`] and [`place`] say what becomes of a value; [`emit`] makes facts of it all; [`terms`] finds the
//! calls and settings that the vocabulary knows.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap, HashSet};

use memchr::memmem;
use tree_sitter::Tree;

use crate::expr::Expr;
use crate::fact::{Facts, Name, Request};
use crate::lang::Lang;
use crate::lang::tree::{self, Grammar};
use crate::span::Span;

mod access;
mod ast;
mod emit;
mod lower;
mod names;
mod place;
mod schema;
mod table;
mod terms;

use access::Access;
pub(crate) use ast::unescape;
use ast::{Ast, Id};
use names::{DeclId, Names};

/// Literals without which a text cannot read the environment: every access has one of these in it,
/// and so has every settings library.
pub const ACCESS: &[&str] = &["env", "Env", "ENV", "onfig", "conf", "exports = {", "export default {"];

/// Whether the text may read the environment under a computed name, or hand the environment on.
pub fn may_wrap(text: &str) -> bool {
    let bytes = text.as_bytes();
    for at in memmem::find_iter(bytes, b"env") {
        let before = &bytes[..at];
        let after = &bytes[at + 3..];
        if before.last().is_some_and(|&c| is_word(c)) || after.first().is_some_and(|&c| is_word(c)) {
            continue;
        }
        if !hands_on(before, after) {
            continue;
        }
        return true;
    }
    // `process` itself under another name, or its whole module.
    [
        "= process;",
        "= process\n",
        "= process\r",
        "'process'",
        "\"process\"",
        "node:process",
        "$env/",
        "astro:env",
    ]
    .iter()
    .any(|word| memmem::find(bytes, word.as_bytes()).is_some())
}

fn is_word(c: u8) -> bool {
    c.is_ascii_alphanumeric() || c == b'_' || c == b'$'
}

/// Whether the word `env` between two texts is used other than for one literal name.
fn hands_on(before: &[u8], after: &[u8]) -> bool {
    let owned = [&b"process."[..], b"process?.", b"meta.", b"Bun.", b"Deno.", b"[\"", b"['", b"Netlify."]
        .iter()
        .any(|owner| before.ends_with(owner));
    let after = after.strip_prefix(b"']").or_else(|| after.strip_prefix(b"\"]")).unwrap_or(after);
    let after = after.trim_ascii_start();
    let after = after.strip_prefix(b"?").unwrap_or(after);
    match after {
        [b'.', rest @ ..] => {
            // `.X` is a literal name; `.get(x)` and `.has(x)` of Deno may not be.
            let rest = rest.trim_ascii_start();
            for method in [&b"get("[..], b"has(", b"[", b"toObject", b"hasOwnProperty("] {
                if let Some(argument) = rest.strip_prefix(method) {
                    return !matches!(argument.trim_ascii_start().first(), Some(b'"' | b'\''));
                }
            }
            false
        }
        [b'[', rest @ ..] => !matches!(rest.trim_ascii_start().first(), Some(b'"' | b'\'')),
        _ if owned => {
            // `const { A, B } = process.env` has its names before it.
            let head = before.trim_ascii_end();
            let head = head
                .strip_suffix(b"process.")
                .or_else(|| head.strip_suffix(b"import.meta."))
                .map(<[u8]>::trim_ascii_end);
            let pattern = head.and_then(|head| head.strip_suffix(b"=")).map(<[u8]>::trim_ascii_end);
            // … but for a `...rest`.
            !pattern.is_some_and(|head| {
                head.ends_with(b"}")
                    && head
                        .iter()
                        .rposition(|&c| c == b'{')
                        .is_some_and(|open| memmem::find(&head[open..], b"...").is_none())
            })
        }
        // `{ env }` of a pattern or an import, `env:` with a pattern behind it, a parameter.
        [b'}' | b',', ..] => {
            let head = before.trim_ascii_end();
            matches!(head.last(), Some(b'{' | b','))
        }
        _ => false,
    }
}

/// One file on its way to facts.
struct File<'t, 'r> {
    ast: Ast<'t>,
    names: Names<'t>,
    request: &'r Request<'r>,
    facts: Facts,
    accesses: Vec<Access>,
    /// Accesses that were found, against finding them twice.
    taken: BTreeSet<(Span, Name)>,
    /// Rows that are reads.
    leaves: HashMap<Id, Expr>,
    /// Names that are reads.
    decl_leaves: HashMap<DeclId, Expr>,
    /// Parameters of small functions that stand for an argument while the function is looked at.
    arguments: RefCell<HashMap<DeclId, Expr>>,
    /// Rows and names that carry the value of a schema's key, by access.
    carried: HashMap<usize, Vec<Id>>,
    carried_decls: HashMap<usize, Vec<DeclId>>,
    /// Calls that may be reads.
    calls: HashSet<Id>,
    /// Spans of unknown expressions that may turn out to be reads.
    opaque: HashSet<Span>,
    /// Calls that declare variables.
    declaring: HashSet<Id>,
    /// Functions that read a variable named by a parameter.
    wrapping: HashSet<Id>,
    /// Exported names by local name.
    exports: HashMap<String, Vec<String>>,
    /// Uses keep the span of what they are uses of (second look).
    spans_are_fixed: bool,
}

/// A text with its syntax tree.
pub(crate) struct Parsed<'t> {
    /// The text that was parsed, all but scripts blanked out, byte for byte.
    pub masked: Cow<'t, str>,
    /// Its tree.
    pub tree: Tree,
    /// The grammar.
    pub grammar: Grammar,
}

/// Parses a file, or the scripts of a component. `None` where the parser gives up.
pub(crate) fn parsed(lang: Lang, text: &str) -> Option<Parsed<'_>> {
    let (masked, mut grammar) = match lang {
        Lang::Vue | Lang::Svelte => mask(text),
        Lang::TypeScript => (Cow::Borrowed(text), Grammar::TypeScript),
        Lang::Tsx => (Cow::Borrowed(text), Grammar::Tsx),
        _ => (Cow::Borrowed(text), Grammar::JavaScript),
    };
    let mut tree = tree::parse(grammar, &masked)?;
    let broken = tree::broken(&tree);
    // Flow's annotations are close enough to TypeScript's.
    if !broken.is_empty()
        && grammar == Grammar::JavaScript
        && may_be_typed(&masked)
        && let Some(other) = tree::parse(Grammar::Tsx, &masked)
    {
        let errors = tree::broken(&other);
        if errors.len() < broken.len() || extent(&errors) < extent(&broken) {
            tree = other;
            grammar = Grammar::Tsx;
        }
    }
    Some(Parsed { masked, tree, grammar })
}

/// The facts of one file.
pub fn facts(text: &str, request: &Request<'_>) -> Facts {
    let Some(Parsed { tree, grammar, .. }) = parsed(request.lang, text) else { return tree::unread(text) };
    let broken = tree::broken(&tree);
    let ast = Ast::new(text, &tree, grammar);
    let names = Names::new(&ast);
    let mut file = File {
        ast,
        names,
        request,
        facts: Facts { broken, ..Facts::default() },
        accesses: Vec::new(),
        taken: BTreeSet::new(),
        leaves: HashMap::new(),
        decl_leaves: HashMap::new(),
        arguments: RefCell::default(),
        carried: HashMap::new(),
        carried_decls: HashMap::new(),
        calls: HashSet::new(),
        opaque: HashSet::new(),
        declaring: HashSet::new(),
        wrapping: HashSet::new(),
        exports: HashMap::new(),
        spans_are_fixed: false,
    };
    file.find_accesses();
    file.find_calls();
    file.find_exports();
    file.plant();
    file.emit_reads();
    file.emit_calls();
    file.emit_name_uses();
    file.emit_literals();
    file.emit_structure();
    file.facts
}

fn extent(broken: &[Span]) -> usize {
    broken.iter().map(|span| span.len()).sum()
}

/// Whether a text looks like it has type annotations.
fn may_be_typed(text: &str) -> bool {
    text.contains("@flow")
        || text.contains("import type ")
        || text.contains("interface ")
        || [": string", ": number", ": boolean", ": any", ": void", ": {", ": ?", ": Array<", ": Promise<"]
            .iter()
            .any(|annotation| text.contains(annotation))
}

/// A component with all but its scripts blanked out, byte for byte, and the scripts' grammar.
fn mask(text: &str) -> (Cow<'_, str>, Grammar) {
    let mut masked: Vec<u8> =
        text.bytes().map(|byte| if matches!(byte, b'\n' | b'\r') { byte } else { b' ' }).collect();
    let mut grammar = Grammar::JavaScript;
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(found) = memmem::find(&bytes[at..], b"<script") {
        let open = at + found;
        let Some(close) = memchr::memchr(b'>', &bytes[open..]).map(|end| open + end + 1) else { break };
        let head = &text[open..close];
        let end = memmem::find(&bytes[close..], b"</script").map_or(text.len(), |end| close + end);
        if ["\"ts\"", "'ts'", "\"typescript\"", "'typescript'", "lang=ts"]
            .iter()
            .any(|lang| head.contains(lang))
        {
            grammar = Grammar::TypeScript;
        } else if ["\"tsx\"", "'tsx'"].iter().any(|lang| head.contains(lang)) {
            grammar = Grammar::Tsx;
        }
        masked[close..end].copy_from_slice(&bytes[close..end]);
        at = end;
    }
    // Whole characters were kept or replaced, so this always holds.
    match String::from_utf8(masked) {
        Ok(masked) => (Cow::Owned(masked), grammar),
        Err(_) => (Cow::Borrowed(text), grammar),
    }
}
