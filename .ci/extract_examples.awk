# Writes the C++ programs of documents into `folder`: NAME.cpp and, for those that print, NAME.expected and NAME.tolerance.
function complain(what) { printf "%s:%d: %s\n", FILENAME, FNR, what > "/dev/stderr"; wrong = 1 }

!inside && /^<!-- example: .*-->$/ {
  name = $0; sub(/^<!-- example: /, "", name); sub(/[^a-z0-9_].*/, "", name)
  if (name == "" || name in seen) complain("an example needs a name of its own (a-z, 0-9, _)")
  seen[name] = 1; awaits_code = 1; awaits_text = /, prints/
  if (awaits_text) {
    tolerance = match($0, /prints within [0-9.e-]+: ./) ? substr($0, RSTART + 14) + 0 : 0
    print tolerance > (folder "/" name ".tolerance")
  }
  next
}
!inside && /^```cpp/ {
  if (!awaits_code) complain("this block of C++ has no <!-- example: NAME --> above it")
  inside = 1; awaits_code = 0; out = folder "/" name ".cpp"; next
}
!inside && awaits_text && /^```text/ { inside = 1; awaits_text = 0; out = folder "/" name ".expected"; next }
/^```/ { inside = !inside; out = ""; next }
inside && out != "" { print > out }
END { if (awaits_code || awaits_text) complain("the last example lacks its block"); exit wrong }
