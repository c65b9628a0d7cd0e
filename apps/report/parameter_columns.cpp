#include "report/parameter_columns.hpp"

#include <algorithm>
#include <limits>

namespace xgrad::apps {

void make_plain(Json& runs) {
  for (Json& run : runs)
    for (auto& [name, value] : run.at("parameters").items()) {
      if (!value.is_structured()) continue;
      std::string text;
      for (const Json& item : value)
        text += (text.empty() ? "" : ", ") + (item.is_string() ? item.get<std::string>() : item.dump());
      value = text;
    }
}

std::vector<Column> parameter_columns(const Json& runs) {
  std::vector<Column> columns;
  for (const Json& run : runs)
    for (const auto& entry : run.at("parameters").items()) {
      const auto has_name = [&](const Column& column) { return column.name == entry.key(); };
      if (std::none_of(columns.begin(), columns.end(), has_name))
        columns.push_back({.name = entry.key(), .numeric = true, .numbers = {}, .levels = {}});
    }
  for (Column& column : columns)
    for (const Json& run : runs) {
      const Json value = run["parameters"].value(column.name, Json());
      column.numeric &= value.is_number();
      column.numbers.push_back(value.is_number() ? value.get<double>() : 0);
      column.levels.push_back(value.is_null() ? "–" : value.is_string() ? value.get<std::string>() : value.dump());
    }
  std::erase_if(columns, [](const Column& column) {
    return std::all_of(column.levels.begin(), column.levels.end(),
                       [&](const auto& level) { return level == column.levels[0]; });
  });
  return columns;
}

std::vector<double> metric_column(const Json& runs) {
  std::vector<double> metric;
  for (const Json& run : runs) {
    const Json value = run.value("metric", Json());
    metric.push_back(value.is_number() ? value.get<double>() : std::numeric_limits<double>::quiet_NaN());
  }
  return metric;
}

}  // namespace xgrad::apps
