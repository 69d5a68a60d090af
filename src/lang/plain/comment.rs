//! Comments of many languages, by their signs.

use crate::span::Span;

/// How a language writes comments and strings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// `//` and `/* */`; `'` holds a character.
    Slash,
    /// `//` and `/* */`; `'` holds a text.
    SlashQuotes,
    /// `//`, `/* */` and `#`; `'` holds a text.
    Php,
    /// `#`; `'` holds a text.
    Hash,
    /// `--` and `{- -}`.
    Haskell,
    /// `--` and `--[[ ]]`.
    Lua,
    /// `;`.
    Lisp,
    /// `#`, `//` and `/* */`.
    Hcl,
    /// `#` and `<# #>`.
    PowerShell,
    /// `<!-- -->`.
    Xml,
}

impl Style {
    fn line(self) -> &'static [&'static str] {
        match self {
            Style::Slash | Style::SlashQuotes => &["//"],
            Style::Php | Style::Hcl => &["//", "#"],
            Style::Hash | Style::PowerShell => &["#"],
            Style::Haskell | Style::Lua => &["--"],
            Style::Lisp => &[";"],
            Style::Xml => &[],
        }
    }

    fn block(self) -> Option<(&'static str, &'static str)> {
        match self {
            Style::Slash | Style::SlashQuotes | Style::Php | Style::Hcl => Some(("/*", "*/")),
            Style::Haskell => Some(("{-", "-}")),
            Style::Lua => Some(("--[[", "]]")),
            Style::PowerShell => Some(("<#", "#>")),
            Style::Xml => Some(("<!--", "-->")),
            Style::Hash | Style::Lisp => None,
        }
    }

    fn quotes(self) -> &'static [u8] {
        match self {
            Style::Slash => b"\"`",
            Style::SlashQuotes | Style::Php | Style::Hash | Style::Lua | Style::PowerShell => b"\"'",
            Style::Haskell | Style::Lisp | Style::Hcl => b"\"",
            Style::Xml => b"",
        }
    }
}

/// A comment or a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A comment with its signs.
    Comment,
    /// A string with its quotes.
    Text,
}

/// The text with its comments blanked, at the same length.
pub fn blank(text: &str, style: Style) -> String {
    let mut out = text.as_bytes().to_vec();
    for (_, span) in pieces(text, style).into_iter().filter(|(kind, _)| *kind == Kind::Comment) {
        for byte in &mut out[span.start..span.end] {
            if !matches!(byte, b'\n' | b'\r') {
                *byte = b' ';
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_string())
}

/// The comments and strings of a text, in order of place.
pub fn pieces(text: &str, style: Style) -> Vec<(Kind, Span)> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        if let Some((open, close)) = style.block()
            && rest.starts_with(open.as_bytes())
        {
            let from = at + open.len();
            let end = memchr::memmem::find(&bytes[from..], close.as_bytes())
                .map_or(bytes.len(), |end| from + end + close.len());
            found.push((Kind::Comment, Span::new(at, end)));
            at = end;
        } else if style.line().iter().any(|mark| rest.starts_with(mark.as_bytes()))
            && !(rest[0] == b'#' && rest.get(1) == Some(&b'['))
        {
            let end = memchr::memchr(b'\n', rest).map_or(bytes.len(), |end| at + end);
            found.push((Kind::Comment, Span::new(at, end)));
            at = end;
        } else if style.quotes().contains(&rest[0]) {
            let end = string_end(bytes, at).min(bytes.len());
            // A backslash can take half of a character with it.
            let end = (end..=bytes.len()).find(|end| text.is_char_boundary(*end)).unwrap_or(bytes.len());
            found.push((Kind::Text, Span::new(at, end)));
            at = end;
        } else if rest[0] == b'\'' && rest.len() > 2 && rest[2] == b'\'' {
            // A quotation mark as a character opens no string.
            at += 3;
        } else if rest[0] == b'\'' && rest.starts_with(b"'\\") && rest.get(3) == Some(&b'\'') {
            at += 4;
        } else {
            at += 1;
        }
    }
    found
}

/// One past the string that opens at `at`. A string that is not closed in its line ends there, but for
/// those that may hold line breaks.
fn string_end(bytes: &[u8], at: usize) -> usize {
    let quote = bytes[at];
    let triple = [quote; 3];
    if bytes[at..].starts_with(&triple) {
        let from = at + 3;
        return memchr::memmem::find(&bytes[from..], &triple).map_or(bytes.len(), |end| from + end + 3);
    }
    let mut end = at + 1;
    while end < bytes.len() {
        match bytes[end] {
            b'\\' if quote != b'`' => end += 1,
            b'\n' if quote != b'`' => return end,
            byte if byte == quote => return end + 1,
            _ => {}
        }
        end += 1;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_go_and_strings_stay() {
        for (style, text, blanked) in [
            (Style::Slash, "a // b\n\"//\" /* é */ c", "a     \n\"//\"          c"),
            (Style::Slash, "'\"' // x", "'\"'     "),
            (Style::Slash, "`\n// in` // out", "`\n// in`       "),
            (Style::Php, "#[A] # b", "#[A]    "),
            (Style::Hash, "'#' # x\r\ny", "'#'    \r\ny"),
            (Style::Haskell, "a -- b\n{- c -}d", "a     \n       d"),
            (Style::Slash, "\"unclosed\n// x", "\"unclosed\n    "),
            (Style::Xml, "<a/><!-- b -->", "<a/>          "),
        ] {
            assert_eq!(blank(text, style), blanked, "{text}");
        }
    }
}
