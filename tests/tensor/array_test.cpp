#include "xgrad/tensor/array.hpp"

#include <cstdint>
#include <type_traits>
#include <utility>

#include <boost/mpl/list.hpp>
#include <boost/test/unit_test.hpp>

using namespace xgrad;
using Types = boost::mpl::list<float, double, std::int64_t>;

BOOST_AUTO_TEST_SUITE(array)

BOOST_AUTO_TEST_CASE_TEMPLATE(arrays_of_a_shape_have_it_and_rows_that_follow_each_other, T, Types) {
  Array<T> x = empty_array<T>({2, 3});
  for (std::size_t i = 0; i < 6; ++i) x.data()[i] = static_cast<T>(i);
  BOOST_CHECK((x.shape() == Shape{2, 3}));
  BOOST_TEST(x(0, 2) == T(2));
  BOOST_TEST(x(1, 0) == T(3));
  BOOST_CHECK(filled_array<T>({2, 2}, T(7)) == Array<T>({{7, 7}, {7, 7}}));
  BOOST_TEST(scalar_array<T>(T(5)).dimension() == 0u);
  BOOST_TEST(scalar_array<T>(T(5))() == T(5));
  BOOST_TEST(empty_array<T>({0, 4}).size() == 0u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(memory_is_aligned_and_comes_from_the_pool, T, Types) {
  for (const std::size_t n : {1, 100, 5000, 100000}) {
    const auto before = buffer_pool::statistics();
    {
      const Array<T> x = empty_array<T>({n});
      BOOST_TEST(reinterpret_cast<std::uintptr_t>(x.data()) % 64 == 0u);
      BOOST_TEST(buffer_pool::statistics().allocations > before.allocations);
      BOOST_TEST(buffer_pool::statistics().bytes_in_use >= before.bytes_in_use + n * sizeof(T));
    }
    BOOST_TEST(buffer_pool::statistics().bytes_in_use == before.bytes_in_use);
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(copies_are_independent_and_moves_keep_the_memory, T, Types) {
  Array<T> x = filled_array<T>({100}, T(1));
  Array<T> copy = x;
  copy(0) = T(2);
  BOOST_TEST(x(0) == T(1));
  const T* memory = x.data();
  const Array<T> moved = std::move(x);
  BOOST_TEST(moved.data() == memory);
}

// Its allocator is spelled out: xtensor's default one depends on compiler flags, and with it the type.
BOOST_AUTO_TEST_CASE(the_type_of_an_array_is_pinned) {
  using Expected = xt::xarray_container<xt::uvector<float, PoolAllocator<float>>, xt::layout_type::row_major, Shape>;
  static_assert(std::is_same_v<Array<float>, Expected>);
  static_assert(std::is_same_v<Indices, Array<std::int64_t>>);
  static_assert(std::is_nothrow_move_constructible_v<Array<double>>);
  BOOST_TEST((PoolAllocator<float>() == PoolAllocator<float>(PoolAllocator<double>())));
}

BOOST_AUTO_TEST_CASE(an_array_takes_any_expression_of_xtensor) {
  const Array<double> x = {{1, 2}, {3, 4}}, row = {10, 20};
  const Array<double> sum = x + row;
  BOOST_CHECK(sum == Array<double>({{11, 22}, {13, 24}}));
  const Array<double> same = 2.0 * x * x / x - x;
  BOOST_CHECK(same == x);
}

BOOST_AUTO_TEST_SUITE_END()
