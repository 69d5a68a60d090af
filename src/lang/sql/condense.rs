//! What matters of a large SQL file, read piece by piece: a dump of 200 megabytes has a few statements that
//! rules ask about, and rows that nobody does.
//!
//! Rows of `COPY` and `INSERT` and statements without a word of interest become empty lines, so that every
//! line keeps its number. Memory is bounded by what is kept and by one statement.

use std::io::{self, BufRead};
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use crate::sql;

/// Longest statement that is looked at, in bytes.
const MAX_STATEMENT: usize = 4 * 1024 * 1024;

/// Most that is kept of one file, in bytes.
pub const MAX_KEPT: usize = 32 * 1024 * 1024;

/// What is left of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Condensed {
    /// The bytes that matter, with every line break of the file.
    pub bytes: Vec<u8>,
    /// Where pieces of `bytes` come from: offset in `bytes`, and in the file. In order; between two of them both
    /// grow alike, but for line breaks of what was left out.
    pub places: Vec<(usize, usize)>,
}

/// Words without which a statement says nothing that rules ask about; case does not matter.
static WORDS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let words = [
        "drop schema",
        "event trigger",
        "extension",
        "heroku",
        sql::STATISTICS,
        sql::CONNECT_SCHEMA,
        "search_path",
    ];
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .build(words)
        .expect("a handful of short literals fits into an automaton")
});

/// Words before a role.
static ROLES: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .build(["owner to", "grant", "revoke", "privileges"])
        .expect("a handful of short literals fits into an automaton")
});

fn matters(statement: &[u8]) -> bool {
    if WORDS.is_match(statement) {
        return true;
    }
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    ROLES.is_match(statement)
        && statement
            .split(|byte| !is_word(byte))
            .any(|word| std::str::from_utf8(word).is_ok_and(sql::is_platform_role))
}

/// How many of the bytes neither begin nor end anything, nor touch what does: the prefix of a text (`E'…'`)
/// is a word before its quote.
fn plain_run(piece: &[u8]) -> usize {
    const fn special() -> [bool; 256] {
        let mut table = [false; 256];
        let bytes = b"'\"$-/*\\;\n";
        let mut at = 0;
        while at < bytes.len() {
            table[bytes[at] as usize] = true;
            at += 1;
        }
        table
    }
    static SPECIAL: [bool; 256] = special();
    let run = piece.iter().position(|byte| SPECIAL[usize::from(*byte)]).unwrap_or(piece.len());
    let word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80;
    piece[..run].iter().rposition(|byte| !word(byte)).map_or(0, |last| last + 1)
}

/// Reads to the end; `None` where more than [`MAX_KEPT`] would be kept.
///
/// # Errors
///
/// Those of the reader.
pub fn condense(mut reader: impl BufRead) -> io::Result<Option<Condensed>> {
    let mut condenser = Condenser::default();
    loop {
        let piece = reader.fill_buf()?;
        if piece.is_empty() {
            break;
        }
        let length = piece.len();
        condenser.feed(piece);
        reader.consume(length);
        if condenser.kept.bytes.len() > MAX_KEPT {
            return Ok(None);
        }
    }
    condenser.end();
    Ok(Some(condenser.kept))
}

/// What the bytes at hand are a part of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Code,
    LineComment,
    /// How deep.
    BlockComment(usize),
    /// In quotes; a backslash escapes.
    Quoted {
        quote: u8,
        escapes: bool,
    },
    /// The character behind a backslash in such quotes.
    Escaped {
        quote: u8,
    },
    /// The tag so far, dollar signs included.
    Tag(Vec<u8>),
    /// The tag, and how much of it the last bytes were.
    Dollar {
        tag: Vec<u8>,
        matched: usize,
    },
    /// A psql command, to the end of the line.
    Meta,
    /// Rows of a `COPY`; what its line begins with, two bytes at most.
    Rows {
        begins: Vec<u8>,
    },
}

/// What kind of statement it is, as far as its rows go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Statement {
    #[default]
    Start,
    Other,
    Insert,
    /// Behind `VALUES`.
    Values,
    Copy,
    CopyFrom,
    CopyStdin,
    /// Ended; rows begin with the next line.
    Copied,
}

#[derive(Debug, Default)]
struct Condenser {
    kept: Condensed,
    state: State,
    statement: Statement,
    /// The current statement, and its place in the file.
    text: Vec<u8>,
    text_at: usize,
    /// How much was read.
    at: usize,
    word: Vec<u8>,
    previous: u8,
    /// The statement before the rows was kept: what ends the rows is kept, too.
    keep_end: bool,
}

impl Condenser {
    fn feed(&mut self, mut piece: &[u8]) {
        while let Some(&byte) = piece.first() {
            // Most of a large file are rows and texts.
            let run = match &self.state {
                State::Rows { begins } if begins.len() == 2 => memchr::memchr(b'\n', piece),
                State::LineComment | State::Meta => memchr::memchr(b'\n', piece),
                State::Quoted { quote, .. } => memchr::memchr2(*quote, b'\\', piece),
                State::Dollar { matched: 0, .. } => memchr::memchr(b'$', piece),
                State::Code if matches!(self.statement, Statement::Other | Statement::Values) => {
                    Some(plain_run(piece))
                }
                _ => Some(0),
            };
            let run = run.unwrap_or(piece.len());
            if run > 0 {
                self.word.clear();
                self.take(&piece[..run]);
                self.previous = piece[run - 1];
                piece = &piece[run..];
                continue;
            }
            self.step(byte);
            self.previous = byte;
            piece = &piece[1..];
        }
    }

    /// Bytes that end nothing.
    fn take(&mut self, bytes: &[u8]) {
        let rows = matches!(self.state, State::Rows { .. }) || self.statement == Statement::Values;
        if rows || self.text.len() + bytes.len() > MAX_STATEMENT {
            let lines = memchr::memchr_iter(b'\n', bytes).count();
            if rows {
                self.kept.bytes.resize(self.kept.bytes.len() + lines, b'\n');
            } else {
                self.text.resize(self.text.len() + lines, b'\n');
            }
            self.at += bytes.len();
            return;
        }
        if self.text.is_empty() {
            self.text_at = self.at;
        }
        self.text.extend_from_slice(bytes);
        self.at += bytes.len();
    }

    fn step(&mut self, byte: u8) {
        let state = std::mem::take(&mut self.state);
        self.state = match state {
            State::Code => return self.code(byte),
            State::LineComment | State::Meta if byte == b'\n' => {
                if state == State::Meta {
                    self.finish();
                    self.statement = Statement::Start;
                }
                return self.code(byte);
            }
            State::BlockComment(depth) => {
                let next = match (self.previous, byte) {
                    (b'*', b'/') if depth == 1 => State::Code,
                    (b'*', b'/') => State::BlockComment(depth - 1),
                    (b'/', b'*') => State::BlockComment(depth + 1),
                    _ => State::BlockComment(depth),
                };
                // The second character of a mark begins no other: `/*/`.
                let mark = next != State::BlockComment(depth);
                self.take(&[byte]);
                self.state = next;
                if mark {
                    self.previous = 0;
                }
                return;
            }
            State::Quoted { quote, escapes } if byte == b'\\' => {
                // The escaped character cannot end the text.
                let next = if escapes { State::Escaped { quote } } else { State::Quoted { quote, escapes } };
                self.take(&[byte]);
                self.state = next;
                return;
            }
            State::Quoted { quote, .. } if byte == quote => State::Code,
            State::Escaped { quote } => State::Quoted { quote, escapes: true },
            State::Tag(mut tag) => {
                if byte == b'$' {
                    tag.push(byte);
                    State::Dollar { tag, matched: 0 }
                } else if (byte.is_ascii_alphanumeric() || byte == b'_') && tag.len() < 64 {
                    tag.push(byte);
                    State::Tag(tag)
                } else {
                    self.state = State::Code;
                    return self.code(byte);
                }
            }
            State::Dollar { tag, mut matched } => {
                if byte == tag[matched] {
                    matched += 1;
                } else {
                    matched = usize::from(byte == b'$');
                }
                if matched == tag.len() { State::Code } else { State::Dollar { tag, matched } }
            }
            State::Rows { begins } => return self.rows(byte, begins),
            other => other,
        };
        self.take(&[byte]);
    }

    fn rows(&mut self, byte: u8, mut begins: Vec<u8>) {
        if byte == b'\n' {
            if begins == b"\\." {
                self.state = State::Code;
                self.statement = Statement::Start;
                if self.keep_end {
                    self.keep(b"\\.", self.at - 2);
                }
                self.keep_end = false;
                self.code(byte);
                return;
            }
            begins.clear();
        } else if begins.len() < 2 {
            begins.push(byte);
        }
        self.state = State::Rows { begins };
        self.take(&[byte]);
    }

    fn code(&mut self, byte: u8) {
        if byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80 {
            if self.word.len() < 16 {
                self.word.push(byte);
            }
            self.take(&[byte]);
            return;
        }
        let escapes = self.word.eq_ignore_ascii_case(b"e");
        let in_word = !self.word.is_empty();
        self.end_word();
        if self.statement == Statement::Copied && byte == b'\n' {
            let keep_end = self.keep_end;
            self.finish();
            self.keep_end = keep_end;
            self.statement = Statement::Other;
            self.state = State::Rows { begins: Vec::new() };
            self.take(b"\n");
            return;
        }
        match (self.previous, byte) {
            (b'-', b'-') => self.state = State::LineComment,
            (b'/', b'*') => {
                self.state = State::BlockComment(1);
                self.previous = 0;
            }
            (_, b'\'') => self.state = State::Quoted { quote: b'\'', escapes },
            (_, b'"') => self.state = State::Quoted { quote: b'"', escapes: false },
            (_, b'$') if !in_word => self.state = State::Tag(vec![b'$']),
            (_, b'\\') => self.state = State::Meta,
            (_, b';') => {
                if self.statement == Statement::Values {
                    self.statement = Statement::Other;
                    if self.keep_end {
                        self.keep(b";", self.at);
                    }
                    self.keep_end = false;
                    self.at += 1;
                    self.statement = Statement::Start;
                    return;
                }
                self.take(b";");
                let copied = self.statement == Statement::CopyStdin;
                self.finish();
                self.statement = if copied { Statement::Copied } else { Statement::Start };
                return;
            }
            _ => {}
        }
        self.take(&[byte]);
    }

    fn end_word(&mut self) {
        if self.word.is_empty() {
            return;
        }
        let found = std::mem::take(&mut self.word);
        let is = |word: &str| found.eq_ignore_ascii_case(word.as_bytes());
        self.statement = match self.statement {
            Statement::Start | Statement::Copied if is("INSERT") => Statement::Insert,
            Statement::Start | Statement::Copied if is("COPY") => Statement::Copy,
            Statement::Start | Statement::Copied => Statement::Other,
            Statement::Insert if is("VALUES") => {
                self.finish();
                Statement::Values
            }
            Statement::Copy | Statement::CopyFrom if is("FROM") => Statement::CopyFrom,
            Statement::CopyFrom if is("STDIN") => Statement::CopyStdin,
            Statement::CopyFrom => Statement::Copy,
            other => other,
        };
        self.word = found;
        self.word.clear();
    }

    /// Keeps the statement so far, or its line breaks.
    fn finish(&mut self) {
        let text = std::mem::take(&mut self.text);
        self.keep_end = matters(&text);
        if self.keep_end {
            self.keep(&text, self.text_at);
        } else {
            let lines = memchr::memchr_iter(b'\n', &text).count();
            self.kept.bytes.resize(self.kept.bytes.len() + lines, b'\n');
        }
        self.text = text;
        self.text.clear();
    }

    fn keep(&mut self, bytes: &[u8], at: usize) {
        self.kept.places.push((self.kept.bytes.len(), at));
        self.kept.bytes.extend_from_slice(bytes);
    }

    fn end(&mut self) {
        self.end_word();
        self.finish();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn condensed(text: &str) -> String {
        let kept = condense(text.as_bytes()).expect("memory can be read").expect("little is kept");
        String::from_utf8(kept.bytes).expect("what is kept is text")
    }

    #[test]
    fn rows_become_empty_lines() {
        let rows = [
            ("CREATE TABLE a (\n  b int\n);\nCREATE EXTENSION x;\n", "\n\n\nCREATE EXTENSION x;\n"),
            (
                "INSERT INTO a VALUES\n(1, 'a;''\nextension'),\n(2);\nSET search_path = b;",
                "\n\n\n\nSET search_path = b;",
            ),
            ("INSERT INTO salesforce.a VALUES\n(1);\n", "INSERT INTO salesforce.a VALUES\n;\n"),
            (
                "COPY a FROM stdin;\n1\textension;\n\\\\.x\n\\.\nCREATE EXTENSION x;",
                "\n\n\n\nCREATE EXTENSION x;",
            ),
            ("COPY salesforce.a FROM stdin;\n1\n\\.\nx;", "COPY salesforce.a FROM stdin;\n\n\\.\n"),
            ("-- a; b\n$x$ ; $ $x$; /* ; /* */ ; */ extension;", "\n /* ; /* */ ; */ extension;"),
            ("E'\\';' extension; 'a\\'; b;", "E'\\';' extension;"),
            (
                "\\connect a\nALTER TABLE a OWNER TO u4tq2mhd8x1v9c;\nALTER TABLE a OWNER TO b;",
                "\nALTER TABLE a OWNER TO u4tq2mhd8x1v9c;\n",
            ),
        ];
        for (text, expected) in rows {
            assert_eq!(condensed(text).trim_start_matches(' '), expected, "{text}");
        }
    }

    #[test]
    fn offsets_lead_back() {
        let text = "INSERT INTO a VALUES (1);\nCREATE EXTENSION é;\nSELECT 1;\nDROP SCHEMA public;";
        let kept = condense(text.as_bytes()).expect("memory").expect("little");
        let source = crate::finding::SourceText {
            places: kept.places,
            ..crate::finding::SourceText::new(String::from_utf8(kept.bytes).expect("text"))
        };
        for word in ["EXTENSION", "SCHEMA"] {
            let at = source.text.find(word).expect("kept");
            assert_eq!(source.offset_in_file(at), text.find(word).expect("in the text"), "{word}");
            assert_eq!(
                source.place(at).line,
                crate::finding::SourceText::new(text.to_string()).place(text.find(word).expect("there")).line
            );
        }
    }

    proptest! {
        #[test]
        fn lines_keep_their_numbers(
            text in r#"([a-zE$'"\\/*;:.%() \n-]|COPY |FROM |stdin;|\$x\$|é|VALUES|INSERT |\\\.|extension){0,60}"#,
            capacity in 1usize..9,
        ) {
            let whole = condense(text.as_bytes()).expect("memory").expect("little");
            let lines = |bytes: &[u8]| memchr::memchr_iter(b'\n', bytes).count();
            prop_assert_eq!(lines(&whole.bytes), lines(text.as_bytes()));
            prop_assert!(std::str::from_utf8(&whole.bytes).is_ok());
            let pieces = io::BufReader::with_capacity(capacity, text.as_bytes());
            prop_assert_eq!(condense(pieces).ok().flatten(), Some(whole));
        }

        /// What is kept says the same as the whole.
        #[test]
        fn nothing_that_matters_is_lost(
            parts in proptest::collection::vec(proptest::sample::select(vec![
                "CREATE EXTENSION x;", "\n", "COPY a FROM stdin;\n", "1\t2\n", "\\.\n", "INSERT INTO a VALUES (1, ';');",
                "SELECT heroku_ext.f();", "SELECT 'a;b';", "$$ ; $$;", "-- x; y\n", "/* ; */", "DROP SCHEMA public;",
                "ALTER TABLE a OWNER TO heroku_admin;", "CREATE TABLE a (b int);",
            ]), 0..20)
        ) {
            let text = parts.concat();
            let shown = |text: &str| -> Vec<String> {
                super::super::statements(text, 0).iter().map(ToString::to_string).collect()
            };
            prop_assert_eq!(shown(&condensed(&text)), shown(&text), "{}", text);
        }
    }
}
