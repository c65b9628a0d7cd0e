#include "xgrad/tensor/kernels/philox.hpp"

#include <cstdint>
#include <vector>

#include <boost/test/unit_test.hpp>
#include <Random123/philox.h>

#include "supported_isas.hpp"

using namespace xgrad;
using kernels::Isa;

namespace {

std::vector<std::uint32_t> words(Isa isa, std::uint64_t seed, std::uint64_t stream, std::uint64_t position,
                                 std::size_t blocks) {
  std::vector<std::uint32_t> result(4 * blocks + 1, 0xabababab);
  kernels::philox(isa).words(seed, stream, position, blocks, result.data());
  BOOST_TEST(result.back() == 0xabababab);  // nothing is written behind the end
  result.pop_back();
  return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(philox)

// The three vectors that Random123 publishes for philox4x32 with 10 rounds.
BOOST_AUTO_TEST_CASE(known_answers_of_the_published_algorithm_come_out) {
  using Words = std::vector<std::uint32_t>;
  for (Isa isa : test::supported_isas()) {
    BOOST_CHECK((words(isa, 0, 0, 0, 1) == Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
    BOOST_CHECK((words(isa, ~0ull, ~0ull, ~0ull, 1) == Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
    BOOST_CHECK((words(isa, 0x299f31d0a4093822, 0x0370734413198a2e, 0x85a308d3243f6a88, 1) ==
                 Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
  }
}

BOOST_AUTO_TEST_CASE(every_instruction_set_agrees_with_random123_for_every_count_and_across_the_wrap) {
  const std::uint64_t seed = 0x1234567890abcdef, stream = 0xfedcba0987654321;
  for (const std::uint64_t position : {0ull, 0xfffffff0ull, 0xfffffffffffffff0ull})
    for (Isa isa : test::supported_isas())
      for (std::size_t blocks = 0; blocks < 40; ++blocks) {
        const auto ours = words(isa, seed, stream, position, blocks);
        std::size_t wrong = 0;
        for (std::size_t i = 0; i < blocks; ++i) {
          const std::uint64_t p = position + i;
          const auto theirs = r123::Philox4x32{}({{std::uint32_t(p), std::uint32_t(p >> 32), 0x87654321u, 0xfedcba09u}},
                                                 {{0x90abcdefu, 0x12345678u}});
          for (std::size_t k = 0; k < 4; ++k) wrong += theirs[k] != ours[4 * i + k];
        }
        BOOST_TEST(wrong == 0u);
      }
}

BOOST_AUTO_TEST_CASE(masks_compare_the_same_words) {
  constexpr std::size_t n = 1337;  // several buffers and an incomplete block
  for (Isa isa : test::supported_isas()) {
    const auto reference = words(isa, 5, 6, 7, (n + 3) / 4);
    for (const std::uint32_t last : {0u, 0x40000000u, 0x7fffffffu, 0x80000000u, 0xffffffffu}) {
      std::vector<float> single(n + 1, -1);
      std::vector<double> wide(n + 1, -1);
      kernels::philox(isa).mask_float(5, 6, 7, last, 1.25f, single.data(), n);
      kernels::philox(isa).mask_double(5, 6, 7, last, 1.25, wide.data(), n);
      std::size_t wrong = 0;
      for (std::size_t i = 0; i < n; ++i) {
        const double expected = reference[i] <= last ? 1.25 : 0;
        wrong += single[i] != expected || wide[i] != expected;
      }
      BOOST_TEST(wrong == 0u);
      BOOST_TEST((single[n] == -1 && wide[n] == -1));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
