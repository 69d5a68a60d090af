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

/// The text with every tag replaced, at the same length: tags that have their lines for themselves, and
/// those that leave no text, by blanks, any other by a word. Also gives the tags' places.
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
    let mut at = 0;
    while let Some(first) = spans.get(at) {
        // All tags of one line, or of several where a tag spans them.
        let start = memchr::memrchr(b'\n', &text.as_bytes()[..first.start]).map_or(0, |at| at + 1);
        let mut end = start;
        let mut alone = true;
        let mut plain = start;
        let from = at;
        while let Some(tag) = spans.get(at) {
            if at > from && tag.start > end {
                break;
            }
            alone &= text[plain..tag.start].trim().is_empty();
            plain = tag.end;
            if tag.end > end {
                let rest = &text.as_bytes()[tag.end..];
                end = tag.end + memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            }
            at += 1;
        }
        alone &= text[plain..end].trim().is_empty();
        for span in &spans[from..at] {
            let mut fill = if alone || !gives_text(span.of(text)) { b' ' } else { b'x' };
            for byte in &mut bytes[span.start..span.end] {
                match byte {
                    b'\n' => fill = b' ',
                    b'\r' => {}
                    _ => *byte = fill,
                }
            }
        }
    }
    (String::from_utf8(bytes).unwrap_or_else(|_| text.to_string()), spans)
}

/// Whether a tag leaves a text where it stands; others are statements and comments.
fn gives_text(tag: &str) -> bool {
    if tag.starts_with("<%") {
        return tag.starts_with("<%=");
    }
    let Some(inside) = tag.strip_prefix("{{") else { return false };
    let inside = inside.trim_start_matches('-').trim_start();
    let word = inside.split(|c: char| !c.is_ascii_alphanumeric() && c != '$').next().unwrap_or_default();
    !(inside.starts_with("/*")
        || matches!(word, "if" | "else" | "end" | "range" | "with" | "define" | "block")
        || (word.starts_with('$') && inside.contains(":=")))
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
            ("<% if a %>b: <%= c %><% end %>", "          b: xxxxxxxx         "),
            ("{{ if a }}b: 1{{ end }}", "          b: 1         "),
            ("{% if é %}\n", "           \n"),
            ("a: {{ unclosed", "a: {{ unclosed"),
        ] {
            assert_eq!(mask(text, tags).0, masked, "{text}");
        }
    }
}
