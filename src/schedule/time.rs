//! Times of jobs: cron expressions, `at: "4:30 am"`, "every day at 9am", and what they say of zones.

use std::sync::LazyLock;

use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};
use regex::Regex;

/// When a job runs, as far as a time zone matters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Time {
    /// At which hours or on which days, in words: `every day at 09:00`. `None` for what runs every so
    /// often, whatever the clock says: `*/5 * * * *`, every hour.
    pub clock: Option<String>,
    /// The zone that stands with the time: `0 9 * * * Europe/Paris`.
    pub zone: Option<String>,
}

impl Time {
    /// Runs every so often.
    pub const INTERVAL: Time = Time { clock: None, zone: None };

    /// Runs by the clock.
    pub fn clock(words: impl Into<String>) -> Self {
        Self { clock: Some(words.into()), zone: None }
    }

    /// Whether the hour or the day matters and no zone is given.
    pub fn is_open(&self) -> bool {
        self.clock.is_some() && self.zone.is_none()
    }
}

/// Longest text that is taken for a time.
const MAX_LENGTH: usize = 200;

/// A cron expression of five or six fields (the first of six are seconds), with a zone before it
/// (`CRON_TZ=Asia/Tokyo 0 9 * * *`) or behind it (`0 9 * * * Asia/Tokyo`). `None` where it is no valid
/// expression.
pub fn cron(text: &str) -> Option<Time> {
    let text = text.trim();
    if text.is_empty() || text.len() > MAX_LENGTH || !text.is_ascii() {
        return None;
    }
    let mut zone = None;
    let mut fields: Vec<&str> = text.split_ascii_whitespace().collect();
    let prefix = fields.first().and_then(|first| first.split_once('='));
    if let Some(("TZ" | "CRON_TZ", name)) = prefix {
        zone = Some(name.trim_matches(['"', '\'']).to_string());
        fields.remove(0);
    }
    if fields.len() > 1 && fields.last().is_some_and(|last| is_zone(last)) {
        zone = fields.pop().map(str::to_string);
    }
    let words = match fields[..] {
        [nickname] if nickname.starts_with('@') => match nickname {
            "@hourly" | "@reboot" | "@every_minute" | "@every_second" => None,
            "@yearly" | "@annually" | "@monthly" | "@weekly" | "@daily" | "@midnight" => {
                words(&expression(nickname)?)
            }
            _ => return None,
        },
        [_, _, _, _, _] | [_, _, _, _, _, _] => words(&expression(&fields.join(" "))?),
        _ => return None,
    };
    Some(Time { clock: words, zone })
}

/// An expression as the libraries at hand understand it.
fn expression(text: &str) -> Option<Cron> {
    let parser = CronParser::builder()
        .seconds(Seconds::Optional)
        .year(Year::Disallowed)
        // `0/10` is understood by every library of the tables.
        .sloppy_ranges(true)
        .build();
    parser.parse(text).ok()
}

/// At which hours and on which days an expression matches; `None` where it runs every so often.
fn words(cron: &Cron) -> Option<String> {
    let pattern = &cron.pattern;
    let hours = pattern.hours.values();
    let dates = pattern.is_dom_wildcard() || pattern.days.values().len() == 31;
    let weekdays =
        pattern.is_dow_wildcard() || (0..7).all(|day| pattern.days_of_week.values().contains(&day));
    let modified = pattern.days.has_modifiers() || pattern.days_of_week.has_modifiers();
    let any_day = dates && weekdays && pattern.months.values().len() == 12 && !modified;
    if any_day && is_even(&hours) {
        return None;
    }
    let described = cron.describe();
    let described = described
        .trim_end_matches('.')
        .replace(", on ", " on ")
        .replace(", in ", " in ")
        .replace("Monday, Tuesday, Wednesday, Thursday, and Friday", "Monday to Friday");
    let mut letters = described.chars();
    let described: String =
        letters.next().iter().flat_map(|first| first.to_lowercase()).chain(letters).collect();
    Some(if any_day && described.starts_with("at ") { format!("every day {described}") } else { described })
}

/// Whether hours lie in equal steps around the whole day, in more than one step: `*`, `*/6`, but neither
/// `9` nor `9,17`.
fn is_even(hours: &[u16]) -> bool {
    let (Some(first), count) = (hours.first(), hours.len()) else { return false };
    if count < 2 || 24 % count != 0 {
        return false;
    }
    let step = 24 / count;
    // `0,12` written out names hours just as `*/12` does; only what begins at midnight can be a step.
    *first == 0 && hours.windows(2).all(|pair| usize::from(pair[1] - pair[0]) == step)
}

/// Keywords of a scheduler of Python (`hour=9`, `day_of_week="mon"`), each with its text. `None` where no
/// keyword says when.
pub fn keywords<'k>(given: impl IntoIterator<Item = (&'k str, &'k str)>) -> Option<Time> {
    let mut hour = None;
    let mut minute = None;
    let mut days: Vec<String> = Vec::new();
    let mut any = false;
    for (keyword, value) in given {
        let value = value.trim();
        match keyword {
            "hour" => hour = Some(value),
            "minute" => minute = Some(value),
            "second" | "jitter" => {}
            "day" | "day_of_month" | "day_of_week" | "weekday" | "week" | "month" | "month_of_year"
            | "year" => {
                if value != "*" {
                    days.push(format!("{} {value}", keyword.replace('_', " ")));
                }
            }
            _ => continue,
        }
        any = true;
    }
    if !any {
        return None;
    }
    let at = match hour {
        // APScheduler and arq: a field above the smallest one given is `*`.
        None | Some("*") => None,
        Some(hour) if hour.starts_with("*/") => None,
        Some(hour) => Some(match (hour.parse::<u8>(), minute.unwrap_or("0").parse::<u8>()) {
            (Ok(hour), Ok(minute)) if hour < 24 && minute < 60 => format!("at {hour:02}:{minute:02}"),
            _ => format!("at hour {hour}"),
        }),
    };
    if at.is_none() && days.is_empty() {
        return Some(Time::INTERVAL);
    }
    let on = (!days.is_empty()).then(|| format!("on {}", days.join(", ")));
    let every = on.is_none().then(|| "every day".to_string());
    let words: Vec<String> = every.into_iter().chain(on).chain(at).collect();
    Some(Time::clock(words.join(" ")))
}

/// A time of day, maybe with a weekday before it: `09:00`, `4:30 am`, `Monday 09:00`, `12pm`. `None`
/// where the hour is left open (`**:30`, `:15`) or it is no time of day.
pub fn of_day(text: &str) -> Option<String> {
    static PATTERN: LazyLock<Regex> = LazyLock::new(|| {
        let pattern = r"(?i)^(?:(sun|mon|tue|wed|thu|fri|sat)[a-z]*\s+)?(?:at\s+)?(\d{1,2})(?::(\d{2}))?(?::\d{2})?\s*(am|pm|a\.m\.|p\.m\.)?$";
        Regex::new(pattern).expect("a constant pattern")
    });
    let found = PATTERN.captures(text.trim())?;
    let half = found.get(4).map(|half| half.as_str().to_ascii_lowercase());
    if found.get(3).is_none() && half.is_none() {
        return None;
    }
    let mut hour: u32 = found[2].parse().ok()?;
    match half.as_deref().map(|half| half.starts_with('p')) {
        Some(true) if hour < 12 => hour += 12,
        Some(false) if hour == 12 => hour = 0,
        _ => {}
    }
    let minute: u32 = found.get(3).map_or(Some(0), |minute| minute.as_str().parse().ok())?;
    if hour > 24 || minute > 59 {
        return None;
    }
    Some(match found.get(1) {
        Some(day) => format!("{} at {hour:02}:{minute:02}", weekday(day.as_str())),
        None => format!("at {hour:02}:{minute:02}"),
    })
}

fn weekday(text: &str) -> &'static str {
    let days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
    let start = text.get(..3).unwrap_or_default();
    days.into_iter().find(|day| day[..3].eq_ignore_ascii_case(start)).unwrap_or("that day")
}

/// What Fugit understands (good_job, Solid Queue, sidekiq-scheduler, rufus-scheduler): a cron expression or
/// "every day at 9am", either with a zone. `None` where it is neither.
pub fn fugit(text: &str) -> Option<Time> {
    /// A time of day, a weekday, or days and longer, which begin at midnight.
    static CLOCK: LazyLock<Regex> = LazyLock::new(|| {
        let pattern = concat!(
            r"\bat\s+(noon|midnight|\d{1,2}:\d{2}|\d{1,2}\s*(am|pm)|\d{1,2}\s*(and\b|,|$|on\b))",
            r"|\b(noon|midnight)\b",
            r"|\b((sun|mon|tues?|wed|wednes|thu|thurs?|fri|sat|satur)(day)?|weekday|weekend)s?\b",
            r"|^every\s+(\d+(st|nd|rd|th)?\s+)?(day|week|month|year)s?\b",
        );
        Regex::new(pattern).expect("a constant pattern")
    });
    if let Some(time) = cron(text) {
        return Some(time);
    }
    let lower = text.trim().to_ascii_lowercase();
    if lower.len() > MAX_LENGTH || !(lower.starts_with("every") || lower.starts_with("at ")) {
        return None;
    }
    let zone = text.split_ascii_whitespace().skip(1).find(|word| is_zone(word)).map(str::to_string);
    let clock = CLOCK.is_match(&lower).then(|| text.trim().to_string());
    Some(Time { clock, zone })
}

/// Whether a text is the name of a time zone: `Europe/Paris`, `UTC`, `EST5EDT`, `+02:00`. A light check, by
/// the areas of the tz database.
pub fn is_zone(text: &str) -> bool {
    const AREAS: &[&str] = &[
        "Africa",
        "America",
        "Antarctica",
        "Arctic",
        "Asia",
        "Atlantic",
        "Australia",
        "Brazil",
        "Canada",
        "Chile",
        "Etc",
        "Europe",
        "Indian",
        "Mexico",
        "Pacific",
        "US",
    ];
    const ALONE: &[&str] = &[
        "UTC",
        "GMT",
        "Zulu",
        "Universal",
        "Z",
        "CET",
        "EET",
        "MET",
        "WET",
        "EST",
        "MST",
        "HST",
        "EST5EDT",
        "CST6CDT",
        "MST7MDT",
        "PST8PDT",
        "Japan",
        "Singapore",
        "Hongkong",
        "Israel",
        "Turkey",
        "Poland",
        "Portugal",
        "PRC",
        "ROC",
        "ROK",
        "NZ",
        "GB",
        "Eire",
        "Egypt",
        "Iran",
        "Jamaica",
        "Cuba",
        "Navajo",
    ];
    if ALONE.contains(&text) {
        return true;
    }
    if let Some(rest) = text.strip_prefix(['+', '-']) {
        let digits: Vec<u8> = rest.bytes().filter(|byte| *byte != b':').collect();
        return matches!(digits.len(), 2 | 4) && digits.iter().all(u8::is_ascii_digit);
    }
    let Some((area, city)) = text.split_once('/') else { return false };
    AREAS.contains(&area)
        && !city.is_empty()
        && city.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-+/".contains(&byte))
}

/// Whether a zone is UTC under one of its names.
pub fn is_utc(zone: &str) -> bool {
    matches!(
        zone.trim_start_matches(':'),
        "UTC"
            | "Etc/UTC"
            | "GMT"
            | "Etc/GMT"
            | "Zulu"
            | "Etc/Zulu"
            | "Universal"
            | "UCT"
            | "Etc/UCT"
            | "UTC0"
            | "GMT0"
    )
}

/// The name in the tz database of a zone as Rails calls it: `Pacific Time (US & Canada)`. `None` for a name
/// that is not known here.
pub fn of_rails(name: &str) -> Option<&str> {
    const NAMES: &[(&str, &str)] = &[
        ("Alaska", "America/Juneau"),
        ("Amsterdam", "Europe/Amsterdam"),
        ("Arizona", "America/Phoenix"),
        ("Athens", "Europe/Athens"),
        ("Atlantic Time (Canada)", "America/Halifax"),
        ("Auckland", "Pacific/Auckland"),
        ("Berlin", "Europe/Berlin"),
        ("Bern", "Europe/Zurich"),
        ("Bogota", "America/Bogota"),
        ("Brasilia", "America/Sao_Paulo"),
        ("Brussels", "Europe/Brussels"),
        ("Buenos Aires", "America/Argentina/Buenos_Aires"),
        ("Central Time (US & Canada)", "America/Chicago"),
        ("Copenhagen", "Europe/Copenhagen"),
        ("Dublin", "Europe/Dublin"),
        ("Eastern Time (US & Canada)", "America/New_York"),
        ("Edinburgh", "Europe/London"),
        ("Hawaii", "Pacific/Honolulu"),
        ("Helsinki", "Europe/Helsinki"),
        ("Hong Kong", "Asia/Hong_Kong"),
        ("Istanbul", "Europe/Istanbul"),
        ("Jerusalem", "Asia/Jerusalem"),
        ("Lisbon", "Europe/Lisbon"),
        ("London", "Europe/London"),
        ("Madrid", "Europe/Madrid"),
        ("Melbourne", "Australia/Melbourne"),
        ("Mexico City", "America/Mexico_City"),
        ("Moscow", "Europe/Moscow"),
        ("Mountain Time (US & Canada)", "America/Denver"),
        ("Mumbai", "Asia/Kolkata"),
        ("New Delhi", "Asia/Kolkata"),
        ("Osaka", "Asia/Tokyo"),
        ("Pacific Time (US & Canada)", "America/Los_Angeles"),
        ("Paris", "Europe/Paris"),
        ("Prague", "Europe/Prague"),
        ("Rome", "Europe/Rome"),
        ("Santiago", "America/Santiago"),
        ("Seoul", "Asia/Seoul"),
        ("Singapore", "Asia/Singapore"),
        ("Stockholm", "Europe/Stockholm"),
        ("Sydney", "Australia/Sydney"),
        ("Tokyo", "Asia/Tokyo"),
        ("Vienna", "Europe/Vienna"),
        ("Warsaw", "Europe/Warsaw"),
        ("Wellington", "Pacific/Auckland"),
        ("Zurich", "Europe/Zurich"),
    ];
    if is_zone(name) {
        return Some(name);
    }
    NAMES.iter().find(|(rails, _)| *rails == name).map(|(_, zone)| *zone)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn said(time: Option<Time>) -> String {
        match time {
            None => "invalid".to_string(),
            Some(Time { clock, zone }) => {
                let words = clock.unwrap_or_else(|| "interval".to_string());
                zone.map_or(words.clone(), |zone| format!("{words} in {zone}"))
            }
        }
    }

    #[test]
    fn expressions() {
        let table = [
            ("0 9 * * *", "every day at 09:00"),
            ("30 4 * * *", "every day at 04:30"),
            ("0 0 * * MON", "at 00:00 on Monday"),
            ("0 9 1 * *", "at 09:00 on day 1"),
            ("0 9 * * 1-5", "at 09:00 on Monday to Friday"),
            ("0 0 9 * * *", "every day at 09:00"),
            ("*/5 * * * *", "interval"),
            ("20 * * * *", "interval"),
            ("0 * * * 0-6", "interval"),
            ("0 * * * 0,1,2,3,4,5,6", "interval"),
            ("0 */6 * * *", "interval"),
            ("0 0-23/2 * * *", "interval"),
            ("* * * * * *", "interval"),
            ("0/10 * * * *", "interval"),
            ("@hourly", "interval"),
            ("@daily", "every day at 00:00"),
            ("0 9 * * * Europe/Paris", "every day at 09:00 in Europe/Paris"),
            ("CRON_TZ=Asia/Tokyo 0 9 * * *", "every day at 09:00 in Asia/Tokyo"),
            ("0 25 * * *", "invalid"),
            ("*/0 * * * *", "invalid"),
            ("every day", "invalid"),
            ("", "invalid"),
            ("0 9 * *", "invalid"),
            ("ünïcode 9 * * *", "invalid"),
        ];
        for (text, expected) in table {
            assert_eq!(said(cron(text)), expected, "{text}");
        }
        assert!(cron("*/10 * * * 1-5").is_some_and(|time| time.is_open()), "the day begins with the zone");
        assert!(cron("0 9,17 * * *").is_some_and(|time| time.is_open()));
    }

    #[test]
    fn natural_language() {
        let table = [
            ("every day at 9am", "every day at 9am"),
            ("every day at noon", "every day at noon"),
            ("every monday at 5pm", "every monday at 5pm"),
            ("every day at 9am America/New_York", "every day at 9am America/New_York in America/New_York"),
            ("every 2 minutes", "interval"),
            ("every minute", "interval"),
            ("every hour at minute 12", "interval"),
            ("every hour", "interval"),
            ("every 90 seconds", "interval"),
            ("at 9am every day", "at 9am every day"),
            ("soon", "invalid"),
        ];
        for (text, expected) in table {
            assert_eq!(said(fugit(text)), expected, "{text}");
        }
    }

    #[test]
    fn times_of_day() {
        assert_eq!(of_day("09:00").as_deref(), Some("at 09:00"));
        assert_eq!(of_day("4:30 am").as_deref(), Some("at 04:30"));
        assert_eq!(of_day("12pm").as_deref(), Some("at 12:00"));
        assert_eq!(of_day("12:05 am").as_deref(), Some("at 00:05"));
        assert_eq!(of_day("Monday 16:20").as_deref(), Some("Monday at 16:20"));
        for open in ["**:30", ":15", "*:10", "9", "later", "25:00", "2:99"] {
            assert_eq!(of_day(open), None, "{open}");
        }
    }

    #[test]
    fn python_keywords() {
        let said = |given: &[(&'static str, &'static str)]| said(keywords(given.iter().copied()));
        assert_eq!(said(&[("hour", "9"), ("minute", "30")]), "every day at 09:30");
        assert_eq!(said(&[("minute", "0"), ("hour", "*/6")]), "interval");
        assert_eq!(said(&[("minute", "*/15")]), "interval");
        assert_eq!(said(&[("day_of_week", "mon-fri"), ("hour", "9")]), "on day of week mon-fri at 09:00");
        assert_eq!(said(&[("id", "x")]), "invalid");
    }

    #[test]
    fn zones() {
        for zone in
            ["Europe/Paris", "UTC", "America/Argentina/Buenos_Aires", "Etc/GMT+5", "+02:00", "PST8PDT"]
        {
            assert!(is_zone(zone), "{zone}");
        }
        for other in ["MON", "app/jobs", "1-5", "*/5", "*", "Europe/", "L"] {
            assert!(!is_zone(other), "{other}");
        }
        assert!(is_utc("Etc/UTC") && !is_utc("Europe/London"));
        assert_eq!(of_rails("Pacific Time (US & Canada)"), Some("America/Los_Angeles"));
        assert_eq!(of_rails("Somewhere"), None);
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[0-9A-Za-z*/,#LW@?=: -]{0,40}") {
            cron(&text);
            fugit(&text);
            of_day(&text);
        }
    }
}
