// Independent graphs in parallel threads, which share leaves that nobody writes to. Meant to be run under ThreadSanitizer.
#include <atomic>
#include <thread>

#include <boost/test/unit_test.hpp>

#include "xgrad/autograd/checkpoint.hpp"
#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/autograd/ops/activation.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/matmul.hpp"
#include "xgrad/autograd/ops/reduction.hpp"
#include "xgrad/tensor/error.hpp"

using namespace xgrad;

namespace {

constexpr int thread_count = 4;

template <class Work>
void in_threads(Work&& work) {
  std::vector<std::thread> threads;
  for (int t = 0; t < thread_count; ++t) threads.emplace_back([&work, t] { work(t); });
  for (std::thread& thread : threads) thread.join();
}

bool same(const Tensor<double>& a, const Tensor<double>& b) {
  return a.shape() == b.shape() && std::equal(a.data(), a.data() + a.size(), b.data());
}

Tensor<double> chain(Tensor<double> x, int length) {
  for (int i = 0; i < length; ++i) x = x + 1.0;
  return x;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(graph_threads)

BOOST_AUTO_TEST_CASE(graphs_that_share_leaves_are_differentiated_in_parallel) {
  const Tensor<double> w(sample_values({8, 8}, -1, 1, 1), true), b(sample_values({8}, -1, 1, 2), true);
  const auto loss = [&](int t) {
    const Tensor<double> x(sample_values({4, 8}, -1, 1, 10 + t));
    return sum(tanh(matmul(tanh(matmul(x, w) + b), w) + b));
  };
  std::vector<std::vector<Tensor<double>>> expected;
  for (int t = 0; t < thread_count; ++t) expected.push_back(grad<double>({loss(t)}, {w, b}));
  std::atomic<int> wrong{0};
  in_threads([&](int t) {
    for (int i = 0; i < 50; ++i) {
      const auto g = grad<double>({loss(t)}, {w, b});
      if (!same(g[0], expected[t][0]) || !same(g[1], expected[t][1])) ++wrong;
    }
  });
  BOOST_TEST(wrong == 0);
  BOOST_TEST(!w.grad().defined());
}

BOOST_AUTO_TEST_CASE(each_thread_adds_to_leaves_of_its_own_and_reads_shared_ones) {
  Tensor<double> shared(3.0, true);
  shared.set_requires_grad(false);
  std::vector<Tensor<double>> own;
  for (int t = 0; t < thread_count; ++t) own.emplace_back(static_cast<double>(t), true);
  in_threads([&](int t) {
    for (int i = 0; i < 100; ++i) (own[t] * shared * shared).backward();
  });
  for (int t = 0; t < thread_count; ++t) BOOST_TEST(own[t].grad().item() == 900.0);
  BOOST_TEST(!shared.grad().defined());
}

BOOST_AUTO_TEST_CASE(second_derivatives_and_checkpoints_are_computed_in_parallel) {
  const Tensor<double> x(2.0, true), w(3.0, true);
  std::atomic<int> wrong{0};
  in_threads([&](int) {
    for (int i = 0; i < 50; ++i) {
      const auto y = checkpoint([&](const Tensor<double>& in) { return in * in * in * w; }, x);
      const auto first = grad(y, x, {.create_graph = true});
      if (first.item() != 36 || grad(first, w).item() != 12) ++wrong;
    }
  });
  BOOST_TEST(wrong == 0);
}

BOOST_AUTO_TEST_CASE(a_graph_may_be_walked_and_destroyed_on_another_thread_than_its_makers) {
  const Tensor<double> x(1.0, true);
  Tensor<double> walked = chain(x, 50'000), dropped = chain(x, 50'000);
  std::thread([y = std::move(walked)]() mutable {
    y.backward();
    y = Tensor<double>();
  }).join();
  std::thread([y = std::move(dropped)] {}).join();
  BOOST_TEST(x.grad().item() == 1.0);
}

BOOST_AUTO_TEST_CASE(the_last_handle_to_shared_nodes_may_be_dropped_anywhere) {
  for (int round = 0; round < 20; ++round) {
    const Tensor<double> x(1.0, true);
    Tensor<double> trunk = chain(x, 100);
    std::vector<Tensor<double>> heads;
    for (int t = 0; t < thread_count; ++t) heads.push_back(chain(trunk, 100));
    trunk = Tensor<double>();
    in_threads([&](int t) { heads[t] = Tensor<double>(); });
  }
  BOOST_TEST(true);  // the sanitizers watch
}

BOOST_AUTO_TEST_CASE(handles_are_copied_and_dropped_in_parallel) {
  const Tensor<double> x(sample_values({100}), true);
  const Tensor<double> y = x * x;
  std::atomic<int> wrong{0};
  in_threads([&](int) {
    for (int i = 0; i < 1000; ++i) {
      const Tensor<double> a = y, b = a.detach(), c = a;
      if (b.data() != y.data() || c.node() != y.node()) ++wrong;
    }
  });
  BOOST_TEST(wrong == 0);
  BOOST_TEST(y.is_sole_owner());
}

BOOST_AUTO_TEST_CASE(modes_of_one_thread_do_not_reach_others) {
  const Tensor<double> x(0.0, true);
  std::atomic<int> wrong{0};
  in_threads([&](int t) {
    for (int i = 0; i < 100; ++i) {
      const GradMode recording(t % 2 == 0);
      const DetectAnomaly detect(t < 2);
      if ((x * 2.0).requires_grad() != (t % 2 == 0)) ++wrong;
      try {
        1.0 / x;
        if (t < 2) ++wrong;
      } catch (const NumericError&) {
        if (t >= 2) ++wrong;
      }
    }
  });
  BOOST_TEST(wrong == 0);
}

BOOST_AUTO_TEST_SUITE_END()
