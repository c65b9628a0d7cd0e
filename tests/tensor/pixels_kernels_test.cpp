#include <numeric>
#include <vector>

#include <boost/mpl/list.hpp>
#include <boost/test/unit_test.hpp>

#include "supported_isas.hpp"
#include "xgrad/tensor/kernels/pixels.hpp"

using namespace xgrad::kernels;
using Scalars = boost::mpl::list<float, double>;

BOOST_AUTO_TEST_SUITE(pixels_kernels)

BOOST_AUTO_TEST_CASE_TEMPLATE(every_byte_becomes_its_quotient_by_255_to_the_bit_at_every_place, T, Scalars) {
  std::vector<std::uint8_t> bytes(256 + 37);
  std::iota(bytes.begin(), bytes.end(), std::uint8_t{0});
  for (const Isa isa : xgrad::test::supported_isas()) {
    for (const std::size_t count : {std::size_t{0}, std::size_t{1}, std::size_t{31}, bytes.size()}) {
      std::vector<T> out(count + 1, T(-1));
      pixels<T>(isa).to_unit_interval(bytes.data(), out.data(), count);
      std::size_t wrong = 0;
      for (std::size_t i = 0; i < count; ++i) wrong += out[i] != static_cast<T>(bytes[i]) / T(255);
      BOOST_TEST(wrong == 0u, name(isa) << ", " << count);
      BOOST_TEST(out[count] == T(-1));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
