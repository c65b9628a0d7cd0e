#include "xgrad/nn/data/split.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include <fmt/format.h>

#include "xgrad/tensor/error.hpp"
#include "xgrad/tensor/random.hpp"

namespace xgrad::data {
namespace {

constexpr std::uint64_t split_stream = 0x73706c69;  // apart from the streams of whatever else shares the seed

using Rows = std::vector<std::int64_t>;

// The rows of each class in the order in which they are to be chosen; all in one group without stratification.
std::vector<Rows> groups_of(const Indices& labels, const SplitOptions& options) {
  if (labels.dimension() != 1)
    throw ShapeError(fmt::format("split: labels have shape {}, expected (n,)", to_string(labels.shape())));
  Generator generator(options.seed, split_stream);
  Indices order = empty_array<std::int64_t>(labels.shape());
  std::iota(order.data(), order.data() + order.size(), std::int64_t{0});
  if (options.shuffle) random::shuffle(generator, order);
  std::map<std::int64_t, Rows> by_class;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const std::int64_t row = order.data()[i];
    by_class[options.stratified ? labels.data()[row] : 0].push_back(row);
  }
  std::vector<Rows> groups;
  for (auto& [label, rows] : by_class) groups.push_back(std::move(rows));
  return groups;
}

// How many of each group are chosen so that they are `total` together: the whole part of its proportional share, and one more
// for the groups with the largest remainders (the first of equals).
std::vector<std::size_t> proportional_counts(const std::vector<Rows>& groups, std::size_t total, std::size_t samples) {
  std::vector<std::size_t> counts(groups.size()), order(groups.size());
  std::vector<std::size_t> remainders(groups.size());
  std::size_t left = total;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    counts[i] = groups[i].size() * total / samples;
    remainders[i] = groups[i].size() * total % samples;
    left -= counts[i];
  }
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return remainders[a] > remainders[b]; });
  for (std::size_t i = 0; i < left; ++i) ++counts[order[i]];
  return counts;
}

// The split in which part[row] == validation_part says what is held out.
SplitRows rows_of(const std::vector<std::size_t>& part, std::size_t validation_part) {
  const auto held_out = static_cast<std::size_t>(std::count(part.begin(), part.end(), validation_part));
  SplitRows rows{empty_array<std::int64_t>({part.size() - held_out}), empty_array<std::int64_t>({held_out})};
  std::int64_t *train = rows.train.data(), *validation = rows.validation.data();
  for (std::size_t row = 0; row < part.size(); ++row)
    *(part[row] == validation_part ? validation : train)++ = static_cast<std::int64_t>(row);
  return rows;
}

template <class T>
Indices labels_for(const Dataset<T>& dataset, const SplitOptions& options) {
  if (dataset.has_labels()) return dataset.labels();
  if (options.stratified && dataset.size() > 0)
    throw ConfigError("split: the data set has no labels to stratify by; set stratified to false");
  return filled_array<std::int64_t>({dataset.size()}, 0);
}

template <class T>
TrainValidation<T> select(const Dataset<T>& dataset, const SplitRows& rows) {
  return {dataset.subset(rows.train), dataset.subset(rows.validation)};
}

}  // namespace

SplitRows hold_out_rows(const Indices& labels, double fraction, const SplitOptions& options) {
  if (!(fraction >= 0 && fraction < 1))
    throw ConfigError(fmt::format("hold_out: the fraction is {}; it must be at least 0 and below 1", fraction));
  const std::vector<Rows> groups = groups_of(labels, options);
  const auto total = static_cast<std::size_t>(std::llround(fraction * static_cast<double>(labels.size())));
  if (total == labels.size() && total > 0)
    throw ConfigError(fmt::format("hold_out: a fraction of {} holds out all {} samples; nothing is left to train on", fraction,
                                  labels.size()));
  std::vector<std::size_t> part(labels.size(), 0);
  if (labels.size() > 0) {
    const std::vector<std::size_t> counts = proportional_counts(groups, total, labels.size());
    for (std::size_t i = 0; i < groups.size(); ++i)
      for (std::size_t j = 0; j < counts[i]; ++j) part[static_cast<std::size_t>(groups[i][j])] = 1;
  }
  return rows_of(part, 1);
}

std::vector<SplitRows> k_fold_rows(const Indices& labels, std::size_t k, const SplitOptions& options) {
  if (k < 2 || k > labels.size())
    throw ConfigError(fmt::format("k_fold: k is {}; it must be from 2 to the number of samples ({})", k, labels.size()));
  // Dealt like cards, one class after the other without starting again at the first part: so the parts are of one size too.
  std::vector<std::size_t> part(labels.size());
  std::size_t dealt = 0;
  for (const Rows& group : groups_of(labels, options))
    for (const std::int64_t row : group) part[static_cast<std::size_t>(row)] = dealt++ % k;
  std::vector<SplitRows> folds;
  for (std::size_t i = 0; i < k; ++i) folds.push_back(rows_of(part, i));
  return folds;
}

template <class T>
TrainValidation<T> hold_out(const Dataset<T>& dataset, double fraction, const SplitOptions& options) {
  return select(dataset, hold_out_rows(labels_for(dataset, options), fraction, options));
}

template <class T>
std::vector<TrainValidation<T>> k_fold(const Dataset<T>& dataset, std::size_t k, const SplitOptions& options) {
  std::vector<TrainValidation<T>> folds;
  for (const SplitRows& rows : k_fold_rows(labels_for(dataset, options), k, options)) folds.push_back(select(dataset, rows));
  return folds;
}

template TrainValidation<float> hold_out(const Dataset<float>&, double, const SplitOptions&);
template TrainValidation<double> hold_out(const Dataset<double>&, double, const SplitOptions&);
template std::vector<TrainValidation<float>> k_fold(const Dataset<float>&, std::size_t, const SplitOptions&);
template std::vector<TrainValidation<double>> k_fold(const Dataset<double>&, std::size_t, const SplitOptions&);

}  // namespace xgrad::data
