#include "product.hpp"

#include <algorithm>

#include <cblas.h>
#include <omp.h>

#include "../../training_program.hpp"

#ifdef BENCH_HAVE_DNNL
#include <dnnl.h>
#endif

namespace limit {
namespace {

// OpenBLAS's kernels for small matrices serve products of at most so many multiplications.
constexpr std::size_t small_product = 1000000;

struct Matrix {
  const float* data;
  std::size_t row;  // the distance between rows
  bool transposed = false;
};

void blas(std::size_t m, std::size_t n, std::size_t k, Matrix a, Matrix b, float beta, float* c, std::size_t row) {
  cblas_sgemm(CblasRowMajor, a.transposed ? CblasTrans : CblasNoTrans, b.transposed ? CblasTrans : CblasNoTrans,
              static_cast<int>(m), static_cast<int>(n), static_cast<int>(k), 1, a.data, static_cast<int>(a.row), b.data,
              static_cast<int>(b.row), beta, c, static_cast<int>(row));
}

}  // namespace

void use_one_thread() {
  openblas_set_num_threads(1);
  omp_set_num_threads(1);  // oneDNN's
}

void Product::choose(const float* a, const float* b, float* c) {
  double best = 1e9;
  Way fastest = Way::Whole;
  for (const Way way : {Way::Whole, Way::Pieces, Way::OneDnn}) {
#ifndef BENCH_HAVE_DNNL
    if (way == Way::OneDnn) continue;
#endif
    compute(way, a, b, c);
    for (int repetition = 0; repetition < 7; ++repetition) {
      const double start = bench::now();
      compute(way, a, b, c);
      const double time = bench::now() - start;
      if (time < best) best = time, fastest = way;
    }
  }
  way_ = fastest;
}

void Product::compute(Way way, const float* a, const float* b, float* c) {
  const bool first = layout_ == Layout::FirstTransposed, second = layout_ == Layout::SecondTransposed;
  const std::size_t row_of_a = first ? m_ : k_, row_of_b = second ? k_ : n_;
  if (way == Way::Pieces) return pieces(a, b, c);
#ifdef BENCH_HAVE_DNNL
  const auto extent = [](std::size_t n) { return static_cast<dnnl_dim_t>(n); };
  if (way == Way::OneDnn) {
    dnnl_sgemm(first ? 'T' : 'N', second ? 'T' : 'N', extent(m_), extent(n_), extent(k_), 1, a, extent(row_of_a), b,
               extent(row_of_b), 0, c, extent(n_));
    return;
  }
#endif
  blas(m_, n_, k_, {a, row_of_a, first}, {b, row_of_b, second}, 0, c, n_);
}

void Product::pieces(const float* a, const float* b, float* c) {
  if (layout_ == Layout::Plain) return pieces_of_plain(a, b, c);
  if (layout_ == Layout::SecondTransposed) return pieces_of_plain(a, transposed(b), c);
  std::size_t rows = std::max<std::size_t>(1, small_product / (n_ * k_));
  if (rows > 16) rows = rows / 16 * 16;
  for (std::size_t i = 0; i < m_; i += rows)
    blas(std::min(rows, m_ - i), n_, k_, {a + i, m_, true}, {b, n_}, 0, c + i * n_, n_);
}

void Product::pieces_of_plain(const float* a, const float* b, float* c) const {
  const std::size_t columns = std::min<std::size_t>(64, n_);
  const std::size_t depth = std::clamp<std::size_t>(small_product / (m_ * columns), 1, k_);
  for (std::size_t j = 0; j < n_; j += columns)
    for (std::size_t l = 0; l < k_; l += depth)
      blas(m_, std::min(columns, n_ - j), std::min(depth, k_ - l), {a + l, k_}, {b + l * n_ + j, n_}, l == 0 ? 0.0f : 1.0f,
           c + j, n_);
}

const float* Product::transposed(const float* b) {
  scratch_.resize(n_ * k_);
  constexpr std::size_t block = 16;
  for (std::size_t j = 0; j < n_; j += block)
    for (std::size_t l = 0; l < k_; ++l)
      for (std::size_t i = j; i < std::min(n_, j + block); ++i) scratch_[l * n_ + i] = b[i * k_ + l];
  return scratch_.data();
}

}  // namespace limit
