#include "report/page.hpp"

#include <fstream>
#include <iterator>
#include <map>

#include <fmt/format.h>

#include "report/page_texts.hpp"
#include "xgrad/tensor/error.hpp"

namespace xgrad::apps {
namespace {

std::string read_vega(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (!in || text.empty())
    throw IoError(fmt::format("{}: Vega, which draws the report's charts, cannot be read there; install it with: apt-get "
                              "install libjs-vega",
                              file.string()));
  return text;
}

std::string replace_all(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != text.npos; at = text.find(from, at + to.size())) text.replace(at, from.size(), to);
  return text;
}

// In a string, a regular expression or a template, which is where a script can say this, the backslash changes nothing.
std::string as_script(const std::string& text) { return replace_all(text, "</script", "<\\/script"); }

// Names of folders may be any bytes; JSON is UTF-8.
std::string as_data(const Json& data) {
  return replace_all(data.dump(-1, ' ', false, Json::error_handler_t::replace), "<", "\\u003c");
}

// Puts the parts where the template says {{name}}; what a part says is left as it is.
std::string fill(const std::string& page_template, const std::map<std::string, std::string>& parts) {
  std::string filled;
  std::size_t done = 0;
  for (std::size_t open; (open = page_template.find("{{", done)) != page_template.npos;) {
    const std::size_t close = page_template.find("}}", open);
    filled += page_template.substr(done, open - done) + parts.at(page_template.substr(open + 2, close - open - 2));
    done = close + 2;
  }
  return filled + page_template.substr(done);
}

}  // namespace

std::filesystem::path vega_file() { return XGRAD_VEGA_FILE; }

std::string page(const Json& data, const std::filesystem::path& vega) {
  return fill(page_texts::html, {{"style", page_texts::style},
                                 {"vega", as_script(read_vega(vega))},
                                 {"data", as_data(data)},
                                 {"script", as_script(page_texts::script)}});
}

}  // namespace xgrad::apps
