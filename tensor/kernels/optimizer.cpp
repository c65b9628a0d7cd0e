#include "xgrad/tensor/kernels/optimizer.hpp"

#include "xgrad/tensor/kernels/tables.hpp"

namespace xgrad::kernels {

bool multiplied_roots_are_exact() {
#if defined(__x86_64__)
  return __builtin_cpu_is("intel");
#else
  return false;
#endif
}

template <class T>
const OptimizerLoops<T>& optimizer_loops(Isa isa) {
  return table_for<OptimizerLoops<T>>(isa);
}

template <class T>
const OptimizerLoops<T>& optimizer_loops() {
  static const OptimizerLoops<T>& chosen = []() -> const OptimizerLoops<T>& {
    const OptimizerLoops<T>& loops = optimizer_loops<T>(active_isa());
    return loops.multiplied_roots && multiplied_roots_are_exact() ? *loops.multiplied_roots : loops;
  }();
  return chosen;
}

template const OptimizerLoops<float>& optimizer_loops<float>(Isa);
template const OptimizerLoops<double>& optimizer_loops<double>(Isa);
template const OptimizerLoops<float>& optimizer_loops<float>();
template const OptimizerLoops<double>& optimizer_loops<double>();

}  // namespace xgrad::kernels
