//! What code says of Heroku Scheduler, whose jobs stand in no file.

use std::sync::LazyLock;

use regex::Regex;

use crate::lang::Lang;
use crate::span::Span;

/// The places where a text names the add-on (or Heroku's cron add-on before it), and not another scheduler on
/// Heroku.
pub fn mentions(text: &str) -> Vec<Span> {
    static WORDS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)\bheroku(?:'s)?[ -]?(?:scheduler\b|cron add-?on\b)").expect("a constant pattern")
    });
    WORDS.find_iter(text).map(|found| Span::from(found.range())).collect()
}

/// The code that a mention speaks of: in Ruby the task around it, or the one behind the description that it
/// stands in; elsewhere the whole file.
pub fn spoken_of(text: &str, lang: Lang, mention: Span) -> Span {
    static STARTS: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?m)^[ \t]*(?:task|desc|multitask)\b").expect("a constant pattern"));
    let whole = Span::new(0, text.len());
    if lang != Lang::Ruby {
        return whole;
    }
    let starts: Vec<usize> = STARTS.find_iter(text).map(|found| found.start()).collect();
    let begin = starts.iter().rev().find(|start| **start <= mention.start);
    let Some(&begin) = begin else { return whole };
    let mut after = starts.iter().filter(|start| **start > mention.start).copied();
    let is_description = text[begin..].trim_start().starts_with("desc");
    let task = if is_description { after.next() } else { Some(begin) };
    // Heroku's template describes the first of its tasks, and means all of them.
    let is_first = starts.first() == Some(&begin);
    let is_list = is_description
        && is_first
        && text[begin..]
            .lines()
            .next()
            .is_some_and(|line| line.to_ascii_lowercase().contains("this task is called by"));
    if is_list {
        return whole;
    }
    match task {
        Some(_) => Span::new(begin, after.next().unwrap_or(text.len())),
        None => Span::new(begin, text.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_first(text: &str) -> &str {
        let mention = mentions(text)[0];
        spoken_of(text, Lang::Ruby, mention).of(text)
    }

    #[test]
    fn the_task_around() {
        let text = "task a: :environment do\nend\n\ntask b: :environment do\n  # Heroku scheduler is daily\nend\n\ntask :c do\nend\n";
        assert_eq!(of_first(text), "task b: :environment do\n  # Heroku scheduler is daily\nend\n\n");
        let text = "desc 'a'\ntask :a do\nend\ndesc 'run by heroku scheduler'\ntask :b do\nend\ndesc 'c'\ntask :c do\nend\n";
        assert_eq!(of_first(text), "desc 'run by heroku scheduler'\ntask :b do\nend\n");
    }

    #[test]
    fn the_whole_file() {
        for text in [
            "# Tasks for Heroku Scheduler\ntask :a do\nend\ntask :b do\nend\n",
            "desc 'This task is called by the Heroku scheduler add-on'\ntask :a do\nend\n\ntask :b do\nend\n",
        ] {
            assert_eq!(of_first(text), text);
        }
    }

    #[test]
    fn other_schedulers() {
        for text in
            ["heroku_scheduler: x", "the scheduler on Heroku", "Heroku, Scheduler", "heroku schedulers"]
        {
            assert!(mentions(text).is_empty(), "{text}");
        }
    }
}
