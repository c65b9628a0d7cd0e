#include "autograd/torch_calls.hpp"
#include "xgrad/autograd/ops/batch_norm.hpp"
#include "xgrad/autograd/ops/dropout.hpp"
#include "xgrad/autograd/ops/gaussian_noise.hpp"
#include "xgrad/autograd/ops/join.hpp"
#include "xgrad/autograd/ops/layer_norm.hpp"
#include "xgrad/autograd/ops/orientation_histograms.hpp"

using namespace xgrad;

namespace torch_reference {
namespace {

template <class T>
Array<T> array(const Array<double>& constant) {
  return Array<T>(xt::cast<T>(constant));
}

// Batch normalisation in training, ReLU, dropout.
template <class T>
Tensor<T> followed(const std::vector<Tensor<T>>& x, double p) {
  Array<T> mean = filled_array(x[1].shape(), T(0)), var = mean;
  Generator generator(1);
  return batch_norm_relu_dropout(x[0], mean, var, x[1], x[2], p, generator);
}

}  // namespace

std::vector<NamedCall> network_calls() {
  return {
      named("batch_norm", [](const auto& x) { return batch_norm(x[0], x[1], x[2]); }),
      named("batch_norm without weight", [](const auto& x) { return batch_norm(x[0]); }),
      named("batch_norm evaluated",
            []<class T>(const std::vector<Tensor<T>>& x, const Constants& c) {
              Array<T> mean = array<T>(c[0]), var = array<T>(c[1]);
              return batch_norm(x[0], mean, var, x[1], x[2], {.training = false, .eps = 0.125});
            }),
      named("batch_norm running statistics",
            []<class T>(const std::vector<Tensor<T>>& x, const Constants& c) {
              Array<T> mean = array<T>(c[0]), var = array<T>(c[1]);
              batch_norm(x[0], mean, var, {}, {}, {.momentum = 0.25});
              return concat<T>({Tensor<T>(mean), Tensor<T>(var)});
            }),
      named("layer_norm", [](const auto& x) { return layer_norm(x[0], {4}, x[1], x[2]); }),
      named("layer_norm over two axes",
            [](const auto& x) {
              return layer_norm(x[0], {2, 3}, x[1], x[2], 0.125);
            }),
      named("layer_norm without weight", [](const auto& x) { return layer_norm(x[0], {3}); }),
      named("dropout of all",
            [](const auto& x) {
              Generator generator(1);
              return dropout(x[0], 1, generator);
            }),
      named("dropout evaluated",
            [](const auto& x) {
              Generator generator(1);
              return dropout(x[0], 0.5, generator, false);
            }),
      named("relu_dropout of all",
            [](const auto& x) {
              Generator generator(1);
              return relu_dropout(x[0], 1, generator);
            }),
      named("relu_dropout evaluated",
            [](const auto& x) {
              Generator generator(1);
              return relu_dropout(x[0], 0.5, generator, false);
            }),
      named("gaussian_noise",
            [](const auto& x) {
              Generator generator(3, 5, 2);
              return gaussian_noise(x[0], 0.5, generator);
            }),
      named("orientation_histograms", [](const auto& x) { return orientation_histograms(x[0]); }),
      named("orientation_histograms of odd cells",
            [](const auto& x) { return orientation_histograms(x[0], {.orientations = 5, .cell = 3}); }),
      named("batch_norm_relu_dropout without dropout", [](const auto& x) { return followed(x, 0); }),
      named("batch_norm_relu_dropout of all", [](const auto& x) { return followed(x, 1); }),
  };
}

}  // namespace torch_reference
