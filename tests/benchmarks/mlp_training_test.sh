#!/usr/bin/env bash
# mlp_training PROGRAM prints the line it promises, trains (the loss falls below that of guessing), and says what is wrong with
# other arguments.
set -euo pipefail
program=$1

fail() {
  printf '%s\n' "$*"
  exit 1
}

line=$("$program" W1 1 0.05 2>/dev/null)
[[ $line =~ ^xgrad\ W1\ 1\ [0-9]+\.[0-9]$ ]] || fail "not the promised line: $line"
[ "${line##* }" != 0.0 ] || fail "no samples: $line"

loss=$("$program" W7 1 0.5 2>&1 >/dev/null | sed -n 's/^loss //p')
awk -v loss="$loss" 'BEGIN { exit !(loss > 0 && loss < log(10)) }' || fail "the loss of W7 is '$loss', no better than guessing"

line=$("$program" W1 1 0.05 --precision float32 2>/dev/null)
[[ $line =~ ^xgrad\ W1\ 1\ [0-9]+\.[0-9]$ ]] || fail "with --precision, not the promised line: $line"

for arguments in "W9 1 1" "W1 0 1" "W1 1 0" "W1" "W1 1 1 --precision half"; do
  status=0
  read -ra words <<<"$arguments"
  text=$("$program" "${words[@]}" 2>&1) || status=$?
  [ "$status" = 2 ] || fail "mlp_training $arguments ended with $status: $text"
  [ -n "$text" ] || fail "mlp_training $arguments said nothing"
done
