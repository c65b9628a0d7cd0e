// Estimators and their cross-validation: what scikit-learn's promise.
#include "xgrad/nn/estimators.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "error_text.hpp"
#include "xgrad/nn/data/gaussian_blobs.hpp"
#include "xgrad/nn/linear.hpp"
#include "xgrad/tensor/error.hpp"
#include "xgrad/tensor/parallel.hpp"

using namespace xgrad;
using namespace xgrad::nn;

namespace {

using Classifier = MLPClassifier<double>;
using Regressor = MLPRegressor<double>;

// Four corners of a square, the label of each the exclusive or of its sides, as numbers that are no positions in a list.
const Array<double> corners{{0.0, 0.0}, {0.0, 1.0}, {1.0, 0.0}, {1.0, 1.0}};
const Indices exclusive_or{-7, 40, 40, -7};

struct Blobs {
  Array<double> x;
  Indices y;

  explicit Blobs(std::size_t samples, double deviation = 1, std::uint64_t seed = 1) {
    const auto set = data::gaussian_blobs<double>(
        {.samples = samples, .features = 4, .classes = 3, .spread = 3, .deviation = deviation, .seed = seed});
    x = set.features();
    y = set.labels();
  }
};

// y = 2·x₀ − x₁ + 3 on a grid.
struct Plane {
  Array<double> x = empty_array<double>({100, 2}), y = empty_array<double>({100});

  Plane() {
    for (std::size_t i = 0; i < 100; ++i) {
      x(i, 0) = static_cast<double>(i % 10) / 10;
      x(i, 1) = static_cast<double>(i / 10) / 10;
      y(i) = 2 * x(i, 0) - x(i, 1) + 3;
    }
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(estimators)

BOOST_AUTO_TEST_CASE(a_classifier_learns_the_exclusive_or_under_the_labels_given) {
  Classifier classifier(
      {.hidden_layer_sizes = {8}, .activation = "tanh", .solver = "lbfgs", .max_iter = 60, .random_state = 1});
  classifier.fit(corners, exclusive_or);
  BOOST_TEST((classifier.predict(corners) == exclusive_or));
  BOOST_TEST(classifier.score(corners, exclusive_or) == 1.0);
  BOOST_TEST((classifier.classes() == std::vector<std::int64_t>{-7, 40}));
  BOOST_TEST(classifier.n_iter() == classifier.loss_curve().size());
}

BOOST_AUTO_TEST_CASE(every_solver_separates_what_is_separable) {
  const Blobs train(300, 0.3), test(90, 0.3);  // the same centres: clouds a tenth of their distance wide
  for (const char* solver : {"adam", "sgd", "lbfgs", "rmsprop"}) {
    BOOST_TEST_CONTEXT(solver) {
      Classifier classifier({.hidden_layer_sizes = {16}, .solver = solver, .learning_rate_init = 0.01, .max_iter = 60});
      BOOST_TEST(classifier.fit(train.x, train.y).score(test.x, test.y) == 1.0);
    }
  }
}

BOOST_AUTO_TEST_CASE(probabilities_are_of_all_classes_and_predictions_are_the_likeliest) {
  const Blobs blobs(120, 2);
  Classifier classifier({.hidden_layer_sizes = {8}, .max_iter = 20});
  classifier.fit(blobs.x, blobs.y);
  const Array<double> p = classifier.predict_proba(blobs.x);
  const Indices predicted = classifier.predict(blobs.x);
  BOOST_REQUIRE((p.shape() == Shape{120, 3}));
  std::size_t right = 0;
  for (std::size_t i = 0; i < 120; ++i) {
    BOOST_TEST(p(i, 0) + p(i, 1) + p(i, 2) == 1.0, boost::test_tools::tolerance(1e-12));
    BOOST_TEST(p(i, static_cast<std::size_t>(predicted(i))) == std::max({p(i, 0), p(i, 1), p(i, 2)}));
    right += predicted(i) == blobs.y(i);
  }
  BOOST_TEST(classifier.score(blobs.x, blobs.y) == static_cast<double>(right) / 120);
}

BOOST_AUTO_TEST_CASE(a_regressor_learns_a_plane_and_its_score_is_the_coefficient_of_determination) {
  const Plane plane;
  Regressor regressor({.hidden_layer_sizes = {16}, .solver = "lbfgs", .alpha = 0, .max_iter = 100});
  regressor.fit(plane.x, plane.y);
  const Array<double> predicted = regressor.predict(plane.x);
  BOOST_REQUIRE((predicted.shape() == Shape{100}));
  double residual = 0, total = 0;  // the mean of y is 2·0.45 − 0.45 + 3
  for (std::size_t i = 0; i < 100; ++i) {
    residual += std::pow(predicted(i) - plane.y(i), 2);
    total += std::pow(plane.y(i) - 3.45, 2);
  }
  BOOST_TEST(regressor.score(plane.x, plane.y) == 1 - residual / total, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(regressor.score(plane.x, plane.y) > 0.999);
  BOOST_TEST(regressor.loss_curve().back() < residual / 200 * 1.5);  // half the mean squared error
}

BOOST_AUTO_TEST_CASE(a_regressor_may_have_several_outputs_and_be_an_autoencoder) {
  const Blobs blobs(150);
  Regressor coder({.hidden_layer_sizes = {6, 3, 6}, .activation = "tanh", .solver = "lbfgs", .max_iter = 80});
  coder.fit(blobs.x, blobs.x);
  BOOST_TEST((coder.predict(blobs.x).shape() == Shape{150, 4}));
  BOOST_TEST(coder.score(blobs.x, blobs.x) > 0.8);  // three centres lie in a plane
  BOOST_TEST((coder.network().hidden_layer(Tensor<double>(blobs.x), 2).shape() == Shape{150, 3}));
}

BOOST_AUTO_TEST_CASE(always_predicting_the_mean_scores_nothing) {
  const Plane plane;
  Regressor regressor({.hidden_layer_sizes = {1}, .max_iter = 1});
  regressor.fit(plane.x, plane.y);
  for (std::size_t i = 0; i < regressor.network().size(); ++i)
    if (auto* layer = dynamic_cast<Linear<double>*>(&regressor.network()[i])) {
      layer->weight.mutable_value().fill(0);
      layer->bias.mutable_value().fill(3.45);
    }
  BOOST_TEST(std::abs(regressor.score(plane.x, plane.y)) < 1e-12);
}

BOOST_AUTO_TEST_CASE(the_penalty_is_that_of_the_formula) {
  // One step of plain gradient descent without momentum: w − lr·(gradient + alpha/n·w), biases without penalty.
  const Blobs blobs(30);
  const auto after_a_step = [&](double alpha) {
    Classifier c(
        {.hidden_layer_sizes = {}, .solver = "sgd", .alpha = alpha, .learning_rate_init = 0.1, .max_iter = 1, .momentum = 0});
    c.fit(blobs.x, blobs.y);
    return std::pair(c.network().parameters()[0].value(), c.network().parameters()[1].value());
  };
  const auto [w0, b0] = after_a_step(0);
  const auto [w3, b3] = after_a_step(3);
  MLP<double> start({4, 3}, {.initializer = "xavier", .seed = 0});
  const Array<double> w = start.parameters()[0].value();
  for (std::size_t i = 0; i < w.size(); ++i)
    BOOST_TEST(std::abs(w0.data()[i] - w3.data()[i] - 0.1 * 3.0 / 30 * w.data()[i]) < 1e-14);
  BOOST_TEST((b0 == b3));
}

BOOST_AUTO_TEST_CASE(one_seed_decides_everything_and_threads_nothing) {
  const Blobs blobs(400, 2);
  const auto proba = [&](std::uint64_t seed) {
    return Classifier({.hidden_layer_sizes = {32}, .max_iter = 5, .random_state = seed})
        .fit(blobs.x, blobs.y)
        .predict_proba(blobs.x);
  };
  const Array<double> first = proba(1);
  set_thread_count(2);
  BOOST_TEST((first == proba(1)));
  set_thread_count(1);
  BOOST_TEST((first != proba(2)));
}

BOOST_AUTO_TEST_CASE(training_ends_when_nothing_improves_any_more) {
  const Blobs blobs(60);
  Classifier patient({.max_iter = 500, .tol = 1000, .n_iter_no_change = 4});
  patient.fit(blobs.x, blobs.y);
  BOOST_TEST(patient.n_iter() == 1u + 5);  // the first is the best; more than four after it
  BOOST_TEST(patient.validation_scores().empty());
  Classifier watching({.max_iter = 500, .tol = 1000, .early_stopping = true, .n_iter_no_change = 2});
  watching.fit(blobs.x, blobs.y);
  BOOST_TEST(watching.validation_scores().size() == 4u);
}

BOOST_AUTO_TEST_CASE(copies_keep_what_they_learned_when_the_original_is_trained_again) {
  const Blobs blobs(60), others(60, 1, 9);
  Classifier classifier({.hidden_layer_sizes = {4}, .max_iter = 3});
  classifier.fit(blobs.x, blobs.y);
  const Classifier copy = classifier;
  const Array<double> before = copy.predict_proba(blobs.x);
  classifier.fit(others.x, others.y);
  BOOST_TEST((copy.predict_proba(blobs.x) == before));
}

BOOST_AUTO_TEST_CASE(folds_are_disjoint_and_hold_every_sample_once) {
  const Blobs blobs(50);
  for (const KFold& folds : {KFold{.n_splits = 3}, KFold{.n_splits = 7, .shuffle = true, .random_state = 2},
                             KFold{.n_splits = 5, .stratified = true}}) {
    std::multiset<std::int64_t> held_out;
    const auto parts = folds.split(blobs.y);
    BOOST_REQUIRE(parts.size() == folds.n_splits);
    for (const data::SplitRows& rows : parts) {
      const std::set<std::int64_t> train(rows.train.data(), rows.train.data() + rows.train.size());
      BOOST_TEST(train.size() + rows.validation.size() == 50u);
      for (const std::int64_t row : rows.validation) BOOST_TEST(train.count(row) == 0u);
      held_out.insert(rows.validation.data(), rows.validation.data() + rows.validation.size());
    }
    BOOST_TEST(held_out.size() == 50u);
    BOOST_TEST(std::set<std::int64_t>(held_out.begin(), held_out.end()).size() == 50u);
  }
  const auto sevenths = KFold{.n_splits = 3}.split(std::size_t{7});  // consecutive, the first the larger
  BOOST_TEST((sevenths[0].validation == Indices{0, 1, 2}));
  BOOST_TEST((sevenths[1].validation == Indices{3, 4}));
  BOOST_TEST((sevenths[1].train == Indices{0, 1, 2, 5, 6}));
  BOOST_TEST((sevenths[2].validation == Indices{5, 6}));
  const Plane plane;
  BOOST_TEST(KFold{.n_splits = 4}.split(plane.y).size() == 4u);
  BOOST_CHECK_EXCEPTION(KFold{.n_splits = 51}.split(blobs.y), ConfigError, says({"51", "50"}));
  BOOST_CHECK_EXCEPTION((KFold{.stratified = true}.split(plane.y)), ConfigError, says({"regression", "stratified"}));
}

BOOST_AUTO_TEST_CASE(cross_validation_scores_each_fold_with_an_estimator_that_has_not_seen_it) {
  const Blobs blobs(90, 2);
  const Classifier estimator({.hidden_layer_sizes = {8}, .max_iter = 10, .random_state = 3});
  const KFold folds{.n_splits = 3, .shuffle = true, .random_state = 1};
  const std::vector<double> scores = cross_val_score(estimator, blobs.x, blobs.y, folds);
  BOOST_TEST(!estimator.is_fitted());
  BOOST_REQUIRE(scores.size() == 3u);
  const auto parts = folds.split(blobs.y);
  for (std::size_t i = 0; i < 3; ++i) {
    Classifier by_hand(estimator.options());
    by_hand.fit(take_rows(blobs.x, parts[i].train), take_rows(blobs.y, parts[i].train));
    BOOST_TEST(scores[i] == by_hand.score(take_rows(blobs.x, parts[i].validation), take_rows(blobs.y, parts[i].validation)));
  }
}

BOOST_AUTO_TEST_CASE(a_grid_search_finds_the_options_that_generalise_and_trains_with_them) {
  const Blobs blobs(150);
  const auto found = grid_search<Classifier>({{.max_iter = 1, .random_state = 1},
                                              {.solver = "lbfgs", .max_iter = 40, .random_state = 1},
                                              {.learning_rate_init = 1e-9, .max_iter = 5, .random_state = 1}},
                                             blobs.x, blobs.y, {.n_splits = 3});
  BOOST_TEST(found.best_index == 1u);
  BOOST_TEST(found.best().options.solver == "lbfgs");
  BOOST_TEST(found.best().scores.size() == 3u);
  BOOST_TEST(found.best().mean_score == (found.best().scores[0] + found.best().scores[1] + found.best().scores[2]) / 3,
             boost::test_tools::tolerance(1e-12));
  BOOST_TEST(found.best_estimator.score(blobs.x, blobs.y) > 0.9);
  const Plane plane;
  const auto plain = grid_search<Regressor>({{.solver = "lbfgs", .max_iter = 30}}, plane.x, plane.y, {.n_splits = 3});
  BOOST_TEST(plain.best_estimator.is_fitted());
  BOOST_CHECK_THROW(grid_search<Classifier>({}, blobs.x, blobs.y), ConfigError);
}

BOOST_AUTO_TEST_CASE(deviations_are_those_of_the_population) {
  BOOST_TEST(mean_of({1, 2, 6}) == 3.0);
  BOOST_TEST(deviation_of({1, 2, 6}) == std::sqrt(14.0 / 3), boost::test_tools::tolerance(1e-15));
}

BOOST_AUTO_TEST_CASE(what_makes_no_sense_is_refused) {
  const Blobs blobs(20);
  const Plane plane;
  Classifier classifier;
  Regressor regressor;
  BOOST_CHECK_EXCEPTION(classifier.predict(blobs.x), ConfigError, says({"fit()"}));
  BOOST_CHECK_EXCEPTION(classifier.fit(blobs.x, Indices{0, 1}), ShapeError, says({"20 rows", "2 targets"}));
  BOOST_CHECK_EXCEPTION(classifier.fit(plane.y, blobs.y), ShapeError, says({"(100,)", "(samples, features)"}));
  BOOST_CHECK_EXCEPTION(classifier.fit(empty_array<double>({0, 3}), Indices::from_shape({0})), ConfigError, says({"samples"}));
  BOOST_CHECK_EXCEPTION(regressor.fit(blobs.x, plane.y), ShapeError, says({"20 rows", "100 targets"}));
  BOOST_CHECK_THROW(classifier.fit(blobs.x, blobs.y).predict(plane.x), ShapeError);
  BOOST_CHECK_EXCEPTION(Classifier({.solver = "adan"}).fit(blobs.x, blobs.y), ConfigError, says({"adan", "adam"}));
  BOOST_CHECK_EXCEPTION(Classifier({.max_iter = 0}), ConfigError, says({"max_iter"}));
  BOOST_CHECK_EXCEPTION(Classifier({.learning_rate_init = -1}), ConfigError, says({"learning_rate_init"}));
  BOOST_CHECK_EXCEPTION(Classifier({.solver = "sgd", .learning_rate_init = 1e200}).fit(blobs.x, blobs.y), NumericError,
                        says({"learning_rate_init"}));
  BOOST_CHECK_THROW(take_rows(blobs.x, Indices{20}), ShapeError);
}

BOOST_AUTO_TEST_SUITE_END()
