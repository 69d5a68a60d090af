//! The tokens of SQL as `psql` reads it: PostgreSQL's lexical rules, meta commands, and the rows behind
//! `COPY … FROM stdin`.

use crate::span::Span;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// White space.
    Space,
    /// `-- …` and `/* … */`, which nest.
    Comment,
    /// A keyword or an identifier without quotes.
    Word,
    /// `"…"`, with `""` for a quote.
    Quoted,
    /// `'…'`, also with a prefix: `E'…'`, `U&'…'`, `B'…'`, `N'…'`.
    Text,
    /// `$tag$ … $tag$`.
    Dollar,
    /// A number.
    Number,
    /// A parameter: `$1`, `:name`, `%s`, `%(name)s`.
    Parameter,
    /// A command of psql with its arguments: `\connect app`.
    Meta,
    /// The rows of a `COPY … FROM stdin`, with the `\.` that ends them.
    Data,
    /// Any other character; `::` is one.
    Symbol,
}

/// A piece of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// Its bytes.
    pub span: Span,
}

/// How far a statement has come towards being followed by rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Copy {
    /// A statement may begin here.
    Start,
    /// It is another statement.
    Other,
    /// It begins with `COPY`.
    Begun,
    /// The word before is `FROM`.
    From,
    /// Rows follow the end of the line in which the statement ends.
    Stdin,
    /// It has ended; the rows begin with the next line.
    Ended,
}

/// All tokens of a text, white space and comments included: their spans are in order and cover it.
#[derive(Clone, Debug)]
pub struct Tokens<'t> {
    text: &'t str,
    at: usize,
    copy: Copy,
}

impl<'t> Tokens<'t> {
    /// The tokens of `text`.
    pub fn new(text: &'t str) -> Self {
        Self { text, at: 0, copy: Copy::Start }
    }

    fn bytes(&self) -> &'t [u8] {
        self.text.as_bytes()
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.bytes().get(self.at + ahead).copied()
    }

    /// The position of `needle` at or behind `from`.
    fn find(&self, needle: &[u8], from: usize) -> Option<usize> {
        let rest = self.bytes().get(from..)?;
        memchr::memmem::find(rest, needle).map(|at| from + at)
    }

    fn end(&self) -> usize {
        self.text.len()
    }

    /// The end of the line that `from` is in, line break left out.
    fn line_end(&self, from: usize) -> usize {
        memchr::memchr(b'\n', &self.bytes()[from..]).map_or(self.end(), |at| from + at)
    }

    /// Behind the run of bytes from `from` on for which `is` holds.
    fn run(&self, from: usize, is: impl Fn(u8) -> bool) -> usize {
        self.bytes()[from..].iter().position(|&byte| !is(byte)).map_or(self.end(), |at| from + at)
    }

    /// Behind a text that begins with the quote at `from`; the same quote twice is a character of it.
    fn quoted(&self, from: usize, quote: u8, escapes: bool) -> usize {
        let bytes = self.bytes();
        let mut at = from + 1;
        loop {
            let rest = &bytes[at.min(bytes.len())..];
            let found =
                if escapes { memchr::memchr2(quote, b'\\', rest) } else { memchr::memchr(quote, rest) };
            let Some(found) = found else { return bytes.len() };
            at += found;
            if bytes[at] == b'\\' || bytes.get(at + 1) == Some(&quote) {
                at += 2;
            } else {
                return at + 1;
            }
        }
    }

    /// Behind a comment that begins at `from`; comments nest. One that does not end takes the rest.
    fn block_comment(&self, from: usize) -> usize {
        let bytes = self.bytes();
        let mut depth = 1_usize;
        let mut at = from + 2;
        while depth > 0 {
            let rest = bytes.get(at..).unwrap_or_default();
            let Some(found) = memchr::memchr2(b'*', b'/', rest) else { return bytes.len() };
            at += found;
            match (bytes[at], bytes.get(at + 1)) {
                (b'*', Some(b'/')) => {
                    depth -= 1;
                    at += 2;
                }
                (b'/', Some(b'*')) => {
                    depth += 1;
                    at += 2;
                }
                _ => at += 1,
            }
        }
        at
    }

    /// Behind the text that the dollar quote at the current place begins; `None` where it begins none.
    fn dollar(&self) -> Option<usize> {
        let tag_end = self.run(self.at + 1, is_word);
        let begins = self.bytes().get(tag_end) == Some(&b'$')
            && !self.peek(1).is_some_and(|byte| byte.is_ascii_digit());
        begins.then(|| {
            let tag = &self.bytes()[self.at..=tag_end];
            self.find(tag, tag_end + 1).map_or(self.end(), |at| at + tag.len())
        })
    }

    /// The rows from the current place on, which is the end of the line of the statement.
    fn rows(&self) -> usize {
        // Rows escape a backslash, so that only the last line can begin with one and a dot.
        match self.find(b"\n\\.", self.at) {
            Some(at) => self.line_end(at + 1),
            None => self.end(),
        }
    }

    fn scan(&mut self) -> (Kind, usize) {
        let byte = self.bytes()[self.at];
        let next = self.peek(1);
        if self.copy == Copy::Ended && byte == b'\n' {
            self.copy = Copy::Start;
            return (Kind::Data, self.rows());
        }
        match byte {
            b'\n' => (Kind::Space, self.at + 1),
            _ if byte.is_ascii_whitespace() => {
                (Kind::Space, self.run(self.at, |byte| byte.is_ascii_whitespace() && byte != b'\n'))
            }
            b'-' if next == Some(b'-') => (Kind::Comment, self.line_end(self.at)),
            b'/' if next == Some(b'*') => (Kind::Comment, self.block_comment(self.at)),
            b'\'' => (Kind::Text, self.quoted(self.at, b'\'', false)),
            b'"' => (Kind::Quoted, self.quoted(self.at, b'"', false)),
            b'e' | b'E' if next == Some(b'\'') => (Kind::Text, self.quoted(self.at + 1, b'\'', true)),
            b'b' | b'B' | b'x' | b'X' | b'n' | b'N' if next == Some(b'\'') => {
                (Kind::Text, self.quoted(self.at + 1, b'\'', false))
            }
            b'u' | b'U' if next == Some(b'&') && self.peek(2) == Some(b'\'') => {
                (Kind::Text, self.quoted(self.at + 2, b'\'', false))
            }
            b'u' | b'U' if next == Some(b'&') && self.peek(2) == Some(b'"') => {
                (Kind::Quoted, self.quoted(self.at + 2, b'"', false))
            }
            b'$' if next.is_some_and(|byte| byte.is_ascii_digit()) => {
                (Kind::Parameter, self.run(self.at + 1, |byte| byte.is_ascii_digit()))
            }
            b'$' => match self.dollar() {
                Some(end) => (Kind::Dollar, end),
                None => (Kind::Symbol, self.at + 1),
            },
            b'\\' => (Kind::Meta, self.line_end(self.at)),
            b':' if next == Some(b':') => (Kind::Symbol, self.at + 2),
            b':' if next.is_some_and(is_word_start) => (Kind::Parameter, self.run(self.at + 1, is_word)),
            b'%' if next == Some(b's') && !self.peek(2).is_some_and(is_word) => {
                (Kind::Parameter, self.at + 2)
            }
            b'%' if next == Some(b'(') => {
                let end = self.run(self.at + 2, is_word);
                let whole = self.bytes()[end..].starts_with(b")s");
                if whole { (Kind::Parameter, end + 2) } else { (Kind::Symbol, self.at + 1) }
            }
            b'0'..=b'9' => {
                let end = self.run(self.at, |byte| byte.is_ascii_alphanumeric() || byte == b'.');
                (Kind::Number, end)
            }
            _ if is_word_start(byte) => {
                // A dollar sign is a part of a name where it does not begin it.
                (Kind::Word, self.run(self.at, |byte| is_word(byte) || byte == b'$'))
            }
            _ => (Kind::Symbol, self.at + 1),
        }
    }

    fn follow(&mut self, kind: Kind, text: &str) {
        let is = |word: &str| kind == Kind::Word && text.eq_ignore_ascii_case(word);
        self.copy = match (self.copy, kind) {
            (state, Kind::Space | Kind::Comment | Kind::Data) => state,
            (Copy::Start, _) if is("COPY") => Copy::Begun,
            // `\g` and its like send what stands before.
            (_, Kind::Meta) => Copy::Start,
            (Copy::Begun | Copy::From, _) if is("FROM") => Copy::From,
            (Copy::From, _) if is("STDIN") => Copy::Stdin,
            (Copy::Stdin, Kind::Symbol) if text == ";" => Copy::Ended,
            (Copy::Stdin, _) => Copy::Stdin,
            (Copy::Begun | Copy::From, Kind::Symbol) if text == ";" => Copy::Start,
            (Copy::Begun | Copy::From, _) => Copy::Begun,
            (_, Kind::Symbol) if text == ";" => Copy::Start,
            _ => Copy::Other,
        };
    }
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        if self.at >= self.end() {
            return None;
        }
        let start = self.at;
        let (kind, end) = self.scan();
        self.follow(kind, &self.text[start..end]);
        self.at = end;
        Some(Token { kind, span: Span::new(start, end) })
    }
}

fn is_word_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

fn is_word(byte: u8) -> bool {
    is_word_start(byte) || byte.is_ascii_digit()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The tokens that say something, as written.
    fn shown(text: &str) -> Vec<String> {
        Tokens::new(text)
            .filter(|token| token.kind != Kind::Space)
            .map(|token| format!("{:?} {}", token.kind, token.span.of(text)))
            .collect()
    }

    #[test]
    fn lexical_rules() {
        let rows: &[(&str, &[&str])] = &[
            ("a -- b\nc", &["Word a", "Comment -- b", "Word c"]),
            ("/* a /* b */ c */ d", &["Comment /* a /* b */ c */", "Word d"]),
            ("/* a", &["Comment /* a"]),
            ("'it''s' x", &["Text 'it''s'", "Word x"]),
            (r"'\' x", &[r"Text '\'", "Word x"]),
            (r"E'\'' x", &[r"Text E'\''", "Word x"]),
            (r"U&'d\0061t' U&'x' B'01'", &[r"Text U&'d\0061t'", "Text U&'x'", "Text B'01'"]),
            (r#""a ""b""" U&"c""#, &[r#"Quoted "a ""b""""#, r#"Quoted U&"c""#]),
            ("$$ a ' $$ b", &["Dollar $$ a ' $$", "Word b"]),
            ("$f$ $$ $f$ b", &["Dollar $f$ $$ $f$", "Word b"]),
            ("$1 :name %s %(id)s", &["Parameter $1", "Parameter :name", "Parameter %s", "Parameter %(id)s"]),
            ("a::text", &["Word a", "Symbol ::", "Word text"]),
            ("pg$temp 1.5", &["Word pg$temp", "Number 1.5"]),
            ("\\connect app\nSELECT", &["Meta \\connect app", "Word SELECT"]),
            ("schema.größe", &["Word schema", "Symbol .", "Word größe"]),
            ("€", &["Word €"]),
        ];
        for (text, expected) in rows {
            assert_eq!(shown(text), *expected, "{text:?}");
        }
    }

    #[test]
    fn rows_are_no_statements() {
        let text = "COPY public.a (b) FROM stdin;\n1\tCREATE EXTENSION x;\n\\\\.\n\\.\n\nSELECT 1;";
        let data: Vec<&str> = Tokens::new(text)
            .filter(|token| token.kind == Kind::Data)
            .map(|token| token.span.of(text))
            .collect();
        assert_eq!(data, ["\n1\tCREATE EXTENSION x;\n\\\\.\n\\."]);
        assert_eq!(
            shown(text).iter().rev().take(3).rev().collect::<Vec<_>>(),
            ["Word SELECT", "Number 1", "Symbol ;"]
        );
        for text in
            ["COPY a FROM 'file';\nSELECT 1;", "COPY a TO stdout;\nx", "SELECT 'COPY'; FROM stdin;\nx"]
        {
            assert!(Tokens::new(text).all(|token| token.kind != Kind::Data), "{text}");
        }
        // No rows at all, and none that end.
        assert!(shown("COPY a FROM stdin;\n\\.\nSELECT 1").contains(&"Word SELECT".to_string()));
        assert!(!shown("COPY a FROM stdin;\n1\nSELECT 1").contains(&"Word SELECT".to_string()));
    }

    proptest! {
        #[test]
        fn tokens_cover_any_text(text in r#"([a-zE$'"\\/*;:.%() \n-]|COPY |FROM |stdin;|\$x\$|é|U&|\\\.){0,60}"#) {
            let mut at = 0;
            for token in Tokens::new(&text) {
                prop_assert_eq!(token.span.start, at);
                prop_assert!(token.span.end > at);
                prop_assert!(text.is_char_boundary(token.span.end));
                at = token.span.end;
            }
            prop_assert_eq!(at, text.len());
        }
    }
}
