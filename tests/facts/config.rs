//! Configuration formats, manifests and languages without a grammar.

use dynolint::lang::Lang;

use super::harness::check;

/// What compose files set, hand on and replace.
#[test]
fn compose_environment() {
    check(
        "docker-compose.yml",
        Lang::Yaml,
        &[
            ("services:\n  web:\n    environment:\n      DYNO: web.1\n", &["set DYNO = web.1"]),
            (
                "services:\n  web:\n    environment:\n      - DYNO=web.1\n      - EMPTY=\n",
                &["set DYNO = web.1", "set EMPTY = "],
            ),
            ("services:\n  web:\n    environment:\n      - DYNO\n", &["pass-on DYNO"]),
            ("services:\n  web:\n    environment:\n      DYNO:\n", &["pass-on DYNO"]),
            (
                "services:\n  web:\n    environment:\n      PORT: ${PORT:-5000}\n",
                &["set PORT", "read PORT default: bind services.web.environment.PORT = PORT|\"5000\""],
            ),
            (
                "services:\n  web:\n    environment:\n      PORT: \"${PORT}\"\n",
                &["pass-on PORT", "read PORT: bind services.web.environment.PORT = PORT"],
            ),
            (
                "services:\n  web:\n    environment:\n      - PORT=$PORT\n",
                &["pass-on PORT", "read PORT: bind services.web.environment.PORT = PORT"],
            ),
            (
                "services:\n  web:\n    environment:\n      A: ${B?must be set}\n      C: ${D:?}\n",
                &[
                    "set A",
                    "read B required: bind services.web.environment.A = B!",
                    "set C",
                    "read D required: bind services.web.environment.C = D!",
                ],
            ),
            (
                "services:\n  web:\n    environment:\n      URL: redis://${HOST-localhost}:${REDIS_PORT}/0\n",
                &[
                    "set URL",
                    "read HOST default: bind services.web.environment.URL = (\"redis://\" + HOST|\"localhost\" + \":\" + REDIS_PORT + \"/0\")",
                    "read REDIS_PORT: bind services.web.environment.URL = (\"redis://\" + HOST|\"localhost\" + \":\" + REDIS_PORT + \"/0\")",
                ],
            ),
            (
                "services:\n  web:\n    environment:\n      A: ${DYNO:+yes}\n",
                &["set A", "read DYNO: bind services.web.environment.A = (DYNO&.present ? \"yes\" : \"\")"],
            ),
            (
                "services:\n  web:\n    environment:\n      A: ${A:-${B:-c}}\n",
                &[
                    "set A",
                    "read A default: bind services.web.environment.A = A|B|\"c\"",
                    "read B default: bind services.web.environment.A = A|B|\"c\"",
                ],
            ),
            (
                "services:\n  web:\n    environment: {DYNO: web.1, N: 3, T: true}\n",
                &["set DYNO = web.1", "set N = 3", "set T = true"],
            ),
            (
                "x-env: &env\n  DYNO: web.1\nservices:\n  web:\n    environment:\n      <<: *env\n      A: b\n  worker:\n    environment: *env\n",
                &["set DYNO = web.1", "set A = b"],
            ),
            (
                "services:\n  web:\n    image: app:${TAG:-latest}\n    ports:\n      - '$PORT:3000'\n    env_file: .env\n",
                &[
                    "read TAG default: bind services.web.image = (\"app:\" + TAG|\"latest\")",
                    "read PORT: bind services.web.ports = (PORT + \":3000\")",
                ],
            ),
            ("services:\n  web:\n    command: echo $$HOME costs $$5\n", &["read HOME: pass echo HOME"]),
            (
                "services:\n  web:\n    build:\n      args:\n        RAILS_ENV: production\n        SOURCE_VERSION:\n",
                &["set RAILS_ENV = production", "pass-on SOURCE_VERSION"],
            ),
            (
                "services:\n  web:\n    build:\n      args:\n        - SOURCE_VERSION\n        - A=${A}\n",
                &["pass-on SOURCE_VERSION", "pass-on A", "read A: bind services.web.build.args.A = A"],
            ),
            ("services:\n  web:\n    image: heroku/heroku:22\n", &["sign tooling: heroku/heroku:22"]),
            (
                "# environment:\n#   DYNO: web.1\nservices:\n  web:\n    labels:\n      environment: DYNO\n",
                &[],
            ),
            (
                "services:\r\n  web:\r\n    environment:\r\n      DYNO: \"web.1\" # é\r\n",
                &["set DYNO = web.1"],
            ),
        ],
    );
    check(
        "base.yml",
        Lang::Yaml,
        &[(
            "version: '3'\nservices:\n  web:\n    build: .\n    environment:\n      - DYNO\n",
            &["pass-on DYNO"],
        )],
    );
    check(
        "compose.override.yaml.example",
        Lang::Yaml,
        &[("services:\n  web:\n    environment:\n      - DYNO=web.1\n", &["set DYNO = web.1"])],
    );
}

/// Command lines in compose files: compose replaces `$X`, the shell `$$X`.
#[test]
fn compose_commands() {
    check(
        "docker-compose.yml",
        Lang::Yaml,
        &[
            ("services:\n  web:\n    command: bin/web -p $$PORT\n", &["read PORT: pass web -p: PORT"]),
            (
                "services:\n  web:\n    command: bin/web -p $PORT\n",
                &["read PORT: bind services.web.command = (\"bin/web -p \" + PORT)"],
            ),
            ("services:\n  web:\n    command: [sh, -c, 'echo $$DYNO']\n", &["read DYNO: pass echo DYNO"]),
            ("services:\n  web:\n    command: [echo, $$DYNO]\n", &[]),
            (
                "services:\n  web:\n    environment:\n      PORT: 80\n    command: bin/web -p $$PORT $$DYNO\n",
                &["set PORT = 80", "read DYNO: pass web DYNO"],
            ),
            (
                "services:\n  web:\n    entrypoint: |\n      if [ -n \"$$DYNO\" ]; then exit 1; fi\n",
                &["read DYNO: if DYNO.present then exits"],
            ),
        ],
    );
}

/// GitHub Actions: variables set, and those of the `env` context.
#[test]
fn workflow_variables() {
    check(
        ".github/workflows/ci.yml",
        Lang::Yaml,
        &[
            (
                "env:\n  DYNO: web.1\njobs:\n  a:\n    env:\n      N: 1\n    steps:\n      - env:\n          TOKEN: ${{ secrets.HEROKU_API_KEY }}\n        run: 'true'\n",
                &["set DYNO = web.1", "set N = 1", "set TOKEN"],
            ),
            (
                "jobs:\n  a:\n    steps:\n      - uses: x/y@v1\n        with:\n          app: ${{ env.HEROKU_APP_NAME }}\n",
                &["read HEROKU_APP_NAME: bind jobs.a.steps.with.app = HEROKU_APP_NAME"],
            ),
            (
                "jobs:\n  a:\n    steps:\n      - uses: x/y@v1\n        with:\n          app: app-${{ env['APP'] || 'dev' }}\n",
                &["read APP default: bind jobs.a.steps.with.app = (\"app-\" + APP|\"dev\")"],
            ),
            (
                "env:\n  APP: x\njobs:\n  a:\n    steps:\n      - uses: x/y@v1\n        with:\n          app: ${{ env.APP }}\n          key: ${{ secrets.KEY }}\n          v: ${{ vars.V }}\n",
                &["set APP = x"],
            ),
            (
                "jobs:\n  a:\n    if: env.DYNO == 'x'\n    steps: []\n",
                &["read DYNO: if (DYNO == \"x\") then -"],
            ),
            ("jobs:\n  a:\n    if: github.ref == 'refs/heads/main'\n    name: env.DYNO\n", &[]),
        ],
    );
    check(
        "action.yml",
        Lang::Yaml,
        &[(
            "runs:\n  using: composite\n  steps:\n    - env:\n        A: b\n      run: 'true'\n      shell: bash\n",
            &["set A = b"],
        )],
    );
}

/// GitHub Actions: shell in steps.
#[test]
fn workflow_steps() {
    check(
        ".github/workflows/ci.yml",
        Lang::Yaml,
        &[
            ("jobs:\n  a:\n    steps:\n      - run: echo $DYNO\n", &["read DYNO: pass echo DYNO"]),
            (
                "jobs:\n  a:\n    steps:\n      - run: |\n          if [ -z \"$DYNO\" ]; then\n            exit 1\n          fi\n",
                &["read DYNO: if DYNO.blank then exits"],
            ),
            (
                "env:\n  DYNO: x\njobs:\n  a:\n    steps:\n      - run: echo $DYNO $PORT\n",
                &["set DYNO = x", "read PORT: pass echo PORT"],
            ),
            (
                "jobs:\n  a:\n    steps:\n      - run: echo \"APP=x\" >> $GITHUB_ENV\n      - run: echo $APP\n",
                &["read GITHUB_ENV: GITHUB_ENV"],
            ),
            (
                "jobs:\n  a:\n    steps:\n      - run: heroku config:get X -a ${{ secrets.APP }}\n",
                &["sign tooling: heroku config:get"],
            ),
            (
                "jobs:\n  a:\n    steps:\n      - run: \"echo \\\"$DYNO\\\"\"\n",
                &["read DYNO: pass echo DYNO"],
            ),
            ("jobs:\n  a:\n    steps:\n      - run: print($DYNO)\n        shell: python\n", &[]),
            (
                "jobs:\n  a:\n    steps:\n      - run: >-\n          echo\n          $DYNO\n",
                &["read DYNO: pass echo DYNO"],
            ),
            ("defaults:\n  run:\n    working-directory: $DYNO\n", &[]),
        ],
    );
}

/// Deploys to Heroku in CI.
#[test]
fn deploy_signs() {
    check(
        ".github/workflows/ci.yml",
        Lang::Yaml,
        &[
            (
                "jobs:\n  a:\n    steps:\n      - uses: akhileshns/heroku-deploy@v3.12\n        with:\n          heroku_api_key: ${{ secrets.K }}\n",
                &["sign tooling: akhileshns/heroku-deploy"],
            ),
            (
                "jobs:\n  a:\n    steps:\n      - uses: some/deploy@v1\n        with:\n          heroku_app_name: x\n",
                &["sign tooling: some/deploy"],
            ),
            (
                "jobs:\n  a:\n    steps:\n      # - uses: akhileshns/heroku-deploy@v3\n      - uses: actions/checkout@v4\n",
                &[],
            ),
        ],
    );
    check(
        ".circleci/config.yml",
        Lang::Yaml,
        &[
            (
                "orbs:\n  h: circleci/heroku@1.2.6\nworkflows:\n  x:\n    jobs:\n      - heroku/deploy-via-git:\n          force: true\n",
                &["sign tooling: circleci/heroku", "sign tooling: heroku/deploy-via-git"],
            ),
            ("jobs:\n  a:\n    steps:\n      - heroku/install\n", &["sign tooling: heroku/install"]),
        ],
    );
    check(
        ".travis.yml",
        Lang::Yaml,
        &[
            ("deploy:\n  provider: heroku\n  api_key:\n    secure: abc\n", &["sign tooling: deploy: heroku"]),
            ("deploy:\n  - provider: heroku\n    app: x\n", &["sign tooling: deploy: heroku"]),
            ("deploy:\n  provider: pages\n", &[]),
        ],
    );
    check(
        ".gitlab-ci.yml",
        Lang::Yaml,
        &[
            ("deploy:\n  image: heroku/builder:24\n", &["sign tooling: heroku/builder:24"]),
            ("deploy:\n  script:\n    - dpl --provider=heroku --app=x\n", &["sign tooling: dpl heroku"]),
        ],
    );
    check(
        "bitbucket-pipelines.yml",
        Lang::Yaml,
        &[(
            "pipelines:\n  default:\n    - step:\n        script:\n          - pipe: atlassian/heroku-deploy:2.1.0\n",
            &["sign tooling: atlassian/heroku-deploy"],
        )],
    );
}

/// The other CI services.
#[test]
fn other_ci() {
    check(
        ".circleci/config.yml",
        Lang::Yaml,
        &[
            (
                "jobs:\n  a:\n    environment:\n      DYNO: x\n    docker:\n      - image: cimg/ruby\n        environment:\n          - PGUSER: root\n          - A=b\n",
                &["set DYNO = x", "set PGUSER = root", "set A = b"],
            ),
            (
                "jobs:\n  a:\n    steps:\n      - run: echo $DYNO\n      - run:\n          name: x\n          command: echo $PORT << parameters.a >>\n          environment:\n            PORT: 1\n",
                &["read DYNO: pass echo DYNO", "set PORT = 1"],
            ),
            (
                "jobs:\n  a:\n    steps:\n      - run:\n          command: |\n            heroku run -a x true\n",
                &["sign tooling: heroku run"],
            ),
        ],
    );
    check(
        ".gitlab-ci.yml",
        Lang::Yaml,
        &[
            (
                "variables:\n  DYNO: web.1\n  IMAGE: $CI_REGISTRY/x\n  D:\n    value: v\n    description: y\n",
                &[
                    "set DYNO = web.1",
                    "set IMAGE",
                    "read CI_REGISTRY: bind variables.IMAGE = (CI_REGISTRY + \"/x\")",
                    "set D = v",
                ],
            ),
            (
                "variables:\n  A: b\njob:\n  image: $IMAGE\n  before_script:\n    - export C=$A\n    - echo $DYNO $C\n",
                &["set A = b", "read IMAGE: bind job.image = IMAGE", "read DYNO: pass echo DYNO"],
            ),
            (
                "job:\n  variables:\n    DYNO: $DYNO\n",
                &["set DYNO", "read DYNO: bind job.variables.DYNO = DYNO"],
            ),
            (
                "job:\n  rules:\n    - if: '$HEROKU_APP_NAME == \"x\"'\n",
                &["read HEROKU_APP_NAME: bind job.rules.if = (HEROKU_APP_NAME + \" == \\\"x\\\"\")"],
            ),
        ],
    );
    check(
        ".travis.yml",
        Lang::Yaml,
        &[
            (
                "env:\n  global:\n    - A=1 B=\"2\"\n    - secure: abc\n  matrix:\n    - DYNO=web.1\n",
                &["set A = 1", "set B = 2", "set DYNO = web.1"],
            ),
            ("env: DYNO=run.1\nscript: bin/test\n", &["set DYNO = run.1"]),
            ("script:\n  - test -n \"$DYNO\" && exit 1\n", &["read DYNO: when DYNO.present then exits"]),
        ],
    );
    check(
        "appveyor.yml",
        Lang::Yaml,
        &[("environment:\n  DYNO: x\ntest_script:\n  - echo %DYNO%\n", &["set DYNO = x"])],
    );
    check(
        ".buildkite/pipeline.yml",
        Lang::Yaml,
        &[(
            "agents:\n  queue: \"${QUEUE:-default}\"\nsteps:\n  - command: echo $DYNO\n    env:\n      A: b\n",
            &[
                "read QUEUE default: bind agents.queue = QUEUE|\"default\"",
                "read DYNO: pass echo DYNO",
                "set A = b",
            ],
        )],
    );
    check(
        ".semaphore/semaphore.yml",
        Lang::Yaml,
        &[(
            "blocks:\n  - task:\n      env_vars:\n        - name: DYNO\n          value: x\n      jobs:\n        - commands:\n            - echo $PORT $DYNO\n",
            &["set DYNO = x", "read PORT: pass echo PORT"],
        )],
    );
    check(
        "Jenkinsfile",
        Lang::Plain,
        &[
            (
                "pipeline {\n  environment {\n    DYNO = 'web.1'\n    KEY = credentials('k')\n  }\n  steps {\n    // sh 'heroku run x'\n    sh 'echo $PORT'\n    echo env.HEROKU_APP_NAME\n  }\n}\n",
                &[
                    "set DYNO = web.1",
                    "set KEY",
                    "read PORT: pass echo PORT",
                    "read HEROKU_APP_NAME: HEROKU_APP_NAME",
                ],
            ),
            (
                "sh \"\"\"\n  heroku run -a ${app} true\n  echo \\$DYNO\n\"\"\"\n",
                &["sign tooling: heroku run", "read DYNO: pass echo DYNO"],
            ),
        ],
    );
}

/// Heroku's own files in YAML, and those of other platforms.
#[test]
fn platform_files() {
    check(
        "heroku.yml",
        Lang::Yaml,
        &[
            (
                "setup:\n  addons:\n    - plan: heroku-postgresql\n  config:\n    RAILS_ENV: production\nbuild:\n  docker:\n    web: Dockerfile\n  config:\n    NODE_ENV: x\nrun:\n  web: bin/web\n",
                &[
                    "sign herokuyml: heroku.yml",
                    "set RAILS_ENV = production",
                    "set NODE_ENV = x",
                    "process web: bin/web",
                ],
            ),
            (
                "run:\n  web:\n    command:\n      - bin/web\n    image: worker\nrelease:\n  image: web\n  command:\n    - bin/migrate\n    - bin/seed\n",
                &[
                    "sign herokuyml: heroku.yml",
                    "process web: bin/web",
                    "process release: bin/migrate && bin/seed",
                ],
            ),
            (
                "run:\n  web: bin/web -p $PORT\n",
                &[
                    "sign herokuyml: heroku.yml",
                    "process web: bin/web -p $PORT",
                    "read PORT: pass web -p: PORT",
                ],
            ),
            ("something: else\n", &[]),
        ],
    );
    check(
        "render.yaml",
        Lang::Yaml,
        &[(
            "services:\n  - type: web\n    startCommand: bin/web\n    envVars:\n      - key: DYNO\n        value: web.1\n      - key: URL\n        fromDatabase:\n          name: db\n      - key: SECRET\n        sync: false\n      - fromGroup: g\n",
            &["set DYNO = web.1", "set URL", "declare SECRET"],
        )],
    );
    check(
        "app.yaml",
        Lang::Yaml,
        &[("runtime: ruby\nenv_variables:\n  DYNO: web.1\n", &["set DYNO = web.1"])],
    );
    check(
        ".do/app.yaml",
        Lang::Yaml,
        &[(
            "services:\n  - envs:\n      - key: DYNO\n        value: web.1\n        scope: RUN_TIME\n      - key: S\n        type: SECRET\n",
            &["set DYNO = web.1", "set S"],
        )],
    );
    check(
        "manifest.yml",
        Lang::Yaml,
        &[("applications:\n  - name: x\n    env:\n      DYNO: web.1\n", &["set DYNO = web.1"])],
    );
    check(
        "config/deploy.yml",
        Lang::Yaml,
        &[(
            "service: x\nenv:\n  clear:\n    PORT: 80\n  secret:\n    - SECRET_KEY_BASE\n",
            &["set PORT = 80", "pass-on SECRET_KEY_BASE"],
        )],
    );
    check(
        "serverless.yml",
        Lang::Yaml,
        &[(
            "provider:\n  environment:\n    A: ${env:DYNO}\n    B: ${env:STAGE, 'dev'}\n    C: ${opt:stage, env:S, 'x'}\n    D: ${self:custom.x}\n",
            &[
                "set A",
                "read DYNO: bind provider.environment.A = DYNO",
                "set B",
                "read STAGE default: bind provider.environment.B = STAGE|\"dev\"",
                "set C",
                "read S default: bind provider.environment.C = S|\"x\"",
                "set D",
            ],
        )],
    );
    check(
        "ecosystem.config.yml",
        Lang::Yaml,
        &[("apps:\n  - name: x\n    env_production:\n      DYNO: web.1\n", &["set DYNO = web.1"])],
    );
}

/// Kubernetes, OpenShift and Helm.
#[test]
fn kubernetes() {
    check(
        "k8s/web.yaml",
        Lang::Yaml,
        &[
            (
                "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - name: web\n      env:\n        - name: DYNO\n          value: web.1\n        - name: POD\n          valueFrom:\n            fieldRef:\n              fieldPath: metadata.name\n",
                &["set DYNO = web.1", "set POD"],
            ),
            (
                "apiVersion: v1\nkind: ConfigMap\ndata:\n  DYNO: web.1\n  nginx.conf: |\n    A: b\n---\napiVersion: v1\nkind: Secret\nstringData:\n  TOKEN: abc\n",
                &["set DYNO = web.1", "set TOKEN"],
            ),
            ("apiVersion: v1\nkind: Service\nmetadata:\n  labels:\n    DYNO: x\n", &[]),
        ],
    );
    check(
        "chart/templates/web.yaml",
        Lang::Yaml,
        &[(
            "apiVersion: v1\nkind: Pod\n{{- if .Values.x }}\nspec:\n  containers:\n    - name: {{ .Chart.Name }}\n      env:\n        - name: DYNO\n          value: {{ .Values.dyno | quote }}\n        {{- range .Values.extra }}\n        - name: A\n          value: \"b\"\n        {{- end }}\n{{- end }}\n",
            &["set DYNO", "set A = b"],
        )],
    );
    check("chart/values.yaml", Lang::Yaml, &[("env:\n  - name: DYNO\n    value: x\n", &["set DYNO = x"])]);
    check(
        "kustomization.yaml",
        Lang::Yaml,
        &[("configMapGenerator:\n  - name: x\n    literals:\n      - DYNO=web.1\n", &["set DYNO = web.1"])],
    );
    check(
        "openshift/template.json",
        Lang::Json,
        &[(
            "{\"apiVersion\":\"v1\",\"kind\":\"Template\",\"objects\":[{\"env\":[{\"name\":\"DYNO\",\"value\":\"web.1\"}]}]}",
            &["set DYNO = web.1"],
        )],
    );
    check(
        "task-definition.json",
        Lang::Json,
        &[(
            "{\"containerDefinitions\":[{\"environment\":[{\"name\":\"DYNO\",\"value\":\"x\"}],\"secrets\":[{\"name\":\"KEY\",\"valueFrom\":\"arn\"}]}]}",
            &["set DYNO = x", "set KEY"],
        )],
    );
}

/// Settings of frameworks.
#[test]
fn settings_files() {
    check(
        "config/application.yml",
        Lang::Yaml,
        &[(
            "DYNO: web.1\nproduction:\n  PORT: \"80\"\n  nested:\n    A: b\nlower: x\n",
            &["set DYNO = web.1", "set PORT = 80"],
        )],
    );
    check(
        "src/main/resources/application.yml",
        Lang::Yaml,
        &[(
            "server:\n  port: ${PORT:8080}\nspring:\n  url: ${DATABASE_URL}\n  name: ${app.name}\n",
            &[
                "read PORT default: bind server.port = PORT|\"8080\"",
                "read DATABASE_URL: bind spring.url = DATABASE_URL",
            ],
        )],
    );
    check(
        "application.properties",
        Lang::Plain,
        &[(
            "server.port=${PORT:8080}\n# a=${NO}\nspring.datasource.url = ${JDBC_DATABASE_URL}\nx=${lower.case}\n",
            &[
                "read PORT default: bind server.port = PORT|\"8080\"",
                "read JDBC_DATABASE_URL: bind spring.datasource.url = JDBC_DATABASE_URL",
            ],
        )],
    );
    check(
        "config/packages/doctrine.yaml",
        Lang::Yaml,
        &[(
            "doctrine:\n  url: '%env(resolve:DATABASE_URL)%'\n",
            &["read DATABASE_URL: bind doctrine.url = DATABASE_URL"],
        )],
    );
    check(
        "playbook.yml",
        Lang::Yaml,
        &[(
            "- hosts: all\n  vars:\n    dyno: \"{{ lookup('env', 'DYNO') }}\"\n    port: \"{{ lookup('env', 'PORT') | default('80', true) }}\"\n  environment:\n    A: b\n",
            &[
                "read DYNO: bind vars.dyno = DYNO",
                "read PORT default: bind vars.port = PORT|\"80\"",
                "set A = b",
            ],
        )],
    );
    check(
        "config/custom-environment-variables.yml",
        Lang::Yaml,
        &[(
            "app:\n  dyno: DYNO\n  port:\n    __name: PORT\n    __format: json\n",
            &["schema DYNO: bind app.dyno = DYNO", "schema PORT: bind app.port = PORT"],
        )],
    );
    check(
        "config/custom-environment-variables.json",
        Lang::Json,
        &[(
            "{\"a\":{\"b\":\"DYNO\",\"c\":{\"__name\":\"PORT\",\"__format\":\"json\"}}}",
            &["schema DYNO: bind a.b = DYNO", "schema PORT: bind a.c = PORT"],
        )],
    );
    check(
        "otel-collector.yml",
        Lang::Yaml,
        &[(
            "exporters:\n  otlp:\n    endpoint: ${OTEL_ENDPOINT:-x}\n    key: ${env:API_KEY}\n",
            &[
                "read OTEL_ENDPOINT default: bind exporters.otlp.endpoint = OTEL_ENDPOINT|\"x\"",
                "read API_KEY: bind exporters.otlp.key = API_KEY",
            ],
        )],
    );
    check(
        ".yarnrc.yml",
        Lang::Yaml,
        &[(
            "npmAuthToken: ${NPM_TOKEN:-}\n",
            &["read NPM_TOKEN default: bind npmAuthToken = NPM_TOKEN|\"\""],
        )],
    );
    check(
        ".npmrc",
        Lang::Plain,
        &[(
            "//npm.example.com/:_authToken=${NPM_TOKEN}\n; x=${NO}\n",
            &["read NPM_TOKEN: bind //npm.example.com/:_authToken = NPM_TOKEN"],
        )],
    );
    check(
        "conf/application.conf",
        Lang::Plain,
        &[(
            "http.port = 9000\nhttp.port = ${?PORT}\ninclude ${lower}\n",
            &["read PORT: bind http.port = PORT"],
        )],
    );
    check(
        "uwsgi.ini",
        Lang::Plain,
        &[(
            "[uwsgi]\nhttp-socket = :$(PORT)\n; x = $(NO)\n",
            &["read PORT: bind http-socket = (\":\" + PORT)"],
        )],
    );
    check(
        "supervisord.conf",
        Lang::Plain,
        &[("[program:x]\ncommand=bin/x %(ENV_PORT)s\n", &["read PORT: bind command = (\"bin/x \" + PORT)"])],
    );
    check(
        "pom.xml",
        Lang::Plain,
        &[(
            "<project><!-- ${env.NO} --><url>${env.DATABASE_URL}</url></project>\n",
            &["read DATABASE_URL: DATABASE_URL"],
        )],
    );
    check(
        "tox.ini",
        Lang::Plain,
        &[(
            "[testenv]\npassenv = DYNO, PORT\nsetenv =\n    A = b\n    C={toxinidir}\n",
            &["pass-on DYNO", "pass-on PORT", "set A = b", "set C"],
        )],
    );
    check(
        "config/locales/en.yml",
        Lang::Yaml,
        &[("en:\n  DYNO: a ${DYNO} $DYNO\n  environment:\n    HEROKU_APP_NAME: x\n", &[])],
    );
    check(".rubocop.yml", Lang::Yaml, &[("AllCops:\n  env: DYNO\n", &[])]);
}

/// Ruby in YAML.
#[test]
fn erb() {
    check(
        "config/database.yml",
        Lang::Yaml,
        &[
            (
                "production:\n  url: <%= ENV[\"DATABASE_URL\"] %>\n",
                &["read DATABASE_URL: bind production.url = DATABASE_URL"],
            ),
            (
                "production:\n  pool: <%= ENV.fetch(\"RAILS_MAX_THREADS\") { 5 } %>\n",
                &["read RAILS_MAX_THREADS default: bind production.pool = RAILS_MAX_THREADS|5"],
            ),
            (
                "production:\n  url: postgres://<%= ENV['PGHOST'] %>:5432/x\n",
                &["read PGHOST: bind production.url = (\"postgres://\" + PGHOST + \":5432/x\")"],
            ),
            ("<% if ENV[\"DYNO\"] %>\nproduction:\n  pool: 5\n<% end %>\n", &["read DYNO: if DYNO"]),
            ("production:\n  adapter: postgresql\n  # <%= ENV['PORT'] %>\n", &[]),
        ],
    );
    check(
        "config/sidekiq.yml.erb",
        Lang::Yaml,
        &[(
            ":concurrency: <%= ENV['SIDEKIQ_CONCURRENCY'] || 10 %>\n",
            &["read SIDEKIQ_CONCURRENCY default: bind :concurrency = (SIDEKIQ_CONCURRENCY or 10)"],
        )],
    );
}

/// `app.json`.
#[test]
fn app_json() {
    check(
        "app.json",
        Lang::Json,
        &[
            (
                "{\"name\":\"x\",\"env\":{\"A\":\"1\",\"B\":{\"value\":\"2\"},\"C\":{\"generator\":\"secret\"},\"D\":{\"required\":true}},\"addons\":[\"heroku-postgresql\"]}",
                &["declare A = 1", "declare B = 2", "declare C", "declare D", "sign appjson: addons"],
            ),
            (
                "{\"formation\":{\"web\":{\"quantity\":1},\"worker\":{\"quantity\":0}}}",
                &["sign appjson: formation", "process web: ", "process worker: "],
            ),
            (
                "{\"formation\":[{\"process\":\"web\",\"quantity\":1}]}",
                &["sign appjson: formation", "process web: "],
            ),
            (
                "{\"environments\":{\"review\":{\"env\":{\"R\":\"1\"},\"formation\":{\"web\":{}}},\"test\":{\"env\":{\"T\":{\"value\":\"2\"}},\"scripts\":{\"test\":\"bin/test $DYNO\"}}}}",
                &[
                    "sign appjson: environments",
                    "declare R = 1",
                    "process web: ",
                    "declare T = 2",
                    "read DYNO: pass test DYNO",
                ],
            ),
            (
                "{\"scripts\":{\"postdeploy\":\"bin/seed \\\"$HEROKU_APP_NAME\\\"\",\"pr-predestroy\":\"true\"}}",
                &["sign appjson: scripts", "read HEROKU_APP_NAME: pass seed HEROKU_APP_NAME"],
            ),
            (
                "{\"name\":\"x\",\"repository\":\"y\",\"env\":{\"A\":{\"description\":\"d\"}}}",
                &["sign appjson: env", "declare A"],
            ),
            ("{\"expo\":{\"name\":\"x\",\"env\":{\"A\":\"b\"}}}", &[]),
            ("{\"name\":\"x\",\"displayName\":\"X\"}", &[]),
            ("{\"name\":\"x\",\"version\":\"1\",\"env\":{}}", &[]),
            ("// comment\n{\"stack\":\"heroku-24\",}", &["sign appjson: stack"]),
            ("{\"stack\": \"heroku-24\", \"env\": {\"A\": ", &["broken"]),
            (
                "{\"environments\":{\"test\":{\"scripts\":{\"test-setup\":\"bin/setup\"}}},\"image\":\"heroku/ruby\"}",
                &["sign appjson: environments"],
            ),
        ],
    );
    check(
        "scalingo.json",
        Lang::Json,
        &[("{\"env\":{\"DYNO\":{\"value\":\"web.1\"}}}", &["declare DYNO = web.1"])],
    );
    check("data/app.json", Lang::Json, &[("[{\"DYNO\":\"x\"}]", &[])]);
}

/// `package.json` and its relatives.
#[test]
fn package_json() {
    check(
        "package.json",
        Lang::Json,
        &[
            (
                "{\"scripts\":{\"prestart\":\"if-env IS_HEROKU=true && echo no || npm run checkdb\"}}",
                &["read IS_HEROKU: when (IS_HEROKU == \"true\") then - else -"],
            ),
            (
                "{\"scripts\":{\"start\":\"if-env DYNO && node a.js\"}}",
                &["read DYNO: when DYNO&.present then -"],
            ),
            (
                "{\"scripts\":{\"start\":\"if-env A=1 B=2 && node a.js; node b.js\"}}",
                &[
                    "read A: when ((A == \"1\") and (B == \"2\")) then -",
                    "read B: when ((A == \"1\") and (B == \"2\")) then -",
                ],
            ),
            (
                "{\"scripts\":{\"build\":\"cross-env NODE_ENV=production DYNO=\\\"web.1\\\" webpack\"}}",
                &["set NODE_ENV = production", "set DYNO = web.1"],
            ),
            ("{\"scripts\":{\"build\":\"npx cross-env-shell A=$B webpack\"}}", &["set A"]),
            (
                "{\"scripts\":{\"heroku-prebuild\":\"true\",\"heroku-postbuild\":\"npm run build\",\"heroku-cleanup\":\"true\"}}",
                &[
                    "sign buildhook: heroku-prebuild",
                    "sign buildhook: heroku-postbuild",
                    "sign buildhook: heroku-cleanup",
                ],
            ),
            (
                "{\"cacheDirectories\":[\"node_modules\"],\"heroku-run-build-script\":true}",
                &["sign buildhook: cacheDirectories", "sign buildhook: heroku-run-build-script"],
            ),
            (
                "{\"dependencies\":{\"express\":\"^4\",\"heroku-ssl-redirect\":\"*\"},\"devDependencies\":{\"@heroku-cli/x\":\"1\"}}",
                &[
                    "dependency npm express ^4",
                    "dependency npm heroku-ssl-redirect",
                    "sign package: heroku-ssl-redirect",
                    "dependency npm @heroku-cli/x 1",
                    "sign package: @heroku-cli/x",
                ],
            ),
            (
                "{\"dependencies\":{\"express-heroku\":\"1\",\"throng\":\"5\"}}",
                &["dependency npm express-heroku 1", "dependency npm throng 5"],
            ),
            ("{\"description\":\"DYNO $DYNO\",\"config\":{\"env\":{\"DYNO\":\"x\"}}}", &[]),
            ("{\"scripts\":{\"start\":\"node a.js -p $PORT\"}}", &["read PORT: pass node -p: PORT"]),
            (
                "{\"scripts\":{\"start\":\"echo \\\"$DYNO\\\" \\u0026\\u0026 exit 1\"}}",
                &["read DYNO: pass echo DYNO"],
            ),
        ],
    );
    check(
        "composer.json",
        Lang::Json,
        &[(
            "{\"require\":{\"php\":\"^8\",\"ext-gd\":\"*\",\"laravel/framework\":\"^11\"},\"require-dev\":{\"heroku/heroku-buildpack-php\":\"*\"},\"scripts\":{\"compile\":\"true\"}}",
            &[
                "dependency packagist laravel/framework ^11",
                "dependency packagist heroku/heroku-buildpack-php",
                "sign package: heroku/heroku-buildpack-php",
                "sign buildhook: compile",
            ],
        )],
    );
    check(
        ".devcontainer/devcontainer.json",
        Lang::Json,
        &[(
            "{\n  // c\n  \"containerEnv\": {\"DYNO\": \"web.1\", \"H\": \"${localEnv:HOME}\", \"P\": \"${localEnv:PORT:80}\"},\n}",
            &[
                "set DYNO = web.1",
                "set H",
                "read HOME: bind containerEnv.H = HOME",
                "set P",
                "read PORT default: bind containerEnv.P = PORT|\"80\"",
            ],
        )],
    );
    check(
        "vercel.json",
        Lang::Json,
        &[("{\"env\":{\"DYNO\":\"x\"},\"build\":{\"env\":{\"A\":\"b\"}}}", &["set DYNO = x", "set A = b"])],
    );
    check(
        "turbo.json",
        Lang::Json,
        &[(
            "{\"globalEnv\":[\"DYNO\",\"HEROKU_*\"],\"tasks\":{\"build\":{\"env\":[\"PORT\",\"!X\"],\"passThroughEnv\":[\"CI\"]}}}",
            &["pass-on DYNO", "pass-on HEROKU_*", "pass-on PORT", "pass-on CI"],
        )],
    );
    check(
        "deno.json",
        Lang::Json,
        &[("{\"tasks\":{\"start\":\"echo $DYNO\"}}", &["read DYNO: pass echo DYNO"])],
    );
    check(
        "pm2.json",
        Lang::Json,
        &[(
            "{\"apps\":[{\"env\":{\"DYNO\":\"web.1\"},\"env_production\":{\"PORT\":80}}]}",
            &["set DYNO = web.1", "set PORT = 80"],
        )],
    );
    check(
        "static.json",
        Lang::Json,
        &[
            (
                "{\"root\":\"dist\",\"routes\":{\"/**\":\"index.html\"},\"proxies\":{\"/api\":{\"origin\":\"${API_URL}\"}}}",
                &["sign buildhook: static.json", "read API_URL: bind proxies./api.origin = API_URL"],
            ),
            ("{\"root\":true}", &[]),
        ],
    );
    check(
        "data/repos.json",
        Lang::Json,
        &[("{\"env\":{\"DYNO\":\"x\"},\"scripts\":{\"a\":\"echo $DYNO\"}}", &[])],
    );
}

/// TOML.
#[test]
fn toml() {
    check(
        "fly.toml",
        Lang::Toml,
        &[
            (
                "app = \"x\"\n[env]\n  DYNO = \"web.1\"\n  PORT = 8080\n[processes]\n  web = \"bin/web\"\n",
                &["set DYNO = web.1", "set PORT = 8080", "process web: bin/web"],
            ),
            ("[env]\nA = \"x\n", &["broken"]),
        ],
    );
    check(
        "netlify.toml",
        Lang::Toml,
        &[(
            "[build.environment]\nA = \"1\"\n[context.production.environment]\nDYNO = \"x\"\n",
            &["set A = 1", "set DYNO = x"],
        )],
    );
    check(
        "project.toml",
        Lang::Toml,
        &[
            ("[[build.env]]\nname = \"DYNO\"\nvalue = \"x\"\n", &["set DYNO = x"]),
            ("[[io.buildpacks.build.env]]\nname = \"A\"\nvalue = \"x\"\n", &["set A = x"]),
        ],
    );
    check(
        "mise.toml",
        Lang::Toml,
        &[("[env]\nDYNO = \"x\"\n[tasks.a]\nrun = \"true\"\n", &["set DYNO = x"])],
    );
    check("railway.toml", Lang::Toml, &[("[variables]\nDYNO = \"x\"\n", &["set DYNO = x"])]);
    check("nixpacks.toml", Lang::Toml, &[("[variables]\nDYNO = \"x\"\n", &["set DYNO = x"])]);
    check(
        "wrangler.toml",
        Lang::Toml,
        &[("[vars]\nDYNO = \"x\"\n[env.staging.vars]\nA = \"b\"\n", &["set DYNO = x", "set A = b"])],
    );
    check(
        "pyproject.toml",
        Lang::Toml,
        &[
            (
                "[project]\nname = \"x\"\ndependencies = [\"Django>=4,<5\", \"django_heroku\", \"gunicorn[x]==1 ; python_version > '3'\"]\n[project.optional-dependencies]\ndev = [\"pytest\"]\n[dependency-groups]\nci = [\"heroku3~=5.0\", {include-group = \"dev\"}]\n",
                &[
                    "dependency pypi django >=4,<5",
                    "dependency pypi django-heroku",
                    "sign package: django-heroku",
                    "dependency pypi gunicorn ==1",
                    "dependency pypi pytest",
                    "dependency pypi heroku3 ~=5.0",
                    "sign package: heroku3",
                ],
            ),
            (
                "[tool.poetry.dependencies]\npython = \"^3.12\"\ndj-database-url = \"*\"\nheroku3 = {version = \"^5\", extras = [\"a\"]}\n[tool.poetry.group.dev.dependencies]\npytest = \"^8\"\n",
                &[
                    "dependency pypi dj-database-url",
                    "dependency pypi heroku3 ^5",
                    "sign package: heroku3",
                    "dependency pypi pytest ^8",
                ],
            ),
            ("[tool.pytest.ini_options]\nenv = [\"DYNO=web.1\"]\n", &["set DYNO = web.1"]),
        ],
    );
    check(
        "Pipfile",
        Lang::Toml,
        &[(
            "[packages]\nDjango_Heroku = \"*\"\nx = {version = \"==1\"}\n[packages.y]\nversion = \"2\"\n[dev-packages]\nz = \"*\"\n",
            &[
                "dependency pypi django-heroku",
                "sign package: django-heroku",
                "dependency pypi x ==1",
                "dependency pypi y 2",
                "dependency pypi z",
            ],
        )],
    );
    check("Cargo.toml", Lang::Toml, &[("[env]\nDYNO = \"x\"\n[dependencies]\nheroku = \"1\"\n", &[])]);
}

/// Lists of packages and files known by their name.
#[test]
fn manifests() {
    check(
        "requirements.txt",
        Lang::Plain,
        &[
            (
                "# django-heroku\nDjango==4.2 # c\ndjango-heroku\n-r base.txt\n--index-url https://x\n-e git+https://github.com/a/b.git#egg=heroku3\nx[y]>=1 ; python_version < '3'\n\n",
                &[
                    "dependency pypi django ==4.2",
                    "dependency pypi django-heroku",
                    "sign package: django-heroku",
                    "dependency pypi heroku3",
                    "sign package: heroku3",
                    "dependency pypi x >=1",
                ],
            ),
            ("a==1 \\\n    --hash=sha256:abc\n", &["dependency pypi a ==1"]),
            (
                "x @ git+https://${GH_TOKEN}@github.com/a/x\n",
                &[
                    "dependency pypi x",
                    "read GH_TOKEN: (\"x @ git+https://\" + GH_TOKEN + \"@github.com/a/x\")",
                ],
            ),
        ],
    );
    check(
        "setup.cfg",
        Lang::Plain,
        &[(
            "[options]\ninstall_requires =\n    heroku3>=1\n    b\n[options.extras_require]\ndev =\n    pytest\n",
            &[
                "dependency pypi heroku3 >=1",
                "sign package: heroku3",
                "dependency pypi b",
                "dependency pypi pytest",
            ],
        )],
    );
    check(
        "go.mod",
        Lang::Plain,
        &[(
            "module x\n\nrequire (\n\tgithub.com/heroku/x v0.1.0\n\tgithub.com/a/b v1.2.3 // indirect\n)\n",
            &[
                "dependency go github.com/heroku/x v0.1.0",
                "sign package: github.com/heroku/x",
                "dependency go github.com/a/b v1.2.3",
            ],
        )],
    );
    check(
        "mix.exs",
        Lang::Plain,
        &[(
            "defp deps do\n  [\n    {:phoenix, \"~> 1.7\"},\n    # {:no, \"1\"},\n    {:ex_heroku_client, github: \"a/b\"}\n  ]\nend\n",
            &[
                "dependency hex phoenix ~> 1.7",
                "dependency hex ex_heroku_client",
                "sign package: ex_heroku_client",
            ],
        )],
    );
    check(
        "pom.xml",
        Lang::Plain,
        &[(
            "<plugin><groupId>com.heroku.sdk</groupId><artifactId>heroku-maven-plugin</artifactId><version>3</version></plugin>\n",
            &[
                "dependency maven com.heroku.sdk:heroku-maven-plugin 3",
                "sign package: com.heroku.sdk:heroku-maven-plugin",
            ],
        )],
    );
    check(
        "build.gradle",
        Lang::Plain,
        &[(
            "plugins {\n  id \"com.heroku.sdk.heroku-gradle\" version \"1.0\"\n}\ndependencies {\n  implementation 'a.b:c:1.0'\n}\n",
            &[
                "dependency maven com.heroku.sdk.heroku-gradle 1.0",
                "sign package: com.heroku.sdk.heroku-gradle",
                "dependency maven a.b:c 1.0",
            ],
        )],
    );
    check(
        "build.sbt",
        Lang::Plain,
        &[(
            "libraryDependencies += \"com.heroku\" % \"x\" % \"1.0\"\n",
            &["dependency maven com.heroku:x 1.0", "sign package: com.heroku:x"],
        )],
    );
    check(
        ".buildpacks",
        Lang::Plain,
        &[(
            "https://github.com/heroku/heroku-buildpack-ruby\n# no\n\n",
            &["sign buildhook: https://github.com/heroku/heroku-buildpack-ruby"],
        )],
    );
    check("Aptfile", Lang::Plain, &[("libvips\n", &["sign buildhook: Aptfile"])]);
    check(".slugignore", Lang::Plain, &[("*.md\n", &["sign buildhook: .slugignore"])]);
    check("nltk.txt", Lang::Plain, &[("stopwords\n", &["sign buildhook: nltk.txt"])]);
    check(
        "runtime.txt",
        Lang::Plain,
        &[("python-3.12.1\n", &["sign buildhook: python-3.12.1"]), ("ruby-3.2\n", &[])],
    );
    check(
        "main.tf",
        Lang::Plain,
        &[
            (
                "provider \"heroku\" {}\nresource \"heroku_app\" \"x\" {\n  # config_vars = { NO = \"1\" }\n  config_vars = {\n    DYNO = \"x\"\n    B = var.b\n  }\n}\n",
                &["sign tooling: heroku", "sign tooling: heroku_app", "set DYNO = x"],
            ),
            ("resource \"aws_instance\" \"heroku\" {}\n", &[]),
        ],
    );
}

/// Reads in languages without a grammar.
#[test]
fn other_languages() {
    check(
        "A.java",
        Lang::Plain,
        &[
            ("String a = System.getenv(\"DYNO\"); // System.getenv(\"NO\")\n", &["read DYNO: DYNO"]),
            ("/* System.getenv(\"NO\") */ m.get(\"x\");\n", &[]),
            ("@Value(\"${PORT:5000}\") int port;\n", &["read PORT default: PORT|\"5000\""]),
            ("System.getenv().getOrDefault(\"PORT\", \"80\");\n", &["read PORT default: PORT|\"80\""]),
            (
                "env.getProperty(\"DYNO\", \"x\"); env.getProperty(\"server.port\");\n",
                &["read DYNO default: DYNO|\"x\""],
            ),
        ],
    );
    check(
        "a.kt",
        Lang::Plain,
        &[
            ("val a = System.getenv(\"DYNO\") ?: \"x\"\n", &["read DYNO default: (DYNO or \"x\")"]),
            ("if (System.getenv().containsKey(\"DYNO\")) {}\n", &["presence DYNO: DYNO?"]),
        ],
    );
    check(
        "a.scala",
        Lang::Plain,
        &[(
            "sys.env(\"DYNO\"); sys.env.get(\"A\"); sys.env.getOrElse(\"PORT\", \"80\")\n",
            &["read DYNO required: DYNO!", "read A: A", "read PORT default: PORT|\"80\""],
        )],
    );
    check(
        "a.go",
        Lang::Plain,
        &[
            ("a := os.Getenv(\"DYNO\") // os.Getenv(\"NO\")\n", &["read DYNO: DYNO"]),
            ("v, ok := os.LookupEnv(\"DYNO\")\n", &["read DYNO: DYNO"]),
            (
                "type C struct {\n\tPort string `envconfig:\"PORT\" default:\"80\"`\n\tDyno string `env:\"DYNO,required\"`\n}\n",
                &["schema PORT: PORT", "schema DYNO: DYNO"],
            ),
        ],
    );
    check(
        "a.php",
        Lang::Plain,
        &[
            ("<?php $a = getenv('DYNO') ?: 'x'; # getenv('NO')\n", &["read DYNO default: (DYNO or \"x\")"]),
            (
                "<?php $_ENV['DYNO']; $_SERVER['DYNO']; $_SERVER['HTTP_HOST'];\n",
                &["read DYNO: DYNO", "read DYNO: DYNO"],
            ),
            (
                "<?php return ['k' => env('APP_KEY', null), 'x' => $o->env('NO')];\n",
                &["read APP_KEY default: APP_KEY|nil"],
            ),
        ],
    );
    check(
        "a.exs",
        Lang::Plain,
        &[
            (
                "config :x, port: System.get_env(\"PORT\") || \"80\"\nSystem.fetch_env!(\"DYNO\")\n# System.get_env(\"NO\")\n",
                &["read PORT default: (PORT or \"80\")", "read DYNO required: DYNO!"],
            ),
            ("url: {:system, \"DATABASE_URL\"}\n", &["read DATABASE_URL: DATABASE_URL"]),
        ],
    );
    check(
        "a.cs",
        Lang::Plain,
        &[
            (
                "var a = Environment.GetEnvironmentVariable(\"DYNO\") ?? \"x\";\n",
                &["read DYNO default: (DYNO or \"x\")"],
            ),
            ("Configuration[\"DYNO\"]; Configuration[\"A:B\"];\n", &["read DYNO: DYNO"]),
        ],
    );
    check(
        "a.rs",
        Lang::Plain,
        &[
            (
                "let a = std::env::var(\"DYNO\").unwrap_or(\"x\".into());\n",
                &["read DYNO default: (DYNO or \"x\")"],
            ),
            (
                "const A: &str = env!(\"DYNO\"); option_env!(\"B\");\n",
                &["read DYNO required: DYNO!", "read B: B"],
            ),
        ],
    );
    check("a.hs", Lang::Plain, &[("a <- lookupEnv \"DYNO\" -- lookupEnv \"NO\"\n", &["read DYNO: DYNO"])]);
    check(
        "a.clj",
        Lang::Plain,
        &[(
            "(System/getenv \"DYNO\") (env :database-url) ; (env :no)\n",
            &["read DYNO: DYNO", "read DATABASE_URL: DATABASE_URL"],
        )],
    );
    check(
        "a.cr",
        Lang::Plain,
        &[(
            "ENV[\"DYNO\"]? || \"x\"; ENV[\"PORT\"]; ENV.fetch(\"A\", \"b\")\n",
            &["read DYNO default: (DYNO or \"x\")", "read PORT required: PORT!", "read A default: A|\"b\""],
        )],
    );
    check(
        "a.coffee",
        Lang::Plain,
        &[(
            "a = process.env.DYNO ? \"x\" # process.env.NO\nb = process.env[\"PORT\"] or 80\n",
            &["read DYNO default: (DYNO or \"x\")", "read PORT default: (PORT or 80)"],
        )],
    );
    check("notes.txt", Lang::Plain, &[("System.getenv(\"DYNO\") os.Getenv(\"DYNO\")\n", &[])]);
}

/// Broken, templated and foreign input.
#[test]
fn odd_input() {
    check(
        "docker-compose.yml",
        Lang::Yaml,
        &[
            (
                "services:\n  web:\n    environment:\n      DYNO: \"web.1\n      A: b\n",
                &["set DYNO = web.1", "broken", "set A = b"],
            ),
            ("services:\n  web:\n    environment:\n   bad\n      DYNO: web.1\n", &["broken", "broken"]),
            ("", &[]),
            ("\u{feff}services:\n  web:\n    environment:\n      ÜBER: 1\n      DYNO: ${Ü}\n", &["set DYNO"]),
            (
                "services: {web: {environment: [DYNO=web.1, 'PORT=${PORT}'",
                &[
                    "broken",
                    "set DYNO = web.1",
                    "pass-on PORT",
                    "read PORT: bind services.web.environment.PORT = PORT",
                ],
            ),
        ],
    );
    check("values.yml", Lang::Yaml, &[("a: {{ b }}\nc: {% d %}\n", &[])]);
    check("package.json", Lang::Json, &[("{\"scripts\":", &["broken"])]);
    check("pyproject.toml", Lang::Toml, &[("[project\n", &["broken"])]);
    check("x.yml", Lang::Yaml, &[("path: /etc/heroku/dyno\n", &["literal \"/etc/heroku/dyno\""])]);
}
