//! A file's text, and why a file has none.

use std::fmt;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use crate::detect;
use crate::lang::Lang;
use crate::lang::sql::condense;
use crate::role::{self, Role};

/// Largest file that is read, in bytes. What is larger was not written by hand.
pub const MAX_BYTES: u64 = 2 * 1024 * 1024;

/// Largest file of SQL that is read, in bytes: dumps are large, and little of one is kept
/// ([`crate::lang::sql::condense`]).
pub const MAX_SQL_BYTES: u64 = 256 * 1024 * 1024;

/// Longest line of a file that is looked at, in bytes.
pub const MAX_LINE: usize = 20_000;

/// How much of a file is enough to tell its language.
pub const HEAD: usize = 256;

/// One file of the project, decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Path from the project's root, with forward slashes.
    pub path: String,
    /// Language or format.
    pub lang: Lang,
    /// What it is there for.
    pub role: Role,
    /// The text, without byte order mark, line ends as they are.
    pub text: String,
    /// How the text is written on disk.
    pub encoding: Encoding,
    /// Whether the file begins with a byte order mark.
    pub bom: bool,
    /// Where the pieces of a text come from that is less than the whole file; empty for all others. As
    /// [`crate::lang::sql::condense::Condensed::places`].
    pub places: Vec<(usize, usize)>,
}

impl Source {
    /// The source that `bytes` are under the name `path`.
    pub fn from_bytes(path: &str, bytes: Vec<u8>) -> Result<Source, Skip> {
        let lang = detect::language(path, head_of(&bytes)).ok_or(Skip::UnknownLanguage)?;
        if lang == Lang::Sql && (has_long_line(&bytes) || bytes.len() as u64 > MAX_BYTES) {
            return Source::condensed(path, bytes.as_slice());
        }
        if bytes.len() as u64 > MAX_BYTES {
            return Err(Skip::TooLarge { bytes: bytes.len() as u64 });
        }
        let (text, encoding, bom) = decode(bytes)?;
        let role = role::role(path, lang, &text);
        Ok(Source { path: path.to_owned(), lang, role, text, encoding, bom, places: Vec::new() })
    }

    /// What matters of a dump: its rows are data, and in one line of any length.
    fn condensed(path: &str, reader: impl BufRead) -> Result<Source, Skip> {
        let kept = condense::condense(reader)?;
        let Some(kept) = kept else { return Err(Skip::TooLarge { bytes: condense::MAX_KEPT as u64 }) };
        let (text, encoding, bom) = decode(kept.bytes)?;
        // Characters of more bytes than on disk move all that follows; places could only mislead then.
        let places = if encoding == Encoding::Utf8 && !bom { kept.places } else { Vec::new() };
        let role = role::role(path, Lang::Sql, &text);
        Ok(Source { path: path.to_owned(), lang: Lang::Sql, role, text, encoding, bom, places })
    }

    /// The source in the file `real`, which the project knows as `path`. Reads no more than it must:
    /// nothing where the name rules a language out, a few bytes where only a shebang can tell.
    pub fn open(path: &str, real: &Path) -> Result<Source, Skip> {
        let named = detect::by_name(path);
        if named == detect::ByName::Never {
            return Err(Skip::UnknownLanguage);
        }
        let mut file = File::open(real)?;
        let len = file.metadata()?.len();
        let mut bytes = Vec::new();
        if named == detect::ByName::Ask {
            // Most files without an extension are no scripts; the size of those is nobody's concern.
            bytes.reserve_exact(HEAD.min(usize::try_from(len).unwrap_or(HEAD)));
            file.by_ref().take(HEAD as u64).read_to_end(&mut bytes)?;
            if detect::language(path, &bytes).is_none() {
                return Err(Skip::UnknownLanguage);
            }
        }
        if len > MAX_BYTES {
            if named != detect::ByName::Is(Lang::Sql) || len > MAX_SQL_BYTES {
                return Err(Skip::TooLarge { bytes: len });
            }
            return Source::condensed(path, BufReader::with_capacity(256 * 1024, file.take(len)));
        }
        let rest = len.saturating_sub(bytes.len() as u64);
        bytes.reserve_exact(rest as usize);
        // Bounded by the size told before: saves the last `read` that would only say "end of file",
        // and a file that grows while it is read stays within the limit.
        file.take(rest).read_to_end(&mut bytes)?;
        Source::from_bytes(path, bytes)
    }
}

/// Whether a line is too long to be looked at; only for texts that have a second chance.
fn has_long_line(bytes: &[u8]) -> bool {
    bytes.split(|byte| *byte == b'\n').any(|line| line.len() > MAX_LINE)
}

fn head_of(bytes: &[u8]) -> &[u8] {
    &bytes[..bytes.len().min(HEAD)]
}

/// How a text is written on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// UTF-8.
    Utf8,
    /// UTF-16, low byte first; always with a byte order mark.
    Utf16Le,
    /// UTF-16, high byte first; always with a byte order mark.
    Utf16Be,
    /// What is not valid UTF-8 and has no byte order mark: windows-1252, of which Latin-1 is a part.
    Latin1,
}

impl Encoding {
    /// The encoding's usual name.
    pub fn id(self) -> &'static str {
        match self {
            Encoding::Utf8 => "utf-8",
            Encoding::Utf16Le => "utf-16le",
            Encoding::Utf16Be => "utf-16be",
            Encoding::Latin1 => "windows-1252",
        }
    }
}

/// Why a file was not looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Skip {
    /// Neither name nor content tells a language that dynolint knows.
    UnknownLanguage,
    /// It holds NUL bytes, or too many control characters, for a text.
    Binary,
    /// It claims an encoding that it does not keep.
    NotText,
    /// It is larger than [`MAX_BYTES`].
    TooLarge {
        /// Its size.
        bytes: u64,
    },
    /// One of its lines is longer than [`MAX_LINE`].
    LongLine {
        /// The first such line, from 1.
        line: usize,
        /// Its length in characters.
        chars: usize,
    },
    /// The system does not let it be read, and says why.
    Unreadable(String),
}

impl Skip {
    /// The reason in a word or two, to count by.
    pub fn id(&self) -> &'static str {
        match self {
            Skip::UnknownLanguage => "unknown-language",
            Skip::Binary => "binary",
            Skip::NotText => "not-text",
            Skip::TooLarge { .. } => "too-large",
            Skip::LongLine { .. } => "long-line",
            Skip::Unreadable(_) => "unreadable",
        }
    }
}

impl fmt::Display for Skip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Skip::UnknownLanguage => f.write_str("not in a language dynolint knows"),
            Skip::Binary => f.write_str("binary"),
            Skip::NotText => f.write_str("not valid in the encoding of its byte order mark"),
            Skip::TooLarge { bytes } => {
                write!(f, "{bytes} bytes are more than the limit of {MAX_BYTES}")
            }
            Skip::LongLine { line, chars } => {
                write!(f, "line {line} has {chars} characters: not written by hand")
            }
            Skip::Unreadable(message) => write!(f, "cannot be read: {message}"),
        }
    }
}

impl std::error::Error for Skip {}

/// What the system says, without the number that it has for it.
pub fn reason(error: &std::io::Error) -> String {
    let said = error.to_string();
    match said.rfind(" (os error ") {
        Some(number) if said.ends_with(')') => said[..number].to_string(),
        _ => said,
    }
}

impl From<std::io::Error> for Skip {
    fn from(error: std::io::Error) -> Self {
        Skip::Unreadable(reason(&error))
    }
}

/// The text that `bytes` are, its encoding, and whether a byte order mark was cut off.
///
/// Nothing is lost: [`encode`] gives the same bytes back. Valid UTF-8 is not copied.
pub fn decode(bytes: Vec<u8>) -> Result<(String, Encoding, bool), Skip> {
    let (text, encoding, bom) = match bytes.as_slice() {
        [0xEF, 0xBB, 0xBF, rest @ ..] => match std::str::from_utf8(rest) {
            Ok(text) => (text.to_owned(), Encoding::Utf8, true),
            Err(_) if memchr::memchr(0, rest).is_some() => return Err(Skip::Binary),
            Err(_) => return Err(Skip::NotText),
        },
        [0xFF, 0xFE, rest @ ..] => (utf16(rest, u16::from_le_bytes)?, Encoding::Utf16Le, true),
        [0xFE, 0xFF, rest @ ..] => (utf16(rest, u16::from_be_bytes)?, Encoding::Utf16Be, true),
        _ => match String::from_utf8(bytes) {
            Ok(text) => (text, Encoding::Utf8, false),
            Err(error) if memchr::memchr(0, error.as_bytes()).is_some() => return Err(Skip::Binary),
            Err(error) => (latin1(error.as_bytes())?, Encoding::Latin1, false),
        },
    };
    if has_many_nuls(text.as_bytes()) {
        return Err(Skip::Binary);
    }
    if let Some(skip) = long_line(&text) {
        return Err(skip);
    }
    Ok((text, encoding, bom))
}

/// The bytes that `text` is on disk; the way back from [`decode`]. `None` where the encoding has no
/// place for a character of the text.
pub fn encode(text: &str, encoding: Encoding, bom: bool) -> Option<Vec<u8>> {
    Some(match encoding {
        Encoding::Utf8 if bom => [&[0xEF, 0xBB, 0xBF], text.as_bytes()].concat(),
        Encoding::Utf8 => text.as_bytes().to_vec(),
        Encoding::Utf16Le => {
            [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()
        }
        Encoding::Utf16Be => {
            [0xFE, 0xFF].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect()
        }
        Encoding::Latin1 => {
            let (bytes, _, unmappable) = encoding_rs::WINDOWS_1252.encode(text);
            if unmappable {
                return None;
            }
            bytes.into_owned()
        }
    })
}

/// NULs mean that something is not a text. One in a page of valid text is a character somebody typed into
/// a string; there are such programs.
fn has_many_nuls(bytes: &[u8]) -> bool {
    memchr::memchr(0, bytes)
        .is_some_and(|first| memchr::memchr_iter(0, &bytes[first..]).count() * 1000 > bytes.len())
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, Skip> {
    let (units, odd) = bytes.as_chunks::<2>();
    if !odd.is_empty() {
        return Err(Skip::NotText);
    }
    let units: Vec<u16> = units.iter().map(|&pair| unit(pair)).collect();
    String::from_utf16(&units).map_err(|_| Skip::NotText)
}

/// Every byte string is valid windows-1252, so this is where binary files without a NUL end up.
fn latin1(bytes: &[u8]) -> Result<String, Skip> {
    let control =
        bytes.iter().filter(|&&b| b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r' | 0x0C | 0x1B)).count();
    if control * 50 > bytes.len() {
        return Err(Skip::Binary);
    }
    Ok(encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned())
}

/// The first line that is too long. Looks from each known start of a line for the *last* line break
/// within the limit, so that most of the text is never touched.
fn long_line(text: &str) -> Option<Skip> {
    let bytes = text.as_bytes();
    let mut start = 0;
    while bytes.len() - start > MAX_LINE {
        match memchr::memrchr(b'\n', &bytes[start..=start + MAX_LINE]) {
            Some(at) => start += at + 1,
            None => {
                let end = memchr::memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |at| start + at);
                return Some(Skip::LongLine {
                    line: memchr::memchr_iter(b'\n', &bytes[..start]).count() + 1,
                    chars: text[start..end].chars().count(),
                });
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text_of(bytes: &[u8]) -> Result<(String, Encoding, bool), Skip> {
        decode(bytes.to_vec())
    }

    #[test]
    fn encodings() {
        let rows: &[(&[u8], &str, Encoding, bool)] = &[
            (b"", "", Encoding::Utf8, false),
            (b"a = 1\r\nb\r\n", "a = 1\r\nb\r\n", Encoding::Utf8, false),
            ("é".as_bytes(), "é", Encoding::Utf8, false),
            (b"\xEF\xBB\xBFx", "x", Encoding::Utf8, true),
            (b"\xEF\xBB\xBF", "", Encoding::Utf8, true),
            (b"\xFF\xFEa\0\xE9\0", "aé", Encoding::Utf16Le, true),
            (b"\xFE\xFF\0a\0\xE9", "aé", Encoding::Utf16Be, true),
            (b"\xFF\xFE\x3D\xD8\x00\xDE", "😀", Encoding::Utf16Le, true),
            (b"# caf\xE9 \x80", "# café €", Encoding::Latin1, false),
        ];
        for &(bytes, text, encoding, bom) in rows {
            assert_eq!(text_of(bytes), Ok((text.to_owned(), encoding, bom)), "{bytes:?}");
        }
    }

    #[test]
    fn no_text() {
        let rows: &[(&[u8], Skip)] = &[
            (b"a\0b", Skip::Binary),
            (b"\x89PNG\r\n\x1a\n\0\0\0", Skip::Binary),
            (b"\xFF\xFE\0\0a\0\0\0", Skip::Binary),
            (b"\xFF\xFEa", Skip::NotText),
            (b"\xFF\xFE\x3D\xD8", Skip::NotText),
            (b"\xEF\xBB\xBF\xFF", Skip::NotText),
            (b"\x1f\x8b\x08\x01\x02\x03\xff\xfe", Skip::Binary),
        ];
        for (bytes, skip) in rows {
            assert_eq!(text_of(bytes).as_ref(), Err(skip), "{bytes:?}");
        }
    }

    #[test]
    fn a_nul_in_a_string() {
        let text = format!("{}`${{a}}\0${{b}}`", "const a = 1;\n".repeat(200));
        assert_eq!(text_of(text.as_bytes()), Ok((text.clone(), Encoding::Utf8, false)));
        let latin = [text.as_bytes(), b"\xE9"].concat();
        assert_eq!(text_of(&latin), Err(Skip::Binary));
    }

    #[test]
    fn long_lines() {
        let at_limit = format!("{}\n{}", "x".repeat(MAX_LINE), "y".repeat(MAX_LINE));
        assert_eq!(long_line(&at_limit), None);
        let above = format!("a\n{}\n{}é\nz", "x".repeat(MAX_LINE), "y".repeat(MAX_LINE));
        assert_eq!(long_line(&above), Some(Skip::LongLine { line: 3, chars: MAX_LINE + 1 }));
        let many = "short line\n".repeat(100_000);
        assert_eq!(long_line(&many), None);
    }

    #[test]
    fn dumps_of_any_size() {
        let rows = "1\tCREATE EXTENSION x;\n".repeat(200_000);
        let text = format!("CREATE EXTENSION a;\nCOPY b FROM stdin;\n{rows}\\.\nCREATE EXTENSION é;\n");
        assert!(text.len() as u64 > MAX_BYTES);
        let source =
            Source::from_bytes("db/structure.sql", text.clone().into_bytes()).expect("a dump is read");
        assert_eq!(source.text.lines().count(), text.lines().count());
        assert_eq!(source.text.trim_end().lines().last(), Some("CREATE EXTENSION é;"));
        assert!(source.text.len() < text.len() / 10);
        assert!(!source.places.is_empty());
        assert_eq!(
            Source::from_bytes("db/rows.rb", text.into_bytes()).map_err(|skip| skip.id()),
            Err("too-large")
        );

        let line = format!("INSERT INTO a VALUES ('{}');\nSET search_path = b;\n", "x".repeat(MAX_LINE));
        let source = Source::from_bytes("seed.sql", line.clone().into_bytes()).expect("rows are left out");
        assert_eq!(source.text.lines().last(), Some("SET search_path = b;"));
        assert_eq!(
            Source::from_bytes("seed.sh", line.into_bytes()).map_err(|skip| skip.id()),
            Err("long-line")
        );
    }

    #[test]
    fn no_room_for_a_character() {
        assert_eq!(encode("ж", Encoding::Latin1, false), None);
    }

    proptest! {
        #[test]
        fn any_bytes_come_back(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            if let Ok((text, encoding, bom)) = decode(bytes.clone()) {
                prop_assert_eq!(encode(&text, encoding, bom), Some(bytes));
            }
        }

        #[test]
        fn any_latin_bytes_come_back(bytes in proptest::collection::vec(32u8.., 0..400)) {
            let (text, encoding, bom) = decode(bytes.clone())?;
            prop_assert_eq!(encode(&text, encoding, bom), Some(bytes));
        }

        #[test]
        fn any_text_comes_back(text in "[^\\x00]{0,200}", bom in any::<bool>()) {
            for encoding in [Encoding::Utf8, Encoding::Utf16Le, Encoding::Utf16Be] {
                let marked = bom || encoding != Encoding::Utf8;
                // A text that begins with the mark itself cannot be told from a marked one.
                prop_assume!(!text.starts_with('\u{FEFF}'));
                let bytes = encode(&text, encoding, marked).expect("unicode has room for all");
                prop_assert_eq!(decode(bytes), Ok((text.clone(), encoding, marked)));
            }
        }

        #[test]
        fn long_lines_are_those_of_a_plain_count(
            lengths in proptest::collection::vec(prop_oneof![0usize..50, MAX_LINE - 2..MAX_LINE + 3], 0..8)
        ) {
            let text = lengths.iter().map(|&n| "x".repeat(n)).collect::<Vec<_>>().join("\n");
            let plain = lengths.iter().position(|&n| n > MAX_LINE).map(|at| at + 1);
            let found = long_line(&text).map(|skip| match skip {
                Skip::LongLine { line, .. } => line,
                _ => 0,
            });
            prop_assert_eq!(found, plain);
        }
    }
}
