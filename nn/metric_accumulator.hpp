#pragma once

#include <cstddef>
#include <cstdint>

#include "xgrad/nn/metrics.hpp"

namespace xgrad::metrics {

/// Adds up batches of predictions, and their loss, to the metrics of all samples together.
///
///     MetricAccumulator test(10);
///     for (auto [x, y] : data::batches(test_set, 1000)) test.add(scores_of(x), y, loss);
///     test.accuracy();
class MetricAccumulator {
 public:
  /// For `classes` classes. With `k` > 0, top_k_accuracy counts labels among the k highest scores.
  /// Throws: ConfigError if k > classes.
  explicit MetricAccumulator(std::size_t classes, std::size_t k = 0);

  /// Adds a batch by its scores. `loss` is the batch's mean; it counts once for each sample.
  /// Shapes: scores (n, classes), labels (n,).  Throws: ShapeError, ConfigError; then nothing was added.
  template <class T>
  void add(const Array<T>& scores, const Indices& labels, double loss = 0);

  /// Adds a batch by the classes predicted.
  /// Shapes: both (n,).  Throws: ShapeError, ConfigError; ConfigError if k was asked for.
  void add(const Indices& predictions, const Indices& labels, double loss = 0);

  void reset();

  std::size_t count() const { return count_; }             ///< samples added
  double loss() const;                                     ///< mean over samples; 0 for none
  double accuracy() const;                                 ///< share of right predictions; 0 for none
  double top_k_accuracy() const;                           ///< 0 for none
  double macro_f1() const;                                 ///< mean F1 of the classes that occurred
  const Indices& confusion() const { return confusion_; }  ///< (classes, classes), row = label, column = prediction

 private:
  void add_counts(const Indices& predictions, const Indices& labels, double loss);

  std::size_t k_;
  std::size_t count_ = 0;
  std::size_t top_k_hits_ = 0;
  double loss_sum_ = 0;
  Indices confusion_;
};

}  // namespace xgrad::metrics
