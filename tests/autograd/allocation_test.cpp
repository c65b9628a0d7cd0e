// A steady step of training takes all its memory from the buffer pool, and the pool nothing from the system.
#include <boost/test/unit_test.hpp>

#include "autograd/allocation_counter.hpp"
#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/autograd/ops.hpp"
#include "xgrad/tensor/buffer_pool.hpp"

using namespace xgrad;

namespace {

boost::test_tools::assertion_result counting(boost::unit_test::test_unit_id) { return test::allocations_are_counted(); }

// What one more call takes after some to warm up.
template <class Step>
void check_allocates_nothing(Step&& step, const std::string& name) {
  for (int i = 0; i < 3; ++i) step();
  const std::uint64_t system = buffer_pool::statistics().system_allocations, news = test::allocation_count();
  for (int i = 0; i < 5; ++i) step();
  const std::uint64_t after = test::allocation_count(), system_after = buffer_pool::statistics().system_allocations;
  BOOST_TEST(after == news, name << ": " << (after - news) / 5.0 << " calls of operator new in a step");
  BOOST_TEST(system_after == system, name << ": " << (system_after - system) / 5.0 << " allocations by the pool in a step");
}

template <class T>
void check_operations() {
  using Unary = Tensor<T> (*)(const Tensor<T>&);
  const std::vector<std::pair<std::string, Unary>> operations{
      {"add", [](const Tensor<T>& x) { return x + x; }},
      {"add, broadcast", [](const Tensor<T>& x) { return x + sum(x, {0}); }},
      {"sub", [](const Tensor<T>& x) { return x - x * T(2); }},
      {"mul", [](const Tensor<T>& x) { return x * x; }},
      {"div", [](const Tensor<T>& x) { return x / (x + T(9)); }},
      {"scalar", [](const Tensor<T>& x) { return 2 / (1 - 3 * x + T(20)); }},
      {"exp", [](const Tensor<T>& x) { return exp(x); }},
      {"log", [](const Tensor<T>& x) { return log(x + T(9)); }},
      {"square", [](const Tensor<T>& x) { return square(x); }},
      {"relu", [](const Tensor<T>& x) { return relu(x); }},
      {"tanh", [](const Tensor<T>& x) { return tanh(x); }},
      {"sigmoid", [](const Tensor<T>& x) { return sigmoid(x); }},
      {"sum", [](const Tensor<T>& x) { return sum(x); }},
      {"mean of rows", [](const Tensor<T>& x) { return mean(x, {1}, true); }},
      {"softmax", [](const Tensor<T>& x) { return softmax(x); }},
      {"log_softmax", [](const Tensor<T>& x) { return log_softmax(x); }},
      {"matmul", [](const Tensor<T>& x) { return matmul(x, x); }},
      {"transpose", [](const Tensor<T>& x) { return transpose(x); }},
      {"linear", [](const Tensor<T>& x) { return linear(x, x, sum(x, {0})); }},
      {"max", [](const Tensor<T>& x) { return max(x, {0}); }},
      {"where", [](const Tensor<T>& x) { return where(x, x, -x); }},
      {"mse_loss", [](const Tensor<T>& x) { return mse_loss(x, x * T(2)); }},
  };
  Tensor<T> x(Array<T>(xt::cast<T>(sample_values({32, 32}))), true);
  for (const auto& [name, f] : operations)
    check_allocates_nothing(
        [&x, f = f] {
          x.zero_grad();
          const Tensor<T> y = f(x);
          y.backward(Tensor<T>(filled_array<T>(y.shape(), T(1))));
        },
        name);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(allocation, *boost::unit_test::precondition(counting))

BOOST_AUTO_TEST_CASE(the_counter_counts) {
  const std::uint64_t before = test::allocation_count();
  delete new int(1);
  delete[] new int[10];
  struct alignas(128) Aligned {
    int x;
  };
  delete new Aligned{1};
  BOOST_TEST(test::allocation_count() == before + 3);
}

BOOST_AUTO_TEST_CASE(operations_allocate_nothing_forward_and_backward_in_float) { check_operations<float>(); }
BOOST_AUTO_TEST_CASE(operations_allocate_nothing_forward_and_backward_in_double) { check_operations<double>(); }

BOOST_AUTO_TEST_CASE(a_step_of_training_allocates_nothing) {
  const Array<float> data = xt::cast<float>(sample_values({16, 20}));
  const Indices targets = xt::zeros<std::int64_t>({16});
  std::vector<Tensor<float>> parameters;
  for (const Shape& shape : {Shape{30, 20}, Shape{30}, Shape{30, 30}, Shape{30}, Shape{10, 30}, Shape{10}})
    parameters.emplace_back(Array<float>(xt::cast<float>(sample_values(shape, -0.3, 0.3))), true);
  check_allocates_nothing(
      [&] {
        for (Tensor<float>& parameter : parameters) parameter.zero_grad();
        Tensor<float> x = relu(linear(Tensor<float>(data), parameters[0], parameters[1]));
        x = tanh(linear(x, parameters[2], parameters[3]));
        cross_entropy(linear(x, parameters[4], parameters[5]), targets).backward();
      },
      "step");
}

BOOST_AUTO_TEST_CASE(hooks_and_deep_graphs_allocate_nothing_in_a_backward_pass) {
  Tensor<double> x(1.0, true);
  Tensor<double> y = x;
  for (int i = 0; i < 1000; ++i) y = y * x;
  int runs = 0;
  y.register_hook([&runs](const Tensor<double>&) { return ++runs, Tensor<double>(); });
  x.register_hook([](const Tensor<double>& g) { return g * 2.0; });
  check_allocates_nothing([&] { y.backward({.retain_graph = true}); }, "backward");
  BOOST_TEST(runs == 8);
}

BOOST_AUTO_TEST_SUITE_END()
