#include "studies/outcome_text.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "studies/campaign.hpp"
#include "terminal.hpp"

namespace xgrad::apps {
namespace {

using Cells = std::vector<std::string>;

std::string padded(const std::string& text, std::size_t width, bool right) {
  const std::string space(width - std::min(width, columns_of(text)), ' ');
  return right ? space + text : text + space;
}

// The first columns are words, then come figures, and a verdict at the end.
std::string aligned(const std::vector<Cells>& lines, std::size_t words, const std::string& margin, const std::string& gap) {
  std::vector<std::size_t> widths;
  for (const Cells& line : lines)
    for (std::size_t i = 0; i < line.size(); ++i) {
      if (i == widths.size()) widths.push_back(0);
      widths[i] = std::max(widths[i], columns_of(line[i]));
    }
  std::string text;
  for (const Cells& line : lines) {
    std::string row = margin;
    for (std::size_t i = 0; i < line.size(); ++i)
      row += (i > 0 ? gap : "") + padded(line[i], widths[i], i >= words && i + 1 < line.size());
    text += row.substr(0, row.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

std::size_t widest_line(const std::string& text) {
  std::size_t widest = 0, begin = 0;
  for (std::size_t end; (end = text.find('\n', begin)) != text.npos; begin = end + 1)
    widest = std::max(widest, columns_of(text.substr(begin, end - begin)));
  return widest;
}

// The names of the rows on lines of their own, where the table would be wider than `width` with them.
std::string table_text(const std::vector<Cells>& lines, std::size_t width) {
  const std::string whole = aligned(lines, 2, "  ", "  ");
  if (widest_line(whole) <= width) return whole;
  std::vector<Cells> rest;
  for (const Cells& line : lines) rest.emplace_back(line.begin() + 1, line.end());
  const std::string narrow = aligned(rest, 1, "    ", " ");
  std::string text;
  std::size_t begin = 0;
  for (const Cells& line : lines) {
    if (!line[0].empty()) text += "  " + line[0] + "\n";
    const std::size_t end = narrow.find('\n', begin) + 1;
    text += narrow.substr(begin, end - begin);
    begin = end;
  }
  return text;
}

std::string figure(const Json& value, int digits, const char* sign = "") {
  if (!value.is_number()) return "–";
  return sign[0] == '+' ? fmt::format("{:+.{}f}", value.get<double>(), digits)
                        : fmt::format("{:.{}f}", value.get<double>(), digits);
}

std::string verdict(const Json& metric) {
  const Json& holds = metric.at("holds");
  std::string text = holds.is_null() ? "" : holds.get<bool>() ? "holds" : "DOES NOT HOLD";
  if (metric.value("fails_too", false)) text = "fails too";
  if (metric.at("at_least").is_number()) text += fmt::format(" (at least {} wanted)", metric.at("at_least").get<double>());
  if (metric.at("note").is_string()) text += (text.empty() ? "" : ", ") + metric.at("note").get<std::string>();
  if (metric.at("defect").is_string()) text += (text.empty() ? "" : ", ") + std::string("published value is a defect");
  return text;
}

void add_row(std::vector<Cells>& lines, const Json& row, const std::string& name) {
  std::string shown = name;
  for (const Json& metric : row.at("metrics")) {
    const int digits = metric.at("digits").get<int>();
    const std::string unit = metric.at("unit").get<std::string>();
    std::string ours = figure(metric.at("mean"), digits);
    if (metric.at("sd").is_number()) ours += " ± " + figure(metric.at("sd"), digits);
    lines.push_back({shown, metric.at("label").get<std::string>() + (unit.empty() ? "" : ", " + unit),
                     figure(metric.at("published"), digits), ours, figure(metric.at("best"), digits),
                     figure(metric.at("difference"), digits, "+"), verdict(metric)});
    shown.clear();
  }
}

constexpr const char* rule =
    "A published accuracy or F1 holds if our mean is no lower than it minus 0.5 points;\n"
    "a published failure also if ours fails too: at most 20 %, twice chance level.\n";

std::string part_text(const Json& part, std::size_t width) {
  return fmt::format("\n{}\n{}", part.at("title").get<std::string>(), table_text(outcome_table(part), width));
}

}  // namespace

OutcomeTable outcome_table(const Json& part) {
  OutcomeTable lines{{"", "", "published", "ours", "best", "difference", ""}};
  for (const Json& row : part.at("rows")) add_row(lines, row, row.at("name").get<std::string>());
  if (part.contains("selected")) {
    const Json& selected = part.at("selected");
    add_row(
        lines, selected,
        fmt::format("selected by {}: {}", selected.at("by_label").get<std::string>(), selected.at("row").get<std::string>()));
  }
  return lines;
}

std::string outcome_text(const Json& outcome, std::size_t width) {
  std::string text = fmt::format("{}: {}\n", outcome.at("study").get<std::string>(), outcome.at("title").get<std::string>());
  if (judged_figures(outcome).judged > 0) text += rule;
  for (const Json& part : outcome.at("parts")) text += part_text(part, width);
  if (!outcome.at("findings").empty()) text += "\nFindings\n";
  for (const Json& finding : outcome.at("findings"))
    text += fmt::format("  {}: {}\n    {}\n", finding.at("verdict").get<std::string>(), finding.at("claim").get<std::string>(),
                        finding.at("figures").get<std::string>());
  return text;
}

JudgedFigures judged_figures(const Json& outcome) {
  JudgedFigures figures;
  const auto count = [&](const Json& row) {
    for (const Json& metric : row.at("metrics")) {
      figures.judged += !metric.at("holds").is_null();
      figures.held += metric.at("holds") == true;
    }
  };
  for (const Json& part : outcome.at("parts")) {
    for (const Json& row : part.at("rows")) count(row);
    if (part.contains("selected")) count(part.at("selected"));
  }
  return figures;
}

std::string outcome_line(const Json& outcome) {
  const auto [judged, held] = judged_figures(outcome);
  const std::string hold =
      judged > 0 ? fmt::format("{} of {} judged figures hold", held, judged) : "nothing was published to judge by";
  return fmt::format("{}: {} ({} runs, {} of training on one core each)", outcome.at("study").get<std::string>(), hold,
                     outcome.at("runs").get<std::size_t>(), duration_text(outcome.at("seconds").get<double>()));
}

}  // namespace xgrad::apps
