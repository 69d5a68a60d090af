//! Clients of databases and brokers, by the function that opens the connection.

use super::Service;
use crate::lang::Lang;
use crate::term::Invocation;

/// A library that talks to a database or a broker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Driver {
    /// The name for people.
    pub title: &'static str,
    /// What it talks to.
    pub service: Service,
    /// What it does about TLS where nothing says anything.
    pub habit: Habit,
}

/// What a driver does about TLS where neither options nor URL say anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Habit {
    /// libpq: `sslmode=prefer`, TLS if the server has it, no certificate checked.
    Prefers,
    /// Plain text.
    Plain,
    /// The scheme of the URL decides (`redis://`, `rediss://`).
    Scheme,
}

const fn driver(title: &'static str, service: Service, habit: Habit) -> Driver {
    Driver { title, service, habit }
}

/// node-postgres, and what is built on it.
pub const NODE_POSTGRES: Driver = driver("node-postgres", Service::Postgres, Habit::Plain);
/// porsager's client.
pub const POSTGRES_JS: Driver = driver("postgres.js", Service::Postgres, Habit::Plain);
/// Sequelize; with Postgres it uses node-postgres.
pub const SEQUELIZE: Driver = driver("Sequelize", Service::Database, Habit::Plain);
/// Knex; with Postgres it uses node-postgres.
pub const KNEX: Driver = driver("Knex", Service::Database, Habit::Plain);
/// TypeORM; with Postgres it uses node-postgres.
pub const TYPEORM: Driver = driver("TypeORM", Service::Database, Habit::Plain);
/// MikroORM.
pub const MIKRO_ORM: Driver = driver("MikroORM", Service::Database, Habit::Plain);
/// Drizzle.
pub const DRIZZLE: Driver = driver("Drizzle", Service::Database, Habit::Plain);
/// Prisma with its adapter for node-postgres.
pub const PRISMA_PG: Driver = driver("Prisma's pg adapter", Service::Postgres, Habit::Plain);
/// The MySQL clients of Node.
pub const NODE_MYSQL: Driver = driver("the MySQL client", Service::MySql, Habit::Plain);
/// ioredis.
pub const IOREDIS: Driver = driver("ioredis", Service::Redis, Habit::Scheme);
/// node-redis.
pub const NODE_REDIS: Driver = driver("node-redis", Service::Redis, Habit::Scheme);
/// Bull and BullMQ, which use ioredis.
pub const BULL: Driver = driver("Bull", Service::Redis, Habit::Scheme);
/// connect-redis.
pub const CONNECT_REDIS: Driver = driver("connect-redis", Service::Redis, Habit::Scheme);
/// KafkaJS.
pub const KAFKAJS: Driver = driver("KafkaJS", Service::Kafka, Habit::Plain);
/// psycopg 2 and 3.
pub const PSYCOPG: Driver = driver("psycopg", Service::Postgres, Habit::Prefers);
/// asyncpg: `ssl` is `prefer` by default as well.
pub const ASYNCPG: Driver = driver("asyncpg", Service::Postgres, Habit::Prefers);
/// SQLAlchemy.
pub const SQLALCHEMY: Driver = driver("SQLAlchemy", Service::Database, Habit::Prefers);
/// The `databases` package.
pub const DATABASES: Driver = driver("databases", Service::Database, Habit::Prefers);
/// Django.
pub const DJANGO: Driver = driver("Django", Service::Database, Habit::Prefers);
/// redis-py.
pub const REDIS_PY: Driver = driver("redis-py", Service::Redis, Habit::Scheme);
/// The Kafka clients of Python.
pub const KAFKA_PY: Driver = driver("the Kafka client", Service::Kafka, Habit::Plain);
/// Celery.
pub const CELERY: Driver = driver("Celery", Service::Redis, Habit::Scheme);
/// The `pg` gem.
pub const RUBY_PG: Driver = driver("the pg gem", Service::Postgres, Habit::Prefers);
/// Sequel.
pub const SEQUEL: Driver = driver("Sequel", Service::Database, Habit::Prefers);
/// Active Record.
pub const ACTIVE_RECORD: Driver = driver("Active Record", Service::Database, Habit::Prefers);
/// redis-rb and redis-client.
pub const REDIS_RB: Driver = driver("redis-rb", Service::Redis, Habit::Scheme);
/// The Kafka clients of Ruby.
pub const KAFKA_RB: Driver = driver("the Kafka client", Service::Kafka, Habit::Plain);

/// Functions of JavaScript: the dotted name that the callee ends with, and the driver. A `=` in front asks
/// for the whole name, where the last segment alone would say nothing.
const JAVASCRIPT: &[(&str, Driver)] = &[
    ("pg.Pool", NODE_POSTGRES),
    ("pg.Client", NODE_POSTGRES),
    ("pg.native.Pool", NODE_POSTGRES),
    ("pg.native.Client", NODE_POSTGRES),
    ("=pg-pool", NODE_POSTGRES),
    ("pg-promise", NODE_POSTGRES),
    ("connect-pg-simple", NODE_POSTGRES),
    ("pg-boss", NODE_POSTGRES),
    ("slonik.createPool", driver("Slonik", Service::Postgres, Habit::Plain)),
    ("=postgres", POSTGRES_JS),
    ("Sequelize", SEQUELIZE),
    ("=sequelize", SEQUELIZE),
    ("=sequelize-typescript", SEQUELIZE),
    ("SequelizeModule.forRoot", SEQUELIZE),
    ("=knex", KNEX),
    ("knex.knex", KNEX),
    ("typeorm.DataSource", TYPEORM),
    ("typeorm.createConnection", TYPEORM),
    ("typeorm.createConnections", TYPEORM),
    ("TypeOrmModule.forRoot", TYPEORM),
    ("TypeOrmModule.forRootAsync", TYPEORM),
    ("MikroORM.init", MIKRO_ORM),
    ("@mikro-orm/core.defineConfig", MIKRO_ORM),
    ("@mikro-orm/postgresql.defineConfig", MIKRO_ORM),
    ("drizzle", DRIZZLE),
    ("PrismaPg", PRISMA_PG),
    ("mysql.createConnection", NODE_MYSQL),
    ("mysql.createPool", NODE_MYSQL),
    ("mysql2.createConnection", NODE_MYSQL),
    ("mysql2.createPool", NODE_MYSQL),
    ("mysql2/promise.createConnection", NODE_MYSQL),
    ("mysql2/promise.createPool", NODE_MYSQL),
    ("=ioredis", IOREDIS),
    ("ioredis.Redis", IOREDIS),
    ("ioredis.Cluster", IOREDIS),
    ("ioredis.Redis.Cluster", IOREDIS),
    ("IORedis", IOREDIS),
    ("Redis", IOREDIS),
    ("redis.createClient", NODE_REDIS),
    ("redis.createCluster", NODE_REDIS),
    ("@redis/client.createClient", NODE_REDIS),
    ("=bull", BULL),
    ("=Bull", BULL),
    ("=bee-queue", driver("Bee-Queue", Service::Redis, Habit::Scheme)),
    ("bullmq.Queue", BULL),
    ("bullmq.Worker", BULL),
    ("bullmq.QueueEvents", BULL),
    ("bullmq.FlowProducer", BULL),
    ("BullModule.forRoot", BULL),
    ("BullModule.forRootAsync", BULL),
    ("RedisStore", CONNECT_REDIS),
    ("=connect-redis", CONNECT_REDIS),
    ("kafkajs.Kafka", KAFKAJS),
    ("Kafka", KAFKAJS),
    ("KafkaClient", KAFKAJS),
];

/// Functions of Python.
const PYTHON: &[(&str, Driver)] = &[
    ("psycopg2.connect", PSYCOPG),
    ("psycopg.connect", PSYCOPG),
    ("psycopg.Connection.connect", PSYCOPG),
    ("psycopg.AsyncConnection.connect", PSYCOPG),
    ("psycopg_pool.ConnectionPool", PSYCOPG),
    ("psycopg_pool.AsyncConnectionPool", PSYCOPG),
    ("psycopg2.pool.SimpleConnectionPool", PSYCOPG),
    ("psycopg2.pool.ThreadedConnectionPool", PSYCOPG),
    ("asyncpg.connect", ASYNCPG),
    ("asyncpg.create_pool", ASYNCPG),
    ("asyncpg.connection.connect", ASYNCPG),
    ("create_engine", SQLALCHEMY),
    ("create_async_engine", SQLALCHEMY),
    ("engine_from_config", SQLALCHEMY),
    ("async_engine_from_config", SQLALCHEMY),
    ("databases.Database", DATABASES),
    ("dj_database_url.config", DJANGO),
    ("dj_database_url.parse", DJANGO),
    ("redis.from_url", REDIS_PY),
    ("redis.Redis", REDIS_PY),
    ("redis.StrictRedis", REDIS_PY),
    ("redis.Redis.from_url", REDIS_PY),
    ("redis.StrictRedis.from_url", REDIS_PY),
    ("Redis.from_url", REDIS_PY),
    ("StrictRedis.from_url", REDIS_PY),
    ("redis.ConnectionPool", REDIS_PY),
    ("redis.BlockingConnectionPool", REDIS_PY),
    ("ConnectionPool.from_url", REDIS_PY),
    ("BlockingConnectionPool.from_url", REDIS_PY),
    ("redis.asyncio.from_url", REDIS_PY),
    ("aioredis.from_url", REDIS_PY),
    ("aioredis.create_redis_pool", REDIS_PY),
    ("aioredis.create_pool", REDIS_PY),
    ("RedisChannelLayer", driver("channels_redis", Service::Redis, Habit::Scheme)),
    ("celery.Celery", CELERY),
    ("kafka.KafkaProducer", KAFKA_PY),
    ("kafka.KafkaConsumer", KAFKA_PY),
    ("kafka.KafkaAdminClient", KAFKA_PY),
    ("KafkaProducer", KAFKA_PY),
    ("KafkaConsumer", KAFKA_PY),
    ("AIOKafkaProducer", KAFKA_PY),
    ("AIOKafkaConsumer", KAFKA_PY),
];

/// Functions of Ruby, with dots for `::`.
const RUBY: &[(&str, Driver)] = &[
    ("PG.connect", RUBY_PG),
    ("PG.Connection.new", RUBY_PG),
    ("PG.new", RUBY_PG),
    ("PGconn.connect", RUBY_PG),
    ("Sequel.connect", SEQUEL),
    ("Sequel.postgres", SEQUEL),
    ("establish_connection", ACTIVE_RECORD),
    ("Redis.new", REDIS_RB),
    ("Redis.connect", REDIS_RB),
    ("RedisClient.new", REDIS_RB),
    ("RedisClient.config", REDIS_RB),
    ("RedisCacheStore.new", REDIS_RB),
    ("Kafka.new", KAFKA_RB),
    ("Rdkafka.Config.new", KAFKA_RB),
];

/// Functions whose options have the same names and lead elsewhere: web, mail, directories. Named as above.
const UNRELATED: &[&str] = &[
    "https.Agent",
    "http.Agent",
    "HttpsProxyAgent",
    "axios.create",
    "=axios",
    "axios.get",
    "axios.post",
    "=fetch",
    "=got",
    "https.request",
    "https.get",
    "https.createServer",
    "tls.connect",
    "tls.createServer",
    "nodemailer.createTransport",
    "ldapjs.createClient",
    "@elastic/elasticsearch.Client",
    "elasticsearch.Client",
    "@opensearch-project/opensearch.Client",
    "mongodb.MongoClient",
    "MongoClient",
    "mongoose.connect",
    "WebSocket",
    "defineConfig",
    "createProxyMiddleware",
    "createProxyServer",
    "RestClient.Resource.new",
    "Faraday.new",
    "Net.HTTP.start",
    "Net.HTTP.new",
    "Excon.new",
    "HTTParty.get",
    "requests.get",
    "requests.post",
    "httpx.Client",
    "httpx.AsyncClient",
    "aiohttp.TCPConnector",
    "Elasticsearch",
];

/// The driver that a call opens a connection with.
pub fn driver_of(call: &Invocation, lang: Lang) -> Option<Driver> {
    let table = match lang {
        Lang::JavaScript | Lang::TypeScript | Lang::Tsx | Lang::Vue | Lang::Svelte => JAVASCRIPT,
        Lang::Python => PYTHON,
        Lang::Ruby | Lang::Erb | Lang::Haml | Lang::Slim => RUBY,
        _ => return None,
    };
    table.iter().find(|(name, _)| is_named(call, name)).map(|(_, driver)| *driver)
}

fn is_named(call: &Invocation, name: &str) -> bool {
    match name.strip_prefix('=') {
        Some(whole) => call.callee == whole,
        None => call.is(name),
    }
}

/// Whether a call leads somewhere else for certain: to a web server, a mail server, a directory.
pub fn is_unrelated(call: &Invocation) -> bool {
    UNRELATED.iter().any(|name| is_named(call, name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary;

    #[test]
    fn every_function_of_the_tables_is_seen() {
        let names = JAVASCRIPT.iter().chain(PYTHON).map(|(name, _)| *name);
        for name in names {
            let last = name.trim_start_matches('=').rsplit('.').next().unwrap_or_default();
            assert!(vocabulary::is_call(last), "calls of `{name}` are no facts");
        }
        // Ruby's `new` is seen by the class in front of it.
        for (name, _) in RUBY {
            let known = name.split('.').any(vocabulary::is_call);
            assert!(known, "calls of `{name}` are no facts");
        }
    }
}
