// Values, gradients and second derivatives of every operation against PyTorch's (tests/torch/make_operations.py).
#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "autograd/torch_calls.hpp"
#include "paths.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/reduction.hpp"
#include "xgrad/autograd/registry/registry.hpp"

using namespace xgrad;
using namespace torch_reference;

namespace {

using nlohmann::json;

const json& reference_cases() {
  static const json cases = [] {
    const std::string path = test::data_path("torch/operations.json");
    std::ifstream file(path);
    if (!file) throw std::runtime_error(std::string("cannot read ") + path);
    return json::parse(file).at("cases");
  }();
  return cases;
}

std::vector<NamedCall> all_calls() {
  std::vector<NamedCall> all;
  for (auto family : {elementwise_calls, reduction_calls, shape_calls, linear_algebra_calls, network_calls, loss_calls})
    for (NamedCall& call : family()) all.push_back(std::move(call));
  return all;
}

template <class T>
Array<T> array_of(const json& j) {
  const auto shape = j.at("shape").get<std::vector<std::size_t>>();
  Array<T> result = empty_array<T>(Shape(shape.begin(), shape.end()));
  const json& data = j.at("data");
  BOOST_REQUIRE(data.size() == result.size());
  for (std::size_t i = 0; i < data.size(); ++i)
    result.data()[i] = static_cast<T>(data[i].is_string() ? std::stod(data[i].get<std::string>()) : data[i].get<double>());
  return result;
}

template <class T>
std::vector<Array<T>> arrays_of(const json& list) {
  std::vector<Array<T>> arrays;
  for (const json& j : list) arrays.push_back(array_of<T>(j));
  return arrays;
}

// The largest finite magnitude in some arrays, which may be null.
double largest_of(const json& arrays) {
  double largest = 0;
  for (const json& j : arrays)
    if (!j.is_null())
      for (const double e : array_of<double>(j))
        if (std::isfinite(e)) largest = std::max(largest, std::abs(e));
  return largest;
}

// In double 1e-12 relative, which is 4500 units in the last place, and the same number of units in float: 2^29 times as much.
// Where sums cancel, errors are relative to what was summed: a hundredth as much, 45 units, relative to `scale`, the largest
// number in what was computed together.
template <class T>
bool agree(double got, double expected, double scale) {
  constexpr double tolerance = 4500 * static_cast<double>(std::numeric_limits<T>::epsilon());
  if (std::isnan(expected)) return std::isnan(got);
  if (std::isinf(expected)) return got == expected;
  return std::abs(got - expected) <= tolerance * (std::abs(expected) + 0.01 * scale);
}

template <class T>
void compare(const char* what, const Tensor<T>& got, const json& expected, double scale) {
  if (!got.defined() && expected.is_null()) return;
  // PyTorch gives no gradient where xgrad gives zeros, and the other way round.
  const Array<double> e = expected.is_null() ? filled_array(got.shape(), 0.0) : array_of<double>(expected);
  const Array<double> g = got.defined() ? Array<double>(xt::cast<double>(got.value())) : filled_array(e.shape(), 0.0);
  BOOST_REQUIRE_MESSAGE(g.shape() == e.shape(),
                        what << " has shape " << to_string(g.shape()) << ", expected " << to_string(e.shape()));
  for (std::size_t i = 0; i < e.size(); ++i)
    BOOST_TEST(agree<T>(g.data()[i], e.data()[i], scale),
               fmt::format("{}[{}] is {:.17g}, expected {:.17g}", what, i, g.data()[i], e.data()[i]));
}

template <class T>
void compare(const char* what, const std::vector<Tensor<T>>& got, const json& expected) {
  const double scale = largest_of(expected);
  BOOST_REQUIRE(got.size() == expected.size());
  for (std::size_t k = 0; k < got.size(); ++k) compare(what, got[k], expected[k], scale);
}

template <class T>
std::vector<Tensor<T>> leaves_of(const json& list) {
  std::vector<Tensor<T>> leaves;
  for (Array<T>& array : arrays_of<T>(list)) leaves.emplace_back(std::move(array), true);
  return leaves;
}

// The derivative of Σ <projection, gradient> by the inputs and the seed.
template <class T>
void check_second(const json& c, const std::vector<Tensor<T>>& x, const Tensor<T>& seed,
                  const std::vector<Tensor<T>>& gradients) {
  const std::vector<Array<T>> projections = arrays_of<T>(c.at("projections"));
  Tensor<T> total(T(0));
  for (std::size_t k = 0; k < x.size(); ++k)
    if (gradients[k].defined()) total = total + sum(gradients[k] * Tensor<T>(projections[k]));
  std::vector<Tensor<T>> by = x;
  by.push_back(seed);
  std::vector<Tensor<T>> second(by.size());
  if (total.requires_grad()) second = grad<T>({total}, by);
  compare("second derivative", second, c.at("second"));
}

template <class T>
void check(const json& c, const Call<T>& call) {
  const std::vector<Tensor<T>> x = leaves_of<T>(c.at("inputs"));
  const Tensor<T> y = call(x, arrays_of<double>(c.at("constants")));
  compare<T>("output", {y}, json::array({c.at("output")}));
  if (!c.contains("gradients")) return;
  const Tensor<T> seed(array_of<T>(c.at("seed")), true);
  for (const bool record : {false, true}) {
    if (record && !c.contains("second")) continue;
    std::vector<Tensor<T>> gradients(x.size());
    if (y.requires_grad()) gradients = grad<T>({y}, x, {seed}, {.retain_graph = true, .create_graph = record});
    compare("gradient", gradients, c.at("gradients"));
    if (record) check_second(c, x, seed, gradients);
  }
}

void check_all_cases_of(const NamedCall& call) {
  std::size_t count = 0;
  for (const json& c : reference_cases()) {
    if (c.at("call") != call.name) continue;
    ++count;
    BOOST_TEST_CONTEXT(c.at("name").get<std::string>() << ", in double") { check<double>(c, call.in_double); }
    BOOST_TEST_CONTEXT(c.at("name").get<std::string>() << ", in float") { check<float>(c, call.in_float); }
  }
  BOOST_TEST(count > 0, "no case in the reference file; add one to tests/torch and run make_operations.py");
}

void every_operation_of_the_registry_has_a_case() {
  std::set<std::string> compared;
  for (const NamedCall& call : all_calls()) compared.insert(call.operation());
  for (const OperationInfo& operation : operations())
    BOOST_TEST(compared.contains(operation.name),
               operation.name << " is not compared with PyTorch; add a case to tests/torch and its call to torch_*_calls.cpp");
}

void every_case_of_the_file_is_called() {
  std::set<std::string> called;
  for (const NamedCall& call : all_calls()) BOOST_TEST(called.insert(call.name).second, "two calls are named " << call.name);
  for (const json& c : reference_cases())
    BOOST_TEST(called.contains(c.at("call").get<std::string>()), c.at("name") << " has no counterpart");
}

// One test for each call, named after it (--run_test='torch_reference/pow to 2').
struct TorchReferenceSuite {
  TorchReferenceSuite() {
    auto* suite = BOOST_TEST_SUITE("torch_reference");
    const auto add = [suite](const std::string& name, auto f) {
      suite->add(boost::unit_test::make_test_case(f, name, __FILE__, __LINE__));
    };
    add("every_operation_of_the_registry_has_a_case", every_operation_of_the_registry_has_a_case);
    add("every_case_of_the_file_is_called", every_case_of_the_file_is_called);
    for (const NamedCall& call : all_calls()) add(call.name, [call] { check_all_cases_of(call); });
    boost::unit_test::framework::master_test_suite().add(suite);
  }
} torch_reference_suite;

}  // namespace
