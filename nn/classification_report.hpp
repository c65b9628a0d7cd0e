#pragma once

#include <string>
#include <vector>

#include "xgrad/nn/metrics.hpp"

namespace xgrad::metrics {

/// Precision, recall, F1 and number of labels of every class, with their averages.
struct ClassificationReport {
  std::vector<std::string> class_names;
  std::vector<ClassScores> classes;
  double accuracy = 0;
  ClassScores macro, weighted;

  /// A table for people: a line for each class, then accuracy and averages.
  std::string to_string(int decimals = 4) const;

  /// {"classes": [{"class", "precision", "recall", "f1", "support"}, …], "accuracy", "macro": {…}, "weighted": {…}}.
  std::string to_json() const;
};

/// The report on a confusion matrix (row = label, column = prediction). Without names the classes are called "0", "1", ….
/// Shapes: (classes, classes).  Throws: ShapeError; ConfigError unless there are as many names as classes, or none.
ClassificationReport classification_report(const Indices& confusion, std::vector<std::string> class_names = {});

}  // namespace xgrad::metrics
