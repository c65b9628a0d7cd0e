#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "studies/study.hpp"
#include "train_options.hpp"

namespace xgrad::apps {

/// One training run of a study.
struct PlannedRun {
  std::string label;  ///< "s0, lr 0.005, hidden 64, seed 1"
  TrainOptions options;
  std::filesystem::path folder;    ///< where it is kept
  std::vector<std::size_t> after;  ///< runs whose results it begins with
};

struct PlannedRow {
  Row row;
  Json options;                                ///< all that the study file says of it
  std::vector<std::vector<std::size_t>> runs;  ///< for each seed, its runs: one, or one a fold
};

struct PlannedPart {
  Part part;
  std::vector<PlannedRow> rows;
};

struct PlannedStudy {
  Study study;
  std::filesystem::path folder;
  std::vector<PlannedPart> parts;
};

/// What has to be run, each configuration once, however many rows want it.
struct Plan {
  std::vector<PlannedRun> runs;
  std::vector<PlannedStudy> studies;
};

struct PlanOptions {
  std::string part;       ///< only this part and what it needs; empty: all that are not apart
  std::size_t seeds = 3;  ///< 1, …, seeds
  std::filesystem::path out;
  std::string data_dir;
};

/// Throws: ConfigError for a part that no study has, and for options of a study that make no sense.
Plan make_plan(const std::vector<Study>& studies, const PlanOptions& options);

}  // namespace xgrad::apps
