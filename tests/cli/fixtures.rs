//! The example projects: what they couple to is found, and nothing once they have moved.

use std::collections::BTreeSet;

use super::support::{concise, fixture, run};

/// The rules of the family, as the program lists them.
fn identity() -> BTreeSet<String> {
    let rules = run(fixture("rails"), &["rules", "--output-format", "json"]).ends(0).json();
    let rules = rules["rules"].as_array().expect("a list").clone();
    let family = rules.iter().filter(|rule| rule["family"] == "identity");
    family.map(|rule| rule["id"].as_str().expect("a name").to_string()).collect()
}

#[test]
fn every_rule_of_identity_occurs() {
    let all = identity();
    assert_eq!(all.len(), 9, "{all:?}");
    let mut together = BTreeSet::new();
    for (name, least) in [("rails", 40), ("django", 25), ("express", 30)] {
        let outcome = concise(fixture(name), &[]).ends(1);
        assert!(outcome.places().len() >= least, "{name}: {:#?}", outcome.places());
        together.extend(outcome.rules());
        assert!(outcome.err.contains("signs of Heroku: app.json"), "{}", outcome.err);
    }
    assert!(all.is_subset(&together), "{together:?}");
}

/// What goes wrong after a move, and the places in each application that tell it beforehand.
#[test]
fn the_stories_of_a_migration_are_told() {
    let stories: [(&str, [(&str, &str); 3]); 7] = [
        (
            "a worker binds a port",
            [
                ("rails", "bin/web-start:4:7 dyno-process-type"),
                ("django", "gunicorn.conf.py:9:27 dyno-process-type"),
                ("express", "src/worker.js:13:6 dyno-process-type"),
            ],
        ),
        (
            "TLS to Redis and Postgres",
            [
                ("rails", "config/initializers/sidekiq.rb:3:17 redis-ssl-no-verify"),
                ("django", "fieldnotes/celery.py:16:32 redis-ssl-no-verify"),
                ("express", "src/db/replica.js:9:12 db-ssl-no-verify"),
            ],
        ),
        (
            "a report hours late",
            [
                ("rails", "clock.rb:8:41 cron-implicit-timezone"),
                ("rails", "lib/tasks/scheduler.rake:3:40 scheduled-local-time-logic"),
                ("express", "src/jobs/index.js:15:17 cron-implicit-timezone"),
            ],
        ),
        (
            "jobs that nobody starts any more",
            [
                ("rails", "app.json:32:5 heroku-scheduler-evidence"),
                ("django", "app.json:20:15 heroku-scheduler-evidence"),
                ("django", "Procfile:3:1 clock-process-singleton"),
            ],
        ),
        (
            "another Ruby, Python, Node.js",
            [
                ("rails", ".ruby-version:1:1 runtime-pin-conflict"),
                ("django", "Dockerfile:1:6 runtime-pin-conflict"),
                ("express", "package.json:7:14 runtime-loose-pin"),
            ],
        ),
        (
            "uploads vanish",
            [
                ("rails", "app/uploaders/photo_uploader.rb:2:3 fs-upload-local"),
                ("django", "fieldnotes/settings/base.py:88:1 fs-upload-local"),
                ("express", "src/routes/shops.js:6:25 fs-upload-local"),
            ],
        ),
        (
            "a restore fails on an extension, a role",
            [
                ("rails", "db/structure.sql:16:63 pg-heroku-ext-schema"),
                ("rails", "bin/restore-staging:6:1 pg-restore-owner-acl"),
                ("express", "migrations/20240301120000_parcels.js:2:74 pg-heroku-ext-schema"),
            ],
        ),
    ];
    for (story, couplings) in stories {
        for (name, coupling) in couplings {
            let places = concise(fixture(name), &[]).ends(1).places();
            assert!(places.iter().any(|place| place == coupling), "{story}, {name}: {coupling}\n{places:#?}");
        }
    }
}

#[test]
fn the_couplings_are_found_where_they_are() {
    let cases: [(&str, &[&str]); 3] = [
        (
            "rails",
            &[
                "config/environments/production.rb:9:22 dyno-platform-check",
                "lib/larder/leader.rb:5:7 dyno-ordinal",
                "config/puma.rb:11:6 dyno-process-type",
                "config/cable.yml:11:23 heroku-app-name-namespace",
                "app/views/layouts/application.html.erb:7:11 heroku-custom-flag",
                "bin/ci-report:5:10 heroku-ci-env",
                "config/initializers/assets.rb:2:43 source-version-build",
                "db/seeds.rb:1:41 heroku-review-app-env",
                "config/initializers/sentry.rb:4:20 heroku-metadata-env",
            ],
        ),
        (
            "django",
            &[
                "fieldnotes/settings/production.py:8:4 dyno-platform-check",
                "core/locks.py:7:12 dyno-ordinal",
                "core/locks.py:11:12 dyno-process-type",
                "fieldnotes/settings/base.py:12:19 heroku-app-name-namespace",
                "fieldnotes/settings/production.py:13:23 heroku-custom-flag",
                "scripts/report_coverage.py:8:7 heroku-ci-env",
                "Dockerfile:3:5 source-version-build",
                "fieldnotes/settings/base.py:11:19 heroku-review-app-env",
                "fieldnotes/settings/production.py:25:17 heroku-metadata-env",
            ],
        ),
        (
            "express",
            &[
                "src/config/index.js:6:21 dyno-platform-check",
                "src/jobs/index.js:8:11 dyno-ordinal",
                "src/worker.js:13:6 dyno-process-type",
                "src/queue.js:7:11 heroku-app-name-namespace",
                "src/db/connection.js:11:8 heroku-custom-flag",
                "scripts/report-tests.mjs:3:9 heroku-ci-env",
                "client/vite.config.ts:7:32 source-version-build",
                "src/config/index.js:7:16 heroku-review-app-env",
                "src/sentry.js:8:12 heroku-metadata-env",
            ],
        ),
    ];
    for (name, couplings) in cases {
        let places = concise(fixture(name), &[]).ends(1).places();
        for coupling in couplings {
            assert!(places.iter().any(|place| place == coupling), "{name}: {coupling}\n{places:#?}");
        }
    }
}

#[test]
fn the_columns_are_those_of_the_expression() {
    for name in ["rails", "django", "express"] {
        let report = run(fixture(name), &["--output-format", "json"]).ends(1).json();
        for finding in report["findings"].as_array().expect("a list") {
            let path = fixture(name).join(finding["path"].as_str().expect("a path"));
            let text = std::fs::read_to_string(path).expect("readable");
            let number = |part: &str, name: &str| {
                usize::try_from(finding[part][name].as_u64().expect("a number")).expect("small")
            };
            let (start, end) = (number("start", "offset"), number("end", "offset"));
            if let Some(variable) = finding["variable"].as_str() {
                assert!(text[start..end].contains(variable), "{}: {finding:#}", &text[start..end]);
            }
            for (part, offset) in [("start", start), ("end", end)] {
                let before = &text[..offset];
                let line = before.matches('\n').count() + 1;
                let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
                assert_eq!((number(part, "line"), number(part, "column")), (line, column), "{finding:#}");
            }
        }
    }
}

#[test]
fn what_has_moved_is_clean() {
    for name in ["moved/rails", "moved/django", "moved/express"] {
        let outcome = run(fixture(name), &["--fail-on", "note"]).ends(0);
        assert_eq!(outcome.out, "", "{name}");
        assert!(outcome.err.contains("looked at "), "{}", outcome.err);
        assert!(!outcome.err.contains("looked at 0 files"), "{}", outcome.err);
    }
}

#[test]
fn broken_files_are_read_as_far_as_they_go() {
    let outcome = concise(fixture("broken"), &["-v"]).ends(1);
    let paths = outcome.paths();
    for path in ["half.rb", "half.py", "half.js", "half.ts", "half.erb", "conflict.rb", "heredoc.sh"] {
        assert!(paths.contains(path), "{path}: {paths:?}");
    }
    assert!(outcome.err.contains("not parsed whole: "), "{}", outcome.err);
    run(fixture("broken"), &["--all-roles", "--pedantic", "--target", "render", "--no-ignore"]).ends(1);
    // Each file alone, too.
    for entry in std::fs::read_dir(fixture("broken")).expect("readable") {
        let name = entry.expect("an entry").file_name();
        let outcome = run(fixture("broken"), &["facts", name.to_str().expect("UTF-8")]);
        assert!(matches!(outcome.code, 0 | 2), "{name:?}: {}", outcome.err);
    }
}

#[test]
fn a_page_leads_from_a_finding_to_its_remedy() {
    let page = run(fixture("rails"), &["explain", "dyno-platform-check"]).ends(0);
    assert_eq!(page.err, "");
    assert!(page.out.contains("dyno-platform-check") && page.out.contains("DYNO"), "{}", page.out);
    // Code is as wide as it is; text is not.
    let mut text = page.out.lines().filter(|line| !line.starts_with("      "));
    assert!(text.all(|line| line.chars().count() <= 100), "{}", page.out);
    assert!(page.out.lines().count() > 20, "{}", page.out);
}
