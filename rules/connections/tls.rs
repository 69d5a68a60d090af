//! How TLS is left to the environment: what takes the place of an option that decides it for every server.

use std::sync::LazyLock;

use regex::Regex;

use super::SCRIPTS;
use crate::connection::Service;
use crate::connection::switch::Switch;
use crate::finding::Applicability;
use crate::lang::Lang;
use crate::platform::{Purpose, provided};
use crate::remedy::{Content, Remedy, What};
use crate::rules::{Context, bridge};
use crate::span::Span;
use crate::term::{Setting, Term, Value};

/// What makes an option that insists on TLS a choice of the environment, which is today's where nothing is
/// set.
pub fn required(cx: &Context<'_>, switch: &Switch<'_>) -> Option<Remedy> {
    let value = switch.value?;
    let written = value.span.of(&cx.file.source.text);
    let name_of = |purpose| cx.project.names.of(purpose);
    let by_mode = matches!(switch.key.as_str(), "sslmode" | "ssl") && value.text() == Some("require");
    let (purpose, content) = match (cx.file.lang, &value.value) {
        (Lang::Ruby | Lang::Python | Lang::Yaml, _) if by_mode => {
            let name = name_of(Purpose::DatabaseMode).to_string();
            let default = Some(Box::new(Content::Text("require".to_string())));
            (Purpose::DatabaseMode, Content::Env { name, default })
        }
        (lang, Value::Bool(true)) if lang == Lang::Python || SCRIPTS.contains(&lang) => {
            let name = name_of(Purpose::DatabaseTls).to_string();
            (Purpose::DatabaseTls, Content::Switch { name, default: true })
        }
        // `not DEBUG`: both have to say so.
        (Lang::Python, _) if switch.key == "ssl_require" => {
            let question = question(cx, name_of(Purpose::DatabaseTls), true)?;
            (Purpose::DatabaseTls, Content::Code(format!("{written} and {question}")))
        }
        (lang, Value::Text(_) | Value::Map(_)) if SCRIPTS.contains(&lang) && switch.key == "ssl" => {
            (Purpose::DatabaseTls, Content::Code(unless_off(cx, Purpose::DatabaseTls, written)?))
        }
        _ => return None,
    };
    let name = name_of(purpose);
    let remedy = Remedy::new(bridge::free(cx.project, purpose), format!("let `{name}` decide"))
        .change(&cx.file.path, What::Become { at: value.span, value: content })
        .provide(name, provided(purpose));
    Some(remedy)
}

/// What makes an option that turns the checks off a choice of the environment, and where `insists` says that
/// the client refuses a server without TLS, that as well.
///
/// Never without a decision: with nothing set the checks stay off on the target too.
pub fn unchecked(cx: &Context<'_>, switch: &Switch<'_>, insists: bool) -> Option<Remedy> {
    let value = switch.value?;
    let text = &cx.file.source.text;
    let (checks, tls) = purposes(switch.service)?;
    let name = cx.project.names.of(checks);
    let path = cx.file.path.as_str();
    let remedy = Remedy::needs_decision(format!("let `{name}` decide")).provide(name, provided(checks));
    if insists {
        let (tls, group) = (tls?, switch.group?);
        let is_here = group.span.contains(value.span) && value.value == Value::Bool(false);
        is_here.then_some(())?;
        let before = &text[group.span.start..value.span.start];
        let after = &text[value.span.end..group.span.end];
        let whole = format!("{before}{}{after}", question(cx, name, false)?);
        let whole = unless_off(cx, tls, &whole)?;
        let whole = if group.is_choice { format!("({whole})") } else { whole };
        let remedy = remedy.provide(cx.project.names.of(tls), provided(tls));
        return Some(remedy.change(path, What::Become { at: group.span, value: Content::Code(whole) }));
    }
    let content = checked(cx, value, name)?;
    let remedy = remedy.change(path, What::Become { at: value.span, value: content });
    // Python's context takes no mode without checks while it looks at host names.
    if cx.file.lang == Lang::Python && switch.key == "verify_mode" {
        let host = host_check(cx, switch)?;
        let value = Content::Switch { name: name.to_string(), default: false };
        return Some(remedy.change(path, What::Become { at: host.value.span, value }));
    }
    Some(remedy)
}

/// The value that checks certificates where the variable `name` says so, and is the present one elsewhere.
fn checked(cx: &Context<'_>, value: &Term, name: &str) -> Option<Content> {
    let written = value.span.of(&cx.file.source.text);
    let quote = quote(&cx.file.source.text);
    let quoted = |word: &str| format!("{quote}{word}{quote}");
    if value.value == Value::Bool(false) && !(cx.file.lang == Lang::Python && is_mode(cx, value)) {
        return cx.file.lang.is_code().then(|| Content::Switch { name: name.to_string(), default: false });
    }
    let question = question(cx, name, false)?;
    match cx.file.lang {
        Lang::Python => {
            let checked = match &value.value {
                Value::Nil | Value::Bool(false) => quoted("required"),
                Value::Text(word) if word == "none" => quoted("required"),
                Value::Text(word) if word == "CERT_NONE" => quoted("CERT_REQUIRED"),
                // The other constant stands in the same module; a bare name would have to be imported.
                _ => format!("{}.CERT_REQUIRED", written.strip_suffix(".CERT_NONE")?),
            };
            Some(Content::Code(format!("{checked} if {question} else {written}")))
        }
        Lang::Ruby => {
            let checked = match &value.value {
                Value::Number(_) => "1".to_string(),
                _ => format!("{}VERIFY_PEER", written.strip_suffix("VERIFY_NONE")?),
            };
            Some(Content::Code(format!("{question} ? {checked} : {written}")))
        }
        Lang::Yaml if is_erb(cx) => {
            if let Value::Number(_) = value.value {
                return Some(Content::Code(format!("<%= {question} ? 1 : 0 %>")));
            }
            // The Ruby in a tag, without the tag.
            let checked = format!("{}VERIFY_PEER", written.strip_suffix("VERIFY_NONE")?);
            Some(Content::Code(format!("{question} ? {checked} : {written}")))
        }
        _ => None,
    }
}

/// Whether a value of Python stands for a mode and not for a yes or no: `ssl_cert_reqs=False`.
fn is_mode(cx: &Context<'_>, value: &Term) -> bool {
    let before = cx.file.source.text[..value.span.start].trim_end_matches([' ', '=', ':', '"', '\'', ']']);
    before.ends_with("cert_reqs")
}

/// The `context.check_hostname = False` that belongs to a `context.verify_mode = ssl.CERT_NONE`.
fn host_check<'a>(cx: &Context<'a>, switch: &Switch<'_>) -> Option<&'a Setting> {
    let mut settings = cx.file.facts.settings.iter();
    let mode = settings.clone().find(|setting| Some(setting.value.span) == switch.value.map(|v| v.span))?;
    let wanted = format!("{}.check_hostname", mode.name.strip_suffix(".verify_mode")?);
    settings.find(|setting| {
        setting.name == wanted && setting.scope == mode.scope && setting.value.value == Value::Bool(false)
    })
}

/// The switches for a service: whether its certificate is checked, whether TLS is used at all.
fn purposes(service: Service) -> Option<(Purpose, Option<Purpose>)> {
    match service {
        Service::Postgres | Service::MySql | Service::Database => {
            Some((Purpose::DatabaseCheck, Some(Purpose::DatabaseTls)))
        }
        Service::Redis => Some((Purpose::RedisCheck, Some(Purpose::RedisTls))),
        Service::Kafka => Some((Purpose::KafkaCheck, None)),
        Service::Amqp => None,
    }
}

/// Options of JavaScript that are left out where a switch is off.
fn unless_off(cx: &Context<'_>, purpose: Purpose, options: &str) -> Option<String> {
    let question = question(cx, cx.project.names.of(purpose), true)?;
    Some(format!("{question} ? {options} : undefined"))
}

/// The question whether a switch is on, in the file's language; unset it is `default`.
fn question(cx: &Context<'_>, name: &str, default: bool) -> Option<String> {
    let text = &cx.file.source.text;
    let quote = quote(text);
    let (unset, operator, word) = if default { ("true", "!=", "false") } else { ("false", "==", "true") };
    let quoted = |text: &str| format!("{quote}{text}{quote}");
    Some(match cx.file.lang {
        lang if SCRIPTS.contains(&lang) => format!("process.env.{name} {operator}= {}", quoted(word)),
        Lang::Ruby => {
            format!("ENV.fetch({}, {}) {operator} {}", quoted(name), quoted(unset), quoted(word))
        }
        Lang::Yaml => format!("ENV.fetch(\"{name}\", \"{unset}\") {operator} \"{word}\""),
        Lang::Python => {
            let asked = format!("{}({}, {})", getter(text), quoted(name), quoted(unset));
            format!("{asked}.lower() {operator} {}", quoted(word))
        }
        _ => return None,
    })
}

/// The function of Python that gives a variable or a default, as the file imports it; one of the module `os`,
/// which its writer imports, where it does not.
fn getter(text: &str) -> &'static str {
    static IMPORTS: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
        let pattern = |source: &str| Regex::new(source).expect("a constant pattern");
        vec![
            (pattern(r"(?m)^import (?:[\w.]+, *)*os\b(?:,|\s*$|\s*#)"), "os.environ.get"),
            (pattern(r"(?m)^from os import (?:\w+, *)*environ\b(?:,|\s*$|\s*#)"), "environ.get"),
            (pattern(r"(?m)^from os import (?:\w+, *)*getenv\b(?:,|\s*$|\s*#)"), "getenv"),
        ]
    });
    let imported = IMPORTS.iter().find(|(import, _)| import.is_match(text));
    imported.map_or("os.environ.get", |(_, getter)| *getter)
}

/// The kind of quotes that a file has more of.
pub fn quote(text: &str) -> char {
    let count = |quote: char| text.matches(quote).count();
    if count('\'') > count('"') { '\'' } else { '"' }
}

/// Whether a settings file is run through ERB before it is read: those that Rails reads itself, and any that
/// has a piece of Ruby in it already.
fn is_erb(cx: &Context<'_>) -> bool {
    let own = ["config/database.yml", "config/cable.yml"].iter().any(|name| cx.file.path.ends_with(name));
    cx.file.lang == Lang::Yaml && (own || cx.file.source.text.contains("<%="))
}

/// What makes a `PGSSLMODE` that is set in a script or a Procfile a choice of the environment. `text` is the
/// whole assignment, which begins at `at`.
pub fn mode_of_process(cx: &Context<'_>, at: usize, text: &str, mode: &str) -> Option<Remedy> {
    let purpose = Purpose::DatabaseMode;
    let name = cx.project.names.of(purpose);
    let start = text.find("PGSSLMODE=").map(|found| found + "PGSSLMODE=".len())?;
    let value = text[start..].trim_end();
    let (quote, bare) = match value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(bare) => ("\"", bare),
        None => ("", value),
    };
    (bare == mode).then_some(())?;
    let applicability = match mode {
        "no-verify" => Applicability::Unsafe,
        _ => bridge::free(cx.project, purpose),
    };
    let span = Span::new(at + start, at + start + value.len());
    let text = format!("{quote}${{{name}:-{mode}}}{quote}");
    let remedy = Remedy::new(applicability, format!("let `{name}` decide"))
        .change(&cx.file.path, What::Text { at: span, text })
        .provide(name, provided(purpose));
    Some(remedy)
}
