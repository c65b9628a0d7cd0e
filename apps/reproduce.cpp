// xgrad reproduce
#include <algorithm>
#include <chrono>
#include <memory>
#include <thread>

#include <fmt/format.h>
#include <unistd.h>

#include "commands.hpp"
#include "folder_lock.hpp"
#include "program.hpp"
#include "shell_word.hpp"
#include "standard_streams.hpp"
#include "studies/campaign.hpp"
#include "studies/outcome.hpp"
#include "studies/outcome_markdown.hpp"
#include "studies/outcome_text.hpp"
#include "xgrad/tensor/atomic_file.hpp"
#include "xgrad/tensor/error.hpp"

namespace xgrad::apps {
namespace {

struct ReproduceOptions {
  std::string study;
  std::string part;
  std::size_t seeds = 3;
  std::size_t jobs = std::max(1u, std::thread::hardware_concurrency());
  std::string out = "runs/reproduce";
  std::string data_dir;
};

std::vector<Study> wanted_studies(const std::string& name) {
  if (name != "all") return {study_named(name)};
  std::vector<Study> studies = known_studies();
  std::erase_if(studies, [](const Study& study) { return study.apart; });
  return studies;
}

double estimated(const Plan& plan, const Machine& machine) {
  double seconds = 0;
  for (const PlannedRun& run : plan.runs) seconds += estimated_seconds(run.options, machine);
  return seconds;
}

int list(const ReproduceOptions& o) {
  const Machine machine = Machine::measured();
  const std::size_t width = terminal_width(STDOUT_FILENO);
  const double jobs = static_cast<double>(o.jobs);
  double all = 0;
  for (const Study& study : known_studies()) {
    fmt::print("{}  {}\n", study.name, study.title);
    for (const Part& part : study.parts) {
      const Plan plan = make_plan({study}, {part.name, o.seeds, o.out, o.data_dir});
      const double seconds = estimated(plan, machine) / jobs;
      const bool apart = study.apart || part.apart;
      if (!apart) all += seconds;
      const std::string first =
          fmt::format("    {:<16} {:>4} runs, about {:>10}", part.name, plan.runs.size(), duration_text(seconds));
      const std::string title = part.title + (apart ? " (not among `all`)" : "");
      const bool fits = columns_of(first) + 3 + columns_of(title) <= width;
      fmt::print("{}{}{}\n", first, fits ? "   " : "\n        ", title);
    }
  }
  fmt::print("all: about {} with {} seeds and {} at once, at most: runs may stop early\n", duration_text(all), o.seeds, o.jobs);
  return success;
}

std::string command_text(const ReproduceOptions& o, const std::string& study) {
  std::string text = "xgrad reproduce " + study;
  if (!o.part.empty()) text += " --part " + o.part;
  return text + fmt::format(" --seeds {}", o.seeds);
}

// What a part alone has shown does not take the place of the whole study's outcome.
std::filesystem::path outcome_file(const PlannedStudy& study, const ReproduceOptions& o) {
  return study.folder / (o.part.empty() ? "study.json" : fmt::format("study_{}.json", o.part));
}

std::string total_text(const ReproduceOptions& o, std::size_t runs, std::size_t before, double seconds) {
  return fmt::format("Written by `{} --jobs {}`: {} runs{} in {}, {} at once.", command_text(o, o.study), o.jobs, runs,
                     before > 0 ? fmt::format(", {} of them done before,", before) : "", duration_text(seconds), o.jobs);
}

std::string verdict(bool holds, bool was_judged, std::size_t failed) {
  const std::string known = !holds ? "not everything holds" : was_judged ? "everything holds" : "all is done";
  if (failed == 0) return known;
  return fmt::format("{} {} failed; of the rest {}", failed, failed == 1 ? "run" : "runs", known);
}

int reproduce(const ReproduceOptions& o) {
  const auto start = std::chrono::steady_clock::now();
  const Plan plan = make_plan(wanted_studies(o.study), {o.part, o.seeds, o.out, o.data_dir});
  const FolderLock lock(o.out);
  Campaign campaign(plan, o.jobs);
  if (!campaign.run()) {
    print_error("interrupted; finished runs are kept in {}. The same command goes on\n", o.out);
    return interrupted;
  }
  bool holds = true;
  std::size_t judged = 0;
  std::string lines;
  std::vector<Json> outcomes;
  for (const PlannedStudy& study : plan.studies) {
    Json outcome = study_outcome(study, plan.runs);
    outcome["command"] = command_text(o, study.study.name);
    const std::filesystem::path file = outcome_file(study, o);
    write_file_atomically(file, outcome.dump(1) + "\n");
    write_file_atomically(std::filesystem::path(file).replace_extension(".md"), outcome_markdown(outcome));
    fmt::print("{}\n", outcome_text(outcome, terminal_width(STDOUT_FILENO)));
    lines += outcome_line(outcome) + "\n";
    judged += judged_figures(outcome).judged;
    holds = holds && outcome.at("holds").get<bool>();
    outcomes.push_back(std::move(outcome));
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (o.study == "all" && o.part.empty())
    write_file_atomically(std::filesystem::path(o.out) / "README.md",
                          overview_markdown(outcomes, total_text(o, plan.runs.size(), campaign.done_before(), seconds)));
  fmt::print("{}{} after {}; everything is in {}, and `xgrad report {}` draws it\n", lines,
             verdict(holds, judged > 0, campaign.failed()), duration_text(seconds), o.out, shell_word(o.out));
  return holds && campaign.failed() == 0 ? success : failure;
}

}  // namespace

void add_reproduce_command(CLI::App& app, int& status) {
  CLI::App* command = app.add_subcommand("reproduce", "rerun the published studies and compare every number");
  const auto o = std::make_shared<ReproduceOptions>();
  command->add_option("study", o->study, "s0 to s4, records, all, list, or a study's YAML file")->required();
  command->add_option("--part", o->part, "only this part of it; `list` names them");
  command->add_option("--seeds", o->seeds, "runs of each configuration")->capture_default_str()->check(CLI::Range(1, 1000));
  command->add_option("--jobs", o->jobs, "runs at once, one core each")->capture_default_str()->check(CLI::Range(1, 1024));
  command->add_option("--out", o->out, "folder for the runs and the outcome")->capture_default_str();
  command->add_option(
      "--data_dir", o->data_dir,
      "folder with all the data sets, a subfolder each; default: the usual places, and XGRAD_DATA_DIR before them");
  for (CLI::Option* option : command->get_options()) option->take_last();
  command->footer(
      "Ends with status 0 if every published number holds, with 1 otherwise. It holds if the mean over the seeds is no lower "
      "than it minus 0.5 points, or than the study's own limit where it names one; a published failure also if ours fails too, "
      "at "
      "no more than twice chance level. Interrupt it at any time: the same command goes on, and does no finished run again.");
  command->callback([o, &status] { status = o->study == "list" ? list(*o) : reproduce(*o); });
}

}  // namespace xgrad::apps
