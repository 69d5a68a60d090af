//! Comments of every language, and how far the statement or entry below a comment goes.
//!
//! Everything comes from syntax: a string that looks like a comment is none. Asked for few files only, those
//! that hold a directive for dynolint or get one, so it may parse them once more.

mod code;
mod data;
mod lines;
mod markup;

use crate::lang::Lang;
use crate::span::Span;

pub use lines::{Notation, notation};

/// A comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comment {
    /// All that goes when the comment goes: its signs, and the tag or braces that hold nothing else.
    pub span: Span,
    /// What it says, without its signs.
    pub body: Span,
}

/// Where the comments of a text are, and where comments can come in.
pub struct Layout<'t> {
    text: &'t str,
    lang: Lang,
    /// In order of place; none lies in another one.
    pub comments: Vec<Comment>,
    /// Pieces over several lines between which no comment can stand: strings, here-documents, lines that go
    /// on with a backslash. In order, apart.
    solids: Vec<Span>,
    shape: Shape,
}

/// How the extent of a statement is told.
enum Shape {
    /// By a syntax tree.
    Program(code::Program),
    /// A template: by its tags, and within them by the tree of the program in it.
    Markup(markup::Markup),
    /// By indentation and the flow collections over several lines.
    Yaml(Vec<Span>),
    /// By brackets, over the texts in between.
    Brackets(lines::Brackets),
    /// By a list of entries.
    Entries(Vec<Span>),
    /// By the tokens of SQL.
    Sql,
    /// Lines that end with one of these signs go on.
    Lines(&'static [&'static str]),
}

/// What the readers of a language find.
#[derive(Default)]
struct Found {
    comments: Vec<Comment>,
    solids: Vec<Span>,
}

/// The comments of a file, in order of place. `path` tells which format a plain file has.
pub fn comments(text: &str, lang: Lang, path: &str) -> Vec<Comment> {
    Layout::of(text, lang, path).comments
}

impl<'t> Layout<'t> {
    /// The layout of a file.
    pub fn of(text: &'t str, lang: Lang, path: &str) -> Self {
        let (mut found, shape) = match lang {
            Lang::Ruby | Lang::Python | Lang::JavaScript | Lang::TypeScript | Lang::Tsx | Lang::Shell => {
                code::read(text, lang)
            }
            Lang::Erb => markup::erb(text),
            Lang::Haml | Lang::Slim => markup::indented(text, lang),
            Lang::Vue | Lang::Svelte => markup::component(text, lang),
            Lang::Yaml => data::yaml(text),
            Lang::Toml => data::toml(text),
            Lang::Json => data::json(text),
            Lang::Dockerfile => lines::dockerfile(text),
            Lang::Procfile => lines::procfile(text),
            Lang::Makefile => lines::makefile(text),
            // direnv runs its file as a script.
            Lang::Dotenv if path.ends_with(".envrc") => code::read(text, Lang::Shell),
            Lang::Dotenv => lines::dotenv(text),
            Lang::Sql => lines::sql(text),
            Lang::Plain => lines::plain(text, path),
        };
        found.comments.sort_by_key(|comment| (comment.span.start, std::cmp::Reverse(comment.span.end)));
        found.comments.dedup_by(|later, earlier| later.span.start < earlier.span.end);
        Self { text, lang, comments: found.comments, solids: merged(found.solids), shape }
    }

    /// The text.
    pub fn text(&self) -> &'t str {
        self.text
    }

    /// The language.
    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// The start of the line that holds the offset.
    pub fn line_start(&self, at: usize) -> usize {
        memchr::memrchr(b'\n', &self.text.as_bytes()[..at]).map_or(0, |found| found + 1)
    }

    /// The end of the line that holds the offset, before its line break.
    pub fn line_end(&self, at: usize) -> usize {
        line_end(self.text, at)
    }

    /// The first offset from `from` on that is neither blank nor in a comment.
    pub fn next_code(&self, from: usize) -> Option<usize> {
        let mut at = from;
        loop {
            at = self.text.len() - self.text[at..].trim_start().len();
            match self.comments.iter().find(|comment| comment.span.start <= at && at < comment.span.end) {
                Some(comment) => at = comment.span.end,
                None => return (at < self.text.len()).then_some(at),
            }
        }
    }

    /// Whether there is nothing but blanks and comments in the bytes.
    pub fn is_silent(&self, span: Span) -> bool {
        self.next_code(span.start).is_none_or(|at| at >= span.end)
    }

    /// The lines of the statement or entry that begins at the offset, without the body that it may have: from
    /// there to the end of its last line.
    pub fn statement(&self, at: usize) -> Span {
        let end = match &self.shape {
            Shape::Program(program) => program.end_of(at),
            Shape::Markup(markup) => markup.end_of(self, at),
            Shape::Yaml(flows) => data::end_of_entry(self, flows, at),
            Shape::Brackets(brackets) => brackets.end_of(self.text, at),
            Shape::Entries(entries) => {
                entries.iter().find(|entry| entry.start == at).map_or(at, |entry| entry.end)
            }
            Shape::Sql => lines::end_of_sql(self.text, at),
            Shape::Lines(signs) => lines::end_of_lines(self.text, at, signs),
        };
        // What stands before a body can end on the line above it.
        let end = at + self.text[at..end.clamp(at, self.text.len())].trim_end().len();
        self.whole(Span::new(at, self.line_end(end)))
    }

    /// The span with all pieces that share lines with it and that no comment can stand in.
    pub fn whole(&self, span: Span) -> Span {
        let mut whole = span;
        loop {
            let lines = Span::new(self.line_start(whole.start), self.line_end(whole.end));
            let touched = |solid: &&Span| solid.start <= lines.end && lines.start < solid.end;
            let grown = self.solids.iter().filter(touched).fold(whole, |whole, solid| {
                Span::new(whole.start.min(solid.start), whole.end.max(solid.end))
            });
            if grown == whole {
                return whole;
            }
            whole = grown;
        }
    }

    /// The piece without room for a comment that the offset lies within, as far as there is one.
    pub fn solid_around(&self, at: usize) -> Option<Span> {
        self.solids.iter().copied().find(|solid| solid.start < at && at < solid.end)
    }

    /// Whether the offset is among the children of an element of JSX, where a comment is an expression.
    pub fn is_in_jsx(&self, at: usize) -> bool {
        matches!(&self.shape, Shape::Program(program) if program.is_in_jsx(at))
    }

    /// Whether the offset is in a script of a component.
    pub fn is_in_script(&self, at: usize) -> bool {
        matches!(&self.shape, Shape::Markup(markup) if markup.is_in_program(at))
    }

    /// Where the statements begin that the offset lies within, innermost first: offsets at which a comment on
    /// a line of its own may stand.
    pub fn starts_around(&self, at: usize) -> Vec<usize> {
        match &self.shape {
            Shape::Program(program) => program.starts_around(at),
            Shape::Markup(markup) => markup.starts_around(self.text, at),
            Shape::Entries(entries) => entries
                .iter()
                .filter(|entry| entry.contains(Span::new(at, at)))
                .map(|one| one.start)
                .collect(),
            _ => Vec::new(),
        }
    }
}

/// The end of the line that holds the offset, before its line break.
fn line_end(text: &str, at: usize) -> usize {
    let end = memchr::memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |found| at + found);
    if end > at && text.as_bytes()[end - 1] == b'\r' { end - 1 } else { end }
}

/// Sorted, and those that touch joined.
fn merged(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    let mut kept: Vec<Span> = Vec::new();
    for span in spans {
        match kept.last_mut() {
            Some(last) if span.start < last.end => last.end = last.end.max(span.end),
            _ => kept.push(span),
        }
    }
    kept
}

/// A comment with these signs around what it says.
fn between(text: &str, span: Span, open: &str, close: &str) -> Comment {
    let whole = span.of(text);
    let start = span.start + if whole.starts_with(open) { open.len() } else { 0 };
    let end =
        span.end - if span.end - start >= close.len() && whole.ends_with(close) { close.len() } else { 0 };
    Comment { span, body: Span::new(start, end) }
}

/// A comment from its sign to the end of its line.
fn to_line_end(text: &str, at: usize, sign: &str) -> Comment {
    between(text, Span::new(at, line_end(text, at)), sign, "")
}

/// The comment with the signs of whichever kind it has.
fn of_any_kind(text: &str, span: Span) -> Comment {
    const PAIRS: [(&str, &str); 8] = [
        ("/*", "*/"),
        ("<!--", "-->"),
        ("{-", "-}"),
        ("--[[", "]]"),
        ("<#", "#>"),
        ("=begin", "=end"),
        ("//", ""),
        ("--", ""),
    ];
    let whole = span.of(text);
    match PAIRS.iter().find(|(open, _)| whole.starts_with(open)) {
        Some((open, close)) => between(text, span, open, close),
        None => Comment { span, body: Span::new((span.start + 1).min(span.end), span.end) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the comments of a text say.
    fn said(lang: Lang, path: &str, text: &str) -> Vec<String> {
        comments(text, lang, path).iter().map(|comment| comment.body.of(text).trim().to_string()).collect()
    }

    #[test]
    fn comments_of_every_language() {
        for (lang, path, text, wanted) in [
            (
                Lang::Ruby,
                "a.rb",
                "a # b\n\"# c\" # d\n=begin\ne\n=end\nf = <<~X # g\n  # h\nX\n",
                &["b", "d", "e", "g"][..],
            ),
            (Lang::Ruby, "a.rb", "a\n__END__\n# b\n", &[]),
            (Lang::Python, "a.py", "a = '# b' # c\n\"\"\"\n# d\n\"\"\"\n", &["c"]),
            (
                Lang::JavaScript,
                "a.js",
                "a // b\n`// c` /* d */\nx = <a>{/* e */} // f</a>\n",
                &["b", "d", "e"],
            ),
            (Lang::TypeScript, "a.ts", "let a: string = '// b' // c\n", &["c"]),
            (Lang::Tsx, "a.tsx", "x = <a b={/* c */ d}>{/* e */}</a>\n", &["c", "e"]),
            (Lang::Shell, "a.sh", "a '# b' # c\ncat <<X\n# d\nX\n", &["c"]),
            (
                Lang::Erb,
                "a.erb",
                "<%# a %><% # b %><!-- c --><% d # e\n %><%= '# f' %># g\n",
                &["a", "b", "c", "e"],
            ),
            (Lang::Haml, "a.haml", "-# a\n  b\n/ c\n%p= d # e\n= '# f'\n# g\n", &["a\n  b", "c", "e"]),
            (Lang::Haml, "a.haml", ":javascript\n  -# a\n  // b\n-# c\n", &["c"]),
            (Lang::Slim, "a.slim", "javascript:\n  / a\n| b\n  / c\n/ d\n", &["d"]),
            (Lang::Slim, "a.slim", "/ a\n/! b\np = c # d\np # e\n", &["a", "b", "d"]),
            (
                Lang::Vue,
                "a.vue",
                "<a>// b</a><!-- c -->\n<script>\nd // e\n'<!-- f -->'\n</script>\n",
                &["c", "e"],
            ),
            (Lang::Svelte, "a.svelte", "<script lang=\"ts\">\n// a\n</script>\n<!-- b -->\n", &["a", "b"]),
            (
                Lang::Yaml,
                "a.yml",
                "# a\nb: c # d\ne: 'f # g' # h\ni: | # j\n  # k\nl: m#n\no: <%= p # q %> # r\n",
                &["a", "d", "h", "j", "r"],
            ),
            (Lang::Yaml, "a.yml", "<%# a %>\nb: {c: d} # e\n", &["a", "e"]),
            (
                Lang::Toml,
                "a.toml",
                "# a\nb = 'c # d' # e\nf = \"\"\"\n# g\n\"\"\"\nh = [ # i\n1]\n",
                &["a", "e", "i"],
            ),
            (Lang::Json, "a.json", "{ // a\n\"b\": \"// c\" /* d */ }", &["a", "d"]),
            (
                Lang::Dockerfile,
                "Dockerfile",
                "# a\nFROM b # c\nRUN d \\\n # e\n f\nRUN <<X\n# g\nX\n",
                &["a", "e"],
            ),
            (Lang::Procfile, "Procfile", "# a\nweb: b # c\n", &["a"]),
            (
                Lang::Makefile,
                "Makefile",
                "# a\nB = c # d\nE = f\\#g\nh:\n\techo '# i' # j\n\t# k\n",
                &["a", "d", "j", "k"],
            ),
            (Lang::Dotenv, ".env", "# a\nB=c # d\nE='f # g' # h\nI=j#k\n", &["a", "d", "h"]),
            (Lang::Sql, "a.sql", "-- a\nselect '-- b' /* c */; -- d\n", &["a", "c", "d"]),
            (Lang::Plain, "a.go", "a // b\n\"// c\" /* d */\n", &["b", "d"]),
            (Lang::Plain, "a.php", "a # b\n// c\n", &["b", "c"]),
            (Lang::Plain, "mix.exs", "a # b\n", &["b"]),
            (Lang::Plain, "pom.xml", "<a><!-- b --></a>", &["b"]),
            (Lang::Plain, "requirements.txt", "# a\nb==1 # c\nd @ e#f\n", &["a", "c"]),
            (Lang::Plain, ".slugignore", "# a\nb # c\n", &["a"]),
            (Lang::Plain, "tox.ini", "; a\n# b\nc = d ; e\n", &["a", "b"]),
            (Lang::Plain, "runtime.txt", "# a\n", &[]),
        ] {
            assert_eq!(said(lang, path, text), wanted, "{path}\n{text}");
        }
    }

    #[test]
    fn what_goes_with_a_comment() {
        for (lang, text, wanted) in [
            (Lang::Tsx, "x = <a>{/* b */}</a>", "{/* b */}"),
            (Lang::Tsx, "x = <a>{/* b */ c}</a>", "/* b */"),
            (Lang::Erb, "<p><% # b %></p>", "<% # b %>"),
            (Lang::Erb, "<p><% a # b\n %></p>", "# b"),
        ] {
            let found = comments(text, lang, "x");
            assert_eq!(found.first().map(|comment| comment.span.of(text)), Some(wanted), "{text}");
        }
    }

    /// The statement that begins at the sign `¶`, which is taken out.
    fn statement(lang: Lang, path: &str, marked: &str) -> String {
        let at = marked.find('¶').expect("a mark");
        let text = marked.replace('¶', "");
        let layout = Layout::of(&text, lang, path);
        layout.statement(at).of(&text).trim_end().to_string()
    }

    #[test]
    fn statements_end_before_their_bodies() {
        for (lang, path, marked, wanted) in [
            (Lang::Ruby, "a.rb", "¶a(\n  b,\n)\nc\n", "a(\n  b,\n)"),
            (Lang::Ruby, "a.rb", "¶x = {\n  a: 1,\n}\n", "x = {\n  a: 1,\n}"),
            (Lang::Ruby, "a.rb", "x = {\n  ¶a: [\n    1,\n  ],\n  b: 2,\n}\n", "a: [\n    1,\n  ],"),
            (Lang::Ruby, "a.rb", "¶if a &&\n   b\n  c\nend\n", "if a &&\n   b"),
            (Lang::Ruby, "a.rb", "¶def a(\n  b\n)\n  c\nend\n", "def a(\n  b\n)"),
            (Lang::Ruby, "a.rb", "¶class A\n  b\nend\n", "class A"),
            (Lang::Ruby, "a.rb", "¶a.each do |b|\n  c\nend\n", "a.each do |b|"),
            (Lang::Ruby, "a.rb", "¶a x: -> { b },\n  y: c\nd\n", "a x: -> { b },\n  y: c"),
            (Lang::Ruby, "a.rb", "¶case a\nwhen 1 then b\nend\n", "case a"),
            (Lang::Ruby, "a.rb", "¶a = begin\n  b\nend\n", "a = begin"),
            (Lang::Ruby, "a.rb", "def a\n  ¶b(1)\n  c\nend\n", "b(1)"),
            (Lang::Ruby, "a.rb", "a(<<~X, ¶b)\n  c\nX\nd\n", "<<~X, b)\n  c\nX"),
            (Lang::Ruby, "a.rb", "¶a = 1 \\\n  + b\nc\n", "a = 1 \\\n  + b"),
            (Lang::Python, "a.py", "¶a(\n    b,\n)\nc\n", "a(\n    b,\n)"),
            (Lang::Python, "a.py", "¶if a:\n    b\n", "if a:"),
            (Lang::Python, "a.py", "¶x = [\n    a\n    for a in b\n]\n", "x = [\n    a\n    for a in b\n]"),
            (
                Lang::Python,
                "a.py",
                "¶@a(\n    b\n)\ndef c(\n    d,\n):\n    e\n",
                "@a(\n    b\n)\ndef c(\n    d,\n):",
            ),
            (
                Lang::Python,
                "a.py",
                "x = {\n    ¶'a': [\n        1,\n    ],\n    'b': 2,\n}\n",
                "'a': [\n        1,\n    ],",
            ),
            (Lang::JavaScript, "a.js", "¶a(b, () => {\n  c\n})\n", "a(b, () => {"),
            (Lang::JavaScript, "a.js", "¶const a = {\n  b: 1,\n}\n", "const a = {\n  b: 1,\n}"),
            (
                Lang::JavaScript,
                "a.js",
                "¶module.exports = {\n  a: 1,\n  b() {\n    c\n  },\n  d: 1,\n}\n",
                "module.exports = {\n  a: 1,\n  b() {",
            ),
            (Lang::JavaScript, "a.js", "¶if (a)\n  b()\n", "if (a)"),
            (Lang::JavaScript, "a.js", "¶const a = () =>\n  b\nc\n", "const a = () =>\n  b"),
            (Lang::JavaScript, "a.js", "¶switch (a) {\n  case 1: b\n}\n", "switch (a) {"),
            (Lang::Tsx, "a.tsx", "x = ¶<a\n  b={c}\n>\n  d\n</a>\n", "<a\n  b={c}\n>"),
            (Lang::Shell, "a.sh", "¶a \\\n  b\nc\n", "a \\\n  b"),
            (Lang::Shell, "a.sh", "¶if a\nthen\n  b\nfi\n", "if a\nthen"),
            (Lang::Shell, "a.sh", "¶a <<X\n  b\nX\nc\n", "a <<X\n  b\nX"),
            (Lang::Shell, "a.sh", "¶for a in b; do\n  c\ndone\n", "for a in b; do"),
            (Lang::Erb, "a.erb", "¶<%= a(\n  b) %>\nc\n", "<%= a(\n  b) %>"),
            (Lang::Erb, "a.erb", "¶<a\n  b=\"<%= c > d %>\">\n  e\n</a>\n", "<a\n  b=\"<%= c > d %>\">"),
            (Lang::Erb, "a.erb", "<%\n ¶a(\n  b)\n c %>\n", "a(\n  b)"),
            (Lang::Vue, "a.vue", "¶<a\n  b=\"c > d\"\n>\n  e\n</a>\n", "<a\n  b=\"c > d\"\n>"),
            (Lang::Vue, "a.vue", "<script>\n¶a(\n  b)\nc\n</script>\n", "a(\n  b)"),
            (Lang::Haml, "a.haml", "¶= a b,\n  c\n= d\n", "= a b,\n  c"),
            (Lang::Yaml, "a.yml", "¶a: |\n  b\n  c\nd: e\n", "a: |\n  b\n  c"),
            (Lang::Yaml, "a.yml", "¶a:\n  b: c\n", "a:"),
            (Lang::Yaml, "a.yml", "¶a: [\n  b,\n]\nc: d\n", "a: [\n  b,\n]"),
            (
                Lang::Yaml,
                "a.yml",
                "x:\n  ¶- a: b\n    c: >\n      d:\n    e:\n      f: g\n  - h\n",
                "- a: b\n    c: >\n      d:\n    e:",
            ),
            (Lang::Toml, "a.toml", "¶a = [\n  1,\n]\nb = 2\n", "a = [\n  1,\n]"),
            (Lang::Toml, "a.toml", "¶[a]\nb = 2\n", "[a]"),
            (Lang::Toml, "a.toml", "a = [\n  ¶\"b]\",\n  \"c\",\n]\n", "\"b]\","),
            (
                Lang::Json,
                "a.json",
                "{\n  ¶\"a\": {\n    \"b\": 1\n  },\n  \"c\": 2\n}",
                "\"a\": {\n    \"b\": 1\n  },",
            ),
            (Lang::Dockerfile, "Dockerfile", "¶RUN a \\\n  b\nRUN c\n", "RUN a \\\n  b"),
            (Lang::Dockerfile, "Dockerfile", "¶RUN <<X\na\nX\nRUN b\n", "RUN <<X\na\nX"),
            (Lang::Makefile, "Makefile", "¶a: b \\\n c\n\td\n", "a: b \\\n c"),
            (Lang::Dotenv, ".env", "¶A=\"b\nc\"\nD=e\n", "A=\"b\nc\""),
            (
                Lang::Sql,
                "a.sql",
                "¶create table a (\n  b int,\n  c int\n);\nselect 1;\n",
                "create table a (\n  b int,\n  c int\n);",
            ),
            (
                Lang::Sql,
                "a.sql",
                "create table a (\n  ¶b int\n    not null,\n  c int\n);\n",
                "b int\n    not null,",
            ),
            (
                Lang::Sql,
                "a.sql",
                "¶create function a() as $$\n  select 1;\n$$;\n",
                "create function a() as $$\n  select 1;\n$$;",
            ),
            (Lang::Plain, "a.go", "¶a(\n\tb,\n)\nc()\n", "a(\n\tb,\n)"),
            (Lang::Plain, "a.go", "¶if a(\n\tb) {\n\tc()\n}\n", "if a(\n\tb) {"),
        ] {
            assert_eq!(statement(lang, path, marked), wanted, "{path}\n{marked}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_has_a_layout(
            parts in proptest::collection::vec(proptest::sample::select(vec![
                "#", "//", "/*", "*/", "<!--", "-->", "<%", "<%#", "%>", "--", "-#", "/", ";", "\"", "'", "`", "\n",
                "\r\n", " ", "\t", "\\", "é", "a", "x: |", "- ", "{", "}", "(", ")", "[", "]", ",", "<<X", "X", "<a",
                ">", "<script>", "</script>", "do", "end", "def f", "if x:", "=begin", "=end", "__END__", "$$",
                "dynolint: ignore[a] b", "RUN ", "web: ", "A=", "define X", "endef", "\u{feff}", "#{", "${",
            ]), 0..24),
            lang in proptest::sample::select(Lang::ALL.to_vec()),
            path in proptest::sample::select(vec!["a.go", "a.php", "tox.ini", "pom.xml", ".envrc", ".env", "x"]),
        ) {
            let text = parts.concat();
            let layout = Layout::of(&text, lang, path);
            let mut last = 0;
            for Comment { span, body } in &layout.comments {
                proptest::prop_assert!(last <= span.start && span.contains(*body), "{span:?} {body:?}");
                proptest::prop_assert!(text.get(span.start..span.end).is_some());
                proptest::prop_assert!(text.get(body.start..body.end).is_some());
                last = span.end;
            }
            for (at, _) in text.char_indices() {
                let statement = layout.statement(at);
                proptest::prop_assert!(statement.start <= at && statement.end >= layout.line_end(at));
                proptest::prop_assert!(text.get(statement.start..statement.end).is_some());
                layout.starts_around(at);
                layout.is_in_jsx(at);
                layout.next_code(at);
            }
        }
    }
}
