#include "xgrad/tensor/matmul.hpp"

#include <algorithm>
#include <initializer_list>
#include <limits>
#include <string>
#include <type_traits>

#include <fmt/format.h>
#include <xtensor-blas/xblas.hpp>

#include "xgrad/tensor/bf16_gemm.hpp"
#include "xgrad/tensor/blas_threads.hpp"
#include "xgrad/tensor/blocked_gemm.hpp"
#include "xgrad/tensor/error.hpp"
#include "xgrad/tensor/kernels/elementwise.hpp"
#include "xgrad/tensor/matmul_precision.hpp"
#include "xgrad/tensor/parallel.hpp"

#ifndef HAVE_CBLAS
#error "Without HAVE_CBLAS, xtensor-blas would multiply matrices in generic loops, 15 times slower, and say nothing."
#endif

extern "C" {
char* openblas_get_corename() __attribute__((weak));
char* openblas_get_config() __attribute__((weak));
}

namespace xgrad {
namespace {

// Rows of C that one thread computes at a time. Fixed, so that the kernels that BLAS picks, and with them the rounding, do not
// depend on the number of threads.
constexpr std::size_t rows_per_chunk = 128;
constexpr double smallest_parallel_product = 4e6;

template <class T>
void blas_gemm(Transpose ta, Transpose tb, std::size_t m, std::size_t n, std::size_t k, T alpha, const T* a, std::size_t lda,
               const T* b, std::size_t ldb, T beta, T* c, std::size_t ldc) {
  using cxxblas::Transpose;
  cxxblas::gemm<int>(cxxblas::RowMajor, ta == xgrad::Transpose::Yes ? Transpose::Trans : Transpose::NoTrans,
                     tb == xgrad::Transpose::Yes ? Transpose::Trans : Transpose::NoTrans, static_cast<int>(m),
                     static_cast<int>(n), static_cast<int>(k), alpha, a, static_cast<int>(lda), b, static_cast<int>(ldb), beta,
                     c, static_cast<int>(ldc));
}

void check_extents(std::initializer_list<std::size_t> extents) {
  const std::size_t largest = std::max(extents);
  if (largest > std::numeric_limits<int>::max())
    throw ShapeError(fmt::format("matmul: an extent is {}, but BLAS counts to {} only; split the product", largest,
                                 std::numeric_limits<int>::max()));
}

// Faster than BLAS on every shape that was measured, up to 1.4 times for small batches; without wide vectors, BLAS is.
bool has_own_loops() { return kernels::active_isa() != kernels::Isa::Baseline; }

// In bfloat16 it is then, whatever the shape: measured on Zen 4, it is 1.1 to 2.1 times as fast from a batch of 8 on.
bool takes_bf16() { return float32_matmul_precision() == MatmulPrecision::Medium; }

template <class T>
void scale(std::size_t m, std::size_t n, T beta, T* c, std::size_t ldc) {
  for (std::size_t i = 0; i < m; ++i, c += ldc)
    if (beta == T(0))
      std::fill(c, c + n, T(0));
    else
      kernels::run(kernels::Unary::MulScalar, c, c, n, beta);
}

}  // namespace

template <class T>
void gemm(Transpose ta, Transpose tb, std::size_t m, std::size_t n, std::size_t k, T alpha, const T* a, std::size_t lda,
          const T* b, std::size_t ldb, T beta, T* c, std::size_t ldc) {
  if (m == 0 || n == 0) return;
  if (k == 0 || alpha == T(0)) return scale(m, n, beta, c, ldc);
  check_extents({m, n, k, lda, ldb, ldc});
  if constexpr (std::is_same_v<T, float>)
    if (alpha == 1 && takes_bf16()) {
      if (beta != 0 && beta != 1) scale(m, n, beta, c, ldc);
      return detail::bf16_gemm(*kernels::bf16_loops(), ta, tb, m, n, k, a, lda, b, ldb, beta == 0 ? nullptr : c, ldc, c, ldc);
    }
  if (alpha == T(1) && (beta == T(0) || beta == T(1)) && has_own_loops())
    return detail::blocked_gemm(kernels::gemm_loops<T>(), ta, tb, m, n, k, a, lda, b, ldb, beta == T(1) ? c : nullptr, ldc, c,
                                ldc);
  const double work = static_cast<double>(m) * static_cast<double>(n) * static_cast<double>(k);
  const std::size_t grain = work < smallest_parallel_product ? m : rows_per_chunk;
  parallel_for(m, grain, [&](std::size_t begin, std::size_t end) {
    const T* rows = ta == Transpose::Yes ? a + begin : a + begin * lda;
    blas_gemm(ta, tb, end - begin, n, k, alpha, rows, lda, b, ldb, beta, c + begin * ldc, ldc);
  });
}

template <class T>
void affine(Transpose tb, std::size_t m, std::size_t n, std::size_t k, const T* a, std::size_t lda, const T* b, std::size_t ldb,
            const T* row, T* c, std::size_t ldc, Then then) {
  check_extents({m, n, k, lda, ldb, ldc});
  const bool own = m != 0 && n != 0 && k != 0 && has_own_loops();
  bool bf16 = false;
  if constexpr (std::is_same_v<T, float>) bf16 = m != 0 && n != 0 && k != 0 && takes_bf16();
  if (own && !bf16)
    return detail::blocked_gemm(kernels::gemm_loops<T>(), Transpose::No, tb, m, n, k, a, lda, b, ldb, row, 0, c, ldc,
                                then == Then::Relu);
  if constexpr (std::is_same_v<T, float>)
    if (bf16)
      return detail::bf16_gemm(*kernels::bf16_loops(), Transpose::No, tb, m, n, k, a, lda, b, ldb, row, 0, c, ldc,
                               then == Then::Relu);
  for (std::size_t i = 0; i < m; ++i) std::copy_n(row, n, c + i * ldc);
  gemm(Transpose::No, tb, m, n, k, T(1), a, lda, b, ldb, T(1), c, ldc);
  if (then == Then::Relu)
    for (std::size_t i = 0; i < m; ++i) kernels::run(kernels::Unary::Relu, c + i * ldc, c + i * ldc, n);
}

template <class T>
void matmul(const Array<T>& a, Transpose ta, const Array<T>& b, Transpose tb, Array<T>& out, T beta) {
  const Shape &sa = a.shape(), &sb = b.shape();
  if (sa.size() != 2 || sb.size() != 2)
    throw ShapeError(fmt::format("matmul: a has shape {} and b {}; both must be matrices", to_string(sa), to_string(sb)));
  const bool flip_a = ta == Transpose::Yes, flip_b = tb == Transpose::Yes;
  const std::size_t m = sa[flip_a], k = sa[!flip_a], n = sb[!flip_b];
  if (sb[flip_b] != k)
    throw ShapeError(fmt::format("matmul: a{} has shape {} but b{} has shape {}; a's {} dimension ({}) must equal b's {} ({})",
                                 flip_a ? " (transposed)" : "", to_string(sa), flip_b ? " (transposed)" : "", to_string(sb),
                                 flip_a ? "first" : "last", k, flip_b ? "last" : "first", sb[flip_b]));
  if (&out == &a || &out == &b) throw Error("matmul: out is also a factor, which would be overwritten; give another array");
  const Shape shape{m, n};
  if (beta == T(0))
    out.resize(shape);
  else if (out.shape() != shape)
    throw ShapeError(fmt::format("matmul: out has shape {} but the product has {}", to_string(out.shape()), to_string(shape)));
  gemm(ta, tb, m, n, k, T(1), a.data(), sa[1], b.data(), sb[1], beta, out.data(), n);
}

const char* blas_name() {
  static const std::string name = [] {
    if (!openblas_get_config) return std::string("BLAS");
    const std::string config = openblas_get_config();
    const std::string version = config.substr(0, config.find(' ', config.find(' ') + 1));
    return fmt::format("{} ({})", version, openblas_get_corename ? openblas_get_corename() : "unknown kernels");
  }();
  return name.c_str();
}

template void gemm(Transpose, Transpose, std::size_t, std::size_t, std::size_t, float, const float*, std::size_t, const float*,
                   std::size_t, float, float*, std::size_t);
template void gemm(Transpose, Transpose, std::size_t, std::size_t, std::size_t, double, const double*, std::size_t,
                   const double*, std::size_t, double, double*, std::size_t);
template void affine(Transpose, std::size_t, std::size_t, std::size_t, const float*, std::size_t, const float*, std::size_t,
                     const float*, float*, std::size_t, Then);
template void affine(Transpose, std::size_t, std::size_t, std::size_t, const double*, std::size_t, const double*, std::size_t,
                     const double*, double*, std::size_t, Then);
template void matmul(const Array<float>&, Transpose, const Array<float>&, Transpose, Array<float>&, float);
template void matmul(const Array<double>&, Transpose, const Array<double>&, Transpose, Array<double>&, double);

}  // namespace xgrad
