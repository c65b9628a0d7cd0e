#include "xgrad/autograd/ops/comparison.hpp"

#include <limits>

#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/registry/families.hpp"

namespace xgrad {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN(), inf = std::numeric_limits<double>::infinity();

BadInput bad_pair(const char* name, auto call) {
  return {"shapes that do not broadcast",
          [call] {
            call(Tensor<double>(filled_array<double>({2, 3}, 1)), Tensor<double>(filled_array<double>({4, 3}, 1)));
          },
          {name, "(2, 3)", "(4, 3)"}};
}

// One of two broadcast tensors; at ties the value is checked, and the gradient by the special values.
OperationInfo extreme(const char* name, auto call, double (*reference)(double, double), const Array<double>& value,
                      const Array<double>& gradient) {
  OperationInfo info{name, binary_samples(call, reference, 0, 0), {}, {bad_pair(name, call)}, true};
  const auto with = [call](const Array<double>& other) {
    return [call, other](const auto& x) { return call(x, Tensor<double>(Array<double>(other))); };
  };
  info.special_values = {
      {"ties", with({2, 2, 3, 1, -1}), {1, 2, 3, 3, -1}, value, gradient},
      {"NaN", with(Array<double>{nan, 1.0}), {1.0, nan}, {nan, nan}, {1.0, 1.0}},
      {"infinities", with(Array<double>{1.0, 1.0, inf}), {inf, -inf, inf}, {reference(inf, 1), reference(-inf, 1), inf}, {}}};
  return info;
}

// No derivative, so nothing but values is checked: at values with ties, at NaN, and under broadcasting.
OperationInfo comparison(const char* name, auto call, double (*reference)(double, double)) {
  const Array<double> tied{1, 2, 3, 3, -1}, other{2, 2, 3, 1, -1};
  OperationInfo info{name, binary_samples(call, reference, -2, 2, 0), {}, {bad_pair(name, call)}};
  const auto pair = [call](const auto& x) { return call(x[0], x[1]); };
  info.samples.push_back(sample("ties", {tied, other}, pair, elementwise_reference(reference), 0));
  info.samples.push_back(sample("NaN and infinities", {{nan, nan, 1, inf, -inf, inf}, {nan, 1, nan, inf, inf, 0}}, pair,
                                elementwise_reference(reference), 0));
  info.samples.push_back(sample(
      "with a number", {tied}, [call](const auto& x) { return call(x[0], 2); },
      [reference](const Sample::Arrays& x) {
        return elementwise_reference(reference)({x[0], scalar_array(2.0)});
      },
      0));
  return info;
}

// `where` under a fixed mask, in three broadcasts.
std::vector<Sample> where_samples() {
  const auto masked = [](Array<double> mask) {
    return [mask = std::move(mask)]<class T>(const std::vector<Tensor<T>>& x) {
      return where(Tensor<T>(Array<T>(xt::cast<T>(mask))), x[0], x[1]);
    };
  };
  const auto reference = [](Array<double> mask) {
    return [mask](const Sample::Arrays& x) {
      const Shape shape = broadcast_shape(mask.shape(), broadcast_shape(x[0].shape(), x[1].shape(), "where"), "where");
      const Array<double> m = broadcast(mask, shape), b = broadcast(x[1], shape);
      Array<double> y = broadcast(x[0], shape);
      for (std::size_t i = 0; i < y.size(); ++i)
        if (m.data()[i] == 0) y.data()[i] = b.data()[i];
      return y;
    };
  };
  const Array<double> matrix{{1, 0, 1}, {0, 0, 1}}, row{0, 1, -3};
  Array<double> column = filled_array<double>({2, 1}, 1);
  column(1, 0) = 0;
  return {
      sample("same shape", {sample_values({2, 3}), sample_values({2, 3}, -2, 2, 2)}, masked(matrix), reference(matrix)),
      sample("column of masks", {sample_values({2, 3}), sample_values({3})}, masked(column), reference(column)),
      sample("row of masks", {sample_values({2, 1}), sample_values({})}, masked(row), reference(row)),
      sample("one mask", {sample_values({19}), sample_values({19}, -2, 2, 2)}, masked(scalar_array(0.0)),
             reference(scalar_array(0.0))),
      sample("empty", {sample_values({0, 3}), sample_values({3})}, masked(row), reference(row)),
      sample(
          "with a number", {sample_values({2, 3})},
          [](const auto& x) { return where(less(x[0], 0.25), x[0], 7) + where(greater(x[0], 0.25), 5, x[0]); },
          [](const Sample::Arrays& x) {
            Array<double> y = x[0];
            for (double& v : y) v = v < 0.25 ? v + v : 7 + 5;
            return y;
          }),
  };
}

}  // namespace

std::vector<OperationInfo> comparison_operations() {
  OperationInfo chosen{"where", where_samples()};
  chosen.special_values = {{"NaN in what is not chosen",
                            [](const auto& x) { return where(greater(x, 0), x, 1) + where(equal(x, x), 2, x); },
                            {3.0, -1.0},
                            {5.0, 3.0},
                            {1.0, 0.0}}};
  chosen.special_values.push_back({"NaN chosen",
                                   [](const auto& x) {
                                     return where(Tensor<double>{nan, 0.0}, x, nan);
                                   },
                                   {2.0, 3.0},
                                   {2.0, nan},
                                   {1.0, 0.0}});
  const Tensor<double> two_rows(filled_array<double>({2, 3}, 1)), four_rows(filled_array<double>({4, 3}, 1));
  chosen.bad_inputs = {
      {"mask that does not broadcast", [=] { where(four_rows, two_rows, two_rows); }, {"where", "(2, 3)", "(4, 3)"}},
      {"values that do not broadcast", [=] { where(two_rows, two_rows, four_rows); }, {"where", "(2, 3)", "(4, 3)"}}};
  return {
      extreme(
          "maximum", [](const auto& a, const auto& b) { return maximum(a, b); },
          [](double a, double b) { return a > b ? a : b; }, {2, 2, 3, 3, -1}, {0, 0.5, 0.5, 1, 0.5}),
      extreme(
          "minimum", [](const auto& a, const auto& b) { return minimum(a, b); },
          [](double a, double b) { return a < b ? a : b; }, {1, 2, 3, 1, -1}, {1, 0.5, 0.5, 0, 0.5}),
      chosen,
      comparison(
          "greater", [](const auto& a, const auto& b) { return greater(a, b); },
          [](double a, double b) { return a > b ? 1.0 : 0.0; }),
      comparison(
          "greater_equal", [](const auto& a, const auto& b) { return greater_equal(a, b); },
          [](double a, double b) { return a >= b ? 1.0 : 0.0; }),
      comparison(
          "less", [](const auto& a, const auto& b) { return less(a, b); },
          [](double a, double b) { return a < b ? 1.0 : 0.0; }),
      comparison(
          "less_equal", [](const auto& a, const auto& b) { return less_equal(a, b); },
          [](double a, double b) { return a <= b ? 1.0 : 0.0; }),
      comparison(
          "equal", [](const auto& a, const auto& b) { return equal(a, b); },
          [](double a, double b) { return a == b ? 1.0 : 0.0; }),
      comparison(
          "not_equal", [](const auto& a, const auto& b) { return not_equal(a, b); },
          [](double a, double b) { return a != b ? 1.0 : 0.0; }),
  };
}

}  // namespace xgrad
