#include <cstring>

#include <boost/test/unit_test.hpp>

#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/autograd/ops/matmul.hpp"
#include "xgrad/tensor/parallel.hpp"

using namespace xgrad;

namespace {

template <class T>
Array<T> values(const Shape& shape, std::uint64_t seed) {
  return Array<T>(xt::cast<T>(sample_values(shape, -1, 1, seed)));
}

template <class T>
bool same_bits(const Array<T>& a, const Array<T>& b) {
  return a.shape() == b.shape() && std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0;
}

// The product and both gradients.
template <class T>
std::vector<Array<T>> product_and_gradients(const Array<T>& a, const Array<T>& b) {
  const Tensor<T> x(Array<T>(a), true), y(Array<T>(b), true);
  const Tensor<T> c = matmul(x, y);
  c.backward(Tensor<T>(values<T>(c.shape(), 5)));
  return {c.value(), x.grad().value(), y.grad().value()};
}

struct ThreadCount {
  explicit ThreadCount(std::size_t count) { set_thread_count(count); }
  ~ThreadCount() { set_thread_count(before); }
  std::size_t before = thread_count();
};

using Scalars = std::tuple<float, double>;

}  // namespace

BOOST_AUTO_TEST_SUITE(matmul_operation)

BOOST_AUTO_TEST_CASE_TEMPLATE(bits_do_not_depend_on_the_number_of_threads, T, Scalars) {
  struct Shapes {
    Shape a, b;
  };
  // A product that is cut into rows, one that is not, one whose last piece is short, and a batch cut between matrices.
  for (const auto& [a, b] : {Shapes{{300, 200}, {200, 310}}, Shapes{{20, 30}, {30, 10}}, Shapes{{129, 260}, {260, 257}},
                             Shapes{{40, 50, 60}, {40, 60, 70}}, Shapes{{6, 130, 60}, {60, 70}}}) {
    const Array<T> left = values<T>(a, 1), right = values<T>(b, 2);
    const ThreadCount one(1);
    const std::vector<Array<T>> expected = product_and_gradients(left, right);
    for (const std::size_t threads : {2, 4}) {
      const ThreadCount several(threads);
      const std::vector<Array<T>> got = product_and_gradients(left, right);
      for (std::size_t i = 0; i < 3; ++i) BOOST_TEST(same_bits(got[i], expected[i]), "array " << i << ", threads " << threads);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_batch_times_a_matrix_is_one_tall_product) {
  const Array<double> batch = values<double>({5, 7, 11}, 1), matrix = values<double>({11, 3}, 2);
  Array<double> tall = batch;
  tall.reshape(Shape{35, 11});
  const auto together = product_and_gradients(batch, matrix);
  BOOST_TEST((together[0].shape() == Shape{5, 7, 3}));
  const Tensor<double> x(std::move(tall), true), w(Array<double>(matrix), true);
  const Tensor<double> y = matmul(x, w);
  Array<double> seed = values<double>({5, 7, 3}, 5);
  seed.reshape(Shape{35, 3});
  y.backward(Tensor<double>(std::move(seed)));
  BOOST_TEST(std::equal(y.data(), y.data() + y.size(), together[0].data()));
  BOOST_TEST(std::equal(x.grad().data(), x.grad().data() + x.size(), together[1].data()));
  BOOST_TEST(same_bits(w.grad().value(), together[2]));
}

BOOST_AUTO_TEST_CASE(gradients_of_inputs_that_need_none_are_not_computed) {
  const Tensor<double> a(values<double>({2, 3}, 1), true), b(values<double>({3, 2}, 2));
  matmul(a, b).backward(Tensor<double>(filled_array({2, 2}, 1.0)));
  BOOST_TEST(a.grad().defined());
  BOOST_TEST(!b.grad().defined());
}

BOOST_AUTO_TEST_SUITE_END()
