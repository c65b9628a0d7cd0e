// Products do not depend on how many threads compute them.
#include <thread>
#include <vector>

#include <boost/mpl/list.hpp>
#include <boost/test/unit_test.hpp>

#include "xgrad/tensor/matmul.hpp"
#include "xgrad/tensor/parallel.hpp"
#include "xgrad/tensor/random.hpp"

using namespace xgrad;
using Scalars = boost::mpl::list<float, double>;

namespace {

template <class T>
struct Factors {
  Array<T> a, b, start;
  Transpose ta, tb;

  // Large enough to be split, with an incomplete last chunk.
  Factors(Transpose transpose_a, Transpose transpose_b, std::size_t m = 300, std::size_t n = 110, std::size_t k = 150)
      : ta(transpose_a), tb(transpose_b) {
    Generator generator(1);
    a = random::normal<T>(generator, ta == Transpose::Yes ? Shape{k, m} : Shape{m, k});
    b = random::normal<T>(generator, tb == Transpose::Yes ? Shape{n, k} : Shape{k, n});
    start = random::normal<T>(generator, {m, n});
  }

  Array<T> product(T beta) const {
    Array<T> out = start;
    xgrad::matmul(a, ta, b, tb, out, beta);
    return out;
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(matmul_threads)

BOOST_AUTO_TEST_CASE_TEMPLATE(one_two_and_four_threads_give_the_same_bits, T, Scalars) {
  for (const Transpose ta : {Transpose::No, Transpose::Yes})
    for (const Transpose tb : {Transpose::No, Transpose::Yes})
      for (const T beta : {T(0), T(1)}) {
        const Factors<T> factors(ta, tb);
        std::vector<Array<T>> products;
        for (const std::size_t threads : {1, 2, 4}) {
          set_thread_count(threads);
          products.push_back(factors.product(beta));
        }
        set_thread_count(1);
        BOOST_CHECK(products[0] == products[1]);
        BOOST_CHECK(products[0] == products[2]);
      }
}

// Too few rows to share: the threads take columns.
BOOST_AUTO_TEST_CASE_TEMPLATE(a_product_of_few_rows_gives_the_same_bits_too, T, Scalars) {
  for (const Transpose tb : {Transpose::No, Transpose::Yes}) {
    const Factors<T> factors(Transpose::No, tb, 16, 900, 100);
    const Array<T> alone = factors.product(1);
    for (const std::size_t threads : {2, 4}) {
      set_thread_count(threads);
      BOOST_TEST((factors.product(1) == alone), threads << " threads");
    }
    set_thread_count(1);
  }
}

BOOST_AUTO_TEST_CASE(threads_of_the_user_may_multiply_at_the_same_time) {
  const Factors<float> factors(Transpose::No, Transpose::No);
  const Array<float> expected = factors.product(0);
  set_thread_count(2);
  std::vector<int> right(4, 0);
  std::vector<std::thread> callers;
  for (std::size_t i = 0; i < right.size(); ++i)
    callers.emplace_back([&, i] {
      for (int repeat = 0; repeat < 5; ++repeat) right[i] += factors.product(0) == expected;
    });
  for (std::thread& caller : callers) caller.join();
  set_thread_count(1);
  for (const int count : right) BOOST_TEST(count == 5);
}

BOOST_AUTO_TEST_SUITE_END()
