#include "xgrad/nn/data/dataset.hpp"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "xgrad/nn/data/standardizer.hpp"
#include "xgrad/tensor/error.hpp"
#include "xgrad/tensor/kernels/pixels.hpp"
#include "xgrad/tensor/parallel.hpp"

namespace xgrad::data {
namespace {

// A thread gathers its share of a batch in one go if that is not too many rows; fewer rows are not worth a hand-over. No row
// depends on another, so that it does not matter who gathers it.
constexpr std::size_t least_rows_per_chunk = 8, most_rows_per_chunk = 64;
constexpr std::size_t cache_line = 64;
constexpr std::size_t most_prefetched = 1024;  // bytes; what follows is fetched by the processor of its own accord

// Indices{} has the shape of one number, which no labels can have.
Indices labels_or_none(Indices labels) { return labels.dimension() == 0 ? empty_array<std::int64_t>({0}) : std::move(labels); }

void check(const Shape& samples, const Indices& labels, const Description& description) {
  if (samples.empty())
    throw ShapeError("Dataset: samples of shape () have no rows; give an array of shape (samples, features)");
  const bool unlabelled = labels.dimension() == 1 && labels.size() == 0;
  if (!unlabelled && (labels.dimension() != 1 || labels.size() != samples[0]))
    throw ShapeError(fmt::format("Dataset: samples have shape {} but labels {}; give one label for each of the {} samples",
                                 to_string(samples), to_string(labels.shape()), samples[0]));
  const auto classes = static_cast<std::int64_t>(description.class_names.size());
  for (std::size_t i = 0; i < labels.size(); ++i)
    if (const std::int64_t label = labels.data()[i]; label < 0 || label >= classes)
      throw ConfigError(
          fmt::format("Dataset: label {} is {}, but there are names for {} classes; labels begin at 0", i, label, classes));
  const std::size_t pixels = description.height * description.width;
  if (pixels != 0 && samples[0] * pixels != element_count(samples))
    throw ShapeError(fmt::format("Dataset: samples of shape {} are not {} by {} images", to_string(samples), description.height,
                                 description.width));
}

std::size_t features_of(const Shape& samples) {
  return std::accumulate(samples.begin() + 1, samples.end(), std::size_t{1}, std::multiplies<>());
}

Indices all_rows(std::size_t count) {
  Indices rows = empty_array<std::int64_t>({count});
  std::iota(rows.data(), rows.data() + count, std::int64_t{0});
  return rows;
}

}  // namespace

// Either bytes or values are in use.
template <class T>
struct Dataset<T>::Storage {
  Bytes bytes = empty_array<std::uint8_t>({0});
  Array<T> values = empty_array<T>({0});
  bool as_bytes = false;
  std::size_t features = 0;
  Indices labels = empty_array<std::int64_t>({0});
  Description description{};

  void write_row(std::size_t row, T* to) const {
    if (as_bytes)
      kernels::pixels<T>().to_unit_interval(bytes.data() + row * features, to, features);
    else
      std::copy_n(values.data() + row * features, features, to);
  }

  // Where a row lies, as bytes.
  std::span<const char> memory_of(std::size_t row) const {
    return as_bytes ? std::span(reinterpret_cast<const char*>(bytes.data() + row * features), features)
                    : std::span(reinterpret_cast<const char*>(values.data() + row * features), features * sizeof(T));
  }
};

template <class T>
Dataset<T>::Dataset() : storage_(std::make_shared<Storage>()) {}

template <class T>
Dataset<T>::Dataset(Bytes images, Indices labels, Description description) {
  labels = labels_or_none(std::move(labels));
  check(images.shape(), labels, description);
  size_ = images.shape()[0];
  const std::size_t count = features_of(images.shape());
  storage_ = std::make_shared<Storage>(Storage{.bytes = std::move(images),
                                               .as_bytes = true,
                                               .features = count,
                                               .labels = std::move(labels),
                                               .description = std::move(description)});
}

template <class T>
Dataset<T>::Dataset(Array<T> features, Indices labels, Description description) {
  labels = labels_or_none(std::move(labels));
  check(features.shape(), labels, description);
  size_ = features.shape()[0];
  const std::size_t count = features_of(features.shape());
  storage_ = std::make_shared<Storage>(Storage{
      .values = std::move(features), .features = count, .labels = std::move(labels), .description = std::move(description)});
}

template <class T>
std::size_t Dataset<T>::feature_count() const {
  return storage_->features;
}

template <class T>
bool Dataset<T>::has_labels() const {
  return storage_->labels.size() > 0;
}

template <class T>
const Description& Dataset<T>::description() const {
  return storage_->description;
}

template <class T>
std::size_t Dataset<T>::stored_row(std::int64_t row) const {
  if (row < 0 || static_cast<std::size_t>(row) >= size_)
    throw ShapeError(fmt::format("Dataset: row {} does not exist in {}; it has {} samples, counted from 0", row,
                                 description().name.empty() ? "this data set" : description().name, size_));
  return static_cast<std::size_t>(rows_ ? rows_->data()[row] : row);
}

template <class T>
Array<T> Dataset<T>::features(std::span<const std::int64_t> rows, const Change& change) const {
  const std::size_t width = feature_count();
  Array<T> result = empty_array<T>({rows.size(), width});
  const std::size_t threads = thread_count(), share = (rows.size() + threads - 1) / threads;
  const std::size_t chunk = std::clamp(share, least_rows_per_chunk, most_rows_per_chunk);
  parallel_for(rows.size(), chunk, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      T* const to = result.data() + i * width;
      // Rows in random order come from memory, not from a cache: asking for the next while this one is converted takes half
      // the time. (Written out here: g++ 12 drops calls of functions that do nothing but prefetch.)
      const auto next = i + 1 < rows.size() ? storage_->memory_of(stored_row(rows[i + 1])) : std::span<const char>();
      for (std::size_t at = 0; at < std::min(next.size(), most_prefetched); at += cache_line)
        __builtin_prefetch(next.data() + at);
      storage_->write_row(stored_row(rows[i]), to);
      if (change) change(to, rows[i]);
      if (standardizer_) standardizer_->apply(to, width);
    }
  });
  return result;
}

template <class T>
Array<T> Dataset<T>::features() const {
  return features(all_rows(size_));
}

template <class T>
Indices Dataset<T>::labels(std::span<const std::int64_t> rows) const {
  if (!has_labels()) return empty_array<std::int64_t>({0});
  Indices result = empty_array<std::int64_t>({rows.size()});
  for (std::size_t i = 0; i < rows.size(); ++i) result.data()[i] = storage_->labels.data()[stored_row(rows[i])];
  return result;
}

template <class T>
Indices Dataset<T>::labels() const {
  return labels(all_rows(size_));
}

template <class T>
Dataset<T> Dataset<T>::with_targets(Array<T> targets) const {
  if (targets.dimension() != 2 || targets.shape()[0] != size_)
    throw ShapeError(fmt::format("Dataset: targets have shape {}; give one row for each of the {} samples",
                                 to_string(targets.shape()), size_));
  Dataset result = *this;
  result.targets_ = std::make_shared<const Array<T>>(std::move(targets));
  return result;
}

template <class T>
Array<T> Dataset<T>::targets(std::span<const std::int64_t> rows) const {
  if (!targets_) throw ShapeError("Dataset: there are no targets; give them by with_targets()");
  const std::size_t width = target_count();
  Array<T> result = empty_array<T>({rows.size(), width});
  for (std::size_t i = 0; i < rows.size(); ++i) {
    stored_row(rows[i]);  // throws for a row that does not exist
    std::copy_n(targets_->data() + static_cast<std::size_t>(rows[i]) * width, width, result.data() + i * width);
  }
  return result;
}

template <class T>
Array<T> Dataset<T>::image(std::size_t row) const {
  const auto [height, width] = std::pair(description().height, description().width);
  if (height * width == 0)
    throw ShapeError(
        fmt::format("Dataset: the {} features of a sample are not an image; give its height and width", feature_count()));
  Array<T> result = empty_array<T>({height, width});
  storage_->write_row(stored_row(static_cast<std::int64_t>(row)), result.data());
  return result;
}

template <class T>
Dataset<T> Dataset<T>::subset(const Indices& rows) const {
  if (rows.dimension() != 1)
    throw ShapeError(fmt::format("Dataset: the rows of a subset have shape {}, expected (k,)", to_string(rows.shape())));
  Indices stored = empty_array<std::int64_t>(rows.shape());
  std::transform(rows.data(), rows.data() + rows.size(), stored.data(),
                 [this](std::int64_t row) { return static_cast<std::int64_t>(stored_row(row)); });
  Dataset result = *this;
  result.rows_ = std::make_shared<const Indices>(std::move(stored));
  if (targets_) result.targets_ = std::make_shared<const Array<T>>(targets(std::span(rows.data(), rows.size())));
  result.size_ = rows.size();
  return result;
}

template <class T>
Dataset<T> Dataset<T>::first(std::size_t count) const {
  if (count > size_)
    throw ConfigError(fmt::format("the first {} samples of {} were asked for, but it has {}; ask for at most that many", count,
                                  description().name.empty() ? "a data set" : description().name, size_));
  Dataset result = *this;
  result.size_ = count;
  return result;
}

template class Dataset<float>;
template class Dataset<double>;

}  // namespace xgrad::data
