#include "xgrad/nn/metric_accumulator.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "xgrad/tensor/error.hpp"

namespace xgrad::metrics {

MetricAccumulator::MetricAccumulator(std::size_t classes, std::size_t k)
    : k_(k), confusion_(filled_array<std::int64_t>({classes, classes}, 0)) {
  if (k > classes)
    throw ConfigError(fmt::format("MetricAccumulator: top {} asked for among {} classes; k may be at most that", k, classes));
}

template <class T>
void MetricAccumulator::add(const Array<T>& scores, const Indices& labels, double loss) {
  const std::size_t classes = confusion_.shape()[0];
  if (scores.dimension() != 2 || scores.shape()[1] != classes)
    throw ShapeError(
        fmt::format("MetricAccumulator: scores have shape {}, expected (n, {})", to_string(scores.shape()), classes));
  const std::size_t hits = k_ > 0 ? top_k_hits(scores, labels, k_) : 0;
  add_counts(predicted_classes(scores), labels, loss);
  top_k_hits_ += hits;
}

void MetricAccumulator::add(const Indices& predictions, const Indices& labels, double loss) {
  if (k_ > 0) throw ConfigError(fmt::format("MetricAccumulator: the top {} need scores; give them instead of predictions", k_));
  add_counts(predictions, labels, loss);
}

void MetricAccumulator::add_counts(const Indices& predictions, const Indices& labels, double loss) {
  const Indices batch = confusion_matrix(predictions, labels, confusion_.shape()[0]);
  std::transform(batch.data(), batch.data() + batch.size(), confusion_.data(), confusion_.data(), std::plus<>());
  count_ += labels.size();
  loss_sum_ += loss * static_cast<double>(labels.size());
}

void MetricAccumulator::reset() {
  count_ = top_k_hits_ = 0;
  loss_sum_ = 0;
  confusion_.fill(0);
}

double MetricAccumulator::loss() const { return count_ == 0 ? 0 : loss_sum_ / static_cast<double>(count_); }

double MetricAccumulator::accuracy() const { return average_scores(confusion_, Average::Micro).recall; }

double MetricAccumulator::top_k_accuracy() const {
  return count_ == 0 ? 0 : static_cast<double>(top_k_hits_) / static_cast<double>(count_);
}

double MetricAccumulator::macro_f1() const { return average_scores(confusion_, Average::Macro).f1; }

template void MetricAccumulator::add(const Array<float>&, const Indices&, double);
template void MetricAccumulator::add(const Array<double>&, const Indices&, double);

}  // namespace xgrad::metrics
