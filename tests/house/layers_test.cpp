#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "paths.hpp"

namespace fs = std::filesystem;

namespace {

// From the lowest to the highest: a layer may include itself and what stands before it.
const std::vector<std::string> ranking{"tensor", "autograd", "nn", "apps"};
constexpr std::size_t most_lines = 400;

std::vector<std::string> included(const std::string& text) {
  static const std::regex include(R"(^[ \t]*#[ \t]*include[ \t]*([<"][^>"]+)[>"])", std::regex::multiline);
  std::vector<std::string> names;
  for (std::sregex_iterator match(text.begin(), text.end(), include), end; match != end; ++match) names.push_back((*match)[1]);
  return names;
}

// What is wrong with one name (with its opening bracket) in a file of `layer`; nothing: an empty text.
std::string complaint(const std::string& layer, bool is_header, const std::string& name) {
  if (name.starts_with('"') && !name.starts_with("\"xgrad/") && layer != "apps") return "say \"xgrad/<layer>/<file>\"";
  if (name.starts_with("\"xgrad/") && name != "\"xgrad/xgrad.hpp") {
    const std::string other = name.substr(7, name.find('/', 7) - 7);
    const auto position = std::find(ranking.begin(), ranking.end(), other);
    if (position == ranking.end()) return "there is no layer " + other;
    if (position > std::find(ranking.begin(), ranking.end(), layer)) return other + " stands above " + layer;
  }
  if (name == "\"xgrad/xgrad.hpp" && layer != "apps") return "xgrad.hpp is for programs";
  if (is_header && name.starts_with("<xtensor")) return "headers take xtensor from xgrad/tensor/xtensor.hpp";
  return "";
}

std::string read(const fs::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::map<fs::path, std::string> sources(const std::string& folder) {
  std::map<fs::path, std::string> found;
  for (const auto& entry : fs::recursive_directory_iterator(xgrad::test::source_path(folder)))
    if (entry.path().extension() == ".hpp" || entry.path().extension() == ".cpp") found[entry.path()] = read(entry.path());
  return found;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(layers)

BOOST_AUTO_TEST_CASE(no_file_includes_a_higher_layer) {
  for (const std::string& layer : ranking)
    for (const auto& [path, text] : sources(layer)) {
      // The two headers that gather: everything for the user, and xtensor for everybody.
      if (path.filename() == "xgrad.hpp" || path.filename() == "xtensor.hpp") continue;
      for (const std::string& name : included(text)) {
        const std::string wrong = complaint(layer, path.extension() == ".hpp", name);
        BOOST_CHECK_MESSAGE(wrong.empty(), path.string() << " includes " << name.substr(1) << ": " << wrong);
      }
    }
}

BOOST_AUTO_TEST_CASE(every_header_named_in_an_include_exists) {
  for (const std::string& layer : ranking)
    for (const auto& [path, text] : sources(layer))
      for (const std::string& name : included(text))
        if (name.starts_with("\"xgrad/") && name != "\"xgrad/xgrad.hpp")
          BOOST_CHECK_MESSAGE(fs::exists(xgrad::test::source_path(name.substr(7))), path.string() << ": " << name.substr(1));
}

BOOST_AUTO_TEST_CASE(the_rule_finds_what_breaks_it) {
  const std::vector<std::string> names =
      included("#pragma once\n#include <vector>\n  # include \"xgrad/nn/linear.hpp\"  // a comment\n// #include \"x.hpp\"\n");
  BOOST_TEST(names == (std::vector<std::string>{"<vector", "\"xgrad/nn/linear.hpp"}), boost::test_tools::per_element());
  BOOST_TEST(complaint("autograd", true, names[1]) == "nn stands above autograd");
  BOOST_TEST(complaint("nn", true, names[1]) == "");
  BOOST_TEST(complaint("apps", false, names[1]) == "");
  BOOST_TEST(complaint("tensor", false, "\"shape.hpp") != "");
  BOOST_TEST(complaint("tensor", false, "\"xgrad/shape.hpp") != "");
  BOOST_TEST(complaint("apps", false, "\"options.hpp") == "");
  BOOST_TEST(complaint("tensor", true, "<xtensor/xmath.hpp") != "");
  BOOST_TEST(complaint("tensor", false, "<xtensor-blas/xlinalg.hpp") == "");
  BOOST_TEST(complaint("nn", false, "\"xgrad/xgrad.hpp") != "");
}

BOOST_AUTO_TEST_CASE(headers_are_guarded_and_files_stay_short) {
  for (const char* folder : {"tensor", "autograd", "nn", "apps", "tests", "benchmarks"})
    for (const auto& [path, text] : sources(folder)) {
      const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
      BOOST_CHECK_MESSAGE(lines <= most_lines,
                          path.string() << " has " << lines << " lines: split it, " << most_lines << " are the most");
      if (path.extension() == ".hpp")
        BOOST_CHECK_MESSAGE(text.find("#pragma once\n") != text.npos, path.string() << " lacks #pragma once");
    }
}

BOOST_AUTO_TEST_SUITE_END()
