//! Texts: escapes, and formats with holes.

/// The text that a string literal's content stands for.
pub(super) fn unescape(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('\\') {
        text += &rest[..at];
        rest = &rest[at + 1..];
        let Some(first) = rest.chars().next() else {
            text.push('\\');
            break;
        };
        let after = &rest[first.len_utf8()..];
        let hex = |digits: usize| {
            let code = after.get(..digits).and_then(|code| u32::from_str_radix(code, 16).ok());
            code.and_then(char::from_u32).map(|c| (c, &after[digits..]))
        };
        let found = match first {
            '\n' => {
                rest = after;
                continue;
            }
            '\r' => {
                rest = after.strip_prefix('\n').unwrap_or(after);
                continue;
            }
            '\\' | '\'' | '"' => Some((first, after)),
            'n' => Some(('\n', after)),
            'r' => Some(('\r', after)),
            't' => Some(('\t', after)),
            'a' => Some(('\u{7}', after)),
            'b' => Some(('\u{8}', after)),
            'f' => Some(('\u{c}', after)),
            'v' => Some(('\u{b}', after)),
            'x' => hex(2),
            'u' => hex(4),
            'U' => hex(8),
            '0'..='7' => {
                let digits = rest.bytes().take(3).take_while(|byte| matches!(byte, b'0'..=b'7')).count();
                let code = u32::from_str_radix(&rest[..digits], 8).ok().and_then(char::from_u32);
                code.map(|c| (c, &rest[digits..]))
            }
            _ => None,
        };
        match found {
            Some((c, after)) => {
                text.push(c);
                rest = after;
            }
            // An escape that Python does not know stands for itself, backslash included.
            None => {
                text.push('\\');
                text.push(first);
                rest = after;
            }
        }
    }
    text + rest
}

/// A part of a format.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Written as it is.
    Text(String),
    /// The next value.
    Next,
    /// The value at a position.
    At(usize),
    /// The value of a name.
    Named(String),
}

/// The parts of a `%` format.
pub(super) fn percent(format: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut text = String::new();
    let mut rest = format;
    while let Some(at) = rest.find('%') {
        text += &rest[..at];
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('%') {
            text.push('%');
            rest = after;
            continue;
        }
        let mut hole = Part::Next;
        if let Some(inner) = rest.strip_prefix('(') {
            let (name, after) = inner.split_once(')').unwrap_or((inner, ""));
            hole = Part::Named(name.to_string());
            rest = after;
        }
        // Flags, width and precision come before the one letter of the conversion.
        let end = rest.find(|c: char| c.is_ascii_alphabetic()).map_or(rest.len(), |end| end + 1);
        rest = &rest[end..];
        push(&mut parts, &mut text, hole);
    }
    text += rest;
    finish(parts, text)
}

/// The parts of a format with braces.
pub(super) fn braces(format: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut text = String::new();
    let mut rest = format;
    while let Some(at) = rest.find(['{', '}']) {
        text += &rest[..at];
        let brace = &rest[at..=at];
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix(brace) {
            text += brace;
            rest = after;
            continue;
        }
        if brace == "}" {
            continue;
        }
        let (field, after) = rest.split_once('}').unwrap_or((rest, ""));
        rest = after;
        let name = field.split(['!', ':']).next().unwrap_or_default();
        let hole = match (name, name.parse()) {
            ("", _) => Part::Next,
            (_, Ok(position)) => Part::At(position),
            (name, Err(_)) => Part::Named(name.to_string()),
        };
        push(&mut parts, &mut text, hole);
    }
    text += rest;
    finish(parts, text)
}

fn push(parts: &mut Vec<Part>, text: &mut String, hole: Part) {
    if !text.is_empty() {
        parts.push(Part::Text(std::mem::take(text)));
    }
    parts.push(hole);
}

fn finish(mut parts: Vec<Part>, text: String) -> Vec<Part> {
    if !text.is_empty() {
        parts.push(Part::Text(text));
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_resolved() {
        for (raw, text) in [
            (r"a\nb", "a\nb"),
            (r"\x41\u00e9\U0001F600", "Aé😀"),
            (r"\101\0", "A\0"),
            (r"\d+\.", r"\d+\."),
            ("a\\\nb", "ab"),
            (r"\xZZ", r"\xZZ"),
            (r"\ué", r"\ué"),
            ("end\\", "end\\"),
        ] {
            assert_eq!(unescape(raw), text, "{raw}");
        }
    }

    #[test]
    fn formats_have_holes() {
        let text = |text: &str| Part::Text(text.to_string());
        let named = |name: &str| Part::Named(name.to_string());
        assert_eq!(percent("a/%s-%05.2f%%"), [text("a/"), Part::Next, text("-"), Part::Next, text("%")]);
        assert_eq!(percent("%(dir)s/x"), [named("dir"), text("/x")]);
        assert_eq!(braces("{}/{0}{name!r:>10}"), [Part::Next, text("/"), Part::At(0), named("name")]);
        assert_eq!(braces("{{x}} {"), [text("{x} "), Part::Next]);
    }
}
