//! What comes from the scanned tree is data: nothing in it may steer a terminal, a log or a page.

use std::borrow::Cow;
use std::fmt::Write;

/// Whether a character would steer a terminal, hide text or turn it around.
///
/// The joiners U+200C and U+200D are left alone: scripts and emoji need them.
pub fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{061c}'
                | '\u{200b}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// Writes a hidden character the way source code would spell it.
pub fn push_visible(out: &mut String, character: char) {
    match character {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\0'..='\u{7f}' => {
            let _ = write!(out, "\\x{:02x}", u32::from(character));
        }
        _ => {
            let _ = write!(out, "\\u{{{:x}}}", u32::from(character));
        }
    }
}

/// Whether a `[` after this text would begin a command of a CI system's log: `##[add-mask]` of GitHub's
/// runner, `##vso[` of Azure, `##teamcity[`. They are understood anywhere in a line.
pub fn is_log_command(before: &str) -> bool {
    ["##", "##vso", "##teamcity"].iter().any(|start| before.ends_with(start))
}

/// One line for a terminal or a log: hidden characters are spelled out.
pub fn terminal(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) && !text.contains("##") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if is_hidden(character) {
            push_visible(&mut out, character);
        } else if character == '[' && is_log_command(&out) {
            out.push_str("\\x5b");
        } else {
            out.push(character);
        }
    }
    Cow::Owned(out)
}

/// A path at the beginning of a line: like [`terminal`], and never the start of a workflow command.
pub fn path(text: &str) -> Cow<'_, str> {
    match terminal(text) {
        shown if shown.starts_with(':') => Cow::Owned(format!("./{shown}")),
        shown => shown,
    }
}

/// The message of a GitHub workflow command.
pub fn command_data(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        match character {
            '%' => out.push_str("%25"),
            '\r' => out.push_str("%0D"),
            '\n' => out.push_str("%0A"),
            '\t' => out.push('\t'),
            hidden if is_hidden(hidden) => push_visible(&mut out, hidden),
            other => out.push(other),
        }
    }
    out
}

/// The value of a property of a GitHub workflow command.
pub fn command_property(text: &str) -> String {
    command_data(text).replace(':', "%3A").replace(',', "%2C")
}

/// Text for an element or an attribute of XML 1.0, in one line.
///
/// Hidden characters are spelled out: most of them cannot stand in XML at all, not even as references.
pub fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for character in terminal(text).chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            // The two characters outside of the control characters that XML does not know.
            '\u{fffe}' | '\u{ffff}' => push_visible(&mut out, character),
            other => out.push(other),
        }
    }
    out
}

/// Text for Markdown that GitHub renders, also in a table: pairs of backticks stay code, everything else
/// means only itself.
pub fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('`') {
        let Some((code, after)) = after.split_once('`') else { break };
        markdown_plain(&mut out, before);
        out.push_str(&markdown_code(code));
        rest = after;
    }
    markdown_plain(&mut out, rest);
    out
}

fn markdown_plain(out: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '\n' | '\r' | '\t' => out.push(' '),
            hidden if is_hidden(hidden) => {
                out.push('\\');
                push_visible(out, hidden);
            }
            // An entity is inert everywhere; a backslash before a pipe is read differently in tables.
            '&' | '<' | '>' | '|' | '`' | '[' | ']' | '*' | '_' | '~' | '\\' | '#' | '!' | '$' | '@' => {
                let _ = write!(out, "&#{};", u32::from(character));
            }
            other => out.push(other),
        }
    }
}

/// Code for Markdown that GitHub renders, also in a table.
pub fn markdown_code(code: &str) -> String {
    let code = terminal(code);
    // A code span cannot hold a pipe in a table, nor a backtick without longer fences; HTML can hold all.
    if code.is_empty() || code.contains(['|', '`', '\\']) || code.starts_with(' ') || code.ends_with(' ') {
        let mut out = String::from("<code>");
        for character in code.chars() {
            if character.is_alphanumeric() || matches!(character, ' ' | '.' | '/' | '-') {
                out.push(character);
            } else {
                let _ = write!(out, "&#{};", u32::from(character));
            }
        }
        out.push_str("</code>");
        return out;
    }
    format!("`{code}`")
}

/// The longest start of a text that has at most `limit` bytes.
pub fn head(text: &str, limit: usize) -> &str {
    let mut end = limit.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// The text in at most `limit` bytes, with an ellipsis where something was left out.
pub fn shorten(text: &str, limit: usize) -> Cow<'_, str> {
    if text.len() <= limit {
        return Cow::Borrowed(text);
    }
    Cow::Owned(format!("{}…", head(text, limit.saturating_sub('…'.len_utf8())).trim_end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_are_spelled_out() {
        assert_eq!(terminal("a\x1b[31mb\u{202e}c\nd\u{9b}"), "a\\x1b[31mb\\u{202e}c\\nd\\u{9b}");
        assert_eq!(terminal("Größe 日本 👩‍💻"), "Größe 日本 👩‍💻");
    }

    #[test]
    fn no_line_becomes_a_log_command() {
        assert_eq!(terminal("##[error]x ##vso[task]y # [z]"), "##\\x5berror]x ##vso\\x5btask]y # [z]");
        assert_eq!(path("::error::x.rb"), "./::error::x.rb");
    }

    #[test]
    fn workflow_commands_hold_one_message() {
        assert_eq!(command_data("50%\r\n::error::x"), "50%25%0D%0A::error::x");
        assert_eq!(command_property("a,b:c%"), "a%2Cb%3Ac%25");
    }

    #[test]
    fn xml_holds_only_characters_that_it_may() {
        assert_eq!(xml("<a b=\"c\">'&amp;]]>"), "&lt;a b=&quot;c&quot;&gt;&apos;&amp;amp;]]&gt;");
        assert_eq!(xml("a\0\n\u{1b}\u{ffff}é"), "a\\x00\\n\\x1b\\u{ffff}é");
    }

    #[test]
    fn markdown_holds_only_text() {
        assert_eq!(markdown("only Heroku sets `DYNO`"), "only Heroku sets `DYNO`");
        assert_eq!(markdown("<b>|[x](y)"), "&#60;b&#62;&#124;&#91;x&#93;(y)");
        assert_eq!(markdown("`a|b` and ` alone"), "<code>a&#124;b</code> and &#96; alone");
        assert_eq!(markdown_code("a`b"), "<code>a&#96;b</code>");
    }

    #[test]
    fn shortening_keeps_whole_characters() {
        assert_eq!(shorten("ééé", 5), "é…");
        assert_eq!(shorten("abc", 3), "abc");
    }
}
