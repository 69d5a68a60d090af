//! Expansions: `$X`, `${X}`, `${X:-d}`, and the tests for presence.

use crate::span::Span;
use crate::write::Edits;

use super::Piece;

/// What an expansion says, as far as a change must know.
struct Expansion<'a> {
    name: &'a str,
    /// The operator; empty for the plain value.
    operator: &'a str,
    /// What follows the operator.
    argument: &'a str,
}

/// Operators of `${…}`, longer ones first.
const OPERATORS: &[&str] = &[
    ":-", ":=", ":?", ":+", "-", "=", "?", "+", "%%", "%", "##", "#", "//", "/", "^^", "^", ",,", ",", "@",
    ":",
];

impl<'a> Expansion<'a> {
    /// Reads `$X` and `${X…}`; `None` for `${#X}`, `${!X}`, arrays, and for a bare name.
    fn of(written: &'a str) -> Option<Self> {
        let body = written.strip_prefix('$')?;
        let inner = match body.strip_prefix('{') {
            Some(rest) => rest.strip_suffix('}')?,
            None => body,
        };
        let len = inner.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        let (name, rest) = inner.split_at(len);
        if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        if rest.is_empty() {
            return Some(Self { name, operator: "", argument: "" });
        }
        let operator = OPERATORS.iter().find(|operator| rest.starts_with(**operator))?;
        let (operator, argument) = rest.split_at(operator.len());
        Some(Self { name, operator, argument })
    }

    /// `$X`, `${X}`: the value and nothing else.
    fn is_plain(&self) -> bool {
        self.operator.is_empty()
    }

    /// What stands in, or what is said, where the variable is unset.
    fn stands_in(&self) -> bool {
        matches!(self.operator, "-" | ":-" | "?" | ":?")
    }

    /// `${X+set}`: whether it is set, as a word that means nothing else.
    fn is_presence(&self) -> bool {
        matches!(self.operator, "+" | ":+")
            && !self.argument.is_empty()
            && self.argument.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    }

    /// `${DYNO%%.*}`: the process type, which the team's own variable holds without a number behind it.
    fn is_process_type(&self) -> bool {
        self.name == "DYNO" && matches!(self.operator, "%" | "%%") && self.argument == ".*"
    }
}

pub(super) fn read_first(piece: &Piece<'_>, read: Span, names: &[String]) -> Option<Edits> {
    let written = read.of(piece.text);
    let Some(expansion) = Expansion::of(written) else { return asked_by_name(piece, read, names) };
    if expansion.is_presence() {
        return either_set(piece, read, &expansion, names);
    }
    if !(expansion.is_plain() || expansion.stands_in() || expansion.is_process_type()) {
        return None;
    }
    let before: Vec<String> = names.iter().map(|name| format!("{{{name}:-")).collect();
    let opening = format!("${}{}", before.join(piece.dollar), piece.dollar);
    let closing = "}".repeat(names.len());
    if expansion.is_plain() {
        return Some(vec![(read, format!("{opening}{}{closing}", expansion.name))]);
    }
    // Around it, so that what stands in can be changed on its own.
    let opening = &opening[..opening.len() - 1];
    Some(vec![
        (Span::new(read.start, read.start), opening.to_string()),
        (Span::new(read.end, read.end), closing),
    ])
}

pub(super) fn fall_back(piece: &Piece<'_>, read: Span, names: &[String]) -> Option<Edits> {
    let written = read.of(piece.text);
    let Some(expansion) = Expansion::of(written) else { return asked_by_name(piece, read, names) };
    if expansion.is_presence() {
        return either_set(piece, read, &expansion, names);
    }
    let Expansion { name, operator, argument } = expansion;
    let (between, last) = match operator {
        "" => (":-", String::new()),
        ":-" | ":?" => (":-", format!("{operator}{argument}")),
        "-" | "?" => ("-", format!("{operator}{argument}")),
        _ => return None,
    };
    let mut text = format!("${{{name}");
    let mut open = 1;
    for (at, next) in names.iter().enumerate() {
        let plain = at + 1 == names.len() && last.is_empty();
        text += &format!("{between}{}{}{next}", piece.dollar, if plain { "" } else { "{" });
        open += usize::from(!plain);
    }
    text += &last;
    text += &"}".repeat(open);
    Some(vec![(read, text)])
}

/// `[ -n "${X+set}" ]`, `[ -z "${X+set}" ]`: only whether it is empty matters, so the words of two variables
/// may stand one after the other.
fn either_set(piece: &Piece<'_>, read: Span, expansion: &Expansion<'_>, names: &[String]) -> Option<Edits> {
    let before = &piece.text[piece.span.start..read.start];
    let after = &piece.text[read.end..piece.span.end];
    let (before, after) = match before.strip_suffix('"') {
        Some(before) => (before, after.strip_prefix('"')?),
        None => (before, after),
    };
    let flag = before.strip_suffix("-n ").or_else(|| before.strip_suffix("-z "))?;
    let opens = flag.trim_end().ends_with(['[', '!']) || flag.trim_end().ends_with("test");
    let closes = after.trim_start_matches(' ').starts_with(']')
        || (flag.trim_end().ends_with("test") && after.starts_with(['\n', ';', ')', '\r']));
    (opens && closes && after.starts_with([' ', '\n', ';', ')', '\r'])).then_some(())?;
    let mut text = String::new();
    for (at, name) in names.iter().enumerate() {
        let dollar = if at == 0 { "$" } else { piece.dollar };
        text += &format!("{dollar}{{{name}{}{}}}", expansion.operator, expansion.argument);
    }
    // The read's own dollar sign may be the second of two.
    text += &piece.dollar[1..];
    Some(vec![(Span::new(read.start, read.start), text)])
}

/// `[[ -v X ]]`: a group of its own where more stands beside it.
fn asked_by_name(piece: &Piece<'_>, read: Span, names: &[String]) -> Option<Edits> {
    let written = read.of(piece.text);
    super::is_name(written).then_some(())?;
    let before = &piece.text[piece.span.start..read.start];
    let after = &piece.text[read.end..piece.span.end];
    let outside = before.strip_suffix("-v ")?;
    let start = read.start - "-v ".len();
    let alone = after.trim_start_matches([' ', '\t']);
    let asked = |joint: &str, turned: &str| {
        names.iter().map(|name| format!("{turned}-v {name} {joint} ")).collect::<String>()
    };
    let bracket = outside.rfind("[[").filter(|at| !outside[*at..].contains("]]"));
    if let Some(bracket) = bracket {
        let begins = outside[bracket + 2..].trim().is_empty();
        if begins && alone.starts_with("]]") {
            return Some(vec![(Span::new(start, start), asked("||", ""))]);
        }
        return Some(vec![
            (Span::new(start, start), format!("( {}", asked("||", ""))),
            (Span::new(read.end, read.end), " )".to_string()),
        ]);
    }
    let single = outside.trim_end();
    if !alone.starts_with(']') {
        return None;
    }
    if single.ends_with('[') {
        return Some(vec![(Span::new(start, start), asked("-o", ""))]);
    }
    // Neither of them is set.
    let negated = single.strip_suffix('!').filter(|rest| rest.trim_end().ends_with('['))?;
    let start = piece.span.start + negated.len();
    Some(vec![(Span::new(start, start), asked("-a", "! "))])
}
