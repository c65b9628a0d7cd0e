#include <algorithm>
#include <cmath>

#include "comparison.hpp"

using namespace xgrad;

namespace {

// The largest difference, as a share of the largest magnitude.
double difference(const Tensor<float>& expected, const float* given) {
  double largest = 1e-30, apart = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    largest = std::max(largest, std::abs(static_cast<double>(expected.data()[i])));
    apart = std::max(apart, std::abs(static_cast<double>(expected.data()[i]) - given[i]));
  }
  return apart / largest;
}

bool is_close(const std::string& name, const char* what, double apart) {
  // Sums of up to 2048 products of numbers below 1 are off by at most 2048·2⁻²⁴ = 1.2e-4 of the largest, in either order.
  if (apart <= 2.5e-4) return true;
  fmt::print(stderr, "{}: the {} by hand is off by {:.2g} of the largest\n", name, what, apart);
  return false;
}

}  // namespace

bool agree(const Comparison& c) {
  std::vector<Tensor<float>> leaves = c.leaves;
  const Tensor<float> y = c.call();
  Generator generator(2);
  const Tensor<float> gradient = uniform<float>(y.shape(), -1, 1, generator);
  y.backward(gradient);
  c.forward();
  c.backward(gradient.data());
  bool good = !c.result || is_close(c.name, "result", difference(y, c.result));
  for (std::size_t i = 0; i < c.gradients.size(); ++i)
    good = is_close(c.name, "gradient", difference(leaves[i].grad(), c.gradients[i])) && good;
  for (Tensor<float>& leaf : leaves) leaf.zero_grad();
  return good;
}
