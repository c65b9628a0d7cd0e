#include "xgrad/nn/metrics.hpp"

#include <cmath>
#include <fstream>
#include <limits>
#include <string>

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "error_text.hpp"
#include "paths.hpp"
#include "xgrad/nn/metric_accumulator.hpp"
#include "xgrad/tensor/error.hpp"

using namespace xgrad;
using namespace xgrad::metrics;

namespace {

// Sums of at most a few hundred ratios, in another order than scikit-learn's.
constexpr double tolerance = 1e-12;

nlohmann::json reference() {
  std::ifstream file(test::data_path("metrics/reference.json"));
  return nlohmann::json::parse(file);
}

Indices indices(const nlohmann::json& list) {
  Indices result = empty_array<std::int64_t>({list.size()});
  for (std::size_t i = 0; i < list.size(); ++i) result.data()[i] = list[i];
  return result;
}

template <class T>
Array<T> matrix(const nlohmann::json& rows) {
  Array<T> result = empty_array<T>({rows.size(), rows[0].size()});
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (std::size_t j = 0; j < rows[0].size(); ++j) result(i, j) = static_cast<T>(rows[i][j].get<double>());
  return result;
}

void check_scores(const ClassScores& scores, const nlohmann::json& expected) {
  BOOST_TEST(std::abs(scores.precision - expected[0].get<double>()) <= tolerance);
  BOOST_TEST(std::abs(scores.recall - expected[1].get<double>()) <= tolerance);
  BOOST_TEST(std::abs(scores.f1 - expected[2].get<double>()) <= tolerance);
}

// Labels 0 0 0 1 1 2 taken for 0 0 1 1 2 2: by hand, class 0 has P = 2/2, R = 2/3; class 1 has P = 1/2, R = 1/2; class 2 has
// P = 1/2, R = 1/1.
const Indices labels{0, 0, 0, 1, 1, 2};
const Indices predictions{0, 0, 1, 1, 2, 2};

}  // namespace

BOOST_AUTO_TEST_SUITE(metrics)

BOOST_AUTO_TEST_CASE(a_small_example_agrees_with_the_calculation_by_hand) {
  BOOST_TEST(accuracy(predictions, labels) == 4.0 / 6);
  const Indices confusion = confusion_matrix(predictions, labels, 3);
  BOOST_CHECK((confusion == Indices{{2, 1, 0}, {0, 1, 1}, {0, 0, 1}}));
  const auto scores = class_scores(confusion);
  check_scores(scores[0], {1.0, 2.0 / 3, 0.8});
  check_scores(scores[1], {0.5, 0.5, 0.5});
  check_scores(scores[2], {0.5, 1.0, 2.0 / 3});
  BOOST_TEST(scores[0].support == 3);
  check_scores(average_scores(confusion, Average::Macro), {2.0 / 3, 13.0 / 18, (0.8 + 0.5 + 2.0 / 3) / 3});
  check_scores(average_scores(confusion, Average::Weighted), {4.5 / 6, 4.0 / 6, (2.4 + 1.0 + 2.0 / 3) / 6});
  check_scores(average_scores(confusion, Average::Micro), {4.0 / 6, 4.0 / 6, 4.0 / 6});
  BOOST_TEST(average_scores(confusion, Average::Macro).support == 6);
  BOOST_TEST(macro_f1(predictions, labels, 3) == average_scores(confusion, Average::Macro).f1);
}

BOOST_AUTO_TEST_CASE(every_score_agrees_with_scikit_learn) {
  const auto cases = reference()["classification"];
  BOOST_TEST(cases.size() == 5u);
  for (const auto& expected : cases) {
    BOOST_TEST_CONTEXT(expected["name"].get<std::string>()) {
      const Indices given = indices(expected["predictions"]), truth = indices(expected["labels"]);
      const std::size_t classes = expected["classes"];
      BOOST_TEST(std::abs(accuracy(given, truth) - expected["accuracy"].get<double>()) <= tolerance);
      const Indices confusion = confusion_matrix(given, truth, classes);
      BOOST_CHECK((confusion == [&] {
        Indices result = empty_array<std::int64_t>({classes, classes});
        for (std::size_t i = 0; i < classes * classes; ++i) result.data()[i] = expected["confusion"][i / classes][i % classes];
        return result;
      }()));
      const auto scores = class_scores(confusion);
      for (std::size_t i = 0; i < classes; ++i) {
        check_scores(scores[i], expected["per_class"][i]);
        BOOST_TEST(static_cast<double>(scores[i].support) == expected["per_class"][i][3].get<double>());
      }
      check_scores(average_scores(confusion, Average::Macro), expected["macro"]);
      check_scores(average_scores(confusion, Average::Weighted), expected["weighted"]);
      check_scores(average_scores(confusion, Average::Micro), expected["micro"]);
    }
  }
}

BOOST_AUTO_TEST_CASE(top_k_accuracy_agrees_with_scikit_learn_for_every_k) {
  const auto expected = reference()["top_k"];
  const Indices truth = indices(expected["labels"]);
  for (std::size_t k = 1; k < 7; ++k) {
    const double accuracy_at_k = expected["accuracy_by_k"][k - 1];
    BOOST_TEST(std::abs(top_k_accuracy(matrix<double>(expected["scores"]), truth, k) - accuracy_at_k) <= tolerance);
    BOOST_TEST(std::abs(top_k_accuracy(matrix<float>(expected["scores"]), truth, k) - accuracy_at_k) <= tolerance);
  }
  BOOST_TEST(top_k_accuracy(matrix<double>(expected["scores"]), truth, 7) == 1.0);
}

BOOST_AUTO_TEST_CASE(of_equal_scores_the_lower_class_comes_first) {
  const Array<float> scores{{1, 3, 3, 0}, {2, 2, 2, 2}};
  BOOST_CHECK((predicted_classes(scores) == Indices{1, 0}));
  BOOST_TEST(top_k_hits(scores, Indices{1, 0}, 1) == 2u);
  BOOST_TEST(top_k_hits(scores, Indices{2, 1}, 1) == 0u);
  BOOST_TEST(top_k_hits(scores, Indices{2, 1}, 2) == 2u);
}

BOOST_AUTO_TEST_CASE(a_score_that_is_not_a_number_is_the_lowest) {
  const double nan = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();
  const Array<double> scores{{nan, -infinity, nan}, {nan, nan, nan}, {1, nan, 2}};
  BOOST_CHECK((predicted_classes(scores) == Indices{1, 0, 2}));
  BOOST_TEST(top_k_hits(scores, Indices{0, 1, 1}, 2) == 2u);
  BOOST_TEST(top_k_hits(scores, Indices{2, 2, 1}, 2) == 0u);
}

BOOST_AUTO_TEST_CASE(nothing_at_all_scores_zero) {
  const Indices none = empty_array<std::int64_t>({0});
  BOOST_TEST(accuracy(none, none) == 0.0);
  BOOST_TEST(macro_f1(none, none, 3) == 0.0);
  BOOST_TEST(average_scores(confusion_matrix(none, none, 3), Average::Weighted).f1 == 0.0);
  BOOST_TEST(top_k_accuracy(empty_array<double>({0, 3}), none, 1) == 0.0);
}

BOOST_AUTO_TEST_CASE(shapes_that_do_not_fit_are_named) {
  BOOST_CHECK_EXCEPTION(accuracy({0, 1}, {0, 1, 2}), ShapeError, says({"(2,)", "(3,)"}));
  BOOST_CHECK_EXCEPTION(confusion_matrix({{0, 1}}, {{0, 1}}, 2), ShapeError, says({"(1, 2)"}));
  BOOST_CHECK_EXCEPTION(predicted_classes(Array<double>{1.0, 2.0}), ShapeError, says({"(2,)", "(n, classes)"}));
  BOOST_CHECK_EXCEPTION(top_k_hits(Array<double>{{1.0, 2.0}}, {0, 1}, 1), ShapeError, says({"(1, 2)", "(2,)"}));
  BOOST_CHECK_EXCEPTION(class_scores(empty_array<std::int64_t>({2, 3})), ShapeError, says({"(2, 3)"}));
}

BOOST_AUTO_TEST_CASE(classes_that_do_not_exist_are_named) {
  BOOST_CHECK_EXCEPTION(confusion_matrix({0, 1}, {0, 2}, 2), ConfigError, says({"label 1 is 2", "0 to 1"}));
  BOOST_CHECK_EXCEPTION(confusion_matrix({-1, 1}, {0, 1}, 2), ConfigError, says({"prediction 0 is -1", "0 to 1"}));
  BOOST_CHECK_EXCEPTION(top_k_hits(Array<double>{{1.0, 2.0}}, {2}, 1), ConfigError, says({"label 0 is 2"}));
  BOOST_CHECK_EXCEPTION(top_k_hits(Array<double>{{1.0, 2.0}}, {1}, 3), ConfigError, says({"k is 3", "2 classes"}));
  BOOST_CHECK_THROW(top_k_hits(Array<double>{{1.0, 2.0}}, {1}, 0), ConfigError);
}

BOOST_AUTO_TEST_CASE(batches_add_up_to_the_metrics_of_all_samples) {
  const auto expected = reference()["top_k"];
  const Array<double> scores = matrix<double>(expected["scores"]);
  const Indices truth = indices(expected["labels"]);
  MetricAccumulator batches(7, 3);
  double loss_sum = 0;
  for (std::size_t begin = 0; begin < 60;) {
    const std::size_t end = std::min<std::size_t>(begin + 25, 60);
    Array<double> part = empty_array<double>({end - begin, 7});
    std::copy(scores.data() + begin * 7, scores.data() + end * 7, part.data());
    Indices part_labels = empty_array<std::int64_t>({end - begin});
    std::copy(truth.data() + begin, truth.data() + end, part_labels.data());
    batches.add(part, part_labels, static_cast<double>(end));
    loss_sum += static_cast<double>(end * (end - begin));
    begin = end;
  }
  BOOST_TEST(batches.count() == 60u);
  BOOST_TEST(batches.loss() == loss_sum / 60);
  BOOST_CHECK((batches.confusion() == confusion_matrix(predicted_classes(scores), truth, 7)));
  BOOST_TEST(batches.accuracy() == accuracy(predicted_classes(scores), truth));
  BOOST_TEST(batches.top_k_accuracy() == top_k_accuracy(scores, truth, 3));
  BOOST_TEST(batches.macro_f1() == macro_f1(predicted_classes(scores), truth, 7));
  batches.reset();
  BOOST_TEST(batches.count() == 0u);
  BOOST_TEST(batches.accuracy() + batches.loss() + batches.top_k_accuracy() == 0.0);
}

BOOST_AUTO_TEST_CASE(a_batch_that_is_refused_adds_nothing) {
  MetricAccumulator all(3);
  all.add(predictions, labels, 2.0);
  BOOST_CHECK_THROW(all.add(Indices{0, 1}, Indices{0, 3}, 7.0), ConfigError);
  BOOST_CHECK_THROW(all.add(Array<float>{{1, 2, 3, 4}}, Indices{0}, 7.0), ShapeError);
  BOOST_TEST(all.count() == 6u);
  BOOST_TEST(all.loss() == 2.0);
  BOOST_TEST(all.accuracy() == 4.0 / 6);
  BOOST_CHECK_THROW(MetricAccumulator(3, 4), ConfigError);
  BOOST_CHECK_EXCEPTION(MetricAccumulator(3, 2).add(predictions, labels), ConfigError, says({"top 2", "scores"}));
}

BOOST_AUTO_TEST_SUITE_END()
