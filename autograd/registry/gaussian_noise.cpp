#include "xgrad/autograd/ops/gaussian_noise.hpp"

#include <cmath>
#include <limits>
#include <numbers>

#include <fmt/format.h>

#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/autograd/registry/families.hpp"
#include "xgrad/tensor/kernels/philox.hpp"

namespace xgrad {
namespace {

// By Box and Muller's formula, a pair of elements from two words.
Array<double> with_noise(const Array<double>& x, double sd, const Generator& start) {
  Array<double> y = x;
  std::vector<std::uint32_t> words((x.size() + 3) / 4 * 4);
  kernels::philox(kernels::Isa::Baseline).words(start.seed(), start.stream(), start.position(), words.size() / 4, words.data());
  for (std::size_t i = 0; i < y.size(); ++i) {
    const double u = (words[i / 2 * 2] + 0.5) * 0x1p-32, angle = 2 * std::numbers::pi * words[i / 2 * 2 + 1] * 0x1p-32;
    y.data()[i] += sd * std::sqrt(-2 * std::log(u)) * (i % 2 == 0 ? std::cos(angle) : std::sin(angle));
  }
  return y;
}

}  // namespace

std::vector<OperationInfo> gaussian_noise_operations() {
  OperationInfo info{"gaussian_noise", {}};
  struct Case {
    const char* name;
    Shape shape;
    double sd;
  };
  for (const auto& [name, shape, sd] :
       {Case{"matrix", {5, 7}, 0.3}, Case{"scalar", {}, 2}, Case{"empty", {0, 3}, 0.5}, Case{"size 1", {1, 1}, 0.2},
        Case{"no noise", {3, 4}, 0}, Case{"several pieces", {3, 1999}, 0.1}}) {
    const auto call = [sd = sd](const auto& x) {
      Generator generator(7, 3, 11);
      return gaussian_noise(x[0], sd, generator);
    };
    const auto reference = [sd = sd](const Sample::Arrays& x) { return with_noise(x[0], sd, Generator(7, 3, 11)); };
    info.samples.push_back(sample(name, {sample_values(shape)}, call, reference));
  }
  for (double sd : {-0.1, std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()})
    info.bad_inputs.push_back({fmt::format("sd = {}", sd),
                               [sd] {
                                 Generator generator;
                                 gaussian_noise(Tensor<double>(1.0), sd, generator);
                               },
                               {"gaussian_noise", fmt::format("{}", sd), "0 or more"}});
  return {info};
}

}  // namespace xgrad
