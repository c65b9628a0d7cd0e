#include "xgrad/autograd/gradcheck.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/broadcast.hpp"

namespace xgrad {
namespace {

using Arrays = std::vector<Array<double>>;

std::vector<Tensor<double>> leaves(const Arrays& inputs) {
  std::vector<Tensor<double>> tensors;
  for (const Array<double>& input : inputs) tensors.emplace_back(Array<double>(input), true);
  return tensors;
}

Array<double> value_at(const TensorFunction& f, const Arrays& inputs) {
  NoGrad guard;
  std::vector<Tensor<double>> tensors;
  for (const Array<double>& input : inputs) tensors.emplace_back(Array<double>(input));
  return f(tensors).value();
}

// The derivative of f along `direction` (one array for each input): (f(−2h) − 8 f(−h) + 8 f(h) − f(2h)) / 12h.
Array<double> directional_difference(const TensorFunction& f, const Arrays& inputs, const Arrays& direction, double h) {
  Array<double> sum;
  for (const auto& [steps, weight] : {std::pair{-2.0, 1.0}, {-1.0, -8.0}, {1.0, 8.0}, {2.0, -1.0}}) {
    Arrays moved = inputs;
    for (std::size_t k = 0; k < inputs.size(); ++k)
      for (std::size_t i = 0; i < moved[k].size(); ++i) moved[k].data()[i] += steps * h * direction[k].data()[i];
    Array<double> value = value_at(f, moved);
    for (std::size_t i = 0; i < value.size(); ++i) value.data()[i] *= weight / (12 * h);
    if (sum.shape() != value.shape()) {
      sum = value;
    } else {
      for (std::size_t i = 0; i < value.size(); ++i) sum.data()[i] += value.data()[i];
    }
  }
  return sum;
}

double dot(const Array<double>& a, const Array<double>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a.data()[i] * b.data()[i];
  return sum;
}

class Comparison {
 public:
  explicit Comparison(double tolerance) : tolerance_(tolerance) {}

  template <class Where>
  void add(double analytic, double numeric, double scale, Where&& where) {
    const double error = std::abs(analytic - numeric) / (1 + std::abs(numeric) + scale);
    if (error <= result_.worst_error) return;  // a NaN fails here, so that it is reported
    if (!(error <= tolerance_) && result_.passed) {
      result_.passed = false;
      result_.message = fmt::format("{}: gradient {:.12g}, finite difference {:.12g} (relative error {:.2g}, allowed {:.2g})",
                                    where(), analytic, numeric, error, tolerance_);
    }
    result_.worst_error = error;
  }
  GradcheckResult result() const { return result_; }

 private:
  double tolerance_;
  GradcheckResult result_;
};

double largest_magnitude(const Array<double>& a) {
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(a.data()[i]));
  return largest;
}

std::vector<Array<double>> backward_at(const TensorFunction& f, const Arrays& inputs, const Array<double>& seed) {
  const std::vector<Tensor<double>> x = leaves(inputs);
  const Tensor<double> y = f(x);
  std::vector<Array<double>> gradients;
  if (!y.requires_grad()) {
    for (const Array<double>& input : inputs) gradients.push_back(filled_array(input.shape(), 0.0));
    return gradients;
  }
  const std::vector<Tensor<double>> g = grad<double>({y}, x, {Tensor<double>(Array<double>(seed))});
  for (std::size_t k = 0; k < x.size(); ++k)
    gradients.push_back(g[k].defined() ? g[k].value() : filled_array(inputs[k].shape(), 0.0));
  return gradients;
}

GradcheckResult check_whole_jacobian(const TensorFunction& f, const Arrays& inputs, const Array<double>& y,
                                     const GradcheckOptions& options) {
  Comparison comparison(options.tolerance);
  const double scale = largest_magnitude(y);
  std::vector<std::vector<Array<double>>> rows;  // row j: the gradient of output element j
  for (std::size_t j = 0; j < y.size(); ++j) {
    Array<double> seed = filled_array(y.shape(), 0.0);
    seed.data()[j] = 1;
    rows.push_back(backward_at(f, inputs, seed));
  }
  Arrays direction;
  for (const Array<double>& input : inputs) direction.push_back(filled_array(input.shape(), 0.0));
  for (std::size_t k = 0; k < inputs.size(); ++k)
    for (std::size_t i = 0; i < inputs[k].size(); ++i) {
      direction[k].data()[i] = 1;
      const double h = options.step * std::max(1.0, std::abs(inputs[k].data()[i]));
      const Array<double> column = directional_difference(f, inputs, direction, h);
      direction[k].data()[i] = 0;
      for (std::size_t j = 0; j < y.size(); ++j)
        comparison.add(rows[j][k].data()[i], column.data()[j], scale,
                       [&] { return fmt::format("d output[{}] / d input {}[{}]", j, k, i); });
    }
  return comparison.result();
}

GradcheckResult check_projections(const TensorFunction& f, const Arrays& inputs, const Array<double>& y,
                                  const GradcheckOptions& options) {
  Comparison comparison(options.tolerance);
  for (std::uint64_t round = 0; round < 4; ++round) {
    const std::uint64_t seed = options.seed + 1000 * round;
    const Array<double> weights = sample_values(y.shape(), -1, 1, seed);
    Arrays direction;
    for (std::size_t k = 0; k < inputs.size(); ++k) {
      direction.push_back(sample_values(inputs[k].shape(), -1, 1, seed + k + 1));
    }
    const std::vector<Array<double>> gradients = backward_at(f, inputs, weights);
    double analytic = 0, scale = std::abs(dot(weights, y));
    for (std::size_t k = 0; k < inputs.size(); ++k) {
      analytic += dot(gradients[k], direction[k]);
      for (std::size_t i = 0; i < gradients[k].size(); ++i) scale += std::abs(gradients[k].data()[i] * direction[k].data()[i]);
    }
    const double numeric = dot(weights, directional_difference(f, inputs, direction, options.step));
    comparison.add(analytic, numeric, scale, [&] { return fmt::format("random projection {}", round); });
  }
  return comparison.result();
}

}  // namespace

GradcheckResult gradcheck(const TensorFunction& f, const std::vector<Array<double>>& inputs, GradcheckOptions options) {
  const Array<double> y = value_at(f, inputs);
  std::size_t input_elements = 0;
  for (const Array<double>& input : inputs) input_elements += input.size();
  return input_elements * y.size() <= options.largest_jacobian ? check_whole_jacobian(f, inputs, y, options)
                                                               : check_projections(f, inputs, y, options);
}

GradcheckResult gradgradcheck(const TensorFunction& f, const std::vector<Array<double>>& inputs, GradcheckOptions options) {
  Arrays extended = inputs;
  extended.push_back(sample_values(value_at(f, inputs).shape(), -1, 1, options.seed + 77));
  // One random combination of all first gradients: a scalar function of inputs and vector.
  const TensorFunction product = [&f, &options](const std::vector<Tensor<double>>& x) {
    GradMode recording(true);
    std::vector<Tensor<double>> own;  // leaves of their own when the caller does not record
    for (const Tensor<double>& tensor : x)
      own.push_back(tensor.requires_grad() ? tensor : Tensor<double>(tensor).set_requires_grad());
    const Tensor<double> vector = own.back();
    own.pop_back();
    const Tensor<double> y = f(own);
    Tensor<double> total(0.0);
    if (!y.requires_grad()) return total;
    const std::vector<Tensor<double>> g = grad<double>({y}, own, {vector}, {.create_graph = true});
    for (std::size_t k = 0; k < g.size(); ++k)
      if (g[k].defined())
        total = total + sum_to(g[k] * Tensor<double>(sample_values(g[k].shape(), 0.5, 1.5, options.seed + k)), Shape{});
    return total;
  };
  GradcheckResult result = gradcheck(product, extended, options);
  if (!result.passed) result.message = "second order, " + result.message;
  return result;
}

}  // namespace xgrad
