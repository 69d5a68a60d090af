//! How jobs are given a zone: the change that a library understands, for a job as it is written.

use crate::finding::Applicability;
use crate::project::{File, Project};
use crate::remedy::{Content, What};
use crate::span::Span;
use crate::term::{Argument, Invocation, Term, Value};

use super::zone::{self, Zone};
use super::{Form, Given, time};

/// A zone that jobs can be given, and how far it is the one in which they run on Heroku.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Its name in the tz database.
    pub name: String,
    /// Safe where the project says what the zone is.
    pub applicability: Applicability,
}

/// The zone in which the dynos of a project run.
///
/// Heroku's dynos are in UTC unless the config var `TZ` says otherwise, and no file has to show that variable.
/// So it is certain only where the settings name the zone, or `app.json` sets `TZ` to UTC and nothing in the
/// project sets it to anything else. `None` where a value is no zone, or where several differ.
pub fn known(project: &Project, zones: &[Zone]) -> Option<Known> {
    if let Some(name) = project.names.time_zone() {
        return Some(Known { name: name.to_string(), applicability: Applicability::Safe });
    }
    let Some(first) = zones.first() else {
        return Some(Known { name: "UTC".to_string(), applicability: Applicability::Unsafe });
    };
    let name = first.value.as_deref().filter(|value| time::is_zone(value))?;
    let is_utc = |zone: &Zone| zone.value.as_deref().is_some_and(time::is_utc);
    if zones.iter().all(is_utc) {
        let is_declared = zones.iter().any(|zone| zone.path.rsplit('/').next() == Some("app.json"));
        let applicability = if is_declared { Applicability::Safe } else { Applicability::Unsafe };
        return Some(Known { name: "UTC".to_string(), applicability });
    }
    let same = zones.iter().all(|zone| zone.value.as_deref() == Some(name));
    same.then(|| Known { name: name.to_string(), applicability: Applicability::Unsafe })
}

/// The zone for the code of a file that asks the machine for the time: UTC, or none.
pub fn utc(project: &Project) -> Option<Applicability> {
    let known = known(project, &zone::zones(project))?;
    time::is_utc(&known.name).then_some(known.applicability)
}

/// The place and way to give one job a zone.
#[derive(Clone, Debug, PartialEq)]
pub enum Pin {
    /// An option of the call, or a key of the map, at this place.
    Option {
        /// The call or map.
        at: Span,
        /// The option.
        key: &'static str,
    },
    /// The end of the time, which is a text.
    Text {
        /// The text.
        at: Span,
        /// What it says.
        text: String,
    },
    /// Code around an expression, with the zone in it.
    Around {
        /// The expression.
        at: Span,
        /// What goes before it.
        before: &'static str,
        /// What goes behind it, up to the zone.
        between: &'static str,
        /// What goes behind the zone.
        after: &'static str,
        /// The quote for the zone.
        quote: char,
    },
    /// Another argument behind the last one.
    Behind {
        /// Where that ends.
        at: usize,
        /// What goes there, up to the zone.
        before: &'static str,
        /// What goes behind the zone.
        after: &'static str,
        /// The quote for the zone.
        quote: char,
    },
    /// An option that is taken back.
    Without {
        /// The call.
        at: Span,
        /// The option.
        key: &'static str,
    },
}

impl Pin {
    /// What has to change for a zone.
    pub fn what(&self, zone: &str) -> What {
        match self {
            Self::Option { at, key } => {
                What::Set { at: *at, keys: vec![(*key).to_string()], value: Content::Text(zone.to_string()) }
            }
            Self::Text { at, text } => {
                let zone = if zone == "UTC" { "Etc/UTC" } else { zone };
                What::Become { at: *at, value: Content::Text(format!("{text} {zone}")) }
            }
            Self::Around { at, before, between, after, quote } => {
                let after = format!("{between}{quote}{zone}{quote}{after}");
                What::Become {
                    at: *at,
                    value: Content::Around { inner: *at, before: (*before).to_string(), after },
                }
            }
            Self::Behind { at, before, after, quote } => {
                What::Text { at: Span::new(*at, *at), text: format!("{before}{quote}{zone}{quote}{after}") }
            }
            Self::Without { at, key } => {
                What::Set { at: *at, keys: vec![(*key).to_string()], value: Content::Bool(false) }
            }
        }
    }

    /// Whether it gives a zone other than UTC as well.
    pub fn takes_any_zone(&self) -> bool {
        !matches!(self, Self::Without { .. })
    }
}

/// The way for a job that a call hands over, whose time stands at `span`.
pub fn of_call(form: &Form, call: &Invocation, span: Span, file: &File) -> Option<Pin> {
    // A name that stands for a value is written elsewhere, and may be used elsewhere too.
    let own = |term: &Term| call.span.contains(term.span);
    let positional: Vec<&Argument> =
        call.arguments.iter().filter(|argument| argument.keyword.is_none()).collect();
    if call.arguments.iter().any(|argument| argument.keyword.as_deref() == Some("*")) {
        return None;
    }
    let map_at = |index: usize| {
        let term = call.argument(index).filter(|term| own(term))?;
        matches!(term.value, Value::Map(_)).then_some(term.span)
    };
    match form.given {
        Given::Keyword(key) => Some(Pin::Option { at: call.span, key }),
        Given::In(index, key) => map_at(index).map(|at| Pin::Option { at, key }),
        Given::Under(option, key) => {
            let map = call.option(&[option]).filter(|term| own(term))?;
            matches!(map.value, Value::Map(_)).then_some(Pin::Option { at: map.span, key })
        }
        Given::Options(index, key) => {
            let is_agenda = form.library.name == "agenda";
            // agenda: the data of the job come before its options.
            if is_agenda && index > 1 && (index - 1..=index).contains(&positional.len()) {
                let before =
                    if positional.len() == index { ", { timezone: " } else { ", undefined, { timezone: " };
                return behind(call, file, before, " }", quote_at(span, file)?);
            }
            if let Some(map) = (1..=index).rev().find_map(map_at) {
                // A map before the options is what the job is given.
                let is_options = positional.len() == index + 1 || form.library.name == "croner";
                return is_options.then_some(Pin::Option { at: map, key });
            }
            (positional.len() == index).then_some(Pin::Option { at: call.span, key })
        }
        Given::Argument(index, key) => match map_at(0) {
            Some(at) => Some(Pin::Option { at, key }),
            None if positional.len() == index => behind(call, file, ", ", "", quote_at(span, file)?),
            None => None,
        },
        Given::Rule(key) => {
            let maps = [0, 1].into_iter().find_map(map_at);
            if let Some(at) = maps.filter(|map| map.contains(span)) {
                return Some(Pin::Option { at, key });
            }
            let quote = quote_at(span, file)?;
            call.span.contains(span).then_some(Pin::Around {
                at: span,
                before: "{ rule: ",
                between: ", tz: ",
                after: " }",
                quote,
            })
        }
        Given::InText => {
            let text = call.arguments.iter().find_map(|argument| text_at(&argument.value, span))?;
            call.span.contains(span).then_some(())?;
            with_zone(span, text)
        }
        Given::Without(key) => Some(Pin::Without { at: call.span, key }),
        Given::Never => None,
    }
}

/// Another argument behind the last of several.
fn behind(
    call: &Invocation,
    file: &File,
    before: &'static str,
    after: &'static str,
    quote: char,
) -> Option<Pin> {
    let text = &file.source.text;
    let last = call.arguments.last()?.value.span;
    // A value that is written elsewhere, or in parentheses of its own, does not end where the argument does.
    let is_whole = call.span.contains(last)
        && text[..last.start].trim_end().ends_with(',')
        && text[last.end..].trim_start().starts_with([',', ')']);
    is_whole.then_some(Pin::Behind { at: last.end, before, after, quote })
}

/// The way for a job of a table of jobs, whose time is the text at `span`.
pub fn of_text(jobs: &Term, span: Span) -> Option<Pin> {
    with_zone(span, text_at(jobs, span)?)
}

/// A time that takes a zone at its end.
fn with_zone(at: Span, text: &str) -> Option<Pin> {
    let is_known = time::fugit(&format!("{text} Etc/UTC")).is_some_and(|time| time.zone.is_some());
    (is_known && !text.starts_with('@')).then(|| Pin::Text { at, text: text.to_string() })
}

/// The text with this span, alone and not as one of several that a value can be.
fn text_at(term: &Term, span: Span) -> Option<&str> {
    match &term.value {
        Value::Text(text) if term.span == span => Some(text),
        Value::Map(entries) => entries.iter().find_map(|entry| text_at(&entry.value, span)),
        Value::List(items) => items.iter().find_map(|item| text_at(item, span)),
        _ => None,
    }
}

/// The quote of the text at a place.
fn quote_at(span: Span, file: &File) -> Option<char> {
    span.of(&file.source.text).chars().next().filter(|c| matches!(c, '\'' | '"'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::zone::By;

    fn zone(path: &str, value: Option<&str>) -> Zone {
        let (path, value) = (path.to_string(), value.map(str::to_string));
        Zone { value, path, span: Span::default(), by: By::ConfigVar }
    }

    #[test]
    fn a_zone_is_certain_where_the_project_says_it() {
        let shown = |zones: &[Zone]| {
            let known = known(&Project::default(), zones);
            known.map(|known| (known.name, known.applicability == Applicability::Safe))
        };
        let utc = |safe| Some(("UTC".to_string(), safe));
        assert_eq!(shown(&[]), utc(false), "a config var stands in no file");
        assert_eq!(shown(&[zone("app.json", Some("Etc/UTC"))]), utc(true));
        assert_eq!(shown(&[zone("app.json", Some("UTC")), zone(".env", Some("UTC"))]), utc(true));
        assert_eq!(shown(&[zone(".env", Some("UTC"))]), utc(false), "who knows for which machine");
        let paris = ("Europe/Paris".to_string(), false);
        assert_eq!(shown(&[zone("app.json", Some("Europe/Paris"))]), Some(paris));
        assert_eq!(shown(&[zone("app.json", Some("UTC")), zone(".env", Some("Europe/Paris"))]), None);
        assert_eq!(shown(&[zone("app.json", None)]), None);
    }

    #[test]
    fn settings_say_the_zone() {
        let mut project = Project::default();
        project.names.set_time_zone("Europe/Paris");
        let known = known(&project, &[]).expect("a zone");
        assert_eq!((known.name.as_str(), known.applicability), ("Europe/Paris", Applicability::Safe));
        assert_eq!(utc(&project), None);
    }
}
