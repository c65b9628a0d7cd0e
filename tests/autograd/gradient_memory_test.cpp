// Derivatives write into the memory of the gradient that comes in: never where anybody can see that.
#include <vector>

#include <boost/test/unit_test.hpp>

#include "xgrad/autograd/grad_mode.hpp"
#include "xgrad/autograd/ops/activation.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/elementwise.hpp"
#include "xgrad/autograd/ops/linear.hpp"
#include "xgrad/autograd/ops/reduction.hpp"
#include "xgrad/tensor/buffer_pool.hpp"
#include "xgrad/tensor/random.hpp"

using namespace xgrad;

namespace {

std::vector<double> elements(const Tensor<double>& x) { return {x.data(), x.data() + x.size()}; }
const std::vector<double> seed_values{1, 2, 3};

Tensor<double> leaf() { return Tensor<double>(Array<double>({0.5, 0.25, 0.125}), true); }

struct Function {
  const char* name;
  Tensor<double> (*apply)(const Tensor<double>&);
};
const Function functions[]{{"tanh", [](const Tensor<double>& x) { return tanh(x); }},
                           {"relu", [](const Tensor<double>& x) { return relu(x); }},
                           {"square", [](const Tensor<double>& x) { return square(x); }},
                           {"mul", [](const Tensor<double>& x) { return x * x; }}};

}  // namespace

BOOST_AUTO_TEST_SUITE(gradient_memory)

BOOST_AUTO_TEST_CASE(a_gradient_that_the_user_gave_stays_what_it_was) {
  for (const auto& [name, apply] : functions) {
    const Tensor<double> x = leaf(), seed(Array<double>({1, 2, 3}));
    apply(x).backward(seed);
    BOOST_TEST((elements(seed) == seed_values), name);
  }
}

BOOST_AUTO_TEST_CASE(a_gradient_that_a_hook_or_a_tensor_keeps_stays_what_it_was) {
  for (const auto& [name, apply] : functions) {
    const Tensor<double> x = leaf();
    Tensor<double> y = apply(x), seen;
    y.register_hook([&](const Tensor<double>& g) {
      seen = g;
      return Tensor<double>();
    });
    y.retain_grad();
    sum(y * Tensor<double>(Array<double>({1, 2, 3}))).backward();
    BOOST_TEST((elements(seen) == seed_values), name);
    BOOST_TEST((elements(y.grad()) == seed_values), name);
  }
}

BOOST_AUTO_TEST_CASE(a_gradient_that_goes_two_ways_is_the_same_on_both) {
  for (const auto& [name, apply] : functions) {
    const Tensor<double> a = leaf(), b = leaf(), alone = leaf();
    (apply(a) + apply(b)).backward(Tensor<double>(Array<double>({1, 2, 3})));  // one buffer for both of the sum's inputs
    apply(alone).backward(Tensor<double>(Array<double>({1, 2, 3})));
    BOOST_TEST((elements(a.grad()) == elements(alone.grad())), name);
    BOOST_TEST((elements(b.grad()) == elements(alone.grad())), name);
  }
}

BOOST_AUTO_TEST_CASE(a_graph_that_is_walked_twice_gives_the_same_twice) {
  for (const auto& [name, apply] : functions) {
    const Tensor<double> x = leaf();
    const Tensor<double> y = sum(apply(apply(x)));
    y.backward({.retain_graph = true});
    const std::vector<double> once = elements(x.grad());
    const Tensor<double> first = x.grad();
    y.backward();
    for (std::size_t i = 0; i < once.size(); ++i) BOOST_TEST(x.grad().data()[i] == 2 * once[i], name);
  }
}

BOOST_AUTO_TEST_CASE(along_a_chain_no_further_memory_is_taken) {
  Tensor<double> y(filled_array<double>({1000}, 0.5), true);
  for (int i = 0; i < 20; ++i) y = tanh(y);
  const Tensor<double> last = sum(y);
  last.backward({.retain_graph = true});  // now .grad and the pass's own lists have their memory
  buffer_pool::reset_statistics();
  const std::uint64_t before = buffer_pool::statistics().allocations;
  last.backward({.retain_graph = true});
  // The chain hands one buffer down; without that each of its twenty steps takes two, for the array and for its handle.
  BOOST_TEST(buffer_pool::statistics().allocations - before < 20u);
}

// A weight that is used again and again: its products are added to what it has received. While every gradient is checked for
// NaN they are computed one by one; that must not be seen in the result.
BOOST_AUTO_TEST_CASE(products_are_added_to_what_has_been_received_to_the_same_bits) {
  const auto gradients = [](std::size_t weights, bool checked) {
    Generator generator(7);
    const auto draw = [&] {
      Array<double> values = empty_array<double>({37});
      random::fill_uniform(generator, values.data(), values.size(), 0.5, 1.5);
      return Tensor<double>(std::move(values), true);
    };
    std::vector<Tensor<double>> leaves(weights + 1);
    for (Tensor<double>& one : leaves) one = draw();
    const Tensor<double> middle = leaves[0] * leaves[1];  // receives several products too, but is no leaf
    Tensor<double> y = middle;
    for (std::size_t i = 0; i < 4 * weights; ++i) y = y * leaves[1 + i % weights] * (i % 3 ? leaves[0] : middle);
    const DetectAnomaly guard(checked);
    sum(y).backward();
    std::vector<std::vector<double>> result;
    for (const Tensor<double>& one : leaves) result.push_back(elements(one.grad()));
    return result;
  };
  for (const std::size_t weights : {1, 2, 15, 16, 17, 100})  // up to 16 leaves are found without a table
    BOOST_TEST((gradients(weights, false) == gradients(weights, true)), weights << " weights");
}

BOOST_AUTO_TEST_CASE(a_product_is_not_added_to_a_buffer_that_others_see) {
  const Tensor<double> a = leaf(), w = leaf(), x(Array<double>({4, 5, 6})), seed(Array<double>({1, 2, 3}));
  const Tensor<double> product = x * w;
  (product + (a + w)).backward(seed);  // the sums, walked first, hand the seed itself to a and w
  BOOST_TEST((elements(seed) == seed_values));
  BOOST_TEST((elements(a.grad()) == seed_values));
  BOOST_TEST((elements(w.grad()) == std::vector<double>{1 + 4, 2 + 2 * 5, 3 + 3 * 6}));
}

BOOST_AUTO_TEST_CASE(a_product_of_a_tensor_with_itself_counts_twice_beside_what_came_before) {
  const Tensor<double> x = leaf();
  const Tensor<double> square = x * x, cube = x * square;
  sum(cube + square + x).backward();
  for (std::size_t i = 0; i < 3; ++i) {
    const double v = x.data()[i];
    BOOST_TEST(x.grad().data()[i] == 3 * v * v + 2 * v + 1);  // exact: v is a power of two
  }
}

BOOST_AUTO_TEST_CASE(products_of_a_weight_used_again_take_no_further_memory) {
  const Tensor<double> w(filled_array<double>({1000}, 0.75), true);
  Tensor<double> y(filled_array<double>({1000}, 0.5), true);
  for (int i = 0; i < 20; ++i) y = y * w;
  const Tensor<double> last = sum(y);
  last.backward({.retain_graph = true});
  buffer_pool::reset_statistics();
  const std::uint64_t before = buffer_pool::statistics().allocations;
  last.backward({.retain_graph = true});
  BOOST_TEST(buffer_pool::statistics().allocations - before < 20u);  // otherwise two for each of the twenty products
}

BOOST_AUTO_TEST_SUITE_END()
