//! Ruby and its templates.

use std::collections::BTreeSet;

use dynolint::fact::{Facts, Place, Request};
use dynolint::lang::template::mask_erb;
use dynolint::lang::{self, Lang};
use dynolint::notation;

use super::harness::{assert_sound, check};

fn facts(text: &str, lang: Lang) -> Facts {
    lang::facts(text, &Request::new("app/x.rb", lang))
}

#[test]
fn reads() {
    check(
        "config/puma.rb",
        Lang::Ruby,
        &[
            (r#"ENV["DYNO"]"#, &["read DYNO: DYNO"]),
            ("ENV['DYNO']", &["read DYNO: DYNO"]),
            ("ENV[%q(DYNO)]", &["read DYNO: DYNO"]),
            (r#"::ENV["DYNO"]"#, &["read DYNO: DYNO"]),
            (r#"ENV.fetch("DYNO")"#, &["read DYNO required: DYNO!"]),
            (r#"ENV.fetch "DYNO", nil"#, &["read DYNO default: DYNO|nil"]),
            (r#"ENV.fetch("PORT", 3000)"#, &["read PORT default: PORT|3000"]),
            (r#"ENV.fetch("PORT") { 3000 }"#, &["read PORT default: PORT|3000"]),
            (
                r#"ENV.fetch("PORT") do
  3000
end"#,
                &["read PORT default: PORT|3000"],
            ),
            (r#"ENV.key?("DYNO")"#, &["presence DYNO: DYNO?"]),
            (r#"ENV.has_key?("DYNO")"#, &["presence DYNO: DYNO?"]),
            (r#"ENV.include?("DYNO")"#, &["presence DYNO: DYNO?"]),
            (r#"ENV.member? "DYNO""#, &["presence DYNO: DYNO?"]),
            (r#""DYNO".in?(ENV)"#, &["presence DYNO: DYNO?"]),
            (r#"ENV.dig("DYNO")"#, &["read DYNO: DYNO"]),
            (r#"ENV&.fetch("DYNO")"#, &["read DYNO required: DYNO!"]),
            (r#"ENV.to_h["DYNO"]"#, &["read DYNO: DYNO"]),
            (r#"ENV.to_h.fetch(:DYNO, "web")"#, &[r#"read DYNO default: DYNO|"web""#]),
            (r#"ENV.send(:[], "DYNO")"#, &["read DYNO: DYNO"]),
            (r#"ENV.values_at("A", "B")"#, &["read A: A", "read B: B"]),
            (r#"ENV.slice("A", "B")"#, &["read A: A", "read B: B"]),
            (r#"ENV.fetch_values("A", "B")"#, &["read A required: A!", "read B required: B!"]),
            ("ENV.values_at(*%w[A B])", &["read A: A", "read B: B"]),
            (r#"a, b = ENV.values_at("A", "B")"#, &["read A: bind a = A", "read B: bind b = B"]),
            (r#"ENV.keys.include?("DYNO")"#, &["presence DYNO: DYNO?"]),
            (
                "missing = %w[A B] - ENV.keys",
                &["presence A: bind missing = A?", "presence B: bind missing = B?"],
            ),
            (
                r#"ENV.delete("DYNO").to_s.start_with?("web")"#,
                &[r#"read DYNO: DYNO.form.starts("web")"#, "unset DYNO"],
            ),
        ],
    );
}

#[test]
fn names() {
    check(
        "config/puma.rb",
        Lang::Ruby,
        &[
            (
                r#"KEY = "DYNO"
ENV[KEY]"#,
                &["read DYNO: DYNO"],
            ),
            (
                r#"KEY = "DYNO".freeze
ENV.fetch(KEY)"#,
                &["read DYNO required: DYNO!"],
            ),
            (
                r#"name = "HEROKU_APP_NAME"
ENV[name]"#,
                &["read HEROKU_APP_NAME: HEROKU_APP_NAME"],
            ),
            (r#"ENV["HEROKU_#{kind}"]"#, &["read HEROKU_*: *"]),
            (r#"ENV["HEROKU_" + color + "_URL"]"#, &["read HEROKU_*_URL: *"]),
            (r#"ENV["HEROKU_" "APP_NAME"]"#, &["read HEROKU_APP_NAME: HEROKU_APP_NAME"]),
            (r#"ENV["HEROKU_POSTGRESQL_%s_URL" % color]"#, &["read HEROKU_POSTGRESQL_*_URL: *"]),
            (r#"ENV[format("HEROKU_%s", kind)]"#, &["read HEROKU_*: *"]),
            (r#"ENV["heroku_#{kind}".upcase]"#, &["read HEROKU_*: *"]),
            (r#"ENV["dyno".upcase]"#, &["read DYNO: DYNO"]),
            (
                r#"ENV[review ? "HEROKU_BRANCH" : "GIT_BRANCH"]"#,
                &["read HEROKU_BRANCH: HEROKU_BRANCH", "read GIT_BRANCH: GIT_BRANCH"],
            ),
            (
                r##"PREFIX = "HEROKU"
ENV["#{PREFIX}_APP_NAME"]"##,
                &["read HEROKU_APP_NAME: HEROKU_APP_NAME"],
            ),
            ("ENV[compute(1)]", &["read *: *"]),
            (
                "%w[A B].each { |k| raise k unless ENV[k] }",
                &["read A: if A else raises", "read B: if B else raises"],
            ),
            (
                r#"NAMES = %w[A B].freeze
NAMES.all? { |name| ENV.key?(name) }"#,
                &["presence A: (A? and B?)", "presence B: (A? and B?)"],
            ),
            (r#"["A", "B"].map { ENV[_1] }"#, &["read A: pass map A", "read B: pass map B"]),
            (
                r#"for key in %w[A B]
  puts ENV[key]
end"#,
                &["read A: pass puts A", "read B: pass puts B"],
            ),
            (
                r#"{ app: "HEROKU_APP_NAME", slug: "HEROKU_SLUG_COMMIT" }.each { |key, name| tag(key, ENV[name]) }"#,
                &[
                    "read HEROKU_APP_NAME: pass tag HEROKU_APP_NAME",
                    "read HEROKU_SLUG_COMMIT: pass tag HEROKU_SLUG_COMMIT",
                ],
            ),
            (
                r#"if %w[A B].any? { |k| ENV.key?(k) }
  config.debug = true
end"#,
                &["presence A: if (A? or B?) then debug=on", "presence B: if (A? or B?) then debug=on"],
            ),
            (
                "version = %w[GIT_SHA HEROKU_SLUG_COMMIT].filter_map { |k| ENV[k] }.first",
                &[
                    "read GIT_SHA: bind version = (GIT_SHA or HEROKU_SLUG_COMMIT)",
                    "read HEROKU_SLUG_COMMIT: bind version = (GIT_SHA or HEROKU_SLUG_COMMIT)",
                ],
            ),
            (
                r#"version = [ENV["GIT_SHA"], ENV["HEROKU_SLUG_COMMIT"]].compact.first"#,
                &[
                    "read GIT_SHA: bind version = (GIT_SHA or HEROKU_SLUG_COMMIT)",
                    "read HEROKU_SLUG_COMMIT: bind version = (GIT_SHA or HEROKU_SLUG_COMMIT)",
                ],
            ),
            (r#"[ENV["A"], ENV["B"]].find(&:present?)"#, &["read A: (A or B)", "read B: (A or B)"]),
            (
                r#"ENV.values_at("A", "B").all?(&:present?) or raise "no""#,
                &[
                    "read A: when (A.present and B.present) else raises",
                    "read B: when (A.present and B.present) else raises",
                ],
            ),
            (
                r#"x = "A"
x = "B"
ENV[x]"#,
                &["read *: *"],
            ),
        ],
    );
}

#[test]
fn scans() {
    check(
        "lib/scan.rb",
        Lang::Ruby,
        &[
            (r#"ENV.select { |k, _| k.start_with?("HEROKU_") }"#, &["scan HEROKU_*: *"]),
            (
                r#"ENV.each do |key, value|
  next unless key =~ /^HEROKU_POSTGRESQL_[A-Z]+_URL$/
  add(value)
end"#,
                &["scan /^HEROKU_POSTGRESQL_[A-Z]+_URL$/: *"],
            ),
            (r#"ENV.keys.grep(/\AHEROKU_/)"#, &[r#"scan /\AHEROKU_/: *"#]),
            (
                r#"ENV.find { |k, _| k.start_with?("HEROKU_POSTGRESQL_") && k.end_with?("_URL") }&.last"#,
                &["scan HEROKU_POSTGRESQL_*_URL: *&.part(last)"],
            ),
            (
                r#"config.review = true if ENV.any? { |k, _v| k.start_with?("HEROKU_") }"#,
                &["scan HEROKU_*: if *? then -"],
            ),
            (r#"ENV.none? { |k, _| k == "DYNO" }"#, &["scan DYNO: !DYNO?"]),
            ("ENV.to_h.select { |k, _| %w[A B].include?(k) }", &["scan A: A", "scan B: B"]),
            (r#"ENV.filter_map { |k, v| v if k.match?(/_URL\z/) }"#, &[r#"scan /_URL\z/: *"#]),
            ("ENV.keys.each { |k| puts k }", &["scan *: *"]),
            ("ENV.to_h", &[]),
        ],
    );
}

#[test]
fn settings_libraries() {
    check(
        "config/settings.rb",
        Lang::Ruby,
        &[
            ("Figaro.env.heroku_app_name", &["read HEROKU_APP_NAME: HEROKU_APP_NAME"]),
            ("Figaro.env.heroku_app_name!", &["read HEROKU_APP_NAME required: HEROKU_APP_NAME!"]),
            ("launch if Figaro.env.dyno?", &["presence DYNO: if DYNO? then -"]),
            (r#"Figaro.require_keys("A", "B")"#, &["schema A required: A!", "schema B required: B!"]),
            ("ENVied.HEROKU_APP_NAME", &["read HEROKU_APP_NAME required: HEROKU_APP_NAME!"]),
            ("ENVied.require(:default)", &[]),
            (r#"Dotenv.require_keys("A", "B")"#, &["schema A required: A!", "schema B required: B!"]),
            (
                r#"class HerokuConfig < Anyway::Config
  attr_config :app_name, region: "eu"
  required :app_name
end"#,
                &[
                    "schema HEROKU_APP_NAME required: bind app_name = HEROKU_APP_NAME!",
                    "binding HerokuConfig.app_name() = HEROKU_APP_NAME!",
                    r#"binding HerokuConfig.region() = HEROKU_REGION|"eu""#,
                    r#"schema HEROKU_REGION default: bind region = HEROKU_REGION|"eu""#,
                ],
            ),
            (
                r#"class AppConfig < Anyway::Config
  config_name :heroku
  attr_config :slug_commit
end"#,
                &[
                    "schema HEROKU_SLUG_COMMIT: bind slug_commit = HEROKU_SLUG_COMMIT",
                    "binding AppConfig.slug_commit() = HEROKU_SLUG_COMMIT",
                ],
            ),
            (
                r#"class Mailer < Anyway::Config
  env_prefix "MAIL"
  attr_config :host
end"#,
                &["schema MAIL_HOST: bind host = MAIL_HOST", "binding Mailer.host() = MAIL_HOST"],
            ),
            (
                r#"class Suma::Heroku
  include Appydays::Configurable

  configurable(:heroku) do
    setting :oauth_token, "", key: "SUMA_TOKEN"
    setting :app_name, ""
    setting :commit, "x", key: ["GIT_SHA", "HEROKU_SLUG_COMMIT"]
  end

  def self.client
    raise "no token" if self.oauth_token.blank?
    Client.new(oauth_token)
  end
end"#,
                &[
                    r#"schema SUMA_TOKEN default: bind oauth_token = SUMA_TOKEN|""; oauth_token: if SUMA_TOKEN|"".blank then raises; oauth_token: pass Client.new SUMA_TOKEN|"""#,
                    r#"binding Suma::Heroku.oauth_token() = SUMA_TOKEN|"""#,
                    r#"schema HEROKU_APP_NAME default: bind app_name = HEROKU_APP_NAME|"""#,
                    r#"binding Suma::Heroku.app_name() = HEROKU_APP_NAME|"""#,
                    r#"binding Suma::Heroku.commit() = (GIT_SHA|"x" or HEROKU_SLUG_COMMIT|"x")"#,
                    r#"schema GIT_SHA default: bind commit = GIT_SHA|"x""#,
                    r#"schema HEROKU_SLUG_COMMIT default: bind commit = HEROKU_SLUG_COMMIT|"x""#,
                ],
            ),
            (
                r#"class Settings < Hanami::Settings
  setting :dyno, constructor: Types::String
end"#,
                &["schema DYNO: bind dyno = DYNO", "binding Settings.dyno() = DYNO"],
            ),
            ("setting :dyno, default: 1", &[]),
        ],
    );
}

#[test]
fn calls_and_wrappers() {
    check(
        "lib/env.rb",
        Lang::Ruby,
        &[
            (
                r#"COMMIT = Appydays::Configurable.fetch_env(["COMMIT", "HEROKU_SLUG_COMMIT"], "00")"#,
                &[
                    "binding COMMIT = _",
                    r#"call Appydays::Configurable.fetch_env(["COMMIT", "HEROKU_SLUG_COMMIT"], "00"): bind COMMIT = _"#,
                ],
            ),
            (
                r#"module Env
  def self.fetch(key, default = nil)
    ENV.fetch(key, default)
  end
end"#,
                &["wrapper Env.fetch#0 * default #1", "read * default: return fetch *|_"],
            ),
            (
                r#"class Settings
  class << self
    def get(name) = ENV["HEROKU_#{name.to_s.upcase}"]
  end
end"#,
                &["wrapper Settings.get#0 HEROKU_* upcase", "read HEROKU_*: return get *"],
            ),
            (
                r#"def env!(name)
  ENV.fetch(name)
end"#,
                &["wrapper env!#0 * required", "read * required: return env! *!"],
            ),
            (
                r#"def set?(name:)
  ENV[name].present?
end"#,
                &["wrapper set?#0 * presence", "read *: return set? *.present"],
            ),
            (
                r#"def first_of(*names)
  names.map { |name| ENV[name] }.compact.first
end"#,
                &["wrapper first_of#0 * list", "read *: pass names.map *"],
            ),
            (
                r#"def flag(name, default)
  ENV[name] || default
end"#,
                &["wrapper flag#0 * default #1", "read * default: return flag (* or _)"],
            ),
            ("define_method(:env) { |key| ENV[key] }", &["wrapper env#0 *", "read *: pass define_method *"]),
            (
                r#"read = ->(key) { ENV[key] }
read.call("DYNO")"#,
                &["wrapper read#0 *", "read *: bind read = *", r#"call read.call("DYNO"): _"#],
            ),
            (
                r#"def fetch_env(keys, default = nil, env: ENV)
  keys.each { |k| return env[k] if env.key?(k) }
  default
end"#,
                &[
                    "wrapper fetch_env#0 * default #1 list",
                    "read *: return fetch_env *",
                    "presence *: exit-if *? then returns",
                ],
            ),
            (
                r#"def get(name)
  Env.fetch("APP_" + name)
end"#,
                &["call Env.fetch(^): return get _"],
            ),
            (
                r#"raise "no" unless Settings.get("DYNO")"#,
                &[r#"call Settings.get("DYNO"): if _ else raises"#],
            ),
            (r#"Settings["DYNO"]"#, &[r#"call Settings.[]("DYNO"): _"#]),
            (
                "HEROKU = Settings.get(:DYNO).present?",
                &["binding HEROKU = _.present", r#"call Settings.get("DYNO"): bind HEROKU = _.present"#],
            ),
            (r#"logger.info("web")"#, &[]),
            (r#"Env.fetch(key: "DYNO", default: "x")"#, &[r#"call Env.fetch(key="DYNO", default="x"): _"#]),
        ],
    );
}

#[test]
fn aliases() {
    check(
        "lib/alias.rb",
        Lang::Ruby,
        &[
            (
                r#"env = ENV
env["DYNO"]"#,
                &["read DYNO: DYNO"],
            ),
            (
                r#"env = ENV.to_h
env.fetch("DYNO") { "web" }"#,
                &[r#"read DYNO default: DYNO|"web""#],
            ),
            (
                r#"def run(env = ENV)
  env["DYNO"]
end"#,
                &["binding run() = DYNO", "read DYNO: return run DYNO"],
            ),
            (
                r#"class Runner
  def initialize(env: ENV)
    @env = env
  end

  def web? = @env["DYNO"].start_with?("web")
end"#,
                &[
                    r#"binding Runner.web?() = DYNO.starts("web")"#,
                    r#"read DYNO: return web? DYNO.starts("web")"#,
                ],
            ),
            (
                r#"VARS = ENV.to_hash.freeze
VARS["DYNO"]"#,
                &["read DYNO: DYNO"],
            ),
            (
                r#"def call(env)
  env["HTTP_HOST"]
end"#,
                &[],
            ),
            (r#"Foo::ENV["DYNO"]"#, &[r#"call Foo::ENV.[]("DYNO"): _"#]),
        ],
    );
}

#[test]
fn writes() {
    check(
        "config/boot.rb",
        Lang::Ruby,
        &[
            (r#"ENV["DYNO"] = "web.1""#, &["set DYNO = web.1"]),
            (
                r#"ENV["BUNDLE_GEMFILE"] ||= File.expand_path("../Gemfile", __dir__)"#,
                &["set-default BUNDLE_GEMFILE"],
            ),
            (r#"ENV["PATH"] += ":/x""#, &["set PATH = :/x"]),
            (r#"ENV.delete("DYNO")"#, &["unset DYNO"]),
            (r#"ENV.store("DYNO", "web.1")"#, &["set DYNO = web.1"]),
            (r#"ENV.update("A" => "1", "B" => nil)"#, &["set A = 1", "unset B"]),
            (r#"ENV.merge!("A" => "1")"#, &["set A = 1"]),
            (r#"system({ "DYNO" => "web.1" }, "make")"#, &["set DYNO = web.1"]),
            (r#"allow(ENV).to receive(:[]).with("DYNO").and_return("web.1")"#, &["set DYNO = web.1"]),
            (r#"stub_const("ENV", ENV.to_hash.merge("DYNO" => "web.1"))"#, &["set DYNO = web.1"]),
            (r#"ClimateControl.modify(DYNO: "web.1") { run }"#, &["set DYNO = web.1"]),
            (r#"%w[A B].each { |k| ENV[k] = "1" }"#, &["set A = 1", "set B = 1"]),
            (r#"ENV["A"], ENV["B"] = "1", "2""#, &["set A", "set B"]),
        ],
    );
}

#[test]
fn shells() {
    check(
        "lib/tasks/db.rake",
        Lang::Ruby,
        &[
            ("`echo $DYNO`", &["read DYNO: pass ` DYNO"]),
            ("%x(echo ${PORT:-3000})", &[r#"read PORT default: pass ` PORT|"3000""#]),
            (
                r#"system("pg_dump $DATABASE_URL > #{file}")"#,
                &["read DATABASE_URL: pass system DATABASE_URL"],
            ),
            (r#"system("echo", "$DYNO")"#, &[]),
            (r#"system("echo '$DYNO'")"#, &[]),
            (
                r#"sh <<~SH
  heroku run -a $HEROKU_APP_NAME
SH"#,
                &["read HEROKU_APP_NAME: pass sh HEROKU_APP_NAME"],
            ),
            (r#"spawn("DYNO=1; echo $DYNO")"#, &[]),
            (
                r#"out, status = Open3.capture2e("curl $HEROKU_APP_NAME")"#,
                &["read HEROKU_APP_NAME: pass Open3.capture2e HEROKU_APP_NAME"],
            ),
            (r#"puts "cost: $DYNO""#, &[]),
            (
                r#"`curl #{ENV["HEROKU_APP_NAME"]}.herokuapp.com`"#,
                &["read HEROKU_APP_NAME: pass ` HEROKU_APP_NAME"],
            ),
        ],
    );
}

#[test]
fn conditions() {
    check(
        "config/environments/production.rb",
        Lang::Ruby,
        &[
            (
                r#"if ENV["DYNO"]
  config.force_ssl = true
else
  config.force_ssl = false
end"#,
                &["read DYNO: if DYNO then httpsredirect=on else httpsredirect=off"],
            ),
            (
                r#"unless ENV.key?("DYNO")
  config.consider_all_requests_local = true
end"#,
                &["presence DYNO: if DYNO? else debug=on"],
            ),
            (
                r#"unless ENV["DYNO"]
  config.debug = true
else
  abort "no"
end"#,
                &["read DYNO: if DYNO then exits else debug=on"],
            ),
            (
                r#"config.force_ssl = true if ENV["DYNO"].present?"#,
                &["read DYNO: if DYNO.present then httpsredirect=on"],
            ),
            (r#"raise "not on Heroku" unless ENV["DYNO"]"#, &["read DYNO: if DYNO else raises"]),
            (r#"$stdout.sync = true if ENV["DYNO"]"#, &["read DYNO: if DYNO then logging"]),
            (
                r#"if Rails.env.production? && !ENV["DYNO"].nil?
  run
elsif not ENV["RENDER"]
  exit 1
end"#,
                &["read DYNO: if (_ and !DYNO.nil) then - else exits", "read RENDER: if !RENDER then exits"],
            ),
            (r#"ENV["DYNO"] ? start_worker : abort("no")"#, &["read DYNO: choose DYNO then - else exits"]),
            (
                r#"config.force_ssl = ENV["DYNO"] ? true : false"#,
                &[
                    "binding config.force_ssl = (DYNO ? true : false)",
                    "read DYNO: choose DYNO then httpsredirect=on else httpsredirect=off",
                ],
            ),
            (
                r#"ssl = ENV["DYNO"] ? { verify_mode: OpenSSL::SSL::VERIFY_NONE } : {}"#,
                &["read DYNO: choose DYNO then tls=off else tls"],
            ),
            (r#"ENV["DYNO"] && require("dotenv/load")"#, &["read DYNO: when DYNO then localsettings"]),
            (r#"ENV["DYNO"] or raise "no""#, &["read DYNO required: when DYNO else raises"]),
            (r#"x = ENV["DYNO"] || raise("no")"#, &["read DYNO required: bind x = (DYNO or _)"]),
            (
                r#"while ENV["DYNO"]
  sleep 1
end"#,
                &["read DYNO: while DYNO then -"],
            ),
            (
                r#"case ENV["DYNO"]
when /^web/, "web.1" then use Rack::SslEnforcer
when "worker.1" then start_worker
else exit 1
end"#,
                &[
                    r#"read DYNO: case (DYNO.matches(/^web/) or (DYNO == "web.1")) then httpsredirect else exits; case (DYNO == "worker.1") then - else exits"#,
                ],
            ),
            (
                r#"case
when ENV["DYNO"] then config.force_ssl = true
when ENV["RENDER"] then 1
end"#,
                &["read DYNO: if DYNO then httpsredirect=on else -", "read RENDER: if RENDER then -"],
            ),
            (
                r#"case ENV["DYNO"]
in /^web/ | "run.1" then raise
in nil then 1
end"#,
                &[
                    r#"read DYNO: case (DYNO.matches(/^web/) or (DYNO == "run.1")) then raises else -; case DYNO.nil then -"#,
                ],
            ),
            (
                r#"case ENV.fetch("DYNO", "").split(".").first
when "web" then exit
end"#,
                &[r#"read DYNO default: case (DYNO|"".head == "web") then exits"#],
            ),
            (
                r#"def run
  return unless ENV["DYNO"]
  app.listen(1)
end"#,
                &["read DYNO: exit-if DYNO then startsserver else returns"],
            ),
            (
                r#"items.each do |item|
  next if ENV["DYNO"]
  item.exit!
end"#,
                &["read DYNO: exit-if DYNO then returns else -"],
            ),
            (
                r#"if (dyno = ENV["DYNO"])
  logger.info dyno
end"#,
                &["read DYNO: bind dyno = DYNO; dyno: if DYNO then logging; dyno: pass logger.info DYNO"],
            ),
            (
                r#"if ENV["DYNO"]
  def later; raise; end
end"#,
                &["read DYNO: if DYNO then -"],
            ),
            (
                r#"config.force_ssl = true if ENV["A"] if ENV["B"]"#,
                &["read A: if A then httpsredirect=on", "read B: if B then httpsredirect=on"],
            ),
            (
                r#"begin
  raise "x" if ENV["DYNO"]
rescue StandardError
  puts ENV["RELEASE"]
end"#,
                &["read DYNO: if DYNO then raises", "read RELEASE: pass puts RELEASE"],
            ),
        ],
    );
}

#[test]
fn expressions() {
    check(
        "lib/dyno.rb",
        Lang::Ruby,
        &[
            (
                r#"x = ENV["DYNO"].to_s.start_with?("web", "run")"#,
                &[r#"read DYNO: bind x = (DYNO.form.starts("web") or DYNO.form.starts("run"))"#],
            ),
            (r#"x = ENV["DYNO"]&.start_with?("web")"#, &[r#"read DYNO: bind x = DYNO&.starts("web")"#]),
            (r#"x = ENV["DYNO"].end_with?(".1")"#, &[r#"read DYNO: bind x = DYNO.ends(".1")"#]),
            (r#"x = ENV["DYNO"].include?("run.")"#, &[r#"read DYNO: bind x = DYNO.contains("run.")"#]),
            (r#"x = ENV["DYNO"] =~ /\Aweb\./"#, &[r#"read DYNO: bind x = DYNO.matches(/\Aweb\./)"#]),
            (r#"x = ENV["DYNO"] !~ /web/i"#, &["read DYNO: bind x = !DYNO.matches(/(?i)web/)"]),
            (r#"x = /^worker/.match?(ENV["DYNO"])"#, &["read DYNO: bind x = DYNO.matches(/^worker/)"]),
            (r#"x = ENV["DYNO"]&.match?(/web/)"#, &["read DYNO: bind x = DYNO&.matches(/web/)"]),
            (
                r#"WEB = /\Aweb/.freeze
x = ENV["DYNO"].match?(WEB)"#,
                &[r#"read DYNO: bind x = DYNO.matches(/\Aweb/)"#],
            ),
            (
                r#"x = ENV["DYNO"].split(".").first == "web""#,
                &[r#"read DYNO: bind x = (DYNO.head == "web")"#],
            ),
            (r#"x = ENV["DYNO"].split(".").last"#, &["read DYNO: bind x = DYNO.tail"]),
            (r#"x = ENV["DYNO"].split(".")[0]"#, &["read DYNO: bind x = DYNO.head"]),
            (r#"x = ENV["DYNO"].split(".")[1].to_i"#, &["read DYNO: bind x = DYNO.tail.number"]),
            (r#"x = ENV["DYNO"][/\A[a-z_]+/]"#, &["read DYNO: bind x = DYNO.head"]),
            (r#"x = ENV["DYNO"].to_s[/\d+\z/]"#, &["read DYNO: bind x = DYNO.form.tail"]),
            (r#"x = ENV["DYNO"][0..2]"#, &["read DYNO: bind x = DYNO.part([])"]),
            (
                r#"type, number = ENV["DYNO"].split(".")
exit if type == "web"
raise if number != "1""#,
                &[
                    r#"read DYNO: bind type = DYNO.pieces; type: if (DYNO.head == "web") then exits; number: if !(DYNO.tail == "1") then raises"#,
                ],
            ),
            (r#"x = ENV["A"].presence || "b""#, &[r#"read A default: bind x = (A&.form or "b")"#]),
            (r#"x = ENV["A"].blank?"#, &["read A: bind x = A.blank"]),
            (r#"x = ENV["A"].to_s.empty?"#, &["read A: bind x = A.form.blank"]),
            (r#"x = ENV["A"] == "true""#, &[r#"read A: bind x = (A == "true")"#]),
            (r#"x = "true" == ENV["A"]"#, &[r#"read A: bind x = ("true" == A)"#]),
            (r#"x = ENV["A"] != "b""#, &[r#"read A: bind x = !(A == "b")"#]),
            (r#"x = ENV["A"].eql?("b")"#, &[r#"read A: bind x = (A == "b")"#]),
            (r#"x = %w[1 true].include?(ENV["A"])"#, &[r#"read A: bind x = ((A == "1") or (A == "true"))"#]),
            (r#"x = ENV["A"].in?(%w[1 true])"#, &[r#"read A: bind x = ((A == "1") or (A == "true"))"#]),
            (
                r#"TRUE = %w[1 true].freeze
x = TRUE.exclude?(ENV["A"])"#,
                &[r#"read A: bind x = !((A == "1") or (A == "true"))"#],
            ),
            (r#"x = ActiveModel::Type::Boolean.new.cast(ENV["A"])"#, &["read A: bind x = A.present"]),
            (r#"x = !!ENV["DYNO"]"#, &["read DYNO: bind x = !!DYNO"]),
            (r#"x = (not ENV["DYNO"])"#, &["read DYNO: bind x = !DYNO"]),
            (r#"x = Integer(ENV.fetch("PORT", 3000))"#, &["read PORT default: bind x = PORT|3000.number"]),
            (r#"x = String(ENV["DYNO"])"#, &["read DYNO: bind x = DYNO.form"]),
            (r#"x = ENV["A"].try(:downcase)"#, &["read A: bind x = A&.form"]),
            (r#"x = ENV["A"].zap(1)"#, &["read A: bind x = A.part(zap)"]),
            (r#"x = ENV["A"].odd?"#, &["read A: bind x = A.ask(odd?)"]),
            (r#"x = ENV["A"].to_i > 5"#, &["read A: bind x = A.number.ask(>)"]),
            (r#"x = ENV["A"] in "x" | nil"#, &[r#"read A: bind x = ((A == "x") or A.nil)"#]),
            (
                r#"x = "https://#{ENV["HEROKU_APP_NAME"]}.herokuapp.com""#,
                &[r#"read HEROKU_APP_NAME: bind x = ("https://" + HEROKU_APP_NAME + ".herokuapp.com")"#],
            ),
            (
                r#"x = "https://" + ENV["HEROKU_APP_NAME"] + ".herokuapp.com""#,
                &[r#"read HEROKU_APP_NAME: bind x = ("https://" + HEROKU_APP_NAME + ".herokuapp.com")"#],
            ),
            (
                r#"x = "%s.herokuapp.com" % ENV["HEROKU_APP_NAME"]"#,
                &[r#"read HEROKU_APP_NAME: bind x = (HEROKU_APP_NAME + ".herokuapp.com")"#],
            ),
            (
                r#"x = format("%{app}.herokuapp.com", app: ENV["HEROKU_APP_NAME"])"#,
                &[r#"read HEROKU_APP_NAME: bind x = (HEROKU_APP_NAME + ".herokuapp.com")"#],
            ),
            (
                r#"text = <<~TEXT
  on #{ENV["DYNO"]}
TEXT
run"#,
                &[r#"read DYNO: bind text = ("  on " + DYNO + "\n")"#],
            ),
            (
                r#"x = ENV["A"] || ENV["B"] || "c""#,
                &[
                    r#"read A default: bind x = (A or B or "c")"#,
                    r#"read B default: bind x = (A or B or "c")"#,
                ],
            ),
            (r#"x = (ENV.fetch("A") rescue "b")"#, &[r#"read A default: bind x = A|"b""#]),
            (r#"x = ENV.fetch("A", ENV["B"])"#, &["read A default: bind x = A|B", "read B: bind x = A|B"]),
            (
                r#"x = if ENV["A"] then "a" else ENV["B"] end"#,
                &["read A: if A then - else -", r#"read B: bind x = (A ? "a" : B)"#],
            ),
            (
                r#"prefix = "web"
x = ENV["DYNO"] == prefix"#,
                &[r#"read DYNO: bind x = (DYNO == "web")"#],
            ),
        ],
    );
}

#[test]
fn places() {
    check(
        "app/models/place.rb",
        Lang::Ruby,
        &[
            (
                r#"Sentry.init(release: ENV["HEROKU_SLUG_COMMIT"])"#,
                &["read HEROKU_SLUG_COMMIT: pass Sentry.init release: HEROKU_SLUG_COMMIT"],
            ),
            (r#"logger.info "on #{ENV["DYNO"]}""#, &[r#"read DYNO: pass logger.info ("on " + DYNO)"#]),
            (
                r#"redis url: ENV["REDIS_URL"], ssl: { verify: ENV["A"] }"#,
                &["read REDIS_URL: pass redis url: REDIS_URL", "read A: pass redis verify: A"],
            ),
            (
                r#"Sentry.init { |config| config.release = ENV["HEROKU_SLUG_COMMIT"] }"#,
                &[
                    "binding config.release = HEROKU_SLUG_COMMIT",
                    "read HEROKU_SLUG_COMMIT: bind config.release = HEROKU_SLUG_COMMIT",
                ],
            ),
            (r#"let(:dyno) { ENV["DYNO"] }"#, &["read DYNO: pass let DYNO"]),
            (
                r#"CONFIG = { heroku: !ENV["DYNO"].nil?, port: 1 }.freeze"#,
                &["binding CONFIG.heroku = !DYNO.nil", "read DYNO: bind heroku = !DYNO.nil"],
            ),
            (
                r#"def url
  { app: ENV["HEROKU_APP_NAME"] }
end"#,
                &["read HEROKU_APP_NAME: bind app = HEROKU_APP_NAME"],
            ),
            (r#"@dyno ||= ENV["DYNO"]"#, &["read DYNO: bind @dyno = DYNO"]),
            (r#"settings["dyno"] = ENV["DYNO"]"#, &[r#"read DYNO: bind settings["dyno"] = DYNO"#]),
            (r#"FILES[ENV["RACK_ENV"]]"#, &["read RACK_ENV: pass FILES[] RACK_ENV"]),
            (r#"def port(number = ENV["PORT"]) = number"#, &["read PORT: bind number = PORT"]),
            (r#"a, b = ENV["A"], ENV["B"]"#, &["read A: bind a = A", "read B: bind b = B"]),
            (r#"worker = -> { ENV["DYNO"] }"#, &["read DYNO: bind worker = DYNO"]),
            (r#"yield ENV["DYNO"]"#, &["read DYNO: pass yield DYNO"]),
            (r#"foo([ENV["A"]], *ENV["B"], **x)"#, &["read A: pass foo A", "read B: pass foo B"]),
            (
                r#"def name
  return ENV["HEROKU_APP_NAME"] if x
  "y"
end"#,
                &[
                    r#"binding name() = (_ ? HEROKU_APP_NAME : "y")"#,
                    "read HEROKU_APP_NAME: return name HEROKU_APP_NAME",
                ],
            ),
        ],
    );
}

#[test]
fn names_that_carry() {
    check(
        "app/models/carry.rb",
        Lang::Ruby,
        &[
            (
                r#"on_heroku = ENV["ON_HEROKU"] ||
            ENV["HEROKU_POSTGRESQL_ROSE_URL"]
ENV["DATABASE_ADAPTER"] ||=
  if on_heroku
    "postgresql"
  else
    "mysql2"
  end"#,
                &[
                    "read ON_HEROKU default: bind on_heroku = (ON_HEROKU or HEROKU_POSTGRESQL_ROSE_URL); on_heroku: if (ON_HEROKU or HEROKU_POSTGRESQL_ROSE_URL) then - else -",
                    "read HEROKU_POSTGRESQL_ROSE_URL: bind on_heroku = (ON_HEROKU or HEROKU_POSTGRESQL_ROSE_URL); on_heroku: if (ON_HEROKU or HEROKU_POSTGRESQL_ROSE_URL) then - else -",
                    "set-default DATABASE_ADAPTER",
                ],
            ),
            (
                r#"def heroku?; ENV["DYNO"].present?; end
raise "no" unless heroku?"#,
                &[
                    "binding heroku?() = DYNO.present",
                    "read DYNO: return heroku? DYNO.present; heroku?: if DYNO.present else raises",
                ],
            ),
            (
                r#"module App
  def self.heroku? = ENV.key?("DYNO")
end
config.force_ssl = App.heroku?"#,
                &[
                    "binding App.heroku?() = DYNO?",
                    "presence DYNO: return heroku? DYNO?; heroku?: bind config.force_ssl = DYNO?",
                    "binding config.force_ssl = DYNO?",
                ],
            ),
            (
                r#"class App
  def heroku?
    @heroku ||= ENV["DYNO"].present?
  end

  def run
    exit unless heroku?
  end
end"#,
                &[
                    "binding App.heroku?() = DYNO.present",
                    "read DYNO: bind @heroku = DYNO.present; heroku?: if DYNO.present else exits",
                ],
            ),
            (
                r#"config.x.on_heroku = ENV["DYNO"].present?
config.force_ssl = true if config.x.on_heroku"#,
                &[
                    "binding config.x.on_heroku = DYNO.present",
                    "read DYNO: bind config.x.on_heroku = DYNO.present; config.x.on_heroku: if DYNO.present then httpsredirect=on",
                ],
            ),
            (
                r#"ON_HEROKU = !ENV["DYNO"].nil?
class App
  SECURE = ON_HEROKU
  raise if SECURE
end"#,
                &[
                    "binding ON_HEROKU = !DYNO.nil",
                    "read DYNO: bind ON_HEROKU = !DYNO.nil; ON_HEROKU: bind SECURE = !DYNO.nil; SECURE: if !DYNO.nil then raises",
                    "binding App.SECURE = !DYNO.nil",
                ],
            ),
            (
                r#"def kind
  return :web if ENV["DYNO"].start_with?("web")
  :other
end"#,
                &[
                    r#"binding kind() = (DYNO.starts("web") ? "web" : "other")"#,
                    r#"read DYNO: exit-if DYNO.starts("web") then returns else -"#,
                ],
            ),
            (
                r#"class App
  @dyno = ENV["DYNO"]
  class << self
    attr_reader :dyno
  end
end"#,
                &["binding App.dyno = DYNO", "read DYNO: bind @dyno = DYNO"],
            ),
            (
                r#"mattr_accessor :heroku, default: ENV.key?("DYNO")"#,
                &["binding heroku = DYNO?", "presence DYNO: pass mattr_accessor default: DYNO?"],
            ),
            (
                r#"set :heroku, ENV.key?("DYNO")"#,
                &["binding settings.heroku = DYNO?", "presence DYNO: pass set DYNO?"],
            ),
            (r#"$heroku = ENV["DYNO"]"#, &["binding $heroku = DYNO", "read DYNO: bind $heroku = DYNO"]),
            (
                r#"a.each { dyno = ENV["DYNO"]; raise if dyno }
b.each { dyno = 1; exit if dyno }"#,
                &["read DYNO: bind dyno = DYNO; dyno: if DYNO then raises"],
            ),
            (
                r#"x = ENV["DYNO"]
x = 1
raise if x"#,
                &["read DYNO: bind x = DYNO"],
            ),
            (
                r#"def a(x) = x
x = ENV["DYNO"]"#,
                &["read DYNO: bind x = DYNO"],
            ),
        ],
    );
}

#[test]
fn silence() {
    check(
        "lib/silent.rb",
        Lang::Ruby,
        &[
            (r#"# ENV["DYNO"]"#, &[]),
            (r#"puts 'ENV["DYNO"]'"#, &[]),
            (r#""set ENV['DYNO'] first""#, &[]),
            (r#"x = MY_ENV["DYNO"]"#, &[r#"call MY_ENV.[]("DYNO"): bind x = _"#]),
            (r#"ENVIRONMENT.fetch("a")"#, &[]),
            (r#"env["rack.input"]"#, &[]),
            ("Rails.env.production?", &[]),
            (
                r#"=begin
ENV["DYNO"]
=end"#,
                &[],
            ),
            (
                r#"x = 1
__END__
ENV["DYNO"]"#,
                &[],
            ),
            (
                r#"text = <<~'TEXT'
  ENV["DYNO"] #{ENV["DYNO"]}
TEXT"#,
                &[],
            ),
            ("foo(ENV)", &[]),
            ("def ENV.x; end", &[]),
        ],
    );
}

#[test]
fn odd_input() {
    check(
        "lib/odd.rb",
        Lang::Ruby,
        &[
            (r#"ENV["DYNO"#, &["broken"]),
            (r#"if ENV["DYNO"]"#, &["broken", "read DYNO: DYNO"]),
            ("ENV[]", &[]),
            ("ENV.fetch", &[]),
            (
                r#"ENV["É"] && "é#{ENV["Ü"]}""#,
                &[r#"read É: (É and ("é" + Ü))"#, r#"read Ü: (É and ("é" + Ü))"#],
            ),
            (r#"x = ENV["A", "B"]"#, &[]),
            (r#"ENV[""]"#, &["read *: *"]),
            (
                r#"case ENV["A"]
end"#,
                &["read A: A"],
            ),
            (
                r#"File.read("/etc/heroku/dyno") if File.exist? '/etc/heroku/dyno'"#,
                &[r#"literal "/etc/heroku/dyno""#, r#"literal "/etc/heroku/dyno""#],
            ),
        ],
    );
}

#[test]
fn erb() {
    check(
        "app/views/layouts/application.html.erb",
        Lang::Erb,
        &[
            (
                r#"<% if ENV["ON_HEROKU"] && User.count.zero? %>
  <b>text</b>
<% else %>
  other
<% end %>"#,
                &["read ON_HEROKU: if (ON_HEROKU and _) then - else -"],
            ),
            (
                r#"listen <%= ENV["PORT"] %>;
workers <%= ENV['NGINX_WORKERS'] || 4 %>;"#,
                &["read PORT: PORT", "read NGINX_WORKERS default: (NGINX_WORKERS or 4)"],
            ),
            (
                r#"<%# ENV["NO"] %> <%% ENV["NO"] %> <%#
  ENV["NO"] it's
%>"#,
                &[],
            ),
            (
                r#"<%= link_to "x", ENV.fetch("PORT") { 3 }, class: "a" do |x| -%>
  <%- ENV["É"] # why -%> <%== ENV["B"] %>
<% end %>"#,
                &["read PORT default: pass link_to PORT|3", "read É: É", "read B: B"],
            ),
            (r#"ENV["NO"]"#, &[]),
            (
                r#"<% unless heroku %>
  <% raise if ENV["DYNO"] %>
<% end"#,
                &["read DYNO: if DYNO then raises"],
            ),
            (r#"<% x = ENV["A"] %><% if x %>y<% end %>"#, &["read A: bind x = A; x: if A then -"]),
        ],
    );
}

#[test]
fn haml() {
    check(
        "app/views/x.html.haml",
        Lang::Haml,
        &[
            (
                r##"%html
  - if ENV["DYNO"]
    %p.x{ title: ENV["A"], class: "b" }= ENV["B"]
  - elsif ENV["C"]
    = link_to "x", y do |z|
      text #{ENV["D"]}
  - else
    -# ENV["NO"]
      ENV["NO"]
    = foo(a,
      ENV["E"])
  :javascript
    var x = "#{ENV["F"]}";
  - x = ENV["G"]
  - if x
    - raise"##,
                &[
                    "read DYNO: if DYNO then - else -",
                    "read A: A",
                    "read B: B",
                    "read C: if C then - else -",
                    "read D: pass link_to D",
                    "read E: pass foo E",
                    "read F: F",
                    "read G: bind x = G; x: if G then raises",
                ],
            ),
            (r#"ENV["NO"]"#, &[]),
            (r##"%a(href=ENV["A"] title="#{ENV["B"]}") ENV["NO"]"##, &["read A: A", "read B: B"]),
            (
                r#"!= ENV["A"]
&= ENV["B"]"#,
                &["read A: A", "read B: B"],
            ),
            (
                r#"%meta{ name: "x",
  content: ENV["A"] }"#,
                &["read A: bind content = A"],
            ),
            (
                r#"- case ENV["DYNO"]
- when "web.1"
  - exit
- else
  no"#,
                &[r#"read DYNO: case (DYNO == "web.1") then exits else -"#],
            ),
            (
                r#":ruby
  raise if ENV["A"]"#,
                &["read A: if A then raises"],
            ),
        ],
    );
}

#[test]
fn slim() {
    check(
        "app/views/x.html.slim",
        Lang::Slim,
        &[
            (
                r##"doctype html
html
  / ENV["NO"]
  - if ENV["DYNO"]
    a.foo href=ENV["A"] title="#{ENV["B"]}" = ENV["C"]
    meta name= 'x'  content= ENV['D']
  - else
    | text #{ENV["E"]}
      ENV["NO"]
  p= ENV["F"]
  == render "x", a: ENV["G"]"##,
                &[
                    "read DYNO: if DYNO then - else -",
                    "read A: A",
                    "read B: B",
                    "read C: C",
                    "read D: D",
                    "read E: E",
                    "read F: F",
                    "read G: pass render a: G",
                ],
            ),
            (
                r#"ruby:
  raise if ENV["A"]"#,
                &["read A: if A then raises"],
            ),
            (
                r##"javascript:
  x = "#{ENV["A"]}" + ENV["NO"]"##,
                &["read A: A"],
            ),
            (r#"p ENV["NO"]"#, &[]),
        ],
    );
}

#[test]
fn more_idioms() {
    check(
        "lib/more.rb",
        Lang::Ruby,
        &[
            (
                r#"raise "no" unless ENV["A"] && ENV["B"]"#,
                &["read A: if (A and B) else raises", "read B: if (A and B) else raises"],
            ),
            (
                r#"version = ENV.values_at("GIT_SHA", "HEROKU_SLUG_COMMIT").compact.first"#,
                &[
                    "read GIT_SHA: bind version = (GIT_SHA or HEROKU_SLUG_COMMIT)",
                    "read HEROKU_SLUG_COMMIT: bind version = (GIT_SHA or HEROKU_SLUG_COMMIT)",
                ],
            ),
            (
                "x = %w[A B].find { |k| ENV.key?(k) }",
                &["presence A: bind x = (A? or B?)", "presence B: bind x = (A? or B?)"],
            ),
            (
                r#"def check
  abort "Heroku only" if ENV["DYNO"].nil? || ENV["DYNO"].empty?
end"#,
                &[
                    "read DYNO: if (DYNO.nil or DYNO.blank) then exits",
                    "read DYNO: if (DYNO.nil or DYNO.blank) then exits",
                ],
            ),
            (
                r#"config.cache_store = :redis, { url: ENV["REDIS_URL"], ssl_params: { verify_mode: OpenSSL::SSL::VERIFY_NONE } } if ENV["DYNO"]"#,
                &["read REDIS_URL: bind url = REDIS_URL", "read DYNO: if DYNO then cache tls tls=off"],
            ),
            (
                r#"(params[:ssl_params] = { verify_mode: OpenSSL::SSL::VERIFY_NONE }) if ENV["HEROKU_APP_ID"]"#,
                &["read HEROKU_APP_ID: if HEROKU_APP_ID then tls tls=off"],
            ),
            (
                r#"key = "channels:#{ENV['DYNO']}"
Rails.cache.fetch(key) { 1 }"#,
                &[
                    r#"read DYNO: bind key = ("channels:" + DYNO); key: pass Rails.cache.fetch ("channels:" + DYNO)"#,
                ],
            ),
            (
                r#"def env(name) = ENV[name] || raise("no #{name}")"#,
                &["wrapper env#0 * required", "read * required: return env (* or _)"],
            ),
            (
                r#"class Foo
  ENV_KEYS = { app: "HEROKU_APP_NAME" }.freeze
  def app = ENV.fetch(ENV_KEYS[:app])
end"#,
                &[
                    "binding Foo.app() = HEROKU_APP_NAME!",
                    "read HEROKU_APP_NAME required: return app HEROKU_APP_NAME!",
                ],
            ),
            (
                r#"task :x do
  raise "no" unless ENV["HEROKU_APP_NAME"] == "mine-production"
end"#,
                &[r#"read HEROKU_APP_NAME: if (HEROKU_APP_NAME == "mine-production") else raises"#],
            ),
            (
                r#"workers Integer(ENV['WEB_CONCURRENCY'] || 2)
threads_count = ENV.fetch("RAILS_MAX_THREADS") { 5 }.to_i
threads threads_count, threads_count"#,
                &[
                    "read WEB_CONCURRENCY default: pass workers (WEB_CONCURRENCY or 2).number",
                    "read RAILS_MAX_THREADS default: bind threads_count = RAILS_MAX_THREADS|5.number; threads_count: pass threads RAILS_MAX_THREADS|5.number; threads_count: pass threads RAILS_MAX_THREADS|5.number",
                ],
            ),
            (
                r#"puts(<<~A, ENV["B"])
  #{ENV["DYNO"]}
A
run"#,
                &["read B: pass puts B", r#"read DYNO: pass puts ("  " + DYNO + "\n")"#],
            ),
            (
                r#"if ENV["DYNO"]
  enable :sync
  set :force_ssl, true
  disable :debug
end"#,
                &["read DYNO: if DYNO then logging httpsredirect=on debug=off"],
            ),
            (
                r#"x = ENV["A"] ? (ENV["B"] || 1) : nil"#,
                &["read A: choose A then - else -", "read B default: bind x = (A ? (B or 1) : nil)"],
            ),
            (r#"if ENV["DYNO"] then logger.level = :info end"#, &["read DYNO: if DYNO then -"]),
        ],
    );
}

#[test]
fn carriage_returns() {
    check(
        "lib/crlf.rb",
        Lang::Ruby,
        &[(
            r#"if ENV["DYNO"]
  raise "x"
end"#,
            &["read DYNO: if DYNO then raises"],
        )],
    );
}

#[test]
fn guards_are_the_conditions_around() {
    let guards = |text: &str| -> Vec<String> {
        let facts = facts(text, Lang::Ruby);
        let read = facts.reads.iter().find(|read| read.name.is("X")).expect("a read of X");
        read.guards.iter().map(|guard| format!("{} {}", guard.holds, guard.span.of(text))).collect()
    };
    assert_eq!(guards("foo(ENV[\"X\"]) if Rails.env.production?"), ["true Rails.env.production?"]);
    assert_eq!(guards("unless a\n  foo(ENV[\"X\"])\nelse\n  b\nend"), ["false a"]);
    assert_eq!(guards("if a\n  b\nelsif c\n  foo ENV[\"X\"]\nend"), ["true c", "false a"]);
    assert_eq!(guards("if a\n  b\nelse\n  each { foo ENV[\"X\"] }\nend"), ["false a"]);
    assert_eq!(guards("a && foo(ENV[\"X\"])"), ["true a"]);
    assert_eq!(guards("a ? foo(ENV[\"X\"]) : 1"), ["true a"]);
    assert_eq!(guards("case a\nwhen 1 then foo(ENV[\"X\"])\nend"), ["true a"]);
    assert_eq!(guards("case a\nwhen 1 then 2\nelse foo(ENV[\"X\"])\nend"), ["false a"]);
    assert_eq!(
        guards("def f\n  return if a\n  return unless b\n  foo ENV[\"X\"]\nend"),
        ["false a", "true b"]
    );
    assert_eq!(guards("if a\n  def f; foo(ENV[\"X\"]); end\nend"), Vec::<String>::new());
    assert_eq!(guards("exit unless ENV[\"X\"]"), Vec::<String>::new());
}

#[test]
fn scopes_are_the_definitions_around() {
    let scope = |text: &str| facts(text, Lang::Ruby).reads[0].scope.clone();
    assert_eq!(scope("ENV[\"X\"]"), "");
    assert_eq!(scope("module App; class Exporter; def run; ENV[\"X\"]; end; end; end"), "App::Exporter#run");
    assert_eq!(scope("class App::Exporter; def self.run = ENV[\"X\"]; end"), "App::Exporter.run");
    assert_eq!(scope("class A; class << self; def b; c { ENV[\"X\"] }; end; end; end"), "A.b");
    assert_eq!(scope("def run = ENV[\"X\"]"), "run");
    assert_eq!(scope("class A; X = ENV[\"X\"]; end"), "A");
}

#[test]
fn spans_lead_to_the_access_the_name_and_the_default() {
    let text = "a = 1 # ü\nx = ENV.fetch('PORT') { 3000 }.to_i\n";
    let read = &facts(text, Lang::Ruby).reads[0];
    assert_eq!(read.span.of(text), "ENV.fetch('PORT') { 3000 }");
    assert_eq!(read.name_span.map(|span| span.of(text)), Some("PORT"));
    assert_eq!(read.default.map(|span| span.of(text)), Some("3000"));
    assert_eq!(read.uses[0].expr_span.of(text), "ENV.fetch('PORT') { 3000 }.to_i");

    let text = "y = ENV['A'].presence || ENV['B'] || 'z'";
    let facts = facts(text, Lang::Ruby);
    assert_eq!(facts.reads[0].default.map(|span| span.of(text)), Some("ENV['B']"));
    assert_eq!(facts.reads[1].default.map(|span| span.of(text)), Some("'z'"));
}

/// The texts of the branches of the first read's condition.
fn branches(text: &str, lang: Lang) -> (Option<String>, Option<String>) {
    let facts = facts(text, lang);
    let Place::Condition(branches) = &facts.reads[0].uses[0].place else { panic!("no condition in {text}") };
    let text_of = |branch: &Option<dynolint::fact::Branch>| {
        branch.as_ref().map(|branch| branch.span.of(text).trim().to_string())
    };
    (text_of(&branches.then), text_of(&branches.otherwise))
}

#[test]
fn branches_are_what_runs() {
    let some = |text: &str| Some(text.to_string());
    let of = |text| branches(text, Lang::Ruby);
    assert_eq!(of("if ENV['X']\n  a\n  b\nelse\n  c\nend"), (some("a\n  b"), some("c")));
    assert_eq!(of("unless ENV['X'] then a else b end"), (some("b"), some("a")));
    assert_eq!(of("a unless ENV['X']"), (None, some("a")));
    assert_eq!(of("return if ENV['X']\na\nb"), (some("return"), some("a\nb")));
    assert_eq!(of("return unless ENV['X']\na\nb"), (some("a\nb"), some("return")));
    assert_eq!(of("ENV['X'] ? a : b"), (some("a"), some("b")));
    assert_eq!(of("ENV['X'] or exit"), (None, some("exit")));
    assert_eq!(
        branches("<% if ENV['X'] %>\n <b>one</b>\n<% else %> two <%= x %> <% end %>", Lang::Erb),
        (some("<b>one</b>"), some("two <%= x %>"))
    );
    assert_eq!(branches("- if ENV['X']\n  = one\n- else\n  = two\n", Lang::Haml), (some("one"), some("two")));
}

#[test]
fn second_look_finds_the_names_of_other_files() {
    let names: BTreeSet<String> =
        ["heroku?", "ON_HEROKU", "on_heroku"].into_iter().map(str::to_string).collect();
    let look = |text: &str| -> Vec<String> {
        let request = Request { names: Some(&names), ..Request::new("app/x.rb", Lang::Ruby) };
        let facts = lang::facts(text, &request);
        assert_sound(text, &facts);
        notation::lines(&facts).into_iter().map(|(_, line)| line).filter(|l| l.starts_with("use ")).collect()
    };
    for (text, expected) in [
        ("exit if Config.heroku?", "use Config.heroku?: heroku?: if _ then exits"),
        ("exit unless heroku?", "use heroku?: heroku?: if _ else exits"),
        ("x = Settings::ON_HEROKU", "use Settings.ON_HEROKU: ON_HEROKU: bind x = _"),
        ("x = !ON_HEROKU", "use ON_HEROKU: ON_HEROKU: bind x = !_"),
        (
            "config.force_ssl = Rails.configuration.x.on_heroku.present?",
            "use Rails.configuration.x.on_heroku: on_heroku: bind config.force_ssl = _.present",
        ),
        ("raise if settings[:on_heroku]", "use settings.on_heroku: on_heroku: if _ then raises"),
        ("raise if config.fetch('on_heroku')", "use config.on_heroku: on_heroku: if _ then raises"),
        ("App.public_send(:heroku?) && exit", "use App.heroku?: heroku?: when _ then exits"),
    ] {
        assert_eq!(look(text), [expected], "{text}");
    }
    for silent in [
        "def heroku? = true",
        "ON_HEROKU = 1",
        "def f(on_heroku) = on_heroku",
        "attr_reader :on_heroku",
        "# ON_HEROKU",
        "x = 'ON_HEROKU'",
        "heroku = 1",
    ] {
        assert_eq!(look(silent), Vec::<String>::new(), "{silent}");
    }
    assert_eq!(
        look("on = Config.heroku?\nexit if on"),
        ["use Config.heroku?: heroku?: bind on = _", "use Config.heroku?: on: if _ then exits",]
    );
}

#[test]
fn files_that_read_under_other_names_are_known_at_a_glance() {
    for yes in [
        "ENV[name]",
        "ENV.fetch(key)",
        "env = ENV",
        "ENV[\"HEROKU_#{x}\"]",
        "ENV.each { |k, v| }",
        "Figaro.env.dyno",
        "configurable(:heroku) { setting :app_name, \"\" }",
        "class C < Anyway::Config",
        "ENV.slice(*NAMES)",
        "foo(ENV)",
    ] {
        assert!(lang::may_wrap(yes, Lang::Ruby), "{yes}");
    }
    for no in [
        "ENV[\"A\"]",
        "ENV['A'] ||= 'b'",
        "x = ENV.fetch('A', 1)",
        "ENV.fetch(\"A\") { 1 }",
        "ENV.key?('A')",
        "# the ENV of the process",
        "MY_ENV[x] + ENVIRONMENT",
        "x",
        "",
    ] {
        assert!(!lang::may_wrap(no, Lang::Ruby), "{no}");
    }
}

#[test]
fn masking_keeps_every_byte_in_its_place() {
    for text in ["é <%= ENV['X'] -%>ü\r\n<%# no %>\n<%% no %> <% a # b %> <% x", "%> <%", "<%", "", "<%=%>"]
    {
        let masked = mask_erb(text);
        assert_eq!(masked.len(), text.len(), "{text}");
        let breaks = |text: &str| text.match_indices("\r\n").map(|(at, _)| at).collect::<Vec<_>>();
        assert_eq!(breaks(&masked), breaks(text));
    }
    assert_eq!(mask_erb("a: <%= ENV['X'] %>\n"), "       ENV['X'] ; \n");
    assert_eq!(mask_erb("<%# ENV['X']\n it's %>"), "            \n        ");
}

#[test]
fn half_written_input_does_no_harm() {
    let whole = "class Ä\n  def x(k = ENV['É'])\n    return unless %w[A B].any? { |n| ENV[n] }\n    \
                 case ENV[\"D#{k}\"].split('.').first\n    when /^w/ then <<~X + `$A ${B:-c}`\n      #{ENV['C']}\n\
                 \x20   X\n    end\n  end\nend\n- if ENV['X']\n  %a{b: ENV['Y']}= c #{ENV[\n<% if ENV['Z'] %>ü<% end %>";
    for lang in [Lang::Ruby, Lang::Erb, Lang::Haml, Lang::Slim] {
        for at in (0..=whole.len()).filter(|&at| whole.is_char_boundary(at)) {
            assert_sound(&whole[..at], &facts(&whole[..at], lang));
            assert_sound(&whole[at..], &facts(&whole[at..], lang));
        }
    }
}

#[test]
fn deep_input_does_not_end_the_stack() {
    for (open, close) in [("(", ")"), ("[", "]"), ("a(", ")"), ("!", ""), ("x || ", ""), ("if x\n", "\nend")]
    {
        let text = format!("{}ENV['X']{}", open.repeat(3000), close.repeat(3000));
        assert_sound(&text, &facts(&text, Lang::Ruby));
    }
    let names = (0..40).map(|at| format!("a{} = a{at} + a{at}\n", at + 1)).collect::<String>();
    let text = format!("a0 = ENV['X']\n{names}exit if a40\n");
    assert_sound(&text, &facts(&text, Lang::Ruby));
}
