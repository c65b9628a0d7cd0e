#include "report/analysis.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace xgrad::apps {
namespace {

template <class T>
void keep(std::vector<T>& values, const std::vector<double>& metric) {
  std::vector<T> kept;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!std::isnan(metric[i])) kept.push_back(values[i]);
  values = std::move(kept);
}

// Whether a few runs are nearly all of the variance; the page draws such metrics on logarithmic axes.
bool wants_logarithm(std::vector<double> metric) {
  std::sort(metric.begin(), metric.end());
  return !metric.empty() && metric.front() > 0 && metric.back() > 100 * metric[metric.size() / 2];
}

std::vector<double> logarithms(std::vector<double> metric) {
  for (double& x : metric) x = std::log(x);
  return metric;
}

Json number(double x) { return std::isfinite(x) ? Json(x) : Json(); }
Json number(const std::optional<double>& x) { return x ? Json(*x) : Json(); }

// Null sorts last.
void sort_by_size(Json& list, const char* key) {
  std::stable_sort(list.begin(), list.end(), [key](const Json& a, const Json& b) {
    const auto size = [key](const Json& entry) { return entry[key].is_number() ? std::abs(entry[key].get<double>()) : -1.0; };
    return size(a) > size(b);
  });
}

void add_correlations(const Column& column, const std::vector<double>& metric, Json& list) {
  if (column.numeric) {
    list.push_back(
        {{"name", column.name}, {"value", nullptr}, {"correlation", number(rank_correlation(column.numbers, metric))}});
    return;
  }
  const Grouping groups = grouping(column);
  for (std::size_t g = 0; g < groups.names.size(); ++g) {
    std::vector<double> has(metric.size());
    for (std::size_t i = 0; i < has.size(); ++i) has[i] = groups.group[i] == g;
    list.push_back({{"name", column.name}, {"value", groups.names[g]}, {"correlation", number(rank_correlation(has, metric))}});
  }
}

Json value_summary(const Grouping& groups, const std::vector<double>& metric, bool higher_is_better) {
  Json rows = Json::array();
  for (std::size_t g = 0; g < groups.names.size(); ++g) {
    double n = 0, sum = 0, squares = 0, best = std::numeric_limits<double>::quiet_NaN();
    for (std::size_t i = 0; i < metric.size(); ++i) {
      if (groups.group[i] != g) continue;
      n += 1;
      sum += metric[i];
      if (std::isnan(best) || (higher_is_better ? metric[i] > best : metric[i] < best)) best = metric[i];
    }
    for (std::size_t i = 0; i < metric.size(); ++i)
      if (groups.group[i] == g) squares += (metric[i] - sum / n) * (metric[i] - sum / n);
    rows.push_back({{"value", groups.names[g]},
                    {"runs", n},
                    {"mean", sum / n},
                    {"sd", n > 1 ? Json(std::sqrt(squares / (n - 1))) : Json()},
                    {"best", number(best)}});
  }
  return rows;
}

Json interactions(const std::vector<Column>& columns, const std::vector<Grouping>& groups, const std::vector<double>& metric) {
  Json pairs = Json::array();
  for (std::size_t a = 0; a < columns.size(); ++a)
    for (std::size_t b = a + 1; b < columns.size(); ++b)
      pairs.push_back(
          {{"names", {columns[a].name, columns[b].name}}, {"share", number(interaction(groups[a], groups[b], metric))}});
  sort_by_size(pairs, "share");
  return pairs;
}

}  // namespace

Json analysis_json(std::vector<Column> columns, std::vector<double> metric, bool higher_is_better) {
  for (Column& column : columns) {
    if (column.numeric) keep(column.numbers, metric);
    keep(column.levels, metric);
  }
  std::erase_if(metric, [](double x) { return std::isnan(x); });
  const bool logarithm = wants_logarithm(metric);
  const std::vector<double> judged = logarithm ? logarithms(metric) : metric;
  Json importance = Json::array(), correlation = Json::array(), values = Json::array();
  std::vector<Grouping> groups;
  for (const Column& column : columns) {
    const Grouping& group = groups.emplace_back(grouping(column));
    importance.push_back({{"name", column.name}, {"share", number(variance_explained(group, judged))}});
    add_correlations(column, metric, correlation);
    values.push_back({{"name", column.name}, {"rows", value_summary(group, metric, higher_is_better)}});
  }
  sort_by_size(importance, "share");
  sort_by_size(correlation, "correlation");
  return {{"used", metric.size()},      {"logarithm", logarithm},
          {"importance", importance},   {"pairs", interactions(columns, groups, judged)},
          {"correlation", correlation}, {"values", values}};
}

}  // namespace xgrad::apps
