#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace xgrad::data {

/// One of the files of a data set, and what it holds.
struct KnownFile {
  std::string_view name{};    ///< without ".gz"
  std::string_view sha256{};  ///< of the decompressed contents: packers differ between mirrors, contents do not
};

/// A data set of images that xgrad knows by name: four IDX files and ten classes.
struct KnownDataset {
  std::string_view name{};                         ///< "fashion_mnist"
  std::string_view title{};                        ///< "Fashion-MNIST"
  std::array<std::string_view, 2> folders{};       ///< names of its folder, beside `name`, inside a folder of data sets
  std::string_view system_folder{};                ///< where Debian's package puts it; empty if there is none
  std::string_view package{};                      ///< that package
  std::string_view url{};                          ///< of the folder to download the files from
  std::array<KnownFile, 4> files{};                ///< in the order of file_names
  std::array<std::string_view, 10> class_names{};  ///< in the order of the labels
};

/// Training images and labels, test images and labels.
inline constexpr std::array<std::string_view, 4> file_names = {"train-images-idx3-ubyte", "train-labels-idx1-ubyte",
                                                               "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"};

/// All of them.
std::span<const KnownDataset> known_datasets();

/// Their names.
std::vector<std::string> known_names();

/// The data set called `name`, or null.
const KnownDataset* find_known(std::string_view name);

}  // namespace xgrad::data
