#include "studies/rows.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "studies/metric.hpp"
#include "xgrad/nn/names.hpp"
#include "xgrad/tensor/error.hpp"
#include "xgrad/tensor/random.hpp"

namespace xgrad::apps {
namespace {

std::map<std::string, double> read_figures(const Json& json, const char* key) {
  std::map<std::string, double> figures;
  if (!json.contains(key)) return figures;
  if (!json.at(key).is_object())
    throw ConfigError(fmt::format("'{}' must be numbers by metric, not {}", key, json.at(key).dump()));
  for (const auto& item : json.at(key).items()) {
    if (!item.value().is_number()) throw ConfigError(fmt::format("'{}': '{}' must be a number", key, item.key()));
    figures[metric_named(item.key()).name] = item.value().get<double>();
  }
  return figures;
}

std::string words(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_array()) return value.dump();
  std::string text;
  for (const Json& item : value) text += (text.empty() ? "" : "-") + words(item);
  return text;
}

std::string short_name(std::string key) {
  static const std::map<std::string, std::string> names{
      {"learning_rate", "lr"},  {"batch_size", "batch"},   {"hidden", "hidden"},    {"num_layers", "layers"},
      {"hidden_size", "width"}, {"weight_decay", "decay"}, {"weight_init", "init"}, {"loss_reduction", "gradient"}};
  const auto found = names.find(key);
  return found == names.end() ? key : found->second;
}

// The i-th point of the grid, counted like a number whose last digit is the last option.
Row grid_row(const Json& grid, std::size_t index) {
  Row row;
  std::vector<std::pair<std::string, Json>> chosen;
  std::vector<std::pair<std::string, Json>> axes;
  for (const auto& axis : grid.items()) axes.emplace_back(axis.key(), axis.value());
  for (auto axis = axes.rbegin(); axis != axes.rend(); ++axis) {
    chosen.emplace_back(axis->first, axis->second[index % axis->second.size()]);
    index /= axis->second.size();
  }
  for (auto option = chosen.rbegin(); option != chosen.rend(); ++option) {
    row.options[option->first] = option->second;
    row.name += fmt::format("{}{} {}", row.name.empty() ? "" : ", ", short_name(option->first), words(option->second));
  }
  return row;
}

constexpr std::size_t most_points = 1000000;

std::size_t grid_size(const Json& grid) {
  if (!grid.is_object() || grid.empty()) throw ConfigError("grid: it must be lists of values by option");
  std::size_t size = 1;
  for (const auto& axis : grid.items()) {
    if (!axis.value().is_array() || axis.value().empty())
      throw ConfigError(fmt::format("grid: '{}' must be a list of values", axis.key()));
    if (axis.value().size() > most_points / size)
      throw ConfigError(fmt::format("grid: it has more than {} points; list fewer values", most_points));
    size *= axis.value().size();
  }
  return size;
}

// Indices of `count` different points out of `size`, in random order.
Indices sampled(std::size_t size, const Json& sample) {
  Generator generator(sample.value("seed", std::uint64_t{1}));
  const Indices order = random::permutation(generator, size);
  const Json& wanted = sample.at("count");
  if (!wanted.is_number_unsigned())
    throw ConfigError(fmt::format("sample: count: {} is not a whole number from 0 on", wanted.dump()));
  const std::size_t count = std::min(size, wanted.get<std::size_t>());
  Indices chosen = Indices::from_shape({count});
  std::copy_n(order.data(), count, chosen.data());
  return chosen;
}

void add_published(std::vector<Row>& rows, const Json& published) {
  const Json& lines = published.at("rows");
  const Json& columns = published.at("columns");
  if (lines.size() != rows.size())
    throw ConfigError(fmt::format("published has {} rows, but the grid has {} points", lines.size(), rows.size()));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (lines[i].size() != columns.size())
      throw ConfigError(fmt::format("published: row {} has {} numbers for {} columns", i + 1, lines[i].size(), columns.size()));
    for (std::size_t c = 0; c < columns.size(); ++c)
      rows[i].published[metric_named(columns[c].get<std::string>()).name] = lines[i][c].get<double>();
  }
}

}  // namespace

Row read_row(const Json& json) {
  if (!json.is_object() || !json.contains("name") || !json.at("name").is_string()) throw ConfigError("a row needs a 'name'");
  const std::vector<std::string> known{"name", "options", "published", "published_sd", "at_least", "defect", "fails"};
  for (const auto& item : json.items())
    if (std::find(known.begin(), known.end(), item.key()) == known.end()) throw_unknown_name("key of a row", item.key(), known);
  Row row;
  row.name = json.at("name").get<std::string>();
  row.options = json.value("options", Json::object());
  if (!row.options.is_object())
    throw ConfigError(
        fmt::format("row '{}': options: {} is no list of options, for example {{epochs: 3}}", row.name, row.options.dump()));
  row.published = read_figures(json, "published");
  row.published_sd = read_figures(json, "published_sd");
  row.at_least = read_figures(json, "at_least");
  if (json.contains("defect") && !json.at("defect").is_string())
    throw ConfigError(
        fmt::format("row '{}': defect: {} is no text; say why the number is one", row.name, json.at("defect").dump()));
  row.defect = json.value("defect", std::string());
  if (json.contains("fails") && !json.at("fails").is_boolean())
    throw ConfigError(fmt::format("row '{}': fails: {} is neither true nor false", row.name, json.at("fails").dump()));
  row.fails = json.value("fails", false);
  return row;
}

bool matches(const Json& options, const Json& where) {
  for (const auto& item : where.items()) {
    if (!options.contains(item.key())) return false;
    const Json& value = options.at(item.key());
    const Json& wanted = item.value();
    const bool one_of = wanted.is_array() && std::find(wanted.begin(), wanted.end(), value) != wanted.end();
    if (value != wanted && !one_of) return false;
  }
  return true;
}

std::vector<Row> grid_rows(const Json& part) try {
  std::vector<Row> rows;
  if (!part.contains("grid")) return rows;
  const Json& grid = part.at("grid");
  const std::size_t size = grid_size(grid);
  if (part.contains("sample"))
    for (const std::int64_t point : sampled(size, part.at("sample")))
      rows.push_back(grid_row(grid, static_cast<std::size_t>(point)));
  else
    for (std::size_t point = 0; point < size; ++point) rows.push_back(grid_row(grid, point));
  if (part.contains("published")) add_published(rows, part.at("published"));
  for (const Json& override : part.value("overrides", Json::array()))
    for (Row& row : rows)
      if (matches(row.options, override.at("when"))) row.options.update(override.at("options"));
  return rows;
} catch (const nlohmann::json::exception& error) {
  throw ConfigError(fmt::format("grid, sample, published or overrides are not as they should be: {}", error.what()));
}

}  // namespace xgrad::apps
