#include "xgrad/nn/data/catalogue.hpp"

namespace xgrad::data {
namespace {

constexpr std::array<KnownDataset, 2> datasets = {
    KnownDataset{.name = "fashion_mnist",
                 .title = "Fashion-MNIST",
                 .folders = {"fashion-mnist", "FashionMNIST/raw"},
                 .system_folder = "/usr/share/datasets/fashion-mnist",
                 .package = "dataset-fashion-mnist",
                 .url = "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion",
                 .files = {KnownFile{file_names[0], "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"},
                           KnownFile{file_names[1], "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"},
                           KnownFile{file_names[2], "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"},
                           KnownFile{file_names[3], "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"}},
                 .class_names = {"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag",
                                 "Ankle boot"}},
    KnownDataset{.name = "mnist",
                 .title = "MNIST",
                 .folders = {"MNIST", "MNIST/raw"},
                 .system_folder = "",
                 .package = "",
                 .url = "https://ossci-datasets.s3.amazonaws.com/mnist",
                 .files = {KnownFile{file_names[0], "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"},
                           KnownFile{file_names[1], "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"},
                           KnownFile{file_names[2], "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"},
                           KnownFile{file_names[3], "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"}},
                 .class_names = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}}};

}  // namespace

std::span<const KnownDataset> known_datasets() { return datasets; }

std::vector<std::string> known_names() {
  std::vector<std::string> names;
  for (const KnownDataset& known : datasets) names.emplace_back(known.name);
  return names;
}

const KnownDataset* find_known(std::string_view name) {
  for (const KnownDataset& known : datasets)
    if (known.name == name) return &known;
  return nullptr;
}

}  // namespace xgrad::data
