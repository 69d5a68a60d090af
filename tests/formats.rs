//! Every format, over one report that has all that is hard to show.

#[path = "formats/report.rs"]
mod report;

use dynolint::explain::{self, Look};
use dynolint::finding::{Applicability, Edit, Finding, Fix, Provided, Report, SourceText};
use dynolint::output::summary::{self, Detail};
use dynolint::output::{self, Format, View};
use dynolint::rule::{Severity, Target};
use dynolint::settings::Settings;
use dynolint::{listing, secrets};
use serde_json::Value;

fn text(format: Format, report: &Report, view: &View) -> String {
    let mut out = Vec::new();
    output::write(format, report, view, &mut out).expect("a vector takes everything");
    String::from_utf8(out).expect("every format is UTF-8")
}

fn plain(format: Format) -> String {
    text(format, &report::report(), &View { width: 80, targets: vec![Target::Render], ..View::default() })
}

fn snapshot(name: &str, text: &str) {
    insta::with_settings!({
        snapshot_path => "formats",
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, {
        insta::assert_snapshot!(name, text.replace(env!("CARGO_PKG_VERSION"), "[version]"));
    });
}

fn summary_text(report: &Report, detail: Detail) -> String {
    let mut out = Vec::new();
    summary::write(report, detail, &mut out).expect("a vector takes everything");
    String::from_utf8(out).expect("UTF-8")
}

/// Many findings of each severity, the worst of them last.
fn crowd(count: usize) -> Report {
    let mut report = Report::default();
    for number in 0..count {
        for (rule, severity) in [
            (&report::RELEASE_PHASE, Severity::Note),
            (&report::PLATFORM_CHECK, Severity::Warning),
            (&report::PROCESS_TYPE, Severity::Error),
        ] {
            let mut finding =
                report::finding(rule, &format!("app/{number:05}.rb"), dynolint::span::Span::new(0, 1));
            finding.severity = severity;
            report.findings.push(finding);
        }
    }
    report
}

#[test]
fn full() {
    snapshot("full", &plain(Format::Full));
}

#[test]
fn full_with_colours_and_links() {
    let view = View { color: true, hyperlinks: true, width: 120, ..View::default() };
    let text = text(Format::Full, &report::report(), &view);
    // An escape is unreadable in a review, and some tools eat it.
    snapshot("full-colour", &text.replace('\x1b', "␛"));
}

#[test]
fn concise() {
    snapshot("concise", &plain(Format::Concise));
}

#[test]
fn json() {
    snapshot("json", &plain(Format::Json));
}

#[test]
fn json_lines() {
    snapshot("json-lines", &plain(Format::JsonLines));
}

#[test]
fn github() {
    snapshot("github", &plain(Format::Github));
}

#[test]
fn sarif() {
    snapshot("sarif", &plain(Format::Sarif));
}

#[test]
fn markdown() {
    snapshot("markdown", &plain(Format::Markdown));
}

#[test]
fn gitlab() {
    snapshot("gitlab", &plain(Format::Gitlab));
}

#[test]
fn junit() {
    snapshot("junit", &plain(Format::Junit));
}

#[test]
fn rdjson() {
    snapshot("rdjson", &plain(Format::Rdjson));
}

#[test]
fn statistics() {
    let view = View { statistics: true, ..View::default() };
    snapshot("statistics", &text(Format::Full, &report::report(), &view));
    let json: Value = serde_json::from_str(&text(Format::Json, &report::report(), &view)).expect("JSON");
    assert_eq!(json["statistics"]["rules"][0]["rule"], "dyno-platform-check");
    assert_eq!(json["findings"].as_array().map(Vec::len), Some(6));
    let json: Value = serde_json::from_str(&plain(Format::Json)).expect("JSON");
    assert!(json.get("statistics").is_none());
}

#[test]
fn summaries() {
    let report = report::report();
    let nothing = Report { summary: report::summary(), ..Report::default() };
    let mut clean = Report::default();
    clean.summary.files = 12;
    let text = [
        summary_text(&report, Detail::default()),
        summary_text(&report, Detail { verbose: true, all_roles: true, ..Detail::default() }),
        summary_text(&nothing, Detail { color: true, ..Detail::default() }).replace('\x1b', "␛"),
        summary_text(&clean, Detail::default()),
    ];
    snapshot("summary", &text.join("\n"));
}

#[test]
fn a_page_on_the_terminal() {
    let look = Look { color: false, width: 72, hyperlinks: false };
    let plain = explain::terminal(&report::PLATFORM_CHECK, look);
    let wide = |line: &&str| line.chars().count() > 72 && !line.starts_with("https://");
    assert_eq!(plain.lines().find(wide), None);
    let look = Look { color: true, width: 72, hyperlinks: true };
    let coloured = explain::terminal(&report::PLATFORM_CHECK, look).replace('\x1b', "␛");
    snapshot("explain", &format!("{plain}\n{coloured}"));
}

#[test]
fn the_list_of_rules_fits_on_a_terminal() {
    let rules = [&report::PLATFORM_CHECK, &report::PROCESS_TYPE, &report::RELEASE_PHASE];
    let table = listing::rules(&rules, false);
    assert!(table.lines().all(|line| line.chars().count() <= 80), "{table}");
    snapshot("rules", &table);
    let json = listing::rules_json(&rules);
    assert_eq!(json["rules"][0]["id"], "dyno-platform-check");
    assert!(json["rules"][0].get("page").is_none());
}

#[test]
fn two_runs_are_the_same_bytes() {
    for format in Format::ALL {
        assert_eq!(plain(format), plain(format));
    }
}

#[test]
fn no_format_shows_a_secret_or_steers_anything() {
    for format in Format::ALL {
        let text = plain(format);
        assert!(!text.contains("hunter2pass"), "{text}");
        assert!(!text.contains("4eC39HqLyjWDarjtT1zdp7dc"), "{text}");
        assert!(
            !text.chars().any(|character| character != '\n' && dynolint::escape::is_hidden(character)),
            "{format:?}: {text:?}"
        );
        let steered = text.lines().filter(|line| line.contains("::error::b")).count();
        let commands = text.lines().filter(|line| line.trim_start().starts_with("::error::")).count();
        assert!(commands == 0, "{format:?} {steered}: {text}");
    }
}

#[test]
fn empty_reports_are_whole() {
    let empty = Report::default();
    let view = View::default();
    for format in [Format::Full, Format::Concise, Format::Github] {
        assert_eq!(text(format, &empty, &view), "");
    }
    assert!(text(Format::Markdown, &empty, &view).starts_with("## dynolint: no findings\n"));
    assert_eq!(text(Format::JsonLines, &empty, &view).lines().count(), 1);
    assert_eq!(text(Format::Gitlab, &empty, &view), "[]\n");
    let rdjson: Value = serde_json::from_str(&text(Format::Rdjson, &empty, &view)).expect("JSON");
    assert_eq!(rdjson["diagnostics"], serde_json::json!([]));
    let junit = text(Format::Junit, &empty, &view);
    assert!(junit.contains(r#"<testsuites name="dynolint" tests="1" failures="0" errors="0">"#), "{junit}");
    assert!(junit.contains(r#"<testcase classname="dynolint" name="every file could be read"/>"#), "{junit}");
}

/// The report of a project that is a folder of its checkout.
fn nested() -> Report {
    Report { within: "apps/größe 1".into(), ..report::report() }
}

#[test]
fn forges_get_paths_from_the_root_of_the_checkout() {
    let view = View::default();
    let path = "config/environments/production.rb";
    let whole = format!("apps/größe 1/{path}");
    for format in Format::ALL {
        let (alone, nested) = (text(format, &report::report(), &view), text(format, &nested(), &view));
        let seen = |text: &str, path: &str| {
            text.contains(path)
                || text.contains(&path.replace('ö', "%C3%B6").replace("ß", "%C3%9F").replace(' ', "%20"))
        };
        assert!(seen(&alone, path) && !seen(&alone, &whole), "{format:?}: {alone}");
        assert_eq!(seen(&nested, &whole), format.is_for_forges(), "{format:?}: {nested}");
        if !format.is_for_forges() {
            assert_eq!(alone, nested, "{format:?}");
            continue;
        }
        // No path is left as it was: each is in one of the reports what it is in the other, but for the folder.
        let folder = match format {
            Format::Sarif => "apps/gr%C3%B6%C3%9Fe%201/",
            _ => "apps/größe 1/",
        };
        let without = nested.replace(folder, "").replace("apps/größe 1:", "").replace("apps/größe 1/", "");
        let without = without.replace("<code>apps&#47;", "<code>");
        assert_eq!(alone.len(), without.len(), "{format:?}: {without}");
    }
}

#[test]
fn places_are_shown_alike_from_every_root() {
    // The texts of the files must be found under their longer paths, too.
    let log: Value = serde_json::from_str(&text(Format::Sarif, &nested(), &View::default())).expect("JSON");
    let region = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"];
    assert_eq!((region["startLine"].as_u64(), region["startColumn"].as_u64()), (Some(4), Some(7)));
}

#[test]
fn texts_stop_where_asked() {
    let view = View { max_findings: Some(2), ..View::default() };
    let concise = text(Format::Concise, &report::report(), &view);
    assert_eq!(concise.lines().count(), 3);
    assert!(concise.ends_with("and 4 more findings (--max-findings 2)\n"));
    let json: Value = serde_json::from_str(&text(Format::Json, &report::report(), &view)).expect("JSON");
    assert_eq!(json["findings"].as_array().map(Vec::len), Some(6));
}

#[test]
fn spans_that_do_not_fit_do_no_harm() {
    let mut report = report::report();
    for (at, finding) in report.findings.iter_mut().enumerate() {
        finding.span = dynolint::span::Span::new(at * 7 + 1, 1_000_000);
        finding.related.iter_mut().for_each(|related| related.span.end = usize::MAX);
    }
    for format in Format::ALL {
        text(format, &report, &View::default());
    }
}

#[test]
fn github_shows_the_worst_first_and_says_what_is_missing() {
    let text = text(Format::Github, &crowd(30), &View::default());
    let count = |start: &str| text.lines().filter(|line| line.starts_with(start)).count();
    assert_eq!((count("::error "), count("::warning "), count("::notice ")), (10, 10, 10));
    assert!(text.starts_with("::error file=app/00000.rb,line=1"));
    assert!(text.ends_with("::notice title=dynolint::and 61 more findings: see the log of this step\n"));
    let few = self::text(Format::Github, &crowd(10), &View::default());
    assert_eq!(few.lines().count(), 30);
}

#[test]
fn markdown_stays_below_what_github_takes() {
    let text = text(Format::Markdown, &crowd(4000), &View::default());
    assert!(text.len() < 1024 * 1024);
    assert!(text.contains("more findings: the page would be too large"));
}

fn schema(text: &str) -> jsonschema::Validator {
    let schema: Value = serde_json::from_str(text).expect("a schema is JSON");
    jsonschema::validator_for(&schema).expect("a schema is a schema")
}

fn validate(validator: &jsonschema::Validator, value: &Value) {
    let errors: Vec<String> =
        validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path)).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn sarif_follows_the_official_schema() {
    let validator = schema(include_str!("formats/sarif-schema-2.1.0.json"));
    for report in [report::report(), Report::default(), crowd(2)] {
        let log: Value = serde_json::from_str(&text(Format::Sarif, &report, &View::default())).expect("JSON");
        validate(&validator, &log);
        let run = &log["runs"][0];
        assert_eq!(run["results"].as_array().map(Vec::len), Some(report.findings.len()));
        assert_eq!(run["invocations"][0]["executionSuccessful"], report.summary.unreadable.is_empty());
    }
    // The test would be worth nothing if the schema took everything.
    assert!(!validator.is_valid(&serde_json::json!({ "version": "2.1.0", "runs": [{}] })));
}

#[test]
fn sarif_has_what_github_needs() {
    let log: Value = serde_json::from_str(&plain(Format::Sarif)).expect("JSON");
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    for result in run["results"].as_array().expect("results") {
        let rule = &rules[usize::try_from(result["ruleIndex"].as_u64().expect("a number")).expect("small")];
        assert_eq!(rule["id"], result["ruleId"]);
        let region = &result["locations"][0]["physicalLocation"]["region"];
        for key in ["startLine", "startColumn", "endLine", "endColumn"] {
            assert!(region[key].as_u64().is_some_and(|number| number >= 1), "{region}");
        }
        assert!(result["partialFingerprints"].get("primaryLocationLineHash").is_none());
    }
    assert_eq!(
        run["results"][2]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
        "app/gr%C3%B6%C3%9Fe/boot%20file.py"
    );
    assert_eq!(run["results"][2]["message"]["text"], "only Heroku sets `DYNO`.\nuse \\[a\\](1) setting");
}

#[test]
fn sarif_stays_below_the_limit_of_results() {
    let mut report = crowd(8400);
    report.findings.truncate(25_100);
    let log: Value = serde_json::from_str(&text(Format::Sarif, &report, &View::default())).expect("JSON");
    let results = log["runs"][0]["results"].as_array().expect("results");
    assert_eq!(results.len(), 25_000);
    assert_eq!(results.iter().filter(|result| result["level"] == "error").count(), 8366);
    let notifications = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"];
    assert!(
        notifications[0]["message"]["text"].as_str().is_some_and(|text| text.starts_with("100 findings"))
    );
}

#[test]
fn sarif_takes_each_tag_once() {
    static BUILD: dynolint::rule::Meta =
        dynolint::rule::Meta { family: "build", step: dynolint::rule::Step::Build, ..report::RELEASE_PHASE };
    let finding = report::finding(&BUILD, "a.rb", dynolint::span::Span::new(0, 1));
    let report = Report { findings: vec![finding], ..Report::default() };
    let log: Value = serde_json::from_str(&text(Format::Sarif, &report, &View::default())).expect("JSON");
    let tags = &log["runs"][0]["tool"]["driver"]["rules"][0]["properties"]["tags"];
    assert_eq!(*tags, serde_json::json!(["heroku", "build", "cleanup"]));
}

#[test]
fn sarif_names_differ_from_ids_in_more_than_case() {
    let name = |id: &str| {
        let meta = dynolint::rules::all().into_iter().find(|meta| meta.id == id).expect("a rule");
        let finding = report::finding(meta, "a.rb", dynolint::span::Span::new(0, 1));
        let report = Report { findings: vec![finding], ..Report::default() };
        let log: Value = serde_json::from_str(&text(Format::Sarif, &report, &View::default())).expect("JSON");
        log["runs"][0]["tool"]["driver"]["rules"][0].get("name").cloned()
    };
    assert_eq!(name("slugignore"), None);
    assert_eq!(name("port-no-default"), Some("PortNoDefault".into()));
}

#[test]
fn gitlab_understands_every_entry() {
    // As GitLab's own validator asks for it, and its documentation.
    let validator = schema(
        r#"{
            "type": "array",
            "items": {
                "type": "object",
                "required": ["description", "check_name", "fingerprint", "severity", "location"],
                "properties": {
                    "description": { "type": "string", "minLength": 1 },
                    "check_name": { "type": "string", "minLength": 1 },
                    "fingerprint": { "type": "string", "minLength": 1 },
                    "severity": { "enum": ["info", "minor", "major", "critical", "blocker"] },
                    "location": {
                        "type": "object",
                        "required": ["path", "lines"],
                        "properties": {
                            "path": { "type": "string", "pattern": "^[^/]" },
                            "lines": {
                                "type": "object",
                                "required": ["begin"],
                                "properties": {
                                    "begin": { "type": "integer", "minimum": 1 },
                                    "end": { "type": "integer", "minimum": 1 }
                                }
                            }
                        }
                    }
                }
            }
        }"#,
    );
    for report in [report::report(), nested(), Report::default(), crowd(2)] {
        let list: Value =
            serde_json::from_str(&text(Format::Gitlab, &report, &View::default())).expect("JSON");
        validate(&validator, &list);
        assert_eq!(list.as_array().map(Vec::len), Some(report.findings.len()));
    }
    assert!(!validator.is_valid(&serde_json::json!([{}])));
    let list: Value = serde_json::from_str(&text(Format::Gitlab, &nested(), &View::default())).expect("JSON");
    assert_eq!(list[0]["fingerprint"], "apps/größe 1:5f0c1b7e9a2d4c61");
}

#[test]
fn reviewdog_understands_every_diagnostic() {
    // The parts of reviewdog's format that are written, and nothing else.
    let validator = schema(
        r##"{
            "type": "object",
            "additionalProperties": false,
            "required": ["source", "diagnostics"],
            "properties": {
                "source": { "$ref": "#/$defs/named" },
                "diagnostics": { "type": "array", "items": { "$ref": "#/$defs/diagnostic" } }
            },
            "$defs": {
                "named": {
                    "type": "object",
                    "additionalProperties": false,
                    "required": ["name"],
                    "properties": { "name": { "type": "string" }, "url": { "type": "string" } }
                },
                "diagnostic": {
                    "type": "object",
                    "additionalProperties": false,
                    "required": ["message", "location", "severity", "code"],
                    "properties": {
                        "message": { "type": "string" },
                        "location": { "$ref": "#/$defs/location" },
                        "severity": { "enum": ["ERROR", "WARNING", "INFO"] },
                        "code": {
                            "type": "object",
                            "additionalProperties": false,
                            "required": ["value"],
                            "properties": { "value": { "type": "string" }, "url": { "type": "string" } }
                        },
                        "suggestions": {
                            "type": "array",
                            "items": {
                                "type": "object",
                                "additionalProperties": false,
                                "required": ["range", "text"],
                                "properties": { "range": { "$ref": "#/$defs/range" }, "text": { "type": "string" } }
                            }
                        },
                        "related_locations": {
                            "type": "array",
                            "items": {
                                "type": "object",
                                "additionalProperties": false,
                                "required": ["message", "location"],
                                "properties": {
                                    "message": { "type": "string" },
                                    "location": { "$ref": "#/$defs/location" }
                                }
                            }
                        }
                    }
                },
                "location": {
                    "type": "object",
                    "additionalProperties": false,
                    "required": ["path", "range"],
                    "properties": { "path": { "type": "string" }, "range": { "$ref": "#/$defs/range" } }
                },
                "range": {
                    "type": "object",
                    "additionalProperties": false,
                    "required": ["start"],
                    "properties": {
                        "start": { "$ref": "#/$defs/position" },
                        "end": { "$ref": "#/$defs/position" }
                    }
                },
                "position": {
                    "type": "object",
                    "additionalProperties": false,
                    "required": ["line"],
                    "properties": {
                        "line": { "type": "integer", "minimum": 1 },
                        "column": { "type": "integer", "minimum": 1 }
                    }
                }
            }
        }"##,
    );
    for report in [report::report(), nested(), Report::default(), crowd(2)] {
        let result = serde_json::from_str(&text(Format::Rdjson, &report, &View::default())).expect("JSON");
        validate(&validator, &result);
    }
    assert!(!validator.is_valid(&serde_json::json!({ "diagnostics": [{ "message": "" }] })));
}

/// One finding at `DYNO` with these fixes, for reviewdog.
fn reviewed(source: &str, fixes: Vec<Fix>) -> Value {
    let mut report = report::report();
    report.findings = vec![Finding {
        fixes,
        ..report::finding(&report::PLATFORM_CHECK, "a.rb", report::at(source, "DYNO"))
    }];
    report.sources.insert("a.rb".into(), std::sync::Arc::new(SourceText::new(source.into())));
    let result: Value = serde_json::from_str(&text(Format::Rdjson, &report, &View::default())).expect("JSON");
    result["diagnostics"][0].clone()
}

#[test]
fn reviewdog_counts_bytes() {
    let found = reviewed("x\r\n日本 = '𐐀' + ENV['DYNO']\r\n", Vec::new());
    let range =
        serde_json::json!({ "start": { "line": 2, "column": 24 }, "end": { "line": 2, "column": 28 } });
    assert_eq!(found["location"]["range"], range);
}

#[test]
fn reviewdog_suggests_what_is_whole_and_safe() {
    let source =
        "日 = ENV['DYNO']\nif 日\n  x\nend\nkey = 'sk_live_4eC39HqLyjWDarjtT1zdp7dc'\ny = ENV['PORT']\n";
    let edit = |part: &str, text: &str| Edit {
        path: "a.rb".into(),
        span: report::at(source, part),
        text: text.into(),
    };
    let elsewhere = || Edit { path: "b.rb".into(), ..edit("DYNO", "X") };
    let safe = |edits| Fix {
        title: "read `X`".into(),
        applicability: Applicability::Safe,
        edits,
        removes: Vec::new(),
        variables: vec![Provided { name: "X".into(), what: "the name of the process".into() }],
    };
    let suggestions = |fix: Fix| reviewed(source, vec![fix])["suggestions"].as_array().map_or(0, Vec::len);

    let found = reviewed(source, vec![safe(vec![edit("DYNO", "X")])]);
    let range =
        serde_json::json!({ "start": { "line": 1, "column": 12 }, "end": { "line": 1, "column": 16 } });
    assert_eq!(found["suggestions"], serde_json::json!([{ "range": range, "text": "X" }]));
    assert_eq!(
        found["message"],
        "only Heroku sets `DYNO`\nthe suggestion reads `X`: the name of the process"
    );

    let found = reviewed(source, vec![safe(vec![edit("DYNO", "X"), edit("  x", "  y")])]);
    assert_eq!(found["suggestions"][0]["text"], "X']\nif 日\n  y");
    assert_eq!(found["suggestions"][0]["range"]["end"], serde_json::json!({ "line": 3, "column": 4 }));

    assert_eq!(suggestions(Fix { applicability: Applicability::Unsafe, ..safe(vec![edit("DYNO", "X")]) }), 0);
    assert_eq!(suggestions(Fix { removes: vec!["b.rb".into()], ..safe(vec![edit("DYNO", "X")]) }), 0);
    assert_eq!(suggestions(safe(vec![edit("DYNO", "X"), elsewhere()])), 0);
    assert_eq!(suggestions(safe(vec![elsewhere()])), 0);
    assert_eq!(suggestions(safe(Vec::new())), 0);
    // What lies between was masked, and must not be written back as stars.
    assert_eq!(suggestions(safe(vec![edit("DYNO", "X"), edit("PORT", "Y")])), 0);
}

#[test]
fn tests_fail_where_the_run_fails() {
    let junit = |report: &Report, fail_on| text(Format::Junit, report, &View { fail_on, ..View::default() });
    let counts = |text: &str| (text.matches("<failure ").count(), text.matches("<skipped ").count());
    let report = crowd(3);
    assert_eq!(counts(&junit(&report, Some(Severity::Note))), (9, 0));
    assert_eq!(counts(&junit(&report, Some(Severity::Warning))), (6, 3));
    assert_eq!(counts(&junit(&report, Some(Severity::Error))), (3, 6));
    assert_eq!(counts(&junit(&report, None)), (0, 9));
    assert!(!junit(&report, None).contains("<error "));
    assert!(
        junit(&report::report(), None)
            .contains(r#"<error type="unreadable" message="cannot read tmp/secret\n.pem"#)
    );
}

#[test]
fn tests_are_counted_and_have_names_of_their_own() {
    let mut report = crowd(3);
    for finding in &mut report.findings {
        finding.path = "a.rb".into();
    }
    let text = text(Format::Junit, &report, &View::default());
    assert!(text.contains(r#"<testsuites name="dynolint" tests="10" failures="6" errors="0">"#), "{text}");
    assert!(
        text.contains(r#"<testsuite name="release-phase" tests="3" failures="0" errors="0" skipped="3">"#)
    );
    let names: Vec<&str> = text.lines().filter(|line| line.contains("<testcase ")).map(str::trim).collect();
    let apart: std::collections::BTreeSet<&str> = names.iter().copied().collect();
    assert_eq!((names.len(), apart.len()), (10, 10), "{text}");
    assert!(text.contains(r#"name="a.rb: only Heroku sets `DYNO` (3)""#), "{text}");
}

#[test]
fn json_follows_its_schema() {
    let validator = schema(include_str!("../schema/dynolint-report.schema.json"));
    let counted = View { statistics: true, targets: vec![Target::Fly], ..View::default() };
    for view in [View::default(), counted] {
        for report in [report::report(), Report::default()] {
            let json = serde_json::from_str(&text(Format::Json, &report, &view)).expect("JSON");
            validate(&validator, &json);
            for line in text(Format::JsonLines, &report, &view).lines() {
                validate(&validator, &serde_json::from_str(line).expect("JSON"));
            }
        }
    }
    assert!(!validator.is_valid(&serde_json::json!({ "version": 1 })));
    assert!(!validator.is_valid(&serde_json::json!({ "type": "finding", "rule": "x" })));
}

#[test]
fn json_counts_characters_and_bytes() {
    let json: Value = serde_json::from_str(&plain(Format::Json)).expect("JSON");
    let first = &json["findings"][0];
    assert_eq!(first["start"]["line"], 4);
    assert_eq!(first["start"]["column"], 7);
    assert_eq!(first["start"]["offset"], report::at(report::RUBY, "ENV.key?").start);
    assert_eq!(json["findings"][3]["path"], report::nasty_name());
}

#[test]
fn masked_reports_keep_their_spans() {
    let report = report::report();
    let masked = secrets::masked(&report);
    for (path, source) in &report.sources {
        let other = &masked.sources[path];
        assert_eq!(source.text.len(), other.text.len());
        assert_eq!(source.place(source.text.len()), other.place(other.text.len()));
    }
}

#[test]
fn exit_codes_mean_one_thing() {
    use clap::Parser;
    let code = |arguments: &[&str], report: &Report| {
        let cli = dynolint::cli::Cli::try_parse_from(std::iter::once(&"dynolint").chain(arguments));
        let check = cli.expect("parses").check;
        let mut settings = Settings::default();
        check.apply(&mut settings).expect("known rules");
        check.exit_code(&settings, report)
    };
    let mut report = crowd(1);
    assert_eq!(code(&[], &report), 1);
    assert_eq!(code(&["--exit-zero"], &report), 0);
    assert_eq!(code(&["--fail-on", "never"], &report), 0);
    report.findings.retain(|finding| finding.severity == Severity::Warning);
    assert_eq!(code(&["--fail-on", "error"], &report), 0);
    assert_eq!(code(&[], &report), 1);
    report.findings[0].severity = Severity::Note;
    assert_eq!(code(&[], &report), 0);
    assert_eq!(code(&["--fail-on", "note"], &report), 1);
    for format in Format::ALL {
        assert_eq!(code(&["--fail-on", "note", "--output-format", format.id()], &report), 1);
    }
    report.summary.unreadable.push(("a.rb".into(), "permission denied".into()));
    assert_eq!(code(&["--exit-zero"], &report), 2);
}

#[test]
fn rules_are_found_by_every_name() {
    use dynolint::cli::find_rule;
    let rules = [&report::PLATFORM_CHECK, &report::PROCESS_TYPE];
    assert!(
        find_rule(&rules, "dyno-process-type")
            .is_ok_and(|(rule, earlier)| rule.id == "dyno-process-type" && !earlier)
    );
    assert!(
        find_rule(&rules, "dyno-presence")
            .is_ok_and(|(rule, earlier)| rule.id == "dyno-platform-check" && earlier)
    );
    let problem = find_rule(&rules, "dyno-platfrom-check").expect_err("misspelt");
    assert_eq!(problem.advice.as_deref(), Some("did you mean `dyno-platform-check`?"));
}

#[test]
fn facts_and_files_are_listed_safely() {
    use dynolint::engine::FileInfo;
    use dynolint::fact::Facts;
    let file = FileInfo {
        path: report::nasty_name(),
        lang: Some(dynolint::lang::Lang::Ruby),
        role: None,
        skipped: Some("over 2 MiB".into()),
    };
    let listed = listing::files(&[file], false);
    assert_eq!(listed.lines().count(), 1);
    assert!(listed.ends_with("skipped: over 2 MiB\n") && !listed.contains('\x1b'), "{listed}");
    let facts = Facts { broken: vec![dynolint::span::Span::new(3, 4)], ..Facts::default() };
    assert_eq!(listing::facts("a\nbc\n", &facts, false), "2:2  broken\n");
}
