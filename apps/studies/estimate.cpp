#include "studies/estimate.hpp"

#include <algorithm>
#include <chrono>
#include <limits>

#include "xgrad/tensor/array.hpp"
#include "xgrad/tensor/matmul.hpp"
#include "xgrad/tensor/parallel.hpp"

namespace xgrad::apps {
namespace {

constexpr int tries = 40;
constexpr double image_size = 784, classes = 10;
constexpr double seconds_per_layer = 3e-6, seconds_per_update = 0.4e-9, start_up = 0.5;

double training_images(const TrainOptions& o) {
  const double all = o.limit_train > 0 ? static_cast<double>(o.limit_train) : 60000;
  return all * (1 - o.val_fraction);
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
  std::vector<std::size_t> widths = o.hidden_widths();
  double inputs = image_size, weights = 0;
  for (const std::size_t width : widths) {
    weights += inputs * static_cast<double>(width);
    inputs = static_cast<double>(width);
  }
  weights += inputs * classes;
  const double images = training_images(o), batch = std::min(images, static_cast<double>(o.batch_size));
  const double products = 3 * weights * batch;
  const double step = products / machine.products_per_second + weights * seconds_per_update +
                      static_cast<double>(widths.size() + 1) * seconds_per_layer;
  return start_up +
         static_cast<double>(o.epochs) * (images / batch * step + 0.1 * images * weights / machine.products_per_second);
}

}  // namespace xgrad::apps
