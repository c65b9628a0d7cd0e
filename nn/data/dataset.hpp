#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "xgrad/nn/data/idx.hpp"
#include "xgrad/tensor/array.hpp"

namespace xgrad::data {

template <class T>
class Standardizer;

/// What a data set is called, where it came from, and what its numbers mean.
struct Description {
  std::string name{};                      ///< "fashion_mnist"
  std::string source{};                    ///< the folder that it was read from, or how it was made
  std::vector<std::string> class_names{};  ///< one for each class, in the order of the labels
  std::size_t height = 0, width = 0;       ///< of an image; 0 where the features are not an image
};

/// Samples with their labels, or a selection of those of another data set. Copies and selections share the samples.
///
/// Images stay the bytes that they are in the file, and become numbers of type T when they are gathered: a quarter of the
/// memory of float, and rows in random order then come faster than by copying floats, since there is a quarter to fetch.
template <class T>
class Dataset {
 public:
  using Change = std::function<void(T*, std::int64_t)>;

  /// An empty data set.
  Dataset();
  /// Images whose pixels count as byte / 255, so from 0 to 1.
  /// Shapes: images (n, …), labels (n,), or {} for none.  Throws: ShapeError; ConfigError for a label without a class name.
  Dataset(Bytes images, Indices labels, Description description);
  /// Any numbers as features. Shapes and throws: as above.
  Dataset(Array<T> features, Indices labels, Description description);

  std::size_t size() const { return size_; }
  std::size_t feature_count() const;
  std::size_t class_count() const { return description().class_names.size(); }
  bool has_labels() const;
  const Description& description() const;

  /// The features of the samples at `rows` (counted from 0, in any order, any number of times).
  /// Shapes: rows (k,) → (k, features).  Throws: ShapeError for a row that does not exist.
  Array<T> features(std::span<const std::int64_t> rows) const { return features(rows, Change()); }
  Array<T> features(const Indices& rows) const { return features(std::span(rows.data(), rows.size())); }
  /// The same, with `change(features of a sample, its row)` called for each before it is standardised, on several threads.
  Array<T> features(std::span<const std::int64_t> rows, const Change& change) const;
  /// All features. Shapes: → (size, features).
  Array<T> features() const;
  /// The labels of the samples at `rows`. Shapes: rows (k,) → (k,), or (0,) where there are none.  Throws: ShapeError.
  Indices labels(std::span<const std::int64_t> rows) const;
  Indices labels(const Indices& rows) const { return labels(std::span(rows.data(), rows.size())); }
  /// All labels. Shapes: → (size,), or (0,).
  Indices labels() const;
  /// This data set with numbers to be predicted for each sample; shares the samples with it.
  /// Shapes: targets (size, outputs).  Throws: ShapeError.
  Dataset with_targets(Array<T> targets) const;
  /// The numbers of a sample's target; 0 where there are none.
  std::size_t target_count() const { return targets_ ? targets_->shape()[1] : 0; }
  /// The targets of the samples at `rows`. Shapes: rows (k,) → (k, target_count()).  Throws: ShapeError where there are none.
  Array<T> targets(std::span<const std::int64_t> rows) const;
  /// One image as it was before any standardisation. Shapes: → (height, width).  Throws: ShapeError where there are no images.
  Array<T> image(std::size_t row) const;

  /// The samples at `rows`, in that order; shares everything with this data set. Shapes: rows (k,).  Throws: ShapeError.
  Dataset subset(const Indices& rows) const;
  /// The first `count` samples.  Throws: ConfigError if there are not as many.
  Dataset first(std::size_t count) const;

 private:
  friend class Standardizer<T>;
  struct Storage;

  std::size_t stored_row(std::int64_t row) const;

  std::shared_ptr<const Storage> storage_;
  std::shared_ptr<const Indices> rows_{};  // none: the first size_ rows as they are stored
  std::shared_ptr<const Standardizer<T>> standardizer_{};
  std::shared_ptr<const Array<T>> targets_{};  // in the order of this data set's own rows
  std::size_t size_ = 0;
};

/// A data set with its test set.
template <class T>
struct TrainTest {
  Dataset<T> train, test;
};

extern template class Dataset<float>;
extern template class Dataset<double>;

}  // namespace xgrad::data
