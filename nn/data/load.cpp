#include "xgrad/nn/data/load.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "xgrad/nn/data/catalogue.hpp"
#include "xgrad/nn/data/locate.hpp"
#include "xgrad/nn/data/sha256.hpp"
#include "xgrad/tensor/error.hpp"

namespace xgrad::data {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t train_labels = 1;

struct Part {
  Bytes images;
  Indices labels;
};

Part read_part(const fs::path& images_path, const fs::path& labels_path, std::size_t classes) {
  Part part{read_idx_images(images_path), read_idx_labels(labels_path, classes)};
  if (part.images.shape()[0] != part.labels.size())
    throw IoError(fmt::format("{}: holds {} images, but {} holds {} labels; they must be as many: fetch both again",
                              images_path.string(), part.images.shape()[0], labels_path.string(), part.labels.size()));
  return part;
}

// The files of all data sets have the same names: the labels, short enough to be hashed every time, tell them apart.
void check_identity(const KnownDataset& expected, const Location& location) {
  const std::string found = sha256_of_contents(location.files[train_labels]);
  for (const KnownDataset& known : known_datasets())
    if (known.files[train_labels].sha256 == found && known.name != expected.name)
      throw IoError(fmt::format("{}: holds the data set {}, but {} was asked for; give the folder of {} as data_dir",
                                location.folder.string(), known.name, expected.name, expected.name));
}

void check_sizes(const Part& train, const Part& test, const Location& location) {
  const Shape &a = train.images.shape(), &b = test.images.shape();
  if (a[1] != b[1] || a[2] != b[2])
    throw IoError(
        fmt::format("{}: the training images are {} by {}, the test images {} by {}; they must be of one size: "
                    "fetch the files again",
                    location.folder.string(), a[1], a[2], b[1], b[2]));
}

std::vector<std::string> class_names(const KnownDataset* known, const Part& train, const Part& test) {
  if (known) return {known->class_names.begin(), known->class_names.end()};
  std::int64_t highest = 0;
  for (const Indices* labels : {&train.labels, &test.labels})
    highest = std::max(highest, *std::max_element(labels->data(), labels->data() + labels->size()));
  std::vector<std::string> names;
  for (std::int64_t label = 0; label <= highest; ++label) names.push_back(std::to_string(label));
  return names;
}

}  // namespace

template <class T>
TrainTest<T> load(std::string_view name, const LoadOptions& options) {
  const Location location = locate(name, options.data_dir);
  const KnownDataset* known = find_known(name);
  if (known) check_identity(*known, location);
  const std::size_t classes = known ? known->class_names.size() : 256;
  const auto& files = location.files;
  Part train = read_part(files[0], files[1], classes), test = read_part(files[2], files[3], classes);
  check_sizes(train, test, location);
  const Shape shape = train.images.shape();
  const Description description{.name = std::string(name),
                                .source = location.folder.string(),
                                .class_names = class_names(known, train, test),
                                .height = shape[1],
                                .width = shape[2]};
  return {Dataset<T>(std::move(train.images), std::move(train.labels), description),
          Dataset<T>(std::move(test.images), std::move(test.labels), description)};
}

template TrainTest<float> load(std::string_view, const LoadOptions&);
template TrainTest<double> load(std::string_view, const LoadOptions&);

}  // namespace xgrad::data
