use proptest::prelude::*;

use super::*;
use crate::check::check_texts;
use crate::detect;
use crate::filter::Filter;
use crate::lang::Lang;
use crate::role;
use crate::rule::Severity;
use crate::rules;
use crate::settings::Settings;

/// A project of texts in memory.
type Texts = BTreeMap<String, String>;

fn texts(files: &[(&str, &str)]) -> Texts {
    files.iter().map(|(path, text)| ((*path).to_string(), (*text).to_string())).collect()
}

fn report(texts: &Texts) -> Report {
    report_of(texts, &Settings::default())
}

fn report_of(texts: &Texts, settings: &Settings) -> Report {
    let files = texts.iter().map(|(path, text)| {
        let lang = detect::language(path, text.as_bytes()).unwrap_or(Lang::Plain);
        (path.clone(), lang, role::role(path, lang, text), text.clone())
    });
    check_texts(files.collect(), &Settings { assume_heroku: true, pedantic: true, ..settings.clone() })
}

fn compare(baseline: &Baseline, texts: &Texts, report: &Report) -> Matched {
    let exists = |path: &str| texts.contains_key(path);
    baseline.compare(report, &Around { exists: &exists, rules: &rules::all() })
}

/// The places that are reported, and how many findings are known and entries gone.
fn after(baseline: &Baseline, texts: &Texts) -> (Vec<String>, usize, usize) {
    let mut report = report(texts);
    let matched = compare(baseline, texts, &report);
    Filter::new(&report, Some(&matched), None, Severity::Note).apply(&mut report);
    let place = |finding: &Finding| {
        let place = report.sources[&finding.path].place(finding.span.start);
        format!("{}:{}:{} {}", finding.path, place.line, place.column, finding.rule.id)
    };
    let compared = report.summary.baseline.clone().expect("there is one");
    assert_eq!(compared.new, report.findings.len());
    (report.findings.iter().map(place).collect(), compared.known, compared.fixed)
}

/// The second text of each file against the baseline of the first.
fn changed(before: &[(&str, &str)], now: &[(&str, &str)]) -> (Vec<String>, usize, usize) {
    let baseline = Baseline::of(&report(&texts(before)));
    assert!(!baseline.entries().is_empty());
    // What is written is what is read.
    assert_eq!(Baseline::parse(&baseline.text()).as_ref(), Ok(&baseline));
    after(&baseline, &texts(now))
}

const NONE: [&str; 0] = [];

const JOB: &str = "class ExportJob\n  def perform\n    commit = ENV[\"HEROKU_SLUG_COMMIT\"]\n  end\n\n  \
                   def retry\n    kind = ENV[\"DYNO\"].split(\".\").first\n  end\nend\n";

#[test]
fn moved_and_indented_code_is_known() {
    let rows = [
        ("lines above", format!("# frozen\n\nrequire \"x\"\n{JOB}")),
        ("other indentation", JOB.replace("  ", "\t")),
        ("other blanks", JOB.replace("ENV[\"DYNO\"].split(\".\")", "ENV[ \"DYNO\" ].split( \".\" )")),
        ("line ends", JOB.replace('\n', "\r\n")),
        ("another definition", JOB.replace("perform", "call")),
        ("another class", JOB.replace("ExportJob", "CsvJob")),
        ("a module around it", format!("module Jobs\n{JOB}end\n")),
    ];
    for (what, now) in rows {
        assert_eq!(changed(&[("a.rb", JOB)], &[("a.rb", &now)]), (vec![], 2, 0), "{what}");
    }
}

#[test]
fn renamed_files_are_known() {
    assert_eq!(changed(&[("app/a.rb", JOB)], &[("lib/b.rb", JOB)]), (vec![], 2, 0));
    let renamed = JOB.replace("ExportJob", "CsvJob");
    assert_eq!(changed(&[("app/export_job.rb", JOB)], &[("app/csv_job.rb", &renamed)]), (vec![], 2, 0));
    // As long as the file is there, the other one is a copy.
    let copy = changed(&[("a.rb", JOB)], &[("a.rb", JOB), ("b.rb", JOB)]);
    assert_eq!((copy.0.len(), copy.1, copy.2), (2, 2, 0));
}

#[test]
fn other_code_is_new() {
    let (new, known, gone) =
        changed(&[("a.rb", JOB)], &[("a.rb", &JOB.replace("split(\".\")", "split(\"-\")"))]);
    // The read is the same; only what is done with it is another.
    assert_eq!((new, known, gone), (vec![], 2, 0));
    let (new, known, gone) =
        changed(&[("a.rb", JOB)], &[("a.rb", &JOB.replace("ENV[\"DYNO\"]", "ENV.fetch(\"DYNO\")"))]);
    assert_eq!(new.len(), 1, "{new:?}");
    assert_eq!((known, gone), (1, 1));
    let more = JOB.replace("HEROKU_SLUG_COMMIT", "HEROKU_APP_NAME");
    assert_eq!(changed(&[("a.rb", JOB)], &[("a.rb", &more)]).0, ["a.rb:3:14 heroku-metadata-env"]);
}

/// Two reads of one cause are one finding, and each is known for itself.
const READS: &str =
    "def a\n  x = ENV[\"DYNO\"]\nend\n\ndef b\n  y = ENV[\"DYNO\"]\nend\n\ndef c\n  z = ENV[\"DYNO\"]\nend\n";

#[test]
fn one_of_several_places_put_right_is_nothing_new() {
    let all = report(&texts(&[("a.rb", READS)]));
    assert_eq!((all.findings.len(), all.findings[0].joined.len()), (1, 2));
    for line in ["x = ENV[\"DYNO\"]", "y = ENV[\"DYNO\"]", "z = ENV[\"DYNO\"]"] {
        let now = READS.replace(line, "nil");
        assert_eq!(changed(&[("a.rb", READS)], &[("a.rb", &now)]), (vec![], 1, 1), "{line}");
    }
}

#[test]
fn one_more_place_is_new_and_shown_where_it_is() {
    for (name, line) in [("x", 2), ("y", 6), ("z", 10)] {
        let before = READS.replace(&format!("{name} = ENV[\"DYNO\"]"), "1");
        let (new, known, gone) = changed(&[("a.rb", &before)], &[("a.rb", READS)]);
        assert_eq!(new.len(), 1);
        assert!(new[0].starts_with(&format!("a.rb:{line}:")), "{name}: {new:?}");
        assert_eq!((known, gone), (0, 0), "the finding is new, and nothing is gone");
    }
    let baseline = Baseline::of(&report(&texts(&[("a.rb", &READS.replace("y = ENV[\"DYNO\"]", "1"))])));
    let files = texts(&[("a.rb", READS)]);
    let mut report = report(&files);
    let matched = compare(&baseline, &files, &report);
    Filter::new(&report, Some(&matched), None, Severity::Note).apply(&mut report);
    let finding = &report.findings[0];
    assert!(finding.notes.iter().any(|note| note == "the baseline has 2 of its 3 places"), "{finding:?}");
    assert_eq!(finding.related.iter().filter(|related| related.message.contains("read here too")).count(), 2);
}

#[test]
fn equals_are_counted() {
    let twice = "def a\n  x = ENV[\"HEROKU_APP_ID\"]\n  y = ENV[\"HEROKU_APP_ID\"]\nend\n";
    let one = twice.replacen("  x = ENV[\"HEROKU_APP_ID\"]\n", "", 1);
    assert_eq!(changed(&[("a.rb", twice)], &[("a.rb", &one)]), (vec![], 1, 1));
    let (new, known, gone) = changed(&[("a.rb", &one)], &[("a.rb", twice)]);
    assert_eq!((new.len(), known, gone), (1, 0, 0));
}

/// What a run leaves out keeps its entry, and the identity of what it shows.
#[test]
fn what_was_not_asked_is_not_gone() {
    let files = texts(&[("app/a.rb", JOB), ("test/a_test.rb", JOB), ("lib/b.rb", JOB)]);
    let all = Settings { all_roles: true, ..Settings::default() };
    let baseline = Baseline::of(&report_of(&files, &all));
    assert_eq!(baseline.entries().len(), 6);
    let rule = "heroku-metadata-env";
    let runs = [
        Settings::default(),
        Settings { only: vec![rule], ..Settings::default() },
        Settings { skip: vec![rule], ..Settings::default() },
        Settings { min_severity: Severity::Error, ..Settings::default() },
    ];
    for settings in runs {
        let report = report_of(&files, &settings);
        let matched = compare(&baseline, &files, &report);
        assert_eq!(matched.gone(), 0, "{settings:?}");
        assert_eq!(baseline.renewed(&report, &matched, true), baseline, "{settings:?}");
        assert_eq!(baseline.renewed(&report, &matched, false), baseline, "{settings:?}");
    }
    // Neither is what another path may hold, nor what does not parse.
    let mut scoped = report(&texts(&[("app/a.rb", "")]));
    scoped.scope = vec!["app".to_string()];
    let matched = compare(&baseline, &files, &scoped);
    assert_eq!(matched.gone(), 2);
    scoped.summary.broken = vec![("app/a.rb".to_string(), 1)];
    assert_eq!(compare(&baseline, &files, &scoped).gone(), 0);
    scoped.summary.broken.clear();
    scoped.summary.unreadable = vec![("app".to_string(), "no".to_string())];
    assert_eq!(compare(&baseline, &files, &scoped).gone(), 0);
}

#[test]
fn a_renewed_baseline_has_what_moved_where_it_is() {
    let baseline = Baseline::of(&report(&texts(&[("a.rb", JOB), ("b.rb", READS)])));
    let files =
        texts(&[("c.rb", &JOB.replace("ExportJob", "CsvJob")), ("b.rb", &READS.replace("def b", "def d"))]);
    let report = report(&files);
    let matched = compare(&baseline, &files, &report);
    let renewed = baseline.renewed(&report, &matched, false);
    assert_eq!(renewed, Baseline::of(&report));
    assert!(renewed.entries().iter().all(|entry| entry.path != "a.rb"));
}

#[test]
fn a_renamed_rule_has_its_entries() {
    let meta: &'static Meta = Box::leak(Box::new(Meta { aliases: &["metadata"], ..clone(rules::all()[0]) }));
    let files = texts(&[("a.rb", JOB)]);
    let mut report = report(&files);
    let kin = |rule: &str| Kin::new(rule, "a.rb", "ExportJob#perform", "ENV[\"HEROKU_SLUG_COMMIT\"]");
    let finding = report.findings.iter_mut().find(|finding| finding.span.start < 60).expect("the commit");
    assert_eq!(finding.fingerprint, kin(finding.rule.id).fingerprint(0));
    (finding.rule, finding.fingerprint) = (meta, kin(meta.id).fingerprint(0));
    let entry = Entry {
        path: "a.rb".to_string(),
        rule: "metadata".to_string(),
        scope: "ExportJob#perform".to_string(),
        code: String::new(),
        id: kin("metadata").fingerprint(0),
    };
    let baseline = Baseline::new(vec![entry]);
    let matched = baseline.compare(&report, &Around { exists: &|_| true, rules: &[meta] });
    assert!(matches!(matched.states[..], [State::Found(_)]));
    let matched = baseline.compare(&report, &Around { exists: &|_| true, rules: &[] });
    assert_eq!(matched.states, [State::UnknownRule]);
    assert_eq!(baseline.unknown_rules(&[]).as_deref(), Some("`metadata`"));
    assert_eq!(baseline.unknown_rules(&[meta]), None);
    assert_eq!(baseline.renewed(&report, &matched, false), baseline);
}

fn clone(meta: &Meta) -> Meta {
    Meta { ..*meta }
}

#[test]
fn the_file_is_one_line_an_entry() {
    let files = texts(&[("b.rb", JOB), ("a \"b\"\u{202e}.rb", JOB)]);
    let text = Baseline::of(&report(&files)).text();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!((lines.len(), lines[0], lines[5]), (6, HEAD, "]}"));
    assert!(lines[1].starts_with("{\"path\": \"a \\\"b\\\"\\u202e.rb\", \"rule\": \""), "{}", lines[1]);
    assert!(lines[1..4].iter().all(|line| line.ends_with("},")) && lines[4].ends_with('}'), "{text}");
    assert!(is_baseline(&text));
    assert_eq!(Baseline::default().text(), "{\"version\": 1, \"findings\": [\n]}\n");
    assert_eq!(Baseline::parse(&Baseline::default().text()), Ok(Baseline::default()));
}

#[test]
fn secrets_are_not_written() {
    let secret = "rediss://:p4c0ffee5ecre7c0de99@ec2-1-2-3-4.compute-1.amazonaws.com:6379";
    let files = texts(&[("a.rb", &format!("REDIS = Redis.new(url: \"{secret}\")\nx = ENV[\"DYNO\"]\n"))]);
    let text = Baseline::of(&report(&files)).text();
    assert!(!text.contains("c0ffee"), "{text}");
}

#[test]
fn long_code_keeps_both_ends() {
    let code = format!("begin\n  {} end", "x ".repeat(200));
    let short = shortened(&code);
    assert!(short.starts_with("begin x x") && short.ends_with("x end") && short.contains(" … "), "{short}");
    assert!(short.chars().count() <= LONGEST, "{short}");
    assert_eq!(shortened("a\n   b"), "a b");
}

/// Two entries, as lines of the file.
fn two() -> (String, String) {
    let text = Baseline::of(&report(&texts(&[("a.rb", JOB)]))).text();
    let lines: Vec<String> = text.lines().map(|line| line.trim_end_matches(',').to_string()).collect();
    (lines[1].clone(), lines[2].clone())
}

#[test]
fn any_order_and_missing_commas_are_read() {
    let (one, other) = two();
    let usual = Baseline::parse(&format!("{HEAD}\n{one},\n{other}\n]}}\n")).expect("is one");
    assert_eq!(usual.entries().len(), 2);
    for text in [
        format!("{HEAD}\n{other},\n{one}\n]}}"),
        format!("{HEAD}\n{other}\n{one},\n]}}\n"),
        format!("{HEAD}\r\n{one},\r\n{other}\r\n{one}\r\n]}}\r\n"),
        format!("\u{feff}{{ \"findings\": [{one},{other}], \"version\": 1, \"later\": {{}} }}"),
    ] {
        assert_eq!(Baseline::parse(&text), Ok(usual.clone()), "{text}");
    }
}

#[test]
fn mistakes_have_a_place_and_advice() {
    let (one, _) = two();
    let rows: [(&str, (usize, usize), &str, &str); 11] = [
        ("", (1, 1), "not a baseline: there is no object", "baseline write"),
        ("[]", (1, 1), "not a baseline: there is no object", "baseline write"),
        (
            "{\"version\": 1, \"findings\": [\n{\"path\" 1}\n]}",
            (2, 9),
            "not JSON: expected colon",
            "baseline write",
        ),
        ("{\"version\": 1, \"findings\": [\n", (1, 28), "not JSON: unterminated array", "baseline write"),
        ("{\"findings\": []}", (1, 1), "`version` is missing", "baseline write"),
        (
            "{\"version\": 2, \"findings\": []}",
            (1, 13),
            "version 2 is of a later dynolint",
            "update dynolint",
        ),
        ("{\"version\": 1}", (1, 1), "`findings` is missing", "baseline write"),
        ("{\"version\": 1, \"findings\": [\n1]}", (2, 1), "an entry is an object", "baseline write"),
        (
            "{\"version\": 1, \"findings\": [\n{\"path\": \"a\"}]}",
            (2, 1),
            "an entry without `rule`",
            "baseline write",
        ),
        (
            "{\"version\": 1, \"findings\": [\n{\"path\": 1}]}",
            (2, 10),
            "`path` of an entry is not a text",
            "write",
        ),
        (
            "{\"version\": 1, \"findings\": [\n<<<<<<< HEAD\n=======\n>>>>>>> b\n]}",
            (2, 1),
            "a merge left a conflict here",
            "baseline prune",
        ),
    ];
    for (text, place, message, advice) in rows {
        let error = Baseline::parse(text).expect_err(text);
        assert_eq!(error.place, place, "{text}: {error:?}");
        assert!(error.message.contains(message), "{text}: {error:?}");
        assert!(error.advice.contains(advice), "{text}: {error:?}");
    }
    // Inside of a text it is none.
    assert!(Baseline::parse(&format!("{HEAD}\n{}\n]}}", one.replace("ENV", "<<<<<<< ENV"))).is_ok());
}

#[test]
fn both_sides_of_a_merge_are_taken() {
    let (one, other) = two();
    let both = Baseline::parse(&format!("{HEAD}\n{one}\n{other}\n]}}")).expect("is one");
    let merge = format!("{HEAD}\n<<<<<<< HEAD\n{one}\n=======\n{other}\n>>>>>>> feature\n]}}\n");
    assert_eq!(Baseline::parse_merged(&merge), Ok(both));
    let base = merge.replace("=======", &format!("||||||| 1234567\n{other}\n======="));
    let ours = base.replacen(&format!("{other}\n>>>>>>>"), ">>>>>>>", 1);
    let only = Baseline::parse(&format!("{HEAD}\n{one}\n]}}")).expect("is one");
    assert_eq!(Baseline::parse_merged(&ours), Ok(only));
    let broken = Baseline::parse_merged("{\n<<<<<<< HEAD\n=======\n>>>>>>> b\nx").expect_err("is none");
    assert_eq!(broken.place.0, 5);
}

/// Reports and baselines quote code of all kinds; neither is code.
#[test]
fn a_baseline_has_no_findings() {
    let baseline = Baseline::of(&report(&texts(&[("a.rb", JOB)]))).text();
    let files = texts(&[("config/known.json", &baseline), (FILE, &baseline)]);
    assert!(report(&files).findings.is_empty());
}

/// Pieces of Ruby, each with a finding or several in a definition of its own.
fn piece() -> impl Strategy<Value = String> {
    let body = prop::sample::select(vec![
        "x = ENV[\"HEROKU_SLUG_COMMIT\"]",
        "kind = ENV[\"DYNO\"].split(\".\").first",
        "File.write(\"tmp/x.csv\", data)",
        "if ENV[\"DYNO\"]\n    run\n  end",
        "y = ENV.fetch(\"HEROKU_APP_NAME\")",
        "system(\"heroku run rake -a shop\")",
        "z = ENV[\"HEROKU_SLUG_COMMIT\"]\n  w = ENV[\"HEROKU_SLUG_COMMIT\"]",
    ]);
    ("[a-e]", body).prop_map(|(name, body)| format!("def {name}\n  {body}\nend\n"))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn what_means_the_same_is_known(
        mut pieces in prop::collection::vec(piece(), 1..7),
        lines in 0..4usize,
        tabs in any::<bool>(),
        turn in any::<prop::sample::Index>(),
        rename in any::<bool>(),
    ) {
        let before = texts(&[("app/a.rb", &pieces.concat()), ("app/b.rb", JOB)]);
        let baseline = Baseline::of(&report(&before));
        let turn = turn.index(pieces.len());
        pieces.rotate_left(turn);
        let mut now = format!("{}{}", "# a line\n\n".repeat(lines), pieces.join("\n"));
        if tabs {
            now = now.replace("  ", "\t");
        }
        let path = if rename { "lib/c.rb" } else { "app/a.rb" };
        let (new, _, gone) = after(&baseline, &texts(&[(path, &now), ("app/b.rb", JOB)]));
        prop_assert_eq!(new, NONE);
        prop_assert_eq!(gone, 0);
    }

    #[test]
    fn what_is_put_right_is_gone_and_nothing_is_new(
        pieces in prop::collection::vec(piece(), 1..7),
        which in any::<prop::sample::Index>(),
    ) {
        let baseline = Baseline::of(&report(&texts(&[("a.rb", &pieces.concat())])));
        let which = which.index(pieces.len());
        let left: Vec<&str> =
            pieces.iter().enumerate().filter(|(at, _)| *at != which).map(|(_, piece)| piece.as_str()).collect();
        let files = texts(&[("a.rb", &left.concat())]);
        let (new, _, gone) = after(&baseline, &files);
        prop_assert_eq!(new, NONE);
        prop_assert_eq!(baseline.entries().len() - gone, Baseline::of(&report(&files)).entries().len());
    }

    #[test]
    fn what_comes_is_new(pieces in prop::collection::vec(piece(), 1..6), more in piece()) {
        let baseline = Baseline::of(&report(&texts(&[("a.rb", &pieces.concat())])));
        let files = texts(&[("a.rb", &format!("{more}{}", pieces.concat()))]);
        let grown = Baseline::of(&report(&files)).entries().len() > baseline.entries().len();
        let (new, _, gone) = after(&baseline, &files);
        prop_assert_eq!(!new.is_empty(), grown);
        prop_assert_eq!(gone, 0);
    }

    #[test]
    fn no_text_is_trouble(text in "[\\[\\]{}<>|=:,\"\\\\a-z1 \n\u{e9}-\u{ff}]{0,80}", at in 0..60usize) {
        let _ = Baseline::parse(&text);
        let _ = Baseline::parse_merged(&text);
        let whole = Baseline::new(vec![Entry {
            path: "p".into(), rule: "r".into(), scope: text.clone(), code: text.clone(), id: "i".into(),
        }]).text();
        prop_assert!(Baseline::parse(&whole).is_ok());
        if let Some(cut) = whole.get(..at.min(whole.len())) {
            prop_assert!(Baseline::parse(cut).is_err());
        }
    }
}
