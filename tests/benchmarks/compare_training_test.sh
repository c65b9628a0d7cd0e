#!/usr/bin/env bash
# compare_training PROGRAM MODULE trains with two modules in turns and prints the samples a second of each; says what is wrong
# with other arguments.
set -euo pipefail
program=$1 module=$2

fail() {
  printf '%s\n' "$*"
  exit 1
}

lines=$("$program" W1 2 0.1 "$module" "$module")
[ "$(wc -l <<<"$lines")" -ge 2 ] || fail "hardly any turns: $lines"
while read -r line; do
  [[ $line =~ ^[1-9][0-9]*\.[0-9]\ [1-9][0-9]*\.[0-9]$ ]] || fail "not two rates: $line"
done <<<"$lines"

for arguments in "" "W9 1 0.1 $module $module" "W1 1 0.1 $module /nowhere.so" "W1 1 0.1 $module"; do
  status=0
  read -ra words <<<"$arguments"
  text=$("$program" "${words[@]}" 2>&1 >/dev/null) || status=$?
  [ "$status" = 1 ] || fail "compare_training $arguments ended with $status: $text"
  [ -n "$text" ] || fail "compare_training $arguments said nothing"
done
