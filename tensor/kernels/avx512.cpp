#include "xgrad/tensor/kernels/all_impl.hpp"

#if defined(__x86_64__)
namespace xgrad::kernels {

template <class Table>
const Table& avx512_table() {
  return TableFor<Table, xsimd::avx512bw>::table;
}

template const Elementwise<float>& avx512_table();
template const Elementwise<double>& avx512_table();
template const Reduction<float>& avx512_table();
template const Reduction<double>& avx512_table();
template const Philox& avx512_table();
template const SoftmaxRows<float>& avx512_table();
template const SoftmaxRows<double>& avx512_table();
template const Normalization<float>& avx512_table();
template const Normalization<double>& avx512_table();
template const OptimizerLoops<float>& avx512_table();
template const OptimizerLoops<double>& avx512_table();
template const PairLosses<float>& avx512_table();
template const PairLosses<double>& avx512_table();
template const Pixels<float>& avx512_table();
template const Pixels<double>& avx512_table();
template const GemmLoops<float>& avx512_table();
template const GemmLoops<double>& avx512_table();

}  // namespace xgrad::kernels
#endif
