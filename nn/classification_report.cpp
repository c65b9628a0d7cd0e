#include "xgrad/nn/classification_report.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "xgrad/tensor/error.hpp"

namespace xgrad::metrics {
namespace {

constexpr std::string_view macro_title = "macro average", weighted_title = "weighted average";

// Characters on the screen, for names in UTF-8: bytes 10xxxxxx continue a character.
std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

std::string line(std::string_view title, std::size_t width, const ClassScores& scores, int decimals) {
  return fmt::format("{}{} {:>10.{}f} {:>10.{}f} {:>10.{}f} {:>10}\n", title, std::string(width - columns(title), ' '),
                     scores.precision, decimals, scores.recall, decimals, scores.f1, decimals, scores.support);
}

nlohmann::ordered_json json_of(const ClassScores& scores) {
  return {{"precision", scores.precision}, {"recall", scores.recall}, {"f1", scores.f1}, {"support", scores.support}};
}

}  // namespace

std::string ClassificationReport::to_string(int decimals) const {
  std::size_t width = weighted_title.size();
  for (const std::string& name : class_names) width = std::max(width, columns(name));
  std::string text = fmt::format("{:{}} {:>10} {:>10} {:>10} {:>10}\n", "", width, "precision", "recall", "F1", "support");
  for (std::size_t i = 0; i < classes.size(); ++i) text += line(class_names[i], width, classes[i], decimals);
  text +=
      fmt::format("\n{:{}} {:>10} {:>10} {:>10.{}f} {:>10}\n", "accuracy", width, "", "", accuracy, decimals, macro.support);
  text += line(macro_title, width, macro, decimals);
  text += line(weighted_title, width, weighted, decimals);
  return text;
}

std::string ClassificationReport::to_json() const {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < classes.size(); ++i) {
    nlohmann::ordered_json entry = {{"class", class_names[i]}};
    entry.update(json_of(classes[i]));
    list.push_back(std::move(entry));
  }
  const nlohmann::ordered_json report = {
      {"classes", list}, {"accuracy", accuracy}, {"macro", json_of(macro)}, {"weighted", json_of(weighted)}};
  return report.dump();
}

ClassificationReport classification_report(const Indices& confusion, std::vector<std::string> class_names) {
  ClassificationReport report{.class_names = std::move(class_names),
                              .classes = class_scores(confusion),
                              .accuracy = average_scores(confusion, Average::Micro).recall,
                              .macro = average_scores(confusion, Average::Macro),
                              .weighted = average_scores(confusion, Average::Weighted)};
  if (report.class_names.empty())
    for (std::size_t i = 0; i < report.classes.size(); ++i) report.class_names.push_back(std::to_string(i));
  if (report.class_names.size() != report.classes.size())
    throw ConfigError(fmt::format("classification_report: {} names given for {} classes; give as many, or none",
                                  report.class_names.size(), report.classes.size()));
  return report;
}

}  // namespace xgrad::metrics
