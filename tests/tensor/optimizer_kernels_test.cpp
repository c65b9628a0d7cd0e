// Update rules with square roots by multiply-adds, against those with the instruction: the same bits. The rules themselves are
// tested against PyTorch in optimizers_test.cpp.
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "supported_isas.hpp"
#include "xgrad/tensor/array.hpp"
#include "xgrad/tensor/kernels/optimizer.hpp"
#include "xgrad/tensor/random.hpp"

using namespace xgrad;
using kernels::OptimizerLoops;
using kernels::UpdateNumbers;

namespace {

// The loops for floats that have such roots on this processor.
std::vector<const OptimizerLoops<float>*> multiplied() {
  std::vector<const OptimizerLoops<float>*> found;
  if (!kernels::multiplied_roots_are_exact()) return found;
  for (const kernels::Isa isa : test::supported_isas())
    if (const auto* loops = kernels::optimizer_loops<float>(isa).multiplied_roots) found.push_back(loops);
  return found;
}

// Floats whose representations are `first`, `first + step`, ….
std::vector<float> floats(std::uint32_t first, std::uint32_t step, std::size_t count) {
  std::vector<float> result(count);
  for (std::size_t i = 0; i < count; ++i) result[i] = std::bit_cast<float>(first + step * static_cast<std::uint32_t>(i));
  return result;
}

bool is_same(float a, float b) {
  return std::bit_cast<std::uint32_t>(a) == std::bit_cast<std::uint32_t>(b) || (std::isnan(a) && std::isnan(b));
}

std::size_t wrong_roots(const OptimizerLoops<float>& loops, const std::vector<float>& x) {
  std::vector<float> found(x.size());
  loops.roots(x.data(), found.data(), x.size());
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < x.size(); ++i) wrong += !is_same(found[i], std::sqrt(x[i]));
  return wrong;
}

struct Arrays {
  Array<float> p, g, v, other;
  explicit Arrays(std::size_t n) {
    Generator generator(3);
    p = random::normal<float>(generator, {n});
    g = random::normal<float>(generator, {n});
    v = random::uniform<float>(generator, {n});
    other = random::uniform<float>(generator, {n});
    for (std::size_t i = 0; i < n; i += 5) v(i) = 0;
    for (std::size_t i = 0; i < n; i += 7) g(i) = 0;
  }
  bool operator==(const Arrays& o) const { return p == o.p && v == o.v && other == o.other; }
};

// Whether `rule`, called as rule(loops, arrays), leaves the same bits with both tables.
template <class Rule>
bool agree(const OptimizerLoops<float>& one, const OptimizerLoops<float>& other, Rule rule) {
  for (const std::size_t n : {1, 15, 16, 333}) {
    Arrays a(n), b(n);
    for (int step = 0; step < 3; ++step) rule(one, a), rule(other, b);
    if (!(a == b)) return false;
  }
  return true;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(optimizer_kernels)

// The root of 4x is twice that of x, whatever the algorithm, as long as nothing overflows or becomes subnormal: all floats of
// two powers of two stand for all.
BOOST_AUTO_TEST_CASE(roots_by_multiply_adds_are_rounded_correctly_for_every_float) {
  constexpr std::uint32_t one = 0x3f800000, count = 1 << 20;
  for (const auto* loops : multiplied())
    for (std::uint32_t block = 0; block < 16; ++block)
      BOOST_TEST(wrong_roots(*loops, floats(one + block * count, 1, count)) == 0u, "block " << block << " of [1, 4)");
}

BOOST_AUTO_TEST_CASE(roots_by_multiply_adds_are_those_of_the_instruction_everywhere_else) {
  for (const auto* loops : multiplied()) {
    BOOST_TEST(wrong_roots(*loops, floats(0, 4099, 0xffffffff / 4099)) == 0u, "floats of every size, both signs, and NaN");
    using Limits = std::numeric_limits<float>;
    for (const float x : {0.0f, -0.0f, 1.0f, -1.0f, Limits::min(), Limits::denorm_min(), Limits::max(), Limits::infinity(),
                          Limits::quiet_NaN(), 0x1p-77f, 0x1p-78f, 0x1p100f, 0x1p99f}) {
      std::vector<float> among_others(35, 2.0f);
      among_others[17] = x;
      BOOST_TEST(wrong_roots(*loops, among_others) == 0u, "√" << x);
    }
  }
}

BOOST_AUTO_TEST_CASE(updates_with_roots_by_multiply_adds_have_the_same_bits) {
  const UpdateNumbers<float> k{.lr = 0.1f,
                               .weight_decay = 0.01f,
                               .momentum = 0.9f,
                               .beta1 = 0.9f,
                               .beta2 = 0.99f,
                               .rest1 = 0.1f,
                               .rest2 = 0.01f,
                               .eps = 1e-8f};
  const auto size = [](const Arrays& x) { return x.p.size(); };
  for (const kernels::Isa isa : test::supported_isas()) {
    const auto& loops = kernels::optimizer_loops<float>(isa);
    if (!loops.multiplied_roots || !kernels::multiplied_roots_are_exact()) continue;
    BOOST_TEST(agree(loops, *loops.multiplied_roots, [&](const auto& table, Arrays& x) {
      table.rmsprop(x.p.data(), x.g.data(), x.v.data(), nullptr, x.other.data(), size(x), k);
    }));
    BOOST_TEST(agree(loops, *loops.multiplied_roots,
                     [&](const auto& table, Arrays& x) { table.adagrad(x.p.data(), x.g.data(), x.v.data(), size(x), k); }));
    BOOST_TEST(agree(loops, *loops.multiplied_roots, [&](const auto& table, Arrays& x) {
      table.adadelta(x.p.data(), x.g.data(), x.v.data(), x.other.data(), size(x), k);
    }));
  }
}

BOOST_AUTO_TEST_CASE(the_loops_in_use_have_such_roots_where_they_are_exact) {
  const auto& loops = kernels::optimizer_loops<float>(kernels::active_isa());
  const bool expected = loops.multiplied_roots && kernels::multiplied_roots_are_exact();
  BOOST_TEST(&kernels::optimizer_loops<float>() == (expected ? loops.multiplied_roots : &loops));
}

BOOST_AUTO_TEST_SUITE_END()
