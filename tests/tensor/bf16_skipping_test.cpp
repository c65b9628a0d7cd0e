// Products in bfloat16 that leave out pairs of zeros: the same bits as with them.
#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <tuple>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "xgrad/tensor/bf16_gemm.hpp"
#include "xgrad/tensor/parallel.hpp"
#include "xgrad/tensor/random.hpp"
#include "xgrad/tensor/skipping_gemm.hpp"

using namespace xgrad;
using boost::unit_test::precondition;
using detail::Operands;
using detail::Zeros;

namespace {

constexpr float infinite = std::numeric_limits<float>::infinity();

boost::test_tools::assertion_result can_skip(boost::unit_test::test_unit_id) {
  const kernels::Bf16Loops* const loops = kernels::bf16_loops(kernels::Bf16Unit::Avx512);
  boost::test_tools::assertion_result result(loops && loops->skipping);
  if (!result) result.message() << "this processor has no AVX512_BF16";
  return result;
}
const kernels::Bf16Loops& loops() { return *kernels::bf16_loops(kernels::Bf16Unit::Avx512); }

// Factors, one of them with zeros in two thirds of its numbers, and a row that is added: some of it too small for bfloat16.
struct Product {
  std::size_t m, n, k;
  bool flip_a, flip_b;
  Array<float> a, b, row, c;

  Product(std::size_t rows, std::size_t cols, std::size_t terms, bool ta, bool tb, bool zeros_in_b = false)
      : m(rows), n(cols), k(terms), flip_a(ta), flip_b(tb) {
    Generator generator(1);
    a = random::normal<float>(generator, ta ? Shape{k, m} : Shape{m, k});
    b = random::normal<float>(generator, tb ? Shape{n, k} : Shape{k, n});
    row = random::normal<float>(generator, {n});
    for (std::size_t j = 0; j < n; j += 3) row(j) = j % 2 ? -0.0f : -1e-40f;
    c = filled_array<float>({m, n}, infinite);
    Array<float>& sparse = zeros_in_b ? b : a;
    const Array<float> chance = random::uniform<float>(generator, sparse.shape());
    for (std::size_t i = 0; i < sparse.shape()[0]; ++i)  // neighbours either way are zero together, some lines wholly
      for (std::size_t j = 0; j < sparse.shape()[1]; ++j)
        if (chance(i / 4 * 4, j / 8 * 8) < 0.6f || i % 9 == 4 || j % 13 == 7) sparse(i, j) = j % 2 ? 0.0f : -0.0f;
  }

  Operands<float> operands(bool add_row, bool relu) {
    return {flip_a, flip_b,   m, n,    k,   a.data(), flip_a ? m : k, b.data(), flip_b ? k : n, add_row ? row.data() : nullptr,
            0,      c.data(), n, relu, true};
  }

  // The number of elements whose bits are not those of the product with all terms: computed few columns at a time, so that
  // nothing is left out.
  std::size_t differences(bool add_row, bool relu) {
    constexpr std::size_t few = 8;
    std::size_t different = 0;
    Array<float> all = empty_array<float>({m, few});
    const Operands<float> x = operands(add_row, relu);
    for (std::size_t j = 0; j < n; j += few) {
      const std::size_t columns = std::min(few, n - j);
      detail::bf16_gemm(loops(), flip_a ? Transpose::Yes : Transpose::No, flip_b ? Transpose::Yes : Transpose::No, m, columns,
                        k, x.a, x.lda, x.b_at(0, j), x.ldb, add_row ? row.data() + j : nullptr, 0, all.data(), few, relu);
      for (std::size_t i = 0; i < m; ++i)
        for (std::size_t q = 0; q < columns; ++q)
          different += std::bit_cast<std::uint32_t>(all(i, q) + 0.0f) != std::bit_cast<std::uint32_t>(c(i, j + q));
    }
    return different;
  }
};

bool skip(Product& x, Zeros which, bool add_row = false, bool relu = false) {
  return detail::skipping_gemm(*loops().skipping, x.operands(add_row, relu), which);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(bf16_skipping)

BOOST_AUTO_TEST_CASE(no_bit_depends_on_whether_zeros_of_rows_are_left_out, *precondition(can_skip)) {
  // Odd extents of each kind; more terms than a panel has; more columns and rows than are computed at once.
  for (const auto& [m, n, k] : {std::tuple{129, 201, 331}, std::tuple{67, 1030, 65}, std::tuple{1050, 70, 90}})
    for (const bool flip_a : {false, true})
      for (const bool flip_b : {false, true})
        for (const bool add_row : {false, true})
          for (const Zeros which : {Zeros::OfRows, Zeros::OfPairedRows}) {
            if (flip_a && which == Zeros::OfPairedRows) continue;
            Product x(m, n, k, flip_a, flip_b);
            const bool relu = add_row && m == 129;
            BOOST_TEST_CONTEXT(m << "×" << n << "×" << k << (flip_a ? ", a transposed" : "") << (flip_b ? ", b transposed" : "")
                                 << (add_row ? ", row added" : "")) {
              BOOST_TEST(skip(x, which, add_row, relu));
              BOOST_TEST(x.differences(add_row, relu) == 0u);
            }
          }
}

BOOST_AUTO_TEST_CASE(no_bit_depends_on_whether_zeros_of_columns_are_left_out, *precondition(can_skip)) {
  for (const auto& [m, n, k] : {std::tuple{100, 201, 131}, std::tuple{530, 430, 97}, std::tuple{128, 2050, 66}}) {
    Product x(m, n, k, true, false, true);
    BOOST_TEST_CONTEXT(m << "×" << n << "×" << k) {
      BOOST_TEST(skip(x, Zeros::OfColumns));
      BOOST_TEST(x.differences(false, false) == 0u);
    }
  }
}

BOOST_AUTO_TEST_CASE(threads_share_what_is_left, *precondition(can_skip)) {
  for (const std::size_t count : {2, 3}) {
    Product rows(161, 90, 131, false, true), columns(70, 1100, 131, false, false), gradient(161, 201, 131, true, false, true);
    set_thread_count(count);
    BOOST_TEST((skip(rows, Zeros::OfPairedRows) && skip(columns, Zeros::OfRows) && skip(gradient, Zeros::OfColumns)));
    set_thread_count(1);
    for (Product* x : {&rows, &columns, &gradient})
      BOOST_TEST(x->differences(false, false) == 0u, x->m << "×" << x->n << ", " << count << " threads");
  }
}

BOOST_AUTO_TEST_CASE(a_zero_makes_nan_of_what_is_or_becomes_infinite, *precondition(can_skip)) {
  for (const float odd : {infinite, std::numeric_limits<float>::quiet_NaN(), 3.4e38f}) {  // the last is rounded to infinity
    Product x(64, 128, 257, false, false);
    x.b(200, 100) = odd;
    BOOST_TEST(!skip(x, Zeros::OfRows));
    for (int time = 0; time < 3; ++time) {  // the way that failed is ruled out from the second time on
      const Operands<float> y = x.operands(false, false);
      detail::bf16_gemm(loops(), Transpose::No, Transpose::No, x.m, x.n, x.k, y.a, y.lda, y.b, y.ldb, nullptr, 0, y.c, y.ldc);
      std::size_t numbers = 0;
      for (std::size_t i = 0; i < x.m; ++i) numbers += x.a(i, 200) == 0 && !std::isnan(x.c(i, 100));
      BOOST_TEST(numbers == 0u, odd << ", time " << time);
    }
  }
}

BOOST_AUTO_TEST_CASE(lists_have_the_pairs_where_one_is_not_zero, *precondition(can_skip)) {
  constexpr std::size_t n = 71;
  std::vector<float> x(n, 0.0f), y(n, -0.0f);
  x[3] = 1, y[2] = 2, x[40] = std::numeric_limits<float>::quiet_NaN(), y[69] = -1e-40f, y[70] = 3;  // y[69] is rounded to zero
  std::vector<kernels::Bf16Pair> xs(n + 16), ys(n + 16);
  std::vector<std::uint32_t> offsets(n + 16);
  const auto& skipping = *loops().skipping;
  BOOST_TEST_REQUIRE(skipping.list_nonzeros(x.data(), y.data(), n, 128, xs.data(), ys.data(), offsets.data()) == 3u);
  BOOST_TEST((offsets[0] == 128u && offsets[1] == 20 * 128u && offsets[2] == 35 * 128u));
  BOOST_TEST((xs[0] == 0x3f800000u && ys[0] == 0x80004000u && ys[2] == 0x00004040u));
}

BOOST_AUTO_TEST_SUITE_END()
