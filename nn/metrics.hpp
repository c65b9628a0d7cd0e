#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "xgrad/tensor/array.hpp"

/// What predictions are worth. Classes are numbered from 0; definitions are scikit-learn's, with 0 where it would divide by 0.
namespace xgrad::metrics {

/// The class with the highest score in each row, the first of several; NaN counts as the lowest.
/// Shapes: (n, classes) → (n,).  Throws: ShapeError.
template <class T>
Indices predicted_classes(const Array<T>& scores);

/// The share of predictions that equal the label; 0 for none. Shapes: both (n,).  Throws: ShapeError.
double accuracy(const Indices& predictions, const Indices& labels);

/// How many labels are among the `k` highest scores of their row; of equal scores the lower class comes first.
/// Shapes: scores (n, classes), labels (n,).  Throws: ShapeError; ConfigError unless 1 ≤ k ≤ classes, and for a label that is
/// no class.
template <class T>
std::size_t top_k_hits(const Array<T>& scores, const Indices& labels, std::size_t k);

/// The share of labels among the `k` highest scores; 0 for none. Shapes and throws: as top_k_hits.
template <class T>
double top_k_accuracy(const Array<T>& scores, const Indices& labels, std::size_t k);

/// How often each class was taken for each: row = label, column = prediction.
/// Shapes: both (n,) → (classes, classes).  Throws: ShapeError; ConfigError for a label or prediction that is no class.
Indices confusion_matrix(const Indices& predictions, const Indices& labels, std::size_t classes);

/// How well a class is recognised, or the average over classes. All within [0, 1].
struct ClassScores {
  double precision = 0;      ///< of the predictions of this class, the share that is right
  double recall = 0;         ///< of the labels of this class, the share that was found
  double f1 = 0;             ///< 2 · precision · recall / (precision + recall)
  std::int64_t support = 0;  ///< labels of this class
};

/// Precision, recall and F1 of each class. Shapes: confusion (classes, classes).  Throws: ShapeError.
std::vector<ClassScores> class_scores(const Indices& confusion);

/// How the scores of classes become one.
enum class Average {
  Macro,     ///< the mean over the classes that occur in labels or predictions
  Weighted,  ///< the mean over classes, each weighted by its number of labels
  Micro      ///< from the sums over all classes; with one label a sample all three equal the accuracy
};

/// The average of class_scores; its support is the number of labels. Shapes and throws: as class_scores.
ClassScores average_scores(const Indices& confusion, Average average);

/// The macro-averaged F1. Shapes and throws: as confusion_matrix.
double macro_f1(const Indices& predictions, const Indices& labels, std::size_t classes);

}  // namespace xgrad::metrics
