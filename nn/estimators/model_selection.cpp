#include "xgrad/nn/estimators/model_selection.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

namespace xgrad::nn {

namespace {

// Fold after fold of consecutive samples, the first ones larger by one where they cannot all be of one size.
std::vector<data::SplitRows> consecutive_folds(std::size_t samples, std::size_t k) {
  std::vector<data::SplitRows> folds;
  for (std::size_t i = 0, begin = 0; i < k; ++i) {
    const std::size_t size = samples / k + (i < samples % k ? 1 : 0);
    Indices all = empty_array<std::int64_t>({samples});
    std::iota(all.data(), all.data() + samples, std::int64_t{0});
    std::rotate(all.data(), all.data() + begin, all.data() + begin + size);  // the fold first, then the rest in order
    data::SplitRows rows{empty_array<std::int64_t>({samples - size}), empty_array<std::int64_t>({size})};
    std::copy_n(all.data(), size, rows.validation.data());
    std::copy_n(all.data() + size, samples - size, rows.train.data());
    folds.push_back(std::move(rows));
    begin += size;
  }
  return folds;
}

}  // namespace

std::vector<data::SplitRows> KFold::split(std::size_t samples) const { return split(filled_array<std::int64_t>({samples}, 0)); }

std::vector<data::SplitRows> KFold::split(const Indices& labels) const {
  if (n_splits < 2 || n_splits > labels.size())
    throw ConfigError(
        fmt::format("KFold: n_splits is {}; it must be from 2 to the number of samples ({})", n_splits, labels.size()));
  if (!shuffle && !stratified) return consecutive_folds(labels.size(), n_splits);
  return data::k_fold_rows(labels, n_splits, {.seed = random_state, .stratified = stratified, .shuffle = shuffle});
}

std::vector<data::SplitRows> KFold::split_targets(std::size_t samples) const {
  if (stratified)
    throw ConfigError("KFold: the targets of a regression have no classes to stratify by; set stratified to false");
  return split(samples);
}

template <class T>
Array<T> take_rows(const Array<T>& array, const Indices& rows) {
  const std::size_t count = array.dimension() > 0 ? array.shape()[0] : 0;
  Shape shape = array.shape();
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (rows.data()[i] < 0 || static_cast<std::size_t>(rows.data()[i]) >= count)
      throw ShapeError(fmt::format("take_rows: row {} does not exist; there are {}, counted from 0", rows.data()[i], count));
  if (shape.empty()) throw ShapeError("take_rows: an array of shape () has no rows");
  const std::size_t width = count > 0 ? array.size() / count : 0;
  shape[0] = rows.size();
  Array<T> result = empty_array<T>(shape);
  for (std::size_t i = 0; i < rows.size(); ++i)
    std::copy_n(array.data() + static_cast<std::size_t>(rows.data()[i]) * width, width, result.data() + i * width);
  return result;
}

double mean_of(const std::vector<double>& scores) {
  return std::accumulate(scores.begin(), scores.end(), 0.0) / static_cast<double>(scores.size());
}

double deviation_of(const std::vector<double>& scores) {
  const double mean = mean_of(scores);
  double squares = 0;
  for (const double score : scores) squares += (score - mean) * (score - mean);
  return std::sqrt(squares / static_cast<double>(scores.size()));
}

template Array<float> take_rows(const Array<float>&, const Indices&);
template Array<double> take_rows(const Array<double>&, const Indices&);
template Indices take_rows(const Indices&, const Indices&);

}  // namespace xgrad::nn
