#include "batches.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "xgrad/tensor/error.hpp"

namespace xgrad::apps {

// L-BFGS compares gradients of one and the same function: that of all images.
std::size_t batch_size(const TrainOptions& o, std::size_t samples) {
  return o.optimizer == "lbfgs" ? samples : std::min(o.batch_size, samples);
}

std::size_t steps_per_epoch(const TrainOptions& o, std::size_t samples) {
  const std::size_t batch = batch_size(o, samples);
  return samples / batch + (samples % batch > 0 && !o.drop_last ? 1 : 0);
}

void check_batches(const TrainOptions& o, std::size_t samples) {
  if (o.drop_last && o.optimizer != "lbfgs" && o.batch_size > samples)
    throw ConfigError(
        fmt::format("--drop_last: {} training images do not fill a batch; lower --batch_size ({})", samples, o.batch_size));
  const std::size_t batch = batch_size(o, samples), rest = samples % batch;
  const bool single = batch == 1 || (rest == 1 && !o.drop_last);
  if (o.batch_norm && !o.hidden_widths().empty() && single)
    throw ConfigError(
        fmt::format("--batch_norm: {} training images in batches of {} leave a single image to one of them, which has no "
                    "variance; give {}",
                    samples, batch, batch == 1 ? "a larger --batch_size" : "--drop_last or another --batch_size"));
}

}  // namespace xgrad::apps
