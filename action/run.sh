#!/usr/bin/env bash
# The work of action.yml: gets dynolint, runs it once, and says what came of it.
#
# Everything comes in by the environment: the inputs as DYNOLINT_ACTION_*, the rest from the runner. It keeps to what
# the Bash 3.2 of macOS and the Bash of Git for Windows understand.
set -euo pipefail

releases=https://github.com/dynolint/dynolint/releases

main() {
  local here sarif counts
  here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
  if [ -z "${RUNNER_TEMP:-}" ] || [ -z "${GITHUB_OUTPUT:-}" ]; then
    fail 'RUNNER_TEMP and GITHUB_OUTPUT are not set: this script runs as a part of action.yml'
  fi
  local name
  for name in VERSION FOLDER TARGET FAIL_ON BASELINE SARIF; do
    one_line "$name"
  done

  sarif=$(sarif_path)
  mkdir -p -- "$(dirname -- "$sarif")"
  # What an earlier step wrote must not pass for the result of this one.
  rm -f -- "$sarif"
  counts=$(mktemp -d "$RUNNER_TEMP/dynolint-XXXXXX")/counts.jsonl

  local dynolint
  dynolint=$(program "$here")
  "$dynolint" --version

  local arguments=(check --report "sarif=$sarif" --report "json-lines=$counts")
  if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
    arguments+=(--report "markdown=$GITHUB_STEP_SUMMARY")
  fi
  if [ -n "${DYNOLINT_ACTION_TARGET:-}" ]; then arguments+=(--target "$DYNOLINT_ACTION_TARGET"); fi
  if [ -n "${DYNOLINT_ACTION_FAIL_ON:-}" ]; then arguments+=(--fail-on "$DYNOLINT_ACTION_FAIL_ON"); fi
  if [ -n "${DYNOLINT_ACTION_BASELINE:-}" ]; then arguments+=(--baseline "$DYNOLINT_ACTION_BASELINE"); fi
  # One a line, so that blanks and quotes in them are what they are.
  local line
  while IFS= read -r line; do
    line=${line%$'\r'}
    if [ -n "$line" ]; then arguments+=("$line"); fi
  done <<<"${DYNOLINT_ACTION_ARGS:-}"$'\n--\n'"${DYNOLINT_ACTION_PATHS:-}"

  if [ -n "${DYNOLINT_ACTION_FOLDER:-}" ]; then
    cd -- "$DYNOLINT_ACTION_FOLDER" || fail "there is no folder \`$DYNOLINT_ACTION_FOLDER\` (working-directory)"
  fi
  local code=0
  "$dynolint" "${arguments[@]}" || code=$?

  output exit-code "$code"
  if [ -s "$counts" ]; then
    output findings "$(sed -n 's/^{"type":"summary","findings":\([0-9]*\),.*/\1/p' "$counts")"
  fi
  if [ -s "$sarif" ]; then output sarif "$sarif"; fi
  exit "$code"
}

# Ends the step with an annotation.
fail() {
  local text=${1//'%'/%25}
  text=${text//$'\r'/%0D}
  text=${text//$'\n'/%0A}
  printf '::error title=dynolint::%s\n' "$text" >&2
  if [ -n "${GITHUB_OUTPUT:-}" ]; then output exit-code 2; fi
  exit 2
}

output() {
  printf '%s=%s\n' "$1" "$2" >>"$GITHUB_OUTPUT"
}

# An input that is one value: a line break in it could add an output of its own.
one_line() {
  local variable=DYNOLINT_ACTION_$1
  local value=${!variable:-}
  case $value in
    *$'\n'* | *$'\r'*) fail "the input for $variable has more than one line" ;;
  esac
}

# The SARIF file as a path that later steps understand, whatever folder they run in.
sarif_path() {
  local path=${DYNOLINT_ACTION_SARIF:-}
  case $path in
    '') printf '%s\n' "$RUNNER_TEMP/dynolint.sarif" ;;
    /* | [A-Za-z]:[\\/]*) printf '%s\n' "$path" ;;
    *) printf '%s\n' "${GITHUB_WORKSPACE:-$PWD}/$path" ;;
  esac
}

# The program to run: the one on the PATH, or the one of a release.
program() {
  local here=$1 version=${DYNOLINT_ACTION_VERSION:-}
  case $version in
    installed)
      command -v dynolint || fail 'there is no dynolint on the PATH (version: installed)'
      return
      ;;
    # In a substitution Bash does not end at the first error.
    latest) version=$(latest) || exit ;;
    '') version=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$here/../Cargo.toml" | head -n 1) ;;
  esac
  version=${version#v}
  if ! [[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$ ]]; then
    fail "\`$version\` is no version: write one such as 0.1.0, \`latest\`, or \`installed\`"
  fi
  local target
  target=$(target) || exit
  release "$version" "$target"
}

# The newest release: its address is where that of `latest` leads.
latest() {
  local address
  address=$(get --output /dev/null --head --write-out '%{url_effective}' "$releases/latest") ||
    fail "cannot ask for the latest release at $releases/latest"
  printf '%s\n' "${address##*/}"
}

# The name that Rust has for the runner's system. Linux gets the build that needs no system libraries.
target() {
  case ${RUNNER_OS:-}-${RUNNER_ARCH:-} in
    Linux-X64) echo x86_64-unknown-linux-musl ;;
    Linux-ARM64) echo aarch64-unknown-linux-musl ;;
    macOS-X64) echo x86_64-apple-darwin ;;
    macOS-ARM64) echo aarch64-apple-darwin ;;
    Windows-X64) echo x86_64-pc-windows-msvc ;;
    Windows-ARM64) echo aarch64-pc-windows-msvc ;;
    *) fail "there is no build for ${RUNNER_OS:-?} on ${RUNNER_ARCH:-?}; install dynolint and say \`version: installed\`" ;;
  esac
}

# Downloads a release, unless an earlier step did, and prints where its program is.
release() {
  local name=dynolint-$1-$2 kind=tar.gz suffix=
  case $2 in *-windows-*) kind=zip suffix=.exe ;; esac
  local folder=$RUNNER_TEMP/dynolint-releases
  local program=$folder/$name/dynolint$suffix
  if [ -x "$program" ]; then
    printf '%s\n' "$program"
    return
  fi
  mkdir -p -- "$folder"
  local from=$releases/download/v$1
  get --output "$folder/SHA256SUMS" "$from/SHA256SUMS" || fail "cannot download $from/SHA256SUMS"
  get --output "$folder/$name.$kind" "$from/$name.$kind" || fail "cannot download $from/$name.$kind"

  local wanted got
  wanted=$(awk -v name="$name.$kind" '$2 == name || $2 == "*" name { print $1 }' "$folder/SHA256SUMS")
  got=$(checksum <"$folder/$name.$kind")
  if [ -z "$wanted" ] || [ "$wanted" != "${got%% *}" ]; then
    rm -f -- "$folder/$name.$kind"
    fail "$name.$kind is not what SHA256SUMS says: ${got%% *} instead of ${wanted:-nothing}"
  fi

  # From within the folder: `tar` takes what stands before a colon, as in D:\, for a host.
  (
    cd -- "$folder"
    case $kind in
      zip) unzip -q -o "$name.zip" ;;
      *) tar -xzf "$name.tar.gz" ;;
    esac
  ) || fail "cannot unpack $name.$kind"
  [ -x "$program" ] || fail "$name.$kind holds no program"
  printf '%s\n' "$program"
}

get() {
  curl --proto '=https' --tlsv1.2 --fail --silent --show-error --location --retry 3 --max-time 300 "$@"
}

checksum() {
  if command -v sha256sum >/dev/null; then
    sha256sum
  else
    shasum -a 256
  fi
}

main
