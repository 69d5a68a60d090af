#!/usr/bin/env bash
# Makes what a release publishes, as far as this machine can, installs each thing in an empty place and tries it:
# the crate, the wheel, the npm packages and the archive.
#
#   tests/packages.sh           # quick builds, without optimising across crates: some minutes
#   FULL=1 tests/packages.sh    # as a release builds
#   tests/packages.sh PROGRAM   # builds nothing, so that the crate and the wheel are left out: seconds
#
# Needs cargo, Python 3.11, Node.js with npm, and, for the wheel, pip's registry for maturin.
set -euo pipefail

cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT

if [ -z "${FULL:-}" ]; then
  export CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16
fi
program=${1:+$(realpath -- "$1")}
target=$(rustc -vV | sed -n 's/^host: //p')
version=$(packaging/release.py version)
platform=$(node -p 'process.platform + "-" + process.arch')
passed=0
failed=0

# Runs a command and shows what it says only if it fails: check WHAT COMMAND...
check() {
  local what=$1 code=0
  shift
  # In a condition, `set -e` would not hold for what the command does.
  set +e
  (
    set -e
    "$@"
  ) >"$work/said" 2>&1
  code=$?
  set -e
  if [ "$code" -eq 0 ]; then
    passed=$((passed + 1))
    echo "ok: $what"
  else
    failed=$((failed + 1))
    echo "FAILED: $what: $*"
    sed 's/^/    /' "$work/said"
  fi
}


crate_holds_what_it_needs() {
  cargo package --list --allow-dirty --locked >"$work/list"
  grep -qx 'LICENSE-APACHE' "$work/list"
  grep -qx 'LICENSE-MIT' "$work/list"
  grep -qx 'README.md' "$work/list"
  grep -qx 'rules/dyno_ordinal/README.md' "$work/list"
  # The program embeds the workflow that it writes.
  grep -qx 'docs/examples/github-workflow.yml' "$work/list"
  ! grep -v '^docs/examples/' "$work/list" | grep -E '^(\.ci|\.github|benches|docs|fixtures|fuzz|npm|packaging|tests)/'
}

installed_crate_works() {
  local crate="$work/target/package/dynolint-$version.crate"
  cargo package --locked --offline --allow-dirty --no-verify --target-dir "$work/target"
  tar -xzf "$crate" -C "$work"
  cargo install --locked --offline --path "$work/dynolint-$version" --root "$work/cargo" --target-dir target
  packaging/release.py try "$work/cargo/bin/dynolint"
}

given_program_works() {
  mkdir -p "$work/cargo/bin"
  ln -s "$program" "$work/cargo/bin/dynolint"
  packaging/release.py try "$work/cargo/bin/dynolint"
}

wheel_works() {
  python3 -m venv "$work/maturin"
  "$work/maturin/bin/pip" install --quiet "$(grep -o '^maturin==[0-9.]*' packaging/requirements.txt)"
  "$work/maturin/bin/maturin" build --release --locked --offline --out "$work/wheels"
  packaging/release.py try-wheel "$work"/wheels/*.whl
}

sources_hold_a_wheel() {
  "$work/maturin/bin/maturin" sdist --out "$work/sdist"
  tar -tzf "$work/sdist/dynolint-$version.tar.gz" >"$work/list"
  grep -q '/LICENSE-MIT$' "$work/list"
  grep -q '/rules/dyno_ordinal/README.md$' "$work/list"
}

# The program stands in for those of all platforms, so that the main package asks for all of them.
npm_packages_work() {
  local other
  mkdir "$work/tarballs"
  for other in {aarch64,x86_64}-{apple-darwin,unknown-linux-gnu,unknown-linux-musl}; do
    mkdir -p "$work/programs/$other"
    cp "$work/cargo/bin/dynolint" "$work/programs/$other/"
    # What went through an archive of a workflow has lost its mode.
    chmod 644 "$work/programs/$other/dynolint"
  done
  node npm/build.mjs "$work/programs" "$work/npm" | while read -r package; do
    npm pack --silent --pack-destination "$work/tarballs" "$package"
  done
  tar -tzf "$work/tarballs/dynolint-$version.tgz" >"$work/list"
  grep -q '/LICENSE-MIT$' "$work/list"
  packaging/release.py try-npm "$work/tarballs/dynolint-$platform-$version.tgz" "$work/tarballs/dynolint-$version.tgz"
}

# The main package alone, as when npm was told to leave out optional dependencies.
npm_package_alone_says_so() {
  local code=0
  mkdir "$work/alone"
  npm install --offline --no-audit --no-save --prefix "$work/alone" "$work/tarballs/dynolint-$version.tgz"
  "$work/alone/node_modules/.bin/dynolint" --version 2>"$work/alone/said" || code=$?
  cat "$work/alone/said"
  [ "$code" -eq 2 ] && grep -q 'which holds the program for' "$work/alone/said"
}

npx_works() {
  mkdir "$work/npx"
  # Without this, npm takes a folder above for the project.
  echo '{}' >"$work/npx/package.json"
  cd "$work/npx"
  npm install --offline --no-audit --no-save \
    "$work/tarballs/dynolint-$platform-$version.tgz" "$work/tarballs/dynolint-$version.tgz"
  [ "$(npx --offline --no-install dynolint --version)" = "dynolint $version" ]
}

archive_is_whole() {
  packaging/release.py archive "$target" "$work/cargo/bin/dynolint" "$work/archives"
  packaging/release.py archive "$target" "$work/cargo/bin/dynolint" "$work/again"
  cmp "$work"/archives/*.tar.gz "$work"/again/*.tar.gz
  packaging/release.py sums "$work/archives"
  (cd "$work/archives" && sha256sum --check --strict SHA256SUMS)
  tar -xzf "$work"/archives/*.tar.gz -C "$work/again"
  packaging/release.py try "$work/again/dynolint-$version-$target/dynolint"
  for file in man/dynolint.1 man/dynolint-explain.1 completions/_dynolint completions/dynolint.bash \
    completions/dynolint.fish LICENSE-MIT LICENSE-APACHE CHANGELOG.md README.md; do
    test -s "$work/again/dynolint-$version-$target/$file"
  done
  # For Windows it is a zip. What is in it is the same.
  packaging/release.py archive "x86_64-pc-windows-msvc" "$work/cargo/bin/dynolint" "$work/zip"
  python3 -m zipfile -t "$work"/zip/*.zip
}

check 'the crate holds what it needs' crate_holds_what_it_needs
if [ -n "$program" ]; then
  check 'the program works' given_program_works
else
  check 'the crate can be installed' installed_crate_works
  check 'the wheel works in an empty environment' wheel_works
  check 'the sources of the wheel are whole' sources_hold_a_wheel
fi
check 'the launcher for npm' node --test npm/
check 'the npm packages work in an empty folder' npm_packages_work
check 'the npm package says if its program is missing' npm_package_alone_says_so
check 'npx works' npx_works
check 'the archive is whole, and always the same' archive_is_whole
check 'a tag of another version is refused' bash -c '! packaging/release.py version v0.0.0'
check 'there are notes' packaging/release.py notes

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
