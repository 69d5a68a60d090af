//! What is joined across files: wrappers, settings constants, declarations, evidence.

use std::collections::BTreeSet;

use dynolint::check::{analyse, check_texts};
use dynolint::detect;
use dynolint::finding::{Applicability, Report};
use dynolint::platform::Purpose;
use dynolint::project::Project;
use dynolint::role;
use dynolint::rule::Severity;
use dynolint::settings::Settings;
use dynolint::vocabulary::Vocabulary;

fn texts(files: &[(&str, &str)]) -> Vec<(String, dynolint::lang::Lang, role::Role, String)> {
    files
        .iter()
        .map(|(path, text)| {
            let lang = detect::language(path, text.as_bytes()).expect("a known name");
            (path.to_string(), lang, role::role(path, lang, text), text.to_string())
        })
        .collect()
}

fn check(files: &[(&str, &str)]) -> Report {
    check_texts(texts(files), &Settings::default())
}

/// `path:line severity rule: message`, one for each finding.
fn shown(report: &Report) -> Vec<String> {
    report
        .findings
        .iter()
        .map(|f| {
            let line = report.sources[&f.path].place(f.span.start).line;
            format!("{}:{line} {} {}", f.path, f.severity, f.rule.id)
        })
        .collect()
}

#[track_caller]
fn assert_findings(files: &[(&str, &str)], expected: &[&str]) {
    let report = check(files);
    assert_eq!(
        shown(&report),
        expected,
        "{:#?}",
        report.findings.iter().map(|f| &f.message).collect::<Vec<_>>()
    );
}

#[test]
fn wrappers_are_followed_through_imports() {
    assert_findings(
        &[
            (
                "app/envs.py",
                "import os\n\ndef get_any(name, default=None):\n    return os.environ.get(name, default)\n\ndef get_string(name, default=None):\n    return str(get_any(name, default))\n",
            ),
            (
                "app/settings.py",
                "from app.envs import get_string\n\nINDEX_PREFIX = get_string('HEROKU_APP_NAME')\n",
            ),
        ],
        &["app/settings.py:3 error heroku-app-name-namespace"],
    );
}

#[test]
fn a_method_of_a_module_wraps_in_ruby() {
    assert_findings(
        &[
            ("lib/env.rb", "module Env\n  def self.read(key)\n    ENV[key]\n  end\nend\n"),
            ("config/puma.rb", "workers 0 if Env.read(\"DYNO\")\n"),
        ],
        &["config/puma.rb:1 warning dyno-platform-check"],
    );
}

#[test]
fn a_prefix_in_the_wrapper_counts() {
    assert_findings(
        &[
            ("src/heroku.js", "export const heroku = (key) => process.env['HEROKU_' + key]\n"),
            (
                "src/version.js",
                "import { heroku } from './heroku'\nexport const commit = heroku('SLUG_COMMIT')\n",
            ),
        ],
        &["src/version.js:2 warning heroku-metadata-env"],
    );
}

#[test]
fn a_list_of_names_is_a_chain() {
    // The neutral names come first, so the last one is only a fallback.
    assert_findings(
        &[
            (
                "lib/config.rb",
                "module Config\n  def self.first_of(names, default = nil)\n    names.each { |name| return ENV[name] if ENV[name] }\n    default\n  end\nend\n",
            ),
            ("lib/app.rb", "COMMIT = Config.first_of([\"GIT_SHA\", \"HEROKU_SLUG_COMMIT\"], \"none\")\n"),
        ],
        &[],
    );
}

#[test]
fn calls_of_something_else_are_no_reads() {
    assert_findings(
        &[
            ("src/env.js", "exports.get = (key) => process.env[key]\n"),
            ("src/cache.js", "const redis = require('./redis')\nmodule.exports = () => redis.get('DYNO')\n"),
        ],
        &[],
    );
}

#[test]
fn a_wrapper_of_a_test_gives_no_meaning() {
    assert_findings(
        &[
            ("spec/support/env.rb", "def fetch_env(key)\n  ENV[key]\nend\n"),
            ("app/models/shop.rb", "class Shop\n  KEY = lookup(\"DYNO\")\nend\n"),
        ],
        &[],
    );
}

#[test]
fn a_constant_carries_the_flip_to_other_files() {
    let report = check(&[
        ("app/settings.py", "import os\n\nON_HEROKU = \"DYNO\" in os.environ\n"),
        (
            "app/web.py",
            "from django.conf import settings\n\nif not settings.ON_HEROKU:\n    raise SystemExit(1)\n",
        ),
    ]);
    assert_eq!(shown(&report), ["app/settings.py:3 error dyno-platform-check"]);
    let finding = &report.findings[0];
    assert!(finding.related.iter().any(|related| related.path == "app/web.py"), "{:#?}", finding.related);
}

#[test]
fn what_is_declared_is_related() {
    let report = check(&[
        (
            "app.json",
            "{\"name\": \"shop\", \"addons\": [], \"env\": {\"HEROKU_APP_NAME\": {\"required\": true}}}",
        ),
        ("lib/mail.rb", "host = \"#{ENV['HEROKU_APP_NAME']}.example.com\"\n"),
    ]);
    assert_eq!(shown(&report), ["lib/mail.rb:1 warning heroku-metadata-env"]);
    assert!(report.findings[0].related.iter().any(|related| related.path == "app.json"));
}

#[test]
fn reads_behind_the_same_question_belong_to_it() {
    let report = check(&[(
        "src/log.js",
        "if (process.env.DYNO) {\n  request.dyno = process.env.DYNO\n  request.app = process.env.HEROKU_APP_NAME\n}\n",
    )]);
    assert_eq!(shown(&report), ["src/log.js:1 warning dyno-platform-check"]);
    assert_eq!(report.findings[0].related.len(), 2, "{:#?}", report.findings[0].related);
}

#[test]
fn one_value_passed_on_twice_is_one_finding() {
    let report = check(&[(
        "app/version.rb",
        "a = ENV[\"HEROKU_SLUG_COMMIT\"]\nb = ENV[\"HEROKU_SLUG_COMMIT\"]\nc = ENV[\"HEROKU_RELEASE_VERSION\"]\n",
    )]);
    assert_eq!(
        shown(&report),
        ["app/version.rb:1 warning heroku-metadata-env", "app/version.rb:3 warning heroku-metadata-env"]
    );
}

#[test]
fn tests_are_counted_and_not_reported() {
    let report = check(&[("spec/models/shop_spec.rb", "it { ENV[\"DYNO\"].split(\".\") }\n")]);
    assert!(report.findings.is_empty());
    assert_eq!(report.summary.hidden_by_role.get("test"), Some(&1));
}

#[test]
fn severity_follows_what_the_branch_does() {
    for (line, expected) in [
        ("config.force_ssl = true if ENV[\"DYNO\"]\n", Severity::Error),
        ("Widget.enable if ENV[\"DYNO\"]\n", Severity::Warning),
        ("$stdout.sync = true if ENV[\"DYNO\"]\n", Severity::Note),
        ("start if ENV[\"DYNO\"] || ENV[\"RENDER\"]\n", Severity::Note),
    ] {
        let report = check(&[("config/app.rb", line)]);
        assert_eq!(report.findings.iter().map(|f| f.severity).collect::<Vec<_>>(), [expected], "{line}");
    }
}

#[test]
fn evidence_adds_up_kinds_and_not_places() {
    let files = texts(&[
        ("Procfile", "web: bin/web\nworker: bin/worker\n"),
        ("a.rb", "ENV[\"DYNO\"]\nENV[\"DYNO\"]\n"),
    ]);
    let files = files
        .into_iter()
        .map(|(path, lang, role, text)| analyse(path, lang, role, text, Vocabulary::built_in()))
        .collect();
    let project = Project::join(files, &[], &mut |_, _| Vec::new());
    assert_eq!(project.evidence.score, 5);
    assert!(project.evidence.is_heroku());
}

#[test]
fn a_package_of_a_monorepo_is_judged_alone() {
    let shop = [
        (
            "shop/package.json",
            "{\"engines\": {\"node\": \"22.x\"}, \"scripts\": {\"heroku-postbuild\": \"webpack\"}}",
        ),
        ("shop/Procfile", "web: node server.js\n"),
        ("shop/version.js", "exports.commit = process.env.SOURCE_VERSION\n"),
        ("site/package.json", "{\"engines\": {\"node\": \"22.x\"}}"),
        ("site/version.js", "exports.commit = process.env.SOURCE_VERSION\n"),
    ];
    assert_findings(
        &shop,
        &["shop/package.json:1 error heroku-npm-lifecycle", "shop/version.js:1 warning source-version-build"],
    );
    // What stands at the root speaks for every package.
    let root = [
        ("Procfile", "web: cd site && node server.js\n"),
        ("app.json", "{\"name\": \"site\", \"addons\": [\"heroku-postgresql\"]}"),
        ("site/package.json", "{\"engines\": {\"node\": \"22.x\"}}"),
        ("site/version.js", "exports.commit = process.env.SOURCE_VERSION\n"),
    ];
    assert_findings(&root, &["site/version.js:1 warning source-version-build"]);
}

#[test]
fn fingerprints_survive_moved_lines_and_tell_equals_apart() {
    let ids = |text: &str| -> Vec<String> {
        check(&[("a.rb", text)]).findings.into_iter().map(|finding| finding.fingerprint).collect()
    };
    let before = ids("x if ENV[\"DYNO\"]\ny if ENV[\"DYNO\"]\n");
    let after = ids("# new\n\nx if ENV[ \"DYNO\"  ]\n  y if ENV[\"DYNO\"]\n");
    assert_eq!(before.len(), 2);
    assert_ne!(before[0], before[1]);
    assert_eq!(before, after);
}

/// Nobody imports an application: what its settings are called means nothing to the one beside it. A package
/// that nothing starts can be used by all.
#[test]
fn names_of_an_application_are_its_own() {
    let used_in = |files: &[(&str, &str)]| -> BTreeSet<String> {
        let report = check(files);
        let related = report.findings.iter().flat_map(|finding| &finding.related);
        related.map(|place| place.path.clone()).filter(|path| path.ends_with("web.py")).collect()
    };
    let settings = "import os\nON_HEROKU = 'DYNO' in os.environ\n";
    let web = "from django.conf import settings\nif settings.ON_HEROKU:\n    SSLify(app)\n";
    let application = [
        ("shop/Procfile", "web: gunicorn shop\n"),
        ("shop/requirements.txt", "django\n"),
        ("shop/settings.py", settings),
        ("shop/web.py", web),
        ("site/web.py", web),
    ];
    assert_eq!(used_in(&application), BTreeSet::from(["shop/web.py".to_string()]));
    let library =
        [("common/requirements.txt", "django\n"), ("common/settings.py", settings), ("site/web.py", web)];
    assert_eq!(used_in(&library), BTreeSet::from(["site/web.py".to_string()]));
}

/// How the first finding's first fix may be applied, with the settings' name for a commit.
fn applicability(files: &[(&str, &str)], commit: Option<&str>) -> Option<Applicability> {
    let mut settings = Settings::default();
    if let Some(name) = commit {
        settings.names.choose(Purpose::Commit, name);
    }
    let report = check_texts(texts(files), &settings);
    Some(report.findings.first()?.fixes.first()?.applicability)
}

#[test]
fn a_name_of_the_teams_own_is_free_until_it_means_something_else() {
    let read = ("bin/a.sh", "notify \"$HEROKU_SLUG_COMMIT\"\n");
    let rows: &[(&str, &str, Applicability)] = &[
        ("lib/b.rb", "x = 1\n", Applicability::Safe),
        // The same meaning.
        ("lib/b.rb", "v = ENV[\"GIT_SHA\"] || ENV[\"HEROKU_SLUG_COMMIT\"]\n", Applicability::Safe),
        (
            "lib/b.rb",
            "v = ENV[\"GIT_SHA\"] || ENV[\"HEROKU_BUILD_COMMIT\"] || \"dev\"\n",
            Applicability::Safe,
        ),
        (
            "lib/b.py",
            "import os\nV = os.environ.get(\"GIT_SHA\") or os.environ[\"SOURCE_VERSION\"]\n",
            Applicability::Safe,
        ),
        ("bin/b.sh", "echo \"${GIT_SHA:-$HEROKU_SLUG_COMMIT}\"\n", Applicability::Safe),
        // Perhaps another one.
        ("lib/b.rb", "v = ENV[\"GIT_SHA\"] || ENV[\"HEROKU_RELEASE_VERSION\"]\n", Applicability::Unsafe),
        ("lib/b.rb", "v = ENV[\"GIT_SHA\"]\n", Applicability::Unsafe),
        (
            "lib/b.rb",
            "# GIT_SHA is the tree\nv = ENV[\"GIT_SHA\"] || ENV[\"HEROKU_SLUG_COMMIT\"]\n",
            Applicability::Unsafe,
        ),
        (".env.example", "GIT_SHA=\n", Applicability::Unsafe),
        ("test/b_test.rb", "ENV[\"GIT_SHA\"] = \"abc\"\n", Applicability::Unsafe),
        // Longer words are other names, and others' code says nothing about this application.
        ("lib/b.rb", "v = ENV[\"MY_GIT_SHA\"]\n", Applicability::Safe),
        ("node_modules/b/index.js", "module.exports = process.env.GIT_SHA\n", Applicability::Safe),
    ];
    for (path, text, expected) in rows {
        let found = applicability(&[read, (path, text)], None);
        assert_eq!(found, Some(*expected), "{path}: {text}");
    }
    let taken = (".env.example", "COMMIT=\nGIT_SHA=\n");
    assert_eq!(
        applicability(&[read, taken], Some("COMMIT")),
        Some(Applicability::Safe),
        "the settings decide"
    );
}

#[test]
fn a_name_within_herokus_own_is_not_that_name() {
    let read = ("bin/a.sh", "notify \"$HEROKU_APP_NAME\"\n");
    let fixed = ("lib/b.rb", "tag = { app: ENV[\"APP_NAME\"] || ENV[\"HEROKU_APP_NAME\"] }\n");
    assert_eq!(applicability(&[read, fixed], None), Some(Applicability::Safe));
}

#[test]
fn a_procfile_that_gives_types_gives_the_name_its_meaning() {
    let read = ("bin/a.sh", "if [ \"${DYNO%%.*}\" = web ]; then puma; fi\n");
    for (text, expected) in [
        ("web: PROCESS_TYPE=web puma\n", Applicability::Safe),
        ("web: RACK_ENV=production PROCESS_TYPE=web puma\n", Applicability::Safe),
        ("web: PROCESS_TYPE=server puma\n", Applicability::Unsafe),
        ("web: PROCESS_TYPE=web_2 puma\n", Applicability::Unsafe),
    ] {
        let found = applicability(&[read, ("Procfile", text)], None);
        assert_eq!(found, Some(expected), "{text}");
    }
}
