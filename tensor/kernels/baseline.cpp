#include "xgrad/tensor/kernels/all_impl.hpp"

namespace xgrad::kernels {

template <class Table>
const Table& baseline_table() {
  return TableFor<Table, xsimd::default_arch>::table;
}

template const Elementwise<float>& baseline_table();
template const Elementwise<double>& baseline_table();
template const Reduction<float>& baseline_table();
template const Reduction<double>& baseline_table();
template const Philox& baseline_table();
template const SoftmaxRows<float>& baseline_table();
template const SoftmaxRows<double>& baseline_table();
template const Normalization<float>& baseline_table();
template const Normalization<double>& baseline_table();
template const OptimizerLoops<float>& baseline_table();
template const OptimizerLoops<double>& baseline_table();
template const PairLosses<float>& baseline_table();
template const PairLosses<double>& baseline_table();
template const Pixels<float>& baseline_table();
template const Pixels<double>& baseline_table();
template const GemmLoops<float>& baseline_table();
template const GemmLoops<double>& baseline_table();

}  // namespace xgrad::kernels
