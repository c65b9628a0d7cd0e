#include "xgrad/tensor/skipping_gemm.hpp"

#include <algorithm>
#include <atomic>
#include <cstdint>

#include <unistd.h>

#include "xgrad/tensor/array.hpp"
#include "xgrad/tensor/gemm_operands.hpp"
#include "xgrad/tensor/kernels/bf16.hpp"
#include "xgrad/tensor/paired_rows.hpp"
#include "xgrad/tensor/parallel.hpp"

namespace xgrad::detail {
namespace {

// Rows of C that are computed one after the other.
constexpr std::size_t group = 16;
// What is multiplied at a time: a panel of B stays in the first cache, the rows of C that it goes into in the second.
constexpr std::size_t usual_first_cache = 32 << 10, block_bytes = 512 << 10;
constexpr std::size_t most_columns = 512;
// Below these, looking for zeros costs more than it saves.
constexpr std::size_t least_rows = 16, least_columns = 64, least_rows_to_pair = 64;
constexpr std::size_t least_turned_columns = 48;  // of each thread, where the transposed product is computed
constexpr std::size_t least_columns_each = 64;    // of each thread: all of them list all rows
constexpr double least_work = 2e6;
constexpr double least_zeros = 0.15;  // a share; with fewer the rest takes as long, because it goes at nine tenths of the speed
constexpr std::size_t cache_line = 64;  // bytes
constexpr std::size_t sampled_rows = 16, sampled_runs = 4, sampled_run = 16;

// Three quarters of the first cache.
std::size_t panel_bytes() {
  static const std::size_t bytes = [] {
#if defined(_SC_LEVEL1_DCACHE_SIZE)
    const long size = sysconf(_SC_LEVEL1_DCACHE_SIZE);
#else
    const long size = 0;
#endif
    return (size > 0 ? static_cast<std::size_t>(size) : usual_first_cache) / 4 * 3;
  }();
  return bytes;
}

// A product, one thread's part of it. With Zeros::OfColumns it is the transposed product, whose sums are stored transposed.
template <class Number, class Value>
class SkippingProduct {
 public:
  SkippingProduct(const kernels::SkippingLoops<Number, Value>& loops, const Operands<Number>& operands, Zeros left_out,
                  std::size_t number, std::size_t threads)
      : loops_(loops),
        x_(operands),
        transposes_(left_out == Zeros::OfColumns),
        number_(number),
        threads_(threads),
        width_(loops.most_columns) {
    const std::size_t groups = own_groups();
    if (left_out == Zeros::OfPairedRows && groups > 0) {
      const std::size_t first = row_of(0), rows = std::min(groups * group, x_.m - first);
      order_ = pair_rows(loops.most_in_common, x_.a_at(first, 0), x_.lda, rows, x_.k);
    }
    columns_ = even_piece(x_.n, most_columns, loops.vector);
    depth_ = even_piece(x_.k, panel_bytes() / (width_ * sizeof(Value)) * loops.numbers, loops.vector * loops.numbers);
    const std::size_t most_groups = std::max<std::size_t>(1, block_bytes / (std::min(columns_, x_.n) * sizeof(Number) * group));
    groups_at_once_ = even_piece(std::max<std::size_t>(1, groups), most_groups, 1);
    list_ = values_in(depth_) + loops.vector;  // a list may be written beyond its end
    const std::size_t rows = groups_at_once_ * group;
    values_.resize(rows * list_), offsets_.resize(rows / 2 * list_), counts_.resize(rows / 2), places_.resize(rows);
    panel_.resize(width_ * values_in(depth_) + loops.vector);
    std::fill(panel_.begin(), panel_.end(), Value(0));  // columns that do not exist are multiplied too
    if (x_.flip_a) turned_.resize(group * depth_);
    if (transposes_) sums_.resize(rows * columns_);
  }

  // False if B has an infinity or NaN: then not all has been computed.
  bool run() {
    const std::size_t groups = own_groups();
    for (std::size_t j = 0; j < x_.n; j += columns_)
      for (std::size_t first = 0; first < groups; first += groups_at_once_) {
        const std::size_t last = std::min(first + groups_at_once_, groups);
        for (std::size_t p = 0; p < x_.k; p += depth_) {
          const std::size_t deep = std::min(depth_, x_.k - p);
          for (std::size_t g = first; g < last; ++g) list_nonzeros(g, g - first, p, deep);
          for_panels(j, std::min(columns_, x_.n - j), [&](std::size_t column, std::size_t columns) {
            if (!finite_) return;
            const auto pack = x_.flip_b ? loops_.pack_rows : loops_.pack_columns;
            pack(x_.b_at(p, column), x_.ldb, columns, deep, panel_.data(), width_);
            finite_ = loops_.all_finite(panel_.data(), values_in(deep) * width_);
            for (std::size_t g = first; finite_ && g < last; ++g) multiply(g, g - first, p, deep, j, column, columns);
          });
          if (!finite_) return false;
        }
        if (transposes_) store_transposed(first * group, std::min(last * group, x_.m), j);
      }
    return true;
  }

 private:
  std::size_t values_in(std::size_t deep) const { return (deep + loops_.numbers - 1) / loops_.numbers; }

  // Rows are shared out in one piece for each thread, which goes on with them: they are samples, or those of weights.
  std::size_t own_groups() const {
    const std::size_t all = (x_.m + group - 1) / group;
    return all * (number_ + 1) / threads_ - all * number_ / threads_;
  }
  std::size_t row_of(std::size_t g) const {
    const std::size_t all = (x_.m + group - 1) / group;
    return (all * number_ / threads_ + g) * group;
  }

  // Panels as wide as possible whose vectors differ by one at most.
  template <class Body>
  void for_panels(std::size_t first, std::size_t columns, Body body) const {
    const std::size_t vectors = (columns + loops_.vector - 1) / loops_.vector;
    const std::size_t panels = (columns + width_ - 1) / width_;
    for (std::size_t i = 0; i < panels; ++i) {
      const std::size_t begin = vectors * i / panels * loops_.vector, end = vectors * (i + 1) / panels * loops_.vector;
      body(first + begin, std::min(end, columns) - begin);
    }
  }

  // What is not zero in the rows of group g, terms [p, p + deep).
  void list_nonzeros(std::size_t g, std::size_t place, std::size_t p, std::size_t deep) {
    const std::size_t row = row_of(g), rows = std::min(group, x_.m - row);
    if (x_.flip_a) loops_.transpose(x_.a_at(row, p), x_.lda, deep, rows, turned_.data(), deep);
    const auto number_of = [&](std::size_t i) { return order_.empty() ? row + i : row_of(0) + order_[g * group + i]; };
    const auto begin_of = [&](std::size_t i) { return x_.flip_a ? turned_.data() + i * deep : x_.a_at(number_of(i), p); };
    for (std::size_t i = 0; i < rows; ++i) {
      const std::size_t at = place * group + i;
      places_[at] = static_cast<std::uint32_t>(transposes_ ? at : number_of(i));
      for (std::size_t q = p + deep; !x_.flip_a && q < std::min(p + 2 * deep, x_.k); q += cache_line / sizeof(Number))
        __builtin_prefetch(x_.a_at(number_of(i), q), 0, 2);  // what is listed next comes meanwhile
    }
    for (std::size_t i = 0; i < rows; i += 2) {
      const std::size_t at = place * group + i;
      const Number *x = begin_of(i), *y = i + 1 < rows ? begin_of(i + 1) : x;
      counts_[at / 2] = loops_.list_nonzeros(x, y, deep, static_cast<std::uint32_t>(width_), values_.data() + at * list_,
                                             values_.data() + (at + 1) * list_, offsets_.data() + at / 2 * list_);
    }
  }

  void multiply(std::size_t g, std::size_t place, std::size_t p, std::size_t deep, std::size_t j, std::size_t column,
                std::size_t columns) {
    const std::size_t list = place * group;
    kernels::SkippingBlock<Number, Value> block{};
    block.rows = std::min(group, x_.m - row_of(g)), block.columns = columns;
    block.values = values_.data() + list * list_, block.offsets = offsets_.data() + list / 2 * list_;
    block.counts = counts_.data() + list / 2, block.list = list_;
    block.b = panel_.data();
    block.order = places_.data() + list;
    if (transposes_)
      block.c = sums_.data() + column - j, block.ldc = columns_;
    else
      block.c = x_.c + column, block.ldc = x_.ldc;
    const bool ends = p + deep == x_.k;
    block.relu = x_.relu && ends, block.positive_zeros = x_.positive_zeros && ends;
    if (p > 0)
      block.start = block.c, block.start_row = static_cast<std::ptrdiff_t>(block.ldc);
    else if (x_.start)
      block.start = x_.start + column, block.start_row = static_cast<std::ptrdiff_t>(x_.start_row);
    loops_.multiply(block);
  }

  // A few columns at a time for all rows [first, last): the lines that are written lie on few pages of memory.
  void store_transposed(std::size_t first, std::size_t last, std::size_t j) {
    constexpr std::size_t few = 16;
    const std::size_t columns = std::min(columns_, x_.n - j);
    for (std::size_t i = 0; i < columns; i += few)
      loops_.transpose(sums_.data() + i, columns_, last - first, std::min(few, columns - i), x_.c + (j + i) * x_.ldc + first,
                       x_.ldc);
  }

  const kernels::SkippingLoops<Number, Value>& loops_;
  const Operands<Number> x_;
  bool transposes_, finite_ = true;
  std::size_t number_, threads_, width_, columns_, depth_, groups_at_once_, list_;
  RowOrder order_;  // of the own rows, those of a pair next to each other; empty: as they come
  xt::uvector<Number, PoolAllocator<Number>> turned_, sums_;
  xt::uvector<Value, PoolAllocator<Value>> values_, panel_;
  xt::uvector<std::uint32_t, PoolAllocator<std::uint32_t>> offsets_, places_;
  xt::uvector<std::size_t, PoolAllocator<std::size_t>> counts_;
};

// What share of the terms is zero in both of two neighbouring rows of A: of a few of them, which speak for all. Looks at short
// runs of elements, because every line of the cache that another core has written takes 0.1 µs to come.
template <class T>
double share_of_zeros(const Operands<T>& x) {
  const std::size_t rows = x.flip_a ? x.k : x.m / 2, elements = x.flip_a ? x.m / 2 : x.k;  // of pairs, as they lie in memory
  const std::size_t step = x.flip_a ? 2 : 1, other = x.flip_a ? 1 : x.lda;
  const std::size_t count = std::min(sampled_rows, rows), runs = std::min(sampled_runs, elements / sampled_run);
  const std::size_t length = runs == 0 ? elements : sampled_run, span = runs == 0 ? 0 : elements / runs;
  std::size_t zeros = 0, seen = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const T* const pair = x.flip_a ? x.a_at(0, i * rows / count) : x.a_at(2 * (i * rows / count), 0);
    for (std::size_t run = 0; run < std::max<std::size_t>(1, runs); ++run, seen += length) {
      const T* const start =
          pair + (run * span + i * (span - std::min(span, length)) / count) * step;  // elsewhere in every row
      for (std::size_t j = 0; j < length; ++j) zeros += (start[j * step] == 0) & (start[j * step + other] == 0);
    }
  }
  return static_cast<double>(zeros) / static_cast<double>(seen);
}

// Whether leaving out the zeros of A can pay, if there are many: the same with all instruction sets.
template <class Number>
bool is_large_enough(const Operands<Number>& x) {
  const double work = static_cast<double>(x.m) * static_cast<double>(x.n) * static_cast<double>(x.k);
  return work >= least_work && x.m >= least_rows && x.n >= least_columns && x.start != x.c;
}

// C of `x` from the transposed product, whose first factor is the transpose of B. Threads share the rows of C, which are
// columns of the transposed product: see blocked_gemm.cpp.
template <class Number>
Operands<Number> turned(const Operands<Number>& x) {
  return {!x.flip_b, !x.flip_a, x.n, x.m, x.k, x.b, x.ldb, x.a, x.lda, nullptr, 0, x.c, x.ldc, x.relu, x.positive_zeros};
}
template <class Number>
bool may_be_turned(const Operands<Number>& x) {
  return x.flip_a && !x.flip_b && !x.start && is_large_enough(turned(x));
}

// Threads share the columns of C, and with them what is packed of B, where enough are left for each; or its rows.
template <class Number, class Value>
bool multiply_rows(const kernels::SkippingLoops<Number, Value>& loops, const Operands<Number>& x, Zeros left_out) {
  std::atomic<bool> finite{true};
  const auto multiply = [&](const Operands<Number>& part, std::size_t number, std::size_t threads) {
    if (!SkippingProduct(loops, part, left_out, number, threads).run()) finite = false;
  };
  if (!x.flip_a && x.n >= std::max(x.m, thread_count() * least_columns_each)) {
    const std::size_t share = round_up((x.n + thread_count() - 1) / thread_count(), 2 * loops.vector);
    parallel_for(x.n, share, [&](std::size_t begin, std::size_t end) { multiply(columns_of(x, begin, end - begin), 0, 1); });
  } else {
    const std::size_t threads = std::min(thread_count(), (x.m + group - 1) / group);
    parallel_chunks(threads, [&](std::size_t number) { multiply(x, number, threads); });
  }
  return finite;
}

template <class Number, class Value>
bool multiply_turned(const kernels::SkippingLoops<Number, Value>& loops, const Operands<Number>& x) {
  const std::size_t threads = std::min(thread_count(), std::max<std::size_t>(1, x.m / least_turned_columns));
  std::atomic<bool> finite{true};
  parallel_for(x.m, (x.m + threads - 1) / threads, [&](std::size_t begin, std::size_t end) {
    const Operands<Number> part = turned(rows_of(x, begin, end - begin));
    if (!SkippingProduct(loops, part, Zeros::OfColumns, 0, 1).run()) finite = false;
  });
  return finite;
}

constexpr unsigned bit(Zeros which) { return 1u << static_cast<unsigned>(which); }

}  // namespace

template <class Number>
bool may_leave_out_zeros(const Operands<Number>& x) {
  return is_large_enough(x) || may_be_turned(x);
}

template <class Number>
ZerosFound find_zeros(const Operands<Number>& x) {
  ZerosFound found{bit(Zeros::Kept), {}};
  const auto add = [&found](double share, std::size_t place, unsigned ways) {
    found.shares[place] = static_cast<float>(share);
    if (share >= least_zeros) found.ways |= ways;
  };
  if (is_large_enough(x))
    add(share_of_zeros(x), 0, bit(Zeros::OfRows) | (!x.flip_a && x.m >= least_rows_to_pair ? bit(Zeros::OfPairedRows) : 0));
  if (may_be_turned(x)) add(share_of_zeros(turned(x)), 1, bit(Zeros::OfColumns));
  return found;
}

template <class Number, class Value>
bool skipping_gemm(const kernels::SkippingLoops<Number, Value>& loops, const Operands<Number>& x, Zeros left_out) {
  return left_out == Zeros::OfColumns ? multiply_turned(loops, x) : multiply_rows(loops, x, left_out);
}

template bool may_leave_out_zeros(const Operands<float>&);
template bool may_leave_out_zeros(const Operands<double>&);
template ZerosFound find_zeros(const Operands<float>&);
template ZerosFound find_zeros(const Operands<double>&);
template bool skipping_gemm(const kernels::SkippingLoops<float, float>&, const Operands<float>&, Zeros);
template bool skipping_gemm(const kernels::SkippingLoops<double, double>&, const Operands<double>&, Zeros);
template bool skipping_gemm(const kernels::SkippingLoops<float, kernels::Bf16Pair>&, const Operands<float>&, Zeros);

}  // namespace xgrad::detail
