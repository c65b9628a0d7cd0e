#include "xgrad/tensor/bf16_gemm.hpp"

#include <algorithm>

#include "xgrad/tensor/array.hpp"
#include "xgrad/tensor/gemm_operands.hpp"
#include "xgrad/tensor/parallel.hpp"
#include "xgrad/tensor/skipping_gemm.hpp"

namespace xgrad::detail {
namespace {

using kernels::Bf16Pair;
using Pairs = xt::uvector<Bf16Pair, PoolAllocator<Bf16Pair>>;

// Rows of A that are packed at a time, and columns of B: together they stay in the second cache.
constexpr std::size_t most_packed_bytes = 1 << 20, most_columns = 128;
constexpr double smallest_parallel_product = 4e5;
// As for float32: blocked_gemm.cpp.
constexpr std::size_t least_rows_each = 48, row_step = 4;

// A product on one thread.
class Product {
 public:
  Product(const kernels::Bf16Loops& loops, const Operands<float>& operands) : loops_(loops), x_(operands) {
    by_strips_ = x_.flip_a && !loops.round_columns;
    // Whole steps of pairs, so that sums do not depend on how many are taken at a time.
    depth_ = even_piece(x_.k, 2 * loops.deepest, 2 * loops.step);
    // Rows of A may stay rows, a vector further apart than they are long, so that they do not all fall into the same few
    // lines of the cache; or strips are put together from columns.
    row_ = by_strips_ ? 1 : round_up(pairs_of(depth_), kernels::bf16_slack) + kernels::bf16_slack;
    strip_ = loops.strip * (by_strips_ ? pairs_of(depth_) : row_);
    const std::size_t most_strips = std::max<std::size_t>(1, most_packed_bytes / (strip_ * sizeof(Bf16Pair)));
    rows_ = even_piece(x_.m, most_strips * loops.strip, loops.strip);
    columns_ = even_piece(x_.n, most_columns, loops.panel);
    packed_a_.resize(rows_ / loops.strip * strip_ + kernels::bf16_slack);
    packed_b_.resize(pairs_of(depth_) * columns_ + kernels::bf16_slack);
  }

  void run() {
    for (std::size_t i = 0; i < x_.m; i += rows_)
      for (std::size_t p = 0; p < x_.k; p += depth_) {
        const std::size_t m = std::min(rows_, x_.m - i), deep = std::min(depth_, x_.k - p);
        pack_a(i, m, p, deep);
        for (std::size_t j = 0; j < x_.n; j += columns_) {
          const std::size_t n = std::min(columns_, x_.n - j);
          pack_b(p, deep, j, n);
          multiply(i, m, p, deep, j, n);
        }
      }
  }

 private:
  // How many pairs are packed for a depth.
  std::size_t pairs_of(std::size_t deep) const { return round_up((deep + 1) / 2, loops_.step); }

  // Rows [row, row + m), columns [j, j + n), terms [p, p + deep).
  void multiply(std::size_t row, std::size_t m, std::size_t p, std::size_t deep, std::size_t j, std::size_t n) const {
    kernels::Bf16Block g{};
    g.m = m, g.n = n, g.pairs = pairs_of(deep);
    g.a = packed_a_.data(), g.a_strip = strip_, g.a_row = row_, g.a_step = by_strips_ ? loops_.strip : 1;
    g.b = packed_b_.data();
    g.c = x_.c + row * x_.ldc + j, g.ldc = x_.ldc;
    const bool ends = p + deep == x_.k;
    g.relu = x_.relu && ends, g.positive_zeros = x_.positive_zeros && ends;
    if (p > 0)
      g.start = g.c, g.start_row = x_.ldc;
    else if (x_.start)
      g.start = x_.start + row * x_.start_row + j, g.start_row = x_.start_row;
    loops_.multiply(g);
  }

  void pack_a(std::size_t row, std::size_t m, std::size_t p, std::size_t deep) {
    const float* const from = x_.a_at(row, p);
    if (by_strips_)
      for (std::size_t i = 0; i < m; i += loops_.strip)
        loops_.pack_columns(from + i, x_.lda, std::min(loops_.strip, m - i), deep, packed_a_.data() + i / loops_.strip * strip_,
                            loops_.strip);
    else if (x_.flip_a)
      loops_.round_columns(from, x_.lda, m, deep, packed_a_.data(), row_);
    else
      loops_.round_rows(from, x_.lda, m, deep, packed_a_.data(), row_);
  }

  // Panel after panel, each with its columns side by side, and zeros where the last step has no pairs.
  void pack_b(std::size_t p, std::size_t deep, std::size_t j, std::size_t n) {
    const std::size_t panel = loops_.panel, pairs = pairs_of(deep), filled = (deep + 1) / 2;
    const kernels::Bf16Pack pack = x_.flip_b ? loops_.pack_rows : loops_.pack_columns;
    Bf16Pair* to = packed_b_.data();
    for (std::size_t i = 0; i < n; i += panel, to += pairs * panel) {
      pack(x_.b_at(p, j + i), x_.ldb, std::min(panel, n - i), deep, to, panel);
      std::fill(to + filled * panel, to + pairs * panel, Bf16Pair{0});
    }
  }

  const kernels::Bf16Loops& loops_;
  const Operands<float> x_;
  bool by_strips_ = false;
  std::size_t depth_ = 0, row_ = 0, strip_ = 0, rows_ = 0, columns_ = 0;
  Pairs packed_a_, packed_b_;
};

// Each thread computes some rows of C, or some columns, and packs for itself what it needs: none waits for another before the
// end.
void multiply_all(const kernels::Bf16Loops& loops, const Operands<float>& x) {
  const double work = static_cast<double>(x.m) * static_cast<double>(x.n) * static_cast<double>(x.k);
  const std::size_t threads = work < smallest_parallel_product ? 1 : thread_count();
  if (threads == 1) return Product(loops, x).run();
  const auto share = [threads](std::size_t extent, std::size_t step) {
    return round_up((extent + threads - 1) / threads, step);
  };
  const bool keeps_rows = x.flip_a && x.m >= threads * least_rows_each;
  if (x.n >= x.m && !keeps_rows)
    parallel_for(x.n, share(x.n, loops.panel),
                 [&](std::size_t begin, std::size_t end) { Product(loops, columns_of(x, begin, end - begin)).run(); });
  else
    parallel_for(x.m, share(x.m, row_step),
                 [&](std::size_t begin, std::size_t end) { Product(loops, rows_of(x, begin, end - begin)).run(); });
}

}  // namespace

void bf16_gemm(const kernels::Bf16Loops& loops, Transpose ta, Transpose tb, std::size_t m, std::size_t n, std::size_t k,
               const float* a, std::size_t lda, const float* b, std::size_t ldb, const float* start, std::size_t start_row,
               float* c, std::size_t ldc, bool relu) {
  Operands<float> x{ta == Transpose::Yes, tb == Transpose::Yes, m, n, k, a, lda, b, ldb, start, start_row, c, ldc, relu};
  x.positive_zeros = loops.skipping && may_leave_out_zeros(x);
  if (!x.positive_zeros) return multiply_all(loops, x);
  multiply_fastest(*loops.skipping, x, [&loops](const Operands<float>& operands) { multiply_all(loops, operands); });
}

}  // namespace xgrad::detail
