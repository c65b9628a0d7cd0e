#include "studies/outcome_markdown.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "studies/campaign.hpp"
#include "studies/outcome_text.hpp"

namespace xgrad::apps {
namespace {

// A word of a table's cell: a bar would end it.
std::string cell(const std::string& text) {
  std::string escaped;
  for (const char c : text) escaped += c == '|' ? "\\|" : std::string(1, c);
  return escaped;
}

std::string line(const std::vector<std::string>& cells) {
  std::string text = "|";
  for (const std::string& word : cells) text += " " + cell(word) + " |";
  return text + "\n";
}

std::string rule(std::size_t columns, std::size_t words) {
  std::string text = "|";
  for (std::size_t i = 0; i < columns; ++i) text += i < words ? "---|" : "---:|";
  return text + "\n";
}

std::string part_markdown(const Json& part) {
  std::string text = fmt::format("\n## {}\n\n", part.at("title").get<std::string>());
  if (const std::string note = part.value("note", std::string()); !note.empty()) text += note + "\n\n";
  const OutcomeTable table = outcome_table(part);
  text += line(table.at(0)) + rule(table.at(0).size(), 2);
  for (std::size_t i = 1; i < table.size(); ++i) text += line(table[i]);
  return text;
}

std::string published_tables(const Json& part) {
  std::string text;
  for (const Json& table : part.value("tables", Json::array())) {
    const auto columns = table.at("columns").get<std::vector<std::string>>();
    text += fmt::format("\n### {}\n\n{}{}", table.at("title").get<std::string>(), line(columns), rule(columns.size(), 1));
    for (const Json& row : table.at("rows")) text += line(row.get<std::vector<std::string>>());
  }
  return text;
}

std::string defects(const Json& part) {
  std::string text;
  for (const Json& row : part.at("rows"))
    for (const Json& metric : row.at("metrics"))
      if (metric.at("defect").is_string())
        text += fmt::format("- {}, {}: the published value is a defect: {}\n", row.at("name").get<std::string>(),
                            metric.at("label").get<std::string>(), metric.at("defect").get<std::string>());
  return text.empty() ? text : "\n" + text;
}

}  // namespace

std::string outcome_markdown(const Json& outcome) {
  std::string text = fmt::format("# {}: {}\n\n{}.\n\nWritten by `{}`. {}.\n", outcome.at("study").get<std::string>(),
                                 outcome.at("title").get<std::string>(), outcome.at("source").get<std::string>(),
                                 outcome.value("command", std::string("xgrad reproduce")), outcome_line(outcome));
  for (const Json& part : outcome.at("parts")) text += part_markdown(part) + defects(part) + published_tables(part);
  if (!outcome.at("findings").empty()) text += "\n## Findings\n\n";
  for (const Json& finding : outcome.at("findings"))
    text += fmt::format("- **{}**: {}. {}.\n", finding.at("verdict").get<std::string>(), finding.at("claim").get<std::string>(),
                        finding.at("figures").get<std::string>());
  text += "\n## Choices\n\n";
  for (const Json& choice : outcome.at("choices"))
    text += fmt::format("- {}: {}.\n", choice.at("what").get<std::string>(), choice.at("reason").get<std::string>());
  return text;
}

namespace {

// "6 confirmed, 2 partly": in the order in which they first appear.
std::string verdicts(const Json& findings) {
  std::vector<std::pair<std::string, std::size_t>> counts;
  for (const Json& finding : findings) {
    const std::string verdict = finding.at("verdict");
    const auto at = std::find_if(counts.begin(), counts.end(), [&](const auto& entry) { return entry.first == verdict; });
    if (at == counts.end())
      counts.emplace_back(verdict, 1);
    else
      ++at->second;
  }
  std::string text;
  for (const auto& [verdict, count] : counts) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, verdict);
  return text.empty() ? "–" : text;
}

}  // namespace

std::string overview_markdown(const std::vector<Json>& outcomes, const std::string& summary) {
  std::string text = "# The studies, rerun\n\n" + summary + "\n\n";
  text +=
      line({"study", "what", "command", "findings", "runs", "training on one core", "judged figures that hold"}) + rule(7, 4);
  for (const Json& outcome : outcomes) {
    const std::string name = outcome.at("study");
    const auto [judged, held] = judged_figures(outcome);
    text +=
        line({fmt::format("[{0}]({0}/study.md)", name), outcome.at("title"), fmt::format("`{}`", outcome.value("command", "")),
              verdicts(outcome.at("findings")), std::to_string(outcome.at("runs").get<std::size_t>()),
              duration_text(outcome.at("seconds").get<double>()), fmt::format("{} of {}", held, judged)});
  }
  return text;
}

}  // namespace xgrad::apps
