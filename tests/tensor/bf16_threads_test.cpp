// Products in bfloat16 do not depend on how many threads compute them.
#include <boost/test/unit_test.hpp>

#include "has_bf16.hpp"
#include "xgrad/tensor/matmul.hpp"
#include "xgrad/tensor/parallel.hpp"
#include "xgrad/tensor/random.hpp"

using namespace xgrad;

BOOST_AUTO_TEST_SUITE(bf16_threads)

// Large enough to be shared: by rows, with an incomplete last share; by columns, where there are too few rows.
BOOST_AUTO_TEST_CASE(any_number_of_threads_gives_the_same_bits, *boost::unit_test::precondition(has_bf16)) {
  const MatmulPrecisionGuard guard(MatmulPrecision::Medium);
  const std::size_t sizes[][3] = {{300, 110, 150}, {256, 300, 700}, {16, 900, 200}};
  for (const auto& [m, n, k] : sizes)
    for (const Transpose ta : {Transpose::No, Transpose::Yes})
      for (const Transpose tb : {Transpose::No, Transpose::Yes})
        for (const float beta : {0.0f, 1.0f}) {
          Generator generator(1);
          const Array<float> a = random::normal<float>(generator, ta == Transpose::Yes ? Shape{k, m} : Shape{m, k});
          const Array<float> b = random::normal<float>(generator, tb == Transpose::Yes ? Shape{n, k} : Shape{k, n});
          const Array<float> before = random::normal<float>(generator, {m, n});
          Array<float> alone = before;
          matmul(a, ta, b, tb, alone, beta);
          for (const std::size_t threads : {2, 3, 5}) {
            set_thread_count(threads);
            Array<float> shared = before;
            matmul(a, ta, b, tb, shared, beta);
            set_thread_count(1);
            BOOST_TEST((shared == alone), m << "×" << n << "×" << k << ", " << threads << " threads");
          }
        }
}

BOOST_AUTO_TEST_SUITE_END()
