//! What a branch or a setting does, in words that matter for a move.
//!
//! Tables shared by all front ends: a front end gives the assignments, calls and raises that it
//! finds in a branch, the tables say which of them matter.

/// Something a branch does, or a name that a value is given to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// Raises or throws.
    Raises,
    /// Ends the process.
    Exits,
    /// Leaves the function or the loop's turn early.
    Returns,
    /// Starts a server or binds a port.
    StartsServer,
    /// Starts background work: a worker, a scheduler, a consumer.
    StartsWorker,
    /// Debug mode; the value where it is known.
    Debug(Option<bool>),
    /// TLS to a service, or its certificate check.
    Tls(Option<bool>),
    /// Redirects HTTP to HTTPS.
    HttpsRedirect(Option<bool>),
    /// Marks cookies as secure.
    SecureCookie(Option<bool>),
    /// Which origins may call.
    Cors,
    /// Which hosts are answered.
    Hosts,
    /// Whether proxy headers are believed.
    ProxyTrust,
    /// A key, password or token.
    Secret,
    /// Which database is used.
    Database,
    /// Which cache, queue or Redis is used.
    Cache,
    /// Where files are stored.
    Storage,
    /// Loads settings meant for a developer's machine (`dotenv`, `env.py`).
    LocalSettings,
    /// Log format or log target; output buffering.
    Logging,
}

impl Effect {
    /// The effect of giving `target` a value; `value` where it is plainly true or false.
    ///
    /// `target` is a name as written (`config.force_ssl`, `DEBUG`, `app.config["DEBUG"]`,
    /// `rejectUnauthorized`); its last segment decides, without regard to case.
    pub fn of_target(target: &str, value: Option<bool>) -> Option<Self> {
        let last = target
            .rsplit(['.', ':', '[', '"', '\'', ']', '@', '$'])
            .find(|part| !part.is_empty())
            .unwrap_or_default()
            .trim_end_matches(['?', '!', '='])
            .to_ascii_lowercase();
        let last: String = last.chars().filter(|c| *c != '_' && *c != '-').collect();
        Some(match last.as_str() {
            "debug" | "templatedebug" | "debugmode" | "considerallrequestslocal" | "flaskdebug" => {
                Effect::Debug(value)
            }
            "forcessl" | "secureSSLRedirect" | "securesslredirect" | "forcehttps" | "sslredirect"
            | "requirehttps" | "usehttps" | "ensurehttps" => Effect::HttpsRedirect(value),
            "sessioncookiesecure"
            | "csrfcookiesecure"
            | "cookiesecure"
            | "securecookies"
            | "securecookie"
            | "remembercookiesecure"
            | "secure" => Effect::SecureCookie(value),
            "ssl"
            | "tls"
            | "sslmode"
            | "usessl"
            | "usetls"
            | "sslrequire"
            | "rejectunauthorized"
            | "verifymode"
            | "sslcertreqs"
            | "sslparams"
            | "pgsslmode"
            | "nodetlsrejectunauthorized"
            | "verify"
            | "dbssl"
            | "databasessl"
            | "redisssl" => Effect::Tls(value),
            "corsoriginallowall"
            | "corsallowallorigins"
            | "corsallowedorigins"
            | "corsoriginwhitelist"
            | "cors"
            | "origin"
            | "origins"
            | "allowedorigins" => Effect::Cors,
            "allowedhosts" | "hosts" | "csrftrustedorigins" | "allowedhost" => Effect::Hosts,
            "trustproxy" | "secureproxysslheader" | "usexforwardedhost" | "trustedproxies" => {
                Effect::ProxyTrust
            }
            "secretkey" | "secretkeybase" | "jwtsecret" | "sessionsecret" | "cookiesecret" => Effect::Secret,
            "databases"
            | "database"
            | "databaseurl"
            | "sqlalchemydatabaseuri"
            | "dburl"
            | "dburi"
            | "databaseuri"
            | "connectionstring"
            | "mongouri"
            | "mongourl"
            | "mongodburi" => Effect::Database,
            "caches" | "cachestore" | "redisurl" | "brokerurl" | "celerybrokerurl" | "resultbackend"
            | "queueadapter" | "sessionengine" | "sessionstore" | "redis" | "cache" => Effect::Cache,
            "mediaroot" | "defaultfilestorage" | "storages" | "uploadfolder" | "staticfilesstorage"
            | "service" | "storage" => Effect::Storage,
            "logging" | "logger" | "loglevel" | "logformatter" | "logformat" | "sync" | "loghandlers" => {
                Effect::Logging
            }
            _ => return None,
        })
    }

    /// The effect of calling `callee`, a name as written or resolved (`app.listen`, `sys.exit`).
    pub fn of_call(callee: &str) -> Option<Self> {
        let lower = callee.to_ascii_lowercase();
        let last = lower.rsplit(['.', ':']).next().unwrap_or_default();
        let head = lower.split(['.', ':']).next().unwrap_or_default();
        Some(match (lower.as_str(), last) {
            (
                "sys.exit" | "os._exit" | "process.exit" | "exit" | "exit!" | "abort" | "quit"
                | "kernel.exit" | "kernel.abort" | "process.abort",
                _,
            ) => Effect::Exits,
            ("raise" | "fail" | "kernel.raise", _) => Effect::Raises,
            ("app.run" | "uvicorn.run" | "httpserver.serve" | "serve", _)
            | (
                _,
                "listen" | "createserver" | "run_app" | "serve_forever" | "run_server" | "start_server"
                | "startserver" | "run_webhook" | "start_webhook",
            ) => Effect::StartsServer,
            (
                _,
                "start_worker" | "startworker" | "start_workers" | "run_polling" | "start_polling"
                | "infinity_polling" | "add_job" | "startscheduler" | "start_scheduler",
            ) => Effect::StartsWorker,
            ("cron.schedule" | "scheduler.start" | "scheduler.add_job", _) => Effect::StartsWorker,
            (_, "load_dotenv" | "read_env" | "read_dotenv" | "loaddotenv" | "loadenvfile") => {
                Effect::LocalSettings
            }
            ("dotenv.config" | "dotenv.load" | "require('dotenv').config" | "env.read_envfile", _) => {
                Effect::LocalSettings
            }
            (_, "cors") => Effect::Cors,
            (_, "sslify" | "talisman" | "enforcehttps" | "force_ssl" | "sslredirect" | "requirehttps") => {
                Effect::HttpsRedirect(None)
            }
            _ if is_logging(&lower, head, last) => Effect::Logging,
            _ => return None,
        })
    }

    /// The effect of loading a module: `require("dotenv")`, `import env`, `require "dotenv/load"`.
    pub fn of_import(module: &str) -> Option<Self> {
        let module = module.trim_start_matches("./");
        (matches!(module, "env" | "local_settings" | "dotenv" | "dotenv/load" | "dotenv/config")
            || module.ends_with("local_settings"))
        .then_some(Effect::LocalSettings)
    }

    /// Whether it says only that something is set, not to what.
    pub fn is_vague(self) -> bool {
        matches!(self, Effect::Debug(None) | Effect::Tls(None))
    }

    /// Whether getting it wrong weakens security or picks the wrong data: such a flip is an error.
    pub fn is_grave(self) -> bool {
        !matches!(
            self,
            Effect::Logging
                | Effect::Returns
                | Effect::LocalSettings
                | Effect::StartsWorker
                | Effect::Storage
        )
    }
}

/// Whether a call only logs or reports.
pub fn is_logging_call(callee: &str) -> bool {
    let lower = callee.to_ascii_lowercase();
    let last = lower.rsplit(['.', ':']).next().unwrap_or_default();
    let head = lower.split(['.', ':']).next().unwrap_or_default();
    is_logging(&lower, head, last)
}

fn is_logging(lower: &str, head: &str, last: &str) -> bool {
    matches!(
        head,
        "console" | "logger" | "log" | "logging" | "winston" | "puts" | "print" | "p" | "pp" | "warn"
    ) || matches!(last, "puts" | "print" | "warn" | "println" | "echo" | "printf")
        || lower.contains("logger.")
        || matches!(
            head,
            "sentry"
                | "raven"
                | "bugsnag"
                | "rollbar"
                | "honeybadger"
                | "appsignal"
                | "newrelic"
                | "statsd"
                | "datadog"
                | "airbrake"
                | "sentry_sdk"
        )
}
