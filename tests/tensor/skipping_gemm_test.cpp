// Products that leave out the zeros of a factor: the same bits as with them.
#include "xgrad/tensor/skipping_gemm.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include <boost/mpl/list.hpp>
#include <boost/test/unit_test.hpp>

#include "chain_of_products.hpp"
#include "supported_isas.hpp"
#include "xgrad/tensor/array.hpp"
#include "xgrad/tensor/blocked_gemm.hpp"
#include "xgrad/tensor/paired_rows.hpp"
#include "xgrad/tensor/parallel.hpp"
#include "xgrad/tensor/random.hpp"

using namespace xgrad;
using detail::Zeros;
using kernels::Isa;
using test::before;
using test::multiply_add;
using Scalars = boost::mpl::list<float, double>;

namespace {

struct Extents {
  std::size_t m, n, k;
};

// Odd rows, columns that fill no vector, more terms than a panel has; more columns than are computed at once; more rows than
// that.
const Extents extents[] = {{129, 201, 131}, {64, 128, 257}, {16, 1030, 130}, {2050, 64, 33}, {33, 4100, 16}};

// A factor inside a wider array. Of its elements, in op(A), so many are zero as `zeros` says, some of them negative; whole
// rows and columns too.
template <class T>
struct Factor {
  Array<T> array;
  std::size_t stride;
  bool flipped;

  Factor(std::size_t rows, std::size_t cols, bool flip, double zeros, std::uint64_t seed) : flipped(flip) {
    stride = (flip ? rows : cols) + 3;
    Generator generator(seed);
    array = random::normal<T>(generator, {flip ? cols : rows, stride});
    const Array<double> chance = random::uniform<double>(generator, {rows, cols});
    for (std::size_t i = 0; i < rows; ++i)
      for (std::size_t j = 0; j < cols; ++j)
        if (chance(i, j) < zeros || (zeros > 0 && (i % 7 == 3 || j % 11 == 5))) at(i, j) = j % 2 ? T(0) : T(-0.0);
  }
  T& at(std::size_t i, std::size_t j) { return flipped ? array(j, i) : array(i, j); }
  T operator()(std::size_t i, std::size_t j) const { return flipped ? array(j, i) : array(i, j); }
};

// What the gradient of a layer's weights is: op(A) = gᵀ without zeros, and B with many.
template <class T>
struct WeightGradient {
  Extents e;
  Factor<T> a, b;
  explicit WeightGradient(const Extents& given, double zeros = 0.9)
      : e(given), a(e.m, e.k, true, 0, 1), b(e.k, e.n, false, zeros, 2) {}
};

// Rows of three kinds in turn, each with zeros in two thirds of its terms, of which neighbours have half in common.
template <class T>
Factor<T> rows_of_three_kinds(std::size_t rows, std::size_t terms) {
  Factor<T> a(rows, terms, false, 0, 1);
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t p = 0; p < terms; ++p)
      if ((p * 6 / terms + 2 * i) % 6 < 4) a.at(i, p) = 0;
  return a;
}

enum class Start { Nothing, Row };

template <class T>
Array<T> row_before(std::size_t n) {
  Array<T> row = empty_array<T>({n});
  for (std::size_t j = 0; j < n; ++j) row(j) = before<T>(1, j);
  return row;
}

template <class T>
detail::Operands<T> operands(const Factor<T>& a, const Factor<T>& b, const Extents& e, Array<T>& c, Start start, const T* row) {
  const std::size_t ldc = e.n + 2;
  c = empty_array<T>({e.m, ldc});
  for (std::size_t i = 0; i < e.m; ++i)
    for (std::size_t j = 0; j < ldc; ++j) c(i, j) = before<T>(i, j);
  return {a.flipped, b.flipped,
          e.m,       e.n,
          e.k,       a.array.data(),
          a.stride,  b.array.data(),
          b.stride,  start == Start::Row ? row : nullptr,
          0,         c.data(),
          ldc,       start == Start::Row};
}

// The number of elements that differ from the chain of all multiply-adds (ReLU after a row was added), or were written outside.
template <class T>
std::size_t differences(Isa isa, const Factor<T>& a, const Factor<T>& b, const Extents& e, const Array<T>& c, Start start) {
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < e.m; ++i) {
    for (std::size_t j = 0; j < e.n; ++j) {
      T sum = start == Start::Row ? before<T>(1, j) : T(0);
      for (std::size_t p = 0; p < e.k; ++p) sum = multiply_add(isa, a(i, p), b(p, j), sum);
      if (start == Start::Row && sum <= 0) sum = 0;
      wrong += !(c(i, j) == sum || (std::isnan(c(i, j)) && std::isnan(sum)));
    }
    for (std::size_t j = e.n; j < e.n + 2; ++j) wrong += c(i, j) != before<T>(i, j);
  }
  return wrong;
}

bool tries(const detail::ZerosFound& found, Zeros which) { return found.ways >> static_cast<unsigned>(which) & 1; }

struct Threads {
  explicit Threads(std::size_t count) { set_thread_count(count); }
  ~Threads() { set_thread_count(1); }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(skipping_gemm)

BOOST_AUTO_TEST_CASE_TEMPLATE(every_element_is_the_chain_of_multiply_adds_with_the_zeros_to_the_bit, T, Scalars) {
  for (const Isa isa : test::supported_isas()) {
    int number = 0;
    for (Extents e : extents)
      for (const bool flip_a : {false, true})
        for (const bool flip_b : {false, true}) {
          if (flip_b) e.m = std::max<std::size_t>(e.m, 97);
          const Factor<T> a(e.m, e.k, flip_a, 0.9, 1), b(e.k, e.n, flip_b, 0, 2);
          const Array<T> row = row_before<T>(e.n);
          Array<T> c;
          const auto start = static_cast<Start>(number++ % 2);  // every combination with one of them
          BOOST_TEST_CONTEXT(kernels::name(isa) << ", " << e.m << "×" << e.n << "×" << e.k << (flip_a ? ", a transposed" : "")
                                                << (flip_b ? ", b transposed" : "") << ", start " << static_cast<int>(start)) {
            const kernels::SkippingLoops<T, T>& loops = kernels::gemm_loops<T>(isa).skipping;
            for (const Zeros which : {Zeros::OfRows, Zeros::OfPairedRows})
              if (which == Zeros::OfRows || !flip_a) {
                BOOST_TEST(tries(detail::find_zeros(operands(a, b, e, c, start, row.data())), which) ==
                           (which == Zeros::OfRows || e.m >= 64));
                BOOST_TEST(detail::skipping_gemm(loops, operands(a, b, e, c, start, row.data()), which));
                BOOST_TEST(differences(isa, a, b, e, c, start) == 0u);
              }
          }
        }
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(zeros_of_the_second_factor_of_a_weight_gradient_change_no_bit, T, Scalars) {
  // Columns that fill no vector and no group; more than one block of rows and of columns; pieces of terms.
  for (const Extents& e : {Extents{100, 201, 131}, Extents{530, 430, 97}, Extents{128, 2050, 65}})
    for (const Isa isa : test::supported_isas()) {
      const WeightGradient<T> x(e);
      Array<T> c;
      BOOST_TEST_CONTEXT(kernels::name(isa) << ", " << e.m << "×" << e.n << "×" << e.k) {
        BOOST_TEST(detail::skipping_gemm(kernels::gemm_loops<T>(isa).skipping,
                                         operands<T>(x.a, x.b, e, c, Start::Nothing, nullptr), Zeros::OfColumns));
        BOOST_TEST(differences(isa, x.a, x.b, e, c, Start::Nothing) == 0u);
      }
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(threads_share_a_weight_gradient, T, Scalars) {
  const WeightGradient<T> x({161, 201, 131});
  for (const std::size_t count : {1, 2, 3, 20}) {
    const Threads guard(count);
    Array<T> c;
    BOOST_TEST(detail::skipping_gemm(kernels::gemm_loops<T>().skipping, operands<T>(x.a, x.b, x.e, c, Start::Nothing, nullptr),
                                     Zeros::OfColumns));
    BOOST_TEST(differences(kernels::active_isa(), x.a, x.b, x.e, c, Start::Nothing) == 0u, count << " threads");
  }
}

BOOST_AUTO_TEST_CASE(zeros_of_the_second_factor_are_only_left_out_of_a_new_weight_gradient) {
  const auto turns = [](const WeightGradient<float>& x, Start start = Start::Nothing) {
    Array<float> c;
    const Array<float> row = row_before<float>(x.e.n);
    const detail::Operands<float> y = operands<float>(x.a, x.b, x.e, c, start, row.data());
    return tries(detail::find_zeros(y), Zeros::OfColumns);
  };
  BOOST_TEST(turns(WeightGradient<float>({161, 201, 131})));
  BOOST_TEST(!turns(WeightGradient<float>({161, 201, 131}), Start::Row));
  BOOST_TEST(!turns(WeightGradient<float>({161, 201, 131}, 0)));
  BOOST_TEST(!turns(WeightGradient<float>({161, 201, 13})));   // too little work
  BOOST_TEST(!turns(WeightGradient<float>({32, 1010, 131})));  // too few columns of the transposed product
}

BOOST_AUTO_TEST_CASE_TEMPLATE(rows_with_zeros_in_common_are_multiplied_together, T, Scalars) {
  const Extents e{195, 550, 280};  // the last row is alone
  const Factor<T> a = rows_of_three_kinds<T>(e.m, e.k), b(e.k, e.n, false, 0, 2);
  const Array<T> row = row_before<T>(e.n);
  int number = 0;
  for (const Isa isa : test::supported_isas()) {
    const auto start = static_cast<Start>(number++ % 2);
    BOOST_TEST_CONTEXT(kernels::name(isa) << ", start " << static_cast<int>(start)) {
      Array<T> expected;
      BOOST_TEST(detail::skipping_gemm(kernels::gemm_loops<T>(isa).skipping, operands(a, b, e, expected, start, row.data()),
                                       Zeros::OfPairedRows));
      BOOST_TEST(differences(isa, a, b, e, expected, start) == 0u);
      for (const std::size_t count : {2, 3}) {
        const Threads guard(count);
        Array<T> c;
        BOOST_TEST(detail::skipping_gemm(kernels::gemm_loops<T>(isa).skipping, operands(a, b, e, c, start, row.data()),
                                         Zeros::OfPairedRows));
        BOOST_TEST((c == expected), count << " threads");
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(partners_have_zeros_in_common) {
  for (const Isa isa : test::supported_isas())
    for (const std::size_t m : {1, 2, 3, 128, 300, 513, 1024}) {
      constexpr std::size_t k = 300;
      const Factor<float> a = rows_of_three_kinds<float>(m, k);
      const detail::RowOrder order =
          detail::pair_rows(kernels::gemm_loops<float>(isa).skipping.most_in_common, a.array.data(), a.stride, m, k);
      BOOST_TEST_CONTEXT(kernels::name(isa) << ", " << m << " rows") {
        std::vector<bool> seen(m);
        for (const std::uint32_t row : order) seen.at(row) = true;
        BOOST_TEST(std::count(seen.begin(), seen.end(), true) == static_cast<std::ptrdiff_t>(m));
        // Of each block of rows at most one of a kind is left over, and two such rows make a pair.
        std::size_t others = 0;
        for (std::size_t i = 0; i + 1 < m; i += 2) others += order[i] % 3 != order[i + 1] % 3;
        BOOST_TEST(others <= (m + 255) / 256);
      }
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(results_do_not_depend_on_threads, T, Scalars) {
  const Extents e = extents[0];
  const Array<T> row = row_before<T>(e.n);
  for (const bool flip_a : {false, true}) {
    const Factor<T> a(e.m, e.k, flip_a, 0.7, 1), b(e.k, e.n, false, 0, 2);
    Array<T> expected, c;
    BOOST_TEST(detail::skipping_gemm(kernels::gemm_loops<T>().skipping, operands(a, b, e, expected, Start::Row, row.data()),
                                     Zeros::OfRows));
    for (const std::size_t count : {2, 3, 20}) {  // twenty: more than there are groups of rows
      const Threads guard(count);
      BOOST_TEST(detail::skipping_gemm(kernels::gemm_loops<T>().skipping, operands(a, b, e, c, Start::Row, row.data()),
                                       Zeros::OfRows));
      BOOST_TEST((c == expected), count << " threads");
    }
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_zero_makes_nan_of_an_infinity_or_nan, T, Scalars) {
  const Extents e{64, 128, 257};
  const Array<T> row = row_before<T>(e.n);
  for (const T odd : {std::numeric_limits<T>::infinity(), std::numeric_limits<T>::quiet_NaN()})
    for (const bool flip : {false, true})
      for (const Start start : {Start::Nothing, Start::Row}) {
        const Factor<T> a(e.m, e.k, flip, 0.7, 1);
        Factor<T> b(e.k, e.n, flip, 0, 2);
        b.at(200, 100) = odd;
        Array<T> c;
        const detail::Operands<T> x = operands(a, b, e, c, start, row.data());
        BOOST_TEST(!detail::skipping_gemm(kernels::gemm_loops<T>().skipping, x, Zeros::OfRows));
        for (int time = 0; time < 3; ++time) {  // the way that failed is ruled out from the second time on
          const detail::Operands<T> y = operands(a, b, e, c, start, row.data());
          detail::blocked_gemm(kernels::gemm_loops<T>(), flip ? Transpose::Yes : Transpose::No,
                               flip ? Transpose::Yes : Transpose::No, e.m, e.n, e.k, y.a, y.lda, y.b, y.ldb, y.start,
                               y.start_row, y.c, y.ldc, y.relu);
          BOOST_TEST(differences(kernels::active_isa(), a, b, e, c, start) == 0u);
          for (std::size_t i = 0; i < e.m; ++i) BOOST_TEST((std::isnan(c(i, 100)) || a(i, 200) != 0));
        }
      }
}

BOOST_AUTO_TEST_CASE(an_infinity_in_a_gradient_reaches_the_gradient_of_the_weights) {
  WeightGradient<float> x({161, 201, 131});
  x.a.at(160, 130) = std::numeric_limits<float>::infinity();
  for (const std::size_t count : {1, 2}) {
    const Threads guard(count);
    Array<float> c;
    const detail::Operands<float> y = operands<float>(x.a, x.b, x.e, c, Start::Nothing, nullptr);
    BOOST_TEST(!detail::skipping_gemm(kernels::gemm_loops<float>().skipping, y, Zeros::OfColumns));
    detail::blocked_gemm(kernels::gemm_loops<float>(), Transpose::Yes, Transpose::No, x.e.m, x.e.n, x.e.k, y.a, y.lda, y.b,
                         y.ldb, y.start, y.start_row, y.c, y.ldc);
    BOOST_TEST(differences(kernels::active_isa(), x.a, x.b, x.e, c, Start::Nothing) == 0u);
  }
}

BOOST_AUTO_TEST_CASE(nan_in_the_first_factor_is_no_zero) {
  const Extents e{64, 128, 257};
  Factor<float> a(e.m, e.k, false, 0.7, 1);
  a.at(40, 250) = std::numeric_limits<float>::quiet_NaN();
  const Factor<float> b(e.k, e.n, false, 0, 2);
  for (const Isa isa : test::supported_isas()) {
    Array<float> c;
    BOOST_TEST(detail::skipping_gemm(kernels::gemm_loops<float>(isa).skipping, operands(a, b, e, c, Start::Nothing, {}),
                                     Zeros::OfRows));
    for (std::size_t j = 0; j < e.n; ++j) BOOST_TEST(std::isnan(c(40, j)));
    BOOST_TEST(!std::isnan(c(41, 0)));
  }
}

// A sum that underflows to −0 and goes on with +0 is +0, and stays −0 where that term is left out; one that ends with the
// underflow is −0 either way.
BOOST_AUTO_TEST_CASE_TEMPLATE(not_even_the_sign_of_a_zero_depends_on_what_is_left_out, T, Scalars) {
  const T least = std::numeric_limits<T>::min();
  for (const auto& [e, tiny] : {std::pair{Extents{64, 128, 257}, std::size_t{0}}, {Extents{64, 144, 257}, std::size_t{256}}}) {
    Factor<T> a(e.m, e.k, false, 0, 1), b(e.k, e.n, false, 0, 2);
    for (std::size_t p = 0; p < e.k; ++p) {
      for (std::size_t i = 0; i < e.m; ++i) a.at(i, p) = p == tiny ? -least : T(0);
      for (std::size_t j = 0; j < e.n; ++j) b.at(p, j) = p == tiny ? least : T(1);
    }
    for (const Isa isa : test::supported_isas())
      for (int time = 0; time < 20; ++time) {  // each way is taken at some time: the extents differ, so that it is chosen anew
        Array<T> c;
        const detail::Operands<T> x = operands(a, b, e, c, Start::Nothing, {});
        detail::blocked_gemm(kernels::gemm_loops<T>(isa), Transpose::No, Transpose::No, e.m, e.n, e.k, x.a, x.lda, x.b, x.ldb,
                             x.start, x.start_row, x.c, x.ldc);
        std::size_t negative = 0;
        for (std::size_t i = 0; i < e.m; ++i)
          for (std::size_t j = 0; j < e.n; ++j) negative += std::signbit(c(i, j));
        BOOST_TEST(negative == 0u, kernels::name(isa) << ", time " << time << ", term " << tiny);
      }
  }
}

BOOST_AUTO_TEST_CASE(nothing_is_tried_where_it_cannot_pay) {
  const auto skips = [](const Extents& e, double zeros, bool flip_b = false) {
    const Factor<float> a(e.m, e.k, false, zeros, 1), b(e.k, e.n, flip_b, 0, 2);
    Array<float> c;
    return tries(detail::find_zeros(operands(a, b, e, c, Start::Nothing, {})), Zeros::OfRows);
  };
  BOOST_TEST(skips({129, 201, 131}, 0.7));
  BOOST_TEST(!skips({129, 201, 131}, 0.15));  // in two rows a tenth of all terms
  BOOST_TEST(!skips({129, 201, 131}, 0));
  BOOST_TEST(!skips({129, 10, 1310}, 0.7));
  BOOST_TEST(!skips({8, 2010, 1310}, 0.7));
  BOOST_TEST(!skips({64, 64, 64}, 0.7));
  BOOST_TEST(skips({64, 256, 784}, 0.7));
  BOOST_TEST(skips({64, 256, 784}, 0.7, true));
}

// When an infinity is found on the way, what the sums began with would be gone.
BOOST_AUTO_TEST_CASE(nothing_is_left_out_of_what_is_added_to_c) {
  const Extents e{129, 201, 131};
  const Factor<float> a(e.m, e.k, false, 0.7, 1), b(e.k, e.n, false, 0, 2);
  Array<float> c;
  detail::Operands<float> x = operands(a, b, e, c, Start::Nothing, {});
  BOOST_TEST(detail::may_leave_out_zeros(x));
  x.start = x.c, x.start_row = x.ldc;
  BOOST_TEST(!detail::may_leave_out_zeros(x));
}

BOOST_AUTO_TEST_SUITE_END()
