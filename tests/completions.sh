#!/usr/bin/env bash
# Asks real shells what they complete with dynolint's scripts. Shells that are not installed are skipped, and said.
#
#   tests/completions.sh [PROGRAM]      # default: target/debug/dynolint
set -euo pipefail

cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
program=$(realpath -- "${1:-target/debug/dynolint}")
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
mkdir "$work/bin" "$work/project"
ln -s "$program" "$work/bin/dynolint"
export PATH="$work/bin:$PATH" HOME="$work"
touch "$work/project/settings.toml" "$work/project/with space.rb"

passed=0
failed=0
skipped=0

# Whether the answers, one a line, hold a word: expect SHELL LINE WORD ANSWERS
expect() {
  if grep -qxF -- "$3" <<<"$4"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf '%s: after "%s" there is no "%s" in:\n%s\n' "$1" "$2" "$3" "$4" >&2
  fi
}

# Asks one shell the same as all others: ask FUNCTION SHELL
ask() {
  local line word
  while IFS='|' read -r line word; do
    expect "$2" "$line" "$word" "$("$1" "$line")"
  done <<'ROWS'
dynolint --output-f|--output-format
dynolint --output-format s|sarif
dynolint --only dyno-pl|dyno-platform-check
dynolint check --skip dyno-o|dyno-ordinal
dynolint expl|explain
dynolint explain dyno-pr|dyno-process-type
dynolint baseline wr|write
dynolint completions f|fish
dynolint --config set|settings.toml
dynolint set|settings.toml
dynolint settings.toml --fail|--fail-on
dynolint --fix set|settings.toml
ROWS
}

in_bash() {
  (cd "$work/project" && bash --noprofile --norc "$work/ask.bash" "$1")
}

in_fish() {
  (cd "$work/project" && fish --no-config -c "source $work/dynolint.fish; complete --do-complete '$1'" | cut -f1)
}

# Types the line into a zsh on a terminal of its own, and lists what it offers.
in_zsh() {
  (cd "$work/project" && zsh -f "$work/ask.zsh" "$1")
}

cat >"$work/ask.bash" <<ASK
source "$work/dynolint.bash"
ASK
cat >>"$work/ask.bash" <<'ASK'
read -r -a COMP_WORDS <<<"$1"
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
COMP_LINE=$1 COMP_POINT=${#1}
# Only a real completion can choose how file names are shown.
compopt() { :; }
_dynolint dynolint "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
# Where the function knows nothing bash completes names of files, as `complete -o default` says.
if [ "${#COMPREPLY[@]}" -eq 0 ]; then mapfile -t COMPREPLY < <(compgen -f -- "${COMP_WORDS[COMP_CWORD]}"); fi
printf '%s\n' "${COMPREPLY[@]}"
ASK

cat >"$work/ask.zsh" <<'ASK'
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "PROMPT=; fpath=($HOME \$fpath); autoload -U compinit; compinit -u -D; bindkey '^I' complete-word"
zpty -w shell 'compadd() { local -a found; builtin compadd -O found "$@"; (( $#found )) && print -rl -- "<$^found>"; builtin compadd "$@" }'
zpty -w shell 'zstyle ":completion:*" verbose no'
zpty -w shell 'print READY''-NOW'
zpty -r shell seen '*READY-NOW*'
zpty -n -w shell "$1"$'\t'
zpty -n -w shell $'\C-u'
zpty -w shell 'print DONE''-NOW'
zpty -r shell seen '*DONE-NOW*'
print -r -- "$seen" | tr -d '\r' | grep -o '<[^>]*>' | tr -d '<>'
ASK

for shell in bash fish zsh; do
  if ! command -v "$shell" >/dev/null; then
    echo "$shell is not installed: skipped"
    skipped=$((skipped + 1))
    continue
  fi
  dynolint completions "$shell" >"$work/dynolint.$shell"
  "$shell" -n "$work/dynolint.$shell"
  if [ "$shell" = zsh ]; then cp "$work/dynolint.zsh" "$work/_dynolint"; fi
  ask "in_$shell" "$shell"
done

for shell in elvish powershell; do
  dynolint completions "$shell" | grep -q dyno-ordinal && passed=$((passed + 1))
done

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
