#include "xgrad/tensor/kernels/all_impl.hpp"

#if defined(__x86_64__)
namespace xgrad::kernels {

template <class Table>
const Table& avx2_table() {
  return TableFor<Table, xsimd::fma3<xsimd::avx2>>::table;
}

template const Elementwise<float>& avx2_table();
template const Elementwise<double>& avx2_table();
template const Reduction<float>& avx2_table();
template const Reduction<double>& avx2_table();
template const Philox& avx2_table();
template const SoftmaxRows<float>& avx2_table();
template const SoftmaxRows<double>& avx2_table();
template const Normalization<float>& avx2_table();
template const Normalization<double>& avx2_table();
template const OptimizerLoops<float>& avx2_table();
template const OptimizerLoops<double>& avx2_table();
template const PairLosses<float>& avx2_table();
template const PairLosses<double>& avx2_table();
template const Pixels<float>& avx2_table();
template const Pixels<double>& avx2_table();
template const GemmLoops<float>& avx2_table();
template const GemmLoops<double>& avx2_table();

}  // namespace xgrad::kernels
#endif
