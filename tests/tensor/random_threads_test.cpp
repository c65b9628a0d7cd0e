// Numbers do not depend on how many threads draw them.
#include <vector>

#include <boost/mpl/list.hpp>
#include <boost/test/unit_test.hpp>

#include "xgrad/tensor/parallel.hpp"
#include "xgrad/tensor/random.hpp"

using namespace xgrad;
using Scalars = boost::mpl::list<float, double>;

namespace {

template <class T>
std::vector<Array<T>> draw(std::size_t threads) {
  constexpr std::size_t n = 200003;  // several chunks and an incomplete block
  set_thread_count(threads);
  Generator g(99, 1, 12345);
  std::vector<Array<T>> result;
  result.push_back(random::uniform<T>(g, {n}));
  result.push_back(random::normal<T>(g, {n}));
  result.push_back(random::truncated_normal<T>(g, {n}));
  result.push_back(random::bernoulli<T>(g, {n}, 0.3, T(1 / 0.3)));
  set_thread_count(1);
  return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(random_threads)

BOOST_AUTO_TEST_CASE_TEMPLATE(one_and_four_threads_draw_the_same_numbers, T, Scalars) { BOOST_CHECK(draw<T>(1) == draw<T>(4)); }

BOOST_AUTO_TEST_CASE(one_and_four_threads_draw_the_same_integers_and_permutations) {
  std::vector<Indices> results;
  for (const std::size_t threads : {1, 4}) {
    set_thread_count(threads);
    Generator g(99);
    results.push_back(random::integers(g, {100000}, 1000));
    results.push_back(random::permutation(g, 100000));
  }
  set_thread_count(1);
  BOOST_CHECK(results[0] == results[2]);
  BOOST_CHECK(results[1] == results[3]);
}

BOOST_AUTO_TEST_SUITE_END()
