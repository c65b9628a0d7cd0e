#include "terminal.hpp"

#include <algorithm>

#include <sys/ioctl.h>

namespace xgrad::apps {
namespace {

// A letter is its first byte with the continuation bytes behind it.
bool begins_letter(char c) { return (c & 0xC0) != 0x80; }

}  // namespace

std::size_t terminal_width(int descriptor) {
  winsize size{};
  return ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 20 ? size.ws_col : any_width;
}

std::size_t columns_of(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins_letter));
}

std::string cut_to(const std::string& text, std::size_t width) {
  if (columns_of(text) <= width) return text;
  std::size_t letters = 0, end = 0;
  while (end < text.size() && letters + begins_letter(text[end]) < width) letters += begins_letter(text[end++]);
  return width > 0 ? text.substr(0, end) + "…" : "";
}

std::string folded(const std::string& line, std::size_t width, std::size_t indent) {
  std::string text = line.substr(0, indent), current;
  const auto end_line = [&] {
    text += current + "\n" + std::string(indent, ' ');
    current.clear();
  };
  for (std::size_t begin = text.size(); begin < line.size();) {
    const std::size_t end = std::min(line.find("  ", begin), line.size());
    const std::string item = line.substr(begin, end - begin);
    if (!current.empty() && indent + columns_of(current) + 2 + columns_of(item) > width) end_line();
    current += (current.empty() ? "" : "  ") + item;
    begin = end + 2;
  }
  return text + current;
}

}  // namespace xgrad::apps
