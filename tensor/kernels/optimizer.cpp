#include "xgrad/tensor/kernels/optimizer.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include "xgrad/tensor/kernels/tables.hpp"

namespace xgrad::kernels {
namespace {

// The time of one step of RMSprop whose arrays are in the first cache.
template <class T>
class ShortStep {
 public:
  ShortStep() { gradient_.fill(T(0.1)), square_.fill(T(0.01)); }
  std::chrono::steady_clock::duration time(const OptimizerLoops<T>& loops) {
    const auto start = std::chrono::steady_clock::now();
    loops.rmsprop(parameter_.data(), gradient_.data(), square_.data(), nullptr, nullptr, count, numbers_);
    return std::chrono::steady_clock::now() - start;
  }

 private:
  static constexpr std::size_t count = 1024;
  const UpdateNumbers<T> numbers_{.lr = T(0.01), .beta2 = T(0.99), .rest2 = T(0.01), .eps = T(1e-8)};
  std::array<T, count> parameter_{}, gradient_, square_;
};

template <class T>
const OptimizerLoops<T>& faster(const OptimizerLoops<T>& one, const OptimizerLoops<T>& other) {
  constexpr int rounds = 10;
  ShortStep<T> step;
  auto time_of_one = step.time(one), time_of_other = step.time(other);
  for (int i = 1; i < rounds; ++i) {
    time_of_one = std::min(time_of_one, step.time(one));
    time_of_other = std::min(time_of_other, step.time(other));
  }
  return time_of_other < time_of_one ? other : one;
}

}  // namespace

template <class T>
const OptimizerLoops<T>& optimizer_loops(Isa isa) {
  return table_for<OptimizerLoops<T>>(isa);
}

template <class T>
const OptimizerLoops<T>& optimizer_loops() {
  static const OptimizerLoops<T>& chosen = []() -> const OptimizerLoops<T>& {
    const OptimizerLoops<T>& loops = optimizer_loops<T>(active_isa());
    return loops.multiplied_roots ? faster(loops, *loops.multiplied_roots) : loops;
  }();
  return chosen;
}

template const OptimizerLoops<float>& optimizer_loops<float>(Isa);
template const OptimizerLoops<double>& optimizer_loops<double>(Isa);
template const OptimizerLoops<float>& optimizer_loops<float>();
template const OptimizerLoops<double>& optimizer_loops<double>();

}  // namespace xgrad::kernels
