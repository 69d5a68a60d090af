//! Where the statements of a file of SQL begin and end, to take one out whole.

use super::token::{Kind, Token, Tokens};
use crate::span::Span;

/// A statement of a file.
#[derive(Clone, Debug)]
pub struct Extent {
    /// From its first word to its semicolon.
    pub span: Span,
    /// With the comment that `pg_dump` puts before what it belongs to, and the white space behind it: what
    /// goes when the statement goes.
    pub whole: Span,
    /// Its words and symbols, without white space and comments.
    pub tokens: Vec<Token>,
}

impl Extent {
    /// The words and names at its beginning, in upper case where they are no names in quotes.
    pub fn begins(&self, text: &str, words: &[&str]) -> bool {
        let said = self.tokens.iter().map(|token| token.span.of(text));
        words.len() <= self.tokens.len()
            && words.iter().zip(said).all(|(word, said)| said.eq_ignore_ascii_case(word))
    }

    /// Whether it names something so, in code or in a text that it holds.
    pub fn names(&self, text: &str, name: &str) -> bool {
        self.tokens.iter().any(|token| match token.kind {
            Kind::Word => token.span.of(text).eq_ignore_ascii_case(name),
            Kind::Quoted => token.span.of(text).trim_matches('"') == name,
            Kind::Text | Kind::Dollar => token.span.of(text).contains(name),
            _ => false,
        })
    }
}

/// The statements of a text in order. The last may have no semicolon; meta commands and rows of `COPY` are
/// none.
pub fn extents(text: &str) -> Vec<Extent> {
    let mut found: Vec<Extent> = Vec::new();
    let mut tokens: Vec<Token> = Vec::new();
    let mut header: Option<usize> = None;
    let mut own_header: Option<usize> = None;
    for token in Tokens::new(text) {
        match token.kind {
            Kind::Space => {}
            Kind::Comment if tokens.is_empty() => {
                let written = token.span.of(text).trim_end();
                if written == "--" {
                    header = header.or(Some(token.span.start));
                } else if !written.starts_with("-- ") {
                    header = None;
                }
            }
            Kind::Comment => {}
            Kind::Meta | Kind::Data => {
                tokens.clear();
                header = None;
            }
            _ => {
                if tokens.is_empty() {
                    own_header = header.take().filter(|at| is_header(text, *at, token.span.start));
                }
                tokens.push(token);
                if token.kind == Kind::Symbol && token.span.of(text) == ";" {
                    found.extend(extent(text, std::mem::take(&mut tokens), own_header.take()));
                }
            }
        }
    }
    found.extend(extent(text, tokens, own_header));
    found
}

fn extent(text: &str, tokens: Vec<Token>, header: Option<usize>) -> Option<Extent> {
    let span = Span::new(tokens.first()?.span.start, tokens.last()?.span.end);
    let next = text.len() - text[span.end..].trim_start().len();
    let whole = Span::new(header.unwrap_or(span.start), next);
    Some(Extent { span, whole, tokens })
}

/// Whether the comment from `at` on is one of `pg_dump`'s, for the statement at `statement` alone.
fn is_header(text: &str, at: usize, statement: usize) -> bool {
    let lines: Vec<&str> =
        text[at..statement].lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    matches!(lines.as_slice(), ["--", name, "--"] if name.starts_with("-- Name: ") || name.starts_with("-- TOC "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_with_what_belongs_to_them() {
        let text = "SET a = 1;\n\n--\n-- Name: x; Type: SCHEMA\n--\n\nCREATE SCHEMA x;\n\n\nALTER SCHEMA x OWNER TO y;\n\n\
                    -- ours\nCREATE FUNCTION f() AS $$ a; b; $$;\nSELECT ';'";
        let found = extents(text);
        let spans: Vec<&str> = found.iter().map(|one| one.span.of(text)).collect();
        assert_eq!(
            spans,
            [
                "SET a = 1;",
                "CREATE SCHEMA x;",
                "ALTER SCHEMA x OWNER TO y;",
                "CREATE FUNCTION f() AS $$ a; b; $$;",
                "SELECT ';'"
            ]
        );
        assert_eq!(found[1].whole.of(text), "--\n-- Name: x; Type: SCHEMA\n--\n\nCREATE SCHEMA x;\n\n\n");
        assert_eq!(found[3].whole.of(text), "CREATE FUNCTION f() AS $$ a; b; $$;\n");
        assert!(
            found[2].begins(text, &["alter", "SCHEMA", "x"]) && !found[2].begins(text, &["ALTER", "TABLE"])
        );
        assert!(found[1].names(text, "x") && found[3].names(text, "b") && !found[0].names(text, "x"));
    }
}
