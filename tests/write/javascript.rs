//! The writer in `src/write/javascript.rs`.

use dynolint::check::analyse;
use dynolint::lang::Lang;
use dynolint::project::Project;
use dynolint::remedy::{Content, Remedy, What};
use dynolint::role::role;
use dynolint::vocabulary::Vocabulary;
use dynolint::write;

use crate::harness::{check_read_first, written};

/// What a call of [`What`] makes of a marked text.
fn check(path: &str, what: impl Fn(dynolint::span::Span) -> What, rows: &[(&str, &str)]) {
    for (marked, expected) in rows {
        let found = written(path, marked, &what);
        assert_eq!(found.as_deref().unwrap_or("-"), *expected, "{path}: {marked}");
    }
}

fn texts(words: &[&str]) -> Vec<String> {
    words.iter().map(ToString::to_string).collect()
}

fn check_fall_back(path: &str, names: &[&str], rows: &[(&str, &str)]) {
    check(path, |read| What::FallBack { read, names: texts(names) }, rows);
}

fn check_set(path: &str, keys: &[&str], value: &Content, rows: &[(&str, &str)]) {
    check(path, |at| What::Set { at, keys: texts(keys), value: value.clone() }, rows);
}

fn check_become(path: &str, value: &Content, rows: &[(&str, &str)]) {
    check(path, |at| What::Become { at, value: value.clone() }, rows);
}

fn text(text: &str) -> Content {
    Content::Text(text.to_string())
}

#[test]
fn reads_keep_their_form() {
    check_read_first(
        "a.js",
        &["N"],
        &[
            ("a = «process.env.X»;", "a = process.env.N || process.env.X;"),
            ("a = «process.env['X']»;", "a = process.env['N'] || process.env['X'];"),
            ("a = «process.env[\"X\"]»;", "a = process.env[\"N\"] || process.env[\"X\"];"),
            ("a = «process.env[`X`]»;", "a = process.env[`N`] || process.env[`X`];"),
            ("a = «process.env?.X»;", "a = process.env?.N || process.env?.X;"),
            ("a = «process?.env?.X»;", "a = process?.env?.N || process?.env?.X;"),
            ("a = «globalThis.process.env.X»;", "a = globalThis.process.env.N || globalThis.process.env.X;"),
            ("const env = process.env; a = «env.X»", "const env = process.env; a = env.N || env.X"),
            (
                "import { env } from 'node:process';\na = «env.X»",
                "import { env } from 'node:process';\na = env.N || env.X",
            ),
            ("const { env } = process; a = «env.X»", "const { env } = process; a = env.N || env.X"),
            ("const K = 'X'; a = «process.env[K]»", "const K = 'X'; a = process.env.N || process.env[K]"),
            ("a = «Deno.env.get(\"X\")»", "a = Deno.env.get(\"N\") || Deno.env.get(\"X\")"),
            ("a = «Bun.env.X»", "a = Bun.env.N || Bun.env.X"),
        ],
    );
    check_read_first(
        "a.js",
        &["N", "M"],
        &[("a = «process.env.X»", "a = process.env.N || process.env.M || process.env.X")],
    );
}

#[test]
fn reads_stand_in_parentheses_where_something_binds_tighter() {
    check_read_first(
        "a.js",
        &["N"],
        &[
            ("if (!«process.env.DYNO») go()", "if (!(process.env.N || process.env.DYNO)) go()"),
            ("a = !!«process.env.DYNO»", "a = !!(process.env.N || process.env.DYNO)"),
            (
                "a = «process.env.DYNO»?.split('.')[0]",
                "a = (process.env.N || process.env.DYNO)?.split('.')[0]",
            ),
            ("a = «process.env.X».length", "a = (process.env.N || process.env.X).length"),
            ("x = a || «process.env.DYNO» && b", "x = a || (process.env.N || process.env.DYNO) && b"),
            ("x = a && «process.env.X»", "x = a && (process.env.N || process.env.X)"),
            ("x = a || «process.env.X»", "x = a || process.env.N || process.env.X"),
            ("x = «process.env.X» || 'd'", "x = process.env.N || process.env.X || 'd'"),
            ("x = a ?? «process.env.X»", "x = a ?? process.env.N ?? process.env.X"),
            ("x = «process.env.X» ?? 'd'", "x = process.env.N ?? process.env.X ?? 'd'"),
            ("x = (a ?? «process.env.X») || b", "x = (a ?? process.env.N ?? process.env.X) || b"),
            ("x = a ?? (b || «process.env.X»)", "x = a ?? (b || process.env.N || process.env.X)"),
            ("x = a ?? (b && «process.env.X»)", "x = a ?? (b && (process.env.N || process.env.X))"),
            ("x = «process.env.X» === 'y'", "x = (process.env.N || process.env.X) === 'y'"),
            ("x = 'a' + «process.env.X» + 'b'", "x = 'a' + (process.env.N || process.env.X) + 'b'"),
            ("x = typeof «process.env.X»", "x = typeof (process.env.N || process.env.X)"),
            ("async () => await «process.env.X»", "async () => await (process.env.N || process.env.X)"),
            ("x = «process.env.X» ? 1 : 2", "x = process.env.N || process.env.X ? 1 : 2"),
            ("x = a ? «process.env.X» : 2", "x = a ? process.env.N || process.env.X : 2"),
            ("x = a ? 1 : «process.env.X»", "x = a ? 1 : process.env.N || process.env.X"),
            ("f = () => «process.env.X»", "f = () => process.env.N || process.env.X"),
            ("f = (a = «process.env.X») => a", "f = (a = process.env.N || process.env.X) => a"),
            ("function f(a = «process.env.X») {}", "function f(a = process.env.N || process.env.X) {}"),
            (
                "function f() { return «process.env.X» }",
                "function f() { return process.env.N || process.env.X }",
            ),
            (
                "function f() { return (\n  «process.env.X»\n) }",
                "function f() { return (\n  process.env.N || process.env.X\n) }",
            ),
            ("throw «process.env.X»", "throw process.env.N || process.env.X"),
            ("f(a, «process.env.X», b)", "f(a, process.env.N || process.env.X, b)"),
            ("new Foo(«process.env.X»)", "new Foo(process.env.N || process.env.X)"),
            ("f(...«process.env.X»)", "f(...process.env.N || process.env.X)"),
            ("a = [«process.env.X», 1]", "a = [process.env.N || process.env.X, 1]"),
            ("a = { x: «process.env.X», y: 1 }", "a = { x: process.env.N || process.env.X, y: 1 }"),
            ("a = { [«process.env.X»]: 1 }", "a = { [process.env.N || process.env.X]: 1 }"),
            ("a = b[«process.env.X»]", "a = b[process.env.N || process.env.X]"),
            ("a = (f(), «process.env.X»)", "a = (f(), process.env.N || process.env.X)"),
            ("a += «process.env.X»", "a += process.env.N || process.env.X"),
            ("a ||= «process.env.X»", "a ||= process.env.N || process.env.X"),
            ("process.env.Y = «process.env.X»", "process.env.Y = process.env.N || process.env.X"),
            (
                "switch («process.env.X») { case 'a': }",
                "switch (process.env.N || process.env.X) { case 'a': }",
            ),
            ("switch (a) { case «process.env.X»: }", "switch (a) { case process.env.N || process.env.X: }"),
            ("while («process.env.X») {}", "while (process.env.N || process.env.X) {}"),
            ("for (const a of «process.env.X») {}", "for (const a of process.env.N || process.env.X) {}"),
            (
                "for (let i = 0; «process.env.X»; i++) {}",
                "for (let i = 0; process.env.N || process.env.X; i++) {}",
            ),
            ("class A { b = «process.env.X» }", "class A { b = process.env.N || process.env.X }"),
            ("export default «process.env.X»", "export default process.env.N || process.env.X"),
            (
                "function* f() { yield «process.env.X» }",
                "function* f() { yield process.env.N || process.env.X }",
            ),
            ("a = `x${«process.env.X»}y`", "a = `x${process.env.N || process.env.X}y`"),
            ("a = `x${`${«process.env['X']»}`}y`", "a = `x${`${process.env['N'] || process.env['X']}`}y`"),
            ("a = `${«process.env.X».trim()}`", "a = `${(process.env.N || process.env.X).trim()}`"),
            ("const { a = «process.env.X» } = b", "const { a = process.env.N || process.env.X } = b"),
            (
                "module.exports = { env: { X: «process.env.X» } }",
                "module.exports = { env: { X: process.env.N || process.env.X } }",
            ),
            ("a = { ...b, X: «process.env.X» }", "a = { ...b, X: process.env.N || process.env.X }"),
            ("a = «process.env.X»\n  || b", "a = process.env.N || process.env.X\n  || b"),
            ("JSON.stringify(«process.env.X»)", "JSON.stringify(process.env.N || process.env.X)"),
        ],
    );
}

#[test]
fn presence_stays_presence() {
    check_read_first(
        "a.js",
        &["N"],
        &[
            ("a = «'X' in process.env»", "a = 'N' in process.env || 'X' in process.env"),
            ("a = !(«'X' in process.env»)", "a = !('N' in process.env || 'X' in process.env)"),
            ("if («\"X\" in process.env») {}", "if (\"N\" in process.env || \"X\" in process.env) {}"),
            ("a = b && «'X' in process.env»", "a = b && ('N' in process.env || 'X' in process.env)"),
            (
                "a = «process.env.hasOwnProperty('X')»",
                "a = process.env.hasOwnProperty('N') || process.env.hasOwnProperty('X')",
            ),
            (
                "a = !«Object.hasOwn(process.env, 'X')»",
                "a = !(Object.hasOwn(process.env, 'N') || Object.hasOwn(process.env, 'X'))",
            ),
            ("a = «Deno.env.has('X')»", "a = Deno.env.has('N') || Deno.env.has('X')"),
            ("a = «process.env.X» !== undefined", "a = (process.env.N || process.env.X) !== undefined"),
        ],
    );
}

#[test]
fn brackets_never_join_a_line_with_the_one_before() {
    check_read_first(
        "a.js",
        &["N"],
        &[
            ("a = b\n«process.env.X».split()", "-"),
            ("a = b\n// c\n«process.env.X» && go()", "-"),
            ("a = {}\n«process.env.X» && go()", "-"),
            ("a = b;\n«process.env.X» && go()", "a = b;\n(process.env.N || process.env.X) && go()"),
            ("«process.env.X» && go()", "(process.env.N || process.env.X) && go()"),
            ("a = b\n«process.env.X» || go()", "a = b\nprocess.env.N || process.env.X || go()"),
            ("a = b\n!«process.env.X» && go()", "a = b\n!(process.env.N || process.env.X) && go()"),
            (
                "function f() {}\n«process.env.X» && go()",
                "function f() {}\n(process.env.N || process.env.X) && go()",
            ),
            (
                "if (a) { b() }\n«process.env.X» && go()",
                "if (a) { b() }\n(process.env.N || process.env.X) && go()",
            ),
            ("if (a) b = {}\n«process.env.X» && go()", "-"),
            (
                "if (a) {\n  «process.env.X» && go()\n}",
                "if (a) {\n  (process.env.N || process.env.X) && go()\n}",
            ),
        ],
    );
}

#[test]
fn what_has_no_right_edit_is_left_alone() {
    check_read_first(
        "a.js",
        &["N"],
        &[
            ("delete «process.env.X»", "-"),
            ("«process.env.X» = 'a'", "-"),
            ("«process.env.X» ||= 'a'", "-"),
            ("[«process.env.X»] = a", "-"),
            ("a = process.env[`X_${«b»}`]", "-"),
            ("a = «process\n  .env\n  .X»", "-"),
            // The brackets would end what `?.` jumps over.
            ("a = «process.env?.X».trim()", "-"),
            ("a = «getEnv('DYNO')»", "-"),
            ("const config = require('config'); a = «config.get('X')»", "-"),
            ("for (const key of [«'X'»]) use(process.env[key])", "-"),
            ("module.exports = { plugins: [new webpack.EnvironmentPlugin([«'X'»])] }", "-"),
            ("const env = cleanEnv(process.env, { «X: str()» })", "-"),
            ("const schema = z.object({ «X: z.string()» }); schema.parse(process.env)", "-"),
            // Bundlers know only names with their prefix.
            ("a = «import.meta.env.X»", "-"),
            ("a = «process.env.NEXT_PUBLIC_X»", "-"),
            ("'use client';\na = «process.env.X»", "-"),
            // It is asked first already.
            ("a = process.env.N || «process.env.X»", "-"),
            ("a = process.env.N ?? («process.env.X» || b)", "-"),
        ],
    );
    check_read_first(
        "a.js",
        &["VITE_N"],
        &[("a = «import.meta.env.VITE_X»", "a = import.meta.env.VITE_N || import.meta.env.VITE_X")],
    );
}

#[test]
fn patterns_ask_in_their_default() {
    check_read_first(
        "a.mjs",
        &["N"],
        &[
            ("const { «X» } = process.env", "const { N: X = process.env.X } = process.env"),
            ("const { A, «X», B } = process.env;", "const { A, N: X = process.env.X, B } = process.env;"),
            ("const { «X: y» } = process.env", "const { N: y = process.env.X } = process.env"),
            ("export const { «X» } = process.env", "export const { N: X = process.env.X } = process.env"),
            (
                "const env = process.env; const { «X» } = env",
                "const env = process.env; const { N: X = env.X } = env",
            ),
            // `process.env.X || 'd'` would also take the place of an empty text.
            ("const { «X = 'd'» } = process.env", "-"),
            (
                "const { «X = 'd'» } = process.env; a ?? b",
                "const { N: X = process.env.X ?? 'd' } = process.env; a ?? b",
            ),
            (
                "const { «X: y = a || b» } = process.env; a?.b",
                "const { N: y = process.env.X ?? (a || b) } = process.env; a?.b",
            ),
            ("const { «X», ...rest } = process.env", "-"),
            ("const { N, «X» } = process.env", "-"),
            ("const { env: { «X» } } = process", "-"),
            ("function f({ «X» } = process.env) {}", "-"),
        ],
    );
    check_fall_back(
        "a.mjs",
        &["F"],
        &[
            ("const { «X» } = process.env", "const { X = process.env.F } = process.env"),
            ("const { «X: y» } = process.env", "const { X: y = process.env.F } = process.env"),
            (
                "const { «X = 'd'» } = process.env; a ?? b",
                "const { X = process.env.F ?? 'd' } = process.env; a ?? b",
            ),
        ],
    );
}

#[test]
fn typescript_keeps_its_types() {
    check_read_first(
        "a.ts",
        &["N"],
        &[
            ("const a = «process.env.X»!;", "const a = process.env.N || process.env.X!;"),
            (
                "const a = «process.env.X»!.split(',');",
                "const a = (process.env.N || process.env.X!).split(',');",
            ),
            (
                "export const x = «process.env.X» as string",
                "export const x = (process.env.N || process.env.X) as string",
            ),
            (
                "const x = «process.env.X» satisfies string | undefined",
                "const x = (process.env.N || process.env.X) satisfies string | undefined",
            ),
            ("const x = <string>«process.env.X»", "const x = <string>(process.env.N || process.env.X)"),
            ("const x = f<string>(«process.env.X»)", "const x = f<string>(process.env.N || process.env.X)"),
            (
                "class A { constructor(private x = «process.env.X») {} }",
                "class A { constructor(private x = process.env.N || process.env.X) {} }",
            ),
            (
                "class A { @Input() x: string = «process.env.X» ?? 'd' }",
                "class A { @Input() x: string = process.env.N ?? process.env.X ?? 'd' }",
            ),
            (
                "@Module({ x: «process.env.X» }) class A {}",
                "@Module({ x: process.env.N || process.env.X }) class A {}",
            ),
            (
                "enum E { A = «process.env.X» as any }",
                "enum E { A = (process.env.N || process.env.X) as any }",
            ),
            (
                "const a = «(process.env as any).X»",
                "const a = (process.env as any).N || (process.env as any).X",
            ),
            ("const { «X = 'd'» } = process.env", "const { N: X = process.env.X ?? 'd' } = process.env"),
            ("const { «X» }: { X: string } = process.env as any", "-"),
            // The type checker would no longer know that the second is a text.
            ("if («process.env.X») {\n  use(process.env.X);\n}", "-"),
            ("if (process.env.X) {\n  use(«process.env.X»);\n}", "-"),
            ("if (!«process.env.X») throw new Error();\nuse(process.env.X);", "-"),
            ("const a = «process.env.X» && process.env.X.trim();", "-"),
            ("const a = «process.env.X» ? process.env.X : 'd';", "-"),
            ("assert(«process.env.X»); use(process.env.X)", "-"),
            (
                "const a = «process.env.X» ? `https://${process.env.X}` : 'd';",
                "const a = process.env.N || process.env.X ? `https://${process.env.X}` : 'd';",
            ),
            (
                "const a = «process.env.X» || 'd'; use(process.env.X);",
                "const a = process.env.N || process.env.X || 'd'; use(process.env.X);",
            ),
        ],
    );
    check_read_first(
        "a.tsx",
        &["N"],
        &[
            (
                "const a = <b c={«process.env.X»}>t</b>",
                "const a = <b c={process.env.N || process.env.X}>t</b>",
            ),
            ("const a = <b>{«process.env.X»}</b>", "const a = <b>{process.env.N || process.env.X}</b>"),
            (
                "const a = <b>{«process.env.X» && <i/>}</b>",
                "const a = <b>{(process.env.N || process.env.X) && <i/>}</b>",
            ),
        ],
    );
}

#[test]
fn wrappers_are_called_again_where_they_only_read() {
    check_read_first(
        "a.js",
        &["N"],
        &[
            (
                "const env = (name) => process.env[name];\na = «env('DYNO')»;",
                "const env = (name) => process.env[name];\na = env('N') || env('DYNO');",
            ),
            (
                "function env(name, other) { return process.env[name] || other }\na = «env('DYNO', 'd')»;",
                "function env(name, other) { return process.env[name] || other }\na = env('N') || \
                 env('DYNO', 'd');",
            ),
            ("function env(name) { return process.env[name] || 'd' }\na = «env('DYNO')»;", "-"),
            ("function env(name) { log(name); return process.env[name] }\na = «env('DYNO')»;", "-"),
            (
                "const has = (name) => !!process.env[name];\na = «has('DYNO')»;",
                "const has = (name) => !!process.env[name];\na = has('N') || has('DYNO');",
            ),
            ("const env = (name) => need(process.env[name]);\na = «env('DYNO')»;", "-"),
        ],
    );
}

#[test]
fn components_read_what_their_bundler_gives() {
    check_read_first(
        "a.vue",
        &["VUE_APP_N"],
        &[(
            "<template><p>a</p></template>\n<script>\nexport default { a: «process.env.VUE_APP_X» \
             }\n</script>\n",
            "<template><p>a</p></template>\n<script>\nexport default { a: process.env.VUE_APP_N || \
             process.env.VUE_APP_X }\n</script>\n",
        )],
    );
    check_read_first(
        "a.vue",
        &["N"],
        &[("<script>\nexport default { a: «process.env.X» }\n</script>\n", "-")],
    );
}

#[test]
fn variables_of_a_bundle_are_not_asked_for_in_it() {
    let reader = "export const commit = process.env.HEROKU_SLUG_COMMIT;\n";
    let fixed = |config: &str| {
        let file = |path: &str, text: &str| {
            let lang = Lang::JavaScript;
            analyse(path.to_string(), lang, role(path, lang, text), text.to_string(), Vocabulary::built_in())
        };
        let files = vec![file("src/release.js", reader), file("webpack.config.js", config)];
        let read = files[0].facts.reads[0].span;
        let project = Project::join(files, &[], &mut |_, _| Vec::new());
        let first = What::ReadFirst { read, names: texts(&["GIT_SHA"]) };
        write::fix(&project, &Remedy::safe("try").change("src/release.js", first)).is_some()
    };
    let define = "({ 'process.env.HEROKU_SLUG_COMMIT': JSON.stringify(process.env.HEROKU_SLUG_COMMIT) })";
    assert!(!fixed(&format!("module.exports = {{ plugins: [new webpack.DefinePlugin{define}] }};\n")));
    let plugin = "module.exports = { plugins: [new EnvironmentPlugin(['HEROKU_SLUG_COMMIT'])] };\n";
    assert!(!fixed(plugin));
    assert!(fixed("module.exports = { plugins: [new EnvironmentPlugin(['OTHER'])] };\n"));
}

#[test]
fn flags_stand_behind_the_program() {
    let flags = |command| What::Flags { command, flags: texts(&["--no-owner"]) };
    check(
        "a.js",
        flags,
        &[
            ("exec('«pg_restore» -d app a.dump')", "exec('pg_restore --no-owner -d app a.dump')"),
            ("exec(`«pg_restore» -d ${app}`)", "exec(`pg_restore --no-owner -d ${app}`)"),
            ("spawn('«pg_restore»', ['-d', app])", "spawn('pg_restore', ['--no-owner', '-d', app])"),
            ("«pg_restore» (a)", "-"),
        ],
    );
}

#[test]
fn fallbacks_come_before_defaults() {
    check_fall_back(
        "a.js",
        &["F"],
        &[
            ("a = «process.env.X»", "a = process.env.X || process.env.F"),
            ("a = «process.env.X» || 'd'", "a = process.env.X || process.env.F || 'd'"),
            ("a = «process.env.X» ?? 'd'", "a = process.env.X ?? process.env.F ?? 'd'"),
            ("a = b || «process.env.X»", "a = b || process.env.X || process.env.F"),
            ("a = b ?? «process.env.X»", "a = b ?? process.env.X ?? process.env.F"),
            ("a = b && «process.env.X» || c", "a = b && (process.env.X || process.env.F) || c"),
            ("a = «process.env.X».trim()", "a = (process.env.X || process.env.F).trim()"),
            ("new Redis(«process.env.X», { a: 1 })", "new Redis(process.env.X || process.env.F, { a: 1 })"),
            ("a = «process.env.X» || process.env.F", "-"),
        ],
    );
    check_fall_back(
        "a.ts",
        &["F"],
        &[
            ("a = «process.env.X»!", "a = process.env.X || process.env.F!"),
            ("a = «process.env.X»!.trim()", "a = (process.env.X || process.env.F!).trim()"),
        ],
    );
}

#[test]
fn options_are_added_in_the_layout_of_the_others() {
    let no = Content::Bool(false);
    check_set(
        "a.js",
        &["ssl", "rejectUnauthorized"],
        &no,
        &[
            ("«new Pool({})»", "new Pool({ ssl: { rejectUnauthorized: false } })"),
            ("«new Pool({ a: 1 })»", "new Pool({ a: 1, ssl: { rejectUnauthorized: false } })"),
            ("«new Pool({ a: 1, })»", "new Pool({ a: 1, ssl: { rejectUnauthorized: false }, })"),
            ("«new Pool({a: 1})»", "new Pool({a: 1, ssl: {rejectUnauthorized: false}})"),
            ("«new Pool({ ssl: {} })»", "new Pool({ ssl: { rejectUnauthorized: false } })"),
            ("«new Pool({ ssl: { ca } })»", "new Pool({ ssl: { ca, rejectUnauthorized: false } })"),
            ("«new Pool({ ssl: { ...ca } })»", "new Pool({ ssl: { ...ca, rejectUnauthorized: false } })"),
            (
                "«new Pool({ ssl: { rejectUnauthorized: true, ca } })»",
                "new Pool({ ssl: { rejectUnauthorized: false, ca } })",
            ),
            (
                "«new Pool({ ssl: { rejectUnauthorized } })»",
                "new Pool({ ssl: { rejectUnauthorized: false } })",
            ),
            ("new Pool(«{ a: 1 }»)", "new Pool({ a: 1, ssl: { rejectUnauthorized: false } })"),
            ("«new Pool({ ssl: { rejectUnauthorized: false } })»", "-"),
            // What it is already would be lost, or win.
            ("«new Pool({ ssl: true })»", "-"),
            ("«new Pool({ ssl })»", "-"),
            ("«new Pool({ ...base })»", "-"),
            ("«new Pool({ ssl: { rejectUnauthorized: true }, ...base })»", "-"),
            ("«new Pool({ ssl() {} })»", "-"),
            ("«new Pool(config)»", "-"),
            (
                "«new Pool({\n  a: 1,\n  b: 2,\n})»;",
                "new Pool({\n  a: 1,\n  b: 2,\n  ssl: { rejectUnauthorized: false },\n});",
            ),
            (
                "«new Pool({\n\ta: 1,\n\tb: 2\n})»;",
                "new Pool({\n\ta: 1,\n\tb: 2,\n\tssl: { rejectUnauthorized: false }\n});",
            ),
            (
                "«new Pool({\r\n  a: 1, // one\r\n})»;",
                "new Pool({\r\n  a: 1, // one\r\n  ssl: { rejectUnauthorized: false },\r\n});",
            ),
            (
                "«new Pool({\n  a: 1 // one\n})»;",
                "new Pool({\n  a: 1, // one\n  ssl: { rejectUnauthorized: false }\n});",
            ),
            (
                "«new Pool({\n  'a': 1\n})»;",
                "new Pool({\n  'a': 1,\n  'ssl': { rejectUnauthorized: false }\n});",
            ),
        ],
    );
    check_set(
        "a.js",
        &["timezone"],
        &text("UTC"),
        &[
            (
                "const cron = require('node-cron');\n«cron.schedule('0 1 * * *', go)»",
                "const cron = require('node-cron');\ncron.schedule('0 1 * * *', go, { timezone: 'UTC' })",
            ),
            (
                "const cron = require('node-cron');\n«cron.schedule(\n  '0 1 * * *',\n  go,\n)»",
                "const cron = require('node-cron');\ncron.schedule(\n  '0 1 * * *',\n  go,\n  { \
                 timezone: 'UTC' },\n)",
            ),
            (
                "const cron = require(\"node-cron\");\n«cron.schedule('0 1 * * *', () => { go({ a: 1 }) \
                 }, { scheduled: true })»",
                "const cron = require(\"node-cron\");\ncron.schedule('0 1 * * *', () => { go({ a: 1 }) \
                 }, { scheduled: true, timezone: 'UTC' })",
            ),
            ("«go(1, 2)»", "-"),
            ("«go({ ...base })»", "go({ ...base, timezone: 'UTC' })"),
            ("«go({ timezone: 'Europe/Paris' })»", "go({ timezone: 'UTC' })"),
            ("«go({ timezone })»", "go({ timezone: 'UTC' })"),
        ],
    );
}

#[test]
fn options_go_with_their_comma_and_line() {
    let unset = |at| What::Unset { at, keys: texts(&["ssl"]) };
    check(
        "a.js",
        unset,
        &[
            ("«f({ ssl: true })»", "f({})"),
            ("«f({ ssl: true, a: 1 })»", "f({ a: 1 })"),
            ("«f({ a: 1, ssl: true })»", "f({ a: 1 })"),
            ("«f({ a: 1, ssl: true, })»", "f({ a: 1, })"),
            ("«f({ a: 1, ssl, b })»", "f({ a: 1, b })"),
            ("«f({\n  a: 1,\n  ssl: true,\n  b: 2,\n})»", "f({\n  a: 1,\n  b: 2,\n})"),
            ("«f({\n  a: 1,\n  ssl: true // always\n})»", "f({\n  a: 1\n})"),
            ("«f({\n  a: 1, // one\n  ssl: {\n    x: 1,\n  },\n})»", "f({\n  a: 1, // one\n})"),
            ("«f({ ...base, ssl: true })»", "-"),
            ("«f({ a: 1 })»", "-"),
            ("«f(ssl)»", "-"),
        ],
    );
}

#[test]
fn values_are_written_in_the_style_of_the_file() {
    check_become(
        "a.js",
        &text("b"),
        &[
            ("x = «'a'»", "x = 'b'"),
            ("x = «\"a\"»", "x = \"b\""),
            ("x = «a»; y = \"c\"", "x = \"b\"; y = \"c\""),
            ("x = «f(1)»", "x = 'b'"),
            ("x = { «a» }", "x = { a: 'b' }"),
            ("import a from «'a'»", "import a from 'b'"),
            ("x = `a-«old»-${c}`", "x = `a-b-${c}`"),
            ("x = 'a-«old»-c'", "x = 'a-b-c'"),
            ("x = { «a»: 1 }", "-"),
            ("const «a» = 1", "-"),
        ],
    );
    check_become("a.js", &text("it's"), &[("x = «a»", "x = \"it's\""), ("x = «'a'»", "x = 'it\\'s'")]);
    check_become(
        "a.js",
        &Content::Number("3".to_string()),
        &[("x = «a»", "x = 3"), ("x = «a».b", "x = (3).b")],
    );
    check_become("a.js", &Content::Nil, &[("x = «a»", "x = null")]);
    let list = Content::List(vec![text("a"), Content::Bool(true)]);
    check_become("a.js", &list, &[("x = «a»", "x = ['a', true]"), ("y()\n«a».b()", "-")]);
    let map = Content::Map(vec![("a".to_string(), text("b")), ("c-d".to_string(), Content::Nil)]);
    check_become(
        "a.js",
        &map,
        &[
            ("x = «a»", "x = { a: 'b', 'c-d': null }"),
            ("f = () => «a»", "f = () => ({ a: 'b', 'c-d': null })"),
        ],
    );
    let port = Content::Env {
        name: "PORT".to_string(),
        default: Some(Box::new(Content::Number("3000".to_string()))),
    };
    check_become(
        "a.js",
        &port,
        &[
            ("app.listen(«3000»)", "app.listen(process.env.PORT || 3000)"),
            ("x = «3000» + 1", "x = (process.env.PORT || 3000) + 1"),
            ("x = a ?? «3000»", "x = a ?? (process.env.PORT || 3000)"),
            ("a = process.env['A']; x = «3000»", "a = process.env['A']; x = process.env['PORT'] || 3000"),
            ("a = process.env.A ?? 1; x = «3000»", "a = process.env.A ?? 1; x = process.env.PORT ?? 3000"),
            ("a = Deno.env.get('A'); x = «3000»", "a = Deno.env.get('A'); x = Deno.env.get('PORT') || 3000"),
            ("a = import.meta.env.VITE_A; x = «3000»", "-"),
            ("x = `:${«3000»}`", "x = `:${process.env.PORT || 3000}`"),
            ("x = `:«3000»/`", "x = `:${process.env.PORT || 3000}/`"),
            ("x = ':«3000»/'", "-"),
        ],
    );
    check_become("a.ts", &port, &[("app.listen(«3000»)", "app.listen(Number(process.env.PORT) || 3000)")]);
    check_become("a.tsx", &text("b"), &[("x = <a href=«\"c\"» />", "x = <a href=\"b\" />")]);
    let on = Content::Switch { name: "SSL".to_string(), default: true };
    check_become(
        "a.js",
        &on,
        &[
            ("x = { ssl: «true» }", "x = { ssl: process.env.SSL !== 'false' }"),
            ("x = !«true»", "x = !(process.env.SSL !== 'false')"),
        ],
    );
    let off = Content::Switch { name: "SSL".to_string(), default: false };
    check_become("a.js", &off, &[("x = «true» && y", "x = (process.env.SSL === 'true') && y")]);
}

#[test]
fn expressions_are_put_around_others() {
    check_become(
        "a.js",
        &Content::Code("a || b".to_string()),
        &[
            ("x = «c»", "x = a || b"),
            ("x = «c».d", "x = (a || b).d"),
            ("x = c ?? «d»", "x = c ?? (a || b)"),
            ("f = () => «c»", "f = () => a || b"),
        ],
    );
    check_become("a.js", &Content::Code("a b".to_string()), &[("x = «c»", "-")]);
    let around = |before: &'static str, after: &'static str| {
        move |inner| What::Become {
            at: inner,
            value: Content::Around { inner, before: before.to_string(), after: after.to_string() },
        }
    };
    check(
        "a.js",
        around("", ".trim()"),
        &[
            ("x = «process.env.X»", "x = process.env.X.trim()"),
            ("x = «process.env.X || 'd'»", "x = (process.env.X || 'd').trim()"),
            ("x = y\n«process.env.X || z»", "-"),
        ],
    );
    check(
        "a.js",
        around("normal(", ")"),
        &[("x = «a || b»", "x = normal(a || b)"), ("f(«a», b)", "f(normal(a), b)")],
    );
    check(
        "a.js",
        around("", " || 'd'"),
        &[("x = «a».b", "x = (a || 'd').b"), ("x = «a ?? b»", "x = (a ?? b) || 'd'")],
    );
}

#[test]
fn comments_stand_above_the_line() {
    let comment = |at: dynolint::span::Span| What::Comment { at: at.start, text: "why".to_string() };
    check(
        "a.jsx",
        comment,
        &[
            ("a()\n  b(«c»)\n", "a()\n  // why\n  b(c)\n"),
            ("a()\r\n«b»()\r\n", "a()\r\n// why\r\nb()\r\n"),
            ("// eslint-disable-next-line no-x\n«b»()\n", "// why\n// eslint-disable-next-line no-x\nb()\n"),
            ("f({\n  «a»: 1,\n})", "f({\n  // why\n  a: 1,\n})"),
            ("x = `\n  «a»\n`", "-"),
            (
                "x = (\n  <a>\n    <b>«{c}»</b>\n  </a>\n)",
                "x = (\n  <a>\n    {/* why */}\n    <b>{c}</b>\n  </a>\n)",
            ),
            ("x = (\n  <a>\n    some «text»\n  </a>\n)", "-"),
            ("x = (\n  <a\n    b=«{c}»\n  />\n)", "-"),
        ],
    );
}
