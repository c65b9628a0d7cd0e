#include <cmath>
#include <cstring>
#include <limits>

#include <boost/test/unit_test.hpp>

#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/linear.hpp"
#include "xgrad/autograd/ops/matmul.hpp"
#include "xgrad/tensor/buffer_pool.hpp"
#include "xgrad/tensor/kernels/isa.hpp"
#include "xgrad/tensor/parallel.hpp"

using namespace xgrad;

namespace {

template <class T>
Array<T> values(const Shape& shape, std::uint64_t seed) {
  return Array<T>(xt::cast<T>(sample_values(shape, -1, 1, seed)));
}

template <class T>
struct Layer {
  Tensor<T> x, weight, bias, seed;

  Layer(std::size_t batch, std::size_t in, std::size_t out)
      : x(values<T>({batch, in}, 1), true),
        weight(values<T>({out, in}, 2), true),
        bias(values<T>({out}, 3), true),
        seed(values<T>({batch, out}, 4)) {}

  // The value and all gradients.
  std::vector<Array<T>> run(const Tensor<T>& y) const {
    const auto gradients = grad<T>({y}, {x, weight, bias}, {seed});
    return {y.value(), gradients[0].value(), gradients[1].value(), gradients[2].value()};
  }
  std::vector<Array<T>> fused() const { return run(linear(x, weight, bias)); }
  std::vector<Array<T>> composed() const { return run(matmul(x, Transpose::No, weight, Transpose::Yes) + bias); }
};

struct Sizes {
  std::size_t batch, in, out;
};
constexpr Sizes sizes[] = {{16, 784, 128}, {300, 200, 310}, {1, 7, 5}, {129, 64, 600}, {64, 300, 10}};

using Scalars = std::tuple<float, double>;

}  // namespace

BOOST_AUTO_TEST_SUITE(linear_operation)

BOOST_AUTO_TEST_CASE_TEMPLATE(it_equals_matmul_and_add, T, Scalars) {
  for (const auto& [batch, in, out] : sizes) {
    const Layer<T> layer(batch, in, out);
    const auto fused = layer.fused(), composed = layer.composed();
    // Both are sums of at most n products of numbers below 1, and a bias, in some order: each errs by at most (n + 1)·ε/2
    // times the sum of the magnitudes, which is below n + 1 (Higham 2002, 3.1).
    const double terms[] = {in + 1.0, out + 1.0, batch + 1.0, batch + 1.0};
    for (std::size_t i = 0; i < 4; ++i) {
      const double allowed = (terms[i] + 1) * (terms[i] + 1) * std::numeric_limits<T>::epsilon();
      double worst = 0;
      BOOST_REQUIRE(fused[i].shape() == composed[i].shape());
      for (std::size_t k = 0; k < fused[i].size(); ++k)
        worst = std::max(worst, std::abs(static_cast<double>(fused[i].data()[k]) - composed[i].data()[k]));
      BOOST_TEST(worst <= allowed);
    }
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(bits_do_not_depend_on_the_number_of_threads, T, Scalars) {
  const std::size_t before = thread_count();
  for (const auto& [batch, in, out] : sizes) {
    const Layer<T> layer(batch, in, out);
    set_thread_count(1);
    const auto expected = layer.fused();
    for (const std::size_t threads : {2, 4}) {
      set_thread_count(threads);
      const auto got = layer.fused();
      for (std::size_t i = 0; i < 4; ++i)
        BOOST_TEST(std::memcmp(got[i].data(), expected[i].data(), got[i].size() * sizeof(T)) == 0,
                   "array " << i << ", threads " << threads);
    }
  }
  set_thread_count(before);
}

BOOST_AUTO_TEST_CASE(nothing_is_allocated_beyond_results_and_the_graph) {
  const Layer<float> layer(15, 100, 50), whole_vectors(16, 100, 50);
  const auto allocations = [](auto&& f) {
    const std::uint64_t before = buffer_pool::statistics().allocations;
    f();
    return buffer_pool::statistics().allocations - before;
  };
  NoGrad guard;
  // The array, the handle's value and, where loops of our own multiply, room for the weight with its columns side by side; or,
  // for few rows that fill vectors, for x with its rows side by side and for the transpose of the result.
  const bool own = kernels::active_isa() != kernels::Isa::Baseline;
  BOOST_TEST(allocations([&] { linear(layer.x, layer.weight, layer.bias); }) == (own ? 3u : 2u));
  BOOST_TEST(allocations([&] { linear(whole_vectors.x, layer.weight, layer.bias); }) == (own ? 4u : 2u));
}

BOOST_AUTO_TEST_CASE(an_input_that_needs_no_gradient_gets_none) {
  Layer<float> layer(4, 3, 2);
  layer.x.set_requires_grad(false);
  linear(layer.x, layer.weight, layer.bias).backward(layer.seed);
  BOOST_TEST(!layer.x.grad().defined());
  BOOST_TEST((layer.weight.grad().shape() == Shape{2, 3}));
  BOOST_TEST((layer.bias.grad().shape() == Shape{2}));
}

BOOST_AUTO_TEST_SUITE_END()
