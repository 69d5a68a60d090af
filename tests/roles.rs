//! Language and role of files, as tables: what stands here is what dynolint promises.

use dynolint::detect::{ByName, by_name, language};
use dynolint::lang::Lang;
use dynolint::role::{Role, role};

#[track_caller]
fn detects(rows: &[(&str, &[u8], Option<Lang>)]) {
    for &(path, head, expected) in rows {
        assert_eq!(language(path, head), expected, "{path} {:?}", String::from_utf8_lossy(head));
    }
}

#[test]
fn languages_by_extension_and_name() {
    use Lang::{
        Dockerfile, Dotenv, Erb, Haml, JavaScript, Json, Makefile, Plain, Procfile, Python, Ruby, Shell,
        Slim, Svelte, Toml, Tsx, TypeScript, Vue, Yaml,
    };
    let rows: &[(&str, Option<Lang>)] = &[
        ("app/models/user.rb", Some(Ruby)),
        ("APP.RB", Some(Ruby)),
        ("lib/tasks/a.rake", Some(Ruby)),
        ("a.gemspec", Some(Ruby)),
        ("app/views/a.json.jbuilder", Some(Ruby)),
        ("a.xml.builder", Some(Ruby)),
        ("config.ru", Some(Ruby)),
        ("a.rabl", Some(Ruby)),
        ("a.thor", Some(Ruby)),
        ("a.podspec", Some(Ruby)),
        ("Gemfile", Some(Ruby)),
        ("Gemfile.next", Some(Ruby)),
        ("Gemfile.lock", Some(Plain)),
        ("Gemfile.next.lock", None),
        ("gems/x/Rakefile", Some(Ruby)),
        ("Guardfile", Some(Ruby)),
        ("Vagrantfile", Some(Ruby)),
        ("Brewfile", Some(Ruby)),
        ("Appraisals", Some(Ruby)),
        (".irbrc", Some(Ruby)),
        (".pryrc", Some(Ruby)),
        ("a.html.erb", Some(Erb)),
        ("config/nginx.conf.erb", Some(Erb)),
        ("a.js.erb", Some(Erb)),
        ("config/database.yml.erb", Some(Yaml)),
        ("config/database.yaml.erb", Some(Yaml)),
        ("model.rb.erb", Some(Erb)),
        ("a.haml", Some(Haml)),
        ("a.html.slim", Some(Slim)),
        ("settings.py", Some(Python)),
        ("a.pyi", Some(Python)),
        ("app.wsgi", Some(Python)),
        ("wsgi", Some(Python)),
        ("SConstruct", Some(Python)),
        ("a.pyc", None),
        ("a.js", Some(JavaScript)),
        ("a.jsx", Some(JavaScript)),
        ("a.mjs", Some(JavaScript)),
        ("a.cjs", Some(JavaScript)),
        ("a.es6", Some(JavaScript)),
        (".eslintrc.js", Some(JavaScript)),
        (".sequelizerc", Some(JavaScript)),
        ("test-procfile.js", Some(JavaScript)),
        ("Procfile.js", Some(JavaScript)),
        ("knexfile.env.js", Some(JavaScript)),
        ("a.ts", Some(TypeScript)),
        ("a.d.ts", Some(TypeScript)),
        ("env.ts", Some(TypeScript)),
        (".env.d.ts", Some(TypeScript)),
        ("a.mts", Some(TypeScript)),
        ("a.cts", Some(TypeScript)),
        ("a.tsx", Some(Tsx)),
        ("a.vue", Some(Vue)),
        ("a.svelte", Some(Svelte)),
        ("a.sh", Some(Shell)),
        ("a.bash", Some(Shell)),
        ("a.zsh", Some(Shell)),
        (".profile", Some(Shell)),
        (".bashrc", Some(Shell)),
        (".profile.d/env.sh", Some(Shell)),
        (".profile.d/env", Some(Shell)),
        ("Dockerfile", Some(Dockerfile)),
        ("Dockerfile.dev", Some(Dockerfile)),
        ("Dockerfile-dev", Some(Dockerfile)),
        ("docker/web.Dockerfile", Some(Dockerfile)),
        ("docker/web.dockerfile", Some(Dockerfile)),
        (".gitpod.Dockerfile", Some(Dockerfile)),
        ("Containerfile", Some(Dockerfile)),
        ("Dockerfile.md", None),
        ("Dockerfile.dockerignore", None),
        ("Procfile", Some(Procfile)),
        ("Procfile.dev", Some(Procfile)),
        ("Procfile-staging", Some(Procfile)),
        ("deploy/web.procfile", Some(Procfile)),
        ("Procfile.md", None),
        ("Makefile", Some(Makefile)),
        ("GNUmakefile", Some(Makefile)),
        ("makefile", Some(Makefile)),
        ("Makefile.docker", Some(Makefile)),
        ("Makefile.am", None),
        ("Makefile.in", None),
        ("rules.mk", Some(Makefile)),
        ("app.json", Some(Json)),
        ("a.jsonc", Some(Json)),
        ("a.json5", Some(Json)),
        ("package-lock.json", Some(Json)),
        ("a.webmanifest", None),
        ("heroku.yml", Some(Yaml)),
        ("a.yaml", Some(Yaml)),
        ("config/database.yml.example", Some(Yaml)),
        ("config/database.yaml.sample", Some(Yaml)),
        ("config/parameters.yml.dist", Some(Yaml)),
        ("config/secrets.yml.enc", None),
        ("settings.py.example", Some(Python)),
        ("notes.example", None),
        ("pyproject.toml", Some(Toml)),
        ("Pipfile", Some(Toml)),
        ("Pipfile.lock", Some(Plain)),
        ("poetry.lock", None),
        (".python_version", Some(Plain)),
        ("src/Shop.csproj", Some(Plain)),
        (".env", Some(Dotenv)),
        (".env.production", Some(Dotenv)),
        (".env.local.example", Some(Dotenv)),
        (".env-example", Some(Dotenv)),
        ("web.env", Some(Dotenv)),
        ("web.env.sample", Some(Dotenv)),
        ("env.example", Some(Dotenv)),
        ("env.sample", Some(Dotenv)),
        ("env-example", Some(Dotenv)),
        ("env.staging", Some(Dotenv)),
        (".envrc", Some(Dotenv)),
        (".flaskenv", Some(Dotenv)),
        (".env.gpg", None),
        (".env.json", Some(Json)),
        ("environment.png", None),
        (".buildpacks", Some(Plain)),
        ("Aptfile", Some(Plain)),
        (".slugignore", Some(Plain)),
        ("nltk.txt", Some(Plain)),
        ("runtime.txt", Some(Plain)),
        (".python-version", Some(Plain)),
        (".ruby-version", Some(Plain)),
        (".nvmrc", Some(Plain)),
        (".node-version", Some(Plain)),
        (".tool-versions", Some(Plain)),
        ("system.properties", Some(Plain)),
        ("requirements.txt", Some(Plain)),
        ("dev-requirements.txt", Some(Plain)),
        ("requirements-dev.in", Some(Plain)),
        ("requirements/prod.txt", Some(Plain)),
        ("notes.txt", None),
        ("setup.cfg", Some(Plain)),
        ("elixir_buildpack.config", Some(Plain)),
        ("go.mod", Some(Plain)),
        ("main.tf", Some(Plain)),
        (".npmrc", Some(Plain)),
        (".yarnrc", Some(Plain)),
        ("main.go", Some(Plain)),
        ("A.java", Some(Plain)),
        ("a.kt", Some(Plain)),
        ("a.php", Some(Plain)),
        ("a.exs", Some(Plain)),
        ("a.coffee", Some(Plain)),
        ("build.gradle.kts", Some(Plain)),
        ("nginx.conf", Some(Plain)),
        ("nginx.conf.sigil", Some(Plain)),
        ("README.md", None),
        ("a.png", None),
        ("a.html", None),
        ("LICENSE", None),
        ("", None),
        ("a/", None),
        (".", None),
        ("..", None),
        ("a.", None),
    ];
    for &(path, expected) in rows {
        assert_eq!(language(path, b""), expected, "{path}");
    }
}

#[test]
fn languages_by_first_line() {
    use Lang::{JavaScript, Makefile, Python, Ruby, Shell, TypeScript};
    detects(&[
        ("bin/rails", b"#!/usr/bin/env ruby\n", Some(Ruby)),
        ("bin/x", b"#!/usr/bin/ruby -w\n", Some(Ruby)),
        ("bin/x", b"#! /usr/bin/env ruby2.7\r\n", Some(Ruby)),
        ("bin/x", b"#!/usr/bin/env -S bundle exec ruby\n", Some(Ruby)),
        ("bin/x", b"#!/usr/bin/env bundle\n", Some(Ruby)),
        ("bin/x", b"#!/usr/bin/env rails runner\n", Some(Ruby)),
        ("bin/x", b"#!/usr/bin/env python3\n", Some(Python)),
        ("bin/x", b"#!/usr/local/bin/python3.12\n", Some(Python)),
        ("bin/x", b"#!/usr/bin/env -S uv run --script\n", Some(Python)),
        ("bin/x", b"#!/usr/bin/env -S PYTHONPATH=. python -u\n", Some(Python)),
        ("bin/x", b"#!/usr/bin/env node\n", Some(JavaScript)),
        ("bin/x", b"#!/usr/bin/env -Snode --enable-source-maps\n", Some(JavaScript)),
        ("bin/x", b"#!/usr/bin/env deno\n", Some(TypeScript)),
        ("bin/x", b"#!/usr/bin/env bun\n", Some(TypeScript)),
        ("bin/x", b"#!/usr/bin/env ts-node\n", Some(TypeScript)),
        ("bin/x", b"#!/usr/bin/env -S npx tsx\n", Some(TypeScript)),
        ("bin/x", b"#!/bin/sh", Some(Shell)),
        ("bin/x", b"#!/usr/bin/env bash\n", Some(Shell)),
        ("bin/x", b"#!/usr/bin/env -i -u FOO bash\n", Some(Shell)),
        ("bin/x", b"#!/bin/zsh\n", Some(Shell)),
        ("bin/x", b"#!/bin/dash\n", Some(Shell)),
        ("bin/x", b"#!/bin/ksh\n", Some(Shell)),
        ("bin/x", b"#!/bin/busybox sh\n", Some(Shell)),
        ("debian/rules", b"#!/usr/bin/make -f\n", Some(Makefile)),
        ("bin/x", b"#!/usr/bin/perl\n", None),
        ("bin/x", b"#!\n", None),
        ("bin/x", b"#!/usr/bin/env\n", None),
        ("bin/x", b"puts 1\n", None),
        ("bin/x", b"\x7fELF\0\0", None),
        ("bin/post_compile", b"echo 1\n", Some(Shell)),
        ("bin/post_compile", b"#!/usr/bin/env ruby\n", Some(Ruby)),
        ("bin/detect", b"", Some(Shell)),
        ("lib/detect", b"", None),
        // The name knows better.
        ("a.py", b"#!/bin/sh\n", Some(Python)),
        // A name with a foreign extension is not asked.
        ("a.data", b"#!/bin/sh\n", None),
    ]);
    assert_eq!(by_name("a.png"), ByName::Never);
    assert_eq!(by_name("bin/x"), ByName::Ask);
}

#[test]
fn not_every_ts_is_typescript() {
    detects(&[
        ("a.ts", b"const a: number = 1", Some(Lang::TypeScript)),
        ("a.ts", b"GlobalThis.x = 1", Some(Lang::TypeScript)),
        ("i18n/de.ts", b"<?xml version=\"1.0\"?>\n<!DOCTYPE TS>", None),
        ("i18n/de.ts", b"\xEF\xBB\xBF<!DOCTYPE TS>", None),
        ("movie.ts", b"\x47\x40\x00\x10\x00", None),
        ("a.ts", b"", Some(Lang::TypeScript)),
    ]);
}

#[track_caller]
fn plays(expected: Role, paths: &[&str]) {
    for path in paths {
        let lang = language(path, b"#!/bin/sh").unwrap_or_else(|| panic!("{path} has no language"));
        assert_eq!(role(path, lang, ""), expected, "{path} ({lang:?})");
    }
}

#[test]
fn application() {
    plays(
        Role::App,
        &[
            "app/models/user.rb",
            "app.py",
            "manage.py",
            "src/index.ts",
            "src/features/login/index.ts",
            "src/features/support/api.ts",
            "src/lib/features/toggle.ts",
            "app/models/ab_test.rb",
            "app/models/latest.rb",
            "app/views/layouts/test/index.html.erb",
            "app/controllers/docs_controller.rb",
            "app/javascript/docs/index.tsx",
            "routes/docs/index.js",
            "src/components/charts/Pie.tsx",
            "src/components/settings/config.js",
            "src/lib/openapi/spec/feature-schema.ts",
            "lib/cli/run-test.js",
            "metaci/build/models.py",
            "metaci/build/management/commands/run_build.py",
            "builds/build/tasks.py",
            "lib/shop/vendor/service.rb",
            "src/vendor/vendor.service.ts",
            "app/models/vendor/price.rb",
            "store/target/models.py",
            "pkg/deps/index.js",
            "core/management/commands/import.py",
            "core/management/commands/test_email.py",
            "db/schema.rb",
            "db/migrate/20200101_create.rb",
            "db/fixtures/lessons.rb",
            "{{cookiecutter.name}}/app/main.py",
            "templates/page.py",
            "static/scripts/main.js",
            "src/app/api/scripts/route.ts",
            "app/contest.py",
            "celery/tasks.py",
            "app/environments.rb",
        ],
    );
    assert_eq!(role("bin/www", Lang::JavaScript, ""), Role::App);
}

#[test]
fn configuration() {
    plays(
        Role::Config,
        &[
            "config/puma.rb",
            "config/environments/production.rb",
            "config/initializers/session.rb",
            "config/settings/heroku.py",
            "project/settings/base.py",
            "project/settings.py",
            "settings_production.py",
            "local_settings.py",
            "config.py",
            "config.js",
            "config/default.json",
            ".env",
            ".env.example",
            "env.sample",
            "gunicorn.conf.py",
            "jsconfig.config.ts",
            ".sequelizerc",
            ".rubocop.yml",
            "config/database.yml.example",
            "knexfile.js",
        ],
    );
}

#[test]
fn building_and_starting() {
    plays(
        Role::Build,
        &[
            "Procfile",
            "Procfile.staging",
            "app.json",
            "app.staging.json",
            "heroku.yml",
            "Dockerfile",
            "docker/web.Dockerfile",
            "docker-compose.yml",
            "compose.yaml",
            "package.json",
            "web/package.json",
            "Gemfile",
            "Pipfile",
            "pyproject.toml",
            "requirements.txt",
            "requirements/prod.txt",
            "setup.py",
            "webpack.config.js",
            "webpack.prod.js",
            "vite.config.mts",
            "next.config.mjs",
            "gulpfile.js",
            "Gruntfile.js",
            "babel.config.js",
            "rollup.config.js",
            "config/webpack/production.js",
            "bin/pre_compile",
            "bin/post_compile",
            "bin/compile",
            "bin/release",
            "bin/detect",
            "bin/start-nginx",
            "bin/heroku-web",
            "docker-entrypoint.sh",
            "docker/start.sh",
            "run.sh",
            ".profile.d/path.sh",
            ".profile",
            ".buildpacks",
            "Aptfile",
            ".slugignore",
            "runtime.txt",
            ".python-version",
            "system.properties",
            "render.yaml",
            "fly.toml",
            "charts/web/values.yaml",
            ".heroku/release.sh",
            "main.tf",
            ".storybook/main.js",
        ],
    );
}

#[test]
fn integration() {
    plays(
        Role::Ci,
        &[
            ".github/workflows/test.yml",
            ".github/scripts/deploy.sh",
            ".circleci/config.yml",
            ".gitlab-ci.yml",
            ".gitlab/ci/a.yml",
            ".travis.yml",
            "azure-pipelines.yml",
            "bitbucket-pipelines.yml",
            "ci/run.sh",
            "Jenkinsfile",
            "circle.yml",
            "web/.travis.yml",
        ],
    );
}

#[test]
fn scripts() {
    plays(
        Role::Script,
        &[
            "bin/rails",
            "bin/setup",
            "bin/dev",
            "script/server.sh",
            "scripts/seed.py",
            "server/scripts/migrate.ts",
            "lib/tasks/db.rake",
            "lib/tasks/helper.rb",
            "Rakefile",
            "Makefile",
            "Procfile.dev",
            "Vagrantfile",
            ".devcontainer/Dockerfile",
            ".devcontainer/docker-compose.yml",
            "tools/check.py",
            ".envrc",
        ],
    );
}

#[test]
fn tests_and_what_they_need() {
    plays(
        Role::Test,
        &[
            "spec/models/user_spec.rb",
            "spec/spec_helper.rb",
            "spec/fixtures/app.json",
            "test/models/user_test.rb",
            "engines/a/test/a.rb",
            "tests/conftest.py",
            "app/tests/test_views.py",
            "app/tests.py",
            "app/test_views.py",
            "src/__tests__/a.js",
            "src/a.test.ts",
            "src/a.spec.tsx",
            "src/__mocks__/a.js",
            "e2e/login.ts",
            "cypress/support/index.js",
            "cypress.config.ts",
            "jest.config.js",
            "features/step_definitions/a.rb",
            "features/support/env.rb",
            "features/steps/a.py",
            "features/environment.py",
            "config/settings/test.py",
            "config/environments/test.rb",
            "config/test.json",
            ".env.test",
            ".env.test.local",
            "Procfile.test",
            "docker-compose.test.yml",
            "fixtures/users.json",
            "app/fixtures/users.yaml",
            "conftest.py",
            "tox.ini",
            "main_test.go",
            "lib/parser_test.rb",
        ],
    );
}

#[test]
fn documents() {
    plays(
        Role::Docs,
        &[
            "docs/conf.py",
            "docs/app/package.json",
            "doc/deploy.rb",
            "wiki/a.py",
            "examples/rails/config/puma.rb",
            "example/app.js",
            "samples/app.json",
            "changelog/entries/1.json",
            "openapi.yaml",
            "legacy/docs/make.py",
        ],
    );
}

#[test]
fn other_peoples() {
    plays(
        Role::Vendored,
        &[
            "node_modules/a/index.js",
            "vendor/gems/dotenv/lib/dotenv.rb",
            "vendor/assets/javascripts/a.js",
            "vendor/bundle/ruby/a.rb",
            "engines/a/vendor/assets/javascripts/a.js",
            "static/js/vendor/a.js",
            "bower_components/a/a.js",
            ".bundle/a.rb",
            ".yarn/releases/yarn-4.cjs",
            "venv/lib/python3/site-packages/a.py",
            "env/lib/python3.8/site-packages/a.py",
            "dist/app.js",
            "frontend/dist/app.js",
            "packages/a/dist/index.js",
            "build/static/js/main.js",
            "build/lib/app/main.py",
            "out/index.js",
            "public/assets/application.js",
            "public/packs/js/application.js",
            "staticfiles/admin/a.js",
            ".next/server/a.js",
            "target/classes/application.yml",
            "coverage/lcov-report/a.json",
            "third_party/a/a.py",
            "_build/prod/a.ex",
            "deps/phoenix/lib/phoenix.ex",
            "static/js/jquery-3.6.0.js",
            "static/js/jquery.cookie.js",
            "project/_vendor/six.py",
        ],
    );
}

#[test]
fn written_by_programs() {
    plays(
        Role::Generated,
        &[
            "package-lock.json",
            "web/package-lock.json",
            "pnpm-lock.yaml",
            "npm-shrinkwrap.json",
            "static/a.min.js",
            "public/a-min.js",
            "spec/cassettes/a.yml",
            "test/vcr_cassettes/a.yml",
            "src/__generated__/a.ts",
            "src/api.generated.ts",
            "app/a_pb2.py",
            "app/a_pb2_grpc.py",
            "src/a.pb.go",
            "src/a_pb.js",
            "config/locales/de.yml",
            "src/i18n/de.json",
        ],
    );
}

#[test]
fn the_content_counts() {
    let long = format!("var a = 1;\n{}", "a();".repeat(3000));
    let lines = "call(1);\n".repeat(2000);
    let table = format!("[{}]", "1,".repeat(200_000));
    let rows: &[(&str, &str, Role)] = &[
        ("src/a.js", &long, Role::Generated),
        ("src/a.js", &lines, Role::App),
        ("app/a.html.erb", &long, Role::App),
        (".env.production", &long, Role::Config),
        ("src/data.json", &table, Role::Generated),
        ("src/a.js", "// @generated by tool\nx()", Role::Generated),
        ("src/a.ts", "/**\n * This file is generated. DO NOT EDIT.\n */", Role::Generated),
        ("src/a.go", "// Code generated by protoc. DO NOT EDIT.\n", Role::Generated),
        ("src/a.py", "# Automatically generated by x\n", Role::Generated),
        ("src/a.py", "x = 'DO NOT EDIT'\n", Role::App),
        ("src/a.py", "x = '@generated'\n", Role::App),
        ("app.json", r#"{"a": "@generated"}"#, Role::Build),
        (".env.example", "# DO NOT EDIT, copy it to .env\n", Role::Config),
        ("db/structure.sql", "-- automatically generated by a tool, DO NOT EDIT\n", Role::App),
        ("spec/fixtures/dump.sql", "SELECT 1;\n", Role::Test),
        ("db/schema.rb", "# This file is auto-generated from the current state. DO NOT EDIT\n", Role::App),
        ("lib/a.js", "x()\n//# sourceMappingURL=a.js.map\n", Role::Generated),
        ("lib/a.js", "emit('//# sourceMappingURL=');\n", Role::App),
        ("public/js/slick.js", "/*! slick 1.0 | MIT */\nx()", Role::Vendored),
        ("src/slick.js", "/*! slick 1.0 | MIT */\nx()", Role::App),
        ("public/bundle.js", "/******/ (() => {", Role::Generated),
    ];
    for &(path, text, expected) in rows {
        let lang = language(path, text.as_bytes()).unwrap_or_else(|| panic!("{path}"));
        assert_eq!(role(path, lang, text), expected, "{path} {:.40}", text);
    }
}

#[test]
fn which_roles_are_shown() {
    let shown: Vec<_> = Role::ALL.into_iter().filter(|role| role.is_reported()).map(Role::id).collect();
    assert_eq!(shown, ["app", "config", "build", "ci", "script"]);
}

proptest::proptest! {
    #[test]
    fn any_path_and_head(path in "([a-zA-Z._-]{0,8}/){0,4}[a-zA-Z._éß-]{0,12}", head in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..60)) {
        let shebang = [b"#!".as_slice(), &head].concat();
        for head in [head.as_slice(), &shebang] {
            if let Some(lang) = language(&path, head) {
                role(&path, lang, &String::from_utf8_lossy(head));
            }
        }
    }
}
