#include <stdexcept>

#include <boost/test/unit_test.hpp>

#include "xgrad/autograd/checkpoint.hpp"
#include "xgrad/autograd/functional.hpp"
#include "xgrad/autograd/gradcheck.hpp"
#include "xgrad/autograd/ops/activation.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/dropout.hpp"
#include "xgrad/autograd/ops/elementwise.hpp"
#include "xgrad/autograd/ops/matmul.hpp"
#include "xgrad/autograd/ops/reduction.hpp"
#include "xgrad/tensor/error.hpp"

using namespace xgrad;

namespace {

using Tensors = std::vector<Tensor<double>>;

std::vector<double> elements(const Tensor<double>& x) { return {x.data(), x.data() + x.size()}; }

Tensor<double> variable(const Shape& shape, std::uint64_t seed) {
  return Tensor<double>(sample_values(shape, -1, 1, seed), true);
}

auto mentions(std::string piece) {
  return [piece](const std::exception& e) { return std::string(e.what()).find(piece) != std::string::npos; };
}

// What a piece of work takes from the pool at its height, and what it leaves there.
struct Memory {
  std::size_t at_height, left;
};
template <class Work>
Memory memory_of(Work&& work) {
  buffer_pool::trim();
  buffer_pool::reset_statistics();
  const std::size_t before = buffer_pool::statistics().bytes_in_use;
  const auto result = work();
  const buffer_pool::Statistics after = buffer_pool::statistics();
  return {after.peak_bytes_in_use - before, after.bytes_in_use - before};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(checkpointing)

BOOST_AUTO_TEST_CASE(value_and_gradients_are_those_of_the_function_itself) {
  const Tensor<double> w = variable({4, 5}, 1), b = variable({5}, 2);
  const auto layer = [&](const Tensor<double>& x) { return tanh(matmul(x, w) + b); };
  std::vector<std::vector<double>> results[2];
  for (const bool checkpointed : {false, true}) {
    const Tensor<double> x = variable({3, 4}, 3);
    Tensor<double>(w).zero_grad(), Tensor<double>(b).zero_grad();
    const Tensor<double> y = checkpointed ? checkpoint(layer, x) : layer(x);
    sum(y * y).backward();
    results[checkpointed] = {elements(y), elements(x.grad()), elements(w.grad()), elements(b.grad())};
  }
  BOOST_TEST((results[0] == results[1]));
}

BOOST_AUTO_TEST_CASE(parameters_get_gradients_even_if_no_input_requires_any) {
  const Tensor<double> x(sample_values({3})), w = variable({3}, 2);
  const Tensor<double> y = checkpoint([&](const Tensor<double>& in) { return in * w * w; }, x);
  BOOST_TEST(y.requires_grad());
  sum(y).backward();
  for (std::size_t i = 0; i < 3; ++i) BOOST_TEST(w.grad().data()[i] == 2 * x.data()[i] * w.data()[i]);
}

BOOST_AUTO_TEST_CASE(without_anything_to_differentiate_it_is_the_function) {
  int calls = 0;
  const auto f = [&](const Tensor<double>& x) { return ++calls, x * 2; };
  BOOST_TEST(!checkpoint(f, Tensor<double>{1, 2}).requires_grad());
  {
    NoGrad guard;
    BOOST_TEST(!checkpoint(f, variable({2}, 1)).requires_grad());
  }
  BOOST_TEST(calls == 2);
}

BOOST_AUTO_TEST_CASE(the_function_is_called_once_in_each_direction) {
  int calls = 0;
  std::vector<bool> recording;
  const Tensor<double> x = variable({2}, 1);
  const Tensor<double> y =
      checkpoint([&](const Tensor<double>& in) { return ++calls, recording.push_back(grad_enabled()), in * in; }, x);
  BOOST_TEST(calls == 1);
  sum(y).backward();
  BOOST_TEST(calls == 2);
  BOOST_TEST(recording == (std::vector<bool>{false, true}));
}

BOOST_AUTO_TEST_CASE(a_retained_graph_can_be_walked_again_and_a_released_one_says_so) {
  const Tensor<double> x(3.0, true);
  const Tensor<double> y = checkpoint([](const Tensor<double>& in) { return in * in; }, x);
  y.backward({.retain_graph = true});
  y.backward();
  BOOST_TEST(x.grad().item() == 12.0);
  BOOST_CHECK_EXCEPTION(y.backward(), GraphError, mentions("'checkpoint'"));
}

BOOST_AUTO_TEST_CASE(results_of_other_operations_may_be_captured) {
  const Tensor<double> x(3.0, true);
  const Tensor<double> before = x * x;
  Tensor<double> deep = before;
  for (int i = 0; i < 10; ++i) deep = deep + 1;
  int visits = 0;
  deep.register_hook([&](const Tensor<double>&) { return ++visits, Tensor<double>(); });
  // The checkpoint's only input is a leaf, but it must wait for, and come before, what it captures.
  const Tensor<double> y = checkpoint([&](const Tensor<double>& in) { return in * deep; }, x) + deep;
  y.backward();
  BOOST_TEST(visits == 1);
  BOOST_TEST(x.grad().item() == (9.0 + 10) + 3.0 * 6 + 6);
}

BOOST_AUTO_TEST_CASE(grad_reaches_what_is_captured) {
  const Tensor<double> x(3.0, true), w(2.0, true), unused(1.0, true);
  const Tensor<double> y = checkpoint([&](const Tensor<double>& in) { return in * w * w; }, x);
  const auto g = grad<double>({y}, {w, unused}, {}, {.retain_graph = true});
  BOOST_TEST(g[0].item() == 12.0);
  BOOST_TEST(!g[1].defined());
  BOOST_TEST(grad(y, x).item() == 4.0);
}

BOOST_AUTO_TEST_CASE(grad_of_the_result_itself_does_not_compute_anything_again) {
  int calls = 0;
  const Tensor<double> x(3.0, true);
  const Tensor<double> y = checkpoint([&](const Tensor<double>& in) { return ++calls, in * in; }, x);
  BOOST_TEST(grad(y * y, y).item() == 18.0);
  BOOST_TEST(calls == 1);
}

BOOST_AUTO_TEST_CASE(derivatives_of_all_orders_follow) {
  const TensorFunction f = [](const Tensors& in) {
    const auto inner = [](const Tensors& x) { return tanh(matmul(x[0], x[1])); };
    return checkpoint(inner, Tensors{in[0], in[1]}) *
           checkpoint([rows = in[1].extent(0)](const Tensor<double>& x) { return exp(x) * rows; }, in[2]);
  };
  const std::vector<Array<double>> inputs{sample_values({2, 3}, -1, 1, 1), sample_values({3, 2}, -1, 1, 2),
                                          sample_values({2}, -1, 1, 3)};
  const GradcheckResult first = gradcheck(f, inputs), second = gradgradcheck(f, inputs);
  BOOST_TEST(first.passed, first.message);
  BOOST_TEST(second.passed, second.message);
  const auto fifth = [](const auto& x) {
    return checkpoint([](const Tensor<double>& in) { return in * in * in * in * in; }, x);
  };
  BOOST_TEST(hessian(fifth, Tensor<double>(2.0)).item() == 20 * 8.0);
}

BOOST_AUTO_TEST_CASE(checkpoints_nest) {
  const Tensor<double> w(2.0, true), x(3.0, true);
  int calls = 0;
  const auto inner = [&](const Tensor<double>& in) { return ++calls, in * w; };
  const auto outer = [&](const Tensor<double>& in) { return checkpoint(inner, checkpoint(inner, in)) * in; };
  const Tensor<double> y = checkpoint(outer, x);
  y.backward();  // w²x²
  BOOST_TEST(y.item() == 36.0);
  BOOST_TEST(w.grad().item() == 2 * 2 * 9.0);
  BOOST_TEST(x.grad().item() == 2 * 4 * 3.0);
  BOOST_TEST(calls == 6);  // twice each: forward, the outer again, the inner again
}

BOOST_AUTO_TEST_CASE(a_function_that_returns_its_input_adds_nothing) {
  const Tensor<double> x = variable({2}, 1);
  const Tensor<double> y = checkpoint([](const Tensor<double>& in) { return in; }, x * 2);
  sum(y).backward();
  BOOST_TEST(elements(x.grad()) == (std::vector<double>{2, 2}));
}

BOOST_AUTO_TEST_CASE(a_function_may_differentiate_inside) {
  // in·d(w·in²)/d in = 2w·in², whose derivatives are 4w·in and 2in².
  const Tensor<double> w(5.0, true), x(3.0, true);
  const auto f = [&](const Tensor<double>& in) {
    return in * value_and_grad([&](const auto& v) { return w * v * v; }, in, {.create_graph = true}).second;
  };
  checkpoint(f, x).backward();
  BOOST_TEST(x.grad().item() == 60.0);
  BOOST_TEST(w.grad().item() == 18.0);
}

BOOST_AUTO_TEST_CASE(leaf_hooks_see_the_total_once) {
  Tensor<double> w(2.0, true);
  std::vector<double> seen;
  w.register_hook([&](const Tensor<double>& g) { return seen.push_back(g.item()), Tensor<double>(); });
  const auto f = [&](const Tensor<double>& in) { return in * w; };
  (checkpoint(f, checkpoint(f, Tensor<double>(3.0))) + w).backward();
  BOOST_TEST(seen == std::vector<double>{12 + 1.0});
}

BOOST_AUTO_TEST_CASE(dropout_drops_the_same_if_its_generator_is_listed) {
  Generator generator(5), reference_generator(5);
  const Tensor<double> x = variable({64}, 1), reference = x.clone_leaf(true);
  const auto f = [&](const Tensor<double>& in) { return dropout(in, 0.5, generator) * in; };
  const Tensor<double> y = checkpoint(f, x, {.generators = {&generator}});
  const std::uint64_t position = generator.position();
  generator.advance(100);
  sum(y).backward();
  sum(dropout(reference, 0.5, reference_generator) * reference).backward();
  BOOST_TEST(elements(x.grad()) == elements(reference.grad()));
  BOOST_TEST(position == reference_generator.position());
  BOOST_TEST(generator.position() == position + 100);
}

BOOST_AUTO_TEST_CASE(generators_go_back_to_where_they_were_if_the_function_throws) {
  Generator generator(5);
  bool fails = false;
  const Tensor<double> x = variable({8}, 1);
  const auto f = [&](const Tensor<double>& in) {
    const Tensor<double> y = dropout(in, 0.5, generator);
    if (fails) throw std::runtime_error("broke");
    return y;
  };
  const Tensor<double> y = sum(checkpoint(f, x, {.generators = {&generator}}));
  const Generator after = generator;
  fails = true;
  BOOST_CHECK_THROW(y.backward({.retain_graph = true}), std::runtime_error);
  BOOST_TEST((generator == after));
  fails = false;
  y.backward();
  BOOST_TEST((generator == after));
}

BOOST_AUTO_TEST_CASE(a_function_that_gives_something_else_the_second_time_is_refused) {
  Generator generator(5);
  const Tensor<double> x = variable({64}, 1);
  const Tensor<double> y = checkpoint([&](const Tensor<double>& in) { return dropout(in, 0.5, generator); }, x);
  BOOST_CHECK_EXCEPTION(sum(y).backward(), GraphError, mentions("generators"));
  int calls = 0;
  const Tensor<double> z = checkpoint([&](const Tensor<double>& in) { return ++calls == 1 ? in * 2 : sum(in * 2); }, x);
  BOOST_CHECK_EXCEPTION(sum(z).backward(), GraphError, mentions("(64,)"));
  BOOST_TEST(!x.grad().defined());
}

BOOST_AUTO_TEST_CASE(what_was_changed_in_place_meanwhile_is_noticed) {
  Tensor<double> x(3.0, true), w(2.0, true), data(5.0);
  const auto f = [&](const Tensors& in) { return in[0] * in[1] * w; };
  const Tensor<double> y = checkpoint(f, Tensors{x, data});
  for (Tensor<double>* changed : {&x, &data, &w}) {
    const Tensor<double> again = checkpoint(f, Tensors{x, data});
    changed->mutable_value() += 1;
    BOOST_CHECK_EXCEPTION(again.backward(), GraphError, mentions("in place"));
  }
}

BOOST_AUTO_TEST_CASE(a_long_network_takes_the_memory_of_one_piece) {
  constexpr std::size_t pieces = 16, layers = 8, bytes = 8 << 14;
  const auto piece = [](const Tensor<double>& in) {
    Tensor<double> x = in;
    for (std::size_t i = 0; i < layers; ++i) x = tanh(x);
    return x;
  };
  const auto network = [&](bool checkpointed, bool backward) {
    Tensor<double> x = variable({1 << 14}, 1);
    Tensor<double> y = x;
    for (std::size_t i = 0; i < pieces; ++i) y = checkpointed ? checkpoint(piece, y) : piece(y);
    if (backward) sum(y).backward();
    return std::pair{x, y};
  };
  // Forward: every layer's output, or every piece's. Some slack for nodes and for the size classes of the pool.
  const std::size_t plain = memory_of([&] { return network(false, false); }).left;
  const std::size_t saved = memory_of([&] { return network(true, false); }).left;
  BOOST_TEST(plain > pieces * layers * bytes);
  BOOST_TEST(saved < (pieces + 2) * bytes);
  // Both ways: the outputs of the pieces, the layers of one piece, and a few gradients.
  const std::size_t plain_height = memory_of([&] { return network(false, true); }).at_height;
  const std::size_t height = memory_of([&] { return network(true, true); }).at_height;
  BOOST_TEST(plain_height > pieces * layers * bytes);
  BOOST_TEST(height < (pieces + layers + 8) * bytes);
}

BOOST_AUTO_TEST_SUITE_END()
