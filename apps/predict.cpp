// xgrad predict
#include <algorithm>
#include <memory>
#include <numeric>

#include <fmt/format.h>

#include "commands.hpp"
#include "number_option.hpp"
#include "preparation.hpp"
#include "program.hpp"
#include "saved_run.hpp"
#include "splits.hpp"
#include "xgrad/autograd/ops/softmax.hpp"
#include "xgrad/nn/data.hpp"
#include "xgrad/nn/data/catalogue.hpp"
#include "xgrad/nn/safetensors.hpp"
#include "xgrad/tensor/error.hpp"
#include "xgrad/tensor/npy.hpp"

namespace xgrad::apps {
namespace {

struct PredictOptions {
  SavedRun run;
  std::string input;
  std::vector<std::size_t> rows;
  std::size_t top = 3;
  bool json = false;
};

std::vector<std::string> class_names(const TrainOptions& o) {
  const auto& names = data::find_known(o.dataset)->class_names;  // the options were checked
  return {names.begin(), names.end()};
}

// How many numbers the network takes.
std::size_t inputs_of(const TrainOptions& o, std::size_t otherwise) {
  const nn::SafetensorsFile file = nn::read_safetensors(o.init_from);
  for (const char* name : {"0.weight", "1.weight", "2.weight"})  // oriented gradients and noise may come before the first layer
    for (const nn::SafetensorsEntry& entry : file.entries())
      if (entry.name == name && entry.shape.size() == 2) return input_count(o, entry.shape[1]);
  return otherwise;
}

template <class T>
void check_pixels(const data::Dataset<T>& images, std::size_t pixels) {
  if (images.feature_count() != pixels)
    throw ShapeError(fmt::format("{}: images have {} pixels, but the model was trained on {}", images.description().source,
                                 images.feature_count(), pixels));
}

// A network that learned from pixels between 0 and 1 makes nothing of others.
template <class T>
void check_range(const Array<T>& pixels, const std::string& source) {
  for (std::size_t i = 0; i < pixels.size(); ++i)
    if (!(pixels.data()[i] >= 0 && pixels.data()[i] <= 1))
      throw ConfigError(
          fmt::format("{}: holds {}, but pixels are from 0 to 1; divide those from 0 to 255 by 255", source, pixels.data()[i]));
}

// Images from an IDX or .npy file as rows of features.
template <class T>
data::Dataset<T> read_images(const PredictOptions& p, const TrainOptions& o) {
  const data::Description description{.name = o.dataset, .source = p.input, .class_names = class_names(o)};
  const bool is_npy = p.input.size() > 4 && p.input.compare(p.input.size() - 4, 4, ".npy") == 0;
  if (!is_npy) return data::Dataset<T>(data::read_idx_images(p.input), Indices::from_shape({0}), description);
  Array<T> features = read_npy<T>(p.input);
  if (features.dimension() < 2)
    throw ShapeError(fmt::format("{}: has shape {}; give one image a row: (images, features) or (images, height, width)",
                                 p.input, to_string(features.shape())));
  check_range(features, p.input);
  return data::Dataset<T>(std::move(features), Indices::from_shape({0}), description);
}

// The images to predict, as the network sees them: the run's test images, or those of a file.
template <class T>
data::Dataset<T> images_of(const PredictOptions& p, const TrainOptions& o) {
  if (p.input.empty()) return load_splits<T>(o).test;
  const data::Dataset<T> images = read_images<T>(p, o);
  if (!needs_preparation(o)) return images;
  const data::Dataset<T> train = load_images<T>(o).train;
  check_pixels(images, train.feature_count());
  return Preparation<T>(o, train).apply(images);
}

// The rows asked for, or all.
std::vector<std::int64_t> rows_of(const PredictOptions& p, std::size_t images) {
  for (const std::size_t row : p.rows)
    if (row >= images) throw ConfigError(fmt::format("--rows {}: there are {} images, counted from 0", row, images));
  std::vector<std::int64_t> rows(p.rows.begin(), p.rows.end());
  if (rows.empty()) {
    rows.resize(images);
    std::iota(rows.begin(), rows.end(), std::int64_t{0});
  }
  return rows;
}

template <class T>
void print_row(const PredictOptions& p, std::size_t row, const T* probabilities, const std::vector<std::string>& names) {
  std::vector<std::size_t> order(names.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return probabilities[a] > probabilities[b]; });
  order.resize(std::min(p.top, order.size()));
  if (p.json) {
    nlohmann::ordered_json classes = nlohmann::ordered_json::array();
    for (std::size_t c : order) classes.push_back({{"class", c}, {"name", names[c]}, {"probability", probabilities[c]}});
    fmt::print("{}\n", nlohmann::ordered_json{{"image", row}, {"predicted", order[0]}, {"classes", classes}}.dump());
    return;
  }
  std::string line = fmt::format("{:>6}", row);
  for (std::size_t c : order) line += fmt::format("  {} {:.1f} %", names[c], 100 * static_cast<double>(probabilities[c]));
  fmt::print("{}\n", line);
}

template <class T>
int predict(const PredictOptions& p) {
  const TrainOptions o = p.run.options();
  if (o.reconstructs())
    throw ConfigError(
        fmt::format("{}: this run's network reconstructs images and knows no classes; what it makes of ten test "
                    "images is in pictures.json",
                    p.run.folder));
  use_precision_if_possible(o);
  const data::Dataset<T> images = images_of<T>(p, o);
  check_pixels(images, inputs_of(o, images.feature_count()));
  const std::vector<std::string> names = class_names(o);
  const auto network = p.run.network<T>(o, images.feature_count(), names.size());
  const std::vector<std::int64_t> rows = rows_of(p, images.size());
  const NoGrad no_grad;
  constexpr std::size_t batch = 1000;
  for (std::size_t begin = 0; begin < rows.size(); begin += batch) {
    const std::vector<std::int64_t> some(rows.begin() + static_cast<std::ptrdiff_t>(begin),
                                         rows.begin() + static_cast<std::ptrdiff_t>(std::min(begin + batch, rows.size())));
    const Tensor<T> probabilities = softmax((*network)(Tensor<T>(images.features(some))));
    for (std::size_t i = 0; i < some.size(); ++i)
      print_row(p, static_cast<std::size_t>(some[i]), probabilities.data() + i * names.size(), names);
  }
  return success;
}

}  // namespace

void add_predict_command(CLI::App& app, int& status) {
  CLI::App* command = app.add_subcommand("predict", "say which class a trained model sees in images");
  const auto options = std::make_shared<PredictOptions>();
  options->run.add_options(*command);
  command->add_option(
      "--input", options->input,
      "images: an IDX file (.gz or plain) or a .npy file with pixels from 0 to 1; default: the run's test images");
  const auto add_rows = [options](const std::string& text) {
    if (text.empty()) throw CLI::ValidationError("--rows", "it names no image; give numbers from 0, for example 0,5,17");
    for (const std::size_t row : parse_counts("--rows", text)) options->rows.push_back(row);
  };
  command
      ->add_option_function<std::vector<std::string>>(
          "--rows", [add_rows](const std::vector<std::string>& texts) { std::for_each(texts.begin(), texts.end(), add_rows); },
          "only these images, counted from 0, for example 0,5,17")
      ->type_name("UINT,...");
  command->add_option("--top", options->top, "how many classes to print for each image")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000));
  command->add_flag("--json", options->json, "print one JSON object a line");
  command->callback([options, &status] {
    status = with_dtype(options->run.options().dtype, [&]<class T>() { return predict<T>(*options); });
  });
}

}  // namespace xgrad::apps
