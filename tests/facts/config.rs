//! Configuration formats.
use super::harness::check;
use dynolint::lang::Lang;

#[test]
fn probe() {
    use dynolint::fact::Request;
    let rows = [
        (
            "docker-compose.yml",
            Lang::Yaml,
            "services:\n  web:\n    image: heroku/heroku:22\n    environment:\n      DYNO: web.1\n      PORT: ${PORT:-5000}\n      A: ${A}\n      B:\n    command: sh -c \"bin/x $$DYNO $Y\"\n  worker:\n    environment:\n      - DYNO=worker.1\n      - X\n      - Z=${Q:?no}\n",
        ),
        (
            "config/fly.toml",
            Lang::Toml,
            "app = \"x\"\n[env]\n  PORT = \"8080\"\n  N = 1\n[processes]\nweb = 'bin/web $PORT'\n",
        ),
        (
            "app.json",
            Lang::Json,
            "{\"name\":\"x\",\"env\":{\"A\":\"1\",\"B\":{\"value\":\"2\",\"required\":true},\"C\":{\"generator\":\"secret\"}},\"addons\":[\"x\"],\"formation\":{\"web\":{\"quantity\":1}},\"environments\":{\"review\":{\"env\":{\"D\":\"\"}}}}",
        ),
        (
            "config/custom-environment-variables.yaml",
            Lang::Yaml,
            "a:\n  b: DYNO\n  c:\n    __name: PORT\n    __format: json\n",
        ),
        (
            ".travis.yml",
            Lang::Yaml,
            "env:\n  global:\n    - A=1 B=\"2\"\n    - secure: abc\n  C: 3\ndeploy:\n  provider: heroku\n  api_key:\n    secure: X\n",
        ),
        (
            "x.java",
            Lang::Plain,
            "// System.getenv(\"NO\")\nString a = System.getenv(\"DYNO\");\n@Value(\"${PORT:5000}\") int p;",
        ),
        (
            "x.php",
            Lang::Plain,
            "<?php $a = env('DYNO', 'x'); $b = getenv('P') ?: 'q'; $_SERVER['HTTP_HOST']; $_ENV['Z'] ?? null;",
        ),
        (
            "Pipfile",
            Lang::Toml,
            "[packages]\nDjango_Heroku = \"*\"\nx = {version=\"==1\", extras=[\"a\"]}\n[packages.y]\nversion='1'\n",
        ),
        (
            "package.json",
            Lang::Json,
            "{\"scripts\":{\"prestart\":\"if-env IS_HEROKU=true && echo a || npm run b\",\"build\":\"cross-env NODE_ENV=production A=\\\"b c\\\" webpack\",\"heroku-postbuild\":\"x\"},\"dependencies\":{\"heroku-ssl-redirect\":\"^1\"}}",
        ),
    ];
    for (path, lang, text) in rows {
        let facts = dynolint::lang::facts(text, &Request { path, lang, names: None });
        super::harness::assert_sound(text, &facts);
        println!("== {path}");
        for (_, line) in dynolint::notation::lines(&facts) {
            println!("  {line}");
        }
        for r in &facts.reads {
            println!("    {:?} {:?} {:?}", r.span.of(text), r.scope, r.default.map(|d| d.of(text)));
        }
        for r in &facts.writes {
            println!("    {:?} {:?} {:?} {:?}", r.span.of(text), r.name_span.of(text), r.scope, r.surface);
        }
        for r in &facts.dependencies {
            println!("    {:?}", r.span.of(text));
        }
    }
}
