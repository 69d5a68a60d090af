#!/usr/bin/env bash
# Compares dynolint with tools that can be asked for the same words or reads.
#
#   benches/compare.sh DIR
#
# What is not installed is left out. The table has the median of the runs, how many times as long
# that is as dynolint's, and the largest resident memory of any run.
#
#   DYNOLINT=path   the program, by default target/release/dynolint
#   RUNS=10         timed runs of each row, after one that is not timed
#
# Needs GNU time for the memory column; uses hyperfine for the times where it is installed.
set -euo pipefail
export LC_ALL=C

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
directory=${1:-}
[ -n "$directory" ] || { echo "usage: benches/compare.sh DIR" >&2; exit 2; }
[ -d "$directory" ] || { echo "not a directory: $directory" >&2; exit 2; }
dynolint=${DYNOLINT:-$here/../target/release/dynolint}
[ -x "$dynolint" ] || { echo "no program at $dynolint; cargo build --release" >&2; exit 2; }
runs=${RUNS:-10}

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
rows=$work/rows

# The one question all tools that parse can be asked: where is `DYNO` read?
mkdir "$work/ast-grep" "$work/semgrep"
echo 'ruleDirs: [rules]' >"$work/ast-grep/sgconfig.yml"
mkdir "$work/ast-grep/rules"
rule() { # LANGUAGE PATTERN...
  local language=$1 pattern
  shift
  printf 'id: %s\nlanguage: %s\nmessage: read\nseverity: warning\nrule:\n  any:\n' "$language" "$language" \
    >"$work/ast-grep/rules/$language.yml"
  printf '%s\n  - id: %s\n    languages: [%s]\n    message: read\n    severity: WARNING\n    pattern-either:\n' \
    'rules:' "$language" "$language" >"$work/semgrep/$language.yml"
  for pattern in "$@"; do
    printf "    - pattern: '%s'\n" "$pattern" >>"$work/ast-grep/rules/$language.yml"
    printf "      - pattern: '%s'\n" "$pattern" >>"$work/semgrep/$language.yml"
  done
}
rule ruby 'ENV["DYNO"]' 'ENV.fetch("DYNO")' 'ENV.key?("DYNO")'
rule python 'os.environ["DYNO"]' 'os.environ.get("DYNO")' 'os.getenv("DYNO")' '"DYNO" in os.environ'
rule javascript 'process.env.DYNO' 'process.env["DYNO"]'
rule typescript 'process.env.DYNO' 'process.env["DYNO"]'

# The Linux package is called "time"; BSD's program of that name knows no format.
gnu_time=$(type -P gtime || type -P time || true)
"${gnu_time:-false}" -f %M true >/dev/null 2>&1 || gnu_time=

memory() { # COMMAND...: largest resident memory in KiB
  [ -n "$gnu_time" ] || { echo 0; return; }
  "$gnu_time" -o "$work/memory" -f %M -- "$@" >/dev/null 2>&1 </dev/null || true
  tail -n 1 "$work/memory"
}

seconds() { # COMMAND...: one line for each run
  local begin i
  if command -v hyperfine >/dev/null; then
    local words
    printf -v words '%q ' "$@"
    hyperfine --style none --shell none --ignore-failure --warmup 1 --runs "$runs" \
      --export-json "$work/times.json" "$words" >/dev/null 2>&1
    # The only array of numbers on several lines is "times".
    sed -n '/"times"/,/\]/p' "$work/times.json" | grep -oE '[0-9]+\.[0-9e-]+'
    return
  fi
  "$@" >/dev/null 2>&1 </dev/null || true
  for ((i = 0; i < runs; i++)); do
    begin=$EPOCHREALTIME
    "$@" >/dev/null 2>&1 </dev/null || true
    awk -v a="$begin" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.6f\n", b - a }'
  done
}

row() { # LABEL COMMAND...
  local label=$1 peak=0 once i median
  shift
  command -v "$1" >/dev/null || return 0
  median=$(seconds "$@" | sort -n | awk '{ t[NR] = $1 } END {
    print NR % 2 ? t[(NR + 1) / 2] : (t[NR / 2] + t[NR / 2 + 1]) / 2 }')
  for i in 1 2 3; do
    once=$(memory "$@")
    if [ "$once" -gt "$peak" ]; then peak=$once; fi
  done
  printf '%s\t%s\t%s\n' "$label" "$median" "$peak" >>"$rows"
}

# Every tool finds the files in the page cache.
find "$directory" -type f -exec cat -- {} + >/dev/null

row dynolint "$dynolint" "$directory"
row 'rg, fixed words' rg --no-config -c -F -f "$here/literals.txt" "$directory"
row 'ast-grep, reads' ast-grep scan -c "$work/ast-grep/sgconfig.yml" --json=compact "$directory"
row 'semgrep, reads' semgrep scan --metrics off --disable-version-check --quiet --json \
  --config "$work/semgrep" "$directory"

awk -F '\t' '
  BEGIN { printf "%-18s %12s %9s %12s\n", "", "median ms", "ratio", "peak MiB" }
  NR == 1 { base = $2 }
  { printf "%-18s %12.1f %8.2fx %12s\n", $1, $2 * 1000, (base > 0 ? $2 / base : 0),
      ($3 > 0 ? sprintf("%.1f", $3 / 1024) : "-") }' "$rows"
