#pragma once

#include <string>
#include <vector>

#include "xgrad/nn/module.hpp"

/// Initial values: each function overwrites a tensor in place with numbers from a generator, which moves on. The fans of a
/// tensor of shape (out, in) are in and out; other ranks need at least two axes, further ones count as a receptive field.
namespace xgrad::nn::init {

/// Which fan keeps its variance: that of the forward pass or of the gradients.
enum class Fan { In, Out };

template <class T>
void constant(Tensor<T>& tensor, T value);
template <class T>
void zeros(Tensor<T>& tensor) {
  constant(tensor, T(0));
}
template <class T>
void uniform(Tensor<T>& tensor, Generator& generator, double low = 0, double high = 1);
template <class T>
void normal(Tensor<T>& tensor, Generator& generator, double mean = 0, double sd = 1);
/// Normal, cut off at mean ± 2 sd.
template <class T>
void truncated_normal(Tensor<T>& tensor, Generator& generator, double mean = 0, double sd = 1);

/// Uniform in ±gain·√(6/(fan_in + fan_out)).  Throws: ShapeError for fewer than two axes.
/// Source: Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks" (2010), equation 16.
template <class T>
void xavier_uniform(Tensor<T>& tensor, Generator& generator, double gain = 1);
/// Normal with standard deviation gain·√(2/(fan_in + fan_out)).  Source: as above, equation 12.
template <class T>
void xavier_normal(Tensor<T>& tensor, Generator& generator, double gain = 1);
/// Uniform in ±gain·√(3/fan).
/// Source: He et al., "Delving Deep into Rectifiers" (2015), equation 10 (fan in) and 14 (fan out).
template <class T>
void kaiming_uniform(Tensor<T>& tensor, Generator& generator, double gain, Fan fan = Fan::In);
/// Normal with standard deviation gain/√fan.  Source: as above.
template <class T>
void kaiming_normal(Tensor<T>& tensor, Generator& generator, double gain, Fan fan = Fan::In);
/// Rows (or columns, if there are more rows than columns) orthonormal, times gain; uniform over all such matrices.
/// Source: Saxe, McClelland and Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep linear neural networks"
/// (2014).
template <class T>
void orthogonal(Tensor<T>& tensor, Generator& generator, double gain = 1);

/// What PyTorch's Linear does by default: weight and bias uniform in ±1/√fan_in.
template <class T>
void linear_default(Tensor<T>& weight, Tensor<T>& bias, Generator& generator);

/// How `apply` fills the weights of Linear layers.
struct Scheme {
  std::string name = "default";     ///< one of scheme_names()
  std::string activation = "relu";  ///< whose gain Xavier's, Kaiming's and the orthogonal scheme use
  double sd = 0;                    ///< of normal and truncated_normal; half the width of uniform; 0: 0.1
};

/// default (PyTorch's Linear), zeros, random (normal with standard deviation 0.01), uniform, normal, truncated_normal, xavier
/// (gain 1, uniform), xavier_uniform, xavier_normal, kaiming_uniform, kaiming_normal, orthogonal.
std::vector<std::string> scheme_names();

/// Fills every weight and bias of Linear layers at and below `module`: weights by the scheme, biases with 0 (by `default`: as
/// the weights). Each layer draws from a stream of its own. Throws: ConfigError for an unknown name.
template <class T>
void apply(Module<T>& module, const Scheme& scheme, const Generator& generator);

}  // namespace xgrad::nn::init
