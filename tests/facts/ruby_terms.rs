//! Calls and settings of Ruby.

use dynolint::fact::{Facts, Request};
use dynolint::lang::{self, Lang, ruby};
use dynolint::span::Span;

use super::harness::{Table, assert_sound, check_structure};

#[track_caller]
fn check(table: Table<'_>) {
    check_structure("lib/x.rb", Lang::Ruby, table);
}

fn facts(text: &str) -> Facts {
    let facts = lang::facts(text, &Request::new("lib/x.rb", Lang::Ruby));
    assert_sound(text, &facts);
    facts
}

/// The term of an expression, as the notation shows it.
fn shown(code: &str) -> String {
    ruby::term(code, 0).to_string()
}

#[test]
fn uploads() {
    check(&[
        (
            "class AvatarUploader < CarrierWave::Uploader::Base\n  storage :file\nend",
            &[r#"invoke storage("file") in AvatarUploader"#],
        ),
        (
            "class U\n  if production?\n    storage :fog\n  else\n    storage :file\n  end\nend",
            &[r#"invoke storage("fog") in U when _"#, r#"invoke storage("file") in U when !_"#],
        ),
        (
            "Shrine.storages = { cache: Shrine::Storage::FileSystem.new('public', prefix: 'cache') }",
            &[
                r#"setting Shrine.storages = {cache: Shrine.Storage.FileSystem.new("public", prefix="cache")}"#,
                r#"invoke Shrine.Storage.FileSystem.new("public", prefix="cache")"#,
            ],
        ),
        (
            r#"config.active_storage.service = ENV.fetch("STORAGE", "local").to_sym"#,
            &[r#"setting config.active_storage.service = $STORAGE|"local""#],
        ),
        (
            r#"config.cache_store = :file_store, "tmp/cache""#,
            &[r#"setting config.cache_store = ["file_store", "tmp/cache"]"#],
        ),
        (
            "File.open(Rails.root.join('tmp', \"#{id}.csv\"), 'w') { |f| f.write(csv) }",
            &[r#"invoke File.open(Rails.root.join("tmp", (id + ".csv")), "w") do"#, "invoke f.write(csv)"],
        ),
        (
            "DIR = '/tmp/reports'.freeze\nFile.write File.join(DIR, name), data",
            &[r#"invoke File.write(File.join("/tmp/reports", name), data)"#],
        ),
        (
            "class Export\n  def call\n    save('out.csv')\n  end\n\n  def save(name)\n    File.write(name, 1)\n  end\nend",
            &[
                r#"invoke save("out.csv") in Export#call"#,
                r#"invoke File.write("out.csv", 1) in Export#save"#,
            ],
        ),
    ]);
}

#[test]
fn connections() {
    check(&[
        (
            r#"$redis = Redis.new(url: ENV["REDIS_URL"], ssl_params: { verify_mode: OpenSSL::SSL::VERIFY_NONE })"#,
            &[
                "setting $redis = Redis.new(url=$REDIS_URL, ssl_params={verify_mode: OpenSSL.SSL.VERIFY_NONE})",
                "invoke $redis = Redis.new(url=$REDIS_URL, ssl_params={verify_mode: OpenSSL.SSL.VERIFY_NONE})",
            ],
        ),
        (
            "Sidekiq.configure_server do |config|\n  config.redis = { url: ENV['A'].presence || ENV['B'] || 'x' }\nend",
            &["invoke Sidekiq.configure_server() do", "setting config.redis = {url: $A|$B|\"x\"}"],
        ),
        (
            "def pool\n  @pool ||= ConnectionPool.new(size: 5) { Redis.new(options) }\nend\n\ndef options\n  { ssl: true }\nend",
            &[
                "invoke @pool = ConnectionPool.new(size=5) do in pool",
                "invoke Redis.new({ssl: true}) in pool",
            ],
        ),
        (
            "http = Net::HTTP.new(host)\nhttp.verify_mode = OpenSSL::SSL::VERIFY_NONE",
            &[
                "setting http = Net.HTTP.new(host)",
                "invoke http = Net.HTTP.new(host)",
                "setting http.verify_mode = OpenSSL.SSL.VERIFY_NONE",
            ],
        ),
        (
            "BASE = { url: 'x' }\nRedis.new(BASE.merge(ssl: true, **more))",
            &[r#"setting BASE = {url: "x"}"#, r#"invoke Redis.new({url: "x", ssl: true, ...: more})"#],
        ),
        (r#"options["sslmode"] = "require""#, &[r#"setting options.sslmode = "require""#]),
    ]);
}

#[test]
fn schedules() {
    check(&[
        (
            "every 1.day, at: '4:30 am' do\n  rake 'a:b'\nend",
            &[r#"invoke every([1].day(), at="4:30 am") do"#, "invoke [1].day()"],
        ),
        (
            "module Clockwork\n  every(1.hour, 'sync', :at => '**:05') { Sync.perform_later }\nend",
            &[
                r#"invoke every([1].hour(), "sync", at="**:05") do in Clockwork"#,
                "invoke [1].hour() in Clockwork",
            ],
        ),
        (
            "scheduler = Rufus::Scheduler.new\nscheduler.cron '5 0 * * *' do\nend",
            &[
                "setting scheduler = Rufus.Scheduler.new()",
                "invoke scheduler = Rufus.Scheduler.new()",
                r#"invoke [Rufus.Scheduler.new()].cron("5 0 * * *") do"#,
            ],
        ),
        (
            "config.good_job.cron = { sync: { cron: '0 4 * * *', class: 'Sync' } }",
            &[r#"setting config.good_job.cron = {sync: {cron: "0 4 * * *", class: "Sync"}}"#],
        ),
        (
            "Sidekiq::Cron::Job.create('name' => 'a', 'cron' => '0 4 * * *', class: A)",
            &[r#"invoke Sidekiq.Cron.Job.create(name="a", cron="0 4 * * *", class=A)"#],
        ),
    ]);
}

#[test]
fn statements() {
    check(&[
        (
            "def up\n  execute <<~SQL.squish\n    CREATE EXTENSION\n      hstore\n  SQL\nend",
            &[
                r#"invoke execute("CREATE EXTENSION hstore") in up"#,
                r#"text "\n    CREATE EXTENSION\n      hstore\n  SQL""#,
            ],
        ),
        ("out = `ls #{dir}`", &[r#"invoke out = `(("ls " + dir))"#]),
        (
            "system \"pg_dump #{ENV.fetch('DB')}\"",
            &[r#"invoke system(("pg_dump " + $DB!))"#, r#"text "pg_dump #{ENV.fetch('DB')}""#],
        ),
        (
            "class Account < ApplicationRecord\n  self.table_name = 'salesforce.account'\nend",
            &[r#"setting self.table_name = "salesforce.account" in Account"#, r#"text "salesforce.account""#],
        ),
        (
            "def a(x)\n  return if x\n  system('ls') unless y\nend",
            &[r#"invoke system("ls") in a when !_ and !_"#],
        ),
        ("x && system('ls')", &[r#"invoke system("ls") when _"#]),
        ("value = 5\nx = compute(value)\ny = { a: 1 }\nputs x", &[]),
    ]);
}

#[test]
fn values() {
    for (code, term) in [
        ("%w[a b]", r#"["a", "b"]"#),
        ("%i[a b]", r#"["a", "b"]"#),
        ("{ a: 1, 'b' => nil, :c => true, **d }", r#"{a: 1, b: nil, c: true, ...: d}"#),
        (r##""a\n\u{41}\"#{b}c""##, r#"("a\nA\"" + b + "c")"#),
        (r"'it\'s \n'", r#""it's \\n""#),
        (r#""a" "b""#, r#""ab""#),
        ("\"a\" + b + \"c\"", r#"("a" + b + "c")"#),
        ("'%s/%05d%%.csv' % [dir, 7]", r#"(dir + "/7%.csv")"#),
        ("format('%<a>s-%{b}', a: 1, b: x)", r#"("1-" + x)"#),
        ("Rails.root + 'a'", r#"[Rails.root].+("a")"#),
        ("Rails.root / 'a' / 'b'", r#"[[Rails.root]./("a")]./("b")"#),
        ("Rails.root.join('a', 'b').to_s", r#"Rails.root.join("a", "b")"#),
        ("Pathname.new('a').join('b')", r#"[Pathname.new("a")].join("b")"#),
        ("ENV['A']", "$A"),
        ("ENV.fetch('A')", "$A!"),
        ("ENV.fetch('A') { 'd' }", r#"$A|"d""#),
        ("ENV['A'] || raise('no')", "$A!"),
        ("a ? 'x' : 'y'", r#"<"x" | "y">"#),
        ("a || 'y'", r#"<a | "y">"#),
        ("if a then 1 elsif b then 2 else 3 end", "<1 | <2 | 3>>"),
        ("case a when 1 then 'x' when 2 then 'y' end", r#"<"x" | <"y" | nil>>"#),
        ("if a\n x = 1\nelse\n x = 2\nend\n[x]", "[<1 | 2>]"),
        ("x = 1\nx = 2\n[x]", "[x]"),
        ("x = y\ny = x\n[x]", "[x]"),
        ("A = { k: [1, 2] }.freeze\nA[:k][1]", "2"),
        ("->(x) { x }", "fn"),
        ("OpenSSL::SSL::VERIFY_NONE", "OpenSSL.SSL.VERIFY_NONE"),
        ("def m(a) = [a]\ndef n = m(1)\nTime.now", "Time.now()"),
        ("-5", "-5"),
        ("1..2", "_"),
        ("<<~A\n  x\n    #{y} z\nA\n", r#"("x\n  " + y + " z\n")"#),
        ("<<-'A'\n  x\\n\n  A\n", r#""  x\\n\n""#),
    ] {
        assert_eq!(shown(code), term, "{code}");
    }
}

#[test]
fn places() {
    let text = "KEY = '0 4 * * *'\nevery KEY, name: 'é' do |job|\n  job\nend\n";
    let facts = facts(text);
    let [call] = facts.invocations.as_slice() else { panic!("{:?}", facts.invocations) };
    assert_eq!(call.span.of(text), "every KEY, name: 'é'");
    assert_eq!(call.name_span.of(text), "every");
    assert_eq!(call.body.map(|body| body.of(text)), Some("do |job|\n  job\nend"));
    assert_eq!(call.argument(0).map(|term| term.span.of(text)), Some("'0 4 * * *'"));
    assert_eq!(call.keyword("name").map(|term| term.span.of(text)), Some("'é'"));
}

#[test]
fn clauses_are_conditions_where_their_patterns_stand() {
    let text = "case Rails.env\nwhen 'production' then system('a')\nelse system('b')\nend";
    let facts = facts(text);
    let guards: Vec<(&str, bool)> = facts
        .invocations
        .iter()
        .flat_map(|call| &call.guards)
        .map(|guard| (guard.span.of(text), guard.holds))
        .collect();
    assert_eq!(guards, [("'production'", true), ("'production'", false)]);
}

#[test]
fn expressions_of_larger_texts() {
    let text = "url: <%= ENV['A'] || \"b#{c ? 'd' : e}\" %>";
    let code = &text[9..text.len() - 3];
    let term = ruby::term(code, 9);
    assert_eq!(term.to_string(), r#"$A|("b" + <"d" | e>)"#);
    assert_eq!(term.span.of(text), code.trim());
    let mut places = Vec::new();
    term.walk(&mut |inner| places.push(inner.span.of(text)));
    assert_eq!(places[1..], ["\"b#{c ? 'd' : e}\"", "b", "c ? 'd' : e", "'d'", "e"]);
    assert_eq!(ruby::term("", 4).span, Span::new(4, 4));
}

#[test]
fn deep_and_long_code_ends() {
    let nested = format!("x = {}1{}", "Foo.new(".repeat(3000), ")".repeat(3000));
    let sum = format!("x = open({})", vec!["y"; 3000].join(" + "));
    let chain = format!("x = a{}", ".open(1)".repeat(3000));
    let exits = format!("def a(x)\n{}{}end", "return if x\n".repeat(1000), "system(x)\n".repeat(1000));
    for text in [nested, sum, chain, exits] {
        assert!(!facts(&text).invocations.is_empty());
    }
}
