// Limits on gradients against PyTorch's (tests/torch/make_optimizers.py).
#include "xgrad/nn/optim/clip.hpp"

#include <cmath>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "error_text.hpp"
#include "nn/reference_file.hpp"
#include "xgrad/tensor/error.hpp"

using namespace xgrad;
using namespace xgrad::optim;
using nlohmann::json;

namespace {

double number(const json& j) { return j.is_string() ? std::stod(j.get<std::string>()) : j.get<double>(); }

// The gradients of a case, and a parameter that has none.
std::vector<Tensor<double>> parameters_of(const json& c) {
  std::vector<Tensor<double>> parameters;
  for (const json& g : c.at("before")) {
    const Array<double> gradient = array_of(g);
    parameters.emplace_back(filled_array<double>(gradient.shape(), 0), true);
    parameters.back().set_grad(Tensor<double>(gradient));
  }
  parameters.emplace_back(filled_array<double>({2}, 0), true);
  return parameters;
}

void check_all(const std::string& kind, std::size_t count) {
  std::size_t found = 0;
  const json file = read_reference("optimizers.json");
  for (const json& c : file.at("clipping")) {
    if (c.at("kind") != kind) continue;
    ++found;
    const std::vector<Tensor<double>> parameters = parameters_of(c);
    const double limit = number(c.at("limit"));
    if (kind == "value")
      clip_grad_value(parameters, limit);
    else
      BOOST_TEST(relative_error(clip_grad_norm(parameters, limit), number(c.at("norm"))) <= 1e-14);
    for (std::size_t k = 0; k < 2; ++k)
      BOOST_TEST(relative_error(parameters[k].grad().value(), c.at("after").at(k)) <= 1e-14, kind << " " << limit);
    BOOST_TEST(!parameters[2].grad().defined());
  }
  BOOST_TEST(found == count);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(clip)

BOOST_AUTO_TEST_CASE(norms_are_limited_as_by_pytorch) { check_all("norm", 4); }
BOOST_AUTO_TEST_CASE(values_are_limited_as_by_pytorch) { check_all("value", 3); }

BOOST_AUTO_TEST_CASE(what_is_within_the_limit_keeps_its_bits) {
  Tensor<double> p(filled_array<double>({2}, 0), true);
  p.set_grad(Tensor<double>{3, 4});
  BOOST_TEST(clip_grad_norm(std::vector{p}, 5.1) == 5);
  BOOST_TEST(p.grad().data()[0] == 3);
  BOOST_TEST(p.grad().data()[1] == 4);
  BOOST_TEST(clip_grad_norm(std::vector{p}, 2.5) == 5);
  BOOST_TEST(clip_grad_norm(std::vector{p}, 9.0) <= 2.5);
}

BOOST_AUTO_TEST_CASE(limits_that_mean_nothing_are_refused) {
  const std::vector<Tensor<double>> none;
  BOOST_CHECK_EXCEPTION(clip_grad_norm(none, 0), ConfigError, says({"max_norm", "0"}));
  BOOST_CHECK_EXCEPTION(clip_grad_norm(none, std::nan("")), ConfigError, says({"nan"}));
  BOOST_CHECK_EXCEPTION(clip_grad_value(none, -1), ConfigError, says({"-1"}));
  BOOST_TEST(clip_grad_norm(none, 1) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
