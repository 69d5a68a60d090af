//! The rules of a team's own: what each list finds in each language, and what is made of it.

use std::collections::BTreeMap;

use dynolint::check::check_texts;
use dynolint::coupling::Coupling;
use dynolint::detect;
use dynolint::explain;
use dynolint::finding::{Applicability, Report};
use dynolint::fix;
use dynolint::lang::Lang;
use dynolint::output::{self, Format, View};
use dynolint::role::Role;
use dynolint::rule::{Confidence, Severity};
use dynolint::rules::own;
use dynolint::settings::Settings;

/// A coupling that looks for these: `variables ACME_HOST ACME_*`, words with blanks in quotes.
fn coupling(list: &str) -> Coupling {
    let mut coupling = Coupling::new("acme", "`{name}` is of the old platform");
    add(&mut coupling, list);
    coupling
}

fn add(coupling: &mut Coupling, list: &str) {
    let (key, values) = list.split_once(' ').expect("a key and values");
    let values = values.split(", ").map(str::to_string);
    match key {
        "variables" => coupling.variables.extend(values),
        "hosts" => coupling.hosts.extend(values),
        "commands" => coupling.commands.extend(values),
        "packages" => coupling.packages.extend(values),
        "calls" => coupling.calls.extend(values),
        key => panic!("{key} is no list"),
    }
}

fn settings(couplings: &[Coupling]) -> Settings {
    for coupling in couplings {
        assert_eq!(coupling.check(), Ok(()), "{}", coupling.name);
    }
    let own = own::rules(couplings);
    let only = own.iter().map(|rule| rule.meta().id).collect();
    Settings { own, only, ..Settings::default() }
}

fn report(files: &[(&str, &str)], settings: &Settings) -> Report {
    let texts = files.iter().map(|(path, text)| {
        let lang = detect::language(path, text.as_bytes()).unwrap_or(Lang::Plain);
        ((*path).to_string(), lang, Role::App, (*text).to_string())
    });
    check_texts(texts.collect(), settings)
}

/// The findings as `LINE bytes`, the bytes under their spans.
fn found(report: &Report) -> Vec<String> {
    let shown = report.findings.iter().map(|finding| {
        let source = &report.sources[&finding.path];
        format!("{} {}", source.place(finding.span.start).line, finding.span.of(&source.text))
    });
    shown.collect()
}

/// Whether the file is worth parsing to a run over a folder.
fn in_folder(path: &str, text: &str, settings: &Settings) -> Report {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join(path);
    std::fs::create_dir_all(file.parent().expect("a folder")).expect("made");
    std::fs::write(&file, text).expect("written");
    std::fs::write(folder.path().join("dynolint.toml"), "").expect("written");
    let settings = Settings { cwd: folder.path().to_path_buf(), all_roles: true, ..settings.clone() };
    dynolint::engine::run(&settings).expect("a run")
}

#[test]
fn every_list_finds_in_every_language() {
    #[rustfmt::skip]
    let rows: &[(&str, &str, &str, &[&str])] = &[
        // Variables
        ("variables ACME_HOST", "app/a.rb", "x = ENV[\"ACME_HOST\"]\n# ENV[\"ACME_HOST\"]\n", &["1 ENV[\"ACME_HOST\"]"]),
        ("variables ACME_HOST", "app/a.rb", "x = ENV.fetch(\"ACME_HOST_2\")\ny = ENV[\"MY_ACME_HOST\"]\n", &[]),
        ("variables ACME_*", "app/a.rb", "x = ENV.fetch(\"ACME_HOST_2\")\n", &["1 ENV.fetch(\"ACME_HOST_2\")"]),
        ("variables ACME_*", "app/a.rb", "x = ENV[\"ACME_#{name}\"]\n", &["1 ENV[\"ACME_#{name}\"]"]),
        ("variables ACME_*", "app/a.rb", "x = ENV.select { |k, _| k.start_with?(\"ACME_\") }\n", &["1 ENV.select { |k, _| k.start_with?(\"ACME_\") }"]),
        ("variables ACME_HOST", "app/a.rb", "def acme(name)\n  ENV[\"ACME_\" + name]\nend\nacme(\"HOST\")\n", &["4 acme(\"HOST\")"]),
        ("variables ACME_HOST", "app/v.html.erb", "<%= ENV[\"ACME_HOST\"] %>\n", &["1 ENV[\"ACME_HOST\"]"]),
        ("variables ACME_HOST", "app/a.py", "import os\nx = os.environ.get('ACME_HOST', 'y')\n", &["2 os.environ.get('ACME_HOST', 'y')"]),
        ("variables ACME_HOST", "src/a.ts", "const x = process.env.ACME_HOST; // ACME_HOST\n", &["1 process.env.ACME_HOST"]),
        ("variables ACME_HOST", "src/a.vue", "<script>\nconst x = import.meta.env.ACME_HOST\n</script>\n", &["2 import.meta.env.ACME_HOST"]),
        ("variables ACME_HOST", "bin/a.sh", "curl \"$ACME_HOST\"\n", &["1 $ACME_HOST"]),
        ("variables ACME_HOST", "Dockerfile", "FROM ruby\nRUN curl $ACME_HOST\n", &["2 $ACME_HOST"]),
        ("variables ACME_HOST", "Procfile", "web: run --host $ACME_HOST\n", &["1 $ACME_HOST"]),
        ("variables ACME_HOST", "Makefile", "x:\n\tcurl $(ACME_HOST)\n", &["2 $(ACME_HOST)"]),
        ("variables ACME_HOST", "main.go", "package main\nvar x = os.Getenv(\"ACME_HOST\")\n", &["2 os.Getenv(\"ACME_HOST\")"]),
        ("variables ACME_HOST", "config/database.yml", "a:\n  host: <%= ENV[\"ACME_HOST\"] %>\n", &["2 ENV[\"ACME_HOST\"]"]),
        // Set, and not read in the same file
        ("variables ACME_HOST", "docker-compose.yml", "services:\n  web:\n    environment:\n      ACME_HOST: x\n", &["4 ACME_HOST"]),
        ("variables ACME_HOST", "app.json", "{\"stack\": \"heroku-24\", \"env\": {\"ACME_HOST\": {\"required\": true}}}\n", &["1 ACME_HOST"]),
        ("variables ACME_HOST", "Dockerfile", "FROM ruby\nENV ACME_HOST=x\n", &["2 ACME_HOST"]),
        ("variables ACME_HOST", ".env.example", "ACME_HOST=x\n# ACME_TOKEN=\n", &["1 ACME_HOST"]),
        ("variables ACME_HOST", "bin/a.sh", "export ACME_HOST=x\ncurl $ACME_HOST\n", &["1 ACME_HOST"]),
        ("variables ACME_HOST", "bin/a.sh", "unset ACME_HOST\n", &[]),
        // Hosts
        ("hosts legacy.acme.internal", "app/a.rb", "x = 'https://Legacy.ACME.internal:80/x'\n# legacy.acme.internal\n", &["1 Legacy.ACME.internal"]),
        ("hosts legacy.acme.internal", "app/a.rb", "x = 'old-legacy.acme.internal old.legacy.acme.internal legacy.acme.internal.net'\n", &[]),
        ("hosts legacy.acme.internal", "app/a.rb", "x = 'Ask legacy.acme.internal. Or legacy.acme.internals.'\n", &["1 legacy.acme.internal"]),
        ("hosts legacy.acme.internal", "app/a.rb", "x = \"a\\nlegacy.acme.internal\\n\"\n", &["1 legacy.acme.internal"]),
        ("hosts *.acme.internal", "app/a.rb", "x = %w[a.b.acme.internal acme.internal xacme.internal]\n", &["1 a.b.acme.internal"]),
        ("hosts *.acme.internal", "app/a.rb", "x = \"https://#{name}.acme.internal\"\n", &["1 .acme.internal"]),
        ("hosts legacy.acme.internal", "app/v.html.erb", "<a href=\"//legacy.acme.internal/\">\n<!-- legacy.acme.internal --><%# legacy.acme.internal %>\n", &["1 legacy.acme.internal"]),
        ("hosts legacy.acme.internal", "app/v.haml", "%a{href: \"//legacy.acme.internal/\"}\n-# legacy.acme.internal\n  legacy.acme.internal\n", &["1 legacy.acme.internal"]),
        ("hosts legacy.acme.internal", "app/a.py", "x = f\"https://legacy.acme.internal/{y}\"  # legacy.acme.internal\n", &["1 legacy.acme.internal"]),
        ("hosts legacy.acme.internal", "src/a.js", "const x = `https://legacy.acme.internal/${y}`; // legacy.acme.internal\n", &["1 legacy.acme.internal"]),
        ("hosts legacy.acme.internal", "src/a.vue", "<template><img src=\"//legacy.acme.internal/\"></template>\n<script>\n// legacy.acme.internal\n</script>\n", &["1 legacy.acme.internal"]),
        ("hosts legacy.acme.internal", "bin/a.sh", "# legacy.acme.internal\ncurl https://legacy.acme.internal/#x\n", &["2 legacy.acme.internal"]),
        ("hosts legacy.acme.internal", "Dockerfile", "FROM legacy.acme.internal/ruby:3\n# legacy.acme.internal\n", &["1 legacy.acme.internal"]),
        ("hosts legacy.acme.internal", "config/x.yml", "# legacy.acme.internal\nhost: legacy.acme.internal # legacy.acme.internal\n", &["2 legacy.acme.internal"]),
        ("hosts legacy.acme.internal", "package.json", "{\"proxy\": \"http://legacy.acme.internal:80\"}\n", &["1 legacy.acme.internal"]),
        ("hosts legacy.acme.internal", "a.toml", "# legacy.acme.internal\nhost = \"legacy.acme.internal\"\n", &["2 legacy.acme.internal"]),
        ("hosts legacy.acme.internal", ".env", "HOST=legacy.acme.internal\n", &["1 legacy.acme.internal"]),
        ("hosts legacy.acme.internal", "main.go", "package main // legacy.acme.internal\nvar x = \"legacy.acme.internal\"\n", &["2 legacy.acme.internal"]),
        ("hosts legacy.acme.internal", "a.sql", "-- legacy.acme.internal\nselect dblink('host=legacy.acme.internal');\n", &["2 legacy.acme.internal"]),
        ("hosts legacy.acme.internal", "a.tf", "# legacy.acme.internal\nx = \"legacy.acme.internal\"\n", &["2 legacy.acme.internal"]),
        ("hosts db", "app/a.rb", "gem 'db'\nb = 'postgres://x@db/y'\nc = 'host db is'\nd = 'db:16'\n", &["2 db"]),
        ("hosts db", "app/a.rb", "a = 'db:5432'\n", &["1 db"]),
        ("hosts db", "app/a.rb", "connect(host: 'db')\n", &["1 db"]),
        ("hosts db", "app/a.rb", "connect(:db_host => \"db\")\n", &["1 db"]),
        ("hosts redis", ".env", "REDIS_URL=redis://redis:6379\n", &["1 redis"]),
        ("hosts *.acme.internal", "a.py", "x = 'https://{}.s3.acme.internal'\n", &["1 s3.acme.internal"]),
        ("hosts redis", "Procfile", "web: X=$REDIS_URL REDIS=$REDIS_URL run\n", &[]),
        ("hosts *.acme.internal", "bin/a.sh", "curl https://$APP.acme.internal\n", &["1 .acme.internal"]),
        ("hosts db", ".env", "DATABASE_HOST=db\nUSER=db\n", &["1 db"]),
        ("hosts db", "docker-compose.yml", "services:\n  db:\n    image: db:8.4\n  web:\n    environment:\n      DB: db:5432\n", &["6 db"]),
        // Commands
        ("commands acme deploy", "bin/a.sh", "acme deploy --now\nacme login\n# acme deploy\necho acme deploy\n", &["1 acme deploy"]),
        ("commands acme deploy", "bin/a.sh", "sudo -u acme bundle exec acme deploy\nX=1 /usr/bin/acme -a foo --b=c deploy\n", &["1 acme deploy", "2 /usr/bin/acme -a foo --b=c deploy"]),
        ("commands npx acme", "bin/a.sh", "npx acme deploy\nacme deploy\n", &["1 npx acme"]),
        ("commands doppler run", "Procfile", "web: doppler run -- bin/web\n", &["1 doppler run"]),
        ("commands bin/acme", "Makefile", "x:\n\t./bin/acme go\n\tacme go\n", &["2 ./bin/acme"]),
        ("commands acme", "Dockerfile", "FROM ruby\nRUN apt-get update && acme setup\nCMD [\"acme\", \"web\"]\n", &["2 acme", "3 \"acme\""]),
        ("commands acme", ".github/workflows/x.yml", "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: |\n          acme go\n", &["7 acme"]),
        ("commands acme deploy", "package.json", "{\"scripts\": {\"deploy\": \"acme deploy\"}}\n", &["1 acme deploy"]),
        ("commands acme deploy", "lib/a.rb", "system(\"acme deploy #{x}\")\nsystem(\"acme\", \"deploy\")\n`acme login`\n", &["1 acme deploy", "2 \"acme\", \"deploy\""]),
        ("commands acme deploy", "a.py", "import subprocess\nsubprocess.run([\"acme\", \"deploy\"])\n", &["2 \"acme\", \"deploy\""]),
        ("commands acme deploy", "a.js", "const { execSync } = require('child_process');\nexecSync('acme deploy');\n", &["2 acme deploy"]),
        // Packages
        ("packages acme-sdk", "Gemfile", "gem \"acme-sdk\", \"~> 1\"\n# gem \"acme-sdk\"\ngem \"acme-sdk-x\"\n", &["1 gem \"acme-sdk\", \"~> 1\""]),
        ("packages npm:acme-sdk", "Gemfile", "gem \"acme-sdk\"\n", &[]),
        ("packages pypi:Acme.SDK", "requirements.txt", "acme_sdk==1.0\n", &["1 acme_sdk==1.0"]),
        ("packages acme-sdk", "pyproject.toml", "[project]\ndependencies = [\"Acme-SDK>=1\"]\n", &["2 \"Acme-SDK>=1\""]),
        ("packages npm:@acme/*", "package.json", "{\"dependencies\": {\"@acme/sdk\": \"^1\", \"@acmex/sdk\": \"1\"}}\n", &["1 \"@acme/sdk\": \"^1\""]),
        ("packages com.acme:sdk", "pom.xml", "<dependency><groupId>com.acme</groupId><artifactId>sdk</artifactId></dependency>\n", &["1 <groupId>com.acme</groupId><artifactId>sdk</artifactId>"]),
        ("packages github.com/acme/sdk", "go.mod", "module x\nrequire github.com/acme/sdk/v2 v2.0.0\n", &["2 require github.com/acme/sdk/v2 v2.0.0"]),
        // Calls
        ("calls Acme::Client.new", "app/a.rb", "x = Acme::Client.new(1)\ny = Other::Client.new\n# Acme::Client.new\n", &["1 Acme::Client.new"]),
        ("calls connect_legacy", "app/a.rb", "Acme.connect_legacy(1)\nx.connect_legacy\nconnect_legacy(1)\n", &["1 connect_legacy", "2 connect_legacy", "3 connect_legacy"]),
        ("calls Acme.connect", "app/v.html.erb", "<%= Acme.connect(1) %>\n", &["1 Acme.connect"]),
        ("calls Acme.connect", "app/v.haml", "%p= Acme.connect(1)\n", &["1 Acme.connect"]),
        ("calls Acme.connect", "config/database.yml", "a:\n  host: <%= Acme.connect(1) %>\n", &["2 Acme.connect"]),
        ("calls acme_sdk.connect", "a.py", "from acme_sdk import connect as c\nimport acme_sdk as a\nc()\na.connect(1)\nb.connect()\n", &["3 c", "4 connect"]),
        ("calls acme-sdk.connect", "a.js", "import acme from 'acme-sdk';\nimport { connect } from 'acme-sdk';\nacme.connect();\nconnect();\nother.connect();\n", &["3 connect", "4 connect"]),
        ("calls new acme.Client()", "a.ts", "import * as acme from 'acme';\nconst x = new acme.Client(1);\n", &["2 acme.Client"]),
        ("calls connectLegacy", "a.tsx", "const x = <a b={api.connectLegacy()} />;\n", &["1 connectLegacy"]),
        ("calls connectLegacy", "a.svelte", "<script>\nconnectLegacy();\n</script>\n", &["2 connectLegacy"]),
    ];
    let mut wrong = Vec::new();
    for (list, path, text, expected) in rows {
        let settings = settings(&[coupling(list)]);
        let seen = found(&report(&[(path, text)], &settings));
        if seen != *expected {
            wrong.push(format!("{list} in {path}:\n  {text:?}\n  found {seen:?}\n  not   {expected:?}"));
        }
        let read = found(&in_folder(path, text, &settings));
        if read != seen {
            wrong.push(format!("{list} in {path}: a run over a folder finds {read:?}, not {seen:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn fixes_put_the_replacement_in_its_place() {
    let (safe, decided) = (Applicability::Safe, Applicability::Unsafe);
    #[rustfmt::skip]
    let rows = [
        ("variables ACME_HOST", "HOST_NAME", safe, "app/a.rb", "x = ENV[\"ACME_HOST\"]\n", "x = ENV[\"HOST_NAME\"] || ENV[\"ACME_HOST\"]\n"),
        ("variables ACME_HOST", "HOST_NAME", safe, "app/a.rb", "x = ENV.fetch(\"ACME_HOST\", \"y\")\nz = ENV[\"ACME_HOST\"]\n", "x = ENV.fetch(\"HOST_NAME\") { ENV.fetch(\"ACME_HOST\", \"y\") }\nz = ENV[\"HOST_NAME\"] || ENV[\"ACME_HOST\"]\n"),
        ("variables ACME_HOST", "HOST_NAME", safe, "a.py", "import os\nx = os.environ.get(\"ACME_HOST\")\n", "import os\nx = os.environ.get(\"HOST_NAME\") or os.environ.get(\"ACME_HOST\")\n"),
        ("variables ACME_HOST", "HOST_NAME", safe, "a.js", "const x = process.env.ACME_HOST;\n", "const x = process.env.HOST_NAME || process.env.ACME_HOST;\n"),
        ("variables ACME_HOST", "HOST_NAME", safe, "bin/a.sh", "curl \"$ACME_HOST\"\n", "curl \"${HOST_NAME:-$ACME_HOST}\"\n"),
        // The name has a meaning already.
        ("variables ACME_HOST", "HOST_NAME", safe, "app/a.rb", "x = ENV[\"ACME_HOST\"]\ny = ENV[\"HOST_NAME\"]\n", "x = ENV[\"ACME_HOST\"]\ny = ENV[\"HOST_NAME\"]\n"),
        ("variables ACME_HOST", "HOST_NAME", decided, "app/a.rb", "x = ENV[\"ACME_HOST\"]\ny = ENV[\"HOST_NAME\"]\n", "x = ENV[\"HOST_NAME\"] || ENV[\"ACME_HOST\"]\ny = ENV[\"HOST_NAME\"]\n"),
        ("variables ACME_*", "SERVICE_*", decided, "app/a.rb", "x = ENV[\"ACME_HOST\"]\n", "x = ENV[\"SERVICE_HOST\"] || ENV[\"ACME_HOST\"]\n"),
        ("variables ACME_*", "SERVICE_*", safe, "app/a.rb", "x = ENV[\"ACME_HOST\"]\n", "x = ENV[\"ACME_HOST\"]\n"),
        // It is set; what it is set to elsewhere is not known.
        ("variables ACME_HOST", "HOST_NAME", decided, ".env", "ACME_HOST=x\n", "ACME_HOST=x\n"),
        ("hosts legacy.acme.internal", "new.acme.example", decided, "app/a.rb", "x = 'https://legacy.acme.internal:80/x'\ny = 'legacy.acme.internal'\n", "x = 'https://new.acme.example:80/x'\ny = 'new.acme.example'\n"),
        ("hosts legacy.acme.internal", "new.acme.example", safe, "app/a.rb", "x = 'legacy.acme.internal'\n", "x = 'legacy.acme.internal'\n"),
        ("hosts *.acme.internal", "*.acme.example", decided, "a.yml", "x: a.b.acme.internal # c.acme.internal\n", "x: a.b.acme.example # c.acme.internal\n"),
        ("hosts *.acme.internal", "acme.example", decided, "a.yml", "x: a.b.acme.internal\n", "x: acme.example\n"),
        ("hosts *.acme.internal", "*.acme.example", decided, "a.rb", "x = \"#{y}.acme.internal\"\n", "x = \"#{y}.acme.internal\"\n"),
        ("hosts legacy.acme.internal", "new.acme.example", decided, "package.json", "{\"proxy\": \"http://legacy.acme.internal\"}\n", "{\"proxy\": \"http://new.acme.example\"}\n"),
        ("commands acme deploy", "ship it", decided, "bin/a.sh", "sudo acme deploy --now\n", "sudo ship it --now\n"),
        ("commands acme deploy", "ship", decided, "bin/a.sh", "acme -a x deploy\n", "acme -a x deploy\n"),
        ("commands acme deploy", "ship", decided, "package.json", "{\"scripts\": {\"a\": \"acme deploy\"}}\n", "{\"scripts\": {\"a\": \"ship\"}}\n"),
        ("commands acme deploy", "ship it", decided, "a.rb", "system(\"acme\", \"deploy\", x)\n", "system(\"ship\", \"it\", x)\n"),
        ("commands acme deploy", "ship", decided, "a.rb", "system(\"acme\", \"deploy\", x)\n", "system(\"acme\", \"deploy\", x)\n"),
        ("commands acme deploy", "ship", decided, "a.rb", "system(\"acme deploy #{x}\")\n", "system(\"ship #{x}\")\n"),
        ("calls Acme::Client.new", "Acme::Client.open", decided, "a.rb", "x = Acme::Client.new(1)\n", "x = Acme::Client.open(1)\n"),
        ("calls Acme::Client.new", "Ship.open", decided, "a.rb", "x = ::Acme::Client.new(1)\n", "x = ::Acme::Client.new(1)\n"),
        ("calls connect_legacy", "connect", decided, "a.rb", "x.connect_legacy(1)\n", "x.connect(1)\n"),
        ("calls acme.connect_legacy", "acme.connect", decided, "a.py", "import acme\nacme.connect_legacy(1)\n", "import acme\nacme.connect(1)\n"),
        ("calls acme.connect_legacy", "ship.connect", decided, "a.py", "import acme\nacme.connect_legacy(1)\n", "import acme\nacme.connect_legacy(1)\n"),
        ("calls acme.connect_legacy", "acme.connect", decided, "a.py", "from acme import connect_legacy\nconnect_legacy(1)\n", "from acme import connect_legacy\nconnect_legacy(1)\n"),
        ("packages acme-sdk", "ship-sdk", decided, "Gemfile", "gem \"acme-sdk\"\n", "gem \"acme-sdk\"\n"),
    ];
    for (list, replacement, most, path, text, expected) in rows {
        let mut coupling = coupling(list);
        coupling.replacement = Some(replacement.to_string());
        let settings = settings(&[coupling]);
        let texts = BTreeMap::from([(path.to_string(), text.to_string())]);
        let (after, outcome) = in_app(&texts, &settings, most);
        assert_eq!(after[path], expected, "{list} to {replacement} in {text:?}: {:?}", outcome.refused);
        assert!(outcome.refused.is_empty(), "{list} in {text:?}: {:?}", outcome.refused);
        let left = outcome.report.findings.len();
        assert_eq!(left == 0, text != expected, "{list} in {text:?}: {left} findings are left");
        // A second run has nothing to do.
        assert_eq!(in_app(&after, &settings, most).0, after, "{text:?}");
    }
}

fn in_app(
    texts: &BTreeMap<String, String>,
    settings: &Settings,
    most: Applicability,
) -> (BTreeMap<String, String>, fix::Outcome) {
    fix::in_texts(texts, &Settings { all_roles: true, ..settings.clone() }, most)
}

#[test]
fn what_comes_behind_a_variable_of_ones_own_is_no_coupling() {
    let settings = settings(&[coupling("variables ACME_*")]);
    for (path, text, is_found) in [
        ("a.rb", "x = ENV[\"HOST_NAME\"] || ENV[\"ACME_HOST\"]\n", false),
        ("a.rb", "x = ENV.fetch(\"HOST_NAME\") { ENV[\"ACME_HOST\"] }\n", false),
        ("a.rb", "x = ENV[\"ACME_URL\"] || ENV[\"ACME_HOST\"]\n", true),
        ("a.rb", "x = ENV[\"DYNO\"] || ENV[\"ACME_HOST\"]\n", true),
        ("a.rb", "x = ENV[\"ACME_HOST\"] || ENV[\"HOST_NAME\"]\n", true),
        ("a.py", "import os\nx = os.getenv('HOST_NAME') or os.getenv('ACME_HOST')\n", false),
        ("a.js", "const x = process.env.HOST_NAME ?? process.env.ACME_HOST\n", false),
        ("bin/a.sh", "x=${HOST_NAME:-$ACME_HOST}\n", false),
    ] {
        let report = report(&[(path, text)], &settings);
        assert_eq!(!report.findings.is_empty(), is_found, "{text}");
        assert_eq!(report.summary.harmless > 0, !is_found, "{text}");
    }
    let all = Settings { harmless: true, ..settings };
    let shown = report(&[("a.rb", "x = ENV[\"HOST_NAME\"] || ENV[\"ACME_HOST\"]\n")], &all);
    assert_eq!(shown.findings[0].severity, Severity::Note);
    assert_eq!(shown.findings[0].notes, ["a variable of your own is tried first"]);
    assert!(shown.findings[0].fixes.is_empty());
}

#[test]
fn a_new_variable_that_is_set_beside_the_old_one_is_enough() {
    let mut coupling = coupling("variables ACME_HOST");
    coupling.replacement = Some("HOST_NAME".to_string());
    let settings = settings(&[coupling]);
    assert!(found(&report(&[(".env", "ACME_HOST=x\nHOST_NAME=x\n")], &settings)).is_empty());
    assert_eq!(found(&report(&[(".env", "ACME_HOST=x\nOTHER=x\n")], &settings)), ["1 ACME_HOST"]);
}

#[test]
fn a_file_has_one_finding_for_a_variable_and_for_a_host() {
    let settings = settings(&[coupling("variables ACME_*"), {
        let mut hosts = Coupling::new("acme-host", "m");
        hosts.hosts.push("*.acme.internal".to_string());
        hosts
    }]);
    let text = "a = ENV[\"ACME_A\"]\nb = ENV[\"ACME_A\"]\nc = ENV[\"ACME_B\"]\nENV[\"ACME_A\"] = \"1\"\n\
                d = \"x.acme.internal\"\ne = \"X.acme.internal\"\nf = \"y.acme.internal\"\n";
    let report = report(&[("app/a.rb", text)], &settings);
    let seen: Vec<_> = report
        .findings
        .iter()
        .map(|finding| {
            let source = &report.sources[&finding.path];
            let related: Vec<_> = finding
                .related
                .iter()
                .map(|related| format!("{} {}", source.place(related.span.start).line, related.message))
                .collect();
            format!("{} {}: {}", finding.rule.id, source.place(finding.span.start).line, related.join(", "))
        })
        .collect();
    assert_eq!(
        seen,
        [
            "acme 1: 4 `ACME_A` is set here (ENV), 2 `ACME_A` is read here too",
            "acme 3: ",
            "acme-host 5: 6 the same host",
            "acme-host 7: ",
        ]
    );
}

#[test]
fn a_finding_says_what_the_team_says() {
    let mut coupling = coupling("variables ACME_*");
    coupling.severity = Severity::Error;
    let of = |coupling: &Coupling| {
        let settings = settings(std::slice::from_ref(coupling));
        let finding =
            report(&[("app/a.rb", "class A\n  X = ENV[\"ACME_HOST\"]\nend\n")], &settings).findings.remove(0);
        (finding.message, finding.help, finding.severity, finding.scope, finding.variable)
    };
    let said = |help: &str| {
        let message = "`ACME_HOST` is of the old platform".to_string();
        (message, help.to_string(), Severity::Error, "A".to_string(), Some("ACME_HOST".to_string()))
    };
    assert_eq!(of(&coupling), said(""));
    coupling.replacement = Some("SERVICE_*".to_string());
    assert_eq!(of(&coupling), said("read `SERVICE_HOST` instead"));
    coupling.help = Some("ask for {name}".to_string());
    assert_eq!(of(&coupling), said("ask for ACME_HOST"));
}

#[test]
fn functions_that_the_settings_name_read_the_environment() {
    let wrappers = ["AppConfig.get", "my_conf", "Acme::Config::fetch"].map(str::to_string).to_vec();
    let own = Settings { wrappers, ..settings(&[coupling("variables ACME_HOST")]) };
    for (path, text, is_found) in [
        ("app/a.rb", "x = AppConfig.get(\"ACME_HOST\")\n", true),
        ("app/a.rb", "x = ::AppConfig.get(\"ACME_HOST\", \"y\")\n", true),
        ("app/a.rb", "x = OtherConfig.get(\"ACME_HOST\")\n", false),
        ("app/a.rb", "x = get(\"ACME_HOST\")\n", false),
        ("app/a.rb", "x = my_conf(\"ACME_HOST\")\n", true),
        ("app/a.rb", "x = my_conf(\"x\", \"ACME_HOST\")\n", false),
        ("app/a.rb", "x = Acme::Config.fetch(\"ACME_HOST\")\n", true),
        ("app/a.rb", "x = Other::Config.fetch(\"ACME_HOST\")\n", false),
        ("app/a.rb", "def short(name)\n  AppConfig.get(name)\nend\nx = short(\"ACME_HOST\")\n", true),
        ("a.py", "from app.config import AppConfig\nx = AppConfig.get(\"ACME_HOST\")\n", true),
        ("a.py", "from app.config import my_conf\nx = my_conf(\"ACME_HOST\", default=1)\n", true),
        ("a.js", "import { AppConfig } from './config';\nconst x = AppConfig.get('ACME_HOST');\n", true),
        ("a.js", "import { my_conf } from './config';\nconst x = my_conf('ACME_HOST');\n", true),
        ("a.js", "const x = cache.get('ACME_HOST');\n", false),
    ] {
        assert_eq!(!report(&[(path, text)], &own).findings.is_empty(), is_found, "{text}");
        assert_eq!(!in_folder(path, text, &own).findings.is_empty(), is_found, "{text}");
    }
    // The built-in rules profit as well, and are as sure as of any read.
    let plain = Settings { wrappers: own.wrappers, ..Settings::default() };
    let built_in = report(&[("app/a.rb", "x = AppConfig.get(\"HEROKU_APP_NAME\")\n")], &plain);
    let finding = &built_in.findings[0];
    assert_eq!((finding.rule.id, finding.confidence), ("heroku-metadata-env", Confidence::High));
    assert!(
        report(&[("app/a.rb", "x = AppConfig.get(\"HEROKU_APP_NAME\")\n")], &Settings::default())
            .findings
            .is_empty()
    );
}

#[test]
fn an_own_rule_speaks_before_a_built_in_one() {
    let mut coupling = coupling("variables HEROKU_APP_NAME");
    coupling.severity = Severity::Note;
    let own = own::rules(&[coupling]);
    let text = [("app/a.rb", "x = ENV[\"HEROKU_APP_NAME\"]\n")];
    let both = report(&text, &Settings { own: own.clone(), ..Settings::default() });
    assert_eq!(both.findings.iter().map(|finding| finding.rule.id).collect::<Vec<_>>(), ["acme"]);
    let skipped = report(&text, &Settings { own, skip: vec!["acme"], ..Settings::default() });
    assert_eq!(
        skipped.findings.iter().map(|finding| finding.rule.id).collect::<Vec<_>>(),
        ["heroku-metadata-env"]
    );
}

#[test]
fn two_couplings_on_one_expression_give_one_finding() {
    let mut other = coupling("variables ACME_HOST");
    other.name = "acme-too".to_string();
    other.severity = Severity::Error;
    let settings = settings(&[coupling("variables ACME_*"), other]);
    let report = report(&[("app/a.rb", "x = ENV[\"ACME_HOST\"]\n")], &settings);
    assert_eq!(report.findings.iter().map(|finding| finding.rule.id).collect::<Vec<_>>(), ["acme-too"]);
}

#[test]
fn the_page_is_made_of_the_settings() {
    let mut coupling = coupling("variables ACME_*, ACME");
    coupling.message = "`{name}` <b>goes</b>".to_string();
    coupling.help = Some("ask the platform team".to_string());
    coupling.replacement = Some("SERVICE".to_string());
    coupling.url = Some("https://wiki.example.com/move".to_string());
    let rule = own::rules(&[coupling])[0].meta();
    let page = explain::plain(rule).split_whitespace().collect::<Vec<_>>().join(" ");
    for words in [
        "`ACME_*, ACME` <b>goes</b>.",
        "variables that are read, or set for the program: ACME_*, ACME",
        "Ask the platform team.",
        "The replacement is SERVICE.",
        "## Fix safety",
        "the coupling acme, of severity warning",
        "https://wiki.example.com/move",
    ] {
        let plain = words.replace('`', "").replace("## ", "");
        assert!(page.replace('`', "").contains(&plain), "{words} is not in\n{page}");
    }
    // What a team writes is text, and no markup.
    assert!(rule.page.contains("&#60;b&#62;"), "{}", rule.page);
    assert_eq!(rule.url().as_deref(), Some("https://wiki.example.com/move"));
    assert_eq!(rule.fixes(), [Applicability::Safe, Applicability::Unsafe]);
    assert_eq!(rule.family, "own");
    let json = explain::json(rule);
    assert_eq!((&json["id"], &json["since"]), (&"acme".into(), &serde_json::Value::Null));
    assert_eq!(json["summary"], rule.summary());
}

#[test]
fn a_page_says_which_fix_there_is() {
    for (list, replacement, fixes, words) in [
        (
            "variables A_*",
            Some("B_*"),
            &[Applicability::Unsafe][..],
            "*Unsafe*: the new variable is read first",
        ),
        ("hosts a.b", Some("c.d"), &[Applicability::Unsafe], "the host is replaced"),
        ("commands acme", Some("ship"), &[Applicability::Unsafe], "the words are replaced"),
        ("calls acme", Some("ship"), &[Applicability::Unsafe], "is called by its new name"),
        ("packages acme", Some("ship"), &[], "a package has to be installed"),
        ("packages acme", None, &[], "name no replacement"),
    ] {
        let mut coupling = coupling(list);
        coupling.replacement = replacement.map(str::to_string);
        let rule = own::rules(&[coupling])[0].meta();
        assert_eq!(rule.fixes(), fixes, "{list}");
        assert!(rule.page.contains(words), "{list}: {}", rule.page);
    }
}

#[test]
fn every_format_copes_with_a_rule_without_a_page_on_the_web() {
    let settings = settings(&[coupling("variables ACME_HOST")]);
    let report = report(&[("app/a.rb", "x = ENV[\"ACME_HOST\"]\n")], &settings);
    for format in Format::ALL {
        let mut out = Vec::new();
        output::write(format, &report, &View::default(), &mut out).expect("written");
        let text = String::from_utf8(out).expect("text");
        assert!(text.contains("acme"), "{format:?}: {text}");
        assert!(!text.contains(dynolint::RULES_URL), "{format:?}: {text}");
    }
}

#[test]
fn a_coupling_with_a_mistake_makes_no_rule() {
    let mut coupling = coupling("variables ACME_HOST");
    coupling.name = "\u{1b}[2J".to_string();
    assert!(own::rules(&[coupling]).is_empty());
}
