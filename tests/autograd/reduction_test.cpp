#include "xgrad/autograd/ops/reduction.hpp"

#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/cumsum.hpp"
#include "xgrad/autograd/ops/extreme.hpp"
#include "xgrad/autograd/ops/indexing.hpp"
#include "xgrad/autograd/ops/join.hpp"
#include "xgrad/autograd/ops/logsumexp.hpp"
#include "xgrad/autograd/ops/norm.hpp"
#include "xgrad/autograd/ops/pad.hpp"
#include "xgrad/autograd/ops/permute.hpp"
#include "xgrad/autograd/ops/prod.hpp"
#include "xgrad/autograd/ops/slice.hpp"
#include "xgrad/autograd/ops/variance.hpp"
#include "xgrad/tensor/parallel.hpp"

using namespace xgrad;

BOOST_AUTO_TEST_SUITE(reduction)

BOOST_AUTO_TEST_CASE(values_and_gradients_are_the_same_for_one_thread_and_four) {
  using X = Tensor<float>;
  const Indices picked = [] {
    Indices result = Indices::from_shape({400});
    for (std::size_t i = 0; i < result.size(); ++i) result.data()[i] = static_cast<std::int64_t>(i * 7 % 300);
    return result;
  }();
  struct Named {
    std::string name;
    std::function<X(const X&)> f;
  };
  std::vector<Named> functions;
  for (const Axes& axes : {Axes{}, Axes{0}, Axes{1}, Axes{2}, Axes{0, 2}})
    for (const Named& n : std::vector<Named>{{"sum", [=](const X& x) { return sum(x, axes); }},
                                             {"mean", [=](const X& x) { return mean(x, axes); }},
                                             {"prod", [=](const X& x) { return prod(x, axes); }},
                                             {"max", [=](const X& x) { return max(x, axes); }},
                                             {"std", [=](const X& x) { return xgrad::std(x, axes); }},
                                             {"norm", [=](const X& x) { return norm(x, 3, axes); }},
                                             {"logsumexp", [=](const X& x) { return logsumexp(x, axes); }}})
      functions.push_back(n);
  for (int axis : {0, 1, 2})
    for (const Named& n : std::vector<Named>{{"cumsum", [=](const X& x) { return cumsum(x, axis); }},
                                             {"slice", [=](const X& x) { return slice(x, axis, 1, to_end, 2); }},
                                             {"concat",
                                              [=](const X& x) {
                                                return concat<float>({x, x}, axis);
                                              }},
                                             {"flip", [=](const X& x) { return flip(x, {axis}); }},
                                             {"transpose", [=](const X& x) { return transpose(x, axis, 0); }}})
      functions.push_back(n);
  functions.push_back({"index_select", [=](const X& x) { return index_select(x, 1, picked); }});
  functions.push_back({"pad", [](const X& x) { return pad(x, {1, 2, 3, 4}); }});

  const Array<float> values(xt::cast<float>(sample_values({7, 300, 71}, 0.99, 1.01)));
  for (const Named& named : functions) {
    const auto run = [&](std::size_t threads) {
      set_thread_count(threads);
      X x(Array<float>(values), true);
      const X y = named.f(x);
      y.backward(X(Array<float>(xt::cast<float>(sample_values(y.shape(), -1, 1, 3)))));
      set_thread_count(1);
      return std::pair(y, x.grad());
    };
    const auto [one_y, one_g] = run(1);
    const auto [four_y, four_g] = run(4);
    BOOST_TEST_CONTEXT(named.name) {
      BOOST_TEST((one_y.value() == four_y.value()));
      BOOST_TEST((one_g.value() == four_g.value()));
    }
  }
}

BOOST_AUTO_TEST_CASE(the_third_derivative_of_a_product_with_three_zeros_is_the_fourth_factor) {
  Tensor<double> x{0, 0, 0, 2};
  x.set_requires_grad();
  Tensor<double> derivative = prod(x);
  for (std::ptrdiff_t i = 0; i < 3; ++i) {
    const Tensor<double> gradient = grad(derivative, x, {.create_graph = true});
    derivative = sum(slice(gradient, 0, i, i + 1));
  }
  BOOST_TEST(derivative.item() == 2.0);
}

BOOST_AUTO_TEST_CASE(a_mean_of_many_float_values_is_right_to_float_precision) {
  // One value after the other, the sum would be wrong in its third digit. In blocks of 64 vectors every value passes through
  // at most 16 additions into a register and 2 + 4 among registers and lanes, of half an epsilon each.
  const Tensor<float> x(filled_array<float>({3'000'000}, 0.1f));
  BOOST_TEST(std::abs(mean(x).item() - 0.1f) <= 11 * std::numeric_limits<float>::epsilon() * 0.1f);
}

BOOST_AUTO_TEST_SUITE_END()
