#include "xgrad/autograd/ops/dropout.hpp"

#include <limits>

#include <fmt/format.h>

#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/registry/families.hpp"

namespace xgrad {
namespace {

OperationInfo relu_dropout_info() {
  OperationInfo info{"relu_dropout", {}};
  for (const double p : {0.0, 0.3, 1.0})
    for (const Shape& shape : {Shape{5, 7}, Shape{}, Shape{0, 3}, Shape{3, 1999}}) {
      const auto call = [p](const auto& x) {
        Generator generator(7, 3);
        return relu_dropout(x[0], p, generator);
      };
      const auto reference = [p](const Sample::Arrays& x) {
        Generator generator(7, 3);
        const Array<double> mask = random::bernoulli<double>(generator, x[0].shape(), 1 - p);
        Array<double> y = x[0];
        for (std::size_t i = 0; i < y.size(); ++i)
          y.data()[i] = p == 1 || y.data()[i] < 0 ? 0 : y.data()[i] * mask.data()[i] / (1 - p);
        return y;
      };
      info.samples.push_back(
          sample(fmt::format("p = {}, shape {}", p, to_string(shape)), {distinct_values(shape)}, call, reference));
    }
  info.bad_inputs.push_back({"p = 2",
                             [] {
                               Generator generator;
                               relu_dropout(Tensor<double>(1.0), 2, generator);
                             },
                             {"relu_dropout", "2", "[0, 1]"}});
  return info;
}

}  // namespace

std::vector<OperationInfo> dropout_operations() {
  const auto drop = [](double p) {
    return [p](const auto& x) {
      Generator generator(7, 3);
      return dropout(x[0], p, generator);
    };
  };
  const auto reference = [](double p) {
    return [p](const Sample::Arrays& x) {
      Generator generator(7, 3);
      const Array<double> mask = random::bernoulli<double>(generator, x[0].shape(), 1 - p);
      Array<double> y = x[0];
      for (std::size_t i = 0; i < y.size(); ++i) y.data()[i] *= p == 1 ? 0 : mask.data()[i] / (1 - p);
      return y;
    };
  };
  OperationInfo info{"dropout", {}};
  struct Case {
    const char* name;
    Shape shape;
    double p;
  };
  for (const auto& [name, shape, p] :
       {Case{"matrix", {5, 7}, 0.3}, Case{"scalar", {}, 0.5}, Case{"empty", {0, 3}, 0.5}, Case{"size 1", {1, 1}, 0.2},
        Case{"nothing dropped", {3, 4}, 0}, Case{"everything dropped", {3, 4}, 1}, Case{"several pieces", {3, 1999}, 0.9}})
    info.samples.push_back(sample(name, {sample_values(shape)}, drop(p), reference(p)));
  for (double p : {-0.1, 1.5, std::numeric_limits<double>::quiet_NaN()})
    info.bad_inputs.push_back({fmt::format("p = {}", p),
                               [p] {
                                 Generator generator;
                                 dropout(Tensor<double>(1.0), p, generator);
                               },
                               {"dropout", fmt::format("{}", p), "[0, 1]"}});
  return {info, relu_dropout_info()};
}

}  // namespace xgrad
