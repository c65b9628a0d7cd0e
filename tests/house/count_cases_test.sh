#!/usr/bin/env bash
# The summary of `./dev test` counts what passed, and also what failed, crashed, never started or was left out.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

expect() { # expect STATUS TEXT: what the counter must answer to the test results on standard input
  local status=0 text
  text=$(awk -f "$here/../count_cases.awk") || status=$?
  [ "$status" = "$1" ] && [ "$text" = "$2" ] && return
  printf 'expected status %s and:\n%s\nbut got status %s and:\n%s\n' "$1" "$2" "$status" "$text"
  exit 1
}
entry() { # entry STATUS [LINE...]: one test with its output, as ctest writes it
  local status=$1
  shift
  printf '\t<testcase name="a" classname="a" time="1" status="%s">\n\t\t<system-out>' "$status"
  [ $# -eq 0 ] || printf '%s\n' "$@"
  printf '</system-out>\n\t</testcase>\n'
}
passing() { entry run 'Running 4 test cases...' '' 'Test module "xgrad" has passed with:' \
  '  4 test cases out of 90 passed' '  86 test cases out of 90 skipped' '  11 assertions out of 11 passed'; }
failing() { entry fail 'Running 3 test cases...' '  1 test case out of 90 passed' '  1 test case out of 90 passed with warnings' \
  '  2 test cases out of 90 failed' '  1 test case out of 90 aborted' '  8 assertions out of 9 failed'; }

passing | expect 0 '4 passed, 0 failed'
{ passing; failing; } | expect 1 '5 passed, 2 failed'
{ passing; entry run; } | expect 0 '5 passed, 0 failed'            # a test that is not of Boost.Test
{ passing; entry fail; } | expect 1 '4 passed, 1 failed'           # … that fails
{ passing; entry notrun; } | expect 1 '4 passed, 1 failed'         # a program that was not built
entry fail 'Running 4 test cases...' 'killed' | expect 1 $'3 more did not run\n0 passed, 1 failed'
entry fail 'Running 2 test cases...' '  2 test cases out of 90 passed' 'leaked' | expect 1 '2 passed, 1 failed'
{ passing; entry disabled; } | expect 0 $'1 more did not run\n4 passed, 0 failed'
printf '' | expect 1 '0 passed, 0 failed'
