#include "xgrad/autograd/print.hpp"

#include <cmath>
#include <limits>
#include <sstream>

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include "xgrad/autograd/factories.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/shape.hpp"

using namespace xgrad;

BOOST_AUTO_TEST_SUITE(print)

BOOST_AUTO_TEST_CASE(a_matrix_is_printed_in_aligned_rows) {
  const Tensor<float> x{{1, -0.5f}, {2.25f, 30}};
  BOOST_TEST(to_string(x) ==
             "tensor([[ 1.0000, -0.5000],\n"
             "        [ 2.2500, 30.0000]], shape=(2, 2), dtype=float32)");
}

BOOST_AUTO_TEST_CASE(whole_numbers_end_in_a_point) {
  BOOST_TEST(to_string(Tensor<double>{1, -20, 3}) == "tensor([  1., -20.,   3.], shape=(3,), dtype=float64)");
  BOOST_TEST(to_string(Tensor<double>(7.0)) == "tensor(7., shape=(), dtype=float64)");
}

BOOST_AUTO_TEST_CASE(the_place_in_the_graph_is_told) {
  Tensor<double> x(2.0, true);
  BOOST_TEST(to_string(x) == "tensor(2., shape=(), dtype=float64, requires_grad)");
  BOOST_TEST(to_string(x * x) == "tensor(4., shape=(), dtype=float64, result of 'mul')");
  BOOST_TEST(to_string((x * x).detach()) == "tensor(4., shape=(), dtype=float64)");
  BOOST_TEST(to_string(Tensor<double>()) == "tensor(undefined)");
}

BOOST_AUTO_TEST_CASE(values_that_are_not_finite_do_not_decide_the_form) {
  const double infinite = std::numeric_limits<double>::infinity();
  BOOST_TEST(to_string(Tensor<double>{1, std::nan(""), -infinite, infinite}) ==
             "tensor([  1.,  nan, -inf,  inf], shape=(4,), dtype=float64)");
  BOOST_TEST(to_string(Tensor<double>{0.5, std::nan("")}) == "tensor([0.5000,    nan], shape=(2,), dtype=float64)");
}

BOOST_AUTO_TEST_CASE(large_and_small_values_are_printed_in_scientific_notation) {
  BOOST_TEST(to_string(Tensor<double>{1e5, -1}) == "tensor([ 1.0000e+05, -1.0000e+00], shape=(2,), dtype=float64)");
  BOOST_TEST(to_string(Tensor<double>{99999, 0}) == "tensor([99999.,     0.], shape=(2,), dtype=float64)");
  BOOST_TEST(to_string(Tensor<double>{0.0001, 0}) == "tensor([0.0001, 0.0000], shape=(2,), dtype=float64)");
  BOOST_TEST(to_string(Tensor<double>{0.00009, 0}) == "tensor([9.0000e-05, 0.0000e+00], shape=(2,), dtype=float64)");
}

BOOST_AUTO_TEST_CASE(the_precision_can_be_chosen) {
  BOOST_TEST(to_string(Tensor<double>{0.123456789}, {.precision = 7}) == "tensor([0.1234568], shape=(1,), dtype=float64)");
}

BOOST_AUTO_TEST_CASE(blocks_of_higher_rank_are_set_apart_by_empty_lines) {
  BOOST_TEST(to_string(reshape(arange(8), Shape{2, 2, 2})) ==
             "tensor([[[0., 1.],\n"
             "         [2., 3.]],\n"
             "\n"
             "        [[4., 5.],\n"
             "         [6., 7.]]], shape=(2, 2, 2), dtype=float32)");
  const std::string rank_4 = to_string(zeros({2, 1, 1, 1}));
  BOOST_TEST(rank_4 == "tensor([[[[0.]]],\n\n\n        [[[0.]]]], shape=(2, 1, 1, 1), dtype=float32)");
}

BOOST_AUTO_TEST_CASE(empty_arrays_are_empty_brackets) {
  BOOST_TEST(to_string(zeros({0})) == "tensor([], shape=(0,), dtype=float32)");
  BOOST_TEST(to_string(zeros({2, 0, 3})) == "tensor([], shape=(2, 0, 3), dtype=float32)");
}

BOOST_AUTO_TEST_CASE(long_arrays_are_cut_in_the_middle_of_every_long_axis) {
  BOOST_TEST(to_string(arange(1001)) ==
             "tensor([   0.,    1.,    2., ...,  998.,  999., 1000.], shape=(1001,), dtype=float32)");
  BOOST_TEST(to_string(reshape(arange(2000), Shape{1000, 2})) ==
             "tensor([[   0.,    1.],\n"
             "        [   2.,    3.],\n"
             "        [   4.,    5.],\n"
             "        ...,\n"
             "        [1994., 1995.],\n"
             "        [1996., 1997.],\n"
             "        [1998., 1999.]], shape=(1000, 2), dtype=float32)");
  BOOST_TEST(to_string(zeros({5, 5}), {.threshold = 24, .edge_items = 1}) ==
             "tensor([[0., ..., 0.],\n"
             "        ...,\n"
             "        [0., ..., 0.]], shape=(5, 5), dtype=float32)");
}

BOOST_AUTO_TEST_CASE(what_is_cut_away_does_not_decide_the_form) {
  Tensor<double> x = zeros<double>({2000});
  x.mutable_value().data()[1000] = 1e30;
  BOOST_TEST(to_string(x) == "tensor([0., 0., 0., ..., 0., 0., 0.], shape=(2000,), dtype=float64)");
}

BOOST_AUTO_TEST_CASE(rows_longer_than_a_line_go_on_in_the_next) {
  BOOST_TEST(to_string(arange(5), {.line_width = 20}) ==
             "tensor([0., 1., 2.,\n"
             "        3., 4.], shape=(5,), dtype=float32)");
  BOOST_TEST(to_string(reshape(arange(4), Shape{2, 2}), {.line_width = 1}) ==
             "tensor([[0.,\n"
             "         1.],\n"
             "        [2.,\n"
             "         3.]], shape=(2, 2), dtype=float32)");
  for (std::istringstream lines(to_string(zeros({1000}))); lines;) {
    std::string line;
    std::getline(lines, line);
    if (line.find("shape") == line.npos) BOOST_TEST(line.size() <= 80u);
  }
}

BOOST_AUTO_TEST_CASE(streams_and_fmt_print_the_same_text) {
  const Tensor<float> x{{1, 2}, {3, 4}};
  std::ostringstream stream;
  stream << x;
  BOOST_TEST(stream.str() == to_string(x));
  BOOST_TEST(fmt::format("{}", x) == to_string(x));
  BOOST_TEST(fmt::format("{:>40}", Tensor<double>(1.0)) == "     tensor(1., shape=(), dtype=float64)");
}

BOOST_AUTO_TEST_SUITE_END()
