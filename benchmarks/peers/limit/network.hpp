#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "../../workload.hpp"
#include "barrier.hpp"
#include "loops.hpp"
#include "memory.hpp"
#include "product.hpp"

namespace limit {

/// Where the parameters of a workload's network stand in one array, each on a cache line of its own. Weights are (in, out).
struct Parameters {
  explicit Parameters(const bench::Workload& workload);

  struct Layer {
    std::size_t weight, bias, scale, shift;  // the last two only with batch normalisation
  };
  std::vector<Layer> layers;
  std::size_t count = 0;
};

/// The images, and the order of this epoch.
struct Data {
  explicit Data(std::size_t samples) : pixels(samples * 784), labels(samples), order(samples) {}

  Floats pixels;
  std::vector<std::int64_t> labels;
  std::vector<std::size_t> order;
};

/// What batch normalisation adds up in each thread's rows: for one layer, two sums.
using Sums = std::vector<std::vector<float>>;

/// The rows of a batch that one thread trains: their values, their gradients, forward and backward.
class Rows {
 public:
  /// Rows [begin, end) of each batch. `number` is that of the thread; `sums` has one entry for each thread.
  Rows(const bench::Workload& workload, const Parameters& layout, std::size_t number, std::size_t begin, std::size_t end,
       std::vector<Sums>& sums, Barrier& barrier);

  /// The gradient of the loss of the batch that begins at `position`, as far as these rows contribute to it; returns the sum of
  /// the losses. All threads must call it at the same time.
  double gradient(const Data& data, std::size_t position, const float* parameters, float* gradients);

 private:
  struct Layer {
    Product forward, weight_gradient, input_gradient;
    Floats values, gradients, normal, inverse;
  };

  void gather(const Data& data, std::size_t position);
  void forward(std::size_t layer, const float* parameters);
  void normalize(std::size_t layer, const float* parameters);
  double loss();
  void backward(std::size_t layer, const float* parameters, float* gradients);
  void normalize_backward(std::size_t layer, const float* parameters, float* gradients);
  void add_up(std::size_t layer, std::size_t which, std::vector<float>& total) const;

  Extent extent(std::size_t layer) const { return {rows_, workload_.widths[layer + 1]}; }
  const float* inputs(std::size_t layer) const { return layer == 0 ? x_.data() : layers_[layer - 1].values.data(); }
  float kept() const { return static_cast<float>(1 / (1 - workload_.dropout)); }
  float per_sample() const { return 1 / static_cast<float>(workload_.batch); }

  const bench::Workload& workload_;
  const Parameters& layout_;
  std::size_t number_, begin_, rows_;
  std::vector<Sums>& sums_;
  Barrier& barrier_;
  Floats x_;
  std::vector<std::int64_t> labels_;
  std::vector<Layer> layers_;
  Random random_;
  std::vector<float> total_, total_of_products_, factor_;
};

}  // namespace limit
