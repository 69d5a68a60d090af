//! A report made by hand, with everything in it that is hard to show.

use std::sync::Arc;
use std::time::Duration;

use dynolint::fact::SignKind;
use dynolint::finding::{
    Applicability, Edit, Evidence, Finding, Fix, Provided, Related, Report, SourceText, Summary,
};
use dynolint::lang::Lang;
use dynolint::rule::{Confidence, Impact, Meta, Origin, Severity, Status, Step};
use dynolint::span::Span;

pub static PLATFORM_CHECK: Meta = Meta {
    id: "dyno-platform-check",
    aliases: &["dyno-presence"],
    family: "identity",
    severity: Severity::Warning,
    impact: Impact::FlipsSilently,
    confidence: Confidence::High,
    step: Step::Code,
    langs: &[Lang::Ruby, Lang::Python, Lang::JavaScript],
    needs_heroku: false,
    status: Status::Stable,
    since: "0.0.9",
    specificity: 5,
    page: PAGE,
    origin: Origin::BuiltIn,
};

pub static PROCESS_TYPE: Meta = Meta {
    id: "dyno-process-type",
    aliases: &[],
    family: "identity",
    severity: Severity::Error,
    impact: Impact::FlipsSilently,
    confidence: Confidence::Medium,
    step: Step::Code,
    langs: &[Lang::Ruby, Lang::Shell],
    needs_heroku: false,
    status: Status::Stable,
    since: "0.0.9",
    specificity: 9,
    page: "# dyno-process-type\n\nThe value of `DYNO` names the process type only on Heroku.\n",
    origin: Origin::BuiltIn,
};

pub static RELEASE_PHASE: Meta = Meta {
    id: "release-phase",
    aliases: &[],
    family: "process",
    severity: Severity::Note,
    impact: Impact::Cleanup,
    confidence: Confidence::Low,
    step: Step::Provision,
    langs: &[Lang::Procfile],
    needs_heroku: false,
    status: Status::Pedantic,
    since: "0.0.9",
    specificity: 1,
    page: "# release-phase\n\nOnly Heroku runs `release:` before a deploy.\n",
    origin: Origin::BuiltIn,
};

const PAGE: &str = "\
# dyno-platform-check

Code asks whether `DYNO` is set to learn whether it runs in production. Heroku sets `DYNO`
on every dyno, and **nobody else** does: after the move the answer flips, silently.

## What to do

1. Name what the code wants to know, for example `APP_ENV`.
2. Set it on Heroku first, see [the guide](https://example.com/guide), then on the target:
   - with `heroku config:set`
   - in the target's own settings

| Target | Sets | Instead |
| :-- | :-- | --: |
| Render | `RENDER=true`, and `IS_PULL_REQUEST` in previews of pull requests | `RENDER` |
| Fly.io | `FLY_APP_NAME` | none |

> A quote
> over two lines.

## Cases

```ruby config/environments/production.rb
config.force_ssl = ENV.key?(\"DYNO\") # finding
config.force_ssl = ENV.key?(\"APP_ENV\")
```
";

pub const RUBY: &str = "require \"größe\"\n\n\
Rails.application.configure do\n\
\t日本 = ENV.key?(\"DYNO\") # secret is sk_live_4eC39HqLyjWDarjtT1zdp7dc\n\
\tif 日本\n\
\t\tconfig.force_ssl = true\n\
\tend\n\
\tconfig.redis = \"redis://worker:hunter2pass@redis.internal:6379\"\n\
end\n";

pub const PYTHON: &str =
    "import os\r\n\r\nif (\r\n    \"DYNO\" in os.environ\r\n    and DEBUG\r\n):\r\n    start()\r\n";

/// The span of the `nth` occurrence of a text in another.
pub fn at(text: &str, part: &str) -> Span {
    let start = text.find(part).expect("stands in the text");
    Span::new(start, start + part.len())
}

pub fn finding(rule: &'static Meta, path: &str, span: Span) -> Finding {
    Finding {
        rule,
        path: path.into(),
        span,
        message: "only Heroku sets `DYNO`".into(),
        label: String::new(),
        help: String::new(),
        notes: Vec::new(),
        severity: rule.severity,
        confidence: rule.confidence,
        impact: rule.impact,
        step: rule.step,
        related: Vec::new(),
        scope: String::new(),
        variable: Some("DYNO".into()),
        fixes: Vec::new(),
        joined: Vec::new(),
        fingerprint: "5f0c1b7e9a2d4c61".into(),
    }
}

pub fn nasty_name() -> String {
    "a\x1b[31m\n::error::b,c:d %|`<i>`\u{202e}.rb".to_string()
}

pub fn report() -> Report {
    let ruby = "config/environments/production.rb";
    let python = "app/größe/boot file.py";
    let findings = vec![

        Finding {
        label: "false everywhere but on Heroku".into(),
        help: "ask for a variable of your own that says what is meant, such as `APP_ENV`, and set it on Heroku and \
               on the target before the move"
            .into(),
        notes: vec!["Render sets `RENDER` instead".into()],
        scope: "Rails.configure".into(),
        related: vec![
            Related { path: ruby.into(), span: at(RUBY, "config.force_ssl = true"), message: "TLS is forced only then".into() },
            Related { path: python.into(), span: at(PYTHON, "DEBUG"), message: "read here, too".into() },
        ],
        fixes: vec![Fix {
            title: "ask for `APP_ENV` first".into(),
            applicability: Applicability::Unsafe,
            edits: vec![Edit {
                path: ruby.into(),
                span: at(RUBY, "ENV.key?(\"DYNO\")"),
                text: "(ENV.key?(\"APP_ENV\") || ENV.key?(\"DYNO\"))".into(),
            }],
            removes: Vec::new(),
            variables: vec![Provided { name: "APP_ENV".into(), what: "the name of the environment".into() }],
        }],
        ..finding(&PLATFORM_CHECK, ruby, at(RUBY, "ENV.key?(\"DYNO\")"))
    },
        Finding {
        message: "`redis://worker:hunter2pass@redis.internal:6379` holds a password".into(),
        help: "read the address from `REDIS_URL` | <b>now</b>".into(),
        variable: None,
        ..finding(&RELEASE_PHASE, ruby, at(RUBY, "redis://worker:hunter2pass@redis.internal:6379"))
    },
        Finding {
        label: "always false after the move".into(),
        help: "use [a](1) setting".into(),
        ..finding(&PROCESS_TYPE, python, at(PYTHON, "\"DYNO\" in os.environ\r\n    and DEBUG"))
    },
    finding(&PLATFORM_CHECK, &nasty_name(), Span::new(10, 14)),
    finding(&PLATFORM_CHECK, "gone.rb", Span::new(10, 14)),
        Finding {
        label: "minified".into(),
        ..finding(&PLATFORM_CHECK, "public/app.min.js", at(&minified(), "process.env.DYNO"))
    },
    ];

    let mut report = Report { findings, ..Report::default() };
    for (path, text) in [
        (ruby.to_string(), RUBY.to_string()),
        (python.to_string(), PYTHON.to_string()),
        (nasty_name(), "x = ENV[\"\x1b[2JDYNO\u{202e}\"] ##[add-mask]x".to_string()),
        ("public/app.min.js".to_string(), minified()),
    ] {
        report.sources.insert(path, Arc::new(SourceText::new(text)));
    }
    report.summary = summary();
    report
}

pub fn minified() -> String {
    format!("var a=1;{}if(process.env.DYNO){{b()}}{}", "c(\"é\");".repeat(300), "d();".repeat(300))
}

pub fn summary() -> Summary {
    Summary {
        files: 214,
        parsed: 61,
        bytes: 1_234_567,
        skipped: [("binary".to_string(), 3), ("over 2 MiB".to_string(), 1)].into(),
        nothing_read: vec!["vendor\n/old".into()],
        unreadable: vec![("tmp/secret\n.pem".into(), "permission denied".into())],
        broken: vec![("app/half.rb".into(), 12), ("b.py".into(), 1), ("c.py".into(), 2), ("d.py".into(), 3)],
        hidden_by_role: [("test".to_string(), 8), ("docs".to_string(), 3)].into(),
        harmless: 1,
        hidden_by_threshold: 2,
        hidden_by_path: 5,
        evidence: Evidence {
            score: 8,
            signs: vec![
                (SignKind::AppJson, "app.json".into(), "app.json".into(), 1),
                (SignKind::Procfile, "Procfile".into(), "Procfile".into(), 1),
                (SignKind::Variable, "DYNO".into(), "config/environments/production.rb".into(), 4),
            ],
        },
        elapsed: Duration::from_millis(41),
        ..Summary::default()
    }
}
