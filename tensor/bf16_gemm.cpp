#include "xgrad/tensor/bf16_gemm.hpp"

#include <algorithm>

#include "xgrad/tensor/array.hpp"
#include "xgrad/tensor/parallel.hpp"
#include "xgrad/tensor/row_pieces.hpp"

namespace xgrad::detail {
namespace {

using kernels::Bf16Pair;
using Pairs = xt::uvector<Bf16Pair, PoolAllocator<Bf16Pair>>;

// Numbers along k at a time: whole steps of pairs, so that sums never depend on it. A strip of A and a panel of B stay in the
// first two caches.
constexpr std::size_t depth = 512;
// Rows of A that are packed at a time, and columns of B: they stay in the second and third cache.
constexpr std::size_t most_rows = 192, most_columns = 2048;
constexpr double smallest_parallel_product = 2e6;

struct Product {
  const kernels::Bf16Loops& loops;
  bool flip_a, flip_b;
  std::size_t m, n, k;
  const float* a;
  std::size_t lda;
  const float* b;
  std::size_t ldb;
  const float* start;
  std::size_t start_row;
  float* c;
  std::size_t ldc;
  std::size_t threads = 1;
  Pairs packed_b{};

  void run() {
    if (static_cast<double>(m) * static_cast<double>(n) * static_cast<double>(k) >= smallest_parallel_product)
      threads = thread_count();
    packed_b.resize(pairs_of(std::min(depth, k)) * round_up(std::min(n, most_columns), loops.panel) + kernels::bf16_slack);
    for (std::size_t j = 0; j < n; j += most_columns)
      for (std::size_t p = 0; p < k; p += depth) multiply(j, std::min(most_columns, n - j), p, std::min(depth, k - p));
  }

  // How many pairs are packed for a depth.
  std::size_t pairs_of(std::size_t deep) const { return round_up((deep + 1) / 2, loops.step); }

  // What columns [j, j + columns) of C get from the depths [p, p + deep).
  void multiply(std::size_t j, std::size_t columns, std::size_t p, std::size_t deep) {
    pack_b(j, columns, p, deep);
    const std::size_t strips = (m + loops.strip - 1) / loops.strip, panels = (columns + loops.panel - 1) / loops.panel;
    if (threads > 1 && strips < 2 * threads && panels >= threads) {
      const std::size_t share = (panels + threads - 1) / threads * loops.panel;
      parallel_for(columns, share, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = 0; i < m; i += most_rows) multiply_rows(i, std::min(m, i + most_rows), j, begin, end, p, deep);
      });
      return;
    }
    for_row_pieces(m, loops.strip, most_rows, threads,
                   [&](std::size_t begin, std::size_t end) { multiply_rows(begin, end, j, 0, columns, p, deep); });
  }

  // Rows [begin, end) of columns [j + first, j + last); `first` is where a panel begins.
  void multiply_rows(std::size_t begin, std::size_t end, std::size_t j, std::size_t first, std::size_t last, std::size_t p,
                     std::size_t deep) const {
    const std::size_t pairs = pairs_of(deep);
    const bool by_strips = flip_a && !loops.round_columns;
    // Lines of A may stay lines, a vector further apart than they are long, so that they do not all fall into the same few
    // lines of the cache; or strips are put together from columns.
    const std::size_t row = by_strips ? 1 : round_up(pairs, kernels::bf16_slack) + kernels::bf16_slack;
    const std::size_t strip = loops.strip * (by_strips ? pairs : row);
    Pairs packed((end - begin + loops.strip - 1) / loops.strip * strip + kernels::bf16_slack);
    if (by_strips)
      for (std::size_t i = begin; i < end; i += loops.strip)
        loops.pack_columns(a + p * lda + i, lda, std::min(loops.strip, end - i), deep,
                           packed.data() + (i - begin) / loops.strip * strip, loops.strip);
    else if (flip_a)
      loops.round_columns(a + p * lda + begin, lda, end - begin, deep, packed.data(), row);
    else
      loops.round_rows(a + begin * lda + p, lda, end - begin, deep, packed.data(), row);
    float* const to = c + begin * ldc + j + first;
    const float* const from = p > 0 ? to : start ? start + begin * start_row + j + first : nullptr;
    loops.multiply({.m = end - begin,
                    .n = last - first,
                    .pairs = pairs,
                    .a = packed.data(),
                    .a_strip = strip,
                    .a_row = row,
                    .a_step = by_strips ? loops.strip : 1,
                    .b = packed_b.data() + first * pairs,
                    .c = to,
                    .ldc = ldc,
                    .start = from,
                    .start_row = p > 0 ? ldc : start_row});
  }

  // Panel after panel, each with its columns side by side, and zeros where the last step has no pairs.
  void pack_b(std::size_t j, std::size_t columns, std::size_t p, std::size_t deep) {
    const std::size_t panel = loops.panel, count = (columns + panel - 1) / panel;
    const std::size_t pairs = pairs_of(deep), filled = (deep + 1) / 2;
    const kernels::Bf16Pack pack = flip_b ? loops.pack_rows : loops.pack_columns;
    const auto pack_panels = [&](std::size_t begin, std::size_t end) {
      for (std::size_t q = begin; q < end; ++q) {
        const std::size_t from = j + q * panel;
        Bf16Pair* const to = packed_b.data() + q * panel * pairs;
        pack(flip_b ? b + from * ldb + p : b + p * ldb + from, ldb, std::min(panel, columns - q * panel), deep, to, panel);
        std::fill(to + filled * panel, to + pairs * panel, Bf16Pair{0});
      }
    };
    if (threads > 1) return parallel_for(count, (count + threads - 1) / threads, pack_panels);
    pack_panels(0, count);
  }
};

}  // namespace

void bf16_gemm(const kernels::Bf16Loops& loops, Transpose ta, Transpose tb, std::size_t m, std::size_t n, std::size_t k,
               const float* a, std::size_t lda, const float* b, std::size_t ldb, const float* start, std::size_t start_row,
               float* c, std::size_t ldc) {
  Product{.loops = loops,
          .flip_a = ta == Transpose::Yes,
          .flip_b = tb == Transpose::Yes,
          .m = m,
          .n = n,
          .k = k,
          .a = a,
          .lda = lda,
          .b = b,
          .ldb = ldb,
          .start = start,
          .start_row = start_row,
          .c = c,
          .ldc = ldc}
      .run();
}

}  // namespace xgrad::detail
