//! The syntax tree as a flat list of nodes in order of place.
//!
//! Parents, fields and siblings are plain look-ups here. (tree-sitter finds a node's parent by walking
//! down from the root, which is too slow to climb from every expression of a large file.)

use std::sync::OnceLock;

use crate::span::Span;

/// A node: its position in [`Tree::nodes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Id(u32);

impl Id {
    /// Its position in a list with one element for each node.
    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

macro_rules! names {
    ($(#[$doc:meta])* $enum:ident { $($variant:ident = $name:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub(super) enum $enum { $($variant,)* Other }

        impl $enum {
            fn of(name: &str) -> Self {
                match name { $($name => $enum::$variant,)* _ => $enum::Other }
            }
        }
    };
}

names! {
    /// Kinds of node that matter here.
    Kind {
        Module = "module",
        Block = "block",
        ExpressionStatement = "expression_statement",
        Assignment = "assignment",
        Augmented = "augmented_assignment",
        Call = "call",
        Arguments = "argument_list",
        Keyword = "keyword_argument",
        Attribute = "attribute",
        Subscript = "subscript",
        Slice = "slice",
        Identifier = "identifier",
        String = "string",
        StringContent = "string_content",
        Interpolation = "interpolation",
        Concatenated = "concatenated_string",
        Integer = "integer",
        Float = "float",
        True = "true",
        False = "false",
        None = "none",
        Not = "not_operator",
        Boolean = "boolean_operator",
        Comparison = "comparison_operator",
        Binary = "binary_operator",
        Unary = "unary_operator",
        Conditional = "conditional_expression",
        Lambda = "lambda",
        Parenthesized = "parenthesized_expression",
        Named = "named_expression",
        Await = "await",
        List = "list",
        Tuple = "tuple",
        Set = "set",
        Dictionary = "dictionary",
        Pair = "pair",
        ListComprehension = "list_comprehension",
        SetComprehension = "set_comprehension",
        DictComprehension = "dictionary_comprehension",
        Generator = "generator_expression",
        ForIn = "for_in_clause",
        IfClause = "if_clause",
        ListSplat = "list_splat",
        DictSplat = "dictionary_splat",
        If = "if_statement",
        Elif = "elif_clause",
        Else = "else_clause",
        While = "while_statement",
        For = "for_statement",
        Try = "try_statement",
        Except = "except_clause",
        With = "with_statement",
        WithClause = "with_clause",
        WithItem = "with_item",
        AsPattern = "as_pattern",
        AsTarget = "as_pattern_target",
        Function = "function_definition",
        Parameters = "parameters",
        LambdaParameters = "lambda_parameters",
        TypedParameter = "typed_parameter",
        DefaultParameter = "default_parameter",
        TypedDefaultParameter = "typed_default_parameter",
        ListSplatPattern = "list_splat_pattern",
        DictSplatPattern = "dictionary_splat_pattern",
        TuplePattern = "tuple_pattern",
        ListPattern = "list_pattern",
        PatternList = "pattern_list",
        ExpressionList = "expression_list",
        Class = "class_definition",
        Decorated = "decorated_definition",
        Decorator = "decorator",
        Match = "match_statement",
        Case = "case_clause",
        CasePattern = "case_pattern",
        UnionPattern = "union_pattern",
        DottedName = "dotted_name",
        Import = "import_statement",
        ImportFrom = "import_from_statement",
        Aliased = "aliased_import",
        Wildcard = "wildcard_import",
        Return = "return_statement",
        Yield = "yield",
        Raise = "raise_statement",
        Assert = "assert_statement",
        Delete = "delete_statement",
        Pass = "pass_statement",
        Break = "break_statement",
        Continue = "continue_statement",
        Global = "global_statement",
        Print = "print_statement",
        Error = "ERROR",
        Comment = "comment",
    }
}

names! {
    /// Fields that matter here.
    Field {
        Name = "name",
        Value = "value",
        Left = "left",
        Right = "right",
        Function = "function",
        Arguments = "arguments",
        Object = "object",
        Attribute = "attribute",
        Subscript = "subscript",
        Condition = "condition",
        Consequence = "consequence",
        Alternative = "alternative",
        Body = "body",
        Parameters = "parameters",
        Operator = "operator",
        Operators = "operators",
        Argument = "argument",
        Key = "key",
        Definition = "definition",
        ModuleName = "module_name",
        Alias = "alias",
        Superclasses = "superclasses",
        Subject = "subject",
        Guard = "guard",
        Type = "type",
    }
}

struct Names {
    kinds: Vec<Kind>,
    fields: Vec<Field>,
}

/// Kind and field of each number that the grammar uses for them.
fn table(language: &tree_sitter::Language) -> &'static Names {
    static NAMES: OnceLock<Names> = OnceLock::new();
    NAMES.get_or_init(|| Names {
        kinds: (0..language.node_kind_count())
            .map(|id| {
                let id = u16::try_from(id).unwrap_or(u16::MAX);
                if language.node_kind_is_named(id) {
                    Kind::of(language.node_kind_for_id(id).unwrap_or_default())
                } else {
                    Kind::Other
                }
            })
            .collect(),
        fields: (0..=language.field_count())
            .map(|id| {
                let id = u16::try_from(id).unwrap_or(u16::MAX);
                Field::of(language.field_name_for_id(id).unwrap_or_default())
            })
            .collect(),
    })
}

#[derive(Clone, Copy)]
struct Node {
    start: u32,
    end: u32,
    parent: u32,
    /// One past the last node below this one.
    after: u32,
    kind: Kind,
    field: Field,
}

/// A file's syntax.
pub(super) struct Tree<'t> {
    /// The text it was made of.
    pub(super) text: &'t str,
    nodes: Vec<Node>,
}

impl<'t> Tree<'t> {
    /// Reads the nodes of `parsed`, the result of parsing `text`.
    pub(super) fn new(parsed: &tree_sitter::Tree, text: &'t str) -> Self {
        let language = parsed.language();
        let names = table(&language);
        let mut nodes: Vec<Node> = Vec::with_capacity(text.len() / 6);
        let mut open: Vec<u32> = Vec::new();
        let mut cursor = parsed.walk();
        loop {
            let node = cursor.node();
            let field = cursor
                .field_id()
                .and_then(|id| names.fields.get(usize::from(id.get())))
                .copied()
                .unwrap_or(Field::Other);
            let kind = if node.is_error() {
                Kind::Error
            } else {
                names.kinds.get(usize::from(node.kind_id())).copied().unwrap_or(Kind::Other)
            };
            let named = node.is_named() && kind != Kind::Comment;
            if named || matches!(field, Field::Operator | Field::Operators) {
                let at = nodes.len() as u32;
                nodes.push(Node {
                    start: node.start_byte() as u32,
                    end: node.end_byte() as u32,
                    parent: open.last().copied().unwrap_or(0),
                    after: at + 1,
                    kind,
                    field,
                });
                let leaf = matches!(
                    kind,
                    Kind::StringContent | Kind::Identifier | Kind::Integer | Kind::Float | Kind::True
                );
                if named && !leaf && cursor.goto_first_child() {
                    open.push(at);
                    continue;
                }
            }
            loop {
                if cursor.goto_next_sibling() {
                    break;
                }
                let Some(closed) = open.pop() else { return Self { text, nodes } };
                nodes[closed as usize].after = nodes.len() as u32;
                if !cursor.goto_parent() {
                    return Self { text, nodes };
                }
            }
        }
    }

    fn node(&self, id: Id) -> &Node {
        &self.nodes[id.0 as usize]
    }

    /// The module; `None` for an empty tree.
    pub(super) fn root(&self) -> Option<Id> {
        (!self.nodes.is_empty()).then_some(Id(0))
    }

    /// Every node, in order of place, parents before children.
    pub(super) fn all(&self) -> impl Iterator<Item = Id> + use<> {
        (0..self.nodes.len() as u32).map(Id)
    }

    /// The nodes below `id`, itself first.
    pub(super) fn subtree(&self, id: Id) -> impl Iterator<Item = Id> + use<> {
        (id.0..self.node(id).after).map(Id)
    }

    /// The node after the last one below `id`: where a walk goes on that leaves `id` out.
    pub(super) fn after(&self, id: Id) -> Id {
        Id(self.node(id).after)
    }

    /// The nodes below `id`, itself first; `enter` says for each whether to go on below it.
    pub(super) fn walk(&self, id: Id, mut enter: impl FnMut(Id) -> bool) {
        let end = self.after(id);
        let mut at = id;
        while at < end {
            at = if enter(at) { Id(at.0 + 1) } else { self.after(at) };
        }
    }

    /// The node's kind.
    pub(super) fn kind(&self, id: Id) -> Kind {
        self.node(id).kind
    }

    /// The field of its parent that the node is in.
    pub(super) fn field(&self, id: Id) -> Field {
        self.node(id).field
    }

    /// The node's bytes.
    pub(super) fn span(&self, id: Id) -> Span {
        let node = self.node(id);
        Span::new(node.start as usize, node.end as usize)
    }

    /// The node's text.
    pub(super) fn text(&self, id: Id) -> &'t str {
        self.text.get(std::ops::Range::from(self.span(id))).unwrap_or_default()
    }

    /// The node's parent.
    pub(super) fn parent(&self, id: Id) -> Option<Id> {
        (id.0 != 0).then(|| Id(self.node(id).parent))
    }

    /// The node's ancestors, innermost first.
    pub(super) fn ancestors(&self, id: Id) -> impl Iterator<Item = Id> + '_ {
        std::iter::successors(self.parent(id), |&at| self.parent(at))
    }

    /// Whether `inner` is `outer` or below it.
    pub(super) fn within(&self, inner: Id, outer: Id) -> bool {
        outer <= inner && inner < self.after(outer)
    }

    /// The node's children, operators left out.
    pub(super) fn children(&self, id: Id) -> impl Iterator<Item = Id> + '_ {
        self.parts(id).filter(|&child| !matches!(self.field(child), Field::Operator | Field::Operators))
    }

    /// The node's children, operators included.
    pub(super) fn parts(&self, id: Id) -> impl Iterator<Item = Id> + '_ {
        let end = self.after(id);
        let first = Id(id.0 + 1);
        std::iter::successors((first < end).then_some(first), move |&at| {
            let next = self.after(at);
            (next < end).then_some(next)
        })
    }

    /// The first child in a field.
    pub(super) fn get(&self, id: Id, field: Field) -> Option<Id> {
        self.parts(id).find(|&child| self.field(child) == field)
    }

    /// The first child.
    pub(super) fn first(&self, id: Id) -> Option<Id> {
        self.children(id).next()
    }

    /// The expression inside any parentheses.
    pub(super) fn bare(&self, mut id: Id) -> Id {
        while self.kind(id) == Kind::Parenthesized {
            match self.first(id) {
                Some(inner) => id = inner,
                None => break,
            }
        }
        id
    }

    /// Content and prefix letters of a string node, with the content's bytes.
    pub(super) fn string(&self, id: Id) -> Option<(&'t str, &'t str, Span)> {
        if self.kind(id) != Kind::String {
            return None;
        }
        let raw = self.text(id);
        let open = raw.find(['"', '\''])?;
        let quote = if raw[open..].starts_with("\"\"\"") || raw[open..].starts_with("'''") { 3 } else { 1 };
        let mark = &raw[open..open + quote];
        let inner = raw[open + quote..].strip_suffix(mark)?;
        let start = self.span(id).start + open + quote;
        Some((&raw[..open], inner, Span::new(start, start + inner.len())))
    }

    /// The text of a string (or strings written next to each other) known in full.
    pub(super) fn literal(&self, id: Id) -> Option<(String, Span)> {
        match self.kind(id) {
            Kind::String => {
                let (prefix, inner, span) = self.string(id)?;
                let computed = prefix.contains(['f', 'F', 't', 'T'])
                    && self.children(id).any(|part| self.kind(part) == Kind::Interpolation);
                (!computed).then(|| (inner.to_string(), span))
            }
            Kind::Concatenated => {
                let mut whole = String::new();
                for part in self.children(id) {
                    whole += &self.literal(part)?.0;
                }
                Some((whole, self.span(id)))
            }
            Kind::Parenthesized => self.literal(self.bare(id)).filter(|_| self.first(id).is_some()),
            _ => None,
        }
    }

    /// Positional arguments of a call, and keyword arguments with their values.
    pub(super) fn arguments(&self, call: Id) -> Arguments<'t> {
        let mut arguments = Arguments { positional: Vec::new(), keywords: Vec::new(), splats: Vec::new() };
        let Some(list) = self.get(call, Field::Arguments) else { return arguments };
        if self.kind(list) == Kind::Generator {
            arguments.positional.push(list);
            return arguments;
        }
        for child in self.children(list) {
            match self.kind(child) {
                Kind::Keyword => {
                    if let (Some(name), Some(value)) =
                        (self.get(child, Field::Name), self.get(child, Field::Value))
                    {
                        arguments.keywords.push((self.text(name), value, child));
                    }
                }
                Kind::ListSplat | Kind::DictSplat => arguments.splats.push(child),
                _ => arguments.positional.push(child),
            }
        }
        arguments
    }
}

/// The arguments of a call.
pub(super) struct Arguments<'t> {
    /// Those without a keyword.
    pub(super) positional: Vec<Id>,
    /// Keyword, value and the whole argument.
    pub(super) keywords: Vec<(&'t str, Id, Id)>,
    /// `*x` and `**x`.
    pub(super) splats: Vec<Id>,
}

impl Arguments<'_> {
    /// The argument with this keyword.
    pub(super) fn keyword(&self, keyword: &str) -> Option<Id> {
        self.keywords.iter().find(|(name, ..)| *name == keyword).map(|(_, value, _)| *value)
    }

    /// The argument at this position or with this keyword.
    pub(super) fn get(&self, at: usize, keyword: &str) -> Option<Id> {
        self.positional.get(at).copied().or_else(|| self.keyword(keyword))
    }

    /// Whether there is none at all.
    pub(super) fn is_empty(&self) -> bool {
        self.positional.is_empty() && self.keywords.is_empty() && self.splats.is_empty()
    }
}
