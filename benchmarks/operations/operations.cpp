// Single operations with xgrad and by hand (raw.hpp), on one thread: Google Benchmark's program `operations`. Names are
// OPERATION/SHAPE/xgrad|raw/forward|both; `both` is forward and backward.
#include <deque>

#include <benchmark/benchmark.h>

#include "comparison.hpp"

using namespace xgrad;

namespace {

Generator& generator() {
  static Generator one(1);
  return one;
}

void xgrad_forward(benchmark::State& state, const Comparison& c) {
  const NoGrad guard;
  for (auto _ : state) benchmark::DoNotOptimize(c.call().data());
}

void xgrad_both(benchmark::State& state, const Comparison& c) {
  std::vector<Tensor<float>> leaves = c.leaves;
  const Tensor<float> gradient = uniform<float>(c.call().shape(), -1, 1, generator());
  for (auto _ : state) {
    c.call().backward(gradient);
    benchmark::DoNotOptimize(leaves[0].grad().data());
    for (Tensor<float>& leaf : leaves) leaf.zero_grad();
  }
}

void raw_forward(benchmark::State& state, const Comparison& c) {
  for (auto _ : state) {
    c.forward();
    benchmark::ClobberMemory();
  }
}

void raw_both(benchmark::State& state, const Comparison& c) {
  const Tensor<float> gradient = uniform<float>(c.call().shape(), -1, 1, generator());
  for (auto _ : state) {
    c.forward();
    c.backward(gradient.data());
    benchmark::ClobberMemory();
  }
}

void add_benchmarks(const Comparison& c) {
  const auto add = [&](const char* suffix, void (*run)(benchmark::State&, const Comparison&)) {
    benchmark::RegisterBenchmark((c.name + suffix).c_str(), [&c, run](benchmark::State& state) { run(state, c); });
  };
  add("/xgrad/forward", xgrad_forward);
  add("/raw/forward", raw_forward);
  add("/xgrad/both", xgrad_both);
  add("/raw/both", raw_both);
}

}  // namespace

float* buffer(std::size_t size) {
  static std::deque<Array<float>> all;
  all.push_back(random::uniform<float>(generator(), {size}, -1, 1));
  return all.back().data();
}

Tensor<float> random_leaf(const Shape& shape) { return uniform<float>(shape, -1, 1, generator(), true); }

std::string shape_name(const std::string& operation, std::initializer_list<std::size_t> extents) {
  return fmt::format("{}/{}", operation, fmt::join(extents, "x"));
}

int main(int argc, char** argv) {
  static std::vector<Comparison> all;
  for (auto family : {elementwise_comparisons, row_comparisons, product_comparisons})
    for (Comparison& one : family()) all.push_back(std::move(one));
  for (const Comparison& one : all) {
    if (!agree(one)) return 1;
    add_benchmarks(one);
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
}
