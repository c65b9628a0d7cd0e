// The registry against the public headers: what users can call is what the gradient suite checks.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <string>

#include <boost/test/unit_test.hpp>

#include "paths.hpp"
#include "xgrad/autograd/registry/registry.hpp"

using namespace xgrad;

namespace {

const std::filesystem::path folder = test::source_path("autograd/ops");

// Public function templates of the headers that are no operations of the registry, and why.
const std::map<std::string, std::string> exceptions{
    {"argmax", "gives indices, which have no gradient"},
    {"argmin", "gives indices, which have no gradient"},
};

// Operations none of whose samples has a derivative to check, and why.
const std::map<std::string, std::string> without_derivative{
    {"greater", "is 0 or 1: constant wherever it has a derivative"},
    {"greater_equal", "as greater"},
    {"less", "as greater"},
    {"less_equal", "as greater"},
    {"equal", "as greater"},
    {"not_equal", "as greater"},
};

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Without comments and without what is in namespaces called detail.
std::string public_text_of(const std::filesystem::path& header) {
  std::string text = std::regex_replace(text_of(header), std::regex("//[^\n]*"), "");
  static const std::regex opening("namespace\\s+(xgrad::)?detail\\s*\\{");
  for (std::smatch match; std::regex_search(text, match, opening);) {
    std::size_t end = static_cast<std::size_t>(match.position()) + match.length();
    for (int depth = 1; depth > 0 && end < text.size(); ++end) depth += text[end] == '{' ? 1 : text[end] == '}' ? -1 : 0;
    text.erase(match.position(), end - match.position());
  }
  return text;
}

// The names of function templates: "template <…> Result name(".
std::set<std::string> functions_of(const std::string& text) {
  static const std::regex declaration(R"(template\s*<[^;{}()]*?>\s*(?:inline\s+)?[\w:]+(?:<[^;{}()]*>)?\s*&?\s+(\w+)\s*\()");
  std::set<std::string> names;
  for (std::sregex_iterator match(text.begin(), text.end(), declaration), end; match != end; ++match) names.insert((*match)[1]);
  return names;
}

std::set<std::string> public_functions() {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".hpp") names.merge(functions_of(public_text_of(entry.path())));
  return names;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(registry_headers)

BOOST_AUTO_TEST_CASE(declarations_are_found_in_a_header) {
  const std::string text =
      "template <class T>\nTensor<T> add(const Tensor<T>& a);\n"
      "template <class T, std::same_as<Shape> S>\nTensor<T> reshape(const Tensor<T>& x, const S& s) {\n  return f(x);\n}\n"
      "template <class T>\nstd::vector<Tensor<T>> split(const Tensor<T>& x);\n"
      "template <class T>\nSlogdet<T> slogdet(const Tensor<T>& a);\n"
      "template <class T>\nTensor<T> operator+(const Tensor<T>& a, const Tensor<T>& b);\n"
      "template <class T>\nstruct Options { T value(int i) const; };\n"
      "std::vector<OperationInfo> family_operations();\n";
  BOOST_TEST((functions_of(text) == std::set<std::string>{"add", "reshape", "split", "slogdet"}));
}

BOOST_AUTO_TEST_CASE(every_public_operation_is_in_the_registry) {
  std::set<std::string> registered;
  for (const OperationInfo& operation : operations()) registered.insert(operation.name);
  const std::set<std::string> declared = public_functions();
  BOOST_TEST(declared.size() > 50u);
  for (const std::string& name : declared)
    BOOST_TEST(
        (registered.contains(name) || exceptions.contains(name)),
        name << " is declared in a header of autograd/ops, but no OperationInfo has this name: nothing checks its gradient");
  for (const auto& [name, reason] : exceptions) {
    BOOST_TEST(declared.contains(name), name << " is listed as an exception, but not declared");
    BOOST_TEST(!registered.contains(name), name << " is listed as an exception, but registered");
  }
}

BOOST_AUTO_TEST_CASE(every_entry_of_the_registry_is_a_public_operation_and_stands_there_once) {
  const std::set<std::string> declared = public_functions();
  std::set<std::string> seen;
  for (const OperationInfo& operation : operations()) {
    BOOST_TEST(declared.contains(operation.name),
               operation.name << " is registered, but no header of autograd/ops declares it");
    BOOST_TEST(seen.insert(operation.name).second, operation.name << " is registered twice");
  }
}

BOOST_AUTO_TEST_CASE(every_operation_has_a_sample_whose_gradient_is_checked) {
  for (const OperationInfo& operation : operations()) {
    const bool checked = std::any_of(operation.samples.begin(), operation.samples.end(), [](const Sample& sample) {
      return sample.order >= 1 &&
             std::any_of(sample.inputs.begin(), sample.inputs.end(), [](const auto& input) { return input.size() > 0; });
    });
    BOOST_TEST((checked != without_derivative.contains(operation.name)), operation.name);
  }
}

BOOST_AUTO_TEST_CASE(every_operation_has_a_sample_whose_value_is_checked_by_other_means) {
  for (const OperationInfo& operation : operations())
    BOOST_TEST(
        std::any_of(operation.samples.begin(), operation.samples.end(), [](const Sample& s) { return bool(s.reference); }),
        operation.name);
}

BOOST_AUTO_TEST_CASE(one_header_includes_all_operations) {
  const std::string all = text_of(folder.parent_path() / "ops.hpp");
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".hpp" && !functions_of(public_text_of(entry.path())).empty())
      BOOST_TEST(all.find("ops/" + entry.path().filename().string()) != all.npos,
                 "autograd/ops.hpp does not include " << entry.path().filename());
}

BOOST_AUTO_TEST_SUITE_END()
