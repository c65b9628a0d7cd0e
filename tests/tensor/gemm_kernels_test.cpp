#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include <boost/mpl/list.hpp>
#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include "chain_of_products.hpp"
#include "supported_isas.hpp"
#include "xgrad/tensor/blocked_gemm.hpp"
#include "xgrad/tensor/parallel.hpp"
#include "xgrad/tensor/random.hpp"

using namespace xgrad;
using kernels::Isa;
using test::before;
using test::multiply_add;
using Scalars = boost::mpl::list<float, double>;

namespace {

constexpr Transpose both[] = {Transpose::No, Transpose::Yes};

struct Extents {
  std::size_t m, n, k;
};

// Every height and width of a tile with its remainders; one, both and neither operand copied, rows that are transposed for that
// too; more than one block of columns and of terms, also where panels are taken one by one; and products that are computed as
// their transposes.
const Extents extents[] = {{1, 1, 1},      {2, 3, 4},    {5, 15, 7},    {6, 16, 9},   {7, 17, 3},     {11, 31, 5},
                           {12, 32, 8},    {13, 33, 2},  {23, 50, 11},  {16, 10, 64}, {64, 20, 810},  {20, 200, 300},
                           {66, 200, 810}, {3, 2100, 5}, {16, 40, 810}, {32, 64, 20}, {48, 210, 260}, {30, 800, 20}};

// An operand inside a wider array, so that rows are further apart than they are long.
template <class T>
struct Operand {
  Array<T> array;
  std::size_t stride;
  bool flipped;

  Operand(std::size_t rows, std::size_t cols, Transpose t, std::uint64_t seed) : flipped(t == Transpose::Yes) {
    if (flipped) std::swap(rows, cols);
    stride = cols + 3;
    Generator generator(seed);
    array = random::normal<T>(generator, {rows, stride});
  }
  T operator()(std::size_t i, std::size_t j) const { return flipped ? array(j, i) : array(i, j); }
};

template <class T>
Array<T> product(Isa isa, const Operand<T>& a, const Operand<T>& b, const Extents& e, bool add) {
  const std::size_t ldc = e.n + 2;
  Array<T> c = empty_array<T>({e.m, ldc});
  for (std::size_t i = 0; i < e.m; ++i)
    for (std::size_t j = 0; j < ldc; ++j) c(i, j) = before<T>(i, j);
  detail::blocked_gemm<T>(kernels::gemm_loops<T>(isa), a.flipped ? Transpose::Yes : Transpose::No,
                          b.flipped ? Transpose::Yes : Transpose::No, e.m, e.n, e.k, a.array.data(), a.stride, b.array.data(),
                          b.stride, add ? c.data() : nullptr, ldc, c.data(), ldc);
  return c;
}

// The number of elements that differ from the chain of multiply-adds, or lie outside of C and were written.
template <class T>
std::size_t differences(Isa isa, const Operand<T>& a, const Operand<T>& b, const Extents& e, bool add) {
  const Array<T> c = product(isa, a, b, e, add);
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < e.m; ++i) {
    for (std::size_t j = 0; j < e.n; ++j) {
      T sum = add ? before<T>(i, j) : T(0);
      for (std::size_t p = 0; p < e.k; ++p) sum = multiply_add(isa, a(i, p), b(p, j), sum);
      wrong += c(i, j) != sum;
    }
    for (std::size_t j = e.n; j < e.n + 2; ++j) wrong += c(i, j) != before<T>(i, j);
  }
  return wrong;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(gemm_kernels)

BOOST_AUTO_TEST_CASE_TEMPLATE(every_element_is_the_chain_of_multiply_adds_in_the_order_of_k_to_the_bit, T, Scalars) {
  for (const Isa isa : test::supported_isas()) {
    for (const Extents& e : extents)
      for (const Transpose ta : both)
        for (const Transpose tb : both) {
          const Operand<T> a(e.m, e.k, ta, 1), b(e.k, e.n, tb, 2);
          for (const bool add : {false, true})
            BOOST_TEST(differences(isa, a, b, e, add) == 0u,
                       kernels::name(isa) << ", " << e.m << "×" << e.n << "×" << e.k << (a.flipped ? ", a transposed" : "")
                                          << (b.flipped ? ", b transposed" : "") << (add ? ", added" : ""));
        }
  }
}

// A transposed first factor of more than a megabyte.
BOOST_AUTO_TEST_CASE_TEMPLATE(rows_that_are_copied_in_several_blocks_are_all_multiplied, T, Scalars) {
  const Extents e{340, 193, 800};
  const Operand<T> a(e.m, e.k, Transpose::Yes, 1), b(e.k, e.n, Transpose::No, 2);
  for (const Isa isa : test::supported_isas()) BOOST_TEST(differences(isa, a, b, e, true) == 0u, kernels::name(isa));
}

BOOST_AUTO_TEST_CASE(what_the_result_held_is_not_read_unless_it_is_added_to) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const Array<float> a = filled_array<float>({13, 4}, 1), b = filled_array<float>({4, 33}, 2);
  Array<float> c = filled_array<float>({13, 33}, nan);
  detail::blocked_gemm<float>(kernels::gemm_loops<float>(), Transpose::No, Transpose::No, 13, 33, 4, a.data(), 4, b.data(), 33,
                              nullptr, 0, c.data(), 33);
  for (const float x : c) BOOST_TEST(x == 8);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_row_that_is_added_everywhere_comes_before_the_first_product, T, Scalars) {
  for (const Extents& e : {Extents{13, 37, 5}, Extents{66, 200, 810}, Extents{16, 50, 810}}) {
    const Operand<T> a(e.m, e.k, Transpose::No, 1), b(e.k, e.n, Transpose::Yes, 2), row(1, e.n, Transpose::No, 3);
    for (const Isa isa : test::supported_isas()) {
      Array<T> c = empty_array<T>({e.m, e.n});
      detail::blocked_gemm<T>(kernels::gemm_loops<T>(isa), Transpose::No, Transpose::Yes, e.m, e.n, e.k, a.array.data(),
                              a.stride, b.array.data(), b.stride, row.array.data(), 0, c.data(), e.n);
      std::size_t wrong = 0;
      for (std::size_t i = 0; i < e.m; ++i)
        for (std::size_t j = 0; j < e.n; ++j) {
          T sum = row(0, j);
          for (std::size_t p = 0; p < e.k; ++p) sum = multiply_add(isa, a(i, p), b(p, j), sum);
          wrong += c(i, j) != sum;
        }
      BOOST_TEST(wrong == 0u, kernels::name(isa));
    }
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(relu_comes_after_the_last_product, T, Scalars) {
  for (const Isa isa : test::supported_isas())
    for (const Extents& e : extents) {
      const Operand<T> a(e.m, e.k, Transpose::No, 1), b(e.k, e.n, Transpose::Yes, 2), row(1, e.n, Transpose::No, 3);
      Array<T> sums = empty_array<T>({e.m, e.n}), rectified = sums;
      for (const bool relu : {false, true})
        detail::blocked_gemm<T>(kernels::gemm_loops<T>(isa), Transpose::No, Transpose::Yes, e.m, e.n, e.k, a.array.data(),
                                a.stride, b.array.data(), b.stride, row.array.data(), 0, (relu ? rectified : sums).data(), e.n,
                                relu);
      std::size_t wrong = 0;
      for (std::size_t i = 0; i < sums.size(); ++i) wrong += rectified.data()[i] != std::max(sums.data()[i], T(0));
      BOOST_TEST(wrong == 0u, kernels::name(isa) << ", " << e.m << "×" << e.n << "×" << e.k);
    }
}

BOOST_AUTO_TEST_CASE(relu_keeps_what_is_not_a_number) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const Array<float> a = filled_array<float>({3, 4}, nan), b = filled_array<float>({4, 40}, 2),
                     row = filled_array<float>({40}, 1);
  Array<float> c = filled_array<float>({3, 40}, 0);
  detail::blocked_gemm<float>(kernels::gemm_loops<float>(), Transpose::No, Transpose::No, 3, 40, 4, a.data(), 4, b.data(), 40,
                              row.data(), 0, c.data(), 40, true);
  for (const float x : c) BOOST_TEST(std::isnan(x));
}

// Columns are shared where there are more of them, rows in the third and the last; some as products turned round. A row that is
// added, sums that go on and what comes after the last term have to be found by each thread.
BOOST_AUTO_TEST_CASE(threads_share_rows_or_columns_and_change_no_bit) {
  for (const Extents& e : {Extents{256, 300, 100}, Extents{16, 900, 100}, Extents{100, 45, 900}, Extents{15, 900, 100},
                           Extents{32, 64, 784}, Extents{100, 400, 900}, Extents{1100, 33, 20}})
    for (const Transpose ta : both)
      for (const Transpose tb : both) {
        const Operand<float> a(e.m, e.k, ta, 1), b(e.k, e.n, tb, 2), row(1, e.n, Transpose::No, 3);
        const auto rectified = [&] {
          Array<float> c = empty_array<float>({e.m, e.n});
          detail::blocked_gemm<float>(kernels::gemm_loops<float>(), ta, tb, e.m, e.n, e.k, a.array.data(), a.stride,
                                      b.array.data(), b.stride, row.array.data(), 0, c.data(), e.n, true);
          return c;
        };
        const Array<float> alone = product(kernels::active_isa(), a, b, e, true), rectified_alone = rectified();
        for (const std::size_t threads : {2, 3, 5}) {
          set_thread_count(threads);
          const std::string what = fmt::format("{} threads, {}×{}×{}{}{}", threads, e.m, e.n, e.k,
                                               a.flipped ? ", a transposed" : "", b.flipped ? ", b transposed" : "");
          BOOST_TEST((product(kernels::active_isa(), a, b, e, true) == alone), what);
          BOOST_TEST((rectified() == rectified_alone), what << ", rectified");
        }
        set_thread_count(1);
      }
}

BOOST_AUTO_TEST_SUITE_END()
