//! Options of calls and hashes.

use tree_sitter::Node;

use super::page::{Page, arguments, field, is_command, tokens};
use super::value::{KeyStyle, Style, become_value, holds_heredoc, written};
use crate::lang::tree;
use crate::remedy::Content;
use crate::span::Span;
use crate::write::Edits;

/// What holds options: the arguments of a call, or a hash.
struct Holder<'t> {
    /// The call, where it is one.
    call: Option<Node<'t>>,
    /// The list of arguments or the hash; `None` for a call without any.
    list: Option<Node<'t>>,
    /// Arguments and pairs, without `&block`.
    items: Vec<Node<'t>>,
}

impl<'t> Holder<'t> {
    fn of_call(call: Node<'t>) -> Self {
        Self { call: Some(call), list: field(call, "arguments"), items: arguments(call) }
    }

    fn of_hash(hash: Node<'t>) -> Self {
        Self { call: None, list: Some(hash), items: tree::children(hash) }
    }

    fn pairs(&self) -> impl Iterator<Item = Node<'t>> + '_ {
        self.items.iter().copied().filter(|item| item.kind() == "pair")
    }

    /// The pairs with this key.
    fn find(&self, page: &Page<'_>, key: &str) -> Vec<Node<'t>> {
        self.pairs().filter(|pair| key_of(page, *pair) == Some(key)).collect()
    }

    /// Where the options are: a call may take them in a hash.
    fn options(self) -> Self {
        match self.items.last() {
            Some(last) if self.call.is_some() && last.kind() == "hash" => Self::of_hash(*last),
            _ => self,
        }
    }

    /// The quotes and keys of what stands here.
    fn style(&self, page: &Page<'_>) -> Style {
        let mut style = Style::of(page);
        if let Some(keys) = self.pairs().filter_map(|pair| KeyStyle::of(page, pair)).last() {
            style.keys = keys;
        }
        style
    }

    /// Whether an option can come in beside what is there: nothing unknown holds options as well.
    fn is_open(&self, page: &Page<'_>) -> bool {
        let known = self
            .items
            .iter()
            .all(|item| item.kind() == "pair" || self.call.is_some() && is_no_hash(page, *item));
        // A hash between other arguments is one of them, and a call without arguments may take none.
        known && !self.items.iter().any(|item| holds_heredoc(*item))
    }
}

fn key_of<'p>(page: &'p Page<'_>, pair: Node<'_>) -> Option<&'p str> {
    let key = field(pair, "key")?;
    let text = page.text(key);
    match key.kind() {
        "hash_key_symbol" => Some(text),
        "simple_symbol" => text.strip_prefix(':'),
        "string" if !text.contains("#{") => text.get(1..text.len().checked_sub(1)?),
        _ => None,
    }
}

/// Whether an argument is certainly no hash of options.
fn is_no_hash(page: &Page<'_>, node: Node<'_>) -> bool {
    match node.kind() {
        "string" | "chained_string" | "simple_symbol" | "delimited_symbol" | "integer" | "float" | "true"
        | "false" | "array" | "string_array" | "symbol_array" | "lambda" | "regex" | "nil" => true,
        "element_reference" => field(node, "object").is_some_and(|object| page.text(object) == "ENV"),
        "binary" => tree::children(node).into_iter().all(|side| is_no_hash(page, side)),
        "parenthesized_statements" => tree::children(node).into_iter().all(|inner| is_no_hash(page, inner)),
        "identifier" | "instance_variable" | "constant" => is_name_of_text(page.text(node)),
        "call" => {
            let method = field(node, "method").map_or("", |method| page.text(method));
            let receiver = field(node, "receiver").map_or("", |receiver| page.text(receiver));
            // `1.day`
            let of_number =
                field(node, "receiver").is_some_and(|number| matches!(number.kind(), "integer" | "float"));
            matches!((receiver, method), ("ENV", "fetch") | ("URI", "parse") | ("", "URI"))
                || of_number
                || matches!(method, "to_s" | "to_i" | "to_sym" | "path" | "join")
                || is_name_of_text(method)
        }
        _ => false,
    }
}

/// Whether a name says that it holds a text or a number.
fn is_name_of_text(name: &str) -> bool {
    const WORDS: &[&str] = &["url", "uri", "dsn", "path", "host", "port", "file", "cron", "interval"];
    let last = name.trim_start_matches('@').rsplit('_').next().unwrap_or_default().to_ascii_lowercase();
    WORDS.contains(&last.as_str())
}

/// The call or the hash with these bytes; a call is known by its bytes without its block.
fn holder<'t>(page: &'t Page<'_>, at: Span) -> Option<Holder<'t>> {
    let at = page.inward(at)?;
    let mut node = page.root().named_descendant_for_byte_range(at.start, at.end)?;
    if node.start_byte() == at.start && node.kind() == "hash" && node.end_byte() == at.end {
        return Some(Holder::of_hash(node));
    }
    loop {
        let without_block = match field(node, "block") {
            Some(block) => page.ruby[..block.start_byte()].trim_end().len(),
            None => node.end_byte(),
        };
        if node.kind() == "call" && node.start_byte() == at.start && without_block == at.end {
            return Some(Holder::of_call(node));
        }
        // Keywords at the end of a list are a hash of their own.
        if matches!(node.kind(), "argument_list" | "array") {
            let pairs: Vec<_> =
                tree::children(node).into_iter().filter(|child| child.kind() == "pair").collect();
            let (first, last) = (pairs.first()?, pairs.last()?);
            if first.start_byte() == at.start && last.end_byte() == at.end {
                return Some(Holder { call: None, list: Some(node), items: pairs });
            }
        }
        node = node.parent().filter(|up| up.start_byte() <= at.start)?;
        if node.start_byte() < at.start && !matches!(node.kind(), "argument_list" | "array") {
            return None;
        }
    }
}

/// [`crate::remedy::What::Set`].
pub(super) fn set(page: &Page<'_>, at: Span, keys: &[String], value: &Content) -> Option<Edits> {
    let holder = holder(page, at)?;
    let style = holder.style(page);
    set_in(page, holder, keys, value, style)
}

fn set_in(
    page: &Page<'_>,
    holder: Holder<'_>,
    keys: &[String],
    value: &Content,
    outer: Style,
) -> Option<Edits> {
    let (key, rest) = keys.split_first()?;
    let holder = if holder.find(page, key).is_empty() { holder.options() } else { holder };
    match holder.find(page, key)[..] {
        [] => {
            let style = if holder.pairs().next().is_some() { holder.style(page) } else { outer };
            let mut inner = value.clone();
            for key in rest.iter().rev() {
                inner = Content::Map(vec![(key.clone(), inner)]);
            }
            let text = written(page, &inner, &style)?;
            let entry = format!("{} {text}", style.key(key));
            holder.is_open(page).then_some(())?;
            add(page, &holder, &entry)
        }
        [pair] => match (field(pair, "value"), rest) {
            (Some(present), []) => become_value(page, present, value),
            (Some(present), rest) if present.kind() == "hash" => {
                let inner = Holder::of_hash(present);
                let style = holder.style(page);
                set_in(page, inner, rest, value, style)
            }
            (None, []) => {
                let text = written(page, value, &holder.style(page))?;
                Some(vec![(Span::new(pair.end_byte(), pair.end_byte()), format!(" {text}"))])
            }
            _ => None,
        },
        _ => None,
    }
}

impl Style {
    fn key(&self, key: &str) -> String {
        self.keys.key(key, self.quote)
    }
}

/// Adds an entry behind the others.
fn add(page: &Page<'_>, holder: &Holder<'_>, entry: &str) -> Option<Edits> {
    let insert = |at: usize, text: String| vec![(Span::new(at, at), text)];
    let Some(list) = holder.list else {
        // A name alone may be a variable.
        let call = holder.call.filter(|call| field(*call, "receiver").is_some())?;
        let end = field(call, "method")?.end_byte();
        return Some(insert(end, format!("({entry})")));
    };
    let Some(last) = holder.items.last() else { return add_first(page, list, entry) };
    let next = next_token(*last);
    let comma = next.filter(|next| next.kind() == ",");
    let end = comma.map_or(last.end_byte(), |comma| comma.end_byte());
    let (line_end, rest) = rest_of_line(page, end);
    let lead =
        &page.ruby[page.ruby[..last.start_byte()].rfind('\n').map_or(0, |at| at + 1)..last.start_byte()];
    let own_line =
        lead.chars().all(|c| matches!(c, ' ' | '\t')) && list.start_byte() < last.start_byte() - lead.len();
    let line_break = page.sheet.line_break();
    if !own_line {
        return Some(match comma {
            Some(_) => insert(end, format!(" {entry},")),
            None => insert(end, format!(", {entry}")),
        });
    }
    let is_end = rest.trim_start().is_empty() || rest.trim_start().starts_with('#');
    Some(match (comma, is_end) {
        (Some(_), true) => insert(line_end, format!("{line_break}{lead}{entry},")),
        (Some(_), false) => insert(end, format!(" {entry},")),
        (None, true) if line_end > end => {
            let mut edits = insert(end, ",".to_string());
            edits.extend(insert(line_end, format!("{line_break}{lead}{entry}")));
            edits
        }
        (None, _) => insert(end, format!(",{line_break}{lead}{entry}")),
    })
}

/// The first entry of an empty list.
fn add_first(page: &Page<'_>, list: Node<'_>, entry: &str) -> Option<Edits> {
    let all = tokens(list);
    let (open, close) = (all.first()?, all.last()?);
    let inside = Span::new(open.end_byte(), close.start_byte());
    let block = all.iter().find(|child| child.kind() == "block_argument");
    match (open.kind(), block) {
        (_, Some(block)) => {
            Some(vec![(Span::new(block.start_byte(), block.start_byte()), format!("{entry}, "))])
        }
        ("{", None) if inside.of(&page.ruby).trim().is_empty() => {
            let gap = Style::of(page).gap;
            Some(vec![(inside, format!("{gap}{entry}{gap}"))])
        }
        ("(", None) if inside.of(&page.ruby).trim().is_empty() => Some(vec![(inside, entry.to_string())]),
        _ => None,
    }
}

/// The token behind a node, comments left out.
fn next_token<'t>(node: Node<'t>) -> Option<Node<'t>> {
    std::iter::successors(node.next_sibling(), |node| node.next_sibling())
        .find(|node| node.kind() != "comment")
}

fn previous_token<'t>(node: Node<'t>) -> Option<Node<'t>> {
    std::iter::successors(node.prev_sibling(), |node| node.prev_sibling())
        .find(|node| node.kind() != "comment")
}

/// The end of the line of an offset, without its line break, and what stands before it.
fn rest_of_line<'p>(page: &'p Page<'_>, at: usize) -> (usize, &'p str) {
    let rest = page.ruby[at..].split('\n').next().unwrap_or_default();
    let rest = rest.strip_suffix('\r').unwrap_or(rest);
    (at + rest.len(), rest)
}

/// [`crate::remedy::What::Unset`].
pub(super) fn unset(page: &Page<'_>, at: Span, keys: &[String]) -> Option<Edits> {
    let mut holder = holder(page, at)?;
    let (last, way) = keys.split_last()?;
    for key in way {
        if holder.find(page, key).is_empty() {
            holder = holder.options();
        }
        let [pair] = holder.find(page, key)[..] else { return None };
        holder = Holder::of_hash(field(pair, "value").filter(|value| value.kind() == "hash")?);
    }
    if holder.find(page, last).is_empty() {
        holder = holder.options();
    }
    let [pair] = holder.find(page, last)[..] else { return None };
    (!holds_heredoc(pair)).then_some(())?;
    remove(page, &holder, pair)
}

fn remove(page: &Page<'_>, holder: &Holder<'_>, pair: Node<'_>) -> Option<Edits> {
    let text = &page.ruby;
    let gone = |start: usize, end: usize| (Span::new(start, end), String::new());
    let next = next_token(pair).filter(|next| next.kind() == ",");
    let previous = previous_token(pair).filter(|previous| previous.kind() == ",");
    let end = next.map_or(pair.end_byte(), |comma| comma.end_byte());
    let line = text[..pair.start_byte()].rfind('\n').map_or(0, |at| at + 1);
    let (line_end, rest) = rest_of_line(page, end);
    let lead_is_blank = text[line..pair.start_byte()].trim().is_empty();
    let rest_is_blank = rest.trim().is_empty() || rest.trim_start().starts_with('#');
    if lead_is_blank && rest_is_blank && line > 0 {
        let after = text[line_end..].find('\n').map_or(line_end, |at| line_end + at + 1);
        return match (next, previous) {
            (None, Some(comma)) => {
                let command =
                    holder.list.is_some_and(|list| list.kind() == "argument_list" && is_command(list));
                // Without brackets the line break before it ended nothing; now it ends the call.
                let kept = if command { line_end } else { after };
                let start = if command { text[..line].trim_end_matches(['\r', '\n']).len() } else { line };
                if comma.end_byte() >= start {
                    return Some(vec![gone(comma.start_byte(), kept)]);
                }
                Some(vec![gone(comma.start_byte(), comma.end_byte()), gone(start, kept)])
            }
            (None, None)
                if holder.list.is_some_and(|list| is_command(list) && list.kind() == "argument_list") =>
            {
                None
            }
            _ => Some(vec![gone(line, after)]),
        };
    }
    let blank_before = text[..pair.start_byte()].trim_end_matches([' ', '\t']).len();
    match (next, previous) {
        // The last on its line: the line break stays.
        (Some(_), Some(_)) if rest.trim().is_empty() => Some(vec![gone(blank_before, end)]),
        (Some(comma), _) => {
            let following = next_token(comma)?;
            let between = &text[end..following.start_byte()];
            (!between.contains('#')).then(|| vec![gone(pair.start_byte(), following.start_byte())])
        }
        (None, Some(comma)) => Some(vec![gone(comma.start_byte(), pair.end_byte())]),
        (None, None) => only(page, holder),
    }
}

/// Takes the only entry away.
fn only(page: &Page<'_>, holder: &Holder<'_>) -> Option<Edits> {
    let list = holder.list?;
    match (list.kind(), holder.call) {
        ("hash", _) => {
            let inside = Span::new(list.start_byte() + 1, list.end_byte() - 1);
            (!inside.of(&page.ruby).contains('#')).then(|| vec![(inside, String::new())])
        }
        // A name alone may be a variable; behind a dot it is a call.
        ("argument_list", Some(call)) if tree::children(list).len() == 1 => {
            let end = field(call, "method")?.end_byte();
            let text = if field(call, "receiver").is_some() { "" } else { "()" };
            Some(vec![(Span::new(end, list.end_byte()), text.to_string())])
        }
        _ => None,
    }
}
