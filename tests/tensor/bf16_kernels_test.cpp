#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "bf16_reference.hpp"
#include "emulated_tiles.hpp"
#include "xgrad/tensor/bf16_gemm.hpp"
#include "xgrad/tensor/gemm_operands.hpp"
#include "xgrad/tensor/kernels/bf16.hpp"
#include "xgrad/tensor/random.hpp"

using namespace xgrad;
using boost::unit_test::precondition;
using kernels::Bf16Pair;
using test::rounded_to_bf16;

namespace {

constexpr float infinite = std::numeric_limits<float>::infinity(), no_number = std::numeric_limits<float>::quiet_NaN();
constexpr Transpose both[] = {Transpose::No, Transpose::Yes};

// What can be tested on this processor; AMX everywhere, on tiles of plain C++.
struct Unit {
  const char* name;
  const kernels::Bf16Loops* loops;
};

std::vector<Unit> units() {
  std::vector<Unit> result{{"AMX, emulated", &test::emulated_amx_loops()}};
  if (const auto* loops = kernels::bf16_loops(kernels::Bf16Unit::Avx512)) result.push_back({"AVX512_BF16", loops});
  if (const auto* loops = kernels::bf16_loops(kernels::Bf16Unit::Amx)) result.push_back({"AMX", loops});
  return result;
}

struct Extents {
  std::size_t m, n, k;
};

// Every height and width of a tile with its remainders; odd and even k; more than one block each way.
const Extents extents[] = {{1, 1, 1},      {2, 3, 4},      {5, 15, 7},    {7, 16, 9},     {8, 17, 3},
                           {11, 31, 5},    {12, 32, 8},    {13, 33, 2},   {23, 50, 1},    {16, 10, 64},
                           {64, 20, 1100}, {200, 210, 65}, {3, 2100, 33}, {193, 40, 513}, {330, 33, 1700}};

// An operand inside a wider array, so that rows are further apart than they are long; what is beside it is no number.
struct Operand {
  Array<float> array;
  std::size_t stride;
  bool flipped;

  Operand(std::size_t rows, std::size_t cols, Transpose t, std::uint64_t seed) : flipped(t == Transpose::Yes) {
    if (flipped) std::swap(rows, cols);
    stride = cols + 3;
    Generator generator(seed);
    array = random::normal<float>(generator, {rows, stride});
    for (std::size_t i = 0; i < rows; ++i) std::fill_n(&array(i, cols), 3, no_number);
  }
  float& operator()(std::size_t i, std::size_t j) { return flipped ? array(j, i) : array(i, j); }
  double rounded(std::size_t i, std::size_t j) const { return rounded_to_bf16(flipped ? array(j, i) : array(i, j)); }
  const float* at(std::size_t i, std::size_t j) const { return flipped ? &array(j, i) : &array(i, j); }
  Transpose transpose() const { return flipped ? Transpose::Yes : Transpose::No; }
};

void multiply(const Unit& unit, const Operand& a, const Operand& b, const Extents& e, const float* start, std::size_t start_row,
              float* c, std::size_t ldc) {
  detail::bf16_gemm(*unit.loops, a.transpose(), b.transpose(), e.m, e.n, e.k, a.array.data(), a.stride, b.array.data(),
                    b.stride, start, start_row, c, ldc);
}

Array<float> product(const Unit& unit, const Operand& a, const Operand& b, const Extents& e) {
  Array<float> c = filled_array<float>({e.m, e.n}, no_number);  // must not be read
  multiply(unit, a, b, e, nullptr, 0, c.data(), e.n);
  return c;
}

// Σ a·b of the rounded numbers, and how far from it a result may be.
class Reference {
 public:
  Reference(const Operand& a, const Operand& b, const Extents& e) : k_(e.k) {
    sums_ = filled_array<double>({e.m, e.n}, 0), sizes_ = sums_;
    for (std::size_t p = 0; p < e.k; ++p) {
      std::vector<double> row;
      for (std::size_t j = 0; j < e.n; ++j) row.push_back(b.rounded(p, j));
      for (std::size_t i = 0; i < e.m; ++i) {
        const double x = a.rounded(i, p);
        for (std::size_t j = 0; j < e.n; ++j) sums_(i, j) += x * row[j], sizes_(i, j) += std::abs(x * row[j]);
      }
    }
  }
  double sum(std::size_t i, std::size_t j) const { return sums_(i, j); }
  // Whether c is start + the sum, but for the rounding of the sum.
  bool is_near(float c, float start, std::size_t i, std::size_t j) const {
    return std::abs(c - start - sums_(i, j)) <= test::bf16_sum_error(k_, std::abs(start) + sizes_(i, j));
  }

 private:
  std::size_t k_;
  Array<double> sums_, sizes_;
};

bool is_same(float x, float y) { return x == y || (std::isnan(x) && std::isnan(y)); }

// Numbers at which rounding may go wrong: ties both ways, carries into the exponent, the ends of the range.
std::vector<float> difficult_numbers() {
  std::vector<float> numbers{0.0f,   -0.0f,   1.0f,     infinite, -infinite, no_number,
                             1e-40f, -1e-45f, 3.5e-38f, 3.3e38f,  3.4e38f,   -3.4e38f};
  for (int step = 0; step < 24; ++step)  // sixteenths of the distance between neighbours from 1 on
    for (const float sign : {1.0f, -1.0f}) numbers.push_back(sign * (1.0f + std::ldexp(static_cast<float>(step), -11)));
  for (const float odd : {1.9999999f, 0x1.fefffep0f, 0x1.ffp0f, 0x1.feffffp-126f, 0x1.ffp127f}) numbers.push_back(odd);
  Generator generator(1);
  const Array<float> exponents = random::uniform<float>(generator, {400}, -126, 127);
  for (const float exponent : exponents) numbers.push_back(std::exp2(exponent));
  return numbers;
}

std::uint16_t upper_half(float x) { return static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(x) >> 16); }

// The number of pairs that are not what rounding the lines gives. `line(i, p)` is number p of line i.
template <class Line>
std::size_t wrong_pairs(const std::vector<Bf16Pair>& pairs, std::size_t width, std::size_t count, std::size_t k, Line&& line) {
  std::size_t wrong = 0;
  for (std::size_t p = 0; 2 * p < k; ++p)
    for (std::size_t i = 0; i < count; ++i)
      for (std::size_t half = 0; half < 2; ++half) {
        const auto found = static_cast<std::uint16_t>(pairs[p * width + i] >> (16 * half));
        const float number = 2 * p + half < k ? line(i, 2 * p + half) : 0.0f;
        const bool both_nan = std::isnan(number) && std::isnan(std::bit_cast<float>(std::uint32_t{found} << 16));
        wrong += found != upper_half(rounded_to_bf16(number)) && !both_nan;
      }
  return wrong;
}

boost::test_tools::assertion_result has_amx(boost::unit_test::test_unit_id) {
  boost::test_tools::assertion_result result(kernels::bf16_loops(kernels::Bf16Unit::Amx) != nullptr);
  if (!result) result.message() << "this processor has no AMX_BF16";
  return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(bf16_kernels)

BOOST_AUTO_TEST_CASE(the_reference_rounds_to_the_nearest_of_eight_bits_and_ties_to_even) {
  const std::pair<float, float> cases[] = {{1.0f, 1.0f},
                                           {3.14159274f, 3.140625f},
                                           {1.00390625f, 1.0f},       // halfway between 1 and 1 + 2⁻⁷: 1 is even
                                           {1.01171875f, 1.015625f},  // between 1 + 2⁻⁷ and 1 + 2⁻⁶: the latter is
                                           {1.003907f, 1.0078125f},
                                           {-1.00390625f, -1.0f},
                                           {0.1f, 0.10009765625f},
                                           {255.5f, 256.0f},
                                           {257.0f, 256.0f},
                                           {3.4e38f, infinite},
                                           {-infinite, -infinite},
                                           {1e-39f, 0.0f}};
  for (const auto& [x, rounded] : cases) BOOST_TEST(rounded_to_bf16(x) == rounded, x);
  BOOST_TEST(std::isnan(rounded_to_bf16(no_number)));
  BOOST_TEST(std::signbit(rounded_to_bf16(-1e-45f)));
  std::size_t wrong = 0;
  for (const float x : difficult_numbers()) {
    if (!std::isnormal(x) || std::abs(x) > 3.38e38f) continue;
    const float y = rounded_to_bf16(x);
    wrong += (std::bit_cast<std::uint32_t>(y) & 0xffffu) != 0;   // a number of bfloat16
    wrong += !(std::abs(y - x) <= std::ldexp(std::abs(x), -8));  // half the distance of its neighbours at most
  }
  BOOST_TEST(wrong == 0u);
}

BOOST_AUTO_TEST_CASE(packing_rounds_like_the_reference_and_puts_neighbours_together) {
  const std::vector<float> numbers = difficult_numbers();
  for (const Unit& unit : units())
    for (const std::size_t width : {unit.loops->strip, unit.loops->panel})
      for (const std::size_t count : {std::size_t{1}, std::size_t{5}, std::size_t{12}, std::size_t{17}, std::size_t{32}})
        for (const std::size_t k : {1, 2, 15, 16, 17, 31, 32, 33, 70}) {
          if (count > width) continue;
          const kernels::Bf16Loops& loops = *unit.loops;
          const std::size_t stride = std::max(count, k) + 5, whole_vectors = detail::round_up((k + 1) / 2, 16);
          std::vector<float> from(stride * std::max(count, k));
          for (std::size_t i = 0; i < from.size(); ++i) from[i] = numbers[i % numbers.size()];
          std::vector<Bf16Pair> to((k + 1) / 2 * width + kernels::bf16_slack);
          loops.pack_rows(from.data(), stride, count, k, to.data(), width);
          const auto row = [&](std::size_t i, std::size_t p) { return from[i * stride + p]; };
          BOOST_TEST(wrong_pairs(to, width, count, k, row) == 0u,
                     unit.name << ", rows: " << count << " of " << k << ", " << width << " wide");
          std::vector<Bf16Pair> rounded(count * 48, Bf16Pair{0x7fc07fc0});  // no numbers
          loops.round_rows(from.data(), stride, count, k, rounded.data(), 48);
          std::size_t different = 0;
          for (std::size_t i = 0; i < count; ++i)
            for (std::size_t p = 0; p < whole_vectors; ++p)
              different += rounded[i * 48 + p] != (2 * p < k ? to[p * width + i] : 0);
          BOOST_TEST(different == 0u, unit.name << ", rounded rows: " << count << " of " << k);
          loops.pack_columns(from.data(), stride, count, k, to.data(), width);
          const auto column = [&](std::size_t i, std::size_t p) { return from[p * stride + i]; };
          BOOST_TEST(wrong_pairs(to, width, count, k, column) == 0u,
                     unit.name << ", columns: " << count << " of " << k << ", " << width << " wide");
          if (!loops.round_columns) continue;
          loops.round_columns(from.data(), stride, count, k, rounded.data(), 48);
          different = 0;
          for (std::size_t i = 0; i < count; ++i)
            for (std::size_t p = 0; p < whole_vectors; ++p)
              different += rounded[i * 48 + p] != (2 * p < k ? to[p * width + i] : 0);
          BOOST_TEST(different == 0u, unit.name << ", rounded columns: " << count << " of " << k);
        }
}

BOOST_AUTO_TEST_CASE(every_element_is_the_sum_of_rounded_products_within_the_rounding_of_sums) {
  for (const Extents& e : extents)
    for (const Transpose ta : both)
      for (const Transpose tb : both) {
        const Operand a(e.m, e.k, ta, 1), b(e.k, e.n, tb, 2);
        const Reference reference(a, b, e);
        const std::size_t ldc = e.n + 2;
        for (const Unit& unit : units())
          for (const bool add : {false, true}) {
            Array<float> c = filled_array<float>({e.m, ldc}, 0.5f);
            multiply(unit, a, b, e, add ? c.data() : nullptr, ldc, c.data(), ldc);
            std::size_t wrong = 0;
            for (std::size_t i = 0; i < e.m; ++i) {
              for (std::size_t j = 0; j < e.n; ++j) wrong += !reference.is_near(c(i, j), add ? 0.5f : 0, i, j);
              for (std::size_t j = e.n; j < ldc; ++j) wrong += c(i, j) != 0.5f;  // written outside of C
            }
            BOOST_TEST(wrong == 0u, unit.name << ": " << e.m << "×" << e.n << "×" << e.k << (a.flipped ? ", a transposed" : "")
                                              << (b.flipped ? ", b transposed" : "") << (add ? ", added" : ""));
          }
      }
}

BOOST_AUTO_TEST_CASE(sums_of_small_whole_numbers_are_exact) {
  const Extents e{37, 45, 1030};
  Operand a(e.m, e.k, Transpose::No, 1), b(e.k, e.n, Transpose::Yes, 2);
  for (std::size_t p = 0; p < e.k; ++p) {
    for (std::size_t i = 0; i < e.m; ++i) a(i, p) = static_cast<float>((7 * i + 3 * p) % 17) - 8;
    for (std::size_t j = 0; j < e.n; ++j) b(p, j) = static_cast<float>((5 * j + 11 * p) % 13) - 6;
  }
  const Reference reference(a, b, e);
  for (const Unit& unit : units()) {
    const Array<float> c = product(unit, a, b, e);
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < e.m; ++i)
      for (std::size_t j = 0; j < e.n; ++j) wrong += c(i, j) != reference.sum(i, j);
    BOOST_TEST(wrong == 0u, unit.name);
  }
}

BOOST_AUTO_TEST_CASE(an_element_has_the_same_bits_whatever_it_is_computed_with) {
  for (const Unit& unit : units())
    for (const Extents& e : {Extents{27, 85, 7}, Extents{15, 50, 1100}})
      for (const Transpose ta : both)
        for (const Transpose tb : both) {
          const Operand a(e.m, e.k, ta, 1), b(e.k, e.n, tb, 2);
          const Array<float> c = product(unit, a, b, e);
          std::size_t different = 0;
          for (std::size_t i = 0; i < e.m; ++i)
            for (std::size_t j = i % 5; j < e.n; j += 5) {  // each row and column with some of the others
              float alone = no_number;
              detail::bf16_gemm(*unit.loops, ta, tb, 1, 1, e.k, a.at(i, 0), a.stride, b.at(0, j), b.stride, nullptr, 0, &alone,
                                1);
              different += alone != c(i, j);
            }
          BOOST_TEST(different == 0u, unit.name << ": " << e.m << "×" << e.n << "×" << e.k);
        }
}

BOOST_AUTO_TEST_CASE(a_row_that_is_added_everywhere_comes_before_the_first_product) {
  for (const Unit& unit : units())
    for (const Extents& e : {Extents{13, 37, 5}, Extents{70, 210, 700}}) {
      const Operand a(e.m, e.k, Transpose::No, 1), b(e.k, e.n, Transpose::Yes, 2);
      const Reference reference(a, b, e);
      Generator generator(3);
      const Array<float> row = random::normal<float>(generator, {e.n});
      Array<float> c = filled_array<float>({e.m, e.n}, no_number), rows = empty_array<float>({e.m, e.n});
      multiply(unit, a, b, e, row.data(), 0, c.data(), e.n);
      std::size_t wrong = 0;
      for (std::size_t i = 0; i < e.m; ++i)
        for (std::size_t j = 0; j < e.n; ++j) {
          wrong += !reference.is_near(c(i, j), row(j), i, j);
          rows(i, j) = row(j);
        }
      BOOST_TEST(wrong == 0u, unit.name);
      multiply(unit, a, b, e, rows.data(), e.n, rows.data(), e.n);
      BOOST_TEST((rows == c), unit.name);
    }
}

BOOST_AUTO_TEST_CASE(relu_is_taken_of_the_whole_sum) {
  for (const Unit& unit : units())
    for (const Extents& e : {Extents{13, 37, 5}, Extents{70, 70, 1700}}) {  // the second in several pieces of k
      Operand a(e.m, e.k, Transpose::No, 1), b(e.k, e.n, Transpose::Yes, 2);
      a(2, 1) = no_number;
      const Array<float> sums = product(unit, a, b, e);
      Array<float> c = filled_array<float>({e.m, e.n}, no_number);
      detail::bf16_gemm(*unit.loops, Transpose::No, Transpose::Yes, e.m, e.n, e.k, a.array.data(), a.stride, b.array.data(),
                        b.stride, nullptr, 0, c.data(), e.n, true);
      std::size_t wrong = 0;
      for (std::size_t i = 0; i < e.m; ++i)
        for (std::size_t j = 0; j < e.n; ++j) wrong += !is_same(c(i, j), sums(i, j) <= 0 ? 0.0f : sums(i, j));
      BOOST_TEST(wrong == 0u, unit.name << ": " << e.m << "×" << e.n << "×" << e.k);
    }
}

// The last number of an odd k has no neighbour, and the last strip and panel are incomplete: what fills them must not meet an
// infinity, since 0·∞ is no number.
BOOST_AUTO_TEST_CASE(nan_and_infinity_reach_their_row_and_column_and_no_other) {
  for (const Unit& unit : units())
    for (const Extents& e : {Extents{5, 9, 3}, Extents{29, 41, 33}})
      for (const std::size_t p : {std::size_t{0}, e.k - 1})
        for (const float special : {no_number, infinite, -infinite}) {
          Operand a(e.m, e.k, Transpose::No, 1), b(e.k, e.n, Transpose::Yes, 2);
          a(2, p) = special;
          std::vector<float> from_row;
          for (std::size_t j = 0; j < e.n; ++j) from_row.push_back(static_cast<float>(b.rounded(p, j)));
          const Array<float> in_row = product(unit, a, b, e);
          a(2, p) = 1;
          b(p, 3) = special;
          const Array<float> in_column = product(unit, a, b, e);
          std::size_t wrong = 0;
          for (std::size_t i = 0; i < e.m; ++i)
            for (std::size_t j = 0; j < e.n; ++j) {
              wrong += i == 2 ? !is_same(in_row(i, j), special * from_row[j]) : !std::isfinite(in_row(i, j));
              wrong += j == 3 ? !is_same(in_column(i, j), special * static_cast<float>(a.rounded(i, p)))
                              : !std::isfinite(in_column(i, j));
            }
          BOOST_TEST(wrong == 0u, unit.name << ": " << e.m << "×" << e.n << "×" << e.k << ", " << special << " at " << p);
        }
}

// Numbers whose sums underflow, overflow and cancel: each rounding is where Intel says that it is.
BOOST_AUTO_TEST_CASE(amx_gives_the_bits_that_its_emulation_gives, *precondition(has_amx)) {
  const std::vector<float> numbers = difficult_numbers();
  const Unit emulated{"AMX, emulated", &test::emulated_amx_loops()};
  const Unit real{"AMX", kernels::bf16_loops(kernels::Bf16Unit::Amx)};
  for (const Extents& e : {Extents{37, 45, 1030}, Extents{64, 64, 96}, Extents{3, 100, 40}})
    for (const Transpose ta : both)
      for (const Transpose tb : both)
        for (const bool difficult : {false, true}) {
          Operand a(e.m, e.k, ta, 1), b(e.k, e.n, tb, 2);
          for (std::size_t p = 0; difficult && p < e.k; ++p) {
            for (std::size_t i = 0; i < e.m; ++i) a(i, p) = numbers[(7 * i + 3 * p) % numbers.size()];
            for (std::size_t j = 0; j < e.n; ++j) b(p, j) = numbers[(5 * j + 11 * p) % numbers.size()];
          }
          const Array<float> expected = product(emulated, a, b, e), found = product(real, a, b, e);
          std::size_t different = 0;
          for (std::size_t i = 0; i < found.size(); ++i) different += !is_same(found.flat(i), expected.flat(i));
          BOOST_TEST(different == 0u, e.m << "×" << e.n << "×" << e.k << (difficult ? ", difficult numbers" : ""));
        }
}

BOOST_AUTO_TEST_SUITE_END()
