#pragma once

#include <string>
#include <vector>

namespace xgrad::apps {

/// A figure that studies publish and runs have.
struct Metric {
  std::string name;      ///< as in study files: "val_accuracy"
  std::string label;     ///< "validation accuracy"
  std::string unit;      ///< "%", "epochs" or none
  double scale = 1;      ///< what a run's own figure is multiplied by to be in that unit
  double tolerance = 0;  ///< a published value holds if ours is no lower than it minus this, in that unit; 0: not judged
  int digits = 2;        ///< shown after the point
};

const std::vector<Metric>& known_metrics();

/// Throws: ConfigError that names the nearest known one.
const Metric& metric_named(const std::string& name);

}  // namespace xgrad::apps
