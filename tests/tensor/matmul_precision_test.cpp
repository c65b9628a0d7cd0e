#include "xgrad/tensor/matmul_precision.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <boost/test/unit_test.hpp>

#include "bf16_reference.hpp"
#include "error_text.hpp"
#include "has_bf16.hpp"
#include "xgrad/tensor/error.hpp"
#include "xgrad/tensor/kernels/bf16.hpp"
#include "xgrad/tensor/matmul.hpp"
#include "xgrad/tensor/random.hpp"

using namespace xgrad;
using boost::unit_test::precondition;

namespace {

template <class T>
struct Factors {
  static constexpr std::size_t m = 70, n = 90, k = 201;
  Array<T> a, b, before;

  Factors() {
    Generator generator(1);
    a = random::normal<T>(generator, {m, k});
    b = random::normal<T>(generator, {k, n});
    before = random::normal<T>(generator, {m, n});
  }
  Array<T> product(T beta = 0) const {
    Array<T> out = before;
    matmul(a, Transpose::No, b, Transpose::No, out, beta);
    return out;
  }
  Array<T> scaled_product(T alpha) const {
    Array<T> out = before;
    gemm(Transpose::No, Transpose::No, m, n, k, alpha, a.data(), k, b.data(), n, T(0), out.data(), n);
    return out;
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(matmul_precision)

BOOST_AUTO_TEST_CASE(the_default_is_the_highest_and_other_names_are_refused) {
  BOOST_CHECK(float32_matmul_precision() == MatmulPrecision::Highest);
  BOOST_CHECK_EXCEPTION(set_float32_matmul_precision("low"), ConfigError, says({"'low'", "highest", "medium"}));
  set_float32_matmul_precision("highest");
  BOOST_CHECK(float32_matmul_precision() == MatmulPrecision::Highest);
}

BOOST_AUTO_TEST_CASE(what_the_processor_lacks_is_named_and_changes_nothing,
                     *precondition([](auto) { return !bf16_supported(); })) {
  BOOST_CHECK_EXCEPTION(set_float32_matmul_precision("medium"), ConfigError, says({"bfloat16", "medium"}));
  BOOST_CHECK_THROW(MatmulPrecisionGuard{MatmulPrecision::Medium}, ConfigError);
  BOOST_CHECK(float32_matmul_precision() == MatmulPrecision::Highest);
}

BOOST_AUTO_TEST_CASE(the_unit_has_a_name_where_there_is_one) {
  BOOST_TEST(bf16_unit().empty() == !bf16_supported());
  const bool amx = kernels::bf16_loops(kernels::Bf16Unit::Amx) != nullptr;
  if (bf16_supported()) BOOST_TEST(bf16_unit() == (amx ? "amx_bf16" : "avx512_bf16"));
}

BOOST_AUTO_TEST_CASE(the_speed_of_bfloat16_is_measured_where_there_is_any) {
  if (bf16_supported())
    BOOST_TEST(measured_bf16_speed() > 0);
  else
    BOOST_CHECK_EXCEPTION(measured_bf16_speed(), ConfigError, says({"measured_bf16_speed", "bfloat16"}));
}

BOOST_AUTO_TEST_CASE(a_guard_restores_what_was_before_it_after_an_exception_too, *precondition(has_bf16)) {
  set_float32_matmul_precision("medium");
  try {
    const MatmulPrecisionGuard outer(MatmulPrecision::Highest);
    BOOST_CHECK(float32_matmul_precision() == MatmulPrecision::Highest);
    const MatmulPrecisionGuard inner(MatmulPrecision::Medium);
    BOOST_CHECK(float32_matmul_precision() == MatmulPrecision::Medium);
    throw std::runtime_error("on the way");
  } catch (const std::runtime_error&) {}
  BOOST_CHECK(float32_matmul_precision() == MatmulPrecision::Medium);
  set_float32_matmul_precision(MatmulPrecision::Highest);
}

// Each factor is off by 2⁻⁸ of itself at most, so that a product is by 2·2⁻⁸ + 2⁻¹⁶.
BOOST_AUTO_TEST_CASE(medium_is_off_by_the_rounding_of_the_factors_and_no_more, *precondition(has_bf16)) {
  const Factors<float> f;
  const Array<float> highest = f.product();
  const MatmulPrecisionGuard guard(MatmulPrecision::Medium);
  for (const float beta : {0.0f, 1.0f, -0.5f}) {
    const Array<float> medium = f.product(beta);
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < f.m; ++i)
      for (std::size_t j = 0; j < f.n; ++j) {
        double sum = static_cast<double>(beta) * f.before(i, j), size = 0;
        for (std::size_t p = 0; p < f.k; ++p) {
          const double one = static_cast<double>(f.a(i, p)) * f.b(p, j);
          sum += one, size += std::abs(one);
        }
        const double rounding = std::ldexp(size, -7) + std::ldexp(size, -16);
        wrong += !(std::abs(medium(i, j) - sum) <= rounding + test::bf16_sum_error(f.k + 1, 1.02 * size + std::abs(sum)));
      }
    BOOST_TEST(wrong == 0u, "beta " << beta);
    BOOST_CHECK(medium != highest);
  }
}

BOOST_AUTO_TEST_CASE(float64_and_scaled_products_are_computed_as_ever, *precondition(has_bf16)) {
  const Factors<double> wide;
  const Factors<float> narrow;
  const Array<double> product = wide.product();
  const Array<float> scaled = narrow.scaled_product(2);
  const MatmulPrecisionGuard guard(MatmulPrecision::Medium);
  BOOST_CHECK(wide.product() == product);
  BOOST_CHECK(narrow.scaled_product(2) == scaled);
}

BOOST_AUTO_TEST_CASE(affine_adds_its_row_to_products_in_bfloat16, *precondition(has_bf16)) {
  const Factors<float> f;
  Array<float> rows = empty_array<float>({f.m, f.n}), out = rows;
  for (std::size_t i = 0; i < f.m; ++i) std::copy_n(f.before.data(), f.n, rows.data() + i * f.n);
  const MatmulPrecisionGuard guard(MatmulPrecision::Medium);
  affine(Transpose::No, f.m, f.n, f.k, f.a.data(), f.k, f.b.data(), f.n, f.before.data(), out.data(), f.n);
  matmul(f.a, Transpose::No, f.b, Transpose::No, rows, 1.0f);
  BOOST_CHECK(out == rows);
}

BOOST_AUTO_TEST_CASE(affine_takes_relu_of_its_sums_in_every_precision) {
  const auto check = [](const auto& f) {
    auto sums = filled_array(f.before.shape(), f.before(0, 0)), rectified = sums;
    for (const Then then : {Then::Nothing, Then::Relu})
      affine(Transpose::No, f.m, f.n, f.k, f.a.data(), f.k, f.b.data(), f.n, f.before.data(),
             (then == Then::Relu ? rectified : sums).data(), f.n, then);
    for (auto& sum : sums) sum = std::max(sum, decltype(sum + 0)(0));
    BOOST_CHECK(rectified == sums);
  };
  const Factors<float> narrow;
  check(narrow);
  check(Factors<double>());
  if (!bf16_supported()) return;
  const MatmulPrecisionGuard guard(MatmulPrecision::Medium);
  check(narrow);
}

BOOST_AUTO_TEST_SUITE_END()
