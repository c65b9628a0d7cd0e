#pragma once

#include <cstdint>
#include <memory>

#include "workload.hpp"
#include "xgrad/xgrad.hpp"

namespace bench {

/// Training of a workload as a user of xgrad would write it: an MLP, a loss, backward, an optimizer's step, the library's
/// batches.
class Training {
 public:
  explicit Training(const Workload& workload);

  /// Trains one batch; returns the number of samples in it.
  std::size_t step();
  double loss() const { return last_loss_.item(); }

 private:
  void start_epoch();

  const Workload& workload_;
  xgrad::data::Dataset<float> data_;
  xgrad::nn::MLP<float> model_;
  std::unique_ptr<xgrad::optim::Optimizer<float>> optimizer_;
  std::unique_ptr<xgrad::data::Batches<float>> batches_;
  std::uint64_t epoch_ = 0;
  std::size_t next_ = 0;
  xgrad::Tensor<float> last_loss_;
};

}  // namespace bench
