//! The options that force TLS on a connection or turn its checks off, and whose connection that is.
//!
//! An option's name alone says little: `rejectUnauthorized` is an option of web servers, mail clients and
//! databases alike. So everything around it is asked, from the inside out: the keys it stands below, the
//! keys beside it, the call it is handed to, the name it is given, the file.

use std::collections::BTreeSet;

use super::Service;
use super::client::{self, Driver};
use crate::fact::{Guard, Name};
use crate::lang::Lang;
use crate::project::File;
use crate::span::Span;
use crate::term::{Entry, Invocation, Setting, Term, Value};

/// What an option does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Meaning {
    /// The server's certificate is not checked.
    Unchecked,
    /// The certificate is checked, but not whose it is.
    AnyHost,
    /// Without TLS there is no connection.
    Required,
}

/// An option that forces TLS or turns its checks off.
#[derive(Clone, Debug)]
pub struct Switch<'f> {
    /// Key and value.
    pub span: Span,
    /// The value, where it is written beside the key.
    pub value: Option<&'f Term>,
    /// The map below `ssl` or `tls` that the option stands in.
    pub group: Option<Group>,
    /// The option's name.
    pub key: String,
    /// What it does.
    pub meaning: Meaning,
    /// Whose connection it is.
    pub service: Service,
    /// The library, where it is known.
    pub driver: Option<Driver>,
    /// The option is appended to a URL as text.
    pub in_url: bool,
    /// Conditions around it, innermost first, and those that choose its value.
    pub guards: Vec<&'f Guard>,
    /// Names of the enclosing definitions.
    pub scope: &'f str,
}

/// The map of options that makes a connection use TLS at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its bytes.
    pub span: Span,
    /// It is one of several values: `production ? { … } : false`.
    pub is_choice: bool,
}

/// What stands around a term, outermost first.
#[derive(Clone, Copy)]
enum Frame<'f> {
    Call(&'f Invocation),
    Setting(&'f Setting),
    Map(&'f Term),
    Key(&'f str, &'f Term),
}

/// What the surroundings of an option say.
enum Said {
    /// This connection.
    Known(Service, Option<Driver>),
    /// Some other connection, to a web server or the like.
    Elsewhere,
}

/// Every such option in a file, in order of place, each once.
pub fn switches(file: &File) -> Vec<Switch<'_>> {
    let mut look = Look { file, module: module(file), found: Vec::new() };
    for setting in &file.facts.settings {
        if !is_environment(&setting.name) {
            look.setting(setting);
        }
    }
    for call in &file.facts.invocations {
        let guards: Vec<&Guard> = call.guards.iter().collect();
        look.call(call, &mut Vec::new(), &guards, &call.scope);
    }
    look.texts();
    let mut found = look.found;
    // The same option is seen in the setting and in every call that it is handed to: the view that knows more
    // stays, and of the conditions those that hold in all of them.
    found.sort_by_key(|switch| (switch.span, switch.driver.is_none(), switch.service == Service::Database));
    found.dedup_by(|later, earlier| {
        let same = later.span == earlier.span;
        if same {
            earlier.guards.retain(|guard| later.guards.contains(guard));
        }
        same
    });
    found
}

fn is_environment(name: &str) -> bool {
    ["process.env.", "os.environ.", "ENV."].iter().any(|start| name.starts_with(start))
}

/// The one service that a file is about, by the clients it opens and the URLs it reads.
fn module(file: &File) -> Option<Service> {
    let clients = file.facts.invocations.iter().filter_map(|call| client::driver_of(call, file.lang));
    let mut services: BTreeSet<Service> = clients.map(|driver| driver.service).collect();
    let reads = file.facts.reads.iter().filter_map(|read| read.name.known());
    services.extend(reads.filter_map(Service::of_variable));
    if services.len() > 1 {
        services.remove(&Service::Database);
    }
    if services.len() == 1 { services.pop_first() } else { None }
}

struct Look<'f> {
    file: &'f File,
    module: Option<Service>,
    found: Vec<Switch<'f>>,
}

impl<'f> Look<'f> {
    fn text(&self) -> &'f str {
        &self.file.source.text
    }

    fn setting(&mut self, setting: &'f Setting) {
        let guards: Vec<&Guard> = setting.guards.iter().collect();
        let mut frames = vec![Frame::Setting(setting)];
        let key = setting.name.rsplit('.').next().unwrap_or_default();
        let whole = self.last_segment(setting, key);
        self.option(key, whole, setting.name_span, &setting.value, &frames, &guards, &setting.scope);
        self.term(&setting.value, &mut frames, &guards, &setting.scope);
    }

    /// A setting from its last segment on: `["sslmode"] = "require"` of a longer name.
    fn last_segment(&self, setting: &Setting, key: &str) -> Span {
        let name = setting.name_span.of(self.text());
        let Some(at) = name.rfind(key) else { return setting.span };
        let before = name[..at].trim_end_matches(['"', '\'', ':']);
        let start = before.strip_suffix('[').map_or(at, str::len);
        let end = setting.value.span.end;
        let start = setting.name_span.start + start;
        if start < end { Span::new(start, end) } else { setting.span }
    }

    fn call(
        &mut self,
        call: &'f Invocation,
        frames: &mut Vec<Frame<'f>>,
        guards: &[&'f Guard],
        scope: &'f str,
    ) {
        frames.push(Frame::Call(call));
        for argument in &call.arguments {
            match argument.keyword.as_deref() {
                Some(keyword) => {
                    let span = with_keyword(self.text(), keyword, argument.value.span);
                    let key = Span::new(span.start, argument.value.span.start.max(span.start));
                    self.option(keyword, span, key, &argument.value, frames, guards, scope);
                    frames.push(Frame::Key(keyword, &argument.value));
                    self.term(&argument.value, frames, guards, scope);
                    frames.pop();
                }
                None => self.term(&argument.value, frames, guards, scope),
            }
        }
        frames.pop();
    }

    fn term(&mut self, term: &'f Term, frames: &mut Vec<Frame<'f>>, guards: &[&'f Guard], scope: &'f str) {
        match &term.value {
            Value::Map(entries) => {
                frames.push(Frame::Map(term));
                for entry in entries {
                    let whole = whole(entry);
                    self.option(&entry.key, whole, entry.key_span, &entry.value, frames, guards, scope);
                    frames.push(Frame::Key(&entry.key, &entry.value));
                    self.term(&entry.value, frames, guards, scope);
                    frames.pop();
                }
                frames.pop();
            }
            Value::List(items) => items.iter().for_each(|item| self.term(item, frames, guards, scope)),
            Value::Choice(options) => {
                for option in options {
                    let mut guards = guards.to_vec();
                    guards.extend(&option.guard);
                    self.term(&option.value, frames, &guards, scope);
                }
            }
            Value::Call(call) => self.call(call, frames, guards, scope),
            _ => {}
        }
    }

    /// One option, if it is one.
    #[allow(clippy::too_many_arguments)]
    fn option(
        &mut self,
        key: &str,
        whole: Span,
        key_span: Span,
        value: &'f Term,
        frames: &[Frame<'f>],
        guards: &[&'f Guard],
        scope: &'f str,
    ) {
        for (choice, value) in value.alternatives() {
            let Some(meaning) = meaning(key, value, self.text()) else { continue };
            // `rejectUnauthorized: process.env.DATABASE_CA_CHECK === 'true'` is what it should be.
            if choice.iter().any(|guard| guard.expr.names().iter().any(|name| is_own(name))) {
                continue;
            }
            if frames.iter().any(is_development) || is_development_name(scope) {
                continue;
            }
            let mut guards: Vec<&Guard> = guards.to_vec();
            guards.extend(choice);
            let said = self.surroundings(key, meaning, frames, &guards);
            let Some(Said::Known(service, driver)) = said else { continue };
            if meaning == Meaning::Required && !matches!(service, Service::Postgres | Service::Database) {
                continue;
            }
            let is_here = whole.contains(value.span);
            self.found.push(Switch {
                span: if is_here { whole } else { key_span },
                value: is_here.then_some(value),
                group: group(frames),
                key: key.to_string(),
                meaning,
                service,
                driver,
                in_url: false,
                guards,
                scope,
            });
        }
    }

    /// Whose connection an option belongs to: the innermost thing that says it.
    fn surroundings(
        &self,
        key: &str,
        meaning: Meaning,
        frames: &[Frame<'f>],
        guards: &[&'f Guard],
    ) -> Option<Said> {
        let by_key = of_key(key);
        let service = frames.iter().rev().find_map(|frame| self.frame(frame));
        let service = service.map(|said| match said {
            Said::Known(service, None) => Said::Known(service, self.driver(frames, service)),
            said => said,
        });
        match (by_key, service) {
            // The library may be known all the same, from the call.
            (Some(service), Some(Said::Known(other, driver))) if service.fits(other) => {
                let service = if service == Service::Database { other } else { service };
                return Some(Said::Known(service, driver));
            }
            (_, Some(Said::Elsewhere)) => return Some(Said::Elsewhere),
            (Some(service), _) => return Some(Said::Known(service, None)),
            (None, Some(said)) => return Some(said),
            (None, None) => {}
        }
        if key == "verify_mode" && self.file.lang == Lang::Python {
            // A context is a web client's as often as a database's: it has to be handed to one.
            return self.handed_context().map(|driver| Said::Known(driver.service, Some(driver)));
        }
        let in_guards = guards.iter().find_map(|guard| of_text(guard.span.of(self.text())));
        if let Some(service) = in_guards {
            return Some(Said::Known(service, None));
        }
        // `ssl: true` and the like are options of so much else that the file proves nothing.
        let named = matches!(key, "rejectUnauthorized") && meaning == Meaning::Unchecked;
        let handed_to_unknown = frames.iter().any(|frame| matches!(frame, Frame::Call(_)));
        let service = of_path(&self.file.path).or(self.module);
        service.filter(|_| named && !handed_to_unknown).map(|service| Said::Known(service, None))
    }

    /// The client that is given a TLS context of the file's own making.
    fn handed_context(&self) -> Option<Driver> {
        let is_context = |term: &Term| {
            let mut found = false;
            term.walk(&mut |term| {
                let by_call = term.call().map(Invocation::name);
                found |= matches!(by_call, Some("create_default_context" | "SSLContext"));
            });
            found
        };
        self.file.facts.invocations.iter().find_map(|call| {
            let driver = client::driver_of(call, self.file.lang)?;
            call.arguments.iter().any(|argument| is_context(&argument.value)).then_some(driver)
        })
    }

    /// The library of the innermost call that opens such a connection.
    fn driver(&self, frames: &[Frame<'f>], service: Service) -> Option<Driver> {
        frames.iter().rev().find_map(|frame| match frame {
            Frame::Call(call) => {
                client::driver_of(call, self.file.lang).filter(|driver| driver.service.fits(service))
            }
            _ => None,
        })
    }

    fn frame(&self, frame: &Frame<'f>) -> Option<Said> {
        match frame {
            Frame::Key(key, _) => of_key_around(key),
            Frame::Map(term) => self.beside(term.entries()),
            Frame::Call(call) => self.of_call(call),
            Frame::Setting(setting) => {
                let mut segments = setting.name.rsplit('.');
                let by_name = segments.find_map(of_key_around);
                by_name.or_else(|| {
                    let root = setting.name.is_empty();
                    root.then(|| of_path(&self.file.path)).flatten().map(|service| Said::Known(service, None))
                })
            }
        }
    }

    fn of_call(&self, call: &Invocation) -> Option<Said> {
        if let Some(driver) = client::driver_of(call, self.file.lang) {
            // The scheme says what an object mapper talks to, where it is written.
            return Some(Said::Known(driver.service, Some(driver)));
        }
        if client::is_unrelated(call) {
            return Some(Said::Elsewhere);
        }
        let arguments = call.arguments.iter().flat_map(|argument| argument.value.variables());
        let by_variable = arguments.filter_map(Service::of_variable).next();
        let by_name = || call.bound.as_deref().into_iter().chain([call.callee.as_str()]).find_map(of_words);
        by_variable.or_else(by_name).map(|service| Said::Known(service, None))
    }

    /// What the keys beside an option say: `url`, `dialect`, `adapter`, `brokers`.
    fn beside(&self, entries: &[Entry]) -> Option<Said> {
        let mut known = None;
        if entries.iter().any(|entry| is_fixed_host(&entry.key, &entry.value)) {
            // Somebody else's server stays where it is.
            return Some(Said::Elsewhere);
        }
        for entry in entries {
            let scalar = entry.value.text().unwrap_or_default();
            let said = match entry.key.as_str() {
                "dialect" | "client" | "type" | "adapter" | "driver" | "ENGINE" | "BACKEND" | "provider" => {
                    of_product(scalar)
                }
                "connectionString" => Some(Service::Postgres),
                "use_env_variable" => Service::of_variable(scalar),
                "dialectOptions" => return Some(Said::Known(Service::Database, Some(client::SEQUELIZE))),
                "brokers" | "bootstrap_servers" | "seed_brokers" | "sasl" => Some(Service::Kafka),
                "retry_strategy" | "retryStrategy" | "maxRetriesPerRequest" | "enableReadyCheck" => {
                    Some(Service::Redis)
                }
                "secure" | "auth"
                    if entries.iter().any(|other| other.key == "service" || other.key == "secure") =>
                {
                    return Some(Said::Elsewhere);
                }
                _ => of_value(&entry.value),
            };
            known = known.or(said);
        }
        known.map(|service| Said::Known(service, None))
    }

    /// Options that are appended to a URL.
    fn texts(&mut self) {
        for literal in &self.file.facts.literals {
            let Some((key, meaning, service, at, length)) = in_query(&literal.text) else { continue };
            let span =
                Span::new(literal.span.start + at, (literal.span.start + at + length).min(literal.span.end));
            let around = self.file.facts.invocations.iter().map(|call| (call.span, &call.guards));
            let around = around.chain(self.file.facts.settings.iter().map(|s| (s.span, &s.guards)));
            let narrowest =
                around.filter(|(span, _)| span.contains(literal.span)).min_by_key(|(span, _)| span.len());
            let guards = narrowest.map(|(_, guards)| guards.iter().collect()).unwrap_or_default();
            // Other databases have a `ssl=true` as well.
            let fits = key != "ssl" || self.module.is_some_and(|module| module.fits(service));
            if !fits || is_development_name(&literal.scope) {
                continue;
            }
            self.found.push(Switch {
                span,
                value: None,
                group: None,
                key: key.to_string(),
                meaning,
                service,
                driver: None,
                in_url: true,
                guards,
                scope: &literal.scope,
            });
        }
    }
}

/// The map below `ssl` or `tls` that an option with these frames around it stands in.
fn group(frames: &[Frame<'_>]) -> Option<Group> {
    let [.., outer, Frame::Map(map)] = frames else { return None };
    let (name, value) = match outer {
        Frame::Key(key, value) => (*key, *value),
        Frame::Setting(setting) => (setting.name.rsplit('.').next().unwrap_or_default(), &setting.value),
        _ => return None,
    };
    let is_group = matches!(name, "ssl" | "tls");
    is_group.then(|| Group { span: map.span, is_choice: value.span != map.span })
}

/// Key and value as one place; the key alone where the value is written elsewhere.
fn whole(entry: &Entry) -> Span {
    if entry.value.span.start >= entry.key_span.end && entry.value.span.start - entry.key_span.end <= 200 {
        Span::new(entry.key_span.start, entry.value.span.end)
    } else {
        entry.key_span
    }
}

/// The value with the keyword in front of it: `ssl_require=True`, `sslmode: "require"`, `:ssl => true`.
fn with_keyword(text: &str, keyword: &str, value: Span) -> Span {
    let before = text[..value.start].trim_end();
    let before = before.strip_suffix("=>").or_else(|| before.strip_suffix(['=', ':'])).unwrap_or(before);
    let before = before.trim_end().trim_end_matches(['"', '\'', ':']);
    match before.strip_suffix(keyword) {
        Some(rest) => Span::new(rest.len(), value.end),
        None => value,
    }
}

/// Whether a key holds the address of a server that is written into the program, and is none of Heroku's.
fn is_fixed_host(key: &str, value: &Term) -> bool {
    let Some(text) = value.text() else { return false };
    let host = match key.to_ascii_lowercase().as_str() {
        "host" | "hostname" => text,
        "url" | "uri" | "connectionstring" | "dsn" => {
            let rest = text.split_once("://").map_or("", |(_, rest)| rest);
            rest.rsplit('@').next().and_then(|rest| rest.split([':', '/', '?']).next()).unwrap_or_default()
        }
        _ => return false,
    };
    let numeric = host.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    host.contains('.') && !numeric && !host.contains("amazonaws.com") && !host.ends_with(".local")
}

/// What an option does, by its name and one of its values.
fn meaning(key: &str, value: &Term, text: &str) -> Option<Meaning> {
    let off = || match &value.value {
        Value::Bool(value) => !*value,
        Value::Number(digits) => digits == "0",
        Value::Text(word) => matches!(word.to_ascii_lowercase().as_str(), "false" | "0"),
        _ => false,
    };
    let unchecked = || match &value.value {
        Value::Nil => true,
        Value::Name(name) => name.ends_with("CERT_NONE") || name.ends_with("VERIFY_NONE"),
        Value::Text(word) => matches!(word.to_ascii_lowercase().as_str(), "none" | "cert_none" | "0"),
        // A template's code in a settings file.
        Value::Other => {
            let code = value.span.of(text).trim_matches(['<', '%', '=', '>', ' ', '"']);
            code.ends_with("VERIFY_NONE") && !code.contains("ENV")
        }
        _ => off(),
    };
    let is_text = |wanted: &str| value.text() == Some(wanted);
    let found = match key {
        "rejectUnauthorized" | "enable.ssl.certificate.verification" => off().then_some(Meaning::Unchecked),
        "ssl_cert_reqs" | "cert_reqs" => unchecked().then_some(Meaning::Unchecked),
        "verify_mode" => (unchecked() && value.value != Value::Nil).then_some(Meaning::Unchecked),
        "ssl_check_hostname" | "ssl_verify_hostname" => off().then_some(Meaning::AnyHost),
        "sslmode" if is_text("no-verify") => Some(Meaning::Unchecked),
        "sslmode" if is_text("require") => Some(Meaning::Required),
        "ssl" | "ssl_context" | "context" if is_unverified_context(value) => Some(Meaning::Unchecked),
        "ssl" => forces(value).then_some(Meaning::Required),
        "ssl_require" => {
            let condition = value.span.of(text);
            (value.value == Value::Bool(true) || is_not_debug(condition)).then_some(Meaning::Required)
        }
        _ => None,
    };
    found.filter(|_| !matches!(value.value, Value::Env { .. }))
}

fn is_unverified_context(value: &Term) -> bool {
    value.call().is_some_and(|call| call.name() == "_create_unverified_context")
}

/// `ssl: true`, `ssl: 'require'`, `ssl: { require: true }` without a word on certificates.
fn forces(value: &Term) -> bool {
    match &value.value {
        Value::Bool(value) => *value,
        Value::Text(word) => word == "require" || word == "true",
        Value::Map(entries) => {
            let says = |key: &str| entries.iter().any(|entry| entry.key == key);
            value.get("require").is_some_and(|term| term.value == Value::Bool(true))
                && !says("rejectUnauthorized")
                && !says("ca")
                && !says("...")
        }
        _ => false,
    }
}

/// `not DEBUG`: on in production, whatever the server is.
fn is_not_debug(condition: &str) -> bool {
    condition.strip_prefix("not ").is_some_and(|rest| {
        let last = rest.trim().rsplit('.').next().unwrap_or_default();
        matches!(last, "DEBUG" | "debug" | "TESTING" | "LOCAL" | "DEV" | "DEVELOPMENT")
    })
}

/// Whether a variable is one of the application's own, and no mode or URL.
fn is_own(variable: &str) -> bool {
    let mode = variable.ends_with("_ENV") || matches!(variable, "ENV" | "ENVIRONMENT" | "DEBUG" | "STAGE");
    let heroku = variable == "DYNO" || variable.contains("HEROKU");
    !mode && !heroku && !variable.ends_with("_URL") && !variable.ends_with("_URI")
}

/// The service of options that only one kind of client has.
fn of_key(key: &str) -> Option<Service> {
    match key {
        "ssl_cert_reqs" => Some(Service::Redis),
        "sslmode" => Some(Service::Postgres),
        "ssl_require" => Some(Service::Database),
        "ssl_check_hostname" | "ssl_verify_hostname" | "enable.ssl.certificate.verification" => {
            Some(Service::Kafka)
        }
        _ => None,
    }
}

/// What a key around an option says, or a segment of a setting's name.
fn of_key_around(key: &str) -> Option<Said> {
    let known = |service, driver| Some(Said::Known(service, driver));
    match key {
        "ssl_params" => known(Service::Redis, None),
        "dialectOptions" => known(Service::Database, Some(client::SEQUELIZE)),
        "driverOptions" => known(Service::Database, Some(client::MIKRO_ORM)),
        "connect_args" => known(Service::Database, Some(client::SQLALCHEMY)),
        "DATABASES" => known(Service::Database, Some(client::DJANGO)),
        "CACHES"
        | "CHANNEL_LAYERS"
        | "CONNECTION_POOL_KWARGS"
        | "cache_store"
        | "Q_CLUSTER"
        | "RQ_QUEUES"
        | "redisOptions" => known(Service::Redis, None),
        "smtp" | "mail" | "mailer" | "email" | "transport" | "ldap" | "proxy" | "devServer" | "https"
        | "httpsAgent" | "agent" | "agentOptions" | "tlsOptions" | "tlsClientOptions" | "elasticsearch"
        | "mongo" | "mongodb" => Some(Said::Elsewhere),
        _ if key.ends_with("_USE_SSL") || key.ends_with("_use_ssl") => {
            let redis = key.to_ascii_lowercase().contains("redis");
            known(if redis { Service::Redis } else { Service::Amqp }, Some(client::CELERY))
        }
        _ => of_words(key).map(|service| Said::Known(service, None)),
    }
}

/// The service that a name speaks of: `redisSettings`, `pg.defaults`, `dbConfig`.
fn of_words(name: &str) -> Option<Service> {
    let words = words(name);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    if has(&["redis", "ioredis", "rediss", "sidekiq", "resque", "bull", "bullmq"]) {
        return Some(Service::Redis);
    }
    if has(&["kafka", "kafkajs"]) {
        return Some(Service::Kafka);
    }
    if has(&["amqp", "rabbit", "rabbitmq"]) {
        return Some(Service::Amqp);
    }
    if has(&["pg", "postgres", "postgresql", "pgsql", "psql", "psycopg", "psycopg2", "asyncpg"]) {
        return Some(Service::Postgres);
    }
    if has(&["mysql", "mysql2", "mariadb"]) {
        return Some(Service::MySql);
    }
    has(&["db", "database", "databases", "sequelize", "knex", "typeorm", "orm", "knexfile", "ormconfig"])
        .then_some(Service::Database)
}

/// The words of a name, in lower case: `redisTlsUrl`, `REDIS_TLS_URL` and `redis-tls-url` have the same.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut lower = false;
    for c in name.chars() {
        if !c.is_alphanumeric() || (c.is_uppercase() && lower) {
            words.push(String::new());
        }
        if c.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(c.to_lowercase());
        }
        lower = c.is_lowercase() || c.is_ascii_digit();
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The service of a product's name: `postgres`, `pg`, `redis`, `django.db.backends.postgresql`.
fn of_product(name: &str) -> Option<Service> {
    let name = name.to_ascii_lowercase();
    if name.contains("redis") {
        Some(Service::Redis)
    } else if name.contains("postg") || name == "pg" {
        Some(Service::Postgres)
    } else if name.contains("mysql") || name.contains("mariadb") {
        Some(Service::MySql)
    } else {
        None
    }
}

/// The service that a value leads to: a variable's name, a URL's scheme.
fn of_value(value: &Term) -> Option<Service> {
    let mut found = None;
    value.walk(&mut |term| {
        let said = match &term.value {
            Value::Env { name: Name::Known(name), .. } => Service::of_variable(name),
            Value::Text(text) => text.split_once("://").and_then(|(scheme, _)| Service::of_scheme(scheme)),
            Value::Name(name) => name.rsplit('.').next().and_then(Service::of_variable),
            _ => None,
        };
        found = found.or(said);
    });
    found
}

/// The service that a condition speaks of.
fn of_text(text: &str) -> Option<Service> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.split(|c| !is_word(c))
        .filter(|word| word.len() > 3)
        .find_map(|word| if word == "rediss" { Some(Service::Redis) } else { Service::of_variable(word) })
}

/// The service that a file is about, by its name.
fn of_path(path: &str) -> Option<Service> {
    let file = path.rsplit('/').next().unwrap_or_default();
    let stem = file.split('.').next().unwrap_or_default();
    match stem {
        "cable" | "sidekiq" | "resque" | "redis" => Some(Service::Redis),
        _ => of_words(stem),
    }
}

/// Whether a frame is that of another environment: `development: { … }` of a map of environments.
fn is_development(frame: &Frame<'_>) -> bool {
    match frame {
        Frame::Key(key, _) => is_environment_name(key),
        Frame::Setting(setting) => setting.name.split('.').any(is_environment_name),
        Frame::Call(_) | Frame::Map(_) => false,
    }
}

fn is_environment_name(name: &str) -> bool {
    matches!(
        name.to_ascii_lowercase().as_str(),
        "development" | "dev" | "test" | "testing" | "local" | "ci" | "e2e" | "localhost"
    )
}

/// Whether definitions around a place are meant for development: `class DevelopmentConfig`.
fn is_development_name(scope: &str) -> bool {
    let parts = scope.split(['.', '#', ':', ' ']).flat_map(words);
    let mut parts = parts.peekable();
    parts.any(|word| matches!(word.as_str(), "development" | "dev" | "test" | "testing" | "tests" | "local"))
}

/// An option in a query that a program appends to a URL: its key, what it does, for whom, and its place in
/// the text with its length.
fn in_query(text: &str) -> Option<(&'static str, Meaning, Service, usize, usize)> {
    const OPTIONS: &[(&str, &str, Meaning, Service)] = &[
        ("ssl_cert_reqs=none", "ssl_cert_reqs", Meaning::Unchecked, Service::Redis),
        ("ssl_cert_reqs=CERT_NONE", "ssl_cert_reqs", Meaning::Unchecked, Service::Redis),
        ("sslmode=no-verify", "sslmode", Meaning::Unchecked, Service::Postgres),
        ("ssl=no-verify", "ssl", Meaning::Unchecked, Service::Postgres),
        ("sslmode=require", "sslmode", Meaning::Required, Service::Postgres),
        ("ssl=true", "ssl", Meaning::Required, Service::Postgres),
    ];
    let (option, key, meaning, service) =
        OPTIONS.iter().find(|(option, ..)| text.contains(option)).copied()?;
    let at = text.find(option)?;
    let end = at + option.len();
    let ends = text[end..].chars().next().is_none_or(|c| !c.is_ascii_alphanumeric() && c != '-');
    // A whole URL with a host of its own is somebody's example or test; what counts is what is appended.
    let appended = at <= 1 || text[..at].ends_with(['?', '&']);
    let whole = text.contains("://");
    let service = match text.split_once("://") {
        Some((scheme, _)) => Service::of_scheme(scheme.rsplit(['"', '\'', ' ']).next().unwrap_or_default())?,
        None => service,
    };
    (ends && appended && !whole).then_some((key, meaning, service, at, option.len()))
}
