// Derivatives write into the memory of the gradient that comes in: never where anybody can see that.
#include <vector>

#include <boost/test/unit_test.hpp>

#include "xgrad/autograd/ops/activation.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/elementwise.hpp"
#include "xgrad/autograd/ops/linear.hpp"
#include "xgrad/autograd/ops/reduction.hpp"
#include "xgrad/tensor/buffer_pool.hpp"

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

BOOST_AUTO_TEST_SUITE_END()
