#include "xgrad/tensor/blocked_gemm.hpp"

#include <algorithm>

#include "xgrad/tensor/array.hpp"
#include "xgrad/tensor/parallel.hpp"
#include "xgrad/tensor/row_pieces.hpp"

namespace xgrad::detail {
namespace {

// A strip of A and a panel of B of this depth stay in the first two caches.
constexpr std::size_t depth = 256;
// Rows of A that are packed at a time, and columns of B: they stay in the second and third cache.
constexpr std::size_t most_rows = 192, most_columns = 2048;
// From so many rows or columns on, copying the other operand pays: each of its elements is used as often.
constexpr std::size_t rows_worth_packing_b = 64, columns_worth_packing_a = 192;
constexpr std::size_t rows_copied_at_once = 16;
// Threads wait for each other twice at every depth of B, or twice in all where so many elements (a second cache) hold all
// depths.
constexpr std::size_t most_packed_at_once = std::size_t{1} << 16;
// Below, handing half of the work over (0.2 µs), and what then lies in the other core's cache, cost more than they save.
constexpr double smallest_parallel_product = 2e5;

template <class T>
class Product {
 public:
  Product(const kernels::GemmLoops<T>& loops, Transpose ta, Transpose tb, std::size_t m, std::size_t n, std::size_t k,
          const T* a, std::size_t lda, const T* b, std::size_t ldb, const T* start, std::size_t start_row, T* c,
          std::size_t ldc, bool relu)
      : loops_(loops),
        flip_a_(ta == Transpose::Yes),
        flip_b_(tb == Transpose::Yes),
        m_(m),
        n_(n),
        k_(k),
        a_(a),
        lda_(lda),
        b_(b),
        ldb_(ldb),
        start_(start),
        start_row_(start_row),
        c_(c),
        ldc_(ldc),
        relu_(relu) {
    packs_b_ = flip_b_ || m >= rows_worth_packing_b;
    packs_a_ = n >= columns_worth_packing_a && m > loops.strip;
    threads_ = static_cast<double>(m) * static_cast<double>(n) * static_cast<double>(k) < smallest_parallel_product
                   ? 1
                   : thread_count();
  }

  void run() {
    step_ = packs_a_ || packs_b_ ? std::min(depth, k_) : k_;
    const std::size_t widest = round_up(std::min(n_, most_columns), loops_.panel);
    at_once_ = threads_ > 1 && k_ * widest <= most_packed_at_once ? k_ : step_;
    if (packs_b_) packed_b_.resize(at_once_ * widest);
    for (std::size_t j = 0; j < n_; j += most_columns)
      for (std::size_t p = 0; p < k_; p += at_once_) multiply(j, std::min(most_columns, n_ - j), p, std::min(p + at_once_, k_));
  }

 private:
  // What columns [j, j + columns) of C get from the depths [p, last).
  void multiply(std::size_t j, std::size_t columns, std::size_t p, std::size_t last) {
    if (packs_b_) pack_b(j, columns, p, last);
    const auto all_depths = [&](std::size_t begin, std::size_t end, std::size_t first_column, std::size_t last_column) {
      for (std::size_t q = p; q < last; q += step_)
        multiply_rows(begin, end, j, first_column, last_column, q, std::min(step_, last - q),
                      packed_b_.data() + (q - p) * round_up(columns, loops_.panel));
    };
    const std::size_t strips = (m_ + loops_.strip - 1) / loops_.strip, panels = (columns + loops_.panel - 1) / loops_.panel;
    if (threads_ > 1 && strips < 2 * threads_ && panels >= threads_) {
      const std::size_t share = (panels + threads_ - 1) / threads_ * loops_.panel;
      parallel_for(columns, share, [&](std::size_t begin, std::size_t end) { all_depths(0, m_, begin, end); });
      return;
    }
    for_row_pieces(m_, loops_.strip, most_rows, threads_,
                   [&](std::size_t begin, std::size_t end) { all_depths(begin, end, 0, columns); });
  }

  void multiply_rows(std::size_t begin, std::size_t end, std::size_t j, std::size_t first, std::size_t last, std::size_t p,
                     std::size_t deep, const T* packed_b) {
    kernels::GemmBlock<T> g{};
    g.m = end - begin, g.n = last - first, g.k = deep;
    g.c = c_ + begin * ldc_ + j + first, g.ldc = ldc_;
    g.relu = relu_ && p + deep == k_;
    if (p > 0) {
      g.start = g.c, g.start_row = static_cast<std::ptrdiff_t>(ldc_);
    } else if (start_) {
      g.start = start_ + begin * start_row_ + j + first, g.start_row = static_cast<std::ptrdiff_t>(start_row_);
    }
    if (packs_b_) {
      g.b = packed_b + first * deep;
      g.b_panel = static_cast<std::ptrdiff_t>(loops_.panel * deep), g.b_step = static_cast<std::ptrdiff_t>(loops_.panel);
    } else {
      g.b = b_ + p * ldb_ + j + first;
      g.b_panel = static_cast<std::ptrdiff_t>(loops_.panel), g.b_step = static_cast<std::ptrdiff_t>(ldb_);
    }
    const T* a = flip_a_ ? a_ + p * lda_ + begin : a_ + begin * lda_ + p;
    if (packs_a_) return multiply_packed(g, a);
    g.a = a;
    g.a_row = flip_a_ ? 1 : static_cast<std::ptrdiff_t>(lda_);
    g.a_step = flip_a_ ? static_cast<std::ptrdiff_t>(lda_) : 1;
    g.a_strip = static_cast<std::ptrdiff_t>(loops_.strip) * g.a_row;
    loops_.multiply(g);
  }

  void multiply_packed(kernels::GemmBlock<T>& g, const T* a) const {
    xt::uvector<T, PoolAllocator<T>> packed(round_up(g.m, loops_.strip) * g.k);
    for_pieces(flip_a_, g.k, [&](std::size_t p, std::size_t deep) {
      for (std::size_t i = 0; i < g.m; i += loops_.strip) {
        const std::size_t rows = std::min(loops_.strip, g.m - i);
        T* to = packed.data() + i * g.k + p * loops_.strip;
        if (flip_a_)
          loops_.copy(a + p * lda_ + i, lda_, deep, rows, to, loops_.strip);
        else
          loops_.transpose(a + i * lda_ + p, lda_, rows, deep, to, loops_.strip);
      }
    });
    g.a = packed.data();
    g.a_strip = static_cast<std::ptrdiff_t>(loops_.strip * g.k);
    g.a_row = 1, g.a_step = static_cast<std::ptrdiff_t>(loops_.strip);
    loops_.multiply(g);
  }

  // Panel after panel, each with its columns side by side. What is missing of the last panel is never read.
  void pack_b(std::size_t j, std::size_t columns, std::size_t p, std::size_t last) {
    const std::size_t panel = loops_.panel, count = (columns + panel - 1) / panel;
    const auto pack = [&](std::size_t begin, std::size_t end) {
      for (std::size_t q = p; q < last; q += step_)
        pack_panels(begin, end, j, columns, q, std::min(step_, last - q), packed_b_.data() + (q - p) * count * panel);
    };
    if (threads_ > 1) return parallel_for(count, (count + threads_ - 1) / threads_, pack);
    pack(0, count);
  }

  void pack_panels(std::size_t begin, std::size_t end, std::size_t j, std::size_t columns, std::size_t p, std::size_t deep,
                   T* packed) const {
    const std::size_t panel = loops_.panel;
    for_pieces(!flip_b_, deep, [&](std::size_t row, std::size_t rows) {
      for (std::size_t q = begin; q < end; ++q) {
        const std::size_t from = j + q * panel, width = std::min(panel, columns - q * panel);
        T* to = packed + q * panel * deep + row * panel;
        if (flip_b_)
          loops_.transpose(b_ + from * ldb_ + p, ldb_, width, deep, to, panel);
        else
          loops_.copy(b_ + (p + row) * ldb_ + from, ldb_, rows, width, to, panel);
      }
    });
  }

  // Calls body(first row, rows) for all rows of what is packed: a few at a time where rows are copied, so that one panel begins
  // where the one before it ended while the row is still at hand.
  template <class Body>
  static void for_pieces(bool copies, std::size_t rows, Body body) {
    const std::size_t some = copies ? rows_copied_at_once : rows;
    for (std::size_t row = 0; row < rows; row += some) body(row, std::min(some, rows - row));
  }

  const kernels::GemmLoops<T>& loops_;
  const bool flip_a_, flip_b_;
  const std::size_t m_, n_, k_;
  const T* a_;
  const std::size_t lda_;
  const T* b_;
  const std::size_t ldb_;
  const T* start_;
  const std::size_t start_row_;
  T* c_;
  const std::size_t ldc_;
  const bool relu_;
  bool packs_a_ = false, packs_b_ = false;
  std::size_t threads_ = 1, step_ = 0, at_once_ = 0;
  xt::uvector<T, PoolAllocator<T>> packed_b_;
};

// A product with few rows and a transposed second factor is computed as the transpose of B·Aᵀ: then the few rows of A, and not
// all of B, are brought into another order. Each of its elements is the same chain of multiply-adds.
constexpr std::size_t most_turned_rows = 128;  // from 192 on, B would be copied too
bool is_worth_turning(Transpose ta, Transpose tb, std::size_t m, std::size_t n, std::size_t vector) {
  return ta == Transpose::No && tb == Transpose::Yes && m <= most_turned_rows && m % vector == 0 && n >= 2 * m;
}

template <class T>
void turned_gemm(const kernels::GemmLoops<T>& loops, std::size_t m, std::size_t n, std::size_t k, const T* a, std::size_t lda,
                 const T* b, std::size_t ldb, const T* start, std::size_t start_row, T* c, std::size_t ldc, bool relu) {
  xt::uvector<T, PoolAllocator<T>> turned(n * m);
  if (start && start_row == 0)
    for (std::size_t j = 0; j < n; ++j) std::fill_n(turned.data() + j * m, m, start[j]);
  else if (start)
    loops.transpose(start, start_row, m, n, turned.data(), m);
  Product<T>(loops, Transpose::No, Transpose::Yes, n, m, k, b, ldb, a, lda, start ? turned.data() : nullptr, m, turned.data(),
             m, relu)
      .run();
  loops.transpose(turned.data(), m, n, m, c, ldc);
}

}  // namespace

template <class T>
void blocked_gemm(const kernels::GemmLoops<T>& loops, Transpose ta, Transpose tb, std::size_t m, std::size_t n, std::size_t k,
                  const T* a, std::size_t lda, const T* b, std::size_t ldb, const T* start, std::size_t start_row, T* c,
                  std::size_t ldc, bool relu) {
  if (is_worth_turning(ta, tb, m, n, loops.panel / 2))
    return turned_gemm(loops, m, n, k, a, lda, b, ldb, start, start_row, c, ldc, relu);
  Product<T>(loops, ta, tb, m, n, k, a, lda, b, ldb, start, start_row, c, ldc, relu).run();
}

template void blocked_gemm(const kernels::GemmLoops<float>&, Transpose, Transpose, std::size_t, std::size_t, std::size_t,
                           const float*, std::size_t, const float*, std::size_t, const float*, std::size_t, float*, std::size_t,
                           bool);
template void blocked_gemm(const kernels::GemmLoops<double>&, Transpose, Transpose, std::size_t, std::size_t, std::size_t,
                           const double*, std::size_t, const double*, std::size_t, const double*, std::size_t, double*,
                           std::size_t, bool);

}  // namespace xgrad::detail
