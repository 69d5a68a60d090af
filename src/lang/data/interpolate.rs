//! Variables inside the texts of configuration files: `${X:-d}`, `$X`, `${env:X}`, `${{ env.X }}`,
//! `%env(X)%`, `{{ lookup('env', 'X') }}`.

use std::sync::LazyLock;

use regex::Regex;

use crate::expr::{Expr, Question};
use crate::fact::{EnvRead, Name, Place, ReadKind, Use, looks_like_variable};
use crate::span::Span;

/// How a format writes variables in its texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// `$X`, `${X}`, `${X:-d}`, `${X:?message}`, `${X:+y}`, `$$` for a dollar sign.
    Shell,
    /// `${X}` and `${X:-d}` only.
    Braces,
    /// `${X:d}`; names in lower case are properties, not variables.
    Spring,
    /// `${X}` and `${?X}` of HOCON.
    Hocon,
}

/// What a text is made of.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    /// Text as it stands.
    Text(Span),
    /// A variable.
    Hole(Hole),
    /// Something else that is computed.
    Opaque(Span),
}

/// A variable in a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Hole {
    /// Its name.
    pub name: String,
    /// Where the name stands.
    pub name_span: Span,
    /// The whole of it.
    pub span: Span,
    /// What follows the name.
    pub then: Then,
    /// The interface, as in [`EnvRead::api`].
    pub api: &'static str,
}

/// What happens when a variable is set or not.
#[derive(Clone, Debug, PartialEq)]
pub enum Then {
    /// Nothing special.
    Plain,
    /// These pieces stand in for an unset variable.
    Default(Span, Vec<Piece>),
    /// An error when unset.
    Required,
    /// These pieces stand in for a variable that is set.
    Alternative(Vec<Piece>),
}

/// Texts with more variables than this are not lowered as a whole.
const MANY: usize = 64;

/// Defaults inside defaults are followed no further than this.
const DEEP: usize = 8;

/// The pieces of the text under `span`.
pub fn pieces(source: &str, span: Span, syntax: Syntax) -> Vec<Piece> {
    split(source, span, syntax, 0)
}

fn split(source: &str, span: Span, syntax: Syntax, depth: usize) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut plain = span.start;
    let mut at = span.start;
    let bytes = source.as_bytes();
    while let Some(found) = memchr::memchr(b'$', &bytes[at..span.end]) {
        let start = at + found;
        let hole = match bytes.get(start + 1).filter(|_| start + 1 < span.end) {
            Some(b'$') if syntax == Syntax::Shell => {
                at = start + 2;
                continue;
            }
            Some(b'{') => braces(source, Span::new(start, span.end), syntax, depth),
            Some(b'A'..=b'Z' | b'a'..=b'z' | b'_') if syntax == Syntax::Shell => {
                let end = name_end(bytes, start + 1, span.end);
                Some(Piece::Hole(Hole {
                    name: source[start + 1..end].to_string(),
                    name_span: Span::new(start + 1, end),
                    span: Span::new(start, end),
                    then: Then::Plain,
                    api: "$",
                }))
            }
            _ => None,
        };
        let Some(hole) = hole else {
            at = start + 1;
            continue;
        };
        let (Piece::Hole(Hole { span: taken, .. }) | Piece::Opaque(taken) | Piece::Text(taken)) = &hole;
        if plain < start {
            pieces.push(Piece::Text(Span::new(plain, start)));
        }
        at = taken.end;
        plain = at;
        pieces.push(hole);
    }
    if plain < span.end {
        pieces.push(Piece::Text(Span::new(plain, span.end)));
    }
    pieces
}

fn name_end(bytes: &[u8], start: usize, end: usize) -> usize {
    let name = |b: &u8| b.is_ascii_alphanumeric() || *b == b'_';
    start + bytes[start..end].iter().take_while(|b| name(b)).count()
}

/// `${…}` at the start of `span`, which may go on behind it.
fn braces(source: &str, span: Span, syntax: Syntax, depth: usize) -> Option<Piece> {
    let bytes = source.as_bytes();
    let close = closing(bytes, span.start + 2, span.end)?;
    let whole = Span::new(span.start, close + 1);
    let mut name_start = span.start + 2;
    if syntax == Syntax::Hocon && bytes.get(name_start) == Some(&b'?') {
        name_start += 1;
    }
    let name_stop = name_end(bytes, name_start, close);
    let name = &source[name_start..name_stop];
    if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
        return Some(Piece::Opaque(whole));
    }
    let rest = Span::new(name_stop, close);
    let word = |skip: usize| Span::new(rest.start + skip, rest.end);
    let inner = |span: Span| {
        if depth < DEEP { split(source, span, syntax, depth + 1) } else { vec![Piece::Opaque(span)] }
    };
    let default = |span: Span| Then::Default(span, inner(span));
    let text = rest.of(source);
    let then = match syntax {
        Syntax::Spring | Syntax::Hocon => {
            if !looks_like_variable(name) {
                return Some(Piece::Opaque(whole));
            }
            match text {
                "" => Then::Plain,
                _ if text.starts_with(':') && syntax == Syntax::Spring => default(word(1)),
                _ => return Some(Piece::Opaque(whole)),
            }
        }
        Syntax::Shell | Syntax::Braces => match text {
            "" => Then::Plain,
            _ if text.starts_with(":-") => default(word(2)),
            _ if text.starts_with('-') => default(word(1)),
            _ if text.starts_with(":?") || text.starts_with('?') => Then::Required,
            _ if text.starts_with(":+") => Then::Alternative(inner(word(2))),
            _ if text.starts_with('+') => Then::Alternative(inner(word(1))),
            _ => return Some(Piece::Opaque(whole)),
        },
    };
    Some(Piece::Hole(Hole {
        name: name.to_string(),
        name_span: Span::new(name_start, name_stop),
        span: whole,
        then,
        api: "$",
    }))
}

/// The brace that closes the one before `from`. Far ones are given up, so that a text full of open
/// braces costs no more than its length.
fn closing(bytes: &[u8], from: usize, end: usize) -> Option<usize> {
    let mut open = 0_usize;
    for (at, byte) in bytes.iter().enumerate().take(end.min(from + 500)).skip(from) {
        match byte {
            b'{' => open += 1,
            b'}' if open == 0 => return Some(at),
            b'}' => open -= 1,
            _ => {}
        }
    }
    None
}

static EVERYWHERE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"(?x)
        \$\{(?:[^{}\n]*?[,\s])?(?:env|localEnv):(?<colon>[A-Za-z_]\w*)
            (?: \s*,\s*(?<comma_default>[^{}\n]*) | :-?(?<colon_default>[^{}\n]*) | [^{}\n]* )\}
      | %env\((?:[\w.]+:)*(?<symfony>[A-Za-z_]\w*)\)%
      | (?:lookup|query|q)\(\s*['"](?:ansible\.builtin\.)?env['"]\s*,\s*\\?['"](?<ansible>[A-Za-z_]\w*)\\?['"]
            (?:\s*,\s*default\s*=\s*(?<keyword_default>'[^']*'|"[^"]*"|\w+))?\s*\)
            (?:\s*\|\s*default\(\s*(?<filter_default>'[^']*'|"[^"]*"|\w+)[^)]*\))?
      "#,
    )
    .expect("a constant pattern")
});

static ACTIONS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"(?x)\benv(?:\.(?<dot>[A-Za-z_]\w*)|\[\s*'(?<bracket>[A-Za-z_]\w*)'\s*\])
        (?:\s*\|\|\s*(?<default>'[^'\n]*'|[0-9]+|true|false))?"#,
    )
    .expect("a constant pattern")
});

/// Whether [`everywhere`] can find anything in the text.
pub fn may_hold(text: &str) -> bool {
    let has = |part: &str| memchr::memmem::find(text.as_bytes(), part.as_bytes()).is_some();
    has("${env:")
        || has(" env:") && has("${")
        || has(",env:")
        || has("localEnv:")
        || has("%env(")
        || has("'env'")
        || has("\"env\"")
        || has("builtin.env")
}

/// Variables in notations that mean the environment in whatever file they stand: `${env:X}`
/// (Serverless, OpenTelemetry, dev containers), `%env(X)%` (Symfony), `lookup('env', 'X')` (Ansible).
pub fn everywhere(source: &str, span: Span) -> Vec<Piece> {
    let text = span.of(source);
    let mut pieces = Vec::new();
    let mut plain = span.start;
    for found in EVERYWHERE.captures_iter(text) {
        let whole = found.get_match();
        let group = |name: &str| found.name(name).map(|group| Span::from(group.range()).shift(span.start));
        let (name, api) = if let Some(name) = group("colon") {
            (name, "${env:}")
        } else if let Some(name) = group("symfony") {
            (name, "%env()%")
        } else if let Some(name) = group("ansible") {
            (name, "lookup")
        } else {
            continue;
        };
        let default = ["comma_default", "colon_default", "keyword_default", "filter_default"]
            .into_iter()
            .find_map(group);
        let at = Span::from(whole.range()).shift(span.start);
        if plain < at.start {
            pieces.push(Piece::Text(Span::new(plain, at.start)));
        }
        plain = at.end;
        pieces.push(Piece::Hole(Hole {
            name: name.of(source).to_string(),
            name_span: name,
            span: at,
            then: match default {
                Some(default) => Then::Default(default, vec![Piece::Text(default)]),
                None => Then::Plain,
            },
            api,
        }));
    }
    if plain < span.end {
        pieces.push(Piece::Text(Span::new(plain, span.end)));
    }
    // The braces of a template around one look-up are no text.
    if let [Piece::Text(before), Piece::Hole(_), Piece::Text(after)] = pieces.as_slice()
        && before.of(source).trim() == "{{"
        && after.of(source).trim() == "}}"
    {
        pieces = vec![pieces.swap_remove(1)];
    }
    pieces
}

/// The variables of `env` in the expressions (`${{ … }}`) of a workflow.
#[derive(Clone, Debug, Default)]
pub struct Expressions {
    /// What the text is made of.
    pub pieces: Vec<Piece>,
    /// Variables inside larger expressions, which the pieces have as a whole.
    pub inside: Vec<Hole>,
}

/// Variables of `env` in the expressions of a workflow; `bare` says that the whole text is an expression
/// (`if:`).
pub fn actions(source: &str, span: Span, bare: bool) -> Expressions {
    let mut found = Expressions::default();
    let mut at = span.start;
    while at < span.end {
        let rest = &source[at..span.end];
        let (open, inside, after) = match rest.find("${{") {
            Some(open) => {
                let inside = at + open + 3;
                let end = source[inside..span.end].find("}}").map_or(span.end, |end| inside + end);
                (at + open, Span::new(inside, end), (end + 2).min(span.end))
            }
            None if bare && at == span.start => (at, span, span.end),
            None => {
                found.pieces.push(Piece::Text(Span::new(at, span.end)));
                break;
            }
        };
        if at < open {
            found.pieces.push(Piece::Text(Span::new(at, open)));
        }
        at = after;
        let whole = Span::new(open, after);
        let expression = inside.of(source);
        let before = found.inside.len();
        for access in ACTIONS.captures_iter(expression) {
            let group =
                |name: &str| access.name(name).map(|group| Span::from(group.range()).shift(inside.start));
            let Some(name) = group("dot").or_else(|| group("bracket")) else { continue };
            let span = Span::from(access.get_match().range()).shift(inside.start);
            // `github.event.inputs.env.x` and `my-env.x` are other things.
            if source[inside.start..span.start].ends_with(['.', '-']) {
                continue;
            }
            let hole = Hole {
                name: name.of(source).to_string(),
                name_span: name,
                span,
                then: match group("default") {
                    Some(default) => Then::Default(default, vec![Piece::Text(default)]),
                    None => Then::Plain,
                },
                api: "env",
            };
            if expression.trim() == span.of(source) {
                found.pieces.push(Piece::Hole(Hole { span: whole, ..hole }));
                found.inside.truncate(before);
                break;
            }
            found.inside.push(hole);
        }
        if !matches!(found.pieces.last(), Some(Piece::Hole(hole)) if hole.span == whole) {
            found.pieces.push(Piece::Opaque(whole));
        }
    }
    found
}

/// What `env.X == 'text'` and `env.X != 'text'` say, where that is the whole of an expression.
pub fn comparison(source: &str, whole: Span, hole: &Hole) -> Option<Expr> {
    static COMPARED: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"^\s*(?:\$\{\{)?\s*$").expect("a constant pattern"));
    static WITH: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"^\s*(==|!=)\s*'([^']*)'\s*(?:\}\})?\s*$").expect("a constant pattern"));
    if !COMPARED.is_match(&source[whole.start..hole.span.start]) {
        return None;
    }
    let with = WITH.captures(&source[hole.span.end..whole.end])?;
    let text = Expr::Text(with.get(2)?.as_str().to_string());
    let equal = Expr::Equal(Box::new(lower_hole(source, hole)), Box::new(text));
    Some(if &with[1] == "==" { equal } else { Expr::Not(Box::new(equal)) })
}

/// Whether any piece is computed.
pub fn computed(pieces: &[Piece]) -> bool {
    pieces.iter().any(|piece| !matches!(piece, Piece::Text(_)))
}

/// The expression that the pieces make.
pub fn lower(source: &str, pieces: &[Piece]) -> Expr {
    let mut parts: Vec<Expr> = pieces.iter().map(|piece| lower_piece(source, piece)).collect();
    match parts.len() {
        0 => Expr::Text(String::new()),
        1 => parts.remove(0),
        _ => Expr::Template(parts),
    }
}

fn lower_piece(source: &str, piece: &Piece) -> Expr {
    match piece {
        Piece::Text(span) => {
            let text = span.of(source);
            let text = text
                .strip_prefix(['\'', '"'])
                .and_then(|text| text.strip_suffix(['\'', '"']))
                .unwrap_or(text);
            Expr::Text(text.to_string())
        }
        Piece::Opaque(span) => Expr::Opaque(*span),
        Piece::Hole(hole) => lower_hole(source, hole),
    }
}

fn lower_hole(source: &str, hole: &Hole) -> Expr {
    let read = |default: Option<Box<Expr>>, required| Expr::Read {
        name: Some(hole.name.clone()),
        span: hole.span,
        default,
        required,
    };
    match &hole.then {
        Then::Plain => read(None, false),
        Then::Default(_, pieces) => read(Some(Box::new(lower(source, pieces))), false),
        Then::Required => read(None, true),
        Then::Alternative(pieces) => Expr::Choose {
            condition: Box::new(Expr::Ask {
                question: Question::Present,
                subject: Box::new(read(None, false)),
                safe: true,
            }),
            then: Box::new(lower(source, pieces)),
            otherwise: Box::new(Expr::Text(String::new())),
        },
    }
}

/// The reads in the pieces of the text `whole`, which is what `target` is given.
pub fn reads(source: &str, whole: Span, pieces: &[Piece], target: &str) -> Vec<EnvRead> {
    let mut holes = Vec::new();
    gather(pieces, &mut holes);
    if holes.is_empty() {
        return Vec::new();
    }
    // Every read carries the whole text; a text of very many reads would make that quadratic.
    let expr = (holes.len() <= MANY).then(|| lower(source, pieces));
    holes
        .into_iter()
        .map(|hole| EnvRead {
            name: Name::Known(hole.name.clone()),
            name_span: Some(hole.name_span),
            span: hole.span,
            api: hole.api.to_string(),
            kind: ReadKind::Value,
            default: match &hole.then {
                Then::Default(span, _) => Some(*span),
                _ => None,
            },
            required: hole.then == Then::Required,
            scope: target.to_string(),
            uses: vec![Use {
                name: None,
                path: None,
                span: hole.span,
                expr: expr.clone().unwrap_or_else(|| lower_hole(source, hole)),
                expr_span: if expr.is_some() { whole } else { hole.span },
                place: if target.is_empty() {
                    Place::Other
                } else {
                    Place::Bound { target: target.to_string() }
                },
                scope: target.to_string(),
            }],
            guards: Vec::new(),
            via: None,
        })
        .collect()
}

fn gather<'p>(pieces: &'p [Piece], holes: &mut Vec<&'p Hole>) {
    for piece in pieces {
        if let Piece::Hole(hole) = piece {
            holes.push(hole);
            if let Then::Default(_, pieces) | Then::Alternative(pieces) = &hole.then {
                gather(pieces, holes);
            }
        }
    }
}
