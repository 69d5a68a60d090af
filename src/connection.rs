//! Connections to databases and brokers: which client a program opens, what its options mean, and what it
//! does to the URL it was given.
//!
//! The tables say what libraries do, so that a rule does not have to: [`client`] knows the drivers,
//! [`switch`] finds the options that force TLS or turn the checks off, [`rewrite`] runs what a program does
//! to the scheme of a URL, and [`address`] says what is lost where a URL is taken apart by hand.

pub mod address;
pub mod client;
pub mod rewrite;
pub mod switch;

use crate::rule::Target;

/// What a connection leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Service {
    /// PostgreSQL.
    Postgres,
    /// MySQL and MariaDB.
    MySql,
    /// A database whose kind the place does not tell.
    Database,
    /// Redis and Valkey.
    Redis,
    /// Apache Kafka.
    Kafka,
    /// RabbitMQ and other AMQP brokers.
    Amqp,
}

impl Service {
    /// The name for people.
    pub fn title(self) -> &'static str {
        match self {
            Service::Postgres => "Postgres",
            Service::MySql => "MySQL",
            Service::Database => "the database",
            Service::Redis => "Redis",
            Service::Kafka => "Kafka",
            Service::Amqp => "the AMQP broker",
        }
    }

    /// The service that a variable with this name leads to, by the names that Heroku, its add-ons and the
    /// targets use.
    pub fn of_variable(name: &str) -> Option<Service> {
        let upper = name.to_ascii_uppercase();
        let has = |words: &[&str]| words.iter().any(|word| upper.contains(word));
        if has(&["REDIS", "REDISTOGO", "REDISCLOUD", "VALKEY"]) {
            return Some(Service::Redis);
        }
        if has(&["KAFKA"]) {
            return Some(Service::Kafka);
        }
        if has(&["CLOUDAMQP", "RABBITMQ", "AMQP_URL"]) {
            return Some(Service::Amqp);
        }
        if has(&["CLEARDB", "JAWSDB", "MYSQL", "MARIADB"]) {
            return Some(Service::MySql);
        }
        if has(&["POSTGRES", "HEROKU_POSTGRESQL", "PGHOST", "PGDATABASE", "PG_URL", "PGURL"]) {
            return Some(Service::Postgres);
        }
        has(&[
            "DATABASE_URL",
            "DATABASE_URI",
            "DB_URL",
            "DB_URI",
            "DB_HOST",
            "DATABASE_HOST",
            "DATABASE_CONNECTION",
        ])
        .then_some(Service::Database)
    }

    /// The service that a scheme names: `postgres` of `postgres://…`.
    pub fn of_scheme(scheme: &str) -> Option<Service> {
        let plain = scheme.split('+').next().unwrap_or_default();
        match plain {
            "postgres" | "postgresql" | "postgis" | "pgsql" => Some(Service::Postgres),
            "mysql" | "mysql2" | "mariadb" => Some(Service::MySql),
            "redis" | "rediss" | "valkey" | "valkeys" => Some(Service::Redis),
            "kafka" => Some(Service::Kafka),
            "amqp" | "amqps" => Some(Service::Amqp),
            _ => None,
        }
    }

    /// Whether the two may be the same.
    pub fn fits(self, other: Service) -> bool {
        let sql = |service| matches!(service, Service::Postgres | Service::MySql | Service::Database);
        self == other
            || (sql(self) && sql(other) && (self == Service::Database || other == Service::Database))
    }
}

/// What a Postgres server of a target does about TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offer {
    /// TLS is there, and may be insisted on.
    Always,
    /// It depends on the address or on how the server was set up.
    Depends,
    /// There is none until somebody turns it on.
    Never,
}

/// What the Postgres servers of a target do about TLS, and that in a sentence.
///
/// Sources: the connection guides of the platforms; for RDS, `rds.force_ssl` is 1 by default from
/// version 15 on; for a server of one's own, PostgreSQL's `ssl` is off by default.
pub fn offer(target: Target) -> (Offer, &'static str) {
    match target {
        Target::Render => (
            Offer::Depends,
            "on Render the internal URL of a database is served without TLS, the external one requires it",
        ),
        Target::Railway => (Offer::Always, "Railway's Postgres image serves TLS"),
        Target::Fly => (
            Offer::Depends,
            "Fly's Managed Postgres uses TLS by default; the legacy clusters were attached with `sslmode=disable`",
        ),
        Target::Aws => (
            Offer::Always,
            "RDS for PostgreSQL requires TLS by default from version 15 on; checking its certificate takes Amazon's CA bundle",
        ),
        Target::Aptible | Target::Digitalocean => {
            (Offer::Always, "managed databases there are reached with TLS")
        }
        Target::Kubernetes => {
            (Offer::Depends, "on Kubernetes it depends on the operator whether Postgres serves TLS")
        }
        Target::Dokku => (
            Offer::Depends,
            "a Postgres container serves TLS only where it was set up for it: ask it with `SHOW ssl`",
        ),
        Target::Vps => (Offer::Never, "a Postgres server of your own has `ssl = off` until you turn it on"),
    }
}
