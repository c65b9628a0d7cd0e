#include "splits.hpp"

#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "preparation.hpp"
#include "xgrad/nn/data.hpp"
#include "xgrad/nn/data/split.hpp"
#include "xgrad/tensor/error.hpp"
#include "xgrad/tensor/random.hpp"

namespace xgrad::apps {
namespace {

constexpr std::uint64_t split_stream = 4;  // 1 to 3 are initial values, masks and the order of images

template <class T>
data::Dataset<T> limited(const data::Dataset<T>& dataset, std::size_t limit) {
  return limit == 0 || limit >= dataset.size() ? dataset : dataset.first(limit);
}

template <class T>
data::TrainValidation<T> divide(const data::Dataset<T>& images, const TrainOptions& o) {
  const data::SplitOptions split{.seed = Generator(o.seed).split(split_stream).stream()};
  if (!o.fold.empty()) {
    const Fold fold = Fold::parse(o.fold);
    if (fold.count > images.size())
      throw ConfigError(fmt::format("--fold {}: {} images cannot be dealt into {} parts; lower the number of folds", o.fold,
                                    images.size(), fold.count));
    return data::k_fold(images, fold.count, split)[fold.number - 1];
  }
  if (o.val_fraction == 0) return {images, {}};
  if (static_cast<double>(images.size()) * (1 - o.val_fraction) <= 0.5)
    throw ConfigError(fmt::format("--val_fraction {} holds out all of {} images; lower it, or raise --limit_train",
                                  o.val_fraction, images.size()));
  return data::hold_out(images, o.val_fraction, split);
}

}  // namespace

Fold Fold::parse(const std::string& text) {
  Fold fold;
  const char* const end = text.data() + text.size();
  const auto number = std::from_chars(text.data(), end, fold.number);
  if (number.ec == std::errc() && number.ptr != end && *number.ptr == '/') {
    const auto count = std::from_chars(number.ptr + 1, end, fold.count);
    if (count.ec == std::errc() && count.ptr == end && fold.count >= 2 && fold.number >= 1 && fold.number <= fold.count)
      return fold;
  }
  throw ConfigError(fmt::format("--fold '{}': give which of how many folds is held out, for example 1/3", text));
}

template <class T>
Splits<T> load_images(const TrainOptions& o) {
  const auto [train, test] = data::load<T>(o.dataset, {.data_dir = o.data_dir});
  const data::Dataset<T> tests = limited(test, o.limit_test);
  const auto [kept, held_out] = divide(limited(train, o.limit_train), o);
  if (kept.size() == 0)
    throw ConfigError(fmt::format("no training images are left; lower --val_fraction ({})", o.val_fraction));
  return {kept, held_out, tests, tests};
}

template <class T>
Splits<T> load_splits(const TrainOptions& o) {
  Splits<T> splits = load_images<T>(o);
  if (!needs_preparation(o)) return splits;
  const Preparation<T> preparation(o, splits.train);
  splits.train = preparation.apply(splits.train);
  if (splits.validation.size() > 0) splits.validation = preparation.apply(splits.validation);
  splits.test = preparation.apply(splits.test);
  return splits;
}

template Splits<float> load_images(const TrainOptions&);
template Splits<double> load_images(const TrainOptions&);
template Splits<float> load_splits(const TrainOptions&);
template Splits<double> load_splits(const TrainOptions&);

}  // namespace xgrad::apps
