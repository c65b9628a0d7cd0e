#include "shell_word.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>

namespace xgrad::apps {
namespace {

bool is_plain(char c) {
  constexpr std::string_view plain = "_-+=./,:@%";
  return std::isalnum(static_cast<unsigned char>(c)) || plain.find(c) != plain.npos || static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace

std::string shell_word(const std::string& text) {
  if (!text.empty() && std::all_of(text.begin(), text.end(), is_plain)) return text;
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

}  // namespace xgrad::apps
