# same_text.awk EXPECTED PRINTED: exits with 0 if both are the same, but for numbers that may differ by `tolerance`.
function number(text) { return match(text, /[0-9]+(\.[0-9]+)?(e[-+]?[0-9]+)?/) }
function same(a, b,    x, y) {
  while (number(a)) {
    if (substr(a, 1, RSTART - 1) != substr(b, 1, RSTART - 1)) return 0
    b = substr(b, RSTART); x = substr(a, RSTART, RLENGTH); a = substr(a, RSTART + RLENGTH)
    if (number(b) != 1) return 0
    y = substr(b, 1, RLENGTH); b = substr(b, RLENGTH + 1)
    if (x - y > tolerance || y - x > tolerance) return 0
  }
  return a == b
}
FILENAME == ARGV[1] { expected[FNR] = $0; lines = FNR; next }
{ printed = FNR }
tolerance == 0 ? $0 != expected[FNR] : !same(expected[FNR], $0) { wrong = 1 }
END { exit wrong || printed != lines }
