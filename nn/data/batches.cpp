#include "xgrad/nn/data/batches.hpp"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "xgrad/tensor/error.hpp"
#include "xgrad/tensor/random.hpp"

namespace xgrad::data {
namespace {

constexpr std::uint64_t shuffle_stream = 0x73687566,
                        augment_stream = 0x6175676d;  // apart from the streams of whatever else shares the seed

Indices order_of(std::size_t samples, const BatchOptions& options) {
  if (options.shuffle_seed) {
    Generator generator = Generator(*options.shuffle_seed, shuffle_stream).split(options.epoch);
    return random::permutation(generator, samples);
  }
  Indices order = empty_array<std::int64_t>({samples});
  std::iota(order.data(), order.data() + samples, std::int64_t{0});
  return order;
}

}  // namespace

template <class T>
Batches<T>::Batches(Dataset<T> dataset, std::size_t batch_size, const BatchOptions& options)
    : dataset_(std::move(dataset)), batch_size_(batch_size) {
  if (batch_size == 0) throw ConfigError("batches: the batch size is 0; it must be at least 1");
  const std::size_t samples = dataset_.size(), whole = samples / batch_size;
  size_ = options.drop_last || samples % batch_size == 0 ? whole : whole + 1;
  order_ = order_of(samples, options);
  if (!options.augmentation.is_any()) return;
  const Description& images = dataset_.description();
  augmentation_.emplace(options.augmentation, images.height, images.width);
  distortions_ = Generator(options.augmentation_seed, augment_stream).split(options.epoch);
}

template <class T>
std::span<const std::int64_t> Batches<T>::rows(std::size_t index) const {
  if (index >= size_)
    throw ShapeError(fmt::format("batches: batch {} does not exist; there are {}, counted from 0", index, size_));
  const std::size_t begin = index * batch_size_;
  return {order_.data() + begin, std::min(batch_size_, order_.size() - begin)};
}

template <class T>
Batch<T> Batches<T>::operator[](std::size_t index) const {
  const std::span<const std::int64_t> selected = rows(index);
  if (!augmentation_) return {Tensor<T>(dataset_.features(selected)), dataset_.labels(selected)};
  const auto distort = [this](T* image, std::int64_t row) {
    augmentation_->apply(image, distortions_.split(static_cast<std::uint64_t>(row)));
  };
  return {Tensor<T>(dataset_.features(selected, distort)), dataset_.labels(selected)};
}

template class Batches<float>;
template class Batches<double>;

}  // namespace xgrad::data
