//! The calls and settings that the JavaScript and TypeScript front end finds in each idiom.

use dynolint::lang::Lang;

use dynolint::fact::{Facts, Request};
use dynolint::lang;
use dynolint::term::{Term, Value};

use super::harness::{assert_sound, check_structure};

fn facts(lang: Lang, text: &str) -> Facts {
    let facts = lang::facts(text, &Request::new("src/a", lang));
    assert_sound(text, &facts);
    facts
}

#[test]
fn clients_of_databases() {
    check_structure(
        "src/db.js",
        Lang::JavaScript,
        &[
            (
                "const { Pool } = require('pg')\nconst pool = new Pool({\n  connectionString: process.env.DATABASE_URL,\n  ssl: { rejectUnauthorized: false },\n})",
                &[
                    "setting pool = pg.Pool({connectionString: $DATABASE_URL, ssl: {rejectUnauthorized: false}})",
                    "invoke pool = pg.Pool({connectionString: $DATABASE_URL, ssl: {rejectUnauthorized: false}})",
                ],
            ),
            (
                "const pg = require('pg')\nmodule.exports = new pg.Pool({ connectionString: process.env.DATABASE_URL || 'db.local', ssl: isProd && { rejectUnauthorized: false } })",
                &[
                    "setting module.exports = pg.Pool({connectionString: $DATABASE_URL|\"db.local\", ssl: <{rejectUnauthorized: false} | false>})",
                    "invoke module.exports = pg.Pool({connectionString: $DATABASE_URL|\"db.local\", ssl: <{rejectUnauthorized: false} | false>})",
                ],
            ),
            (
                "const isProduction = process.env.NODE_ENV === 'production'\nconst ssl = isProduction ? { rejectUnauthorized: false } : false\nconst config = { url: process.env.DATABASE_URL, ssl }\nfunction connect() {\n  return new Client(config)\n}",
                &[
                    "setting ssl = <{rejectUnauthorized: false} | false>",
                    "setting config = {url: $DATABASE_URL, ssl: <{rejectUnauthorized: false} | false>}",
                    "invoke Client({url: $DATABASE_URL, ssl: <{rejectUnauthorized: false} | false>}) in connect",
                ],
            ),
            (
                "module.exports = {\n  development: { client: 'lite', connection: { filename: './dev.db' } },\n  production: {\n    client: 'pg',\n    connection: { connectionString: process.env.DATABASE_URL, ssl: { rejectUnauthorized: false } },\n  },\n}",
                &[
                    "setting module.exports = {development: {client: \"lite\", connection: {filename: \"./dev.db\"}}, production: {client: \"pg\", connection: {connectionString: $DATABASE_URL, ssl: {rejectUnauthorized: false}}}}",
                ],
            ),
            (
                "const Sequelize = require('sequelize')\nconst db = new Sequelize(process.env.DATABASE_URL, { dialectOptions: { ssl: { require: true, rejectUnauthorized: false } } })",
                &[
                    "setting db = sequelize($DATABASE_URL, {dialectOptions: {ssl: {require: true, rejectUnauthorized: false}}})",
                    "invoke db = sequelize($DATABASE_URL, {dialectOptions: {ssl: {require: true, rejectUnauthorized: false}}})",
                ],
            ),
            (
                "const { Sequelize } = require('sequelize')\nlet sequelize\nif (config.use_env_variable) {\n  sequelize = new Sequelize(process.env[config.use_env_variable], config)\n} else {\n  sequelize = new Sequelize(config.database, config.username, config.password, config)\n}",
                &[
                    "setting sequelize = sequelize.Sequelize($*, config) when _",
                    "invoke sequelize = sequelize.Sequelize($*, config) when _",
                    "setting sequelize = sequelize.Sequelize(config.database, config.username, config.password, config) when !_",
                    "invoke sequelize = sequelize.Sequelize(config.database, config.username, config.password, config) when !_",
                ],
            ),
            (
                "import Redis from 'ioredis'\nconst redis = new Redis(process.env.REDIS_TLS_URL ?? process.env.REDIS_URL, { tls: { rejectUnauthorized: !1 } })",
                &[
                    "setting redis = ioredis($REDIS_TLS_URL|$REDIS_URL, {tls: {rejectUnauthorized: false}})",
                    "invoke redis = ioredis($REDIS_TLS_URL|$REDIS_URL, {tls: {rejectUnauthorized: false}})",
                ],
            ),
            (
                "import { createClient } from 'redis'\nexport const client = createClient({ url: process.env.REDIS_URL, socket: { tls: true, rejectUnauthorized: false } })",
                &[
                    "setting client = redis.createClient({url: $REDIS_URL, socket: {tls: true, rejectUnauthorized: false}})",
                    "invoke client = redis.createClient({url: $REDIS_URL, socket: {tls: true, rejectUnauthorized: false}})",
                ],
            ),
            (
                "process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'\nprocess.env['PGSSLMODE'] = 'no-verify'",
                &[
                    "setting process.env.NODE_TLS_REJECT_UNAUTHORIZED = \"0\"",
                    "setting process.env.PGSSLMODE = \"no-verify\"",
                ],
            ),
            (
                "const { env } = process\nenv.NODE_TLS_REJECT_UNAUTHORIZED = 0\nif (env.NODE_ENV !== 'production') env.PGSSLMODE = 'disable'",
                &[
                    "setting process.env.NODE_TLS_REJECT_UNAUTHORIZED = 0",
                    "setting process.env.PGSSLMODE = \"disable\" when !(NODE_ENV == \"production\")",
                ],
            ),
            (
                "const url = process.env.DATABASE_URL.replace(/^postgres:/, 'postgresql:')",
                &[
                    "setting url = [$DATABASE_URL].replace(\"/^postgres:/\", \"postgresql:\")",
                    "invoke url = [$DATABASE_URL].replace(\"/^postgres:/\", \"postgresql:\")",
                ],
            ),
            (
                "const knexfile = require('./knexfile')\nconst knex = require('knex')(knexfile[process.env.NODE_ENV])\nmodule.exports = knex",
                &["setting knex = knex(_)", "invoke knex = knex(_)", "setting module.exports = knex(_)"],
            ),
            (
                "const config = { development: { ssl: false }, production: { ssl: { rejectUnauthorized: false } } }\nconst knex = require('knex')(config[process.env.NODE_ENV || 'development'])",
                &[
                    "setting config = {development: {ssl: false}, production: {ssl: {rejectUnauthorized: false}}}",
                    "setting knex = knex(<{ssl: false} | {ssl: {rejectUnauthorized: false}}>)",
                    "invoke knex = knex(<{ssl: false} | {ssl: {rejectUnauthorized: false}}>)",
                ],
            ),
            (
                "const pg = require('pg')\npg.defaults.ssl = true\npg.defaults.ssl = { rejectUnauthorized: false }",
                &["setting pg.defaults.ssl = true", "setting pg.defaults.ssl = {rejectUnauthorized: false}"],
            ),
            (
                "const url = require('url')\nconst params = url.parse(process.env.DATABASE_URL)\nconst auth = params.auth.split(':')\nconst pool = new Pool({ host: params.hostname, user: auth[0], ssl: true })",
                &[
                    "setting params = url.parse($DATABASE_URL)",
                    "invoke params = url.parse($DATABASE_URL)",
                    "setting auth = [[url.parse($DATABASE_URL)].auth()].split(\":\")",
                    "invoke auth = [[url.parse($DATABASE_URL)].auth()].split(\":\")",
                    "setting pool = Pool({host: [url.parse($DATABASE_URL)].hostname(), user: _, ssl: true})",
                    "invoke pool = Pool({host: [url.parse($DATABASE_URL)].hostname(), user: _, ssl: true})",
                ],
            ),
            (
                "const { URL } = require('url')\nconst { hostname, port } = new URL(process.env.REDIS_URL)\nconst q = new Queue('mail', { redis: { host: hostname, port, tls: {} } })",
                &[
                    "invoke url.URL($REDIS_URL)",
                    "setting q = Queue(\"mail\", {redis: {host: [url.URL($REDIS_URL)].hostname(), port: [url.URL($REDIS_URL)].port(), tls: {}}})",
                    "invoke q = Queue(\"mail\", {redis: {host: [url.URL($REDIS_URL)].hostname(), port: [url.URL($REDIS_URL)].port(), tls: {}}})",
                ],
            ),
            (
                "function options() {\n  const ssl = { rejectUnauthorized: false }\n  return { connectionString: process.env.DATABASE_URL, ssl }\n}\nconst pool = new Pool(options())",
                &[
                    "setting options = {connectionString: $DATABASE_URL, ssl: {rejectUnauthorized: false}}",
                    "setting pool = Pool({connectionString: $DATABASE_URL, ssl: {rejectUnauthorized: false}})",
                    "invoke pool = Pool({connectionString: $DATABASE_URL, ssl: {rejectUnauthorized: false}})",
                ],
            ),
            (
                "module.exports = ({ env }) => ({\n  connection: { client: 'postgres', connection: { connectionString: env('DATABASE_URL'), ssl: env.bool('DATABASE_SSL', false) && { rejectUnauthorized: false } } },\n})",
                &[
                    "setting module.exports = {connection: {client: \"postgres\", connection: {connectionString: $DATABASE_URL, ssl: <{rejectUnauthorized: false} | false>}}}",
                ],
            ),
            (
                "const base = { dialect: 'postgres' }\nconst config = { ...base, ...(process.env.DYNO && { ssl: true }), ['host']: 'db' }",
                &[
                    "setting base = {dialect: \"postgres\"}",
                    "setting config = {...: {dialect: \"postgres\"}, ...: <{ssl: true} | false>, host: \"db\"}",
                ],
            ),
        ],
    );
}

#[test]
fn typescript() {
    check_structure(
        "src/db.ts",
        Lang::TypeScript,
        &[
            (
                "import { DataSource, type DataSourceOptions } from 'typeorm'\nexport const options: DataSourceOptions = {\n  type: 'postgres',\n  url: process.env.DATABASE_URL!,\n  ssl: { rejectUnauthorized: false },\n} satisfies DataSourceOptions\nexport default new DataSource(options as DataSourceOptions)",
                &[
                    "setting options = {type: \"postgres\", url: $DATABASE_URL, ssl: {rejectUnauthorized: false}}",
                    "setting export default = typeorm.DataSource({type: \"postgres\", url: $DATABASE_URL, ssl: {rejectUnauthorized: false}})",
                    "invoke export default = typeorm.DataSource({type: \"postgres\", url: $DATABASE_URL, ssl: {rejectUnauthorized: false}})",
                ],
            ),
            (
                "@Module({\n  imports: [\n    TypeOrmModule.forRoot({ url: process.env.DATABASE_URL, ssl: { rejectUnauthorized: false } }),\n    TypeOrmModule.forRootAsync({ useFactory: (config: ConfigService) => ({ url: config.get('DATABASE_URL'), ssl: true }) }),\n  ],\n})\nexport class AppModule {}",
                &[
                    "invoke imports = TypeOrmModule.forRoot({url: $DATABASE_URL, ssl: {rejectUnauthorized: false}})",
                    "invoke imports = TypeOrmModule.forRootAsync({useFactory: fn})",
                    "setting useFactory = {url: [^config].get(\"DATABASE_URL\"), ssl: true}",
                ],
            ),
            (
                "import { Cron } from '@nestjs/schedule'\nclass Tasks {\n  @Cron('0 9 * * *', { timeZone: 'Europe/Paris' })\n  async report() { await this.pool.query('select 1') }\n}",
                &[
                    "invoke @nestjs/schedule.Cron(\"0 9 * * *\", {timeZone: \"Europe/Paris\"}) do in Tasks",
                    "invoke [this.pool].query(\"select 1\") in Tasks.report",
                ],
            ),
            (
                "export default defineConfig({ dialect: 'postgresql', dbCredentials: { url: process.env.DATABASE_URL!, ssl: true } })",
                &[
                    "setting export default = defineConfig({dialect: \"postgresql\", dbCredentials: {url: $DATABASE_URL, ssl: true}})",
                    "invoke export default = defineConfig({dialect: \"postgresql\", dbCredentials: {url: $DATABASE_URL, ssl: true}})",
                ],
            ),
            (
                "class Store {\n  private readonly redis = new Redis(process.env.REDIS_URL as string)\n  ssl: boolean = false\n  constructor(private db: Pool) {\n    this.queue = new Queue('q', { connection: this.redis })\n  }\n}",
                &[
                    "setting redis = Redis($REDIS_URL) in Store",
                    "invoke redis = Redis($REDIS_URL) in Store",
                    "setting ssl = false in Store",
                    "setting this.queue = Queue(\"q\", {connection: Redis($REDIS_URL)}) in Store.constructor",
                    "invoke this.queue = Queue(\"q\", {connection: Redis($REDIS_URL)}) in Store.constructor",
                ],
            ),
            (
                "import pg = require('pg')\nlet pool: pg.Pool | null = null\nexport function get(): pg.Pool {\n  if (!pool) {\n    pool = new pg.Pool(<pg.PoolConfig>{ ssl: true })\n  }\n  return pool\n}",
                &["invoke pool = pg.Pool({ssl: true}) in get when !_"],
            ),
        ],
    );
}

#[test]
fn schedules() {
    check_structure(
        "src/clock.js",
        Lang::JavaScript,
        &[
            (
                "const cron = require('node-cron')\ncron.schedule('0 9 * * *', () => { report() }, { timezone: 'America/New_York' })",
                &["invoke node-cron.schedule(\"0 9 * * *\", fn, {timezone: \"America/New_York\"}) do"],
            ),
            (
                "import * as cron from 'node-cron'\nconst AT = '0 9 * * *'\ncron.schedule(AT, sendReport)\nasync function sendReport() {}",
                &["invoke node-cron.schedule(\"0 9 * * *\", fn) do"],
            ),
            (
                "const schedule = require('node-schedule')\nconst rule = new schedule.RecurrenceRule()\nrule.hour = 9\nrule.tz = 'Etc/UTC'\nschedule.scheduleJob(rule, function () {})",
                &[
                    "setting rule = node-schedule.RecurrenceRule()",
                    "invoke rule = node-schedule.RecurrenceRule()",
                    "setting rule.hour = 9",
                    "setting rule.tz = \"Etc/UTC\"",
                    "invoke node-schedule.scheduleJob(node-schedule.RecurrenceRule(), fn) do",
                ],
            ),
            (
                "const { CronJob } = require('cron')\nconst job = new CronJob('0 9 * * *', tick, null, true, 'America/Los_Angeles')\nCronJob.from({ cronTime: '0 9 * * *', onTick: tick, timeZone: 'UTC' })",
                &[
                    "setting job = cron.CronJob(\"0 9 * * *\", tick, nil, true, \"America/Los_Angeles\")",
                    "invoke job = cron.CronJob(\"0 9 * * *\", tick, nil, true, \"America/Los_Angeles\")",
                    "invoke cron.CronJob.from({cronTime: \"0 9 * * *\", onTick: tick, timeZone: \"UTC\"})",
                ],
            ),
            (
                "const CronJob = require('cron').CronJob\nnew CronJob('0 9 * * *', function () {}).start()",
                &["invoke cron.CronJob(\"0 9 * * *\", fn) do"],
            ),
            (
                "const Agenda = require('agenda')\nconst agenda = new Agenda({ db: { address: process.env.MONGODB_URI } })\nagenda.define('report', async () => {})\nagenda.every('0 9 * * *', 'report', {}, { timezone: 'UTC' })",
                &[
                    "invoke [agenda({db: {address: $MONGODB_URI}})].every(\"0 9 * * *\", \"report\", {}, {timezone: \"UTC\"})",
                ],
            ),
            (
                "const Bree = require('bree')\nconst bree = new Bree({ jobs: [{ name: 'report', cron: '0 9 * * *' }] })",
                &[
                    "setting bree = bree({jobs: [{name: \"report\", cron: \"0 9 * * *\"}]})",
                    "invoke bree = bree({jobs: [{name: \"report\", cron: \"0 9 * * *\"}]})",
                ],
            ),
            (
                "import { Queue } from 'bullmq'\nconst queue = new Queue('reports', { connection })\nasync function setup() {\n  await queue.add('daily', {}, { repeat: { pattern: '0 9 * * *', tz: 'UTC' } })\n}",
                &[
                    "setting queue = bullmq.Queue(\"reports\", {connection: connection})",
                    "invoke queue = bullmq.Queue(\"reports\", {connection: connection})",
                    "invoke [bullmq.Queue(\"reports\", {connection: connection})].add(\"daily\", {}, {repeat: {pattern: \"0 9 * * *\", tz: \"UTC\"}}) in setup",
                ],
            ),
            (
                "if (process.env.NODE_ENV !== 'production') return\nrequire('node-cron').schedule('0 9 * * *', f)",
                &["invoke node-cron.schedule(\"0 9 * * *\", f) when !!(NODE_ENV == \"production\")"],
            ),
        ],
    );
}

#[test]
fn files() {
    check_structure(
        "src/files.js",
        Lang::JavaScript,
        &[
            (
                "const fs = require('fs')\nconst path = require('path')\nfunction save(name, data) {\n  fs.writeFileSync(path.join(__dirname, 'uploads', name), data)\n}",
                &["invoke fs.writeFileSync(path.join(__dirname, \"uploads\", ^name), ^data) in save"],
            ),
            (
                "import { writeFile, appendFile as make } from 'node:fs/promises'\nawait make('data', { recursive: true })\nawait writeFile(`data/${id}.json`, JSON.stringify(x))",
                &[
                    "invoke fs.promises.appendFile(\"data\", {recursive: true})",
                    "invoke fs.promises.writeFile((\"data/\" + id + \".json\"), JSON.stringify(x))",
                ],
            ),
            (
                "const { promises: fs } = require('fs')\nconst fsp = require('fs').promises\nfs.writeFile('a', b)\nfsp.appendFile('a', b)",
                &["invoke fs.promises.writeFile(\"a\", b)", "invoke fs.promises.appendFile(\"a\", b)"],
            ),
            (
                "const fs = require('fs-extra')\nfs.outputJson(`${__dirname}/../cache.json`, data)",
                &["invoke fs-extra.outputJson((__dirname + \"/../cache.json\"), data)"],
            ),
            (
                "import fs from 'node:fs'\nimport { promisify } from 'util'\nconst writeFile = promisify(fs.writeFile)\nwriteFile('a' + name, data)",
                &["invoke fs.writeFile((\"a\" + name), data)"],
            ),
            (
                "const multer = require('multer')\nconst upload = multer({ dest: 'uploads/' })\napp.post('/a', upload.single('file'), handler)",
                &[
                    "setting upload = multer({dest: \"uploads/\"})",
                    "invoke upload = multer({dest: \"uploads/\"})",
                ],
            ),
            (
                "const storage = multer.diskStorage({\n  destination: (req, file, cb) => cb(null, 'uploads/'),\n  filename(req, file, cb) { cb(null, file.originalname) },\n})\nconst upload = multer({ storage })",
                &[
                    "setting storage = multer.diskStorage({destination: fn, filename: fn})",
                    "invoke storage = multer.diskStorage({destination: fn, filename: fn})",
                    "setting upload = multer({storage: multer.diskStorage({destination: fn, filename: fn})})",
                    "invoke upload = multer({storage: multer.diskStorage({destination: fn, filename: fn})})",
                ],
            ),
            (
                "const formidable = require('formidable')\nconst form = formidable({ uploadDir: UPLOADS })",
                &[
                    "setting form = formidable({uploadDir: UPLOADS})",
                    "invoke form = formidable({uploadDir: UPLOADS})",
                ],
            ),
            (
                "const busboy = Busboy({ headers: req.headers })\nbusboy.on('file', (name, file, info) => {\n  file.pipe(fs.createWriteStream(path.join(os.tmpdir(), info.filename)))\n})",
                &["invoke fs.createWriteStream(path.join(os.tmpdir(), info.filename))"],
            ),
            (
                "const express = require('express')\nconst app = express()\napp.use('/files', express.static(path.join(__dirname, 'public')))",
                &["invoke express.static(path.join(__dirname, \"public\"))"],
            ),
            (
                "const winston = require('winston')\nconst logger = winston.createLogger({ transports: [new winston.transports.File({ filename: 'logs/app.log' })] })",
                &[
                    "setting logger = winston.createLogger({transports: [winston.transports.File({filename: \"logs/app.log\"})]})",
                    "invoke transports = winston.transports.File({filename: \"logs/app.log\"})",
                ],
            ),
            (
                "const session = require('express-session')\nconst FileStore = require('session-file-store')(session)\napp.use(session({ store: new FileStore({ path: './sessions' }) }))",
                &[
                    "setting FileStore = session-file-store(express-session)",
                    "invoke FileStore = session-file-store(express-session)",
                    "invoke store = [session-file-store(express-session)]FileStore({path: \"./sessions\"})",
                ],
            ),
            (
                "const DIR = process.env.UPLOAD_DIR || path.join(process.cwd(), 'uploads')\nfs.writeFileSync(DIR, { recursive: true })\nfs.createWriteStream(`${DIR}/a.txt`)",
                &[
                    "invoke fs.writeFileSync($UPLOAD_DIR|path.join(process.cwd(), \"uploads\"), {recursive: true})",
                    "invoke fs.createWriteStream(($UPLOAD_DIR|path.join(process.cwd(), \"uploads\") + \"/a.txt\"))",
                ],
            ),
            (
                "function write(file, data) {\n  fs.writeFileSync(file, data)\n}\nwrite('data/state.json', x)",
                &[
                    "invoke fs.writeFileSync(\"data/state.json\", x) in write",
                    "invoke write(\"data/state.json\", x)",
                ],
            ),
            (
                "function write(file = 'data/a.json') {\n  fs.writeFileSync(file)\n}\nwrite()",
                &["invoke fs.writeFileSync(\"data/a.json\") in write", "invoke write()"],
            ),
            (
                "function write(file) {\n  fs.writeFileSync(file)\n}\nwrite('a')\nwrite('b')",
                &["invoke fs.writeFileSync(^file) in write", "invoke write(\"a\")", "invoke write(\"b\")"],
            ),
            (
                "export function write(file) {\n  fs.writeFileSync(file)\n}\nwrite('a')",
                &["invoke fs.writeFileSync(^file) in write", "invoke write(\"a\")"],
            ),
            (
                "let dir\nif (process.env.DYNO) {\n  dir = '/tmp'\n} else {\n  dir = 'uploads'\n}\nfs.writeFileSync(dir)",
                &["invoke fs.writeFileSync(<\"/tmp\" | \"uploads\">)"],
            ),
            ("const a = b\nconst b = a\nfs.writeFileSync(a)", &["invoke fs.writeFileSync(a)"]),
            (
                "const paths = { data: { dir: 'data' } }\nfs.writeFileSync(paths.data.dir)\nfs.writeFileSync(paths.other)",
                &["invoke fs.writeFileSync(\"data\")", "invoke fs.writeFileSync(_)"],
            ),
        ],
    );
}

#[test]
fn texts() {
    check_structure(
        "src/a.js",
        Lang::JavaScript,
        &[
            ("f('postgres://a/b')", &["text \"postgres://a/b\""]),
            ("f(`postgres://${user}:${password}@${host}/b`)", &["text \"postgres://\""]),
            ("f('other')", &[]),
        ],
    );
}

#[test]
fn statements_and_commands() {
    check_structure(
        "src/sql.js",
        Lang::JavaScript,
        &[
            (
                "exports.up = (knex) => knex.raw('select now()')",
                &["invoke [^knex].raw(\"select now()\") in up"],
            ),
            (
                "module.exports = {\n  up: async (queryInterface, Sequelize) => {\n    await queryInterface.sequelize.query('select 1')\n  },\n}",
                &["invoke [queryInterface.sequelize].query(\"select 1\") in up"],
            ),
            (
                "const { exec } = require('child_process')\nexec(`tar ${process.env.DATABASE_URL} > backup.sql`)",
                &["invoke child_process.exec((\"tar \" + $DATABASE_URL + \" > backup.sql\"))"],
            ),
            (
                "const cp = require('child_process')\ncp.execSync('ls ' + url + ' -c x')",
                &["invoke child_process.execSync((\"ls \" + url + \" -c x\"))"],
            ),
            (
                "await prisma.$executeRaw`vacuum ${name}`",
                &["invoke prisma.$executeRaw((\"vacuum \" + name))"],
            ),
            (
                "const knex = require('knex')({ client: 'pg' })\nknex('users').select('id')\nknex.raw('select 1')",
                &[
                    "setting knex = knex({client: \"pg\"})",
                    "invoke knex = knex({client: \"pg\"})",
                    "invoke [[knex({client: \"pg\"})]knex(\"users\")].select(\"id\")",
                    "invoke [knex({client: \"pg\"})].raw(\"select 1\")",
                ],
            ),
            (
                "switch (process.env.NODE_ENV) {\n  case 'production':\n    spawn('ls')\n}",
                &["invoke spawn(\"ls\") when (NODE_ENV == \"production\")"],
            ),
        ],
    );
}

#[test]
fn keys_that_are_added_later() {
    check_structure(
        "src/a.js",
        Lang::JavaScript,
        &[
            (
                "const options = { host: 'db' }\noptions.ssl = true\nconnect(options)",
                &["setting options.ssl = true", "invoke connect({host: \"db\", ssl: true})"],
            ),
            (
                "const options = { host: 'db', ssl: false }\nif (process.env.NODE_ENV === 'production') {\n  options.ssl = { rejectUnauthorized: false }\n}\nconnect(options)\nconnect({ ssl: options.ssl })",
                &[
                    "setting options = {host: \"db\", ssl: false}",
                    "setting options.ssl = {rejectUnauthorized: false} when (NODE_ENV == \"production\")",
                    "invoke connect({host: \"db\", ssl: <{rejectUnauthorized: false} | false>})",
                    "invoke connect({ssl: <{rejectUnauthorized: false} | false>})",
                ],
            ),
            (
                "function f(url) {\n  const options = {}\n  if (url.startsWith('tls:')) options.tls = {}\n  return new Redis(url, options)\n}",
                &[
                    "invoke [^url].startsWith(\"tls:\") in f",
                    "setting options.tls = {} in f when _",
                    "invoke Redis(^url, {tls: <{} | nil>}) in f",
                ],
            ),
        ],
    );
}

#[test]
fn values() {
    check_structure(
        "src/a.js",
        Lang::JavaScript,
        &[
            (
                "exec(-1, 0x10, null, undefined, void 0, !0, `a`, 'b\\n', /c/g, [1, , 'd', ...e], x => x, class {}, <b/>)",
                &[
                    "invoke exec(-1, 0x10, nil, nil, nil, true, \"a\", \"b\\n\", \"/c/g\", [1, \"d\", _], fn, _, _) do",
                ],
            ),
            (
                "const K = 'tls'\nexec({ [K]: 1, [k()]: 2, 'a-b': 3, 4: 5, f() {}, get g() { return 1 }, K })",
                &["invoke exec({tls: 1, : 2, a-b: 3, 4: 5, f: fn, g: fn, K: \"tls\"})"],
            ),
            (
                "const a = 'x' + 'y'\nconst b = a + '/' + c\nexec(a, b, 60 * 1000, 1 + 2, __dirname + d)",
                &["invoke exec(\"xy\", (\"xy\" + \"/\" + c), _, _, (__dirname + d))"],
            ),
            (
                "exec(process.env.A || process.env.B || 'c', process.env['D'] ?? d, process.env.E || '' || 'e', import.meta.env.F, process.env[`G_${h}`])",
                &["invoke exec($A|$B|\"c\", $D|d, $E|\"e\", $F, $G_*)"],
            ),
            ("const { A, B = 'b' } = process.env\nexec(A, B)", &["invoke exec($A, $B|\"b\")"]),
            (
                "const secure = process.env.NODE_ENV !== 'development'\nexec({ rejectUnauthorized: secure, tls: !secure, ssl: !!process.env.SSL, a: !b })",
                &[
                    "invoke exec({rejectUnauthorized: <true | false>, tls: <true | false>, ssl: <true | false>, a: _})",
                ],
            ),
            (
                "exec(a || 'b', a ? 'c' : 'd', a && { e: 1 })",
                &["invoke exec(<a | \"b\">, <\"c\" | \"d\">, <{e: 1} | false>)"],
            ),
            (
                "const config = require('config')\nexec(config.get('db.url'), config.db.url)",
                &["invoke exec(config.get(\"db.url\"), config.db.url)"],
            ),
            (
                "const [a, b] = ['x', 'y']\nconst { c, d = 'z', ...e } = { c: 'w' }\nexec(a, b, c, d, e, ['p', 'q'][1])",
                &["invoke exec(\"x\", \"y\", \"w\", \"z\", e, \"q\")"],
            ),
            (
                "const { dir = 'uploads' } = options()\nexec(dir)",
                &["invoke exec(<[options()].dir() | \"uploads\">)"],
            ),
            (
                "const a = { b: { c: 'd' } }\nconst { b } = a\nexec(a.b.c, a['b']['c'], b.c, a.x)",
                &["invoke exec(\"d\", \"d\", \"d\", _)"],
            ),
            ("let n = 0\nn++\nlet m = 'a'\nm += 'b'\nexec(n, m)", &["invoke exec(n, m)"]),
            (
                "(function (file, fs) {\n  fs.writeFileSync(file, '')\n})('a.txt', require('fs'))",
                &["invoke fs.writeFileSync(\"a.txt\", \"\")"],
            ),
            (
                "function run({ dir, ext = 'txt' }) {\n  exec(dir, ext)\n}\nstart({ dir: 'a' })\nfunction start(o) { run(o) }",
                &["invoke exec(\"a\", \"txt\") in run", "invoke run({dir: \"a\"}) in start"],
            ),
            (
                "app.get('/', save)\nfunction save(file) { exec(file) }\nsave('x')",
                &["invoke exec(^file) in save", "invoke save(\"x\")"],
            ),
            (
                "class Store {\n  dir = 'data'\n  save() { exec(this.dir, this.other) }\n}",
                &["invoke exec(\"data\", this.other) in Store.save"],
            ),
            (
                "const Level = Object.freeze({ A: 'a' })\nexec(Level.A, Level)",
                &["invoke exec(\"a\", {A: \"a\"})"],
            ),
            ("exec(...args, ...['a'])", &["invoke exec(*=args, *=[\"a\"])"]),
            ("exec(await (a), (0, b))", &["invoke exec(a, b)"]),
        ],
    );
}

#[test]
fn callees() {
    check_structure(
        "src/a.js",
        Lang::JavaScript,
        &[
            (
                "const fs_1 = __importDefault(require('fs'))\nconst cp = __importStar(require('node:child_process'))\nfs_1.default.writeFileSync('a');\n(0, cp.exec)('b')",
                &["invoke fs.writeFileSync(\"a\")", "invoke child_process.exec(\"b\")"],
            ),
            ("const fs = await import('fs')\nfs.writeFile('a')", &["invoke fs.writeFile(\"a\")"]),
            ("global.fs = require('fs')\nglobalThis.exec('a')", &["invoke exec(\"a\")"]),
            (
                "let fs = null\ntry { fs = require('fs') } catch {}\nfs.writeFile('a')",
                &["invoke fs.writeFile(\"a\")"],
            ),
            (
                "const lib = { fs: require('fs') }\nlib.fs.writeFile('a')\nthis.fs.writeFile('b')",
                &["invoke fs.writeFile(\"a\")", "invoke [this.fs].writeFile(\"b\")"],
            ),
            (
                "require('./db').pool.query('select 1')\nimport { pool } from './db'\npool.query('select 2')\nimport db from '../db'\ndb.query('select 3')",
                &[
                    "invoke ./db.pool.query(\"select 1\")",
                    "invoke ./db.pool.query(\"select 2\")",
                    "invoke ../db.query(\"select 3\")",
                ],
            ),
            (
                "const Redis = require('ioredis').default\nnew Redis()\nnew (require('ioredis'))()\nrequire('multer')({ dest: 'a' })",
                &["invoke ioredis()", "invoke ioredis()", "invoke multer({dest: \"a\"})"],
            ),
            (
                "const query = pool.query.bind(pool)\nquery('select 1')\npool['query']('select 2')\npool?.query?.('select 3')",
                &[
                    "invoke pool.query(\"select 1\")",
                    "invoke pool.query(\"select 2\")",
                    "invoke pool.query(\"select 3\")",
                ],
            ),
            ("f(exec(g(exec('a'))))", &["invoke exec(g(exec(\"a\")))", "invoke exec(\"a\")"]),
            ("foo.on('x', exec)\nbar.exec\nexec", &[]),
        ],
    );
}

#[test]
fn guards() {
    check_structure(
        "src/a.js",
        Lang::JavaScript,
        &[
            (
                "if (process.env.DYNO) exec('a')\nelse exec('b')",
                &["invoke exec(\"a\") when DYNO", "invoke exec(\"b\") when !DYNO"],
            ),
            (
                "process.env.DYNO && exec('a')\nprocess.env.DYNO || exec('b')\nprocess.env.DYNO ? exec('c') : exec('d')",
                &[
                    "invoke exec(\"a\") when DYNO",
                    "invoke exec(\"b\") when !DYNO",
                    "invoke exec(\"c\") when DYNO",
                    "invoke exec(\"d\") when !DYNO",
                ],
            ),
            (
                "function f() {\n  if (process.env.NODE_ENV === 'test') { log(); return }\n  if (!process.env.A) throw new Error('A')\n  if (x) { y() }\n  exec('a')\n}",
                &["invoke exec(\"a\") in f when !!A and !(NODE_ENV == \"test\")"],
            ),
            (
                "if (process.env.NODE_ENV === 'production') {\n  app.on('start', () => {\n    exec('a')\n  })\n}",
                &["invoke exec(\"a\") when (NODE_ENV == \"production\")"],
            ),
            (
                "for (const a of b) {\n  if (!process.env.A) continue\n  exec('a')\n}\nexec('b')",
                &["invoke exec(\"a\") when !!A", "invoke exec(\"b\")"],
            ),
            ("if (!process.env.A) process.exit(1)\nexec('a')", &["invoke exec(\"a\") when !!A"]),
        ],
    );
}

#[test]
fn exports_and_fields() {
    check_structure(
        "src/a.ts",
        Lang::TypeScript,
        &[
            (
                "exports.ssl = true\nmodule.exports.tls = {}\nexports = module.exports = { ssl: 1 }",
                &[
                    "setting exports.ssl = true",
                    "setting module.exports.tls = {}",
                    "setting module.exports = {ssl: 1}",
                ],
            ),
            (
                "const config = { ssl: true }\nexport = config",
                &["setting config = {ssl: true}", "setting module.exports = {ssl: true}"],
            ),
            (
                "const config = { ssl: true }\nexport default config",
                &["setting config = {ssl: true}", "setting export default = {ssl: true}"],
            ),
            ("export default class Config { ssl = true }", &["setting ssl = true in Config"]),
            ("export default () => ({ ssl: true })", &["setting export default = {ssl: true}"]),
            (
                "function local() {\n  const config = { ssl: true }\n  let ssl\n  ssl = true\n  this.ssl = true\n}",
                &["setting this.ssl = true in local"],
            ),
            (
                "config['db'].ssl = x as any\nconfig[name].tls ||= {}\nconfig.ssl += 1",
                &["setting config.db.ssl = x", "setting config.tls = {}"],
            ),
            ("export const a = { b: 1 }, c = require('pg'), { d } = { d: { ssl: 1 } }", &[]),
            (
                "abstract class A {\n  @Column({ type: 'int' }) ssl!: boolean\n  static readonly tls = { a: 1 }\n  #url = 'x'\n}",
                &["setting tls = {a: 1} in A"],
            ),
        ],
    );
}

#[test]
fn components() {
    check_structure(
        "src/a.tsx",
        Lang::Tsx,
        &[(
            "export const A = () => <Button onClick={() => exec('a')}>{exec('b')}</Button>",
            &["invoke exec(\"a\") in A", "invoke exec(\"b\") in A"],
        )],
    );
    check_structure(
        "src/a.vue",
        Lang::Vue,
        &[(
            "<template><p>ü</p></template>\n<script setup lang=\"ts\">\nexec('a' as string)\n</script>",
            &["invoke exec(\"a\")"],
        )],
    );
    check_structure(
        "src/a.svelte",
        Lang::Svelte,
        &[("<script>\n  exec('a')\n</script>\n<p>{exec('b')}</p>", &["invoke exec(\"a\")"])],
    );
    let text = "<p>ü</p>\n<script>\nconst ssl = { rejectUnauthorized: false }\n</script>";
    let facts = facts(Lang::Vue, text);
    let entry = facts.settings[0].value.entry("rejectUnauthorized").expect("the key");
    assert_eq!(entry.key_span.of(text), "rejectUnauthorized");
    assert_eq!(entry.value.span.of(text), "false");
}

#[test]
fn spans() {
    let text = "const TLS = { 'rejectUnauthorized': false }\nconst url = `postgres://${HOST}/a`\nfunction go() {\n  return new pg.Pool({ url, ssl: TLS }, done)\n}\nfunction done() {}\n";
    let facts = facts(Lang::JavaScript, text);
    let call = facts.invocations.iter().find(|call| call.callee == "pg.Pool").expect("the call");
    assert_eq!(call.span.of(text), "new pg.Pool({ url, ssl: TLS }, done)");
    assert_eq!(call.name_span.of(text), "Pool");
    assert_eq!(call.body.map(|body| body.of(text)), Some("function done() {}"));
    let options = call.argument(0).expect("the options");
    // What a name stands for keeps the bytes where it is written.
    let entry = options.entry_at(&["ssl", "rejectUnauthorized"]).expect("the key");
    assert_eq!(entry.key_span.of(text), "'rejectUnauthorized'");
    assert_eq!(entry.value.span.of(text), "false");
    assert_eq!(options.entry("ssl").map(|entry| entry.key_span.of(text)), Some("ssl"));
    let Some(Term { value: Value::Joined(pieces), .. }) = options.get("url") else { panic!("{options}") };
    let pieces: Vec<&str> = pieces.iter().map(|piece| piece.span.of(text)).collect();
    assert_eq!(pieces, ["postgres://", "HOST", "/a"]);
    let setting = facts.settings.iter().find(|setting| setting.name == "TLS").expect("the setting");
    assert_eq!(setting.name_span.of(text), "TLS");
    assert_eq!(setting.span.of(text), "TLS = { 'rejectUnauthorized': false }");
}

#[test]
fn decorated_methods_are_bodies() {
    let text =
        "class Tasks {\n  @Cron('0 9 * * *')\n  @Other()\n  report() {}\n  @Cron('0 8 * * *') other() {}\n}";
    let facts = facts(Lang::TypeScript, text);
    let bodies: Vec<_> = facts.invocations.iter().map(|call| call.body.map(|body| body.of(text))).collect();
    assert_eq!(bodies, [Some("report() {}"), Some("other() {}")]);
}

#[test]
fn hostile_programs_end() {
    let chain = format!("exec(x{})", ".replace(a, b)".repeat(2_000));
    let sum = format!("exec({}'z')", "'a' + b + ".repeat(5_000));
    let nested = format!("{}1{}", "exec({ a: [".repeat(1_500), "] })".repeat(1_500));
    let choice = format!("exec({}c)", "a || ".repeat(3_000));
    let mut doubling = String::from("const v0 = { a: 1 };\n");
    for at in 1..200 {
        doubling += &format!("const v{at} = [v{0}, v{0}, v{0}];\nexec(v{at});\n", at - 1);
    }
    let circles = "const a = { b: c }\nconst c = { d: a, e: c.e }\nc.e = a.b.e\na.b = c\nfunction f(x) { f(x); exec(x) }\nf(f)\nexec(a, c, a.b.d.b.e)".to_string();
    for text in [chain, sum, nested, choice, doubling, circles] {
        let found = facts(Lang::JavaScript, &text);
        assert!(!found.invocations.is_empty() && found.broken.is_empty(), "{}", &text[..40]);
        for call in &found.invocations {
            let mut nodes = 0;
            call.arguments.iter().for_each(|argument| argument.value.walk(&mut |_| nodes += 1));
            assert!(nodes < 20_000, "{nodes} in {}", &text[..40]);
        }
    }
}
