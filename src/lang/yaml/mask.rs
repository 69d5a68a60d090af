//! Template tags in YAML, out of the way of its grammar.

use memchr::memmem;

use crate::span::Span;

/// Template languages that write YAML.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tags {
    /// `<% … %>`.
    pub erb: bool,
    /// `{{ … }}`.
    pub braces: bool,
    /// `{% … %}`.
    pub percent: bool,
}

/// Tags longer than this are taken for something else.
const LONGEST: usize = 4000;

/// The text with every tag replaced, at the same length: a tag that has its lines for itself by blanks,
/// any other by a word. Also gives the tags' places.
pub fn mask(text: &str, tags: Tags) -> (String, Vec<Span>) {
    let mut bytes = text.as_bytes().to_vec();
    let mut spans: Vec<Span> = Vec::new();
    let kinds = [(tags.erb, "<%", "%>"), (tags.braces, "{{", "}}"), (tags.percent, "{%", "%}")];
    for (wanted, open, close) in kinds {
        if !wanted {
            continue;
        }
        let mut at = 0;
        while let Some(found) = memmem::find(&text.as_bytes()[at..], open.as_bytes()) {
            let start = at + found;
            at = start + open.len();
            let reach = text.len().min(start + LONGEST);
            let Some(end) = memmem::find(&text.as_bytes()[at..reach], close.as_bytes()) else { continue };
            let end = at + end + close.len();
            at = end;
            spans.push(Span::new(start, end));
        }
    }
    spans.sort_unstable();
    // A tag may hold another kind's brackets.
    let mut last = 0;
    spans.retain(|span| {
        let kept = span.start >= last;
        if kept {
            last = span.end;
        }
        kept
    });
    for (index, span) in spans.iter().enumerate() {
        let line = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
        let before_blank = bytes[line..span.start].iter().all(u8::is_ascii_whitespace);
        let after = &text.as_bytes()[span.end..];
        let rest = &after[..memchr::memchr(b'\n', after).unwrap_or(after.len())];
        let next_tag = spans.get(index + 1).is_some_and(|next| {
            next.start < span.end + rest.len() && text[span.end..next.start].trim().is_empty()
        });
        let alone = before_blank
            && (rest.iter().all(u8::is_ascii_whitespace)
                || (next_tag && !text[span.start..].starts_with("<%=") && !rest.contains(&b':')));
        let mut fill = if alone { b' ' } else { b'x' };
        for byte in &mut bytes[span.start..span.end] {
            match byte {
                b'\n' => fill = b' ',
                b'\r' => {}
                _ => *byte = fill,
            }
        }
    }
    (String::from_utf8(bytes).unwrap_or_else(|_| text.to_string()), spans)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_alone_vanish_and_others_become_words() {
        let tags = Tags { erb: true, braces: true, percent: true };
        for (text, masked) in [
            ("a: <%= b %>\n", "a: xxxxxxxx\n"),
            ("<% if b %>\na: 1\n<% end %>", "          \na: 1\n         "),
            ("  {{- toYaml . }}\n", "                 \n"),
            ("a: {{ b }}:{{ c }}", "a: xxxxxxx:xxxxxxx"),
            ("a: <%= b(\n  c) %>\n", "a: xxxxxx\n       \n"),
            ("{% if é %}\n", "           \n"),
            ("a: {{ unclosed", "a: {{ unclosed"),
        ] {
            assert_eq!(mask(text, tags).0, masked, "{text}");
        }
    }
}
