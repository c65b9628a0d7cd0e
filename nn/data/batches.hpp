#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <span>

#include "xgrad/autograd/tensor.hpp"
#include "xgrad/nn/data/augmentation.hpp"
#include "xgrad/nn/data/dataset.hpp"

namespace xgrad::data {

/// The order of the samples, what becomes of the last batch, and how images are distorted.
struct BatchOptions {
  std::optional<std::uint64_t> shuffle_seed{};  ///< none: the data set's own order
  std::uint64_t epoch = 0;                      ///< with one seed, every epoch has another order
  bool drop_last = false;                       ///< leave out the last batch if it is smaller than the others
  AugmentationOptions augmentation{};           ///< in every epoch another one of each sample
  std::uint64_t augmentation_seed = 0;          ///< decides it, with epoch and row
};

/// Some samples and their labels. Shapes: x (n, features), y (n,), or (0,) where there are no labels.
template <class T>
struct Batch {
  Tensor<T> x;
  Indices y;
};

/// The batches of one pass over a data set; a range for `for`, or to be indexed. A batch is put together when it is asked for,
/// and belongs to whoever asked: only its own samples are copied, into memory that the pool hands out again and again.
template <class T>
class Batches {
 public:
  Batches(Dataset<T> dataset, std::size_t batch_size, const BatchOptions& options);

  /// The number of batches.
  std::size_t size() const { return size_; }
  /// Batch number `index`, the same every time.  Throws: ShapeError if there are not as many.
  Batch<T> operator[](std::size_t index) const;
  /// The rows in the data set that make up batch number `index`.  Throws: ShapeError.
  std::span<const std::int64_t> rows(std::size_t index) const;

  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Batch<T>;
    using difference_type = std::ptrdiff_t;
    using reference = Batch<T>;
    using pointer = void;

    Iterator(const Batches* batches, std::size_t index) : batches_(batches), index_(index) {}
    Batch<T> operator*() const { return (*batches_)[index_]; }
    Iterator& operator++() {
      ++index_;
      return *this;
    }
    Iterator operator++(int) { return Iterator(batches_, index_++); }
    friend bool operator==(const Iterator& a, const Iterator& b) { return a.index_ == b.index_; }

   private:
    const Batches* batches_;
    std::size_t index_;
  };
  Iterator begin() const { return {this, 0}; }
  Iterator end() const { return {this, size_}; }

 private:
  Dataset<T> dataset_;
  std::size_t batch_size_;
  std::size_t size_;
  Indices order_;
  std::optional<Augmentation<T>> augmentation_;
  Generator distortions_;
};

/// One pass over `dataset` in batches of `batch_size`; the last may be smaller.
///
///     for (auto [x, y] : data::batches(train, 64, {.shuffle_seed = seed, .epoch = epoch})) …
///
/// Throws: ConfigError for a batch size of 0, and for an augmentation that makes no sense or of samples that are no images.
template <class T>
Batches<T> batches(const Dataset<T>& dataset, std::size_t batch_size, const BatchOptions& options = {}) {
  return Batches<T>(dataset, batch_size, options);
}

extern template class Batches<float>;
extern template class Batches<double>;

}  // namespace xgrad::data
