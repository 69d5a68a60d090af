//! The calls and settings that the JavaScript and TypeScript front end finds in each idiom.

use dynolint::lang::Lang;

use super::harness::check_structure;

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
                "const pg = require('pg')\nmodule.exports = new pg.Pool({ connectionString: process.env.DATABASE_URL || 'postgres://localhost/app', ssl: isProd && { rejectUnauthorized: false } })",
                &[
                    "setting module.exports = pg.Pool({connectionString: $DATABASE_URL|\"postgres://localhost/app\", ssl: <{rejectUnauthorized: false} | false>})",
                    "invoke module.exports = pg.Pool({connectionString: $DATABASE_URL|\"postgres://localhost/app\", ssl: <{rejectUnauthorized: false} | false>})",
                    "text \"postgres://localhost/app\"",
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
                "module.exports = {\n  development: { client: 'sqlite3', connection: { filename: './dev.sqlite3' } },\n  production: {\n    client: 'pg',\n    connection: { connectionString: process.env.DATABASE_URL, ssl: { rejectUnauthorized: false } },\n  },\n}",
                &[
                    "setting module.exports = {development: {client: \"sqlite3\", connection: {filename: \"./dev.sqlite3\"}}, production: {client: \"pg\", connection: {connectionString: $DATABASE_URL, ssl: {rejectUnauthorized: false}}}}",
                    "text \"./dev.sqlite3\"",
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
                "import { Cron } from '@nestjs/schedule'\nclass Tasks {\n  @Cron('0 9 * * *', { timeZone: 'Europe/Paris' })\n  async report() { await this.pool.query('CREATE TABLE a') }\n}",
                &[
                    "invoke @nestjs/schedule.Cron(\"0 9 * * *\", {timeZone: \"Europe/Paris\"}) do in Tasks",
                    "invoke [this.pool].query(\"CREATE TABLE a\") in Tasks.report",
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
                &[
                    "invoke [cron.CronJob(\"0 9 * * *\", fn)].start()",
                    "invoke cron.CronJob(\"0 9 * * *\", fn) do",
                ],
            ),
            (
                "const Agenda = require('agenda')\nconst agenda = new Agenda({ db: { address: process.env.MONGODB_URI } })\nagenda.define('report', async () => {})\nagenda.every('0 9 * * *', 'report', {}, { timezone: 'UTC' })",
                &[
                    "invoke agenda = agenda({db: {address: $MONGODB_URI}})",
                    "invoke [agenda({db: {address: $MONGODB_URI}})].define(\"report\", fn) do",
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
                "import { writeFile, mkdir as make } from 'node:fs/promises'\nawait make('data', { recursive: true })\nawait writeFile(`data/${id}.json`, JSON.stringify(x))",
                &[
                    "invoke fs.promises.mkdir(\"data\", {recursive: true})",
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
                "const formidable = require('formidable')\nconst form = formidable({ uploadDir: UPLOADS })\nform.uploadDir = __dirname + '/uploads'",
                &[
                    "setting form = formidable({uploadDir: UPLOADS})",
                    "invoke form = formidable({uploadDir: UPLOADS})",
                    "setting form.uploadDir = (__dirname + \"/uploads\")",
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
                &["invoke store = [session-file-store(express-session)]FileStore({path: \"./sessions\"})"],
            ),
            (
                "const DIR = process.env.UPLOAD_DIR || path.join(process.cwd(), 'uploads')\nfs.mkdirSync(DIR, { recursive: true })\nfs.createWriteStream(`${DIR}/a.txt`)",
                &[
                    "invoke fs.mkdirSync($UPLOAD_DIR|path.join(process.cwd(), \"uploads\"), {recursive: true})",
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
                "let dir\nif (process.env.DYNO) {\n  dir = '/tmp'\n} else {\n  dir = 'uploads'\n}\nfs.mkdirSync(dir)",
                &["invoke fs.mkdirSync(<\"/tmp\" | \"uploads\">)"],
            ),
            ("const a = b\nconst b = a\nfs.mkdirSync(a)", &["invoke fs.mkdirSync(a)"]),
            (
                "const paths = { data: { dir: 'data' } }\nfs.mkdirSync(paths.data.dir)\nfs.mkdirSync(paths.other)",
                &["invoke fs.mkdirSync(\"data\")", "invoke fs.mkdirSync(_)"],
            ),
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
                "exports.up = (knex) => knex.raw('CREATE EXTENSION IF NOT EXISTS \"uuid-ossp\"')",
                &[
                    "invoke [^knex].raw(\"CREATE EXTENSION IF NOT EXISTS \\\"uuid-ossp\\\"\") in up",
                    "text \"CREATE EXTENSION IF NOT EXISTS \\\"uuid-ossp\\\"\"",
                ],
            ),
            (
                "module.exports = {\n  up: async (queryInterface, Sequelize) => {\n    await queryInterface.sequelize.query('CREATE EXTENSION citext')\n  },\n}",
                &[
                    "invoke [queryInterface.sequelize].query(\"CREATE EXTENSION citext\") in up",
                    "text \"CREATE EXTENSION citext\"",
                ],
            ),
            (
                "const { exec } = require('child_process')\nexec(`pg_dump ${process.env.DATABASE_URL} > backup.sql`)",
                &[
                    "invoke child_process.exec((\"pg_dump \" + $DATABASE_URL + \" > backup.sql\"))",
                    "text \"pg_dump \"",
                ],
            ),
            (
                "const cp = require('child_process')\ncp.execSync('psql ' + url + ' -c x')",
                &["invoke child_process.execSync((\"psql \" + url + \" -c x\"))", "text \"psql \""],
            ),
            (
                "await prisma.$executeRaw`CREATE SCHEMA ${name}`",
                &["invoke prisma.$executeRaw((\"CREATE SCHEMA \" + name))"],
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
                "switch (process.env.NODE_ENV) {\n  case 'production':\n    spawn('psql')\n}",
                &["invoke spawn(\"psql\") when (NODE_ENV == \"production\")", "text \"psql\""],
            ),
        ],
    );
}
