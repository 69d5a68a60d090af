//! The lists that `rules`, `files` and `facts` print.

use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

use crate::engine::FileInfo;
use crate::escape;
use crate::explain;
use crate::fact::Facts;
use crate::finding::{Applicability, SourceText};
use crate::lang::Lang;
use crate::notation;
use crate::output::counted;
use crate::output::style::{self, paint};
use crate::rule::{Meta, Status};
use crate::secrets;

/// The columns of the matrix: head, meaning, and the languages behind it.
const COLUMNS: [(&str, &str, &[Lang]); 13] = [
    ("rb", "Ruby", &[Lang::Ruby]),
    ("er", "ERB, HAML, Slim", &[Lang::Erb, Lang::Haml, Lang::Slim]),
    ("py", "Python", &[Lang::Python]),
    (
        "js",
        "JavaScript, TypeScript, JSX, Vue, Svelte",
        &[Lang::JavaScript, Lang::TypeScript, Lang::Tsx, Lang::Vue, Lang::Svelte],
    ),
    ("sh", "shell", &[Lang::Shell]),
    ("do", "Dockerfile", &[Lang::Dockerfile]),
    ("pr", "Procfile", &[Lang::Procfile]),
    ("mk", "Makefile", &[Lang::Makefile]),
    ("ya", "YAML", &[Lang::Yaml]),
    ("jn", "JSON", &[Lang::Json]),
    ("to", "TOML", &[Lang::Toml]),
    ("sq", "SQL", &[Lang::Sql]),
    ("tx", ".env and files known by name", &[Lang::Dotenv, Lang::Plain]),
];

/// The rules with their severities and languages, 80 columns wide.
pub fn rules(rules: &[&Meta], color: bool) -> String {
    let mut out = String::new();
    let name = |rule: &Meta| match rule.status {
        Status::Stable => rule.id.to_string(),
        Status::Pedantic => format!("{} *", rule.id),
    };
    let width = rules.iter().map(|rule| name(rule).len()).max().unwrap_or(0).max("rule".len());
    let heads = COLUMNS.map(|(head, _, _)| head).join(" ");
    let head = format!("{:width$} {:7} {:2} {heads}", "rule", "usual", "fx");
    out.push_str(&format!("{}\n", paint(color, style::STRONG, head)));
    let mut family = "";
    for rule in rules {
        if rule.family != family {
            family = rule.family;
            out.push_str(&format!("\n{}\n", paint(color, style::HEADING, family)));
        }
        let severity = paint(color, style::of(rule.severity), format!("{:7}", rule.severity));
        let marks: Vec<String> = COLUMNS
            .iter()
            .map(|(_, _, langs)| {
                let knows = langs.iter().any(|lang| rule.langs.contains(lang));
                let mark = if knows { " ●" } else { " ·" };
                paint(color, if knows { style::GOOD } else { style::FAINT }, mark).to_string()
            })
            .collect();
        let fix: String = [(Applicability::Safe, 's'), (Applicability::Unsafe, 'u')]
            .into_iter()
            .map(|(kind, letter)| if rule.fixes().contains(&kind) { letter } else { '·' })
            .collect();
        let name = name(rule);
        out.push_str(&format!("{name:width$} {severity} {fix:2} {}\n", marks.join(" ")));
    }
    out.push('\n');
    let fixes = "fx fixes: s safe, u unsafe".to_string();
    let columns = COLUMNS.iter().map(|(head, meaning, _)| format!("{head} {meaning}"));
    let legend: Vec<String> = std::iter::once(fixes).chain(columns).collect();
    for line in style::wrap(&legend.join(" · "), 78) {
        out.push_str(&format!("{}\n", paint(color, style::FAINT, line)));
    }
    out.push_str("`dynolint explain RULE` shows what a rule finds and what to do\n");
    out
}

/// The rules without their pages.
pub fn rules_json(rules: &[&Meta]) -> Value {
    let rules = rules.iter().map(|rule| {
        let mut value = explain::json(rule);
        if let Value::Object(fields) = &mut value {
            fields.remove("page");
        }
        value
    });
    json!({ "version": 1, "rules": rules.collect::<Value>() })
}

/// Files with language and role, or why they are not read.
pub fn files(files: &[FileInfo], color: bool) -> String {
    let mut out = String::new();
    let lang = |file: &FileInfo| file.lang.map_or("-", Lang::id);
    for file in files {
        let path = escape::path(&file.path);
        match (&file.skipped, file.role) {
            (Some(reason), _) => {
                let why = format!("skipped: {}", escape::terminal(reason));
                out.push_str(&format!(
                    "{:10} {:9} {path}  {}\n",
                    lang(file),
                    "-",
                    paint(color, style::WARNING, why)
                ));
            }
            (None, role) => {
                let role = role.map_or("-", |role| role.id());
                let columns = format!("{:10} {role:9}", lang(file));
                out.push_str(&format!("{} {path}\n", paint(color, style::FAINT, columns)));
            }
        }
    }
    out
}

/// How many files there are, in one line.
pub fn files_end(files: &[FileInfo]) -> String {
    let skipped = files.iter().filter(|file| file.skipped.is_some()).count();
    let read = files.len() - skipped;
    match skipped {
        0 => format!("{}, all read", counted(read, "file")),
        _ => format!("{} read, {skipped} skipped", counted(read, "file")),
    }
}

/// Facts with their places.
pub fn facts(text: &str, facts: &Facts, color: bool) -> String {
    let source = SourceText::new(text.to_string());
    let lines: Vec<(String, String)> = notation::all(facts)
        .into_iter()
        .map(|(offset, fact)| {
            let place = source.place(offset);
            (format!("{}:{}", place.line, place.column), escape::terminal(&secrets::mask(&fact)).into_owned())
        })
        .collect();
    let width = lines.iter().map(|(place, _)| place.width()).max().unwrap_or(0);
    let mut out = String::new();
    for (place, fact) in lines {
        out.push_str(&format!("{}  {fact}\n", paint(color, style::FRAME, format!("{place:>width$}"))));
    }
    out
}

/// Facts with their places, for programs.
pub fn facts_json(file: &FileInfo, text: &str, facts: &Facts) -> Value {
    let source = SourceText::new(text.to_string());
    let facts = notation::all(facts).into_iter().map(|(offset, fact)| {
        let place = source.place(offset);
        json!({ "line": place.line, "column": place.column, "offset": offset, "fact": secrets::mask(&fact) })
    });
    json!({
        "version": 1,
        "path": file.path,
        "language": file.lang.map(Lang::id),
        "role": file.role.map(|role| role.id()),
        "facts": facts.collect::<Value>(),
    })
}
