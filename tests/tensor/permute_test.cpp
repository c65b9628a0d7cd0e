#include "xgrad/tensor/permute.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

#include <boost/test/unit_test.hpp>

#include "xgrad/tensor/parallel.hpp"

using namespace xgrad;

namespace {

template <class T>
Array<T> counted(const Shape& shape) {
  Array<T> x = empty_array<T>(shape);
  std::iota(x.data(), x.data() + x.size(), T(0));
  return x;
}

// Element by element, each looked up at its position.
template <class T>
Array<T> reference(const Array<T>& x, const std::vector<std::size_t>& order) {
  Shape shape;
  for (std::size_t axis : order) shape.push_back(x.shape()[axis]);
  Array<T> result = empty_array<T>(shape);
  std::vector<std::size_t> from(order.size());
  for (std::size_t k = 0; k < result.size(); ++k) {
    std::size_t rest = k;
    for (std::size_t i = order.size(); i-- > 0; rest /= shape[i]) from[order[i]] = rest % shape[i];
    result.data()[k] = x.element(from.begin(), from.end());
  }
  return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(permute)

BOOST_AUTO_TEST_CASE_TEMPLATE(every_order_of_the_axes_of_small_arrays, T, decltype(std::tuple<float, double>())) {
  for (const Shape& shape :
       {Shape{}, Shape{5}, Shape{3, 1}, Shape{4, 5}, Shape{2, 3, 4}, Shape{3, 1, 2, 4}, Shape{2, 3, 1, 2, 3}, Shape{2, 0, 3}}) {
    const Array<T> x = counted<T>(shape);
    std::vector<std::size_t> order(shape.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    do {
      BOOST_TEST((xgrad::permute(x, order) == reference(x, order)));
    } while (std::next_permutation(order.begin(), order.end()));
  }
}

BOOST_AUTO_TEST_CASE(large_arrays_whose_extents_are_no_multiples_of_a_tile_with_one_thread_and_four) {
  for (const std::size_t threads : {1, 4}) {
    set_thread_count(threads);
    for (const auto& [shape, order] :
         std::vector<std::pair<Shape, std::vector<std::size_t>>>{{{517, 389}, {1, 0}},
                                                                 {{2, 100'001}, {1, 0}},
                                                                 {{100'001, 2}, {1, 0}},
                                                                 {{7, 130, 150}, {0, 2, 1}},
                                                                 {{130, 7, 150}, {1, 0, 2}},
                                                                 {{31, 33, 35, 3}, {3, 1, 0, 2}}}) {
      const Array<double> x = counted<double>(shape);
      BOOST_TEST((xgrad::permute(x, order) == reference(x, order)));
    }
  }
  set_thread_count(1);
}

BOOST_AUTO_TEST_SUITE_END()
