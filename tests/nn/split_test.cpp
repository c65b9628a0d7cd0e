#include "xgrad/nn/data/split.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "error_text.hpp"
#include "xgrad/nn/data/gaussian_blobs.hpp"
#include "xgrad/tensor/error.hpp"

using namespace xgrad;
using namespace xgrad::data;

namespace {

// 50 labels 0, 30 labels 1, 17 labels 2, mixed.
Indices uneven_labels() {
  Indices labels = empty_array<std::int64_t>({97});
  for (std::size_t i = 0; i < 97; ++i) {
    const std::size_t j = i * 36 % 97;  // 97 is a prime: every j once
    labels(i) = j < 50 ? 0 : j < 80 ? 1 : 2;
  }
  return labels;
}

std::map<std::int64_t, int> class_counts(const Indices& labels, const Indices& rows) {
  std::map<std::int64_t, int> counts;
  for (std::size_t i = 0; i < rows.size(); ++i) ++counts[labels(static_cast<std::size_t>(rows(i)))];
  return counts;
}

// Both parts ascend, and together have every row once.
void check_partition(const SplitRows& rows, std::size_t samples) {
  BOOST_TEST(rows.train.size() + rows.validation.size() == samples);
  std::set<std::int64_t> all;
  for (const Indices* part : {&rows.train, &rows.validation}) {
    BOOST_TEST(std::is_sorted(part->data(), part->data() + part->size()));
    all.insert(part->data(), part->data() + part->size());
  }
  BOOST_TEST(all.size() == samples);
  BOOST_TEST((samples == 0 || *all.rbegin() == static_cast<std::int64_t>(samples) - 1));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(split)

BOOST_AUTO_TEST_CASE(the_fraction_is_held_out_to_the_nearest_sample) {
  const Indices labels = uneven_labels();
  for (const double fraction : {0.0, 0.003, 0.1, 0.2, 0.5, 0.9})
    for (const bool stratified : {true, false}) {
      const SplitRows rows = hold_out_rows(labels, fraction, {.seed = 4, .stratified = stratified});
      check_partition(rows, 97);
      BOOST_TEST(static_cast<double>(rows.validation.size()) == std::round(97 * fraction));
    }
}

BOOST_AUTO_TEST_CASE(every_class_is_held_out_in_proportion) {
  const Indices labels = uneven_labels();
  const auto counts = class_counts(labels, hold_out_rows(labels, 0.2).validation);
  // 0.2 · 97 rounds to 19; shares of 19: 9.79, 5.88 and 3.33 by size: 10, 6 and 3.
  BOOST_TEST(counts.at(0) == 10);
  BOOST_TEST(counts.at(1) == 6);
  BOOST_TEST(counts.at(2) == 3);
}

BOOST_AUTO_TEST_CASE(the_choice_depends_on_the_seed_alone) {
  const Indices labels = uneven_labels();
  const auto held_out = [&](std::uint64_t seed) { return hold_out_rows(labels, 0.3, {.seed = seed}).validation; };
  BOOST_CHECK((held_out(1) == held_out(1)));
  BOOST_CHECK(!(held_out(1) == held_out(2)));
}

BOOST_AUTO_TEST_CASE(without_shuffling_the_first_samples_of_each_class_are_held_out) {
  const Indices labels{0, 0, 1, 0, 1, 0, 1, 1};
  BOOST_CHECK((hold_out_rows(labels, 0.5, {.shuffle = false}).validation == Indices{0, 1, 2, 4}));
  BOOST_CHECK((hold_out_rows(labels, 0.5, {.stratified = false, .shuffle = false}).validation == Indices{0, 1, 2, 3}));
}

BOOST_AUTO_TEST_CASE(every_sample_is_chosen_equally_often_over_many_seeds) {
  const Indices labels = uneven_labels();
  std::vector<int> chosen(97, 0);
  const int seeds = 400;
  for (int seed = 0; seed < seeds; ++seed) {
    const Indices rows =
        hold_out_rows(labels, 0.25, {.seed = static_cast<std::uint64_t>(seed), .stratified = false}).validation;
    for (std::size_t i = 0; i < rows.size(); ++i) ++chosen[static_cast<std::size_t>(rows(i))];
  }
  // Each count is binomial with p = 24/97: mean 99, standard deviation 8.6; five of them bound all 97.
  for (const int times : chosen) BOOST_TEST(std::abs(times - seeds * 24.0 / 97) < 43);
}

BOOST_AUTO_TEST_CASE(in_k_folds_every_sample_is_held_out_once) {
  const Indices labels = uneven_labels();
  for (const bool stratified : {true, false})
    for (const std::size_t k : {2u, 3u, 10u, 97u}) {
      std::set<std::int64_t> held_out;
      const auto folds = k_fold_rows(labels, k, {.seed = 9, .stratified = stratified});
      BOOST_TEST(folds.size() == k);
      for (const SplitRows& fold : folds) {
        check_partition(fold, 97);
        BOOST_TEST((fold.validation.size() == 97 / k || fold.validation.size() == 97 / k + 1));
        held_out.insert(fold.validation.data(), fold.validation.data() + fold.validation.size());
      }
      BOOST_TEST(held_out.size() == 97u);
    }
}

BOOST_AUTO_TEST_CASE(stratified_folds_have_every_class_to_within_one_sample) {
  const Indices labels = uneven_labels();
  for (const SplitRows& fold : k_fold_rows(labels, 10)) {
    auto counts = class_counts(labels, fold.validation);
    BOOST_TEST(counts[0] == 5);
    BOOST_TEST(counts[1] == 3);
    BOOST_TEST((counts[2] == 1 || counts[2] == 2));
  }
}

BOOST_AUTO_TEST_CASE(a_data_set_is_divided_without_copies_of_its_own) {
  const auto blobs = gaussian_blobs<float>({.samples = 90});
  const auto [train, validation] = hold_out(blobs, 1.0 / 3);
  BOOST_TEST(train.size() == 60u);
  BOOST_TEST(validation.size() == 30u);
  const auto rows = hold_out_rows(blobs.labels(), 1.0 / 3);
  BOOST_CHECK((train.features() == blobs.features(rows.train)));
  BOOST_CHECK((validation.labels() == blobs.labels(rows.validation)));
  const auto folds = k_fold(blobs, 3);
  BOOST_TEST(folds.size() == 3u);
  BOOST_TEST(folds[2].validation.size() == 30u);
}

BOOST_AUTO_TEST_CASE(a_fraction_of_zero_holds_nothing_out) {
  const auto [train, validation] = hold_out(gaussian_blobs<double>({.samples = 9}), 0);
  BOOST_TEST(train.size() == 9u);
  BOOST_TEST(validation.size() == 0u);
  check_partition(hold_out_rows(empty_array<std::int64_t>({0}), 0.5), 0);
}

BOOST_AUTO_TEST_CASE(fractions_and_numbers_of_folds_out_of_range_are_refused) {
  const Indices labels = uneven_labels();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const double fraction : {-0.1, 1.0, 1.5, nan}) BOOST_CHECK_THROW(hold_out_rows(labels, fraction), ConfigError);
  BOOST_CHECK_EXCEPTION(hold_out_rows(labels, 0.999), ConfigError, says({"0.999", "all 97 samples"}));
  BOOST_CHECK_EXCEPTION(k_fold_rows(labels, 1), ConfigError, says({"k is 1", "97"}));
  BOOST_CHECK_THROW(k_fold_rows(labels, 98), ConfigError);
  BOOST_CHECK_THROW(hold_out_rows(Indices{{0, 1}}, 0.5), ShapeError);
}

BOOST_AUTO_TEST_CASE(a_stratified_split_needs_labels) {
  const Dataset<float> unlabelled(filled_array<float>({4, 1}, 0), {}, {});
  BOOST_TEST(!unlabelled.has_labels());
  BOOST_TEST(unlabelled.labels().size() == 0u);
  BOOST_TEST(!Dataset<float>(filled_array<float>({4, 1}, 0), empty_array<std::int64_t>({0}), {}).has_labels());
  BOOST_CHECK_EXCEPTION(hold_out(unlabelled, 0.5), ConfigError, says({"no labels", "stratified"}));
  BOOST_TEST(hold_out(unlabelled, 0.5, {.stratified = false}).validation.size() == 2u);
}

BOOST_AUTO_TEST_SUITE_END()
