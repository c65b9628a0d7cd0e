#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "xgrad/nn/data/split.hpp"
#include "xgrad/tensor/error.hpp"

namespace xgrad::nn {

/// How samples are divided for cross-validation; every sample is held out in exactly one fold.
struct KFold {
  std::size_t n_splits = 5;
  bool shuffle = false;  ///< samples at random; otherwise each fold holds consecutive samples or, if stratified, the folds take
                         ///< the samples of each class in turn
  std::uint64_t random_state = 0;
  bool stratified = false;  ///< every fold has the classes in the same proportions, to within one sample a class

  /// The rows of each fold. Throws: ConfigError unless 2 ≤ n_splits ≤ samples.
  std::vector<data::SplitRows> split(std::size_t samples) const;
  /// The same for samples with these labels, which only matter to stratified folds. Shapes: (n,).  Throws: as above;
  /// ShapeError.
  std::vector<data::SplitRows> split(const Indices& labels) const;
  /// For a regression's targets: never stratified. Throws: as above; ConfigError where it should be.
  template <class T>
  std::vector<data::SplitRows> split(const Array<T>& targets) const {
    return split_targets(targets.dimension() > 0 ? targets.shape()[0] : 0);
  }

 private:
  std::vector<data::SplitRows> split_targets(std::size_t samples) const;
};

/// Some rows of an array, in that order. Shapes: array (n, …), rows (k,) → (k, …).  Throws: ShapeError for a row that does not
/// exist.
template <class T>
Array<T> take_rows(const Array<T>& array, const Indices& rows);

double mean_of(const std::vector<double>& scores);
/// The population standard deviation, as NumPy's.
double deviation_of(const std::vector<double>& scores);

/// The score of a copy of `estimator`, for each fold trained on the others and measured on what is held out. The estimator
/// itself stays as it is.  Throws: as KFold::split and the estimator's fit().
template <class Estimator, class X, class Y>
std::vector<double> cross_val_score(const Estimator& estimator, const X& x, const Y& y, const KFold& folds = {}) {
  std::vector<double> scores;
  for (const data::SplitRows& rows : folds.split(y)) {
    Estimator copy(estimator.options());
    copy.fit(take_rows(x, rows.train), take_rows(y, rows.train));
    scores.push_back(copy.score(take_rows(x, rows.validation), take_rows(y, rows.validation)));
  }
  return scores;
}

/// What grid_search() found.
template <class Estimator>
struct GridSearchResult {
  struct Candidate {
    typename Estimator::Options options;
    std::vector<double> scores;  ///< of each fold
    double mean_score, deviation;
  };
  std::vector<Candidate> candidates;  ///< in the order given
  std::size_t best_index = 0;         ///< the highest mean score, the first of equals
  Estimator best_estimator;           ///< trained on all samples with the best options

  const Candidate& best() const { return candidates.at(best_index); }
};

/// Cross-validates an estimator with each of the options, and trains it on everything with the best of them:
///
///     grid_search<MLPClassifier<float>>({{.solver = "adam"}, {.solver = "sgd"}}, x, y, {.n_splits = 3}).best_estimator
///
/// Throws: ConfigError without candidates; as cross_val_score.
template <class Estimator, class X, class Y>
GridSearchResult<Estimator> grid_search(const std::vector<typename Estimator::Options>& candidates, const X& x, const Y& y,
                                        const KFold& folds = {}) {
  if (candidates.empty()) throw ConfigError("grid_search: there are no candidates; give at least one set of options");
  GridSearchResult<Estimator> result{{}, 0, Estimator(typename Estimator::Options{})};
  for (const typename Estimator::Options& options : candidates) {
    std::vector<double> scores = cross_val_score(Estimator(options), x, y, folds);
    const double mean = mean_of(scores), deviation = deviation_of(scores);
    result.candidates.push_back({options, std::move(scores), mean, deviation});
    if (mean > result.best().mean_score) result.best_index = result.candidates.size() - 1;
  }
  result.best_estimator = Estimator(result.best().options);
  result.best_estimator.fit(x, y);
  return result;
}

extern template Array<float> take_rows(const Array<float>&, const Indices&);
extern template Array<double> take_rows(const Array<double>&, const Indices&);
extern template Indices take_rows(const Indices&, const Indices&);

}  // namespace xgrad::nn
