//! Values in the style of the file.

use tree_sitter::Node;

use super::page::{Page, ancestors, arguments, field, role};
use super::place;
use crate::lang::tree::{self, Grammar};
use crate::remedy::Content;
use crate::span::Span;
use crate::write::Edits;

/// How keys of a hash are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeyStyle {
    /// `key: v`
    Colon,
    /// `:key => v`
    Rocket,
    /// `"key" => v`
    Text,
}

/// How values are written in one place.
pub(super) struct Style {
    /// The quotes around texts.
    pub(super) quote: char,
    /// How keys are written.
    pub(super) keys: KeyStyle,
    /// What stands inside the braces of a hash, beside its pairs.
    pub(super) gap: &'static str,
}

impl Style {
    /// The style of the file.
    pub(super) fn of(page: &Page<'_>) -> Self {
        Self { quote: page.quote(), keys: KeyStyle::of_file(page), gap: gap(page) }
    }
}

/// A blank, unless most hashes of the file that stand on one line have none inside their braces.
fn gap(page: &Page<'_>) -> &'static str {
    let (mut wide, mut tight) = (0, 0);
    tree::preorder(page.root(), |node| {
        if node.kind() == "hash" && node.named_child_count() > 0 {
            match page.text(node).as_bytes().get(1) {
                Some(b' ') => wide += 1,
                Some(b'\n' | b'\r') => {}
                _ => tight += 1,
            }
        }
        true
    });
    if tight > wide { "" } else { " " }
}

impl KeyStyle {
    /// That of a pair.
    pub(super) fn of(page: &Page<'_>, pair: Node<'_>) -> Option<Self> {
        let key = field(pair, "key")?;
        Some(match key.kind() {
            "hash_key_symbol" => Self::Colon,
            "simple_symbol" => Self::Rocket,
            "string" => match page.ruby[key.end_byte()..].starts_with(':') {
                true => Self::Colon,
                false => Self::Text,
            },
            _ => return None,
        })
    }

    /// That of most pairs of the file with symbols.
    fn of_file(page: &Page<'_>) -> Self {
        let (mut colons, mut rockets) = (0, 0);
        tree::preorder(page.root(), |node| {
            if node.kind() == "pair" {
                match Self::of(page, node) {
                    Some(Self::Colon) => colons += 1,
                    Some(Self::Rocket) => rockets += 1,
                    _ => {}
                }
            }
            true
        });
        if rockets > colons { Self::Rocket } else { Self::Colon }
    }

    /// A key with what leads to its value.
    pub(super) fn key(self, key: &str, quote: char) -> String {
        let is_word = key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            && key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        match self {
            Self::Colon if is_word => format!("{key}:"),
            Self::Colon => format!("{}:", text(key, quote)),
            Self::Rocket if is_word => format!(":{key} =>"),
            Self::Rocket => format!(":{} =>", text(key, quote)),
            Self::Text => format!("{} =>", text(key, quote)),
        }
    }
}

/// A text in quotes, double ones where single ones cannot hold it.
fn text(text: &str, quote: char) -> String {
    if quote == '\'' && !text.contains(['\'', '\\']) && !text.contains(char::is_control) {
        return format!("'{text}'");
    }
    let mut quoted = String::from('"');
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            '#' if matches!(chars.peek(), Some('{' | '$' | '@')) => quoted.push_str("\\#"),
            _ => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// A value; `None` for one with a place in it that cannot be put there as it is.
pub(super) fn written(page: &Page<'_>, content: &Content, style: &Style) -> Option<String> {
    let env = |name: &str| format!("ENV[{}]", text(name, style.quote));
    let fetch = |name: &str, default: &str| format!("ENV.fetch({}, {default})", text(name, style.quote));
    Some(match content {
        Content::Text(content) => text(content, style.quote),
        Content::Number(number) => number.clone(),
        Content::Bool(yes) => yes.to_string(),
        Content::Nil => "nil".to_string(),
        Content::List(items) => {
            let items: Option<Vec<String>> = items.iter().map(|item| written(page, item, style)).collect();
            format!("[{}]", items?.join(", "))
        }
        Content::Map(entries) if entries.is_empty() => "{}".to_string(),
        Content::Map(entries) => {
            let one = |(key, value): &(String, Content)| {
                Some(format!("{} {}", style.keys.key(key, style.quote), written(page, value, style)?))
            };
            let entries: Option<Vec<String>> = entries.iter().map(one).collect();
            format!("{{{gap}{}{gap}}}", entries?.join(", "), gap = style.gap)
        }
        Content::Env { name, default: None } if prefers_fetch(page) => fetch(name, "nil"),
        Content::Env { name, default: None } => env(name),
        Content::Env { name, default: Some(default) } => fetch(name, &written(page, default, style)?),
        Content::Switch { name, default } => {
            let (unset, sign, decides) =
                if *default { ("true", "!=", "false") } else { ("false", "==", "true") };
            format!("{} {sign} {}", fetch(name, &text(unset, style.quote)), text(decides, style.quote))
        }
        Content::Code(code) => code.clone(),
        Content::Around { inner, before, after } => around(page, *inner, before, after)?,
    })
}

/// Whether variables that may be unset are read with `ENV.fetch("X", nil)` here.
fn prefers_fetch(page: &Page<'_>) -> bool {
    page.ruby.match_indices("ENV.fetch(").any(|(at, _)| {
        let rest = &page.ruby[at..];
        rest.split(')').next().is_some_and(|call| call.ends_with(", nil"))
    })
}

/// The text of a place with something around it, in parentheses where it would fall apart otherwise.
fn around(page: &Page<'_>, inner: Span, before: &str, after: &str) -> Option<String> {
    let kept = inner.of(page.sheet.text);
    let whole = |open: &str, close: &str| format!("{before}{open}{kept}{close}{after}");
    let holds = |open: &str, close: &str| {
        let text = whole(open, close);
        let start = before.len() + open.len();
        let tree = tree::parse(Grammar::Ruby, &text)?;
        let node = tree.root_node().named_descendant_for_byte_range(start, start + kept.len())?;
        let exact = node.start_byte() == start && node.end_byte() == start + kept.len();
        (exact && !tree.root_node().has_error()).then_some(text)
    };
    holds("", "").or_else(|| holds("(", ")"))
}

/// [`crate::remedy::What::Become`].
pub(super) fn become_value(page: &Page<'_>, node: Node<'_>, content: &Content) -> Option<Edits> {
    let span = Span::from(node.byte_range());
    let mut style = Style::of(page);
    match node.kind() {
        "string" => {
            if let Some(quote) = page.text(node).chars().next().filter(|c| matches!(c, '"' | '\'')) {
                style.quote = quote;
            }
        }
        "simple_symbol" => {
            if let Content::Text(text) = content
                && is_symbol(text)
            {
                return Some(vec![(span, format!(":{text}"))]);
            }
        }
        "string_content" | "bare_string" | "bare_symbol" | "heredoc_content" => {
            let Content::Text(text) = content else { return None };
            let plain = |c: char| {
                c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '/' | '.' | ':' | '@' | '=' | '+' | ',')
            };
            let is_word = |node: &Node<'_>| node.kind().starts_with("bare");
            let spaces = !is_word(&node) && !node.parent().is_some_and(|up| is_word(&up));
            let fits = text.chars().all(|c| plain(c) || spaces && c == ' ') && !text.is_empty();
            return fits.then(|| vec![(span, text.clone())]);
        }
        // `key:` alone is the variable of that name.
        "hash_key_symbol" => {
            let pair = node.parent().filter(|pair| field(*pair, "value").is_none())?;
            let value = written(page, content, &style)?;
            (place::level_of(&value)? > place::ASSIGNMENT).then_some(())?;
            return Some(vec![(Span::new(pair.end_byte(), pair.end_byte()), format!(" {value}"))]);
        }
        // A heredoc has a body elsewhere.
        _ if holds_heredoc(node) => return None,
        _ => {}
    }
    let text = written(page, content, &style)?;
    let text = match converted(page, node, content) {
        Some(convert) => format!("{text}{convert}"),
        None => text,
    };
    let level = place::level_of(&text)?;
    let room = place::room(page, node)?;
    let brace = text.starts_with('{') && begins(node);
    if level >= room && !brace {
        return Some(vec![(span, text)]);
    }
    // A call without parentheses would take these for its own.
    if place::begins_command(node) {
        return None;
    }
    Some(vec![(span, format!("({text})"))])
}

pub(super) fn holds_heredoc(node: Node<'_>) -> bool {
    let mut found = false;
    tree::preorder(node, |inner| {
        found |= inner.kind() == "heredoc_beginning";
        !found
    });
    found
}

fn is_symbol(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Whether a brace at the node would be read as that of a block: it begins a statement or the arguments of a
/// call without parentheses.
fn begins(node: Node<'_>) -> bool {
    place::begins_command(node)
        || role(node).is_some_and(|(parent, _)| {
            matches!(parent.kind(), "program" | "body_statement" | "then" | "else" | "do" | "block_body")
        })
}

/// What makes a number of a variable where a number stood. Puma's `port` takes both.
fn converted(page: &Page<'_>, node: Node<'_>, content: &Content) -> Option<&'static str> {
    let Content::Env { default: Some(default), .. } = content else { return None };
    if !matches!(**default, Content::Number(_)) {
        return None;
    }
    let call = ancestors(node).nth(1).filter(|call| call.kind() == "call");
    let is_port = call.is_some_and(|call| {
        field(call, "receiver").is_none()
            && field(call, "method").is_some_and(|method| page.text(method) == "port")
            && arguments(call).first().is_some_and(|first| first.id() == node.id())
    });
    match node.kind() {
        _ if is_port => None,
        "integer" => Some(".to_i"),
        "float" => Some(".to_f"),
        _ => None,
    }
}
