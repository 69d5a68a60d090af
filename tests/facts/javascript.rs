//! What the JavaScript and TypeScript front end finds in each idiom.

use dynolint::fact::Request;
use dynolint::lang::{self, Lang};
use dynolint::notation;

use super::harness::{assert_sound, check};

#[test]
fn plain_reads() {
    check(
        "src/app.js",
        Lang::JavaScript,
        &[
            ("foo(process.env.DYNO)", &["read DYNO: pass foo DYNO"]),
            ("foo(process.env['DYNO'])", &["read DYNO: pass foo DYNO"]),
            ("foo(process.env[\"DYNO\"])", &["read DYNO: pass foo DYNO"]),
            ("foo(process.env[`DYNO`])", &["read DYNO: pass foo DYNO"]),
            ("foo(process?.env?.DYNO)", &["read DYNO: pass foo DYNO"]),
            ("foo(global.process.env.DYNO)", &["read DYNO: pass foo DYNO"]),
            ("foo(globalThis.process?.env.DYNO)", &["read DYNO: pass foo DYNO"]),
            ("foo(process['env'].DYNO)", &["read DYNO: pass foo DYNO"]),
            ("const dyno = process.env.DYNO", &["read DYNO: bind dyno = DYNO"]),
            ("var a = process.env.DYNO, b = 1", &["read DYNO: bind a = DYNO"]),
            (
                "let dyno\ndyno = process.env.DYNO\nif (dyno) run()",
                &["read DYNO: bind dyno = DYNO; dyno: if DYNO then -"],
            ),
            ("app.listen(process.env.PORT || 3000)", &["read PORT default: pass app.listen (PORT or 3000)"]),
            (
                "const port = parseInt(process.env.PORT, 10) || 3000",
                &["read PORT default: bind port = (PORT.number or 3000)"],
            ),
            (
                "const port = Number(process.env.PORT ?? 5000)",
                &["read PORT default: bind port = (PORT ?? 5000).number"],
            ),
            ("const p = +process.env.PORT", &["read PORT: bind p = PORT.number"]),
            (
                "const x = process.env.npm_package_version",
                &["read npm_package_version: bind x = npm_package_version"],
            ),
            ("const NAME = 'DYNO'\nuse(process.env[NAME])", &["read DYNO: pass use DYNO"]),
            ("const K = { dyno: 'DYNO' }\nuse(process.env[K.dyno])", &["read DYNO: pass use DYNO"]),
            ("use(process.env['HEROKU_' + 'APP_NAME'])", &["read HEROKU_APP_NAME: pass use HEROKU_APP_NAME"]),
            ("use(process.env[`HEROKU_${color}_URL`])", &["read HEROKU_*_URL: pass use *"]),
            ("use(process.env['HEROKU_POSTGRESQL_' + color])", &["read HEROKU_POSTGRESQL_*: pass use *"]),
            ("use(process.env[key])", &["read *: pass use *"]),
            ("const é = 'ünï'; use(process.env.DYNO, 'ß')", &["read DYNO: pass use DYNO"]),
            (
                "if (process.env.DYNO) {\r\n  throw new Error('x')\r\n}\r\n",
                &["read DYNO: if DYNO then raises"],
            ),
        ],
    );
}

#[test]
fn names_of_the_environment() {
    check(
        "src/app.js",
        Lang::JavaScript,
        &[
            ("const pe = process.env\nuse(pe.DATABASE_URL)", &["read DATABASE_URL: pass use DATABASE_URL"]),
            ("const pe = process.env\nconst p2 = pe\nuse(p2.DYNO)", &["read DYNO: pass use DYNO"]),
            ("let env = {}\nenv = process.env\nuse(env.DYNO)", &["read DYNO: pass use DYNO"]),
            ("const { env } = process\nuse(env.DYNO)", &["read DYNO: pass use DYNO"]),
            ("const { env: e } = process\nuse(e.DYNO)", &["read DYNO: pass use DYNO"]),
            ("import { env } from 'node:process'\nuse(env.DYNO)", &["read DYNO: pass use DYNO"]),
            ("import { env as e } from 'process'\nuse(e.DYNO)", &["read DYNO: pass use DYNO"]),
            ("import process from 'node:process'\nuse(process.env.DYNO)", &["read DYNO: pass use DYNO"]),
            ("import * as proc from 'process'\nuse(proc.env.DYNO)", &["read DYNO: pass use DYNO"]),
            ("use(require('process').env.DYNO)", &["read DYNO: pass use DYNO"]),
            ("const { env } = require('node:process')\nuse(env.DYNO)", &["read DYNO: pass use DYNO"]),
            ("const env = { ...process.env }\nuse(env.DYNO)", &["read DYNO: pass use DYNO"]),
            ("const env = Object.assign({}, process.env)\nuse(env.DYNO)", &["read DYNO: pass use DYNO"]),
            ("function on(e) { return e.DYNO }\non(process.env)", &["read DYNO: return on DYNO"]),
            ("function on(env = process.env) { return !!env.DYNO }", &["read DYNO: return on DYNO.present"]),
            ("const on = ({ env = process.env } = {}) => env.DYNO", &["read DYNO: return on DYNO"]),
            (
                "class A { constructor() { this.env = process.env } go() { use(this.env.DYNO) } }",
                &["read DYNO: pass use DYNO"],
            ),
            ("const o = { env: process.env }\nuse(o.env.DYNO)", &["read DYNO: pass use DYNO"]),
            (
                "import environment from './utils/environment'\nuse(environment.HEROKU_APP_NAME)",
                &["read HEROKU_APP_NAME: pass use HEROKU_APP_NAME"],
            ),
            ("use(import.meta.env.VITE_DYNO)", &["read VITE_DYNO: pass use VITE_DYNO"]),
            (
                "import { DYNO } from '$env/static/private'\nif (DYNO) run()",
                &["read DYNO: bind DYNO = DYNO; DYNO: if DYNO then -"],
            ),
            ("import { env } from '$env/dynamic/private'\nuse(env.DYNO)", &["read DYNO: pass use DYNO"]),
            ("use(Bun.env.DYNO)", &["read DYNO: pass use DYNO"]),
            ("use(Deno.env.get('DYNO'))", &["read DYNO: pass use DYNO"]),
            ("use(Deno.env.has('DYNO'))", &["presence DYNO: pass use DYNO?"]),
            ("const env = Deno.env.toObject()\nuse(env.DYNO)", &["read DYNO: pass use DYNO"]),
            ("function f(pe) { return pe.REDIS_URL }", &["read REDIS_URL: return f REDIS_URL"]),
            (
                "const shadow = {}\nObject.keys(process.env).forEach((k) => { shadow[k.trim()] = process.env[k] })\nuse(shadow.DYNO)",
                &["scan *: *.part(forEach)", "read DYNO: pass use DYNO"],
            ),
            ("(typeof window === 'undefined' ? process.env : window).DYNO", &["read DYNO: DYNO"]),
        ],
    );
}

#[test]
fn destructuring() {
    check(
        "src/app.js",
        Lang::JavaScript,
        &[
            ("const { DYNO } = process.env", &["read DYNO: bind DYNO = DYNO"]),
            (
                "const { DYNO: dyno } = process.env\nif (dyno) run()",
                &["read DYNO: bind dyno = DYNO; dyno: if DYNO then -"],
            ),
            (
                "const { PORT = 3000 } = process.env\napp.listen(PORT)",
                &["read PORT default: bind PORT = PORT|3000; PORT: pass app.listen PORT|3000"],
            ),
            ("const { DYNO: d = 'web.1' } = process.env", &["read DYNO default: bind d = DYNO|\"web.1\""]),
            ("const { env: { DYNO } } = process", &["read DYNO: bind DYNO = DYNO"]),
            (
                "function f({ DYNO } = process.env) { return DYNO }",
                &["read DYNO: bind DYNO = DYNO; DYNO: return f DYNO"],
            ),
            (
                "const { DYNO, ...rest } = process.env\nuse(rest.PORT)",
                &["read DYNO: bind DYNO = DYNO", "read PORT: pass use PORT"],
            ),
            (
                "let a\n;({ DYNO: a } = process.env)\nif (a) run()",
                &["read DYNO: bind a = DYNO; a: if DYNO then -"],
            ),
            (
                "const [type, n] = process.env.DYNO.split('.')\nif (type === 'web') listen(n)",
                &[
                    "read DYNO: bind type = DYNO.pieces; type: if (DYNO.head == \"web\") then startsserver; n: pass listen DYNO.tail",
                ],
            ),
            ("const { 'DYNO': d } = process.env", &["read DYNO: bind d = DYNO"]),
            (
                "export const { DYNO, PORT } = process.env",
                &[
                    "binding DYNO = DYNO",
                    "read DYNO: bind DYNO = DYNO",
                    "binding PORT = PORT",
                    "read PORT: bind PORT = PORT",
                ],
            ),
        ],
    );
}

#[test]
fn presence() {
    check(
        "src/app.js",
        Lang::JavaScript,
        &[
            ("if ('DYNO' in process.env) run()", &["presence DYNO: if DYNO? then -"]),
            ("if (process.env.hasOwnProperty('DYNO')) run()", &["presence DYNO: if DYNO? then -"]),
            ("if (Object.hasOwn(process.env, 'DYNO')) run()", &["presence DYNO: if DYNO? then -"]),
            (
                "if (Object.prototype.hasOwnProperty.call(process.env, 'DYNO')) run()",
                &["presence DYNO: if DYNO? then -"],
            ),
            ("if (Reflect.has(process.env, 'DYNO')) run()", &["presence DYNO: if DYNO? then -"]),
            ("const pe = process.env\nif (!('DYNO' in pe)) run()", &["presence DYNO: if !DYNO? then -"]),
            (
                "import _ from 'lodash'\nif (_.has(process.env, 'DYNO')) run()",
                &["presence DYNO: if DYNO? then -"],
            ),
        ],
    );
}

#[test]
fn lists_and_scans() {
    check(
        "src/app.js",
        Lang::JavaScript,
        &[
            (
                "const o = _.pick(process.env, ['DYNO', 'PORT'])",
                &["read DYNO: bind o = DYNO", "read PORT: bind o = PORT"],
            ),
            (
                "const underscore = require('underscore')\nlog({ env: underscore.pick(process.env, ['DYNO']) })",
                &["read DYNO: pass log env: DYNO"],
            ),
            (
                "import { pick } from 'lodash'\nuse(pick(process.env, 'DYNO', 'PORT'))",
                &["read DYNO: pass use DYNO", "read PORT: pass use PORT"],
            ),
            ("const d = _.get(process.env, 'DYNO', 'none')", &["read DYNO default: bind d = DYNO|\"none\""]),
            (
                "for (const k of ['DYNO', 'PORT']) if (!process.env[k]) throw new Error(k)",
                &["read DYNO: if !DYNO then raises", "read PORT: if !PORT then raises"],
            ),
            (
                "const names = ['DYNO', 'PORT']\nnames.forEach((n) => use(process.env[n]))",
                &["read DYNO: pass use DYNO", "read PORT: pass use PORT"],
            ),
            ("const missing = ['DYNO'].filter(n => !process.env[n])", &["read DYNO: !DYNO"]),
            (
                "Object.keys(process.env).filter((k) => k.startsWith('HEROKU_')).forEach(use)",
                &["scan HEROKU_*: *.part(filter).part(forEach)"],
            ),
            (
                "for (const k in process.env) { if (/^HEROKU_/.test(k)) use(process.env[k]) }",
                &["scan /^HEROKU_/: *"],
            ),
            (
                "for (const [k, v] of Object.entries(process.env)) { if (k.endsWith('_URL')) use(v) }",
                &["scan *_URL: *"],
            ),
            ("use(Object.keys(process.env))", &["scan *: pass use *"]),
        ],
    );
}

#[test]
fn questions() {
    check(
        "src/app.js",
        Lang::JavaScript,
        &[
            ("const a = process.env.DYNO === 'web.1'", &["read DYNO: bind a = (DYNO == \"web.1\")"]),
            ("const a = process.env.DYNO !== 'web.1'", &["read DYNO: bind a = !(DYNO == \"web.1\")"]),
            ("const W = 'web'\nconst a = process.env.DYNO == W", &["read DYNO: bind a = (DYNO == \"web\")"]),
            ("const a = process.env.DYNO !== undefined", &["read DYNO: bind a = !DYNO.nil"]),
            ("const a = process.env.DYNO == null", &["read DYNO: bind a = DYNO.nil"]),
            ("const a = typeof process.env.DYNO === 'undefined'", &["read DYNO: bind a = DYNO.nil"]),
            ("const a = 'undefined' != typeof process.env.DYNO", &["read DYNO: bind a = !DYNO.nil"]),
            ("const a = !!process.env.DYNO", &["read DYNO: bind a = DYNO.present"]),
            ("const a = Boolean(process.env.DYNO)", &["read DYNO: bind a = DYNO.present"]),
            ("const a = !process.env.DYNO", &["read DYNO: bind a = !DYNO"]),
            ("const a = process.env.DYNO.startsWith('web')", &["read DYNO: bind a = DYNO.starts(\"web\")"]),
            ("const a = process.env.DYNO?.startsWith('web')", &["read DYNO: bind a = DYNO&.starts(\"web\")"]),
            ("const a = process.env.DYNO.includes('run')", &["read DYNO: bind a = DYNO.contains(\"run\")"]),
            (
                "const a = process.env.DYNO.indexOf('web') === 0",
                &["read DYNO: bind a = DYNO.starts(\"web\")"],
            ),
            (
                "const a = process.env.DYNO.indexOf('run') !== -1",
                &["read DYNO: bind a = DYNO.contains(\"run\")"],
            ),
            (
                "const a = process.env.DYNO.indexOf('run') < 0",
                &["read DYNO: bind a = !DYNO.contains(\"run\")"],
            ),
            (
                "const a = process.env.DYNO.match(/^worker/i)",
                &["read DYNO: bind a = DYNO.matches(/(?i)^worker/)"],
            ),
            (
                "const a = /^worker\\.\\d+$/.test(process.env.DYNO)",
                &["read DYNO: bind a = DYNO&.matches(/^worker\\.\\d+$/)"],
            ),
            (
                "const R = /^web/\nconst a = R.test(process.env.DYNO)",
                &["read DYNO: bind a = DYNO&.matches(/^web/)"],
            ),
            ("const a = process.env.DYNO.split('.')[0]", &["read DYNO: bind a = DYNO.head"]),
            (
                "const a = process.env.DYNO?.split('.')[0].toUpperCase()",
                &["read DYNO: bind a = DYNO&.head&.form"],
            ),
            ("const a = process.env.DYNO.split('.').pop()", &["read DYNO: bind a = DYNO.tail"]),
            (
                "const a = (process.env.DYNO || '').split('.').shift()",
                &["read DYNO default: bind a = (DYNO or \"\").head"],
            ),
            ("const a = process.env.DYNO.length > 0", &["read DYNO: bind a = DYNO.present"]),
            (
                "const a = ['web.1', 'web.2'].includes(process.env.DYNO)",
                &["read DYNO: bind a = ((DYNO == \"web.1\") or (DYNO == \"web.2\"))"],
            ),
            (
                "const a = ['web.1'].indexOf(process.env.DYNO) >= 0",
                &["read DYNO: bind a = (DYNO == \"web.1\")"],
            ),
            ("const a = JSON.parse(process.env.X1)", &["read X1: bind a = X1.part(JSON.parse)"]),
            ("const a = String(process.env.DYNO)", &["read DYNO: bind a = DYNO.form"]),
            (
                "const a = process.env.DYNO && process.env.DYNO.startsWith('web')",
                &[
                    "read DYNO: bind a = (DYNO and DYNO.starts(\"web\"))",
                    "read DYNO: bind a = (DYNO and DYNO.starts(\"web\"))",
                ],
            ),
            (
                "const a = process.env.GIT_SHA ?? process.env.SOURCE_VERSION ?? 'dev'",
                &[
                    "read GIT_SHA default: bind a = (GIT_SHA ?? SOURCE_VERSION ?? \"dev\")",
                    "read SOURCE_VERSION default: bind a = (GIT_SHA ?? SOURCE_VERSION ?? \"dev\")",
                ],
            ),
            (
                "const a = process.env.DYNO ? 'heroku' : 'local'",
                &["read DYNO: bind a = (DYNO ? \"heroku\" : \"local\")"],
            ),
            (
                "const a = `https://${process.env.HEROKU_APP_NAME}.herokuapp.com`",
                &["read HEROKU_APP_NAME: bind a = (\"https://\" + HEROKU_APP_NAME + \".herokuapp.com\")"],
            ),
            (
                "const a = 'https://' + process.env.HEROKU_APP_NAME + '.herokuapp.com'",
                &["read HEROKU_APP_NAME: bind a = (\"https://\" + HEROKU_APP_NAME + \".herokuapp.com\")"],
            ),
            (
                "const a = [process.env.HEROKU_APP_NAME, 'x'].join('-')",
                &["read HEROKU_APP_NAME: bind a = (HEROKU_APP_NAME + \"-\" + \"x\")"],
            ),
            (
                "const a = parseInt(process.env.WEB_CONCURRENCY, 10) > 2",
                &["read WEB_CONCURRENCY: bind a = WEB_CONCURRENCY.number.ask(>)"],
            ),
            ("const a = process.env.DYNO.frobnicate()", &["read DYNO: bind a = DYNO.part(frobnicate)"]),
        ],
    );
}

#[test]
fn branches() {
    check(
        "src/app.js",
        Lang::JavaScript,
        &[
            (
                "if (!process.env.DYNO) require('dotenv').config()",
                &["read DYNO: if !DYNO then localsettings"],
            ),
            (
                "if (process.env.DYNO) { app.set('trust proxy', 1) } else { app.use(cors()) }",
                &["read DYNO: if DYNO then proxytrust else cors"],
            ),
            (
                "if (a) x()\nelse if (process.env.DYNO) throw new Error('x')",
                &["read DYNO: if DYNO then raises"],
            ),
            (
                "if (process.env.DYNO === 'worker.1') process.exit(1)",
                &["read DYNO: if (DYNO == \"worker.1\") then exits"],
            ),
            (
                "function f() {\n  if (!process.env.DYNO) return\n  app.listen(1)\n}",
                &["read DYNO: exit-if !DYNO then returns else startsserver"],
            ),
            (
                "for (const x of xs) { if (process.env.DYNO) continue; server.listen() }",
                &["read DYNO: exit-if DYNO then returns else startsserver"],
            ),
            ("process.env.DYNO && app.listen(3000)", &["read DYNO: when DYNO then startsserver"]),
            ("process.env.DYNO || startWorker()", &["read DYNO: when DYNO else startsworker"]),
            ("while (process.env.DYNO) spin()", &["read DYNO: while DYNO then -"]),
            (
                "const ssl = process.env.DYNO ? { rejectUnauthorized: false } : false",
                &["read DYNO: choose DYNO then tls=off tls else tls=off"],
            ),
            (
                "new Pool({ ssl: process.env.DYNO ? { rejectUnauthorized: false } : false })",
                &["read DYNO: choose DYNO then tls=off tls else tls=off"],
            ),
            (
                "switch (process.env.DYNO) {\n  case 'web.1':\n    app.listen()\n    break\n  case 'a':\n  case 'b':\n    throw new Error()\n  default:\n    process.exit()\n}",
                &[
                    "read DYNO: case (DYNO == \"web.1\") then startsserver else exits; case ((DYNO == \"a\") or (DYNO == \"b\")) then raises else exits",
                ],
            ),
            (
                "switch (true) { case process.env.DYNO === 'web.1': start(); break }",
                &["read DYNO: case (DYNO == \"web.1\") then -"],
            ),
            ("assert(process.env.DYNO, 'needed')", &["read DYNO: assert DYNO else raises"]),
            (
                "const on = !!process.env.DYNO\nif (on && x) app.use(sslRedirect())",
                &["read DYNO: bind on = DYNO.present; on: if (DYNO.present and _) then httpsredirect"],
            ),
            (
                "const on = !!process.env.DYNO\nconst off = !on\nif (off) app.set('debug', true)",
                &[
                    "read DYNO: bind on = DYNO.present; on: bind off = !DYNO.present; off: if !DYNO.present then debug=on",
                ],
            ),
            (
                "if (process.env.DYNO) { res.redirect('https://' + host) }",
                &["read DYNO: if DYNO then httpsredirect"],
            ),
            ("let debug = true\nif (process.env.DYNO) debug = false", &["read DYNO: if DYNO then debug=off"]),
            (
                "if (process.env.DYNO) process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'",
                &["read DYNO: if DYNO then tls=off", "set NODE_TLS_REJECT_UNAUTHORIZED = 0"],
            ),
            (
                "if (process.env.NODE_ENV === 'production') { if (process.env.DYNO) run() }",
                &["read NODE_ENV: if (NODE_ENV == \"production\") then -", "read DYNO: if DYNO then -"],
            ),
            (
                "<div>{process.env.DYNO && <Banner on={process.env.DYNO} />}</div>",
                &["read DYNO: when DYNO then -", "read DYNO: pass Banner on: DYNO"],
            ),
            (
                "function isHeroku() { return !!process.env.DYNO }\nif (isHeroku()) run()",
                &["read DYNO: return isHeroku DYNO.present; isHeroku: if DYNO then -"],
            ),
            ("if (process.env.DYNO) { setTimeout(() => { throw 1 }, 1) }", &["read DYNO: if DYNO then -"]),
        ],
    );
}

#[test]
fn places() {
    check(
        "src/config.js",
        Lang::JavaScript,
        &[
            (
                "Sentry.init({ release: process.env.HEROKU_SLUG_COMMIT })",
                &["read HEROKU_SLUG_COMMIT: pass Sentry.init release: HEROKU_SLUG_COMMIT"],
            ),
            (
                "const config = { db: { ssl: !!process.env.DYNO } }",
                &["read DYNO: bind config.db.ssl = DYNO.present"],
            ),
            (
                "app.use(session({ cookie: { secure: !!process.env.DYNO } }))",
                &["read DYNO: pass session secure: DYNO.present"],
            ),
            (
                "app.set('trust proxy', !!process.env.DYNO)",
                &["read DYNO: pass app.set trust proxy: DYNO.present"],
            ),
            (
                "config.db.url = process.env.DATABASE_URL",
                &[
                    "binding config.db.url = DATABASE_URL",
                    "read DATABASE_URL: bind config.db.url = DATABASE_URL",
                ],
            ),
            ("this.x = process.env.DYNO", &["binding x = DYNO", "read DYNO: bind this.x = DYNO"]),
            (
                "function name() { return process.env.DYNO || 'local' }",
                &["read DYNO default: return name (DYNO or \"local\")"],
            ),
            ("const name = () => process.env.DYNO", &["read DYNO: return name DYNO"]),
            ("logger.info(`on ${process.env.DYNO}`)", &["read DYNO: pass logger.info (\"on \" + DYNO)"]),
            ("throw new Error(process.env.DYNO)", &["read DYNO: pass Error DYNO"]),
            (
                "const config = { heroku: !!process.env.DYNO }\nif (config.heroku) app.listen()",
                &["read DYNO: bind config.heroku = DYNO.present; config.heroku: if DYNO then startsserver"],
            ),
            (
                "class A { run() { return this.on() } on() { return process.env.DYNO === 'web.1' } }",
                &[
                    "binding A.run() = (DYNO == \"web.1\")",
                    "binding A.on() = (DYNO == \"web.1\")",
                    "read DYNO: return on (DYNO == \"web.1\"); this.on: return run (DYNO == \"web.1\")",
                ],
            ),
            (
                "const a = { n: process.env.SERVICE + '.' + (process.env.DYNO || 1) }",
                &[
                    "read SERVICE: bind a.n = (SERVICE + \".\" + (DYNO or 1))",
                    "read DYNO default: bind a.n = (SERVICE + \".\" + (DYNO or 1))",
                ],
            ),
            ("sql`select ${process.env.DYNO}`", &["read DYNO: pass sql DYNO"]),
        ],
    );
}

#[test]
fn bindings() {
    check(
        "src/config.js",
        Lang::JavaScript,
        &[
            (
                "export const isHeroku = !!process.env.DYNO",
                &["binding isHeroku = DYNO.present", "read DYNO: bind isHeroku = DYNO.present"],
            ),
            (
                "const isHeroku = !!process.env.DYNO\nexport { isHeroku as onHeroku }",
                &["binding onHeroku = DYNO.present", "read DYNO: bind isHeroku = DYNO.present"],
            ),
            (
                "module.exports = { isHeroku: !!process.env.DYNO, db: { ssl: !!process.env.DYNO } }",
                &[
                    "binding isHeroku = DYNO.present",
                    "read DYNO: bind module.exports.isHeroku = DYNO.present",
                    "binding db.ssl = DYNO.present",
                    "read DYNO: bind module.exports.db.ssl = DYNO.present",
                ],
            ),
            (
                "exports.isHeroku = !!process.env.DYNO",
                &["binding isHeroku = DYNO.present", "read DYNO: bind exports.isHeroku = DYNO.present"],
            ),
            (
                "module.exports.isHeroku = 'DYNO' in process.env",
                &["binding isHeroku = DYNO?", "presence DYNO: bind module.exports.isHeroku = DYNO?"],
            ),
            (
                "const isHeroku = !!process.env.DYNO\nmodule.exports = { isHeroku }",
                &[
                    "binding isHeroku = DYNO.present",
                    "read DYNO: bind isHeroku = DYNO.present; isHeroku: bind module.exports.isHeroku = DYNO.present",
                ],
            ),
            (
                "export default { isHeroku: !!process.env.DYNO }",
                &["binding isHeroku = DYNO.present", "read DYNO: bind default.isHeroku = DYNO.present"],
            ),
            (
                "export const config = { on: { heroku: process.env.DYNO } }",
                &["binding config.on.heroku = DYNO", "read DYNO: bind config.on.heroku = DYNO"],
            ),
            (
                "export function isHeroku() { return !!process.env.DYNO }",
                &["binding isHeroku() = DYNO.present", "read DYNO: return isHeroku DYNO.present"],
            ),
            (
                "export const isHeroku = () => Boolean(process.env.DYNO)",
                &["binding isHeroku() = DYNO.present", "read DYNO: return isHeroku DYNO.present"],
            ),
            (
                "module.exports = { isHeroku() { return !!process.env.DYNO }, dyno: () => process.env.DYNO }",
                &[
                    "binding isHeroku() = DYNO.present",
                    "read DYNO: return isHeroku DYNO.present",
                    "binding dyno() = DYNO",
                    "read DYNO: return dyno DYNO",
                ],
            ),
            (
                "class Config { static heroku = !!process.env.DYNO\n  get dyno() { return process.env.DYNO }\n  isWeb() { if (!process.env.DYNO) return false; return process.env.DYNO.startsWith('web') } }",
                &[
                    "binding Config.heroku = DYNO.present",
                    "read DYNO: bind heroku = DYNO.present",
                    "binding Config.dyno = DYNO",
                    "read DYNO: return dyno DYNO",
                    "binding Config.isWeb() = (!DYNO ? false : DYNO.starts(\"web\"))",
                    "read DYNO: exit-if !DYNO then returns else returns",
                    "read DYNO: return isWeb DYNO.starts(\"web\")",
                ],
            ),
            (
                "class Env { VERSION = this.opt(process.env.SOURCE_VERSION)\n  opt(v) { return v ? v : undefined } }",
                &[
                    "binding Env.VERSION = (SOURCE_VERSION ? SOURCE_VERSION : nil)",
                    "read SOURCE_VERSION: bind VERSION = (SOURCE_VERSION ? SOURCE_VERSION : nil)",
                ],
            ),
            ("req.dyno = process.env.DYNO", &["binding req.dyno = DYNO", "read DYNO: bind req.dyno = DYNO"]),
            (
                "isHeroku = !!process.env.DYNO",
                &["binding isHeroku = DYNO.present", "read DYNO: bind isHeroku = DYNO.present"],
            ),
            ("function f() { const local = process.env.DYNO }", &["read DYNO: bind local = DYNO"]),
            (
                "import { registerAs } from '@nestjs/config'\nexport default registerAs('app', () => ({ dyno: process.env.DYNO }))",
                &["binding app.dyno = DYNO", "read DYNO: bind dyno = DYNO"],
            ),
            (
                "const config = {}\nconfig.heroku = !!process.env.DYNO\nmodule.exports = config",
                &["binding config.heroku = DYNO.present", "read DYNO: bind config.heroku = DYNO.present"],
            ),
        ],
    );
}

#[test]
fn wrappers_and_calls() {
    check(
        "lib/env.js",
        Lang::JavaScript,
        &[
            ("export const env = (k) => process.env[k]", &["wrapper env#0 *", "read *: return env *"]),
            (
                "function env(name, fallback) {\n  return process.env[name] || fallback\n}",
                &["wrapper env#0 * default #1", "read * default: return env (* or _)"],
            ),
            (
                "exports.get = function (name) { return process.env[name.toUpperCase()] }",
                &["wrapper get#0 * upcase", "read *: return get *"],
            ),
            (
                "module.exports = (name) => process.env['APP_' + name]",
                &["wrapper env#0 APP_*", "read APP_*: *"],
            ),
            (
                "class Env { static get(name) { const v = process.env[name]; if (!v) throw new Error(name); return v } }",
                &[
                    "wrapper Env.get#0 * required",
                    "read *: bind v = *; v: if !* then raises; v: return get *",
                ],
            ),
            (
                "const env = { has: (k) => k in process.env, get(k, d = null) { return process.env[k] ?? d } }",
                &[
                    "wrapper env.has#0 * presence",
                    "presence *: return has *?",
                    "wrapper env.get#0 * default #1",
                    "read * default: return get (* ?? _)",
                ],
            ),
            (
                "function first(names) { for (const n of names) if (process.env[n]) return process.env[n] }",
                &["wrapper first#0 * list", "read *: exit-if * then returns", "read *: return first *"],
            ),
            (
                "function readENV (varName, defaultValue) {\n  return process.env['CUSTOMCONNSTR_' + varName] || process.env[varName] || process.env[varName.toLowerCase()]\n}",
                &[
                    "wrapper readENV#0 *",
                    "read CUSTOMCONNSTR_* default: return readENV (* or * or *)",
                    "read * default: return readENV (* or * or *)",
                    "read *: return readENV (* or * or *)",
                ],
            ),
            (
                "function truthy(pe, name) { return pe[name] === 'true' }",
                &["wrapper truthy#1 *", "read *: return truthy (* == \"true\")"],
            ),
            (
                "import { env } from './env'\nif (env('DYNO')) run()",
                &["call ./env.env(\"DYNO\"): if _ then -"],
            ),
            (
                "import { env as e } from './env'\nconst x = e('DYNO', 'none')",
                &["call ./env.env(\"DYNO\", \"none\"): bind x = _"],
            ),
            (
                "const Env = require('./env')\nEnv.get(['DYNO', 'PORT'])",
                &["call ./env.get([\"DYNO\", \"PORT\"]): _"],
            ),
            (
                "function bool(name, d) { return readENV(name, d) === 'on' }\nfunction readENV(n, d) { return process.env[n] || d }",
                &[
                    "call readENV(^, _): return bool (_ == \"on\")",
                    "wrapper readENV#0 * default #1",
                    "read * default: return readENV (* or _)",
                ],
            ),
            (
                "const isOn = (k) => !!process.env[k]",
                &["wrapper isOn#0 * presence", "read *: return isOn *.present"],
            ),
            ("console.log('DYNO')", &[]),
            ("name.startsWith('HEROKU_')", &[]),
        ],
    );
}

#[test]
fn writes() {
    check(
        "test/a.js",
        Lang::JavaScript,
        &[
            ("process.env.DYNO = 'web.1'", &["set DYNO = web.1"]),
            ("process.env['DYNO'] = x", &["set DYNO"]),
            ("process.env.DYNO ||= 'web.1'", &["set-default DYNO = web.1"]),
            ("process.env.DYNO ??= 'web.1'", &["set-default DYNO = web.1"]),
            (
                "process.env.DYNO = process.env.DYNO || 'web.1'",
                &[
                    "set-default DYNO = web.1",
                    "read DYNO default: bind process.env.DYNO = (DYNO or \"web.1\")",
                ],
            ),
            ("delete process.env.DYNO", &["unset DYNO"]),
            ("vi.stubEnv('DYNO', 'web.1')", &["set DYNO = web.1"]),
            ("Object.assign(process.env, { DYNO: 'web.1', other: 1 })", &["set DYNO = web.1"]),
            ("spawn('x', { env: { ...process.env, DYNO: 'run.1' } })", &["set DYNO = run.1"]),
            ("process.env = { DYNO: 'web.1' }", &["set DYNO = web.1"]),
            ("Deno.env.set('DYNO', 'web.1')", &["set DYNO = web.1"]),
            (
                "esbuild.build({ define: { 'process.env': { DYNO: '1' }, 'process.env.STAGE': '\"x\"' } })",
                &["set DYNO = 1", "set STAGE = \"x\""],
            ),
            (
                "new webpack.DefinePlugin({ 'process.env.DYNO': JSON.stringify(process.env.DYNO) })",
                &["pass-on DYNO", "read DYNO: pass JSON.stringify DYNO"],
            ),
        ],
    );
}

#[test]
fn schemas() {
    check(
        "src/env.js",
        Lang::JavaScript,
        &[
            (
                "import { cleanEnv, str } from 'envalid'\nexport const env = cleanEnv(process.env, { DYNO: str({ default: '' }), PORT: port() })",
                &[
                    "binding env.DYNO = DYNO|\"\"",
                    "schema DYNO default: DYNO|\"\"",
                    "binding env.PORT = PORT!",
                    "schema PORT required: PORT!",
                ],
            ),
            (
                "const env = z.object({ DYNO: z.string().optional(), PORT: z.string().default('3000') }).parse(process.env)\nif (env.DYNO) run()",
                &["schema DYNO: DYNO; env.DYNO: if DYNO then -", "schema PORT default: PORT|\"3000\""],
            ),
            (
                "const schema = z.object({ DYNO: z.string() })\nconst parsed = schema.safeParse(process.env)\nuse(parsed.data.DYNO)",
                &["schema DYNO required: DYNO!; parsed.data.DYNO: pass use DYNO!"],
            ),
            ("export const envSchema = z.object({ DYNO: z.string() })", &["schema DYNO required: DYNO!"]),
            (
                "const { value } = Joi.object({ DYNO: Joi.string().required() }).unknown().validate(process.env)",
                &["schema DYNO required: DYNO!"],
            ),
            (
                "export const env = createEnv({ server: { DYNO: z.string() }, runtimeEnv: process.env })",
                &["binding env.DYNO = DYNO!", "schema DYNO required: DYNO!"],
            ),
            (
                "const c = convict({ port: { format: 'port', env: 'PORT', default: 3000 } })",
                &["schema PORT default: PORT|3000"],
            ),
            ("new webpack.EnvironmentPlugin(['DYNO', 'PORT'])", &["schema DYNO: DYNO", "schema PORT: PORT"]),
            (
                "nconf.env(['DYNO'])\nuse(nconf.get('DYNO'))",
                &["schema DYNO: DYNO", "read DYNO: pass use DYNO"],
            ),
            (
                "ConfigModule.forRoot({ validationSchema: Joi.object({ DYNO: Joi.string() }) })",
                &["schema DYNO: DYNO"],
            ),
            ("const User = z.object({ NAME: z.string() })\nUser.parse(body)", &[]),
            (
                "const env = require('env-var')\nconst p = env.get('PORT').default('3000').asPortNumber()",
                &["read PORT default: bind p = PORT|\"3000\""],
            ),
            (
                "const env = require('env-var')\nuse(env.get('DYNO').required().asString())",
                &["read DYNO required: pass use DYNO!"],
            ),
            ("import Env from '@ioc:Adonis/Core/Env'\nuse(Env.get('DYNO'))", &["read DYNO: pass use DYNO"]),
        ],
    );
}

#[test]
fn services() {
    check(
        "src/a.service.ts",
        Lang::TypeScript,
        &[
            (
                "class A { constructor(private readonly configService: ConfigService) {}\n  f() { return this.configService.get<string>('DYNO') } }",
                &["binding A.f() = DYNO", "read DYNO: return f DYNO"],
            ),
            (
                "class A { constructor(private cs: ConfigService) {}\n  f() { use(this.cs.getOrThrow('DYNO')) } }",
                &["read DYNO required: pass use DYNO!"],
            ),
            ("use(this.config.get('PORT', 3000))", &["read PORT default: pass use PORT|3000"]),
            ("use(config.get('database.url'))", &[]),
            (
                "import config from 'config'\nuse(config.get('PORT'))",
                &["call config.get(\"PORT\"): pass use _"],
            ),
            ("const m = new Map()\nm.get('DYNO')", &["call m.get(\"DYNO\"): _"]),
        ],
    );
}

#[test]
fn strapi() {
    check(
        "config/server.js",
        Lang::JavaScript,
        &[
            (
                "module.exports = ({ env }) => ({ host: env('HOST', '0.0.0.0'), port: env.int('PORT', 1337) })",
                &[
                    "binding host = HOST|\"0.0.0.0\"",
                    "read HOST default: bind host = HOST|\"0.0.0.0\"",
                    "binding port = PORT|1337",
                    "read PORT default: bind port = PORT|1337",
                ],
            ),
            (
                "export default ({ env }) => ({ ssl: env.bool('DATABASE_SSL', false) })",
                &[
                    "binding ssl = DATABASE_SSL|false",
                    "read DATABASE_SSL default: bind ssl = DATABASE_SSL|false",
                ],
            ),
        ],
    );
}

#[test]
fn mapping_file() {
    check(
        "config/custom-environment-variables.js",
        Lang::JavaScript,
        &[(
            "module.exports = { db: { url: 'DATABASE_URL' }, dyno: 'DYNO', plain: 'text' }",
            &["schema DATABASE_URL: DATABASE_URL", "schema DYNO: DYNO"],
        )],
    );
}

#[test]
fn next_config() {
    check(
        "next.config.js",
        Lang::JavaScript,
        &[(
            "module.exports = { env: { DYNO: process.env.DYNO, STAGE: 'x' } }",
            &[
                "binding env.DYNO = DYNO",
                "pass-on DYNO",
                "read DYNO: bind module.exports.env.DYNO = DYNO",
                "set STAGE = x",
            ],
        )],
    );
}

#[test]
fn typescript() {
    check(
        "src/app.ts",
        Lang::TypeScript,
        &[
            ("const a = process.env.DYNO as string", &["read DYNO: bind a = DYNO"]),
            ("const a = process.env.DYNO!", &["read DYNO: bind a = DYNO"]),
            ("const a = <string>process.env.DYNO", &["read DYNO: bind a = DYNO"]),
            ("const a = process.env.DYNO! satisfies string", &["read DYNO: bind a = DYNO"]),
            ("use((process.env as Record<string, string>).DYNO)", &["read DYNO: pass use DYNO"]),
            ("use((<any>process.env).DYNO)", &["read DYNO: pass use DYNO"]),
            (
                "const env: NodeJS.ProcessEnv = process.env\nif (env.DYNO!.startsWith('web')) run()",
                &["read DYNO: if DYNO.starts(\"web\") then -"],
            ),
            (
                "function on(env: NodeJS.ProcessEnv): boolean { return 'DYNO' in env }",
                &["presence DYNO: return on DYNO?"],
            ),
            (
                "declare global { namespace NodeJS { interface ProcessEnv { DYNO?: string; PORT: string } } }",
                &["schema DYNO: DYNO", "schema PORT: PORT"],
            ),
            ("type T = typeof process.env.DYNO", &[]),
            ("enum E { Dyno = 'DYNO' }\nuse(process.env[E.Dyno])", &["read DYNO: pass use DYNO"]),
            (
                "class A { @Input() dyno: string = process.env.DYNO ?? ''\n  static readonly on: boolean = !!process.env.DYNO }",
                &[
                    "binding A.dyno = (DYNO ?? \"\")",
                    "read DYNO default: bind dyno = (DYNO ?? \"\")",
                    "binding A.on = DYNO.present",
                    "read DYNO: bind on = DYNO.present",
                ],
            ),
            (
                "export const get = (name: string, d?: string): string => process.env[name] ?? d ?? ''",
                &["wrapper get#0 * default #1", "read * default: return get (* ?? _ ?? \"\")"],
            ),
            ("import fs = require('process')\nuse(fs.env.DYNO)", &["read DYNO: pass use DYNO"]),
            (
                "export class EnvironmentVariables { @IsString() DYNO: string; @IsOptional() @IsString() PORT?: string }",
                &["schema DYNO required: DYNO!", "schema PORT: PORT"],
            ),
            (
                "abstract class B { protected abstract f(): void; on = (): boolean => process.env.DYNO !== undefined }",
                &["binding B.on() = !DYNO.nil", "read DYNO: return on !DYNO.nil"],
            ),
            (
                "export default defineConfig({ use: { baseURL: process.env.URL1 || 'x' } })",
                &[
                    "binding use.baseURL = (URL1 or \"x\")",
                    "read URL1 default: pass defineConfig baseURL: (URL1 or \"x\")",
                ],
            ),
        ],
    );
}

#[test]
fn tsx() {
    check(
        "src/app.tsx",
        Lang::Tsx,
        &[
            (
                "const A = () => <p title={process.env.DYNO}>{process.env.DYNO ? <B /> : null}</p>",
                &["read DYNO: pass p title: DYNO", "read DYNO: choose DYNO then - else -"],
            ),
            (
                "export const isHeroku: boolean = !!process.env.DYNO",
                &["binding isHeroku = DYNO.present", "read DYNO: bind isHeroku = DYNO.present"],
            ),
        ],
    );
}

#[test]
fn vue() {
    check(
        "src/App.vue",
        Lang::Vue,
        &[
            (
                "<template><p>{{ process.env.DYNO }}</p></template>\n<script lang=\"ts\">\nconst a = process.env.DYNO as string\n</script>\n<style>p {}</style>",
                &["read DYNO: bind a = DYNO"],
            ),
            (
                "<template>é</template>\n<script setup>\nif (import.meta.env.VITE_X) run()\n</script>",
                &["read VITE_X: if VITE_X then -"],
            ),
        ],
    );
}

#[test]
fn svelte() {
    check(
        "src/a.svelte",
        Lang::Svelte,
        &[(
            "<script context=\"module\">\nimport { env } from '$env/dynamic/private'\n</script>\n<script>\nlet d = env.DYNO\n</script>\n<p>{d}</p>",
            &["read DYNO: bind d = DYNO"],
        )],
    );
}

#[test]
fn flow() {
    check(
        "src/flow.js",
        Lang::JavaScript,
        &[
            (
                "// @flow\nfunction dyno(x: string): ?string { return process.env.DYNO }",
                &["read DYNO: return dyno DYNO"],
            ),
            (
                "// @flow\nimport type { A } from './a'\nconst a: string = process.env.DYNO || ''",
                &["read DYNO default: bind a = (DYNO or \"\")"],
            ),
        ],
    );
}

#[test]
fn silent() {
    check(
        "src/app.js",
        Lang::JavaScript,
        &[
            ("// process.env.DYNO", &[]),
            ("/* process.env.DYNO */ run()", &[]),
            ("const a = 'process.env.DYNO'", &[]),
            ("const a = `process.env.DYNO`", &[]),
            ("throw new Error('set process.env.DYNO')", &[]),
            ("const env = { DYNO: 1 }\nuse(env.DYNO)", &[]),
            ("function f(process) { return process.envs.DYNO }", &[]),
            ("use(window.env.DYNO)", &[]),
            ("const process = require('./process')\nuse(process.env.DYNO)", &[]),
            ("env.DYNO", &[]),
            ("const dyno = DYNO", &[]),
            ("environment.production", &[]),
            ("t('some text')", &[]),
            ("use(process.argv)", &[]),
            ("use(process.env)", &[]),
            ("const re = /process.env.DYNO/", &[]),
            ("fetch(req, env) { }", &["broken"]),
            ("import { environment } from './environments/environment'\nuse(environment.API_URL)", &[]),
            ("$.ajax({ url: 'X' })", &[]),
            ("<p>process.env.DYNO</p>", &[]),
            ("readFileSync('/tmp/dyno')", &[]),
        ],
    );
}

#[test]
fn broken() {
    check(
        "src/app.js",
        Lang::JavaScript,
        &[
            ("if (process.env.DYNO) {", &["broken", "read DYNO: if DYNO then -"]),
            ("const a = process.env.", &["broken"]),
            ("const { DYNO = process.env", &["broken"]),
            ("process.env[", &["broken"]),
            ("foo(process.env.DYNO", &["broken", "read DYNO: DYNO"]),
            ("const s = 'é", &["broken"]),
            ("x = `${process.env.DYNO", &["broken", "read DYNO: DYNO"]),
            ("class { get", &["broken"]),
            ("", &[]),
        ],
    );
}

#[test]
fn literals() {
    check(
        "src/app.js",
        Lang::JavaScript,
        &[
            ("fs.readFileSync('/etc/heroku/dyno')", &["literal \"/etc/heroku/dyno\""]),
            ("const p = `/etc/heroku/dyno_id_token`", &["literal \"/etc/heroku/dyno_id_token\""]),
            ("// '/etc/heroku/dyno'", &[]),
        ],
    );
}

/// The facts of the second look, in the notation.
fn name_uses(text: &str, names: &[&str]) -> Vec<String> {
    let names = names.iter().map(ToString::to_string).collect();
    let request = Request { names: Some(&names), ..Request::new("src/app.js", Lang::JavaScript) };
    let facts = lang::facts(text, &request);
    assert_sound(text, &facts);
    for used in &facts.uses {
        assert!(used.site.expr.holds(used.site.span), "{:?}", used.site);
        assert_eq!(used.site.name.as_deref(), Some(used.name.as_str()));
    }
    notation::lines(&facts)
        .into_iter()
        .map(|(_, line)| line)
        .filter(|line| line.starts_with("use "))
        .collect()
}

#[test]
fn second_look() {
    let table: &[(&str, &[&str])] = &[
        (
            "import { isHeroku } from './config'\nif (isHeroku) run()",
            &["use ./config.isHeroku: isHeroku: if _ then -"],
        ),
        (
            "import { isHeroku as h } from './config'\nif (!h) throw 1",
            &["use ./config.isHeroku: isHeroku: if !_ then raises"],
        ),
        (
            "const { isHeroku: h } = require('./config')\nfoo(h)",
            &["use ./config.isHeroku: isHeroku: pass foo _"],
        ),
        (
            "const config = require('./config')\nif (config.isHeroku && x) run()",
            &["use ./config.isHeroku: isHeroku: if (_ and _) then -"],
        ),
        (
            "import config from '../config'\nconst ssl = config['isHeroku'] ? a() : b()",
            &["use ../config.isHeroku: isHeroku: choose _ then tls else tls"],
        ),
        (
            "import { isHeroku } from './config'\nif (isHeroku()) process.exit(1)",
            &["use ./config.isHeroku: isHeroku: if _ then exits"],
        ),
        (
            "const on = settings.isHeroku\nif (on) run()",
            &["use settings.isHeroku: isHeroku: bind on = _", "use settings.isHeroku: isHeroku: if _ then -"],
        ),
        (
            "if (this.config.get('app.isHeroku')) run()",
            &["use this.config.app.isHeroku: isHeroku: if _ then -"],
        ),
        ("<p>{config.isHeroku && <B />}</p>", &["use config.isHeroku: isHeroku: when _ then -"]),
        ("export const isHeroku = true", &[]),
        ("function f(isHeroku) { return isHeroku }", &[]),
        ("const o = { isHeroku: 1 }", &[]),
        ("// isHeroku\nconst s = 'isHeroku'", &[]),
    ];
    for (text, expected) in table {
        assert_eq!(name_uses(text, &["isHeroku"]), *expected, "{text}");
    }
}

#[test]
fn spans_scopes_and_guards() {
    let text = "class Exporter {\n  run() {\n    if (a) { const { DYNO: d = 'x' } = process.env }\n    return process.env['PORT'] || 3000\n  }\n}\nconst exporter = () => { const y = process.env.X1 }\n";
    let request = Request::new("src/app.js", Lang::JavaScript);
    let facts = lang::facts(text, &request);
    let [dyno, port, x] = facts.reads.as_slice() else { panic!("{:?}", facts.reads) };
    assert_eq!(dyno.span.of(text), "DYNO: d = 'x'");
    assert_eq!(dyno.name_span.map(|span| span.of(text)), Some("DYNO"));
    assert_eq!(dyno.default.map(|span| span.of(text)), Some("'x'"));
    assert_eq!(dyno.scope, "Exporter.run");
    assert_eq!(dyno.guards.len(), 1);
    assert_eq!(dyno.guards[0].span.of(text), "a");
    assert!(dyno.guards[0].holds);
    assert_eq!(port.span.of(text), "process.env['PORT']");
    assert_eq!(port.name_span.map(|span| span.of(text)), Some("PORT"));
    assert_eq!(port.default.map(|span| span.of(text)), Some("3000"));
    assert_eq!(port.api, "process.env");
    assert_eq!(x.scope, "exporter");
}

#[test]
fn guards_tell_the_branch() {
    let text = "if (process.env.CI) { a() } else if (b) { use(process.env.DYNO) }\nswitch (m) { case 'x': use(process.env.DYNO) }\nc || use(process.env.DYNO)";
    let request = Request::new("src/app.js", Lang::JavaScript);
    let guards: Vec<String> = lang::facts(text, &request)
        .reads
        .iter()
        .filter(|read| read.name.is("DYNO"))
        .map(|read| {
            let shown: Vec<String> =
                read.guards.iter().map(|guard| format!("{}={}", guard.span.of(text), guard.holds)).collect();
            shown.join(" ")
        })
        .collect();
    assert_eq!(guards, ["b=true process.env.CI=false", "'x'=true", "c=false"]);
}

#[test]
fn any_piece_of_a_program_is_read() {
    let text = "import { cleanEnv } from 'envalid'; class É { get x() { return `é${process.env.DYNO}` } }\nconst { A: [b = 1], ...c } = process.env;\nfor (const k of ['A', 'É']) switch (process.env[k]) { case 'é': break }\nexport const e = cleanEnv(process.env, { DYNO: str({ default: 'é' }) });";
    for lang in [Lang::JavaScript, Lang::TypeScript, Lang::Tsx, Lang::Vue, Lang::Svelte] {
        for end in (0..=text.len()).filter(|&end| text.is_char_boundary(end)) {
            for piece in [&text[..end], &text[end..]] {
                let facts = lang::facts(piece, &Request::new("a.js", lang));
                assert_sound(piece, &facts);
            }
        }
    }
}

#[test]
fn deep_and_circular_programs_end() {
    let deep = format!("if (process.env.DYNO) {}x{}", "(".repeat(3_000), ")".repeat(3_000));
    let long = format!("const a = process.env.DYNO{}", " || b".repeat(3_000));
    let nested = format!("{}process.env.DYNO{}", "f(() => {".repeat(600), "})".repeat(600));
    let circles =
        "x.y = x.y.z; a = b; b = a; var c = c || {}; const e = e.f.e; use(x.y.z, e.DYNO, c.DYNO)".to_string();
    let doubling: String = (0..40).map(|n| format!("const v{} = v{n} + v{n};\n", n + 1)).collect();
    for text in [deep, long, nested, circles, format!("const v0 = process.env.DYNO;\n{doubling}")] {
        let facts = lang::facts(&text, &Request::new("a.js", Lang::JavaScript));
        assert_sound(&text, &facts);
    }
}

#[test]
fn texts_that_may_wrap() {
    for text in [
        "export const env = (k) => process.env[k]",
        "const pe = process.env;",
        "use(process.env)",
        "const { env } = process;",
        "import { env } from 'node:process'",
        "const get = (k) => Deno.env.get(k)",
        "k in process.env",
        "Object.keys(process.env)",
        "const { A, ...rest } = process.env",
    ] {
        assert!(lang::may_wrap(text, Lang::JavaScript), "{text}");
    }
    for text in [
        "const port = process.env.PORT || 3000",
        "use(process.env['PORT'], process.env[\"DYNO\"])",
        "const { A, B } = process.env\n",
        "use(Deno.env.get('A'), import.meta.env.VITE_A)",
        "const environment = 'production'",
    ] {
        assert!(!lang::may_wrap(text, Lang::JavaScript), "{text}");
    }
}
