// What one can hope for: peak THREADS MEGABYTES SECONDS prints "peak THREADS GFLOPS GBS": the billions of float32 operations a
// second of independent fused multiply-adds, and the GB a second of a[i] = b[i] + s·c[i] over arrays of MEGABYTES (10⁶ bytes)
// in all, each with as many threads. Compiled for the machine at hand.
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

#include "training_program.hpp"

namespace {

#ifdef __AVX512F__
constexpr std::size_t lanes = 16;
#else
constexpr std::size_t lanes = 8;
#endif
typedef float Vector __attribute__((vector_size(lanes * sizeof(float))));

// Enough independent chains that none waits for another: the latency of a multiply-add times two units, and some.
constexpr std::size_t chains = 12;

double multiply_adds(double seconds) {
  volatile float seed = 0.999f;  // unknown to the compiler
  Vector values[chains];
  for (std::size_t i = 0; i < chains; ++i) values[i] = Vector{} + seed * static_cast<float>(i);
  const Vector factor = Vector{} + seed;
  constexpr int turns = 100000;
  double operations = 0, start = bench::now(), end = start;
  for (; end - start < seconds; end = bench::now()) {
    for (int turn = 0; turn < turns; ++turn)
      for (Vector& value : values) value = value * factor + factor;
    operations += 2.0 * turns * chains * lanes;
  }
  Vector sum{};
  for (const Vector& value : values) sum += value;
  seed = sum[0];
  return operations / (end - start);
}

double bytes_a_second(std::size_t bytes, double seconds) {
  const std::size_t n = bytes / (3 * sizeof(float)) + 1;
  std::vector<float> a(n, 0.0f), b(n, 1.0f), c(n, 2.0f);
  const std::size_t turns = 1 + 1000000 / n;  // so that looking at the clock costs nothing
  double moved = 0, start = bench::now(), end = start;
  for (; end - start < seconds; end = bench::now()) {
    for (std::size_t turn = 0; turn < turns; ++turn) {
      float* __restrict out = a.data();
      for (std::size_t i = 0; i < n; ++i) out[i] = b[i] + 0.5f * c[i];
      std::atomic_signal_fence(std::memory_order_seq_cst);  // every turn happens
      b[turn % n] = out[turn % n];
    }
    moved += 3.0 * sizeof(float) * static_cast<double>(turns * n);
  }
  return moved / (end - start);
}

// The sum of what `threads` threads reach at the same time.
template <class F>
double together(std::size_t threads, F measure) {
  std::vector<double> results(threads);
  std::vector<std::thread> all;
  for (std::size_t i = 0; i < threads; ++i) all.emplace_back([&, i] { results[i] = measure(); });
  for (std::thread& thread : all) thread.join();
  double sum = 0;
  for (const double result : results) sum += result;
  return sum;
}

}  // namespace

int main(int argc, char** argv) {
  const long threads = argc == 4 ? std::strtol(argv[1], nullptr, 10) : 0;
  if (threads < 1) {
    std::fprintf(stderr, "usage: peak THREADS MEGABYTES SECONDS\n");
    return 2;
  }
  const double megabytes = std::strtod(argv[2], nullptr), seconds = std::strtod(argv[3], nullptr);
  const auto count = static_cast<std::size_t>(threads);
  const auto share = static_cast<std::size_t>(megabytes * 1e6 / static_cast<double>(count));
  const double flops = together(count, [&] { return multiply_adds(seconds / 2); });
  const double bytes = together(count, [&] { return bytes_a_second(share, seconds / 2); });
  std::printf("peak %zu %.2f %.2f\n", count, flops / 1e9, bytes / 1e9);
}
