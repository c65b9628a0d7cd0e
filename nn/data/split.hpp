#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "xgrad/nn/data/dataset.hpp"

namespace xgrad::data {

/// How samples are chosen.
struct SplitOptions {
  std::uint64_t seed = 0;
  bool stratified = true;  ///< every part has the classes in the same proportions, to within one sample a class
  bool shuffle = true;     ///< choose at random; otherwise validation takes the first samples (of each class)
};

/// The rows of one split, each part in ascending order. Shapes: both of rank 1.
struct SplitRows {
  Indices train, validation;
};

/// Chooses round(fraction · n) of n samples for validation.
/// Shapes: labels (n,).  Throws: ShapeError; ConfigError unless 0 ≤ fraction < 1.
SplitRows hold_out_rows(const Indices& labels, double fraction, const SplitOptions& options = {});

/// Deals n samples into k parts whose sizes differ by one at most; each is the validation part of one split.
/// Shapes: labels (n,).  Throws: ShapeError; ConfigError unless 2 ≤ k ≤ n.
std::vector<SplitRows> k_fold_rows(const Indices& labels, std::size_t k, const SplitOptions& options = {});

/// A data set without the samples held out, and those.
template <class T>
struct TrainValidation {
  Dataset<T> train, validation;
};

/// Holds out a share of the samples for validation: round(fraction · n) of n; none for 0. Both parts share the data set's
/// samples and keep their order.
/// Throws: ConfigError unless 0 ≤ fraction < 1, and for a stratified split of a data set without labels.
template <class T>
TrainValidation<T> hold_out(const Dataset<T>& dataset, double fraction, const SplitOptions& options = {});

/// k splits for cross-validation; every sample is held out in exactly one.
/// Throws: ConfigError unless 2 ≤ k ≤ n, and for stratified splits of a data set without labels.
template <class T>
std::vector<TrainValidation<T>> k_fold(const Dataset<T>& dataset, std::size_t k, const SplitOptions& options = {});

extern template TrainValidation<float> hold_out(const Dataset<float>&, double, const SplitOptions&);
extern template TrainValidation<double> hold_out(const Dataset<double>&, double, const SplitOptions&);
extern template std::vector<TrainValidation<float>> k_fold(const Dataset<float>&, std::size_t, const SplitOptions&);
extern template std::vector<TrainValidation<double>> k_fold(const Dataset<double>&, std::size_t, const SplitOptions&);

}  // namespace xgrad::data
