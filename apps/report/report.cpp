// xgrad report
#include <memory>

#include <fmt/format.h>

#include "commands.hpp"
#include "program.hpp"
#include "report/collect.hpp"
#include "report/page.hpp"
#include "report/pictures.hpp"
#include "standard_streams.hpp"
#include "xgrad/tensor/atomic_file.hpp"

namespace xgrad::apps {
namespace fs = std::filesystem;

namespace {

struct ReportOptions {
  std::vector<std::string> paths;
  std::string output;
  std::string pictures;
};

// Beside what it shows, if that is one folder.
fs::path output_file(const ReportOptions& o) {
  if (!o.output.empty()) return o.output;
  return o.paths.size() == 1 ? fs::path(o.paths[0]) / "report.html" : fs::path("report.html");
}

std::string counted(std::size_t count, const char* one, const char* many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string contents(const Json& data) {
  std::string text = counted(data["runs"].size(), "run", "runs");
  if (!data["sweeps"].empty()) text += ", " + counted(data["sweeps"].size(), "sweep", "sweeps");
  if (!data["studies"].empty()) text += ", " + counted(data["studies"].size(), "study", "studies");
  return text;
}

int report(const ReportOptions& o) {
  const Json data = collect(find_results({o.paths.begin(), o.paths.end()}));
  for (const Json& warning : data["warnings"]) print_error("xgrad: left out: {}\n", warning.get<std::string>());
  const fs::path file = output_file(o);
  write_file_atomically(file, page(data));
  fmt::print("report of {}: {}\n", contents(data), file.string());
  if (o.pictures.empty()) return success;
  const std::vector<std::string> names = write_pictures(file, o.pictures);
  fmt::print("{} in {}\n", counted(names.size(), "figure", "figures"), o.pictures);
  return success;
}

}  // namespace

void add_report_command(CLI::App& app, int& status) {
  CLI::App* command = app.add_subcommand("report", "draw runs, sweeps and studies: one HTML file for a browser, and pictures");
  const auto options = std::make_shared<ReportOptions>();
  command->add_option("paths", options->paths, "folders of runs, sweeps and studies, or folders above them")->required();
  command->add_option("-o,--output", options->output,
                      "the HTML file; without it, report.html in the folder, or here if there are several");
  command->add_option("--png", options->pictures, "also write every figure as a PNG file into this folder (needs chromium)");
  command->callback([options, &status] { status = report(*options); });
}

}  // namespace xgrad::apps
