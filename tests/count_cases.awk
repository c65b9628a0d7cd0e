# Reads what `ctest --output-junit` wrote, prints "N passed, N failed", and exits with 1 if anything failed or nothing ran.
# Counts the test cases that Boost.Test reports; a test of another kind counts as one. A program that fails without naming a
# failed case (a crash, a leak, a time-out) counts as one failure.

function number(line) { match(line, /[0-9]+/); return substr(line, RSTART, RLENGTH) + 0 }

/^\t<testcase / {
  match($0, / status="[a-z]*"/); status = substr($0, RSTART + 9, RLENGTH - 10)
  cases = good = bad = 0
}
/^\t\t<skipped message="SKIP_RETURN_CODE/ { status = "disabled" }
/Running [0-9]+ test cases?\.\.\.$/ { sub(/.*Running /, ""); cases = number($0) }
/^  [0-9]+ test cases? out of [0-9]+ passed$/ { good = number($0) }
/^  [0-9]+ test cases? out of [0-9]+ failed$/ { bad = number($0) }
/^\t<\/testcase>/ {
  if (cases == 0) cases = 1
  if (status == "run" && good + bad == 0) good = 1
  if (status != "run" && status != "disabled" && bad == 0) bad = 1
  passed += good; failed += bad
  if (cases > good + bad) left_out += cases - good - bad
}
END {
  if (left_out > 0) printf "%d more did not run\n", left_out
  printf "%d passed, %d failed\n", passed, failed
  exit failed > 0 || passed == 0
}
