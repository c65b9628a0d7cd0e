#include "report/driven_page.hpp"

#include <boost/test/unit_test.hpp>

#include "paths.hpp"
#include "report/browser.hpp"
#include "report/collect.hpp"
#include "report/page.hpp"

using namespace xgrad::apps;

namespace {

// Before everything else: what goes wrong while the page's own scripts run.
constexpr const char* watch = R"(<head><script>
window.seenErrors = [];
window.addEventListener("error", (event) => window.seenErrors.push(event.message));
window.addEventListener("unhandledrejection", (event) => window.seenErrors.push(String(event.reason)));
for (const kind of ["error", "warn"]) console[kind] = (...words) => window.seenErrors.push(words.join(" "));
</script>)";

}  // namespace

Json driven_page(const ResultFolders& made, const std::string& script) {
  std::string html = page(collect(find_results({made.folder.path()})));
  html.replace(html.find("<head>"), 6, watch);
  const std::string folder = xgrad::test::source_path("tests/apps/report/");
  html.insert(html.rfind("</body>"), "<script>" + read_bytes(folder + "leave.js") + read_bytes(folder + script) + "</script>");
  write_bytes(made.path("page.html"), html);
  const std::string document = document_after_scripts(made.path("page.html"), "");
  const std::string opening = R"(id="result">)";
  const std::size_t begin = document.find(opening);
  BOOST_REQUIRE_MESSAGE(begin != document.npos, "the script did not come to its end");
  const Json left =
      Json::parse(document.substr(begin + opening.size(), document.find("</script>", begin) - begin - opening.size()));
  BOOST_REQUIRE_MESSAGE(!left.contains("failed"), left.value("failed", ""));
  return left;
}
