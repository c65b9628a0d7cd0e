#include "xgrad/nn/metrics.hpp"

#include <cmath>
#include <string_view>

#include <fmt/format.h>

#include "xgrad/tensor/error.hpp"

namespace xgrad::metrics {
namespace {

double ratio(double numerator, double denominator) { return denominator == 0 ? 0 : numerator / denominator; }

void check_pair(const Indices& predictions, const Indices& labels, std::string_view function) {
  if (predictions.dimension() != 1 || predictions.shape() != labels.shape())
    throw ShapeError(fmt::format("{}: predictions have shape {} but labels {}; both must be (n,)", function,
                                 to_string(predictions.shape()), to_string(labels.shape())));
}

void check_class(std::int64_t value, std::size_t classes, std::string_view function, std::string_view what, std::size_t i) {
  if (value < 0 || value >= static_cast<std::int64_t>(classes))
    throw ConfigError(
        fmt::format("{}: {} {} is {}, expected 0 to {}", function, what, i, value, static_cast<std::int64_t>(classes) - 1));
}

template <class T>
void check_scores(const Array<T>& scores, std::string_view function) {
  if (scores.dimension() != 2 || (scores.shape()[1] == 0 && scores.shape()[0] != 0))
    throw ShapeError(fmt::format("{}: scores have shape {}, expected (n, classes)", function, to_string(scores.shape())));
}

std::size_t checked_classes(const Indices& confusion) {
  if (confusion.dimension() != 2 || confusion.shape()[0] != confusion.shape()[1])
    throw ShapeError(
        fmt::format("the confusion matrix has shape {}, expected (classes, classes)", to_string(confusion.shape())));
  return confusion.shape()[0];
}

// Of one class: how often it was predicted rightly, how often at all, and how often it was the label.
struct Counts {
  double hits = 0, predicted = 0, labels = 0;
};

std::vector<Counts> count(const Indices& confusion) {
  const std::size_t classes = checked_classes(confusion);
  std::vector<Counts> counts(classes);
  for (std::size_t label = 0; label < classes; ++label)
    for (std::size_t prediction = 0; prediction < classes; ++prediction) {
      const auto times = static_cast<double>(confusion.data()[label * classes + prediction]);
      counts[label].labels += times;
      counts[prediction].predicted += times;
      if (label == prediction) counts[label].hits += times;
    }
  return counts;
}

// F1 from the counts: 2·P·R / (P + R) = 2·hits / (predicted + labels).
ClassScores scores_of(const Counts& counts) {
  return {.precision = ratio(counts.hits, counts.predicted),
          .recall = ratio(counts.hits, counts.labels),
          .f1 = ratio(2 * counts.hits, counts.predicted + counts.labels),
          .support = static_cast<std::int64_t>(counts.labels)};
}

// Whether `score` at class `j` comes before `reference` at class `label` in descending order. NaN comes last.
template <class T>
bool precedes(T score, std::size_t j, T reference, std::size_t label) {
  if (std::isnan(score)) return std::isnan(reference) && j < label;
  return std::isnan(reference) || score > reference || (score == reference && j < label);
}

}  // namespace

template <class T>
Indices predicted_classes(const Array<T>& scores) {
  check_scores(scores, "predicted_classes");
  const std::size_t rows = scores.shape()[0], classes = scores.shape()[1];
  Indices result = empty_array<std::int64_t>({rows});
  for (std::size_t i = 0; i < rows; ++i) {
    const T* row = scores.data() + i * classes;
    std::size_t best = 0;
    for (std::size_t j = 1; j < classes; ++j)
      if (precedes(row[j], j, row[best], best)) best = j;
    result.data()[i] = static_cast<std::int64_t>(best);
  }
  return result;
}

double accuracy(const Indices& predictions, const Indices& labels) {
  check_pair(predictions, labels, "accuracy");
  std::size_t hits = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) hits += predictions.data()[i] == labels.data()[i];
  return ratio(static_cast<double>(hits), static_cast<double>(labels.size()));
}

template <class T>
std::size_t top_k_hits(const Array<T>& scores, const Indices& labels, std::size_t k) {
  check_scores(scores, "top_k");
  const std::size_t rows = scores.shape()[0], classes = scores.shape()[1];
  if (labels.dimension() != 1 || labels.size() != rows)
    throw ShapeError(fmt::format("top_k: scores have shape {} but labels {}; give one label for each row",
                                 to_string(scores.shape()), to_string(labels.shape())));
  if (k < 1 || k > classes) throw ConfigError(fmt::format("top_k: k is {}, expected 1 to the {} classes", k, classes));
  std::size_t hits = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    const T* row = scores.data() + i * classes;
    check_class(labels.data()[i], classes, "top_k", "label", i);
    const auto label = static_cast<std::size_t>(labels.data()[i]);
    std::size_t before = 0;
    for (std::size_t j = 0; j < classes; ++j) before += precedes(row[j], j, row[label], label);
    hits += before < k;
  }
  return hits;
}

template <class T>
double top_k_accuracy(const Array<T>& scores, const Indices& labels, std::size_t k) {
  return ratio(static_cast<double>(top_k_hits(scores, labels, k)), static_cast<double>(labels.size()));
}

Indices confusion_matrix(const Indices& predictions, const Indices& labels, std::size_t classes) {
  check_pair(predictions, labels, "confusion_matrix");
  Indices confusion = filled_array<std::int64_t>({classes, classes}, 0);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const std::int64_t label = labels.data()[i], prediction = predictions.data()[i];
    check_class(label, classes, "confusion_matrix", "label", i);
    check_class(prediction, classes, "confusion_matrix", "prediction", i);
    ++confusion.data()[static_cast<std::size_t>(label) * classes + static_cast<std::size_t>(prediction)];
  }
  return confusion;
}

std::vector<ClassScores> class_scores(const Indices& confusion) {
  std::vector<ClassScores> scores;
  for (const Counts& counts : count(confusion)) scores.push_back(scores_of(counts));
  return scores;
}

ClassScores average_scores(const Indices& confusion, Average average) {
  Counts total;
  ClassScores sum;
  double weights = 0;
  for (const Counts& counts : count(confusion)) {
    total.hits += counts.hits;
    total.predicted += counts.predicted;
    total.labels += counts.labels;
    const bool occurs = counts.predicted + counts.labels > 0;
    const double weight = average == Average::Weighted ? counts.labels : occurs ? 1.0 : 0.0;
    const ClassScores scores = scores_of(counts);
    sum.precision += weight * scores.precision;
    sum.recall += weight * scores.recall;
    sum.f1 += weight * scores.f1;
    weights += weight;
  }
  if (average == Average::Micro) return scores_of(total);
  return {.precision = ratio(sum.precision, weights),
          .recall = ratio(sum.recall, weights),
          .f1 = ratio(sum.f1, weights),
          .support = static_cast<std::int64_t>(total.labels)};
}

double macro_f1(const Indices& predictions, const Indices& labels, std::size_t classes) {
  return average_scores(confusion_matrix(predictions, labels, classes), Average::Macro).f1;
}

template Indices predicted_classes(const Array<float>&);
template Indices predicted_classes(const Array<double>&);
template std::size_t top_k_hits(const Array<float>&, const Indices&, std::size_t);
template std::size_t top_k_hits(const Array<double>&, const Indices&, std::size_t);
template double top_k_accuracy(const Array<float>&, const Indices&, std::size_t);
template double top_k_accuracy(const Array<double>&, const Indices&, std::size_t);

}  // namespace xgrad::metrics
