#!/usr/bin/env bash
# Commits to a scratch repository with the real pre-commit program, and looks at what dynolint's hooks make of it.
#
#   tests/pre-commit.sh [PROGRAM]           # default: target/debug/dynolint
#   TREE=DIR tests/pre-commit.sh PROGRAM    # also how long a commit of one file takes in a copy of DIR
#   FULL=1 tests/pre-commit.sh PROGRAM      # also the hook that builds dynolint, which takes minutes
#
# The hooks are those of .pre-commit-hooks.yaml at HEAD: commit a change to them first. Needs git, Python with venv,
# and pip's registry once, unless PRE_COMMIT names the program.
set -euo pipefail

cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
checkout=$PWD
program=$(realpath -- "${1:-target/debug/dynolint}")
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT

if [ -z "${PRE_COMMIT:-}" ]; then
  python3 -m venv "$work/venv"
  "$work/venv/bin/pip" install --quiet pre-commit
  PRE_COMMIT=$work/venv/bin/pre-commit
fi
mkdir "$work/bin" "$work/home"
ln -s "$program" "$work/bin/dynolint"
ln -s "$PRE_COMMIT" "$work/bin/pre-commit"
revision=$(git rev-parse HEAD)

# For the hook that builds: the place of Rust follows from the home that is about to change.
export CARGO_HOME=${CARGO_HOME:-$HOME/.cargo} RUSTUP_HOME=${RUSTUP_HOME:-$HOME/.rustup}
export PATH="$work/bin:$PATH" HOME="$work/home" PRE_COMMIT_HOME="$work/home/pre-commit"
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.org GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.org
# What a developer's shell or a runner sets must not change what is printed.
unset GITHUB_ACTIONS DYNOLINT_CONFIG SKIP GIT_DIR GIT_INDEX_FILE GIT_WORK_TREE

passed=0
failed=0
said=$work/said

coupling='kind = ENV["DYNO"].split(".").first'

# A new repository with a hook, and what its entry says: begin NAME HOOK [SETTINGS...]
begin() {
  current=$1
  repository=$work/repositories/$1
  mkdir -p "$repository"
  cd "$repository"
  git init --quiet --initial-branch main
  printf 'repos:\n- repo: %s\n  rev: %s\n  hooks:\n  - {id: %s}\n' "$checkout" "$revision" "$2" \
    >.pre-commit-config.yaml
  printf '%s\n' "${@:3}" >dynolint.toml
  echo 'web: bundle exec puma' >Procfile
  mkdir app lib
  known
  pre-commit install >"$work/install" 2>&1
}

# Everything as it is now is committed, whatever hooks think of it.
known() {
  git add --all
  git commit --quiet --no-verify --message known
}

try_commit() {
  git commit --message try "$@" >"$said" 2>&1
}

verdict() {
  if "${@:2}"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf 'FAILED: %s: %s\n' "$current" "$1" >&2
    sed 's/^/    /' "$said" >&2
  fi
}

passes() { verdict "${1:-the commit passes}" try_commit; }
stops() { verdict "${1:-the commit is stopped}" not try_commit; }
says() { verdict "says $1" grep -qF -- "$1" "$said"; }
silent() { verdict "does not say $1" not grep -qF -- "$1" "$said"; }
not() { ! "$@"; }

begin staged dynolint-system
echo "$coupling" >app/old.rb
known
echo "$coupling" >app/new.rb
echo "$coupling" >app/unstaged.rb
git add app/new.rb
stops
says 'app/new.rb:1:8'
silent 'app/old.rb'
silent 'app/unstaged.rb'
says '2 outside the paths given'

begin whole-project dynolint-system
printf 'raise "no" unless Platform.heroku?\n' >app/use.rb
known
printf 'module Platform\n  def self.heroku?\n    ENV.key?("DYNO")\n  end\nend\n' >lib/platform.rb
git add lib/platform.rb
stops
says 'lib/platform.rb:3:5'
says 'see: app/use.rb:1:1: runs after the move: raises'

begin partly-staged dynolint-system
printf 'puts 1\n' >app/half.rb
git add app/half.rb
printf 'puts 1\n%s\n' "$coupling" >app/half.rb
passes 'what is not staged does not count'
verdict 'what was not staged is still there' grep -qF DYNO app/half.rb
verdict 'and is not committed' not git grep -q DYNO HEAD -- app
git add app/half.rb
printf 'puts 1\nputs 2\n' >app/half.rb
stops 'what is staged counts, though it is gone from the folder'
says 'app/half.rb:2:8'
verdict 'the folder is as it was' grep -qx 'puts 2' app/half.rb

begin excluded dynolint-system 'exclude = ["legacy/"]'
printf 'tmp/\n' >.gitignore
mkdir legacy tmp node_modules
echo "$coupling" | tee legacy/a.rb tmp/b.rb >node_modules/c.rb
git add --force .gitignore legacy tmp node_modules
run_hooks() { pre-commit run --verbose >"$said" 2>&1; }
verdict 'the hook passes' run_hooks
says 'excluded: 3 paths ('
says 'legacy/a.rb: left out by an exclude glob'
says 'tmp/b.rb: left out by .gitignore'
passes 'a commit of nothing but excluded files passes'

begin deleted dynolint-system
echo "$coupling" | tee app/gone.rb >app/moved.rb
known
git rm --quiet app/gone.rb
passes 'a file that goes is none of its business'
git mv app/moved.rb lib/moved.rb
stops 'one that moves is'
says 'lib/moved.rb:1:8'
silent 'app/moved.rb'

begin odd-names dynolint-system
for name in 'with space.rb' $'na\u00efve \u2603.rb' '-x.rb' "quote'\".rb"; do echo "$coupling" >"$name"; done
printf '#!/bin/sh\necho "$%s"\n' '{DYNO%%.*}' >--fix
cp -- --fix --output-format=json
git add --all
stops
says 'with space.rb:1:8'
says $'na\u00efve \u2603.rb:1:8'
says '  ┌─ -x.rb:1:8'
says "quote'\".rb:1:8"
says '  ┌─ --fix:2:'
says '  ┌─ --output-format=json:2:'
verdict 'no file is taken for a flag' grep -qF '{DYNO%%.*}' ./--fix

begin nothing-to-read dynolint-system
printf '\0\1' >logo.png
git add logo.png
passes 'a picture is not even passed on'
says 'no files to check'
printf 'words\n' >notes.txt
git add notes.txt
passes 'a text in no known language passes'

begin fix 'dynolint-system, args: [--fix, --exit-non-zero-on-fix, "--"]'
printf 'puts 1\n' >app/clean.rb
git add app/clean.rb
passes 'where there is nothing to fix, nothing happens'
cp -R "$checkout/fixtures/rails/." .
git add --all
stops 'a commit with something to fix is stopped'
says 'files were modified by this hook'
verdict 'and the fixes are in the folder, to be looked at' not git diff --quiet
git add --all
pre-commit run >"$work/again" 2>&1 || true
verdict 'and are not made twice' git diff --quiet

begin local-hook dynolint-system
cat >.pre-commit-config.yaml <<YAML
repos:
- repo: local
  hooks:
  - id: dynolint
    name: dynolint
    language: system
    entry: dynolint check
    args: [--fail-on, error, "--"]
    types: [text]
    require_serial: true
YAML
echo 'commit = ENV["HEROKU_SLUG_COMMIT"]' >app/warning.rb
git add --all
passes 'arguments of a team hold: a warning is no error'
echo "$coupling" >app/error.rb
git add --all
stops
says 'app/error.rb:1:8'

if [ -n "${FULL:-}" ]; then
  begin built dynolint
  echo "$coupling" >app/new.rb
  git add app/new.rb
  stops 'the hook that is built from the repository works'
  says 'app/new.rb:1:8'
fi

if [ -n "${TREE:-}" ]; then
  begin speed dynolint-system
  cp -R "$TREE/." "$repository"
  rm -rf .git
  git init --quiet
  known
  echo "$coupling" >app/one-more.rb
  git add app/one-more.rb
  files=$(git ls-files | wc -l)
  dynolint check -q -- app/one-more.rb >/dev/null || true
  python3 - <<'TIMES'
import subprocess, time
def run():
    start = time.perf_counter()
    subprocess.run(["dynolint", "check", "--", "app/one-more.rb"], capture_output=True)
    return (time.perf_counter() - start) * 1000
times = sorted(run() for _ in range(15))
print(f"dynolint for one staged file, warm: {times[0]:.0f} ms at best, {times[7]:.0f} ms in the middle")
TIMES
  echo "in a project of $files files"
fi

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
