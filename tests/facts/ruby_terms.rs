//! Calls and settings of Ruby.

use dynolint::lang::Lang;

use super::harness::{Table, check_structure};

#[track_caller]
fn check(table: Table<'_>) {
    check_structure("lib/x.rb", Lang::Ruby, table);
}

#[test]
fn uploads() {
    check(&[
        (
            "class AvatarUploader < CarrierWave::Uploader::Base\n  storage :file\nend",
            &[r#"invoke storage("file") in AvatarUploader"#],
        ),
        (
            "Shrine.storages = { cache: Shrine::Storage::FileSystem.new('public', prefix: 'uploads/cache') }",
            &[
                r#"setting Shrine.storages = {cache: Shrine.Storage.FileSystem.new("public", prefix="uploads/cache")}"#,
                r#"invoke Shrine.Storage.FileSystem.new("public", prefix="uploads/cache")"#,
            ],
        ),
        (
            r#"config.active_storage.service = ENV.fetch("STORAGE", "local").to_sym"#,
            &[r#"setting config.active_storage.service = $STORAGE|"local""#],
        ),
        (
            "File.open(Rails.root.join('tmp', \"#{id}.csv\"), 'w') { |f| f.write(csv) }",
            &[r#"invoke File.open(Rails.root.join("tmp", (id + ".csv")), "w") do"#, "invoke f.write(csv)"],
        ),
        (
            "File.write Rails.root + 'tmp' / 'x', data",
            &[r#"invoke File.write([Rails.root].+(["tmp"]./("x")), data)"#],
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
            &["invoke Sidekiq.configure_server() do", r#"setting config.redis = {url: $A|$B|"x"}"#],
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
    ]);
}
