//! Variables in a text that is handed to a shell.

use crate::span::Span;

/// A variable of a command line, with offsets in its text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Variable<'t> {
    pub(super) name: &'t str,
    pub(super) name_span: Span,
    pub(super) span: Span,
    pub(super) default: Option<(&'t str, Span)>,
    pub(super) required: bool,
}

/// The variables that the shell puts in. Those that the text itself sets are left out.
pub(super) fn variables(text: &str) -> Vec<Variable<'_>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    let (mut single, mut double) = (false, false);
    while at < bytes.len() {
        match bytes[at] {
            // Ruby has taken one backslash away before the shell sees the rest.
            b'\\' if bytes.get(at + 1) == Some(&b'\\') => at += 3,
            b'\\' if bytes.get(at + 1) == Some(&b'$') => at += 1,
            b'\\' => at += 2,
            b'"' if !single => {
                double = !double;
                at += 1;
            }
            b'\'' if !double => {
                single = !single;
                at += 1;
            }
            // Interpolated Ruby is not the shell's.
            b'#' if bytes.get(at + 1) == Some(&b'{') => {
                let mut depth = 0usize;
                while at < bytes.len() {
                    match bytes[at] {
                        b'{' => depth += 1,
                        b'}' => {
                            depth -= 1;
                            if depth == 0 {
                                break;
                            }
                        }
                        _ => {}
                    }
                    at += 1;
                }
                at += 1;
            }
            b'$' if !single => {
                let braced = bytes.get(at + 1) == Some(&b'{');
                let start = at + 1 + usize::from(braced);
                let length = bytes[start.min(bytes.len())..]
                    .iter()
                    .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_')
                    .count();
                if length == 0 || bytes[start].is_ascii_digit() {
                    at += 1;
                    continue;
                }
                let mut end = start + length;
                let name_span = Span { start, end };
                let mut default = None;
                let mut required = false;
                if braced {
                    let close = bytes[end..].iter().position(|&b| b == b'}').map_or(bytes.len(), |p| end + p);
                    let rest = text.get(end..close).unwrap_or_default();
                    let operator = rest.trim_start_matches(':');
                    let value = close - operator.len().saturating_sub(1);
                    match operator.as_bytes().first() {
                        Some(b'-' | b'=') => {
                            let span = Span { start: value.min(close), end: close };
                            default = text.get(std::ops::Range::from(span)).map(|text| (text, span));
                        }
                        Some(b'?') => required = true,
                        _ => {}
                    }
                    end = (close + 1).min(bytes.len());
                }
                found.push(Variable {
                    name: &text[start..start + length],
                    name_span,
                    span: Span { start: at, end },
                    default,
                    required,
                });
                at = end;
            }
            _ => at += 1,
        }
    }
    found.retain(|variable| !is_set(text, variable));
    found
}

/// `X=1; echo $X`, `read X`, `for X in …`.
fn is_set(text: &str, variable: &Variable<'_>) -> bool {
    let before = &text[..variable.span.start];
    before.match_indices(variable.name).any(|(at, name)| {
        let starts = before[..at]
            .chars()
            .next_back()
            .is_none_or(|c| c.is_whitespace() || matches!(c, ';' | '&' | '(' | '|' | '`'));
        let after = &before[at + name.len()..];
        let word = before[..at].split_whitespace().next_back();
        // `X=$X` reads what was there before.
        let set = after.starts_with('=') && after.contains(|c: char| c.is_whitespace() || c == ';');
        starts && (set || matches!(word, Some("read" | "for")))
    })
}

#[cfg(test)]
mod tests {
    use super::variables;

    #[test]
    fn finds_what_the_shell_expands() {
        let names = |text| variables(text).into_iter().map(|v| v.name.to_string()).collect::<Vec<_>>();
        assert_eq!(names("echo $DYNO"), ["DYNO"]);
        assert_eq!(names("echo ${DYNO%%.*} \"$PORT\""), ["DYNO", "PORT"]);
        assert_eq!(names("echo '$DYNO' $1 $? $$"), Vec::<String>::new());
        assert_eq!(names("DYNO=x; echo $DYNO"), Vec::<String>::new());
        assert_eq!(names("DYNO=$DYNO make"), ["DYNO"]);
        assert_eq!(names(r"echo \\$DYNO \$PORT"), ["PORT"]);
        assert_eq!(names("echo #{\"$DYNO\"} ${PORT:-3000}"), ["PORT"]);
        assert_eq!(names("é $"), Vec::<String>::new());
        assert_eq!(variables("${PORT:-3000}")[0].default.map(|(text, _)| text), Some("3000"));
        assert!(variables("${PORT:?no}")[0].required);
    }
}
