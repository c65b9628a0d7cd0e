#!/usr/bin/env bash
# suites_test.sh PROGRAM SUITE...: no test case is left out of CTest, because those of PROGRAM all stand in these suites, which
# CTest runs one by one, and each suite has some.
set -euo pipefail
program=$1
shift
# The first column holds suites, and cases outside any suite.
found=$("$program" --list_content 2>&1 | grep -oE '^[^ *]+' | sort -u)
registered=$(printf '%s\n' "$@" | sort -u)
[ "$found" = "$registered" ] && exit
echo "Each file foo_test.cpp must hold its cases in one suite called foo. In the program (<), from the names of the files (>):"
diff <(echo "$found") <(echo "$registered")
