#include "report/page.hpp"

#include <array>
#include <map>

#include <fmt/format.h>

#include "embedded.hpp"

namespace xgrad::apps {
namespace {

// In the order in which they use one another.
constexpr std::array<const char*, 20> scripts{"text",   "theme",   "data",      "scales",  "rows",   "figure",   "filter",
                                              "table",  "curves",  "confusion", "classes", "images", "parallel", "importance",
                                              "values", "history", "run",       "sweep",   "study",  "main"};

std::string page_file(const std::string& name) { return std::string(embedded_text("report/page/" + name)); }

// One function, so that no name of ours meets one of Vega's.
std::string page_script() {
  std::string script = "(() => {\n\"use strict\";\n";
  for (const char* name : scripts) script += page_file(fmt::format("{}.js", name));
  return script + "})();\n";
}

std::string replace_all(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != text.npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
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

std::string page(const Json& data, const std::filesystem::path& vega) {
  return fill(page_file("page.html"), {{"style", page_file("report.css")},
                                       {"vega", as_script(vega_script(vega))},
                                       {"data", as_data(data)},
                                       {"script", as_script(page_script())}});
}

}  // namespace xgrad::apps
