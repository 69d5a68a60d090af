//! The writer in `src/write/ruby.rs`.

use super::harness::{check_read_first, written};
use dynolint::remedy::{Content, What};

const N: &[&str] = &["N"];

/// Checks rows with `names` behind the read that is marked.
fn check_fall_back(path: &str, names: &[&str], rows: &[(&str, &str)]) {
    for (marked, expected) in rows {
        let names = names.iter().map(ToString::to_string).collect();
        let found = written(path, marked, |read| What::FallBack { read, names });
        assert_eq!(found.as_deref().unwrap_or("-"), *expected, "{path}: {marked}");
    }
}

/// Checks rows of a marked call or hash, the keys with dots, and what it becomes.
fn check_set(value: &Content, rows: &[(&str, &str, &str)]) {
    for (marked, keys, expected) in rows {
        let keys = keys.split('.').map(str::to_string).collect();
        let value = value.clone();
        let found = written("config/a.rb", marked, |at| What::Set { at, keys, value });
        assert_eq!(found.as_deref().unwrap_or("-"), *expected, "{marked}");
    }
}

fn check_unset(rows: &[(&str, &str, &str)]) {
    for (marked, keys, expected) in rows {
        let keys = keys.split('.').map(str::to_string).collect();
        let found = written("config/a.rb", marked, |at| What::Unset { at, keys });
        assert_eq!(found.as_deref().unwrap_or("-"), *expected, "{marked}");
    }
}

fn check_become(rows: &[(&str, Content, &str)]) {
    for (marked, value, expected) in rows {
        let value = value.clone();
        let found = written("config/a.rb", marked, |at| What::Become { at, value });
        assert_eq!(found.as_deref().unwrap_or("-"), *expected, "{marked}");
    }
}

fn text(text: &str) -> Content {
    Content::Text(text.to_string())
}

fn number(number: &str) -> Content {
    Content::Number(number.to_string())
}

fn env(name: &str, default: Option<Content>) -> Content {
    Content::Env { name: name.to_string(), default: default.map(Box::new) }
}

#[test]
fn a_read_stands_where_it_stood() {
    check_read_first(
        "config/a.rb",
        N,
        &[
            (r#"x = «ENV["X"]»"#, r#"x = ENV["N"] || ENV["X"]"#),
            (r#"x = «ENV['X']»"#, r#"x = ENV['N'] || ENV['X']"#),
            (r#"X = «::ENV["X"]».freeze"#, r#"X = (::ENV["N"] || ::ENV["X"]).freeze"#),
            (r#"x, y = «ENV["X"]», 1"#, r#"x, y = ENV["N"] || ENV["X"], 1"#),
            (r#"x ||= «ENV["X"]»"#, r#"x ||= ENV["N"] || ENV["X"]"#),
            (r#"x = (y = «ENV["X"]»)"#, r#"x = (y = ENV["N"] || ENV["X"])"#),
            (r#"x = «ENV["X"]» rescue nil"#, r#"x = ENV["N"] || ENV["X"] rescue nil"#),
            (r#"[«ENV["X"]», 1]"#, r#"[ENV["N"] || ENV["X"], 1]"#),
            (r#"[*«ENV["X"]», 1]"#, r#"[*(ENV["N"] || ENV["X"]), 1]"#),
            (r#"{ a: «ENV["X"]», b: 1 }"#, r#"{ a: ENV["N"] || ENV["X"], b: 1 }"#),
            (r#"x = { «ENV["X"]» => 1 }"#, r#"x = { (ENV["N"] || ENV["X"]) => 1 }"#),
            (r#"HOSTS[«ENV["X"]»]"#, r#"HOSTS[ENV["N"] || ENV["X"]]"#),
            (r#"-> { «ENV["X"]» }"#, r#"-> { ENV["N"] || ENV["X"] }"#),
            (r#"list.map { |one| «ENV["X"]» }"#, r#"list.map { |one| ENV["N"] || ENV["X"] }"#),
            (
                "list.each do |one|\n  «ENV[\"X\"]»\nend",
                "list.each do |one|\n  ENV[\"N\"] || ENV[\"X\"]\nend",
            ),
            (r#"def f(x = «ENV["X"]») = x"#, r#"def f(x = ENV["N"] || ENV["X"]) = x"#),
            (r#"def f(x: «ENV["X"]»); x; end"#, r#"def f(x: ENV["N"] || ENV["X"]); x; end"#),
            (r#"def f = «ENV["X"]»"#, r#"def f = ENV["N"] || ENV["X"]"#),
            (r#"->(x = «ENV["X"]») { x }"#, r#"->(x = (ENV["N"] || ENV["X"])) { x }"#),
            (r#"list.map { |a, x = «ENV["X"]»| x }"#, r#"list.map { |a, x = (ENV["N"] || ENV["X"])| x }"#),
            (r#"1..«ENV["X"]»"#, r#"1..(ENV["N"] || ENV["X"])"#),
        ],
    );
}

#[test]
fn parentheses_stand_where_something_binds_tighter() {
    check_read_first(
        "config/a.rb",
        N,
        &[
            (r#"!«ENV["DYNO"]».nil?"#, r#"!(ENV["N"] || ENV["DYNO"]).nil?"#),
            (r#"!«ENV["X"]»"#, r#"!(ENV["N"] || ENV["X"])"#),
            (r#"not «ENV["X"]»"#, r#"not (ENV["N"] || ENV["X"])"#),
            (r#"not(«ENV["X"]»)"#, r#"not(ENV["N"] || ENV["X"])"#),
            (r#"«ENV["DYNO"]»&.split(".")&.first"#, r#"(ENV["N"] || ENV["DYNO"])&.split(".")&.first"#),
            (r#"x = a || «ENV["DYNO"]» && b"#, r#"x = a || (ENV["N"] || ENV["DYNO"]) && b"#),
            (r#"x = a && «ENV["X"]»"#, r#"x = a && (ENV["N"] || ENV["X"])"#),
            (r#"x = a || «ENV["X"]»"#, r#"x = a || ENV["N"] || ENV["X"]"#),
            (r#"x = «ENV["X"]» || "d""#, r#"x = ENV["N"] || ENV["X"] || "d""#),
            (r#"«ENV["X"]» and y"#, r#"ENV["N"] || ENV["X"] and y"#),
            (r#"«ENV["X"]» or y"#, r#"ENV["N"] || ENV["X"] or y"#),
            (r#"x = «ENV["X"]» ? 1 : 2"#, r#"x = ENV["N"] || ENV["X"] ? 1 : 2"#),
            (r#"x = a ? «ENV["X"]» : 2"#, r#"x = a ? ENV["N"] || ENV["X"] : 2"#),
            (r#"x = «ENV["X"]» == "y""#, r#"x = (ENV["N"] || ENV["X"]) == "y""#),
            (r#"x = "y" != «ENV["X"]»"#, r#"x = "y" != (ENV["N"] || ENV["X"])"#),
            (r#"x = «ENV["X"]» =~ /re/"#, r#"x = (ENV["N"] || ENV["X"]) =~ /re/"#),
            (r#"x = "a" + «ENV["X"]»"#, r#"x = "a" + (ENV["N"] || ENV["X"])"#),
            (r#"x = "%s" % «ENV["X"]»"#, r#"x = "%s" % (ENV["N"] || ENV["X"])"#),
            (r#"x = «ENV["X"]».to_s"#, r#"x = (ENV["N"] || ENV["X"]).to_s"#),
            (r#"x = «ENV["X"]».present?"#, r#"x = (ENV["N"] || ENV["X"]).present?"#),
            (r#"x = «ENV["X"]»[0, 7]"#, r#"x = (ENV["N"] || ENV["X"])[0, 7]"#),
            (r#"f(&«ENV["X"]»)"#, r#"f(&(ENV["N"] || ENV["X"]))"#),
        ],
    );
}

#[test]
fn calls_without_parentheses_and_keywords_keep_their_arguments() {
    check_read_first(
        "config/a.rb",
        N,
        &[
            (r#"puts «ENV["X"]»"#, r#"puts ENV["N"] || ENV["X"]"#),
            (r#"puts «ENV["X"]», 1"#, r#"puts ENV["N"] || ENV["X"], 1"#),
            (r#"puts «ENV["X"]».to_s, 1"#, r#"puts ENV.fetch("N", ENV["X"]).to_s, 1"#),
            (r#"puts 1, «ENV["X"]».to_s"#, r#"puts 1, (ENV["N"] || ENV["X"]).to_s"#),
            (r#"puts(«ENV["X"]».to_s)"#, r#"puts((ENV["N"] || ENV["X"]).to_s)"#),
            (r#"port «ENV["X"]» || 3000"#, r#"port ENV["N"] || ENV["X"] || 3000"#),
            (r#"use Rack::X, key: «ENV["X"]»"#, r#"use Rack::X, key: ENV["N"] || ENV["X"]"#),
            (r#"def f; return «ENV["X"]» if y; end"#, r#"def f; return ENV["N"] || ENV["X"] if y; end"#),
            (r#"def f; yield «ENV["X"]»; end"#, r#"def f; yield ENV["N"] || ENV["X"]; end"#),
            (r#"foo if «ENV["X"]»"#, r#"foo if ENV["N"] || ENV["X"]"#),
            (r#"foo unless «ENV["X"]».nil?"#, r#"foo unless (ENV["N"] || ENV["X"]).nil?"#),
            ("if «ENV[\"X\"]»\n  a\nend", "if ENV[\"N\"] || ENV[\"X\"]\n  a\nend"),
            ("if a\nelsif «ENV[\"X\"]»\n  a\nend", "if a\nelsif ENV[\"N\"] || ENV[\"X\"]\n  a\nend"),
            ("while «ENV[\"X\"]»\n  a\nend", "while ENV[\"N\"] || ENV[\"X\"]\n  a\nend"),
            ("case «ENV[\"X\"]»\nwhen 1 then 2\nend", "case ENV[\"N\"] || ENV[\"X\"]\nwhen 1 then 2\nend"),
            ("case a\nwhen «ENV[\"X\"]» then 2\nend", "case a\nwhen ENV[\"N\"] || ENV[\"X\"] then 2\nend"),
            ("on «ENV[\"X\"]» do\n  a\nend", "on ENV[\"N\"] || ENV[\"X\"] do\n  a\nend"),
        ],
    );
}

#[test]
fn texts_with_reads_in_them_stay_texts() {
    check_read_first(
        "config/a.rb",
        N,
        &[
            (r##"x = "a#{«ENV["X"]»}b""##, r##"x = "a#{ENV["N"] || ENV["X"]}b""##),
            (r##"x = "#{«ENV['X']».to_s}""##, r##"x = "#{(ENV['N'] || ENV['X']).to_s}""##),
            ("x = <<~A\n  a #{«ENV[\"X\"]»}\nA\n", "x = <<~A\n  a #{ENV[\"N\"] || ENV[\"X\"]}\nA\n"),
            (r##"x = %W[a #{«ENV["X"]»}]"##, r##"x = %W[a #{ENV["N"] || ENV["X"]}]"##),
            (r##"x = %(a #{«ENV["X"]»})"##, r##"x = %(a #{ENV["N"] || ENV["X"]})"##),
            (r##"x = /a#{«ENV["X"]»}/"##, r##"x = /a#{ENV["N"] || ENV["X"]}/"##),
            (r#"system("echo «$APP_X»")"#, r#"system("echo ${N:-$APP_X}")"#),
            (r#"system("echo «${APP_X:-d}»")"#, r#"system("echo ${N:-${APP_X:-d}}")"#),
            (r#"system("echo «${APP_X%.*}»")"#, "-"),
        ],
    );
}

#[test]
fn fetch_stays_fetch() {
    check_read_first(
        "config/a.rb",
        N,
        &[
            (r#"x = «ENV.fetch("X")»"#, r#"x = ENV.fetch("N") { ENV.fetch("X") }"#),
            (r#"x = «ENV.fetch('X', nil)»"#, r#"x = ENV.fetch('N') { ENV.fetch('X', nil) }"#),
            (r#"puts «ENV.fetch("X", "d")», 1"#, r#"puts ENV.fetch("N") { ENV.fetch("X", "d") }, 1"#),
            (r#"x = «ENV.fetch "X"»"#, r#"x = ENV.fetch("N") { ENV.fetch "X" }"#),
            (r#"x = «ENV.fetch("X")».to_i"#, r#"x = ENV.fetch("N") { ENV.fetch("X") }.to_i"#),
            (
                r#"x = «ENV.fetch("X") { |k| raise k }»"#,
                r#"x = ENV.fetch("N") { ENV.fetch("X") { |k| raise k } }"#,
            ),
            (
                "x = «ENV.fetch(\"X\") do |k|\n  raise k\nend»",
                "x = ENV[\"N\"] || ENV.fetch(\"X\") do |k|\n  raise k\nend",
            ),
            (
                "x = «ENV.fetch(\n  'X',\n  'd'\n)».to_i",
                "x = (ENV['N'] || ENV.fetch(\n  'X',\n  'd'\n)).to_i",
            ),
            // `_1` would be the name of the variable in a block of its own.
            (r#"list.map { «ENV.fetch("X", _1)» }"#, r#"list.map { ENV["N"] || ENV.fetch("X", _1) }"#),
            (r#"x = «ENV.fetch(KEY, "d")»"#, "-"),
        ],
    );
    check_read_first(
        "config/a.rb",
        &["N", "M"],
        &[
            (r#"x = «ENV["X"]»"#, r#"x = ENV["N"] || ENV["M"] || ENV["X"]"#),
            (r#"x = «ENV.fetch("X")»"#, r#"x = ENV["N"] || ENV["M"] || ENV.fetch("X")"#),
            (r#"x = «ENV.fetch "X"»"#, r#"x = ENV.fetch("N") { ENV.fetch("M") { ENV.fetch "X" } }"#),
        ],
    );
}

#[test]
fn presence_stays_presence() {
    check_read_first(
        "config/a.rb",
        N,
        &[
            (r#"foo unless «ENV.key?("X")»"#, r#"foo unless ENV.key?("N") || ENV.key?("X")"#),
            (r#"x = !«ENV.include?('X')»"#, r#"x = !(ENV.include?('N') || ENV.include?('X'))"#),
            (r#"x = «ENV.has_key? "X"»"#, r#"x = ENV.has_key?("N") || ENV.has_key?("X")"#),
            (r#"x = !«ENV.key? "X"»"#, r#"x = !(ENV.key?("N") || ENV.key?("X"))"#),
            (r#"x = «ENV.member?("X")» && y"#, r#"x = (ENV.member?("N") || ENV.member?("X")) && y"#),
            (r#"x = «"X".in?(ENV)»"#, r#"x = "N".in?(ENV) || "X".in?(ENV)"#),
            (r#"x = «ENV.keys.include?("X")»"#, r#"x = ENV.keys.include?("N") || ENV.keys.include?("X")"#),
            (r#"assert «ENV.key?("X")».to_s"#, "-"),
        ],
    );
}

#[test]
fn reads_of_other_shapes() {
    check_read_first(
        "config/a.rb",
        N,
        &[
            ("KEY = \"X\"\nx = «ENV[KEY]»", "KEY = \"X\"\nx = ENV[\"N\"] || ENV[KEY]"),
            ("env = ENV\nx = «env[\"X\"]»", "env = ENV\nx = env[\"N\"] || env[\"X\"]"),
            (r#"x = «ENV.to_h["X"]»"#, r#"x = ENV.to_h["N"] || ENV.to_h["X"]"#),
            (r#"a, b = ENV.values_at("A", «"X"»)"#, r#"a, b = [ENV["A"], ENV["N"] || ENV["X"]]"#),
            (r#"a, b = ENV.values_at(«'X'», 'A')"#, r#"a, b = [ENV['N'] || ENV['X'], ENV['A']]"#),
            (r#"a = «ENV.values_at("X")»"#, r#"a = [ENV["N"] || ENV["X"]]"#),
            (r#"a = ENV.values_at("A", «"X"», *more)"#, "-"),
            (r#"a = ENV.slice("A", «"X"»)"#, "-"),
            (r#"a = «ENV.slice("X")»"#, "-"),
            (r#"a = «ENV.assoc("X")»"#, "-"),
            (r#"a = «ENV.delete("X")»"#, "-"),
            (r#"a = defined?(«ENV["X"]»)"#, "-"),
            (r#"a = «ENV.select { |k, _| k == "X" }»"#, "-"),
            (r#"a = «ENV.send(:fetch, "X")»"#, "-"),
            (r#"a = «ENV[ENV["P"] || "X"]»"#, "-"),
            (r#"a = «Figaro.env.x»"#, r#"a = Figaro.env.n || Figaro.env.x"#),
            (r#"a = «Figaro.env.x!».to_s"#, r#"a = (Figaro.env.n || Figaro.env.x!).to_s"#),
            (r#"a = «Figaro.env.x?»"#, r#"a = Figaro.env.n? || Figaro.env.x?"#),
            // It is there already.
            (r#"a = ENV["N"] || «ENV["X"]»"#, "-"),
            (r#"a = ENV.fetch("N") { «ENV["X"]» }"#, "-"),
            (r#"a = «ENV["X"]» || ENV["N"]"#, "-"),
            (r#"ENV["N"] ||= «ENV["X"]»"#, "-"),
        ],
    );
}

#[test]
fn a_function_that_only_reads_is_called_again() {
    check_read_first(
        "config/a.rb",
        N,
        &[
            (
                "def env(k)\n  ENV[k]\nend\nx = «env(\"DYNO\")»",
                "def env(k)\n  ENV[k]\nend\nx = env(\"N\") || env(\"DYNO\")",
            ),
            ("def env(k) = ENV[k]\nx = «env 'DYNO'»", "def env(k) = ENV[k]\nx = env('N') || env('DYNO')"),
            ("def env(k)\n  ENV[k].to_s\nend\nx = «env(\"DYNO\")»", "-"),
            ("def env(k)\n  ENV.fetch(k)\nend\nx = «env(\"DYNO\")»", "-"),
            ("def env(k)\n  log k\n  ENV[k]\nend\nx = «env(\"DYNO\")»", "-"),
        ],
    );
}

#[test]
fn templates() {
    check_read_first(
        "app/views/a.html.erb",
        N,
        &[
            (r#"<p><%= «ENV["X"]» %></p>"#, r#"<p><%= ENV["N"] || ENV["X"] %></p>"#),
            (r#"<a href="<%= «ENV["X"]».to_s -%>">"#, r#"<a href="<%= (ENV["N"] || ENV["X"]).to_s -%>">"#),
            ("<% if «ENV['X']» %>\nü\n<% end %>", "<% if ENV['N'] || ENV['X'] %>\nü\n<% end %>"),
        ],
    );
    check_read_first(
        "app/views/a.html.haml",
        N,
        &[
            ("%p= «ENV[\"X\"]»", "%p= ENV[\"N\"] || ENV[\"X\"]"),
            ("- if «ENV['X']».present?\n  %p a", "- if (ENV['N'] || ENV['X']).present?\n  %p a"),
            ("%a{href: «ENV[\"X\"]», id: 1} a", "%a{href: ENV[\"N\"] || ENV[\"X\"], id: 1} a"),
            ("%p a #{«ENV[\"X\"]»}", "%p a #{ENV[\"N\"] || ENV[\"X\"]}"),
            ("= «ENV.fetch(\"X\")»", "= ENV.fetch(\"N\") { ENV.fetch(\"X\") }"),
        ],
    );
    check_read_first(
        "app/views/a.html.slim",
        N,
        &[
            ("p = «ENV[\"X\"]»", "p = ENV[\"N\"] || ENV[\"X\"]"),
            ("a href=«ENV[\"X\"]» a", "a href=(ENV[\"N\"] || ENV[\"X\"]) a"),
            ("a href=url(«ENV[\"X\"]») a", "a href=url(ENV[\"N\"] || ENV[\"X\"]) a"),
            ("a href= «ENV[\"X\"]»", "a href= (ENV[\"N\"] || ENV[\"X\"])"),
            ("p =«ENV[\"X\"]»", "p =ENV[\"N\"] || ENV[\"X\"]"),
            ("a href=\"#{«ENV[\"X\"]»}\" a", "a href=\"#{ENV[\"N\"] || ENV[\"X\"]}\" a"),
            ("a href=«ENV[\"X\"]»||\"d\" a", "a href=(ENV[\"N\"] || ENV[\"X\"])||\"d\" a"),
        ],
    );
}

#[test]
fn others_stand_behind_a_read() {
    check_fall_back(
        "config/a.rb",
        N,
        &[
            (r#"x = «ENV["X"]»"#, r#"x = ENV["X"] || ENV["N"]"#),
            (r#"x = «ENV["X"]» || "d""#, r#"x = ENV["X"] || ENV["N"] || "d""#),
            (r#"x = URI(«ENV["X"]»)"#, r#"x = URI(ENV["X"] || ENV["N"])"#),
            (r#"x = «ENV['X']».to_s"#, r#"x = (ENV['X'] || ENV['N']).to_s"#),
            (r#"puts «ENV["X"]».to_s"#, r#"puts ENV.fetch("X", ENV["N"]).to_s"#),
            (r#"x = «ENV.fetch("X")»"#, r#"x = ENV.fetch("X") { ENV.fetch("N") }"#),
            (r#"x = «ENV.fetch "X"»"#, r#"x = ENV.fetch("X") { ENV.fetch("N") }"#),
            (r#"x = «ENV.fetch("X", "d")»"#, r#"x = ENV.fetch("X", ENV.fetch("N", "d"))"#),
            (r#"x = «ENV.fetch("X") { "d" }»"#, r#"x = ENV.fetch("X") { ENV.fetch("N") { "d" } }"#),
            (r#"x = «ENV.fetch("X") { |k| raise k }»"#, "-"),
            (r#"x = «ENV.key?("X")»"#, r#"x = ENV.key?("X") || ENV.key?("N")"#),
            (r#"x = !«ENV.key? "X"»"#, r#"x = !(ENV.key?("X") || ENV.key?("N"))"#),
            (r#"a = ENV.values_at( "A", «"X"» )"#, r#"a = [ ENV["A"], ENV["X"] || ENV["N"] ]"#),
            (r#"system "echo «$APP_X»""#, r#"system "echo ${APP_X:-$N}""#),
        ],
    );
    check_fall_back(
        "config/a.rb",
        &["N", "M"],
        &[
            (r#"x = «ENV["X"]»"#, r#"x = ENV["X"] || ENV["N"] || ENV["M"]"#),
            (r#"x = «ENV.fetch("X")»"#, r#"x = ENV.fetch("X") { ENV.fetch("N") { ENV.fetch("M") } }"#),
            (r#"x = «ENV.fetch("X", "d")»"#, r#"x = ENV.fetch("X", ENV.fetch("N", ENV.fetch("M", "d")))"#),
        ],
    );
}

#[test]
fn options_are_written_like_their_neighbours() {
    check_set(
        &Content::Code("V".to_string()),
        &[
            (r#"«Redis.new(url: u)»"#, "ssl", r#"Redis.new(url: u, ssl: V)"#),
            (r#"«Redis.new»"#, "ssl", r#"Redis.new(ssl: V)"#),
            (r#"«Redis.new()»"#, "ssl", r#"Redis.new(ssl: V)"#),
            (r#"«Redis.new(:url => u)»"#, "ssl", r#"Redis.new(:url => u, :ssl => V)"#),
            (r#"«Redis.new('url' => u)»"#, "ssl", r#"Redis.new('url' => u, 'ssl' => V)"#),
            (r#"«Redis.new url: u»"#, "ssl", r#"Redis.new url: u, ssl: V"#),
            (r#"«Redis.new url: u» do |r| end"#, "ssl", r#"Redis.new url: u, ssl: V do |r| end"#),
            (r#"«Redis.new({ url: u })»"#, "ssl", r#"Redis.new({ url: u, ssl: V })"#),
            (r#"«Redis.new(url: u, &b)»"#, "ssl", r#"Redis.new(url: u, ssl: V, &b)"#),
            (r#"«PG.connect(ENV["X"])»"#, "ssl", r#"PG.connect(ENV["X"], ssl: V)"#),
            (r#"«PG.connect(options)»"#, "ssl", "-"),
            (r#"«PG.connect(*list)»"#, "ssl", "-"),
            (r#"«PG.connect(url: u, **more)»"#, "ssl", "-"),
            (r#"«Redis.new(ssl: 1, url: u)»"#, "ssl", r#"Redis.new(ssl: V, url: u)"#),
            (r#"«Redis.new(url:, ssl:)»"#, "ssl", r#"Redis.new(url:, ssl: V)"#),
            (
                r#"«Redis.new(url: u)»"#,
                "ssl_params.verify_mode",
                r#"Redis.new(url: u, ssl_params: { verify_mode: V })"#,
            ),
            (
                r#"«Redis.new(:url => u)»"#,
                "ssl_params.verify_mode",
                r#"Redis.new(:url => u, :ssl_params => { :verify_mode => V })"#,
            ),
            (
                r#"«Redis.new(ssl_params: { ca: 1 }, url: u)»"#,
                "ssl_params.verify_mode",
                r#"Redis.new(ssl_params: { ca: 1, verify_mode: V }, url: u)"#,
            ),
            (
                r#"«Redis.new(ssl_params: { verify_mode: 0 })»"#,
                "ssl_params.verify_mode",
                r#"Redis.new(ssl_params: { verify_mode: V })"#,
            ),
            (
                r#"«Redis.new({url: u})»"#,
                "ssl_params.verify_mode",
                r#"Redis.new({url: u, ssl_params: {verify_mode: V}})"#,
            ),
            (r#"«Redis.new(ssl_params: other)»"#, "ssl_params.verify_mode", "-"),
            (r#"x = «{}»"#, "a", r#"x = { a: V }"#),
            (r#"x = «{ b: 1 }»"#, "a", r#"x = { b: 1, a: V }"#),
            (r#"x = «{ b: 1, }»"#, "a", r#"x = { b: 1, a: V, }"#),
            (r#"x = «{ "b": 1 }»"#, "a-b", r#"x = { "b": 1, "a-b": V }"#),
            (r#"config.redis = :store, «{ url: u }»"#, "ssl", r#"config.redis = :store, { url: u, ssl: V }"#),
            ("f([«a: 1, b: 2»])", "c", "f([a: 1, b: 2, c: V])"),
            ("«Redis.new(\n  url: u\n)»", "ssl", "Redis.new(\n  url: u,\n  ssl: V\n)"),
            ("«Redis.new(\n  url: u,\n)»", "ssl", "Redis.new(\n  url: u,\n  ssl: V,\n)"),
            ("«Redis.new(\r\n\turl: u,\r\n)»", "ssl", "Redis.new(\r\n\turl: u,\r\n\tssl: V,\r\n)"),
            ("«Redis.new(\n  url: u # why\n)»", "ssl", "Redis.new(\n  url: u, # why\n  ssl: V\n)"),
            ("«Redis.new(\n  url: u, # why\n)»", "ssl", "Redis.new(\n  url: u, # why\n  ssl: V,\n)"),
            ("«create url: u,\n       db: 1»\n", "ssl", "create url: u,\n       db: 1,\n       ssl: V\n"),
            (
                "«create url: u,\n       db: 1» do\nend\n",
                "ssl",
                "create url: u,\n       db: 1,\n       ssl: V do\nend\n",
            ),
            ("«Redis.new(url: u,\n  db: 1)»", "ssl", "Redis.new(url: u,\n  db: 1,\n  ssl: V)"),
            ("x = «{\n  a: {\n    b: 1\n  }\n}»", "c", "x = {\n  a: {\n    b: 1\n  },\n  c: V\n}"),
            ("«Redis.new(url: <<~A)»\n  a\nA\n", "ssl", "-"),
        ],
    );
}

#[test]
fn options_go_with_their_commas_and_lines() {
    check_unset(&[
        (r#"«Redis.new(url: u, ssl: 1)»"#, "ssl", r#"Redis.new(url: u)"#),
        (r#"«Redis.new(ssl: 1, url: u)»"#, "ssl", r#"Redis.new(url: u)"#),
        (r#"«Redis.new(ssl: 1)»"#, "ssl", r#"Redis.new"#),
        (r#"«build(ssl: 1)»"#, "ssl", r#"build()"#),
        (r#"«Redis.new ssl: 1»"#, "ssl", r#"Redis.new"#),
        (r#"«Redis.new url: u, ssl: 1»"#, "ssl", r#"Redis.new url: u"#),
        (r#"«Redis.new(url: u)»"#, "ssl", "-"),
        (r#"x = «{ a: { b: 1, c: 2 } }»"#, "a.b", r#"x = { a: { c: 2 } }"#),
        (r#"x = «{ b: 1 }»"#, "b", r#"x = {}"#),
        ("«Redis.new(\n  url: u,\n  ssl: 1\n)»", "ssl", "Redis.new(\n  url: u\n)"),
        ("«Redis.new(\n  url: u, # a\n  ssl: 1\n)»", "ssl", "Redis.new(\n  url: u # a\n)"),
        ("«Redis.new(\n  url: u,\n  ssl: 1,\n)»", "ssl", "Redis.new(\n  url: u,\n)"),
        ("«Redis.new(\n  ssl: 1, # why\n  url: u\n)»", "ssl", "Redis.new(\n  url: u\n)"),
        ("«create ssl: 1,\n       url: u»\n", "ssl", "create url: u\n"),
        ("«create(url: u, ssl: 1,\n       db: 1)»\n", "ssl", "create(url: u,\n       db: 1)\n"),
        ("«create(ssl: 1, # why\n       db: 1)»\n", "ssl", "-"),
        ("«create url: u,\n       ssl: 1»\nmore\n", "ssl", "create url: u\nmore\n"),
    ]);
}

#[test]
fn values_become_others() {
    let switch = |default| Content::Switch { name: "S".to_string(), default };
    check_become(&[
        (r#"x = «"a"»"#, text("b"), r#"x = "b""#),
        (r#"x = «'a'»"#, text("b"), r#"x = 'b'"#),
        (r#"x = «'a'»"#, text("it's"), r#"x = "it's""#),
        (r#"x = «"a"»"#, text("a\"#{b}\\"), r#"x = "a\"\#{b}\\""#),
        (r#"x = «:local»"#, text("amazon"), r#"x = :amazon"#),
        (r#"x = «1»"#, Content::Nil, r#"x = nil"#),
        (r#"x = «1»"#, number("2"), r#"x = 2"#),
        (r#"x = «true»"#, Content::List(vec![Content::Bool(false), text("a")]), r#"x = [false, "a"]"#),
        (r#"x = «nil»"#, Content::Map(vec![("a".to_string(), number("1"))]), r#"x = { a: 1 }"#),
        (r#"puts «nil»"#, Content::Map(vec![("a".to_string(), number("1"))]), "-"),
        (r#"x = «"a"»"#, env("E", None), r#"x = ENV["E"]"#),
        (
            "y = ENV.fetch('Y', nil)\nx = «'a'»",
            env("E", None),
            "y = ENV.fetch('Y', nil)\nx = ENV.fetch('E', nil)",
        ),
        (r#"x = «'a'»"#, env("E", Some(text("a"))), r#"x = ENV.fetch('E', 'a')"#),
        (r#"port «3000»"#, env("PORT", Some(number("3000"))), r#"port ENV.fetch("PORT", 3000)"#),
        (r#"listen(«3000»)"#, env("PORT", Some(number("3000"))), r#"listen(ENV.fetch("PORT", 3000).to_i)"#),
        (
            r#"config.force_ssl = «true»"#,
            switch(true),
            r#"config.force_ssl = ENV.fetch("S", "true") != "false""#,
        ),
        (r#"f(ssl: «false»)"#, switch(false), r#"f(ssl: ENV.fetch("S", "false") == "true")"#),
        (r#"x = !«true»"#, switch(true), r#"x = !(ENV.fetch("S", "true") != "false")"#),
        (r#"x = a && «true»"#, switch(true), r#"x = a && ENV.fetch("S", "true") != "false""#),
        (r#"x = «a».b"#, Content::Code("c || d".to_string()), r#"x = (c || d).b"#),
        (r#"x = «a».b"#, Content::Code("c d".to_string()), r#"x = (c d).b"#),
        (r#"x = «a».b"#, Content::Code("c.d(1)".to_string()), r#"x = c.d(1).b"#),
        (r#"f(«a»:, b:)"#, number("1"), r#"f(a: 1, b:)"#),
        (r#"f(«a»: 1)"#, number("1"), "-"),
        (r#"x = %w[«a» b]"#, text("c"), r#"x = %w[c b]"#),
        (r#"x = %w[«a» b]"#, text("c d"), "-"),
        ("x = «<<~A»\n  a\nA\n", text("b"), "-"),
        (r#"«x» = 1"#, text("b"), "-"),
    ]);
    let around = |marked: &str| {
        written("config/a.rb", marked, |at| What::Become {
            at,
            value: Content::Around {
                inner: at,
                before: String::new(),
                after: ".sub(\"a\", \"b\")".to_string(),
            },
        })
    };
    assert_eq!(around(r#"x = «ENV["A"]»"#).as_deref(), Some(r#"x = ENV["A"].sub("a", "b")"#));
    assert_eq!(
        around(r#"x = «ENV["A"] || ENV["B"]»"#).as_deref(),
        Some(r#"x = (ENV["A"] || ENV["B"]).sub("a", "b")"#)
    );
}

#[test]
fn comments_stand_on_lines_of_their_own() {
    let comment = |path: &str, marked: &str| {
        written(path, marked, |at| What::Comment { at: at.start, text: "note".to_string() })
    };
    assert_eq!(comment("a.rb", "if a\r\n  «b»\r\nend").as_deref(), Some("if a\r\n  # note\r\n  b\r\nend"));
    assert_eq!(comment("a.rb", "x = <<~A\n  a\n  «b»\nA\n"), None);
    assert_eq!(comment("a.rb", "x = 1 + \\\n  «2»\n"), None);
    assert_eq!(
        comment("a.html.erb", "<p>\n  <%= «b» %>\n").as_deref(),
        Some("<p>\n  <%# note %>\n  <%= b %>\n")
    );
    assert_eq!(comment("a.html.erb", "<%\n  «b»\n%>\n"), None);
    assert_eq!(comment("a.html.haml", "%p\n  = «b»\n").as_deref(), Some("%p\n  -# note\n  = b\n"));
}
