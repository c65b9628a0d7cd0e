#include "xgrad/tensor/blocked_gemm.hpp"

#include <algorithm>

#include "xgrad/tensor/array.hpp"
#include "xgrad/tensor/gemm_operands.hpp"
#include "xgrad/tensor/parallel.hpp"
#include "xgrad/tensor/skipping_gemm.hpp"

namespace xgrad::detail {
namespace {

// A strip of A of so many bytes in each row stays in the first cache. Most products are not cut at all, so that C is written
// once.
constexpr std::size_t deepest_bytes = 3200;
// Packed columns of B that all rows of A are multiplied with, one strip after the other: they stay in the second cache.
constexpr std::size_t most_columns = 128;
// Rows of A that are packed before B is, and stay in the second cache: for each such block all of B is packed again.
constexpr std::size_t most_packed_bytes = 1 << 20;
// From so many rows or columns on, copying the other operand pays: each of its elements is used as often. Rows of A that lie
// side by side are read where they are unless there are many columns: their transpose takes longer than a copy.
constexpr std::size_t rows_worth_packing_b = 64, columns_worth_packing_a = 192, columns_worth_transposing_a = 768;
// So few rows of B are read where they are, if a panel takes whole pairs of lines of each.
constexpr std::size_t most_rows_of_b_in_place = 128, least_panel_bytes_in_place = 128;
// Where more rows of B are read in place, because A has few, all strips are multiplied with one panel of so many rows, which
// stays in the first cache, before the next.
constexpr std::size_t deepest_panel = 256;
constexpr std::size_t rows_copied_at_once = 16;
// Below, handing half of the work over, and what then lies in the other core's cache, cost more than they save: 0.2 µs and 60
// ns a line on Zen 3, where 1e5 would be a little better, 0.8 µs and 150 ns on Emerald Rapids, where it would be a fifth
// slower.
constexpr double smallest_parallel_product = 2e5;
// A product with a transposed first factor is the gradient of a layer's weights as a rule. Its rows are divided then, as are
// those of the weights between the threads that update them and that multiply with them: else half of it crosses from core to
// core.
constexpr std::size_t least_rows_each = 48;
// Shares of rows are multiples of this, and not of a strip, which would make shares of 128 rows differ by a quarter.
constexpr std::size_t row_step = 4;

// A product on one thread.
template <class T>
class Product {
 public:
  Product(const kernels::GemmLoops<T>& loops, const Operands<T>& operands) : loops_(loops), x_(operands) {
    const bool b_is_at_hand = x_.k <= most_rows_of_b_in_place && loops.panel * sizeof(T) >= least_panel_bytes_in_place;
    packs_b_ = x_.flip_b || (x_.m >= rows_worth_packing_b && !b_is_at_hand);
    takes_panels_ = !packs_b_ && !b_is_at_hand;
    packs_a_ = x_.m > loops.strip && x_.n >= (x_.flip_a ? columns_worth_packing_a : columns_worth_transposing_a);
  }

  void run() {
    const std::size_t step = even_piece(x_.k, takes_panels_ ? deepest_panel : deepest_bytes / sizeof(T), 1);
    const std::size_t most_packed_rows = std::max(loops_.strip, most_packed_bytes / (step * sizeof(T)));
    const std::size_t rows = packs_a_ ? even_piece(x_.m, most_packed_rows, loops_.strip) : x_.m;
    const std::size_t columns = packs_b_ ? even_piece(x_.n, most_columns, loops_.panel) : takes_panels_ ? loops_.panel : x_.n;
    if (packs_a_) packed_a_.resize(rows * step);
    if (packs_b_) packed_b_.resize(columns * step);
    for (std::size_t i = 0; i < x_.m; i += rows)
      for (std::size_t p = 0; p < x_.k; p += step) {
        const std::size_t m = std::min(rows, x_.m - i), deep = std::min(step, x_.k - p);
        if (packs_a_) pack_a(i, m, p, deep);
        for (std::size_t j = 0; j < x_.n; j += columns) {
          const std::size_t n = std::min(columns, x_.n - j);
          if (packs_b_) pack_b(p, deep, j, n);
          multiply(i, m, p, deep, j, n);
        }
      }
  }

 private:
  // Rows [row, row + m), columns [j, j + n), terms [p, p + deep).
  void multiply(std::size_t row, std::size_t m, std::size_t p, std::size_t deep, std::size_t j, std::size_t n) const {
    const auto stride = [](std::size_t elements) { return static_cast<std::ptrdiff_t>(elements); };
    kernels::GemmBlock<T> g{};
    g.m = m, g.n = n, g.k = deep;
    g.c = x_.c + row * x_.ldc + j, g.ldc = x_.ldc;
    const bool ends = p + deep == x_.k;
    g.relu = x_.relu && ends, g.positive_zeros = x_.positive_zeros && ends;
    if (p > 0)
      g.start = g.c, g.start_row = stride(x_.ldc);
    else if (x_.start)
      g.start = x_.start + row * x_.start_row + j, g.start_row = stride(x_.start_row);
    if (packs_a_) {
      g.a = packed_a_.data(), g.a_row = 1, g.a_step = stride(loops_.strip), g.a_strip = stride(loops_.strip * deep);
    } else {
      g.a = x_.a_at(row, p), g.a_row = x_.flip_a ? 1 : stride(x_.lda), g.a_step = x_.flip_a ? stride(x_.lda) : 1;
      g.a_strip = stride(loops_.strip) * g.a_row;
    }
    if (packs_b_)
      g.b = packed_b_.data(), g.b_step = stride(loops_.panel), g.b_panel = stride(loops_.panel * deep);
    else
      g.b = x_.b_at(p, j), g.b_step = stride(x_.ldb), g.b_panel = stride(loops_.panel);
    loops_.multiply(g);
  }

  // Strip after strip, each with its rows side by side. What is missing of the last strip is never read.
  void pack_a(std::size_t row, std::size_t m, std::size_t p, std::size_t deep) {
    const std::size_t strip = loops_.strip;
    for_pieces(x_.flip_a, deep, [&](std::size_t q, std::size_t some) {
      for (std::size_t i = 0; i < m; i += strip) {
        const std::size_t rows = std::min(strip, m - i);
        const T* from = x_.a_at(row + i, p + q);
        T* to = packed_a_.data() + i * deep + q * strip;
        if (x_.flip_a)
          loops_.copy(from, x_.lda, some, rows, to, strip);
        else
          loops_.transpose(from, x_.lda, rows, some, to, strip);
      }
    });
  }

  // Panel after panel, each with its columns side by side.
  void pack_b(std::size_t p, std::size_t deep, std::size_t j, std::size_t n) {
    const std::size_t panel = loops_.panel;
    for_pieces(!x_.flip_b, deep, [&](std::size_t q, std::size_t some) {
      for (std::size_t i = 0; i < n; i += panel) {
        const std::size_t width = std::min(panel, n - i);
        const T* from = x_.b_at(p + q, j + i);
        T* to = packed_b_.data() + i * deep + q * panel;
        if (x_.flip_b)
          loops_.transpose(from, x_.ldb, width, some, to, panel);
        else
          loops_.copy(from, x_.ldb, some, width, to, panel);
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
  const Operands<T> x_;
  bool packs_a_ = false, packs_b_ = false, takes_panels_ = false;
  xt::uvector<T, PoolAllocator<T>> packed_a_, packed_b_;
};

// A product with few rows and a transposed second factor is computed as the transpose of B·Aᵀ: then the few rows of A, and not
// all of B, are brought into another order. Each of its elements is the same chain of multiply-adds.
constexpr std::size_t most_turned_rows = 128;  // from 192 on, B would be copied too
template <class T>
bool is_worth_turning(const Operands<T>& x, std::size_t vector) {
  return !x.flip_a && x.flip_b && x.m <= most_turned_rows && x.m % vector == 0 && x.n >= 2 * x.m;
}

template <class T>
void multiply_turned(const kernels::GemmLoops<T>& loops, const Operands<T>& x) {
  xt::uvector<T, PoolAllocator<T>> turned(x.n * x.m);
  if (x.start && x.start_row == 0)
    for (std::size_t j = 0; j < x.n; ++j) std::fill_n(turned.data() + j * x.m, x.m, x.start[j]);
  else if (x.start)
    loops.transpose(x.start, x.start_row, x.m, x.n, turned.data(), x.m);
  Product<T>(loops, {false, true, x.n, x.m, x.k, x.b, x.ldb, x.a, x.lda, x.start ? turned.data() : nullptr, x.m, turned.data(),
                     x.m, x.relu, x.positive_zeros})
      .run();
  loops.transpose(turned.data(), x.m, x.n, x.m, x.c, x.ldc);
}

template <class T>
void multiply(const kernels::GemmLoops<T>& loops, const Operands<T>& x) {
  if (is_worth_turning(x, loops.panel / 2)) return multiply_turned(loops, x);
  Product<T>(loops, x).run();
}

// Each thread computes some rows of C, or some columns, from the first term of their sums to the last, and packs for itself
// what it needs: no thread waits for another before the end. What both pack is the smaller one of A and B, about.
template <class T>
void multiply_all(const kernels::GemmLoops<T>& loops, const Operands<T>& x) {
  const double work = static_cast<double>(x.m) * static_cast<double>(x.n) * static_cast<double>(x.k);
  const std::size_t threads = work < smallest_parallel_product ? 1 : thread_count();
  if (threads == 1) return multiply(loops, x);
  const auto share = [threads](std::size_t extent, std::size_t step) {
    return round_up((extent + threads - 1) / threads, step);
  };
  const bool keeps_rows = x.flip_a && x.m >= threads * least_rows_each;
  if (x.n >= x.m && !keeps_rows)
    parallel_for(x.n, share(x.n, loops.panel),
                 [&](std::size_t begin, std::size_t end) { multiply(loops, columns_of(x, begin, end - begin)); });
  else
    parallel_for(x.m, share(x.m, row_step),
                 [&](std::size_t begin, std::size_t end) { multiply(loops, rows_of(x, begin, end - begin)); });
}

}  // namespace

template <class T>
void blocked_gemm(const kernels::GemmLoops<T>& loops, Transpose ta, Transpose tb, std::size_t m, std::size_t n, std::size_t k,
                  const T* a, std::size_t lda, const T* b, std::size_t ldb, const T* start, std::size_t start_row, T* c,
                  std::size_t ldc, bool relu) {
  Operands<T> x{ta == Transpose::Yes, tb == Transpose::Yes, m, n, k, a, lda, b, ldb, start, start_row, c, ldc, relu};
  x.positive_zeros = may_leave_out_zeros(x);
  if (!x.positive_zeros) return multiply_all(loops, x);
  multiply_fastest(loops.skipping, x, [&loops](const Operands<T>& operands) { multiply_all(loops, operands); });
}

template void blocked_gemm(const kernels::GemmLoops<float>&, Transpose, Transpose, std::size_t, std::size_t, std::size_t,
                           const float*, std::size_t, const float*, std::size_t, const float*, std::size_t, float*, std::size_t,
                           bool);
template void blocked_gemm(const kernels::GemmLoops<double>&, Transpose, Transpose, std::size_t, std::size_t, std::size_t,
                           const double*, std::size_t, const double*, std::size_t, const double*, std::size_t, double*,
                           std::size_t, bool);

}  // namespace xgrad::detail
