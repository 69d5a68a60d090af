//! Values as expressions of JavaScript.

use tree_sitter::Node;

use super::page::{Page, is_field, is_name, literal, operator};
use super::shape::{Bond, Slot, bond, bond_of_text, may_begin_with_bracket, slot};
use crate::fact::ReadKind;
use crate::lang::Lang;
use crate::lang::tree::{self, Grammar};
use crate::remedy::Content;
use crate::span::Span;
use crate::write::Edits;

/// An expression to be written.
pub struct Written {
    /// Its text.
    pub text: String,
    /// How tightly it holds together.
    pub bond: Bond,
}

impl Written {
    fn new(text: impl Into<String>, bond: Bond) -> Self {
        Self { text: text.into(), bond }
    }

    /// The text for a place, in parentheses where it wants them.
    pub fn within(self, slot: Slot) -> String {
        if slot.wants_parentheses(self.bond) { format!("({})", self.text) } else { self.text }
    }
}

/// A text between quotes of this kind.
fn escaped(text: &str, quote: char) -> String {
    let mut new = String::with_capacity(text.len() + 2);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => new += "\\\\",
            '\n' => new += "\\n",
            '\r' => new += "\\r",
            '\t' => new += "\\t",
            '\u{2028}' | '\u{2029}' => new += &format!("\\u{:04x}", u32::from(c)),
            c if c.is_control() => new += &format!("\\x{:02x}", u32::from(c)),
            '$' if quote == '`' && chars.peek() == Some(&'{') => new += "\\$",
            // Within a component it would end the script.
            '<' if chars.peek() == Some(&'/') => new += "<\\",
            c => {
                if c == quote {
                    new.push('\\');
                }
                new.push(c);
            }
        }
    }
    new
}

impl Page<'_> {
    /// A text as a string, in the quotes of the file.
    pub fn string(&self, text: &str) -> String {
        let quote = self.quote();
        let other = if quote == '"' { '\'' } else { '"' };
        let quote = if text.contains(quote) && !text.contains(other) { other } else { quote };
        format!("{quote}{}{quote}", escaped(text, quote))
    }

    /// A key of an object.
    pub fn key(&self, key: &str, quoted: bool) -> String {
        if is_name(key) && !quoted { key.to_string() } else { self.string(key) }
    }

    /// An object with these entries, on one line.
    pub fn braces(&self, entries: &str) -> String {
        match (entries.is_empty(), self.has_space_in_braces()) {
            (true, _) => "{}".to_string(),
            (false, true) => format!("{{ {entries} }}"),
            (false, false) => format!("{{{entries}}}"),
        }
    }

    /// A value as an expression.
    pub fn write(&self, value: &Content) -> Option<Written> {
        Some(match value {
            Content::Text(text) => Written::new(self.string(text), Bond::One),
            Content::Number(number) if number.starts_with('-') => Written::new(number, Bond::Tight),
            Content::Number(number) => Written::new(number, Bond::One),
            Content::Bool(yes) => Written::new(yes.to_string(), Bond::One),
            Content::Nil => Written::new("null", Bond::One),
            Content::List(items) => {
                let items: Option<Vec<String>> =
                    items.iter().map(|item| Some(self.write(item)?.within(Slot::Open))).collect();
                Written::new(format!("[{}]", items?.join(", ")), Bond::One)
            }
            Content::Map(entries) => {
                let entries: Option<Vec<String>> = entries
                    .iter()
                    .map(|(key, value)| {
                        Some(format!("{}: {}", self.key(key, false), self.write(value)?.within(Slot::Open)))
                    })
                    .collect();
                Written::new(self.braces(&entries?.join(", ")), Bond::Braced)
            }
            Content::Env { name, default } => self.variable(name, default.as_deref())?,
            Content::Switch { name, default } => {
                let (operator, word) = if *default { ("!==", "false") } else { ("===", "true") };
                let read = self.new_read(name)?;
                Written::new(format!("{read} {operator} {}", self.string(word)), Bond::Tight)
            }
            Content::Code(code) => Written::new(code.as_str(), bond_of_text(code, self.typed)?),
            Content::Around { inner, before, after } => {
                let (before, after) = self.around(*inner, before, after)?;
                let text = format!("{before}{}{after}", inner.of(self.sheet.text));
                let bond = bond_of_text(&text, self.typed)?;
                Written { text, bond }
            }
        })
    }

    /// A read of a variable that the file may not read yet, in the form of its other reads.
    fn new_read(&self, name: &str) -> Option<String> {
        if matches!(self.sheet.lang, Lang::Vue | Lang::Svelte) || self.is_for_browser() || !is_name(name) {
            return None;
        }
        let mut forms = [0_usize; 4];
        for read in self.sheet.facts.reads.iter().filter(|read| read.kind == ReadKind::Value) {
            let kind = self.node(read.span).map_or("", |node| node.kind());
            match (read.api.as_str(), kind) {
                ("process.env", "member_expression") => forms[0] += 1,
                ("process.env", "subscript_expression") => forms[1] += 1,
                ("Deno.env.get", _) => forms[2] += 1,
                ("import.meta.env", _) => forms[3] += 1,
                _ => {}
            }
        }
        match forms {
            [0, 0, 0, 0] => Some(format!("process.env.{name}")),
            [0, 0, 0, _] => None,
            [0, 0, _, _] => Some(format!("Deno.env.get({})", self.string(name))),
            [0, _, _, _] => Some(format!("process.env[{}]", self.string(name))),
            _ => Some(format!("process.env.{name}")),
        }
    }

    fn variable(&self, name: &str, default: Option<&Content>) -> Option<Written> {
        let read = self.new_read(name)?;
        let Some(default) = default.filter(|default| **default != Content::Nil) else {
            return Some(Written::new(read, Bond::One));
        };
        // A variable is a text; where a number is asked for, a type checker wants one.
        if let (Content::Number(number), true) = (default, self.typed) {
            return Some(Written::new(format!("Number({read}) || {number}"), Bond::Or));
        }
        let (operator, slot, bond) = match self.prefers_coalescing() {
            true => ("??", Slot::Coalesce, Bond::Coalesce),
            false => ("||", Slot::Or, Bond::Or),
        };
        let default = self.write(default)?.within(slot);
        Some(Written::new(format!("{read} {operator} {default}"), bond))
    }

    /// Whether the file gives most variables their default by `??`.
    fn prefers_coalescing(&self) -> bool {
        let (mut coalesces, mut chooses) = (0, 0);
        for read in &self.sheet.facts.reads {
            let up = self.node(read.span).and_then(|node| node.parent());
            match up.filter(|up| up.kind() == "binary_expression").map_or("", operator) {
                "??" => coalesces += 1,
                "||" => chooses += 1,
                _ => {}
            }
        }
        coalesces > chooses
    }

    /// What stands before and after a place, with parentheses around the place where these would take only
    /// a part of it: `a || b` and `.trim()`.
    fn around(&self, inner: Span, before: &str, after: &str) -> Option<(String, String)> {
        let text = inner.of(self.sheet.text);
        let grammar = if self.typed { Grammar::Tsx } else { Grammar::JavaScript };
        let holds = |before: &str, after: &str| {
            let whole = format!("({before}{text}{after})");
            let place = Span::new(1 + before.len(), 1 + before.len() + text.len());
            let Some(tree) = tree::parse(grammar, &whole) else { return false };
            let node = tree.root_node().named_descendant_for_byte_range(place.start, place.end);
            !tree.root_node().has_error() && node.is_some_and(|node| Span::from(node) == place)
        };
        let bare = (before.to_string(), after.to_string());
        if self.node(inner).is_none() || holds(before, after) {
            return Some(bare);
        }
        let wrapped = (format!("{before}("), format!("){after}"));
        // Within the brackets it is whole; what matters is that these fit.
        let fits = bond_of_text(&format!("{}{text}{}", wrapped.0, wrapped.1), self.typed).is_some();
        fits.then_some(wrapped)
    }

    /// The edits that put another value in place of one.
    pub fn become_value(&self, at: Span, value: &Content) -> Option<Edits> {
        let Some(node) = self.node(at).filter(|node| node.kind() != "string_fragment") else {
            return self.become_piece(at, value);
        };
        if node.kind() == "shorthand_property_identifier" {
            let value = self.write(value)?.within(Slot::Open);
            return Some(vec![(Span::new(at.end, at.end), format!(": {value}"))]);
        }
        let parent = node.parent()?;
        if is_name_of(node, parent) {
            return None;
        }
        if literal(node, self.sheet.text).is_some() {
            if is_module_name(node, parent) {
                let Content::Text(text) = value else { return None };
                return Some(vec![(at, self.same_quotes(node, text))]);
            }
            if parent.kind() == "jsx_attribute" {
                return self.become_attribute(at, value);
            }
            if let Content::Text(text) = value
                && slot(node).is_some()
            {
                return Some(vec![(at, self.same_quotes(node, text))]);
            }
        }
        bond(node)?;
        let slot = slot(node)?;
        if let Content::Around { inner, before, after } = value
            && at.contains(*inner)
            && !inner.is_empty()
        {
            return self.become_around(node, slot, (*inner, before, after));
        }
        let new = self.write(value)?;
        let number = new.text.starts_with(|c: char| c.is_ascii_digit());
        let bond = if number && slot == Slot::Tight { Bond::Tight } else { new.bond };
        let text = Written { bond, ..new }.within(slot);
        let begins_line = text.starts_with(['(', '[', '`', '/', '+', '-']);
        (!begins_line || may_begin_with_bracket(node, &self.masked)).then(|| vec![(at, text)])
    }

    /// Leaves the bytes of the place inside alone.
    fn become_around(&self, node: Node<'_>, slot: Slot, around: (Span, &str, &str)) -> Option<Edits> {
        let (inner, before, after) = around;
        let (mut before, mut after) = self.around(inner, before, after)?;
        let bond = bond_of_text(&format!("{before}{}{after}", inner.of(self.sheet.text)), self.typed)?;
        if slot.wants_parentheses(bond) {
            before.insert(0, '(');
            after.push(')');
        }
        if before.starts_with(['(', '[', '`', '/', '+', '-']) && !may_begin_with_bracket(node, &self.masked) {
            return None;
        }
        let edits = [
            (Span::new(node.start_byte(), inner.start), before),
            (Span::new(inner.end, node.end_byte()), after),
        ];
        Some(edits.into_iter().filter(|(span, text)| span.of(self.sheet.text) != text).collect())
    }

    fn same_quotes(&self, node: Node<'_>, text: &str) -> String {
        let quote = self.text(node).chars().next().unwrap_or('\'');
        format!("{quote}{}{quote}", escaped(text, quote))
    }

    fn become_attribute(&self, at: Span, value: &Content) -> Option<Edits> {
        let text = match value {
            Content::Text(text) if !text.contains(['"', '\\', '\n', '&']) => {
                let quote = &at.of(self.sheet.text)[..1];
                (!text.contains(quote)).then(|| format!("{quote}{text}{quote}"))?
            }
            value => format!("{{{}}}", self.write(value)?.within(Slot::Open)),
        };
        Some(vec![(at, text)])
    }

    /// A piece of a string or of a template becomes another.
    fn become_piece(&self, at: Span, value: &Content) -> Option<Edits> {
        let around = self.tree.root_node().named_descendant_for_byte_range(at.start, at.end)?;
        let whole = match around.kind() {
            "string_fragment" => around.parent()?,
            _ => around,
        };
        let parts = tree::children(whole);
        let touches = |part: &Node<'_>| part.start_byte() < at.end && at.start < part.end_byte();
        let free =
            parts.iter().filter(|part| part.kind() == "template_substitution").all(|part| !touches(part));
        let inside = whole.start_byte() < at.start && at.end < whole.end_byte();
        let parent = whole.parent()?;
        if !free || !inside || parent.kind() == "jsx_attribute" || is_name_of(whole, parent) {
            return None;
        }
        let text = match (whole.kind(), value) {
            ("string", Content::Text(text)) => escaped(text, self.text(whole).chars().next().unwrap_or('\'')),
            ("template_string", Content::Text(text)) => escaped(text, '`'),
            ("template_string", value) => format!("${{{}}}", self.write(value)?.within(Slot::Open)),
            _ => return None,
        };
        Some(vec![(at, text)])
    }
}

/// Whether a node names something: a key, what is declared, what is imported.
fn is_name_of(node: Node<'_>, parent: Node<'_>) -> bool {
    ["key", "name", "label", "alias", "property"].into_iter().any(|field| is_field(parent, field, node))
        || matches!(parent.kind(), "import_specifier" | "export_specifier" | "import_clause" | "literal_type")
}

/// Whether a string names a module.
fn is_module_name(node: Node<'_>, parent: Node<'_>) -> bool {
    matches!(parent.kind(), "import_statement" | "export_statement" | "import_require_clause")
        && is_field(parent, "source", node)
}
