#pragma once
// Included by every source that calls BLAS or LAPACK.

extern "C" void openblas_set_num_threads(int) __attribute__((weak));

namespace xgrad::detail {

// OpenBLAS's own threads wake in 12 µs and slow every product of a small batch, and what they compute depends on how many there
// are: xgrad splits products itself.
inline const bool blas_is_single_threaded = [] {
  if (openblas_set_num_threads) openblas_set_num_threads(1);
  return true;
}();

}  // namespace xgrad::detail
