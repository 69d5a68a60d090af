//! A Ruby syntax tree laid flat.
//!
//! tree-sitter finds a node's parent by walking down from the root; the front end climbs from every
//! read, so one walk copies what matters into a table in which parents and children are indices.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::lang::tree;
use crate::span::Span;

/// A node of a [`Syntax`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Id(u32);

impl Id {
    /// The node's position in the order of [`Syntax::ids`].
    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

macro_rules! names {
    ($(#[$doc:meta])* $type:ident { $($variant:ident = $name:literal,)* } else $other:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum $type { $($variant,)* $other }

        impl $type {
            fn named(name: &str) -> Self {
                match name {
                    $($name => $type::$variant,)*
                    _ => $type::$other,
                }
            }
        }
    };
}

names! {
    /// Kinds of nodes that the front end tells apart.
    Kind {
        Token = "",
        Error = "ERROR",
        AlternativePattern = "alternative_pattern",
        ArgumentList = "argument_list",
        Array = "array",
        Assignment = "assignment",
        BareString = "bare_string",
        BareSymbol = "bare_symbol",
        Begin = "begin",
        BeginBlock = "begin_block",
        Binary = "binary",
        Block = "block",
        BlockArgument = "block_argument",
        BlockBody = "block_body",
        BlockParameter = "block_parameter",
        BlockParameters = "block_parameters",
        BodyStatement = "body_statement",
        Break = "break",
        Call = "call",
        Case = "case",
        CaseMatch = "case_match",
        ChainedString = "chained_string",
        Class = "class",
        ClassVariable = "class_variable",
        Conditional = "conditional",
        Constant = "constant",
        DelimitedSymbol = "delimited_symbol",
        DestructuredLeft = "destructured_left_assignment",
        DestructuredParameter = "destructured_parameter",
        Do = "do",
        DoBlock = "do_block",
        ElementReference = "element_reference",
        Else = "else",
        Elsif = "elsif",
        Ensure = "ensure",
        EscapeSequence = "escape_sequence",
        ExceptionVariable = "exception_variable",
        False = "false",
        Float = "float",
        For = "for",
        GlobalVariable = "global_variable",
        Hash = "hash",
        HashKeySymbol = "hash_key_symbol",
        HashSplat = "hash_splat_argument",
        HashSplatParameter = "hash_splat_parameter",
        HeredocBeginning = "heredoc_beginning",
        HeredocBody = "heredoc_body",
        HeredocContent = "heredoc_content",
        Identifier = "identifier",
        If = "if",
        IfGuard = "if_guard",
        IfModifier = "if_modifier",
        In = "in",
        InClause = "in_clause",
        InstanceVariable = "instance_variable",
        Integer = "integer",
        Interpolation = "interpolation",
        KeywordParameter = "keyword_parameter",
        Lambda = "lambda",
        LambdaParameters = "lambda_parameters",
        LeftAssignmentList = "left_assignment_list",
        Method = "method",
        MethodParameters = "method_parameters",
        Module = "module",
        Next = "next",
        Nil = "nil",
        OperatorAssignment = "operator_assignment",
        OptionalParameter = "optional_parameter",
        Pair = "pair",
        Parenthesized = "parenthesized_statements",
        ParenthesizedPattern = "parenthesized_pattern",
        Pattern = "pattern",
        Program = "program",
        Range = "range",
        Redo = "redo",
        Regex = "regex",
        Rescue = "rescue",
        RescueModifier = "rescue_modifier",
        RestAssignment = "rest_assignment",
        Return = "return",
        RightAssignmentList = "right_assignment_list",
        ScopeResolution = "scope_resolution",
        SelfObject = "self",
        SimpleSymbol = "simple_symbol",
        SingletonClass = "singleton_class",
        SingletonMethod = "singleton_method",
        SplatArgument = "splat_argument",
        SplatParameter = "splat_parameter",
        String = "string",
        StringArray = "string_array",
        StringContent = "string_content",
        Subshell = "subshell",
        Superclass = "superclass",
        SymbolArray = "symbol_array",
        TestPattern = "test_pattern",
        Then = "then",
        True = "true",
        Unary = "unary",
        Unless = "unless",
        UnlessGuard = "unless_guard",
        UnlessModifier = "unless_modifier",
        Until = "until",
        UntilModifier = "until_modifier",
        When = "when",
        While = "while",
        WhileModifier = "while_modifier",
        Yield = "yield",
    } else Other
}

names! {
    /// What a node is to its parent.
    Field {
        None = "",
        Alternative = "alternative",
        Alternatives = "alternatives",
        Arguments = "arguments",
        Block = "block",
        Body = "body",
        Clauses = "clauses",
        Condition = "condition",
        Consequence = "consequence",
        ElseClause = "else",
        Handler = "handler",
        Key = "key",
        Left = "left",
        Method = "method",
        Name = "name",
        Object = "object",
        Operand = "operand",
        Operator = "operator",
        Parameters = "parameters",
        Pattern = "pattern",
        Receiver = "receiver",
        Right = "right",
        Scope = "scope",
        Superclass = "superclass",
        Value = "value",
    } else Other
}

impl Kind {
    /// A class, a module, a method or the file: local variables do not cross it.
    pub(super) fn is_hard_scope(self) -> bool {
        matches!(
            self,
            Kind::Program
                | Kind::Class
                | Kind::Module
                | Kind::SingletonClass
                | Kind::Method
                | Kind::SingletonMethod
        )
    }

    /// A block or a lambda: sees the local variables around it, keeps its own.
    pub(super) fn is_block(self) -> bool {
        matches!(self, Kind::Block | Kind::DoBlock | Kind::Lambda)
    }

    /// Holds statements one after another.
    pub(super) fn is_statements(self) -> bool {
        matches!(
            self,
            Kind::Program
                | Kind::BodyStatement
                | Kind::BlockBody
                | Kind::Then
                | Kind::Else
                | Kind::Do
                | Kind::Begin
                | Kind::Parenthesized
                | Kind::Ensure
                | Kind::BeginBlock
        )
    }
}

struct Tables {
    kinds: Vec<Kind>,
    fields: Vec<Field>,
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let language = tree_sitter::Language::from(tree_sitter_ruby::LANGUAGE);
    let ids = |count: usize| 0..u16::try_from(count).unwrap_or(u16::MAX);
    Tables {
        kinds: ids(language.node_kind_count())
            .map(|id| match language.node_kind_for_id(id) {
                Some(name) if language.node_kind_is_named(id) => Kind::named(name),
                _ => Kind::Token,
            })
            .collect(),
        fields: ids(language.field_count() + 1)
            .map(|id| Field::named(language.field_name_for_id(id).unwrap_or_default()))
            .collect(),
    }
});

struct Node {
    kind: Kind,
    field: Field,
    start: u32,
    end: u32,
    parent: u32,
    /// The first node behind this one and everything in it.
    after: u32,
}

/// One file's tree.
pub(super) struct Syntax<'t> {
    pub(super) text: &'t str,
    nodes: Vec<Node>,
    /// From the `<<~X` to its body.
    heredocs: HashMap<Id, Id>,
    pub(super) broken: Vec<Span>,
}

impl<'t> Syntax<'t> {
    pub(super) fn parse(text: &'t str) -> Option<Self> {
        u32::try_from(text.len()).ok()?;
        let tree = tree::parse(tree::Grammar::Ruby, text)?;
        let mut nodes: Vec<Node> = Vec::with_capacity(text.len() / 6 + 16);
        let mut open: Vec<(u32, bool)> = Vec::new();
        let mut heredocs = HashMap::new();
        let mut waiting = std::collections::VecDeque::new();
        let mut cursor = tree.walk();
        'walk: loop {
            let node = cursor.node();
            let field = cursor.field_id().map_or(Field::None, |id| {
                TABLES.fields.get(usize::from(id.get())).copied().unwrap_or(Field::Other)
            });
            let kind = if node.is_named() {
                TABLES.kinds.get(usize::from(node.kind_id())).copied().unwrap_or(Kind::Error)
            } else {
                Kind::Token
            };
            let kept = (kind != Kind::Token || field != Field::None) && !node.is_extra()
                || kind == Kind::HeredocBody
                || kind == Kind::Error;
            if kept {
                let id = nodes.len() as u32;
                let mut parent = open.iter().rev().find(|(_, kept)| *kept).map_or(0, |(id, _)| *id);
                match kind {
                    Kind::HeredocBeginning => waiting.push_back(Id(id)),
                    Kind::HeredocBody => {
                        if let Some(beginning) = waiting.pop_front() {
                            heredocs.insert(beginning, Id(id));
                            parent = beginning.0;
                        }
                    }
                    _ => {}
                }
                nodes.push(Node {
                    kind,
                    field,
                    start: node.start_byte() as u32,
                    end: node.end_byte() as u32,
                    parent,
                    after: id + 1,
                });
                open.push((id, true));
            } else {
                open.push((0, false));
            }
            if cursor.goto_first_child() {
                continue;
            }
            loop {
                if let Some((id, true)) = open.pop() {
                    nodes[id as usize].after = nodes.len() as u32;
                }
                if cursor.goto_next_sibling() {
                    break;
                }
                if !cursor.goto_parent() {
                    break 'walk;
                }
            }
        }
        Some(Self { text, nodes, heredocs, broken: tree::broken(&tree) })
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = Id> + use<> {
        (0..self.nodes.len() as u32).map(Id)
    }

    pub(super) fn root(&self) -> Id {
        Id(0)
    }

    fn node(&self, id: Id) -> &Node {
        &self.nodes[id.0 as usize]
    }

    pub(super) fn kind(&self, id: Id) -> Kind {
        self.node(id).kind
    }

    /// What the node is to its parent.
    pub(super) fn role(&self, id: Id) -> Field {
        self.node(id).field
    }

    pub(super) fn span(&self, id: Id) -> Span {
        let node = self.node(id);
        Span { start: node.start as usize, end: node.end as usize }
    }

    pub(super) fn source(&self, id: Id) -> &'t str {
        self.text.get(std::ops::Range::from(self.span(id))).unwrap_or_default()
    }

    /// The node around; for the body of a heredoc, its beginning.
    pub(super) fn parent(&self, id: Id) -> Option<Id> {
        (id.0 != 0).then(|| Id(self.node(id).parent))
    }

    pub(super) fn ancestors(&self, id: Id) -> impl Iterator<Item = Id> {
        std::iter::successors(self.parent(id), |&id| self.parent(id))
    }

    /// The children, with the tokens that have a role (operators).
    pub(super) fn all_children(&self, id: Id) -> impl Iterator<Item = Id> {
        let end = self.node(id).after;
        let mut next = id.0 + 1;
        std::iter::from_fn(move || {
            (next < end).then(|| {
                let child = Id(next);
                next = self.node(child).after;
                child
            })
        })
    }

    /// The named children; bodies of heredocs belong to their beginning and are left out.
    pub(super) fn children(&self, id: Id) -> impl Iterator<Item = Id> {
        self.all_children(id).filter(|&child| !matches!(self.kind(child), Kind::Token | Kind::HeredocBody))
    }

    /// The node and everything in it.
    pub(super) fn subtree(&self, id: Id) -> impl Iterator<Item = Id> + use<> {
        (id.0..self.node(id).after).map(Id)
    }

    /// The first node behind this one and everything in it.
    pub(super) fn after(&self, id: Id) -> Id {
        Id(self.node(id).after)
    }

    pub(super) fn field(&self, id: Id, field: Field) -> Option<Id> {
        self.all_children(id).find(|&child| self.role(child) == field)
    }

    pub(super) fn fields(&self, id: Id, field: Field) -> impl Iterator<Item = Id> {
        self.all_children(id).filter(move |&child| self.role(child) == field)
    }

    pub(super) fn heredoc_body(&self, beginning: Id) -> Option<Id> {
        self.heredocs.get(&beginning).copied()
    }

    /// The operator of a `binary`, `unary` or `call`.
    pub(super) fn operator(&self, id: Id) -> &'t str {
        self.field(id, Field::Operator).map_or("", |operator| self.source(operator))
    }

    /// The name of the method that a `call` calls; `call` for `x.(…)`.
    pub(super) fn method(&self, call: Id) -> &'t str {
        self.field(call, Field::Method).map_or("call", |method| self.source(method))
    }

    pub(super) fn receiver(&self, call: Id) -> Option<Id> {
        self.field(call, Field::Receiver)
    }

    /// The arguments of a call, an element reference, a `return` or a `yield`, without `&block`.
    pub(super) fn arguments(&self, call: Id) -> Vec<Id> {
        let keep = |&id: &Id| self.kind(id) != Kind::BlockArgument;
        match self.kind(call) {
            Kind::ElementReference => self
                .children(call)
                .filter(|&child| !matches!(self.role(child), Field::Object | Field::Block))
                .filter(keep)
                .collect(),
            _ => match self
                .field(call, Field::Arguments)
                .or_else(|| self.children(call).find(|&child| self.kind(child) == Kind::ArgumentList))
            {
                Some(list) => self.children(list).filter(keep).collect(),
                None => Vec::new(),
            },
        }
    }

    /// The `{ … }` or `do … end` of a call.
    pub(super) fn block(&self, call: Id) -> Option<Id> {
        self.field(call, Field::Block)
    }

    /// The statements in a node, in order, without `rescue`, `else` and `ensure`.
    pub(super) fn statements(&self, id: Id) -> Vec<Id> {
        let holder = match self.kind(id) {
            Kind::Block | Kind::DoBlock | Kind::Method | Kind::SingletonMethod | Kind::Lambda => {
                match self.field(id, Field::Body) {
                    Some(body) if matches!(self.kind(body), Kind::Block | Kind::DoBlock) => {
                        return self.statements(body);
                    }
                    Some(body) if self.kind(body).is_statements() && self.kind(body) != Kind::Begin => body,
                    Some(body) => return vec![body],
                    None => return Vec::new(),
                }
            }
            kind if kind.is_statements() => id,
            _ => return vec![id],
        };
        let extra = |kind| {
            matches!(kind, Kind::Rescue | Kind::Ensure | Kind::Else | Kind::BlockParameters | Kind::Error)
        };
        self.children(holder).filter(|&child| !extra(self.kind(child))).collect()
    }

    /// Whether the node stands where its parent has statements.
    pub(super) fn is_statement(&self, id: Id) -> bool {
        self.parent(id).is_some_and(|parent| match self.kind(parent) {
            Kind::IfModifier | Kind::UnlessModifier | Kind::WhileModifier | Kind::UntilModifier => {
                self.role(id) == Field::Body && self.is_statement(parent)
            }
            kind => kind.is_statements() && kind != Kind::Parenthesized,
        })
    }

    /// The innermost method around a node.
    pub(super) fn enclosing_method(&self, id: Id) -> Option<Id> {
        self.ancestors(id)
            .take_while(|&up| !matches!(self.kind(up), Kind::Class | Kind::Module | Kind::SingletonClass))
            .find(|&up| matches!(self.kind(up), Kind::Method | Kind::SingletonMethod))
    }

    /// The innermost class or module around a node, else the file.
    pub(super) fn enclosing_class(&self, id: Id) -> Id {
        self.ancestors(id)
            .find(|&up| matches!(self.kind(up), Kind::Class | Kind::Module))
            .unwrap_or_else(|| self.root())
    }

    /// The full name of a class or module with those around it; empty for the file.
    pub(super) fn class_name(&self, class: Id) -> String {
        let mut names: Vec<&str> = std::iter::once(class)
            .chain(self.ancestors(class))
            .filter(|&up| matches!(self.kind(up), Kind::Class | Kind::Module))
            .filter_map(|up| self.field(up, Field::Name))
            .map(|name| self.source(name).trim_start_matches("::"))
            .collect();
        names.reverse();
        names.join("::")
    }

    /// The definitions around a node: `App::Exporter#run`, `Env.fetch`.
    pub(super) fn scope(&self, id: Id) -> String {
        let mut scope = self.class_name(self.enclosing_class(id));
        if let Some(method) = self.enclosing_method(id) {
            let name = self.field(method, Field::Name).map_or("", |name| self.source(name));
            if !scope.is_empty() {
                scope.push(if self.is_class_method(method) { '.' } else { '#' });
            }
            scope.push_str(name);
        }
        scope
    }

    /// `def self.x`, or a method in `class << self`.
    pub(super) fn is_class_method(&self, method: Id) -> bool {
        self.kind(method) == Kind::SingletonMethod
            || self
                .ancestors(method)
                .take_while(|&up| !matches!(self.kind(up), Kind::Class | Kind::Module))
                .any(|up| self.kind(up) == Kind::SingletonClass)
    }

    /// A name as written without arguments: `Rails.logger.info`, `config.x`, `@client.get`.
    pub(super) fn path(&self, id: Id) -> String {
        let mut parts = Vec::new();
        let mut at = Some(id);
        while let Some(id) = at.take() {
            match self.kind(id) {
                Kind::Call => {
                    parts.push(self.method(id));
                    at = self.receiver(id);
                }
                Kind::ElementReference => at = self.field(id, Field::Object),
                Kind::Parenthesized => at = self.children(id).next(),
                Kind::ScopeResolution
                | Kind::Identifier
                | Kind::Constant
                | Kind::SelfObject
                | Kind::InstanceVariable
                | Kind::ClassVariable
                | Kind::GlobalVariable => {
                    let source = self.source(id);
                    if !source.contains(char::is_whitespace) {
                        parts.push(source.trim_start_matches("::"));
                    }
                }
                _ => {}
            }
            if parts.len() > 40 {
                break;
            }
        }
        parts.reverse();
        parts.join(".")
    }

    /// The target of an assignment as written, without computed parts.
    pub(super) fn target(&self, left: Id) -> String {
        match self.kind(left) {
            Kind::ElementReference => {
                let literal = self.arguments(left).iter().all(|&key| {
                    matches!(self.kind(key), Kind::String | Kind::SimpleSymbol)
                        && !self.subtree(key).any(|id| self.kind(id) == Kind::Interpolation)
                });
                let source = self.source(left);
                if literal && !source.contains('\n') { source.to_string() } else { self.path(left) }
            }
            _ => self.path(left),
        }
    }

    /// The text between the delimiters of a string, symbol or heredoc, as bytes of the file.
    pub(super) fn inner(&self, id: Id) -> Span {
        let span = self.span(id);
        match self.kind(id) {
            Kind::SimpleSymbol => Span { start: (span.start + 1).min(span.end), ..span },
            Kind::HashKeySymbol | Kind::BareString | Kind::BareSymbol | Kind::Identifier => span,
            _ => {
                let mut inner: Option<Span> = None;
                for child in self.children(id) {
                    let part = self.span(child);
                    inner = Some(Span { start: inner.map_or(part.start, |s| s.start), end: part.end });
                }
                inner.unwrap_or_else(|| {
                    let at = self.source(id).len() / 2;
                    Span { start: span.start + at, end: span.start + at }
                })
            }
        }
    }

    /// The text of a string or symbol without computed pieces, and where it stands.
    pub(super) fn literal(&self, id: Id) -> Option<(&'t str, Span)> {
        match self.kind(id) {
            Kind::String | Kind::DelimitedSymbol | Kind::BareString => {
                if self.children(id).any(|child| self.kind(child) == Kind::Interpolation) {
                    return None;
                }
            }
            Kind::SimpleSymbol | Kind::HashKeySymbol | Kind::BareSymbol => {}
            _ => return None,
        }
        let inner = self.inner(id);
        Some((self.text.get(std::ops::Range::from(inner))?, inner))
    }

    /// The pattern of a regular expression, with its flags in Rust's notation.
    pub(super) fn regex(&self, id: Id) -> Option<String> {
        if self.kind(id) != Kind::Regex || self.children(id).any(|c| self.kind(c) == Kind::Interpolation) {
            return None;
        }
        let source = self.source(id);
        let open = if source.starts_with("%r") { 3 } else { 1 };
        let flags = source.len() - source.trim_end_matches(|c: char| c.is_ascii_lowercase()).len();
        let close = source.len() - flags;
        let pattern = source.get(open..close.checked_sub(1)?)?;
        let flags: String = source[close..].chars().filter(|c| matches!(c, 'i' | 'x')).collect();
        Some(if flags.is_empty() { pattern.to_string() } else { format!("(?{flags}){pattern}") })
    }
}
