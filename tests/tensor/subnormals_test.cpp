// Arithmetic in which subnormal numbers count as zero, and only as long as asked for.
#include "xgrad/tensor/subnormals.hpp"

#include <limits>

#include <boost/test/unit_test.hpp>

using xgrad::SubnormalsAreZero;

namespace {

// At run time, and not inlined beside what changes it.
template <class T>
[[gnu::noinline]] T product(T x, T y) {
  volatile T a = x, b = y;
  return a * b;
}

template <class T>
void check() {
  const T least = std::numeric_limits<T>::min(), subnormal = least / 4;
  const bool zero = SubnormalsAreZero::is_supported();
  BOOST_TEST(product(least, T(0.5)) == least / 2);
  {
    const SubnormalsAreZero meanwhile;
    BOOST_TEST((product(least, T(0.5)) == 0) == zero, "a subnormal result");
    BOOST_TEST((product(subnormal, T(1024)) == 0) == zero, "a subnormal factor");
    BOOST_TEST(product(least, T(1)) == least);
    { const SubnormalsAreZero again; }
    BOOST_TEST((product(least, T(0.5)) == 0) == zero, "after another inside has ended");
  }
  BOOST_TEST(product(least, T(0.5)) == least / 2, "afterwards");
  BOOST_TEST(product(subnormal, T(4)) == least, "afterwards");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(subnormals)

BOOST_AUTO_TEST_CASE(they_are_zero_while_asked_for_and_no_longer) {
  check<float>();
  check<double>();
}

BOOST_AUTO_TEST_SUITE_END()
