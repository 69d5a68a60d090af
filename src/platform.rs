//! What platforms set: the variables that only Heroku has, what the targets offer in their place, and
//! the variables by which code recognises other platforms.

use std::collections::{BTreeMap, BTreeSet};

use crate::rule::Target;

/// What a variable that only Heroku sets is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Variable {
    /// `DYNO`: the name of the running dyno, `web.1`.
    Dyno,
    /// `HEROKU_APP_NAME`.
    AppName,
    /// The rest of the dyno metadata.
    Metadata(Purpose),
    /// Variables of review apps.
    ReviewApp,
    /// Variables of a Heroku CI run.
    Ci,
    /// Flags that teams set by hand to say "this is Heroku".
    Flag,
    /// `SOURCE_VERSION`, set while Heroku builds.
    SourceVersion,
    /// A variable that comes with an add-on: its address or its credentials.
    Attachment(Attachment),
}

/// What an add-on's variable gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Attachment {
    /// `HEROKU_POSTGRESQL_<COLOR>_URL`.
    PostgresColor,
    /// A follower under the name that the team gave the attachment.
    PostgresFollower,
    /// Server-side PgBouncer, or what the PgBouncer buildpack writes.
    PostgresPool,
    /// Key-Value Store, or a Redis add-on under its maker's name.
    Redis,
    /// Apache Kafka on Heroku.
    Kafka,
}

/// What a piece of information is for, as far as targets offer the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// Whether the program runs on this platform at all.
    Here,
    /// Which kind of process this is.
    ProcessType,
    /// Which of several equal instances this is.
    Instance,
    /// The application's name.
    AppName,
    /// The commit that was deployed.
    Commit,
    /// Branch or pull request of a preview.
    Preview,
    /// The public host name.
    Host,
    /// Number of the release.
    Release,
    /// When it was released.
    ReleasedAt,
    /// The database to read from.
    Replica,
    /// The address of a connection pool.
    Pool,
    /// The address of the Redis server.
    Redis,
    /// The brokers of a Kafka cluster.
    Brokers,
    /// Whether the database is reached with TLS only.
    DatabaseTls,
    /// libpq's `sslmode` for the database.
    DatabaseMode,
    /// Whether the database's certificate is checked.
    DatabaseCheck,
    /// Whether Redis is reached with TLS only.
    RedisTls,
    /// Whether the certificate of Redis is checked.
    RedisCheck,
    /// Whether the certificates of the Kafka brokers are checked.
    KafkaCheck,
    /// Something with no counterpart.
    Other,
}

/// Variables that only Heroku sets. Sources: Heroku Dev Center, "Dyno Metadata", "Review Apps",
/// "Heroku CI"; changelog 630 for `SOURCE_VERSION`.
const HEROKU: &[(&str, Variable)] = &[
    ("DYNO", Variable::Dyno),
    ("HEROKU_APP_NAME", Variable::AppName),
    ("HEROKU_APP_ID", Variable::Metadata(Purpose::AppName)),
    ("HEROKU_APP_DEFAULT_DOMAIN_NAME", Variable::Metadata(Purpose::Host)),
    ("HEROKU_DYNO_ID", Variable::Metadata(Purpose::Instance)),
    ("HEROKU_RELEASE_CREATED_AT", Variable::Metadata(Purpose::ReleasedAt)),
    ("HEROKU_RELEASE_VERSION", Variable::Metadata(Purpose::Release)),
    ("HEROKU_SLUG_COMMIT", Variable::Metadata(Purpose::Commit)),
    ("HEROKU_SLUG_DESCRIPTION", Variable::Metadata(Purpose::Other)),
    ("HEROKU_BUILD_COMMIT", Variable::Metadata(Purpose::Commit)),
    ("HEROKU_BUILD_DESCRIPTION", Variable::Metadata(Purpose::Other)),
    ("HEROKU_EXEC_URL", Variable::Metadata(Purpose::Other)),
    ("HEROKU_METRICS_URL", Variable::Metadata(Purpose::Other)),
    ("HEROKU_BRANCH", Variable::ReviewApp),
    ("HEROKU_PR_NUMBER", Variable::ReviewApp),
    ("HEROKU_PARENT_APP_NAME", Variable::ReviewApp),
    ("HEROKU_TEST_RUN_ID", Variable::Ci),
    ("HEROKU_TEST_RUN_BRANCH", Variable::Ci),
    ("HEROKU_TEST_RUN_COMMIT_VERSION", Variable::Ci),
    ("SOURCE_VERSION", Variable::SourceVersion),
    ("HEROKU", Variable::Flag),
    ("HEROKU_ENV", Variable::Flag),
    ("HEROKU_ENVIRONMENT", Variable::Flag),
    ("HEROKU_REVIEW_APP", Variable::Flag),
];

/// What stands before `HEROKU` in a hand-made flag.
const FLAG_PREFIXES: &[&str] = &[
    "IS_",
    "ON_",
    "IN_",
    "IS_ON_",
    "RUN_ON_",
    "RUNNING_ON_",
    "RUNS_ON_",
    "RUNNING_IN_",
    "USE_",
    "USING_",
    "DEPLOYED_ON_",
    "DEPLOYED_TO_",
    "HOSTED_ON_",
    "APP_ON_",
    "FROM_",
];

/// What the variable `name` is about, if only Heroku (or a team for Heroku) sets it.
pub fn heroku_variable(name: &str) -> Option<Variable> {
    if let Some((_, variable)) = HEROKU.iter().find(|(known, _)| *known == name) {
        return Some(*variable);
    }
    if let Some(attachment) = attachment(name) {
        return Some(Variable::Attachment(attachment));
    }
    let before = name.strip_suffix("HEROKU")?;
    FLAG_PREFIXES.contains(&before).then_some(Variable::Flag)
}

/// What the value of one of Heroku's own variables tells, where one variable of a team's own can tell the same.
pub fn purpose(name: &str) -> Option<Purpose> {
    match heroku_variable(name)? {
        Variable::Dyno => Some(Purpose::Instance),
        Variable::AppName => Some(Purpose::AppName),
        // An application's name does not stand in for its id.
        Variable::Metadata(Purpose::Other | Purpose::AppName) => None,
        Variable::Metadata(purpose) => Some(purpose),
        Variable::ReviewApp => Some(Purpose::Preview),
        Variable::Ci => name.ends_with("COMMIT_VERSION").then_some(Purpose::Commit),
        Variable::Flag => Some(Purpose::Here),
        Variable::SourceVersion => Some(Purpose::Commit),
        Variable::Attachment(_) => None,
    }
}

/// Variables of add-ons. Sources: Dev Center, "Heroku Postgres", "Heroku Key-Value Store", "Apache Kafka on
/// Heroku", "PgBouncer Configuration"; the add-ons' own pages.
const ATTACHMENTS: &[(&str, Attachment)] = &[
    ("DATABASE_FOLLOWER_URL", Attachment::PostgresFollower),
    ("FOLLOWER_DATABASE_URL", Attachment::PostgresFollower),
    ("FOLLOWER_URL", Attachment::PostgresFollower),
    ("SLAVE_DISABLED_FOLLOWERS", Attachment::PostgresFollower),
    ("PGBOUNCER_URLS", Attachment::PostgresPool),
    ("DATABASE_URL_PGBOUNCER", Attachment::PostgresPool),
    ("REDIS_TLS_URL", Attachment::Redis),
    ("REDIS_TEMPORARY_URL", Attachment::Redis),
    ("REDISTOGO_URL", Attachment::Redis),
    ("REDISCLOUD_URL", Attachment::Redis),
    ("OPENREDIS_URL", Attachment::Redis),
    ("REDISGREEN_URL", Attachment::Redis),
    ("STACKHERO_REDIS_URL_TLS", Attachment::Redis),
    ("KAFKA_TRUSTED_CERT", Attachment::Kafka),
    ("KAFKA_CLIENT_CERT", Attachment::Kafka),
    ("KAFKA_CLIENT_CERT_KEY", Attachment::Kafka),
    ("KAFKA_PREFIX", Attachment::Kafka),
];

/// The add-on variable that `name` is: by its whole name, or by the pattern of attachments with a colour.
fn attachment(name: &str) -> Option<Attachment> {
    if let Some((_, attachment)) = ATTACHMENTS.iter().find(|(known, _)| *known == name) {
        return Some(*attachment);
    }
    if name.ends_with("_CONNECTION_POOL_URL") {
        return Some(Attachment::PostgresPool);
    }
    let between = |prefix: &str| name.strip_prefix(prefix).is_some_and(|rest| !rest.is_empty());
    if between(POSTGRES_PREFIX) {
        return Some(match name.contains("FOLLOWER") {
            true => Attachment::PostgresFollower,
            false => Attachment::PostgresColor,
        });
    }
    between("HEROKU_REDIS_").then_some(Attachment::Redis)
}

/// Names that begin like this are attachments of Heroku Postgres.
pub const POSTGRES_PREFIX: &str = "HEROKU_POSTGRESQL_";

/// Names that begin like this are Heroku's as well; for names known only in part.
pub const HEROKU_PREFIX: &str = "HEROKU_";

/// How other platforms say that they are there. Sources: the platforms' own lists of variables.
const ELSEWHERE: &[(&str, Option<Target>)] = &[
    ("RENDER", Some(Target::Render)),
    ("RENDER_*", Some(Target::Render)),
    ("IS_PULL_REQUEST", Some(Target::Render)),
    ("RAILWAY_*", Some(Target::Railway)),
    ("FLY_*", Some(Target::Fly)),
    ("DIGITALOCEAN_*", Some(Target::Digitalocean)),
    ("KUBERNETES_*", Some(Target::Kubernetes)),
    ("APTIBLE_*", Some(Target::Aptible)),
    ("AWS_EXECUTION_ENV", Some(Target::Aws)),
    ("AWS_LAMBDA_*", Some(Target::Aws)),
    ("ECS_CONTAINER_METADATA_*", Some(Target::Aws)),
    ("ECS_*", Some(Target::Aws)),
    ("DOKKU_*", Some(Target::Dokku)),
    ("COOLIFY_*", Some(Target::Vps)),
    ("VERCEL", None),
    ("VERCEL_*", None),
    ("NOW", None),
    ("NOW_*", None),
    ("NETLIFY", None),
    ("K_SERVICE", None),
    ("K_REVISION", None),
    ("GAE_*", None),
    ("GOOGLE_CLOUD_*", None),
    ("WEBSITE_SITE_NAME", None),
    ("WEBSITE_HOSTNAME", None),
    ("CF_PAGES", None),
    ("CF_INSTANCE_*", None),
    ("VCAP_*", None),
    ("SCALINGO_*", None),
    ("CONTAINER", None),
    ("REPL_ID", None),
    ("GITPOD_*", None),
    ("CODESPACES", None),
    ("OPENSHIFT_*", None),
    ("CC_*", None),
    ("PLATFORM_*", None),
];

/// Whether `name` is a variable by which code recognises a platform other than Heroku; the target
/// it stands for, where it is one of ours.
pub fn other_platform(name: &str) -> Option<Option<Target>> {
    ELSEWHERE.iter().find(|(pattern, _)| matches_pattern(pattern, name)).map(|(_, target)| *target)
}

fn matches_pattern(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(prefix) => name.len() > prefix.len() && name.starts_with(prefix),
        None => pattern == name,
    }
}

/// What a target sets for a purpose, as a variable's name. Sources: the targets' own documentation.
/// Dokku's docker-local scheduler sets `DYNO` itself, in Heroku's old form.
pub fn counterpart(purpose: Purpose, target: Target) -> Option<&'static str> {
    use Purpose::{AppName, Commit, Here, Host, Instance, Preview, ProcessType, Release};
    Some(match (target, purpose) {
        (Target::Render, Here) => "RENDER",
        (Target::Render, ProcessType) => "RENDER_SERVICE_TYPE",
        (Target::Render, Instance) => "RENDER_INSTANCE_ID",
        (Target::Render, AppName) => "RENDER_SERVICE_NAME",
        (Target::Render, Commit) => "RENDER_GIT_COMMIT",
        (Target::Render, Preview) => "IS_PULL_REQUEST",
        (Target::Render, Host) => "RENDER_EXTERNAL_HOSTNAME",
        (Target::Railway, Here) => "RAILWAY_ENVIRONMENT_NAME",
        (Target::Railway, ProcessType) => "RAILWAY_SERVICE_NAME",
        (Target::Railway, Instance) => "RAILWAY_REPLICA_ID",
        (Target::Railway, AppName) => "RAILWAY_SERVICE_NAME",
        (Target::Railway, Commit) => "RAILWAY_GIT_COMMIT_SHA",
        (Target::Railway, Preview) => "RAILWAY_ENVIRONMENT_NAME",
        (Target::Railway, Host) => "RAILWAY_PUBLIC_DOMAIN",
        (Target::Railway, Release) => "RAILWAY_DEPLOYMENT_ID",
        (Target::Fly, Here) => "FLY_APP_NAME",
        (Target::Fly, ProcessType) => "FLY_PROCESS_GROUP",
        (Target::Fly, Instance) => "FLY_MACHINE_ID",
        (Target::Fly, AppName) => "FLY_APP_NAME",
        (Target::Fly, Commit) => "FLY_IMAGE_REF",
        (Target::Fly, Release) => "FLY_MACHINE_VERSION",
        (Target::Dokku, ProcessType | Instance | Here) => "DYNO",
        (Target::Dokku, Commit) => "GIT_REV",
        (Target::Kubernetes, Here) => "KUBERNETES_SERVICE_HOST",
        (Target::Aws, Here) => "ECS_CONTAINER_METADATA_URI_V4",
        _ => return None,
    })
}

/// The name that code on any platform can read, to be set by the team.
pub fn neutral(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Here => "DEPLOYED",
        Purpose::ProcessType => "PROCESS_TYPE",
        Purpose::Instance => "INSTANCE_ID",
        Purpose::AppName => "APP_NAME",
        Purpose::Commit => "GIT_SHA",
        Purpose::Preview => "PREVIEW",
        Purpose::Host => "APP_HOST",
        Purpose::ReleasedAt => "RELEASED_AT",
        Purpose::Replica => "REPLICA_DATABASE_URL",
        Purpose::Pool => "POOLED_DATABASE_URL",
        Purpose::Redis => "REDIS_URL",
        Purpose::Brokers => "KAFKA_BROKERS",
        Purpose::DatabaseTls => "DATABASE_SSL_REQUIRE",
        Purpose::DatabaseMode => "DATABASE_SSLMODE",
        Purpose::DatabaseCheck => "DATABASE_SSL_VERIFY",
        Purpose::RedisTls => "REDIS_SSL_REQUIRE",
        Purpose::RedisCheck => "REDIS_SSL_VERIFY",
        Purpose::KafkaCheck => "KAFKA_SSL_VERIFY",
        Purpose::Release | Purpose::Other => "APP_VERSION",
    }
}

/// What the variable for a purpose has to hold, as words that follow its name.
pub fn provided(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Here => "any text wherever the application is deployed, and nothing elsewhere",
        Purpose::ProcessType => "the type of each process: `web`, `worker`, …",
        Purpose::Instance => "a name of its own for each instance",
        Purpose::AppName => "the application's name",
        Purpose::Commit => "the commit that is deployed",
        Purpose::Preview => "any text in previews of pull requests, and nothing elsewhere",
        Purpose::Host => "the public host name",
        Purpose::ReleasedAt => "the time of the release, in ISO 8601",
        Purpose::Replica => "the address of the database to read from",
        Purpose::Pool => "the address of the connection pool",
        Purpose::Redis => "the address of the Redis server",
        Purpose::Brokers => "the addresses of the brokers",
        Purpose::DatabaseTls => "`false` where the database is served without TLS",
        Purpose::DatabaseMode => "the `sslmode` of the database: `disable`, `require`, `verify-full`",
        Purpose::DatabaseCheck => "`true` where the certificate of the database can be checked",
        Purpose::RedisTls => "`false` where Redis is served without TLS",
        Purpose::RedisCheck => "`true` where the certificate of Redis can be checked",
        Purpose::KafkaCheck => "`true` where the certificates of the brokers can be checked",
        Purpose::Release | Purpose::Other => "the number of the release",
    }
}

/// The names by which fixes and advice call what a team sets itself: those of [`neutral`], where the settings
/// do not give others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    chosen: BTreeMap<Purpose, String>,
    time_zone: Option<String>,
}

impl Names {
    /// The keys of the settings' table `[fix]`, with what each names.
    pub const KEYS: [(&'static str, Purpose); 19] = [
        ("app-name-env", Purpose::AppName),
        ("brokers-env", Purpose::Brokers),
        ("commit-env", Purpose::Commit),
        ("database-ssl-env", Purpose::DatabaseTls),
        ("database-ssl-verify-env", Purpose::DatabaseCheck),
        ("database-sslmode-env", Purpose::DatabaseMode),
        ("deployed-env", Purpose::Here),
        ("host-env", Purpose::Host),
        ("instance-env", Purpose::Instance),
        ("kafka-ssl-verify-env", Purpose::KafkaCheck),
        ("pool-env", Purpose::Pool),
        ("preview-env", Purpose::Preview),
        ("process-type-env", Purpose::ProcessType),
        ("redis-env", Purpose::Redis),
        ("redis-ssl-env", Purpose::RedisTls),
        ("redis-ssl-verify-env", Purpose::RedisCheck),
        ("release-env", Purpose::Release),
        ("released-at-env", Purpose::ReleasedAt),
        ("replica-env", Purpose::Replica),
    ];

    /// The name for a purpose.
    pub fn of(&self, purpose: Purpose) -> &str {
        self.chosen.get(&purpose).map_or_else(|| neutral(purpose), String::as_str)
    }

    /// Whether the settings give the name.
    pub fn is_chosen(&self, purpose: Purpose) -> bool {
        self.chosen.contains_key(&purpose)
    }

    /// Gives a purpose another name.
    pub fn choose(&mut self, purpose: Purpose, name: impl Into<String>) {
        self.chosen.insert(purpose, name.into());
    }

    /// The time zone in which the dynos run, where the settings say it.
    pub fn time_zone(&self) -> Option<&str> {
        self.time_zone.as_deref()
    }

    /// Says in which time zone the dynos run.
    pub fn set_time_zone(&mut self, zone: impl Into<String>) {
        self.time_zone = Some(zone.into());
    }

    /// Every name, once.
    pub fn all(&self) -> BTreeSet<&str> {
        Self::KEYS.iter().map(|(_, purpose)| self.of(*purpose)).collect()
    }
}

/// One sentence on what holds for a purpose on a target.
pub fn target_note(purpose: Purpose, target: Target) -> String {
    let title = target.title();
    match (target, purpose) {
        (Target::Dokku, Purpose::ProcessType | Purpose::Instance | Purpose::Here) => {
            "Dokku's docker-local scheduler sets `DYNO` as `type.number` too; its k3s scheduler does not"
                .to_string()
        }
        (Target::Dokku, Purpose::Commit) => "Dokku sets `GIT_REV`".to_string(),
        (Target::Kubernetes, Purpose::Instance) => {
            "on Kubernetes the host name is the pod's name; pass it, or a label, by the downward API"
                .to_string()
        }
        (Target::Kubernetes, Purpose::ProcessType) => {
            format!("Kubernetes sets nothing: put `{}` into each container's `env`", neutral(purpose))
        }
        (Target::Aws, Purpose::Instance) => {
            "on ECS the task's id comes from the task metadata endpoint; the host name is unique too"
                .to_string()
        }
        (target, Purpose::Replica | Purpose::Pool | Purpose::Redis | Purpose::Brokers) => {
            service_note(purpose, target).map_or_else(
                || format!("on {title} you set `{}` to the address of the service you use", neutral(purpose)),
                str::to_string,
            )
        }
        _ => match counterpart(purpose, target) {
            Some(name) if purpose == Purpose::Preview && target == Target::Render => {
                format!("{title} sets `{name}` to `true` in previews and `RENDER_GIT_BRANCH` to the branch")
            }
            Some(name) => format!("{title} sets `{name}`"),
            None => format!("{title} sets nothing like it: set `{}` yourself", neutral(purpose)),
        },
    }
}

/// Where the address of a service comes from on a target. Sources: the targets' own documentation.
fn service_note(purpose: Purpose, target: Target) -> Option<&'static str> {
    Some(match (target, purpose) {
        (Target::Render, Purpose::Replica) => "a read replica on Render has a connection string of its own",
        (Target::Render, Purpose::Pool) => {
            "Render's PgBouncer has a connection string of its own, in transaction mode"
        }
        (Target::Aws, Purpose::Replica) => {
            "on AWS it is the endpoint of the read replica, or Aurora's reader"
        }
        (Target::Aws, Purpose::Pool) => "on AWS it is the endpoint of RDS Proxy",
        (Target::Fly, Purpose::Pool) => {
            "the address that Fly's Managed Postgres gives is the pooled one; migrations want the direct one"
        }
        (Target::Aws, Purpose::Brokers) => {
            "MSK has no topic prefix, and uses SASL or IAM and not client certificates from variables"
        }
        _ => return None,
    })
}
