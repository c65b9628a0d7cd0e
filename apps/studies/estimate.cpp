#include "studies/estimate.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <limits>
#include <string>
#include <vector>

#include "xgrad/nn/oriented_gradients.hpp"
#include "xgrad/tensor/array.hpp"
#include "xgrad/tensor/matmul.hpp"
#include "xgrad/tensor/parallel.hpp"

namespace xgrad::apps {
namespace {

constexpr int tries = 40;
constexpr double image_size = 784, classes = 10;
constexpr double seconds_per_layer = 3e-6, seconds_per_update = 0.4e-9, seconds_per_cosine = 1e-9,
                 seconds_per_orientation = 1e-6, start_up = 0.5;

// "2/3" holds out a third.
double held_out_share(const TrainOptions& o) {
  const std::size_t slash = o.fold.find('/');
  return slash == std::string::npos ? o.val_fraction : 1 / std::max(1.0, std::atof(o.fold.c_str() + slash + 1));
}

// The widths of everything from what the first layer gets to what the last one gives. The width of another network's layer is
// not known before that is read: 64 stands for it.
std::vector<double> widths(const TrainOptions& o) {
  const double inputs = o.pca > 0 ? static_cast<double>(o.pca) : o.features_from.empty() ? image_size : 64;
  std::vector<double> list{inputs};
  if (o.oriented_gradients > 0)
    list.front() = static_cast<double>(nn::OrientedGradients<float>({.orientations = o.oriented_gradients}).output_width());
  if (o.random_features > 0) list.push_back(static_cast<double>(o.random_features));
  for (const std::size_t width : o.hidden_widths()) list.push_back(static_cast<double>(width));
  list.push_back(o.reconstructs() ? inputs : classes);
  return list;
}

}  // namespace

Machine Machine::measured() {
  using Clock = std::chrono::steady_clock;
  const std::size_t threads = thread_count();
  set_thread_count(1);
  const Array<float> a(Shape{128, 512}, 0.5f), b(Shape{512, 256}, 0.5f);
  Array<float> product;
  matmul(a, Transpose::No, b, Transpose::No, product);
  // The fastest of several tries: other work on the machine makes it slower, nothing makes it faster.
  double fastest = std::numeric_limits<double>::infinity();
  for (int i = 0; i < tries; ++i) {
    const auto start = Clock::now();
    matmul(a, Transpose::No, b, Transpose::No, product);
    fastest = std::min(fastest, std::chrono::duration<double>(Clock::now() - start).count());
  }
  set_thread_count(threads);
  return {128.0 * 512 * 256 / fastest};
}

double estimated_seconds(const TrainOptions& o, const Machine& machine) {
  const std::vector<double> layers = widths(o);
  double trained = 0, fixed = 0;  // weights
  for (std::size_t i = 0; i + 1 < layers.size(); ++i)
    (i == 0 && o.random_features > 0 ? fixed : trained) += layers[i] * layers[i + 1];
  const double all = o.limit_train > 0 ? static_cast<double>(o.limit_train) : 60000;
  const double images = all * (1 - held_out_share(o)), other = all - images;
  const double batch = o.optimizer == "lbfgs" ? images : std::min(images, static_cast<double>(o.batch_size));
  const double step = (3 * trained + fixed) * batch / machine.products_per_second + trained * seconds_per_update +
                      static_cast<double>(layers.size()) * seconds_per_layer;
  const double features = (static_cast<double>(o.random_features) * seconds_per_cosine +
                           static_cast<double>(o.oriented_gradients) * seconds_per_orientation) *
                          (images + other);
  const double validation = other * (trained + fixed) / machine.products_per_second;
  const double components =
      o.pca > 0 ? all * image_size * (image_size + static_cast<double>(o.pca)) / machine.products_per_second : 0;
  return start_up + components + static_cast<double>(o.epochs) * (images / batch * step + features + validation);
}

}  // namespace xgrad::apps
