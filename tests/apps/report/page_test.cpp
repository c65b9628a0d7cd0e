#include "report/page.hpp"

#include <boost/test/unit_test.hpp>

#include "report/browser.hpp"
#include "report/collect.hpp"
#include "report/pictures.hpp"
#include "report/result_folders.hpp"
#include "xgrad/tensor/error.hpp"

using namespace xgrad::apps;

namespace {

// What stands between the tags of the element that holds the data.
std::string data_text(const std::string& html) {
  const std::string opening = R"(<script type="application/json" id="data">)";
  const std::size_t begin = html.find(opening) + opening.size();
  return html.substr(begin, html.find("</script>", begin) - begin);
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++found;
  return found;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(page, ResultFolders)

BOOST_AUTO_TEST_CASE(the_page_holds_the_data_and_asks_for_no_other_file) {
  const Json data = collect(find_results({run("run")}));
  const std::string html = xgrad::apps::page(data);
  BOOST_TEST((Json::parse(data_text(html)) == data));
  BOOST_TEST(count(html, "<script src") == 0u);
  BOOST_TEST(count(html, "<link") == 0u);
  BOOST_TEST(count(html, "{{style}}") == 0u);
}

BOOST_AUTO_TEST_CASE(hostile_names_stay_text) {
  const std::string hostile = "</script><script>alert(1)</script><!-- {{data}} {{vega}} \xff";
  const Json data{{"runs", {{{"label", hostile}}}}};
  const std::string html = xgrad::apps::page(data), harmless = xgrad::apps::page({{"runs", Json::array()}});
  BOOST_TEST(count(html, "<script") == count(harmless, "<script"));
  BOOST_TEST(count(html, "</script") == count(harmless, "</script"));
  BOOST_TEST(count(html, "alert(1)") == 1u);
  const std::string label = Json::parse(data_text(html))["runs"][0]["label"];
  BOOST_TEST(label.substr(0, hostile.size() - 1) ==
             hostile.substr(0, hostile.size() - 1));  // the byte that is no UTF-8 is replaced
}

BOOST_AUTO_TEST_CASE(without_vega_the_package_is_named) {
  BOOST_CHECK_EXCEPTION(xgrad::apps::page(Json::object(), path("share")), xgrad::IoError,
                        [](const auto& error) { return std::string(error.what()).find("libjs-vega") != std::string::npos; });
}

BOOST_AUTO_TEST_CASE(addresses_of_files_escape_what_has_a_meaning) {
  BOOST_TEST(file_address("/a b/c#d?e%f/é.html") == "file:///a%20b/c%23d%3Fe%25f/%C3%A9.html");
}

BOOST_AUTO_TEST_CASE(figures_are_read_from_what_the_browser_prints) {
  const auto figures = pictures_in(
      R"(<html><body><script type="application/json" id="pictures">[{"name":"a","url":"data:image/png;base64,AA=="}]</script></body></html>)");
  BOOST_REQUIRE(figures.size() == 1u);
  BOOST_TEST(figures[0].first == "a");
  BOOST_CHECK_THROW(pictures_in("<html></html>"), xgrad::IoError);
  BOOST_CHECK_THROW(pictures_in(R"(<script id="pictures">[{]</script>)"), xgrad::IoError);
  BOOST_CHECK_THROW(pictures_in(R"(<script id="pictures">[1]</script>)"), xgrad::IoError);
}

BOOST_AUTO_TEST_SUITE_END()
