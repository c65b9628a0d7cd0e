// xgrad predict
#include <algorithm>
#include <memory>
#include <numeric>

#include <fmt/format.h>

#include "commands.hpp"
#include "program.hpp"
#include "saved_run.hpp"
#include "xgrad/autograd/ops/softmax.hpp"
#include "xgrad/nn/data.hpp"
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

// The images to predict as rows of features: from an IDX or .npy file, or the run's test images.
template <class T>
data::Dataset<T> inputs_of(const PredictOptions& p, const data::Dataset<T>& test) {
  if (p.input.empty()) return test;
  data::Description description = test.description();
  description.source = p.input;
  const bool is_npy = p.input.size() > 4 && p.input.compare(p.input.size() - 4, 4, ".npy") == 0;
  if (!is_npy) return data::Dataset<T>(data::read_idx_images(p.input), Indices::from_shape({0}), description);
  Array<T> features = read_npy<T>(p.input);
  if (features.dimension() < 2)
    throw ShapeError(fmt::format("{}: has shape {}; give one image a row: (images, features) or (images, height, width)",
                                 p.input, to_string(features.shape())));
  return data::Dataset<T>(std::move(features), Indices::from_shape({0}), description);
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
  const Splits<T> splits = load_splits<T>(o);
  data::Dataset<T> images = inputs_of(p, splits.test);
  if (!p.input.empty() && o.standardize) {
    TrainOptions plain = o;
    plain.standardize = false;
    images = data::Standardizer<T>::fit(load_splits<T>(plain).train, data::Scope::Global).apply(images);
  }
  const auto network = p.run.network<T>(o, splits.test.feature_count(), splits.test.class_count());
  if (images.feature_count() != splits.test.feature_count())
    throw ShapeError(fmt::format("{}: images have {} pixels, but the model was trained on {}", p.input, images.feature_count(),
                                 splits.test.feature_count()));
  std::vector<std::size_t> rows = p.rows;
  if (rows.empty()) {
    rows.resize(images.size());
    std::iota(rows.begin(), rows.end(), std::size_t{0});
  }
  const NoGrad no_grad;
  const std::vector<std::string>& names = splits.test.description().class_names;
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
  command->add_option("--rows", options->rows, "only these images, counted from 0, for example 0,5,17")->delimiter(',');
  command->add_option("--top", options->top, "how many classes to print for each image")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000));
  command->add_flag("--json", options->json, "print one JSON object a line");
  command->callback([options, &status] {
    status = with_dtype(options->run.options().dtype, [&]<class T>() { return predict<T>(*options); });
  });
}

}  // namespace xgrad::apps
