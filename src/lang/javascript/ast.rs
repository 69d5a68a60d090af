//! The syntax tree as flat rows in order of place: what all later passes walk over.
//!
//! Rows are made in one cursor walk. They know their parent and where their subtree ends, so that
//! passes are loops over a slice and a climb costs one look-up a level; kinds are the same for the
//! three grammars.

use std::cell::RefCell;
use std::collections::HashMap;

use tree_sitter::Tree;

use crate::lang::tree::Grammar;
use crate::span::Span;

/// The number of a row.
pub type Id = usize;

macro_rules! names {
    ($(#[$doc:meta])* $enum:ident, $other:ident { $($variant:ident = $($name:literal)|+,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs)]
        pub enum $enum { $($variant,)* $other }

        impl $enum {
            fn of(name: &str) -> Self {
                match name {
                    $($($name)|+ => $enum::$variant,)*
                    _ => $enum::$other,
                }
            }
        }
    };
}

names! {
    /// What a row is, named as in the grammars where nothing else is said.
    Kind, Other {
        Program = "program",
        Identifier = "identifier",
        Property = "property_identifier" | "private_property_identifier",
        Shorthand = "shorthand_property_identifier",
        ShorthandPattern = "shorthand_property_identifier_pattern",
        TypeIdentifier = "type_identifier",
        Str = "string",
        Fragment = "string_fragment",
        Escape = "escape_sequence",
        Template = "template_string",
        Substitution = "template_substitution",
        Number = "number",
        True = "true",
        False = "false",
        Null = "null",
        Undefined = "undefined",
        Regex = "regex",
        RegexPattern = "regex_pattern",
        This = "this",
        Object = "object",
        Pair = "pair",
        Spread = "spread_element",
        Method = "method_definition",
        Array = "array",
        FunctionDeclaration = "function_declaration" | "generator_function_declaration",
        FunctionExpression = "function_expression" | "generator_function",
        Arrow = "arrow_function",
        Class = "class_declaration" | "abstract_class_declaration" | "class",
        ClassBody = "class_body",
        ClassField = "field_definition" | "public_field_definition",
        Call = "call_expression",
        New = "new_expression",
        Arguments = "arguments",
        Member = "member_expression",
        Subscript = "subscript_expression",
        OptionalChain = "optional_chain",
        MetaProperty = "meta_property",
        ImportToken = "import",
        Parenthesized = "parenthesized_expression",
        Sequence = "sequence_expression",
        Unary = "unary_expression",
        Binary = "binary_expression",
        Ternary = "ternary_expression",
        Assignment = "assignment_expression",
        Augmented = "augmented_assignment_expression",
        Update = "update_expression",
        Await = "await_expression",
        Cast = "as_expression" | "satisfies_expression" | "non_null_expression" | "instantiation_expression",
        TypeAssertion = "type_assertion",
        Declarator = "variable_declarator",
        Lexical = "lexical_declaration",
        Var = "variable_declaration",
        ExpressionStatement = "expression_statement",
        Block = "statement_block",
        If = "if_statement",
        Else = "else_clause",
        Switch = "switch_statement",
        SwitchBody = "switch_body",
        Case = "switch_case",
        DefaultCase = "switch_default",
        For = "for_statement",
        ForIn = "for_in_statement",
        While = "while_statement",
        DoWhile = "do_statement",
        Catch = "catch_clause",
        Return = "return_statement",
        Throw = "throw_statement",
        Break = "break_statement",
        Continue = "continue_statement",
        Export = "export_statement",
        ExportSpecifier = "export_specifier",
        Import = "import_statement",
        ImportClause = "import_clause",
        NamespaceImport = "namespace_import",
        NamedImports = "named_imports",
        ImportSpecifier = "import_specifier",
        ImportRequire = "import_require_clause",
        ObjectPattern = "object_pattern",
        ArrayPattern = "array_pattern",
        PairPattern = "pair_pattern",
        RestPattern = "rest_pattern",
        AssignmentPattern = "assignment_pattern",
        ObjectAssignmentPattern = "object_assignment_pattern",
        Parameters = "formal_parameters",
        Parameter = "required_parameter" | "optional_parameter",
        Decorator = "decorator",
        Enum = "enum_declaration",
        EnumAssignment = "enum_assignment",
        Interface = "interface_declaration",
        PropertySignature = "property_signature",
        TypeAnnotation = "type_annotation",
        Computed = "computed_property_name",
        JsxExpression = "jsx_expression",
        JsxAttribute = "jsx_attribute",
        JsxOpening = "jsx_opening_element" | "jsx_self_closing_element",
        JsxElement = "jsx_element",
        // Types and comments hold no program text: they are left out, with all below them.
        Skipped = "comment" | "html_comment" | "type_arguments" | "type_parameters"
            | "type_alias_declaration" | "implements_clause" | "jsx_text" | "hash_bang_line",
    }
}

names! {
    /// The field of its parent that a row is.
    Field, None {
        Alias = "alias",
        Alternative = "alternative",
        Argument = "argument",
        Arguments = "arguments",
        Attribute = "attribute",
        Body = "body",
        Condition = "condition",
        Consequence = "consequence",
        Constructor = "constructor",
        Declaration = "declaration",
        Decorator = "decorator",
        Function = "function",
        Index = "index",
        Initializer = "initializer",
        Key = "key",
        KindWord = "kind",
        Left = "left",
        Name = "name",
        Object = "object",
        Operator = "operator",
        OptionalChain = "optional_chain",
        Parameter = "parameter",
        Parameters = "parameters",
        Pattern = "pattern",
        Property = "property" | "member",
        Right = "right",
        Source = "source",
        Type = "type",
        Value = "value",
    }
}

struct Row {
    kind: Kind,
    field: Field,
    start: u32,
    end: u32,
    parent: u32,
    next: u32,
}

/// A text and its rows.
pub struct Ast<'t> {
    /// The text of the file, not masked.
    pub text: &'t str,
    rows: Vec<Row>,
}

type Tables = (Vec<Kind>, Vec<Field>);

thread_local! {
    static TABLES: RefCell<HashMap<Grammar, Tables>> = RefCell::new(HashMap::new());
}

fn tables(tree: &Tree) -> Tables {
    let language = tree.language();
    let kinds = (0..language.node_kind_count() as u16)
        .map(|id| match language.node_kind_for_id(id) {
            // An anonymous `import` or `class` is a keyword, not the node of this name.
            Some(name) if language.node_kind_is_named(id) => Kind::of(name),
            _ => Kind::Other,
        })
        .collect();
    let fields = (0..=language.field_count() as u16)
        .map(|id| language.field_name_for_id(id).map_or(Field::None, Field::of))
        .collect();
    (kinds, fields)
}

impl<'t> Ast<'t> {
    /// Flattens `tree`, which was parsed with `grammar` from a text as long as `text`.
    pub fn new(text: &'t str, tree: &Tree, grammar: Grammar) -> Self {
        TABLES.with_borrow_mut(|cache| {
            let (kinds, fields) = cache.entry(grammar).or_insert_with(|| tables(tree));
            Self { text, rows: flatten(tree, kinds, fields) }
        })
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// What the row is.
    pub fn kind(&self, id: Id) -> Kind {
        self.rows[id].kind
    }

    /// Which field of its parent the row is.
    pub fn role(&self, id: Id) -> Field {
        self.rows[id].field
    }

    /// The row's bytes.
    pub fn span(&self, id: Id) -> Span {
        Span::new(self.rows[id].start as usize, self.rows[id].end as usize)
    }

    /// The row's text.
    pub fn text(&self, id: Id) -> &'t str {
        &self.text[self.rows[id].start as usize..self.rows[id].end as usize]
    }

    /// The row above, but for the first.
    pub fn parent(&self, id: Id) -> Option<Id> {
        (id > 0).then(|| self.rows[id].parent as usize)
    }

    /// The rows above, innermost first.
    pub fn ancestors(&self, id: Id) -> impl Iterator<Item = Id> + '_ {
        std::iter::successors(self.parent(id), |&id| self.parent(id))
    }

    /// The row and all below it.
    pub fn subtree(&self, id: Id) -> std::ops::Range<Id> {
        id..self.rows[id].next as usize
    }

    /// The row after all that are below `id`.
    pub fn after(&self, id: Id) -> Id {
        self.rows[id].next as usize
    }

    /// The rows directly below, operators left out.
    pub fn children(&self, id: Id) -> impl Iterator<Item = Id> + '_ {
        self.all_children(id).filter(|&child| {
            !matches!(self.rows[child].field, Field::Operator | Field::KindWord | Field::OptionalChain)
        })
    }

    fn all_children(&self, id: Id) -> impl Iterator<Item = Id> + '_ {
        let end = self.after(id);
        std::iter::successors((id + 1 < end).then_some(id + 1), move |&child| {
            let next = self.after(child);
            (next < end).then_some(next)
        })
    }

    /// The child that is the field.
    pub fn field(&self, id: Id, field: Field) -> Option<Id> {
        self.all_children(id).find(|&child| self.rows[child].field == field)
    }

    /// The first child.
    pub fn first(&self, id: Id) -> Option<Id> {
        self.children(id).next()
    }

    /// The operator's text.
    pub fn operator(&self, id: Id) -> &'t str {
        self.field(id, Field::Operator).map_or("", |at| self.text(at))
    }

    /// The arguments of a call, in order.
    pub fn arguments(&self, call: Id) -> Vec<Id> {
        match self.field(call, Field::Arguments) {
            Some(list) if self.kind(list) == Kind::Arguments => self.children(list).collect(),
            _ => Vec::new(),
        }
    }

    /// What a call calls.
    pub fn callee(&self, call: Id) -> Option<Id> {
        self.field(call, Field::Function).or_else(|| self.field(call, Field::Constructor))
    }

    /// Whether the row is a function of any kind.
    pub fn is_function(&self, id: Id) -> bool {
        matches!(
            self.kind(id),
            Kind::FunctionDeclaration | Kind::FunctionExpression | Kind::Arrow | Kind::Method
        )
    }

    /// The innermost function around a row.
    pub fn function_around(&self, id: Id) -> Option<Id> {
        self.ancestors(id).find(|&up| self.is_function(up))
    }

    /// What is inside parentheses, casts and `!`.
    pub fn bare(&self, mut id: Id) -> Id {
        loop {
            let inner = match self.kind(id) {
                Kind::Parenthesized | Kind::Cast => self.first(id),
                Kind::TypeAssertion => self.children(id).last(),
                _ => None,
            };
            match inner {
                Some(inner) => id = inner,
                None => return id,
            }
        }
    }

    /// The row around parentheses and casts around `id`, and the outermost of these.
    pub fn outer(&self, mut id: Id) -> Id {
        while let Some(up) = self.parent(id) {
            if !matches!(self.kind(up), Kind::Parenthesized | Kind::Cast | Kind::TypeAssertion) {
                break;
            }
            id = up;
        }
        id
    }

    /// The text of a string or of a template without substitutions, and the span between the quotes.
    pub fn string(&self, id: Id) -> Option<(String, Span)> {
        let kind = self.kind(id);
        if !matches!(kind, Kind::Str | Kind::Template) {
            return None;
        }
        let span = self.span(id);
        if span.len() < 2 || self.children(id).any(|child| self.kind(child) == Kind::Substitution) {
            return None;
        }
        let inner = Span::new(span.start + 1, span.end - 1);
        // A half-written string has no closing quote and may end within a character.
        let text = self.text.get(inner.start..inner.end)?;
        Some((unescape(text), inner))
    }

    /// The key of a pair, a field or a member: a name or a text, with its span.
    pub fn key(&self, id: Id) -> Option<(String, Span)> {
        match self.kind(id) {
            Kind::Property
            | Kind::Identifier
            | Kind::Shorthand
            | Kind::ShorthandPattern
            | Kind::TypeIdentifier => Some((self.text(id).to_string(), self.span(id))),
            Kind::Computed => self.string(self.bare(self.first(id)?)),
            Kind::Number => Some((self.text(id).to_string(), self.span(id))),
            _ => self.string(id),
        }
    }

    /// The bindings of an object: key row, value row and entry row. Spreads are left out.
    pub fn entries(&self, object: Id) -> Vec<(Id, Id, Id)> {
        self.children(object)
            .filter_map(|entry| match self.kind(entry) {
                Kind::Pair => Some((self.field(entry, Field::Key)?, self.field(entry, Field::Value)?, entry)),
                Kind::Method => Some((self.field(entry, Field::Name)?, entry, entry)),
                Kind::Shorthand => Some((entry, entry, entry)),
                _ => None,
            })
            .collect()
    }

    /// Whether an anonymous word (`static`, `get`, `default`) stands between the row's start and `until`.
    pub fn has_word(&self, id: Id, until: usize, word: &str) -> bool {
        let start = self.span(id).start;
        self.text
            .get(start..until)
            .is_some_and(|head| head.split(|c: char| !c.is_alphanumeric()).any(|part| part == word))
    }
}

fn flatten(tree: &Tree, kinds: &[Kind], fields: &[Field]) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::with_capacity(tree.root_node().end_byte() / 6 + 16);
    let mut cursor = tree.walk();
    // Rows of the named nodes that the cursor is in.
    let mut open: Vec<usize> = Vec::new();
    loop {
        let node = cursor.node();
        let field = cursor.field_id().map_or(Field::None, |id| fields[usize::from(id.get())]);
        let kind = kinds.get(usize::from(node.kind_id())).copied().unwrap_or(Kind::Other);
        let named = node.is_named();
        let kept = (named || matches!(field, Field::Operator | Field::KindWord))
            && (kind != Kind::Skipped || rows.is_empty());
        let at = rows.len();
        if kept {
            rows.push(Row {
                kind,
                field,
                start: node.start_byte() as u32,
                end: node.end_byte() as u32,
                parent: open.last().map_or(0, |&up| up as u32),
                next: 0,
            });
        }
        let descend = kept && named && !matches!(kind, Kind::TypeAnnotation | Kind::Fragment);
        if descend && cursor.goto_first_child() {
            open.push(at);
            continue;
        }
        if kept {
            rows[at].next = rows.len() as u32;
        }
        loop {
            if cursor.goto_next_sibling() {
                break;
            }
            let Some(up) = open.pop() else {
                return rows;
            };
            rows[up].next = rows.len() as u32;
            cursor.goto_parent();
        }
    }
}

/// A string's text with the common escapes taken out.
pub fn unescape(text: &str) -> String {
    if !text.contains('\\') {
        return text.to_string();
    }
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            plain.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => plain.push('\n'),
            Some('t') => plain.push('\t'),
            Some('r') => plain.push('\r'),
            Some('\n') | None => {}
            Some(other) => plain.push(other),
        }
    }
    plain
}
